/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON on standard output: one document, written piece by piece, so that
 * printing a long list takes no more memory than one of its elements.
 */

#pragma once

#include <glib.h>

typedef struct _SimstowJson SimstowJson;

/**
 * simstow_json_new:
 *
 * Returns: (transfer full): the way to print one document on standard output
 */
SimstowJson *
simstow_json_new (void);

/**
 * simstow_json_free:
 * @json: (transfer full): a document
 *
 * Ends the document, and what is open of it, with a line feed.
 */
void
simstow_json_free (SimstowJson *json);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowJson, simstow_json_free)

/**
 * simstow_json_begin:
 * @name: (nullable): the member's name, %NULL at the top and in an array
 * @bracket: '{' for an object, '[' for an array
 */
void
simstow_json_begin (SimstowJson *json, const gchar *name, gchar bracket);

/**
 * simstow_json_end:
 *
 * Ends the innermost container.
 */
void
simstow_json_end (SimstowJson *json);

/**
 * simstow_json_add_text:
 * @name: (nullable): the member's name, %NULL at the top and in an array
 * @text: a value that is JSON already, on one line
 */
void
simstow_json_add_text (SimstowJson *json, const gchar *name, const gchar *text);

/**
 * simstow_json_add_string:
 * @text: (nullable): the value; %NULL leaves the member out
 */
void
simstow_json_add_string (SimstowJson *json, const gchar *name, const gchar *text);

/**
 * simstow_json_add_int:
 */
void
simstow_json_add_int (SimstowJson *json, const gchar *name, gint64 value);

/**
 * simstow_json_add_boolean:
 */
void
simstow_json_add_boolean (SimstowJson *json, const gchar *name, gboolean value);

/**
 * simstow_json_make_harmless:
 * @plain: JSON
 *
 * Returns: (transfer full): the same JSON, in which no character can act on a terminal:
 * those are escaped, which a reader undoes
 */
gchar *
simstow_json_make_harmless (const gchar *plain);
