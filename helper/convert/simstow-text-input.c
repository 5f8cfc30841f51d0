/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Foreign text, byte by byte.
 */

#include "config.h"

#include "simstow-text-input.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#include "simstow-error.h"

#define BUFFER_SIZE (64 * 1024)

static const struct {
    const gchar *bytes;
    gsize size;
    const gchar *charset;
} marks[] = {
    {"\xEF\xBB\xBF", 3, NULL},
    {"\xFF\xFE", 2, "UTF-16LE"},
    {"\xFE\xFF", 2, "UTF-16BE"},
};

/* What a text in UTF-16 without a mark begins with: one of the first 256 characters */
static const gchar *
guess_charset (const guint8 *head, gsize size)
{
    if (size < 4)
        return NULL;
    if (head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0)
        return "UTF-16LE";
    if (head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0)
        return "UTF-16BE";
    return NULL;
}

/* Passes over a byte order mark; what the text is in, %NULL for UTF-8 */
static const gchar *
take_mark (GInputStream *stream, const gchar *charset)
{
    GBufferedInputStream *buffered = G_BUFFERED_INPUT_STREAM (stream);
    const guint8 *head;
    gsize size;
    gsize i;

    head = g_buffered_input_stream_peek_buffer (buffered, &size);
    for (i = 0; i < G_N_ELEMENTS (marks); i++) {
        if (size < marks[i].size || memcmp (head, marks[i].bytes, marks[i].size) != 0)
            continue;
        g_input_stream_skip (stream, marks[i].size, NULL, NULL);
        return marks[i].charset;
    }
    if (guess_charset (head, size))
        return guess_charset (head, size);
    return charset && g_ascii_strcasecmp (charset, "UTF-8") != 0 ? charset : NULL;
}

SimstowTextInput *
simstow_text_input_new (GInputStream *stream,
                        const gchar *charset,
                        GCancellable *cancellable,
                        GError **error)
{
    g_autoptr (GInputStream) buffered = g_buffered_input_stream_new_sized (stream, BUFFER_SIZE);
    g_autoptr (GCharsetConverter) converter = NULL;
    SimstowTextInput *input;

    g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (buffered), FALSE);
    if (g_buffered_input_stream_fill (G_BUFFERED_INPUT_STREAM (buffered), -1, cancellable, error) <
        0)
        return NULL;
    charset = take_mark (buffered, charset);
    if (charset) {
        converter = g_charset_converter_new ("UTF-8", charset, error);
        if (!converter)
            return NULL;
        g_charset_converter_set_use_fallback (converter, TRUE);
    }
    input = g_new0 (SimstowTextInput, 1);
    input->stream = converter ? g_converter_input_stream_new (buffered, G_CONVERTER (converter))
                              : g_steal_pointer (&buffered);
    input->buffer = g_malloc (BUFFER_SIZE);
    input->at = input->end = input->buffer;
    input->line = 1;
    input->recoded = converter != NULL;
    input->cancellable = cancellable ? g_object_ref (cancellable) : NULL;
    return input;
}

void
simstow_text_input_free (SimstowTextInput *input)
{
    g_object_unref (input->stream);
    g_clear_object (&input->cancellable);
    g_clear_error (&input->error);
    g_free (input->buffer);
    g_free (input);
}

gboolean
simstow_text_input_fill (SimstowTextInput *input)
{
    gssize got;

    if (input->error)
        return FALSE;
    got = g_input_stream_read (input->stream,
                               input->buffer,
                               BUFFER_SIZE,
                               input->cancellable,
                               &input->error);
    input->at = input->buffer;
    input->end = input->buffer + MAX (got, 0);
    return got > 0;
}

gboolean
simstow_text_input_read_line (SimstowTextInput *input, GString *line)
{
    g_string_truncate (line, 0);
    if (simstow_text_input_peek (input) < 0)
        return FALSE;
    input->read_line = input->line;
    while (simstow_text_input_peek (input) >= 0) {
        const gchar *feed = memchr (input->at, '\n', (gsize) (input->end - input->at));
        const gchar *end = feed ? feed : input->end;
        gsize room = SIMSTOW_TEXT_LIMIT - MIN (line->len, SIMSTOW_TEXT_LIMIT);

        g_string_append_len (line, input->at, (gssize) MIN ((gsize) (end - input->at), room));
        input->at = end;
        if (!feed)
            continue;
        simstow_text_input_next (input);
        break;
    }
    if (line->len > 0 && line->str[line->len - 1] == '\r')
        g_string_truncate (line, line->len - 1);
    return TRUE;
}

gboolean
simstow_text_input_refuse (SimstowTextInput *input, GError **error, const gchar *format, ...)
{
    g_autofree gchar *reason = NULL;
    va_list args;

    if (input->error) {
        g_propagate_error (error, g_error_copy (input->error));
        return FALSE;
    }
    va_start (args, format);
    reason = g_strdup_vprintf (format, args);
    va_end (args);
    return simstow_error_set (error,
                              SIMSTOW_ERROR_INVALID_DATA,
                              _ ("line %" PRIu64 ": %s"),
                              input->read_line != 0 ? input->read_line : input->line,
                              reason);
}

gboolean
simstow_text_input_end_early (SimstowTextInput *input, GError **error)
{
    if (input->error) {
        g_propagate_error (error, g_error_copy (input->error));
        return FALSE;
    }
    return simstow_error_set (error,
                              SIMSTOW_ERROR_CUT_SHORT,
                              _ ("line %" PRIu64 ": it ends too early"),
                              input->line);
}

void
simstow_text_make_valid (GString *text, SimstowLosses *losses)
{
    g_autoptr (GString) valid = NULL;
    const gchar *from = text->str;
    const gchar *limit = text->str + text->len;
    const gchar *end;

    if (g_utf8_validate_len (from, text->len, &end))
        return;
    valid = g_string_sized_new (text->len + 16);
    for (;;) {
        g_string_append_len (valid, from, end - from);
        if (end == limit)
            break;
        /* NUL is replaced as well: nothing behind it would be seen */
        g_string_append (valid, "\xEF\xBF\xBD");
        losses->counts[SIMSTOW_LOSS_CHARACTERS]++;
        from = end + 1;
        g_utf8_validate_len (from, (gsize) (limit - from), &end);
    }
    g_string_truncate (text, 0);
    g_string_append_len (text, valid->str, (gssize) valid->len);
}
