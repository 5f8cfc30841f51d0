/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fields of the USIM phonebook, by their tags in EF_PBR, 3GPP TS 31.102 4.4.2.1.
 */

#include "simstow-usim-contact.h"

#include <glib/gi18n.h>

#include "simstow-alpha.h"
#include "simstow-card-numbers.h"
#include "simstow-ef.h"
#include "simstow-error.h"

#define FILLER SIMSTOW_NUMBERS_FILLER

/* Where EF_ANR has the length of its number, and EF_PBC what is hidden */
#define ANR_LENGTH 1
#define PBC_HIDDEN 1

static const struct {
    SimstowPbrTag tag;
    SimstowPhonebookField field;
} fields_of_tags[] = {
    {SIMSTOW_PBR_ADN, SIMSTOW_PHONEBOOK_ENTRY},
    {SIMSTOW_PBR_SNE, SIMSTOW_PHONEBOOK_SECOND_NAME},
    {SIMSTOW_PBR_ANR, SIMSTOW_PHONEBOOK_NUMBER},
    {SIMSTOW_PBR_PBC, SIMSTOW_PHONEBOOK_HIDDEN},
    {SIMSTOW_PBR_GRP, SIMSTOW_PHONEBOOK_GROUPS},
    {SIMSTOW_PBR_AAS, SIMSTOW_PHONEBOOK_LABEL},
    {SIMSTOW_PBR_GAS, SIMSTOW_PHONEBOOK_GROUP_NAME},
    {SIMSTOW_PBR_EMAIL, SIMSTOW_PHONEBOOK_EMAIL},
};

/* From the card */

/* One contact on its way */
typedef struct {
    const SimstowUsimGather *gather;
    const SimstowUsimSet *set;
    guint record;
    gchar *fault; /* the first */
} Reading;

static gboolean
has_group (GBytes *record)
{
    gsize i;

    for (i = 0; i < g_bytes_get_size (record); i++) {
        if (simstow_numbers_is_link (simstow_numbers_octet_at (record, i)))
            return TRUE;
    }
    return FALSE;
}

gboolean
simstow_usim_fields_is_free (const SimstowUsimFile *file, GBytes *record)
{
    guint8 octet;

    switch (file->tag) {
    case SIMSTOW_PBR_ADN:
        return simstow_numbers_is_free (record, 0);
    case SIMSTOW_PBR_ANR:
        octet = simstow_numbers_octet_at (record, ANR_LENGTH);
        return octet == FILLER || octet <= 1;
    case SIMSTOW_PBR_PBC:
        return !simstow_numbers_is_link (simstow_numbers_octet_at (record, PBC_HIDDEN));
    case SIMSTOW_PBR_GRP:
        return !has_group (record);
    case SIMSTOW_PBR_EXT1:
        return !simstow_numbers_is_link (simstow_numbers_octet_at (record, 0));
    case SIMSTOW_PBR_IAP:
    case SIMSTOW_PBR_SNE:
    case SIMSTOW_PBR_AAS:
    case SIMSTOW_PBR_GAS:
    case SIMSTOW_PBR_EMAIL:
        break;
    }
    return simstow_numbers_octet_at (record, 0) == FILLER;
}

static void G_GNUC_PRINTF (2, 3) add_fault (Reading *reading, const gchar *format, ...)
{
    va_list arguments;

    if (reading->fault)
        return;
    va_start (arguments, format);
    reading->fault = g_strdup_vprintf (format, arguments);
    va_end (arguments);
}

/* A record that another one leads to */
static GBytes *
peek (Reading *reading, const SimstowUsimFile *file, guint record)
{
    GBytes *there = simstow_usim_gather_peek (reading->gather, file, record);
    const GError *error =
        file && !there ? simstow_usim_gather_get_error (reading->gather, file) : NULL;

    const gchar *fault =
        file && !there ? simstow_usim_gather_get_fault (reading->gather, file, record) : NULL;

    if (error || fault)
        add_fault (reading, "%s could not be read: %s", file->path, error ? error->message : fault);
    else if (!there && !file)
        add_fault (reading, "a link leads to a file that is not there");
    else if (!there)
        add_fault (reading,
                   "a link leads to record %u of %s, which has %u",
                   record,
                   file->path,
                   file->fcp.n_records);
    return there;
}

