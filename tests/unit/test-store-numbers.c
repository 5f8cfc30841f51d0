/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of EF_ADN and its like, and the records of EF_EXT that they lead to:
 * what is free, links that lead nowhere, in a circle or too far, and what the
 * caller may send.
 */

#include "simstow-store-numbers.h"

#include "simstow-error.h"
#include "simstow-hex.h"
#include "simstow-names.h"

/* Name of two bytes, length, type, ten bytes of digits, capability, link */
#define NUMBER "07917513550500F1FFFFFFFF"
#define NO     "FFFFFFFFFFFFFFFFFFFFFFFF"
#define REST   "02042143FFFFFFFFFFFFFFFF"

static GBytes *
bytes (const gchar *hex)
{
    GBytes *decoded = simstow_hex_decode (hex, -1, NULL);

    g_assert_nonnull (decoded);
    return decoded;
}

static GPtrArray *
records_new (const gchar *const *hex)
{
    GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

    for (; *hex != NULL; hex++)
        g_ptr_array_add (records, bytes (*hex));
    return records;
}

static void
test_free (void)
{
    static const struct {
        const gchar *record;
        guint tail;
        gboolean free;
    } rows[] = {
        {"FFFF" NO "FFFF", 0, TRUE},
        {"FFFF0081"
         "FFFFFFFFFFFFFFFFFFFF"
         "FFFF",
         0,
         TRUE},
        {"4142" NO "FFFF", 0, FALSE},
        {"FFFF" NUMBER "FFFF", 0, FALSE},
        /* a name of no bytes */
        {NO "FFFF", 0, TRUE},
        {NUMBER "FFFF", 0, FALSE},
        /* a call whose number was withheld has a time */
        {"FFFF" NO "FFFF"
         "FFFFFFFF",
         4,
         TRUE},
        {"FFFF" NO "FFFF"
         "62011001",
         4,
         FALSE},
        /* too short to have anything */
        {"FFFF", 0, TRUE},
        {"", 0, TRUE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GBytes) record = bytes (rows[i].record);

        g_test_message ("%s", rows[i].record);
        g_assert_cmpint (simstow_numbers_is_free (record, rows[i].tail), ==, rows[i].free);
    }
}

/* How many extensions the record @i is given with; 0 also where it has no such key. */
static guint
count_extensions (GVariant *records, gsize i)
{
    g_autoptr (GVariant) record = g_variant_get_child_value (records, i);
    g_autoptr (GVariant) chain =
        g_variant_lookup_value (record, SIMSTOW_RECORD_EXTENSIONS, G_VARIANT_TYPE ("aay"));

    return chain != NULL ? (guint) g_variant_n_children (chain) : 0;
}

/* Links that lead on, nowhere, beyond the end and in a circle */
static void
test_links (void)
{
    static const gchar *const hex[] = {"4142" NUMBER "FF01",
                                       "4142" NUMBER "FFFF",
                                       "FFFF" NO "FF01",
                                       "4142" NUMBER "FF09",
                                       "4142" NUMBER "FF00",
                                       "4142" NUMBER "FF03",
                                       NULL};
    static const gchar *const rest[] = {REST "02", REST "FF", REST "03", NULL};
    g_autoptr (GPtrArray) records = records_new (hex);
    g_autoptr (GPtrArray) extensions = records_new (rest);
    g_autoptr (GPtrArray) plain = records_new (&hex[1]);
    g_autoptr (GVariant) list = NULL;

    g_assert_true (simstow_numbers_have_links (records, 0));
    g_ptr_array_set_size (plain, 2);
    /* of the two, one has no link and the other is free */
    g_assert_false (simstow_numbers_have_links (plain, 0));
    list = simstow_numbers_to_variant (records, NULL, extensions, 7, 0, SIMSTOW_NUMBERS_ALL, NULL);
    g_assert_cmpuint (g_variant_n_children (list), ==, 5);
    g_assert_cmpuint (count_extensions (list, 0), ==, 2);
    g_assert_cmpuint (count_extensions (list, 1), ==, 0);
    g_assert_cmpuint (count_extensions (list, 2), ==, 0);
    g_assert_cmpuint (count_extensions (list, 3), ==, 0);
    g_assert_cmpuint (count_extensions (list, 4), ==, SIMSTOW_NUMBERS_MAX_CHAIN);
}

/* Where extensions could not be read, those that need them say so, and no others. */
static void
test_fault (void)
{
    static const gchar *const hex[] = {"4142" NUMBER "FF01", "4142" NUMBER "FFFF", NULL};
    g_autoptr (GPtrArray) records = records_new (hex);
    g_autoptr (GPtrArray) nothing = records_new (&hex[2]);
    g_autoptr (GVariant) list =
        simstow_numbers_to_variant (records, NULL, nothing, 3, 0, SIMSTOW_NUMBERS_ALL, "why");
    g_autoptr (GVariant) first = g_variant_get_child_value (list, 0);
    g_autoptr (GVariant) second = g_variant_get_child_value (list, 1);
    const gchar *fault = NULL;
    guint index = 0;

    g_assert_true (g_variant_lookup (first, SIMSTOW_RECORD_FAULT, "&s", &fault));
    g_assert_cmpstr (fault, ==, "why");
    g_assert_false (g_variant_lookup (second, SIMSTOW_RECORD_FAULT, "&s", &fault));
    g_assert_true (g_variant_lookup (second, SIMSTOW_RECORD_INDEX, "u", &index));
    g_assert_cmpuint (index, ==, 4);
}

