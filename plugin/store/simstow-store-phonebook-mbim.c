/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The phonebook over MBIM 1.0, 10.5.34 to 10.5.37: number and name of the SIM's
 * contacts. The type of a number is told by its "+" alone.
 */

#include "simstow-store-phonebook-mbim.h"

#include <libmbim-glib.h>

#include "simstow-elements-mbim.h"
#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-port-mbim.h"
#include "simstow-services-mbim.h"
#include "simstow-store-about.h"
#include "simstow-store-entries-mbim.h"
#include "simstow-store-reader-mbim.h"
#include "simstow-store-record.h"
#include "simstow-store-rows-mbim.h"

#define STORE         "phonebook/sm"
#define SHORT_SECONDS 10
#define READ_SECONDS  60
#define PLACES_MAX    65535
#define CID(name)     (1u << MBIM_CID_PHONEBOOK_##name)

struct _SimstowStorePhonebookMbim {
    SimstowStoreDriver parent_instance;

    gboolean asked;
    guint32 cids;
    SimstowAtPhonebook limits; /* as last told; last is 0 when there is none */
    GHashTable *used;          /* places seen in use; NULL before the first look */
};

G_DEFINE_FINAL_TYPE (SimstowStorePhonebookMbim,
                     simstow_store_phonebook_mbim,
                     SIMSTOW_TYPE_STORE_DRIVER)

/* One operation */
typedef struct {
    guint first;
    guint count;
    guint next;
    SimstowStoreProgressFunc progress;
    gpointer progress_data;
    SimstowAtEntry *entry;
    GError *doubt; /* whether there is a phonebook at all */
} Operation;

static void
operation_free (gpointer data)
{
    Operation *operation = data;

    g_clear_pointer (&operation->entry, simstow_at_entry_free);
    g_clear_error (&operation->doubt);
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

    g_task_set_source_tag (task, tag);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, g_new0 (Operation, 1), operation_free);
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

/* Listing */

/* With a fault, that is all that is known. */
static void
return_list (GTask *task, gboolean found, const gchar *fault)
{
    const SimstowStorePhonebookMbim *self = g_task_get_source_object (task);
    const guint32 needed = CID (WRITE) | CID (DELETE);
    const SimstowAtPhonebook *limits = &self->limits;
    gboolean writable = (self->cids & needed) == needed && limits->last > 0;
    const SimstowStoreAbout about = {
        .id = STORE,
        .via = fault ? NULL : SIMSTOW_VIA_MBIM,
        .writable = writable,
        .has_used = limits->last > 0,
        .used = limits->used,
        .capacity = limits->total,
        .first = limits->first,
        .last = limits->last,
        .number_length = limits->number_length,
        .name_length = limits->name_length,
        .plain = writable,
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
        return_list (task, FALSE, NULL);
}

/* The entries are there whatever the modem said of the phonebook; without any, that counts. */
static void
on_tried (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    const Operation *operation = g_task_get_task_data (task);
    const GError *doubt = operation->doubt;
    GError *error = NULL;
    g_autoptr (GPtrArray) records =
        simstow_store_reader_mbim_finish (SIMSTOW_PORT (source), result, &error);

    if (records && records->len > 0)
        return_list (task, TRUE, NULL);
    else if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED) || !doubt ||
             (error && g_error_matches (doubt, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED)))
        return_absence (task, error);
    else
        return_failure (task, g_error_copy (doubt));
}

static MbimMessage *
read_request (guint index, guint format)
{
    return mbim_message_phonebook_read_query_new (index > 0 ? MBIM_PHONEBOOK_FLAG_INDEX
                                                            : MBIM_PHONEBOOK_FLAG_ALL,
                                                  index,
                                                  NULL);
}

