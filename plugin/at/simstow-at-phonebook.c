/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a modem tells of its phonebooks: +CPBS, +CPBR=?, +CPBW=?, +CSCS.
 */

#include "simstow-at-phonebook.h"

#include <string.h>

#include "simstow-at-lines.h"

/* How many values of +CPBW=? concern number, type and name */
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
