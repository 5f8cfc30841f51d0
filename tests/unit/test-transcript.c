/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transcripts: read, written, recorded, played back, and refused where they make no sense.
 */

#include "simstow-error.h"
#include "simstow-recording.h"
#include "talk.h"

static const gchar sample[] = "# simstow transcript 1; simstow 0.1; Foxconn T99W175\n"
                              "= imei '352099001761481'\n"
                              "= model 'T99W175'\n"
                              "@ 0.000+0.004 describe\n"
                              "= at true\n"
                              "= ways ['csim', 'crsm']\n"
                              "@ 0.010+0.302 phonebook charset='UCS2' storage='SM'\n"
                              "> +CPBS?\n"
                              "< +CPBS: \"SM\",2,250\n"
                              "> +CPBR=1,250\n"
                              "< +CPBR: 1,\"5550100\",129,\"0041\"\n"
                              ". +CPBR: 2,\"a\\\\b\\x1B\\r\",129,\"0042\"\n"
                              ". \n"
                              "! NotFound cme 22 not found (CME 22)\n"
                              "@ 0.500+10.000 messages\n"
                              "> +CMGD=3\n"
                              "+ +CMGR: 1,,20\n"
                              ". 0791\n"
                              "! Timeout - no answer in time\n"
                              "> +CMGL=4\n"
                              "< \n"
                              "@ 11.000+0.020 files way='csim'\n"
                              "> read 3F007F106F3A\n"
                              "<x 62038201FF\n"
                              "<x 00FF\n"
                              "< \n"
                              "! ModemError sw 6F00 failed=1 failure\n"
                              "@ 12.000+0.001 euicc element=uint32 1\n"
                              "> profiles\n"
                              "!! Denied not authorised\n";

static SimstowTranscript *
parse (const gchar *text, GError **error)
{
    return simstow_transcript_parse (text, strlen (text), error);
}

static void
test_round_trip (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowTranscript) transcript = parse (sample, &error);
    g_autofree gchar *again = NULL;
    const SimstowTranscriptCall *call;
    const SimstowAnswer *answer;

    g_assert_no_error (error);
    g_assert_cmpstr (transcript->origin, ==, "simstow 0.1; Foxconn T99W175");
    g_assert_cmpuint (transcript->calls->len, ==, 5);
    call = transcript->calls->pdata[1];
    g_assert_cmpstr (call->door, ==, "phonebook");
    g_assert_cmpint (call->took, ==, 302);
    answer = call->answers->pdata[1];
    g_assert_error (answer->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND);
    g_assert_true (simstow_answer_has_code (answer, SIMSTOW_MODEM_CME, 22));
    answer = ((SimstowTranscriptCall *) transcript->calls->pdata[3])->answers->pdata[0];
    g_assert_cmpuint (answer->parts->len, ==, 3);
    g_assert_cmpuint (answer->failed, ==, 1);
    g_assert_true (simstow_answer_has_code (answer, SIMSTOW_MODEM_SW, 0x6F00));
    again = simstow_transcript_print (transcript);
    g_assert_cmpstr (again, ==, sample);
}

/* Line ends of another system, comments and blank lines are no matter */
static void
test_lenient (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowTranscript) transcript =
        parse ("# simstow transcript 1\r\n\r\n# a comment\r\n@ 0.000+0.000 messages\r\n"
               "> +CPMS?\r\n<+CPMS: 1\r\n<\r\n",
               &error);
    const SimstowAnswer *answer;
    g_autofree gchar *text = NULL;

    g_assert_no_error (error);
    answer = ((SimstowTranscriptCall *) transcript->calls->pdata[0])->answers->pdata[0];
    g_assert_cmpuint (answer->parts->len, ==, 2);
    text = simstow_answer_dup_text (answer);
    g_assert_cmpstr (text, ==, "+CPMS: 1");
}

static void
test_hostile (void)
{
    static const struct {
        const gchar *text;
        const gchar *message;
    } cases[] = {
        {"", "not a transcript of simstow that this version can read"},
        {"# simstow transcript 2\n", "line 1: not a transcript*"},
        {"# simstow transcript 11\n", "line 1: not a transcript*"},
        {"# simstow transcript 1\n> +CPBS?\n", "line 2: a command that belongs to no call"},
        {"# simstow transcript 1\n< x\n", "line 2: bytes before any command"},
        {"# simstow transcript 1\n+ x\n", "line 2: bytes before any command"},
        {"# simstow transcript 1\n. x\n", "line 2: a next line of nothing"},
        {"# simstow transcript 1\n! Failed - x\n", "line 2: an error that belongs to nothing"},
        {"# simstow transcript 1\n@ 1+1 messages\n", "line 2: a call without its time"},
        {"# simstow transcript 1\n@ 99999999999.000+0.000 messages\n", "line 2: a call without*"},
        {"# simstow transcript 1\n@ 0.000+0.000\n", "line 2: a call without its door"},
        {"# simstow transcript 1\n@ 0.000+0.000 ../x\n", "line 2: a call without its door"},
        {"# simstow transcript 1\n= a b c\n", "line 2: a fact that makes no sense"},
        {"# simstow transcript 1\n@ 0.000+0.000 x\n> a\n= a 1\n", "line 4: a fact behind*"},
        {"# simstow transcript 1\n@ 0.000+0.000 x\n> a\\q\n", "line 3: an escape that is none"},
        {"# simstow transcript 1\n@ 0.000+0.000 x\n> a\\x0\n", "line 3: an escape that is none"},
        {"# simstow transcript 1\n@ 0.000+0.000 x\n> a\\x00\n", "line 3: a NUL character"},
        {"# simstow transcript 1\n@ 0.000+0.000 x\n> a\n<x ABC\n", "line 4: *"},
        {"# simstow transcript 1\n@ 0.000+0.000 x\n> a\n! Failed cme x y\n", "line 4: an error's*"},
        {"# simstow transcript 1\n@ 0.000+0.000 x\n> a\n! Failed abc 1 y\n", "line 4: an error's*"},
        {"# simstow transcript 1\n@ 0.000+0.000 x\n> a\n< b\n+ c\n> d\n", "line 6: data that*"},
        {"# simstow transcript 1\n?\n", "line 2: a mark that is none"},
        {"# simstow transcript 1\n@x\n", "line 2: a mark that is none"},
    };

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (SimstowTranscript) transcript = parse (cases[i].text, &error);

        g_test_message ("%s: %s", cases[i].text, error->message);
        g_assert_null (transcript);
        g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
        g_assert_true (g_pattern_match_simple (cases[i].message, error->message));
    }
}

