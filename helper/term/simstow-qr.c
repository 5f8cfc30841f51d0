/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QR codes. Only here libqrencode.
 */

#include "config.h"

#include "simstow-qr.h"

#include <qrencode.h>

#define QUIET 4
#define DARK  1

gboolean
simstow_qr_append_svg (GString *page, const gchar *text, guint module)
{
    QRcode *code = QRcode_encodeString8bit (text, 0, QR_ECLEVEL_M);
    gint size;
    gint x, y;

    if (!code)
        return FALSE;
    size = code->width + 2 * QUIET;
    g_string_append_printf (page,
                            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
                            "viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">"
                            "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/><path d=\"",
                            size * (gint) module,
                            size * (gint) module,
                            size,
                            size,
                            size,
                            size);
    for (y = 0; y < code->width; y++) {
        for (x = 0; x < code->width; x++) {
            if (code->data[y * code->width + x] & DARK)
                g_string_append_printf (page, "M%d %dh1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    g_string_append (page, "\"/></svg>\n");
    QRcode_free (code);
    return TRUE;
}
