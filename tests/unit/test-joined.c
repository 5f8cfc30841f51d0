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

static void
assert_texts (const gchar *const *pdus, const gchar *const *texts)
{
    g_autoptr (GPtrArray) messages = make_messages (pdus);
    g_autoptr (GPtrArray) list = simstow_joined_list (messages);
    guint i;

    g_assert_cmpuint (list->len, ==, g_strv_length ((gchar **) texts));
    for (i = 0; i < list->len; i++) {
        const SimstowJoined *joined = g_ptr_array_index (list, i);
        g_autofree gchar *text = simstow_joined_get_text (joined);

        g_assert_cmpstr (text, ==, texts[i]);
        g_assert_nonnull (joined->first);
    }
}

static void
test_whole (void)
{
    const gchar *const pdus[] = {PART_1, SINGLE, PART_2, PART_3, NULL};
    const gchar *const texts[] = {"uno dos tres", "solo", NULL};

    assert_texts (pdus, texts);
}

static void
test_any_order (void)
{
    const gchar *const pdus[] = {PART_3, PART_1, PART_2, NULL};
    const gchar *const texts[] = {"uno dos tres", NULL};
    g_autoptr (GPtrArray) messages = make_messages (pdus);
    g_autoptr (GPtrArray) list = simstow_joined_list (messages);
    const SimstowJoined *joined = g_ptr_array_index (list, 0);

    assert_texts (pdus, texts);
    g_assert_cmpuint (joined->first->index, ==, 2);
    g_assert_cmpuint (joined->missing, ==, 0);
}

static void
test_split_pair (void)
{
    const gchar *const pdus[] = {SPLIT_1, SPLIT_2, NULL};
    const gchar *const texts[] = {"ja😀ja", NULL};

    assert_texts (pdus, texts);
}

static void
test_missing (void)
{
    const gchar *const pdus[] = {PART_3, OTHER_2, NULL};
    const gchar *const texts[] = {"[part 1 of 3 missing][part 2 of 3 missing]tres",
                                  "[part 1 of 3 missing]otro[part 3 of 3 missing]",
                                  NULL};

    assert_texts (pdus, texts);
}

static void
test_reference_used_again (void)
{
    const gchar *const pdus[] = {PART_1, PART_2, PART_3, PART_1, PART_2, PART_3, NULL};
    const gchar *const texts[] = {"uno dos tres", "uno dos tres", NULL};

    assert_texts (pdus, texts);
}

static void
test_broken (void)
{
    const gchar *const pdus[] = {BROKEN, SINGLE, NULL};
    g_autoptr (GPtrArray) messages = make_messages (pdus);
    g_autoptr (GPtrArray) list = simstow_joined_list (messages);
    g_autofree gchar *text = simstow_joined_get_text (g_ptr_array_index (list, 0));

    g_assert_cmpuint (list->len, ==, 2);
    g_assert_true (g_str_has_prefix (text, "[saved raw, cannot be decoded: "));
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
    g_test_add_func ("/joined/broken", test_broken);
    return g_test_run ();
}
