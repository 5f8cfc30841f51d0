/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Differences between two eUICCs: their profiles, and what can be set on them.
 */

#pragma once

#include "simstow-snapshot.h"

/**
 * simstow_diff_esim:
 * @items: (element-type SimstowDiffItem): where to add what differs
 * @a: (nullable): an eUICC
 * @b: (nullable): another
 *
 * Compares profiles by ICCID, their nickname and state, and the default server.
 */
void
simstow_diff_esim (GPtrArray *items, const SimstowEsim *a, const SimstowEsim *b);
