/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of doors, row by row; any calls at all; and what a call sends.
 */

#include <string.h>

#include "fake-port.h"
#include "simstow-door-table.h"
#include "simstow-error.h"
#include "simstow-names.h"
#include "watched-port.h"

#define TRIES 4000

/* The table */

typedef struct {
    const gchar *door;
    const gchar *option; /* "memory=SM" */
    const gchar *text;
    const gchar *data;  /* a row, or octets */
    const gchar *shape; /* NULL: it must not pass */
} Case;

/* Stands for an MBIM information buffer that writes to place 7 */
#define ENTRY "entry"
#define PDU   "\x01\x91\x04\x05\x81\x21\x43\x01"

static const Case cases[] = {
    {"messages", NULL, "+CPMS=?", "", "+CPMS=?"},
    {"messages", NULL, "+CPMS?", "", "+CPMS?"},
    {"messages", NULL, "+CMGF=?", "", "+CMGF=?"},
    {"messages", NULL, "+CMGF?", "", "+CMGF?"},
    {"messages", NULL, "+CSMS=?", "", "+CSMS=?"},
    {"messages", NULL, "+CSMS?", "", "+CSMS?"},
    {"messages", NULL, "+CMGL=?", "", "+CMGL=?"},
    {"messages", NULL, "+CMGR=?", "", "+CMGR=?"},
    {"messages", NULL, "^SMGL=?", "", "^SMGL=?"},
    {"messages", "memory=SM", "+CMGL=4", "", "+CMGL=#"},
    {"messages", "memory=SM", "+CMGL=4,1", "", "+CMGL=#,#"},
    {"messages", "memory=SM", "^SMGL=4", "", "^SMGL=#"},
    {"messages", "memory=SM", "+CMGR=12345", "", "+CMGR=#"},
    {"messages", "memory=SM", "+CMGW=6", PDU, "+CMGW=#"},
    {"messages", "memory=SM", "+CMGW=6,3", PDU, "+CMGW=#,#"},
    {"messages", "memory=SM", "+CMGD=7", "0004", "+CMGD=#"},
    {"messages", NULL, "+CMGL=4", "", NULL},
    {"messages", NULL, "+CMGW=6", PDU, NULL},
    {"messages", "memory=SM", "+CMGW=7", PDU, NULL},
    {"messages", "memory=SM", "+CMGW=6", "", NULL},
    {"messages", "memory=SM", "+CMGW=0", "\x02\x91\x04", NULL},
    {"messages", "memory=SM", "+CMGW=6", "\xF1\x91\x04\x05\x81\x21\x43\x01", NULL},
    {"messages", "memory=SM", "+CMGW=\"+57\"", "x", NULL},
    {"messages", "memory=SM", "+CMGD=7", "", NULL},
    {"messages", "memory=SM", "+CMGD=7,4", "0004", NULL},
    {"messages", "memory=SM", "+CMGD=,4", "0004", NULL},
    {"messages", "memory=SM", "+CMGR=7", "x", NULL},
    {"messages", "memory=SM", "+CMGR=123456", "", NULL},
    {"messages", "memory=SM", "+CMGR=-1", "", NULL},
    {"messages", "memory=SM", "+CMGR=1;+CFUN=0", "", NULL},
    {"messages", "memory=SM", "+CMGR=1\r", "", NULL},
    {"messages", "memory=SM", " +CMGR=1", "", NULL},
    {"messages", "memory=SM", "AT+CMGR=1", "", NULL},
    {"messages", "memory=SM", "+cmgr=1", "", NULL},
    {"messages", "memory=SM", "+CMGS=6", PDU, NULL},
    {"messages", "memory=SM", "+CMSS=1", "", NULL},
    {"messages", "memory=SM", "+CPMS=\"ME\"", "", NULL},
    {"messages", "memory=SM", "+CMGF=1", "", NULL},
    {"messages", "memory=SM", "+CNMI=0", "", NULL},
    {"messages", "memory=S-M", "+CMGR=1", "", NULL},
    {"messages", "memory=7M", "+CMGR=1", "", NULL},
    {"messages", "memory=SM\"", "+CMGR=1", "", NULL},
    {"messages", "storage=SM", "+CPMS?", "", NULL},
    {"messages", NULL, "+CPBR=1", "", NULL},
    {"phonebook", NULL, "+CPBS=?", "", "+CPBS=?"},
    {"phonebook", NULL, "+CPBS?", "", "+CPBS?"},
    {"phonebook", NULL, "+CSCS=?", "", "+CSCS=?"},
    {"phonebook", NULL, "+CSCS?", "", "+CSCS?"},
    {"phonebook", NULL, "+CPBR=?", "", "+CPBR=?"},
    {"phonebook", NULL, "+CPBW=?", "", "+CPBW=?"},
    {"phonebook", NULL, "+CPBS=\"SM\"", "", "+CPBS=@"},
    {"phonebook", NULL, "+CPBR=1", "", "+CPBR=#"},
    {"phonebook", "storage=ME", "+CPBR=1,250", "", "+CPBR=#,#"},
    {"phonebook", "storage=ME", "+CPBW=1", "+CPBR: 1", "+CPBW=#"},
    {"phonebook", "charset=UCS2", "+CPBW=1,\"5550100\",129,\"0041\"", "", "+CPBW=*"},
    {"phonebook", "charset=UCS2", "+CPBW=1,\"555\",129,\"0041\"", "+CPBR: 1", "+CPBW=*"},
    {"phonebook", "charset=IRA", "+CPBW=,\"+57\",145,\"A B, C's \\22x\\22\"", "", "+CPBW=*"},
    {"phonebook", "charset=IRA", "+CPBW=5,,,\"\",\"g\",,,,,,,1", "", "+CPBW=*"},
    {"phonebook", "charset=UTF-8", "+CPBW=1,\"1\",129,\"Mu\xC3\xB1oz\"", "", "+CPBW=*"},
    {"phonebook", "charset=IRA", "+CPBW=1,\"1\",129,\"Mu\xC3\xB1oz\"", "", NULL},
    {"phonebook", "charset=UTF-8", "+CPBW=1,\"1\",129,\"Mu\xC2\x8DoZ\"", "", NULL},
    {"phonebook", "charset=UTF-8", "+CPBW=1,\"1\",129,\"Mu\\C2\\8DoZ\"", "", "+CPBW=*"},
    {"phonebook", "charset=UTF-7", "+CPBW=1,\"1\",129,\"Mu\xC3\xB1oz\"", "", NULL},
    {"phonebook", "charset=UTF-8", "+CPBW=1,\"1\",129,Mu\xC3\xB1oz", "", NULL},
    {"phonebook", NULL, "+CPBW=1", "", NULL},
    {"phonebook", NULL, "+CPBW=,\"1\",129,\"A\"", "+CPBR: 1", NULL},
    {"phonebook", NULL, "+CPBW=", "+CPBR: 1", NULL},
    {"phonebook", NULL, "+CPBW=1,\"1\",129,\"A", "", NULL},
    {"phonebook", NULL, "+CPBW=1,\"1\",129,\"A\"\"", "", NULL},
    {"phonebook", NULL, "+CPBW=1,\"1\",129,\"A\"B", "", NULL},
    {"phonebook", NULL, "+CPBW=1,\"1\",129,\"A\";+CFUN=0", "", NULL},
    {"phonebook", NULL, "+CPBW=1,\"1\",129,\"A;+CFUN=0\"", "", NULL},
    {"phonebook", NULL, "+CPBW=1,\"1\",129,\"A\rAT+CFUN=0\"", "", NULL},
    {"phonebook", NULL, "+CPBW=1,\"1\",129,\"A\x1A\"", "", NULL},
    {"phonebook", NULL, "+CPBW=1,\"1\",129,\"A\\\"", "", NULL},
    {"phonebook", NULL, "+CPBW=1,\"1\",129,\"A\\2\"", "", NULL},
    {"phonebook", NULL, "+CPBW=1,\"1\",129,\"A\x7F\"", "", NULL},
    {"phonebook", NULL, "+CPBW=1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1", "", NULL},
    {"phonebook", NULL, "+CPBR=1,2,3", "", NULL},
    {"phonebook", NULL, "+CPBR=1,", "", NULL},
    {"phonebook", NULL, "+CPBS=\"AB_3\"", "", "+CPBS=@"},
    {"phonebook", NULL, "+CPBS=\"3SM\"", "", NULL},
    {"phonebook", NULL, "+CPBS=\"SM\\22\"", "", NULL},
    {"phonebook", NULL, "+CPBS=\"ABCDEFGHIJKLMNOPQ\"", "", NULL},
    {"phonebook", NULL, "+CPBS=\"SM", "", NULL},
    {"phonebook", NULL, "+CPBS=\"\"", "", NULL},
    {"phonebook", NULL, "+CPBS=\"SM\",\"1234\"", "", NULL},
    {"phonebook", NULL, "+CSCS=\"UCS2\"", "", NULL},
    {"phonebook", NULL, "+CPIN?", "", NULL},
    {"phonebook", NULL, "+CPIN=\"1234\"", "", NULL},
    {"phonebook", NULL, "+CLCK=\"FD\",0,\"1234\"", "", NULL},
    {"phonebook", NULL, "+CFUN=0", "", NULL},
    {"phonebook", NULL, "+CMEE=0", "", NULL},
    {"phonebook", NULL, "+CRSM=176,28423,0,0,9", "", NULL},
    {"phonebook", NULL, "", "", NULL},
    {"phonebook", "charset=UCS2\";+CFUN=0", "+CPBR=1", "", NULL},
    {"phonebook", "charset=", "+CPBR=1", "", NULL},
    {"phonebook", "memory=SM", "+CPBR=1", "", NULL},
    {"mbim-messages", NULL, "services", "", "services"},
    {"mbim-messages", NULL, "configuration", "", "configuration"},
    {"mbim-messages", NULL, "read 0,0", "", "read #,#"},
    {"mbim-messages", NULL, "delete 7", "record", "delete #"},
    {"mbim-messages", NULL, "delete 7", "", NULL},
    {"mbim-messages", NULL, "write 7", ENTRY, NULL},
    {"mbim-messages", NULL, "send 7", "x", NULL},
    {"mbim-messages", "memory=SM", "read 0,0", "", NULL},
    {"mbim-phonebook", NULL, "services", "", "services"},
    {"mbim-phonebook", NULL, "configuration", "", "configuration"},
    {"mbim-phonebook", NULL, "read 7", "", "read #"},
    {"mbim-phonebook", NULL, "write 7", ENTRY, "write #"},
    {"mbim-phonebook", NULL, "delete 7", "record", "delete #"},
    {"mbim-phonebook", NULL, "put 7", ENTRY, "put #"},
    {"mbim-phonebook", NULL, "write 8", ENTRY, NULL},
    {"mbim-phonebook", NULL, "put 8", ENTRY, NULL},
    {"mbim-messages", NULL, "put 7", ENTRY, NULL},
    {"mbim-phonebook", NULL, "write 7", "", NULL},
    {"mbim-phonebook", NULL, "write 7", "x", NULL},
    {"mbim-phonebook", NULL, "delete 7", "", NULL},
    {"mbim-phonebook", NULL, "delete all", "record", NULL},
    {"mbim-phonebook", NULL, "read", "", NULL},
    {"mbim-phonebook", NULL, "+CPBS?", "", NULL},
    {"card", NULL, "+CPBS?", "", NULL},
};

