/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file of vCards: physical lines, which of them make one, and where a card
 * begins and ends.
 */

#include "simstow-vcard.h"

#include <string.h>

#include "simstow-error.h"

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
            simstow_vcard_add_line (card, line);
    }
    g_set_error_literal (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA, "vCard without an end");
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
