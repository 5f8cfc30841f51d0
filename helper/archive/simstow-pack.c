/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An archive about to be written.
 */

#include "config.h"

#include "simstow-pack.h"

#include <archive.h>
#include <archive_entry.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "simstow-contact-vcard.h"
#include "simstow-error.h"
#include "simstow-esim-json.h"
#include "simstow-header-json.h"
#include "simstow-kept.h"
#include "simstow-record-json.h"
#include "simstow-stream.h"
#include "simstow-sums.h"

typedef struct archive WriteArchive;
typedef struct archive_entry Entry;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WriteArchive, archive_write_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Entry, archive_entry_free)

/* Beyond this libarchive adds an extended header, which no archive has */
#define LATEST_MTIME (G_MAXINT32 - 1)

/* Tar's own unit of writing */
#define BLOCK_SIZE 10240

#define CHUNK (64 * 1024)

/* A member: where its bytes are kept */
typedef struct {
    const gchar *name;
    guint64 offset;
    guint64 size;
    guint64 records;
} Part;

struct _SimstowPack {
    const SimstowSnapshot *snapshot;
    GCancellable *cancellable;
    gchar *id;
    gchar *content_id;
    gchar *name;
    gchar *header;
    gchar *sums;
    GArray *parts;
    SimstowKept *kept;
};

/* Where the archive goes */
typedef struct {
    SimstowSinkFunc write;
    gpointer user_data;
    SimstowSha256 *checksum;
    GError *error;
    gboolean ended;
} Output;

#define ENOUGH (64 * 1024)

gboolean
simstow_sink_flush (SimstowSink *sink, GError **error)
{
    gboolean drained;

    if (sink->buffer->len == 0)
        return TRUE;
    drained = sink->drain (sink->buffer->str, sink->buffer->len, sink->user_data, error);
    g_string_truncate (sink->buffer, 0);
    return drained;
}

gboolean
simstow_sink_end_record (SimstowSink *sink, GError **error)
{
    sink->records++;
    if (sink->buffer->len < ENOUGH)
        return TRUE;
    return !g_cancellable_set_error_if_cancelled (sink->cancellable, error) &&
           simstow_sink_flush (sink, error);
}

gboolean
simstow_sink_append_kept (SimstowSink *sink,
                          SimstowKept *kept,
                          guint64 offset,
                          guint64 size,
                          GError **error)
{
    while (size > 0) {
        gsize before = sink->buffer->len;
        gsize part = MIN (size, ENOUGH);

        g_string_set_size (sink->buffer, before + part);
        if (g_cancellable_set_error_if_cancelled (sink->cancellable, error) ||
            !simstow_kept_read (kept, offset, sink->buffer->str + before, part, error) ||
            !simstow_sink_flush (sink, error))
            return FALSE;
        offset += part;
        size -= part;
    }
    return TRUE;
}

/* A member on its way */
typedef struct {
    SimstowSha256 *checksum;
    SimstowKept *kept;
} Generated;

static gboolean
on_generated (gconstpointer data, gsize size, gpointer user_data, GError **error)
{
    const Generated *generated = user_data;

    simstow_sha256_update (generated->checksum, data, size);
    simstow_kept_append (generated->kept, data, size);
    return TRUE;
}

static gboolean
generate_text (gconstpointer source, SimstowSink *sink, GError **error)
{
    g_string_append (sink->buffer, source);
    return TRUE;
}

static gboolean
generate (SimstowPack *pack,
          const SimstowPackMember *member,
          GArray *parts,
          GPtrArray *sums,
          GError **error)
{
    g_autoptr (GString) buffer = g_string_new (NULL);
    g_autoptr (SimstowSha256) checksum = simstow_sha256_new ();
    Generated generated = {checksum, pack->kept};
    SimstowSink sink = {
        .buffer = buffer,
        .drain = on_generated,
        .user_data = &generated,
        .cancellable = pack->cancellable,
    };
    Part part = {.name = member->name, .offset = simstow_kept_get_size (pack->kept)};

    if (!member->generate (member->source, &sink, error) || !simstow_sink_flush (&sink, error))
        return FALSE;
    part.size = simstow_kept_get_size (pack->kept) - part.offset;
    part.records = sink.records;
    g_array_append_val (parts, part);
    if (part.size > SIMSTOW_LIMIT_MEMBER)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_FAILED,
                                  _ ("%s: too large for an archive"),
                                  member->name);
    simstow_sums_add (sums, member->name, checksum);
    return TRUE;
}

