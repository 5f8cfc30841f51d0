/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages over MBIM 1.0, 10.5.26 to 10.5.30. The modem has one memory, which it
 * does not name: it is taken for that of the SIM. There is no command to write a
 * message, and reading marks it as read.
 */

#include "simstow-store-sms-mbim.h"

#include <libmbim-glib.h>

#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-port-mbim.h"
#include "simstow-services-mbim.h"
#include "simstow-store-about.h"
#include "simstow-store-record.h"

#define STORE         "sms/sm"
#define SHORT_SECONDS 10
#define READ_SECONDS  60
#define CID(name)     (1u << MBIM_CID_SMS_##name)

struct _SimstowStoreSmsMbim {
    SimstowStoreDriver parent_instance;

    gboolean asked;
    guint32 cids;
};

G_DEFINE_FINAL_TYPE (SimstowStoreSmsMbim, simstow_store_sms_mbim, SIMSTOW_TYPE_STORE_DRIVER)

/* A run of places to read */
typedef struct {
    guint first;
    guint count;
    guint next;
    SimstowStoreProgressFunc progress;
    gpointer progress_data;
} Range;

static GTask *
task_new (SimstowStoreDriver *driver,
          gpointer tag,
          GCancellable *cancellable,
          GAsyncReadyCallback callback,
          gpointer user_data)
{
    GTask *task = g_task_new (driver, cancellable, callback, user_data);

    g_task_set_source_tag (task, tag);
    g_task_set_check_cancellable (task, FALSE);
    return task;
}

static void
send (GTask *task, MbimMessage *request, guint seconds, GAsyncReadyCallback callback)
{
    simstow_port_mbim_async (simstow_store_driver_get_port (g_task_get_source_object (task)),
                             request,
                             seconds,
                             g_task_get_cancellable (task),
                             callback,
                             g_object_ref (task));
}

static void
return_broken (GTask *task, const GError *error)
{
    g_task_return_new_error (task,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_MODEM_ERROR,
                             "MBIM: %s",
                             error->message);
}

/* Listing */

static void
return_list (GTask *task, guint32 capacity)
{
    const SimstowStoreAbout about = {
        .id = STORE,
        .via = SIMSTOW_VIA_MBIM,
        .capacity = capacity,
        .marks_read = TRUE,
    };

    g_task_return_pointer (task,
                           simstow_store_about_list (&about, capacity > 0 ? 1 : 0),
                           (GDestroyNotify) g_variant_unref);
}

/* What a modem lacks is no error, but to be told to stop is one. */
static void
return_nothing (GTask *task, GError *error)
{
    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
        g_task_return_error (task, error);
        return;
    }
    g_debug ("no messages over MBIM: %s", error->message);
    g_error_free (error);
    return_list (task, 0);
}

static void
on_configuration_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (MbimMessage) response = NULL;
    MbimSmsStorageState state = MBIM_SMS_STORAGE_STATE_NOT_INITIALIZED;
    MbimSmsFormat format = MBIM_SMS_FORMAT_CDMA;
    guint32 capacity = 0;
    GError *error = NULL;

    response = simstow_port_mbim_finish (SIMSTOW_PORT (source), result, NULL, &error);
    if (!response || !mbim_message_sms_configuration_response_parse (response,
                                                                     &state,
                                                                     &format,
                                                                     &capacity,
                                                                     NULL,
                                                                     NULL,
                                                                     &error)) {
        return_nothing (task, error);
        return;
    }
    return_list (task,
                 state == MBIM_SMS_STORAGE_STATE_INITIALIZED && format == MBIM_SMS_FORMAT_PDU
                     ? capacity
                     : 0);
}

static void
ask_configuration (GTask *task)
{
    const SimstowStoreSmsMbim *self = g_task_get_source_object (task);
    guint32 needed = CID (CONFIGURATION) | CID (READ);

    if ((self->cids & needed) == needed)
        send (task,
              mbim_message_sms_configuration_query_new (NULL),
              SHORT_SECONDS,
              on_configuration_ready);
    else
        return_list (task, 0);
}

static void
on_services_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowStoreSmsMbim *self = g_task_get_source_object (task);
    GError *error = NULL;

    self->asked =
        simstow_services_mbim_ask_finish (SIMSTOW_PORT (source), result, &self->cids, &error);
    if (self->asked)
        ask_configuration (task);
    else
        return_nothing (task, error);
}

static void
list_async (SimstowStoreDriver *driver,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
    g_autoptr (GTask) task = task_new (driver, list_async, cancellable, callback, user_data);

    if (SIMSTOW_STORE_SMS_MBIM (driver)->asked)
        ask_configuration (task);
    else
        simstow_services_mbim_ask_async (simstow_store_driver_get_port (driver),
                                         MBIM_SERVICE_SMS,
                                         cancellable,
                                         on_services_ready,
                                         g_steal_pointer (&task));
}

