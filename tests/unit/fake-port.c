/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A modem's line that plays a script.
 */

#include "fake-port.h"

#include "simstow-error.h"

typedef struct {
    gchar *command;
    gchar *reply; /* NULL: fails with code */
    gint code;
    gchar *message;
    GCancellable *cancel;
    SimstowPortSetup setup;
} Step;

struct _FakePort {
    SimstowPort parent_instance;

    GQueue script;
    Step *last;
    gboolean has_at;
    gboolean mem1;
    gboolean mem2;
    SimstowPortSetup setup;
    SimstowPortSetup last_setup; /* of what was appended */
    guint count;
};

G_DEFINE_FINAL_TYPE (FakePort, fake_port, SIMSTOW_TYPE_PORT)

static gint64 *
clock_now (void)
{
    static gint64 now = 1000 * G_USEC_PER_SEC;

    return &now;
}

/* Stands in for GLib's in the code under test, which is linked statically */
gint64
g_get_monotonic_time (void)
{
    return *clock_now ();
}

void
fake_port_pass_time (guint seconds)
{
    *clock_now () += seconds * G_USEC_PER_SEC;
}

static void
step_free (gpointer data)
{
    Step *step = data;

    g_free (step->command);
    g_free (step->reply);
    g_free (step->message);
    g_clear_object (&step->cancel);
    g_free (step);
}

static Step *
append (FakePort *self, const gchar *command, const gchar *reply, gint code)
{
    Step *step = g_new0 (Step, 1);

    step->command = g_strdup (command);
    step->reply = g_strdup (reply);
    step->code = code;
    step->setup = self->last_setup;
    g_queue_push_tail (&self->script, step);
    self->last = step;
    return step;
}

void
fake_port_expect (FakePort *self, const gchar *command, const gchar *reply)
{
    append (self, command, reply, 0);
}

void
fake_port_fail (FakePort *self, const gchar *command, gint code)
{
    append (self, command, NULL, code);
}

void
fake_port_say (FakePort *self, const gchar *message)
{
    self->last->message = g_strdup (message);
}

void
fake_port_cancel (FakePort *self, GCancellable *cancellable)
{
    self->last->cancel = g_object_ref (cancellable);
}

void
fake_port_set_setup (FakePort *self, SimstowPortSetup setup)
{
    self->last->setup = setup;
    self->last_setup = setup;
}

void
fake_port_set_has_at (FakePort *self, gboolean has_at)
{
    self->has_at = has_at;
}

guint
fake_port_get_count (FakePort *self)
{
    return self->count;
}

void
fake_port_check_done (FakePort *self)
{
    const Step *next = g_queue_peek_head (&self->script);

    g_assert_cmpstr (next != NULL ? next->command : NULL, ==, NULL);
    g_assert_false (self->mem1);
    g_assert_false (self->mem2);
}

gboolean
fake_port_is_locked (FakePort *self)
{
    return self->mem1 || self->mem2;
}

static void
append_first (FakePort *self, const gchar *command)
{
    Step *step = g_new0 (Step, 1);

    step->command = g_strdup (command);
    step->reply = g_strdup ("");
    step->setup = self->setup;
    self->count--;
    g_queue_push_head (&self->script, step);
}

static Step *
take (FakePort *self, const gchar *command)
{
    Step *step = g_queue_pop_head (&self->script);

    g_assert_cmpstr (command, ==, step != NULL ? step->command : "(end of script)");
    return step;
}

/* Answers from the main loop, as a modem would */
static gboolean
on_answer (gpointer user_data)
{
    GTask *task = user_data;
    const Step *step = g_task_get_task_data (task);

    FAKE_PORT (g_task_get_source_object (task))->setup = step->setup;
    if (step->cancel != NULL)
        g_cancellable_cancel (step->cancel);
    if (step->reply != NULL)
        g_task_return_pointer (task, g_strdup (step->reply), g_free);
    else
        g_task_return_error (task,
                             simstow_error_new_from_text (
                                 step->code,
                                 step->message != NULL ? step->message : "scripted failure"));
    return G_SOURCE_REMOVE;
}

