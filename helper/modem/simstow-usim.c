/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading and writing the USIM phonebook. A contact is planned in memory from what was gathered,
 * and goes to the card in one call, several contacts together where there is room; the plugin
 * compares all records of the call before it writes the first. When the card refuses one, what
 * was written of that contact is put back as it was.
 */

#include "simstow-usim.h"

#include <string.h>

#include "simstow-card-file.h"
#include "simstow-card-numbers.h"
#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-usim-change.h"

#define STORE SIMSTOW_PREFIX_PHONEBOOK "sm"

#define DIGITS_MAX 20
#define DIGITS_EXT 20
#define ADN_FIXED  SIMSTOW_EF_ADN_FIXED_SIZE
#define ATTEMPTS   3

struct _SimstowUsim {
    SimstowDriver parent_instance;

    SimstowUsimBook *book;
    GHashTable *gathers; /* set -> SimstowUsimGather: what is known to be on the card */
};

G_DEFINE_FINAL_TYPE (SimstowUsim, simstow_usim, SIMSTOW_TYPE_DRIVER)

static SimstowConversation *
peek_conversation (SimstowUsim *self)
{
    return simstow_driver_peek_conversation (SIMSTOW_DRIVER (self));
}

static void
forget (SimstowUsim *self)
{
    g_hash_table_remove_all (self->gathers);
    g_clear_pointer (&self->book, simstow_usim_book_free);
}

static gboolean
load (SimstowUsim *self, GCancellable *cancellable, GError **error)
{
    if (!self->book)
        self->book = simstow_usim_book_load (peek_conversation (self), cancellable, error);
    return self->book != NULL;
}

/* Listing */

static guint
count_extensions (const SimstowUsimSet *set)
{
    const SimstowUsimFile *file = simstow_usim_set_find (set, SIMSTOW_PBR_EXT1, 0);

    return file ? file->fcp.n_records : 0;
}

/* What every set can hold: which of them a contact goes to is seen later. */
static void
describe_sets (SimstowStore *store, GPtrArray *sets)
{
    store->sets = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_phonebook_set_free);
    for (guint i = 0; i < sets->len; i++) {
        const SimstowUsimSet *set = g_ptr_array_index (sets, i);
        gint digits = (gint) (DIGITS_MAX + DIGITS_EXT * count_extensions (set));
        gint octets = (gint) (set->adn->fcp.record_size - ADN_FIXED);

        store->writable = TRUE;
        store->first = 1;
        store->last = set->last;
        store->capacity = (gint) set->last;
        store->number_length = i == 0 ? digits : MIN (store->number_length, digits);
        store->name_length = i == 0 ? octets : MIN (store->name_length, octets);
        g_ptr_array_add (store->sets, simstow_usim_contact_describe (set));
    }
}

static gboolean
list (SimstowDriver *driver,
      gboolean counts,
      SimstowSnapshot *listing,
      GCancellable *cancellable,
      GError **error)
{
    SimstowUsim *self = SIMSTOW_USIM (driver);
    SimstowStore *store;

    forget (self);
    if (!load (self, cancellable, error))
        return FALSE;
    if (!simstow_usim_book_exists (self->book))
        return TRUE;
    if (simstow_usim_book_get_capacity (self->book) == 0) {
        simstow_snapshot_add_problem (listing,
                                      STORE,
                                      0,
                                      TRUE,
                                      "%s",
                                      simstow_usim_book_get_fault (self->book));
        return TRUE;
    }
    store = simstow_store_new (STORE);
    store->via = g_strdup (SIMSTOW_VIA_CARD);
    store->way = simstow_card_files_dup_way (peek_conversation (self), cancellable);
    store->fault = g_strdup (simstow_usim_book_get_fault (self->book));
    describe_sets (store, simstow_usim_book_get_sets (self->book));
    g_ptr_array_add (listing->stores, store);
    return TRUE;
}

/* Reading: the contacts, then what belongs to those that are there */

