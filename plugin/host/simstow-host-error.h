/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's errors, said in ours.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * simstow_host_error_new:
 * @error: what a function of the daemon gave
 *
 * Translates an error of the daemon. The domains are recognised by their names on
 * the bus. The code of 3GPP TS 27.007 9.2 or TS 27.005 3.2.5 becomes a field of the error,
 * see simstow_error_get_modem_code (), where the modem gave one; the daemon shows a plain ERROR as
 * CME 100, which therefore is left out.
 *
 * Returns: (transfer full): a #SimstowError
 */
GError *
simstow_host_error_new (const GError *error);

/**
 * simstow_host_error_is_retry:
 * @error: what a function of the daemon gave
 *
 * Returns: whether the daemon only asks to try again later
 */
gboolean
simstow_host_error_is_retry (const GError *error);

G_END_DECLS
