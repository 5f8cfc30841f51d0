/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Contacts as the cards of contacts.vcf: vCard 3.0 for every other program, with
 * X-SIMSTOW properties that keep what a vCard cannot.
 */

#pragma once

#include "simstow-contact.h"
#include "simstow-vcard.h"

/**
 * simstow_contact_to_vcard:
 *
 * Returns: (transfer full): the card
 */
SimstowVcard *
simstow_contact_to_vcard (const SimstowContact *contact);

/**
 * simstow_contact_append_vcard:
 * @out: where to append the card
 */
void
simstow_contact_append_vcard (const SimstowContact *contact, GString *out);

/**
 * simstow_contact_from_vcard:
 * @text: a card that simstow_contact_append_vcard () gave
 *
 * Returns: (transfer full) (nullable): the contact
 */
SimstowContact *
simstow_contact_from_vcard (const gchar *text, gsize length, GError **error);

/**
 * simstow_contact_unite_foreign:
 * @foreign: (inout) (nullable): properties of a card, as a vCard
 * @more: (nullable): further ones of the same contact
 *
 * Puts both together, each property once, in an order that does not depend on
 * what came first.
 */
void
simstow_contact_unite_foreign (gchar **foreign, const gchar *more);
