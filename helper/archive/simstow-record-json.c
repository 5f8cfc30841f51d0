/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Contacts, calls, files of the card and what could not be understood as JSON.
 */

#include "simstow-record-json.h"

#include "simstow-json-shape.h"

/* clang-format off */
static const SimstowJsonField number_fields[] = {
    {"number", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowContactNumber, number), TRUE},
    {"type", SIMSTOW_JSON_KIND_COUNT, G_STRUCT_OFFSET (SimstowContactNumber, type)},
    {"label", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowContactNumber, label)},
};
/* clang-format on */

static gpointer
contact_number_create (void)
{
    return g_new0 (SimstowContactNumber, 1);
}

static void
contact_number_destroy (gpointer data)
{
    SimstowContactNumber *number = data;

    g_free (number->number);
    g_free (number->label);
    g_free (number);
}

static const SimstowJsonShape number_shape = {
    .fields = number_fields,
    .n_fields = G_N_ELEMENTS (number_fields),
    .create = contact_number_create,
    .destroy = contact_number_destroy,
};

/* clang-format off */
static const SimstowJsonField contact_fields[] = {
    {"store", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowContact, store), TRUE},
    {"index", SIMSTOW_JSON_KIND_COUNT, G_STRUCT_OFFSET (SimstowContact, index), TRUE},
    {"number", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowContact, number)},
    {"type", SIMSTOW_JSON_KIND_COUNT, G_STRUCT_OFFSET (SimstowContact, type)},
    {"name", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowContact, name)},
    {"name_raw", SIMSTOW_JSON_KIND_BYTES, G_STRUCT_OFFSET (SimstowContact, name_raw)},
    {"name_alpha", SIMSTOW_JSON_KIND_BYTES, G_STRUCT_OFFSET (SimstowContact, name_alpha)},
    {"hidden", SIMSTOW_JSON_KIND_FLAG, G_STRUCT_OFFSET (SimstowContact, hidden)},
    {"group", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowContact, group)},
    {"further_groups", SIMSTOW_JSON_KIND_TEXTS, G_STRUCT_OFFSET (SimstowContact, groups)},
    {"second_name", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowContact, second_name)},
    {"further_second_names", SIMSTOW_JSON_KIND_TEXTS,
     G_STRUCT_OFFSET (SimstowContact, second_names)},
    {"numbers", SIMSTOW_JSON_KIND_OBJECTS,
     G_STRUCT_OFFSET (SimstowContact, numbers), FALSE, &number_shape},
    {"emails", SIMSTOW_JSON_KIND_TEXTS, G_STRUCT_OFFSET (SimstowContact, emails)},
    {"sip_uri", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowContact, sip_uri)},
    {"tel_uri", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowContact, tel_uri)},
    {"first_seen", SIMSTOW_JSON_KIND_TIME, G_STRUCT_OFFSET (SimstowContact, first_seen)},
    {"last_seen", SIMSTOW_JSON_KIND_TIME, G_STRUCT_OFFSET (SimstowContact, last_seen)},
};

static const SimstowJsonField call_fields[] = {
    {"store", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowCall, store), TRUE},
    {"index", SIMSTOW_JSON_KIND_COUNT, G_STRUCT_OFFSET (SimstowCall, index), TRUE},
    {"number", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowCall, number)},
    {"type", SIMSTOW_JSON_KIND_COUNT, G_STRUCT_OFFSET (SimstowCall, type)},
    {"name", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowCall, name)},
    {"name_raw", SIMSTOW_JSON_KIND_BYTES, G_STRUCT_OFFSET (SimstowCall, name_raw)},
    {"time", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowCall, time)},
    {"first_seen", SIMSTOW_JSON_KIND_TIME, G_STRUCT_OFFSET (SimstowCall, first_seen)},
    {"last_seen", SIMSTOW_JSON_KIND_TIME, G_STRUCT_OFFSET (SimstowCall, last_seen)},
};
/* clang-format on */

static const SimstowJsonShape contact_shape = {
    .fields = contact_fields,
    .n_fields = G_N_ELEMENTS (contact_fields),
    .keeps_rest = TRUE,
    .rest = G_STRUCT_OFFSET (SimstowContact, rest),
};

static const SimstowJsonShape call_shape = {
    .fields = call_fields,
    .n_fields = G_N_ELEMENTS (call_fields),
    .keeps_rest = TRUE,
    .rest = G_STRUCT_OFFSET (SimstowCall, rest),
};

