/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow config check: each mistake in the configuration, with its line.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "simstow-command.h"
#include "simstow-configured.h"
#include "simstow-error.h"
#include "simstow-terminal.h"

static SimstowExit
check (const gchar *file, GError **error)
{
    g_autoptr (SimstowConfig) config = simstow_config_load (file, error);
    guint count;

    if (config == NULL)
        return simstow_exit_failed (error);
    if (simstow_configured_tell_mistakes (config) > 0)
        return SIMSTOW_EXIT_USAGE;
    count = config->destinations->len;
    simstow_terminal_print (
        ngettext ("%s: %u destination, no mistakes\n", "%s: %u destinations, no mistakes\n", count),
        config->file,
        count);
    return SIMSTOW_EXIT_DONE;
}

SimstowExit
simstow_verb_config (SimstowInvocation *invocation, GError **error)
{
    g_autofree gchar *file = NULL;
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"config", 0, 0, G_OPTION_ARG_FILENAME, &file,
         N_ ("The configuration (default: the user's own, else the machine's)"), N_ ("FILE")},
        {NULL},
    };
    /* clang-format on */

    if (!simstow_invocation_parse (invocation, entries, 1, 1, error))
        return simstow_exit_failed (error);
    if (g_str_equal (simstow_invocation_argument (invocation, 0), "check"))
        return check (file, error);
    simstow_error_set (error,
                       SIMSTOW_ERROR_USAGE,
                       _ ("config: there is no \"%s\"; there is check"),
                       simstow_invocation_argument (invocation, 0));
    return simstow_exit_failed (error);
}
