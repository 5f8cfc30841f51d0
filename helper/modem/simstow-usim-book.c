/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loading the book: EF_PBR where it may be, the shapes of the files it names, and
 * the names of groups and kinds of numbers.
 */

#include "simstow-usim-book.h"

#include "simstow-card-file.h"
#include "simstow-error.h"

/* Digits of the path of DF.PHONEBOOK */
#define FOLDER_DIGITS 8

/* Files of DF.PHONEBOOK have identifiers that begin so, TS 31.102 4.4.2; EF_PBR is one of them */
#define FIDS    0x4F
#define FID_PBR 0x4F30

/* Faults beyond these are not told one by one */
#define MAX_FAULTS 6

/* EF_PBR of the USIM's own phonebook before that of the one for all applications,
 * TS 31.102 4.4.2 */
#define USIM_PBR    "7FFF5F3A4F30"
#define TELECOM_PBR "7F105F3A4F30"

static const gchar *const paths[] = {USIM_PBR, TELECOM_PBR};

struct _SimstowUsimBook {
    guint path; /* in paths; none of them when beyond the end */
    gboolean exists;
    GPtrArray *files;
    GPtrArray *sets;
    GString *fault;
    guint n_faults;
};

/* The least octets of a record, of those that lead back apart */
static const struct {
    SimstowPbrTag tag;
    const gchar *name;
    guint least;
} shapes[] = {
    {SIMSTOW_PBR_ADN, "EF_ADN", 14},
    {SIMSTOW_PBR_IAP, "EF_IAP", 1},
    {SIMSTOW_PBR_EXT1, "EF_EXT1", 13},
    {SIMSTOW_PBR_SNE, "EF_SNE", 1},
    {SIMSTOW_PBR_ANR, "EF_ANR", 15},
    {SIMSTOW_PBR_PBC, "EF_PBC", 2},
    {SIMSTOW_PBR_GRP, "EF_GRP", 1},
    {SIMSTOW_PBR_AAS, "EF_AAS", 1},
    {SIMSTOW_PBR_GAS, "EF_GAS", 1},
    {SIMSTOW_PBR_EMAIL, "EF_EMAIL", 1},
};

static guint
shape_of (SimstowPbrTag tag)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (shapes) - 1 && shapes[i].tag != tag;)
        i++;
    return i;
}

static void
file_free (gpointer data)
{
    SimstowUsimFile *file = data;

    g_free (file->path);
    g_clear_pointer (&file->contents, g_ptr_array_unref);
    g_free (file);
}

static void
set_free (gpointer data)
{
    SimstowUsimSet *set = data;

    g_ptr_array_unref (set->files);
    g_free (set);
}

static SimstowUsimBook *
book_new (void)
{
    SimstowUsimBook *self = g_new0 (SimstowUsimBook, 1);

    self->files = g_ptr_array_new_with_free_func (file_free);
    self->sets = g_ptr_array_new_with_free_func (set_free);
    self->fault = g_string_new (NULL);
    return self;
}

void
simstow_usim_book_free (SimstowUsimBook *self)
{
    g_ptr_array_unref (self->sets);
    g_ptr_array_unref (self->files);
    g_string_free (self->fault, TRUE);
    g_free (self);
}

static void G_GNUC_PRINTF (2, 3) add_fault (SimstowUsimBook *self, const gchar *format, ...)
{
    va_list arguments;

    if (self->n_faults++ >= MAX_FAULTS)
        return;
    if (self->fault->len > 0)
        g_string_append (self->fault, "; ");
    va_start (arguments, format);
    g_string_append_vprintf (self->fault, format, arguments);
    va_end (arguments);
}

static gchar *
path_of (guint which, guint16 fid)
{
    return g_strdup_printf ("%.*s%04X", FOLDER_DIGITS, paths[which], fid);
}

static SimstowUsimFile *
find_file (const SimstowUsimBook *self, const gchar *path)
{
    guint i;

    for (i = 0; i < self->files->len; i++) {
        SimstowUsimFile *file = g_ptr_array_index (self->files, i);

        if (g_str_equal (file->path, path))
            return file;
    }
    return NULL;
}

/* A file that several sets name is one file; so only linked and shared ones can be. %NULL
 * when that is no way to name it. */
static SimstowUsimFile *
add_file (SimstowUsimBook *self, const SimstowPbrFile *pbr)
{
    g_autofree gchar *path = path_of (self->path, pbr->fid);
    SimstowUsimFile *file = find_file (self, path);

    if (file)
        return pbr->type != SIMSTOW_PBR_PARALLEL && file->tag == pbr->tag &&
                       file->type == pbr->type && file->link == pbr->link
                   ? file
                   : NULL;
    file = g_new0 (SimstowUsimFile, 1);
    file->tag = pbr->tag;
    file->type = pbr->type;
    file->sfi = pbr->sfi;
    file->link = pbr->link;
    file->path = g_steal_pointer (&path);
    g_ptr_array_add (self->files, file);
    return file;
}

