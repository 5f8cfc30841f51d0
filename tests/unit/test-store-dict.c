/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dictionaries made by hand are, octet for octet, those that GVariantBuilder makes.
 */

#include "simstow-store-dict.h"

#include <string.h>

static void
check_same (SimstowStoreDict *dict, GVariantBuilder *builder)
{
    g_autoptr (GVariant) made = g_variant_ref_sink (simstow_store_dict_end (dict));
    g_autoptr (GVariant) wanted = g_variant_ref_sink (g_variant_builder_end (builder));

    g_assert_true (g_variant_is_of_type (made, G_VARIANT_TYPE_VARDICT));
    g_assert_cmpmem (g_variant_get_data (made),
                     g_variant_get_size (made),
                     g_variant_get_data (wanted),
                     g_variant_get_size (wanted));
    g_assert_true (g_variant_is_normal_form (made));
}

static void
test_empty (void)
{
    SimstowStoreDict dict;
    GVariantBuilder builder;

    simstow_store_dict_init (&dict);
    g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
    check_same (&dict, &builder);
}

/* One of each type; the text and the bytes so long that offsets of each size are met */
static void
check_length (gsize length)
{
    g_autofree gchar *text = g_strnfill (length, 'x');
    g_autoptr (GBytes) bytes = g_bytes_new (text, length);
    SimstowStoreDict dict;
    GVariantBuilder builder;

    simstow_store_dict_init (&dict);
    simstow_store_dict_add_uint (&dict, "index", 0x01020304);
    simstow_store_dict_add_text (&dict, "name", text);
    simstow_store_dict_add_boolean (&dict, "hidden", TRUE);
    simstow_store_dict_add_bytes (&dict, "name-raw", bytes);
    simstow_store_dict_add_boolean (&dict, "extended", FALSE);
    g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add (&builder, "{sv}", "index", g_variant_new_uint32 (0x01020304));
    g_variant_builder_add (&builder, "{sv}", "name", g_variant_new_string (text));
    g_variant_builder_add (&builder, "{sv}", "hidden", g_variant_new_boolean (TRUE));
    g_variant_builder_add (&builder,
                           "{sv}",
                           "name-raw",
                           g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE));
    g_variant_builder_add (&builder, "{sv}", "extended", g_variant_new_boolean (FALSE));
    check_same (&dict, &builder);
}

static void
test_lengths (void)
{
    gsize length;

    for (length = 0; length < 600; length++)
        check_length (length);
    for (length = 32500; length < 32800; length++)
        check_length (length);
    for (length = 65300; length < 65600; length++)
        check_length (length);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/store-dict/empty", test_empty);
    g_test_add_func ("/store-dict/lengths", test_lengths);
    return g_test_run ();
}
