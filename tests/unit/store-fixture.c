/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A driver on a scripted line.
 */

#include "store-fixture.h"

#include "simstow-error.h"

void
fixture_tear_down (Fixture *fixture, gconstpointer user_data)
{
    g_assert_finalize_object (fixture->driver);
    /* the answer to what it put back at its end */
    while (g_main_context_iteration (NULL, FALSE))
        ;
    fake_port_check_done (fixture->port);
    g_assert_finalize_object (fixture->port);
}

GVariant *
fixture_list (Fixture *fixture)
{
    g_autoptr (GError) error = NULL;
    GVariant *list;

    fake_port_pass_time (fixture->pause);
    list = store_run_list (fixture->driver, NULL, &error);
    g_assert_no_error (error);
    return list;
}

void
fixture_list_fails (Fixture *fixture, gint code)
{
    g_autoptr (GError) error = NULL;

    fake_port_pass_time (fixture->pause);
    g_assert_null (store_run_list (fixture->driver, NULL, &error));
    g_assert_error (error, SIMSTOW_ERROR, code);
}

GVariant *
fixture_read (Fixture *fixture, const gchar *store, guint first, guint count, guint next)
{
    g_autoptr (GError) error = NULL;
    guint got;
    GVariant *records;

    fake_port_pass_time (fixture->pause);
    records = store_run_read (fixture->driver, store, first, count, &got, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (got, ==, next);
    return records;
}

void
fixture_read_fails (Fixture *fixture, const gchar *store, GCancellable *cancellable, gint code)
{
    g_autoptr (GError) error = NULL;
    guint next;

    fake_port_pass_time (fixture->pause);
    g_assert_null (store_run_read (fixture->driver, store, 0, 0, &next, cancellable, &error));
    g_assert_error (error, SIMSTOW_ERROR, code);
}

void
fixture_refuse (Fixture *fixture, const gchar *line, const gchar *at, gint code)
{
    g_auto (GStrv) commands = g_strsplit (line, ";", -1);
    gsize i;

    fake_port_fail (fixture->port, line, code);
    for (i = 0; !g_str_equal (commands[i], at); i++)
        fake_port_expect (fixture->port,
                          commands[i],
                          g_str_equal (commands[i], "+CPBS?")   ? "+CPBS: \"ME\",1,100"
                          : g_str_equal (commands[i], "+CSCS?") ? "+CSCS: \"IRA\""
                                                                : "");
    fake_port_fail (fixture->port, at, code);
}

void
fixture_check_progress (Fixture *fixture, guint done, guint total)
{
    GObject *driver = G_OBJECT (fixture->driver);

    g_assert_cmpuint (GPOINTER_TO_UINT (g_object_get_data (driver, "done")), ==, done);
    g_assert_cmpuint (GPOINTER_TO_UINT (g_object_get_data (driver, "total")), ==, total);
}

guint
fixture_write (Fixture *fixture, const gchar *store, const gchar *record)
{
    g_autoptr (GError) error = NULL;
    guint index;

    fake_port_pass_time (fixture->pause);
    index = store_run_write (fixture->driver, store, record, NULL, &error);
    g_assert_no_error (error);
    return index;
}

void
fixture_write_fails (Fixture *fixture,
                     const gchar *store,
                     const gchar *record,
                     gint code,
                     const gchar *text)
{
    g_autoptr (GError) error = NULL;

    fake_port_pass_time (fixture->pause);
    g_assert_cmpuint (store_run_write (fixture->driver, store, record, NULL, &error), ==, 0);
    g_assert_error (error, SIMSTOW_ERROR, code);
    g_assert_nonnull (strstr (error->message, text));
}
