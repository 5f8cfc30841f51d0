/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fields of contacts: from what was gathered to the bus. Of a record no more is
 * understood than its links and whether it is free.
 */

#include "simstow-store-usim-fields.h"

#include "simstow-names.h"
#include "simstow-store-numbers.h"
#include "simstow-store-record.h"

#define FILLER SIMSTOW_NUMBERS_FILLER

/* Where EF_ANR has the length of its number, and EF_PBC what is hidden */
#define ANR_LENGTH 1
#define PBC_HIDDEN 1

/* One contact on its way out */
typedef struct {
    const SimstowUsimGather *gather;
    const SimstowUsimSet *set;
    guint record;
    gchar *fault; /* the first */
} Contact;

static gboolean
is_link (guint8 octet)
{
    return octet != FILLER && octet != 0;
}

static gboolean
has_group (GBytes *record)
{
    gsize i;

    for (i = 0; i < g_bytes_get_size (record); i++) {
        if (is_link (simstow_numbers_octet_at (record, i)))
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
        return !is_link (simstow_numbers_octet_at (record, PBC_HIDDEN));
    case SIMSTOW_PBR_GRP:
        return !has_group (record);
    case SIMSTOW_PBR_EXT1:
        return !is_link (simstow_numbers_octet_at (record, 0));
    case SIMSTOW_PBR_IAP:
    case SIMSTOW_PBR_SNE:
    case SIMSTOW_PBR_AAS:
    case SIMSTOW_PBR_GAS:
    case SIMSTOW_PBR_EMAIL:
        break;
    }
    return simstow_numbers_octet_at (record, 0) == FILLER;
}

static void G_GNUC_PRINTF (2, 3) add_fault (Contact *contact, const gchar *format, ...)
{
    va_list arguments;

    if (contact->fault)
        return;
    va_start (arguments, format);
    contact->fault = g_strdup_vprintf (format, arguments);
    va_end (arguments);
}

/* A record that another one leads to */
static GBytes *
peek (Contact *contact, const SimstowUsimFile *file, guint record)
{
    GBytes *there = simstow_usim_gather_peek (contact->gather, file, record);
    const GError *error =
        file && !there ? simstow_usim_gather_get_error (contact->gather, file) : NULL;

    const gchar *fault =
        file && !there ? simstow_usim_gather_get_fault (contact->gather, file, record) : NULL;

    if (error || fault)
        add_fault (contact, "%s could not be read: %s", file->path, error ? error->message : fault);
    else if (!there && !file)
        add_fault (contact, "a link leads to a file that is not there");
    else if (!there)
        add_fault (contact,
                   "a link leads to record %u of %s, which has %u",
                   record,
                   file->path,
                   file->fcp.n_records);
    return there;
}

static GVariant *
bytes_variant (GBytes *bytes)
{
    return g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE);
}

static void
add_extensions (Contact *contact, GVariantBuilder *record, guint8 link)
{
    const SimstowUsimFile *file = simstow_usim_set_find (contact->set, SIMSTOW_PBR_EXT1, 0);
    GVariantBuilder chain;
    guint n;

    if (!is_link (link))
        return;
    g_variant_builder_init (&chain, G_VARIANT_TYPE ("aay"));
    for (n = 0; n < SIMSTOW_NUMBERS_MAX_CHAIN && is_link (link); n++) {
        GBytes *extension = peek (contact, file, link);

        if (!extension)
            break;
        g_variant_builder_add_value (&chain, bytes_variant (extension));
        link = simstow_numbers_octet_at (extension, SIMSTOW_NUMBERS_EXTENSION_LINK);
    }
    if (n == SIMSTOW_NUMBERS_MAX_CHAIN && is_link (link))
        add_fault (contact, "the rest of a number has no end");
    g_variant_builder_add (record,
                           "{sv}",
                           SIMSTOW_RECORD_EXTENSIONS,
                           g_variant_builder_end (&chain));
}

/* The names that octets of a record lead to */
static void
add_names (Contact *contact,
           GVariantBuilder *field,
           SimstowPbrTag tag,
           GBytes *record,
           gsize n_links)
{
    const SimstowUsimFile *file = simstow_usim_set_find (contact->set, tag, 0);
    GVariantBuilder names;
    gsize i;

    g_variant_builder_init (&names, G_VARIANT_TYPE ("aay"));
    for (i = 0; i < MIN (n_links, SIMSTOW_USIM_MAX_NAMES); i++) {
        guint8 link = simstow_numbers_octet_at (record, i);
        GBytes *name = is_link (link) ? peek (contact, file, link) : NULL;

        if (name)
            g_variant_builder_add_value (&names, bytes_variant (name));
    }
    g_variant_builder_add (field, "{sv}", SIMSTOW_RECORD_NAMES, g_variant_builder_end (&names));
}

static GBytes *
without_back (const SimstowUsimFile *file, GBytes *record)
{
    gsize size = MIN (g_bytes_get_size (record), simstow_usim_file_get_size (file));

    return g_bytes_new_from_bytes (record, 0, size);
}