static void
send_read (GTask *task, GAsyncReadyCallback callback)
{
    const SimstowStorePhonebookMbim *self = g_task_get_source_object (task);
    const SimstowReaderMbim reader = {read_request,
                                      simstow_store_entries_mbim_finish,
                                      0,
                                      self->limits.last};

    simstow_store_reader_mbim_async (
        simstow_store_driver_get_port (g_task_get_source_object (task)),
        &reader,
        g_task_get_cancellable (task),
        callback,
        g_object_ref (task));
}

/* Takes @doubt, %NULL of a phonebook that is said to have no places. */
static void
try_read (GTask *task, GError *doubt)
{
    Operation *operation = g_task_get_task_data (task);

    if (g_error_matches (doubt, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
        g_task_return_error (task, doubt);
        return;
    }
    operation->doubt = doubt;
    send_read (task, on_tried);
}

/* MBIM 1.0, 10.5.34: MBIM_PHONEBOOK_CONFIGURATION_INFO. Lengths alone may be missing. */
static gboolean
take_configuration (SimstowStorePhonebookMbim *self, MbimMessage *response, GError **error)
{
    g_autoptr (GBytes) information = simstow_elements_mbim_dup_information (response);
    guint32 state, total, used;
    guint32 number_length = 0;
    guint32 name_length = 0;

    if (!simstow_elements_mbim_u32 (information, 0, &state, error) ||
        !simstow_elements_mbim_u32 (information, 4, &total, error) ||
        !simstow_elements_mbim_u32 (information, 8, &used, error)) {
        g_prefix_error (error, "what the modem says of its phonebook: ");
        return FALSE;
    }
    simstow_elements_mbim_u32 (information, 12, &number_length, NULL);
    simstow_elements_mbim_u32 (information, 16, &name_length, NULL);
    if (state != MBIM_PHONEBOOK_STATE_INITIALIZED) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_LOCKED,
                     "the modem says that its phonebook is not initialised");
        return FALSE;
    }
    if (total > 0) {
        self->limits.first = 1;
        self->limits.last = MIN (total, PLACES_MAX);
        self->limits.total = self->limits.last;
        self->limits.used = used;
        self->limits.number_length = number_length;
        self->limits.name_length = name_length;
        self->limits.plain = TRUE;
    }
    return TRUE;
}

static void
on_configuration_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowStorePhonebookMbim *self = g_task_get_source_object (task);
    g_autoptr (MbimMessage) response = NULL;
    GError *error = NULL;

    response = simstow_port_mbim_finish (SIMSTOW_PORT (source), result, NULL, &error);
    if (response && take_configuration (self, response, &error) && self->limits.last > 0)
        return_list (task, TRUE, NULL);
    else
        try_read (task, error);
}

static void
ask_configuration (GTask *task)
{
    SimstowStorePhonebookMbim *self = g_task_get_source_object (task);

    self->limits = (SimstowAtPhonebook){0};
    if (self->cids & CID (CONFIGURATION))
        send (task,
              mbim_message_phonebook_configuration_query_new (NULL),
              SHORT_SECONDS,
              on_configuration_ready);
    else if (self->cids)
        try_read (task, NULL);
    else
        return_list (task, FALSE, NULL);
}

static void
on_services_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowStorePhonebookMbim *self = g_task_get_source_object (task);
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
    SimstowStorePhonebookMbim *self = SIMSTOW_STORE_PHONEBOOK_MBIM (driver);
    g_autoptr (GTask) task = task_new (driver, list_async, cancellable, callback, user_data);

    g_clear_pointer (&self->used, g_hash_table_unref);
    if (self->asked)
        ask_configuration (task);
    else
        simstow_services_mbim_ask_async (simstow_store_driver_get_port (driver),
                                         MBIM_SERVICE_PHONEBOOK,
                                         cancellable,
                                         on_services_ready,
                                         g_steal_pointer (&task));
}

/* Reading */

