/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a call's arguments to a store driver, and from its outcome to the answer.
 * The record methods share their first step: to find the driver of the store.
 */

#include "simstow-record-jobs.h"

#include "simstow-names.h"
#include "simstow-store-batch.h"
#include "simstow-store-erase.h"
#include "simstow-store-set.h"

static void
on_list_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowJob) job = user_data;
    g_autoptr (GError) error = NULL;
    g_autoptr (GVariant) stores =
        simstow_store_set_list_finish (SIMSTOW_STORE_SET (source), result, &error);

    if (stores)
        simstow_job_end (job, g_variant_new ("(@aa{sv})", stores));
    else
        simstow_job_end_with_error (job, error);
}

void
simstow_list_stores_run (SimstowJob *job, gpointer user_data)
{
    GVariant *parameters = simstow_job_get_parameters (job);
    g_autofree const gchar **kinds = NULL;

    /* of ListStores () there are none */
    if (g_variant_n_children (parameters) > 0)
        g_variant_get (parameters, "(^a&s)", &kinds);
    simstow_store_set_list_async (user_data,
                                  simstow_job_get_granted (job),
                                  kinds,
                                  simstow_job_get_cancellable (job),
                                  on_list_ready,
                                  g_object_ref (job));
}

static void
find_driver (SimstowJob *job, gpointer store_set, GAsyncReadyCallback callback)
{
    g_autofree gchar *store = NULL;

    g_variant_get_child (simstow_job_get_parameters (job), 0, "s", &store);
    simstow_store_set_find_async (store_set,
                                  store,
                                  simstow_job_get_cancellable (job),
                                  callback,
                                  g_object_ref (job));
}

static SimstowStoreDriver *
found_driver (GObject *store_set, GAsyncResult *result, SimstowJob *job)
{
    g_autoptr (GError) error = NULL;
    SimstowStoreDriver *driver =
        simstow_store_set_find_finish (SIMSTOW_STORE_SET (store_set), result, &error);

    if (!driver)
        simstow_job_end_with_error (job, error);
    return driver;
}

static void
on_progress (const gchar *store, guint done, guint total, gpointer user_data)
{
    simstow_job_report_progress (user_data, store, done, total);
}

/* Records on their way to the caller, and where to go on */
typedef struct {
    SimstowJob *job;
    GVariant *records;
    guint next;
} Answer;

static void
answer_free (gpointer data)
{
    Answer *answer = data;

    g_object_unref (answer->job);
    g_variant_unref (answer->records);
    g_free (answer);
}

static gboolean
wants_packed (SimstowJob *job)
{
    g_autoptr (GVariant) options = g_variant_get_child_value (simstow_job_get_parameters (job), 3);
    gboolean packed = FALSE;

    return g_variant_lookup (options, SIMSTOW_OPTION_PACKED, "b", &packed) && packed;
}

static GVariant *
pack (GVariant *records)
{
    g_autoptr (GBytes) bytes = g_variant_get_data_as_bytes (records);
    GVariantDict dict;
    GVariant *packed;

    g_variant_dict_init (&dict, NULL);
    g_variant_dict_insert_value (&dict,
                                 SIMSTOW_OPTION_PACKED,
                                 g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE));
    packed = g_variant_dict_end (&dict);
    return g_variant_new_array (G_VARIANT_TYPE_VARDICT, &packed, 1);
}

static gboolean
on_turn (gpointer user_data)
{
    Answer *answer = user_data;
    GVariant *records = wants_packed (answer->job) ? pack (answer->records) : answer->records;

    simstow_job_end (answer->job, g_variant_new ("(@aa{sv}u)", records, answer->next));
    return G_SOURCE_REMOVE;
}

/* Many records take as long to be sent as they took to be read: others who wait for the daemon
 * get a turn in between */
static void
answer_soon (SimstowJob *job, GVariant *records, guint next)
{
    Answer *answer = g_new0 (Answer, 1);

    answer->job = g_object_ref (job);
    answer->records = g_variant_ref (records);
    answer->next = next;
    g_idle_add_full (G_PRIORITY_DEFAULT, on_turn, answer, answer_free);
}

static void
on_read_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowJob) job = user_data;
    g_autoptr (GError) error = NULL;
    guint next = 0;
    g_autoptr (GVariant) records =
        simstow_store_driver_read_finish (SIMSTOW_STORE_DRIVER (source), result, &next, &error);

    if (records)
        answer_soon (job, records, next);
    else
        simstow_job_end_with_error (job, error);
}

static void
on_reader_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowJob) job = user_data;
    g_autoptr (SimstowStoreDriver) driver = found_driver (source, result, job);
    const gchar *store;
    guint first;
    guint count;

    if (!driver)
        return;
    g_variant_get (simstow_job_get_parameters (job), "(&suu@a{sv})", &store, &first, &count, NULL);
    simstow_store_driver_read_async (driver,
                                     store,
                                     first,
                                     count,
                                     on_progress,
                                     job,
                                     simstow_job_get_cancellable (job),
                                     on_read_ready,
                                     g_object_ref (job));
}

void
simstow_read_records_run (SimstowJob *job, gpointer user_data)
{
    find_driver (job, user_data, on_reader_found);
}

