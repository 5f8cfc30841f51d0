/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow schedule: the timer of systemd that runs the configured backup, of the system or of
 * the user.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "simstow-command.h"
#include "simstow-configured.h"
#include "simstow-error.h"
#include "simstow-process.h"
#include "simstow-terminal.h"
#include "simstow-text.h"

#define TIMER    "simstow-backup.timer"
#define SERVICE  "simstow-backup.service"
#define PATIENCE 60
/* From this version on a user's manager can decrypt credentials */
#define CREDENTIALS_VERSION 258

typedef struct {
    gboolean user;
    GCancellable *cancellable;
} Schedule;

static gboolean
run_systemctl (const Schedule *schedule,
               const gchar *const *words,
               SimstowProcessResult *result,
               GError **error)
{
    const gchar *const head[] = {"systemctl", schedule->user ? "--user" : NULL, NULL};
    g_autoptr (GPtrArray) argv = simstow_process_join (head, words);
    g_auto (GStrv) environment = g_get_environ ();

    return simstow_process_run ((const gchar *const *) argv->pdata,
                                (const gchar *const *) environment,
                                PATIENCE,
                                result,
                                schedule->cancellable,
                                error);
}

static gboolean
change (const Schedule *schedule, const gchar *verb, GError **error)
{
    const gchar *const words[] = {verb, "--now", TIMER, NULL};
    g_auto (SimstowProcessResult) result = {0};

    if (!run_systemctl (schedule, words, &result, error))
        return FALSE;
    return result.status == 0 ||
           simstow_error_set (error, SIMSTOW_ERROR_FAILED, "systemctl: %s", result.fault);
}

/* What the timer will run by: mistakes are better told now than at night */
static SimstowConfig *
load_config (const Schedule *schedule, GError **error)
{
    g_autofree gchar *file = simstow_config_usual_file (schedule->user);
    g_autoptr (SimstowConfig) config = simstow_config_load (file, error);

    if (config == NULL)
        return NULL;
    if (simstow_configured_tell_mistakes (config) == 0)
        return g_steal_pointer (&config);
    simstow_error_set (error,
                       SIMSTOW_ERROR_USAGE,
                       _ ("the configuration has mistakes, and nothing was done"));
    return NULL;
}

static guint
systemd_version (const Schedule *schedule)
{
    static const gchar *const words[] = {"--version", NULL};
    g_auto (SimstowProcessResult) result = {0};

    /* "systemd 252 (252.38-1~deb12u1)" */
    if (!run_systemctl (schedule, words, &result, NULL) ||
        !g_str_has_prefix (result.output, "systemd "))
        return 0;
    return (guint) g_ascii_strtoull (result.output + strlen ("systemd "), NULL, 10);
}

static gboolean
switch_on (const Schedule *schedule, GError **error)
{
    g_autoptr (SimstowConfig) config = load_config (schedule, error);

    if (config == NULL)
        return FALSE;
    if (schedule->user && config->passphrase_credential != NULL &&
        systemd_version (schedule) < CREDENTIALS_VERSION) {
        simstow_error_set (error,
                           SIMSTOW_ERROR_USAGE,
                           _ ("a user's systemd gives credentials from version %d on; use "
                              "passphrase-file, or better encrypt-to"),
                           CREDENTIALS_VERSION);
        return FALSE;
    }
    if (!change (schedule, "enable", error))
        return FALSE;
    simstow_terminal_print ("%s\n", _ ("The schedule is switched on."));
    if (schedule->user)
        simstow_terminal_print (
            "%s\n",
            _ ("It runs while you are logged in; for other times, too: loginctl enable-linger"));
    return TRUE;
}

gboolean
simstow_schedule_enable (GCancellable *cancellable, GError **error)
{
    const Schedule schedule = {.user = geteuid () != 0, .cancellable = cancellable};

    return switch_on (&schedule, error);
}

static SimstowExit
enable (const Schedule *schedule, GError **error)
{
    return switch_on (schedule, error) ? SIMSTOW_EXIT_DONE : simstow_exit_failed (error);
}

static SimstowExit
disable (const Schedule *schedule, GError **error)
{
    if (!change (schedule, "disable", error))
        return simstow_exit_failed (error);
    simstow_terminal_print ("%s\n", _ ("The schedule is switched off."));
    return SIMSTOW_EXIT_DONE;
}

static gchar *
show (const Schedule *schedule, const gchar *unit, const gchar *property, GError **error)
{
    g_autofree gchar *option = g_strconcat ("--property=", property, NULL);
    const gchar *const words[] = {"show", "--value", option, unit, NULL};
    g_auto (SimstowProcessResult) result = {0};

    if (!run_systemctl (schedule, words, &result, error))
        return NULL;
    if (result.status == 0)
        return g_strchomp (g_steal_pointer (&result.output));
    simstow_error_set (error, SIMSTOW_ERROR_FAILED, "systemctl: %s", result.fault);
    return NULL;
}

static SimstowExit
tell (const Schedule *schedule, GError **error)
{
    g_autofree gchar *state = show (schedule, TIMER, "ActiveState", error);
    g_autofree gchar *next = NULL;
    g_autofree gchar *result = NULL;
    gboolean on;

    if (state == NULL)
        return simstow_exit_failed (error);
    on = g_str_equal (state, "active");
    next = show (schedule, TIMER, "NextElapseUSecRealtime", NULL);
    result = show (schedule, SERVICE, "Result", NULL);
    simstow_terminal_print ("%s\n",
                            on ? _ ("The schedule is switched on.")
                               : _ ("The schedule is switched off."));
    if (on && next != NULL && *next != '\0')
        simstow_terminal_print (_ ("It looks whether a backup is due at: %s\n"), next);
    if (result != NULL && *result != '\0' && !g_str_equal (result, "success"))
        simstow_terminal_print (_ ("The last run failed (%s); see: journalctl %s-u %s\n"),
                                result,
                                schedule->user ? "--user " : "",
                                SERVICE);
    simstow_terminal_print ("%s\n", _ ("How the backups stand: simstow status"));
    return on ? SIMSTOW_EXIT_DONE : SIMSTOW_EXIT_INCOMPLETE;
}

SimstowExit
simstow_verb_schedule (SimstowInvocation *invocation, GError **error)
{
    static const struct {
        const gchar *word;
        SimstowExit (*run) (const Schedule *schedule, GError **error);
    } rows[] = {{"enable", enable}, {"disable", disable}, {"status", tell}};
    gboolean user = FALSE;
    gboolean system = FALSE;
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"user", 0, 0, G_OPTION_ARG_NONE, &user,
         N_ ("The user's own schedule (default, but for root)"), NULL},
        {"system", 0, 0, G_OPTION_ARG_NONE, &system, N_ ("The machine's schedule"), NULL},
        {NULL},
    };
    /* clang-format on */
    Schedule schedule = {.cancellable = invocation->cancellable};
    const gchar *word;
    guint i;

    if (!simstow_invocation_parse (invocation, entries, 1, 1, error))
        return simstow_exit_failed (error);
    schedule.user = user || (!system && geteuid () != 0);
    word = simstow_invocation_argument (invocation, 0);
    for (i = 0; i < G_N_ELEMENTS (rows); i++)
        if (g_str_equal (rows[i].word, word))
            return rows[i].run (&schedule, error);
    simstow_error_set (error,
                       SIMSTOW_ERROR_USAGE,
                       _ ("schedule: there is no \"%s\"; there are enable, disable and status"),
                       word);
    return simstow_exit_failed (error);
}
