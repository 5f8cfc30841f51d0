/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fields of contacts: from the bus. Nothing is believed of a caller's record but
 * what was looked at.
 */

#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-store-numbers.h"
#include "simstow-store-usim-fields.h"

#define RECORD_MAX     255
#define EXTENSION_SIZE 13

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
    g_ptr_array_unref (contact->extensions);
    g_ptr_array_unref (contact->fields);
    g_free (contact);
}

static GPtrArray *
records_new (void)
{
    return g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
}

static gboolean
take_record (GBytes **record, GVariant *value)
{
    gsize size;

    if (*record || !g_variant_is_of_type (value, G_VARIANT_TYPE_BYTESTRING))
        return FALSE;
    size = g_variant_get_size (value);
    if (size == 0 || size > RECORD_MAX)
        return FALSE;
    *record = g_variant_get_data_as_bytes (value);
    return TRUE;
}

/* As many records as @most; of @size octets when that is not 0 */
static gboolean
take_records (GPtrArray *records, GVariant *value, gsize most, gsize size)
{
    gsize i;

    if (records->len > 0 || !g_variant_is_of_type (value, G_VARIANT_TYPE ("aay")) ||
        g_variant_n_children (value) > most)
        return FALSE;
    for (i = 0; i < g_variant_n_children (value); i++) {
        g_autoptr (GVariant) child = g_variant_get_child_value (value, i);
        GBytes *record = NULL;

        if ((size > 0 && g_variant_get_size (child) != size) || !take_record (&record, child))
            return FALSE;
        g_ptr_array_add (records, record);
    }
    return TRUE;
}

static gboolean
take_field_value (SimstowUsimField *field, const gchar *key, GVariant *value)
{
    if (g_str_equal (key, SIMSTOW_RECORD_RAW))
        return take_record (&field->raw, value);
    if (g_str_equal (key, SIMSTOW_RECORD_NAMES))
        return take_records (field->names, value, SIMSTOW_USIM_MAX_NAMES, 0);
    if (g_str_equal (key, SIMSTOW_RECORD_EXTENSIONS))
        return take_records (field->extensions, value, SIMSTOW_NUMBERS_MAX_CHAIN, EXTENSION_SIZE);
    if (!g_str_equal (key, SIMSTOW_RECORD_TAG) ||
        !g_variant_is_of_type (value, G_VARIANT_TYPE_BYTE))
        return FALSE;
    field->tag = g_variant_get_byte (value);
    return TRUE;
}

/* Whether a field has what its kind has, and nothing else */
static gboolean
is_whole (const SimstowUsimField *field)
{
    gsize size = field->raw ? g_bytes_get_size (field->raw) : 0;

    switch (field->tag) {
    case SIMSTOW_PBR_SNE:
    case SIMSTOW_PBR_PBC:
    case SIMSTOW_PBR_EMAIL:
        return size > 0 && field->names->len == 0 && field->extensions->len == 0;
    case SIMSTOW_PBR_ANR:
        return size > SIMSTOW_NUMBERS_ANR_LINK && field->names->len <= 1;
    case SIMSTOW_PBR_GRP:
        return size == 0 && field->names->len > 0 && field->extensions->len == 0;
    case SIMSTOW_PBR_ADN:
    case SIMSTOW_PBR_IAP:
    case SIMSTOW_PBR_EXT1:
    case SIMSTOW_PBR_AAS:
    case SIMSTOW_PBR_GAS:
        break;
    }
    return FALSE;
}

static gboolean
take_field (SimstowUsimContact *contact, GVariant *dict)
{
    SimstowUsimField *field = g_new0 (SimstowUsimField, 1);
    GVariantIter iter;
    const gchar *key;
    GVariant *child;

    field->extensions = records_new ();
    field->names = records_new ();
    g_ptr_array_add (contact->fields, field);
    g_variant_iter_init (&iter, dict);
    while (g_variant_iter_next (&iter, "{&sv}", &key, &child)) {
        g_autoptr (GVariant) value = child;

        if (!take_field_value (field, key, value))
            return FALSE;
    }
    return is_whole (field);
}

static gboolean
take_fields (SimstowUsimContact *contact, GVariant *value)
{
    gsize i;

    if (contact->fields->len > 0 || !g_variant_is_of_type (value, G_VARIANT_TYPE ("aa{sv}")) ||
        g_variant_n_children (value) > SIMSTOW_USIM_MAX_FIELDS)
        return FALSE;
    for (i = 0; i < g_variant_n_children (value); i++) {
        g_autoptr (GVariant) field = g_variant_get_child_value (value, i);

        if (!take_field (contact, field))
            return FALSE;
    }
    return TRUE;
}

static gboolean
take_value (SimstowUsimContact *contact, const gchar *key, GVariant *value)
{
    if (g_str_equal (key, SIMSTOW_RECORD_RAW))
        return take_record (&contact->raw, value);
    if (g_str_equal (key, SIMSTOW_RECORD_FIELDS))
        return take_fields (contact, value);
    if (g_str_equal (key, SIMSTOW_RECORD_EXTENSIONS))
        return take_records (contact->extensions, value, SIMSTOW_NUMBERS_MAX_CHAIN, EXTENSION_SIZE);
    if (!g_str_equal (key, SIMSTOW_RECORD_INDEX) ||
        !g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
        return FALSE;
    contact->index = g_variant_get_uint32 (value);
    return TRUE;
}

SimstowUsimContact *
simstow_usim_contact_from_variant (GVariant *record, GError **error)
{
    g_autoptr (SimstowUsimContact) contact = g_new0 (SimstowUsimContact, 1);
    GVariantIter iter;
    const gchar *key;
    GVariant *child;

    contact->extensions = records_new ();
    contact->fields = g_ptr_array_new_with_free_func (field_free);
    g_variant_iter_init (&iter, record);
    while (g_variant_iter_next (&iter, "{&sv}", &key, &child)) {
        g_autoptr (GVariant) value = child;

        if (take_value (contact, key, value))
            continue;
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "record's %s is unknown here or has no valid value",
                     key);
        return NULL;
    }
    if (contact->raw)
        return g_steal_pointer (&contact);
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_INVALID_RECORD,
                 "a record of the card has \"%s\"",
                 SIMSTOW_RECORD_RAW);
    return NULL;
}
