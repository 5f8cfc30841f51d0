/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists all messages of a memory with one command.
 */

#include "simstow-store-messages.h"

#include "simstow-at-message.h"
#include "simstow-error.h"

/* A full card of messages takes some seconds */
#define TIMEOUT_SECONDS 60
#define SHORT_SECONDS   10

typedef struct {
    gboolean text_mode; /* that is left and gone back to */
    gboolean asked_format;
    const gchar *prefix;
    GPtrArray *messages;
    GError *error;
} List;

static void
list_free (gpointer data)
{
    List *list = data;

    g_clear_pointer (&list->messages, g_ptr_array_unref);
    g_clear_error (&list->error);
    g_free (list);
}

static gint
compare_index (gconstpointer a, gconstpointer b)
{
    const SimstowAtMessage *message_a = *(SimstowAtMessage *const *) a;
    const SimstowAtMessage *message_b = *(SimstowAtMessage *const *) b;

    return (message_a->index > message_b->index) - (message_a->index < message_b->index);
}

static void
list_step (GTask *task);

static void
finish_list (GTask *task)
{
    SimstowStoreMemories *memories = g_task_get_source_object (task);
    List *list = g_task_get_task_data (task);

    simstow_port_unlock_sms (simstow_store_memories_get_port (memories), TRUE, FALSE);
    if (list->messages == NULL) {
        g_task_return_error (task, g_steal_pointer (&list->error));
        return;
    }
    g_ptr_array_sort (list->messages, compare_index);
    g_task_return_pointer (task,
                           g_steal_pointer (&list->messages),
                           (GDestroyNotify) g_ptr_array_unref);
}

static void
on_put_back_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autofree gchar *ignored =
        simstow_store_script_run_finish (SIMSTOW_STORE_SCRIPT (source), result, NULL);

    finish_list (task);
}

static void
put_back (GTask *task)
{
    static const gchar *const text_mode[] = {"+CMGF=1", NULL};
    SimstowStoreMemories *memories = g_task_get_source_object (task);

    simstow_store_script_run_async (simstow_store_memories_get_script (memories),
                                    text_mode,
                                    SIMSTOW_STORE_SCRIPT_DEFAULT,
                                    SHORT_SECONDS,
                                    NULL,
                                    on_put_back_ready,
                                    g_object_ref (task));
}

static void
on_format_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowStoreMemories *memories = g_task_get_source_object (task);
    List *list = g_task_get_task_data (task);
    gboolean text_mode = FALSE;
    g_autofree gchar *reply =
        simstow_store_script_run_finish (SIMSTOW_STORE_SCRIPT (source), result, NULL);

    if (reply == NULL || !simstow_at_message_parse_format (reply, &text_mode) || !text_mode) {
        finish_list (task);
        return;
    }
    simstow_store_memories_set_text_mode (memories, TRUE);
    g_clear_pointer (&list->messages, g_ptr_array_unref);
    g_clear_error (&list->error);
    list_step (task);
}

/* Somebody may have switched to text mode since it was last asked for */
static void
ask_format (GTask *task)
{
    static const gchar *const format[] = {"+CMGF?", NULL};
    SimstowStoreMemories *memories = g_task_get_source_object (task);
    List *list = g_task_get_task_data (task);

    list->asked_format = TRUE;
    simstow_store_script_run_async (simstow_store_memories_get_script (memories),
                                    format,
                                    SIMSTOW_STORE_SCRIPT_DEFAULT,
                                    SHORT_SECONDS,
                                    NULL,
                                    on_format_ready,
                                    g_object_ref (task));
}

static void
take_messages (List *list, const gchar *reply, guint *skipped)
{
    list->messages = simstow_at_message_parse_list (reply, list->prefix, skipped);
    if (list->messages->len <= SIMSTOW_AT_MESSAGES_MAX)
        return;
    g_clear_pointer (&list->messages, g_ptr_array_unref);
    list->error = g_error_new (SIMSTOW_ERROR,
                               SIMSTOW_ERROR_MODEM_ERROR,
                               "the modem lists more than %d messages",
                               SIMSTOW_AT_MESSAGES_MAX);
}

/* Nothing but nonsense, or a refusal that another way of asking may avoid */
static gboolean
failed (const List *list, guint skipped)
{
    if (list->messages != NULL)
        return list->messages->len == 0 && skipped > 0;
    return !simstow_store_script_is_definite (list->error);
}

static void
on_list_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowStoreMemories *memories = g_task_get_source_object (task);
    List *list = g_task_get_task_data (task);
    guint skipped = 0;
    g_autofree gchar *reply = NULL;

    reply = simstow_store_script_run_finish (SIMSTOW_STORE_SCRIPT (source), result, &list->error);
    if (reply != NULL)
        take_messages (list, reply, &skipped);
    if (skipped > 0)
        g_debug ("skipped %u messages that make no sense", skipped);
    if (list->text_mode && list->error != NULL) {
        put_back (task);
        return;
    }
    if (!failed (list, skipped)) {
        finish_list (task);
    } else if (simstow_store_memories_get_peek (memories) != SIMSTOW_STORE_PEEK_NONE) {
        simstow_store_memories_no_peek (memories);
        g_clear_pointer (&list->messages, g_ptr_array_unref);
        g_clear_error (&list->error);
        list_step (task);
    } else if (!list->text_mode && !list->asked_format) {
        ask_format (task);
    } else {
        finish_list (task);
    }
}

static void
list_step (GTask *task)
{
    SimstowStoreMemories *memories = g_task_get_source_object (task);
    List *list = g_task_get_task_data (task);
    const gchar *command = "+CMGL=4";
    const gchar *commands[] = {NULL, NULL, NULL, NULL};
    guint n = 0;

    list->text_mode = simstow_store_memories_get_text_mode (memories);
    list->prefix = "+CMGL";
    if (simstow_store_memories_get_peek (memories) == SIMSTOW_STORE_PEEK_CMGL) {
        command = "+CMGL=4,1";
    } else if (simstow_store_memories_get_peek (memories) == SIMSTOW_STORE_PEEK_SMGL) {
        command = "^SMGL=4";
        list->prefix = "^SMGL";
    }
    if (list->text_mode)
        commands[n++] = "+CMGF=0";
    commands[n++] = command;
    if (list->text_mode)
        commands[n++] = "+CMGF=1";
    simstow_store_script_run_async (simstow_store_memories_get_script (memories),
                                    commands,
                                    SIMSTOW_STORE_SCRIPT_DEFAULT,
                                    TIMEOUT_SECONDS,
                                    g_task_get_cancellable (task),
                                    on_list_ready,
                                    g_object_ref (task));
}

static void
on_locked (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;

    if (simstow_port_lock_sms_finish (SIMSTOW_PORT (source), result, &error))
        list_step (task);
    else
        g_task_return_error (task, g_steal_pointer (&error));
}

void
simstow_store_messages_list_async (SimstowStoreMemories *memories,
                                   const gchar *name,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (memories, cancellable, callback, user_data);

    g_task_set_source_tag (task, simstow_store_messages_list_async);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, g_new0 (List, 1), list_free);
    simstow_port_lock_sms_async (simstow_store_memories_get_port (memories),
                                 name,
                                 NULL,
                                 cancellable,
                                 on_locked,
                                 g_steal_pointer (&task));
}

GPtrArray *
simstow_store_messages_list_finish (SimstowStoreMemories *memories,
                                    GAsyncResult *result,
                                    GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, memories), NULL);

    return g_task_propagate_pointer (G_TASK (result), error);
}
