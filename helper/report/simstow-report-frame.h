/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands around the contents of a page: its head, with a policy that lets nothing in but
 * the style and the script that are named there by their digests; and what all pages say of dates
 * and of the archive.
 */

#pragma once

#include "simstow-report.h"

/**
 * simstow_report_begin:
 * @title: the page's title
 * @style: the name of a style sheet among this room's files
 * @rules: (nullable): further rules of style
 * @script: (nullable): the name of a script among this room's files, which
 *     simstow_report_end () appends
 * @out: an empty page
 *
 * Begins a page, as far as its body.
 */
void
simstow_report_begin (const gchar *title,
                      const gchar *style,
                      const gchar *rules,
                      const gchar *script,
                      GString *out);

/**
 * simstow_report_end:
 * @script: (nullable): as for simstow_report_begin ()
 *
 * Ends a page, behind the contents of its body.
 */
void
simstow_report_end (const gchar *script, GString *out);

/**
 * simstow_report_format_day:
 * @time: seconds since 1970 UTC
 * @zone: minutes east of UTC
 * @format: as for g_date_time_format ()
 *
 * Returns: (transfer full): the date there
 */
gchar *
simstow_report_format_day (gint64 time, gint zone, const gchar *format);

/**
 * simstow_report_format_zone:
 * @zone: minutes east of UTC
 *
 * Returns: (transfer full): as "UTC-05:00", with a minus sign
 */
gchar *
simstow_report_format_zone (gint zone);

/**
 * simstow_report_append_saved:
 *
 * Appends when the archive was saved, as an element.
 */
void
simstow_report_append_saved (const SimstowReport *report, GString *out);

/**
 * simstow_report_append_proof:
 *
 * Appends what the archive's file is called, its digest, and how to compute that again.
 */
void
simstow_report_append_proof (const SimstowReport *report, GString *out);
