/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket of the simulated modem: a unix stream socket; each
 * connection carries one command, a line of text. The answer is `ok` or
 * `error: WHY` on the first line, then the text if there is one; then the
 * connection is closed.
 *
 *     dump [WORD...]        see sim-dump.h
 *     stats                 commands=N, bytes-in=N, bytes-out=N, writes=N, lines of text
 *     reset-stats           the counters and those of the faults start again
 *     latency MS
 *     baud N                0: no limit
 *     fault NTH GLOB KIND [ARGUMENT]    see sim-knobs.h
 *     clear-faults          and let go what they held
 *     full on|off           nothing more fits
 *     clear                 no messages, contacts, calls, profiles, preferred networks any more
 *     deliver HEX           a message comes in: service centre address and SMS-DELIVER
 *     broadcast HEX         a page of a cell broadcast comes in, as TS 23.041 9.4.1 has it
 *     ring NUMBER           somebody calls, and goes on until the call is answered or over
 *     answer                the other answers
 *     hangup                the other ends the call
 *     notify TEXT           an unsolicited result
 *     pin on|off            whether the SIM asks for PIN1, from the next plug on
 *     sim on|off            whether there is a card
 *     card                  open channels, commands, and the log of APDUs and ES10 requests
 *     card-dump             its elementary files
 *     card-set GROUP KEY VALUE          a key of the groups in sim-card-slot.h
 *     euicc-dump            profiles, addresses, notifications
 *     quirk NAME [VALUE]    see sim-quirks.h; without a value the modem has it no more
 *     log [PATH]            all traffic to that file from now on, or no more
 *     unplug, plug
 *     quit
 */

#pragma once

#include <gio/gio.h>

#include "sim-modem.h"

G_BEGIN_DECLS

/**
 * sim_control_run:
 * @modem: a modem
 * @loop: ended by `quit`
 * @line: a command
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): the text of the answer, possibly empty
 */
gchar *
sim_control_run (SimModem *modem, GMainLoop *loop, const gchar *line, GError **error);

/**
 * sim_control_listen:
 * @modem: a modem
 * @loop: ended by `quit`
 * @path: of the socket to make
 * @error: return location for a #GError
 *
 * Returns: (transfer full) (nullable): the service; it lasts as long as the reference
 */
GSocketService *
sim_control_listen (SimModem *modem, GMainLoop *loop, const gchar *path, GError **error);

G_END_DECLS
