/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was promised against what came: what is told, and what is no cause for alarm.
 */

#include "simstow-promises.h"

static SimstowStore *
add_store (GPtrArray *stores, const gchar *id, gint used, gint came)
{
    SimstowStore *store = simstow_store_new (id);

    store->used = used;
    store->came = came;
    store->complete = came >= 0;
    g_ptr_array_add (stores, store);
    return store;
}

static void
check_problem (const SimstowSnapshot *snapshot, guint place, const gchar *where, gboolean lost)
{
    const SimstowProblem *problem;

    g_assert_cmpuint (place, <, snapshot->problems->len);
    problem = g_ptr_array_index (snapshot->problems, place);
    g_assert_cmpstr (problem->where, ==, where);
    g_assert_cmpint (problem->lost, ==, lost);
}

static void
test_kept (void)
{
    g_autoptr (SimstowSnapshot) snapshot = simstow_snapshot_new ();

    add_store (snapshot->stores, "sms/sm", 3, 3);
    add_store (snapshot->stores, "sms/me", -1, 7);
    add_store (snapshot->stores, "phonebook/sm", 2, 4);
    /* not read to its end, which is told already */
    add_store (snapshot->stores, "phonebook/me", 9, -1);
    g_assert_false (simstow_promises_has_broken (snapshot));
    simstow_promises_check_counts (snapshot, snapshot->stores);
    g_assert_cmpuint (snapshot->problems->len, ==, 0);
}

static void
test_broken (void)
{
    g_autoptr (SimstowSnapshot) snapshot = simstow_snapshot_new ();
    SimstowStore *store = add_store (snapshot->stores, "sms/sm", 3, 2);

    add_store (snapshot->stores, "sms/me", 5, 5);
    add_store (snapshot->stores, "phonebook/sm", 1, 1);
    g_assert_true (simstow_promises_has_broken (snapshot));
    simstow_promises_check_counts (snapshot, snapshot->stores);
    g_assert_cmpuint (snapshot->problems->len, ==, 1);
    check_problem (snapshot, 0, "sms/sm", TRUE);
    g_assert_false (store->complete);
}

/* Erased meanwhile, as the modem's count says afterwards */
static void
test_erased (void)
{
    g_autoptr (SimstowSnapshot) snapshot = simstow_snapshot_new ();
    g_autoptr (GPtrArray) now =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_store_free);

    add_store (snapshot->stores, "sms/sm", 3, 2);
    add_store (snapshot->stores, "sms/me", 3, 2);
    add_store (now, "sms/sm", 2, -1);
    add_store (now, "sms/me", -1, -1);
    simstow_promises_check_counts (snapshot, now);
    g_assert_cmpuint (snapshot->problems->len, ==, 1);
    check_problem (snapshot, 0, "sms/me", TRUE);
}

/* A modem that counts the card's messages with its own, and one that does not */
static void
test_counted_together (void)
{
    g_autoptr (SimstowSnapshot) snapshot = simstow_snapshot_new ();

    add_store (snapshot->stores, "sms/sm", 5, 5);
    add_store (snapshot->stores, "sms/me", 12, 7);
    add_store (snapshot->stores, "phonebook/sm", 5, 5);
    add_store (snapshot->stores, "phonebook/me", 9, 7);
    simstow_promises_check_counts (snapshot, snapshot->stores);
    g_assert_cmpuint (snapshot->problems->len, ==, 1);
    check_problem (snapshot, 0, "phonebook/me", TRUE);
}

/* What comes of others by chance does not make up for what is missing: no card counts what the
 * modem has, and no phonebook what another has */
static void
test_missing_by_chance (void)
{
    g_autoptr (SimstowSnapshot) snapshot = simstow_snapshot_new ();

    add_store (snapshot->stores, "sms/sm", 3, 2);
    add_store (snapshot->stores, "sms/me", 1, 1);
    add_store (snapshot->stores, "phonebook/sm", 1, 1);
    add_store (snapshot->stores, "phonebook/me", 3, 2);
    simstow_promises_check_counts (snapshot, snapshot->stores);
    g_assert_cmpuint (snapshot->problems->len, ==, 2);
    check_problem (snapshot, 0, "sms/sm", TRUE);
    check_problem (snapshot, 1, "phonebook/me", TRUE);
}

static void
test_listed (void)
{
    g_autoptr (SimstowSnapshot) snapshot = simstow_snapshot_new ();
    g_autoptr (SimstowSnapshot) none = simstow_snapshot_new ();

    add_store (snapshot->stores, "sms/sm", -1, 3);
    add_store (snapshot->stores, "sms/me", 2, 2);
    simstow_promises_check_listed (snapshot, "sms/sm", 3);
    simstow_promises_check_listed (snapshot, "sms/mt", 5);
    simstow_promises_check_listed (snapshot, NULL, 5);
    g_assert_cmpuint (snapshot->problems->len, ==, 0);
    /* erased behind ModemManager's back: the modem itself says what is there */
    simstow_promises_check_listed (snapshot, "sms/me", 4);
    check_problem (snapshot, 0, "sms/me", FALSE);
    simstow_promises_check_listed (snapshot, "sms/sm", 4);
    check_problem (snapshot, 1, "sms/sm", TRUE);
    /* and once is enough */
    simstow_promises_check_listed (snapshot, "sms/sm", 4);
    g_assert_cmpuint (snapshot->problems->len, ==, 2);
    /* a modem that says it has no messages, of which ModemManager knows some */
    simstow_promises_check_listed (none, "sms/sm", 1);
    simstow_promises_check_listed (none, NULL, 1);
    g_assert_cmpuint (none->problems->len, ==, 1);
    check_problem (none, 0, "messages", TRUE);
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/promises/kept", test_kept);
    g_test_add_func ("/promises/broken", test_broken);
    g_test_add_func ("/promises/erased", test_erased);
    g_test_add_func ("/promises/counted-together", test_counted_together);
    g_test_add_func ("/promises/missing-by-chance", test_missing_by_chance);
    g_test_add_func ("/promises/listed", test_listed);
    return g_test_run ();
}
