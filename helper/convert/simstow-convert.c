/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A conversion: each input is recognised and read, record by record; what becomes of a record is
 * kept at once as the text that it will be. When all is read, it is known how many there are, and
 * the output is put together.
 */

#include "config.h"

#include "simstow-convert.h"

#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "simstow-archive-records.h"
#include "simstow-contact-vcard.h"
#include "simstow-error.h"
#include "simstow-input.h"
#include "simstow-kept.h"
#include "simstow-merge.h"
#include "simstow-spool.h"
#include "simstow-target.h"
#include "simstow-zip.h"

#define BUFFER_SIZE (64 * 1024)
/* How much text is put aside at once */
#define ENOUGH (32 * 1024)

typedef struct {
    const SimstowConversion *conversion;
    SimstowConverted *converted;
    GCancellable *cancellable;
    /* NULL: an archive */
    const SimstowFormat *format;
    SimstowFormatOptions options;
    SimstowFormatOutput output;
    SimstowArchiveRecords *records;
    /* when the newest of the inputs was written to */
    gint64 modified;
    /* archives that the output is to hold as well, and whether there was any other input */
    GPtrArray *archives;
    gboolean foreign;
    SimstowKept *kept[SIMSTOW_RECORD_KINDS];
    GString *text[SIMSTOW_RECORD_KINDS];
} Job;

/* An input that is open */
typedef struct {
    GInputStream *stream;
    /* NULL: an archive */
    const SimstowFormat *format;
} Source;

static void
job_clear (Job *job)
{
    guint i;

    if (job->format && job->format->free_data && job->output.data)
        job->format->free_data (job->output.data);
    g_clear_pointer (&job->archives, g_ptr_array_unref);
    g_clear_pointer (&job->output.sims, g_hash_table_unref);
    g_clear_pointer (&job->records, simstow_archive_records_free);
    for (i = 0; i < SIMSTOW_RECORD_KINDS; i++) {
        g_clear_pointer (&job->kept[i], simstow_kept_free);
        if (job->text[i])
            g_string_free (job->text[i], TRUE);
    }
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Job, job_clear)

static void
source_clear (Source *source)
{
    g_clear_object (&source->stream);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Source, source_clear)

static void
job_init (Job *job, const SimstowFormat *format)
{
    guint i;

    job->format = format;
    job->options.csv_safe = job->conversion->csv_safe;
    job->options.single_sim = !job->conversion->inputs[1];
    job->output.options = &job->options;
    job->output.losses = &job->converted->losses;
    job->output.sims = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    job->archives = g_ptr_array_new ();
    if (!format)
        job->records = simstow_archive_records_new ();
    for (i = 0; format && i < SIMSTOW_RECORD_KINDS; i++) {
        job->kept[i] = simstow_kept_new ();
        job->text[i] = g_string_new (NULL);
    }
}

static void
put_aside (Job *job, guint kind)
{
    simstow_kept_append (job->kept[kind], job->text[kind]->str, job->text[kind]->len);
    g_string_truncate (job->text[kind], 0);
}

static const SimstowLoss kind_losses[SIMSTOW_RECORD_KINDS] = {
    [SIMSTOW_RECORD_MESSAGE] = SIMSTOW_LOSS_MESSAGES,
    [SIMSTOW_RECORD_CONTACT] = SIMSTOW_LOSS_CONTACTS,
    [SIMSTOW_RECORD_CALL] = SIMSTOW_LOSS_CALLS,
};

static gboolean
on_record (const SimstowRecord *record, gpointer user_data, GError **error)
{
    Job *job = user_data;
    guint64 *count = &job->output.counts[record->kind];

    if (g_cancellable_set_error_if_cancelled (job->cancellable, error))
        return FALSE;
    if ((job->conversion->kinds >> record->kind & 1) == 0)
        return TRUE;
    if (!job->format) {
        *count += simstow_archive_records_add (job->records, record, job->output.losses);
        return TRUE;
    }
    if ((job->format->kinds >> record->kind & 1) == 0) {
        job->output.losses->counts[kind_losses[record->kind]]++;
        return TRUE;
    }
    if (job->format->add (&job->output, record, job->text[record->kind]))
        (*count)++;
    if (job->text[record->kind]->len >= ENOUGH)
        put_aside (job, record->kind);
    return TRUE;
}

static gint
open_fd (const gchar *path, GError **error)
{
    if (g_str_equal (path, "-"))
        return dup (STDIN_FILENO);
    return simstow_regular_open (path, error);
}

