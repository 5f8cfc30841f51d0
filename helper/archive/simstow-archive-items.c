/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All items of an archive.
 */

#include "simstow-archive-items.h"

#include "simstow-crypt.h"

gboolean
simstow_archive_each_item (GInputStream *stream,
                           guint wanted,
                           SimstowItemFunc func,
                           gpointer user_data,
                           GCancellable *cancellable,
                           GError **error)
{
    g_autoptr (SimstowArchiveReader) reader =
        simstow_archive_reader_new (stream, wanted, cancellable);
    g_auto (SimstowItem) item = {SIMSTOW_ITEM_END};

    do {
        if (!simstow_archive_reader_next (reader, &item, error))
            return FALSE;
        if (func && !func (&item, user_data, error))
            return FALSE;
    } while (item.kind != SIMSTOW_ITEM_END);
    return TRUE;
}

/* What gpg says of the whole message comes before what was made of its text: a
 * wrong passphrase is not a damaged archive */
gboolean
simstow_archive_each_encrypted_item (gint fd,
                                     const SimstowArchiveKeys *keys,
                                     guint wanted,
                                     SimstowItemFunc func,
                                     gpointer user_data,
                                     GCancellable *cancellable,
                                     GError **error)
{
    g_autoptr (GError) reason = NULL;
    g_autoptr (SimstowCrypt) crypt = simstow_crypt_decrypt (keys, fd, error);
    gboolean whole;

    if (!crypt)
        return FALSE;
    whole = simstow_archive_each_item (simstow_crypt_get_input (crypt),
                                       wanted,
                                       func,
                                       user_data,
                                       cancellable,
                                       &reason);
    if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
        !simstow_crypt_finish (crypt, error))
        return FALSE;
    if (!whole)
        g_propagate_error (error, g_steal_pointer (&reason));
    return whole;
}
