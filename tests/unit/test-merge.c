/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Merging: whatever is merged, in whatever order, how often ever, the result is
 * one and the same to the last byte; and it holds everything, with its times.
 */

#include <glib/gstdio.h>
#include <string.h>

#include "archive-sample.h"
#include "archive-spec.h"
#include "simstow-error.h"
#include "simstow-hex.h"
#include "simstow-merge.h"
#include "simstow-names.h"

#define ROUNDS 12

static const gchar *const stores[] = {"sms/me", "sms/sm"};

typedef struct {
    gchar *folder;
    guint files;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
    g_autoptr (GError) error = NULL;

    fixture->folder = g_dir_make_tmp ("simstow-merge-XXXXXX", &error);
    g_assert_no_error (error);
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
}

static gchar *
new_path (Fixture *fixture)
{
    return g_strdup_printf ("%s/%u.tar", fixture->folder, fixture->files++);
}

/* One of a few messages, so that captures share some: number @which in text or reference */
static GBytes *
make_pdu (guint which, gboolean rebuilt)
{
    /* the third and fourth say the same and differ in their reference; those
     * that are rebuilt lack the service centre */
    static const gchar *const pdus[] = {
        "07917513060000F1040C9175031032547600084250102143650A020041",
        "07917513060000F1040C9175031032547600084250102143650A020042",
        "07917513060000F10107038121F3000004E8373B0C",
        "07917513060000F10108038121F3000004E8373B0C",
        "07917513060000F1040C9175031032547600084250102143650A020043",
        "0004",
    };
    const gchar *pdu = pdus[which % G_N_ELEMENTS (pdus)];

    if (rebuilt && strlen (pdu) > 16) {
        g_autofree gchar *bare = g_strconcat ("00", pdu + 16, NULL);

        return simstow_hex_decode (bare, -1, NULL);
    }
    return simstow_hex_decode (pdu, -1, NULL);
}

static void
add_store (SimstowSnapshot *snapshot, const gchar *id, const gchar *via)
{
    SimstowStore *store = simstow_store_new (id);

    store->via = g_strdup (via);
    g_ptr_array_add (snapshot->stores, store);
}

static void
add_messages (SimstowSnapshot *snapshot, GRand *rand, gboolean rebuilt)
{
    guint count = g_rand_int_range (rand, 0, 6);
    guint i;

    for (i = 1; i <= count; i++) {
        g_autoptr (GBytes) pdu = make_pdu (g_rand_int (rand), rebuilt);

        SimstowMessage *message = simstow_message_new (stores[g_rand_int_range (rand, 0, 2)],
                                                       i,
                                                       g_rand_int_range (rand, 0, 3),
                                                       pdu);

        /* what a newer program knows of some */
        if (g_rand_int_range (rand, 0, 3) == 0)
            message->rest = g_strdup_printf ("\"x%d\":%d",
                                             g_rand_int_range (rand, 0, 2),
                                             g_rand_int_range (rand, 0, 3));
        g_ptr_array_add (snapshot->messages, message);
    }
}

static void
add_others (SimstowSnapshot *snapshot, GRand *rand)
{
    static const gchar *const numbers[] = {"123", "+573001234567", "573001234567"};
    guint count = g_rand_int_range (rand, 0, 5);
    guint i;

    for (i = 1; i <= count; i++) {
        const gchar *number = numbers[g_rand_int_range (rand, 0, 3)];
        guint type = g_rand_boolean (rand) ? 129 : 145;

        SimstowContact *contact = simstow_contact_new ("phonebook/sm",
                                                       i,
                                                       number,
                                                       type,
                                                       g_rand_boolean (rand) ? "Ana\f" : "Luz");

        if (g_rand_int_range (rand, 0, 3) == 0)
            contact->foreign = g_strdup_printf ("BEGIN:VCARD\r\nVERSION:3.0\r\nX-NEW;TYPE=%d:%d\r\n"
                                                "END:VCARD\r\n",
                                                g_rand_int_range (rand, 0, 2),
                                                g_rand_int_range (rand, 0, 2));
        g_ptr_array_add (snapshot->contacts, contact);
        g_ptr_array_add (snapshot->calls, simstow_call_new ("calls/missed", i, number, type, ""));
    }
}

