/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card goes wrong at each command of a save in turn, in each way that a card
 * and a modem can, over each way to the card. Whatever happens: the save ends,
 * what is missing is told with its reason, what is not told is all there, no
 * channel stays open, and the next save is complete.
 */

#include <string.h>

#include "card-talk.h"
#include "modem-port.h"
#include "simstow-error.h"
#include "simstow-esim-card.h"
#include "simstow-hex.h"
#include "simstow-messages-card.h"
#include "simstow-names.h"
#include "simstow-phonebook-card.h"
#include "simstow-port.h"
#include "simstow-simfiles.h"

/* Where in the information of the MBIM command that sends an APDU the instruction is */
#define MBIM_INSTRUCTION (strlen ("4 ") + 2 * 21)

static const gchar scenario[] =
    "[messages SM]\n"
    "capacity=3\n"
    "first=1\n"
    "1=1,0791751305007010040A81214365870900006220118010030A05C8329BFD06\n"
    "3=3,0791751305007010110A0A812143658709000005C8329BFD06\n"
    "[phonebook SM]\n"
    "capacity=3\n"
    "first=1\n"
    "number-length=40\n"
    "name-length=8\n"
    "access=read-write\n"
    "1=+573105550001,145,Ana\n"
    "3=123456789012345678901234,129,Larga\n"
    "[phonebook LD]\n"
    "capacity=2\n"
    "first=1\n"
    "number-length=20\n"
    "name-length=8\n"
    "access=read\n"
    "1=3105550002,129,Beto\n"
    "[card]\n"
    "phonebook=plain\n"
    "ext-records=2\n"
    "quirks=%s\n"
    "[euicc]\n"
    "profiles=many 1 300\n"
    "%s";

/* The last row costs two commands a file, all of them alike: one way does it */
static const struct {
    const gchar *kind;
    SimstowDriver *(*driver_new) (SimstowConversation *conversation);
} drivers[] = {
    {"sms", simstow_messages_card_new},
    {"phonebook", simstow_phonebook_card_new},
    {"euicc", simstow_esim_card_new},
    {"simfile", simstow_simfiles_new},
};

/* A modem that has one way to its card */
typedef struct {
    const gchar *name;
    const gchar *quirks;
    const gchar *mbim;
    guint n_drivers;
} Way;

static const Way ways[] = {
    {"mbim", "", "[mbim]\nmessages=SM\nphonebook=SM\n", 3},
    {"cgla", "no-csim,no-crsm", "", 3},
    {"csim", "no-cgla,no-crsm", "", 3},
    {"crsm", "no-cgla,no-csim", "", 4},
};

/* What goes wrong: a status word of the card, or a fault of the modem's line */
typedef struct {
    const gchar *name;
    guint word; /* 0 silence, 1 removal */
    const gchar *line;
} Fault;

static const Fault faults[] = {
    {"6A81", 0x6A81, NULL},
    {"6A82", 0x6A82, NULL},
    {"6982", 0x6982, NULL},
    {"6F00", 0x6F00, NULL},
    {"6C05", 0x6C05, NULL},
    {"silence", 0, NULL},
    {"removal", 1, NULL},
    {"error", 0, "error"},
    {"line-silence", 0, "silence"},
    {"garbage", 0, "garbage"},
    {"cancel", 0, "cancel"},
};

/* One save: the records of each store, and what was told to be missing */
typedef struct {
    GHashTable *stores; /* id -> GPtrArray of texts */
    GHashTable *told;   /* id, or the beginning of one -> text */
} Save;

static void
save_free (Save *save)
{
    g_hash_table_unref (save->stores);
    g_hash_table_unref (save->told);
    g_free (save);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Save, save_free)

typedef struct {
    ModemPort *port;
    SimstowConversation *talk;
    GPtrArray *drivers;
} Modem;

