/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is merged.
 */

#include "config.h"

#include "simstow-merge-input.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "simstow-esim-json.h"
#include "simstow-layout.h"
#include "simstow-plain.h"
#include "simstow-record-json.h"
#include "simstow-snapshot-json.h"
#include "simstow-sums.h"

#define WANTED                                                                        \
    (1 << SIMSTOW_ITEM_HEADER | 1 << SIMSTOW_ITEM_CALL | 1 << SIMSTOW_ITEM_CONTACT |  \
     1 << SIMSTOW_ITEM_MESSAGE | 1 << SIMSTOW_ITEM_ESIM | 1 << SIMSTOW_ITEM_NETWORK | \
     1 << SIMSTOW_ITEM_UNREAD)

static const SimstowItemKind kinds[SIMSTOW_MERGE_KINDS] = {
    SIMSTOW_ITEM_CALL,
    SIMSTOW_ITEM_CONTACT,
    SIMSTOW_ITEM_MESSAGE,
};

static const SimstowMemberKind record_members[] = {
    SIMSTOW_MEMBER_README,
    SIMSTOW_MEMBER_HEADER,
    SIMSTOW_MEMBER_CALLS,
    SIMSTOW_MEMBER_CONTACTS,
    SIMSTOW_MEMBER_MESSAGES,
    SIMSTOW_MEMBER_UNREAD,
    SIMSTOW_MEMBER_SUMS,
};

static gboolean
knows_origin (const gchar *key, gsize length)
{
    return (length == 6 && memcmp (key, "device", 6) == 0) ||
           (length == 3 && memcmp (key, "sim", 3) == 0);
}

void
simstow_merge_survey_init (SimstowMergeSurvey *survey)
{
    guint i;

    for (i = 0; i < SIMSTOW_MERGE_KINDS; i++) {
        survey->sightings[i] = simstow_sightings_new ();
        survey->rests[i] = simstow_merge_rests_new ();
    }
    survey->rebuilt = simstow_rebuilt_table_new ();
    survey->unread = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_unread_free);
    survey->esim = simstow_merge_states_new (simstow_esim_json_knows);
    survey->network = simstow_merge_states_new (simstow_network_json_knows);
    survey->origin = simstow_merge_states_new (knows_origin);
}

void
simstow_merge_survey_clear (SimstowMergeSurvey *survey)
{
    guint i;

    for (i = 0; i < SIMSTOW_MERGE_KINDS; i++) {
        g_clear_pointer (&survey->sightings[i], g_array_unref);
        g_clear_pointer (&survey->rests[i], g_hash_table_unref);
    }
    g_clear_pointer (&survey->rebuilt, g_hash_table_unref);
    g_clear_pointer (&survey->unread, g_ptr_array_unref);
    g_clear_pointer (&survey->esim, simstow_merge_states_free);
    g_clear_pointer (&survey->network, simstow_merge_states_free);
    g_clear_pointer (&survey->origin, simstow_merge_states_free);
}

SimstowItemKind
simstow_merge_kind (guint place)
{
    return kinds[place];
}

static void
member_free (gpointer data)
{
    SimstowMergeMember *member = data;

    g_free (member->name);
    g_free (member->digest);
    g_free (member);
}

SimstowMergeInput *
simstow_merge_input_new (const gchar *path,
                         const SimstowArchiveKeys *keys,
                         SimstowSnapshot *snapshot)
{
    SimstowMergeInput *input = g_new0 (SimstowMergeInput, 1);

    input->path = g_strdup (path);
    input->keys = keys;
    input->snapshot = snapshot;
    input->members = g_ptr_array_new_with_free_func (member_free);
    if (snapshot)
        simstow_snapshot_sort (snapshot);
    return input;
}

void
simstow_merge_input_free (SimstowMergeInput *input)
{
    if (!input)
        return;
    g_free (input->path);
    simstow_archive_header_free (input->header);
    g_free (input->head_text);
    g_ptr_array_unref (input->members);
    g_free (input);
}

gchar *
simstow_merge_input_dup_name (const SimstowMergeInput *input)
{
    return input->path ? g_filename_display_name (input->path) : g_strdup (_ ("the modem"));
}

static void
set_head (SimstowMergeInput *input, const SimstowSnapshot *head)
{
    g_autoptr (GString) text = g_string_new (NULL);
    SimstowSnapshot plain = *head;
    SimstowJsonWriter writer;

    input->head = head;
    plain.first_captured = 0;
    plain.older = NULL;
    plain.rest = NULL;
    simstow_json_writer_init (&writer, text, FALSE);
    simstow_json_writer_begin (&writer, NULL, '{');
    simstow_snapshot_write_json (&plain, &writer);
    simstow_json_writer_end (&writer, '}');
    input->head_text = g_string_free (g_steal_pointer (&text), FALSE);
}

