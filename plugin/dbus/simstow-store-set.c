/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chooses drivers. Every row of the table has a driver object, shared by the rows
 * of one type, and learns from its list whether it serves its prefix.
 */

#include "simstow-store-set.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-port-wait.h"

struct _SimstowStoreSet {
    GObject parent_instance;

    SimstowPort *port;
    const SimstowStoreEntry *table;
    guint n_entries;
    GPtrArray *drivers;  /* one for each row */
    GHashTable *serving; /* prefix -> the first driver with a store of it, both borrowed */
    GHashTable *by_id;   /* store -> driver, borrowed */
};

/* One walk over the table: the rows of @actions, or those of @prefix only */
typedef struct {
    GStrv actions;
    GStrv kinds;  /* of the rows that are wanted; NULL: all */
    gchar *store; /* to be found */
    const gchar *prefix;
    guint row;
    GHashTable *lists;  /* driver -> GVariant, so that a driver is asked once */
    GHashTable *errors; /* driver -> GError, of those that could not tell */
    GPtrArray *stores;
    GPtrArray *faults; /* dictionaries of what may be there and is out of reach */
    GPtrArray *doubts; /* the same of what is only if no other way leads to it */
    GError *error;
} Walk;

G_DEFINE_FINAL_TYPE (SimstowStoreSet, simstow_store_set, G_TYPE_OBJECT)

static void
walk_free (gpointer data)
{
    Walk *walk = data;

    g_strfreev (walk->actions);
    g_strfreev (walk->kinds);
    g_free (walk->store);
    g_hash_table_unref (walk->lists);
    g_hash_table_unref (walk->errors);
    g_ptr_array_unref (walk->stores);
    g_ptr_array_unref (walk->faults);
    g_ptr_array_unref (walk->doubts);
    g_clear_error (&walk->error);
    g_free (walk);
}

static GTask *
walk_new (SimstowStoreSet *self,
          GCancellable *cancellable,
          GAsyncReadyCallback callback,
          gpointer user_data)
{
    GTask *task = g_task_new (self, cancellable, callback, user_data);
    Walk *walk = g_new0 (Walk, 1);

    walk->lists = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_variant_unref);
    walk->errors = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_error_free);
    walk->stores = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
    walk->faults = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
    walk->doubts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
    g_task_set_task_data (task, walk, walk_free);
    return task;
}

SimstowStoreSet *
simstow_store_set_new (SimstowPort *port, const SimstowStoreEntry *table, guint n_entries)
{
    SimstowStoreSet *self = g_object_new (SIMSTOW_TYPE_STORE_SET, NULL);
    g_autoptr (GHashTable) by_type = g_hash_table_new (NULL, NULL);

    self->port = g_object_ref (port);
    self->table = table;
    self->n_entries = n_entries;
    for (guint i = 0; i < n_entries; i++) {
        GType type = table[i].get_type ();
        SimstowStoreDriver *driver = g_hash_table_lookup (by_type, GSIZE_TO_POINTER (type));

        if (driver)
            g_object_ref (driver);
        else
            driver = g_object_new (type, "port", port, NULL);
        g_hash_table_replace (by_type, GSIZE_TO_POINTER (type), driver);
        g_ptr_array_add (self->drivers, driver);
    }
    return self;
}

static gboolean
row_serves (const SimstowStoreEntry *row, const gchar *store)
{
    return g_str_has_prefix (store, row->prefix);
}

/* "sms" stands for all of "sms/" */
static gboolean
is_kind (const SimstowStoreEntry *row, const gchar *id)
{
    gsize length = strlen (id);

    return g_str_has_prefix (row->prefix, id) && g_str_equal (row->prefix + length, "/");
}

GStrv
simstow_store_set_dup_actions (SimstowStoreSet *self, const gchar *store, gboolean writes)
{
    g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
    g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

    for (guint i = 0; i < self->n_entries; i++) {
        const SimstowStoreEntry *row = &self->table[i];
        const gchar *action = writes && row->write_action ? row->write_action : row->action;

        if ((!store || row_serves (row, store)) && g_hash_table_add (seen, (gpointer) action))
            g_strv_builder_add (builder, action);
    }
    return g_strv_builder_end (builder);
}

