/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries of the phonebook over MBIM.
 */

#include "simstow-store-entries-mbim.h"

#include "simstow-elements-mbim.h"
#include "simstow-names.h"
#include "simstow-port-mbim.h"
#include "simstow-store-record.h"
#include "simstow-store-rows-mbim.h"

/* Where things are in an entry, MBIM 1.0 10.5.35 */
#define OFFSET_INDEX  0
#define OFFSET_NUMBER 4
#define OFFSET_NAME   12

/* A name that is no text is kept as it came, and told. */
static GVariant *
with_fault (GVariant *record)
{
    g_autoptr (GVariant) owned = g_variant_ref_sink (record);
    g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (owned);

    g_variant_dict_insert (&dict, SIMSTOW_RECORD_FAULT, "s", "the name is no valid UTF-16");
    return g_variant_dict_end (&dict);
}

static gboolean
take_texts (GBytes *element, SimstowAtEntry *entry, GError **error)
{
    gchar *number = simstow_elements_mbim_dup_text (element, OFFSET_NUMBER, NULL, error);
    gchar *name;

    if (!number) {
        g_prefix_error (error, "number: ");
        return FALSE;
    }
    g_free (entry->number);
    entry->number = number;
    name = simstow_elements_mbim_dup_text (element, OFFSET_NAME, &entry->name_raw, error);
    if (!name) {
        g_prefix_error (error, "name: ");
        return FALSE;
    }
    g_free (entry->name);
    entry->name = name;
    return TRUE;
}

static GVariant *
decode_entry (GBytes *element, GError **error)
{
    g_autoptr (SimstowAtEntry) entry = simstow_at_entry_new ();
    GVariant *record;

    if (!simstow_elements_mbim_u32 (element, OFFSET_INDEX, &entry->index, error) ||
        !take_texts (element, entry, error))
        return NULL;
    entry->type =
        entry->number[0] == '+' ? SIMSTOW_ENTRIES_MBIM_INTERNATIONAL : SIMSTOW_ENTRIES_MBIM_UNKNOWN;
    record = simstow_store_record_from_entry (entry);
    return entry->name_raw ? with_fault (record) : record;
}

GPtrArray *
simstow_store_entries_mbim_finish (SimstowPort *port, GAsyncResult *result, GError **error)
{
    g_autoptr (MbimMessage) response = simstow_port_mbim_finish (port, result, NULL, error);

    return response ? simstow_store_rows_mbim_new (response, 0, decode_entry, error) : NULL;
}