/* Writing: one record is a batch, too */

static void
write_batch (SimstowJob *job,
             SimstowStoreDriver *driver,
             GVariant *records,
             GAsyncReadyCallback callback)
{
    const gchar *store;

    g_variant_get_child (simstow_job_get_parameters (job), 0, "&s", &store);
    simstow_store_batch_async (driver,
                               store,
                               records,
                               simstow_job_get_cancellable (job),
                               callback,
                               g_object_ref (job));
}

static void
on_write_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowJob) job = user_data;
    g_autoptr (GError) error = NULL;
    g_autoptr (GArray) indices =
        simstow_store_batch_finish (SIMSTOW_STORE_DRIVER (source), result, &error);

    if (error)
        simstow_job_end_with_error (job, error);
    else
        simstow_job_end (job, g_variant_new ("(u)", g_array_index (indices, guint, 0)));
}

static void
on_writer_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowJob) job = user_data;
    g_autoptr (SimstowStoreDriver) driver = found_driver (source, result, job);
    g_autoptr (GVariant) record = NULL;

    if (!driver)
        return;
    record = g_variant_get_child_value (simstow_job_get_parameters (job), 1);
    write_batch (job,
                 driver,
                 g_variant_new_array (G_VARIANT_TYPE_VARDICT, &record, 1),
                 on_write_ready);
}

void
simstow_write_record_run (SimstowJob *job, gpointer user_data)
{
    find_driver (job, user_data, on_writer_found);
}

/* What was written is told also when the rest was not. */
static void
on_batch_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowJob) job = user_data;
    g_autoptr (GError) failure = NULL;
    g_autoptr (GArray) indices =
        simstow_store_batch_finish (SIMSTOW_STORE_DRIVER (source), result, &failure);
    g_autoptr (GError) named = failure ? simstow_job_name_error (failure) : NULL;
    g_autofree gchar *name = named ? g_dbus_error_encode_gerror (named) : g_strdup ("");

    simstow_job_end (job,
                     g_variant_new ("(@auss)",
                                    g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32,
                                                               indices->data,
                                                               indices->len,
                                                               sizeof (guint)),
                                    name,
                                    named ? named->message : ""));
}

static void
on_batch_writer_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowJob) job = user_data;
    g_autoptr (SimstowStoreDriver) driver = found_driver (source, result, job);
    g_autoptr (GVariant) records = NULL;

    if (!driver)
        return;
    records = g_variant_get_child_value (simstow_job_get_parameters (job), 1);
    write_batch (job, driver, records, on_batch_ready);
}

void
simstow_write_records_run (SimstowJob *job, gpointer user_data)
{
    find_driver (job, user_data, on_batch_writer_found);
}

static void
on_erase_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowJob) job = user_data;
    g_autoptr (GError) error = NULL;

    if (simstow_store_driver_erase_finish (SIMSTOW_STORE_DRIVER (source), result, &error))
        simstow_job_end (job, g_variant_new ("()"));
    else
        simstow_job_end_with_error (job, error);
}

static void
on_eraser_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowJob) job = user_data;
    g_autoptr (SimstowStoreDriver) driver = found_driver (source, result, job);
    const gchar *store;
    guint index;

    if (!driver)
        return;
    g_variant_get (simstow_job_get_parameters (job), "(&su)", &store, &index);
    simstow_store_driver_erase_async (driver,
                                      store,
                                      index,
                                      simstow_job_get_cancellable (job),
                                      on_erase_ready,
                                      g_object_ref (job));
}

void
simstow_erase_record_run (SimstowJob *job, gpointer user_data)
{
    find_driver (job, user_data, on_eraser_found);
}

/* Of each record what became of it: empty strings when it was erased */
static void
on_erase_some_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowJob) job = user_data;
    g_autoptr (GPtrArray) outcomes =
        simstow_store_erase_finish (SIMSTOW_STORE_DRIVER (source), result);
    GVariantBuilder builder;
    guint i;

    g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ss)"));
    for (i = 0; i < outcomes->len; i++) {
        const GError *outcome = g_ptr_array_index (outcomes, i);
        g_autoptr (GError) named = outcome ? simstow_job_name_error (outcome) : NULL;
        g_autofree gchar *name = named ? g_dbus_error_encode_gerror (named) : g_strdup ("");

        g_variant_builder_add (&builder, "(ss)", name, named ? named->message : "");
    }
    simstow_job_end (job, g_variant_new ("(a(ss))", &builder));
}

static void
on_some_eraser_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowJob) job = user_data;
    g_autoptr (SimstowStoreDriver) driver = found_driver (source, result, job);
    g_autoptr (GVariant) records = NULL;
    const gchar *store;

    if (!driver)
        return;
    g_variant_get (simstow_job_get_parameters (job), "(&s@aa{sv})", &store, &records);
    simstow_store_erase_async (driver,
                               store,
                               records,
                               simstow_job_get_cancellable (job),
                               on_erase_some_ready,
                               g_object_ref (job));
}

void
simstow_erase_records_run (SimstowJob *job, gpointer user_data)
{
    find_driver (job, user_data, on_some_eraser_found);
}
