/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Merging archives. Each input is read once, which verifies it: its records are kept, and a row
 * of a table stands for each, with a digest of what makes it that record, and when it was first
 * and last seen. Rows of one digest become one for each copy that was ever there at once. In the
 * end the rows are put in the order of archives, and their records written.
 */

#include "config.h"

#include "simstow-merge.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "simstow-archive-reader.h"
#include "simstow-archive.h"
#include "simstow-clock.h"
#include "simstow-contact-vcard.h"
#include "simstow-error.h"
#include "simstow-esim-json.h"
#include "simstow-header-json.h"
#include "simstow-hex.h"
#include "simstow-identity.h"
#include "simstow-joined.h"
#include "simstow-json-shape.h"
#include "simstow-layout.h"
#include "simstow-messages.h"
#include "simstow-pack.h"
#include "simstow-record-json.h"
#include "simstow-sums.h"

#define HISTORY    "history"
#define CODES      "activation_codes"
#define FIRST_SEEN "first_seen"
#define LAST_SEEN  "last_seen"
#define ADDED      "added"

/* What tells an activation code from another, beside its own text */
static const gchar *const code_keys[] = {"code", "iccid", "confirmation"};

typedef struct {
    gchar *text;
    gint64 first;
    gint64 last;
} State;

typedef struct {
    gchar *values[G_N_ELEMENTS (code_keys)];
    gint64 added;
    gchar *rest;
} Code;

/*
 * Facts: members that hold one object each, esim.json, network.json, what simstow.json says of
 * modem and SIM: states with times, and the activation codes beside them. The merged member is the
 * newest state, with all states and their times in "history" unless there is one alone, seen once.
 *
 * It works on the text, so that what this program does not know stays as it is. What comes out
 * depends on what was added alone: neither on the order, nor on how often, nor on what was merged
 * before.
 */
typedef struct {
    /* tells the keys that a state may lack from those of a newer program, which the merged object
     * has from the latest state with them */
    gboolean (*knows) (const gchar *key, gsize length);
    GHashTable *states; /* by text */
    GPtrArray *codes;
} Facts;

static void
state_free (gpointer data)
{
    State *state = data;

    g_free (state->text);
    g_free (state);
}

static void
code_free (gpointer data)
{
    Code *code = data;
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (code_keys); i++)
        g_free (code->values[i]);
    g_free (code->rest);
    g_free (code);
}

static Facts *
facts_new (gboolean (*knows) (const gchar *key, gsize length))
{
    Facts *facts = g_new0 (Facts, 1);

    facts->knows = knows;
    facts->states = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, state_free);
    facts->codes = g_ptr_array_new_with_free_func (code_free);
    return facts;
}

static void
facts_free (Facts *facts)
{
    if (!facts)
        return;
    g_hash_table_unref (facts->states);
    g_ptr_array_unref (facts->codes);
    g_free (facts);
}

static gboolean
is_key (const SimstowJsonValue *key, const gchar *text)
{
    return simstow_json_value_is (key, text, strlen (text));
}

static gboolean
read_time (const SimstowJsonValue *value, gint64 *time)
{
    g_autofree gchar *text = simstow_json_value_dup_string (value, NULL);

    return text && simstow_time_parse (text, time);
}

static void
add_state (Facts *facts, const gchar *text, gint64 first, gint64 last)
{
    State *state = g_hash_table_lookup (facts->states, text);

    if (!state) {
        state = g_new0 (State, 1);
        state->text = g_strdup (text);
        state->first = first;
        state->last = last;
        g_hash_table_insert (facts->states, state->text, state);
    }
    state->first = MIN (state->first, first);
    state->last = MAX (state->last, last);
}

/* One element of a history; whether it was there as late as @captured */
static gboolean
add_past (Facts *facts, const SimstowJsonValue *past, gint64 captured)
{
    g_autoptr (GString) text = g_string_new (NULL);
    SimstowJsonScanner scanner;
    SimstowJsonValue key;
    SimstowJsonValue value;
    gint64 first = captured;
    gint64 last = captured;

    if (past->type != SIMSTOW_JSON_OBJECT)
        return FALSE;
    simstow_json_scanner_init (&scanner, past);
    while (simstow_json_scanner_next (&scanner, &key, &value))
        if (!(is_key (&key, FIRST_SEEN) && read_time (&value, &first)) &&
            !(is_key (&key, LAST_SEEN) && read_time (&value, &last)))
            simstow_json_rest_append (text, &key, &value);
    add_state (facts, text->str, simstow_clock_rank_first (first), simstow_clock_rank_last (last));
    return last >= captured;
}

static gboolean
add_history (Facts *facts, const SimstowJsonValue *history, gint64 captured)
{
    SimstowJsonScanner scanner;
    SimstowJsonValue past;
    gboolean has_present = FALSE;

    simstow_json_scanner_init (&scanner, history);
    while (simstow_json_scanner_next (&scanner, NULL, &past))
        if (add_past (facts, &past, captured))
            has_present = TRUE;
    return has_present;
}

static gboolean
is_same_code (const Code *a, const Code *b)
{
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (code_keys); i++)
        if (g_strcmp0 (a->values[i], b->values[i]) != 0)
            return FALSE;
    return TRUE;
}

/* Takes @code */
static void
add_code (Facts *facts, Code *code)
{
    guint i;

    for (i = 0; i < facts->codes->len; i++) {
        Code *other = g_ptr_array_index (facts->codes, i);

        if (!is_same_code (other, code))
            continue;
        if (code->added != 0 && (other->added == 0 || code->added < other->added))
            other->added = code->added;
        simstow_json_rest_unite (&other->rest, code->rest);
        code_free (code);
        return;
    }
    g_ptr_array_add (facts->codes, code);
}

static void
read_code (Facts *facts, const SimstowJsonValue *element)
{
    g_autoptr (GString) rest = g_string_new (NULL);
    SimstowJsonScanner scanner;
    SimstowJsonValue key;
    SimstowJsonValue value;
    Code *code;

    if (element->type != SIMSTOW_JSON_OBJECT)
        return;
    code = g_new0 (Code, 1);
    simstow_json_scanner_init (&scanner, element);
    while (simstow_json_scanner_next (&scanner, &key, &value)) {
        gsize i;

        for (i = 0; i < G_N_ELEMENTS (code_keys) && !is_key (&key, code_keys[i]); i++)
            ;
        if (i < G_N_ELEMENTS (code_keys) && !code->values[i])
            code->values[i] = simstow_json_value_dup_string (&value, NULL);
        else if (!is_key (&key, ADDED) || !read_time (&value, &code->added))
            simstow_json_rest_append (rest, &key, &value);
    }
    if (rest->len > 0)
        code->rest = g_string_free (g_steal_pointer (&rest), FALSE);
    add_code (facts, code);
}

static void
read_codes (Facts *facts, const SimstowJsonValue *array)
{
    SimstowJsonScanner scanner;
    SimstowJsonValue element;

    simstow_json_scanner_init (&scanner, array);
    while (simstow_json_scanner_next (&scanner, NULL, &element))
        read_code (facts, &element);
}

static gboolean
facts_add (Facts *facts, const gchar *text, gsize length, gint64 captured, GError **error)
{
    g_autoptr (GString) present = g_string_new (NULL);
    gboolean has_present = FALSE;
    SimstowJsonScanner scanner;
    SimstowJsonValue object;
    SimstowJsonValue key;
    SimstowJsonValue value;

    if (!simstow_json_value_parse (text, length, &object, error))
        return FALSE;
    if (object.type != SIMSTOW_JSON_OBJECT)
        return simstow_error_set (error, SIMSTOW_ERROR_INVALID_DATA, "an object expected");
    simstow_json_scanner_init (&scanner, &object);
    while (simstow_json_scanner_next (&scanner, &key, &value)) {
        if (value.type == SIMSTOW_JSON_ARRAY && is_key (&key, HISTORY))
            has_present = add_history (facts, &value, captured) || has_present;
        else if (value.type == SIMSTOW_JSON_ARRAY && is_key (&key, CODES))
            read_codes (facts, &value);
        else
            simstow_json_rest_append (present, &key, &value);
    }
    /* what was merged says of its newest state, too, when it was seen */
    if (!has_present)
        add_state (facts,
                   present->str,
                   simstow_clock_rank_first (captured),
                   simstow_clock_rank_last (captured));
    return TRUE;
}

