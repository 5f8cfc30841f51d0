/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file of vCards: physical lines, which of them make one, and where a card
 * begins and ends.
 */

#include "simstow-vcard.h"

#include <string.h>

#include "simstow-error.h"

/*
 * Lines: the physical lines of a file, not terminated
 * @at: the next one
 */
typedef struct {
    GPtrArray *text;
    guint at;
} Lines;

static void
on_card_unused (gpointer card)
{
    simstow_vcard_free (card);
}

/* CR LF, LF and CR all end a line; a NUL becomes a space */
static GPtrArray *
split_lines (const gchar *text, gsize length)
{
    g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GString) line = g_string_new (NULL);
    gsize i = length >= 3 && memcmp (text, "\357\273\277", 3) == 0 ? 3 : 0;

    for (; i < length; i++) {
        if (text[i] != '\n' && text[i] != '\r') {
            g_string_append_c (line, text[i] ? text[i] : ' ');
            continue;
        }
        g_ptr_array_add (lines, g_strdup (line->str));
        g_string_truncate (line, 0);
        if (text[i] == '\r' && i + 1 < length && text[i + 1] == '\n')
            i++;
    }
    if (line->len > 0)
        g_ptr_array_add (lines, g_strdup (line->str));
    return g_steal_pointer (&lines);
}

static const gchar *
peek_line (const Lines *lines)
{
    return lines->at < lines->text->len ? g_ptr_array_index (lines->text, lines->at) : NULL;
}

static gboolean
is_quoted_printable (const gchar *line)
{
    g_autofree gchar *head = g_ascii_strup (line, (gssize) strcspn (line, ":"));

    return strstr (head, "QUOTED-PRINTABLE") != NULL;
}

/*
 * The next line with those that go on from it: after a soft line break of
 * quoted-printable, or when they begin with white space. Version 2.1 folds only
 * where white space is, and keeps it.
 */
static gchar *
take_line (Lines *lines, gboolean legacy)
{
    g_autoptr (GString) line = g_string_new (peek_line (lines));
    const gchar *next;

    lines->at++;
    if (is_quoted_printable (line->str)) {
        while (line->len > 0 && line->str[line->len - 1] == '=' &&
               (next = peek_line (lines)) != NULL) {
            g_string_truncate (line, line->len - 1);
            g_string_append (line, next);
            lines->at++;
        }
    }
    while ((next = peek_line (lines)) != NULL && (*next == ' ' || *next == '\t')) {
        g_string_append (line, legacy ? next : next + 1);
        lines->at++;
    }
    return g_string_free (g_steal_pointer (&line), FALSE);
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

    for (i = lines->at; i < lines->text->len; i++) {
        const gchar *line = g_ptr_array_index (lines->text, i);

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
        g_autofree gchar *line = take_line (lines, legacy);

        if (is_line (line, "END:VCARD"))
            return g_steal_pointer (&card);
        if (is_line (line, "BEGIN:VCARD"))
            skip_card (lines);
        else if (line[0] != '\0' && g_ascii_strncasecmp (line, "VERSION:", 8) != 0)
            simstow_vcard_add_line (card, line);
    }
    g_set_error_literal (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA, "vCard without an end");
    return NULL;
}

GPtrArray *
simstow_vcard_parse (const gchar *text, gsize length, GError **error)
{
    g_autoptr (GPtrArray) cards = g_ptr_array_new_with_free_func (on_card_unused);
    g_autoptr (GPtrArray) physical = split_lines (text, length);
    Lines lines = {.text = physical};

    while (peek_line (&lines)) {
        g_autofree gchar *line = take_line (&lines, FALSE);
        SimstowVcard *card;

        if (!is_line (line, "BEGIN:VCARD"))
            continue;
        card = parse_card (&lines, error);
        if (!card) {
            g_prefix_error (error, "line %u: ", physical->len);
            return NULL;
        }
        g_ptr_array_add (cards, card);
    }
    return g_steal_pointer (&cards);
}
