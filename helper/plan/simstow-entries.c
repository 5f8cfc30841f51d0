/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries, and pairing them by keys in a hash table: never all against all.
 */

#include "simstow-entries.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-hex.h"
#include "simstow-identity.h"

static void
entry_free (SimstowEntry *entry)
{
    g_free (entry->identity);
    g_free (entry->lost);
    g_free (entry->altered);
    g_free (entry);
}

static SimstowEntry *
add_entry (GPtrArray *entries, SimstowKinds kind, const gchar *store, guint index)
{
    SimstowEntry *entry = g_new0 (SimstowEntry, 1);

    entry->kind = kind;
    entry->store = store;
    entry->index = index;
    g_ptr_array_add (entries, entry);
    return entry;
}

gint
simstow_entries_compare (const SimstowEntry *a, const SimstowEntry *b)
{
    gint order = g_strcmp0 (a->store, b->store);

    if (order == 0)
        order = (a->index > b->index) - (a->index < b->index);
    if (order == 0)
        order = g_strcmp0 (a->identity, b->identity);
    return order;
}

static gint
compare_pointers (gconstpointer a, gconstpointer b)
{
    return simstow_entries_compare (*(const SimstowEntry *const *) a,
                                    *(const SimstowEntry *const *) b);
}

static void
add_message (GPtrArray *entries, const SimstowSnapshot *snapshot, const SimstowMessage *message)
{
    SimstowEntry *entry =
        add_entry (entries, SIMSTOW_KIND_MESSAGES, message->store, message->index);

    entry->message = message;
    entry->identity = simstow_message_identity (message);
    entry->rebuilt = simstow_snapshot_is_rebuilt (snapshot, message);
}

static void
add_contact (GPtrArray *entries, const SimstowContact *contact)
{
    SimstowEntry *entry =
        add_entry (entries, SIMSTOW_KIND_CONTACTS, contact->store, contact->index);

    entry->contact = contact;
    entry->name = contact->name;
    entry->number = contact->number;
    entry->identity = simstow_contact_identity (contact);
}

static void
add_call (GPtrArray *entries, const SimstowCall *call)
{
    SimstowEntry *entry = add_entry (entries, SIMSTOW_KIND_CALLS, call->store, call->index);

    entry->call = call;
    entry->name = call->name;
    entry->number = call->number;
    entry->identity = simstow_call_identity (call);
}

GPtrArray *
simstow_entries_new (const SimstowSnapshot *snapshot, SimstowKinds kind)
{
    GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
    guint i;

    for (i = 0; kind == SIMSTOW_KIND_MESSAGES && i < snapshot->messages->len; i++)
        add_message (entries, snapshot, g_ptr_array_index (snapshot->messages, i));
    for (i = 0; kind == SIMSTOW_KIND_CONTACTS && i < snapshot->contacts->len; i++)
        add_contact (entries, g_ptr_array_index (snapshot->contacts, i));
    for (i = 0; kind == SIMSTOW_KIND_CALLS && i < snapshot->calls->len; i++)
        add_call (entries, g_ptr_array_index (snapshot->calls, i));
    g_ptr_array_sort (entries, compare_pointers);
    return entries;
}

/* Puts the key of one pass together; %NULL: the entry takes no part in it */
static gchar *
entry_key (const SimstowEntry *entry, guint flags)
{
    g_autoptr (GString) key = g_string_new (NULL);
    gboolean is_message = entry->kind == SIMSTOW_KIND_MESSAGES;

    if (flags & SIMSTOW_MATCH_STORE)
        g_string_append_printf (key, "%s\n", entry->store);
    if (flags & SIMSTOW_MATCH_INDEX)
        g_string_append_printf (key, "%u\n", entry->index);
    if (flags & SIMSTOW_MATCH_STATUS)
        g_string_append_printf (key, "%d\n", is_message ? (gint) entry->message->status : -1);
    if (flags & SIMSTOW_MATCH_IDENTITY)
        g_string_append (key, entry->identity);
    if (flags & SIMSTOW_MATCH_CONTENT) {
        g_autofree gchar *content =
            is_message ? simstow_message_content_identity (entry->message) : NULL;

        if (!content)
            return NULL;
        g_string_append (key, content);
    }
    if (flags & SIMSTOW_MATCH_NAME) {
        if (!entry->name || !*entry->name)
            return NULL;
        g_string_append (key, entry->name);
    }
    if (flags & SIMSTOW_MATCH_NUMBER) {
        if (!entry->number || !*entry->number)
            return NULL;
        g_string_append (key, entry->number);
    }
    return g_string_free (g_steal_pointer (&key), FALSE);
}

