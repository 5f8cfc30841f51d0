/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card's files of numbers: EF_ADN and its like, 3GPP TS 31.102 4.4.2.3, and
 * the call lists EF_ICI and EF_OCI, 4.2.33 and 4.2.34, which have the same fields
 * first. Records are handed over as they are, with the records of EF_EXT that they
 * name; only links, and whether a record is free, are understood here.
 */

#include "simstow-store-phonebook-card.h"

#include "simstow-card.h"
#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-store-about.h"
#include "simstow-store-numbers.h"
#include "simstow-store-services.h"
#include "simstow-visit.h"

/* So many records are read between two reports of progress */
#define CHUNK      64
#define FIXED_SIZE 14
#define CALLS_TAIL 14
#define DIGITS_MAX 20
#define DIGITS_EXT 20

/* A list of numbers on the card; "tail" octets follow what EF_ADN has */
typedef struct {
    const gchar *store;
    const gchar *path;
    const gchar *extension;
    guint tail;
    SimstowNumbersFilter filter;
    gboolean writable;
    guint service; /* by which the card declares it, 0 for none */
} List;

static const List lists[] = {
    {"phonebook/sm",
     "7F106F3A",
     "7F106F4A",
     0,
     SIMSTOW_NUMBERS_ALL,
     TRUE,
     SIMSTOW_SERVICE_PHONEBOOK},
    {"phonebook/fd", "7FFF6F3B", "7FFF6F4B", 0, SIMSTOW_NUMBERS_ALL, TRUE, SIMSTOW_SERVICE_FDN},
    {"phonebook/on", "7FFF6F40", "7FFF6F4E", 0, SIMSTOW_NUMBERS_ALL, TRUE, SIMSTOW_SERVICE_MSISDN},
    {"phonebook/sn", "7FFF6F49", "7FFF6F4C", 0, SIMSTOW_NUMBERS_ALL, FALSE, SIMSTOW_SERVICE_SDN},
    {"calls/last", "7FFF6F44", "7F106F4A", 0, SIMSTOW_NUMBERS_ALL, FALSE, 0},
    {"calls/dialled",
     "7FFF6F81",
     "7FFF6F4E",
     CALLS_TAIL - 1,
     SIMSTOW_NUMBERS_ALL,
     FALSE,
     SIMSTOW_SERVICE_OCI},
    {"calls/received",
     "7FFF6F80",
     "7FFF6F4E",
     CALLS_TAIL,
     SIMSTOW_NUMBERS_ANSWERED,
     FALSE,
     SIMSTOW_SERVICE_ICI},
    {"calls/missed",
     "7FFF6F80",
     "7FFF6F4E",
     CALLS_TAIL,
     SIMSTOW_NUMBERS_MISSED,
     FALSE,
     SIMSTOW_SERVICE_ICI},
};

struct _SimstowStorePhonebookCard {
    SimstowStoreCardDriver parent_instance;

    SimstowFcp shapes[G_N_ELEMENTS (lists)]; /* without records when there is no such file */
    guint n_extensions[G_N_ELEMENTS (lists)];
    guint hints[G_N_ELEMENTS (lists)];     /* where the next free record may be */
    gchar *faults[G_N_ELEMENTS (lists)];   /* of a file that may be there all the same */
    gboolean absent[G_N_ELEMENTS (lists)]; /* as the card itself says */
};

G_DEFINE_FINAL_TYPE (SimstowStorePhonebookCard,
                     simstow_store_phonebook_card,
                     SIMSTOW_TYPE_STORE_CARD_DRIVER)

typedef struct {
    SimstowStorePhonebookCard *driver;
    const List *list;
    guint position; /* in lists */
    guint first;    /* or the record to write or erase */
    gboolean whole; /* the file to its end is wanted */
    gboolean linked;
    guint looked_at;
    guint n_records;
    GPtrArray *contents;
    GPtrArray *faults; /* of each of @contents */
    GPtrArray *extensions;
    GError *unextended; /* why extensions are missing */
    SimstowNumbersRecord *record;
    gboolean placed;
    SimstowServices services;
    guint written;
    SimstowStoreProgressFunc progress;
    gpointer progress_data;
    GError *error;
} Operation;

static void
operation_free (gpointer data)
{
    Operation *operation = data;

    g_clear_pointer (&operation->contents, g_ptr_array_unref);
    g_clear_pointer (&operation->faults, g_ptr_array_unref);
    g_clear_pointer (&operation->extensions, g_ptr_array_unref);
    g_clear_pointer (&operation->record, simstow_numbers_record_free);
    g_clear_error (&operation->unextended);
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

    operation->driver = SIMSTOW_STORE_PHONEBOOK_CARD (driver);
    g_task_set_source_tag (task, tag);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, operation, operation_free);
    return task;
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