static void
follow_contacts (SimstowUsimGather *gather, const SimstowUsimSet *set, guint first, guint last)
{
    for (guint record = first; record <= last; record++) {
        GBytes *adn = simstow_usim_gather_peek (gather, set->adn, record);

        if (adn && !simstow_usim_fields_is_free (set->adn, adn))
            simstow_usim_gather_follow (gather, record);
    }
}

/* The records @first to @last of a set as they are now, with all that they lead to */
static SimstowUsimGather *
gather_contacts (SimstowUsim *self,
                 SimstowUsimSet *set,
                 guint first,
                 guint last,
                 GCancellable *cancellable,
                 GError **error)
{
    SimstowUsimGather *gather = simstow_usim_gather_new (set);

    for (guint record = first; record <= last; record++)
        simstow_usim_gather_want (gather, set->adn, record);
    if (simstow_usim_gather_run (gather, peek_conversation (self), cancellable, error)) {
        follow_contacts (gather, set, first, last);
        if (simstow_usim_gather_run (gather, peek_conversation (self), cancellable, error)) {
            g_hash_table_replace (self->gathers, set, gather);
            return gather;
        }
    }
    simstow_usim_gather_free (gather);
    return NULL;
}

static gboolean
read_set (SimstowUsim *self,
          SimstowUsimSet *set,
          guint first,
          guint last,
          SimstowSnapshot *into,
          GCancellable *cancellable,
          GError **error)
{
    SimstowUsimGather *gather = gather_contacts (self, set, first, last, cancellable, error);
    const GError *unread = gather ? simstow_usim_gather_get_error (gather, set->adn) : NULL;

    for (guint record = first; gather && record <= last; record++)
        simstow_usim_contact_read (gather, set, record, STORE, into);
    if (unread)
        g_propagate_error (error, g_error_copy (unread));
    return gather && !unread;
}

static gboolean
set_no_book (SimstowUsim *self, GError **error)
{
    const gchar *fault = simstow_usim_book_get_fault (self->book);

    g_set_error (error,
                 SIMSTOW_ERROR,
                 fault ? SIMSTOW_ERROR_MODEM_ERROR : SIMSTOW_ERROR_UNSUPPORTED,
                 "no USIM phonebook%s%s",
                 fault ? ": " : "",
                 fault ? fault : "");
    return FALSE;
}

static gboolean
read_store (SimstowDriver *driver,
            const gchar *store,
            guint first,
            guint last,
            SimstowSnapshot *into,
            SimstowProgressFunc progress,
            gpointer user_data,
            GCancellable *cancellable,
            GError **error)
{
    SimstowUsim *self = SIMSTOW_USIM (driver);
    guint end, next;

    if (!load (self, cancellable, error))
        return FALSE;
    end = simstow_usim_book_get_capacity (self->book);
    if (end == 0)
        return set_no_book (self, error);
    end = last > 0 ? MIN (last, end) : end;
    for (next = MAX (first, 1); next <= end;) {
        SimstowUsimSet *set = simstow_usim_book_find (self->book, next);
        guint until = MIN (set->last, end);

        if (!read_set (self,
                       set,
                       next - set->first + 1,
                       until - set->first + 1,
                       into,
                       cancellable,
                       error))
            return FALSE;
        next = until + 1;
        if (progress)
            progress (store, until, simstow_usim_book_get_capacity (self->book), user_data);
    }
    return TRUE;
}

/* Planning */

/* A contact on its way to the card */
typedef struct {
    SimstowUsim *self;
    SimstowUsimSet *set;
    SimstowUsimGather *gather;
    SimstowUsimContact *contact; /* NULL to erase */
    guint record;                /* in EF_ADN */
    guint kept;                  /* a linked record, in the search for another */
    GArray *places;
    GPtrArray *updates;
} Plan;

static void
plan_clear (Plan *plan)
{
    g_clear_pointer (&plan->contact, simstow_usim_contact_free);
    g_clear_pointer (&plan->places, g_array_unref);
    g_clear_pointer (&plan->updates, g_ptr_array_unref);
}

