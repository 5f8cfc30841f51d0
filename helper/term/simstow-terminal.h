/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way to people and back: all that they read goes through here and is made
 * harmless on the way, whatever it was put together from; questions, secrets, Ctrl-C
 * and the progress line.
 */

#pragma once

#include <gio/gio.h>

/**
 * simstow_terminal_width:
 *
 * Returns: the terminal's columns, 0 when @fd is none: as wide as it takes
 */
guint
simstow_terminal_width (gint fd);

/**
 * simstow_terminal_print:
 * @format: what to say, printf-like, with its line feed
 *
 * Writes to standard output.
 */
void
simstow_terminal_print (const gchar *format, ...) G_GNUC_PRINTF (1, 2);

/**
 * simstow_terminal_note:
 * @format: what to say, printf-like, with its line feed
 *
 * Writes to standard error.
 */
void
simstow_terminal_note (const gchar *format, ...) G_GNUC_PRINTF (1, 2);

/**
 * simstow_terminal_say:
 * @aside: whether it goes to standard error, because standard output carries data
 * @format: what to say, printf-like, with its line feed
 *
 * Writes to the one or the other.
 */
void
simstow_terminal_say (gboolean aside, const gchar *format, ...) G_GNUC_PRINTF (2, 3);

/**
 * simstow_terminal_finish:
 * @error: return location for an error of %G_IO_ERROR, %G_IO_ERROR_BROKEN_PIPE when
 *     nobody reads any more
 *
 * Flushes standard output.
 *
 * Returns: %FALSE with @error set when not all of it could be written
 */
gboolean
simstow_terminal_finish (GError **error);

/**
 * simstow_confirm_check:
 * @yes: whether the answer was given on the command line
 * @error: return location for a #SIMSTOW_ERROR_USAGE error
 *
 * Finds out, before any work is done, whether somebody is there to be asked.
 *
 * Returns: %FALSE with @error set when there is neither an answer nor a terminal
 */
gboolean
simstow_confirm_check (gboolean yes, GError **error);

/**
 * simstow_confirm:
 * @question: what is asked, translated, without the choices
 * @yes: whether the answer was given on the command line
 * @cancellable: (nullable): to stop waiting
 * @error: return location for an error: #SIMSTOW_ERROR_USAGE as above,
 *     #SIMSTOW_ERROR_CANCELLED for any answer but yes
 *
 * Asks on the terminal, in the user's language.
 *
 * Returns: %TRUE for yes
 */
gboolean
simstow_confirm (const gchar *question, gboolean yes, GCancellable *cancellable, GError **error);

/**
 * simstow_ask_secret:
 * @prompt: what is asked for, translated
 * @error: return location for an error: %SIMSTOW_ERROR_USAGE when there is no terminal,
 *     %SIMSTOW_ERROR_CANCELLED when Ctrl-C was typed or a signal came
 *
 * Reads one line from the terminal, which does not show it; whatever signal
 * comes meanwhile, the terminal shows again what is typed before it has its effect.
 *
 * Returns: (transfer full) (nullable): the line without its end, possibly empty, to
 * be freed with simstow_ask_wipe (); or %NULL with @error set
 */
gchar *
simstow_ask_secret (const gchar *prompt, GError **error);

/**
 * simstow_ask_wipe:
 * @secret: (transfer full) (nullable): a secret; it is wiped
 */
void
simstow_ask_wipe (gchar *secret);

typedef struct _SimstowInterrupt SimstowInterrupt;

/**
 * simstow_interrupt_new:
 *
 * Starts to listen for signals, on a thread of its own.
 *
 * Returns: (transfer full): the listener
 */
SimstowInterrupt *
simstow_interrupt_new (void);

void
simstow_interrupt_free (SimstowInterrupt *interrupt);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowInterrupt, simstow_interrupt_free)

/**
 * simstow_interrupt_peek_cancellable:
 *
 * Returns: (transfer none): cancelled by the first signal
 */
GCancellable *
simstow_interrupt_peek_cancellable (SimstowInterrupt *interrupt);

typedef struct _SimstowProgress SimstowProgress;
typedef struct _SimstowProgressTrack SimstowProgressTrack;

/**
 * simstow_progress_new:
 *
 * Returns: (transfer full): a line that shows nothing yet
 */
SimstowProgress *
simstow_progress_new (void);

void
simstow_progress_free (SimstowProgress *progress);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowProgress, simstow_progress_free)

/**
 * simstow_progress_add_track:
 * @label: (nullable): what the track is about, %NULL when it is the only one
 *
 * Returns: (transfer none): a track, valid as long as the line
 */
SimstowProgressTrack *
simstow_progress_add_track (SimstowProgress *progress, const gchar *label);

/**
 * simstow_progress_update:
 * @what: what is under way
 * @done: how much of it is done
 * @total: how much there is, 0 unknown
 *
 * Shows how it goes, at most ten times a second.
 */
void
simstow_progress_update (const gchar *what, guint done, guint total, gpointer track);

/**
 * simstow_progress_clear:
 *
 * Wipes the line, so that something else can be printed.
 */
void
simstow_progress_clear (SimstowProgress *progress);
