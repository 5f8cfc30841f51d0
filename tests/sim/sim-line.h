/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One open line to the simulated modem, a connected socket or the master side of
 * a pseudo terminal: carries bytes between a descriptor and an AT front, not
 * faster than the line speed.
 */

#pragma once

#include "sim-at.h"

G_BEGIN_DECLS

typedef struct _SimLine SimLine;

/**
 * SimLineClosed:
 * @line: the line, to be freed
 * @unplugged: whether the modem was unplugged by a fault
 * @user_data: the owner's
 */
typedef void (*SimLineClosed) (SimLine *line, gboolean unplugged, gpointer user_data);

/**
 * sim_line_new:
 * @fd: an open descriptor; the line owns it
 * @store: what the modem holds
 * @knobs: its knobs
 * @closed: called from the main loop when the line is at its end
 * @user_data: for @closed
 *
 * Returns: (transfer full): a line that listens
 */
SimLine *
sim_line_new (gint fd, SimStore *store, SimKnobs *knobs, SimLineClosed closed, gpointer user_data);

/**
 * sim_line_free:
 * @self: a line
 *
 * Closes it.
 */
void
sim_line_free (SimLine *self);

/**
 * sim_line_at:
 * @self: a line
 *
 * Returns: (transfer none): its AT front
 */
SimAt *
sim_line_at (SimLine *self);

G_END_DECLS
