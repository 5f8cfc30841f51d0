/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing network settings, each read back from the daemon.
 */

#include <glib/gi18n.h>

#include "simstow-bus-error.h"
#include "simstow-diff.h"
#include "simstow-error.h"
#include "simstow-network-mm.h"
#include "simstow-profile-mm.h"
#include "simstow-property-mm.h"
#include "simstow-words.h"

static gboolean
fail_read_back (GError **error)
{
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_MODEM_ERROR,
                         _ ("the modem took it, but reads back another value"));
    return FALSE;
}

static gboolean
fail_unsupported (GError **error)
{
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_UNSUPPORTED,
                         _ ("this modem has no such setting"));
    return FALSE;
}

/* Whether that is the profile that was wanted; what of it is not told or another is noted. */
static gboolean
check_profile (SimstowPlanItem *item, const SimstowProfile *there, GError **error)
{
    gboolean fits = simstow_profile_fits (item->network.profile, there);

    if (!fits && !(item->network.any_ip_type &&
                   simstow_profile_fits_otherwise (item->network.profile, there)))
        return fail_read_back (error);
    if (!simstow_profile_equal (item->network.profile, there)) {
        g_free (item->reason);
        item->reason = g_strdup (fits ? _ ("the modem took it, but does not tell all of it back")
                                      : _ ("the modem took it, with another type of IP"));
    }
    return TRUE;
}

static gboolean
apply_profile (MMObject *object, SimstowPlanItem *item, GCancellable *cancellable, GError **error)
{
    MMModem3gppProfileManager *manager = mm_object_peek_modem_3gpp_profile_manager (object);
    g_autoptr (MM3gppProfile) wanted = NULL;
    g_autoptr (MM3gppProfile) stored = NULL;
    g_autoptr (SimstowProfile) there = NULL;

    if (!manager)
        return fail_unsupported (error);
    wanted = simstow_profile_to_mm (item->network.profile, item->network.profile_id, error);
    if (!wanted)
        return FALSE;
    /* the daemon reads the profile back from the modem itself and returns that */
    stored = mm_modem_3gpp_profile_manager_set_sync (manager, wanted, cancellable, error);
    if (!stored)
        return FALSE;
    there = simstow_profile_from_mm (stored);
    item->network.profile_id = there->id;
    return check_profile (item, there, error);
}

static gboolean
apply_modes (MMObject *object, SimstowPlanItem *item, GCancellable *cancellable, GError **error)
{
    MMModem *modem = mm_object_peek_modem (object);
    const SimstowNetwork *wanted = item->network.settings;
    gchar *preferred[] = {wanted->preferred_mode, NULL};
    g_auto (GStrv) allowed_there = NULL;
    g_autofree gchar *preferred_there = NULL;
    guint modes;
    guint mode;

    if (!simstow_words_to_flags (MM_TYPE_MODEM_MODE, wanted->allowed_modes, &modes, error) ||
        !simstow_words_to_flags (MM_TYPE_MODEM_MODE, preferred, &mode, error) ||
        !mm_modem_set_current_modes_sync (modem,
                                          (MMModemMode) modes,
                                          (MMModemMode) mode,
                                          cancellable,
                                          error) ||
        !simstow_property_read_modes (modem, &allowed_there, &preferred_there, cancellable, error))
        return FALSE;
    if (!simstow_words_equal (wanted->allowed_modes, allowed_there) ||
        g_strcmp0 (wanted->preferred_mode, preferred_there) != 0)
        return fail_read_back (error);
    return TRUE;
}

static GArray *
bands_from_words (gchar **words, GError **error)
{
    g_autoptr (GArray) bands = g_array_new (FALSE, FALSE, sizeof (MMModemBand));
    guint i;

    for (i = 0; words[i]; i++) {
        MMModemBand band;
        gint value;

        if (!simstow_words_to_enum (MM_TYPE_MODEM_BAND, words[i], &value, error))
            return NULL;
        band = (MMModemBand) value;
        g_array_append_val (bands, band);
    }
    return g_steal_pointer (&bands);
}

