/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Restore plans for messages.
 */

#include "snapshots.h"

#define READ    SIMSTOW_MESSAGE_STATUS_READ
#define UNREAD  SIMSTOW_MESSAGE_STATUS_UNREAD
#define UNSENT  SIMSTOW_MESSAGE_STATUS_UNSENT
#define UNKNOWN SIMSTOW_MESSAGE_STATUS_UNKNOWN

static void
test_blank (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = new_modem (10, 10);
    g_autoptr (SimstowPlan) plan = NULL;
    guint i;

    /* not in order */
    add_message (archive, "sms/sm", 3, UNREAD, DELIVER_HEAD "0143");
    add_message (archive, "sms/sm", 1, READ, DELIVER_HEAD "0141");
    add_message (archive, "sms/me", 1, READ, DELIVER_HEAD "0144");
    add_message (archive, "sms/sm", 2, READ, DELIVER_HEAD "0142");
    plan = simstow_plan_new (archive, modem, SIMSTOW_KIND_ALL, FALSE);
    g_assert_cmpuint (plan->items->len, ==, 4);
    g_assert_cmpuint (simstow_plan_count (plan, SIMSTOW_ACTION_WRITE), ==, 4);
    for (i = 0; i < 4; i++) {
        const SimstowPlanItem *item = g_ptr_array_index (plan->items, i);

        g_assert_cmpstr (item->store, ==, i == 0 ? "sms/me" : "sms/sm");
        g_assert_cmpuint (item->message->index, ==, i == 0 ? 1 : i);
        g_assert_cmpuint (item->index, ==, 0);
        g_assert_cmpint (item->fate, ==, SIMSTOW_FATE_PENDING);
        g_assert_null (item->reason);
        g_assert_cmpstr (item->target->via, ==, "at");
    }
}

static void
test_there_already (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = new_modem (10, 10);

    add_message (archive, "sms/sm", 1, UNREAD, DELIVER_HEAD "0141");
    add_message (archive, "sms/sm", 2, READ, DELIVER_HEAD "0142");
    add_message (archive, "sms/sm", 3, READ, DELIVER_HEAD "0143");
    add_message (modem, "sms/sm", 7, READ, DELIVER_HEAD "0141");
    add_message (modem, "sms/sm", 2, READ, DELIVER_HEAD "0142");
    add_message (modem, "sms/me", 4, READ, DELIVER_HEAD "0143");
    add_message (modem, "sms/me", 5, READ, DELIVER_HEAD "0150");
    assert_plan (archive,
                 modem,
                 FALSE,
                 "skip sms/sm 7: there already, its status is read\n"
                 "skip sms/sm 2: there already\n"
                 "skip sms/me 4: there already, in sms/me\n");
    assert_plan (archive, archive, FALSE, "skip sms/sm 1\nskip sms/sm 2\nskip sms/sm 3\n");
    assert_plan (archive, archive, TRUE, "skip sms/sm 1\nskip sms/sm 2\nskip sms/sm 3\n");
}

/* Two in the archive, one on the modem: one is missing; then none */
static void
test_duplicates (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = new_modem (10, 10);

    add_message (archive, "sms/sm", 1, READ, DELIVER_HEAD "0141");
    add_message (archive, "sms/sm", 2, READ, DELIVER_HEAD "0141");
    add_message (archive, "sms/me", 1, READ, DELIVER_HEAD "0141");
    add_message (modem, "sms/sm", 5, READ, DELIVER_HEAD "0141");
    assert_plan (archive, modem, FALSE, "write sms/me 0\nskip sms/sm 5\nwrite sms/sm 0\n");
    add_message (modem, "sms/sm", 6, READ, DELIVER_HEAD "0141");
    add_message (modem, "sms/me", 1, READ, DELIVER_HEAD "0141");
    assert_plan (archive, modem, FALSE, "skip sms/me 1\nskip sms/sm 5\nskip sms/sm 6\n");
}

