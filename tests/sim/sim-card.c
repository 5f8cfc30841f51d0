/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated card: its life, its dispatcher and its transport (61xx, 6Cxx,
 * GET RESPONSE, faults). What the commands do is in sim-card-select.c,
 * sim-card-access.c and sim-card-pin.c.
 */

#include "sim-card.h"

#include <string.h>

#include "sim-card-bytes.h"
#include "sim-card-private.h"

SimCard *
sim_card_new (void)
{
    SimCard *card = g_new0 (SimCard, 1);

    card->root = sim_card_file_new (NULL, SIM_CARD_FILE_DIRECTORY, 0x3F00, "MF", 0, 0);
    card->applets = g_array_new (FALSE, FALSE, sizeof (SimCardInstalled));
    card->log = g_string_new (NULL);
    card->knobs = (SimCardKnobs){.channels = 3, .response_block = 256};
    card->present = TRUE;
    for (guint i = 0; i < 2; i++) {
        card->pins[i] = (SimCardPin){
            .value = g_strdup (i == 0 ? "1234" : "5678"),
            .puk = g_strdup (i == 0 ? "12345678" : "87654321"),
            .retries = 3,
            .puk_retries = 10,
            .enabled = i == 1,
        };
    }
    sim_card_reset (card);
    return card;
}

void
sim_card_free (SimCard *card)
{
    for (guint i = 0; i < SIM_CARD_CHANNELS; i++) {
        g_clear_pointer (&card->channels[i].answer, g_byte_array_unref);
    }
    for (guint i = 0; i < 2; i++) {
        g_free (card->pins[i].value);
        g_free (card->pins[i].puk);
    }
    sim_card_file_free (card->root);
    g_array_unref (card->applets);
    g_string_free (card->log, TRUE);
    g_free (card);
}

void
sim_card_reset (SimCard *card)
{
    for (guint i = 0; i < SIM_CARD_CHANNELS; i++) {
        sim_card_channel_close (card, i);
    }
    sim_card_channel_open (card, 0);
    sim_card_pin_reset (card);
    for (guint i = 0; i < card->applets->len; i++) {
        SimCardInstalled *installed = &g_array_index (card->applets, SimCardInstalled, i);

        if (installed->applet->reset != NULL) {
            installed->applet->reset (installed->self);
        }
    }
}

void
sim_card_set_present (SimCard *card, gboolean present)
{
    card->present = present;
    sim_card_reset (card);
}

gboolean
sim_card_is_present (SimCard *card)
{
    return card->present;
}

SimCardKnobs *
sim_card_knobs (SimCard *card)
{
    return &card->knobs;
}

SimCardFile *
sim_card_root (SimCard *card)
{
    return card->root;
}

SimCardFile *
sim_card_usim (SimCard *card)
{
    return sim_card_file_child (card->root, 0x7FFF);
}

void
sim_card_add_applet (SimCard *card, const SimCardApplet *applet, gpointer self)
{
    const SimCardInstalled installed = {applet, self};

    g_array_append_val (card->applets, installed);
}

void
sim_card_set_backing (SimCard *card, const SimCardBacking *backing, gpointer self)
{
    card->backing = backing;
    card->backing_self = self;
}

guint
sim_card_count_channels (SimCard *card)
{
    guint count = 0;

    for (guint i = 1; i < SIM_CARD_CHANNELS; i++) {
        count += card->channels[i].open ? 1 : 0;
    }
    return count;
}

gboolean
sim_card_channel_is_open (SimCard *card, guint channel)
{
    return card->channels[channel].open;
}

guint
sim_card_count_commands (SimCard *card)
{
    return card->commands;
}

const gchar *
sim_card_log (SimCard *card)
{
    return card->log->str;
}

/* the channel that a class byte means; G_MAXUINT for classes of neither coding
 * (ETSI TS 102 221 10.1.1) */
static guint
class_channel (guint8 class)
{
    if ((class & 0x40) != 0) {
        return 4 + (class & 0x0F);
    }
    return (class & 0x0C) == 0 ? class & 0x03 : G_MAXUINT;
}

