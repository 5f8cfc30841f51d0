/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages on the card. What was read is kept: a free record is found in it, and whether it is
 * still as it was the plugin compares before it writes.
 */

#include "simstow-messages-card.h"

#include <string.h>

#include "simstow-card-file.h"
#include "simstow-card-services.h"
#include "simstow-ef.h"
#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-reader.h"

#define STORE       SIMSTOW_PREFIX_SMS "sm"
#define RECORD_MIN  20
#define STATUS_USED 0x01
#define BLANK       0xFF

#define TP_MTI        0x03
#define TP_MTI_SUBMIT 0x01

/* In the USIM, and on a plain SIM */
static const gchar *const paths[] = {"7FFF6F3C", "7F106F3C"};

struct _SimstowMessagesCard {
    SimstowDriver parent_instance;

    const gchar *path; /* NULL before it was found */
    GPtrArray *there;  /* its records as they were seen last, NULL before */
};

G_DEFINE_FINAL_TYPE (SimstowMessagesCard, simstow_messages_card, SIMSTOW_TYPE_DRIVER)

static SimstowCardFile *
run_one (SimstowMessagesCard *self,
         const gchar *verb,
         const gchar *path,
         GCancellable *cancellable,
         GError **error)
{
    g_autofree gchar *command = g_strconcat (verb, " ", path, NULL);
    const gchar *const commands[] = {command, NULL};
    g_autoptr (GPtrArray) files =
        simstow_card_files_run (simstow_driver_peek_conversation (SIMSTOW_DRIVER (self)),
                                commands,
                                cancellable,
                                error);

    return files ? g_ptr_array_steal_index (files, 0) : NULL;
}

/* The file where it is, or why it is not to be had: %NULL with @error set */
static SimstowCardFile *
find (SimstowMessagesCard *self, const gchar *verb, GCancellable *cancellable, GError **error)
{
    const gchar *path = self->path ? self->path : paths[0];
    g_autoptr (SimstowCardFile) file = run_one (self, verb, path, cancellable, error);

    if (file && file->error && !self->path && simstow_card_file_lacks (file)) {
        g_clear_pointer (&file, simstow_card_file_free);
        path = paths[1];
        file = run_one (self, verb, path, cancellable, error);
    }
    if (!file)
        return NULL;
    if (!file->error &&
        (file->fcp.structure != SIMSTOW_FILE_LINEAR || file->fcp.record_size < RECORD_MIN))
        file->error = g_error_new (SIMSTOW_ERROR,
                                   SIMSTOW_ERROR_INVALID_DATA,
                                   "EF_SMS (%s) has an odd shape: structure %u, records of %u",
                                   path,
                                   file->fcp.structure,
                                   file->fcp.record_size);
    if (!file->error)
        self->path = path;
    return g_steal_pointer (&file);
}

/* The file is not there: does the card say so elsewhere, too? */
static gboolean
note_absence (SimstowDriver *driver,
              SimstowSnapshot *listing,
              GCancellable *cancellable,
              GError **error)
{
    g_autoptr (GBytes) declared = NULL;
    g_autoptr (GError) local = NULL;
    g_autofree gchar *fault = NULL;

    if (simstow_card_services_read (simstow_driver_peek_conversation (driver),
                                    TRUE,
                                    &declared,
                                    cancellable,
                                    &local))
        fault = simstow_card_services_dup_fault (declared, SIMSTOW_SERVICE_SMS, paths[0]);
    else
        fault = g_strdup (local->message);
    if (local && simstow_driver_error_ends_all (local)) {
        g_propagate_error (error, g_steal_pointer (&local));
        return FALSE;
    }
    if (fault)
        simstow_snapshot_add_problem (listing, STORE, SIMSTOW_DRIVER_DOUBT, TRUE, "%s", fault);
    return TRUE;
}