static gint
compare_states (gconstpointer a, gconstpointer b)
{
    const State *left = *(State *const *) a;
    const State *right = *(State *const *) b;

    if (left->last != right->last)
        return left->last > right->last ? -1 : 1;
    return -strcmp (left->text, right->text);
}

/* The newest first */
static GPtrArray *
sort_states (const Facts *facts)
{
    GPtrArray *sorted = g_ptr_array_new ();
    GHashTableIter iter;
    gpointer state;

    g_hash_table_iter_init (&iter, facts->states);
    while (g_hash_table_iter_next (&iter, NULL, &state))
        g_ptr_array_add (sorted, state);
    g_ptr_array_sort (sorted, compare_states);
    return sorted;
}

static void
scan (SimstowJsonScanner *scanner, const gchar *object)
{
    SimstowJsonValue value;

    if (simstow_json_value_parse (object, strlen (object), &value, NULL))
        simstow_json_scanner_init (scanner, &value);
    else
        *scanner = (SimstowJsonScanner){NULL, NULL, TRUE};
}

static gchar *
find_eid (const State *state)
{
    g_autofree gchar *object = g_strconcat ("{", state->text, "}", NULL);
    SimstowJsonValue value;
    SimstowJsonValue eid;

    if (!simstow_json_value_parse (object, strlen (object), &value, NULL) ||
        !simstow_json_value_find (&value, "eid", &eid))
        return NULL;
    return simstow_json_value_dup_string (&eid, NULL);
}

/* Members of @state; only those that are not @known, and those that are in @done not again */
static void
write_state (const Facts *facts,
             const State *state,
             gboolean all,
             GHashTable *done,
             SimstowJsonWriter *writer)
{
    g_autofree gchar *object = g_strconcat ("{", state->text, "}", NULL);
    SimstowJsonScanner scanner;
    SimstowJsonValue key;
    SimstowJsonValue value;

    scan (&scanner, object);
    while (simstow_json_scanner_next (&scanner, &key, &value)) {
        if (!all && facts->knows (key.text, key.length))
            continue;
        if (g_hash_table_add (done, g_strndup (key.text, key.length)))
            simstow_json_rest_write (writer, &key, &value);
    }
}

/* What a newer program knew of the same eUICC, modem or SIM, and the newest capture does not tell
 */
static void
write_present (const Facts *facts,
               const GPtrArray *sorted,
               gboolean known,
               SimstowJsonWriter *writer)
{
    g_autoptr (GHashTable) done = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    const State *newest = g_ptr_array_index (sorted, 0);
    g_autofree gchar *eid = find_eid (newest);
    guint i;

    write_state (facts, newest, known, done, writer);
    for (i = 1; i < sorted->len; i++) {
        const State *state = g_ptr_array_index (sorted, i);
        g_autofree gchar *its_eid = find_eid (state);

        if (g_strcmp0 (eid, its_eid) == 0)
            write_state (facts, state, FALSE, done, writer);
    }
}

static void
write_history (const Facts *facts, const GPtrArray *sorted, SimstowJsonWriter *writer)
{
    const State *newest = g_ptr_array_index (sorted, 0);
    guint i;

    if (sorted->len == 1 &&
        simstow_clock_unrank (newest->first) == simstow_clock_unrank (newest->last))
        return;
    simstow_json_writer_begin (writer, HISTORY, '[');
    for (i = 0; i < sorted->len; i++) {
        g_autoptr (GHashTable) done = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
        const State *state = g_ptr_array_index (sorted, i);

        simstow_json_writer_begin (writer, NULL, '{');
        simstow_json_writer_time (writer, FIRST_SEEN, simstow_clock_unrank (state->first), 0);
        simstow_json_writer_time (writer, LAST_SEEN, simstow_clock_unrank (state->last), 0);
        write_state (facts, state, TRUE, done, writer);
        simstow_json_writer_end (writer, '}');
    }
    simstow_json_writer_end (writer, ']');
}

static gint
compare_codes (gconstpointer a, gconstpointer b)
{
    const Code *left = *(Code *const *) a;
    const Code *right = *(Code *const *) b;
    gint order = (left->added > right->added) - (left->added < right->added);
    gsize i;

    for (i = 0; order == 0 && i < G_N_ELEMENTS (code_keys); i++)
        order = g_strcmp0 (left->values[i], right->values[i]);
    return order;
}

/* One that says nothing that another does not say, too */
static gboolean
is_part (const Code *code, const Code *other)
{
    gsize i;

    if (code == other || code->rest || is_same_code (code, other))
        return FALSE;
    for (i = 0; i < G_N_ELEMENTS (code_keys); i++)
        if (code->values[i] && g_strcmp0 (code->values[i], other->values[i]) != 0)
            return FALSE;
    return TRUE;
}

static gboolean
is_told_better (const Facts *facts, const Code *code)
{
    guint i;

    for (i = 0; i < facts->codes->len; i++)
        if (is_part (code, g_ptr_array_index (facts->codes, i)))
            return TRUE;
    return FALSE;
}

static void
write_code (const Code *code, SimstowJsonWriter *writer)
{
    simstow_json_writer_begin (writer, NULL, '{');
    simstow_json_writer_string (writer, "iccid", code->values[1]);
    simstow_json_writer_string (writer, "code", code->values[0]);
    simstow_json_writer_string (writer, "confirmation", code->values[2]);
    if (code->added != 0)
        simstow_json_writer_time (writer, ADDED, code->added, 0);
    simstow_json_writer_rest (writer, code->rest);
    simstow_json_writer_end (writer, '}');
}

static void
write_codes (const Facts *facts, SimstowJsonWriter *writer)
{
    g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
    guint i;

    for (i = 0; i < facts->codes->len; i++)
        if (!is_told_better (facts, g_ptr_array_index (facts->codes, i)))
            g_ptr_array_add (sorted, g_ptr_array_index (facts->codes, i));
    if (sorted->len == 0)
        return;
    g_ptr_array_sort (sorted, compare_codes);
    simstow_json_writer_begin (writer, CODES, '[');
    for (i = 0; i < sorted->len; i++)
        write_code (g_ptr_array_index (sorted, i), writer);
    simstow_json_writer_end (writer, ']');
}

static void
facts_append (const Facts *facts, gboolean secrets, GString *out)
{
    g_autoptr (GPtrArray) sorted = sort_states (facts);
    SimstowJsonWriter writer;

    simstow_json_writer_init (&writer, out, TRUE);
    simstow_json_writer_begin (&writer, NULL, '{');
    write_present (facts, sorted, TRUE, &writer);
    if (secrets)
        write_codes (facts, &writer);
    write_history (facts, sorted, &writer);
    simstow_json_writer_end (&writer, '}');
    g_string_append_c (out, '\n');
}

