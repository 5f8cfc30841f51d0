/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records as JSON and vCards: the text that is promised, every field back, and
 * text that is refused.
 */

#include "simstow-record-json.h"

#include <string.h>

#include "archive-sample.h"
#include "simstow-contact-vcard.h"
#include "simstow-error.h"
#include "simstow-header-json.h"
#include "simstow-hex.h"
#include "simstow-json-scanner.h"
#include "simstow-json-writer.h"

static SimstowMessage *
message_new (const gchar *hex, SimstowMessageStatus status)
{
    g_autoptr (GBytes) pdu = simstow_hex_decode (hex, -1, NULL);

    return simstow_message_new ("sms/sm", 7, status, pdu);
}

static void
check_message_text (SimstowMessage *message, const gchar *expected)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GString) again = g_string_new (NULL);
    g_autoptr (SimstowMessage) copy = NULL;

    simstow_message_append_json (message, text);
    g_assert_cmpstr (text->str, ==, expected);
    g_assert_true (simstow_message_check_json (text->str, text->len, &error));
    copy = simstow_message_from_json (text->str, text->len, &error);
    g_assert_no_error (error);
    simstow_message_decode (copy);
    g_assert_true (g_bytes_equal (message->pdu, copy->pdu));
    g_assert_cmpint (message->status, ==, copy->status);
    g_assert_cmpint (message->first_seen, ==, copy->first_seen);
    g_assert_cmpint (message->last_seen, ==, copy->last_seen);
    simstow_message_append_json (copy, again);
    g_assert_cmpstr (again->str, ==, expected);
}

static void
test_message_deliver (void)
{
    g_autoptr (SimstowMessage) message =
        message_new (SAMPLE_DELIVER, SIMSTOW_MESSAGE_STATUS_UNREAD);

    message->first_seen = 1700000000;
    message->last_seen = 1714585000;
    check_message_text (
        message,
        "{\"store\":\"sms/sm\",\"index\":7,\"status\":\"unread\",\"pdu\":\"" SAMPLE_DELIVER "\","
        "\"first_seen\":\"2023-11-14T22:13:20Z\",\"last_seen\":\"2024-05-01T17:36:40Z\","
        "\"tpdu\":\"040C9175031032547600084250102143650A0C004100F1006F0020D83DDE00\","
        "\"smsc\":\"+57316000001\",\"address\":\"+573001234567\",\"address_type\":145,"
        "\"type\":\"deliver\",\"time\":\"2024-05-01T12:34:56-05:00\",\"pid\":0,\"dcs\":8,"
        "\"text\":\"Año 😀\"}");
}

static void
test_message_submit (void)
{
    g_autoptr (SimstowMessage) message = message_new ("00"
                                                      "0107"
                                                      "038121F3"
                                                      "0000"
                                                      "04"
                                                      "E8373B0C",
                                                      SIMSTOW_MESSAGE_STATUS_SENT);

    check_message_text (
        message,
        "{\"store\":\"sms/sm\",\"index\":7,\"status\":\"sent\",\"pdu\":\"000107038121F3000004E8373B0C\","
        "\"tpdu\":\"0107038121F3000004E8373B0C\",\"address\":\"123\",\"address_type\":129,"
        "\"type\":\"submit\",\"reference\":7,\"pid\":0,\"dcs\":0,\"text\":\"hola\"}");
}

static void
test_message_broken (void)
{
    g_autoptr (SimstowMessage) message = message_new ("0004", SIMSTOW_MESSAGE_STATUS_UNKNOWN);
    g_autofree gchar *expected = NULL;

    g_assert_nonnull (message->fault);
    expected = g_strdup_printf ("{\"store\":\"sms/sm\",\"index\":7,\"status\":\"unknown\","
                                "\"pdu\":\"0004\",\"tpdu\":\"04\",\"fault\":\"%s\"}",
                                message->fault);
    check_message_text (message, expected);
}

/* What only a newer version knows is passed over; the order does not matter */
static void
test_message_unknown_keys (void)
{
    static const gchar text[] = "{\"new\":{\"a\":[1,2,{}]},\"pdu\":\"0004\",\"index\":4294967295,"
                                "\"status\":\"odd\",\"store\":\"\\u0073ms\\/sm\",\"x\":null}";
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowMessage) message = simstow_message_from_json (text, strlen (text), &error);

    g_assert_no_error (error);
    g_assert_cmpstr (message->store, ==, "sms/sm");
    g_assert_cmpuint (message->index, ==, G_MAXUINT32);
    g_assert_cmpint (message->status, ==, SIMSTOW_MESSAGE_STATUS_UNKNOWN);
}

