/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Message storage commands as text.
 */

#include "simstow-at-message.h"

#include "simstow-at-field.h"
#include "simstow-at-lines.h"
#include "simstow-error.h"

void
simstow_at_message_free (SimstowAtMessage *message)
{
    g_clear_pointer (&message->pdu, g_bytes_unref);
    g_clear_pointer (&message->row, g_bytes_unref);
    g_free (message->fault);
    g_free (message);
}

/* The names of a group, or without one of the rest of the line */
static GStrv
take_names (SimstowReader *line)
{
    g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
    g_auto (GStrv) tokens = simstow_at_field_tokens (line);
    gsize i;

    for (i = 0; tokens[i] != NULL; i++) {
        g_autofree gchar *upper = g_ascii_strup (tokens[i], -1);

        if (simstow_at_token_is_name (upper))
            g_strv_builder_add (builder, upper);
    }
    return g_strv_builder_end (builder);
}

GStrv
simstow_at_message_parse_selected (const gchar *reply)
{
    SimstowReader lines, line;

    simstow_at_lines_init (&lines, reply);
    if (!simstow_at_lines_find (&lines, "+CPMS", &line))
        return g_new0 (gchar *, 1);
    return take_names (&line);
}

gsize
simstow_at_message_check_pdu (GBytes *pdu, GError **error)
{
    SimstowReader reader, smsc;
    guint8 length;

    simstow_reader_init_bytes (&reader, pdu);
    if (g_bytes_get_size (pdu) > SIMSTOW_AT_PDU_MAX) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "message has %" G_GSIZE_FORMAT " octets, the limit is %d",
                     g_bytes_get_size (pdu),
                     SIMSTOW_AT_PDU_MAX);
        return 0;
    }
    if (!simstow_reader_u8 (&reader, &length, NULL) ||
        !simstow_reader_sub (&reader, length, &smsc, NULL) ||
        simstow_reader_remaining (&reader) == 0) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_RECORD,
                             "message is shorter than its service centre address");
        return 0;
    }
    return simstow_reader_remaining (&reader);
}
