/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Differences for people.
 */

#pragma once

#include "simstow-diff.h"

/**
 * simstow_view_diff:
 * @items: (element-type SimstowDiffItem): differences
 * @name_a: what the first is called
 * @name_b: what the second is called
 *
 * Prints what only the first has, what only the second has, and what changed.
 */
void
simstow_view_diff (const GPtrArray *items, const gchar *name_a, const gchar *name_b);

/**
 * simstow_view_describe_difference:
 * @item: a difference
 *
 * Returns: (transfer full): what differs, on one line
 */
gchar *
simstow_view_describe_difference (const SimstowDiffItem *item);