static GVariant *
make_data (const gchar *data)
{
    const guint32 entry[] = {GUINT32_TO_LE (1),
                             GUINT32_TO_LE (7),
                             GUINT32_TO_LE (24),
                             GUINT32_TO_LE (4),
                             0,
                             0,
                             GUINT32_TO_LE (0x00310031)};

    if (g_str_equal (data, ENTRY))
        return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, entry, sizeof entry, 1);
    return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, data, strlen (data), 1);
}

/* Of an entry no part may be missing */
static void
test_entry (void)
{
    g_autoptr (GVariant) data = g_variant_ref_sink (make_data (ENTRY));
    g_autoptr (GBytes) whole = g_variant_get_data_as_bytes (data);
    gsize size;

    g_assert_true (simstow_door_mbim_is_entry (whole, 7));
    g_assert_false (simstow_door_mbim_is_entry (whole, 0));
    for (size = 0; size < g_bytes_get_size (whole); size++) {
        g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole, 0, size);

        g_assert_false (simstow_door_mbim_is_entry (cut, 7));
    }
}

static SimstowDoorCall *
new_call (const gchar *door, const gchar *options, const gchar *const *words)
{
    g_auto (GStrv) pairs = g_strsplit (options != NULL ? options : "", " ", -1);
    g_autoptr (GVariant) commands = NULL;
    GVariantBuilder builder;
    GVariantDict dict;
    gsize i;

    g_variant_dict_init (&dict, NULL);
    for (i = 0; pairs[i] != NULL; i++) {
        g_auto (GStrv) pair = g_strsplit (pairs[i], "=", 2);

        if (pair[0] != NULL)
            g_variant_dict_insert (&dict, pair[0], "s", pair[1]);
    }
    g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(say)"));
    for (i = 0; words[i] != NULL; i += 2)
        g_variant_builder_add (&builder, "(s@ay)", words[i], make_data (words[i + 1]));
    commands = g_variant_ref_sink (g_variant_builder_end (&builder));
    return simstow_door_call_new (door, g_variant_dict_end (&dict), commands, NULL);
}

