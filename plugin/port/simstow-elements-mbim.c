/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Little-endian numbers and pairs of offset and size, through the bounds-checked
 * reader.
 */

#include "simstow-elements-mbim.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-reader.h"

/* Before the information of MBIM_COMMAND_DONE, MBIM 1.0 9.4.5 */
#define HEADER_SIZE 48

#define PAIR_SIZE 8

/* More elements than any memory has places */
#define ELEMENTS_MAX 65535

#define REPLACEMENT 0xFFFD

GBytes *
simstow_elements_mbim_dup_information (MbimMessage *response)
{
    guint32 length = 0;
    guint32 promised = 0;
    const guint8 *data = mbim_message_get_raw (response, &length, NULL);

    if (!data || length <= HEADER_SIZE)
        return g_bytes_new (NULL, 0);
    mbim_message_command_done_get_raw_information_buffer (response, &promised);
    return g_bytes_new (data + HEADER_SIZE, MIN (promised, length - HEADER_SIZE));
}

gboolean
simstow_elements_mbim_u32 (GBytes *bytes, gsize offset, guint32 *value, GError **error)
{
    SimstowReader reader;
    const guint8 *octets;

    simstow_reader_init_bytes (&reader, bytes);
    if (!simstow_reader_take (&reader, offset, &octets, error) ||
        !simstow_reader_take (&reader, sizeof *value, &octets, error))
        return FALSE;
    *value = octets[0] | octets[1] << 8 | octets[2] << 16 | (guint32) octets[3] << 24;
    return TRUE;
}

GBytes *
simstow_elements_mbim_dup_data (GBytes *bytes, gsize offset, GError **error)
{
    SimstowReader reader;
    const guint8 *unused;
    guint32 where, size;

    if (!simstow_elements_mbim_u32 (bytes, offset, &where, error) ||
        !simstow_elements_mbim_u32 (bytes, offset + sizeof where, &size, error))
        return NULL;
    if (size == 0)
        return g_bytes_new (NULL, 0);
    simstow_reader_init_bytes (&reader, bytes);
    if (!simstow_reader_take (&reader, where, &unused, error) ||
        !simstow_reader_take (&reader, size, &unused, error)) {
        g_prefix_error (error, "%u bytes at %u: ", size, where);
        return NULL;
    }
    return g_bytes_new_from_bytes (bytes, where, size);
}

static void
append_unit (GByteArray *big_endian, gunichar2 unit)
{
    const guint8 octets[] = {unit >> 8, unit & 0xFF};

    g_byte_array_append (big_endian, octets, sizeof octets);
}

/* The units up to a zero, which modems put at the end; those that stand for no character are
 * replaced */
static gchar *
decode_units (GArray *units, gboolean *valid)
{
    guint i;

    *valid = TRUE;
    if (units->len == 0)
        return g_strdup ("");
    for (i = 0; i < units->len; i++) {
        gunichar2 *unit = &g_array_index (units, gunichar2, i);
        gunichar2 next = i + 1 < units->len ? unit[1] : 0;

        if (*unit >= 0xD800 && *unit < 0xDC00 && next >= 0xDC00 && next < 0xE000) {
            i++;
        } else if (*unit >= 0xD800 && *unit < 0xE000) {
            *unit = REPLACEMENT;
            *valid = FALSE;
        }
    }
    return g_utf16_to_utf8 ((const gunichar2 *) (gpointer) units->data,
                            units->len,
                            NULL,
                            NULL,
                            NULL);
}

gchar *
simstow_elements_mbim_dup_text (GBytes *bytes, gsize offset, GBytes **raw, GError **error)
{
    g_autoptr (GBytes) data = simstow_elements_mbim_dup_data (bytes, offset, error);
    g_autoptr (GByteArray) big_endian = g_byte_array_new ();
    g_autoptr (GArray) units = g_array_new (FALSE, FALSE, sizeof (gunichar2));
    g_autofree gchar *text = NULL;
    gboolean valid;
    const guint8 *octets;
    gsize size, i;

    if (!data)
        return NULL;
    octets = g_bytes_get_data (data, &size);
    for (i = 0; i + 1 < size; i += 2) {
        gunichar2 unit = (gunichar2) (octets[i] | octets[i + 1] << 8);

        if (unit == 0)
            break;
        g_array_append_val (units, unit);
        append_unit (big_endian, unit);
    }
    text = decode_units (units, &valid);
    if (text && valid && (size % 2 == 0 || i + 1 < size))
        return g_steal_pointer (&text);
    if (raw && text && size % 2 == 0) {
        *raw = g_byte_array_free_to_bytes (g_steal_pointer (&big_endian));
        return g_steal_pointer (&text);
    }
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_INVALID_DATA,
                         "a string that is no UTF-16");
    return NULL;
}

static void
element_free (gpointer data)
{
    SimstowElementMbim *element = data;

    g_clear_pointer (&element->bytes, g_bytes_unref);
    g_free (element->fault);
    g_free (element);
}

/* What is there of @size bytes at @offset */
static SimstowElementMbim *
element_new (GBytes *information, guint number, guint32 offset, guint32 size)
{
    SimstowElementMbim *element = g_new0 (SimstowElementMbim, 1);
    gsize total = g_bytes_get_size (information);
    gsize there = offset < total ? MIN (size, total - offset) : 0;

    if (there > 0)
        element->bytes = g_bytes_new_from_bytes (information, offset, there);
    if (size == 0)
        element->fault = g_strdup_printf ("element %u of the answer is empty", number);
    else if (there < size)
        element->fault = g_strdup_printf ("element %u of the answer has %u bytes at %u, where the "
                                          "answer has %" G_GSIZE_FORMAT " in all",
                                          number,
                                          size,
                                          offset,
                                          total);
    return element;
}

GPtrArray *
simstow_elements_mbim_split (GBytes *information,
                             gsize offset,
                             gsize pairs,
                             guint *missing,
                             GError **error)
{
    g_autoptr (GPtrArray) elements = NULL;
    gsize total = g_bytes_get_size (information);
    gsize end = total;
    gsize at = pairs;
    guint32 count, where, size;

    if (!simstow_elements_mbim_u32 (information, offset, &count, error))
        return NULL;
    elements = g_ptr_array_new_with_free_func (element_free);
    for (; at + PAIR_SIZE <= end && elements->len < ELEMENTS_MAX; at += PAIR_SIZE) {
        gboolean counted = elements->len < count;

        simstow_elements_mbim_u32 (information, at, &where, NULL);
        simstow_elements_mbim_u32 (information, at + sizeof where, &size, NULL);
        /* what follows the pairs is the first element */
        if (!counted &&
            (size == 0 || where < at + PAIR_SIZE || where > total || size > total - where))
            break;
        if (size > 0 && where >= at + PAIR_SIZE)
            end = MIN (end, where);
        g_ptr_array_add (elements, element_new (information, elements->len + 1, where, size));
    }
    *missing = count > elements->len ? count - elements->len : 0;
    return g_steal_pointer (&elements);
}
