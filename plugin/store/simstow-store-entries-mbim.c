/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries of the phonebook over MBIM.
 */

#include "simstow-store-entries-mbim.h"

#include "simstow-error.h"
#include "simstow-port-mbim.h"

static SimstowAtEntry *
entry_of (const MbimPhonebookEntry *found)
{
    SimstowAtEntry *entry = simstow_at_entry_new ();

    entry->index = found->entry_index;
    g_free (entry->number);
    entry->number = g_strdup (found->number ? found->number : "");
    g_free (entry->name);
    entry->name = g_strdup (found->name ? found->name : "");
    entry->type =
        entry->number[0] == '+' ? SIMSTOW_ENTRIES_MBIM_INTERNATIONAL : SIMSTOW_ENTRIES_MBIM_UNKNOWN;
    return entry;
}

static gint
compare_index (gconstpointer a, gconstpointer b)
{
    const SimstowAtEntry *entry_a = *(SimstowAtEntry *const *) a;
    const SimstowAtEntry *entry_b = *(SimstowAtEntry *const *) b;

    return (entry_a->index > entry_b->index) - (entry_a->index < entry_b->index);
}

GPtrArray *
simstow_store_entries_mbim_finish (SimstowPort *port, GAsyncResult *result, GError **error)
{
    g_autoptr (MbimMessage) response = simstow_port_mbim_finish (port, result, NULL, error);
    g_autoptr (MbimPhonebookEntryArray) found = NULL;
    g_autoptr (GError) broken = NULL;
    GPtrArray *entries;
    guint32 n_found = 0;
    guint32 i;

    if (!response)
        return NULL;
    if (!mbim_message_phonebook_read_response_parse (response, &n_found, &found, &broken)) {
        g_set_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR, "MBIM: %s", broken->message);
        return NULL;
    }
    entries = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_at_entry_free);
    for (i = 0; found && found[i]; i++)
        g_ptr_array_add (entries, entry_of (found[i]));
    g_ptr_array_sort (entries, compare_index);
    return entries;
}