static void
test_full (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = new_modem (2, 10);

    add_message (archive, "sms/sm", 1, READ, DELIVER_HEAD "0141");
    add_message (archive, "sms/sm", 2, READ, DELIVER_HEAD "0142");
    add_message (archive, "sms/sm", 3, READ, DELIVER_HEAD "0143");
    add_message (modem, "sms/sm", 1, READ, DELIVER_HEAD "0150");
    assert_plan (archive,
                 modem,
                 FALSE,
                 "write sms/sm 0\n"
                 "refuse sms/sm 2: sms/sm is full\n"
                 "refuse sms/sm 3: sms/sm is full\n");
    simstow_snapshot_find_store (modem, "sms/sm")->used = 2;
    assert_plan (archive, modem, FALSE, "refuse sms/sm 1\nrefuse sms/sm 2\nrefuse sms/sm 3\n");
    simstow_snapshot_find_store (modem, "sms/sm")->capacity = -1;
    assert_plan (archive, modem, FALSE, "write sms/sm 0\nwrite sms/sm 0\nwrite sms/sm 0\n");
}

static void
test_substitution (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = simstow_snapshot_new ();
    g_autoptr (SimstowSnapshot) other = simstow_snapshot_new ();

    modem->device->transport = g_strdup ("at");
    other->device->transport = g_strdup ("at");
    add_message (archive, "sms/me", 1, READ, DELIVER_HEAD "0141");
    add_message (archive, "sms/me", 2, READ, DELIVER_HEAD "0142");
    add_message (archive, "sms/sm", 1, READ, DELIVER_HEAD "0143");
    add_store (modem, "sms/sm", 2, TRUE);
    /* its own messages come first, whatever the name of the other store */
    assert_plan (archive,
                 modem,
                 FALSE,
                 "write sms/sm 0\n"
                 "write sms/sm 0: sms/me cannot be written on this modem: goes to sms/sm\n"
                 "refuse sms/sm 2: sms/sm is full\n");
    /* written once, it is there */
    add_message (modem, "sms/sm", 2, READ, DELIVER_HEAD "0141");
    assert_plan (archive, modem, FALSE, "write sms/sm 0\nskip sms/sm 2\nrefuse sms/sm 2\n");
    add_store (other, "sms/sm", 5, FALSE);
    add_store (other, "sms/me", 5, TRUE);
    assert_plan (archive, other, FALSE, "write sms/me 0\nwrite sms/me 0\nwrite sms/me 0\n");
}

static void
test_unusable (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = simstow_snapshot_new ();
    SimstowStore *store;

    add_message (archive, "sms/sm", 1, READ, DELIVER_HEAD "0141");
    assert_plan (archive,
                 modem,
                 FALSE,
                 "refuse sms/sm 1: sms/sm cannot be written without the simstow plugin\n");
    modem->device->transport = g_strdup ("at");
    assert_plan (archive, modem, FALSE, "refuse sms/sm 1: this modem has no sms/sm\n");
    modem->sim->lock = g_strdup ("sim-pin");
    assert_plan (archive, modem, FALSE, "refuse sms/sm 1: the SIM is locked (sim-pin)\n");
    store = add_store (modem, "sms/sm", 5, FALSE);
    assert_plan (archive, modem, FALSE, "refuse sms/sm 1: sms/sm can only be read\n");
    store->writable = TRUE;
    store->complete = FALSE;
    assert_plan (archive,
                 modem,
                 FALSE,
                 "refuse sms/sm 1: sms/sm could not be read whole, "
                 "so that what is there is unknown\n");
}

static void
test_unknown_status (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = new_modem (10, 10);

    add_message (archive, "sms/sm", 1, UNKNOWN, DELIVER_HEAD "0141");
    add_message (archive, "sms/sm", 2, UNKNOWN, SUBMIT_HEAD "0141");
    assert_plan (archive,
                 modem,
                 FALSE,
                 "write sms/sm 0: its status is unknown: written as read\n"
                 "write sms/sm 0: its status is unknown: written as unsent\n");
}