/* Reading */

static gint
compare_index (gconstpointer a, gconstpointer b)
{
    const MbimSmsPduReadRecord *record_a = *(MbimSmsPduReadRecord *const *) a;
    const MbimSmsPduReadRecord *record_b = *(MbimSmsPduReadRecord *const *) b;

    return (record_a->message_index > record_b->message_index) -
           (record_a->message_index < record_b->message_index);
}

static GVariant *
variant_of (const MbimSmsPduReadRecord *record)
{
    g_autoptr (GBytes) pdu = g_bytes_new (record->pdu_data, record->pdu_data_size);
    /* the statuses have the numbers of 3GPP TS 27.005 */
    const SimstowAtMessage message = {record->message_index, record->message_status, pdu};

    return simstow_store_record_from_message (&message);
}

static GVariant *
variant_of_range (GPtrArray *records, Range *range)
{
    GVariantBuilder builder;
    guint i;

    g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
    for (i = 0; i < records->len && range->next == 0; i++) {
        const MbimSmsPduReadRecord *record = g_ptr_array_index (records, i);

        if (record->message_index < range->first)
            continue;
        if (range->count > 0 && record->message_index - range->first >= range->count)
            range->next = record->message_index;
        else
            g_variant_builder_add_value (&builder, variant_of (record));
    }
    if (range->progress)
        range->progress (STORE, range->next > 0 ? i - 1 : i, records->len, range->progress_data);
    return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
on_read_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (MbimMessage) response = NULL;
    g_autoptr (MbimSmsPduReadRecordArray) found = NULL;
    g_autoptr (GPtrArray) records = g_ptr_array_new ();
    g_autoptr (GError) broken = NULL;
    GError *error = NULL;
    guint32 n_found = 0;
    guint32 i;

    response = simstow_port_mbim_finish (SIMSTOW_PORT (source), result, NULL, &error);
    if (!response) {
        g_task_return_error (task, error);
        return;
    }
    if (!mbim_message_sms_read_response_parse (response, NULL, &n_found, &found, NULL, &broken)) {
        return_broken (task, broken);
        return;
    }
    for (i = 0; found && found[i]; i++)
        g_ptr_array_add (records, found[i]);
    g_ptr_array_sort (records, compare_index);
    g_task_return_pointer (task,
                           variant_of_range (records, g_task_get_task_data (task)),
                           (GDestroyNotify) g_variant_unref);
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
    g_autoptr (GTask) task = task_new (driver, read_async, cancellable, callback, user_data);
    const Range range = {first, count, 0, progress, progress_data};

    g_task_set_task_data (task, g_memdup2 (&range, sizeof (range)), g_free);
    send (task,
          mbim_message_sms_read_query_new (MBIM_SMS_FORMAT_PDU, MBIM_SMS_FLAG_ALL, 0, NULL),
          READ_SECONDS,
          on_read_ready);
}

static GVariant *
read_finish (SimstowStoreDriver *driver, GAsyncResult *result, guint *next, GError **error)
{
    const Range *range;

    g_return_val_if_fail (g_task_is_valid (result, driver), NULL);

    range = g_task_get_task_data (G_TASK (result));
    *next = range->next;
    return g_task_propagate_pointer (G_TASK (result), error);
}

/* Writing and erasing */

static void
write_async (SimstowStoreDriver *driver,
             const gchar *store,
             GVariant *record,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
    g_autoptr (GTask) task = task_new (driver, write_async, cancellable, callback, user_data);

    g_task_return_new_error (task,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_UNSUPPORTED,
                             "MBIM has no command to write a message");
}

static void
on_erase_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (MbimMessage) response = NULL;
    GError *error = NULL;

    response = simstow_port_mbim_finish (SIMSTOW_PORT (source), result, NULL, &error);
    if (response)
        g_task_return_boolean (task, TRUE);
    else
        g_task_return_error (task, error);
}

static void
erase_async (SimstowStoreDriver *driver,
             const gchar *store,
             guint index,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
    g_autoptr (GTask) task = task_new (driver, erase_async, cancellable, callback, user_data);

    send (task,
          mbim_message_sms_delete_set_new (MBIM_SMS_FLAG_INDEX, index, NULL),
          READ_SECONDS,
          on_erase_ready);
}

static void
simstow_store_sms_mbim_class_init (SimstowStoreSmsMbimClass *klass)
{
    SimstowStoreDriverClass *driver_class = SIMSTOW_STORE_DRIVER_CLASS (klass);

    driver_class->list_async = list_async;
    driver_class->read_async = read_async;
    driver_class->read_finish = read_finish;
    driver_class->write_async = write_async;
    driver_class->erase_async = erase_async;
}

static void
simstow_store_sms_mbim_init (SimstowStoreSmsMbim *self)
{
}
