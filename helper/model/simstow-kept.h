/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes that are read more than once and may be more than fit into memory: a little lies
 * there, more in a file without a name, or in memory where no disk takes it. It may be what
 * somebody encrypted, so that there it is encrypted, too, with a key that only this process knows.
 */

#pragma once

#include <gio/gio.h>

typedef struct _SimstowKept SimstowKept;

/**
 * simstow_kept_new:
 *
 * Returns: (transfer full): no bytes yet
 */
SimstowKept *
simstow_kept_new (void);

void
simstow_kept_free (SimstowKept *kept);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowKept, simstow_kept_free)

/**
 * simstow_kept_get_size:
 *
 * Returns: how many there are, which is where the next ones will stand
 */
guint64
simstow_kept_get_size (const SimstowKept *kept);

/**
 * simstow_kept_append:
 * @data: further ones
 */
void
simstow_kept_append (SimstowKept *kept, gconstpointer data, gsize size);

/**
 * simstow_kept_read:
 * @offset: where to begin
 * @data: (out) (array length=size): where they go
 * @size: how many, all of which were appended
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_kept_read (SimstowKept *kept, guint64 offset, gpointer data, gsize size, GError **error);
