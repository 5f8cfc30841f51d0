/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Visits to the simulated card: steps with an outcome of their own, steps that are
 * added on the way, and an end that always closes the channel.
 */

#include "modem-port.h"
#include "simstow-error.h"
#include "simstow-hex.h"
#include "simstow-visit.h"

#define SMS     "7FFF6F3C"
#define ADN     "7F106F3A"
#define ICCID   "2FE2"
#define NO_FILE "7FFF6F99"
#define FOLDER  "7F10"

static const gchar scenario[] =
    "[messages SM]\n"
    "capacity=3\n"
    "first=1\n"
    "2=1,0791751305007010040A81214365870900006220118010030A05C8329BFD06\n"
    "[phonebook SM]\n"
    "capacity=2\n"
    "name-length=2\n"
    "number-length=20\n"
    "[card]\n"
    "phonebook=plain\n"
    "quirks=no-crsm\n";

typedef struct {
    ModemPort *port;
    SimstowVisit *visit;
    GPtrArray *outcomes; /* of each step, as text */
    const gchar *add;    /* a file to read after the first step */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (SimstowCard) card = NULL;

    fixture->port = modem_port_new (scenario);
    card = simstow_card_new (SIMSTOW_PORT (fixture->port));
    fixture->visit = simstow_visit_new (card);
    fixture->outcomes = g_ptr_array_new_with_free_func (g_free);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
    g_assert_cmpuint (sim_card_count_channels (modem_port_card (fixture->port)), ==, 0);
    g_assert_finalize_object (fixture->visit);
    g_assert_finalize_object (fixture->port);
    g_ptr_array_unref (fixture->outcomes);
}

/* "PATH SIZE*N: bytes of the first" or "PATH: what went wrong" */
static gchar *
outcome (const SimstowVisitStep *step)
{
    g_autofree gchar *hex = NULL;

    if (step->error)
        return g_strdup_printf ("%s: %s", step->path, step->error->message);
    if (step->contents->len > 0)
        hex = simstow_hex_encode_bytes (g_ptr_array_index (step->contents, 0));
    return g_strdup_printf ("%s %u: %.12s", step->path, step->contents->len, hex ? hex : "");
}

static void
on_step (SimstowVisit *visit, SimstowVisitStep *done, gpointer user_data)
{
    Fixture *fixture = user_data;

    g_ptr_array_add (fixture->outcomes, outcome (done));
    if (fixture->add)
        simstow_visit_read (visit, g_steal_pointer (&fixture->add), 0, 0);
}

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
run (Fixture *fixture, GCancellable *cancellable, GError **error)
{
    g_autoptr (GAsyncResult) result = NULL;

    simstow_visit_run_async (fixture->visit, on_step, fixture, cancellable, on_ready, &result);
    while (result == NULL)
        g_main_context_iteration (NULL, TRUE);
    return simstow_visit_run_finish (fixture->visit, result, error);
}

static void
assert_outcomes (Fixture *fixture, const gchar *expected)
{
    g_autofree gchar *text = NULL;

    g_ptr_array_add (fixture->outcomes, NULL);
    text = g_strjoinv ("\n", (gchar **) fixture->outcomes->pdata);
    g_assert_cmpstr (text, ==, expected);
}

static guint
count_selects (Fixture *fixture)
{
    const GPtrArray *sent = modem_port_sent (fixture->port);
    guint count = 0;

    for (guint i = 0; i < sent->len; i++)
        count += strstr (sent->pdata[i], "\"00A408") != NULL;
    return count;
}

/* Runs of records, the whole of a file, what is not there: each step for itself. */
static void
test_read (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (GError) error = NULL;

    simstow_visit_read (fixture->visit, SMS, 2, 1);
    simstow_visit_read (fixture->visit, SMS, 0, 0);
    simstow_visit_read (fixture->visit, SMS, 4, 1);
    simstow_visit_read (fixture->visit, NO_FILE, 1, 0);
    simstow_visit_read (fixture->visit, FOLDER, 0, 0);
    simstow_visit_select (fixture->visit, ADN);
    simstow_visit_read (fixture->visit, ICCID, 0, 0);
    g_assert_true (run (fixture, NULL, &error));
    g_assert_no_error (error);
    assert_outcomes (fixture,
                     SMS " 1: 010791751305\n" SMS " 3: 00FFFFFFFFFF\n" SMS " 0: \n" NO_FILE
                         ": the card has no such file or application (SW 6A82)\n" FOLDER ": " FOLDER
                         " is no file that can be read\n" ADN " 0: \n" ICCID " 1: 980001000000");
    /* a file that is selected is not selected again */
    g_assert_cmpuint (count_selects (fixture), ==, 5);
}

/* Whatever the card takes of SELECT and tells of a file, each file is as it is. */
static void
test_selecting (Fixture *fixture, gconstpointer user_data)
{
    for (guint kind = SIM_CARD_SELECT_PLAIN; kind < SIM_CARD_SELECT_N; kind++) {
        g_autoptr (GError) error = NULL;

        g_test_message ("%u", kind);
        sim_card_knobs (modem_port_card (fixture->port))->selecting = kind;
        g_ptr_array_set_size (fixture->outcomes, 0);
        simstow_visit_read (fixture->visit, SMS, 0, 0);
        simstow_visit_read (fixture->visit, NO_FILE, 1, 0);
        simstow_visit_read (fixture->visit, ADN, 0, 0);
        simstow_visit_read (fixture->visit, ICCID, 0, 0);
        g_assert_true (run (fixture, NULL, &error));
        g_assert_no_error (error);
        assert_outcomes (fixture,
                         SMS " 3: 00FFFFFFFFFF\n" NO_FILE
                             ": the card has no such file or application (SW 6A82)\n" ADN
                             " 2: FFFFFFFFFFFF\n" ICCID " 1: 980001000000");
    }
}

