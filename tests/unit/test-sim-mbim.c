/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The MBIM front of the simulated modem by its bytes: low-level access as libmbim
 * sends it and as it reads the answers, fragments, protocol errors.
 */

#include <string.h>

#include <glib.h>

#include "sim-card-bytes.h"
#include "sim-card-slot.h"
#include "sim-mbim-line.h"

#define UICC "C2F6588EF0374BC98665F4D44BD09367"

static const gchar scenario[] = "[card]\n"
                                "[euicc]\n"
                                "profiles=colombia\n"
                                "[mbim]\n"
                                "fragment=%u\n";

/* what is sent and what comes back */
typedef struct {
    const gchar *request;
    const gchar *answer;
} Step;

typedef struct {
    SimStore *store;
    SimKnobs *knobs;
    SimCardSlot *slot;
    SimMbim *mbim;
    SimMbimLine *line;
    GByteArray *sent;
    gboolean closed;
} Fixture;

static void
on_output (gpointer user_data, const guint8 *bytes, gsize size)
{
    Fixture *fixture = user_data;

    if (bytes == NULL) {
        fixture->closed = TRUE;
    } else {
        g_byte_array_append (fixture->sent, bytes, size);
    }
}

static void
set_up (Fixture *fixture, gconstpointer fragment)
{
    g_autofree gchar *text = g_strdup_printf (scenario, GPOINTER_TO_UINT (fragment));
    g_autoptr (GKeyFile) file = g_key_file_new ();
    g_autoptr (GError) error = NULL;

    g_key_file_load_from_data (file, text, -1, G_KEY_FILE_NONE, &error);
    g_assert_no_error (error);
    fixture->store = sim_store_new ();
    fixture->knobs = sim_knobs_new ();
    sim_store_add_memory (fixture->store, "SM", 1, 10, NULL);
    sim_store_add_phonebook (fixture->store, "SM", 1, 10);
    sim_card_slot_load (file, fixture->store, &fixture->slot, &error);
    g_assert_no_error (error);
    sim_card_slot_power (fixture->slot);
    fixture->mbim = sim_mbim_new (fixture->store, fixture->knobs);
    sim_mbim_load (fixture->mbim, file, &error);
    g_assert_no_error (error);
    fixture->line = sim_mbim_line_new (fixture->mbim, on_output, fixture);
    fixture->sent = g_byte_array_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer fragment)
{
    sim_mbim_line_free (fixture->line);
    sim_mbim_free (fixture->mbim);
    sim_card_slot_free (fixture->slot);
    sim_store_free (fixture->store);
    sim_knobs_free (fixture->knobs);
    g_byte_array_unref (fixture->sent);
}

static void
feed (Fixture *fixture, const gchar *text)
{
    g_autoptr (GByteArray) bytes = sim_card_hex_decode (text);

    g_assert_nonnull (bytes);
    sim_mbim_line_feed (fixture->line, bytes->data, bytes->len);
}

static void
check_sent (Fixture *fixture, const gchar *text)
{
    g_autoptr (GByteArray) wanted = sim_card_hex_decode (text);
    g_autofree gchar *expected = sim_card_hex_encode (wanted->data, wanted->len);
    g_autofree gchar *sent = sim_card_hex_encode (fixture->sent->data, fixture->sent->len);

    g_assert_cmpstr (sent, ==, expected);
    g_byte_array_set_size (fixture->sent, 0);
}

static void
play (Fixture *fixture, const Step *steps, guint count)
{
    for (guint i = 0; i < count; i++) {
        feed (fixture, steps[i].request);
        check_sent (fixture, steps[i].answer);
    }
}

/* type, length, transaction, then for commands fragments, fragment, UUID, CID, kind or status,
 * information length */
static const Step opening[] = {
    {"01000000 10000000 01000000 00100000", "01000080 10000000 01000000 00000000"},
};

