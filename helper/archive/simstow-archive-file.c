/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An archive that is read several times.
 */

#include "config.h"

#include "simstow-archive-file.h"

#include <glib/gi18n-lib.h>

#include "simstow-archive-load.h"
#include "simstow-archive-reader.h"
#include "simstow-error.h"
#include "simstow-plain.h"

struct _SimstowArchiveFile {
    SimstowMessageSource messages;
    SimstowInput *input;
    const SimstowArchiveKeys *keys;
    GCancellable *cancellable;
};

/* Its messages while they are read */
typedef struct {
    SimstowPlain *plain;
    SimstowArchiveReader *reader;
} Reading;

static void
reading_free (gpointer data)
{
    Reading *reading = data;

    g_clear_pointer (&reading->reader, simstow_archive_reader_free);
    g_clear_pointer (&reading->plain, simstow_plain_free);
    g_free (reading);
}

static gpointer
open_messages (SimstowMessageSource *source, GError **error)
{
    const SimstowArchiveFile *file = (const SimstowArchiveFile *) source;
    SimstowInput *input = simstow_input_open_again (file->input, error);
    SimstowPlain *plain = input ? simstow_plain_new_for_input (input, file->keys, error) : NULL;
    Reading *reading;

    if (!plain)
        return NULL;
    reading = g_new0 (Reading, 1);
    reading->plain = plain;
    reading->reader = simstow_archive_reader_new (simstow_plain_get_stream (plain),
                                                  1 << SIMSTOW_ITEM_MESSAGE,
                                                  file->cancellable);
    return reading;
}

static SimstowMessage *
read_message (gpointer data, guint32 place, GError **error)
{
    Reading *reading = data;
    g_auto (SimstowItem) item = {SIMSTOW_ITEM_END};

    simstow_archive_reader_skip_to (reading->reader, SIMSTOW_ITEM_MESSAGE, place);
    if (!simstow_archive_reader_next (reading->reader, &item, error))
        return NULL;
    if (!item.message)
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_FAILED,
                             _ ("changed while it was read"));
    return g_steal_pointer (&item.message);
}

SimstowArchiveFile *
simstow_archive_file_open (const gchar *path,
                           const SimstowArchiveKeys *keys,
                           GCancellable *cancellable,
                           GError **error)
{
    g_autoptr (SimstowInput) input = simstow_input_new (path, cancellable, error);
    SimstowArchiveFile *file;

    if (!input || !simstow_input_keep (input, cancellable, error))
        return NULL;
    file = g_new0 (SimstowArchiveFile, 1);
    file->messages = (SimstowMessageSource){open_messages, read_message, reading_free};
    file->input = g_steal_pointer (&input);
    file->keys = keys;
    file->cancellable = cancellable ? g_object_ref (cancellable) : NULL;
    return file;
}

void
simstow_archive_file_free (SimstowArchiveFile *file)
{
    simstow_input_free (file->input);
    g_clear_object (&file->cancellable);
    g_free (file);
}

static void
pass_over (const SimstowMessage *message, const SimstowSnapshot *snapshot, gpointer user_data)
{
}

SimstowSnapshot *
simstow_archive_file_survey (SimstowArchiveFile *file,
                             SimstowArchiveHeader **header,
                             SimstowMessageFunc func,
                             gpointer user_data,
                             GError **error)
{
    g_autoptr (SimstowInput) input = simstow_input_open_again (file->input, error);

    if (!input)
        return NULL;
    return simstow_archive_load_input (input,
                                       file->keys,
                                       header,
                                       func ? func : pass_over,
                                       user_data,
                                       file->cancellable,
                                       error);
}

gboolean
simstow_archive_file_read (SimstowArchiveFile *file,
                           const SimstowArchiveVisitor *visitor,
                           gpointer user_data,
                           GError **error)
{
    const SimstowArchiveVisitor *const visitors[] = {NULL, visitor};
    guint i;

    for (i = 0; i < G_N_ELEMENTS (visitors); i++) {
        g_autoptr (SimstowInput) input = simstow_input_open_again (file->input, error);

        if (!input || !simstow_archive_read_input (input,
                                                   file->keys,
                                                   visitors[i],
                                                   user_data,
                                                   file->cancellable,
                                                   error))
            return FALSE;
    }
    return TRUE;
}

SimstowMessageSource *
simstow_archive_file_get_messages (SimstowArchiveFile *file)
{
    return &file->messages;
}
