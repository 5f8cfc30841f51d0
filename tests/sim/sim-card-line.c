/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the baseband does between its fronts and the card.
 */

#include "sim-card-line.h"

static const guint8 usim[] = {0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02};

guint16
sim_card_line_word (const GByteArray *answer)
{
    return answer->data[answer->len - 2] << 8 | answer->data[answer->len - 1];
}

/* ETSI TS 102 221 10.1.1: channels above 3 have another coding */
static guint8
class_for (guint8 class, gint channel)
{
    guint8 proprietary = class & 0x80;

    if (channel < 0) {
        return class;
    }
    return channel < 4 ? proprietary | channel : proprietary | 0x40 | (channel - 4);
}

static void
append_data (GByteArray *whole, const GByteArray *part)
{
    g_byte_array_append (whole, part->data, part->len - 2);
}

/* GET RESPONSE until the card has no more to say */
static GByteArray *
collect_rest (SimCard *card, guint8 class, GByteArray *first)
{
    g_autoptr (GByteArray) part = first;
    g_autoptr (GByteArray) whole = g_byte_array_new ();

    append_data (whole, part);
    while (sim_card_line_word (part) >> 8 == 0x61) {
        const guint8 more[] = {class & 0x43, 0xC0, 0x00, 0x00, sim_card_line_word (part) & 0xFF};

        g_byte_array_unref (part);
        part = sim_card_transmit (card, more, sizeof more);
        if (part == NULL) {
            return NULL;
        }
        append_data (whole, part);
    }
    g_byte_array_append (whole, part->data + part->len - 2, 2);
    return g_steal_pointer (&whole);
}

GByteArray *
sim_card_line_exchange (SimCard *card,
                        gint channel,
                        const guint8 *apdu,
                        gsize size,
                        gboolean collect)
{
    g_autoptr (GByteArray) command = g_byte_array_new ();
    GByteArray *answer;

    g_byte_array_append (command, apdu, size);
    command->data[0] = class_for (apdu[0], channel);
    answer = sim_card_transmit (card, command->data, command->len);
    if (answer == NULL || !collect) {
        return answer;
    }
    if (sim_card_line_word (answer) >> 8 == 0x6C && command->len <= 5) {
        const guint8 exact = sim_card_line_word (answer) & 0xFF;

        g_byte_array_unref (answer);
        g_byte_array_set_size (command, 4);
        g_byte_array_append (command, &exact, 1);
        answer = sim_card_transmit (card, command->data, command->len);
    }
    return answer == NULL ? NULL : collect_rest (card, command->data[0], answer);
}

guint16
sim_card_line_close (SimCard *card, guint channel)
{
    const guint8 manage[] = {0x00, 0x70, 0x80, channel, 0x00};
    g_autoptr (GByteArray) answer = sim_card_transmit (card, manage, sizeof manage);

    return answer == NULL ? 0 : sim_card_line_word (answer);
}

SimCardOpening
sim_card_line_open (SimCard *card,
                    const guint8 *aid,
                    gsize size,
                    guint8 p2,
                    guint *channel,
                    GByteArray **answer)
{
    static const guint8 manage[] = {0x00, 0x70, 0x00, 0x00, 0x01};
    const guint8 select[] = {0x00, 0xA4, 0x04, p2, size};
    g_autoptr (GByteArray) opened = sim_card_transmit (card, manage, sizeof manage);
    g_autoptr (GByteArray) command = g_byte_array_new ();
    guint16 word;

    *answer = NULL;
    if (opened == NULL) {
        return SIM_CARD_SILENT;
    }
    if (opened->len != 3) {
        return SIM_CARD_NO_CHANNEL;
    }
    *channel = opened->data[0];
    g_byte_array_append (command, select, sizeof select);
    g_byte_array_append (command, aid, size);
    *answer = sim_card_line_exchange (card, *channel, command->data, command->len, TRUE);
    if (*answer == NULL) {
        sim_card_line_close (card, *channel);
        return SIM_CARD_SILENT;
    }
    word = sim_card_line_word (*answer);
    if (word >> 8 == 0x90 || word >> 8 == 0x62) {
        return SIM_CARD_OPENED;
    }
    /* a modem that opened a channel for nothing does not give up at once */
    if (sim_card_line_close (card, *channel) != 0x9000) {
        sim_card_line_close (card, *channel);
    }
    return SIM_CARD_NOT_SELECTED;
}

void
sim_card_line_start (SimCard *card)
{
    g_autoptr (GByteArray) command = g_byte_array_new ();
    g_autoptr (GByteArray) answer = NULL;
    const guint8 select[] = {0x00, 0xA4, 0x04, 0x0C, sizeof usim};

    g_byte_array_append (command, select, sizeof select);
    g_byte_array_append (command, usim, sizeof usim);
    answer = sim_card_transmit (card, command->data, command->len);
}

GByteArray *
sim_card_line_select (SimCard *card, const guint8 *path, gsize size)
{
    const gsize skip = size >= 2 && path[0] == 0x3F && path[1] == 0x00 ? 2 : 0;
    const guint8 select[] = {0x00, 0xA4, 0x08, 0x04, size - skip};
    static const guint8 root[] = {0x00, 0xA4, 0x00, 0x04, 0x02, 0x3F, 0x00};
    g_autoptr (GByteArray) command = g_byte_array_new ();

    if (size <= skip) {
        return sim_card_line_exchange (card, 0, root, sizeof root, TRUE);
    }
    g_byte_array_append (command, select, sizeof select);
    g_byte_array_append (command, path + skip, size - skip);
    return sim_card_line_exchange (card, 0, command->data, command->len, TRUE);
}
