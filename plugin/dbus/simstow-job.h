/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A job: one method call on its way through authorisation, queue and modem. It
 * owns the invocation and answers it exactly once, whatever comes first: the
 * outcome, the deadline, a cancellation. It ends with its caller's connection.
 */

#pragma once

#include "simstow-caller.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_JOB (simstow_job_get_type ())
G_DECLARE_FINAL_TYPE (SimstowJob, simstow_job, SIMSTOW, JOB, GObject)

/**
 * SimstowJobRun:
 * @job: the job
 * @user_data: what was given to simstow_job_new ()
 *
 * Does the work. It ends in simstow_job_end () or simstow_job_end_with_error (),
 * at once or later, and goes on holding its own reference on @job until then.
 */
typedef void (*SimstowJobRun) (SimstowJob *job, gpointer user_data);

/**
 * simstow_job_new:
 * @invocation: (transfer full): the call to answer
 * @caller: who made it
 * @seconds: how long the work may take
 * @run: the work
 * @user_data: (nullable): an object for @run, which the job keeps alive
 *
 * When the caller leaves the bus, the job is cancelled.
 *
 * Returns: (transfer full): a job that waits for simstow_job_admit ()
 */
SimstowJob *
simstow_job_new (GDBusMethodInvocation *invocation,
                 SimstowCaller *caller,
                 guint seconds,
                 SimstowJobRun run,
                 GObject *user_data);

/**
 * simstow_job_get_invocation:
 * @self: a job
 *
 * Returns: (transfer none) (nullable): the call, %NULL once it is answered
 */
GDBusMethodInvocation *
simstow_job_get_invocation (SimstowJob *self);

/**
 * simstow_job_get_parameters:
 * @self: a job
 *
 * Returns: (transfer none): the arguments of the call, a tuple
 */
GVariant *
simstow_job_get_parameters (SimstowJob *self);

/**
 * simstow_job_get_caller:
 * @self: a job
 *
 * Returns: (transfer none): who called
 */
SimstowCaller *
simstow_job_get_caller (SimstowJob *self);

/**
 * simstow_job_get_sender:
 * @self: a job
 *
 * Returns: the unique bus name of the caller
 */
const gchar *
simstow_job_get_sender (SimstowJob *self);

/**
 * simstow_job_get_cancellable:
 * @self: a job
 *
 * Returns: (transfer none): cancelled when the job is no longer wanted
 */
GCancellable *
simstow_job_get_cancellable (SimstowJob *self);

/**
 * simstow_job_admit:
 * @self: a job
 * @granted: (transfer full): the polkit actions that the caller may do
 *
 * Lets the job run when its turn comes.
 */
void
simstow_job_admit (SimstowJob *self, GStrv granted);

/**
 * simstow_job_get_granted:
 * @self: a job
 *
 * Returns: (nullable): the polkit actions that the caller may do, %NULL before
 * simstow_job_admit ()
 */
const gchar *const *
simstow_job_get_granted (SimstowJob *self);

/**
 * simstow_job_has_ended:
 * @self: a job
 *
 * Returns: whether nothing more will come of it; the signal "ended" has been sent
 */
gboolean
simstow_job_has_ended (SimstowJob *self);

/**
 * simstow_job_start:
 * @self: an admitted job
 *
 * Starts the deadline and the work.
 */
void
simstow_job_start (SimstowJob *self);

/**
 * simstow_job_cancel:
 * @self: a job
 *
 * Ends a waiting job at once. A running one is asked to stop, and ends when the
 * command that is on its way has been answered; what it has done by then counts.
 * When the modem leaves that open, the caller is answered after some seconds.
 */
void
simstow_job_cancel (SimstowJob *self);

/**
 * simstow_job_keep:
 * @self: a running job
 *
 * Says that what it does now is not to be given up because its caller wants that: the answer
 * is the caller's own and would be lost.
 */
void
simstow_job_keep (SimstowJob *self);

/**
 * simstow_job_is_kept:
 * @self: a job
 *
 * Returns: whether simstow_job_keep () was called
 */
gboolean
simstow_job_is_kept (SimstowJob *self);

/**
 * simstow_job_end:
 * @self: a job
 * @value: the return values of the method, a tuple; a floating one is taken
 *
 * Answers the caller, unless that was done, and ends the job.
 */
void
simstow_job_end (SimstowJob *self, GVariant *value);

/**
 * simstow_job_end_with_error:
 * @self: a job
 * @error: why; what has no name on the bus becomes org.simstow.Error.ModemError
 *
 * Answers the caller, unless that was done, and ends the job.
 */
void
simstow_job_end_with_error (SimstowJob *self, const GError *error);

/**
 * simstow_job_name_error:
 * @error: an error of a driver
 *
 * Returns: (transfer full): the error as callers get it: one that has a name on the bus
 */
GError *
simstow_job_name_error (const GError *error);

/**
 * simstow_job_report_progress:
 * @self: a job
 * @store: the id of the store being read
 * @done: record places looked at
 * @total: how many there are, 0 unknown
 *
 * Sends the signal Progress to the caller alone, until the call is answered.
 */
void
simstow_job_report_progress (SimstowJob *self, const gchar *store, guint done, guint total);

G_END_DECLS
