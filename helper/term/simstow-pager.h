/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is longer than the terminal goes through the user's pager. Where standard output
 * is no terminal, there is none.
 */

#pragma once

#include <glib.h>

typedef struct _SimstowPager SimstowPager;

/**
 * simstow_pager_new:
 * @lines: how many lines will come, roughly
 *
 * Begins to send standard output through SIMSTOW_PAGER, PAGER or else less, when all this does
 * not fit onto the terminal.
 *
 * Returns: (transfer full) (nullable): the pager, or %NULL when none is needed or there
 */
SimstowPager *
simstow_pager_new (guint64 lines);

/**
 * simstow_pager_free:
 * @pager: (transfer full): a pager
 *
 * Waits until the user has read enough.
 */
void
simstow_pager_free (SimstowPager *pager);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowPager, simstow_pager_free)
