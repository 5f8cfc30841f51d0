/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report of a restore: each record's fate, as JSON.
 */

#pragma once

#include <json-glib/json-glib.h>

#include "simstow-output.h"
#include "simstow-plan.h"

/**
 * simstow_report_build:
 * @plan: a plan, replayed or not
 * @archive: the archive's path
 * @modem: the modem's object path
 * @state: "planned", "done", "incomplete" or "interrupted"
 *
 * Returns: (transfer full): {"archive", "modem", "state", "counts" {...}, "steps"
 * [{"action", "kind", "store", "index", "from" {"store", "index"}, "what",
 * "reason", "fate", "fault"}]}
 */
JsonNode *
simstow_report_build (const SimstowPlan *plan,
                      const gchar *archive,
                      const gchar *modem,
                      const gchar *state);

/**
 * simstow_report_write:
 * @report: a report
 * @output: where to
 * @draft: whether another report replaces it
 * @error: return location for an error, as for simstow_output_write ()
 *
 * Writes a report, readable by its owner only, whole or not at all.
 *
 * Returns: %FALSE with @error set when nothing was written
 */
gboolean
simstow_report_write (JsonNode *report, SimstowOutput *output, gboolean draft, GError **error);
