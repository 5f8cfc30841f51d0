/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The form is that of the GVariant specification, 2.3 to 2.5. Each entry, and the
 * value in it, begins at a multiple of eight; behind the last value of a container
 * stand the ends of those of its parts whose size is not fixed.
 */

#include "simstow-store-dict.h"

#include <string.h>

#define ALIGNMENT 8

void
simstow_store_dict_init (SimstowStoreDict *dict)
{
    dict->bytes = g_byte_array_sized_new (256);
    dict->ends = g_array_new (FALSE, FALSE, sizeof (gsize));
}

static void
append (SimstowStoreDict *dict, gconstpointer data, gsize size)
{
    g_byte_array_append (dict->bytes, data, (guint) size);
}

static void
align (SimstowStoreDict *dict)
{
    static const guint8 zeros[ALIGNMENT] = {0};

    append (dict, zeros, (ALIGNMENT - dict->bytes->len % ALIGNMENT) % ALIGNMENT);
}

/* As many octets as the size of a container with its offsets asks for */
static gsize
offset_size (gsize body, gsize count)
{
    gsize size = 1;

    while (size < sizeof (guint64) && body + count * size > ((gsize) 1 << (8 * size)) - 1)
        size *= 2;
    return size;
}

static void
append_offset (SimstowStoreDict *dict, gsize offset, gsize size)
{
    guint64 little = GUINT64_TO_LE (offset);

    append (dict, &little, size);
}

/* A key and its value, a variant: the value, a zero, its type */
static void
add (SimstowStoreDict *dict, const gchar *key, const gchar *type, gconstpointer value, gsize size)
{
    gsize start, key_end, end;

    align (dict);
    start = dict->bytes->len;
    append (dict, key, strlen (key) + 1);
    key_end = dict->bytes->len - start;
    align (dict);
    append (dict, value, size);
    append (dict, "", 1);
    append (dict, type, strlen (type));
    append_offset (dict, key_end, offset_size (dict->bytes->len - start, 1));
    end = dict->bytes->len;
    g_array_append_val (dict->ends, end);
}

void
simstow_store_dict_add_text (SimstowStoreDict *dict, const gchar *key, const gchar *text)
{
    add (dict, key, "s", text, strlen (text) + 1);
}

void
simstow_store_dict_add_uint (SimstowStoreDict *dict, const gchar *key, guint32 number)
{
    add (dict, key, "u", &number, sizeof (number));
}

void
simstow_store_dict_add_boolean (SimstowStoreDict *dict, const gchar *key, gboolean value)
{
    const guint8 octet = value ? 1 : 0;

    add (dict, key, "b", &octet, sizeof (octet));
}

void
simstow_store_dict_add_bytes (SimstowStoreDict *dict, const gchar *key, GBytes *bytes)
{
    gsize size;
    gconstpointer data = g_bytes_get_data (bytes, &size);

    add (dict, key, "ay", data, size);
}

GVariant *
simstow_store_dict_end (SimstowStoreDict *dict)
{
    gsize size = offset_size (dict->bytes->len, dict->ends->len);
    g_autoptr (GBytes) bytes = NULL;
    guint i;

    for (i = 0; i < dict->ends->len; i++)
        append_offset (dict, g_array_index (dict->ends, gsize, i), size);
    g_array_unref (dict->ends);
    bytes = g_byte_array_free_to_bytes (dict->bytes);
    /* GVariant need not trust it: whoever looks into it finds at worst default values */
    return g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, bytes, FALSE);
}
