/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Message storage commands as text.
 */

#include "simstow-at-message.h"

#include "simstow-error.h"
#include "simstow-reader.h"

void
simstow_at_message_free (SimstowAtMessage *message)
{
    g_clear_pointer (&message->pdu, g_bytes_unref);
    g_clear_pointer (&message->row, g_bytes_unref);
    g_free (message->fault);
    g_free (message);
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
