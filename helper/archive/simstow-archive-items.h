/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All items of an archive, one after the other, whether it is encrypted or not.
 */

#pragma once

#include "simstow-archive-reader.h"

/**
 * SimstowItemFunc:
 * @item: an item, in the end %SIMSTOW_ITEM_END; what is stolen from it is the callee's
 * @user_data: the caller's
 * @error: return location for an error
 *
 * Returns: %FALSE with @error set to read no further
 */
typedef gboolean (*SimstowItemFunc) (SimstowItem *item, gpointer user_data, GError **error);

/**
 * simstow_archive_each_item:
 * @stream: an archive that is not encrypted
 * @wanted: flags (1 << #SimstowItemKind) of what to decode
 * @func: (nullable): called for each item that is wanted, and at the end
 * @user_data: for @func
 * @cancellable: (nullable): to stop it
 * @error: return location for an error
 *
 * Returns: %FALSE with @error set when the archive is not whole, or @func stopped it
 */
gboolean
simstow_archive_each_item (GInputStream *stream,
                           guint wanted,
                           SimstowItemFunc func,
                           gpointer user_data,
                           GCancellable *cancellable,
                           GError **error);

/**
 * simstow_archive_each_encrypted_item:
 * @fd: an archive that is encrypted, in a file that can be sought
 * @keys: (nullable): how to decrypt it
 * @wanted: flags (1 << #SimstowItemKind) of what to decode
 * @func: (nullable): called for each item that is wanted, and at the end
 * @user_data: for @func
 * @cancellable: (nullable): to stop it
 * @error: return location for an error
 *
 * Decrypts once. What @func sees is known to be whole only when this returns %TRUE.
 *
 * Returns: %FALSE with @error set when the archive is not whole, or @func stopped it
 */
gboolean
simstow_archive_each_encrypted_item (gint fd,
                                     const SimstowArchiveKeys *keys,
                                     guint wanted,
                                     SimstowItemFunc func,
                                     gpointer user_data,
                                     GCancellable *cancellable,
                                     GError **error);
