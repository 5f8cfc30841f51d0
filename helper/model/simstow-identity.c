/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keys by which records are compared. Each field goes into a key with its
 * length before it, so that no content can look like two fields.
 */

#include "simstow-identity.h"

#include <string.h>

#include "simstow-hex.h"
#include "simstow-names.h"

/* Type of number in a type of address octet, 3GPP TS 23.040 9.1.2.5 */
#define TON_MASK          0x70
#define TON_INTERNATIONAL 0x10
#define TON_ALPHANUMERIC  0x50

static void
add_text (GString *key, const gchar *text)
{
    if (!text)
        text = "";
    g_string_append_printf (key, "%" G_GSIZE_FORMAT ":%s", strlen (text), text);
}

static void
add_number (GString *key, gint64 value)
{
    g_string_append_printf (key, "%" G_GINT64_FORMAT ";", value);
}

static void
add_normalised (GString *key, const gchar *text)
{
    g_autofree gchar *composed = text ? g_utf8_normalize (text, -1, G_NORMALIZE_NFC) : NULL;

    add_text (key, composed ? composed : text);
}

static void
add_bytes (GString *key, GBytes *bytes)
{
    g_autofree gchar *hex = bytes ? simstow_hex_encode_bytes (bytes) : NULL;

    add_text (key, hex);
}

gchar *
simstow_address_identity (const gchar *address, guint type)
{
    g_autoptr (GString) plain = g_string_new (NULL);
    const gchar *c;

    if (!address)
        address = "";
    if ((type & TON_MASK) == TON_ALPHANUMERIC) {
        gchar *composed = g_utf8_normalize (address, -1, G_NORMALIZE_NFC);

        return composed ? composed : g_strdup (address);
    }
    for (c = address; *c; c++)
        if (*c != ' ' && *c != '-')
            g_string_append_c (plain, *c);
    if (g_str_has_prefix (plain->str, "00"))
        g_string_erase (plain, 0, 2);
    else if ((type & TON_MASK) != TON_INTERNATIONAL || plain->str[0] == '+' || plain->len == 0)
        return g_string_free (g_steal_pointer (&plain), FALSE);
    g_string_prepend_c (plain, '+');
    return g_string_free (g_steal_pointer (&plain), FALSE);
}

static void
add_address (GString *key, const gchar *address, guint type)
{
    g_autofree gchar *plain = simstow_address_identity (address, type);

    add_text (key, plain);
}

static void
add_name (GString *key, const gchar *name, GBytes *raw)
{
    if (raw)
        add_bytes (key, raw);
    else
        add_normalised (key, name);
}

void
simstow_message_digest_identity (const SimstowMessage *message, SimstowSha256 *sha256)
{
    gsize size;
    const guint8 *data = g_bytes_get_data (message->pdu, &size);

    simstow_sha256_update (sha256, SIMSTOW_PREFIX_SMS, strlen (SIMSTOW_PREFIX_SMS));
    simstow_sha256_update (sha256, data, size);
}

gchar *
simstow_message_identity (const SimstowMessage *message)
{
    g_autoptr (SimstowSha256) checksum = simstow_sha256_new ();

    simstow_message_digest_identity (message, checksum);
    return simstow_sha256_dup_string (checksum);
}

gchar *
simstow_message_content_identity (const SimstowMessage *message)
{
    const SimstowTpdu *tpdu = message->tpdu;
    g_autoptr (SimstowSha256) checksum = NULL;
    g_autoptr (GString) key = NULL;

    if (!tpdu)
        return NULL;
    key = g_string_new (NULL);
    add_number (key, tpdu->type);
    add_address (key, tpdu->address.number, tpdu->address.type);
    add_number (key, tpdu->type == SIMSTOW_TPDU_SUBMIT ? 0 : tpdu->timestamp.utc);
    if (tpdu->type == SIMSTOW_TPDU_STATUS_REPORT)
        add_number (key, tpdu->reference);
    if (tpdu->concat_reference >= 0 && tpdu->concat_total > 1) {
        add_number (key, tpdu->concat_total);
        add_number (key, tpdu->concat_part);
    }
    add_normalised (key, tpdu->text);
    add_bytes (key, tpdu->data);
    checksum = simstow_sha256_new ();
    simstow_sha256_update (checksum, key->str, key->len);
    return simstow_sha256_dup_string (checksum);
}

/* Only where there are any: most contacts have none */
static void
add_further (GString *key, const gchar *what, const GPtrArray *texts)
{
    guint i;

    for (i = 0; i < texts->len; i++) {
        g_string_append (key, what);
        add_normalised (key, g_ptr_array_index (texts, i));
    }
}

gchar *
simstow_contact_identity (const SimstowContact *contact)
{
    g_autoptr (GString) key = g_string_new (NULL);
    guint i;

    add_address (key, contact->number, contact->type);
    add_name (key, contact->name, contact->name_raw);
    add_number (key, contact->hidden ? 1 : 0);
    add_normalised (key, contact->group);
    add_normalised (key, contact->second_name);
    add_number (key, contact->numbers->len);
    for (i = 0; i < contact->numbers->len; i++) {
        const SimstowContactNumber *further = g_ptr_array_index (contact->numbers, i);

        add_address (key, further->number, further->type);
        if (further->label) {
            g_string_append (key, "label ");
            add_normalised (key, further->label);
        }
    }
    add_number (key, contact->emails->len);
    for (i = 0; i < contact->emails->len; i++)
        add_normalised (key, g_ptr_array_index (contact->emails, i));
    add_text (key, contact->sip_uri);
    add_text (key, contact->tel_uri);
    add_further (key, "group ", contact->groups);
    add_further (key, "second name ", contact->second_names);
    return g_string_free (g_steal_pointer (&key), FALSE);
}

gchar *
simstow_call_identity (const SimstowCall *call)
{
    g_autoptr (GString) key = g_string_new (NULL);

    add_text (key, call->store);
    add_address (key, call->number, call->type);
    add_name (key, call->name, call->name_raw);
    add_text (key, call->time);
    return g_string_free (g_steal_pointer (&key), FALSE);
}
