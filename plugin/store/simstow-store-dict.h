/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A dictionary, a{sv}, made in its serialised form. GVariantBuilder makes four
 * objects for each value, which are then walked through to be serialised and freed
 * one by one: for a phonebook longer than all else that is done with its answer.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowStoreDict:
 *
 * A dictionary under way, on the stack: simstow_store_dict_init () first,
 * simstow_store_dict_end () last.
 */
typedef struct {
    GByteArray *bytes;
    GArray *ends;
} SimstowStoreDict;

/**
 * simstow_store_dict_init:
 * @dict: to be initialised
 */
void
simstow_store_dict_init (SimstowStoreDict *dict);

/**
 * simstow_store_dict_add_text:
 * @dict: a dictionary under way
 * @key: a key
 * @text: UTF-8
 *
 * Adds an s.
 */
void
simstow_store_dict_add_text (SimstowStoreDict *dict, const gchar *key, const gchar *text);

/**
 * simstow_store_dict_add_uint:
 * @dict: a dictionary under way
 * @key: a key
 * @number: a number
 *
 * Adds a u.
 */
void
simstow_store_dict_add_uint (SimstowStoreDict *dict, const gchar *key, guint32 number);

/**
 * simstow_store_dict_add_boolean:
 * @dict: a dictionary under way
 * @key: a key
 * @value: a truth value
 *
 * Adds a b.
 */
void
simstow_store_dict_add_boolean (SimstowStoreDict *dict, const gchar *key, gboolean value);

/**
 * simstow_store_dict_add_bytes:
 * @dict: a dictionary under way
 * @key: a key
 * @bytes: any bytes
 *
 * Adds an ay.
 */
void
simstow_store_dict_add_bytes (SimstowStoreDict *dict, const gchar *key, GBytes *bytes);

/**
 * simstow_store_dict_end:
 * @dict: a dictionary under way, which is released
 *
 * Returns: (transfer floating): the a{sv}
 */
GVariant *
simstow_store_dict_end (SimstowStoreDict *dict);
