/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card's files, one a record, raw. Nothing is written.
 *
 * On a modem with AT commands alone restricted access comes first: it needs no
 * channel, and all files are a matter of a few lines. Where it does not reach the
 * USIM, and in MBIM mode, a visit over a channel does.
 */

#include "simstow-store-simfile-card.h"

#include "simstow-apdu.h"
#include "simstow-bulk.h"
#include "simstow-card.h"
#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-restricted.h"
#include "simstow-store-about.h"
#include "simstow-store-simfiles.h"
#include "simstow-visit.h"

/* What the path of a file of the USIM begins with */
#define USIM "7FFF"

struct _SimstowStoreSimfileCard {
    SimstowStoreCardDriver parent_instance;

    SimstowRestricted *restricted; /* where files are read by it */
    gboolean by_channel;           /* restricted access has shown not to reach the USIM */
};

G_DEFINE_FINAL_TYPE (SimstowStoreSimfileCard,
                     simstow_store_simfile_card,
                     SIMSTOW_TYPE_STORE_CARD_DRIVER)

typedef struct {
    guint position;
    guint end;
    gboolean found;
    GPtrArray *probe; /* the command that asks whether there is a card */
    GError *error;
    GVariantBuilder *records;
    SimstowStoreProgressFunc progress;
    gpointer progress_data;
} Operation;

static void
operation_free (gpointer data)
{
    Operation *operation = data;

    g_clear_pointer (&operation->probe, g_ptr_array_unref);
    g_clear_pointer (&operation->records, g_variant_builder_unref);
    g_clear_error (&operation->error);
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

/* Listing: where one of the first files can be selected, there is a card. The very first is
 * EF_ICCID, which an eUICC without a profile does not have. */
#define SIGNS 4

static void
return_list (GTask *task, gboolean found)
{
    SimstowStoreSimfileCard *self = g_task_get_source_object (task);
    const SimstowStoreAbout about = {
        .id = SIMSTOW_STORE_SIMFILE,
        .via = SIMSTOW_VIA_CARD,
        .way = self->restricted
                   ? SIMSTOW_WAY_CRSM
                   : simstow_store_card_driver_get_way (SIMSTOW_STORE_CARD_DRIVER (self)),
        .capacity = simstow_store_simfiles_count (),
        .first = 1,
        .last = simstow_store_simfiles_count (),
    };

    g_task_return_pointer (task,
                           simstow_store_about_list (&about, found ? 1 : 0),
                           (GDestroyNotify) g_variant_unref);
}

static void
next_list (SimstowVisit *visit, SimstowVisitStep *done, gpointer user_data)
{
    Operation *operation = user_data;

    operation->found = done->error == NULL;
    if (!g_error_matches (done->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND))
        operation->error = g_steal_pointer (&done->error);
    else if (++operation->position < SIGNS)
        simstow_visit_select (visit, simstow_store_simfiles_path (operation->position));
    if (operation->error || operation->found || operation->position < SIGNS)
        return;
    operation->error = g_error_copy (done->error);
    operation->error->code = SIMSTOW_ERROR_MODEM_ERROR;
    g_prefix_error (&operation->error, "no file is found, not even EF_ICCID: ");
}

static void
on_list_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Operation *operation = g_task_get_task_data (task);
    g_autoptr (GError) error = NULL;

    if (simstow_visit_run_finish (SIMSTOW_VISIT (source), result, &error))
        error = g_steal_pointer (&operation->error);
    if (error && !simstow_card_lacks (error))
        g_task_return_error (task, g_steal_pointer (&error));
    else
        return_list (task, operation->found);
}

static void
list_by_visit (GTask *task)
{
    g_autoptr (SimstowVisit) visit =
        simstow_store_card_driver_visit (g_task_get_source_object (task));

    simstow_visit_select (visit, simstow_store_simfiles_path (0));
    simstow_visit_run_for (visit, task, next_list, on_list_done);
}

static void
on_probed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowStoreSimfileCard *self = g_task_get_source_object (task);
    const Operation *operation = g_task_get_task_data (task);
    const SimstowRestrictedCommand *probe = g_ptr_array_index (operation->probe, 0);
    GError *error = NULL;

    if (!simstow_restricted_run_finish (SIMSTOW_RESTRICTED (source), result, &error)) {
        g_task_return_error (task, error);
    } else if (probe->answer) {
        self->restricted = g_object_ref (SIMSTOW_RESTRICTED (source));
        return_list (task, TRUE);
    } else if (g_error_matches (probe->error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED)) {
        return_list (task, FALSE);
    } else {
        list_by_visit (task);
    }
}

