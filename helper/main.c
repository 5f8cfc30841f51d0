/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow: the command line's first word chooses the verb. The table of verbs,
 * and what holds for all of them.
 */

#include "config.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>
#include <unistd.h>

#include "simstow-command.h"
#include "simstow-error.h"
#include "simstow-gnupg.h"
#include "simstow-terminal.h"

static const SimstowCommand commands[] = {
    {"list",
     NULL,
     N_ ("List the modems, their SIMs, and what can be backed up."),
     NULL,
     simstow_verb_list},
    {"export",
     NULL,
     N_ ("Save what a modem and its SIM hold, in one archive."),
     N_ ("Nothing is written to the modem. Without -o the archive goes into the current\n"
         "directory, under a name that tells nothing about you."),
     simstow_verb_export,
     TRUE},
    {"ls",
     N_ ("[DIR|ARCHIVE]..."),
     N_ ("List archives, a line each: when, which SIM, how many of what, whether whole."),
     N_ ("Without arguments those in the current directory. Each archive is checked."),
     simstow_verb_ls},
    {"show",
     N_ ("ARCHIVE [messages|contacts|calls|network|esim|simfiles|device]"),
     N_ ("Show what an archive holds."),
     N_ ("Only an archive that is whole is shown."),
     simstow_verb_show},
    {"report",
     N_ ("ARCHIVE"),
     N_ ("Write an archive as a page to look at, or as a transcript to print."),
     N_ ("The page needs no network and no other file. Only an archive that is whole is shown."),
     simstow_verb_report},
    {"verify",
     N_ ("ARCHIVE..."),
     N_ ("Check that archives are whole: every digest, every record, every count."),
     NULL,
     simstow_verb_verify},
    {"diff",
     N_ ("A [B]"),
     N_ ("Compare two archives, or an archive with a modem."),
     N_ ("The exit status is 3 when something differs."),
     simstow_verb_diff},
    {"merge",
     N_ ("OUT IN..."),
     N_ ("Make one archive that keeps all that several archives ever held."),
     N_ ("The order of the archives does not matter, nor does merging one twice.\n"
         "OUT is a file, a directory, or - for standard output."),
     simstow_verb_merge,
     TRUE},
    {"convert",
     N_ ("INPUT..."),
     N_ ("Convert archives to and from the files of other programs."),
     N_ ("What the output cannot hold is told in the end, by kind and count."),
     simstow_verb_convert,
     TRUE},
    {"restore",
     N_ ("ARCHIVE"),
     N_ ("Put what an archive holds back onto a modem."),
     N_ ("What is missing is added and nothing is erased, unless --replace is given.\n"
         "A restore that was interrupted goes on when it is run again."),
     simstow_verb_restore,
     TRUE},
    {"setup",
     NULL,
     N_ ("Set up an encrypted backup that runs by itself."),
     N_ ("Asks on a terminal for what the options do not say. Each destination is tried first."),
     simstow_verb_setup,
     TRUE},
    {"backup",
     NULL,
     N_ ("Run the configured backup: all modems, to all destinations."),
     N_ ("The configuration is simstow.conf(5). The exit status is 3 when some of it failed."),
     simstow_verb_backup,
     TRUE},
    {"status",
     NULL,
     N_ ("Tell how the backups of each SIM stand, as the destinations have them."),
     N_ ("The exit status is 0 when all is as promised, 1 when something is at risk, 2 when\n"
         "there is no good copy."),
     simstow_verb_status},
    {"check",
     N_ ("[DEST...]"),
     N_ ("Read back every archive at the destinations, in full."),
     NULL,
     simstow_verb_check,
     TRUE},
    {"fetch",
     NULL,
     N_ ("Get the best archive of a SIM from the destinations, for restore."),
     N_ ("On a new laptop: simstow fetch --from=PLACE, with what the key sheet says."),
     simstow_verb_fetch,
     TRUE},
    {"prune",
     N_ ("[DEST...]"),
     N_ ("Remove from the destinations what is over, by [retention]."),
     NULL,
     simstow_verb_prune,
     TRUE},
    {"tidy",
     NULL,
     N_ ("Make room on a SIM: erase messages that its archives are proved to hold."),
     N_ ("Only messages that were read go, and nothing unasked."),
     simstow_verb_tidy,
     TRUE},
    {"schedule",
     "enable|disable|status",
     N_ ("Switch the timer on or off that runs the configured backup."),
     N_ ("Without --user or --system: root's is the machine's, anybody else's their own."),
     simstow_verb_schedule},
    {"config",
     "check",
     N_ ("Name each mistake in the configuration, with its line."),
     NULL,
     simstow_verb_config},
    {"watch",
     NULL,
     N_ ("Keep each message and call as it arrives, before it can be deleted."),
     N_ ("It runs until it is stopped; systemctl --user enable --now simstow-watch starts it with\n"
         "the session. What it has kept goes into the next archive of simstow export --merge.\n"
         "\n"
         "  simstow watch --exec 'jq -r .text | mail -s \"A message\" me@example.org'"),
     simstow_verb_watch,
     TRUE},
    {"trace",
     NULL,
     N_ ("Write down what a modem says, for whoever looks into its ways."),
     N_ ("Numbers, names and texts are replaced by others like them."),
     simstow_verb_trace},
    {"esim",
     "recovery-sheet|add-code|lpac ...",
     N_ ("Get eSIM profiles back: recovery sheets, activation codes."),
     NULL,
     simstow_verb_esim,
     TRUE},
};

