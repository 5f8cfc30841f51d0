/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow-sim: one simulated modem. Says "ready" on standard output once it can
 * be connected to, and lives until SIGTERM, SIGINT or `quit`.
 */

#include <gio/gio.h>
#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>

#include "sim-control.h"
#include "sim-dump.h"
#include "sim-modem.h"
#include "sim-scenario.h"

typedef struct {
    gchar *scenario;
    gchar *socket;
    gchar *terminal;
    gchar *mbim;
    gchar *control;
    gchar *dump;
    gchar *log;
    gint latency;
    gint baud;
    gchar **faults;
} Options;

static void
options_clear (Options *self)
{
    g_free (self->scenario);
    g_free (self->socket);
    g_free (self->terminal);
    g_free (self->mbim);
    g_free (self->control);
    g_free (self->dump);
    g_free (self->log);
    g_strfreev (self->faults);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_options (Options *self, gint *argc, gchar ***argv, GError **error)
{
    const GOptionEntry entries[] = {
        {"scenario", 's', 0, G_OPTION_ARG_FILENAME, &self->scenario, "What it holds", "FILE"},
        {"socket", 'a', 0, G_OPTION_ARG_STRING, &self->socket, "Abstract socket", "NAME"},
        {"pty", 'p', 0, G_OPTION_ARG_FILENAME, &self->terminal, "Link to a terminal", "PATH"},
        {"mbim", 'm', 0, G_OPTION_ARG_STRING, &self->mbim, "Abstract socket", "NAME"},
        {"control", 'c', 0, G_OPTION_ARG_FILENAME, &self->control, "Control socket", "PATH"},
        {"dump", 'd', 0, G_OPTION_ARG_FILENAME, &self->dump, "Dump at exit, SIGUSR1", "FILE"},
        {"log", 'l', 0, G_OPTION_ARG_FILENAME, &self->log, "Log of all traffic", "FILE"},
        {"latency", 0, 0, G_OPTION_ARG_INT, &self->latency, "Per command", "MS"},
        {"baud", 0, 0, G_OPTION_ARG_INT, &self->baud, "Line speed", "BITS"},
        {"fault", 'f', 0, G_OPTION_ARG_STRING_ARRAY, &self->faults, "See sim-knobs.h", "FAULT"},
        {NULL},
    };
    g_autoptr (GOptionContext) context = g_option_context_new ("- a simulated modem");

    g_option_context_add_main_entries (context, entries, NULL);
    if (!g_option_context_parse (context, argc, argv, error))
        return FALSE;
    if (self->scenario && (self->socket || self->terminal || self->mbim) && *argc == 1)
        return TRUE;
    g_set_error_literal (error,
                         G_OPTION_ERROR,
                         G_OPTION_ERROR_BAD_VALUE,
                         "--scenario and --socket, --pty or --mbim are needed, and no arguments");
    return FALSE;
}

static gboolean
apply_knobs (SimKnobs *knobs, const Options *options, GError **error)
{
    if (options->latency > 0)
        knobs->latency = options->latency;
    if (options->baud > 0)
        knobs->baud = options->baud;
    for (guint i = 0; options->faults && options->faults[i]; i++) {
        if (!sim_knobs_add_fault (knobs, options->faults[i], error))
            return FALSE;
    }
    return !options->log || sim_knobs_set_log (knobs, options->log, error);
}

/* The card, and the MBIM front if it is wanted: groups of the scenario */
static gboolean
add_fronts (SimModem *modem, const Options *options, GError **error)
{
    g_autoptr (GKeyFile) file = g_key_file_new ();
    g_autoptr (SimMbim) mbim = NULL;
    SimCardSlot *slot;

    if (!g_key_file_load_from_file (file, options->scenario, G_KEY_FILE_NONE, error) ||
        !sim_card_slot_load (file, sim_modem_store (modem), &slot, error))
        return FALSE;
    sim_modem_set_card (modem, slot);
    if (!options->mbim)
        return TRUE;
    mbim = sim_mbim_new (sim_modem_store (modem), sim_modem_knobs (modem));
    if (!sim_mbim_load (mbim, file, error))
        return FALSE;
    sim_modem_set_mbim (modem, g_steal_pointer (&mbim), options->mbim);
    return TRUE;
}

static SimModem *
make_modem (const Options *options, GError **error)
{
    g_autoptr (SimStore) store = sim_store_new ();
    g_autoptr (SimKnobs) knobs = sim_knobs_new ();
    g_autoptr (SimModem) modem = NULL;

    if (!sim_scenario_load (options->scenario, store, knobs, error) ||
        !apply_knobs (knobs, options, error))
        return NULL;
    modem = sim_modem_new (g_steal_pointer (&store), g_steal_pointer (&knobs));
    if (options->socket)
        sim_modem_set_socket (modem, options->socket);
    if (options->terminal)
        sim_modem_set_terminal (modem, options->terminal);
    if (!add_fronts (modem, options, error))
        return NULL;
    return g_steal_pointer (&modem);
}

static void
write_dump (SimModem *modem, const gchar *path)
{
    g_autoptr (GError) error = NULL;
    g_autofree gchar *text = NULL;

    if (!path)
        return;
    text = sim_dump (sim_modem_store (modem), NULL);
    if (!g_file_set_contents (path, text, -1, &error))
        g_warning ("%s", error->message);
}

typedef struct {
    SimModem *modem;
    const gchar *path;
    GMainLoop *loop;
} Context;

static gboolean
on_dump_signal (gpointer user_data)
{
    const Context *context = user_data;

    write_dump (context->modem, context->path);
    return G_SOURCE_CONTINUE;
}

static gboolean
on_end_signal (gpointer user_data)
{
    const Context *context = user_data;

    g_main_loop_quit (context->loop);
    return G_SOURCE_CONTINUE;
}

static gboolean
run (const Options *options, GError **error)
{
    g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
    g_autoptr (SimModem) modem = make_modem (options, error);
    g_autoptr (GSocketService) control = NULL;
    Context context = {modem, options->dump, loop};

    if (!modem || !sim_modem_plug (modem, error))
        return FALSE;
    if (options->control) {
        control = sim_control_listen (modem, loop, options->control, error);
        if (!control)
            return FALSE;
    }
    g_unix_signal_add (SIGUSR1, on_dump_signal, &context);
    g_unix_signal_add (SIGTERM, on_end_signal, &context);
    g_unix_signal_add (SIGINT, on_end_signal, &context);
    g_print ("ready\n");
    g_main_loop_run (loop);
    write_dump (modem, options->dump);
    return TRUE;
}

int
main (int argc, char **argv)
{
    g_auto (Options) options = {NULL};
    g_autoptr (GError) error = NULL;

    setlocale (LC_ALL, "");
    /* a client that leaves is no reason to end */
    signal (SIGPIPE, SIG_IGN);
    if (parse_options (&options, &argc, &argv, &error) && run (&options, &error))
        return EXIT_SUCCESS;
    g_printerr ("simstow-sim: %s\n", error->message);
    return EXIT_FAILURE;
}