static void
add_unread (SimstowSnapshot *snapshot, GRand *rand)
{
    static const gchar *const faults[] = {"one fault", "another"};
    guint count = g_rand_int_range (rand, 0, 4);
    guint i;

    for (i = 0; i < count; i++) {
        guint8 octet = (guint8) g_rand_int_range (rand, 0, 2);
        g_autoptr (GBytes) row = g_rand_boolean (rand) ? g_bytes_new (&octet, 1) : NULL;

        g_ptr_array_add (snapshot->unread,
                         simstow_unread_new (stores[g_rand_int_range (rand, 0, 2)],
                                             (guint) g_rand_int_range (rand, 0, 2),
                                             faults[g_rand_int_range (rand, 0, 2)],
                                             row));
    }
}

static SimstowSnapshot *
make_snapshot (GRand *rand)
{
    static const gchar *const names[] = {"one", "two", "three"};
    SimstowSnapshot *snapshot = simstow_snapshot_new ();
    gboolean rebuilt = g_rand_int_range (rand, 0, 3) == 0;

    snapshot->captured = 1700000000 + g_rand_int_range (rand, 0, 5);
    snapshot->device->model = g_strdup (names[g_rand_int_range (rand, 0, 3)]);
    add_store (snapshot, "sms/me", rebuilt ? SIMSTOW_VIA_MM : "at");
    add_store (snapshot, "sms/sm", rebuilt ? SIMSTOW_VIA_MM : "at");
    add_messages (snapshot, rand, rebuilt);
    add_others (snapshot, rand);
    add_unread (snapshot, rand);
    if (g_rand_boolean (rand)) {
        snapshot->esim = simstow_esim_new ();
        simstow_esim_add_answer (snapshot->esim,
                                 "addresses",
                                 NULL,
                                 names[g_rand_int_range (rand, 0, 3)]);
    }
    if (g_rand_boolean (rand)) {
        snapshot->network = simstow_network_new ();
        snapshot->network->preferred_mode = g_strdup (names[g_rand_int_range (rand, 0, 3)]);
    }
    return snapshot;
}

static gchar *
write_snapshot (Fixture *fixture, SimstowSnapshot *snapshot)
{
    const SimstowArchiveWriteOptions options = {SIMSTOW_COMPRESSION_NONE};
    g_autoptr (GError) error = NULL;
    gchar *path = new_path (fixture);

    simstow_archive_write (snapshot, path, &options, NULL, NULL, &error);
    g_assert_no_error (error);
    return path;
}

static gchar *
make_archive (Fixture *fixture, GRand *rand)
{
    g_autoptr (SimstowSnapshot) snapshot = make_snapshot (rand);

    return write_snapshot (fixture, snapshot);
}

