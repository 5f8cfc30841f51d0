/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of numbers and their extensions. Of a record no more is understood than
 * its links and whether it is free, 3GPP TS 31.102 4.4.2.3 and 4.4.2.4.
 */

#include "simstow-store-numbers.h"

#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-reader.h"
#include "simstow-store-record.h"

#define FILLER         SIMSTOW_NUMBERS_FILLER
#define FIXED_SIZE     14
#define EXTENSION_SIZE 13
#define EXTENSION_NEXT SIMSTOW_NUMBERS_EXTENSION_LINK
#define RAW_MAX        255

/* From the end of EF_ICI: status, then the link to the phonebook */
#define STATUS_FROM_END 4
#define STATUS_MISSED   0x01

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

/* Where the fields behind the name begin */
static gsize
fixed_at (GBytes *record, guint tail)
{
    gsize size = g_bytes_get_size (record);

    return size >= FIXED_SIZE + tail ? size - tail - FIXED_SIZE : size;
}

guint8
simstow_numbers_link_of (GBytes *record, guint tail)
{
    return simstow_numbers_octet_at (record, fixed_at (record, tail) + FIXED_SIZE - 1);
}

gboolean
simstow_numbers_is_free (GBytes *record, guint tail)
{
    gsize fixed = fixed_at (record, tail);
    guint8 length = simstow_numbers_octet_at (record, fixed);
    gboolean nameless = fixed == 0 || simstow_numbers_octet_at (record, 0) == FILLER;
    /* a call whose number was withheld has a time all the same */
    gboolean timeless =
        tail == 0 || simstow_numbers_octet_at (record, fixed + FIXED_SIZE) == FILLER;

    return nameless && timeless && (length == FILLER || length <= 1);
}

gboolean
simstow_numbers_have_links (GPtrArray *records, guint tail)
{
    guint i;

    for (i = 0; i < records->len; i++) {
        GBytes *record = g_ptr_array_index (records, i);

        if (!simstow_numbers_is_free (record, tail) &&
            simstow_numbers_link_of (record, tail) != FILLER)
            return TRUE;
    }
    return FALSE;
}

static GVariant *
bytes_variant (GBytes *bytes)
{
    return g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE);
}

/* The chain of extensions, as long as its links lead somewhere; bounded against circles */
static GVariant *
chain_variant (GPtrArray *extensions, guint8 place)
{
    GVariantBuilder builder;
    guint n;

    g_variant_builder_init (&builder, G_VARIANT_TYPE ("aay"));
    for (n = 0; n < SIMSTOW_NUMBERS_MAX_CHAIN && place > 0 && place <= extensions->len; n++) {
        GBytes *extension = g_ptr_array_index (extensions, place - 1);

        if (g_bytes_get_size (extension) == 0)
            break;
        g_variant_builder_add_value (&builder, bytes_variant (extension));
        place = simstow_numbers_octet_at (extension, EXTENSION_NEXT);
    }
    return g_variant_builder_end (&builder);
}

/* Whether the chain leads to an extension that could not be read */
static gboolean
is_broken (GPtrArray *extensions, guint8 place)
{
    guint n;

    for (n = 0; n < SIMSTOW_NUMBERS_MAX_CHAIN && place > 0 && place <= extensions->len; n++) {
        GBytes *extension = g_ptr_array_index (extensions, place - 1);

        if (g_bytes_get_size (extension) == 0)
            return TRUE;
        place = simstow_numbers_octet_at (extension, EXTENSION_NEXT);
    }
    return FALSE;
}

static gboolean
is_wanted (GBytes *record, SimstowNumbersFilter filter)
{
    gsize size = g_bytes_get_size (record);
    gboolean missed;

    if (filter == SIMSTOW_NUMBERS_ALL)
        return TRUE;
    missed = size >= STATUS_FROM_END &&
             simstow_numbers_octet_at (record, size - STATUS_FROM_END) & STATUS_MISSED;
    return missed == (filter == SIMSTOW_NUMBERS_MISSED);
}

static GVariant *
record_variant (GBytes *record, GPtrArray *extensions, guint index, guint8 link, const gchar *fault)
{
    GVariantBuilder builder;

    g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add (&builder, "{sv}", SIMSTOW_RECORD_INDEX, g_variant_new_uint32 (index));
    g_variant_builder_add (&builder, "{sv}", SIMSTOW_RECORD_RAW, bytes_variant (record));
    if (extensions && link != FILLER)
        g_variant_builder_add (&builder,
                               "{sv}",
                               SIMSTOW_RECORD_EXTENSIONS,
                               chain_variant (extensions, link));
    if (!fault && extensions && link != FILLER && is_broken (extensions, link))
        fault = "the rest of the number could not be read";
    if (fault && link != FILLER)
        g_variant_builder_add (&builder,
                               "{sv}",
                               SIMSTOW_RECORD_FAULT,
                               g_variant_new_string (fault));
    return g_variant_builder_end (&builder);
}

