/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is recorded of the simulated card, eUICC and MBIM modem, by each way to them, scrubbed and
 * played back: as many records as before, of the same shape, and nothing of the user in it.
 */

#include "card-talk.h"
#include "driver-run.h"
#include "modem-port.h"
#include "simstow-esim-card.h"
#include "simstow-messages-at.h"
#include "simstow-messages-card.h"
#include "simstow-messages-mbim.h"
#include "simstow-phonebook-at.h"
#include "simstow-phonebook-card.h"
#include "simstow-phonebook-mbim.h"
#include "simstow-recording.h"
#include "simstow-scrub.h"
#include "simstow-simfiles.h"
#include "simstow-usim.h"

/* Drivers that can be asked without the daemon's lock of message memories */
static SimstowDriver *(*const drivers[]) (SimstowConversation *conversation) = {
    simstow_messages_card_new,
    simstow_messages_mbim_new,
    simstow_phonebook_card_new,
    simstow_phonebook_mbim_new,
    simstow_usim_new,
    simstow_simfiles_new,
    simstow_esim_card_new,
};

/* Scenarios of tests/data */
static const gchar *const cases[] = {"at-cgla", "usim-phonebook-full", "esim-co", "esim-at"};

/* Digits in half octets, the lower one first */
static void
add_number (GPtrArray *secrets, const gchar *number)
{
    GString *hex = g_string_new (NULL);

    number += number[0] == '+';
    for (; g_ascii_isdigit (number[0]) && g_ascii_isdigit (number[1]); number += 2)
        g_string_append_printf (hex, "%c%c", number[1], number[0]);
    g_ptr_array_add (secrets, g_string_free (hex, FALSE));
}

static void
add_text (GPtrArray *secrets, const gchar *text)
{
    if (g_str_is_ascii (text))
        g_ptr_array_add (secrets, simstow_hex_encode ((const guint8 *) text, strlen (text)));
}

/* What must not be in a transcript that was scrubbed */
static void
add_secrets (GPtrArray *secrets, const SimstowSnapshot *read)
{
    for (guint i = 0; i < read->contacts->len; i++) {
        add_number (secrets, ((const SimstowContact *) read->contacts->pdata[i])->number);
        add_text (secrets, ((const SimstowContact *) read->contacts->pdata[i])->name);
    }
    for (guint i = 0; i < read->messages->len; i++) {
        const SimstowMessage *message = g_ptr_array_index (read->messages, i);

        if (message->tpdu && message->tpdu->address.number)
            add_number (secrets, message->tpdu->address.number);
    }
    for (guint i = 0; read->esim && i < read->esim->profiles->len; i++) {
        const SimstowEuiccProfile *profile = g_ptr_array_index (read->esim->profiles, i);

        add_number (secrets, profile->iccid);
        if (profile->nickname)
            add_text (secrets, profile->nickname);
    }
    if (read->esim && read->esim->eid)
        g_ptr_array_add (secrets, g_strdup (read->esim->eid));
    for (guint i = 0; i < read->simfiles->len; i++) {
        const SimstowSimfile *file = g_ptr_array_index (read->simfiles, i);

        if (file->raw &&
            (g_str_equal (file->name, "EF_ICCID") || g_str_equal (file->name, "EF_IMSI")))
            g_ptr_array_add (secrets, simstow_hex_encode_bytes (file->raw));
    }
}

/* Short ones may be anywhere */
static guint
count_secrets (const GPtrArray *secrets, const gchar *text)
{
    guint found = 0;

    for (guint i = 0; i < secrets->len; i++) {
        const gchar *secret = g_ptr_array_index (secrets, i);

        if (strlen (secret) < 8 || !strstr (text, secret))
            continue;
        g_test_message ("%s is there", secret);
        found++;
    }
    return found;
}

static void
append_shape (GString *text, const gchar *value)
{
    for (const gchar *c = value ? value : "-"; *c; c = g_utf8_next_char (c)) {
        gunichar unichar = g_utf8_get_char (c);

        g_string_append_unichar (text,
                                 g_unichar_isdigit (unichar)   ? '9'
                                 : g_unichar_islower (unichar) ? 'a'
                                 : g_unichar_isupper (unichar) ? 'A'
                                 : g_unichar_isalpha (unichar) ? 'o'
                                                               : unichar);
    }
    g_string_append_c (text, ' ');
}

