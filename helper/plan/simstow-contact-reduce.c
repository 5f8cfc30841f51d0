/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reducing contacts, and saying by what.
 */

#include "simstow-contact-reduce.h"

#include <glib/gi18n.h>

#include "simstow-names.h"

/* Without its number it is not worth telling */
static gboolean
has_label (const SimstowContact *contact)
{
    const SimstowContactNumber *first =
        contact->numbers->len > 0 ? g_ptr_array_index (contact->numbers, 0) : NULL;

    return first && first->label;
}

static void
keep_first (SimstowContact *reduced, const SimstowContact *contact, GStrvBuilder *lost)
{
    if (contact->numbers->len > 0) {
        const SimstowContactNumber *first = g_ptr_array_index (contact->numbers, 0);

        simstow_contact_add_number (reduced, first->number, first->type);
    }
    if (contact->emails->len > 0)
        g_ptr_array_add (reduced->emails, g_strdup (g_ptr_array_index (contact->emails, 0)));
    reduced->hidden = contact->hidden;
    reduced->group = g_strdup (contact->group);
    reduced->second_name = g_strdup (contact->second_name);
    reduced->sip_uri = g_strdup (contact->sip_uri);
    reduced->tel_uri = g_strdup (contact->tel_uri);
    if (contact->numbers->len > 1)
        g_strv_builder_add (lost, _ ("third number"));
    if (contact->emails->len > 1)
        g_strv_builder_add (lost, _ ("second e-mail"));
    if (contact->groups->len > 0)
        g_strv_builder_add (lost, _ ("second group"));
    if (contact->second_names->len > 0)
        g_strv_builder_add (lost, _ ("third name"));
    if (has_label (contact))
        g_strv_builder_add (lost, _ ("kind of number"));
}

static void
name_further (const SimstowContact *contact, GStrvBuilder *lost)
{
    if (contact->numbers->len > 0)
        g_strv_builder_add (lost, _ ("further numbers"));
    if (contact->emails->len > 0)
        g_strv_builder_add (lost, _ ("e-mail"));
    if (contact->group)
        g_strv_builder_add (lost, _ ("group"));
    if (contact->second_name)
        g_strv_builder_add (lost, _ ("second name"));
    if (contact->sip_uri)
        g_strv_builder_add (lost, _ ("SIP address"));
    if (contact->tel_uri)
        g_strv_builder_add (lost, _ ("tel address"));
    if (contact->hidden)
        g_strv_builder_add (lost, _ ("hidden mark"));
}

SimstowContact *
simstow_contact_reduce (const SimstowContact *contact, const SimstowStore *store, gchar **lost)
{
    g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
    g_autoptr (SimstowContact) reduced = NULL;
    g_auto (GStrv) words = NULL;

    /* of a phonebook on a card that is known from an archive only, not what it can hold */
    if (!store->plain && g_strcmp0 (store->via, SIMSTOW_VIA_CARD) == 0)
        return NULL;
    reduced = simstow_contact_dup_entry (contact);
    if (store->plain)
        name_further (contact, builder);
    else
        keep_first (reduced, contact, builder);
    words = g_strv_builder_end (builder);
    if (!words[0])
        return NULL;
    *lost = g_strjoinv (", ", words);
    return g_steal_pointer (&reduced);
}
