/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ctrl-C, SIGTERM and SIGHUP: the first asks the work under way to stop where it can
 * stop safely, the second ends the process.
 */

#pragma once

#include <gio/gio.h>

typedef struct _SimstowInterrupt SimstowInterrupt;

/**
 * simstow_interrupt_new:
 *
 * Starts to listen for signals, on a thread of its own.
 *
 * Returns: (transfer full): the listener
 */
SimstowInterrupt *
simstow_interrupt_new (void);

/**
 * simstow_interrupt_free:
 * @interrupt: (transfer full): the listener; signals act as usual again
 */
void
simstow_interrupt_free (SimstowInterrupt *interrupt);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowInterrupt, simstow_interrupt_free)

/**
 * simstow_interrupt_peek_cancellable:
 * @interrupt: the listener
 *
 * Returns: (transfer none): cancelled by the first signal
 */
GCancellable *
simstow_interrupt_peek_cancellable (SimstowInterrupt *interrupt);
