/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records that a modem altered when they were written: a name cut or in upper
 * case, a number without its type, a message with another service centre. They
 * are recognised, so that they are not written again and again.
 */

#pragma once

#include "simstow-entries.h"

/**
 * simstow_altered_pair:
 * @wanted: (element-type SimstowEntry): entries of an archive, by the store they go to
 * @present: (element-type SimstowEntry): entries of the modem
 * @captured: when the archive was made, seconds since 1970 UTC
 *
 * Pairs entries that are left with what a modem may have made of them, in the
 * same store; at the same place first. Both then have a partner, and the wanted
 * one says in what it differs. A name or number counts as cut only where the
 * store has no longer one.
 */
void
simstow_altered_pair (GPtrArray *wanted, GPtrArray *present, gint64 captured);

/**
 * simstow_altered_is_status:
 * @wanted: a status
 * @there: another
 *
 * Returns: whether no use of a message makes @there of @wanted: reading makes read of
 * unread, and sending sent of unsent
 */
gboolean
simstow_altered_is_status (SimstowMessageStatus wanted, SimstowMessageStatus there);
