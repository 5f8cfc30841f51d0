/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a modem tells of its phonebooks, rows of +CPBR, and the +CPBW that writes one.
 */

#include "simstow-at-book.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-hex.h"

/* How many values of +CPBW=? concern number, type and name */
/* No door takes a longer one, and no modem: it would refuse all that is in the same call */
#define COMMAND_MAX 1024

#define WRITE_LIMITS 4

/* More phonebooks than any modem has, and more lines than any gives a list in */
#define PHONEBOOKS_MAX 64
#define LIST_LINES_MAX 64

void
simstow_at_phonebook_free (SimstowAtPhonebook *phonebook)
{
    g_free (phonebook->storage);
    g_free (phonebook);
}

static void
add_tokens (GStrvBuilder *builder, SimstowReader *lines, const gchar *prefix)
{
    SimstowReader line;
    guint i;

    for (i = 0; i < LIST_LINES_MAX && simstow_at_lines_find (lines, prefix, &line); i++) {
        g_auto (GStrv) tokens = simstow_at_field_tokens (&line);

        g_strv_builder_addv (builder, (const gchar **) tokens);
    }
}

/* The tokens of all lines with @prefix, as a list may be given line by line */
static GStrv
tokens_of (const gchar *reply, const gchar *prefix)
{
    g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
    SimstowReader lines;

    simstow_at_lines_init (&lines, reply);
    add_tokens (builder, &lines, prefix);
    return g_strv_builder_end (builder);
}

/* "()", or nothing at all: a list without elements */
static gboolean
is_empty_list (SimstowReader lines)
{
    SimstowReader line;
    guint8 c;

    while (simstow_at_lines_find (&lines, "+CPBS", &line)) {
        while (simstow_reader_u8 (&line, &c, NULL)) {
            if (strchr ("(),\" \t", c) == NULL)
                return FALSE;
        }
    }
    return TRUE;
}

/* <storage>[,<used>,<total>], TS 27.007 8.11 */
static gboolean
parse_current (SimstowReader *line, SimstowAtPhonebook *phonebook)
{
    SimstowAtField field;

    if (!simstow_at_field_next (line, &field) || field.kind == SIMSTOW_AT_FIELD_GROUP)
        return FALSE;
    phonebook->storage = simstow_at_field_token (&field);
    phonebook->has_used =
        simstow_at_field_next (line, &field) && simstow_at_field_uint (&field, &phonebook->used) &&
        simstow_at_field_next (line, &field) && simstow_at_field_uint (&field, &phonebook->total);
    return phonebook->storage != NULL;
}

/* The tokens of all lines that may be the list, or a part of it: the answer to what is selected,
 * which came twice or late, is none */
static void
add_listed (GStrvBuilder *builder, SimstowReader *lines)
{
    SimstowReader line;
    guint i;

    for (i = 0; i < LIST_LINES_MAX && simstow_at_lines_find (lines, "+CPBS", &line); i++) {
        g_autoptr (SimstowAtPhonebook) current = g_new0 (SimstowAtPhonebook, 1);
        SimstowReader copy = line;
        g_auto (GStrv) tokens = NULL;

        if (parse_current (&copy, current) && current->has_used)
            continue;
        tokens = simstow_at_field_tokens (&line);
        g_strv_builder_addv (builder, (const gchar **) tokens);
    }
}

GStrv
simstow_at_phonebook_parse_storages (const gchar *reply, gboolean behind_current)
{
    g_autoptr (GStrvBuilder) tokens = g_strv_builder_new ();
    g_autoptr (GPtrArray) storages = g_ptr_array_new_with_free_func (g_free);
    g_auto (GStrv) found = NULL;
    SimstowReader lines, list, line;
    gsize i;

    simstow_at_lines_init (&lines, reply);
    if (behind_current)
        simstow_at_lines_find (&lines, "+CPBS", &line);
    list = lines;
    add_listed (tokens, &lines);
    found = g_strv_builder_end (tokens);
    for (i = 0; found[i] != NULL; i++) {
        g_autofree gchar *upper = g_ascii_strup (found[i], -1);

        if (simstow_at_token_is_name (upper) &&
            !g_ptr_array_find_with_equal_func (storages, upper, g_str_equal, NULL))
            g_ptr_array_add (storages, g_steal_pointer (&upper));
    }
    if (storages->len == 0 && !is_empty_list (list))
        return NULL;
    g_ptr_array_add (storages, NULL);
    return (GStrv) g_ptr_array_free (g_steal_pointer (&storages), FALSE);
}

