/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The USIM phonebook over restricted access to a small card, command by command:
 * what is asked for, that nothing is asked for twice, and in which order is written.
 */

#include <string.h>

#include "simstow-at-card.h"
#include "simstow-error.h"
#include "simstow-hex.h"
#include "simstow-store-usim-card.h"
#include "store-fixture.h"

#define STORE "phonebook/sm"

#define GET_RESPONSE  0xC0
#define READ_RECORD   0xB2
#define UPDATE_RECORD 0xDC
#define ABSOLUTE      0x04

#define FOLDER "7FFF5F3A"
#define PBR    FOLDER "4F30"

#define TELECOM_PBR "7F105F3A4F30"
#define NO_FILE     "+CRSM: 106,130\r\n"

/* A record of each file, from the front; what is behind is filler */
#define ADN_SIZE 16
#define ADN_FREE "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
#define ADN_ANA            \
    "416E"                 \
    "0381"                 \
    "2143FFFFFFFFFFFFFFFF" \
    "FFFF"
#define ADN_LONG           \
    "416E"                 \
    "0B81"                 \
    "21436587092143658709" \
    "FF01"

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
    fixture->port = fake_port_new ();
    fixture->driver = g_object_new (SIMSTOW_TYPE_STORE_USIM_CARD, "port", fixture->port, NULL);
}

static gchar *
restricted (guint8 ins, const gchar *path, guint p1, guint p2, guint p3, const gchar *data)
{
    const guint8 parameters[] = {(guint8) p1, (guint8) p2, (guint8) p3};
    g_autoptr (GBytes) steps = simstow_hex_decode (path, -1, NULL);
    g_autoptr (GBytes) bytes = data ? simstow_hex_decode (data, -1, NULL) : NULL;

    return simstow_at_card_restricted (ins, steps, parameters, bytes);
}

static void
expect (Fixture *fixture, gchar *command, const gchar *reply)
{
    fake_port_expect (fixture->port, command, reply);
    g_free (command);
}

/* A file is there: its FCP, ETSI TS 102 221 11.1.1.3 */
static void
expect_select (Fixture *fixture, const gchar *fid, guint size, guint count)
{
    g_autofree gchar *path = g_strconcat (FOLDER, fid, NULL);
    g_autofree gchar *reply =
        g_strdup_printf ("+CRSM: 144,0,\"620782054221%04X%02X\"\r\n", size, count);

    expect (fixture, restricted (GET_RESPONSE, path, 0, 0, 0, NULL), reply);
}

static void
expect_no_file (Fixture *fixture, const gchar *path)
{
    expect (fixture, restricted (GET_RESPONSE, path, 0, 0, 0, NULL), NO_FILE);
}

static void
expect_record (Fixture *fixture, const gchar *fid, guint record, const gchar *digits)
{
    g_autofree gchar *path = g_strconcat (FOLDER, fid, NULL);
    g_autofree gchar *reply = g_strdup_printf ("+CRSM: 144,0,\"%s\"\r\n", digits);
    guint size = (guint) strlen (digits) / 2;

    expect (fixture, restricted (READ_RECORD, path, record, ABSOLUTE, size, NULL), reply);
}

/* Records in a row share a line */
static void
expect_run (Fixture *fixture, const gchar *fid, const gchar *const *digits)
{
    g_autofree gchar *path = g_strconcat (FOLDER, fid, NULL);
    g_autoptr (GString) command = g_string_new (NULL);
    g_autoptr (GString) reply = g_string_new (NULL);
    guint i;

    for (i = 0; digits[i]; i++) {
        guint size = (guint) strlen (digits[i]) / 2;
        g_autofree gchar *one = restricted (READ_RECORD, path, i + 1, ABSOLUTE, size, NULL);

        g_string_append_printf (command, "%s%s", i > 0 ? ";" : "", one);
        g_string_append_printf (reply, "+CRSM: 144,0,\"%s\"\r\n", digits[i]);
    }
    fake_port_expect (fixture->port, command->str, reply->str);
}

static void
expect_update (Fixture *fixture, const gchar *fid, guint record, const gchar *digits)
{
    g_autofree gchar *path = g_strconcat (FOLDER, fid, NULL);
    guint size = (guint) strlen (digits) / 2;

    expect (fixture,
            restricted (UPDATE_RECORD, path, record, ABSOLUTE, size, digits),
            "+CRSM: 144,0\r\n");
}

/* Both places of a phonebook are asked for in a line */
static void
expect_probe (Fixture *fixture, const gchar *reply)
{
    g_autofree gchar *usim = restricted (GET_RESPONSE, PBR, 0, 0, 0, NULL);
    g_autofree gchar *telecom = restricted (GET_RESPONSE, TELECOM_PBR, 0, 0, 0, NULL);

    expect (fixture, g_strjoin (";", usim, telecom, NULL), reply);
}

