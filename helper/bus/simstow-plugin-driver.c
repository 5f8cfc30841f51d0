/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stores that the plugin itself reads and writes. Two records are the same when an archive
 * would have the same line of both.
 */

#include "simstow-plugin-driver.h"

#include <glib/gi18n.h>

#include "simstow-bus-error.h"
#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-plugin.h"
#include "simstow-record-card.h"
#include "simstow-record-json.h"
#include "simstow-record-variant.h"

struct _SimstowPluginDriver {
    SimstowDriver parent_instance;

    SimstowDBusModem *plugin;
    GStrv kinds;
    GHashTable *stores;  /* id -> SimstowStore, as they were listed */
    gchar *erased_store; /* the one that is being erased */
    GHashTable *there;   /* index -> GVariant, what it held then */
};

G_DEFINE_FINAL_TYPE (SimstowPluginDriver, simstow_plugin_driver, SIMSTOW_TYPE_DRIVER)

/* The modem says that there is no SIM */
static gboolean
is_no_sim (const gchar *fault)
{
    g_autoptr (GError) error = simstow_error_new_from_text (SIMSTOW_ERROR_MODEM_ERROR, fault);

    return simstow_error_has_code (error, SIMSTOW_ERROR_DOMAIN_CME, 10) ||
           simstow_error_has_code (error, SIMSTOW_ERROR_DOMAIN_CMS, 310);
}

/* A store that may be there, but of which nothing can be had */
static gboolean
note_out_of_reach (SimstowSnapshot *listing, GVariant *dict)
{
    const gchar *id = NULL;
    const gchar *fault = NULL;

    if (g_variant_lookup (dict, SIMSTOW_STORE_ACCESS, "&s", NULL) ||
        !g_variant_lookup (dict, SIMSTOW_STORE_ID, "&s", &id) ||
        !g_variant_lookup (dict, SIMSTOW_STORE_FAULT, "&s", &fault))
        return FALSE;
    simstow_snapshot_add_problem (listing, id, 0, !is_no_sim (fault), "%s", fault);
    return TRUE;
}

static gboolean
list (SimstowDriver *driver,
      gboolean counts,
      SimstowSnapshot *listing,
      GCancellable *cancellable,
      GError **error)
{
    SimstowPluginDriver *self = SIMSTOW_PLUGIN_DRIVER (driver);
    g_autoptr (GVariant) dicts = simstow_plugin_list_kinds (self->plugin,
                                                            (const gchar *const *) self->kinds,
                                                            cancellable,
                                                            error);

    for (gsize i = 0; dicts && i < g_variant_n_children (dicts); i++) {
        g_autoptr (GVariant) dict = g_variant_get_child_value (dicts, i);
        g_autoptr (GError) local = NULL;
        SimstowStore *store;

        if (note_out_of_reach (listing, dict))
            continue;
        store = simstow_store_from_variant (dict, &local);
        if (!store) {
            simstow_snapshot_add_problem (listing, "plugin", 0, TRUE, "%s", local->message);
            continue;
        }
        g_ptr_array_add (listing->stores, store);
        store = simstow_store_from_variant (dict, NULL);
        g_hash_table_replace (self->stores, store->id, store);
    }
    return dicts != NULL;
}

/* Reading */

typedef struct {
    const gchar *store;
    SimstowSnapshot *into;
} Read;

/* What of a contact or call is out of reach or no valid text; a file of the card has its fault
 * in the archive */
static void
note_fault (const Read *job, GVariant *record)
{
    const gchar *fault = NULL;
    guint32 index = 0;

    if ((!g_str_has_prefix (job->store, SIMSTOW_PREFIX_PHONEBOOK) &&
         !g_str_has_prefix (job->store, SIMSTOW_PREFIX_CALLS)) ||
        !g_variant_lookup (record, SIMSTOW_RECORD_FAULT, "&s", &fault))
        return;
    g_variant_lookup (record, SIMSTOW_RECORD_INDEX, "u", &index);
    simstow_snapshot_add_problem (job->into,
                                  job->store,
                                  index,
                                  TRUE,
                                  _ ("a field could not be read: %s"),
                                  fault);
}

static gboolean
add_to (GPtrArray *records, gpointer record)
{
    if (record)
        g_ptr_array_add (records, record);
    return record != NULL;
}

