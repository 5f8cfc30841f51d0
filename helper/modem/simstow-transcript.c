/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transcripts as text: the writer, and the reader, which believes nothing of what it reads.
 */

#include "simstow-transcript.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-hex.h"

#define FIRST_LINE  "# simstow transcript 1"
#define ERROR_NAMES "org.simstow.Error."

/* More than any modem has to say */
#define TEXT_MAX  (64 * 1024 * 1024)
#define CALLS_MAX 20000
#define PARTS_MAX 2000
#define FACTS_MAX 200

SimstowTranscript *
simstow_transcript_new (void)
{
    SimstowTranscript *transcript = g_new0 (SimstowTranscript, 1);

    transcript->origin = g_strdup ("");
    transcript->calls =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_transcript_call_free);
    return transcript;
}

void
simstow_transcript_free (SimstowTranscript *transcript)
{
    g_free (transcript->origin);
    g_clear_pointer (&transcript->facts, g_variant_unref);
    g_ptr_array_unref (transcript->calls);
    g_free (transcript);
}

SimstowTranscriptCall *
simstow_transcript_call_new (const gchar *door, GVariant *options)
{
    SimstowTranscriptCall *call = g_new0 (SimstowTranscriptCall, 1);

    call->door = g_strdup (door);
    call->options = simstow_transcript_print_options (options);
    call->commands = simstow_commands_new ();
    call->answers = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_answer_free);
    return call;
}

void
simstow_transcript_call_free (SimstowTranscriptCall *call)
{
    g_free (call->door);
    g_free (call->options);
    g_ptr_array_unref (call->commands);
    g_ptr_array_unref (call->answers);
    g_clear_error (&call->error);
    g_clear_pointer (&call->facts, g_variant_unref);
    g_free (call);
}

/* Writing */

static void
append_escaped (GString *out, const gchar *text, gsize size, gboolean blanks)
{
    for (gsize i = 0; i < size; i++) {
        guint8 c = (guint8) text[i];

        if (c == '\\')
            g_string_append (out, "\\\\");
        else if (c == '\r')
            g_string_append (out, "\\r");
        else if (c == '\n')
            g_string_append (out, "\\n");
        else if (c < ' ' || c >= 0x7F || (c == ' ' && !blanks))
            g_string_append_printf (out, "\\x%02X", c);
        else
            g_string_append_c (out, (gchar) c);
    }
}

/* Whether people can read it: text of a modem may hold a few odd bytes */
static gboolean
is_text (const gchar *data, gsize size)
{
    gsize odd = 0;

    for (gsize i = 0; i < size; i++) {
        guint8 c = (guint8) data[i];

        odd += (c < ' ' && c != '\r' && c != '\n') || c >= 0x7F;
    }
    return odd * 4 <= size;
}

/* Line by line as a modem gives them, so that two transcripts can be compared */
static void
append_bytes (GString *out, gchar mark, GBytes *bytes)
{
    gsize size;
    const gchar *data = g_bytes_get_data (bytes, &size);

    if (!is_text (data, size)) {
        g_autofree gchar *hex = simstow_hex_encode_bytes (bytes);

        g_string_append_printf (out, "%cx %s\n", mark, hex);
        return;
    }
    g_string_append_c (out, mark);
    g_string_append_c (out, ' ');
    while (size > 0) {
        const gchar *end = g_strstr_len (data, (gssize) size, "\r\n");
        gsize length = end ? (gsize) (end - data) : size;

        append_escaped (out, data, length, TRUE);
        if (!end)
            break;
        g_string_append (out, "\n. ");
        data = end + 2;
        size -= length + 2;
    }
    g_string_append_c (out, '\n');
}

static void
append_error (GString *out, const GError *error, const SimstowAnswer *answer)
{
    g_autofree gchar *name = g_dbus_error_encode_gerror (error);
    const gchar *domain = answer ? answer->modem_domain : NULL;

    g_string_append_printf (out,
                            "%s %s ",
                            answer ? "!" : "!!",
                            g_str_has_prefix (name, ERROR_NAMES) ? name + strlen (ERROR_NAMES)
                                                                 : "Failed");
    if (answer && !domain)
        g_string_append (out, "- ");
    else if (g_strcmp0 (domain, SIMSTOW_MODEM_SW) == 0)
        g_string_append_printf (out, "%s %04X ", domain, answer->modem_code);
    else if (answer)
        g_string_append_printf (out, "%s %u ", domain, answer->modem_code);
    if (answer && answer->failed > 0)
        g_string_append_printf (out, "failed=%u ", answer->failed);
    append_escaped (out, error->message, strlen (error->message), TRUE);
    g_string_append_c (out, '\n');
}

