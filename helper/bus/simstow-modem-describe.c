/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be told of a modem without reading a record: device, SIM, stores.
 */

#include <glib/gi18n.h>

#include "simstow-bus-error.h"
#include "simstow-error.h"
#include "simstow-modem.h"
#include "simstow-names.h"
#include "simstow-trace.h"
#include "simstow-words.h"

static void
set_text (gchar **field, gchar *text)
{
    g_free (*field);
    *field = text && *text ? text : NULL;
    if (!*field)
        g_free (text);
}

static void
set_words (gchar ***field, gchar **words)
{
    g_strfreev (*field);
    *field = words;
}

static void
describe_device (SimstowModem *self, SimstowDevice *device)
{
    MMModem *modem = mm_object_peek_modem (simstow_modem_peek_object (self));
    SimstowDBusModem *plugin = simstow_modem_peek_plugin (self);

    set_text (&device->manufacturer, mm_modem_dup_manufacturer (modem));
    set_text (&device->model, mm_modem_dup_model (modem));
    set_text (&device->revision, mm_modem_dup_revision (modem));
    set_text (&device->hardware_revision, mm_modem_dup_hardware_revision (modem));
    set_text (&device->equipment_id, mm_modem_dup_equipment_identifier (modem));
    set_text (&device->device_id, mm_modem_dup_device_identifier (modem));
    set_text (&device->plugin, mm_modem_dup_plugin (modem));
    set_words (&device->drivers, mm_modem_dup_drivers (modem));
    set_words (&device->own_numbers, mm_modem_dup_own_numbers (modem));
    if (plugin)
        set_text (&device->transport, simstow_dbus_modem_dup_transport (plugin));
    /* an empty Transport still means that the plugin is there */
    if (plugin && !device->transport)
        device->transport = g_strdup ("");
}

static void
describe_registration (SimstowModem *self, SimstowSim *sim)
{
    MMModem *modem = mm_object_peek_modem (simstow_modem_peek_object (self));
    MMModem3gpp *network = mm_object_peek_modem_3gpp (simstow_modem_peek_object (self));

    set_text (
        &sim->lock,
        simstow_words_from_enum (MM_TYPE_MODEM_LOCK, (gint) mm_modem_get_unlock_required (modem)));
    if (!network)
        return;
    set_text (&sim->registered_id, mm_modem_3gpp_dup_operator_code (network));
    set_text (&sim->registered_name, mm_modem_3gpp_dup_operator_name (network));
}

static gboolean
describe_sim (SimstowModem *self, SimstowSim *sim, GCancellable *cancellable, GError **error)
{
    MMModem *modem = mm_object_peek_modem (simstow_modem_peek_object (self));
    g_autoptr (MMSim) card = NULL;
    GError *local = NULL;

    describe_registration (self, sim);
    if (g_strcmp0 (mm_modem_get_sim_path (modem), "/") == 0 || !mm_modem_get_sim_path (modem))
        return TRUE;
    card = simstow_modem_load_sim (self, cancellable, &local);
    if (!card) {
        simstow_bus_error_translate (&local);
        g_propagate_prefixed_error (error, local, "%s", _ ("cannot ask for the SIM: "));
        return FALSE;
    }
    set_text (&sim->iccid, mm_sim_dup_identifier (card));
    set_text (&sim->imsi, mm_sim_dup_imsi (card));
    set_text (&sim->eid, mm_sim_dup_eid (card));
    set_text (&sim->operator_id, mm_sim_dup_operator_identifier (card));
    set_text (&sim->operator_name, mm_sim_dup_operator_name (card));
    set_words (&sim->emergency_numbers, mm_sim_dup_emergency_numbers (card));
    set_text (&sim->type,
              simstow_words_from_enum (MM_TYPE_SIM_TYPE, (gint) mm_sim_get_sim_type (card)));
    set_text (
        &sim->esim_status,
        simstow_words_from_enum (MM_TYPE_SIM_ESIM_STATUS, (gint) mm_sim_get_esim_status (card)));
    set_text (
        &sim->removability,
        simstow_words_from_enum (MM_TYPE_SIM_REMOVABILITY, (gint) mm_sim_get_removability (card)));
    return TRUE;
}

