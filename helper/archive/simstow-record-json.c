/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Contacts, calls, files of the card, what could not be understood, and network settings as JSON.
 */

#include "simstow-record-json.h"

#include "simstow-json-shape.h"

static const SimstowJsonField number_fields[] = {
    SIMSTOW_JSON_NEEDED (SimstowContactNumber, TEXT, number),
    SIMSTOW_JSON_FIELD (SimstowContactNumber, COUNT, type),
    SIMSTOW_JSON_FIELD (SimstowContactNumber, TEXT, label),
};

static void
contact_number_destroy (gpointer data)
{
    SimstowContactNumber *number = data;

    g_free (number->number);
    g_free (number->label);
    g_free (number);
}

static const SimstowJsonShape number_shape = {
    SIMSTOW_JSON_TABLE (SimstowContactNumber, number_fields),
    .destroy = contact_number_destroy,
};

static const SimstowJsonField contact_fields[] = {
    SIMSTOW_JSON_NEEDED (SimstowContact, TEXT, store),
    SIMSTOW_JSON_NEEDED (SimstowContact, COUNT, index),
    SIMSTOW_JSON_FIELD (SimstowContact, TEXT, number),
    SIMSTOW_JSON_FIELD (SimstowContact, COUNT, type),
    SIMSTOW_JSON_FIELD (SimstowContact, TEXT, name),
    SIMSTOW_JSON_FIELD (SimstowContact, BYTES, name_raw),
    SIMSTOW_JSON_FIELD (SimstowContact, BYTES, name_alpha),
    SIMSTOW_JSON_FIELD (SimstowContact, FLAG, hidden),
    SIMSTOW_JSON_FIELD (SimstowContact, TEXT, group),
    {"further_groups", SIMSTOW_JSON_KIND_TEXTS, G_STRUCT_OFFSET (SimstowContact, groups)},
    SIMSTOW_JSON_FIELD (SimstowContact, TEXT, second_name),
    {"further_second_names",
     SIMSTOW_JSON_KIND_TEXTS,
     G_STRUCT_OFFSET (SimstowContact, second_names)},
    SIMSTOW_JSON_SHAPED (SimstowContact, OBJECTS, numbers, &number_shape),
    SIMSTOW_JSON_FIELD (SimstowContact, TEXTS, emails),
    SIMSTOW_JSON_FIELD (SimstowContact, TEXT, sip_uri),
    SIMSTOW_JSON_FIELD (SimstowContact, TEXT, tel_uri),
    SIMSTOW_JSON_FIELD (SimstowContact, TEXT, sim),
    SIMSTOW_JSON_FIELD (SimstowContact, TIME, first_seen),
    SIMSTOW_JSON_FIELD (SimstowContact, TIME, last_seen),
};

static const SimstowJsonField call_fields[] = {
    SIMSTOW_JSON_NEEDED (SimstowCall, TEXT, store),
    SIMSTOW_JSON_NEEDED (SimstowCall, COUNT, index),
    SIMSTOW_JSON_FIELD (SimstowCall, TEXT, number),
    SIMSTOW_JSON_FIELD (SimstowCall, COUNT, type),
    SIMSTOW_JSON_FIELD (SimstowCall, TEXT, name),
    SIMSTOW_JSON_FIELD (SimstowCall, BYTES, name_raw),
    SIMSTOW_JSON_FIELD (SimstowCall, TEXT, time),
    SIMSTOW_JSON_FIELD (SimstowCall, LIMIT, duration),
    SIMSTOW_JSON_FIELD (SimstowCall, TEXT, sim),
    SIMSTOW_JSON_FIELD (SimstowCall, TIME, first_seen),
    SIMSTOW_JSON_FIELD (SimstowCall, TIME, last_seen),
};

static const SimstowJsonShape contact_shape = {
    SIMSTOW_JSON_TABLE (SimstowContact, contact_fields),
    .rest = G_STRUCT_OFFSET (SimstowContact, rest),
};

static const SimstowJsonShape call_shape = {
    SIMSTOW_JSON_TABLE (SimstowCall, call_fields),
    .rest = G_STRUCT_OFFSET (SimstowCall, rest),
};

static const SimstowJsonField simfile_fields[] = {
    SIMSTOW_JSON_NEEDED (SimstowSimfile, COUNT, index),
    SIMSTOW_JSON_NEEDED (SimstowSimfile, TEXT, name),
    SIMSTOW_JSON_FIELD (SimstowSimfile, TEXT, path),
    SIMSTOW_JSON_FIELD (SimstowSimfile, TEXT, structure),
    SIMSTOW_JSON_FIELD (SimstowSimfile, BYTES, raw),
    SIMSTOW_JSON_FIELD (SimstowSimfile, WORDS, records),
    SIMSTOW_JSON_FIELD (SimstowSimfile, TEXT, fault),
};

static const SimstowJsonShape simfile_shape = {
    SIMSTOW_JSON_TABLE (SimstowSimfile, simfile_fields),
    .rest = G_STRUCT_OFFSET (SimstowSimfile, rest),
};

static const SimstowJsonField unread_fields[] = {
    SIMSTOW_JSON_NEEDED (SimstowUnread, TEXT, store),
    SIMSTOW_JSON_NEEDED (SimstowUnread, COUNT, index),
    SIMSTOW_JSON_NEEDED (SimstowUnread, TEXT, fault),
    SIMSTOW_JSON_FIELD (SimstowUnread, BYTES, raw),
};

static const SimstowJsonShape unread_shape = {
    SIMSTOW_JSON_TABLE (SimstowUnread, unread_fields),
    .rest = G_STRUCT_OFFSET (SimstowUnread, rest),
};

