/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Planning what is written, in such an order that whatever cuts it loses as little as
 * can be: what nothing leads to yet comes first, EF_ADN last, and what the old contact
 * had is freed when nothing leads to it any more. Of linked records the octets that
 * lead back tell whose they are.
 */

#include "simstow-usim-change.h"

#include <string.h>

#include "simstow-card-numbers.h"
#include "simstow-error.h"

#define FILLER SIMSTOW_NUMBERS_FILLER

/* In turn. Where the place is free nothing of it is seen before EF_ADN is written. */
typedef enum {
    PHASE_UNSEEN,   /* free records: names, extensions, what is linked */
    PHASE_PARALLEL, /* fields by the contact's number, one beside the other */
    PHASE_REUSED,
    PHASE_LINKS,
    PHASE_CONTACT,
    PHASE_FREED,
} Phase;

typedef struct {
    const SimstowUsimGather *gather;
    const SimstowUsimSet *set;
    guint record;
    const SimstowUsimContact *contact;
    GArray *places;
    GPtrArray *updates;
    GHashTable *own;  /* extensions that the place leads to now */
    GHashTable *used; /* and those that it will lead to */
    gboolean occupied;
    GPtrArray *names; /* updates of EF_GAS and EF_AAS, borrowed: names to be there */
    GError *error;
} Change;

static void
update_free (gpointer data)
{
    SimstowUsimUpdate *update = data;

    g_bytes_unref (update->data);
    g_free (update);
}

/* @size octets, filled up behind @data */
static GByteArray *
filled (GBytes *data, guint size, guint8 filler)
{
    GByteArray *bytes = g_byte_array_new ();
    gsize given = data ? MIN (g_bytes_get_size (data), size) : 0;

    g_byte_array_set_size (bytes, size);
    memset (bytes->data, filler, size);
    if (given > 0)
        memcpy (bytes->data, g_bytes_get_data (data, NULL), given);
    return bytes;
}

/* What a free record of a file is filled with */
static guint8
filler_of (const SimstowUsimFile *file)
{
    return file->tag == SIMSTOW_PBR_PBC || file->tag == SIMSTOW_PBR_GRP ? 0 : FILLER;
}

static GByteArray *
free_record (const SimstowUsimFile *file)
{
    GByteArray *bytes = filled (NULL, file->fcp.record_size, filler_of (file));

    if (file->tag == SIMSTOW_PBR_EXT1)
        bytes->data[0] = 0;
    return bytes;
}

static gint
compare_updates (gconstpointer a, gconstpointer b)
{
    const SimstowUsimUpdate *left = *(SimstowUsimUpdate *const *) a;
    const SimstowUsimUpdate *right = *(SimstowUsimUpdate *const *) b;

    return (gint) left->phase - (gint) right->phase;
}

/* Takes @data. */
static SimstowUsimUpdate *
add_update (Change *change,
            Phase phase,
            const SimstowUsimFile *file,
            guint record,
            GByteArray *data)
{
    SimstowUsimUpdate *update = g_new0 (SimstowUsimUpdate, 1);

    update->file = file;
    update->record = record;
    update->data = g_byte_array_free_to_bytes (data);
    update->phase = phase;
    update->frees = phase == PHASE_FREED;
    g_ptr_array_add (change->updates, update);
    return update;
}

/* What an earlier contact left behind at a free place goes before the new one is seen. */
static Phase
phase_of_freed (const Change *change)
{
    return change->contact && !change->occupied ? PHASE_REUSED : PHASE_FREED;
}

/* Unless that is what is there, or both are free. Takes @data. */
static void
add_difference (Change *change,
                Phase phase,
                const SimstowUsimFile *file,
                guint record,
                GByteArray *data)
{
    GBytes *there = simstow_usim_gather_peek (change->gather, file, record);
    g_autoptr (GBytes) wanted = g_byte_array_free_to_bytes (data);
    gboolean empty = simstow_usim_fields_is_free (file, wanted);

    if (there && (g_bytes_equal (there, wanted) ||
                  (empty && file->tag != SIMSTOW_PBR_IAP && file->tag != SIMSTOW_PBR_ANR &&
                   simstow_usim_fields_is_free (file, there))))
        return;
    add_update (change, phase, file, record, g_bytes_unref_to_array (g_steal_pointer (&wanted)));
}

