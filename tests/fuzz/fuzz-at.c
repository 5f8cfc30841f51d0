/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as any answer of a modem.
 */

#include "simstow-at-book.h"
#include "simstow-at-sms.h"
#include "simstow-card-at.h"

#include "fuzz-replay.h"

static void
chew_messages (const gchar *reply)
{
    g_autoptr (GPtrArray) messages = simstow_at_message_parse_list (reply, "+CMGL");
    g_autoptr (GPtrArray) storages = simstow_at_message_parse_storages (reply);
    GStrv memories[2] = {NULL, NULL};
    SimstowAtMessage *one = simstow_at_message_parse_one (reply, 7);
    guint i;

    for (i = 0; i < messages->len; i++) {
        const SimstowAtMessage *message = g_ptr_array_index (messages, i);

        /* a message, or why there is none */
        g_assert_true ((message->pdu != NULL) == (message->fault == NULL));
        if (message->pdu != NULL)
            simstow_at_message_check_pdu (message->pdu, NULL);
    }
    simstow_at_message_parse_memories (reply, memories);
    g_strfreev (memories[0]);
    g_strfreev (memories[1]);
    simstow_at_message_can_peek (reply);
    simstow_at_message_parse_index (reply, &i);
    g_strfreev (simstow_at_message_parse_selected (reply));
    g_clear_pointer (&one, simstow_at_message_free);
}

/* What is read is valid text, and where it can be written it is read back alike */
static void
chew_entry (const SimstowAtEntry *entry, SimstowAtCharset charset)
{
    g_autofree gchar *command = simstow_at_entry_write_command (entry, charset, FALSE, NULL);

    g_assert_true (g_utf8_validate (entry->name, -1, NULL));
    g_assert_true (g_utf8_validate (entry->number, -1, NULL));
    g_assert_true (command == NULL || strpbrk (command, "\b\r\n\x1a\x1b") == NULL);
}

static void
chew_entries (const gchar *reply)
{
    gint charset;

    for (charset = SIMSTOW_AT_CHARSET_UCS2; charset <= SIMSTOW_AT_CHARSET_IRA; charset++) {
        gboolean coded = charset % 2;
        g_autoptr (GPtrArray) entries =
            simstow_at_entry_parse_all (reply, (SimstowAtCharset) charset, &coded);
        guint i;

        for (i = 0; i < entries->len; i++)
            chew_entry (g_ptr_array_index (entries, i), (SimstowAtCharset) charset);
    }
}

/* An answer of the card has a status word, when it is one at all */
static void
chew_card (const gchar *reply)
{
    g_autofree gchar *session = simstow_card_at_parse_open (reply, NULL);
    g_autoptr (GBytes) exchanged = simstow_card_at_parse_exchange (reply, NULL);
    g_autoptr (GPtrArray) answers = simstow_card_at_split_restricted (reply);
    guint i;

    g_assert_true (session == NULL || strpbrk (session, ";,\"\r\n") == NULL);
    for (i = 0; i < answers->len; i++) {
        g_autoptr (GBytes) answer =
            simstow_card_at_parse_restricted (g_ptr_array_index (answers, i), NULL);

        g_assert_true (answer == NULL || g_bytes_get_size (answer) >= 2);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    g_autofree gchar *reply = g_strndup ((const gchar *) data, size);
    g_autoptr (GPtrArray) phonebooks = simstow_at_phonebook_parse_all (reply);
    g_auto (GStrv) storages = simstow_at_phonebook_parse_storages (reply, FALSE);
    g_auto (GStrv) charsets = simstow_at_phonebook_parse_charsets (reply);
    g_autofree gchar *charset = simstow_at_phonebook_parse_charset (reply);

    simstow_at_charset_best ((const gchar *const *) charsets);
    chew_messages (reply);
    chew_entries (reply);
    chew_card (reply);
    return 0;
}
