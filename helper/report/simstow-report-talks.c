/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conversations: a box each, in it a list a month, which a browser need not lay out before it is
 * seen, and in that a line a day and a bubble a message. There may be very many of these: as few
 * elements as will do.
 */

#include "config.h"

#include "simstow-report-talks.h"

#include <glib/gi18n.h>

#include "simstow-html.h"
#include "simstow-report-frame.h"
#include "simstow-view.h"

#define DAY 86400

/* Where the page is: in which conversation, month and day; @day is %G_MAXINT64 behind the last
 * message that has a time */
typedef struct {
    SimstowSink *sink;
    const SimstowThread *thread;
    gchar *month;
    gint64 day;
    gint zone;
    gchar *date;
    GError *error;
} Writing;

static void
leave_month (Writing *writing)
{
    if (writing->month != NULL)
        g_string_append (writing->sink->buffer, "</ol>\n");
    g_clear_pointer (&writing->month, g_free);
}

static void
leave_thread (Writing *writing)
{
    leave_month (writing);
    if (writing->thread != NULL)
        g_string_append (writing->sink->buffer, "</div></details>\n");
    writing->thread = NULL;
    writing->day = G_MININT64;
}

/* The first letters of the name, to find people by; nothing of a number */
static void
append_mark (const SimstowThread *thread, GString *out)
{
    g_autofree gchar *label = simstow_thread_get_label (thread);
    gunichar first = g_utf8_get_char (label);
    gchar mark[8] = {0};

    if (g_unichar_isalpha (first))
        g_unichar_to_utf8 (g_unichar_toupper (first), mark);
    g_string_append (out, "<span class=\"mark\" aria-hidden=\"true\">");
    simstow_html_append_line (out, *mark != '\0' ? mark : "#");
    g_string_append (out, "</span>");
}

static gchar *
format_date (gint64 time, gint zone)
{
    /* TRANSLATORS: a date, as in strftime(3) */
    return time >= 0 ? simstow_report_format_day (time, zone, _ ("%-d %B %Y")) : g_strdup ("");
}

static void
append_span (const SimstowThread *thread, GString *out)
{
    g_autofree gchar *count =
        g_strdup_printf (ngettext ("%u message", "%u messages", thread->count), thread->count);
    g_autofree gchar *last = format_date (thread->last, thread->last_zone);
    g_autofree gchar *first = format_date (thread->first, thread->first_zone);

    g_string_append (out, "<span class=\"span\">");
    simstow_html_append_line (out, count);
    if (thread->last >= 0) {
        g_autofree gchar *both = g_str_equal (first, last)
                                     ? g_strdup (last)
                                     : g_strdup_printf ("%s \342\200\223 %s", first, last);

        g_string_append (out, " \302\267 ");
        simstow_html_append_line (out, both);
    }
    g_string_append (out, "</span>");
}

static void
enter_thread (Writing *writing, const SimstowThread *thread)
{
    GString *out = writing->sink->buffer;
    g_autofree gchar *label = simstow_thread_get_label (thread);

    leave_thread (writing);
    writing->thread = thread;
    g_string_append_printf (out, "<details id=\"talk-%u\"><summary>", thread->number + 1);
    append_mark (thread, out);
    g_string_append (out, "<h3>");
    simstow_html_append_line (out, label);
    if ((thread->contact != NULL || thread->name != NULL) && thread->address != NULL) {
        g_string_append (out, " <span class=\"number\">");
        simstow_html_append_line (out, thread->address);
        g_string_append (out, "</span>");
    }
    g_string_append (out, "</h3>");
    append_span (thread, out);
    g_string_append (out, "</summary><div class=\"talk\">\n");
}

static void
enter_month (Writing *writing, gint64 time, gint zone)
{
    g_autofree gchar *month =
        time >= 0 ? simstow_report_format_day (time, zone, "%Y-%m") : g_strdup ("");

    if (g_strcmp0 (month, writing->month) == 0)
        return;
    leave_month (writing);
    writing->month = g_steal_pointer (&month);
    g_string_append (writing->sink->buffer, "<ol>\n");
}

