/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of the simulated card by each way: what is read is the same, what is written is
 * written whole or not at all, and no channel stays open.
 */

#include <string.h>

#include "modem-port.h"
#include "simstow-card-files.h"
#include "simstow-error.h"
#include "simstow-hex.h"
#include "simstow-names.h"

#define CARD                                                               \
    "[messages SM]\n"                                                      \
    "capacity=3\n"                                                         \
    "first=1\n"                                                            \
    "2=1,0791751305007010040A81214365870900006220118010030A05C8329BFD06\n" \
    "[phonebook SM]\n"                                                     \
    "capacity=2\n"                                                         \
    "name-length=2\n"                                                      \
    "number-length=20\n"                                                   \
    "[card]\n"                                                             \
    "phonebook=plain\n"

#define ADN_1 "4142FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
#define FREE  "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"

typedef struct {
    const gchar *way;
    const gchar *scenario;
} Case;

static const Case cases[] = {
    {"crsm", CARD "quirks=no-cgla,no-csim\n"},
    {"cgla", CARD "quirks=no-crsm,no-csim\n"},
    {"csim", CARD "quirks=no-crsm,no-cgla\n"},
    {"mbim", CARD "[mbim]\n"},
};

typedef struct {
    ModemPort *port;
    SimstowCard *card;
    GPtrArray *commands;
    guint done;
    guint total;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
    const Case *row = user_data;

    fixture->port = modem_port_new (row->scenario);
    fixture->card = simstow_card_new (SIMSTOW_PORT (fixture->port));
    fixture->commands = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_file_command_free);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
    g_assert_cmpuint (sim_card_count_channels (modem_port_card (fixture->port)), ==, 0);
    g_ptr_array_unref (fixture->commands);
    g_assert_finalize_object (fixture->card);
    g_assert_finalize_object (fixture->port);
}

static void
add (Fixture *fixture, const gchar *text, const gchar *hex)
{
    g_autoptr (GBytes) data = hex ? simstow_hex_decode (hex, -1, NULL) : NULL;
    g_autoptr (GError) error = NULL;
    SimstowFileCommand *command = simstow_file_command_parse (text, data, &error);

    g_assert_no_error (error);
    g_ptr_array_add (fixture->commands, command);
}

static void
on_progress (guint done, guint total, gpointer user_data)
{
    Fixture *fixture = user_data;

    g_assert_cmpuint (done, <=, total);
    fixture->done = done;
    fixture->total = total;
}

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
run_by (Fixture *fixture, const gchar *way, GCancellable *cancellable)
{
    g_autoptr (GAsyncResult) result = NULL;

    simstow_card_run_files_async (fixture->card,
                                  way,
                                  fixture->commands,
                                  on_progress,
                                  fixture,
                                  cancellable,
                                  on_ready,
                                  &result);
    while (result == NULL)
        g_main_context_iteration (NULL, TRUE);
    simstow_card_run_files_finish (fixture->card, result);
}