static void
modem_clear (Modem *modem)
{
    g_clear_pointer (&modem->drivers, g_ptr_array_unref);
    g_clear_object (&modem->talk);
    /* channels that are closed at the very end */
    while (g_main_context_iteration (NULL, FALSE))
        ;
    g_assert_finalize_object (modem->port);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Modem, modem_clear)

static Modem
modem_new (const Way *way)
{
    g_autofree gchar *text = g_strdup_printf (scenario, way->quirks, way->mbim);
    Modem modem = {modem_port_new (text), NULL, g_ptr_array_new_with_free_func (g_object_unref)};

    modem.talk = card_talk_new (SIMSTOW_PORT (modem.port));
    for (guint i = 0; i < way->n_drivers; i++)
        g_ptr_array_add (modem.drivers, drivers[i].driver_new (modem.talk));
    return modem;
}

static void
tell (Save *save, const gchar *where, const gchar *text)
{
    g_assert_cmpstr (text, !=, "");
    g_hash_table_replace (save->told, g_strdup (where), g_strdup (text));
}

static void
add_text (GPtrArray *texts, gchar *text)
{
    g_ptr_array_add (texts, text);
}

/* A file or an answer that says why it has no content is told to be missing, but for a file that
 * the card does not have. */
static void
take_raw (Save *save, const gchar *store, const SimstowSnapshot *read, GPtrArray *texts)
{
    for (guint i = 0; i < read->simfiles->len; i++) {
        const SimstowSimfile *file = g_ptr_array_index (read->simfiles, i);
        g_autofree gchar *raw = file->raw ? simstow_hex_encode_bytes (file->raw) : NULL;
        g_autofree gchar *records = file->records ? g_strjoinv (",", file->records) : NULL;

        if (file->fault && !g_str_has_suffix (file->fault, "(SW 6A82)"))
            tell (save, store, file->fault);
        else if (!file->fault)
            add_text (texts, g_strconcat (file->name, " ", raw ? raw : records, NULL));
    }
    for (guint i = 0; read->esim && i < read->esim->answers->len; i++) {
        const SimstowEsimAnswer *answer = g_ptr_array_index (read->esim->answers, i);
        g_autofree gchar *raw = answer->raw ? simstow_hex_encode_bytes (answer->raw) : NULL;

        if (answer->fault)
            tell (save, store, answer->fault);
        else
            add_text (texts, g_strconcat (answer->name, " ", raw, NULL));
    }
}

static void
take_records (Save *save, const gchar *store, const SimstowSnapshot *read, GPtrArray *texts)
{
    for (guint i = 0; i < read->messages->len; i++) {
        const SimstowMessage *message = g_ptr_array_index (read->messages, i);
        g_autofree gchar *pdu = simstow_hex_encode_bytes (message->pdu);

        add_text (texts, g_strdup_printf ("%u %u %s", message->index, message->status, pdu));
    }
    for (guint i = 0; i < read->contacts->len; i++) {
        const SimstowContact *contact = g_ptr_array_index (read->contacts, i);

        add_text (texts,
                  g_strdup_printf ("%u %s %s", contact->index, contact->number, contact->name));
    }
    for (guint i = 0; i < read->calls->len; i++) {
        const SimstowCall *call = g_ptr_array_index (read->calls, i);

        add_text (texts, g_strdup_printf ("%u %s %s", call->index, call->number, call->name));
    }
    for (guint i = 0; i < read->unread->len; i++)
        tell (save, store, ((const SimstowUnread *) read->unread->pdata[i])->fault);
    for (guint i = 0; i < read->problems->len; i++)
        tell (save, store, ((const SimstowProblem *) read->problems->pdata[i])->text);
    take_raw (save, store, read, texts);
}