static gint64
day_of (gint64 time, gint zone)
{
    gint64 there = time + 60 * (gint64) zone;

    return time < 0 ? G_MAXINT64 : there / DAY - (there % DAY < 0 ? 1 : 0);
}

/* A line where another day begins, or another zone */
static void
enter_day (Writing *writing, gint64 time, gint zone)
{
    GString *out = writing->sink->buffer;
    gint64 day = day_of (time, zone);
    g_autofree gchar *date = NULL;
    g_autofree gchar *where = NULL;

    if (day == writing->day && (time < 0 || zone == writing->zone))
        return;
    enter_month (writing, time, zone);
    writing->day = day;
    writing->zone = zone;
    g_free (writing->date);
    writing->date = simstow_report_format_day (time, zone, "%Y-%m-%d");
    g_string_append (out, "<li class=\"d\">");
    if (time < 0) {
        simstow_html_append_line (out, _ ("Without a time: none is stored of what was sent"));
    } else {
        /* TRANSLATORS: a day, as in strftime(3) */
        date = simstow_report_format_day (time, zone, _ ("%A, %-d %B %Y"));
        where = simstow_report_format_zone (zone);
        simstow_html_append_line (out, date);
        g_string_append_printf (out, " <small>%s</small>", where);
    }
    g_string_append (out, "</li>\n");
}

/* On the day that was entered */
static void
append_time (const Writing *writing, gint64 time, GString *out)
{
    gint zone = writing->zone;
    guint second = (guint) (time + 60 * (gint64) zone - writing->day * DAY);

    g_string_append_printf (out,
                            "<time datetime=\"%sT%02u:%02u:%02u%c%02d:%02d\">%02u:%02u</time>",
                            writing->date,
                            second / 3600,
                            second / 60 % 60,
                            second % 60,
                            zone < 0 ? '-' : '+',
                            ABS (zone) / 60,
                            ABS (zone) % 60,
                            second / 3600,
                            second / 60 % 60);
}

static gboolean
is_own (const SimstowMessage *message)
{
    return (message->tpdu != NULL && message->tpdu->type == SIMSTOW_TPDU_SUBMIT) ||
           message->status == SIMSTOW_MESSAGE_STATUS_UNSENT ||
           message->status == SIMSTOW_MESSAGE_STATUS_SENT;
}

static void
append_note (const gchar *note, GString *out)
{
    if (note == NULL || *note == '\0')
        return;
    g_string_append (out, " <i>");
    simstow_html_append_line (out, note);
    g_string_append (out, "</i>");
}

/* What is to be known of a message besides its text and its time */
static void
append_notes (const Writing *writing,
              const SimstowMessage *message,
              const SimstowOrigin *origin,
              GString *out)
{
    if (message->status == SIMSTOW_MESSAGE_STATUS_UNSENT)
        append_note (_ ("me, not sent"), out);
    else if (is_own (message))
        append_note (_ ("me"), out);
    else if (message->status == SIMSTOW_MESSAGE_STATUS_UNREAD)
        append_note (_ ("unread"), out);
    if (writing->thread->several)
        append_note (origin->address, out);
    if (origin->time < 0) {
        g_autofree gchar *seen = simstow_view_seen_message (message);

        append_note (seen, out);
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
    if (thread != writing->thread)
        enter_thread (writing, thread);
    enter_day (writing, origin->time, origin->zone);
    g_string_append (out, is_own (joined->first) ? "<li class=\"o\"><p>" : "<li><p>");
    simstow_html_append (out, text);
    g_string_append (out, "</p>");
    if (origin->time >= 0)
        append_time (writing, origin->time, out);
    append_notes (writing, joined->first, origin, out);
    g_string_append (out, "</li>\n");
    simstow_sink_end_record (writing->sink, &writing->error);
}

gboolean
simstow_report_write_talks (const SimstowTimeline *timeline, SimstowSink *sink, GError **error)
{
    Writing writing = {.sink = sink, .day = G_MININT64};
    gboolean done = simstow_timeline_each (timeline, on_message, &writing, error);

    leave_thread (&writing);
    g_free (writing.date);
    if (!done || writing.error == NULL)
        return done;
    g_propagate_error (error, writing.error);
    return FALSE;
}