/* What was seen to be in use is kept, and what could not be read is in use. */
static void
note_used (SimstowStorePhonebookMbim *self, GPtrArray *records)
{
    guint i;

    g_clear_pointer (&self->used, g_hash_table_unref);
    self->used = g_hash_table_new (NULL, NULL);
    for (i = 0; i < records->len; i++)
        g_hash_table_add (
            self->used,
            GUINT_TO_POINTER (simstow_store_rows_mbim_index (g_ptr_array_index (records, i))));
}

static void
on_read_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Operation *operation = g_task_get_task_data (task);
    GError *error = NULL;
    g_autoptr (GPtrArray) records =
        simstow_store_reader_mbim_finish (SIMSTOW_PORT (source), result, &error);
    GVariant *found;
    guint done;

    if (!records) {
        g_task_return_error (task, error);
        return;
    }
    note_used (g_task_get_source_object (task), records);
    found = simstow_store_rows_mbim_range (records,
                                           operation->first,
                                           operation->count,
                                           &operation->next,
                                           &done);
    if (operation->progress)
        operation->progress (STORE, done, records->len, operation->progress_data);
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
    Operation *operation = g_task_get_task_data (task);

    operation->first = first;
    operation->count = count;
    operation->progress = progress;
    operation->progress_data = progress_data;
    send_read (task, on_read_ready);
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

/* Writing: the modem does not say where it put an entry, so the place is chosen here. It is
 * looked at before it is written to, as somebody else may have. */

static void
write_to_free_place (GTask *task);

static void
on_write_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowStorePhonebookMbim *self = g_task_get_source_object (task);
    const Operation *operation = g_task_get_task_data (task);
    g_autoptr (MbimMessage) response = NULL;
    GError *error = NULL;

    response = simstow_port_mbim_finish (SIMSTOW_PORT (source), result, NULL, &error);
    if (!response) {
        g_task_return_error (task, error);
        return;
    }
    if (self->used)
        g_hash_table_add (self->used, GUINT_TO_POINTER (operation->entry->index));
    g_task_return_int (task, operation->entry->index);
}

static void
write_entry (GTask *task)
{
    const Operation *operation = g_task_get_task_data (task);
    const SimstowAtEntry *entry = operation->entry;
    gboolean plus = entry->type == SIMSTOW_ENTRIES_MBIM_INTERNATIONAL && entry->number[0] != '+' &&
                    entry->number[0] != '\0';
    g_autofree gchar *number = g_strconcat (plus ? "+" : "", entry->number, NULL);

    send (task,
          mbim_message_phonebook_write_set_new (MBIM_PHONEBOOK_WRITE_FLAG_SAVE_INDEX,
                                                entry->index,
                                                number,
                                                entry->name,
                                                NULL),
          READ_SECONDS,
          on_write_ready);
}

static void
on_place_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowStorePhonebookMbim *self = g_task_get_source_object (task);
    const Operation *operation = g_task_get_task_data (task);
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) entries =
        simstow_store_entries_mbim_finish (SIMSTOW_PORT (source), result, &error);

    if (entries && entries->len > 0) {
        g_hash_table_add (self->used, GUINT_TO_POINTER (operation->entry->index));
        write_to_free_place (task);
    } else if (entries || g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND)) {
        write_entry (task);
    } else {
        g_task_return_error (task, g_steal_pointer (&error));
    }
}

static void
write_to_free_place (GTask *task)
{
    SimstowStorePhonebookMbim *self = g_task_get_source_object (task);
    const Operation *operation = g_task_get_task_data (task);
    guint index = self->limits.first;

    while (index <= self->limits.last &&
           g_hash_table_contains (self->used, GUINT_TO_POINTER (index)))
        index++;
    if (index > self->limits.last) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_FULL,
                                 "all %u places are in use",
                                 self->limits.total);
        return;
    }
    operation->entry->index = index;
    send (task,
          mbim_message_phonebook_read_query_new (MBIM_PHONEBOOK_FLAG_INDEX, index, NULL),
          SHORT_SECONDS,
          on_place_ready);
}

