/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a run of phonebook places with one command.
 */

#include "simstow-store-range.h"

#include <string.h>

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
    gchar *storage; /* the one that is being read */
    guint small;    /* the size for it, where its empty places are refused */
    guint seen;     /* entries of it so far */
    guint poor;     /* and those whose names may lack characters */
};

G_DEFINE_FINAL_TYPE (SimstowStoreRange, simstow_store_range, G_TYPE_OBJECT)

typedef struct {
    gchar *storage;
    guint start;     /* the phonebook's first place */
    guint end;       /* and its last */
    gboolean counts; /* asks how many calls there are */
    gboolean promised;
    guint used; /* how many entries there are, when @promised */
    gchar *command;
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
    g_free (job->command);
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

/* Whether a row was asked for. Those beyond the phonebook's own places come with its first and
 * its last, whatever the modem thinks they are. */
static gboolean
is_asked (const Read *job, guint index)
{
    if (index < job->start)
        return job->first == job->start;
    if (index > job->end)
        return job->last == job->end;
    return index >= job->first && index <= job->last;
}

static gboolean
is_repeated (const GPtrArray *tidied, const SimstowAtEntry *entry)
{
    const SimstowAtEntry *before =
        tidied->len > 0 ? g_ptr_array_index (tidied, tidied->len - 1) : NULL;

    return before != NULL && before->index == entry->index &&
           simstow_at_entry_equal (before, entry);
}

/* Only what was asked for, in order, each entry once: the modem's word is not taken for it.
 * A row without number and name is an empty place, or before @end a call from who did not
 * want to be known */
static GPtrArray *
tidy (const Read *job, GPtrArray *entries, guint end)
{
    g_autoptr (GPtrArray) tidied =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_at_entry_free);
    guint i;

    g_ptr_array_sort (entries, compare_index);
    for (i = 0; i < entries->len; i++) {
        SimstowAtEntry *entry = g_ptr_array_index (entries, i);

        if (entry->fault == NULL && (!is_asked (job, entry->index) ||
                                     (entry->index >= end && simstow_at_entry_is_empty (entry)) ||
                                     is_repeated (tidied, entry)))
            continue;
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

static GPtrArray *
parse (SimstowStoreRange *self, const Read *job, const gchar *reply)
{
    g_autoptr (GPtrArray) entries =
        simstow_at_entry_parse_all (reply,
                                    simstow_store_selector_get_charset (self->selector),
                                    &self->coded);

    g_ptr_array_set_free_func (entries, entry_clear);
    return tidy (job, entries, end_of_calls (job, reply));
}

/* A modem that has no character set for all that its phonebooks hold, or does not take the one it
 * offers, gives a question mark for a character that it has no other for. Where it does not say
 * which set it has, what GSM and IRA have different characters for may be others. Such names are
 * kept as they came, and told once a phonebook. */
static gboolean
is_poor (SimstowStoreRange *self, const SimstowAtEntry *entry)
{
    gboolean unsaid = simstow_store_selector_peek_charset (self->selector) == NULL;
    const gchar *c;

    if (!entry->narrow || entry->fault != NULL)
        return FALSE;
    if (!unsaid)
        return strchr (entry->name, '?') != NULL;
    for (c = entry->name; *c != '\0'; c++) {
        if (!g_ascii_isprint (*c) || strchr ("?@$_[]{}|~^\\`", *c) != NULL)
            return TRUE;
    }
    return FALSE;
}

static gchar *
dup_poor_names (SimstowStoreRange *self)
{
    const gchar *refused = simstow_store_selector_peek_refused (self->selector);
    const gchar *charset = simstow_store_selector_peek_charset (self->selector);
    const gchar *names = self->poor > 1 ? "names" : "name";

    if (refused != NULL)
        return g_strdup_printf ("characters of %u %s may be missing, as the modem offers the "
                                "character set %s and refuses it",
                                self->poor,
                                names,
                                refused);
    if (charset == NULL)
        return g_strdup_printf ("characters of %u %s may be others, as the modem does not tell "
                                "its character set",
                                self->poor,
                                names);
    /* names that are not in it, though it is the one that was selected, are in IRA */
    if (simstow_at_charset_from_name (charset) == SIMSTOW_AT_CHARSET_UCS2)
        charset = "IRA";
    return g_strdup_printf ("characters of %u %s may be missing, as the modem gives them in the "
                            "character set %s",
                            self->poor,
                            names,
                            charset);
}

static void
tell_poor_names (SimstowStoreRange *self, const Read *job, GPtrArray *entries)
{
    SimstowAtEntry *told;
    guint i;

    for (i = 0; i < entries->len; i++)
        self->poor += is_poor (self, g_ptr_array_index (entries, i));
    if (self->poor == 0 || job->last < job->end)
        return;
    told = simstow_at_entry_new ();
    told->fault = dup_poor_names (self);
    self->poor = 0;
    g_ptr_array_add (entries, told);
}

/* A large phonebook takes milliseconds to take apart, and again to be made into records: others
 * who wait for the daemon get a turn in between. Takes @entries */
static void
return_entries (GTask *task, GPtrArray *entries)
{
    SimstowStoreRange *self = g_task_get_source_object (task);
    Read *job = g_task_get_task_data (task);

    self->seen += entries->len;
    tell_poor_names (self, job, entries);
    job->entries = entries;
    g_idle_add_full (G_PRIORITY_DEFAULT, on_turn, g_object_ref (task), g_object_unref);
}

static void
return_nothing (GTask *task)
{
    return_entries (task, g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_at_entry_free));
}

/* A modem that cuts its answer short, or leaves rows out, may give them when asked for less */
static gboolean
lacks_some (const Read *job, const GPtrArray *entries)
{
    return job->promised && entries->len < job->used && job->first == job->start &&
           job->last == job->end && job->size + 1 < G_N_ELEMENTS (sizes) && job->last > job->first;
}

/* What a modem says of places where some or all are empty: not found, invalid index, or a plain
 * ERROR. The latter alone is no proof: it counts where the modem has told how many entries there
 * are, which whoever reads all of them compares. Where that is none, any refusal to list them is
 * as good. */
static gboolean
may_be_empty (const Read *job, const GError *refusal)
{
    return g_error_matches (refusal, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND) ||
           (job->promised && (simstow_store_script_is_plain (refusal) ||
                              (job->used == 0 && simstow_store_script_is_absent (refusal))));
}

static void
refused (GTask *task, const GError *refusal, GError *error)
{
    SimstowStoreRange *self = g_task_get_source_object (task);
    Read *job = g_task_get_task_data (task);
    gboolean empty = refusal != NULL && may_be_empty (job, refusal);

    if (empty && job->promised && self->seen >= job->used) {
        job->last = job->end;
        return_nothing (task);
    } else if (empty && job->first == job->last) {
        return_nothing (task);
    } else if (job->first == job->last ||
               (!empty && (refusal == NULL || simstow_store_script_is_definite (refusal)) &&
                simstow_store_script_is_definite (error))) {
        g_prefix_error (&error, "phonebook %s: ", job->storage);
        g_task_return_error (task, g_steal_pointer (&error));
    } else {
        job->size++;
        if (empty)
            self->small = job->size;
        read_step (task);
    }
    g_clear_error (&error);
}

static void
on_read_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GHashTable) faults = NULL;
    g_autoptr (GPtrArray) entries = NULL;
    SimstowStoreRange *self = g_task_get_source_object (task);
    Read *job = g_task_get_task_data (task);
    GError *error = NULL;
    g_autofree gchar *reply =
        simstow_store_selector_run_finish_each (SIMSTOW_STORE_SELECTOR (source),
                                                result,
                                                &faults,
                                                &error);

    if (reply == NULL && job->counts && g_hash_table_contains (faults, "+CPBS?")) {
        /* a modem that does not tell how many calls there are still tells the calls */
        g_clear_error (&error);
        job->counts = FALSE;
        job->last = job->first;
        read_step (task);
        return;
    }
    if (reply == NULL) {
        refused (task, g_hash_table_lookup (faults, job->command), error);
        return;
    }
    entries = parse (self, job, reply);
    if (lacks_some (job, entries)) {
        self->small = ++job->size;
        read_step (task);
        return;
    }
    if (self->small == 0)
        self->size = job->size;
    return_entries (task, g_steal_pointer (&entries));
}

