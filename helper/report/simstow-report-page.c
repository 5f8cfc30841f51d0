/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page to look at: a section each for conversations, contacts, calls, eSIM profiles, network
 * settings, the modem, and what is missing. All of it is there without the script, which
 * only searches.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-html.h"
#include "simstow-plan.h"
#include "simstow-recovery-sheet.h"
#include "simstow-report-frame.h"
#include "simstow-report-talks.h"
#include "simstow-text.h"
#include "simstow-view.h"

#define STYLE  "simstow-report.css"
#define SCRIPT "simstow-report.js"

/* A section; @count is -1 where there is nothing to count, and the section is there or not by
 * @is_there alone */
typedef struct {
    const gchar *id;
    const gchar *title;
    gint64 count;
    gboolean is_there;
} Section;

enum {
    MISSING,
    TALKS,
    CONTACTS,
    CALLS,
    ESIM,
    NETWORK,
    DEVICE,
    ABOUT,
    N_SECTIONS,
};

static guint
count_problems (const SimstowSnapshot *snapshot, gboolean lost)
{
    guint count = 0;
    guint i;

    for (i = 0; i < snapshot->problems->len; i++) {
        const SimstowProblem *problem = g_ptr_array_index (snapshot->problems, i);

        count += !problem->lost == !lost ? 1 : 0;
    }
    return count;
}

static void
list_sections (const SimstowReport *report, Section *sections)
{
    const SimstowSnapshot *snapshot = report->snapshot;
    guint lost = count_problems (snapshot, TRUE);
    guint profiles = 0;
    const Section all[] = {
        [MISSING] = {"missing", _ ("Not saved"), lost, lost > 0},
        [TALKS] = {"conversations",
                   _ ("Conversations"),
                   simstow_timeline_get_threads (report->timeline)->len,
                   TRUE},
        [CONTACTS] = {"contacts", _ ("Contacts"), snapshot->contacts->len, TRUE},
        [CALLS] = {"calls", _ ("Calls"), snapshot->calls->len, TRUE},
        [ESIM] = {"esim", _ ("eSIM profiles"), profiles, snapshot->esim != NULL},
        [NETWORK] = {"network", _ ("Network settings"), -1, snapshot->network != NULL},
        [DEVICE] = {"device", _ ("Modem and SIM"), -1, TRUE},
        [ABOUT] = {"about", _ ("About this page"), -1, TRUE},
    };

    memcpy (sections, all, sizeof all);
    if (snapshot->esim != NULL) {
        g_autoptr (GPtrArray) list = simstow_esim_list_profiles (snapshot->esim);

        sections[ESIM].count = list->len;
    }
}

static void
append_count (gint64 count, GString *out)
{
    if (count >= 0)
        g_string_append_printf (out, " <span class=\"count\">%" G_GINT64_FORMAT "</span>", count);
}

static void
append_header (const SimstowReport *report, GString *out)
{
    const SimstowArchiveHeader *header = report->header;
    g_autofree gchar *title = simstow_view_title (report->snapshot);
    g_autofree gchar *counts = simstow_text_counts (header->messages,
                                                    report->snapshot->contacts->len,
                                                    report->snapshot->calls->len);

    g_string_append (out, "<a class=\"skip\" href=\"#main\">");
    simstow_html_append_line (out, _ ("Skip to the contents"));
    g_string_append (out, "</a>\n<header>\n");
    simstow_html_append_element (out, "p class=\"kind\"", _ ("Backup of a modem and its SIM"));
    simstow_html_append_element (out, "h1", title);
    g_string_append (out, "<p>");
    simstow_report_append_saved (report, out);
    g_string_append (out, "</p>\n");
    simstow_html_append_element (out, "p", counts);
    g_string_append (out, "</header>\n");
}

static void
append_search (GString *out)
{
    g_string_append (out, "<form id=\"search\" role=\"search\" hidden>\n<label for=\"q\">");
    simstow_html_append_line (out, _ ("Search"));
    g_string_append (out,
                     "</label>\n<input id=\"q\" type=\"search\" autocomplete=\"off\" "
                     "spellcheck=\"false\">\n<output for=\"q\" data-none=\"");
    simstow_html_append_line (out, _ ("Nothing found"));
    g_string_append (out, "\" data-some=\"");
    /* TRANSLATORS: # stands for a number of records */
    simstow_html_append_line (out, _ ("Found: #"));
    g_string_append (out, "\"></output>\n</form>\n");
}

