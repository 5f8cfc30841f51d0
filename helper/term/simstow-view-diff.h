/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Differences for people.
 */

#pragma once

#include "simstow-diff.h"

typedef struct _SimstowDiffView SimstowDiffView;

/**
 * simstow_diff_view_new:
 * @name_a: what the first is called
 * @name_b: what the second is called
 *
 * Returns: (transfer full): a view of differences that are too many for memory:
 * all are added once, then those of each kind once more
 */
SimstowDiffView *
simstow_diff_view_new (const gchar *name_a, const gchar *name_b);

/**
 * simstow_diff_view_free:
 * @view: (transfer full): a view
 */
void
simstow_diff_view_free (SimstowDiffView *view);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowDiffView, simstow_diff_view_free)

/**
 * simstow_diff_view_add:
 * @item: a difference
 * @user_data: a #SimstowDiffView
 *
 * A #SimstowDiffFunc. Measures the difference; prints it when its kind has begun.
 */
void
simstow_diff_view_add (const SimstowDiffItem *item, gpointer user_data);

/**
 * simstow_diff_view_begin:
 * @view: a view to which all differences were added
 * @kind: a kind of differences
 *
 * Begins to print the differences of one kind, which are to be added again now.
 *
 * Returns: %FALSE when there are none
 */
gboolean
simstow_diff_view_begin (SimstowDiffView *view, SimstowDiffKind kind);

/**
 * simstow_view_describe_difference:
 * @item: a difference
 *
 * Returns: (transfer full): what differs, on one line
 */
gchar *
simstow_view_describe_difference (const SimstowDiffItem *item);
