/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow diff: what differs between two archives, or an archive and a modem.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "simstow-archive.h"
#include "simstow-command.h"
#include "simstow-error.h"
#include "simstow-json.h"
#include "simstow-message-diff.h"
#include "simstow-record-json.h"
#include "simstow-sources.h"
#include "simstow-terminal.h"
#include "simstow-text.h"
#include "simstow-view.h"

typedef struct {
    gchar *modem;
    gchar *only;
    gboolean json;
    SimstowKinds kinds;
} Options;

static void
options_clear (Options *options)
{
    g_free (options->modem);
    g_free (options->only);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* What is compared: all of it but messages is in the snapshot */
typedef struct {
    gchar *name;
    SimstowSnapshot *snapshot;
} Side;

static void
side_clear (Side *side)
{
    g_free (side->name);
    g_clear_pointer (&side->snapshot, simstow_snapshot_free);
}

typedef struct {
    const Options *options;
    Side sides[2];
    SimstowMessageDiff *messages;
    /* the other differences, of which there are few */
    GPtrArray *others;
    SimstowJson *json;
} Comparison;

static void
comparison_clear (Comparison *comparison)
{
    side_clear (&comparison->sides[0]);
    side_clear (&comparison->sides[1]);
    g_clear_pointer (&comparison->messages, simstow_message_diff_free);
    g_clear_pointer (&comparison->others, g_ptr_array_unref);
    g_clear_pointer (&comparison->json, simstow_json_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Comparison, comparison_clear)

/* An archive on its way into a comparison */
typedef struct {
    Comparison *comparison;
    guint number;
} Addition;

static void
on_message (const SimstowMessage *message, const SimstowSnapshot *snapshot, gpointer user_data)
{
    const Addition *addition = user_data;

    if ((addition->comparison->options->kinds & SIMSTOW_KIND_MESSAGES) != 0)
        simstow_message_diff_add (addition->comparison->messages,
                                  addition->number,
                                  message,
                                  snapshot);
}

static gboolean
add_archive (Comparison *comparison,
             guint number,
             const gchar *path,
             const SimstowInvocation *invocation,
             GError **error)
{
    g_autofree gchar *display = g_filename_display_name (path);
    Addition addition = {comparison, number};
    Side *side = &comparison->sides[number];

    side->name = simstow_text_line (display);
    side->snapshot = simstow_archive_load_besides (path,
                                                   &invocation->keyring.keys,
                                                   NULL,
                                                   TRUE,
                                                   on_message,
                                                   &addition,
                                                   invocation->cancellable,
                                                   error);
    if (side->snapshot == NULL)
        g_prefix_error (error, "%s: ", display);
    return side->snapshot != NULL;
}

static gboolean
add_modem (Comparison *comparison, const gchar *selector, GCancellable *cancellable, GError **error)
{
    g_autoptr (SimstowModem) modem = simstow_modem_find (selector, cancellable, error);
    g_autofree gchar *number = NULL;
    Addition addition = {comparison, 1};
    Side *side = &comparison->sides[1];
    guint i;

    if (modem == NULL)
        return FALSE;
    number = simstow_source_name (modem);
    side->name = g_strdup_printf (_ ("modem %s"), number);
    side->snapshot = simstow_source_capture (modem, cancellable, error);
    if (side->snapshot == NULL)
        return FALSE;
    simstow_snapshot_sort (side->snapshot);
    for (i = 0; i < side->snapshot->messages->len; i++)
        on_message (g_ptr_array_index (side->snapshot->messages, i), side->snapshot, &addition);
    return TRUE;
}

/* Leaves out what --only does not name. */
static void
select_others (Comparison *comparison)
{
    GPtrArray *others = comparison->others;
    guint i = 0;

    while (i < others->len) {
        const SimstowDiffItem *item = g_ptr_array_index (others, i);
        SimstowKinds kind;

        if (simstow_kinds_parse (item->category, &kind, NULL) &&
            (kind & comparison->options->kinds) != 0)
            i++;
        else
            g_ptr_array_remove_index (others, i);
    }
}

/* Tells all differences, messages first */
static gboolean
tell (Comparison *comparison, SimstowDiffFunc func, gpointer user_data, GError **error)
{
    guint i;

    if (!simstow_message_diff_each (comparison->messages, func, user_data, error))
        return FALSE;
    for (i = 0; i < comparison->others->len; i++)
        func (g_ptr_array_index (comparison->others, i), user_data);
    return TRUE;
}

static const gchar *
kind_word (SimstowDiffKind kind)
{
    switch (kind) {
    case SIMSTOW_DIFF_ONLY_A:
        return "only-a";
    case SIMSTOW_DIFF_ONLY_B:
        return "only-b";
    case SIMSTOW_DIFF_CHANGED:
    default:
        return "changed";
    }
}

static void
add_record (SimstowJson *json,
            const gchar *name,
            const SimstowMessage *message,
            const SimstowContact *contact,
            const SimstowCall *call)
{
    g_autoptr (GString) text = g_string_new (NULL);

    if (message != NULL)
        simstow_message_append_json (message, text);
    else if (contact != NULL)
        simstow_contact_append_json (contact, text);
    else if (call != NULL)
        simstow_call_append_json (call, text);
    if (text->len > 0)
        simstow_json_add_text (json, name, text->str);
}

static void
on_json (const SimstowDiffItem *item, gpointer user_data)
{
    SimstowJson *json = user_data;

    simstow_json_begin (json, NULL, '{');
    simstow_json_add_string (json, "kind", kind_word (item->kind));
    simstow_json_add_string (json, "category", item->category);
    simstow_json_add_string (json, "store", item->store);
    if (item->index > 0)
        simstow_json_add_int (json, "index", item->index);
    simstow_json_add_string (json, "what", item->what);
    add_record (json, "a", item->message_a, item->contact_a, item->call_a);
    add_record (json, "b", item->message_b, item->contact_b, item->call_b);
    simstow_json_end (json);
}

static gboolean
print_json (Comparison *comparison, GError **error)
{
    SimstowJson *json = simstow_json_new ();

    comparison->json = json;
    simstow_json_begin (json, NULL, '{');
    simstow_json_add_string (json, "a", comparison->sides[0].name);
    simstow_json_add_string (json, "b", comparison->sides[1].name);
    simstow_json_begin (json, "differences", '[');
    return tell (comparison, on_json, json, error);
}

static gboolean
print_tables (Comparison *comparison, GError **error)
{
    g_autoptr (SimstowDiffView) view =
        simstow_diff_view_new (comparison->sides[0].name, comparison->sides[1].name);

    return tell (comparison, simstow_diff_view_add, view, error) &&
           simstow_diff_view_print (view, error);
}

static gboolean
differ (const Comparison *comparison)
{
    guint kind;

    for (kind = SIMSTOW_DIFF_ONLY_A; kind <= SIMSTOW_DIFF_CHANGED; kind++)
        if (simstow_message_diff_count (comparison->messages, kind) > 0)
            return TRUE;
    return comparison->others->len > 0;
}

static SimstowExit
compare (Comparison *comparison, GError **error)
{
    const Side *a = &comparison->sides[0];
    const Side *b = &comparison->sides[1];
    gboolean incomplete = simstow_snapshot_is_incomplete (b->snapshot);

    comparison->others = simstow_diff (a->snapshot, b->snapshot);
    select_others (comparison);
    if (!simstow_message_diff_run (comparison->messages, error))
        return simstow_exit_failed (error);
    if (comparison->options->json) {
        if (!print_json (comparison, error))
            return simstow_exit_failed (error);
    } else if (!differ (comparison)) {
        simstow_terminal_print ("%s\n", _ ("No difference."));
    } else if (!print_tables (comparison, error)) {
        return simstow_exit_failed (error);
    }
    if (incomplete)
        simstow_view_problems (b->snapshot, TRUE);
    return differ (comparison) || incomplete ? SIMSTOW_EXIT_INCOMPLETE : SIMSTOW_EXIT_DONE;
}

SimstowExit
simstow_verb_diff (SimstowInvocation *invocation, GError **error)
{
    g_auto (Options) options = {0};
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"modem", 'm', 0, G_OPTION_ARG_STRING, &options.modem,
         N_ ("Compare with this modem: a number, IMEI, ICCID or path"), N_ ("MODEM")},
        {"only", 0, 0, G_OPTION_ARG_STRING, &options.only,
         N_ ("Compare only messages, contacts, calls, network or esim"), N_ ("KIND,...")},
        {"json", 0, 0, G_OPTION_ARG_NONE, &options.json,
         N_ ("Print the differences as JSON"), NULL},
        {NULL},
    };
    /* clang-format on */
    g_auto (Comparison) comparison = {.options = &options};
    const gchar *first;
    const gchar *second;

    invocation->takes_keys = TRUE;
    if (!simstow_invocation_parse (invocation, entries, 1, 2, error) ||
        !simstow_kinds_parse (options.only, &options.kinds, error))
        return simstow_exit_failed (error);
    second = simstow_invocation_argument (invocation, 1);
    if (second != NULL && options.modem != NULL) {
        simstow_error_set (error,
                           SIMSTOW_ERROR_USAGE,
                           _ ("give either a second archive or a modem with -m, not both"));
        return simstow_exit_failed (error);
    }
    first = simstow_invocation_argument (invocation, 0);
    comparison.messages = simstow_message_diff_new ();
    if (!add_archive (&comparison, 0, first, invocation, error) ||
        !(second != NULL ? add_archive (&comparison, 1, second, invocation, error)
                         : add_modem (&comparison, options.modem, invocation->cancellable, error)))
        return simstow_exit_failed (error);
    return compare (&comparison, error);
}
