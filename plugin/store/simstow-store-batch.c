/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One record after the other, through the driver's own write.
 */

#include "simstow-store-batch.h"

#include "simstow-error.h"

typedef struct {
    gchar *store;
    GVariant *records;
    GArray *indices;
    gint64 end; /* in monotonic time: no record is begun after it */
    GError *failure;
} Batch;

static void
batch_free (gpointer data)
{
    Batch *batch = data;

    g_free (batch->store);
    g_variant_unref (batch->records);
    g_array_unref (batch->indices);
    g_clear_error (&batch->failure);
    g_free (batch);
}

static void
on_left (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;

    g_task_return_boolean (task, TRUE);
}

static void
leave (GTask *task)
{
    simstow_store_driver_leave_async (g_task_get_source_object (task),
                                      on_left,
                                      g_object_ref (task));
}

static void
write_next (GTask *task);

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Batch *batch = g_task_get_task_data (task);
    guint index =
        simstow_store_driver_write_finish (SIMSTOW_STORE_DRIVER (source), result, &batch->failure);

    if (batch->failure) {
        leave (task);
        return;
    }
    g_array_append_val (batch->indices, index);
    write_next (task);
}

/* The first record is tried in any case. */
static gboolean
may_go_on (GTask *task)
{
    Batch *batch = g_task_get_task_data (task);
    guint done = batch->indices->len;

    if (done == g_variant_n_children (batch->records))
        return FALSE;
    if (!g_cancellable_is_cancelled (g_task_get_cancellable (task)))
        return done == 0 || g_get_monotonic_time () < batch->end;
    batch->failure =
        g_error_new_literal (SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, "the job was cancelled");
    return FALSE;
}

static void
write_next (GTask *task)
{
    const Batch *batch = g_task_get_task_data (task);
    g_autoptr (GVariant) record = NULL;

    if (!may_go_on (task)) {
        leave (task);
        return;
    }
    record = g_variant_get_child_value (batch->records, batch->indices->len);
    simstow_store_driver_write_async (g_task_get_source_object (task),
                                      batch->store,
                                      record,
                                      g_task_get_cancellable (task),
                                      on_written,
                                      g_object_ref (task));
}

void
simstow_store_batch_async (SimstowStoreDriver *driver,
                           const gchar *store,
                           GVariant *records,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (driver, cancellable, callback, user_data);
    Batch *batch = g_new0 (Batch, 1);

    batch->store = g_strdup (store);
    batch->records = g_variant_ref_sink (records);
    batch->indices = g_array_new (FALSE, FALSE, sizeof (guint));
    batch->end = g_get_monotonic_time () + SIMSTOW_STORE_BATCH_SECONDS * G_USEC_PER_SEC;
    g_task_set_source_tag (task, simstow_store_batch_async);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, batch, batch_free);
    simstow_store_driver_stay (driver);
    write_next (task);
}

GArray *
simstow_store_batch_finish (SimstowStoreDriver *driver, GAsyncResult *result, GError **failure)
{
    Batch *batch;

    g_return_val_if_fail (g_task_is_valid (result, driver), NULL);

    batch = g_task_get_task_data (G_TASK (result));
    if (batch->failure)
        g_propagate_error (failure, g_steal_pointer (&batch->failure));
    return g_array_ref (batch->indices);
}
