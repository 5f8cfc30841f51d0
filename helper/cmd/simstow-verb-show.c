/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow show: what an archive holds, as tables or as JSON.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "simstow-archive.h"
#include "simstow-command.h"
#include "simstow-error.h"
#include "simstow-esim-json.h"
#include "simstow-json.h"
#include "simstow-record-json.h"
#include "simstow-terminal.h"
#include "simstow-text.h"
#include "simstow-view.h"

/* @print: %NULL for messages, which may be too many for a snapshot */
typedef struct {
    const gchar *name;
    void (*print) (const SimstowSnapshot *snapshot);
} Section;

static void
print_contacts (const SimstowSnapshot *snapshot)
{
    simstow_view_contacts (snapshot->contacts);
}

static void
print_calls (const SimstowSnapshot *snapshot)
{
    simstow_view_calls (snapshot->calls);
}

static void
print_network (const SimstowSnapshot *snapshot)
{
    simstow_view_network (snapshot->network);
}

static void
print_esim (const SimstowSnapshot *snapshot)
{
    simstow_view_esim (snapshot);
    simstow_terminal_print ("%s\n",
                            _ ("An eSIM profile itself cannot leave its chip; the operator can "
                               "issue it again."));
}

static void
print_simfiles (const SimstowSnapshot *snapshot)
{
    if (snapshot->simfiles->len > 0)
        simstow_view_simfiles (snapshot->simfiles);
    else
        simstow_terminal_print ("%s\n",
                                _ ("The SIM's own files were not saved; export --simfiles does."));
}

static const Section sections[] = {
    {"messages", NULL},
    {"contacts", print_contacts},
    {"calls", print_calls},
    {"network", print_network},
    {"esim", print_esim},
    {"simfiles", print_simfiles},
    {"device", simstow_view_device},
};

static const Section *
find_section (const gchar *name, GError **error)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (sections); i++) {
        if (g_str_equal (sections[i].name, name))
            return &sections[i];
    }
    simstow_error_set (
        error,
        SIMSTOW_ERROR_USAGE,
        _ ("there is no section \"%s\"; there are messages, contacts, calls, network, "
           "esim, simfiles and device"),
        name);
    return NULL;
}

static void
print_overview (const SimstowSnapshot *snapshot, const SimstowArchiveHeader *header)
{
    g_autofree gchar *title = simstow_view_title (snapshot);
    g_autofree gchar *time = simstow_text_time_here (snapshot->captured);
    g_autofree gchar *tool = simstow_text_line (header->tool);
    g_autofree gchar *records =
        simstow_text_counts (header->messages, snapshot->contacts->len, snapshot->calls->len);

    simstow_terminal_print ("%s\n", title);
    simstow_terminal_print (_ ("saved %s by %s, archive format %u\n"), time, tool, header->version);
    if (snapshot->first_captured != 0) {
        g_autofree gchar *first = simstow_text_time_here (snapshot->first_captured);

        simstow_terminal_print (_ ("merged, with all that was there since %s\n"), first);
    }
    simstow_view_device (snapshot);
    simstow_terminal_print ("%s\n", records);
    if (snapshot->simfiles->len > 0)
        simstow_terminal_print (
            ngettext ("%u file of the SIM\n", "%u files of the SIM\n", snapshot->simfiles->len),
            snapshot->simfiles->len);
    if (snapshot->unread->len > 0)
        simstow_terminal_print (ngettext ("%u record that simstow did not understand\n",
                                          "%u records that simstow did not understand\n",
                                          snapshot->unread->len),
                                snapshot->unread->len);
    simstow_view_stores (snapshot);
    simstow_view_problems (snapshot, FALSE);
}

/* How records are shown, and which messages */
typedef struct {
    gboolean as_json;
    gboolean conversations;
    gboolean is_some;
    SimstowWanted wanted;
} Selection;

/* What is found out about messages before they are shown */
typedef struct {
    SimstowJoinedList *list;
    gboolean with_seen;
} Messages;

static void
on_shown (const SimstowMessage *message, const SimstowSnapshot *snapshot, gpointer user_data)
{
    Messages *messages = user_data;

    /* only records of a merged archive have times; then all of them have */
    messages->with_seen = messages->with_seen || message->last_seen != 0;
    simstow_joined_list_add (messages->list, message);
}

/* Messages that are not shown are checked all the same */
static void
pass_over (const SimstowMessage *message, const SimstowSnapshot *snapshot, gpointer user_data)
{
}

static void
note_undated (const SimstowTimeline *timeline)
{
    guint count = simstow_timeline_count_undated (timeline);

    if (count > 0)
        simstow_terminal_note (ngettext ("%u message without a time was left out\n",
                                         "%u messages without a time were left out\n",
                                         count),
                               count);
}

