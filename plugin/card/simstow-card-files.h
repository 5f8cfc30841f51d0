/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of the card: a list of commands carried out as one job. Files are read whole, by
 * +CRSM in joined lines or over one logical channel to the USIM; which of the two does is found
 * out once for a SIM. Records are written only where all of them still hold what the caller
 * expects, and what has begun to be written is written to its end.
 *
 * This is also the list of the files that may be touched. Nothing here looks into a record.
 */

#pragma once

#include "simstow-card.h"
#include "simstow-fcp.h"

G_BEGIN_DECLS

/**
 * SimstowFileAction:
 * @SIMSTOW_FILE_DESCRIBE: learn what the file is
 * @SIMSTOW_FILE_READ: read it, or a stretch of its records
 * @SIMSTOW_FILE_UPDATE: write a record
 */
typedef enum {
    SIMSTOW_FILE_DESCRIBE,
    SIMSTOW_FILE_READ,
    SIMSTOW_FILE_UPDATE,
} SimstowFileAction;

/**
 * SimstowFileCommand:
 * @action: what is to be done
 * @polkit: the polkit action that a caller needs for it
 * @path: the file, hexadecimal digits, four a step, from the MF on and without it; "7FFF" is
 *     the USIM
 * @first: the first record to read, or the one to write, from 1; 0 for the whole file
 * @last: the last record to read
 * @parts: (element-type GBytes): what came: the FCP as the card gave it, then the records in
 *     order, an empty one where one could not be read, or the contents of a transparent file;
 *     of a record that was changed meanwhile what it holds now
 * @failed: how many records could not be read
 * @error: (nullable): what went wrong; parts may have come all the same
 *
 * A command and what came of it.
 */
typedef struct {
    SimstowFileAction action;
    const gchar *polkit;
    gchar *path;
    guint first;
    guint last;
    GPtrArray *parts;
    guint failed;
    GError *error;
    /*< private >*/
    GBytes *steps;
    GBytes *expected;
    GBytes *wanted;
    SimstowFcp fcp;
    GByteArray *octets; /* of a transparent file, that came by now */
    GPtrArray *records; /* in order, an empty one where one could not be read, %NULL before */
    gboolean described;
    gboolean came;     /* one record at least */
    gboolean searched; /* for records that are all like the last one */
    gboolean verified; /* the record is as expected */
    gboolean done;
    gboolean tried; /* over a channel, where +CRSM did not get there */
} SimstowFileCommand;

/**
 * simstow_file_command_parse:
 * @text: `describe PATH`, `read PATH`, `read PATH FIRST LAST` or `update PATH RECORD`; steps of
 *     a path may be parted by slashes, it may begin with "3F00", and "ADF" is "7FFF"
 * @data: (nullable): of an update the record as it is expected, then as it is to be, of one size
 *
 * Returns: (transfer full) (nullable): the command, or %NULL with @error set
 */
SimstowFileCommand *
simstow_file_command_parse (const gchar *text, GBytes *data, GError **error);

/**
 * simstow_file_command_free:
 * @command: (transfer full): a command
 */
void
simstow_file_command_free (SimstowFileCommand *command);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowFileCommand, simstow_file_command_free)

/**
 * SimstowFilesProgressFunc:
 * @done: how many records, or pieces of files, have come
 * @total: of how many that are known of by now
 * @user_data: the caller's
 */
typedef void (*SimstowFilesProgressFunc) (guint done, guint total, gpointer user_data);

/**
 * simstow_card_run_files_async:
 * @way: (nullable): "mbim", "cgla", "csim" or "crsm"; %NULL for the best that answers
 * @commands: (element-type SimstowFileCommand): commands
 * @progress: (nullable): told how far it is
 * @progress_data: for @progress
 *
 * Carries out commands, one such job at a time. What all updates expect is compared before the
 * first is carried out: where one record differs none is written. They end in order; the ones
 * after one that failed are left out. What was left out has the error of what ended the job.
 */
void
simstow_card_run_files_async (SimstowCard *self,
                              const gchar *way,
                              GPtrArray *commands,
                              SimstowFilesProgressFunc progress,
                              gpointer progress_data,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);

/**
 * simstow_card_run_files_finish:
 *
 * Ends it. All that went wrong is in the commands.
 */
void
simstow_card_run_files_finish (SimstowCard *self, GAsyncResult *result);

G_END_DECLS
