/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Objects cut out of a text.
 */

#include "config.h"

#include "simstow-json-cutter.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#include "simstow-error.h"

/* A record; some programs have a whole conversation in one */
#define OBJECT_LIMIT (8 * 1024 * 1024)
/* A longer string is no text */
#define STRING_LIMIT (512 * 1024)

typedef enum {
    STATE_START,
    STATE_LINES,
    STATE_ELEMENTS,
    STATE_DONE,
} State;

struct _SimstowJsonCutter {
    SimstowTextInput *input;
    SimstowLosses *losses;
    gchar *member;
    GString *text;
    State state;
    gboolean first;
};

SimstowJsonCutter *
simstow_json_cutter_new (SimstowTextInput *input, const gchar *member, SimstowLosses *losses)
{
    SimstowJsonCutter *cutter = g_new0 (SimstowJsonCutter, 1);

    cutter->input = input;
    cutter->losses = losses;
    cutter->member = g_strdup (member);
    cutter->text = g_string_new (NULL);
    return cutter;
}

void
simstow_json_cutter_free (SimstowJsonCutter *cutter)
{
    g_free (cutter->member);
    g_string_free (cutter->text, TRUE);
    g_free (cutter);
}

/* The next byte that is no blank, not passed over */
static gint
peek_token (SimstowJsonCutter *cutter)
{
    gint byte;

    while ((byte = simstow_text_input_peek (cutter->input)) == ' ' || byte == '\t' ||
           byte == '\n' || byte == '\r')
        simstow_text_input_next (cutter->input);
    return byte;
}

static gboolean
refuse (SimstowJsonCutter *cutter, GError **error)
{
    if (simstow_text_input_peek (cutter->input) < 0)
        return simstow_text_input_end_early (cutter->input, error);
    return simstow_text_input_refuse (cutter->input, error, _ ("it is no JSON of that kind"));
}

/* Behind the quotation mark; with the one at its end */
static gboolean
copy_string (SimstowJsonCutter *cutter, GError **error)
{
    GString *text = cutter->text;
    gsize start = text->len;
    gboolean escaped = FALSE;
    gboolean dropped = FALSE;
    gint byte;

    while ((byte = simstow_text_input_next (cutter->input)) >= 0) {
        if (byte == '"' && !escaped) {
            g_string_append_c (text, '"');
            return TRUE;
        }
        escaped = byte == '\\' && !escaped;
        if (text->len - start > STRING_LIMIT) {
            g_string_truncate (text, start);
            dropped = TRUE;
        }
        if (!dropped)
            g_string_append_c (text, (gchar) byte);
    }
    return simstow_text_input_end_early (cutter->input, error);
}

/* One value, whatever it is */
static gboolean
copy_value (SimstowJsonCutter *cutter, GError **error)
{
    GString *text = cutter->text;
    guint depth = 0;
    gint byte;

    g_string_truncate (text, 0);
    do {
        byte = depth > 0 || text->len == 0 ? peek_token (cutter)
                                           : simstow_text_input_peek (cutter->input);
        if (byte < 0)
            return simstow_text_input_end_early (cutter->input, error);
        if (depth == 0 && text->len > 0 &&
            (byte == ',' || byte == '}' || byte == ']' || g_ascii_isspace (byte)))
            return TRUE;
        simstow_text_input_next (cutter->input);
        g_string_append_c (text, (gchar) byte);
        if (byte == '"' && !copy_string (cutter, error))
            return FALSE;
        if (byte == '{' || byte == '[')
            depth++;
        else if ((byte == '}' || byte == ']') && depth-- == 0)
            return refuse (cutter, error);
        if (text->len > OBJECT_LIMIT)
            return simstow_text_input_refuse (cutter->input,
                                              error,
                                              _ ("a value of more than 8 MiB"));
    } while (depth > 0 || !strchr ("}]\"", byte));
    return TRUE;
}

