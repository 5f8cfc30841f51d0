/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fakes that keep what they were asked, and do what the test says.
 */

#include "service-fakes.h"

#include "simstow-error.h"

Fakes fakes;

/* A line whose commands end when the test says so, as on a modem: cancelled or not. */
struct _FakeLine {
    SimstowPort parent_instance;
};

static void
fake_read_free (gpointer data)
{
    FakeRead *read = data;

    g_free (read->command);
    g_free (read);
}

static gboolean
fake_has_at (SimstowPort *port)
{
    return TRUE;
}

static void
fake_at_async (SimstowPort *port,
               const gchar *command,
               gboolean raw,
               guint timeout,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
    FakeRead *read = g_new0 (FakeRead, 1);

    fakes.sent++;
    read->task = g_task_new (port, NULL, callback, user_data);
    read->command = g_strdup (command);
    g_task_set_task_data (read->task, read, fake_read_free);
    g_queue_push_tail (&fakes.reads, read);
}

void
fakes_end_read (void)
{
    FakeRead *read = g_queue_pop_head (&fakes.reads);
    g_autoptr (GTask) task = NULL;

    g_assert_nonnull (read);
    task = read->task;
    g_task_return_pointer (task, g_strdup (FAKE_ANSWER), g_free);
}

G_DEFINE_FINAL_TYPE (FakeLine, fake_line, SIMSTOW_TYPE_PORT)

static void
fake_line_class_init (FakeLineClass *klass)
{
    SimstowPortClass *port_class = SIMSTOW_PORT_CLASS (klass);

    port_class->has_at = fake_has_at;
    port_class->at_async = fake_at_async;
}

static void
fake_line_init (FakeLine *self)
{
}

static void
on_question_cancelled (GCancellable *cancellable, gpointer user_data)
{
    GTask *task = user_data;

    if (!g_queue_remove (&fakes.questions, task))
        return;
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "question taken back");
    g_object_unref (task);
}

void
fakes_ask (GDBusMethodInvocation *invocation,
           const gchar *action,
           GCancellable *cancellable,
           GAsyncReadyCallback callback,
           gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

    g_ptr_array_add (fakes.asked, g_strdup (action));
    if (fakes.thinks) {
        g_signal_connect_data (cancellable,
                               "cancelled",
                               G_CALLBACK (on_question_cancelled),
                               g_object_ref (task),
                               (GClosureNotify) (void (*) (void)) g_object_unref,
                               0);
        g_queue_push_tail (&fakes.questions, g_steal_pointer (&task));
    } else if (g_strcmp0 (action, fakes.refused) == 0) {
        g_task_return_new_error (task, SIMSTOW_ERROR, SIMSTOW_ERROR_DENIED, "refused");
    } else {
        g_task_return_boolean (task, TRUE);
    }
}

void
fakes_answer (gboolean granted)
{
    g_autoptr (GTask) task = g_queue_pop_head (&fakes.questions);

    g_assert_nonnull (task);
    if (granted)
        g_task_return_boolean (task, TRUE);
    else
        g_task_return_new_error (task, SIMSTOW_ERROR, SIMSTOW_ERROR_DENIED, "refused");
}
