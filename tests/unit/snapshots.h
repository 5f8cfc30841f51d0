/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small snapshots for the tests of the plan room: a modem with its stores, and
 * records put into them one a line.
 */

#pragma once

#include <string.h>

#include "simstow-hex.h"
#include "simstow-plan.h"

/* SMSC +573000000000, DELIVER from +57301234567, 2026-03-01 10:20:30 -05:00:
 * the last octets are the text's */
#define DELIVER_HEAD       \
    "079175030000000004"   \
    "0B917503214365F70000" \
    "6230100102038A"
#define SUBMIT_HEAD "0011000B917503214365F70000AA"

static inline SimstowStore *
add_store (SimstowSnapshot *snapshot, const gchar *id, gint capacity, gboolean writable)
{
    SimstowStore *store = simstow_store_new (id);

    store->capacity = capacity;
    store->writable = writable;
    store->complete = TRUE;
    g_free (store->via);
    store->via = g_strdup ("at");
    if (!g_str_has_prefix (id, "sms/") && capacity > 0) {
        store->first = 1;
        store->last = (guint) capacity;
    }
    g_ptr_array_add (snapshot->stores, store);
    return store;
}

static inline SimstowMessage *
add_message (SimstowSnapshot *snapshot,
             const gchar *store,
             guint index,
             SimstowMessageStatus status,
             const gchar *hex)
{
    g_autoptr (GBytes) pdu = simstow_hex_decode (hex, -1, NULL);
    SimstowMessage *message = simstow_message_new (store, index, status, pdu);

    g_ptr_array_add (snapshot->messages, message);
    return message;
}

static inline SimstowContact *
add_contact (SimstowSnapshot *snapshot,
             const gchar *store,
             guint index,
             const gchar *number,
             const gchar *name)
{
    SimstowContact *contact = simstow_contact_new (store, index, number, 129, name);

    g_ptr_array_add (snapshot->contacts, contact);
    return contact;
}

static inline SimstowCall *
add_call (SimstowSnapshot *snapshot, const gchar *store, guint index, const gchar *number)
{
    SimstowCall *call = simstow_call_new (store, index, number, 129, "");

    g_ptr_array_add (snapshot->calls, call);
    return call;
}

static inline SimstowProfile *
add_profile (SimstowSnapshot *snapshot, gint id, const gchar *apn)
{
    SimstowProfile *profile = simstow_profile_new ();

    if (!snapshot->network)
        snapshot->network = simstow_network_new ();
    if (!snapshot->network->profiles)
        snapshot->network->profiles =
            g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_profile_free);
    profile->id = id;
    profile->apn = g_strdup (apn);
    g_ptr_array_add (snapshot->network->profiles, profile);
    return profile;
}

static inline void
add_preferred (SimstowSnapshot *snapshot, const gchar *operator_id, const gchar *technology)
{
    const gchar *technologies[] = {technology, NULL};

    if (!snapshot->network)
        snapshot->network = simstow_network_new ();
    if (!snapshot->network->preferred_networks)
        snapshot->network->preferred_networks =
            g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_preferred_network_free);
    g_ptr_array_add (snapshot->network->preferred_networks,
                     simstow_preferred_network_new (operator_id, technologies));
}

/* A modem with the plugin, message stores for @messages and a phonebook for @contacts */
static inline SimstowSnapshot *
new_modem (gint messages, gint contacts)
{
    SimstowSnapshot *snapshot = simstow_snapshot_new ();

    snapshot->device->transport = g_strdup ("at");
    add_store (snapshot, "sms/sm", messages, TRUE);
    add_store (snapshot, "sms/me", messages, TRUE);
    add_store (snapshot, "phonebook/sm", contacts, TRUE);
    return snapshot;
}

/* One step in a line: "write sms/sm 0", with the reason after a colon when asked for */
static inline gchar *
step_to_string (const SimstowPlanItem *item, gboolean reason)
{
    const gchar *const words[] = {"write", "skip", "refuse", "erase"};

    return g_strdup_printf ("%s %s %u%s%s",
                            words[item->action],
                            item->store,
                            item->index,
                            reason && item->reason ? ": " : "",
                            reason && item->reason ? item->reason : "");
}

/* The whole plan, a line a step */
static inline gchar *
plan_to_string (const SimstowPlan *plan, gboolean reasons)
{
    g_autoptr (GString) text = g_string_new (NULL);
    guint i;

    for (i = 0; i < plan->items->len; i++) {
        g_autofree gchar *line = step_to_string (g_ptr_array_index (plan->items, i), reasons);

        g_string_append_printf (text, "%s\n", line);
    }
    return g_string_free (g_steal_pointer (&text), FALSE);
}

static inline void
assert_plan (const SimstowSnapshot *archive,
             const SimstowSnapshot *modem,
             gboolean replace,
             const gchar *expected)
{
    g_autoptr (SimstowPlan) plan = simstow_plan_new (archive, modem, SIMSTOW_KIND_ALL, replace);
    g_autofree gchar *text = plan_to_string (plan, strstr (expected, ": ") != NULL);

    g_assert_cmpstr (text, ==, expected);
}