gchar *
simstow_at_phonebook_parse_charset (const gchar *reply)
{
    SimstowReader lines, line;
    SimstowAtField field;

    simstow_at_lines_init (&lines, reply);
    while (simstow_at_lines_find (&lines, "+CSCS", &line)) {
        /* one value, where the list of all has several or parentheses */
        if (simstow_at_field_next (&line, &field) && field.kind != SIMSTOW_AT_FIELD_GROUP &&
            simstow_reader_remaining (&line) == 0)
            return simstow_at_field_token (&field);
    }
    return NULL;
}

GStrv
simstow_at_phonebook_parse_charsets (const gchar *reply)
{
    return tokens_of (reply, "+CSCS");
}

/* A length, given plainly or as the range of lengths */
static guint
parse_length (const SimstowAtField *field)
{
    g_autoptr (GArray) ranges = simstow_at_field_ranges (field);

    return ranges->len > 0 ? g_array_index (ranges, SimstowAtRange, ranges->len - 1).last : 0;
}

/* [,<glength>...], TS 27.007 8.12 and 8.14: whether any of the limits is there that follow the
 * first @skipped fields */
static gboolean
has_further_limits (SimstowReader *line, guint skipped)
{
    SimstowAtField field;
    guint i;

    for (i = 0; simstow_at_field_next (line, &field); i++) {
        if (i >= skipped && parse_length (&field) > 0)
            return TRUE;
    }
    return FALSE;
}

/* (list of <index>s),[<nlength>],[<tlength>]..., TS 27.007 8.12 */
static void
parse_limits (SimstowReader *line, SimstowAtPhonebook *phonebook)
{
    g_autoptr (GArray) ranges = NULL;
    SimstowAtField field;
    guint i;

    if (!simstow_at_field_next (line, &field))
        return;
    ranges = simstow_at_field_ranges (&field);
    for (i = 0; i < ranges->len; i++) {
        const SimstowAtRange *range = &g_array_index (ranges, SimstowAtRange, i);

        if (i == 0 || range->first < phonebook->first)
            phonebook->first = range->first;
        phonebook->last = MAX (phonebook->last, range->last);
    }
    if (simstow_at_field_next (line, &field))
        phonebook->number_length = parse_length (&field);
    if (simstow_at_field_next (line, &field))
        phonebook->name_length = parse_length (&field);
    phonebook->extended = has_further_limits (line, 0);
}

gchar *
simstow_at_phonebook_parse_selected (const gchar *reply)
{
    g_autoptr (SimstowAtPhonebook) first = g_new0 (SimstowAtPhonebook, 1);
    SimstowReader lines, line;

    simstow_at_lines_init (&lines, reply);
    while (simstow_at_lines_find (&lines, "+CPBS", &line)) {
        if (parse_current (&line, first))
            return g_steal_pointer (&first->storage);
    }
    return NULL;
}

