/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QR codes as pictures. Only here libqrencode.
 */

#pragma once

#include <gio/gio.h>

/**
 * simstow_qr_append_svg:
 * @page: HTML to append to
 * @text: what the code says
 *
 * Appends a QR code as an inline SVG, its modules a few millimetres wide when printed.
 *
 * Returns: %FALSE, with nothing appended, when @text is too long for one
 */
gboolean
simstow_qr_append_svg (GString *page, const gchar *text);
