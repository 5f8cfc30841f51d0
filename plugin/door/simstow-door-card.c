/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What passes the doors to the card is carried out in plugin/card, and its answers are handed
 * over as they came.
 */

#include "simstow-door-table.h"

#include "simstow-card-euicc.h"
#include "simstow-card-files.h"
#include "simstow-error.h"
#include "simstow-names.h"

/* Files */

static SimstowFileCommand *
parse (const SimstowDoorRequest *command, GError **error)
{
    return simstow_file_command_parse (command->text, command->data, error);
}

gboolean
simstow_door_files_check (const SimstowDoorCall *call,
                          SimstowDoorRequest *command,
                          const gchar **action,
                          GError **error)
{
    g_autoptr (GError) local = NULL;
    g_autoptr (SimstowFileCommand) file = parse (command, &local);

    if (file) {
        *action = file->action == SIMSTOW_FILE_UPDATE ? SIMSTOW_POLKIT_WRITE : file->polkit;
        return TRUE;
    }
    local->code = SIMSTOW_ERROR_DENIED;
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
}

static void
on_progress (guint done, guint total, gpointer user_data)
{
    const SimstowDoorCall *call = user_data;

    if (call->progress)
        call->progress (call->row->name, done, total, call->progress_data);
}

static void
take_answer (SimstowDoorCall *call, SimstowDoorRequest *command, SimstowFileCommand *file)
{
    guint i;

    for (i = 0; i < file->parts->len; i++) {
        gsize size;
        gconstpointer data = g_bytes_get_data (file->parts->pdata[i], &size);

        simstow_door_call_answer (call, command, data, size);
    }
    if (file->error)
        simstow_door_request_fail (command, g_steal_pointer (&file->error));
    command->done = TRUE;
    command->failed = file->failed;
}

static void
on_files_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowDoorCall *call = g_task_get_task_data (task);
    guint i;

    simstow_card_run_files_finish (SIMSTOW_CARD (source), result);
    for (i = 0; i < call->commands->len; i++)
        take_answer (call, call->commands->pdata[i], call->requests->pdata[i]);
    g_task_return_boolean (task, TRUE);
}

void
simstow_door_files_run (GTask *task)
{
    SimstowDoorCall *call = g_task_get_task_data (task);
    guint i;

    call->requests = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_file_command_free);
    for (i = 0; i < call->commands->len; i++)
        g_ptr_array_add (call->requests, parse (call->commands->pdata[i], NULL));
    simstow_card_run_files_async (simstow_doors_get_card (g_task_get_source_object (task)),
                                  simstow_door_call_peek_option (call, "way"),
                                  call->requests,
                                  on_progress,
                                  call,
                                  g_task_get_cancellable (task),
                                  on_files_done,
                                  task);
}

/* The eUICC */

gboolean
simstow_door_euicc_check (const SimstowDoorCall *call,
                          SimstowDoorRequest *command,
                          const gchar **action,
                          GError **error)
{
    g_autoptr (GError) local = NULL;
    g_autoptr (SimstowEuiccCommand) request =
        simstow_euicc_command_parse (command->text, command->data, &local);

    if (request) {
        *action = request->writes ? SIMSTOW_POLKIT_CARD : SIMSTOW_POLKIT_CONTACTS;
        return TRUE;
    }
    local->code = SIMSTOW_ERROR_DENIED;
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
}

static void
on_euicc_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowDoorCall *call = g_task_get_task_data (task);
    guint i;

    simstow_card_run_euicc_finish (SIMSTOW_CARD (source), result);
    for (i = 0; i < call->commands->len; i++) {
        SimstowEuiccCommand *request = call->requests->pdata[i];
        SimstowDoorRequest *command = call->commands->pdata[i];

        if (request->answer)
            simstow_door_call_answer (call,
                                      command,
                                      g_bytes_get_data (request->answer, NULL),
                                      g_bytes_get_size (request->answer));
        else if (request->error)
            simstow_door_request_fail (command, g_steal_pointer (&request->error));
        command->done = TRUE;
    }
    g_task_return_boolean (task, TRUE);
}

void
simstow_door_euicc_run (GTask *task)
{
    SimstowDoorCall *call = g_task_get_task_data (task);
    guint i;

    call->requests = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_euicc_command_free);
    for (i = 0; i < call->commands->len; i++) {
        const SimstowDoorRequest *command = call->commands->pdata[i];

        g_ptr_array_add (call->requests,
                         simstow_euicc_command_parse (command->text, command->data, NULL));
    }
    simstow_card_run_euicc_async (simstow_doors_get_card (g_task_get_source_object (task)),
                                  call->requests,
                                  g_task_get_cancellable (task),
                                  on_euicc_done,
                                  task);
}
