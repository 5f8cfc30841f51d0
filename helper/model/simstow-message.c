/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Short messages as plain values.
 */

#include "simstow-message.h"

#include <glib/gi18n.h>

#include "simstow-reader.h"

/* As archives have them, and translated, for people */
static const gchar *const status_words[] = {
    [SIMSTOW_MESSAGE_STATUS_UNREAD] = N_ ("unread"),
    [SIMSTOW_MESSAGE_STATUS_READ] = N_ ("read"),
    [SIMSTOW_MESSAGE_STATUS_UNSENT] = N_ ("unsent"),
    [SIMSTOW_MESSAGE_STATUS_SENT] = N_ ("sent"),
    [SIMSTOW_MESSAGE_STATUS_UNKNOWN] = N_ ("unknown"),
};

/* TP-MTI (3GPP TS 23.040 9.2.3.1), for a message whose store does not tell the
 * direction: only SUBMIT (01) is then taken as the user's own */
static gboolean
looks_received (GBytes *pdu)
{
    SimstowReader reader;
    const guint8 *smsc;
    guint8 length;
    guint8 first_octet;

    simstow_reader_init_bytes (&reader, pdu);
    if (!simstow_reader_u8 (&reader, &length, NULL) ||
        !simstow_reader_take (&reader, length, &smsc, NULL) ||
        !simstow_reader_u8 (&reader, &first_octet, NULL))
        return TRUE;
    return (first_octet & 0x03) != 0x01;
}

static gboolean
is_received (SimstowMessageStatus status, GBytes *pdu)
{
    switch (status) {
    case SIMSTOW_MESSAGE_STATUS_UNREAD:
    case SIMSTOW_MESSAGE_STATUS_READ:
        return TRUE;
    case SIMSTOW_MESSAGE_STATUS_UNSENT:
    case SIMSTOW_MESSAGE_STATUS_SENT:
        return FALSE;
    default:
        return looks_received (pdu);
    }
}

SimstowMessage *
simstow_message_new_raw (const gchar *store, guint index, SimstowMessageStatus status, GBytes *pdu)
{
    SimstowMessage *message = g_new0 (SimstowMessage, 1);

    message->store = g_strdup (store);
    message->index = index;
    message->status = status;
    message->pdu = g_bytes_ref (pdu);
    return message;
}

void
simstow_message_decode (SimstowMessage *message)
{
    g_autoptr (GError) error = NULL;

    message->tpdu =
        simstow_tpdu_decode (message->pdu, is_received (message->status, message->pdu), &error);
    if (!message->tpdu)
        message->fault = g_strdup (error->message);
}

SimstowMessage *
simstow_message_new (const gchar *store, guint index, SimstowMessageStatus status, GBytes *pdu)
{
    SimstowMessage *message = simstow_message_new_raw (store, index, status, pdu);

    simstow_message_decode (message);
    return message;
}

gint64
simstow_message_get_time (const SimstowMessage *message, gint *zone)
{
    const SimstowTpdu *tpdu = message->tpdu;

    if (tpdu == NULL || tpdu->type == SIMSTOW_TPDU_SUBMIT || tpdu->timestamp.utc < 0)
        return -1;
    if (zone != NULL)
        *zone = tpdu->timestamp.zone;
    return tpdu->timestamp.utc;
}

void
simstow_message_free (SimstowMessage *message)
{
    if (!message)
        return;
    g_free (message->store);
    g_bytes_unref (message->pdu);
    g_clear_pointer (&message->tpdu, simstow_tpdu_free);
    g_free (message->fault);
    g_free (message->sim);
    g_free (message->rest);
    g_free (message);
}

const gchar *
simstow_message_status_to_string (SimstowMessageStatus status)
{
    return (guint) status < G_N_ELEMENTS (status_words) ? status_words[status] : "unknown";
}

SimstowMessageStatus
simstow_message_status_from_string (const gchar *text)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (status_words); i++)
        if (g_strcmp0 (text, status_words[i]) == 0)
            return (SimstowMessageStatus) i;
    return SIMSTOW_MESSAGE_STATUS_UNKNOWN;
}
