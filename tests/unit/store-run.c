/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the operations of a store driver to their end.
 */

#include "store-run.h"

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    GAsyncResult **place = user_data;

    *place = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
    while (*result == NULL)
        g_main_context_iteration (NULL, TRUE);
}

GVariant *
store_run_list (SimstowStoreDriver *driver, GCancellable *cancellable, GError **error)
{
    g_autoptr (GAsyncResult) result = NULL;

    simstow_store_driver_list_async (driver, cancellable, on_ready, &result);
    wait_for (&result);
    return simstow_store_driver_list_finish (driver, result, error);
}

static void
on_progress (const gchar *store, guint done, guint total, gpointer user_data)
{
    g_object_set_data (user_data, "done", GUINT_TO_POINTER (done));
    g_object_set_data (user_data, "total", GUINT_TO_POINTER (total));
}

GVariant *
store_run_read (SimstowStoreDriver *driver,
                const gchar *store,
                guint first,
                guint count,
                guint *next,
                GCancellable *cancellable,
                GError **error)
{
    g_autoptr (GAsyncResult) result = NULL;

    simstow_store_driver_read_async (driver,
                                     store,
                                     first,
                                     count,
                                     on_progress,
                                     driver,
                                     cancellable,
                                     on_ready,
                                     &result);
    wait_for (&result);
    return simstow_store_driver_read_finish (driver, result, next, error);
}

guint
store_run_write (SimstowStoreDriver *driver,
                 const gchar *store,
                 const gchar *record,
                 GCancellable *cancellable,
                 GError **error)
{
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GVariant) value =
        g_variant_parse (G_VARIANT_TYPE_VARDICT, record, NULL, NULL, error);

    g_assert_nonnull (value);
    simstow_store_driver_write_async (driver, store, value, cancellable, on_ready, &result);
    wait_for (&result);
    return simstow_store_driver_write_finish (driver, result, error);
}

gboolean
store_run_erase (SimstowStoreDriver *driver, const gchar *store, guint index, GError **error)
{
    g_autoptr (GAsyncResult) result = NULL;

    simstow_store_driver_erase_async (driver, store, index, NULL, on_ready, &result);
    wait_for (&result);
    return simstow_store_driver_erase_finish (driver, result, error);
}

void
store_run_check (GVariant *value, const gchar *wanted)
{
    g_autoptr (GVariant) got = value;
    g_autoptr (GError) error = NULL;
    g_autoptr (GVariant) all =
        g_variant_parse (G_VARIANT_TYPE ("aa{sv}"), wanted, NULL, NULL, &error);
    gsize i;

    g_assert_no_error (error);
    g_assert_nonnull (got);
    g_assert_cmpuint (g_variant_n_children (got), ==, g_variant_n_children (all));
    for (i = 0; i < g_variant_n_children (all); i++) {
        g_autoptr (GVariant) child = g_variant_get_child_value (all, i);
        g_autoptr (GVariant) got_child = g_variant_get_child_value (got, i);
        GVariantIter iter;
        const gchar *key;
        GVariant *entry;

        g_variant_iter_init (&iter, child);
        while (g_variant_iter_next (&iter, "{&sv}", &key, &entry)) {
            g_autoptr (GVariant) wanted_entry = entry;
            g_autoptr (GVariant) got_entry = g_variant_lookup_value (got_child, key, NULL);
            g_autofree gchar *wanted_text = g_variant_print (wanted_entry, TRUE);
            g_autofree gchar *got_text =
                got_entry != NULL ? g_variant_print (got_entry, TRUE) : g_strdup (key);

            g_assert_cmpstr (got_text, ==, wanted_text);
        }
    }
}
