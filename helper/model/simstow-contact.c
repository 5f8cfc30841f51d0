/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Phonebook and call list entries as plain values.
 */

#include "simstow-contact.h"

static void
contact_number_free (gpointer data)
{
    SimstowContactNumber *number = data;

    g_free (number->number);
    g_free (number);
}

SimstowContact *
simstow_contact_new (const gchar *store,
                     guint index,
                     const gchar *number,
                     guint type,
                     const gchar *name)
{
    SimstowContact *contact = g_new0 (SimstowContact, 1);

    contact->store = g_strdup (store);
    contact->index = index;
    contact->number = g_strdup (number ? number : "");
    contact->type = type;
    contact->name = g_strdup (name ? name : "");
    contact->numbers = g_ptr_array_new_with_free_func (contact_number_free);
    contact->emails = g_ptr_array_new_with_free_func (g_free);
    return contact;
}

void
simstow_contact_free (SimstowContact *contact)
{
    if (!contact)
        return;
    g_free (contact->store);
    g_free (contact->number);
    g_free (contact->name);
    g_clear_pointer (&contact->name_raw, g_bytes_unref);
    g_free (contact->group);
    g_free (contact->second_name);
    g_ptr_array_unref (contact->numbers);
    g_ptr_array_unref (contact->emails);
    g_free (contact->sip_uri);
    g_free (contact->tel_uri);
    g_free (contact->rest);
    g_free (contact->foreign);
    g_free (contact);
}

void
simstow_contact_add_number (SimstowContact *contact, const gchar *number, guint type)
{
    SimstowContactNumber *further = g_new0 (SimstowContactNumber, 1);

    further->number = g_strdup (number);
    further->type = type;
    g_ptr_array_add (contact->numbers, further);
}

SimstowCall *
simstow_call_new (const gchar *store,
                  guint index,
                  const gchar *number,
                  guint type,
                  const gchar *name)
{
    SimstowCall *call = g_new0 (SimstowCall, 1);

    call->store = g_strdup (store);
    call->index = index;
    call->number = g_strdup (number ? number : "");
    call->type = type;
    call->name = g_strdup (name ? name : "");
    return call;
}

void
simstow_call_free (SimstowCall *call)
{
    if (!call)
        return;
    g_free (call->store);
    g_free (call->number);
    g_free (call->name);
    g_clear_pointer (&call->name_raw, g_bytes_unref);
    g_free (call->time);
    g_free (call->rest);
    g_free (call);
}
