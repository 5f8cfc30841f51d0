/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of foreign formats: one row a format, one file a family of them. A reader hands its
 * records one by one to whoever wants them; a writer is handed them one by one. Nobody holds all.
 */

#pragma once

#include "simstow-losses.h"
#include "simstow-record.h"
#include "simstow-text-input.h"

/* How much of a file is seen by those that recognise it */
#define SIMSTOW_SNIFF_SIZE 4096

/* Flags of kinds of records */
#define SIMSTOW_FORMAT_MESSAGES (1u << SIMSTOW_RECORD_MESSAGE)
#define SIMSTOW_FORMAT_CONTACTS (1u << SIMSTOW_RECORD_CONTACT)
#define SIMSTOW_FORMAT_CALLS    (1u << SIMSTOW_RECORD_CALL)
#define SIMSTOW_FORMAT_ALL \
    (SIMSTOW_FORMAT_MESSAGES | SIMSTOW_FORMAT_CONTACTS | SIMSTOW_FORMAT_CALLS)

/**
 * SimstowRecordFunc:
 * @record: a record, borrowed
 * @user_data: the owner's
 * @error: return location for an error
 *
 * Returns: %FALSE with @error set to read no further
 */
typedef gboolean (*SimstowRecordFunc) (const SimstowRecord *record,
                                       gpointer user_data,
                                       GError **error);

/**
 * SimstowFormatInput:
 * @path: the file, "-" for standard input
 * @stream: its bytes, from the beginning
 * @losses: where what cannot be taken along is counted
 * @func: takes the records
 * @user_data: for @func
 * @captured: set by the reader: when the file says it was made, seconds since 1970 UTC; 0 unknown
 * @cancellable: (nullable): to stop it
 *
 * What a reader works on.
 */
typedef struct {
    const gchar *path;
    GInputStream *stream;
    SimstowLosses *losses;
    SimstowRecordFunc func;
    gpointer user_data;
    gint64 captured;
    GCancellable *cancellable;
} SimstowFormatInput;

/**
 * SimstowFormatOptions:
 * @csv_safe: whether cells that a spreadsheet would take for formulas are made harmless
 * @single_sim: whether all records are of one SIM, which need not be told then
 * @captured: when what is written was read or made, seconds since 1970 UTC; 0 unknown
 */
typedef struct {
    gboolean csv_safe;
    gboolean single_sim;
    gint64 captured;
} SimstowFormatOptions;

/**
 * SimstowFormatOutput:
 * @options: how to write
 * @losses: where what the format cannot hold is counted
 * @counts: how many records of each kind were added, the one being added not yet
 * @sims: (element-type utf8 guint): the SIMs, and the numbers they were given, from 1
 * @data: the writer's own
 *
 * What a writer works on.
 */
typedef struct {
    const SimstowFormatOptions *options;
    SimstowLosses *losses;
    guint64 counts[SIMSTOW_RECORD_KINDS];
    GHashTable *sims;
    gpointer data;
} SimstowFormatOutput;

/**
 * SimstowFormat:
 * @name: its name on the command line
 * @extensions: (array zero-terminated=1): what file names end in
 * @sniff: (nullable): whether these first bytes are of it
 * @read: (nullable): reads a file of it
 * @kinds: what a file of it can hold, when it is written
 * @single: whether a file holds records of one kind only
 * @add: (nullable): appends a record to the part of the file that is for its kind; %FALSE when it
 *     cannot be held, which was counted
 * @begin: (nullable): what stands before the records of a kind
 * @end: (nullable): what stands behind them
 * @entry: (nullable): the name of the only entry of the zip file that it is
 * @free_data: (nullable): frees the writer's own
 *
 * A format. It can be written when it has @add.
 */
typedef struct {
    const gchar *name;
    const gchar *const *extensions;
    gboolean (*sniff) (const gchar *head, gsize length);
    gboolean (*read) (SimstowFormatInput *input, GError **error);
    guint kinds;
    gboolean single;
    gboolean (*add) (SimstowFormatOutput *output, const SimstowRecord *record, GString *text);
    void (*begin) (const SimstowFormatOutput *output, SimstowRecordKind kind, GString *text);
    void (*end) (const SimstowFormatOutput *output, SimstowRecordKind kind, GString *text);
    const gchar *entry;
    GDestroyNotify free_data;
} SimstowFormat;

extern const SimstowFormat simstow_format_sms_backup_restore;
extern const SimstowFormat simstow_format_vcard;
extern const SimstowFormat simstow_format_vcard_4;
extern const SimstowFormat simstow_format_sms_ie;
extern const SimstowFormat simstow_format_fossify;
extern const SimstowFormat simstow_format_qksms;
extern const SimstowFormat simstow_format_gammu_sms;
extern const SimstowFormat simstow_format_gammu_backup;
extern const SimstowFormat simstow_format_sqlite;
extern const SimstowFormat simstow_format_vmessage;
extern const SimstowFormat simstow_format_bmessage;
extern const SimstowFormat simstow_format_csv;
extern const SimstowFormat simstow_format_mbox;
extern const SimstowFormat simstow_format_json;

/**
 * simstow_formats_get:
 * @place: which, from 0
 *
 * Returns: (transfer none) (nullable): a row, %NULL behind the last one
 */
const SimstowFormat *
simstow_formats_get (guint place);

/**
 * simstow_formats_find:
 * @name: a format's name
 *
 * Returns: (transfer none) (nullable): its row
 */
const SimstowFormat *
simstow_formats_find (const gchar *name);

/**
 * simstow_formats_find_by_extension:
 * @path: a file's name
 *
 * Returns: (transfer none) (nullable): the first that can be written and has such names
 */
const SimstowFormat *
simstow_formats_find_by_extension (const gchar *path);

/**
 * simstow_formats_sniff:
 * @head: (array length=length): the first bytes of a file
 *
 * Returns: (transfer none) (nullable): the first that recognises them
 */
const SimstowFormat *
simstow_formats_sniff (const gchar *head, gsize length);

/**
 * simstow_format_output_number_sim:
 * @sim: (nullable): a SIM
 *
 * Returns: its number among those that were seen, from 1; what it was called with a number; -1
 * when there is but one, or it is not known
 */
gint
simstow_format_output_number_sim (SimstowFormatOutput *output, const gchar *sim);