/* The first digits of each part behind the FCP, then what went wrong; and all is forgotten */
static gchar *
outcome (Fixture *fixture)
{
    g_autoptr (GString) text = g_string_new (NULL);

    for (guint i = 0; i < fixture->commands->len; i++) {
        SimstowFileCommand *command = g_ptr_array_index (fixture->commands, i);
        guint code = 0;

        g_string_append_printf (text, "%u", command->parts->len);
        for (guint j = command->action != SIMSTOW_FILE_UPDATE; j < command->parts->len; j++) {
            g_autofree gchar *hex = simstow_hex_encode_bytes (command->parts->pdata[j]);

            g_string_append_printf (text, " %.8s", hex);
        }
        if (command->error)
            simstow_error_get_modem_code (command->error, &code);
        if (command->error)
            g_string_append_printf (text,
                                    " !%s %04X %u",
                                    command->error->message,
                                    code,
                                    command->failed);
        g_string_append_c (text, '\n');
    }
    g_ptr_array_set_size (fixture->commands, 0);
    return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
assert_outcome (Fixture *fixture, const gchar *expected)
{
    g_autofree gchar *text = outcome (fixture);

    g_assert_cmpstr (text, ==, expected);
}

static guint
count_sent (Fixture *fixture, const gchar *part)
{
    const GPtrArray *sent = modem_port_sent (fixture->port);
    guint count = 0;

    for (guint i = 0; i < sent->len; i++)
        count += strstr (sent->pdata[i], part) != NULL;
    return count;
}

static void
test_read (Fixture *fixture, gconstpointer user_data)
{
    const Case *row = user_data;
    guint opened;

    add (fixture, "read 7FFF/6F3C", NULL);
    add (fixture, "describe ADF/6F3C", NULL);
    add (fixture, "read 7FFF6F3C 2 2", NULL);
    add (fixture, "read 7FFF6F3C 3 9", NULL);
    add (fixture, "read 7FFF6F3C 4 9", NULL);
    add (fixture, "read 3F002FE2", NULL);
    add (fixture, "read 7FFF6F99", NULL);
    run_by (fixture, NULL, NULL);
    assert_outcome (fixture,
                    "4 00FFFFFF 01079175 00FFFFFF\n"
                    "1\n"
                    "2 01079175\n"
                    "2 00FFFFFF\n"
                    "1 !the file 7FFF6F3C has no record 4 0000 0\n"
                    "2 98000100\n"
                    "0 !the card has no such file or application (SW 6A82) 6A82 0\n");
    g_assert_cmpuint (fixture->done, ==, fixture->total);
    g_assert_cmpuint (fixture->total, ==, 4 + 1 + 2 + 2 + 1 + 2 + 1);
    g_assert_cmpstr (simstow_card_get_memory (fixture->card)->files_way, ==, row->way);
    /* what the card lacks is not looked for again over another way */
    opened = count_sent (fixture, "A0000000871002");
    add (fixture, "read 7FFF6F99", NULL);
    run_by (fixture, NULL, NULL);
    g_assert_cmpuint (count_sent (fixture, "A0000000871002") - opened, <=, 1);
    assert_outcome (fixture, "0 !the card has no such file or application (SW 6A82) 6A82 0\n");
}

/* The way that is asked for, and no other */
static void
test_way (Fixture *fixture, gconstpointer user_data)
{
    const Case *row = user_data;

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree gchar *text = NULL;
        gboolean same = g_str_equal (cases[i].way, row->way);

        add (fixture, "read 2FE2", NULL);
        run_by (fixture, cases[i].way, NULL);
        text = outcome (fixture);
        g_test_message ("%s: %s", cases[i].way, text);
        g_assert_true (g_str_has_prefix (text, same ? "2 98000100" : "0 !"));
    }
}

static void
test_update (Fixture *fixture, gconstpointer user_data)
{
    /* more than the new ones is not looked at */
    add (fixture, "update 7F106F3A 2", FREE ADN_1);
    add (fixture, "update 7F106F3A 1", FREE ADN_1);
    add (fixture, "read 7F106F3A", NULL);
    run_by (fixture, NULL, NULL);
    assert_outcome (fixture, "0\n0\n3 4142FFFF 4142FFFF\n");
    /* one that is not as expected, and none is written */
    add (fixture, "update 7F106F3A 1", ADN_1 FREE);
    add (fixture, "read 7F106F3A 1 1", NULL);
    add (fixture, "update 7F106F3A 2", FREE ADN_1);
    run_by (fixture, NULL, NULL);
    assert_outcome (fixture,
                    "0 !not written, as another record is not as expected 0000 0\n"
                    "2 4142FFFF\n"
                    "1 4142FFFF !record 2 of 7F106F3A was changed meanwhile 0000 0\n");
    /* nor where a record is not there */
    add (fixture, "update 7F106F3A 1", ADN_1 FREE);
    add (fixture, "update 7F106F3A 3", FREE ADN_1);
    run_by (fixture, NULL, NULL);
    assert_outcome (fixture,
                    "0 !not written, as another record is not as expected 0000 0\n"
                    "0 !the file has no such record (SW 6A83) 6A83 0\n");
}

static guint
lines_of_updates (Fixture *fixture, GCancellable *cancellable, guint cancel_at)
{
    guint before = modem_port_sent (fixture->port)->len;

    add (fixture, "update 7F106F3A 1", FREE ADN_1);
    add (fixture, "update 7F106F3A 2", FREE ADN_1);
    add (fixture, "read 7F106F3A", NULL);
    if (cancellable)
        modem_port_cancel_at (fixture->port, cancel_at, cancellable);
    run_by (fixture, NULL, cancellable);
    return modem_port_sent (fixture->port)->len - before;
}

