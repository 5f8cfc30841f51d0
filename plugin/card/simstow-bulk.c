/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many files at once, in rounds: each asks for all that is still to be had.
 */

#include "simstow-bulk.h"

#include "simstow-apdu.h"
#include "simstow-error.h"
#include "simstow-hex.h"

#define CHUNK         255
#define MAX_FILE_SIZE (32 * 1024)

/* One round for the shape and one for the contents; more only where a modem gives less than it
 * was asked for */
#define MAX_ROUNDS 64

typedef struct {
    GPtrArray *files;
    GPtrArray *commands;
    GPtrArray *asked; /* the file of each command, borrowed */
    guint rounds;
} Reading;

static void
file_free (gpointer data)
{
    SimstowBulkFile *file = data;

    g_free (file->path);
    g_ptr_array_unref (file->contents);
    g_clear_error (&file->error);
    g_clear_error (&file->first_failure);
    g_clear_pointer (&file->steps, g_bytes_unref);
    g_byte_array_unref (file->pieces);
    g_free (file);
}

static SimstowBulkFile *
file_new (const gchar *path)
{
    SimstowBulkFile *file = g_new0 (SimstowBulkFile, 1);

    file->path = g_strdup (path);
    file->contents = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    file->pieces = g_byte_array_new ();
    file->steps = simstow_hex_decode (path, -1, &file->error);
    return file;
}

static void
reading_free (gpointer data)
{
    Reading *reading = data;

    g_clear_pointer (&reading->files, g_ptr_array_unref);
    g_ptr_array_unref (reading->commands);
    g_ptr_array_unref (reading->asked);
    g_free (reading);
}

static void
ask (Reading *reading, SimstowBulkFile *file, guint8 ins, guint p1, guint p2, guint p3)
{
    const guint8 parameters[] = {(guint8) p1, (guint8) p2, (guint8) p3};

    g_ptr_array_add (reading->commands,
                     simstow_restricted_command_new (ins, file->steps, parameters, NULL));
    g_ptr_array_add (reading->asked, file);
}

static guint
size_of (const SimstowBulkFile *file)
{
    return MIN (file->fcp.size, MAX_FILE_SIZE);
}

static gboolean
is_transparent (const SimstowBulkFile *file)
{
    return file->fcp.structure == SIMSTOW_FILE_TRANSPARENT;
}

/* All that is still to be had of a file */
static void
ask_rest (Reading *reading, SimstowBulkFile *file)
{
    guint i;

    if (!file->described) {
        ask (reading, file, SIMSTOW_INS_GET_RESPONSE, 0, 0, 0);
        return;
    }
    if (is_transparent (file)) {
        for (i = file->pieces->len; i < size_of (file); i += CHUNK)
            ask (reading,
                 file,
                 SIMSTOW_INS_READ_BINARY,
                 i >> 8,
                 i,
                 MIN (CHUNK, size_of (file) - i));
        return;
    }
    for (i = file->contents->len; i < file->fcp.n_records; i++)
        ask (reading,
             file,
             SIMSTOW_INS_READ_RECORD,
             i + 1,
             SIMSTOW_MODE_ABSOLUTE,
             file->fcp.record_size);
}

/* What the file is */
static void
take_shape (SimstowBulkFile *file, GBytes *answer)
{
    file->described = simstow_fcp_decode (answer, &file->fcp, &file->error);
    if (file->described && file->fcp.structure == SIMSTOW_FILE_FOLDER)
        g_set_error (&file->error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_MODEM_ERROR,
                     "%s is no file that can be read",
                     file->path);
}

/* A piece at @offset; one behind a piece that came short waits for another round. */
static void
take_piece (SimstowBulkFile *file, guint offset, GBytes *answer)
{
    gsize size = g_bytes_get_size (answer);

    if (offset != file->pieces->len)
        return;
    if (size == 0)
        g_set_error (&file->error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_MODEM_ERROR,
                     "the file ends at byte %u of %u",
                     offset,
                     file->fcp.size);
    g_byte_array_append (file->pieces,
                         g_bytes_get_data (answer, NULL),
                         (guint) MIN (size, size_of (file) - offset));
}

/* Whether one record of many could not be read; what is denied is denied of all */
static gboolean
pass_over (SimstowBulkFile *file, SimstowRestrictedCommand *command)
{
    if (command->ins != SIMSTOW_INS_READ_RECORD ||
        g_error_matches (command->error, SIMSTOW_ERROR, SIMSTOW_ERROR_DENIED) ||
        g_error_matches (command->error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED))
        return FALSE;
    if (!file->first_failure)
        file->first_failure = g_steal_pointer (&command->error);
    file->failed++;
    g_ptr_array_add (file->contents, g_bytes_new (NULL, 0));
    return TRUE;
}

