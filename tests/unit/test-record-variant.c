/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records as dictionaries of the bus.
 */

#include "simstow-record-variant.h"

#include "simstow-error.h"
#include "simstow-hex.h"
#include "simstow-identity.h"
#include "simstow-record-card.h"

static GVariant *
parse (const gchar *text)
{
    g_autoptr (GError) error = NULL;
    GVariant *dict = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);

    g_assert_no_error (error);
    return dict;
}

static void
test_store (void)
{
    g_autoptr (GVariant) dict = parse (
        "{'id': <'phonebook/sm'>, 'used': <uint32 3>, 'capacity': <uint32 250>,"
        " 'access': <'read-write'>, 'first': <uint32 1>, 'last': <uint32 250>,"
        " 'number-length': <uint32 40>, 'name-length': <uint32 18>, 'via': <'card'>, 'way': <'csim'>,"
        " 'extended': <false>, 'marks-read': <true>,"
        " 'of-a-later-version': <(1, 2)>}");
    g_autoptr (SimstowStore) store = simstow_store_from_variant (dict, NULL);

    g_assert_cmpstr (store->id, ==, "phonebook/sm");
    g_assert_cmpint (store->used, ==, 3);
    g_assert_cmpint (store->capacity, ==, 250);
    g_assert_true (store->writable);
    g_assert_false (store->complete);
    g_assert_cmpuint (store->first, ==, 1);
    g_assert_cmpuint (store->last, ==, 250);
    g_assert_cmpint (store->number_length, ==, 40);
    g_assert_cmpint (store->name_length, ==, 18);
    g_assert_cmpstr (store->via, ==, "card");
    g_assert_cmpstr (store->way, ==, "csim");
    g_assert_true (store->plain);
    g_assert_true (store->marks_read);
}