static void
append_navigation (const Section *sections, GString *out)
{
    guint i;

    g_string_append (out, "<nav aria-label=\"");
    simstow_html_append_line (out, _ ("Contents"));
    g_string_append (out, "\">\n");
    append_search (out);
    g_string_append (out, "<ul>\n");
    for (i = 0; i < N_SECTIONS; i++) {
        if (!sections[i].is_there)
            continue;
        g_string_append_printf (out, "<li><a href=\"#%s\">", sections[i].id);
        simstow_html_append_line (out, sections[i].title);
        append_count (sections[i].count, out);
        g_string_append (out, "</a></li>\n");
    }
    g_string_append (out, "</ul>\n</nav>\n");
}

static void
begin_section (const Section *section, GString *out)
{
    g_string_append_printf (out,
                            "<section id=\"%s\" aria-labelledby=\"%s-title\">\n"
                            "<h2 id=\"%s-title\">",
                            section->id,
                            section->id,
                            section->id);
    simstow_html_append_line (out, section->title);
    append_count (section->count, out);
    g_string_append (out, "</h2>\n");
}

static void
end_section (GString *out)
{
    g_string_append (out, "</section>\n");
}

static void
append_problems (const SimstowSnapshot *snapshot, gboolean lost, GString *out)
{
    guint i;

    g_string_append (out, "<ul class=\"problems\">\n");
    for (i = 0; i < snapshot->problems->len; i++) {
        const SimstowProblem *problem = g_ptr_array_index (snapshot->problems, i);

        if (!problem->lost != !lost)
            continue;
        g_string_append (out, "<li><b>");
        simstow_html_append_line (out, problem->where);
        if (problem->index > 0)
            g_string_append_printf (out, " %u", problem->index);
        g_string_append (out, "</b> ");
        simstow_html_append_line (out, problem->text);
        g_string_append (out, "</li>\n");
    }
    g_string_append (out, "</ul>\n");
}

static void
append_missing (const SimstowReport *report, const Section *section, GString *out)
{
    if (!section->is_there)
        return;
    begin_section (section, out);
    simstow_html_append_element (out,
                                 "p",
                                 _ ("When this was saved, these could not be read. They may still "
                                    "be on the modem or the SIM."));
    append_problems (report->snapshot, TRUE, out);
    end_section (out);
}

/* The head of a table whose titles are in @titles, each behind a mark for translation */
static void
begin_table (const gchar *const *titles, GString *out)
{
    g_string_append (out, "<table>\n<thead><tr>");
    for (; *titles != NULL; titles++) {
        g_string_append (out, "<th scope=\"col\">");
        simstow_html_append_line (out, _ (*titles));
        g_string_append (out, "</th>");
    }
    g_string_append (out, "</tr></thead>\n<tbody>\n");
}

static void
append_cell (const gchar *title, const gchar *text, GString *out)
{
    g_string_append (out, "<td data-title=\"");
    simstow_html_append_line (out, _ (title));
    g_string_append (out, "\">");
    simstow_html_append_line (out, text);
    g_string_append (out, "</td>");
}

static void
append_row (const gchar *const *titles, const gchar *const *cells, GString *out)
{
    guint i;

    g_string_append (out, "<tr>");
    for (i = 0; titles[i] != NULL; i++)
        append_cell (titles[i], cells[i], out);
    g_string_append (out, "</tr>\n");
}

static void
end_table (GString *out)
{
    g_string_append (out, "</tbody>\n</table>\n");
}

/* Only then is it known when a record was first and last seen */
static gboolean
is_merged (const SimstowReport *report)
{
    return report->snapshot->first_captured != 0;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
    const SimstowContact *left = *(SimstowContact *const *) a;
    const SimstowContact *right = *(SimstowContact *const *) b;

    return g_utf8_collate (left->name, right->name);
}

/* How a row of a table is written; @titles are those of its columns */
typedef void (*RowFunc) (gconstpointer record, const gchar *const *titles, GString *out);

