/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Odd answers of a modem in MBIM mode: what is there is read, what is wrong with one
 * record costs that record, and what could not be found out is told. Only the modem
 * itself says that it lacks something.
 */

#include <string.h>

#include "card-talk.h"
#include "modem-port.h"
#include "simstow-error.h"
#include "simstow-messages-mbim.h"
#include "simstow-phonebook-mbim.h"
#include "simstow-port.h"

#define PDU "0791751305007010040A81214365870900006220118010030A05C8329BFD06"

static const gchar scenario[] = "[messages SM]\n"
                                "capacity=5\n"
                                "1=1," PDU "\n"
                                "2=0," PDU "\n"
                                "4=1," PDU "\n"
                                "[phonebook SM]\n"
                                "capacity=5\n"
                                "number-length=20\n"
                                "name-length=8\n"
                                "1=+573105550001,145,Ana\n"
                                "2=3105550002,129,Beto\n"
                                "3=3105550003,129,Ciro\n"
                                "[card]\n"
                                "[mbim]\n"
                                "messages=%s\n"
                                "phonebook=%s\n"
                                "low-level=none\n";

typedef struct {
    ModemPort *port;
    SimstowDriver *driver;
    const gchar *store;
} Modem;

static void
modem_clear (Modem *modem)
{
    g_object_unref (modem->driver);
    g_assert_finalize_object (modem->port);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Modem, modem_clear)

static Modem
modem_new (gboolean messages, gboolean offered, const gchar *const *faults)
{
    g_autofree gchar *text =
        g_strdup_printf (scenario, offered ? "SM" : "none", offered ? "SM" : "none");
    Modem modem = {modem_port_new (text), NULL, messages ? "sms/sm" : "phonebook/sm"};
    g_autoptr (SimstowConversation) talk = NULL;

    for (guint i = 0; faults && faults[i]; i++)
        modem_port_fault (modem.port, faults[i]);
    talk = card_talk_new (SIMSTOW_PORT (modem.port));
    modem.driver = messages ? simstow_messages_mbim_new (talk) : simstow_phonebook_mbim_new (talk);
    simstow_port_wait_set_patience (SIMSTOW_PORT (modem.port), 500);
    return modem;
}

/* What is listed: NULL without a store, its fault, or "" */
static gchar *
list (const Modem *modem)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowSnapshot) listing = simstow_snapshot_new ();

    if (!simstow_driver_list (modem->driver, TRUE, listing, NULL, &error))
        return g_strdup (error->message);
    g_assert_cmpuint (listing->stores->len + listing->problems->len, <=, 1);
    if (listing->problems->len > 0)
        return g_strdup (((const SimstowProblem *) listing->problems->pdata[0])->text);
    return listing->stores->len > 0 ? g_strdup ("") : NULL;
}

static void
add_line (GPtrArray *lines, guint index, const gchar *text, const gchar *fault, GBytes *row)
{
    g_autoptr (GString) line = g_string_new (NULL);

    g_string_append_printf (line, "%05u%s", index, text);
    if (fault)
        g_string_append_printf (line, " %s", fault);
    if (row)
        g_string_append_printf (line, " [%zu]", g_bytes_get_size (row));
    g_ptr_array_add (lines, g_strdup (line->str));
}

static const gchar *
problem_of (const SimstowSnapshot *snapshot, guint index)
{
    for (guint i = 0; i < snapshot->problems->len; i++) {
        const SimstowProblem *problem = g_ptr_array_index (snapshot->problems, i);

        if (problem->index == index)
            return problem->text;
    }
    return NULL;
}

static gint
compare_lines (gconstpointer a, gconstpointer b)
{
    return strncmp (*(const gchar *const *) a, *(const gchar *const *) b, 5);
}

