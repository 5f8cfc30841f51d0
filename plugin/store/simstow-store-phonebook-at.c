/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Phonebooks and call lists over AT, 3GPP TS 27.007 8.11 to 8.14.
 */

#include "simstow-store-phonebook-at.h"

#include "simstow-error.h"
#include "simstow-store-catalog.h"
#include "simstow-store-places.h"
#include "simstow-store-range.h"
#include "simstow-store-record.h"
#include "simstow-store-selector.h"

#define TIMEOUT_SECONDS 30

struct _SimstowStorePhonebookAt {
    SimstowStoreDriver parent_instance;

    SimstowStoreSelector *selector;
    SimstowStoreRange *range;
    SimstowStorePlaces *places;
    SimstowStoreCatalog *catalog;
};

G_DEFINE_FINAL_TYPE (SimstowStorePhonebookAt, simstow_store_phonebook_at, SIMSTOW_TYPE_STORE_DRIVER)

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowStoreCatalog *catalog = SIMSTOW_STORE_CATALOG (source);

    if (!simstow_store_catalog_load_finish (catalog, result, &error)) {
        if (!g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED)) {
            g_task_return_error (task, g_steal_pointer (&error));
            return;
        }
        /* a modem that has none by its own word has nothing to list */
        g_debug ("no phonebooks: %s", error->message);
    }
    g_task_return_pointer (task,
                           simstow_store_catalog_dup_list (catalog),
                           (GDestroyNotify) g_variant_unref);
}

static void
list_async (SimstowStoreDriver *driver,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
    SimstowStorePhonebookAt *self = SIMSTOW_STORE_PHONEBOOK_AT (driver);
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

    g_task_set_source_tag (task, list_async);
    g_task_set_check_cancellable (task, FALSE);
    if (simstow_port_has_at (simstow_store_driver_get_port (driver)))
        simstow_store_catalog_load_async (self->catalog,
                                          cancellable,
                                          on_listed,
                                          g_steal_pointer (&task));
    else
        g_task_return_pointer (task,
                               simstow_store_catalog_dup_list (self->catalog),
                               (GDestroyNotify) g_variant_unref);
}

/* An operation on one phonebook, which is looked up first */
typedef struct _Operation Operation;

struct _Operation {
    gchar *store;
    void (*run) (GTask *task, const SimstowAtPhonebook *phonebook);
    gboolean writes;
    guint first; /* or the index to erase */
    guint count;
    guint next;
    SimstowStoreProgressFunc progress;
    gpointer progress_data;
    SimstowAtEntry *entry;
};

static void
operation_free (gpointer data)
{
    Operation *operation = data;

    g_free (operation->store);
    g_clear_pointer (&operation->entry, simstow_at_entry_free);
    g_free (operation);
}

static void
run_operation (GTask *task)
{
    SimstowStorePhonebookAt *self = g_task_get_source_object (task);
    Operation *operation = g_task_get_task_data (task);
    const SimstowAtPhonebook *phonebook =
        simstow_store_catalog_find (self->catalog, operation->store);

    if (phonebook == NULL || (operation->writes && !phonebook->writable)) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_UNSUPPORTED,
                                 phonebook == NULL ? "no store %s" : "%s can only be read",
                                 operation->store);
        return;
    }
    if (operation->writes)
        simstow_store_catalog_outdate (self->catalog);
    operation->run (task, phonebook);
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;

    if (simstow_store_catalog_load_finish (SIMSTOW_STORE_CATALOG (source), result, &error))
        run_operation (task);
    else
        g_task_return_error (task, g_steal_pointer (&error));
}

static void
start_operation (GTask *task)
{
    SimstowStorePhonebookAt *self = g_task_get_source_object (task);

    if (simstow_store_catalog_is_loaded (self->catalog))
        run_operation (task);
    else
        simstow_store_catalog_load_async (self->catalog,
                                          g_task_get_cancellable (task),
                                          on_looked_up,
                                          g_object_ref (task));
}

static GTask *
operation_new (SimstowStoreDriver *driver,
               const gchar *store,
               gpointer tag,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
    GTask *task = g_task_new (driver, cancellable, callback, user_data);
    Operation *operation = g_new0 (Operation, 1);

    operation->store = g_strdup (store);
    g_task_set_source_tag (task, tag);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, operation, operation_free);
    return task;
}

