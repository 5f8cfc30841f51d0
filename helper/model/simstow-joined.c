/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which parts make up which message, by a note of each part: a digest of what the parts of a
 * message have in common, and where it stands; and what the text of a message is.
 */

#include "config.h"

#include "simstow-joined.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-sha256.h"
#include "simstow-wap-push.h"

#define KEY_SIZE   12
#define PARTS_SIZE (256 / 8)

/* @row is where the message is shown: the place of the first to come of its parts */
typedef struct {
    guint8 key[KEY_SIZE];
    guint32 place;
    guint32 row;
    guint8 number;
} Part;

struct _SimstowJoinedList {
    SimstowMessages *messages;
    GArray *parts;
    /* of each message, whether it is a part */
    GByteArray *is_part;
    SimstowSha256 *sha256;
    GString *text;
};

SimstowJoinedList *
simstow_joined_list_new (void)
{
    SimstowJoinedList *list = g_new0 (SimstowJoinedList, 1);

    list->messages = simstow_messages_new ();
    list->parts = g_array_new (FALSE, FALSE, sizeof (Part));
    list->is_part = g_byte_array_new ();
    list->sha256 = simstow_sha256_new ();
    list->text = g_string_new (NULL);
    return list;
}

void
simstow_joined_list_free (SimstowJoinedList *list)
{
    simstow_messages_free (list->messages);
    g_array_unref (list->parts);
    g_byte_array_unref (list->is_part);
    simstow_sha256_free (list->sha256);
    g_string_free (list->text, TRUE);
    g_free (list);
}

static gboolean
is_part (const SimstowMessage *message)
{
    const SimstowTpdu *tpdu = message->tpdu;

    return tpdu != NULL && tpdu->concat_reference >= 0 && tpdu->concat_part >= 1 &&
           tpdu->concat_part <= tpdu->concat_total;
}

/* The reference of one that was rebuilt says little, but its parts have one time */
static void
set_key (SimstowJoinedList *list, const SimstowMessage *message, Part *part)
{
    const SimstowTpdu *tpdu = message->tpdu;
    guint8 digest[SIMSTOW_SHA256_SIZE];

    g_string_printf (list->text,
                     "%d/%d/%d/%u/%" G_GINT64_FORMAT "/%s",
                     tpdu->type,
                     tpdu->concat_wide,
                     tpdu->concat_reference,
                     tpdu->concat_total,
                     message->rebuilt ? tpdu->timestamp.utc : 0,
                     tpdu->address.number != NULL ? tpdu->address.number : "");
    simstow_sha256_update (list->sha256, list->text->str, list->text->len);
    simstow_sha256_get_digest (list->sha256, digest);
    memcpy (part->key, digest, KEY_SIZE);
}

void
simstow_joined_list_add (SimstowJoinedList *list, const SimstowMessage *message)
{
    const guint8 found = is_part (message) ? 1 : 0;
    Part part = {.place = list->is_part->len};

    g_byte_array_append (list->is_part, &found, 1);
    if (found) {
        part.number = message->tpdu->concat_part;
        set_key (list, message, &part);
        g_array_append_val (list->parts, part);
    }
    simstow_messages_append (list->messages, message);
}

static gint
compare_by_key (gconstpointer a, gconstpointer b)
{
    const Part *left = a;
    const Part *right = b;
    gint order = memcmp (left->key, right->key, KEY_SIZE);

    return order != 0 ? order : left->place < right->place ? -1 : left->place > right->place;
}

static gint
compare_by_row (gconstpointer a, gconstpointer b)
{
    const Part *left = a;
    const Part *right = b;

    if (left->row != right->row)
        return left->row < right->row ? -1 : 1;
    return (gint) left->number - (gint) right->number;
}

/* Whether the part was there before; it is from now on */
static gboolean
take_number (guint8 *taken, guint8 number)
{
    const guint8 bit = (guint8) (1 << (number % 8));
    gboolean before = (taken[number / 8] & bit) != 0;

    taken[number / 8] |= bit;
    return before;
}

