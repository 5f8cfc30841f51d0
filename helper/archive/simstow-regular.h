/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files opened by a name that may be anything's: a FIFO would be waited for, a device
 * has no end, a socket cannot be read. The pipe of a process substitution, which no
 * directory holds, is as good as a file.
 */

#pragma once

#include <gio/gio.h>

/**
 * simstow_regular_open:
 * @error: return location for an error of %G_IO_ERROR: %G_IO_ERROR_IS_DIRECTORY,
 *     %G_IO_ERROR_NOT_REGULAR_FILE for anything else that is neither a file nor an
 *     unnamed pipe, or what the system says
 *
 * Never waits for anybody.
 *
 * Returns: a file descriptor to read from, or -1 with @error set
 */
gint
simstow_regular_open (const gchar *path, GError **error);

/**
 * simstow_regular_read:
 * @limit: how much of it there may be
 * @error: return location for an error as above, or %G_IO_ERROR_NO_SPACE for more
 *     than @limit
 *
 * Returns: (transfer full) (nullable): all that is in it, or %NULL with @error set
 */
GBytes *
simstow_regular_read (const gchar *path, gsize limit, GError **error);
