/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The slot of the simulated modem: the card in it, made as the scenario says, and
 * kept together with the store. What the store holds of the SIM and what is in the
 * card's files are one: before a command the card takes over what another front
 * changed, after an update the store does.
 *
 *     [card]       channels=3               logical channels besides the basic one
 *                  phonebook=plain          none, global, local: see sim-card-usim.h
 *                  sets=1 ext-records=10
 *                  sms-records=30 contacts=250   of one set; by default what the store holds
 *                  name-bytes=41            of a contact; by default what the store's names need
 *                  whole-answer=false response-block=256
 *                  interindustry-response=false select=plain    see SimCardSelecting
 *                  search=list              see SimCardSearching
 *                  3F00/7FFF/6F46=HEX       content of a file; 3F00/7FFF/6F40#1 of a record;
 *                                          !6982 refuses
 *                  quirks=no-cgla,no-csim,no-crsm,bare-handle,hex-handle,no-test,no-close,
 *                         plain-cgla,basic-csim,collect,reset-on-refresh
 *                  fault=N WORD             the Nth APDU: a status word, `silence` or `remove`
 *     [euicc]      profiles=colombia        none, many N ICON; later also without ICCID
 *                  aid= eid= default-smdp=
 *                  announce=false refresh=false busy=false no-tag-list=0
 *                  count-bytes=false malformation=none
 *     [euicc2]     the same of a second secure element, with an AID of its own
 */

#pragma once

#include "sim-euicc.h"
#include "sim-store.h"

G_BEGIN_DECLS

/**
 * SimCardQuirk:
 *
 * What is odd about real modems, their AT commands above all.
 */
typedef enum {
    SIM_CARD_NO_CGLA = 1 << 0,     /* no +CCHO, +CGLA, +CCHC */
    SIM_CARD_NO_CSIM = 1 << 1,     /* no +CSIM */
    SIM_CARD_NO_CRSM = 1 << 2,     /* no +CRSM */
    SIM_CARD_BARE_HANDLE = 1 << 3, /* `1` in place of `+CCHO: 1` */
    SIM_CARD_HEX_HANDLE = 1 << 4,  /* 16 digits */
    SIM_CARD_NO_TEST = 1 << 5,     /* the =? forms are errors */
    SIM_CARD_NO_CLOSE = 1 << 6,    /* no +CCHC */
    SIM_CARD_PLAIN_CGLA = 1 << 7,  /* no quotes around the answer */
    SIM_CARD_BASIC_CSIM = 1 << 8,  /* +CSIM only on the basic channel */
    SIM_CARD_COLLECT = 1 << 9,     /* the modem does GET RESPONSE itself */
    SIM_CARD_RESET = 1 << 10,      /* the card is reset when it asks for a REFRESH */
} SimCardQuirk;

/**
 * SimCardSlot:
 * @card: the card
 * @euicc: (nullable): the eUICC on it
 * @second: (nullable): its second secure element
 * @store: what the modem holds
 * @quirks: of the modem
 * @groups: MBIM's group of each channel
 * @seen: what the store held when the two were last alike
 * @changed: (nullable): called when another profile was enabled; with @reset after the
 *     card was reset because it asked for a REFRESH
 * @changed_data: for it
 */
typedef struct {
    SimCard *card;
    SimEuicc *euicc;
    SimEuicc *second;
    SimStore *store;
    guint quirks;
    guint32 groups[SIM_CARD_CHANNELS];
    GPtrArray *seen;
    void (*changed) (gpointer user_data, gboolean reset);
    gpointer changed_data;
} SimCardSlot;

/**
 * sim_card_slot_load:
 * @file: a scenario
 * @store: (transfer none): what the modem holds; it gets the card
 * @slot: (out) (nullable) (transfer full): the slot; %NULL without group `card`
 * @error: return location for a #GError
 *
 * Returns: whether all was understood
 */
gboolean
sim_card_slot_load (GKeyFile *file, SimStore *store, SimCardSlot **slot, GError **error);

/**
 * sim_card_slot_free:
 * @slot: (nullable): a slot
 */
void
sim_card_slot_free (SimCardSlot *slot);

/**
 * sim_card_slot_set:
 * @slot: a slot
 * @group: `card`, `euicc` or `euicc2`
 * @key: a key of the scenario that can be changed later
 * @value: its value
 *
 * Returns: %FALSE for an unknown key or a bad value
 */
gboolean
sim_card_slot_set (SimCardSlot *slot, const gchar *group, const gchar *key, const gchar *value);

/**
 * sim_card_slot_power:
 * @slot: a slot
 *
 * Switches the card on, as a modem does when it starts.
 */
void
sim_card_slot_power (SimCardSlot *slot);

/**
 * sim_card_slot_without_profile:
 * @slot: a slot
 *
 * Returns: whether there is an eUICC on which nothing is enabled
 */
gboolean
sim_card_slot_without_profile (SimCardSlot *slot);

/**
 * sim_card_slot_set_group:
 * @slot: a slot
 * @channel: a channel that was opened
 * @group: MBIM's group
 */
void
sim_card_slot_set_group (SimCardSlot *slot, guint channel, guint32 group);

/**
 * sim_card_slot_close_group:
 * @slot: a slot
 * @group: MBIM's group
 *
 * Closes all its channels.
 */
void
sim_card_slot_close_group (SimCardSlot *slot, guint32 group);

/**
 * sim_card_slot_after:
 * @slot: a slot
 * @word: the status word of a command
 *
 * Does what the modem does after it: a reset when the card asks for a REFRESH.
 */
void
sim_card_slot_after (SimCardSlot *slot, guint16 word);

/**
 * sim_card_slot_report:
 * @slot: a slot
 *
 * Returns: (transfer full): `channels=N`, `commands=N`, then the log of APDUs and
 * of ES10 requests, lines of text
 */
gchar *
sim_card_slot_report (SimCardSlot *slot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimCardSlot, sim_card_slot_free)

G_END_DECLS
