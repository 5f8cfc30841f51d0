/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Restore plans for network settings.
 */

#include "snapshots.h"

/* A line a step: "write network/profile -1 internet" */
static void
assert_profiles (const SimstowSnapshot *archive,
                 const SimstowSnapshot *modem,
                 gboolean replace,
                 const gchar *expected)
{
    g_autoptr (SimstowPlan) plan = simstow_plan_new (archive, modem, SIMSTOW_KIND_NETWORK, replace);
    const gchar *const words[] = {"write", "skip", "refuse", "erase"};
    g_autoptr (GString) text = g_string_new (NULL);
    guint i;

    for (i = 0; i < plan->items->len; i++) {
        const SimstowPlanItem *item = g_ptr_array_index (plan->items, i);

        g_assert_cmpstr (item->store, ==, "network/profile");
        g_string_append_printf (text,
                                "%s %d %s\n",
                                words[item->action],
                                item->network.profile_id,
                                item->network.profile->apn);
    }
    g_assert_cmpstr (text->str, ==, expected);
}

static void
test_profiles (void)
{
    g_autoptr (SimstowSnapshot) archive = simstow_snapshot_new ();
    g_autoptr (SimstowSnapshot) modem = simstow_snapshot_new ();

    add_profile (archive, 1, "internet");
    add_profile (archive, 2, "mms");
    add_profile (archive, 3, "ims");
    assert_profiles (archive, modem, FALSE, "refuse -1 internet\nrefuse -1 mms\nrefuse -1 ims\n");
    add_profile (modem, 1, "other");
    add_profile (modem, 5, "mms");
    assert_profiles (archive, modem, FALSE, "write -1 internet\nskip 5 mms\nwrite -1 ims\n");
    assert_profiles (archive, modem, TRUE, "write 1 internet\nskip 5 mms\nwrite -1 ims\n");
    assert_profiles (archive, archive, TRUE, "skip 1 internet\nskip 2 mms\nskip 3 ims\n");
}

/* What one of the two modems does not tell is no difference; a user is */
static void
test_profiles_untold (void)
{
    g_autoptr (SimstowSnapshot) archive = simstow_snapshot_new ();
    g_autoptr (SimstowSnapshot) modem = simstow_snapshot_new ();
    SimstowProfile *there;

    add_profile (archive, 1, "internet");
    add_profile (modem, 1, "internet");
    there = g_ptr_array_index (modem->network->profiles, 0);
    there->ip_type = g_strdup ("ipv4");
    there->access_type = g_strdup ("3gpp-only");
    assert_profiles (archive, modem, FALSE, "skip 1 internet\n");
    assert_profiles (modem, archive, FALSE, "skip 1 internet\n");
    there->user = g_strdup ("somebody");
    assert_profiles (archive, modem, FALSE, "write -1 internet\n");
    assert_profiles (modem, archive, FALSE, "skip 1 internet\n");
}

static guint
count_stores (const SimstowPlan *plan, SimstowAction action, const gchar *store)
{
    guint count = 0;
    guint i;

    for (i = 0; i < plan->items->len; i++) {
        const SimstowPlanItem *item = g_ptr_array_index (plan->items, i);

        if (item->action == action && g_str_has_prefix (item->store, store)) {
            g_assert_nonnull (item->reason ? item->reason : item->after);
            count++;
        }
    }
    return count;
}

