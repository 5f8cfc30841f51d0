/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which driver serves which store. The card comes first where the modem's own commands keep less:
 * MBIM cannot write a message, marks what it reads, and does not tell types of numbers. Else it
 * is the last resort. A phonebook that has nothing but names and numbers gives way to the USIM's
 * own, if there is one; +CPBR with all its fields does not: it takes one command where the card
 * takes hundreds.
 */

#include "simstow-stores.h"

#include <string.h>

#include "simstow-bus-error.h"
#include "simstow-error.h"
#include "simstow-messages-at.h"
#include "simstow-messages-mbim.h"
#include "simstow-names.h"
#include "simstow-phonebook-at.h"
#include "simstow-phonebook-mbim.h"
#include "simstow-plugin-driver.h"

/* What the plugin still reads itself, by kind; of a USIM's phonebook apart */
#define USIM SIMSTOW_PREFIX_PHONEBOOK "sm"

struct _SimstowStores {
    SimstowDriver parent_instance;

    SimstowDriver *messages_at;
    SimstowDriver *phonebook_at;
    SimstowDriver *messages_mbim;
    SimstowDriver *phonebook_mbim;
    SimstowDriver *plugin;
    GHashTable *serving; /* id -> driver, borrowed */
};

G_DEFINE_FINAL_TYPE (SimstowStores, simstow_stores, SIMSTOW_TYPE_DRIVER)

static SimstowStore *
find_kind (const SimstowSnapshot *listing, const gchar *kind)
{
    for (guint i = 0; i < listing->stores->len; i++) {
        SimstowStore *store = g_ptr_array_index (listing->stores, i);

        if (g_str_has_prefix (store->id, kind))
            return store;
    }
    return NULL;
}

static gboolean
is_told (const SimstowSnapshot *listing, const gchar *where)
{
    for (guint i = 0; i < listing->problems->len; i++)
        if (g_str_equal (((const SimstowProblem *) listing->problems->pdata[i])->where, where))
            return TRUE;
    return FALSE;
}

/* Takes the stores of a kind from the list of a driver. Returns: whether there are any */
static gboolean
take_kind (SimstowStores *self,
           SimstowSnapshot *listing,
           const SimstowSnapshot *from,
           const gchar *kind,
           SimstowDriver *driver)
{
    gboolean any = FALSE;

    for (guint i = 0; i < from->stores->len;) {
        SimstowStore *store = g_ptr_array_index (from->stores, i);

        if (!g_str_has_prefix (store->id, kind)) {
            i++;
            continue;
        }
        g_hash_table_replace (self->serving, g_strdup (store->id), driver);
        g_ptr_array_add (listing->stores, g_ptr_array_steal_index (from->stores, i));
        any = TRUE;
    }
    return any;
}

/* What of a kind as a whole is in doubt for one way is not where another leads to it */
static void
take_problems (SimstowStores *self,
               SimstowSnapshot *listing,
               const SimstowSnapshot *from,
               SimstowDriver *driver)
{
    for (guint i = 0; i < from->problems->len; i++) {
        const SimstowProblem *problem = g_ptr_array_index (from->problems, i);
        g_autofree gchar *kind = g_strconcat (problem->where, "/", NULL);
        const SimstowStore *store = find_kind (listing, kind);

        if (!is_told (listing, problem->where) &&
            (!store || !problem->index || g_hash_table_lookup (self->serving, store->id) == driver))
            simstow_snapshot_add_problem (listing,
                                          problem->where,
                                          0,
                                          problem->lost,
                                          "%s",
                                          problem->text);
    }
}

/* One of the drivers: what it has, or why it cannot tell */
static gboolean
list_one (SimstowDriver *driver,
          const gchar *kind,
          gboolean counts,
          SimstowSnapshot *listing,
          GCancellable *cancellable,
          GError **error)
{
    g_autoptr (GError) local = NULL;

    if (simstow_driver_list (driver, counts, listing, cancellable, &local) ||
        simstow_bus_error_is_refusal (local))
        return TRUE;
    if (simstow_bus_error_ends_all (local)) {
        g_propagate_error (error, g_steal_pointer (&local));
        return FALSE;
    }
    simstow_snapshot_add_problem (listing, kind, 0, TRUE, "%s", local->message);
    return TRUE;
}

static gboolean
list_plugin (SimstowStores *self,
             const gchar *const *kinds,
             SimstowSnapshot *listing,
             GCancellable *cancellable,
             GError **error)
{
    if (!self->plugin)
        return TRUE;
    simstow_plugin_driver_set_kinds (SIMSTOW_PLUGIN_DRIVER (self->plugin), kinds);
    return simstow_driver_list (self->plugin, TRUE, listing, cancellable, error);
}

/* The USIM's phonebook in the place of the modem's; where that is not to be used, what is wrong
 * with it is told of the other */
