/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes messages to a memory.
 */

#include "simstow-store-writer.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-hex.h"

#define PROMPT_SECONDS     10
#define WRITE_SECONDS      30
#define ESCAPE_SECONDS     2
#define IDLE_MILLISECONDS  100
#define LOCKED_MAX_SECONDS 1
#define STATUS_UNSENT      2
#define END_OF_MESSAGE     "\x1a"
#define GIVE_UP            "\x1b"

struct _SimstowStoreWriter {
    GObject parent_instance;

    SimstowStoreMemories *memories;
    gchar *locked; /* the memory that is locked */
    gint64 locked_at;
    gboolean pdu_mode;      /* seen since it was locked */
    SimstowPortSetup setup; /* when that was seen */
    guint idle_source;
};

G_DEFINE_FINAL_TYPE (SimstowStoreWriter, simstow_store_writer, G_TYPE_OBJECT)

typedef struct {
    gchar *name;
    SimstowAtMessage *message;
    gboolean left_text_mode; /* in which the modem was found for this very message */
    gboolean written;
    guint index;
    GError *error;
} Write;

static void
write_free (gpointer data)
{
    Write *job = data;

    g_free (job->name);
    simstow_at_message_free (job->message);
    g_clear_error (&job->error);
    g_free (job);
}

static SimstowPort *
get_port (SimstowStoreWriter *self)
{
    return simstow_store_memories_get_port (self->memories);
}

void
simstow_store_writer_release (SimstowStoreWriter *self)
{
    g_clear_handle_id (&self->idle_source, g_source_remove);
    if (self->locked == NULL)
        return;
    g_clear_pointer (&self->locked, g_free);
    simstow_port_unlock_sms (get_port (self), FALSE, TRUE);
}

static gboolean
on_idle (gpointer user_data)
{
    SimstowStoreWriter *self = user_data;

    self->idle_source = 0;
    simstow_store_writer_release (self);
    return G_SOURCE_REMOVE;
}

static void
finish_write (GTask *task)
{
    SimstowStoreWriter *self = g_task_get_source_object (task);
    Write *job = g_task_get_task_data (task);

    if (!job->written) {
        simstow_store_writer_release (self);
        g_task_return_error (task, g_steal_pointer (&job->error));
        return;
    }
    self->idle_source = g_timeout_add (IDLE_MILLISECONDS, on_idle, self);
    g_task_return_boolean (task, TRUE);
}

static void
on_text_mode_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autofree gchar *ignored = simstow_port_at_finish (SIMSTOW_PORT (source), result, NULL);

    finish_write (task);
}

/* Behind success and failure alike. A mode that the daemon has set since is its own. */
static void
put_back (GTask *task)
{
    SimstowStoreWriter *self = g_task_get_source_object (task);
    const Write *job = g_task_get_task_data (task);

    if (!job->left_text_mode || !simstow_port_is_setup_still (get_port (self), self->setup)) {
        finish_write (task);
        return;
    }
    simstow_port_at_async (get_port (self),
                           "+CMGF=1",
                           FALSE,
                           PROMPT_SECONDS,
                           NULL,
                           on_text_mode_ready,
                           g_object_ref (task));
}

static void
fail (GTask *task, GError *error)
{
    Write *job = g_task_get_task_data (task);

    if (job->message->status != STATUS_UNSENT && !simstow_store_script_is_definite (error))
        g_prefix_error (&error, "the modem does not store a message of this status: ");
    job->error = error;
    put_back (task);
}

static void
on_pdu_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Write *job = g_task_get_task_data (task);
    GError *error = NULL;
    g_autofree gchar *reply = simstow_port_at_finish (SIMSTOW_PORT (source), result, &error);

    if (reply == NULL) {
        fail (task, error);
        return;
    }
    job->written = simstow_at_message_parse_index (reply, &job->index);
    if (!job->written)
        job->error = g_error_new (SIMSTOW_ERROR,
                                  SIMSTOW_ERROR_MODEM_ERROR,
                                  "the modem did not say where it put the message");
    put_back (task);
}

