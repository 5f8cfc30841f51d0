/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON of any size, an object at a time: lines, the elements of an array, or those of an array
 * that is the member of an object. What is cut out is checked by simstow-json-scanner.h. Strings
 * that nobody keeps, as pictures, are emptied on the way.
 */

#pragma once

#include "simstow-json-scanner.h"
#include "simstow-text-input.h"

typedef struct _SimstowJsonCutter SimstowJsonCutter;

/**
 * simstow_json_cutter_new:
 * @input: where it comes from; borrowed
 * @member: (nullable): the key of the array when it stands in an object
 * @losses: where what had to be replaced is counted; borrowed
 *
 * Without @member, what is no array is taken for objects one after the other.
 *
 * Returns: (transfer full): a cutter before the text
 */
SimstowJsonCutter *
simstow_json_cutter_new (SimstowTextInput *input, const gchar *member, SimstowLosses *losses);

void
simstow_json_cutter_free (SimstowJsonCutter *cutter);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowJsonCutter, simstow_json_cutter_free)

/**
 * simstow_json_cutter_next:
 * @object: (out): the next object, valid until the next step
 * @found: (out): whether there was one
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA or #SIMSTOW_ERROR_CUT_SHORT error
 *     with the line
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_json_cutter_next (SimstowJsonCutter *cutter,
                          SimstowJsonValue *object,
                          gboolean *found,
                          GError **error);
