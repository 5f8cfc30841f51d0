/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a transcript: what is read is written, and read again alike, and once more when it
 * is scrubbed.
 */

#include <string.h>

#include "simstow-scrub.h"

#include "fuzz-replay.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    g_autoptr (SimstowTranscript) transcript =
        simstow_transcript_parse ((const gchar *) data, size, NULL);
    g_autoptr (SimstowTranscript) second = NULL;
    g_autoptr (SimstowTranscript) third = NULL;
    g_autofree gchar *once = NULL;
    g_autofree gchar *twice = NULL;

    if (!transcript)
        return 0;
    once = simstow_transcript_print (transcript);
    second = simstow_transcript_parse (once, strlen (once), NULL);
    g_assert_nonnull (second);
    twice = simstow_transcript_print (second);
    g_assert_cmpstr (once, ==, twice);
    simstow_scrub (second);
    g_free (twice);
    twice = simstow_transcript_print (second);
    third = simstow_transcript_parse (twice, strlen (twice), NULL);
    g_assert_nonnull (third);
    return 0;
}
