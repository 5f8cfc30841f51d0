/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What destinations hold, what may go, and what is promised: by a clock that the names tell,
 * over 400 daily backups, with a SIM that is swapped in the middle.
 */

#include <glib/gstdio.h>
#include <string.h>

#include "simstow-hex.h"
#include "simstow-prune.h"
#include "simstow-spent.h"
#include "simstow-standing.h"

#define DAYS 400
#define DAY  86400
/* A SIM that another machine has saved there */
#define STRANGER "12345678"

typedef struct {
    gchar *root;
    gchar *store;
    SimstowConfig *config;
    SimstowDestinationConfig *spot;
    SimstowState *state;
    gint64 start;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
    gint64 now = g_get_real_time () / G_USEC_PER_SEC;

    fixture->root = g_dir_make_tmp ("simstow-vault-XXXXXX", NULL);
    fixture->store = g_build_filename (fixture->root, "store", NULL);
    g_mkdir (fixture->store, 0700);
    fixture->config = g_new0 (SimstowConfig, 1);
    fixture->config->mistakes = g_ptr_array_new ();
    fixture->config->destinations = g_ptr_array_new ();
    fixture->config->state = g_build_filename (fixture->root, "state", NULL);
    fixture->spot = simstow_destination_config_new ("disk");
    fixture->spot->path = g_strdup (fixture->store);
    fixture->spot->medium = SIMSTOW_MEDIUM_DISK;
    fixture->state = simstow_state_open (fixture->config, TRUE, NULL);
    fixture->start = (now / DAY - DAYS) * DAY + DAY / 2;
    g_assert_nonnull (fixture->state);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
    g_autofree gchar *command = g_strdup_printf ("rm -rf '%s'", fixture->root);

    simstow_state_free (fixture->state);
    simstow_destination_config_free (fixture->spot);
    simstow_config_free (fixture->config);
    g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
    g_free (fixture->store);
    g_free (fixture->root);
}

static gchar *
make_name (const gchar *id, gint64 made)
{
    g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (made);
    g_autofree gchar *stamp = g_date_time_format (time, "%Y%m%dT%H%M%SZ");

    return g_strdup_printf ("simstow-%s-%s-0123abcd.tar.gz.gpg", id, stamp);
}

static void
write_file (Fixture *fixture, const gchar *name, const gchar *text)
{
    g_autofree gchar *path = g_build_filename (fixture->store, name, NULL);

    g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static gchar *
store_history (Fixture *fixture, const gchar *id, gint64 made, guint messages, const gchar *history)
{
    gchar *name = make_name (id, made);
    g_autofree gchar *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, name, -1);
    SimstowLabel label = {name, digest, strlen (name), TRUE, messages, 5, 0, NULL, NULL, NULL};
    g_autofree gchar *text = NULL;
    g_autofree gchar *beside = g_strconcat (name, SIMSTOW_HOLDINGS_DIGEST, NULL);

    if (!g_str_equal (id, STRANGER))
        g_free (simstow_state_sim_path (fixture->state, id, NULL));
    label.history = (gchar *) history;
    text = simstow_label_format (&label, FALSE);
    write_file (fixture, name, name);
    write_file (fixture, beside, text);
    return name;
}

/* An archive as a destination holds it, with so many messages by its label */
static gchar *
store (Fixture *fixture, const gchar *id, gint64 made, guint messages)
{
    return store_history (fixture, id, made, messages, NULL);
}

static void
prune (Fixture *fixture, const SimstowRetention *retention, guint dropped, guint held)
{
    g_autoptr (SimstowDepot) depot = simstow_depot_open (fixture->spot, fixture->state, NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowPrunePlan) plan = simstow_prune_plan_new (depot, retention, NULL, &error);

    g_assert_no_error (error);
    if (dropped != G_MAXUINT) {
        g_assert_cmpuint (plan->drop->len, ==, dropped);
        g_assert_cmpuint (plan->held->len, ==, held);
    }
    simstow_prune_plan_run (plan, NULL, &error);
    g_assert_no_error (error);
}

/* A period by the calendar, as people write it */
static void
keep_newest (GHashTable *kept, const GArray *times, const gchar *format, guint periods)
{
    g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    guint i;

    for (i = times->len; i-- > 0;) {
        gint64 *time = &g_array_index (times, gint64, i);
        g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (*time);
        gchar *period = g_date_time_format (date, format);

        if (g_hash_table_contains (seen, period) || g_hash_table_size (seen) == periods) {
            g_free (period);
            continue;
        }
        g_hash_table_add (seen, period);
        g_hash_table_add (kept, time);
    }
}

