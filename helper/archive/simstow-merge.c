/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Merging archives.
 */

#include "config.h"

#include "simstow-merge.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "simstow-archive-write.h"
#include "simstow-clock.h"
#include "simstow-error.h"
#include "simstow-layout.h"
#include "simstow-merge-private.h"

static const SimstowMemberKind record_kinds[SIMSTOW_MERGE_KINDS] = {
    SIMSTOW_MEMBER_CALLS,
    SIMSTOW_MEMBER_CONTACTS,
    SIMSTOW_MEMBER_MESSAGES,
};

static void
merge_clear (SimstowMerge *merge)
{
    g_clear_pointer (&merge->inputs, g_ptr_array_unref);
    simstow_merge_survey_clear (&merge->survey);
    g_clear_pointer (&merge->rest, g_free);
    /* all else in it is the newest input's */
    g_clear_pointer (&merge->head.older, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowMerge, merge_clear)

static void
merge_init (SimstowMerge *merge,
            const gchar *const *paths,
            const SimstowArchiveKeys *keys,
            SimstowSnapshot *snapshot)
{
    merge->inputs = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_merge_input_free);
    for (; *paths; paths++)
        g_ptr_array_add (merge->inputs, simstow_merge_input_new (*paths, keys, NULL));
    if (snapshot)
        g_ptr_array_add (merge->inputs, simstow_merge_input_new (NULL, NULL, snapshot));
    simstow_merge_survey_init (&merge->survey);
}

/* Of those that are the same, the same one comes first whatever the order of the inputs */
static gint
compare_unread (gconstpointer a, gconstpointer b)
{
    const SimstowUnread *left = *(SimstowUnread *const *) a;
    const SimstowUnread *right = *(SimstowUnread *const *) b;
    gint order = simstow_unread_compare (left, right);

    if (order == 0)
        order = strcmp (left->fault, right->fault);
    return order != 0 ? order : g_strcmp0 (left->rest, right->rest);
}

/* What comes from the modem is the newest there is, whatever a clock that begins in 1970 says */
static void
put_behind (const SimstowMerge *merge, SimstowSnapshot *snapshot, guint n_before)
{
    gint64 newest = 0;
    guint i;

    for (i = 0; i < n_before; i++) {
        const SimstowMergeInput *input = g_ptr_array_index (merge->inputs, i);

        if (simstow_clock_is_likely (input->head->captured))
            newest = MAX (newest, input->head->captured);
    }
    if (newest != 0)
        snapshot->captured = newest + 1;
}

static gboolean
survey (SimstowMerge *merge, GCancellable *cancellable, GError **error)
{
    guint i;

    for (i = 0; i < merge->inputs->len; i++) {
        SimstowMergeInput *input = g_ptr_array_index (merge->inputs, i);

        if (input->snapshot && !simstow_clock_is_likely (input->snapshot->captured))
            put_behind (merge, input->snapshot, i);
        if (!simstow_merge_input_survey (input, i, &merge->survey, cancellable, error)) {
            g_autofree gchar *name = simstow_merge_input_dup_name (input);

            g_prefix_error (error, "%s: ", name);
            return FALSE;
        }
    }
    for (i = 0; i < SIMSTOW_MERGE_KINDS; i++)
        simstow_sightings_sort_by_place (merge->survey.sightings[i]);
    g_ptr_array_sort (merge->survey.unread, compare_unread);
    return TRUE;
}

static gboolean
differs (const gchar *a, const gchar *b)
{
    return a && b && strcmp (a, b) != 0;
}

static gboolean
refuse_mix (const SimstowMergeInput *a, const SimstowMergeInput *b, GError **error)
{
    g_autofree gchar *name_a = simstow_merge_input_dup_name (a);
    g_autofree gchar *name_b = simstow_merge_input_dup_name (b);

    if (differs (a->head->sim->iccid, b->head->sim->iccid))
        g_set_error (
            error,
            SIMSTOW_ERROR,
            SIMSTOW_ERROR_FAILED,
            _ ("%s is of SIM %s and %s of SIM %s; simstow merge --mix merges them all the same"),
            name_a,
            a->head->sim->iccid,
            name_b,
            b->head->sim->iccid);
    else if (differs (a->head->device->equipment_id, b->head->device->equipment_id))
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_FAILED,
                     _ ("%s is of modem %s and %s of modem %s; simstow merge --mix merges them all "
                        "the same"),
                     name_a,
                     a->head->device->equipment_id,
                     name_b,
                     b->head->device->equipment_id);
    else
        return TRUE;
    return FALSE;
}