/* What a record has more than what is written is filler. */
static void
test_update (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (GBytes) data = simstow_hex_decode ("4142", -1, NULL);
    g_autoptr (GBytes) large = g_bytes_new_take (g_malloc0 (200), 200);

    simstow_visit_update (fixture->visit, ADN, 2, data);
    simstow_visit_read (fixture->visit, ADN, 2, 1);
    simstow_visit_update (fixture->visit, ADN, 3, data);
    simstow_visit_update (fixture->visit, ADN, 1, large);
    g_assert_true (run (fixture, NULL, NULL));
    assert_outcomes (fixture,
                     ADN " 0: \n" ADN " 1: 4142FFFFFFFF\n" ADN
                         ": record 3 of 2, 19 bytes instead of 19\n" ADN
                         ": record 1 of 2, 200 bytes instead of 19");
}

/* A step may add others within the same session. */
static void
test_next (Fixture *fixture, gconstpointer user_data)
{
    fixture->add = ICCID;
    simstow_visit_select (fixture->visit, SMS);
    g_assert_true (run (fixture, NULL, NULL));
    assert_outcomes (fixture, SMS " 0: \n" ICCID " 1: 980001000000");
}

/* The line falls silent, or the visit is given up: nothing follows but the end. */
static void
test_broken (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GError) error = NULL;
    gboolean cancelled = GPOINTER_TO_INT (user_data);
    gint code = cancelled ? SIMSTOW_ERROR_CANCELLED : SIMSTOW_ERROR_TIMEOUT;

    simstow_visit_read (fixture->visit, ICCID, 0, 0);
    simstow_visit_read (fixture->visit, SMS, 0, 0);
    simstow_visit_read (fixture->visit, ADN, 0, 0);
    if (cancelled)
        modem_port_cancel_at (fixture->port, 6, cancellable);
    else
        modem_port_fault (fixture->port, "6 * silence");
    g_assert_false (run (fixture, cancellable, &error));
    g_assert_error (error, SIMSTOW_ERROR, code);
    assert_outcomes (fixture, ICCID " 1: 980001000000");
}

static guint
count_channels (Fixture *fixture)
{
    return sim_card_count_channels (modem_port_card (fixture->port));
}

/* It stays for further steps, in the file that is selected, and goes when told to. */
static void
test_staying (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (GBytes) data = simstow_hex_decode ("4142", -1, NULL);
    guint i;

    simstow_visit_set_staying (fixture->visit, TRUE);
    for (i = 1; i <= 2; i++) {
        simstow_visit_update (fixture->visit, ADN, i, data);
        g_assert_true (run (fixture, NULL, NULL));
        g_assert_cmpuint (count_channels (fixture), ==, 1);
    }
    g_assert_cmpuint (count_selects (fixture), ==, 1);
    simstow_visit_set_staying (fixture->visit, FALSE);
    g_assert_true (run (fixture, NULL, NULL));
    g_assert_cmpuint (count_channels (fixture), ==, 0);
    /* and may come again */
    simstow_visit_read (fixture->visit, ADN, 1, 1);
    g_assert_true (run (fixture, NULL, NULL));
    assert_outcomes (fixture, ADN " 0: \n" ADN " 0: \n" ADN " 1: 4142FFFFFFFF");
}

/* Nothing of a session is good any more in which the line fell silent. */
static void
test_staying_broken (Fixture *fixture, gconstpointer user_data)
{
    g_autoptr (GError) error = NULL;

    simstow_visit_set_staying (fixture->visit, TRUE);
    simstow_visit_read (fixture->visit, ICCID, 0, 0);
    modem_port_fault (fixture->port, "3 * silence");
    g_assert_false (run (fixture, NULL, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT);
    g_assert_cmpuint (count_channels (fixture), ==, 0);
}

/* Without steps nothing is opened. */
static void
test_nothing (Fixture *fixture, gconstpointer user_data)
{
    g_assert_true (run (fixture, NULL, NULL));
    g_assert_cmpuint (modem_port_sent (fixture->port)->len, ==, 0);
}

gint
main (gint argc, gchar **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add ("/visit/read", Fixture, NULL, set_up, test_read, tear_down);
    g_test_add ("/visit/selecting", Fixture, NULL, set_up, test_selecting, tear_down);
    g_test_add ("/visit/update", Fixture, NULL, set_up, test_update, tear_down);
    g_test_add ("/visit/next", Fixture, NULL, set_up, test_next, tear_down);
    g_test_add ("/visit/silence", Fixture, GINT_TO_POINTER (FALSE), set_up, test_broken, tear_down);
    g_test_add ("/visit/cancel", Fixture, GINT_TO_POINTER (TRUE), set_up, test_broken, tear_down);
    g_test_add ("/visit/staying", Fixture, NULL, set_up, test_staying, tear_down);
    g_test_add ("/visit/staying-broken", Fixture, NULL, set_up, test_staying_broken, tear_down);
    g_test_add ("/visit/nothing", Fixture, NULL, set_up, test_nothing, tear_down);
    return g_test_run ();
}
