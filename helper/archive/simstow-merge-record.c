/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records as merging sees them.
 */

#include "simstow-merge-record.h"

#include <string.h>

#include "simstow-clock.h"
#include "simstow-contact-vcard.h"
#include "simstow-identity.h"
#include "simstow-json-rest.h"
#include "simstow-record-json.h"
#include "simstow-sha256.h"

static guint
rebuilt_hash (gconstpointer key)
{
    guint hash;

    memcpy (&hash, key, sizeof hash);
    return hash;
}

static gboolean
rebuilt_equal (gconstpointer a, gconstpointer b)
{
    return memcmp (a, b, SIMSTOW_SIGHTING_KEY) == 0;
}

/* What is not known of all records of one identity */
typedef struct {
    guint8 key[SIMSTOW_SIGHTING_KEY];
    gchar *members;
    gchar *foreign;
} Rest;

static void
rest_free (gpointer data)
{
    Rest *rest = data;

    g_free (rest->members);
    g_free (rest->foreign);
    g_free (rest);
}

GHashTable *
simstow_merge_rests_new (void)
{
    return g_hash_table_new_full (rebuilt_hash, rebuilt_equal, NULL, rest_free);
}

void
simstow_merge_record_note_rest (const SimstowItem *item,
                                const SimstowSighting *sighting,
                                GHashTable *rests)
{
    gboolean is_contact = item->kind == SIMSTOW_ITEM_CONTACT;
    const gchar *members = item->kind == SIMSTOW_ITEM_CALL ? item->call->rest
                           : is_contact                    ? item->contact->rest
                                                           : item->message->rest;
    const gchar *foreign = is_contact ? item->contact->foreign : NULL;
    Rest *rest;

    if (!members && !foreign)
        return;
    rest = g_hash_table_lookup (rests, sighting->key);
    if (!rest) {
        rest = g_new0 (Rest, 1);
        memcpy (rest->key, sighting->key, SIMSTOW_SIGHTING_KEY);
        g_hash_table_insert (rests, rest->key, rest);
    }
    simstow_json_rest_unite (&rest->members, members);
    simstow_contact_unite_foreign (&rest->foreign, foreign);
}

GHashTable *
simstow_rebuilt_table_new (void)
{
    return g_hash_table_new_full (rebuilt_hash, rebuilt_equal, NULL, g_free);
}

guint
simstow_merge_record_get_place (const SimstowItem *item, const gchar **store)
{
    switch (item->kind) {
    case SIMSTOW_ITEM_CALL:
        *store = item->call->store;
        return item->call->index;
    case SIMSTOW_ITEM_CONTACT:
        *store = item->contact->store;
        return item->contact->index;
    default:
        *store = item->message->store;
        return item->message->index;
    }
}

static void
digest (const gchar *text, gsize length, gpointer out, gsize size)
{
    g_autoptr (SimstowSha256) checksum = simstow_sha256_new ();
    guint8 bytes[SIMSTOW_SHA256_SIZE];

    simstow_sha256_update (checksum, text, length);
    simstow_sha256_get_digest (checksum, bytes);
    memcpy (out, bytes, size);
}

gint64
simstow_merge_record_get_captured (const SimstowSnapshot *head)
{
    return head->captured != 0 ? head->captured : 1;
}

static void
set_times (SimstowSighting *sighting, const SimstowSnapshot *head, gint64 first, gint64 last)
{
    gint64 captured = simstow_merge_record_get_captured (head);

    sighting->first = simstow_clock_rank_first (first != 0 ? first : captured);
    sighting->last = simstow_clock_rank_last (last != 0 ? last : captured);
}

static void
set_order (SimstowSighting *sighting, const GString *text)
{
    digest (text->str, text->len, &sighting->order, sizeof sighting->order);
    sighting->order = GUINT64_FROM_BE (sighting->order);
}

static void
sight_message (const SimstowMessage *message,
               const SimstowSnapshot *head,
               SimstowSighting *sighting)
{
    gboolean rebuilt = simstow_snapshot_is_rebuilt (head, message);
    g_autofree gchar *identity = simstow_message_identity (message);
    g_autoptr (GString) text = g_string_new (rebuilt ? "rebuilt " : "");

    /* what is read outweighs what is rebuilt, so they must not be one record */
    g_string_append (text, identity);
    digest (text->str, text->len, sighting->key, sizeof sighting->key);
    g_string_printf (text, "%s\n%u\n%d\n", message->store, message->index, message->status);
    set_order (sighting, text);
    set_times (sighting, head, message->first_seen, message->last_seen);
}

static void
sight_contact (const SimstowContact *contact,
               const SimstowSnapshot *head,
               SimstowSighting *sighting)
{
    g_autofree gchar *identity = simstow_contact_identity (contact);
    g_autoptr (GString) text = g_string_new (NULL);
    SimstowContact timeless = *contact;

    digest (identity, strlen (identity), sighting->key, sizeof sighting->key);
    timeless.first_seen = 0;
    timeless.last_seen = 0;
    timeless.rest = NULL;
    timeless.foreign = NULL;
    simstow_contact_append_vcard (&timeless, text);
    set_order (sighting, text);
    set_times (sighting, head, contact->first_seen, contact->last_seen);
}

