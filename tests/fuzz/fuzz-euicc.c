/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as what an eUICC answers to each request.
 */

#include "simstow-euicc.h"

#include "fuzz-replay.h"

static void
chew_lists (GBytes *answer)
{
    g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func ((GDestroyNotify) g_error_free);
    g_autoptr (GPtrArray) profiles = simstow_euicc_decode_profiles (answer, faults, NULL);
    g_autoptr (GPtrArray) notifications = simstow_euicc_decode_notifications (answer, faults, NULL);

    (void) profiles;
    (void) notifications;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    g_autoptr (GBytes) answer = g_bytes_new (data, size);
    g_autoptr (SimstowEuiccInfo) info = simstow_euicc_decode_info (answer, NULL);
    g_autofree gchar *eid = simstow_euicc_decode_eid (answer, NULL);
    g_autofree gchar *smdp = NULL;
    g_autofree gchar *smds = NULL;

    simstow_euicc_decode_addresses (answer, &smdp, &smds, NULL);
    chew_lists (answer);
    return 0;
}
