/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes phonebook entries, and finds places for those that ask for none.
 */

#include "simstow-store-places.h"

#include "simstow-error.h"

#define TIMEOUT_SECONDS 30

/* How long the places seen in use serve to guess which one the modem will choose.
 * A guess that is wrong costs a command, nothing else. */
#define KEPT_MICROSECONDS (10 * G_USEC_PER_SEC)

struct _SimstowStorePlaces {
    GObject parent_instance;

    SimstowStoreSelector *selector;
    SimstowStoreRange *range;
    gchar *storage; /* whose places are known */
    GHashTable *used;
    gint64 used_at;
    gboolean never_chooses; /* the modem wants to be told the place */
};

G_DEFINE_FINAL_TYPE (SimstowStorePlaces, simstow_store_places, G_TYPE_OBJECT)

typedef void (*LoadedFunc) (GTask *task, GPtrArray *entries);

typedef struct {
    const SimstowAtPhonebook *phonebook;
    SimstowAtEntry *entry;
    guint expected;
    GHashTable *before;
    GPtrArray *entries; /* those seen while loading */
    LoadedFunc loaded;
    GError *refusal;
} Write;

static void
write_free (gpointer data)
{
    Write *job = data;

    simstow_at_entry_free (job->entry);
    g_clear_pointer (&job->before, g_hash_table_unref);
    g_clear_pointer (&job->entries, g_ptr_array_unref);
    g_clear_error (&job->refusal);
    g_free (job);
}

void
simstow_store_places_forget (SimstowStorePlaces *self)
{
    g_clear_pointer (&self->storage, g_free);
    g_hash_table_remove_all (self->used);
}

static gboolean
knows (SimstowStorePlaces *self, const gchar *storage)
{
    return g_strcmp0 (self->storage, storage) == 0 &&
           g_get_monotonic_time () - self->used_at < KEPT_MICROSECONDS;
}

/* The lowest free place, 0 when there is none */
static guint
lowest_free (SimstowStorePlaces *self, const SimstowAtPhonebook *phonebook)
{
    guint i;

    for (i = MAX (phonebook->first, 1); i <= phonebook->last; i++) {
        if (!g_hash_table_contains (self->used, GUINT_TO_POINTER (i)))
            return i;
    }
    return 0;
}

static void
return_index (GTask *task, guint index)
{
    SimstowStorePlaces *self = g_task_get_source_object (task);
    Write *job = g_task_get_task_data (task);

    if (g_strcmp0 (self->storage, job->phonebook->storage) == 0) {
        g_hash_table_add (self->used, GUINT_TO_POINTER (index));
        self->used_at = g_get_monotonic_time ();
    }
    g_task_return_int (task, index);
}

static void
load_step (GTask *task, guint first);

static void
on_load_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowStorePlaces *self = g_task_get_source_object (task);
    Write *job = g_task_get_task_data (task);
    g_autoptr (GPtrArray) entries = NULL;
    guint i, next;

    entries = simstow_store_range_read_finish (SIMSTOW_STORE_RANGE (source), result, &next, &error);
    if (entries == NULL) {
        simstow_store_places_forget (self);
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    for (i = 0; i < entries->len; i++) {
        const SimstowAtEntry *entry = g_ptr_array_index (entries, i);

        g_hash_table_add (self->used, GUINT_TO_POINTER (entry->index));
    }
    g_ptr_array_extend_and_steal (job->entries, g_steal_pointer (&entries));
    if (next != 0) {
        load_step (task, next);
        return;
    }
    self->used_at = g_get_monotonic_time ();
    job->loaded (task, job->entries);
}

static void
load_step (GTask *task, guint first)
{
    SimstowStorePlaces *self = g_task_get_source_object (task);
    Write *job = g_task_get_task_data (task);

    simstow_store_range_read_async (self->range,
                                    job->phonebook,
                                    SIMSTOW_STORE_RANGE_DEFAULT,
                                    first,
                                    0,
                                    g_task_get_cancellable (task),
                                    on_load_ready,
                                    g_object_ref (task));
}

