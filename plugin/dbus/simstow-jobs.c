/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jobs in their order of arrival; the next one is of the user who has waited longest since one of
 * his began.
 */

#include "simstow-jobs.h"

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

    SimstowJobs *jobs; /* which it is one of, up to its end */
    GDBusMethodInvocation *invocation;
    gchar *sender;
    guint user;
    GCancellable *cancellable;
    State state;
    guint seconds;
    guint deadline_id;
    gboolean kept;
    SimstowJobRun run;
    gpointer data;
    GDestroyNotify destroy;
};

struct _SimstowJobs {
    GObject parent_instance;

    GPtrArray *list;
    SimstowJob *running;
    GHashTable *turns; /* user -> the turn he had last; of those with jobs */
    guint turn;
};

enum {
    PROP_0,
    PROP_BUSY,
};

G_DEFINE_FINAL_TYPE (SimstowJob, simstow_job, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE (SimstowJobs, simstow_jobs, G_TYPE_OBJECT)

/* Turns */

static SimstowJob *
find_next (SimstowJobs *self)
{
    SimstowJob *next = NULL;
    guint best = 0;

    for (guint i = 0; i < self->list->len; i++) {
        SimstowJob *job = self->list->pdata[i];
        guint turn =
            GPOINTER_TO_UINT (g_hash_table_lookup (self->turns, GUINT_TO_POINTER (job->user)));

        if (job->state != STATE_ADMITTED || (next && turn >= best))
            continue;
        next = job;
        best = turn;
    }
    return next;
}

static gboolean
on_deadline (gpointer user_data);

static void
arm_deadline (SimstowJob *self, guint seconds)
{
    g_clear_handle_id (&self->deadline_id, g_source_remove);
    self->deadline_id = g_timeout_add_seconds (seconds, on_deadline, self);
}

static void
advance (SimstowJobs *self)
{
    SimstowJob *job = self->running ? NULL : find_next (self);

    if (!job)
        return;
    self->running = job;
    g_hash_table_insert (self->turns,
                         GUINT_TO_POINTER (job->user),
                         GUINT_TO_POINTER (++self->turn));
    g_object_notify (G_OBJECT (self), "busy");
    job->state = STATE_RUNNING;
    arm_deadline (job, job->seconds);
    job->run (job, job->data);
}

static void
drop (SimstowJobs *self, SimstowJob *job)
{
    gboolean was_running = self->running == job;

    g_ptr_array_remove (self->list, job);
    if (self->list->len == 0)
        g_hash_table_remove_all (self->turns);
    if (!was_running)
        return;
    self->running = NULL;
    advance (self);
    if (!self->running)
        g_object_notify (G_OBJECT (self), "busy");
}

guint
simstow_jobs_count (SimstowJobs *self, const gchar *sender)
{
    guint count = 0;

    for (guint i = 0; i < self->list->len; i++)
        count += g_str_equal (((const SimstowJob *) self->list->pdata[i])->sender, sender);
    return count;
}

SimstowJob *
simstow_jobs_add (SimstowJobs *self,
                  GDBusMethodInvocation *invocation,
                  guint seconds,
                  SimstowJobRun run,
                  gpointer data,
                  GDestroyNotify destroy)
{
    SimstowJob *job = g_object_new (SIMSTOW_TYPE_JOB, NULL);

    job->jobs = g_object_ref (self);
    job->invocation = invocation;
    job->sender = g_strdup (g_dbus_method_invocation_get_sender (invocation));
    job->seconds = seconds;
    job->run = run;
    job->data = data;
    job->destroy = destroy;
    arm_deadline (job, PREPARE_SECONDS);
    g_ptr_array_add (self->list, g_object_ref (job));
    return job;
}

void
simstow_jobs_cancel (SimstowJobs *self, const gchar *sender, gboolean kept_too)
{
    g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);

    for (guint i = 0; i < self->list->len; i++)
        g_ptr_array_add (list, g_object_ref (self->list->pdata[i]));
    /* from the back, so that no waiting one starts when the running one ends */
    for (guint i = list->len; i > 0; i--) {
        SimstowJob *job = list->pdata[i - 1];

        if ((!sender || g_str_equal (job->sender, sender)) && (kept_too || !job->kept))
            simstow_job_cancel (job);
    }
}