/* Which entries of @b wait for a partner, by key, first come first served */
static GHashTable *
index_entries (GPtrArray *b, guint flags, gboolean rebuilt_only)
{
    GHashTable *waiting =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_queue_free);
    guint i;

    for (i = 0; i < b->len; i++) {
        SimstowEntry *entry = g_ptr_array_index (b, i);
        GQueue *queue;
        gchar *key;

        if (entry->partner || (rebuilt_only && !entry->rebuilt))
            continue;
        key = entry_key (entry, flags);
        if (!key)
            continue;
        queue = g_hash_table_lookup (waiting, key);
        if (queue) {
            g_free (key);
        } else {
            queue = g_queue_new ();
            g_hash_table_insert (waiting, key, queue);
        }
        g_queue_push_tail (queue, entry);
    }
    return waiting;
}

static void
pair_pass (GPtrArray *a, GPtrArray *b, guint flags, gboolean rebuilt_a, gboolean rebuilt_b)
{
    g_autoptr (GHashTable) waiting = index_entries (b, flags, rebuilt_b);
    guint i;

    for (i = 0; i < a->len && g_hash_table_size (waiting) > 0; i++) {
        SimstowEntry *entry = g_ptr_array_index (a, i);
        g_autofree gchar *key = NULL;
        GQueue *queue;

        if (entry->partner || (rebuilt_a && !entry->rebuilt))
            continue;
        key = entry_key (entry, flags);
        queue = key ? g_hash_table_lookup (waiting, key) : NULL;
        entry->partner = queue ? g_queue_pop_head (queue) : NULL;
        if (entry->partner)
            entry->partner->partner = entry;
    }
}

void
simstow_entries_pair (GPtrArray *a, GPtrArray *b, const guint *passes, guint n_passes)
{
    guint i;

    for (i = 0; i < n_passes; i++) {
        if (passes[i] & SIMSTOW_MATCH_CONTENT) {
            pair_pass (a, b, passes[i], TRUE, FALSE);
            pair_pass (a, b, passes[i], FALSE, TRUE);
        } else {
            pair_pass (a, b, passes[i], FALSE, FALSE);
        }
    }
}

/*
 * What modems make of records
 */

/* Few modems cut sooner; what is shorter, and not at the same place, is another contact's name or
 * number */
#define SHORTEST_NAME   6
#define SHORTEST_NUMBER 8
#define SHORTEST_OF_ALL 2

/* The longest that a store holds, by which it is seen that a text was cut */
typedef struct {
    glong name;
    glong number;
} Longest;

/* Without the signs of its type, which modems do not all keep */
static gchar *
bare_number (const gchar *number)
{
    GString *bare = g_string_new (NULL);
    const gchar *c;

    for (c = number; *c; c++)
        if (!strchr ("+ -().", *c))
            g_string_append_c (bare, *c);
    if (g_str_has_prefix (bare->str, "00"))
        g_string_erase (bare, 0, 2);
    return g_string_free (bare, FALSE);
}

typedef struct {
    gunichar base;  /* without case and marks */
    gboolean plain; /* a letter or digit that every alphabet has */
} Letter;

static GArray *
fold (const gchar *name)
{
    GArray *letters = g_array_new (FALSE, FALSE, sizeof (Letter));
    g_autofree gchar *composed = g_utf8_normalize (name, -1, G_NORMALIZE_ALL_COMPOSE);
    const gchar *c;

    for (c = composed ? composed : ""; *c; c = g_utf8_next_char (c)) {
        gunichar whole = g_utf8_get_char (c);
        Letter letter = {g_unichar_tolower (whole), whole < 0x80 && g_unichar_isalnum (whole)};
        gunichar mark;

        while (g_unichar_decompose (letter.base, &letter.base, &mark))
            ;
        g_array_append_val (letters, letter);
    }
    return letters;
}

