/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow backup: the configured backup, of all modems to all destinations.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "simstow-alert.h"
#include "simstow-backup.h"
#include "simstow-command.h"
#include "simstow-configured.h"
#include "simstow-error.h"
#include "simstow-json.h"
#include "simstow-sources.h"
#include "simstow-terminal.h"
#include "simstow-text.h"
#include "simstow-view.h"

/* When all was well last */
#define LAST "last-good"

typedef struct {
    gchar *config;
    gchar *trace;
    gchar **renew;
    gboolean scheduled;
    gboolean json;
} Options;

static void
options_clear (Options *options)
{
    g_free (options->config);
    g_free (options->trace);
    g_strfreev (options->renew);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
renew (const Options *options, const SimstowConfigured *configured, GError **error)
{
    g_autoptr (GPtrArray) chosen = NULL;
    guint i;

    if (options->renew == NULL)
        return TRUE;
    chosen = simstow_configured_choose (configured, (const gchar *const *) options->renew, error);
    for (i = 0; chosen != NULL && i < chosen->len; i++) {
        const SimstowDestinationConfig *spot = g_ptr_array_index (chosen, i);

        simstow_state_forget_list (configured->state, spot->name);
    }
    return chosen != NULL;
}

/* No modem is no reason not to bring to a destination what it has missed */
static GPtrArray *
find_modems (const Options *options, GCancellable *cancellable, GError **error)
{
    SimstowModem *modem;
    GPtrArray *modems;

    if (options->trace == NULL)
        return simstow_modem_list (cancellable, error);
    modem = simstow_modem_new_played (options->trace, error);
    if (modem == NULL)
        return NULL;
    modems = g_ptr_array_new_with_free_func (g_object_unref);
    g_ptr_array_add (modems, modem);
    return modems;
}

static void
read_modems (SimstowBackup *backup, GPtrArray *modems)
{
    g_autoptr (SimstowProgress) progress = simstow_progress_new ();
    guint i;

    for (i = 0; i < modems->len; i++) {
        SimstowModem *modem = g_ptr_array_index (modems, i);
        g_autofree gchar *number = simstow_source_name (modem);

        simstow_backup_add_modem (
            backup,
            modem,
            simstow_progress_update,
            simstow_progress_add_track (progress, modems->len > 1 ? number : NULL));
    }
    simstow_backup_wait (backup);
}

static gboolean
is_complete (const SimstowBackupModem *modem)
{
    return modem->fault == NULL && !simstow_snapshot_is_incomplete (modem->snapshot);
}

/* A disk that is not plugged in, or a network that waits, is missed when what it has is too old */
static gboolean
is_away (const SimstowBackup *backup, const SimstowBackupPlace *place)
{
    g_autoptr (GPtrArray) ids = simstow_state_list_sims (backup->state);
    guint i;

    if (place->depot->holdings == NULL ||
        (place->config->medium != SIMSTOW_MEDIUM_REMOVABLE && !backup->spare) ||
        !g_error_matches (place->fault,
                          SIMSTOW_DESTINATION_ERROR,
                          SIMSTOW_DESTINATION_ERROR_PENDING))
        return FALSE;
    for (i = 0; i < ids->len; i++) {
        const SimstowHolding *newest =
            simstow_holdings_newest (place->depot->holdings, g_ptr_array_index (ids, i));

        if (newest == NULL ||
            newest->confirmed < backup->now - (gint64) backup->config->policy.max_age)
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_well (const SimstowBackup *backup, const SimstowBackupPlace *place)
{
    return (place->fault == NULL || is_away (backup, place)) &&
           (place->damaged == NULL || place->mended > 0);
}

static SimstowExit
judge (const SimstowBackup *backup)
{
    gboolean well = TRUE;
    guint saved = 0;
    guint reached = 0;
    guint i;

    for (i = 0; i < backup->modems->len; i++) {
        const SimstowBackupModem *modem = g_ptr_array_index (backup->modems, i);

        saved += modem->fault == NULL ? 1 : 0;
        well = well && is_complete (modem);
    }
    for (i = 0; i < backup->places->len; i++) {
        const SimstowBackupPlace *place = g_ptr_array_index (backup->places, i);

        reached += place->fault == NULL ? 1 : 0;
        well = well && is_well (backup, place);
    }
    if (saved == 0 || reached == 0)
        return backup->modems->len == 0 ? SIMSTOW_EXIT_NO_MODEM : SIMSTOW_EXIT_FAILED;
    return well ? SIMSTOW_EXIT_DONE : SIMSTOW_EXIT_INCOMPLETE;
}

static void
print_modem (const SimstowBackupModem *modem)
{
    const SimstowLabel *label = modem->parcel != NULL ? modem->parcel->label : NULL;
    g_autofree gchar *title = NULL;
    g_autofree gchar *counts = NULL;

    if (modem->fault != NULL) {
        simstow_exit_report (modem->fault);
        return;
    }
    title = simstow_text_line (modem->parcel->title);
    counts = simstow_text_counts (label->messages, label->contacts, label->calls);
    simstow_terminal_print (modem->parcel->unchanged ? _ ("%s: nothing has changed; %s\n")
                                                     : _ ("%s: saved; %s\n"),
                            title,
                            counts);
    simstow_view_problems (modem->snapshot, FALSE);
}

static void
append (GString *text, const gchar *what, guint count)
{
    if (count > 0)
        g_string_append_printf (text, "%s%u %s", text->len > 0 ? ", " : "", count, what);
}

static void
print_place (const SimstowBackupPlace *place)
{
    g_autoptr (GString) text = g_string_new (NULL);
    g_autofree gchar *fault =
        place->fault != NULL ? simstow_text_line (place->fault->message) : NULL;

    append (text, _ ("stored"), place->stored);
    append (text, _ ("confirmed"), place->confirmed);
    append (text, _ ("mended"), place->mended);
    append (text, _ ("removed"), place->pruned);
    simstow_terminal_print ("%s: %s%s%s%s%s\n",
                            place->config->name,
                            simstow_configured_state_word (place->fault),
                            text->len > 0 ? "; " : "",
                            text->str,
                            fault != NULL ? "; " : "",
                            fault != NULL ? fault : "");
    if (place->damaged != NULL)
        simstow_terminal_print ("  %s\n", place->damaged);
    if (place->verified != NULL)
        simstow_terminal_print (_ ("  read back: %s\n"), place->verified);
    if (place->held != NULL)
        simstow_terminal_print ("  %s\n", place->held);
}

static void
add_modem_json (SimstowJson *json, const SimstowBackupModem *modem)
{
    const SimstowParcel *parcel = modem->parcel;

    simstow_json_begin (json, NULL, '{');
    if (modem->fault != NULL)
        simstow_json_add_string (json, "error", modem->fault->message);
    if (parcel != NULL) {
        simstow_json_add_string (json, "id", parcel->id);
        simstow_json_add_string (json, "title", parcel->title);
        simstow_json_add_string (json, "archive", parcel->label->name);
        simstow_json_add_boolean (json, "unchanged", parcel->unchanged);
        simstow_json_add_boolean (json, "complete", is_complete (modem));
        simstow_json_add_int (json, "messages", (gint64) parcel->label->messages);
        simstow_json_add_int (json, "contacts", (gint64) parcel->label->contacts);
        simstow_json_add_int (json, "calls", (gint64) parcel->label->calls);
    }
    simstow_json_end (json);
}

static void
add_place_json (SimstowJson *json, const SimstowBackupPlace *place)
{
    simstow_json_begin (json, NULL, '{');
    simstow_json_add_string (json, "name", place->config->name);
    simstow_json_add_string (json, "state", simstow_configured_state_key (place->fault));
    simstow_json_add_string (json, "error", place->fault != NULL ? place->fault->message : NULL);
    simstow_json_add_int (json, "stored", place->stored);
    simstow_json_add_int (json, "confirmed", place->confirmed);
    simstow_json_add_int (json, "mended", place->mended);
    simstow_json_add_int (json, "removed", place->pruned);
    simstow_json_add_string (json, "verified", place->verified);
    simstow_json_add_string (json, "damaged", place->damaged);
    simstow_json_add_string (json, "held", place->held);
    simstow_json_end (json);
}

static void
print_json (const SimstowBackup *backup)
{
    g_autoptr (SimstowJson) json = simstow_json_new ();
    guint i;

    simstow_json_begin (json, NULL, '{');
    simstow_json_begin (json, "modems", '[');
    for (i = 0; i < backup->modems->len; i++)
        add_modem_json (json, g_ptr_array_index (backup->modems, i));
    simstow_json_end (json);
    simstow_json_begin (json, "destinations", '[');
    for (i = 0; i < backup->places->len; i++)
        add_place_json (json, g_ptr_array_index (backup->places, i));
    simstow_json_end (json);
    simstow_json_end (json);
}

static void
print_report (const SimstowBackup *backup)
{
    guint i;

    for (i = 0; i < backup->modems->len; i++)
        print_modem (g_ptr_array_index (backup->modems, i));
    for (i = 0; i < backup->places->len; i++)
        print_place (g_ptr_array_index (backup->places, i));
}

/* A run that was not well is made up for as soon as possible */
static gboolean
is_due (const SimstowConfigured *configured)
{
    g_autofree gchar *text = simstow_state_load_text (configured->state, LAST);
    gint64 last = text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
    gint64 now = g_get_real_time () / G_USEC_PER_SEC;
    gint64 next = last + configured->config->every;
    g_autofree gchar *when = simstow_text_time_here (next);

    /* a clock that was set back would put it off for years */
    if (now >= next || last > now)
        return TRUE;
    simstow_terminal_print (_ ("All was well last time; the next backup is due %s.\n"), when);
    return FALSE;
}

static void
note_last (const SimstowBackup *backup)
{
    g_autofree gchar *text = g_strdup_printf ("%" G_GINT64_FORMAT "\n", backup->now);

    simstow_state_save_text (backup->state, LAST, text);
}

static gboolean
must_spare (const Options *options, const SimstowConfig *config)
{
    return options->scheduled && !config->metered &&
           g_network_monitor_get_network_metered (g_network_monitor_get_default ());
}

/* Commands of the user's; and what changed in how all backups stand */
static void
tell (const SimstowBackup *backup, const SimstowConfigured *configured, SimstowExit status)
{
    const SimstowConfig *config = configured->config;
    gboolean well = status == SIMSTOW_EXIT_DONE;
    g_autofree gchar *detail = g_strdup_printf ("%d", (gint) status);
    g_autoptr (GPtrArray) depots = g_ptr_array_new ();
    g_autoptr (GError) fault = NULL;
    guint i;

    if (!simstow_alert_run (well ? config->on_success : config->on_failure,
                            well ? "success" : "failure",
                            detail,
                            backup->cancellable,
                            &fault))
        simstow_terminal_note ("%s: %s\n", well ? "on-success" : "on-failure", fault->message);
    for (i = 0; i < backup->places->len; i++) {
        const SimstowBackupPlace *place = g_ptr_array_index (backup->places, i);

        g_ptr_array_add (depots, place->depot);
    }
    simstow_status_note (configured, depots, backup->cancellable);
}

static SimstowExit
back_up (const Options *options, const SimstowConfigured *configured, GCancellable *cancellable)
{
    g_autoptr (SimstowBackup) backup =
        simstow_backup_new (configured->config, &configured->keys, configured->state, cancellable);
    g_autoptr (GError) fault = NULL;
    g_autoptr (GPtrArray) modems = find_modems (options, cancellable, &fault);
    SimstowExit status;

    if (modems == NULL)
        simstow_exit_report (fault);
    else if (modems->len == 0)
        simstow_terminal_note ("%s\n", _ ("simstow: there is no modem"));
    else
        read_modems (backup, modems);
    backup->spare = must_spare (options, configured->config);
    simstow_backup_deliver (backup);
    if (options->json)
        print_json (backup);
    else
        print_report (backup);
    status = judge (backup);
    tell (backup, configured, status);
    if (status == SIMSTOW_EXIT_DONE)
        note_last (backup);
    return status;
}

SimstowExit
simstow_verb_backup (SimstowInvocation *invocation, GError **error)
{
    g_auto (Options) options = {0};
    g_auto (SimstowConfigured) configured = {0};
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"config", 0, 0, G_OPTION_ARG_FILENAME, &options.config,
         N_ ("The configuration (default: the user's own, else the machine's)"), N_ ("FILE")},
        {"from-trace", 0, 0, G_OPTION_ARG_FILENAME, &options.trace,
         N_ ("Back up what this transcript of a modem says"), N_ ("FILE")},
        {"renew", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.renew,
         N_ ("Begin anew at this destination, which has lost its README"), N_ ("NAME")},
        {"scheduled", 0, 0, G_OPTION_ARG_NONE, &options.scheduled,
         N_ ("Only when it is due, and not over a metered network"), NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_ ("Print the result as JSON"), NULL},
        {NULL},
    };
    /* clang-format on */

    if (!simstow_invocation_parse (invocation, entries, 0, 0, error) ||
        !simstow_configured_open (options.config, TRUE, &configured, error) ||
        !renew (&options, &configured, error))
        return simstow_exit_failed (error);
    if (options.scheduled && !is_due (&configured))
        return SIMSTOW_EXIT_DONE;
    return back_up (&options, &configured, invocation->cancellable);
}