/* When what a member tells was read */
static gint64
find_captured (const SimstowSnapshot *head, const gchar *name)
{
    guint i;

    for (i = 0; head->older && i < head->older->len; i++) {
        const SimstowOlder *older = g_ptr_array_index (head->older, i);

        if (strcmp (older->member, name) == 0)
            return older->captured;
    }
    return simstow_merge_record_get_captured (head);
}

static void
add_member (SimstowMergeInput *input, const gchar *name, gchar *digest)
{
    SimstowMergeMember *member = g_new0 (SimstowMergeMember, 1);

    member->name = g_strdup (name);
    member->digest = digest;
    member->captured = find_captured (input->head, name);
    g_ptr_array_add (input->members, member);
}

/* What is the same for all captures: where the records come from */
static gboolean
survey_origin (const SimstowMergeInput *input, SimstowMergeStates *origin, GError **error)
{
    const SimstowSnapshot *head = input->head;
    g_autoptr (GString) text = g_string_new (NULL);
    SimstowJsonWriter writer;

    simstow_json_writer_init (&writer, text, FALSE);
    simstow_json_writer_begin (&writer, NULL, '{');
    simstow_snapshot_write_origin_json (head, &writer);
    simstow_json_writer_rest (&writer, head->rest);
    simstow_json_writer_end (&writer, '}');
    return simstow_merge_states_add (origin,
                                     text->str,
                                     text->len,
                                     simstow_merge_record_get_captured (head),
                                     error);
}

static gboolean
survey_text (const SimstowMergeInput *input,
             SimstowMergeStates *states,
             SimstowMemberKind kind,
             const gchar *text,
             gsize length,
             GError **error)
{
    const gchar *name = simstow_layout_member_name (kind);

    return simstow_merge_states_add (states,
                                     text,
                                     length,
                                     find_captured (input->head, name),
                                     error);
}

static void
add_text (SimstowMergeInput *input,
          SimstowMergeStates *states,
          SimstowMemberKind kind,
          const GString *text)
{
    g_autoptr (SimstowSha256) checksum = simstow_sha256_new ();

    simstow_sha256_update (checksum, text->str, text->len);
    add_member (input, simstow_layout_member_name (kind), simstow_sha256_dup_string (checksum));
    survey_text (input, states, kind, text->str, text->len, NULL);
}

static void
add_snapshot_members (SimstowMergeInput *input, SimstowMergeSurvey *survey)
{
    g_autoptr (GString) text = g_string_new (NULL);

    if (input->snapshot->network) {
        simstow_network_append_json (input->snapshot->network, TRUE, text);
        add_text (input, survey->network, SIMSTOW_MEMBER_NETWORK, text);
    }
    if (input->snapshot->esim) {
        g_string_truncate (text, 0);
        simstow_esim_append_json (input->snapshot->esim, TRUE, TRUE, text);
        add_text (input, survey->esim, SIMSTOW_MEMBER_ESIM, text);
    }
}

static gboolean
holds_records (const gchar *name)
{
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (record_members); i++)
        if (strcmp (name, simstow_layout_member_name (record_members[i])) == 0)
            return TRUE;
    return FALSE;
}

static void
add_archive_members (SimstowMergeInput *input, const GPtrArray *sums)
{
    guint i;

    for (i = 0; i < sums->len; i++) {
        const SimstowSum *sum = g_ptr_array_index (sums, i);

        if (!holds_records (sum->name))
            add_member (input, sum->name, g_strdup (sum->digest));
    }
}

/* A survey under way */
typedef struct {
    SimstowMergeInput *input;
    SimstowMergeSurvey *survey;
    guint32 number;
    guint32 places[SIMSTOW_MERGE_KINDS];
    /* the record before, to see whether they are sorted */
    gchar *store;
    guint index;
    guint8 key[SIMSTOW_SIGHTING_KEY];
} Survey;

static void
survey_clear (Survey *survey)
{
    g_free (survey->store);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Survey, survey_clear)

static gboolean
is_sorted (const Survey *survey, const gchar *store, guint index, const SimstowSighting *sighting)
{
    gint order = strcmp (survey->store, store);

    if (order == 0)
        order = (survey->index > index) - (survey->index < index);
    if (order == 0)
        order = memcmp (survey->key, sighting->key, sizeof survey->key);
    return order <= 0;
}

static void
check_order (Survey *survey, const SimstowItem *item, const SimstowSighting *sighting)
{
    const gchar *store;
    guint index = simstow_merge_record_get_place (item, &store);

    if (sighting->place > 0 && !is_sorted (survey, store, index, sighting))
        survey->input->unsorted |= 1U << item->kind;
    if (g_strcmp0 (survey->store, store) != 0) {
        g_free (survey->store);
        survey->store = g_strdup (store);
    }
    survey->index = index;
    memcpy (survey->key, sighting->key, sizeof survey->key);
}

