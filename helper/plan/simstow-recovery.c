/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way back for eSIM profiles.
 */

#include "simstow-recovery.h"

static void
recovery_free (SimstowRecovery *recovery)
{
    g_ptr_array_unref (recovery->codes);
    g_free (recovery->smdp);
    g_free (recovery);
}

/* Where a profile sends its notifications is the server that it was loaded from, SGP.22
 * 2.4a.1.3; there may be others behind it */
static const gchar *
first_address (const SimstowEuiccProfile *profile)
{
    const SimstowEuiccAddress *address;

    if (profile->addresses->len == 0)
        return NULL;
    address = g_ptr_array_index (profile->addresses, 0);
    return address->address;
}

static gboolean
is_for (const SimstowActivationCode *code, const SimstowEuiccProfile *profile)
{
    g_autofree gchar *server = NULL;

    if (code->iccid)
        return g_str_equal (code->iccid, profile->iccid);
    server = simstow_activation_code_dup_smdp (code);
    return g_strcmp0 (server, first_address (profile)) == 0;
}

static GPtrArray *
find_codes (const SimstowEsim *esim, const SimstowEuiccProfile *profile)
{
    GPtrArray *codes = g_ptr_array_new ();
    guint i;

    for (i = esim->codes->len; i > 0; i--) {
        SimstowActivationCode *code = g_ptr_array_index (esim->codes, i - 1);

        if (is_for (code, profile))
            g_ptr_array_add (codes, code);
    }
    return codes;
}

static guint
count_waiting (const SimstowEsim *esim, const gchar *iccid, const gchar *operation)
{
    guint count = 0;
    guint i;

    for (i = 0; esim && i < esim->further->len; i++)
        count += count_waiting (g_ptr_array_index (esim->further, i), iccid, operation);
    for (i = 0; esim && i < esim->notifications->len; i++) {
        const SimstowEuiccNotification *notification = g_ptr_array_index (esim->notifications, i);

        count += g_strcmp0 (notification->iccid, iccid) == 0 &&
                 (!operation || g_str_equal (notification->operation, operation));
    }
    return count;
}

GPtrArray *
simstow_recovery_list (const SimstowEsim *archive, const SimstowEsim *target)
{
    GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) recovery_free);
    g_autoptr (GPtrArray) profiles = simstow_esim_list_profiles (archive);
    guint i;

    for (i = 0; i < profiles->len; i++) {
        const SimstowEuiccProfile *profile = g_ptr_array_index (profiles, i);
        SimstowRecovery *recovery;

        if (target && simstow_esim_find_on_any (target, profile->iccid))
            continue;
        recovery = g_new0 (SimstowRecovery, 1);
        recovery->profile = profile;
        recovery->codes = find_codes (archive, profile);
        recovery->smdp = recovery->codes->len > 0
                             ? simstow_activation_code_dup_smdp (recovery->codes->pdata[0])
                             : g_strdup (first_address (profile));
        recovery->waiting = count_waiting (archive, profile->iccid, NULL);
        recovery->deletion_waits = count_waiting (archive, profile->iccid, "delete") > 0 ||
                                   count_waiting (target, profile->iccid, "delete") > 0;
        g_ptr_array_add (list, recovery);
    }
    return list;
}