static gboolean
check_same (const SimstowMerge *merge, GError **error)
{
    guint i;
    guint j;

    for (i = 1; i < merge->inputs->len; i++)
        for (j = 0; j < i; j++)
            if (!refuse_mix (g_ptr_array_index (merge->inputs, j),
                             g_ptr_array_index (merge->inputs, i),
                             error))
                return FALSE;
    return TRUE;
}

/* What somebody encrypted is not decrypted onto a disk by the way */
static gboolean
check_encrypted (const SimstowMerge *merge, GError **error)
{
    guint i;

    for (i = 0; !merge->secrets && i < merge->inputs->len; i++) {
        const SimstowMergeInput *input = g_ptr_array_index (merge->inputs, i);
        g_autofree gchar *name = NULL;

        if (!input->encrypted)
            continue;
        name = simstow_merge_input_dup_name (input);
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_USAGE,
                     _ ("%s is encrypted: say to whom the merged archive is to be encrypted"),
                     name);
        return FALSE;
    }
    return TRUE;
}

static gint
compare_inputs (const SimstowMergeInput *a, const SimstowMergeInput *b)
{
    gint64 captured_a = simstow_clock_rank_last (simstow_merge_record_get_captured (a->head));
    gint64 captured_b = simstow_clock_rank_last (simstow_merge_record_get_captured (b->head));

    if (captured_a != captured_b)
        return captured_a < captured_b ? -1 : 1;
    return strcmp (a->head_text, b->head_text);
}

/* What the merged archive says of itself is what the newest input says */
static void
make_head (SimstowMerge *merge)
{
    const SimstowMergeInput *newest = g_ptr_array_index (merge->inputs, 0);
    gint64 first = G_MAXINT64;
    guint i;

    for (i = 0; i < merge->inputs->len; i++) {
        const SimstowMergeInput *input = g_ptr_array_index (merge->inputs, i);
        gint64 its_first = input->head->first_captured != 0
                               ? input->head->first_captured
                               : simstow_merge_record_get_captured (input->head);

        first = MIN (first, simstow_clock_rank_first (its_first));
        if (compare_inputs (input, newest) > 0)
            newest = input;
    }
    merge->head = *newest->head;
    merge->head.first_captured = simstow_clock_unrank (first);
    merge->head.older = NULL;
    merge->rest = simstow_merge_states_dup_rest (merge->survey.origin);
    merge->head.rest = merge->rest;
}

static gint
compare_others (gconstpointer a, gconstpointer b)
{
    const SimstowMergeOther *left = *(SimstowMergeOther *const *) a;
    const SimstowMergeOther *right = *(SimstowMergeOther *const *) b;
    SimstowMemberKind left_kind = simstow_layout_member_kind (left->member->name);
    SimstowMemberKind right_kind = simstow_layout_member_kind (right->member->name);

    if (left_kind != right_kind)
        return left_kind < right_kind ? -1 : 1;
    return strcmp (left->member->name, right->member->name);
}

static gboolean
is_newer (const SimstowMergeMember *a, const SimstowMergeMember *b)
{
    if (a->captured != b->captured)
        return simstow_clock_rank_last (a->captured) > simstow_clock_rank_last (b->captured);
    return strcmp (a->digest, b->digest) > 0;
}

static void
choose_other (GHashTable *chosen, const SimstowMerge *merge, const SimstowMergeInput *input)
{
    guint i;

    for (i = 0; i < input->members->len; i++) {
        const SimstowMergeMember *member = g_ptr_array_index (input->members, i);
        SimstowMergeOther *other = g_hash_table_lookup (chosen, member->name);

        if (other && !is_newer (member, other->member))
            continue;
        other = g_new0 (SimstowMergeOther, 1);
        other->merge = merge;
        other->input = input;
        other->member = member;
        g_hash_table_replace (chosen, member->name, other);
    }
}

