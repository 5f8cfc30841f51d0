/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conversions between archives and the files of other programs.
 */

#pragma once

#include "simstow-archive.h"
#include "simstow-format.h"

/* What --from and --to call an archive */
#define SIMSTOW_FORMAT_ARCHIVE "simstow"

/**
 * SimstowConversion:
 * @inputs: (array zero-terminated=1): what is read, "-" for standard input
 * @output: where to
 * @from: (nullable): the format of all inputs, by its name; else each is recognised
 * @to: (nullable): the format of the output; else its name tells
 * @kinds: flags (1 << #SimstowRecordKind) of what is wanted
 * @csv_safe: whether cells that a spreadsheet would take for formulas are made harmless
 * @write: how to write it; its keys open encrypted archives
 *
 * What is asked for.
 */
typedef struct {
    const gchar *const *inputs;
    const gchar *output;
    const gchar *from;
    const gchar *to;
    guint kinds;
    gboolean csv_safe;
    SimstowArchiveWriteOptions write;
} SimstowConversion;

/**
 * SimstowConverted:
 * @format: the name of the format that was written
 * @path: (nullable): the path written, %NULL for standard output
 * @counts: how many records of each kind were written
 * @losses: what could not be taken along
 *
 * What came of it.
 */
typedef struct {
    const gchar *format;
    gchar *path;
    guint64 counts[SIMSTOW_RECORD_KINDS];
    SimstowLosses losses;
} SimstowConverted;

/**
 * simstow_convert:
 * @conversion: what is asked for
 * @converted: (out caller-allocates): what came of it
 * @cancellable: (nullable): to stop it; nothing is left behind then
 * @error: return location for an error: #SIMSTOW_ERROR_USAGE for formats that are not known or
 *     not said, #SIMSTOW_ERROR_INVALID_DATA or #SIMSTOW_ERROR_CUT_SHORT with file, line and reason
 *     for what cannot be read, or as of simstow_archive_read () and simstow_archive_write ()
 *
 * Reads all inputs and writes them to one output, which is there whole or not at all.
 *
 * Returns: %FALSE with @error set when nothing was written
 */
gboolean
simstow_convert (const SimstowConversion *conversion,
                 SimstowConverted *converted,
                 GCancellable *cancellable,
                 GError **error);

/**
 * simstow_convert_recognises:
 * @path: a file, not "-"
 *
 * Returns: whether it is a file of another program
 */
gboolean
simstow_convert_recognises (const gchar *path);

/**
 * simstow_convert_load:
 * @path: a file of another program
 * @losses: (out caller-allocates): what could not be taken along
 * @cancellable: (nullable): to stop it
 * @error: return location for an error as of simstow_convert ()
 *
 * Returns: (transfer full) (nullable): what it holds as the archive that it would be, or %NULL with
 * @error set
 */
SimstowSnapshot *
simstow_convert_load (const gchar *path,
                      SimstowLosses *losses,
                      GCancellable *cancellable,
                      GError **error);
