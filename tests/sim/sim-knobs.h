/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What makes the simulated modem slow, odd or broken, and what it counts. Read
 * by the fronts, set by the scenario, the command line and the control socket.
 *
 * A fault is one line of text:
 *
 *     NTH GLOB KIND [ARGUMENT]
 *
 * NTH counts the commands that match GLOB from now on, from 1; `*` means each of
 * them, `N+` the Nth and all later. GLOB is compared with one command as it was
 * sent, without "AT" (`+CPBW=*`); the data after a prompt is the command `>`.
 * KIND is one of
 *
 *     error          ERROR                          (the command is not run)
 *     cme N, cms N   +CME ERROR: N, +CMS ERROR: N   (not run)
 *     silence        no answer at all               (not run)
 *     lost           no answer at all               (run)
 *     garbage [N]    N (64) bytes of noise instead of the answer (run)
 *     truncate N     the first N bytes of the answer (run)
 *     cut            the first half of the answer's information, with its result (run)
 *     double         the answer twice (run)
 *     huge [N]       N (262144) bytes more of information before the result (run)
 *     notice [TEXT]  an unsolicited result between the answer's lines, ^RSSI:18 or TEXT; of an
 *                    answer over MBIM a signal state indication before its last fragment (run)
 *     reply TEXT     TEXT as the whole answer, with \r \n \" escapes; with MBIM the
 *                    information, hexadecimal (not run)
 *     delay MS       the answer comes so much later (run)
 *     hold           the answer waits until the faults are cleared (run)
 *     unplug         every connection closes and none is taken (not run)
 *     unplug-after   the same, the command being run first
 *     remove         the SIM is taken out, then the command is run
 *     kill PID       that process is killed (run)
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How much `huge` adds when it does not say */
#define SIM_HUGE 262144

/* How often an answer that is held looks whether it may go, in milliseconds */
#define SIM_HOLD_TICK 5

typedef enum {
    SIM_FAULT_ERROR,
    SIM_FAULT_CME,
    SIM_FAULT_CMS,
    SIM_FAULT_SILENCE,
    SIM_FAULT_LOST,
    SIM_FAULT_GARBAGE,
    SIM_FAULT_TRUNCATE,
    SIM_FAULT_CUT,
    SIM_FAULT_DOUBLE,
    SIM_FAULT_HUGE,
    SIM_FAULT_NOTICE,
    SIM_FAULT_REPLY,
    SIM_FAULT_DELAY,
    SIM_FAULT_HOLD,
    SIM_FAULT_UNPLUG,
    SIM_FAULT_UNPLUG_AFTER,
    SIM_FAULT_REMOVE,
    SIM_FAULT_KILL,
} SimFaultKind;

/**
 * SimFault:
 * @first: which match is the first one hit, from 1
 * @every: whether all later ones are hit too
 * @glob: which commands
 * @kind: what happens
 * @number: N, MS or PID
 * @text: TEXT, escapes undone
 * @seen: how many commands matched so far
 */
typedef struct {
    guint first;
    gboolean every;
    gchar *glob;
    SimFaultKind kind;
    guint number;
    gchar *text;
    guint seen;
} SimFault;

/**
 * SimKnobs:
 * @latency: milliseconds that each command takes, those that share a line too; a command
 *     with a prompt takes them between its data and its final result
 * @baud: line speed in bits a second, ten bits a byte; 0: no limit
 * @faults: (element-type SimFault)
 * @held: whether answers are held, from the first such fault that hits to the next clearing
 * @commands: how many commands came
 * @bytes_in: how many bytes came
 * @bytes_out: how many bytes went out
 * @log: (nullable): an open stream that all traffic is written to
 */
typedef struct {
    guint latency;
    guint baud;
    GPtrArray *faults;
    gboolean held;
    guint64 commands;
    guint64 bytes_in;
    guint64 bytes_out;
    gpointer log;
} SimKnobs;

/**
 * sim_knobs_new:
 *
 * Returns: (transfer full): a fast and healthy modem's
 */
SimKnobs *
sim_knobs_new (void);

/**
 * sim_knobs_free:
 * @self: knobs
 */
void
sim_knobs_free (SimKnobs *self);

/**
 * sim_knobs_add_fault:
 * @self: knobs
 * @line: a fault, as above
 * @error: return location for a #GError
 *
 * Returns: whether the line was understood
 */
gboolean
sim_knobs_add_fault (SimKnobs *self, const gchar *line, GError **error);

/**
 * sim_knobs_match:
 * @self: knobs
 * @command: one command, without "AT"
 *
 * Counts the command, for the statistics and for each fault.
 *
 * Returns: (transfer none) (nullable): the first fault that hits it
 */
const SimFault *
sim_knobs_match (SimKnobs *self, const gchar *command);

/**
 * sim_knobs_count:
 * @self: knobs
 * @out: whether the modem sent the bytes
 * @length: how many
 *
 * Counts bytes on a line.
 */
void
sim_knobs_count (SimKnobs *self, gboolean out, gsize length);

/**
 * sim_knobs_trace:
 * @self: knobs
 * @out: whether the modem sent the bytes
 * @bytes: them
 * @length: how many
 *
 * Writes bytes to the log, `>` in, `<` out, with \r \n escapes.
 */
void
sim_knobs_trace (SimKnobs *self, gboolean out, const gchar *bytes, gsize length);

/**
 * sim_knobs_set_log:
 * @self: knobs
 * @path: (nullable): file to append all traffic to, %NULL for none
 * @error: return location for a #GError
 *
 * Returns: whether it could be opened
 */
gboolean
sim_knobs_set_log (SimKnobs *self, const gchar *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimKnobs, sim_knobs_free)

G_END_DECLS
