/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A visit to the card: one session in which a list of things is done with files,
 * each with its own outcome, and which is always closed. What comes next may
 * depend on what was found: a link is followed within the same session. A visit may
 * stay for several such lists.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-card.h"
#include "simstow-fcp.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_VISIT (simstow_visit_get_type ())
G_DECLARE_FINAL_TYPE (SimstowVisit, simstow_visit, SIMSTOW, VISIT, GObject)

/**
 * SimstowVisitStep:
 * @path: the file, as simstow_files_select_async () takes it
 * @fcp: its shape, when it could be selected
 * @contents: (element-type GBytes): what was read: the records in order, or the
 *     whole of a transparent file; fewer than asked for when @error is set
 * @faults: (element-type utf8): why each of @contents is not what it should be, %NULL where
 *     it is; only of a step that reads each record
 * @error: (nullable): what went wrong with this step
 *
 * A step and its outcome.
 */
typedef struct {
    gchar *path;
    SimstowFcp fcp;
    GPtrArray *contents;
    GPtrArray *faults;
    GError *error;
    /*< private >*/
    gint kind;
    gboolean each;
    guint failed;  /* records */
    gboolean came; /* one at least */
    guint record;
    guint count;
    GBytes *update;
} SimstowVisitStep;

/**
 * SimstowVisitNextFunc:
 * @visit: a visit
 * @done: the step that was carried out last
 * @user_data: the caller's
 *
 * Called after each step; may add further steps.
 */
typedef void (*SimstowVisitNextFunc) (SimstowVisit *visit,
                                      SimstowVisitStep *done,
                                      gpointer user_data);

/**
 * simstow_visit_new:
 * @card: a card
 *
 * Returns: (transfer full): a visit with nothing to do yet
 */
SimstowVisit *
simstow_visit_new (SimstowCard *card);

/**
 * simstow_visit_select:
 * @self: a visit
 * @path: a file
 *
 * Adds a step that learns a file's shape.
 */
void
simstow_visit_select (SimstowVisit *self, const gchar *path);

/**
 * simstow_visit_read:
 * @self: a visit
 * @path: a file
 * @record: the first record, from 1; 0 for all of a transparent file, and all
 *     records of any other
 * @count: how many records at most, 0 for all to the end
 *
 * Adds a step that reads. Records beyond the end are no error.
 */
void
simstow_visit_read (SimstowVisit *self, const gchar *path, guint record, guint count);

/**
 * simstow_visit_read_each:
 * @self: a visit
 * @path: a file
 * @record: the first record, as simstow_visit_read () takes it
 * @count: how many records at most, 0 for all to the end
 *
 * Adds a step that reads; a record that cannot be read, or is cut, does not end it, but has its
 * fault, and nothing or what came of it in its place.
 */
void
simstow_visit_read_each (SimstowVisit *self, const gchar *path, guint record, guint count);

/**
 * simstow_visit_update:
 * @self: a visit
 * @path: a file
 * @record: the record, from 1
 * @data: what to write; what the record has more is filled up with FF
 *
 * Adds a step that writes a record.
 */
void
simstow_visit_update (SimstowVisit *self, const gchar *path, guint record, GBytes *data);

/**
 * simstow_visit_run_async:
 * @self: a visit; without steps it does no more than to close a session it has stayed in
 * @next: (nullable): called after each step
 * @next_data: for @next
 * @cancellable: (nullable): to stop between two commands, before anything is written
 * @callback: called when all is done and the session closed
 * @user_data: for @callback
 *
 * Carries out the steps. Once something was written the others follow, whoever cancels: a
 * record that belongs together is not left half written.
 */
void
simstow_visit_run_async (SimstowVisit *self,
                         SimstowVisitNextFunc next,
                         gpointer next_data,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);

/**
 * simstow_visit_run_for:
 * @self: a visit
 * @task: whose work it is: its cancellable stops the visit, its data are for @next
 * @next: (nullable): called after each step
 * @callback: called as by simstow_visit_run_async (), with a reference on @task
 *
 * Carries out the steps as a part of a task.
 */
void
simstow_visit_run_for (SimstowVisit *self,
                       GTask *task,
                       SimstowVisitNextFunc next,
                       GAsyncReadyCallback callback);

/**
 * simstow_visit_set_staying:
 * @self: a visit
 * @staying: whether the session stays open when all steps are done
 *
 * For steps that follow soon. The file that is selected stays so. What is fatal to the
 * steps closes the session all the same. When no more is to come, the visit is run once
 * more without staying.
 */
void
simstow_visit_set_staying (SimstowVisit *self, gboolean staying);

/**
 * simstow_visit_run_finish:
 * @self: a visit
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: %FALSE with @error set when the card could not be reached, fell silent,
 * or the visit was cancelled; errors of steps are in the steps
 */
gboolean
simstow_visit_run_finish (SimstowVisit *self, GAsyncResult *result, GError **error);

G_END_DECLS
