/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bounds-checked cursor for foreign text: bytes as they come, in a buffer of fixed size, and
 * the line that they stand in.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-losses.h"

/* The longest value that any reader keeps */
#define SIMSTOW_TEXT_LIMIT (1024 * 1024)

/**
 * SimstowTextInput:
 * @at: the next byte
 * @end: behind the last one in the buffer
 * @line: the number of the line, from 1
 * @read_line: the number of the line that simstow_text_input_read_line () read last, 0 for none
 * @recoded: whether it was not in UTF-8
 * @error: (nullable): why there is no more
 *
 * Text in UTF-8; all else is recoded on the way.
 */
typedef struct {
    const gchar *at;
    const gchar *end;
    guint64 line;
    guint64 read_line;
    gboolean recoded;
    GError *error;
    /*< private >*/
    GInputStream *stream;
    gchar *buffer;
    GCancellable *cancellable;
} SimstowTextInput;

/**
 * simstow_text_input_new:
 * @stream: bytes
 * @charset: (nullable): what they are in when no byte order mark says so; UTF-8 without it
 * @cancellable: (nullable): to stop it
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable): a cursor at the beginning, or %NULL with @error set
 */
SimstowTextInput *
simstow_text_input_new (GInputStream *stream,
                        const gchar *charset,
                        GCancellable *cancellable,
                        GError **error);

void
simstow_text_input_free (SimstowTextInput *input);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowTextInput, simstow_text_input_free)

/**
 * simstow_text_input_fill:
 * @input: a cursor at the end of its buffer
 *
 * Returns: whether there is more
 */
gboolean
simstow_text_input_fill (SimstowTextInput *input);

/**
 * simstow_text_input_peek:
 *
 * Returns: the next byte, -1 at the end
 */
static inline gint
simstow_text_input_peek (SimstowTextInput *input)
{
    if (G_UNLIKELY (input->at == input->end) && !simstow_text_input_fill (input))
        return -1;
    return (guchar) *input->at;
}

/**
 * simstow_text_input_next:
 *
 * Returns: the next byte, which is passed over; -1 at the end
 */
static inline gint
simstow_text_input_next (SimstowTextInput *input)
{
    gint byte = simstow_text_input_peek (input);

    if (byte >= 0)
        input->at++;
    if (byte == '\n')
        input->line++;
    return byte;
}

/**
 * simstow_text_input_read_line:
 * @line: the line without its end; cut at %SIMSTOW_TEXT_LIMIT
 *
 * Returns: whether there was one
 */
gboolean
simstow_text_input_read_line (SimstowTextInput *input, GString *line);

/**
 * simstow_text_input_refuse:
 * @error: return location for the error
 * @format: what is wrong, printf-like, translated
 *
 * Sets a #SIMSTOW_ERROR_INVALID_DATA error that names the line; or where reading failed, that.
 *
 * Returns: %FALSE
 */
gboolean
simstow_text_input_refuse (SimstowTextInput *input, GError **error, const gchar *format, ...)
    G_GNUC_PRINTF (3, 4);

/**
 * simstow_text_input_end_early:
 * @error: return location for an error
 *
 * To be called where the text ended too early: sets a #SIMSTOW_ERROR_CUT_SHORT error.
 *
 * Returns: %FALSE
 */
gboolean
simstow_text_input_end_early (SimstowTextInput *input, GError **error);

/**
 * simstow_text_make_valid:
 * @text: (inout): text of any bytes
 * @losses: where what was replaced is counted
 *
 * Replaces what is not UTF-8.
 */
void
simstow_text_make_valid (GString *text, SimstowLosses *losses);
