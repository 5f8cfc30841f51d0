/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stages of a write: a place is found, what belongs to it is gathered, free
 * records are looked for, and what was planned is written.
 */

#include "simstow-store-usim-write.h"

#include "simstow-error.h"
#include "simstow-store-usim-change.h"

typedef enum {
    STAGE_PLACE,
    STAGE_GATHER,
    STAGE_ROOM,
    STAGE_UPDATE,
    STAGE_UNDO,
} Stage;

struct _SimstowUsimWrite {
    const SimstowUsimBook *book;
    SimstowUsimContact *contact; /* NULL to erase */
    guint index;
    Stage stage;
    SimstowUsimSet *set;
    SimstowUsimGather *gather;
    guint record;    /* in EF_ADN */
    guint looked_at; /* records, in the search for a free one */
    guint kept;      /* a linked record, in the search for another */
    GArray *places;
    GPtrArray *updates;
    guint position; /* in @updates, behind the one under way */
    GError *error;
};

SimstowUsimWrite *
simstow_usim_write_new_erase (const SimstowUsimBook *book, guint index)
{
    SimstowUsimWrite *self = g_new0 (SimstowUsimWrite, 1);

    self->book = book;
    self->index = index;
    self->places = g_array_new (FALSE, TRUE, sizeof (guint));
    return self;
}

SimstowUsimWrite *
simstow_usim_write_new (const SimstowUsimBook *book, SimstowUsimContact *contact)
{
    SimstowUsimWrite *self = simstow_usim_write_new_erase (book, contact->index);

    self->contact = contact;
    return self;
}

void
simstow_usim_write_free (SimstowUsimWrite *self)
{
    g_clear_pointer (&self->contact, simstow_usim_contact_free);
    g_clear_pointer (&self->gather, simstow_usim_gather_free);
    g_array_unref (self->places);
    g_clear_pointer (&self->updates, g_ptr_array_unref);
    g_clear_error (&self->error);
    g_free (self);
}

static void
choose_set (SimstowUsimWrite *self, SimstowUsimSet *set)
{
    self->set = set;
    self->looked_at = 0;
    g_clear_pointer (&self->gather, simstow_usim_gather_free);
    self->gather = simstow_usim_gather_new (set);
    g_array_set_size (self->places, 0);
    g_array_set_size (self->places, set->files->len);
}

/* A record in a search that begins where the last one ended */
static guint
searched_record (const SimstowUsimFile *file, guint looked_at)
{
    return (file->hint + looked_at) % file->fcp.n_records + 1;
}

/* Names: where they were when the book was loaded it is enough to look whether they still are */
static void
want_names (SimstowUsimWrite *self, const SimstowUsimField *field)
{
    SimstowPbrTag tag = field->tag == SIMSTOW_PBR_GRP ? SIMSTOW_PBR_GAS : SIMSTOW_PBR_AAS;
    const SimstowUsimFile *file = simstow_usim_set_find (self->set, tag, 0);
    guint i;

    for (i = 0; file && i < field->names->len; i++) {
        guint record = simstow_usim_change_find_name (file, g_ptr_array_index (field->names, i));

        if (record > 0)
            simstow_usim_gather_want (self->gather, file, record);
        else
            simstow_usim_gather_want_all (self->gather, file);
    }
}

/* Asks for what planning needs to know. */
static void
begin_gathering (SimstowUsimWrite *self, guint record)
{
    gboolean extensions = self->contact && self->contact->extensions->len > 0;
    guint i;

    self->stage = STAGE_GATHER;
    self->record = record;
    simstow_usim_gather_follow (self->gather, record);
    for (i = 0; self->contact && i < self->contact->fields->len; i++) {
        const SimstowUsimField *field = g_ptr_array_index (self->contact->fields, i);

        extensions = extensions || field->extensions->len > 0;
        want_names (self, field);
    }
    if (extensions)
        simstow_usim_gather_want_all (self->gather,
                                      simstow_usim_set_find (self->set, SIMSTOW_PBR_EXT1, 0));
}

static gboolean
is_usable (const SimstowUsimWrite *self, const SimstowUsimFile *file, guint record, GBytes *there)
{
    if (file->tag == SIMSTOW_PBR_ADN)
        return simstow_usim_fields_is_free (file, there);
    return record != self->kept &&
           simstow_usim_change_is_usable (self->set, self->record, file, there);
}

static SimstowUsimUpdate *
peek_update (const SimstowUsimWrite *self, guint position)
{
    return g_ptr_array_index (self->updates, position);
}