static gchar *
merge_with (Fixture *fixture, SimstowSnapshot *snapshot, const gchar *const *paths)
{
    const SimstowArchiveWriteOptions options = {SIMSTOW_COMPRESSION_NONE};
    SimstowSnapshot *const snapshots[] = {snapshot, NULL};
    g_autoptr (GError) error = NULL;
    gchar *out = new_path (fixture);

    simstow_archive_merge (paths, NULL, snapshots, FALSE, out, &options, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    return out;
}

static gchar *
merge (Fixture *fixture, const gchar *a, const gchar *b)
{
    const gchar *const paths[] = {a, b, NULL};

    return merge_with (fixture, NULL, paths);
}

static void
assert_same (const gchar *a, const gchar *b)
{
    g_autofree gchar *bytes_a = NULL;
    g_autofree gchar *bytes_b = NULL;
    gsize size_a;
    gsize size_b;

    g_assert_true (g_file_get_contents (a, &bytes_a, &size_a, NULL));
    g_assert_true (g_file_get_contents (b, &bytes_b, &size_b, NULL));
    g_assert_cmpmem (bytes_a, size_a, bytes_b, size_b);
}

static SimstowSnapshot *
load (const gchar *path)
{
    g_autoptr (GError) error = NULL;
    SimstowSnapshot *snapshot = simstow_archive_load (path, NULL, NULL, NULL, &error);

    g_assert_no_error (error);
    return snapshot;
}

static void
check_laws (Fixture *fixture, GRand *rand)
{
    g_autofree gchar *a = make_archive (fixture, rand);
    g_autofree gchar *b = make_archive (fixture, rand);
    g_autofree gchar *c = make_archive (fixture, rand);
    g_autofree gchar *ab = merge (fixture, a, b);
    g_autofree gchar *ba = merge (fixture, b, a);
    g_autofree gchar *bc = merge (fixture, b, c);
    g_autofree gchar *ab_c = merge (fixture, ab, c);
    g_autofree gchar *a_bc = merge (fixture, a, bc);
    g_autofree gchar *again = merge (fixture, ab_c, b);
    g_autofree gchar *twice = merge (fixture, ab_c, ab_c);
    const gchar *const all[] = {c, a, b, a, NULL};
    const gchar *const one[] = {ab_c, NULL};
    g_autofree gchar *at_once = merge_with (fixture, NULL, all);
    g_autofree gchar *alone = merge_with (fixture, NULL, one);

    assert_same (ab, ba);
    assert_same (ab_c, a_bc);
    assert_same (ab_c, again);
    assert_same (ab_c, twice);
    assert_same (ab_c, at_once);
    assert_same (ab_c, alone);
}

static void
test_laws (Fixture *fixture, gconstpointer data)
{
    guint seed;

    for (seed = 0; seed < ROUNDS; seed++) {
        g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

        g_test_message ("seed %u", seed);
        check_laws (fixture, rand);
    }
}

static void
test_snapshot (Fixture *fixture, gconstpointer data)
{
    guint seed;

    for (seed = 0; seed < ROUNDS; seed++) {
        g_autoptr (GRand) rand = g_rand_new_with_seed (1000 + seed);
        g_autofree gchar *a = make_archive (fixture, rand);
        g_autoptr (SimstowSnapshot) fresh = make_snapshot (rand);
        g_autofree gchar *b = write_snapshot (fixture, fresh);
        const gchar *const first[] = {a, NULL};
        g_autofree gchar *from_files = merge (fixture, a, b);
        g_autofree gchar *from_modem = merge_with (fixture, fresh, first);

        assert_same (from_files, from_modem);
    }
}

static SimstowSnapshot *
snapshot_of (gint64 captured, const gchar *via)
{
    SimstowSnapshot *snapshot = simstow_snapshot_new ();

    snapshot->captured = captured;
    add_store (snapshot, "sms/sm", via);
    return snapshot;
}

static void
add_message (SimstowSnapshot *snapshot, guint index, guint which, gboolean rebuilt)
{
    g_autoptr (GBytes) pdu = make_pdu (which, rebuilt);

    g_ptr_array_add (snapshot->messages,
                     simstow_message_new ("sms/sm", index, SIMSTOW_MESSAGE_STATUS_READ, pdu));
}

static void
test_times (Fixture *fixture, gconstpointer data)
{
    g_autoptr (SimstowSnapshot) old = snapshot_of (1000, "at");
    g_autoptr (SimstowSnapshot) new = snapshot_of (2000, "at");
    g_autoptr (SimstowSnapshot) merged = NULL;
    g_autofree gchar *a = NULL;
    g_autofree gchar *b = NULL;
    g_autofree gchar *out = NULL;
    SimstowMessage *message;

    add_message (old, 1, 0, FALSE);
    add_message (old, 2, 1, FALSE);
    add_message (new, 1, 4, FALSE);
    add_message (new, 7, 1, FALSE);
    a = write_snapshot (fixture, old);
    b = write_snapshot (fixture, new);
    out = merge (fixture, b, a);
    merged = load (out);

    g_assert_cmpint (merged->captured, ==, 2000);
    g_assert_cmpint (merged->first_captured, ==, 1000);
    g_assert_cmpuint (merged->messages->len, ==, 3);
    message = g_ptr_array_index (merged->messages, 2);
    g_assert_cmpuint (message->index, ==, 7);
    g_assert_cmpint (message->first_seen, ==, 1000);
    g_assert_cmpint (message->last_seen, ==, 2000);
}

/* What could not be understood is kept, once, and told of in the words that sort first */
static void
test_unread (Fixture *fixture, gconstpointer data)
{
    g_autoptr (SimstowSnapshot) old = snapshot_of (1000, "at");
    g_autoptr (SimstowSnapshot) new = snapshot_of (2000, "at");
    g_autoptr (SimstowSnapshot) merged = NULL;
    g_autoptr (GBytes) row = g_bytes_new_static ("+CMGL: 1,\0", 10);
    g_autofree gchar *a = NULL;
    g_autofree gchar *b = NULL;
    g_autofree gchar *out = NULL;
    const SimstowUnread *unread;

    g_ptr_array_add (old->unread, simstow_unread_new ("sms/sm", 1, "no status", row));
    g_ptr_array_add (new->unread, simstow_unread_new ("sms/sm", 1, "no PDU", row));
    g_ptr_array_add (new->unread, simstow_unread_new ("sms/sm", 2, "SIM failure", NULL));
    a = write_snapshot (fixture, old);
    b = write_snapshot (fixture, new);
    out = merge (fixture, a, b);
    merged = load (out);
    g_assert_cmpuint (merged->unread->len, ==, 2);
    unread = g_ptr_array_index (merged->unread, 0);
    g_assert_cmpstr (unread->fault, ==, "no PDU");
    g_assert_true (g_bytes_equal (unread->raw, row));
    unread = g_ptr_array_index (merged->unread, 1);
    g_assert_null (unread->raw);
}

/* Two copies of one message were there at once: two remain; what moved is one */
static void
test_copies (Fixture *fixture, gconstpointer data)
{
    g_autoptr (SimstowSnapshot) old = snapshot_of (1000, "at");
    g_autoptr (SimstowSnapshot) new = snapshot_of (2000, "at");
    g_autoptr (SimstowSnapshot) merged = NULL;
    g_autofree gchar *a = NULL;
    g_autofree gchar *b = NULL;
    g_autofree gchar *out = NULL;

    add_message (old, 1, 0, FALSE);
    add_message (old, 2, 0, FALSE);
    add_message (new, 9, 0, FALSE);
    a = write_snapshot (fixture, old);
    b = write_snapshot (fixture, new);
    out = merge (fixture, a, b);
    merged = load (out);
    g_assert_cmpuint (merged->messages->len, ==, 2);
    g_assert_cmpint (((SimstowMessage *) merged->messages->pdata[0])->last_seen, ==, 1000);
    g_assert_cmpint (((SimstowMessage *) merged->messages->pdata[1])->last_seen, ==, 2000);
}

/* What ModemManager gave and what was read is one message */
static void
test_rebuilt (Fixture *fixture, gconstpointer data)
{
    g_autoptr (SimstowSnapshot) old = snapshot_of (1000, "at");
    g_autoptr (SimstowSnapshot) new = snapshot_of (2000, SIMSTOW_VIA_MM);
    g_autoptr (SimstowSnapshot) merged = NULL;
    g_autofree gchar *a = NULL;
    g_autofree gchar *b = NULL;
    g_autofree gchar *out = NULL;
    SimstowMessage *message;

    add_message (old, 1, 0, FALSE);
    add_message (new, 1, 0, TRUE);
    add_message (new, 2, 1, TRUE);
    a = write_snapshot (fixture, old);
    b = write_snapshot (fixture, new);
    out = merge (fixture, a, b);
    merged = load (out);
    g_assert_cmpuint (merged->messages->len, ==, 2);
    message = g_ptr_array_index (merged->messages, 0);
    g_assert_false (message->rebuilt);
    g_assert_cmpint (message->last_seen, ==, 1000);
    g_assert_cmpint (message->rebuilt_last_seen, ==, 2000);
    message = g_ptr_array_index (merged->messages, 1);
    g_assert_true (message->rebuilt);
}

static gchar *
write_spec (Fixture *fixture, const Spec *spec)
{
    g_autoptr (GBytes) bytes = spec_build (spec);
    gchar *path = new_path (fixture);

    g_assert_true (g_file_set_contents (path,
                                        g_bytes_get_data (bytes, NULL),
                                        (gssize) g_bytes_get_size (bytes),
                                        NULL));
    return path;
}

static void
assert_holds (const gchar *path, const gchar *text)
{
    g_autofree gchar *bytes = NULL;
    gsize size;
    gsize at;

    g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
    for (at = 0; at + strlen (text) <= size; at++)
        if (memcmp (bytes + at, text, strlen (text)) == 0)
            return;
    g_test_message ("%s", text);
    g_test_fail ();
}

/* What a newer simstow adds survives; and so it does when the newest capture lacks it */
static void
test_unknown (Fixture *fixture, gconstpointer data)
{
    static const gchar line[] =
        "{\"store\":\"sms/sm\",\"index\":1,\"status\":\"read\",\"pdu\":\"0004\","
        "\"folder\":{\"name\":\"Trabajo\"},\"star\":\"s\\u00ed\"}\n";
    g_auto (Spec) spec = {NULL};
    g_autoptr (SimstowSnapshot) newer = snapshot_of (1750000000, "at");
    g_autofree gchar *a = NULL;
    g_autofree gchar *b = NULL;
    g_autofree gchar *out = NULL;
    g_autofree gchar *again = NULL;

    spec_init (&spec);
    spec.compression = SIMSTOW_COMPRESSION_NONE;
    spec.messages = 1;
    spec.more = ",\"color\": [1, 2]";
    spec_set (&spec, TOP "/messages.ndjson", line, -1);
    spec_add (&spec, TOP "/future.bin");
    spec_set (&spec, TOP "/future.bin", "from the future", -1);
    a = write_spec (fixture, &spec);
    out = merge (fixture, a, a);
    assert_holds (out, "\"folder\":{\"name\":\"Trabajo\"},\"star\":\"s\\u00ed\"}");
    assert_holds (out, "from the future");
    assert_holds (out, "\"color\":[1,2]");
    b = write_snapshot (fixture, newer);
    again = merge (fixture, out, b);
    assert_holds (again, "\"folder\":{\"name\":\"Trabajo\"}");
    assert_holds (again, "from the future");
    assert_holds (again, "\"member\": \"future.bin\"");
}

static void
test_mix (Fixture *fixture, gconstpointer data)
{
    const SimstowArchiveWriteOptions options = {SIMSTOW_COMPRESSION_NONE};
    g_autoptr (SimstowSnapshot) one = snapshot_of (1000, "at");
    g_autoptr (SimstowSnapshot) two = snapshot_of (2000, "at");
    g_autoptr (GError) error = NULL;
    g_autofree gchar *a = NULL;
    g_autofree gchar *out = new_path (fixture);
    const gchar *paths[] = {NULL, NULL};
    SimstowSnapshot *const twos[] = {two, NULL};

    one->sim->iccid = g_strdup ("8957123400000012345");
    two->sim->iccid = g_strdup ("8957123400000099999");
    a = write_snapshot (fixture, one);
    paths[0] = a;
    g_assert_false (
        simstow_archive_merge (paths, NULL, twos, FALSE, out, &options, NULL, NULL, NULL, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_FAILED);
    g_assert_nonnull (strstr (error->message, "8957123400000012345"));
    g_assert_nonnull (strstr (error->message, "8957123400000099999"));
    g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
    g_clear_error (&error);
    g_assert_true (
        simstow_archive_merge (paths, NULL, twos, TRUE, out, &options, NULL, NULL, NULL, &error));
}

/* An archive whose records are in no order, as another program may write it */
static void
test_unsorted (Fixture *fixture, gconstpointer data)
{
    static const gchar lines[] =
        "{\"store\":\"sms/sm\",\"index\":9,\"status\":\"read\",\"pdu\":\"0004\"}\n"
        "{\"store\":\"sms/me\",\"index\":3,\"status\":\"read\",\"pdu\":\"000401\"}\n";
    g_auto (Spec) spec = {NULL};
    g_autofree gchar *a = NULL;
    g_autofree gchar *out = NULL;
    g_autofree gchar *again = NULL;
    g_autoptr (SimstowSnapshot) merged = NULL;

    spec_init (&spec);
    spec.messages = 2;
    spec_set (&spec, TOP "/messages.ndjson", lines, -1);
    a = write_spec (fixture, &spec);
    out = merge (fixture, a, a);
    again = merge (fixture, out, a);
    assert_same (out, again);
    merged = load (out);
    g_assert_cmpuint (merged->messages->len, ==, 2);
    g_assert_cmpstr (((SimstowMessage *) merged->messages->pdata[0])->store, ==, "sms/me");
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
    const SimstowArchiveWriteOptions options = {SIMSTOW_COMPRESSION_NONE};
    g_autoptr (SimstowSnapshot) snapshot = sample_snapshot ();
    g_autoptr (GBytes) whole = sample_pack (snapshot, SIMSTOW_COMPRESSION_GZIP);
    g_autofree gchar *path = new_path (fixture);
    g_autofree gchar *out = new_path (fixture);
    const gchar *paths[] = {path, NULL};
    g_autoptr (GError) error = NULL;

    g_assert_true (g_file_set_contents (path,
                                        g_bytes_get_data (whole, NULL),
                                        (gssize) g_bytes_get_size (whole) / 2,
                                        NULL));
    g_assert_false (
        simstow_archive_merge (paths, NULL, NULL, FALSE, out, &options, NULL, NULL, NULL, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CUT_SHORT);
    g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
}

#define ADD(name, func) g_test_add ("/merge/" name, Fixture, NULL, set_up, func, tear_down)

gint
main (gint argc, gchar **argv)
{
    g_test_init (&argc, &argv, NULL);
    ADD ("laws", test_laws);
    ADD ("snapshot", test_snapshot);
    ADD ("times", test_times);
    ADD ("unread", test_unread);
    ADD ("copies", test_copies);
    ADD ("rebuilt", test_rebuilt);
    ADD ("unknown", test_unknown);
    ADD ("mix", test_mix);
    ADD ("unsorted", test_unsorted);
    ADD ("damaged", test_damaged);
    return g_test_run ();
}
