/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A driver on a scripted line.
 */

#pragma once

#include "fake-port.h"
#include "store-run.h"

typedef struct {
    FakePort *port;
    SimstowStoreDriver *driver;
    guint pause; /* seconds that pass before each job */
} Fixture;

/**
 * fixture_tear_down:
 * @fixture: the fixture
 * @user_data: not used
 *
 * Checks that the script was played to its end and nothing leaks.
 */
void
fixture_tear_down (Fixture *fixture, gconstpointer user_data);

/**
 * fixture_list:
 * @fixture: the fixture
 *
 * Returns: (transfer full): the list
 */
GVariant *
fixture_list (Fixture *fixture);

/**
 * fixture_list_fails:
 * @fixture: the fixture
 * @code: the expected #SimstowError
 *
 * Lists and asserts that it fails.
 */
void
fixture_list_fails (Fixture *fixture, gint code);

/**
 * fixture_read:
 * @fixture: the fixture
 * @store: a store
 * @first: where to begin
 * @count: how many places
 * @next: where to go on that is expected
 *
 * Returns: (transfer full): the records
 */
GVariant *
fixture_read (Fixture *fixture, const gchar *store, guint first, guint count, guint next);

/**
 * fixture_read_fails:
 * @fixture: the fixture
 * @store: a store
 * @cancellable: (nullable): a cancellable
 * @code: the expected #SimstowError
 *
 * Reads all and asserts that it fails.
 */
void
fixture_read_fails (Fixture *fixture, const gchar *store, GCancellable *cancellable, gint code);

/**
 * fixture_refuse:
 * @fixture: the fixture
 * @line: a line of several commands to come
 * @at: the one of them that the modem refuses
 * @code: the #SimstowError it ends with
 *
 * The line is refused, and then its commands come one by one up to @at.
 */
void
fixture_refuse (Fixture *fixture, const gchar *line, const gchar *at, gint code);

/**
 * fixture_check_progress:
 * @fixture: the fixture
 * @done: how many places were looked at
 * @total: of how many
 *
 * Asserts what the last read told of its progress.
 */
void
fixture_check_progress (Fixture *fixture, guint done, guint total);

/**
 * fixture_write:
 * @fixture: the fixture
 * @store: a store
 * @record: the record as g_variant_parse () reads it
 *
 * Returns: the index written
 */
guint
fixture_write (Fixture *fixture, const gchar *store, const gchar *record);

/**
 * fixture_write_fails:
 * @fixture: the fixture
 * @store: a store
 * @record: the record as g_variant_parse () reads it
 * @code: the expected #SimstowError
 * @text: what the message has in it
 *
 * Writes and asserts that it fails.
 */
void
fixture_write_fails (Fixture *fixture,
                     const gchar *store,
                     const gchar *record,
                     gint code,
                     const gchar *text);
