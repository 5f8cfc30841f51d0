/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Restore plans for contacts and call lists.
 */

#include "snapshots.h"

static void
test_blank (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = new_modem (10, 10);

    add_contact (archive, "phonebook/sm", 7, "7", "G");
    add_contact (archive, "phonebook/sm", 2, "2", "B");
    add_contact (archive, "phonebook/sm", 3, "", "");
    assert_plan (archive,
                 modem,
                 FALSE,
                 "write phonebook/sm 2\nwrite phonebook/sm 3\nwrite phonebook/sm 7\n");
    assert_plan (archive,
                 archive,
                 TRUE,
                 "skip phonebook/sm 2\nskip phonebook/sm 3\nskip phonebook/sm 7\n");
}

/* The place is taken: another one when merging, that one when replacing */
static void
test_place_taken (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = new_modem (10, 10);

    add_contact (archive, "phonebook/sm", 1, "311", "Ana");
    add_contact (archive, "phonebook/sm", 2, "312", "Luz");
    add_contact (archive, "phonebook/sm", 3, "313", "Eva");
    add_contact (archive, "phonebook/sm", 44, "314", "Ida");
    add_contact (modem, "phonebook/sm", 1, "999", "Zoe");
    add_contact (modem, "phonebook/sm", 5, "312", "Luz");
    assert_plan (archive,
                 modem,
                 FALSE,
                 "skip phonebook/sm 5: there already\n"
                 "write phonebook/sm 3\n"
                 "write phonebook/sm 2: place 1 is taken: goes to 2\n"
                 "write phonebook/sm 4: phonebook/sm has no place 44: goes to another\n");
    assert_plan (archive,
                 modem,
                 TRUE,
                 "erase phonebook/sm 1\n"
                 "write phonebook/sm 1\n"
                 "skip phonebook/sm 5: there already\n"
                 "write phonebook/sm 3\n"
                 "write phonebook/sm 2: phonebook/sm has no place 44: goes to another\n");
}

static void
test_unknown_range (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = new_modem (10, 10);
    SimstowStore *store = simstow_snapshot_find_store (modem, "phonebook/sm");

    store->first = 0;
    store->last = 0;
    store->capacity = 3;
    add_contact (archive, "phonebook/sm", 1, "311", "Ana");
    add_contact (archive, "phonebook/sm", 2, "312", "Luz");
    add_contact (archive, "phonebook/sm", 3, "313", "Eva");
    add_contact (modem, "phonebook/sm", 1, "999", "Zoe");
    assert_plan (archive,
                 modem,
                 FALSE,
                 "write phonebook/sm 2\n"
                 "write phonebook/sm 3\n"
                 "refuse phonebook/sm 1: phonebook/sm is full\n");
    store->capacity = 4;
    assert_plan (archive,
                 modem,
                 FALSE,
                 "write phonebook/sm 2\n"
                 "write phonebook/sm 3\n"
                 "write phonebook/sm 0: place 1 is taken: goes to the next free one\n");
}

static void
test_full (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = new_modem (10, 2);

    add_contact (archive, "phonebook/sm", 1, "311", "Ana");
    add_contact (archive, "phonebook/sm", 2, "312", "Luz");
    add_contact (archive, "phonebook/sm", 3, "313", "Eva");
    add_contact (modem, "phonebook/sm", 2, "999", "Zoe");
    assert_plan (archive,
                 modem,
                 FALSE,
                 "write phonebook/sm 1\n"
                 "refuse phonebook/sm 2: phonebook/sm is full\n"
                 "refuse phonebook/sm 3: phonebook/sm is full\n");
}

