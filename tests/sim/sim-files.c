/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Elementary files made from the SIM's identity: TS 102 221 13.2, TS 31.102 4.2.
 */

#include "sim-files.h"

#include <string.h>

#define EF_ICCID    0x2FE2
#define EF_IMSI     0x6F07
#define EF_SPN      0x6F46
#define EF_AD       0x6FAD
#define ICCID_BYTES 10
#define SPN_BYTES   17

GByteArray *
sim_files_bytes_from_hex (const gchar *hex)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();

    for (; hex[0]; hex += 2) {
        gint high = g_ascii_xdigit_value (hex[0]);
        gint low = high >= 0 ? g_ascii_xdigit_value (hex[1]) : -1;
        guint8 byte = high << 4 | low;

        if (low < 0)
            return NULL;
        g_byte_array_append (bytes, &byte, 1);
    }
    return g_steal_pointer (&bytes);
}

/* Digits two a byte, the first in the low half, F where there are none */
static void
append_swapped (GByteArray *bytes, const gchar *digits, guint length)
{
    gsize n = strlen (digits);

    for (gsize i = 0; i < length * 2; i += 2) {
        guint8 low = i < n ? g_ascii_xdigit_value (digits[i]) : 0xF;
        guint8 high = i + 1 < n ? g_ascii_xdigit_value (digits[i + 1]) : 0xF;
        guint8 byte = high << 4 | low;

        g_byte_array_append (bytes, &byte, 1);
    }
}

static GByteArray *
make_iccid (const SimStore *store)
{
    GByteArray *bytes = g_byte_array_new ();

    append_swapped (bytes, store->iccid, ICCID_BYTES);
    return bytes;
}

/* TS 31.102 4.2.2: length, then a 9 for an odd number of digits before them */
static GByteArray *
make_imsi (const SimStore *store)
{
    GByteArray *bytes = g_byte_array_new ();
    g_autofree gchar *digits =
        g_strconcat (strlen (store->imsi) % 2 ? "9" : "1", store->imsi, NULL);
    guint8 length = (strlen (digits) + 1) / 2;

    g_byte_array_append (bytes, &length, 1);
    append_swapped (bytes, digits, 8);
    return bytes;
}

static GByteArray *
make_ad (const SimStore *store)
{
    guint8 values[] = {0x00, 0x00, 0x00, MAX (strlen (store->operator_code), 5) - 3};
    GByteArray *bytes = g_byte_array_new ();

    g_byte_array_append (bytes, values, sizeof (values));
    return bytes;
}

static GByteArray *
make_spn (const SimStore *store)
{
    guint8 values[SPN_BYTES] = {0};
    GByteArray *bytes = g_byte_array_new ();
    g_autofree gchar *name = g_str_to_ascii (store->operator_long, NULL);

    memset (values + 1, 0xFF, SPN_BYTES - 1);
    memcpy (values + 1, name, MIN (strlen (name), SPN_BYTES - 1));
    g_byte_array_append (bytes, values, sizeof (values));
    return bytes;
}

static void
add_file (SimStore *store, guint id, GByteArray *(*make) (const SimStore *) )
{
    if (!g_hash_table_contains (store->files, GUINT_TO_POINTER (id)))
        g_hash_table_insert (store->files, GUINT_TO_POINTER (id), make (store));
}

void
sim_files_fill (SimStore *store)
{
    add_file (store, EF_ICCID, make_iccid);
    add_file (store, EF_IMSI, make_imsi);
    add_file (store, EF_AD, make_ad);
    add_file (store, EF_SPN, make_spn);
}
