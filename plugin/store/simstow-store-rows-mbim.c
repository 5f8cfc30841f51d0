/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Elements to records.
 */

#include "simstow-store-rows-mbim.h"

#include "simstow-elements-mbim.h"
#include "simstow-names.h"
#include "simstow-store-record.h"

guint
simstow_store_rows_mbim_index (GVariant *record)
{
    guint index = 0;

    g_variant_lookup (record, SIMSTOW_RECORD_INDEX, "u", &index);
    return index;
}

static gint
compare_index (gconstpointer a, gconstpointer b)
{
    guint index_a = simstow_store_rows_mbim_index (*(GVariant *const *) a);
    guint index_b = simstow_store_rows_mbim_index (*(GVariant *const *) b);

    return (index_a > index_b) - (index_a < index_b);
}

static GVariant *
unread (const SimstowElementMbim *element, const gchar *fault)
{
    guint32 index = 0;

    if (element->bytes)
        simstow_elements_mbim_u32 (element->bytes, 0, &index, NULL);
    return simstow_store_record_unread (index, element->bytes, fault);
}

/* An element that is said to be longer than the answer is one all the same when what it points
 * to is there */
static GVariant *
record_of (const SimstowElementMbim *element, SimstowRowDecode decode)
{
    g_autoptr (GError) error = NULL;
    GVariant *record = NULL;

    if (element->bytes)
        record = decode (element->bytes, &error);
    if (record)
        return record;
    return unread (element, element->fault ? element->fault : error->message);
}

GPtrArray *
simstow_store_rows_mbim_new (MbimMessage *response,
                             gsize offset,
                             SimstowRowDecode decode,
                             GError **error)
{
    g_autoptr (GBytes) information = simstow_elements_mbim_dup_information (response);
    g_autoptr (GPtrArray) elements = NULL;
    GPtrArray *records;
    guint missing = 0;
    guint i;

    elements = simstow_elements_mbim_split (information,
                                            offset,
                                            offset + sizeof (guint32),
                                            &missing,
                                            error);
    if (!elements) {
        g_prefix_error (error, "MBIM: ");
        return NULL;
    }
    records = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
    for (i = 0; i < elements->len; i++)
        g_ptr_array_add (records,
                         g_variant_ref_sink (record_of (g_ptr_array_index (elements, i), decode)));
    if (missing > 0) {
        g_autofree gchar *fault = g_strdup_printf ("the modem counts %u records and gives %u",
                                                   elements->len + missing,
                                                   elements->len);

        g_ptr_array_add (records,
                         g_variant_ref_sink (simstow_store_record_unread (0, NULL, fault)));
    }
    g_ptr_array_sort (records, compare_index);
    return records;
}

GVariant *
simstow_store_rows_mbim_range (GPtrArray *records,
                               guint first,
                               guint count,
                               guint *next,
                               guint *done)
{
    GVariantBuilder builder;
    guint i;

    *next = 0;
    g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
    for (i = 0; i < records->len; i++) {
        GVariant *record = g_ptr_array_index (records, i);
        guint index = simstow_store_rows_mbim_index (record);

        if (index < first)
            continue;
        if (count > 0 && index - first >= count) {
            *next = index;
            break;
        }
        g_variant_builder_add_value (&builder, record);
    }
    *done = i;
    return g_variant_ref_sink (g_variant_builder_end (&builder));
}