static gboolean
add_record (const Read *job, GVariant *record, GError **error)
{
    SimstowSnapshot *into = job->into;

    if (g_str_has_prefix (job->store, SIMSTOW_PREFIX_SMS))
        return add_to (into->messages, simstow_message_from_variant (job->store, record, error));
    if (g_str_has_prefix (job->store, SIMSTOW_PREFIX_PHONEBOOK))
        return add_to (into->contacts, simstow_contact_from_variant (job->store, record, error));
    if (g_str_has_prefix (job->store, SIMSTOW_PREFIX_CALLS))
        return add_to (into->calls, simstow_call_from_variant (job->store, record, error));
    if (g_str_equal (job->store, SIMSTOW_STORE_SIMFILE))
        return add_to (into->simfiles, simstow_simfile_from_variant (record, error));
    if (!into->esim)
        into->esim = simstow_esim_new ();
    return simstow_esim_add_variant (into->esim, record, error);
}

static void
on_record (GVariant *record, gpointer user_data)
{
    const Read *job = user_data;
    SimstowUnread *unread = simstow_unread_from_variant (job->store, record);
    g_autoptr (GError) error = NULL;

    if (unread) {
        g_ptr_array_add (job->into->unread, unread);
        return;
    }
    note_fault (job, record);
    if (!add_record (job, record, &error))
        simstow_snapshot_add_problem (job->into, job->store, 0, TRUE, "%s", error->message);
}

static gboolean
read_store (SimstowDriver *driver,
            const gchar *store,
            guint first,
            guint last,
            SimstowSnapshot *into,
            SimstowProgressFunc progress,
            gpointer user_data,
            GCancellable *cancellable,
            GError **error)
{
    SimstowPluginDriver *self = SIMSTOW_PLUGIN_DRIVER (driver);
    gboolean messages = g_str_has_prefix (store, SIMSTOW_PREFIX_SMS);
    Read job = {store, into};

    return simstow_plugin_read_range (self->plugin,
                                      store,
                                      messages ? 0 : first,
                                      messages ? 0 : last,
                                      on_record,
                                      &job,
                                      progress,
                                      user_data,
                                      cancellable,
                                      error);
}

/* Writing */

static GVariant *
record_to_variant (const SimstowStore *store, const SimstowDriverRecord *record, GError **error)
{
    if (record->message)
        return simstow_message_to_variant (record->message, record->status);
    if (record->contact && store && g_strcmp0 (store->via, SIMSTOW_VIA_CARD) == 0)
        return simstow_record_card_from_contact (
            record->contact,
            record->index,
            (guint) MAX (store->name_length, 0),
            simstow_phonebook_sets_find (store->sets, record->index),
            error);
    if (record->contact)
        return simstow_contact_to_variant (record->contact, record->index);
    return simstow_call_to_variant (record->call, record->index);
}

/* The first of the records, as many as go into one call; none where the first one makes no sense */
static GPtrArray *
records_to_variants (const SimstowStore *store,
                     const SimstowDriverRecord *records,
                     guint n_records,
                     GError **error)
{
    GPtrArray *variants = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
    gsize octets = 0;

    for (guint i = 0; i < n_records; i++) {
        GVariant *variant = record_to_variant (store, &records[i], i == 0 ? error : NULL);

        if (!variant)
            break;
        g_variant_ref_sink (variant);
        octets += g_variant_get_size (variant);
        if (i > 0 && octets > SIMSTOW_PLUGIN_WRITE_OCTETS) {
            g_variant_unref (variant);
            break;
        }
        g_ptr_array_add (variants, variant);
    }
    return variants;
}

/* Each of them may be written; a second attempt might write it twice */
static void
leave_open (GArray *outcomes, guint count, const GError *error)
{
    for (guint i = 0; i < count; i++) {
        simstow_driver_outcomes_add (outcomes, 0, g_error_copy (error));
        g_array_index (outcomes, SimstowDriverOutcome, outcomes->len - 1).open = TRUE;
    }
}

