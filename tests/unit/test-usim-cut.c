/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Contacts of a USIM phonebook, written and erased while something goes wrong at
 * each command in turn. Whatever it is: the place holds the old contact or the new
 * one, of their fields some may be missing but none is another's, its neighbours are
 * as they were, and done again it is whole.
 */

#include <string.h>

#include "modem-port.h"
#include "simstow-error.h"
#include "simstow-hex.h"
#include "simstow-names.h"
#include "simstow-store-usim-card.h"
#include "store-run.h"

#define STORE  "phonebook/sm"
#define FOLDER "3F00/7FFF/5F3A/"

#define NAME_SIZE  17
#define TEXT_SIZE  30
#define EMAIL_SIZE 60

#define SNE   0xC3
#define ANR   0xC4
#define GRP   0xC6
#define EMAIL 0xCA

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

static GVariant *
bytes_of (const gchar *text, gsize size)
{
    guint8 bytes[255];

    memset (bytes, 0xFF, size);
    memcpy (bytes, text, strlen (text));
    return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bytes, size, 1);
}

/* A record of EF_EXT1 with a rest of @digit */
static GVariant *
rest_of (guint8 digit)
{
    guint8 bytes[13];

    memset (bytes, 0xFF, sizeof bytes);
    bytes[0] = bytes[1] = 2;
    bytes[2] = bytes[3] = (guint8) (digit * 0x11);
    return g_variant_new_array (
        G_VARIANT_TYPE_BYTESTRING,
        (GVariant *[]){g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bytes, sizeof bytes, 1)},
        1);
}

/* A record with twenty times @digit behind @size bytes */
static GVariant *
number_of (const gchar *text, gsize size, guint8 digit)
{
    guint8 bytes[64];

    memset (bytes, 0xFF, sizeof bytes);
    memcpy (bytes, text, strlen (text));
    bytes[size] = 11;
    bytes[size + 1] = 0x81;
    memset (bytes + size + 2, digit * 0x11, 10);
    return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bytes, size + 14, 1);
}

static GVariant *
names_of (const gchar *const *names)
{
    GVariantBuilder builder;

    g_variant_builder_init (&builder, G_VARIANT_TYPE ("aay"));
    for (; *names; names++)
        g_variant_builder_add_value (&builder, bytes_of (*names, TEXT_SIZE));
    return g_variant_builder_end (&builder);
}

static void
add_field (GVariantBuilder *fields,
           guint8 tag,
           GVariant *raw,
           GVariant *extensions,
           const gchar *const *names)
{
    GVariantDict field;

    g_variant_dict_init (&field, NULL);
    g_variant_dict_insert (&field, SIMSTOW_RECORD_TAG, "y", tag);
    if (raw)
        g_variant_dict_insert_value (&field, SIMSTOW_RECORD_RAW, raw);
    if (extensions)
        g_variant_dict_insert_value (&field, SIMSTOW_RECORD_EXTENSIONS, extensions);
    if (names)
        g_variant_dict_insert_value (&field, SIMSTOW_RECORD_NAMES, names_of (names));
    g_variant_builder_add_value (fields, g_variant_dict_end (&field));
}

/* Of the digits @digit to @digit + 2; none of its fields is like one of another contact */
static gchar *
contact_new (guint index, guint8 digit, const gchar *name, gboolean whole)
{
    const gchar *const label[] = {name, NULL};
    const gchar *const groups[] = {name, "All", NULL};
    g_autoptr (GVariant) record = NULL;
    GVariantBuilder fields;
    GVariantDict dict;

    g_variant_builder_init (&fields, G_VARIANT_TYPE ("aa{sv}"));
    add_field (&fields, SNE, bytes_of (name, TEXT_SIZE), NULL, NULL);
    if (whole) {
        add_field (&fields,
                   ANR,
                   number_of ("\1", 1, (guint8) (digit + 1)),
                   rest_of ((guint8) (digit + 1)),
                   label);
        add_field (&fields, ANR, number_of ("\1", 1, (guint8) (digit + 2)), NULL, label);
        add_field (&fields, GRP, NULL, NULL, groups);
    }
    add_field (&fields, EMAIL, bytes_of (name, EMAIL_SIZE), NULL, NULL);
    add_field (&fields, EMAIL, bytes_of (name, EMAIL_SIZE), NULL, NULL);
    g_variant_dict_init (&dict, NULL);
    g_variant_dict_insert (&dict, SIMSTOW_RECORD_INDEX, "u", index);
    g_variant_dict_insert_value (&dict, SIMSTOW_RECORD_RAW, number_of (name, NAME_SIZE, digit));
    g_variant_dict_insert_value (&dict, SIMSTOW_RECORD_EXTENSIONS, rest_of (digit));
    g_variant_dict_insert_value (&dict, SIMSTOW_RECORD_FIELDS, g_variant_builder_end (&fields));
    record = g_variant_ref_sink (g_variant_dict_end (&dict));
    return g_variant_print (record, TRUE);
}

/* What is on the card */