static void
test_table (void)
{
    g_autoptr (GHashTable) passed = g_hash_table_new (g_direct_hash, g_direct_equal);
    gsize n_rows, i, j;
    const SimstowDoorRow *rows = simstow_door_table_get (&n_rows);

    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        const gchar *words[] = {cases[i].text, cases[i].data, NULL};
        g_autoptr (SimstowDoorCall) call = new_call (cases[i].door, cases[i].option, words);
        const SimstowDoorShape *shape =
            call != NULL ? ((SimstowDoorRequest *) call->commands->pdata[0])->shape : NULL;

        g_test_message ("%s %s", cases[i].door, cases[i].text);
        g_assert_cmpstr (shape != NULL ? shape->text : NULL, ==, cases[i].shape);
        if (shape != NULL)
            g_hash_table_add (passed, (gpointer) shape);
    }
    /* no row of the table without a case */
    for (i = 0; i < n_rows; i++) {
        for (j = 0; rows[i].shapes != NULL && rows[i].shapes[j].text != NULL; j++)
            g_assert_true (g_hash_table_contains (passed, &rows[i].shapes[j]));
    }
}

static void
test_actions (void)
{
    static const gchar *const message[] = {"+CMGL=4", "", "+CMGD=1", "x", NULL};
    static const gchar *const contact[] = {"+CPBR=1", "", "+CPBW=1", "x", NULL};
    g_autoptr (SimstowDoorCall) messages = new_call ("messages", "memory=SM", message);
    g_autoptr (SimstowDoorCall) phonebook = new_call ("phonebook", NULL, contact);

    g_assert_cmpuint (messages->actions->len, ==, 2);
    g_assert_cmpstr (messages->actions->pdata[0], ==, SIMSTOW_POLKIT_MESSAGING);
    g_assert_cmpstr (messages->actions->pdata[1], ==, SIMSTOW_POLKIT_WRITE);
    g_assert_cmpuint (phonebook->actions->len, ==, 2);
    g_assert_cmpstr (phonebook->actions->pdata[0], ==, SIMSTOW_POLKIT_CONTACTS);
    g_assert_cmpstr (phonebook->actions->pdata[1], ==, SIMSTOW_POLKIT_WRITE);
}