GPtrArray *
simstow_at_phonebook_parse_all (const gchar *reply)
{
    g_autoptr (GPtrArray) phonebooks =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_at_phonebook_free);
    g_autoptr (SimstowAtPhonebook) open = g_new0 (SimstowAtPhonebook, 1);
    SimstowReader lines, line;

    simstow_at_lines_init (&lines, reply);
    while (phonebooks->len < PHONEBOOKS_MAX && simstow_at_lines_next (&lines, &line)) {
        if (simstow_at_line_strip (&line, "+CPBR")) {
            parse_limits (&line, open);
        } else if (simstow_at_line_strip (&line, "+CPBW")) {
            open->writable = TRUE;
            open->extended |= has_further_limits (&line, WRITE_LIMITS);
            open->plain = !open->extended;
        } else if (simstow_at_line_strip (&line, "+CPBS") && parse_current (&line, open)) {
            g_autofree gchar *named = g_steal_pointer (&open->storage);

            open->storage = g_ascii_strup (named, -1);
            g_ptr_array_add (phonebooks, g_steal_pointer (&open));
            open = g_new0 (SimstowAtPhonebook, 1);
        }
    }
    return g_steal_pointer (&phonebooks);
}

#define TYPE_INTERNATIONAL 145
/* What stands in UTF-8 for bytes that are none: U+FFFD */
#define REPLACEMENT "\xEF\xBF\xBD"

#define NUMBER_CHARS "0123456789*#+abcdwpABCDWP?,"

/* Some hundred places are asked for at a time */
#define ROWS_MAX 10000

/* Where in a row's optional fields the parser is */
typedef struct {
    SimstowReader line;
    SimstowAtCharset charset;
    gboolean coded;
} Row;

SimstowAtEntry *
simstow_at_entry_new (void)
{
    SimstowAtEntry *entry = g_new0 (SimstowAtEntry, 1);

    entry->number = g_strdup ("");
    entry->name = g_strdup ("");
    entry->type = SIMSTOW_AT_TYPE_UNKNOWN;
    entry->hidden = -1;
    entry->additional_type = -1;
    return entry;
}

void
simstow_at_entry_free (SimstowAtEntry *entry)
{
    g_free (entry->number);
    g_free (entry->name);
    g_clear_pointer (&entry->name_raw, g_bytes_unref);
    g_free (entry->group);
    g_free (entry->additional_number);
    g_free (entry->second_name);
    g_free (entry->email);
    g_free (entry->sip_uri);
    g_free (entry->tel_uri);
    g_free (entry->time);
    g_free (entry->fault);
    g_clear_pointer (&entry->row, g_bytes_unref);
    g_free (entry);
}

static gboolean
is_number (const gchar *text)
{
    return strspn (text, NUMBER_CHARS) == strlen (text);
}

static gchar *
decode_number (const SimstowAtField *field, gboolean coded)
{
    return simstow_at_charset_decode (coded ? SIMSTOW_AT_CHARSET_UCS2 : SIMSTOW_AT_CHARSET_IRA,
                                      field,
                                      NULL);
}

/* A field of a row whose index and number can be told apart; FALSE otherwise */
static gboolean
row_number (SimstowReader line, SimstowAtField *number)
{
    SimstowAtField field;
    guint index;

    return simstow_at_field_next (&line, &field) && simstow_at_field_uint (&field, &index) &&
           simstow_at_field_next (&line, number);
}

/* Digits in UCS2 look like 00310032. A lone 0031 could be a short number, so it
 * proves nothing; longer ones with 003 behind every 0 and digit are no numbers. */
static gboolean
looks_coded (const SimstowAtField *number)
{
    g_autofree gchar *text = NULL;

    if (number->length % 4 != 0 || !g_str_has_prefix (number->text, "00"))
        return FALSE;
    text = decode_number (number, TRUE);
    return strlen (text) == number->length / 4 && is_number (text);
}

static void
detect_coded (const gchar *reply, gboolean *coded)
{
    SimstowReader lines, line;
    SimstowAtField number;
    gboolean proof = FALSE;

    simstow_at_lines_init (&lines, reply);
    while (simstow_at_lines_find (&lines, "+CPBR", &line)) {
        if (!row_number (line, &number) || number.length == 0)
            continue;
        if (!looks_coded (&number)) {
            *coded = FALSE;
            return;
        }
        proof = proof || number.length >= 8;
    }
    if (proof)
        *coded = TRUE;
}

