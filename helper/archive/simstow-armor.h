/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ASCII armor (RFC 4880 6), as "gpg -a" writes it. simstow never does, but reads it.
 */

#pragma once

#include <gio/gio.h>

/**
 * simstow_armor_is_there:
 * @data: (array length=size): the first bytes of a file
 *
 * Returns: whether they begin an armored message
 */
gboolean
simstow_armor_is_there (const guint8 *data, gsize size);

/**
 * simstow_armor_remove:
 * @fd: where the message in it goes
 * @error: return location for an error: %SIMSTOW_ERROR_CUT_SHORT when the last line is
 *     missing, %SIMSTOW_ERROR_DAMAGED for anything else that is not as it should be, or of
 *     %G_IO_ERROR
 *
 * Reads it to its end. There is one way only to write a message, and all else is refused, so
 * that no byte can change unnoticed.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_armor_remove (GBufferedInputStream *input,
                      gint fd,
                      GCancellable *cancellable,
                      GError **error);