const SimstowUsimField *
simstow_usim_change_find_field (const SimstowUsimSet *set,
                                const SimstowUsimContact *contact,
                                const SimstowUsimFile *file)
{
    guint which = 0;
    guint i;

    while (simstow_usim_set_find (set, file->tag, which) != file)
        which++;
    for (i = 0; contact && i < contact->fields->len; i++) {
        const SimstowUsimField *field = g_ptr_array_index (contact->fields, i);

        if (field->tag == file->tag && which-- == 0)
            return field;
    }
    return NULL;
}

gboolean
simstow_usim_change_is_usable (const SimstowUsimSet *set,
                               guint record,
                               const SimstowUsimFile *file,
                               GBytes *there)
{
    guint size = simstow_usim_file_get_size (file);
    guint8 sfi = simstow_numbers_octet_at (there, size);

    if (simstow_usim_fields_is_free (file, there))
        return TRUE;
    return simstow_numbers_octet_at (there, size + 1) == record && sfi == set->adn->sfi;
}

gboolean
simstow_usim_change_is_occupied (const SimstowUsimGather *gather,
                                 const SimstowUsimSet *set,
                                 guint record)
{
    GBytes *there = simstow_usim_gather_peek (gather, set->adn, record);

    return there && !simstow_usim_fields_is_free (set->adn, there);
}

guint
simstow_usim_change_find_linked (const SimstowUsimGather *gather,
                                 const SimstowUsimSet *set,
                                 guint record,
                                 const SimstowUsimFile *file)
{
    GBytes *links = simstow_usim_gather_peek (gather, set->iap, record);
    guint8 link = links ? simstow_numbers_octet_at (links, file->link) : FILLER;
    GBytes *there = simstow_usim_gather_peek (gather, file, link);

    return simstow_numbers_is_link (link) && there &&
                   simstow_usim_change_is_usable (set, record, file, there)
               ? link
               : 0;
}

/* Extensions */

static void
own_chain (Change *change, guint8 link)
{
    const SimstowUsimFile *file = simstow_usim_set_find (change->set, SIMSTOW_PBR_EXT1, 0);
    guint n;

    for (n = 0; n < SIMSTOW_NUMBERS_MAX_CHAIN && simstow_numbers_is_link (link); n++) {
        GBytes *there = simstow_usim_gather_peek (change->gather, file, link);

        if (!there || !g_hash_table_add (change->own, GUINT_TO_POINTER ((guint) link)))
            return;
        link = simstow_numbers_octet_at (there, SIMSTOW_NUMBERS_EXTENSION_LINK);
    }
}

static guint
record_now (const Change *change, const SimstowUsimFile *file)
{
    return file->type == SIMSTOW_PBR_LINKED
               ? simstow_usim_change_find_linked (change->gather, change->set, change->record, file)
               : change->record;
}

/* Where a record of EF_ADN or EF_ANR goes on, filler for nowhere */
static guint8
chain_now (const Change *change, const SimstowUsimFile *file)
{
    GBytes *there = simstow_usim_gather_peek (change->gather, file, record_now (change, file));

    if (!there || simstow_usim_fields_is_free (file, there))
        return FILLER;
    if (file->tag == SIMSTOW_PBR_ADN)
        return simstow_numbers_link_of (there, 0);
    return file->tag == SIMSTOW_PBR_ANR ? simstow_numbers_octet_at (there, SIMSTOW_NUMBERS_ANR_LINK)
                                        : FILLER;
}

static GByteArray *
extension_record (const SimstowUsimFile *file, GBytes *extension, guint8 next)
{
    GByteArray *bytes = filled (extension, file->fcp.record_size, FILLER);

    bytes->data[SIMSTOW_NUMBERS_EXTENSION_LINK] = next;
    return bytes;
}

