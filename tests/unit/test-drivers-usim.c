/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Contacts of a USIM phonebook by the helper's driver, written and erased while something goes
 * wrong at each command in turn. Whatever it is: the place holds the old contact or the new one, of
 * their fields some may be missing but none is another's, its neighbours are as they were, and done
 * again it is whole.
 */

#include <string.h>

#include "card-talk.h"
#include "modem-port.h"
#include "simstow-error.h"
#include "simstow-usim.h"

#define STORE  "phonebook/sm"
#define FOLDER "3F00/7FFF/5F3A/"

#define PLACE 2

/* Where in the information of the MBIM command that sends an APDU the instruction is */
#define MBIM_INSTRUCTION (strlen ("4 ") + 2 * 21)

/* Two further numbers and an address beside the contact, a second name and an address by EF_IAP */
static const gchar scenario[] = "[phonebook SM]\n"
                                "capacity=8\n"
                                "first=1\n"
                                "number-length=40\n"
                                "name-length=8\n"
                                "access=read-write\n"
                                "extended=true\n"
                                "[card]\n"
                                "phonebook=local\n"
                                "sets=2\n"
                                "ext-records=%u\n"
                                "quirks=%s\n" FOLDER "4F30#2=FF\n" FOLDER "4F30#1="
                                "A820C0024F3AC1024F25C4024F11C4024F12C6024F26CA024F51C5024F09C9024F"
                                "21"
                                "A908C3024F19CA024F50"
                                "AA0CC2024F4AC7024F4BC8024F4C\n"
                                "%s%s";

typedef struct {
    const gchar *name;
    const gchar *quirks;
    const gchar *mbim;
} Way;

static const Way ways[] = {
    {"mbim", "", "[mbim]\nmessages=SM\nphonebook=SM\n"},
    {"crsm", "no-cgla,no-csim", ""},
};

/* What goes wrong: a status word of the card, 0 for silence, 1 for removal; or of the line */
typedef struct {
    const gchar *name;
    guint word;
    const gchar *line;
} Fault;

static const Fault faults[] = {
    {"6581", 0x6581, NULL},
    {"silence", 0, NULL},
    {"removal", 1, NULL},
    {"error", 0, "error"},
    {"cancel", 0, "cancel"},
};

/* What is done, to an old contact that has all fields; with room for one beside it, or not */
typedef struct {
    const gchar *name;
    gboolean occupied;
    gboolean erases;
    guint ext_records;
} Job;

static const Job jobs[] = {
    {"over", TRUE, FALSE, 12},
    {"free", FALSE, FALSE, 12},
    {"erase", TRUE, TRUE, 12},
    {"reuse", TRUE, FALSE, 6},
};

/* Contacts to write */

/* @count times @digit */
static gchar *
number_of (guint8 digit, gsize count)
{
    return g_strnfill (count, (gchar) ('0' + digit));
}

/* Of the digits @digit to @digit + 2; none of its fields is like one of another contact */
static SimstowContact *
contact_new (guint index, guint8 digit, const gchar *name, gboolean whole)
{
    g_autofree gchar *number = number_of (digit, 24);
    g_autofree gchar *second = number_of ((guint8) (digit + 1), 24);
    g_autofree gchar *third = number_of ((guint8) (digit + 2), 20);
    SimstowContact *contact = simstow_contact_new (STORE, index, number, 129, name);

    simstow_contact_add_second_name (contact, name);
    if (whole) {
        simstow_contact_add_number (contact, second, 129)->label = g_strdup (name);
        simstow_contact_add_number (contact, third, 129)->label = g_strdup (name);
        simstow_contact_add_group (contact, name);
        simstow_contact_add_group (contact, "All");
    }
    g_ptr_array_add (contact->emails, g_strdup (name));
    g_ptr_array_add (contact->emails, g_strdup (name));
    return contact;
}

/* What is on the card */

typedef struct {
    ModemPort *port;
    SimstowDriver *driver;
} Modem;

static void
modem_clear (Modem *modem)
{
    g_clear_object (&modem->driver);
    while (g_main_context_iteration (NULL, FALSE))
        ;
    g_assert_finalize_object (modem->port);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Modem, modem_clear)