static gint
compare_strings (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const gchar *const *) a, *(const gchar *const *) b);
}

/* Each pair of an a{sv} as one text, by rising key */
static GPtrArray *
print_dict (GVariant *dict, gchar between)
{
    GPtrArray *pairs = g_ptr_array_new_with_free_func (g_free);
    GVariantIter iter;
    const gchar *key;
    GVariant *value;

    g_variant_iter_init (&iter, dict);
    while (g_variant_iter_loop (&iter, "{&sv}", &key, &value)) {
        g_autofree gchar *text = g_variant_print (value, TRUE);
        g_autoptr (GString) pair = g_string_new (key);

        g_string_append_c (pair, between);
        append_escaped (pair, text, strlen (text), between == ' ');
        g_ptr_array_add (pairs, g_string_free (g_steal_pointer (&pair), FALSE));
    }
    g_ptr_array_sort (pairs, compare_strings);
    return pairs;
}

gchar *
simstow_transcript_print_options (GVariant *options)
{
    g_autoptr (GPtrArray) pairs = NULL;

    if (!options)
        return g_strdup ("");
    pairs = print_dict (options, '=');
    g_ptr_array_add (pairs, NULL);
    return g_strjoinv (" ", (gchar **) pairs->pdata);
}

static void
append_facts (GString *out, GVariant *facts)
{
    g_autoptr (GPtrArray) pairs = facts ? print_dict (facts, ' ') : g_ptr_array_new ();

    for (guint i = 0; i < pairs->len; i++)
        g_string_append_printf (out, "= %s\n", (const gchar *) g_ptr_array_index (pairs, i));
}

static void
append_call (GString *out, const SimstowTranscriptCall *call)
{
    g_string_append_printf (out,
                            "@ %" G_GINT64_FORMAT ".%03u+%" G_GINT64_FORMAT ".%03u %s%s%s\n",
                            call->start / 1000,
                            (guint) (call->start % 1000),
                            call->took / 1000,
                            (guint) (call->took % 1000),
                            call->door,
                            call->options[0] ? " " : "",
                            call->options);
    append_facts (out, call->facts);
    for (guint i = 0; i < call->commands->len; i++) {
        const SimstowDoorCommand *command = g_ptr_array_index (call->commands, i);
        const SimstowAnswer *answer =
            i < call->answers->len ? g_ptr_array_index (call->answers, i) : NULL;

        g_string_append (out, "> ");
        append_escaped (out, command->text, strlen (command->text), TRUE);
        g_string_append_c (out, '\n');
        if (command->data)
            append_bytes (out, '+', command->data);
        for (guint j = 0; answer && j < answer->parts->len; j++)
            append_bytes (out, '<', g_ptr_array_index (answer->parts, j));
        if (answer && answer->error)
            append_error (out, answer->error, answer);
    }
    if (call->error)
        append_error (out, call->error, NULL);
}

gchar *
simstow_transcript_print (const SimstowTranscript *transcript)
{
    g_autoptr (GString) out = g_string_new (FIRST_LINE);

    if (transcript->origin[0]) {
        g_string_append (out, "; ");
        append_escaped (out, transcript->origin, strlen (transcript->origin), TRUE);
    }
    g_string_append_c (out, '\n');
    append_facts (out, transcript->facts);
    for (guint i = 0; i < transcript->calls->len; i++)
        append_call (out, g_ptr_array_index (transcript->calls, i));
    return g_string_free (g_steal_pointer (&out), FALSE);
}

/* Reading */

typedef struct {
    SimstowTranscript *transcript;
    SimstowTranscriptCall *call; /* the one that is being read */
    GVariantDict *facts;         /* of the transcript, or of the call */
    guint n_facts;
    GByteArray *bytes; /* what is being read, line by line */
    gchar mark;        /* and what it is */
} Parse;

static gboolean
fail (GError **error, const gchar *what)
{
    g_set_error_literal (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA, what);
    return FALSE;
}

