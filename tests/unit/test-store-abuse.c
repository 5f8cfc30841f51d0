/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What no helper asks for, but any caller may: each driver of the table is asked for
 * stores that it does not have and records that make no sense, on a modem that has
 * nothing at all. All of it is an error, and nothing else.
 */

#include "fake-port.h"
#include "simstow-error.h"
#include "store-run.h"

/* Nothing of an operation is left for later */
static void
drain (void)
{
    while (g_main_context_iteration (NULL, FALSE))
        continue;
}

static void
assert_refused (GError **error)
{
    g_assert_nonnull (*error);
    g_assert_true ((*error)->domain == SIMSTOW_ERROR);
    g_clear_error (error);
    drain ();
}

static void
abuse (SimstowStoreDriver *driver, const gchar *store)
{
    static const gchar *const records[] = {"@a{sv} {}",
                                           "{'raw': <@ay []>}",
                                           "{'pdu': <@ay []>}",
                                           "{'index': <uint32 4294967295>}",
                                           "{'name': <'enable'>, 'iccid': <''>}",
                                           "{'extensions': <@aay [[]]>}",
                                           "{'number': <42>}"};
    static const guint places[] = {0, 1, G_MAXINT, G_MAXUINT};
    g_autoptr (GError) error = NULL;
    guint next;

    for (gsize i = 0; i < G_N_ELEMENTS (places); i++) {
        g_assert_null (store_run_read (driver, store, places[i], places[i], &next, NULL, &error));
        assert_refused (&error);
        g_assert_false (store_run_erase (driver, store, places[i], &error));
        assert_refused (&error);
    }
    for (gsize i = 0; i < G_N_ELEMENTS (records); i++) {
        g_assert_cmpuint (store_run_write (driver, store, records[i], NULL, &error), ==, 0);
        assert_refused (&error);
    }
}

static void
test_table (void)
{
    guint n_entries;
    const SimstowStoreEntry *table = simstow_store_table (&n_entries);

    for (guint i = 0; i < n_entries; i++) {
        g_autoptr (FakePort) port = fake_port_new ();
        g_autoptr (SimstowStoreDriver) driver = NULL;
        g_autofree gchar *unknown = g_strconcat (table[i].prefix, "zz", NULL);
        g_autoptr (GVariant) list = NULL;

        fake_port_set_has_at (port, FALSE);
        driver = g_object_new (table[i].get_type (), "port", port, NULL);
        g_test_message ("%s, %s", G_OBJECT_TYPE_NAME (driver), unknown);
        abuse (driver, table[i].prefix);
        abuse (driver, unknown);
        list = store_run_list (driver, NULL, NULL);
        g_assert_cmpuint (g_variant_n_children (list), ==, 0);
    }
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/store-abuse/table", test_table);
    return g_test_run ();
}
