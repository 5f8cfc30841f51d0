/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated eUICC against worked examples: every pair of command and answer
 * byte for byte, chained requests, answers above 256 bytes, refusals.
 */

#include <string.h>

#include <glib.h>

#include "sim-card-bytes.h"
#include "sim-card-usim.h"
#include "sim-euicc.h"

/* a command and the answer to it */
typedef struct {
    const gchar *command;
    const gchar *answer;
} Step;

typedef struct {
    SimCard *card;
    SimEuicc *euicc;
} Fixture;

/* clang-format off */
#define CLARO_HEAD    "5A0A987501210100000010F44F10A0000005591010FFFFFFFF89000010009F700101"
#define MOVISTAR_HEAD "5A0A987521230000000020204F10A0000005591010FFFFFFFF89000011009F700100"
#define CLARO_NAMES   "900754726162616A6F9105436C61726F9216436C61726F20436F6C6F6D626961205072657061676F"
#define MOVISTAR_NAMES "900F43617361206465204265676FC3B161 91084D6F766973746172" \
                      "92134D6F76697374617220434F20506F737061676F"
#define META_2 "BF2F26800102810207800C117273702E636C61726F2E6578616D706C655A0A987501210100000010F4"
#define META_3 "BF2F29800103810207800C147273702E6D6F7669737461722E6578616D706C655A0A98752123000000002020"
#define META_4 "BF2F26800104810206400C117273702E636C61726F2E6578616D706C655A0A987501210100000010F4"

static const Step opening[] = {
    { "0070000001", "019000" },
    { "01A4040010A0000005591010FFFFFFFF8900000100", "6127" },
    { "01C0000027",
      "6F258410A0000005591010FFFFFFFF8900000100A50A9F6E034791119F6501FFE0058203020202 9000" },
};

static const Step profiles[] = {
    { "81E2910003BF2D00", "61E5" },
    { "81C0000000", "BF2D81E1A081DE"
      "E34D" CLARO_HEAD CLARO_NAMES "950102"
      "E355" MOVISTAR_HEAD MOVISTAR_NAMES "950102"
      "E336 5A0A987501331200000030F3 4F10A0000005591010FFFFFFFF8900001200 9F700100"
      "91045469676F 92095469676F206553494D 950102 9000" },
    { "81E2910010BF2D0D5C0B5A4F9F709091929599B6B7", "6100" },
    { "81C0000000", "BF2D820158A0820154"
      "E36F" CLARO_HEAD CLARO_NAMES "950102"
      "B6193017800204F081117273702E636C61726F2E6578616D706C65B7058003371201"
      "E37E" MOVISTAR_HEAD MOVISTAR_NAMES "950102"
      "B61C301A800204F081147273702E6D6F7669737461722E6578616D706C65B70980033732218102ABCD"
      "E3615A0A9875 615D" },
    { "81C000005D", "01331200000030F34F10A0000005591010FFFFFFFF89000012009F700100"
      "91045469676F92095469676F206553494D950102"
      "B6183016800204F081107273702E7469676F2E6578616D706C65B70B8003373201810101820102"
      "99020520 9000" },
    { "81E291000BBF2D08A0039501025C015A", "612F" },
    { "01C000002F", "BF2D2CA02AE30C5A0A987501210100000010F4E30C5A0A98752123000000002020"
      "E30C5A0A987501331200000030F3 9000" },
};

static const Step information[] = {
    { "81E2910006BF3E035C015A", "6115" },
    { "81C0000015", "BF3E125A1089049032005120007320000000000170 9000" },
    { "81E2910003BF3C00", "6114" },
    { "01C0000014", "BF3C11810F6C70612E64732E67736D612E636F6D 9000" },
    { "81E2910003BF2000", "6138" },
    { "01C0000038", "BF20358203020202A916041481370F5125D0B1D408D4C3B232E6D25E795BEBFB"
      "AA16041481370F5125D0B1D408D4C3B232E6D25E795BEBFB 9000" },
    { "81E2910003BF2200", "61AE" },
    { "01C00000AE", "BF2281AA8103020301820302020283032409 03840D81010082040004200083022400"
      "8504067F36C086031003008703020300 88020490"
      "A916041481370F5125D0B1D408D4C3B232E6D25E795BEBFB"
      "AA16041481370F5125D0B1D408D4C3B232E6D25E795BEBFB 8B0102 99020640 0403010000"
      "0C0E53494D2D41532D55502D30303031 AC2A 8012312E322E332F73696D73746F772D63617264"
      "811468747470733A2F2F646C6F612E6578616D706C65 9000" },
    { "81E2910003BF2E00", "6115" },
    { "01C0000015", "BF2E128010000000000000000000000000C0FFEE01 9000" },
    { "81E2910003BF4300", "6118" },
    { "01C0000018", "BF4315A013301180020560A10730058003EEEEEE82020780 9000" },
};