static void
play (FakePort *self,
      const gchar *command,
      gpointer tag,
      GAsyncReadyCallback callback,
      gpointer user_data)
{
    GTask *task = g_task_new (self, NULL, callback, user_data);
    g_autofree gchar *shown = g_strescape (command, "\"");

    g_test_message ("%s", shown);
    self->count++;
    g_task_set_source_tag (task, tag);
    g_task_set_task_data (task, take (self, command), step_free);
    g_idle_add_full (G_PRIORITY_DEFAULT, on_answer, task, g_object_unref);
}

static gboolean
has_at (SimstowPort *port)
{
    return FAKE_PORT (port)->has_at;
}

static void
at_async (SimstowPort *port,
          const gchar *command,
          gboolean raw,
          guint timeout,
          GCancellable *cancellable,
          GAsyncReadyCallback callback,
          gpointer user_data)
{
    g_autofree gchar *line = g_strconcat (raw ? "RAW " : "", command, NULL);
    const Step *next = g_queue_peek_head (&FAKE_PORT (port)->script);

    /* what a modem that was silent is asked first need not be in the script */
    if (!raw && g_str_equal (command, "AT") && (next == NULL || !g_str_equal (next->command, "AT")))
        append_first (FAKE_PORT (port), "AT");
    if (!FAKE_PORT (port)->has_at)
        g_task_report_new_error (port,
                                 callback,
                                 user_data,
                                 at_async,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_UNSUPPORTED,
                                 "no AT");
    else
        play (FAKE_PORT (port), line, at_async, callback, user_data);
}

static void
lock_sms_async (SimstowPort *port,
                const gchar *mem1,
                const gchar *mem2,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer user_data)
{
    FakePort *self = FAKE_PORT (port);
    g_autofree gchar *line =
        g_strdup_printf ("LOCK %s,%s", mem1 != NULL ? mem1 : "-", mem2 != NULL ? mem2 : "-");
    const Step *next = g_queue_peek_head (&self->script);

    g_assert_false (self->mem1 || self->mem2);
    if (next != NULL && next->reply != NULL) {
        self->mem1 = mem1 != NULL;
        self->mem2 = mem2 != NULL;
    }
    play (self, line, lock_sms_async, callback, user_data);
}

static void
unlock_sms (SimstowPort *port, gboolean mem1, gboolean mem2)
{
    FakePort *self = FAKE_PORT (port);
    g_autofree gchar *line = g_strdup_printf ("UNLOCK %d,%d", mem1, mem2);

    g_assert_cmpint (mem1, ==, self->mem1);
    g_assert_cmpint (mem2, ==, self->mem2);
    self->mem1 = FALSE;
    self->mem2 = FALSE;
    g_test_message ("%s", line);
    step_free (take (self, line));
}

static SimstowPortSetup
get_setup (SimstowPort *port)
{
    return FAKE_PORT (port)->setup;
}

static void
fake_port_finalize (GObject *object)
{
    g_queue_clear_full (&FAKE_PORT (object)->script, step_free);
    G_OBJECT_CLASS (fake_port_parent_class)->finalize (object);
}

static void
fake_port_class_init (FakePortClass *klass)
{
    SimstowPortClass *port_class = SIMSTOW_PORT_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = fake_port_finalize;
    port_class->has_at = has_at;
    port_class->at_async = at_async;
    port_class->lock_sms_async = lock_sms_async;
    port_class->unlock_sms = unlock_sms;
    port_class->get_setup = get_setup;
}

static void
fake_port_init (FakePort *self)
{
    g_queue_init (&self->script);
    self->has_at = TRUE;
}

FakePort *
fake_port_new (void)
{
    return g_object_new (FAKE_TYPE_PORT, NULL);
}