static gchar *
facts_dup_rest (const Facts *facts)
{
    g_autoptr (GPtrArray) sorted = sort_states (facts);
    g_autoptr (GString) text = g_string_new (NULL);
    SimstowJsonWriter writer;

    simstow_json_writer_init (&writer, text, FALSE);
    write_present (facts, sorted, FALSE, &writer);
    write_history (facts, sorted, &writer);
    return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

#define DIGEST_SIZE 16

/* Members that hold records, and others that are made anew; all else is kept as it stands */
#define FRAME (1 << SIMSTOW_MEMBER_README | 1 << SIMSTOW_MEMBER_HEADER | 1 << SIMSTOW_MEMBER_SUMS)
#define RECORDS                                                                                \
    (1 << SIMSTOW_MEMBER_CALLS | 1 << SIMSTOW_MEMBER_CONTACTS | 1 << SIMSTOW_MEMBER_MESSAGES | \
     1 << SIMSTOW_MEMBER_UNREAD)
#define FACTS (1 << SIMSTOW_MEMBER_ESIM | 1 << SIMSTOW_MEMBER_NETWORK)

#define ITEMS                                                                         \
    (1 << SIMSTOW_ITEM_HEADER | 1 << SIMSTOW_ITEM_CALL | 1 << SIMSTOW_ITEM_CONTACT |  \
     1 << SIMSTOW_ITEM_MESSAGE | 1 << SIMSTOW_ITEM_ESIM | 1 << SIMSTOW_ITEM_NETWORK | \
     1 << SIMSTOW_ITEM_UNREAD)

/* Kinds of records */
enum { CALLS, CONTACTS, MESSAGES, KINDS };

static const SimstowMemberKind record_members[KINDS] = {
    SIMSTOW_MEMBER_CALLS,
    SIMSTOW_MEMBER_CONTACTS,
    SIMSTOW_MEMBER_MESSAGES,
};

/* One record; there may be millions. Of the times, their ranks (simstow-clock.h) */
typedef struct {
    /* of what makes it that record */
    guint8 digest[DIGEST_SIZE];
    gint64 first;
    gint64 last;
    /* digest of everything else in it: decides between those that were last seen at one time */
    guint64 order;
    guint64 offset;
    guint32 index;
    guint32 store;
} Row;

/* What this program does not know of all records of one digest */
typedef struct {
    guint8 digest[DIGEST_SIZE];
    gchar *members;
    gchar *foreign;
} Rest;

/* Messages of the same content, some of which were rebuilt from ModemManager's properties. One
 * that was read with its own bytes stands for all of them. */
typedef struct {
    guint8 digest[DIGEST_SIZE];
    gint64 first;
    gint64 last;
    gboolean read;
} Rebuilt;

/* A member without records, and when what it tells was read */
typedef struct {
    gchar *name;
    gchar *digest;
    gint64 captured;
    guint64 offset;
    guint64 size;
} Member;

typedef struct {
    gchar *name;
    SimstowArchiveHeader *header;
    const SimstowSnapshot *head;
    /* @head without what merging changes */
    gchar *head_text;
    gboolean encrypted;
} Input;

typedef struct {
    GPtrArray *inputs;
    SimstowKept *kept;
    SimstowSha256 *sha256;
    GString *text;
    /* the stores' ids, and their numbers in rows */
    GHashTable *stores;
    GArray *rows[KINDS];
    GHashTable *rests[KINDS];
    GHashTable *rebuilt;
    GPtrArray *unread;
    /* by name, each the newest one */
    GHashTable *members;
    Facts *esim;
    Facts *network;
    Facts *origin;
    /* what the merged archive says of itself */
    SimstowSnapshot head;
    gchar *rest;
    gboolean secrets;
    /* whether the inputs may be of several SIMs */
    gboolean mix;
} Merge;

static void
input_free (gpointer data)
{
    Input *input = data;

    g_free (input->name);
    g_clear_pointer (&input->header, simstow_archive_header_free);
    g_free (input->head_text);
    g_free (input);
}

static void
rest_free (gpointer data)
{
    Rest *rest = data;

    g_free (rest->members);
    g_free (rest->foreign);
    g_free (rest);
}

static void
member_free (gpointer data)
{
    Member *member = data;

    g_free (member->name);
    g_free (member->digest);
    g_free (member);
}

static guint
digest_hash (gconstpointer digest)
{
    guint hash;

    memcpy (&hash, digest, sizeof hash);
    return hash;
}

static gboolean
digest_equal (gconstpointer a, gconstpointer b)
{
    return memcmp (a, b, DIGEST_SIZE) == 0;
}

static gboolean
knows_origin (const gchar *key, gsize length)
{
    return (length == 6 && memcmp (key, "device", 6) == 0) ||
           (length == 3 && memcmp (key, "sim", 3) == 0);
}

static void
merge_init (Merge *merge)
{
    guint i;

    merge->inputs = g_ptr_array_new_with_free_func (input_free);
    merge->kept = simstow_kept_new ();
    merge->sha256 = simstow_sha256_new ();
    merge->text = g_string_new (NULL);
    merge->stores = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    for (i = 0; i < KINDS; i++) {
        merge->rows[i] = g_array_new (FALSE, FALSE, sizeof (Row));
        merge->rests[i] = g_hash_table_new_full (digest_hash, digest_equal, NULL, rest_free);
    }
    merge->rebuilt = g_hash_table_new_full (digest_hash, digest_equal, NULL, g_free);
    merge->unread = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_unread_free);
    merge->members = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, member_free);
    merge->esim = facts_new (simstow_esim_json_knows);
    merge->network = facts_new (simstow_network_json_knows);
    merge->origin = facts_new (knows_origin);
}