static void
on_given_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autofree gchar *ignored = simstow_port_at_finish (SIMSTOW_PORT (source), result, NULL);

    put_back (task);
}

/* The modem may wait for a PDU, only it did not say so: it must not get another command */
static void
give_up (GTask *task, GError *error)
{
    SimstowStoreWriter *self = g_task_get_source_object (task);
    Write *job = g_task_get_task_data (task);

    job->error = error;
    simstow_port_at_async (get_port (self),
                           GIVE_UP,
                           TRUE,
                           ESCAPE_SECONDS,
                           NULL,
                           on_given_up,
                           g_object_ref (task));
}

static void
on_prompt_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowStoreWriter *self = g_task_get_source_object (task);
    const Write *job = g_task_get_task_data (task);
    GError *error = NULL;
    g_autofree gchar *reply = simstow_port_at_finish (SIMSTOW_PORT (source), result, &error);
    g_autofree gchar *hex = NULL;
    g_autofree gchar *pdu = NULL;

    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT)) {
        give_up (task, error);
        return;
    }
    if (reply == NULL) {
        fail (task, error);
        return;
    }
    if (strchr (reply, '>') == NULL) {
        give_up (task,
                 g_error_new (SIMSTOW_ERROR,
                              SIMSTOW_ERROR_MODEM_ERROR,
                              "the modem did not ask for the message"));
        return;
    }
    hex = simstow_hex_encode_bytes (job->message->pdu);
    pdu = g_strconcat (hex, END_OF_MESSAGE, NULL);
    simstow_port_at_async (get_port (self),
                           pdu,
                           TRUE,
                           WRITE_SECONDS,
                           NULL,
                           on_pdu_ready,
                           g_steal_pointer (&task));
}

static void
send_command (GTask *task)
{
    SimstowStoreWriter *self = g_task_get_source_object (task);
    Write *job = g_task_get_task_data (task);
    g_autofree gchar *command = NULL;
    GError *error = NULL;
    gsize length = simstow_at_message_check_pdu (job->message->pdu, &error);

    if (length == 0) {
        job->error = error;
        put_back (task);
        return;
    }
    command = simstow_at_message_write_command (length, job->message->status);
    simstow_port_at_async (get_port (self),
                           command,
                           FALSE,
                           PROMPT_SECONDS,
                           NULL,
                           on_prompt_ready,
                           g_object_ref (task));
}

static void
on_pdu_mode_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Write *job = g_task_get_task_data (task);
    GError *error = NULL;
    g_autofree gchar *reply = simstow_port_at_finish (SIMSTOW_PORT (source), result, &error);

    job->left_text_mode = TRUE;
    if (reply != NULL) {
        send_command (task);
        return;
    }
    job->error = error;
    put_back (task);
}

static gboolean
end_if_cancelled (GTask *task)
{
    Write *job = g_task_get_task_data (task);

    if (!g_cancellable_is_cancelled (g_task_get_cancellable (task)))
        return FALSE;
    job->error = g_error_new (SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, "the job was cancelled");
    finish_write (task);
    return TRUE;
}

static void
on_format_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowStoreWriter *self = g_task_get_source_object (task);
    Write *job = g_task_get_task_data (task);
    gboolean text_mode = FALSE;
    GError *error = NULL;
    g_autofree gchar *reply =
        simstow_store_script_run_finish (SIMSTOW_STORE_SCRIPT (source), result, &error);

    if (reply == NULL && simstow_store_script_is_definite (error)) {
        job->error = error;
        finish_write (task);
        return;
    }
    g_clear_error (&error);
    if (reply != NULL)
        simstow_at_message_parse_format (reply, &text_mode);
    self->setup = simstow_port_get_setup (get_port (self));
    self->pdu_mode = !text_mode;
    if (end_if_cancelled (task))
        return;
    if (self->pdu_mode) {
        send_command (task);
        return;
    }
    simstow_port_at_async (get_port (self),
                           "+CMGF=0",
                           FALSE,
                           PROMPT_SECONDS,
                           NULL,
                           on_pdu_mode_ready,
                           g_object_ref (task));
}

