/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Command and response APDUs, and the table of status words.
 */

#include "simstow-apdu.h"

#include "simstow-error.h"
#include "simstow-reader.h"

#define HEADER_SIZE        4
#define INS_MANAGE_CHANNEL 0x70

/* Status words that say more than "it failed"; the mask picks the bits that count. */
static const struct {
    guint16 sw;
    guint16 mask;
    SimstowError code;
    const gchar *text;
} status_words[] = {
    {0x6982, 0xFFFF, SIMSTOW_ERROR_DENIED, "the card wants a PIN or key first"},
    {0x6983, 0xFFFF, SIMSTOW_ERROR_DENIED, "the PIN or key is blocked"},
    {0x6984, 0xFFFF, SIMSTOW_ERROR_DENIED, "the file is deactivated"},
    {0x6985, 0xFFFF, SIMSTOW_ERROR_DENIED, "the card does not allow that now"},
    {0x9804, 0xFFFF, SIMSTOW_ERROR_LOCKED, "the card wants a PIN first"},
    {0x9840, 0xFFFF, SIMSTOW_ERROR_LOCKED, "the PIN is blocked"},
    {0x6A82, 0xFFFF, SIMSTOW_ERROR_NOT_FOUND, "the card has no such file or application"},
    {0x6A83, 0xFFFF, SIMSTOW_ERROR_NOT_FOUND, "the file has no such record"},
    {0x9402, 0xFFFF, SIMSTOW_ERROR_NOT_FOUND, "the file has no such record"},
    {0x9404, 0xFFFF, SIMSTOW_ERROR_NOT_FOUND, "the card has no such file"},
    {0x6A88, 0xFFFF, SIMSTOW_ERROR_NOT_FOUND, "the card has no such data"},
    {0x6A84, 0xFFFF, SIMSTOW_ERROR_FULL, "no room on the card"},
    {0x9210, 0xFFFF, SIMSTOW_ERROR_FULL, "no room on the card"},
    {0x6A80, 0xFFFF, SIMSTOW_ERROR_INVALID_RECORD, "the card refuses the data"},
    {0x6700, 0xFF00, SIMSTOW_ERROR_INVALID_RECORD, "the card refuses the length"},
    {0x6A81, 0xFFFF, SIMSTOW_ERROR_UNSUPPORTED, "the card cannot do that, or has no free channel"},
    {0x6D00, 0xFFFF, SIMSTOW_ERROR_UNSUPPORTED, "the card does not know the command"},
    {0x6E00, 0xFFFF, SIMSTOW_ERROR_UNSUPPORTED, "the card does not know the class"},
    {0x6881, 0xFFFF, SIMSTOW_ERROR_MODEM_ERROR, "the channel is not open"},
    {0x9300, 0xFFFF, SIMSTOW_ERROR_MODEM_ERROR, "the card is busy"},
    {0x6581, 0xFFFF, SIMSTOW_ERROR_MODEM_ERROR, "the card's memory has failed"},
    {0x6F00, 0xFF00, SIMSTOW_ERROR_MODEM_ERROR, "the card has a technical problem"},
    {0x6200, 0xFF00, SIMSTOW_ERROR_MODEM_ERROR, "the card warns, and gives nothing"},
    {0x6300, 0xFFFF, SIMSTOW_ERROR_MODEM_ERROR, "the card warns, and gives nothing"},
};

GBytes *
simstow_apdu_new (const guint8 header[4], GBytes *data, gint le)
{
    GByteArray *apdu = g_byte_array_new ();

    g_byte_array_append (apdu, header, HEADER_SIZE);
    if (data) {
        gsize size = MIN (g_bytes_get_size (data), 255);
        guint8 lc = (guint8) size;

        g_byte_array_append (apdu, &lc, 1);
        g_byte_array_append (apdu, g_bytes_get_data (data, NULL), (guint) size);
    }
    if (le != SIMSTOW_APDU_LE_NONE) {
        guint8 octet = (guint8) le;

        g_byte_array_append (apdu, &octet, 1);
    }
    return g_byte_array_free_to_bytes (apdu);
}

/* A copy of @apdu to change, never shorter than a header. */
static GByteArray *
copy_command (GBytes *apdu)
{
    GByteArray *copy = g_byte_array_new ();
    gsize size;
    const guint8 *data = g_bytes_get_data (apdu, &size);

    g_byte_array_append (copy, data, (guint) size);
    if (copy->len < HEADER_SIZE)
        g_byte_array_set_size (copy, HEADER_SIZE);
    return copy;
}

