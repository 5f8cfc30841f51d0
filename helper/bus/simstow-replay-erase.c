/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two records are the same when an archive would have the same line of both.
 */

#include "simstow-replay-erase.h"

#include <glib/gi18n.h>

#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-plugin.h"
#include "simstow-record-json.h"
#include "simstow-record-variant.h"
#include "simstow-store-capture.h"

struct _SimstowReplayErase {
    gchar *store;
    GHashTable *records; /* index -> GVariant, as it is there now */
};

SimstowReplayErase *
simstow_replay_erase_new (void)
{
    SimstowReplayErase *erase = g_new0 (SimstowReplayErase, 1);

    erase->records = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_variant_unref);
    return erase;
}

void
simstow_replay_erase_free (SimstowReplayErase *erase)
{
    g_free (erase->store);
    g_hash_table_unref (erase->records);
    g_free (erase);
}

static void
on_record (GVariant *record, gpointer user_data)
{
    SimstowReplayErase *erase = user_data;
    guint32 index = 0;

    g_variant_lookup (record, SIMSTOW_RECORD_INDEX, "u", &index);
    g_hash_table_replace (erase->records, GUINT_TO_POINTER (index), g_variant_ref (record));
}

static gboolean
read_store (SimstowReplayErase *erase,
            SimstowDBusModem *plugin,
            const gchar *store,
            GCancellable *cancellable,
            GError **error)
{
    if (g_strcmp0 (erase->store, store) == 0)
        return TRUE;
    g_clear_pointer (&erase->store, g_free);
    g_hash_table_remove_all (erase->records);
    if (!simstow_store_read (plugin, store, 0, 0, on_record, erase, NULL, NULL, cancellable, error))
        return FALSE;
    erase->store = g_strdup (store);
    return TRUE;
}

/* Reading marks messages as read, and that is all that it may change */
static gboolean
is_same_message (const SimstowMessage *saved, const gchar *store, GVariant *record)
{
    g_autoptr (SimstowMessage) now = simstow_message_from_variant (store, record, NULL);

    return now && now->index == saved->index && g_bytes_equal (now->pdu, saved->pdu) &&
           (now->status == saved->status || saved->status == SIMSTOW_MESSAGE_STATUS_UNREAD);
}

static gboolean
is_same_contact (const SimstowContact *saved, const gchar *store, GVariant *record)
{
    g_autoptr (SimstowContact) now = simstow_contact_from_variant (store, record, NULL);
    g_autoptr (GString) a = g_string_new (NULL);
    g_autoptr (GString) b = g_string_new (NULL);

    if (!now)
        return FALSE;
    now->first_seen = saved->first_seen;
    now->last_seen = saved->last_seen;
    simstow_contact_append_json (saved, a);
    simstow_contact_append_json (now, b);
    return g_string_equal (a, b);
}

static gboolean
is_same_call (const SimstowCall *saved, const gchar *store, GVariant *record)
{
    g_autoptr (SimstowCall) now = simstow_call_from_variant (store, record, NULL);
    g_autoptr (GString) a = g_string_new (NULL);
    g_autoptr (GString) b = g_string_new (NULL);

    if (!now)
        return FALSE;
    now->first_seen = saved->first_seen;
    now->last_seen = saved->last_seen;
    simstow_call_append_json (saved, a);
    simstow_call_append_json (now, b);
    return g_string_equal (a, b);
}

static gboolean
is_same (const SimstowPlanItem *item, GVariant *record)
{
    if (item->kind == SIMSTOW_KIND_MESSAGES)
        return is_same_message (item->message, item->store, record);
    if (item->kind == SIMSTOW_KIND_CONTACTS)
        return is_same_contact (item->contact, item->store, record);
    return is_same_call (item->call, item->store, record);
}

gboolean
simstow_replay_erase_run (SimstowReplayErase *erase,
                          SimstowDBusModem *plugin,
                          const SimstowPlanItem *item,
                          gboolean *begun,
                          GCancellable *cancellable,
                          GError **error)
{
    GVariant *there;

    *begun = FALSE;
    if (!read_store (erase, plugin, item->store, cancellable, error))
        return FALSE;
    there = g_hash_table_lookup (erase->records, GUINT_TO_POINTER (item->index));
    *begun = there && is_same (item, there);
    if (*begun)
        return simstow_plugin_erase (plugin, item->store, there, cancellable, error);
    g_set_error_literal (
        error,
        SIMSTOW_ERROR,
        SIMSTOW_ERROR_NOT_FOUND,
        _ ("it was changed on the modem since it was saved, and is left as it is"));
    return FALSE;
}
