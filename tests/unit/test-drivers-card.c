/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The helper's drivers of what is on the card: scripted conversations, and the simulated card by
 * each way to it.
 */

#include "card-talk.h"
#include "driver-run.h"
#include "modem-port.h"
#include "simstow-esim-card.h"
#include "simstow-messages-card.h"
#include "simstow-phonebook-card.h"
#include "simstow-simfiles.h"

#define MISSING "! NotFound sw 27266 the card has no such file or application (SW 6A82)\n"
#define SMS_FCP "<x 620782054221001E03\n"
#define FREE_30 "<x 00FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF\n"
#define SMS_30  "<x 010791751305007010040A81214365870900006220118010030A05C8329BFD\n"

typedef struct {
    SimstowConversation *talk;
    SimstowDriver *driver;
} Fixture;

static void
begin (Fixture *fixture,
       SimstowDriver *(*driver_new) (SimstowConversation *conversation),
       const gchar *lines)
{
    fixture->talk = talk_new (lines);
    fixture->driver = driver_new (fixture->talk);
}

static void
end (Fixture *fixture)
{
    talk_assert_over (fixture->talk);
    g_clear_object (&fixture->driver);
    g_clear_object (&fixture->talk);
}

/* The SIM's own files */

static void
test_simfiles_list (void)
{
    Fixture fixture;

    begin (&fixture,
           simstow_simfiles_new,
           "@ files\n> describe 2FE2\n<x 62088202412180020000\n"
           "@ describe\n= way 'csim'\n");
    driver_assert_list (fixture.driver, "simfile ro of=32 1-32\n");
    end (&fixture);
    /* what lacks a card, or a way to it, and what waits for a PIN */
    begin (&fixture,
           simstow_simfiles_new,
           "@ files\n> describe 2FE2\n" MISSING "@ files\n> describe 2F00\n" MISSING
           "> describe 2F05\n<x 62088202412180020000\n> describe 7FFF6F05\n" MISSING
           "@ describe\n= way 'csim'\n");
    driver_assert_list (fixture.driver, "simfile ro of=32 1-32\n");
    end (&fixture);
    begin (&fixture,
           simstow_simfiles_new,
           "@ files\n> describe 2FE2\n" MISSING "@ files\n> describe 2F00\n" MISSING
           "> describe 2F05\n" MISSING "> describe 7FFF6F05\n" MISSING);
    driver_assert_list_fails (fixture.driver,
                              SIMSTOW_ERROR_MODEM_ERROR,
                              "no file is found, not even EF_ICCID: the card has no such file or "
                              "application (SW 6A82)");
    end (&fixture);
    begin (&fixture,
           simstow_simfiles_new,
           "@ files\n> describe 2FE2\n! Unsupported - the modem has no way to the card\n");
    driver_assert_list (fixture.driver, "");
    end (&fixture);
    begin (&fixture,
           simstow_simfiles_new,
           "@ files\n> describe 2FE2\n! Locked cme 11 SIM PIN required (CME 11)\n");
    driver_assert_list (fixture.driver, "");
    end (&fixture);
    /* and what is no such thing */
    begin (&fixture,
           simstow_simfiles_new,
           "@ files\n> describe 2FE2\n! ModemError sw 28416 broken (SW 6F00)\n");
    driver_assert_list_fails (fixture.driver, SIMSTOW_ERROR_MODEM_ERROR, "broken (SW 6F00)");
    end (&fixture);
    begin (&fixture,
           simstow_simfiles_new,
           "@ files\n> describe 2FE2\n! Timeout - the modem is silent\n");
    driver_assert_list_fails (fixture.driver, SIMSTOW_ERROR_TIMEOUT, "the modem is silent");
    end (&fixture);
}

