/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AT commands that reach into the card: elementary files by +CRSM (TS 27.007
 * 8.18), APDUs by +CSIM (8.17) and logical channels by +CCHO, +CGLA, +CCHC (8.43
 * to 8.46). APDUs go to the simulated UICC where the store has one.
 */

#include <string.h>

#include "sim-at.h"

#define READ_BINARY  176
#define READ_RECORD  178
#define GET_RESPONSE 192

static GByteArray *
bytes_from_hex (const gchar *hex)
{
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    gsize length = hex ? strlen (hex) : 1;

    if (length % 2)
        return NULL;
    for (gsize i = 0; i < length; i += 2) {
        gint high = g_ascii_xdigit_value (hex[i]);
        gint low = g_ascii_xdigit_value (hex[i + 1]);
        guint8 byte = high << 4 | low;

        if (high < 0 || low < 0)
            return NULL;
        g_byte_array_append (bytes, &byte, 1);
    }
    return g_steal_pointer (&bytes);
}

static gchar *
bytes_to_hex (const guint8 *bytes, gsize length)
{
    GString *hex = g_string_new (NULL);

    for (gsize i = 0; i < length; i++)
        g_string_append_printf (hex, "%02X", bytes[i]);
    return g_string_free (hex, FALSE);
}

static SimAtResult
run_iccid (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    if (command->kind == SIM_AT_TEST)
        return SIM_AT_OK;
    sim_at_answer (at, "%s: %s", command->name, store->iccid);
    return SIM_AT_OK;
}

static SimAtResult
run_cimi (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    if (command->kind == SIM_AT_EXEC)
        sim_at_answer (at, "%s", store->imsi);
    return command->kind == SIM_AT_EXEC || command->kind == SIM_AT_TEST ? SIM_AT_OK : SIM_AT_ERROR;
}

/* TS 51.011 9.2.1: what GET RESPONSE tells of a transparent file */
static gchar *
describe_file (guint id, const GByteArray *file)
{
    return g_strdup_printf ("0000%04X%04X040011FF4401020000", file->len, id);
}

static SimAtResult
run_crsm (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    guint instruction, id, p1, p2, p3;
    const GByteArray *file;
    g_autofree gchar *hex = NULL;

    if (command->kind == SIM_AT_TEST)
        return SIM_AT_OK;
    if (command->kind != SIM_AT_SET || !sim_at_arg_number (command, 0, 0, &instruction) ||
        !sim_at_arg_number (command, 1, 0, &id) || !sim_at_arg_number (command, 2, 0, &p1) ||
        !sim_at_arg_number (command, 3, 0, &p2) || !sim_at_arg_number (command, 4, 0, &p3))
        return SIM_AT_ERROR;
    file = g_hash_table_lookup (store->files, GUINT_TO_POINTER (id));
    if (!file) {
        sim_at_answer (at, "+CRSM: 106,130");
    } else if (instruction == GET_RESPONSE) {
        hex = describe_file (id, file);
        sim_at_answer (at, "+CRSM: 144,0,\"%s\"", hex);
    } else if (instruction == READ_BINARY) {
        guint offset = MIN (p1 << 8 | p2, file->len);
        guint length = p3 ? p3 : file->len - offset;

        hex = bytes_to_hex (file->data + offset, MIN (length, file->len - offset));
        if (length > file->len - offset)
            sim_at_answer (at, "+CRSM: 103,%u", file->len - offset);
        else
            sim_at_answer (at, "+CRSM: 144,0,\"%s\"", hex);
    } else {
        sim_at_answer (at, "+CRSM: 109,0");
    }
    return SIM_AT_OK;
}

/* Without a UICC: the retry counters, by VERIFY and UNBLOCK without data (TS 102 221 11.1.9) */
static void
append_retries (GByteArray *response, const SimStore *store, const GByteArray *apdu)
{
    guint8 words[2] = {0x6D, 0x00};
    gboolean unblock = apdu->len >= 4 && apdu->data[1] == 0x2C;

    if (apdu->len == 5 && apdu->data[4] == 0 && (apdu->data[1] == 0x20 || unblock)) {
        words[0] = 0x63;
        words[1] = 0xC0 | (unblock ? store->puk_retries : store->pin_retries);
        if (apdu->data[3] == 0x81)
            words[1] = unblock ? 0xCA : 0xC3;
    }
    g_byte_array_append (response, words, sizeof (words));
}

static GByteArray *
transmit (SimStore *store, const GByteArray *apdu)
{
    GByteArray *response;

    if (store->card_transmit)
        return store->card_transmit (store->card, apdu->data, apdu->len);
    response = g_byte_array_new ();
    append_retries (response, store, apdu);
    return response;
}