static void
choose_set (Plan *plan, SimstowUsimSet *set)
{
    plan->set = set;
    plan->gather = g_hash_table_lookup (plan->self->gathers, set);
    if (!plan->gather) {
        plan->gather = simstow_usim_gather_new (set);
        g_hash_table_replace (plan->self->gathers, set, plan->gather);
    }
    g_clear_pointer (&plan->places, g_array_unref);
    plan->places = g_array_new (FALSE, TRUE, sizeof (guint));
    g_array_set_size (plan->places, set->files->len);
}

static gboolean
is_usable (const Plan *plan, const SimstowUsimFile *file, guint record, GBytes *there)
{
    if (file->tag == SIMSTOW_PBR_ADN)
        return simstow_usim_fields_is_free (file, there);
    return record != plan->kept &&
           simstow_usim_change_is_usable (plan->set, plan->record, file, there);
}

/* A record to be used, from where the last search ended; 0 with @error set */
static guint
search (const Plan *plan, const SimstowUsimFile *file, GError **error)
{
    const GError *unread = simstow_usim_gather_get_error (plan->gather, file);

    for (guint i = 0; i < file->fcp.n_records && !unread; i++) {
        guint record = (file->hint + i) % file->fcp.n_records + 1;
        GBytes *there = simstow_usim_gather_peek (plan->gather, file, record);

        if (there && is_usable (plan, file, record, there))
            return record;
    }
    if (unread)
        g_propagate_error (error, g_error_copy (unread));
    else
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_FULL,
                     "all %u records of %s are in use",
                     file->fcp.n_records,
                     file->path);
    return 0;
}

/* A free record of EF_ADN, set by set */
static gboolean
find_place (Plan *plan, GCancellable *cancellable, GError **error)
{
    SimstowUsim *self = plan->self;
    SimstowUsimSet *set = simstow_usim_book_find (self->book, 1);

    while (set) {
        g_autoptr (GError) local = NULL;

        choose_set (plan, set);
        simstow_usim_gather_want_all (plan->gather, set->adn);
        if (!simstow_usim_gather_run (plan->gather, peek_conversation (self), cancellable, error))
            return FALSE;
        plan->record = search (plan, set->adn, &local);
        if (plan->record > 0)
            return TRUE;
        set = simstow_usim_book_find (self->book, set->last + 1);
        if (!set || !g_error_matches (local, SIMSTOW_ERROR, SIMSTOW_ERROR_FULL)) {
            g_propagate_error (error, g_steal_pointer (&local));
            return FALSE;
        }
    }
    return set_no_book (self, error);
}

/* Names: where they were when the book was loaded it is enough to look whether they still are */
static void
want_names (Plan *plan, const SimstowUsimField *field)
{
    SimstowPbrTag tag = field->tag == SIMSTOW_PBR_GRP ? SIMSTOW_PBR_GAS : SIMSTOW_PBR_AAS;
    const SimstowUsimFile *file = simstow_usim_set_find (plan->set, tag, 0);

    for (guint i = 0; file && i < field->names->len; i++) {
        guint record = simstow_usim_change_find_name (file, g_ptr_array_index (field->names, i));

        if (record > 0)
            simstow_usim_gather_want (plan->gather, file, record);
        else
            simstow_usim_gather_want_all (plan->gather, file);
    }
}

/* Reads what planning needs to know. With a part of it unknown, an old field could end up in the
 * new contact. */