static void
on_selected (const SimstowJoined *joined,
             const SimstowOrigin *origin,
             const SimstowThread *thread,
             gpointer user_data)
{
    SimstowJson *json = user_data;
    g_autoptr (GString) line = g_string_new (NULL);
    guint i;

    for (i = 0; i < joined->parts->len; i++) {
        if (joined->parts->pdata[i] == NULL)
            continue;
        g_string_truncate (line, 0);
        simstow_message_append_json (joined->parts->pdata[i], line);
        simstow_json_add_text (json, NULL, line->str);
    }
}

/* A selection as JSON: the same document as of all, with all parts of the messages in it */
static gboolean
print_selected (const SimstowTimeline *timeline,
                const SimstowSnapshot *snapshot,
                const SimstowArchiveHeader *header,
                GError **error)
{
    g_autoptr (SimstowJson) json = simstow_json_new ();
    g_autoptr (GString) line = g_string_new (NULL);

    simstow_json_begin (json, NULL, '{');
    simstow_json_add_int (json, "format", header->version);
    simstow_json_add_string (json, "content_id", header->content_id);
    simstow_snapshot_append_json (snapshot, line);
    simstow_json_add_text (json, "modem", line->str);
    simstow_json_begin (json, "messages", '[');
    return simstow_timeline_each (timeline, on_selected, json, error);
}

static gboolean
show_messages (const gchar *path,
               const SimstowInvocation *invocation,
               const Selection *selection,
               GError **error)
{
    g_autoptr (SimstowJoinedList) list = simstow_joined_list_new ();
    g_autoptr (SimstowArchiveHeader) header = NULL;
    g_autoptr (SimstowAddressBook) book = NULL;
    g_autoptr (SimstowTimeline) timeline = NULL;
    g_autoptr (SimstowSnapshot) snapshot = NULL;
    Messages messages = {list, FALSE};

    snapshot = simstow_archive_load_besides (path,
                                             &invocation->keyring.keys,
                                             &header,
                                             FALSE,
                                             on_shown,
                                             &messages,
                                             invocation->cancellable,
                                             error);
    if (snapshot == NULL)
        return FALSE;
    simstow_joined_list_join (list);
    book = simstow_address_book_new (snapshot->contacts);
    timeline =
        simstow_timeline_new (list, book, &selection->wanted, selection->conversations, error);
    if (timeline == NULL)
        return FALSE;
    note_undated (timeline);
    if (selection->as_json)
        return print_selected (timeline, snapshot, header, error);
    return selection->conversations ? simstow_view_conversations (timeline, error)
                                    : simstow_view_messages (timeline, messages.with_seen, error);
}

static gboolean
show_tables (const gchar *path,
             const SimstowInvocation *invocation,
             const Section *section,
             GError **error)
{
    g_autoptr (SimstowArchiveHeader) header = NULL;
    g_autoptr (SimstowSnapshot) snapshot = simstow_archive_load_besides (path,
                                                                         &invocation->keyring.keys,
                                                                         &header,
                                                                         TRUE,
                                                                         pass_over,
                                                                         NULL,
                                                                         invocation->cancellable,
                                                                         error);

    if (snapshot == NULL)
        return FALSE;
    if (section != NULL)
        section->print (snapshot);
    else
        print_overview (snapshot, header);
    return TRUE;
}

/* A JSON document that is being printed */
typedef struct {
    SimstowJson *json;
    const gchar *section;
    const gchar *list;
    GString *line;
    gboolean seen[5];
} Stream;

static const gchar *const list_names[] = {"messages", "contacts", "calls", "simfiles", "unread"};

static gboolean
is_wanted (const Stream *stream, const gchar *name)
{
    return stream->section == NULL || g_str_equal (stream->section, name);
}

static void
leave_list (Stream *stream)
{
    if (stream->list != NULL)
        simstow_json_end (stream->json);
    stream->list = NULL;
}

/* Whether records of this kind are wanted; begins their list, and empties the line for one. */
static gboolean
enter_list (Stream *stream, guint place)
{
    const gchar *name = list_names[place];

    g_string_truncate (stream->line, 0);
    if (!is_wanted (stream, name))
        return FALSE;
    if (stream->list == name)
        return TRUE;
    leave_list (stream);
    simstow_json_begin (stream->json, name, '[');
    stream->list = name;
    stream->seen[place] = TRUE;
    return TRUE;
}

static void
begin_document (Stream *stream, const SimstowArchiveHeader *header)
{
    stream->json = simstow_json_new ();
    simstow_json_begin (stream->json, NULL, '{');
    simstow_json_add_int (stream->json, "format", header->version);
    simstow_json_add_string (stream->json, "content_id", header->content_id);
    simstow_snapshot_append_json (header->snapshot, stream->line);
    simstow_json_add_text (stream->json, "modem", stream->line->str);
}

/* Whether that is wanted, which is no list */
static gboolean
enter_object (Stream *stream, const gchar *name)
{
    g_string_truncate (stream->line, 0);
    if (!is_wanted (stream, name))
        return FALSE;
    leave_list (stream);
    return TRUE;
}