/* A driver may have two rows: one on some modems, and one as the last resort on all. */
static GVariant *
find_store (const GPtrArray *stores, const gchar *wanted, guint *place)
{
    for (*place = 0; *place < stores->len; ++*place) {
        const gchar *id = NULL;

        g_variant_lookup (stores->pdata[*place], SIMSTOW_STORE_ID, "&s", &id);
        if (g_strcmp0 (id, wanted) == 0)
            return stores->pdata[*place];
    }
    return NULL;
}

static gboolean
walk_lacks (const Walk *walk, const SimstowStoreEntry *row)
{
    guint place;
    GVariant *store = find_store (walk->stores, row->prefix, &place);
    gboolean extended = FALSE;

    return !store ||
           (g_variant_lookup (store, SIMSTOW_STORE_EXTENDED, "b", &extended) && !extended);
}

/* Whether the rows before have what this one is there for: each store is served by the first row
 * that has it, and once the main store of a kind is there no other row is asked for more. */
static gboolean
is_settled (SimstowStoreSet *self, const Walk *walk, const SimstowStoreEntry *row)
{
    SimstowStoreDriver *serving = g_hash_table_lookup (self->serving, row->prefix);
    guint place;

    return serving && serving != self->drivers->pdata[walk->row] &&
           (!row->main_store || find_store (walk->stores, row->main_store, &place));
}

static gboolean
walk_wants (SimstowStoreSet *self, Walk *walk)
{
    const SimstowStoreEntry *row = &self->table[walk->row];

    if (is_settled (self, walk, row))
        return FALSE;
    if ((row->on & SIMSTOW_STORE_ON_MBIM) && !simstow_port_peek_mbim (self->port))
        return FALSE;
    if ((row->on & SIMSTOW_STORE_ON_PLAIN) && !walk_lacks (walk, row))
        return FALSE;
    if (walk->prefix)
        return g_str_has_prefix (row->prefix, walk->prefix);
    if (walk->kinds && !g_strv_contains ((const gchar *const *) walk->kinds, row->prefix))
        return FALSE;
    return g_strv_contains ((const gchar *const *) walk->actions, row->action);
}

/* Whether the row's driver is to serve the store */
static gboolean
walk_put (Walk *walk, const SimstowStoreEntry *row, const gchar *id, GVariant *store)
{
    guint place;
    GVariant *there = find_store (walk->stores, id, &place);

    if (!there) {
        g_ptr_array_add (walk->stores, g_variant_ref (store));
        return TRUE;
    }
    if (!(row->on & SIMSTOW_STORE_ON_PLAIN))
        return FALSE;
    walk->stores->pdata[place] = g_variant_ref (store);
    g_variant_unref (there);
    return TRUE;
}

/* Notes what may be there and is out of reach. */
static void
walk_miss (Walk *walk, const gchar *id, const gchar *fault)
{
    GVariantDict store;
    guint place;

    if (find_store (walk->faults, id, &place))
        return;
    g_variant_dict_init (&store, NULL);
    g_variant_dict_insert (&store, SIMSTOW_STORE_ID, "s", id);
    g_variant_dict_insert (&store, SIMSTOW_STORE_FAULT, "s", fault);
    g_ptr_array_add (walk->faults, g_variant_ref_sink (g_variant_dict_end (&store)));
}

/* What the row's driver would have had, if it could have told, is out of reach; another row
 * that serves its stores may keep less. */
static void
walk_miss_row (SimstowStoreSet *self, Walk *walk, const GError *error)
{
    const gchar *prefix = self->table[walk->row].prefix;
    gsize length = strlen (prefix) - (g_str_has_suffix (prefix, "/") ? 1 : 0);
    g_autofree gchar *id = g_strndup (prefix, length);

    walk_miss (walk, id, error->message);
}

/* Of a store with a fault and no access nothing can be had */
static const gchar *
peek_out_of_reach (GVariant *store)
{
    const gchar *fault = NULL;

    if (g_variant_lookup (store, SIMSTOW_STORE_ACCESS, "&s", NULL))
        return NULL;
    g_variant_lookup (store, SIMSTOW_STORE_FAULT, "&s", &fault);
    return fault;
}

static void
note_serving (SimstowStoreSet *self, guint i, const gchar *store)
{
    SimstowStoreDriver *driver = self->drivers->pdata[i];

    if (!g_hash_table_contains (self->serving, self->table[i].prefix))
        g_hash_table_insert (self->serving, (gpointer) self->table[i].prefix, driver);
    g_hash_table_replace (self->by_id, g_strdup (store), driver);
}