static void
modem_list (Modem *modem)
{
    g_autoptr (SimstowConversation) talk = card_talk_new (SIMSTOW_PORT (modem->port));
    g_autoptr (SimstowSnapshot) listing = simstow_snapshot_new ();
    g_autoptr (GError) error = NULL;

    g_clear_object (&modem->driver);
    modem->driver = simstow_usim_new (talk);
    simstow_driver_list (modem->driver, TRUE, listing, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (listing->stores->len, ==, 1);
    g_assert_cmpuint (listing->problems->len, ==, 0);
}

/* Takes @contact. Returns: where it was written, 0 with @error set */
static guint
write_contact (Modem *modem, SimstowContact *contact, GCancellable *cancellable, GError **error)
{
    const SimstowDriverRecord record = {.contact = contact, .index = contact->index};
    g_autoptr (GArray) outcomes = simstow_driver_outcomes_new ();
    SimstowDriverOutcome *outcome;
    guint index = 0;

    if (simstow_driver_write (modem->driver, STORE, &record, 1, outcomes, cancellable, error)) {
        g_assert_cmpuint (outcomes->len, ==, 1);
        outcome = &g_array_index (outcomes, SimstowDriverOutcome, 0);
        index = outcome->index;
        if (outcome->error)
            g_propagate_error (error, g_steal_pointer (&outcome->error));
    }
    simstow_contact_free (contact);
    return index;
}

static void
write_well (Modem *modem, SimstowContact *contact)
{
    g_autoptr (GError) error = NULL;
    guint index = write_contact (modem, contact, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (index, >, 0);
}

static SimstowContact *
find_contact (const SimstowSnapshot *records, guint place)
{
    for (guint i = 0; i < records->contacts->len; i++) {
        SimstowContact *contact = g_ptr_array_index (records->contacts, i);

        if (contact->index == place)
            return contact;
    }
    return NULL;
}

static void
add_part (GPtrArray *parts, const gchar *kind, const gchar *text)
{
    if (text)
        g_ptr_array_add (parts, g_strdup_printf ("%s %s", kind, text));
}

/* The contact at a place: the first of it is EF_ADN, then come its fields; %NULL for none */
static GPtrArray *
parts_of (const SimstowSnapshot *records, guint place)
{
    const SimstowContact *contact = find_contact (records, place);
    GPtrArray *parts;

    g_assert_cmpuint (records->problems->len, ==, 0);
    g_assert_cmpuint (records->unread->len, ==, 0);
    if (!contact)
        return NULL;
    parts = g_ptr_array_new_with_free_func (g_free);
    g_ptr_array_add (parts, g_strdup_printf ("%s %s", contact->name, contact->number));
    add_part (parts, "second", contact->second_name);
    for (guint i = 0; i < contact->numbers->len; i++) {
        const SimstowContactNumber *number = g_ptr_array_index (contact->numbers, i);
        g_autofree gchar *text =
            g_strdup_printf ("%s %s", number->number, number->label ? number->label : "-");

        add_part (parts, "number", text);
    }
    add_part (parts, "group", contact->group);
    for (guint i = 0; i < contact->groups->len; i++)
        add_part (parts, "group", g_ptr_array_index (contact->groups, i));
    for (guint i = 0; i < contact->emails->len; i++)
        add_part (parts, "email", g_ptr_array_index (contact->emails, i));
    return parts;
}

static SimstowSnapshot *
read_all (Modem *modem)
{
    g_autoptr (GError) error = NULL;
    SimstowSnapshot *records = simstow_snapshot_new ();

    simstow_driver_read (modem->driver, STORE, 0, 0, records, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    return records;
}

static gboolean
has_part (GPtrArray *parts, const gchar *part)
{
    return parts && g_ptr_array_find_with_equal_func (parts, part, g_str_equal, NULL);
}

static gboolean
are_equal (GPtrArray *a, GPtrArray *b)
{
    if (!a || !b || a->len != b->len)
        return a == b;
    for (guint i = 0; i < a->len; i++) {
        if (!g_str_equal (a->pdata[i], b->pdata[i]))
            return FALSE;
    }
    return TRUE;
}

/* One run */

/* @records are lines of the scenario, with what the card holds */
static Modem
modem_new (const Way *way, const Job *job, const gchar *records)
{
    g_autofree gchar *text =
        g_strdup_printf (scenario, job->ext_records, way->quirks, records, way->mbim);
    Modem modem = {modem_port_new (text), NULL};

    modem_list (&modem);
    return modem;
}

/* An erasure that was cut is done again with what is there by then. */
static gboolean
run_erasure (Modem *modem, GError **error)
{
    g_autoptr (SimstowSnapshot) there = simstow_snapshot_new ();
    SimstowDriverRecord record = {.index = PLACE};
    gboolean begun;

    if (!simstow_driver_read (modem->driver, STORE, PLACE, PLACE, there, NULL, NULL, NULL, error))
        return FALSE;
    record.contact = find_contact (there, PLACE);
    return !record.contact ||
           simstow_driver_erase (modem->driver, STORE, &record, &begun, NULL, error);
}

static gboolean
run_job (Modem *modem, const Job *job, GCancellable *cancellable, GError **error)
{
    if (job->erases)
        return run_erasure (modem, error);
    return write_contact (modem, contact_new (PLACE, 5, "New", FALSE), cancellable, error) == PLACE;
}

static void
inject (Modem *modem, const Fault *fault, guint n, GCancellable *cancellable)
{
    if (fault->line == NULL) {
        sim_card_knobs (modem_port_card (modem->port))->fault_after = n;
        sim_card_knobs (modem_port_card (modem->port))->fault_word = fault->word;
    } else if (g_str_equal (fault->line, "cancel")) {
        modem_port_cancel_at (modem->port, n, cancellable);
    } else {
        g_autofree gchar *line = g_strdup_printf ("%u * %s", n, fault->line);

        modem_port_fault (modem->port, line);
    }
}

/* The records of the phonebook, as lines of a scenario */
static gchar *
dump_book (Modem *modem)
{
    g_autofree gchar *dump = sim_card_dump (modem_port_card (modem->port));
    g_auto (GStrv) lines = g_strsplit (dump, "\n", -1);
    GString *text = g_string_new (NULL);

    for (guint i = 0; lines[i]; i++) {
        g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);

        if (g_str_has_prefix (lines[i], FOLDER))
            g_string_append_printf (text, "%s=%s\n", words[0], words[g_strv_length (words) - 1]);
    }
    return g_string_free (text, FALSE);
}

typedef struct {
    const Way *way;
    const Job *job;
    GPtrArray *first;
    GPtrArray *last;
    GPtrArray *old;
    GPtrArray *new;
    gchar *before;
    gchar *after;
} Case;

/* The old contact or the new one, some of its fields missing or the other's; whole where nothing
 * but the card said no, or nobody but a caller that left */
static void
check_place (const Case *what, const Fault *fault, GPtrArray *there)
{
    gboolean is_new = are_equal (there, what->new);

    if (is_new || are_equal (there, what->old))
        return;
    g_assert_cmpstr (fault->name, !=, "cancel");
    g_assert_nonnull (there);
    g_assert_true (what->job->occupied);
    if (what->job->ext_records == jobs[0].ext_records)
        g_assert_true ((!what->job->erases && g_str_equal (there->pdata[0], what->new->pdata[0])) ||
                       g_str_equal (there->pdata[0], what->old->pdata[0]));
    for (guint i = 1; i < there->len; i++)
        g_assert_true (has_part (what->old, there->pdata[i]) ||
                       has_part (what->new, there->pdata[i]));
}

static void
check_all (Modem *modem, const Case *what, const Fault *fault)
{
    g_autoptr (SimstowSnapshot) records = read_all (modem);
    g_autoptr (GPtrArray) first = parts_of (records, 1);
    g_autoptr (GPtrArray) there = parts_of (records, PLACE);
    g_autoptr (GPtrArray) last = parts_of (records, 3);

    g_assert_true (are_equal (first, what->first));
    g_assert_true (are_equal (last, what->last));
    if (fault)
        check_place (what, fault, there);
    else
        g_assert_true (are_equal (there, what->new));
}

static void
run_case (const Case *what, const Fault *fault, guint n)
{
    g_auto (Modem) modem = modem_new (what->way, what->job, what->before);
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GError) error = NULL;
    g_autofree gchar *dump = NULL;
    gboolean done;

    inject (&modem, fault, n, cancellable);
    done = run_job (&modem, what->job, cancellable, &error);
    modem_port_fault (modem.port, NULL);
    modem_port_cancel_at (modem.port, 0, NULL);
    dump = dump_book (&modem);
    g_test_message ("%s at %u: %s", fault->name, n, done ? "done" : error->message);
    if (done)
        g_assert_cmpstr (dump, ==, what->after);
    else if (fault->word > 1 && !strstr (error->message, "not all of what was there before"))
        g_assert_cmpstr (dump, ==, what->before);
    modem_list (&modem);
    check_all (&modem, what, fault);
    /* once more */
    g_clear_error (&error);
    run_job (&modem, what->job, NULL, &error);
    g_assert_no_error (error);
    check_all (&modem, what, NULL);
}

/* Of the commands behind @skip those that write, counted from 1 */
static GArray *
updates_of_line (Modem *modem, guint skip)
{
    const GPtrArray *sent = modem_port_sent (modem->port);
    GArray *updates = g_array_new (FALSE, FALSE, sizeof (guint));

    for (guint i = skip; i < sent->len; i++) {
        const gchar *command = sent->pdata[i];
        guint n = i + 1 - skip;

        if (g_str_has_prefix (command, "+CRSM=220") ||
            (strlen (command) > MBIM_INSTRUCTION &&
             g_str_has_prefix (command + MBIM_INSTRUCTION, "DC")))
            g_array_append_val (updates, n);
    }
    return updates;
}

static GArray *
updates_of_card (Modem *modem, gsize skip)
{
    g_auto (GStrv) lines =
        g_strsplit (sim_card_log (modem_port_card (modem->port)) + skip, "\n", -1);
    GArray *updates = g_array_new (FALSE, FALSE, sizeof (guint));
    guint n = 0;

    for (guint i = 0; lines[i]; i++) {
        if (lines[i][0] == '>')
            n++;
        if (g_str_has_prefix (lines[i], "> ") &&
            g_str_has_prefix (lines[i] + strlen ("> CL"), "DC"))
            g_array_append_val (updates, n);
    }
    return updates;
}

static gchar *
dump_begin (const Way *way, const Job *job)
{
    g_auto (Modem) modem = modem_new (way, job, "");

    write_well (&modem, contact_new (1, 1, "First", TRUE));
    write_well (&modem, contact_new (3, 6, "Last", TRUE));
    if (job->occupied)
        write_well (&modem, contact_new (PLACE, 3, "Old", TRUE));
    return dump_book (&modem);
}

static void
test_job (const Way *way, const Job *job)
{
    g_autofree gchar *before = dump_begin (way, job);
    g_auto (Modem) modem = modem_new (way, job, before);
    g_autoptr (SimstowSnapshot) records = read_all (&modem);
    g_autoptr (GPtrArray) first = parts_of (records, 1);
    g_autoptr (GPtrArray) last = parts_of (records, 3);
    g_autoptr (GPtrArray) old = parts_of (records, PLACE);
    gsize logged;
    guint sent;
    g_autoptr (SimstowSnapshot) changed = NULL;
    g_autoptr (GPtrArray) new = NULL;
    g_autoptr (GArray) on_card = NULL;
    g_autoptr (GArray) on_line = NULL;
    g_autofree gchar *after = NULL;
    g_autoptr (GError) error = NULL;
    Case what = {way, job, first, last, old, NULL, before, NULL};

    modem_list (&modem);
    logged = strlen (sim_card_log (modem_port_card (modem.port)));
    sent = modem_port_sent (modem.port)->len;
    run_job (&modem, job, NULL, &error);
    g_assert_no_error (error);
    on_card = updates_of_card (&modem, logged);
    on_line = updates_of_line (&modem, sent);
    after = dump_book (&modem);
    changed = read_all (&modem);
    new = parts_of (changed, PLACE);
    g_assert_cmpuint (new ? new->len : 0, ==, job->erases ? 0 : 4);
    g_assert_cmpuint (old ? old->len : 0, ==, job->occupied ? 8 : 0);
    what.new = new;
    what.after = after;
    for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
        const GArray *updates = faults[i].line ? on_line : on_card;

        /* what the card says is the same over each way to it */
        if (way != ways && !faults[i].line)
            continue;
        g_assert_cmpuint (updates->len, >, 5);
        for (guint n = 0; n < updates->len; n++)
            run_case (&what, &faults[i], g_array_index (updates, guint, n));
    }
}

static void
test_way (gconstpointer data)
{
    const Way *way = data;

    for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
        test_job (way, &jobs[i]);
}

gint
main (gint argc, gchar **argv)
{
    g_test_init (&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS (ways); i++) {
        g_autofree gchar *path = g_strdup_printf ("/drivers-usim/%s", ways[i].name);

        g_test_add_data_func (path, &ways[i], test_way);
    }
    return g_test_run ();
}
