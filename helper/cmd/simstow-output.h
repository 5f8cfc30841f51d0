/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A text in a file of its own: a report, a page.
 */

#pragma once

#include <glib.h>

/**
 * simstow_output_write:
 * @path: the file to write; a regular one is replaced
 * @text: what goes into it
 * @error: return location for an error: %SIMSTOW_ERROR_USAGE for a directory,
 *     %SIMSTOW_ERROR_EXISTS for a device or a pipe, one of %G_IO_ERROR
 *
 * Writes a file that only its owner may read, whole or not at all.
 *
 * Returns: %FALSE with @error set when nothing was written
 */
gboolean
simstow_output_write (const gchar *path, const gchar *text, GError **error);
