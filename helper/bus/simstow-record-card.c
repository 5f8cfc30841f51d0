/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * EF_ADN and its like, and the call lists that have the same fields first.
 */

#include "simstow-record-card.h"

#include <glib/gi18n.h>

#include "simstow-bcd.h"
#include "simstow-ef-adn.h"
#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-reader.h"

/* Octets behind those of EF_ADN in EF_OCI and EF_ICI, 3GPP TS 31.102 4.2.33 and 4.2.34 */
#define OCI_TAIL 13
#define ICI_TAIL 14

#define TYPE_UNKNOWN      129
#define TON_MASK          0x70
#define TON_INTERNATIONAL 0x10
#define ZONE_NEGATIVE     0x08
#define TIME_FIELDS       6

gboolean
simstow_record_card_is (GVariant *dict)
{
    g_autoptr (GVariant) raw =
        g_variant_lookup_value (dict, SIMSTOW_RECORD_RAW, G_VARIANT_TYPE_BYTESTRING);

    return raw != NULL;
}

static GBytes *
lookup_raw (GVariant *dict)
{
    g_autoptr (GVariant) raw =
        g_variant_lookup_value (dict, SIMSTOW_RECORD_RAW, G_VARIANT_TYPE_BYTESTRING);

    return raw ? g_variant_get_data_as_bytes (raw) : g_bytes_new (NULL, 0);
}

/* A chain that breaks off leaves what there was of the number */
static void
add_extensions (SimstowEfAdn *adn, GVariant *dict)
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

        if (!simstow_ef_adn_add_extension (adn, data, size, &next, NULL))
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
    add_extensions (adn, dict);
    return TRUE;
}

static guint
type_of (const SimstowEfAdn *adn)
{
    return adn->number[0] == '\0' ? TYPE_UNKNOWN : adn->type;
}

/* As modems show it: international with a "+" */
static gchar *
number_of (const SimstowEfAdn *adn)
{
    gboolean plus = adn->number[0] != '\0' && (adn->type & TON_MASK) == TON_INTERNATIONAL;

    return g_strconcat (plus ? "+" : "", adn->number, NULL);
}

SimstowContact *
simstow_record_card_to_contact (const gchar *store, guint index, GVariant *dict, GError **error)
{
    g_autoptr (GBytes) raw = lookup_raw (dict);
    g_auto (SimstowEfAdn) adn = {0};
    g_autofree gchar *number = NULL;

    if (!decode (raw, dict, 0, &adn, error))
        return NULL;
    number = number_of (&adn);
    return simstow_contact_new (store, index, number, type_of (&adn), adn.name);
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
    number = number_of (&adn);
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

/* The rest of a long number; the plugin fills the links in. */
static GVariant *
encode_extensions (const SimstowEfAdn *adn, GError **error)
{
    GVariantBuilder builder;
    guint i;

    g_variant_builder_init (&builder, G_VARIANT_TYPE ("aay"));
    for (i = 0; i < simstow_ef_adn_count_extensions (adn); i++) {
        g_autoptr (GByteArray) extension =
            simstow_ef_adn_encode_extension (adn, i, SIMSTOW_EF_ADN_NONE, error);

        if (insert_bytes (&builder, extension))
            continue;
        g_variant_builder_clear (&builder);
        return NULL;
    }
    return g_variant_builder_end (&builder);
}

GVariant *
simstow_record_card_from_contact (const SimstowContact *contact,
                                  guint index,
                                  guint name_size,
                                  GError **error)
{
    g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
    const SimstowEfAdn adn = {
        .used = TRUE,
        .name = contact->name,
        .number = contact->number + (contact->number[0] == '+' ? 1 : 0),
        .type = (guint8) contact->type,
        .capability = SIMSTOW_EF_ADN_NONE,
        .extension = SIMSTOW_EF_ADN_NONE,
    };
    g_autoptr (GByteArray) raw = NULL;
    GVariant *extensions;

    if (contact->name_raw) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     _ ("a name that is no valid text cannot be written to the card"));
        return NULL;
    }
    raw = simstow_ef_adn_encode (&adn, SIMSTOW_EF_ADN_FIXED_SIZE + name_size, error);
    if (!raw)
        return NULL;
    extensions = encode_extensions (&adn, error);
    if (!extensions)
        return NULL;
    if (index > 0)
        g_variant_dict_insert (&dict, SIMSTOW_RECORD_INDEX, "u", index);
    if (g_variant_n_children (extensions) > 0)
        g_variant_dict_insert_value (&dict, SIMSTOW_RECORD_EXTENSIONS, extensions);
    else
        g_variant_unref (g_variant_ref_sink (extensions));
    g_variant_dict_insert_value (
        &dict,
        SIMSTOW_RECORD_RAW,
        g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, raw->data, raw->len, sizeof (guint8)));
    return g_variant_dict_end (&dict);
}
