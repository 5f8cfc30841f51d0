/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading back what was written: a run a store rather than a call a record.
 */

#pragma once

#include "simstow-modem.h"
#include "simstow-plan.h"

/**
 * simstow_read_back:
 * @stores: the modem's stores
 * @items: (element-type SimstowPlanItem): steps that were carried out: records
 *     written, with the index they were written to, and records erased
 * @error: return location for an error that ends all
 *
 * Sets each step's fate by what the modem now holds. Where reading marks unread
 * messages as read, those that were written as unread are written once more.
 *
 * Returns: %FALSE with @error set when the modem went away; the fate of what
 * could not be read back is failed then
 */
gboolean
simstow_read_back (SimstowDriver *stores, GPtrArray *items, GError **error);