void
simstow_joined_list_join (SimstowJoinedList *list)
{
    const guint8 *key = NULL;
    guint8 taken[PARTS_SIZE];
    guint32 row = 0;
    guint i;

    g_array_sort (list->parts, compare_by_key);
    for (i = 0; i < list->parts->len; i++) {
        Part *part = &g_array_index (list->parts, Part, i);

        if (key == NULL || memcmp (key, part->key, KEY_SIZE) != 0 ||
            take_number (taken, part->number)) {
            memset (taken, 0, sizeof taken);
            take_number (taken, part->number);
            row = part->place;
        }
        key = part->key;
        part->row = row;
    }
    g_array_sort (list->parts, compare_by_row);
}

static void
on_message_free (gpointer data)
{
    simstow_message_free (data);
}

/* Reads one part of a message as shown; @is_first of the parts in the order of the list */
static gboolean
read_part (const SimstowJoinedList *list,
           SimstowJoined *joined,
           guint32 place,
           guint number,
           gboolean is_first,
           GError **error)
{
    SimstowMessage *message = simstow_messages_read (list->messages, place, error);

    if (message == NULL)
        return FALSE;
    if (joined->parts->len == 0) {
        joined->first = NULL;
        joined->missing = list->is_part->data[place] != 0 ? message->tpdu->concat_total : 1;
        g_ptr_array_set_size (joined->parts, (gint) joined->missing);
    }
    joined->parts->pdata[number] = message;
    joined->missing--;
    if (joined->first == NULL || (is_first && joined->parts->pdata[0] == NULL))
        joined->first = message;
    return TRUE;
}

guint32
simstow_joined_list_count (const SimstowJoinedList *list)
{
    return list->is_part->len;
}