static gboolean
parse_command (const guint8 *apdu, gsize size, SimCardCommand *command)
{
    *command = (SimCardCommand){.header = apdu};
    if (size < 4) {
        return FALSE;
    }
    command->channel = class_channel (apdu[0]);
    if (size == 4) {
        return TRUE;
    }
    command->p3 = apdu[4];
    if (size == 5) {
        return TRUE;
    }
    command->data = apdu + 5;
    command->size = apdu[4];
    command->le = size == 6 + command->size;
    return size == 5 + command->size || size == 6 + command->size;
}

/* what is left of an answer: at most a block, and how much comes after it */
static guint16
give_answer (SimCardChannel *channel, gsize block, GByteArray *answer)
{
    gsize taken = MIN (block, channel->answer->len);
    gsize left;

    g_byte_array_append (answer, channel->answer->data, taken);
    g_byte_array_remove_range (channel->answer, 0, taken);
    left = channel->answer->len;
    if (left > 0) {
        return SIM_CARD_SW_AVAILABLE | (left > 0xFF ? 0 : left);
    }
    g_clear_pointer (&channel->answer, g_byte_array_unref);
    return channel->final;
}

static guint16
get_response (SimCard *card, const SimCardCommand *command, GByteArray *answer)
{
    SimCardChannel *channel = &card->channels[command->channel];
    gsize wanted = command->p3 == 0 ? 256 : command->p3;

    if (card->knobs.interindustry_response && (command->header[0] & 0xC0) == 0x80) {
        return SIM_CARD_SW_CLASS;
    }
    if (channel->answer == NULL) {
        return SIM_CARD_SW_CONDITIONS;
    }
    if (command->p3 != 0 && wanted > channel->answer->len) {
        return SIM_CARD_SW_EXACT | channel->answer->len;
    }
    return give_answer (channel, MIN (wanted, card->knobs.response_block), answer);
}

static SimCardHandler
find_handler (guint8 instruction)
{
    static const struct {
        guint8 instruction;
        SimCardHandler handler;
    } handlers[] = {
        {0xA4, sim_card_select},
        {0xF2, sim_card_status},
        {0x70, sim_card_manage_channel},
        {0xB0, sim_card_read_binary},
        {0xD6, sim_card_update_binary},
        {0xA2, sim_card_search_record},
        {0xB2, sim_card_read_record},
        {0xDC, sim_card_update_record},
        {0x20, sim_card_pin_command},
        {0x24, sim_card_pin_command},
        {0x26, sim_card_pin_command},
        {0x28, sim_card_pin_command},
        {0x2C, sim_card_pin_command},
        {0xC0, get_response},
    };

    for (guint i = 0; i < G_N_ELEMENTS (handlers); i++) {
        if (handlers[i].instruction == instruction) {
            return handlers[i].handler;
        }
    }
    return NULL;
}

/* TERMINAL CAPABILITY and other announcements go to all applets, with no channel's
 * selection looked at */
static guint16
announce (SimCard *card, const SimCardCommand *command, GByteArray *answer)
{
    for (guint i = 0; i < card->applets->len; i++) {
        SimCardInstalled *installed = &g_array_index (card->applets, SimCardInstalled, i);

        installed->applet->command (installed->self,
                                    G_MAXUINT,
                                    command->header,
                                    command->data,
                                    command->size,
                                    answer);
    }
    return SIM_CARD_SW_OK;
}

/* STORE DATA is known, but not to the application that is selected */
static guint16
refuse_instruction (SimCardChannel *channel, guint8 instruction)
{
    gboolean elsewhere = instruction == 0xE2 && channel->application != NULL;

    return elsewhere ? SIM_CARD_SW_CONDITIONS : SIM_CARD_SW_INSTRUCTION;
}