GBytes *
simstow_apdu_set_channel (GBytes *apdu, guint channel)
{
    GByteArray *copy = copy_command (apdu);
    guint8 proprietary = copy->data[0] & 0x80;

    if (channel < 4)
        copy->data[0] = (guint8) ((copy->data[0] & 0xFC) | channel);
    else
        copy->data[0] = (guint8) (proprietary | 0x40 | ((channel - 4) & 0x0F));
    return g_byte_array_free_to_bytes (copy);
}

GBytes *
simstow_apdu_clear_channel (GBytes *apdu, GError **error)
{
    GByteArray *copy;

    if (!simstow_apdu_is_command (apdu)) {
        g_set_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD, "this is no command APDU");
        return NULL;
    }
    copy = copy_command (apdu);
    if (copy->data[1] == INS_MANAGE_CHANNEL) {
        g_byte_array_unref (copy);
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_DENIED,
                     "channels are opened and closed by OpenChannel and CloseChannel");
        return NULL;
    }
    copy->data[0] &= copy->data[0] & 0x40 ? 0x80 : 0xFC;
    return g_byte_array_free_to_bytes (copy);
}

GBytes *
simstow_apdu_set_le (GBytes *apdu, guint8 le)
{
    GByteArray *copy = copy_command (apdu);
    guint lc = copy->len > HEADER_SIZE + 1 ? copy->data[HEADER_SIZE] : 0;
    guint without_le = lc ? HEADER_SIZE + 1 + lc : HEADER_SIZE;

    g_byte_array_set_size (copy, MIN (copy->len, without_le));
    g_byte_array_append (copy, &le, 1);
    return g_byte_array_free_to_bytes (copy);
}

gboolean
simstow_apdu_is_command (GBytes *apdu)
{
    SimstowReader reader;
    const guint8 *taken;
    guint8 lc;

    simstow_reader_init_bytes (&reader, apdu);
    if (!simstow_reader_take (&reader, HEADER_SIZE, &taken, NULL))
        return FALSE;
    if (simstow_reader_remaining (&reader) <= 1)
        return TRUE;
    return simstow_reader_u8 (&reader, &lc, NULL) && lc > 0 &&
           simstow_reader_take (&reader, lc, &taken, NULL) &&
           simstow_reader_remaining (&reader) <= 1;
}

gboolean
simstow_apdu_split (GBytes *response, GBytes **data, guint16 *sw, GError **error)
{
    gsize size = g_bytes_get_size (response);
    SimstowReader reader;
    const guint8 *taken;

    if (size < 2) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_MODEM_ERROR,
                     "the card's answer has no status word");
        return FALSE;
    }
    simstow_reader_init_bytes (&reader, response);
    if (!simstow_reader_take (&reader, size - 2, &taken, error) ||
        !simstow_reader_u16_be (&reader, sw, error))
        return FALSE;
    if (data)
        *data = g_bytes_new_from_bytes (response, 0, size - 2);
    return TRUE;
}

gboolean
simstow_apdu_succeeded (guint16 sw)
{
    return sw == 0x9000 || (sw & 0xFF00) == 0x9100;
}

/* Of a warning only what comes with it is of use. */
static gboolean
is_warning (guint16 sw)
{
    return (sw & 0xFF00) == 0x6200 || sw == 0x6300;
}

gboolean
simstow_apdu_selected (guint16 sw)
{
    return simstow_apdu_succeeded (sw) || (sw & 0xFF00) == 0x6100 || (sw & 0xFF00) == 0x9F00 ||
           (sw & 0xFF00) == 0x6200;
}

GError *
simstow_apdu_error (guint16 sw)
{
    SimstowError code = SIMSTOW_ERROR_MODEM_ERROR;
    const gchar *text = "the card refused";
    GError *error;
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (status_words); i++) {
        if ((sw & status_words[i].mask) == status_words[i].sw) {
            code = status_words[i].code;
            text = status_words[i].text;
            break;
        }
    }
    error = g_error_new (SIMSTOW_ERROR, code, "%s (SW %04X)", text, sw);
    simstow_error_set_modem_code (error, SIMSTOW_ERROR_DOMAIN_SW, sw);
    return error;
}

GBytes *
simstow_apdu_take_data (GBytes *response, GError **error)
{
    g_autoptr (GBytes) data = NULL;
    guint16 sw;

    if (!simstow_apdu_split (response, &data, &sw, error))
        return NULL;
    if (!simstow_apdu_succeeded (sw) && (!is_warning (sw) || g_bytes_get_size (data) == 0)) {
        g_propagate_error (error, simstow_apdu_error (sw));
        return NULL;
    }
    return g_steal_pointer (&data);
}
