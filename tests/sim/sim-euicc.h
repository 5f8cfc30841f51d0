/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated eUICC: the ISD-R of GSMA SGP.22 v2.2.2 as an applet of the
 * simulated card, with profiles, pending notifications and the faults of real
 * ones. Answers are deterministic; state changes at once.
 */

#pragma once

#include "sim-card.h"

G_BEGIN_DECLS

typedef struct _SimEuicc SimEuicc;

/* events of a notification, as bits */
#define SIM_EUICC_INSTALL 0x80
#define SIM_EUICC_ENABLE  0x40
#define SIM_EUICC_DISABLE 0x20
#define SIM_EUICC_DELETE  0x10

/* profile policy rules, as bits */
#define SIM_EUICC_NO_DISABLE 0x40
#define SIM_EUICC_NO_DELETE  0x20

/**
 * SimEuiccProfile:
 * @iccid: 19 or 20 digits
 * @imsi: (nullable): the subscription behind it
 * @number: which ISD-P, from 0
 * @enabled: its state
 * @nickname: (nullable): the user's name
 * @provider: (nullable): the operator's name
 * @name: (nullable): the profile's name
 * @class: 0 test, 1 provisioning, 2 operational
 * @icon: (nullable): a picture
 * @address: (nullable): where its notifications go
 * @events: those it reports
 * @owner: (nullable): network code of the operator
 * @gid1: (nullable): hexadecimal
 * @gid2: (nullable): hexadecimal
 * @rules: what is forbidden
 *
 * A profile on the chip; its strings are its own.
 */
typedef struct {
    gchar *iccid;
    gchar *imsi;
    guint number;
    gboolean enabled;
    gchar *nickname;
    gchar *provider;
    gchar *name;
    guint8 class;
    GBytes *icon;
    gchar *address;
    guint8 events;
    gchar *owner;
    gchar *gid1;
    gchar *gid2;
    guint8 rules;
} SimEuiccProfile;

/**
 * SimEuiccMalformation:
 *
 * What is wrong with the answer to GetProfilesInfo.
 */
typedef enum {
    SIM_EUICC_WELL_FORMED,
    SIM_EUICC_EMPTY,         /* no data at all */
    SIM_EUICC_TRUNCATED,     /* the last third is missing */
    SIM_EUICC_OVERRUN,       /* the outermost length says more than there is */
    SIM_EUICC_UNDERRUN,      /* it says less */
    SIM_EUICC_INDEFINITE,    /* it is of the indefinite form */
    SIM_EUICC_LONG_LENGTH,   /* it says 4 GB */
    SIM_EUICC_INNER_OVERRUN, /* the second profile's length runs into the third */
    SIM_EUICC_NESTED,        /* the second profile is 400 objects deep */
    SIM_EUICC_UNKNOWN_TAGS,  /* objects of no known tag everywhere */
    SIM_EUICC_HEX_ICCID,     /* the second profile's number has hexadecimal digits */
    SIM_EUICC_SHORT_ICCID,   /* it has three bytes */
    SIM_EUICC_BAD_TEXT,      /* the second profile's name is no UTF-8 */
    SIM_EUICC_GARBAGE,       /* bytes FF */
    SIM_EUICC_N_MALFORMATIONS,
} SimEuiccMalformation;

/**
 * SimEuiccKnobs:
 * @announce: whether the ISD-R hides until the terminal has announced an LPA
 * @refresh: whether a change with refresh ends in 910B
 * @busy: whether enable and disable find the card busy
 * @no_tag_list: how a request for profiles with a tag list is refused: 0 not, 1 by
 *     a result, else by this status word
 * @count_bytes: whether the nickname's limit of 64 counts bytes, not characters
 * @malformation: what is wrong with the list of profiles
 *
 * How this eUICC differs from the plain one.
 */
typedef struct {
    gboolean announce;
    gboolean refresh;
    gboolean busy;
    guint no_tag_list;
    gboolean count_bytes;
    SimEuiccMalformation malformation;
} SimEuiccKnobs;

/**
 * SimEuiccChanged:
 * @user_data: what was given with the function
 * @profile: (nullable): the profile that is enabled now
 *
 * Called when another profile was enabled, or none is.
 */
typedef void (*SimEuiccChanged) (gpointer user_data, const SimEuiccProfile *profile);

