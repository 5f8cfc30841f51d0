/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The base of the drivers that visit the card's files: holds the card, and stays on
 * it from one write of a batch to the next.
 */

#pragma once

#include "simstow-store-driver.h"
#include "simstow-visit.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_STORE_CARD_DRIVER (simstow_store_card_driver_get_type ())
G_DECLARE_DERIVABLE_TYPE (SimstowStoreCardDriver,
                          simstow_store_card_driver,
                          SIMSTOW,
                          STORE_CARD_DRIVER,
                          SimstowStoreDriver)

/**
 * SimstowStoreCardDriverClass:
 *
 * What a driver has to give is in #SimstowStoreDriverClass.
 */
struct _SimstowStoreCardDriverClass {
    SimstowStoreDriverClass parent_class;
};

/**
 * simstow_store_card_driver_visit:
 * @self: a driver
 *
 * Returns: (transfer full): a visit with nothing to do yet; the one that stays, within a
 * batch
 */
SimstowVisit *
simstow_store_card_driver_visit (SimstowStoreCardDriver *self);

/**
 * simstow_store_card_driver_get_way:
 * @self: a driver
 *
 * Returns: (nullable): the way to the card that answered, as ListStores () names it
 */
const gchar *
simstow_store_card_driver_get_way (SimstowStoreCardDriver *self);

G_END_DECLS