/* What is left out: of another SIM all settings, of another modem its modes and bands */
static void
test_other_origin (void)
{
    static const struct {
        const gchar *iccid[2];
        const gchar *imsi[2];
        const gchar *imei[2];
        guint written;
        guint left;
        gboolean other_sim;
        gboolean other_modem;
    } rows[] = {
        {{"8957101", "8957101"}, {NULL, NULL}, {"35000", "35000"}, 4, 0, FALSE, FALSE},
        {{"8957101", "8957101F"}, {"732101", "732123"}, {"35000", "35000"}, 4, 0, FALSE, FALSE},
        {{"8957101", NULL}, {"732101", "732101"}, {"35000", "35000"}, 4, 0, FALSE, FALSE},
        {{"8957101", "8957101"}, {NULL, NULL}, {"35000", "35001"}, 2, 2, FALSE, TRUE},
        {{"8957101", "8957101"}, {NULL, NULL}, {NULL, "35001"}, 2, 2, FALSE, TRUE},
        {{"8957101", "8957102"}, {"732101", "732101"}, {"35000", "35000"}, 0, 4, TRUE, FALSE},
        {{"8957101", NULL}, {NULL, NULL}, {"35000", "35000"}, 0, 4, TRUE, FALSE},
        {{NULL, NULL}, {NULL, NULL}, {"35000", "35000"}, 0, 4, TRUE, FALSE},
        {{NULL, NULL}, {"732101", "732123"}, {NULL, NULL}, 0, 4, TRUE, TRUE},
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (SimstowSnapshot) archive = simstow_snapshot_new ();
        g_autoptr (SimstowSnapshot) modem = simstow_snapshot_new ();
        SimstowSnapshot *both[] = {archive, modem};
        g_autoptr (SimstowPlan) asked = NULL;
        g_autoptr (SimstowPlan) plan = NULL;
        gsize side;

        for (side = 0; side < 2; side++) {
            SimstowSnapshot *snapshot = both[side];

            snapshot->sim->iccid = g_strdup (rows[i].iccid[side]);
            snapshot->sim->imsi = g_strdup (rows[i].imsi[side]);
            snapshot->device->equipment_id = g_strdup (rows[i].imei[side]);
            add_profile (snapshot, 1, side == 0 ? "claro" : "movistar");
            snapshot->network->allowed_modes = g_strsplit (side == 0 ? "4g" : "3g,4g", ",", -1);
            snapshot->network->bands = g_strsplit (side == 0 ? "eutran-7" : "any", ",", -1);
            snapshot->network->preferred_networks =
                g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_preferred_network_free);
            g_ptr_array_add (snapshot->network->preferred_networks,
                             simstow_preferred_network_new (side == 0 ? "732101" : "732123", NULL));
        }
        asked = simstow_plan_new (archive, modem, SIMSTOW_KIND_NETWORK, FALSE);
        plan = simstow_plan_new (archive, modem, SIMSTOW_KIND_ALL | SIMSTOW_KIND_UNASKED, FALSE);
        g_assert_cmpuint (count_stores (asked, SIMSTOW_ACTION_WRITE, "network/"), ==, 4);
        g_assert_cmpuint (count_stores (plan, SIMSTOW_ACTION_WRITE, "network/"),
                          ==,
                          rows[i].written);
        g_assert_cmpuint (count_stores (plan, SIMSTOW_ACTION_LEAVE, "network/"), ==, rows[i].left);
        g_assert_cmpint (plan->other_sim, ==, rows[i].other_sim);
        g_assert_cmpint (plan->other_modem, ==, rows[i].other_modem);
        g_assert_true (simstow_plan_changes_settings (asked));
    }
}

/* Over MBIM the type of IP may be one that cannot be set */
static void
test_profiles_mbim (void)
{
    g_autoptr (SimstowSnapshot) archive = simstow_snapshot_new ();
    g_autoptr (SimstowSnapshot) modem = simstow_snapshot_new ();

    add_profile (archive, 1, "internet")->ip_type = g_strdup ("ipv4v6");
    add_profile (modem, 1, "internet")->ip_type = g_strdup ("ipv4");
    assert_profiles (archive, modem, FALSE, "write -1 internet\n");
    modem->device->transport = g_strdup ("mbim");
    assert_profiles (archive, modem, FALSE, "skip 1 internet\n");
    assert_profiles (archive, modem, TRUE, "write 1 internet\n");
    add_profile (archive, 2, "internet")->ip_type = g_strdup ("ipv4");
    assert_profiles (archive, modem, FALSE, "write -1 internet\nskip 1 internet\n");
}

/* A profile that the archive has under another number is not written over */
static void
test_profiles_swapped (void)
{
    g_autoptr (SimstowSnapshot) archive = simstow_snapshot_new ();
    g_autoptr (SimstowSnapshot) modem = simstow_snapshot_new ();

    add_profile (archive, 1, "internet");
    add_profile (archive, 2, "mms");
    add_profile (modem, 1, "mms");
    assert_profiles (archive, modem, TRUE, "write -1 internet\nskip 1 mms\n");
}

static void
test_profiles_twice (void)
{
    g_autoptr (SimstowSnapshot) archive = simstow_snapshot_new ();
    g_autoptr (SimstowSnapshot) modem = simstow_snapshot_new ();

    add_profile (archive, 1, "internet");
    add_profile (archive, 2, "internet");
    add_profile (modem, 2, "internet");
    assert_profiles (archive, modem, FALSE, "skip 2 internet\nwrite -1 internet\n");
}

/* Some modems do not tell users and passwords back: no reason to write twice */
static void
test_profiles_half_told (void)
{
    g_autoptr (SimstowSnapshot) archive = simstow_snapshot_new ();
    g_autoptr (SimstowSnapshot) modem = simstow_snapshot_new ();
    SimstowProfile *wanted = add_profile (archive, 1, "internet");

    wanted->user = g_strdup ("claro");
    wanted->ip_type = g_strdup ("ipv4");
    add_profile (modem, 3, "internet");
    assert_profiles (archive, modem, FALSE, "skip 3 internet\n");
    add_profile (modem, 4, "internet")->user = g_strdup ("claro");
    ((SimstowProfile *) g_ptr_array_index (modem->network->profiles, 1))->ip_type =
        g_strdup ("ipv4");
    assert_profiles (archive, modem, FALSE, "skip 4 internet\n");
    g_ptr_array_set_size (modem->network->profiles, 0);
    add_profile (modem, 3, "internet")->user = g_strdup ("tigo");
    assert_profiles (archive, modem, FALSE, "write -1 internet\n");
}