static gboolean
write_table (const gchar *const *titles,
             const GPtrArray *records,
             RowFunc func,
             const Section *section,
             SimstowSink *sink,
             GError **error)
{
    guint i;

    begin_section (section, sink->buffer);
    if (records->len == 0)
        simstow_html_append_element (sink->buffer, "p", _ ("There are none."));
    else
        begin_table (titles, sink->buffer);
    for (i = 0; i < records->len; i++) {
        func (g_ptr_array_index (records, i), titles, sink->buffer);
        if (!simstow_sink_end_record (sink, error))
            return FALSE;
    }
    if (records->len > 0)
        end_table (sink->buffer);
    end_section (sink->buffer);
    return TRUE;
}

static void
append_contact (gconstpointer record, const gchar *const *titles, GString *out)
{
    const SimstowContact *contact = record;
    g_autofree gchar *number = simstow_text_number (contact->number, contact->type);
    g_autofree gchar *extras = simstow_view_list_extras (contact);
    g_autofree gchar *place = g_strdup_printf ("%s %u", contact->store, contact->index);
    g_autofree gchar *seen = simstow_view_seen (contact->first_seen, contact->last_seen);
    const gchar *const cells[] = {contact->name, number, extras, place, seen};

    append_row (titles, cells, out);
}

static gboolean
write_contacts (const SimstowReport *report,
                const Section *section,
                SimstowSink *sink,
                GError **error)
{
    const gchar *const titles[] = {
        N_ ("Name"),
        N_ ("Number"),
        N_ ("Also"),
        N_ ("Place"),
        is_merged (report) ? N_ ("Seen") : NULL,
        NULL,
    };
    g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

    g_ptr_array_extend (sorted, report->snapshot->contacts, NULL, NULL);
    g_ptr_array_sort (sorted, compare_names);
    return write_table (titles, sorted, append_contact, section, sink, error);
}

/* Few modems tell when a call was */
static gboolean
has_times (const GPtrArray *calls)
{
    guint i;

    for (i = 0; i < calls->len; i++)
        if (((const SimstowCall *) calls->pdata[i])->time != NULL)
            return TRUE;
    return FALSE;
}

static void
append_call (gconstpointer record, const gchar *const *titles, GString *out)
{
    const SimstowCall *call = record;
    g_autofree gchar *number = simstow_view_number_call (call);
    g_autofree gchar *place = g_strdup_printf ("%s %u", call->store, call->index);
    g_autofree gchar *seen = simstow_view_seen (call->first_seen, call->last_seen);
    const gchar *const cells[] = {simstow_view_name_call (call),
                                  number,
                                  call->name,
                                  place,
                                  call->time != NULL ? call->time : "",
                                  seen};

    append_row (titles, cells, out);
}

static gboolean
write_calls (const SimstowReport *report, const Section *section, SimstowSink *sink, GError **error)
{
    const gchar *const titles[] = {
        N_ ("Call"),
        N_ ("Number"),
        N_ ("Name"),
        N_ ("Place"),
        has_times (report->snapshot->calls) || is_merged (report) ? N_ ("Time") : NULL,
        is_merged (report) ? N_ ("Seen") : NULL,
        NULL,
    };

    return write_table (titles, report->snapshot->calls, append_call, section, sink, error);
}

static gboolean
write_talks (const SimstowReport *report, const Section *section, SimstowSink *sink, GError **error)
{
    begin_section (section, sink->buffer);
    if (section->count == 0)
        simstow_html_append_element (sink->buffer, "p", _ ("There are none."));
    if (!simstow_report_write_talks (report->timeline, sink, error))
        return FALSE;
    end_section (sink->buffer);
    return TRUE;
}

static void
append_esim (const SimstowReport *report, const Section *section, GString *out)
{
    const SimstowEsim *esim = report->snapshot->esim;
    g_autoptr (GPtrArray) recoveries = NULL;

    if (!section->is_there)
        return;
    begin_section (section, out);
    g_string_append (out, "<div class=\"facts\">\n");
    simstow_view_tell_card (report->snapshot, simstow_html_append_fact, out);
    g_string_append (out, "</div>\n");
    recoveries = simstow_recovery_list (esim, NULL);
    if (recoveries->len > 0)
        simstow_html_append_element (
            out,
            "p",
            _ ("The way back: a profile cannot be copied, its operator has to issue it again."));
    g_string_append (out, "<div class=\"facts ways-back\">\n");
    simstow_recovery_sheet_append (recoveries, out);
    g_string_append (out, "</div>\n");
    end_section (out);
}