/* Whether a chain is there already: then it stays where it is */
static gboolean
is_chain (const Change *change, guint8 link, GPtrArray *extensions)
{
    const SimstowUsimFile *file = simstow_usim_set_find (change->set, SIMSTOW_PBR_EXT1, 0);
    guint i;

    for (i = 0; i < extensions->len; i++) {
        GBytes *there = simstow_numbers_is_link (link)
                            ? simstow_usim_gather_peek (change->gather, file, link)
                            : NULL;
        g_autoptr (GByteArray) wanted = NULL;

        if (!there)
            return FALSE;
        link = simstow_numbers_octet_at (there, SIMSTOW_NUMBERS_EXTENSION_LINK);
        wanted = extension_record (file, g_ptr_array_index (extensions, i), link);
        if (g_bytes_get_size (there) != wanted->len ||
            memcmp (g_bytes_get_data (there, NULL), wanted->data, wanted->len) != 0)
            return FALSE;
    }
    return extensions->len > 0 && !simstow_numbers_is_link (link);
}

static GPtrArray *
extensions_of (const Change *change, const SimstowUsimFile *file)
{
    const SimstowUsimField *field;

    if (!change->contact)
        return NULL;
    if (file->tag == SIMSTOW_PBR_ADN)
        return change->contact->extensions;
    field = simstow_usim_change_find_field (change->set, change->contact, file);
    return field ? field->extensions : NULL;
}

static void
keep_chain (Change *change, guint8 link)
{
    const SimstowUsimFile *file = simstow_usim_set_find (change->set, SIMSTOW_PBR_EXT1, 0);
    guint n;

    for (n = 0; n < SIMSTOW_NUMBERS_MAX_CHAIN && simstow_numbers_is_link (link); n++) {
        g_hash_table_add (change->used, GUINT_TO_POINTER ((guint) link));
        link = simstow_numbers_octet_at (simstow_usim_gather_peek (change->gather, file, link),
                                         SIMSTOW_NUMBERS_EXTENSION_LINK);
    }
}

static void
own_chains (Change *change)
{
    guint i;

    for (i = 0; i < change->set->files->len; i++) {
        const SimstowUsimFile *file = g_ptr_array_index (change->set->files, i);
        GPtrArray *wanted = extensions_of (change, file);
        guint8 link = chain_now (change, file);

        own_chain (change, link);
        if (wanted && is_chain (change, link, wanted))
            keep_chain (change, link);
    }
}

/* A record for an extension, 0 for none; one that the old contact has only where no other
 * is free */
static guint
place_extension (Change *change)
{
    const SimstowUsimFile *file = simstow_usim_set_find (change->set, SIMSTOW_PBR_EXT1, 0);
    guint reused = 0;
    guint i;

    for (i = MIN (file ? file->fcp.n_records : 0, FILLER - 1); i > 0; i--) {
        if (g_hash_table_contains (change->own, GUINT_TO_POINTER (i)) &&
            !g_hash_table_contains (change->used, GUINT_TO_POINTER (i)))
            reused = i;
    }
    for (i = 1; file && i <= file->fcp.n_records && i < FILLER; i++) {
        GBytes *there = simstow_usim_gather_peek (change->gather, file, i);

        if (there && simstow_usim_fields_is_free (file, there) &&
            !g_hash_table_contains (change->own, GUINT_TO_POINTER (i)) &&
            g_hash_table_add (change->used, GUINT_TO_POINTER (i)))
            return i;
    }
    g_hash_table_add (change->used, GUINT_TO_POINTER (reused));
    return reused;
}

/* Puts the chain of a record of EF_ADN or EF_ANR in place, its end first; its first record,
 * filler for none. With EF_EXT1 full, a record of the old contact's chain is written over, as
 * late as can be: cut behind it, the old number has the rest of the new one, which no order
 * prevents. */
