/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Telling people and programs: commands of the user's, the desktop, the journal.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-standing.h"

/* Of the journal's entries when how the backups stand has changed */
#define SIMSTOW_ALERT_MESSAGE_ID "b1c5b9b0a4c74d5a8f7b6b6f7f0c3d21"

/**
 * simstow_alert_run:
 * @command: (nullable): a command of the configuration
 * @event: "success", "failure" or "risk": its SIMSTOW_EVENT
 * @detail: its SIMSTOW_DETAIL
 * @cancellable: (nullable): to stop it
 *
 * Runs it, and waits a minute for it at most.
 *
 * Returns: %FALSE with @error set when it failed
 */
gboolean
simstow_alert_run (const gchar *command,
                   const gchar *event,
                   const gchar *detail,
                   GCancellable *cancellable,
                   GError **error);

/**
 * simstow_alert_tell:
 * @risk: how the backups stand now
 * @text: that in a sentence
 *
 * Tells the desktop, where there is a session, and the journal, where there is one.
 */
void
simstow_alert_tell (SimstowRisk risk, const gchar *text);
