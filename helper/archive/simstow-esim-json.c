/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An eUICC as JSON, described by tables.
 */

#include "simstow-esim-json.h"

#include <string.h>

#include "simstow-json-rest.h"
#include "simstow-json-shape.h"

#define TEXT(key, type, member)                                     \
    {                                                               \
        key, SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (type, member) \
    }
#define OBJECTS(key, member, shape)                                                  \
    {                                                                                \
        key, SIMSTOW_JSON_KIND_OBJECTS, G_STRUCT_OFFSET (View, member), FALSE, shape \
    }

/* What esim.json shows: the eUICC with its numbers in the types that shapes know. */
typedef struct {
    gchar *eid;
    gchar *default_smdp;
    gchar *root_smds;
    const SimstowEuiccInfo *info;
    gint free_memory;
    gint free_ram;
    GPtrArray *profiles;
    GPtrArray *notifications;
    GPtrArray *faults;
    GPtrArray *codes;
    GPtrArray *answers;
    GPtrArray *history;
    GPtrArray *further;
    gint64 first_seen;
    gint64 last_seen;
} View;

static const SimstowJsonField address_fields[] = {
    {"events", SIMSTOW_JSON_KIND_COUNT, G_STRUCT_OFFSET (SimstowEuiccAddress, events)},
    TEXT ("address", SimstowEuiccAddress, address),
};

static const SimstowJsonShape address_shape = {
    .fields = address_fields,
    .n_fields = G_N_ELEMENTS (address_fields),
};

static const SimstowJsonField profile_fields[] = {
    TEXT ("iccid", SimstowEuiccProfile, iccid),
    TEXT ("aid", SimstowEuiccProfile, aid),
    {"enabled", SIMSTOW_JSON_KIND_FLAG, G_STRUCT_OFFSET (SimstowEuiccProfile, enabled)},
    TEXT ("nickname", SimstowEuiccProfile, nickname),
    TEXT ("provider", SimstowEuiccProfile, provider),
    TEXT ("name", SimstowEuiccProfile, name),
    TEXT ("class", SimstowEuiccProfile, profile_class),
    TEXT ("owner", SimstowEuiccProfile, owner),
    TEXT ("gid1", SimstowEuiccProfile, gid1),
    TEXT ("gid2", SimstowEuiccProfile, gid2),
    {"notification_addresses",
     SIMSTOW_JSON_KIND_OBJECTS,
     G_STRUCT_OFFSET (SimstowEuiccProfile, addresses),
     FALSE,
     &address_shape},
    {"no_disable", SIMSTOW_JSON_KIND_FLAG, G_STRUCT_OFFSET (SimstowEuiccProfile, no_disable)},
    {"no_delete", SIMSTOW_JSON_KIND_FLAG, G_STRUCT_OFFSET (SimstowEuiccProfile, no_delete)},
};

static const SimstowJsonShape profile_shape = {
    .fields = profile_fields,
    .n_fields = G_N_ELEMENTS (profile_fields),
};

static const SimstowJsonField notification_fields[] = {
    {"sequence", SIMSTOW_JSON_KIND_COUNT, G_STRUCT_OFFSET (SimstowEuiccNotification, sequence)},
    TEXT ("operation", SimstowEuiccNotification, operation),
    TEXT ("address", SimstowEuiccNotification, address),
    TEXT ("iccid", SimstowEuiccNotification, iccid),
    {"raw", SIMSTOW_JSON_KIND_BYTES, G_STRUCT_OFFSET (SimstowEuiccNotification, raw)},
};

static const SimstowJsonShape notification_shape = {
    .fields = notification_fields,
    .n_fields = G_N_ELEMENTS (notification_fields),
};

static const SimstowJsonField info_fields[] = {
    TEXT ("profile_version", SimstowEuiccInfo, profile_version),
    TEXT ("svn", SimstowEuiccInfo, svn),
    TEXT ("firmware", SimstowEuiccInfo, firmware),
    TEXT ("category", SimstowEuiccInfo, category),
    TEXT ("pp_version", SimstowEuiccInfo, pp_version),
    TEXT ("sas_number", SimstowEuiccInfo, sas_number),
    TEXT ("platform_label", SimstowEuiccInfo, platform_label),
    TEXT ("discovery_url", SimstowEuiccInfo, discovery_url),
};

static const SimstowJsonShape info_shape = {
    .fields = info_fields,
    .n_fields = G_N_ELEMENTS (info_fields),
};

static const SimstowJsonField answer_fields[] = {
    {"name",
     SIMSTOW_JSON_KIND_TEXT,
     G_STRUCT_OFFSET (SimstowEsimAnswer, name),
     /* required */ TRUE},
    {"raw", SIMSTOW_JSON_KIND_BYTES, G_STRUCT_OFFSET (SimstowEsimAnswer, raw)},
    TEXT ("fault", SimstowEsimAnswer, fault),
};

static gpointer
answer_create (void)
{
    return g_new0 (SimstowEsimAnswer, 1);
}

