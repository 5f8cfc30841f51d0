/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of the eUICC as text, for comparison.
 */

#include "sim-euicc-private.h"

static const gchar *
text_or_dash (const gchar *text)
{
    return text == NULL ? "-" : text;
}

gchar *
sim_euicc_dump (SimEuicc *euicc)
{
    GString *text = g_string_new (NULL);

    g_string_append_printf (text, "eid %s\n", euicc->eid);
    g_string_append_printf (text, "default-smdp %s\n", text_or_dash (euicc->download));
    g_string_append_printf (text, "root-smds %s\n", text_or_dash (euicc->discovery));
    for (guint i = 0; i < euicc->profiles->len; i++) {
        const SimEuiccProfile *profile = g_ptr_array_index (euicc->profiles, i);

        g_string_append_printf (text,
                                "profile %s %s %s nickname %s\n",
                                profile->iccid,
                                text_or_dash (profile->owner),
                                profile->enabled ? "enabled" : "disabled",
                                text_or_dash (profile->nickname));
    }
    for (guint i = 0; i < euicc->notifications->len; i++) {
        const SimEuiccNotification *notification = g_ptr_array_index (euicc->notifications, i);

        g_string_append_printf (text,
                                "notification %u event %02X iccid %s to %s\n",
                                notification->sequence,
                                notification->event,
                                notification->iccid,
                                notification->address);
    }
    return g_string_free (text, FALSE);
}