static void
merge_clear (Merge *merge)
{
    guint i;

    g_ptr_array_unref (merge->inputs);
    simstow_kept_free (merge->kept);
    simstow_sha256_free (merge->sha256);
    g_string_free (merge->text, TRUE);
    g_hash_table_unref (merge->stores);
    for (i = 0; i < KINDS; i++) {
        g_array_unref (merge->rows[i]);
        g_hash_table_unref (merge->rests[i]);
    }
    g_hash_table_unref (merge->rebuilt);
    g_ptr_array_unref (merge->unread);
    g_hash_table_unref (merge->members);
    facts_free (merge->esim);
    facts_free (merge->network);
    facts_free (merge->origin);
    g_free (merge->rest);
    /* all else in it is the newest input's */
    g_clear_pointer (&merge->head.older, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Merge, merge_clear)

/* When an archive was captured; the earliest time there is when it does not say */
static gint64
get_captured (const SimstowSnapshot *head)
{
    return head->captured != 0 ? head->captured : 1;
}

static void
digest_text (const Merge *merge, const gchar *text, gsize length, gpointer out, gsize size)
{
    guint8 bytes[SIMSTOW_SHA256_SIZE];

    simstow_sha256_update (merge->sha256, text, length);
    simstow_sha256_get_digest (merge->sha256, bytes);
    memcpy (out, bytes, size);
}

static gboolean
digest_content (const Merge *merge, const SimstowMessage *message, guint8 *digest)
{
    g_autofree gchar *content = simstow_message_content_identity (message);

    if (content)
        digest_text (merge, content, strlen (content), digest, DIGEST_SIZE);
    return content != NULL;
}

/* A record that was never merged was seen when its archive was captured */
static void
set_times (const SimstowSnapshot *head,
           gint64 first,
           gint64 last,
           gint64 *first_rank,
           gint64 *last_rank)
{
    gint64 captured = get_captured (head);

    *first_rank = simstow_clock_rank_first (first != 0 ? first : captured);
    *last_rank = simstow_clock_rank_last (last != 0 ? last : captured);
}

/* Notes when a message was seen by captures that could not read its bytes */
static void
note_rebuilt (Merge *merge,
              const SimstowMessage *message,
              const SimstowSnapshot *head,
              gboolean rebuilt)
{
    g_autoptr (SimstowMessage) decoded = NULL;
    guint8 digest[DIGEST_SIZE];
    gint64 first, last;
    Rebuilt *known;

    if (!rebuilt && message->rebuilt_last_seen == 0)
        return;
    decoded = simstow_message_new (message->store, message->index, message->status, message->pdu);
    if (!digest_content (merge, decoded, digest))
        return;
    if (rebuilt)
        set_times (head, message->first_seen, message->last_seen, &first, &last);
    else
        set_times (head, message->rebuilt_first_seen, message->rebuilt_last_seen, &first, &last);
    known = g_hash_table_lookup (merge->rebuilt, digest);
    if (!known) {
        known = g_new0 (Rebuilt, 1);
        memcpy (known->digest, digest, DIGEST_SIZE);
        known->first = first;
        known->last = last;
        g_hash_table_insert (merge->rebuilt, known->digest, known);
    }
    known->first = MIN (known->first, first);
    known->last = MAX (known->last, last);
}

/* What one archive tells of a record stays when the record is taken from another */
static void
note_rest (GHashTable *rests, const Row *row, const gchar *members, const gchar *foreign)
{
    Rest *rest;

    if (!members && !foreign)
        return;
    rest = g_hash_table_lookup (rests, row->digest);
    if (!rest) {
        rest = g_new0 (Rest, 1);
        memcpy (rest->digest, row->digest, DIGEST_SIZE);
        g_hash_table_insert (rests, rest->digest, rest);
    }
    simstow_json_rest_unite (&rest->members, members);
    simstow_contact_unite_foreign (&rest->foreign, foreign);
}

/* Adds a row for the record that is about to be kept; merge->text is everything else in it */
static void
add_row (Merge *merge, guint kind, const gchar *identity, const gchar *store, guint index, Row *row)
{
    gpointer number;

    if (!g_hash_table_lookup_extended (merge->stores, store, NULL, &number)) {
        number = GUINT_TO_POINTER (g_hash_table_size (merge->stores));
        g_hash_table_insert (merge->stores, g_strdup (store), number);
    }
    digest_text (merge, identity, strlen (identity), row->digest, DIGEST_SIZE);
    digest_text (merge, merge->text->str, merge->text->len, &row->order, sizeof row->order);
    row->order = GUINT64_FROM_BE (row->order);
    row->offset = simstow_kept_get_size (merge->kept);
    row->index = index;
    row->store = GPOINTER_TO_UINT (number);
    g_array_append_vals (merge->rows[kind], row, 1);
}

static void
keep_text (Merge *merge)
{
    const guint32 length = (guint32) merge->text->len;

    simstow_kept_append (merge->kept, &length, sizeof length);
    simstow_kept_append (merge->kept, merge->text->str, length);
}

/* Which SIM a record came from, where that is not the one of all that is merged */
static const gchar *
find_sim (const Merge *merge, const gchar *sim, const SimstowSnapshot *head)
{
    if (merge->mix)
        return sim ? sim : head->sim->iccid;
    return g_strcmp0 (sim, head->sim->iccid) != 0 ? sim : NULL;
}

/* What was the same on two SIMs stays two records */
static gchar *
identify (gchar *identity, const gchar *sim)
{
    gchar *whole = sim ? g_strconcat (identity, " on ", sim, NULL) : g_strdup (identity);

    g_free (identity);
    return whole;
}

static void
add_message (Merge *merge, const SimstowMessage *message, const SimstowSnapshot *head)
{
    SimstowMessage timeless = *message;
    g_autofree gchar *bytes = simstow_message_identity (message);
    g_autofree gchar *identity = NULL;
    Row row;

    timeless.rebuilt = simstow_snapshot_is_rebuilt (head, message);
    timeless.first_seen = timeless.last_seen = 0;
    timeless.rebuilt_first_seen = timeless.rebuilt_last_seen = 0;
    timeless.rest = NULL;
    timeless.sim = (gchar *) find_sim (merge, message->sim, head);
    /* what is read outweighs what is rebuilt, so they must not be one record */
    identity = timeless.rebuilt ? g_strconcat ("rebuilt ", bytes, NULL) : g_steal_pointer (&bytes);
    identity = identify (identity, timeless.sim);
    g_string_printf (merge->text, "%s\n%u\n%d\n", message->store, message->index, message->status);
    set_times (head, message->first_seen, message->last_seen, &row.first, &row.last);
    add_row (merge, MESSAGES, identity, message->store, message->index, &row);
    simstow_message_keep (&timeless, merge->kept);
    note_rest (merge->rests[MESSAGES], &row, message->rest, NULL);
    note_rebuilt (merge, message, head, timeless.rebuilt);
}

static void
add_contact (Merge *merge, const SimstowContact *contact, const SimstowSnapshot *head)
{
    SimstowContact timeless = *contact;
    g_autofree gchar *identity = NULL;
    Row row;

    timeless.sim = (gchar *) find_sim (merge, contact->sim, head);
    identity = identify (simstow_contact_identity (contact), timeless.sim);
    timeless.first_seen = timeless.last_seen = 0;
    timeless.rest = timeless.foreign = NULL;
    g_string_truncate (merge->text, 0);
    simstow_contact_append_vcard (&timeless, merge->text);
    set_times (head, contact->first_seen, contact->last_seen, &row.first, &row.last);
    add_row (merge, CONTACTS, identity, contact->store, contact->index, &row);
    keep_text (merge);
    note_rest (merge->rests[CONTACTS], &row, contact->rest, contact->foreign);
}

static void
add_call (Merge *merge, const SimstowCall *call, const SimstowSnapshot *head)
{
    SimstowCall timeless = *call;
    g_autofree gchar *identity = NULL;
    Row row;

    timeless.sim = (gchar *) find_sim (merge, call->sim, head);
    identity = identify (simstow_call_identity (call), timeless.sim);
    timeless.first_seen = timeless.last_seen = 0;
    timeless.rest = NULL;
    g_string_truncate (merge->text, 0);
    simstow_call_append_json (&timeless, merge->text);
    set_times (head, call->first_seen, call->last_seen, &row.first, &row.last);
    add_row (merge, CALLS, identity, call->store, call->index, &row);
    keep_text (merge);
    note_rest (merge->rests[CALLS], &row, call->rest, NULL);
}

/* The latest first */
static gint
compare_seen (const Row *a, const Row *b)
{
    if (a->last != b->last)
        return a->last > b->last ? -1 : 1;
    return a->order > b->order ? -1 : a->order < b->order;
}

/* Records are kept one behind the other, so the newest input's stand behind @mark */
static gint
compare_digests (gconstpointer a, gconstpointer b, gpointer mark)
{
    const Row *left = a;
    const Row *right = b;
    gint order = memcmp (left->digest, right->digest, DIGEST_SIZE);

    if (order == 0)
        order = (left->offset >= *(guint64 *) mark) - (right->offset >= *(guint64 *) mark);
    return order != 0 ? order : compare_seen (left, right);
}

static gint
compare_times (gconstpointer a, gconstpointer b)
{
    gint64 left = *(const gint64 *) a;
    gint64 right = *(const gint64 *) b;

    return left < right ? -1 : left > right;
}

static void
sort_firsts (GArray *firsts, const Row *rows, guint count)
{
    guint i;

    g_array_set_size (firsts, 0);
    for (i = 0; i < count; i++)
        g_array_append_val (firsts, rows[i].first);
    g_array_sort (firsts, compare_times);
}

/*
 * Joins rows of one record, the old ones and behind them those of one more input, by minimum and
 * maximum alone, so that neither the order of the inputs matters nor how often one is given:
 *
 *   first of the k-th copy = the earliest time at which k copies had been seen
 *   last of the k-th copy  = the latest time at which k copies were seen, and the record as it
 *                            was then
 */
static guint
join (Row *rows, guint n_old, guint n_new, GArray *old_firsts, GArray *new_firsts, GArray *joined)
{
    const Row *fresh = rows + n_old;
    guint k;

    sort_firsts (old_firsts, rows, n_old);
    sort_firsts (new_firsts, fresh, n_new);
    g_array_set_size (joined, 0);
    for (k = 0; k < MAX (n_old, n_new); k++) {
        gboolean newer = k >= n_old || (k < n_new && compare_seen (&fresh[k], &rows[k]) < 0);
        Row row = newer ? fresh[k] : rows[k];

        row.first = k < n_old ? g_array_index (old_firsts, gint64, k) : G_MAXINT64;
        if (k < n_new)
            row.first = MIN (row.first, g_array_index (new_firsts, gint64, k));
        g_array_append_val (joined, row);
    }
    memcpy (rows, joined->data, joined->len * sizeof (Row));
    return joined->len;
}

static void
join_all (GArray *rows, guint64 mark)
{
    g_autoptr (GArray) old_firsts = g_array_new (FALSE, FALSE, sizeof (gint64));
    g_autoptr (GArray) new_firsts = g_array_new (FALSE, FALSE, sizeof (gint64));
    g_autoptr (GArray) joined = g_array_new (FALSE, FALSE, sizeof (Row));
    guint done = 0;
    guint at, count, n_old;

    g_array_sort_with_data (rows, compare_digests, &mark);
    for (at = 0; at < rows->len; at += count) {
        Row *same = &g_array_index (rows, Row, at);

        n_old = 0;
        for (count = 0; at + count < rows->len && digest_equal (same[count].digest, same->digest);
             count++)
            n_old += same[count].offset < mark;
        memmove (
            &g_array_index (rows, Row, done),
            same,
            (count == 1 ? 1 : join (same, n_old, count - n_old, old_firsts, new_firsts, joined)) *
                sizeof (Row));
        done += count == 1 ? 1 : joined->len;
    }
    g_array_set_size (rows, done);
}

static void
set_head (Merge *merge, Input *input, const SimstowSnapshot *head)
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
    if (!input->header && head->captured == 0)
        return;
    /* what is the same for all captures: where the records come from */
    g_string_truncate (merge->text, 0);
    simstow_json_writer_init (&writer, merge->text, FALSE);
    simstow_json_writer_begin (&writer, NULL, '{');
    simstow_snapshot_write_origin_json (head, &writer);
    simstow_json_writer_rest (&writer, head->rest);
    simstow_json_writer_end (&writer, '}');
    facts_add (merge->origin, merge->text->str, merge->text->len, get_captured (head), NULL);
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
    return get_captured (head);
}

