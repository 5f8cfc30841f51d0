/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow verify: reads archives from front to end and checks everything, or as
 * much as was asked for.
 */

#include "config.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#include "simstow-archive.h"
#include "simstow-command.h"
#include "simstow-error.h"
#include "simstow-input.h"
#include "simstow-json.h"
#include "simstow-plan.h"
#include "simstow-sha256.h"
#include "simstow-snapshot.h"
#include "simstow-sources.h"
#include "simstow-sums.h"
#include "simstow-terminal.h"
#include "simstow-text.h"

/*
 * Level:
 * @LEVEL_PRESENT: the file is there and is not empty
 * @LEVEL_DIGEST: its SHA-256 is that of the file ARCHIVE.sha256 beside it;
 *     needs no key
 * @LEVEL_WHOLE: every digest and every record inside
 * @LEVEL_RESTORE: and a restore can be planned
 *
 * Each holds what the one before does, but the digest, for which there may be
 * nothing to compare with.
 */
typedef enum {
    LEVEL_PRESENT,
    LEVEL_DIGEST,
    LEVEL_WHOLE,
    LEVEL_RESTORE,
} Level;

/*
 * Rehearsal:
 * @write: records that would be written
 * @skip: records that are there already
 * @refuse: records that could not be written
 */
typedef struct {
    guint write;
    guint skip;
    guint refuse;
} Rehearsal;

#define DIGEST_LENGTH 64
#define CHUNK         (256 * 1024)

static const gchar *const levels[] = {"present", "digest", "whole", "restore"};

static gboolean
level_parse (const gchar *text, Level *level, GError **error)
{
    gsize i;

    *level = LEVEL_WHOLE;
    if (text == NULL)
        return TRUE;
    for (i = 0; i < G_N_ELEMENTS (levels); i++) {
        *level = (Level) i;
        if (g_str_equal (levels[i], text))
            return TRUE;
    }
    return simstow_error_set (
        error,
        SIMSTOW_ERROR_USAGE,
        _ ("there is no level \"%s\"; there are present, digest, whole and restore"),
        text);
}

static const gchar *
level_to_string (Level level)
{
    return levels[level];
}

static gboolean
set_fault (GError **error, SimstowError code, const gchar *what)
{
    return simstow_error_set (error, code, "%s", what);
}

static gboolean
level_check_present (const gchar *path, guint64 *size, GError **error)
{
    g_autoptr (GFile) file = g_file_new_for_path (path);
    g_autoptr (GFileInfo) info =
        g_file_query_info (file,
                           G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                           G_FILE_QUERY_INFO_NONE,
                           NULL,
                           error);

    if (!info)
        return FALSE;
    *size = (guint64) g_file_info_get_size (info);
    switch (g_file_info_get_file_type (info)) {
    case G_FILE_TYPE_REGULAR:
        return *size > 0 || set_fault (error,
                                       SIMSTOW_ERROR_CUT_SHORT,
                                       _ ("the archive is cut short: it is empty"));
    case G_FILE_TYPE_DIRECTORY:
        return set_fault (error, SIMSTOW_ERROR_DAMAGED, _ ("not an archive, but a directory"));
    default:
        return set_fault (error, SIMSTOW_ERROR_DAMAGED, _ ("not an archive, and no file"));
    }
}

/* Compares the file with ARCHIVE.sha256, in the format of sha256sum(1). */
static gboolean
level_check_digest (const gchar *path, GCancellable *cancellable, GError **error)
{
    g_autofree gchar *beside = g_strconcat (path, ".sha256", NULL);
    g_autoptr (GBytes) expected = simstow_regular_read (beside, CHUNK, NULL);
    g_autofree gchar *digest = NULL;

    if (!expected || g_bytes_get_size (expected) < DIGEST_LENGTH)
        return simstow_error_set (
            error,
            SIMSTOW_ERROR_NOT_FOUND,
            _ ("there is no digest to compare with; make one, while the archive is good, "
               "with: sha256sum ARCHIVE > ARCHIVE.sha256"));
    digest = simstow_digest_file (path, NULL, cancellable, error);
    if (!digest)
        return FALSE;
    if (g_ascii_strncasecmp (digest, g_bytes_get_data (expected, NULL), DIGEST_LENGTH) == 0)
        return TRUE;
    return set_fault (error,
                      SIMSTOW_ERROR_DAMAGED,
                      _ ("the file is not the one that its digest was made of"));
}

