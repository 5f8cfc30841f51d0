/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network settings as JSON: network.json.
 */

#include "simstow-json-shape.h"
#include "simstow-record-json.h"

/* clang-format off */
static const SimstowJsonField profile_fields[] = {
    {"id", SIMSTOW_JSON_KIND_LIMIT, G_STRUCT_OFFSET (SimstowProfile, id)},
    {"name", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowProfile, name)},
    {"apn", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowProfile, apn)},
    {"apn_type", SIMSTOW_JSON_KIND_WORDS, G_STRUCT_OFFSET (SimstowProfile, apn_type)},
    {"ip_type", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowProfile, ip_type)},
    {"allowed_auth", SIMSTOW_JSON_KIND_WORDS, G_STRUCT_OFFSET (SimstowProfile, allowed_auth)},
    {"user", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowProfile, user)},
    {"password", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowProfile, password)},
    {"access_type", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowProfile, access_type)},
    {"roaming", SIMSTOW_JSON_KIND_WORDS, G_STRUCT_OFFSET (SimstowProfile, roaming)},
    {"source", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowProfile, source)},
    {"enabled", SIMSTOW_JSON_KIND_FLAG, G_STRUCT_OFFSET (SimstowProfile, enabled)},
};

static const SimstowJsonField preferred_fields[] = {
    {"operator", SIMSTOW_JSON_KIND_TEXT,
     G_STRUCT_OFFSET (SimstowPreferredNetwork, operator_id), TRUE},
    {"access_technologies", SIMSTOW_JSON_KIND_WORDS,
     G_STRUCT_OFFSET (SimstowPreferredNetwork, access_technologies)},
};
/* clang-format on */

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
    .fields = profile_fields,
    .n_fields = G_N_ELEMENTS (profile_fields),
    .create = profile_create,
    .destroy = (GDestroyNotify) simstow_profile_free,
};

static const SimstowJsonShape preferred_shape = {
    .fields = preferred_fields,
    .n_fields = G_N_ELEMENTS (preferred_fields),
    .create = preferred_create,
    .destroy = (GDestroyNotify) simstow_preferred_network_free,
};

/* clang-format off */
static const SimstowJsonField network_fields[] = {
    {"profiles", SIMSTOW_JSON_KIND_OBJECTS,
     G_STRUCT_OFFSET (SimstowNetwork, profiles), FALSE, &profile_shape},
    {"allowed_modes", SIMSTOW_JSON_KIND_WORDS, G_STRUCT_OFFSET (SimstowNetwork, allowed_modes)},
    {"preferred_mode", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowNetwork, preferred_mode)},
    {"bands", SIMSTOW_JSON_KIND_WORDS, G_STRUCT_OFFSET (SimstowNetwork, bands)},
    {"preferred_networks", SIMSTOW_JSON_KIND_OBJECTS,
     G_STRUCT_OFFSET (SimstowNetwork, preferred_networks), FALSE, &preferred_shape},
    {"facility_locks", SIMSTOW_JSON_KIND_WORDS, G_STRUCT_OFFSET (SimstowNetwork, facility_locks)},
    {"initial_eps", SIMSTOW_JSON_KIND_OBJECT,
     G_STRUCT_OFFSET (SimstowNetwork, initial_eps), FALSE, &profile_shape},
};
/* clang-format on */

static const SimstowJsonShape network_shape = {
    .fields = network_fields,
    .n_fields = G_N_ELEMENTS (network_fields),
};

gboolean
simstow_network_json_knows (const gchar *key, gsize length)
{
    return simstow_json_shape_has (&network_shape, key, length);
}

void
simstow_network_append_json (const SimstowNetwork *network, gboolean pretty, GString *out)
{
    SimstowJsonWriter writer;

    simstow_json_writer_init (&writer, out, pretty);
    simstow_json_writer_begin (&writer, NULL, '{');
    simstow_json_shape_write (&network_shape, network, &writer);
    simstow_json_writer_end (&writer, '}');
    if (pretty)
        g_string_append_c (out, '\n');
}

SimstowNetwork *
simstow_network_from_json (const gchar *text, gsize length, GError **error)
{
    g_autoptr (SimstowNetwork) network = simstow_network_new ();
    SimstowJsonValue value;

    if (!simstow_json_value_parse (text, length, &value, error) ||
        !simstow_json_shape_read (&network_shape, &value, network, error))
        return NULL;
    return g_steal_pointer (&network);
}
