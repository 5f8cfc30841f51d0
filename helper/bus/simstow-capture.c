/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capture: the order of things, and what can be said of the whole.
 */

#include "simstow-capture.h"

#include <glib/gi18n.h>

#include "simstow-bus-error.h"
#include "simstow-clock.h"
#include "simstow-error.h"
#include "simstow-messaging-mm.h"
#include "simstow-names.h"
#include "simstow-network-mm.h"
#include "simstow-promises.h"
#include "simstow-store-capture.h"

static void
note_state (SimstowModem *modem, SimstowSnapshot *snapshot)
{
    const SimstowSim *sim = snapshot->sim;
    MMModem *device = mm_object_peek_modem (simstow_modem_peek_object (modem));

    if (simstow_sim_is_locked (sim))
        simstow_snapshot_add_problem (snapshot,
                                      "sim",
                                      0,
                                      TRUE,
                                      _ ("the SIM is locked (%s): unlock it, for instance with "
                                         "mmcli, and save again"),
                                      sim->lock);
    else if (!sim->iccid && !sim->imsi)
        simstow_snapshot_add_problem (snapshot, "sim", 0, FALSE, "%s", _ ("no SIM was found"));
    if (mm_modem_get_state (device) == MM_MODEM_STATE_DISABLED)
        simstow_snapshot_add_problem (snapshot,
                                      "device",
                                      0,
                                      FALSE,
                                      "%s",
                                      _ ("the modem is disabled: ModemManager tells more of one "
                                         "that is enabled (mmcli --enable)"));
    if (!simstow_modem_peek_plugin (modem))
        simstow_snapshot_add_problem (snapshot,
                                      "plugin",
                                      0,
                                      TRUE,
                                      "%s",
                                      _ ("ModemManager runs without the simstow plugin: contacts, "
                                         "call lists and the messages' own bytes are out of reach. "
                                         "Put libmm-plugin-simstow.so where ModemManager's plugins "
                                         "are and restart ModemManager"));
}

static gboolean
lists_prefix (const SimstowSnapshot *snapshot, const gchar *prefix)
{
    guint i;

    for (i = 0; i < snapshot->stores->len; i++) {
        const SimstowStore *store = g_ptr_array_index (snapshot->stores, i);

        if (g_str_has_prefix (store->id, prefix))
            return TRUE;
    }
    return FALSE;
}

/* The SIM's own files are left out unless they are asked for */
static gboolean
is_left_out (const SimstowStore *store, SimstowCaptureFlags flags)
{
    return g_str_equal (store->id, SIMSTOW_STORE_SIMFILE) && !(flags & SIMSTOW_CAPTURE_SIMFILES);
}

static gboolean
capture_store (SimstowModem *modem,
               SimstowCaptureFlags flags,
               SimstowSnapshot *snapshot,
               SimstowStore *store,
               SimstowProgressFunc progress,
               gpointer user_data,
               GCancellable *cancellable,
               GError **error)
{
    if (!is_left_out (store, flags))
        return simstow_store_capture (simstow_modem_peek_stores (modem),
                                      snapshot,
                                      store,
                                      progress,
                                      user_data,
                                      cancellable,
                                      error);
    simstow_snapshot_add_problem (snapshot,
                                  store->id,
                                  0,
                                  FALSE,
                                  "%s",
                                  _ ("the SIM's own files were not asked for: export --simfiles "
                                     "saves them, too"));
    return TRUE;
}

/* ModemManager asks a card for its EID itself */
static void
note_missing_esim (SimstowSnapshot *snapshot)
{
    guint i;

    if (!snapshot->sim->eid || lists_prefix (snapshot, SIMSTOW_STORE_EUICC))
        return;
    for (i = 0; i < snapshot->problems->len; i++) {
        const SimstowProblem *problem = g_ptr_array_index (snapshot->problems, i);

        if (g_str_equal (problem->where, SIMSTOW_STORE_EUICC))
            return;
    }
    simstow_snapshot_add_problem (snapshot,
                                  SIMSTOW_STORE_EUICC,
                                  0,
                                  TRUE,
                                  "%s",
                                  _ ("ModemManager knows an EID, but nothing answers for the "
                                     "eUICC: its profiles are missing here"));
}

static gboolean
capture_records (SimstowModem *modem,
                 SimstowCaptureFlags flags,
                 SimstowSnapshot *snapshot,
                 SimstowProgressFunc progress,
                 gpointer user_data,
                 GCancellable *cancellable,
                 GError **error)
{
    guint i;

    if (!simstow_modem_peek_stores (modem))
        return simstow_messaging_capture (modem, snapshot, cancellable, error);
    for (i = 0; i < snapshot->stores->len; i++)
        if (!capture_store (modem,
                            flags,
                            snapshot,
                            g_ptr_array_index (snapshot->stores, i),
                            progress,
                            user_data,
                            cancellable,
                            error))
            return FALSE;
    if (!simstow_modem_peek_plugin (modem))
        return simstow_promises_check (modem, snapshot, cancellable, error);
    note_missing_esim (snapshot);
    return simstow_promises_check (modem, snapshot, cancellable, error);
}

static void
note_messages (SimstowSnapshot *snapshot)
{
    guint unread = 0;
    guint i;

    for (i = 0; i < snapshot->messages->len; i++) {
        const SimstowMessage *message = g_ptr_array_index (snapshot->messages, i);
        const SimstowStore *store = simstow_snapshot_find_store (snapshot, message->store);

        if (message->fault)
            simstow_snapshot_add_problem (snapshot,
                                          message->store,
                                          message->index,
                                          FALSE,
                                          _ ("saved as it is, but cannot be decoded: %s"),
                                          message->fault);
        if (message->status == SIMSTOW_MESSAGE_STATUS_UNREAD && store && store->marks_read)
            unread++;
    }
    if (unread > 0)
        simstow_snapshot_add_problem (
            snapshot,
            "messages",
            0,
            FALSE,
            ngettext ("%u message was unread: it is saved so, but this modem marks it as read when "
                      "it is read out",
                      "%u messages were unread: they are saved so, but this modem marks them as "
                      "read when they are read out",
                      unread),
            unread);
}

SimstowSnapshot *
simstow_capture (SimstowModem *modem,
                 SimstowCaptureFlags flags,
                 SimstowProgressFunc progress,
                 gpointer user_data,
                 GCancellable *cancellable,
                 GError **error)
{
    g_autoptr (SimstowSnapshot) snapshot = simstow_snapshot_new ();

    snapshot->captured = g_get_real_time () / G_USEC_PER_SEC;
    if (!simstow_clock_is_likely (snapshot->captured))
        simstow_snapshot_add_problem (snapshot,
                                      "clock",
                                      0,
                                      FALSE,
                                      _ ("the clock of this machine is wrong: when this was "
                                         "captured is not known"));
    if (!simstow_modem_describe (modem, FALSE, snapshot, cancellable, error))
        return NULL;
    if (!simstow_modem_peek_played (modem))
        note_state (modem, snapshot);
    if (!capture_records (modem, flags, snapshot, progress, user_data, cancellable, error))
        return NULL;
    if (progress)
        progress ("network", 0, 0, user_data);
    if (simstow_modem_peek_played (modem))
        simstow_snapshot_add_problem (snapshot,
                                      "network",
                                      0,
                                      FALSE,
                                      "%s",
                                      _ ("a transcript has no network settings"));
    else if (!simstow_network_capture (modem, snapshot, cancellable, error))
        return NULL;
    note_messages (snapshot);
    simstow_snapshot_sort (snapshot);
    return g_steal_pointer (&snapshot);
}
