/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plans for an eUICC, and the way back for what no plan brings.
 */

#include "simstow-diff.h"
#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-plan.h"

#define CLARO    "8957101210000000014"
#define MOVISTAR "89571232000000000202"

static SimstowEuiccProfile *
add_profile (SimstowSnapshot *snapshot, const gchar *iccid, const gchar *nickname)
{
    SimstowEuiccProfile *profile = g_new0 (SimstowEuiccProfile, 1);
    SimstowEuiccAddress *address = g_new0 (SimstowEuiccAddress, 1);

    address->address = g_strdup_printf ("rsp.%s.example", iccid);
    profile->iccid = g_strdup (iccid);
    profile->nickname = g_strdup (nickname);
    profile->profile_class = "operational";
    profile->addresses = g_ptr_array_new ();
    g_ptr_array_add (profile->addresses, address);
    g_ptr_array_add (snapshot->esim->profiles, profile);
    return profile;
}

static void
free_addresses (SimstowSnapshot *snapshot)
{
    guint i;

    for (i = 0; i < snapshot->esim->profiles->len; i++) {
        SimstowEuiccProfile *profile = g_ptr_array_index (snapshot->esim->profiles, i);
        SimstowEuiccAddress *address = g_ptr_array_index (profile->addresses, 0);

        g_ptr_array_set_size (profile->addresses, 0);
        g_free (address->address);
        g_free (address);
    }
}

static SimstowSnapshot *
make (void)
{
    SimstowSnapshot *snapshot = simstow_snapshot_new ();
    SimstowStore *store = simstow_store_new (SIMSTOW_STORE_EUICC);

    store->writable = TRUE;
    store->complete = TRUE;
    g_ptr_array_add (snapshot->stores, store);
    snapshot->esim = simstow_esim_new ();
    return snapshot;
}

static void
release (SimstowSnapshot *snapshot)
{
    free_addresses (snapshot);
    simstow_snapshot_free (snapshot);
}

/* A line a step: what, where, which text */
static void
assert_plan (const SimstowPlan *plan, const gchar *wanted)
{
    static const gchar *const actions[] = {"write", "skip", "refuse", "erase"};
    g_autoptr (GString) found = g_string_new (NULL);
    guint i;

    for (i = 0; i < plan->items->len; i++) {
        const SimstowPlanItem *item = g_ptr_array_index (plan->items, i);

        g_string_append_printf (found,
                                "%s %s %s\n",
                                actions[item->action],
                                item->store,
                                item->esim.text ? item->esim.text : "-");
    }
    g_assert_cmpstr (found->str, ==, wanted);
}

static void
test_set_back (void)
{
    SimstowSnapshot *archive = make ();
    SimstowSnapshot *modem = make ();
    g_autoptr (SimstowPlan) merged = NULL;
    g_autoptr (SimstowPlan) replaced = NULL;
    g_autoptr (SimstowPlan) same = NULL;

    add_profile (archive, CLARO, "Trabajo");
    add_profile (archive, MOVISTAR, NULL);
    add_profile (archive, "8957", "Gone");
    archive->esim->default_smdp = g_strdup ("rsp.example.org");
    add_profile (modem, MOVISTAR, "Mío");
    add_profile (modem, CLARO, NULL);
    merged = simstow_plan_new (archive, modem, SIMSTOW_KIND_ESIM, FALSE);
    assert_plan (merged,
                 "write esim/nickname Trabajo\n"
                 "skip esim/nickname \n"
                 "refuse esim/profile -\n"
                 "write esim/default-smdp rsp.example.org\n");
    replaced = simstow_plan_new (archive, modem, SIMSTOW_KIND_ESIM, TRUE);
    assert_plan (replaced,
                 "write esim/nickname Trabajo\n"
                 "write esim/nickname \n"
                 "refuse esim/profile -\n"
                 "write esim/default-smdp rsp.example.org\n");
    same = simstow_plan_new (archive, archive, SIMSTOW_KIND_ESIM, FALSE);
    g_assert_cmpuint (simstow_plan_count (same, SIMSTOW_ACTION_SKIP), ==, same->items->len);
    release (archive);
    release (modem);
}

static void
test_unusable (void)
{
    SimstowSnapshot *archive = make ();
    SimstowSnapshot *modem = make ();
    g_autoptr (SimstowSnapshot) bare = simstow_snapshot_new ();
    g_autoptr (SimstowPlan) none = NULL;
    g_autoptr (SimstowPlan) unread = NULL;

    add_profile (archive, CLARO, "Trabajo");
    none = simstow_plan_new (archive, bare, SIMSTOW_KIND_ESIM, TRUE);
    assert_plan (none, "refuse esim/profile -\n");
    /* a list that does not decode is no empty list */
    g_ptr_array_add (modem->esim->faults,
                     g_error_new (SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA, "profiles: broken"));
    unread = simstow_plan_new (archive, modem, SIMSTOW_KIND_ESIM, FALSE);
    assert_plan (unread, "refuse esim/profile -\n");
    release (archive);
    release (modem);
}