static void
read_step (GTask *task)
{
    SimstowStoreRange *self = g_task_get_source_object (task);
    Read *job = g_task_get_task_data (task);
    const gchar *commands[] = {NULL, NULL, NULL};
    SimstowStoreScriptFlags flags = SIMSTOW_STORE_SCRIPT_READS;
    guint places;

    /* a smaller size that asks for the same is no new attempt */
    while (job->size + 1 < G_N_ELEMENTS (sizes) && job->last > job->first &&
           job->last - job->first < sizes[job->size])
        job->size++;
    if (self->small > 0)
        self->small = MAX (self->small, job->size);
    places = MIN (job->count, sizes[job->size]);
    job->last = MIN (job->end, job->first + (places - 1));
    g_free (job->command);
    if (job->last == job->first)
        job->command = g_strdup_printf ("+CPBR=%u", job->first);
    else
        job->command = g_strdup_printf ("+CPBR=%u,%u", job->first, job->last);
    commands[0] = job->command;
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
    job->promised = flags & SIMSTOW_STORE_RANGE_PROMISED && phonebook->has_used;
    job->used = phonebook->used;
    if (job->first == job->start || g_strcmp0 (self->storage, job->storage) != 0) {
        g_free (self->storage);
        self->storage = g_strdup (job->storage);
        self->small = 0;
        self->seen = 0;
        self->poor = 0;
    }
    job->size = MAX (self->size, self->small);
    g_task_set_source_tag (task, simstow_store_range_read_async);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, job, read_free);
    if (job->first > job->end) {
        job->last = job->end;
        return_nothing (task);
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
    SimstowStoreRange *self = SIMSTOW_STORE_RANGE (object);

    g_clear_object (&self->selector);
    g_free (self->storage);
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
