/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which files of the card are saved, a table row each, and how one is told of. They
 * are what a person may need later, 3GPP TS 31.102 and ETSI TS 102 221. Those that
 * hold keys are not in the table and are never asked for, nor are those that change
 * by themselves, as where the modem was last.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-fcp.h"

/**
 * simstow_store_simfiles_count:
 *
 * Returns: how many files there are in the table
 */
guint
simstow_store_simfiles_count (void);

/**
 * simstow_store_simfiles_path:
 * @i: a row of the table, from 0
 *
 * Returns: the file's path, as simstow_files_select_async () takes it
 */
const gchar *
simstow_store_simfiles_path (guint i);

/**
 * simstow_store_simfiles_record:
 * @i: a row of the table
 * @fcp: the file's shape; not looked at when there is a fault
 * @contents: (element-type GBytes): its records, or the whole of a transparent file
 * @fault: (nullable): why it could not be read
 *
 * Returns: (transfer floating): the file as ReadRecords () tells it
 */
GVariant *
simstow_store_simfiles_record (guint i,
                               const SimstowFcp *fcp,
                               GPtrArray *contents,
                               const GError *fault);