static void
report_progress (SimstowStorePhonebookAt *self, const Operation *operation)
{
    const SimstowAtPhonebook *phonebook =
        simstow_store_catalog_find (self->catalog, operation->store);
    guint end = operation->next > 0 ? operation->next : phonebook->last + 1;

    if (operation->progress != NULL)
        operation->progress (operation->store,
                             end - phonebook->first,
                             phonebook->last - phonebook->first + 1,
                             operation->progress_data);
}

static void
on_range_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowStorePhonebookAt *self = g_task_get_source_object (task);
    Operation *operation = g_task_get_task_data (task);
    g_autoptr (GPtrArray) entries = NULL;
    GVariantBuilder builder;
    guint i;

    entries = simstow_store_range_read_finish (SIMSTOW_STORE_RANGE (source),
                                               result,
                                               &operation->next,
                                               &error);
    if (entries == NULL) {
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    report_progress (self, operation);
    g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
    for (i = 0; i < entries->len; i++)
        g_variant_builder_add_value (
            &builder,
            simstow_store_record_from_entry (g_ptr_array_index (entries, i)));
    g_task_return_pointer (task,
                           g_variant_ref_sink (g_variant_builder_end (&builder)),
                           (GDestroyNotify) g_variant_unref);
}

static void
run_read (GTask *task, const SimstowAtPhonebook *phonebook)
{
    SimstowStorePhonebookAt *self = g_task_get_source_object (task);
    const Operation *operation = g_task_get_task_data (task);
    SimstowStoreRangeFlags flags = SIMSTOW_STORE_RANGE_DEFAULT;

    if (simstow_store_catalog_is_fresh (self->catalog))
        flags |= SIMSTOW_STORE_RANGE_COUNTED;
    if (simstow_store_catalog_is_current (self->catalog))
        flags |= SIMSTOW_STORE_RANGE_PROMISED;
    if (simstow_store_catalog_is_last (self->catalog, operation->store))
        flags |= SIMSTOW_STORE_RANGE_LAST;
    simstow_store_range_read_async (self->range,
                                    phonebook,
                                    flags,
                                    operation->first,
                                    operation->count,
                                    g_task_get_cancellable (task),
                                    on_range_ready,
                                    g_object_ref (task));
}

static void
read_async (SimstowStoreDriver *driver,
            const gchar *store,
            guint first,
            guint count,
            SimstowStoreProgressFunc progress,
            gpointer progress_data,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
    g_autoptr (GTask) task =
        operation_new (driver, store, read_async, cancellable, callback, user_data);
    Operation *operation = g_task_get_task_data (task);

    operation->run = run_read;
    operation->first = first;
    operation->count = count;
    operation->progress = progress;
    operation->progress_data = progress_data;
    start_operation (task);
}

static GVariant *
read_finish (SimstowStoreDriver *driver, GAsyncResult *result, guint *next, GError **error)
{
    const Operation *operation;

    g_return_val_if_fail (g_task_is_valid (result, driver), NULL);

    operation = g_task_get_task_data (G_TASK (result));
    *next = operation->next;
    return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_write_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    guint index = simstow_store_places_write_finish (SIMSTOW_STORE_PLACES (source), result, &error);

    if (index > 0)
        g_task_return_int (task, index);
    else
        g_task_return_error (task, g_steal_pointer (&error));
}

static void
run_write (GTask *task, const SimstowAtPhonebook *phonebook)
{
    SimstowStorePhonebookAt *self = g_task_get_source_object (task);
    Operation *operation = g_task_get_task_data (task);
    GError *error = NULL;

    if (!simstow_store_record_check_limits (operation->entry, phonebook, &error)) {
        g_task_return_error (task, error);
        return;
    }
    if (operation->entry->index > phonebook->last ||
        (operation->entry->index > 0 && operation->entry->index < phonebook->first)) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_INVALID_RECORD,
                                 "%s has the places %u to %u",
                                 operation->store,
                                 phonebook->first,
                                 phonebook->last);
        return;
    }
    simstow_store_places_write_async (self->places,
                                      phonebook,
                                      g_steal_pointer (&operation->entry),
                                      g_task_get_cancellable (task),
                                      on_write_ready,
                                      g_object_ref (task));
}