static gchar *
dump_simfiles (SimstowSnapshot *snapshot)
{
    g_autoptr (GString) text = g_string_new (NULL);

    for (guint i = 0; i < snapshot->simfiles->len; i++) {
        const SimstowSimfile *file = g_ptr_array_index (snapshot->simfiles, i);
        g_autofree gchar *raw = file->raw ? simstow_hex_encode_bytes (file->raw) : NULL;
        g_autofree gchar *records = file->records ? g_strjoinv (",", file->records) : NULL;

        g_string_append_printf (text,
                                "%u %s %s %s%s%s%s%s\n",
                                file->index,
                                file->name,
                                file->path,
                                file->structure ? file->structure : "-",
                                raw || records ? " " : "",
                                raw       ? raw
                                : records ? records
                                          : "",
                                file->fault ? " ! " : "",
                                file->fault ? file->fault : "");
    }
    return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_simfiles_read (void)
{
    g_autoptr (SimstowSnapshot) into = simstow_snapshot_new ();
    g_autofree gchar *text = NULL;
    Fixture fixture;

    begin (&fixture,
           simstow_simfiles_new,
           "@ files\n"
           "> read 2FE2\n<x 62088202412180020003\n<x 980001\n"
           "> read 2F00\n<x 620782054221000202\n<x 0102\n<x \n"
           "! ModemError sw 28416 broken (SW 6F00)\n"
           "> read 2F05\n<x 620782054621000201\n<x 01029000\n"
           "> read 7FFF6F05\n<x 620782054221000202\n"
           "! Denied sw 27010 the card wants a PIN or key first (SW 6982)\n"
           "> read 7FFF6F07\n" MISSING);
    g_assert_true (
        simstow_driver_read (fixture.driver, "simfile", 1, 5, into, NULL, NULL, NULL, NULL));
    end (&fixture);
    text = dump_simfiles (into);
    g_assert_cmpstr (text,
                     ==,
                     "1 EF_ICCID 2FE2 transparent 980001\n"
                     "2 EF_DIR 2F00 linear 0102, ! broken (SW 6F00), at 1 of 2 records\n"
                     "3 EF_PL 2F05 cyclic 0102\n"
                     "4 EF_LI 7FFF6F05 - ! the card wants a PIN or key first (SW 6982)\n"
                     "5 EF_IMSI 7FFF6F07 - ! the card has no such file or application (SW 6A82)\n");
}

/* Messages */

static void
test_messages_list (void)
{
    Fixture fixture;

    begin (&fixture,
           simstow_messages_card_new,
           "@ files\n> describe 7FFF6F3C\n" MISSING "@ files\n> describe 7F106F3C\n" SMS_FCP
           "@ describe\n= way 'csim'\n");
    driver_assert_list (fixture.driver, "sms/sm rw of=3 1-3\n");
    end (&fixture);
    begin (&fixture,
           simstow_messages_card_new,
           "@ files\n> describe 7FFF6F3C\n" MISSING "@ files\n> describe 7F106F3C\n" MISSING
           "@ files\n> read 7FFF6F38\n<x 62088202412180020002\n<x 0001\n> describe 2FE2\n" MISSING);
    driver_assert_list (fixture.driver, "");
    end (&fixture);
    begin (&fixture,
           simstow_messages_card_new,
           "@ files\n> describe 7FFF6F3C\n" MISSING "@ files\n> describe 7F106F3C\n" MISSING
           "@ files\n> read 7FFF6F38\n<x 62088202412180020002\n<x 0002\n> describe 2FE2\n" MISSING);
    driver_assert_list (fixture.driver,
                        "! sms/sm: EF_UST declares service 10, but there is no file 7FFF6F3C\n");
    end (&fixture);
    begin (&fixture,
           simstow_messages_card_new,
           "@ files\n> describe 7FFF6F3C\n" MISSING "@ files\n> describe 7F106F3C\n" MISSING
           "@ files\n> read 7FFF6F38\n" MISSING "> describe 2FE2\n" MISSING);
    driver_assert_list (fixture.driver,
                        "! sms/sm: no file is found, not even EF_ICCID: the card has no such file "
                        "or application (SW 6A82)\n");
    end (&fixture);
    begin (&fixture,
           simstow_messages_card_new,
           "@ files\n> describe 7FFF6F3C\n<x 62088202412180020003\n");
    driver_assert_list_fails (fixture.driver,
                              SIMSTOW_ERROR_INVALID_DATA,
                              "EF_SMS (7FFF6F3C) has an odd shape: structure 0, records of 0");
    end (&fixture);
}

/* A free record is passed over; one that could not be read, or is cut, is told of. */
static void
test_messages_read (void)
{
    Fixture fixture;

    begin (&fixture,
           simstow_messages_card_new,
           "@ files\n> read 7FFF6F3C\n<x 620782054221001F04\n" FREE_30 SMS_30 "<x \n<x 0107\n"
           "! ModemError sw 28416 broken (SW 6F00)\n");
    driver_assert_read (fixture.driver,
                        "sms/sm",
                        "2 read 0791751305007010040A81214365870900006220118010030A05C8329BFD\n"
                        "3 ? broken (SW 6F00) []\n"
                        "4 ? 2 bytes of a record of 31 [\x01\x07]\n");
    end (&fixture);
    /* what came before the end is handed over */
    begin (&fixture,
           simstow_messages_card_new,
           "@ files\n> read 7FFF6F3C\n<x 620782054221001F04\n" FREE_30 SMS_30
           "! Denied sw 27010 the card wants a PIN or key first (SW 6982)\n");
    driver_assert_read (fixture.driver,
                        "sms/sm",
                        "! sms/sm: the card wants a PIN or key first (SW 6982)\n"
                        "2 read 0791751305007010040A81214365870900006220118010030A05C8329BFD\n");
    end (&fixture);
}

/* The simulated card, by each way */

#define CARD                                                               \
    "[messages SM]\n"                                                      \
    "capacity=4\n"                                                         \
    "first=1\n"                                                            \
    "2=1,0791751305007010040A81214365870900006220118010030A05C8329BFD06\n" \
    "[phonebook SM]\n"                                                     \
    "capacity=2\n"                                                         \
    "name-length=2\n"                                                      \
    "number-length=20\n"                                                   \
    "[card]\n"                                                             \
    "phonebook=plain\n"

static const gchar *const scenarios[] = {
    CARD "quirks=no-cgla,no-csim\n",
    CARD "quirks=no-crsm,no-csim\n",
    CARD "quirks=no-crsm,no-cgla\n",
    CARD "[mbim]\n",
};

typedef struct {
    ModemPort *port;
    SimstowConversation *talk;
    SimstowDriver *driver;
} Card;

static void
card_begin (Card *card,
            SimstowDriver *(*driver_new) (SimstowConversation *conversation),
            const gchar *scenario)
{
    card->port = modem_port_new (scenario);
    card->talk = card_talk_new (SIMSTOW_PORT (card->port));
    card->driver = driver_new (card->talk);
}

static void
card_end (Card *card)
{
    g_assert_cmpuint (sim_card_count_channels (modem_port_card (card->port)), ==, 0);
    g_clear_object (&card->driver);
    g_clear_object (&card->talk);
    g_clear_object (&card->port);
}

static void
test_simfiles_card (void)
{
    g_autofree gchar *first = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS (scenarios); i++) {
        g_autoptr (SimstowSnapshot) into = simstow_snapshot_new ();
        g_autofree gchar *text = NULL;
        Card card;

        card_begin (&card, simstow_simfiles_new, scenarios[i]);
        driver_assert_list (card.driver, "simfile ro of=32 1-32\n");
        g_assert_true (
            simstow_driver_read (card.driver, "simfile", 0, 0, into, NULL, NULL, NULL, NULL));
        g_assert_cmpuint (card_talk_count_calls (CARD_TALK (card.talk)), ==, 2);
        card_end (&card);
        text = dump_simfiles (into);
        if (!first)
            first = g_steal_pointer (&text);
        else
            g_assert_cmpstr (text, ==, first);
    }
    g_assert_nonnull (strstr (first, "1 EF_ICCID 2FE2 transparent 9800010000"));
    g_assert_nonnull (strstr (first, "EF_EHPLMN 7FFF6FD9 - ! the card has no such file"));
}