static gboolean
is_substitute (gunichar c)
{
    return c == 0xFFFD || (c < 0x80 && strchr ("?_ .*", (gchar) c));
}

/* Whether @there is what is left of @wanted when letters are replaced, dropped or cut off */
static gboolean
is_made_of (const gchar *wanted, const gchar *there, gboolean may_be_cut)
{
    g_autoptr (GArray) from = fold (wanted);
    g_autoptr (GArray) to = fold (there);
    guint i;
    guint k = 0;

    for (i = 0; i < from->len; i++) {
        const Letter *letter = &g_array_index (from, Letter, i);
        const Letter *its = k < to->len ? &g_array_index (to, Letter, k) : NULL;

        if (its && (its->base == letter->base || (!letter->plain && is_substitute (its->base))))
            k++;
        else if (letter->plain && (its || !may_be_cut))
            return FALSE;
    }
    return k == to->len;
}

static gboolean
is_made_of_number (const gchar *wanted,
                   const gchar *there,
                   glong shortest,
                   const Longest *longest,
                   gboolean *cut)
{
    g_autofree gchar *from = bare_number (wanted);
    g_autofree gchar *to = bare_number (there);
    glong length = (glong) strlen (to);

    *cut = !g_str_equal (from, to);
    /* some count the "+" */
    return !*cut ||
           (length >= shortest && length + 1 >= longest->number && g_str_has_prefix (from, to));
}

/* What the modem made of a contact or call; NULL when it is another one */
static gchar *
describe_altered_entry (const SimstowEntry *wanted,
                        const SimstowEntry *there,
                        const Longest *longest)
{
    const gchar *name = there->name;
    glong length = g_utf8_strlen (name, -1);
    gboolean same_place = wanted->index == there->index;
    gboolean cut =
        length >= (same_place ? SHORTEST_OF_ALL : SHORTEST_NAME) && length >= longest->name;
    gboolean cut_number;

    if (!is_made_of_number (wanted->number,
                            there->number,
                            same_place ? SHORTEST_OF_ALL : SHORTEST_NUMBER,
                            longest,
                            &cut_number) ||
        !is_made_of (wanted->name, name, cut && (!cut_number || same_place)))
        return NULL;
    if (!*there->number && !*name)
        return NULL;
    return g_strdup_printf (_ ("the modem made \"%s\" %s of it"), name, there->number);
}

gboolean
simstow_plan_is_altered_status (SimstowMessageStatus wanted, SimstowMessageStatus there)
{
    return wanted != there && wanted != SIMSTOW_MESSAGE_STATUS_UNKNOWN &&
           there != SIMSTOW_MESSAGE_STATUS_UNKNOWN &&
           !(wanted == SIMSTOW_MESSAGE_STATUS_UNREAD && there == SIMSTOW_MESSAGE_STATUS_READ) &&
           !(wanted == SIMSTOW_MESSAGE_STATUS_UNSENT && there == SIMSTOW_MESSAGE_STATUS_SENT);
}

static gboolean
is_same_text (const SimstowTpdu *a, const SimstowTpdu *b)
{
    if (a->type != b->type || g_strcmp0 (a->text, b->text) != 0 ||
        g_strcmp0 (a->address.number, b->address.number) != 0 ||
        a->concat_total != b->concat_total || a->concat_part != b->concat_part)
        return FALSE;
    return a->data && b->data ? g_bytes_equal (a->data, b->data) : a->data == b->data;
}

/* A time that the modem put there itself when it was written, or lost */
static gboolean
is_restamped (const SimstowTpdu *wanted, const SimstowTpdu *there, gint64 captured)
{
    return there->type == SIMSTOW_TPDU_DELIVER && is_same_text (wanted, there) &&
           (there->timestamp.utc > captured || there->timestamp.utc <= 0);
}

static gchar *
describe_altered_message (const SimstowEntry *wanted, const SimstowEntry *there, gint64 captured)
{
    g_autofree gchar *content = simstow_message_content_identity (wanted->message);
    g_autofree gchar *its_content = simstow_message_content_identity (there->message);

    if (!content || !its_content)
        return NULL;
    if (g_str_equal (content, its_content))
        return g_strdup (_ ("the modem made other bytes of it that say the same"));
    if (is_restamped (wanted->message->tpdu, there->message->tpdu, captured))
        return g_strdup (_ ("the modem gave it another time"));
    return NULL;
}

