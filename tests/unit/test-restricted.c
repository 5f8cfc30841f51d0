/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Restricted access to the card's files on a scripted line: what shares a line, and
 * what happens when the modem refuses it.
 */

#include "fake-port.h"
#include "simstow-error.h"
#include "simstow-file-steps.h"
#include "simstow-hex.h"

#define READ(p2, n) "+CRSM=176,28486,0," p2 "," n ",,\"3F007FFF\""
#define GOT(hex)    "+CRSM: 144,0,\"" hex "\"\r\n"

typedef struct {
    FakePort *port;
    SimstowCard *card;
    GPtrArray *commands;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
    fixture->port = fake_port_new ();
    fixture->card = simstow_card_new (SIMSTOW_PORT (fixture->port));
    /* of one that was never heard the first command goes alone */
    simstow_card_get_memory (fixture->card)->heard = user_data == NULL;
    fixture->commands = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_file_step_free);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
    fake_port_check_done (fixture->port);
    g_ptr_array_unref (fixture->commands);
    g_assert_finalize_object (fixture->card);
    g_assert_finalize_object (fixture->port);
}

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    GAsyncResult **out = user_data;

    *out = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
    while (!*result)
        g_main_context_iteration (NULL, TRUE);
    return *result;
}

/* READ BINARY of EF_SPN, @length bytes at @offset. */
static void
add (Fixture *fixture, guint8 offset, guint8 length)
{
    g_autoptr (GBytes) path = simstow_hex_decode ("7FFF6F46", -1, NULL);

    g_ptr_array_add (fixture->commands,
                     simstow_file_step_new (NULL, 0xB0, path, 0, offset, length, NULL));
}

static gboolean
run (Fixture *fixture, GCancellable *cancellable, GError **error)
{
    g_autoptr (GAsyncResult) result = NULL;

    simstow_file_steps_by_crsm (fixture->card, fixture->commands, cancellable, on_ready, &result);
    return simstow_file_steps_finish (wait_for (&result), error);
}

static void
run_well (Fixture *fixture)
{
    g_autoptr (GError) error = NULL;

    g_assert_true (run (fixture, NULL, &error));
    g_assert_no_error (error);
}

static void
assert_answer (Fixture *fixture, guint i, const gchar *expected)
{
    const SimstowFileStep *command = g_ptr_array_index (fixture->commands, i);
    g_autofree gchar *text = NULL;

    g_assert_no_error (command->error);
    text = simstow_hex_encode_bytes (command->answer);
    g_assert_cmpstr (text, ==, expected);
}

static void
assert_error (Fixture *fixture, guint i, gint code)
{
    const SimstowFileStep *command = g_ptr_array_index (fixture->commands, i);

    g_assert_null (command->answer);
    g_assert_error (command->error, SIMSTOW_ERROR, code);
}

/* One line, each answer in its place; what the card refuses is its own command's error. */
static void
test_together (Fixture *fixture, gconstpointer user_data)
{
    add (fixture, 0, 1);
    add (fixture, 1, 1);
    add (fixture, 2, 1);
    fake_port_expect (fixture->port,
                      READ ("0", "1") ";" READ ("1", "1") ";" READ ("2", "1"),
                      GOT ("01") "+CREG: 1\r\n+CRSM: 106,130\r\n" GOT ("03"));
    run_well (fixture);
    assert_answer (fixture, 0, "01");
    assert_error (fixture, 1, SIMSTOW_ERROR_NOT_FOUND);
    assert_answer (fixture, 2, "03");
}

/* A line that the modem refuses goes in parts, and no line is as long again. */
static void
test_too_long (Fixture *fixture, gconstpointer user_data)
{
    guint i;

    for (i = 0; i < 4; i++)
        add (fixture, (guint8) i, 1);
    fake_port_fail (fixture->port,
                    READ ("0", "1") ";" READ ("1", "1") ";" READ ("2", "1") ";" READ ("3", "1"),
                    SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port, READ ("0", "1") ";" READ ("1", "1"), GOT ("00") GOT ("01"));
    fake_port_expect (fixture->port, READ ("2", "1") ";" READ ("3", "1"), GOT ("02") GOT ("03"));
    run_well (fixture);
    for (i = 0; i < 4; i++) {
        g_autofree gchar *expected = g_strdup_printf ("%02X", i);

        assert_answer (fixture, i, expected);
    }

    g_ptr_array_set_size (fixture->commands, 0);
    for (i = 0; i < 3; i++)
        add (fixture, (guint8) i, 1);
    fake_port_expect (fixture->port, READ ("0", "1") ";" READ ("1", "1"), GOT ("00") GOT ("01"));
    fake_port_expect (fixture->port, READ ("2", "1"), GOT ("02"));
    run_well (fixture);
    assert_answer (fixture, 2, "02");
}

