/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of a job: preparing (authorisation), admitted, running, ended.
 */

#include "simstow-job.h"

#include "simstow-error.h"
#include "simstow-names.h"

/* How long a person may take to answer a password prompt */
#define PREPARE_SECONDS 120
/* How long a cancelled caller waits to hear what became of the last command */
#define CANCEL_SECONDS 5

typedef enum {
    STATE_PREPARING,
    STATE_ADMITTED,
    STATE_RUNNING,
    STATE_ENDED,
} State;

struct _SimstowJob {
    GObject parent_instance;

    GDBusMethodInvocation *invocation;
    GVariant *parameters;
    SimstowCaller *caller;
    GStrv granted;
    GCancellable *cancellable;
    State state;
    guint seconds;
    guint deadline_id;
    gboolean kept;
    SimstowJobRun run;
    GObject *user_data;
};

G_DEFINE_FINAL_TYPE (SimstowJob, simstow_job, G_TYPE_OBJECT)

GError *
simstow_job_name_error (const GError *error)
{
    g_autofree gchar *message = g_utf8_make_valid (error->message, -1);

    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return g_error_new_literal (SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, message);
    if (error->domain == G_DBUS_ERROR ||
        (error->domain == SIMSTOW_ERROR && error->code <= SIMSTOW_ERROR_CHANGED))
        return g_error_new_literal (error->domain, error->code, message);
    return g_error_new_literal (SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR, message);
}

static void
answer_error (SimstowJob *self, const GError *error)
{
    GDBusMethodInvocation *invocation = g_steal_pointer (&self->invocation);

    if (invocation)
        g_dbus_method_invocation_take_error (invocation, simstow_job_name_error (error));
}

static void
enter_end (SimstowJob *self)
{
    if (self->state == STATE_ENDED)
        return;
    self->state = STATE_ENDED;
    g_clear_handle_id (&self->deadline_id, g_source_remove);
    g_signal_handlers_disconnect_by_data (self->caller, self);
    g_signal_emit_by_name (self, "ended");
}

static gboolean
on_deadline (gpointer user_data);

static void
arm_deadline (SimstowJob *self, guint seconds)
{
    g_clear_handle_id (&self->deadline_id, g_source_remove);
    self->deadline_id = g_timeout_add_seconds (seconds, on_deadline, self);
}

static gboolean
on_deadline (gpointer user_data)
{
    g_autoptr (SimstowJob) self = g_object_ref (user_data);
    gboolean cancelled = g_cancellable_is_cancelled (self->cancellable);
    g_autoptr (GError) error =
        cancelled
            ? g_error_new (SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, "the job was cancelled midway")
            : g_error_new (SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT, "the job took too long");

    self->deadline_id = 0;
    answer_error (self, error);
    g_cancellable_cancel (self->cancellable);
    /* the modem's line is free only when the work says so */
    if (self->state != STATE_RUNNING)
        enter_end (self);
    return G_SOURCE_REMOVE;
}

static void
on_caller_left (SimstowCaller *caller, gpointer user_data)
{
    simstow_job_cancel (user_data);
}

SimstowJob *
simstow_job_new (GDBusMethodInvocation *invocation,
                 SimstowCaller *caller,
                 guint seconds,
                 SimstowJobRun run,
                 GObject *user_data)
{
    SimstowJob *self = g_object_new (SIMSTOW_TYPE_JOB, NULL);

    self->invocation = invocation;
    self->parameters = g_variant_ref (g_dbus_method_invocation_get_parameters (invocation));
    self->caller = g_object_ref (caller);
    self->seconds = seconds;
    self->run = run;
    self->user_data = user_data ? g_object_ref (user_data) : NULL;
    arm_deadline (self, PREPARE_SECONDS);
    g_signal_connect (caller, "left", G_CALLBACK (on_caller_left), self);
    return self;
}

GDBusMethodInvocation *
simstow_job_get_invocation (SimstowJob *self)
{
    return self->invocation;
}

GVariant *
simstow_job_get_parameters (SimstowJob *self)
{
    return self->parameters;
}

SimstowCaller *
simstow_job_get_caller (SimstowJob *self)
{
    return self->caller;
}

const gchar *
simstow_job_get_sender (SimstowJob *self)
{
    return simstow_caller_get_name (self->caller);
}