static const SimstowJsonShape answer_shape = {
    .fields = answer_fields,
    .n_fields = G_N_ELEMENTS (answer_fields),
    .create = answer_create,
    .destroy = (GDestroyNotify) simstow_esim_answer_free,
};

static const SimstowJsonField code_fields[] = {
    TEXT ("iccid", SimstowActivationCode, iccid),
    {"code", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowActivationCode, code), TRUE},
    TEXT ("confirmation", SimstowActivationCode, confirmation),
    {"added", SIMSTOW_JSON_KIND_TIME, G_STRUCT_OFFSET (SimstowActivationCode, added)},
};

static gpointer
code_create (void)
{
    return g_new0 (SimstowActivationCode, 1);
}

static const SimstowJsonShape code_shape = {
    .fields = code_fields,
    .n_fields = G_N_ELEMENTS (code_fields),
    .create = code_create,
    .destroy = (GDestroyNotify) simstow_activation_code_free,
    .keeps_rest = TRUE,
    .rest = G_STRUCT_OFFSET (SimstowActivationCode, rest),
};

/* A secure element behind the first */
static const SimstowJsonField further_fields[] = {
    TEXT ("eid", View, eid),
    TEXT ("default_smdp", View, default_smdp),
    TEXT ("root_smds", View, root_smds),
    {"info", SIMSTOW_JSON_KIND_OBJECT, G_STRUCT_OFFSET (View, info), FALSE, &info_shape},
    {"free_memory", SIMSTOW_JSON_KIND_LIMIT, G_STRUCT_OFFSET (View, free_memory)},
    {"free_ram", SIMSTOW_JSON_KIND_LIMIT, G_STRUCT_OFFSET (View, free_ram)},
    OBJECTS ("profiles", profiles, &profile_shape),
    OBJECTS ("notifications", notifications, &notification_shape),
    {"faults", SIMSTOW_JSON_KIND_TEXTS, G_STRUCT_OFFSET (View, faults)},
    OBJECTS ("answers", answers, &answer_shape),
};

static const SimstowJsonShape further_shape = {
    .fields = further_fields,
    .n_fields = G_N_ELEMENTS (further_fields),
};

static const SimstowJsonField view_fields[] = {
    TEXT ("eid", View, eid),
    TEXT ("default_smdp", View, default_smdp),
    TEXT ("root_smds", View, root_smds),
    {"info", SIMSTOW_JSON_KIND_OBJECT, G_STRUCT_OFFSET (View, info), FALSE, &info_shape},
    {"free_memory", SIMSTOW_JSON_KIND_LIMIT, G_STRUCT_OFFSET (View, free_memory)},
    {"free_ram", SIMSTOW_JSON_KIND_LIMIT, G_STRUCT_OFFSET (View, free_ram)},
    OBJECTS ("profiles", profiles, &profile_shape),
    OBJECTS ("notifications", notifications, &notification_shape),
    {"faults", SIMSTOW_JSON_KIND_TEXTS, G_STRUCT_OFFSET (View, faults)},
    OBJECTS ("activation_codes", codes, &code_shape),
    OBJECTS ("answers", answers, &answer_shape),
    OBJECTS ("further", further, &further_shape),
};

static const SimstowJsonShape view_shape = {
    .fields = view_fields,
    .n_fields = G_N_ELEMENTS (view_fields),
};

static gpointer
view_create (void)
{
    return g_new0 (View, 1);
}

static void
view_clear (View *view)
{
    g_clear_pointer (&view->answers, g_ptr_array_unref);
    g_clear_pointer (&view->codes, g_ptr_array_unref);
    g_clear_pointer (&view->history, g_ptr_array_unref);
    g_clear_pointer (&view->further, g_ptr_array_unref);
}

static void
view_free (gpointer data)
{
    view_clear (data);
    g_free (data);
}

static const SimstowJsonField past_fields[] = {
    {"first_seen", SIMSTOW_JSON_KIND_TIME, G_STRUCT_OFFSET (View, first_seen)},
    {"last_seen", SIMSTOW_JSON_KIND_TIME, G_STRUCT_OFFSET (View, last_seen)},
    OBJECTS ("answers", answers, &answer_shape),
};

static const SimstowJsonShape past_shape = {
    .fields = past_fields,
    .n_fields = G_N_ELEMENTS (past_fields),
    .create = view_create,
    .destroy = view_free,
};

/* What is read back: the truth, and what cannot be decoded anew */
static const SimstowJsonField stored_fields[] = {
    OBJECTS ("activation_codes", codes, &code_shape),
    OBJECTS ("answers", answers, &answer_shape),
    OBJECTS ("history", history, &past_shape),
    OBJECTS ("further", further, &past_shape),
};

static const SimstowJsonShape stored_shape = {
    .fields = stored_fields,
    .n_fields = G_N_ELEMENTS (stored_fields),
};

gboolean
simstow_esim_json_knows (const gchar *key, gsize length)
{
    return simstow_json_shape_has (&view_shape, key, length) ||
           simstow_json_shape_has (&stored_shape, key, length);
}