/* Members without records, each from the newest input that has it, in the order of archives */
static GPtrArray *
choose_others (SimstowMerge *merge)
{
    g_autoptr (GHashTable) chosen = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
    g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func (g_free);
    GHashTableIter iter;
    gpointer other;
    guint i;

    for (i = 0; i < merge->inputs->len; i++)
        choose_other (chosen, merge, g_ptr_array_index (merge->inputs, i));
    g_hash_table_iter_init (&iter, chosen);
    while (g_hash_table_iter_next (&iter, NULL, &other)) {
        g_ptr_array_add (others, other);
        g_hash_table_iter_steal (&iter);
    }
    g_ptr_array_sort (others, compare_others);
    return g_steal_pointer (&others);
}

static void
note_older (SimstowMerge *merge, const GPtrArray *others)
{
    gint64 captured = simstow_merge_record_get_captured (&merge->head);
    guint i;

    for (i = 0; i < others->len; i++) {
        const SimstowMergeMember *member =
            ((const SimstowMergeOther *) g_ptr_array_index (others, i))->member;

        if (member->captured == captured)
            continue;
        if (!merge->head.older)
            merge->head.older =
                g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_older_free);
        g_ptr_array_add (merge->head.older, simstow_older_new (member->name, member->captured));
    }
}

static void
add_member (GArray *members,
            const gchar *name,
            gboolean (*generate) (gconstpointer source, SimstowSink *sink, GError **error),
            gconstpointer source)
{
    const SimstowPackMember member = {name, generate, source};

    g_array_append_val (members, member);
}

/* Where an other member stands among those with records */
static void
list_members (GArray *members,
              const SimstowMerge *merge,
              const SimstowMergeRecords *records,
              const GPtrArray *others)
{
    guint next = 0;
    guint i;

    for (i = 0; i < SIMSTOW_MERGE_KINDS; i++) {
        for (; next < others->len; next++) {
            const SimstowMergeOther *other = g_ptr_array_index (others, next);

            if (simstow_layout_member_kind (other->member->name) > record_kinds[i])
                break;
            add_member (members, other->member->name, simstow_merge_generate_other, other);
        }
        add_member (members,
                    simstow_layout_member_name (record_kinds[i]),
                    simstow_merge_generate_records,
                    &records[i]);
    }
    for (; next < others->len; next++) {
        const SimstowMergeOther *other = g_ptr_array_index (others, next);

        add_member (members, other->member->name, simstow_merge_generate_other, other);
    }
    if (merge->survey.unread->len > 0)
        add_member (members,
                    simstow_layout_member_name (SIMSTOW_MEMBER_UNREAD),
                    simstow_merge_generate_unread,
                    merge);
}

static void
set_counts (const SimstowMerge *merge, const SimstowPack *pack, SimstowMergeCounts *counts)
{
    guint i;

    counts->calls = simstow_pack_count_records (pack, SIMSTOW_MEMBER_CALLS);
    counts->contacts = simstow_pack_count_records (pack, SIMSTOW_MEMBER_CONTACTS);
    counts->messages = simstow_pack_count_records (pack, SIMSTOW_MEMBER_MESSAGES);
    counts->captured = merge->head.captured;
    counts->first_captured = merge->head.first_captured;
    counts->unlikely = 0;
    for (i = 0; i < merge->inputs->len; i++) {
        const SimstowMergeInput *input = g_ptr_array_index (merge->inputs, i);

        counts->unlikely += !simstow_clock_is_likely (input->head->captured);
    }
}

static gboolean
write_merged (SimstowMerge *merge,
              const gchar *output,
              const SimstowArchiveWriteOptions *options,
              SimstowMergeCounts *counts,
              gchar **path,
              GCancellable *cancellable,
              GError **error)
{
    SimstowMergeRecords records[SIMSTOW_MERGE_KINDS];
    g_autoptr (GPtrArray) others = choose_others (merge);
    g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (SimstowPackMember));
    g_autoptr (SimstowPack) pack = NULL;
    guint i;

    for (i = 0; i < SIMSTOW_MERGE_KINDS; i++)
        records[i] = (SimstowMergeRecords){merge, i};
    note_older (merge, others);
    list_members (members, merge, records, others);
    pack = simstow_pack_new (&merge->head,
                             (const SimstowPackMember *) (gconstpointer) members->data,
                             members->len,
                             cancellable,
                             error);
    if (!pack)
        return FALSE;
    if (counts)
        set_counts (merge, pack, counts);
    return simstow_archive_write_pack (pack, output, options, path, cancellable, error);
}