static const Step notifications[] = {
    { "81E2910003BF2800", "6184" },
    { "01C0000084", "BF288180A07E" META_2 META_3 META_4 "9000" },
    { "81E2910008BF2B05A003800104", "61C2" },
    { "01C00000C2", "BF2B81BEA081BB 3081B8" META_4
      "5F37401C1D1E1F202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F40414243"
      "4445464748494A4B4C4D4E4F505152535455565758595A5B"
      "3025300C0C0A434552542E4555494343300A06082A8648CE3D04030203090030060201010201013023300A"
      "0C08434552542E45554D300A06082A8648CE3D0403020309003006020101020101 9000" },
    { "81E2910008BF2B05A003800102", "61BA" },
    { "01C00000BA", "BF2B81B6A081B3 BF3781AF BF2769 801000000000000000000000000000000002" META_2
      "06092B0601040181FA6B0A A221A01F4F10A0000005591010FFFFFFFF8900001000"
      "040B300DA00780010081020000"
      "5F37400E0F101112131415161718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F303132333435"
      "363738393A3B3C3D3E3F404142434445464748494A4B4C4D 9000" },
    { "81E2910006BF3003800104", "6106" },
    { "01C0000006", "BF3003800100 9000" },
    { "81E2910008BF2B05A003800104", "6106" },
    { "01C0000006", "BF2B03810101 9000" },
    { "81E2910006BF3003800104", "6106" },
    { "01C0000006", "BF3003800101 9000" },
};

static const Step changes[] = {
    { "81E2910021BF291E5A0A987501331200000030F390105469676F20646520726570756573746F", "6106" },
    { "01C0000006", "BF2903800100 9000" },
    { "81E2910014BF3F11800F7273702E6578616D706C652E6F7267", "6106" },
    { "01C0000006", "BF3F03800100 9000" },
    { "81E2910014BF3111A00C5A0A987521230000000020208101FF", "6106" },
    { "01C0000006", "BF3103800100 9000" },
    { "81E291001ABF3217A0124F10A0000005591010FFFFFFFF8900001100810100", "6106" },
    { "01C0000006", "BF3203800100 9000" },
    /* a chain of three blocks */
    { "81E2110014BF29395A0A987501331200000030F3902B556E20", "9000" },
    { "81E211011461706F646F2062617374616E7465206C6172676F", "9000" },
    { "81E2910214207061726120666F727A617220636164656E6173", "6106" },
    { "81C0000006", "BF2903800100 9000" },
    { "00708001", "9000" },
};
/* clang-format on */