/* Where the parts that are shown at @place begin in the list of parts */
static guint
find_parts (const SimstowJoinedList *list, guint32 place)
{
    guint low = 0;
    guint high = list->parts->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;

        if (g_array_index (list->parts, Part, middle).row < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

gboolean
simstow_joined_list_read (const SimstowJoinedList *list,
                          guint32 place,
                          SimstowJoinedFunc func,
                          gpointer user_data,
                          GError **error)
{
    g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (on_message_free);
    SimstowJoined joined = {.parts = parts};
    guint next;

    if (list->is_part->data[place] == 0) {
        if (!read_part (list, &joined, place, 0, TRUE, error))
            return FALSE;
    } else {
        for (next = find_parts (list, place); next < list->parts->len; next++) {
            const Part *part = &g_array_index (list->parts, Part, next);

            if (part->row != place)
                break;
            if (!read_part (list,
                            &joined,
                            part->place,
                            part->number - 1u,
                            part->place == place,
                            error))
                return FALSE;
        }
    }
    if (parts->len > 0)
        func (&joined, place, user_data);
    return TRUE;
}

gboolean
simstow_joined_list_each (const SimstowJoinedList *list,
                          SimstowJoinedFunc func,
                          gpointer user_data,
                          GError **error)
{
    guint32 place;

    for (place = 0; place < list->is_part->len; place++) {
        if (!simstow_joined_list_read (list, place, func, user_data, error))
            return FALSE;
    }
    return TRUE;
}

static void
append_part (GString *text, const SimstowMessage *message)
{
    const SimstowTpdu *tpdu = message->tpdu;

    if (tpdu == NULL)
        g_string_append_printf (text,
                                _ ("[saved raw, cannot be decoded: %s]"),
                                message->fault != NULL ? message->fault : "");
    else if (tpdu->compressed)
        g_string_append (text, _ ("[compressed text, saved raw]"));
    else if (tpdu->data != NULL)
        g_string_append_printf (
            text,
            ngettext ("[%u byte of data]", "[%u bytes of data]", g_bytes_get_size (tpdu->data)),
            (guint) g_bytes_get_size (tpdu->data));
    else if (tpdu->type == SIMSTOW_TPDU_STATUS_REPORT)
        g_string_append_printf (text, _ ("[delivery report, status %u]"), tpdu->report_status);
}

/* Neighbouring texts are joined before they are decoded: what was split between them, as a
 * surrogate pair, comes out whole. */
static void
flush_texts (GString *text, GPtrArray *texts)
{
    g_autofree gchar *joined = NULL;

    if (texts->len == 0)
        return;
    if (texts->len == 1) {
        g_string_append (text, ((const SimstowTpdu *) texts->pdata[0])->text);
        g_ptr_array_set_size (texts, 0);
        return;
    }
    joined = simstow_tpdu_join_text ((const SimstowTpdu *const *) texts->pdata, texts->len, NULL);
    g_string_append (text, joined);
    g_ptr_array_set_size (texts, 0);
}

/* The bytes of all parts, when they are a push; NULL for anything else */
static GBytes *
collect_push (const SimstowJoined *joined)
{
    GByteArray *bytes;
    guint i;

    if (joined->missing > 0 || joined->first->tpdu == NULL ||
        joined->first->tpdu->destination_port != SIMSTOW_WAP_PUSH_PORT)
        return NULL;
    bytes = g_byte_array_new ();
    for (i = 0; i < joined->parts->len; i++) {
        const SimstowMessage *part = g_ptr_array_index (joined->parts, i);
        GBytes *data = part->tpdu != NULL ? part->tpdu->data : NULL;

        if (data != NULL)
            g_byte_array_append (bytes,
                                 g_bytes_get_data (data, NULL),
                                 (guint) g_bytes_get_size (data));
    }
    return g_byte_array_free_to_bytes (bytes);
}

/* Takes a word that is said of something known */
static void
add_known (GPtrArray *words, const gchar *known, gchar *word)
{
    if (known != NULL && *known != '\0')
        g_ptr_array_add (words, word);
    else
        g_free (word);
}

static gchar *
format_expiry (const SimstowJoined *joined, const SimstowWapPush *push)
{
    const SimstowTimestamp *sent = &joined->first->tpdu->timestamp;
    gint64 expiry = push->expiry >= 0                       ? push->expiry
                    : push->lifetime >= 0 && sent->utc >= 0 ? sent->utc + push->lifetime
                                                            : -1;
    g_autoptr (GDateTime) time = expiry >= 0 ? g_date_time_new_from_unix_utc (expiry) : NULL;

    return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M UTC") : NULL;
}

/* What a push says, for people; NULL when it says nothing */
static gchar *
describe_push (const SimstowJoined *joined, GBytes *data)
{
    g_autoptr (SimstowWapPush) push = simstow_wap_push_decode (data, NULL);
    g_autofree gchar *expiry = push != NULL ? format_expiry (joined, push) : NULL;
    g_autofree gchar *size =
        push != NULL && push->size >= 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, push->size) : NULL;
    g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
    g_autofree gchar *all = NULL;

    if (push == NULL || push->kind == SIMSTOW_WAP_PUSH_OTHER)
        return NULL;
    g_ptr_array_add (words,
                     g_strdup (push->kind == SIMSTOW_WAP_PUSH_MMS
                                   ? _ ("multimedia message to be fetched")
                                   : _ ("link")));
    add_known (words, push->from, g_strdup_printf (_ ("from %s"), push->from));
    add_known (words, push->subject, g_strdup_printf ("\"%s\"", push->subject));
    add_known (words, size, g_strdup_printf (_ ("%s bytes"), size));
    add_known (words, expiry, g_strdup_printf (_ ("until %s"), expiry));
    add_known (words, push->address, g_strdup_printf (_ ("at %s"), push->address));
    g_ptr_array_add (words, NULL);
    all = g_strjoinv (", ", (gchar **) words->pdata);
    return g_strdup_printf ("[%s]", all);
}

gchar *
simstow_joined_get_text (const SimstowJoined *joined)
{
    g_autoptr (GBytes) push = collect_push (joined);
    gchar *described = push != NULL ? describe_push (joined, push) : NULL;
    g_autoptr (GPtrArray) texts = g_ptr_array_new ();
    GString *text;
    guint i;

    if (described != NULL)
        return described;
    text = g_string_new (NULL);
    for (i = 0; i < joined->parts->len; i++) {
        const SimstowMessage *message = g_ptr_array_index (joined->parts, i);

        if (message != NULL && message->tpdu != NULL && message->tpdu->text != NULL) {
            g_ptr_array_add (texts, message->tpdu);
            continue;
        }
        flush_texts (text, texts);
        if (message != NULL)
            append_part (text, message);
        else
            g_string_append_printf (text, _ ("[part %u of %u missing]"), i + 1, joined->parts->len);
    }
    flush_texts (text, texts);
    return g_string_free (text, FALSE);
}
