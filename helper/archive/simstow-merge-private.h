/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A merge under way, and the two halves of what it generates: members with
 * records, and the others.
 */

#pragma once

#include "simstow-merge-input.h"
#include "simstow-sink.h"

/**
 * SimstowMerge:
 * @inputs: (element-type SimstowMergeInput): what is merged
 * @survey: what they hold; sorted by place once all were read
 * @head: what the merged archive says of itself
 * @secrets: whether eSIM activation codes may be written
 * @rest: what the head says that this program does not know
 */
typedef struct {
    GPtrArray *inputs;
    SimstowMergeSurvey survey;
    SimstowSnapshot head;
    gboolean secrets;
    gchar *rest;
} SimstowMerge;

/**
 * SimstowMergeRecords:
 * @merge: the merge
 * @place: which kind of records, for simstow_merge_kind ()
 */
typedef struct {
    const SimstowMerge *merge;
    guint place;
} SimstowMergeRecords;

/**
 * SimstowMergeOther:
 * @merge: the merge
 * @input: which of the inputs has the member
 * @member: the member
 */
typedef struct {
    const SimstowMerge *merge;
    const SimstowMergeInput *input;
    const SimstowMergeMember *member;
} SimstowMergeOther;

/**
 * simstow_merge_generate_records:
 * @source: a #SimstowMergeRecords
 * @sink: where to
 * @error: return location for an error
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_merge_generate_records (gconstpointer source, SimstowSink *sink, GError **error);

/**
 * simstow_merge_generate_unread:
 * @source: the #SimstowMerge
 * @sink: where to
 * @error: return location for an error
 *
 * Generates what could not be understood in any of the inputs, each record once.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_merge_generate_unread (gconstpointer source, SimstowSink *sink, GError **error);

/**
 * simstow_merge_generate_other:
 * @source: a #SimstowMergeOther
 * @sink: where to
 * @error: return location for an error
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_merge_generate_other (gconstpointer source, SimstowSink *sink, GError **error);

/**
 * SimstowMergeCopy:
 * @input: an archive
 * @name: a member of it
 * @records: how many records it has
 * @codes: (nullable) (element-type SimstowActivationCode): for esim.json, the
 *     activation codes to write instead of its own
 */
typedef struct {
    const SimstowMergeInput *input;
    const gchar *name;
    guint64 records;
    const GPtrArray *codes;
} SimstowMergeCopy;

/**
 * simstow_merge_generate_copy:
 * @source: a #SimstowMergeCopy
 * @sink: where to
 * @error: return location for an error
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_merge_generate_copy (gconstpointer source, SimstowSink *sink, GError **error);

/**
 * simstow_merge_mark_read:
 * @merge: a merge whose inputs were surveyed
 * @cancellable: (nullable): to stop it
 * @error: return location for an error
 *
 * Finds out for which rebuilt messages there is one that was read.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_merge_mark_read (SimstowMerge *merge, GCancellable *cancellable, GError **error);
