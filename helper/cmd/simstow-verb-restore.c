/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow restore: plan, ask where something is erased, replay, report.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

#include "simstow-archive.h"
#include "simstow-bus-error.h"
#include "simstow-command.h"
#include "simstow-convert.h"
#include "simstow-error.h"
#include "simstow-esim-replay.h"
#include "simstow-header-json.h"
#include "simstow-history.h"
#include "simstow-json-writer.h"
#include "simstow-json.h"
#include "simstow-plan.h"
#include "simstow-recovery-sheet.h"
#include "simstow-replay.h"
#include "simstow-sources.h"
#include "simstow-target.h"
#include "simstow-terminal.h"
#include "simstow-text.h"
#include "simstow-view.h"

static const gchar *const actions[] = {
    [SIMSTOW_ACTION_WRITE] = "write",
    [SIMSTOW_ACTION_SKIP] = "skip",
    [SIMSTOW_ACTION_REFUSE] = "refuse",
    [SIMSTOW_ACTION_ERASE] = "erase",
    [SIMSTOW_ACTION_LEAVE] = "leave",
};

static const gchar *const fates[] = {
    [SIMSTOW_FATE_PENDING] = "pending",
    [SIMSTOW_FATE_DONE] = "done",
    [SIMSTOW_FATE_FAILED] = "failed",
    [SIMSTOW_FATE_UNKNOWN] = "unknown",
};

/* Where the record lies in the archive, or on the modem when it is erased. */
static void
add_origin (SimstowJsonWriter *writer, const gchar *store, guint index)
{
    simstow_json_writer_begin (writer, "from", '{');
    simstow_json_writer_string (writer, "store", store);
    simstow_json_writer_integer (writer, "index", index);
    simstow_json_writer_end (writer, '}');
}

static void
add_step (SimstowJsonWriter *writer, const SimstowPlanItem *item)
{
    g_autofree gchar *what = simstow_view_describe_step (item);

    simstow_json_writer_begin (writer, NULL, '{');
    simstow_json_writer_string (writer, "action", actions[item->action]);
    simstow_json_writer_string (writer, "kind", simstow_kinds_name (item->kind));
    simstow_json_writer_string (writer, "store", item->store);
    simstow_json_writer_integer (writer, "index", item->index);
    if (item->kind == SIMSTOW_KIND_MESSAGES)
        add_origin (writer, item->message->store, item->message->index);
    if (item->kind == SIMSTOW_KIND_CONTACTS)
        add_origin (writer, item->contact->store, item->contact->index);
    if (item->kind == SIMSTOW_KIND_CALLS)
        add_origin (writer, item->call->store, item->call->index);
    simstow_json_writer_string (writer, "what", what);
    simstow_json_writer_string (writer, "old", item->before);
    simstow_json_writer_string (writer, "new", item->after);
    simstow_json_writer_string (writer, "reason", item->reason);
    if (item->action == SIMSTOW_ACTION_WRITE || item->action == SIMSTOW_ACTION_ERASE)
        simstow_json_writer_string (writer, "fate", fates[item->fate]);
    simstow_json_writer_string (writer, "fault", item->fault);
    simstow_json_writer_end (writer, '}');
}

static void
add_counts (SimstowJsonWriter *writer, const SimstowPlan *plan)
{
    guint counts[G_N_ELEMENTS (fates)] = {0};
    guint i;

    for (i = 0; i < plan->items->len; i++) {
        const SimstowPlanItem *item = g_ptr_array_index (plan->items, i);

        if (item->action == SIMSTOW_ACTION_WRITE || item->action == SIMSTOW_ACTION_ERASE)
            counts[item->fate]++;
    }
    simstow_json_writer_begin (writer, "counts", '{');
    simstow_json_writer_integer (writer, "altered", simstow_plan_count_altered (plan));
    for (i = 0; i < G_N_ELEMENTS (actions); i++)
        simstow_json_writer_integer (writer,
                                     actions[i],
                                     simstow_plan_count (plan, (SimstowAction) i));
    for (i = 0; i < G_N_ELEMENTS (fates); i++)
        simstow_json_writer_integer (writer, fates[i], counts[i]);
    simstow_json_writer_end (writer, '}');
}

