/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The jobs of one modem: one runs, the others wait in the order of their
 * arrival, and there are never too many.
 */

#pragma once

#include "simstow-job.h"

G_BEGIN_DECLS

/* How many jobs may be held for a modem, and how many of them of one caller */
#define SIMSTOW_JOB_QUEUE_MAX        64
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
 * Gives the job its place. It runs when it is admitted and its turn has come; an
 * earlier job that still waits for authorisation does not hold it up.
 */
void
simstow_job_queue_add (SimstowJobQueue *self, SimstowJob *job);

/**
 * simstow_job_queue_cancel:
 * @self: a queue
 * @sender: (nullable): whose jobs; %NULL for everyone's
 *
 * Cancels jobs, running and waiting.
 */
void
simstow_job_queue_cancel (SimstowJobQueue *self, const gchar *sender);

G_END_DECLS