static void
test_message_refused (gconstpointer user_data)
{
    const gchar *text = user_data;
    g_autoptr (GError) error = NULL;

    g_assert_null (simstow_message_from_json (text, strlen (text), &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
}

static const struct {
    const gchar *name;
    const gchar *text;
} refused[] = {
    {"empty", ""},
    {"no-object", "[]"},
    {"no-store", "{\"index\":1,\"status\":\"read\",\"pdu\":\"00\"}"},
    {"no-pdu", "{\"store\":\"a\",\"index\":1,\"status\":\"read\"}"},
    {"index-negative", "{\"store\":\"a\",\"index\":-1,\"status\":\"read\",\"pdu\":\"00\"}"},
    {"index-large", "{\"store\":\"a\",\"index\":4294967296,\"status\":\"read\",\"pdu\":\"00\"}"},
    {"index-huge",
     "{\"store\":\"a\",\"index\":99999999999999999999999999,\"status\":\"read\",\"pdu\":\"00\"}"},
    {"index-fraction", "{\"store\":\"a\",\"index\":1.5,\"status\":\"read\",\"pdu\":\"00\"}"},
    {"index-exponent", "{\"store\":\"a\",\"index\":1e3,\"status\":\"read\",\"pdu\":\"00\"}"},
    {"index-string", "{\"store\":\"a\",\"index\":\"1\",\"status\":\"read\",\"pdu\":\"00\"}"},
    {"store-null", "{\"store\":null,\"index\":1,\"status\":\"read\",\"pdu\":\"00\"}"},
    {"key-escaped",
     "{\"store\":\"a\",\"index\":1,\"status\":\"read\",\"pdu\":\"" SAMPLE_DELIVER
     "\",\"p\\u0064u\":\"00\"}"},
    {"key-escaped-inside",
     "{\"store\":\"a\",\"index\":1,\"status\":\"read\",\"pdu\":\"" SAMPLE_DELIVER
     "\",\"later\":[{\"a\\/b\":1}]}"},
    {"store-twice",
     "{\"store\":\"a\",\"store\":\"b\",\"index\":1,\"status\":\"read\",\"pdu\":\"00\"}"},
    {"pdu-odd", "{\"store\":\"a\",\"index\":1,\"status\":\"read\",\"pdu\":\"000\"}"},
    {"pdu-no-hex", "{\"store\":\"a\",\"index\":1,\"status\":\"read\",\"pdu\":\"0g\"}"},
    {"nul", "{\"store\":\"a\\u0000\",\"index\":1,\"status\":\"read\",\"pdu\":\"00\"}"},
    {"half-pair", "{\"store\":\"\\uD83D\",\"index\":1,\"status\":\"read\",\"pdu\":\"00\"}"},
    {"half-pair-and-text",
     "{\"store\":\"\\uD83Dabcdef\",\"index\":1,\"status\":\"read\",\"pdu\":\"00\"}"},
    {"second-half", "{\"store\":\"\\uDE00\",\"index\":1,\"status\":\"read\",\"pdu\":\"00\"}"},
    {"seen-no-time",
     "{\"store\":\"a\",\"index\":1,\"status\":\"read\",\"pdu\":\"00\",\"first_seen\":\"now\"}"},
};

static void
test_not_json (void)
{
    static const gchar *const texts[] = {
        "",
        " ",
        "{",
        "}",
        "{]",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\" 1}",
        "{\"a\":}",
        "01",
        "1.",
        ".5",
        "+1",
        "-",
        "1e",
        "0x10",
        "nul",
        "truee",
        "\"",
        "\"\\\"",
        "\"\\x41\"",
        "\"\\u12\"",
        "\"\\u12G4\"",
        "\"a\tb\"",
        "\"a\nb\"",
        "1 2",
        "[1 2]",
        "/**/1",
        "\xFF",
        "\"\xC3\"",
        "\"\xED\xA0\x80\"",
        "[[[[[[[[[[[[[[[[[",
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (texts); i++) {
        g_autoptr (GError) error = NULL;
        SimstowJsonValue value;

        if (simstow_json_value_parse (texts[i], strlen (texts[i]), &value, &error))
            g_test_message ("taken for JSON: %s", texts[i]);
        g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
    }
}

static void
test_is_json (void)
{
    static const gchar *const texts[] = {
        "{}",
        " [ ] ",
        "0",
        "-0",
        "-1.5e+10",
        "true",
        "null",
        "\"\"",
        "\"\\u0000\"",
        "[{},[]]",
        "{\"\":\"\"}",
        "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (texts); i++) {
        g_autoptr (GError) error = NULL;
        SimstowJsonValue value;

        g_assert_true (simstow_json_value_parse (texts[i], strlen (texts[i]), &value, &error));
        g_assert_no_error (error);
    }
}

/* All that a string can hold comes back */
static void
test_strings (void)
{
    static const gchar *const texts[] = {
        "",
        "\"\\/\b\f\n\r\t\x01\x1F\x7F",
        "ñ 😀 \xC2\x85 \xE2\x80\xA8 \xE2\x80\xA9 \xEF\xBF\xBD \xF4\x8F\xBF\xBF",
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (texts); i++) {
        g_autoptr (SimstowCall) call = simstow_call_new ("calls/missed", 1, "1", 129, texts[i]);
        g_autoptr (SimstowCall) copy = NULL;
        g_autoptr (GString) text = g_string_new (NULL);

        simstow_call_append_json (call, text);
        g_assert_null (strpbrk (text->str, "\n\r\x7F"));
        copy = simstow_call_from_json (text->str, text->len, NULL);
        g_assert_cmpstr (copy->name, ==, texts[i]);
    }
}

static void
assert_texts_equal (const GPtrArray *a, const GPtrArray *b)
{
    guint i;

    g_assert_cmpuint (a->len, ==, b->len);
    for (i = 0; i < a->len; i++)
        g_assert_cmpstr (g_ptr_array_index (a, i), ==, g_ptr_array_index (b, i));
}

static void
assert_bytes_equal (GBytes *a, GBytes *b)
{
    g_assert_true (a == b || (a && b && g_bytes_equal (a, b)));
}

static void
assert_contacts_equal (const SimstowContact *a, const SimstowContact *b)
{
    guint i;

    g_assert_cmpstr (a->store, ==, b->store);
    g_assert_cmpuint (a->index, ==, b->index);
    g_assert_cmpstr (a->number, ==, b->number);
    g_assert_cmpuint (a->type, ==, b->type);
    g_assert_cmpstr (a->name, ==, b->name);
    assert_bytes_equal (a->name_raw, b->name_raw);
    assert_bytes_equal (a->name_alpha, b->name_alpha);
    g_assert_cmpint (a->hidden, ==, b->hidden);
    g_assert_cmpstr (a->group, ==, b->group);
    assert_texts_equal (a->groups, b->groups);
    g_assert_cmpstr (a->second_name, ==, b->second_name);
    assert_texts_equal (a->second_names, b->second_names);
    g_assert_cmpstr (a->sip_uri, ==, b->sip_uri);
    g_assert_cmpstr (a->tel_uri, ==, b->tel_uri);
    g_assert_cmpint (a->first_seen, ==, b->first_seen);
    g_assert_cmpint (a->last_seen, ==, b->last_seen);
    g_assert_cmpuint (a->numbers->len, ==, b->numbers->len);
    for (i = 0; i < a->numbers->len; i++) {
        const SimstowContactNumber *left = g_ptr_array_index (a->numbers, i);
        const SimstowContactNumber *right = g_ptr_array_index (b->numbers, i);

        g_assert_cmpstr (left->number, ==, right->number);
        g_assert_cmpuint (left->type, ==, right->type);
        g_assert_cmpstr (left->label, ==, right->label);
    }
    assert_texts_equal (a->emails, b->emails);
}

static void
check_contact (const SimstowContact *contact)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GString) json = g_string_new (NULL);
    g_autoptr (GString) card = g_string_new (NULL);
    g_autoptr (SimstowContact) from_json = NULL;
    g_autoptr (SimstowContact) from_card = NULL;

    simstow_contact_append_json (contact, json);
    from_json = simstow_contact_from_json (json->str, json->len, &error);
    g_assert_no_error (error);
    assert_contacts_equal (contact, from_json);
    simstow_contact_append_vcard (contact, card);
    from_card = simstow_contact_from_vcard (card->str, card->len, &error);
    g_assert_no_error (error);
    assert_contacts_equal (contact, from_card);
}