static void
load (GTask *task, LoadedFunc loaded)
{
    SimstowStorePlaces *self = g_task_get_source_object (task);
    Write *job = g_task_get_task_data (task);

    simstow_store_places_forget (self);
    self->storage = g_strdup (job->phonebook->storage);
    g_clear_pointer (&job->entries, g_ptr_array_unref);
    job->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_at_entry_free);
    job->loaded = loaded;
    load_step (task, job->phonebook->first);
}

/* Runs the +CPBW of the entry as it is, and reads back a place with it */
static void
send_write (GTask *task, guint read_back, SimstowStoreScriptFlags flags, GAsyncReadyCallback ready)
{
    SimstowStorePlaces *self = g_task_get_source_object (task);
    Write *job = g_task_get_task_data (task);
    g_autoptr (GError) error = NULL;
    g_autofree gchar *write = NULL;
    g_autofree gchar *read = NULL;
    const gchar *commands[] = {NULL, NULL, NULL};

    write = simstow_at_entry_write_command (job->entry,
                                            simstow_store_selector_get_charset (self->selector),
                                            simstow_store_range_get_coded (self->range),
                                            &error);
    if (write == NULL) {
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    commands[0] = write;
    if (read_back > 0)
        commands[1] = read = g_strdup_printf ("+CPBR=%u", read_back);
    simstow_store_selector_run_async (self->selector,
                                      job->phonebook->storage,
                                      TRUE,
                                      commands,
                                      flags,
                                      TIMEOUT_SECONDS,
                                      g_task_get_cancellable (task),
                                      ready,
                                      g_object_ref (task));
}

static void
on_placed_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowStorePlaces *self = g_task_get_source_object (task);
    Write *job = g_task_get_task_data (task);
    g_autofree gchar *reply =
        simstow_store_selector_run_finish (SIMSTOW_STORE_SELECTOR (source), result, &error);

    if (reply == NULL) {
        simstow_store_places_forget (self);
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    if (job->refusal != NULL)
        self->never_chooses = TRUE;
    return_index (task, job->entry->index);
}

static void
write_placed (GTask *task)
{
    send_write (task, 0, SIMSTOW_STORE_SCRIPT_KEEP, on_placed_ready);
}

/* The place is given to the modem after the phonebook was read this very moment */
static void
write_at_free_place (GTask *task)
{
    SimstowStorePlaces *self = g_task_get_source_object (task);
    Write *job = g_task_get_task_data (task);

    job->entry->index = lowest_free (self, job->phonebook);
    if (job->entry->index == 0)
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_FULL,
                                 "phonebook %s is full",
                                 job->phonebook->storage);
    else
        write_placed (task);
}

static void
on_loaded_to_place (GTask *task, GPtrArray *entries)
{
    write_at_free_place (task);
}

/* The entry that was not there before: the same one, or else the only new one */
static guint
find_new (Write *job, GPtrArray *entries)
{
    guint i, news = 0, only = 0;

    for (i = 0; i < entries->len; i++) {
        const SimstowAtEntry *entry = g_ptr_array_index (entries, i);

        /* a fault without a place is one of the whole phonebook */
        if (g_hash_table_contains (job->before, GUINT_TO_POINTER (entry->index)) ||
            (entry->fault != NULL && entry->index == 0))
            continue;
        if (simstow_at_entry_equal (entry, job->entry))
            return entry->index;
        news++;
        only = entry->index;
    }
    return news == 1 && job->refusal == NULL ? only : 0;
}

static void
on_loaded_to_find (GTask *task, GPtrArray *entries)
{
    Write *job = g_task_get_task_data (task);
    guint index = find_new (job, entries);

    if (index > 0)
        return_index (task, index);
    else if (job->refusal != NULL)
        write_at_free_place (task);
    else
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_MODEM_ERROR,
                                 "the modem does not show the entry it was given");
}