/* A modem with the stores that the archive's modem had, and room in all of them. */
static SimstowSnapshot *
empty_modem_new (const SimstowSnapshot *archive)
{
    SimstowSnapshot *modem = simstow_snapshot_new ();
    guint i;

    for (i = 0; i < archive->stores->len; i++) {
        const SimstowStore *saved = g_ptr_array_index (archive->stores, i);
        SimstowStore *store = simstow_store_new (saved->id);

        store->used = 0;
        store->capacity = saved->capacity;
        store->first = saved->first;
        store->last = saved->last;
        store->number_length = saved->number_length;
        store->name_length = saved->name_length;
        store->writable = saved->writable;
        store->plain = saved->plain;
        store->complete = TRUE;
        store->via = g_strdup (saved->via);
        store->way = g_strdup (saved->way);
        g_ptr_array_add (modem->stores, store);
    }
    return modem;
}

static void
rehearsal_run (const SimstowSnapshot *archive, const SimstowSnapshot *present, Rehearsal *rehearsal)
{
    g_autoptr (SimstowSnapshot) empty = present ? NULL : empty_modem_new (archive);
    g_autoptr (SimstowPlan) plan =
        simstow_plan_new (archive,
                          present ? present : empty,
                          SIMSTOW_KIND_MESSAGES | SIMSTOW_KIND_CONTACTS | SIMSTOW_KIND_CALLS,
                          FALSE);

    rehearsal->write = simstow_plan_count (plan, SIMSTOW_ACTION_WRITE);
    rehearsal->skip = simstow_plan_count (plan, SIMSTOW_ACTION_SKIP);
    rehearsal->refuse = simstow_plan_count (plan, SIMSTOW_ACTION_REFUSE);
}

/* How many of the files that are not of an archive are named */
#define IGNORED_NAMES 3

/* How to verify; @present is the modem to rehearse with. */
typedef struct {
    SimstowInvocation *invocation;
    Level level;
    SimstowSnapshot *present;
    SimstowJson *json;
} Options;

/* What was found out about one archive. */
typedef struct {
    guint64 size;
    guint64 messages;
    guint64 contacts;
    guint64 calls;
    gchar *content_id;
    gchar *captured;
    gboolean repacked;
    gchar **ignored;
    Rehearsal on_empty;
    Rehearsal on_present;
} Found;

static void
options_clear (Options *options)
{
    g_clear_pointer (&options->present, simstow_snapshot_free);
    g_clear_pointer (&options->json, simstow_json_free);
}

static void
found_clear (Found *found)
{
    g_free (found->content_id);
    g_free (found->captured);
    g_strfreev (found->ignored);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Found, found_clear)

static void
note_header (Found *found, const SimstowArchiveHeader *header, gint64 captured)
{
    found->messages = header->messages;
    found->contacts = header->contacts;
    found->calls = header->calls;
    found->content_id = g_strdup (header->content_id);
    found->captured = simstow_text_time_here (captured);
}

static gboolean
on_item (SimstowItem *item, gpointer user_data, GError **error)
{
    Found *found = user_data;

    if (item->kind == SIMSTOW_ITEM_HEADER)
        note_header (found, item->header, item->header->snapshot->captured);
    if (item->kind == SIMSTOW_ITEM_END) {
        found->repacked = item->repacked;
        found->ignored = g_strdupv ((gchar **) item->ignored);
    }
    return TRUE;
}

/* Loading verifies as much as reading does, so that this is all that is read of the archive. */
static gboolean
rehearse (const gchar *path, const Options *options, Found *found, GError **error)
{
    const SimstowInvocation *invocation = options->invocation;
    g_autoptr (SimstowArchiveHeader) header = NULL;
    g_autoptr (SimstowSnapshot) snapshot = NULL;

    snapshot = simstow_archive_load (path,
                                     &invocation->keyring.keys,
                                     &header,
                                     invocation->cancellable,
                                     error);
    if (snapshot == NULL)
        return FALSE;
    note_header (found, header, snapshot->captured);
    found->repacked = header->repacked;
    found->ignored = g_strdupv (header->ignored);
    rehearsal_run (snapshot, NULL, &found->on_empty);
    if (options->present != NULL)
        rehearsal_run (snapshot, options->present, &found->on_present);
    return TRUE;
}