static void
test_contacts (void)
{
    g_autoptr (SimstowSnapshot) snapshot = sample_snapshot ();
    guint i;

    for (i = 0; i < snapshot->contacts->len; i++)
        check_contact (g_ptr_array_index (snapshot->contacts, i));
}

static gchar *
random_text (void)
{
    static const gchar *const pieces[] = {
        "a",         "B",
        "ñ",         "😀",
        ";",         ",",
        "\\",        ":",
        "\n",        "\r",
        " ",         "\t",
        "\f",        "\x1B",
        "\"",        "=",
        "=3D",       "\\n",
        "\xC2\x85",  "\xE2\x80\xA8",
        "END:VCARD", "BEGIN:VCARD\n",
        "+",         "é",
    };
    GString *text = g_string_new (NULL);
    gint length = g_test_rand_int_range (0, 40);

    for (; length > 0; length--)
        g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
    return g_string_free (text, FALSE);
}

/* Any text anywhere in a contact comes back from either form */
static void
test_contacts_random (void)
{
    gint i;

    for (i = 0; i < 2000; i++) {
        g_autofree gchar *name = random_text ();
        g_autofree gchar *number = random_text ();
        g_autofree gchar *further = random_text ();
        g_autoptr (SimstowContact) contact =
            simstow_contact_new ("phonebook/sm", (guint) i, number, i % 2 ? 145 : 129, name);

        contact->group = random_text ();
        contact->second_name = i % 3 ? random_text () : NULL;
        contact->tel_uri = random_text ();
        simstow_contact_add_number (contact, further, 145)->label = i % 5 ? NULL : random_text ();
        g_ptr_array_add (contact->groups, random_text ());
        if (contact->second_name)
            g_ptr_array_add (contact->second_names, random_text ());
        g_ptr_array_add (contact->emails, random_text ());
        check_contact (contact);
    }
}

