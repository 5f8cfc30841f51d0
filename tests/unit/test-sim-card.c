/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated UICC by its bytes: selection, records, status words, channels,
 * PINs, phonebook, faults.
 */

#include <glib.h>

#include "sim-card-alpha.h"
#include "sim-card-bytes.h"
#include "sim-card-phonebook.h"
#include "sim-card-usim.h"

/* a command and the answer to it; "-" is silence */
typedef struct {
    const gchar *command;
    const gchar *answer;
} Step;

static SimCard *
make_card (SimCardPhonebook phonebook)
{
    SimCardLayout layout = sim_card_layout_default ();
    SimCard *card = sim_card_new ();

    layout.phonebook = phonebook;
    layout.sets = phonebook == SIM_CARD_PHONEBOOK_LOCAL ? 2 : 1;
    layout.adn_records = 100;
    sim_card_usim_build (card, &layout);
    return card;
}

static gchar *
transmit (SimCard *card, const gchar *text)
{
    g_autoptr (GByteArray) command = sim_card_hex_decode (text);
    g_autoptr (GByteArray) answer = NULL;

    g_assert_nonnull (command);
    answer = sim_card_transmit (card, command->data, command->len);
    return answer == NULL ? g_strdup ("-") : sim_card_hex_encode (answer->data, answer->len);
}

static void
play (SimCard *card, const Step *steps, guint count)
{
    for (guint i = 0; i < count; i++) {
        g_autofree gchar *answer = transmit (card, steps[i].command);
        g_auto (GStrv) words = g_strsplit (steps[i].answer, " ", -1);
        g_autofree gchar *expected = g_strjoinv ("", words);

        g_test_message ("> %s", steps[i].command);
        g_assert_cmpstr (answer, ==, expected);
    }
}

#define PLAY(card, steps) play (card, steps, G_N_ELEMENTS (steps))

static void
test_select (void)
{
    static const Step steps[] = {
        {"00A40004023F00", "6128"},
        {"00C0000028",
         "6226 82027821 83023F00 A509 800171 830400008000 8A0105 8B032F0602"
         " C609 9001C0 830101 830181 9000"},
        /* the USIM is reached by its name only, then by 7FFF on that channel */
        {"00A40804067FFF6F07", "6700"},
        {"00A40804047FFF6F07", "6A82"},
        {"00A4040C0CA0000000871002FFFFFFFF89", "9000"},
        {"00A40804047FFF6F07", "6119"},
        {"00C0000019", "6217 82024121 83026F07 8A0105 8B036F0606 80020009 880138 9000"},
        {"00B0000009", "087923010100000041 9000"},
        {"00A4000C026FAD", "9000"},
        {"00B0000000", "6C04"},
        {"00B0000004", "00000003 9000"},
        {"00B0000404", "6B00"},
        {"00B2010410", "6981"},
        {"00A4000C026F99", "6A82"},
        {"00A4030C", "9000"},
        {"00A4080C042F002F00", "6A82"},
        {"00A4080C022FE2", "9000"},
        {"00B000000A", "987501210100000010F4 9000"},
        {"00D600000A00000000000000000000", "6982"},
        {"0084000008", "6D00"},
        {"01A40000023F00", "6881"},
        /* no SIM of old behind the old class */
        {"A0A40000023F00", "6E00"},
    };
    g_autoptr (SimCard) card = make_card (SIM_CARD_PHONEBOOK_PLAIN);

    PLAY (card, steps);
    g_assert_cmpuint (sim_card_count_commands (card), ==, G_N_ELEMENTS (steps));
}

static void
test_records (void)
{
    static const Step steps[] = {
        {"00A4040C07A0000000871002", "9000"},
        {"00A4080C047FFF6F43", "9000"},
        {"00D6000002 0801", "9000"},
        {"00B0000002", "0801 9000"},
        {"00A4080C047FFF6FB7", "9000"},
        {"00B2010400", "6C0E"},
        {"00B201040E", "21F3FF 456D657267656E636961 FF 9000"},
        {"00B202040E", "FFFFFFFFFFFFFFFFFFFFFFFFFFFF 9000"},
        {"00B203040E", "6A83"},
        {"00B200020E", "21F3FF 456D657267656E636961 FF 9000"},
        {"00B200020E", "FFFFFFFFFFFFFFFFFFFFFFFFFFFF 9000"},
        {"00B200020E", "6A83"},
        {"00B200030E", "21F3FF 456D657267656E636961 FF 9000"},
        {"00B201000E", "6A86"},
        {"00DC01040E0000000000000000000000000000", "6982"},
        /* cyclic: what is written becomes record 1 */
        {"00A4000C026F39", "9000"},
        {"00B2010403", "FFFFFF 9000"},
        {"00DC000303000001", "6982"},
        /* by short identifier */
        {"00B201AC00", "6C44"},
        /* keys are nobody's */
        {"00A4080C047FFF6F08", "9000"},
        {"00B0000021", "6982"},
    };
    g_autoptr (SimCard) card = make_card (SIM_CARD_PHONEBOOK_PLAIN);

    PLAY (card, steps);
}

