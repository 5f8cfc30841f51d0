/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages in EF_SMS, 3GPP TS 31.102 4.2.25: status, service centre's address,
 * TPDU. Reading leaves the status alone. Records are handed over as they are;
 * they are looked at only as far as to tell a free one.
 */

#include "simstow-store-sms-card.h"

#include "simstow-card.h"
#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-reader.h"
#include "simstow-store-about.h"
#include "simstow-store-record.h"
#include "simstow-store-services.h"
#include "simstow-visit.h"

/* So many records are read between two reports of progress */
#define CHUNK       32
#define STORE       "sms/sm"
#define RECORD_MIN  20
#define STATUS_FREE 0x00
#define STATUS_USED 0x01
#define BLANK       0xFF

/* In the USIM, and on a plain SIM */
static const gchar *const paths[] = {"7FFF6F3C", "7F106F3C"};

static const gchar odd_status[] = "the record's status does not fit to what is in it";

/* The lowest bits of the status, by <stat> of 3GPP TS 27.005 */
static const guint8 statuses[] = {0x03, 0x01, 0x07, 0x05};

struct _SimstowStoreSmsCard {
    SimstowStoreCardDriver parent_instance;

    const gchar *path; /* NULL before it was found */
    guint n_records;
    guint hint; /* where the next free record may be */
};

G_DEFINE_FINAL_TYPE (SimstowStoreSmsCard, simstow_store_sms_card, SIMSTOW_TYPE_STORE_CARD_DRIVER)

typedef struct _Operation Operation;

struct _Operation {
    SimstowStoreSmsCard *driver;
    void (*next) (Operation *operation, SimstowVisit *visit, SimstowVisitStep *done);
    guint first; /* or the record to write or erase */
    guint count;
    gboolean whole; /* the file to its end is wanted */
    guint looked_at;
    GBytes *message;
    GVariantBuilder *records;
    gboolean found;
    gboolean absent; /* as the card itself says */
    SimstowServices services;
    gboolean done;
    SimstowStoreProgressFunc progress;
    gpointer progress_data;
    GError *error;
};

static void
operation_free (gpointer data)
{
    Operation *operation = data;

    g_clear_pointer (&operation->message, g_bytes_unref);
    g_clear_pointer (&operation->records, g_variant_builder_unref);
    g_clear_error (&operation->error);
    simstow_services_clear (&operation->services);
    g_free (operation);
}

static GTask *
task_new (SimstowStoreDriver *driver,
          gpointer tag,
          GCancellable *cancellable,
          GAsyncReadyCallback callback,
          gpointer user_data)
{
    GTask *task = g_task_new (driver, cancellable, callback, user_data);
    Operation *operation = g_new0 (Operation, 1);

    operation->driver = SIMSTOW_STORE_SMS_CARD (driver);
    g_task_set_source_tag (task, tag);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, operation, operation_free);
    return task;
}

typedef enum {
    STATE_FREE,
    STATE_USED,
    STATE_ODD,
} State;

/* Whether what follows the status was never written */
static gboolean
is_blank (SimstowReader *reader)
{
    guint8 octet;

    while (simstow_reader_u8 (reader, &octet, NULL)) {
        if (octet != BLANK)
            return FALSE;
    }
    return TRUE;
}

/* Of a message that was deleted on a phone the status is 00 and the rest often is as it was: it
 * is deleted all the same. A status that neither says so nor that there is a message is no reason
 * to pass over what is there; and one that does is a promise. */
static State
state_of (GBytes *record)
{
    SimstowReader reader;
    guint8 status = STATUS_FREE;

    simstow_reader_init_bytes (&reader, record);
    simstow_reader_u8 (&reader, &status, NULL);
    if (status == STATUS_FREE)
        return STATE_FREE;
    if ((status & STATUS_USED) && status != BLANK)
        return is_blank (&reader) ? STATE_ODD : STATE_USED;
    return is_blank (&reader) ? STATE_FREE : STATE_ODD;
}

