/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The modem's line through the daemon: a SimstowPort on one of its modem objects.
 */

#pragma once

#include "simstow-port.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_HOST_PORT (simstow_host_port_get_type ())
G_DECLARE_FINAL_TYPE (SimstowHostPort, simstow_host_port, SIMSTOW, HOST_PORT, SimstowPort)

/**
 * simstow_host_port_new:
 * @modem: the daemon's modem object, of which only a weak reference is kept
 * @interface: its Modem interface, which tells what ports it has
 *
 * A command that is on its way is always waited for, cancelled or not: until it is
 * answered or its time is over the line is not free for anything else.
 *
 * Returns: (transfer full): the modem's line
 */
SimstowPort *
simstow_host_port_new (GObject *modem, GDBusInterface *interface);

G_END_DECLS
