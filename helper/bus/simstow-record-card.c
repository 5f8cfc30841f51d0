/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * EF_ADN and its like, and the call lists that have the same fields first.
 */

#include "simstow-record-card.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-alpha.h"
#include "simstow-bcd.h"
#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-reader.h"
#include "simstow-record-usim.h"

/* Octets behind those of EF_ADN in EF_OCI and EF_ICI, 3GPP TS 31.102 4.2.33 and 4.2.34 */
#define OCI_TAIL 13
#define ICI_TAIL 14

#define TYPE_UNKNOWN      129
#define TON_MASK          0x70
#define TON_INTERNATIONAL 0x10
#define ZONE_NEGATIVE     0x08
#define TIME_FIELDS       6

static GBytes *
lookup_raw (GVariant *dict)
{
    g_autoptr (GVariant) raw =
        g_variant_lookup_value (dict, SIMSTOW_RECORD_RAW, G_VARIANT_TYPE_BYTESTRING);

    return raw ? g_variant_get_data_as_bytes (raw) : g_bytes_new (NULL, 0);
}

void
simstow_record_card_add_extensions (SimstowEfAdn *entry, GVariant *dict)
{
    g_autoptr (GVariant) chain =
        g_variant_lookup_value (dict, SIMSTOW_RECORD_EXTENSIONS, G_VARIANT_TYPE ("aay"));
    gsize i;

    for (i = 0; chain && i < g_variant_n_children (chain); i++) {
        g_autoptr (GVariant) child = g_variant_get_child_value (chain, i);
        g_autoptr (GBytes) extension = g_variant_get_data_as_bytes (child);
        guint8 next;
        gsize size;
        const guint8 *data = g_bytes_get_data (extension, &size);

        if (!simstow_ef_adn_add_extension (entry, data, size, &next, NULL))
            return;
    }
}

static gboolean
decode (GBytes *raw, GVariant *dict, gsize tail, SimstowEfAdn *adn, GError **error)
{
    gsize size;
    const guint8 *data = g_bytes_get_data (raw, &size);

    if (!simstow_ef_adn_decode (data, size > tail ? size - tail : 0, adn, error))
        return FALSE;
    simstow_record_card_add_extensions (adn, dict);
    return TRUE;
}

static guint
type_of (const SimstowEfAdn *adn)
{
    return adn->number[0] == '\0' ? TYPE_UNKNOWN : adn->type;
}

gchar *
simstow_record_card_number (const SimstowEfAdn *entry)
{
    gboolean plus = entry->number[0] != '\0' && (entry->type & TON_MASK) == TON_INTERNATIONAL;

    return g_strconcat (plus ? "+" : "", entry->number, NULL);
}

static void
trim (GByteArray *bytes)
{
    guint size = bytes->len;

    while (size > 0 && bytes->data[size - 1] == SIMSTOW_EF_ADN_NONE)
        size--;
    g_byte_array_set_size (bytes, size);
}

/* The name's octets where this program would write others: a card can say it in several ways */
static GBytes *
own_coding (const SimstowEfAdn *adn)
{
    g_autoptr (GByteArray) made =
        simstow_alpha_encode (adn->name, g_bytes_get_size (adn->alpha), NULL);
    GByteArray *own = g_byte_array_new ();

    g_byte_array_append (own,
                         g_bytes_get_data (adn->alpha, NULL),
                         (guint) g_bytes_get_size (adn->alpha));
    trim (own);
    if (made)
        trim (made);
    if (!made || made->len != own->len || memcmp (made->data, own->data, own->len) != 0)
        return g_byte_array_free_to_bytes (own);
    g_byte_array_unref (own);
    return NULL;
}

static gboolean
decode_fields (SimstowContact *contact, GVariant *dict, GError **error)
{
    g_autoptr (GVariant) fields =
        g_variant_lookup_value (dict, SIMSTOW_RECORD_FIELDS, G_VARIANT_TYPE ("aa{sv}"));

    return !fields || simstow_record_usim_decode (contact, fields, error);
}

SimstowContact *
simstow_record_card_to_contact (const gchar *store, guint index, GVariant *dict, GError **error)
{
    g_autoptr (GBytes) raw = lookup_raw (dict);
    g_auto (SimstowEfAdn) adn = {0};
    g_autofree gchar *number = NULL;
    g_autoptr (SimstowContact) contact = NULL;

    if (!decode (raw, dict, 0, &adn, error))
        return NULL;
    number = simstow_record_card_number (&adn);
    contact = simstow_contact_new (store, index, number, type_of (&adn), adn.name);
    contact->name_alpha = own_coding (&adn);
    if (!decode_fields (contact, dict, error))
        return NULL;
    return g_steal_pointer (&contact);
}

/* Seven octets as in a time stamp, 3GPP TS 23.040 9.2.3.11; NULL when never set */
static gchar *
decode_time (SimstowReader *reader)
{
    guint fields[TIME_FIELDS];
    guint quarters;
    guint8 octet;
    guint i;

    for (i = 0; i < G_N_ELEMENTS (fields); i++) {
        if (!simstow_reader_u8 (reader, &octet, NULL) ||
            !simstow_bcd_octet_decode (octet, &fields[i]))
            return NULL;
    }
    if (!simstow_reader_u8 (reader, &octet, NULL) ||
        !simstow_bcd_octet_decode (octet & (guint8) ~ZONE_NEGATIVE, &quarters))
        return NULL;
    return g_strdup_printf ("%02u/%02u/%02u,%02u:%02u:%02u%c%02u",
                            fields[0],
                            fields[1],
                            fields[2],
                            fields[3],
                            fields[4],
                            fields[5],
                            octet & ZONE_NEGATIVE ? '-' : '+',
                            quarters);
}

