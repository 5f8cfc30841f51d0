/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vCards as values: their properties, and how they are written.
 */

#include "simstow-vcard.h"

#include <string.h>

#define LINE_OCTETS 75
#define ESCAPED     "\n\r\\,;"

static void
on_parameter_unused (gpointer data)
{
    SimstowVcardParameter *parameter = data;

    g_free (parameter->name);
    g_free (parameter->value);
    g_free (parameter);
}

static void
on_property_unused (gpointer data)
{
    SimstowVcardProperty *property = data;

    g_free (property->group);
    g_free (property->name);
    g_clear_pointer (&property->parameters, g_ptr_array_unref);
    g_free (property->value);
    g_free (property);
}

SimstowVcard *
simstow_vcard_new (void)
{
    SimstowVcard *card = g_new0 (SimstowVcard, 1);

    card->version = g_strdup ("3.0");
    card->properties = g_ptr_array_new_with_free_func (on_property_unused);
    return card;
}

void
simstow_vcard_free (SimstowVcard *card)
{
    g_free (card->version);
    g_ptr_array_unref (card->properties);
    g_free (card);
}

static void
append_escaped (GString *value, const gchar *text)
{
    for (;; text++) {
        gsize plain = strcspn (text, ESCAPED);

        g_string_append_len (value, text, (gssize) plain);
        text += plain;
        if (*text == '\0')
            return;
        g_string_append_c (value, '\\');
        g_string_append_c (value, *text == '\n' || *text == '\r' ? 'n' : *text);
        if (text[0] == '\r' && text[1] == '\n')
            text++;
    }
}

SimstowVcardProperty *
simstow_vcard_add_value (SimstowVcard *card, gchar *name, gchar *value)
{
    SimstowVcardProperty *property = g_new0 (SimstowVcardProperty, 1);

    property->name = name;
    property->value = value;
    g_ptr_array_add (card->properties, property);
    return property;
}

SimstowVcardProperty *
simstow_vcard_add_fields (SimstowVcard *card,
                          const gchar *name,
                          gchar separator,
                          const gchar *const *fields)
{
    GString *value = g_string_new (NULL);
    gsize i;

    for (i = 0; fields[i]; i++) {
        if (i > 0)
            g_string_append_c (value, separator);
        append_escaped (value, fields[i]);
    }
    return simstow_vcard_add_value (card, g_ascii_strup (name, -1), g_string_free (value, FALSE));
}

SimstowVcardProperty *
simstow_vcard_add_text (SimstowVcard *card, const gchar *name, const gchar *text)
{
    const gchar *fields[] = {text, NULL};

    if (text[strcspn (text, ESCAPED)] == '\0')
        return simstow_vcard_add_value (card, g_ascii_strup (name, -1), g_strdup (text));
    return simstow_vcard_add_fields (card, name, ';', fields);
}

void
simstow_vcard_property_add_parameter (SimstowVcardProperty *property,
                                      const gchar *name,
                                      const gchar *value)
{
    SimstowVcardParameter *parameter = g_new0 (SimstowVcardParameter, 1);

    parameter->name = g_ascii_strup (name, -1);
    parameter->value = g_strdup (value);
    if (!property->parameters)
        property->parameters = g_ptr_array_new_with_free_func (on_parameter_unused);
    g_ptr_array_add (property->parameters, parameter);
}

const SimstowVcardProperty *
simstow_vcard_get (const SimstowVcard *card, const gchar *name)
{
    guint i;

    for (i = 0; i < card->properties->len; i++) {
        const SimstowVcardProperty *property = g_ptr_array_index (card->properties, i);

        if (g_str_equal (property->name, name))
            return property;
    }
    return NULL;
}

static guint
count_parameters (const SimstowVcardProperty *property)
{
    return property->parameters ? property->parameters->len : 0;
}

const gchar *
simstow_vcard_property_get_parameter (const SimstowVcardProperty *property, const gchar *name)
{
    guint i;

    for (i = 0; i < count_parameters (property); i++) {
        const SimstowVcardParameter *parameter = g_ptr_array_index (property->parameters, i);

        if (g_str_equal (parameter->name, name))
            return parameter->value;
    }
    return NULL;
}

