/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One line of a vCard: group, name, parameters, value; and the encodings that
 * a value may be in.
 */

#include "simstow-vcard.h"

#include <string.h>

/* What ends a name or a value of a parameter, a name, and one of several values; and the
 * quotation marks between which nothing does */
#define ENDS_PARAMETER "\";:"
#define ENDS_HEAD      "\":"
#define ENDS_ITEM      "\","

/* The next of @marks that is not between quotation marks; the end when there is none */
static const gchar *
find_unquoted (const gchar *text, const gchar *marks)
{
    gboolean quoted = FALSE;

    for (;; text++) {
        text += strcspn (text, quoted ? "\"" : marks);
        if (*text != '"')
            return text;
        quoted = !quoted;
    }
}

/* RFC 6868: ^n is a line feed, ^' a quotation mark, ^^ a circumflex */
static gchar *
clean_parameter (const gchar *value, gsize length)
{
    g_autoptr (GString) clean = g_string_new (NULL);
    gsize i;

    for (i = 0; i < length; i++) {
        gchar next = i + 1 < length ? value[i + 1] : '\0';
        const gchar *found = next != '\0' ? strchr ("n'^", next) : NULL;

        if (value[i] == '"')
            continue;
        if (value[i] != '^' || !found) {
            g_string_append_c (clean, value[i]);
            continue;
        }
        g_string_append_c (clean, next == 'n' ? '\n' : next == '\'' ? '"' : '^');
        i++;
    }
    return g_utf8_make_valid (clean->str, -1);
}

static const gchar *
bare_name (const gchar *word)
{
    static const gchar *const encodings[] = {"QUOTED-PRINTABLE", "BASE64", "7BIT", "8BIT", NULL};
    g_autofree gchar *upper = g_ascii_strup (word, -1);

    return g_strv_contains (encodings, upper) ? "ENCODING" : "TYPE";
}

static void
add_parameter (SimstowVcardProperty *property, const gchar *text, const gchar *end)
{
    const gchar *equals = memchr (text, '=', (gsize) (end - text));
    g_autofree gchar *name = NULL;
    g_autofree gchar *list = NULL;
    gboolean types;
    const gchar *at;

    if (!equals) {
        g_autofree gchar *word = clean_parameter (text, (gsize) (end - text));

        simstow_vcard_property_add_parameter (property, bare_name (word), word);
        return;
    }
    name = clean_parameter (text, (gsize) (equals - text));
    list = g_strndup (equals + 1, (gsize) (end - equals - 1));
    /* RFC 6350 has TYPE="voice,home" mean two types, quotation marks or not */
    types = g_ascii_strcasecmp (name, "TYPE") == 0;
    for (at = list;; at++) {
        const gchar *comma = types ? at + strcspn (at, ",") : find_unquoted (at, ENDS_ITEM);
        g_autofree gchar *value = clean_parameter (at, (gsize) (comma - at));

        simstow_vcard_property_add_parameter (property, name, value);
        at = comma;
        if (*at == '\0')
            break;
    }
}

static void
add_parameters (SimstowVcardProperty *property, const gchar *at)
{
    while (*at == ';') {
        const gchar *end = find_unquoted (at + 1, ENDS_PARAMETER);

        if (end > at + 1)
            add_parameter (property, at + 1, end);
        at = end;
    }
}

static gchar *
decode_quoted_printable (const gchar *value)
{
    g_autoptr (GString) octets = g_string_new (NULL);

    for (; *value; value++) {
        gint high = value[0] == '=' ? g_ascii_xdigit_value (value[1]) : -1;
        gint low = high >= 0 ? g_ascii_xdigit_value (value[2]) : -1;

        if (low < 0) {
            g_string_append_c (octets, *value);
            continue;
        }
        value += 2;
        /* a NUL would end the text for all that comes after */
        if (high != 0 || low != 0)
            g_string_append_c (octets, (gchar) (high << 4 | low));
    }
    return g_string_free (g_steal_pointer (&octets), FALSE);
}

/* The name goes to the C library, which is not to see more than a name */
static gboolean
is_charset (const gchar *name)
{
    for (; *name; name++) {
        if (!g_ascii_isalnum (*name) && *name != '-' && *name != '_')
            return FALSE;
    }
    return TRUE;
}

static gchar *
to_utf8 (const gchar *text, const gchar *charset)
{
    g_autofree gchar *converted = NULL;

    if (charset && is_charset (charset))
        converted = g_convert (text, -1, "UTF-8", charset, NULL, NULL, NULL);
    if (converted && g_utf8_validate (converted, -1, NULL))
        return g_steal_pointer (&converted);
    if (g_utf8_validate (text, -1, NULL))
        return g_strdup (text);
    g_free (converted);
    converted = g_convert (text, -1, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);
    return converted ? g_steal_pointer (&converted) : g_utf8_make_valid (text, -1);
}

/* CR LF, which quoted-printable text is likely to have, and CR alone */
static void
unify_line_ends (gchar *text)
{
    gchar *out = text;

    for (; *text; text++) {
        if (text[0] == '\r' && text[1] == '\n')
            continue;
        *out++ = *text == '\r' ? '\n' : *text;
    }
    *out = '\0';
}

static gchar *
decode_value (const SimstowVcardProperty *property, const gchar *value)
{
    const gchar *encoding = simstow_vcard_property_get_parameter (property, "ENCODING");
    const gchar *charset = simstow_vcard_property_get_parameter (property, "CHARSET");
    g_autofree gchar *octets = NULL;
    g_autofree gchar *text = NULL;

    if (encoding && g_ascii_strcasecmp (encoding, "QUOTED-PRINTABLE") == 0) {
        octets = decode_quoted_printable (value);
        text = to_utf8 (octets, charset);
        unify_line_ends (text);
        return g_steal_pointer (&text);
    }
    return to_utf8 (value, charset);
}

/* FALSE when the line has no value, no name, or a name with other characters than those of names */
static gboolean
split_name (const gchar *line, const gchar *end, gchar **group, gchar **name)
{
    const gchar *start = line;
    const gchar *dot = memchr (line, '.', (gsize) (end - line));
    const gchar *at;

    if (dot) {
        *group = g_utf8_make_valid (line, dot - line);
        start = dot + 1;
    }
    for (at = start; at < end; at++) {
        if (!g_ascii_isalnum (*at) && *at != '-' && *at != '_')
            return FALSE;
    }
    *name = g_ascii_strup (start, end - start);
    return end > start;
}

void
simstow_vcard_add_line (SimstowVcard *card, const gchar *line)
{
    const gchar *name_end = find_unquoted (line, ENDS_PARAMETER);
    const gchar *colon = find_unquoted (name_end, ENDS_HEAD);
    g_autofree gchar *group = NULL;
    g_autofree gchar *name = NULL;
    SimstowVcardProperty *property;

    if (*colon == '\0' || !split_name (line, name_end, &group, &name)) {
        card->skipped++;
        return;
    }
    property = simstow_vcard_add_value (card, g_steal_pointer (&name), NULL);
    property->group = g_steal_pointer (&group);
    property->legacy = g_str_equal (card->version, "2.1");
    add_parameters (property, name_end);
    property->value = decode_value (property, colon + 1);
}