/* MBIM's own phonebook has no types of numbers but those that a "+" tells apart. */
static void
test_mbim (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = new_modem (10, 10);
    SimstowStore *store = simstow_snapshot_find_store (modem, "phonebook/sm");
    static const guint types[] = {129, 145, 161};

    g_free (store->via);
    store->via = g_strdup ("mbim");
    for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
        SimstowContact *contact;

        add_contact (archive, "phonebook/sm", i + 1, "311", "Ana");
        contact = g_ptr_array_index (archive->contacts, i);
        contact->type = types[i];
    }
    assert_plan (archive,
                 modem,
                 FALSE,
                 "write phonebook/sm 1\n"
                 "write phonebook/sm 2\n"
                 "refuse phonebook/sm 3: MBIM knows no numbers of type 161\n");
}

static void
test_too_long (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = new_modem (10, 10);
    SimstowStore *store = simstow_snapshot_find_store (modem, "phonebook/sm");

    store->number_length = 5;
    store->name_length = 4;
    add_contact (archive, "phonebook/sm", 1, "+12345", "Peña");
    add_contact (archive, "phonebook/sm", 2, "123456", "");
    add_contact (archive, "phonebook/sm", 3, "1", "Peñas");
    /* an emoji takes two units of 16 bits */
    add_contact (archive, "phonebook/sm", 4, "1", "ab😀");
    add_contact (archive, "phonebook/sm", 5, "1", "abc😀");
    assert_plan (archive,
                 modem,
                 FALSE,
                 "write phonebook/sm 1\n"
                 "refuse phonebook/sm 2: its number has 6 digits, phonebook/sm takes 5\n"
                 "refuse phonebook/sm 3: its name has 5 characters, phonebook/sm takes 4\n"
                 "write phonebook/sm 4\n"
                 "refuse phonebook/sm 5: its name has 5 characters, phonebook/sm takes 4\n");
}

static void
test_unusable (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = new_modem (10, 10);

    add_contact (archive, "phonebook/me", 1, "311", "Ana");
    add_contact (archive, "phonebook/on", 1, "312", "");
    add_contact (modem, "phonebook/on", 2, "312", "");
    add_store (modem, "phonebook/on", 5, FALSE);
    assert_plan (archive,
                 modem,
                 TRUE,
                 "refuse phonebook/me 1: this modem has no phonebook/me\n"
                 "skip phonebook/on 2: there already\n");
}

/* A plain phonebook takes the name and the number, and says what it does not */
static void
test_further_fields (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = new_modem (10, 10);
    SimstowStore *store = simstow_snapshot_find_store (modem, "phonebook/sm");
    SimstowContact *contact = add_contact (archive, "phonebook/sm", 1, "311", "Ana");

    contact->group = g_strdup ("Trabajo");
    simstow_contact_add_number (contact, "312", 129);
    simstow_contact_add_number (contact, "313", 129);
    g_ptr_array_add (contact->emails, g_strdup ("ana@example.org"));
    assert_plan (archive,
                 modem,
                 FALSE,
                 "write phonebook/sm 1: written without its third number: phonebook/sm does not "
                 "take that\n");
    store->plain = TRUE;
    assert_plan (archive,
                 modem,
                 FALSE,
                 "write phonebook/sm 1: written without its further numbers, e-mail, group: "
                 "phonebook/sm does not take that\n");
    add_contact (modem, "phonebook/sm", 4, "311", "Ana");
    assert_plan (archive,
                 modem,
                 TRUE,
                 "skip phonebook/sm 4: there already, without its further numbers, e-mail, "
                 "group\n");
}

/* A set of files: two numbers, one second name, as many addresses as told, groups with one
 * free name besides "Familia" */