static const Step refusals[] = {
    /* nothing pending */
    {"01C0000000", "6985"},
    /* a block out of turn drops the chain */
    {"81E2110003BF2905", "9000"},
    {"81E2110003BF2D00", "6A86"},
    {"81E2910103BF2D00", "6A86"},
    {"81E2120003BF2D00", "6A86"},
    /* malformed, unknown */
    {"81E2910003BF2D05", "6A80"},
    {"81E2910004BF2D0000", "6A80"},
    {"81E2910003BF7700", "6A88"},
    {"81CA00FE00", "6D00"},
    /* a channel without the application, and no channel */
    {"80E2910003BF2D00", "6D00"},
    {"82E2910003BF2D00", "6881"},
    /* another command drops what is pending */
    {"81E2910003BF2D00", "61E5"},
    {"81E2910006BF3E035C015A", "6115"},
    {"01C0000016", "6C15"},
    {"01C0000010", "BF3E125A108904903200512000732000 6105"},
    {"81E2910003BF3C00", "6114"},
    /* not found, already enabled, forbidden, enabled */
    {"81E2910014BF3111A00C5A0A987521230000000020218101FF", "6106"},
    {"01C0000006", "BF3103800101 9000"},
    {"81E2910014BF3111A00C5A0A987501210100000010F48101FF", "6106"},
    {"01C0000006", "BF3103800102 9000"},
    {"81E291000FBF330C5A0A987501331200000030F3", "6106"},
    {"01C0000006", "BF3303800103 9000"},
    {"81E291000FBF330C5A0A987501210100000010F4", "6106"},
    {"01C0000006", "BF3303800102 9000"},
    /* no UTF-8 */
    {"81E2910013BF29105A0A987501331200000030F39002C328", "6106"},
    {"01C0000006", "BF290380017F 9000"},
};

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
set_up (Fixture *fixture, gconstpointer unused)
{
    SimCardLayout layout = sim_card_layout_default ();

    fixture->card = sim_card_new ();
    sim_card_usim_build (fixture->card, &layout);
    fixture->euicc = sim_euicc_new (fixture->card, NULL);
    sim_euicc_fill_colombia (fixture->euicc);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
    sim_card_free (fixture->card);
    sim_euicc_free (fixture->euicc);
}

static void
test_examples (Fixture *fixture, gconstpointer unused)
{
    PLAY (fixture->card, opening);
    PLAY (fixture->card, profiles);
    PLAY (fixture->card, information);
    PLAY (fixture->card, notifications);
    PLAY (fixture->card, changes);
    g_assert_cmpuint (sim_card_count_channels (fixture->card), ==, 0);
}

static void
test_refusals (Fixture *fixture, gconstpointer unused)
{
    PLAY (fixture->card, opening);
    PLAY (fixture->card, refusals);
}

/* the same list with a picture of 137 bytes: 256 bytes and 119 */
static void
test_boundary (Fixture *fixture, gconstpointer unused)
{
    guint8 picture[137] = {0x89, 'P', 'N', 'G'};
    g_autofree gchar *first = NULL;
    g_autofree gchar *last = NULL;
    static const Step ask[] = {{"81E2910003BF2D00", "6100"}};

    sim_euicc_profile (fixture->euicc, 0)->icon = g_bytes_new (picture, sizeof picture);
    PLAY (fixture->card, opening);
    PLAY (fixture->card, ask);
    first = transmit (fixture->card, "81C0000000");
    g_assert_cmpuint (strlen (first), ==, 2 * 258);
    g_assert_true (g_str_has_suffix (first, "6177"));
    last = transmit (fixture->card, "81C0000077");
    g_assert_cmpuint (strlen (last), ==, 2 * 121);
    g_assert_true (g_str_has_suffix (last, "9000"));
}

static void
test_blocks (Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {"81E2910006BF3E035C015A", "6115"},
        {"81C0000000", "6E00"},
        {"01C0000000", "BF3E125A10890490 610D"},
        {"01C0000000", "3200512000732000 6105"},
        {"01C0000000", "0000000170 9000"},
    };
    static const Step whole[] = {
        {"81E2910006BF3E035C015A00", "BF3E125A1089049032005120007320000000000170 9000"},
    };

    PLAY (fixture->card, opening);
    sim_card_knobs (fixture->card)->interindustry_response = TRUE;
    sim_card_knobs (fixture->card)->response_block = 8;
    PLAY (fixture->card, steps);
    sim_card_knobs (fixture->card)->whole_answer = TRUE;
    PLAY (fixture->card, whole);
}

