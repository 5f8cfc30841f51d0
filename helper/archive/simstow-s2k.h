/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a passphrase is the right one for an OpenPGP message (RFC 4880 3.7, 5.3, 5.13), of
 * which any other part may be damaged. gpg looks at the first two blocks alone, so that a
 * changed byte there is a wrong passphrase to it. The key that belongs to the right one makes
 * sense of the message's end, whatever happened before.
 */

#pragma once

#include "simstow-openpgp.h"
#include "simstow-secret.h"

/**
 * SimstowS2kFit:
 * @SIMSTOW_S2K_UNKNOWN: the message is of a form that is not known here
 * @SIMSTOW_S2K_WRONG: it is another passphrase, or the packet for it is damaged
 * @SIMSTOW_S2K_RIGHT: it is the right passphrase
 */
typedef enum {
    SIMSTOW_S2K_UNKNOWN,
    SIMSTOW_S2K_WRONG,
    SIMSTOW_S2K_RIGHT,
} SimstowS2kFit;

/**
 * simstow_s2k_try:
 * @message: a message that was checked
 *
 * Tries the passphrase, which takes as long as its packet wants it to.
 *
 * Returns: whether it is the right one
 */
SimstowS2kFit
simstow_s2k_try (const SimstowOpenpgpMessage *message, const SimstowSecret *passphrase);