/* What was promised of all that was ever stored is there, and nothing else */
static void
check_kept (Fixture *fixture, const gchar *id, const GArray *times)
{
    g_autoptr (GHashTable) kept = g_hash_table_new (g_int64_hash, g_int64_equal);
    g_autoptr (SimstowDepot) depot = simstow_depot_open (fixture->spot, fixture->state, NULL);
    guint count = 0;
    guint i;

    for (i = times->len; i-- > 0 && times->len - i <= 3;)
        g_hash_table_add (kept, &g_array_index (times, gint64, i));
    keep_newest (kept, times, "%Y-%m-%d", 7);
    keep_newest (kept, times, "%G-%V", 4);
    keep_newest (kept, times, "%Y-%m", 12);
    keep_newest (kept, times, "%Y", 1000);
    for (i = 0; i < depot->holdings->archives->len; i++) {
        const SimstowHolding *holding = g_ptr_array_index (depot->holdings->archives, i);

        if (!g_str_equal (holding->id, id))
            continue;
        count++;
        g_assert_true (g_hash_table_contains (kept, &holding->made));
    }
    g_assert_cmpuint (count, ==, g_hash_table_size (kept));
    g_assert_cmpuint (depot->holdings->leftovers->len, ==, 0);
}

/* The SIM is another one from the 200th day on; the first comes back for a day in the end */
static void
test_400_days (Fixture *fixture, gconstpointer data)
{
    const SimstowRetention retention = {3, 7, 4, 12, SIMSTOW_KEEP_ALL};
    const gchar *const ids[] = {"aaaaaaaa", "bbbbbbbb"};
    g_autoptr (GArray) first = g_array_new (FALSE, FALSE, sizeof (gint64));
    g_autoptr (GArray) second = g_array_new (FALSE, FALSE, sizeof (gint64));
    GArray *const times[] = {first, second};
    guint day;

    write_file (fixture, "holiday.jpg", "not ours");
    write_file (fixture, "simstow-notes.txt", "not ours either");
    for (day = 0; day < DAYS; day++) {
        gint64 made = fixture->start + (gint64) day * DAY;
        guint which = day < DAYS / 2 || day == DAYS - 1 ? 0 : 1;

        g_free (store (fixture, ids[which], made, 10 + day));
        g_array_append_val (times[which], made);
        prune (fixture, &retention, G_MAXUINT, 0);
        if (day % 50 == 49)
            check_kept (fixture, ids[which], times[which]);
    }
    check_kept (fixture, ids[0], first);
    check_kept (fixture, ids[1], second);
    {
        g_autofree gchar *photo = g_build_filename (fixture->store, "holiday.jpg", NULL);
        g_autofree gchar *notes = g_build_filename (fixture->store, "simstow-notes.txt", NULL);

        g_assert_true (g_file_test (photo, G_FILE_TEST_EXISTS));
        g_assert_true (g_file_test (notes, G_FILE_TEST_EXISTS));
    }
}

static void
mark (Fixture *fixture, const gchar *name, SimstowProof proof, gint64 confirmed, gint64 proved)
{
    SimstowHolding holding = {.name = (gchar *) name};
    g_autofree gchar *file = simstow_holding_make_mark (&holding, confirmed, proof, proved);

    write_file (fixture, file, "simstow\n");
}