/* In text mode the modem would take the PDU for a text: the mode is asked for, not remembered,
 * but for as long as the lock is held and the daemon has not set up the modem */
static void
begin (GTask *task)
{
    static const gchar *const format[] = {"+CMGF?", NULL};
    SimstowStoreWriter *self = g_task_get_source_object (task);

    if (end_if_cancelled (task))
        return;
    if (self->pdu_mode && simstow_port_is_setup_still (get_port (self), self->setup)) {
        send_command (task);
        return;
    }
    simstow_store_script_run_async (simstow_store_memories_get_script (self->memories),
                                    format,
                                    SIMSTOW_STORE_SCRIPT_DEFAULT,
                                    PROMPT_SECONDS,
                                    NULL,
                                    on_format_ready,
                                    g_object_ref (task));
}

static void
on_locked (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowStoreWriter *self = g_task_get_source_object (task);
    const Write *job = g_task_get_task_data (task);

    if (!simstow_port_lock_sms_finish (SIMSTOW_PORT (source), result, &error)) {
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    self->locked = g_strdup (job->name);
    self->locked_at = g_get_monotonic_time ();
    self->pdu_mode = FALSE;
    begin (task);
}

static gboolean
may_go_on (SimstowStoreWriter *self, const gchar *name)
{
    return g_strcmp0 (self->locked, name) == 0 &&
           g_get_monotonic_time () - self->locked_at < LOCKED_MAX_SECONDS * G_USEC_PER_SEC;
}

void
simstow_store_writer_write_async (SimstowStoreWriter *self,
                                  const gchar *name,
                                  SimstowAtMessage *message,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    Write *job = g_new0 (Write, 1);

    g_return_if_fail (SIMSTOW_IS_STORE_WRITER (self));

    job->name = g_strdup (name);
    job->message = message;
    g_task_set_source_tag (task, simstow_store_writer_write_async);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, job, write_free);
    if (may_go_on (self, name)) {
        g_clear_handle_id (&self->idle_source, g_source_remove);
        begin (task);
        return;
    }
    simstow_store_writer_release (self);
    simstow_port_lock_sms_async (get_port (self),
                                 NULL,
                                 name,
                                 cancellable,
                                 on_locked,
                                 g_steal_pointer (&task));
}

gboolean
simstow_store_writer_write_finish (SimstowStoreWriter *self,
                                   GAsyncResult *result,
                                   guint *index,
                                   GError **error)
{
    const Write *job;

    g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

    job = g_task_get_task_data (G_TASK (result));
    *index = job->index;
    return g_task_propagate_boolean (G_TASK (result), error);
}

static void
simstow_store_writer_dispose (GObject *object)
{
    SimstowStoreWriter *self = SIMSTOW_STORE_WRITER (object);

    if (self->memories != NULL)
        simstow_store_writer_release (self);
    g_clear_object (&self->memories);
    G_OBJECT_CLASS (simstow_store_writer_parent_class)->dispose (object);
}

static void
simstow_store_writer_class_init (SimstowStoreWriterClass *klass)
{
    G_OBJECT_CLASS (klass)->dispose = simstow_store_writer_dispose;
}

static void
simstow_store_writer_init (SimstowStoreWriter *self)
{
}

SimstowStoreWriter *
simstow_store_writer_new (SimstowStoreMemories *memories)
{
    SimstowStoreWriter *self = g_object_new (SIMSTOW_TYPE_STORE_WRITER, NULL);

    self->memories = g_object_ref (memories);
    return self;
}
