/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fields of the USIM phonebook, by their tags in EF_PBR, 3GPP TS 31.102 4.4.2.1.
 */

#include "simstow-record-usim.h"

#include <glib/gi18n.h>

#include "simstow-alpha.h"
#include "simstow-ef.h"
#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-reader.h"
#include "simstow-record-card.h"

#define TAG_ADN   0xC0
#define TAG_SNE   0xC3
#define TAG_ANR   0xC4
#define TAG_PBC   0xC5
#define TAG_GRP   0xC6
#define TAG_AAS   0xC7
#define TAG_GAS   0xC8
#define TAG_EMAIL 0xCA

/* EF_PBC, 4.4.2.5: entry control, then what is hidden */
#define PBC_SIZE 2

static const struct {
    guint8 tag;
    SimstowPhonebookField field;
} fields_of_tags[] = {
    {TAG_ADN, SIMSTOW_PHONEBOOK_ENTRY},
    {TAG_SNE, SIMSTOW_PHONEBOOK_SECOND_NAME},
    {TAG_ANR, SIMSTOW_PHONEBOOK_NUMBER},
    {TAG_PBC, SIMSTOW_PHONEBOOK_HIDDEN},
    {TAG_GRP, SIMSTOW_PHONEBOOK_GROUPS},
    {TAG_AAS, SIMSTOW_PHONEBOOK_LABEL},
    {TAG_GAS, SIMSTOW_PHONEBOOK_GROUP_NAME},
    {TAG_EMAIL, SIMSTOW_PHONEBOOK_EMAIL},
};

/* What a store can hold */

static void
add_file (SimstowPhonebookSet *set, GVariant *file)
{
    guint32 size = 0;
    guint32 capacity = 0;
    guint8 tag = 0;
    guint i;

    g_variant_lookup (file, SIMSTOW_RECORD_TAG, "y", &tag);
    g_variant_lookup (file, SIMSTOW_STORE_SIZE, "u", &size);
    g_variant_lookup (file, SIMSTOW_STORE_CAPACITY, "u", &capacity);
    for (i = 0; i < G_N_ELEMENTS (fields_of_tags); i++) {
        if (fields_of_tags[i].tag == tag)
            simstow_phonebook_set_add (set, fields_of_tags[i].field, size, capacity);
    }
}

static void
add_names (GPtrArray *names, GVariant *dict, const gchar *key)
{
    g_autoptr (GVariant) list = g_variant_lookup_value (dict, key, G_VARIANT_TYPE ("aay"));
    gsize i;

    for (i = 0; list && i < g_variant_n_children (list); i++) {
        g_autoptr (GVariant) child = g_variant_get_child_value (list, i);

        g_ptr_array_add (names, g_variant_get_data_as_bytes (child));
    }
}

static SimstowPhonebookSet *
decode_set (GVariant *dict)
{
    g_autoptr (GVariant) files =
        g_variant_lookup_value (dict, SIMSTOW_STORE_FILES, G_VARIANT_TYPE ("aa{sv}"));
    SimstowPhonebookSet *set;
    guint32 first = 0;
    guint32 last = 0;
    gsize i;

    g_variant_lookup (dict, SIMSTOW_STORE_FIRST, "u", &first);
    g_variant_lookup (dict, SIMSTOW_STORE_LAST, "u", &last);
    set = simstow_phonebook_set_new (first, last);
    for (i = 0; files && i < g_variant_n_children (files); i++) {
        g_autoptr (GVariant) file = g_variant_get_child_value (files, i);

        add_file (set, file);
    }
    add_names (set->groups, dict, SIMSTOW_STORE_GROUPS);
    add_names (set->labels, dict, SIMSTOW_STORE_LABELS);
    return set;
}

GPtrArray *
simstow_record_usim_sets (GVariant *sets)
{
    GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_phonebook_set_free);
    gsize i;

    for (i = 0; i < g_variant_n_children (sets); i++) {
        g_autoptr (GVariant) dict = g_variant_get_child_value (sets, i);

        g_ptr_array_add (found, decode_set (dict));
    }
    return found;
}

/* Fields from the card */

static GBytes *
lookup_bytes (GVariant *dict, const gchar *key)
{
    g_autoptr (GVariant) value = g_variant_lookup_value (dict, key, G_VARIANT_TYPE_BYTESTRING);

    return value ? g_variant_get_data_as_bytes (value) : g_bytes_new (NULL, 0);
}

static gchar *
decode_text (GBytes *bytes)
{
    gsize size;
    const guint8 *data = g_bytes_get_data (bytes, &size);

    return simstow_alpha_decode (data, size, NULL);
}

/* The texts of the records that a field leads to, those that say something */
static GPtrArray *
decode_names (GVariant *field)
{
    g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
    guint i;

    add_names (records, field, SIMSTOW_RECORD_NAMES);
    for (i = 0; i < records->len; i++) {
        g_autofree gchar *name = decode_text (g_ptr_array_index (records, i));

        if (*name)
            g_ptr_array_add (names, g_steal_pointer (&name));
    }
    return names;
}