/* The name of a row whose fields can be told apart; FALSE where it has none */
static gboolean
row_name (SimstowReader line, SimstowAtField *name)
{
    SimstowAtField field;
    guint i;

    for (i = 0; i < 3; i++) {
        if (!simstow_at_field_next (&line, &field))
            return FALSE;
    }
    return simstow_at_field_next (&line, name) && name->length > 0;
}

static gboolean
is_hex (const SimstowAtField *text)
{
    gsize i;

    for (i = 0; i < text->length; i++) {
        if (!g_ascii_isxdigit (text->text[i]))
            return FALSE;
    }
    return TRUE;
}

/* Two characters or more of UTF-16 that are all letters or the like, and not digits alone */
static gboolean
is_proof_of_ucs2 (const SimstowAtField *name)
{
    gboolean has_letter = FALSE;
    gsize i;
    g_autoptr (GBytes) raw = NULL;
    g_autofree gchar *text = NULL;
    const gchar *c;

    if (name->length < 8)
        return FALSE;
    text = simstow_at_charset_decode (SIMSTOW_AT_CHARSET_UCS2, name, &raw);
    for (c = text; *c != '\0'; c = g_utf8_next_char (c)) {
        gunichar unichar = g_utf8_get_char (c);

        if (!g_unichar_isprint (unichar) || !g_unichar_isdefined (unichar))
            return FALSE;
    }
    for (i = 0; i < name->length; i++)
        has_letter = has_letter || g_ascii_isalpha (name->text[i]);
    return raw == NULL && (has_letter || g_str_has_prefix (name->text, "00"));
}

/* Some modems give names in UCS2 whatever +CSCS says, and some never do. What the names of a
 * reply look like counts where it is plain: all of them are, or none is */
static SimstowAtCharset
detect_charset (const gchar *reply, SimstowAtCharset charset)
{
    SimstowReader lines, line;
    SimstowAtField name;
    guint plain = 0, proofs = 0;

    simstow_at_lines_init (&lines, reply);
    while (simstow_at_lines_find (&lines, "+CPBR", &line)) {
        if (!row_name (line, &name))
            continue;
        if (!is_hex (&name) || (name.length % 4 != 0 && charset != SIMSTOW_AT_CHARSET_UCS2))
            plain++;
        else if (name.length % 4 != 0)
            proofs += g_str_has_prefix (name.text, "00");
        else
            proofs += is_proof_of_ucs2 (&name);
    }
    if (plain == 0 && proofs > 0 && charset != SIMSTOW_AT_CHARSET_HEX)
        return SIMSTOW_AT_CHARSET_UCS2;
    if (plain > 0 && proofs == 0 && charset == SIMSTOW_AT_CHARSET_UCS2)
        return SIMSTOW_AT_CHARSET_IRA;
    return charset;
}

/* An optional text; NULL where it is empty or missing */
static gchar *
next_text (Row *row)
{
    SimstowAtField field;

    if (!simstow_at_field_next (&row->line, &field) || field.length == 0)
        return NULL;
    return simstow_at_charset_decode (row->charset, &field, NULL);
}

static gboolean
is_digits_with (const gchar *text, gchar mark)
{
    gboolean marked = FALSE;
    const gchar *c;

    for (c = text; *c != '\0'; c++) {
        marked = marked || *c == mark;
        if (!g_ascii_isdigit (*c) && strchr ("/:,+- .", *c) == NULL)
            return FALSE;
    }
    return marked;
}

/* Some modems put date and time of a call, in one field or two, where <hidden> stands */
static void
take_time (Row *row, SimstowAtEntry *entry)
{
    SimstowReader start = row->line;
    g_autofree gchar *date = next_text (row);
    g_autofree gchar *clock = NULL;

    if (date == NULL || !is_digits_with (date, '/')) {
        row->line = start;
        return;
    }
    start = row->line;
    clock = strchr (date, ':') == NULL ? next_text (row) : NULL;
    if (clock != NULL && is_digits_with (clock, ':')) {
        entry->time = g_strdup_printf ("%s,%s", date, clock);
    } else {
        row->line = start;
        entry->time = g_steal_pointer (&date);
    }
}

