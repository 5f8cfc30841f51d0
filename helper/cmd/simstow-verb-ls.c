/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow ls: which archives there are, a line each: when, of which SIM, with how many of what,
 * and whether they are good.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-archive.h"
#include "simstow-command.h"
#include "simstow-error.h"
#include "simstow-input.h"
#include "simstow-json.h"
#include "simstow-terminal.h"
#include "simstow-text.h"
#include "simstow-view.h"

/* What is in the name of an archive: simstow-ID-TIME-CONTENT */
#define NAMED "^simstow-([0-9a-f]+)-(\\d{8})T(\\d{6})Z-[0-9a-f]+\\.tar"
/* What the file of an archive may be called otherwise, so that a directory is looked through */
#define LIKELY "\\.(tar|tgz|gpg|asc|pgp)(\\.\\w+)?$"

/*
 * State:
 * @STATE_WHOLE: all of it is right
 * @STATE_INCOMPLETE: so it is, but not all of the modem could be saved then
 * @STATE_UNCHECKED: only its beginning was looked at
 * @STATE_UNOPENED: encrypted, and nobody said how to open it
 * @STATE_CUT_SHORT: its end is missing
 * @STATE_TOO_NEW: its format is newer than this program
 * @STATE_DAMAGED: something in it is wrong
 * @STATE_UNREADABLE: the file cannot be read
 */
typedef enum {
    STATE_WHOLE,
    STATE_INCOMPLETE,
    STATE_UNCHECKED,
    STATE_UNOPENED,
    STATE_CUT_SHORT,
    STATE_TOO_NEW,
    STATE_DAMAGED,
    STATE_UNREADABLE,
} State;

static const gchar *const state_words[] = {
    [STATE_WHOLE] = N_ ("whole"),
    [STATE_INCOMPLETE] = N_ ("incomplete"),
    [STATE_UNCHECKED] = N_ ("not checked"),
    [STATE_UNOPENED] = N_ ("not opened"),
    [STATE_CUT_SHORT] = N_ ("cut short"),
    [STATE_TOO_NEW] = N_ ("too new"),
    [STATE_DAMAGED] = N_ ("damaged"),
    [STATE_UNREADABLE] = N_ ("unreadable"),
};

/* An archive; counts are -1 where they are not known, @saved 0 */
typedef struct {
    gchar *path;
    gchar *id;
    gint64 saved;
    gchar *sim;
    gchar *iccid;
    gint64 messages;
    gint64 contacts;
    gint64 calls;
    gint64 profiles;
    gboolean incomplete;
    gboolean encrypted;
    State state;
    GError *error;
} Row;

static void
row_free (gpointer data)
{
    Row *row = data;

    g_free (row->path);
    g_free (row->id);
    g_free (row->sim);
    g_free (row->iccid);
    g_clear_error (&row->error);
    g_free (row);
}

static gint64
parse_time (const gchar *date, const gchar *time)
{
    g_autofree gchar *text = g_strdup_printf ("%sT%sZ", date, time);
    g_autoptr (GDateTime) parsed = g_date_time_new_from_iso8601 (text, NULL);

    return parsed != NULL ? g_date_time_to_unix (parsed) : 0;
}

static Row *
row_new (const gchar *path)
{
    g_autofree gchar *name = g_path_get_basename (path);
    g_autoptr (GRegex) named = g_regex_new (NAMED, G_REGEX_RAW, 0, NULL);
    g_autoptr (GMatchInfo) match = NULL;
    Row *row = g_new0 (Row, 1);

    row->path = g_strdup (path);
    row->messages = row->contacts = row->calls = row->profiles = -1;
    if (g_regex_match (named, name, 0, &match)) {
        g_autofree gchar *date = g_match_info_fetch (match, 2);
        g_autofree gchar *time = g_match_info_fetch (match, 3);

        row->id = g_match_info_fetch (match, 1);
        row->saved = parse_time (date, time);
    }
    return row;
}

/* The SIM as its owner knows it: its operator, and the end of what is printed on it */
static gchar *
name_sim (const SimstowSnapshot *snapshot)
{
    const SimstowSim *sim = snapshot->sim;
    g_autofree gchar *title = NULL;
    const gchar *name = sim->operator_name;
    gsize length = sim->iccid != NULL ? strlen (sim->iccid) : 0;

    if (name == NULL || *name == '\0')
        name = title = simstow_view_title (snapshot);
    if (length < 4)
        return simstow_text_line (name);
    return g_strdup_printf ("%s ..%s", name, sim->iccid + length - 4);
}

static void
note_header (Row *row, const SimstowArchiveHeader *header)
{
    g_free (row->id);
    row->id = g_strdup (header->id);
    row->saved = header->snapshot->captured;
    row->sim = name_sim (header->snapshot);
    row->iccid = g_strdup (header->snapshot->sim->iccid);
    row->messages = (gint64) header->messages;
    row->contacts = (gint64) header->contacts;
    row->calls = (gint64) header->calls;
    row->profiles = 0;
    row->incomplete = simstow_snapshot_is_incomplete (header->snapshot);
}

