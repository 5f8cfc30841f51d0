/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A record that came from the modem and could not be understood.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowUnread:
 * @store: the store's id
 * @index: its place, 0 unknown
 * @fault: why it could not be read, with the modem's words
 * @raw: (nullable): the bytes that came
 * @rest: (nullable): further members of the archive's JSON object
 */
typedef struct {
    gchar *store;
    guint index;
    gchar *fault;
    GBytes *raw;
    gchar *rest;
} SimstowUnread;

/**
 * simstow_unread_new:
 * @store: (nullable): the store's id
 * @index: its place, or 0
 * @fault: (nullable): why it could not be read
 * @raw: (nullable): the bytes that came
 *
 * Returns: (transfer full): such a record
 */
SimstowUnread *
simstow_unread_new (const gchar *store, guint index, const gchar *fault, GBytes *raw);

/**
 * simstow_unread_free:
 * @unread: (transfer full) (nullable): a record
 */
void
simstow_unread_free (SimstowUnread *unread);

/**
 * simstow_unread_compare:
 * @a: a record
 * @b: another
 *
 * Orders by store, index and bytes; by the fault where no bytes came. The same bytes at the
 * same place are the same record, whatever was said of them.
 *
 * Returns: less than, equal to or greater than 0, as strcmp()
 */
gint
simstow_unread_compare (const SimstowUnread *a, const SimstowUnread *b);

/**
 * simstow_unread_quote:
 * @raw: bytes of any kind
 *
 * Returns: (transfer full): the bytes as printable ASCII, all else escaped as C does, and
 * cut where they are many
 */
gchar *
simstow_unread_quote (GBytes *raw);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowUnread, simstow_unread_free)