static gboolean
decode_number (SimstowContact *contact, GVariant *field, GBytes *raw, GError **error)
{
    g_auto (SimstowEfAnr) anr = {0};
    g_autoptr (GPtrArray) names = decode_names (field);
    g_autofree gchar *number = NULL;
    SimstowContactNumber *further;
    gsize size;
    const guint8 *data = g_bytes_get_data (raw, &size);

    if (!simstow_ef_anr_decode (data, size, &anr, error))
        return FALSE;
    simstow_record_card_add_extensions (&anr.entry, field);
    number = simstow_record_card_number (&anr.entry);
    further = simstow_contact_add_number (contact, number, anr.entry.type);
    if (names->len > 0)
        further->label = g_strdup (g_ptr_array_index (names, 0));
    return TRUE;
}

static void
decode_groups (SimstowContact *contact, GVariant *field)
{
    g_autoptr (GPtrArray) names = decode_names (field);
    guint i;

    for (i = 0; i < names->len; i++)
        simstow_contact_add_group (contact, g_ptr_array_index (names, i));
}

static void
decode_hidden (SimstowContact *contact, GBytes *raw)
{
    SimstowReader reader;
    const guint8 *control;
    guint8 hidden;

    simstow_reader_init_bytes (&reader, raw);
    if (simstow_reader_take (&reader, 1, &control, NULL) &&
        simstow_reader_u8 (&reader, &hidden, NULL))
        contact->hidden = hidden != 0;
}

static gboolean
decode_field (SimstowContact *contact, GVariant *field, GError **error)
{
    g_autoptr (GBytes) raw = lookup_bytes (field, SIMSTOW_RECORD_RAW);
    g_autofree gchar *text = decode_text (raw);
    guint8 tag = 0;

    g_variant_lookup (field, SIMSTOW_RECORD_TAG, "y", &tag);
    if (tag == TAG_ANR)
        return decode_number (contact, field, raw, error);
    if (tag == TAG_GRP)
        decode_groups (contact, field);
    else if (tag == TAG_PBC)
        decode_hidden (contact, raw);
    else if (tag == TAG_SNE && *text)
        simstow_contact_add_second_name (contact, text);
    else if (tag == TAG_EMAIL && *text)
        g_ptr_array_add (contact->emails, g_steal_pointer (&text));
    return TRUE;
}

gboolean
simstow_record_usim_decode (SimstowContact *contact, GVariant *fields, GError **error)
{
    gsize i;

    for (i = 0; i < g_variant_n_children (fields); i++) {
        g_autoptr (GVariant) field = g_variant_get_child_value (fields, i);

        if (!decode_field (contact, field, error))
            return FALSE;
    }
    return TRUE;
}

/* Fields to the card */

typedef struct {
    GVariantBuilder fields;
    const SimstowPhonebookSet *set;
    guint count[SIMSTOW_PHONEBOOK_LABEL + 1]; /* of each kind so far */
} Encoding;

static GVariant *
array_variant (const GByteArray *bytes)
{
    return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE,
                                      bytes->data,
                                      bytes->len,
                                      sizeof (guint8));
}

static const SimstowPhonebookFile *
next_file (Encoding *encoding, SimstowPhonebookField field, const gchar *what, GError **error)
{
    const SimstowPhonebookFile *file =
        simstow_phonebook_set_find (encoding->set, field, encoding->count[field]++);

    if (!file)
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     _ ("the card has no place for its %s"),
                     what);
    return file;
}

/* Takes @field, which has all but its tag. */
static void
end_field (Encoding *encoding, guint8 tag, GVariantDict *field)
{
    g_variant_dict_insert (field, SIMSTOW_RECORD_TAG, "y", tag);
    g_variant_builder_add_value (&encoding->fields, g_variant_dict_end (field));
}

static gboolean
encode_text (Encoding *encoding,
             guint8 tag,
             SimstowPhonebookField field,
             const gchar *text,
             const gchar *what,
             GError **error)
{
    g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
    const SimstowPhonebookFile *file = next_file (encoding, field, what, error);
    g_autoptr (GByteArray) raw = file ? simstow_alpha_encode (text, file->size, error) : NULL;

    if (!raw)
        return FALSE;
    g_variant_dict_insert_value (&dict, SIMSTOW_RECORD_RAW, array_variant (raw));
    end_field (encoding, tag, &dict);
    return TRUE;
}

/* A name as the card has it, so that it is found there; else as it is to be written */
static GVariant *
encode_name (GPtrArray *there, const SimstowPhonebookFile *file, const gchar *name, GError **error)
{
    GBytes *record = simstow_phonebook_names_find (there, name);
    g_autoptr (GByteArray) made = NULL;

    if (record)
        return g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, record, TRUE);
    made = simstow_alpha_encode (name, file->size, error);
    return made ? array_variant (made) : NULL;
}