/* All that a conversation has, a line each, and where @exact in its own digits and letters */
static gchar *
dump (SimstowConversation *talk, gboolean exact, GPtrArray *secrets)
{
    g_autoptr (GString) text = g_string_new (NULL);

    for (gsize i = 0; i < G_N_ELEMENTS (drivers); i++) {
        g_autoptr (SimstowDriver) driver = drivers[i](talk);
        g_autoptr (SimstowSnapshot) listing = simstow_snapshot_new ();
        g_autoptr (GError) error = NULL;

        if (!simstow_driver_list (driver, TRUE, listing, NULL, &error))
            g_string_append_printf (text, "! %s\n", error->message);
        for (guint j = 0; j < listing->stores->len; j++) {
            const SimstowStore *store = g_ptr_array_index (listing->stores, j);
            SimstowSnapshot *read = simstow_snapshot_new ();
            g_autofree gchar *records = NULL;

            simstow_driver_read (driver, store->id, 0, 0, read, NULL, NULL, NULL, NULL);
            g_string_append_printf (text, "%s %u unread\n", store->id, read->unread->len);
            if (secrets)
                add_secrets (secrets, read);
            for (guint k = 0; k < read->simfiles->len; k++) {
                const SimstowSimfile *file = g_ptr_array_index (read->simfiles, k);

                g_string_append_printf (text,
                                        "%s %s %" G_GSIZE_FORMAT " %s\n",
                                        file->name,
                                        file->structure ? file->structure : "-",
                                        file->raw ? g_bytes_get_size (file->raw) : 0,
                                        file->fault ? "!" : "");
            }
            for (guint k = 0; read->esim && k < read->esim->profiles->len; k++) {
                const SimstowEuiccProfile *profile = g_ptr_array_index (read->esim->profiles, k);

                append_shape (text, profile->iccid);
                append_shape (text, profile->nickname);
                g_string_append_printf (text, "%s %s\n", profile->provider, profile->aid);
            }
            if (read->esim)
                g_string_append_printf (text,
                                        "%u notifications, %u faults, %" G_GSIZE_FORMAT "\n",
                                        read->esim->notifications->len,
                                        read->esim->faults->len,
                                        strlen (read->esim->eid ? read->esim->eid : ""));
            for (guint k = 0; !exact && k < read->messages->len; k++) {
                const SimstowMessage *message = g_ptr_array_index (read->messages, k);

                append_shape (text, message->tpdu ? message->tpdu->address.number : NULL);
                g_string_append_printf (text,
                                        "%u %" G_GSIZE_FORMAT " %s\n",
                                        message->index,
                                        g_bytes_get_size (message->pdu),
                                        message->fault ? "!" : "");
            }
            if (!exact)
                g_ptr_array_set_size (read->messages, 0);
            records = talk_dump (read);
            simstow_snapshot_free (read);
            if (exact)
                g_string_append (text, records);
            else
                append_shape (text, records);
        }
    }
    return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_case (gconstpointer data)
{
    g_autofree gchar *name = g_strconcat (data, ".scenario", NULL);
    g_autoptr (GPtrArray) secrets = g_ptr_array_new_with_free_func (g_free);
    g_autofree gchar *path =
        g_test_build_filename (G_TEST_DIST, "..", "data", "scenarios", name, NULL);
    g_autofree gchar *scenario = NULL;
    g_autoptr (ModemPort) port = NULL;
    g_autoptr (SimstowConversation) talk = NULL;
    g_autoptr (SimstowConversation) recording = NULL;
    g_autoptr (SimstowConversation) raw = NULL;
    g_autoptr (SimstowConversation) played = NULL;
    g_autofree gchar *before = NULL;
    g_autofree gchar *shape = NULL;
    g_autofree gchar *same = NULL;
    g_autofree gchar *after = NULL;
    g_autofree gchar *text = NULL;
    g_autoptr (GError) error = NULL;
    SimstowTranscript *transcript;

    g_assert_true (g_file_get_contents (path, &scenario, NULL, NULL));
    port = modem_port_new (scenario);
    talk = card_talk_new (SIMSTOW_PORT (port));
    recording = simstow_recording_new (talk);
    g_variant_unref (simstow_conversation_describe (recording, NULL, NULL));
    before = dump (recording, TRUE, secrets);
    transcript = simstow_recording_steal_transcript (SIMSTOW_RECORDING (recording));
    for (guint i = 0; i < transcript->calls->len; i++) {
        SimstowTranscriptCall *call = g_ptr_array_index (transcript->calls, i);

        call->start = call->took = 0;
    }
    text = simstow_transcript_print (transcript);
    raw = simstow_playback_new (simstow_transcript_parse (text, strlen (text), &error),
                                SIMSTOW_PLAYBACK_NONE);
    g_assert_no_error (error);
    same = dump (raw, TRUE, NULL);
    g_assert_cmpstr (same, ==, before);
    g_clear_object (&raw);
    raw = simstow_playback_new (simstow_transcript_parse (text, strlen (text), &error),
                                SIMSTOW_PLAYBACK_NONE);
    shape = dump (raw, FALSE, NULL);
    g_assert_cmpuint (count_secrets (secrets, text), >, secrets->len / 3);
    simstow_scrub (transcript);
    g_free (text);
    text = simstow_transcript_print (transcript);
    simstow_transcript_free (transcript);
    g_assert_cmpuint (count_secrets (secrets, text), ==, 0);
    played = simstow_playback_new (simstow_transcript_parse (text, strlen (text), &error),
                                   SIMSTOW_PLAYBACK_NONE);
    g_assert_no_error (error);
    after = dump (played, FALSE, NULL);
    g_assert_cmpstr (after, ==, shape);
    g_assert_cmpuint (strlen (after), >, 200);
}

/* Each transcript of tests/data is a modem of its own: how many records each of its stores has */
static const struct {
    const gchar *name;
    gboolean at;
    const gchar *stores;
} shipped[] = {
    {"at", TRUE, "sms/sm 40\nsms/me 60\nphonebook/sm 250\nphonebook/me 0\ncalls/dialled 0\n"},
    {"card",
     FALSE,
     "sms/sm 100\nphonebook/sm 245\n"
     "phonebook/fd 1\nphonebook/on 1\nphonebook/sn 0\ncalls/last 5\ncalls/dialled 10\n"
     "calls/received 10\ncalls/missed 7\nsimfile 32\n"},
    {"mbim",
     FALSE,
     "sms/sm 100\nsms/sm 100\n"
     "phonebook/fd 1\nphonebook/on 1\nphonebook/sn 0\ncalls/last 5\ncalls/dialled 10\n"
     "calls/received 10\ncalls/missed 7\nphonebook/sm 247\nphonebook/sm 247\nsimfile 32\n"},
    {"euicc",
     FALSE,
     "sms/sm 0\nsms/sm 0\nphonebook/sm 0\n"
     "phonebook/fd 0\nphonebook/on 1\nphonebook/sn 0\ncalls/last 0\ncalls/dialled 0\n"
     "calls/received 0\ncalls/missed 0\nphonebook/sm 0\nsimfile 32\neuicc 5\n"},
};

static void
append_stores (GString *text, SimstowDriver *driver)
{
    g_autoptr (SimstowSnapshot) listing = simstow_snapshot_new ();
    g_autoptr (GError) error = NULL;

    simstow_driver_list (driver, TRUE, listing, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (listing->problems->len, ==, 0);
    for (guint i = 0; i < listing->stores->len; i++) {
        const SimstowStore *store = g_ptr_array_index (listing->stores, i);
        g_autoptr (SimstowSnapshot) read = simstow_snapshot_new ();

        simstow_driver_read (driver, store->id, 0, 0, read, NULL, NULL, NULL, &error);
        g_assert_no_error (error);
        g_string_append_printf (text,
                                "%s %u\n",
                                store->id,
                                read->messages->len + read->contacts->len + read->calls->len +
                                    read->simfiles->len +
                                    (read->esim ? read->esim->answers->len : 0));
        g_assert_cmpuint (read->unread->len, ==, 0);
    }
}

static void
test_shipped (gconstpointer data)
{
    guint which = GPOINTER_TO_UINT (data);
    g_autofree gchar *name = g_strconcat (shipped[which].name, ".trace", NULL);
    g_autofree gchar *path =
        g_test_build_filename (G_TEST_DIST, "..", "data", "transcripts", name, NULL);
    g_autoptr (GString) stores = g_string_new (NULL);
    g_autoptr (SimstowConversation) talk = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree gchar *text = NULL;
    gsize size;

    g_assert_true (g_file_get_contents (path, &text, &size, NULL));
    talk =
        simstow_playback_new (simstow_transcript_parse (text, size, &error), SIMSTOW_PLAYBACK_NONE);
    g_assert_no_error (error);
    if (shipped[which].at) {
        g_autoptr (SimstowDriver) messages = simstow_messages_at_new (talk);
        g_autoptr (SimstowDriver) phonebooks = simstow_phonebook_at_new (talk);

        append_stores (stores, messages);
        append_stores (stores, phonebooks);
    }
    for (gsize i = 0; i < G_N_ELEMENTS (drivers) && !shipped[which].at; i++) {
        g_autoptr (SimstowDriver) driver = drivers[i](talk);

        append_stores (stores, driver);
    }
    g_assert_cmpstr (stores->str, ==, shipped[which].stores);
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    simstow_error_quark ();
    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree gchar *path = g_strconcat ("/drivers-trace/", cases[i], NULL);

        g_test_add_data_func (path, cases[i], test_case);
    }
    for (guint i = 0; i < G_N_ELEMENTS (shipped); i++) {
        g_autofree gchar *path = g_strconcat ("/drivers-trace/shipped/", shipped[i].name, NULL);

        g_test_add_data_func (path, GUINT_TO_POINTER (i), test_shipped);
    }
    return g_test_run ();
}