/* UTF-16 looks like ASCII to those that recognise formats */
static gsize
flatten (const guint8 *data, gsize size, gchar *head)
{
    gboolean wide =
        size >= 4 && ((data[0] == 0xFF && data[1] == 0xFE) ||
                      (data[0] == 0xFE && data[1] == 0xFF) || (data[0] == 0) != (data[1] == 0));
    gsize length = 0;
    gsize i;

    for (i = 0; i < size; i++)
        if (!wide || data[i] != 0)
            head[length++] = (gchar) data[i];
    return length;
}

/* What archives begin with, compressed, bare, encrypted or armored */
static gboolean
is_archive (const guint8 *data, gsize size)
{
    if (size >= 6 &&
        (memcmp (data, "\x1F\x8B", 2) == 0 || memcmp (data, "\x28\xB5\x2F\xFD", 4) == 0 ||
         memcmp (data,
                 "\xFD"
                 "7zXZ",
                 5) == 0))
        return TRUE;
    if (size >= 262 && memcmp (data + 257, "ustar", 5) == 0)
        return TRUE;
    /* OpenPGP packets with tags 1 and 3, in the old form and the new one */
    if (size >= 2 && (data[0] == 0x84 || data[0] == 0x85 || data[0] == 0x8C || data[0] == 0xC1 ||
                      data[0] == 0xC3))
        return TRUE;
    return size >= 27 && memcmp (data, "-----BEGIN PGP MESSAGE-----", 27) == 0;
}

static gboolean
recognise (Source *source, GCancellable *cancellable, GError **error)
{
    GBufferedInputStream *buffered = G_BUFFERED_INPUT_STREAM (source->stream);
    gchar head[SIMSTOW_SNIFF_SIZE];
    const guint8 *data;
    gssize got = 1;
    gsize size = 0;

    /* a pipe gives what is there, which may be little */
    while (got > 0 && size < SIMSTOW_SNIFF_SIZE) {
        got = g_buffered_input_stream_fill (buffered,
                                            SIMSTOW_SNIFF_SIZE - (gssize) size,
                                            cancellable,
                                            error);
        size = g_buffered_input_stream_get_available (buffered);
    }
    if (got < 0)
        return FALSE;
    data = g_buffered_input_stream_peek_buffer (buffered, &size);
    size = MIN (size, SIMSTOW_SNIFF_SIZE);
    source->format = simstow_formats_sniff (head, flatten (data, size, head));
    if (source->format || is_archive (data, size))
        return TRUE;
    return simstow_error_set (error,
                              SIMSTOW_ERROR_INVALID_DATA,
                              size == 0 ? _ ("it is empty")
                                        : _ ("it is of no format that is known here; --from says "
                                             "which one it is"));
}

static gboolean
find_named (const gchar *name, gboolean writes, const SimstowFormat **format, GError **error)
{
    const SimstowFormat *found = simstow_formats_find (name);
    g_autoptr (GString) all = g_string_new (SIMSTOW_FORMAT_ARCHIVE);
    guint i;

    *format = found;
    if (g_str_equal (name, SIMSTOW_FORMAT_ARCHIVE) ||
        (found && (writes ? found->add != NULL : found->read != NULL)))
        return TRUE;
    for (i = 0; (found = simstow_formats_get (i)); i++)
        if (writes ? found->add != NULL : found->read != NULL)
            g_string_append_printf (all, ", %s", found->name);
    return simstow_error_set (error,
                              SIMSTOW_ERROR_USAGE,
                              writes ? _ ("--to takes %s, not \"%s\"")
                                     : _ ("--from takes %s, not \"%s\""),
                              all->str,
                              name);
}

static gboolean
open_source (Job *job, const gchar *path, Source *source, GError **error)
{
    g_autoptr (GInputStream) raw = NULL;
    gint fd = open_fd (path, error);
    struct stat info;

    if (fd < 0)
        return FALSE;
    if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode))
        job->modified = MAX (job->modified, (gint64) info.st_mtime);
    raw = g_unix_input_stream_new (fd, TRUE);
    source->stream = g_buffered_input_stream_new_sized (raw, BUFFER_SIZE);
    if (job->conversion->from)
        return find_named (job->conversion->from, FALSE, &source->format, error);
    return recognise (source, job->cancellable, error);
}

/* What was looked at is gone from a pipe */
static gboolean
read_archive (Job *job, const gchar *path, SimstowFormatInput *input, GError **error)
{
    if (!job->format) {
        g_ptr_array_add (job->archives, (gpointer) path);
        return TRUE;
    }
    if (g_str_equal (path, "-") && !job->conversion->from)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("an archive on standard input needs --from simstow"));
    return simstow_archive_records_read (path, &job->conversion->write.keys, input, error);
}

