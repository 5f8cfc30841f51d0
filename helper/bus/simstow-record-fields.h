/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The entries of an a{sv}, taken apart once: asking a GVariant for one key after
 * the other goes through it each time, and a GVariantDict copies it all.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowRecordFields:
 * @entries: what a dictionary has
 * @count: how many
 */
typedef struct {
    struct _SimstowRecordField *entries;
    gsize count;
} SimstowRecordFields;

/**
 * simstow_record_fields_take:
 * @record: a{sv}
 *
 * Returns: its fields, to be released with simstow_record_fields_clear ()
 */
SimstowRecordFields
simstow_record_fields_take (GVariant *record);

/**
 * simstow_record_fields_clear:
 * @fields: to be released
 */
void
simstow_record_fields_clear (SimstowRecordFields *fields);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowRecordFields, simstow_record_fields_clear)

/**
 * simstow_record_fields_get:
 * @fields: the fields of a record
 * @key: which one
 * @type: what it has to be
 *
 * Returns: (transfer none) (nullable): the value, %NULL when there is none of that type
 */
GVariant *
simstow_record_fields_get (const SimstowRecordFields *fields,
                           const gchar *key,
                           const GVariantType *type);

/**
 * simstow_record_fields_dup_text:
 * @fields: the fields of a record
 * @key: which one
 *
 * Returns: (transfer full) (nullable): the text
 */
gchar *
simstow_record_fields_dup_text (const SimstowRecordFields *fields, const gchar *key);

/**
 * simstow_record_fields_dup_optional:
 * @fields: the fields of a record
 * @key: which one
 *
 * An empty text of an optional field says no more than its absence.
 *
 * Returns: (transfer full) (nullable): the text, if it is not empty
 */
gchar *
simstow_record_fields_dup_optional (const SimstowRecordFields *fields, const gchar *key);

/**
 * simstow_record_fields_dup_bytes:
 * @fields: the fields of a record
 * @key: which one
 *
 * Returns: (transfer full) (nullable): the bytes
 */
GBytes *
simstow_record_fields_dup_bytes (const SimstowRecordFields *fields, const gchar *key);

/**
 * simstow_record_fields_get_uint:
 * @fields: the fields of a record
 * @key: which one
 * @value: (out): set when it is there
 *
 * Returns: whether it is there
 */
gboolean
simstow_record_fields_get_uint (const SimstowRecordFields *fields,
                                const gchar *key,
                                guint32 *value);

/**
 * simstow_record_fields_get_boolean:
 * @fields: the fields of a record
 * @key: which one
 * @value: (out): set when it is there
 *
 * Returns: whether it is there
 */
gboolean
simstow_record_fields_get_boolean (const SimstowRecordFields *fields,
                                   const gchar *key,
                                   gboolean *value);