/* Nothing goes while the newest is not good; nothing that holds more than the newest */
static void
test_guards (Fixture *fixture, gconstpointer data)
{
    const SimstowRetention retention = {1, 0, 0, 0, 0};
    gint64 start = fixture->start;
    g_autofree gchar *oldest = store (fixture, "cccccccc", start, 100);
    g_autofree gchar *middle = store (fixture, "cccccccc", start + DAY, 100);
    g_autofree gchar *newest = store (fixture, "cccccccc", start + 2 * DAY, 100);
    g_autofree gchar *small = NULL;
    g_autofree gchar *cut = NULL;
    g_autofree gchar *begun = NULL;

    mark (fixture, newest, SIMSTOW_PROOF_DAMAGED, start + 2 * DAY, start + 3 * DAY);
    prune (fixture, &retention, 0, 1);
    mark (fixture, newest, SIMSTOW_PROOF_DIGEST, start + 2 * DAY, start + 4 * DAY);
    small = store (fixture, "cccccccc", start + 5 * DAY, 49);
    prune (fixture, &retention, 0, 3);
    /* of one that is damaged there may be something left */
    mark (fixture, oldest, SIMSTOW_PROOF_DAMAGED, start, start + DAY);
    prune (fixture, &retention, 0, 3);
    /* one that somebody put there is nobody's business; one that was cut off is no newest */
    cut = make_name ("cccccccc", start + 6 * DAY);
    begun = g_strconcat (cut, SIMSTOW_HOLDINGS_DIGEST, SIMSTOW_HOLDINGS_PART, NULL);
    write_file (fixture, cut, "cut");
    prune (fixture, &retention, 0, 3);
    write_file (fixture, begun, "label");
    prune (fixture, &retention, 0, 1);
}

static guint
count_archives (Fixture *fixture)
{
    g_autoptr (SimstowDepot) depot = simstow_depot_open (fixture->spot, fixture->state, NULL);

    return depot->holdings->archives->len;
}

/* The newest is good by its name, but is not what was stored: cut short, or another */
static void
test_newest_is_read (Fixture *fixture, gconstpointer data)
{
    const SimstowRetention retention = {1, 0, 0, 0, 0};
    g_autofree gchar *older = store (fixture, "dddddddd", fixture->start, 100);
    g_autofree gchar *newest = store (fixture, "dddddddd", fixture->start + DAY, 100);
    g_autofree gchar *other = g_strdup (newest);
    gint64 now = g_get_real_time () / G_USEC_PER_SEC;
    g_autoptr (SimstowDepot) depot = NULL;
    g_autoptr (SimstowPrunePlan) plan = NULL;
    g_autoptr (GError) error = NULL;

    write_file (fixture, newest, "cut");
    prune (fixture, &retention, 0, 1);
    other[0] ^= 1;
    write_file (fixture, newest, other);
    depot = simstow_depot_open (fixture->spot, fixture->state, NULL);
    plan = simstow_prune_plan_new (depot, &retention, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (plan->drop->len, ==, 1);
    g_assert_false (simstow_prune_plan_run (plan, NULL, &error));
    g_assert_error (error, SIMSTOW_DESTINATION_ERROR, SIMSTOW_DESTINATION_ERROR_DAMAGED);
    g_assert_cmpuint (count_archives (fixture), ==, 2);
    /* and that is remembered: the older one is the newest good one */
    prune (fixture, &retention, 0, 0);
    write_file (fixture, newest, newest);
    mark (fixture, newest, SIMSTOW_PROOF_DIGEST, fixture->start, now + 60);
    prune (fixture, &retention, 1, 0);
    g_assert_cmpuint (count_archives (fixture), ==, 1);
}

/* No damaged archive stands for the good one of its day, none of a clock that was wrong is over,
 * and a label that cannot be read holds back its archive alone */
static void
test_doubtful (Fixture *fixture, gconstpointer data)
{
    const SimstowRetention retention = {1, 3, 0, 0, 0};
    gint64 start = fixture->start;
    g_autofree gchar *spoilt = store (fixture, "eeeeeeee", start, 100);
    g_autofree gchar *good = store (fixture, "eeeeeeee", start + DAY, 100);
    g_autofree gchar *damaged = store (fixture, "eeeeeeee", start + DAY + 60, 100);
    g_autofree gchar *late = store (fixture, "eeeeeeee", start + 2 * DAY, 100);
    g_autofree gchar *newest = store (fixture, "eeeeeeee", start + 3 * DAY, 100);
    g_autofree gchar *reset = store (fixture, "eeeeeeee", 946684800, 100);
    g_autofree gchar *beside = g_strconcat (spoilt, SIMSTOW_HOLDINGS_DIGEST, NULL);

    write_file (fixture, beside, "nothing");
    mark (fixture, damaged, SIMSTOW_PROOF_DAMAGED, start + DAY, start + 2 * DAY);
    prune (fixture, &retention, 0, 1);
    g_assert_cmpuint (count_archives (fixture), ==, 6);
}

/* Another machine's SIM is no business of this one; and a newest archive whose history began anew
 * lacks what only the history before it held, however many records it has */
static void
test_histories (Fixture *fixture, gconstpointer data)
{
    const SimstowRetention retention = {1, 0, 0, 0, 0};
    gint64 start = fixture->start;

    g_free (store (fixture, STRANGER, start, 100));
    g_free (store (fixture, STRANGER, start + DAY, 100));
    prune (fixture, &retention, 0, 0);
    g_free (store_history (fixture, "ffffffff", start, 100, "aa"));
    g_free (store_history (fixture, "ffffffff", start + DAY, 110, "bb"));
    prune (fixture, &retention, 0, 1);
    g_free (store_history (fixture, "ffffffff", start + 2 * DAY, 120, "bb"));
    prune (fixture, &retention, 1, 1);
    /* without any, too */
    g_free (store (fixture, "ffffffff", start + 3 * DAY, 120));
    prune (fixture, &retention, 0, 2);
}

static SimstowHoldings *
holdings_new (const gchar *const *names)
{
    g_autoptr (GPtrArray) entries =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_destination_entry_free);

    for (; *names != NULL; names++)
        g_ptr_array_add (entries, simstow_destination_entry_new (*names, 7));
    return simstow_holdings_parse (entries);
}