static SimstowPhonebookSet *
add_set (SimstowStore *store, guint first, guint last, guint emails)
{
    SimstowPhonebookSet *set = simstow_phonebook_set_new (first, last);
    guint count = last - first + 1;

    simstow_phonebook_set_add (set, SIMSTOW_PHONEBOOK_ENTRY, 24, count);
    simstow_phonebook_set_add (set, SIMSTOW_PHONEBOOK_NUMBER, 15, count);
    simstow_phonebook_set_add (set, SIMSTOW_PHONEBOOK_NUMBER, 15, count);
    simstow_phonebook_set_add (set, SIMSTOW_PHONEBOOK_SECOND_NAME, 6, count);
    simstow_phonebook_set_add (set, SIMSTOW_PHONEBOOK_GROUPS, 2, count);
    simstow_phonebook_set_add (set, SIMSTOW_PHONEBOOK_GROUP_NAME, 8, 2);
    if (emails > 0)
        simstow_phonebook_set_add (set, SIMSTOW_PHONEBOOK_EMAIL, 20, emails);
    g_ptr_array_add (set->groups, g_bytes_new_static ("Familia\xFF", 8));
    g_ptr_array_add (set->groups, g_bytes_new_static ("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8));
    if (!store->sets)
        store->sets = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_phonebook_set_free);
    g_free (store->via);
    store->via = g_strdup ("card");
    g_ptr_array_add (store->sets, set);
    return set;
}

/* A card says what it can hold, file by file */
static void
test_sets (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = new_modem (10, 10);
    SimstowStore *store = simstow_snapshot_find_store (modem, "phonebook/sm");
    SimstowContact *contact = add_contact (archive, "phonebook/sm", 1, "311", "Ana");
    SimstowContact *other = add_contact (archive, "phonebook/sm", 2, "312", "Luz");

    add_set (store, 1, 10, 5);
    simstow_contact_add_group (contact, "Familia");
    simstow_contact_add_group (contact, "Trabajo");
    simstow_contact_add_second_name (contact, "Anita");
    simstow_contact_add_number (contact, "313", 129);
    simstow_contact_add_number (contact, "314", 129);
    g_ptr_array_add (contact->emails, g_strdup ("ana@example.org"));
    assert_plan (archive, modem, FALSE, "write phonebook/sm 1\nwrite phonebook/sm 2\n");
    simstow_contact_add_number (contact, "315", 129)->label = g_strdup ("casa");
    simstow_contact_add_second_name (contact, "B");
    g_ptr_array_add (contact->emails, g_strdup ("second@example.org"));
    simstow_contact_add_group (other, "nine octets");
    other->hidden = TRUE;
    other->sip_uri = g_strdup ("sip:luz");
    assert_plan (archive,
                 modem,
                 FALSE,
                 "write phonebook/sm 1: written without its second name, further number, e-mail: "
                 "phonebook/sm does not take that\n"
                 "write phonebook/sm 2: written without its group nine octets, hidden mark, SIP "
                 "address: phonebook/sm does not take that\n");
}

/* Some files have fewer records than there are contacts, and names of groups are few: what
 * finds no room is named, and written once only */
static void
test_room (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = new_modem (10, 10);
    SimstowStore *store = simstow_snapshot_find_store (modem, "phonebook/sm");
    guint i;

    add_set (store, 1, 10, 2);
    for (i = 1; i <= 3; i++) {
        g_autofree gchar *number = g_strdup_printf ("31%u", i);
        g_autofree gchar *group = g_strdup_printf ("G%u", i / 2);
        SimstowContact *contact = add_contact (archive, "phonebook/sm", i, number, "Ana");

        g_ptr_array_add (contact->emails, g_strdup ("ana@example.org"));
        simstow_contact_add_group (contact, group);
    }
    assert_plan (archive,
                 modem,
                 FALSE,
                 "write phonebook/sm 1\n"
                 "write phonebook/sm 2: written without its group G1: phonebook/sm does not take "
                 "that\n"
                 "write phonebook/sm 3: written without its e-mail, group G1: phonebook/sm does "
                 "not take that\n");
    /* as it is then */
    for (i = 1; i <= 3; i++) {
        g_autofree gchar *number = g_strdup_printf ("31%u", i);
        SimstowContact *contact = add_contact (modem, "phonebook/sm", i, number, "Ana");

        if (i < 3)
            g_ptr_array_add (contact->emails, g_strdup ("ana@example.org"));
        if (i == 1)
            simstow_contact_add_group (contact, "G0");
    }
    assert_plan (archive,
                 modem,
                 FALSE,
                 "skip phonebook/sm 1: there already\n"
                 "skip phonebook/sm 2: there already, without its group G1\n"
                 "skip phonebook/sm 3: there already, without its e-mail, group G1\n");
}

/* A contact whose place is taken goes to a set that takes all of it */
static void
test_other_set (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 4);
    g_autoptr (SimstowSnapshot) modem = new_modem (10, 4);
    SimstowStore *store = simstow_snapshot_find_store (modem, "phonebook/sm");
    guint i;

    add_set (store, 1, 2, 2);
    add_set (store, 3, 3, 0);
    add_set (store, 4, 4, 1);
    for (i = 1; i <= 2; i++) {
        g_autofree gchar *number = g_strdup_printf ("31%u", i);

        g_ptr_array_add (add_contact (archive, "phonebook/sm", i, number, "Ana")->emails,
                         g_strdup ("ana@example.org"));
    }
    add_contact (modem, "phonebook/sm", 1, "1", "A");
    add_contact (modem, "phonebook/sm", 2, "2", "B");
    assert_plan (archive,
                 modem,
                 FALSE,
                 "write phonebook/sm 4: place 1 is taken: goes to 4\n"
                 "refuse phonebook/sm 2: phonebook/sm has no free place that takes all of it\n");
}

