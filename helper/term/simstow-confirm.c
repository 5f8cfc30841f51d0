/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asking on the terminal.
 */

#include "config.h"

#include "simstow-confirm.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <unistd.h>

#include "simstow-error.h"
#include "simstow-terminal.h"

gboolean
simstow_confirm_check (gboolean yes, GError **error)
{
    if (yes || isatty (STDIN_FILENO))
        return TRUE;
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_USAGE,
                         _ ("this asks before it goes on, and there is no terminal to ask on; "
                            "give --yes to answer beforehand"));
    return FALSE;
}

/* Waits for input, so that Ctrl-C need not wait for the Enter key. */
static gboolean
wait_for_input (GCancellable *cancellable)
{
    GPollFD polled[2] = {{STDIN_FILENO, G_IO_IN | G_IO_HUP, 0}, {-1, G_IO_IN, 0}};
    guint count = 1;

    if (cancellable != NULL && g_cancellable_make_pollfd (cancellable, &polled[1]))
        count = 2;
    while (g_poll (polled, count, -1) < 0)
        continue;
    if (count == 2)
        g_cancellable_release_fd (cancellable);
    return !g_cancellable_is_cancelled (cancellable);
}

gboolean
simstow_confirm (const gchar *question, gboolean yes, GCancellable *cancellable, GError **error)
{
    gchar answer[64] = "";
    gssize length;

    if (!simstow_confirm_check (yes, error))
        return FALSE;
    if (yes)
        return TRUE;
    /* TRANSLATORS: the first letters of yes and no */
    simstow_terminal_note ("%s %s ", question, _ ("[y/N]"));
    if (!wait_for_input (cancellable))
        return !g_cancellable_set_error_if_cancelled (cancellable, error);
    length = read (STDIN_FILENO, answer, sizeof (answer) - 1);
    answer[MAX (length, 0)] = '\0';
    if (rpmatch (answer) == 1)
        return TRUE;
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_CANCELLED,
                         _ ("not confirmed; nothing was changed"));
    return FALSE;
}