/* Finds the list of a store, else ends the task. */
static gboolean
find_list (GTask *task, const gchar *store)
{
    Operation *operation = g_task_get_task_data (task);
    guint i;

    for (i = 0; i < G_N_ELEMENTS (lists); i++) {
        if (!g_str_equal (lists[i].store, store))
            continue;
        operation->list = &lists[i];
        operation->position = i;
        return TRUE;
    }
    g_task_return_new_error (task, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED, "no store %s", store);
    return FALSE;
}

/* Listing: the file, then its extension, list by list */

static gboolean
has_shape (const List *list, const SimstowFcp *fcp)
{
    return (fcp->structure == SIMSTOW_FILE_LINEAR || fcp->structure == SIMSTOW_FILE_CYCLIC) &&
           fcp->record_size >= FIXED_SIZE + list->tail;
}

static gchar *
odd_shape (const SimstowVisitStep *done)
{
    return g_strdup_printf ("the file %s has an odd shape: structure %u, records of %u",
                            done->path,
                            done->fcp.structure,
                            done->fcp.record_size);
}

/* A file that the card says it does not have is asked for in no other way; what the card
 * declares is looked up only then. */
static void
end_lists (Operation *operation, SimstowVisit *visit)
{
    const SimstowStorePhonebookCard *self = operation->driver;
    gboolean nothing = TRUE;
    gboolean missing = FALSE;
    guint i;

    for (i = 0; i < G_N_ELEMENTS (lists); i++) {
        nothing = nothing && self->absent[i];
        missing = missing || (self->absent[i] && lists[i].service > 0);
    }
    if (missing)
        simstow_services_start (&operation->services, visit, nothing);
}

static void
next_list (SimstowVisit *visit, SimstowVisitStep *done, gpointer user_data)
{
    Operation *operation = user_data;
    SimstowStorePhonebookCard *self = operation->driver;
    guint i = operation->position;

    if (i == G_N_ELEMENTS (lists)) {
        simstow_services_take (&operation->services, visit, done);
        return;
    }
    if (!operation->placed) {
        operation->placed = TRUE;
        if (!done->error && has_shape (&lists[i], &done->fcp)) {
            self->shapes[i] = done->fcp;
            simstow_visit_select (visit, lists[i].extension);
            return;
        }
        if (!done->error)
            self->faults[i] = odd_shape (done);
        self->absent[i] = g_error_matches (done->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND);
    } else if (!done->error) {
        self->n_extensions[i] = done->fcp.n_records;
    }
    if (done->error && !simstow_card_lacks (done->error))
        self->faults[i] = g_strdup (done->error->message);
    operation->placed = FALSE;
    if (++operation->position < G_N_ELEMENTS (lists))
        simstow_visit_select (visit, lists[operation->position].path);
    else
        end_lists (operation, visit);
}

static GVariant *
list_variant (SimstowStorePhonebookCard *self, const SimstowServices *services)
{
    SimstowStoreAbout about[G_N_ELEMENTS (lists)] = {0};
    guint n = 0;
    guint i;

    for (i = 0; i < G_N_ELEMENTS (lists); i++) {
        const SimstowFcp *fcp = &self->shapes[i];

        if (self->absent[i])
            self->faults[i] =
                simstow_services_dup_fault (services, lists[i].service, lists[i].path);
        if (fcp->n_records == 0 && !self->faults[i])
            continue;
        about[n].id = lists[i].store;
        about[n].fault = self->faults[i];
        about[n].declared = self->absent[i];
        about[n].via = fcp->n_records > 0 ? SIMSTOW_VIA_CARD : NULL;
        about[n].way = simstow_store_card_driver_get_way (SIMSTOW_STORE_CARD_DRIVER (self));
        about[n].writable = lists[i].writable;
        about[n].plain = lists[i].writable;
        about[n].capacity = fcp->n_records;
        about[n].first = 1;
        about[n].last = fcp->n_records;
        about[n].number_length = DIGITS_MAX + DIGITS_EXT * self->n_extensions[i];
        about[n].name_length = fcp->record_size - lists[i].tail - FIXED_SIZE;
        n++;
    }
    return simstow_store_about_list (about, n);
}

static void
on_list_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Operation *operation = g_task_get_task_data (task);
    g_autoptr (GError) error = NULL;

    if (simstow_visit_run_finish (SIMSTOW_VISIT (source), result, &error))
        error = g_steal_pointer (&operation->services.error);
    if (error && !simstow_card_lacks (error)) {
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    if (error)
        g_debug ("no numbers from the card: %s", error->message);
    g_task_return_pointer (task,
                           list_variant (operation->driver, &operation->services),
                           (GDestroyNotify) g_variant_unref);
}