/* The chain that begins with a record of EF_EXT1 */
static GPtrArray *
peek_chain (Reading *reading, guint8 link)
{
    const SimstowUsimFile *file = simstow_usim_set_find (reading->set, SIMSTOW_PBR_EXT1, 0);
    GPtrArray *chain = g_ptr_array_new ();

    while (chain->len < SIMSTOW_NUMBERS_MAX_CHAIN && simstow_numbers_is_link (link)) {
        GBytes *extension = peek (reading, file, link);

        if (!extension)
            return chain;
        g_ptr_array_add (chain, extension);
        link = simstow_numbers_octet_at (extension, SIMSTOW_NUMBERS_EXTENSION_LINK);
    }
    if (simstow_numbers_is_link (link))
        add_fault (reading, "the rest of a number has no end");
    return chain;
}

static gchar *
decode_text (GBytes *bytes)
{
    gsize size;
    const guint8 *data = g_bytes_get_data (bytes, &size);

    return simstow_alpha_decode (data, size, NULL);
}

/* The texts of the names that octets of a record lead to, those that say something */
static GPtrArray *
peek_names (Reading *reading, SimstowPbrTag tag, GBytes *record, gsize n_links)
{
    const SimstowUsimFile *file = simstow_usim_set_find (reading->set, tag, 0);
    GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

    for (gsize i = 0; i < MIN (n_links, SIMSTOW_USIM_MAX_NAMES); i++) {
        guint8 link = simstow_numbers_octet_at (record, i);
        GBytes *name = simstow_numbers_is_link (link) ? peek (reading, file, link) : NULL;
        g_autofree gchar *text = name ? decode_text (name) : NULL;

        if (text && *text)
            g_ptr_array_add (names, g_steal_pointer (&text));
    }
    return names;
}

static GBytes *
without_back (const SimstowUsimFile *file, GBytes *record)
{
    gsize size = MIN (g_bytes_get_size (record), simstow_usim_file_get_size (file));

    return g_bytes_new_from_bytes (record, 0, size);
}

static gboolean
take_number (Reading *reading, SimstowContact *contact, GBytes *raw, GError **error)
{
    g_auto (SimstowEfAnr) anr = {0};
    g_autoptr (GPtrArray) names = peek_names (reading, SIMSTOW_PBR_AAS, raw, 1);
    g_autoptr (GPtrArray) chain =
        peek_chain (reading, simstow_numbers_octet_at (raw, SIMSTOW_NUMBERS_ANR_LINK));
    g_autofree gchar *number = NULL;
    SimstowContactNumber *further;
    gsize size;
    const guint8 *data = g_bytes_get_data (raw, &size);

    if (!simstow_ef_anr_decode (data, size, &anr, error))
        return FALSE;
    simstow_numbers_add_chain (&anr.entry, chain);
    number = simstow_numbers_dup_number (&anr.entry);
    further = simstow_contact_add_number (contact, number, anr.entry.type);
    if (names->len > 0)
        further->label = g_strdup (g_ptr_array_index (names, 0));
    return TRUE;
}

static void
take_groups (Reading *reading, SimstowContact *contact, GBytes *raw)
{
    g_autoptr (GPtrArray) names =
        peek_names (reading, SIMSTOW_PBR_GAS, raw, g_bytes_get_size (raw));

    for (guint i = 0; i < names->len; i++)
        simstow_contact_add_group (contact, g_ptr_array_index (names, i));
}

