/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The doors of one modem, and those of them that are reached over AT: what is locked for a call.
 */

#include "simstow-doors.h"

#include "simstow-door-line.h"
#include "simstow-door-table.h"
#include "simstow-error.h"
#include "simstow-port.h"

struct _SimstowDoors {
    GObject parent_instance;

    SimstowPort *port;
    SimstowDoorLine *line;
    SimstowCard *card;
    gchar *caller;
};

G_DEFINE_FINAL_TYPE (SimstowDoors, simstow_doors, G_TYPE_OBJECT)

static void
on_line_done (gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowDoors *self = g_task_get_source_object (task);
    const SimstowDoorCall *call = g_task_get_task_data (task);

    simstow_port_unlock_sms (self->port, call->mem1, call->mem2);
    g_task_return_boolean (task, TRUE);
}

static void
run_line (GTask *task, gboolean messages)
{
    SimstowDoors *self = g_task_get_source_object (task);

    simstow_door_line_run (self->line,
                           g_task_get_task_data (task),
                           messages,
                           g_task_get_cancellable (task),
                           on_line_done,
                           task);
}

static void
on_locked (GObject *source, GAsyncResult *result, gpointer user_data)
{
    GTask *task = user_data;
    SimstowDoorCall *call = g_task_get_task_data (task);
    g_autoptr (GError) error = NULL;
    guint i;

    if (simstow_port_lock_sms_finish (SIMSTOW_PORT (source), result, &error)) {
        run_line (task, TRUE);
        return;
    }
    call->mem1 = call->mem2 = FALSE;
    for (i = 0; i < call->commands->len; i++)
        simstow_door_request_fail (call->commands->pdata[i], g_error_copy (error));
    on_line_done (task);
}

/* What is read and deleted is in the first memory, what is written goes to the second, 3GPP TS
 * 27.005 3.2.2 */
void
simstow_doors_messages_run (GTask *task)
{
    SimstowDoors *self = g_task_get_source_object (task);
    SimstowDoorCall *call = g_task_get_task_data (task);
    const gchar *memory = simstow_door_call_peek_option (call, "memory");
    guint i;

    if (memory == NULL) {
        run_line (task, TRUE);
        return;
    }
    for (i = 0; i < call->commands->len; i++) {
        if (((SimstowDoorRequest *) call->commands->pdata[i])->shape->data == SIMSTOW_DOOR_DATA_PDU)
            call->mem2 = TRUE;
        else
            call->mem1 = TRUE;
    }
    simstow_port_lock_sms_async (self->port,
                                 call->mem1 ? memory : NULL,
                                 call->mem2 ? memory : NULL,
                                 g_task_get_cancellable (task),
                                 on_locked,
                                 task);
}

void
simstow_doors_phonebook_run (GTask *task)
{
    run_line (task, FALSE);
}

void
simstow_doors_run_async (SimstowDoors *self,
                         SimstowDoorCall *call,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
    GTask *task = g_task_new (self, cancellable, callback, user_data);

    g_task_set_source_tag (task, simstow_doors_run_async);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, call, NULL);
    call->began = g_get_monotonic_time ();
    call->row->run (task);
}

void
simstow_doors_run_finish (SimstowDoors *self, GAsyncResult *result)
{
    g_return_if_fail (g_task_is_valid (result, self));

    g_task_propagate_boolean (G_TASK (result), NULL);
}

GVariant *
simstow_doors_describe (SimstowDoors *self)
{
    gboolean locked = FALSE;
    g_autofree gchar *sim = simstow_port_dup_sim (self->port, &locked);
    const SimstowCardMemory *card = simstow_card_renew (self->card);
    g_autoptr (GStrvBuilder) doors = g_strv_builder_new ();
    g_auto (GStrv) names = NULL;
    const SimstowDoorRow *rows;
    GVariantDict dict;
    gsize n_rows, i;

    rows = simstow_door_table_get (&n_rows);
    for (i = 0; i < n_rows; i++)
        g_strv_builder_add (doors, rows[i].name);
    names = g_strv_builder_end (doors);
    g_variant_dict_init (&dict, NULL);
    g_variant_dict_insert (&dict, "doors", "^as", names);
    g_variant_dict_insert (&dict, "at", "b", simstow_port_has_at (self->port));
    g_variant_dict_insert (&dict, "mbim", "b", simstow_port_peek_mbim (self->port) != NULL);
    if (card->files_way)
        g_variant_dict_insert (&dict, "way", "s", card->files_way);
    if (card->euicc_way)
        g_variant_dict_insert (&dict, "euicc-way", "s", card->euicc_way);
    g_variant_dict_insert (&dict, "sim", "s", sim);
    g_variant_dict_insert (&dict, "locked", "b", locked);
    g_variant_dict_insert (&dict, "setup", "u", (guint) simstow_port_get_setup (self->port));
    return g_variant_dict_end (&dict);
}

void
simstow_doors_set_caller (SimstowDoors *self, const gchar *caller)
{
    if (g_strcmp0 (self->caller, caller) == 0)
        return;
    g_free (self->caller);
    self->caller = g_strdup (caller);
    simstow_port_wait_renew (self->port);
    simstow_card_ask_anew (self->card);
}

SimstowPort *
simstow_doors_get_port (SimstowDoors *self)
{
    return self->port;
}

SimstowCard *
simstow_doors_get_card (SimstowDoors *self)
{
    return self->card;
}

static void
simstow_doors_finalize (GObject *object)
{
    SimstowDoors *self = SIMSTOW_DOORS (object);

    g_clear_object (&self->card);
    g_free (self->caller);
    g_clear_pointer (&self->line, simstow_door_line_free);
    g_clear_object (&self->port);
    G_OBJECT_CLASS (simstow_doors_parent_class)->finalize (object);
}

static void
simstow_doors_class_init (SimstowDoorsClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_doors_finalize;
}

static void
simstow_doors_init (SimstowDoors *self)
{
}

SimstowDoors *
simstow_doors_new (SimstowPort *port)
{
    SimstowDoors *self = g_object_new (SIMSTOW_TYPE_DOORS, NULL);

    self->port = g_object_ref (port);
    self->line = simstow_door_line_new (port);
    self->card = simstow_card_new (port);
    return self;
}
