/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Planning what is written. The order keeps what another contact may own by now
 * from being freed after a cut: a chain of extensions is freed when nothing leads
 * to it any more; of linked records the octets that lead back tell whose they are.
 */

#include "simstow-store-usim-change.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-store-numbers.h"

#define FILLER         SIMSTOW_NUMBERS_FILLER
#define EXTENSION_SIZE 13

typedef struct {
    const SimstowUsimGather *gather;
    const SimstowUsimSet *set;
    guint record;
    const SimstowUsimContact *contact;
    GArray *places;
    GPtrArray *updates;
    GHashTable *own;  /* extensions that the place leads to now */
    GHashTable *used; /* and those that it will lead to */
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

static gboolean
is_link (guint8 octet)
{
    return octet != FILLER && octet != 0;
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

/* Takes @data. */
static SimstowUsimUpdate *
add_update (Change *change, const SimstowUsimFile *file, guint record, GByteArray *data)
{
    SimstowUsimUpdate *update = g_new0 (SimstowUsimUpdate, 1);

    update->file = file;
    update->record = record;
    update->data = g_byte_array_free_to_bytes (data);
    g_ptr_array_add (change->updates, update);
    return update;
}

/* Unless that is what is there, or both are free. Takes @data. */
static void
add_difference (Change *change, const SimstowUsimFile *file, guint record, GByteArray *data)
{
    GBytes *there = simstow_usim_gather_peek (change->gather, file, record);
    g_autoptr (GBytes) wanted = g_byte_array_free_to_bytes (data);
    gboolean empty = simstow_usim_fields_is_free (file, wanted);

    if (there && (g_bytes_equal (there, wanted) ||
                  (empty && file->tag != SIMSTOW_PBR_IAP && file->tag != SIMSTOW_PBR_ANR &&
                   simstow_usim_fields_is_free (file, there))))
        return;
    add_update (change, file, record, g_bytes_unref_to_array (g_steal_pointer (&wanted)));
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

guint
simstow_usim_change_find_linked (const SimstowUsimGather *gather,
                                 const SimstowUsimSet *set,
                                 guint record,
                                 const SimstowUsimFile *file)
{
    GBytes *links = simstow_usim_gather_peek (gather, set->iap, record);
    guint8 link = links ? simstow_numbers_octet_at (links, file->link) : FILLER;
    GBytes *there = simstow_usim_gather_peek (gather, file, link);

    return is_link (link) && there && simstow_usim_change_is_usable (set, record, file, there)
               ? link
               : 0;
}

/* Extensions */

static void
own_chain (Change *change, guint8 link)
{
    const SimstowUsimFile *file = simstow_usim_set_find (change->set, SIMSTOW_PBR_EXT1, 0);
    guint n;

    for (n = 0; n < SIMSTOW_NUMBERS_MAX_CHAIN && is_link (link); n++) {
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

static void
own_chains (Change *change)
{
    guint i;

    for (i = 0; i < change->set->files->len; i++) {
        const SimstowUsimFile *file = g_ptr_array_index (change->set->files, i);
        GBytes *there = simstow_usim_gather_peek (change->gather, file, record_now (change, file));

        if (!there || simstow_usim_fields_is_free (file, there))
            continue;
        if (file->tag == SIMSTOW_PBR_ADN)
            own_chain (change, simstow_numbers_link_of (there, 0));
        else if (file->tag == SIMSTOW_PBR_ANR)
            own_chain (change, simstow_numbers_octet_at (there, SIMSTOW_NUMBERS_ANR_LINK));
    }
}

/* A record for an extension, 0 for none */
static guint
place_extension (Change *change)
{
    const SimstowUsimFile *file = simstow_usim_set_find (change->set, SIMSTOW_PBR_EXT1, 0);
    guint i;

    for (i = 1; file && i <= file->fcp.n_records && i < FILLER; i++) {
        GBytes *there = simstow_usim_gather_peek (change->gather, file, i);
        gboolean ours = g_hash_table_contains (change->own, GUINT_TO_POINTER (i));

        if (there && (ours || simstow_usim_fields_is_free (file, there)) &&
            g_hash_table_add (change->used, GUINT_TO_POINTER (i)))
            return i;
    }
    return 0;
}

/* Puts a chain in place, its end first; its first record, filler for none */
static guint8
add_chain (Change *change, GPtrArray *extensions)
{
    const SimstowUsimFile *file = simstow_usim_set_find (change->set, SIMSTOW_PBR_EXT1, 0);
    guint8 places[SIMSTOW_NUMBERS_MAX_CHAIN + 1];
    guint i;

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
        GByteArray *bytes =
            filled (g_ptr_array_index (extensions, i), file->fcp.record_size, FILLER);

        bytes->data[SIMSTOW_NUMBERS_EXTENSION_LINK] = places[i + 1];
        add_difference (change, file, places[i], bytes);
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
            add_update (change, file, i, free_record (file));
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
        g_ptr_array_add (
            change->names,
            add_update (change, file, vacant, g_bytes_unref_to_array (g_steal_pointer (&whole))));
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
fill_number (Change *change, const SimstowUsimField *field, GByteArray *bytes)
{
    const SimstowUsimFile *names = simstow_usim_set_find (change->set, SIMSTOW_PBR_AAS, 0);

    bytes->data[0] =
        field->names->len > 0 ? place_name (change, names, g_ptr_array_index (field->names, 0)) : 0;
    if (!change->error)
        bytes->data[SIMSTOW_NUMBERS_ANR_LINK] = add_chain (change, field->extensions);
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
        fill_number (change, field, bytes);
    if (file->type == SIMSTOW_PBR_LINKED)
        g_byte_array_append (bytes, back, sizeof back);
    return change->error ? NULL : g_steal_pointer (&bytes);
}

/* Where a field goes; nowhere when EF_IAP, which is to lead there, could not be read */
static guint
place_of (const Change *change, const SimstowUsimFile *file, guint now)
{
    guint i;

    if (file->type == SIMSTOW_PBR_PARALLEL || now > 0)
        return now;
    if (!simstow_usim_gather_peek (change->gather, change->set->iap, change->record) ||
        !g_ptr_array_find (change->set->files, file, &i))
        return 0;
    return g_array_index (change->places, guint, i);
}

/* One file besides EF_ADN and EF_IAP; @links is what EF_IAP is to hold */
static void
change_file (Change *change, const SimstowUsimFile *file, GByteArray *links)
{
    const SimstowUsimField *field =
        simstow_usim_change_find_field (change->set, change->contact, file);
    guint now = record_now (change, file);
    guint place = field ? place_of (change, file, now) : now;
    GByteArray *bytes = NULL;

    if (file->type == SIMSTOW_PBR_LINKED && file->link < links->len)
        links->data[file->link] = field ? (guint8) place : FILLER;
    if (!field && !simstow_usim_gather_peek (change->gather, file, now))
        return;
    if (field && !simstow_usim_gather_peek (change->gather, file, place)) {
        g_set_error (&change->error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_MODEM_ERROR,
                     "what %s has for it could not be read",
                     file->path);
        return;
    }
    bytes = field ? field_record (change, field, file) : free_record (file);
    if (bytes)
        add_difference (change, file, place, bytes);
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

/* What is linked comes before EF_IAP leads to it. */
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
        add_difference (change, iap, change->record, links);
    else
        g_byte_array_unref (links);
}

static gboolean
is_occupied (const Change *change)
{
    GBytes *there = simstow_usim_gather_peek (change->gather, change->set->adn, change->record);

    return there && !simstow_usim_fields_is_free (change->set->adn, there);
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
    link = add_chain (change, change->contact->extensions);
    if (!change->error)
        change_files (change);
    if (change->error)
        return;
    bytes = filled (change->contact->raw, adn->fcp.record_size, FILLER);
    bytes->data[bytes->len - 1] = link;
    add_update (change, adn, change->record, bytes);
}

static void
plan (Change *change)
{
    const SimstowUsimFile *adn = change->set->adn;

    own_chains (change);
    if (is_occupied (change))
        add_update (change, adn, change->record, free_record (adn));
    if (change->contact)
        plan_contact (change);
    else
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
    Change change = {gather, set, record, contact, places, updates, own, used, names, NULL};

    plan (&change);
    if (!change.error)
        return g_steal_pointer (&updates);
    g_propagate_error (error, change.error);
    return NULL;
}
