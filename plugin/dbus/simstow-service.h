/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * org.simstow.Modem1 on one modem: a D-Bus interface that authorises each call,
 * gives it its place among the jobs, and answers it.
 */

#pragma once

#include "simstow-callers.h"
#include "simstow-modem1.h"
#include "simstow-port.h"

G_BEGIN_DECLS

#define SIMSTOW_SERVICE_IDLE_SECONDS 120

/* How long the card has for one command of others: it installs a profile in minutes, and a cut
 * costs a code that is good for once */
#define SIMSTOW_SERVICE_COMMAND_SECONDS 240

#define SIMSTOW_TYPE_SERVICE (simstow_service_get_type ())
G_DECLARE_FINAL_TYPE (SimstowService, simstow_service, SIMSTOW, SERVICE, SimstowDBusModemSkeleton)

/**
 * simstow_service_new:
 * @port: the modem's line
 * @callers: those known, of all modems
 * @idle_seconds: how long a channel that was lent may go unused
 *
 * Returns: (transfer full): an interface to export on the modem's object
 */
SimstowService *
simstow_service_new (SimstowPort *port, SimstowCallers *callers, guint idle_seconds);

/**
 * simstow_service_close:
 *
 * Cancels all jobs: the modem is gone. Called again, or later calls of methods
 * that were on their way, it does no harm.
 */
void
simstow_service_close (SimstowService *self);

G_END_DECLS