static void
test_uicc (Fixture *fixture, gconstpointer fragment)
{
    static const Step steps[] = {
        /* ATR */
        {"03000000 30000000 02000000 01000000 00000000" UICC "01000000 00000000 00000000",
         "03000080 50000000 02000000 01000000 00000000" UICC "01000000 00000000 20000000"
         "16000000 08000000 3B9F96801FC78031A073BE21136743200718000001A5 0000"},
        /* open, SelectP2Arg 0, group 1 */
        {"03000000 50000000 03000000 01000000 00000000" UICC "02000000 01000000 20000000"
         "10000000 10000000 00000000 01000000 A0000005591010FFFFFFFF8900000100",
         "03000080 68000000 03000000 01000000 00000000" UICC "02000000 00000000 38000000"
         "90000000 01000000 27000000 10000000"
         "6F258410A0000005591010FFFFFFFF8900000100A50A9F6E034791119F6501FFE0058203020202 00"},
        /* GetEID: the class byte is not looked at, the answer is collected */
        {"03000000 50000000 04000000 01000000 00000000" UICC "04000000 01000000 20000000"
         "01000000 00000000 01000000 0C000000 14000000 81E2910006BF3E035C015A00",
         "03000080 54000000 04000000 01000000 00000000" UICC "04000000 00000000 24000000"
         "90000000 15000000 0C000000 BF3E125A1089049032005120007320000000000170 000000"},
        /* an unknown function: SW 6A88 */
        {"03000000 50000000 05000000 01000000 00000000" UICC "04000000 01000000 20000000"
         "01000000 00000000 01000000 09000000 14000000 80E2910003BF770000 000000",
         "03000080 3C000000 05000000 01000000 00000000" UICC "04000000 00000000 0C000000"
         "6A880000 00000000 00000000"},
        /* a channel that is not open */
        {"03000000 50000000 06000000 01000000 00000000" UICC "04000000 01000000 20000000"
         "02000000 00000000 01000000 09000000 14000000 80E2910003BF2D0000 000000",
         "03000080 30000000 06000000 01000000 00000000" UICC "04000000 03004387 00000000"},
        /* close */
        {"03000000 38000000 07000000 01000000 00000000" UICC "03000000 01000000 08000000"
         "01000000 01000000",
         "03000080 34000000 07000000 01000000 00000000" UICC "03000000 00000000 04000000"
         "90000000"},
        /* an application that is not there */
        {"03000000 50000000 08000000 01000000 00000000" UICC "02000000 01000000 20000000"
         "10000000 10000000 00000000 01000000 A0000005591010FFFFFFFF8900050500",
         "03000080 30000000 08000000 01000000 00000000" UICC "02000000 02004387 00000000"},
        /* terminal capability, padded inside the object, is kept */
        {"03000000 44000000 09000000 01000000 00000000" UICC "05000000 01000000 14000000"
         "01000000 0C000000 08000000 A906810100830107",
         "03000080 44000000 09000000 01000000 00000000" UICC "05000000 00000000 14000000"
         "01000000 0C000000 08000000 A906810100830107"},
        /* reset, pass-through off */
        {"03000000 34000000 0A000000 01000000 00000000" UICC "06000000 01000000 04000000"
         "00000000",
         "03000080 34000000 0A000000 01000000 00000000" UICC "06000000 00000000 04000000"
         "00000000"},
    };

    play (fixture, opening, G_N_ELEMENTS (opening));
    play (fixture, steps, G_N_ELEMENTS (steps));
    g_assert_cmpuint (sim_card_count_channels (fixture->slot->card), ==, 0);
}

/* channels run out; a group is closed as a whole */
static void
test_groups (Fixture *fixture, gconstpointer fragment)
{
    static const gchar open[] =
        "03000000 50000000 03000000 01000000 00000000" UICC "02000000 01000000 20000000"
        "10000000 10000000 00000000 01000000 A0000005591010FFFFFFFF8900000100";
    static const Step steps[] = {
        {open, "03000080 30000000 03000000 01000000 00000000" UICC "02000000 01004387 00000000"},
        {"03000000 38000000 07000000 01000000 00000000" UICC "03000000 01000000 08000000"
         "00000000 01000000",
         "03000080 34000000 07000000 01000000 00000000" UICC "03000000 00000000 04000000"
         "90000000"},
    };

    play (fixture, opening, G_N_ELEMENTS (opening));
    for (guint i = 0; i < 3; i++) {
        feed (fixture, open);
    }
    g_byte_array_set_size (fixture->sent, 0);
    g_assert_cmpuint (sim_card_count_channels (fixture->slot->card), ==, 3);
    play (fixture, steps, G_N_ELEMENTS (steps));
    g_assert_cmpuint (sim_card_count_channels (fixture->slot->card), ==, 0);
}

/* a request and an answer in parts: messages of at most 64 bytes */
static void
test_fragments (Fixture *fixture, gconstpointer fragment)
{
    static const Step steps[] = {
        {"03000000 40000000 03000000 02000000 00000000" UICC "02000000 01000000 20000000"
         "10000000 10000000 00000000 01000000",
         ""},
        {"03000000 24000000 03000000 02000000 01000000 A0000005591010FFFFFFFF8900000100",
         "03000080 40000000 03000000 02000000 00000000" UICC "02000000 00000000 38000000"
         "90000000 01000000 27000000 10000000"
         "03000080 3C000000 03000000 02000000 01000000"
         "6F258410A0000005591010FFFFFFFF8900000100A50A9F6E034791119F6501FFE0058203020202 00"},
        /* out of turn */
        {"03000000 24000000 04000000 02000000 01000000 A0000005591010FFFFFFFF8900000100",
         "04000080 10000000 04000000 02000000"},
    };

    play (fixture, opening, G_N_ELEMENTS (opening));
    play (fixture, steps, G_N_ELEMENTS (steps));
}

