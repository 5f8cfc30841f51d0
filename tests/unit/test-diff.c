/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Differences between snapshots.
 */

#include "simstow-identity.h"
#include "simstow-message-diff.h"

#include "simstow-error.h"
#include "snapshots.h"

#define READ   SIMSTOW_MESSAGE_STATUS_READ
#define UNREAD SIMSTOW_MESSAGE_STATUS_UNREAD

/* A line a difference: "a messages sms/sm 3 what" */
static void
on_difference (const SimstowDiffItem *item, gpointer user_data)
{
    const gchar *const kinds[] = {"a", "b", "changed"};

    g_string_append_printf (user_data,
                            "%s %s %s %u %s\n",
                            kinds[item->kind],
                            item->category,
                            item->store ? item->store : "-",
                            item->index,
                            item->what);
}

static void
add_messages (SimstowMessageDiff *diff, guint side, const SimstowSnapshot *snapshot)
{
    guint i;

    for (i = 0; i < snapshot->messages->len; i++)
        simstow_message_diff_add (diff, side, g_ptr_array_index (snapshot->messages, i), snapshot);
}

static void
diff_messages (SimstowSnapshot *a, SimstowSnapshot *b, GString *text)
{
    g_autoptr (SimstowMessageDiff) diff = simstow_message_diff_new ();
    g_autoptr (GError) error = NULL;

    simstow_snapshot_sort (a);
    simstow_snapshot_sort (b);
    add_messages (diff, 0, a);
    add_messages (diff, 1, b);
    simstow_message_diff_run (diff, &error);
    g_assert_no_error (error);
    simstow_message_diff_each (diff, on_difference, text, &error);
    g_assert_no_error (error);
}