/* Cancelled while the k-th command is under way: both are written, or none is. */
static void
test_cancelled (Fixture *fixture, gconstpointer user_data)
{
    gboolean none = FALSE;
    gboolean both = FALSE;

    for (guint k = 1; k < 20; k++) {
        g_autoptr (GCancellable) cancellable = g_cancellable_new ();
        g_autofree gchar *text = NULL;
        g_autofree gchar *now = NULL;

        lines_of_updates (fixture, cancellable, k);
        text = outcome (fixture);
        add (fixture, "read 7F106F3A", NULL);
        run_by (fixture, NULL, NULL);
        now = outcome (fixture);
        if (g_str_equal (now, "3 4142FFFF 4142FFFF\n")) {
            both = TRUE;
            g_assert_true (g_str_has_prefix (text, "0\n0\n"));
            add (fixture, "update 7F106F3A 1", ADN_1 FREE);
            add (fixture, "update 7F106F3A 2", ADN_1 FREE);
            run_by (fixture, NULL, NULL);
            assert_outcome (fixture, "0\n0\n");
        } else {
            none = TRUE;
            g_assert_cmpstr (now, ==, "3 FFFFFFFF FFFFFFFF\n");
            g_assert_true (g_str_has_prefix (text, "0 !"));
        }
        if (!g_cancellable_is_cancelled (cancellable))
            break;
    }
    g_assert_true (none && both);
}

/* Silence ends it, and the channel is closed; what was left out says so. */
static void
test_silence (Fixture *fixture, gconstpointer user_data)
{
    for (guint k = 1; k < 12; k++) {
        g_autofree gchar *fault = g_strdup_printf ("%u * silence", k);
        g_autofree gchar *text = NULL;
        g_auto (GStrv) lines = NULL;

        modem_port_fault (fixture->port, fault);
        add (fixture, "read 7FFF6F3C", NULL);
        add (fixture, "read 2FE2", NULL);
        run_by (fixture, NULL, NULL);
        text = outcome (fixture);
        lines = g_strsplit (text, "\n", -1);
        g_test_message ("%u: %s", k, text);
        for (guint i = 0; i < 2; i++)
            g_assert_true (strstr (lines[i], "!") || g_str_has_prefix (lines[i], i ? "2" : "4"));
        modem_port_fault (fixture->port, NULL);
    }
}

/* What +CRSM does not get to is looked for over a channel, which is the way from then on. */
static void
test_elsewhere (void)
{
    static const Case row = {NULL, CARD "quirks=no-crsm\n"};
    Fixture fixture = {0};
    guint before;

    set_up (&fixture, &row);
    add (&fixture, "read 2FE2", NULL);
    run_by (&fixture, NULL, NULL);
    assert_outcome (&fixture, "2 98000100\n");
    g_assert_cmpuint (count_sent (&fixture, "+CRSM"), ==, 1);
    before = modem_port_sent (fixture.port)->len;
    add (&fixture, "read 2FE2", NULL);
    run_by (&fixture, NULL, NULL);
    assert_outcome (&fixture, "2 98000100\n");
    g_assert_cmpuint (count_sent (&fixture, "+CRSM"), ==, 1);
    g_assert_cmpuint (modem_port_sent (fixture.port)->len - before, ==, 5);
    /* another SIM is looked at anew */
    modem_port_set_sim (fixture.port, "another");
    add (&fixture, "read 2FE2", NULL);
    run_by (&fixture, NULL, NULL);
    assert_outcome (&fixture, "2 98000100\n");
    g_assert_cmpuint (count_sent (&fixture, "+CRSM"), ==, 2);
    tear_down (&fixture, &row);
}

/* By +CRSM, files and records share lines. */
static void
test_joined (void)
{
    Fixture fixture = {0};

    set_up (&fixture, &cases[0]);
    add (&fixture, "read 7FFF6F3C", NULL);
    add (&fixture, "read 7F106F3A", NULL);
    add (&fixture, "read 2FE2", NULL);
    run_by (&fixture, NULL, NULL);
    /* the first command of all goes alone: whether +CRSM is known is asked of it */
    g_assert_cmpuint (modem_port_sent (fixture.port)->len, ==, 3);
    g_ptr_array_set_size (fixture.commands, 0);
    g_assert_cmpuint (lines_of_updates (&fixture, NULL, 0), ==, 1 + 2 + 2);
    tear_down (&fixture, &cases[0]);
}

#define BLANKS           \
    "[messages SM]\n"    \
    "capacity=3\n"       \
    "first=1\n"          \
    "[phonebook SM]\n"   \
    "capacity=12\n"      \
    "first=1\n"          \
    "name-length=2\n"    \
    "number-length=20\n" \
    "5=5551234,129,AB\n" \
    "[card]\n"           \
    "phonebook=plain\n"  \
    "quirks=no-crsm,no-csim\n"

#define BLANK_BOOK                                                       \
    "13 FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF 4142FFFF FFFFFFFF FFFFFFFF " \
    "FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF\n"