#define PDU "0791751305007010040A81214365870900006220118010030A05C8329BFD06"

static SimstowMessage *
message_new (guint index, const gchar *hex)
{
    g_autoptr (GBytes) pdu = simstow_hex_decode (hex, -1, NULL);

    return simstow_message_new ("sms/sm", index, SIMSTOW_MESSAGE_STATUS_UNREAD, pdu);
}

static void
test_messages_card (void)
{
    for (gsize i = 0; i < G_N_ELEMENTS (scenarios); i++) {
        g_autoptr (SimstowMessage) message = message_new (2, PDU);
        SimstowDriverRecord records[4] = {{.message = message, .status = 0},
                                          {.message = message, .status = 3},
                                          {.message = message, .status = 4},
                                          {.message = message, .status = 4}};
        g_autofree gchar *before = NULL;
        g_autofree gchar *after = NULL;
        Card card;

        card_begin (&card, simstow_messages_card_new, scenarios[i]);
        driver_assert_list (card.driver, "sms/sm rw of=4 1-4\n");
        driver_assert_read (card.driver, "sms/sm", "2 read " PDU "\n");
        before = modem_port_dump (card.port);
        driver_assert_write (card.driver,
                             "sms/sm",
                             records,
                             4,
                             "1\n3\n4\n! all 4 records of the card are in use\n");
        driver_assert_read (card.driver,
                            "sms/sm",
                            "1 unread " PDU "\n2 read " PDU "\n3 sent " PDU "\n4 read " PDU "\n");
        for (guint place = 1; place <= 4; place++) {
            g_autoptr (SimstowMessage) there = message_new (place, PDU);
            SimstowDriverRecord record = {.message = there};
            g_autoptr (GError) error = NULL;
            gboolean begun;

            if (place == 2)
                continue;
            g_assert_true (
                simstow_driver_erase (card.driver, "sms/sm", &record, &begun, NULL, &error));
            g_assert_no_error (error);
            g_assert_false (
                simstow_driver_erase (card.driver, "sms/sm", &record, &begun, NULL, &error));
            g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CHANGED);
        }
        after = modem_port_dump (card.port);
        g_assert_cmpstr (before, ==, after);
        card_end (&card);
    }
}