static gboolean
append_unescaped (GByteArray *bytes, const gchar *text, gsize size, GError **error)
{
    for (gsize i = 0; i < size; i++) {
        guint8 c = (guint8) text[i];

        if (c == '\\') {
            const gchar *escape = text + i + 1;
            gsize left = size - i - 1;

            if (left >= 1 && escape[0] == '\\') {
                i += 1;
            } else if (left >= 1 && (escape[0] == 'r' || escape[0] == 'n')) {
                c = escape[0] == 'r' ? '\r' : '\n';
                i += 1;
            } else if (left >= 3 && escape[0] == 'x' && g_ascii_isxdigit (escape[1]) &&
                       g_ascii_isxdigit (escape[2])) {
                c = (guint8) (g_ascii_xdigit_value (escape[1]) << 4 |
                              g_ascii_xdigit_value (escape[2]));
                i += 3;
            } else {
                return fail (error, "an escape that is none");
            }
        } else if (c < ' ') {
            return fail (error, "a control character");
        }
        g_byte_array_append (bytes, &c, 1);
    }
    return TRUE;
}

/* As a string, which has no NUL byte */
static gchar *
unescape (const gchar *text, gsize size, GError **error)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();

    if (!append_unescaped (bytes, text, size, error))
        return NULL;
    if (bytes->len > 0 && memchr (bytes->data, '\0', bytes->len)) {
        fail (error, "a NUL character");
        return NULL;
    }
    return g_strndup ((const gchar *) bytes->data, bytes->len);
}

/* The next word of a line and the blank behind it */
static gchar *
take_word (const gchar **text, gsize *size)
{
    const gchar *blank = memchr (*text, ' ', *size);
    gsize length = blank ? (gsize) (blank - *text) : *size;
    gchar *word = g_strndup (*text, length);

    length += blank ? 1 : 0;
    *text += length;
    *size -= length;
    return word;
}

static SimstowAnswer *
last_answer (Parse *parse)
{
    return parse->call && parse->call->answers->len > 0
               ? g_ptr_array_index (parse->call->answers, parse->call->answers->len - 1)
               : NULL;
}

static gboolean
end_bytes (Parse *parse, GError **error)
{
    g_autoptr (GBytes) bytes = NULL;
    SimstowAnswer *answer = last_answer (parse);
    SimstowDoorCommand *command;

    if (!parse->bytes)
        return TRUE;
    bytes = g_byte_array_free_to_bytes (g_steal_pointer (&parse->bytes));
    if (parse->mark == '<') {
        if (answer->error || answer->parts->len >= PARTS_MAX)
            return fail (error, "a part of an answer too many");
        g_ptr_array_add (answer->parts, g_steal_pointer (&bytes));
        return TRUE;
    }
    command = g_ptr_array_index (parse->call->commands, parse->call->commands->len - 1);
    if (command->data || answer->parts->len > 0 || answer->error)
        return fail (error, "data that belong to no command");
    command->data = g_steal_pointer (&bytes);
    return TRUE;
}

static void
end_facts (Parse *parse)
{
    GVariant **facts = parse->call ? &parse->call->facts : &parse->transcript->facts;

    if (!parse->facts)
        return;
    *facts = g_variant_ref_sink (g_variant_dict_end (parse->facts));
    g_clear_pointer (&parse->facts, g_variant_dict_unref);
}

static gboolean
read_bytes (Parse *parse, const gchar *line, gsize size, GError **error)
{
    gboolean hex = size > 1 && line[1] == 'x';
    gsize skip = hex ? 2 : 1;
    g_autoptr (GBytes) bytes = NULL;

    if (!last_answer (parse))
        return fail (error, "bytes before any command");
    parse->mark = line[0];
    parse->bytes = g_byte_array_new ();
    skip += size > skip && line[skip] == ' ' ? 1 : 0;
    if (!hex)
        return append_unescaped (parse->bytes, line + skip, size - skip, error);
    bytes = simstow_hex_decode (line + skip, (gssize) (size - skip), error);
    if (bytes)
        g_byte_array_append (parse->bytes,
                             g_bytes_get_data (bytes, NULL),
                             (guint) g_bytes_get_size (bytes));
    return bytes != NULL;
}

static gboolean
read_fact (Parse *parse, const gchar *text, gsize size, GError **error)
{
    g_autofree gchar *key = take_word (&text, &size);
    g_autofree gchar *plain = unescape (text, size, error);
    g_autoptr (GVariant) value = NULL;

    if (!plain)
        return FALSE;
    if (parse->call && parse->call->commands->len > 0)
        return fail (error, "a fact behind a command");
    if (!g_utf8_validate (plain, -1, NULL) || !g_utf8_validate (key, -1, NULL) ||
        ++parse->n_facts > FACTS_MAX)
        return fail (error, "a fact that makes no sense");
    value = g_variant_parse (NULL, plain, NULL, NULL, NULL);
    if (!value)
        return fail (error, "a fact that makes no sense");
    if (!parse->facts)
        parse->facts = g_variant_dict_new (NULL);
    g_variant_dict_insert_value (parse->facts, key, value);
    return TRUE;
}