static void
on_look_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GError *error = NULL;
    g_autoptr (GPtrArray) entries =
        simstow_store_reader_mbim_finish (SIMSTOW_PORT (source), result, &error);

    if (!entries) {
        g_task_return_error (task, error);
        return;
    }
    note_used (g_task_get_source_object (task), entries);
    write_to_free_place (task);
}

/* Places and lengths are known from the list; a caller may not have asked for it. */
static gboolean
check_limits (GTask *task)
{
    SimstowStorePhonebookMbim *self = g_task_get_source_object (task);
    const Operation *operation = g_task_get_task_data (task);
    const SimstowAtEntry *entry = operation->entry;
    GError *error = NULL;

    if (self->limits.last == 0)
        error = g_error_new (SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED, "no store %s", STORE);
    else if (entry->index > self->limits.last)
        error = g_error_new (SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_RECORD,
                             "%s has the places %u to %u",
                             STORE,
                             self->limits.first,
                             self->limits.last);
    else if (entry->name_raw)
        error = g_error_new (SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_RECORD,
                             "a name that is no valid text cannot be written over MBIM");
    else if (entry->number[0] != '\0' && entry->type != SIMSTOW_ENTRIES_MBIM_INTERNATIONAL &&
             entry->type != SIMSTOW_ENTRIES_MBIM_UNKNOWN)
        error = g_error_new (SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_RECORD,
                             "MBIM knows no numbers of type %u",
                             entry->type);
    else
        simstow_store_record_check_limits (entry, &self->limits, &error);
    if (!error)
        return TRUE;
    g_task_return_error (task, error);
    return FALSE;
}

static void
start_write (GTask *task)
{
    SimstowStorePhonebookMbim *self = g_task_get_source_object (task);
    const Operation *operation = g_task_get_task_data (task);

    if (!check_limits (task))
        return;
    if (operation->entry->index > 0)
        write_entry (task);
    else if (self->used)
        write_to_free_place (task);
    else
        send_read (task, on_look_ready);
}

static void
on_limits_known (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GError *error = NULL;
    g_autoptr (GVariant) list =
        simstow_store_driver_list_finish (SIMSTOW_STORE_DRIVER (source), result, &error);

    if (list)
        start_write (task);
    else
        g_task_return_error (task, error);
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
    GError *error = NULL;

    operation->entry = simstow_store_record_to_entry (record, &error);
    if (!operation->entry)
        g_task_return_error (task, error);
    else if (SIMSTOW_STORE_PHONEBOOK_MBIM (driver)->limits.last == 0)
        simstow_store_driver_list_async (driver,
                                         cancellable,
                                         on_limits_known,
                                         g_steal_pointer (&task));
    else
        start_write (task);
}

/* Erasing */

static void
on_erase_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowStorePhonebookMbim *self = g_task_get_source_object (task);
    g_autoptr (MbimMessage) response = NULL;
    GError *error = NULL;

    g_clear_pointer (&self->used, g_hash_table_unref);
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
          mbim_message_phonebook_delete_set_new (MBIM_PHONEBOOK_FLAG_INDEX, index, NULL),
          READ_SECONDS,
          on_erase_ready);
}

static void
simstow_store_phonebook_mbim_finalize (GObject *object)
{
    g_clear_pointer (&SIMSTOW_STORE_PHONEBOOK_MBIM (object)->used, g_hash_table_unref);
    G_OBJECT_CLASS (simstow_store_phonebook_mbim_parent_class)->finalize (object);
}

static void
simstow_store_phonebook_mbim_class_init (SimstowStorePhonebookMbimClass *klass)
{
    SimstowStoreDriverClass *driver_class = SIMSTOW_STORE_DRIVER_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = simstow_store_phonebook_mbim_finalize;
    driver_class->list_async = list_async;
    driver_class->read_async = read_async;
    driver_class->read_finish = read_finish;
    driver_class->write_async = write_async;
    driver_class->erase_async = erase_async;
}

static void
simstow_store_phonebook_mbim_init (SimstowStorePhonebookMbim *self)
{
}
