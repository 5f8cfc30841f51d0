/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transcripts that can be sent to others: numbers, names, texts and identifiers in them give way
 * to look-alikes.
 */

#pragma once

#include "simstow-transcript.h"

/**
 * simstow_scrub:
 * @transcript: a transcript
 *
 * Replaces digits of numbers, ICCID, IMSI, IMEI and EID and letters of names and texts, wherever
 * they are and however they are coded, by others of the same kind: what was the same is the same
 * afterwards, within this transcript, and what a modem made of its answers has the same shape.
 * Bytes that are not understood are replaced digit by hexadecimal digit, but for those that are
 * 00 or FF.
 */
void
simstow_scrub (SimstowTranscript *transcript);