GCancellable *
simstow_job_get_cancellable (SimstowJob *self)
{
    return self->cancellable;
}

const gchar *const *
simstow_job_get_granted (SimstowJob *self)
{
    return (const gchar *const *) self->granted;
}

gboolean
simstow_job_has_ended (SimstowJob *self)
{
    return self->state == STATE_ENDED;
}

void
simstow_job_admit (SimstowJob *self, GStrv granted)
{
    g_strfreev (self->granted);
    self->granted = granted;
    if (self->state != STATE_PREPARING)
        return;
    self->state = STATE_ADMITTED;
    g_clear_handle_id (&self->deadline_id, g_source_remove);
    g_signal_emit_by_name (self, "admitted");
}

void
simstow_job_start (SimstowJob *self)
{
    g_return_if_fail (self->state == STATE_ADMITTED);

    self->state = STATE_RUNNING;
    arm_deadline (self, self->seconds);
    self->run (self, self->user_data);
}

void
simstow_job_cancel (SimstowJob *self)
{
    g_autoptr (SimstowJob) hold = g_object_ref (self);
    g_autoptr (GError) error =
        g_error_new_literal (SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, "the job was cancelled");

    if (self->state == STATE_ENDED || g_cancellable_is_cancelled (self->cancellable))
        return;
    if (self->state == STATE_RUNNING)
        arm_deadline (self, CANCEL_SECONDS);
    g_cancellable_cancel (self->cancellable);
    if (self->state != STATE_RUNNING)
        simstow_job_end_with_error (self, error);
}

void
simstow_job_keep (SimstowJob *self)
{
    self->kept = TRUE;
}

gboolean
simstow_job_is_kept (SimstowJob *self)
{
    return self->kept;
}

void
simstow_job_end (SimstowJob *self, GVariant *value)
{
    g_autoptr (GVariant) sunk = g_variant_ref_sink (value);
    GDBusMethodInvocation *invocation = g_steal_pointer (&self->invocation);

    if (invocation)
        g_dbus_method_invocation_return_value (invocation, sunk);
    enter_end (self);
}

void
simstow_job_end_with_error (SimstowJob *self, const GError *error)
{
    answer_error (self, error);
    enter_end (self);
}

void
simstow_job_report_progress (SimstowJob *self, const gchar *store, guint done, guint total)
{
    if (!self->invocation)
        return;
    g_dbus_connection_emit_signal (g_dbus_method_invocation_get_connection (self->invocation),
                                   simstow_caller_get_name (self->caller),
                                   g_dbus_method_invocation_get_object_path (self->invocation),
                                   SIMSTOW_INTERFACE,
                                   "Progress",
                                   g_variant_new ("(suu)", store, done, total),
                                   NULL);
}

static void
simstow_job_dispose (GObject *object)
{
    SimstowJob *self = SIMSTOW_JOB (object);
    g_autoptr (GError) error =
        g_error_new_literal (SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, "the job was dropped");

    answer_error (self, error);
    g_clear_handle_id (&self->deadline_id, g_source_remove);
    if (self->caller)
        g_signal_handlers_disconnect_by_data (self->caller, self);
    g_clear_object (&self->caller);
    g_clear_object (&self->user_data);
    G_OBJECT_CLASS (simstow_job_parent_class)->dispose (object);
}

static void
simstow_job_finalize (GObject *object)
{
    SimstowJob *self = SIMSTOW_JOB (object);

    g_clear_pointer (&self->parameters, g_variant_unref);
    g_strfreev (self->granted);
    g_object_unref (self->cancellable);
    G_OBJECT_CLASS (simstow_job_parent_class)->finalize (object);
}

static void
simstow_job_class_init (SimstowJobClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->dispose = simstow_job_dispose;
    object_class->finalize = simstow_job_finalize;

    /**
     * SimstowJob::admitted:
     *
     * Sent when the job may run.
     */
    g_signal_new ("admitted", SIMSTOW_TYPE_JOB, 0, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

    /**
     * SimstowJob::ended:
     *
     * Sent once, after the caller was answered.
     */
    g_signal_new ("ended", SIMSTOW_TYPE_JOB, 0, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
simstow_job_init (SimstowJob *self)
{
    self->cancellable = g_cancellable_new ();
}
