/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files without a name, for what has to be read more than once; they are gone with
 * whoever has them open, however that ends.
 */

#pragma once

#include <gio/gio.h>

/**
 * simstow_spool_new:
 * @encrypted: whether what goes into it is; only that may lie on a disk
 *
 * Returns: a file descriptor to write to and read from, or -1 with @error set
 */
gint
simstow_spool_new (gboolean encrypted, GError **error);

/**
 * simstow_spool_write:
 * @fd: any file descriptor
 *
 * Writes all of them, whatever interrupts it.
 *
 * Returns: %FALSE with errno set
 */
gboolean
simstow_spool_write (gint fd, gconstpointer data, gsize size);
