/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pieces of HTML pages. All text from elsewhere comes into a page through here, so that it
 * stays text there.
 */

#pragma once

#include <glib.h>

/**
 * simstow_html_append:
 * @out: a page, where text or a quoted attribute goes on
 * @text: (nullable): text of any kind
 *
 * Appends text, made harmless as by simstow_text_safe () and escaped. Line feeds stay.
 */
void
simstow_html_append (GString *out, const gchar *text);

/**
 * simstow_html_append_line:
 * @out: a page, where text or a quoted attribute goes on
 * @text: (nullable): text of any kind
 *
 * As simstow_html_append (), on one line.
 */
void
simstow_html_append_line (GString *out, const gchar *text);

/**
 * simstow_html_append_element:
 * @out: a page
 * @name: an element, with what attributes it has behind its name
 * @text: (nullable): text of any kind, put on one line
 *
 * Appends an element with nothing but text in it, and a line feed.
 */
void
simstow_html_append_element (GString *out, const gchar *name, const gchar *text);

/**
 * simstow_html_append_fact:
 * @label: what the fact is about
 * @value: (nullable): text of any kind
 * @user_data: a #GString, the page
 *
 * Appends a paragraph with a label and a value; none without a value. A #SimstowFactFunc.
 */
void
simstow_html_append_fact (const gchar *label, const gchar *value, gpointer user_data);