/* EF_ADN is the first, then come types 1, 2 and 3 in turn. */
static gint
compare_files (gconstpointer a, gconstpointer b)
{
    const SimstowUsimFile *left = *(SimstowUsimFile *const *) a;
    const SimstowUsimFile *right = *(SimstowUsimFile *const *) b;
    gint first = (right->tag == SIMSTOW_PBR_ADN) - (left->tag == SIMSTOW_PBR_ADN);

    return first ? first : (gint) left->type - (gint) right->type;
}

static void
add_set (SimstowUsimBook *self, GArray *pbr)
{
    SimstowUsimSet *set = g_new0 (SimstowUsimSet, 1);
    guint i;

    set->files = g_ptr_array_new ();
    g_ptr_array_add (self->sets, set);
    for (i = 0; i < pbr->len; i++) {
        const SimstowPbrFile *wanted = &g_array_index (pbr, SimstowPbrFile, i);
        gboolean proper = wanted->fid >> 8 == FIDS && wanted->fid != FID_PBR;
        SimstowUsimFile *file = proper ? add_file (self, wanted) : NULL;

        if (file)
            g_ptr_array_add (set->files, file);
        else if (!proper)
            add_fault (self,
                       "%s %04X is no file of a phonebook",
                       shapes[shape_of (wanted->tag)].name,
                       wanted->fid);
        else
            add_fault (self,
                       "%s %04X is named in two sets",
                       shapes[shape_of (wanted->tag)].name,
                       wanted->fid);
    }
}

static void
add_sets (SimstowUsimBook *self, const SimstowCardFile *done)
{
    guint i;

    if (done->fcp.n_records > SIMSTOW_PBR_MAX_SETS)
        add_fault (self, "EF_PBR has %u records", done->fcp.n_records);
    for (i = 0; i < done->records->len; i++) {
        const gchar *unread = g_ptr_array_index (done->faults, i);
        g_autoptr (GError) error = NULL;
        g_autoptr (GArray) files = NULL;
        guint odd = 0;

        if (!unread)
            files = simstow_pbr_decode (g_ptr_array_index (done->records, i), &odd, &error);
        if (unread)
            add_fault (self, "record %u of EF_PBR: %s", i + 1, unread);
        else if (!files)
            add_fault (self, "%s", error->message);
        else if (odd > 0)
            add_fault (self, "EF_PBR: %u files that make no sense", odd);
        if (files && files->len > 0)
            add_set (self, files);
    }
}

/* The shape of a file, and the names that are in it, up to one that cannot be read */
static void
take_file (SimstowUsimBook *self, SimstowUsimFile *file, const SimstowCardFile *done)
{
    file->fcp = done->fcp;
    if (done->error)
        add_fault (self,
                   "%s (%s): %s",
                   shapes[shape_of (file->tag)].name,
                   file->path,
                   done->error->message);
    for (guint i = 0; i < done->records->len; i++) {
        const gchar *unread = g_ptr_array_index (done->faults, i);

        if (unread) {
            add_fault (self, "%s (%s): %s", shapes[shape_of (file->tag)].name, file->path, unread);
            break;
        }
        if (!file->contents)
            file->contents = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
        g_ptr_array_add (file->contents, g_bytes_ref (g_ptr_array_index (done->records, i)));
    }
}

static gboolean
load_files (SimstowUsimBook *self,
            SimstowConversation *conversation,
            GCancellable *cancellable,
            GError **error)
{
    g_autoptr (GPtrArray) commands = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GPtrArray) read = NULL;

    for (guint i = 0; i < self->files->len; i++) {
        const SimstowUsimFile *file = g_ptr_array_index (self->files, i);
        gboolean names = file->tag == SIMSTOW_PBR_GAS || file->tag == SIMSTOW_PBR_AAS;

        g_ptr_array_add (commands, g_strconcat (names ? "read " : "describe ", file->path, NULL));
    }
    g_ptr_array_add (commands, NULL);
    read = simstow_card_files_run (conversation,
                                   (const gchar *const *) commands->pdata,
                                   cancellable,
                                   error);
    for (guint i = 0; read && i < read->len; i++)
        take_file (self, g_ptr_array_index (self->files, i), g_ptr_array_index (read, i));
    return read != NULL;
}

guint
simstow_usim_file_get_size (const SimstowUsimFile *self)
{
    guint back = self->type == SIMSTOW_PBR_LINKED ? SIMSTOW_USIM_BACK : 0;

    return self->fcp.record_size > back ? self->fcp.record_size - back : 0;
}

