/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which records of a merged archive are chosen.
 */

#include "simstow-history.h"

#include "snapshots.h"

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

    snapshot->first_captured = 100;
    snapshot->captured = 300;
    return snapshot;
}

static void
test_latest (void)
{
    g_autoptr (SimstowSnapshot) snapshot = history_new ();
    SimstowContact *there;

    add_store (snapshot, "phonebook/sm", 10, TRUE);
    add_seen (snapshot, "phonebook/sm", 100, 200);
    there = add_seen (snapshot, "phonebook/sm", 100, 300);
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
    add_seen (snapshot, "phonebook/fd", 100, 100);
    kept = add_seen (snapshot, "phonebook/fd", 100, 200);
    add_seen (snapshot, "phonebook/sm", 100, 200);
    g_assert_cmpuint (simstow_history_keep_latest (snapshot), ==, 2);
    g_assert_cmpuint (snapshot->contacts->len, ==, 1);
    g_assert_true (g_ptr_array_index (snapshot->contacts, 0) == kept);
}

static void
test_since (void)
{
    g_autoptr (SimstowSnapshot) snapshot = history_new ();

    add_seen (snapshot, "phonebook/sm", 100, 199);
    add_seen (snapshot, "phonebook/sm", 100, 200);
    add_seen (snapshot, "phonebook/sm", 250, 300);
    g_assert_cmpuint (simstow_history_keep_since (snapshot, 200), ==, 1);
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
    g_assert_cmpuint (simstow_history_keep_since (snapshot, 300), ==, 0);
    g_assert_cmpuint (simstow_history_keep_since (snapshot, 301), ==, 2);
}

static void
test_rebuilt (void)
{
    g_autoptr (GBytes) pdu = simstow_hex_decode ("0004", -1, NULL);
    SimstowMessage *message = simstow_message_new ("sms/sm", 1, SIMSTOW_MESSAGE_STATUS_READ, pdu);
    gint64 first;
    gint64 last;

    message->first_seen = 200;
    message->last_seen = 250;
    message->rebuilt_first_seen = 100;
    message->rebuilt_last_seen = 300;
    simstow_history_get_message_seen (message, &first, &last);
    g_assert_cmpint (first, ==, 100);
    g_assert_cmpint (last, ==, 300);
    simstow_message_free (message);
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
    return g_test_run ();
}