static void
survey_record (Survey *survey, const SimstowItem *item, guint place)
{
    SimstowSighting sighting = {.input = survey->number, .place = survey->places[place]++};

    simstow_merge_record_sight (item, survey->input->head, &sighting);
    check_order (survey, item, &sighting);
    g_array_append_val (survey->survey->sightings[place], sighting);
    simstow_merge_record_note_rest (item, &sighting, survey->survey->rests[place]);
    if (item->kind == SIMSTOW_ITEM_MESSAGE)
        simstow_merge_record_note_rebuilt (item, survey->input->head, survey->survey->rebuilt);
}

static gboolean
survey_item (Survey *survey, SimstowItem *item, GError **error)
{
    SimstowMergeSurvey *all = survey->survey;
    SimstowMergeInput *input = survey->input;
    const gsize length = item->text ? strlen (item->text) : 0;
    guint place;

    if (item->kind == SIMSTOW_ITEM_HEADER) {
        input->header = g_steal_pointer (&item->header);
        set_head (input, input->header->snapshot);
        return survey_origin (input, all->origin, error);
    }
    if (item->kind == SIMSTOW_ITEM_UNREAD)
        g_ptr_array_add (survey->survey->unread, g_steal_pointer (&item->unread));
    if (item->kind == SIMSTOW_ITEM_ESIM)
        return survey_text (input, all->esim, SIMSTOW_MEMBER_ESIM, item->text, length, error);
    if (item->kind == SIMSTOW_ITEM_NETWORK)
        return survey_text (input, all->network, SIMSTOW_MEMBER_NETWORK, item->text, length, error);
    for (place = 0; place < SIMSTOW_MERGE_KINDS; place++)
        if (item->kind == kinds[place])
            survey_record (survey, item, place);
    return TRUE;
}

static void
survey_snapshot (Survey *survey)
{
    const SimstowSnapshot *snapshot = survey->input->snapshot;
    SimstowItem item = {SIMSTOW_ITEM_CALL};
    guint i;

    for (i = 0; i < snapshot->calls->len; i++) {
        item.call = g_ptr_array_index (snapshot->calls, i);
        survey_record (survey, &item, 0);
    }
    item.kind = SIMSTOW_ITEM_CONTACT;
    for (i = 0; i < snapshot->contacts->len; i++) {
        item.contact = g_ptr_array_index (snapshot->contacts, i);
        survey_record (survey, &item, 1);
    }
    item.kind = SIMSTOW_ITEM_MESSAGE;
    for (i = 0; i < snapshot->messages->len; i++) {
        item.message = g_ptr_array_index (snapshot->messages, i);
        survey_record (survey, &item, 2);
    }
    for (i = 0; i < snapshot->unread->len; i++) {
        const SimstowUnread *unread = g_ptr_array_index (snapshot->unread, i);

        g_ptr_array_add (
            survey->survey->unread,
            simstow_unread_new (unread->store, unread->index, unread->fault, unread->raw));
    }
}

static gboolean
survey_items (Survey *survey, SimstowArchiveReader *reader, GError **error)
{
    g_auto (SimstowItem) item = {SIMSTOW_ITEM_END};

    do {
        if (!simstow_archive_reader_next (reader, &item, error))
            return FALSE;
        if (!survey_item (survey, &item, error))
            return FALSE;
    } while (item.kind != SIMSTOW_ITEM_END);
    return TRUE;
}

static gboolean
survey_archive (Survey *survey, GCancellable *cancellable, GError **error)
{
    SimstowMergeInput *input = survey->input;
    g_autoptr (GError) reason = NULL;
    g_autoptr (SimstowPlain) plain =
        simstow_plain_new (input->path, input->keys, cancellable, error);
    g_autoptr (SimstowArchiveReader) reader = NULL;
    gboolean whole;

    if (!plain)
        return FALSE;
    input->encrypted = simstow_plain_is_encrypted (plain);
    reader = simstow_archive_reader_new (simstow_plain_get_stream (plain), WANTED, cancellable);
    whole = survey_items (survey, reader, &reason);
    /* what gpg says comes first: a wrong passphrase is not a damaged archive */
    if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
        !simstow_plain_finish (plain, error))
        return FALSE;
    if (!whole) {
        g_propagate_error (error, g_steal_pointer (&reason));
        return FALSE;
    }
    add_archive_members (input, simstow_archive_reader_get_sums (reader));
    return TRUE;
}

gboolean
simstow_merge_input_survey (SimstowMergeInput *input,
                            guint32 number,
                            SimstowMergeSurvey *survey,
                            GCancellable *cancellable,
                            GError **error)
{
    g_auto (Survey) under_way = {.input = input, .survey = survey, .number = number};
    guint i;

    if (input->snapshot) {
        set_head (input, input->snapshot);
        survey_snapshot (&under_way);
        add_snapshot_members (input, survey);
        if (!survey_origin (input, survey->origin, error))
            return FALSE;
    } else if (!survey_archive (&under_way, cancellable, error)) {
        return FALSE;
    }
    for (i = 0; i < SIMSTOW_MERGE_KINDS; i++)
        simstow_sightings_fold (survey->sightings[i], number);
    return TRUE;
}
