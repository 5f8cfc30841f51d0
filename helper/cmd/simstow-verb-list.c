/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow list: the modems, their SIMs, and what each can back up.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "simstow-command.h"
#include "simstow-error.h"
#include "simstow-esim-json.h"
#include "simstow-json.h"
#include "simstow-modem.h"
#include "simstow-names.h"
#include "simstow-record-json.h"
#include "simstow-sources.h"
#include "simstow-store-capture.h"
#include "simstow-terminal.h"
#include "simstow-view.h"

static GPtrArray *
find_modems (const gchar *selector, const gchar *trace, GCancellable *cancellable, GError **error)
{
    g_autoptr (GPtrArray) modems = NULL;

    if (selector == NULL && trace == NULL) {
        modems = simstow_modem_list (cancellable, error);
    } else {
        SimstowModem *modem = trace != NULL ? simstow_modem_new_played (trace, error)
                                            : simstow_modem_find (selector, cancellable, error);

        if (modem == NULL)
            return NULL;
        modems = g_ptr_array_new_with_free_func (g_object_unref);
        g_ptr_array_add (modems, modem);
    }
    if (modems == NULL || modems->len > 0)
        return g_steal_pointer (&modems);
    simstow_error_set (error,
                       SIMSTOW_ERROR_NO_MODEM,
                       _ ("ModemManager knows no modem; is it plugged in and switched on?"));
    return NULL;
}

static void
print_modem (SimstowModem *modem, const SimstowSnapshot *snapshot)
{
    g_autofree gchar *number = simstow_source_name (modem);
    g_autofree gchar *title = simstow_view_title (snapshot);

    simstow_terminal_print (_ ("modem %s: %s\n"), number, title);
    simstow_view_device (snapshot);
    simstow_view_stores (snapshot);
    if (snapshot->esim != NULL)
        simstow_view_esim_profiles (snapshot->esim);
    simstow_view_problems (snapshot, FALSE);
    if (simstow_modem_peek_stores (modem) == NULL)
        simstow_terminal_print ("  %s\n",
                                _ ("The plugin is not loaded: only what ModemManager itself gives "
                                   "can be saved. Install it, then: systemctl restart "
                                   "ModemManager"));
}

static void
add_json (SimstowJson *json, SimstowModem *modem, const SimstowSnapshot *snapshot)
{
    g_autofree gchar *number = simstow_source_name (modem);
    g_autoptr (GString) text = g_string_new (NULL);

    simstow_json_begin (json, NULL, '{');
    simstow_json_add_string (json, "modem", number);
    simstow_json_add_string (json, "path", simstow_modem_get_path (modem));
    simstow_json_add_boolean (json, "plugin", simstow_modem_peek_plugin (modem) != NULL);
    simstow_snapshot_append_json (snapshot, text);
    simstow_json_add_text (json, "snapshot", text->str);
    if (snapshot->esim != NULL) {
        g_string_truncate (text, 0);
        simstow_esim_append_json (snapshot->esim, FALSE, FALSE, text);
        simstow_json_add_text (json, "esim", text->str);
    }
    simstow_json_end (json);
}

/* An eUICC's profiles are few, and what a list is read for. */
static gboolean
read_esim (SimstowModem *modem,
           SimstowSnapshot *snapshot,
           GCancellable *cancellable,
           GError **error)
{
    guint i;

    for (i = 0; i < snapshot->stores->len; i++) {
        SimstowStore *store = g_ptr_array_index (snapshot->stores, i);

        if (g_str_has_prefix (store->id, SIMSTOW_STORE_EUICC) &&
            !simstow_store_capture (simstow_modem_peek_stores (modem),
                                    snapshot,
                                    store,
                                    NULL,
                                    NULL,
                                    cancellable,
                                    error))
            return FALSE;
    }
    return TRUE;
}

/* One modem that cannot be asked does not hide the others. */
static SimstowExit
list_one (SimstowModem *modem, SimstowJson *json, GCancellable *cancellable)
{
    g_autoptr (SimstowSnapshot) snapshot = simstow_snapshot_new ();
    g_autofree gchar *number = simstow_source_name (modem);
    g_autoptr (GError) error = NULL;

    snapshot->captured = g_get_real_time () / G_USEC_PER_SEC;
    if (!simstow_modem_describe (modem, TRUE, snapshot, cancellable, &error) ||
        !read_esim (modem, snapshot, cancellable, &error)) {
        g_prefix_error (&error, _ ("modem %s: "), number);
        return simstow_exit_report (error);
    }
    if (json != NULL)
        add_json (json, modem, snapshot);
    else
        print_modem (modem, snapshot);
    return SIMSTOW_EXIT_DONE;
}

SimstowExit
simstow_verb_list (SimstowInvocation *invocation, GError **error)
{
    g_autofree gchar *selector = NULL;
    g_autofree gchar *trace = NULL;
    gboolean as_json = FALSE;
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"modem", 'm', 0, G_OPTION_ARG_STRING, &selector,
         N_ ("List only this modem: a number, IMEI, ICCID or path"), N_ ("MODEM")},
        {"from-trace", 0, 0, G_OPTION_ARG_FILENAME, &trace,
         N_ ("List the modem that this transcript was made of"), N_ ("FILE")},
        {"json", 0, 0, G_OPTION_ARG_NONE, &as_json, N_ ("Print the list as JSON"), NULL},
        {NULL},
    };
    /* clang-format on */
    g_autoptr (GPtrArray) modems = NULL;
    g_autoptr (SimstowJson) json = NULL;
    SimstowExit status = SIMSTOW_EXIT_DONE;
    guint i;

    if (!simstow_invocation_parse (invocation, entries, 0, 0, error))
        return simstow_exit_failed (error);
    modems = find_modems (selector, trace, invocation->cancellable, error);
    if (modems == NULL)
        return simstow_exit_failed (error);
    if (as_json) {
        json = simstow_json_new ();
        simstow_json_begin (json, NULL, '[');
    }
    for (i = 0; i < modems->len; i++) {
        SimstowExit one = list_one (g_ptr_array_index (modems, i), json, invocation->cancellable);

        if (status == SIMSTOW_EXIT_DONE)
            status = one;
        if (!as_json && i + 1 < modems->len)
            simstow_terminal_print ("\n");
    }
    return status;
}
