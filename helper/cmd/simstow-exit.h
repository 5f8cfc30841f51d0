/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exit statuses, and what an error means for them. The numbers are promised in
 * simstow(1).
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowExit:
 * @SIMSTOW_EXIT_DONE: done
 * @SIMSTOW_EXIT_FAILED: failed; nothing was changed or written
 * @SIMSTOW_EXIT_USAGE: a command line that makes no sense
 * @SIMSTOW_EXIT_INCOMPLETE: done, but not all; each problem was listed
 * @SIMSTOW_EXIT_DAMAGED: the archive is damaged
 * @SIMSTOW_EXIT_DECRYPT: the archive cannot be decrypted
 * @SIMSTOW_EXIT_TOO_NEW: the archive's format is too new
 * @SIMSTOW_EXIT_NO_MODEM: no modem, or no ModemManager
 * @SIMSTOW_EXIT_DENIED: not permitted
 * @SIMSTOW_EXIT_CUT_SHORT: the archive is cut short
 */
typedef enum {
    SIMSTOW_EXIT_DONE = 0,
    SIMSTOW_EXIT_FAILED = 1,
    SIMSTOW_EXIT_USAGE = 2,
    SIMSTOW_EXIT_INCOMPLETE = 3,
    SIMSTOW_EXIT_DAMAGED = 4,
    SIMSTOW_EXIT_DECRYPT = 5,
    SIMSTOW_EXIT_TOO_NEW = 6,
    SIMSTOW_EXIT_NO_MODEM = 7,
    SIMSTOW_EXIT_DENIED = 8,
    SIMSTOW_EXIT_CUT_SHORT = 9,
} SimstowExit;

/**
 * simstow_exit_from_error:
 * @error: an error that ended a verb
 *
 * Returns: the exit status it stands for
 */
SimstowExit
simstow_exit_from_error (const GError *error);

/**
 * simstow_exit_hint:
 * @error: an error that ended a verb
 *
 * Returns: (transfer none) (nullable): the way out, translated, where the error
 * itself cannot know it
 */
const gchar *
simstow_exit_hint (const GError *error);

/**
 * simstow_exit_report:
 * @error: an error that ended a verb, or one part of it
 *
 * Prints the error with the way out.
 *
 * Returns: the exit status it stands for
 */
SimstowExit
simstow_exit_report (const GError *error);