static gboolean
parse_time (const gchar *text, gint64 *milliseconds)
{
    g_auto (GStrv) parts = g_strsplit (text, ".", 2);
    guint64 seconds, rest;

    if (g_strv_length (parts) != 2 || strlen (parts[1]) != 3 ||
        !g_ascii_string_to_unsigned (parts[0], 10, 0, G_MAXUINT32, &seconds, NULL) ||
        !g_ascii_string_to_unsigned (parts[1], 10, 0, 999, &rest, NULL))
        return FALSE;
    *milliseconds = (gint64) (seconds * 1000 + rest);
    return TRUE;
}

static gboolean
read_call (Parse *parse, const gchar *text, gsize size, GError **error)
{
    g_autofree gchar *when = take_word (&text, &size);
    g_autofree gchar *door = take_word (&text, &size);
    g_auto (GStrv) times = g_strsplit (when, "+", 2);
    g_autoptr (SimstowTranscriptCall) call = simstow_transcript_call_new (door, NULL);

    if (parse->transcript->calls->len >= CALLS_MAX)
        return fail (error, "too many calls");
    if (g_strv_length (times) != 2 || !parse_time (times[0], &call->start) ||
        !parse_time (times[1], &call->took))
        return fail (error, "a call without its time");
    for (const gchar *c = door; *c; c++)
        if (!g_ascii_islower (*c) && *c != '-')
            return fail (error, "a call without its door");
    if (door[0] == '\0' || memchr (text, '\0', size))
        return fail (error, "a call without its door");
    g_free (call->options);
    call->options = g_strndup (text, size);
    parse->call = call;
    g_ptr_array_add (parse->transcript->calls, g_steal_pointer (&call));
    return TRUE;
}

static gboolean
read_command (Parse *parse, const gchar *text, gsize size, GError **error)
{
    g_autofree gchar *plain = unescape (text, size, error);

    if (!plain)
        return FALSE;
    if (!parse->call || parse->call->error ||
        parse->call->commands->len >= SIMSTOW_CONVERSATION_COMMANDS)
        return fail (error, "a command that belongs to no call");
    simstow_commands_add (parse->call->commands, g_steal_pointer (&plain), NULL);
    g_ptr_array_add (parse->call->answers, simstow_answer_new ());
    return TRUE;
}

/* Whose code, the code */
static gboolean
read_code (SimstowAnswer *answer, const gchar **text, gsize *size)
{
    g_autofree gchar *domain = take_word (text, size);
    g_autofree gchar *number = NULL;
    guint64 code;

    if (g_str_equal (domain, "-"))
        return TRUE;
    number = take_word (text, size);
    if (!g_ascii_string_to_unsigned (number,
                                     g_str_equal (domain, SIMSTOW_MODEM_SW) ? 16 : 10,
                                     0,
                                     G_MAXUINT32,
                                     &code,
                                     NULL))
        return FALSE;
    simstow_answer_set_modem_error (answer, domain, (guint) code);
    return answer->modem_domain != NULL;
}

static gboolean
read_failed (SimstowAnswer *answer, const gchar **text, gsize *size)
{
    g_autofree gchar *number = NULL;
    guint64 failed;

    if (!g_str_has_prefix (*text, "failed="))
        return TRUE;
    number = take_word (text, size);
    if (!g_ascii_string_to_unsigned (number + strlen ("failed="),
                                     10,
                                     1,
                                     G_MAXUINT32,
                                     &failed,
                                     NULL))
        return FALSE;
    answer->failed = (guint) failed;
    return TRUE;
}