/* One listing tells all */
static void
test_names (void)
{
#define A "simstow-0123abcd-20260102T030405Z-89abcdef.tar.gz.gpg"
#define B "simstow-0123abcd-20260103T030405Z-89abcdef.tar"
    static const gchar *const names[] = {
        A,
        B,
        B ".sha256",
        A ".sha256",
        A ".seen-20260104T000000Z.digest-20260105T000000Z",
        A ".seen-20260106T000000Z.whole-20260104T000000Z",
        B ".part",
        "simstow-0123abcd-20260102T030405Z-00000000.tar.gz.sha256",
        "README-RESTORE.txt",
        "simstow-0123abcd-20260102T030405Z-00000000.tar.gz.seen-20260104T000000Z.whole-20260105T000000Z",
        B ".part.0a1b2c3d.partial",
        A "~",
        A ".sig",
        A ".seen-holiday",
        A ".sha256.old",
        "simstow-0123abcd-20260102T030405Z-00000000.tar.gz.bak",
        "simstow-0123ABCD-20260102T030405Z-89abcdef.tar.gz",
        "photo.jpg",
        NULL,
    };
    g_autoptr (SimstowHoldings) holdings = holdings_new (names);
    const SimstowHolding *newest = simstow_holdings_newest (holdings, "0123abcd");
    const SimstowHolding *older = simstow_holdings_find (holdings, A);

    g_assert_cmpuint (holdings->archives->len, ==, 2);
    /* a copy or signature that somebody made there is not ours to clear */
    g_assert_cmpuint (holdings->leftovers->len, ==, 4);
    g_assert_true (holdings->known);
    g_assert_cmpstr (newest->name, ==, B);
    g_assert_cmpint (newest->proof, ==, SIMSTOW_PROOF_DIGEST);
    g_assert_cmpint (older->proof, ==, SIMSTOW_PROOF_DIGEST);
    g_assert_cmpint (older->confirmed - older->made, ==, 4 * DAY - (3 * 3600 + 4 * 60 + 5));
    g_assert_cmpuint (older->marks->len, ==, 2);
#undef A
#undef B
}

/* Times of a clock that was ahead do not make damage old news, nor a proof a lasting one */
static void
test_clock_ahead (void)
{
#define A "simstow-0123abcd-20260102T030405Z-89abcdef.tar"
    static const gchar *const proved[] = {A,
                                          A ".sha256",
                                          A ".seen-20260104T000000Z.whole-29260105T000000Z",
                                          NULL};
    static const gchar *const damaged[] = {A,
                                           A ".sha256",
                                           A ".seen-20260104T000000Z.whole-20260105T000000Z",
                                           A ".seen-20260104T000000Z.damaged-29260106T000000Z",
                                           NULL};
    g_autoptr (SimstowHoldings) first = holdings_new (proved);
    g_autoptr (SimstowHoldings) second = holdings_new (damaged);
    const SimstowHolding *holding = simstow_holdings_find (first, A);

    g_assert_cmpint (holding->proof, ==, SIMSTOW_PROOF_WHOLE);
    g_assert_cmpint (holding->proved, ==, holding->made);
    g_assert_null (simstow_holdings_newest (second, "0123abcd"));
#undef A
}