/* Keys under which both may be found: the place; the number; the name; what a message says */
typedef enum {
    KEY_PLACE,
    KEY_NUMBER,
    KEY_NAME,
    KEY_TEXT,
    N_KEYS,
} Key;

static gchar *
make_key (const SimstowEntry *entry, Key kind)
{
    gboolean is_message = entry->kind == SIMSTOW_KIND_MESSAGES;
    const SimstowTpdu *tpdu = is_message ? entry->message->tpdu : NULL;
    g_autofree gchar *text = NULL;

    if (kind == KEY_TEXT)
        return tpdu ? g_strdup_printf ("%s\n%d\n%s\n%s",
                                       entry->store,
                                       tpdu->type,
                                       tpdu->address.number ? tpdu->address.number : "",
                                       tpdu->text ? tpdu->text : "")
                    : NULL;
    if (is_message)
        return NULL;
    if (kind == KEY_PLACE)
        return g_strdup_printf ("%s\n%u", entry->store, entry->index);
    text = kind == KEY_NUMBER ? bare_number (entry->number) : g_utf8_casefold (entry->name, -1);
    return *text ? g_strdup_printf ("%s\n%s", entry->store, text) : NULL;
}

static gchar *
describe (const SimstowEntry *wanted,
          const SimstowEntry *there,
          GHashTable *longest,
          gint64 captured)
{
    if (wanted->kind == SIMSTOW_KIND_MESSAGES)
        return describe_altered_message (wanted, there, captured);
    return describe_altered_entry (wanted, there, g_hash_table_lookup (longest, there->store));
}

static GHashTable *
measure (const GPtrArray *present)
{
    GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
    guint i;

    for (i = 0; i < present->len; i++) {
        const SimstowEntry *entry = g_ptr_array_index (present, i);
        Longest *longest = g_hash_table_lookup (table, entry->store);
        g_autofree gchar *number =
            entry->kind == SIMSTOW_KIND_MESSAGES ? NULL : bare_number (entry->number);

        if (!number)
            break;
        if (!longest) {
            longest = g_new0 (Longest, 1);
            g_hash_table_insert (table, (gpointer) entry->store, longest);
        }
        longest->name = MAX (longest->name, g_utf8_strlen (entry->name, -1));
        longest->number = MAX (longest->number, (glong) strlen (number));
    }
    return table;
}

static GHashTable *
index_left (const GPtrArray *present, Key kind)
{
    GHashTable *table =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
    guint i;

    for (i = 0; i < present->len; i++) {
        SimstowEntry *entry = g_ptr_array_index (present, i);
        gchar *key = entry->partner ? NULL : make_key (entry, kind);
        GPtrArray *entries = key ? g_hash_table_lookup (table, key) : NULL;

        if (!key)
            continue;
        if (!entries) {
            entries = g_ptr_array_new ();
            g_hash_table_insert (table, g_strdup (key), entries);
        }
        g_ptr_array_add (entries, entry);
        g_free (key);
    }
    return table;
}

static void
find_partner (SimstowEntry *wanted, GPtrArray *candidates, GHashTable *longest, gint64 captured)
{
    guint i;

    for (i = 0; candidates && !wanted->partner && i < candidates->len; i++) {
        SimstowEntry *there = g_ptr_array_index (candidates, i);

        if (there->partner)
            continue;
        wanted->altered = describe (wanted, there, longest, captured);
        if (!wanted->altered)
            continue;
        wanted->partner = there;
        there->partner = wanted;
    }
}

void
simstow_altered_pair (GPtrArray *wanted, GPtrArray *present, gint64 captured)
{
    g_autoptr (GHashTable) longest = measure (present);
    Key kind;
    guint i;

    for (kind = KEY_PLACE; kind < N_KEYS; kind++) {
        g_autoptr (GHashTable) left = index_left (present, kind);

        for (i = 0; i < wanted->len && g_hash_table_size (left) > 0; i++) {
            SimstowEntry *entry = g_ptr_array_index (wanted, i);
            g_autofree gchar *key = entry->partner ? NULL : make_key (entry, kind);

            if (key)
                find_partner (entry, g_hash_table_lookup (left, key), longest, captured);
        }
    }
}
