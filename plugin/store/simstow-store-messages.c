/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists all messages of a memory with one command, or reads them one by one where the modem
 * does not list them so, or counts more than it lists.
 *
 * A modem that does not let the daemon select memories, as the Huawei E3372-325 that takes +CPMS
 * with three arguments only, has one selected all the same: that one is read as it is.
 */

#include "simstow-store-messages.h"

#include "simstow-at-message.h"
#include "simstow-error.h"

/* A full card of messages takes some seconds */
#define TIMEOUT_SECONDS 60
#define SHORT_SECONDS   10

/* More places than any memory has: keeps a modem's nonsense from becoming work */
#define PLACES_MAX 2000

typedef struct {
    gchar *name;
    gboolean locked;
    GError *unlocked;   /* why the memory is not locked */
    gboolean text_mode; /* that is left and gone back to, as the modem was in it a moment ago */
    gboolean asked_format;
    SimstowPortSetup setup; /* when it said so */
    gboolean counted;
    guint used;
    guint total;
    gboolean singly;
    guint place; /* the one that is read on its own */
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
    g_clear_error (&list->unlocked);
    g_free (list->name);
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
conclude (GTask *task);

static void
finish_list (GTask *task)
{
    SimstowStoreMemories *memories = g_task_get_source_object (task);
    List *list = g_task_get_task_data (task);

    if (list->locked)
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
set_format (GTask *task, const gchar *command)
{
    SimstowStoreMemories *memories = g_task_get_source_object (task);
    const gchar *const commands[] = {command, NULL};

    simstow_store_script_run_async (simstow_store_memories_get_script (memories),
                                    commands,
                                    SIMSTOW_STORE_SCRIPT_DEFAULT,
                                    SHORT_SECONDS,
                                    NULL,
                                    on_put_back_ready,
                                    g_object_ref (task));
}

/* A mode that the daemon has set since is its own */
static void
put_back (GTask *task)
{
    SimstowStoreMemories *memories = g_task_get_source_object (task);
    const List *list = g_task_get_task_data (task);

    if (list->text_mode &&
        simstow_port_is_setup_still (simstow_store_memories_get_port (memories), list->setup))
        set_format (task, "+CMGF=1");
    else
        finish_list (task);
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

    if (reply != NULL)
        simstow_at_message_parse_format (reply, &text_mode);
    simstow_store_memories_set_text_mode (memories, text_mode);
    list->text_mode = text_mode;
    list->setup = simstow_port_get_setup (simstow_store_memories_get_port (memories));
    if (!text_mode && (list->messages != NULL || list->error != NULL)) {
        conclude (task);
        return;
    }
    g_clear_pointer (&list->messages, g_ptr_array_unref);
    g_clear_error (&list->error);
    list_step (task);
}

/* Somebody may have switched the mode since it was last asked for: the daemon sets its own as it
 * enables the modem */
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

static gboolean
is_same (const SimstowAtMessage *a, const SimstowAtMessage *b)
{
    return a->index == b->index && a->pdu != NULL && b->pdu != NULL &&
           g_bytes_equal (a->pdu, b->pdu);
}

/* A reply that came twice is one */
static void
drop_repeated (GPtrArray *messages)
{
    guint i;

    g_ptr_array_sort (messages, compare_index);
    for (i = messages->len; i > 1; i--) {
        if (is_same (messages->pdata[i - 1], messages->pdata[i - 2]))
            g_ptr_array_remove_index (messages, i - 1);
    }
}

static void
take_messages (List *list, const gchar *reply)
{
    list->messages = simstow_at_message_parse_list (reply, list->prefix);
    if (list->messages->len <= SIMSTOW_AT_MESSAGES_MAX) {
        drop_repeated (list->messages);
        return;
    }
    g_clear_pointer (&list->messages, g_ptr_array_unref);
    list->error = g_error_new (SIMSTOW_ERROR,
                               SIMSTOW_ERROR_MODEM_ERROR,
                               "the modem lists more than %d messages",
                               SIMSTOW_AT_MESSAGES_MAX);
}

/* Nothing but nonsense, or a refusal that another way of asking may avoid */
static gboolean
failed (const List *list)
{
    guint i;

    if (list->messages == NULL)
        return !simstow_store_script_is_fatal (list->error);
    for (i = 0; i < list->messages->len; i++) {
        if (((const SimstowAtMessage *) g_ptr_array_index (list->messages, i))->pdu != NULL)
            return FALSE;
    }
    return list->messages->len > 0;
}

/* Some modems refuse to list what is empty. An error of the SIM is none of these. */
static gboolean
is_empty (const List *list)
{
    return list->messages == NULL && list->counted && list->used == 0 &&
           (simstow_store_script_is_absent (list->error) ||
            g_error_matches (list->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND));
}

/* Messages that are there, as the modem itself counts them, and are not listed: some modems leave
 * status reports out of the list */
static gboolean
can_read_singly (const List *list)
{
    if (!list->counted || list->total == 0 || list->singly)
        return FALSE;
    return list->messages != NULL ? list->messages->len < list->used
                                  : list->used > 0 && !simstow_store_script_is_fatal (list->error);
}

static gboolean
is_listed (const List *list, guint index)
{
    guint i;

    for (i = 0; i < list->messages->len; i++) {
        if (((const SimstowAtMessage *) g_ptr_array_index (list->messages, i))->index == index)
            return TRUE;
    }
    return FALSE;
}

static void
read_step (GTask *task);

/* Ends the reading one by one: what came is handed over, and what the modem said to all else */
static void
finish_read (GTask *task, GError *error)
{
    List *list = g_task_get_task_data (task);
    SimstowAtMessage *rest;

    if (list->messages->len == 0 && list->error != NULL)
        g_clear_pointer (&list->messages, g_ptr_array_unref);
    if (error != NULL && (list->messages == NULL ||
                          g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED))) {
        g_clear_pointer (&list->messages, g_ptr_array_unref);
        g_clear_error (&list->error);
        list->error = g_error_copy (error);
    } else if (error != NULL) {
        rest = g_new0 (SimstowAtMessage, 1);
        rest->fault = g_strdup (error->message);
        g_ptr_array_add (list->messages, rest);
    }
    put_back (task);
}

/* The next place that is not listed */
static void
next_place (List *list)
{
    do
        list->place++;
    while (is_listed (list, list->place));
}

static void
on_message_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    List *list = g_task_get_task_data (task);
    SimstowAtMessage *message;
    g_autofree gchar *reply =
        simstow_store_script_run_finish (SIMSTOW_STORE_SCRIPT (source), result, &error);

    /* a place that is refused is an empty one, or is missing from the count in the end */
    message = reply != NULL ? simstow_at_message_parse_one (reply, list->place) : NULL;
    if (message != NULL)
        g_ptr_array_add (list->messages, message);
    next_place (list);
    if (error != NULL && simstow_store_script_is_fatal (error))
        finish_read (task, error);
    else if (list->messages->len >= list->used || list->place > MIN (list->total, PLACES_MAX))
        finish_read (task, NULL);
    else
        read_step (task);
}