static const SimstowCommand *
find_command (const gchar *verb)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (commands); i++) {
        if (g_str_equal (commands[i].verb, verb))
            return &commands[i];
    }
    return NULL;
}

static void
print_help (void)
{
    guint i;

    simstow_terminal_print ("%s\n  simstow %s\n  simstow help %s\n  simstow --version\n\n",
                            _ ("Usage:"),
                            _ ("VERB [OPTION…] [ARGUMENT…]"),
                            _ ("VERB"));
    simstow_terminal_print (
        "%s\n\n%s\n",
        _ ("Backs up and restores what a laptop's SIM, eSIM and modem hold: messages,\n"
           "contacts, call lists and network settings, through ModemManager."),
        _ ("Verbs:"));
    for (i = 0; i < G_N_ELEMENTS (commands); i++)
        simstow_terminal_print ("  %-9s%s\n", commands[i].verb, _ (commands[i].summary));
    simstow_terminal_print ("\n%s\n", _ ("The manual is simstow(1): man simstow"));
}

static void
set_unknown_verb (const gchar *verb, GError **error)
{
    if (verb == NULL)
        simstow_error_set (error,
                           SIMSTOW_ERROR_USAGE,
                           _ ("a verb is missing; see: simstow --help"));
    else
        simstow_error_set (error,
                           SIMSTOW_ERROR_USAGE,
                           _ ("there is no verb \"%s\"; see: simstow --help"),
                           verb);
}

static SimstowExit
run_command (const SimstowCommand *command, gint argc, gchar **argv, GError **error)
{
    g_autoptr (SimstowInterrupt) interrupt = simstow_interrupt_new ();
    g_autoptr (SimstowFileSet) inputs = simstow_file_set_new ();
    SimstowInvocation invocation = {
        .command = command,
        .cancellable = simstow_interrupt_peek_cancellable (interrupt),
        .inputs = inputs,
        .argc = argc,
        .argv = argv,
    };
    SimstowExit status;

    if (command->goes_on)
        signal (SIGPIPE, SIG_IGN);
    simstow_gnupg_home_clear_stale ();
    status = command->run (&invocation, error);

    /* GDBus frees what it held for proxies from their context */
    while (g_main_context_iteration (NULL, FALSE))
        continue;
    simstow_keyring_clear (&invocation.keyring);
    return status;
}

static SimstowExit
run_help (const gchar *verb, GError **error)
{
    gchar *argv[] = {NULL, (gchar *) "--help", NULL};
    const SimstowCommand *command = verb != NULL ? find_command (verb) : NULL;

    if (verb == NULL) {
        print_help ();
        return SIMSTOW_EXIT_DONE;
    }
    if (command == NULL) {
        set_unknown_verb (verb, error);
        return simstow_exit_failed (error);
    }
    argv[0] = (gchar *) command->verb;
    return run_command (command, 2, argv, error);
}

static SimstowExit
run (gint argc, gchar **argv, GError **error)
{
    const gchar *verb = argc > 1 ? argv[1] : NULL;
    const SimstowCommand *command = verb != NULL ? find_command (verb) : NULL;

    if (command != NULL)
        return run_command (command, argc - 1, argv + 1, error);
    if (g_strcmp0 (verb, "--version") == 0) {
        simstow_terminal_print ("simstow %s\n", SIMSTOW_VERSION);
        return SIMSTOW_EXIT_DONE;
    }
    if (g_strcmp0 (verb, "help") == 0)
        return run_help (argc > 2 ? argv[2] : NULL, error);
    if (g_strcmp0 (verb, "--help") == 0 || g_strcmp0 (verb, "-h") == 0)
        return run_help (NULL, error);
    set_unknown_verb (verb, error);
    return simstow_exit_failed (error);
}

/* Who has read enough, as head does, is no fault; ends as any program does then, unless there is
 * more to tell by the status */
static int
end_unread (SimstowExit status)
{
    if (status == SIMSTOW_EXIT_DONE) {
        signal (SIGPIPE, SIG_DFL);
        raise (SIGPIPE);
    }
    return (int) status;
}

static gboolean
has_written (gint argc, gchar **argv, SimstowExit status)
{
    const SimstowCommand *command = argc > 1 ? find_command (argv[1]) : NULL;

    return command != NULL && command->goes_on &&
           (status == SIMSTOW_EXIT_DONE || status == SIMSTOW_EXIT_INCOMPLETE);
}

/* What the caller has closed would become the first file that is opened, and be written to; this
 * way it fails as it should */
static void
keep_standard_open (void)
{
    gint fd;

    for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl (fd, F_GETFD) < 0)
            open ("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

int
main (int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    SimstowExit status;
    SimstowExit failure;

    keep_standard_open ();
    setlocale (LC_ALL, "");
    bindtextdomain (GETTEXT_PACKAGE, SIMSTOW_LOCALEDIR);
    bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
    textdomain (GETTEXT_PACKAGE);
    g_set_prgname ("simstow");

    status = run (argc, argv, &error);
    if (error != NULL)
        simstow_exit_report (error);
    g_clear_error (&error);
    if (!simstow_terminal_finish (&error)) {
        if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
            return end_unread (status);
        failure = simstow_exit_report (error);
        /* what a verb has written is there, whoever is told of it */
        status = has_written (argc, argv, status) ? SIMSTOW_EXIT_INCOMPLETE : failure;
    }
    return (int) status;
}