static void
take_usim (SimstowStores *self, SimstowSnapshot *listing, const SimstowSnapshot *from)
{
    SimstowStore *there = simstow_snapshot_find_store (listing, USIM);
    SimstowStore *usim = simstow_snapshot_find_store (from, USIM);
    guint place;

    if (!usim)
        return;
    if (there && usim->last == 0) {
        g_free (there->fault);
        there->fault = g_strdup (usim->fault);
        return;
    }
    g_ptr_array_find (from->stores, usim, &place);
    g_ptr_array_steal_index (from->stores, place);
    g_hash_table_replace (self->serving, g_strdup (USIM), self->plugin);
    if (!there) {
        g_ptr_array_add (listing->stores, usim);
        return;
    }
    g_ptr_array_find (listing->stores, there, &place);
    listing->stores->pdata[place] = usim;
    simstow_store_free (there);
}

/* Whether the stores of a kind are read from the card */
static gboolean
is_on_card (const SimstowSnapshot *listing, const gchar *kind)
{
    for (guint i = 0; i < listing->stores->len; i++) {
        const SimstowStore *store = g_ptr_array_index (listing->stores, i);

        if (g_str_has_prefix (store->id, kind) && g_strcmp0 (store->via, SIMSTOW_VIA_CARD) == 0)
            return TRUE;
    }
    return FALSE;
}

/* What is not found over AT, or better had on the card */
static GStrv
dup_kinds (const SimstowSnapshot *messages, const SimstowSnapshot *books, gboolean mbim)
{
    g_autoptr (GStrvBuilder) kinds = g_strv_builder_new ();
    const SimstowStore *card = simstow_snapshot_find_store (books, USIM);

    if (mbim || !find_kind (messages, SIMSTOW_PREFIX_SMS))
        g_strv_builder_add (kinds, SIMSTOW_PREFIX_SMS);
    if (mbim || !find_kind (books, SIMSTOW_PREFIX_PHONEBOOK))
        g_strv_builder_add (kinds, SIMSTOW_PREFIX_PHONEBOOK);
    if (mbim || !card || card->plain)
        g_strv_builder_add (kinds, USIM);
    if (!find_kind (books, SIMSTOW_PREFIX_CALLS))
        g_strv_builder_add (kinds, SIMSTOW_PREFIX_CALLS);
    g_strv_builder_add (kinds, SIMSTOW_STORE_SIMFILE);
    g_strv_builder_add (kinds, SIMSTOW_STORE_EUICC);
    return g_strv_builder_end (kinds);
}

static gboolean
describe (SimstowStores *self,
          gboolean *at,
          gboolean *mbim,
          GCancellable *cancellable,
          GError **error)
{
    g_autoptr (GVariant) said =
        simstow_conversation_describe (simstow_driver_peek_conversation (SIMSTOW_DRIVER (self)),
                                       cancellable,
                                       error);

    *at = *mbim = FALSE;
    if (!said)
        return FALSE;
    g_variant_lookup (said, "at", "b", at);
    g_variant_lookup (said, "mbim", "b", mbim);
    return TRUE;
}

static gboolean
list (SimstowDriver *driver,
      gboolean counts,
      SimstowSnapshot *listing,
      GCancellable *cancellable,
      GError **error)
{
    SimstowStores *self = SIMSTOW_STORES (driver);
    g_autoptr (SimstowSnapshot) messages = simstow_snapshot_new ();
    g_autoptr (SimstowSnapshot) books = simstow_snapshot_new ();
    g_autoptr (SimstowSnapshot) rest = simstow_snapshot_new ();
    g_autoptr (SimstowSnapshot) native_messages = simstow_snapshot_new ();
    g_autoptr (SimstowSnapshot) native_books = simstow_snapshot_new ();
    g_auto (GStrv) kinds = NULL;
    gboolean at, mbim;

    if (!describe (self, &at, &mbim, cancellable, error))
        return FALSE;
    if (at && !mbim && !list_one (self->messages_at, "sms", counts, messages, cancellable, error))
        return FALSE;
    if (at && !list_one (self->phonebook_at, "phonebook", counts, books, cancellable, error))
        return FALSE;
    kinds = dup_kinds (messages, books, mbim);
    if (!list_plugin (self, (const gchar *const *) kinds, rest, cancellable, error))
        return FALSE;
    if (at && mbim && !is_on_card (rest, SIMSTOW_PREFIX_SMS) &&
        !list_one (self->messages_at, "sms", counts, messages, cancellable, error))
        return FALSE;
    if (mbim && !find_kind (rest, SIMSTOW_PREFIX_SMS) &&
        !find_kind (messages, SIMSTOW_PREFIX_SMS) &&
        !list_one (self->messages_mbim, "sms", counts, native_messages, cancellable, error))
        return FALSE;
    if (mbim && !simstow_snapshot_find_store (rest, USIM) &&
        !find_kind (books, SIMSTOW_PREFIX_PHONEBOOK) &&
        !list_one (self->phonebook_mbim, "phonebook", counts, native_books, cancellable, error))
        return FALSE;
    g_hash_table_remove_all (self->serving);
    if (!take_kind (self, listing, messages, SIMSTOW_PREFIX_SMS, self->messages_at) &&
        !take_kind (self, listing, rest, SIMSTOW_PREFIX_SMS, self->plugin))
        take_kind (self, listing, native_messages, SIMSTOW_PREFIX_SMS, self->messages_mbim);
    if ((mbim && is_on_card (rest, SIMSTOW_PREFIX_PHONEBOOK)) ||
        !take_kind (self, listing, books, SIMSTOW_PREFIX_PHONEBOOK, self->phonebook_at))
        take_kind (self, listing, rest, SIMSTOW_PREFIX_PHONEBOOK, self->plugin);
    else
        take_usim (self, listing, rest);
    take_kind (self, listing, native_books, SIMSTOW_PREFIX_PHONEBOOK, self->phonebook_mbim);
    if (!take_kind (self, listing, books, SIMSTOW_PREFIX_CALLS, self->phonebook_at))
        take_kind (self, listing, rest, SIMSTOW_PREFIX_CALLS, self->plugin);
    take_kind (self, listing, rest, SIMSTOW_STORE_SIMFILE, self->plugin);
    take_kind (self, listing, rest, SIMSTOW_STORE_EUICC, self->plugin);
    take_problems (self, listing, messages, self->messages_at);
    take_problems (self, listing, books, self->phonebook_at);
    take_problems (self, listing, rest, self->plugin);
    take_problems (self, listing, native_messages, self->messages_mbim);
    take_problems (self, listing, native_books, self->phonebook_mbim);
    return TRUE;
}