static void
write_codes (SimstowJsonWriter *writer, const GPtrArray *codes)
{
    static const SimstowJsonField fields[] = {
        OBJECTS ("activation_codes", codes, &code_shape),
    };
    static const SimstowJsonShape shape = {.fields = fields, .n_fields = G_N_ELEMENTS (fields)};
    const View view = {.codes = (GPtrArray *) codes};

    simstow_json_shape_write (&shape, &view, writer);
}

gboolean
simstow_esim_set_codes_json (GString *text, const GPtrArray *codes, GError **error)
{
    g_autoptr (GString) out = g_string_new (NULL);
    SimstowJsonWriter writer;
    SimstowJsonScanner scanner;
    SimstowJsonValue object;
    SimstowJsonValue key;
    SimstowJsonValue value;

    if (!simstow_json_value_parse (text->str, text->len, &object, error))
        return FALSE;
    simstow_json_writer_init (&writer, out, TRUE);
    simstow_json_writer_begin (&writer, NULL, '{');
    simstow_json_scanner_init (&scanner, &object);
    while (simstow_json_scanner_next (&scanner, &key, &value))
        if (!simstow_json_value_is (&key, "activation_codes", strlen ("activation_codes")))
            simstow_json_rest_write (&writer, &key, &value);
    if (codes && codes->len > 0)
        write_codes (&writer, codes);
    simstow_json_writer_end (&writer, '}');
    g_string_append_c (out, '\n');
    g_string_assign (text, out->str);
    return TRUE;
}

static View
view_of (const SimstowEsim *esim)
{
    return (View){
        .eid = esim->eid,
        .default_smdp = esim->default_smdp,
        .root_smds = esim->root_smds,
        .info = esim->info,
        .free_memory = esim->info ? (gint) MIN (esim->info->free_memory, G_MAXINT) : -1,
        .free_ram = esim->info ? (gint) MIN (esim->info->free_ram, G_MAXINT) : -1,
        .profiles = esim->profiles,
        .notifications = esim->notifications,
        .faults = esim->faults,
        .answers = esim->answers,
    };
}

void
simstow_esim_append_json (const SimstowEsim *esim, gboolean secrets, gboolean pretty, GString *out)
{
    g_autoptr (GPtrArray) further = g_ptr_array_new_with_free_func (g_free);
    View view = view_of (esim);
    SimstowJsonWriter writer;
    guint i;

    for (i = 0; i < esim->further->len; i++) {
        const View element = view_of (g_ptr_array_index (esim->further, i));

        g_ptr_array_add (further, g_memdup2 (&element, sizeof element));
    }
    view.codes = secrets ? esim->codes : NULL;
    view.further = further;
    simstow_json_writer_init (&writer, out, pretty);
    simstow_json_writer_begin (&writer, NULL, '{');
    simstow_json_shape_write (&view_shape, &view, &writer);
    simstow_json_writer_end (&writer, '}');
    if (pretty)
        g_string_append_c (out, '\n');
}

static void
add_answers (SimstowEsim *esim, const GPtrArray *answers)
{
    guint i;

    for (i = 0; answers && i < answers->len; i++) {
        const SimstowEsimAnswer *answer = g_ptr_array_index (answers, i);

        simstow_esim_add_answer (esim, answer->name, answer->raw, answer->fault);
    }
}

static void
add_history (SimstowEsim *esim, const GPtrArray *history)
{
    guint i;

    if (!history)
        return;
    esim->history = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_esim_free);
    for (i = 0; i < history->len; i++) {
        const View *past = g_ptr_array_index (history, i);
        SimstowEsim *state = simstow_esim_new ();

        state->first_seen = past->first_seen;
        state->last_seen = past->last_seen;
        add_answers (state, past->answers);
        g_ptr_array_add (esim->history, state);
    }
}

static void
add_further (SimstowEsim *esim, const GPtrArray *further)
{
    guint i;

    for (i = 0; further && i < further->len; i++) {
        const View *element = g_ptr_array_index (further, i);

        g_ptr_array_add (esim->further, simstow_esim_new ());
        add_answers (esim->further->pdata[i], element->answers);
    }
}

/* Takes over what was read. */
static gboolean
fill (SimstowEsim *esim, View *view, GError **error)
{
    guint i;

    add_answers (esim, view->answers);
    add_history (esim, view->history);
    add_further (esim, view->further);
    for (i = 0; view->codes && i < view->codes->len; i++) {
        SimstowActivationCode *code = g_ptr_array_index (view->codes, i);

        if (!simstow_esim_check_code (code->code, error))
            return FALSE;
        simstow_esim_keep_code (esim, g_steal_pointer (&view->codes->pdata[i]));
    }
    return TRUE;
}

SimstowEsim *
simstow_esim_from_json (const gchar *text, gsize length, GError **error)
{
    g_autoptr (SimstowEsim) esim = simstow_esim_new ();
    View view = {0};
    SimstowJsonValue value;
    gboolean read;

    read = simstow_json_value_parse (text, length, &value, error) &&
           simstow_json_shape_read (&stored_shape, &value, &view, error) &&
           fill (esim, &view, error);
    view_clear (&view);
    return read ? g_steal_pointer (&esim) : NULL;
}
