/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as packed septets, and as a text to be packed.
 */

#include "simstow-alpha.h"
#include "simstow-gsm7.h"

#include "fuzz-replay.h"

/* What decodes without loss, encodes to septets that say the same */
static void
chew_septets (const guint8 *data, gsize size, SimstowGsm7Tables tables, guint fill_bits)
{
    g_autoptr (GByteArray) septets = simstow_gsm7_unpack (data, size, fill_bits, size * 2);
    g_autoptr (GByteArray) packed = g_byte_array_new ();
    g_autoptr (GByteArray) again = NULL;
    g_autofree gchar *text = NULL;
    g_autofree gchar *same = NULL;
    gboolean lossy = FALSE;

    text = simstow_gsm7_decode (septets->data, septets->len, tables, &lossy);
    g_assert_true (g_utf8_validate (text, -1, NULL));
    simstow_gsm7_pack (septets->data, septets->len, fill_bits, packed);
    again = simstow_gsm7_unpack (packed->data, packed->len, fill_bits, septets->len);
    g_assert_cmpmem (again->data, again->len, septets->data, septets->len);
    if (lossy)
        return;
    g_clear_pointer (&again, g_byte_array_unref);
    again = simstow_gsm7_encode (text, tables, NULL);
    g_assert_nonnull (again);
    same = simstow_gsm7_decode (again->data, again->len, tables, NULL);
    g_assert_cmpstr (same, ==, text);
}

static void
chew_text (const gchar *text, SimstowGsm7Tables tables)
{
    g_autoptr (GByteArray) septets = simstow_gsm7_encode (text, tables, NULL);
    g_autofree gchar *same = NULL;
    gboolean lossy = FALSE;

    if (!septets)
        return;
    same = simstow_gsm7_decode (septets->data, septets->len, tables, &lossy);
    g_assert_cmpstr (same, ==, text);
    g_assert_false (lossy);
}

static void
chew_ucs2 (const guint8 *data, gsize size)
{
    g_autoptr (GByteArray) octets = g_byte_array_new ();
    g_autofree gchar *text = NULL;
    gboolean lossy = FALSE;

    text = simstow_ucs2_decode (data, size, &lossy);
    g_assert_true (g_utf8_validate (text, -1, NULL));
    simstow_ucs2_encode (text, octets);
    if (!lossy)
        g_assert_cmpmem (octets->data, octets->len, data, size);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    g_autofree gchar *text = NULL;

    if (size < 3)
        return 0;
    chew_septets (data + 3, size - 3, (SimstowGsm7Tables){data[0], data[1]}, data[2] % 7);
    chew_ucs2 (data + 3, size - 3);
    text = g_utf8_make_valid ((const gchar *) data + 3, (gssize) size - 3);
    chew_text (text, (SimstowGsm7Tables){data[0], data[1]});
    return 0;
}
