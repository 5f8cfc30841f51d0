/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Information buffers of MBIM.
 */

#include "sim-mbim-buffer.h"

#include <string.h>

struct _SimMbimWriter {
    GByteArray *fixed;
    GPtrArray *data;
    GArray *places; /* where the offset of each data is */
};

const guint8 *
sim_mbim_read_fixed (SimMbimReader *reader, gsize size)
{
    const guint8 *data = reader->data + reader->at;

    if (reader->bad || size > reader->size - reader->at) {
        reader->bad = TRUE;
        return NULL;
    }
    reader->at += size;
    return data;
}

guint32
sim_mbim_read_u32 (SimMbimReader *reader)
{
    const guint8 *data = sim_mbim_read_fixed (reader, 4);

    return data == NULL ? 0 : data[0] | data[1] << 8 | data[2] << 16 | (guint32) data[3] << 24;
}

const guint8 *
sim_mbim_read_data (SimMbimReader *reader, gboolean reversed, gsize *size)
{
    guint32 first = sim_mbim_read_u32 (reader);
    guint32 second = sim_mbim_read_u32 (reader);
    guint32 offset = reversed ? second : first;

    *size = reversed ? first : second;
    if (*size == 0) {
        return NULL;
    }
    if (reader->bad || offset > reader->size || *size > reader->size - offset) {
        reader->bad = TRUE;
        *size = 0;
        return NULL;
    }
    return reader->data + offset;
}

gunichar2 *
sim_mbim_read_text (SimMbimReader *reader)
{
    gsize size;
    const guint8 *data = sim_mbim_read_data (reader, FALSE, &size);
    gunichar2 *text = g_new0 (gunichar2, size / 2 + 1);

    for (gsize i = 0; i < size / 2; i++) {
        text[i] = data[2 * i] | data[2 * i + 1] << 8;
    }
    return text;
}

gchar *
sim_mbim_read_utf8 (SimMbimReader *reader)
{
    g_autofree gunichar2 *text = sim_mbim_read_text (reader);
    gchar *utf8 = g_utf16_to_utf8 (text, -1, NULL, NULL, NULL);

    reader->bad = reader->bad || utf8 == NULL;
    return utf8 == NULL ? g_strdup ("") : utf8;
}

SimMbimWriter *
sim_mbim_writer_new (void)
{
    SimMbimWriter *writer = g_new0 (SimMbimWriter, 1);

    writer->fixed = g_byte_array_new ();
    writer->data = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
    writer->places = g_array_new (FALSE, FALSE, sizeof (guint));
    return writer;
}

void
sim_mbim_writer_free (SimMbimWriter *writer)
{
    g_byte_array_unref (writer->fixed);
    g_ptr_array_unref (writer->data);
    g_array_unref (writer->places);
    g_free (writer);
}

static void
pad (GByteArray *bytes)
{
    static const guint8 zeros[4] = {0};

    g_byte_array_append (bytes, zeros, (4 - bytes->len % 4) % 4);
}

GByteArray *
sim_mbim_writer_finish (SimMbimWriter *writer)
{
    GByteArray *bytes = g_byte_array_ref (writer->fixed);

    pad (bytes);
    for (guint i = 0; i < writer->data->len; i++) {
        const GByteArray *data = g_ptr_array_index (writer->data, i);
        guint32 offset = GUINT32_TO_LE (bytes->len);

        memcpy (bytes->data + g_array_index (writer->places, guint, i), &offset, sizeof offset);
        g_byte_array_append (bytes, data->data, data->len);
        pad (bytes);
    }
    sim_mbim_writer_free (writer);
    return bytes;
}

void
sim_mbim_write_u32 (SimMbimWriter *writer, guint32 value)
{
    guint32 bytes = GUINT32_TO_LE (value);

    sim_mbim_write_fixed (writer, (const guint8 *) &bytes, sizeof bytes);
}

void
sim_mbim_write_u64 (SimMbimWriter *writer, guint64 value)
{
    guint64 bytes = GUINT64_TO_LE (value);

    sim_mbim_write_fixed (writer, (const guint8 *) &bytes, sizeof bytes);
}

void
sim_mbim_write_fixed (SimMbimWriter *writer, const guint8 *data, gsize size)
{
    g_byte_array_append (writer->fixed, data, size);
}

void
sim_mbim_write_data (SimMbimWriter *writer, gboolean reversed, const guint8 *data, gsize size)
{
    guint place = writer->fixed->len + (reversed ? 4 : 0);
    GByteArray *copy;

    sim_mbim_write_u32 (writer, reversed ? size : 0);
    sim_mbim_write_u32 (writer, reversed ? 0 : size);
    if (size == 0) {
        return;
    }
    copy = g_byte_array_new ();
    g_byte_array_append (copy, data, size);
    g_ptr_array_add (writer->data, copy);
    g_array_append_val (writer->places, place);
}

void
sim_mbim_write_text (SimMbimWriter *writer, const gunichar2 *text)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();

    for (; text != NULL && *text != 0; text++) {
        const guint8 unit[] = {*text & 0xFF, *text >> 8};

        g_byte_array_append (bytes, unit, sizeof unit);
    }
    sim_mbim_write_data (writer, FALSE, bytes->data, bytes->len);
}

void
sim_mbim_write_utf8 (SimMbimWriter *writer, const gchar *text)
{
    g_autofree gunichar2 *units =
        text == NULL ? NULL : g_utf8_to_utf16 (text, -1, NULL, NULL, NULL);

    sim_mbim_write_text (writer, units);
}

void
sim_mbim_write_element (SimMbimWriter *writer, SimMbimWriter *element)
{
    g_autoptr (GByteArray) bytes = sim_mbim_writer_finish (element);

    sim_mbim_write_data (writer, FALSE, bytes->data, bytes->len);
}