static void
test_duplicates (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = new_modem (10, 10);

    add_contact (archive, "phonebook/sm", 1, "311", "Ana");
    add_contact (archive, "phonebook/sm", 2, "311", "Ana");
    add_contact (modem, "phonebook/sm", 2, "311", "Ana");
    assert_plan (archive, modem, FALSE, "write phonebook/sm 1\nskip phonebook/sm 2\n");
}

static void
test_calls (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 10);
    g_autoptr (SimstowSnapshot) modem = new_modem (10, 10);

    add_call (archive, "calls/dialled", 1, "311");
    add_call (archive, "calls/missed", 1, "312");
    add_call (archive, "calls/missed", 2, "313");
    add_call (archive, "calls/received", 1, "314");
    add_store (modem, "calls/dialled", 5, TRUE);
    add_store (modem, "calls/missed", 5, FALSE);
    add_call (modem, "calls/missed", 4, "313");
    assert_plan (archive,
                 modem,
                 FALSE,
                 "write calls/dialled 1\n"
                 "refuse calls/missed 1: the modem keeps calls/missed itself: it can only be read\n"
                 "skip calls/missed 4: there already\n"
                 "refuse calls/received 1: this modem has no calls/received\n");
}

/* Merging into a phonebook half full loses nothing, and the next plan is all skips */
static void
test_idempotent (void)
{
    g_autoptr (SimstowSnapshot) archive = new_modem (10, 250);
    g_autoptr (SimstowSnapshot) modem = new_modem (10, 250);
    g_autoptr (SimstowPlan) plan = NULL;
    g_autoptr (SimstowPlan) again = NULL;
    g_autoptr (GHashTable) places = g_hash_table_new (NULL, NULL);
    guint i;

    for (i = 1; i <= 150; i++) {
        g_autofree gchar *number = g_strdup_printf ("300%u", i);

        add_contact (archive, "phonebook/sm", i, number, "A");
        if (i % 3 == 0)
            add_contact (modem, "phonebook/sm", i + 1, number, i % 2 ? "A" : "B");
    }
    plan = simstow_plan_new (archive, modem, SIMSTOW_KIND_ALL, FALSE);
    g_assert_cmpuint (simstow_plan_count (plan, SIMSTOW_ACTION_WRITE), ==, 125);
    for (i = 0; i < modem->contacts->len; i++) {
        const SimstowContact *there = g_ptr_array_index (modem->contacts, i);

        g_hash_table_add (places, GUINT_TO_POINTER (there->index));
    }
    for (i = 0; i < plan->items->len; i++) {
        const SimstowPlanItem *item = g_ptr_array_index (plan->items, i);

        if (item->action != SIMSTOW_ACTION_WRITE)
            continue;
        g_assert_true (g_hash_table_add (places, GUINT_TO_POINTER (item->index)));
        add_contact (modem, item->store, item->index, item->contact->number, item->contact->name);
    }
    again = simstow_plan_new (archive, modem, SIMSTOW_KIND_ALL, FALSE);
    g_assert_cmpuint (simstow_plan_count (again, SIMSTOW_ACTION_SKIP), ==, 150);
    g_assert_cmpuint (again->items->len, ==, 150);
}

