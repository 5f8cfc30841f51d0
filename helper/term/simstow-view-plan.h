/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A restore plan for people: what will be done, and what became of it.
 */

#pragma once

#include "simstow-plan.h"

/**
 * simstow_view_plan:
 * @plan: a plan that was not replayed yet
 * @details: whether each step is listed, or only what cannot be done and what is erased
 * @aside: whether it goes to standard error
 *
 * Prints how many steps of each sort there are, and the reasons.
 */
void
simstow_view_plan (const SimstowPlan *plan, gboolean details, gboolean aside);

/**
 * simstow_view_outcome:
 * @plan: a plan that was replayed, to the end or not
 * @aside: whether it goes to standard error
 *
 * Prints how many steps were done, and each that was not, with the reason.
 */
void
simstow_view_outcome (const SimstowPlan *plan, gboolean aside);

/**
 * simstow_view_describe_step:
 * @item: a step of a plan
 *
 * Returns: (transfer full): what it is about, on one line
 */
gchar *
simstow_view_describe_step (const SimstowPlanItem *item);