static gboolean
take_field (Reading *reading,
            SimstowContact *contact,
            const SimstowUsimFile *file,
            GBytes *record,
            GError **error)
{
    g_autoptr (GBytes) raw = without_back (file, record);
    g_autofree gchar *text = decode_text (raw);

    if (file->tag == SIMSTOW_PBR_ANR)
        return take_number (reading, contact, raw, error);
    if (file->tag == SIMSTOW_PBR_GRP)
        take_groups (reading, contact, raw);
    else if (file->tag == SIMSTOW_PBR_PBC)
        contact->hidden =
            g_bytes_get_size (raw) > PBC_HIDDEN && simstow_numbers_octet_at (raw, PBC_HIDDEN) != 0;
    else if (file->tag == SIMSTOW_PBR_SNE && *text)
        simstow_contact_add_second_name (contact, text);
    else if (file->tag == SIMSTOW_PBR_EMAIL && *text)
        g_ptr_array_add (contact->emails, g_steal_pointer (&text));
    return TRUE;
}

/* The contact's record of a file, %NULL when it has none */
static GBytes *
find_record (Reading *reading, const SimstowUsimFile *file)
{
    GBytes *links;
    guint8 link;

    if (file->type == SIMSTOW_PBR_PARALLEL) {
        if (reading->record > file->fcp.n_records)
            return NULL;
        return peek (reading, file, reading->record);
    }
    links = simstow_usim_gather_peek (reading->gather, reading->set->iap, reading->record);
    link = links ? simstow_numbers_octet_at (links, file->link) : FILLER;
    return simstow_numbers_is_link (link) ? peek (reading, file, link) : NULL;
}

static gboolean
take_fields (Reading *reading, SimstowContact *contact, GError **error)
{
    for (guint i = 1; i < reading->set->files->len; i++) {
        const SimstowUsimFile *file = g_ptr_array_index (reading->set->files, i);
        GBytes *record;

        if (file->type == SIMSTOW_PBR_SHARED)
            break;
        record = find_record (reading, file);
        if (record && file->tag != SIMSTOW_PBR_IAP && !simstow_usim_fields_is_free (file, record) &&
            !take_field (reading, contact, file, record, error))
            return FALSE;
    }
    return TRUE;
}

void
simstow_usim_contact_read (const SimstowUsimGather *gather,
                           const SimstowUsimSet *set,
                           guint record,
                           const gchar *store,
                           SimstowSnapshot *into)
{
    Reading reading = {gather, set, record, NULL};
    GBytes *adn = simstow_usim_gather_peek (gather, set->adn, record);
    const gchar *unread = simstow_usim_gather_get_fault (gather, set->adn, record);
    guint index = set->first + record - 1;
    g_autoptr (SimstowContact) contact = NULL;
    g_autoptr (GPtrArray) chain = NULL;
    g_autoptr (GError) error = NULL;

    if (unread)
        g_ptr_array_add (into->unread, simstow_unread_new (store, index, unread, NULL));
    if (unread || !adn || simstow_usim_fields_is_free (set->adn, adn))
        return;
    chain = peek_chain (&reading, simstow_numbers_link_of (adn, 0));
    contact = simstow_numbers_to_contact (store, index, adn, chain, &error);
    if (contact && take_fields (&reading, contact, &error))
        g_ptr_array_add (into->contacts, g_steal_pointer (&contact));
    else
        g_ptr_array_add (into->unread, simstow_unread_new (store, index, error->message, adn));
    if (reading.fault)
        simstow_snapshot_add_problem (into,
                                      store,
                                      index,
                                      TRUE,
                                      _ ("a field could not be read: %s"),
                                      reading.fault);
    g_free (reading.fault);
}

/* What a set can hold */

static void
add_names (GPtrArray *names, const SimstowUsimFile *file)
{
    for (guint i = 0; file && file->contents && i < file->contents->len; i++)
        g_ptr_array_add (names, g_bytes_ref (g_ptr_array_index (file->contents, i)));
}

