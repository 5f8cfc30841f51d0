/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The jobs of one modem: one runs, the others wait. Users take turns, and what one of
 * them wants is done in the order of arrival. No user's jobs take the place of another's:
 * each has room for so many, and those that wait for authorisation take no place at all.
 */

#pragma once

#include "simstow-job.h"

G_BEGIN_DECLS

/* How many authorised jobs of one user may be held for a modem, and how many of one caller,
 * authorised or not */
#define SIMSTOW_JOB_QUEUE_MAX_USER   32
#define SIMSTOW_JOB_QUEUE_MAX_CALLER 16

#define SIMSTOW_TYPE_JOB_QUEUE (simstow_job_queue_get_type ())
G_DECLARE_FINAL_TYPE (SimstowJobQueue, simstow_job_queue, SIMSTOW, JOB_QUEUE, GObject)

/**
 * simstow_job_queue_new:
 *
 * Returns: (transfer full): an empty queue. Its property "busy" tells whether a
 * job is running.
 */
SimstowJobQueue *
simstow_job_queue_new (void);

/**
 * simstow_job_queue_check_room:
 * @self: a queue
 * @sender: the unique bus name of a caller
 * @error: return location for a #G_DBUS_ERROR_LIMITS_EXCEEDED error
 *
 * Returns: whether a job of @sender may be added
 */
gboolean
simstow_job_queue_check_room (SimstowJobQueue *self, const gchar *sender, GError **error);

/**
 * simstow_job_queue_add:
 * @self: a queue
 * @job: a job
 *
 * Takes the job on. It runs when it is admitted and its turn has come; an earlier job that
 * still waits for authorisation does not hold it up. One that is admitted when its user has
 * no room left ends with #G_DBUS_ERROR_LIMITS_EXCEEDED.
 */
void
simstow_job_queue_add (SimstowJobQueue *self, SimstowJob *job);

/**
 * simstow_job_queue_cancel:
 * @self: a queue
 * @sender: (nullable): whose jobs; %NULL for everyone's
 *
 * Cancels jobs, running and waiting; with @sender not one that is to be kept.
 */
void
simstow_job_queue_cancel (SimstowJobQueue *self, const gchar *sender);

G_END_DECLS
