/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON text, written as it goes, and times in it. GDateTime parses them; it is too slow to print
 * one for each of a million messages.
 */

#include "simstow-json-writer.h"

#include <string.h>

#include "simstow-hex.h"

#define SECONDS_A_DAY 86400
#define DAYS_A_CYCLE  146097                           /* 400 years of the Gregorian calendar */
#define FIRST_SECOND  G_GINT64_CONSTANT (-62135596800) /* 0001-01-01 */
#define LAST_SECOND   G_GINT64_CONSTANT (253402300799) /* 9999-12-31 */

void
simstow_json_writer_init (SimstowJsonWriter *writer, GString *out, gboolean pretty)
{
    *writer = (SimstowJsonWriter){.out = out, .pretty = pretty};
}

static void
break_line (SimstowJsonWriter *writer)
{
    guint i;

    if (!writer->pretty)
        return;
    g_string_append_c (writer->out, '\n');
    for (i = 0; i < writer->depth; i++)
        g_string_append (writer->out, "  ");
}

/* RFC 8259 leaves U+007F to U+2029 free; they are escaped because programs that
 * split text into lines take NEL and the Unicode separators for line ends */
static gsize
escape_length (const gchar *text)
{
    const guchar *octets = (const guchar *) text;

    if (octets[0] < 0x20 || octets[0] == 0x7F || octets[0] == '"' || octets[0] == '\\')
        return 1;
    if (octets[0] == 0xC2 && octets[1] == 0x85)
        return 2;
    if (octets[0] == 0xE2 && octets[1] == 0x80 && (octets[2] == 0xA8 || octets[2] == 0xA9))
        return 3;
    return 0;
}

static void
append_escape (GString *out, const gchar *text)
{
    switch (*text) {
    case '"':
    case '\\':
        g_string_append_c (out, '\\');
        g_string_append_c (out, *text);
        return;
    case '\n':
        g_string_append (out, "\\n");
        return;
    case '\r':
        g_string_append (out, "\\r");
        return;
    case '\t':
        g_string_append (out, "\\t");
        return;
    default:
        g_string_append_printf (out, "\\u%04x", g_utf8_get_char (text));
    }
}

static void
append_valid (GString *out, const gchar *text)
{
    const gchar *plain = text;

    while (*text) {
        gsize length = escape_length (text);

        if (length == 0) {
            text++;
            continue;
        }
        g_string_append_len (out, plain, text - plain);
        append_escape (out, text);
        text += length;
        plain = text;
    }
    g_string_append_len (out, plain, text - plain);
}

static void
append_quoted (GString *out, const gchar *text)
{
    g_string_append_c (out, '"');
    if (g_utf8_validate (text, -1, NULL)) {
        append_valid (out, text);
    } else {
        g_autofree gchar *valid = g_utf8_make_valid (text, -1);

        append_valid (out, valid);
    }
    g_string_append_c (out, '"');
}

static void
begin_value (SimstowJsonWriter *writer, const gchar *key)
{
    if (writer->comma)
        g_string_append_c (writer->out, ',');
    if (writer->depth > 0)
        break_line (writer);
    writer->comma = TRUE;
    if (!key)
        return;
    append_quoted (writer->out, key);
    g_string_append (writer->out, writer->pretty ? ": " : ":");
}

void
simstow_json_writer_begin (SimstowJsonWriter *writer, const gchar *key, gchar bracket)
{
    begin_value (writer, key);
    g_string_append_c (writer->out, bracket);
    writer->depth++;
    writer->comma = FALSE;
}

void
simstow_json_writer_end (SimstowJsonWriter *writer, gchar bracket)
{
    writer->depth--;
    if (writer->comma)
        break_line (writer);
    g_string_append_c (writer->out, bracket);
    writer->comma = TRUE;
}

void
simstow_json_writer_string (SimstowJsonWriter *writer, const gchar *key, const gchar *value)
{
    if (!value)
        return;
    begin_value (writer, key);
    append_quoted (writer->out, value);
}

void
simstow_json_writer_integer (SimstowJsonWriter *writer, const gchar *key, gint64 value)
{
    begin_value (writer, key);
    g_string_append_printf (writer->out, "%" G_GINT64_FORMAT, value);
}

void
simstow_json_writer_boolean (SimstowJsonWriter *writer, const gchar *key, gboolean value)
{
    begin_value (writer, key);
    g_string_append (writer->out, value ? "true" : "false");
}

