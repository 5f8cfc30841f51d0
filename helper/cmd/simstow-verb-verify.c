/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow verify: reads archives from front to end and checks everything.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "simstow-archive.h"
#include "simstow-json.h"
#include "simstow-terminal.h"
#include "simstow-text.h"
#include "simstow-verbs.h"

typedef struct {
    guint64 messages;
    guint64 contacts;
    guint64 calls;
    gchar *content_id;
    gchar *captured;
} Found;

static void
found_clear (Found *found)
{
    g_free (found->content_id);
    g_free (found->captured);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Found, found_clear)

static gboolean
on_header (const SimstowArchiveHeader *header, gpointer user_data, GError **error)
{
    Found *found = user_data;

    found->messages = header->messages;
    found->contacts = header->contacts;
    found->calls = header->calls;
    found->content_id = g_strdup (header->content_id);
    found->captured = simstow_text_time_here (header->snapshot->captured);
    return TRUE;
}

static void
print_verdict (const gchar *name, const Found *found, const GError *fault)
{
    if (fault != NULL)
        return;
    simstow_terminal_print (_ ("%s: whole; %lu messages, %lu contacts, %lu calls, saved %s\n"),
                            name,
                            (gulong) found->messages,
                            (gulong) found->contacts,
                            (gulong) found->calls,
                            found->captured);
}

static void
print_json (SimstowJson *json, const gchar *name, const Found *found, const GError *fault)
{
    simstow_json_begin (json, NULL, '{');
    simstow_json_add_string (json, "archive", name);
    simstow_json_add_boolean (json, "whole", fault == NULL);
    if (fault != NULL) {
        simstow_json_add_string (json, "error", fault->message);
        simstow_json_add_int (json, "status", simstow_exit_from_error (fault));
    } else {
        simstow_json_add_int (json, "messages", (gint64) found->messages);
        simstow_json_add_int (json, "contacts", (gint64) found->contacts);
        simstow_json_add_int (json, "calls", (gint64) found->calls);
        simstow_json_add_string (json, "content_id", found->content_id);
    }
    simstow_json_end (json);
}

static SimstowExit
verify_one (const gchar *path,
            const SimstowArchiveKeys *keys,
            SimstowJson *json,
            GCancellable *cancellable)
{
    const SimstowArchiveVisitor visitor = {.header = on_header};
    g_autofree gchar *display = g_filename_display_name (path);
    g_autofree gchar *name = simstow_text_line (display);
    g_auto (Found) found = {0};
    g_autoptr (GError) fault = NULL;

    if (!simstow_archive_read (path, keys, &visitor, &found, cancellable, &fault))
        g_prefix_error (&fault, "%s: ", name);
    if (json != NULL)
        print_json (json, name, &found, fault);
    else
        print_verdict (name, &found, fault);
    return fault != NULL ? simstow_exit_report (fault) : SIMSTOW_EXIT_DONE;
}

SimstowExit
simstow_verb_verify (SimstowInvocation *invocation, GError **error)
{
    gboolean as_json = FALSE;
    const GOptionEntry entries[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, &as_json, N_ ("Print the result as JSON"), NULL},
        {NULL},
    };
    g_autoptr (SimstowJson) json = NULL;
    SimstowExit status = SIMSTOW_EXIT_DONE;
    gint i;

    invocation->takes_keys = TRUE;
    if (!simstow_invocation_parse (invocation, entries, 1, G_MAXINT - 2, error))
        return SIMSTOW_EXIT_DONE;
    if (as_json) {
        json = simstow_json_new ();
        simstow_json_begin (json, NULL, '[');
    }
    for (i = 0; simstow_invocation_argument (invocation, i) != NULL; i++) {
        const gchar *path = simstow_invocation_argument (invocation, i);
        SimstowExit one =
            verify_one (path, &invocation->keyring.keys, json, invocation->cancellable);

        if (status == SIMSTOW_EXIT_DONE)
            status = one;
        if (g_cancellable_is_cancelled (invocation->cancellable))
            break;
    }
    return status;
}
