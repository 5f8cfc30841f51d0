/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An answer of the modem, line by line. Any mix of CR and LF ends a line, and
 * blank lines are not seen, so that the habits of modems do not matter.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-reader.h"

/**
 * simstow_at_lines_init:
 * @lines: the cursor to set up
 * @reply: an answer, kept alive by the caller
 *
 * Starts before the first line.
 */
void
simstow_at_lines_init (SimstowReader *lines, const gchar *reply);

/**
 * simstow_at_lines_next:
 * @lines: a cursor from simstow_at_lines_init ()
 * @line: (out caller-allocates): a cursor over the next line that is not blank
 *
 * Returns: %FALSE at the end
 */
gboolean
simstow_at_lines_next (SimstowReader *lines, SimstowReader *line);

/**
 * simstow_at_line_is_code:
 * @line: a line
 *
 * Returns: whether it begins as an information text or an unsolicited code does: "^RSSI:"
 */
gboolean
simstow_at_line_is_code (SimstowReader line);

/**
 * simstow_at_line_strip:
 * @line: a line
 * @prefix: what an information text begins with, without the colon, as "+CPBR"
 *
 * Steps over @prefix, its colon and blanks.
 *
 * Returns: %FALSE, with @line as it was, when the line begins otherwise
 */
gboolean
simstow_at_line_strip (SimstowReader *line, const gchar *prefix);

/**
 * simstow_at_lines_find:
 * @lines: a cursor from simstow_at_lines_init ()
 * @prefix: what the wanted line begins with, without the colon
 * @line: (out caller-allocates): a cursor over what follows the prefix
 *
 * Goes on to the next line with @prefix; what comes between, as unsolicited
 * codes, is skipped.
 *
 * Returns: %FALSE when there is none any more
 */
gboolean
simstow_at_lines_find (SimstowReader *lines, const gchar *prefix, SimstowReader *line);
