/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was said to a modem and what it answered, as a text that people can read, compare and
 * send: simstow-transcript(5). Each line is a mark and what it marks:
 *
 *     # simstow transcript 1; simstow 0.1       the first line; others that begin so are comments
 *     = model 'T99W175'                         a fact, as GVariant's text
 *     @ 1.500+0.312 phonebook storage='SM'      a call: when, how long, the door, its options
 *     > +CPBR=1,250                             a command of it
 *     + 0791447779                              and its data
 *     < +CPBR: 1,"5550100",129,"0041"           a part of the answer
 *     . +CPBR: 2,"5550101",129,"0042"           its next line, after CR LF
 *     ! NotFound cme 22 not found               the error of a command
 *     !! Denied not authorised                  the error of the whole call
 *
 * In what is text a backslash escapes: \\, \r, \n, \xHH. Bytes that are mostly none are marked
 * +x and <x and are hexadecimal.
 */

#pragma once

#include "simstow-conversation.h"

G_BEGIN_DECLS

/* The door of the call that asks what doors there are, whose answer are facts */
#define SIMSTOW_TRANSCRIPT_DESCRIBE "describe"

/**
 * SimstowTranscriptCall:
 * @start: milliseconds from the beginning
 * @took: milliseconds until its answer
 * @door: the door
 * @options: what was selected, as simstow_transcript_print_options () has it
 * @commands: (element-type SimstowDoorCommand): what was asked
 * @answers: (element-type SimstowAnswer): as many answers, or none with @error set
 * @error: (nullable): the error of the whole call
 * @facts: (nullable): a{sv}, the answer to describe
 *
 * One call.
 */
typedef struct {
    gint64 start;
    gint64 took;
    gchar *door;
    gchar *options;
    GPtrArray *commands;
    GPtrArray *answers;
    GError *error;
    GVariant *facts;
} SimstowTranscriptCall;

/**
 * SimstowTranscript:
 * @origin: what the first line says of where it comes from
 * @facts: (nullable): a{sv}, what is known of the modem besides
 * @calls: (element-type SimstowTranscriptCall): the calls, in order
 *
 * A transcript.
 */
typedef struct {
    gchar *origin;
    GVariant *facts;
    GPtrArray *calls;
} SimstowTranscript;

/**
 * simstow_transcript_new:
 *
 * Returns: (transfer full): a transcript without calls
 */
SimstowTranscript *
simstow_transcript_new (void);

/**
 * simstow_transcript_free:
 * @transcript: (transfer full): a transcript
 */
void
simstow_transcript_free (SimstowTranscript *transcript);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowTranscript, simstow_transcript_free)

/**
 * simstow_transcript_call_new:
 * @door: a door
 * @options: (nullable): a{sv}
 *
 * Returns: (transfer full): a call without commands
 */
SimstowTranscriptCall *
simstow_transcript_call_new (const gchar *door, GVariant *options);

/**
 * simstow_transcript_call_free:
 * @call: (transfer full): a call
 */
void
simstow_transcript_call_free (SimstowTranscriptCall *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowTranscriptCall, simstow_transcript_call_free)

/**
 * simstow_transcript_print_options:
 * @options: (nullable): a{sv}
 *
 * Returns: (transfer full): KEY=VALUE with blanks between, by rising key; empty without any
 */
gchar *
simstow_transcript_print_options (GVariant *options);

/**
 * simstow_transcript_parse:
 * @text: (array length=size): a transcript's text
 * @size: its bytes
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error that tells the line's number
 *
 * Reads a transcript from whoever sent it.
 *
 * Returns: (transfer full) (nullable): the transcript, or %NULL with @error set
 */
SimstowTranscript *
simstow_transcript_parse (const gchar *text, gsize size, GError **error);

/**
 * simstow_transcript_print:
 * @transcript: a transcript
 *
 * Returns: (transfer full): its text
 */
gchar *
simstow_transcript_print (const SimstowTranscript *transcript);

G_END_DECLS