/* +CSIM=<length>,<command> and +CGLA=<channel>,<length>,<command> */
static SimAtResult
run_apdu (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    gboolean channel = g_str_equal (command->name, "+CGLA");
    guint first = channel ? 1 : 0;
    g_autoptr (GByteArray) apdu = NULL;
    g_autoptr (GByteArray) response = NULL;
    g_autofree gchar *hex = NULL;
    guint length, number;

    if (command->kind == SIM_AT_TEST)
        return SIM_AT_OK;
    apdu = bytes_from_hex (sim_at_arg_text (command, first + 1));
    if (!apdu || !sim_at_arg_number (command, first, 0, &length) || length != apdu->len * 2 ||
        apdu->len < 4 || !sim_at_arg_number (command, 0, 0, &number))
        return SIM_AT_CME (50);
    /* TS 102 221 10.1.1: the modem sets the channel in the class byte */
    if (channel && number > 3)
        apdu->data[0] = (apdu->data[0] & 0xB0) | 0x40 | (number - 4);
    else if (channel)
        apdu->data[0] = (apdu->data[0] & 0xFC) | number;
    response = transmit (store, apdu);
    hex = bytes_to_hex (response->data, response->len);
    sim_at_answer (at, "%s: %u,\"%s\"", command->name, response->len * 2, hex);
    return SIM_AT_OK;
}

static gboolean
status_is (const GByteArray *response, guint8 sw1)
{
    return response->len >= 2 && response->data[response->len - 2] == sw1;
}

static void
close_channel (SimStore *store, guint8 channel)
{
    const guint8 bytes[] = {0x00, 0x70, 0x80, channel, 0x00};
    g_autoptr (GByteArray) response = store->card_transmit (store->card, bytes, sizeof (bytes));
}

static SimAtResult
run_ccho (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    static const guint8 manage[] = {0x00, 0x70, 0x00, 0x00, 0x01};
    g_autoptr (GByteArray) aid = bytes_from_hex (sim_at_arg_text (command, 0));
    g_autoptr (GByteArray) select = g_byte_array_new ();
    g_autoptr (GByteArray) opened = NULL;
    g_autoptr (GByteArray) selected = NULL;
    guint8 header[] = {0x00, 0xA4, 0x04, 0x00, 0x00};

    if (command->kind == SIM_AT_TEST && store->card_transmit)
        return SIM_AT_OK;
    if (!store->card_transmit || !aid || aid->len == 0 || aid->len > 16)
        return store->card_transmit ? SIM_AT_CME (50) : SIM_AT_ERROR;
    opened = store->card_transmit (store->card, manage, sizeof (manage));
    if (!status_is (opened, 0x90) || opened->len != 3)
        return SIM_AT_CME (20);
    header[0] = opened->data[0] > 3 ? 0x40 | (opened->data[0] - 4) : opened->data[0];
    header[4] = aid->len;
    g_byte_array_append (select, header, sizeof (header));
    g_byte_array_append (select, aid->data, aid->len);
    selected = store->card_transmit (store->card, select->data, select->len);
    if (!status_is (selected, 0x90) && !status_is (selected, 0x61)) {
        close_channel (store, opened->data[0]);
        return SIM_AT_CME (22);
    }
    sim_at_answer (at, "+CCHO: %u", opened->data[0]);
    return SIM_AT_OK;
}

static SimAtResult
run_cchc (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    guint channel;

    if (!store->card_transmit)
        return SIM_AT_ERROR;
    if (command->kind == SIM_AT_TEST)
        return SIM_AT_OK;
    if (!sim_at_arg_number (command, 0, 0, &channel) || channel < 1 || channel > 19)
        return SIM_AT_CME (21);
    close_channel (store, channel);
    sim_at_answer (at, "+CCHC");
    return SIM_AT_OK;
}

const SimAtRow sim_at_card_rows[] = {
    {"+CCID", SIM_AT_NEEDS_SIM, run_iccid},
    {"+ICCID", SIM_AT_NEEDS_SIM, run_iccid},
    {"+CIMI", SIM_AT_NEEDS_SIM, run_cimi},
    {"+CRSM", SIM_AT_NEEDS_NOTHING, run_crsm},
    {"+CSIM", SIM_AT_NEEDS_NOTHING, run_apdu},
    {"+CGLA", SIM_AT_NEEDS_NOTHING, run_apdu},
    {"+CCHO", SIM_AT_NEEDS_NOTHING, run_ccho},
    {"+CCHC", SIM_AT_NEEDS_NOTHING, run_cchc},
    {NULL},
};
