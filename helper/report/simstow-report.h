/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An archive as a page that needs no other file and no network: one to look at and search
 * in, or a transcript to print. Both are written as they are made, so that memory does not grow
 * with them, and are the same for the same archive. What comes from the archive is text in them.
 */

#pragma once

#include "simstow-archive.h"
#include "simstow-pack.h"
#include "simstow-timeline.h"

/**
 * SimstowReport:
 * @header: the archive's header
 * @snapshot: what the archive holds besides its messages
 * @timeline: its messages: of a page by conversation, of a transcript those that are wanted
 * @book: whose numbers they are from and to
 * @wanted: which these are
 * @name: (nullable): the name of the archive's file
 * @digest: (nullable): the SHA-256 of that file, hexadecimal
 * @size: how large it is
 *
 * What a page is made of.
 */
typedef struct {
    const SimstowArchiveHeader *header;
    const SimstowSnapshot *snapshot;
    const SimstowTimeline *timeline;
    const SimstowAddressBook *book;
    const SimstowWanted *wanted;
    const gchar *name;
    const gchar *digest;
    guint64 size;
} SimstowReport;

/**
 * simstow_report_write_page:
 * @error: return location for an error of the sink, or of reading messages
 *
 * Writes the page to look at.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_report_write_page (const SimstowReport *report, SimstowSink *sink, GError **error);

/**
 * simstow_report_write_transcript:
 * @error: return location for an error of the sink, or of reading messages
 *
 * Writes the transcript.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_report_write_transcript (const SimstowReport *report, SimstowSink *sink, GError **error);
