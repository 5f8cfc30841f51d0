/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing to an eUICC, and living through what a change of profile does to the
 * modem.
 */

#include "simstow-esim-replay.h"

#include <glib/gi18n.h>

#include "simstow-bus-error.h"
#include "simstow-error.h"
#include "simstow-esim-card.h"
#include "simstow-names.h"

/* A card takes up to ten seconds to reset; then the daemon probes the modem anew */
#define PATIENCE_US   (120 * G_USEC_PER_SEC)
#define NOTICE_US     (8 * G_USEC_PER_SEC)
#define POLL_EVERY_MS 500

static SimstowEsim *
read_card (SimstowDriver *stores, GError **error)
{
    g_autoptr (SimstowSnapshot) into = simstow_snapshot_new ();
    g_autoptr (SimstowDriver) driver =
        simstow_esim_card_new (simstow_driver_peek_conversation (stores));

    if (!simstow_driver_read (driver, SIMSTOW_STORE_EUICC, 0, 0, into, NULL, NULL, NULL, error))
        return NULL;
    return g_steal_pointer (&into->esim);
}

gboolean
simstow_esim_write (SimstowDriver *stores,
                    const SimstowPlanItem *item,
                    GCancellable *cancellable,
                    GError **error)
{
    const gchar *iccid = item->esim.profile ? item->esim.profile->iccid : NULL;
    const SimstowEuiccProfile *profile;
    g_autoptr (SimstowEsim) there = NULL;
    const gchar *found;

    if (!simstow_esim_card_request (simstow_driver_peek_conversation (stores),
                                    iccid ? "nickname" : "default-smdp",
                                    iccid,
                                    item->esim.text,
                                    cancellable,
                                    error))
        return FALSE;
    there = read_card (stores, error);
    if (!there) {
        g_prefix_error (error, "%s", _ ("was taken, but could not be read back: "));
        return FALSE;
    }
    profile = iccid ? simstow_esim_find_profile (there, iccid) : NULL;
    found = profile ? profile->nickname : iccid ? NULL : there->default_smdp;
    if (g_str_equal (item->esim.text, found ? found : ""))
        return TRUE;
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_MODEM_ERROR,
                 _ ("the card took it, but reads back \"%s\""),
                 found ? found : "");
    return FALSE;
}

/* What is known of a modem that is expected back */
typedef struct {
    const gchar *path;
    const gchar *device;
    const gchar *iccid;
    gint64 begin;
    gboolean asked;
} Wait;

static gboolean
is_settled (SimstowModem *modem)
{
    MMModemState state =
        mm_modem_get_state (mm_object_peek_modem (simstow_modem_peek_object (modem)));

    return state != MM_MODEM_STATE_UNKNOWN && state != MM_MODEM_STATE_INITIALIZING &&
           simstow_modem_peek_plugin (modem);
}

static gboolean
holds_enabled (SimstowModem *modem, const gchar *iccid)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowEsim) there = read_card (simstow_modem_peek_stores (modem), &error);
    const SimstowEuiccProfile *profile = there ? simstow_esim_find_profile (there, iccid) : NULL;

    return profile && profile->enabled;
}

/* Where the daemon goes on as if nothing had happened, it is made to look again */
static void
ask_again (SimstowModem *modem, Wait *wait, GCancellable *cancellable)
{
    g_autoptr (GError) error = NULL;

    if (wait->asked || g_get_monotonic_time () - wait->begin < NOTICE_US)
        return;
    wait->asked = TRUE;
    if (!simstow_modem_reprobe (modem, cancellable, &error))
        g_debug ("ModemManager does not let the modem go: %s", error->message);
}

static SimstowModem *
look (Wait *wait, GCancellable *cancellable)
{
    g_autoptr (GPtrArray) modems = simstow_modem_list (cancellable, NULL);
    guint i;

    for (i = 0; modems && i < modems->len; i++) {
        SimstowModem *modem = g_ptr_array_index (modems, i);
        MMModem *device = mm_object_peek_modem (simstow_modem_peek_object (modem));
        g_autofree gchar *name = mm_modem_dup_device (device);

        if (g_strcmp0 (name, wait->device) != 0)
            continue;
        if (g_strcmp0 (simstow_modem_get_path (modem), wait->path) == 0)
            ask_again (modem, wait, cancellable);
        else if (is_settled (modem) && holds_enabled (modem, wait->iccid))
            return g_object_ref (modem);
    }
    return NULL;
}

static SimstowModem *
wait_for_modem (Wait *wait, GCancellable *cancellable, GError **error)
{
    wait->begin = g_get_monotonic_time ();
    while (g_get_monotonic_time () - wait->begin < PATIENCE_US) {
        SimstowModem *modem = look (wait, cancellable);

        if (modem)
            return modem;
        if (!simstow_modem_pause (POLL_EVERY_MS, cancellable)) {
            g_set_error_literal (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, _ ("cancelled"));
            return NULL;
        }
    }
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_TIMEOUT,
                         _ ("the card took it, but the modem did not come back with that profile; "
                            "look with: simstow list"));
    return NULL;
}

SimstowModem *
simstow_esim_enable (SimstowModem *modem,
                     const SimstowPlanItem *item,
                     GCancellable *cancellable,
                     GError **error)
{
    g_autofree gchar *path = g_strdup (simstow_modem_get_path (modem));
    g_autofree gchar *device =
        mm_modem_dup_device (mm_object_peek_modem (simstow_modem_peek_object (modem)));
    Wait wait = {.path = path, .device = device, .iccid = item->esim.profile->iccid};
    g_autoptr (GError) local = NULL;

    /* The daemon may drop the modem before the answer is out */
    if (!simstow_esim_card_request (
            simstow_driver_peek_conversation (simstow_modem_peek_stores (modem)),
            "enable",
            wait.iccid,
            NULL,
            cancellable,
            &local) &&
        !g_error_matches (local, SIMSTOW_ERROR, SIMSTOW_ERROR_NO_MODEM)) {
        g_propagate_error (error, g_steal_pointer (&local));
        return NULL;
    }
    return wait_for_modem (&wait, cancellable, error);
}
