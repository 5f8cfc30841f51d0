/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Verbs and their command lines.
 */

#include "config.h"

#include "simstow-command.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simstow-error.h"
#include "simstow-terminal.h"

/* GOption's own help ends the process, and does not know the verb. */
static void
print_help (const SimstowCommand *command, GOptionContext *context)
{
    g_autofree gchar *help = NULL;
    g_autofree gchar *name = g_strconcat ("simstow ", command->verb, NULL);

    g_set_prgname (name);
    help = g_option_context_get_help (context, TRUE, NULL);
    g_set_prgname ("simstow");
    simstow_terminal_print ("%s", help);
}

static gboolean
check_count (const SimstowInvocation *invocation, gint min, gint max, GError **error)
{
    gint count = invocation->argc - 1;
    const gchar *verb = invocation->command->verb;

    if (count >= min && count <= max)
        return TRUE;
    if (count < min)
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_USAGE,
                     _ ("%s needs %s; see: simstow help %s"),
                     verb,
                     _ (invocation->command->arguments),
                     verb);
    else
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_USAGE,
                     _ ("%s does not take the argument %s; see: simstow help %s"),
                     verb,
                     invocation->argv[max + 1],
                     verb);
    return FALSE;
}

static GOptionContext *
context_new (SimstowInvocation *invocation, const GOptionEntry *entries, gboolean *help)
{
    const SimstowCommand *command = invocation->command;
    GOptionContext *context = g_option_context_new (command->arguments);
    const GOptionEntry common[] = {
        {"help", 'h', 0, G_OPTION_ARG_NONE, help, N_ ("Show this help"), NULL},
        {NULL},
    };

    g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
    g_option_context_set_help_enabled (context, FALSE);
    g_option_context_set_summary (context, command->summary);
    g_option_context_set_description (context, command->description);
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
    if (invocation->takes_keys)
        simstow_keyring_add_options (&invocation->keyring, context);
    g_option_context_add_main_entries (context, common, GETTEXT_PACKAGE);
    return context;
}

/* What came from a pipe is gone after it was read */
static gboolean
check_standard_input (const SimstowInvocation *invocation, GError **error)
{
    gint count = 0;
    gint i;

    for (i = 1; i < invocation->argc; i++)
        if (g_str_equal (invocation->argv[i], "-"))
            count++;
    if (count < 2)
        return TRUE;
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_USAGE,
                         _ ("standard input (-) can be read only once"));
    return FALSE;
}

/* Nothing is written into what is read, be it only by the shell's >> */
static gboolean
check_standard_output (const SimstowInvocation *invocation, GError **error)
{
    struct stat info;

    if (fstat (STDOUT_FILENO, &info) != 0 ||
        !simstow_file_set_keeps (invocation->inputs, &info, TRUE))
        return TRUE;
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_USAGE,
                         _ ("standard output is what is read here: writing there would destroy "
                            "it"));
    return FALSE;
}

static void
note_inputs (SimstowInvocation *invocation)
{
    const SimstowKeyring *keyring = &invocation->keyring;
    gint i;

    for (i = invocation->grows ? 2 : 1; i < invocation->argc; i++)
        simstow_file_set_add_path (invocation->inputs, invocation->argv[i], invocation->grows);
    for (i = 0; keyring->recipients != NULL && keyring->recipients[i] != NULL; i++)
        simstow_file_set_add_path (invocation->inputs, keyring->recipients[i], FALSE);
    if (keyring->file != NULL)
        simstow_file_set_add_path (invocation->inputs, keyring->file, FALSE);
    simstow_file_set_add_fd (invocation->inputs, keyring->fd);
}

gboolean
simstow_invocation_parse (SimstowInvocation *invocation,
                          const GOptionEntry *entries,
                          gint min,
                          gint max,
                          GError **error)
{
    gboolean help = FALSE;
    g_autoptr (GOptionContext) context = context_new (invocation, entries, &help);

    if (!g_option_context_parse (context, &invocation->argc, &invocation->argv, error)) {
        g_prefix_error (error, "%s: ", invocation->command->verb);
        return FALSE;
    }
    if (help) {
        print_help (invocation->command, context);
        return FALSE;
    }
    /* GOption leaves the mark where an argument behind it looks like an option */
    if (invocation->argc > 1 && g_str_equal (invocation->argv[1], "--")) {
        invocation->argv++;
        invocation->argc--;
    }
    if (!check_count (invocation, min, max, error))
        return FALSE;
    if (!invocation->takes_keys)
        return TRUE;
    note_inputs (invocation);
    return check_standard_input (invocation, error) && check_standard_output (invocation, error) &&
           simstow_keyring_open (&invocation->keyring, error);
}

const gchar *
simstow_invocation_argument (const SimstowInvocation *invocation, gint place)
{
    return place + 1 < invocation->argc ? invocation->argv[place + 1] : NULL;
}
