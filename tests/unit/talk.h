/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scripted conversation for the tests of drivers: what may be said, in order, and what is
 * answered, written as a transcript.
 */

#pragma once

#include <string.h>

#include "simstow-playback.h"

/* The lines of a transcript without its first; calls must come in this order */
static inline SimstowConversation *
talk_new (const gchar *lines)
{
    g_autofree gchar *text = g_strconcat ("# simstow transcript 1\n", lines, NULL);
    g_autoptr (GError) error = NULL;
    SimstowTranscript *transcript = simstow_transcript_parse (text, strlen (text), &error);

    g_assert_no_error (error);
    return simstow_playback_new (transcript, SIMSTOW_PLAYBACK_STRICT);
}

/* All that was to be said has been said */
static inline void
talk_assert_over (SimstowConversation *talk)
{
    g_assert_cmpuint (simstow_playback_get_left (SIMSTOW_PLAYBACK (talk)), ==, 0);
}
