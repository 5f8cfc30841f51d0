/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two tables: whole numbers, and their last digits where these are enough to tell a line.
 */

#include "simstow-address-book.h"

#include <string.h>

#include "simstow-identity.h"

/* A national number without its leading 0, in most countries */
#define TAIL 9
/* As many as people still type of a number */
#define TYPED 7

/* @tails: %NULL for what several contacts share */
struct _SimstowAddressBook {
    GHashTable *numbers;
    GHashTable *tails;
};

/* The digits of a number that is nothing but digits, with or without a "+" */
static const gchar *
get_digits (const gchar *number)
{
    const gchar *digits = number[0] == '+' ? number + 1 : number;

    return strspn (digits, "0123456789") == strlen (digits) ? digits : "";
}

static const gchar *
get_tail (const gchar *number)
{
    const gchar *digits = get_digits (number);
    gsize length = strlen (digits);

    return length >= TAIL ? digits + length - TAIL : NULL;
}

/* Whether one number is the other with something before it, but for a trunk prefix 0 */
static gboolean
is_same_line (const gchar *a, const gchar *b)
{
    const gchar *left = get_digits (a);
    const gchar *right = get_digits (b);

    /* two international numbers are the same or not */
    if (a[0] == '+' && b[0] == '+')
        return g_str_equal (a, b);
    if (a[0] != '+' && left[0] == '0')
        left++;
    if (b[0] != '+' && right[0] == '0')
        right++;
    return g_str_has_suffix (left, right) || g_str_has_suffix (right, left);
}

static void
add_number (SimstowAddressBook *book,
            const SimstowContact *contact,
            const gchar *number,
            guint type)
{
    gchar *key = simstow_address_identity (number, type);
    const gchar *tail = get_tail (key);
    gpointer known;

    if (tail != NULL) {
        gboolean shared = g_hash_table_lookup_extended (book->tails, tail, NULL, &known) &&
                          (known == NULL ||
                           g_strcmp0 (((const SimstowContact *) known)->name, contact->name) != 0);

        g_hash_table_insert (book->tails, g_strdup (tail), shared ? NULL : (gpointer) contact);
    }
    if (*key == '\0' || g_hash_table_contains (book->numbers, key))
        g_free (key);
    else
        g_hash_table_insert (book->numbers, key, (gpointer) contact);
}

SimstowAddressBook *
simstow_address_book_new (const GPtrArray *contacts)
{
    SimstowAddressBook *book = g_new0 (SimstowAddressBook, 1);
    guint i, j;

    book->numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    book->tails = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    for (i = 0; i < contacts->len; i++) {
        const SimstowContact *contact = g_ptr_array_index (contacts, i);

        if (*contact->name == '\0')
            continue;
        add_number (book, contact, contact->number, contact->type);
        for (j = 0; j < contact->numbers->len; j++) {
            const SimstowContactNumber *number = g_ptr_array_index (contact->numbers, j);

            add_number (book, contact, number->number, number->type);
        }
    }
    return book;
}

void
simstow_address_book_free (SimstowAddressBook *book)
{
    g_hash_table_unref (book->numbers);
    g_hash_table_unref (book->tails);
    g_free (book);
}

static gboolean
has_line (const SimstowContact *contact, const gchar *number)
{
    g_autofree gchar *first = simstow_address_identity (contact->number, contact->type);
    guint i;

    if (is_same_line (first, number))
        return TRUE;
    for (i = 0; i < contact->numbers->len; i++) {
        const SimstowContactNumber *further = g_ptr_array_index (contact->numbers, i);
        g_autofree gchar *other = simstow_address_identity (further->number, further->type);

        if (is_same_line (other, number))
            return TRUE;
    }
    return FALSE;
}

const SimstowContact *
simstow_address_book_find (const SimstowAddressBook *book, const gchar *number, guint type)
{
    g_autofree gchar *key = simstow_address_identity (number, type);
    const SimstowContact *found = g_hash_table_lookup (book->numbers, key);
    const gchar *tail = get_tail (key);

    if (found != NULL || tail == NULL)
        return found;
    found = g_hash_table_lookup (book->tails, tail);
    return found != NULL && has_line (found, key) ? found : NULL;
}

/* Small letters without accents */
static gchar *
fold (const gchar *text)
{
    g_autofree gchar *apart = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);
    g_autofree gchar *folded = apart ? g_utf8_casefold (apart, -1) : NULL;
    g_autoptr (GString) plain = g_string_new (NULL);
    const gchar *c;

    for (c = folded ? folded : ""; *c; c = g_utf8_next_char (c))
        if (!g_unichar_ismark (g_utf8_get_char (c)))
            g_string_append_unichar (plain, g_utf8_get_char (c));
    return g_string_free (g_steal_pointer (&plain), FALSE);
}

gboolean
simstow_address_book_is_part (const gchar *name, const gchar *wanted)
{
    g_autofree gchar *folded = fold (name ? name : "");
    g_autofree gchar *folded_part = fold (wanted);

    return *folded_part && strstr (folded, folded_part) != NULL;
}

static gboolean
is_number_typed (const gchar *number, guint type, const gchar *typed)
{
    g_autofree gchar *key = simstow_address_identity (number, type);
    g_autofree gchar *wanted = simstow_address_identity (typed, 0);
    const gchar *digits = get_digits (wanted);

    if (g_str_equal (key, wanted) || g_str_equal (get_digits (key), wanted))
        return TRUE;
    return strlen (digits) >= TYPED && is_same_line (key, wanted) &&
           strlen (get_digits (key)) >= TYPED;
}

gboolean
simstow_address_book_match (const SimstowAddressBook *book,
                            const gchar *number,
                            guint type,
                            const gchar *wanted)
{
    const SimstowContact *contact;

    if (number == NULL || *number == '\0' || *wanted == '\0')
        return FALSE;
    if (is_number_typed (number, type, wanted) ||
        (*get_digits (number) == '\0' && simstow_address_book_is_part (number, wanted)))
        return TRUE;
    contact = simstow_address_book_find (book, number, type);
    return contact != NULL && simstow_address_book_is_part (contact->name, wanted);
}
