/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report of a restore.
 */

#include "config.h"

#include "simstow-report.h"

#include <glib/gi18n.h>

#include "simstow-json.h"
#include "simstow-kinds.h"
#include "simstow-view-plan.h"

static const gchar *const actions[] = {
    [SIMSTOW_ACTION_WRITE] = "write",
    [SIMSTOW_ACTION_SKIP] = "skip",
    [SIMSTOW_ACTION_REFUSE] = "refuse",
    [SIMSTOW_ACTION_ERASE] = "erase",
    [SIMSTOW_ACTION_LEAVE] = "leave",
};

static const gchar *const fates[] = {
    [SIMSTOW_FATE_PENDING] = "pending",
    [SIMSTOW_FATE_DONE] = "done",
    [SIMSTOW_FATE_FAILED] = "failed",
    [SIMSTOW_FATE_UNKNOWN] = "unknown",
};

static void
add_string (JsonBuilder *builder, const gchar *name, const gchar *text)
{
    if (text == NULL)
        return;
    json_builder_set_member_name (builder, name);
    json_builder_add_string_value (builder, text);
}

static void
add_int (JsonBuilder *builder, const gchar *name, gint64 value)
{
    json_builder_set_member_name (builder, name);
    json_builder_add_int_value (builder, value);
}

static void
add_flag (JsonBuilder *builder, const gchar *name, gboolean value)
{
    json_builder_set_member_name (builder, name);
    json_builder_add_boolean_value (builder, value);
}

/* Where the record lies in the archive, or on the modem when it is erased. */
static void
add_origin (JsonBuilder *builder, const gchar *store, guint index)
{
    json_builder_set_member_name (builder, "from");
    json_builder_begin_object (builder);
    add_string (builder, "store", store);
    add_int (builder, "index", index);
    json_builder_end_object (builder);
}

static void
add_step (JsonBuilder *builder, const SimstowPlanItem *item)
{
    g_autofree gchar *what = simstow_view_describe_step (item);

    json_builder_begin_object (builder);
    add_string (builder, "action", actions[item->action]);
    add_string (builder, "kind", simstow_kinds_name (item->kind));
    add_string (builder, "store", item->store);
    add_int (builder, "index", item->index);
    if (item->message != NULL)
        add_origin (builder, item->message->store, item->message->index);
    if (item->contact != NULL)
        add_origin (builder, item->contact->store, item->contact->index);
    if (item->call != NULL)
        add_origin (builder, item->call->store, item->call->index);
    add_string (builder, "what", what);
    add_string (builder, "old", item->before);
    add_string (builder, "new", item->after);
    add_string (builder, "reason", item->reason);
    if (item->action == SIMSTOW_ACTION_WRITE || item->action == SIMSTOW_ACTION_ERASE)
        add_string (builder, "fate", fates[item->fate]);
    add_string (builder, "fault", item->fault);
    json_builder_end_object (builder);
}

static void
add_counts (JsonBuilder *builder, const SimstowPlan *plan)
{
    guint counts[G_N_ELEMENTS (fates)] = {0};
    guint i;

    for (i = 0; i < plan->items->len; i++) {
        const SimstowPlanItem *item = g_ptr_array_index (plan->items, i);

        if (item->action == SIMSTOW_ACTION_WRITE || item->action == SIMSTOW_ACTION_ERASE)
            counts[item->fate]++;
    }
    json_builder_set_member_name (builder, "counts");
    json_builder_begin_object (builder);
    add_int (builder, "altered", simstow_plan_count_altered (plan));
    for (i = 0; i < G_N_ELEMENTS (actions); i++)
        add_int (builder, actions[i], simstow_plan_count (plan, (SimstowAction) i));
    for (i = 0; i < G_N_ELEMENTS (fates); i++)
        add_int (builder, fates[i], counts[i]);
    json_builder_end_object (builder);
}

JsonNode *
simstow_report_build (const SimstowPlan *plan,
                      const gchar *archive,
                      const gchar *modem,
                      const gchar *state)
{
    g_autoptr (JsonBuilder) builder = json_builder_new ();
    g_autofree gchar *name = g_filename_display_name (archive);
    guint i;

    json_builder_begin_object (builder);
    add_string (builder, "archive", name);
    add_string (builder, "modem", modem);
    add_string (builder, "state", state);
    add_flag (builder, "other_sim", plan->other_sim);
    add_flag (builder, "other_modem", plan->other_modem);
    add_counts (builder, plan);
    json_builder_set_member_name (builder, "steps");
    json_builder_begin_array (builder);
    for (i = 0; i < plan->items->len; i++)
        add_step (builder, g_ptr_array_index (plan->items, i));
    json_builder_end_array (builder);
    json_builder_end_object (builder);
    return json_builder_get_root (builder);
}

gboolean
simstow_report_write (JsonNode *report, SimstowOutput *output, gboolean draft, GError **error)
{
    g_autofree gchar *text = simstow_json_to_text (report);
    g_autofree gchar *line = g_strconcat (text, "\n", NULL);

    if (simstow_output_write (output, line, draft, error))
        return TRUE;
    g_prefix_error (error, _ ("cannot write the report: "));
    return FALSE;
}
