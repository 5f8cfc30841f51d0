/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What drivers do, in one call each, for their tests.
 */

#pragma once

#include "simstow-driver.h"
#include "simstow-error.h"
#include "talk.h"

static inline void
driver_assert_list (SimstowDriver *driver, const gchar *expected)
{
    SimstowSnapshot *listing = simstow_snapshot_new ();
    g_autoptr (GError) error = NULL;

    simstow_driver_list (driver, TRUE, listing, NULL, &error);
    g_assert_no_error (error);
    talk_assert_dump (listing, expected);
}

static inline void
driver_assert_list_fails (SimstowDriver *driver, gint code, const gchar *message)
{
    g_autoptr (SimstowSnapshot) listing = simstow_snapshot_new ();
    g_autoptr (GError) error = NULL;

    g_assert_false (simstow_driver_list (driver, TRUE, listing, NULL, &error));
    g_assert_error (error, SIMSTOW_ERROR, code);
    g_assert_cmpstr (error->message, ==, message);
}

/* The records, and before them the error's message, if there is one */
static inline void
driver_assert_read (SimstowDriver *driver, const gchar *store, const gchar *expected)
{
    SimstowSnapshot *into = simstow_snapshot_new ();
    g_autoptr (GError) error = NULL;

    if (!simstow_driver_read (driver, store, 0, 0, into, NULL, NULL, NULL, &error))
        simstow_snapshot_add_problem (into, store, 0, TRUE, "%s", error->message);
    g_ptr_array_set_size (into->stores, 0);
    talk_assert_dump (into, expected);
}

/* "INDEX" or "! MESSAGE" or "? MESSAGE" for each, with blanks between */
static inline void
driver_assert_write (SimstowDriver *driver,
                     const gchar *store,
                     const SimstowDriverRecord *records,
                     guint n_records,
                     const gchar *expected)
{
    g_autoptr (GArray) outcomes = simstow_driver_outcomes_new ();
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GError) error = NULL;

    simstow_driver_write (driver, store, records, n_records, outcomes, NULL, &error);
    for (guint i = 0; i < outcomes->len; i++) {
        const SimstowDriverOutcome *outcome = &g_array_index (outcomes, SimstowDriverOutcome, i);

        if (outcome->error)
            g_string_append_printf (text,
                                    "%c %s\n",
                                    outcome->open ? '?' : '!',
                                    outcome->error->message);
        else
            g_string_append_printf (text, "%u\n", outcome->index);
    }
    if (error)
        g_string_append (text, error->message);
    g_assert_cmpstr (text->str, ==, expected);
}