SimstowPhonebookSet *
simstow_usim_contact_describe (const SimstowUsimSet *set)
{
    SimstowPhonebookSet *described = simstow_phonebook_set_new (set->first, set->last);

    for (guint i = 0; i < set->files->len; i++) {
        const SimstowUsimFile *file = g_ptr_array_index (set->files, i);

        for (gsize j = 0; j < G_N_ELEMENTS (fields_of_tags); j++)
            if (fields_of_tags[j].tag == file->tag)
                simstow_phonebook_set_add (described,
                                           fields_of_tags[j].field,
                                           simstow_usim_file_get_size (file),
                                           file->fcp.n_records);
    }
    add_names (described->groups, simstow_usim_set_find (set, SIMSTOW_PBR_GAS, 0));
    add_names (described->labels, simstow_usim_set_find (set, SIMSTOW_PBR_AAS, 0));
    return described;
}

/* To the card */

static void
field_free (gpointer data)
{
    SimstowUsimField *field = data;

    g_clear_pointer (&field->raw, g_bytes_unref);
    g_ptr_array_unref (field->extensions);
    g_ptr_array_unref (field->names);
    g_free (field);
}

void
simstow_usim_contact_free (SimstowUsimContact *contact)
{
    g_clear_pointer (&contact->raw, g_bytes_unref);
    g_clear_pointer (&contact->extensions, g_ptr_array_unref);
    g_ptr_array_unref (contact->fields);
    g_free (contact);
}

static GPtrArray *
records_new (void)
{
    return g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
}

/* The next field of a kind, in the next file of that kind; %NULL with @error set without one */
static SimstowUsimField *
add_field (SimstowUsimContact *contact,
           const SimstowUsimSet *set,
           SimstowPbrTag tag,
           const gchar *what,
           const SimstowUsimFile **file,
           GError **error)
{
    SimstowUsimField *field;
    guint which = 0;

    for (guint i = 0; i < contact->fields->len; i++)
        which += ((const SimstowUsimField *) contact->fields->pdata[i])->tag == tag;
    *file = simstow_usim_set_find (set, tag, which);
    if (!*file) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     _ ("the card has no place for its %s"),
                     what);
        return NULL;
    }
    field = g_new0 (SimstowUsimField, 1);
    field->tag = tag;
    field->extensions = records_new ();
    field->names = records_new ();
    g_ptr_array_add (contact->fields, field);
    return field;
}

static gboolean
add_text (SimstowUsimContact *contact,
          const SimstowUsimSet *set,
          SimstowPbrTag tag,
          const gchar *text,
          const gchar *what,
          GError **error)
{
    const SimstowUsimFile *file;
    SimstowUsimField *field = add_field (contact, set, tag, what, &file, error);
    GByteArray *raw =
        field ? simstow_alpha_encode (text, simstow_usim_file_get_size (file), error) : NULL;

    if (raw)
        field->raw = g_byte_array_free_to_bytes (raw);
    return raw != NULL;
}

/* A name as the card has it, so that it is found there; else as it is to be written */
static gboolean
add_name (SimstowUsimField *field, const SimstowUsimFile *file, const gchar *name, GError **error)
{
    g_autoptr (GPtrArray) there = records_new ();
    GBytes *record;
    GByteArray *made;

    add_names (there, file);
    record = simstow_phonebook_names_find (there, name);
    if (record) {
        g_ptr_array_add (field->names, g_bytes_ref (record));
        return TRUE;
    }
    made = simstow_alpha_encode (name, simstow_usim_file_get_size (file), error);
    if (made)
        g_ptr_array_add (field->names, g_byte_array_free_to_bytes (made));
    return made != NULL;
}

static gboolean
lacks_place (const gchar *what, GError **error)
{
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_INVALID_RECORD,
                 _ ("the card has no place for its %s"),
                 what);
    return FALSE;
}

