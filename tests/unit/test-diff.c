/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Differences between snapshots.
 */

#include "simstow-diff.h"

#include "snapshots.h"

#define READ   SIMSTOW_MESSAGE_STATUS_READ
#define UNREAD SIMSTOW_MESSAGE_STATUS_UNREAD

/* A line a difference: "a messages sms/sm 3 what" */
static gchar *
diff_to_string (const SimstowSnapshot *a, const SimstowSnapshot *b)
{
    const gchar *const kinds[] = {"a", "b", "changed"};
    g_autoptr (GPtrArray) items = simstow_diff (a, b);
    g_autoptr (GString) text = g_string_new (NULL);
    guint i;

    for (i = 0; i < items->len; i++) {
        const SimstowDiffItem *item = g_ptr_array_index (items, i);

        g_string_append_printf (text,
                                "%s %s %s %u %s\n",
                                kinds[item->kind],
                                item->category,
                                item->store ? item->store : "-",
                                item->index,
                                item->what);
    }
    return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
assert_diff (const SimstowSnapshot *a, const SimstowSnapshot *b, const gchar *expected)
{
    g_autofree gchar *text = diff_to_string (a, b);

    g_assert_cmpstr (text, ==, expected);
}

static void
fill (SimstowSnapshot *s)
{
    add_message (s, "sms/me", 1, UNREAD, DELIVER_HEAD "0141");
    add_message (s, "sms/sm", 1, READ, DELIVER_HEAD "0142");
    add_message (s, "sms/sm", 2, READ, DELIVER_HEAD "0142");
    add_contact (s, "phonebook/sm", 1, "+573001234567", "Begoña");
    add_contact (s, "phonebook/sm", 2, "123", "");
    add_call (s, "calls/missed", 1, "300");
    add_call (s, "calls/missed", 2, "300");
    add_profile (s, 1, "internet.comcel.com.co");
    add_preferred (s, "732101", "lte");
    s->network->allowed_modes = g_strsplit ("3g,4g", ",", -1);
    s->network->preferred_mode = g_strdup ("4g");
    s->network->bands = g_strsplit ("eutran-4,eutran-7", ",", -1);
}

static void
test_identical (void)
{
    g_autoptr (SimstowSnapshot) a = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) b = simstow_snapshot_new ();
    g_autoptr (SimstowSnapshot) empty = simstow_snapshot_new ();

    fill (a);
    fill (b);
    assert_diff (a, b, "");
    assert_diff (a, a, "");
    assert_diff (empty, empty, "");
}

static void
test_messages (void)
{
    g_autoptr (SimstowSnapshot) a = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) b = new_modem (10, 10);

    add_message (a, "sms/sm", 1, UNREAD, DELIVER_HEAD "0141");
    add_message (a, "sms/sm", 2, READ, DELIVER_HEAD "0142");
    add_message (a, "sms/sm", 3, READ, DELIVER_HEAD "0143");
    add_message (a, "sms/sm", 4, READ, "0004");
    add_message (b, "sms/sm", 5, READ, DELIVER_HEAD "0141");
    add_message (b, "sms/me", 1, READ, DELIVER_HEAD "0142");
    add_message (b, "sms/sm", 3, READ, DELIVER_HEAD "0144");
    assert_diff (a,
                 b,
                 "changed messages sms/sm 1 status unread -> read\n"
                 "changed messages sms/sm 2 store sms/sm -> sms/me\n"
                 "a messages sms/sm 3 from +57301234567: C\n"
                 "b messages sms/sm 3 from +57301234567: D\n"
                 "a messages sms/sm 4 undecodable, 2 octets\n");
}

/* The same message twice is two records */
static void
test_duplicates (void)
{
    g_autoptr (SimstowSnapshot) a = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) b = new_modem (10, 10);

    add_message (a, "sms/sm", 1, READ, DELIVER_HEAD "0141");
    add_message (a, "sms/sm", 2, READ, DELIVER_HEAD "0141");
    add_message (a, "sms/sm", 3, READ, DELIVER_HEAD "0141");
    add_message (b, "sms/sm", 2, READ, DELIVER_HEAD "0141");
    assert_diff (a,
                 b,
                 "a messages sms/sm 1 from +57301234567: A\n"
                 "a messages sms/sm 3 from +57301234567: A\n");
}

static void
test_control_characters (void)
{
    g_autoptr (SimstowSnapshot) a = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) b = new_modem (10, 10);

    /* UCS-2: ESC [ 2 J */
    add_message (a,
                 "sms/sm",
                 1,
                 READ,
                 "00040B917503214365F70008"
                 "6230100102038A"
                 "08001B005B0032004A");
    assert_diff (a, b, "a messages sms/sm 1 from +57301234567:  [2J\n");
}

/* Without the plugin messages are rebuilt, and compared by what they say */
static void
test_rebuilt (void)
{
    g_autoptr (SimstowSnapshot) a = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) b = simstow_snapshot_new ();
    SimstowStore *store = add_store (b, "sms/sm", -1, TRUE);

    add_message (a, "sms/sm", 1, READ, DELIVER_HEAD "0141");
    add_message (b,
                 "sms/sm",
                 1,
                 READ,
                 "00000B917503214365F70000"
                 "6230100102038A"
                 "0141");
    assert_diff (a,
                 b,
                 "a messages sms/sm 1 from +57301234567: A\n"
                 "b messages sms/sm 1 from +57301234567: A\n");
    g_free (store->via);
    store->via = g_strdup ("mm");
    assert_diff (a, b, "");
    assert_diff (b, a, "");
}