static gboolean
encode_groups (Encoding *encoding, const SimstowContact *contact, GError **error)
{
    g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
    const SimstowPhonebookFile *names =
        next_file (encoding, SIMSTOW_PHONEBOOK_GROUP_NAME, _ ("group"), error);
    GVariantBuilder list;
    guint i;

    if (!names)
        return FALSE;
    g_variant_builder_init (&list, G_VARIANT_TYPE ("aay"));
    for (i = 0; i <= contact->groups->len; i++) {
        const gchar *group = i == 0 ? contact->group : g_ptr_array_index (contact->groups, i - 1);
        GVariant *name = encode_name (encoding->set->groups, names, group, error);

        if (!name) {
            g_variant_builder_clear (&list);
            return FALSE;
        }
        g_variant_builder_add_value (&list, name);
    }
    g_variant_dict_insert_value (&dict, SIMSTOW_RECORD_NAMES, g_variant_builder_end (&list));
    end_field (encoding, TAG_GRP, &dict);
    return TRUE;
}

static gboolean
insert_label (Encoding *encoding, GVariantDict *dict, const gchar *label, GError **error)
{
    const SimstowPhonebookFile *names =
        simstow_phonebook_set_find (encoding->set, SIMSTOW_PHONEBOOK_LABEL, 0);
    GVariant *name = names ? encode_name (encoding->set->labels, names, label, error) : NULL;

    if (name)
        g_variant_dict_insert_value (dict,
                                     SIMSTOW_RECORD_NAMES,
                                     g_variant_new_array (G_VARIANT_TYPE_BYTESTRING, &name, 1));
    else if (!names)
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     _ ("the card has no place for its %s"),
                     _ ("kind of number"));
    return name != NULL;
}

static gboolean
encode_number (Encoding *encoding, const SimstowContactNumber *further, GError **error)
{
    g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
    const SimstowEfAnr anr = {0, simstow_record_card_entry (further->number, further->type, NULL)};
    g_autoptr (GByteArray) raw = NULL;
    GVariant *extensions;

    if (!next_file (encoding, SIMSTOW_PHONEBOOK_NUMBER, _ ("further number"), error))
        return FALSE;
    raw = simstow_ef_anr_encode (&anr, error);
    if (!raw || !(extensions = simstow_record_card_extensions (&anr.entry, error)))
        return FALSE;
    g_variant_dict_insert_value (&dict, SIMSTOW_RECORD_RAW, array_variant (raw));
    g_variant_dict_insert_value (&dict, SIMSTOW_RECORD_EXTENSIONS, extensions);
    if (further->label && !insert_label (encoding, &dict, further->label, error))
        return FALSE;
    end_field (encoding, TAG_ANR, &dict);
    return TRUE;
}

static gboolean
encode_hidden (Encoding *encoding, GError **error)
{
    static const guint8 hidden[PBC_SIZE] = {0, 1};
    g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

    if (!next_file (encoding, SIMSTOW_PHONEBOOK_HIDDEN, _ ("hidden mark"), error))
        return FALSE;
    g_variant_dict_insert_value (
        &dict,
        SIMSTOW_RECORD_RAW,
        g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, hidden, sizeof hidden, sizeof (guint8)));
    end_field (encoding, TAG_PBC, &dict);
    return TRUE;
}

static gboolean
encode_second_names (Encoding *encoding, const SimstowContact *contact, GError **error)
{
    guint i;

    for (i = 0; contact->second_name && i <= contact->second_names->len; i++) {
        if (!encode_text (encoding,
                          TAG_SNE,
                          SIMSTOW_PHONEBOOK_SECOND_NAME,
                          i == 0 ? contact->second_name
                                 : g_ptr_array_index (contact->second_names, i - 1),
                          _ ("second name"),
                          error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
encode_lists (Encoding *encoding, const SimstowContact *contact, GError **error)
{
    guint i;

    for (i = 0; i < contact->numbers->len; i++) {
        if (!encode_number (encoding, g_ptr_array_index (contact->numbers, i), error))
            return FALSE;
    }
    for (i = 0; i < contact->emails->len; i++) {
        if (!encode_text (encoding,
                          TAG_EMAIL,
                          SIMSTOW_PHONEBOOK_EMAIL,
                          g_ptr_array_index (contact->emails, i),
                          _ ("e-mail"),
                          error))
            return FALSE;
    }
    return TRUE;
}

GVariant *
simstow_record_usim_encode (const SimstowContact *contact,
                            const SimstowPhonebookSet *set,
                            GError **error)
{
    Encoding encoding = {.set = set};

    g_variant_builder_init (&encoding.fields, G_VARIANT_TYPE ("aa{sv}"));
    if (encode_second_names (&encoding, contact, error) &&
        encode_lists (&encoding, contact, error) &&
        (!contact->hidden || encode_hidden (&encoding, error)) &&
        (!contact->group || encode_groups (&encoding, contact, error)))
        return g_variant_builder_end (&encoding.fields);
    g_variant_builder_clear (&encoding.fields);
    return NULL;
}