/* On one line, made harmless */
static gchar *
make_report (const SimstowPlan *plan, const gchar *archive, const gchar *modem, const gchar *state)
{
    g_autofree gchar *name = g_filename_display_name (archive);
    g_autoptr (GString) text = g_string_new (NULL);
    SimstowJsonWriter report;
    SimstowJsonWriter *writer = &report;
    guint i;

    simstow_json_writer_init (writer, text, FALSE);
    simstow_json_writer_begin (writer, NULL, '{');
    simstow_json_writer_string (writer, "archive", name);
    simstow_json_writer_string (writer, "modem", modem);
    simstow_json_writer_string (writer, "state", state);
    simstow_json_writer_boolean (writer, "other_sim", plan->other_sim);
    simstow_json_writer_boolean (writer, "other_modem", plan->other_modem);
    add_counts (writer, plan);
    simstow_json_writer_begin (writer, "steps", '[');
    for (i = 0; i < plan->items->len; i++)
        add_step (writer, g_ptr_array_index (plan->items, i));
    simstow_json_writer_end (writer, ']');
    simstow_json_writer_end (writer, '}');
    return simstow_json_make_harmless (text->str);
}

typedef struct {
    gchar *modem;
    gchar *only;
    gboolean dry_run;
    gboolean replace;
    gboolean enable;
    gchar *safety;
    gboolean yes;
    gchar *report;
    gboolean force;
    gboolean json;
    SimstowChoice choice;
    SimstowKinds kinds;
    const gchar *archive;
    SimstowArchiveKeys keys;
    const SimstowFileSet *inputs;
} Options;

static void
options_clear (Options *options)
{
    g_free (options->modem);
    g_free (options->only);
    simstow_choice_clear (&options->choice);
    g_free (options->safety);
    g_free (options->report);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* A restore under way; the plan borrows from both snapshots. */
typedef struct {
    const Options *options;
    GCancellable *cancellable;
    SimstowModem *modem;
    SimstowArchiveHeader *header;
    SimstowSnapshot *wanted;
    SimstowSnapshot *present;
    SimstowPlan *plan;
    SimstowPlanItem *enable;
    SimstowOutput *report;
    gchar *safety; /* where the modem was saved first */
    guint left_out;
    guint unlikely;
} Restore;

static void
restore_clear (Restore *restore)
{
    g_clear_pointer (&restore->safety, g_free);
    g_clear_pointer (&restore->report, simstow_output_free);
    g_clear_pointer (&restore->plan, simstow_plan_free);
    g_clear_pointer (&restore->present, simstow_snapshot_free);
    g_clear_pointer (&restore->wanted, simstow_snapshot_free);
    g_clear_pointer (&restore->header, simstow_archive_header_free);
    g_clear_object (&restore->modem);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Restore, restore_clear)

static gboolean
check_options (Options *options, GError **error)
{
    if (!simstow_kinds_parse (options->only, &options->kinds, error) ||
        !simstow_choice_check (&options->choice, error))
        return FALSE;
    if ((!options->replace && !options->enable) || options->dry_run)
        return TRUE;
    return simstow_confirm_check (options->yes, error);
}

static gboolean
parse_options (SimstowInvocation *invocation, Options *options, GError **error)
{
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"modem", 'm', 0, G_OPTION_ARG_STRING, &options->modem,
         N_ ("Restore to this modem: a number, IMEI, ICCID or path"), N_ ("MODEM")},
        {"only", 0, 0, G_OPTION_ARG_STRING, &options->only,
         N_ ("Restore only messages, contacts, calls, network or esim"), N_ ("KIND,...")},
        {"latest", 0, 0, G_OPTION_ARG_NONE, &options->choice.latest,
         N_ ("Of a merged archive, what was on the modem last (the default)"), NULL},
        {"all", 0, 0, G_OPTION_ARG_NONE, &options->choice.all, N_ ("All, however old"), NULL},
        {"since", 0, 0, G_OPTION_ARG_STRING, &options->choice.since,
         N_ ("Only what was on the modem at that time or later"), N_ ("DATE")},
        {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &options->dry_run, N_ ("Only print the plan"), NULL},
        {"replace", 0, 0, G_OPTION_ARG_NONE, &options->replace,
         N_ ("Also erase what the archive does not have, after saving it"), NULL},
        {"enable-profile", 0, 0, G_OPTION_ARG_NONE, &options->enable,
         N_ ("Last, enable the eSIM profile that was enabled, after asking"), NULL},
        {"safety", 0, 0, G_OPTION_ARG_FILENAME, &options->safety,
         N_ ("Where the modem is saved before that changes it (default: here)"), N_ ("DIR")},
        {"yes", 'y', 0, G_OPTION_ARG_NONE, &options->yes, N_ ("Do not ask"), NULL},
        {"report", 0, 0, G_OPTION_ARG_FILENAME, &options->report,
         N_ ("Write each record's fate to this file, as JSON"), N_ ("FILE")},
        {"force", 0, 0, G_OPTION_ARG_NONE, &options->force,
         N_ ("Replace an existing report"), NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &options->json, N_ ("Print the report as JSON"), NULL},
        {NULL},
    };
    /* clang-format on */

    invocation->takes_keys = TRUE;
    invocation->keyring.encrypts = TRUE;
    return simstow_invocation_parse (invocation, entries, 1, 1, error) &&
           check_options (options, error);
}

