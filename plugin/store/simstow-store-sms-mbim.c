/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages over MBIM 1.0, 10.5.26 to 10.5.30. The modem has one memory, which it
 * does not name: it is taken for that of the SIM. There is no command to write a
 * message, and reading marks it as read.
 */

#include "simstow-store-sms-mbim.h"

#include <libmbim-glib.h>

#include "simstow-elements-mbim.h"
#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-port-mbim.h"
#include "simstow-services-mbim.h"
#include "simstow-store-about.h"
#include "simstow-store-reader-mbim.h"
#include "simstow-store-record.h"
#include "simstow-store-rows-mbim.h"

#define STORE         "sms/sm"
#define SHORT_SECONDS 10
#define READ_SECONDS  60
#define CID(name)     (1u << MBIM_CID_SMS_##name)

/* Where things are in the answer to a read, and in an element of it */
#define OFFSET_COUNT  4
#define OFFSET_INDEX  0
#define OFFSET_STATUS 4
#define OFFSET_PDU    8

struct _SimstowStoreSmsMbim {
    SimstowStoreDriver parent_instance;

    gboolean asked;
    guint32 cids;
    MbimSmsFormat format; /* of the messages there */
    guint32 capacity;     /* 0 when it is not known */
};

G_DEFINE_FINAL_TYPE (SimstowStoreSmsMbim, simstow_store_sms_mbim, SIMSTOW_TYPE_STORE_DRIVER)

static void
free_doubt (gpointer data)
{
    g_clear_error ((GError **) &data);
}

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

/* The answer to a read */

/* MBIM 1.0, 10.5.28: MBIM_SMS_PDU_RECORD; the statuses have the numbers of 3GPP TS 27.005 */
static GVariant *
decode_pdu (GBytes *element, GError **error)
{
    g_autoptr (GBytes) pdu = NULL;
    guint32 index, status;
    SimstowAtMessage message;

    if (!simstow_elements_mbim_u32 (element, OFFSET_INDEX, &index, error) ||
        !simstow_elements_mbim_u32 (element, OFFSET_STATUS, &status, error))
        return NULL;
    pdu = simstow_elements_mbim_dup_data (element, OFFSET_PDU, error);
    if (!pdu) {
        g_prefix_error (error, "message: ");
        return NULL;
    }
    if (g_bytes_get_size (pdu) == 0) {
        g_set_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA, "a message without bytes");
        return NULL;
    }
    message = (SimstowAtMessage){index, status, pdu};
    return simstow_store_record_from_message (&message);
}

static GVariant *
decode_cdma (GBytes *element, GError **error)
{
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_INVALID_DATA,
                 "a message in the format of CDMA, which simstow does not read");
    return NULL;
}

static GPtrArray *
read_answer_finish (SimstowPort *port, GAsyncResult *result, GError **error)
{
    g_autoptr (MbimMessage) response = simstow_port_mbim_finish (port, result, NULL, error);
    g_autoptr (GBytes) information = NULL;
    guint32 format = MBIM_SMS_FORMAT_PDU;

    if (!response)
        return NULL;
    information = simstow_elements_mbim_dup_information (response);
    simstow_elements_mbim_u32 (information, 0, &format, NULL);
    return simstow_store_rows_mbim_new (response,
                                        OFFSET_COUNT,
                                        format == MBIM_SMS_FORMAT_CDMA ? decode_cdma : decode_pdu,
                                        error);
}

static MbimMessage *
read_request (guint index, guint format)
{
    return mbim_message_sms_read_query_new ((MbimSmsFormat) format,
                                            index > 0 ? MBIM_SMS_FLAG_INDEX : MBIM_SMS_FLAG_ALL,
                                            index,
                                            NULL);
}

static void
send_read (GTask *task, GAsyncReadyCallback callback)
{
    const SimstowStoreSmsMbim *self = g_task_get_source_object (task);
    const SimstowReaderMbim reader = {read_request,
                                      read_answer_finish,
                                      self->format,
                                      self->capacity};

    simstow_store_reader_mbim_async (
        simstow_store_driver_get_port (g_task_get_source_object (task)),
        &reader,
        g_task_get_cancellable (task),
        callback,
        g_object_ref (task));
}

/* Listing */