static SimstowStanding *
judge (SimstowHoldings *const *holdings, guint count, gint64 now)
{
    static SimstowDestinationConfig spots[] = {
        {.name = (gchar *) "disk", .medium = SIMSTOW_MEDIUM_DISK},
        {.name = (gchar *) "drive", .medium = SIMSTOW_MEDIUM_CLOUD, .offsite = TRUE},
    };
    const SimstowPolicy policy = {3, 2, 1, 7 * DAY, 30 * DAY, NULL};
    SimstowStandingPlace places[2];
    guint i;

    for (i = 0; i < count; i++)
        places[i] = (SimstowStandingPlace){&spots[i], holdings[i], NULL};
    return simstow_standing_judge ("0123abcd", "x", TRUE, &policy, places, count, now);
}

static void
assert_standing (SimstowHoldings *const *holdings, gint64 age, SimstowRisk risk, guint clauses)
{
    /* 2026-01-02T03:04:05Z */
    g_autoptr (SimstowStanding) standing =
        judge (holdings, 2, G_GINT64_CONSTANT (1767323045) + age);

    g_assert_cmpint (standing->risk, ==, risk);
    g_assert_cmpuint (standing->clauses->len, ==, clauses);
}

/* Each clause that is not met, and no other */
static void
test_standing (void)
{
#define A "simstow-0123abcd-20260102T030405Z-89abcdef.tar.gz.gpg"
    static const gchar *const good[] = {A, A ".sha256", NULL};
    static const gchar *const none[] = {NULL};
    static const gchar *const bad[] = {A,
                                       A ".sha256",
                                       A ".seen-20260102T030405Z.damaged-20260102T040000Z",
                                       NULL};
    g_autoptr (SimstowHoldings) fresh = holdings_new (good);
    g_autoptr (SimstowHoldings) empty = holdings_new (none);
    g_autoptr (SimstowHoldings) damaged = holdings_new (bad);

    assert_standing ((SimstowHoldings *[]){fresh, fresh}, DAY, SIMSTOW_RISK_FINE, 0);
    /* too old at both: each, and copies, media, offsite */
    assert_standing ((SimstowHoldings *[]){fresh, fresh}, 8 * DAY, SIMSTOW_RISK_SOME, 5);
    /* and not read back either */
    assert_standing ((SimstowHoldings *[]){fresh, fresh}, 31 * DAY, SIMSTOW_RISK_SOME, 7);
    /* none at the cloud: that, copies, media, offsite */
    assert_standing ((SimstowHoldings *[]){fresh, empty}, DAY, SIMSTOW_RISK_SOME, 4);
    assert_standing ((SimstowHoldings *[]){empty, NULL}, DAY, SIMSTOW_RISK_NONE, 5);
    /* damaged at the cloud: that, none good there, copies, media, offsite */
    assert_standing ((SimstowHoldings *[]){fresh, damaged}, DAY, SIMSTOW_RISK_SOME, 5);
#undef A
}

/* What was seen before is as good as seen now only where it may well be out of reach */
static void
test_unseen (void)
{
    static const gchar *const names[] = {"simstow-0123abcd-20260102T030405Z-89abcdef.tar",
                                         "simstow-0123abcd-20260102T030405Z-89abcdef.tar.sha256",
                                         NULL};
    static const struct {
        SimstowMedium medium;
        SimstowDestinationError code;
        SimstowRisk risk;
    } rows[] = {
        {SIMSTOW_MEDIUM_DISK, SIMSTOW_DESTINATION_ERROR_PENDING, SIMSTOW_RISK_SOME},
        {SIMSTOW_MEDIUM_REMOVABLE, SIMSTOW_DESTINATION_ERROR_PENDING, SIMSTOW_RISK_FINE},
        {SIMSTOW_MEDIUM_CLOUD, SIMSTOW_DESTINATION_ERROR_PENDING, SIMSTOW_RISK_FINE},
        {SIMSTOW_MEDIUM_CLOUD, SIMSTOW_DESTINATION_ERROR_SIGN_IN, SIMSTOW_RISK_SOME},
        {SIMSTOW_MEDIUM_REMOVABLE, SIMSTOW_DESTINATION_ERROR_REFUSED, SIMSTOW_RISK_SOME},
    };
    const SimstowPolicy policy = {2, 1, 0, 7 * DAY, 30 * DAY, NULL};
    g_autoptr (SimstowHoldings) holdings = holdings_new (names);
    guint i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GError) fault =
            g_error_new (SIMSTOW_DESTINATION_ERROR, (gint) rows[i].code, "gone");
        const SimstowDestinationConfig spot = {.name = (gchar *) "x", .medium = rows[i].medium};
        const SimstowStandingPlace place = {&spot, holdings, fault};
        g_autoptr (SimstowStanding) standing =
            simstow_standing_judge ("0123abcd",
                                    "x",
                                    TRUE,
                                    &policy,
                                    &place,
                                    1,
                                    G_GINT64_CONSTANT (1767323045) + DAY);

        g_assert_cmpint (standing->risk, ==, rows[i].risk);
    }
}

