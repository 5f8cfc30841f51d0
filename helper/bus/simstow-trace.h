/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transcripts of modems: recorded, and played back in a modem's place.
 */

#pragma once

#include "simstow-modem.h"
#include "simstow-transcript.h"

/**
 * simstow_trace_record:
 * @modem: a modem with the plugin
 * @cancellable: (nullable): to stop it
 * @error: return location for a #SimstowError
 *
 * Lists and reads all that is talked about in conversations, and writes that down. What the modem
 * refuses is part of it.
 *
 * Returns: (transfer full) (nullable): the transcript, as it is, or %NULL with @error set
 */
SimstowTranscript *
simstow_trace_record (SimstowModem *modem, GCancellable *cancellable, GError **error);

/**
 * simstow_trace_describe:
 * @transcript: a transcript
 * @snapshot: where to put device and SIM
 *
 * Fills in what a transcript tells of the modem without its answers.
 */
void
simstow_trace_describe (const SimstowTranscript *transcript, SimstowSnapshot *snapshot);
