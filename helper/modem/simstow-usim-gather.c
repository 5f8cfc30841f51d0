/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wanted and what is there, by file and record. Both are bounded by what
 * the files of one set hold.
 */

#include "simstow-usim-gather.h"

#include "simstow-card-file.h"
#include "simstow-card-numbers.h"

/* What is known of a file */
typedef struct {
    GHashTable *wanted; /* of record numbers */
    GHashTable *there;  /* record number -> GBytes */
    GHashTable *faults; /* record number -> why it could not be read */
    GError *error;
} Shelf;

struct _SimstowUsimGather {
    const SimstowUsimSet *set;
    GPtrArray *shelves; /* in the order of the set's files */
    GHashTable *followed;
};

static void
shelf_free (gpointer data)
{
    Shelf *shelf = data;

    g_hash_table_unref (shelf->wanted);
    g_hash_table_unref (shelf->there);
    g_hash_table_unref (shelf->faults);
    g_clear_error (&shelf->error);
    g_free (shelf);
}

SimstowUsimGather *
simstow_usim_gather_new (const SimstowUsimSet *set)
{
    SimstowUsimGather *self = g_new0 (SimstowUsimGather, 1);
    guint i;

    self->set = set;
    self->followed = g_hash_table_new (NULL, NULL);
    self->shelves = g_ptr_array_new_with_free_func (shelf_free);
    for (i = 0; i < set->files->len; i++) {
        Shelf *shelf = g_new0 (Shelf, 1);

        shelf->wanted = g_hash_table_new (NULL, NULL);
        shelf->there = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_bytes_unref);
        shelf->faults = g_hash_table_new_full (NULL, NULL, NULL, g_free);
        g_ptr_array_add (self->shelves, shelf);
    }
    return self;
}

void
simstow_usim_gather_free (SimstowUsimGather *self)
{
    g_ptr_array_unref (self->shelves);
    g_hash_table_unref (self->followed);
    g_free (self);
}

static Shelf *
find_shelf (const SimstowUsimGather *self, const SimstowUsimFile *file)
{
    guint i;

    if (!file || !g_ptr_array_find (self->set->files, file, &i))
        return NULL;
    return g_ptr_array_index (self->shelves, i);
}

void
simstow_usim_gather_want (SimstowUsimGather *self, const SimstowUsimFile *file, guint record)
{
    Shelf *shelf = find_shelf (self, file);

    if (shelf && !shelf->error && record > 0 && record <= file->fcp.n_records &&
        !g_hash_table_contains (shelf->there, GUINT_TO_POINTER (record)))
        g_hash_table_add (shelf->wanted, GUINT_TO_POINTER (record));
}

void
simstow_usim_gather_want_all (SimstowUsimGather *self, const SimstowUsimFile *file)
{
    guint i;

    for (i = 1; file && i <= file->fcp.n_records; i++)
        simstow_usim_gather_want (self, file, i);
}

static void
want_extension (SimstowUsimGather *self, guint8 record)
{
    simstow_usim_gather_want (self, simstow_usim_set_find (self->set, SIMSTOW_PBR_EXT1, 0), record);
}

static void
want_groups (SimstowUsimGather *self, GBytes *record)
{
    const SimstowUsimFile *names = simstow_usim_set_find (self->set, SIMSTOW_PBR_GAS, 0);
    guint i;

    for (i = 0; i < g_bytes_get_size (record); i++)
        simstow_usim_gather_want (self, names, simstow_numbers_octet_at (record, i));
}

static void
want_linked (SimstowUsimGather *self, GBytes *record)
{
    guint i;

    for (i = 0; i < self->set->files->len; i++) {
        const SimstowUsimFile *file = g_ptr_array_index (self->set->files, i);

        if (file->type == SIMSTOW_PBR_LINKED)
            simstow_usim_gather_want (self, file, simstow_numbers_octet_at (record, file->link));
    }
}

/* What a record leads to */
static void
follow_record (SimstowUsimGather *self, const SimstowUsimFile *file, GBytes *record)
{
    switch (file->tag) {
    case SIMSTOW_PBR_ADN:
        want_extension (self, simstow_numbers_link_of (record, 0));
        break;
    case SIMSTOW_PBR_IAP:
        want_linked (self, record);
        break;
    case SIMSTOW_PBR_ANR:
        want_extension (self, simstow_numbers_octet_at (record, SIMSTOW_NUMBERS_ANR_LINK));
        simstow_usim_gather_want (self,
                                  simstow_usim_set_find (self->set, SIMSTOW_PBR_AAS, 0),
                                  simstow_numbers_octet_at (record, 0));
        break;
    case SIMSTOW_PBR_GRP:
        want_groups (self, record);
        break;
    case SIMSTOW_PBR_EXT1:
        want_extension (self, simstow_numbers_octet_at (record, SIMSTOW_NUMBERS_EXTENSION_LINK));
        break;
    case SIMSTOW_PBR_SNE:
    case SIMSTOW_PBR_PBC:
    case SIMSTOW_PBR_AAS:
    case SIMSTOW_PBR_GAS:
    case SIMSTOW_PBR_EMAIL:
        break;
    }
}

