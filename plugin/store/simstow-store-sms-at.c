/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages over AT, 3GPP TS 27.005, in PDU mode.
 *
 * The modem lists a whole memory at once. A caller that reads in smaller runs is
 * served the rest of the same list, for as long as it asks without pause.
 *
 * Where records are compared and erased one after the other, each is read on its own,
 * and erased under the same lock, which is kept for the next one, a second at most.
 */

#include "simstow-store-sms-at.h"

#include "simstow-at-message.h"
#include "simstow-error.h"
#include "simstow-store-memories.h"
#include "simstow-store-messages.h"
#include "simstow-store-record.h"
#include "simstow-store-writer.h"

#define ERASE_SECONDS     30
#define KEPT_MICROSECONDS (10 * G_USEC_PER_SEC)

#define SINGLE_SECONDS          10
#define IDLE_MILLISECONDS       100
#define LOCKED_MAX_MICROSECONDS G_USEC_PER_SEC

struct _SimstowStoreSmsAt {
    SimstowStoreDriver parent_instance;

    SimstowStoreScript *script;
    SimstowStoreMemories *memories;
    SimstowStoreWriter *writer;
    GPtrArray *rest; /* what was listed and not yet asked for */
    gchar *rest_store;
    guint rest_next;
    gint64 rest_at;
    gboolean stays; /* one after the other */
    gchar *locked;  /* the memory that is locked for it */
    gint64 locked_at;
    guint idle_source;
};

G_DEFINE_FINAL_TYPE (SimstowStoreSmsAt, simstow_store_sms_at, SIMSTOW_TYPE_STORE_DRIVER)

/* An operation on one memory, which is looked up first */
typedef struct {
    gchar *store;
    void (*run) (GTask *task, const SimstowStoreMemory *memory);
    gboolean writes;
    guint first; /* or the index to erase */
    guint count;
    guint next;
    SimstowStoreProgressFunc progress;
    gpointer progress_data;
    SimstowAtMessage *message;
} Operation;

static void
operation_free (gpointer data)
{
    Operation *operation = data;

    g_free (operation->store);
    g_clear_pointer (&operation->message, simstow_at_message_free);
    g_free (operation);
}

static void
drop_rest (SimstowStoreSmsAt *self)
{
    g_clear_pointer (&self->rest, g_ptr_array_unref);
    g_clear_pointer (&self->rest_store, g_free);
}

static void
release (SimstowStoreSmsAt *self)
{
    g_clear_handle_id (&self->idle_source, g_source_remove);
    if (self->locked == NULL)
        return;
    g_clear_pointer (&self->locked, g_free);
    simstow_port_unlock_sms (simstow_store_driver_get_port (SIMSTOW_STORE_DRIVER (self)),
                             TRUE,
                             FALSE);
}

static gboolean
on_idle (gpointer user_data)
{
    SimstowStoreSmsAt *self = user_data;

    self->idle_source = 0;
    release (self);
    return G_SOURCE_REMOVE;
}

/* Whatever comes next that is not of the same kind */
static void
release_all (SimstowStoreSmsAt *self)
{
    simstow_store_writer_release (self->writer);
    release (self);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    g_autoptr (GVariant) list = NULL;
    SimstowStoreMemories *memories = SIMSTOW_STORE_MEMORIES (source);

    if (!simstow_store_memories_load_finish (memories, result, &error)) {
        if (!g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED)) {
            g_task_return_error (task, g_steal_pointer (&error));
            return;
        }
        /* a modem that has none by its own word has nothing to list */
        g_debug ("no message memories: %s", error->message);
    }
    list = simstow_store_memories_dup_list (memories);
    g_task_return_pointer (task, g_steal_pointer (&list), (GDestroyNotify) g_variant_unref);
}

static void
list_async (SimstowStoreDriver *driver,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
    SimstowStoreSmsAt *self = SIMSTOW_STORE_SMS_AT (driver);
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

    g_task_set_source_tag (task, list_async);
    g_task_set_check_cancellable (task, FALSE);
    release_all (self);
    drop_rest (self);
    if (simstow_port_has_at (simstow_store_driver_get_port (driver)))
        simstow_store_memories_load_async (self->memories,
                                           TRUE,
                                           cancellable,
                                           on_listed,
                                           g_steal_pointer (&task));
    else
        g_task_return_pointer (task,
                               simstow_store_memories_dup_list (self->memories),
                               (GDestroyNotify) g_variant_unref);
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowStoreMemories *memories = SIMSTOW_STORE_MEMORIES (source);
    const Operation *operation = g_task_get_task_data (task);
    const SimstowStoreMemory *memory;

    if (!simstow_store_memories_load_finish (memories, result, &error)) {
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    memory = simstow_store_memories_find (memories, operation->store);
    if (memory == NULL || (operation->writes && !memory->writable))
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_UNSUPPORTED,
                                 memory == NULL ? "no store %s" : "%s can only be read",
                                 operation->store);
    else
        operation->run (task, memory);
}