static void
read_step (GTask *task)
{
    SimstowStoreMemories *memories = g_task_get_source_object (task);
    const List *list = g_task_get_task_data (task);
    g_autofree gchar *read = g_strdup_printf ("+CMGR=%u", list->place);
    const gchar *commands[] = {NULL, NULL, NULL};
    guint n = 0;

    if (list->text_mode)
        commands[n++] = "+CMGF=0";
    commands[n++] = read;
    simstow_store_script_run_async (simstow_store_memories_get_script (memories),
                                    commands,
                                    SIMSTOW_STORE_SCRIPT_DEFAULT,
                                    SHORT_SECONDS,
                                    g_task_get_cancellable (task),
                                    on_message_ready,
                                    g_object_ref (task));
}

static void
read_singly (GTask *task)
{
    List *list = g_task_get_task_data (task);

    if (list->messages == NULL)
        list->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_at_message_free);
    list->singly = TRUE;
    list->place = 0;
    if (is_listed (list, 0))
        next_place (list);
    read_step (task);
}

/* The modem is in the mode it was found in */
static void
conclude (GTask *task)
{
    SimstowStoreMemories *memories = g_task_get_source_object (task);
    List *list = g_task_get_task_data (task);

    if (is_empty (list))
        list->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_at_message_free);
    else if (failed (list) &&
             simstow_store_memories_get_peek (memories) != SIMSTOW_STORE_PEEK_NONE) {
        simstow_store_memories_no_peek (memories);
        g_clear_pointer (&list->messages, g_ptr_array_unref);
        g_clear_error (&list->error);
        list_step (task);
        return;
    } else if (failed (list) && !list->text_mode && !list->asked_format) {
        ask_format (task);
        return;
    } else if (can_read_singly (list)) {
        read_singly (task);
        return;
    }
    finish_list (task);
}