static gboolean
check (const gchar *path, const Options *options, Found *found, GError **error)
{
    const SimstowInvocation *invocation = options->invocation;
    /* a pipe, too, can be read, but has no size */
    gboolean is_file = g_file_test (path, G_FILE_TEST_IS_REGULAR);

    if (options->level < LEVEL_WHOLE || is_file) {
        if (!level_check_present (path, &found->size, error))
            return FALSE;
    }
    if (options->level == LEVEL_PRESENT)
        return TRUE;
    if (options->level == LEVEL_DIGEST)
        return level_check_digest (path, invocation->cancellable, error);
    if (options->level == LEVEL_RESTORE)
        return rehearse (path, options, found, error);
    return simstow_archive_read (path,
                                 &invocation->keyring.keys,
                                 1 << SIMSTOW_ITEM_HEADER,
                                 on_item,
                                 found,
                                 invocation->cancellable,
                                 error);
}

static void
print_rehearsal (const gchar *what, const Rehearsal *rehearsal)
{
    simstow_terminal_print (_ ("  %s: write %u, already there %u, not possible %u\n"),
                            what,
                            rehearsal->write,
                            rehearsal->skip,
                            rehearsal->refuse);
}

/* Files that lay beside the archive's own; a few are named */
static void
print_ignored (gchar **ignored)
{
    guint count = ignored != NULL ? g_strv_length (ignored) : 0;
    g_autoptr (GString) names = g_string_new (NULL);
    guint i;

    if (count == 0)
        return;
    for (i = 0; i < MIN (count, IGNORED_NAMES); i++) {
        g_autofree gchar *display = g_filename_display_name (ignored[i]);
        g_autofree gchar *name = simstow_text_line (display);

        g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", name);
    }
    simstow_terminal_print (ngettext ("  remark: %u file in it is not of the archive, and was "
                                      "ignored: %s%s\n",
                                      "  remark: %u files in it are not of the archive, and were "
                                      "ignored: %s%s\n",
                                      count),
                            count,
                            names->str,
                            count > IGNORED_NAMES ? ", ..." : "");
}

static void
print_verdict (const gchar *name, const Options *options, const Found *found)
{
    g_autofree gchar *records = NULL;

    if (options->level == LEVEL_PRESENT) {
        simstow_terminal_print (_ ("%s: present; %lu bytes\n"), name, (gulong) found->size);
        return;
    }
    if (options->level == LEVEL_DIGEST) {
        simstow_terminal_print (_ ("%s: digest right; %lu bytes\n"), name, (gulong) found->size);
        return;
    }
    records = simstow_text_counts (found->messages, found->contacts, found->calls);
    simstow_terminal_print (_ ("%s: whole; %s, saved %s\n"), name, records, found->captured);
    if (found->repacked)
        simstow_terminal_print (_ ("  remark: another program packed or compressed it again; every "
                                   "digest inside is right\n"));
    print_ignored (found->ignored);
    if (options->level == LEVEL_RESTORE)
        print_rehearsal (_ ("restore to an empty modem"), &found->on_empty);
    if (options->level == LEVEL_RESTORE && options->present != NULL)
        print_rehearsal (_ ("restore to the modem as it is"), &found->on_present);
}

static void
add_rehearsal (SimstowJson *json, const gchar *key, const Rehearsal *rehearsal)
{
    simstow_json_begin (json, key, '{');
    simstow_json_add_int (json, "write", rehearsal->write);
    simstow_json_add_int (json, "skip", rehearsal->skip);
    simstow_json_add_int (json, "refuse", rehearsal->refuse);
    simstow_json_end (json);
}

