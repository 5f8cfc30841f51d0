/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries in an array: a record has so few that none of them is worth a hash.
 */

#include "simstow-record-fields.h"

#include <string.h>

typedef struct _SimstowRecordField {
    GVariant *key;
    const gchar *name; /* what is in @key */
    GVariant *value;
} SimstowRecordField;

SimstowRecordFields
simstow_record_fields_take (GVariant *record)
{
    SimstowRecordFields fields = {.count = g_variant_n_children (record)};
    gsize i;

    fields.entries = g_new (SimstowRecordField, fields.count);
    for (i = 0; i < fields.count; i++) {
        g_autoptr (GVariant) entry = g_variant_get_child_value (record, i);
        g_autoptr (GVariant) boxed = g_variant_get_child_value (entry, 1);

        fields.entries[i].key = g_variant_get_child_value (entry, 0);
        fields.entries[i].name = g_variant_get_string (fields.entries[i].key, NULL);
        fields.entries[i].value = g_variant_get_variant (boxed);
    }
    return fields;
}

void
simstow_record_fields_clear (SimstowRecordFields *fields)
{
    gsize i;

    for (i = 0; i < fields->count; i++) {
        g_variant_unref (fields->entries[i].key);
        g_variant_unref (fields->entries[i].value);
    }
    g_clear_pointer (&fields->entries, g_free);
    fields->count = 0;
}

GVariant *
simstow_record_fields_get (const SimstowRecordFields *fields,
                           const gchar *key,
                           const GVariantType *type)
{
    gsize i;

    for (i = 0; i < fields->count; i++)
        if (strcmp (fields->entries[i].name, key) == 0)
            return g_variant_is_of_type (fields->entries[i].value, type) ? fields->entries[i].value
                                                                         : NULL;
    return NULL;
}

gchar *
simstow_record_fields_dup_text (const SimstowRecordFields *fields, const gchar *key)
{
    GVariant *value = simstow_record_fields_get (fields, key, G_VARIANT_TYPE_STRING);

    return value ? g_variant_dup_string (value, NULL) : NULL;
}

gchar *
simstow_record_fields_dup_optional (const SimstowRecordFields *fields, const gchar *key)
{
    g_autofree gchar *text = simstow_record_fields_dup_text (fields, key);

    return text && *text ? g_steal_pointer (&text) : NULL;
}

GBytes *
simstow_record_fields_dup_bytes (const SimstowRecordFields *fields, const gchar *key)
{
    GVariant *value = simstow_record_fields_get (fields, key, G_VARIANT_TYPE_BYTESTRING);

    return value ? g_variant_get_data_as_bytes (value) : NULL;
}

gboolean
simstow_record_fields_get_uint (const SimstowRecordFields *fields, const gchar *key, guint32 *value)
{
    GVariant *found = simstow_record_fields_get (fields, key, G_VARIANT_TYPE_UINT32);

    if (found)
        *value = g_variant_get_uint32 (found);
    return found != NULL;
}

gboolean
simstow_record_fields_get_boolean (const SimstowRecordFields *fields,
                                   const gchar *key,
                                   gboolean *value)
{
    GVariant *found = simstow_record_fields_get (fields, key, G_VARIANT_TYPE_BOOLEAN);

    if (found)
        *value = g_variant_get_boolean (found);
    return found != NULL;
}