static void
parse_extras (Row *row, SimstowAtEntry *entry)
{
    SimstowAtField field;
    guint value;

    take_time (row, entry);
    if (simstow_at_field_next (&row->line, &field) && simstow_at_field_uint (&field, &value) &&
        value <= 1)
        entry->hidden = (gint) value;
    entry->group = next_text (row);
    if (simstow_at_field_next (&row->line, &field) && field.length > 0)
        entry->additional_number = decode_number (&field, row->coded);
    if (simstow_at_field_next (&row->line, &field) && simstow_at_field_uint (&field, &value) &&
        value <= 255)
        entry->additional_type = (gint) value;
    entry->second_name = next_text (row);
    entry->email = next_text (row);
    entry->sip_uri = next_text (row);
    entry->tel_uri = next_text (row);
}

static SimstowAtEntry *
bad_row (const gchar *fault, guint index)
{
    SimstowAtEntry *entry = simstow_at_entry_new ();

    entry->index = index;
    entry->fault = g_strdup (fault);
    return entry;
}

/* A name in UCS2 that was cut within a character: all digits, and too few */
static gboolean
is_cut_ucs2 (const Row *row, const SimstowAtField *text)
{
    return row->charset == SIMSTOW_AT_CHARSET_UCS2 && text->length >= 4 && text->length % 4 != 0 &&
           is_hex (text);
}

/* Bytes that no text has are not made up for: the row is kept as it came */
static gboolean
is_no_text (const SimstowAtEntry *entry)
{
    return entry->name_raw == NULL && strstr (entry->name, REPLACEMENT) != NULL;
}

/* A name without quotation marks that has commas in it goes on to the end of the row */
static void
take_open_name (Row *row, SimstowAtField *text)
{
    SimstowReader rest = row->line;
    SimstowAtField next;
    const guint8 *data;
    guint value;
    gsize size = simstow_reader_remaining (&rest);

    if (text->kind != SIMSTOW_AT_FIELD_PLAIN || text->length == 0 ||
        !simstow_at_field_next (&rest, &next) || next.kind != SIMSTOW_AT_FIELD_PLAIN ||
        next.length == 0 || simstow_at_field_uint (&next, &value) ||
        memchr (next.text, '/', next.length) != NULL)
        return;
    simstow_reader_take (&row->line, size, &data, NULL);
    text->length = (gsize) ((const gchar *) data + size - text->text);
}

/* <index>,<number>,<type>,<text>[,<hidden>][,<group>][,<adnumber>][,<adtype>]
 * [,<secondtext>][,<email>][,<sip_uri>][,<tel_uri>], TS 27.007 8.12 */
static SimstowAtEntry *
parse_row (Row *row)
{
    g_autoptr (SimstowAtEntry) entry = simstow_at_entry_new ();
    SimstowAtField index, number, type, text;

    if (!simstow_at_field_next (&row->line, &index) ||
        !simstow_at_field_uint (&index, &entry->index) || entry->index > G_MAXINT)
        return bad_row ("the row has no index", 0);
    if (!simstow_at_field_next (&row->line, &number) || number.kind == SIMSTOW_AT_FIELD_GROUP)
        return bad_row ("the row has no number", entry->index);
    g_free (entry->number);
    entry->number = decode_number (&number, row->coded);
    simstow_at_field_next (&row->line, &type);
    if (type.kind == SIMSTOW_AT_FIELD_QUOTED && simstow_reader_remaining (&row->line) == 0 &&
        !simstow_at_field_uint (&type, &entry->type)) {
        /* the type was left out, with its comma */
        text = type;
        type.length = 0;
    } else {
        simstow_at_field_next (&row->line, &text);
    }
    if (type.length > 0) {
        if (!simstow_at_field_uint (&type, &entry->type) || entry->type > 255)
            return bad_row ("the row's type of number is none", entry->index);
    } else {
        entry->type = entry->number[0] == '+' ? TYPE_INTERNATIONAL : SIMSTOW_AT_TYPE_UNKNOWN;
    }
    take_open_name (row, &text);
    if (is_cut_ucs2 (row, &text))
        return bad_row ("the row's name is cut short", entry->index);
    g_free (entry->name);
    entry->name = simstow_at_charset_decode (row->charset, &text, &entry->name_raw);
    entry->narrow =
        row->charset != SIMSTOW_AT_CHARSET_UCS2 && row->charset != SIMSTOW_AT_CHARSET_UTF8;
    if (is_no_text (entry))
        return bad_row ("the row's name is no text in the modem's character set", entry->index);
    parse_extras (row, entry);
    return g_steal_pointer (&entry);
}