static void
test_values (void)
{
    g_autoptr (SimstowSnapshot) archive = simstow_snapshot_new ();
    g_autoptr (SimstowSnapshot) modem = simstow_snapshot_new ();

    archive->network = simstow_network_new ();
    archive->network->allowed_modes = g_strsplit ("3g,4g", ",", -1);
    archive->network->preferred_mode = g_strdup ("4g");
    archive->network->bands = g_strsplit ("eutran-4,eutran-7", ",", -1);
    assert_plan (archive, modem, FALSE, "refuse network/modes 0\nrefuse network/bands 0\n");
    modem->network = simstow_network_new ();
    modem->network->allowed_modes = g_strsplit ("4g,3g", ",", -1);
    modem->network->preferred_mode = g_strdup ("none");
    modem->network->bands = g_strsplit ("eutran-7,eutran-4", ",", -1);
    assert_plan (archive, modem, FALSE, "write network/modes 0\nskip network/bands 0\n");
    assert_plan (archive, archive, FALSE, "skip network/modes 0\nskip network/bands 0\n");
}

static void
test_preferred (void)
{
    g_autoptr (SimstowSnapshot) archive = simstow_snapshot_new ();
    g_autoptr (SimstowSnapshot) modem = simstow_snapshot_new ();
    g_autoptr (SimstowPlan) plan = NULL;
    const SimstowPlanItem *item;
    const SimstowPreferredNetwork *second;

    add_preferred (archive, "732101", "lte");
    add_preferred (modem, "310410", "umts");
    plan = simstow_plan_new (archive, modem, SIMSTOW_KIND_NETWORK, FALSE);
    g_assert_cmpuint (plan->items->len, ==, 1);
    item = g_ptr_array_index (plan->items, 0);
    g_assert_cmpint (item->action, ==, SIMSTOW_ACTION_WRITE);
    g_assert_cmpuint (item->network.settings->preferred_networks->len, ==, 2);
    second = g_ptr_array_index (item->network.settings->preferred_networks, 1);
    g_assert_cmpstr (second->operator_id, ==, "310410");
    /* written so, it is as wanted */
    g_ptr_array_set_size (modem->network->preferred_networks, 0);
    add_preferred (modem, "732101", "lte");
    add_preferred (modem, "310410", "umts");
    assert_plan (archive, modem, FALSE, "skip network/preferred 0\n");
    assert_plan (archive, modem, TRUE, "write network/preferred 0\n");
    g_ptr_array_set_size (archive->network->preferred_networks, 0);
    assert_plan (archive, modem, FALSE, "");
}

static void
test_never_replayed (void)
{
    g_autoptr (SimstowSnapshot) archive = simstow_snapshot_new ();
    g_autoptr (SimstowSnapshot) modem = simstow_snapshot_new ();

    archive->network = simstow_network_new ();
    archive->network->facility_locks = g_strsplit ("sim,fixed-dialing", ",", -1);
    archive->network->initial_eps = simstow_profile_new ();
    archive->network->initial_eps->apn = g_strdup ("internet");
    modem->network = simstow_network_new ();
    modem->network->facility_locks = g_strsplit ("sim", ",", -1);
    assert_plan (archive,
                 modem,
                 TRUE,
                 "skip network/locks 0: set already\n"
                 "refuse network/locks 0: the fixed-dialing lock needs its password: set it by "
                 "hand\n"
                 "refuse network/initial-eps 0: the modem would attach anew: set it by hand, with "
                 "mmcli --3gpp-set-initial-eps-bearer-settings\n");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/plan/network/profiles", test_profiles);
    g_test_add_func ("/plan/network/profiles-untold", test_profiles_untold);
    g_test_add_func ("/plan/network/profiles-mbim", test_profiles_mbim);
    g_test_add_func ("/plan/network/profiles-swapped", test_profiles_swapped);
    g_test_add_func ("/plan/network/profiles-twice", test_profiles_twice);
    g_test_add_func ("/plan/network/profiles-half-told", test_profiles_half_told);
    g_test_add_func ("/plan/network/values", test_values);
    g_test_add_func ("/plan/network/preferred", test_preferred);
    g_test_add_func ("/plan/network/never-replayed", test_never_replayed);
    g_test_add_func ("/plan-network/other-origin", test_other_origin);
    return g_test_run ();
}
