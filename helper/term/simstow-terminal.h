/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way out: all that people read goes through here and is made harmless on
 * the way, whatever it was put together from.
 */

#pragma once

#include <gio/gio.h>

/**
 * simstow_terminal_is:
 * @fd: a file descriptor
 *
 * Returns: whether @fd is a terminal that can move its cursor
 */
gboolean
simstow_terminal_is (gint fd);

/**
 * simstow_terminal_width:
 * @fd: a file descriptor
 *
 * Returns: the terminal's columns, 0 when @fd is none: as wide as it takes
 */
guint
simstow_terminal_width (gint fd);

/**
 * simstow_terminal_print:
 * @format: what to say, printf-like, with its line feed
 * @...: arguments
 *
 * Writes to standard output.
 */
void
simstow_terminal_print (const gchar *format, ...) G_GNUC_PRINTF (1, 2);

/**
 * simstow_terminal_note:
 * @format: what to say, printf-like, with its line feed
 * @...: arguments
 *
 * Writes to standard error.
 */
void
simstow_terminal_note (const gchar *format, ...) G_GNUC_PRINTF (1, 2);

/**
 * simstow_terminal_say:
 * @aside: whether it goes to standard error, because standard output carries data
 * @format: what to say, printf-like, with its line feed
 * @...: arguments
 *
 * Writes to the one or the other.
 */
void
simstow_terminal_say (gboolean aside, const gchar *format, ...) G_GNUC_PRINTF (2, 3);

/**
 * simstow_terminal_finish:
 * @error: return location for an error of %G_IO_ERROR, %G_IO_ERROR_BROKEN_PIPE when
 *     nobody reads any more
 *
 * Flushes standard output.
 *
 * Returns: %FALSE with @error set when not all of it could be written
 */
gboolean
simstow_terminal_finish (GError **error);
