/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When two records are the same record.
 */

#include "simstow-identity.h"

#include "snapshots.h"

static gchar *
contact_key (const gchar *number, guint type, const gchar *name)
{
    g_autoptr (SimstowContact) contact =
        simstow_contact_new ("phonebook/sm", 1, number, type, name);

    return simstow_contact_identity (contact);
}

static void
assert_contacts (const gchar *number_a,
                 guint type_a,
                 const gchar *name_a,
                 const gchar *number_b,
                 guint type_b,
                 const gchar *name_b,
                 gboolean same)
{
    g_autofree gchar *a = contact_key (number_a, type_a, name_a);
    g_autofree gchar *b = contact_key (number_b, type_b, name_b);

    g_assert_cmpint (g_strcmp0 (a, b) == 0, ==, same);
}

static void
test_contact_numbers (void)
{
    assert_contacts ("+573001234567", 145, "Ana", "573001234567", 145, "Ana", TRUE);
    assert_contacts ("+573001234567", 145, "Ana", "00573001234567", 129, "Ana", TRUE);
    assert_contacts ("+57 300-123 4567", 145, "Ana", "+573001234567", 145, "Ana", TRUE);
    assert_contacts ("3001234567", 129, "Ana", "3001234567", 161, "Ana", TRUE);
    /* without knowing the country a national number is another number */
    assert_contacts ("+573001234567", 145, "Ana", "3001234567", 129, "Ana", FALSE);
    assert_contacts ("573001234567", 129, "Ana", "573001234567", 145, "Ana", FALSE);
    assert_contacts ("*123#", 129, "Ana", "123", 129, "Ana", FALSE);
    assert_contacts ("", 129, "Ana", "", 145, "Ana", TRUE);
}

static void
test_contact_names (void)
{
    assert_contacts ("1",
                     129,
                     "Begoña",
                     "1",
                     129,
                     "Begon\xcc\x83"
                     "a",
                     TRUE);
    assert_contacts ("1", 129, "Begoña", "1", 129, "Begona", FALSE);
    assert_contacts ("1", 129, "ana", "1", 129, "Ana", FALSE);
    assert_contacts ("1", 129, "", "1", 129, "", TRUE);
    /* no field runs into its neighbour */
    assert_contacts ("1", 129, "23", "12", 129, "3", FALSE);
}

static void
test_contact_fields (void)
{
    g_autoptr (SimstowContact) contact = simstow_contact_new ("phonebook/sm", 1, "1", 129, "A");
    g_autoptr (SimstowContact) other = simstow_contact_new ("phonebook/me", 9, "1", 129, "A");
    g_autofree gchar *plain = simstow_contact_identity (contact);
    g_autofree gchar *elsewhere = simstow_contact_identity (other);
    g_autofree gchar *further = NULL;
    g_autofree gchar *mail = NULL;
    g_autofree gchar *hidden = NULL;
    g_autofree gchar *labelled = NULL;
    g_autofree gchar *groups = NULL;
    g_autofree gchar *names = NULL;

    g_assert_cmpstr (plain, ==, elsewhere);
    simstow_contact_add_number (contact, "2", 129);
    further = simstow_contact_identity (contact);
    g_assert_cmpstr (plain, !=, further);
    g_ptr_array_add (other->emails, g_strdup ("2"));
    mail = simstow_contact_identity (other);
    g_assert_cmpstr (mail, !=, plain);
    g_assert_cmpstr (mail, !=, further);
    other->hidden = TRUE;
    hidden = simstow_contact_identity (other);
    g_assert_cmpstr (hidden, !=, mail);
    ((SimstowContactNumber *) g_ptr_array_index (contact->numbers, 0))->label = g_strdup ("B");
    labelled = simstow_contact_identity (contact);
    g_assert_cmpstr (labelled, !=, further);
    g_ptr_array_add (contact->groups, g_strdup ("B"));
    groups = simstow_contact_identity (contact);
    g_assert_cmpstr (groups, !=, labelled);
    g_ptr_array_set_size (contact->groups, 0);
    g_ptr_array_add (contact->second_names, g_strdup ("B"));
    names = simstow_contact_identity (contact);
    g_assert_cmpstr (names, !=, groups);
    g_assert_cmpstr (names, !=, labelled);
    /* how a card spells a name says nothing else */
    contact->name_alpha = g_bytes_new_static ("\x80", 1);
    g_free (groups);
    groups = simstow_contact_identity (contact);
    g_assert_cmpstr (names, ==, groups);
}

