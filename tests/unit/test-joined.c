/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parts of concatenated messages, put together again.
 */

#include "simstow-hex.h"
#include "simstow-joined.h"

/* SMS-DELIVER in UCS-2: from +573001112222, reference 9, three parts */
#define PART_1 "00440C9175031011222200083211417131020A0E0500030903010075006E006F0020"
#define PART_2 "00440C9175031011222200083211417131020A0E0500030903020064006F00730020"
#define PART_3 "00440C9175031011222200083211417131020A0E0500030903030074007200650073"
/* the same reference and number of parts, another sender */
#define OTHER_2 "00440C9175039099888800083211417131020A0E050003090302006F00740072006F"
/* two parts, U+1F600 cut between its surrogates: "ja" D83D, DE00 "ja" */
#define SPLIT_1 "00440C9175031011222200083211417131020A0C0500030A0201006A0061D83D"
#define SPLIT_2 "00440C9175031011222200083211417131020A0C0500030A0202DE00006A0061"
/* the same reference, a day later */
#define LATER_1 "00440C9175031011222200083211418131020A0A0500030A0201006A006F"
#define LATER_2 "00440C9175031011222200083211418131020A0A0500030A0202006A006F"
/* no parts */
#define SINGLE "00040C9175039099888800083211417131020A080073006F006C006F"
#define BROKEN "00FF"

static GPtrArray *
make_messages (const gchar *const *pdus)
{
    GPtrArray *messages = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_message_free);
    guint i;

    for (i = 0; pdus[i] != NULL; i++) {
        g_autoptr (GBytes) pdu = simstow_hex_decode (pdus[i], -1, NULL);

        g_ptr_array_add (messages,
                         simstow_message_new ("sms/sm", i + 1, SIMSTOW_MESSAGE_STATUS_READ, pdu));
    }
    return messages;
}

/* What was shown: the text and the index of the first part, a line each */
static void
on_joined (const SimstowJoined *joined, guint32 place, gpointer user_data)
{
    g_autofree gchar *text = simstow_joined_get_text (joined);

    g_string_append_printf (user_data, "%u %u %s\n", joined->first->index, joined->missing, text);
}

static gchar *
join (const GPtrArray *messages)
{
    g_autoptr (SimstowJoinedList) list = simstow_joined_list_new ();
    g_autoptr (GError) error = NULL;
    GString *shown = g_string_new (NULL);
    guint i;

    for (i = 0; i < messages->len; i++)
        simstow_joined_list_add (list, g_ptr_array_index (messages, i));
    simstow_joined_list_join (list);
    simstow_joined_list_each (list, on_joined, shown, &error);
    g_assert_no_error (error);
    return g_string_free (shown, FALSE);
}

static void
assert_shown (const gchar *const *pdus, const gchar *expected)
{
    g_autoptr (GPtrArray) messages = make_messages (pdus);
    g_autofree gchar *shown = join (messages);

    g_assert_cmpstr (shown, ==, expected);
}

static void
test_whole (void)
{
    const gchar *const pdus[] = {PART_1, SINGLE, PART_2, PART_3, NULL};

    assert_shown (pdus, "1 0 uno dos tres\n2 0 solo\n");
}

/* Time and address are those of the first part, the place that of the first to come */
static void
test_any_order (void)
{
    const gchar *const pdus[] = {PART_3, SINGLE, PART_1, PART_2, NULL};

    assert_shown (pdus, "3 0 uno dos tres\n2 0 solo\n");
}

static void
test_split_pair (void)
{
    const gchar *const pdus[] = {SPLIT_1, SPLIT_2, NULL};

    assert_shown (pdus, "1 0 ja😀ja\n");
}

static void
test_missing (void)
{
    const gchar *const pdus[] = {PART_3, OTHER_2, PART_2, NULL};

    assert_shown (pdus,
                  "1 1 [part 1 of 3 missing]dos tres\n"
                  "2 2 [part 1 of 3 missing]otro[part 3 of 3 missing]\n");
}

static void
test_reference_used_again (void)
{
    const gchar *const pdus[] = {PART_1, PART_2, PART_3, PART_1, PART_2, PART_3, NULL};

    assert_shown (pdus, "1 0 uno dos tres\n4 0 uno dos tres\n");
}

/* Of those that were rebuilt the reference was made up: parts of one time belong together */
static void
test_rebuilt (void)
{
    /* the second parts of two messages, a day apart, between the others */
    const gchar *const pdus[] = {SPLIT_1, LATER_1, LATER_2, SPLIT_2, NULL};
    g_autoptr (GPtrArray) messages = make_messages (pdus);
    g_autofree gchar *shown = NULL;
    guint i;

    for (i = 0; i < messages->len; i++)
        ((SimstowMessage *) g_ptr_array_index (messages, i))->rebuilt = TRUE;
    shown = join (messages);
    g_assert_cmpstr (shown, ==, "1 0 ja\xF0\x9F\x98\x80ja\n2 0 jojo\n");
}

static void
test_broken (void)
{
    const gchar *const pdus[] = {BROKEN, SINGLE, NULL};
    g_autoptr (GPtrArray) messages = make_messages (pdus);
    g_autofree gchar *shown = join (messages);

    g_assert_true (g_str_has_prefix (shown, "1 0 [saved raw, cannot be decoded: "));
    g_assert_true (g_str_has_suffix (shown, "\n2 0 solo\n"));
}