/* A line for each record: its index, and its fault and how many bytes of it are kept */
static gchar *
read_all (const Modem *modem)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowSnapshot) read = simstow_snapshot_new ();
    g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
    GString *text = g_string_new (NULL);

    if (!simstow_driver_read (modem->driver, modem->store, 0, 0, read, NULL, NULL, NULL, &error)) {
        g_string_append (text, error->message);
        return g_string_free (text, FALSE);
    }
    for (guint i = 0; i < read->messages->len; i++)
        add_line (lines,
                  ((const SimstowMessage *) read->messages->pdata[i])->index,
                  "",
                  NULL,
                  NULL);
    for (guint i = 0; i < read->contacts->len; i++) {
        const SimstowContact *contact = g_ptr_array_index (read->contacts, i);
        g_autofree gchar *number = g_strconcat (" ", contact->number, NULL);

        add_line (lines, contact->index, number, problem_of (read, contact->index), NULL);
    }
    for (guint i = 0; i < read->unread->len; i++) {
        const SimstowUnread *unread = g_ptr_array_index (read->unread, i);

        add_line (lines, unread->index, "", unread->fault, unread->raw);
    }
    g_ptr_array_sort (lines, compare_lines);
    for (guint i = 0; i < lines->len; i++) {
        const gchar *line = g_ptr_array_index (lines, i);

        /* what is of no record has no place */
        g_string_append_printf (text,
                                "%u%s\n",
                                (guint) g_ascii_strtoull (line, NULL, 10),
                                line + 5);
    }
    return g_string_free (text, FALSE);
}

/* Of a memory with three messages or entries */
typedef struct {
    const gchar *path;
    gboolean messages;
    const gchar *faults[4];
    const gchar *listed; /* a part of the fault, or "" */
    const gchar *read;   /* NULL: all three */
} Case;

#define CONFIGURED_SMS                               \
    "reply 0100000000000000050000000000000000000000" \
    "00000000"
#define SMS_CONFIGURATION  "* mbim?sms-configuration "
#define SMS_READ           "* mbim?sms-read "
#define BOOK_CONFIGURATION "* mbim?phonebook-configuration "
#define BOOK_READ          "* mbim?phonebook-read "

static const Case cases[] = {
    /* the configuration is of no use, but the records are there */
    {"sms/refused", TRUE, {SMS_CONFIGURATION "error"}, "", NULL},
    {"sms/unsupported", TRUE, {SMS_CONFIGURATION "cme 9"}, "", NULL},
    {"sms/silent", TRUE, {SMS_CONFIGURATION "silence"}, "", NULL},
    {"sms/cut", TRUE, {SMS_CONFIGURATION "truncate 6"}, "", NULL},
    {"sms/empty", TRUE, {SMS_CONFIGURATION "truncate 0"}, "", NULL},
    {"sms/capacity-0",
     TRUE,
     {SMS_CONFIGURATION "reply 010000000000000000000000"
                        "000000000000000000000000"},
     "",
     NULL},
    {"sms/not-initialised",
     TRUE,
     {SMS_CONFIGURATION "reply 000000000000000005000000"
                        "000000000000000000000000"},
     "",
     NULL},
    {"sms/services/refused", TRUE, {"* mbim?device-services error"}, "", NULL},
    {"sms/services/cut", TRUE, {"* mbim?device-services truncate 20"}, "", NULL},
    {"sms/busy-once", TRUE, {"1 mbim?sms-configuration cme 1"}, "", NULL},
    {"sms/busy-read", TRUE, {"1 mbim?sms-read cme 1"}, "", NULL},
    {"sms/not-ready-once",
     TRUE,
     {"1 mbim?sms-configuration cme 14", "1 mbim?sms-read cme 14"},
     "",
     NULL},
    /* what is refused at once is given one by one */
    {"sms/one-by-one", TRUE, {"1 mbim?sms-read cme 2"}, "", NULL},
    {"sms/one-by-one/unknown",
     TRUE,
     {SMS_CONFIGURATION "cme 9", "1 mbim?sms-read cme 21", "7 mbim?sms-read cme 9"},
     "",
     NULL},
    {"phonebook/one-by-one", FALSE, {"1 mbim?phonebook-read cme 9"}, "", NULL},
    {"phonebook/one-by-one/bad",
     FALSE,
     {"1 mbim?phonebook-read cme 2", "3 mbim?phonebook-read cme 22"},
     "",
     "1 +573105550001\n2 the modem refused (MBIM 22)\n3 3105550003\n"},
    {"phonebook/one-by-one/silent",
     FALSE,
     {"1 mbim?phonebook-read cme 2", "3 mbim?phonebook-read silence"},
     "",
     "0 the places behind that were not asked for\n1 +573105550001\n2 MBIM: Transaction timed out\n"},
    {"phonebook/refused", FALSE, {BOOK_CONFIGURATION "error"}, "", NULL},
    {"phonebook/silent", FALSE, {BOOK_CONFIGURATION "silence"}, "", NULL},
    {"phonebook/capacity-0",
     FALSE,
     {BOOK_CONFIGURATION "reply 0100000000000000000000001400000008000000"},
     "",
     NULL},
    {"phonebook/not-initialised",
     FALSE,
     {BOOK_CONFIGURATION "reply 0000000005000000030000001400000008000000"},
     "",
     NULL},
    {"phonebook/cut-lengths", FALSE, {BOOK_CONFIGURATION "truncate 12"}, "", NULL},
    {"phonebook/busy-once", FALSE, {"1 mbim?phonebook-configuration cme 1"}, "", NULL},
    /* nothing can be had, which is told */
    {"sms/failed", TRUE, {SMS_CONFIGURATION "error", SMS_READ "error"}, "(MBIM 2)"},
    {"sms/all-silent", TRUE, {SMS_CONFIGURATION "silence", SMS_READ "silence"}, "MBIM"},
    {"sms/not-initialised/failed",
     TRUE,
     {SMS_CONFIGURATION "cme 14", SMS_READ "cme 14"},
     "(MBIM 14)"},
    {"sms/not-initialised/none",
     TRUE,
     {SMS_CONFIGURATION "reply 000000000000000005000000"
                        "000000000000000000000000",
      SMS_READ "reply 0000000000000000"},
     "not initialised"},
    {"sms/unsupported/failed", TRUE, {SMS_CONFIGURATION "cme 9", SMS_READ "error"}, "(MBIM 2)"},
    {"phonebook/failed", FALSE, {BOOK_CONFIGURATION "error", BOOK_READ "error"}, "(MBIM 2)"},
    /* the modem itself says that there is nothing */
    {"sms/none", TRUE, {SMS_CONFIGURATION "cme 9", SMS_READ "cme 9"}, NULL},
    {"sms/none/capacity-0",
     TRUE,
     {SMS_CONFIGURATION "reply 010000000000000000000000"
                        "000000000000000000000000",
      SMS_READ "reply 0000000000000000"},
     NULL},
    {"phonebook/none", FALSE, {BOOK_CONFIGURATION "cme 25", BOOK_READ "cme 25"}, NULL},
    {"phonebook/none/capacity-0",
     FALSE,
     {BOOK_CONFIGURATION "reply 0100000000000000000000001400000008000000",
      BOOK_READ "reply 00000000"},
     NULL},
};

