/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated UICC: bytes in, bytes out. A file system with logical channels,
 * PINs and applets, as ETSI TS 102 221 and 3GPP TS 31.102 describe it.
 * Deterministic: no clock, no randomness. It knows nothing of modems; the fronts
 * (AT, MBIM) reach it through sim-card-line.h.
 */

#pragma once

#include <glib.h>

#include "sim-card-file.h"

G_BEGIN_DECLS

#define SIM_CARD_CHANNELS 20

typedef struct _SimCard SimCard;

/**
 * SimCardPin:
 * @value: the digits
 * @puk: the digits that unblock it
 * @retries: left
 * @puk_retries: left
 * @enabled: whether it is asked for
 * @verified: whether it was given since the reset
 */
typedef struct {
    gchar *value;
    gchar *puk;
    guint retries;
    guint puk_retries;
    gboolean enabled;
    gboolean verified;
} SimCardPin;

/**
 * SimCardSelecting:
 *
 * How SELECT of a file goes on this card.
 */
typedef enum {
    SIM_CARD_SELECT_PLAIN,
    SIM_CARD_SELECT_SILENT,    /* nothing is told of a file */
    SIM_CARD_SELECT_NO_FCP,    /* P2=04 is refused */
    SIM_CARD_SELECT_QUIET,     /* all but P2=0C is refused */
    SIM_CARD_SELECT_NO_PATH,   /* file by file, not by path */
    SIM_CARD_SELECT_NO_LE,     /* a length of the answer is refused */
    SIM_CARD_SELECT_FCI,       /* 6F in place of 62 */
    SIM_CARD_SELECT_WRAPPED,   /* 62 within 6F */
    SIM_CARD_SELECT_UNCOUNTED, /* no number of records */
    SIM_CARD_SELECT_WIDE,      /* sizes in four bytes */
    SIM_CARD_SELECT_N,
} SimCardSelecting;

/**
 * SimCardSearching:
 *
 * What SEARCH RECORD is answered with.
 */
typedef enum {
    SIM_CARD_SEARCH_LIST,  /* the records that hold what is searched */
    SIM_CARD_SEARCH_NONE,  /* that the instruction is not known */
    SIM_CARD_SEARCH_EMPTY, /* success, and nothing */
    SIM_CARD_SEARCH_ALL,   /* that all records hold it */
    SIM_CARD_SEARCH_LAST,  /* that the last one does */
    SIM_CARD_SEARCH_WILD,  /* what is no list of records */
    SIM_CARD_SEARCH_N,
} SimCardSearching;

/**
 * SimCardKnobs:
 * @channels: how many logical channels besides the basic one, 0 to 19
 * @whole_answer: whether a command with data answers at once, not by 61xx
 * @response_block: most bytes that one GET RESPONSE gives, 1 to 256
 * @interindustry_response: whether GET RESPONSE with a proprietary class is refused
 * @selecting: how SELECT goes
 * @searching: what SEARCH RECORD is answered with
 * @fault_after: the command that fails, counted from 1 = the next; 0 for none
 * @fault_word: the status word it gets; 0 for silence, 1 to remove the card
 *
 * How this card differs from the plain one.
 */
typedef struct {
    guint channels;
    gboolean whole_answer;
    guint response_block;
    gboolean interindustry_response;
    SimCardSelecting selecting;
    SimCardSearching searching;
    guint fault_after;
    guint fault_word;
} SimCardKnobs;

/**
 * SimCardApplet:
 * @aid: what selects it
 * @size: its length
 * @select: writes the FCI and returns a status word
 * @command: handles a command on a channel where it is selected: data in, answer
 *     and status word out
 * @reset: forgets what does not survive a reset
 *
 * An application that is no file system, as the ISD-R.
 */
typedef struct {
    const guint8 *aid;
    gsize size;
    guint16 (*select) (gpointer self, guint channel, GByteArray *answer);
    guint16 (*command) (gpointer self,
                        guint channel,
                        const guint8 *header,
                        const guint8 *data,
                        gsize size,
                        GByteArray *answer);
    void (*reset) (gpointer self);
} SimCardApplet;

/**
 * SimCardBacking:
 * @before: called before each command: the card takes over what changed outside
 * @written: called after a file was updated: record @number, 0 without records
 * @after: called after each command: what else it changed, as PINs and presence
 *
 * Keeps the card's content and another view of it together.
 */
typedef struct {
    void (*before) (gpointer self, SimCard *card);
    void (*written) (gpointer self, SimCard *card, SimCardFile *file, guint number);
    void (*after) (gpointer self, SimCard *card);
} SimCardBacking;

/**
 * sim_card_new:
 *
 * Returns: (transfer full): a card with an MF and nothing in it; sim-card-usim.h
 * fills it
 */