static gboolean
list (SimstowDriver *driver,
      gboolean counts,
      SimstowSnapshot *listing,
      GCancellable *cancellable,
      GError **error)
{
    SimstowMessagesCard *self = SIMSTOW_MESSAGES_CARD (driver);
    g_autoptr (SimstowCardFile) file = NULL;
    SimstowStore *store;

    self->path = NULL;
    g_clear_pointer (&self->there, g_ptr_array_unref);
    file = find (self, "describe", cancellable, error);
    if (!file)
        return FALSE;
    if (g_error_matches (file->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND))
        return note_absence (driver, listing, cancellable, error);
    if (file->error && simstow_card_file_lacks (file))
        return TRUE;
    if (file->error) {
        g_propagate_error (error, g_error_copy (file->error));
        return FALSE;
    }
    store = simstow_store_new (STORE);
    store->via = g_strdup (SIMSTOW_VIA_CARD);
    store->way =
        simstow_card_files_dup_way (simstow_driver_peek_conversation (driver), cancellable);
    store->writable = TRUE;
    store->capacity = (gint) file->fcp.n_records;
    store->first = 1;
    store->last = file->fcp.n_records;
    g_ptr_array_add (listing->stores, store);
    return TRUE;
}

/* Reading */

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
    guint8 status = 0;

    simstow_reader_init_bytes (&reader, record);
    simstow_reader_u8 (&reader, &status, NULL);
    if (status == 0)
        return STATE_FREE;
    if ((status & STATUS_USED) && status != BLANK)
        return is_blank (&reader) ? STATE_ODD : STATE_USED;
    return is_blank (&reader) ? STATE_FREE : STATE_ODD;
}

static void
add_record (SimstowSnapshot *into, guint index, GBytes *record)
{
    g_auto (SimstowEfSms) sms = {.stat = -1};
    g_autoptr (GError) error = NULL;
    gsize size;
    const guint8 *data = g_bytes_get_data (record, &size);

    if (simstow_ef_sms_decode (data, size, &sms, &error) && sms.pdu)
        g_ptr_array_add (into->messages,
                         simstow_message_new (STORE,
                                              index,
                                              sms.stat >= 0 ? (SimstowMessageStatus) sms.stat
                                                            : SIMSTOW_MESSAGE_STATUS_UNKNOWN,
                                              sms.pdu));
    else
        g_ptr_array_add (into->unread,
                         simstow_unread_new (STORE,
                                             index,
                                             error ? error->message : "it holds no message",
                                             record));
}

static gboolean
load (SimstowMessagesCard *self, SimstowCardFile **file, GCancellable *cancellable, GError **error)
{
    g_autoptr (SimstowCardFile) read = find (self, "read", cancellable, error);

    if (!read)
        return FALSE;
    g_clear_pointer (&self->there, g_ptr_array_unref);
    self->there = read->error ? NULL : g_ptr_array_ref (read->records);
    if (file)
        *file = g_steal_pointer (&read);
    else if (read->error)
        g_propagate_error (error, g_error_copy (read->error));
    return file || !read->error;
}

/* What was read before a failure is handed over. */
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
    SimstowMessagesCard *self = SIMSTOW_MESSAGES_CARD (driver);
    g_autoptr (SimstowCardFile) file = NULL;

    if (!load (self, &file, cancellable, error))
        return FALSE;
    for (guint i = 0; i < file->records->len; i++) {
        GBytes *record = file->records->pdata[i];
        const gchar *fault = file->faults->pdata[i];

        if (fault)
            g_ptr_array_add (into->unread,
                             simstow_unread_new (STORE,
                                                 i + 1,
                                                 fault,
                                                 g_bytes_get_size (record) > 0 ? record : NULL));
        else if (state_of (record) == STATE_USED)
            add_record (into, i + 1, record);
        else if (state_of (record) == STATE_ODD)
            g_ptr_array_add (
                into->unread,
                simstow_unread_new (STORE,
                                    i + 1,
                                    "the record's status does not fit to what is in it",
                                    record));
    }
    if (progress)
        progress (store, file->records->len, file->fcp.n_records, user_data);
    if (file->error)
        g_propagate_error (error, g_error_copy (file->error));
    return file->error == NULL;
}

/* Writing */