/* A modem that knows no lines of several commands is asked one by one, and only so from then on. */
static void
test_singles (Fixture *fixture, gconstpointer user_data)
{
    guint i;

    for (i = 0; i < 2; i++) {
        g_ptr_array_set_size (fixture->commands, 0);
        add (fixture, 0, 1);
        add (fixture, 1, 1);
        if (i == 0)
            fake_port_fail (fixture->port,
                            READ ("0", "1") ";" READ ("1", "1"),
                            SIMSTOW_ERROR_UNSUPPORTED);
        fake_port_expect (fixture->port, READ ("0", "1"), GOT ("0A"));
        /* and leaves the name of the command out */
        fake_port_expect (fixture->port, READ ("1", "1"), "144,0,\"0B\"");
        run_well (fixture);
        assert_answer (fixture, 0, "0A");
        assert_answer (fixture, 1, "0B");
    }
}

/* A modem that fails the line for a file that is not there: found by halving, and the rest goes
 * together again. */
static void
test_one_fails (Fixture *fixture, gconstpointer user_data)
{
    guint i;

    for (i = 0; i < 4; i++)
        add (fixture, (guint8) i, 1);
    fake_port_fail (fixture->port,
                    READ ("0", "1") ";" READ ("1", "1") ";" READ ("2", "1") ";" READ ("3", "1"),
                    SIMSTOW_ERROR_NOT_FOUND);
    fake_port_fail (fixture->port, READ ("0", "1") ";" READ ("1", "1"), SIMSTOW_ERROR_NOT_FOUND);
    fake_port_fail (fixture->port, READ ("0", "1"), SIMSTOW_ERROR_NOT_FOUND);
    fake_port_expect (fixture->port,
                      READ ("1", "1") ";" READ ("2", "1") ";" READ ("3", "1"),
                      GOT ("01") GOT ("02") GOT ("03"));
    run_well (fixture);
    assert_error (fixture, 0, SIMSTOW_ERROR_NOT_FOUND);
    assert_answer (fixture, 3, "03");
    /* which says nothing of how long a line may be */
    g_ptr_array_set_size (fixture->commands, 0);
    test_together (fixture, NULL);
}

/* An answer for each command, or the line counts as refused. */
static void
test_answers_missing (Fixture *fixture, gconstpointer user_data)
{
    add (fixture, 0, 1);
    add (fixture, 1, 1);
    fake_port_expect (fixture->port, READ ("0", "1") ";" READ ("1", "1"), GOT ("01"));
    fake_port_expect (fixture->port, READ ("0", "1"), GOT ("01"));
    fake_port_expect (fixture->port, READ ("1", "1"), "+CRSM: nonsense");
    run_well (fixture);
    assert_answer (fixture, 0, "01");
    assert_error (fixture, 1, SIMSTOW_ERROR_MODEM_ERROR);
}

/* The card tells the right length, in one of two ways: asked again with that, once. */
static void
test_lengths (Fixture *fixture, gconstpointer user_data)
{
    add (fixture, 0, 0);
    add (fixture, 1, 9);
    add (fixture, 2, 9);
    add (fixture, 3, 9);
    fake_port_expect (fixture->port,
                      READ ("0", "0") ";" READ ("1", "9") ";" READ ("2", "9") ";" READ ("3", "9"),
                      "+CRSM: 108,2\r\n+CRSM: 103,1\r\n+CRSM: 103,0\r\n+CRSM: 108,4\r\n");
    fake_port_expect (fixture->port,
                      READ ("0", "2") ";" READ ("1", "1") ";" READ ("3", "4"),
                      GOT ("0102") GOT ("03") "+CRSM: 108,4\r\n");
    run_well (fixture);
    assert_answer (fixture, 0, "0102");
    assert_answer (fixture, 1, "03");
    assert_error (fixture, 2, SIMSTOW_ERROR_INVALID_RECORD);
    assert_error (fixture, 3, SIMSTOW_ERROR_MODEM_ERROR);
}

