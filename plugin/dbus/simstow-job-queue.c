/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A list of jobs in their order of arrival; the next one is of the user who has waited longest
 * since one of his ended.
 */

#include "simstow-job-queue.h"

struct _SimstowJobQueue {
    GObject parent_instance;

    GPtrArray *jobs;
    SimstowJob *running;
    GHashTable *turns; /* user -> the turn he had last; of those with jobs */
    guint turn;
};

enum {
    PROP_0,
    PROP_BUSY,
};

G_DEFINE_FINAL_TYPE (SimstowJobQueue, simstow_job_queue, G_TYPE_OBJECT)

static gpointer
user_of (SimstowJob *job)
{
    return GUINT_TO_POINTER (simstow_caller_get_user (simstow_job_get_caller (job)));
}

static SimstowJob *
find_next (SimstowJobQueue *self)
{
    SimstowJob *next = NULL;
    guint best = 0;

    for (guint i = 0; i < self->jobs->len; i++) {
        SimstowJob *job = self->jobs->pdata[i];
        guint turn = GPOINTER_TO_UINT (g_hash_table_lookup (self->turns, user_of (job)));

        if (!simstow_job_get_granted (job) || (next && turn >= best))
            continue;
        next = job;
        best = turn;
    }
    return next;
}

static void
advance (SimstowJobQueue *self)
{
    SimstowJob *job = self->running ? NULL : find_next (self);

    if (!job)
        return;
    self->running = job;
    g_hash_table_insert (self->turns, user_of (job), GUINT_TO_POINTER (++self->turn));
    g_object_notify (G_OBJECT (self), "busy");
    simstow_job_start (job);
}

static guint
count_granted (SimstowJobQueue *self, gpointer user)
{
    guint count = 0;

    for (guint i = 0; i < self->jobs->len; i++)
        count += simstow_job_get_granted (self->jobs->pdata[i]) &&
                 user_of (self->jobs->pdata[i]) == user;
    return count;
}

static void
on_job_admitted (SimstowJob *job, gpointer user_data)
{
    SimstowJobQueue *self = user_data;
    g_autoptr (GError) error = NULL;

    if (count_granted (self, user_of (job)) <= SIMSTOW_JOB_QUEUE_MAX_USER) {
        advance (self);
        return;
    }
    error = g_error_new (G_DBUS_ERROR,
                         G_DBUS_ERROR_LIMITS_EXCEEDED,
                         "%d jobs of this user are waiting for this modem already",
                         SIMSTOW_JOB_QUEUE_MAX_USER);
    simstow_job_end_with_error (job, error);
}

static void
on_job_ended (SimstowJob *job, gpointer user_data)
{
    g_autoptr (SimstowJobQueue) self = g_object_ref (user_data);
    g_autoptr (SimstowJob) hold = g_object_ref (job);
    gboolean was_running = self->running == job;

    g_signal_handlers_disconnect_by_data (job, self);
    g_ptr_array_remove (self->jobs, job);
    if (self->jobs->len == 0)
        g_hash_table_remove_all (self->turns);
    if (!was_running)
        return;
    self->running = NULL;
    advance (self);
    if (!self->running)
        g_object_notify (G_OBJECT (self), "busy");
}

SimstowJobQueue *
simstow_job_queue_new (void)
{
    return g_object_new (SIMSTOW_TYPE_JOB_QUEUE, NULL);
}

gboolean
simstow_job_queue_check_room (SimstowJobQueue *self, const gchar *sender, GError **error)
{
    guint own = 0;

    for (guint i = 0; i < self->jobs->len; i++)
        own += g_strcmp0 (simstow_job_get_sender (self->jobs->pdata[i]), sender) == 0;
    if (own < SIMSTOW_JOB_QUEUE_MAX_CALLER)
        return TRUE;
    g_set_error (error,
                 G_DBUS_ERROR,
                 G_DBUS_ERROR_LIMITS_EXCEEDED,
                 "%u jobs of this caller are waiting for this modem already",
                 own);
    return FALSE;
}

void
simstow_job_queue_add (SimstowJobQueue *self, SimstowJob *job)
{
    g_ptr_array_add (self->jobs, g_object_ref (job));
    /* a job that runs may outlive the queue */
    g_signal_connect_object (job, "admitted", G_CALLBACK (on_job_admitted), self, 0);
    g_signal_connect_object (job, "ended", G_CALLBACK (on_job_ended), self, 0);
}

void
simstow_job_queue_cancel (SimstowJobQueue *self, const gchar *sender)
{
    g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);

    for (guint i = 0; i < self->jobs->len; i++)
        g_ptr_array_add (jobs, g_object_ref (self->jobs->pdata[i]));
    /* from the back, so that no waiting one starts when the running one ends */
    for (guint i = jobs->len; i > 0; i--) {
        SimstowJob *job = jobs->pdata[i - 1];

        if (!sender ||
            (g_strcmp0 (simstow_job_get_sender (job), sender) == 0 && !simstow_job_is_kept (job)))
            simstow_job_cancel (job);
    }
}

static void
simstow_job_queue_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    SimstowJobQueue *self = SIMSTOW_JOB_QUEUE (object);

    if (id == PROP_BUSY)
        g_value_set_boolean (value, self->running != NULL);
    else
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
simstow_job_queue_finalize (GObject *object)
{
    SimstowJobQueue *self = SIMSTOW_JOB_QUEUE (object);

    g_ptr_array_unref (self->jobs);
    g_hash_table_unref (self->turns);
    G_OBJECT_CLASS (simstow_job_queue_parent_class)->finalize (object);
}

static void
simstow_job_queue_class_init (SimstowJobQueueClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->get_property = simstow_job_queue_get_property;
    object_class->finalize = simstow_job_queue_finalize;
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
simstow_job_queue_init (SimstowJobQueue *self)
{
    self->jobs = g_ptr_array_new_with_free_func (g_object_unref);
    self->turns = g_hash_table_new (NULL, NULL);
}
