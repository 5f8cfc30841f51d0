/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A change of one field, in words.
 */

#pragma once

#include <glib.h>

/**
 * simstow_diff_change_append:
 * @what: the changes so far, with commas between
 * @field: what the field is called
 * @a: (nullable): its value on the first side
 * @b: (nullable): its value on the second; appends nothing when both are the same
 */
void
simstow_diff_change_append (GString *what, const gchar *field, const gchar *a, const gchar *b);