/* A modem that has no channels; from then on none is asked for */
static void
expect_open (Fixture *fixture)
{
    fake_port_fail (fixture->port, "+CCHO=\"A0000000871002\"", SIMSTOW_ERROR_UNSUPPORTED);
    fake_port_fail (fixture->port, "+CSIM=10,\"0070000001\"", SIMSTOW_ERROR_UNSUPPORTED);
}

/* Five contacts, an address for two of them, and two extensions */
static void
set_up_listed (Fixture *fixture, gconstpointer user_data)
{
    /* clang-format off */
    static const gchar record[] =
        "A8" "0A" "C0" "03" "4F3A01" "C1" "03" "4F2502"
        "A9" "04" "CA" "02" "4F50"
        "AA" "04" "C2" "02" "4F4A";
    /* clang-format on */
    set_up (fixture, user_data);
    expect_probe (fixture, "+CRSM: 144,0,\"62078205422100140902\"\r\n" NO_FILE);
    expect_open (fixture);
    expect_select (fixture, "4F30", sizeof record / 2, 1);
    expect_record (fixture, "4F30", 1, record);
    expect_select (fixture, "4F3A", ADN_SIZE, 5);
    expect_select (fixture, "4F25", 1, 5);
    expect_select (fixture, "4F50", 4, 2);
    expect_select (fixture, "4F4A", 13, 2);
    store_run_check (fixture_list (fixture),
                     "[{'id': <'phonebook/sm'>, 'via': <'card'>, 'access': <'read-write'>,"
                     "  'capacity': <uint32 5>, 'first': <uint32 1>, 'last': <uint32 5>,"
                     "  'number-length': <uint32 60>, 'name-length': <uint32 2>,"
                     "  'extended': <true>}]");
}

/* Where there is none, two commands say so; a modem that makes no sense is asked one by one */
static void
test_none (Fixture *fixture, gconstpointer user_data)
{
    expect_probe (fixture, NO_FILE NO_FILE);
    store_run_check (fixture_list (fixture), "@aa{sv} []");
    expect_probe (fixture, "nonsense\r\n");
    expect (fixture, restricted (GET_RESPONSE, PBR, 0, 0, 0, NULL), "nonsense\r\n");
    expect (fixture, restricted (GET_RESPONSE, TELECOM_PBR, 0, 0, 0, NULL), "nonsense\r\n");
    /* that says nothing of the card, which a channel may reach */
    expect_open (fixture);
    expect (fixture, restricted (GET_RESPONSE, PBR, 0, 0, 0, NULL), "nonsense\r\n");
    store_run_check (fixture_list (fixture), "@aa{sv} []");
    fixture_read_fails (fixture, STORE, NULL, SIMSTOW_ERROR_UNSUPPORTED);
}

static void
test_read (Fixture *fixture, gconstpointer user_data)
{
    const gchar *const contacts[] = {ADN_FREE, ADN_ANA, ADN_FREE, ADN_LONG, ADN_FREE, NULL};

    expect_select (fixture, "4F3A", ADN_SIZE, 5);
    expect_run (fixture, "4F3A", contacts);
    /* only of those that are there */
    expect_select (fixture, "4F25", 1, 5);
    expect_record (fixture, "4F25", 2, "FF");
    expect_record (fixture, "4F25", 4, "02");
    expect_select (fixture, "4F50", 4, 2);
    expect_record (fixture, "4F50", 2, "40410104");
    /* the second goes on with the first, which was there already */
    expect_select (fixture, "4F4A", 13, 2);
    expect_record (fixture, "4F4A", 1, "020111FFFFFFFFFFFFFFFFFF02");
    expect_record (fixture, "4F4A", 2, "020122FFFFFFFFFFFFFFFFFF01");
    store_run_check (fixture_read (fixture, STORE, 0, 0, 0),
                     "[{'index': <uint32 2>},"
                     " {'index': <uint32 4>, 'fault': <'the rest of a number has no end'>}]");
    fixture_check_progress (fixture, 5, 5);
}

static void
test_read_no_extension (Fixture *fixture, gconstpointer user_data)
{
    expect_select (fixture, "4F3A", ADN_SIZE, 5);
    expect_record (fixture, "4F3A", 4, ADN_ANA);
    expect_select (fixture, "4F25", 1, 5);
    /* a link to a record that there is not */
    expect_record (fixture, "4F25", 4, "03");
    store_run_check (fixture_read (fixture, STORE, 4, 1, 5),
                     "[{'index': <uint32 4>, 'fault': <'a link leads to record 3 of "
                     "7FFF5F3A4F50, which has 2'>}]");
}

