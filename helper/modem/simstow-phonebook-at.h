/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Phonebooks and call lists over AT, 3GPP TS 27.007 8.11 to 8.14: the stores "phonebook/..." and
 * "calls/...".
 */

#pragma once

#include "simstow-driver.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_PHONEBOOK_AT (simstow_phonebook_at_get_type ())
G_DECLARE_FINAL_TYPE (SimstowPhonebookAt,
                      simstow_phonebook_at,
                      SIMSTOW,
                      PHONEBOOK_AT,
                      SimstowDriver)

/**
 * simstow_phonebook_at_new:
 * @conversation: a conversation with a modem that has an AT port
 *
 * Returns: (transfer full): the driver
 */
SimstowDriver *
simstow_phonebook_at_new (SimstowConversation *conversation);

G_END_DECLS