static gboolean
gather_rest (Plan *plan, GCancellable *cancellable, GError **error)
{
    gboolean extensions = plan->contact && plan->contact->extensions->len > 0;
    const GError *unread;

    simstow_usim_gather_want (plan->gather, plan->set->adn, plan->record);
    simstow_usim_gather_follow (plan->gather, plan->record);
    for (guint i = 0; plan->contact && i < plan->contact->fields->len; i++) {
        const SimstowUsimField *field = g_ptr_array_index (plan->contact->fields, i);

        extensions = extensions || field->extensions->len > 0;
        want_names (plan, field);
    }
    if (extensions)
        simstow_usim_gather_want_all (plan->gather,
                                      simstow_usim_set_find (plan->set, SIMSTOW_PBR_EXT1, 0));
    for (guint i = 0; i < plan->set->files->len; i++) {
        const SimstowUsimFile *file = g_ptr_array_index (plan->set->files, i);

        if (file->type == SIMSTOW_PBR_LINKED &&
            simstow_usim_change_find_field (plan->set, plan->contact, file))
            simstow_usim_gather_want_all (plan->gather, file);
    }
    if (!simstow_usim_gather_run (plan->gather, peek_conversation (plan->self), cancellable, error))
        return FALSE;
    unread = simstow_usim_gather_get_error (plan->gather, NULL);
    if (unread)
        g_propagate_error (error, g_error_copy (unread));
    return !unread;
}

static gboolean
make_updates (Plan *plan, GError **error)
{
    g_clear_pointer (&plan->updates, g_ptr_array_unref);
    plan->updates = simstow_usim_change_plan (plan->gather,
                                              plan->set,
                                              plan->record,
                                              plan->contact,
                                              plan->places,
                                              error);
    return plan->updates != NULL;
}

/* Whether a linked record that the old contact leads to would be written over */
static gboolean
is_written_over (Plan *plan, const SimstowUsimFile *file, guint record)
{
    if (!simstow_usim_change_is_occupied (plan->gather, plan->set, plan->record) ||
        !make_updates (plan, NULL))
        return FALSE;
    for (guint i = 0; i < plan->updates->len; i++) {
        const SimstowUsimUpdate *update = g_ptr_array_index (plan->updates, i);

        if (update->file == file && update->record == record)
            return TRUE;
    }
    return FALSE;
}

/* A record for a linked field: of a contact that is written over the old one stays as long as
 * another is free. */
static gboolean
find_linked_place (Plan *plan, const SimstowUsimFile *file, guint *place, GError **error)
{
    guint now = simstow_usim_change_find_linked (plan->gather, plan->set, plan->record, file);
    g_autoptr (GError) local = NULL;

    if (now > 0 && !is_written_over (plan, file, now))
        return TRUE;
    plan->kept = now;
    *place = search (plan, file, &local);
    if (*place == 0 && now > 0 && g_error_matches (local, SIMSTOW_ERROR, SIMSTOW_ERROR_FULL))
        *place = now;
    else if (*place == 0)
        g_propagate_error (error, g_steal_pointer (&local));
    return *place > 0;
}