static void
test_replace (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = new_modem (2, 10);
    SimstowStore *kept = simstow_snapshot_find_store (archive, "sms/sm");

    add_message (archive, "sms/sm", 1, READ, DELIVER_HEAD "0141");
    add_message (archive, "sms/sm", 2, READ, DELIVER_HEAD "0142");
    add_message (modem, "sms/sm", 1, READ, DELIVER_HEAD "0150");
    add_message (modem, "sms/sm", 2, READ, DELIVER_HEAD "0142");
    add_message (modem, "sms/me", 1, READ, DELIVER_HEAD "0141");
    assert_plan (archive,
                 modem,
                 TRUE,
                 "erase sms/me 1\nerase sms/sm 1\nwrite sms/sm 0\nskip sms/sm 2\n");
    /* what the archive does not have whole is not a reason to erase */
    kept->complete = FALSE;
    assert_plan (archive, modem, TRUE, "erase sms/me 1\nrefuse sms/sm 1\nskip sms/sm 2\n");
    g_ptr_array_set_size (archive->stores, 0);
    assert_plan (archive, modem, TRUE, "refuse sms/sm 1\nskip sms/sm 2\n");
}

static void
test_kinds (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = new_modem (10, 10);
    g_autoptr (SimstowPlan) messages = NULL;
    g_autoptr (SimstowPlan) others = NULL;

    add_message (archive, "sms/sm", 1, READ, DELIVER_HEAD "0141");
    add_contact (archive, "phonebook/sm", 1, "1", "A");
    add_profile (archive, 1, "internet");
    messages = simstow_plan_new (archive, modem, SIMSTOW_KIND_MESSAGES, FALSE);
    g_assert_cmpuint (messages->items->len, ==, 1);
    others = simstow_plan_new (archive, modem, SIMSTOW_KIND_CONTACTS | SIMSTOW_KIND_NETWORK, FALSE);
    g_assert_cmpuint (others->items->len, ==, 2);
}

/* Without the plugin ModemManager stores only what is to be sent */
static void
test_without_plugin (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = simstow_snapshot_new ();
    SimstowStore *store = add_store (modem, "sms/sm", -1, TRUE);

    g_free (store->via);
    store->via = g_strdup ("mm");
    add_message (archive, "sms/sm", 1, READ, DELIVER_HEAD "0141");
    add_message (archive, "sms/sm", 2, READ, DELIVER_HEAD "0142");
    add_message (archive, "sms/sm", 3, UNSENT, SUBMIT_HEAD "0141");
    add_message (archive, "sms/sm", 4, UNSENT, SUBMIT_HEAD "0142");
    add_message (modem,
                 "sms/sm",
                 1,
                 READ,
                 "00000B917503214365F70000"
                 "6230100102038A"
                 "0142");
    add_message (modem,
                 "sms/sm",
                 2,
                 UNSENT,
                 "0001000B917503214365F70000"
                 "0142");
    assert_plan (archive,
                 modem,
                 FALSE,
                 "refuse sms/sm 1: without the simstow plugin only messages to be sent can be "
                 "stored\n"
                 "skip sms/sm 1: there already\n"
                 "write sms/sm 0: without the simstow plugin it comes back as not sent, its other "
                 "fields as ModemManager sets them\n"
                 "skip sms/sm 2: there already\n");
}