/* The file is not there: does the card say so elsewhere, too? */
static void
take_absence (Operation *operation, SimstowVisit *visit, SimstowVisitStep *done)
{
    if (!operation->absent &&
        g_error_matches (done->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND)) {
        operation->absent = TRUE;
        simstow_services_start (&operation->services, visit, TRUE);
    }
    operation->error = g_steal_pointer (&done->error);
}

/* The first steps of every visit find the file, the steps that follow are the operation's. */
static void
on_step (SimstowVisit *visit, SimstowVisitStep *done, gpointer user_data)
{
    Operation *operation = user_data;
    SimstowStoreSmsCard *self = operation->driver;

    if (operation->found) {
        operation->next (operation, visit, done);
        return;
    }
    if (operation->absent) {
        simstow_services_take (&operation->services, visit, done);
        return;
    }
    if (done->error) {
        if (g_str_equal (done->path, paths[0]) && simstow_card_lacks (done->error))
            simstow_visit_select (visit, paths[1]);
        else
            take_absence (operation, visit, done);
        return;
    }
    if (done->fcp.structure != SIMSTOW_FILE_LINEAR || done->fcp.record_size < RECORD_MIN) {
        operation->error = g_error_new (SIMSTOW_ERROR,
                                        SIMSTOW_ERROR_INVALID_DATA,
                                        "EF_SMS (%s) has an odd shape: structure %u, records of %u",
                                        done->path,
                                        done->fcp.structure,
                                        done->fcp.record_size);
        return;
    }
    operation->found = TRUE;
    self->path = g_str_equal (done->path, paths[0]) ? paths[0] : paths[1];
    self->n_records = done->fcp.n_records;
    if (operation->next)
        operation->next (operation, visit, NULL);
}

static void
start_visit (GTask *task, GAsyncReadyCallback callback)
{
    SimstowStoreSmsCard *self = g_task_get_source_object (task);
    g_autoptr (SimstowVisit) visit =
        simstow_store_card_driver_visit (g_task_get_source_object (task));

    simstow_visit_select (visit, self->path ? self->path : paths[0]);
    simstow_visit_run_for (visit, task, on_step, callback);
}

/* Whether the visit and the operation went well; else ends the task. */
static gboolean
finish_visit (GTask *task, GObject *visit, GAsyncResult *result)
{
    Operation *operation = g_task_get_task_data (task);
    GError *error = NULL;

    if (simstow_visit_run_finish (SIMSTOW_VISIT (visit), result, &error) && !operation->error)
        return TRUE;
    g_task_return_error (task, error ? error : g_steal_pointer (&operation->error));
    return FALSE;
}

/* Listing */

/* What is wrong with a card that has no such file, %NULL when nothing is */
static gchar *
dup_fault (const Operation *operation)
{
    if (operation->services.error)
        return g_strdup (operation->services.error->message);
    return simstow_services_dup_fault (&operation->services, SIMSTOW_SERVICE_SMS, paths[0]);
}

static void
on_list_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autofree gchar *fault = NULL;
    SimstowStoreSmsCard *self = g_task_get_source_object (task);
    Operation *operation = g_task_get_task_data (task);
    g_autoptr (GError) error = NULL;
    SimstowStoreAbout about = {.id = STORE, .via = SIMSTOW_VIA_CARD, .writable = TRUE, .first = 1};

    if (simstow_visit_run_finish (SIMSTOW_VISIT (source), result, &error))
        error = g_steal_pointer (&operation->error);
    if (error && !simstow_card_lacks (error)) {
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    if (error)
        g_debug ("no messages from the card: %s", error->message);
    about.way = simstow_store_card_driver_get_way (SIMSTOW_STORE_CARD_DRIVER (self));
    about.capacity = about.last = self->n_records;
    if (!operation->found) {
        fault = dup_fault (operation);
        about = (SimstowStoreAbout){.id = STORE, .fault = fault, .declared = TRUE};
    }
    g_task_return_pointer (task,
                           simstow_store_about_list (&about, operation->found || fault ? 1 : 0),
                           (GDestroyNotify) g_variant_unref);
}