static void
test_contacts (void)
{
    g_autoptr (SimstowSnapshot) a = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) b = new_modem (10, 10);

    add_contact (a, "phonebook/sm", 1, "311", "Ana");
    add_contact (a, "phonebook/sm", 2, "312", "Luz");
    add_contact (a, "phonebook/sm", 3, "313", "Eva");
    add_contact (a, "phonebook/sm", 4, "314", "Ida");
    add_contact (a, "phonebook/sm", 5, "315", "Uma")->type = 161;
    add_contact (b, "phonebook/sm", 1, "312", "Luz");
    add_contact (b, "phonebook/sm", 2, "999", "Ana");
    add_contact (b, "phonebook/sm", 3, "313", "Eva María");
    add_contact (b, "phonebook/sm", 4, "555", "Zoe");
    add_contact (b, "phonebook/sm", 5, "315", "Uma");
    assert_diff (a,
                 b,
                 "changed contacts phonebook/sm 1 number 311 -> 999\n"
                 "changed contacts phonebook/sm 3 name Eva -> Eva María\n"
                 "a contacts phonebook/sm 4 Ida 314\n"
                 "b contacts phonebook/sm 4 Zoe 555\n"
                 "changed contacts phonebook/sm 5 type 161 -> 129\n");
}

static void
test_contact_fields (void)
{
    g_autoptr (SimstowSnapshot) a = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) b = new_modem (10, 10);
    SimstowContact *full = add_contact (a, "phonebook/sm", 1, "311", "Ana");

    add_contact (b, "phonebook/sm", 1, "311", "Ana");
    full->hidden = TRUE;
    simstow_contact_add_group (full, "Trabajo");
    simstow_contact_add_group (full, "Vecinos");
    simstow_contact_add_number (full, "312", 129)->label = g_strdup ("casa");
    g_ptr_array_add (full->emails, g_strdup ("ana@example.org"));
    assert_diff (
        a,
        b,
        "changed contacts phonebook/sm 1 hidden yes -> none, group Trabajo Vecinos -> none, "
        "further numbers casa 312 -> none, email ana@example.org -> none\n");
}

static void
test_calls (void)
{
    g_autoptr (SimstowSnapshot) a = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) b = new_modem (10, 10);

    add_call (a, "calls/missed", 1, "311");
    add_call (a, "calls/missed", 2, "300");
    add_call (b, "calls/missed", 1, "300");
    add_call (b, "calls/dialled", 1, "311");
    assert_diff (a,
                 b,
                 "b calls calls/dialled 1 311 \n"
                 "a calls calls/missed 1 311 \n");
}

static void
test_network (void)
{
    g_autoptr (SimstowSnapshot) a = simstow_snapshot_new ();
    g_autoptr (SimstowSnapshot) b = simstow_snapshot_new ();

    fill (a);
    add_profile (a, 2, "mms.comcel.com.co");
    add_profile (b, 1, "web.colombiamovil.com.co");
    add_profile (b, 5, "mms.comcel.com.co");
    b->network->allowed_modes = g_strsplit ("4g", ",", -1);
    b->network->preferred_mode = g_strdup ("none");
    b->network->bands = g_strsplit ("eutran-7,eutran-4", ",", -1);
    b->network->facility_locks = g_strsplit ("sim", ",", -1);
    add_preferred (b, "732123", "lte");
    g_ptr_array_set_size (a->messages, 0);
    g_ptr_array_set_size (a->contacts, 0);
    g_ptr_array_set_size (a->calls, 0);
    assert_diff (a,
                 b,
                 "changed network - 0 profile 1: internet.comcel.com.co -> "
                 "web.colombiamovil.com.co\n"
                 "changed network - 0 modes 3g, 4g -> 4g\n"
                 "changed network - 0 preferred mode 4g -> none\n"
                 "changed network - 0 preferred networks 732101 (lte) -> 732123 (lte)\n"
                 "b network - 0 locks sim\n");
}

/* Passwords make a difference, and are not shown */
static void
test_password (void)
{
    g_autoptr (SimstowSnapshot) a = simstow_snapshot_new ();
    g_autoptr (SimstowSnapshot) b = simstow_snapshot_new ();
    g_autofree gchar *text = NULL;

    add_profile (a, 1, "internet")->password = g_strdup ("hunter2");
    add_profile (b, 1, "internet")->password = g_strdup ("swordfish");
    text = diff_to_string (a, b);
    g_assert_true (g_str_has_prefix (text, "changed network - 0 profile 1: internet -> "));
    g_assert_null (strstr (text, "hunter2"));
    g_assert_null (strstr (text, "swordfish"));
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/diff/identical", test_identical);
    g_test_add_func ("/diff/messages", test_messages);
    g_test_add_func ("/diff/duplicates", test_duplicates);
    g_test_add_func ("/diff/control-characters", test_control_characters);
    g_test_add_func ("/diff/rebuilt", test_rebuilt);
    g_test_add_func ("/diff/contacts", test_contacts);
    g_test_add_func ("/diff/contact-fields", test_contact_fields);
    g_test_add_func ("/diff/calls", test_calls);
    g_test_add_func ("/diff/network", test_network);
    g_test_add_func ("/diff/password", test_password);
    return g_test_run ();
}