/* Any calls */

static const gchar *const heads[] = {
    "messages",
    "messages memory=SM",
    "messages memory=ME",
    "phonebook",
    "phonebook storage=SM",
    "phonebook storage=SM charset=UCS2",
    "phonebook charset=UTF-8",
    "phonebook storage=ME charset=IRA",
};

static const gchar *const nasty[] = {";",
                                     "\r",
                                     "\n",
                                     "\x1a",
                                     "\x1b",
                                     "\"",
                                     "\\",
                                     ",",
                                     "=",
                                     "?",
                                     "#",
                                     "+CFUN=0",
                                     "+CPIN=\"1\"",
                                     "\xC2\x8D",
                                     "9",
                                     "A",
                                     " "};

static void
append (GByteArray *data, const gchar *text)
{
    g_byte_array_append (data, (const guint8 *) text, (guint) strlen (text) + 1);
}

static gchar *
mutate (GRand *random, const gchar *text)
{
    g_autoptr (GString) mutant = g_string_new (text);

    while (mutant->len > 0 && g_rand_int_range (random, 0, 6) == 0) {
        gint place = g_rand_int_range (random, 0, (gint) mutant->len + 1);

        if (g_rand_boolean (random) && place < (gint) mutant->len)
            g_string_erase (mutant, place, 1);
        else
            g_string_insert (mutant,
                             place,
                             nasty[g_rand_int_range (random, 0, G_N_ELEMENTS (nasty))]);
    }
    return g_strdup (mutant->str);
}

static void
test_any (void)
{
    g_autoptr (GRand) random = g_rand_new_with_seed (11);
    guint passed = 0;
    guint i;

    for (i = 0; i < TRIES; i++) {
        g_autoptr (GByteArray) data = g_byte_array_new ();
        const gchar *head = heads[g_rand_int_range (random, 0, G_N_ELEMENTS (heads))];
        gint n = g_rand_int_range (random, 1, 9);
        gint j;

        append (data, head);
        for (j = 0; j < n; j++) {
            const Case *one = &cases[g_rand_int_range (random, 0, G_N_ELEMENTS (cases))];
            g_autofree gchar *text = NULL;

            /* mostly what passes this door, so that whole calls do */
            if ((one->shape == NULL || strncmp (head, one->door, strlen (one->door)) != 0) &&
                g_rand_int_range (random, 0, 40) > 0) {
                j--;
                continue;
            }
            text = g_rand_int_range (random, 0, 6) == 0 ? mutate (random, one->text)
                                                        : g_strdup (one->text);
            append (data, text);
            append (data, one->data);
        }
        append (data, "");
        for (j = 0; j < 40; j++) {
            guint8 noise = (guint8) g_rand_int_range (random, 0, 256);

            g_byte_array_append (data, &noise, 1);
        }
        passed += watched_port_try (data->data, data->len);
    }
    g_assert_cmpuint (passed, >, TRIES / 10);
}

/* Lines */

typedef struct {
    FakePort *port;
    SimstowDoors *doors;
    GCancellable *cancellable;
} Fixture;

static void
setup (Fixture *fixture, gconstpointer data)
{
    fixture->port = fake_port_new ();
    fixture->doors = simstow_doors_new (SIMSTOW_PORT (fixture->port));
    fixture->cancellable = g_cancellable_new ();
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
    fake_port_check_done (fixture->port);
    g_object_unref (fixture->doors);
    g_object_unref (fixture->port);
    g_object_unref (fixture->cancellable);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
    simstow_doors_run_finish (SIMSTOW_DOORS (source), result);
    *(gboolean *) user_data = TRUE;
}

