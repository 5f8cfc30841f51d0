/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The conversations of a page.
 */

#pragma once

#include "simstow-report.h"

/**
 * simstow_report_write_talks:
 * @error: return location for an error of the sink, or of reading messages
 *
 * Writes a closed box a conversation, in it the messages by day.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_report_write_talks (const SimstowTimeline *timeline, SimstowSink *sink, GError **error);
