/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The extended headers of a pax tar, POSIX.1-2008 pax, and what of them matters for whoever
 * only reads contents: the entry's name and size, and whether it has holes. Times, owners,
 * extended attributes and whatever else a program adds change no contents.
 */

#pragma once

#include <glib.h>

/* Far more than names need; extended attributes may be large */
#define SIMSTOW_PAX_LIMIT (1024 * 1024)

/**
 * SimstowPax:
 * @path: (nullable): the name of the entry that follows
 * @size: its size, when @has_size
 * @has_size: whether its size is told
 * @sparse: whether it has holes
 */
typedef struct {
    gchar *path;
    guint64 size;
    gboolean has_size;
    gboolean sparse;
} SimstowPax;

/**
 * simstow_pax_read:
 * @pax: what headers before the same entry told; gets what this one tells
 * @name: the name of the header's entry
 * @data: the header's records
 * @error: return location for a %SIMSTOW_ERROR_DAMAGED error that names the entry
 *
 * Returns: %FALSE with @error set when it is malformed
 */
gboolean
simstow_pax_read (SimstowPax *pax,
                  const gchar *name,
                  const guint8 *data,
                  gsize size,
                  GError **error);

/**
 * simstow_pax_clear:
 * @pax: what was told of an entry
 */
void
simstow_pax_clear (SimstowPax *pax);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowPax, simstow_pax_clear)
