/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The transcript: messages in the order of time, numbered, each with its time and the offset from
 * UTC that it came with; where they come from, and which were chosen. Pages are numbered and
 * carry the archive's digest when it is printed.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "simstow-html.h"
#include "simstow-report-frame.h"
#include "simstow-text.h"
#include "simstow-view.h"

/* Rows of a table: browsers lay out tables whole, and need not before they are seen */
#define ROWS 200

typedef struct {
    SimstowSink *sink;
    const SimstowAddressBook *book;
    guint number;
    GError *error;
} Writing;

/* A text in a rule of style */
static void
append_css (const gchar *text, GString *out)
{
    g_autofree gchar *line = simstow_text_line (text);
    const gchar *c;

    g_string_append_c (out, '"');
    for (c = line; *c != '\0'; c++) {
        if (strchr ("\"\\<>&'", *c) != NULL)
            g_string_append_printf (out, "\\%x ", *c);
        else
            g_string_append_c (out, *c);
    }
    g_string_append_c (out, '"');
}

/* What stands in the margins of each page. In "Page %s of %s" the numbers are the printer's. */
static gchar *
make_rules (const SimstowReport *report)
{
    GString *out = g_string_new ("\n@page {\n@bottom-right { content: ");
    /* TRANSLATORS: on each printed page; the first %s is its number, the second how many there
     * are, in this order */
    g_auto (GStrv) page = g_strsplit (_ ("Page %s of %s"), "%s", 3);
    g_autofree gchar *digest =
        report->digest != NULL ? g_strdup_printf ("SHA-256 %s", report->digest) : NULL;

    append_css (page[0], out);
    g_string_append (out, " counter(page) ");
    append_css (page[1] != NULL ? page[1] : " / ", out);
    g_string_append (out, " counter(pages) ");
    append_css (page[1] != NULL && page[2] != NULL ? page[2] : "", out);
    g_string_append (out, "; }\n@bottom-left { content: ");
    append_css (digest != NULL ? digest : report->header->content_id, out);
    g_string_append (out, "; }\n@top-left { content: ");
    append_css (report->name != NULL ? report->name : _ ("Transcript"), out);
    g_string_append (out, "; }\n}\n");
    return g_string_free (out, FALSE);
}

static void
tell_time (const gchar *label, gint64 time, GString *out)
{
    g_autofree gchar *text = simstow_text_time_here (time);

    simstow_html_append_fact (label, text, out);
}

/* Which messages of how many */
static void
append_choice (const SimstowReport *report, GString *out)
{
    const SimstowWanted *wanted = report->wanted;
    guint undated = simstow_timeline_count_undated (report->timeline);
    guint shown = simstow_timeline_count (report->timeline);
    g_autofree gchar *limit = g_strdup_printf ("%u", wanted->limit);
    g_autofree gchar *count = g_strdup_printf ("%u", shown);
    g_autofree gchar *total = g_strdup_printf ("%" G_GUINT64_FORMAT, report->header->messages);
    g_autofree gchar *left_out = g_strdup_printf ("%u", undated);

    simstow_html_append_element (out, "h2", _ ("What is in this transcript"));
    g_string_append (out, "<div class=\"facts\">\n");
    simstow_html_append_fact (_ ("with"), wanted->with, out);
    if (wanted->pattern != NULL)
        simstow_html_append_fact (_ ("with this in the text"),
                                  g_regex_get_pattern (wanted->pattern),
                                  out);
    if (wanted->since != G_MININT64)
        tell_time (_ ("from"), wanted->since, out);
    if (wanted->until != G_MAXINT64)
        tell_time (_ ("to"), wanted->until, out);
    if (wanted->limit > 0)
        simstow_html_append_fact (_ ("the newest, at most"), limit, out);
    simstow_html_append_fact (_ ("messages here, long ones in one piece"), count, out);
    simstow_html_append_fact (_ ("messages in the archive, parts of long ones one by one"),
                              total,
                              out);
    if (undated > 0)
        simstow_html_append_fact (_ ("left out, as no time is stored of them"), left_out, out);
    g_string_append (out, "</div>\n");
    simstow_html_append_element (
        out,
        "p",
        _ ("Times are those of the service centre, with its offset from UTC. Of messages that were "
           "sent a SIM or modem stores no time; they stand at the end. Times from the file of "
           "another program, which have no offset, are shown with that of the place where this "
           "page was made. Names are those that the contacts in the archive, or that file, give "
           "to the numbers."));
}

static void
begin_table (Writing *writing)
{
    static const gchar *const titles[] = {N_ ("No."),
                                          N_ ("Time"),
                                          N_ ("From / to"),
                                          N_ ("Text"),
                                          NULL};
    GString *out = writing->sink->buffer;
    guint i;

    g_string_append (out, "<div class=\"part\"><table>\n<thead><tr>");
    for (i = 0; titles[i] != NULL; i++) {
        g_string_append (out, "<th scope=\"col\">");
        simstow_html_append_line (out, _ (titles[i]));
        g_string_append (out, "</th>");
    }
    g_string_append (out, "</tr></thead>\n<tbody>\n");
}

static void
end_table (Writing *writing)
{
    g_string_append (writing->sink->buffer, "</tbody>\n</table></div>\n");
}

