/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words by GObject's own tables of nicks, so that a new value of libmm-glib
 * needs no change here.
 */

#include "simstow-words.h"

#include <string.h>

#include <glib/gi18n.h>

#include "simstow-error.h"

gchar *
simstow_words_from_enum (GType type, gint value)
{
    g_autoptr (GTypeClass) klass = g_type_class_ref (type);
    const GEnumValue *found = g_enum_get_value ((GEnumClass *) klass, value);

    if (!found || g_str_equal (found->value_nick, "unknown"))
        return NULL;
    return g_strdup (found->value_nick);
}

gboolean
simstow_words_to_enum (GType type, const gchar *word, gint *value, GError **error)
{
    g_autoptr (GTypeClass) klass = g_type_class_ref (type);
    const GEnumValue *found = g_enum_get_value_by_nick ((GEnumClass *) klass, word);

    if (!found) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_DATA,
                     _ ("ModemManager does not know \"%s\""),
                     word);
        return FALSE;
    }
    *value = found->value;
    return TRUE;
}

static gboolean
is_single_bit (guint value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

gchar **
simstow_words_from_flags (GType type, guint value)
{
    g_autoptr (GTypeClass) klass = g_type_class_ref (type);
    g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
    const GFlagsValue *any = g_flags_get_value_by_nick ((GFlagsClass *) klass, "any");
    guint bit;

    if (any && any->value == value) {
        g_strv_builder_add (words, "any");
        return g_strv_builder_end (words);
    }
    for (bit = 0; bit < 32; bit++) {
        guint flag = value & (1U << bit);
        const GFlagsValue *found = g_flags_get_first_value ((GFlagsClass *) klass, flag);

        if (flag == 0)
            continue;
        if (found && is_single_bit (found->value)) {
            g_strv_builder_add (words, found->value_nick);
        } else {
            g_autofree gchar *number = g_strdup_printf ("0x%x", flag);

            g_strv_builder_add (words, number);
        }
    }
    return g_strv_builder_end (words);
}

gboolean
simstow_words_to_flags (GType type, gchar **words, guint *value, GError **error)
{
    g_autoptr (GTypeClass) klass = g_type_class_ref (type);
    guint flags = 0;
    guint i;

    for (i = 0; words && words[i]; i++) {
        const GFlagsValue *found = g_flags_get_value_by_nick ((GFlagsClass *) klass, words[i]);
        guint64 number = 0;

        if (found) {
            flags |= found->value;
        } else if (g_str_has_prefix (words[i], "0x") &&
                   g_ascii_string_to_unsigned (words[i] + strlen ("0x"),
                                               16,
                                               1,
                                               G_MAXUINT32,
                                               &number,
                                               NULL)) {
            flags |= (guint) number;
        } else {
            g_set_error (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_INVALID_DATA,
                         _ ("ModemManager does not know \"%s\""),
                         words[i]);
            return FALSE;
        }
    }
    *value = flags;
    return TRUE;
}
