/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated card from inside, for the files that handle its commands.
 */

#pragma once

#include "sim-card.h"

G_BEGIN_DECLS

/* status words, ETSI TS 102 221 10.2 */
#define SIM_CARD_SW_OK           0x9000
#define SIM_CARD_SW_AVAILABLE    0x6100
#define SIM_CARD_SW_NOT_THERE    0x6282
#define SIM_CARD_SW_CHANGED      0x6300
#define SIM_CARD_SW_NO_TRIES     0x63C0
#define SIM_CARD_SW_MEMORY       0x6581
#define SIM_CARD_SW_LENGTH       0x6700
#define SIM_CARD_SW_CHANNEL      0x6881
#define SIM_CARD_SW_INCOMPATIBLE 0x6981
#define SIM_CARD_SW_SECURITY     0x6982
#define SIM_CARD_SW_BLOCKED      0x6983
#define SIM_CARD_SW_DISABLED     0x6984
#define SIM_CARD_SW_CONDITIONS   0x6985
#define SIM_CARD_SW_NO_FILE      0x6986
#define SIM_CARD_SW_DATA         0x6A80
#define SIM_CARD_SW_FUNCTION     0x6A81
#define SIM_CARD_SW_NOT_FOUND    0x6A82
#define SIM_CARD_SW_NO_RECORD    0x6A83
#define SIM_CARD_SW_PARAMETERS   0x6A86
#define SIM_CARD_SW_REFERENCE    0x6A88
#define SIM_CARD_SW_WRONG        0x6B00
#define SIM_CARD_SW_EXACT        0x6C00
#define SIM_CARD_SW_INSTRUCTION  0x6D00
#define SIM_CARD_SW_CLASS        0x6E00

/**
 * SimCardCommand:
 * @header: class, instruction, parameters
 * @channel: the logical channel of the class
 * @data: the command's data
 * @size: their length
 * @p3: the fifth byte, 0 when there is none
 * @le: whether it says behind its data how much it wants to have
 *
 * A command taken apart.
 */
typedef struct {
    const guint8 *header;
    guint channel;
    const guint8 *data;
    gsize size;
    guint8 p3;
    gboolean le;
} SimCardCommand;

/**
 * SimCardChannel:
 * @open: whether it is
 * @application: (nullable): the active ADF
 * @directory: the selected directory
 * @file: (nullable): the selected elementary file
 * @record: the record pointer, 0 unset
 * @applet: (nullable): the selected applet, in place of files
 * @answer: (nullable): what GET RESPONSE fetches
 * @final: the status word after it
 */
typedef struct {
    gboolean open;
    SimCardFile *application;
    SimCardFile *directory;
    SimCardFile *file;
    guint record;
    gint applet;
    GByteArray *answer;
    guint16 final;
} SimCardChannel;

struct _SimCard {
    SimCardFile *root;
    SimCardKnobs knobs;
    SimCardPin pins[2];
    SimCardChannel channels[SIM_CARD_CHANNELS];
    GArray *applets;
    const SimCardBacking *backing;
    gpointer backing_self;
    gboolean present;
    guint commands;
    GString *log;
};

/**
 * SimCardInstalled:
 * @applet: an application
 * @self: for its functions
 */
typedef struct {
    const SimCardApplet *applet;
    gpointer self;
} SimCardInstalled;

/**
 * SimCardHandler:
 * @card: a card
 * @command: a command
 * @answer: where the answer's data go
 *
 * Returns: a status word
 */
typedef guint16 (*SimCardHandler) (SimCard *card,
                                   const SimCardCommand *command,
                                   GByteArray *answer);

/* sim-card-select.c: SELECT, STATUS, MANAGE CHANNEL */
guint16
sim_card_select (SimCard *card, const SimCardCommand *command, GByteArray *answer);
guint16
sim_card_status (SimCard *card, const SimCardCommand *command, GByteArray *answer);
guint16
sim_card_manage_channel (SimCard *card, const SimCardCommand *command, GByteArray *answer);
void
sim_card_channel_open (SimCard *card, guint number);
void
sim_card_channel_close (SimCard *card, guint number);

/* sim-card-access.c: READ, UPDATE, SEARCH */
guint16
sim_card_read_binary (SimCard *card, const SimCardCommand *command, GByteArray *answer);
guint16
sim_card_update_binary (SimCard *card, const SimCardCommand *command, GByteArray *answer);
guint16
sim_card_search_record (SimCard *card, const SimCardCommand *command, GByteArray *answer);

guint16
sim_card_read_record (SimCard *card, const SimCardCommand *command, GByteArray *answer);
guint16
sim_card_update_record (SimCard *card, const SimCardCommand *command, GByteArray *answer);

/* sim-card-pin.c: VERIFY, CHANGE, DISABLE, ENABLE, UNBLOCK */
guint16
sim_card_pin_command (SimCard *card, const SimCardCommand *command, GByteArray *answer);
void
sim_card_pin_reset (SimCard *card);

G_END_DECLS