/* With a fault, that is all that is known. */
static void
return_list (GTask *task, gboolean found, guint32 capacity, const gchar *fault)
{
    const SimstowStoreAbout about = {
        .id = STORE,
        .via = fault ? NULL : SIMSTOW_VIA_MBIM,
        .capacity = capacity,
        .marks_read = TRUE,
        .fault = fault,
    };

    g_task_return_pointer (task,
                           simstow_store_about_list (&about, found || fault ? 1 : 0),
                           (GDestroyNotify) g_variant_unref);
}

/* Only the modem itself can say that it lacks something. */
static void
return_failure (GTask *task, GError *error)
{
    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
        g_task_return_error (task, error);
        return;
    }
    return_list (
        task,
        FALSE,
        0,
        g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED) ? NULL : error->message);
    g_error_free (error);
}

/* Nothing came, and nothing speaks against that. Takes @error. */
static void
return_absence (GTask *task, GError *error)
{
    if (error)
        return_failure (task, error);
    else
        return_list (task, FALSE, 0, NULL);
}

/* The messages are there whatever the modem said of their memory; without any, that counts. */
static void
on_tried (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GError *doubt = g_task_get_task_data (task);
    GError *error = NULL;
    g_autoptr (GPtrArray) records =
        simstow_store_reader_mbim_finish (SIMSTOW_PORT (source), result, &error);

    if (records && records->len > 0)
        return_list (task, TRUE, 0, NULL);
    else if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED) || !doubt ||
             (error && g_error_matches (doubt, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED)))
        return_absence (task, error);
    else
        return_failure (task, g_error_copy (doubt));
}

/* Takes @doubt, %NULL of a memory that is said to have no places. */
static void
try_read (GTask *task, GError *doubt)
{
    if (g_error_matches (doubt, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
        g_task_return_error (task, doubt);
        return;
    }
    g_task_set_task_data (task, doubt, free_doubt);
    send_read (task, on_tried);
}

/* MBIM 1.0, 10.5.26: MBIM_SMS_CONFIGURATION_INFO */
static gboolean
take_configuration (SimstowStoreSmsMbim *self,
                    MbimMessage *response,
                    guint32 *capacity,
                    GError **error)
{
    g_autoptr (GBytes) information = simstow_elements_mbim_dup_information (response);
    guint32 state, format;

    if (!simstow_elements_mbim_u32 (information, 0, &state, error) ||
        !simstow_elements_mbim_u32 (information, 4, &format, error) ||
        !simstow_elements_mbim_u32 (information, 8, capacity, error)) {
        g_prefix_error (error, "what the modem says of its messages: ");
        return FALSE;
    }
    self->capacity = *capacity;
    self->format = format == MBIM_SMS_FORMAT_CDMA ? MBIM_SMS_FORMAT_CDMA : MBIM_SMS_FORMAT_PDU;
    if (state == MBIM_SMS_STORAGE_STATE_INITIALIZED)
        return TRUE;
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_LOCKED,
                 "the modem says that its memory of messages is not initialised");
    return FALSE;
}

static void
on_configuration_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (MbimMessage) response = NULL;
    guint32 capacity = 0;
    GError *error = NULL;

    response = simstow_port_mbim_finish (SIMSTOW_PORT (source), result, NULL, &error);
    if (response &&
        take_configuration (g_task_get_source_object (task), response, &capacity, &error) &&
        capacity > 0)
        return_list (task, TRUE, capacity, NULL);
    else
        try_read (task, error);
}

static void
ask_configuration (GTask *task)
{
    SimstowStoreSmsMbim *self = g_task_get_source_object (task);

    self->format = MBIM_SMS_FORMAT_PDU;
    self->capacity = 0;
    if (self->cids & CID (CONFIGURATION))
        send (task,
              mbim_message_sms_configuration_query_new (NULL),
              SHORT_SECONDS,
              on_configuration_ready);
    else if (self->cids)
        try_read (task, NULL);
    else
        return_list (task, FALSE, 0, NULL);
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
        return_failure (task, error);
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

static void
on_read_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Range *range = g_task_get_task_data (task);
    GError *error = NULL;
    g_autoptr (GPtrArray) records =
        simstow_store_reader_mbim_finish (SIMSTOW_PORT (source), result, &error);
    GVariant *found;
    guint done;

    if (!records) {
        g_task_return_error (task, error);
        return;
    }
    found =
        simstow_store_rows_mbim_range (records, range->first, range->count, &range->next, &done);
    if (range->progress)
        range->progress (STORE, done, records->len, range->progress_data);
    g_task_return_pointer (task, found, (GDestroyNotify) g_variant_unref);
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
    send_read (task, on_read_ready);
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