static void
list_async (SimstowStoreDriver *driver,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
    g_autoptr (GTask) task = task_new (driver, list_async, cancellable, callback, user_data);

    SIMSTOW_STORE_SMS_CARD (driver)->path = NULL;
    start_visit (task, on_list_done);
}

/* Reading */

static void
add_record (GVariantBuilder *records, guint index, GBytes *contents)
{
    GVariantBuilder record;

    g_variant_builder_init (&record, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add (&record, "{sv}", SIMSTOW_RECORD_INDEX, g_variant_new_uint32 (index));
    g_variant_builder_add (&record,
                           "{sv}",
                           SIMSTOW_RECORD_RAW,
                           g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, contents, TRUE));
    g_variant_builder_add_value (records, g_variant_builder_end (&record));
}

static void
add_unread (GVariantBuilder *records, guint index, GBytes *contents, const gchar *fault)
{
    g_variant_builder_add_value (records, simstow_store_record_unread (index, contents, fault));
}

static guint
next_place (const Operation *operation)
{
    guint next = operation->first + operation->looked_at;

    return operation->looked_at > 0 && next <= operation->driver->n_records ? next : 0;
}

/* What was read before a failure is handed over; who asks for the rest hears of it */
static void
next_read (Operation *operation, SimstowVisit *visit, SimstowVisitStep *done)
{
    guint i;

    if (!done) {
        simstow_visit_read_each (visit,
                                 operation->driver->path,
                                 operation->first,
                                 operation->count);
        return;
    }
    for (i = 0; i < done->contents->len; i++) {
        GBytes *contents = g_ptr_array_index (done->contents, i);
        const gchar *fault = g_ptr_array_index (done->faults, i);
        guint index = operation->first + operation->looked_at + i;

        if (fault)
            add_unread (operation->records, index, contents, fault);
        else if (state_of (contents) == STATE_USED)
            add_record (operation->records, index, contents);
        else if (state_of (contents) == STATE_ODD)
            add_unread (operation->records, index, contents, odd_status);
    }
    operation->looked_at += done->contents->len;
    operation->whole = operation->whole && !done->error && done->contents->len > 0;
    if (operation->looked_at == 0)
        operation->error = g_steal_pointer (&done->error);
    if (operation->progress)
        operation->progress (STORE,
                             operation->first + operation->looked_at - 1,
                             operation->driver->n_records,
                             operation->progress_data);
    if (operation->whole && next_place (operation) > 0)
        simstow_visit_read_each (visit, operation->driver->path, next_place (operation), CHUNK);
}

static void
on_read_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Operation *operation = g_task_get_task_data (task);

    if (!finish_visit (task, source, result))
        return;
    g_task_return_pointer (task,
                           g_variant_ref_sink (g_variant_builder_end (operation->records)),
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
    Operation *operation = g_task_get_task_data (task);

    operation->next = next_read;
    operation->first = MAX (first, 1);
    operation->count = count > 0 ? count : CHUNK;
    operation->whole = count == 0;
    operation->records = g_variant_builder_new (G_VARIANT_TYPE ("aa{sv}"));
    operation->progress = progress;
    operation->progress_data = progress_data;
    start_visit (task, on_read_done);
}

static GVariant *
read_finish (SimstowStoreDriver *driver, GAsyncResult *result, guint *next, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, driver), NULL);

    *next = next_place (g_task_get_task_data (G_TASK (result)));
    return g_task_propagate_pointer (G_TASK (result), error);
}

/* Writing: into the next record that is found to be free */

static void
look_at_next (Operation *operation, SimstowVisit *visit)
{
    const SimstowStoreSmsCard *self = operation->driver;

    if (operation->looked_at == self->n_records) {
        operation->error = g_error_new (SIMSTOW_ERROR,
                                        SIMSTOW_ERROR_FULL,
                                        "all %u records of the card are in use",
                                        self->n_records);
        return;
    }
    operation->first = (self->hint + operation->looked_at++) % self->n_records + 1;
    simstow_visit_read (visit, self->path, operation->first, 1);
}