gboolean
simstow_archive_merge (const gchar *const *paths,
                       const SimstowArchiveKeys *keys,
                       SimstowSnapshot *snapshot,
                       gboolean mix,
                       const gchar *output,
                       const SimstowArchiveWriteOptions *options,
                       SimstowMergeCounts *counts,
                       gchar **path,
                       GCancellable *cancellable,
                       GError **error)
{
    g_auto (SimstowMerge) merge = {NULL};

    merge_init (&merge, paths, keys, snapshot);
    merge.secrets = simstow_archive_is_encrypted (options);
    if (!survey (&merge, cancellable, error) || !check_encrypted (&merge, error) ||
        (!mix && !check_same (&merge, error)) ||
        !simstow_merge_mark_read (&merge, cancellable, error))
        return FALSE;
    make_head (&merge);
    return write_merged (&merge, output, options, counts, path, cancellable, error);
}

/* How many records a member has, by the header */
static guint64
count_records (const SimstowArchiveHeader *header, const gchar *name)
{
    switch (simstow_layout_member_kind (name)) {
    case SIMSTOW_MEMBER_CALLS:
        return header->calls;
    case SIMSTOW_MEMBER_CONTACTS:
        return header->contacts;
    case SIMSTOW_MEMBER_MESSAGES:
        return header->messages;
    default:
        return 0;
    }
}

static void
add_copy (GArray *copies, const SimstowMergeInput *input, const gchar *name, const GPtrArray *codes)
{
    SimstowMergeCopy copy = {input, name, count_records (input->header, name), NULL};

    if (simstow_layout_member_kind (name) == SIMSTOW_MEMBER_ESIM)
        copy.codes = codes;
    g_array_append_val (copies, copy);
}

/* All members that hold content, as they stand */
static GArray *
list_copies (const SimstowMerge *merge, const GPtrArray *codes)
{
    const SimstowMergeInput *input = g_ptr_array_index (merge->inputs, 0);
    GArray *copies = g_array_new (FALSE, FALSE, sizeof (SimstowMergeCopy));
    guint i;

    for (i = 0; i < G_N_ELEMENTS (record_kinds); i++)
        add_copy (copies, input, simstow_layout_member_name (record_kinds[i]), codes);
    if (merge->survey.unread->len > 0)
        add_copy (copies, input, simstow_layout_member_name (SIMSTOW_MEMBER_UNREAD), codes);
    for (i = 0; i < input->members->len; i++) {
        const SimstowMergeMember *member = g_ptr_array_index (input->members, i);

        add_copy (copies, input, member->name, codes);
    }
    return copies;
}

static gint
compare_copies (gconstpointer a, gconstpointer b)
{
    const SimstowMergeCopy *left = a;
    const SimstowMergeCopy *right = b;
    SimstowMemberKind left_kind = simstow_layout_member_kind (left->name);
    SimstowMemberKind right_kind = simstow_layout_member_kind (right->name);

    if (left_kind != right_kind)
        return left_kind < right_kind ? -1 : 1;
    return strcmp (left->name, right->name);
}

gboolean
simstow_archive_set_codes (const gchar *path,
                           const SimstowArchiveKeys *keys,
                           const GPtrArray *codes,
                           const gchar *output,
                           const SimstowArchiveWriteOptions *options,
                           gchar **written,
                           GCancellable *cancellable,
                           GError **error)
{
    const gchar *const paths[] = {path, NULL};
    g_auto (SimstowMerge) merge = {NULL};
    g_autoptr (GArray) copies = NULL;
    g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (SimstowPackMember));
    g_autoptr (SimstowPack) pack = NULL;
    const SimstowMergeInput *input;
    guint i;

    merge_init (&merge, paths, keys, NULL);
    if (!survey (&merge, cancellable, error))
        return FALSE;
    input = g_ptr_array_index (merge.inputs, 0);
    copies = list_copies (&merge, codes);
    g_array_sort (copies, compare_copies);
    for (i = 0; i < copies->len; i++) {
        const SimstowMergeCopy *copy = &g_array_index (copies, SimstowMergeCopy, i);

        add_member (members, copy->name, simstow_merge_generate_copy, copy);
    }
    pack = simstow_pack_new (input->head,
                             (const SimstowPackMember *) (gconstpointer) members->data,
                             members->len,
                             cancellable,
                             error);
    return pack && simstow_archive_write_pack (pack, output, options, written, cancellable, error);
}