static gboolean
is_usable (SimstowUsimBook *self, const SimstowUsimSet *set, const SimstowUsimFile *file)
{
    const gchar *name = shapes[shape_of (file->tag)].name;

    /* one that could not be selected has been named */
    if (file->fcp.record_size == 0 && file->fcp.size == 0)
        return FALSE;
    if (file->fcp.structure != SIMSTOW_FILE_LINEAR || file->fcp.n_records == 0 ||
        simstow_usim_file_get_size (file) < shapes[shape_of (file->tag)].least)
        add_fault (self,
                   "%s (%s) has %u records of %u bytes",
                   name,
                   file->path,
                   file->fcp.n_records,
                   file->fcp.record_size);
    else if (file->type == SIMSTOW_PBR_LINKED &&
             (!set->iap || file->link >= set->iap->fcp.record_size))
        add_fault (self, "%s (%s) has no place in EF_IAP", name, file->path);
    else
        return TRUE;
    return FALSE;
}

/* Leaves out what is of no use; whether there is an EF_ADN among the rest. The files are
 * in order, so that EF_IAP is judged before those that need it. */
static gboolean
finish_set (SimstowUsimBook *self, SimstowUsimSet *set)
{
    guint i = 0;

    g_ptr_array_sort (set->files, compare_files);
    while (i < set->files->len) {
        SimstowUsimFile *file = g_ptr_array_index (set->files, i);

        if (!is_usable (self, set, file)) {
            g_ptr_array_remove_index (set->files, i);
            continue;
        }
        if (file->tag == SIMSTOW_PBR_ADN)
            set->adn = file;
        if (file->tag == SIMSTOW_PBR_IAP)
            set->iap = file;
        i++;
    }
    return set->adn != NULL;
}

static void
finish (SimstowUsimBook *self)
{
    guint next = 1;
    guint i = 0;

    while (i < self->sets->len) {
        SimstowUsimSet *set = g_ptr_array_index (self->sets, i);

        if (!finish_set (self, set)) {
            g_ptr_array_remove_index (self->sets, i);
            continue;
        }
        set->first = next;
        next += set->adn->fcp.n_records;
        set->last = next - 1;
        i++;
    }
    if (self->exists && self->sets->len == 0 && self->n_faults == 0)
        add_fault (self, "EF_PBR names no files");
}

/* EF_PBR where it is: a card without it has no book */
static gboolean
take_references (SimstowUsimBook *self, GPtrArray *read, GError **error)
{
    const SimstowCardFile *done = NULL;

    for (self->path = 0; self->path < read->len; self->path++) {
        done = g_ptr_array_index (read, self->path);
        if (!g_error_matches (done->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND) ||
            done->records->len > 0)
            break;
    }
    if (self->path == read->len ||
        (done->error && done->records->len == 0 && simstow_card_file_lacks (done)))
        return TRUE;
    if (g_error_matches (done->error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED)) {
        g_propagate_error (error, g_error_copy (done->error));
        return FALSE;
    }
    self->exists = TRUE;
    if (done->error)
        add_fault (self, "EF_PBR: %s", done->error->message);
    add_sets (self, done);
    return TRUE;
}

SimstowUsimBook *
simstow_usim_book_load (SimstowConversation *conversation,
                        GCancellable *cancellable,
                        GError **error)
{
    static const gchar *const commands[] = {"read " USIM_PBR " 1 16",
                                            "read " TELECOM_PBR " 1 16",
                                            NULL};
    g_autoptr (SimstowUsimBook) self = book_new ();
    g_autoptr (GPtrArray) read =
        simstow_card_files_run (conversation, commands, cancellable, error);

    if (!read || !take_references (self, read, error))
        return NULL;
    if (self->files->len > 0 && !load_files (self, conversation, cancellable, error))
        return NULL;
    finish (self);
    return g_steal_pointer (&self);
}

gboolean
simstow_usim_book_exists (const SimstowUsimBook *self)
{
    return self->exists;
}

const gchar *
simstow_usim_book_get_fault (const SimstowUsimBook *self)
{
    return self->fault->len > 0 ? self->fault->str : NULL;
}

guint
simstow_usim_book_get_capacity (const SimstowUsimBook *self)
{
    const SimstowUsimSet *set =
        self->sets->len > 0 ? g_ptr_array_index (self->sets, self->sets->len - 1) : NULL;

    return set ? set->last : 0;
}

GPtrArray *
simstow_usim_book_get_sets (const SimstowUsimBook *self)
{
    return self->sets;
}

SimstowUsimSet *
simstow_usim_book_find (const SimstowUsimBook *self, guint index)
{
    guint i;

    for (i = 0; i < self->sets->len; i++) {
        SimstowUsimSet *set = g_ptr_array_index (self->sets, i);

        if (index >= set->first && index <= set->last)
            return set;
    }
    return NULL;
}

void
simstow_usim_book_forget_places (SimstowUsimBook *self)
{
    guint i;

    for (i = 0; i < self->files->len; i++)
        ((SimstowUsimFile *) g_ptr_array_index (self->files, i))->hint = 0;
}

SimstowUsimFile *
simstow_usim_set_find (const SimstowUsimSet *self, SimstowPbrTag tag, guint which)
{
    guint i;

    for (i = 0; i < self->files->len; i++) {
        SimstowUsimFile *file = g_ptr_array_index (self->files, i);

        if (file->tag == tag && which-- == 0)
            return file;
    }
    return NULL;
}
