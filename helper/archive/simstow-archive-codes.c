/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All members of an archive but esim.json, as they stand, in one that is written anew.
 */

#include "simstow-archive-reader.h"
#include "simstow-esim-json.h"
#include "simstow-pack.h"

/* README.txt, simstow.json and SHA256SUMS are made anew */
#define FRAME \
    (1U << SIMSTOW_MEMBER_README | 1U << SIMSTOW_MEMBER_HEADER | 1U << SIMSTOW_MEMBER_SUMS)

/* What is kept of a member, and the codes to put into it */
typedef struct {
    SimstowKept *kept;
    gchar *name;
    guint64 offset;
    guint64 size;
    guint64 records;
    const GPtrArray *codes;
} Copied;

typedef struct {
    SimstowKept *kept;
    const GPtrArray *codes;
    SimstowArchiveHeader *header;
    GArray *members;
} Copy;

static void
copy_clear (Copy *copy)
{
    simstow_kept_free (copy->kept);
    g_clear_pointer (&copy->header, simstow_archive_header_free);
    g_array_unref (copy->members);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Copy, copy_clear)

static void
on_copied_clear (gpointer data)
{
    g_free (((Copied *) data)->name);
}

static gboolean
on_item (SimstowItem *item, gpointer user_data, GError **error)
{
    Copy *copy = user_data;
    guint i;

    if (item->kind == SIMSTOW_ITEM_HEADER)
        copy->header = g_steal_pointer (&item->header);
    for (i = 0; item->kind == SIMSTOW_ITEM_END && i < item->kept->len; i++) {
        const SimstowKeptMember *member = &g_array_index (item->kept, SimstowKeptMember, i);
        SimstowMemberKind kind = simstow_layout_member_kind (member->name);
        const Copied copied = {
            copy->kept,
            g_strdup (member->name),
            member->offset,
            member->size,
            kind == SIMSTOW_MEMBER_CALLS      ? copy->header->calls
            : kind == SIMSTOW_MEMBER_CONTACTS ? copy->header->contacts
            : kind == SIMSTOW_MEMBER_MESSAGES ? copy->header->messages
                                              : 0,
            kind == SIMSTOW_MEMBER_ESIM ? copy->codes : NULL,
        };

        g_array_append_val (copy->members, copied);
    }
    return TRUE;
}

static gboolean
write_copied (gconstpointer source, SimstowSink *sink, GError **error)
{
    const Copied *copied = source;

    sink->records += copied->records;
    if (!copied->codes)
        return simstow_sink_append_kept (sink, copied->kept, copied->offset, copied->size, error);
    g_string_set_size (sink->buffer, copied->size);
    return simstow_kept_read (copied->kept,
                              copied->offset,
                              sink->buffer->str,
                              copied->size,
                              error) &&
           simstow_esim_set_codes_json (sink->buffer, copied->codes, error);
}

gboolean
simstow_archive_set_codes (const gchar *path,
                           const SimstowArchiveKeys *keys,
                           const GPtrArray *codes,
                           const gchar *output,
                           const SimstowArchiveWriteOptions *options,
                           gchar **written,
                           GCancellable *cancellable,
                           GError **error)
{
    g_auto (Copy) copy = {
        .kept = simstow_kept_new (),
        .codes = codes,
        .members = g_array_new (FALSE, FALSE, sizeof (Copied)),
    };
    const SimstowReading reading = {
        .func = on_item,
        .user_data = &copy,
        .wanted = 1 << SIMSTOW_ITEM_HEADER,
        .kept = copy.kept,
        .members = ~FRAME,
    };
    g_autoptr (SimstowInput) input = simstow_input_new (path, cancellable, error);
    g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (SimstowPackMember));
    g_autoptr (SimstowPack) pack = NULL;
    guint i;

    g_array_set_clear_func (copy.members, on_copied_clear);
    if (!input || !simstow_reading_run_input (&reading, input, keys, cancellable, error)) {
        g_autofree gchar *name = g_filename_display_name (path);

        g_prefix_error (error, "%s: ", name);
        return FALSE;
    }
    for (i = 0; i < copy.members->len; i++) {
        const Copied *copied = &g_array_index (copy.members, Copied, i);
        const SimstowPackMember member = {copied->name, write_copied, copied};

        g_array_append_val (members, member);
    }
    pack = simstow_pack_new (copy.header->snapshot,
                             (const SimstowPackMember *) (gconstpointer) members->data,
                             members->len,
                             cancellable,
                             error);
    return pack && simstow_archive_write_pack (pack, output, options, written, cancellable, error);
}