static gboolean
is_newer (const Member *a, const Member *b)
{
    if (a->captured != b->captured)
        return simstow_clock_rank_last (a->captured) > simstow_clock_rank_last (b->captured);
    return strcmp (a->digest, b->digest) > 0;
}

static void
add_member (Merge *merge,
            const SimstowSnapshot *head,
            const gchar *name,
            gchar *digest,
            guint64 offset,
            guint64 size)
{
    Member *member = g_new0 (Member, 1);
    const Member *known = g_hash_table_lookup (merge->members, name);

    member->name = g_strdup (name);
    member->digest = digest;
    member->captured = find_captured (head, name);
    member->offset = offset;
    member->size = size;
    if (known && !is_newer (member, known))
        member_free (member);
    else
        g_hash_table_replace (merge->members, member->name, member);
}

/* One of the few members without records, made of a snapshot: merge->text */
static void
add_text (Merge *merge, const SimstowSnapshot *head, SimstowMemberKind kind)
{
    const gchar *name = simstow_layout_member_name (kind);
    guint64 offset = simstow_kept_get_size (merge->kept);
    Facts *facts = kind == SIMSTOW_MEMBER_ESIM      ? merge->esim
                   : kind == SIMSTOW_MEMBER_NETWORK ? merge->network
                                                    : NULL;

    simstow_sha256_update (merge->sha256, merge->text->str, merge->text->len);
    add_member (merge,
                head,
                name,
                simstow_sha256_dup_string (merge->sha256),
                offset,
                merge->text->len);
    if (facts)
        facts_add (facts, merge->text->str, merge->text->len, find_captured (head, name), NULL);
    else
        simstow_kept_append (merge->kept, merge->text->str, merge->text->len);
    g_string_truncate (merge->text, 0);
}

static void
add_snapshot (Merge *merge, Input *input, SimstowSnapshot *snapshot)
{
    guint i;

    simstow_snapshot_sort (snapshot);
    set_head (merge, input, snapshot);
    for (i = 0; i < snapshot->calls->len; i++)
        add_call (merge, g_ptr_array_index (snapshot->calls, i), snapshot);
    for (i = 0; i < snapshot->contacts->len; i++)
        add_contact (merge, g_ptr_array_index (snapshot->contacts, i), snapshot);
    for (i = 0; i < snapshot->messages->len; i++)
        add_message (merge, g_ptr_array_index (snapshot->messages, i), snapshot);
    for (i = 0; i < snapshot->unread->len; i++) {
        const SimstowUnread *unread = g_ptr_array_index (snapshot->unread, i);

        g_ptr_array_add (
            merge->unread,
            simstow_unread_new (unread->store, unread->index, unread->fault, unread->raw));
    }
    g_string_truncate (merge->text, 0);
    if (snapshot->network) {
        simstow_network_append_json (snapshot->network, TRUE, merge->text);
        add_text (merge, snapshot, SIMSTOW_MEMBER_NETWORK);
    }
    if (snapshot->esim) {
        simstow_esim_append_json (snapshot->esim, TRUE, TRUE, merge->text);
        add_text (merge, snapshot, SIMSTOW_MEMBER_ESIM);
    }
    for (i = 0; i < snapshot->simfiles->len; i++) {
        simstow_simfile_append_json (g_ptr_array_index (snapshot->simfiles, i), merge->text);
        g_string_append_c (merge->text, '\n');
    }
    if (merge->text->len > 0)
        add_text (merge, snapshot, SIMSTOW_MEMBER_SIMFILES);
}

static gboolean
add_facts (Facts *facts,
           const SimstowSnapshot *head,
           SimstowMemberKind kind,
           const gchar *text,
           GError **error)
{
    gint64 captured = find_captured (head, simstow_layout_member_name (kind));

    return facts_add (facts, text, strlen (text), captured, error);
}

/* What came with the archive besides records: SHA256SUMS tells the digests; where what was kept
 * stands, the reader */
static void
add_members (Merge *merge, const Input *input, const SimstowItem *end)
{
    guint next = 0;
    guint i;

    for (i = 0; i < end->sums->len; i++) {
        const SimstowSum *sum = g_ptr_array_index (end->sums, i);
        SimstowMemberKind kind = simstow_layout_member_kind (sum->name);
        SimstowKeptMember place = {NULL};

        if (((FRAME | RECORDS) >> kind & 1) != 0)
            continue;
        if ((FACTS >> kind & 1) == 0)
            place = g_array_index (end->kept, SimstowKeptMember, next++);
        add_member (merge,
                    input->head,
                    sum->name,
                    g_strdup (sum->digest),
                    place.offset,
                    place.size);
    }
}

/* Adds what was read of the newest input */
static gboolean
on_item (SimstowItem *item, gpointer user_data, GError **error)
{
    Merge *merge = user_data;
    Input *input = g_ptr_array_index (merge->inputs, merge->inputs->len - 1);

    switch (item->kind) {
    case SIMSTOW_ITEM_HEADER:
        input->header = g_steal_pointer (&item->header);
        set_head (merge, input, input->header->snapshot);
        return TRUE;
    case SIMSTOW_ITEM_CALL:
        add_call (merge, item->call, input->head);
        return TRUE;
    case SIMSTOW_ITEM_CONTACT:
        add_contact (merge, item->contact, input->head);
        return TRUE;
    case SIMSTOW_ITEM_MESSAGE:
        add_message (merge, item->message, input->head);
        return TRUE;
    case SIMSTOW_ITEM_UNREAD:
        g_ptr_array_add (merge->unread, g_steal_pointer (&item->unread));
        return TRUE;
    case SIMSTOW_ITEM_ESIM:
        return add_facts (merge->esim, input->head, SIMSTOW_MEMBER_ESIM, item->text, error);
    case SIMSTOW_ITEM_NETWORK:
        return add_facts (merge->network, input->head, SIMSTOW_MEMBER_NETWORK, item->text, error);
    case SIMSTOW_ITEM_END:
        add_members (merge, input, item);
        return TRUE;
    default:
        return TRUE;
    }
}