static void
test_calls (void)
{
    g_autoptr (SimstowCall) missed = simstow_call_new ("calls/missed", 1, "300", 129, "");
    g_autoptr (SimstowCall) again = simstow_call_new ("calls/missed", 7, "300", 129, "");
    g_autoptr (SimstowCall) dialled = simstow_call_new ("calls/dialled", 1, "300", 129, "");
    g_autofree gchar *a = simstow_call_identity (missed);
    g_autofree gchar *b = simstow_call_identity (again);
    g_autofree gchar *c = simstow_call_identity (dialled);
    g_autofree gchar *d = NULL;

    g_assert_cmpstr (a, ==, b);
    g_assert_cmpstr (a, !=, c);
    again->time = g_strdup ("26/03/01,10:20");
    d = simstow_call_identity (again);
    g_assert_cmpstr (a, !=, d);
}

static void
test_message_bytes (void)
{
    g_autoptr (SimstowSnapshot) s = simstow_snapshot_new ();
    g_autofree gchar *a = NULL;
    g_autofree gchar *b = NULL;
    g_autofree gchar *c = NULL;

    a = simstow_message_identity (
        add_message (s, "sms/sm", 1, SIMSTOW_MESSAGE_STATUS_UNREAD, DELIVER_HEAD "0141"));
    b = simstow_message_identity (
        add_message (s, "sms/me", 9, SIMSTOW_MESSAGE_STATUS_READ, DELIVER_HEAD "0141"));
    c = simstow_message_identity (
        add_message (s, "sms/sm", 1, SIMSTOW_MESSAGE_STATUS_READ, DELIVER_HEAD "0142"));
    g_assert_cmpstr (a, ==, b);
    g_assert_cmpstr (a, !=, c);
}

/* The SMSC, flags and protocol of a rebuilt message are not what they were */
static void
test_message_content (void)
{
    g_autoptr (SimstowSnapshot) s = simstow_snapshot_new ();
    const SimstowMessageStatus read = SIMSTOW_MESSAGE_STATUS_READ;
    g_autofree gchar *original =
        simstow_message_content_identity (add_message (s, "sms/sm", 1, read, DELIVER_HEAD "0141"));
    g_autofree gchar *rebuilt =
        simstow_message_content_identity (add_message (s,
                                                       "sms/sm",
                                                       1,
                                                       read,
                                                       "00000B917503214365F70000"
                                                       "6230100102038A"
                                                       "0141"));
    g_autofree gchar *later =
        simstow_message_content_identity (add_message (s,
                                                       "sms/sm",
                                                       1,
                                                       read,
                                                       "00000B917503214365F70000"
                                                       "6230100102138A"
                                                       "0141"));
    g_autofree gchar *broken =
        simstow_message_content_identity (add_message (s, "sms/sm", 1, read, "0004"));

    g_assert_nonnull (original);
    g_assert_cmpstr (original, ==, rebuilt);
    g_assert_cmpstr (original, !=, later);
    g_assert_null (broken);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/identity/contact/numbers", test_contact_numbers);
    g_test_add_func ("/identity/contact/names", test_contact_names);
    g_test_add_func ("/identity/contact/fields", test_contact_fields);
    g_test_add_func ("/identity/calls", test_calls);
    g_test_add_func ("/identity/message/bytes", test_message_bytes);
    g_test_add_func ("/identity/message/content", test_message_content);
    return g_test_run ();
}