static gboolean
apply_bands (MMObject *object, SimstowPlanItem *item, GCancellable *cancellable, GError **error)
{
    MMModem *modem = mm_object_peek_modem (object);
    g_autoptr (GArray) bands = bands_from_words (item->network.settings->bands, error);
    g_auto (GStrv) there = NULL;

    if (!bands ||
        !mm_modem_set_current_bands_sync (modem,
                                          (const MMModemBand *) (gpointer) bands->data,
                                          bands->len,
                                          cancellable,
                                          error) ||
        !simstow_property_read_bands (modem, &there, cancellable, error))
        return FALSE;
    return simstow_words_equal (item->network.settings->bands, there) ? TRUE
                                                                      : fail_read_back (error);
}

static void
free_networks (GList *networks)
{
    g_list_free_full (networks, (GDestroyNotify) mm_sim_preferred_network_free);
}

static gboolean
networks_to_mm (const GPtrArray *networks, GList **list, GError **error)
{
    guint i;

    for (i = networks->len; i > 0; i--) {
        const SimstowPreferredNetwork *network = g_ptr_array_index (networks, i - 1);
        MMSimPreferredNetwork *entry;
        guint technologies;

        if (!simstow_words_to_flags (MM_TYPE_MODEM_ACCESS_TECHNOLOGY,
                                     network->access_technologies,
                                     &technologies,
                                     error))
            return FALSE;
        entry = mm_sim_preferred_network_new ();
        mm_sim_preferred_network_set_operator_code (entry, network->operator_id);
        mm_sim_preferred_network_set_access_technology (entry,
                                                        (MMModemAccessTechnology) technologies);
        *list = g_list_prepend (*list, entry);
    }
    return TRUE;
}

static gboolean
write_preferred (MMModem *modem,
                 const GPtrArray *networks,
                 GCancellable *cancellable,
                 GError **error)
{
    g_autoptr (MMSim) sim = mm_modem_get_sim_sync (modem, cancellable, error);
    GList *list = NULL;
    gboolean written;

    if (!sim)
        return FALSE;
    written = networks_to_mm (networks, &list, error) &&
              mm_sim_set_preferred_networks_sync (sim, list, cancellable, error);
    free_networks (list);
    return written;
}

/* ModemManager learns from the entries of a list how many access technologies the
 * SIM knows, and refuses the newest while the list is empty. It does so in the
 * middle of its work: with what it has written by then, it knows better */
static gboolean
may_try_again (MMModem *modem, const GError *error, GCancellable *cancellable)
{
    g_autoptr (GPtrArray) there = NULL;

    if (!g_error_matches (error, MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED))
        return FALSE;
    there = simstow_property_read_preferred (modem, cancellable, NULL);
    return there && there->len > 0;
}

static gboolean
apply_preferred (MMObject *object, SimstowPlanItem *item, GCancellable *cancellable, GError **error)
{
    MMModem *modem = mm_object_peek_modem (object);
    const GPtrArray *wanted = item->network.settings->preferred_networks;
    g_autoptr (GPtrArray) there = NULL;
    g_autoptr (GError) local = NULL;

    if (!write_preferred (modem, wanted, cancellable, &local) &&
        !(may_try_again (modem, local, cancellable) &&
          write_preferred (modem, wanted, cancellable, NULL))) {
        g_propagate_error (error, g_steal_pointer (&local));
        return FALSE;
    }
    there = simstow_property_read_preferred (modem, cancellable, error);
    if (!there)
        return FALSE;
    return simstow_preferred_networks_equal (wanted, there) ? TRUE : fail_read_back (error);
}

typedef struct {
    const gchar *store;
    gboolean (*apply) (MMObject *object,
                       SimstowPlanItem *item,
                       GCancellable *cancellable,
                       GError **error);
} Setting;

static const Setting settings[] = {
    {"network/profile", apply_profile},
    {"network/modes", apply_modes},
    {"network/bands", apply_bands},
    {"network/preferred", apply_preferred},
};

gboolean
simstow_network_apply (SimstowModem *modem,
                       SimstowPlanItem *item,
                       GCancellable *cancellable,
                       GError **error)
{
    GError *local = NULL;
    guint i;

    for (i = 0; i < G_N_ELEMENTS (settings); i++) {
        if (g_strcmp0 (settings[i].store, item->store) != 0)
            continue;
        if (settings[i].apply (simstow_modem_peek_object (modem), item, cancellable, &local))
            return TRUE;
        simstow_bus_error_translate (&local);
        g_propagate_error (error, local);
        return FALSE;
    }
    return fail_unsupported (error);
}