/* A message as it comes to be: which parts it has, by their indices */
typedef struct {
    const gchar *sender;
    guint shown;
    guint parts[3];
} Group;

/* The same in the simplest way: a part goes to the latest message that waits for it */
static gchar *
join_simply (const gchar *const *senders, const guint *parts, guint count)
{
    g_autoptr (GArray) groups = g_array_new (FALSE, TRUE, sizeof (Group));
    GString *shown = g_string_new (NULL);
    guint i, j;

    for (i = 0; i < count; i++) {
        Group *group = NULL;

        for (j = groups->len; j > 0 && !group; j--)
            if (g_str_equal (g_array_index (groups, Group, j - 1).sender, senders[i]))
                group = &g_array_index (groups, Group, j - 1);
        if (!group || group->parts[parts[i]] != 0) {
            Group fresh = {.sender = senders[i], .shown = i + 1};

            g_array_append_val (groups, fresh);
            group = &g_array_index (groups, Group, groups->len - 1);
        }
        group->parts[parts[i]] = i + 1;
    }
    for (j = 0; j < groups->len; j++) {
        const Group *group = &g_array_index (groups, Group, j);

        g_string_append_printf (shown,
                                "%u %u\n",
                                group->parts[0] != 0 ? group->parts[0] : group->shown,
                                (group->parts[0] == 0) + (group->parts[1] == 0) +
                                    (group->parts[2] == 0));
    }
    return g_string_free (shown, FALSE);
}

static void
test_generated (void)
{
    const gchar *const senders[] = {"31011222", "99088880"};
    guint round, i;

    for (round = 0; round < 500; round++) {
        const guint count = (guint) g_test_rand_int_range (1, 20);
        g_auto (GStrv) pdus = g_new0 (gchar *, count + 1);
        g_autofree guint *parts = g_new0 (guint, count);
        g_autofree const gchar **from = g_new0 (const gchar *, count);
        g_autofree gchar *expected = NULL;
        g_autofree gchar *shown = NULL;
        g_autofree gchar *texts = NULL;
        g_autoptr (GRegex) regex =
            g_regex_new ("(?m) [^ \\n]*(\\[[^\\]]*\\][^ \\n]*)*$", 0, 0, NULL);
        g_autoptr (GPtrArray) messages = NULL;

        for (i = 0; i < count; i++) {
            parts[i] = (guint) g_test_rand_int_range (0, 3);
            from[i] = senders[g_test_rand_int_range (0, 2)];
            pdus[i] = g_strdup_printf ("00440C917503%s00083211417131020A080500030903%02X0061",
                                       from[i],
                                       parts[i] + 1);
        }
        messages = make_messages ((const gchar *const *) pdus);
        texts = join (messages);
        shown = g_regex_replace (regex, texts, -1, 0, "", 0, NULL);
        expected = join_simply (from, parts, count);
        g_assert_cmpstr (shown, ==, expected);
    }
}

/* Bytes of which most lie in a file come back as they were, in any order, while more is kept */
static void
test_kept (void)
{
    const guint count = 200000;
    g_autoptr (SimstowMessages) messages = simstow_messages_new ();
    g_autoptr (GBytes) pdu = simstow_hex_decode (PART_1, -1, NULL);
    g_autoptr (GRand) rand = g_rand_new_with_seed (1);
    g_autoptr (GError) error = NULL;
    guint i;

    for (i = 0; i < count; i++) {
        SimstowMessage message = {
            .store = (gchar *) (i % 2 == 0 ? "sms/sm" : "sms/me"),
            .index = i,
            .status = (SimstowMessageStatus) (i % 5),
            .pdu = pdu,
            .last_seen = i % 3,
            .rest = (gchar *) (i % 7 == 0 ? "\"x\":1" : NULL),
        };

        simstow_messages_append (messages, &message);
        if (i % 100 == 99) {
            const guint32 place = (guint32) g_rand_int_range (rand, 0, (gint32) i + 1);
            g_autoptr (SimstowMessage) found = simstow_messages_read (messages, place, &error);

            g_assert_no_error (error);
            g_assert_cmpuint (found->index, ==, place);
            g_assert_cmpstr (found->store, ==, place % 2 == 0 ? "sms/sm" : "sms/me");
            g_assert_cmpuint (found->status, ==, place % 5);
            g_assert_cmpint (found->last_seen, ==, place % 3);
            g_assert_cmpstr (found->rest, ==, place % 7 == 0 ? "\"x\":1" : NULL);
            g_assert_true (g_bytes_equal (found->pdu, pdu));
        }
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/joined/whole", test_whole);
    g_test_add_func ("/joined/any-order", test_any_order);
    g_test_add_func ("/joined/split-pair", test_split_pair);
    g_test_add_func ("/joined/missing", test_missing);
    g_test_add_func ("/joined/reference-used-again", test_reference_used_again);
    g_test_add_func ("/joined/rebuilt", test_rebuilt);
    g_test_add_func ("/joined/broken", test_broken);
    g_test_add_func ("/joined/generated", test_generated);
    g_test_add_func ("/joined/kept", test_kept);
    return g_test_run ();
}