static gboolean
expect (SimstowJsonCutter *cutter, gchar byte, GError **error)
{
    if (peek_token (cutter) != byte)
        return refuse (cutter, error);
    simstow_text_input_next (cutter->input);
    return TRUE;
}

/* Goes on in the object around the array: to the array, or to the end */
static gboolean
read_members (SimstowJsonCutter *cutter, GError **error)
{
    for (;;) {
        gboolean wanted;

        if (peek_token (cutter) == '}') {
            simstow_text_input_next (cutter->input);
            cutter->state = STATE_DONE;
            return TRUE;
        }
        if (!cutter->first && !expect (cutter, ',', error))
            return FALSE;
        cutter->first = FALSE;
        if (peek_token (cutter) != '"')
            return refuse (cutter, error);
        if (!copy_value (cutter, error) || !expect (cutter, ':', error))
            return FALSE;
        wanted = cutter->text->len == strlen (cutter->member) + 2 &&
                 memcmp (cutter->text->str + 1, cutter->member, cutter->text->len - 2) == 0;
        if (wanted && peek_token (cutter) == '[') {
            simstow_text_input_next (cutter->input);
            cutter->state = STATE_ELEMENTS;
            cutter->first = TRUE;
            return TRUE;
        }
        if (!copy_value (cutter, error))
            return FALSE;
    }
}

static gboolean
start (SimstowJsonCutter *cutter, GError **error)
{
    cutter->first = TRUE;
    if (cutter->member)
        return expect (cutter, '{', error) && read_members (cutter, error);
    cutter->state = STATE_LINES;
    if (peek_token (cutter) != '[')
        return TRUE;
    simstow_text_input_next (cutter->input);
    cutter->state = STATE_ELEMENTS;
    return TRUE;
}

static gboolean
take_object (SimstowJsonCutter *cutter, SimstowJsonValue *object, GError **error)
{
    guint64 line = cutter->input->line;
    g_autoptr (GError) reason = NULL;

    if (!copy_value (cutter, error))
        return FALSE;
    simstow_text_make_valid (cutter->text, cutter->losses);
    if (simstow_json_value_parse (cutter->text->str, cutter->text->len, object, &reason) &&
        object->type == SIMSTOW_JSON_OBJECT)
        return TRUE;
    return simstow_error_set (error,
                              SIMSTOW_ERROR_INVALID_DATA,
                              _ ("line %" PRIu64 ": %s"),
                              line,
                              reason ? reason->message : _ ("it is no JSON of that kind"));
}

/* Whether another element follows; the end of the array is passed over */
static gboolean
step_in_array (SimstowJsonCutter *cutter, gboolean *found, GError **error)
{
    *found = peek_token (cutter) != ']';
    if (*found) {
        if (!cutter->first && !expect (cutter, ',', error))
            return FALSE;
        cutter->first = FALSE;
        return peek_token (cutter) == '{' || refuse (cutter, error);
    }
    simstow_text_input_next (cutter->input);
    cutter->first = FALSE;
    cutter->state = STATE_DONE;
    return !cutter->member || read_members (cutter, error);
}

gboolean
simstow_json_cutter_next (SimstowJsonCutter *cutter,
                          SimstowJsonValue *object,
                          gboolean *found,
                          GError **error)
{
    *found = FALSE;
    if (cutter->state == STATE_START && !start (cutter, error))
        return FALSE;
    while (cutter->state == STATE_ELEMENTS) {
        if (!step_in_array (cutter, found, error))
            return FALSE;
        if (*found)
            return take_object (cutter, object, error);
    }
    if (peek_token (cutter) < 0)
        return !cutter->input->error || simstow_text_input_end_early (cutter->input, error);
    if (cutter->state == STATE_DONE || simstow_text_input_peek (cutter->input) != '{')
        return refuse (cutter, error);
    *found = TRUE;
    return take_object (cutter, object, error);
}