static void
probe (GTask *task, SimstowPort *port)
{
    static const guint8 iccid[] = {0x2F, 0xE2};
    static const guint8 parameters[] = {0, 0, 0};
    Operation *operation = g_task_get_task_data (task);
    g_autoptr (SimstowRestricted) restricted = simstow_restricted_new (port);
    g_autoptr (GBytes) path = g_bytes_new_static (iccid, sizeof (iccid));

    operation->probe =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_restricted_command_free);
    g_ptr_array_add (
        operation->probe,
        simstow_restricted_command_new (SIMSTOW_INS_GET_RESPONSE, path, parameters, NULL));
    simstow_restricted_run_async (restricted,
                                  operation->probe,
                                  g_task_get_cancellable (task),
                                  on_probed,
                                  g_object_ref (task));
}

static void
list_async (SimstowStoreDriver *driver,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
    SimstowStoreSimfileCard *self = SIMSTOW_STORE_SIMFILE_CARD (driver);
    SimstowPort *port = simstow_store_driver_get_port (driver);
    g_autoptr (GTask) task = task_new (driver, list_async, cancellable, callback, user_data);

    g_clear_object (&self->restricted);
    if (self->by_channel || !simstow_port_has_at (port) || simstow_port_peek_mbim (port)) {
        list_by_visit (task);
    } else if (simstow_restricted_has_answered (port)) {
        self->restricted = simstow_restricted_new (port);
        return_list (task, TRUE);
    } else {
        probe (task, port);
    }
}

/* Reading */

static void
add_record (Operation *operation, const SimstowFcp *fcp, GPtrArray *contents, const GError *fault)
{
    g_variant_builder_add_value (
        operation->records,
        simstow_store_simfiles_record (operation->position++, fcp, contents, fault));
}

static void
return_records (GTask *task)
{
    Operation *operation = g_task_get_task_data (task);

    if (operation->progress)
        operation->progress (SIMSTOW_STORE_SIMFILE,
                             operation->position,
                             simstow_store_simfiles_count (),
                             operation->progress_data);
    g_task_return_pointer (task,
                           g_variant_ref_sink (g_variant_builder_end (operation->records)),
                           (GDestroyNotify) g_variant_unref);
}

/* What is said of a file of which some records could not be read: %NULL without any */
static GError *
partial_error (const SimstowVisitStep *done)
{
    const gchar *first = NULL;
    guint failed = 0;
    guint i;

    for (i = 0; i < done->faults->len; i++) {
        const gchar *fault = g_ptr_array_index (done->faults, i);

        failed += fault != NULL;
        first = first ? first : fault;
    }
    return first ? simstow_bulk_partial_error (first, failed, done->contents->len) : NULL;
}

static void
next_read (SimstowVisit *visit, SimstowVisitStep *done, gpointer user_data)
{
    Operation *operation = user_data;
    g_autoptr (GError) partial = partial_error (done);

    add_record (operation, &done->fcp, done->contents, done->error ? done->error : partial);
    if (operation->position < operation->end)
        simstow_visit_read_each (visit, simstow_store_simfiles_path (operation->position), 0, 0);
}

static void
on_read_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GError *error = NULL;

    if (simstow_visit_run_finish (SIMSTOW_VISIT (source), result, &error))
        return_records (task);
    else
        g_task_return_error (task, error);
}

static void
read_by_visit (GTask *task)
{
    Operation *operation = g_task_get_task_data (task);
    g_autoptr (SimstowVisit) visit =
        simstow_store_card_driver_visit (g_task_get_source_object (task));

    simstow_visit_read_each (visit, simstow_store_simfiles_path (operation->position), 0, 0);
    simstow_visit_run_for (visit, task, next_read, on_read_done);
}

