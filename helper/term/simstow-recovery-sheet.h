/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way back for eSIM profiles, as text and as a page for the drawer.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-esim.h"

/**
 * simstow_recovery_sheet_text:
 * @recoveries: (element-type SimstowRecovery): the profiles
 * @secrets: whether to show activation and confirmation codes
 *
 * Returns: (transfer full): the way back for each, as text
 */
gchar *
simstow_recovery_sheet_text (const GPtrArray *recoveries, gboolean secrets);

/**
 * simstow_recovery_sheet_html:
 * @esim: the eUICC as it was saved
 * @recoveries: (element-type SimstowRecovery): the profiles
 * @secrets: whether to show activation and confirmation codes, as QR codes too
 *
 * Returns: (transfer full): the same as an HTML page that needs no other file
 */
gchar *
simstow_recovery_sheet_html (const SimstowEsim *esim,
                             const GPtrArray *recoveries,
                             gboolean secrets);

/**
 * simstow_recovery_sheet_append:
 * @recoveries: (element-type SimstowRecovery): the profiles
 * @page: an HTML page
 *
 * Appends the way back for each, without codes, below headings of the third level.
 */
void
simstow_recovery_sheet_append (const GPtrArray *recoveries, GString *page);