/* 2023-11-14T22:13:20Z */
#define PLAIN  "00040C9175031011223300083211417131020A020061"
#define FIRST  "00440C9175031011223300083211417131020A080500030702010062"
#define SECOND "00440C9175031011223300083211417131020A080500030702020063"
#define LONELY "00440C9175031011223300083211417131020A080500030902020063"
#define CAME   G_GINT64_CONSTANT (1700000000)

static void
add_message (SimstowSnapshot *snapshot, guint index, SimstowMessageStatus status, const gchar *hex)
{
    g_autoptr (GBytes) pdu = simstow_hex_decode (hex, -1, NULL);

    g_ptr_array_add (snapshot->messages, simstow_message_new ("sms/sm", index, status, pdu));
}

static void
assert_spent (const SimstowSnapshot *snapshot, guint places, gint64 before, guint count)
{
    const SimstowSpentRule rule = {places, before};
    g_autoptr (GPtrArray) chosen = simstow_spent_choose (snapshot, &rule);

    g_assert_cmpuint (chosen->len, ==, count);
}

/* What was not read stays, and so does a long message of which a part is missing or was not read */
static void
test_spent (void)
{
    g_autoptr (SimstowSnapshot) snapshot = simstow_snapshot_new ();
    SimstowStore *store = simstow_store_new ("sms/sm");

    store->used = 6;
    store->capacity = 8;
    store->complete = TRUE;
    store->writable = TRUE;
    g_ptr_array_add (snapshot->stores, store);
    add_message (snapshot, 1, SIMSTOW_MESSAGE_STATUS_UNREAD, PLAIN);
    add_message (snapshot, 2, SIMSTOW_MESSAGE_STATUS_READ, LONELY);
    add_message (snapshot, 3, SIMSTOW_MESSAGE_STATUS_READ, FIRST);
    add_message (snapshot, 4, SIMSTOW_MESSAGE_STATUS_READ, SECOND);
    add_message (snapshot, 5, SIMSTOW_MESSAGE_STATUS_READ, PLAIN);
    add_message (snapshot, 6, SIMSTOW_MESSAGE_STATUS_UNKNOWN, "00");
    assert_spent (snapshot, 0, CAME, 0);
    assert_spent (snapshot, 0, CAME + 1, 3);
    assert_spent (snapshot, 2, 0, 0);
    assert_spent (snapshot, 3, 0, 2);
    assert_spent (snapshot, 5, 0, 3);
    assert_spent (snapshot, 8, CAME + 1, 3);
    store->complete = FALSE;
    assert_spent (snapshot, 8, CAME + 1, 0);
    store->complete = TRUE;
    ((SimstowMessage *) g_ptr_array_index (snapshot->messages, 2))->status =
        SIMSTOW_MESSAGE_STATUS_UNREAD;
    assert_spent (snapshot, 8, CAME + 1, 1);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/vault/names", test_names);
    g_test_add_func ("/vault/clock-ahead", test_clock_ahead);
    g_test_add_func ("/vault/standing", test_standing);
    g_test_add_func ("/vault/unseen", test_unseen);
    g_test_add_func ("/vault/spent", test_spent);
    g_test_add ("/vault/guards", Fixture, NULL, set_up, test_guards, tear_down);
    g_test_add ("/vault/newest-is-read", Fixture, NULL, set_up, test_newest_is_read, tear_down);
    g_test_add ("/vault/doubtful", Fixture, NULL, set_up, test_doubtful, tear_down);
    g_test_add ("/vault/histories", Fixture, NULL, set_up, test_histories, tear_down);
    g_test_add ("/vault/400-days", Fixture, NULL, set_up, test_400_days, tear_down);
    return g_test_run ();
}
