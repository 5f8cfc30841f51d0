/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The extended headers of a pax tar (IEEE Std 1003.1 pax, "pax Extended Header"), as
 * far as they tell nothing that matters: times and owners.
 */

#pragma once

#include <gio/gio.h>

/* No header of times and owners is longer */
#define SIMSTOW_PAX_LIMIT 8192

/**
 * simstow_pax_check:
 * @name: the header's name
 * @data: (array length=size): its records, "LENGTH KEY=VALUE\n"
 * @size: how many bytes
 * @error: return location for a %SIMSTOW_ERROR_DAMAGED error that names the header
 *
 * Returns: %FALSE with @error set for a record that is malformed, or of another key than
 * those of times and owners
 */
gboolean
simstow_pax_check (const gchar *name, const guint8 *data, gsize size, GError **error);