static gchar *
diff_to_string (SimstowSnapshot *a, SimstowSnapshot *b)
{
    g_autoptr (GPtrArray) items = simstow_diff (a, b);
    g_autoptr (GString) text = g_string_new (NULL);
    guint i;

    diff_messages (a, b, text);
    for (i = 0; i < items->len; i++)
        on_difference (g_ptr_array_index (items, i), text);
    return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
assert_diff (SimstowSnapshot *a, SimstowSnapshot *b, const gchar *expected)
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

/* The rule, all against all: what each pass asks of two messages */
static const struct {
    gboolean by_content;
    gboolean rebuilt_a;
    gboolean rebuilt_b;
    gboolean store;
    gboolean status;
    gboolean index;
} rules[] = {
    {FALSE, FALSE, FALSE, TRUE, TRUE, TRUE},
    {FALSE, FALSE, FALSE, TRUE, TRUE, FALSE},
    {FALSE, FALSE, FALSE, TRUE, FALSE, FALSE},
    {FALSE, FALSE, FALSE, FALSE, TRUE, FALSE},
    {FALSE, FALSE, FALSE, FALSE, FALSE, FALSE},
    {TRUE, TRUE, FALSE, TRUE, FALSE, FALSE},
    {TRUE, FALSE, TRUE, TRUE, FALSE, FALSE},
    {TRUE, TRUE, FALSE, FALSE, FALSE, FALSE},
    {TRUE, FALSE, TRUE, FALSE, FALSE, FALSE},
};

static gboolean
is_alike (const SimstowMessage *a, const SimstowMessage *b, guint rule)
{
    gchar *(*identify) (const SimstowMessage *) =
        rules[rule].by_content ? simstow_message_content_identity : simstow_message_identity;
    g_autofree gchar *identity_a = identify (a);
    g_autofree gchar *identity_b = identify (b);

    return identity_a && g_strcmp0 (identity_a, identity_b) == 0 &&
           (a->rebuilt || !rules[rule].rebuilt_a) && (b->rebuilt || !rules[rule].rebuilt_b) &&
           (!rules[rule].store || g_str_equal (a->store, b->store)) &&
           (!rules[rule].status || a->status == b->status) &&
           (!rules[rule].index || a->index == b->index);
}

/* Which of @b each of @a is paired with, from 1; and the other way round */
static void
pair_all (const SimstowSnapshot *a, const SimstowSnapshot *b, guint *of_a, guint *of_b)
{
    guint rule, i, j;

    for (rule = 0; rule < G_N_ELEMENTS (rules); rule++)
        for (i = 0; i < a->messages->len; i++)
            for (j = 0; j < b->messages->len && of_a[i] == 0; j++)
                if (of_b[j] == 0 && is_alike (g_ptr_array_index (a->messages, i),
                                              g_ptr_array_index (b->messages, j),
                                              rule)) {
                    of_a[i] = j + 1;
                    of_b[j] = i + 1;
                }
}

static void
append_expected (GString *text, const gchar *kind, const SimstowMessage *message)
{
    g_string_append_printf (text, "%s messages %s %u\n", kind, message->store, message->index);
}

static gchar *
expected_change (const gchar *field, const gchar *a, const gchar *b)
{
    return g_str_equal (a, b) ? NULL : g_strdup_printf ("%s %s -> %s", field, a, b);
}

static void
expect_first (GString *text, const SimstowMessage *a, const SimstowMessage *b)
{
    g_autofree gchar *store = b ? expected_change ("store", a->store, b->store) : NULL;
    g_autofree gchar *status = b ? expected_change ("status",
                                                    simstow_message_status_to_string (a->status),
                                                    simstow_message_status_to_string (b->status))
                                 : NULL;

    if (!b)
        append_expected (text, "a", a);
    else if (store || status)
        g_string_append_printf (text,
                                "changed messages %s %u %s%s%s\n",
                                a->store,
                                a->index,
                                store ? store : "",
                                store && status ? ", " : "",
                                status ? status : "");
}

static gchar *
diff_simply (const SimstowSnapshot *a, const SimstowSnapshot *b)
{
    g_autofree guint *of_a = g_new0 (guint, a->messages->len + 1);
    g_autofree guint *of_b = g_new0 (guint, b->messages->len + 1);
    GString *text = g_string_new (NULL);
    guint i = 0;
    guint j = 0;

    pair_all (a, b, of_a, of_b);
    while (i < a->messages->len || j < b->messages->len) {
        const SimstowMessage *left = i < a->messages->len ? a->messages->pdata[i] : NULL;
        const SimstowMessage *right = j < b->messages->len ? b->messages->pdata[j] : NULL;
        gint order = !left ? 1 : !right ? -1 : strcmp (left->store, right->store);

        if (order < 0 || (order == 0 && left->index <= right->index)) {
            expect_first (text, left, of_a[i] > 0 ? b->messages->pdata[of_a[i] - 1] : NULL);
            i++;
        } else {
            if (of_b[j] == 0)
                append_expected (text, "b", right);
            j++;
        }
    }
    return g_string_free (text, FALSE);
}

/* Few texts, stores, places and states, so that all of them meet */
static SimstowSnapshot *
generate (gboolean rebuilt)
{
    /* the same content in 7 bits and in UCS-2, the same with another SMSC, undecodable */
    static const gchar *const pdus[] = {
        DELIVER_HEAD "0141",
        DELIVER_HEAD "0142",
        "0004"
        "0B917503214365F70000"
        "6230100102038A"
        "0141",
        "0004"
        "0B917503214365F70008"
        "6230100102038A"
        "020041",
        "0004",
    };
    static const gchar *const stores[] = {"sms/me", "sms/sm", "sms/mt"};
    SimstowSnapshot *snapshot = simstow_snapshot_new ();
    gint count = g_test_rand_int_range (0, 14);

    while (count-- > 0)
        add_message (snapshot,
                     stores[g_test_rand_int_range (0, 3)],
                     (guint) g_test_rand_int_range (0, 4),
                     (SimstowMessageStatus) g_test_rand_int_range (0, 2),
                     pdus[g_test_rand_int_range (0, G_N_ELEMENTS (pdus))])
            ->rebuilt = rebuilt && g_test_rand_int_range (0, 2) == 0;
    simstow_snapshot_sort (snapshot);
    return snapshot;
}

/* Leaves out what is said of those without a partner */
static gchar *
without_words (const gchar *text)
{
    g_autoptr (GRegex) regex =
        g_regex_new ("^([ab] messages \\S+ \\d+).*$", G_REGEX_MULTILINE, 0, NULL);

    return g_regex_replace (regex, text, -1, 0, "\\1", 0, NULL);
}

static void
test_generated (void)
{
    guint i;

    for (i = 0; i < 2000; i++) {
        g_autoptr (SimstowSnapshot) a = generate (i % 2 == 0);
        g_autoptr (SimstowSnapshot) b = generate (i % 4 < 2);
        g_autofree gchar *expected = diff_simply (a, b);
        g_autofree gchar *text = diff_to_string (a, b);
        g_autofree gchar *found = without_words (text);

        g_assert_cmpstr (found, ==, expected);
    }
}

/* What rows have no room for is refused, not mistaken */
static void
test_too_many_stores (void)
{
    g_autoptr (SimstowMessageDiff) diff = simstow_message_diff_new ();
    g_autoptr (SimstowSnapshot) a = simstow_snapshot_new ();
    g_autoptr (GError) error = NULL;
    guint i;

    for (i = 0; i <= G_MAXUINT16; i++) {
        g_autofree gchar *store = g_strdup_printf ("sms/%u", i);

        add_message (a, store, 1, READ, "0004");
    }
    add_messages (diff, 0, a);
    g_assert_false (simstow_message_diff_run (diff, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_FAILED);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/diff/identical", test_identical);
    g_test_add_func ("/diff/messages", test_messages);
    g_test_add_func ("/diff/duplicates", test_duplicates);
    g_test_add_func ("/diff/generated", test_generated);
    g_test_add_func ("/diff/too-many-stores", test_too_many_stores);
    g_test_add_func ("/diff/control-characters", test_control_characters);
    g_test_add_func ("/diff/rebuilt", test_rebuilt);
    g_test_add_func ("/diff/contacts", test_contacts);
    g_test_add_func ("/diff/contact-fields", test_contact_fields);
    g_test_add_func ("/diff/calls", test_calls);
    g_test_add_func ("/diff/network", test_network);
    g_test_add_func ("/diff/password", test_password);
    return g_test_run ();
}
