/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A modem's line that leads to the simulated modem, within the test: AT and MBIM
 * as the daemon would send them, its errors as the daemon would tell them. What
 * stays without an answer fails at once as if its deadline had passed; a command
 * without a deadline is noticed.
 */

#pragma once

#include <gio/gio.h>

#include "sim-card-slot.h"
#include "simstow-port.h"

G_BEGIN_DECLS

#define MODEM_TYPE_PORT (modem_port_get_type ())
G_DECLARE_FINAL_TYPE (ModemPort, modem_port, MODEM, PORT, SimstowPort)

/**
 * modem_port_new:
 * @scenario: a scenario's text, as in sim-scenario.h; with a group `mbim` the modem
 *     has MBIM and no AT
 *
 * Returns: (transfer full): a line to a modem of its own
 */
ModemPort *
modem_port_new (const gchar *scenario);

/**
 * modem_port_card:
 * @self: a line
 *
 * Returns: (transfer none): the modem's card
 */
SimCard *
modem_port_card (ModemPort *self);

/**
 * modem_port_set_sim:
 * @self: a line
 * @sim: what it says from now on of which SIM is there
 */
void
modem_port_set_sim (ModemPort *self, const gchar *sim);

/**
 * modem_port_sent:
 * @self: a line
 *
 * Returns: (transfer none) (element-type utf8): the commands that were sent, with AT as
 * they were, with MBIM as `CID HEX` of the service's command and its information
 */
GPtrArray *
modem_port_sent (ModemPort *self);

/**
 * modem_port_seconds:
 * @self: a line
 *
 * Returns: how long the answer to the last command might have taken
 */
guint
modem_port_seconds (ModemPort *self);

/**
 * modem_port_fault:
 * @self: a line
 * @fault: a fault of sim-knobs.h, or %NULL to heal the modem and its card, which is put
 *     back and started again
 */
void
modem_port_fault (ModemPort *self, const gchar *fault);

/**
 * modem_port_cancel_at:
 * @self: a line
 * @count: the command, counted from 1 for the next
 * @cancellable: (nullable): cancelled while that command is under way
 */
void
modem_port_cancel_at (ModemPort *self, guint count, GCancellable *cancellable);

/**
 * modem_port_dump:
 * @self: a line
 *
 * Returns: (transfer full): what the modem holds, see sim-dump.h
 */
gchar *
modem_port_dump (ModemPort *self);

G_END_DECLS
