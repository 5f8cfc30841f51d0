/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow diff: what differs between two archives, or an archive and a modem.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "simstow-diff.h"
#include "simstow-error.h"
#include "simstow-json.h"
#include "simstow-kinds.h"
#include "simstow-record-json.h"
#include "simstow-source.h"
#include "simstow-terminal.h"
#include "simstow-text.h"
#include "simstow-verbs.h"
#include "simstow-view-diff.h"
#include "simstow-view-modem.h"

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

typedef struct {
    SimstowSnapshot *snapshot;
    gchar *name;
} Side;

static void
side_clear (Side *side)
{
    g_clear_pointer (&side->snapshot, simstow_snapshot_free);
    g_free (side->name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Side, side_clear)

static gboolean
load_archive (Side *side, const gchar *path, const SimstowInvocation *invocation, GError **error)
{
    g_autofree gchar *display = g_filename_display_name (path);

    side->name = simstow_text_line (display);
    side->snapshot =
        simstow_source_load (path, &invocation->keyring.keys, invocation->cancellable, error);
    return side->snapshot != NULL;
}

/* Large archives that are much alike take little memory */
static gboolean
load_archives (Side *a,
               Side *b,
               const gchar *path_a,
               const gchar *path_b,
               const SimstowInvocation *invocation,
               GError **error)
{
    g_autofree gchar *display_a = g_filename_display_name (path_a);
    g_autofree gchar *display_b = g_filename_display_name (path_b);

    if (g_str_equal (path_a, "-") || g_str_equal (path_b, "-"))
        return load_archive (a, path_a, invocation, error) &&
               load_archive (b, path_b, invocation, error);
    a->name = simstow_text_line (display_a);
    b->name = simstow_text_line (display_b);
    return simstow_source_load_pair (path_a,
                                     path_b,
                                     &invocation->keyring.keys,
                                     &a->snapshot,
                                     &b->snapshot,
                                     invocation->cancellable,
                                     error);
}

static gboolean
load_modem (Side *side, const gchar *selector, GCancellable *cancellable, GError **error)
{
    g_autoptr (SimstowModem) modem = simstow_modem_find (selector, cancellable, error);
    g_autofree gchar *number = NULL;

    if (modem == NULL)
        return FALSE;
    number = simstow_source_name (modem);
    side->name = g_strdup_printf (_ ("modem %s"), number);
    side->snapshot = simstow_source_capture (modem, cancellable, error);
    return side->snapshot != NULL;
}

/* Leaves out what --only does not name. */
static GPtrArray *
select_items (const GPtrArray *items, SimstowKinds kinds)
{
    GPtrArray *selected = g_ptr_array_new ();
    guint i;

    for (i = 0; i < items->len; i++) {
        SimstowDiffItem *item = g_ptr_array_index (items, i);
        SimstowKinds kind;

        if (simstow_kinds_parse (item->category, &kind, NULL) && (kind & kinds) != 0)
            g_ptr_array_add (selected, item);
    }
    return selected;
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
add_records (SimstowJson *json, const SimstowDiffItem *item)
{
    if (item->message_a != NULL)
        simstow_json_add (json, "a", simstow_message_to_json (item->message_a));
    if (item->message_b != NULL)
        simstow_json_add (json, "b", simstow_message_to_json (item->message_b));
    if (item->contact_a != NULL)
        simstow_json_add (json, "a", simstow_contact_to_json (item->contact_a));
    if (item->contact_b != NULL)
        simstow_json_add (json, "b", simstow_contact_to_json (item->contact_b));
    if (item->call_a != NULL)
        simstow_json_add (json, "a", simstow_call_to_json (item->call_a));
    if (item->call_b != NULL)
        simstow_json_add (json, "b", simstow_call_to_json (item->call_b));
}

static void
print_json (const GPtrArray *items, const Side *a, const Side *b)
{
    g_autoptr (SimstowJson) json = simstow_json_new ();
    guint i;

    simstow_json_begin (json, NULL, '{');
    simstow_json_add_string (json, "a", a->name);
    simstow_json_add_string (json, "b", b->name);
    simstow_json_begin (json, "differences", '[');
    for (i = 0; i < items->len; i++) {
        const SimstowDiffItem *item = g_ptr_array_index (items, i);

        simstow_json_begin (json, NULL, '{');
        simstow_json_add_string (json, "kind", kind_word (item->kind));
        simstow_json_add_string (json, "category", item->category);
        simstow_json_add_string (json, "store", item->store);
        if (item->index > 0)
            simstow_json_add_int (json, "index", item->index);
        simstow_json_add_string (json, "what", item->what);
        add_records (json, item);
        simstow_json_end (json);
    }
}

static SimstowExit
compare (const Side *a, const Side *b, const Options *options)
{
    g_autoptr (GPtrArray) all = simstow_diff (a->snapshot, b->snapshot);
    g_autoptr (GPtrArray) items = select_items (all, options->kinds);
    gboolean incomplete = simstow_snapshot_is_incomplete (b->snapshot);

    if (options->json)
        print_json (items, a, b);
    else if (items->len > 0)
        simstow_view_diff (items, a->name, b->name);
    else
        simstow_terminal_print ("%s\n", _ ("No difference."));
    if (incomplete)
        simstow_view_problems (b->snapshot, TRUE);
    return items->len > 0 || incomplete ? SIMSTOW_EXIT_INCOMPLETE : SIMSTOW_EXIT_DONE;
}

SimstowExit
simstow_verb_diff (SimstowInvocation *invocation, GError **error)
{
    g_auto (Options) options = {0};
    const GOptionEntry entries[] = {
        {"modem",
         'm',
         0,
         G_OPTION_ARG_STRING,
         &options.modem,
         N_ ("Compare with this modem: a number, IMEI, ICCID or path"),
         N_ ("MODEM")},
        {"only",
         0,
         0,
         G_OPTION_ARG_STRING,
         &options.only,
         N_ ("Compare only messages, contacts, calls, network or esim"),
         N_ ("KIND,...")},
        {"json",
         0,
         0,
         G_OPTION_ARG_NONE,
         &options.json,
         N_ ("Print the differences as JSON"),
         NULL},
        {NULL},
    };
    g_auto (Side) a = {0};
    g_auto (Side) b = {0};
    const gchar *first;
    const gchar *second;

    invocation->takes_keys = TRUE;
    if (!simstow_invocation_parse (invocation, entries, 1, 2, error) ||
        !simstow_kinds_parse (options.only, &options.kinds, error))
        return SIMSTOW_EXIT_DONE;
    second = simstow_invocation_argument (invocation, 1);
    if (second != NULL && options.modem != NULL) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_USAGE,
                             _ ("give either a second archive or a modem with -m, not both"));
        return SIMSTOW_EXIT_USAGE;
    }
    first = simstow_invocation_argument (invocation, 0);
    if (second != NULL ? !load_archives (&a, &b, first, second, invocation, error)
                       : !load_archive (&a, first, invocation, error) ||
                             !load_modem (&b, options.modem, invocation->cancellable, error))
        return SIMSTOW_EXIT_DONE;
    return compare (&a, &b, &options);
}
