/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An eUICC as JSON, described by tables.
 */

#include "simstow-esim-json.h"

#include <string.h>

#include "simstow-json-shape.h"

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
    SIMSTOW_JSON_FIELD (SimstowEuiccAddress, COUNT, events),
    SIMSTOW_JSON_FIELD (SimstowEuiccAddress, TEXT, address),
};

static const SimstowJsonShape address_shape = {
    SIMSTOW_JSON_TABLE (SimstowEuiccAddress, address_fields)};

static const SimstowJsonField profile_fields[] = {
    SIMSTOW_JSON_FIELD (SimstowEuiccProfile, TEXT, iccid),
    SIMSTOW_JSON_FIELD (SimstowEuiccProfile, TEXT, aid),
    SIMSTOW_JSON_FIELD (SimstowEuiccProfile, FLAG, enabled),
    SIMSTOW_JSON_FIELD (SimstowEuiccProfile, TEXT, nickname),
    SIMSTOW_JSON_FIELD (SimstowEuiccProfile, TEXT, provider),
    SIMSTOW_JSON_FIELD (SimstowEuiccProfile, TEXT, name),
    {"class", SIMSTOW_JSON_KIND_TEXT, G_STRUCT_OFFSET (SimstowEuiccProfile, profile_class)},
    SIMSTOW_JSON_FIELD (SimstowEuiccProfile, TEXT, owner),
    SIMSTOW_JSON_FIELD (SimstowEuiccProfile, TEXT, gid1),
    SIMSTOW_JSON_FIELD (SimstowEuiccProfile, TEXT, gid2),
    {"notification_addresses",
     SIMSTOW_JSON_KIND_OBJECTS,
     G_STRUCT_OFFSET (SimstowEuiccProfile, addresses),
     FALSE,
     &address_shape},
    SIMSTOW_JSON_FIELD (SimstowEuiccProfile, FLAG, no_disable),
    SIMSTOW_JSON_FIELD (SimstowEuiccProfile, FLAG, no_delete),
};

static const SimstowJsonShape profile_shape = {
    SIMSTOW_JSON_TABLE (SimstowEuiccProfile, profile_fields)};

static const SimstowJsonField notification_fields[] = {
    SIMSTOW_JSON_FIELD (SimstowEuiccNotification, COUNT, sequence),
    SIMSTOW_JSON_FIELD (SimstowEuiccNotification, TEXT, operation),
    SIMSTOW_JSON_FIELD (SimstowEuiccNotification, TEXT, address),
    SIMSTOW_JSON_FIELD (SimstowEuiccNotification, TEXT, iccid),
    SIMSTOW_JSON_FIELD (SimstowEuiccNotification, BYTES, raw),
};

static const SimstowJsonShape notification_shape = {
    SIMSTOW_JSON_TABLE (SimstowEuiccNotification, notification_fields)};

static const SimstowJsonField info_fields[] = {
    SIMSTOW_JSON_FIELD (SimstowEuiccInfo, TEXT, profile_version),
    SIMSTOW_JSON_FIELD (SimstowEuiccInfo, TEXT, svn),
    SIMSTOW_JSON_FIELD (SimstowEuiccInfo, TEXT, firmware),
    SIMSTOW_JSON_FIELD (SimstowEuiccInfo, TEXT, category),
    SIMSTOW_JSON_FIELD (SimstowEuiccInfo, TEXT, pp_version),
    SIMSTOW_JSON_FIELD (SimstowEuiccInfo, TEXT, sas_number),
    SIMSTOW_JSON_FIELD (SimstowEuiccInfo, TEXT, platform_label),
    SIMSTOW_JSON_FIELD (SimstowEuiccInfo, TEXT, discovery_url),
};

static const SimstowJsonShape info_shape = {SIMSTOW_JSON_TABLE (SimstowEuiccInfo, info_fields)};

static const SimstowJsonField answer_fields[] = {
    SIMSTOW_JSON_NEEDED (SimstowEsimAnswer, TEXT, name),
    SIMSTOW_JSON_FIELD (SimstowEsimAnswer, BYTES, raw),
    SIMSTOW_JSON_FIELD (SimstowEsimAnswer, TEXT, fault),
};

static const SimstowJsonShape answer_shape = {
    SIMSTOW_JSON_TABLE (SimstowEsimAnswer, answer_fields),
    .destroy = (GDestroyNotify) simstow_esim_answer_free,
};

static const SimstowJsonField code_fields[] = {
    SIMSTOW_JSON_FIELD (SimstowActivationCode, TEXT, iccid),
    SIMSTOW_JSON_NEEDED (SimstowActivationCode, TEXT, code),
    SIMSTOW_JSON_FIELD (SimstowActivationCode, TEXT, confirmation),
    SIMSTOW_JSON_FIELD (SimstowActivationCode, TIME, added),
};