static void
start_operation (GTask *task)
{
    SimstowStoreSmsAt *self = g_task_get_source_object (task);

    simstow_store_memories_load_async (self->memories,
                                       FALSE,
                                       g_task_get_cancellable (task),
                                       on_looked_up,
                                       g_object_ref (task));
}

static GTask *
operation_new (SimstowStoreDriver *driver,
               const gchar *store,
               gpointer tag,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
    GTask *task = g_task_new (driver, cancellable, callback, user_data);
    Operation *operation = g_new0 (Operation, 1);

    operation->store = g_strdup (store);
    g_task_set_source_tag (task, tag);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, operation, operation_free);
    return task;
}

static gboolean
within_count (const Operation *operation, guint index)
{
    return operation->count == 0 || index - operation->first < operation->count;
}

static void
return_messages (GTask *task, GPtrArray *messages)
{
    SimstowStoreSmsAt *self = g_task_get_source_object (task);
    Operation *operation = g_task_get_task_data (task);
    GVariantBuilder builder;
    guint i;

    operation->next = 0;
    g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
    for (i = 0; i < messages->len && operation->next == 0; i++) {
        const SimstowAtMessage *message = g_ptr_array_index (messages, i);

        if (message->index < operation->first)
            continue;
        if (within_count (operation, message->index))
            g_variant_builder_add_value (&builder, simstow_store_record_from_message (message));
        else
            operation->next = message->index;
    }
    if (operation->progress != NULL)
        operation->progress (operation->store,
                             operation->next > 0 ? i - 1 : i,
                             messages->len,
                             operation->progress_data);
    if (operation->next > 0) {
        self->rest = g_ptr_array_ref (messages);
        self->rest_store = g_strdup (operation->store);
        self->rest_next = operation->next;
        self->rest_at = g_get_monotonic_time ();
    }
    g_task_return_pointer (task,
                           g_variant_ref_sink (g_variant_builder_end (&builder)),
                           (GDestroyNotify) g_variant_unref);
}

static void
on_messages_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) messages =
        simstow_store_messages_list_finish (SIMSTOW_STORE_MEMORIES (source), result, &error);

    if (messages != NULL)
        return_messages (task, messages);
    else
        g_task_return_error (task, g_steal_pointer (&error));
}

static void
run_read (GTask *task, const SimstowStoreMemory *memory)
{
    SimstowStoreSmsAt *self = g_task_get_source_object (task);

    simstow_store_messages_list_async (self->memories,
                                       memory,
                                       g_task_get_cancellable (task),
                                       on_messages_ready,
                                       g_object_ref (task));
}

/* The place is free, or the message in it; that the modem does not read single ones is found out
 * by asking */
static void
on_single_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) messages =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_at_message_free);
    SimstowStoreSmsAt *self = g_task_get_source_object (task);
    const Operation *operation = g_task_get_task_data (task);
    SimstowAtMessage *message = NULL;
    g_autofree gchar *reply = simstow_port_at_finish (SIMSTOW_PORT (source), result, &error);

    if (reply == NULL && !g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND)) {
        release (self);
        if (simstow_store_script_is_absent (error))
            run_read (task, simstow_store_memories_find (self->memories, operation->store));
        else
            g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    if (reply != NULL)
        message = simstow_at_message_parse_one (reply, operation->first);
    if (message != NULL)
        g_ptr_array_add (messages, message);
    return_messages (task, messages);
}

static void
read_single (GTask *task)
{
    SimstowStoreSmsAt *self = g_task_get_source_object (task);
    const Operation *operation = g_task_get_task_data (task);
    g_autofree gchar *command = g_strdup_printf ("+CMGR=%u", operation->first);

    simstow_port_at_async (simstow_store_driver_get_port (SIMSTOW_STORE_DRIVER (self)),
                           command,
                           FALSE,
                           SINGLE_SECONDS,
                           g_task_get_cancellable (task),
                           on_single_ready,
                           g_object_ref (task));
}