static void
test_case (gconstpointer data)
{
    const Case *what = data;
    g_auto (Modem) modem = modem_new (what->messages, TRUE, what->faults);
    g_autofree gchar *listed = list (&modem);
    g_autofree gchar *read = NULL;

    if (!what->listed || *what->listed) {
        g_assert_cmpstr (listed ? "told" : NULL, ==, what->listed ? "told" : NULL);
        if (what->listed && !strstr (listed, what->listed))
            g_assert_cmpstr (listed, ==, what->listed);
        return;
    }
    g_assert_cmpstr (listed, ==, "");
    read = read_all (&modem);
    g_assert_cmpstr (read,
                     ==,
                     what->read       ? what->read
                     : what->messages ? "1\n2\n4\n"
                                      : "1 +573105550001\n2 3105550002\n3 3105550003\n");
}

/* Answers to a read, and the records that are made of them */
typedef struct {
    const gchar *path;
    gboolean messages;
    const gchar *information;
    const gchar *read;
} Answer;

/* Messages: format, count, pairs, then elements of 16 bytes and a PDU of 4 */
#define M(index)     \
    index "000000"   \
          "01000000" \
          "10000000" \
          "04000000" \
          "07911234"
/* Entries: count, pairs, then elements of 20 bytes, "12" and "AB" */
#define E(index, name) \
    index "000000"     \
          "14000000"   \
          "04000000"   \
          "18000000"   \
          "04000000"   \
          "31003200" name

