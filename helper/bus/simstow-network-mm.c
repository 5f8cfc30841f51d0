/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading network settings. Properties are asked for anew: libmm-glib's copies
 * follow the bus only while a main loop runs.
 */

#include "simstow-network-mm.h"

#include <glib/gi18n.h>

#include "simstow-bus-error.h"
#include "simstow-error.h"
#include "simstow-profile-mm.h"
#include "simstow-property-mm.h"
#include "simstow-words.h"

static void
free_profiles (GList *profiles)
{
    g_list_free_full (profiles, g_object_unref);
}

/* Says what could not be read; FALSE when that ends all */
static gboolean
note_failure (SimstowSnapshot *snapshot, const gchar *what, GError *cause, GError **error)
{
    simstow_bus_error_translate (&cause);
    if (simstow_bus_error_ends_all (cause)) {
        g_propagate_error (error, cause);
        return FALSE;
    }
    simstow_snapshot_add_problem (
        snapshot,
        "network",
        0,
        !g_error_matches (cause, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED),
        "%s: %s",
        what,
        cause->message);
    g_error_free (cause);
    return TRUE;
}

static gboolean
capture_profiles (MMObject *object,
                  SimstowSnapshot *snapshot,
                  GCancellable *cancellable,
                  GError **error)
{
    MMModem3gppProfileManager *manager = mm_object_peek_modem_3gpp_profile_manager (object);
    GList *profiles = NULL;
    GError *local = NULL;
    GList *l;

    if (!manager) {
        simstow_snapshot_add_problem (snapshot,
                                      "network",
                                      0,
                                      FALSE,
                                      "%s",
                                      _ ("ModemManager does not manage profiles on this modem"));
        return TRUE;
    }
    if (!mm_modem_3gpp_profile_manager_list_sync (manager, cancellable, &profiles, &local))
        return note_failure (snapshot, _ ("profiles"), local, error);
    snapshot->network->profiles =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_profile_free);
    for (l = profiles; l; l = l->next)
        g_ptr_array_add (snapshot->network->profiles, simstow_profile_from_mm (l->data));
    free_profiles (profiles);
    return TRUE;
}

static gboolean
capture_modes (MMObject *object,
               SimstowSnapshot *snapshot,
               GCancellable *cancellable,
               GError **error)
{
    GError *local = NULL;

    if (!simstow_property_read_modes (mm_object_peek_modem (object),
                                      &snapshot->network->allowed_modes,
                                      &snapshot->network->preferred_mode,
                                      cancellable,
                                      &local))
        return note_failure (snapshot, _ ("modes"), local, error);
    if (!simstow_property_read_bands (mm_object_peek_modem (object),
                                      &snapshot->network->bands,
                                      cancellable,
                                      &local))
        return note_failure (snapshot, _ ("bands"), local, error);
    return TRUE;
}

static gboolean
capture_preferred (MMObject *object,
                   SimstowSnapshot *snapshot,
                   GCancellable *cancellable,
                   GError **error)
{
    const gchar *sim_path = mm_modem_get_sim_path (mm_object_peek_modem (object));
    GError *local = NULL;

    if (!sim_path || g_strcmp0 (sim_path, "/") == 0)
        return TRUE;
    snapshot->network->preferred_networks =
        simstow_property_read_preferred (mm_object_peek_modem (object), cancellable, &local);
    if (!snapshot->network->preferred_networks)
        return note_failure (snapshot, _ ("preferred networks"), local, error);
    return TRUE;
}

static void
capture_3gpp (MMObject *object, SimstowNetwork *network)
{
    MMModem3gpp *registration = mm_object_peek_modem_3gpp (object);
    g_autoptr (MMBearerProperties) initial = NULL;

    if (!registration)
        return;
    network->facility_locks =
        simstow_words_from_flags (MM_TYPE_MODEM_3GPP_FACILITY,
                                  mm_modem_3gpp_get_enabled_facility_locks (registration));
    initial = mm_modem_3gpp_get_initial_eps_bearer_settings (registration);
    if (initial)
        network->initial_eps = simstow_profile_from_bearer (initial);
}

gboolean
simstow_network_capture (SimstowModem *modem,
                         SimstowSnapshot *snapshot,
                         GCancellable *cancellable,
                         GError **error)
{
    MMObject *object = simstow_modem_peek_object (modem);

    snapshot->network = simstow_network_new ();
    capture_3gpp (object, snapshot->network);
    return capture_profiles (object, snapshot, cancellable, error) &&
           capture_modes (object, snapshot, cancellable, error) &&
           capture_preferred (object, snapshot, cancellable, error);
}