static guint8
add_chain (Change *change, const SimstowUsimFile *holder, GPtrArray *extensions)
{
    const SimstowUsimFile *file = simstow_usim_set_find (change->set, SIMSTOW_PBR_EXT1, 0);
    guint8 places[SIMSTOW_NUMBERS_MAX_CHAIN + 1];
    guint i;

    if (is_chain (change, chain_now (change, holder), extensions))
        return chain_now (change, holder);
    for (i = 0; i < extensions->len; i++) {
        places[i] = (guint8) place_extension (change);
        if (places[i] > 0)
            continue;
        g_set_error (&change->error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_FULL,
                     "the card has no room for the rest of so long a number");
        return FILLER;
    }
    places[i] = FILLER;
    while (i-- > 0) {
        gboolean reused = g_hash_table_contains (change->own, GUINT_TO_POINTER ((guint) places[i]));

        add_difference (change,
                        reused ? PHASE_REUSED : PHASE_UNSEEN,
                        file,
                        places[i],
                        extension_record (file, g_ptr_array_index (extensions, i), places[i + 1]));
    }
    return places[0];
}

static void
free_extensions (Change *change)
{
    const SimstowUsimFile *file = simstow_usim_set_find (change->set, SIMSTOW_PBR_EXT1, 0);
    guint i;

    for (i = 1; file && i <= file->fcp.n_records; i++) {
        if (g_hash_table_contains (change->own, GUINT_TO_POINTER (i)) &&
            !g_hash_table_contains (change->used, GUINT_TO_POINTER (i)))
            add_update (change, phase_of_freed (change), file, i, free_record (file));
    }
}

/* Names of groups and of kinds of numbers: shared, found by their octets */

/* A name as a record of the file has it */
static GBytes *
whole_name (const SimstowUsimFile *file, GBytes *name)
{
    return g_byte_array_free_to_bytes (filled (name, file->fcp.record_size, FILLER));
}

guint
simstow_usim_change_find_name (const SimstowUsimFile *file, GBytes *name)
{
    g_autoptr (GBytes) whole = whole_name (file, name);
    guint i;

    for (i = 0; file->contents && i < file->contents->len; i++) {
        if (g_bytes_equal (g_ptr_array_index (file->contents, i), whole))
            return i + 1;
    }
    return 0;
}

static guint
find_planned_name (const Change *change, const SimstowUsimFile *file, guint record, GBytes *name)
{
    guint i;

    for (i = 0; i < change->names->len; i++) {
        const SimstowUsimUpdate *update = g_ptr_array_index (change->names, i);

        if (update->file == file &&
            (record == update->record || (name && g_bytes_equal (update->data, name))))
            return update->record;
    }
    return 0;
}

static guint8
place_name (Change *change, const SimstowUsimFile *file, GBytes *name)
{
    g_autoptr (GBytes) whole = NULL;
    guint vacant = 0;
    guint i;

    if (!file || g_bytes_get_size (name) > file->fcp.record_size) {
        g_set_error (&change->error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "the card has no file for a name of %" G_GSIZE_FORMAT " bytes",
                     g_bytes_get_size (name));
        return 0;
    }
    whole = whole_name (file, name);
    vacant = find_planned_name (change, file, 0, whole);
    if (vacant > 0)
        return (guint8) vacant;
    for (i = file->fcp.n_records; i > 0; i--) {
        GBytes *there = simstow_usim_gather_peek (change->gather, file, i);

        if (there && g_bytes_equal (there, whole))
            return (guint8) i;
        if (there && simstow_usim_fields_is_free (file, there) &&
            find_planned_name (change, file, i, NULL) == 0)
            vacant = i;
    }
    if (vacant > 0)
        g_ptr_array_add (change->names,
                         add_update (change,
                                     PHASE_UNSEEN,
                                     file,
                                     vacant,
                                     g_bytes_unref_to_array (g_steal_pointer (&whole))));
    else
        g_set_error (&change->error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_FULL,
                     "%s has no free record for another name",
                     file->path);
    return (guint8) vacant;
}

/* Fields */