static guint
count_marks (const GString *text)
{
    guint marks = 0;
    gsize i;

    for (i = 0; i < text->len; i++)
        marks += text->str[i] == '"';
    return marks;
}

static void
append_line (GString *text, SimstowReader line)
{
    gsize size = simstow_reader_remaining (&line);
    const guint8 *data;

    if (simstow_reader_take (&line, size, &data, NULL))
        g_string_append_len (text, (const gchar *) data, (gssize) size);
}

/* A row as text, with the lines that a line end within a name cut off it; FALSE where its
 * last string has no end */
static gboolean
gather_row (SimstowReader *lines, SimstowReader line, GString *text)
{
    SimstowReader ahead = *lines;

    g_string_truncate (text, 0);
    append_line (text, line);
    while (count_marks (text) % 2 != 0 && simstow_at_lines_next (&ahead, &line) &&
           !simstow_at_line_is_code (line)) {
        g_string_append_c (text, '\n');
        append_line (text, line);
        *lines = ahead;
    }
    return count_marks (text) % 2 == 0 || text->str[text->len - 1] == '"';
}

static SimstowAtEntry *
parse_gathered (Row *row, const GString *text, gboolean whole)
{
    SimstowReader start;
    SimstowAtField index;
    SimstowAtEntry *entry;
    guint number = 0;

    simstow_reader_init (&row->line, (const guint8 *) text->str, text->len);
    start = row->line;
    if (whole) {
        entry = parse_row (row);
    } else {
        if (!simstow_at_field_next (&start, &index) || !simstow_at_field_uint (&index, &number))
            number = 0;
        entry = bad_row ("the row is cut short", number);
    }
    if (entry->fault != NULL)
        entry->row = g_bytes_new (text->str, text->len);
    return entry;
}

GPtrArray *
simstow_at_entry_parse_all (const gchar *reply, SimstowAtCharset charset, gboolean *coded)
{
    g_autoptr (GPtrArray) entries =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_at_entry_free);
    g_autoptr (GString) text = g_string_new (NULL);
    Row row = {.charset = detect_charset (reply, charset)};
    SimstowReader lines, line;

    if (row.charset == SIMSTOW_AT_CHARSET_UCS2)
        detect_coded (reply, coded);
    row.coded = row.charset == SIMSTOW_AT_CHARSET_UCS2 && *coded;
    simstow_at_lines_init (&lines, reply);
    while (entries->len < ROWS_MAX && simstow_at_lines_find (&lines, "+CPBR", &line)) {
        gboolean whole = gather_row (&lines, line, text);

        g_ptr_array_add (entries, parse_gathered (&row, text, whole));
    }
    return g_steal_pointer (&entries);
}

gboolean
simstow_at_entry_is_empty (const SimstowAtEntry *entry)
{
    return entry->fault == NULL && entry->number[0] == '\0' && entry->name[0] == '\0' &&
           !simstow_at_entry_has_extras (entry);
}

