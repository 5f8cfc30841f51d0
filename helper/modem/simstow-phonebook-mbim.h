/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The phonebook over MBIM, 1.0 10.5.34 to 10.5.38: the driver of "phonebook/sm" where the card
 * itself is out of reach. An entry has a number, which may be international, and a name.
 */

#pragma once

#include "simstow-driver.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_PHONEBOOK_MBIM (simstow_phonebook_mbim_get_type ())
G_DECLARE_FINAL_TYPE (SimstowPhonebookMbim,
                      simstow_phonebook_mbim,
                      SIMSTOW,
                      PHONEBOOK_MBIM,
                      SimstowDriver)

/**
 * simstow_phonebook_mbim_new:
 * @conversation: what to talk through
 *
 * Returns: (transfer full): the driver
 */
SimstowDriver *
simstow_phonebook_mbim_new (SimstowConversation *conversation);

G_END_DECLS
