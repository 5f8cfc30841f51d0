/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a run of phonebook places with one command.
 */

#include "simstow-store-range.h"

#include "simstow-error.h"

/* A card gives some dozens of records a second */
#define TIMEOUT_SECONDS 90

/* Places in one command: what is tried in turn */
static const guint sizes[] = {500, 50, 10, 1};

struct _SimstowStoreRange {
    GObject parent_instance;

    SimstowStoreSelector *selector;
    guint size; /* index into sizes */
    gboolean coded;
};

G_DEFINE_FINAL_TYPE (SimstowStoreRange, simstow_store_range, G_TYPE_OBJECT)

typedef struct {
    gchar *storage;
    guint start;     /* the phonebook's first place */
    guint end;       /* and its last */
    gboolean counts; /* asks how many calls there are */
    guint calls_end; /* where they end, when that is known */
    gboolean last_of_all;
    guint first;
    guint last;
    guint count;
    guint size;
    GPtrArray *entries; /* while they wait for their turn */
} Read;

static void
read_free (gpointer data)
{
    Read *job = data;

    g_clear_pointer (&job->entries, g_ptr_array_unref);
    g_free (job->storage);
    g_free (job);
}

static gint
compare_index (gconstpointer a, gconstpointer b)
{
    const SimstowAtEntry *entry_a = *(SimstowAtEntry *const *) a;
    const SimstowAtEntry *entry_b = *(SimstowAtEntry *const *) b;

    return (entry_a->index > entry_b->index) - (entry_a->index < entry_b->index);
}

static gboolean
is_call_list (const gchar *storage)
{
    static const gchar *const names[] = {"DC", "RC", "MC", "LD", NULL};

    return g_strv_contains (names, storage);
}

/* Where the places that are in use end, in a list without gaps: call lists are so */
static guint
end_of_used (const Read *job, guint used)
{
    return job->start + MIN (used, job->end - job->start + 1);
}

/* The same, from an answer that tells how many are in use now */
static guint
end_of_calls (const Read *job, const gchar *reply)
{
    g_autoptr (GPtrArray) phonebooks = NULL;
    guint i, end = 0;

    if (!job->counts)
        return job->calls_end;
    phonebooks = simstow_at_phonebook_parse_all (reply);
    for (i = 0; i < phonebooks->len; i++) {
        const SimstowAtPhonebook *phonebook = g_ptr_array_index (phonebooks, i);

        if (phonebook->has_used && g_str_equal (phonebook->storage, job->storage))
            end = end_of_used (job, phonebook->used);
    }
    return end;
}

/* Only what was asked for, in order, each place once: the modem's word is not taken for it.
 * A row without number and name is an empty place, or before @end a call from who did not
 * want to be known */
static GPtrArray *
tidy (GPtrArray *entries, guint first, guint last, guint end)
{
    g_autoptr (GPtrArray) tidied =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_at_entry_free);
    guint i, seen = 0;

    g_ptr_array_sort (entries, compare_index);
    for (i = 0; i < entries->len; i++) {
        SimstowAtEntry *entry = g_ptr_array_index (entries, i);

        if (entry->index < first || entry->index > last ||
            (entry->index >= end && simstow_at_entry_is_empty (entry)) ||
            (tidied->len > 0 && entry->index == seen))
            continue;
        seen = entry->index;
        entries->pdata[i] = NULL;
        g_ptr_array_add (tidied, entry);
    }
    return g_steal_pointer (&tidied);
}

static void
entry_clear (gpointer entry)
{
    if (entry != NULL)
        simstow_at_entry_free (entry);
}

static void
read_step (GTask *task);

static gboolean
on_turn (gpointer user_data)
{
    Read *job = g_task_get_task_data (user_data);

    g_task_return_pointer (user_data,
                           g_steal_pointer (&job->entries),
                           (GDestroyNotify) g_ptr_array_unref);
    return G_SOURCE_REMOVE;
}

/* A large phonebook takes milliseconds to take apart, and again to be made into records: others
 * who wait for the daemon get a turn in between */
static void
return_entries (SimstowStoreRange *self, GTask *task, const gchar *reply)
{
    Read *job = g_task_get_task_data (task);
    g_autoptr (GPtrArray) entries = NULL;
    guint skipped;

    entries = simstow_at_entry_parse_all (reply,
                                          simstow_store_selector_get_charset (self->selector),
                                          &self->coded,
                                          &skipped);
    g_ptr_array_set_free_func (entries, entry_clear);
    if (skipped > 0)
        g_debug ("%s: skipped %u rows that make no sense", job->storage, skipped);
    job->entries = tidy (entries, job->first, job->last, end_of_calls (job, reply));
    g_idle_add_full (G_PRIORITY_DEFAULT, on_turn, g_object_ref (task), g_object_unref);
}

