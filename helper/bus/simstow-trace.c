/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transcripts of modems.
 */

#include "simstow-trace.h"

#include <glib/gi18n.h>

#include "config.h"
#include "simstow-bus-error.h"
#include "simstow-conversation-dbus.h"
#include "simstow-error.h"
#include "simstow-recording.h"
#include "simstow-stores.h"

/* What a snapshot has, by the facts' keys */
static const struct {
    const gchar *key;
    gboolean of_sim;
    gsize offset;
} texts[] = {
    {"manufacturer", FALSE, G_STRUCT_OFFSET (SimstowDevice, manufacturer)},
    {"model", FALSE, G_STRUCT_OFFSET (SimstowDevice, model)},
    {"revision", FALSE, G_STRUCT_OFFSET (SimstowDevice, revision)},
    {"hardware-revision", FALSE, G_STRUCT_OFFSET (SimstowDevice, hardware_revision)},
    {"imei", FALSE, G_STRUCT_OFFSET (SimstowDevice, equipment_id)},
    {"plugin", FALSE, G_STRUCT_OFFSET (SimstowDevice, plugin)},
    {"transport", FALSE, G_STRUCT_OFFSET (SimstowDevice, transport)},
    {"iccid", TRUE, G_STRUCT_OFFSET (SimstowSim, iccid)},
    {"imsi", TRUE, G_STRUCT_OFFSET (SimstowSim, imsi)},
    {"eid", TRUE, G_STRUCT_OFFSET (SimstowSim, eid)},
    {"operator-id", TRUE, G_STRUCT_OFFSET (SimstowSim, operator_id)},
    {"operator-name", TRUE, G_STRUCT_OFFSET (SimstowSim, operator_name)},
    {"lock", TRUE, G_STRUCT_OFFSET (SimstowSim, lock)},
};

static gchar **
field_of (const SimstowSnapshot *snapshot, guint i)
{
    gpointer owner = texts[i].of_sim ? (gpointer) snapshot->sim : (gpointer) snapshot->device;

    return &G_STRUCT_MEMBER (gchar *, owner, texts[i].offset);
}

static GVariant *
facts_of (const SimstowSnapshot *snapshot)
{
    GVariantDict facts;

    g_variant_dict_init (&facts, NULL);
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
        gchar **field = field_of (snapshot, i);

        if (*field)
            g_variant_dict_insert (&facts, texts[i].key, "s", *field);
    }
    if (snapshot->device->own_numbers)
        g_variant_dict_insert (&facts, "own-numbers", "^as", snapshot->device->own_numbers);
    return g_variant_ref_sink (g_variant_dict_end (&facts));
}

void
simstow_trace_describe (const SimstowTranscript *transcript, SimstowSnapshot *snapshot)
{
    for (guint i = 0; transcript->facts && i < G_N_ELEMENTS (texts); i++) {
        gchar **field = field_of (snapshot, i);

        g_clear_pointer (field, g_free);
        g_variant_lookup (transcript->facts, texts[i].key, "s", field);
    }
    if (transcript->facts)
        g_variant_lookup (transcript->facts, "own-numbers", "^as", &snapshot->device->own_numbers);
}

/* Each store whole; one that cannot be read does not end it */
static gboolean
read_all (SimstowDriver *stores,
          SimstowSnapshot *listing,
          GCancellable *cancellable,
          GError **error)
{
    for (guint i = 0; i < listing->stores->len; i++) {
        const SimstowStore *store = g_ptr_array_index (listing->stores, i);
        g_autoptr (SimstowSnapshot) into = simstow_snapshot_new ();
        g_autoptr (GError) local = NULL;

        simstow_driver_read (stores, store->id, 0, 0, into, NULL, NULL, cancellable, &local);
        if (local && simstow_bus_error_ends_all (local)) {
            g_propagate_error (error, g_steal_pointer (&local));
            return FALSE;
        }
    }
    return TRUE;
}

SimstowTranscript *
simstow_trace_record (SimstowModem *modem, GCancellable *cancellable, GError **error)
{
    g_autoptr (SimstowConversation) talk = NULL;
    g_autoptr (SimstowConversation) recording = NULL;
    g_autoptr (SimstowDriver) stores = NULL;
    g_autoptr (SimstowSnapshot) about = simstow_snapshot_new ();
    g_autoptr (SimstowSnapshot) listing = simstow_snapshot_new ();
    SimstowTranscript *transcript;

    if (!simstow_modem_peek_plugin (modem)) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_UNSUPPORTED,
                             _ ("needs the simstow plugin"));
        return NULL;
    }
    talk = simstow_conversation_dbus_new (simstow_modem_peek_plugin (modem));
    recording = simstow_recording_new (talk);
    stores = simstow_stores_new (recording);
    transcript = simstow_recording_peek_transcript (SIMSTOW_RECORDING (recording));
    if (!simstow_modem_describe_device (modem, about, cancellable, error) ||
        !simstow_driver_list (stores, TRUE, listing, cancellable, error) ||
        !read_all (stores, listing, cancellable, error))
        return NULL;
    g_free (transcript->origin);
    transcript->origin = g_strdup ("simstow " SIMSTOW_VERSION);
    transcript->facts = facts_of (about);
    return simstow_recording_steal_transcript (SIMSTOW_RECORDING (recording));
}