void
simstow_usim_gather_follow (SimstowUsimGather *self, guint record)
{
    guint i;

    if (!g_hash_table_add (self->followed, GUINT_TO_POINTER (record)))
        return;
    for (i = 0; i < self->set->files->len; i++) {
        const SimstowUsimFile *file = g_ptr_array_index (self->set->files, i);
        GBytes *there = simstow_usim_gather_peek (self, file, record);

        if (file->type != SIMSTOW_PBR_PARALLEL)
            break;
        if (there)
            follow_record (self, file, there);
        else
            simstow_usim_gather_want (self, file, record);
    }
}

/* Contacts lead on only when they are followed; what they lead to always does. */
static gboolean
leads_on (const SimstowUsimGather *self, const SimstowUsimFile *file, guint record)
{
    return file->type != SIMSTOW_PBR_PARALLEL ||
           g_hash_table_contains (self->followed, GUINT_TO_POINTER (record));
}

static void
take_run (SimstowUsimGather *self,
          const SimstowUsimFile *file,
          Shelf *shelf,
          const SimstowCardFile *read)
{
    guint i;

    for (i = 0; i < read->records->len; i++) {
        guint record = read->first + i;
        const gchar *fault = g_ptr_array_index (read->faults, i);

        if (fault)
            g_hash_table_replace (shelf->faults, GUINT_TO_POINTER (record), g_strdup (fault));
        else
            g_hash_table_replace (shelf->there,
                                  GUINT_TO_POINTER (record),
                                  g_bytes_ref (g_ptr_array_index (read->records, i)));
    }
    for (i = 0; i < read->records->len; i++) {
        if (!g_ptr_array_index (read->faults, i) && leads_on (self, file, read->first + i))
            follow_record (self, file, g_ptr_array_index (read->records, i));
    }
    if (read->error && !shelf->error) {
        shelf->error = g_error_copy (read->error);
        g_hash_table_remove_all (shelf->wanted);
    }
}

/* Runs of records that are wanted, a command each; what does not come is not asked for again */
static void
add_runs (const SimstowUsimFile *file,
          Shelf *shelf,
          guint which,
          GPtrArray *commands,
          GArray *shelves)
{
    guint first = 1;

    while (g_hash_table_size (shelf->wanted) > 0 && first <= file->fcp.n_records) {
        guint last;

        if (!g_hash_table_remove (shelf->wanted, GUINT_TO_POINTER (first))) {
            first++;
            continue;
        }
        for (last = first; g_hash_table_remove (shelf->wanted, GUINT_TO_POINTER (last + 1));)
            last++;
        g_ptr_array_add (commands, g_strdup_printf ("read %s %u %u", file->path, first, last));
        g_array_append_val (shelves, which);
        first = last + 1;
    }
    g_hash_table_remove_all (shelf->wanted);
}

gboolean
simstow_usim_gather_run (SimstowUsimGather *self,
                         SimstowConversation *conversation,
                         GCancellable *cancellable,
                         GError **error)
{
    while (TRUE) {
        g_autoptr (GPtrArray) commands = g_ptr_array_new_with_free_func (g_free);
        g_autoptr (GArray) shelves = g_array_new (FALSE, FALSE, sizeof (guint));
        g_autoptr (GPtrArray) read = NULL;
        guint i;

        for (i = 0; i < self->shelves->len; i++)
            add_runs (g_ptr_array_index (self->set->files, i),
                      g_ptr_array_index (self->shelves, i),
                      i,
                      commands,
                      shelves);
        if (commands->len == 0)
            return TRUE;
        g_ptr_array_add (commands, NULL);
        read = simstow_card_files_run (conversation,
                                       (const gchar *const *) commands->pdata,
                                       cancellable,
                                       error);
        if (!read)
            return FALSE;
        for (i = 0; i < read->len; i++) {
            guint which = g_array_index (shelves, guint, i);

            take_run (self,
                      g_ptr_array_index (self->set->files, which),
                      g_ptr_array_index (self->shelves, which),
                      g_ptr_array_index (read, i));
        }
    }
}

void
simstow_usim_gather_put (SimstowUsimGather *self,
                         const SimstowUsimFile *file,
                         guint record,
                         GBytes *data)
{
    Shelf *shelf = find_shelf (self, file);

    g_hash_table_replace (shelf->there, GUINT_TO_POINTER (record), g_bytes_ref (data));
}

GBytes *
simstow_usim_gather_peek (const SimstowUsimGather *self, const SimstowUsimFile *file, guint record)
{
    const Shelf *shelf = find_shelf (self, file);

    return shelf ? g_hash_table_lookup (shelf->there, GUINT_TO_POINTER (record)) : NULL;
}

const GError *
simstow_usim_gather_get_error (const SimstowUsimGather *self, const SimstowUsimFile *file)
{
    guint i;

    for (i = 0; i < self->shelves->len; i++) {
        const Shelf *shelf = g_ptr_array_index (self->shelves, i);

        if (shelf->error && (!file || g_ptr_array_index (self->set->files, i) == file))
            return shelf->error;
    }
    return NULL;
}

const gchar *
simstow_usim_gather_get_fault (const SimstowUsimGather *self,
                               const SimstowUsimFile *file,
                               guint record)
{
    const Shelf *shelf = find_shelf (self, file);

    return shelf ? g_hash_table_lookup (shelf->faults, GUINT_TO_POINTER (record)) : NULL;
}