/* What a plan says must happen, happened: the next plan has nothing to do */
static void
test_idempotent (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (200, 10);
    g_autoptr (SimstowSnapshot) modem = new_modem (200, 10);
    g_autoptr (SimstowPlan) plan = NULL;
    g_autoptr (SimstowPlan) again = NULL;
    guint i;

    for (i = 1; i <= 100; i++) {
        g_autofree gchar *hex = g_strdup_printf (DELIVER_HEAD "01%02X", i % 60);

        add_message (archive, i % 3 ? "sms/sm" : "sms/me", i, READ, hex);
        if (i % 5 == 0)
            add_message (modem, "sms/sm", i, READ, hex);
    }
    plan = simstow_plan_new (archive, modem, SIMSTOW_KIND_ALL, FALSE);
    g_assert_cmpuint (simstow_plan_count (plan, SIMSTOW_ACTION_SKIP), ==, 20);
    for (i = 0; i < plan->items->len; i++) {
        const SimstowPlanItem *item = g_ptr_array_index (plan->items, i);
        g_autofree gchar *hex = simstow_hex_encode_bytes (item->message->pdu);

        if (item->action == SIMSTOW_ACTION_WRITE)
            add_message (modem, item->store, 100 + i, item->message->status, hex);
    }
    again = simstow_plan_new (archive, modem, SIMSTOW_KIND_ALL, FALSE);
    g_assert_cmpuint (simstow_plan_count (again, SIMSTOW_ACTION_SKIP), ==, 100);
    g_assert_cmpuint (again->items->len, ==, 100);
}

/* Another service centre, a time of the modem's own, a status that no use gives */
static void
test_altered (void)
{
    static const struct {
        SimstowMessageStatus status[2];
        const gchar *wanted;
        const gchar *there;
        guint altered;
        guint written;
    } rows[] = {
        {{READ, READ},
         DELIVER_HEAD "0141",
         "00"
         "040B917503214365F700006230100102038A0141",
         1,
         0},
        {{READ, READ},
         DELIVER_HEAD "0141",
         "00"
         "040B917503214365F700007230100102038A0141",
         1,
         0},
        {{READ, READ},
         DELIVER_HEAD "0141",
         "00"
         "040B917503214365F700005230100102038A0141",
         0,
         1},
        {{READ, READ}, DELIVER_HEAD "0141", DELIVER_HEAD "0142", 0, 1},
        {{READ, UNREAD}, DELIVER_HEAD "0141", DELIVER_HEAD "0141", 1, 0},
        {{UNREAD, READ}, DELIVER_HEAD "0141", DELIVER_HEAD "0141", 0, 0},
        {{SIMSTOW_MESSAGE_STATUS_SENT, READ}, SUBMIT_HEAD "0141", SUBMIT_HEAD "0141", 1, 0},
        {{SIMSTOW_MESSAGE_STATUS_UNSENT, SIMSTOW_MESSAGE_STATUS_SENT},
         SUBMIT_HEAD "0141",
         SUBMIT_HEAD "0141",
         0,
         0},
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
        g_autoptr (SimstowSnapshot) modem = new_modem (10, 10);
        g_autoptr (SimstowPlan) plan = NULL;

        /* later than the message of 2026, earlier than that of 2027 */
        archive->captured = 1785000000;
        add_message (archive, "sms/sm", 1, rows[i].status[0], rows[i].wanted);
        add_message (modem, "sms/sm", 1, rows[i].status[1], rows[i].there);
        plan = simstow_plan_new (archive, modem, SIMSTOW_KIND_ALL, FALSE);
        g_assert_cmpuint (simstow_plan_count_altered (plan), ==, rows[i].altered);
        g_assert_cmpuint (simstow_plan_count (plan, SIMSTOW_ACTION_WRITE), ==, rows[i].written);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/plan/messages/blank", test_blank);
    g_test_add_func ("/plan/messages/there-already", test_there_already);
    g_test_add_func ("/plan/messages/duplicates", test_duplicates);
    g_test_add_func ("/plan/messages/full", test_full);
    g_test_add_func ("/plan/messages/substitution", test_substitution);
    g_test_add_func ("/plan/messages/unusable", test_unusable);
    g_test_add_func ("/plan/messages/unknown-status", test_unknown_status);
    g_test_add_func ("/plan/messages/replace", test_replace);
    g_test_add_func ("/plan/messages/kinds", test_kinds);
    g_test_add_func ("/plan/messages/without-plugin", test_without_plugin);
    g_test_add_func ("/plan/messages/idempotent", test_idempotent);
    g_test_add_func ("/plan/messages/altered", test_altered);
    return g_test_run ();
}