/* Wrong types are as good as absent, numbers beyond all sense are cut */
static void
test_store_distrusted (void)
{
    g_autoptr (GVariant) nameless = parse ("{'id': <uint32 7>, 'used': <uint32 3>}");
    g_autoptr (GVariant) odd =
        parse ("{'id': <'sms/sm'>, 'used': <'three'>, 'capacity': <uint32 4294967295>}");
    g_autoptr (SimstowStore) store = simstow_store_from_variant (odd, NULL);
    g_autoptr (GError) error = NULL;

    g_assert_null (simstow_store_from_variant (nameless, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
    g_assert_cmpint (store->used, ==, -1);
    g_assert_cmpint (store->capacity, ==, G_MAXINT);
    g_assert_false (store->writable);
    g_assert_null (store->via);
    g_assert_null (store->way);
}

static void
test_message (void)
{
    g_autoptr (GVariant) dict =
        parse ("{'index': <uint32 0>, 'status': <'unread'>, 'pdu': <[byte 0x00, 0x04]>}");
    g_autoptr (GVariant) without_index = parse ("{'status': <'read'>, 'pdu': <[byte 0x00]>}");
    g_autoptr (GVariant) without_pdu = parse ("{'index': <uint32 1>, 'pdu': <'0004'>}");
    g_autoptr (SimstowMessage) message = simstow_message_from_variant ("sms/sm", dict, NULL);
    g_autoptr (GError) error = NULL;
    g_autofree gchar *hex = simstow_hex_encode_bytes (message->pdu);

    g_assert_cmpstr (message->store, ==, "sms/sm");
    g_assert_cmpuint (message->index, ==, 0);
    g_assert_cmpint (message->status, ==, SIMSTOW_MESSAGE_STATUS_UNREAD);
    g_assert_cmpstr (hex, ==, "0004");
    g_assert_nonnull (message->fault);
    g_assert_null (simstow_message_from_variant ("sms/sm", without_index, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
    g_clear_error (&error);
    g_assert_null (simstow_message_from_variant ("sms/sm", without_pdu, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
}

static void
test_message_written (void)
{
    g_autoptr (GBytes) pdu = simstow_hex_decode ("0004AA", -1, NULL);
    g_autoptr (SimstowMessage) message =
        simstow_message_new ("sms/sm", 9, SIMSTOW_MESSAGE_STATUS_UNKNOWN, pdu);
    g_autoptr (GVariant) dict =
        g_variant_ref_sink (simstow_message_to_variant (message, SIMSTOW_MESSAGE_STATUS_SENT));
    g_autofree gchar *text = g_variant_print (dict, FALSE);

    g_assert_null (g_strstr_len (text, -1, "index"));
    g_assert_nonnull (g_strstr_len (text, -1, "'status': <'sent'>"));
    g_assert_nonnull (g_strstr_len (text, -1, "'pdu': <[byte 0x00, 0x04, 0xaa]>"));
}

static void
test_contact_round_trip (void)
{
    g_autoptr (GVariant) dict =
        parse ("{'index': <uint32 7>, 'number': <'+573001234567'>, 'type': <uint32 145>,"
               " 'name': <'Begoña'>, 'name-raw': <[byte 0xd8, 0x3d]>, 'hidden': <true>,"
               " 'group': <'Trabajo'>, 'additional-number': <'311'>, 'additional-type': "
               "<uint32 161>, 'second-name': <'B.'>, 'email': <'b@example.org'>,"
               " 'sip-uri': <'sip:b'>, 'tel-uri': <'tel:1'>}");
    g_autoptr (SimstowContact) contact = simstow_contact_from_variant ("phonebook/sm", dict, NULL);
    g_autoptr (GVariant) back = g_variant_ref_sink (simstow_contact_to_variant (contact, 7));
    g_autoptr (GVariant) anywhere = g_variant_ref_sink (simstow_contact_to_variant (contact, 0));
    gsize i;

    g_assert_cmpuint (g_variant_n_children (back), ==, g_variant_n_children (dict));
    for (i = 0; i < g_variant_n_children (dict); i++) {
        g_autoptr (GVariant) entry = g_variant_get_child_value (dict, i);
        g_autoptr (GVariant) wanted = NULL;
        g_autoptr (GVariant) found = NULL;
        const gchar *key;

        g_variant_get (entry, "{&sv}", &key, &wanted);
        found = g_variant_lookup_value (back, key, NULL);
        g_assert_nonnull (found);
        g_assert_true (g_variant_equal (wanted, found));
    }
    g_assert_false (g_variant_lookup (anywhere, "index", "u", NULL));
}

static void
test_contact_bare (void)
{
    g_autoptr (GVariant) dict = parse ("{'index': <uint32 1>, 'number': <uint32 5>}");
    g_autoptr (SimstowContact) contact = simstow_contact_from_variant ("phonebook/sm", dict, NULL);
    g_autoptr (GVariant) back = g_variant_ref_sink (simstow_contact_to_variant (contact, 1));

    g_assert_cmpstr (contact->number, ==, "");
    g_assert_cmpstr (contact->name, ==, "");
    g_assert_cmpuint (contact->type, ==, 129);
    g_assert_null (contact->group);
    g_assert_cmpuint (contact->numbers->len, ==, 0);
    g_assert_cmpuint (g_variant_n_children (back), ==, 4);
}

static void
test_call (void)
{
    g_autoptr (GVariant) dict = parse ("{'index': <uint32 2>, 'number': <'300'>, 'type': <uint32 "
                                       "129>, 'name': <''>, 'time': <'26/03/01,10:20:30-20'>}");
    g_autoptr (SimstowCall) call = simstow_call_from_variant ("calls/missed", dict, NULL);
    g_autoptr (GVariant) back = g_variant_ref_sink (simstow_call_to_variant (call, 2));
    const gchar *time = NULL;

    g_assert_cmpstr (call->time, ==, "26/03/01,10:20:30-20");
    g_assert_true (g_variant_lookup (back, "time", "&s", &time));
    g_assert_cmpstr (time, ==, call->time);
}

/* A set of files with two numbers, one of them called "Casa", and a group "Familia" */
static const gchar sets[] =
    "{'id': <'phonebook/sm'>, 'access': <'read-write'>, 'via': <'card'>, 'extended': <true>,"
    " 'fault': <'EF_SNE is not there'>, 'sets': <[{'first': <uint32 1>, 'last': <uint32 9>,"
    " 'files': <@aa{sv} [{'tag': <byte 0xC0>, 'size': <uint32 24>, 'capacity': <uint32 9>},"
    " {'tag': <byte 0xC4>, 'size': <uint32 15>, 'capacity': <uint32 9>},"
    " {'tag': <byte 0xC4>, 'size': <uint32 15>, 'capacity': <uint32 9>},"
    " {'tag': <byte 0xC3>, 'size': <uint32 8>, 'capacity': <uint32 9>},"
    " {'tag': <byte 0xC5>, 'size': <uint32 2>, 'capacity': <uint32 9>},"
    " {'tag': <byte 0xC6>, 'size': <uint32 2>, 'capacity': <uint32 9>},"
    " {'tag': <byte 0xC7>, 'size': <uint32 6>, 'capacity': <uint32 2>},"
    " {'tag': <byte 0xC8>, 'size': <uint32 9>, 'capacity': <uint32 2>},"
    " {'tag': <byte 0xCA>, 'size': <uint32 20>, 'capacity': <uint32 3>},"
    " {'tag': <byte 0xC9>, 'size': <uint32 2>, 'capacity': <uint32 9>}, {'tag': <'odd'>}]>,"
    " 'groups': <[[byte 0x46, 0x61, 0x6d, 0x69, 0x6c, 0x69, 0x61, 0xff, 0xff]]>}]>}";

static SimstowContact *
full_contact (void)
{
    SimstowContact *contact = simstow_contact_new ("phonebook/sm", 2, "+573001234567", 145, "Ana");

    simstow_contact_add_second_name (contact, "Anita");
    simstow_contact_add_number (contact, "5551234", 129)->label = g_strdup ("Casa");
    simstow_contact_add_number (contact, "012345678901234567890123", 161);
    g_ptr_array_add (contact->emails, g_strdup ("ana@example.org"));
    simstow_contact_add_group (contact, "Familia");
    simstow_contact_add_group (contact, "Vecinos");
    contact->hidden = TRUE;
    contact->name_alpha = g_bytes_new_static ("\x80\0A\0n\0a", 7);
    return contact;
}

/* All that a USIM contact has goes to the card's form and comes back */
static void
test_usim_round_trip (void)
{
    g_autoptr (GVariant) dict = parse (sets);
    g_autoptr (SimstowStore) store = simstow_store_from_variant (dict, NULL);
    g_autoptr (SimstowContact) contact = full_contact ();
    g_autoptr (SimstowContact) back = NULL;
    g_autoptr (GVariant) record = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree gchar *wanted = simstow_contact_identity (contact);
    g_autofree gchar *found = NULL;

    g_assert_cmpstr (store->fault, ==, "EF_SNE is not there");
    g_assert_false (store->plain);
    record = simstow_record_card_from_contact (contact,
                                               2,
                                               0,
                                               simstow_phonebook_sets_find (store->sets, 2),
                                               &error);
    g_assert_no_error (error);
    g_variant_ref_sink (record);
    back = simstow_contact_from_variant ("phonebook/sm", record, &error);
    g_assert_no_error (error);
    found = simstow_contact_identity (back);
    g_assert_cmpstr (found, ==, wanted);
    g_assert_true (g_bytes_equal (back->name_alpha, contact->name_alpha));
    g_assert_cmpuint (((SimstowContactNumber *) back->numbers->pdata[1])->type, ==, 161);
}

/* What has no place is refused, and nothing of it leaks */
static void
test_usim_refused (void)
{
    g_autoptr (GVariant) dict = parse (sets);
    g_autoptr (SimstowStore) store = simstow_store_from_variant (dict, NULL);
    const SimstowPhonebookSet *set = simstow_phonebook_sets_find (store->sets, 2);
    guint i;

    for (i = 0; i < 5; i++) {
        g_autoptr (SimstowContact) contact = full_contact ();
        g_autoptr (GError) error = NULL;

        if (i == 0)
            simstow_contact_add_number (contact, "3", 129);
        else if (i == 1)
            g_ptr_array_add (contact->emails, g_strdup ("b@example.org"));
        else if (i == 2)
            simstow_contact_add_second_name (contact, "B");
        else if (i == 3)
            simstow_contact_add_group (contact, "ten octets");
        else
            ((SimstowContactNumber *) contact->numbers->pdata[1])->label = g_strdup ("seven o");
        g_assert_null (simstow_record_card_from_contact (contact, 2, 0, set, &error));
        g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD);
    }
}

/* Fields of another type, or of a kind to come, are passed over; malformed ones are not */
static void
test_usim_distrusted (void)
{
    g_autoptr (GVariant) odd = parse (
        "{'index': <uint32 1>, 'raw': <[byte 0x41, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,"
        " 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]>, 'fields': <@aa{sv} [{'tag': <'C4'>}, {},"
        " {'tag': <byte 0xD0>, 'raw': <[byte 0x41]>}, {'tag': <byte 0xC3>},"
        " {'tag': <byte 0xC5>, 'raw': <[byte 0x01]>}, {'tag': <byte 0xC6>, 'names': <'A'>}]>}");
    g_autoptr (GVariant) malformed = parse (
        "{'index': <uint32 1>, 'raw': <[byte 0x41, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,"
        " 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]>, 'fields': <@aa{sv} [{'tag': <byte 0xC4>,"
        " 'raw': <[byte 0x41]>}]>}");
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowContact) contact = simstow_contact_from_variant ("phonebook/sm", odd, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (contact->name, ==, "A");
    g_assert_null (contact->second_name);
    g_assert_null (contact->group);
    g_assert_false (contact->hidden);
    g_assert_null (simstow_contact_from_variant ("phonebook/sm", malformed, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
}

/* What the plugin could not understand is no record, whatever the store */
static void
test_unread (void)
{
    g_autoptr (GVariant) row = g_variant_ref_sink (
        g_variant_new_parsed ("{'index': <uint32 7>, 'fault': <'no number'>, 'row': <b'+CPBR'>}"));
    g_autoptr (GVariant) nothing =
        g_variant_ref_sink (g_variant_new_parsed ("{'fault': <'SIM failure (CMS 313)'>}"));
    g_autoptr (GVariant) file = g_variant_ref_sink (g_variant_new_parsed (
        "{'index': <uint32 1>, 'name': <'EF_SPN'>, 'fault': <'none (SW 6A82)'>}"));
    g_autoptr (GVariant) contact = g_variant_ref_sink (g_variant_new_parsed (
        "{'index': <uint32 1>, 'raw': <b'ab'>, 'fault': <'none (SW 6A82)'>}"));
    g_autoptr (SimstowUnread) unread = simstow_unread_from_variant ("phonebook/sm", row);
    g_autoptr (SimstowUnread) bare = simstow_unread_from_variant ("sms/sm", nothing);
    g_autoptr (GBytes) odd = g_bytes_new_static ("a\0\"\xFF\r", 5);
    g_autofree gchar *quoted = simstow_unread_quote (odd);

    g_assert_cmpuint (unread->index, ==, 7);
    g_assert_cmpstr (unread->store, ==, "phonebook/sm");
    g_assert_cmpstr (unread->fault, ==, "no number");
    g_assert_cmpuint (g_bytes_get_size (unread->raw), ==, 6);
    g_assert_cmpuint (bare->index, ==, 0);
    g_assert_null (bare->raw);
    g_assert_null (simstow_unread_from_variant ("simfile", file));
    g_assert_null (simstow_unread_from_variant ("phonebook/sm", contact));
    g_assert_cmpstr (quoted, ==, "a\\x00\\\"\\xFF\\x0D");
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/record-variant/store", test_store);
    g_test_add_func ("/record-variant/store-distrusted", test_store_distrusted);
    g_test_add_func ("/record-variant/message", test_message);
    g_test_add_func ("/record-variant/message-written", test_message_written);
    g_test_add_func ("/record-variant/contact", test_contact_round_trip);
    g_test_add_func ("/record-variant/contact-bare", test_contact_bare);
    g_test_add_func ("/record-variant/call", test_call);
    g_test_add_func ("/record-variant/usim-round-trip", test_usim_round_trip);
    g_test_add_func ("/record-variant/usim-refused", test_usim_refused);
    g_test_add_func ("/record-variant/usim-distrusted", test_usim_distrusted);
    g_test_add_func ("/record-variant/unread", test_unread);
    return g_test_run ();
}
