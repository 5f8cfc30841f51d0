/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow esim: the table of the verbs below it.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-error.h"
#include "simstow-esim-verbs.h"
#include "simstow-terminal.h"
#include "simstow-verbs.h"

static const SimstowCommand commands[] = {
    {"esim recovery-sheet",
     N_ ("ARCHIVE"),
     N_ ("Print what to do to get each eSIM profile of an archive back."),
     N_ ("Codes are shown only with --secrets. Of an archive that is not encrypted\n"
         "nothing is shown without asking."),
     simstow_esim_verb_recovery_sheet},
    {"esim add-code",
     N_ ("ARCHIVE"),
     N_ ("Keep an activation code, in a new encrypted archive."),
     N_ ("The code is typed in, read from a file descriptor, or from a picture of the QR\n"
         "code. The archive has to be encrypted; it stays as it is."),
     simstow_esim_verb_add_code},
    {"esim lpac",
     N_ ("-- ARGUMENT..."),
     N_ ("Run lpac, which downloads profiles, on the card of a modem."),
     N_ ("ModemManager keeps the modem meanwhile."),
     simstow_esim_verb_lpac},
};

/* That of each verb below, one after the other */
static void
print_help (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (commands); i++) {
        gchar *argv[] = {(gchar *) commands[i].verb, (gchar *) "--help", NULL};
        SimstowInvocation below = {.command = &commands[i], .argc = 2, .argv = argv};

        commands[i].run (&below, NULL);
    }
}

static const SimstowCommand *
find_command (const gchar *word)
{
    guint i;

    for (i = 0; word != NULL && i < G_N_ELEMENTS (commands); i++) {
        if (g_str_equal (commands[i].verb + strlen ("esim "), word))
            return &commands[i];
    }
    return NULL;
}

SimstowExit
simstow_verb_esim (SimstowInvocation *invocation, GError **error)
{
    const gchar *word = invocation->argc > 1 ? invocation->argv[1] : NULL;
    const SimstowCommand *command = find_command (word);

    if (command != NULL) {
        invocation->command = command;
        invocation->argc--;
        invocation->argv++;
        return command->run (invocation, error);
    }
    if (g_strcmp0 (word, "--help") == 0 || g_strcmp0 (word, "-h") == 0) {
        print_help ();
        return SIMSTOW_EXIT_DONE;
    }
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_USAGE,
                 _ ("esim needs one of its own verbs; see: simstow help esim"));
    return SIMSTOW_EXIT_USAGE;
}