/* A file of another program, as simstow convert would make an archive of it */
static SimstowSnapshot *
load_foreign (Restore *restore, GError **error)
{
    SimstowLosses losses;
    SimstowSnapshot *snapshot;
    guint i;

    restore->header = simstow_archive_header_new ();
    snapshot =
        simstow_convert_load (restore->options->archive, &losses, restore->cancellable, error);
    for (i = 0; snapshot != NULL && i < SIMSTOW_LOSS_COUNT; i++) {
        g_autofree gchar *text = simstow_losses_describe (&losses, (SimstowLoss) i);

        if (text != NULL)
            simstow_terminal_note (_ ("not taken along: %s\n"), text);
    }
    return snapshot;
}

static gboolean
load_wanted (Restore *restore, GError **error)
{
    const Options *options = restore->options;
    g_autofree gchar *name = g_filename_display_name (options->archive);

    if (!g_str_equal (options->archive, "-") && simstow_convert_recognises (options->archive)) {
        restore->wanted = load_foreign (restore, error);
        if (restore->wanted == NULL)
            g_prefix_error (error, "%s: ", name);
        return restore->wanted != NULL;
    }

    restore->wanted = simstow_archive_load (options->archive,
                                            &options->keys,
                                            &restore->header,
                                            restore->cancellable,
                                            error);
    if (restore->wanted == NULL)
        g_prefix_error (error, "%s: ", name);
    return restore->wanted != NULL;
}

static gboolean
prepare (Restore *restore, GError **error)
{
    const Options *options = restore->options;

    if (!load_wanted (restore, error))
        return FALSE;
    restore->unlikely = simstow_history_count_unlikely (restore->wanted);
    restore->left_out = simstow_choice_apply (&options->choice, restore->wanted);
    restore->modem = simstow_modem_find (options->modem, restore->cancellable, error);
    if (restore->modem == NULL)
        return FALSE;
    restore->present = simstow_source_capture (restore->modem, restore->cancellable, error);
    if (restore->present == NULL)
        return FALSE;
    restore->plan =
        simstow_plan_new (restore->wanted, restore->present, options->kinds, options->replace);
    if (options->enable)
        restore->enable =
            simstow_plan_add_enable (restore->plan, restore->wanted, restore->present);
    return TRUE;
}

/* Which SIM, for people who have two */
static gchar *
name_sim (const SimstowSim *sim)
{
    return g_strdup_printf ("%s%s%s%s",
                            sim->iccid != NULL ? sim->iccid : _ ("of unknown number"),
                            sim->operator_name != NULL ? " (" : "",
                            sim->operator_name != NULL ? sim->operator_name : "",
                            sim->operator_name != NULL ? ")" : "");
}

/* Who restores to another SIM or modem may not mean to */
static void
print_target (const Restore *restore)
{
    const SimstowPlan *plan = restore->plan;
    g_autofree gchar *from = name_sim (restore->wanted->sim);
    g_autofree gchar *to = name_sim (restore->present->sim);
    g_autofree gchar *line_from = simstow_text_line (from);
    g_autofree gchar *line_to = simstow_text_line (to);

    if (plan->other_sim)
        simstow_terminal_say (restore->options->json,
                              _ ("Another SIM: the archive is of SIM %s, in the modem is SIM %s\n"),
                              line_from,
                              line_to);
    else if (plan->other_modem)
        simstow_terminal_say (restore->options->json,
                              "%s\n",
                              _ ("Another modem: the archive is of the same SIM in another one"));
}