static void
write_async (SimstowStoreDriver *driver,
             const gchar *store,
             GVariant *record,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
    g_autoptr (GTask) task =
        operation_new (driver, store, write_async, cancellable, callback, user_data);
    Operation *operation = g_task_get_task_data (task);
    GError *error = NULL;

    operation->run = run_write;
    operation->writes = TRUE;
    operation->entry = simstow_store_record_to_entry (record, &error);
    if (operation->entry == NULL)
        g_task_return_error (task, error);
    else
        start_operation (task);
}

static void
on_erase_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowStorePhonebookAt *self = g_task_get_source_object (task);
    g_autofree gchar *reply =
        simstow_store_selector_run_finish (SIMSTOW_STORE_SELECTOR (source), result, &error);

    simstow_store_places_forget (self->places);
    if (reply != NULL)
        g_task_return_boolean (task, TRUE);
    else
        g_task_return_error (task, g_steal_pointer (&error));
}

static void
run_erase (GTask *task, const SimstowAtPhonebook *phonebook)
{
    SimstowStorePhonebookAt *self = g_task_get_source_object (task);
    const Operation *operation = g_task_get_task_data (task);
    g_autofree gchar *command = g_strdup_printf ("+CPBW=%u", operation->first);
    const gchar *const commands[] = {command, NULL};

    if (operation->first < phonebook->first || operation->first > phonebook->last) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_NOT_FOUND,
                                 "%s has the places %u to %u",
                                 operation->store,
                                 phonebook->first,
                                 phonebook->last);
        return;
    }
    simstow_store_selector_run_async (self->selector,
                                      phonebook->storage,
                                      FALSE,
                                      commands,
                                      SIMSTOW_STORE_SCRIPT_KEEP,
                                      TIMEOUT_SECONDS,
                                      g_task_get_cancellable (task),
                                      on_erase_ready,
                                      g_object_ref (task));
}

static void
erase_async (SimstowStoreDriver *driver,
             const gchar *store,
             guint index,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
    g_autoptr (GTask) task =
        operation_new (driver, store, erase_async, cancellable, callback, user_data);
    Operation *operation = g_task_get_task_data (task);

    operation->run = run_erase;
    operation->writes = TRUE;
    operation->first = index;
    start_operation (task);
}

static void
simstow_store_phonebook_at_constructed (GObject *object)
{
    SimstowStorePhonebookAt *self = SIMSTOW_STORE_PHONEBOOK_AT (object);
    SimstowPort *port = simstow_store_driver_get_port (SIMSTOW_STORE_DRIVER (self));

    G_OBJECT_CLASS (simstow_store_phonebook_at_parent_class)->constructed (object);
    self->selector = simstow_store_selector_new (port);
    self->range = simstow_store_range_new (self->selector);
    self->places = simstow_store_places_new (self->selector, self->range);
    self->catalog = simstow_store_catalog_new (self->selector);
}

static void
simstow_store_phonebook_at_finalize (GObject *object)
{
    SimstowStorePhonebookAt *self = SIMSTOW_STORE_PHONEBOOK_AT (object);

    g_clear_object (&self->places);
    g_clear_object (&self->range);
    g_clear_object (&self->selector);
    g_clear_object (&self->catalog);
    G_OBJECT_CLASS (simstow_store_phonebook_at_parent_class)->finalize (object);
}

static void
simstow_store_phonebook_at_class_init (SimstowStorePhonebookAtClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);
    SimstowStoreDriverClass *driver_class = SIMSTOW_STORE_DRIVER_CLASS (klass);

    object_class->constructed = simstow_store_phonebook_at_constructed;
    object_class->finalize = simstow_store_phonebook_at_finalize;
    driver_class->list_async = list_async;
    driver_class->read_async = read_async;
    driver_class->read_finish = read_finish;
    driver_class->write_async = write_async;
    driver_class->erase_async = erase_async;
}

static void
simstow_store_phonebook_at_init (SimstowStorePhonebookAt *self)
{
}