/* Runs commands, and compares the answers: the text, or "!" and the number of the error */
static void
check (Fixture *fixture,
       const gchar *door,
       const gchar *options,
       const gchar *const *words,
       const gchar *const *answers)
{
    g_autoptr (SimstowDoorCall) call = new_call (door, options, words);
    gboolean done = FALSE;
    guint i;

    g_assert_nonnull (call);
    simstow_doors_run_async (fixture->doors, call, fixture->cancellable, on_done, &done);
    while (!done)
        g_main_context_iteration (NULL, TRUE);
    for (i = 0; i < call->commands->len; i++) {
        const SimstowDoorRequest *command = call->commands->pdata[i];
        g_autofree gchar *said = NULL;

        if (command->error != NULL)
            said = g_strdup_printf ("!%d", command->error->code);
        else
            said =
                g_strdup_printf ("%.*s",
                                 (gint) g_bytes_get_size (command->parts->pdata[0]),
                                 (const gchar *) g_bytes_get_data (command->parts->pdata[0], NULL));
        g_strchomp (said);
        g_assert_cmpstr (said, ==, answers[i]);
    }
}

#define CHECK(door, options, words, ...) \
    check (fixture,                      \
           door,                         \
           options,                      \
           (const gchar *const[]) words, \
           (const gchar *const[]){__VA_ARGS__})
#define WORDS(...)        \
    {                     \
        __VA_ARGS__, NULL \
    }

static void
learn (Fixture *fixture)
{
    fake_port_expect (fixture->port, "+CPBS?;+CSCS?", "+CPBS: \"ME\",1,9\r\n+CSCS: \"IRA\"");
    CHECK ("phonebook",
           NULL,
           WORDS ("+CPBS?", "", "+CSCS?", ""),
           "+CPBS: \"ME\",1,9",
           "+CSCS: \"IRA\"");
}

#define BEFORE  "+CPBS?;+CSCS?;+CPBS=\"SM\";+CSCS=\"UCS2\";"
#define AFTER   ";+CSCS=\"IRA\";+CPBS=\"ME\";+CPBS?"
#define SETTING "+CPBS: \"ME\",1,9\r\n+CSCS: \"IRA\"\r\n"
#define OPTIONS "storage=SM charset=UCS2"

static void
test_one_line (Fixture *fixture, gconstpointer data)
{
    learn (fixture);
    fake_port_expect (fixture->port,
                      BEFORE "+CPBR=?;+CPBS?;+CPBR=1,9" AFTER,
                      SETTING
                      "+CPBR: (1-9),40\r\n+CPBS: \"SM\",2,9\r\n+CPBR: 1,\"1\",129,\"0041\"\r\n"
                      "+CPBR: 4,\"2\",129,\"0042\"\r\n+CPBS: \"ME\",1,9");
    CHECK ("phonebook",
           OPTIONS,
           WORDS ("+CPBR=?", "", "+CPBS?", "", "+CPBR=1,9", ""),
           "+CPBR: (1-9),40",
           "+CPBS: \"SM\",2,9",
           "+CPBR: 1,\"1\",129,\"0041\"\r\n+CPBR: 4,\"2\",129,\"0042\"");
}

/* Somebody selected something else since: that is put back, and texts are asked for again */
static void
test_changed_since (Fixture *fixture, gconstpointer data)
{
    learn (fixture);
    fake_port_expect (fixture->port,
                      BEFORE "+CPBR=1" AFTER,
                      "+CPBS: \"MC\"\r\n+CSCS: \"GSM\"\r\n+CPBS: \"ME\"");
    fake_port_expect (fixture->port, "+CSCS=\"GSM\"", "");
    fake_port_expect (fixture->port, "+CPBS=\"MC\"", "");
    CHECK ("phonebook", OPTIONS, WORDS ("+CPBR=1", ""), "");
}

static void
test_other_charset_since (Fixture *fixture, gconstpointer data)
{
    learn (fixture);
    fake_port_expect (fixture->port,
                      "+CSCS?;+CPBR=1",
                      "+CSCS: \"UCS2\"\r\n+CPBR: 1,\"1\",129,\"0041\"");
    fake_port_expect (fixture->port,
                      "+CSCS?;+CSCS=\"IRA\";+CPBR=1;+CSCS=\"UCS2\";+CSCS?",
                      "+CSCS: \"UCS2\"\r\n+CPBR: 1,\"1\",129,\"A\"\r\n+CSCS: \"UCS2\"");
    CHECK ("phonebook", "charset=IRA", WORDS ("+CPBR=1", ""), "+CPBR: 1,\"1\",129,\"A\"");
}

/* In several lines: only the first and the last select and put back, and the last looks whether
 * all was still so, and is put back */
static void
test_several_lines (Fixture *fixture, gconstpointer data)
{
    learn (fixture);
    fake_port_expect (fixture->port, BEFORE "+CPBR=1", SETTING "+CPBR: 1,\"1\",129,\"0041\"");
    fake_port_expect (fixture->port, "+CPBR=2", "");
    fake_port_fail (fixture->port, "+CPBR=3", SIMSTOW_ERROR_NOT_FOUND);
    fake_port_expect (fixture->port,
                      "+CPBS?;+CPBS=\"SM\";+CSCS=\"UCS2\";+CPBR=4" AFTER,
                      "+CPBS: \"0053004D\",1,9\r\n+CPBR: 4,\"4\",129,\"0041\"\r\n"
                      "+CPBS: \"ME\",1,9");
    CHECK ("phonebook",
           OPTIONS,
           WORDS ("+CPBR=1", "", "+CPBR=2", "", "+CPBR=3", "", "+CPBR=4", ""),
           "+CPBR: 1,\"1\",129,\"0041\"",
           "",
           "!3",
           "+CPBR: 4,\"4\",129,\"0041\"");
}