/* What a message of no known status must be, by the first octet behind the SMSC */
static gint
status_of (const SimstowDriverRecord *record)
{
    SimstowReader reader, smsc;
    guint8 octet;

    if (record->status < SIMSTOW_MESSAGE_STATUS_UNKNOWN)
        return (gint) record->status;
    simstow_reader_init_bytes (&reader, record->message->pdu);
    if (simstow_reader_u8 (&reader, &octet, NULL) &&
        simstow_reader_sub (&reader, octet, &smsc, NULL) &&
        simstow_reader_u8 (&reader, &octet, NULL) && (octet & TP_MTI) == TP_MTI_SUBMIT)
        return SIMSTOW_MESSAGE_STATUS_UNSENT;
    return SIMSTOW_MESSAGE_STATUS_READ;
}

/* The next free record from @place on, 0 for none */
static guint
next_free (SimstowMessagesCard *self, guint place)
{
    for (guint i = place; i <= self->there->len; i++) {
        GBytes *record = self->there->pdata[i - 1];

        if (g_bytes_get_size (record) > 0 && state_of (record) == STATE_FREE)
            return i;
    }
    return 0;
}

static GBytes *
encode (const SimstowDriverRecord *record, gsize size, GError **error)
{
    const SimstowEfSms sms = {.stat = status_of (record), .pdu = record->message->pdu};
    GByteArray *bytes = simstow_ef_sms_encode (&sms, size, error);

    return bytes ? g_byte_array_free_to_bytes (bytes) : NULL;
}

/* One call, as many records as there is room for */
typedef struct {
    SimstowCardUpdate updates[SIMSTOW_DRIVER_WRITE_RECORDS];
    guint n_updates;
    GError *error; /* of the record behind the last one of them */
} Batch;

static void
batch_clear (Batch *batch)
{
    for (guint i = 0; i < batch->n_updates; i++)
        g_bytes_unref (batch->updates[i].wanted);
    g_clear_error (&batch->error);
    batch->n_updates = 0;
}

static void
batch_fill (SimstowMessagesCard *self,
            Batch *batch,
            const SimstowDriverRecord *records,
            guint n_records)
{
    guint place = 0;

    for (guint i = 0; i < n_records && !batch->error; i++) {
        SimstowCardUpdate *update = &batch->updates[batch->n_updates];
        GBytes *there;

        place = next_free (self, place + 1);
        if (place == 0) {
            batch->error = g_error_new (SIMSTOW_ERROR,
                                        SIMSTOW_ERROR_FULL,
                                        "all %u records of the card are in use",
                                        self->there->len);
            return;
        }
        there = self->there->pdata[place - 1];
        update->wanted = encode (&records[i], g_bytes_get_size (there), &batch->error);
        if (!update->wanted)
            return;
        update->path = (gchar *) self->path;
        update->record = place;
        update->expected = there;
        batch->n_updates++;
    }
}

static void
remember (SimstowMessagesCard *self, guint place, GBytes *record)
{
    GBytes **there = (GBytes **) &self->there->pdata[place - 1];

    g_bytes_unref (*there);
    *there = g_bytes_ref (record);
}

/* Takes what the batch holds to the card; @changed when none was written since another record is
 * there by now. */
static void
batch_write (SimstowMessagesCard *self,
             Batch *batch,
             GArray *outcomes,
             gboolean *changed,
             GCancellable *cancellable)
{
    GError *error = NULL;
    guint written = 0;

    if (batch->n_updates > 0)
        simstow_card_files_update (simstow_driver_peek_conversation (SIMSTOW_DRIVER (self)),
                                   batch->updates,
                                   batch->n_updates,
                                   &written,
                                   cancellable,
                                   &error);
    *changed = g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CHANGED);
    if (*changed) {
        g_error_free (error);
        return;
    }
    for (guint i = 0; i < written; i++) {
        simstow_driver_outcomes_add (outcomes, batch->updates[i].record, NULL);
        remember (self, batch->updates[i].record, batch->updates[i].wanted);
    }
    if (!error)
        error = g_steal_pointer (&batch->error);
    if (error)
        simstow_driver_outcomes_add (outcomes, 0, error);
}

