/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The jobs of one modem: one runs, the others wait. Users take turns, and what one of them wants is
 * done in the order of arrival. No user's jobs take the place of another's: each has room for so
 * many, and those that wait for authorisation take no place at all.
 *
 * A job is one method call. It owns the invocation and answers it exactly once, whatever comes
 * first: the outcome, the deadline, a cancellation.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How many authorised jobs of one user may be held for a modem, and how many of one caller,
 * authorised or not */
#define SIMSTOW_JOBS_MAX_USER   32
#define SIMSTOW_JOBS_MAX_CALLER 16

#define SIMSTOW_TYPE_JOB (simstow_job_get_type ())
G_DECLARE_FINAL_TYPE (SimstowJob, simstow_job, SIMSTOW, JOB, GObject)

#define SIMSTOW_TYPE_JOBS (simstow_jobs_get_type ())
G_DECLARE_FINAL_TYPE (SimstowJobs, simstow_jobs, SIMSTOW, JOBS, GObject)

/**
 * SimstowJobRun:
 * @job: the job
 * @data: what was given to simstow_jobs_add ()
 *
 * Does the work. It ends in simstow_job_end () or simstow_job_end_with_error (), at once or later,
 * and holds its own reference on @job until then.
 */
typedef void (*SimstowJobRun) (SimstowJob *job, gpointer data);

/**
 * simstow_jobs_new:
 *
 * Returns: (transfer full): no jobs. Its property "busy" tells whether one is running.
 */
SimstowJobs *
simstow_jobs_new (void);

/**
 * simstow_jobs_count:
 * @sender: the unique bus name of a caller
 *
 * Returns: how many of them are its
 */
guint
simstow_jobs_count (SimstowJobs *self, const gchar *sender);

/**
 * simstow_jobs_add:
 * @invocation: (transfer full): the call to answer
 * @seconds: how long the work may take
 * @run: the work
 * @data: (transfer full): for @run
 * @destroy: frees @data when the job has ended
 *
 * Takes a job on, which waits for simstow_job_admit ().
 *
 * Returns: (transfer full): the job
 */
SimstowJob *
simstow_jobs_add (SimstowJobs *self,
                  GDBusMethodInvocation *invocation,
                  guint seconds,
                  SimstowJobRun run,
                  gpointer data,
                  GDestroyNotify destroy);

/**
 * simstow_jobs_cancel:
 * @sender: (nullable): whose; %NULL for everyone's
 * @kept_too: whether also one that is to be kept
 *
 * Cancels jobs, running and waiting.
 */
void
simstow_jobs_cancel (SimstowJobs *self, const gchar *sender, gboolean kept_too);

/**
 * simstow_job_admit:
 * @self: a job whose caller was authorised
 * @user: whose connection the caller is
 *
 * Lets it run when its turn comes; an earlier job that still waits for authorisation does not hold
 * it up. When its user has no room left, it ends with #G_DBUS_ERROR_LIMITS_EXCEEDED.
 */
void
simstow_job_admit (SimstowJob *self, guint user);

/**
 * simstow_job_get_sender:
 *
 * Returns: the unique bus name of its caller
 */
const gchar *
simstow_job_get_sender (SimstowJob *self);

/**
 * simstow_job_get_user:
 * @self: an admitted job
 *
 * Returns: whose connection its caller is
 */
guint
simstow_job_get_user (SimstowJob *self);

/**
 * simstow_job_get_data:
 * @self: a job that has not ended
 *
 * Returns: (transfer none): what was given to simstow_jobs_add ()
 */
gpointer
simstow_job_get_data (SimstowJob *self);

/**
 * simstow_job_get_cancellable:
 *
 * Returns: (transfer none): cancelled when the job is no longer wanted
 */
GCancellable *
simstow_job_get_cancellable (SimstowJob *self);

/**
 * simstow_job_is_wanted:
 *
 * Returns: whether its caller still waits for the outcome: %FALSE once it was given up, or answered
 *     as too slow
 */
gboolean
simstow_job_is_wanted (SimstowJob *self);

/**
 * simstow_job_cancel:
 *
 * Ends a waiting job at once. A running one is asked to stop, and ends when the command that is on
 * its way has been answered; what it has done by then counts. When the modem leaves that open, the
 * caller is answered after some seconds.
 */
void
simstow_job_cancel (SimstowJob *self);

/**
 * simstow_job_keep:
 * @self: a running job
 *
 * Says that what it does now is not to be given up because its caller wants that: the answer is
 * the caller's own and would be lost.
 */
void
simstow_job_keep (SimstowJob *self);

/**
 * simstow_job_end:
 * @value: the return values of the method, a tuple; a floating one is taken
 *
 * Answers the caller, unless that was done, and ends the job.
 */
void
simstow_job_end (SimstowJob *self, GVariant *value);

/**
 * simstow_job_end_with_error:
 * @error: why; what has no name on the bus becomes org.simstow.Error.ModemError
 *
 * Answers the caller, unless that was done, and ends the job.
 */
void
simstow_job_end_with_error (SimstowJob *self, const GError *error);

/**
 * simstow_job_report_progress:
 * @door: the door of its commands
 * @done: how many have their answer
 * @total: how many there are
 *
 * Sends the signal Progress to the caller alone, until the call is answered.
 */
void
simstow_job_report_progress (SimstowJob *self, const gchar *door, guint done, guint total);

G_END_DECLS