static void
read_store (SimstowDriver *driver, Save *save, const SimstowStore *store, GCancellable *cancellable)
{
    g_autoptr (SimstowSnapshot) read = simstow_snapshot_new ();
    g_autoptr (GError) error = NULL;
    GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);

    g_hash_table_insert (save->stores, g_strdup (store->id), texts);
    if (store->fault)
        tell (save, store->id, store->fault);
    if (!simstow_driver_read (driver, store->id, 0, 0, read, NULL, NULL, cancellable, &error))
        tell (save, store->id, error->message);
    take_records (save, store->id, read, texts);
}

/* What simstow export does: lists, then reads all that is listed. */
static Save *
save_all (Modem *modem, GCancellable *cancellable)
{
    Save *save = g_new0 (Save, 1);

    save->stores =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
    save->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    for (guint i = 0; i < modem->drivers->len; i++) {
        SimstowDriver *driver = g_ptr_array_index (modem->drivers, i);
        g_autoptr (SimstowSnapshot) listing = simstow_snapshot_new ();
        g_autoptr (GError) error = NULL;

        if (!simstow_driver_list (driver, TRUE, listing, cancellable, &error)) {
            tell (save, drivers[i].kind, error->message);
            /* and so are the call lists that are beside it */
            if (g_str_equal (drivers[i].kind, "phonebook"))
                tell (save, "calls", error->message);
            continue;
        }
        for (guint k = 0; k < listing->problems->len; k++) {
            const SimstowProblem *problem = g_ptr_array_index (listing->problems, k);

            tell (save, problem->where, problem->text);
        }
        for (guint k = 0; k < listing->stores->len; k++)
            read_store (driver, save, g_ptr_array_index (listing->stores, k), cancellable);
    }
    return save;
}

/* Whether something missing of @store was told. */
static gboolean
is_told (Save *save, const gchar *store)
{
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init (&iter, save->told);
    while (g_hash_table_iter_next (&iter, &key, NULL)) {
        if (g_str_has_prefix (store, key))
            return TRUE;
    }
    return FALSE;
}

static gboolean
has_text (GPtrArray *texts, const gchar *text)
{
    return texts != NULL && g_ptr_array_find_with_equal_func (texts, text, g_str_equal, NULL);
}

static void
complain (GString *complaints, const gchar *what, const gchar *store)
{
    g_string_append_printf (complaints, "  %s: %s\n", store, what);
}

/* Whether a store that is not even listed may be missing without a word: the card says that it
 * has no such thing, or the modem that it knows no such command. An eUICC is not missed here but
 * by who has heard of its EID. */
static gboolean
may_lack (const Fault *fault, const gchar *store)
{
    return fault != NULL && (g_str_equal (store, SIMSTOW_STORE_EUICC) || fault->word == 0x6A81 ||
                             fault->word == 0x6A82 || g_strcmp0 (fault->line, "error") == 0);
}

/* Each record of @clean is in @save, or it is told that something of its store is not; and
 * no record is another than it was, unless another way stood in. */
static void
compare (Save *save, Save *clean, const Fault *fault, GString *complaints)
{
    gboolean other_way = g_hash_table_contains (save->told, "sms") ||
                         g_hash_table_contains (save->told, "phonebook");
    GHashTableIter iter;
    gpointer store;
    gpointer texts;

    g_hash_table_iter_init (&iter, clean->stores);
    while (g_hash_table_iter_next (&iter, &store, &texts)) {
        const GPtrArray *wanted = texts;
        GPtrArray *got = g_hash_table_lookup (save->stores, store);

        if ((got == NULL && may_lack (fault, store)) ||
            (fault != NULL && fault->word == 0x6A82 && g_str_equal (store, SIMSTOW_STORE_SIMFILE)))
            continue;
        for (guint i = 0; i < wanted->len && !is_told (save, store); i++) {
            if (!has_text (got, wanted->pdata[i]))
                complain (complaints, "is incomplete, and nothing says so", store);
        }
        for (guint i = 0; got != NULL && i < got->len && !other_way && !is_told (save, store);
             i++) {
            if (!has_text (texts, got->pdata[i]))
                complain (complaints, "has a record that is not so", store);
        }
    }
}