/* What a modem made of a contact is not written again; another contact is */
static void
test_altered (void)
{
    static const struct {
        const gchar *wanted[2];
        const gchar *there[2];
        gboolean altered;
    } rows[] = {
        {{"+573001234567", "María Fernanda Ospina"}, {"+573001234567", "María Fern"}, TRUE},
        {{"+573001234567", "María Fernanda"}, {"573001234567", "MARÍA FERNANDA"}, TRUE},
        {{"+573001234567", "Nuñez 🏠"}, {"+573001234567", "Nunez ?"}, TRUE},
        {{"+573001234567", "Nuñez 🏠"}, {"+573001234567", "Nuez "}, TRUE},
        {{"+573001234567", "Ana María"}, {"+573001234567", "Ana"}, FALSE},
        {{"+573001234567", "Ana"}, {"+573001234567", "Ana María"}, FALSE},
        {{"+573001234567", "Ana"}, {"+573001234567", "Luz"}, FALSE},
        {{"+573001234567", "Ana"}, {"+573007654321", "Ana"}, FALSE},
        {{"+57300123456789", "Ana"}, {"+57300123456", "Ana"}, TRUE},
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (SimstowSnapshot) archive = simstow_snapshot_new ();
        g_autoptr (SimstowSnapshot) modem = simstow_snapshot_new ();
        g_autoptr (SimstowPlan) plan = NULL;

        add_store (archive, "phonebook/sm", 10, TRUE);
        add_store (modem, "phonebook/sm", 10, TRUE);
        add_contact (archive, "phonebook/sm", 2, rows[i].wanted[0], rows[i].wanted[1]);
        add_contact (modem, "phonebook/sm", 5, rows[i].there[0], rows[i].there[1]);
        plan = simstow_plan_new (archive, modem, SIMSTOW_KIND_ALL, FALSE);
        g_assert_cmpuint (simstow_plan_count_altered (plan), ==, rows[i].altered);
        g_assert_cmpuint (simstow_plan_count (plan, SIMSTOW_ACTION_WRITE), ==, !rows[i].altered);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/plan/contacts/blank", test_blank);
    g_test_add_func ("/plan/contacts/place-taken", test_place_taken);
    g_test_add_func ("/plan/contacts/unknown-range", test_unknown_range);
    g_test_add_func ("/plan/contacts/full", test_full);
    g_test_add_func ("/plan/contacts/too-long", test_too_long);
    g_test_add_func ("/plan/contacts/unusable", test_unusable);
    g_test_add_func ("/plan/contacts/further-fields", test_further_fields);
    g_test_add_func ("/plan/contacts/sets", test_sets);
    g_test_add_func ("/plan/contacts/room", test_room);
    g_test_add_func ("/plan/contacts/other-set", test_other_set);
    g_test_add_func ("/plan/contacts/duplicates", test_duplicates);
    g_test_add_func ("/plan/calls", test_calls);
    g_test_add_func ("/plan/contacts/idempotent", test_idempotent);
    g_test_add_func ("/plan/contacts/mbim", test_mbim);
    g_test_add_func ("/plan/contacts/altered", test_altered);
    return g_test_run ();
}
