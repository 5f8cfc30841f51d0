/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which records of a merged archive are chosen.
 */

#include "simstow-history.h"

#include "snapshots.h"

/* Times that a clock may tell */
#define T(seconds) (G_GINT64_CONSTANT (1700000000) + (seconds))
#define FUTURE     G_GINT64_CONSTANT (4000000000)

static SimstowContact *
add_seen (SimstowSnapshot *snapshot, const gchar *store, gint64 first, gint64 last)
{
    SimstowContact *contact = simstow_contact_new (store, 1, "123", 129, "Ana");

    contact->first_seen = first;
    contact->last_seen = last;
    g_ptr_array_add (snapshot->contacts, contact);
    return contact;
}

static SimstowSnapshot *
history_new (void)
{
    SimstowSnapshot *snapshot = simstow_snapshot_new ();

    snapshot->first_captured = T (100);
    snapshot->captured = T (300);
    return snapshot;
}

static void
test_latest (void)
{
    g_autoptr (SimstowSnapshot) snapshot = history_new ();
    SimstowContact *there;

    add_store (snapshot, "phonebook/sm", 10, TRUE);
    add_seen (snapshot, "phonebook/sm", T (100), T (200));
    there = add_seen (snapshot, "phonebook/sm", T (100), T (300));
    g_assert_cmpuint (simstow_history_keep_latest (snapshot), ==, 1);
    g_assert_cmpuint (snapshot->contacts->len, ==, 1);
    g_assert_true (g_ptr_array_index (snapshot->contacts, 0) == there);
}

/* A store that was emptied stays empty; one that was not read keeps what it had */
static void
test_stores (void)
{
    g_autoptr (SimstowSnapshot) snapshot = history_new ();
    SimstowContact *kept;

    add_store (snapshot, "phonebook/sm", 10, TRUE);
    add_store (snapshot, "phonebook/fd", 10, TRUE)->complete = FALSE;
    add_seen (snapshot, "phonebook/fd", T (100), T (100));
    kept = add_seen (snapshot, "phonebook/fd", T (100), T (200));
    add_seen (snapshot, "phonebook/sm", T (100), T (200));
    g_assert_cmpuint (simstow_history_keep_latest (snapshot), ==, 2);
    g_assert_cmpuint (snapshot->contacts->len, ==, 1);
    g_assert_true (g_ptr_array_index (snapshot->contacts, 0) == kept);
}

static void
test_since (void)
{
    g_autoptr (SimstowSnapshot) snapshot = history_new ();

    add_seen (snapshot, "phonebook/sm", T (100), T (199));
    add_seen (snapshot, "phonebook/sm", T (100), T (200));
    add_seen (snapshot, "phonebook/sm", T (250), T (300));
    g_assert_cmpuint (simstow_history_keep_since (snapshot, T (200)), ==, 1);
    g_assert_cmpuint (snapshot->contacts->len, ==, 2);
}

static void
test_plain (void)
{
    g_autoptr (SimstowSnapshot) snapshot = history_new ();

    snapshot->first_captured = 0;
    add_seen (snapshot, "phonebook/sm", 0, 0);
    add_seen (snapshot, "phonebook/sm", 0, 0);
    g_assert_cmpuint (simstow_history_keep_latest (snapshot), ==, 0);
    g_assert_cmpuint (simstow_history_keep_since (snapshot, T (300)), ==, 0);
    g_assert_cmpuint (simstow_history_keep_since (snapshot, T (301)), ==, 2);
}

static void
test_rebuilt (void)
{
    g_autoptr (GBytes) pdu = simstow_hex_decode ("0004", -1, NULL);
    SimstowMessage *message = simstow_message_new ("sms/sm", 1, SIMSTOW_MESSAGE_STATUS_READ, pdu);
    gint64 first;
    gint64 last;

    message->first_seen = T (200);
    message->last_seen = T (250);
    message->rebuilt_first_seen = T (100);
    message->rebuilt_last_seen = T (300);
    simstow_history_get_message_seen (message, &first, &last);
    g_assert_cmpint (first, ==, T (100));
    g_assert_cmpint (last, ==, T (300));
    simstow_message_free (message);
}

/* A clock that was in the future, or in 1970, leaves out nothing that was there last */
static void
test_wrong_clock (void)
{
    const gint64 wrong[] = {FUTURE, 200};
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (wrong); i++) {
        g_autoptr (SimstowSnapshot) snapshot = history_new ();
        SimstowContact *there;
        SimstowContact *uncertain;

        if (i == 0)
            snapshot->captured = wrong[i];
        add_store (snapshot, "phonebook/sm", 10, TRUE);
        add_seen (snapshot, "phonebook/sm", T (100), T (200));
        there = add_seen (snapshot, "phonebook/sm", T (100), T (300));
        uncertain = add_seen (snapshot, "phonebook/sm", T (100), wrong[i]);
        add_seen (snapshot, "phonebook/sm", wrong[i], wrong[i]);
        g_assert_cmpuint (simstow_history_count_unlikely (snapshot), ==, 2);
        g_assert_cmpuint (simstow_history_keep_latest (snapshot), ==, 2);
        g_assert_true (g_ptr_array_index (snapshot->contacts, 0) == there);
        g_assert_true (g_ptr_array_index (snapshot->contacts, 1) == uncertain);
    }
}

gint
main (gint argc, gchar **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/history/latest", test_latest);
    g_test_add_func ("/history/stores", test_stores);
    g_test_add_func ("/history/since", test_since);
    g_test_add_func ("/history/plain", test_plain);
    g_test_add_func ("/history/rebuilt", test_rebuilt);
    g_test_add_func ("/history/wrong-clock", test_wrong_clock);
    return g_test_run ();
}
