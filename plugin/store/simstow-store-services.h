/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the card itself says that it has, where files were not found: EF_UST, 3GPP TS 31.102
 * 4.2.8, and EF_ICCID, which every card has.
 */

#pragma once

#include "simstow-visit.h"

/* Services of EF_UST */
#define SIMSTOW_SERVICE_PHONEBOOK 1
#define SIMSTOW_SERVICE_FDN       2
#define SIMSTOW_SERVICE_SDN       4
#define SIMSTOW_SERVICE_OCI       8
#define SIMSTOW_SERVICE_ICI       9
#define SIMSTOW_SERVICE_SMS       10
#define SIMSTOW_SERVICE_MSISDN    21

/**
 * SimstowServices:
 * @error: (nullable): why nothing that the card says can be believed
 *
 * What is known of the card's services, zeroed at first.
 */
typedef struct {
    GError *error;
    /*< private >*/
    gboolean nothing;
    GBytes *declared;
} SimstowServices;

/**
 * simstow_services_start:
 * @self: services
 * @visit: a visit in which files were not found
 * @nothing: whether none was
 *
 * Adds the step that asks; simstow_services_take () is called for each step that is done.
 */
void
simstow_services_start (SimstowServices *self, SimstowVisit *visit, gboolean nothing);

/**
 * simstow_services_take:
 * @self: services
 * @visit: the visit
 * @done: what was done
 *
 * Takes what a step found out. Where no other file was found either, a card without EF_ICCID
 * leaves @self with an error: it is no card that was read.
 */
void
simstow_services_take (SimstowServices *self, SimstowVisit *visit, const SimstowVisitStep *done);

/**
 * simstow_services_dup_fault:
 * @self: services
 * @service: its number, 0 for none
 * @path: a file that was not found
 *
 * Returns: (transfer full) (nullable): what is wrong with that, %NULL when the card does not
 * declare the service
 */
gchar *
simstow_services_dup_fault (const SimstowServices *self, guint service, const gchar *path);

/**
 * simstow_services_clear:
 * @self: services
 *
 * Forgets them.
 */
void
simstow_services_clear (SimstowServices *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowServices, simstow_services_clear)