static gboolean
read_error (Parse *parse, const gchar *text, gsize size, gboolean whole, GError **error)
{
    g_autofree gchar *line = g_strndup (text, size);
    const gchar *rest = line;
    gsize left = strlen (line);
    g_autofree gchar *name = take_word (&rest, &left);
    g_autofree gchar *full = g_strconcat (ERROR_NAMES, name, NULL);
    g_autofree gchar *message = NULL;
    SimstowAnswer *answer = last_answer (parse);
    GError *made;

    if (!parse->call || parse->call->error || (!whole && (!answer || answer->error)))
        return fail (error, "an error that belongs to nothing");
    if (!whole && (!read_code (answer, &rest, &left) || !read_failed (answer, &rest, &left)))
        return fail (error, "an error's code that is none");
    message = unescape (rest, left, error);
    if (!message)
        return FALSE;
    simstow_error_quark ();
    made = g_dbus_error_new_for_dbus_error (full, message);
    g_dbus_error_strip_remote_error (made);
    if (made->domain != SIMSTOW_ERROR) {
        g_error_free (made);
        made = g_error_new_literal (SIMSTOW_ERROR, SIMSTOW_ERROR_FAILED, message);
    }
    if (whole) {
        g_ptr_array_set_size (parse->call->answers, 0);
        parse->call->error = made;
    } else {
        answer->error = made;
        simstow_answer_set_modem_error (answer, answer->modem_domain, answer->modem_code);
    }
    return TRUE;
}

static gboolean
read_line (Parse *parse, const gchar *line, gsize size, GError **error)
{
    gboolean whole = size > 1 && line[0] == '!' && line[1] == '!';
    gsize skip = whole ? 2 : 1;

    if (size == 0 || line[0] == '#')
        return TRUE;
    if (line[0] == '.') {
        if (!parse->bytes)
            return fail (error, "a next line of nothing");
        skip += size > skip && line[skip] == ' ' ? 1 : 0;
        g_byte_array_append (parse->bytes, (const guint8 *) "\r\n", 2);
        return append_unescaped (parse->bytes, line + skip, size - skip, error);
    }
    if (!end_bytes (parse, error))
        return FALSE;
    if (line[0] == '<' || line[0] == '+')
        return read_bytes (parse, line, size, error);
    if (size > skip && line[skip] != ' ')
        return fail (error, "a mark that is none");
    skip = MIN (size, skip + 1);
    if (line[0] == '=')
        return read_fact (parse, line + skip, size - skip, error);
    end_facts (parse);
    switch (line[0]) {
    case '@':
        return read_call (parse, line + skip, size - skip, error);
    case '>':
        return read_command (parse, line + skip, size - skip, error);
    case '!':
        return read_error (parse, line + skip, size - skip, whole, error);
    default:
        return fail (error, "a mark that is none");
    }
}

/* Line ends may have become those of another system on the way */
static gsize
without_end (const gchar *line, gsize size)
{
    return size > 0 && line[size - 1] == '\r' ? size - 1 : size;
}

static gboolean
read_first (Parse *parse, const gchar *line, gsize size, GError **error)
{
    gsize length = strlen (FIRST_LINE);
    gchar *origin;

    if (size < length || memcmp (line, FIRST_LINE, length) != 0 ||
        (size > length && line[length] != ';'))
        return fail (error, "not a transcript of simstow that this version can read");
    if (size <= length + 2)
        return TRUE;
    origin = unescape (line + length + 2, size - length - 2, error);
    if (!origin)
        return FALSE;
    g_free (parse->transcript->origin);
    parse->transcript->origin = origin;
    return TRUE;
}

static gboolean
read_lines (Parse *parse, const gchar *text, gsize size, GError **error)
{
    guint number = 0;

    while (size > 0) {
        const gchar *end = memchr (text, '\n', size);
        gsize length = end ? (gsize) (end - text) : size;
        gsize line = without_end (text, length);

        number++;
        if (!(number == 1 ? read_first (parse, text, line, error)
                          : read_line (parse, text, line, error))) {
            g_prefix_error (error, "line %u: ", number);
            return FALSE;
        }
        length += end ? 1 : 0;
        text += length;
        size -= length;
    }
    if (number == 0)
        return fail (error, "not a transcript of simstow that this version can read");
    end_facts (parse);
    return end_bytes (parse, error);
}

SimstowTranscript *
simstow_transcript_parse (const gchar *text, gsize size, GError **error)
{
    g_autoptr (SimstowTranscript) transcript = simstow_transcript_new ();
    Parse parse = {.transcript = transcript};
    gboolean good;

    if (size > TEXT_MAX) {
        fail (error, "too large for a transcript");
        return NULL;
    }
    good = read_lines (&parse, text, size, error);
    g_clear_pointer (&parse.bytes, g_byte_array_unref);
    g_clear_pointer (&parse.facts, g_variant_dict_unref);
    return good ? g_steal_pointer (&transcript) : NULL;
}