static const gchar *
name_status (const SimstowMessage *message)
{
    switch (message->status) {
    case SIMSTOW_MESSAGE_STATUS_UNREAD:
        return _ ("received, unread");
    case SIMSTOW_MESSAGE_STATUS_READ:
        return _ ("received");
    case SIMSTOW_MESSAGE_STATUS_UNSENT:
        return _ ("stored, not sent");
    case SIMSTOW_MESSAGE_STATUS_SENT:
        return _ ("sent");
    case SIMSTOW_MESSAGE_STATUS_UNKNOWN:
    default:
        return _ ("not known whether received or sent");
    }
}

static void
append_party (const SimstowMessage *message,
              const SimstowOrigin *origin,
              const SimstowAddressBook *book,
              GString *out)
{
    const gchar *number = origin->address;
    const SimstowContact *contact = simstow_address_book_find (book, number, origin->type);
    g_autofree gchar *place =
        g_strdup_printf ("%s, %s %u", name_status (message), message->store, message->index);

    if (contact != NULL || origin->name != NULL)
        simstow_html_append_element (out, "b", contact != NULL ? contact->name : origin->name);
    simstow_html_append_element (out,
                                 "span class=\"number\"",
                                 number != NULL && *number != '\0' ? number
                                                                   : _ ("number not known"));
    simstow_html_append_element (out, "small", place);
    if (message->sim != NULL) {
        g_autofree gchar *sim = g_strdup_printf (_ ("SIM %s"), message->sim);

        simstow_html_append_element (out, "small", sim);
    }
}

static void
on_message (const SimstowJoined *joined,
            const SimstowOrigin *origin,
            const SimstowThread *thread,
            gpointer user_data)
{
    Writing *writing = user_data;
    GString *out = writing->sink->buffer;
    g_autofree gchar *text = simstow_joined_get_text (joined);

    if (writing->error != NULL)
        return;
    if (writing->number % ROWS == 0) {
        if (writing->number > 0)
            end_table (writing);
        begin_table (writing);
    }
    writing->number++;
    g_string_append_printf (out,
                            "<tr id=\"n%u\"><td>%u</td><td>",
                            writing->number,
                            writing->number);
    if (origin->time >= 0) {
        g_autofree gchar *date =
            simstow_report_format_day (origin->time, origin->zone, "%Y-%m-%d %H:%M:%S");
        g_autofree gchar *where = simstow_report_format_zone (origin->zone);

        g_string_append_printf (out, "%s <small>%s</small>", date, where);
    } else {
        simstow_html_append_line (out, _ ("not stored"));
    }
    g_string_append (out, "</td><td>");
    append_party (joined->first, origin, writing->book, out);
    g_string_append (out, "</td><td><p>");
    simstow_html_append (out, text);
    g_string_append (out, "</p></td></tr>\n");
    simstow_sink_end_record (writing->sink, &writing->error);
}

static void
append_front (const SimstowReport *report, const gchar *title, GString *out)
{
    g_autofree gchar *device = simstow_view_title (report->snapshot);

    g_string_append (out, "<header>\n");
    simstow_html_append_element (out, "p class=\"kind\"", device);
    simstow_html_append_element (out, "h1", title);
    g_string_append (out, "<p>");
    simstow_report_append_saved (report, out);
    g_string_append (out, "</p>\n</header>\n<main id=\"main\">\n");
    simstow_html_append_element (out, "h2", _ ("Where it comes from"));
    g_string_append (out, "<div class=\"facts\">\n");
    simstow_view_tell_device (report->snapshot, simstow_html_append_fact, out);
    simstow_report_append_proof (report, out);
    g_string_append (out, "</div>\n");
}

static void
append_missing (const SimstowSnapshot *snapshot, GString *out)
{
    guint i;

    if (!simstow_snapshot_is_incomplete (snapshot))
        return;
    simstow_html_append_element (out, "h2", _ ("What could not be saved"));
    g_string_append (out, "<ul>\n");
    for (i = 0; i < snapshot->problems->len; i++) {
        const SimstowProblem *problem = g_ptr_array_index (snapshot->problems, i);
        g_autofree gchar *line = g_strdup_printf ("%s: %s", problem->where, problem->text);

        if (problem->lost)
            simstow_html_append_element (out, "li", line);
    }
    g_string_append (out, "</ul>\n");
}

gboolean
simstow_report_write_transcript (const SimstowReport *report, SimstowSink *sink, GError **error)
{
    Writing writing = {.sink = sink, .book = report->book};
    g_autofree gchar *rules = make_rules (report);
    const gchar *title = _ ("Transcript of text messages");

    simstow_report_begin (title, "simstow-transcript.css", rules, NULL, sink->buffer);
    append_front (report, title, sink->buffer);
    append_choice (report, sink->buffer);
    append_missing (report->snapshot, sink->buffer);
    simstow_html_append_element (sink->buffer, "h2", _ ("Messages"));
    if (!simstow_timeline_each (report->timeline, on_message, &writing, error))
        return FALSE;
    if (writing.error != NULL) {
        g_propagate_error (error, writing.error);
        return FALSE;
    }
    if (writing.number > 0)
        end_table (&writing);
    else
        simstow_html_append_element (sink->buffer, "p", _ ("There are none."));
    g_string_append (sink->buffer, "</main>\n");
    simstow_report_end (NULL, sink->buffer);
    return simstow_sink_flush (sink, error);
}