static void
sight_call (const SimstowCall *call, const SimstowSnapshot *head, SimstowSighting *sighting)
{
    g_autofree gchar *identity = simstow_call_identity (call);
    g_autoptr (GString) text = g_string_new (NULL);
    SimstowCall timeless = *call;

    digest (identity, strlen (identity), sighting->key, sizeof sighting->key);
    timeless.first_seen = 0;
    timeless.last_seen = 0;
    timeless.rest = NULL;
    simstow_call_append_json (&timeless, text);
    set_order (sighting, text);
    set_times (sighting, head, call->first_seen, call->last_seen);
}

void
simstow_merge_record_sight (const SimstowItem *item,
                            const SimstowSnapshot *head,
                            SimstowSighting *sighting)
{
    switch (item->kind) {
    case SIMSTOW_ITEM_CALL:
        sight_call (item->call, head, sighting);
        break;
    case SIMSTOW_ITEM_CONTACT:
        sight_contact (item->contact, head, sighting);
        break;
    default:
        sight_message (item->message, head, sighting);
        break;
    }
}

static gboolean
content_key (const SimstowItem *item, guint8 *key)
{
    g_autofree gchar *content = NULL;

    if (item->kind != SIMSTOW_ITEM_MESSAGE)
        return FALSE;
    content = simstow_message_content_identity (item->message);
    if (!content)
        return FALSE;
    digest (content, strlen (content), key, SIMSTOW_SIGHTING_KEY);
    return TRUE;
}

static void
add_rebuilt (GHashTable *table, const guint8 *key, gint64 first, gint64 last)
{
    SimstowRebuilt *rebuilt = g_hash_table_lookup (table, key);

    if (!rebuilt) {
        rebuilt = g_new0 (SimstowRebuilt, 1);
        memcpy (rebuilt->key, key, SIMSTOW_SIGHTING_KEY);
        rebuilt->first = first;
        rebuilt->last = last;
        g_hash_table_insert (table, rebuilt->key, rebuilt);
    }
    rebuilt->first = MIN (rebuilt->first, first);
    rebuilt->last = MAX (rebuilt->last, last);
}

void
simstow_merge_record_note_rebuilt (const SimstowItem *item,
                                   const SimstowSnapshot *head,
                                   GHashTable *rebuilt)
{
    const SimstowMessage *message = item->message;
    gboolean is_rebuilt = simstow_snapshot_is_rebuilt (head, message);
    SimstowSighting times;
    guint8 key[SIMSTOW_SIGHTING_KEY];

    if (!is_rebuilt && message->rebuilt_last_seen == 0)
        return;
    if (!content_key (item, key))
        return;
    if (is_rebuilt)
        set_times (&times, head, message->first_seen, message->last_seen);
    else
        set_times (&times, head, message->rebuilt_first_seen, message->rebuilt_last_seen);
    add_rebuilt (rebuilt, key, times.first, times.last);
}

SimstowRebuilt *
simstow_merge_record_find_rebuilt (const SimstowItem *item, GHashTable *rebuilt)
{
    guint8 key[SIMSTOW_SIGHTING_KEY];

    if (g_hash_table_size (rebuilt) == 0 || !content_key (item, key))
        return NULL;
    return g_hash_table_lookup (rebuilt, key);
}

static void
append_message (const SimstowMessage *message,
                const SimstowSnapshot *head,
                const SimstowSighting *sighting,
                const SimstowRebuilt *rebuilt,
                const Rest *rest,
                GString *out)
{
    SimstowMessage seen = *message;

    seen.first_seen = simstow_clock_unrank (sighting->first);
    seen.last_seen = simstow_clock_unrank (sighting->last);
    seen.rebuilt = simstow_snapshot_is_rebuilt (head, message);
    seen.rebuilt_first_seen = rebuilt && !seen.rebuilt ? simstow_clock_unrank (rebuilt->first) : 0;
    seen.rebuilt_last_seen = rebuilt && !seen.rebuilt ? simstow_clock_unrank (rebuilt->last) : 0;
    seen.rest = rest ? rest->members : NULL;
    simstow_message_append_json (&seen, out);
    g_string_append_c (out, '\n');
}

static void
append_contact (const SimstowContact *contact,
                const SimstowSighting *sighting,
                const Rest *rest,
                GString *out)
{
    SimstowContact seen = *contact;

    seen.first_seen = simstow_clock_unrank (sighting->first);
    seen.last_seen = simstow_clock_unrank (sighting->last);
    seen.rest = rest ? rest->members : NULL;
    seen.foreign = rest ? rest->foreign : NULL;
    simstow_contact_append_vcard (&seen, out);
}

static void
append_call (const SimstowCall *call,
             const SimstowSighting *sighting,
             const Rest *rest,
             GString *out)
{
    SimstowCall seen = *call;

    seen.first_seen = simstow_clock_unrank (sighting->first);
    seen.last_seen = simstow_clock_unrank (sighting->last);
    seen.rest = rest ? rest->members : NULL;
    simstow_call_append_json (&seen, out);
    g_string_append_c (out, '\n');
}

void
simstow_merge_record_append (const SimstowItem *item,
                             const SimstowSnapshot *head,
                             const SimstowSighting *sighting,
                             const SimstowRebuilt *rebuilt,
                             GHashTable *rests,
                             GString *out)
{
    const Rest *rest = g_hash_table_lookup (rests, sighting->key);

    switch (item->kind) {
    case SIMSTOW_ITEM_CALL:
        append_call (item->call, sighting, rest, out);
        break;
    case SIMSTOW_ITEM_CONTACT:
        append_contact (item->contact, sighting, rest, out);
        break;
    default:
        append_message (item->message, head, sighting, rebuilt, rest, out);
        break;
    }
}