static gboolean
add_archive (Merge *merge,
             Input *input,
             const gchar *path,
             const SimstowArchiveKeys *keys,
             GCancellable *cancellable,
             GError **error)
{
    const SimstowReading reading = {
        .func = on_item,
        .user_data = merge,
        .wanted = ITEMS,
        .raw = TRUE,
        .kept = merge->kept,
        .members = ~(guint) (FRAME | RECORDS | FACTS),
    };
    g_autoptr (SimstowInput) file = simstow_input_new (path, cancellable, error);

    input->encrypted = file && simstow_input_is_encrypted (file);
    return file && simstow_reading_run_input (&reading, file, keys, cancellable, error);
}

/* What comes from the modem is the newest there is, whatever a clock that begins in 1970 says */
static void
put_behind (const Merge *merge, SimstowSnapshot *snapshot)
{
    gint64 newest = 0;
    guint i;

    for (i = 0; i + 1 < merge->inputs->len; i++) {
        const Input *input = g_ptr_array_index (merge->inputs, i);

        if (simstow_clock_is_likely (input->head->captured))
            newest = MAX (newest, input->head->captured);
    }
    if (newest != 0)
        snapshot->captured = newest + 1;
}

static Input *
new_input (Merge *merge, const gchar *path)
{
    Input *input = g_new0 (Input, 1);

    input->name = path ? g_filename_display_name (path) : g_strdup (_ ("the modem"));
    g_ptr_array_add (merge->inputs, input);
    return input;
}

static gboolean
add_input (Merge *merge,
           const gchar *path,
           const SimstowArchiveKeys *keys,
           SimstowSnapshot *snapshot,
           GCancellable *cancellable,
           GError **error)
{
    Input *input = new_input (merge, path);
    guint64 mark = simstow_kept_get_size (merge->kept);
    guint i;

    if (snapshot && snapshot->captured != 0 && !simstow_clock_is_likely (snapshot->captured))
        put_behind (merge, snapshot);
    if (snapshot) {
        add_snapshot (merge, input, snapshot);
    } else if (!add_archive (merge, input, path, keys, cancellable, error)) {
        g_prefix_error (error, "%s: ", input->name);
        return FALSE;
    }
    for (i = 0; i < KINDS; i++)
        join_all (merge->rows[i], mark);
    return TRUE;
}

static gboolean
differs (const gchar *a, const gchar *b)
{
    return a && b && strcmp (a, b) != 0;
}

static gboolean
refuse_mix (const Input *a, const Input *b, GError **error)
{
    if (differs (a->head->sim->iccid, b->head->sim->iccid))
        simstow_error_set (
            error,
            SIMSTOW_ERROR_FAILED,
            _ ("%s is of SIM %s and %s of SIM %s; simstow merge --mix merges them all the same"),
            a->name,
            a->head->sim->iccid,
            b->name,
            b->head->sim->iccid);
    else if (differs (a->head->device->equipment_id, b->head->device->equipment_id))
        simstow_error_set (
            error,
            SIMSTOW_ERROR_FAILED,
            _ ("%s is of modem %s and %s of modem %s; simstow merge --mix merges them all "
               "the same"),
            a->name,
            a->head->device->equipment_id,
            b->name,
            b->head->device->equipment_id);
    else
        return TRUE;
    return FALSE;
}

static gboolean
check_inputs (const Merge *merge, gboolean mix, GError **error)
{
    guint i, j;

    for (i = 0; !merge->secrets && i < merge->inputs->len; i++) {
        const Input *input = g_ptr_array_index (merge->inputs, i);

        /* what somebody encrypted is not decrypted onto a disk by the way */
        if (!input->encrypted)
            continue;
        return simstow_error_set (
            error,
            SIMSTOW_ERROR_USAGE,
            _ ("%s is encrypted: say to whom the merged archive is to be encrypted"),
            input->name);
    }
    for (i = 1; !mix && i < merge->inputs->len; i++)
        for (j = 0; j < i; j++)
            if (!refuse_mix (g_ptr_array_index (merge->inputs, j),
                             g_ptr_array_index (merge->inputs, i),
                             error))
                return FALSE;
    return TRUE;
}

static gint
compare_inputs (const Input *a, const Input *b)
{
    gint64 captured_a = simstow_clock_rank_last (get_captured (a->head));
    gint64 captured_b = simstow_clock_rank_last (get_captured (b->head));

    if (captured_a != captured_b)
        return captured_a < captured_b ? -1 : 1;
    return strcmp (a->head_text, b->head_text);
}

/* An archive of another program's files knows neither SIM nor modem */
static gboolean
knows_itself (const Input *input)
{
    const SimstowSnapshot *head = input->head;

    return head->sim->iccid || head->sim->imsi || head->device->equipment_id ||
           head->device->device_id;
}

/* What the merged archive says of itself is what the newest input says; of SIM and modem the newest
 * that knows them */
static void
make_head (Merge *merge, const GPtrArray *members)
{
    const Input *newest = g_ptr_array_index (merge->inputs, 0);
    const Input *origin = newest;
    gint64 first = G_MAXINT64;
    guint i;

    for (i = 0; i < merge->inputs->len; i++) {
        const Input *input = g_ptr_array_index (merge->inputs, i);
        gint64 its_first = input->head->first_captured;

        if (its_first == 0)
            its_first = get_captured (input->head);
        first = MIN (first, simstow_clock_rank_first (its_first));
        if (compare_inputs (input, newest) > 0)
            newest = input;
        if (knows_itself (input) != knows_itself (origin) ? knows_itself (input)
                                                          : compare_inputs (input, origin) > 0)
            origin = input;
    }
    merge->head = *newest->head;
    merge->head.sim = origin->head->sim;
    merge->head.device = origin->head->device;
    merge->head.first_captured = simstow_clock_unrank (first);
    merge->head.older = NULL;
    merge->rest = facts_dup_rest (merge->origin);
    merge->head.rest = merge->rest;
    for (i = 0; i < members->len; i++) {
        const Member *member = g_ptr_array_index (members, i);

        if (member->captured == get_captured (&merge->head))
            continue;
        if (!merge->head.older)
            merge->head.older =
                g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_older_free);
        g_ptr_array_add (merge->head.older, simstow_older_new (member->name, member->captured));
    }
}

static Rebuilt *
find_rebuilt (const Merge *merge, const SimstowMessage *message)
{
    guint8 digest[DIGEST_SIZE];

    if (g_hash_table_size (merge->rebuilt) == 0 || !digest_content (merge, message, digest))
        return NULL;
    return g_hash_table_lookup (merge->rebuilt, digest);
}

/* What was rebuilt of long messages, by what they say as a whole: they may have been cut otherwise
 */
typedef struct {
    const Merge *merge;
    GHashTable *wholes; /* digest to the #Rebuilt of its parts */
} Wholes;

/* With the time of one of the parts, as ModemManager has that of the first to come */
static void
digest_whole (const Merge *merge, const SimstowJoined *joined, guint part, guint8 *digest)
{
    g_autoptr (GString) key = g_string_new (NULL);
    const SimstowMessage *timed = g_ptr_array_index (joined->parts, part);
    const SimstowTpdu *tpdu = timed->tpdu;
    g_autofree gchar *address = simstow_address_identity (tpdu->address.number, tpdu->address.type);
    g_autofree gchar *composed = NULL;
    guint i;

    for (i = 0; i < joined->parts->len; i++) {
        const SimstowMessage *message = g_ptr_array_index (joined->parts, i);
        const SimstowTpdu *piece = message->tpdu;
        g_autofree gchar *data = piece->data ? simstow_hex_encode_bytes (piece->data) : NULL;

        g_string_append (key, data ? data : piece->text ? piece->text : "");
    }
    composed = g_utf8_normalize (key->str, -1, G_NORMALIZE_NFC);
    g_string_printf (key,
                     "%d %s %" G_GINT64_FORMAT " %s",
                     tpdu->type,
                     address,
                     tpdu->type == SIMSTOW_TPDU_SUBMIT ? 0 : tpdu->timestamp.utc,
                     composed ? composed : "");
    digest_text (merge, key->str, key->len, digest, DIGEST_SIZE);
}