static gboolean
on_item (SimstowItem *item, gpointer user_data, GError **error)
{
    Row *row = user_data;

    if (item->kind == SIMSTOW_ITEM_HEADER)
        note_header (row, item->header);
    if (item->kind == SIMSTOW_ITEM_ESIM) {
        g_autoptr (GPtrArray) profiles = simstow_esim_list_profiles (item->esim);

        row->profiles = profiles->len;
    }
    return TRUE;
}

static gboolean
on_beginning (SimstowItem *item, gpointer user_data, GError **error)
{
    Row *row = user_data;

    note_header (row, item->header);
    row->profiles = -1;
    row->state = STATE_UNCHECKED;
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "");
    return FALSE;
}

static State
state_of (const GError *error)
{
    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CUT_SHORT))
        return STATE_CUT_SHORT;
    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TOO_NEW))
        return STATE_TOO_NEW;
    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_DECRYPT))
        return STATE_UNOPENED;
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_DAMAGED) ||
                   g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA)
               ? STATE_DAMAGED
               : STATE_UNREADABLE;
}

typedef struct {
    const SimstowInvocation *invocation;
    gboolean quick;
    GPtrArray *rows;
} Listing;

static void
read_row (const Listing *listing, Row *row)
{
    const SimstowInvocation *invocation = listing->invocation;
    g_autoptr (SimstowInput) input =
        simstow_input_new (row->path, invocation->cancellable, &row->error);

    if (input == NULL) {
        row->state = state_of (row->error);
        return;
    }
    row->encrypted = simstow_input_is_encrypted (input);
    row->state = STATE_UNOPENED;
    if (row->encrypted && listing->quick)
        return;
    if (simstow_archive_read (row->path,
                              &invocation->keyring.keys,
                              1 << SIMSTOW_ITEM_HEADER | 1 << SIMSTOW_ITEM_ESIM,
                              listing->quick ? on_beginning : on_item,
                              row,
                              invocation->cancellable,
                              &row->error))
        row->state = row->incomplete ? STATE_INCOMPLETE : STATE_WHOLE;
    else if (row->state != STATE_UNCHECKED)
        row->state = state_of (row->error);
    if (row->state > STATE_INCOMPLETE)
        row->profiles = -1;
    if (row->state == STATE_UNCHECKED || row->state == STATE_UNOPENED)
        g_clear_error (&row->error);
}

static void
list_archive (const Listing *listing, const gchar *path)
{
    Row *row = row_new (path);

    read_row (listing, row);
    g_ptr_array_add (listing->rows, row);
}

/* What lies in a directory and neither is an archive of simstow's nor has the name of one is
 * somebody else's */
static void
list_found (const Listing *listing, const gchar *path)
{
    Row *row = row_new (path);

    read_row (listing, row);
    if (row->id == NULL && row->messages < 0)
        row_free (row);
    else
        g_ptr_array_add (listing->rows, row);
}

static gboolean
list_directory (const Listing *listing, const gchar *path, GError **error)
{
    g_autoptr (GDir) directory = g_dir_open (path, 0, error);
    g_autoptr (GRegex) likely = g_regex_new (LIKELY, G_REGEX_RAW, 0, NULL);
    const gchar *name;

    if (directory == NULL)
        return FALSE;
    while ((name = g_dir_read_name (directory)) != NULL) {
        g_autofree gchar *found = g_build_filename (path, name, NULL);

        if (g_cancellable_set_error_if_cancelled (listing->invocation->cancellable, error))
            return FALSE;
        if (name[0] != '.' && !g_str_has_suffix (name, ".sha256") &&
            g_regex_match (likely, name, 0, NULL) && g_file_test (found, G_FILE_TEST_IS_REGULAR))
            list_found (listing, found);
    }
    return TRUE;
}

static gboolean
list_all (const Listing *listing, GError **error)
{
    const SimstowInvocation *invocation = listing->invocation;
    const gchar *path;
    gint i;

    if (simstow_invocation_argument (invocation, 0) == NULL)
        return list_directory (listing, ".", error);
    for (i = 0; (path = simstow_invocation_argument (invocation, i)) != NULL; i++) {
        if (!g_file_test (path, G_FILE_TEST_IS_DIR))
            list_archive (listing, path);
        else if (!list_directory (listing, path, error))
            return FALSE;
        if (g_cancellable_set_error_if_cancelled (invocation->cancellable, error))
            return FALSE;
    }
    return TRUE;
}

static gint
compare_rows (gconstpointer a, gconstpointer b)
{
    const Row *left = *(Row *const *) a;
    const Row *right = *(Row *const *) b;

    if (left->saved != right->saved)
        return left->saved < right->saved ? -1 : 1;
    return strcmp (left->path, right->path);
}