/* Whether restricted access got to the USIM: some modems do not find its way there. */
static gboolean
reached_usim (GPtrArray *read)
{
    gboolean asked = FALSE;
    guint i;

    for (i = 0; i < read->len; i++) {
        const SimstowBulkFile *file = g_ptr_array_index (read, i);

        if (!g_str_has_prefix (file->path, USIM))
            continue;
        if (!file->error)
            return TRUE;
        asked = TRUE;
    }
    return !asked;
}

static void
on_bulk_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowStoreSimfileCard *self = g_task_get_source_object (task);
    Operation *operation = g_task_get_task_data (task);
    g_autoptr (GPtrArray) read = NULL;
    GError *error = NULL;
    guint i;

    read = simstow_bulk_read_finish (SIMSTOW_RESTRICTED (source), result, &error);
    if (!read) {
        g_task_return_error (task, error);
        return;
    }
    if (!reached_usim (read)) {
        self->by_channel = read->len == simstow_store_simfiles_count ();
        read_by_visit (task);
        return;
    }
    for (i = 0; i < read->len; i++) {
        const SimstowBulkFile *file = g_ptr_array_index (read, i);

        add_record (operation, &file->fcp, file->contents, file->error);
    }
    return_records (task);
}

static void
read_in_bulk (GTask *task)
{
    SimstowStoreSimfileCard *self = g_task_get_source_object (task);
    const Operation *operation = g_task_get_task_data (task);
    g_autoptr (GPtrArray) paths = g_ptr_array_new ();
    guint i;

    for (i = operation->position; i < operation->end; i++)
        g_ptr_array_add (paths, (gpointer) simstow_store_simfiles_path (i));
    simstow_bulk_read_async (self->restricted,
                             paths,
                             g_task_get_cancellable (task),
                             on_bulk_done,
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
    g_autoptr (GTask) task = task_new (driver, read_async, cancellable, callback, user_data);
    Operation *operation = g_task_get_task_data (task);

    operation->position = MAX (first, 1) - 1;
    operation->end = simstow_store_simfiles_count ();
    if (operation->position >= operation->end) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_NOT_FOUND,
                                 "there are %u files",
                                 operation->end);
        return;
    }
    if (count > 0 && count < operation->end - operation->position)
        operation->end = operation->position + count;
    operation->records = g_variant_builder_new (G_VARIANT_TYPE ("aa{sv}"));
    operation->progress = progress;
    operation->progress_data = progress_data;
    if (SIMSTOW_STORE_SIMFILE_CARD (driver)->restricted)
        read_in_bulk (task);
    else
        read_by_visit (task);
}

static GVariant *
read_finish (SimstowStoreDriver *driver, GAsyncResult *result, guint *next, GError **error)
{
    const Operation *operation;

    g_return_val_if_fail (g_task_is_valid (result, driver), NULL);

    operation = g_task_get_task_data (G_TASK (result));
    *next = operation->position < simstow_store_simfiles_count () ? operation->position + 1 : 0;
    return g_task_propagate_pointer (G_TASK (result), error);
}

/* Nothing is written or erased */

static void
refuse (GTask *task)
{
    g_task_return_new_error (task,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_UNSUPPORTED,
                             "files of the card can only be read");
    g_object_unref (task);
}

static void
write_async (SimstowStoreDriver *driver,
             const gchar *store,
             GVariant *record,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
    refuse (task_new (driver, write_async, cancellable, callback, user_data));
}

static void
erase_async (SimstowStoreDriver *driver,
             const gchar *store,
             guint index,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
    refuse (task_new (driver, erase_async, cancellable, callback, user_data));
}

static void
simstow_store_simfile_card_finalize (GObject *object)
{
    SimstowStoreSimfileCard *self = SIMSTOW_STORE_SIMFILE_CARD (object);

    g_clear_object (&self->restricted);
    G_OBJECT_CLASS (simstow_store_simfile_card_parent_class)->finalize (object);
}

static void
simstow_store_simfile_card_class_init (SimstowStoreSimfileCardClass *klass)
{
    SimstowStoreDriverClass *driver_class = SIMSTOW_STORE_DRIVER_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = simstow_store_simfile_card_finalize;
    driver_class->list_async = list_async;
    driver_class->read_async = read_async;
    driver_class->read_finish = read_finish;
    driver_class->write_async = write_async;
    driver_class->erase_async = erase_async;
}

static void
simstow_store_simfile_card_init (SimstowStoreSimfileCard *self)
{
}
