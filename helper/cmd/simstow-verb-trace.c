/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow trace: what a modem says, as a text to be sent.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "simstow-command.h"
#include "simstow-error.h"
#include "simstow-modem.h"
#include "simstow-scrub.h"
#include "simstow-sources.h"
#include "simstow-terminal.h"
#include "simstow-trace.h"

static gboolean
write_trace (SimstowInvocation *invocation,
             const SimstowTranscript *transcript,
             const gchar *path,
             gboolean force,
             GError **error)
{
    g_autofree gchar *text = simstow_transcript_print (transcript);
    g_autoptr (SimstowOutput) output = simstow_output_new (path, force, invocation->inputs);

    return simstow_output_write (output, text, FALSE, error);
}

SimstowExit
simstow_verb_trace (SimstowInvocation *invocation, GError **error)
{
    g_autofree gchar *selector = NULL;
    g_autofree gchar *path = NULL;
    gboolean raw = FALSE;
    gboolean force = FALSE;
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"modem", 'm', 0, G_OPTION_ARG_STRING, &selector,
         N_ ("Listen to this modem: a number, IMEI, ICCID or path"), N_ ("MODEM")},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &path,
         N_ ("Write to this file"), N_ ("FILE")},
        {"raw", 0, 0, G_OPTION_ARG_NONE, &raw,
         N_ ("Keep numbers, names and texts as they are"), NULL},
        {"force", 0, 0, G_OPTION_ARG_NONE, &force, N_ ("Replace an existing file"), NULL},
        {NULL},
    };
    /* clang-format on */
    g_autoptr (SimstowModem) modem = NULL;
    g_autoptr (SimstowTranscript) transcript = NULL;

    if (!simstow_invocation_parse (invocation, entries, 0, 0, error))
        return simstow_exit_failed (error);
    if (path == NULL) {
        simstow_error_set (error, SIMSTOW_ERROR_USAGE, _ ("where to? Name a file with -o"));
        return simstow_exit_failed (error);
    }
    modem = simstow_modem_find (selector, invocation->cancellable, error);
    if (modem != NULL)
        transcript = simstow_trace_record (modem, invocation->cancellable, error);
    if (transcript == NULL)
        return simstow_exit_failed (error);
    if (!raw)
        simstow_scrub (transcript);
    if (!write_trace (invocation, transcript, path, force, error))
        return simstow_exit_failed (error);
    simstow_terminal_say (
        g_str_equal (path, "-"),
        raw ? _ ("Everything is in it as the modem said it: do not send it to others.\n")
            : _ ("Numbers, names and texts in it are made up. Look through it before you send "
                 "it.\n"));
    return SIMSTOW_EXIT_DONE;
}
