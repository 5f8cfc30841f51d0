/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options --latest, --all and --since: which records of a merged archive.
 */

#pragma once

#include "simstow-snapshot.h"

/**
 * SimstowChoice:
 * @latest: whether --latest was given
 * @all: whether --all was given
 * @since: (nullable): what was given with --since
 * @time: @since, seconds since 1970 UTC
 */
typedef struct {
    gboolean latest;
    gboolean all;
    gchar *since;
    gint64 time;
} SimstowChoice;

/**
 * simstow_choice_clear:
 * @choice: a choice
 */
void
simstow_choice_clear (SimstowChoice *choice);

/**
 * simstow_choice_check:
 * @choice: a choice as the options made it
 * @error: return location for a #SIMSTOW_ERROR_USAGE error
 *
 * A date without a time is midnight, a time without a zone is here.
 *
 * Returns: %FALSE with @error set when they contradict each other, or the date is none
 */
gboolean
simstow_choice_check (SimstowChoice *choice, GError **error);

/**
 * simstow_choice_apply:
 * @choice: a choice that was checked
 * @snapshot: what an archive holds
 *
 * Leaves out what is not wanted; without any of the options, as with --latest.
 *
 * Returns: how many records were left out
 */
guint
simstow_choice_apply (const SimstowChoice *choice, SimstowSnapshot *snapshot);