SimCard *
sim_card_new (void);

/**
 * sim_card_free:
 * @card: a card
 */
void
sim_card_free (SimCard *card);

/**
 * sim_card_transmit:
 * @card: a card
 * @apdu: the command, T=0 as in +CSIM: four bytes, and P3 or length and data
 * @size: its length
 *
 * Returns: (transfer full) (nullable): the answer with its status word; %NULL when
 * the card is silent or not there
 */
GByteArray *
sim_card_transmit (SimCard *card, const guint8 *apdu, gsize size);

/**
 * sim_card_reset:
 * @card: a card
 *
 * Resets it: channels close, PINs are to be given again.
 */
void
sim_card_reset (SimCard *card);

/**
 * sim_card_set_present:
 * @card: a card
 * @present: whether it is in its slot
 *
 * Inserts or removes it.
 */
void
sim_card_set_present (SimCard *card, gboolean present);

/**
 * sim_card_is_present:
 * @card: a card
 *
 * Returns: whether it is in its slot
 */
gboolean
sim_card_is_present (SimCard *card);

/**
 * sim_card_knobs:
 * @card: a card
 *
 * Returns: (transfer none): its knobs, to be changed at any time
 */
SimCardKnobs *
sim_card_knobs (SimCard *card);

/**
 * sim_card_root:
 * @card: a card
 *
 * Returns: (transfer none): the MF
 */
SimCardFile *
sim_card_root (SimCard *card);

/**
 * sim_card_usim:
 * @card: a card
 *
 * Returns: (transfer none) (nullable): the directory of the USIM application
 */
SimCardFile *
sim_card_usim (SimCard *card);

/**
 * sim_card_pin:
 * @card: a card
 * @second: PIN 2 rather than PIN 1
 *
 * Returns: (transfer none): its state, for the fronts
 */
SimCardPin *
sim_card_pin (SimCard *card, gboolean second);

/**
 * sim_card_pin_check:
 * @pin: a PIN
 * @digits: what was given
 *
 * Compares and counts as VERIFY does (ETSI TS 102 221 11.1.9).
 *
 * Returns: a status word
 */
guint16
sim_card_pin_check (SimCardPin *pin, const gchar *digits);

/**
 * sim_card_pin_unblock:
 * @pin: a PIN
 * @puk: what was given
 * @digits: the new PIN
 *
 * Returns: a status word
 */
guint16
sim_card_pin_unblock (SimCardPin *pin, const gchar *puk, const gchar *digits);

/**
 * sim_card_allows:
 * @card: a card
 * @access: what is needed
 *
 * Returns: whether it is fulfilled
 */
gboolean
sim_card_allows (SimCard *card, SimCardAccess access);

/**
 * sim_card_add_applet:
 * @card: a card
 * @applet: (transfer none): an application
 * @self: (transfer none): for its functions
 *
 * Installs an application.
 */
void
sim_card_add_applet (SimCard *card, const SimCardApplet *applet, gpointer self);

/**
 * sim_card_set_backing:
 * @card: a card
 * @backing: (transfer none): the functions
 * @self: (transfer none): for them
 *
 * Ties the content to another view of it.
 */
void
sim_card_set_backing (SimCard *card, const SimCardBacking *backing, gpointer self);

/**
 * sim_card_tell_written:
 * @card: a card
 * @file: a file that was changed otherwise than by a command
 * @number: the record, 0 without records
 *
 * Tells the other view of the content.
 */
void
sim_card_tell_written (SimCard *card, SimCardFile *file, guint number);

/**
 * sim_card_count_channels:
 * @card: a card
 *
 * Returns: how many logical channels are open besides the basic one
 */
guint
sim_card_count_channels (SimCard *card);

/**
 * sim_card_channel_is_open:
 * @card: a card
 * @channel: a number below %SIM_CARD_CHANNELS
 *
 * Returns: whether that channel is open
 */
gboolean
sim_card_channel_is_open (SimCard *card, guint channel);

/**
 * sim_card_count_commands:
 * @card: a card
 *
 * Returns: how many commands it got
 */
guint
sim_card_count_commands (SimCard *card);

/**
 * sim_card_log:
 * @card: a card
 *
 * Returns: (transfer none): lines `> command` and `< answer`, hexadecimal
 */
const gchar *
sim_card_log (SimCard *card);

/**
 * sim_card_dump:
 * @card: a card
 *
 * Returns: (transfer full): all elementary files, a line per record or file:
 * `3F00/7FFF/6F40#1 EF_MSISDN FFFF...`
 */
gchar *
sim_card_dump (SimCard *card);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimCard, sim_card_free)

G_END_DECLS
