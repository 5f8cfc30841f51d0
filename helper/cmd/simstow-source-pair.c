/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two archives to be compared: messages that both have at the same place are
 * found by digests of 16 bytes and left out, so that memory grows with what
 * differs.
 */

#include "config.h"

#include <string.h>

#include "simstow-archive.h"
#include "simstow-identity.h"
#include "simstow-source.h"

#define KEY_SIZE 16

/* One message of an archive */
typedef struct {
    guint8 key[KEY_SIZE];
    guint32 place;
} Mark;

/* An archive while it is read; @same says of each message whether the other archive has it */
typedef struct {
    GArray *marks;
    GByteArray *same;
    guint32 place;
} Marks;

static void
marks_init (Marks *marks)
{
    marks->marks = g_array_new (FALSE, FALSE, sizeof (Mark));
    marks->same = g_byte_array_new ();
}

static void
marks_clear (Marks *marks)
{
    g_clear_pointer (&marks->marks, g_array_unref);
    g_clear_pointer (&marks->same, g_byte_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Marks, marks_clear)

static gboolean
on_mark (const SimstowMessage *message, gpointer user_data)
{
    static const guint8 different = 0;
    Marks *marks = user_data;
    Mark mark = {.place = marks->marks->len};
    g_autofree gchar *identity = simstow_message_identity (message);
    g_autofree gchar *text = g_strdup_printf ("%s %s %u %d",
                                              identity,
                                              message->store,
                                              message->index,
                                              (gint) message->status);
    g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
    guint8 digest[32];
    gsize size = sizeof digest;

    g_checksum_update (checksum, (const guint8 *) text, -1);
    g_checksum_get_digest (checksum, digest, &size);
    memcpy (mark.key, digest, sizeof mark.key);
    g_array_append_val (marks->marks, mark);
    g_byte_array_append (marks->same, &different, 1);
    return FALSE;
}

static gint
compare_marks (gconstpointer a, gconstpointer b)
{
    return memcmp (((const Mark *) a)->key, ((const Mark *) b)->key, KEY_SIZE);
}

static void
pair (Marks *a, Marks *b)
{
    guint i = 0;
    guint j = 0;

    g_array_sort (a->marks, compare_marks);
    g_array_sort (b->marks, compare_marks);
    while (i < a->marks->len && j < b->marks->len) {
        const Mark *left = &g_array_index (a->marks, Mark, i);
        const Mark *right = &g_array_index (b->marks, Mark, j);
        gint order = compare_marks (left, right);

        if (order == 0) {
            a->same->data[left->place] = 1;
            b->same->data[right->place] = 1;
        }
        i += order <= 0 ? 1 : 0;
        j += order >= 0 ? 1 : 0;
    }
    g_clear_pointer (&a->marks, g_array_unref);
    g_clear_pointer (&b->marks, g_array_unref);
}

static gboolean
on_select (const SimstowMessage *message, gpointer user_data)
{
    Marks *marks = user_data;
    guint32 place = marks->place++;

    return place >= marks->same->len || marks->same->data[place] == 0;
}

static SimstowSnapshot *
load (const gchar *path,
      const SimstowArchiveKeys *keys,
      SimstowMessageFilter filter,
      Marks *marks,
      GCancellable *cancellable,
      GError **error)
{
    SimstowSnapshot *snapshot =
        simstow_archive_load_some (path, keys, filter, marks, cancellable, error);

    if (snapshot == NULL) {
        g_autofree gchar *name = g_filename_display_name (path);

        g_prefix_error (error, "%s: ", name);
    }
    return snapshot;
}

static gboolean
mark (const gchar *path,
      const SimstowArchiveKeys *keys,
      Marks *marks,
      GCancellable *cancellable,
      GError **error)
{
    g_autoptr (SimstowSnapshot) without = load (path, keys, on_mark, marks, cancellable, error);

    return without != NULL;
}

gboolean
simstow_source_load_pair (const gchar *path_a,
                          const gchar *path_b,
                          const SimstowArchiveKeys *keys,
                          SimstowSnapshot **a,
                          SimstowSnapshot **b,
                          GCancellable *cancellable,
                          GError **error)
{
    g_auto (Marks) marks_a = {NULL};
    g_auto (Marks) marks_b = {NULL};

    marks_init (&marks_a);
    marks_init (&marks_b);
    if (!mark (path_a, keys, &marks_a, cancellable, error) ||
        !mark (path_b, keys, &marks_b, cancellable, error))
        return FALSE;
    pair (&marks_a, &marks_b);
    *a = load (path_a, keys, on_select, &marks_a, cancellable, error);
    if (*a == NULL)
        return FALSE;
    *b = load (path_b, keys, on_select, &marks_b, cancellable, error);
    return *b != NULL;
}
