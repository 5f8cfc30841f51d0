/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is told of a store, as the dictionaries of ListStores ().
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowStoreAbout:
 * @id: the store's id
 * @via: the way it is reached
 * @way: (nullable): the way to the card, when that is @via
 * @writable: whether records can be written
 * @has_used: whether @used is known
 * @used: records in use
 * @capacity: how many fit, 0 unknown
 * @first: the lowest index, 0 unknown
 * @last: the highest index, 0 unknown
 * @number_length: the longest number, 0 unknown
 * @name_length: the longest name, 0 unknown
 * @plain: whether a writable phonebook takes nothing but number, type and name
 * @extended: whether a writable phonebook takes more
 * @marks_read: whether reading marks messages as read
 * @fault: (nullable): what of it is out of reach, and why; without @via nothing of it is
 *     in reach, and nothing else is told
 * @declared: whether the card declares it and does not have it: there is no other @fault then,
 *     and it counts as by simstow_store_about_no_way ()
 * @sets: (nullable): aa{sv}, floating: the sets of a USIM phonebook
 */
typedef struct {
    const gchar *id;
    const gchar *via;
    const gchar *way;
    gboolean writable;
    gboolean has_used;
    guint used;
    guint capacity;
    guint first;
    guint last;
    guint number_length;
    guint name_length;
    gboolean plain;
    gboolean extended;
    gboolean marks_read;
    const gchar *fault;
    gboolean declared;
    GVariant *sets;
} SimstowStoreAbout;

/**
 * simstow_store_about_out_of_reach:
 * @id: the id of a store that is there, or may be
 * @fault: why nothing of it can be had
 *
 * Returns: (transfer floating): a{sv}
 */
GVariant *
simstow_store_about_out_of_reach (const gchar *id, const gchar *fault);

/**
 * simstow_store_about_no_way:
 * @id: a store's id, or "sms" and the like for all of a kind
 * @via: the way
 * @fault: why
 *
 * Returns: (transfer floating): an entry of ListStores () for what cannot be had that way, and
 * is there if no other way leads to it
 */
GVariant *
simstow_store_about_no_way (const gchar *id, const gchar *via, const gchar *fault);

/**
 * simstow_store_about_list:
 * @stores: (array length=n_stores): what is told of each store
 * @n_stores: how many
 *
 * Returns: (transfer full): aa{sv} as in ListStores ()
 */
GVariant *
simstow_store_about_list (const SimstowStoreAbout *stores, guint n_stores);
