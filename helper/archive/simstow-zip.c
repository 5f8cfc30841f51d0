/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Zip files, by libarchive.
 */

#include "config.h"

#include "simstow-zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <glib/gi18n-lib.h>

#include "simstow-error.h"

#define CHUNK (64 * 1024)

/* One of libarchive's, and how an error of the other end comes through it */
typedef struct {
    struct archive *archive;
    GError *error;
} Zip;

struct _SimstowZipReader {
    Zip zip;
    GInputStream *stream;
    guint8 *buffer;
};

struct _SimstowZipWriter {
    Zip zip;
    SimstowSinkFunc write;
    gpointer user_data;
    gboolean ended;
};

static gboolean
check (Zip *zip, gboolean done, GError **error)
{
    const gchar *reason;

    if (done)
        return TRUE;
    if (zip->error) {
        g_propagate_error (error, g_steal_pointer (&zip->error));
        return FALSE;
    }
    reason = archive_error_string (zip->archive);
    return simstow_error_set (error,
                              SIMSTOW_ERROR_INVALID_DATA,
                              _ ("zip: %s"),
                              reason ? reason : "?");
}

static la_ssize_t
on_read (struct archive *archive, void *user_data, const void **data)
{
    SimstowZipReader *reader = user_data;
    gssize got = g_input_stream_read (reader->stream, reader->buffer, CHUNK, NULL, NULL);

    *data = reader->buffer;
    return got;
}

SimstowZipReader *
simstow_zip_reader_new (GInputStream *stream, GError **error)
{
    g_autoptr (SimstowZipReader) reader = g_new0 (SimstowZipReader, 1);
    gboolean done;

    reader->zip.archive = archive_read_new ();
    reader->stream = g_object_ref (stream);
    reader->buffer = g_malloc (CHUNK);
    done = archive_read_support_format_zip_streamable (reader->zip.archive) == ARCHIVE_OK &&
           archive_read_open (reader->zip.archive, reader, NULL, on_read, NULL) == ARCHIVE_OK;
    return check (&reader->zip, done, error) ? g_steal_pointer (&reader) : NULL;
}

void
simstow_zip_reader_free (SimstowZipReader *reader)
{
    archive_read_free (reader->zip.archive);
    g_object_unref (reader->stream);
    g_clear_error (&reader->zip.error);
    g_free (reader->buffer);
    g_free (reader);
}

gboolean
simstow_zip_reader_next (SimstowZipReader *reader, const gchar **name, GError **error)
{
    struct archive_entry *entry;
    gint status = archive_read_next_header (reader->zip.archive, &entry);

    *name = NULL;
    if (status == ARCHIVE_EOF)
        return TRUE;
    if (!check (&reader->zip, status == ARCHIVE_OK || status == ARCHIVE_WARN, error))
        return FALSE;
    *name = archive_entry_pathname (entry);
    if (!*name)
        *name = "";
    return TRUE;
}

#define ENTRY_TYPE (entry_stream_get_type ())
G_DECLARE_FINAL_TYPE (EntryStream, entry_stream, ENTRY, STREAM, GInputStream)

struct _EntryStream {
    GInputStream parent_instance;
    Zip *zip;
};

G_DEFINE_TYPE (EntryStream, entry_stream, G_TYPE_INPUT_STREAM)

static gssize
entry_stream_read (GInputStream *stream,
                   void *buffer,
                   gsize count,
                   GCancellable *cancellable,
                   GError **error)
{
    Zip *zip = ENTRY_STREAM (stream)->zip;
    la_ssize_t got = archive_read_data (zip->archive, buffer, count);

    return check (zip, got >= 0, error) ? (gssize) got : -1;
}

static void
entry_stream_class_init (EntryStreamClass *klass)
{
    G_INPUT_STREAM_CLASS (klass)->read_fn = entry_stream_read;
}

static void
entry_stream_init (EntryStream *stream)
{
}

GInputStream *
simstow_zip_reader_open (SimstowZipReader *reader)
{
    EntryStream *stream = g_object_new (ENTRY_TYPE, NULL);

    stream->zip = &reader->zip;
    return G_INPUT_STREAM (stream);
}

static la_ssize_t
on_write (struct archive *archive, void *user_data, const void *data, size_t size)
{
    SimstowZipWriter *writer = user_data;

    /* what is freed unfinished is not finished by the way */
    if (writer->ended || writer->zip.error)
        return -1;
    if (writer->write (data, size, writer->user_data, &writer->zip.error))
        return (la_ssize_t) size;
    archive_set_error (archive, 0, "not written");
    return -1;
}

SimstowZipWriter *
simstow_zip_writer_new (SimstowSinkFunc write, gpointer user_data, GError **error)
{
    g_autoptr (SimstowZipWriter) writer = g_new0 (SimstowZipWriter, 1);
    gboolean done;

    writer->zip.archive = archive_write_new ();
    writer->write = write;
    writer->user_data = user_data;
    done = archive_write_set_format_zip (writer->zip.archive) == ARCHIVE_OK &&
           archive_write_set_bytes_in_last_block (writer->zip.archive, 1) == ARCHIVE_OK &&
           archive_write_open (writer->zip.archive, writer, NULL, on_write, NULL) == ARCHIVE_OK;
    return check (&writer->zip, done, error) ? g_steal_pointer (&writer) : NULL;
}

void
simstow_zip_writer_free (SimstowZipWriter *writer)
{
    writer->ended = TRUE;
    archive_write_free (writer->zip.archive);
    g_clear_error (&writer->zip.error);
    g_free (writer);
}

gboolean
simstow_zip_writer_begin (SimstowZipWriter *writer,
                          const gchar *name,
                          guint64 size,
                          gint64 modified,
                          GError **error)
{
    struct archive_entry *entry = archive_entry_new ();
    gboolean done;

    archive_entry_set_pathname (entry, name);
    archive_entry_set_filetype (entry, AE_IFREG);
    archive_entry_set_perm (entry, 0600);
    archive_entry_set_mtime (entry, CLAMP (modified, 0, G_MAXINT32), 0);
    archive_entry_set_size (entry, (la_int64_t) size);
    done = archive_write_header (writer->zip.archive, entry) == ARCHIVE_OK;
    archive_entry_free (entry);
    return check (&writer->zip, done, error);
}

gboolean
simstow_zip_writer_write (SimstowZipWriter *writer, gconstpointer data, gsize size, GError **error)
{
    gboolean done = archive_write_data (writer->zip.archive, data, size) == (la_ssize_t) size;

    return check (&writer->zip, done, error);
}

gboolean
simstow_zip_writer_end (SimstowZipWriter *writer, GError **error)
{
    return check (&writer->zip, archive_write_close (writer->zip.archive) == ARCHIVE_OK, error);
}
