/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AT commands that reach the card, built and taken apart.
 */

#include "simstow-card-at.h"

#include <string.h>

#include "simstow-at-text.h"
#include "simstow-error.h"
#include "simstow-hex.h"

/* Session ids seen have up to 16 characters */
#define MAX_SESSION 32

/* The fields of a line, as text. */
static GStrv
read_fields (SimstowReader *line)
{
    GStrvBuilder *builder = g_strv_builder_new ();
    SimstowAtField field;
    GStrv fields;

    while (simstow_at_field_next (line, &field)) {
        g_autofree gchar *text = g_strndup (field.text, field.length);

        g_strv_builder_add (builder, text);
    }
    fields = g_strv_builder_end (builder);
    g_strv_builder_unref (builder);
    return fields;
}

/* The fields of the line that begins with @prefix; of the first line, where the modem leaves
 * the prefix out. */
static GStrv
split_fields (const gchar *reply, const gchar *prefix)
{
    SimstowReader lines;
    SimstowReader line;

    simstow_at_lines_init (&lines, reply);
    if (simstow_at_lines_find (&lines, prefix, &line))
        return read_fields (&line);
    simstow_at_lines_init (&lines, reply);
    while (simstow_at_lines_next (&lines, &line)) {
        g_auto (GStrv) fields = read_fields (&line);

        if (fields[0] && fields[0][0] != '+')
            return g_steal_pointer (&fields);
    }
    return g_new0 (gchar *, 1);
}

static void
set_unreadable (GError **error, const gchar *command)
{
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_MODEM_ERROR,
                 "the modem's answer to %s makes no sense",
                 command);
}

gchar *
simstow_card_at_open (GBytes *aid)
{
    g_autofree gchar *hex = simstow_hex_encode_bytes (aid);

    return g_strdup_printf ("+CCHO=\"%s\"", hex);
}

gchar *
simstow_card_at_parse_open (const gchar *reply, GError **error)
{
    g_auto (GStrv) fields = split_fields (reply, "+CCHO");
    gsize length = fields[0] ? strlen (fields[0]) : 0;
    gsize i;

    for (i = 0; i < length; i++) {
        if (!g_ascii_isalnum (fields[0][i]))
            length = 0;
    }
    if (length == 0 || length > MAX_SESSION) {
        set_unreadable (error, "+CCHO");
        return NULL;
    }
    return g_strdup (fields[0]);
}

gchar *
simstow_card_at_exchange (const gchar *session, GBytes *apdu)
{
    g_autofree gchar *hex = simstow_hex_encode_bytes (apdu);

    if (session)
        return g_strdup_printf ("+CGLA=%s,%" G_GSIZE_FORMAT ",\"%s\"", session, strlen (hex), hex);
    return g_strdup_printf ("+CSIM=%" G_GSIZE_FORMAT ",\"%s\"", strlen (hex), hex);
}

/* Characters, by 3GPP TS 27.007; some modems count bytes */
static gboolean
is_length_of (const gchar *field, const gchar *hex)
{
    guint64 length;

    return g_ascii_string_to_unsigned (field, 10, 0, G_MAXUINT16, &length, NULL) &&
           (length == strlen (hex) || 2 * length == strlen (hex));
}

GBytes *
simstow_card_at_parse_exchange (const gchar *reply, GError **error)
{
    const gchar *prefix = strstr (reply, "+CGLA:") ? "+CGLA" : "+CSIM";
    g_auto (GStrv) fields = split_fields (reply, prefix);
    g_autoptr (GBytes) response = NULL;

    if (g_strv_length (fields) != 2 || !is_length_of (fields[0], fields[1])) {
        set_unreadable (error, prefix);
        return NULL;
    }
    response = simstow_hex_decode (fields[1], -1, error);
    if (!response) {
        g_prefix_error (error, "answer of the card: ");
        return NULL;
    }
    return g_steal_pointer (&response);
}

gchar *
simstow_card_at_restricted (guint8 ins, GBytes *path, const guint8 parameters[3], GBytes *data)
{
    g_autofree gchar *hex = data ? simstow_hex_encode_bytes (data) : NULL;
    g_autofree gchar *steps = simstow_hex_encode_bytes (path);
    gsize length = strlen (steps);
    const gchar *file = length >= 4 ? steps + length - 4 : "";

    /* <pathid> is given from the MF on and without the file itself, TS 27.007 8.18 */
    return g_strdup_printf ("+CRSM=%u,%u,%u,%u,%u,%s%s%s,\"3F00%.*s\"",
                            ins,
                            (guint) g_ascii_strtoull (file, NULL, 16),
                            parameters[0],
                            parameters[1],
                            parameters[2],
                            hex ? "\"" : "",
                            hex ? hex : "",
                            hex ? "\"" : "",
                            (gint) (length >= 4 ? length - 4 : 0),
                            steps);
}

GPtrArray *
simstow_card_at_split_restricted (const gchar *reply)
{
    GPtrArray *answers = g_ptr_array_new_with_free_func (g_free);
    SimstowReader lines;
    SimstowReader line;
    const guint8 *text;
    gsize size;

    simstow_at_lines_init (&lines, reply);
    while (simstow_at_lines_find (&lines, "+CRSM", &line)) {
        size = simstow_reader_remaining (&line);
        if (simstow_reader_take (&line, size, &text, NULL))
            g_ptr_array_add (answers,
                             g_strdup_printf ("+CRSM: %.*s", (gint) size, (const gchar *) text));
    }
    return answers;
}

GBytes *
simstow_card_at_parse_restricted (const gchar *reply, GError **error)
{
    g_auto (GStrv) fields = split_fields (reply, "+CRSM");
    guint n_fields = g_strv_length (fields);
    g_autoptr (GBytes) data = NULL;
    GByteArray *response;
    guint64 sw[2] = {0, 0};
    guint8 status[2];

    if (n_fields < 2 || n_fields > 3 ||
        !g_ascii_string_to_unsigned (fields[0], 10, 0, 255, &sw[0], NULL) ||
        !g_ascii_string_to_unsigned (fields[1], 10, 0, 255, &sw[1], NULL)) {
        set_unreadable (error, "+CRSM");
        return NULL;
    }
    data = simstow_hex_decode (n_fields == 3 ? fields[2] : "", -1, error);
    if (!data) {
        g_prefix_error (error, "answer of the card: ");
        return NULL;
    }
    response = g_byte_array_new ();
    g_byte_array_append (response, g_bytes_get_data (data, NULL), (guint) g_bytes_get_size (data));
    status[0] = (guint8) sw[0];
    status[1] = (guint8) sw[1];
    g_byte_array_append (response, status, sizeof (status));
    return g_byte_array_free_to_bytes (response);
}