static gboolean
plan (SimstowUsimWrite *self, GError **error)
{
    g_clear_pointer (&self->updates, g_ptr_array_unref);
    self->updates = simstow_usim_change_plan (self->gather,
                                              self->set,
                                              self->record,
                                              self->contact,
                                              self->places,
                                              error);
    return self->updates != NULL;
}

/* Whether a linked record that the old contact leads to would be written over */
static gboolean
is_written_over (SimstowUsimWrite *self, const SimstowUsimFile *file, guint record)
{
    guint i;

    if (!simstow_usim_change_is_occupied (self->gather, self->set, self->record) ||
        !plan (self, NULL))
        return FALSE;
    for (i = 0; i < self->updates->len; i++) {
        if (peek_update (self, i)->file == file && peek_update (self, i)->record == record)
            return TRUE;
    }
    return FALSE;
}

/* Looks at one record of a file after the other; TRUE when a step was added to read the next */
static gboolean
search (SimstowUsimWrite *self, SimstowVisit *visit, const SimstowUsimFile *file, guint *place)
{
    const GError *unread = simstow_usim_gather_get_error (self->gather, file);

    for (; self->looked_at < file->fcp.n_records && !unread; self->looked_at++) {
        guint record = searched_record (file, self->looked_at);
        GBytes *there = simstow_usim_gather_peek (self->gather, file, record);

        if (!there) {
            simstow_usim_gather_want (self->gather, file, record);
            if (simstow_usim_gather_next (self->gather, visit))
                return TRUE;
        } else if (is_usable (self, file, record, there)) {
            *place = record;
            self->looked_at = 0;
            return FALSE;
        }
    }
    self->error = unread ? g_error_copy (unread)
                         : g_error_new (SIMSTOW_ERROR,
                                        SIMSTOW_ERROR_FULL,
                                        "all %u records of %s are in use",
                                        file->fcp.n_records,
                                        file->path);
    return FALSE;
}

/* A free record of EF_ADN, set by set */
static void
look_for_place (SimstowUsimWrite *self, SimstowVisit *visit)
{
    guint record = 0;
    SimstowUsimSet *next;

    while (!search (self, visit, self->set->adn, &record)) {
        if (record > 0) {
            begin_gathering (self, record);
            return;
        }
        next = simstow_usim_book_find (self->book, self->set->last + 1);
        if (!next || !g_error_matches (self->error, SIMSTOW_ERROR, SIMSTOW_ERROR_FULL))
            return;
        g_clear_error (&self->error);
        choose_set (self, next);
    }
}

/* A record for a linked field: of a contact that is written over the old one stays as long as
 * another is free. TRUE when a step was added. */
static gboolean
find_linked_place (SimstowUsimWrite *self,
                   SimstowVisit *visit,
                   const SimstowUsimFile *file,
                   guint *place)
{
    guint now = simstow_usim_change_find_linked (self->gather, self->set, self->record, file);

    if (now > 0 && self->looked_at == 0 && !is_written_over (self, file, now))
        return FALSE;
    self->kept = now;
    if (search (self, visit, file, place))
        return TRUE;
    if (now > 0 && g_error_matches (self->error, SIMSTOW_ERROR, SIMSTOW_ERROR_FULL)) {
        g_clear_error (&self->error);
        *place = now;
    }
    self->looked_at = 0;
    return FALSE;
}

/* Whether all linked fields have a record, or no more can be done */
static gboolean
find_room (SimstowUsimWrite *self, SimstowVisit *visit)
{
    guint i;

    for (i = 0; i < self->set->files->len && !self->error; i++) {
        const SimstowUsimFile *file = g_ptr_array_index (self->set->files, i);
        guint *place = &g_array_index (self->places, guint, i);

        if (file->type == SIMSTOW_PBR_LINKED && *place == 0 &&
            simstow_usim_change_find_field (self->set, self->contact, file) &&
            find_linked_place (self, visit, file, place))
            return FALSE;
    }
    return TRUE;
}

/* Names that were written are there for the next contact */
static void
remember_names (const SimstowUsimWrite *self)
{
    guint i;

    for (i = 0; i < self->updates->len; i++) {
        const SimstowUsimUpdate *update = g_ptr_array_index (self->updates, i);
        GPtrArray *contents = update->file->contents;
        GBytes **there;

        if (!contents || update->record > contents->len)
            continue;
        there = (GBytes **) &g_ptr_array_index (contents, update->record - 1);
        g_bytes_unref (*there);
        *there = g_bytes_ref (update->data);
    }
}

