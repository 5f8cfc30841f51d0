/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Concatenated messages.
 */

#include "config.h"

#include "simstow-joined.h"

#include <glib/gi18n.h>

static SimstowJoined *
joined_new (guint total)
{
    SimstowJoined *joined = g_new0 (SimstowJoined, 1);

    joined->parts = g_ptr_array_sized_new (total);
    g_ptr_array_set_size (joined->parts, (gint) total);
    joined->missing = total;
    return joined;
}

void
simstow_joined_free (SimstowJoined *joined)
{
    g_ptr_array_unref (joined->parts);
    g_free (joined);
}

static void
put_part (SimstowJoined *joined, SimstowMessage *message, guint place)
{
    joined->parts->pdata[place] = message;
    joined->missing--;
    if (joined->first == NULL || joined->parts->pdata[0] == message)
        joined->first = message;
}

static gboolean
is_part (const SimstowMessage *message)
{
    const SimstowTpdu *tpdu = message->tpdu;

    return tpdu != NULL && tpdu->concat_reference >= 0 && tpdu->concat_part >= 1 &&
           tpdu->concat_part <= tpdu->concat_total;
}

static gchar *
group_key (const SimstowTpdu *tpdu)
{
    return g_strdup_printf ("%d/%d/%d/%u/%s",
                            tpdu->type,
                            tpdu->concat_wide,
                            tpdu->concat_reference,
                            tpdu->concat_total,
                            tpdu->address.number != NULL ? tpdu->address.number : "");
}

/* The group that waits for this part, or a new one at the end of @list. */
static SimstowJoined *
find_group (GHashTable *open, GPtrArray *list, const SimstowTpdu *tpdu)
{
    g_autofree gchar *key = group_key (tpdu);
    SimstowJoined *joined = g_hash_table_lookup (open, key);

    if (joined == NULL || joined->parts->pdata[tpdu->concat_part - 1] != NULL) {
        joined = joined_new (tpdu->concat_total);
        g_ptr_array_add (list, joined);
        g_hash_table_replace (open, g_steal_pointer (&key), joined);
    }
    return joined;
}

GPtrArray *
simstow_joined_list (const GPtrArray *messages)
{
    g_autoptr (GHashTable) open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_joined_free);
    guint i;

    for (i = 0; i < messages->len; i++) {
        SimstowMessage *message = g_ptr_array_index (messages, i);

        if (is_part (message)) {
            const SimstowTpdu *tpdu = message->tpdu;

            put_part (find_group (open, list, tpdu), message, tpdu->concat_part - 1u);
        } else {
            g_ptr_array_add (list, joined_new (1));
            put_part (g_ptr_array_index (list, list->len - 1), message, 0);
        }
    }
    return list;
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
        g_string_append_printf (text,
                                _ ("[%u bytes of data]"),
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
