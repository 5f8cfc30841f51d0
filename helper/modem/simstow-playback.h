/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A transcript as a modem: each command is answered as it was when it was recorded.
 */

#pragma once

#include "simstow-transcript.h"

G_BEGIN_DECLS

/**
 * SimstowPlaybackFlags:
 * @SIMSTOW_PLAYBACK_NONE: each command is answered by what came for it, with the same options,
 *     in the transcript; when asked again, by what came next for it, or at the end once more
 *     by the last
 * @SIMSTOW_PLAYBACK_STRICT: the calls must be those of the transcript, one after the other
 *
 * How a transcript is played back.
 */
typedef enum {
    SIMSTOW_PLAYBACK_NONE = 0,
    SIMSTOW_PLAYBACK_STRICT = 1 << 0,
} SimstowPlaybackFlags;

#define SIMSTOW_TYPE_PLAYBACK (simstow_playback_get_type ())
G_DECLARE_FINAL_TYPE (SimstowPlayback, simstow_playback, SIMSTOW, PLAYBACK, SimstowConversation)

/**
 * simstow_playback_new:
 * @transcript: (transfer full): a transcript
 * @flags: how
 *
 * Returns: (transfer full): a conversation
 */
SimstowConversation *
simstow_playback_new (SimstowTranscript *transcript, SimstowPlaybackFlags flags);

/**
 * simstow_playback_peek_transcript:
 * @self: a transcript that is played back
 *
 * Returns: (transfer none): the transcript
 */
const SimstowTranscript *
simstow_playback_peek_transcript (SimstowPlayback *self);

/**
 * simstow_playback_get_left:
 * @self: a transcript that is played back
 *
 * Returns: of one played back strictly, how many calls are still to come
 */
guint
simstow_playback_get_left (SimstowPlayback *self);

G_END_DECLS