static const Answer answers[] = {
    {"sms/well",
     TRUE,
     "00000000"
     "02000000"
     "18000000"
     "14000000"
     "2C000000"
     "14000000" M ("01") M ("02"),
     "1\n2\n"},
    {"sms/size-cut",
     TRUE,
     "00000000"
     "02000000"
     "18000000"
     "14000000"
     "2C000000"
     "14000000"
     "01000000"
     "01000000"
     "10000000"
     "02000000"
     "07911234" M ("02"),
     "1 a message of 2 bytes, with more behind it [20]\n2\n"},
    {"sms/count-too-large",
     TRUE,
     "00000000"
     "04000000"
     "18000000"
     "14000000"
     "2C000000"
     "14000000" M ("01") M ("02"),
     "0 the modem counts 4 records and gives 2\n1\n2\n"},
    {"sms/count-too-small",
     TRUE,
     "00000000"
     "01000000"
     "18000000"
     "14000000"
     "2C000000"
     "14000000" M ("01") M ("02"),
     "1\n2\n"},
    {"sms/count-0",
     TRUE,
     "00000000"
     "00000000"
     "10000000"
     "14000000" M ("01"),
     "1\n"},
    {"sms/cut",
     TRUE,
     "00000000"
     "02000000"
     "18000000"
     "14000000"
     "2C000000"
     "14000000" M ("01") "02000000"
                         "01000000",
     "1\n2 element 2 of the answer has 20 bytes at 44, where the answer has 52 in all [8]\n"},
    {"sms/cut-in-pairs",
     TRUE,
     "00000000"
     "02000000"
     "18000000"
     "14000000"
     "2C0000",
     "0 element 1 of the answer has 20 bytes at 24, where the answer has 19 in all\n"
     "0 the modem counts 2 records and gives 1\n"},
    {"sms/outside",
     TRUE,
     "00000000"
     "02000000"
     "18000000"
     "14000000"
     "00FF0000"
     "14000000" M ("01"),
     "0 element 2 of the answer has 20 bytes at 65280, where the answer has 44 in all\n1\n"},
    {"sms/pdu-outside",
     TRUE,
     "00000000"
     "02000000"
     "18000000"
     "14000000"
     "2C000000"
     "14000000" M ("01") "02000000"
                         "01000000"
                         "10000000"
                         "05000000"
                         "07911234",
     "1\n2 message: 5 bytes at 16: cut short: 5 bytes wanted at offset 16, 4 left [20]\n"},
    {"sms/empty-element",
     TRUE,
     "00000000"
     "02000000"
     "18000000"
     "14000000"
     "00000000"
     "00000000" M ("01"),
     "0 element 2 of the answer is empty\n1\n"},
    {"sms/empty-message",
     TRUE,
     "00000000"
     "01000000"
     "10000000"
     "10000000"
     "03000000"
     "01000000"
     "10000000"
     "00000000",
     "3 a message without bytes [16]\n"},
    {"sms/index-0-and-twice",
     TRUE,
     "00000000"
     "03000000"
     "20000000"
     "14000000"
     "34000000"
     "14000000"
     "48000000"
     "14000000" M ("02") M ("00") M ("02"),
     "0\n2\n2\n"},
    {"sms/cdma",
     TRUE,
     "01000000"
     "01000000"
     "10000000"
     "08000000"
     "05000000"
     "01000000",
     "5 a message in the format of CDMA, which simstow does not read [8]\n"},
    {"sms/no-information", TRUE, "", "MBIM: cut short: 4 bytes wanted at offset 0, 0 left"},
    {"phonebook/well",
     FALSE,
     "02000000"
     "14000000"
     "1C000000"
     "30000000"
     "1C000000" E ("01", "41004200") E ("02", "00000000"),
     "1 12\n2 12\n"},
    {"phonebook/lone-surrogate",
     FALSE,
     "02000000"
     "14000000"
     "1C000000"
     "30000000"
     "1C000000" E ("01", "41003DD8") E ("02", "41004200"),
     "1 12 the name is no valid UTF-16\n2 12\n"},
    {"phonebook/odd-length",
     FALSE,
     "01000000"
     "0C000000"
     "1B000000"
     "07000000"
     "14000000"
     "04000000"
     "18000000"
     "03000000"
     "31003200"
     "410042",
     "7 name: a string that is no UTF-16 [27]\n"},
    {"phonebook/number-outside",
     FALSE,
     "01000000"
     "0C000000"
     "14000000"
     "07000000"
     "14000000"
     "04000000"
     "00000000"
     "00000000",
     "7 number: 4 bytes at 20: cut short: 4 bytes wanted at offset 20, 0 left [20]\n"},
};

