/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The journal: what was added is there whatever is cut off its end or spoilt in its middle, and
 * goes only when it is in an archive.
 */

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "simstow-error.h"
#include "simstow-hex.h"
#include "simstow-journal.h"
#include "simstow-record-json.h"

typedef struct {
    gchar *folder;
    SimstowSnapshot *origin;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
    fixture->folder = g_dir_make_tmp ("simstow-journal-XXXXXX", NULL);
    g_assert_nonnull (fixture->folder);
    fixture->origin = simstow_snapshot_new ();
    fixture->origin->sim->iccid = g_strdup ("8957123400000012345");
    fixture->origin->device->equipment_id = g_strdup ("350000000000001");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
    g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
    const gchar *name;

    while ((name = g_dir_read_name (dir))) {
        g_autofree gchar *path = g_build_filename (fixture->folder, name, NULL);

        g_unlink (path);
    }
    g_rmdir (fixture->folder);
    g_free (fixture->folder);
    simstow_snapshot_free (fixture->origin);
}

static SimstowJournal *
open_journal (const Fixture *fixture)
{
    g_autoptr (GError) error = NULL;
    SimstowJournal *journal = simstow_journal_open (fixture->folder, fixture->origin, &error);

    g_assert_no_error (error);
    return journal;
}

static void
make_id (SimstowJournalId *id, guint number)
{
    g_autofree gchar *key = g_strdup_printf ("%u", number);

    simstow_journal_id_init (id, key);
}