/* What may be there, but of which nothing can be had. Nothing is lost where the modem says that
 * there is no SIM, and ModemManager knows of none. */
static void
note_out_of_reach (SimstowSnapshot *snapshot, const SimstowProblem *problem)
{
    const SimstowSim *sim = snapshot->sim;

    simstow_snapshot_add_problem (snapshot,
                                  problem->where,
                                  0,
                                  problem->lost || sim->iccid || sim->imsi || sim->eid,
                                  _ ("out of reach: %s"),
                                  problem->text);
}

static gboolean
describe_plugin_stores (SimstowModem *self,
                        gboolean counts,
                        SimstowSnapshot *snapshot,
                        GCancellable *cancellable,
                        GError **error)
{
    g_autoptr (GError) local = NULL;
    g_autoptr (SimstowSnapshot) listing = simstow_snapshot_new ();

    if (simstow_driver_list (simstow_modem_peek_stores (self),
                             counts,
                             listing,
                             cancellable,
                             &local)) {
        g_ptr_array_extend_and_steal (snapshot->stores, g_steal_pointer (&listing->stores));
        listing->stores = g_ptr_array_new ();
        for (guint i = 0; i < listing->problems->len; i++)
            note_out_of_reach (snapshot, g_ptr_array_index (listing->problems, i));
        return TRUE;
    }
    if (simstow_bus_error_ends_all (local) ||
        g_error_matches (local, SIMSTOW_ERROR, SIMSTOW_ERROR_DENIED)) {
        g_propagate_prefixed_error (error,
                                    g_steal_pointer (&local),
                                    "%s",
                                    _ ("cannot list what the modem holds: "));
        return FALSE;
    }
    simstow_snapshot_add_problem (snapshot,
                                  "plugin",
                                  0,
                                  TRUE,
                                  _ ("cannot list what the modem holds: %s"),
                                  local->message);
    return TRUE;
}

/* SupportedStorages are those that ModemManager can store to */
static void
describe_manager_stores (SimstowModem *self, SimstowSnapshot *snapshot)
{
    MMModemMessaging *messaging = mm_object_peek_modem_messaging (simstow_modem_peek_object (self));
    g_autofree MMSmsStorage *storages = NULL;
    guint count = 0;
    guint i;

    if (!messaging || !mm_modem_messaging_get_supported_storages (messaging, &storages, &count))
        return;
    for (i = 0; i < count; i++) {
        g_autofree gchar *word = simstow_words_from_enum (MM_TYPE_SMS_STORAGE, (gint) storages[i]);
        g_autofree gchar *id = word ? g_strconcat (SIMSTOW_PREFIX_SMS, word, NULL) : NULL;
        SimstowStore *store;

        if (!id || simstow_snapshot_find_store (snapshot, id))
            continue;
        store = simstow_store_new (id);
        store->writable = TRUE;
        g_free (store->via);
        store->via = g_strdup (SIMSTOW_VIA_MM);
        g_ptr_array_add (snapshot->stores, store);
    }
}

gboolean
simstow_modem_describe_device (SimstowModem *self,
                               SimstowSnapshot *snapshot,
                               GCancellable *cancellable,
                               GError **error)
{
    if (simstow_modem_peek_played (self)) {
        simstow_trace_describe (simstow_modem_peek_played (self), snapshot);
        return TRUE;
    }
    describe_device (self, snapshot->device);
    return describe_sim (self, snapshot->sim, cancellable, error);
}

gboolean
simstow_modem_describe (SimstowModem *self,
                        gboolean counts,
                        SimstowSnapshot *snapshot,
                        GCancellable *cancellable,
                        GError **error)
{
    if (!simstow_modem_describe_device (self, snapshot, cancellable, error))
        return FALSE;
    if (simstow_modem_peek_stores (self))
        return describe_plugin_stores (self, counts, snapshot, cancellable, error);
    describe_manager_stores (self, snapshot);
    return TRUE;
}