static void
test_answer (gconstpointer data)
{
    const Answer *answer = data;
    g_autofree gchar *fault =
        g_strconcat (answer->messages ? SMS_READ : BOOK_READ, "reply ", answer->information, NULL);
    const gchar *const faults[] = {fault, NULL};
    g_auto (Modem) modem = modem_new (answer->messages, TRUE, faults);
    g_autofree gchar *read = read_all (&modem);

    g_assert_cmpstr (read, ==, answer->read);
}

/* A count that was refused once is asked for again: without it nobody knows what is missing. */
static void
test_counted (void)
{
    const gchar *const faults[] = {"1 mbim?phonebook-configuration cme 9", NULL};
    g_auto (Modem) modem = modem_new (FALSE, TRUE, faults);
    g_autoptr (SimstowSnapshot) listing = simstow_snapshot_new ();
    g_autoptr (GError) error = NULL;

    simstow_driver_list (modem.driver, TRUE, listing, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (listing->stores->len, ==, 1);
    g_assert_cmpint (((const SimstowStore *) listing->stores->pdata[0])->used, ==, 3);
}

/* A memory of messages of CDMA is asked for those, and they are kept as they came. */
static void
test_cdma (void)
{
    const gchar *const faults[] = {
        SMS_CONFIGURATION "reply 010000000100000005000000"
                          "000000000000000000000000",
        SMS_READ "reply "
                 "01000000"
                 "01000000"
                 "10000000"
                 "08000000"
                 "05000000"
                 "01000000",
        NULL,
    };
    g_auto (Modem) modem = modem_new (TRUE, TRUE, faults);
    g_autofree gchar *listed = list (&modem);
    g_autofree gchar *read = read_all (&modem);
    const GPtrArray *sent = modem_port_sent (modem.port);

    g_assert_cmpstr (listed, ==, "");
    g_assert_cmpstr (read,
                     ==,
                     "5 a message in the format of CDMA, which simstow does not read [8]\n");
    g_assert_cmpstr (sent->pdata[sent->len - 1], ==, "2 010000000000000000000000");
}

/* A service that is not declared is not asked for. */
static void
test_undeclared (void)
{
    for (guint i = 0; i < 2; i++) {
        g_auto (Modem) modem = modem_new (i == 0, FALSE, NULL);
        g_autofree gchar *listed = list (&modem);

        g_assert_null (listed);
        g_assert_cmpuint (modem_port_sent (modem.port)->len, ==, 1);
    }
}

/* Silence costs one deadline and a short one, and nothing further is asked; a new listing asks
 * anew, when told so. */
static void
test_silence (void)
{
    const gchar *const faults[] = {"* mbim* silence", NULL};
    g_auto (Modem) modem = modem_new (TRUE, TRUE, faults);
    g_autofree gchar *first = list (&modem);
    g_autofree gchar *second = list (&modem);
    g_autofree gchar *third = list (&modem);
    g_autofree gchar *healed = NULL;

    g_assert_nonnull (strstr (first, "MBIM"));
    g_assert_cmpstr (third, ==, "not asked any more, as there was no answer before");
    g_assert_cmpuint (modem_port_sent (modem.port)->len, ==, 2);
    modem_port_fault (modem.port, NULL);
    simstow_port_wait_renew (SIMSTOW_PORT (modem.port));
    healed = list (&modem);
    g_assert_cmpstr (healed, ==, "");
}

/* What is written is found again, a place that somebody took gives way to the next, and what is not
 * there any more as it was is not erased. */
static void
test_write (void)
{
    g_auto (Modem) modem = modem_new (FALSE, TRUE, NULL);
    g_autoptr (SimstowContact) first = simstow_contact_new ("phonebook/sm", 0, "57301", 145, "Ñu");
    g_autoptr (SimstowContact) second = simstow_contact_new ("phonebook/sm", 0, "302", 129, "Dos");
    g_autoptr (SimstowContact) third = simstow_contact_new ("phonebook/sm", 0, "303", 129, "Tres");
    const SimstowDriverRecord records[] = {{.contact = first},
                                           {.contact = second},
                                           {.contact = third}};
    g_autoptr (GArray) outcomes = simstow_driver_outcomes_new ();
    g_autoptr (SimstowSnapshot) read = simstow_snapshot_new ();
    g_autoptr (GError) error = NULL;
    g_autofree gchar *listed = list (&modem);
    SimstowDriverRecord erased = {0};
    gboolean begun;

    g_assert_true (simstow_driver_write (modem.driver,
                                         modem.store,
                                         records,
                                         G_N_ELEMENTS (records),
                                         outcomes,
                                         NULL,
                                         &error));
    g_assert_cmpuint (g_array_index (outcomes, SimstowDriverOutcome, 0).index, ==, 4);
    g_assert_cmpuint (g_array_index (outcomes, SimstowDriverOutcome, 1).index, ==, 5);
    g_assert_error (g_array_index (outcomes, SimstowDriverOutcome, 2).error,
                    SIMSTOW_ERROR,
                    SIMSTOW_ERROR_FULL);
    g_assert_true (
        simstow_driver_read (modem.driver, modem.store, 4, 5, read, NULL, NULL, NULL, &error));
    g_assert_cmpuint (read->contacts->len, ==, 2);
    erased.contact = read->contacts->pdata[0];
    g_assert_cmpstr (erased.contact->name, ==, "Ñu");
    g_assert_cmpstr (erased.contact->number, ==, "+57301");
    second->index = 4;
    g_assert_false (
        simstow_driver_erase (modem.driver, modem.store, &records[1], &begun, NULL, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CHANGED);
    g_assert_false (begun);
    g_clear_error (&error);
    g_assert_true (simstow_driver_erase (modem.driver, modem.store, &erased, &begun, NULL, &error));
    g_assert_false (
        simstow_driver_erase (modem.driver, modem.store, &erased, &begun, NULL, &error));
    g_assert_false (begun);
}

static gchar *
dup_sent (const Modem *modem, guint from)
{
    const GPtrArray *sent = modem_port_sent (modem->port);
    g_autoptr (GString) text = g_string_new (NULL);

    for (guint i = from; i < sent->len; i++)
        g_string_append_printf (text, "%.18s\n", (const gchar *) sent->pdata[i]);
    return g_string_free (g_steal_pointer (&text), FALSE);
}

/* One read tells which places are free, and what is at the others; where it does not tell of all,
 * each is looked at, by a request that is nothing but a read. */
static void
test_looks (void)
{
    static const struct {
        const gchar *fault;
        guint index;
        const gchar *sent;
    } rows[] = {
        {NULL, 4, "2 0000000000000000\n2 0000000000000000\n4 0100000004000000\n"},
        {"1 mbim?phonebook-read reply "
         "02000000"
         "14000000"
         "1C000000"
         "30000000"
         "04000000" E ("01", "41004200") "02000000",
         4,
         "2 0000000000000000\n2 0100000003000000\n2 0100000004000000\n4 0100000004000000\n"},
    };

    for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
        const gchar *const faults[] = {rows[i].fault, NULL};
        g_auto (Modem) modem = modem_new (FALSE, TRUE, faults);
        g_autoptr (SimstowContact) contact = simstow_contact_new ("phonebook/sm", 0, "1", 129, "A");
        const SimstowDriverRecord record = {.contact = contact};
        g_autoptr (GArray) outcomes = simstow_driver_outcomes_new ();
        g_autoptr (GError) error = NULL;
        g_autofree gchar *listed = list (&modem);
        guint before = modem_port_sent (modem.port)->len;
        g_autofree gchar *sent = NULL;

        simstow_driver_write (modem.driver, modem.store, &record, 1, outcomes, NULL, &error);
        g_assert_no_error (error);
        g_assert_cmpuint (outcomes->len, ==, 1);
        g_assert_cmpuint (g_array_index (outcomes, SimstowDriverOutcome, 0).index,
                          ==,
                          rows[i].index);
        sent = dup_sent (&modem, before);
        g_assert_cmpstr (sent, ==, rows[i].sent);
        /* what declares its services once is not asked again */
        before = modem_port_sent (modem.port)->len;
        g_clear_pointer (&listed, g_free);
        listed = list (&modem);
        g_assert_cmpuint (modem_port_sent (modem.port)->len, ==, before + 1);
    }
}

/* What was read before is no longer so: nothing is written over what is there now. */
static void
test_put (void)
{
    g_auto (Modem) modem = modem_new (FALSE, TRUE, NULL);
    g_autoptr (SimstowConversation) talk = card_talk_new (SIMSTOW_PORT (modem.port));
    g_autoptr (GPtrArray) commands = simstow_commands_new ();
    g_autoptr (GPtrArray) replies = NULL;
    g_autoptr (GError) error = NULL;
    static const guint places[] = {2, 4, 4};

    for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
        const guint32 entry[] = {GUINT32_TO_LE (1),
                                 GUINT32_TO_LE (places[i]),
                                 GUINT32_TO_LE (24),
                                 GUINT32_TO_LE (4),
                                 0,
                                 0,
                                 GUINT32_TO_LE (0x00310031)};
        g_autoptr (GBytes) data = g_bytes_new (entry, sizeof entry);

        simstow_commands_add (commands, g_strdup_printf ("put %u", places[i]), data);
    }
    replies =
        simstow_conversation_run (talk, SIMSTOW_DOOR_MBIM_PHONEBOOK, NULL, commands, NULL, &error);
    g_assert_no_error (error);
    for (guint i = 0; i < replies->len; i++) {
        const SimstowAnswer *answer = g_ptr_array_index (replies, i);

        if (i == 1)
            g_assert_no_error (answer->error);
        else
            g_assert_error (answer->error, SIMSTOW_ERROR, SIMSTOW_ERROR_CHANGED);
    }
}