/* Something else was selected between two of them: what came is of nobody knows which phonebook */
static void
test_changed_between (Fixture *fixture, gconstpointer data)
{
    learn (fixture);
    fake_port_expect (fixture->port, BEFORE "+CPBW=1,\"1\",129,\"0041\"", SETTING);
    fake_port_expect (fixture->port, "+CPBW=2,\"2\",129,\"0041\"", "");
    fake_port_expect (fixture->port,
                      "+CPBS?;+CPBS=\"SM\";+CSCS=\"UCS2\";+CPBW=3,\"3\",129,\"0041\"" AFTER,
                      "+CPBS: \"MC\",1,9\r\n+CPBS: \"ME\",1,9");
    fake_port_expect (fixture->port, "+CSCS=\"IRA\"", "");
    fake_port_expect (fixture->port, "+CPBS=\"MC\"", "");
    CHECK ("phonebook",
           OPTIONS,
           WORDS ("+CPBW=1,\"1\",129,\"0041\"",
                  "",
                  "+CPBW=2,\"2\",129,\"0041\"",
                  "",
                  "+CPBW=3,\"3\",129,\"0041\"",
                  ""),
           "",
           "!6",
           "");
}

/* The daemon begins to set up the modem between two of them: its character set is not undone, and
 * all is asked and selected anew */
static void
test_setup_between (Fixture *fixture, gconstpointer data)
{
    learn (fixture);
    fake_port_expect (fixture->port, BEFORE "+CPBR=1", SETTING);
    fake_port_set_setup (fixture->port, SIMSTOW_PORT_SETUP_RUNNING);
    fake_port_expect (fixture->port, "+CPBS=\"ME\"", "");
    fake_port_expect (fixture->port,
                      BEFORE "+CPBR=2;+CPBS=\"ME\";+CPBS?",
                      "+CPBS: \"ME\",1,9\r\n+CSCS: \"IRA\"\r\n+CPBR: 2,\"1\",129,\"0041\"\r\n"
                      "+CPBS: \"ME\",1,9");
    CHECK ("phonebook",
           OPTIONS,
           WORDS ("+CPBR=1", "", "+CPBR=2", ""),
           "",
           "+CPBR: 2,\"1\",129,\"0041\"");
}

/* A long line that was refused once is tried again; twice, and lines are shorter from then on */
static void
test_limit (Fixture *fixture, gconstpointer data)
{
    guint i;

    learn (fixture);
    for (i = 0; i < 2; i++) {
        fake_port_fail (fixture->port, "+CPBS=?;+CSCS=?;+CPBR=?", SIMSTOW_ERROR_MODEM_ERROR);
        fake_port_expect (fixture->port, "+CPBS=?", "");
        fake_port_expect (fixture->port, "+CSCS=?", "");
        fake_port_expect (fixture->port, "+CPBR=?", "");
        CHECK ("phonebook", NULL, WORDS ("+CPBS=?", "", "+CSCS=?", "", "+CPBR=?", ""), "", "", "");
    }
    fake_port_expect (fixture->port, "+CPBS=?;+CSCS=?", "+CPBS: (1)\r\n+CSCS: (1)");
    fake_port_expect (fixture->port, "+CPBR=?", "");
    CHECK ("phonebook",
           NULL,
           WORDS ("+CPBS=?", "", "+CSCS=?", "", "+CPBR=?", ""),
           "+CPBS: (1)",
           "+CSCS: (1)",
           "");
}

/* A line with something in it that writes is refused: that is not sent again */
static void
test_never_twice (Fixture *fixture, gconstpointer data)
{
    learn (fixture);
    fake_port_fail (fixture->port,
                    BEFORE "+CPBW=4,\"1\",129,\"0041\";+CPBR=4" AFTER,
                    SIMSTOW_ERROR_FULL);
    fake_port_expect (fixture->port, "+CPBS=\"SM\"", "");
    fake_port_expect (fixture->port, "+CSCS=\"UCS2\"", "");
    fake_port_expect (fixture->port, "+CPBR=4", "+CPBR: 4,\"1\",129,\"0041\"");
    fake_port_expect (fixture->port, "+CSCS=\"IRA\"", "");
    fake_port_expect (fixture->port, "+CPBS=\"ME\"", "");
    CHECK ("phonebook",
           OPTIONS,
           WORDS ("+CPBW=4,\"1\",129,\"0041\"", "", "+CPBR=4", ""),
           "!2",
           "+CPBR: 4,\"1\",129,\"0041\"");
}