/* Any cut, any byte changed: read or refused, and what was read is written and read again alike */
static void
test_damaged (void)
{
    gsize size = strlen (sample);

    for (gsize i = 0; i < 2 * size; i++) {
        g_autofree gchar *text = g_strdup (sample);
        g_autoptr (SimstowTranscript) transcript = NULL;
        g_autoptr (SimstowTranscript) second = NULL;
        g_autofree gchar *once = NULL;
        g_autofree gchar *twice = NULL;

        if (i >= size)
            text[i - size] ^= 0x15;
        transcript = simstow_transcript_parse (text, MIN (i, size), NULL);
        if (!transcript)
            continue;
        once = simstow_transcript_print (transcript);
        second = parse (once, NULL);
        g_assert_nonnull (second);
        twice = simstow_transcript_print (second);
        g_assert_cmpstr (once, ==, twice);
    }
}

static GPtrArray *
ask (SimstowConversation *talk, const gchar *storage, const gchar *text, GError **error)
{
    g_autoptr (GPtrArray) commands = simstow_commands_new ();
    GVariantDict options;

    g_variant_dict_init (&options, NULL);
    g_variant_dict_insert (&options, "storage", "s", storage);
    simstow_commands_add (commands, g_strdup (text), NULL);
    return simstow_conversation_run (talk,
                                     SIMSTOW_DOOR_PHONEBOOK,
                                     g_variant_dict_end (&options),
                                     commands,
                                     NULL,
                                     error);
}

static void
assert_text (GPtrArray *answers, const gchar *expected)
{
    g_autofree gchar *text = simstow_answer_dup_text (answers->pdata[0]);

    g_assert_cmpstr (text, ==, expected);
}

/* Commands find their answers whatever came between; asked again, what came then */
static void
test_playback (void)
{
    static const gchar text[] = "# simstow transcript 1\n"
                                "@ 0.000+0.001 phonebook storage='SM'\n"
                                "> a\n"
                                "< first\n"
                                "> a\n"
                                "< second\n"
                                "@ 0.000+0.001 phonebook storage='ME'\n"
                                "> a\n"
                                "!! NotFound nothing\n";
    g_autoptr (SimstowConversation) talk =
        simstow_playback_new (parse (text, NULL), SIMSTOW_PLAYBACK_NONE);
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) first = ask (talk, "SM", "a", NULL);
    g_autoptr (GPtrArray) second = ask (talk, "SM", "a", NULL);
    g_autoptr (GPtrArray) third = ask (talk, "SM", "a", NULL);
    g_autoptr (GPtrArray) none = ask (talk, "ME", "a", &error);
    g_autoptr (GPtrArray) other = ask (talk, "ME", "b", NULL);
    const SimstowAnswer *answer = other->pdata[0];

    assert_text (first, "first");
    assert_text (second, "second");
    assert_text (third, "second");
    g_assert_null (none);
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND);
    g_assert_error (answer->error, SIMSTOW_ERROR, SIMSTOW_ERROR_FAILED);
}

/* What is recorded of one that is played back is the same again */
static void
test_recording (void)
{
    static const gchar lines[] = "@ 0.000+0.000 describe\n"
                                 "= at true\n"
                                 "@ 0.000+0.000 phonebook storage='SM'\n"
                                 "> a\n"
                                 "< first\n"
                                 "@ 0.000+0.000 phonebook storage='ME'\n"
                                 "> b\n"
                                 "!! Locked SIM PIN\n";
    g_autoptr (SimstowConversation) talk = talk_new (lines);
    g_autoptr (SimstowConversation) recording = simstow_recording_new (talk);
    SimstowTranscript *transcript =
        simstow_recording_peek_transcript (SIMSTOW_RECORDING (recording));
    g_autoptr (GVariant) facts = simstow_conversation_describe (recording, NULL, NULL);
    g_autoptr (GPtrArray) first = ask (recording, "SM", "a", NULL);
    g_autoptr (GPtrArray) none = ask (recording, "ME", "b", NULL);
    g_autofree gchar *expected = g_strconcat ("# simstow transcript 1\n", lines, NULL);
    g_autofree gchar *text = NULL;

    for (guint i = 0; i < transcript->calls->len; i++) {
        SimstowTranscriptCall *call = transcript->calls->pdata[i];

        call->start = call->took = 0;
    }
    text = simstow_transcript_print (transcript);
    g_assert_cmpstr (text, ==, expected);
    talk_assert_over (talk);
    g_assert_nonnull (facts);
    g_assert_null (none);
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/transcript/round-trip", test_round_trip);
    g_test_add_func ("/transcript/lenient", test_lenient);
    g_test_add_func ("/transcript/hostile", test_hostile);
    g_test_add_func ("/transcript/damaged", test_damaged);
    g_test_add_func ("/transcript/playback", test_playback);
    g_test_add_func ("/transcript/recording", test_recording);
    return g_test_run ();
}