GVariant *
simstow_numbers_to_variant (GPtrArray *records,
                            GPtrArray *faults,
                            GPtrArray *extensions,
                            guint first,
                            guint tail,
                            SimstowNumbersFilter filter,
                            const gchar *fault)
{
    GVariantBuilder builder;
    guint i;

    g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
    for (i = 0; i < records->len; i++) {
        GBytes *record = g_ptr_array_index (records, i);
        const gchar *unread = faults ? g_ptr_array_index (faults, i) : NULL;

        if (unread)
            g_variant_builder_add_value (&builder,
                                         simstow_store_record_unread (first + i, record, unread));
        if (unread || simstow_numbers_is_free (record, tail) || !is_wanted (record, filter))
            continue;
        g_variant_builder_add_value (&builder,
                                     record_variant (record,
                                                     extensions,
                                                     first + i,
                                                     simstow_numbers_link_of (record, tail),
                                                     fault));
    }
    return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static gboolean
take_extensions (SimstowNumbersRecord *record, GVariant *value)
{
    gsize i;

    if (!g_variant_is_of_type (value, G_VARIANT_TYPE ("aay")) ||
        g_variant_n_children (value) > SIMSTOW_NUMBERS_MAX_CHAIN)
        return FALSE;
    for (i = 0; i < g_variant_n_children (value); i++) {
        g_autoptr (GVariant) child = g_variant_get_child_value (value, i);

        if (g_variant_get_size (child) != EXTENSION_SIZE)
            return FALSE;
        g_ptr_array_add (record->extensions, g_variant_get_data_as_bytes (child));
    }
    return TRUE;
}

static gboolean
take_value (SimstowNumbersRecord *record, const gchar *key, GVariant *value)
{
    if (g_str_equal (key, SIMSTOW_RECORD_EXTENSIONS))
        return record->extensions->len == 0 && take_extensions (record, value);
    if (g_str_equal (key, SIMSTOW_RECORD_INDEX) &&
        g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32)) {
        record->index = g_variant_get_uint32 (value);
        return record->index <= G_MAXUINT8;
    }
    if (!g_str_equal (key, SIMSTOW_RECORD_RAW) || record->raw ||
        !g_variant_is_of_type (value, G_VARIANT_TYPE_BYTESTRING) ||
        g_variant_get_size (value) < FIXED_SIZE || g_variant_get_size (value) > RAW_MAX)
        return FALSE;
    record->raw = g_variant_get_data_as_bytes (value);
    return TRUE;
}

SimstowNumbersRecord *
simstow_numbers_record_from_variant (GVariant *record, GError **error)
{
    g_autoptr (SimstowNumbersRecord) taken = g_new0 (SimstowNumbersRecord, 1);
    GVariantIter iter;
    const gchar *key;
    GVariant *child;

    taken->extensions = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    g_variant_iter_init (&iter, record);
    while (g_variant_iter_next (&iter, "{&sv}", &key, &child)) {
        g_autoptr (GVariant) value = child;

        if (take_value (taken, key, value))
            continue;
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "record's %s is unknown here or has no valid value",
                     key);
        return NULL;
    }
    if (taken->raw)
        return g_steal_pointer (&taken);
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_INVALID_RECORD,
                 "a record of the card has \"%s\"",
                 SIMSTOW_RECORD_RAW);
    return NULL;
}

static void
set_octet (GBytes **bytes, gsize offset, guint8 octet)
{
    GByteArray *changed = g_bytes_unref_to_array (g_steal_pointer (bytes));

    if (offset < changed->len)
        changed->data[offset] = octet;
    *bytes = g_byte_array_free_to_bytes (changed);
}

static guint
find_places (SimstowNumbersRecord *record, GPtrArray *extensions)
{
    guint found = 0;
    guint i;

    for (i = 0; i < extensions->len && i < FILLER - 1 && found < record->extensions->len; i++) {
        guint8 kind = simstow_numbers_octet_at (g_ptr_array_index (extensions, i), 0);

        if (kind == FILLER || kind == 0)
            record->places[found++] = (guint8) (i + 1);
    }
    return found;
}

gboolean
simstow_numbers_record_link (SimstowNumbersRecord *record, GPtrArray *extensions, GError **error)
{
    guint n = record->extensions->len;
    guint i;

    if (find_places (record, extensions) < n) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_FULL,
                     "the card has no room for the rest of so long a number");
        return FALSE;
    }
    for (i = 0; i < n; i++)
        set_octet ((GBytes **) &g_ptr_array_index (record->extensions, i),
                   EXTENSION_NEXT,
                   i + 1 < n ? record->places[i + 1] : FILLER);
    set_octet (&record->raw, g_bytes_get_size (record->raw) - 1, record->places[0]);
    return TRUE;
}

void
simstow_numbers_record_free (SimstowNumbersRecord *record)
{
    g_clear_pointer (&record->raw, g_bytes_unref);
    g_ptr_array_unref (record->extensions);
    g_free (record);
}