static void
remember_places (SimstowUsimWrite *self)
{
    guint i;

    self->set->adn->hint = self->record;
    for (i = 0; i < self->set->files->len; i++) {
        SimstowUsimFile *file = g_ptr_array_index (self->set->files, i);
        guint place = g_array_index (self->places, guint, i);

        if (place > 0)
            file->hint = place;
    }
}

/* What a record leads to that could not be freed stays, and so does what leads to it. */
static gboolean
is_to_stay (const SimstowUsimWrite *self, guint position)
{
    SimstowPbrTag tag = peek_update (self, position)->file->tag;

    return self->error && (tag == SIMSTOW_PBR_EXT1 || tag == SIMSTOW_PBR_IAP);
}

static void
update_next (SimstowUsimWrite *self, SimstowVisit *visit)
{
    const SimstowUsimUpdate *update;

    while (self->position < self->updates->len && is_to_stay (self, self->position))
        self->position++;
    if (self->position == self->updates->len) {
        self->index = self->set->first + self->record - 1;
        remember_names (self);
        if (self->contact)
            remember_places (self);
        return;
    }
    update = peek_update (self, self->position++);
    simstow_visit_update (visit, update->file->path, update->record, update->data);
}

/* What the last update wrote, or began to write, becomes what it was. */
static void
undo_next (SimstowUsimWrite *self, SimstowVisit *visit)
{
    while (self->position > 0) {
        const SimstowUsimUpdate *update = peek_update (self, --self->position);
        GBytes *before = simstow_usim_gather_peek (self->gather, update->file, update->record);

        if (before) {
            simstow_visit_update (visit, update->file->path, update->record, before);
            return;
        }
    }
}

/* When the card refuses a record all is put back as it was. Where no more than to free what was
 * there before is left to do, the rest of that is done. */
static void
take_update (SimstowUsimWrite *self, SimstowVisit *visit, SimstowVisitStep *done)
{
    if (done->error && self->stage == STAGE_UPDATE && !self->error) {
        self->error = g_steal_pointer (&done->error);
        if (peek_update (self, self->position - 1)->frees)
            g_prefix_error (&self->error, "not all of what was there before is free: ");
        else
            self->stage = STAGE_UNDO;
    }
    if (self->stage == STAGE_UNDO)
        undo_next (self, visit);
    else
        update_next (self, visit);
}

/* With a part of it unknown, an old field could end up in the new contact. */
static void
end_gathering (SimstowUsimWrite *self)
{
    const GError *unread = simstow_usim_gather_get_error (self->gather, NULL);

    self->stage = STAGE_ROOM;
    self->looked_at = 0;
    if (unread)
        self->error = g_error_copy (unread);
}

/* Goes on until a step was added, or all is done. */
static void
go_on (SimstowUsimWrite *self, SimstowVisit *visit)
{
    if (self->stage == STAGE_PLACE)
        look_for_place (self, visit);
    if (self->stage == STAGE_GATHER && !self->error) {
        if (simstow_usim_gather_next (self->gather, visit))
            return;
        end_gathering (self);
    }
    if (self->stage == STAGE_ROOM && !self->error) {
        if (!find_room (self, visit) || self->error)
            return;
        self->stage = STAGE_UPDATE;
        if (plan (self, &self->error))
            update_next (self, visit);
    }
}

gboolean
simstow_usim_write_start (SimstowUsimWrite *self, SimstowVisit *visit, GError **error)
{
    SimstowUsimSet *set = simstow_usim_book_find (self->book, MAX (self->index, 1));

    if (!set || (self->index == 0 && !self->contact)) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     self->contact ? SIMSTOW_ERROR_INVALID_RECORD : SIMSTOW_ERROR_NOT_FOUND,
                     "the phonebook has the records 1 to %u",
                     simstow_usim_book_get_capacity (self->book));
        return FALSE;
    }
    choose_set (self, set);
    if (self->index > 0)
        begin_gathering (self, self->index - set->first + 1);
    go_on (self, visit);
    return TRUE;
}

void
simstow_usim_write_take (SimstowUsimWrite *self, SimstowVisit *visit, SimstowVisitStep *done)
{
    if (self->stage >= STAGE_UPDATE) {
        take_update (self, visit, done);
        return;
    }
    simstow_usim_gather_take (self->gather, done);
    if (!self->error)
        go_on (self, visit);
}

guint
simstow_usim_write_finish (SimstowUsimWrite *self, GError **error)
{
    if (!self->error)
        return self->index;
    g_propagate_error (error, g_steal_pointer (&self->error));
    return 0;
}