static gchar *
update_text (Fixture *fixture, const gchar *old, const gchar *new)
{
    for (guint i = 1; i <= 12; i++) {
        g_autofree gchar *text = g_strdup_printf ("update 7F106F3A %u", i);
        g_autofree gchar *data = g_strconcat (old, new, NULL);

        if (i != 5)
            add (fixture, text, data);
    }
    run_by (fixture, NULL, NULL);
    return outcome (fixture);
}

/* Records without content are found by a search, where the card does that well; else each is
 * read. */
static void
test_search (void)
{
    static const gchar *const searches[] = {"none", "empty", "all", "last", "wild", "list"};
    guint counts[2] = {0, 0};

    for (guint i = 0; i < G_N_ELEMENTS (searches); i++) {
        g_autofree gchar *scenario = g_strdup_printf (BLANKS "search=%s\n", searches[i]);
        const Case row = {"cgla", scenario};
        Fixture fixture = {0};
        g_autofree gchar *changed = NULL;
        g_autofree gchar *written = NULL;
        guint before;

        set_up (&fixture, &row);
        g_test_message ("%s", searches[i]);
        add (&fixture, "read 7F106F3A", NULL);
        run_by (&fixture, NULL, NULL);
        assert_outcome (&fixture, BLANK_BOOK);
        counts[0] = i == 0 ? modem_port_sent (fixture.port)->len : counts[0];
        counts[1] = modem_port_sent (fixture.port)->len;
        add (&fixture, "read 7F106F3A 5 12", NULL);
        run_by (&fixture, NULL, NULL);
        assert_outcome (&fixture,
                        "9 4142FFFF FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF "
                        "FFFFFFFF\n");
        /* one of many that is not as all were, and none is written */
        add (&fixture, "update 7F106F3A 9", FREE ADN_1);
        run_by (&fixture, NULL, NULL);
        assert_outcome (&fixture, "0\n");
        changed = update_text (&fixture, FREE, ADN_1);
        g_assert_nonnull (strstr (changed, "1 4142FFFF !record 9 of 7F106F3A was changed"));
        g_assert_true (g_str_has_prefix (changed, "0 !not written"));
        g_assert_null (strstr (changed, "\n0\n"));
        add (&fixture, "update 7F106F3A 9", ADN_1 FREE);
        run_by (&fixture, NULL, NULL);
        assert_outcome (&fixture, "0\n");
        before = modem_port_sent (fixture.port)->len;
        written = update_text (&fixture, FREE, ADN_1);
        g_assert_cmpstr (written, ==, "0\n0\n0\n0\n0\n0\n0\n0\n0\n0\n0\n");
        g_assert_cmpuint (modem_port_sent (fixture.port)->len - before,
                          ==,
                          i + 1 < G_N_ELEMENTS (searches) ? 4 + 11 + 11 : 4 + 2 + 11);
        tear_down (&fixture, &row);
    }
    g_assert_cmpuint (counts[1], <, counts[0]);
}

/* A search that is not answered costs no record; whatever else is silent is told. */
static void
test_search_silent (void)
{
    static const Case row = {"cgla", BLANKS};
    guint whole = 0;

    for (guint k = 1; k <= 12; k++) {
        g_autofree gchar *fault = g_strdup_printf ("%u * silence", k);
        g_autofree gchar *text = NULL;
        Fixture fixture = {0};

        set_up (&fixture, &row);
        modem_port_fault (fixture.port, fault);
        add (&fixture, "read 7F106F3A", NULL);
        run_by (&fixture, NULL, NULL);
        text = outcome (&fixture);
        g_test_message ("%u: %s", k, text);
        /* what came before is kept */
        if (k == 10)
            g_assert_true (g_str_has_prefix (text, "5 FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF !"));
        else if (!strstr (text, "!"))
            g_assert_cmpstr (text, ==, BLANK_BOOK);
        whole += g_str_equal (text, BLANK_BOOK);
        modem_port_fault (fixture.port, NULL);
        tear_down (&fixture, &row);
    }
    /* both searches, at least */
    g_assert_cmpuint (whole, >=, 2);
}