#define PADDING "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
#define ONE     "4F6E65" PADDING "0281 21FFFFFFFFFFFFFFFFFF FFFF"
#define TWO     "54776F" PADDING "0281 43FFFFFFFFFFFFFFFFFF FFFF"

static void
test_cyclic (void)
{
    static const Step steps[] = {
        {"00A4040C07A0000000871002", "9000"},
        {"00A4080C047FFF6F44", "9000"},
        {"00DC000337" ONE, "9000"},
        {"00DC000337" TWO, "9000"},
        {"00B2010437", TWO " 9000"},
        {"00B2020437", ONE " 9000"},
        {"00DC010437" TWO, "6A86"},
    };
    g_autoptr (SimCard) card = make_card (SIM_CARD_PHONEBOOK_PLAIN);

    PLAY (card, steps);
}

static void
test_channels (void)
{
    static const Step steps[] = {
        {"0070000001", "01 9000"},
        {"0070000001", "02 9000"},
        {"0070000001", "03 9000"},
        {"0070000001", "6A81"},
        /* each channel stands elsewhere */
        {"01A4040C07A0000000871002", "9000"},
        {"01A4080C047FFF6F46", "9000"},
        {"02A4080C022F05", "9000"},
        {"02B0000004", "6573656E 9000"},
        {"01B0000006", "01436C61726F 9000"},
        {"00B0000004", "6986"},
        {"0070800200", "9000"},
        {"02B0000004", "6881"},
        {"0070800200", "6A86"},
        {"0070800000", "6A86"},
        {"0070000001", "02 9000"},
        {"0070800100", "9000"},
        {"00708002", "9000"},
        {"0070800300", "9000"},
    };
    g_autoptr (SimCard) card = make_card (SIM_CARD_PHONEBOOK_PLAIN);

    play (card, steps, 4);
    g_assert_cmpuint (sim_card_count_channels (card), ==, 3);
    play (card, steps + 4, G_N_ELEMENTS (steps) - 4);
    g_assert_cmpuint (sim_card_count_channels (card), ==, 0);
}

static void
test_pin (void)
{
    static const Step steps[] = {
        {"00A4040C07A0000000871002", "9000"},
        {"00A4080C047FFF6F07", "9000"},
        {"00B0000009", "6982"},
        {"0020000100", "63C3"},
        {"00200001083131313100FFFFFF", "63C2"},
        {"002000010831323334FFFFFFFF", "9000"},
        {"0020000100", "63C3"},
        {"00B0000009", "087923010100000041 9000"},
        {"00240001103132333400FFFFFF39393939FFFFFFFF", "9000"},
        {"002000010831323334FFFFFFFF", "63C2"},
        {"002000010831323334FFFFFFFF", "63C1"},
        {"002000010831323334FFFFFFFF", "63C0"},
        {"002000010839393939FFFFFFFF", "6983"},
        {"00B0000009", "6982"},
        {"002C00011031323334353637383434343400FFFFFF", "9000"},
        {"00B0000009", "087923010100000041 9000"},
        {"0026000108 34343434FFFFFFFF", "9000"},
        {"002000010834343434FFFFFFFF", "6984"},
        {"0028000108 34343434FFFFFFFF", "9000"},
        {"0020000200", "6A88"},
    };
    g_autoptr (SimCard) card = make_card (SIM_CARD_PHONEBOOK_PLAIN);

    sim_card_pin (card, FALSE)->enabled = TRUE;
    PLAY (card, steps);
}

static void
test_faults (void)
{
    g_autoptr (SimCard) card = make_card (SIM_CARD_PHONEBOOK_PLAIN);
    SimCardKnobs *knobs = sim_card_knobs (card);
    static const Step word[] = {
        {"0070000001", "01 9000"},
        {"0070000001", "6F00"},
        {"0070000001", "02 9000"},
    };
    static const Step silence[] = {{"0070000001", "-"}, {"0070000001", "03 9000"}};
    static const Step removal[] = {{"0070000001", "-"}, {"0070000001", "-"}};

    knobs->fault_after = 2;
    knobs->fault_word = 0x6F00;
    PLAY (card, word);
    knobs->fault_after = 1;
    knobs->fault_word = 0;
    PLAY (card, silence);
    knobs->fault_after = 1;
    knobs->fault_word = 1;
    PLAY (card, removal);
    g_assert_false (sim_card_is_present (card));
    g_assert_cmpuint (sim_card_count_channels (card), ==, 0);
    g_assert_true (sim_card_usim_assign (card, "3F00/7FFF/6F40", "!6982"));
    g_assert_true (g_str_has_prefix (sim_card_log (card), "> 0070000001\n< 019000\n"));
}