static gboolean
read_input (Job *job, const gchar *path, GError **error)
{
    SimstowFormatInput input = {
        .path = path,
        .losses = job->output.losses,
        .func = on_record,
        .user_data = job,
        .cancellable = job->cancellable,
    };
    g_auto (Source) source = {NULL};
    gboolean done;

    if (g_strcmp0 (job->conversion->from, SIMSTOW_FORMAT_ARCHIVE) == 0) {
        done = read_archive (job, path, &input, error);
    } else if (!open_source (job, path, &source, error)) {
        return FALSE;
    } else if (!source.format) {
        done = read_archive (job, path, &input, error);
    } else {
        input.stream = source.stream;
        job->foreign = TRUE;
        done = source.format->read (&input, error);
    }
    job->options.captured = MAX (job->options.captured, input.captured);
    return done;
}

static gboolean
choose_format (const SimstowConversion *conversion, const SimstowFormat **format, GError **error)
{
    SimstowCompression compression = SIMSTOW_COMPRESSION_BY_NAME;
    const gchar *output = conversion->output;

    *format = NULL;
    if (conversion->to)
        return find_named (conversion->to, TRUE, format, error);
    if (!g_str_equal (output, "-") && g_file_test (output, G_FILE_TEST_IS_DIR))
        return TRUE;
    *format = simstow_formats_find_by_extension (output);
    if (*format)
        return TRUE;
    if (strstr (output, ".tar") || g_str_has_suffix (output, ".tgz"))
        return simstow_archive_name_check (output,
                                           simstow_archive_is_encrypted (&conversion->write),
                                           &compression,
                                           error);
    return simstow_error_set (error,
                              SIMSTOW_ERROR_USAGE,
                              _ ("%s: the name does not say which format it is to be; --to does"),
                              output);
}

/* Only one kind has a place in the file: that there is most to say of first */
static guint
choose_kind (Job *job)
{
    g_autofree gchar *name = g_ascii_strdown (job->conversion->output, -1);
    guint kind = SIMSTOW_RECORD_MESSAGE;

    if (strstr (name, "call") && job->output.counts[SIMSTOW_RECORD_CALL] > 0)
        kind = SIMSTOW_RECORD_CALL;
    else if (strstr (name, "contact") && job->output.counts[SIMSTOW_RECORD_CONTACT] > 0)
        kind = SIMSTOW_RECORD_CONTACT;
    else
        while (kind + 1 < SIMSTOW_RECORD_KINDS && job->output.counts[kind] == 0)
            kind++;
    return job->output.counts[kind] > 0 ? kind : SIMSTOW_RECORD_MESSAGE;
}

/* Where the text goes, the file itself or the entry of a zip file */
typedef struct {
    SimstowTarget *target;
    SimstowZipWriter *zip;
} Sink;

static gboolean
on_zip (gconstpointer data, gsize size, gpointer user_data, GError **error)
{
    return simstow_target_write (user_data, data, size, error);
}

static gboolean
write_sink (const Sink *sink, gconstpointer data, gsize size, GError **error)
{
    return sink->zip ? simstow_zip_writer_write (sink->zip, data, size, error)
                     : simstow_target_write (sink->target, data, size, error);
}