static const SimstowJsonShape code_shape = {
    SIMSTOW_JSON_TABLE (SimstowActivationCode, code_fields),
    .destroy = (GDestroyNotify) simstow_activation_code_free,
    .rest = G_STRUCT_OFFSET (SimstowActivationCode, rest),
};

static const SimstowJsonShape view_shape;

/* A secure element behind the first has neither codes nor further ones */
static const SimstowJsonField view_fields[] = {
    SIMSTOW_JSON_FIELD (View, TEXT, eid),
    SIMSTOW_JSON_FIELD (View, TEXT, default_smdp),
    SIMSTOW_JSON_FIELD (View, TEXT, root_smds),
    SIMSTOW_JSON_SHAPED (View, OBJECT, info, &info_shape),
    SIMSTOW_JSON_FIELD (View, LIMIT, free_memory),
    SIMSTOW_JSON_FIELD (View, LIMIT, free_ram),
    SIMSTOW_JSON_SHAPED (View, OBJECTS, profiles, &profile_shape),
    SIMSTOW_JSON_SHAPED (View, OBJECTS, notifications, &notification_shape),
    SIMSTOW_JSON_FIELD (View, TEXTS, faults),
    {"activation_codes",
     SIMSTOW_JSON_KIND_OBJECTS,
     G_STRUCT_OFFSET (View, codes),
     FALSE,
     &code_shape},
    SIMSTOW_JSON_SHAPED (View, OBJECTS, answers, &answer_shape),
    SIMSTOW_JSON_SHAPED (View, OBJECTS, further, &view_shape),
};

static const SimstowJsonShape view_shape = {SIMSTOW_JSON_TABLE (View, view_fields)};

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
    SIMSTOW_JSON_FIELD (View, TIME, first_seen),
    SIMSTOW_JSON_FIELD (View, TIME, last_seen),
    SIMSTOW_JSON_SHAPED (View, OBJECTS, answers, &answer_shape),
};

static const SimstowJsonShape past_shape = {
    SIMSTOW_JSON_TABLE (View, past_fields),
    .destroy = view_free,
};

/* What is read back: the truth, and what cannot be decoded anew */
static const SimstowJsonField stored_fields[] = {
    {"activation_codes",
     SIMSTOW_JSON_KIND_OBJECTS,
     G_STRUCT_OFFSET (View, codes),
     FALSE,
     &code_shape},
    SIMSTOW_JSON_SHAPED (View, OBJECTS, answers, &answer_shape),
    SIMSTOW_JSON_SHAPED (View, OBJECTS, history, &past_shape),
    SIMSTOW_JSON_SHAPED (View, OBJECTS, further, &past_shape),
};

static const SimstowJsonShape stored_shape = {SIMSTOW_JSON_TABLE (View, stored_fields)};

gboolean
simstow_esim_json_knows (const gchar *key, gsize length)
{
    return simstow_json_shape_has (&view_shape, key, length) ||
           simstow_json_shape_has (&stored_shape, key, length);
}

gboolean
simstow_esim_set_codes_json (GString *text, const GPtrArray *codes, GError **error)
{
    g_autoptr (GString) out = g_string_new (NULL);
    const View view = {.codes = codes && codes->len > 0 ? (GPtrArray *) codes : NULL};
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
    simstow_json_shape_write (&stored_shape, &view, &writer);
    simstow_json_writer_end (&writer, '}');
    g_string_append_c (out, '\n');
    g_string_assign (text, out->str);
    return TRUE;
}

/* What is wrong, without what kind of fault it is */
static GPtrArray *
dup_texts (const GPtrArray *faults)
{
    GPtrArray *texts = g_ptr_array_new ();

    for (guint i = 0; i < faults->len; i++)
        g_ptr_array_add (texts, ((const GError *) faults->pdata[i])->message);
    return texts;
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
        .faults = dup_texts (esim->faults),
        .answers = esim->answers,
    };
}

static void
shown_free (gpointer data)
{
    View *view = data;

    g_ptr_array_unref (view->faults);
    g_free (view);
}

void
simstow_esim_append_json (const SimstowEsim *esim, gboolean secrets, gboolean pretty, GString *out)
{
    g_autoptr (GPtrArray) further = g_ptr_array_new_with_free_func (shown_free);
    View view = view_of (esim);
    g_autoptr (GPtrArray) faults = view.faults;
    guint i;

    for (i = 0; i < esim->further->len; i++) {
        const View element = view_of (g_ptr_array_index (esim->further, i));

        g_ptr_array_add (further, g_memdup2 (&element, sizeof element));
    }
    view.codes = secrets ? esim->codes : NULL;
    view.further = further;
    simstow_json_shape_append (&view_shape, &view, pretty, out);
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
    gboolean read = simstow_json_shape_parse (&stored_shape, text, length, &view, error) &&
                    fill (esim, &view, error);

    view_clear (&view);
    return read ? g_steal_pointer (&esim) : NULL;
}