/* Cancelled in the middle: the rest is not sent, and all is put back */
static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
    learn (fixture);
    fake_port_fail (fixture->port, BEFORE "+CPBR=1", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_cancel (fixture->port, fixture->cancellable);
    fake_port_expect (fixture->port, "+CSCS=\"IRA\"", "");
    fake_port_expect (fixture->port, "+CPBS=\"ME\"", "");
    CHECK ("phonebook", OPTIONS, WORDS ("+CPBR=1", "", "+CPBR=2", ""), "!7", "!7");
}

/* A modem that says OK to a line and carries out its first command */
static void
test_first_only (Fixture *fixture, gconstpointer data)
{
    fake_port_expect (fixture->port, "+CPBS?", "+CPBS: \"ME\",1,9");
    fake_port_expect (fixture->port,
                      "+CPBS?;+CPBS=\"SM\";+CPBR=1;+CPBS=\"ME\";+CPBS?",
                      "+CPBS: \"ME\",1,9");
    fake_port_expect (fixture->port, "+CPBS=\"SM\"", "");
    fake_port_expect (fixture->port, "+CPBR=1", "+CPBR: 1,\"1\",129,\"A\"");
    fake_port_expect (fixture->port, "+CPBS=\"ME\"", "");
    CHECK ("phonebook", "storage=SM", WORDS ("+CPBR=1", ""), "+CPBR: 1,\"1\",129,\"A\"");
}

/* A modem that gives half an answer, says OK and leaves out the rest, is asked one by one, and the
 * phonebook is put back */
static void
test_rest_left_out (Fixture *fixture, gconstpointer data)
{
    learn (fixture);
    fake_port_expect (fixture->port, BEFORE "+CPBR=1" AFTER, SETTING "+CPBR: 1,\"1\",129,\"00");
    fake_port_expect (fixture->port, "+CPBS=\"SM\"", "");
    fake_port_expect (fixture->port, "+CSCS=\"UCS2\"", "");
    fake_port_expect (fixture->port, "+CPBR=1", "+CPBR: 1,\"1\",129,\"0041\"");
    fake_port_expect (fixture->port, "+CSCS=\"IRA\"", "");
    fake_port_expect (fixture->port, "+CPBS=\"ME\"", "");
    CHECK ("phonebook", OPTIONS, WORDS ("+CPBR=1", ""), "+CPBR: 1,\"1\",129,\"0041\"");
}