void
simstow_json_writer_words (SimstowJsonWriter *writer, const gchar *key, gchar *const *words)
{
    if (!words)
        return;
    simstow_json_writer_begin (writer, key, '[');
    for (; *words; words++)
        simstow_json_writer_string (writer, NULL, *words);
    simstow_json_writer_end (writer, ']');
}

void
simstow_json_writer_rest (SimstowJsonWriter *writer, const gchar *members)
{
    if (members)
        simstow_json_writer_raw (writer, NULL, members);
}

void
simstow_json_writer_raw (SimstowJsonWriter *writer, const gchar *key, const gchar *text)
{
    begin_value (writer, key);
    g_string_append (writer->out, text);
}

void
simstow_json_writer_hex (SimstowJsonWriter *writer,
                         const gchar *key,
                         const guint8 *data,
                         gsize size)
{
    g_autofree gchar *digits = simstow_hex_encode (data, size);

    begin_value (writer, key);
    g_string_append_c (writer->out, '"');
    g_string_append_len (writer->out, digits, (gssize) (2 * size));
    g_string_append_c (writer->out, '"');
}

void
simstow_json_writer_bytes (SimstowJsonWriter *writer, const gchar *key, GBytes *bytes)
{
    gsize size;
    const guint8 *data = bytes ? g_bytes_get_data (bytes, &size) : NULL;

    if (bytes)
        simstow_json_writer_hex (writer, key, data, size);
}

/* Counts from 1 March of the year 0, so that the leap day ends a year */
static void
split_date (gint64 days, gint *year, gint *month, gint *day)
{
    gint64 since_march = days + 719468;
    gint64 cycle = since_march / DAYS_A_CYCLE;
    gint64 in_cycle = since_march % DAYS_A_CYCLE;
    gint64 in_cycle_year =
        (in_cycle - in_cycle / 1460 + in_cycle / 36524 - in_cycle / 146096) / 365;
    gint64 in_year = in_cycle - (365 * in_cycle_year + in_cycle_year / 4 - in_cycle_year / 100);
    gint64 march_month = (5 * in_year + 2) / 153;

    *day = (gint) (in_year - (153 * march_month + 2) / 5 + 1);
    *month = (gint) (march_month < 10 ? march_month + 3 : march_month - 9);
    *year = (gint) (cycle * 400 + in_cycle_year + (*month <= 2 ? 1 : 0));
}

/* Returns what is behind the digits and the character that follows them */
static gchar *
append_digits (gchar *text, gint value, gint count, gchar behind)
{
    gint i;

    for (i = count - 1; i >= 0; i--, value /= 10)
        text[i] = (gchar) ('0' + value % 10);
    text[count] = behind;
    return text + count + 1;
}

gboolean
simstow_time_format (gint64 utc, gint zone, gchar *text)
{
    gint64 local;
    gint64 days;
    gint seconds;
    gint year;
    gint month;
    gint day;

    if (utc < FIRST_SECOND || utc > LAST_SECOND || ABS (zone) > 24 * 60)
        return FALSE;
    local = utc + zone * 60;
    if (local < FIRST_SECOND || local > LAST_SECOND)
        return FALSE;
    days = local / SECONDS_A_DAY - (local % SECONDS_A_DAY < 0 ? 1 : 0);
    seconds = (gint) (local - days * SECONDS_A_DAY);
    split_date (days, &year, &month, &day);
    text = append_digits (text, year, 4, '-');
    text = append_digits (text, month, 2, '-');
    text = append_digits (text, day, 2, 'T');
    text = append_digits (text, seconds / 3600, 2, ':');
    text = append_digits (text, seconds / 60 % 60, 2, ':');
    text = append_digits (text, seconds % 60, 2, zone == 0 ? 'Z' : zone < 0 ? '-' : '+');
    if (zone != 0) {
        text = append_digits (text, ABS (zone) / 60, 2, ':');
        /* what is behind them is their end */
        text = append_digits (text, ABS (zone) % 60, 2, '\0') - 1;
    }
    *text = '\0';
    return TRUE;
}

gboolean
simstow_time_parse (const gchar *text, gint64 *utc)
{
    g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);

    if (!time)
        return FALSE;
    *utc = g_date_time_to_unix (time);
    return TRUE;
}

void
simstow_json_writer_time (SimstowJsonWriter *writer, const gchar *key, gint64 utc, gint zone)
{
    gchar text[SIMSTOW_TIME_SIZE];

    if (simstow_time_format (utc, zone, text))
        simstow_json_writer_string (writer, key, text);
}