/* An entry with one message whose text is the number */
static gchar *
make_entry (guint number, gboolean hand)
{
    g_autofree gchar *hex = g_strdup_printf ("000400812143650000625010210214%02X%02X", 0, number);
    g_autoptr (GBytes) pdu = simstow_hex_decode (hex, -1, NULL);
    g_autoptr (SimstowMessage) message =
        simstow_message_new ("sms/sm", 0, SIMSTOW_MESSAGE_STATUS_READ, pdu);
    g_autoptr (GString) text = g_string_new (NULL);
    g_autofree gchar *id_text = NULL;
    SimstowJournalId id;

    make_id (&id, number);
    id_text = simstow_journal_id_dup_string (&id);
    message->rebuilt = TRUE;
    message->first_seen = message->last_seen = 1800000000 + number;
    g_string_printf (text,
                     "{\"entry\":\"%s\",\"seen\":\"2027-01-15T08:00:%02uZ\",%s\"messages\":[",
                     id_text,
                     number,
                     hand ? "\"hand\":true," : "");
    simstow_message_append_json (message, text);
    g_string_append (text, "]}");
    return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
add (SimstowJournal *journal, guint number, gboolean hand)
{
    g_autofree gchar *text = make_entry (number, hand);
    g_autoptr (GError) error = NULL;

    g_assert_true (simstow_journal_add (journal, text, &error));
    g_assert_no_error (error);
}

static gboolean
has (const SimstowJournal *journal, guint number)
{
    SimstowJournalId id;

    make_id (&id, number);
    return simstow_journal_has (journal, &id);
}

static SimstowJournalTaken *
take (const Fixture *fixture, guint messages, guint unread)
{
    g_autoptr (GError) error = NULL;
    SimstowJournalTaken *taken = simstow_journal_take (fixture->folder, fixture->origin, &error);

    g_assert_no_error (error);
    if (messages + unread == 0) {
        g_assert_null (taken->snapshot);
        return taken;
    }
    g_assert_cmpuint (taken->snapshot->messages->len, ==, messages);
    g_assert_cmpuint (taken->snapshot->unread->len, ==, unread);
    return taken;
}

static void
test_kept (Fixture *fixture, gconstpointer data)
{
    g_autoptr (SimstowJournal) first = open_journal (fixture);
    g_autoptr (SimstowJournal) second = NULL;
    g_autoptr (SimstowJournalTaken) taken = NULL;
    const SimstowMessage *message;
    GStatBuf info;

    add (first, 1, FALSE);
    add (first, 2, FALSE);
    g_assert_cmpint (g_stat (simstow_journal_get_path (first), &info), ==, 0);
    g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
    g_assert_null (strstr (simstow_journal_get_path (first), "12345"));
    second = open_journal (fixture);
    g_assert_true (has (second, 1) && has (second, 2) && !has (second, 3));
    taken = take (fixture, 2, 0);
    g_assert_cmpstr (taken->snapshot->sim->iccid, ==, "8957123400000012345");
    g_assert_cmpstr (taken->snapshot->device->equipment_id, ==, "350000000000001");
    message = g_ptr_array_index (taken->snapshot->messages, 1);
    g_assert_cmpint (message->first_seen, ==, 1800000002);
    g_assert_true (message->rebuilt);
    g_assert_cmpint (taken->snapshot->captured - taken->snapshot->first_captured, ==, 1);
}

/* Wherever the power went, those that were flushed before are there, and those after */
static void
test_torn (Fixture *fixture, gconstpointer data)
{
    g_autofree gchar *path = NULL;
    g_autofree gchar *whole = NULL;
    gsize size, cut, kept;

    {
        g_autoptr (SimstowJournal) journal = open_journal (fixture);

        add (journal, 1, FALSE);
        path = g_strdup (simstow_journal_get_path (journal));
        g_assert_true (g_file_get_contents (path, &whole, &kept, NULL));
        g_free (whole);
        add (journal, 2, FALSE);
    }
    g_assert_true (g_file_get_contents (path, &whole, &size, NULL));
    for (cut = kept; cut < size; cut += cut < size - 42 ? 41 : 1) {
        g_autoptr (SimstowJournal) journal = NULL;
        g_autoptr (SimstowJournalTaken) taken = NULL;
        gboolean clean = cut == kept || cut == size - 1;

        g_assert_true (g_file_set_contents (path, whole, (gssize) cut, NULL));
        journal = open_journal (fixture);
        /* but for the end of the line nothing is missing then */
        g_assert_true (has (journal, 1) && has (journal, 2) == (cut == size - 1));
        g_assert_cmpuint (simstow_journal_count_torn (journal), ==, clean ? 0 : 1);
        add (journal, 3, FALSE);
        taken = take (fixture, cut == size - 1 ? 3 : 2, clean ? 0 : 1);
        g_assert_cmpuint (taken->snapshot->problems->len, ==, clean ? 0 : 1);
    }
}

/* A file that grew before its contents came: zeros, more of them than are read at once */
static void
test_zeros (Fixture *fixture, gconstpointer data)
{
    g_autoptr (SimstowJournal) journal = NULL;
    g_autoptr (SimstowJournalTaken) taken = NULL;
    g_autofree gchar *path = NULL;
    GStatBuf info;

    {
        g_autoptr (SimstowJournal) before = open_journal (fixture);

        add (before, 1, FALSE);
        path = g_strdup (simstow_journal_get_path (before));
    }
    g_assert_cmpint (g_stat (path, &info), ==, 0);
    g_assert_cmpint (truncate (path, info.st_size + 200000), ==, 0);
    journal = open_journal (fixture);
    g_assert_true (has (journal, 1));
    g_assert_cmpuint (simstow_journal_count_torn (journal), ==, 1);
    add (journal, 2, FALSE);
    taken = take (fixture, 2, 1);
}

/* A disk that gives back other bytes than it got: that line is none, whichever */
static void
test_spoilt (Fixture *fixture, gconstpointer data)
{
    g_autofree gchar *path = NULL;
    g_autofree gchar *whole = NULL;
    gsize size, at;

    {
        g_autoptr (SimstowJournal) journal = open_journal (fixture);

        add (journal, 1, FALSE);
        add (journal, 2, FALSE);
        add (journal, 3, FALSE);
        path = g_strdup (simstow_journal_get_path (journal));
    }
    g_assert_true (g_file_get_contents (path, &whole, &size, NULL));
    for (at = (gsize) (strchr (whole, '\n') - whole) + 1; at < size; at += 53) {
        g_autoptr (SimstowJournal) journal = NULL;
        gchar was = whole[at];
        guint there;

        whole[at] = (gchar) (was ^ 0x80);
        g_assert_true (g_file_set_contents (path, whole, (gssize) size, NULL));
        whole[at] = was;
        journal = open_journal (fixture);
        there = (guint) has (journal, 1) + (guint) has (journal, 2) + (guint) has (journal, 3);
        g_assert_cmpuint (there, ==, was == '\n' && at < size - 1 ? 1 : 2);
        g_assert_cmpuint (simstow_journal_count_torn (journal), >=, 1);
    }
}

static void
test_forgotten (Fixture *fixture, gconstpointer data)
{
    g_autoptr (SimstowJournal) journal = open_journal (fixture);
    g_autoptr (SimstowJournalTaken) taken = NULL;
    g_autoptr (SimstowJournalTaken) later = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree gchar *text = NULL;
    SimstowJournalId id, pending;
    guint failures;

    add (journal, 1, FALSE);
    add (journal, 2, TRUE);
    add (journal, 3, TRUE);
    make_id (&id, 3);
    g_assert_true (simstow_journal_note (journal, "handed", &id, &error));
    taken = take (fixture, 3, 0);
    /* what comes meanwhile stays */
    add (journal, 4, FALSE);
    g_assert_true (simstow_journal_forget (taken, &error));
    g_assert_no_error (error);
    /* what has to be handed over stays, though no archive needs it any more */
    later = take (fixture, 1, 0);
    /* the one that has it open goes on with the new file, and knows what was there */
    add (journal, 5, FALSE);
    g_assert_true (has (journal, 1) && has (journal, 3) && has (journal, 4) && has (journal, 5));
    text = simstow_journal_next (journal, &pending, &failures, NULL, &error);
    make_id (&id, 2);
    g_assert_nonnull (text);
    g_assert_cmpmem (&pending, sizeof pending, &id, sizeof id);
    g_assert_nonnull (strstr (text, "\"hand\":true"));
}

static void
test_begun (Fixture *fixture, gconstpointer data)
{
    g_autoptr (SimstowJournal) journal = open_journal (fixture);
    g_autoptr (GError) error = NULL;
    g_autofree gchar *hex = NULL;
    g_autofree gchar *begun = NULL;
    SimstowJournalId id;

    make_id (&id, 1);
    hex = simstow_journal_id_dup_string (&id);
    begun = g_strdup_printf ("{\"begun\":\"%s\",\"number\":\"1\"}", hex);
    g_assert_true (simstow_journal_add (journal, begun, &error));
    g_assert_true (simstow_journal_add (journal, begun, &error));
    g_assert_cmpuint (simstow_journal_list_begun (journal)->len, ==, 1);
    add (journal, 1, FALSE);
    g_assert_cmpuint (simstow_journal_list_begun (journal)->len, ==, 0);
}

static void
test_lock (Fixture *fixture, gconstpointer data)
{
    g_autoptr (GError) error = NULL;
    gint first = simstow_journal_lock (fixture->folder, &error);

    g_assert_no_error (error);
    g_assert_cmpint (simstow_journal_lock (fixture->folder, &error), ==, -1);
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_BUSY);
    g_clear_error (&error);
    close (first);
    first = simstow_journal_lock (fixture->folder, &error);
    g_assert_no_error (error);
    close (first);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add ("/journal/kept", Fixture, NULL, set_up, test_kept, tear_down);
    g_test_add ("/journal/torn", Fixture, NULL, set_up, test_torn, tear_down);
    g_test_add ("/journal/zeros", Fixture, NULL, set_up, test_zeros, tear_down);
    g_test_add ("/journal/spoilt", Fixture, NULL, set_up, test_spoilt, tear_down);
    g_test_add ("/journal/forgotten", Fixture, NULL, set_up, test_forgotten, tear_down);
    g_test_add ("/journal/begun", Fixture, NULL, set_up, test_begun, tear_down);
    g_test_add ("/journal/lock", Fixture, NULL, set_up, test_lock, tear_down);
    return g_test_run ();
}