static void
print_plan (const Restore *restore)
{
    const Options *options = restore->options;
    g_autofree gchar *number = simstow_source_name (restore->modem);
    g_autofree gchar *title = simstow_view_title (restore->present);

    print_target (restore);
    simstow_terminal_say (options->json, _ ("modem %s: %s\n"), number, title);
    simstow_view_plan (restore->plan, options->dry_run, options->json);
    if (restore->unlikely > 0)
        simstow_terminal_say (
            options->json,
            ngettext ("%u record was last seen by a clock that was wrong; its time "
                      "does not count.\n",
                      "%u records were last seen by a clock that was wrong; their "
                      "times do not count.\n",
                      restore->unlikely),
            restore->unlikely);
    if (restore->left_out > 0)
        simstow_terminal_say (options->json,
                              ngettext ("%u older record of the archive is left out; --all "
                                        "restores it too.\n",
                                        "%u older records of the archive are left out; --all "
                                        "restores them too.\n",
                                        restore->left_out),
                              restore->left_out);
    if (restore->wanted->unread->len > 0)
        simstow_terminal_say (options->json,
                              ngettext ("%u record that simstow did not understand when it was "
                                        "saved cannot be restored.\n",
                                        "%u records that simstow did not understand when they "
                                        "were saved cannot be restored.\n",
                                        restore->wanted->unread->len),
                              restore->wanted->unread->len);
}

/* Standard output gets the report with --json, the file with --report. A plan that is carried out
 * is the draft of a report. */
static gboolean
deliver_report (const Restore *restore,
                const gchar *state,
                gboolean print,
                gboolean draft,
                GError **error)
{
    const Options *options = restore->options;
    g_autofree gchar *report = NULL;
    g_autofree gchar *line = NULL;

    if (options->report == NULL && !(print && options->json))
        return TRUE;
    report = make_report (restore->plan,
                          options->archive,
                          simstow_modem_get_path (restore->modem),
                          state);
    line = g_strconcat (report, "\n", NULL);
    if (print && options->json)
        fputs (line, stdout);
    if (options->report == NULL || simstow_output_write (restore->report, line, draft, error))
        return TRUE;
    g_prefix_error (error, _ ("cannot write the report: "));
    return FALSE;
}

/* A restore that is run again finds what it saved before: an archive that can be read through, and
 * holds just what is on the modem, is as good as another of the same name. */
static gboolean
save_present (Restore *restore,
              const SimstowArchiveWriteOptions *write,
              gchar **path,
              GError **error)
{
    const gchar *safety = restore->options->safety;

    if (!simstow_archive_is_encrypted (write) && !simstow_unchanged_find (restore->present,
                                                                          safety,
                                                                          write,
                                                                          path,
                                                                          restore->cancellable,
                                                                          error))
        return FALSE;
    return *path != NULL || simstow_archive_write (restore->present,
                                                   safety,
                                                   write,
                                                   path,
                                                   restore->cancellable,
                                                   error);
}

/* Before anything is erased, or a setting is changed: what is there now, saved and verified;
 * and a yes before erasing. */
static gboolean
make_safe (Restore *restore, GError **error)
{
    const Options *options = restore->options;
    /* as closed as the archive that is restored: its passphrase, where there is one */
    const SimstowArchiveWriteOptions write = {.compression = SIMSTOW_COMPRESSION_GZIP,
                                              .keys = options->keys,
                                              .inputs = options->inputs};
    g_autofree gchar *path = NULL;
    g_autofree gchar *whole = NULL;
    g_autofree gchar *display = NULL;
    g_autofree gchar *question = NULL;
    guint erasures = simstow_plan_count (restore->plan, SIMSTOW_ACTION_ERASE);

    if (erasures == 0 && !simstow_plan_changes_settings (restore->plan))
        return TRUE;
    if (options->safety != NULL && !g_file_test (options->safety, G_FILE_TEST_IS_DIR))
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("--safety: %s is no directory"),
                                  options->safety);
    /* what somebody keeps closed is not written open beside it */
    if (restore->header->encrypted && !simstow_archive_is_encrypted (&write))
        return simstow_error_set (
            error,
            SIMSTOW_ERROR_USAGE,
            _ ("the archive is encrypted, so must be what is saved of the modem "
               "first: say to which key with --encrypt-to"));
    if (!save_present (restore, &write, &path, error)) {
        g_prefix_error (error, _ ("no safety archive could be made, nothing was changed: "));
        return FALSE;
    }
    whole = g_canonicalize_filename (path, NULL);
    display = g_filename_display_name (whole);
    restore->safety = simstow_text_line (display);
    simstow_terminal_say (options->json,
                          _ ("What is on the modem now is saved in\n%s\n"),
                          restore->safety);
    if (erasures == 0)
        return TRUE;
    question = g_strdup_printf (
        ngettext ("Erase %u record of the modem?", "Erase %u records of the modem?", erasures),
        erasures);
    return simstow_confirm (question, options->yes, restore->cancellable, error);
}