static gboolean
write_kept (Job *job, guint kind, const Sink *sink, GError **error)
{
    g_autofree guint8 *buffer = g_malloc (BUFFER_SIZE);
    guint64 size = simstow_kept_get_size (job->kept[kind]);
    guint64 done;
    gsize part;

    for (done = 0; done < size; done += part) {
        part = MIN (BUFFER_SIZE, size - done);
        if (g_cancellable_set_error_if_cancelled (job->cancellable, error) ||
            !simstow_kept_read (job->kept[kind], done, buffer, part, error) ||
            !write_sink (sink, buffer, part, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
write_kind (Job *job, guint kind, const Sink *sink, GError **error)
{
    g_autoptr (GString) before = g_string_new (NULL);
    g_autoptr (GString) behind = g_string_new (NULL);

    put_aside (job, kind);
    if (job->format->begin)
        job->format->begin (&job->output, (SimstowRecordKind) kind, before);
    if (job->format->end)
        job->format->end (&job->output, (SimstowRecordKind) kind, behind);
    if (sink->zip && !simstow_zip_writer_begin (
                         sink->zip,
                         job->format->entry,
                         before->len + simstow_kept_get_size (job->kept[kind]) + behind->len,
                         job->options.captured,
                         error))
        return FALSE;
    return write_sink (sink, before->str, before->len, error) &&
           write_kept (job, kind, sink, error) &&
           write_sink (sink, behind->str, behind->len, error);
}

static gboolean
write_kinds (Job *job, const Sink *sink, GError **error)
{
    guint only = job->format->single ? choose_kind (job) : SIMSTOW_RECORD_KINDS;
    guint kind;

    for (kind = 0; kind < SIMSTOW_RECORD_KINDS; kind++) {
        if (job->format->single && kind != only) {
            job->output.losses->counts[kind_losses[kind]] += job->output.counts[kind];
            job->output.counts[kind] = 0;
        } else if ((job->format->kinds >> kind & 1) != 0 && !write_kind (job, kind, sink, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
write_text (Job *job, SimstowTarget *target, GError **error)
{
    g_autoptr (SimstowZipWriter) zip = NULL;
    Sink sink = {target, NULL};

    if (job->format->entry) {
        sink.zip = zip = simstow_zip_writer_new (on_zip, target, error);
        if (!zip)
            return FALSE;
    }
    return write_kinds (job, &sink, error) && (!zip || simstow_zip_writer_end (zip, error)) &&
           simstow_target_flush (target, error) && simstow_target_publish (target, error);
}

static gboolean
write_foreign (Job *job, GError **error)
{
    const SimstowConversion *conversion = job->conversion;
    g_autoptr (SimstowTarget) target = simstow_target_new (conversion->output,
                                                           conversion->write.force,
                                                           conversion->write.inputs,
                                                           error);

    if (!target || !write_text (job, target, error))
        return FALSE;
    if (!simstow_target_is_standard_output (conversion->output))
        job->converted->path = g_strdup (conversion->output);
    return TRUE;
}

static gboolean
write_archive (Job *job,
               const gchar *output,
               const SimstowArchiveWriteOptions *options,
               gchar **path,
               GError **error)
{
    return simstow_archive_records_write (job->records,
                                          job->options.captured,
                                          job->modified,
                                          job->output.losses,
                                          output,
                                          options,
                                          path,
                                          job->cancellable,
                                          error);
}

/* Archives among the inputs keep all that they hold: they are merged with the one that the other
 * inputs make, which lies in memory meanwhile */
static gboolean
write_merged (Job *job, gint fd, GError **error)
{
    const SimstowConversion *conversion = job->conversion;
    const SimstowArchiveWriteOptions plain = {.compression = SIMSTOW_COMPRESSION_GZIP};
    g_autofree gchar *path = g_strdup_printf ("/dev/fd/%d", fd);
    SimstowMergeCounts counts;

    if (!write_archive (job, path, &plain, NULL, error))
        return FALSE;
    g_ptr_array_add (job->archives, path);
    g_ptr_array_add (job->archives, NULL);
    if (!simstow_archive_merge ((const gchar *const *) job->archives->pdata,
                                &conversion->write.keys,
                                NULL,
                                FALSE,
                                conversion->output,
                                &conversion->write,
                                &counts,
                                &job->converted->path,
                                job->cancellable,
                                error))
        return FALSE;
    job->output.counts[SIMSTOW_RECORD_MESSAGE] = counts.messages;
    job->output.counts[SIMSTOW_RECORD_CONTACT] = counts.contacts;
    job->output.counts[SIMSTOW_RECORD_CALL] = counts.calls;
    return TRUE;
}

static gboolean
write_with_archives (Job *job, GError **error)
{
    gboolean done;
    gint fd;

    if (!job->foreign)
        return simstow_error_set (
            error,
            SIMSTOW_ERROR_USAGE,
            _ ("%s is an archive already; simstow merge puts archives together"),
            (const gchar *) job->archives->pdata[0]);
    if (job->conversion->kinds != SIMSTOW_FORMAT_ALL)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("--only leaves nothing out of archives among the inputs"));
    fd = simstow_spool_new (FALSE, error);
    if (fd < 0)
        return FALSE;
    done = write_merged (job, fd, error);
    close (fd);
    return done;
}

static gboolean
write_output (Job *job, GError **error)
{
    if (job->format)
        return write_foreign (job, error);
    if (job->archives->len > 0)
        return write_with_archives (job, error);
    return write_archive (job,
                          job->conversion->output,
                          &job->conversion->write,
                          &job->converted->path,
                          error);
}

gboolean
simstow_convert (const SimstowConversion *conversion,
                 SimstowConverted *converted,
                 GCancellable *cancellable,
                 GError **error)
{
    g_auto (Job) job = {
        .conversion = conversion,
        .converted = converted,
        .cancellable = cancellable,
    };
    const SimstowFormat *format;
    guint i;

    memset (converted, 0, sizeof *converted);
    if (!choose_format (conversion, &format, error))
        return FALSE;
    if (format && conversion->write.keys.recipients && conversion->write.keys.recipients[0])
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("only archives are encrypted; %s is none"),
                                  format->name);
    job_init (&job, format);
    for (i = 0; conversion->inputs[i]; i++) {
        g_autofree gchar *name = g_filename_display_name (conversion->inputs[i]);

        if (read_input (&job, conversion->inputs[i], error))
            continue;
        g_prefix_error (error, "%s: ", name);
        return FALSE;
    }
    converted->format = format ? format->name : SIMSTOW_FORMAT_ARCHIVE;
    if (!write_output (&job, error))
        return FALSE;
    memcpy (converted->counts, job.output.counts, sizeof converted->counts);
    return TRUE;
}

gboolean
simstow_convert_recognises (const gchar *path)
{
    const SimstowConversion conversion = {NULL};
    Job job = {.conversion = &conversion};
    g_auto (Source) source = {NULL};

    return open_source (&job, path, &source, NULL) && source.format != NULL;
}

/* What is loaded into memory */
typedef struct {
    SimstowSnapshot *snapshot;
    SimstowLosses *losses;
    GHashTable *places;
} Load;

/* The next place in a store */
static guint
take_place (const Load *load, const gchar *store)
{
    guint place = GPOINTER_TO_UINT (g_hash_table_lookup (load->places, store)) + 1;

    g_hash_table_insert (load->places, g_strdup (store), GUINT_TO_POINTER (place));
    return place;
}

static void
load_messages (const Load *load, const SimstowRecord *record)
{
    g_autoptr (GPtrArray) messages = simstow_record_to_messages (record, load->losses);

    while (messages->len > 0) {
        SimstowMessage *message = g_ptr_array_steal_index (messages, 0);

        message->index = take_place (load, message->store);
        g_ptr_array_add (load->snapshot->messages, message);
    }
}

static gboolean
on_load (const SimstowRecord *record, gpointer user_data, GError **error)
{
    Load *load = user_data;
    SimstowCall *call;

    switch (record->kind) {
    case SIMSTOW_RECORD_MESSAGE:
        load_messages (load, record);
        return TRUE;
    case SIMSTOW_RECORD_CONTACT: {
        g_autoptr (GString) card = g_string_new (NULL);
        SimstowContact *contact;

        simstow_contact_append_vcard (record->contact, card);
        contact = simstow_contact_from_vcard (card->str, card->len, error);
        if (!contact)
            return FALSE;
        contact->index = take_place (load, contact->store);
        g_ptr_array_add (load->snapshot->contacts, contact);
        return TRUE;
    }
    case SIMSTOW_RECORD_CALL:
        call = simstow_record_to_call (record);
        call->index = take_place (load, call->store);
        g_ptr_array_add (load->snapshot->calls, call);
        return TRUE;
    }
    return TRUE;
}

SimstowSnapshot *
simstow_convert_load (const gchar *path,
                      SimstowLosses *losses,
                      GCancellable *cancellable,
                      GError **error)
{
    const SimstowConversion conversion = {NULL};
    Job job = {.conversion = &conversion, .cancellable = cancellable};
    g_autoptr (SimstowSnapshot) snapshot = simstow_snapshot_new ();
    g_autoptr (GHashTable) places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    Load load = {snapshot, losses, places};
    SimstowFormatInput input = {
        .path = path,
        .losses = losses,
        .func = on_load,
        .user_data = &load,
        .cancellable = cancellable,
    };
    g_auto (Source) source = {NULL};
    GHashTableIter iter;
    gpointer id;

    memset (losses, 0, sizeof *losses);
    if (!open_source (&job, path, &source, error))
        return NULL;
    input.stream = source.stream;
    if (!source.format->read (&input, error))
        return NULL;
    snapshot->captured = input.captured != 0 ? input.captured : job.modified;
    g_hash_table_iter_init (&iter, places);
    while (g_hash_table_iter_next (&iter, &id, NULL)) {
        SimstowStore *store = simstow_store_new (id);

        store->complete = TRUE;
        g_ptr_array_add (snapshot->stores, store);
    }
    simstow_snapshot_sort (snapshot);
    return g_steal_pointer (&snapshot);
}