static void
walk_take (SimstowStoreSet *self, Walk *walk, GVariant *list)
{
    const SimstowStoreEntry *row = &self->table[walk->row];
    const GError *error = g_hash_table_lookup (walk->errors, self->drivers->pdata[walk->row]);
    GVariantIter iter;
    GVariant *child;

    if (error)
        walk_miss_row (self, walk, error);
    g_variant_iter_init (&iter, list);
    while ((child = g_variant_iter_next_value (&iter))) {
        g_autoptr (GVariant) store = child;
        const gchar *fault = peek_out_of_reach (store);
        const gchar *id = NULL;

        if (!g_variant_lookup (store, SIMSTOW_STORE_ID, "&s", &id) ||
            (!row_serves (row, id) && !(fault && is_kind (row, id))))
            continue;
        if (fault && g_variant_lookup (store, SIMSTOW_STORE_VIA, "&s", NULL))
            g_ptr_array_add (walk->doubts, g_variant_ref (store));
        else if (fault)
            walk_miss (walk, id, fault);
        else if (walk_put (walk, row, id, store))
            note_serving (self, walk->row, id);
    }
}

/* Whether a store of that kind was found */
static gboolean
walk_has_kind (const Walk *walk, const gchar *id)
{
    g_autofree gchar *prefix = g_strconcat (id, "/", NULL);

    for (guint i = 0; i < walk->stores->len; i++) {
        const gchar *there = NULL;

        if (g_variant_lookup (walk->stores->pdata[i], SIMSTOW_STORE_ID, "&s", &there) &&
            (g_str_equal (there, id) || g_str_has_prefix (there, prefix)))
            return TRUE;
    }
    return FALSE;
}

static void
walk_settle_doubts (Walk *walk)
{
    for (guint i = 0; i < walk->doubts->len; i++) {
        const gchar *id = NULL;
        const gchar *fault = peek_out_of_reach (walk->doubts->pdata[i]);

        g_variant_lookup (walk->doubts->pdata[i], SIMSTOW_STORE_ID, "&s", &id);
        if (!walk_has_kind (walk, id))
            walk_miss (walk, id, fault);
    }
}

static void
walk_step (GTask *task);

static void
on_list_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowStoreDriver *driver = SIMSTOW_STORE_DRIVER (source);
    SimstowStoreSet *self = g_task_get_source_object (task);
    Walk *walk = g_task_get_task_data (task);
    GVariant *list = simstow_store_driver_list_finish (driver, result, &error);

    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    if (!list) {
        if (!walk->error)
            walk->error = g_error_copy (error);
        g_hash_table_insert (walk->errors, driver, g_steal_pointer (&error));
        list = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE_VARDICT, NULL, 0));
    }
    g_hash_table_insert (walk->lists, driver, list);
    walk_take (self, walk, list);
    walk->row++;
    walk_step (task);
}

static void
walk_step (GTask *task)
{
    SimstowStoreSet *self = g_task_get_source_object (task);
    Walk *walk = g_task_get_task_data (task);

    if (g_task_return_error_if_cancelled (task))
        return;
    for (; walk->row < self->n_entries; walk->row++) {
        SimstowStoreDriver *driver = self->drivers->pdata[walk->row];
        GVariant *list = g_hash_table_lookup (walk->lists, driver);

        if (!walk_wants (self, walk))
            continue;
        if (!list) {
            simstow_store_driver_list_async (driver,
                                             g_task_get_cancellable (task),
                                             on_list_ready,
                                             g_object_ref (task));
            return;
        }
        walk_take (self, walk, list);
    }
    walk_settle_doubts (walk);
    /* who lists is told of every kind that is out of reach; who looks for a store, why */
    if (walk->prefix && walk->stores->len == 0 && walk->error)
        g_task_return_error (task, g_steal_pointer (&walk->error));
    else
        g_task_return_boolean (task, TRUE);
}