/* What somebody else writes meanwhile is not written over. */
static void
test_messages_changed (void)
{
    g_autoptr (SimstowMessage) message = message_new (0, PDU);
    const SimstowDriverRecord record = {.message = message, .status = 1};
    SimstowDriver *other;
    Card card;

    card_begin (&card, simstow_messages_card_new, scenarios[0]);
    other = simstow_messages_card_new (card.talk);
    driver_assert_read (card.driver, "sms/sm", "2 read " PDU "\n");
    driver_assert_write (other, "sms/sm", &record, 1, "1\n");
    driver_assert_write (card.driver, "sms/sm", &record, 1, "3\n");
    g_clear_object (&other);
    card_end (&card);
}

/* What came before the card fell silent is kept, and the silence is told. */
static void
test_messages_silent (void)
{
    Card card;

    card_begin (&card, simstow_messages_card_new, scenarios[1]);
    driver_assert_list (card.driver, "sms/sm rw of=4 1-4\n");
    modem_port_fault (card.port, "6 * silence");
    driver_assert_read (card.driver,
                        "sms/sm",
                        "! sms/sm: Serial command timed out\n2 read " PDU "\n");
    modem_port_fault (card.port, NULL);
    driver_assert_read (card.driver, "sms/sm", "2 read " PDU "\n");
    card_end (&card);
}

/* Numbers */

#define BOOK             \
    "[phonebook SM]\n"   \
    "capacity=4\n"       \
    "name-length=8\n"    \
    "number-length=20\n" \
    "[phonebook FD]\n"   \
    "capacity=2\n"       \
    "name-length=4\n"    \
    "number-length=20\n" \
    "[card]\n"           \
    "phonebook=plain\n"

static const gchar *const books[] = {
    BOOK "quirks=no-cgla,no-csim\n",
    BOOK "quirks=no-crsm,no-csim\n",
    BOOK "quirks=no-crsm,no-cgla\n",
    BOOK "[mbim]\n",
};

static SimstowContact *
contact_new (guint index, const gchar *number, const gchar *name)
{
    return simstow_contact_new ("phonebook/sm", index, number, 145, name);
}

static gchar *
dump_listing (SimstowDriver *driver)
{
    g_autoptr (SimstowSnapshot) listing = simstow_snapshot_new ();
    g_autoptr (GError) error = NULL;

    simstow_driver_list (driver, TRUE, listing, NULL, &error);
    g_assert_no_error (error);
    return talk_dump (listing);
}