/* What MBIM cannot hold is refused, and nothing is written. */
static void
test_refused (void)
{
    g_auto (Modem) modem = modem_new (FALSE, TRUE, NULL);
    g_autoptr (SimstowContact) type = simstow_contact_new ("phonebook/sm", 0, "123", 161, "");
    g_autoptr (SimstowContact) email = simstow_contact_new ("phonebook/sm", 0, "1", 129, "");
    g_autoptr (SimstowContact) name =
        simstow_contact_new ("phonebook/sm", 0, "1", 129, "123456789");
    g_autoptr (SimstowContact) place = simstow_contact_new ("phonebook/sm", 0, "1", 129, "A");
    const SimstowDriverRecord records[] = {{.contact = type},
                                           {.contact = email},
                                           {.contact = name},
                                           {.contact = place, .index = 5000}};
    g_autoptr (GArray) outcomes = simstow_driver_outcomes_new ();
    g_autofree gchar *listed = list (&modem);
    g_autofree gchar *read = NULL;

    g_ptr_array_add (email->emails, g_strdup ("a@b.co"));
    g_assert_true (simstow_driver_write (modem.driver,
                                         modem.store,
                                         records,
                                         G_N_ELEMENTS (records),
                                         outcomes,
                                         NULL,
                                         NULL));
    for (guint i = 0; i < G_N_ELEMENTS (records); i++)
        g_assert_error (g_array_index (outcomes, SimstowDriverOutcome, i).error,
                        SIMSTOW_ERROR,
                        SIMSTOW_ERROR_INVALID_RECORD);
    read = read_all (&modem);
    g_assert_cmpstr (read, ==, "1 +573105550001\n2 3105550002\n3 3105550003\n");
}

gint
main (gint argc, gchar **argv)
{
    g_test_init (&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree gchar *path = g_strconcat ("/drivers-mbim/list/", cases[i].path, NULL);

        g_test_add_data_func (path, &cases[i], test_case);
    }
    for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
        g_autofree gchar *path = g_strconcat ("/drivers-mbim/read/", answers[i].path, NULL);

        g_test_add_data_func (path, &answers[i], test_answer);
    }
    g_test_add_func ("/drivers-mbim/counted", test_counted);
    g_test_add_func ("/drivers-mbim/cdma", test_cdma);
    g_test_add_func ("/drivers-mbim/undeclared", test_undeclared);
    g_test_add_func ("/drivers-mbim/silence", test_silence);
    g_test_add_func ("/drivers-mbim/write", test_write);
    g_test_add_func ("/drivers-mbim/refused", test_refused);
    g_test_add_func ("/drivers-mbim/looks", test_looks);
    g_test_add_func ("/drivers-mbim/put", test_put);
    return g_test_run ();
}