static gboolean
add_groups (SimstowUsimContact *whole,
            const SimstowContact *contact,
            const SimstowUsimSet *set,
            GError **error)
{
    const SimstowUsimFile *names = simstow_usim_set_find (set, SIMSTOW_PBR_GAS, 0);
    const SimstowUsimFile *file;
    SimstowUsimField *field =
        names ? add_field (whole, set, SIMSTOW_PBR_GRP, _ ("group"), &file, error) : NULL;

    if (!names)
        return lacks_place (_ ("group"), error);
    for (guint i = 0; field && i <= contact->groups->len; i++)
        if (!add_name (field,
                       names,
                       i == 0 ? contact->group : g_ptr_array_index (contact->groups, i - 1),
                       error))
            return FALSE;
    return field != NULL;
}

static gboolean
add_number (SimstowUsimContact *whole,
            const SimstowContactNumber *further,
            const SimstowUsimSet *set,
            GError **error)
{
    const SimstowUsimFile *labels = simstow_usim_set_find (set, SIMSTOW_PBR_AAS, 0);
    const SimstowEfAnr anr = {0, simstow_numbers_entry (further->number, further->type, NULL)};
    const SimstowUsimFile *file;
    SimstowUsimField *field =
        add_field (whole, set, SIMSTOW_PBR_ANR, _ ("further number"), &file, error);
    GByteArray *raw = field ? simstow_ef_anr_encode (&anr, error) : NULL;
    GPtrArray *chain;

    if (!raw)
        return FALSE;
    field->raw = g_byte_array_free_to_bytes (raw);
    chain = simstow_numbers_encode_chain (&anr.entry, error);
    if (!chain)
        return FALSE;
    g_ptr_array_unref (field->extensions);
    field->extensions = chain;
    if (!further->label)
        return TRUE;
    return labels ? add_name (field, labels, further->label, error)
                  : lacks_place (_ ("kind of number"), error);
}

static gboolean
add_hidden (SimstowUsimContact *whole, const SimstowUsimSet *set, GError **error)
{
    static const guint8 hidden[] = {0, 1};
    const SimstowUsimFile *file;
    SimstowUsimField *field =
        add_field (whole, set, SIMSTOW_PBR_PBC, _ ("hidden mark"), &file, error);

    if (field)
        field->raw = g_bytes_new_static (hidden, sizeof hidden);
    return field != NULL;
}

static gboolean
add_fields (SimstowUsimContact *whole,
            const SimstowContact *contact,
            const SimstowUsimSet *set,
            GError **error)
{
    for (guint i = 0; contact->second_name && i <= contact->second_names->len; i++)
        if (!add_text (whole,
                       set,
                       SIMSTOW_PBR_SNE,
                       i == 0 ? contact->second_name
                              : g_ptr_array_index (contact->second_names, i - 1),
                       _ ("second name"),
                       error))
            return FALSE;
    for (guint i = 0; i < contact->numbers->len; i++)
        if (!add_number (whole, g_ptr_array_index (contact->numbers, i), set, error))
            return FALSE;
    for (guint i = 0; i < contact->emails->len; i++)
        if (!add_text (whole,
                       set,
                       SIMSTOW_PBR_EMAIL,
                       g_ptr_array_index (contact->emails, i),
                       _ ("e-mail"),
                       error))
            return FALSE;
    return (!contact->hidden || add_hidden (whole, set, error)) &&
           (!contact->group || add_groups (whole, contact, set, error));
}

SimstowUsimContact *
simstow_usim_contact_new (const SimstowContact *contact, const SimstowUsimSet *set, GError **error)
{
    g_autoptr (SimstowUsimContact) whole = g_new0 (SimstowUsimContact, 1);
    const SimstowEfAdn entry =
        simstow_numbers_entry (contact->number, contact->type, contact->name);
    GByteArray *raw = simstow_numbers_encode (contact, set->adn->fcp.record_size, error);

    whole->fields = g_ptr_array_new_with_free_func (field_free);
    if (!raw)
        return NULL;
    whole->raw = g_byte_array_free_to_bytes (raw);
    whole->extensions = simstow_numbers_encode_chain (&entry, error);
    return whole->extensions && add_fields (whole, contact, set, error) ? g_steal_pointer (&whole)
                                                                        : NULL;
}