guint64
simstow_pack_count_records (const SimstowPack *pack, SimstowMemberKind kind)
{
    guint i;

    for (i = 0; i < pack->parts->len; i++) {
        const Part *part = &g_array_index (pack->parts, Part, i);

        if (strcmp (part->name, simstow_layout_member_name (kind)) == 0)
            return part->records;
    }
    return 0;
}

static void
make_header (SimstowPack *pack)
{
    const SimstowArchiveHeader header = {
        .version = SIMSTOW_ARCHIVE_VERSION,
        .tool = (gchar *) "simstow " SIMSTOW_VERSION,
        .id = pack->id,
        .content_id = pack->content_id,
        .snapshot = (SimstowSnapshot *) pack->snapshot,
        .messages = simstow_pack_count_records (pack, SIMSTOW_MEMBER_MESSAGES),
        .contacts = simstow_pack_count_records (pack, SIMSTOW_MEMBER_CONTACTS),
        .calls = simstow_pack_count_records (pack, SIMSTOW_MEMBER_CALLS),
    };
    GString *text = g_string_new (NULL);

    simstow_archive_header_append_json (&header, text);
    pack->header = g_string_free (text, FALSE);
}

/* README.txt and simstow.json stand before the content in the archive, and so in
 * SHA256SUMS, but simstow.json can only be made when the content is known */
static gboolean
make_frame (SimstowPack *pack, GPtrArray *sums, GError **error)
{
    SimstowPackMember readme = {
        simstow_layout_member_name (SIMSTOW_MEMBER_README),
        generate_text,
        simstow_layout_readme (),
    };
    SimstowPackMember header = {
        simstow_layout_member_name (SIMSTOW_MEMBER_HEADER),
        generate_text,
        pack->header,
    };
    g_autoptr (GPtrArray) frame = simstow_sums_new ();
    g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (Part));
    g_autofree gchar *front = NULL;
    g_autofree gchar *back = simstow_sums_to_text (sums);

    if (!generate (pack, &readme, parts, frame, error) ||
        !generate (pack, &header, parts, frame, error))
        return FALSE;
    g_array_prepend_vals (pack->parts, parts->data, parts->len);
    front = simstow_sums_to_text (frame);
    pack->sums = g_strconcat (front, back, NULL);
    return TRUE;
}

SimstowPack *
simstow_pack_new (const SimstowSnapshot *snapshot,
                  const SimstowPackMember *members,
                  gsize n_members,
                  GCancellable *cancellable,
                  GError **error)
{
    g_autoptr (SimstowPack) pack = g_new0 (SimstowPack, 1);
    g_autoptr (GPtrArray) sums = simstow_sums_new ();
    gsize i;

    pack->snapshot = snapshot;
    pack->cancellable = cancellable ? g_object_ref (cancellable) : NULL;
    pack->parts = g_array_new (FALSE, FALSE, sizeof (Part));
    pack->kept = simstow_kept_new ();
    for (i = 0; i < n_members; i++)
        if (!generate (pack, &members[i], pack->parts, sums, error))
            return NULL;
    pack->id = simstow_layout_id (snapshot);
    pack->content_id = simstow_sums_content_id (sums);
    pack->name = simstow_layout_name (pack->id, snapshot->captured, pack->content_id);
    make_header (pack);
    if (!make_frame (pack, sums, error))
        return NULL;
    return g_steal_pointer (&pack);
}

/* A member of a snapshot that is to be written */
typedef struct {
    const SimstowSnapshot *snapshot;
    SimstowMemberKind kind;
    const GPtrArray *records;
    gboolean secrets;
} Source;

static void
append_record (SimstowMemberKind kind, gconstpointer record, GString *out)
{
    if (kind == SIMSTOW_MEMBER_CONTACTS) {
        simstow_contact_append_vcard (record, out);
        return;
    }
    if (kind == SIMSTOW_MEMBER_CALLS)
        simstow_call_append_json (record, out);
    else if (kind == SIMSTOW_MEMBER_MESSAGES)
        simstow_message_append_json (record, out);
    else if (kind == SIMSTOW_MEMBER_SIMFILES)
        simstow_simfile_append_json (record, out);
    else
        simstow_unread_append_json (record, out);
    g_string_append_c (out, '\n');
}