static void
test_enable (void)
{
    SimstowSnapshot *archive = make ();
    SimstowSnapshot *modem = make ();
    g_autoptr (SimstowPlan) plan = simstow_plan_new (archive, modem, 0, FALSE);
    SimstowEuiccProfile *there = NULL;

    g_assert_null (simstow_plan_add_enable (plan, archive, modem));
    add_profile (archive, CLARO, NULL)->enabled = TRUE;
    g_assert_cmpint (simstow_plan_add_enable (plan, archive, modem)->action,
                     ==,
                     SIMSTOW_ACTION_REFUSE);
    there = add_profile (modem, CLARO, NULL);
    g_assert_cmpint (simstow_plan_add_enable (plan, archive, modem)->action,
                     ==,
                     SIMSTOW_ACTION_WRITE);
    there->enabled = TRUE;
    g_assert_cmpint (simstow_plan_add_enable (plan, archive, modem)->action,
                     ==,
                     SIMSTOW_ACTION_SKIP);
    release (archive);
    release (modem);
}

static void
add_notification (SimstowSnapshot *snapshot, const gchar *iccid, const gchar *operation)
{
    SimstowEuiccNotification *notification = g_new0 (SimstowEuiccNotification, 1);

    notification->iccid = g_strdup (iccid);
    notification->operation = operation;
    g_ptr_array_add (snapshot->esim->notifications, notification);
}

static void
test_way_back (void)
{
    SimstowSnapshot *archive = make ();
    SimstowSnapshot *target = make ();
    g_autoptr (GPtrArray) list = NULL;
    const SimstowRecovery *recovery;

    add_profile (archive, CLARO, NULL);
    add_profile (archive, MOVISTAR, NULL);
    add_profile (archive, "8957", NULL);
    add_profile (target, CLARO, NULL);
    add_notification (archive, MOVISTAR, "install");
    add_notification (target, MOVISTAR, "delete");
    g_assert_true (
        simstow_esim_add_code (archive->esim, MOVISTAR, "1$other.example$A", NULL, 0, NULL));
    g_assert_true (
        simstow_esim_add_code (archive->esim, NULL, "1$rsp.8957.example$B", "1234", 0, NULL));
    list = simstow_recovery_list (archive->esim, target->esim);
    g_assert_cmpuint (list->len, ==, 2);
    recovery = g_ptr_array_index (list, 0);
    g_assert_cmpstr (recovery->profile->iccid, ==, MOVISTAR);
    g_assert_cmpstr (recovery->smdp, ==, "other.example");
    g_assert_cmpuint (recovery->waiting, ==, 1);
    g_assert_true (recovery->deletion_waits);
    recovery = g_ptr_array_index (list, 1);
    g_assert_cmpuint (recovery->codes->len, ==, 1);
    g_assert_cmpstr (((const SimstowActivationCode *) recovery->codes->pdata[0])->confirmation,
                     ==,
                     "1234");
    g_assert_cmpstr (recovery->smdp, ==, "rsp.8957.example");
    g_assert_false (recovery->deletion_waits);
    release (archive);
    release (target);
}

static void
test_diff (void)
{
    SimstowSnapshot *a = make ();
    SimstowSnapshot *b = make ();
    g_autoptr (GPtrArray) items = NULL;
    g_autoptr (GPtrArray) none = NULL;
    const SimstowDiffItem *item;

    add_profile (a, CLARO, "Trabajo");
    add_profile (b, CLARO, "Otro")->enabled = TRUE;
    add_profile (b, MOVISTAR, NULL);
    b->esim->default_smdp = g_strdup ("rsp.example.org");
    items = simstow_diff (a, b);
    g_assert_cmpuint (items->len, ==, 4);
    item = g_ptr_array_index (items, 0);
    g_assert_cmpstr (item->category, ==, "esim");
    g_assert_cmpstr (item->what, ==, "nickname of profile " CLARO ": \"Trabajo\" -> \"Otro\"");
    item = g_ptr_array_index (items, 2);
    g_assert_cmpint (item->kind, ==, SIMSTOW_DIFF_ONLY_B);
    none = simstow_diff (b, b);
    g_assert_cmpuint (none->len, ==, 0);
    release (a);
    release (b);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/plan/esim/set-back", test_set_back);
    g_test_add_func ("/plan/esim/unusable", test_unusable);
    g_test_add_func ("/plan/esim/enable", test_enable);
    g_test_add_func ("/plan/esim/way-back", test_way_back);
    g_test_add_func ("/plan/esim/diff", test_diff);
    return g_test_run ();
}
