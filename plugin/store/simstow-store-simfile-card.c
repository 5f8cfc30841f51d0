/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that a person may need later, 3GPP TS 31.102 and ETSI TS 102 221, raw. A
 * record is one file. Those that hold keys are not in the table and are never
 * asked for. Nothing is written.
 */

#include "simstow-store-simfile-card.h"

#include "simstow-card.h"
#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-store-about.h"
#include "simstow-visit.h"

static const struct {
    const gchar *name;
    const gchar *path;
} files[] = {
    {"EF_ICCID", "2FE2"},        {"EF_DIR", "2F00"},           {"EF_PL", "2F05"},
    {"EF_LI", "7FFF6F05"},       {"EF_IMSI", "7FFF6F07"},      {"EF_UST", "7FFF6F38"},
    {"EF_EST", "7FFF6F56"},      {"EF_GID1", "7FFF6F3E"},      {"EF_GID2", "7FFF6F3F"},
    {"EF_SPN", "7FFF6F46"},      {"EF_MSISDN", "7FFF6F40"},    {"EF_SMSP", "7FFF6F42"},
    {"EF_FDN", "7FFF6F3B"},      {"EF_SDN", "7FFF6F49"},       {"EF_ECC", "7FFF6FB7"},
    {"EF_PLMNwAcT", "7FFF6F60"}, {"EF_OPLMNwAcT", "7FFF6F61"}, {"EF_HPLMNwAcT", "7FFF6F62"},
    {"EF_FPLMN", "7FFF6F7B"},    {"EF_ACC", "7FFF6F78"},       {"EF_AD", "7FFF6FAD"},
    {"EF_PNN", "7FFF6FC5"},      {"EF_OPL", "7FFF6FC6"},       {"EF_SPDI", "7FFF6FCD"},
};

struct _SimstowStoreSimfileCard {
    SimstowStoreDriver parent_instance;

    SimstowCard *card;
};

G_DEFINE_FINAL_TYPE (SimstowStoreSimfileCard, simstow_store_simfile_card, SIMSTOW_TYPE_STORE_DRIVER)

typedef struct {
    guint position;
    guint end;
    gboolean found;
    GVariantBuilder *records;
    SimstowStoreProgressFunc progress;
    gpointer progress_data;
} Operation;

static void
operation_free (gpointer data)
{
    Operation *operation = data;

    g_clear_pointer (&operation->records, g_variant_builder_unref);
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

static SimstowVisit *
visit_new (SimstowStoreSimfileCard *self)
{
    if (!self->card)
        self->card = simstow_card_new (simstow_store_driver_get_port (SIMSTOW_STORE_DRIVER (self)));
    return simstow_visit_new (self->card);
}

/* Listing: where the first file can be selected, there is a card */

static void
next_list (SimstowVisit *visit, SimstowVisitStep *done, gpointer user_data)
{
    Operation *operation = user_data;

    operation->found = done->error == NULL;
}

static void
on_list_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    const Operation *operation = g_task_get_task_data (task);
    const SimstowStoreAbout about = {
        .id = SIMSTOW_STORE_SIMFILE,
        .via = SIMSTOW_VIA_CARD,
        .capacity = G_N_ELEMENTS (files),
        .first = 1,
        .last = G_N_ELEMENTS (files),
    };
    g_autoptr (GError) error = NULL;

    simstow_visit_run_finish (SIMSTOW_VISIT (source), result, &error);
    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    g_task_return_pointer (task,
                           simstow_store_about_list (&about, operation->found ? 1 : 0),
                           (GDestroyNotify) g_variant_unref);
}

static void
list_async (SimstowStoreDriver *driver,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
    GTask *task = task_new (driver, list_async, cancellable, callback, user_data);
    g_autoptr (SimstowVisit) visit = visit_new (SIMSTOW_STORE_SIMFILE_CARD (driver));

    simstow_visit_select (visit, files[0].path);
    simstow_visit_run_async (visit,
                             next_list,
                             g_task_get_task_data (task),
                             cancellable,
                             on_list_done,
                             task);
}

static GVariant *
list_finish (SimstowStoreDriver *driver, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, driver), NULL);

    return g_task_propagate_pointer (G_TASK (result), error);
}

/* Reading */

static const gchar *
structure_name (const SimstowFcp *fcp)
{
    if (fcp->structure == SIMSTOW_FILE_TRANSPARENT)
        return "transparent";
    return fcp->structure == SIMSTOW_FILE_CYCLIC ? "cyclic" : "linear";
}