static gboolean
on_item (SimstowItem *item, gpointer user_data, GError **error)
{
    Stream *stream = user_data;
    const gchar *key = NULL;

    switch (item->kind) {
    case SIMSTOW_ITEM_HEADER:
        begin_document (stream, item->header);
        return TRUE;
    case SIMSTOW_ITEM_MESSAGE:
        if (enter_list (stream, 0))
            simstow_message_append_json (item->message, stream->line);
        break;
    case SIMSTOW_ITEM_CONTACT:
        if (enter_list (stream, 1))
            simstow_contact_append_json (item->contact, stream->line);
        break;
    case SIMSTOW_ITEM_CALL:
        if (enter_list (stream, 2))
            simstow_call_append_json (item->call, stream->line);
        break;
    case SIMSTOW_ITEM_SIMFILE:
        if (enter_list (stream, 3))
            simstow_simfile_append_json (item->simfile, stream->line);
        break;
    case SIMSTOW_ITEM_UNREAD:
        if (enter_list (stream, 4))
            simstow_unread_append_json (item->unread, stream->line);
        break;
    case SIMSTOW_ITEM_NETWORK:
        key = "network";
        if (enter_object (stream, key))
            simstow_network_append_json (item->network, FALSE, stream->line);
        break;
    case SIMSTOW_ITEM_ESIM:
        key = "esim";
        if (enter_object (stream, key))
            simstow_esim_append_json (item->esim, FALSE, FALSE, stream->line);
        break;
    case SIMSTOW_ITEM_END:
        return TRUE;
    }
    if (stream->line->len > 0)
        simstow_json_add_text (stream->json, key, stream->line->str);
    return TRUE;
}

/* A list without records is there all the same. */
static void
finish_lists (Stream *stream)
{
    guint i;

    leave_list (stream);
    for (i = 0; i < G_N_ELEMENTS (list_names); i++) {
        if (!stream->seen[i])
            enter_list (stream, i);
    }
}

/* JSON is printed while it is read, so that memory does not grow with the archive. */
static gboolean
show_json (const gchar *path,
           const SimstowInvocation *invocation,
           const Section *section,
           GError **error)
{
    g_autoptr (GString) line = g_string_new (NULL);
    Stream stream = {.section = section != NULL ? section->name : NULL, .line = line};
    gboolean done = simstow_archive_read_whole (path,
                                                &invocation->keyring.keys,
                                                SIMSTOW_ITEM_ALL,
                                                on_item,
                                                &stream,
                                                invocation->cancellable,
                                                error);

    if (done)
        finish_lists (&stream);
    g_clear_pointer (&stream.json, simstow_json_free);
    return done;
}

static gboolean
show (const gchar *path,
      const SimstowInvocation *invocation,
      const Section *section,
      const Selection *selection,
      GError **error)
{
    if (selection->as_json && !selection->is_some)
        return show_json (path, invocation, section, error);
    if (section != NULL && section->print == NULL)
        return show_messages (path, invocation, selection, error);
    return show_tables (path, invocation, section, error);
}

/* What is said of messages is not said of other sections */
static gboolean
check_selection (const Section *section,
                 Selection *selection,
                 const SimstowMessageOptions *options,
                 GError **error)
{
    selection->wanted = options->wanted;
    selection->is_some = options->is_some || selection->conversations;
    if (!selection->is_some || (section != NULL && section->print == NULL))
        return TRUE;
    return simstow_error_set (
        error,
        SIMSTOW_ERROR_USAGE,
        _ ("--with, --grep, --since, --until, --limit and --conversations go with the section "
           "messages"));
}

SimstowExit
simstow_verb_show (SimstowInvocation *invocation, GError **error)
{
    g_auto (SimstowMessageOptions) options = {0};
    Selection selection = {0};
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"conversations", 0, 0, G_OPTION_ARG_NONE, &selection.conversations,
         N_ ("Show messages by conversation"), NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &selection.as_json, N_ ("Print the records as JSON"),
         NULL},
        {NULL},
    };
    /* clang-format on */
    const Section *section = NULL;
    const gchar *path;

    invocation->takes_keys = TRUE;
    invocation->messages = &options;
    if (!simstow_invocation_parse (invocation, entries, 1, 2, error))
        return simstow_exit_failed (error);
    if (simstow_invocation_argument (invocation, 1) != NULL) {
        section = find_section (simstow_invocation_argument (invocation, 1), error);
        if (section == NULL)
            return simstow_exit_failed (error);
    }
    if (!check_selection (section, &selection, &options, error))
        return simstow_exit_failed (error);
    path = simstow_invocation_argument (invocation, 0);
    if (show (path, invocation, section, &selection, error))
        return SIMSTOW_EXIT_DONE;
    g_prefix_error (error, "%s: ", path);
    return simstow_exit_failed (error);
}