static gboolean
find_room (Plan *plan, GError **error)
{
    for (guint i = 0; i < plan->set->files->len; i++) {
        const SimstowUsimFile *file = g_ptr_array_index (plan->set->files, i);
        guint *place = &g_array_index (plan->places, guint, i);

        if (file->type == SIMSTOW_PBR_LINKED && *place == 0 &&
            simstow_usim_change_find_field (plan->set, plan->contact, file) &&
            !find_linked_place (plan, file, place, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
choose_given (Plan *plan, guint index, GError **error)
{
    SimstowUsimSet *set = simstow_usim_book_find (plan->self->book, index);

    if (!set) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "the phonebook has the records 1 to %u",
                     simstow_usim_book_get_capacity (plan->self->book));
        return FALSE;
    }
    choose_set (plan, set);
    plan->record = index - set->first + 1;
    return TRUE;
}

/* Plans a contact, or with %NULL its erasure. */
static gboolean
plan_contact (Plan *plan,
              const SimstowContact *contact,
              guint index,
              GCancellable *cancellable,
              GError **error)
{
    if (index > 0 ? !choose_given (plan, index, error) : !find_place (plan, cancellable, error))
        return FALSE;
    if (contact)
        plan->contact = simstow_usim_contact_new (contact, plan->set, error);
    if (contact && !plan->contact)
        return FALSE;
    return gather_rest (plan, cancellable, error) && find_room (plan, error) &&
           make_updates (plan, error);
}

/* Writing */

typedef struct {
    SimstowCardUpdate updates[SIMSTOW_CONVERSATION_COMMANDS];
    gboolean frees[SIMSTOW_CONVERSATION_COMMANDS];
    gboolean stays[SIMSTOW_CONVERSATION_COMMANDS]; /* what leads on, or is led to */
    guint n_updates;
    guint ends[SIMSTOW_DRIVER_WRITE_RECORDS]; /* of each contact, behind its last update */
    guint places[SIMSTOW_DRIVER_WRITE_RECORDS];
    guint n_contacts;
} Batch;

static void
batch_clear (Batch *batch)
{
    for (guint i = 0; i < batch->n_updates; i++) {
        g_bytes_unref (batch->updates[i].expected);
        g_bytes_unref (batch->updates[i].wanted);
    }
}

/* Whether a contact can go with the others: a record is not written twice in a call. */
static gboolean
has_room (const Batch *batch, const Plan *plan)
{
    if (batch->n_updates + plan->updates->len > SIMSTOW_CONVERSATION_COMMANDS)
        return FALSE;
    for (guint i = 0; i < plan->updates->len; i++) {
        const SimstowUsimUpdate *update = g_ptr_array_index (plan->updates, i);

        for (guint j = 0; j < batch->n_updates; j++)
            if (g_str_equal (batch->updates[j].path, update->file->path) &&
                batch->updates[j].record == update->record)
                return FALSE;
    }
    return TRUE;
}

/* What was written is there for the next contact, names too */
static void
remember (Plan *plan)
{
    for (guint i = 0; i < plan->updates->len; i++) {
        const SimstowUsimUpdate *update = g_ptr_array_index (plan->updates, i);
        GPtrArray *contents = update->file->contents;

        simstow_usim_gather_put (plan->gather, update->file, update->record, update->data);
        if (!contents || update->record > contents->len)
            continue;
        g_bytes_unref (contents->pdata[update->record - 1]);
        contents->pdata[update->record - 1] = g_bytes_ref (update->data);
    }
    if (!plan->contact)
        return;
    plan->set->adn->hint = plan->record;
    for (guint i = 0; i < plan->set->files->len; i++) {
        SimstowUsimFile *file = g_ptr_array_index (plan->set->files, i);
        guint place = g_array_index (plan->places, guint, i);

        if (place > 0)
            file->hint = place;
    }
}

static gboolean
batch_add (Batch *batch, Plan *plan, GError **error)
{
    for (guint i = 0; i < plan->updates->len; i++) {
        const SimstowUsimUpdate *update = g_ptr_array_index (plan->updates, i);
        GBytes *there = simstow_usim_gather_peek (plan->gather, update->file, update->record);
        SimstowPbrTag tag = update->file->tag;

        if (!there) {
            g_set_error (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_MODEM_ERROR,
                         "record %u of %s could not be read",
                         update->record,
                         update->file->path);
            return FALSE;
        }
        batch->frees[batch->n_updates] = update->frees;
        batch->stays[batch->n_updates] = tag == SIMSTOW_PBR_EXT1 || tag == SIMSTOW_PBR_IAP;
        batch->updates[batch->n_updates++] = (SimstowCardUpdate){update->file->path,
                                                                 update->record,
                                                                 g_bytes_ref (there),
                                                                 g_bytes_ref (update->data)};
    }
    remember (plan);
    batch->places[batch->n_contacts] = plan->set->first + plan->record - 1;
    batch->ends[batch->n_contacts++] = batch->n_updates;
    return TRUE;
}

/* What a record leads to that could not be freed stays, and so does what leads to it; all else
 * that was to be freed is. */
static void
free_rest (SimstowUsim *self, const Batch *batch, guint first, guint end)
{
    for (guint i = first; i < end; i++)
        if (!batch->stays[i])
            simstow_card_files_update (peek_conversation (self),
                                       &batch->updates[i],
                                       1,
                                       NULL,
                                       NULL,
                                       NULL);
}

/* What was written of a contact, or began to be, becomes what it was. */
static void
undo (SimstowUsim *self, const Batch *batch, guint first, guint failed)
{
    SimstowCardUpdate back[SIMSTOW_CONVERSATION_COMMANDS];
    guint n = 0;

    for (guint i = failed + 1; i > first; i--) {
        back[n] = batch->updates[i - 1];
        back[n].expected = batch->updates[i - 1].wanted;
        back[n++].wanted = batch->updates[i - 1].expected;
    }
    if (n > 0)
        simstow_card_files_update (peek_conversation (self), back, 1, NULL, NULL, NULL);
    if (n > 1)
        simstow_card_files_update (peek_conversation (self), back + 1, n - 1, NULL, NULL, NULL);
}

/* Whether what is known of the card is still so; else it is to be read again. */
static gboolean
batch_write (SimstowUsim *self, const Batch *batch, GArray *outcomes, GCancellable *cancellable)
{
    g_autoptr (GError) error = NULL;
    guint written = 0;
    guint done = 0;
    guint first, end;

    if (batch->n_updates > 0)
        simstow_card_files_update (peek_conversation (self),
                                   batch->updates,
                                   batch->n_updates,
                                   &written,
                                   cancellable,
                                   &error);
    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CHANGED))
        return FALSE;
    for (; done < batch->n_contacts && batch->ends[done] <= written; done++)
        simstow_driver_outcomes_add (outcomes, batch->places[done], NULL);
    if (!error)
        return TRUE;
    first = done > 0 ? batch->ends[done - 1] : 0;
    end = done < batch->n_contacts ? batch->ends[done] : written;
    if (!simstow_driver_error_ends_all (error) && written < end) {
        if (batch->frees[written]) {
            g_prefix_error (&error, "not all of what was there before is free: ");
            free_rest (self, batch, written + 1, end);
        } else {
            undo (self, batch, first, written);
        }
    }
    forget (self);
    simstow_driver_outcomes_add (outcomes, 0, g_steal_pointer (&error));
    return TRUE;
}

