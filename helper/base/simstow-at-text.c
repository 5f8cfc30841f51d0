/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines and values of a modem's answers.
 */

#include "simstow-at-text.h"

#include <string.h>

#include "simstow-hex.h"

/* The shortest codes are those of two letters; a PDU glued to one has more digits than a number */
#define CODE_LETTERS_MIN 2
#define PDU_DIGITS_MIN   8

void
simstow_at_lines_init (SimstowReader *lines, const gchar *reply)
{
    simstow_reader_init (lines, (const guint8 *) reply, strlen (reply));
}

static gboolean
next_is_line_end (const SimstowReader *lines)
{
    guint8 c;

    return simstow_reader_peek_u8 (lines, &c, NULL) && (c == '\r' || c == '\n');
}

/* "+CREG:", "^RSSI:": what an information text or an unsolicited code begins with */
static gboolean
begins_code (const guint8 *text, gsize size)
{
    gsize i = 1;

    if (size == 0 || memchr ("+^*$%#", text[0], 6) == NULL)
        return FALSE;
    while (i < size && g_ascii_isupper ((gchar) text[i]))
        i++;
    return i > CODE_LETTERS_MIN && i < size && text[i] == ':';
}

/* Behind what can be no other than the end of a row: a closing mark, a number that is a field of
 * its own, or the digits of a PDU */
static gboolean
ends_row (const guint8 *text, gsize size)
{
    gsize i = size;

    if (text[size - 1] == '"' || text[size - 1] == ')')
        return TRUE;
    while (i > 0 && g_ascii_isdigit ((gchar) text[i - 1]))
        i--;
    if (i < size && i > 1 && (text[i - 1] == ',' || (text[i - 1] == ' ' && text[i - 2] == ':')))
        return TRUE;
    for (i = 0; i < PDU_DIGITS_MIN && i < size; i++) {
        if (!g_ascii_isxdigit ((gchar) text[size - 1 - i]))
            return FALSE;
    }
    return i == PDU_DIGITS_MIN;
}

/* The daemon takes an unsolicited code out of an answer with the line ends around it, so that
 * what followed it is glued to the row before. Returns: the length of the first of both */
static gsize
unglued (SimstowReader lines, gsize size)
{
    gboolean quoted = FALSE;
    const guint8 *text;
    gsize i;

    if (!simstow_reader_take (&lines, size, &text, NULL))
        return size;
    for (i = 0; i < size; i++) {
        if (text[i] == '"')
            quoted = !quoted;
        else if (i > 0 && !quoted && begins_code (text + i, size - i) && ends_row (text, i))
            return i;
    }
    return size;
}

gboolean
simstow_at_lines_next (SimstowReader *lines, SimstowReader *line)
{
    gsize size;
    guint8 c;

    while (next_is_line_end (lines))
        simstow_reader_u8 (lines, &c, NULL);
    size = unglued (*lines, simstow_reader_find (lines, '\r', '\n'));
    return size > 0 && simstow_reader_sub (lines, size, line, NULL);
}

gboolean
simstow_at_line_is_code (SimstowReader line)
{
    gsize size = simstow_reader_remaining (&line);
    const guint8 *text;

    return simstow_reader_take (&line, size, &text, NULL) &&
           (begins_code (text, size) || (size == 4 && memcmp (text, "RING", size) == 0));
}

gboolean
simstow_at_line_strip (SimstowReader *line, const gchar *prefix)
{
    SimstowReader rest = *line;
    const guint8 *data;
    gsize size = strlen (prefix);
    guint8 c;

    while (simstow_reader_peek_u8 (&rest, &c, NULL) && c == ' ')
        simstow_reader_u8 (&rest, &c, NULL);
    if (!simstow_reader_take (&rest, size, &data, NULL) || memcmp (data, prefix, size) != 0)
        return FALSE;
    if (!simstow_reader_u8 (&rest, &c, NULL) || c != ':')
        return FALSE;
    while (simstow_reader_peek_u8 (&rest, &c, NULL) && c == ' ')
        simstow_reader_u8 (&rest, &c, NULL);
    *line = rest;
    return TRUE;
}