static void
test_quirks (Fixture *fixture, gconstpointer unused)
{
    static const Step hidden[] = {
        {"0070000001", "019000"},
        {"01A4040010A0000005591010FFFFFFFF8900000100", "6A82"},
        {"80AA00000AA9088100820101830107", "9000"},
        {"01A4040C10A0000005591010FFFFFFFF8900000100", "9000"},
    };
    static const Step refused[] = {
        {"81E2910006BF2D035C01B7", "6106"},
        {"01C0000006", "BF2D03810101 9000"},
    };
    static const Step worse[] = {{"81E2910006BF2D035C01B7", "6A80"}};
    static const Step refresh[] = {
        {"81E2910014BF3111A00C5A0A987521230000000020208101FF", "6106"},
        {"01C0000006", "BF3103800105 9000"},
        {"81E2910014BF3111A00C5A0A987521230000000020208101FF", "6106"},
        {"01C0000006", "BF3103800100 910B"},
        {"00A4080C022FE2", "9000"},
        {"00B000000A", "98752123000000002020 9000"},
    };

    sim_euicc_knobs (fixture->euicc)->announce = TRUE;
    PLAY (fixture->card, hidden);
    sim_euicc_knobs (fixture->euicc)->no_tag_list = 1;
    PLAY (fixture->card, refused);
    sim_euicc_knobs (fixture->euicc)->no_tag_list = 0x6A80;
    PLAY (fixture->card, worse);
    sim_euicc_knobs (fixture->euicc)->busy = TRUE;
    play (fixture->card, refresh, 2);
    sim_euicc_knobs (fixture->euicc)->busy = FALSE;
    sim_euicc_knobs (fixture->euicc)->refresh = TRUE;
    play (fixture->card, refresh + 2, 4);
}

/* another profile enabled: two notifications, in order */
static void
test_switch (Fixture *fixture, gconstpointer unused)
{
    static const Step steps[] = {
        {"81E2910014BF3111A00C5A0A98752123000000002020810100", "6106"},
    };
    g_autofree gchar *dump = NULL;
    const gchar *off;

    PLAY (fixture->card, opening);
    PLAY (fixture->card, steps);
    dump = sim_euicc_dump (fixture->euicc);
    off = strstr (dump, "notification 5 event 20 iccid 8957101210000000014");
    g_assert_nonnull (off);
    g_assert_nonnull (strstr (off, "notification 6 event 40 iccid 89571232000000000202"));
    g_assert_cmpstr (sim_euicc_log (fixture->euicc),
                     ==,
                     "EnableProfile BF3111A00C5A0A98752123000000002020810100\n");
}

static gchar *
collect (SimCard *card)
{
    GString *all = g_string_new (NULL);
    g_autofree gchar *word = transmit (card, "81E2910003BF2D00");
    gboolean more = g_str_has_prefix (word, "61");

    while (more) {
        g_autofree gchar *part = transmit (card, "01C0000000");
        gsize size = strlen (part) - 4;

        more = g_str_has_prefix (part + size, "61");
        g_string_append_len (all, part, size);
    }
    return g_string_free (all, FALSE);
}

static void
test_malformed (Fixture *fixture, gconstpointer unused)
{
    g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_autofree gchar *big = NULL;

    PLAY (fixture->card, opening);
    for (guint i = 0; i < SIM_EUICC_N_MALFORMATIONS; i++) {
        sim_euicc_knobs (fixture->euicc)->malformation = i;
        /* each is another one */
        g_assert_true (g_hash_table_add (seen, collect (fixture->card)));
    }
    g_assert_cmpint (sim_euicc_malformation ("inner-overrun"), ==, SIM_EUICC_INNER_OVERRUN);
    g_assert_cmpint (sim_euicc_malformation ("?"), ==, SIM_EUICC_N_MALFORMATIONS);
    sim_euicc_knobs (fixture->euicc)->malformation = SIM_EUICC_WELL_FORMED;
    sim_euicc_fill_many (fixture->euicc, 10, 1024);
    big = collect (fixture->card);
    g_assert_cmpuint (strlen (big), >, 2 * 11000);
    g_assert_true (g_str_has_prefix (big, "BF2D822"));
}

int
main (int argc, char **argv)
{
    static const struct {
        const gchar *path;
        void (*function) (Fixture *fixture, gconstpointer unused);
    } tests[] = {
        {"/sim-euicc/examples", test_examples},
        {"/sim-euicc/refusals", test_refusals},
        {"/sim-euicc/boundary", test_boundary},
        {"/sim-euicc/blocks", test_blocks},
        {"/sim-euicc/quirks", test_quirks},
        {"/sim-euicc/switch", test_switch},
        {"/sim-euicc/malformed", test_malformed},
    };

    g_test_init (&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].function, tear_down);
    }
    return g_test_run ();
}