static gboolean
generate_member (gconstpointer data, SimstowSink *sink, GError **error)
{
    const Source *source = data;
    guint i;

    if (source->kind == SIMSTOW_MEMBER_ESIM)
        simstow_esim_append_json (source->snapshot->esim, source->secrets, TRUE, sink->buffer);
    if (source->kind == SIMSTOW_MEMBER_NETWORK)
        simstow_network_append_json (source->snapshot->network, TRUE, sink->buffer);
    for (i = 0; source->records && i < source->records->len; i++) {
        append_record (source->kind, g_ptr_array_index (source->records, i), sink->buffer);
        if (!simstow_sink_end_record (sink, error))
            return FALSE;
    }
    return TRUE;
}

SimstowPack *
simstow_pack_new_for_snapshot (const SimstowSnapshot *snapshot,
                               gboolean secrets,
                               GCancellable *cancellable,
                               GError **error)
{
    const Source sources[] = {
        {snapshot, SIMSTOW_MEMBER_CALLS, snapshot->calls},
        {snapshot, SIMSTOW_MEMBER_CONTACTS, snapshot->contacts},
        {snapshot, SIMSTOW_MEMBER_ESIM, NULL, secrets},
        {snapshot, SIMSTOW_MEMBER_MESSAGES, snapshot->messages},
        {snapshot, SIMSTOW_MEMBER_NETWORK, NULL},
        {snapshot, SIMSTOW_MEMBER_SIMFILES, snapshot->simfiles},
        {snapshot, SIMSTOW_MEMBER_UNREAD, snapshot->unread},
    };
    SimstowPackMember members[G_N_ELEMENTS (sources)];
    gsize n_members = 0;
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (sources); i++) {
        SimstowMemberKind kind = sources[i].kind;
        gboolean present = sources[i].records && sources[i].records->len > 0;

        if (kind == SIMSTOW_MEMBER_ESIM)
            present = snapshot->esim != NULL;
        if (kind == SIMSTOW_MEMBER_NETWORK)
            present = snapshot->network != NULL;
        if (present || simstow_layout_member_is_required (kind))
            members[n_members++] = (SimstowPackMember){simstow_layout_member_name (kind),
                                                       generate_member,
                                                       &sources[i]};
    }
    return simstow_pack_new (snapshot, members, n_members, cancellable, error);
}

void
simstow_pack_free (SimstowPack *pack)
{
    if (!pack)
        return;
    g_clear_object (&pack->cancellable);
    g_free (pack->id);
    g_free (pack->content_id);
    g_free (pack->name);
    g_free (pack->header);
    g_free (pack->sums);
    g_array_unref (pack->parts);
    simstow_kept_free (pack->kept);
    g_free (pack);
}

const gchar *
simstow_pack_get_name (const SimstowPack *pack)
{
    return pack->name;
}

const gchar *
simstow_pack_get_content_id (const SimstowPack *pack)
{
    return pack->content_id;
}

/* libarchive frees all it has only when it ends well. So it is never told of an
 * error of ours: from then on, what it writes goes nowhere. */
static la_ssize_t
on_archive_write (struct archive *archive, gpointer user_data, const void *data, size_t size)
{
    Output *output = user_data;

    if (!output->ended) {
        simstow_sha256_update (output->checksum, data, size);
        output->ended = !output->write (data, size, output->user_data, &output->error);
    }
    return (la_ssize_t) size;
}

/* What became of a call of libarchive's */
static gboolean
check (WriteArchive *archive, gboolean done, Output *output, GError **error)
{
    const gchar *reason;

    if (output->error) {
        g_propagate_error (error, g_steal_pointer (&output->error));
        return FALSE;
    }
    if (done)
        return TRUE;
    reason = archive_error_string (archive);
    return simstow_error_set (error,
                              SIMSTOW_ERROR_FAILED,
                              _ ("could not write the archive: %s"),
                              reason ? reason : _ ("no reason was given"));
}

/* The same content gives the same bytes: no time in the gzip header, fixed levels */
static gint
set_compression (WriteArchive *archive, SimstowCompression compression)
{
    gint added;

    switch (compression) {
    case SIMSTOW_COMPRESSION_GZIP:
        added = archive_write_add_filter_gzip (archive);
        if (added == ARCHIVE_OK)
            added = archive_write_set_filter_option (archive, "gzip", "timestamp", NULL);
        return added;
    case SIMSTOW_COMPRESSION_ZSTD:
        return archive_write_add_filter_zstd (archive);
    case SIMSTOW_COMPRESSION_XZ:
        return archive_write_add_filter_xz (archive);
    default:
        return archive_write_add_filter_none (archive);
    }
}