static gchar *
join_told (Save *save)
{
    GString *text = g_string_new (NULL);
    GHashTableIter iter;
    gpointer key;
    gpointer value;

    g_hash_table_iter_init (&iter, save->told);
    while (g_hash_table_iter_next (&iter, &key, &value))
        g_string_append_printf (text, "%s: %s; ", (gchar *) key, (gchar *) value);
    return g_string_free (text, FALSE);
}

typedef struct {
    const Way *way;
    const Fault *fault;
    guint n;
} Case;

static void
inject (Modem *modem, const Case *what, GCancellable *cancellable)
{
    if (what->fault->line == NULL) {
        sim_card_knobs (modem_port_card (modem->port))->fault_after = what->n;
        sim_card_knobs (modem_port_card (modem->port))->fault_word = what->fault->word;
    } else if (g_str_equal (what->fault->line, "cancel")) {
        modem_port_cancel_at (modem->port, what->n, cancellable);
    } else {
        g_autofree gchar *line = g_strdup_printf ("%u * %s", what->n, what->fault->line);

        modem_port_fault (modem->port, line);
    }
}

/* With AT, a channel whose number came as noise cannot be closed: nobody knows which it is. One
 * that the modem does not know how to close is kept, and used again. */
static gboolean
may_stay_open (Modem *modem, const Case *what)
{
    const GPtrArray *sent = modem_port_sent (modem->port);
    const gchar *command = what->n <= sent->len ? sent->pdata[what->n - 1] : "";

    if (g_strcmp0 (what->fault->line, "error") == 0)
        return g_str_has_prefix (command, "+CCHC=");
    return g_strcmp0 (what->fault->line, "garbage") == 0 &&
           (g_str_has_prefix (command, "+CCHO=\"") ||
            g_str_has_prefix (command, "+CSIM=10,\"0070"));
}

/* How many commands are too many for a save in which one goes wrong: those that share a line
 * may have to be sent alone. */
static guint
bound (guint apdus)
{
    return 2 * apdus + 50;
}

static void
run_case (const Case *what, Save *clean, guint apdus, GString *complaints)
{
    g_auto (Modem) modem = modem_new (what->way);
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (Save) save = NULL;
    g_autoptr (Save) again = NULL;

    inject (&modem, what, cancellable);
    save = save_all (&modem, cancellable);
    if (modem_port_sent (modem.port)->len > bound (apdus))
        complain (complaints, "takes too many commands", "all");
    compare (save, clean, what->fault, complaints);
    if (sim_card_count_channels (modem_port_card (modem.port)) >
        (may_stay_open (&modem, what) ? 1 : 0))
        complain (complaints, "a channel is open", "card");
    modem_port_fault (modem.port, NULL);
    modem_port_cancel_at (modem.port, 0, NULL);
    simstow_port_wait_renew (SIMSTOW_PORT (modem.port));
    again = save_all (&modem, NULL);
    if (g_hash_table_size (again->told) > 0) {
        g_autofree gchar *told = join_told (again);

        complain (complaints, told, "the next save");
    }
    compare (again, clean, NULL, complaints);
    if (complaints->len > 0) {
        g_autofree gchar *told = join_told (save);

        g_string_append_printf (complaints, "  told: %s\n", told);
    }
}

/* What kind of step a command is: an APDU by its instruction, the opening and closing of a
 * channel, a restricted command. */
static gchar *
kind_of (const gchar *command)
{
    const gchar *apdu = strchr (command, '"');

    if (g_str_has_prefix (command, "> "))
        return g_strndup (command + strlen ("> CL"), 2);
    if (g_str_has_prefix (command, "+CGLA") || g_str_has_prefix (command, "+CSIM"))
        return g_strndup (apdu + strlen ("\"CL"), 2);
    if (g_str_has_prefix (command, "4 ") && strlen (command) > MBIM_INSTRUCTION)
        return g_strndup (command + MBIM_INSTRUCTION, 2);
    return g_strndup (command, strlen ("+CRSM=178"));
}

