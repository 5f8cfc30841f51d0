/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages rebuilt from what ModemManager, or a file of another program, tells of them: there are
 * no original bytes. What they do not tell is set as most networks and phones set it.
 */

#pragma once

#include "simstow-tpdu.h"

/**
 * SimstowRebuild:
 * @type: which TPDU
 * @smsc: (nullable): the service centre's number
 * @address: (nullable): the other party's number or name
 * @text: (nullable): the text, of all parts together
 * @data: (nullable): or the data
 * @message_class: 0..3, -1 for none
 * @timestamp: (nullable): ISO 8601, of a received message
 * @taken: likewise, in seconds since 1970 UTC, where @timestamp is %NULL; 0 unknown
 * @discharge: (nullable): ISO 8601, of a status report
 * @reference: of a status report, and of the parts of a long message
 * @report_status: of a status report
 * @wants_report: whether a message to be sent asks for a status report
 * @validity_seconds: how long a message to be sent is valid, -1 unknown
 *
 * A message, possibly longer than one TPDU.
 */
typedef struct {
    SimstowTpduType type;
    const gchar *smsc;
    const gchar *address;
    const gchar *text;
    GBytes *data;
    gint message_class;
    const gchar *timestamp;
    gint64 taken;
    const gchar *discharge;
    guint reference;
    guint report_status;
    gboolean wants_report;
    gint64 validity_seconds;
} SimstowRebuild;

/**
 * simstow_rebuild:
 * @source: a message
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Encodes a message; one that is too long for a TPDU as concatenated parts, each
 * as full as it can be (3GPP TS 23.040 9.2.3.24.1).
 *
 * Returns: (transfer full) (nullable) (element-type GBytes): SMSC address and
 * TPDU of each part, or %NULL with @error set
 */
GPtrArray *
simstow_rebuild (const SimstowRebuild *source, GError **error);