/* clang-format off */
static const SimstowJsonField simfile_fields[] = {
    {"index", SIMSTOW_JSON_KIND_COUNT, G_STRUCT_OFFSET (SimstowSimfile, index), TRUE},
    {"name", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowSimfile, name), TRUE},
    {"path", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowSimfile, path)},
    {"structure", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowSimfile, structure)},
    {"raw", SIMSTOW_JSON_KIND_BYTES, G_STRUCT_OFFSET (SimstowSimfile, raw)},
    {"records", SIMSTOW_JSON_KIND_WORDS, G_STRUCT_OFFSET (SimstowSimfile, records)},
    {"fault", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowSimfile, fault)},
};
/* clang-format on */

static const SimstowJsonShape simfile_shape = {
    .fields = simfile_fields,
    .n_fields = G_N_ELEMENTS (simfile_fields),
    .keeps_rest = TRUE,
    .rest = G_STRUCT_OFFSET (SimstowSimfile, rest),
};

/* clang-format off */
static const SimstowJsonField unread_fields[] = {
    {"store", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowUnread, store), TRUE},
    {"index", SIMSTOW_JSON_KIND_COUNT, G_STRUCT_OFFSET (SimstowUnread, index), TRUE},
    {"fault", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowUnread, fault), TRUE},
    {"raw", SIMSTOW_JSON_KIND_BYTES, G_STRUCT_OFFSET (SimstowUnread, raw)},
};
/* clang-format on */

static const SimstowJsonShape unread_shape = {
    .fields = unread_fields,
    .n_fields = G_N_ELEMENTS (unread_fields),
    .keeps_rest = TRUE,
    .rest = G_STRUCT_OFFSET (SimstowUnread, rest),
};

static void
append_object (const SimstowJsonShape *shape, gconstpointer object, const gchar *rest, GString *out)
{
    SimstowJsonWriter writer;

    simstow_json_writer_init (&writer, out, FALSE);
    simstow_json_writer_begin (&writer, NULL, '{');
    simstow_json_shape_write (shape, object, &writer);
    simstow_json_writer_rest (&writer, rest);
    simstow_json_writer_end (&writer, '}');
}

static gboolean
parse_object (const SimstowJsonShape *shape,
              const gchar *text,
              gsize length,
              gpointer object,
              GError **error)
{
    SimstowJsonValue value;

    return simstow_json_value_parse (text, length, &value, error) &&
           simstow_json_shape_read (shape, &value, object, error);
}

void
simstow_contact_append_json (const SimstowContact *contact, GString *out)
{
    append_object (&contact_shape, contact, contact->rest, out);
}

SimstowContact *
simstow_contact_from_json (const gchar *text, gsize length, GError **error)
{
    g_autoptr (SimstowContact) contact = simstow_contact_new (NULL, 0, "", 0, "");

    if (!parse_object (&contact_shape, text, length, contact, error))
        return NULL;
    return g_steal_pointer (&contact);
}

void
simstow_call_append_json (const SimstowCall *call, GString *out)
{
    append_object (&call_shape, call, call->rest, out);
}

SimstowCall *
simstow_call_from_json (const gchar *text, gsize length, GError **error)
{
    g_autoptr (SimstowCall) call = simstow_call_new (NULL, 0, "", 0, "");

    if (!parse_object (&call_shape, text, length, call, error))
        return NULL;
    return g_steal_pointer (&call);
}

void
simstow_simfile_append_json (const SimstowSimfile *simfile, GString *out)
{
    append_object (&simfile_shape, simfile, simfile->rest, out);
}

SimstowSimfile *
simstow_simfile_from_json (const gchar *text, gsize length, GError **error)
{
    g_autoptr (SimstowSimfile) simfile = simstow_simfile_new ();

    if (!parse_object (&simfile_shape, text, length, simfile, error))
        return NULL;
    return g_steal_pointer (&simfile);
}

void
simstow_unread_append_json (const SimstowUnread *unread, GString *out)
{
    append_object (&unread_shape, unread, unread->rest, out);
}

SimstowUnread *
simstow_unread_from_json (const gchar *text, gsize length, GError **error)
{
    g_autoptr (SimstowUnread) unread = simstow_unread_new (NULL, 0, NULL, NULL);

    if (!parse_object (&unread_shape, text, length, unread, error))
        return NULL;
    return g_steal_pointer (&unread);
}
