/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A conversation that is written down while it goes on.
 */

#pragma once

#include "simstow-transcript.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_RECORDING (simstow_recording_get_type ())
G_DECLARE_FINAL_TYPE (SimstowRecording, simstow_recording, SIMSTOW, RECORDING, SimstowConversation)

/**
 * simstow_recording_new:
 * @inner: the conversation that answers
 *
 * Returns: (transfer full): a conversation that hands everything on to @inner
 */
SimstowConversation *
simstow_recording_new (SimstowConversation *inner);

/**
 * simstow_recording_peek_transcript:
 * @self: a recording
 *
 * Returns: (transfer none): what was said so far; the caller may add where it comes from, and
 *     facts
 */
SimstowTranscript *
simstow_recording_peek_transcript (SimstowRecording *self);

/**
 * simstow_recording_steal_transcript:
 * @self: a recording
 *
 * Returns: (transfer full): what was said so far; it begins anew
 */
SimstowTranscript *
simstow_recording_steal_transcript (SimstowRecording *self);

G_END_DECLS
