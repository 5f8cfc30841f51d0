/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scripted conversation for the tests of drivers: what may be said, in order, and what is
 * answered, written as a transcript. What a driver made of it is compared as a text.
 */

#pragma once

#include <string.h>

#include "simstow-hex.h"
#include "simstow-playback.h"
#include "simstow-snapshot.h"

/* The lines of a transcript without its first; calls must come in this order. Their times may be
 * left out */
static inline SimstowConversation *
talk_new (const gchar *lines)
{
    g_auto (GStrv) parts = g_strsplit (lines, "\n", -1);
    g_autoptr (GString) text = g_string_new ("# simstow transcript 1\n");
    g_autoptr (GError) error = NULL;
    SimstowTranscript *transcript;

    for (guint i = 0; parts[i]; i++)
        if (parts[i][0] == '@' && !g_ascii_isdigit (parts[i][2]))
            g_string_append_printf (text, "@ 0.000+0.000 %s\n", parts[i] + 2);
        else
            g_string_append_printf (text, "%s\n", parts[i]);
    transcript = simstow_transcript_parse (text->str, text->len, &error);
    g_assert_no_error (error);
    return simstow_playback_new (transcript, SIMSTOW_PLAYBACK_STRICT);
}

/* All that was to be said has been said */
static inline void
talk_assert_over (SimstowConversation *talk)
{
    g_assert_cmpuint (simstow_playback_get_left (SIMSTOW_PLAYBACK (talk)), ==, 0);
}

static inline void
talk_append_number (GString *text, const gchar *what, gint number)
{
    if (number >= 0)
        g_string_append_printf (text, " %s=%d", what, number);
}

static inline gchar *
talk_dump (const SimstowSnapshot *snapshot)
{
    g_autoptr (GString) text = g_string_new (NULL);

    for (guint i = 0; i < snapshot->stores->len; i++) {
        const SimstowStore *store = g_ptr_array_index (snapshot->stores, i);

        g_string_append_printf (text, "%s %s", store->id, store->writable ? "rw" : "ro");
        talk_append_number (text, "used", store->used);
        talk_append_number (text, "of", store->capacity);
        if (store->last > 0)
            g_string_append_printf (text, " %u-%u", store->first, store->last);
        talk_append_number (text, "number", store->number_length);
        talk_append_number (text, "name", store->name_length);
        g_string_append_printf (text,
                                "%s%s\n",
                                store->plain ? " plain" : "",
                                store->marks_read ? " marks" : "");
    }
    for (guint i = 0; i < snapshot->problems->len; i++) {
        const SimstowProblem *problem = g_ptr_array_index (snapshot->problems, i);

        g_string_append_printf (text,
                                "%s %s: %s\n",
                                problem->lost ? "!" : "-",
                                problem->where,
                                problem->text);
    }
    for (guint i = 0; i < snapshot->messages->len; i++) {
        const SimstowMessage *message = g_ptr_array_index (snapshot->messages, i);
        g_autofree gchar *hex = simstow_hex_encode_bytes (message->pdu);

        g_string_append_printf (text,
                                "%u %s %s\n",
                                message->index,
                                simstow_message_status_to_string (message->status),
                                hex);
    }
    for (guint i = 0; i < snapshot->contacts->len; i++) {
        const SimstowContact *contact = g_ptr_array_index (snapshot->contacts, i);

        g_string_append_printf (
            text,
            "%u %s/%u %s%s%s\n",
            contact->index,
            contact->number,
            contact->type,
            contact->name,
            contact->emails->len > 0 ? " " : "",
            contact->emails->len > 0 ? (const gchar *) g_ptr_array_index (contact->emails, 0) : "");
    }
    for (guint i = 0; i < snapshot->calls->len; i++) {
        const SimstowCall *call = g_ptr_array_index (snapshot->calls, i);

        g_string_append_printf (text,
                                "%u %s/%u %s %s\n",
                                call->index,
                                call->number,
                                call->type,
                                call->name,
                                call->time ? call->time : "-");
    }
    for (guint i = 0; i < snapshot->unread->len; i++) {
        const SimstowUnread *unread = g_ptr_array_index (snapshot->unread, i);
        gsize size = 0;
        const gchar *row = unread->raw ? g_bytes_get_data (unread->raw, &size) : "";

        g_string_append_printf (text,
                                "%u ? %s [%.*s]\n",
                                unread->index,
                                unread->fault,
                                (gint) size,
                                row);
    }
    return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Takes @snapshot */
static inline void
talk_assert_dump (SimstowSnapshot *snapshot, const gchar *expected)
{
    g_autoptr (SimstowSnapshot) owned = snapshot;
    g_autofree gchar *text = talk_dump (owned);

    g_assert_cmpstr (text, ==, expected);
}