static void
note_whole (const SimstowJoined *joined, guint32 place, gpointer user_data)
{
    const Wholes *wholes = user_data;
    GPtrArray *parts;
    guint8 *digest;
    guint i;

    if (joined->missing > 0 || !joined->first->tpdu)
        return;
    digest = g_malloc (DIGEST_SIZE);
    digest_whole (wholes->merge, joined, 0, digest);
    parts = g_ptr_array_new ();
    for (i = 0; i < joined->parts->len; i++) {
        Rebuilt *rebuilt = find_rebuilt (wholes->merge, g_ptr_array_index (joined->parts, i));

        if (rebuilt)
            g_ptr_array_add (parts, rebuilt);
    }
    g_hash_table_replace (wholes->wholes, digest, parts);
}

static void
mark_whole (const SimstowJoined *joined, guint32 place, gpointer user_data)
{
    const Wholes *wholes = user_data;
    guint8 digest[DIGEST_SIZE];
    guint i, j;

    for (i = 0; joined->missing == 0 && i < joined->parts->len; i++) {
        const GPtrArray *parts;

        digest_whole (wholes->merge, joined, i, digest);
        parts = g_hash_table_lookup (wholes->wholes, digest);
        for (j = 0; parts && j < parts->len; j++)
            ((Rebuilt *) g_ptr_array_index (parts, j))->read = TRUE;
    }
}

static gboolean
mark_wholes (const Merge *merge,
             SimstowJoinedList *rebuilt,
             SimstowJoinedList *read,
             GError **error)
{
    g_autoptr (GHashTable) table = g_hash_table_new_full (digest_hash,
                                                          digest_equal,
                                                          g_free,
                                                          (GDestroyNotify) g_ptr_array_unref);
    Wholes wholes = {merge, table};

    simstow_joined_list_join (rebuilt);
    simstow_joined_list_join (read);
    return simstow_joined_list_each (rebuilt, note_whole, &wholes, error) &&
           simstow_joined_list_each (read, mark_whole, &wholes, error);
}

/* Finds out for which rebuilt messages there is one that was read */
static gboolean
mark_read (const Merge *merge, GError **error)
{
    const GArray *rows = merge->rows[MESSAGES];
    g_autoptr (SimstowJoinedList) all = simstow_joined_list_new ();
    g_autoptr (SimstowJoinedList) long_ones = simstow_joined_list_new ();
    guint i;

    for (i = 0; g_hash_table_size (merge->rebuilt) > 0 && i < rows->len; i++) {
        g_autoptr (SimstowMessage) message =
            simstow_message_take (merge->kept, g_array_index (rows, Row, i).offset, error);
        Rebuilt *rebuilt;

        if (!message)
            return FALSE;
        rebuilt = find_rebuilt (merge, message);
        if (rebuilt && !message->rebuilt)
            rebuilt->read = TRUE;
        if (message->rebuilt)
            simstow_joined_list_add (all, message);
        else if (message->tpdu && message->tpdu->concat_total > 1)
            simstow_joined_list_add (long_ones, message);
    }
    return mark_wholes (merge, all, long_ones, error);
}

static gint
compare_rows (gconstpointer a, gconstpointer b)
{
    const Row *left = a;
    const Row *right = b;
    gint order = 0;

    if (left->store != right->store)
        return left->store < right->store ? -1 : 1;
    if (left->index != right->index)
        return left->index < right->index ? -1 : 1;
    order = memcmp (left->digest, right->digest, DIGEST_SIZE);
    if (order == 0)
        order = compare_seen (left, right);
    if (order == 0)
        order = (simstow_clock_unrank (left->first) > simstow_clock_unrank (right->first)) -
                (simstow_clock_unrank (left->first) < simstow_clock_unrank (right->first));
    return order;
}

/* In the order of archives: by store, bytewise, and by index */
static void
sort_rows (const Merge *merge)
{
    g_autoptr (GList) ids =
        g_list_sort (g_hash_table_get_keys (merge->stores), (GCompareFunc) strcmp);
    g_autofree guint32 *ranks = g_new0 (guint32, g_hash_table_size (merge->stores) + 1);
    guint32 rank = 0;
    const GList *id;
    guint kind, i;

    for (id = ids; id; id = id->next)
        ranks[GPOINTER_TO_UINT (g_hash_table_lookup (merge->stores, id->data))] = rank++;
    for (kind = 0; kind < KINDS; kind++) {
        GArray *rows = merge->rows[kind];

        for (i = 0; i < rows->len; i++)
            g_array_index (rows, Row, i).store = ranks[g_array_index (rows, Row, i).store];
        g_array_sort (rows, compare_rows);
    }
}

static gboolean
write_message (const Merge *merge,
               const Row *row,
               const Rest *rest,
               SimstowSink *sink,
               GError **error)
{
    g_autoptr (SimstowMessage) message = simstow_message_take (merge->kept, row->offset, error);
    const Rebuilt *rebuilt;

    if (!message)
        return FALSE;
    rebuilt = find_rebuilt (merge, message);
    /* one that was read stands for it */
    if (message->rebuilt && rebuilt && rebuilt->read)
        return TRUE;
    message->first_seen = simstow_clock_unrank (row->first);
    message->last_seen = simstow_clock_unrank (row->last);
    if (rebuilt && !message->rebuilt) {
        message->rebuilt_first_seen = simstow_clock_unrank (rebuilt->first);
        message->rebuilt_last_seen = simstow_clock_unrank (rebuilt->last);
    }
    message->rest = rest ? g_strdup (rest->members) : NULL;
    simstow_message_append_json (message, sink->buffer);
    g_string_append_c (sink->buffer, '\n');
    return simstow_sink_end_record (sink, error);
}

static gboolean
take_text (const Merge *merge, const Row *row, GError **error)
{
    guint32 length;

    if (!simstow_kept_read (merge->kept, row->offset, &length, sizeof length, error))
        return FALSE;
    g_string_set_size (merge->text, length);
    return simstow_kept_read (merge->kept,
                              row->offset + sizeof length,
                              merge->text->str,
                              length,
                              error);
}

static gboolean
write_contact (const Merge *merge,
               const Row *row,
               const Rest *rest,
               SimstowSink *sink,
               GError **error)
{
    g_autoptr (SimstowContact) contact = NULL;

    if (!take_text (merge, row, error))
        return FALSE;
    contact = simstow_contact_from_vcard (merge->text->str, merge->text->len, error);
    if (!contact)
        return FALSE;
    contact->first_seen = simstow_clock_unrank (row->first);
    contact->last_seen = simstow_clock_unrank (row->last);
    contact->rest = rest ? g_strdup (rest->members) : NULL;
    contact->foreign = rest ? g_strdup (rest->foreign) : NULL;
    simstow_contact_append_vcard (contact, sink->buffer);
    return simstow_sink_end_record (sink, error);
}

static gboolean
write_call (const Merge *merge, const Row *row, const Rest *rest, SimstowSink *sink, GError **error)
{
    g_autoptr (SimstowCall) call = NULL;

    if (!take_text (merge, row, error))
        return FALSE;
    call = simstow_call_from_json (merge->text->str, merge->text->len, error);
    if (!call)
        return FALSE;
    call->first_seen = simstow_clock_unrank (row->first);
    call->last_seen = simstow_clock_unrank (row->last);
    call->rest = rest ? g_strdup (rest->members) : NULL;
    simstow_call_append_json (call, sink->buffer);
    g_string_append_c (sink->buffer, '\n');
    return simstow_sink_end_record (sink, error);
}

