/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of numbers.
 */

#include "simstow-card-numbers.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-alpha.h"
#include "simstow-bcd.h"
#include "simstow-error.h"
#include "simstow-reader.h"

#define FILLER SIMSTOW_NUMBERS_FILLER

#define TYPE_UNKNOWN      129
#define TON_MASK          0x70
#define TON_INTERNATIONAL 0x10
#define ZONE_NEGATIVE     0x08
#define TIME_FIELDS       6

/* Links, and what is free */

guint8
simstow_numbers_octet_at (GBytes *record, gsize offset)
{
    SimstowReader reader;
    const guint8 *skipped;
    guint8 octet = FILLER;

    simstow_reader_init_bytes (&reader, record);
    if (simstow_reader_take (&reader, offset, &skipped, NULL))
        simstow_reader_u8 (&reader, &octet, NULL);
    return octet;
}

gboolean
simstow_numbers_is_link (guint8 octet)
{
    return octet != FILLER && octet != 0;
}

/* Where the fields behind the name begin */
static gsize
fixed_at (GBytes *record, guint tail)
{
    gsize size = g_bytes_get_size (record);

    return size >= SIMSTOW_EF_ADN_FIXED_SIZE + tail ? size - tail - SIMSTOW_EF_ADN_FIXED_SIZE
                                                    : size;
}

guint8
simstow_numbers_link_of (GBytes *record, guint tail)
{
    return simstow_numbers_octet_at (record,
                                     fixed_at (record, tail) + SIMSTOW_EF_ADN_FIXED_SIZE - 1);
}

gboolean
simstow_numbers_is_free (GBytes *record, guint tail)
{
    gsize fixed = fixed_at (record, tail);
    guint8 length = simstow_numbers_octet_at (record, fixed);
    gboolean nameless = fixed == 0 || simstow_numbers_octet_at (record, 0) == FILLER;
    /* a call whose number was withheld has a time all the same */
    gboolean timeless =
        tail == 0 || simstow_numbers_octet_at (record, fixed + SIMSTOW_EF_ADN_FIXED_SIZE) == FILLER;

    return nameless && timeless && (length == FILLER || length <= 1);
}

GPtrArray *
simstow_numbers_chain (GPtrArray *extensions, guint8 link, gboolean *broken)
{
    GPtrArray *chain = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    guint n = extensions ? extensions->len : 0;

    *broken = FALSE;
    while (chain->len < SIMSTOW_NUMBERS_MAX_CHAIN && link > 0 && link <= n && !*broken) {
        GBytes *extension = g_ptr_array_index (extensions, link - 1);

        *broken = g_bytes_get_size (extension) == 0;
        if (!*broken)
            g_ptr_array_add (chain, g_bytes_ref (extension));
        link = simstow_numbers_octet_at (extension, SIMSTOW_NUMBERS_EXTENSION_LINK);
    }
    return chain;
}

void
simstow_numbers_add_chain (SimstowEfAdn *entry, GPtrArray *chain)
{
    for (guint i = 0; chain && i < chain->len; i++) {
        guint8 next;
        gsize size;
        const guint8 *data = g_bytes_get_data (chain->pdata[i], &size);

        if (!simstow_ef_adn_add_extension (entry, data, size, &next, NULL))
            return;
    }
}

/* From octets */

static gboolean
decode (GBytes *raw, GPtrArray *chain, gsize tail, SimstowEfAdn *adn, GError **error)
{
    gsize size;
    const guint8 *data = g_bytes_get_data (raw, &size);

    if (!simstow_ef_adn_decode (data, size > tail ? size - tail : 0, adn, error))
        return FALSE;
    simstow_numbers_add_chain (adn, chain);
    return TRUE;
}

static guint
type_of (const SimstowEfAdn *adn)
{
    return adn->number[0] == '\0' ? TYPE_UNKNOWN : adn->type;
}

gchar *
simstow_numbers_dup_number (const SimstowEfAdn *entry)
{
    gboolean plus = entry->number[0] != '\0' && (entry->type & TON_MASK) == TON_INTERNATIONAL;

    return g_strconcat (plus ? "+" : "", entry->number, NULL);
}

static void
trim (GByteArray *bytes)
{
    guint size = bytes->len;

    while (size > 0 && bytes->data[size - 1] == FILLER)
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

SimstowContact *
simstow_numbers_to_contact (const gchar *store,
                            guint index,
                            GBytes *raw,
                            GPtrArray *chain,
                            GError **error)
{
    g_auto (SimstowEfAdn) adn = {0};
    g_autofree gchar *number = NULL;
    SimstowContact *contact;

    if (!decode (raw, chain, 0, &adn, error))
        return NULL;
    number = simstow_numbers_dup_number (&adn);
    contact = simstow_contact_new (store, index, number, type_of (&adn), adn.name);
    contact->name_alpha = own_coding (&adn);
    return contact;
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
simstow_numbers_to_call (const gchar *store,
                         guint index,
                         GBytes *raw,
                         guint tail,
                         GPtrArray *chain,
                         GError **error)
{
    g_auto (SimstowEfAdn) adn = {0};
    g_autofree gchar *number = NULL;
    SimstowCall *call;

    if (!decode (raw, chain, tail, &adn, error))
        return NULL;
    number = simstow_numbers_dup_number (&adn);
    call = simstow_call_new (store, index, number, type_of (&adn), adn.name);
    call->time = time_of (raw, tail);
    return call;
}

/* To octets */

SimstowEfAdn
simstow_numbers_entry (const gchar *number, guint type, const gchar *name)
{
    return (SimstowEfAdn){
        .used = TRUE,
        .name = (gchar *) name,
        .number = (gchar *) number + (number[0] == '+' ? 1 : 0),
        .type = (guint8) type,
        .capability = FILLER,
        .extension = FILLER,
    };
}

GPtrArray *
simstow_numbers_encode_chain (const SimstowEfAdn *entry, GError **error)
{
    g_autoptr (GPtrArray) chain = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

    for (guint i = 0; i < simstow_ef_adn_count_extensions (entry); i++) {
        GByteArray *extension = simstow_ef_adn_encode_extension (entry, i, FILLER, error);

        if (!extension)
            return NULL;
        g_ptr_array_add (chain, g_byte_array_free_to_bytes (extension));
    }
    return g_steal_pointer (&chain);
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
    memset (bytes->data, FILLER, size);
    memcpy (bytes->data, g_bytes_get_data (contact->name_alpha, NULL), given);
    return g_byte_array_free_to_bytes (bytes);
}

GByteArray *
simstow_numbers_encode (const SimstowContact *contact, guint size, GError **error)
{
    guint name_size = size > SIMSTOW_EF_ADN_FIXED_SIZE ? size - SIMSTOW_EF_ADN_FIXED_SIZE : 0;
    g_autoptr (GBytes) alpha = padded_name (contact, name_size);
    SimstowEfAdn whole = simstow_numbers_entry (contact->number, contact->type, contact->name);

    if (contact->name_raw) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     _ ("a name that is no valid text cannot be written to the card"));
        return NULL;
    }
    whole.alpha = alpha;
    return simstow_ef_adn_encode (&whole, size, error);
}