static void
on_single_locked (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowStoreSmsAt *self = g_task_get_source_object (task);
    const Operation *operation = g_task_get_task_data (task);

    if (!simstow_port_lock_sms_finish (SIMSTOW_PORT (source), result, &error)) {
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    self->locked = g_strdup (operation->store);
    self->locked_at = g_get_monotonic_time ();
    read_single (task);
}

static void
run_read_single (GTask *task, const SimstowStoreMemory *memory)
{
    SimstowStoreSmsAt *self = g_task_get_source_object (task);

    /* a mode to be left and gone back to is the listing's business */
    if (simstow_store_memories_get_text_mode (self->memories)) {
        release (self);
        run_read (task, memory);
        return;
    }
    if (g_strcmp0 (self->locked, memory->store) == 0 &&
        g_get_monotonic_time () - self->locked_at < LOCKED_MAX_MICROSECONDS) {
        g_clear_handle_id (&self->idle_source, g_source_remove);
        read_single (task);
        return;
    }
    release (self);
    simstow_port_lock_sms_async (simstow_store_driver_get_port (SIMSTOW_STORE_DRIVER (self)),
                                 memory->name,
                                 NULL,
                                 g_task_get_cancellable (task),
                                 on_single_locked,
                                 g_object_ref (task));
}

static gboolean
has_rest (SimstowStoreSmsAt *self, const Operation *operation)
{
    return self->rest != NULL && g_str_equal (self->rest_store, operation->store) &&
           self->rest_next == operation->first &&
           g_get_monotonic_time () - self->rest_at < KEPT_MICROSECONDS;
}

static void
read_async (SimstowStoreDriver *driver,
            const gchar *store,
            guint first,
            guint count,
            SimstowStoreProgressFunc progress,
            gpointer progress_data,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
    SimstowStoreSmsAt *self = SIMSTOW_STORE_SMS_AT (driver);
    g_autoptr (GPtrArray) rest = NULL;
    g_autoptr (GTask) task =
        operation_new (driver, store, read_async, cancellable, callback, user_data);
    Operation *operation = g_task_get_task_data (task);

    operation->run = run_read;
    operation->first = first;
    operation->count = count;
    operation->progress = progress;
    operation->progress_data = progress_data;
    simstow_store_writer_release (self->writer);
    if (self->stays && count == 1) {
        operation->run = run_read_single;
        drop_rest (self);
        start_operation (task);
        return;
    }
    release (self);
    if (has_rest (self, operation))
        rest = g_ptr_array_ref (self->rest);
    drop_rest (self);
    if (rest != NULL)
        return_messages (task, rest);
    else
        start_operation (task);
}

static GVariant *
read_finish (SimstowStoreDriver *driver, GAsyncResult *result, guint *next, GError **error)
{
    const Operation *operation;

    g_return_val_if_fail (g_task_is_valid (result, driver), NULL);

    operation = g_task_get_task_data (G_TASK (result));
    *next = operation->next;
    return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    guint index;

    if (simstow_store_writer_write_finish (SIMSTOW_STORE_WRITER (source), result, &index, &error))
        g_task_return_int (task, index);
    else
        g_task_return_error (task, g_steal_pointer (&error));
}

static void
run_write (GTask *task, const SimstowStoreMemory *memory)
{
    SimstowStoreSmsAt *self = g_task_get_source_object (task);
    Operation *operation = g_task_get_task_data (task);

    simstow_store_writer_write_async (self->writer,
                                      memory->name,
                                      g_steal_pointer (&operation->message),
                                      g_task_get_cancellable (task),
                                      on_written,
                                      g_object_ref (task));
}

static void
write_async (SimstowStoreDriver *driver,
             const gchar *store,
             GVariant *record,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
    g_autoptr (GTask) task =
        operation_new (driver, store, write_async, cancellable, callback, user_data);
    Operation *operation = g_task_get_task_data (task);
    GError *error = NULL;

    drop_rest (SIMSTOW_STORE_SMS_AT (driver));
    release (SIMSTOW_STORE_SMS_AT (driver));
    operation->run = run_write;
    operation->writes = TRUE;
    operation->message = simstow_store_record_to_message (record, &error);
    if (operation->message == NULL)
        g_task_return_error (task, error);
    else
        start_operation (task);
}

static void
on_erased (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowStoreSmsAt *self = g_task_get_source_object (task);
    g_autofree gchar *reply = simstow_port_at_finish (SIMSTOW_PORT (source), result, &error);

    if (self->locked == NULL)
        simstow_port_unlock_sms (SIMSTOW_PORT (source), TRUE, FALSE);
    if (reply != NULL)
        g_task_return_boolean (task, TRUE);
    else
        g_task_return_error (task, g_steal_pointer (&error));
}

static void
send_erase (GTask *task)
{
    const Operation *operation = g_task_get_task_data (task);
    g_autofree gchar *command = g_strdup_printf ("+CMGD=%u", operation->first);

    simstow_port_at_async (simstow_store_driver_get_port (g_task_get_source_object (task)),
                           command,
                           FALSE,
                           ERASE_SECONDS,
                           NULL,
                           on_erased,
                           g_object_ref (task));
}

static void
on_erase_locked (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;

    if (!simstow_port_lock_sms_finish (SIMSTOW_PORT (source), result, &error))
        g_task_return_error (task, g_steal_pointer (&error));
    else
        send_erase (task);
}

static void
run_erase (GTask *task, const SimstowStoreMemory *memory)
{
    SimstowStoreSmsAt *self = g_task_get_source_object (task);

    /* read a moment ago, and nothing came in between */
    if (self->stays && g_strcmp0 (self->locked, memory->store) == 0) {
        send_erase (task);
        return;
    }
    release (self);
    simstow_port_lock_sms_async (simstow_store_driver_get_port (g_task_get_source_object (task)),
                                 memory->name,
                                 NULL,
                                 g_task_get_cancellable (task),
                                 on_erase_locked,
                                 g_object_ref (task));
}

static void
erase_async (SimstowStoreDriver *driver,
             const gchar *store,
             guint index,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
    SimstowStoreSmsAt *self = SIMSTOW_STORE_SMS_AT (driver);
    g_autoptr (GTask) task =
        operation_new (driver, store, erase_async, cancellable, callback, user_data);
    Operation *operation = g_task_get_task_data (task);

    drop_rest (self);
    simstow_store_writer_release (self->writer);
    operation->run = run_erase;
    operation->writes = TRUE;
    operation->first = index;
    start_operation (task);
}

static void
stay (SimstowStoreDriver *driver)
{
    SIMSTOW_STORE_SMS_AT (driver)->stays = TRUE;
}

static void
leave_async (SimstowStoreDriver *driver, GAsyncReadyCallback callback, gpointer user_data)
{
    SimstowStoreSmsAt *self = SIMSTOW_STORE_SMS_AT (driver);

    self->stays = FALSE;
    g_clear_handle_id (&self->idle_source, g_source_remove);
    if (self->locked != NULL)
        self->idle_source = g_timeout_add (IDLE_MILLISECONDS, on_idle, self);
    SIMSTOW_STORE_DRIVER_CLASS (simstow_store_sms_at_parent_class)
        ->leave_async (driver, callback, user_data);
}

static void
simstow_store_sms_at_constructed (GObject *object)
{
    SimstowStoreSmsAt *self = SIMSTOW_STORE_SMS_AT (object);
    SimstowPort *port = simstow_store_driver_get_port (SIMSTOW_STORE_DRIVER (self));

    G_OBJECT_CLASS (simstow_store_sms_at_parent_class)->constructed (object);
    self->script = simstow_store_script_new (port);
    self->memories = simstow_store_memories_new (port, self->script);
    self->writer = simstow_store_writer_new (self->memories);
}

static void
simstow_store_sms_at_finalize (GObject *object)
{
    SimstowStoreSmsAt *self = SIMSTOW_STORE_SMS_AT (object);

    drop_rest (self);
    release (self);
    g_clear_object (&self->writer);
    g_clear_object (&self->memories);
    g_clear_object (&self->script);
    G_OBJECT_CLASS (simstow_store_sms_at_parent_class)->finalize (object);
}

static void
simstow_store_sms_at_class_init (SimstowStoreSmsAtClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);
    SimstowStoreDriverClass *driver_class = SIMSTOW_STORE_DRIVER_CLASS (klass);

    object_class->constructed = simstow_store_sms_at_constructed;
    object_class->finalize = simstow_store_sms_at_finalize;
    driver_class->list_async = list_async;
    driver_class->read_async = read_async;
    driver_class->read_finish = read_finish;
    driver_class->write_async = write_async;
    driver_class->erase_async = erase_async;
    driver_class->stay = stay;
    driver_class->leave_async = leave_async;
}

static void
simstow_store_sms_at_init (SimstowStoreSmsAt *self)
{
}