static GVariant *
field_variant (Contact *contact, const SimstowUsimFile *file, GBytes *record)
{
    g_autoptr (GBytes) own = without_back (file, record);
    GVariantBuilder field;

    g_variant_builder_init (&field, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add (&field,
                           "{sv}",
                           SIMSTOW_RECORD_TAG,
                           g_variant_new_byte ((guint8) file->tag));
    if (file->tag == SIMSTOW_PBR_GRP) {
        add_names (contact, &field, SIMSTOW_PBR_GAS, own, g_bytes_get_size (own));
        return g_variant_builder_end (&field);
    }
    g_variant_builder_add (&field, "{sv}", SIMSTOW_RECORD_RAW, bytes_variant (own));
    if (file->tag == SIMSTOW_PBR_ANR) {
        add_names (contact, &field, SIMSTOW_PBR_AAS, own, 1);
        add_extensions (contact, &field, simstow_numbers_octet_at (own, SIMSTOW_NUMBERS_ANR_LINK));
    }
    return g_variant_builder_end (&field);
}

/* The contact's record of a file, %NULL when it has none */
static GBytes *
find_record (Contact *contact, const SimstowUsimFile *file)
{
    GBytes *links;
    guint8 link;

    if (file->type == SIMSTOW_PBR_PARALLEL) {
        if (contact->record > file->fcp.n_records)
            return NULL;
        return peek (contact, file, contact->record);
    }
    links = simstow_usim_gather_peek (contact->gather, contact->set->iap, contact->record);
    link = links ? simstow_numbers_octet_at (links, file->link) : FILLER;
    return is_link (link) ? peek (contact, file, link) : NULL;
}

static GVariant *
fields_variant (Contact *contact)
{
    GVariantBuilder fields;
    guint i;

    g_variant_builder_init (&fields, G_VARIANT_TYPE ("aa{sv}"));
    for (i = 1; i < contact->set->files->len; i++) {
        const SimstowUsimFile *file = g_ptr_array_index (contact->set->files, i);
        GBytes *record;

        if (file->type == SIMSTOW_PBR_SHARED)
            break;
        record = find_record (contact, file);
        if (record && file->tag != SIMSTOW_PBR_IAP && !simstow_usim_fields_is_free (file, record))
            g_variant_builder_add_value (&fields, field_variant (contact, file, record));
    }
    return g_variant_builder_end (&fields);
}

GVariant *
simstow_usim_fields_to_variant (const SimstowUsimGather *gather,
                                const SimstowUsimSet *set,
                                guint record)
{
    Contact contact = {gather, set, record, NULL};
    GBytes *adn = simstow_usim_gather_peek (gather, set->adn, record);
    const gchar *unread = simstow_usim_gather_get_fault (gather, set->adn, record);
    g_autofree gchar *fault = NULL;
    GVariantBuilder builder;

    if (unread)
        return simstow_store_record_unread (set->first + record - 1, NULL, unread);
    if (!adn || simstow_usim_fields_is_free (set->adn, adn))
        return NULL;
    g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add (&builder,
                           "{sv}",
                           SIMSTOW_RECORD_INDEX,
                           g_variant_new_uint32 (set->first + record - 1));
    g_variant_builder_add (&builder, "{sv}", SIMSTOW_RECORD_RAW, bytes_variant (adn));
    add_extensions (&contact, &builder, simstow_numbers_link_of (adn, 0));
    g_variant_builder_add (&builder, "{sv}", SIMSTOW_RECORD_FIELDS, fields_variant (&contact));
    fault = contact.fault;
    if (fault)
        g_variant_builder_add (&builder,
                               "{sv}",
                               SIMSTOW_RECORD_FAULT,
                               g_variant_new_string (fault));
    return g_variant_builder_end (&builder);
}

static GVariant *
file_variant (const SimstowUsimFile *file)
{
    GVariantBuilder builder;

    g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add (&builder,
                           "{sv}",
                           SIMSTOW_RECORD_TAG,
                           g_variant_new_byte ((guint8) file->tag));
    g_variant_builder_add (&builder,
                           "{sv}",
                           SIMSTOW_STORE_SIZE,
                           g_variant_new_uint32 (simstow_usim_file_get_size (file)));
    g_variant_builder_add (&builder,
                           "{sv}",
                           SIMSTOW_STORE_CAPACITY,
                           g_variant_new_uint32 (file->fcp.n_records));
    return g_variant_builder_end (&builder);
}

static void
add_contents (GVariantBuilder *builder, const gchar *key, const SimstowUsimFile *file)
{
    GVariantBuilder names;
    guint i;

    if (!file || !file->contents)
        return;
    g_variant_builder_init (&names, G_VARIANT_TYPE ("aay"));
    for (i = 0; i < file->contents->len; i++)
        g_variant_builder_add_value (&names, bytes_variant (g_ptr_array_index (file->contents, i)));
    g_variant_builder_add (builder, "{sv}", key, g_variant_builder_end (&names));
}

GVariant *
simstow_usim_fields_describe (const SimstowUsimSet *set)
{
    GVariantBuilder builder;
    GVariantBuilder files;
    guint i;

    g_variant_builder_init (&files, G_VARIANT_TYPE ("aa{sv}"));
    for (i = 0; i < set->files->len; i++)
        g_variant_builder_add_value (&files, file_variant (g_ptr_array_index (set->files, i)));
    g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add (&builder,
                           "{sv}",
                           SIMSTOW_STORE_FIRST,
                           g_variant_new_uint32 (set->first));
    g_variant_builder_add (&builder, "{sv}", SIMSTOW_STORE_LAST, g_variant_new_uint32 (set->last));
    g_variant_builder_add (&builder, "{sv}", SIMSTOW_STORE_FILES, g_variant_builder_end (&files));
    add_contents (&builder, SIMSTOW_STORE_GROUPS, simstow_usim_set_find (set, SIMSTOW_PBR_GAS, 0));
    add_contents (&builder, SIMSTOW_STORE_LABELS, simstow_usim_set_find (set, SIMSTOW_PBR_AAS, 0));
    return g_variant_builder_end (&builder);
}
