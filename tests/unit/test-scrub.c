/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Secrets in every form that a transcript has them in, of which nothing is left when it is
 * scrubbed, while a modem made of it says as much as before.
 */

#include "driver-run.h"
#include "simstow-messages-at.h"
#include "simstow-phonebook-at.h"
#include "simstow-scrub.h"
#include "simstow-tpdu.h"

/* A contact's number and name, in a row, as UCS2 and in a command; an SMS-DELIVER from that
 * number with the text "Meet Amelia", one in UCS2, one from "Amelia" and one of octets; a cut one;
 * one whose length the PDU is glued to; and a row of text mode */
static const gchar recorded[] =
    "# simstow transcript 1; simstow 0.1\n"
    "= iccid '8957123456789012345'\n"
    "= imei '352099001761481'\n"
    "= model 'T99W175'\n"
    "= own-numbers ['+573005550123']\n"
    "@ 0.000+0.001 describe\n"
    "= at true\n"
    "= sim '/org/freedesktop/ModemManager1/SIM/0 8957123456789012345'\n"
    "@ 0.000+0.001 phonebook\n"
    "> +CPBS?\n"
    "< +CPBS: \"SM\",4,250\n"
    "> +CSCS?\n"
    "< +CSCS: \"IRA\"\n"
    "> +CPBS=?\n"
    "< +CPBS: (\"SM\")\n"
    "> +CSCS=?\n"
    "< +CSCS: (\"IRA\",\"UCS2\")\n"
    "@ 0.000+0.001 phonebook\n"
    "> +CPBS=\"SM\"\n"
    "< \n"
    "> +CPBR=?\n"
    "< +CPBR: (1-250),40,18\n"
    "> +CPBW=?\n"
    "< \n"
    "> +CPBS?\n"
    "< +CPBS: \"SM\",4,250\n"
    "@ 0.000+0.001 phonebook charset='UCS2' storage='SM'\n"
    "> +CPBR=1,250\n"
    "< +CPBR: 1,\"573005550123\",145,\"0041006D0065006C00690061\",0,\"\",\"\",,\"\",\"0061006D0065006C00690061"
    "0040006E\"\n"
    ". +CPBR: 2,\"573005550123\",129,\"0041006D0065006C006900E1D83DDE00\"\n"
    ". +CPBR: 3,\"*611#\",129,\"04100431\"\n"
    ". +CPBR: 4,\"573005550123\",145,\"0041006D0065006C00690061\n"
    "@ 0.000+0.001 phonebook storage='SM'\n"
    "> +CPBW=7,\"573005550123\",145,\"Amelia\"\n"
    "+ +CPBR: 7,\"573005550123\",145,\"Amelia\"\n"
    "! ModemError cme 23 cannot write \"Amelia\" 573005550123\n"
    "@ 0.000+0.001 messages\n"
    "> +CPMS=?\n"
    "< +CPMS: (\"SM\"),(\"SM\")\n"
    "> +CPMS?\n"
    "< +CPMS: \"SM\",5,40\n"
    "> +CMGL=?\n"
    "< +CMGL: (0-4)\n"
    "@ 0.000+0.001 messages\n"
    "> ^SMGL=?\n"
    "! ModemError - error\n"
    "@ 0.000+0.001 messages memory='SM'\n"
    "> +CMGL=4\n"
    "< +CMGL: 1,1,\"Amelia\",30\n"
    ". 07917503005505F1040C9175035055103200006210321030304A0BCDB23CB85083DAB0DB5C1E06\n"
    ". +CMGL: 2,1,,31\n"
    ". 07917503005505F1040C9175035055103200086210321030304A0C0041006D0065006C00690061\n"
    ". +CMGL: 3,1,,19\n"
    ". 07917503005505F1040BD041B6BC9D0E0300006210321030304A00\n"
    ". +CMGL: 4,1,,25\n"
    ". 07917503005505F1040C9175035055103200046210321030304A06416D656C6961\n"
    ". +CMGL: 5,1,,40\n"
    ". 07917503005505F1040C917503505510\n"
    ". +CMGL: 6,1,,3007917503005505F1040C91750350551032ABCD\n"
    ". +CMGL: 7,\"REC READ\",\"+573005550123\",,\"26/01/23,01:03:03-20\"\n"
    ". Meet Amelia\n"
    "@ 0.000+0.001 messages memory='SM'\n"
    "> +CMGW=26,1\n"
    "+x 07917503005505F1040C9175035055103200006210321030304A0BCDB23CB85083DAB0DB5C1E06\n"
    "< +CMGW: 8\n"
    "@ 0.000+0.001 mbim-messages\n"
    "> read 0,0\n"
    "<x 00000000010000001000000037000000010000000100000010000000270000000"
    "7917503005505F1040C9175035055103200006210321030304A0BCDB23CB85083DAB0DB5C1E06\n"
    "@ 0.000+0.001 mbim-phonebook\n"
    "> read 0,0\n"
    "<x 010000000C00000038000000010000001400000018000000"
    "2C0000000C0000003500370033003000300035003500350030003100320033004100"
    "6D0065006C0069006100\n"
    "@ 0.000+0.001 files\n"
    "> read 3F002FE2\n"
    "<x 9875214365870921435F\n";