static void
test_card_text (void)
{
    g_autoptr (SimstowContact) contact =
        simstow_contact_new ("phonebook/sm", 3, "573001234567", 145, "Begoña; Ñ");
    g_autoptr (GString) card = g_string_new (NULL);

    simstow_contact_append_vcard (contact, card);
    g_assert_cmpstr (card->str,
                     ==,
                     "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Begoña\\; Ñ;;;;\r\nFN:Begoña\\; Ñ\r\n"
                     "TEL;TYPE=CELL:+573001234567\r\nX-SIMSTOW-STORE:phonebook/sm\r\n"
                     "X-SIMSTOW-INDEX:3\r\nX-SIMSTOW-NUMBER:573001234567\r\n"
                     "X-SIMSTOW-TYPE:145\r\nEND:VCARD\r\n");
}

static void
test_call (void)
{
    g_autoptr (SimstowSnapshot) snapshot = sample_snapshot ();
    const SimstowCall *call = g_ptr_array_index (snapshot->calls, 0);
    g_autoptr (SimstowCall) copy = NULL;
    g_autoptr (GString) text = g_string_new (NULL);

    simstow_call_append_json (call, text);
    copy = simstow_call_from_json (text->str, text->len, NULL);
    g_assert_cmpstr (copy->store, ==, call->store);
    g_assert_cmpuint (copy->index, ==, call->index);
    g_assert_cmpstr (copy->number, ==, call->number);
    g_assert_cmpuint (copy->type, ==, call->type);
    g_assert_cmpstr (copy->name, ==, call->name);
    g_assert_true (g_bytes_equal (copy->name_raw, call->name_raw));
    g_assert_cmpstr (copy->time, ==, call->time);
    g_assert_cmpint (copy->first_seen, ==, call->first_seen);
    g_assert_cmpint (copy->last_seen, ==, call->last_seen);
}

static void
assert_words_equal (gchar **a, gchar **b)
{
    if (!a || !b)
        g_assert_true (a == b);
    else
        g_assert_cmpstrv (a, b);
}