static void
append_profiles (const GPtrArray *profiles, GString *out)
{
    static const gchar *const titles[] = {N_ ("Profile"),
                                          N_ ("Name"),
                                          N_ ("APN"),
                                          N_ ("IP"),
                                          N_ ("User"),
                                          N_ ("Password"),
                                          N_ ("For"),
                                          NULL};
    guint i;

    begin_table (titles, out);
    for (i = 0; i < profiles->len; i++) {
        const SimstowProfile *profile = g_ptr_array_index (profiles, i);
        g_autofree gchar *id = profile->id >= 0 ? g_strdup_printf ("%d", profile->id) : NULL;
        g_autofree gchar *use =
            profile->apn_type != NULL ? g_strjoinv (", ", profile->apn_type) : NULL;
        const gchar *const cells[] = {id,
                                      profile->name,
                                      profile->apn,
                                      profile->ip_type,
                                      profile->user,
                                      profile->password != NULL ? _ ("saved") : NULL,
                                      use};

        append_row (titles, cells, out);
    }
    end_table (out);
}

static void
append_network (const SimstowReport *report, const Section *section, GString *out)
{
    const SimstowNetwork *network = report->snapshot->network;

    if (!section->is_there)
        return;
    begin_section (section, out);
    if (network->profiles != NULL && network->profiles->len > 0)
        append_profiles (network->profiles, out);
    g_string_append (out, "<div class=\"facts\">\n");
    simstow_view_tell_network (network, simstow_html_append_fact, out);
    g_string_append (out, "</div>\n");
    end_section (out);
}

static void
append_device (const SimstowReport *report, const Section *section, GString *out)
{
    begin_section (section, out);
    g_string_append (out, "<div class=\"facts\">\n");
    simstow_view_tell_device (report->snapshot, simstow_html_append_fact, out);
    g_string_append (out, "</div>\n");
    end_section (out);
}

static void
append_about (const SimstowReport *report, const Section *sections, GString *out)
{
    const SimstowSnapshot *snapshot = report->snapshot;
    guint unread = snapshot->unread->len;

    begin_section (&sections[ABOUT], out);
    if (!sections[MISSING].is_there)
        simstow_html_append_element (out,
                                     "p",
                                     _ ("Nothing of what the modem offered is known to be "
                                        "missing."));
    if (unread > 0) {
        g_autofree gchar *text =
            g_strdup_printf (ngettext ("%u record that simstow did not understand is in the "
                                       "archive, but not on this page.",
                                       "%u records that simstow did not understand are in the "
                                       "archive, but not on this page.",
                                       unread),
                             unread);

        simstow_html_append_element (out, "p", text);
    }
    if (count_problems (snapshot, FALSE) > 0) {
        simstow_html_append_element (out, "h3", _ ("Remarks"));
        append_problems (snapshot, FALSE, out);
    }
    g_string_append (out, "<div class=\"facts\">\n");
    simstow_report_append_proof (report, out);
    g_string_append (out, "</div>\n");
    end_section (out);
}

gboolean
simstow_report_write_page (const SimstowReport *report, SimstowSink *sink, GError **error)
{
    g_autofree gchar *title = simstow_view_title (report->snapshot);
    GString *out = sink->buffer;
    Section sections[N_SECTIONS];

    list_sections (report, sections);
    simstow_report_begin (title, STYLE, NULL, SCRIPT, out);
    append_header (report, out);
    append_navigation (sections, out);
    g_string_append (out, "<main id=\"main\">\n");
    append_missing (report, &sections[MISSING], out);
    if (!write_talks (report, &sections[TALKS], sink, error) ||
        !write_contacts (report, &sections[CONTACTS], sink, error) ||
        !write_calls (report, &sections[CALLS], sink, error))
        return FALSE;
    append_esim (report, &sections[ESIM], out);
    append_network (report, &sections[NETWORK], out);
    append_device (report, &sections[DEVICE], out);
    append_about (report, sections, out);
    g_string_append (out, "</main>\n");
    simstow_report_end (SCRIPT, out);
    return simstow_sink_flush (sink, error);
}
