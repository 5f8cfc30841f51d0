/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as an archive, and as each kind of record in one.
 */

#include "simstow-archive-reader.h"
#include "simstow-contact-vcard.h"
#include "simstow-header-json.h"
#include "simstow-record-json.h"

#include "fuzz-replay.h"

static void
chew_archive (const guint8 *data, gsize size)
{
    g_autoptr (GInputStream) input =
        g_memory_input_stream_new_from_data (data, (gssize) size, NULL);
    const SimstowReading reading = {.wanted = ~0U};

    simstow_reading_run (&reading, input, NULL, NULL);
}

/* What is read can be written, and reads the same again */
static void
chew_contact (const gchar *text, gsize size)
{
    g_autoptr (SimstowContact) contact = simstow_contact_from_vcard (text, size, NULL);
    g_autoptr (SimstowContact) again = NULL;
    g_autoptr (GString) first = g_string_new (NULL);
    g_autoptr (GString) second = g_string_new (NULL);

    if (!contact)
        return;
    simstow_contact_append_vcard (contact, first);
    again = simstow_contact_from_vcard (first->str, first->len, NULL);
    g_assert_nonnull (again);
    simstow_contact_append_vcard (again, second);
    g_assert_cmpstr (first->str, ==, second->str);
}

static void
chew_message (const gchar *text, gsize size)
{
    g_autoptr (SimstowMessage) message = simstow_message_from_json (text, size, NULL);
    g_autoptr (GString) line = g_string_new (NULL);

    if (!message)
        return;
    simstow_message_decode (message);
    simstow_message_append_json (message, line);
    g_assert_true (simstow_message_check_json (line->str, line->len, NULL));
}

static void
chew_call (const gchar *text, gsize size)
{
    g_autoptr (SimstowCall) call = simstow_call_from_json (text, size, NULL);

    if (call) {
        g_autoptr (GString) line = g_string_new (NULL);
        g_autoptr (SimstowCall) again = NULL;

        simstow_call_append_json (call, line);
        again = simstow_call_from_json (line->str, line->len, NULL);
        g_assert_nonnull (again);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    const gchar *text = (const gchar *) data;
    g_autoptr (SimstowArchiveHeader) header = simstow_archive_header_from_json (text, size, NULL);
    g_autoptr (SimstowNetwork) network = simstow_network_from_json (text, size, NULL);

    chew_archive (data, size);
    chew_contact (text, size);
    chew_message (text, size);
    chew_call (text, size);
    return 0;
}