static gboolean
write_records (SimstowDriver *driver,
               const gchar *store,
               const SimstowDriverRecord *records,
               guint n_records,
               GArray *outcomes,
               GCancellable *cancellable,
               GError **error)
{
    SimstowMessagesCard *self = SIMSTOW_MESSAGES_CARD (driver);
    gboolean changed = FALSE;
    guint tries = 0;

    do {
        Batch batch = {.n_updates = 0};

        if ((changed || !self->there) && !load (self, NULL, cancellable, error))
            return FALSE;
        batch_fill (self, &batch, records, n_records);
        batch_write (self, &batch, outcomes, &changed, cancellable);
        batch_clear (&batch);
    } while (changed && ++tries < 3);
    if (changed)
        simstow_driver_outcomes_add (outcomes,
                                     0,
                                     g_error_new_literal (SIMSTOW_ERROR,
                                                          SIMSTOW_ERROR_CHANGED,
                                                          "somebody else writes to the card"));
    return TRUE;
}

/* Erasing: a free record is a status of 0 and filler */

static gboolean
holds (GBytes *record, const SimstowMessage *message)
{
    g_auto (SimstowEfSms) sms = {.stat = -1};
    gsize size;
    const guint8 *data = g_bytes_get_data (record, &size);

    return simstow_ef_sms_decode (data, size, &sms, NULL) && sms.pdu &&
           g_bytes_equal (sms.pdu, message->pdu);
}

static GBytes *
free_record (gsize size)
{
    guint8 *bytes = g_malloc (size);

    memset (bytes, BLANK, size);
    if (size > 0)
        bytes[0] = 0;
    return g_bytes_new_take (bytes, size);
}

static gboolean
erase_there (SimstowMessagesCard *self,
             const SimstowMessage *message,
             gboolean *begun,
             GCancellable *cancellable,
             GError **error)
{
    SimstowCardUpdate update = {(gchar *) self->path, message->index, NULL, NULL};
    g_autoptr (GBytes) empty = NULL;

    if (message->index < 1 || message->index > self->there->len ||
        !holds (self->there->pdata[message->index - 1], message)) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_CHANGED,
                     "record %u holds another message now",
                     message->index);
        return FALSE;
    }
    update.expected = self->there->pdata[message->index - 1];
    *begun = TRUE;
    update.wanted = empty = free_record (g_bytes_get_size (update.expected));
    if (!simstow_card_files_update (simstow_driver_peek_conversation (SIMSTOW_DRIVER (self)),
                                    &update,
                                    1,
                                    NULL,
                                    cancellable,
                                    error))
        return FALSE;
    remember (self, message->index, empty);
    return TRUE;
}

static gboolean
erase_record (SimstowDriver *driver,
              const gchar *store,
              const SimstowDriverRecord *record,
              gboolean *begun,
              GCancellable *cancellable,
              GError **error)
{
    SimstowMessagesCard *self = SIMSTOW_MESSAGES_CARD (driver);
    g_autoptr (GError) local = NULL;

    if (self->there && erase_there (self, record->message, begun, cancellable, &local))
        return TRUE;
    if (local && (*begun || simstow_driver_error_ends_all (local)) &&
        !g_error_matches (local, SIMSTOW_ERROR, SIMSTOW_ERROR_CHANGED)) {
        g_propagate_error (error, g_steal_pointer (&local));
        return FALSE;
    }
    /* its status may have changed since */
    *begun = FALSE;
    return load (self, NULL, cancellable, error) &&
           erase_there (self, record->message, begun, cancellable, error);
}

static void
simstow_messages_card_finalize (GObject *object)
{
    SimstowMessagesCard *self = SIMSTOW_MESSAGES_CARD (object);

    g_clear_pointer (&self->there, g_ptr_array_unref);
    G_OBJECT_CLASS (simstow_messages_card_parent_class)->finalize (object);
}

static void
simstow_messages_card_class_init (SimstowMessagesCardClass *klass)
{
    SimstowDriverClass *driver_class = SIMSTOW_DRIVER_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = simstow_messages_card_finalize;
    driver_class->list = list;
    driver_class->read = read_store;
    driver_class->write = write_records;
    driver_class->erase = erase_record;
}

static void
simstow_messages_card_init (SimstowMessagesCard *self)
{
}

SimstowDriver *
simstow_messages_card_new (SimstowConversation *conversation)
{
    return g_object_new (SIMSTOW_TYPE_MESSAGES_CARD, "conversation", conversation, NULL);
}