static SimstowDriver *
find_driver (SimstowDriver *stores, const gchar *store, GError **error)
{
    SimstowDriver *driver = g_hash_table_lookup (SIMSTOW_STORES (stores)->serving, store);

    if (!driver)
        g_set_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED, "no store %s", store);
    return driver;
}

static gboolean
read_store (SimstowDriver *stores,
            const gchar *store,
            guint first,
            guint last,
            SimstowSnapshot *into,
            SimstowProgressFunc progress,
            gpointer user_data,
            GCancellable *cancellable,
            GError **error)
{
    SimstowDriver *driver = find_driver (stores, store, error);

    return driver && simstow_driver_read (driver,
                                          store,
                                          first,
                                          last,
                                          into,
                                          progress,
                                          user_data,
                                          cancellable,
                                          error);
}

static gboolean
write_records (SimstowDriver *stores,
               const gchar *store,
               const SimstowDriverRecord *records,
               guint n_records,
               GArray *outcomes,
               GCancellable *cancellable,
               GError **error)
{
    SimstowDriver *driver = find_driver (stores, store, error);

    return driver &&
           simstow_driver_write (driver, store, records, n_records, outcomes, cancellable, error);
}

static gboolean
erase_record (SimstowDriver *stores,
              const gchar *store,
              const SimstowDriverRecord *record,
              gboolean *begun,
              GCancellable *cancellable,
              GError **error)
{
    SimstowDriver *driver = find_driver (stores, store, error);

    return driver && simstow_driver_erase (driver, store, record, begun, cancellable, error);
}

static void
simstow_stores_finalize (GObject *object)
{
    SimstowStores *self = SIMSTOW_STORES (object);

    g_hash_table_unref (self->serving);
    g_clear_object (&self->messages_at);
    g_clear_object (&self->phonebook_at);
    g_clear_object (&self->messages_mbim);
    g_clear_object (&self->phonebook_mbim);
    g_clear_object (&self->plugin);
    G_OBJECT_CLASS (simstow_stores_parent_class)->finalize (object);
}

static void
simstow_stores_class_init (SimstowStoresClass *klass)
{
    SimstowDriverClass *driver_class = SIMSTOW_DRIVER_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = simstow_stores_finalize;
    driver_class->list = list;
    driver_class->read = read_store;
    driver_class->write = write_records;
    driver_class->erase = erase_record;
}

static void
simstow_stores_init (SimstowStores *self)
{
    self->serving = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

SimstowDriver *
simstow_stores_new (SimstowConversation *conversation, SimstowDBusModem *plugin)
{
    SimstowStores *self = g_object_new (SIMSTOW_TYPE_STORES, "conversation", conversation, NULL);

    self->messages_at = simstow_messages_at_new (conversation);
    self->phonebook_at = simstow_phonebook_at_new (conversation);
    self->messages_mbim = simstow_messages_mbim_new (conversation);
    self->phonebook_mbim = simstow_phonebook_mbim_new (conversation);
    self->plugin = plugin ? simstow_plugin_driver_new (plugin) : NULL;
    return SIMSTOW_DRIVER (self);
}
