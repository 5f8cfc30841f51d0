/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow watch: what arrives at the modems, kept as it arrives.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "simstow-command.h"
#include "simstow-journal.h"
#include "simstow-terminal.h"
#include "simstow-watching.h"

/* A line for whoever reads it now */
static void
print_entry (const gchar *entry, gpointer user_data)
{
    simstow_terminal_print ("%s\n", entry);
    fflush (stdout);
}

/* What it is about is nothing for a log */
static void
print_problem (const gchar *text, gpointer user_data)
{
    simstow_terminal_note ("simstow: %s\n", text);
}

SimstowExit
simstow_verb_watch (SimstowInvocation *invocation, GError **error)
{
    g_autofree gchar *command = NULL;
    gboolean json = FALSE;
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"exec", 0, 0, G_OPTION_ARG_STRING, &command,
         N_ ("Hand each record to this command, as JSON on its standard input"), N_ ("COMMAND")},
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print each record as JSON"), NULL},
        {NULL},
    };
    /* clang-format on */
    SimstowWatchFuncs funcs = {NULL, print_problem};
    g_autofree gchar *folder = NULL;

    if (!simstow_invocation_parse (invocation, entries, 0, 0, error))
        return simstow_exit_failed (error);
    funcs.kept = json ? print_entry : NULL;
    folder = simstow_journal_folder ();
    if (!simstow_watch_run (folder, command, &funcs, NULL, invocation->cancellable, error))
        return simstow_exit_failed (error);
    return SIMSTOW_EXIT_DONE;
}
