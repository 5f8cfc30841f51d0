/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as vCards: what is read, is read alike once written anew.
 */

#include "simstow-vcard.h"

#include "fuzz-replay.h"

static void
copy_property (SimstowVcard *card, const SimstowVcardProperty *property)
{
    g_autofree gchar *text = simstow_vcard_property_get_text (property);
    g_autofree gchar *number = simstow_vcard_property_get_number (property);
    g_auto (GStrv) fields = simstow_vcard_property_get_fields (property, ';');

    g_assert_true (g_utf8_validate (text, -1, NULL));
    g_assert_true (g_utf8_validate (number, -1, NULL));
    g_assert_nonnull (fields[0]);
    if (!g_str_equal (property->name, "BEGIN") && !g_str_equal (property->name, "END") &&
        !g_str_equal (property->name, "VERSION"))
        simstow_vcard_add_text (card, property->name, text);
}

static void
check_same (const SimstowVcard *one, const SimstowVcard *two)
{
    guint i;

    g_assert_cmpuint (one->properties->len, ==, two->properties->len);
    for (i = 0; i < one->properties->len; i++) {
        const SimstowVcardProperty *first = g_ptr_array_index (one->properties, i);
        const SimstowVcardProperty *second = g_ptr_array_index (two->properties, i);

        g_assert_cmpstr (first->name, ==, second->name);
        g_assert_cmpstr (first->value, ==, second->value);
    }
}

static void
chew (const SimstowVcard *card)
{
    g_autoptr (SimstowVcard) copy = simstow_vcard_new ();
    g_autoptr (GPtrArray) again = NULL;
    g_autoptr (GString) out = g_string_new (NULL);
    guint i;

    for (i = 0; i < card->properties->len; i++)
        copy_property (copy, g_ptr_array_index (card->properties, i));
    simstow_vcard_write (copy, out);
    again = simstow_vcard_parse (out->str, out->len, NULL);
    g_assert_nonnull (again);
    g_assert_cmpuint (again->len, ==, 1);
    check_same (copy, g_ptr_array_index (again, 0));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    g_autoptr (GPtrArray) cards = simstow_vcard_parse ((const gchar *) data, size, NULL);
    guint i;

    for (i = 0; cards && i < cards->len; i++)
        chew (g_ptr_array_index (cards, i));
    return 0;
}
