/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Microsoft's UICC Low Level Access of the MBIM front: APDUs on logical channels.
 * The modem builds the class byte and fetches answers itself. Byte arrays are
 * {size, offset} here.
 */

#include <string.h>

#include "sim-card-bytes.h"
#include "sim-card-line.h"
#include "sim-mbim-private.h"

static const gchar atr[] = "3B9F96801FC78031A073BE21136743200718000001A5";

/* SW1 in the low byte, SW2 in the next */
static void
write_word (SimMbimWriter *out, guint16 word)
{
    sim_mbim_write_u32 (out, (word & 0xFF) << 8 | word >> 8);
}

static guint32
query_atr (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    g_autoptr (GByteArray) bytes = sim_card_hex_decode (atr);

    sim_mbim_write_data (out, TRUE, bytes->data, bytes->len);
    return self->store->sim_present ? SIM_MBIM_OK : SIM_MBIM_NO_SIM;
}

static guint32
set_open (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    gsize size;
    const guint8 *aid = sim_mbim_read_data (in, TRUE, &size);
    guint32 p2 = sim_mbim_read_u32 (in);
    guint32 group = sim_mbim_read_u32 (in);
    g_autoptr (GByteArray) answer = NULL;
    SimCardOpening opening;
    guint channel;

    if (aid == NULL || size > 16 || in->bad) {
        return SIM_MBIM_PARAMETERS;
    }
    opening = sim_card_line_open (sim_mbim_card (self), aid, size, p2, &channel, &answer);
    if (opening == SIM_CARD_NO_CHANNEL) {
        return SIM_MBIM_NO_CHANNELS;
    }
    if (opening != SIM_CARD_OPENED) {
        return opening == SIM_CARD_SILENT ? SIM_MBIM_FAILURE : SIM_MBIM_NOT_SELECTED;
    }
    sim_card_slot_set_group (self->store->card, channel, group);
    write_word (out, sim_card_line_word (answer));
    sim_mbim_write_u32 (out, channel);
    sim_mbim_write_data (out, TRUE, answer->data, answer->len - 2);
    return SIM_MBIM_OK;
}

static guint32
set_close (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    guint32 channel = sim_mbim_read_u32 (in);
    guint32 group = sim_mbim_read_u32 (in);
    guint16 word = 0x9000;

    if (in->bad || channel >= SIM_CARD_CHANNELS) {
        return SIM_MBIM_BAD_CHANNEL;
    }
    if (channel == 0) {
        sim_card_slot_close_group (self->store->card, group);
    } else {
        word = sim_card_line_close (sim_mbim_card (self), channel);
    }
    if (word == 0) {
        return SIM_MBIM_FAILURE;
    }
    if (word != 0x9000) {
        return SIM_MBIM_BAD_CHANNEL;
    }
    write_word (out, word);
    return SIM_MBIM_OK;
}

static guint32
set_apdu (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    guint32 channel = sim_mbim_read_u32 (in);
    guint32 secure = sim_mbim_read_u32 (in);
    guint32 class_type = sim_mbim_read_u32 (in);
    gsize size;
    const guint8 *command = sim_mbim_read_data (in, TRUE, &size);
    g_autoptr (GByteArray) answer = NULL;

    if (command == NULL || size < 4 || secure > 1 || class_type > 1 || in->bad) {
        return SIM_MBIM_PARAMETERS;
    }
    if (channel == 0 || channel >= SIM_CARD_CHANNELS) {
        return SIM_MBIM_BAD_CHANNEL;
    }
    answer = sim_card_line_exchange (sim_mbim_card (self), channel, command, size, TRUE);
    if (answer == NULL) {
        return SIM_MBIM_FAILURE;
    }
    if (sim_card_line_word (answer) == 0x6881) {
        return SIM_MBIM_BAD_CHANNEL;
    }
    write_word (out, sim_card_line_word (answer));
    sim_mbim_write_data (out, TRUE, answer->data, answer->len - 2);
    sim_card_slot_after (self->store->card, sim_card_line_word (answer));
    return SIM_MBIM_OK;
}

static guint32
query_capability (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    sim_mbim_write_u32 (out, self->capability->len > 0 ? 1 : 0);
    if (self->capability->len > 0) {
        sim_mbim_write_data (out, FALSE, self->capability->data, self->capability->len);
    }
    return SIM_MBIM_OK;
}

static guint32
set_capability (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    static const guint8 header[] = {0x80, 0xAA, 0x00, 0x00};
    guint32 count = sim_mbim_read_u32 (in);
    g_autoptr (GByteArray) command = g_byte_array_new ();
    g_autoptr (GByteArray) answer = NULL;
    gsize size;
    const guint8 *data = count > 0 ? sim_mbim_read_data (in, FALSE, &size) : NULL;
    guint8 length;

    if (data == NULL || size > 255) {
        return SIM_MBIM_PARAMETERS;
    }
    length = size;
    g_byte_array_set_size (self->capability, 0);
    g_byte_array_append (self->capability, data, size);
    g_byte_array_append (command, header, sizeof header);
    g_byte_array_append (command, &length, 1);
    g_byte_array_append (command, data, size);
    answer = sim_card_line_exchange (sim_mbim_card (self), 0, command->data, command->len, TRUE);
    return answer == NULL ? SIM_MBIM_FAILURE : query_capability (self, in, out);
}

static guint32
query_reset (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    sim_mbim_write_u32 (out, self->pass_through ? 1 : 0);
    return SIM_MBIM_OK;
}

static guint32
set_reset (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    self->pass_through = sim_mbim_read_u32 (in) == 1;
    sim_card_reset (sim_mbim_card (self));
    sim_card_line_start (sim_mbim_card (self));
    return query_reset (self, in, out);
}

const SimMbimRow sim_mbim_uicc_rows[] = {
    {1, "uicc-atr", query_atr, NULL},
    {2, "uicc-open-channel", NULL, set_open},
    {3, "uicc-close-channel", NULL, set_close},
    {4, "uicc-apdu", NULL, set_apdu},
    {5, "uicc-terminal-capability", query_capability, set_capability},
    {6, "uicc-reset", query_reset, set_reset},
    {0},
};
