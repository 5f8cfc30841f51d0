/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One record after the other, through the driver's own reading and erasing.
 */

#include "simstow-store-erase.h"

#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-store-batch.h"

typedef struct {
    gchar *store;
    GVariant *records;
    GPtrArray *outcomes;
    gint64 end; /* in monotonic time: no record is begun after it */
} Erase;

static void
outcome_free (gpointer data)
{
    g_clear_error ((GError **) &data);
}

static void
erase_free (gpointer data)
{
    Erase *erase = data;

    g_free (erase->store);
    g_variant_unref (erase->records);
    g_ptr_array_unref (erase->outcomes);
    g_free (erase);
}

static void
on_left (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;

    g_task_return_boolean (task, TRUE);
}

static void
erase_next (GTask *task);

/* Takes @error, %NULL for a record that was erased. */
static void
end_record (GTask *task, GError *error)
{
    Erase *erase = g_task_get_task_data (task);

    g_ptr_array_add (erase->outcomes, error);
    erase_next (task);
}

static void
on_erased (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GError *error = NULL;

    simstow_store_driver_erase_finish (SIMSTOW_STORE_DRIVER (source), result, &error);
    end_record (task, error);
}

static guint
index_of (GVariant *record)
{
    guint32 index = 0;

    g_variant_lookup (record, SIMSTOW_RECORD_INDEX, "u", &index);
    return index;
}

/* The record at a place, %NULL for none */
static GVariant *
find_record (GVariant *records, guint index)
{
    for (gsize i = 0; i < g_variant_n_children (records); i++) {
        g_autoptr (GVariant) record = g_variant_get_child_value (records, i);

        if (index_of (record) == index)
            return g_steal_pointer (&record);
    }
    return NULL;
}

/* Reading a message marks it as read, and that is all that may have changed */
static gboolean
is_same_value (const gchar *key, GVariant *expected, GVariant *there)
{
    return g_variant_equal (expected, there) ||
           (g_str_equal (key, SIMSTOW_RECORD_STATUS) &&
            g_variant_is_of_type (expected, G_VARIANT_TYPE_STRING) &&
            g_variant_is_of_type (there, G_VARIANT_TYPE_STRING) &&
            g_str_equal (g_variant_get_string (expected, NULL), "unread") &&
            g_str_equal (g_variant_get_string (there, NULL), "read"));
}

static gboolean
is_same (GVariant *expected, GVariant *there)
{
    GVariantIter iter;
    const gchar *key;
    GVariant *value;

    if (g_variant_n_children (expected) != g_variant_n_children (there))
        return FALSE;
    g_variant_iter_init (&iter, expected);
    while (g_variant_iter_loop (&iter, "{&sv}", &key, &value)) {
        g_autoptr (GVariant) found = g_variant_lookup_value (there, key, NULL);

        if (!found || !is_same_value (key, value, found)) {
            g_variant_unref (value);
            return FALSE;
        }
    }
    return TRUE;
}

static GVariant *
current (const Erase *erase)
{
    return g_variant_get_child_value (erase->records, erase->outcomes->len);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowStoreDriver *driver = SIMSTOW_STORE_DRIVER (source);
    Erase *erase = g_task_get_task_data (task);
    g_autoptr (GVariant) expected = current (erase);
    guint index = index_of (expected);
    GError *error = NULL;
    g_autoptr (GVariant) records = simstow_store_driver_read_finish (driver, result, NULL, &error);
    g_autoptr (GVariant) there = records ? find_record (records, index) : NULL;

    if (!records) {
        end_record (task, error);
    } else if (!there || !is_same (expected, there)) {
        end_record (task,
                    g_error_new (SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_NOT_FOUND,
                                 there ? "another record is at place %u now, it stays"
                                       : "nothing is at place %u any more",
                                 index));
    } else {
        simstow_store_driver_erase_async (driver,
                                          erase->store,
                                          index,
                                          g_task_get_cancellable (task),
                                          on_erased,
                                          g_object_ref (task));
    }
}

static gboolean
may_go_on (GTask *task)
{
    const Erase *erase = g_task_get_task_data (task);
    guint done = erase->outcomes->len;

    return done < g_variant_n_children (erase->records) &&
           !g_cancellable_is_cancelled (g_task_get_cancellable (task)) &&
           (done == 0 || g_get_monotonic_time () < erase->end);
}

static void
erase_next (GTask *task)
{
    const Erase *erase = g_task_get_task_data (task);
    g_autoptr (GVariant) record = NULL;

    if (!may_go_on (task)) {
        simstow_store_driver_leave_async (g_task_get_source_object (task),
                                          on_left,
                                          g_object_ref (task));
        return;
    }
    record = current (erase);
    simstow_store_driver_read_async (g_task_get_source_object (task),
                                     erase->store,
                                     index_of (record),
                                     1,
                                     NULL,
                                     NULL,
                                     g_task_get_cancellable (task),
                                     on_read,
                                     g_object_ref (task));
}

void
simstow_store_erase_async (SimstowStoreDriver *driver,
                           const gchar *store,
                           GVariant *records,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (driver, cancellable, callback, user_data);
    Erase *erase = g_new0 (Erase, 1);

    erase->store = g_strdup (store);
    erase->records = g_variant_get_normal_form (records);
    erase->outcomes = g_ptr_array_new_with_free_func (outcome_free);
    erase->end = g_get_monotonic_time () + SIMSTOW_STORE_BATCH_SECONDS * G_USEC_PER_SEC;
    g_task_set_source_tag (task, simstow_store_erase_async);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, erase, erase_free);
    simstow_store_driver_stay (driver);
    erase_next (task);
}

GPtrArray *
simstow_store_erase_finish (SimstowStoreDriver *driver, GAsyncResult *result)
{
    g_return_val_if_fail (g_task_is_valid (result, driver), NULL);

    return g_ptr_array_ref (((Erase *) g_task_get_task_data (G_TASK (result)))->outcomes);
}