/**
 * sim_euicc_new:
 * @card: (transfer none): the card it is on
 * @aid: (nullable): hexadecimal name of its ISD-R, %NULL for the standard one
 *
 * Returns: (transfer full): an eUICC without profiles; the card must not outlive it
 */
SimEuicc *
sim_euicc_new (SimCard *card, const gchar *aid);

/**
 * sim_euicc_free:
 * @euicc: an eUICC
 */
void
sim_euicc_free (SimEuicc *euicc);

/**
 * sim_euicc_fill_colombia:
 * @euicc: an empty eUICC
 *
 * Puts three Colombian operators' profiles on it, and three pending notifications.
 */
void
sim_euicc_fill_colombia (SimEuicc *euicc);

/**
 * sim_euicc_fill_many:
 * @euicc: an eUICC
 * @count: how many
 * @icon: bytes of the picture of each, 0 for none
 *
 * Adds disabled profiles, for answers of many kilobytes.
 */
void
sim_euicc_fill_many (SimEuicc *euicc, guint count, gsize icon);

/**
 * sim_euicc_add_profile:
 * @euicc: an eUICC
 * @iccid: 19 or 20 digits
 *
 * Returns: (transfer none): a new, disabled, operational profile
 */
SimEuiccProfile *
sim_euicc_add_profile (SimEuicc *euicc, const gchar *iccid);

/**
 * sim_euicc_remove_profile:
 * @euicc: an eUICC
 * @iccid: a profile's
 *
 * Takes a profile away, as if it had never been there.
 *
 * Returns: whether it was there
 */
gboolean
sim_euicc_remove_profile (SimEuicc *euicc, const gchar *iccid);

/**
 * sim_euicc_profile:
 * @euicc: an eUICC
 * @index: from 0
 *
 * Returns: (transfer none) (nullable): a profile
 */
SimEuiccProfile *
sim_euicc_profile (SimEuicc *euicc, guint index);

/**
 * sim_euicc_add_notification:
 * @euicc: an eUICC
 * @event: one event
 * @profile: whose
 *
 * Adds a pending notification, if the profile reports that event.
 */
void
sim_euicc_add_notification (SimEuicc *euicc, guint8 event, const SimEuiccProfile *profile);

/**
 * sim_euicc_refresh_iccid:
 * @euicc: an eUICC
 *
 * Puts the enabled profile's number in the card's EF_ICCID, and tells who asked.
 */
void
sim_euicc_refresh_iccid (SimEuicc *euicc);

/**
 * sim_euicc_set_eid:
 * @euicc: an eUICC
 * @eid: 32 digits
 */
void
sim_euicc_set_eid (SimEuicc *euicc, const gchar *eid);

/**
 * sim_euicc_set_addresses:
 * @euicc: an eUICC
 * @download: (nullable): the default SM-DP+ address
 * @discovery: (nullable): the root SM-DS address
 */
void
sim_euicc_set_addresses (SimEuicc *euicc, const gchar *download, const gchar *discovery);

/**
 * sim_euicc_set_changed:
 * @euicc: an eUICC
 * @changed: (nullable): called on a change
 * @user_data: for it
 */
void
sim_euicc_set_changed (SimEuicc *euicc, SimEuiccChanged changed, gpointer user_data);

/**
 * sim_euicc_knobs:
 * @euicc: an eUICC
 *
 * Returns: (transfer none): its knobs, to be changed at any time
 */
SimEuiccKnobs *
sim_euicc_knobs (SimEuicc *euicc);

/**
 * sim_euicc_malformation:
 * @name: as `inner-overrun`
 *
 * Returns: which one, %SIM_EUICC_N_MALFORMATIONS for an unknown name
 */
SimEuiccMalformation
sim_euicc_malformation (const gchar *name);

/**
 * sim_euicc_log:
 * @euicc: an eUICC
 *
 * Returns: (transfer none): a line for each ES10 request: the function's name and
 * the request, hexadecimal
 */
const gchar *
sim_euicc_log (SimEuicc *euicc);

/**
 * sim_euicc_dump:
 * @euicc: an eUICC
 *
 * Returns: (transfer full): EID, addresses, profiles and notifications, a line each
 */
gchar *
sim_euicc_dump (SimEuicc *euicc);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimEuicc, sim_euicc_free)

G_END_DECLS