static void
fill_groups (Change *change, const SimstowUsimField *field, GByteArray *bytes)
{
    const SimstowUsimFile *names = simstow_usim_set_find (change->set, SIMSTOW_PBR_GAS, 0);
    guint i;

    for (i = 0; i < field->names->len && !change->error; i++)
        bytes->data[i] = place_name (change, names, g_ptr_array_index (field->names, i));
}

static void
fill_number (Change *change,
             const SimstowUsimField *field,
             const SimstowUsimFile *file,
             GByteArray *bytes)
{
    const SimstowUsimFile *names = simstow_usim_set_find (change->set, SIMSTOW_PBR_AAS, 0);

    bytes->data[0] =
        field->names->len > 0 ? place_name (change, names, g_ptr_array_index (field->names, 0)) : 0;
    if (!change->error)
        bytes->data[SIMSTOW_NUMBERS_ANR_LINK] = add_chain (change, file, field->extensions);
}

static gboolean
check_size (Change *change, const SimstowUsimField *field, const SimstowUsimFile *file)
{
    guint size = simstow_usim_file_get_size (file);
    gsize given = field->raw ? g_bytes_get_size (field->raw) : field->names->len;

    if (given <= size)
        return TRUE;
    g_set_error (&change->error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_INVALID_RECORD,
                 "a record of %s has %u bytes for it",
                 file->path,
                 size);
    return FALSE;
}

/* The record of a field, %NULL with the change's error set */
static GByteArray *
field_record (Change *change, const SimstowUsimField *field, const SimstowUsimFile *file)
{
    guint size = simstow_usim_file_get_size (file);
    g_autoptr (GByteArray) bytes = NULL;
    const guint8 back[SIMSTOW_USIM_BACK] = {change->set->adn->sfi, (guint8) change->record};

    if (!check_size (change, field, file))
        return NULL;
    bytes = filled (field->raw, size, filler_of (file));
    if (file->tag == SIMSTOW_PBR_GRP)
        fill_groups (change, field, bytes);
    else if (file->tag == SIMSTOW_PBR_ANR)
        fill_number (change, field, file, bytes);
    if (file->type == SIMSTOW_PBR_LINKED)
        g_byte_array_append (bytes, back, sizeof back);
    return change->error ? NULL : g_steal_pointer (&bytes);
}

/* Where a field goes; nowhere when EF_IAP, which is to lead there, could not be read */
static guint
place_of (const Change *change, const SimstowUsimFile *file, guint now)
{
    guint place;
    guint i;

    if (file->type == SIMSTOW_PBR_PARALLEL)
        return now;
    if (!simstow_usim_gather_peek (change->gather, change->set->iap, change->record) ||
        !g_ptr_array_find (change->set->files, file, &i))
        return now;
    place = g_array_index (change->places, guint, i);
    return place > 0 ? place : now;
}

/* A linked record of the old contact is written over where there is no free one, as late as can
 * be: cut behind it, the old contact has that field of the new one. */
static Phase
phase_of_field (const SimstowUsimFile *file, guint place, guint now)
{
    if (file->type == SIMSTOW_PBR_PARALLEL)
        return PHASE_PARALLEL;
    return place == now ? PHASE_REUSED : PHASE_UNSEEN;
}

/* One file besides EF_ADN and EF_IAP; @links is what EF_IAP is to hold */
static void
change_file (Change *change, const SimstowUsimFile *file, GByteArray *links)
{
    const SimstowUsimField *field =
        simstow_usim_change_find_field (change->set, change->contact, file);
    guint now = record_now (change, file);
    guint place = field ? place_of (change, file, now) : 0;
    GByteArray *bytes = NULL;

    if (file->type == SIMSTOW_PBR_LINKED && file->link < links->len)
        links->data[file->link] = field ? (guint8) place : FILLER;
    if (field && !simstow_usim_gather_peek (change->gather, file, place)) {
        g_set_error (&change->error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_MODEM_ERROR,
                     "what %s has for it could not be read",
                     file->path);
        return;
    }
    bytes = field ? field_record (change, field, file) : NULL;
    if (bytes)
        add_difference (change, phase_of_field (file, place, now), file, place, bytes);
    if (place != now && simstow_usim_gather_peek (change->gather, file, now))
        add_difference (change, phase_of_freed (change), file, now, free_record (file));
}