static gboolean
replay (const Restore *restore, GError **error)
{
    g_autoptr (SimstowProgress) progress = simstow_progress_new ();
    SimstowProgressTrack *track = simstow_progress_add_track (progress, NULL);

    return simstow_replay (restore->modem,
                           restore->plan,
                           simstow_progress_update,
                           track,
                           restore->cancellable,
                           error);
}

static void
fail_enable (SimstowPlanItem *item, const GError *error, gboolean begun)
{
    item->fate =
        begun && simstow_bus_error_leaves_open (error) ? SIMSTOW_FATE_UNKNOWN : SIMSTOW_FATE_FAILED;
    item->fault = g_strdup (error->message);
}

/* The last step: the card has another identity after it, and the modem starts anew */
static void
enable_profile (Restore *restore)
{
    const Options *options = restore->options;
    SimstowPlanItem *item = restore->enable;
    g_autofree gchar *what = simstow_view_describe_step (item);
    g_autofree gchar *line = simstow_text_line (what);
    g_autofree gchar *question = g_strdup_printf (
        _ ("Enable the eSIM profile %s? The connection ends, and the modem starts anew."),
        line);
    g_autoptr (SimstowModem) modem = NULL;
    g_autofree gchar *number = NULL;
    g_autoptr (GError) error = NULL;

    if (!simstow_confirm (question, options->yes, restore->cancellable, &error)) {
        fail_enable (item, error, FALSE);
        return;
    }
    simstow_terminal_say (options->json,
                          "%s\n",
                          _ ("Enabling it; ModemManager then finds the modem anew, which can take "
                             "a minute. Waiting."));
    modem = simstow_esim_enable (restore->modem, item, restore->cancellable, &error);
    if (modem == NULL) {
        fail_enable (item, error, TRUE);
        return;
    }
    item->fate = SIMSTOW_FATE_DONE;
    number = simstow_source_name (modem);
    simstow_terminal_say (options->json,
                          _ ("The modem is back with that profile, as modem %s.\n"),
                          number);
    g_set_object (&restore->modem, modem);
}

static guint
count_fate (const SimstowPlan *plan, SimstowFate fate)
{
    guint count = 0;
    guint i;

    for (i = 0; i < plan->items->len; i++) {
        const SimstowPlanItem *item = g_ptr_array_index (plan->items, i);

        if (item->fate == fate)
            count++;
    }
    return count;
}

/* The modem is as it was; but a failure would say that nothing was written, either */
static SimstowExit
explain_unchanged (const Restore *restore, const GError *error)
{
    SimstowExit status = simstow_exit_report (error);

    if (restore->safety == NULL) {
        simstow_terminal_note ("%s\n", _ ("Nothing was changed."));
        return status;
    }
    simstow_terminal_note (_ ("Nothing on the modem was changed; what it holds is saved in\n%s\n"),
                           restore->safety);
    return status == SIMSTOW_EXIT_FAILED ? SIMSTOW_EXIT_INCOMPLETE : status;
}

/* An early end: what was done stays done, so this is a failure only when nothing was begun. */
static SimstowExit
explain_early_end (const Restore *restore, const GError *early)
{
    const SimstowPlan *plan = restore->plan;
    guint done = count_fate (plan, SIMSTOW_FATE_DONE);
    guint failed = count_fate (plan, SIMSTOW_FATE_FAILED);
    guint unknown = count_fate (plan, SIMSTOW_FATE_UNKNOWN);
    guint steps = simstow_plan_count (plan, SIMSTOW_ACTION_WRITE) +
                  simstow_plan_count (plan, SIMSTOW_ACTION_ERASE);

    if (done + failed + unknown == 0)
        return explain_unchanged (restore, early);
    simstow_exit_report (early);
    simstow_terminal_note (_ ("The restore ended early: done %u, failed %u, not known %u, "
                              "remaining %u.\n"),
                           done,
                           failed,
                           unknown,
                           steps - done - failed - unknown);
    simstow_terminal_note ("%s\n",
                           _ ("Nothing is lost: run the same command again and it goes on."));
    return SIMSTOW_EXIT_INCOMPLETE;
}

