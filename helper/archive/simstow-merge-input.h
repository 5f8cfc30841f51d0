/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is merged: archives, and a snapshot fresh from a modem. Each is read
 * whole once, which verifies it and tells what it holds; then again, record by
 * record, for each kind of records.
 */

#pragma once

#include "simstow-merge-record.h"
#include "simstow-merge-states.h"

/* Calls, contacts and messages, in the order of archives */
#define SIMSTOW_MERGE_KINDS 3

/**
 * SimstowMergeMember:
 * @name: a member that holds no records
 * @digest: digest of its contents
 * @captured: when what it tells was read
 */
typedef struct {
    gchar *name;
    gchar *digest;
    gint64 captured;
} SimstowMergeMember;

/**
 * SimstowMergeInput:
 * @path: (nullable): an archive
 * @keys: (nullable): how to decrypt it
 * @snapshot: (nullable): a snapshot, when it is no archive; borrowed
 * @header: (nullable): the archive's header
 * @head: what the archive says of itself, or the snapshot; borrowed
 * @head_text: @head as text, without what merging changes
 * @members: (element-type SimstowMergeMember): its members without records
 * @encrypted: whether it is encrypted
 * @unsorted: flags (1 << kind): whose records are not in the order of archives
 */
typedef struct {
    gchar *path;
    const SimstowArchiveKeys *keys;
    SimstowSnapshot *snapshot;
    SimstowArchiveHeader *header;
    const SimstowSnapshot *head;
    gchar *head_text;
    GPtrArray *members;
    gboolean encrypted;
    guint unsorted;
} SimstowMergeInput;

/**
 * SimstowMergeSurvey:
 * @sightings: (element-type SimstowSighting): of calls, contacts and messages
 * @rests: of calls, contacts and messages, what this program does not know
 * @rebuilt: (element-type SimstowRebuilt): messages that were rebuilt
 * @unread: (element-type SimstowUnread): records that could not be understood, of all inputs
 * @esim: eUICCs
 * @network: network settings
 * @origin: modems and SIMs
 */
typedef struct {
    GArray *sightings[SIMSTOW_MERGE_KINDS];
    GHashTable *rests[SIMSTOW_MERGE_KINDS];
    GHashTable *rebuilt;
    GPtrArray *unread;
    SimstowMergeStates *esim;
    SimstowMergeStates *network;
    SimstowMergeStates *origin;
} SimstowMergeSurvey;

/**
 * simstow_merge_survey_init:
 * @survey: (out): a survey of nothing yet
 */
void
simstow_merge_survey_init (SimstowMergeSurvey *survey);

/**
 * simstow_merge_survey_clear:
 * @survey: a survey
 */
void
simstow_merge_survey_clear (SimstowMergeSurvey *survey);

/**
 * simstow_merge_kind:
 * @place: which, from 0
 *
 * Returns: the kind of items whose sightings stand there
 */
SimstowItemKind
simstow_merge_kind (guint place);

/**
 * simstow_merge_input_new:
 * @path: (nullable): an archive
 * @keys: (nullable): how to decrypt it
 * @snapshot: (nullable): a snapshot, when there is no @path; it is sorted
 *
 * Returns: (transfer full): something to merge
 */
SimstowMergeInput *
simstow_merge_input_new (const gchar *path,
                         const SimstowArchiveKeys *keys,
                         SimstowSnapshot *snapshot);

/**
 * simstow_merge_input_free:
 * @input: (transfer full): something to merge
 */
void
simstow_merge_input_free (SimstowMergeInput *input);

/**
 * simstow_merge_input_dup_name:
 * @input: something to merge
 *
 * Returns: (transfer full): what people call it
 */
gchar *
simstow_merge_input_dup_name (const SimstowMergeInput *input);

/**
 * simstow_merge_input_survey:
 * @input: something to merge
 * @number: which of the inputs it is
 * @survey: where its records are noted
 * @cancellable: (nullable): to stop it
 * @error: return location for an error, as for simstow_archive_read ()
 *
 * Reads and verifies the whole of it.
 *
 * Returns: %FALSE with @error set when it is not whole
 */
gboolean
simstow_merge_input_survey (SimstowMergeInput *input,
                            guint32 number,
                            SimstowMergeSurvey *survey,
                            GCancellable *cancellable,
                            GError **error);

/**
 * SimstowMergeCursor:
 * @item: the record it stands at; of kind %SIMSTOW_ITEM_END behind the last
 *
 * Steps through the records of one kind.
 */
typedef struct {
    SimstowItem item;
    /*< private >*/
    SimstowItemKind kind;
    struct _SimstowPlain *plain;
    SimstowArchiveReader *reader;
    const SimstowMergeInput *input;
    guint32 next;
} SimstowMergeCursor;

/**
 * simstow_merge_cursor_new:
 * @input: something that was surveyed
 * @kind: which records
 * @cancellable: (nullable): to stop it
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable): a cursor before the first, or %NULL with @error set
 */
SimstowMergeCursor *
simstow_merge_cursor_new (const SimstowMergeInput *input,
                          SimstowItemKind kind,
                          GCancellable *cancellable,
                          GError **error);

/**
 * simstow_merge_cursor_free:
 * @cursor: (transfer full): a cursor
 */
void
simstow_merge_cursor_free (SimstowMergeCursor *cursor);

/**
 * simstow_merge_cursor_next:
 * @cursor: a cursor
 * @error: return location for an error, as for simstow_archive_read ()
 *
 * Steps to the next record.
 *
 * Returns: %FALSE with @error set when it cannot be read
 */
gboolean
simstow_merge_cursor_next (SimstowMergeCursor *cursor, GError **error);

/**
 * simstow_merge_cursor_seek:
 * @cursor: a cursor
 * @place: how many records stand before the one to step to, which is behind
 *     those it stood at
 * @error: return location for an error, as for simstow_archive_read ()
 *
 * Steps to a record, without decoding what stands before it.
 *
 * Returns: %FALSE with @error set when it cannot be read
 */
gboolean
simstow_merge_cursor_seek (SimstowMergeCursor *cursor, guint32 place, GError **error);

/**
 * simstow_merge_cursor_steal:
 * @cursor: a cursor at a record
 * @item: (out): the record; simstow_merge_cursor_drop () frees it
 */
void
simstow_merge_cursor_steal (SimstowMergeCursor *cursor, SimstowItem *item);

/**
 * simstow_merge_cursor_drop:
 * @cursor: a cursor
 * @item: a record it gave
 */
void
simstow_merge_cursor_drop (const SimstowMergeCursor *cursor, SimstowItem *item);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowMergeCursor, simstow_merge_cursor_free)