/* What is left goes with the next call */
static gboolean
write_records (SimstowDriver *driver,
               const gchar *id,
               const SimstowDriverRecord *records,
               guint n_records,
               GArray *outcomes,
               GCancellable *cancellable,
               GError **error)
{
    SimstowPluginDriver *self = SIMSTOW_PLUGIN_DRIVER (driver);
    const SimstowStore *store = g_hash_table_lookup (self->stores, id);
    g_autoptr (GArray) indices = g_array_new (FALSE, FALSE, sizeof (guint));
    g_autoptr (GError) local = NULL;
    g_autoptr (GPtrArray) variants = records_to_variants (store, records, n_records, &local);
    gboolean open = FALSE;

    g_clear_pointer (&self->erased_store, g_free);
    if (variants->len > 0)
        simstow_plugin_write_some (self->plugin, id, variants, indices, &open, cancellable, &local);
    if (local && open) {
        leave_open (outcomes, variants->len, local);
        return TRUE;
    }
    if (local && indices->len == 0 && simstow_bus_error_is_refusal (local)) {
        g_propagate_error (error, g_steal_pointer (&local));
        return FALSE;
    }
    for (guint i = 0; i < indices->len; i++)
        simstow_driver_outcomes_add (outcomes, g_array_index (indices, guint, i), NULL);
    if (local)
        simstow_driver_outcomes_add (outcomes, 0, g_steal_pointer (&local));
    return TRUE;
}

/* Erasing */

static void
on_there (GVariant *record, gpointer user_data)
{
    SimstowPluginDriver *self = user_data;
    guint32 index = 0;

    g_variant_lookup (record, SIMSTOW_RECORD_INDEX, "u", &index);
    g_hash_table_replace (self->there, GUINT_TO_POINTER (index), g_variant_ref (record));
}

static gboolean
read_there (SimstowPluginDriver *self,
            const gchar *store,
            GCancellable *cancellable,
            GError **error)
{
    if (g_strcmp0 (self->erased_store, store) == 0)
        return TRUE;
    g_clear_pointer (&self->erased_store, g_free);
    g_hash_table_remove_all (self->there);
    if (!simstow_plugin_read_range (self->plugin,
                                    store,
                                    0,
                                    0,
                                    on_there,
                                    self,
                                    NULL,
                                    NULL,
                                    cancellable,
                                    error))
        return FALSE;
    self->erased_store = g_strdup (store);
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
erase_record (SimstowDriver *driver,
              const gchar *store,
              const SimstowDriverRecord *record,
              gboolean *begun,
              GCancellable *cancellable,
              GError **error)
{
    SimstowPluginDriver *self = SIMSTOW_PLUGIN_DRIVER (driver);
    guint index = simstow_driver_record_get_index (record);
    GVariant *there;
    gboolean same = FALSE;

    if (!read_there (self, store, cancellable, error))
        return FALSE;
    there = g_hash_table_lookup (self->there, GUINT_TO_POINTER (index));
    if (there && record->message)
        same = is_same_message (record->message, store, there);
    else if (there && record->contact)
        same = is_same_contact (record->contact, store, there);
    else if (there && record->call)
        same = is_same_call (record->call, store, there);
    *begun = same;
    if (same)
        return simstow_plugin_erase (self->plugin, store, there, cancellable, error);
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_CHANGED,
                         "another record is in its place by now");
    return FALSE;
}

static void
simstow_plugin_driver_finalize (GObject *object)
{
    SimstowPluginDriver *self = SIMSTOW_PLUGIN_DRIVER (object);

    g_object_unref (self->plugin);
    g_strfreev (self->kinds);
    g_hash_table_unref (self->stores);
    g_free (self->erased_store);
    g_hash_table_unref (self->there);
    G_OBJECT_CLASS (simstow_plugin_driver_parent_class)->finalize (object);
}

static void
simstow_plugin_driver_class_init (SimstowPluginDriverClass *klass)
{
    SimstowDriverClass *driver_class = SIMSTOW_DRIVER_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = simstow_plugin_driver_finalize;
    driver_class->list = list;
    driver_class->read = read_store;
    driver_class->write = write_records;
    driver_class->erase = erase_record;
}

static void
simstow_plugin_driver_init (SimstowPluginDriver *self)
{
    self->stores =
        g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) simstow_store_free);
    self->there = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_variant_unref);
}

SimstowDriver *
simstow_plugin_driver_new (SimstowDBusModem *plugin)
{
    SimstowPluginDriver *self = g_object_new (SIMSTOW_TYPE_PLUGIN_DRIVER, NULL);

    self->plugin = g_object_ref (plugin);
    return SIMSTOW_DRIVER (self);
}

void
simstow_plugin_driver_set_kinds (SimstowPluginDriver *self, const gchar *const *kinds)
{
    g_strfreev (self->kinds);
    self->kinds = g_strdupv ((gchar **) kinds);
}