static void
test_numbers_card (void)
{
    for (gsize i = 0; i < G_N_ELEMENTS (books); i++) {
        g_autoptr (SimstowContact) short_one = contact_new (0, "+573001", "Ana");
        g_autoptr (SimstowContact) placed = contact_new (3, "+573002", "B\303\263b");
        g_autoptr (SimstowContact) long_one =
            contact_new (0, "+57300123456789012345678901234567890123", "Long");
        g_autoptr (SimstowContact) wide = contact_new (0, "1", "more than eight");
        SimstowDriverRecord records[4] = {{.contact = short_one},
                                          {.contact = placed, .index = 3},
                                          {.contact = long_one},
                                          {.contact = wide}};
        g_autofree gchar *listing = NULL;
        g_autofree gchar *before = NULL;
        g_autofree gchar *after = NULL;
        Card card;

        card_begin (&card, simstow_phonebook_card_new, books[i]);
        listing = dump_listing (card.driver);
        g_test_message ("%s", listing);
        g_assert_true (g_str_has_prefix (listing, "phonebook/sm rw of=4 1-4 number="));
        g_assert_nonnull (strstr (listing, "phonebook/fd rw of=10 1-10"));
        driver_assert_read (card.driver, "phonebook/sm", "");
        driver_assert_read (card.driver, "phonebook/fd", "");
        g_assert_cmpuint (card_talk_count_calls (CARD_TALK (card.talk)), <=, 3);
        before = modem_port_dump (card.port);
        driver_assert_write (card.driver, "phonebook/sm", records, 2, "1\n3\n");
        driver_assert_read (card.driver,
                            "phonebook/sm",
                            "1 +573001/145 Ana\n3 +573002/145 B\303\263b\n");
        driver_assert_write (card.driver, "phonebook/sm", &records[2], 1, "2\n");
        driver_assert_read (card.driver,
                            "phonebook/sm",
                            "1 +573001/145 Ana\n"
                            "2 +57300123456789012345678901234567890123/145 Long\n"
                            "3 +573002/145 B\303\263b\n");
        for (guint place = 1; place <= 3; place++) {
            SimstowContact *there[] = {short_one, long_one, placed};
            SimstowDriverRecord record = {.contact = there[place - 1]};
            g_autoptr (GError) error = NULL;
            gboolean begun;

            there[place - 1]->index = place % 3 + 1;
            g_assert_false (
                simstow_driver_erase (card.driver, "phonebook/sm", &record, &begun, NULL, &error));
            g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CHANGED);
            g_clear_error (&error);
            there[place - 1]->index = place;
            g_assert_true (
                simstow_driver_erase (card.driver, "phonebook/sm", &record, &begun, NULL, &error));
            g_assert_no_error (error);
        }
        driver_assert_read (card.driver, "phonebook/sm", "");
        card_end (&card);
    }
}

/* Whatever a modem says to a P2 that it does not take, the next one is tried; a card that hides its
 * ISD-R is told that profiles are managed here. */
static void
test_opening (void)
{
    static const struct {
        const gchar *faults[4];
        const gchar *euicc;
        gboolean found;
    } rows[] = {
        {{"1 mbim?uicc-open-channel cme 2"}, "", TRUE},
        {{"1 mbim?uicc-open-channel cme 21"}, "", TRUE},
        {{"1 mbim?uicc-open-channel cme 9", "1 mbim?uicc-open-channel cme 9"}, "", TRUE},
        {{"1 mbim?uicc-open-channel cme 1"}, "", TRUE},
        {{"1 mbim?uicc-open-channel reply 6A820000"
          "00000000"
          "00000000"
          "00000000"},
         "",
         TRUE},
        {{NULL}, "announce=true\n", TRUE},
        {{"* mbim?uicc-open-channel cme 2"}, "", FALSE},
    };

    for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree gchar *text =
            g_strdup_printf ("[card]\n[euicc]\nprofiles=colombia\n%s[mbim]\nlow-level=full\n",
                             rows[i].euicc);
        Card card;
        g_autoptr (SimstowSnapshot) listing = simstow_snapshot_new ();
        g_autoptr (GError) error = NULL;

        card_begin (&card, simstow_esim_card_new, text);

        for (guint k = 0; rows[i].faults[k]; k++)
            modem_port_fault (card.port, rows[i].faults[k]);
        simstow_driver_list (card.driver, TRUE, listing, NULL, &error);
        if (rows[i].found) {
            g_assert_no_error (error);
            g_assert_cmpuint (listing->stores->len, ==, 1);
        } else {
            g_assert_nonnull (error);
            g_assert_true (g_str_has_suffix (error->message, "(MBIM 2)"));
        }
        card_end (&card);
    }
}

gint
main (gint argc, gchar **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/drivers-card/simfiles/list", test_simfiles_list);
    g_test_add_func ("/drivers-card/simfiles/read", test_simfiles_read);
    g_test_add_func ("/drivers-card/simfiles/card", test_simfiles_card);
    g_test_add_func ("/drivers-card/messages/list", test_messages_list);
    g_test_add_func ("/drivers-card/messages/read", test_messages_read);
    g_test_add_func ("/drivers-card/messages/card", test_messages_card);
    g_test_add_func ("/drivers-card/messages/changed", test_messages_changed);
    g_test_add_func ("/drivers-card/messages/silent", test_messages_silent);
    g_test_add_func ("/drivers-card/numbers/card", test_numbers_card);
    g_test_add_func ("/drivers-card/euicc/opening", test_opening);
    return g_test_run ();
}