typedef struct {
    ModemPort *port;
    SimstowStoreDriver *driver;
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
    g_autoptr (GVariant) list = NULL;
    g_autoptr (GError) error = NULL;

    g_clear_object (&modem->driver);
    modem->driver = g_object_new (SIMSTOW_TYPE_STORE_USIM_CARD, "port", modem->port, NULL);
    list = store_run_list (modem->driver, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (g_variant_n_children (list), ==, 1);
}

static void
write_contact (Modem *modem, const gchar *contact)
{
    g_autoptr (GError) error = NULL;
    guint index = store_run_write (modem->driver, STORE, contact, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (index, >, 0);
}

/* The number of a record of EF_EXT1 is nobody's business: @bytes without it */
static GVariant *
without_link (GVariant *bytes, gsize link)
{
    gsize size;
    const guint8 *data = g_variant_get_fixed_array (bytes, &size, 1);
    g_autofree guint8 *copy = g_memdup2 (data, size);

    copy[link < size ? link : size - 1] = 0xFF;
    return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, copy, size, 1);
}

/* A number or a text with all that belongs to it */
static gchar *
describe (GVariant *dict, guint8 tag)
{
    g_autoptr (GVariant) raw = g_variant_lookup_value (dict, SIMSTOW_RECORD_RAW, NULL);
    g_autoptr (GVariant) rest = g_variant_lookup_value (dict, SIMSTOW_RECORD_EXTENSIONS, NULL);
    g_autoptr (GVariant) names = g_variant_lookup_value (dict, SIMSTOW_RECORD_NAMES, NULL);
    GString *text = g_string_new (NULL);

    g_string_append_printf (text, "%02X ", tag);
    if (raw && (tag == ANR || tag == 0)) {
        GVariant *linkless = without_link (raw, tag == ANR ? 14 : G_MAXSIZE);

        g_variant_unref (g_steal_pointer (&raw));
        raw = g_variant_ref_sink (linkless);
    }
    /* the octet of an ANR that leads to its kind is told by the name */
    for (gsize i = tag == ANR; raw && i < g_variant_n_children (raw); i++)
        g_string_append_printf (text, "%02X", ((const guint8 *) g_variant_get_data (raw))[i]);
    if (rest)
        g_variant_print_string (rest, text, FALSE);
    if (names)
        g_variant_print_string (names, text, FALSE);
    return g_string_free (text, FALSE);
}

/* The contact at a place: the first of it is EF_ADN, then come its fields; %NULL for none */
static GPtrArray *
parts_of (GVariant *records, guint place)
{
    for (gsize i = 0; i < g_variant_n_children (records); i++) {
        g_autoptr (GVariant) record = g_variant_get_child_value (records, i);
        g_autoptr (GVariant) fields = NULL;
        GPtrArray *parts;
        guint32 index = 0;

        g_variant_lookup (record, SIMSTOW_RECORD_INDEX, "u", &index);
        if (index != place)
            continue;
        g_assert_false (g_variant_lookup (record, SIMSTOW_RECORD_FAULT, "s", NULL));
        parts = g_ptr_array_new_with_free_func (g_free);
        g_ptr_array_add (parts, describe (record, 0));
        fields = g_variant_lookup_value (record, SIMSTOW_RECORD_FIELDS, NULL);
        for (gsize n = 0; n < g_variant_n_children (fields); n++) {
            g_autoptr (GVariant) field = g_variant_get_child_value (fields, n);
            guint8 tag = 0;

            g_variant_lookup (field, SIMSTOW_RECORD_TAG, "y", &tag);
            g_ptr_array_add (parts, describe (field, tag));
        }
        return parts;
    }
    return NULL;
}

static GVariant *
read_all (Modem *modem)
{
    g_autoptr (GError) error = NULL;
    GVariant *records;
    guint next;

    records = store_run_read (modem->driver, STORE, 0, 0, &next, NULL, &error);
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

static gboolean
run_job (Modem *modem, const Job *job, GCancellable *cancellable, GError **error)
{
    g_autofree gchar *new = contact_new (PLACE, 5, "New", FALSE);

    if (job->erases)
        return store_run_erase (modem->driver, STORE, PLACE, error);
    return store_run_write (modem->driver, STORE, new, cancellable, error) == PLACE;
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
    g_autoptr (GVariant) records = read_all (modem);
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
    g_autofree gchar *first = contact_new (1, 1, "First", TRUE);
    g_autofree gchar *old = contact_new (PLACE, 3, "Old", TRUE);
    g_autofree gchar *last = contact_new (3, 6, "Last", TRUE);

    write_contact (&modem, first);
    write_contact (&modem, last);
    if (job->occupied)
        write_contact (&modem, old);
    return dump_book (&modem);
}

static void
test_job (const Way *way, const Job *job)
{
    g_autofree gchar *before = dump_begin (way, job);
    g_auto (Modem) modem = modem_new (way, job, before);
    g_autoptr (GVariant) records = read_all (&modem);
    g_autoptr (GPtrArray) first = parts_of (records, 1);
    g_autoptr (GPtrArray) last = parts_of (records, 3);
    g_autoptr (GPtrArray) old = parts_of (records, PLACE);
    SimCard *card = modem_port_card (modem.port);
    gsize logged = strlen (sim_card_log (card));
    guint sent = modem_port_sent (modem.port)->len;
    g_autoptr (GVariant) changed = NULL;
    g_autoptr (GPtrArray) new = NULL;
    g_autoptr (GArray) on_card = NULL;
    g_autoptr (GArray) on_line = NULL;
    g_autofree gchar *after = NULL;
    g_autoptr (GError) error = NULL;
    Case what = {way, job, first, last, old, NULL, before, NULL};

    run_job (&modem, job, NULL, &error);
    g_assert_no_error (error);
    on_card = updates_of_card (&modem, logged);
    on_line = updates_of_line (&modem, sent);
    after = dump_book (&modem);
    changed = read_all (&modem);
    new = parts_of (changed, PLACE);
    g_assert_cmpuint (new ? new->len : 0, ==, job->erases ? 0 : 4);
    g_assert_cmpuint (old ? old->len : 0, ==, job->occupied ? 7 : 0);
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
        g_autofree gchar *path = g_strdup_printf ("/usim-cut/%s", ways[i].name);

        g_test_add_data_func (path, &ways[i], test_way);
    }
    return g_test_run ();
}
