/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stores "euicc", "euicc/2" and so on: the secure elements of an eUICC, through the door
 * "euicc", which knows requests by name and no others.
 */

#pragma once

#include "simstow-driver.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_ESIM_CARD (simstow_esim_card_get_type ())
G_DECLARE_FINAL_TYPE (SimstowEsimCard, simstow_esim_card, SIMSTOW, ESIM_CARD, SimstowDriver)

/**
 * simstow_esim_card_new:
 * @conversation: who talks with the plugin
 *
 * Returns: (transfer full): the driver
 */
SimstowDriver *
simstow_esim_card_new (SimstowConversation *conversation);

/**
 * simstow_esim_card_request:
 * @conversation: who talks with the plugin
 * @request: "nickname", "default-smdp", "enable" or "disable"
 * @iccid: (nullable): the profile it is about
 * @value: (nullable): the nickname or the address
 * @cancellable: (nullable): to stop waiting before it is sent
 * @error: return location for a #SimstowError
 *
 * Has the eUICC change something.
 *
 * Returns: %FALSE with @error set when it was not done
 */
gboolean
simstow_esim_card_request (SimstowConversation *conversation,
                           const gchar *request,
                           const gchar *iccid,
                           const gchar *value,
                           GCancellable *cancellable,
                           GError **error);

G_END_DECLS
