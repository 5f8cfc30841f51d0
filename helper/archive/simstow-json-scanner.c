/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A strict scanner over foreign JSON text. One pass checks all of it; what then
 * steps through it can rely on its shape.
 */

#include "simstow-json-scanner.h"

#include <string.h>

#include "simstow-error.h"

/* What the checking pass knows; "fault" says why it stopped at "cursor" */
typedef struct {
    const gchar *cursor;
    const gchar *end;
    const gchar *fault;
} Check;

static gboolean
check_value (Check *check, guint depth);

static gboolean
fail (Check *check, const gchar *fault)
{
    if (!check->fault)
        check->fault = fault;
    return FALSE;
}

/* The next character, NUL at the end: the text itself has none */
static gchar
peek (const Check *check)
{
    return check->cursor < check->end ? *check->cursor : '\0';
}

static gboolean
is_space (gchar c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static void
skip_space (Check *check)
{
    while (is_space (peek (check)))
        check->cursor++;
}

static gboolean
expect (Check *check, gchar c, const gchar *fault)
{
    if (peek (check) != c)
        return fail (check, fault);
    check->cursor++;
    return TRUE;
}

/* Steps over what needs no look in a string: all but its end, escapes and
 * control characters */
static const gchar *
skip_plain (const gchar *cursor, const gchar *end)
{
    while (cursor < end && *cursor != '"' && *cursor != '\\' && (guchar) *cursor >= 0x20)
        cursor++;
    return cursor;
}

static gboolean
check_escape (Check *check)
{
    guint digits;

    check->cursor++;
    if (peek (check) == 'u') {
        check->cursor++;
        for (digits = 0; digits < 4; digits++, check->cursor++)
            if (!g_ascii_isxdigit (peek (check)))
                return fail (check, "bad escape in a string");
        return TRUE;
    }
    if (peek (check) == '\0' || !strchr ("\"\\/bfnrt", peek (check)))
        return fail (check, "bad escape in a string");
    check->cursor++;
    return TRUE;
}

static gboolean
check_string (Check *check)
{
    if (!expect (check, '"', "string expected"))
        return FALSE;
    do {
        check->cursor = skip_plain (check->cursor, check->end);
    } while (peek (check) == '\\' && check_escape (check));
    if (check->fault)
        return FALSE;
    if (check->cursor < check->end && *check->cursor != '"')
        return fail (check, "control character in a string");
    return expect (check, '"', "string without an end");
}

static gboolean
check_digits (Check *check)
{
    if (!g_ascii_isdigit (peek (check)))
        return fail (check, "digit expected");
    while (g_ascii_isdigit (peek (check)))
        check->cursor++;
    return TRUE;
}

static gboolean
check_number (Check *check)
{
    if (peek (check) == '-')
        check->cursor++;
    if (peek (check) == '0')
        check->cursor++;
    else if (!check_digits (check))
        return FALSE;
    if (peek (check) == '.') {
        check->cursor++;
        if (!check_digits (check))
            return FALSE;
    }
    if (peek (check) == 'e' || peek (check) == 'E') {
        check->cursor++;
        if (peek (check) == '+' || peek (check) == '-')
            check->cursor++;
        return check_digits (check);
    }
    return TRUE;
}

static gboolean
check_word (Check *check, const gchar *word)
{
    gsize length = strlen (word);

    if ((gsize) (check->end - check->cursor) < length || memcmp (check->cursor, word, length) != 0)
        return fail (check, "value expected");
    check->cursor += length;
    return TRUE;
}

/* A key is looked for as it stands. Written another way it would be a second one of that name for
 * every other reader. */
static gboolean
check_key (Check *check)
{
    const gchar *start = check->cursor;

    if (!check_string (check))
        return FALSE;
    return !memchr (start, '\\', (gsize) (check->cursor - start)) ||
           fail (check, "escape in a key");
}

static gboolean
check_member (Check *check, gboolean keyed, guint depth)
{
    if (keyed) {
        if (!check_key (check))
            return FALSE;
        skip_space (check);
        if (!expect (check, ':', "colon expected"))
            return FALSE;
        skip_space (check);
    }
    return check_value (check, depth);
}

static gboolean
check_container (Check *check, gchar closing, guint depth)
{
    if (depth >= SIMSTOW_JSON_DEPTH)
        return fail (check, "nested too deeply");
    check->cursor++;
    skip_space (check);
    if (peek (check) == closing)
        return expect (check, closing, NULL);
    while (check_member (check, closing == '}', depth + 1)) {
        skip_space (check);
        if (peek (check) != ',')
            return expect (check, closing, "comma or closing bracket expected");
        check->cursor++;
        skip_space (check);
    }
    return FALSE;
}

static gboolean
check_value (Check *check, guint depth)
{
    switch (peek (check)) {
    case '"':
        return check_string (check);
    case '{':
        return check_container (check, '}', depth);
    case '[':
        return check_container (check, ']', depth);
    case 't':
        return check_word (check, "true");
    case 'f':
        return check_word (check, "false");
    case 'n':
        return check_word (check, "null");
    default:
        return check_number (check);
    }
}

/* Steps over a string in checked text, from behind its first quotation mark */
static const gchar *
skip_string (const gchar *cursor, const gchar *end, gboolean *escaped)
{
    const gchar *quote = memchr (cursor, '"', (gsize) (end - cursor));

    *escaped = !quote || memchr (cursor, '\\', (gsize) (quote - cursor));
    if (!*escaped)
        return quote + 1;
    for (cursor = skip_plain (cursor, end); cursor < end && *cursor == '\\';
         cursor = skip_plain (cursor + 2, end))
        ;
    return cursor + 1;
}

/* Steps over an object or array in checked text, where brackets match */
static const gchar *
skip_container (const gchar *cursor, const gchar *end)
{
    guint depth = 0;
    gboolean escaped;

    while (cursor < end) {
        gchar c = *cursor++;

        if (c == '"')
            cursor = skip_string (cursor, end, &escaped);
        else if (c == '{' || c == '[')
            depth++;
        else if ((c == '}' || c == ']') && --depth == 0)
            break;
    }
    return cursor;
}

static const gchar *
skip_scalar (const gchar *cursor, const gchar *end)
{
    while (cursor < end && !is_space (*cursor) && !strchr (",:]}", *cursor))
        cursor++;
    return cursor;
}

static SimstowJsonType
type_of (gchar c)
{
    switch (c) {
    case '"':
        return SIMSTOW_JSON_STRING;
    case '{':
        return SIMSTOW_JSON_OBJECT;
    case '[':
        return SIMSTOW_JSON_ARRAY;
    case 't':
    case 'f':
        return SIMSTOW_JSON_BOOLEAN;
    case 'n':
        return SIMSTOW_JSON_NULL;
    default:
        return SIMSTOW_JSON_NUMBER;
    }
}

static const gchar *
take_value (const gchar *cursor, const gchar *end, SimstowJsonValue *value)
{
    const gchar *behind;

    value->type = type_of (*cursor);
    value->escaped = FALSE;
    if (value->type == SIMSTOW_JSON_STRING) {
        value->text = cursor + 1;
        behind = skip_string (value->text, end, &value->escaped);
        value->length = (gsize) (behind - value->text) - 1;
        return behind;
    }
    if (value->type == SIMSTOW_JSON_OBJECT || value->type == SIMSTOW_JSON_ARRAY)
        behind = skip_container (cursor, end);
    else
        behind = skip_scalar (cursor, end);
    value->text = cursor;
    value->length = (gsize) (behind - cursor);
    return behind;
}

gboolean
simstow_json_value_parse (const gchar *text, gsize length, SimstowJsonValue *value, GError **error)
{
    Check check = {.cursor = text, .end = text + length};
    const gchar *start;

    if (!g_utf8_validate_len (text, length, &check.cursor))
        check.fault = "not valid UTF-8";
    if (!check.fault) {
        check.cursor = text;
        skip_space (&check);
        start = check.cursor;
        if (check_value (&check, 0)) {
            skip_space (&check);
            if (check.cursor == check.end) {
                take_value (start, check.end, value);
                return TRUE;
            }
            fail (&check, "text behind the end");
        }
    }
    return simstow_error_set (error,
                              SIMSTOW_ERROR_INVALID_DATA,
                              "not JSON at byte %" G_GSIZE_FORMAT ": %s",
                              (gsize) (check.cursor - text),
                              check.fault);
}

void
simstow_json_scanner_init (SimstowJsonScanner *scanner, const SimstowJsonValue *value)
{
    scanner->cursor = value->text + 1;
    scanner->end = value->text + value->length - 1;
    scanner->keyed = value->type == SIMSTOW_JSON_OBJECT;
}

/* Steps over white space and the separators, of which checked text has no more
 * than it should */
static void
skip_between (SimstowJsonScanner *scanner)
{
    while (scanner->cursor < scanner->end &&
           (is_space (*scanner->cursor) || *scanner->cursor == ',' || *scanner->cursor == ':'))
        scanner->cursor++;
}

gboolean
simstow_json_scanner_next (SimstowJsonScanner *scanner,
                           SimstowJsonValue *key,
                           SimstowJsonValue *value)
{
    SimstowJsonValue unused;

    skip_between (scanner);
    if (scanner->cursor == scanner->end)
        return FALSE;
    if (scanner->keyed) {
        scanner->cursor = take_value (scanner->cursor, scanner->end, key ? key : &unused);
        skip_between (scanner);
    }
    scanner->cursor = take_value (scanner->cursor, scanner->end, value);
    return TRUE;
}

gboolean
simstow_json_value_is (const SimstowJsonValue *value, const gchar *text, gsize length)
{
    return value->length == length && !value->escaped && memcmp (value->text, text, length) == 0;
}

gboolean
simstow_json_value_find (const SimstowJsonValue *value, const gchar *key, SimstowJsonValue *member)
{
    SimstowJsonScanner scanner;
    SimstowJsonValue name;

    if (value->type != SIMSTOW_JSON_OBJECT)
        return FALSE;
    simstow_json_scanner_init (&scanner, value);
    while (simstow_json_scanner_next (&scanner, &name, member))
        if (simstow_json_value_is (&name, key, strlen (key)))
            return TRUE;
    return FALSE;
}

static gboolean
expect_type (const SimstowJsonValue *value, SimstowJsonType type, GError **error)
{
    static const gchar *const names[] = {
        [SIMSTOW_JSON_STRING] = "a string",
        [SIMSTOW_JSON_NUMBER] = "a number",
        [SIMSTOW_JSON_BOOLEAN] = "true or false",
        [SIMSTOW_JSON_NULL] = "null",
        [SIMSTOW_JSON_OBJECT] = "an object",
        [SIMSTOW_JSON_ARRAY] = "an array",
    };

    if (value->type == type)
        return TRUE;
    return simstow_error_set (error,
                              SIMSTOW_ERROR_INVALID_DATA,
                              "%s expected, not %s",
                              names[type],
                              names[value->type]);
}

static gunichar
hex4 (const gchar *digits)
{
    gunichar value = 0;
    guint i;

    for (i = 0; i < 4; i++)
        value = value << 4 | (gunichar) g_ascii_xdigit_value (digits[i]);
    return value;
}

/* The character a "\u" escape stands for, 0 for what has no place in text;
 * @cursor moves behind it */
static gunichar
unescape_unicode (const gchar **cursor, const gchar *end)
{
    gunichar high = hex4 (*cursor + 2);
    gunichar low;

    *cursor += 6;
    if (high < 0xD800 || high > 0xDFFF)
        return high;
    if (high > 0xDBFF || end - *cursor < 6 || (*cursor)[0] != '\\' || (*cursor)[1] != 'u')
        return 0;
    low = hex4 (*cursor + 2);
    *cursor += 6;
    if (low < 0xDC00 || low > 0xDFFF)
        return 0;
    return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

static gboolean
unescape (const gchar *cursor, const gchar *end, GString *out)
{
    static const gchar from[] = "bfnrt";
    static const gchar to[] = "\b\f\n\r\t";

    while (cursor < end) {
        const gchar *special;
        gunichar c;

        if (*cursor != '\\') {
            g_string_append_c (out, *cursor++);
        } else if (cursor[1] != 'u') {
            special = strchr (from, cursor[1]);
            g_string_append_c (out, special ? to[special - from] : cursor[1]);
            cursor += 2;
        } else {
            c = unescape_unicode (&cursor, end);
            if (c == 0)
                return FALSE;
            g_string_append_unichar (out, c);
        }
    }
    return TRUE;
}

gchar *
simstow_json_value_dup_string (const SimstowJsonValue *value, GError **error)
{
    g_autoptr (GString) out = NULL;

    if (!expect_type (value, SIMSTOW_JSON_STRING, error))
        return NULL;
    if (!value->escaped)
        return g_strndup (value->text, value->length);
    out = g_string_sized_new (value->length);
    if (!unescape (value->text, value->text + value->length, out)) {
        simstow_error_set (error,
                           SIMSTOW_ERROR_INVALID_DATA,
                           "a NUL or half a surrogate pair in a string");
        return NULL;
    }
    return g_string_free (g_steal_pointer (&out), FALSE);
}

gboolean
simstow_json_value_get_integer (const SimstowJsonValue *value,
                                gint64 minimum,
                                gint64 maximum,
                                gint64 *integer,
                                GError **error)
{
    gchar digits[24];

    if (!expect_type (value, SIMSTOW_JSON_NUMBER, error))
        return FALSE;
    if (value->length < sizeof digits) {
        memcpy (digits, value->text, value->length);
        digits[value->length] = '\0';
        if (g_ascii_string_to_signed (digits, 10, minimum, maximum, integer, NULL))
            return TRUE;
    }
    return simstow_error_set (error,
                              SIMSTOW_ERROR_INVALID_DATA,
                              "no whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                              ": %.*s",
                              minimum,
                              maximum,
                              (gint) MIN (value->length, 32),
                              value->text);
}

gboolean
simstow_json_value_get_boolean (const SimstowJsonValue *value, gboolean *boolean, GError **error)
{
    if (!expect_type (value, SIMSTOW_JSON_BOOLEAN, error))
        return FALSE;
    *boolean = value->text[0] == 't';
    return TRUE;
}