/* A refused list of several phonebooks is tried in parts before it is taken apart */
static void
test_parts (Fixture *fixture, gconstpointer data)
{
    learn (fixture);
    fake_port_fail (fixture->port,
                    "+CPBS?;+CPBS=\"SM\";+CPBR=?;+CPBS=\"FD\";+CPBR=?;+CPBS=\"ME\";+CPBS?",
                    SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port, "+CPBS=\"ME\"", "");
    fake_port_expect (fixture->port,
                      "+CPBS?;+CPBS=\"SM\";+CPBR=?",
                      "+CPBS: \"ME\",1,9\r\n+CPBR: (1-9)");
    fake_port_fail (fixture->port,
                    "+CPBS?;+CPBS=\"FD\";+CPBR=?;+CPBS=\"ME\";+CPBS?",
                    SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_fail (fixture->port, "+CPBS=\"FD\"", SIMSTOW_ERROR_LOCKED);
    fake_port_expect (fixture->port, "+CPBS=\"ME\"", "");
    CHECK ("phonebook",
           NULL,
           WORDS ("+CPBS=\"SM\"", "", "+CPBR=?", "", "+CPBS=\"FD\"", "", "+CPBR=?", ""),
           "",
           "+CPBR: (1-9)",
           "!1",
           "!1");
}

/* In text mode: left for the call, and gone back to */
static void
test_text_mode (Fixture *fixture, gconstpointer data)
{
    fake_port_expect (fixture->port, "LOCK SM,-", "");
    fake_port_expect (fixture->port, "+CMGF?", "+CMGF: 1");
    fake_port_fail (fixture->port,
                    "+CMGF?;+CMGF=0;+CPMS?;+CMGL=4;+CMGF=1;+CMGF?",
                    SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port, "+CMGF=0", "");
    fake_port_expect (fixture->port, "+CPMS?", "+CPMS: \"SM\",1,9");
    fake_port_expect (fixture->port, "+CMGL=4", "+CMGL: 1,1,,6\r\n00040581214300");
    fake_port_expect (fixture->port, "+CMGF=1", "");
    fake_port_expect (fixture->port, "UNLOCK 1,0", "");
    CHECK ("messages",
           "memory=SM",
           WORDS ("+CPMS?", "", "+CMGL=4", ""),
           "+CPMS: \"SM\",1,9",
           "+CMGL: 1,1,,6\r\n00040581214300");
}

/* The daemon sets up the modem while a message is written: its mode stays */
static void
test_setup_meanwhile (Fixture *fixture, gconstpointer data)
{
    fake_port_expect (fixture->port, "LOCK -,SM", "");
    fake_port_expect (fixture->port, "+CMGF?", "+CMGF: 1");
    fake_port_expect (fixture->port, "+CMGF=0", "");
    fake_port_expect (fixture->port, "+CMGW=6,1", "> ");
    fake_port_expect (fixture->port, "RAW 0191040581214301\x1a", "+CMGW: 3");
    fake_port_set_setup (fixture->port, SIMSTOW_PORT_SETUP_RUNNING);
    fake_port_expect (fixture->port, "UNLOCK 0,1", "");
    CHECK ("messages", "memory=SM", WORDS ("+CMGW=6,1", PDU), "+CMGW: 3");
}

static void
test_no_prompt (Fixture *fixture, gconstpointer data)
{
    fake_port_expect (fixture->port, "LOCK -,SM", "");
    fake_port_expect (fixture->port, "+CMGF?", "+CMGF: 0");
    fake_port_expect (fixture->port, "+CMGW=6,1", "");
    fake_port_expect (fixture->port, "RAW \x1b", "");
    fake_port_expect (fixture->port, "+CMGW=6,0", "> ");
    fake_port_fail (fixture->port, "RAW 0191040581214301\x1a", SIMSTOW_ERROR_FULL);
    fake_port_expect (fixture->port, "UNLOCK 0,1", "");
    CHECK ("messages", "memory=SM", WORDS ("+CMGW=6,1", PDU, "+CMGW=6,0", PDU), "!6", "!2");
}

/* A modem that does not read messages one by one */
static void
test_erase_from_list (Fixture *fixture, gconstpointer data)
{
    fake_port_expect (fixture->port, "LOCK SM,-", "");
    fake_port_expect (fixture->port, "+CMGF?", "+CMGF: 0");
    fake_port_fail (fixture->port, "+CMGR=2", SIMSTOW_ERROR_MODEM_ERROR);
    fake_port_expect (fixture->port,
                      "+CMGL=4",
                      "+CMGL: 1,1,,6\r\n0001\r\n+CMGL: 2,1,,6\r\n00aF\r\n");
    fake_port_expect (fixture->port, "+CMGD=2", "");
    fake_port_expect (fixture->port, "UNLOCK 1,0", "");
    CHECK ("messages", "memory=SM", WORDS ("+CMGD=2", "+CMGL: 2,0,,6\r\n00AF"), "");
}

static void
test_not_locked (Fixture *fixture, gconstpointer data)
{
    fake_port_fail (fixture->port, "LOCK SM,-", SIMSTOW_ERROR_LOCKED);
    CHECK ("messages", "memory=SM", WORDS ("+CMGL=4", "", "+CPMS?", ""), "!1", "!1");
}

/* Time is up: the rest is not sent, and what came is told */
static void
test_time_up (Fixture *fixture, gconstpointer data)
{
    static const gchar *const words[] = {"+CMGR=1", "", "+CMGR=2", "", NULL};
    g_autoptr (SimstowDoorCall) call = new_call ("messages", "memory=SM", words);
    gboolean done = FALSE;

    fake_port_expect (fixture->port, "LOCK SM,-", "");
    fake_port_expect (fixture->port, "UNLOCK 1,0", "");
    simstow_doors_run_async (fixture->doors, call, NULL, on_done, &done);
    fake_port_pass_time (SIMSTOW_DOOR_SECONDS + 1);
    while (!done)
        g_main_context_iteration (NULL, TRUE);
    g_assert_error (((SimstowDoorRequest *) call->commands->pdata[1])->error,
                    SIMSTOW_ERROR,
                    SIMSTOW_ERROR_TIMEOUT);
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, setup, test, teardown)

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/doors/table", test_table);
    g_test_add_func ("/doors/entry", test_entry);
    g_test_add_func ("/doors/actions", test_actions);
    g_test_add_func ("/doors/any", test_any);
    ADD ("/doors/line/one", test_one_line);
    ADD ("/doors/line/changed-since", test_changed_since);
    ADD ("/doors/line/other-charset-since", test_other_charset_since);
    ADD ("/doors/line/several", test_several_lines);
    ADD ("/doors/line/changed-between", test_changed_between);
    ADD ("/doors/line/setup-between", test_setup_between);
    ADD ("/doors/line/limit", test_limit);
    ADD ("/doors/line/never-twice", test_never_twice);
    ADD ("/doors/line/cancelled", test_cancelled);
    ADD ("/doors/line/first-only", test_first_only);
    ADD ("/doors/line/rest-left-out", test_rest_left_out);
    ADD ("/doors/line/parts", test_parts);
    ADD ("/doors/messages/text-mode", test_text_mode);
    ADD ("/doors/messages/setup-meanwhile", test_setup_meanwhile);
    ADD ("/doors/messages/no-prompt", test_no_prompt);
    ADD ("/doors/messages/erase-from-list", test_erase_from_list);
    ADD ("/doors/messages/not-locked", test_not_locked);
    ADD ("/doors/messages/time-up", test_time_up);
    return g_test_run ();
}