static void
list_async (SimstowStoreDriver *driver,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
    SimstowStorePhonebookCard *self = SIMSTOW_STORE_PHONEBOOK_CARD (driver);
    g_autoptr (GTask) task = task_new (driver, list_async, cancellable, callback, user_data);
    g_autoptr (SimstowVisit) visit =
        simstow_store_card_driver_visit (g_task_get_source_object (task));
    guint i;

    for (i = 0; i < G_N_ELEMENTS (lists); i++) {
        self->shapes[i] = (SimstowFcp){0};
        self->n_extensions[i] = 0;
        self->hints[i] = 0;
        self->absent[i] = FALSE;
        g_clear_pointer (&self->faults[i], g_free);
    }
    simstow_visit_select (visit, lists[0].path);
    simstow_visit_run_for (visit, task, next_list, on_list_done);
}

/* Reading: the records, chunk by chunk in one visit, then all extensions when one of them names
 * any */

static guint
next_place (const Operation *operation)
{
    guint next;

    if (!operation->contents || operation->contents->len == 0)
        return 0;
    next = operation->first + operation->contents->len;
    return next <= operation->n_records ? next : 0;
}

/* What was read before a failure is handed over; who asks for the rest hears of it */
static void
take_records (Operation *operation, SimstowVisitStep *done)
{
    guint i;

    operation->n_records = done->fcp.n_records;
    for (i = 0; i < done->contents->len; i++) {
        g_ptr_array_add (operation->contents, g_bytes_ref (done->contents->pdata[i]));
        g_ptr_array_add (operation->faults, g_strdup (done->faults->pdata[i]));
    }
    operation->whole = operation->whole && !done->error && done->contents->len > 0;
    if (operation->contents->len == 0)
        operation->error = g_steal_pointer (&done->error);
    if (operation->progress)
        operation->progress (operation->list->store,
                             operation->first + operation->contents->len - 1,
                             operation->n_records,
                             operation->progress_data);
}

static void
next_read (SimstowVisit *visit, SimstowVisitStep *done, gpointer user_data)
{
    Operation *operation = user_data;

    if (operation->linked) {
        operation->extensions = g_ptr_array_ref (done->contents);
        operation->unextended = g_steal_pointer (&done->error);
        return;
    }
    take_records (operation, done);
    if (operation->whole && next_place (operation) > 0) {
        simstow_visit_read_each (visit, operation->list->path, next_place (operation), CHUNK);
    } else if (simstow_numbers_have_links (operation->contents, operation->list->tail)) {
        operation->linked = TRUE;
        simstow_visit_read_each (visit, operation->list->extension, 0, 0);
    }
}

static void
on_read_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    const Operation *operation = g_task_get_task_data (task);
    GVariant *records;

    if (!finish_visit (task, source, result))
        return;
    records =
        simstow_numbers_to_variant (operation->contents,
                                    operation->faults,
                                    operation->extensions,
                                    operation->first,
                                    operation->list->tail,
                                    operation->list->filter,
                                    operation->unextended ? operation->unextended->message : NULL);
    g_task_return_pointer (task, records, (GDestroyNotify) g_variant_unref);
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
    g_autoptr (SimstowVisit) visit = NULL;

    if (!find_list (task, store))
        return;
    operation->first = MAX (first, 1);
    operation->whole = count == 0;
    operation->contents = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    operation->faults = g_ptr_array_new_with_free_func (g_free);
    operation->progress = progress;
    operation->progress_data = progress_data;
    visit = simstow_store_card_driver_visit (g_task_get_source_object (task));
    simstow_visit_read_each (visit, operation->list->path, operation->first, count ? count : CHUNK);
    simstow_visit_run_for (visit, task, next_read, on_read_done);
}

static GVariant *
read_finish (SimstowStoreDriver *driver, GAsyncResult *result, guint *next, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, driver), NULL);

    *next = next_place (g_task_get_task_data (G_TASK (result)));
    return g_task_propagate_pointer (G_TASK (result), error);
}

/* Writing: a free record is found, free extensions too, the extensions are written first, so
 * that what is cut short in the middle leaves no entry with a part of its number */

static void
look_at_next (Operation *operation, SimstowVisit *visit, guint n_records)
{
    guint hint = operation->driver->hints[operation->position];

    if (operation->looked_at == n_records) {
        operation->error =
            g_error_new (SIMSTOW_ERROR, SIMSTOW_ERROR_FULL, "all %u records are in use", n_records);
        return;
    }
    operation->first = (hint + operation->looked_at++) % n_records + 1;
    simstow_visit_read (visit, operation->list->path, operation->first, 1);
}