static void
on_read_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowStoreRange *self = g_task_get_source_object (task);
    Read *job = g_task_get_task_data (task);
    g_autofree gchar *reply =
        simstow_store_selector_run_finish (SIMSTOW_STORE_SELECTOR (source), result, &error);

    if (reply != NULL) {
        self->size = job->size;
        return_entries (self, task, reply);
    } else if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND)) {
        /* how some modems say that all these places are empty */
        return_entries (self, task, "");
    } else if (simstow_store_script_is_definite (error) || job->first == job->last) {
        g_prefix_error (&error, "phonebook %s: ", job->storage);
        g_task_return_error (task, g_steal_pointer (&error));
    } else {
        job->size++;
        read_step (task);
    }
}

static void
read_step (GTask *task)
{
    SimstowStoreRange *self = g_task_get_source_object (task);
    Read *job = g_task_get_task_data (task);
    g_autofree gchar *command = NULL;
    const gchar *commands[] = {NULL, NULL, NULL};
    SimstowStoreScriptFlags flags = SIMSTOW_STORE_SCRIPT_READS;
    guint places;

    /* a smaller size that asks for the same is no new attempt */
    while (job->size + 1 < G_N_ELEMENTS (sizes) && job->last > job->first &&
           job->last - job->first < sizes[job->size])
        job->size++;
    places = MIN (job->count, sizes[job->size]);
    job->last = MIN (job->end, job->first + (places - 1));
    if (job->last == job->first)
        command = g_strdup_printf ("+CPBR=%u", job->first);
    else
        command = g_strdup_printf ("+CPBR=%u,%u", job->first, job->last);
    commands[0] = command;
    if (!job->last_of_all || job->last < job->end)
        flags |= SIMSTOW_STORE_SCRIPT_KEEP;
    if (job->counts)
        commands[1] = "+CPBS?";
    simstow_store_selector_run_async (self->selector,
                                      job->storage,
                                      TRUE,
                                      commands,
                                      flags,
                                      TIMEOUT_SECONDS,
                                      g_task_get_cancellable (task),
                                      on_read_ready,
                                      g_object_ref (task));
}

void
simstow_store_range_read_async (SimstowStoreRange *self,
                                const SimstowAtPhonebook *phonebook,
                                SimstowStoreRangeFlags flags,
                                guint first,
                                guint count,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    gboolean calls = is_call_list (phonebook->storage);
    gboolean counted;
    Read *job = g_new0 (Read, 1);

    g_return_if_fail (SIMSTOW_IS_STORE_RANGE (self));

    job->storage = g_strdup (phonebook->storage);
    job->start = phonebook->first;
    job->end = phonebook->last;
    counted = flags & SIMSTOW_STORE_RANGE_COUNTED && phonebook->has_used;
    job->last_of_all = (flags & SIMSTOW_STORE_RANGE_LAST) != 0;
    job->counts = calls && !counted;
    job->calls_end = calls && counted ? end_of_used (job, phonebook->used) : 0;
    job->first = MAX (first, phonebook->first);
    job->count = count > 0 ? count : G_MAXUINT;
    job->size = self->size;
    g_task_set_source_tag (task, simstow_store_range_read_async);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, job, read_free);
    if (job->first > job->end) {
        job->last = job->end;
        return_entries (self, task, "");
        return;
    }
    read_step (task);
}

GPtrArray *
simstow_store_range_read_finish (SimstowStoreRange *self,
                                 GAsyncResult *result,
                                 guint *next,
                                 GError **error)
{
    const Read *job;

    g_return_val_if_fail (g_task_is_valid (result, self), NULL);

    job = g_task_get_task_data (G_TASK (result));
    *next = job->last < job->end ? job->last + 1 : 0;
    return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
simstow_store_range_get_coded (SimstowStoreRange *self)
{
    return self->coded;
}

static void
simstow_store_range_finalize (GObject *object)
{
    g_clear_object (&SIMSTOW_STORE_RANGE (object)->selector);
    G_OBJECT_CLASS (simstow_store_range_parent_class)->finalize (object);
}

static void
simstow_store_range_class_init (SimstowStoreRangeClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_store_range_finalize;
}

static void
simstow_store_range_init (SimstowStoreRange *self)
{
}

SimstowStoreRange *
simstow_store_range_new (SimstowStoreSelector *selector)
{
    SimstowStoreRange *self = g_object_new (SIMSTOW_TYPE_STORE_RANGE, NULL);

    self->selector = g_object_ref (selector);
    return self;
}