/* The address, EF_IAP, and EF_ADN last; the lowest records that are free */
static void
test_write (Fixture *fixture, gconstpointer user_data)
{
    expect_select (fixture, "4F3A", ADN_SIZE, 5);
    expect_record (fixture, "4F3A", 1, ADN_ANA);
    expect_record (fixture, "4F3A", 2, ADN_FREE);
    expect_select (fixture, "4F25", 1, 5);
    expect_record (fixture, "4F25", 2, "FF");
    expect_select (fixture, "4F50", 4, 2);
    expect_record (fixture, "4F50", 1, "40400101");
    expect_record (fixture, "4F50", 2, "FFFFFFFF");
    expect_update (fixture, "4F50", 2, "41400102");
    expect_select (fixture, "4F25", 1, 5);
    expect_update (fixture, "4F25", 2, "02");
    expect_select (fixture, "4F3A", ADN_SIZE, 5);
    expect_update (fixture, "4F3A", 2, ADN_ANA);
    g_assert_cmpuint (
        fixture_write (fixture,
                       STORE,
                       "{'raw': <[byte 0x41, 0x6e, 0x03, 0x81, 0x21, 0x43, 0xff, 0xff, 0xff,"
                       " 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]>,"
                       " 'fields': <@aa{sv} [{'tag': <byte 0xCA>, 'raw': <[byte 0x41, 0x40]>}]>}"),
        ==,
        2);
}

/* EF_ADN goes first, then what belonged to it, EF_IAP last */
static void
test_erase (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (GError) error = NULL;

    expect_select (fixture, "4F3A", ADN_SIZE, 5);
    expect_record (fixture, "4F3A", 4, ADN_LONG);
    expect_select (fixture, "4F25", 1, 5);
    expect_record (fixture, "4F25", 4, "02");
    expect_select (fixture, "4F50", 4, 2);
    expect_record (fixture, "4F50", 2, "40410104");
    expect_select (fixture, "4F4A", 13, 2);
    expect_record (fixture, "4F4A", 1, "020111FFFFFFFFFFFFFFFFFFFF");
    expect_select (fixture, "4F3A", ADN_SIZE, 5);
    expect_update (fixture, "4F3A", 4, ADN_FREE);
    expect_select (fixture, "4F50", 4, 2);
    expect_update (fixture, "4F50", 2, "FFFFFFFF");
    expect_select (fixture, "4F4A", 13, 2);
    expect_update (fixture, "4F4A", 1, "00FFFFFFFFFFFFFFFFFFFFFFFF");
    expect_select (fixture, "4F25", 1, 5);
    expect_update (fixture, "4F25", 4, "FF");
    g_assert_true (store_run_erase (fixture->driver, STORE, 4, &error));
    g_assert_no_error (error);
}

/* A record that another contact owns, by what leads back, stays */
static void
test_erase_foreign (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (GError) error = NULL;

    expect_select (fixture, "4F3A", ADN_SIZE, 5);
    expect_record (fixture, "4F3A", 4, ADN_ANA);
    expect_select (fixture, "4F25", 1, 5);
    expect_record (fixture, "4F25", 4, "02");
    expect_select (fixture, "4F50", 4, 2);
    expect_record (fixture, "4F50", 2, "40410103");
    expect_select (fixture, "4F3A", ADN_SIZE, 5);
    expect_update (fixture, "4F3A", 4, ADN_FREE);
    expect_select (fixture, "4F25", 1, 5);
    expect_update (fixture, "4F25", 4, "FF");
    g_assert_true (store_run_erase (fixture->driver, STORE, 4, &error));
    g_assert_no_error (error);
}

/* With a part of it unknown nothing is changed. */
static void
test_unread (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (GError) error = NULL;

    expect_select (fixture, "4F3A", ADN_SIZE, 5);
    expect_record (fixture, "4F3A", 4, ADN_ANA);
    expect_no_file (fixture, FOLDER "4F25");
    g_assert_false (store_run_erase (fixture->driver, STORE, 4, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND);
}

#define ADD(path, up, test) \
    g_test_add ("/store-usim/" path, Fixture, NULL, up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("none", set_up, test_none);
    ADD ("read", set_up_listed, test_read);
    ADD ("read-no-extension", set_up_listed, test_read_no_extension);
    ADD ("write", set_up_listed, test_write);
    ADD ("erase", set_up_listed, test_erase);
    ADD ("erase-foreign", set_up_listed, test_erase_foreign);
    ADD ("unread", set_up_listed, test_unread);
    return g_test_run ();
}
