/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text for a terminal: made harmless, measured, cut and wrapped by columns; and
 * how times and phone numbers are written.
 */

#pragma once

#include <gio/gio.h>

/**
 * simstow_text_safe:
 * @text: (nullable): foreign text, of any bytes
 *
 * Makes text harmless for a terminal: control characters, invalid UTF-8 and
 * characters that turn the direction of writing become visible signs. Line
 * feeds stay.
 *
 * Returns: (transfer full): valid UTF-8, empty for %NULL
 */
gchar *
simstow_text_safe (const gchar *text);

/**
 * simstow_text_line:
 * @text: (nullable): foreign text, of any bytes
 *
 * As simstow_text_safe (), on one line: line ends become a sign, tabs a space.
 *
 * Returns: (transfer full): valid UTF-8 without line feeds
 */
gchar *
simstow_text_line (const gchar *text);

/**
 * simstow_text_width:
 * @text: valid UTF-8
 *
 * Returns: how many columns of a terminal @text takes
 */
guint
simstow_text_width (const gchar *text);

/**
 * simstow_text_fit:
 * @text: valid UTF-8 on one line
 * @columns: how many columns there are
 *
 * Returns: (transfer full): @text, cut with an ellipsis when it is wider
 */
gchar *
simstow_text_fit (const gchar *text, guint columns);

/**
 * simstow_text_wrap:
 * @text: valid UTF-8 on one line
 * @columns: how many columns there are
 *
 * Breaks at spaces where it can, inside a word where it must.
 *
 * Returns: (transfer full) (element-type utf8): the lines, at least one
 */
GPtrArray *
simstow_text_wrap (const gchar *text, guint columns);

/**
 * simstow_text_number:
 * @number: (nullable): a phone number as stored
 * @type: its type, 3GPP TS 24.008 10.5.4.7; 0 unknown
 *
 * Returns: (transfer full): the number with a "+" when it is international
 */
gchar *
simstow_text_number (const gchar *number, guint type);

/**
 * simstow_text_time:
 * @utc: seconds since 1970 UTC
 * @zone: minutes east of UTC
 *
 * Returns: (transfer full): date and time with the zone, as "2026-11-23
 * 10:15:00 -05:00"; empty when it is no date
 */
gchar *
simstow_text_time (gint64 utc, gint zone);

/**
 * simstow_text_time_here:
 * @utc: seconds since 1970 UTC
 *
 * Returns: (transfer full): as simstow_text_time () in the user's own zone
 */
gchar *
simstow_text_time_here (gint64 utc);

/**
 * simstow_text_counts:
 * @messages: how many messages
 * @contacts: how many contacts
 * @calls: how many calls
 *
 * Returns: (transfer full): all three in the user's language, as "1 message, 0
 * contacts, 2 calls"
 */
gchar *
simstow_text_counts (guint64 messages, guint64 contacts, guint64 calls);