gboolean
simstow_at_lines_find (SimstowReader *lines, const gchar *prefix, SimstowReader *line)
{
    while (simstow_at_lines_next (lines, line)) {
        if (simstow_at_line_strip (line, prefix))
            return TRUE;
    }
    return FALSE;
}

#define DIGITS_MAX 10
#define TOKEN_MAX  16
#define TOKENS_MAX 32
#define RANGES_MAX 64

static gboolean
skip_if (SimstowReader *reader, guint8 wanted)
{
    guint8 c;

    return simstow_reader_peek_u8 (reader, &c, NULL) && c == wanted &&
           simstow_reader_u8 (reader, &c, NULL);
}

static void
skip_blanks (SimstowReader *reader)
{
    while (skip_if (reader, ' ') || skip_if (reader, '\t'))
        continue;
}

/* Behind a closing mark: at a comma or the end? */
static gboolean
at_value_end (SimstowReader reader)
{
    guint8 c;

    skip_blanks (&reader);
    return !simstow_reader_peek_u8 (&reader, &c, NULL) || c == ',';
}

static void
set_field (SimstowAtField *field, SimstowAtFieldKind kind, SimstowReader start, gsize length)
{
    const guint8 *data = NULL;

    simstow_reader_take (&start, length, &data, NULL);
    field->kind = kind;
    field->text = (const gchar *) data;
    field->length = length;
}

static void
take_quoted (SimstowReader *line, SimstowAtField *field)
{
    SimstowReader start = *line;
    const guint8 *skipped;
    gsize length = 0, size;
    guint8 c;

    do {
        size = simstow_reader_find (line, '"', '"');
        simstow_reader_take (line, size, &skipped, NULL);
        length += size;
        if (!simstow_reader_u8 (line, &c, NULL) || at_value_end (*line))
            break;
        /* a mark within the value */
        length++;
    } while (TRUE);
    set_field (field, SIMSTOW_AT_FIELD_QUOTED, start, length);
}

static void
take_group (SimstowReader *line, SimstowAtField *field)
{
    SimstowReader start = *line;
    gboolean quoted = FALSE;
    gsize length = 0;
    guint8 c;

    while (simstow_reader_u8 (line, &c, NULL)) {
        if (c == ')' && !quoted)
            break;
        if (c == '"')
            quoted = !quoted;
        length++;
    }
    set_field (field, SIMSTOW_AT_FIELD_GROUP, start, length);
}

static void
take_plain (SimstowReader *line, SimstowAtField *field)
{
    SimstowReader start = *line;
    gsize length = simstow_reader_find (line, ',', ',');
    const guint8 *text;

    simstow_reader_take (line, length, &text, NULL);
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    set_field (field, SIMSTOW_AT_FIELD_PLAIN, start, length);
}

gboolean
simstow_at_field_next (SimstowReader *line, SimstowAtField *field)
{
    guint8 c;

    field->kind = SIMSTOW_AT_FIELD_PLAIN;
    field->text = "";
    field->length = 0;
    if (simstow_reader_remaining (line) == 0)
        return FALSE;
    skip_blanks (line);
    if (skip_if (line, '"'))
        take_quoted (line, field);
    else if (skip_if (line, '('))
        take_group (line, field);
    else
        take_plain (line, field);
    /* up to and with the comma; anything else there belongs to no value */
    while (simstow_reader_u8 (line, &c, NULL) && c != ',')
        continue;
    return TRUE;
}

gboolean
simstow_at_field_uint (const SimstowAtField *field, guint *value)
{
    gchar text[DIGITS_MAX + 1] = {0};
    guint64 wide;

    if (field->length == 0 || field->length > DIGITS_MAX)
        return FALSE;
    memcpy (text, field->text, field->length);
    if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &wide, NULL))
        return FALSE;
    *value = (guint) wide;
    return TRUE;
}

void
simstow_at_field_reader (const SimstowAtField *field, SimstowReader *reader)
{
    simstow_reader_init (reader, (const guint8 *) field->text, field->length);
}