/* No answer is longer than a command can ask for. */
static void
test_answer_too_long (Fixture *fixture, gconstpointer user_data)
{
    g_autofree gchar *digits = g_strnfill (2 * 257, 'A');
    g_autofree gchar *reply = g_strdup_printf ("+CRSM: 144,0,\"%s\"", digits);

    add (fixture, 0, 0);
    fake_port_expect (fixture->port, READ ("0", "0"), reply);
    run_well (fixture);
    assert_error (fixture, 0, SIMSTOW_ERROR_MODEM_ERROR);
}

/* A command that writes has its line for itself, and is sent once. */
static void
test_write (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (GBytes) path = simstow_hex_decode ("7FFF6F43", -1, NULL);
    g_autoptr (GBytes) data = simstow_hex_decode ("AA", -1, NULL);

    add (fixture, 0, 1);
    g_ptr_array_add (fixture->commands, simstow_file_step_new (NULL, 0xDC, path, 1, 4, 1, data));
    add (fixture, 1, 1);
    fake_port_expect (fixture->port, READ ("0", "1"), GOT ("01"));
    fake_port_expect (fixture->port,
                      "+CRSM=220,28483,1,4,1,\"AA\",\"3F007FFF\"",
                      "+CRSM: 103,1\r\n");
    fake_port_expect (fixture->port, READ ("1", "1"), GOT ("02"));
    run_well (fixture);
    assert_error (fixture, 1, SIMSTOW_ERROR_INVALID_RECORD);
}

/* Silence ends it all, and so does giving up. */
static void
test_silence (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GError) error = NULL;

    add (fixture, 0, 1);
    add (fixture, 1, 1);
    fake_port_fail (fixture->port, READ ("0", "1") ";" READ ("1", "1"), SIMSTOW_ERROR_TIMEOUT);
    g_assert_false (run (fixture, NULL, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT);

    g_clear_error (&error);
    g_cancellable_cancel (cancellable);
    g_assert_false (run (fixture, cancellable, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED);
}

/* Whether there is +CRSM at all is asked of one command. */
static void
test_unheard (Fixture *fixture, gconstpointer user_data)
{
    add (fixture, 0, 1);
    add (fixture, 1, 1);
    add (fixture, 2, 1);
    fake_port_fail (fixture->port, READ ("0", "1"), SIMSTOW_ERROR_UNSUPPORTED);
    run_well (fixture);
    for (guint i = 0; i < 3; i++)
        assert_error (fixture, i, SIMSTOW_ERROR_UNSUPPORTED);
    g_ptr_array_set_size (fixture->commands, 0);
    add (fixture, 0, 1);
    add (fixture, 1, 1);
    add (fixture, 2, 1);
    fake_port_expect (fixture->port, READ ("0", "1"), "+CRSM: 106,130\r\n");
    fake_port_expect (fixture->port, READ ("1", "1") ";" READ ("2", "1"), GOT ("02") GOT ("03"));
    run_well (fixture);
    assert_error (fixture, 0, SIMSTOW_ERROR_NOT_FOUND);
    assert_answer (fixture, 2, "03");
}

#define ADD(name, function) \
    g_test_add ("/restricted/" name, Fixture, NULL, set_up, function, tear_down)

gint
main (gint argc, gchar **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("together", test_together);
    ADD ("too-long", test_too_long);
    ADD ("singles", test_singles);
    ADD ("one-fails", test_one_fails);
    ADD ("answers-missing", test_answers_missing);
    ADD ("lengths", test_lengths);
    ADD ("answer-too-long", test_answer_too_long);
    ADD ("write", test_write);
    ADD ("silence", test_silence);
    g_test_add ("/restricted/unheard", Fixture, "unheard", set_up, test_unheard, tear_down);
    return g_test_run ();
}
