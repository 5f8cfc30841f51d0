/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network settings as plain values.
 */

#include "simstow-network.h"

SimstowProfile *
simstow_profile_new (void)
{
    SimstowProfile *profile = g_new0 (SimstowProfile, 1);

    profile->id = -1;
    profile->enabled = TRUE;
    return profile;
}

void
simstow_profile_free (SimstowProfile *profile)
{
    if (!profile)
        return;
    g_free (profile->name);
    g_free (profile->apn);
    g_strfreev (profile->apn_type);
    g_free (profile->ip_type);
    g_strfreev (profile->allowed_auth);
    g_free (profile->user);
    g_free (profile->password);
    g_free (profile->access_type);
    g_strfreev (profile->roaming);
    g_free (profile->source);
    g_free (profile);
}

/* ModemManager leaves out what is empty: unset and empty are one */
static gboolean
text_equal (const gchar *a, const gchar *b)
{
    return g_strcmp0 (a ? a : "", b ? b : "") == 0;
}

gboolean
simstow_words_equal (gchar **a, gchar **b)
{
    guint length = a ? g_strv_length (a) : 0;
    guint i;

    if (length != (b ? g_strv_length (b) : 0))
        return FALSE;
    for (i = 0; i < length; i++)
        if (!g_strv_contains ((const gchar *const *) b, a[i]))
            return FALSE;
    return TRUE;
}

gboolean
simstow_profile_equal (const SimstowProfile *a, const SimstowProfile *b)
{
    if (a->name && b->name && g_strcmp0 (a->name, b->name) != 0)
        return FALSE;
    return text_equal (a->apn, b->apn) && simstow_words_equal (a->apn_type, b->apn_type) &&
           text_equal (a->ip_type, b->ip_type) &&
           simstow_words_equal (a->allowed_auth, b->allowed_auth) &&
           text_equal (a->user, b->user) && text_equal (a->password, b->password) &&
           text_equal (a->access_type, b->access_type) &&
           simstow_words_equal (a->roaming, b->roaming) && a->enabled == b->enabled;
}

SimstowPreferredNetwork *
simstow_preferred_network_new (const gchar *operator_id, const gchar *const *access_technologies)
{
    SimstowPreferredNetwork *network = g_new0 (SimstowPreferredNetwork, 1);

    network->operator_id = g_strdup (operator_id);
    network->access_technologies =
        access_technologies ? g_strdupv ((gchar **) access_technologies) : g_new0 (gchar *, 1);
    return network;
}

void
simstow_preferred_network_free (SimstowPreferredNetwork *network)
{
    if (!network)
        return;
    g_free (network->operator_id);
    g_strfreev (network->access_technologies);
    g_free (network);
}

SimstowNetwork *
simstow_network_new (void)
{
    return g_new0 (SimstowNetwork, 1);
}

void
simstow_network_free (SimstowNetwork *network)
{
    if (!network)
        return;
    g_clear_pointer (&network->profiles, g_ptr_array_unref);
    g_strfreev (network->allowed_modes);
    g_free (network->preferred_mode);
    g_strfreev (network->bands);
    g_clear_pointer (&network->preferred_networks, g_ptr_array_unref);
    g_strfreev (network->facility_locks);
    simstow_profile_free (network->initial_eps);
    g_free (network);
}