static gboolean
write_records (const Merge *merge,
               guint kind,
               gboolean (*write) (const Merge *merge,
                                  const Row *row,
                                  const Rest *rest,
                                  SimstowSink *sink,
                                  GError **error),
               SimstowSink *sink,
               GError **error)
{
    guint i;

    for (i = 0; i < merge->rows[kind]->len; i++) {
        const Row *row = &g_array_index (merge->rows[kind], Row, i);

        if (!write (merge, row, g_hash_table_lookup (merge->rests[kind], row->digest), sink, error))
            return FALSE;
    }
    return TRUE;
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

/* What could not be understood in any of the inputs, each record once */
static gboolean
write_unread (const Merge *merge, SimstowSink *sink, GError **error)
{
    const GPtrArray *all = merge->unread;
    guint i;

    for (i = 0; i < all->len; i++) {
        SimstowUnread unread = *(const SimstowUnread *) g_ptr_array_index (all, i);
        g_autofree gchar *rest = g_strdup (unread.rest);

        for (; i + 1 < all->len; i++) {
            const SimstowUnread *same = g_ptr_array_index (all, i + 1);

            if (simstow_unread_compare (&unread, same) != 0)
                break;
            simstow_json_rest_unite (&rest, same->rest);
        }
        unread.rest = rest;
        simstow_unread_append_json (&unread, sink->buffer);
        g_string_append_c (sink->buffer, '\n');
        if (!simstow_sink_end_record (sink, error))
            return FALSE;
    }
    return TRUE;
}

/* A member of the merged archive */
typedef struct {
    const Merge *merge;
    SimstowMemberKind kind;
    const gchar *name;
    /* (nullable): when it is one without records */
    const Member *member;
} Written;

static gboolean
write_member (gconstpointer source, SimstowSink *sink, GError **error)
{
    const Written *written = source;
    const Merge *merge = written->merge;

    switch (written->kind) {
    case SIMSTOW_MEMBER_CALLS:
        return write_records (merge, CALLS, write_call, sink, error);
    case SIMSTOW_MEMBER_CONTACTS:
        return write_records (merge, CONTACTS, write_contact, sink, error);
    case SIMSTOW_MEMBER_MESSAGES:
        return write_records (merge, MESSAGES, write_message, sink, error);
    case SIMSTOW_MEMBER_UNREAD:
        return write_unread (merge, sink, error);
    case SIMSTOW_MEMBER_ESIM:
        /* activation codes do not go into an archive that is not encrypted */
        facts_append (merge->esim, merge->secrets, sink->buffer);
        return TRUE;
    case SIMSTOW_MEMBER_NETWORK:
        facts_append (merge->network, merge->secrets, sink->buffer);
        return TRUE;
    default:
        return simstow_sink_append_kept (sink,
                                         merge->kept,
                                         written->member->offset,
                                         written->member->size,
                                         error);
    }
}

static gint
compare_written (gconstpointer a, gconstpointer b)
{
    const Written *left = a;
    const Written *right = b;

    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    return strcmp (left->name, right->name);
}

static GArray *
list_members (const Merge *merge, const GPtrArray *members)
{
    GArray *list = g_array_new (FALSE, FALSE, sizeof (Written));
    guint i;

    for (i = 0; i < KINDS; i++) {
        SimstowMemberKind kind = record_members[i];
        const Written written = {merge, kind, simstow_layout_member_name (kind), NULL};

        g_array_append_val (list, written);
    }
    for (i = 0; i < members->len; i++) {
        const Member *member = g_ptr_array_index (members, i);
        const Written written = {merge,
                                 simstow_layout_member_kind (member->name),
                                 member->name,
                                 member};

        g_array_append_val (list, written);
    }
    g_array_sort (list, compare_written);
    if (merge->unread->len > 0) {
        const Written written = {merge,
                                 SIMSTOW_MEMBER_UNREAD,
                                 simstow_layout_member_name (SIMSTOW_MEMBER_UNREAD),
                                 NULL};

        g_array_append_val (list, written);
    }
    return list;
}

static SimstowPack *
make_pack (const SimstowSnapshot *head,
           const GArray *list,
           GCancellable *cancellable,
           GError **error)
{
    g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (SimstowPackMember));
    guint i;

    for (i = 0; i < list->len; i++) {
        const Written *written = &g_array_index (list, Written, i);
        const SimstowPackMember member = {written->name, write_member, written};

        g_array_append_val (members, member);
    }
    return simstow_pack_new (head,
                             (const SimstowPackMember *) (gconstpointer) members->data,
                             members->len,
                             cancellable,
                             error);
}

static void
set_counts (const Merge *merge, const SimstowPack *pack, SimstowMergeCounts *counts)
{
    guint i;

    counts->calls = simstow_pack_count_records (pack, SIMSTOW_MEMBER_CALLS);
    counts->contacts = simstow_pack_count_records (pack, SIMSTOW_MEMBER_CONTACTS);
    counts->messages = simstow_pack_count_records (pack, SIMSTOW_MEMBER_MESSAGES);
    counts->captured = merge->head.captured;
    counts->first_captured = merge->head.first_captured;
    counts->unlikely = 0;
    for (i = 0; i < merge->inputs->len; i++) {
        const Input *input = g_ptr_array_index (merge->inputs, i);

        counts->unlikely += (input->header || input->head->captured != 0) &&
                            !simstow_clock_is_likely (input->head->captured);
    }
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
    const Member *left = *(Member *const *) a;
    const Member *right = *(Member *const *) b;
    const Written written[] = {
        {NULL, simstow_layout_member_kind (left->name), left->name, NULL},
        {NULL, simstow_layout_member_kind (right->name), right->name, NULL},
    };

    return compare_written (&written[0], &written[1]);
}

gboolean
simstow_archive_merge (const gchar *const *paths,
                       const SimstowArchiveKeys *keys,
                       SimstowSnapshot *const *snapshots,
                       gboolean mix,
                       const gchar *output,
                       const SimstowArchiveWriteOptions *options,
                       SimstowMergeCounts *counts,
                       gchar **path,
                       GCancellable *cancellable,
                       GError **error)
{
    g_auto (Merge) merge = {NULL};
    g_autoptr (GPtrArray) members = g_ptr_array_new ();
    g_autoptr (GArray) list = NULL;
    g_autoptr (SimstowPack) pack = NULL;
    GHashTableIter iter;
    gpointer member;

    merge_init (&merge);
    merge.secrets = simstow_archive_is_encrypted (options);
    merge.mix = mix;
    for (; *paths; paths++)
        if (!add_input (&merge, *paths, keys, NULL, cancellable, error))
            return FALSE;
    for (; snapshots && *snapshots; snapshots++)
        if (!add_input (&merge, NULL, NULL, *snapshots, cancellable, error))
            return FALSE;
    if (!check_inputs (&merge, mix, error) || !mark_read (&merge, error))
        return FALSE;
    sort_rows (&merge);
    g_ptr_array_sort (merge.unread, compare_unread);
    g_hash_table_iter_init (&iter, merge.members);
    while (g_hash_table_iter_next (&iter, NULL, &member))
        g_ptr_array_add (members, member);
    g_ptr_array_sort (members, compare_names);
    make_head (&merge, members);
    list = list_members (&merge, members);
    pack = make_pack (&merge.head, list, cancellable, error);
    if (!pack)
        return FALSE;
    if (counts)
        set_counts (&merge, pack, counts);
    return simstow_archive_write_pack (pack, output, options, path, cancellable, error);
}
