/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the MBIM front listens: an abstract unix socket, "mbim-proxy" when it is
 * the only modem, since libmbim looks for its proxy there.
 */

#pragma once

#include <gio/gio.h>

#include "sim-mbim.h"

G_BEGIN_DECLS

typedef struct _SimMbimServer SimMbimServer;

/**
 * sim_mbim_server_new:
 * @mbim: (transfer none): the front
 * @name: name of an abstract socket
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): a server that listens
 */
SimMbimServer *
sim_mbim_server_new (SimMbim *mbim, const gchar *name, GError **error);

/**
 * sim_mbim_server_free:
 * @self: a server
 *
 * Closes all lines and listens no more.
 */
void
sim_mbim_server_free (SimMbimServer *self);

G_END_DECLS