static gboolean
write_once (SimstowUsim *self,
            const SimstowDriverRecord *records,
            guint n_records,
            GArray *outcomes,
            GCancellable *cancellable)
{
    Batch batch = {.n_updates = 0};
    GError *error = NULL;
    gboolean good;

    for (guint i = 0; i < n_records && !error; i++) {
        Plan plan = {.self = self};
        gboolean planned =
            plan_contact (&plan, records[i].contact, records[i].index, cancellable, &error);
        gboolean room = planned && has_room (&batch, &plan);

        if (room)
            batch_add (&batch, &plan, &error);
        plan_clear (&plan);
        if (!room)
            break;
    }
    good = batch_write (self, &batch, outcomes, cancellable);
    if (good && error && !simstow_driver_outcomes_has_ended (outcomes))
        simstow_driver_outcomes_add (outcomes, 0, g_steal_pointer (&error));
    g_clear_error (&error);
    batch_clear (&batch);
    return good;
}

static gboolean
write_records (SimstowDriver *driver,
               const gchar *store,
               const SimstowDriverRecord *records,
               guint n_records,
               GArray *outcomes,
               GCancellable *cancellable,
               GError **error)
{
    SimstowUsim *self = SIMSTOW_USIM (driver);

    for (guint attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (!load (self, cancellable, error))
            return FALSE;
        if (simstow_usim_book_get_capacity (self->book) == 0)
            return set_no_book (self, error);
        if (write_once (self, records, n_records, outcomes, cancellable))
            return TRUE;
        forget (self);
    }
    simstow_driver_outcomes_add (outcomes,
                                 0,
                                 g_error_new_literal (SIMSTOW_ERROR,
                                                      SIMSTOW_ERROR_CHANGED,
                                                      "somebody else writes to the card"));
    return TRUE;
}

/* Erasing */