static void
add_count (SimstowTable *table, gint64 count)
{
    if (count >= 0)
        simstow_table_add_format (table, "%" G_GINT64_FORMAT, count);
    else
        simstow_table_add (table, "?");
}

/* In the user's own zone, as ls -l */
static gchar *
format_saved (const Row *row)
{
    g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (row->saved);

    return row->saved != 0 && time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M")
                                           : g_strdup ("?");
}

static void
add_row (SimstowTable *table, const Row *row)
{
    g_autofree gchar *saved = format_saved (row);
    g_autofree gchar *name = g_filename_display_name (row->path);

    simstow_table_add (table, saved);
    simstow_table_add (table, row->sim != NULL ? row->sim : row->id);
    add_count (table, row->messages);
    add_count (table, row->contacts);
    add_count (table, row->calls);
    add_count (table, row->profiles);
    simstow_table_add (table, _ (state_words[row->state]));
    simstow_table_add (table, row->encrypted ? _ ("yes") : _ ("no"));
    simstow_table_add (table, name);
}

/* A line each, however narrow the terminal is */
static void
print_table (const GPtrArray *rows)
{
    g_autoptr (SimstowTable) table = simstow_table_new ();
    g_autofree gchar *text = NULL;
    guint i;

    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("SAVED"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("SIM"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_RIGHT, _ ("MESSAGES"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_RIGHT, _ ("CONTACTS"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_RIGHT, _ ("CALLS"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_RIGHT, _ ("ESIMS"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("STATE"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("ENCRYPTED"));
    simstow_table_add_column (table, SIMSTOW_COLUMN_LEFT, _ ("ARCHIVE"));
    for (i = 0; i < rows->len; i++)
        add_row (table, g_ptr_array_index (rows, i));
    text = simstow_table_format (table, 0);
    simstow_terminal_print ("%s", text);
}

static void
add_json_count (SimstowJson *json, const gchar *name, gint64 count)
{
    if (count >= 0)
        simstow_json_add_int (json, name, count);
}

static void
print_json (const GPtrArray *rows)
{
    g_autoptr (SimstowJson) json = simstow_json_new ();
    guint i;

    simstow_json_begin (json, NULL, '[');
    for (i = 0; i < rows->len; i++) {
        const Row *row = g_ptr_array_index (rows, i);
        g_autofree gchar *name = g_filename_display_name (row->path);
        g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (row->saved);
        g_autofree gchar *saved = row->saved != 0 && time != NULL
                                      ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ")
                                      : NULL;

        simstow_json_begin (json, NULL, '{');
        simstow_json_add_string (json, "archive", name);
        simstow_json_add_string (json, "saved", saved);
        simstow_json_add_string (json, "id", row->id);
        simstow_json_add_string (json, "sim", row->sim);
        simstow_json_add_string (json, "iccid", row->iccid);
        add_json_count (json, "messages", row->messages);
        add_json_count (json, "contacts", row->contacts);
        add_json_count (json, "calls", row->calls);
        add_json_count (json, "profiles", row->profiles);
        simstow_json_add_string (json, "state", state_words[row->state]);
        simstow_json_add_boolean (json, "encrypted", row->encrypted);
        simstow_json_add_string (json, "error", row->error != NULL ? row->error->message : NULL);
        simstow_json_end (json);
    }
}

/* Tells the reasons, and what the first of them makes the status */
static SimstowExit
report_errors (GPtrArray *rows)
{
    SimstowExit status = SIMSTOW_EXIT_DONE;
    guint i;

    for (i = 0; i < rows->len; i++) {
        Row *row = g_ptr_array_index (rows, i);
        g_autofree gchar *name = g_filename_display_name (row->path);
        SimstowExit one;

        if (row->error == NULL)
            continue;
        g_prefix_error (&row->error, "%s: ", name);
        one = simstow_exit_report (row->error);
        status = status == SIMSTOW_EXIT_DONE ? one : status;
    }
    return status;
}

SimstowExit
simstow_verb_ls (SimstowInvocation *invocation, GError **error)
{
    g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (row_free);
    Listing listing = {.invocation = invocation, .rows = rows};
    gboolean as_json = FALSE;
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"quick", 0, 0, G_OPTION_ARG_NONE, &listing.quick,
         N_ ("Look only at the beginning of each, and check nothing"), NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &as_json, N_ ("Print the result as JSON"), NULL},
        {NULL},
    };
    /* clang-format on */

    invocation->takes_keys = TRUE;
    if (!simstow_invocation_parse (invocation, entries, 0, G_MAXINT - 2, error) ||
        !list_all (&listing, error))
        return simstow_exit_failed (error);
    g_ptr_array_sort (rows, compare_rows);
    if (as_json)
        print_json (rows);
    else if (rows->len > 0)
        print_table (rows);
    else
        simstow_terminal_note ("%s\n", _ ("There are no archives."));
    return report_errors (rows);
}