/* The status of EF_ICI tells missed calls from answered ones. */
static void
test_filter (void)
{
    static const gchar *const hex[] = {
        "4142" NUMBER "FFFF"
        "62011001020304FFFFFF00FFFFFF",
        "4142" NUMBER "FFFF"
        "62011001020304FFFFFF01FFFFFF",
        NULL,
    };
    static const guint counts[] = {2, 1, 1};
    g_autoptr (GPtrArray) records = records_new (hex);

    for (guint filter = SIMSTOW_NUMBERS_ALL; filter <= SIMSTOW_NUMBERS_MISSED; filter++) {
        g_autoptr (GVariant) list =
            simstow_numbers_to_variant (records, NULL, NULL, 1, 14, filter, NULL);
        g_autoptr (GVariant) last = g_variant_get_child_value (list, counts[filter] - 1);
        guint index = 0;

        g_assert_cmpuint (g_variant_n_children (list), ==, counts[filter]);
        g_variant_lookup (last, SIMSTOW_RECORD_INDEX, "u", &index);
        g_assert_cmpuint (index, ==, filter == SIMSTOW_NUMBERS_ANSWERED ? 1 : 2);
    }
}

static SimstowNumbersRecord *
take (const gchar *text, GError **error)
{
    g_autoptr (GVariant) record = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, error);

    g_assert_nonnull (record);
    return simstow_numbers_record_from_variant (record, error);
}

/* Lengths, types and keys that a caller may not send */
static void
test_refused (void)
{
    static const gchar *const records[] = {
        "{}",
        "{'index': <uint32 1>}",
        "{'raw': <'text'>}",
        "{'raw': <[byte 1, 2, 3]>}",
        "{'raw': <@ay []>}",
        "{'raw': <b'AB12345678901'>, 'index': <uint32 256>}",
        "{'raw': <b'AB12345678901'>, 'index': <'1'>}",
        "{'raw': <b'AB12345678901'>, 'extensions': <[b'short']>}",
        "{'raw': <b'AB12345678901'>, 'extensions': <@aay []>, 'number': <'1'>}",
        "{'raw': <b'AB12345678901'>, 'extensions': <'text'>}",
    };
    g_autoptr (GString) large = g_string_new ("{'raw': <[byte 0");
    g_autoptr (GError) error = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS (records); i++) {
        g_autoptr (GError) refusal = NULL;

        g_test_message ("%s", records[i]);
        g_assert_null (take (records[i], &refusal));
        g_assert_error (refusal, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD);
    }
    for (guint i = 0; i < 255; i++)
        g_string_append (large, ", 0");
    g_string_append (large, "]>}");
    g_assert_null (take (large->str, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD);
}

/* Free places are found and linked up; without enough of them nothing is. */
static void
test_link (void)
{
    static const gchar *const used[] = {REST "FF", NO "FF", REST "FF", "00" NO, NULL};
    static const gchar text[] =
        "{'raw': <b'AB1234567890123'>, "
        "'extensions': <[b'\\002\\004abcdefghij', b'\\002\\004abcdefghij']>}";
    g_autoptr (GPtrArray) extensions = records_new (used);
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowNumbersRecord) record = take (text, &error);
    gsize size;
    const guint8 *raw;

    g_assert_no_error (error);
    g_assert_true (simstow_numbers_record_link (record, extensions, &error));
    g_assert_cmpuint (record->places[0], ==, 2);
    g_assert_cmpuint (record->places[1], ==, 4);
    raw = g_bytes_get_data (record->raw, &size);
    g_assert_cmpuint (raw[size - 1], ==, 2);
    raw = g_bytes_get_data (record->extensions->pdata[0], &size);
    g_assert_cmpuint (raw[size - 1], ==, 4);
    raw = g_bytes_get_data (record->extensions->pdata[1], &size);
    g_assert_cmpuint (raw[size - 1], ==, 0xFF);
    g_ptr_array_set_size (extensions, 3);
    g_assert_false (simstow_numbers_record_link (record, extensions, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_FULL);
}

gint
main (gint argc, gchar **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/numbers/free", test_free);
    g_test_add_func ("/numbers/links", test_links);
    g_test_add_func ("/numbers/fault", test_fault);
    g_test_add_func ("/numbers/filter", test_filter);
    g_test_add_func ("/numbers/refused", test_refused);
    g_test_add_func ("/numbers/link", test_link);
    return g_test_run ();
}