static guint16
run_command (SimCard *card, const SimCardCommand *command, GByteArray *answer)
{
    SimCardChannel *channel;
    SimCardHandler handler = find_handler (command->header[1]);
    SimCardInstalled *installed;

    if ((command->header[0] & 0xF0) == 0xA0) {
        return SIM_CARD_SW_CLASS;
    }
    if (command->channel >= SIM_CARD_CHANNELS || !card->channels[command->channel].open) {
        return SIM_CARD_SW_CHANNEL;
    }
    channel = &card->channels[command->channel];
    if (handler != get_response) {
        g_clear_pointer (&channel->answer, g_byte_array_unref);
    }
    if (command->header[1] == 0xAA) {
        return announce (card, command, answer);
    }
    if (channel->applet < 0 || handler == get_response || handler == sim_card_select ||
        handler == sim_card_manage_channel) {
        if (handler == NULL) {
            return refuse_instruction (channel, command->header[1]);
        }
        return handler (card, command, answer);
    }
    installed = &g_array_index (card->applets, SimCardInstalled, channel->applet);
    return installed->applet->command (installed->self,
                                       command->channel,
                                       command->header,
                                       command->data,
                                       command->size,
                                       answer);
}

/* T=0: the answer to a command that brought data is fetched by GET RESPONSE; one to
 * a command that asked for data is given at once, in the length it has */
static guint16
deliver (SimCard *card, const SimCardCommand *command, guint16 word, GByteArray *answer)
{
    SimCardChannel *channel = &card->channels[command->channel];
    gsize size = answer->len;

    if (command->header[1] == 0xC0 || command->header[1] == 0x70) {
        return word;
    }
    if (command->data == NULL) {
        if (size == (command->p3 == 0 ? 256u : command->p3)) {
            return word;
        }
        g_byte_array_set_size (answer, 0);
        return SIM_CARD_SW_EXACT | (size & 0xFF);
    }
    channel->answer = g_byte_array_new ();
    channel->final = word;
    g_byte_array_append (channel->answer, answer->data, size);
    g_byte_array_set_size (answer, 0);
    if (card->knobs.whole_answer) {
        return give_answer (channel, 256, answer);
    }
    return SIM_CARD_SW_AVAILABLE | (size > 0xFF ? 0 : size);
}

/* whether the fault that was asked for is due; its status word, 0 for silence */
static gboolean
take_fault (SimCard *card, guint16 *word)
{
    if (card->knobs.fault_after == 0 || --card->knobs.fault_after > 0) {
        return FALSE;
    }
    *word = card->knobs.fault_word;
    if (*word == 1) {
        sim_card_set_present (card, FALSE);
        *word = 0;
    }
    return TRUE;
}

static void
log_line (SimCard *card, const gchar *mark, const guint8 *data, gsize size)
{
    g_autofree gchar *text = sim_card_hex_encode (data, size);

    g_string_append_printf (card->log, "%s %s\n", mark, text);
}

static GByteArray *
finish_answer (SimCard *card, GByteArray *answer, guint16 word)
{
    const guint8 bytes[] = {word >> 8, word & 0xFF};

    g_byte_array_append (answer, bytes, sizeof bytes);
    log_line (card, "<", answer->data, answer->len);
    return answer;
}

static GByteArray *
answer_command (SimCard *card, const guint8 *apdu, gsize size)
{
    g_autoptr (GByteArray) answer = g_byte_array_new ();
    SimCardCommand command;
    guint16 word = 0;

    card->commands++;
    log_line (card, ">", apdu, size);
    if (take_fault (card, &word)) {
        return word == 0 ? NULL : finish_answer (card, g_steal_pointer (&answer), word);
    }
    if (!parse_command (apdu, size, &command)) {
        return finish_answer (card, g_steal_pointer (&answer), SIM_CARD_SW_LENGTH);
    }
    word = run_command (card, &command, answer);
    if (answer->len > 0) {
        word = deliver (card, &command, word, answer);
    }
    return finish_answer (card, g_steal_pointer (&answer), word);
}

GByteArray *
sim_card_transmit (SimCard *card, const guint8 *apdu, gsize size)
{
    GByteArray *answer = NULL;

    if (card->backing != NULL) {
        card->backing->before (card->backing_self, card);
    }
    if (card->present) {
        answer = answer_command (card, apdu, size);
    }
    if (card->backing != NULL) {
        card->backing->after (card->backing_self, card);
    }
    return answer;
}
