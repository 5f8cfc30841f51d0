/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BER-TLV data objects.
 */

#include "simstow-ber-tlv.h"

#include <string.h>

#include "simstow-error.h"

#define MAX_TAG_BYTES    3
#define MAX_LENGTH_BYTES 4

static gboolean
read_tag (SimstowReader *reader, guint32 *tag, GError **error)
{
    guint8 octet;
    guint n_bytes = 1;

    if (!simstow_reader_u8 (reader, &octet, error))
        return FALSE;
    *tag = octet;
    if ((octet & 0x1F) != 0x1F)
        return TRUE;
    do {
        if (!simstow_reader_u8 (reader, &octet, error))
            return FALSE;
        *tag = *tag << 8 | octet;
    } while ((octet & 0x80) && ++n_bytes < MAX_TAG_BYTES);
    if (octet & 0x80)
        return simstow_error_set (error, SIMSTOW_ERROR_INVALID_DATA, "a tag without end");
    return TRUE;
}

static gboolean
read_length (SimstowReader *reader, gsize *length, GError **error)
{
    guint8 octet;
    guint n_bytes;

    if (!simstow_reader_u8 (reader, &octet, error))
        return FALSE;
    *length = octet;
    if (octet < 0x80)
        return TRUE;
    n_bytes = octet & 0x7F;
    if (n_bytes == 0 || n_bytes > MAX_LENGTH_BYTES)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_INVALID_DATA,
                                  "a length of %u bytes",
                                  n_bytes);
    for (*length = 0; n_bytes > 0; n_bytes--) {
        if (!simstow_reader_u8 (reader, &octet, error))
            return FALSE;
        *length = *length << 8 | octet;
    }
    return TRUE;
}

gboolean
simstow_tlv_next (SimstowReader *reader, SimstowTlv *tlv, GError **error)
{
    SimstowReader ahead = *reader;
    gsize length;

    if (!read_tag (&ahead, &tlv->tag, error) || !read_length (&ahead, &length, error) ||
        !simstow_reader_sub (&ahead, length, &tlv->value, error)) {
        g_prefix_error (error, "data object at byte %" G_GSIZE_FORMAT ": ", reader->offset);
        return FALSE;
    }
    *reader = ahead;
    return TRUE;
}

gboolean
simstow_tlv_open (SimstowReader *reader, SimstowTlv *tlv, GError **error)
{
    SimstowReader ahead = *reader;
    SimstowReader indefinite;
    guint8 octet;
    gsize length;

    if (!read_tag (&ahead, &tlv->tag, error))
        return FALSE;
    indefinite = ahead;
    if (simstow_reader_u8 (&indefinite, &octet, NULL) && octet == 0x80)
        ahead = indefinite;
    else if (!read_length (&ahead, &length, error))
        return FALSE;
    if (!simstow_reader_sub (&ahead, simstow_reader_remaining (&ahead), &tlv->value, error))
        return FALSE;
    *reader = ahead;
    return TRUE;
}

gboolean
simstow_tlv_expect (SimstowReader *reader, guint32 tag, SimstowTlv *tlv, GError **error)
{
    if (!simstow_tlv_next (reader, tlv, error))
        return FALSE;
    if (tlv->tag != tag)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_INVALID_DATA,
                                  "data object %02X where %02X belongs",
                                  tlv->tag,
                                  tag);
    return TRUE;
}

gboolean
simstow_tlv_get_uint (const SimstowTlv *tlv, guint32 *value, GError **error)
{
    SimstowReader reader = tlv->value;
    guint8 octet = 0xFF;

    *value = 0;
    if (simstow_reader_remaining (&reader) > 5 || !simstow_reader_peek_u8 (&reader, &octet, NULL) ||
        (octet & 0x80) || (simstow_reader_remaining (&reader) == 5 && octet != 0))
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_INVALID_DATA,
                                  "no number in object %02X",
                                  tlv->tag);
    while (simstow_reader_u8 (&reader, &octet, NULL))
        *value = *value << 8 | octet;
    return TRUE;
}

GBytes *
simstow_tlv_dup_bytes (const SimstowTlv *tlv)
{
    SimstowReader reader = tlv->value;
    gsize size = simstow_reader_remaining (&reader);
    const guint8 *data;

    if (!simstow_reader_take (&reader, size, &data, NULL))
        return g_bytes_new (NULL, 0);
    return g_bytes_new (data, size);
}

gchar *
simstow_tlv_dup_text (const SimstowTlv *tlv)
{
    g_autoptr (GBytes) bytes = simstow_tlv_dup_bytes (tlv);
    g_autofree gchar *text = NULL;
    gsize size;
    const gchar *data = g_bytes_get_data (bytes, &size);

    text = g_strndup (data ? data : "", size);
    return g_utf8_make_valid (text, -1);
}