static gsize
tail_of (const gchar *store)
{
    if (g_str_equal (store, "calls/dialled"))
        return OCI_TAIL;
    return g_str_equal (store, "calls/last") ? 0 : ICI_TAIL;
}

static gchar *
time_of (GBytes *raw, gsize tail)
{
    SimstowReader reader;
    const guint8 *skipped;
    gsize size = g_bytes_get_size (raw);

    simstow_reader_init_bytes (&reader, raw);
    if (tail == 0 || size < tail || !simstow_reader_take (&reader, size - tail, &skipped, NULL))
        return NULL;
    return decode_time (&reader);
}

SimstowCall *
simstow_record_card_to_call (const gchar *store, guint index, GVariant *dict, GError **error)
{
    g_autoptr (GBytes) raw = lookup_raw (dict);
    gsize tail = tail_of (store);
    g_auto (SimstowEfAdn) adn = {0};
    g_autofree gchar *number = NULL;
    SimstowCall *call;

    if (!decode (raw, dict, tail, &adn, error))
        return NULL;
    number = simstow_record_card_number (&adn);
    call = simstow_call_new (store, index, number, type_of (&adn), adn.name);
    call->time = time_of (raw, tail);
    return call;
}

static gboolean
insert_bytes (GVariantBuilder *builder, GByteArray *bytes)
{
    if (!bytes)
        return FALSE;
    g_variant_builder_add_value (
        builder,
        g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bytes->data, bytes->len, sizeof (guint8)));
    return TRUE;
}

SimstowEfAdn
simstow_record_card_entry (const gchar *number, guint type, const gchar *name)
{
    return (SimstowEfAdn){
        .used = TRUE,
        .name = (gchar *) name,
        .number = (gchar *) number + (number[0] == '+' ? 1 : 0),
        .type = (guint8) type,
        .capability = SIMSTOW_EF_ADN_NONE,
        .extension = SIMSTOW_EF_ADN_NONE,
    };
}

/* The plugin fills the links in. */
GVariant *
simstow_record_card_extensions (const SimstowEfAdn *entry, GError **error)
{
    GVariantBuilder builder;
    guint i;

    g_variant_builder_init (&builder, G_VARIANT_TYPE ("aay"));
    for (i = 0; i < simstow_ef_adn_count_extensions (entry); i++) {
        g_autoptr (GByteArray) extension =
            simstow_ef_adn_encode_extension (entry, i, SIMSTOW_EF_ADN_NONE, error);

        if (insert_bytes (&builder, extension))
            continue;
        g_variant_builder_clear (&builder);
        return NULL;
    }
    return g_variant_builder_end (&builder);
}

/* The octets that the name had, in a field of @size; NULL when there is nothing to keep */
static GBytes *
padded_name (const SimstowContact *contact, guint size)
{
    GByteArray *bytes;
    guint given = contact->name_alpha ? (guint) g_bytes_get_size (contact->name_alpha) : 0;

    if (given == 0 || given > size)
        return NULL;
    bytes = g_byte_array_new ();
    g_byte_array_set_size (bytes, size);
    memset (bytes->data, SIMSTOW_EF_ADN_NONE, size);
    memcpy (bytes->data, g_bytes_get_data (contact->name_alpha, NULL), given);
    return g_byte_array_free_to_bytes (bytes);
}

static GByteArray *
encode_entry (const SimstowContact *contact, const SimstowEfAdn *entry, guint size, GError **error)
{
    g_autoptr (GBytes) alpha = padded_name (contact, size);
    SimstowEfAdn whole = *entry;

    if (contact->name_raw) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     _ ("a name that is no valid text cannot be written to the card"));
        return NULL;
    }
    whole.alpha = alpha;
    return simstow_ef_adn_encode (&whole, SIMSTOW_EF_ADN_FIXED_SIZE + size, error);
}

static guint
entry_size (const SimstowPhonebookSet *set, guint name_size)
{
    const SimstowPhonebookFile *file =
        set ? simstow_phonebook_set_find (set, SIMSTOW_PHONEBOOK_ENTRY, 0) : NULL;

    return file && file->size >= SIMSTOW_EF_ADN_FIXED_SIZE ? file->size - SIMSTOW_EF_ADN_FIXED_SIZE
                                                           : name_size;
}

GVariant *
simstow_record_card_from_contact (const SimstowContact *contact,
                                  guint index,
                                  guint name_size,
                                  const SimstowPhonebookSet *set,
                                  GError **error)
{
    g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
    const SimstowEfAdn entry =
        simstow_record_card_entry (contact->number, contact->type, contact->name);
    g_autoptr (GByteArray) raw = NULL;
    GVariant *extensions;
    GVariant *fields = NULL;

    raw = encode_entry (contact, &entry, entry_size (set, name_size), error);
    if (!raw || (set && !(fields = simstow_record_usim_encode (contact, set, error))))
        return NULL;
    if (fields)
        g_variant_dict_insert_value (&dict, SIMSTOW_RECORD_FIELDS, fields);
    extensions = simstow_record_card_extensions (&entry, error);
    if (!extensions)
        return NULL;
    g_variant_dict_insert_value (&dict, SIMSTOW_RECORD_EXTENSIONS, extensions);
    if (index > 0)
        g_variant_dict_insert (&dict, SIMSTOW_RECORD_INDEX, "u", index);
    g_variant_dict_insert_value (
        &dict,
        SIMSTOW_RECORD_RAW,
        g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, raw->data, raw->len, sizeof (guint8)));
    return g_variant_dict_end (&dict);
}