static void
change_files_of (Change *change, SimstowPbrType type, GByteArray *links)
{
    guint i;

    for (i = 0; i < change->set->files->len && !change->error; i++) {
        const SimstowUsimFile *file = g_ptr_array_index (change->set->files, i);

        if (file->type == type && file != change->set->adn && file != change->set->iap)
            change_file (change, file, links);
    }
}

/* Of a contact that is erased EF_IAP goes last: an erasure that is done again finds what is
 * left by it. */
static void
change_files (Change *change)
{
    const SimstowUsimFile *iap = change->set->iap;
    GBytes *there = simstow_usim_gather_peek (change->gather, iap, change->record);
    GByteArray *links = filled (there, iap ? iap->fcp.record_size : 0, FILLER);

    change_files_of (change, SIMSTOW_PBR_LINKED, links);
    change_files_of (change, SIMSTOW_PBR_PARALLEL, links);
    if (!change->error)
        free_extensions (change);
    if (!change->error && there)
        add_difference (change,
                        change->contact ? PHASE_LINKS : PHASE_FREED,
                        iap,
                        change->record,
                        links);
    else
        g_byte_array_unref (links);
}

/* Whether each field of the contact has a file */
static gboolean
check_fields (Change *change)
{
    guint found = 0;
    guint i;

    for (i = 0; i < change->set->files->len; i++)
        found += simstow_usim_change_find_field (change->set,
                                                 change->contact,
                                                 g_ptr_array_index (change->set->files, i)) != NULL;
    if (found == change->contact->fields->len)
        return TRUE;
    g_set_error (&change->error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_INVALID_RECORD,
                 "the card has no file for one of the fields");
    return FALSE;
}

static void
plan_contact (Change *change)
{
    const SimstowUsimFile *adn = change->set->adn;
    GByteArray *bytes;
    guint8 link;

    if (!check_fields (change))
        return;
    if (g_bytes_get_size (change->contact->raw) != adn->fcp.record_size) {
        g_set_error (&change->error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "a record of this file has %u bytes",
                     adn->fcp.record_size);
        return;
    }
    link = add_chain (change, adn, change->contact->extensions);
    if (!change->error)
        change_files (change);
    if (change->error)
        return;
    bytes = filled (change->contact->raw, adn->fcp.record_size, FILLER);
    bytes->data[bytes->len - 1] = link;
    add_difference (change, PHASE_CONTACT, adn, change->record, bytes);
}

static void
plan (Change *change)
{
    const SimstowUsimFile *adn = change->set->adn;

    own_chains (change);
    if (change->contact) {
        plan_contact (change);
        return;
    }
    if (change->occupied)
        add_update (change, PHASE_CONTACT, adn, change->record, free_record (adn));
    change_files (change);
}

GPtrArray *
simstow_usim_change_plan (const SimstowUsimGather *gather,
                          const SimstowUsimSet *set,
                          guint record,
                          const SimstowUsimContact *contact,
                          GArray *places,
                          GError **error)
{
    g_autoptr (GPtrArray) updates = g_ptr_array_new_with_free_func (update_free);
    g_autoptr (GPtrArray) names = g_ptr_array_new ();
    g_autoptr (GHashTable) own = g_hash_table_new (NULL, NULL);
    g_autoptr (GHashTable) used = g_hash_table_new (NULL, NULL);
    Change change = {gather, set, record, contact, places, updates, own, used, FALSE, names, NULL};

    change.occupied = simstow_usim_change_is_occupied (gather, set, record);
    plan (&change);
    g_ptr_array_sort (updates, compare_updates);
    if (!change.error)
        return g_steal_pointer (&updates);
    g_propagate_error (error, change.error);
    return NULL;
}
