/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bounds-checked cursor: every step goes through simstow_reader_take ().
 */

#include "simstow-reader.h"

#include "simstow-error.h"

void
simstow_reader_init (SimstowReader *reader, const guint8 *data, gsize size)
{
    /* no bytes are a place too: nothing is added to a null pointer */
    reader->data = data ? data : (const guint8 *) "";
    reader->size = data ? size : 0;
    reader->offset = 0;
}

void
simstow_reader_init_bytes (SimstowReader *reader, GBytes *bytes)
{
    gsize size;
    const guint8 *data = g_bytes_get_data (bytes, &size);

    simstow_reader_init (reader, data, size);
}

gsize
simstow_reader_remaining (const SimstowReader *reader)
{
    return reader->size - reader->offset;
}

gboolean
simstow_reader_take (SimstowReader *reader, gsize size, const guint8 **data, GError **error)
{
    if (size > simstow_reader_remaining (reader)) {
        simstow_error_set (error,
                           SIMSTOW_ERROR_INVALID_DATA,
                           "cut short: %" G_GSIZE_FORMAT " bytes wanted at offset %" G_GSIZE_FORMAT
                           ", %" G_GSIZE_FORMAT " left",
                           size,
                           reader->offset,
                           simstow_reader_remaining (reader));
        simstow_error_set_incomplete (error != NULL ? *error : NULL);
        return FALSE;
    }
    *data = reader->data + reader->offset;
    reader->offset += size;
    return TRUE;
}

gboolean
simstow_reader_peek_u8 (const SimstowReader *reader, guint8 *value, GError **error)
{
    SimstowReader ahead = *reader;

    return simstow_reader_u8 (&ahead, value, error);
}

gboolean
simstow_reader_u8 (SimstowReader *reader, guint8 *value, GError **error)
{
    const guint8 *data;

    if (!simstow_reader_take (reader, 1, &data, error))
        return FALSE;
    *value = data[0];
    return TRUE;
}

gboolean
simstow_reader_u16_be (SimstowReader *reader, guint16 *value, GError **error)
{
    const guint8 *data;

    if (!simstow_reader_take (reader, 2, &data, error))
        return FALSE;
    *value = (guint16) (data[0] << 8 | data[1]);
    return TRUE;
}

gsize
simstow_reader_find (const SimstowReader *reader, guint8 one, guint8 other)
{
    const guint8 *start = reader->data + reader->offset;
    const guint8 *end = start + simstow_reader_remaining (reader);
    const guint8 *at = start;

    while (at < end && *at != one && *at != other)
        at++;
    return (gsize) (at - start);
}

gboolean
simstow_reader_sub (SimstowReader *reader, gsize size, SimstowReader *sub, GError **error)
{
    const guint8 *data;

    if (!simstow_reader_take (reader, size, &data, error))
        return FALSE;
    simstow_reader_init (sub, data, size);
    return TRUE;
}