static void
add_text (GVariantBuilder *record, const gchar *key, const gchar *text)
{
    g_variant_builder_add (record, "{sv}", key, g_variant_new_string (text));
}

static GVariant *
bytes_variant (GBytes *bytes)
{
    return g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE);
}

static void
add_contents (GVariantBuilder *record, const SimstowVisitStep *done)
{
    GVariantBuilder list;
    guint i;

    add_text (record, SIMSTOW_RECORD_STRUCTURE, structure_name (&done->fcp));
    if (done->fcp.structure == SIMSTOW_FILE_TRANSPARENT && done->contents->len == 1) {
        g_variant_builder_add (record,
                               "{sv}",
                               SIMSTOW_RECORD_RAW,
                               bytes_variant (g_ptr_array_index (done->contents, 0)));
        return;
    }
    g_variant_builder_init (&list, G_VARIANT_TYPE ("aay"));
    for (i = 0; i < done->contents->len; i++)
        g_variant_builder_add_value (&list, bytes_variant (g_ptr_array_index (done->contents, i)));
    g_variant_builder_add (record, "{sv}", SIMSTOW_RECORD_RECORDS, g_variant_builder_end (&list));
}

static void
next_read (SimstowVisit *visit, SimstowVisitStep *done, gpointer user_data)
{
    Operation *operation = user_data;
    guint i = operation->position++;
    GVariantBuilder record;

    g_variant_builder_init (&record, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add (&record, "{sv}", SIMSTOW_RECORD_INDEX, g_variant_new_uint32 (i + 1));
    add_text (&record, SIMSTOW_RECORD_NAME, files[i].name);
    add_text (&record, SIMSTOW_RECORD_PATH, files[i].path);
    if (done->error)
        add_text (&record, SIMSTOW_RECORD_FAULT, done->error->message);
    else
        add_contents (&record, done);
    g_variant_builder_add_value (operation->records, g_variant_builder_end (&record));
    if (operation->position < operation->end)
        simstow_visit_read (visit, files[operation->position].path, 0, 0);
}

static void
on_read_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Operation *operation = g_task_get_task_data (task);
    GError *error = NULL;

    if (!simstow_visit_run_finish (SIMSTOW_VISIT (source), result, &error)) {
        g_task_return_error (task, error);
        return;
    }
    if (operation->progress)
        operation->progress (SIMSTOW_STORE_SIMFILE,
                             operation->position,
                             G_N_ELEMENTS (files),
                             operation->progress_data);
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
    g_autoptr (SimstowVisit) visit = NULL;

    operation->position = MAX (first, 1) - 1;
    operation->end = G_N_ELEMENTS (files);
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
    visit = visit_new (SIMSTOW_STORE_SIMFILE_CARD (driver));
    simstow_visit_read (visit, files[operation->position].path, 0, 0);
    simstow_visit_run_async (visit,
                             next_read,
                             operation,
                             cancellable,
                             on_read_done,
                             g_steal_pointer (&task));
}

static GVariant *
read_finish (SimstowStoreDriver *driver, GAsyncResult *result, guint *next, GError **error)
{
    const Operation *operation;

    g_return_val_if_fail (g_task_is_valid (result, driver), NULL);

    operation = g_task_get_task_data (G_TASK (result));
    *next = operation->position < G_N_ELEMENTS (files) ? operation->position + 1 : 0;
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

static guint
write_finish (SimstowStoreDriver *driver, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, driver), 0);

    g_task_propagate_int (G_TASK (result), error);
    return 0;
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

static gboolean
erase_finish (SimstowStoreDriver *driver, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, driver), FALSE);

    return g_task_propagate_boolean (G_TASK (result), error);
}

static void
simstow_store_simfile_card_finalize (GObject *object)
{
    g_clear_object (&SIMSTOW_STORE_SIMFILE_CARD (object)->card);
    G_OBJECT_CLASS (simstow_store_simfile_card_parent_class)->finalize (object);
}

static void
simstow_store_simfile_card_class_init (SimstowStoreSimfileCardClass *klass)
{
    SimstowStoreDriverClass *driver_class = SIMSTOW_STORE_DRIVER_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = simstow_store_simfile_card_finalize;
    driver_class->list_async = list_async;
    driver_class->list_finish = list_finish;
    driver_class->read_async = read_async;
    driver_class->read_finish = read_finish;
    driver_class->write_async = write_async;
    driver_class->write_finish = write_finish;
    driver_class->erase_async = erase_async;
    driver_class->erase_finish = erase_finish;
}

static void
simstow_store_simfile_card_init (SimstowStoreSimfileCard *self)
{
}