/* "0053004D" is "SM" of a modem that spells everything in UCS2 */
static gchar *
token_from_ucs2 (const gchar *token)
{
    g_autoptr (GBytes) bytes = NULL;
    g_autoptr (GString) plain = g_string_new (NULL);
    SimstowReader reader;
    guint16 unit;

    if (strlen (token) % 4 != 0 || !g_str_has_prefix (token, "00"))
        return NULL;
    bytes = simstow_hex_decode (token, -1, NULL);
    if (bytes == NULL)
        return NULL;
    simstow_reader_init_bytes (&reader, bytes);
    while (simstow_reader_u16_be (&reader, &unit, NULL)) {
        if (unit > 0x7E || !g_ascii_isgraph ((gchar) unit))
            return NULL;
        g_string_append_c (plain, (gchar) unit);
    }
    return g_strdup (plain->str);
}

gchar *
simstow_at_field_token (const SimstowAtField *field)
{
    g_autofree gchar *token = NULL;
    g_autofree gchar *plain = NULL;
    const gchar *c;

    if (field->length == 0 || field->length > 4 * TOKEN_MAX)
        return NULL;
    token = g_strndup (field->text, field->length);
    plain = token_from_ucs2 (token);
    if (plain == NULL)
        plain = g_steal_pointer (&token);
    if (strlen (plain) > TOKEN_MAX)
        return NULL;
    for (c = plain; *c != '\0'; c++) {
        if (!g_ascii_isgraph (*c) || *c == '"' || *c == ';')
            return NULL;
    }
    return g_steal_pointer (&plain);
}

gboolean
simstow_at_token_is_name (const gchar *token)
{
    const gchar *c;

    if (!g_ascii_isalpha (token[0]))
        return FALSE;
    for (c = token; *c != '\0'; c++) {
        if (!g_ascii_isalnum (*c) && *c != '_')
            return FALSE;
    }
    return TRUE;
}

GStrv
simstow_at_field_tokens (SimstowReader *line)
{
    g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
    g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    SimstowReader start = *line, group;
    SimstowAtField field;

    if (simstow_at_field_next (&start, &field) && field.kind == SIMSTOW_AT_FIELD_GROUP) {
        simstow_at_field_reader (&field, &group);
        *line = start;
    } else {
        simstow_reader_sub (line, simstow_reader_remaining (line), &group, NULL);
    }
    while (simstow_at_field_next (&group, &field) && g_hash_table_size (seen) < TOKENS_MAX) {
        g_autofree gchar *token = simstow_at_field_token (&field);

        if (token == NULL || g_hash_table_contains (seen, token))
            continue;
        g_strv_builder_add (builder, token);
        g_hash_table_add (seen, g_steal_pointer (&token));
    }
    return g_strv_builder_end (builder);
}

static void
trim (SimstowAtField *field)
{
    while (field->length > 0 && field->text[0] == ' ') {
        field->text++;
        field->length--;
    }
    while (field->length > 0 && field->text[field->length - 1] == ' ')
        field->length--;
}

static gboolean
parse_range (const SimstowAtField *field, SimstowAtRange *range)
{
    const gchar *dash = memchr (field->text, '-', field->length);
    SimstowAtField part = *field;

    if (dash == NULL) {
        if (!simstow_at_field_uint (field, &range->first))
            return FALSE;
        range->last = range->first;
        return TRUE;
    }
    part.length = (gsize) (dash - field->text);
    trim (&part);
    if (!simstow_at_field_uint (&part, &range->first))
        return FALSE;
    part.text = dash + 1;
    part.length = field->length - (gsize) (part.text - field->text);
    trim (&part);
    return simstow_at_field_uint (&part, &range->last) && range->first <= range->last;
}

GArray *
simstow_at_field_ranges (const SimstowAtField *field)
{
    g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (SimstowAtRange));
    SimstowReader reader;
    SimstowAtField part;
    SimstowAtRange range;

    simstow_at_field_reader (field, &reader);
    while (ranges->len < RANGES_MAX && simstow_at_field_next (&reader, &part)) {
        if (parse_range (&part, &range))
            g_array_append_val (ranges, range);
    }
    return g_steal_pointer (&ranges);
}
