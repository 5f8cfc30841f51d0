/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which parts make up which message, by a note of each part: a digest of what
 * the parts of a message have in common, and where it stands.
 */

#include "config.h"

#include "simstow-joined.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-sha256.h"

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
    joined = simstow_tpdu_join_text ((const SimstowTpdu *const *) texts->pdata, texts->len, NULL);
    g_string_append (text, joined);
    g_ptr_array_set_size (texts, 0);
}

gchar *
simstow_joined_get_text (const SimstowJoined *joined)
{
    g_autoptr (GPtrArray) texts = g_ptr_array_new ();
    GString *text = g_string_new (NULL);
    guint i;

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

#define KEY_SIZE   12
#define PARTS_SIZE (256 / 8)

/* @row is where the message is shown: the place of the first to come of its parts */
typedef struct {
    guint8 key[KEY_SIZE];
    guint32 place;
    guint32 row;
    guint8 number;
} Part;

struct _SimstowJoiner {
    GArray *parts;
    /* of each message, whether it is a part */
    GByteArray *is_part;
    SimstowSha256 *sha256;
    GString *text;
};

/* Messages while they are shown */
typedef struct {
    SimstowMessageCursor *cursor;
    GArray *places;
    SimstowMessageGather *gather;
    guint next;
} Walk;

SimstowJoiner *
simstow_joiner_new (void)
{
    SimstowJoiner *joiner = g_new0 (SimstowJoiner, 1);

    joiner->parts = g_array_new (FALSE, FALSE, sizeof (Part));
    joiner->is_part = g_byte_array_new ();
    joiner->sha256 = simstow_sha256_new ();
    joiner->text = g_string_new (NULL);
    return joiner;
}

void
simstow_joiner_free (SimstowJoiner *joiner)
{
    g_array_unref (joiner->parts);
    g_byte_array_unref (joiner->is_part);
    simstow_sha256_free (joiner->sha256);
    g_string_free (joiner->text, TRUE);
    g_free (joiner);
}

static gboolean
is_part (const SimstowMessage *message)
{
    const SimstowTpdu *tpdu = message->tpdu;

    return tpdu != NULL && tpdu->concat_reference >= 0 && tpdu->concat_part >= 1 &&
           tpdu->concat_part <= tpdu->concat_total;
}

static void
set_key (SimstowJoiner *joiner, const SimstowTpdu *tpdu, Part *part)
{
    guint8 digest[SIMSTOW_SHA256_SIZE];

    g_string_printf (joiner->text,
                     "%d/%d/%d/%u/%s",
                     tpdu->type,
                     tpdu->concat_wide,
                     tpdu->concat_reference,
                     tpdu->concat_total,
                     tpdu->address.number != NULL ? tpdu->address.number : "");
    simstow_sha256_update (joiner->sha256, joiner->text->str, joiner->text->len);
    simstow_sha256_get_digest (joiner->sha256, digest);
    memcpy (part->key, digest, KEY_SIZE);
}

void
simstow_joiner_add (SimstowJoiner *joiner, const SimstowMessage *message)
{
    const guint8 found = is_part (message) ? 1 : 0;
    Part part = {.place = joiner->is_part->len};

    g_byte_array_append (joiner->is_part, &found, 1);
    if (!found)
        return;
    part.number = message->tpdu->concat_part;
    set_key (joiner, message->tpdu, &part);
    g_array_append_val (joiner->parts, part);
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
simstow_joiner_join (SimstowJoiner *joiner)
{
    const guint8 *key = NULL;
    guint8 taken[PARTS_SIZE];
    guint32 row = 0;
    guint i;

    g_array_sort (joiner->parts, compare_by_key);
    for (i = 0; i < joiner->parts->len; i++) {
        Part *part = &g_array_index (joiner->parts, Part, i);

        if (key == NULL || memcmp (key, part->key, KEY_SIZE) != 0 ||
            take_number (taken, part->number)) {
            memset (taken, 0, sizeof taken);
            take_number (taken, part->number);
            row = part->place;
        }
        key = part->key;
        part->row = row;
    }
    g_array_sort (joiner->parts, compare_by_row);
}

static void
walk_init (Walk *walk, const SimstowJoiner *joiner, SimstowMessageSource *source)
{
    guint i;

    walk->cursor = simstow_message_cursor_new (source);
    walk->places = g_array_sized_new (FALSE, FALSE, sizeof (guint32), joiner->parts->len);
    for (i = 0; i < joiner->parts->len; i++)
        g_array_append_val (walk->places, g_array_index (joiner->parts, Part, i).place);
    walk->gather = simstow_message_gather_new (source, walk->places);
}

static void
walk_clear (Walk *walk)
{
    simstow_message_gather_free (walk->gather);
    g_array_unref (walk->places);
    simstow_message_cursor_free (walk->cursor);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Walk, walk_clear)

static void
on_message_free (gpointer data)
{
    simstow_message_free (data);
}

static void
put_part (SimstowJoined *joined, SimstowMessage *message, guint place, gboolean is_first)
{
    joined->parts->pdata[place] = message;
    joined->missing--;
    if (joined->first == NULL || (is_first && joined->parts->pdata[0] == NULL))
        joined->first = message;
}

static void
begin_message (SimstowJoined *joined, guint total)
{
    g_ptr_array_set_size (joined->parts, 0);
    g_ptr_array_set_size (joined->parts, (gint) total);
    joined->first = NULL;
    joined->missing = total;
}

/* Puts together what is shown at a place where a part stands; nothing when the
 * message was shown before */
static gboolean
take_parts (Walk *walk,
            const SimstowJoiner *joiner,
            guint32 row,
            SimstowJoined *joined,
            GError **error)
{
    for (; walk->next < joiner->parts->len; walk->next++) {
        const Part *part = &g_array_index (joiner->parts, Part, walk->next);
        SimstowMessage *message;

        if (part->row != row)
            break;
        message = simstow_message_gather_next (walk->gather, error);
        if (message == NULL)
            return FALSE;
        if (joined->parts->len == 0)
            begin_message (joined, message->tpdu->concat_total);
        put_part (joined, message, part->number - 1u, part->place == row);
    }
    return TRUE;
}

static gboolean
take_message (Walk *walk, guint32 place, SimstowJoined *joined, GError **error)
{
    SimstowMessage *message = simstow_message_cursor_read (walk->cursor, place, error);

    if (message == NULL)
        return FALSE;
    begin_message (joined, 1);
    put_part (joined, message, 0, TRUE);
    return TRUE;
}

gboolean
simstow_joiner_each (const SimstowJoiner *joiner,
                     SimstowMessageSource *source,
                     SimstowJoinedFunc func,
                     gpointer user_data,
                     GError **error)
{
    g_auto (Walk) walk = {NULL};
    g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (on_message_free);
    SimstowJoined joined = {.parts = parts};
    guint32 place;

    walk_init (&walk, joiner, source);
    for (place = 0; place < joiner->is_part->len; place++) {
        g_ptr_array_set_size (parts, 0);
        if (joiner->is_part->data[place] != 0 ? !take_parts (&walk, joiner, place, &joined, error)
                                              : !take_message (&walk, place, &joined, error))
            return FALSE;
        if (parts->len > 0)
            func (&joined, user_data);
    }
    return TRUE;
}