void
simstow_store_set_list_async (SimstowStoreSet *self,
                              const gchar *const *actions,
                              const gchar *const *kinds,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
    g_autoptr (GTask) task = walk_new (self, cancellable, callback, user_data);
    Walk *walk = g_task_get_task_data (task);

    g_task_set_source_tag (task, simstow_store_set_list_async);
    walk->actions = g_strdupv ((gchar **) actions);
    walk->kinds = g_strdupv ((gchar **) kinds);
    simstow_port_wait_renew (self->port);
    g_hash_table_remove_all (self->serving);
    g_hash_table_remove_all (self->by_id);
    walk_step (task);
}

/* The store as it is, with what is wrong where there may be more of it */
static GVariant *
with_fault (GVariant *store, GVariant *better)
{
    g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (store);
    const gchar *fault = peek_out_of_reach (better);

    if (!g_variant_dict_contains (&dict, SIMSTOW_STORE_FAULT))
        g_variant_dict_insert (&dict, SIMSTOW_STORE_FAULT, "s", fault);
    return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static void
add_faults (Walk *walk)
{
    guint place;
    guint i;

    for (i = 0; i < walk->faults->len; i++) {
        GVariant *fault = walk->faults->pdata[i];
        GVariant *there;
        const gchar *id = NULL;

        g_variant_lookup (fault, SIMSTOW_STORE_ID, "&s", &id);
        there = find_store (walk->stores, id, &place);
        if (!there) {
            g_ptr_array_add (walk->stores, g_variant_ref (fault));
            continue;
        }
        walk->stores->pdata[place] = with_fault (there, fault);
        g_variant_unref (there);
    }
}

GVariant *
simstow_store_set_list_finish (SimstowStoreSet *self, GAsyncResult *result, GError **error)
{
    Walk *walk;

    g_return_val_if_fail (g_task_is_valid (result, self), NULL);

    if (!g_task_propagate_boolean (G_TASK (result), error))
        return NULL;
    walk = g_task_get_task_data (G_TASK (result));
    add_faults (walk);
    return g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE_VARDICT,
                                                    (GVariant *const *) walk->stores->pdata,
                                                    walk->stores->len));
}

/* What is not listed may be known all the same to who has the others of its kind */
static SimstowStoreDriver *
find_serving (SimstowStoreSet *self, const Walk *walk)
{
    SimstowStoreDriver *driver = g_hash_table_lookup (self->by_id, walk->store);

    if (driver || !walk->prefix)
        return driver;
    return g_hash_table_lookup (self->serving, walk->prefix);
}

void
simstow_store_set_find_async (SimstowStoreSet *self,
                              const gchar *store,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
    g_autoptr (GTask) task = walk_new (self, cancellable, callback, user_data);
    Walk *walk = g_task_get_task_data (task);

    g_task_set_source_tag (task, simstow_store_set_find_async);
    walk->store = g_strdup (store);
    for (guint i = 0; i < self->n_entries && !walk->prefix; i++)
        if (row_serves (&self->table[i], store))
            walk->prefix = self->table[i].prefix;
    if (!walk->prefix || find_serving (self, walk))
        g_task_return_boolean (task, TRUE);
    else
        walk_step (task);
}

SimstowStoreDriver *
simstow_store_set_find_finish (SimstowStoreSet *self, GAsyncResult *result, GError **error)
{
    Walk *walk;
    SimstowStoreDriver *driver = NULL;

    g_return_val_if_fail (g_task_is_valid (result, self), NULL);

    if (!g_task_propagate_boolean (G_TASK (result), error))
        return NULL;
    walk = g_task_get_task_data (G_TASK (result));
    driver = find_serving (self, walk);
    if (driver)
        return g_object_ref (driver);
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_UNSUPPORTED,
                         "this modem has no such store");
    return NULL;
}

static void
simstow_store_set_finalize (GObject *object)
{
    SimstowStoreSet *self = SIMSTOW_STORE_SET (object);

    g_clear_object (&self->port);
    g_hash_table_unref (self->serving);
    g_hash_table_unref (self->by_id);
    g_ptr_array_unref (self->drivers);
    G_OBJECT_CLASS (simstow_store_set_parent_class)->finalize (object);
}

static void
simstow_store_set_class_init (SimstowStoreSetClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_store_set_finalize;
}

static void
simstow_store_set_init (SimstowStoreSet *self)
{
    self->drivers = g_ptr_array_new_with_free_func (g_object_unref);
    self->serving = g_hash_table_new (g_str_hash, g_str_equal);
    self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}