static void
add_found (SimstowJson *json, const Options *options, const Found *found)
{
    guint i;

    simstow_json_add_int (json, "size", (gint64) found->size);
    if (options->level < LEVEL_WHOLE)
        return;
    simstow_json_add_int (json, "messages", (gint64) found->messages);
    simstow_json_add_int (json, "contacts", (gint64) found->contacts);
    simstow_json_add_int (json, "calls", (gint64) found->calls);
    simstow_json_add_string (json, "content_id", found->content_id);
    simstow_json_add_boolean (json, "repacked", found->repacked);
    simstow_json_begin (json, "ignored", '[');
    for (i = 0; found->ignored != NULL && found->ignored[i] != NULL; i++) {
        g_autofree gchar *display = g_filename_display_name (found->ignored[i]);

        simstow_json_add_string (json, NULL, display);
    }
    simstow_json_end (json);
    if (options->level == LEVEL_RESTORE)
        add_rehearsal (json, "restore_to_empty", &found->on_empty);
    if (options->level == LEVEL_RESTORE && options->present != NULL)
        add_rehearsal (json, "restore_to_modem", &found->on_present);
}

static void
print_json (const gchar *name, const Options *options, const Found *found, const GError *fault)
{
    SimstowJson *json = options->json;

    simstow_json_begin (json, NULL, '{');
    simstow_json_add_string (json, "archive", name);
    simstow_json_add_string (json, "level", level_to_string (options->level));
    simstow_json_add_boolean (json, "whole", fault == NULL);
    if (fault != NULL) {
        simstow_json_add_string (json, "error", fault->message);
        simstow_json_add_int (json, "status", simstow_exit_from_error (fault));
    } else {
        add_found (json, options, found);
    }
    simstow_json_end (json);
}

static SimstowExit
verify_one (const gchar *path, const Options *options)
{
    g_autofree gchar *display = g_filename_display_name (path);
    g_autofree gchar *name = simstow_text_line (display);
    g_auto (Found) found = {0};
    g_autoptr (GError) fault = NULL;

    if (!check (path, options, &found, &fault))
        g_prefix_error (&fault, "%s: ", name);
    if (options->json != NULL)
        print_json (name, options, &found, fault);
    else if (fault == NULL)
        print_verdict (name, options, &found);
    return fault != NULL ? simstow_exit_report (fault) : SIMSTOW_EXIT_DONE;
}

static SimstowExit
verify_all (const Options *options)
{
    const SimstowInvocation *invocation = options->invocation;
    SimstowExit status = SIMSTOW_EXIT_DONE;
    gint i;

    for (i = 0; simstow_invocation_argument (invocation, i) != NULL; i++) {
        SimstowExit one = verify_one (simstow_invocation_argument (invocation, i), options);

        if (status == SIMSTOW_EXIT_DONE)
            status = one;
        if (g_cancellable_is_cancelled (invocation->cancellable))
            break;
    }
    return status;
}

/* The modem that -m names; without -m none is needed. */
static gboolean
capture_present (const gchar *selector, Options *options, GError **error)
{
    GCancellable *cancellable = options->invocation->cancellable;
    g_autoptr (SimstowModem) modem = NULL;

    if (selector == NULL)
        return TRUE;
    if (options->level != LEVEL_RESTORE)
        return simstow_error_set (error, SIMSTOW_ERROR_USAGE, _ ("-m goes with --level=restore"));
    modem = simstow_modem_find (selector, cancellable, error);
    if (modem != NULL)
        options->present = simstow_source_capture (modem, cancellable, error);
    return options->present != NULL;
}

SimstowExit
simstow_verb_verify (SimstowInvocation *invocation, GError **error)
{
    gboolean as_json = FALSE;
    g_autofree gchar *level = NULL;
    g_autofree gchar *modem = NULL;
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"level", 0, 0, G_OPTION_ARG_STRING, &level,
         N_ ("How far to go: present, digest, whole (the default), restore"), N_ ("LEVEL")},
        {"modem", 'm', 0, G_OPTION_ARG_STRING, &modem,
         N_ ("Rehearse a restore to this modem, too"), N_ ("MODEM")},
        {"json", 0, 0, G_OPTION_ARG_NONE, &as_json, N_ ("Print the result as JSON"), NULL},
        {NULL},
    };
    /* clang-format on */
    g_auto (Options) options = {.invocation = invocation};

    invocation->takes_keys = TRUE;
    if (!simstow_invocation_parse (invocation, entries, 1, G_MAXINT - 2, error) ||
        !level_parse (level, &options.level, error) || !capture_present (modem, &options, error))
        return simstow_exit_failed (error);
    if (as_json) {
        options.json = simstow_json_new ();
        simstow_json_begin (options.json, NULL, '[');
    }
    return verify_all (&options);
}