/* Steps of one kind between steps of the same kinds are alike: one of them is enough. */
static GArray *
choose_steps (GPtrArray *kinds)
{
    g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    GArray *steps = g_array_new (FALSE, FALSE, sizeof (guint));

    for (guint i = 0; i < kinds->len; i++) {
        gchar *key = g_strjoin (" ",
                                i > 0 ? kinds->pdata[i - 1] : "",
                                kinds->pdata[i],
                                i + 1 < kinds->len ? kinds->pdata[i + 1] : "",
                                NULL);
        guint times = GPOINTER_TO_UINT (g_hash_table_lookup (seen, key)) + 1;
        guint n = i + 1;

        g_hash_table_replace (seen, key, GUINT_TO_POINTER (times));
        if (times == 1)
            g_array_append_val (steps, n);
    }
    return steps;
}

static GArray *
steps_of_card (Modem *modem, gsize skip)
{
    g_auto (GStrv) lines =
        g_strsplit (sim_card_log (modem_port_card (modem->port)) + skip, "\n", -1);
    g_autoptr (GPtrArray) kinds = g_ptr_array_new_with_free_func (g_free);

    for (guint i = 0; lines[i] != NULL; i++) {
        if (lines[i][0] == '>')
            g_ptr_array_add (kinds, kind_of (lines[i]));
    }
    return choose_steps (kinds);
}

static GArray *
steps_of_line (Modem *modem)
{
    const GPtrArray *sent = modem_port_sent (modem->port);
    g_autoptr (GPtrArray) kinds = g_ptr_array_new_with_free_func (g_free);

    for (guint i = 0; i < sent->len; i++)
        g_ptr_array_add (kinds, kind_of (sent->pdata[i]));
    return choose_steps (kinds);
}

/* Returns: how many steps it went wrong at */
static guint
test_fault (const Way *way, const Fault *fault, const GArray *steps, Save *clean, guint apdus)
{
    guint failed = 0;

    /* by turns, every other fault at a step; the ways are out of step with each other */
    for (guint i = (fault - faults + way - ways) % 2; i < steps->len; i += 2) {
        const Case what = {way, fault, g_array_index (steps, guint, i)};
        g_autoptr (GString) complaints = g_string_new (NULL);

        run_case (&what, clean, apdus, complaints);
        if (complaints->len == 0)
            continue;
        failed++;
        g_test_message ("%s, %s at %u:\n%s", way->name, fault->name, what.n, complaints->str);
    }
    return failed;
}

static void
test_way (gconstpointer data)
{
    const Way *way = data;
    g_auto (Modem) modem = modem_new (way);
    gsize skip = strlen (sim_card_log (modem_port_card (modem.port)));
    guint before = sim_card_count_commands (modem_port_card (modem.port));
    g_autoptr (Save) clean = save_all (&modem, NULL);
    g_autofree gchar *told = join_told (clean);
    guint apdus = sim_card_count_commands (modem_port_card (modem.port)) - before;
    g_autoptr (GArray) card = steps_of_card (&modem, skip);
    g_autoptr (GArray) line = steps_of_line (&modem);
    guint failed = 0;

    g_test_message ("%u steps of the card, %u of the line", card->len, line->len);
    g_assert_cmpstr (told, ==, "");
    g_assert_cmpuint (g_hash_table_size (clean->stores), >=, 3);
    for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
        failed += test_fault (way, &faults[i], faults[i].line == NULL ? card : line, clean, apdus);
    g_assert_cmpuint (failed, ==, 0);
}

gint
main (gint argc, gchar **argv)
{
    g_test_init (&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS (ways); i++) {
        g_autofree gchar *path = g_strdup_printf ("/card-faults/%s", ways[i].name);

        g_test_add_data_func (path, &ways[i], test_way);
    }
    return g_test_run ();
}