static void
assert_profiles_equal (const SimstowProfile *a, const SimstowProfile *b)
{
    g_assert_cmpint (a->id, ==, b->id);
    g_assert_cmpstr (a->name, ==, b->name);
    g_assert_cmpstr (a->apn, ==, b->apn);
    assert_words_equal (a->apn_type, b->apn_type);
    g_assert_cmpstr (a->ip_type, ==, b->ip_type);
    assert_words_equal (a->allowed_auth, b->allowed_auth);
    g_assert_cmpstr (a->user, ==, b->user);
    g_assert_cmpstr (a->password, ==, b->password);
    g_assert_cmpstr (a->access_type, ==, b->access_type);
    assert_words_equal (a->roaming, b->roaming);
    g_assert_cmpstr (a->source, ==, b->source);
    g_assert_cmpint (a->enabled, ==, b->enabled);
}

static SimstowNetwork *
copy_network (const SimstowNetwork *network)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GString) text = g_string_new (NULL);
    SimstowNetwork *copy;

    simstow_network_append_json (network, TRUE, text);
    copy = simstow_network_from_json (text->str, text->len, &error);
    g_assert_no_error (error);
    return copy;
}

static void
test_network (void)
{
    g_autoptr (SimstowSnapshot) snapshot = sample_snapshot ();
    const SimstowNetwork *network = snapshot->network;
    g_autoptr (SimstowNetwork) copy = copy_network (network);
    guint i;

    g_assert_cmpuint (copy->profiles->len, ==, network->profiles->len);
    for (i = 0; i < network->profiles->len; i++)
        assert_profiles_equal (g_ptr_array_index (network->profiles, i),
                               g_ptr_array_index (copy->profiles, i));
    assert_profiles_equal (network->initial_eps, copy->initial_eps);
    assert_words_equal (copy->allowed_modes, network->allowed_modes);
    g_assert_cmpstr (copy->preferred_mode, ==, network->preferred_mode);
    assert_words_equal (copy->bands, network->bands);
    assert_words_equal (copy->facility_locks, network->facility_locks);
    g_assert_cmpuint (copy->preferred_networks->len, ==, network->preferred_networks->len);
    for (i = 0; i < network->preferred_networks->len; i++) {
        const SimstowPreferredNetwork *a = g_ptr_array_index (network->preferred_networks, i);
        const SimstowPreferredNetwork *b = g_ptr_array_index (copy->preferred_networks, i);

        g_assert_cmpstr (a->operator_id, ==, b->operator_id);
        assert_words_equal (a->access_technologies, b->access_technologies);
    }
}

/* Not readable is not the same as none */
static void
test_network_unknown (void)
{
    g_autoptr (SimstowNetwork) network = simstow_network_new ();
    g_autoptr (SimstowNetwork) copy = copy_network (network);

    g_assert_null (copy->profiles);
    g_assert_null (copy->allowed_modes);
    g_assert_null (copy->preferred_mode);
    g_assert_null (copy->bands);
    g_assert_null (copy->preferred_networks);
    g_assert_null (copy->facility_locks);
    g_assert_null (copy->initial_eps);
}

static SimstowArchiveHeader *
header_new (void)
{
    SimstowArchiveHeader *header = simstow_archive_header_new ();

    header->tool = g_strdup ("simstow 0.1");
    header->id = g_strdup ("0123abcd");
    header->content_id = g_strdup ("00ff");
    header->messages = 3;
    header->contacts = G_GUINT64_CONSTANT (9007199254740992);
    header->snapshot = sample_snapshot ();
    return header;
}

static void
test_header (void)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowArchiveHeader) header = header_new ();
    g_autoptr (SimstowArchiveHeader) copy = NULL;
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GString) again = g_string_new (NULL);
    const SimstowProblem *problem;

    simstow_archive_header_append_json (header, text);
    copy = simstow_archive_header_from_json (text->str, text->len, &error);
    g_assert_no_error (error);
    simstow_archive_header_append_json (copy, again);
    g_assert_cmpstr (text->str, ==, again->str);
    g_assert_cmpuint (copy->version, ==, 1);
    g_assert_cmpstr (copy->tool, ==, "simstow 0.1");
    g_assert_cmpuint (copy->contacts, ==, header->contacts);
    g_assert_cmpint (copy->snapshot->captured, ==, header->snapshot->captured);
    g_assert_cmpstr (copy->snapshot->device->hardware_revision, ==, "V1.2");
    g_assert_cmpstr (copy->snapshot->sim->registered_name, ==, "Movistar");
    g_assert_cmpint (simstow_snapshot_find_store (copy->snapshot, "sms/sm")->capacity, ==, 30);
    g_assert_cmpint (simstow_snapshot_find_store (copy->snapshot, "sms/sm")->name_length, ==, -1);
    problem = g_ptr_array_index (copy->snapshot->problems, 1);
    g_assert_cmpstr (problem->text, ==, "not readable");
    g_assert_true (problem->lost);
}