static const SimstowJsonField profile_fields[] = {
    SIMSTOW_JSON_FIELD (SimstowProfile, LIMIT, id),
    SIMSTOW_JSON_FIELD (SimstowProfile, TEXT, name),
    SIMSTOW_JSON_FIELD (SimstowProfile, TEXT, apn),
    SIMSTOW_JSON_FIELD (SimstowProfile, WORDS, apn_type),
    SIMSTOW_JSON_FIELD (SimstowProfile, TEXT, ip_type),
    SIMSTOW_JSON_FIELD (SimstowProfile, WORDS, allowed_auth),
    SIMSTOW_JSON_FIELD (SimstowProfile, TEXT, user),
    SIMSTOW_JSON_FIELD (SimstowProfile, TEXT, password),
    SIMSTOW_JSON_FIELD (SimstowProfile, TEXT, access_type),
    SIMSTOW_JSON_FIELD (SimstowProfile, WORDS, roaming),
    SIMSTOW_JSON_FIELD (SimstowProfile, TEXT, source),
    SIMSTOW_JSON_FIELD (SimstowProfile, FLAG, enabled),
};

static const SimstowJsonField preferred_fields[] = {
    {"operator",
     SIMSTOW_JSON_KIND_TEXT,
     G_STRUCT_OFFSET (SimstowPreferredNetwork, operator_id),
     TRUE},
    SIMSTOW_JSON_FIELD (SimstowPreferredNetwork, WORDS, access_technologies),
};

static gpointer
profile_create (void)
{
    return simstow_profile_new ();
}

static gpointer
preferred_create (void)
{
    return simstow_preferred_network_new (NULL, NULL);
}

static const SimstowJsonShape profile_shape = {
    SIMSTOW_JSON_TABLE (SimstowProfile, profile_fields),
    .create = profile_create,
    .destroy = (GDestroyNotify) simstow_profile_free,
};

static const SimstowJsonShape preferred_shape = {
    SIMSTOW_JSON_TABLE (SimstowPreferredNetwork, preferred_fields),
    .create = preferred_create,
    .destroy = (GDestroyNotify) simstow_preferred_network_free,
};

static const SimstowJsonField network_fields[] = {
    SIMSTOW_JSON_SHAPED (SimstowNetwork, OBJECTS, profiles, &profile_shape),
    SIMSTOW_JSON_FIELD (SimstowNetwork, WORDS, allowed_modes),
    SIMSTOW_JSON_FIELD (SimstowNetwork, TEXT, preferred_mode),
    SIMSTOW_JSON_FIELD (SimstowNetwork, WORDS, bands),
    SIMSTOW_JSON_SHAPED (SimstowNetwork, OBJECTS, preferred_networks, &preferred_shape),
    SIMSTOW_JSON_FIELD (SimstowNetwork, WORDS, facility_locks),
    SIMSTOW_JSON_SHAPED (SimstowNetwork, OBJECT, initial_eps, &profile_shape),
};

static const SimstowJsonShape network_shape = {SIMSTOW_JSON_TABLE (SimstowNetwork, network_fields)};

gboolean
simstow_network_json_knows (const gchar *key, gsize length)
{
    return simstow_json_shape_has (&network_shape, key, length);
}

void
simstow_contact_append_json (const SimstowContact *contact, GString *out)
{
    simstow_json_shape_append (&contact_shape, contact, FALSE, out);
}

SimstowContact *
simstow_contact_from_json (const gchar *text, gsize length, GError **error)
{
    g_autoptr (SimstowContact) contact = simstow_contact_new (NULL, 0, "", 0, "");

    if (!simstow_json_shape_parse (&contact_shape, text, length, contact, error))
        return NULL;
    return g_steal_pointer (&contact);
}

void
simstow_call_append_json (const SimstowCall *call, GString *out)
{
    simstow_json_shape_append (&call_shape, call, FALSE, out);
}

SimstowCall *
simstow_call_from_json (const gchar *text, gsize length, GError **error)
{
    g_autoptr (SimstowCall) call = simstow_call_new (NULL, 0, "", 0, "");

    if (!simstow_json_shape_parse (&call_shape, text, length, call, error))
        return NULL;
    return g_steal_pointer (&call);
}

void
simstow_simfile_append_json (const SimstowSimfile *simfile, GString *out)
{
    simstow_json_shape_append (&simfile_shape, simfile, FALSE, out);
}

SimstowSimfile *
simstow_simfile_from_json (const gchar *text, gsize length, GError **error)
{
    g_autoptr (SimstowSimfile) simfile = simstow_simfile_new ();

    if (!simstow_json_shape_parse (&simfile_shape, text, length, simfile, error))
        return NULL;
    return g_steal_pointer (&simfile);
}

void
simstow_unread_append_json (const SimstowUnread *unread, GString *out)
{
    simstow_json_shape_append (&unread_shape, unread, FALSE, out);
}

SimstowUnread *
simstow_unread_from_json (const gchar *text, gsize length, GError **error)
{
    g_autoptr (SimstowUnread) unread = simstow_unread_new (NULL, 0, NULL, NULL);

    if (!simstow_json_shape_parse (&unread_shape, text, length, unread, error))
        return NULL;
    return g_steal_pointer (&unread);
}

void
simstow_network_append_json (const SimstowNetwork *network, gboolean pretty, GString *out)
{
    simstow_json_shape_append (&network_shape, network, pretty, out);
}

SimstowNetwork *
simstow_network_from_json (const gchar *text, gsize length, GError **error)
{
    g_autoptr (SimstowNetwork) network = simstow_network_new ();

    if (!simstow_json_shape_parse (&network_shape, text, length, network, error))
        return NULL;
    return g_steal_pointer (&network);
}