SimstowJobs *
simstow_jobs_new (void)
{
    return g_object_new (SIMSTOW_TYPE_JOBS, NULL);
}

static void
simstow_jobs_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    if (id == PROP_BUSY)
        g_value_set_boolean (value, SIMSTOW_JOBS (object)->running != NULL);
    else
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
simstow_jobs_finalize (GObject *object)
{
    SimstowJobs *self = SIMSTOW_JOBS (object);

    g_ptr_array_unref (self->list);
    g_hash_table_unref (self->turns);
    G_OBJECT_CLASS (simstow_jobs_parent_class)->finalize (object);
}

static void
simstow_jobs_class_init (SimstowJobsClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->get_property = simstow_jobs_get_property;
    object_class->finalize = simstow_jobs_finalize;
    g_object_class_install_property (
        object_class,
        PROP_BUSY,
        g_param_spec_boolean ("busy",
                              NULL,
                              NULL,
                              FALSE,
                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
simstow_jobs_init (SimstowJobs *self)
{
    self->list = g_ptr_array_new_with_free_func (g_object_unref);
    self->turns = g_hash_table_new (NULL, NULL);
}

/* The life of a job: preparing (authorisation), admitted, running, ended */

static GError *
name_error (const GError *error)
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
        g_dbus_method_invocation_take_error (invocation, name_error (error));
}

static void
enter_end (SimstowJob *job)
{
    g_autoptr (SimstowJob) self = g_object_ref (job);
    g_autoptr (SimstowJobs) jobs = g_steal_pointer (&self->jobs);

    if (!jobs)
        return;
    self->state = STATE_ENDED;
    g_clear_handle_id (&self->deadline_id, g_source_remove);
    g_clear_pointer (&self->data, self->destroy);
    drop (jobs, self);
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

void
simstow_job_admit (SimstowJob *self, guint user)
{
    g_autoptr (GError) error = NULL;
    guint waiting = 0;

    if (self->state != STATE_PREPARING)
        return;
    self->user = user;
    for (guint i = 0; i < self->jobs->list->len; i++) {
        const SimstowJob *job = self->jobs->list->pdata[i];

        waiting += job->state != STATE_PREPARING && job->user == user;
    }
    if (waiting < SIMSTOW_JOBS_MAX_USER) {
        self->state = STATE_ADMITTED;
        g_clear_handle_id (&self->deadline_id, g_source_remove);
        advance (self->jobs);
        return;
    }
    error = g_error_new (G_DBUS_ERROR,
                         G_DBUS_ERROR_LIMITS_EXCEEDED,
                         "%u jobs of this user are waiting for this modem already",
                         waiting);
    simstow_job_end_with_error (self, error);
}

const gchar *
simstow_job_get_sender (SimstowJob *self)
{
    return self->sender;
}

guint
simstow_job_get_user (SimstowJob *self)
{
    return self->user;
}

gpointer
simstow_job_get_data (SimstowJob *self)
{
    return self->data;
}

GCancellable *
simstow_job_get_cancellable (SimstowJob *self)
{
    return self->cancellable;
}

gboolean
simstow_job_is_wanted (SimstowJob *self)
{
    return self->invocation && !g_cancellable_is_cancelled (self->cancellable);
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

void
simstow_job_report_progress (SimstowJob *self, const gchar *door, guint done, guint total)
{
    if (!self->invocation)
        return;
    g_dbus_connection_emit_signal (g_dbus_method_invocation_get_connection (self->invocation),
                                   self->sender,
                                   g_dbus_method_invocation_get_object_path (self->invocation),
                                   SIMSTOW_INTERFACE,
                                   "Progress",
                                   g_variant_new ("(suu)", door, done, total),
                                   NULL);
}

static void
simstow_job_finalize (GObject *object)
{
    SimstowJob *self = SIMSTOW_JOB (object);

    g_free (self->sender);
    g_object_unref (self->cancellable);
    G_OBJECT_CLASS (simstow_job_parent_class)->finalize (object);
}

static void
simstow_job_class_init (SimstowJobClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_job_finalize;
}

static void
simstow_job_init (SimstowJob *self)
{
    self->cancellable = g_cancellable_new ();
}