static void
test_header_version (void)
{
    static const gchar newer[] = "{\"version\":2,\"format\":\"simstow-archive\",\"all\":\"new\"}";
    static const gchar *const others[] = {
        "{\"version\":0,\"format\":\"simstow-archive\"}",
        "{\"version\":1,\"format\":\"other\"}",
        "{\"version\":1,\"format\":\"simstow-archive\"}",
        "{\"format\":\"simstow-archive\"}",
    };
    g_autoptr (GError) error = NULL;
    gsize i;

    g_assert_null (simstow_archive_header_from_json (newer, strlen (newer), &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TOO_NEW);
    for (i = 0; i < G_N_ELEMENTS (others); i++) {
        g_autoptr (GError) reason = NULL;

        g_assert_null (simstow_archive_header_from_json (others[i], strlen (others[i]), &reason));
        g_assert_error (reason, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
    }
}

/* Our own arithmetic agrees with GDateTime's over the whole range */
static void
test_times (void)
{
    gint i;

    for (i = 0; i < 20000; i++) {
        gint64 utc = -62135596800 + (gint64) (g_test_rand_double () * 315537897599.0);
        gint zone = g_test_rand_int_range (-48, 57) * 15;
        g_autoptr (GTimeZone) offset = g_time_zone_new_offset (zone * 60);
        g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (utc);
        g_autoptr (GDateTime) local = g_date_time_to_timezone (time, offset);
        g_autofree gchar *expected = local ? g_date_time_format_iso8601 (local) : NULL;
        gchar text[SIMSTOW_TIME_SIZE];
        gint64 back;

        if (!local)
            continue;
        g_assert_true (simstow_time_format (utc, zone, text));
        if (zone % 60 == 0 && zone != 0)
            g_assert_true (g_str_has_prefix (text, expected));
        else
            g_assert_cmpstr (text, ==, expected);
        g_assert_true (simstow_time_parse (text, &back));
        g_assert_cmpint (back, ==, utc);
    }
    g_assert_false (simstow_time_format (G_MAXINT64, 0, (gchar[SIMSTOW_TIME_SIZE]){0}));
    g_assert_false (simstow_time_format (G_MININT64, 0, (gchar[SIMSTOW_TIME_SIZE]){0}));
}

int
main (int argc, char *argv[])
{
    gsize i;

    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/archive-json/message/deliver", test_message_deliver);
    g_test_add_func ("/archive-json/message/submit", test_message_submit);
    g_test_add_func ("/archive-json/message/broken", test_message_broken);
    g_test_add_func ("/archive-json/message/unknown-keys", test_message_unknown_keys);
    for (i = 0; i < G_N_ELEMENTS (refused); i++) {
        g_autofree gchar *path =
            g_strdup_printf ("/archive-json/message/refused/%s", refused[i].name);

        g_test_add_data_func (path, refused[i].text, test_message_refused);
    }
    g_test_add_func ("/archive-json/not-json", test_not_json);
    g_test_add_func ("/archive-json/is-json", test_is_json);
    g_test_add_func ("/archive-json/strings", test_strings);
    g_test_add_func ("/archive-json/contacts", test_contacts);
    g_test_add_func ("/archive-json/contacts-random", test_contacts_random);
    g_test_add_func ("/archive-json/card-text", test_card_text);
    g_test_add_func ("/archive-json/call", test_call);
    g_test_add_func ("/archive-json/network", test_network);
    g_test_add_func ("/archive-json/network-unknown", test_network_unknown);
    g_test_add_func ("/archive-json/header", test_header);
    g_test_add_func ("/archive-json/header-version", test_header_version);
    g_test_add_func ("/archive-json/times", test_times);
    return g_test_run ();
}