gboolean
simstow_vcard_property_has_type (const SimstowVcardProperty *property, const gchar *type)
{
    guint i;

    for (i = 0; i < count_parameters (property); i++) {
        const SimstowVcardParameter *parameter = g_ptr_array_index (property->parameters, i);

        if (g_str_equal (parameter->name, "TYPE") &&
            g_ascii_strcasecmp (parameter->value, type) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Appends what an escape stands for; 2.1 escapes signs but has no line feed */
static void
append_unescaped (GString *text, gchar escaped, gboolean legacy)
{
    if (strchr ("\\,;:", escaped))
        g_string_append_c (text, escaped);
    else if (!legacy && (escaped == 'n' || escaped == 'N'))
        g_string_append_c (text, '\n');
    else
        g_string_append_printf (text, "\\%c", escaped);
}

/* A NUL as the separator splits nowhere */
static GPtrArray *
split_value (const SimstowVcardProperty *property, gchar separator)
{
    g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GString) text = g_string_new (NULL);
    const gchar special[] = {'\\', separator, '\0'};
    const gchar *at;

    for (at = property->value; *at; at++) {
        gsize plain = strcspn (at, special);

        g_string_append_len (text, at, (gssize) plain);
        at += plain;
        if (*at == '\0')
            break;
        if (at[0] == '\\' && at[1] != '\0') {
            append_unescaped (text, *++at, property->legacy);
        } else if (*at == separator) {
            g_ptr_array_add (fields, g_strdup (text->str));
            g_string_truncate (text, 0);
        } else {
            g_string_append_c (text, *at);
        }
    }
    g_ptr_array_add (fields, g_strdup (text->str));
    g_ptr_array_add (fields, NULL);
    return g_steal_pointer (&fields);
}

gchar *
simstow_vcard_property_get_text (const SimstowVcardProperty *property)
{
    g_autoptr (GPtrArray) fields = NULL;

    if (!strchr (property->value, '\\'))
        return g_strdup (property->value);
    fields = split_value (property, '\0');
    return g_strdup (g_ptr_array_index (fields, 0));
}

GStrv
simstow_vcard_property_get_fields (const SimstowVcardProperty *property, gchar separator)
{
    g_autoptr (GPtrArray) fields = split_value (property, separator);

    g_ptr_array_set_free_func (fields, NULL);
    return (GStrv) g_ptr_array_free (g_steal_pointer (&fields), FALSE);
}

gchar *
simstow_vcard_property_get_number (const SimstowVcardProperty *property)
{
    g_autofree gchar *text = simstow_vcard_property_get_text (property);
    g_autofree gchar *number = NULL;

    if (g_ascii_strncasecmp (text, "tel:", 4) != 0)
        return g_steal_pointer (&text);
    text[4 + strcspn (text + 4, ";")] = '\0';
    number = g_uri_unescape_string (text + 4, NULL);
    if (!number || !g_utf8_validate (number, -1, NULL))
        return g_strdup (text + 4);
    return g_steal_pointer (&number);
}

/* Quotation marks and control characters have no place in a parameter */
static void
append_parameter_value (GString *line, const gchar *value)
{
    gboolean quoted = strpbrk (value, ";:,") != NULL;

    if (quoted)
        g_string_append_c (line, '"');
    for (; *value; value++)
        g_string_append_c (line, *value == '"' || g_ascii_iscntrl (*value) ? ' ' : *value);
    if (quoted)
        g_string_append_c (line, '"');
}

static void
append_parameters (GString *line, const SimstowVcardProperty *property)
{
    const gchar *before = NULL;
    guint i;

    for (i = 0; i < count_parameters (property); i++) {
        const SimstowVcardParameter *parameter = g_ptr_array_index (property->parameters, i);

        if (g_strcmp0 (before, parameter->name) == 0)
            g_string_append_c (line, ',');
        else
            g_string_append_printf (line, ";%s=", parameter->name);
        append_parameter_value (line, parameter->value);
        before = parameter->name;
    }
}

/* Cuts a line before the character that would go beyond the limit */
static void
append_folded (GString *out, const gchar *line)
{
    gsize left = strlen (line);
    gsize room = LINE_OCTETS;

    while (left > room) {
        const gchar *cut = g_utf8_find_prev_char (line, line + room + 1);
        gsize size = cut && cut > line ? (gsize) (cut - line) : room;

        g_string_append_len (out, line, (gssize) size);
        g_string_append (out, "\r\n ");
        line += size;
        left -= size;
        /* the blank counts */
        room = LINE_OCTETS - 1;
    }
    g_string_append_len (out, line, (gssize) left);
}

/* Most lines need no cutting */
static void
fold_from (GString *out, gsize start)
{
    g_autofree gchar *line = NULL;

    if (out->len - start <= LINE_OCTETS)
        return;
    line = g_strndup (out->str + start, out->len - start);
    g_string_truncate (out, start);
    append_folded (out, line);
}

static void
append_property (GString *out, const SimstowVcardProperty *property)
{
    gsize start = out->len;

    if (property->group)
        g_string_append_printf (out, "%s.", property->group);
    g_string_append (out, property->name);
    append_parameters (out, property);
    g_string_append_c (out, ':');
    g_string_append (out, property->value);
    fold_from (out, start);
    g_string_append (out, "\r\n");
}

void
simstow_vcard_write (const SimstowVcard *card, GString *out)
{
    guint i;

    g_string_append (out, "BEGIN:VCARD\r\nVERSION:3.0\r\n");
    for (i = 0; i < card->properties->len; i++)
        append_property (out, g_ptr_array_index (card->properties, i));
    g_string_append (out, "END:VCARD\r\n");
}