static void
check_contact (SimCard *card, guint index, const SimCardContact *contact)
{
    SimCardContact back;

    g_assert_true (sim_card_phonebook_set (card, index, contact));
    g_assert_true (sim_card_phonebook_get (card, index, &back));
    g_assert_cmpstr (back.adn.number, ==, contact->adn.number);
    g_assert_cmpuint (back.adn.type, ==, contact->adn.type);
    g_assert_cmpmem (back.adn.name, 8, contact->adn.name, 8);
    g_assert_cmpstr (back.additional, ==, contact->additional);
    g_assert_cmpint (back.hidden, ==, contact->hidden);
    g_assert_cmpint (back.email == NULL, ==, contact->email == NULL);
    g_assert_cmpint (back.group == NULL, ==, contact->group == NULL);
    sim_card_contact_clear (&back);
}

static void
test_phonebook (void)
{
    g_autoptr (SimCard) card = make_card (SIM_CARD_PHONEBOOK_LOCAL);
    gunichar2 name[] = {'B', 'e', 'g', 'o', 0xF1, 'a', 0xD83D, 0xDE00, 0};
    gunichar2 text[] = {'a', '@', 'b', 0};
    SimCardContact plain = {.adn = {name, (gchar *) "3101234567", 0x81}};
    SimCardContact rich = {
        .adn = {name, (gchar *) "57310123456757310123456799", 0x91},
        .additional = (gchar *) "601",
        .additional_type = 0x81,
        .second_name = text,
        .email = text,
        .group = text,
        .hidden = TRUE,
    };
    g_autofree gchar *before = sim_card_dump (card);
    g_autofree gchar *after = NULL;

    g_assert_cmpuint (sim_card_phonebook_capacity (card), ==, 200);
    check_contact (card, 1, &plain);
    check_contact (card, 150, &rich);
    check_contact (card, 150, &plain);
    g_assert_true (sim_card_phonebook_set (card, 1, NULL));
    g_assert_true (sim_card_phonebook_set (card, 150, NULL));
    g_assert_false (sim_card_phonebook_set (card, 201, &plain));
    after = sim_card_dump (card);
    g_assert_cmpuint (strlen (after), ==, strlen (before));
}

static void
test_reference (void)
{
    static const Step steps[] = {
        {"00A4040C07A0000000871002", "9000"},
        {"00A4080C067FFF5F3A4F30", "9000"},
        {"00B2010450",
         "A81E C0034F3A01 C1034F2502 C4034F1103 C5034F0904 C6034F2605 C9034F2106"
         " A90A C3034F1907 CA034F5008 AA0C C2024F4A C7024F4B C8024F4C"
         " FFFFFFFFFFFFFFFFFFFFFF FFFFFFFFFFFFFFFFFFFFFF 9000"},
    };
    g_autoptr (SimCard) card = make_card (SIM_CARD_PHONEBOOK_LOCAL);

    PLAY (card, steps);
}

static void
test_alpha (void)
{
    const gunichar2 cyrillic[] = {'A', 0x416, 0x42F, ' ', '[', 0};
    const guint8 codings[] = {0x81, 0x82};

    for (guint i = 0; i < G_N_ELEMENTS (codings); i++) {
        g_autoptr (GByteArray) out = g_byte_array_new ();
        g_autofree gunichar2 *back = NULL;

        g_assert_true (sim_card_alpha_append_packed (out, cyrillic, codings[i]));
        g_byte_array_append (out, (const guint8 *) "\xFF\xFF", 2);
        back = sim_card_alpha_read (out->data, out->len);
        g_assert_cmpmem (back, sizeof cyrillic, cyrillic, sizeof cyrillic);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/sim-card/select", test_select);
    g_test_add_func ("/sim-card/records", test_records);
    g_test_add_func ("/sim-card/cyclic", test_cyclic);
    g_test_add_func ("/sim-card/channels", test_channels);
    g_test_add_func ("/sim-card/pin", test_pin);
    g_test_add_func ("/sim-card/faults", test_faults);
    g_test_add_func ("/sim-card/phonebook", test_phonebook);
    g_test_add_func ("/sim-card/reference", test_reference);
    g_test_add_func ("/sim-card/alpha", test_alpha);
    return g_test_run ();
}
