/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The work of each method of org.simstow.Modem1 that touches the modem, as a
 * SimstowJobRun whose user_data is the modem's SimstowStoreSet. The arguments are
 * those of the job's call.
 */

#pragma once

#include "simstow-job.h"

G_BEGIN_DECLS

/**
 * simstow_list_stores_run:
 * @job: a call of ListStores ()
 * @user_data: a #SimstowStoreSet
 */
void
simstow_list_stores_run (SimstowJob *job, gpointer user_data);

/**
 * simstow_read_records_run:
 * @job: a call of ReadRecords ()
 * @user_data: a #SimstowStoreSet
 */
void
simstow_read_records_run (SimstowJob *job, gpointer user_data);

/**
 * simstow_write_record_run:
 * @job: a call of WriteRecord ()
 * @user_data: a #SimstowStoreSet
 */
void
simstow_write_record_run (SimstowJob *job, gpointer user_data);

/**
 * simstow_write_records_run:
 * @job: a call of WriteRecords ()
 * @user_data: a #SimstowStoreSet
 */
void
simstow_write_records_run (SimstowJob *job, gpointer user_data);

/**
 * simstow_erase_records_run:
 * @job: a call of EraseRecords ()
 * @user_data: the #SimstowStoreSet
 *
 * Erases the records that are still there as they are given.
 */
void
simstow_erase_records_run (SimstowJob *job, gpointer user_data);

/**
 * simstow_erase_record_run:
 * @job: a call of EraseRecord ()
 * @user_data: a #SimstowStoreSet
 */
void
simstow_erase_record_run (SimstowJob *job, gpointer user_data);

G_END_DECLS
