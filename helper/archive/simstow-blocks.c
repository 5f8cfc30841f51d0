/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The blocks of a tar.
 */

#include "config.h"

#include "simstow-blocks.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "simstow-error.h"
#include "simstow-layout.h"

gboolean
simstow_blocks_refuse (const gchar *name, const gchar *why, GError **error)
{
    g_set_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_DAMAGED, "%s: %s", name, why);
    return FALSE;
}

gboolean
simstow_blocks_is_zero (const guint8 *data, gsize size)
{
    return size == 0 || (data[0] == 0 && memcmp (data, data + 1, size - 1) == 0);
}

gboolean
simstow_blocks_read (SimstowStream *stream, guint8 *block, GError **error)
{
    gsize filled = 0;

    memset (block, 0, SIMSTOW_TAR_BLOCK);
    while (filled < SIMSTOW_TAR_BLOCK) {
        const guint8 *data;
        gsize size;

        if (!simstow_stream_peek (stream, &data, &size, error))
            return FALSE;
        if (size == 0)
            return simstow_stream_set_ended (stream, error);
        size = MIN (size, SIMSTOW_TAR_BLOCK - filled);
        memcpy (block + filled, data, size);
        simstow_stream_skip (stream, size);
        filled += size;
    }
    return TRUE;
}

gboolean
simstow_blocks_skip_padding (SimstowStream *stream, const gchar *name, guint64 size, GError **error)
{
    gsize left = (SIMSTOW_TAR_BLOCK - size % SIMSTOW_TAR_BLOCK) % SIMSTOW_TAR_BLOCK;

    while (left > 0) {
        const guint8 *data;
        gsize got;

        if (!simstow_stream_peek (stream, &data, &got, error))
            return FALSE;
        if (got == 0)
            return simstow_stream_set_ended (stream, error);
        got = MIN (got, left);
        if (!simstow_blocks_is_zero (data, got))
            return simstow_blocks_refuse (name, _ ("damaged: its padding is not empty"), error);
        simstow_stream_skip (stream, got);
        left -= got;
    }
    return TRUE;
}

gboolean
simstow_blocks_check_end (SimstowStream *stream, GError **error)
{
    guint8 block[SIMSTOW_TAR_BLOCK];
    const guint8 *data = block;
    gsize size = sizeof block;

    if (!simstow_blocks_read (stream, block, error))
        return FALSE;
    while (size > 0) {
        if (!simstow_blocks_is_zero (data, size)) {
            g_set_error_literal (error,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_DAMAGED,
                                 _ ("the archive is damaged: something follows its end"));
            return FALSE;
        }
        if (data != block)
            simstow_stream_skip (stream, size);
        if (!simstow_stream_peek (stream, &data, &size, error))
            return FALSE;
    }
    return TRUE;
}

const gchar *
simstow_blocks_member_name (const SimstowTarHeader *header, const gchar *top, GError **error)
{
    gsize length = strlen (top);
    const gchar *name = header->name + length + 1;

    if (!header->directory && strncmp (header->name, top, length) == 0 &&
        header->name[length] == '/' && simstow_layout_is_safe_name (name))
        return name;
    simstow_blocks_refuse (
        header->name,
        _ ("not in a simstow archive: a name outside its directory, or an odd one"),
        error);
    return NULL;
}