static gboolean
is_expected (SimstowStorePlaces *self, const Write *job, const gchar *reply)
{
    g_autoptr (GPtrArray) entries = NULL;
    gboolean coded = simstow_store_range_get_coded (self->range);
    const SimstowAtEntry *entry;

    entries = simstow_at_entry_parse_all (reply,
                                          simstow_store_selector_get_charset (self->selector),
                                          &coded);
    if (entries->len != 1)
        return FALSE;
    entry = g_ptr_array_index (entries, 0);
    return entry->index == job->expected && simstow_at_entry_equal (entry, job->entry);
}

/* A line that failed may have written all the same; that is looked up, not repeated */
static void
on_chosen_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowStorePlaces *self = g_task_get_source_object (task);
    Write *job = g_task_get_task_data (task);
    g_autofree gchar *reply =
        simstow_store_selector_run_finish (SIMSTOW_STORE_SELECTOR (source), result, &error);

    if (reply != NULL && is_expected (self, job, reply)) {
        return_index (task, job->expected);
        return;
    }
    if (reply == NULL && simstow_store_script_is_definite (error) &&
        !g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND)) {
        simstow_store_places_forget (self);
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    job->refusal = g_steal_pointer (&error);
    load (task, on_loaded_to_find);
}

static void
write_chosen (GTask *task)
{
    SimstowStorePlaces *self = g_task_get_source_object (task);
    Write *job = g_task_get_task_data (task);
    GHashTableIter iter;
    gpointer index;

    job->before = g_hash_table_new (NULL, NULL);
    g_hash_table_iter_init (&iter, self->used);
    while (g_hash_table_iter_next (&iter, &index, NULL))
        g_hash_table_add (job->before, index);
    job->expected = lowest_free (self, job->phonebook);
    send_write (task,
                job->expected,
                SIMSTOW_STORE_SCRIPT_ONCE | SIMSTOW_STORE_SCRIPT_KEEP,
                on_chosen_ready);
}

static void
on_loaded_to_choose (GTask *task, GPtrArray *entries)
{
    write_chosen (task);
}

void
simstow_store_places_write_async (SimstowStorePlaces *self,
                                  const SimstowAtPhonebook *phonebook,
                                  SimstowAtEntry *entry,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    Write *job = g_new0 (Write, 1);

    g_return_if_fail (SIMSTOW_IS_STORE_PLACES (self));

    job->phonebook = phonebook;
    job->entry = entry;
    g_task_set_source_tag (task, simstow_store_places_write_async);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, job, write_free);
    if (entry->index > 0)
        write_placed (task);
    else if (self->never_chooses)
        load (task, on_loaded_to_place);
    else if (knows (self, phonebook->storage))
        write_chosen (task);
    else
        load (task, on_loaded_to_choose);
}

guint
simstow_store_places_write_finish (SimstowStorePlaces *self, GAsyncResult *result, GError **error)
{
    gssize index;

    g_return_val_if_fail (g_task_is_valid (result, self), 0);

    index = g_task_propagate_int (G_TASK (result), error);
    return index > 0 ? (guint) index : 0;
}

static void
simstow_store_places_finalize (GObject *object)
{
    SimstowStorePlaces *self = SIMSTOW_STORE_PLACES (object);

    g_clear_object (&self->selector);
    g_clear_object (&self->range);
    g_free (self->storage);
    g_hash_table_unref (self->used);
    G_OBJECT_CLASS (simstow_store_places_parent_class)->finalize (object);
}

static void
simstow_store_places_class_init (SimstowStorePlacesClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_store_places_finalize;
}

static void
simstow_store_places_init (SimstowStorePlaces *self)
{
    self->used = g_hash_table_new (NULL, NULL);
}

SimstowStorePlaces *
simstow_store_places_new (SimstowStoreSelector *selector, SimstowStoreRange *range)
{
    SimstowStorePlaces *self = g_object_new (SIMSTOW_TYPE_STORE_PLACES, NULL);

    self->selector = g_object_ref (selector);
    self->range = g_object_ref (range);
    return self;
}