static gboolean
fits (Operation *operation, const SimstowVisitStep *step)
{
    gsize size = g_bytes_get_size (operation->message);

    if (size <= step->fcp.record_size)
        return TRUE;
    operation->error = g_error_new (SIMSTOW_ERROR,
                                    SIMSTOW_ERROR_INVALID_RECORD,
                                    "the message has %" G_GSIZE_FORMAT " bytes, a record takes %u",
                                    size - 1,
                                    step->fcp.record_size - 1);
    return FALSE;
}

static void
next_write (Operation *operation, SimstowVisit *visit, SimstowVisitStep *done)
{
    if (!done) {
        look_at_next (operation, visit);
    } else if (done->error) {
        operation->error = g_steal_pointer (&done->error);
    } else if (operation->done) {
        operation->driver->hint = operation->first % operation->driver->n_records;
    } else if (done->contents->len != 1 ||
               state_of (g_ptr_array_index (done->contents, 0)) != STATE_FREE) {
        look_at_next (operation, visit);
    } else if (fits (operation, done)) {
        operation->done = TRUE;
        simstow_visit_update (visit, done->path, operation->first, operation->message);
    }
}

static void
on_write_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    const Operation *operation = g_task_get_task_data (task);

    if (finish_visit (task, source, result))
        g_task_return_int (task, operation->first);
}

/* A record without its padding: the status, then the message as it is */
static GBytes *
encode (const SimstowAtMessage *message)
{
    g_autoptr (GByteArray) record = g_byte_array_new ();

    g_byte_array_append (record, &statuses[message->status], 1);
    g_byte_array_append (record,
                         g_bytes_get_data (message->pdu, NULL),
                         (guint) g_bytes_get_size (message->pdu));
    return g_byte_array_free_to_bytes (g_steal_pointer (&record));
}

static void
write_async (SimstowStoreDriver *driver,
             const gchar *store,
             GVariant *record,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
    g_autoptr (GTask) task = task_new (driver, write_async, cancellable, callback, user_data);
    Operation *operation = g_task_get_task_data (task);
    g_autoptr (SimstowAtMessage) message = NULL;
    GError *error = NULL;

    message = simstow_store_record_to_message (record, &error);
    if (!message) {
        g_task_return_error (task, error);
        return;
    }
    operation->message = encode (message);
    operation->next = next_write;
    start_visit (task, on_write_done);
}

/* Erasing: a free record is a status of 0 and filler */

static void
next_erase (Operation *operation, SimstowVisit *visit, SimstowVisitStep *done)
{
    static const guint8 nothing[] = {STATUS_FREE};
    g_autoptr (GBytes) empty = g_bytes_new_static (nothing, sizeof (nothing));

    if (done)
        operation->error = g_steal_pointer (&done->error);
    else if (operation->first < 1 || operation->first > operation->driver->n_records)
        operation->error = g_error_new (SIMSTOW_ERROR,
                                        SIMSTOW_ERROR_NOT_FOUND,
                                        "%s has the records 1 to %u",
                                        STORE,
                                        operation->driver->n_records);
    else
        simstow_visit_update (visit, operation->driver->path, operation->first, empty);
}

static void
on_erase_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowStoreSmsCard *self = g_task_get_source_object (task);

    self->hint = 0;
    if (finish_visit (task, source, result))
        g_task_return_boolean (task, TRUE);
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
    Operation *operation = g_task_get_task_data (task);

    operation->next = next_erase;
    operation->first = index;
    start_visit (task, on_erase_done);
}

static void
simstow_store_sms_card_class_init (SimstowStoreSmsCardClass *klass)
{
    SimstowStoreDriverClass *driver_class = SIMSTOW_STORE_DRIVER_CLASS (klass);

    driver_class->list_async = list_async;
    driver_class->read_async = read_async;
    driver_class->read_finish = read_finish;
    driver_class->write_async = write_async;
    driver_class->erase_async = erase_async;
}

static void
simstow_store_sms_card_init (SimstowStoreSmsCard *self)
{
}
