/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vCards: one line (group, name, parameters, value, and the encodings that a value may
 * be in), a file of them (physical lines, which of them make one, where a card begins
 * and ends), and vCards as values.
 */

#include "simstow-vcard.h"

#include <string.h>

#include "simstow-error.h"

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

/* Adds a property as it was read. */
static SimstowVcardProperty *
vcard_add_value (SimstowVcard *card, gchar *name, gchar *value)
{
    SimstowVcardProperty *property = g_new0 (SimstowVcardProperty, 1);

    property->name = name;
    property->value = value;
    g_ptr_array_add (card->properties, property);
    return property;
}

/* Adds the property that @line spells, by the rules of @card's version; counts
 * it as skipped when it spells none. */
static void
vcard_add_line (SimstowVcard *card, const gchar *line)
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
    property = vcard_add_value (card, g_steal_pointer (&name), NULL);
    property->group = g_steal_pointer (&group);
    property->legacy = g_str_equal (card->version, "2.1");
    add_parameters (property, name_end);
    property->value = decode_value (property, colon + 1);
}

/*
 * Lines: the physical lines of a file
 * @text: the file, with a NUL in place of each line's end
 * @starts: (element-type utf8): where each begins
 * @at: the next one
 */
typedef struct {
    gchar *text;
    GPtrArray *starts;
    guint at;
} Lines;

static void
lines_clear (Lines *lines)
{
    g_free (lines->text);
    g_ptr_array_unref (lines->starts);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Lines, lines_clear)

static void
on_card_unused (gpointer card)
{
    simstow_vcard_free (card);
}

/* CR LF, LF and CR all end a line; a NUL becomes a space */
static void
split_lines (const gchar *text, gsize length, Lines *lines)
{
    gsize start = length >= 3 && memcmp (text, "\357\273\277", 3) == 0 ? 3 : 0;
    gsize i;

    lines->text = g_malloc (length + 1);
    lines->starts = g_ptr_array_new ();
    for (i = 0; i < length; i++)
        lines->text[i] = text[i] ? text[i] : ' ';
    lines->text[length] = '\0';
    while (start < length) {
        gsize end = start + strcspn (lines->text + start, "\r\n");
        gboolean both = lines->text[end] == '\r' && lines->text[end + 1] == '\n';

        g_ptr_array_add (lines->starts, lines->text + start);
        lines->text[end] = '\0';
        start = end + (both ? 2 : 1);
    }
}

static const gchar *
peek_line (const Lines *lines)
{
    return lines->at < lines->starts->len ? g_ptr_array_index (lines->starts, lines->at) : NULL;
}

static gboolean
is_quoted_printable (const gchar *line)
{
    g_autofree gchar *head = g_ascii_strup (line, (gssize) strcspn (line, ":"));

    return strstr (head, "QUOTED-PRINTABLE") != NULL;
}

/* Moves the next line to @end, the end of the one before it; returns the new end */
static gchar *
join_line (Lines *lines, gchar *end, gsize skip)
{
    const gchar *next = peek_line (lines) + skip;
    gsize length = strlen (next);

    memmove (end, next, length + 1);
    lines->at++;
    return end + length;
}

/*
 * The next line with those that go on from it: after a soft line break of
 * quoted-printable, or when they begin with white space. Version 2.1 folds only
 * where white space is, and keeps it.
 */
static const gchar *
take_line (Lines *lines, gboolean legacy)
{
    gchar *line = g_ptr_array_index (lines->starts, lines->at);
    gchar *end = line + strlen (line);
    const gchar *next;

    lines->at++;
    if (end > line && end[-1] == '=' && is_quoted_printable (line))
        while (end > line && end[-1] == '=' && peek_line (lines) != NULL)
            end = join_line (lines, end - 1, 0);
    while ((next = peek_line (lines)) != NULL && (*next == ' ' || *next == '\t'))
        end = join_line (lines, end, legacy ? 0 : 1);
    return line;
}

/* Compares without case, white space at the end left out */
static gboolean
is_line (const gchar *line, const gchar *wanted)
{
    gsize length = strlen (wanted);

    return g_ascii_strncasecmp (line, wanted, length) == 0 &&
           line[length + strspn (line + length, " \t")] == '\0';
}

/* Looks ahead for the version, on which unfolding depends */
static gchar *
find_version (const Lines *lines)
{
    guint i;

    for (i = lines->at; i < lines->starts->len; i++) {
        const gchar *line = g_ptr_array_index (lines->starts, i);

        if (is_line (line, "END:VCARD"))
            break;
        if (g_ascii_strncasecmp (line, "VERSION:", 8) == 0) {
            g_autofree gchar *version = g_strstrip (g_strdup (line + 8));

            return g_utf8_make_valid (version, -1);
        }
    }
    return g_strdup ("3.0");
}

/* Steps over a card within a card */
static void
skip_card (Lines *lines)
{
    guint depth = 1;
    const gchar *line;

    while (depth > 0 && (line = peek_line (lines)) != NULL) {
        if (is_line (line, "BEGIN:VCARD"))
            depth++;
        else if (is_line (line, "END:VCARD"))
            depth--;
        lines->at++;
    }
}

static SimstowVcard *
parse_card (Lines *lines, GError **error)
{
    g_autoptr (SimstowVcard) card = simstow_vcard_new ();
    gboolean legacy;

    g_free (card->version);
    card->version = find_version (lines);
    legacy = g_str_equal (card->version, "2.1");
    while (peek_line (lines)) {
        const gchar *line = take_line (lines, legacy);

        if (is_line (line, "END:VCARD"))
            return g_steal_pointer (&card);
        if (is_line (line, "BEGIN:VCARD"))
            skip_card (lines);
        else if (line[0] != '\0' && g_ascii_strncasecmp (line, "VERSION:", 8) != 0)
            vcard_add_line (card, line);
    }
    simstow_error_set (error, SIMSTOW_ERROR_INVALID_DATA, "vCard without an end");
    return NULL;
}

GPtrArray *
simstow_vcard_parse (const gchar *text, gsize length, GError **error)
{
    g_autoptr (GPtrArray) cards = g_ptr_array_new_with_free_func (on_card_unused);
    g_auto (Lines) lines = {0};

    split_lines (text, length, &lines);
    while (peek_line (&lines)) {
        const gchar *line = take_line (&lines, FALSE);
        SimstowVcard *card;

        if (!is_line (line, "BEGIN:VCARD"))
            continue;
        card = parse_card (&lines, error);
        if (!card) {
            g_prefix_error (error, "line %u: ", lines.starts->len);
            return NULL;
        }
        g_ptr_array_add (cards, card);
    }
    return g_steal_pointer (&cards);
}

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
    return vcard_add_value (card, g_ascii_strup (name, -1), g_string_free (value, FALSE));
}

SimstowVcardProperty *
simstow_vcard_add_text (SimstowVcard *card, const gchar *name, const gchar *text)
{
    const gchar *fields[] = {text, NULL};

    if (text[strcspn (text, ESCAPED)] == '\0')
        return vcard_add_value (card, g_ascii_strup (name, -1), g_strdup (text));
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

    g_string_append_printf (out, "BEGIN:VCARD\r\nVERSION:%s\r\n", card->version);
    for (i = 0; i < card->properties->len; i++)
        append_property (out, g_ptr_array_index (card->properties, i));
    g_string_append (out, "END:VCARD\r\n");
}