static void
test_rights (void)
{
    static const struct {
        const gchar *text;
        gsize size;
        gint code; /* -1: allowed */
        const gchar *action;
    } rows[] = {
        {"read 7FFF6F08", 0, SIMSTOW_ERROR_DENIED, NULL},
        {"read ADF/6F09", 0, SIMSTOW_ERROR_DENIED, NULL},
        {"describe 7fff6fe4", 0, SIMSTOW_ERROR_DENIED, NULL},
        {"read 7F206F20", 0, SIMSTOW_ERROR_DENIED, NULL},
        {"read 3F007F206F52", 0, SIMSTOW_ERROR_DENIED, NULL},
        {"read 7F216F20", 0, SIMSTOW_ERROR_DENIED, NULL},
        {"read 7FFF5F3B4F20", 0, SIMSTOW_ERROR_DENIED, NULL},
        {"read 7FFF5FC04F05", 0, SIMSTOW_ERROR_DENIED, NULL},
        {"read 7FFF7FFF6F07", 0, SIMSTOW_ERROR_DENIED, NULL},
        {"read 3F003F007FFF6F08", 0, SIMSTOW_ERROR_DENIED, NULL},
        {"read 7FFF", 0, SIMSTOW_ERROR_DENIED, NULL},
        {"read 7FFF6F07", 0, -1, SIMSTOW_POLKIT_CONTACTS},
        {"read 7FFF6F3C 1 20", 0, -1, SIMSTOW_POLKIT_MESSAGING},
        {"read 7F105F3A4F30", 0, -1, SIMSTOW_POLKIT_CONTACTS},
        {"update 7F106F3C 1", 2, -1, SIMSTOW_POLKIT_MESSAGING},
        {"update 7FFF5F3A4F09 254", 510, -1, SIMSTOW_POLKIT_CONTACTS},
        {"update 7FFF5F3A4F30 1", 2, SIMSTOW_ERROR_DENIED, NULL},
        {"update 7FFF6F07 1", 2, SIMSTOW_ERROR_DENIED, NULL},
        {"update 2FE2 1", 2, SIMSTOW_ERROR_DENIED, NULL},
        {"update 7F106F3C 1", 0, SIMSTOW_ERROR_INVALID_RECORD, NULL},
        {"update 7F106F3C 1", 3, SIMSTOW_ERROR_INVALID_RECORD, NULL},
        {"update 7F106F3C 1", 512, SIMSTOW_ERROR_INVALID_RECORD, NULL},
        {"update 7F106F3C 0", 2, SIMSTOW_ERROR_INVALID_RECORD, NULL},
        {"update 7F106F3C 255", 2, SIMSTOW_ERROR_INVALID_RECORD, NULL},
        {"update 7F106F3C 1 2", 2, SIMSTOW_ERROR_INVALID_RECORD, NULL},
        {"read 7F106F3C", 1, SIMSTOW_ERROR_INVALID_RECORD, NULL},
        {"read 7F106F3C 2 1", 0, SIMSTOW_ERROR_INVALID_RECORD, NULL},
        {"read 7F106F3C 1", 0, SIMSTOW_ERROR_INVALID_RECORD, NULL},
        {"read 7F106F3", 0, SIMSTOW_ERROR_INVALID_RECORD, NULL},
        {"read 7F106F3C;+CPIN", 0, SIMSTOW_ERROR_INVALID_RECORD, NULL},
        {"read  7F106F3C", 0, SIMSTOW_ERROR_INVALID_RECORD, NULL},
        {"erase 7F106F3C", 0, SIMSTOW_ERROR_INVALID_RECORD, NULL},
        {"read", 0, SIMSTOW_ERROR_INVALID_RECORD, NULL},
        {"", 0, SIMSTOW_ERROR_INVALID_RECORD, NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GBytes) data = g_bytes_new_take (g_malloc0 (rows[i].size), rows[i].size);
        g_autoptr (GError) error = NULL;
        g_autoptr (SimstowFileCommand) command =
            simstow_file_command_parse (rows[i].text, data, &error);

        g_test_message ("%s", rows[i].text);
        if (rows[i].code >= 0) {
            g_assert_error (error, SIMSTOW_ERROR, rows[i].code);
            continue;
        }
        g_assert_no_error (error);
        g_assert_cmpstr (command->polkit, ==, rows[i].action);
    }
}

gint
main (gint argc, gchar **argv)
{
    static const struct {
        const gchar *name;
        void (*test) (Fixture *fixture, gconstpointer user_data);
    } tests[] = {
        {"read", test_read},
        {"way", test_way},
        {"update", test_update},
        {"cancelled", test_cancelled},
        {"silence", test_silence},
    };

    g_test_init (&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
        for (gsize j = 0; j < G_N_ELEMENTS (cases); j++) {
            g_autofree gchar *path =
                g_strdup_printf ("/card-files/%s/%s", tests[i].name, cases[j].way);

            g_test_add (path, Fixture, &cases[j], set_up, tests[i].test, tear_down);
        }
    g_test_add_func ("/card-files/elsewhere", test_elsewhere);
    g_test_add_func ("/card-files/joined", test_joined);
    g_test_add_func ("/card-files/search", test_search);
    g_test_add_func ("/card-files/search/silent", test_search_silent);
    g_test_add_func ("/card-files/rights", test_rights);
    return g_test_run ();
}