static void
take_answer (SimstowBulkFile *file, SimstowRestrictedCommand *command)
{
    if (file->error || (command->error && pass_over (file, command)))
        return;
    if (command->error)
        file->error = g_steal_pointer (&command->error);
    else if (command->ins == SIMSTOW_INS_GET_RESPONSE)
        take_shape (file, command->answer);
    else if (command->ins == SIMSTOW_INS_READ_BINARY)
        take_piece (file, command->parameters[0] << 8 | command->parameters[1], command->answer);
    else
        g_ptr_array_add (file->contents, g_steal_pointer (&command->answer));
}

static void
start_round (GTask *task);

static void
on_round_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Reading *reading = g_task_get_task_data (task);
    GError *error = NULL;
    guint i;

    if (!simstow_restricted_run_finish (SIMSTOW_RESTRICTED (source), result, &error)) {
        g_task_return_error (task, error);
        return;
    }
    for (i = 0; i < reading->commands->len; i++)
        take_answer (g_ptr_array_index (reading->asked, i),
                     g_ptr_array_index (reading->commands, i));
    start_round (task);
}

GError *
simstow_bulk_partial_error (const gchar *fault, guint failed, guint n_records)
{
    return g_error_new (SIMSTOW_ERROR,
                        SIMSTOW_ERROR_MODEM_ERROR,
                        "%s, at %u of %u records",
                        fault,
                        failed,
                        n_records);
}

static void
note_failures (SimstowBulkFile *file)
{
    if (file->failed < file->contents->len) {
        file->error = simstow_bulk_partial_error (file->first_failure->message,
                                                  file->failed,
                                                  file->contents->len);
        return;
    }
    file->error = g_steal_pointer (&file->first_failure);
    g_ptr_array_set_size (file->contents, 0);
}

/* Every file that could be read has its contents. */
static void
finish (GTask *task)
{
    Reading *reading = g_task_get_task_data (task);
    guint i;

    for (i = 0; i < reading->files->len; i++) {
        SimstowBulkFile *file = g_ptr_array_index (reading->files, i);

        if (!file->error && is_transparent (file))
            g_ptr_array_add (file->contents, g_bytes_new (file->pieces->data, file->pieces->len));
        if (!file->error && file->failed > 0)
            note_failures (file);
    }
    g_task_return_pointer (task,
                           g_steal_pointer (&reading->files),
                           (GDestroyNotify) g_ptr_array_unref);
}

static void
start_round (GTask *task)
{
    Reading *reading = g_task_get_task_data (task);
    guint i;

    g_ptr_array_set_size (reading->commands, 0);
    g_ptr_array_set_size (reading->asked, 0);
    for (i = 0; i < reading->files->len; i++) {
        SimstowBulkFile *file = g_ptr_array_index (reading->files, i);

        if (!file->error)
            ask_rest (reading, file);
    }
    if (reading->commands->len == 0) {
        finish (task);
        return;
    }
    if (++reading->rounds > MAX_ROUNDS) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_MODEM_ERROR,
                                 "the card's files do not end");
        return;
    }
    simstow_restricted_run_async (g_task_get_source_object (task),
                                  reading->commands,
                                  g_task_get_cancellable (task),
                                  on_round_done,
                                  g_object_ref (task));
}

void
simstow_bulk_read_async (SimstowRestricted *restricted,
                         GPtrArray *paths,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (restricted, cancellable, callback, user_data);
    Reading *reading = g_new0 (Reading, 1);
    guint i;

    g_task_set_source_tag (task, simstow_bulk_read_async);
    g_task_set_check_cancellable (task, FALSE);
    reading->files = g_ptr_array_new_with_free_func (file_free);
    reading->commands =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_restricted_command_free);
    reading->asked = g_ptr_array_new ();
    for (i = 0; i < paths->len; i++)
        g_ptr_array_add (reading->files, file_new (g_ptr_array_index (paths, i)));
    g_task_set_task_data (task, reading, reading_free);
    start_round (task);
}

GPtrArray *
simstow_bulk_read_finish (SimstowRestricted *restricted, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, restricted), NULL);

    return g_task_propagate_pointer (G_TASK (result), error);
}