static void
on_list_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    List *list = g_task_get_task_data (task);
    gboolean found_text_mode = TRUE;
    g_autofree gchar *reply = NULL;

    reply = simstow_store_script_run_finish (SIMSTOW_STORE_SCRIPT (source), result, &list->error);
    if (reply != NULL)
        take_messages (list, reply);
    if (list->text_mode && reply != NULL)
        simstow_at_message_parse_format (reply, &found_text_mode);
    if (list->messages != NULL && !found_text_mode)
        set_format (task, "+CMGF=0");
    else if (list->text_mode && list->error != NULL && !can_read_singly (list))
        put_back (task);
    else
        conclude (task);
}

static void
list_step (GTask *task)
{
    SimstowStoreMemories *memories = g_task_get_source_object (task);
    List *list = g_task_get_task_data (task);
    const gchar *command = "+CMGL=4";
    const gchar *commands[] = {NULL, NULL, NULL, NULL, NULL};
    guint n = 0;

    list->prefix = "+CMGL";
    if (simstow_store_memories_get_peek (memories) == SIMSTOW_STORE_PEEK_CMGL) {
        command = "+CMGL=4,1";
    } else if (simstow_store_memories_get_peek (memories) == SIMSTOW_STORE_PEEK_SMGL) {
        command = "^SMGL=4";
        list->prefix = "^SMGL";
    }
    if (list->text_mode) {
        commands[n++] = "+CMGF?";
        commands[n++] = "+CMGF=0";
    }
    commands[n++] = command;
    if (list->text_mode &&
        simstow_port_is_setup_still (simstow_store_memories_get_port (memories), list->setup))
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
start (GTask *task)
{
    if (simstow_store_memories_get_text_mode (g_task_get_source_object (task)))
        ask_format (task);
    else
        list_step (task);
}

static void
on_selected (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    List *list = g_task_get_task_data (task);
    g_autofree gchar *reply =
        simstow_store_script_run_finish (SIMSTOW_STORE_SCRIPT (source), result, NULL);
    g_auto (GStrv) names = simstow_at_message_parse_selected (reply != NULL ? reply : "");

    if (g_strcmp0 (names[0], list->name) == 0)
        start (task);
    else
        g_task_return_error (task, g_steal_pointer (&list->unlocked));
}

static void
on_locked (GObject *source, GAsyncResult *result, gpointer user_data)
{
    static const gchar *const selected[] = {"+CPMS?", NULL};
    g_autoptr (GTask) task = user_data;
    SimstowStoreMemories *memories = g_task_get_source_object (task);
    List *list = g_task_get_task_data (task);

    list->locked = simstow_port_lock_sms_finish (SIMSTOW_PORT (source), result, &list->unlocked);
    if (list->locked)
        start (task);
    else if (simstow_store_script_is_fatal (list->unlocked))
        g_task_return_error (task, g_steal_pointer (&list->unlocked));
    else
        simstow_store_script_run_async (simstow_store_memories_get_script (memories),
                                        selected,
                                        SIMSTOW_STORE_SCRIPT_DEFAULT,
                                        SHORT_SECONDS,
                                        g_task_get_cancellable (task),
                                        on_selected,
                                        g_object_ref (task));
}

void
simstow_store_messages_list_async (SimstowStoreMemories *memories,
                                   const SimstowStoreMemory *memory,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (memories, cancellable, callback, user_data);
    List *list = g_new0 (List, 1);

    g_task_set_source_tag (task, simstow_store_messages_list_async);
    g_task_set_check_cancellable (task, FALSE);
    list->name = g_strdup (memory->name);
    list->counted = memory->counted;
    list->used = memory->used;
    list->total = memory->total;
    g_task_set_task_data (task, list, list_free);
    simstow_port_lock_sms_async (simstow_store_memories_get_port (memories),
                                 memory->name,
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
