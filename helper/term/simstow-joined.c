/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of a concatenated message.
 */

#include "config.h"

#include "simstow-joined.h"

#include <glib/gi18n.h>

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
