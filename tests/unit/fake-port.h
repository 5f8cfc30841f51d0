/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A modem's line that plays a script: each command must be the next one expected,
 * and is answered as the script says. Locks are in the script as `LOCK SM,-` and
 * `UNLOCK 1,0`, raw data as `RAW ...`. What is held and not given back is noticed.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-port.h"

G_BEGIN_DECLS

#define FAKE_TYPE_PORT (fake_port_get_type ())
G_DECLARE_FINAL_TYPE (FakePort, fake_port, FAKE, PORT, SimstowPort)

/**
 * fake_port_new:
 *
 * Returns: (transfer full): a port with an empty script
 */
FakePort *
fake_port_new (void);

/**
 * fake_port_expect:
 * @self: a port
 * @command: the next command to come
 * @reply: the answer without OK
 *
 * Appends to the script.
 */
void
fake_port_expect (FakePort *self, const gchar *command, const gchar *reply);

/**
 * fake_port_fail:
 * @self: a port
 * @command: the next command to come
 * @code: the #SimstowError it ends with; silence is %SIMSTOW_ERROR_TIMEOUT
 *
 * Appends to the script.
 */
void
fake_port_fail (FakePort *self, const gchar *command, gint code);

/**
 * fake_port_say:
 * @self: a port
 * @message: what the failure appended last says
 */
void
fake_port_say (FakePort *self, const gchar *message);

/**
 * fake_port_cancel:
 * @self: a port
 * @cancellable: what to cancel
 *
 * Has @cancellable cancelled while the command appended last is under way.
 */
void
fake_port_cancel (FakePort *self, GCancellable *cancellable);

/**
 * fake_port_set_setup:
 * @self: a port
 * @setup: how far the daemon is with the modem, while the command appended last is under way
 *     and from then on
 */
void
fake_port_set_setup (FakePort *self, SimstowPortSetup setup);

/**
 * fake_port_set_has_at:
 * @self: a port
 * @has_at: whether it has AT; without, commands are refused and not in the script
 */
void
fake_port_set_has_at (FakePort *self, gboolean has_at);

/**
 * fake_port_check_done:
 * @self: a port
 *
 * Asserts that the whole script was played and no lock is held.
 */
void
fake_port_check_done (FakePort *self);

/**
 * fake_port_get_count:
 * @self: a port
 *
 * Returns: how many commands were sent, each lock being one
 */
guint
fake_port_get_count (FakePort *self);

/**
 * fake_port_is_locked:
 * @self: a port
 *
 * Returns: whether a message storage is locked
 */
gboolean
fake_port_is_locked (FakePort *self);

/**
 * fake_port_pass_time:
 * @seconds: how long
 *
 * Moves the clock, g_get_monotonic_time (), which otherwise stands still in tests
 * with a fake port: what they see does not depend on the machine's speed.
 */
void
fake_port_pass_time (guint seconds);

G_END_DECLS