static const gchar *const secrets[] = {
    "573005550123",
    "5550123",
    "0041006D0065006C00690061",
    "0061006D",
    "Amelia",
    "Meet",
    "8957123456789012345",
    "352099001761481",
    "750350551032",
    "7503005505F1",
    "CDB23CB85083DAB0DB5C1E06",
    "41B6BC9D0E03",
    "416D656C6961",
    "9875214365870921435F",
    "35003700330030003000350035003500",
    "41006D0065006C0069006100",
    "*611#",
    "04100431",
};

static SimstowTranscript *
scrubbed_new (const gchar *text)
{
    g_autoptr (GError) error = NULL;
    SimstowTranscript *transcript = simstow_transcript_parse (text, strlen (text), &error);

    g_assert_no_error (error);
    simstow_scrub (transcript);
    return transcript;
}

static void
test_nothing_left (void)
{
    g_autoptr (SimstowTranscript) transcript = scrubbed_new (recorded);
    g_autofree gchar *text = simstow_transcript_print (transcript);

    for (guint i = 0; i < G_N_ELEMENTS (secrets); i++) {
        g_assert_nonnull (strstr (recorded, secrets[i]));
        if (strstr (text, secrets[i]))
            g_test_message ("%s is left in %s", secrets[i], text);
        g_assert_null (strstr (text, secrets[i]));
    }
    /* and what is no secret is as it was */
    g_assert_nonnull (
        strstr (text, "<x 0000000001000000100000003700000001000000010000001000000027"));
    g_assert_nonnull (strstr (text,
                              "<x 010000000C00000038000000010000001400000018000000"
                              "2C0000000C000000"));
    g_assert_nonnull (strstr (text, "T99W175"));
    g_assert_nonnull (strstr (text, "\"REC READ\""));
    g_assert_nonnull (strstr (text, "26/01/23,01:03:03-20"));
    g_assert_nonnull (strstr (text, "+CPBR: (1-250),40,18"));
}

static SimstowSnapshot *
play (SimstowTranscript *transcript)
{
    g_autoptr (SimstowConversation) talk = simstow_playback_new (transcript, SIMSTOW_PLAYBACK_NONE);
    g_autoptr (SimstowDriver) books = simstow_phonebook_at_new (talk);
    g_autoptr (SimstowDriver) messages = simstow_messages_at_new (talk);
    SimstowSnapshot *read = simstow_snapshot_new ();
    g_autoptr (GError) error = NULL;

    simstow_driver_list (books, TRUE, read, NULL, &error);
    g_assert_no_error (error);
    simstow_driver_list (messages, TRUE, read, NULL, &error);
    g_assert_no_error (error);
    simstow_driver_read (books, "phonebook/sm", 0, 0, read, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    simstow_driver_read (messages, "sms/sm", 0, 0, read, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    return read;
}

/* What a number or text looks like: 9 for digits, a and A for letters */
static gchar *
shape (const gchar *text)
{
    GString *like = g_string_new (NULL);

    for (const gchar *c = text; *c; c = g_utf8_next_char (c)) {
        gunichar unichar = g_utf8_get_char (c);

        g_string_append_unichar (like,
                                 g_unichar_isdigit (unichar)   ? '9'
                                 : g_unichar_islower (unichar) ? 'a'
                                 : g_unichar_isupper (unichar) ? 'A'
                                                               : unichar);
    }
    return g_string_free (like, FALSE);
}

static void
assert_alike (const gchar *before, const gchar *after)
{
    g_autofree gchar *a = shape (before);
    g_autofree gchar *b = shape (after);

    g_assert_cmpstr (a, ==, b);
}

/* Played back, as many records of the same shape, and the same numbers the same */
static void
test_shape (void)
{
    g_autoptr (SimstowSnapshot) before =
        play (simstow_transcript_parse (recorded, strlen (recorded), NULL));
    g_autoptr (SimstowSnapshot) after = play (scrubbed_new (recorded));
    const SimstowContact *contact = after->contacts->pdata[0];
    const SimstowMessage *first = after->messages->pdata[0];

    g_assert_cmpuint (before->contacts->len, ==, 3);
    g_assert_cmpuint (after->contacts->len, ==, before->contacts->len);
    g_assert_cmpuint (before->messages->len, ==, 4);
    g_assert_cmpuint (after->messages->len, ==, before->messages->len);
    g_assert_cmpuint (after->unread->len, ==, before->unread->len);
    for (guint i = 0; i < before->contacts->len; i++) {
        const SimstowContact *old = before->contacts->pdata[i];
        const SimstowContact *new = after->contacts->pdata[i];

        assert_alike (old->number, new->number);
        assert_alike (old->name, new->name);
        g_assert_cmpuint (old->type, ==, new->type);
        g_assert_cmpuint (old->index, ==, new->index);
    }
    for (guint i = 0; i < before->messages->len; i++) {
        const SimstowMessage *old = before->messages->pdata[i];
        const SimstowMessage *new = after->messages->pdata[i];

        g_assert_cmpstr (old->fault, ==, NULL);
        g_assert_cmpstr (new->fault, ==, NULL);
        g_assert_cmpuint (g_bytes_get_size (old->pdu), ==, g_bytes_get_size (new->pdu));
        if (i < 2)
            assert_alike (old->tpdu->text, new->tpdu->text);
        assert_alike (old->tpdu->address.number, new->tpdu->address.number);
    }
    g_assert_cmpstr (contact->number, ==, first->tpdu->address.number + 1);
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    simstow_error_quark ();
    g_test_add_func ("/scrub/nothing-left", test_nothing_left);
    g_test_add_func ("/scrub/shape", test_shape);
    return g_test_run ();
}