/* Writes what is left to write, the entry last. */
static void
write_next (Operation *operation, SimstowVisit *visit)
{
    const SimstowNumbersRecord *record = operation->record;
    guint i = operation->written++;

    if (i < record->extensions->len)
        simstow_visit_update (visit,
                              operation->list->extension,
                              record->places[i],
                              g_ptr_array_index (record->extensions, i));
    else if (i == record->extensions->len)
        simstow_visit_update (visit, operation->list->path, operation->first, record->raw);
    else
        operation->driver->hints[operation->position] = operation->first;
}

static void
on_place_found (Operation *operation, SimstowVisit *visit, const SimstowVisitStep *done)
{
    if (g_bytes_get_size (operation->record->raw) != done->fcp.record_size) {
        operation->error = g_error_new (SIMSTOW_ERROR,
                                        SIMSTOW_ERROR_INVALID_RECORD,
                                        "a record of this file has %u bytes",
                                        done->fcp.record_size);
        return;
    }
    operation->placed = TRUE;
    if (operation->record->extensions->len > 0)
        simstow_visit_read (visit, operation->list->extension, 0, 0);
    else
        write_next (operation, visit);
}

static void
next_write (SimstowVisit *visit, SimstowVisitStep *done, gpointer user_data)
{
    Operation *operation = user_data;
    gboolean given = operation->record->index > 0;

    if (done->error) {
        operation->error = g_steal_pointer (&done->error);
    } else if (operation->placed) {
        if (operation->written == 0 && operation->record->extensions->len > 0 &&
            !simstow_numbers_record_link (operation->record, done->contents, &operation->error))
            return;
        write_next (operation, visit);
    } else if (given && operation->record->index > done->fcp.n_records) {
        operation->error = g_error_new (SIMSTOW_ERROR,
                                        SIMSTOW_ERROR_INVALID_RECORD,
                                        "%s has the records 1 to %u",
                                        operation->list->store,
                                        done->fcp.n_records);
    } else if (given) {
        operation->first = operation->record->index;
        on_place_found (operation, visit, done);
    } else if (done->contents->len == 1 &&
               simstow_numbers_is_free (g_ptr_array_index (done->contents, 0), 0)) {
        on_place_found (operation, visit, done);
    } else {
        look_at_next (operation, visit, done->fcp.n_records);
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
    g_autoptr (SimstowVisit) visit = NULL;
    GError *error = NULL;

    if (!find_list (task, store))
        return;
    if (operation->list->writable)
        operation->record = simstow_numbers_record_from_variant (record, &error);
    else
        error =
            g_error_new (SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED, "%s can only be read", store);
    if (error) {
        g_task_return_error (task, error);
        return;
    }
    visit = simstow_store_card_driver_visit (g_task_get_source_object (task));
    simstow_visit_select (visit, operation->list->path);
    simstow_visit_run_for (visit, task, next_write, on_write_done);
}

/* Erasing: a free record is filler throughout */

static void
next_erase (SimstowVisit *visit, SimstowVisitStep *done, gpointer user_data)
{
    Operation *operation = user_data;

    operation->error = g_steal_pointer (&done->error);
}

static void
on_erase_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;

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
    g_autoptr (SimstowVisit) visit = NULL;
    g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);

    if (!find_list (task, store))
        return;
    if (!operation->list->writable || index < 1) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 index < 1 ? SIMSTOW_ERROR_NOT_FOUND : SIMSTOW_ERROR_UNSUPPORTED,
                                 index < 1 ? "%s begins with record 1" : "%s can only be read",
                                 store);
        return;
    }
    operation->driver->hints[operation->position] = 0;
    visit = simstow_store_card_driver_visit (g_task_get_source_object (task));
    simstow_visit_update (visit, operation->list->path, index, empty);
    simstow_visit_run_for (visit, task, next_erase, on_erase_done);
}

static void
simstow_store_phonebook_card_finalize (GObject *object)
{
    SimstowStorePhonebookCard *self = SIMSTOW_STORE_PHONEBOOK_CARD (object);

    for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
        g_free (self->faults[i]);
    G_OBJECT_CLASS (simstow_store_phonebook_card_parent_class)->finalize (object);
}

static void
simstow_store_phonebook_card_class_init (SimstowStorePhonebookCardClass *klass)
{
    SimstowStoreDriverClass *driver_class = SIMSTOW_STORE_DRIVER_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = simstow_store_phonebook_card_finalize;
    driver_class->list_async = list_async;
    driver_class->read_async = read_async;
    driver_class->read_finish = read_finish;
    driver_class->write_async = write_async;
    driver_class->erase_async = erase_async;
}

static void
simstow_store_phonebook_card_init (SimstowStorePhonebookCard *self)
{
}