static Entry *
entry_new (const SimstowPack *pack, const gchar *name)
{
    g_autofree gchar *path = g_strconcat (pack->name, "/", name, NULL);
    Entry *entry = archive_entry_new ();

    archive_entry_set_pathname (entry, path);
    archive_entry_set_mtime (entry, CLAMP (pack->snapshot->captured, 0, LATEST_MTIME), 0);
    archive_entry_set_uid (entry, 0);
    archive_entry_set_gid (entry, 0);
    return entry;
}

static gboolean
write_directory (SimstowPack *pack, WriteArchive *archive, Output *output, GError **error)
{
    g_autoptr (Entry) entry = entry_new (pack, "");

    archive_entry_set_filetype (entry, AE_IFDIR);
    archive_entry_set_perm (entry, 0700);
    return check (archive, archive_write_header (archive, entry) == ARCHIVE_OK, output, error);
}

static gboolean
begin_member (SimstowPack *pack,
              const gchar *name,
              guint64 size,
              WriteArchive *archive,
              Output *output,
              GError **error)
{
    g_autoptr (Entry) entry = entry_new (pack, name);

    archive_entry_set_filetype (entry, AE_IFREG);
    archive_entry_set_perm (entry, 0600);
    archive_entry_set_size (entry, (la_int64_t) size);
    return check (archive, archive_write_header (archive, entry) == ARCHIVE_OK, output, error);
}

static gboolean
write_bytes (WriteArchive *archive, gconstpointer data, gsize size, Output *output, GError **error)
{
    gboolean done = archive_write_data (archive, data, size) == (la_ssize_t) size;

    return check (archive, done, output, error);
}

static gboolean
write_part (SimstowPack *pack,
            const Part *part,
            WriteArchive *archive,
            Output *output,
            GError **error)
{
    g_autofree guint8 *buffer = g_malloc (CHUNK);
    guint64 done;
    gsize size;

    if (!begin_member (pack, part->name, part->size, archive, output, error))
        return FALSE;
    for (done = 0; done < part->size; done += size) {
        size = MIN (CHUNK, part->size - done);
        if (g_cancellable_set_error_if_cancelled (pack->cancellable, error) ||
            !simstow_kept_read (pack->kept, part->offset + done, buffer, size, error) ||
            !write_bytes (archive, buffer, size, output, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
write_members (SimstowPack *pack, WriteArchive *archive, Output *output, GError **error)
{
    const gchar *sums = simstow_layout_member_name (SIMSTOW_MEMBER_SUMS);
    guint i;

    for (i = 0; i < pack->parts->len; i++)
        if (!write_part (pack, &g_array_index (pack->parts, Part, i), archive, output, error))
            return FALSE;
    return begin_member (pack, sums, strlen (pack->sums), archive, output, error) &&
           write_bytes (archive, pack->sums, strlen (pack->sums), output, error);
}

static gboolean
open_archive (WriteArchive *archive, SimstowCompression compression, Output *output, GError **error)
{
    gboolean done =
        archive_write_set_format_pax_restricted (archive) == ARCHIVE_OK &&
        set_compression (archive, compression) == ARCHIVE_OK &&
        archive_write_set_bytes_per_block (archive, BLOCK_SIZE) == ARCHIVE_OK &&
        archive_write_set_bytes_in_last_block (archive, 1) == ARCHIVE_OK &&
        archive_write_open (archive, output, NULL, on_archive_write, NULL) == ARCHIVE_OK;

    return check (archive, done, output, error);
}

gboolean
simstow_pack_write (SimstowPack *pack,
                    SimstowCompression compression,
                    SimstowSinkFunc write,
                    gpointer user_data,
                    GError **error)
{
    g_autoptr (SimstowSha256) checksum = simstow_sha256_new ();
    Output output = {.write = write, .user_data = user_data, .checksum = checksum};
    g_autoptr (WriteArchive) archive = archive_write_new ();
    guint8 seal[SIMSTOW_SEAL_SIZE];
    gsize seal_size;

    if (!open_archive (archive, compression, &output, error) ||
        !write_directory (pack, archive, &output, error) ||
        !write_members (pack, archive, &output, error) ||
        !check (archive, archive_write_close (archive) == ARCHIVE_OK, &output, error)) {
        output.ended = TRUE;
        return FALSE;
    }
    seal_size = simstow_seal_make (compression, checksum, seal);
    return seal_size == 0 || write (seal, seal_size, user_data, error);
}
