/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The key sheet: all that somebody needs, who has lost the laptop and has this page, to get back
 * what was on its SIMs.
 */

#pragma once

#include <glib.h>

/**
 * simstow_key_sheet_html:
 * @places: (array zero-terminated=1): where the archives are, as simstow fetch --from takes it
 * @fingerprint: of the key
 * @secret: the secret key, armored
 *
 * Returns: (transfer full): an HTML page that needs no other file, with the key as text and as a
 *     QR code
 */
gchar *
simstow_key_sheet_html (const gchar *const *places, const gchar *fingerprint, const gchar *secret);
