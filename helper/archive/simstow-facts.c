/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * States and codes, by their text without blanks.
 */

#include "simstow-facts.h"

#include <string.h>

#include "simstow-clock.h"
#include "simstow-error.h"
#include "simstow-json-shape.h"

#define HISTORY "history"
#define CODES   "activation_codes"
#define FIRST   "first_seen"
#define LAST    "last_seen"
#define ADDED   "added"

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

struct _SimstowFacts {
    SimstowFactsKnows knows;
    GHashTable *states; /* by text */
    GPtrArray *codes;
};

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

SimstowFacts *
simstow_facts_new (SimstowFactsKnows knows)
{
    SimstowFacts *states = g_new0 (SimstowFacts, 1);

    states->knows = knows;
    states->states = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, state_free);
    states->codes = g_ptr_array_new_with_free_func (code_free);
    return states;
}

void
simstow_facts_free (SimstowFacts *states)
{
    if (!states)
        return;
    g_hash_table_unref (states->states);
    g_ptr_array_unref (states->codes);
    g_free (states);
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
add_state (SimstowFacts *states, const gchar *text, gint64 first, gint64 last)
{
    State *state = g_hash_table_lookup (states->states, text);

    if (!state) {
        state = g_new0 (State, 1);
        state->text = g_strdup (text);
        state->first = first;
        state->last = last;
        g_hash_table_insert (states->states, state->text, state);
    }
    state->first = MIN (state->first, first);
    state->last = MAX (state->last, last);
}

/* One element of a history; whether it was there as late as @captured */
static gboolean
add_past (SimstowFacts *states, const SimstowJsonValue *past, gint64 captured)
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
        if (!(is_key (&key, FIRST) && read_time (&value, &first)) &&
            !(is_key (&key, LAST) && read_time (&value, &last)))
            simstow_json_rest_append (text, &key, &value);
    add_state (states, text->str, simstow_clock_rank_first (first), simstow_clock_rank_last (last));
    return last >= captured;
}

static gboolean
add_history (SimstowFacts *states, const SimstowJsonValue *history, gint64 captured)
{
    SimstowJsonScanner scanner;
    SimstowJsonValue past;
    gboolean has_present = FALSE;

    simstow_json_scanner_init (&scanner, history);
    while (simstow_json_scanner_next (&scanner, NULL, &past))
        if (add_past (states, &past, captured))
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
add_code (SimstowFacts *states, Code *code)
{
    guint i;

    for (i = 0; i < states->codes->len; i++) {
        Code *other = g_ptr_array_index (states->codes, i);

        if (!is_same_code (other, code))
            continue;
        if (code->added != 0 && (other->added == 0 || code->added < other->added))
            other->added = code->added;
        simstow_json_rest_unite (&other->rest, code->rest);
        code_free (code);
        return;
    }
    g_ptr_array_add (states->codes, code);
}

static void
read_code (SimstowFacts *states, const SimstowJsonValue *element)
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
    add_code (states, code);
}

static void
read_codes (SimstowFacts *states, const SimstowJsonValue *array)
{
    SimstowJsonScanner scanner;
    SimstowJsonValue element;

    simstow_json_scanner_init (&scanner, array);
    while (simstow_json_scanner_next (&scanner, NULL, &element))
        read_code (states, &element);
}

gboolean
simstow_facts_add (SimstowFacts *states,
                   const gchar *text,
                   gsize length,
                   gint64 captured,
                   GError **error)
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
            has_present = add_history (states, &value, captured) || has_present;
        else if (value.type == SIMSTOW_JSON_ARRAY && is_key (&key, CODES))
            read_codes (states, &value);
        else
            simstow_json_rest_append (present, &key, &value);
    }
    /* what was merged says of its newest state, too, when it was seen */
    if (!has_present)
        add_state (states,
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
sort_states (const SimstowFacts *states)
{
    GPtrArray *sorted = g_ptr_array_new ();
    GHashTableIter iter;
    gpointer state;

    g_hash_table_iter_init (&iter, states->states);
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
write_state (const SimstowFacts *states,
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
        if (!all && states->knows (key.text, key.length))
            continue;
        if (g_hash_table_add (done, g_strndup (key.text, key.length)))
            simstow_json_rest_write (writer, &key, &value);
    }
}

/* What a newer program knew of the same eUICC, modem or SIM, and the newest capture does not tell
 */
static void
write_present (const SimstowFacts *states,
               const GPtrArray *sorted,
               gboolean known,
               SimstowJsonWriter *writer)
{
    g_autoptr (GHashTable) done = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    const State *newest = g_ptr_array_index (sorted, 0);
    g_autofree gchar *eid = find_eid (newest);
    guint i;

    write_state (states, newest, known, done, writer);
    for (i = 1; i < sorted->len; i++) {
        const State *state = g_ptr_array_index (sorted, i);
        g_autofree gchar *its_eid = find_eid (state);

        if (g_strcmp0 (eid, its_eid) == 0)
            write_state (states, state, FALSE, done, writer);
    }
}

static void
write_history (const SimstowFacts *states, const GPtrArray *sorted, SimstowJsonWriter *writer)
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
        simstow_json_writer_time (writer, FIRST, simstow_clock_unrank (state->first), 0);
        simstow_json_writer_time (writer, LAST, simstow_clock_unrank (state->last), 0);
        write_state (states, state, TRUE, done, writer);
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
is_told_better (const SimstowFacts *states, const Code *code)
{
    guint i;

    for (i = 0; i < states->codes->len; i++)
        if (is_part (code, g_ptr_array_index (states->codes, i)))
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
write_codes (const SimstowFacts *states, SimstowJsonWriter *writer)
{
    g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
    guint i;

    for (i = 0; i < states->codes->len; i++)
        if (!is_told_better (states, g_ptr_array_index (states->codes, i)))
            g_ptr_array_add (sorted, g_ptr_array_index (states->codes, i));
    if (sorted->len == 0)
        return;
    g_ptr_array_sort (sorted, compare_codes);
    simstow_json_writer_begin (writer, CODES, '[');
    for (i = 0; i < sorted->len; i++)
        write_code (g_ptr_array_index (sorted, i), writer);
    simstow_json_writer_end (writer, ']');
}

void
simstow_facts_append (const SimstowFacts *states, gboolean secrets, GString *out)
{
    g_autoptr (GPtrArray) sorted = sort_states (states);
    SimstowJsonWriter writer;

    simstow_json_writer_init (&writer, out, TRUE);
    simstow_json_writer_begin (&writer, NULL, '{');
    write_present (states, sorted, TRUE, &writer);
    if (secrets)
        write_codes (states, &writer);
    write_history (states, sorted, &writer);
    simstow_json_writer_end (&writer, '}');
    g_string_append_c (out, '\n');
}

gchar *
simstow_facts_dup_rest (const SimstowFacts *states)
{
    g_autoptr (GPtrArray) sorted = sort_states (states);
    g_autoptr (GString) text = g_string_new (NULL);
    SimstowJsonWriter writer;

    simstow_json_writer_init (&writer, text, FALSE);
    write_present (states, sorted, FALSE, &writer);
    write_history (states, sorted, &writer);
    return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}