static gboolean
is_same_number (const SimstowContactNumber *a, const SimstowContactNumber *b)
{
    return a->type == b->type && g_str_equal (a->number, b->number) &&
           g_strcmp0 (a->label, b->label) == 0;
}

static gboolean
are_same_texts (GPtrArray *a, GPtrArray *b)
{
    if (a->len != b->len)
        return FALSE;
    for (guint i = 0; i < a->len; i++)
        if (!g_str_equal (a->pdata[i], b->pdata[i]))
            return FALSE;
    return TRUE;
}

static gboolean
is_same (const SimstowContact *a, const SimstowContact *b)
{
    if (a->numbers->len != b->numbers->len)
        return FALSE;
    for (guint i = 0; i < a->numbers->len; i++)
        if (!is_same_number (a->numbers->pdata[i], b->numbers->pdata[i]))
            return FALSE;
    return a->type == b->type && g_str_equal (a->number, b->number) &&
           g_str_equal (a->name, b->name) && a->hidden == b->hidden &&
           g_strcmp0 (a->group, b->group) == 0 && are_same_texts (a->groups, b->groups) &&
           g_strcmp0 (a->second_name, b->second_name) == 0 &&
           are_same_texts (a->second_names, b->second_names) &&
           are_same_texts (a->emails, b->emails);
}

/* Whether the contact is still there as it is given, now */
static gboolean
is_there (SimstowUsim *self,
          const SimstowContact *contact,
          GCancellable *cancellable,
          GError **error)
{
    SimstowUsimSet *set = simstow_usim_book_find (self->book, contact->index);
    guint record = set ? contact->index - set->first + 1 : 0;
    g_autoptr (SimstowSnapshot) there = simstow_snapshot_new ();

    if (set && !read_set (self, set, record, record, there, cancellable, error))
        return FALSE;
    if (there->contacts->len == 1 && is_same (there->contacts->pdata[0], contact))
        return TRUE;
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_CHANGED,
                 "record %u holds another contact now",
                 contact->index);
    return FALSE;
}

static gboolean
erase_record (SimstowDriver *driver,
              const gchar *store,
              const SimstowDriverRecord *record,
              gboolean *begun,
              GCancellable *cancellable,
              GError **error)
{
    SimstowUsim *self = SIMSTOW_USIM (driver);
    g_autoptr (GArray) outcomes = simstow_driver_outcomes_new ();
    const SimstowDriverRecord nothing = {.index = record->contact ? record->contact->index : 0};
    SimstowDriverOutcome *outcome;

    if (!record->contact || !load (self, cancellable, error) ||
        !is_there (self, record->contact, cancellable, error))
        return FALSE;
    *begun = TRUE;
    if (!write_once (self, &nothing, 1, outcomes, cancellable)) {
        *begun = FALSE;
        forget (self);
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_CHANGED,
                             "somebody else writes to the card");
        return FALSE;
    }
    outcome = &g_array_index (outcomes, SimstowDriverOutcome, 0);
    if (outcome->error)
        g_propagate_error (error, g_steal_pointer (&outcome->error));
    else
        simstow_usim_book_forget_places (self->book);
    return outcome->index > 0;
}

static void
simstow_usim_finalize (GObject *object)
{
    SimstowUsim *self = SIMSTOW_USIM (object);

    forget (self);
    g_hash_table_unref (self->gathers);
    G_OBJECT_CLASS (simstow_usim_parent_class)->finalize (object);
}

static void
simstow_usim_class_init (SimstowUsimClass *klass)
{
    SimstowDriverClass *driver_class = SIMSTOW_DRIVER_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = simstow_usim_finalize;
    driver_class->list = list;
    driver_class->read = read_store;
    driver_class->write = write_records;
    driver_class->erase = erase_record;
}

static void
simstow_usim_init (SimstowUsim *self)
{
    self->gathers =
        g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) simstow_usim_gather_free);
}

SimstowDriver *
simstow_usim_new (SimstowConversation *conversation)
{
    return g_object_new (SIMSTOW_TYPE_USIM, "conversation", conversation, NULL);
}