static void
test_errors (Fixture *fixture, gconstpointer fragment)
{
    static const Step steps[] = {
        /* a command before OPEN */
        {"03000000 30000000 02000000 01000000 00000000" UICC "01000000 00000000 00000000",
         "04000080 10000000 02000000 05000000"},
        {"01000000 10000000 01000000 00100000", "01000080 10000000 01000000 00000000"},
        /* information that is not there */
        {"03000000 30000000 02000000 01000000 00000000" UICC "01000000 00000000 04000000",
         "04000080 10000000 02000000 03000000"},
        /* an offset that leads out of it: invalid parameters */
        {"03000000 40000000 02000000 01000000 00000000" UICC "02000000 01000000 10000000"
         "10000000 10000000 00000000 01000000",
         "03000080 30000000 02000000 01000000 00000000" UICC "02000000 15000000 00000000"},
        /* no such command, no such message */
        {"03000000 30000000 02000000 01000000 00000000" UICC "63000000 00000000 00000000",
         "03000080 30000000 02000000 01000000 00000000" UICC "63000000 09000000 00000000"},
        {"7F000000 0C000000 02000000", "04000080 10000000 02000000 08000000"},
        {"02000000 0C000000 03000000", "02000080 10000000 03000000 00000000"},
    };

    play (fixture, steps, G_N_ELEMENTS (steps));
    g_assert_false (fixture->closed);
    feed (fixture, "01000000 04000000 01000000");
    g_assert_true (fixture->closed);
}

/* a write to EF_SMS and to EF_ADN is seen by the other fronts, and the other way round */
static void
test_store (Fixture *fixture, gconstpointer fragment)
{
    static const guint8 pdu[] =
        {0x00, 0x11, 0x00, 0x03, 0x81, 0x21, 0xF3, 0x00, 0x00, 0xA7, 0x01, 0x41};
    SimStore *store = fixture->store;
    SimMemory *memory = sim_store_memory (store, "SM");
    SimPhonebook *phonebook = sim_store_phonebook (store, "SM");
    g_autofree gchar *dump = NULL;
    g_autoptr (GByteArray) update = sim_card_hex_decode ("00DC0104B0 07");
    g_autoptr (GByteArray) select = sim_card_hex_decode ("00A4080C047FFF6F3C");
    g_autoptr (GByteArray) first = NULL;
    g_autoptr (GByteArray) second = NULL;
    const gunichar2 name[] = {0xD1, 0x61, 0x6E, 0x64, 0xFA, 0};
    guint index = G_MAXUINT;
    SimMessage *message;

    g_byte_array_append (update, pdu, sizeof pdu);
    while (update->len < 5 + 176) {
        g_byte_array_append (update, (const guint8 *) "\xFF", 1);
    }
    first = sim_card_transmit (fixture->slot->card, select->data, select->len);
    second = sim_card_transmit (fixture->slot->card, update->data, update->len);
    g_assert_cmpuint (second->data[0], ==, 0x90);
    message = *sim_store_message_slot (store, memory, 1);
    g_assert_nonnull (message);
    g_assert_cmpint (message->stat, ==, SIM_STAT_STO_UNSENT);
    g_assert_cmpmem (message->pdu->data, message->pdu->len, pdu, sizeof pdu);
    sim_store_message_write (store, memory, SIM_STAT_REC_UNREAD, pdu, sizeof pdu, &index);
    g_assert_cmpuint (index, ==, 2);
    g_assert_cmpint (
        sim_store_entry_write (store, phonebook, &index, sim_entry_new ("+5712345", 145, name)),
        ==,
        SIM_STORE_DONE);
    dump = sim_card_dump (fixture->slot->card);
    g_assert_nonnull (strstr (dump, "3F00/7FFF/6F3C#2 EF_SMS 030011000381"));
    g_assert_nonnull (strstr (dump, "3F00/7F10/6F3A#2 EF_ADN 8000D1"));
}

int
main (int argc, char **argv)
{
    static const struct {
        const gchar *path;
        guint fragment;
        void (*function) (Fixture *fixture, gconstpointer fragment);
    } tests[] = {
        {"/sim-mbim/uicc", 4096, test_uicc},
        {"/sim-mbim/groups", 4096, test_groups},
        {"/sim-mbim/fragments", 64, test_fragments},
        {"/sim-mbim/errors", 4096, test_errors},
        {"/sim-mbim/store", 4096, test_store},
    };

    g_test_init (&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_test_add (tests[i].path,
                    Fixture,
                    GUINT_TO_POINTER (tests[i].fragment),
                    set_up,
                    tests[i].function,
                    tear_down);
    }
    return g_test_run ();
}