gboolean
simstow_at_entry_has_extras (const SimstowAtEntry *entry)
{
    return entry->hidden > 0 || entry->group != NULL || entry->additional_number != NULL ||
           entry->second_name != NULL || entry->email != NULL || entry->sip_uri != NULL ||
           entry->tel_uri != NULL;
}

gboolean
simstow_at_entry_equal (const SimstowAtEntry *a, const SimstowAtEntry *b)
{
    /* the plus sign and type 145 say the same, and some modems drop one */
    const gchar *number_a = a->number + (a->number[0] == '+');
    const gchar *number_b = b->number + (b->number[0] == '+');

    return a->fault == NULL && b->fault == NULL && g_str_equal (number_a, number_b) &&
           g_str_equal (a->name, b->name);
}

static gboolean
append_text (GString *command, SimstowAtCharset charset, const gchar *text, GError **error)
{
    g_autofree gchar *encoded = NULL;

    if (text == NULL) {
        g_string_append_c (command, ',');
        return TRUE;
    }
    encoded = simstow_at_charset_encode (charset, text, error);
    if (encoded == NULL)
        return FALSE;
    g_string_append_printf (command, ",\"%s\"", encoded);
    return TRUE;
}

static gboolean
append_number (GString *command, gboolean coded, const gchar *number, GError **error)
{
    if (!is_number (number)) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_RECORD,
                             "number has a character that no phonebook takes");
        return FALSE;
    }
    return append_text (command,
                        coded ? SIMSTOW_AT_CHARSET_UCS2 : SIMSTOW_AT_CHARSET_IRA,
                        number,
                        error);
}

static gboolean
append_name (GString *command,
             const SimstowAtEntry *entry,
             SimstowAtCharset charset,
             GError **error)
{
    g_autofree gchar *hex = NULL;

    if (entry->name_raw == NULL || charset != SIMSTOW_AT_CHARSET_UCS2)
        return append_text (command, charset, entry->name, error);
    hex = simstow_hex_encode_bytes (entry->name_raw);
    g_string_append_printf (command, ",\"%s\"", hex);
    return TRUE;
}

static gboolean
append_extras (GString *command,
               const SimstowAtEntry *entry,
               SimstowAtCharset charset,
               gboolean coded,
               GError **error)
{
    if (!append_text (command, charset, entry->group, error))
        return FALSE;
    if (entry->additional_number == NULL)
        g_string_append_c (command, ',');
    else if (!append_number (command, coded, entry->additional_number, error))
        return FALSE;
    g_string_append_c (command, ',');
    if (entry->additional_type >= 0)
        g_string_append_printf (command, "%d", entry->additional_type);
    if (!append_text (command, charset, entry->second_name, error) ||
        !append_text (command, charset, entry->email, error) ||
        !append_text (command, charset, entry->sip_uri, error) ||
        !append_text (command, charset, entry->tel_uri, error))
        return FALSE;
    if (entry->hidden >= 0)
        g_string_append_printf (command, ",%d", entry->hidden);
    return TRUE;
}

gchar *
simstow_at_entry_write_command (const SimstowAtEntry *entry,
                                SimstowAtCharset charset,
                                gboolean coded,
                                GError **error)
{
    g_autoptr (GString) command = g_string_new ("+CPBW=");

    if (entry->index > 0)
        g_string_append_printf (command, "%u", entry->index);
    if (!append_number (command, coded, entry->number, error))
        return NULL;
    g_string_append_printf (command, ",%u", entry->type);
    if (!append_name (command, entry, charset, error))
        return NULL;
    if (simstow_at_entry_has_extras (entry)) {
        if (!append_extras (command, entry, charset, coded, error))
            return NULL;
        while (command->str[command->len - 1] == ',')
            g_string_truncate (command, command->len - 1);
    }
    if (command->len > COMMAND_MAX) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "its command would be of %" G_GSIZE_FORMAT " characters, the limit is %d",
                     command->len,
                     COMMAND_MAX);
        return NULL;
    }
    return g_strdup (command->str);
}
