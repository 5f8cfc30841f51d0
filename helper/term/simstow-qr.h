/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QR codes on a page.
 */

#pragma once

#include <glib.h>

/* How wide a module is, in pixels of CSS: some millimetres when printed, for a short text */
#define SIMSTOW_QR_MODULE 5
/* ... and for a long one, so that the page holds it */
#define SIMSTOW_QR_MODULE_SMALL 4

/**
 * simstow_qr_append_svg:
 * @page: an HTML page
 * @text: what the code says
 * @module: how wide a module is, in pixels of CSS
 *
 * Appends a QR code as an inline SVG.
 *
 * Returns: %FALSE when there is no code for so much text
 */
gboolean
simstow_qr_append_svg (GString *page, const gchar *text, guint module);