/* What no replay brings: what to do for it. */
static void
print_way_back (const Restore *restore)
{
    const SimstowEsim *wanted = restore->wanted->esim;
    g_autoptr (GPtrArray) missing = NULL;
    g_autofree gchar *sheet = NULL;

    if (wanted == NULL || (restore->options->kinds & SIMSTOW_KIND_ESIM) == 0)
        return;
    missing = simstow_recovery_list (wanted, restore->present->esim);
    if (missing->len == 0)
        return;
    sheet = simstow_recovery_sheet_text (missing, FALSE);
    simstow_terminal_say (restore->options->json, "%s", sheet);
}

/* Whether something of the archive was not to be restored */
static gboolean
is_choice (const Restore *restore)
{
    return restore->left_out > 0 ||
           (restore->options->kinds & SIMSTOW_KIND_ALL) != SIMSTOW_KIND_ALL ||
           simstow_plan_count (restore->plan, SIMSTOW_ACTION_LEAVE) > 0;
}

static SimstowExit
conclude (const Restore *restore, const GError *early)
{
    gboolean incomplete = count_fate (restore->plan, SIMSTOW_FATE_FAILED) > 0 ||
                          count_fate (restore->plan, SIMSTOW_FATE_UNKNOWN) > 0 ||
                          simstow_plan_count (restore->plan, SIMSTOW_ACTION_REFUSE) > 0 ||
                          simstow_plan_count_altered (restore->plan) > 0;
    const gchar *state = early != NULL ? "interrupted" : incomplete ? "incomplete" : "done";
    SimstowExit status = incomplete ? SIMSTOW_EXIT_INCOMPLETE : SIMSTOW_EXIT_DONE;
    g_autoptr (GError) error = NULL;

    simstow_view_outcome (restore->plan, restore->options->json);
    print_way_back (restore);
    if (early != NULL)
        status = explain_early_end (restore, early);
    else if (!incomplete)
        simstow_terminal_say (restore->options->json,
                              "%s\n",
                              is_choice (restore)
                                  ? _ ("The modem holds everything that was asked for.")
                                  : _ ("The modem holds everything the archive has."));
    if (!deliver_report (restore, state, TRUE, FALSE, &error)) {
        simstow_exit_report (error);
        return SIMSTOW_EXIT_INCOMPLETE;
    }
    return status;
}

static SimstowExit
carry_out (Restore *restore, GError **error)
{
    g_autoptr (GError) early = NULL;
    g_autoptr (GError) fault = NULL;

    /* a report that cannot be written is better known before than after */
    if (!deliver_report (restore,
                         "planned",
                         restore->options->dry_run,
                         !restore->options->dry_run,
                         error))
        return simstow_exit_failed (error);
    if (restore->options->dry_run)
        print_way_back (restore);
    if (restore->options->dry_run)
        return simstow_plan_count (restore->plan, SIMSTOW_ACTION_REFUSE) > 0 ||
                       simstow_plan_count_altered (restore->plan) > 0
                   ? SIMSTOW_EXIT_INCOMPLETE
                   : SIMSTOW_EXIT_DONE;
    if (!make_safe (restore, &fault) && restore->safety != NULL)
        return explain_unchanged (restore, fault);
    if (fault != NULL) {
        g_propagate_error (error, g_steal_pointer (&fault));
        return simstow_exit_failed (error);
    }
    if (replay (restore, &early) && restore->enable != NULL &&
        restore->enable->action == SIMSTOW_ACTION_WRITE)
        enable_profile (restore);
    return conclude (restore, early);
}

SimstowExit
simstow_verb_restore (SimstowInvocation *invocation, GError **error)
{
    g_auto (Options) options = {0};
    g_auto (Restore) restore = {0};

    if (!parse_options (invocation, &options, error))
        return simstow_exit_failed (error);
    options.archive = simstow_invocation_argument (invocation, 0);
    options.keys = invocation->keyring.keys;
    options.inputs = invocation->inputs;
    restore.options = &options;
    if (options.report != NULL)
        restore.report = simstow_output_new (options.report, options.force, options.inputs);
    restore.cancellable = invocation->cancellable;
    if (options.report != NULL)
        simstow_target_clear_stale (options.report);
    if (!options.dry_run)
        simstow_target_clear_stale (options.safety);
    if (!prepare (&restore, error))
        return simstow_exit_failed (error);
    print_plan (&restore);
    return carry_out (&restore, error);
}
