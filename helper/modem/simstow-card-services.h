/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the card itself says that it has, where files were not found: EF_UST, 3GPP TS 31.102
 * 4.2.8, and EF_ICCID, which every card has.
 */

#pragma once

#include "simstow-conversation.h"

/* Services of EF_UST */
#define SIMSTOW_SERVICE_PHONEBOOK 1
#define SIMSTOW_SERVICE_FDN       2
#define SIMSTOW_SERVICE_SDN       4
#define SIMSTOW_SERVICE_OCI       8
#define SIMSTOW_SERVICE_ICI       9
#define SIMSTOW_SERVICE_SMS       10
#define SIMSTOW_SERVICE_MSISDN    21

/**
 * simstow_card_services_read:
 * @conversation: who talks with the plugin
 * @nothing: whether no other file was found: then a card without EF_ICCID is none that was read
 * @declared: (out) (transfer full) (nullable): EF_UST, where there is one
 * @cancellable: (nullable): to stop it
 * @error: return location for a #SimstowError
 *
 * Asks which services the card declares.
 *
 * Returns: %FALSE with @error set when nothing that the card says can be believed
 */
gboolean
simstow_card_services_read (SimstowConversation *conversation,
                            gboolean nothing,
                            GBytes **declared,
                            GCancellable *cancellable,
                            GError **error);

/**
 * simstow_card_services_dup_fault:
 * @declared: (nullable): EF_UST
 * @service: a service's number, 0 for none
 * @path: a file that was not found
 *
 * Returns: (transfer full) (nullable): what is wrong with that, %NULL when the card does not
 * declare the service
 */
gchar *
simstow_card_services_dup_fault (GBytes *declared, guint service, const gchar *path);
