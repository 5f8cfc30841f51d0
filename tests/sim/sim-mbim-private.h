/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The MBIM front from inside, for the files that hold its services.
 */

#pragma once

#include "sim-card-slot.h"
#include "sim-mbim.h"

G_BEGIN_DECLS

#define SIM_MBIM_UUID 16

/* status codes, MBIM 1.0 table 9-11 and Microsoft's UICC page */
#define SIM_MBIM_OK             0x00000000
#define SIM_MBIM_BUSY           0x00000001
#define SIM_MBIM_FAILURE        0x00000002
#define SIM_MBIM_NO_SIM         0x00000003
#define SIM_MBIM_PIN_REQUIRED   0x00000005
#define SIM_MBIM_PIN_DISABLED   0x00000006
#define SIM_MBIM_UNSUPPORTED    0x00000009
#define SIM_MBIM_DETACHED       0x0000000C
#define SIM_MBIM_NOT_READY      0x0000000E
#define SIM_MBIM_NOT_ACTIVATED  0x00000010
#define SIM_MBIM_PARAMETERS     0x00000015
#define SIM_MBIM_READ_FAILURE   0x00000016
#define SIM_MBIM_WRITE_FAILURE  0x00000017
#define SIM_MBIM_NO_PHONEBOOK   0x00000019
#define SIM_MBIM_TOO_LONG       0x0000001A
#define SIM_MBIM_NOT_ALLOWED    0x0000001C
#define SIM_MBIM_MEMORY_FAILURE 0x0000001D
#define SIM_MBIM_BAD_INDEX      0x0000001E
#define SIM_MBIM_MEMORY_FULL    0x0000001F
#define SIM_MBIM_BAD_FILTER     0x00000020
#define SIM_MBIM_NO_CHANNELS    0x87430001
#define SIM_MBIM_NOT_SELECTED   0x87430002
#define SIM_MBIM_BAD_CHANNEL    0x87430003

/**
 * SimMbimHandler:
 * @self: a front
 * @in: the information
 * @out: where the answer goes
 *
 * Returns: an MBIM status
 */
typedef guint32 (*SimMbimHandler) (SimMbim *self, SimMbimReader *in, SimMbimWriter *out);

/**
 * SimMbimRow:
 * @cid: a command of a service
 * @name: for faults
 * @query: (nullable): asks
 * @set: (nullable): changes
 *
 * A command; the last row of a table has no name.
 */
typedef struct {
    guint32 cid;
    const gchar *name;
    SimMbimHandler query;
    SimMbimHandler set;
} SimMbimRow;

/**
 * SimMbimContext:
 * @cid: of a profile of the store
 * @user: user name
 * @password: password
 * @auth: authentication protocol
 * @compression: whether data are compressed
 * @roaming: where it may be used
 * @media: over what
 * @state: whether it is enabled
 * @source: who made it
 *
 * What MBIM knows of a profile beyond the store.
 */
typedef struct {
    guint cid;
    gchar *user;
    gchar *password;
    guint32 auth;
    guint32 compression;
    guint32 roaming;
    guint32 media;
    guint32 state;
    guint32 source;
} SimMbimContext;

/**
 * SimMbimAttach:
 * @ip: IP type
 * @apn: (nullable): access point
 * @user: (nullable): user name
 * @password: (nullable): password
 * @compression: whether data are compressed
 * @auth: authentication protocol
 *
 * With what the modem attaches to LTE, at home, at a partner's, elsewhere.
 */
typedef struct {
    guint32 ip;
    gchar *apn;
    gchar *user;
    gchar *password;
    guint32 compression;
    guint32 auth;
} SimMbimAttach;

#define SIM_MBIM_N_ATTACH 3

struct _SimMbim {
    SimStore *store;
    SimKnobs *knobs;
    gchar *messages;
    gchar *phonebook;
    gboolean low_level;
    gboolean file_access;
    gboolean extensions;
    gboolean read_marks;
    guint fragment;
    gboolean detached; /* on demand: LTE attaches as it registers, 3GPP TS 23.401 5.3.2 */
    gboolean pass_through;
    gboolean absent;
    guint delay;
    gboolean held;
    gboolean twice;
    gboolean noticed;
    GPtrArray *contexts;
    SimMbimAttach attach[SIM_MBIM_N_ATTACH];
    GByteArray *capability;
    GArray *listeners;
};

extern const guint8 sim_mbim_uuid_basic[SIM_MBIM_UUID];
extern const guint8 sim_mbim_uuid_sms[SIM_MBIM_UUID];

extern const SimMbimRow sim_mbim_basic_rows[];
extern const SimMbimRow sim_mbim_network_rows[];
extern const SimMbimRow sim_mbim_context_rows[];
extern const SimMbimRow sim_mbim_sms_rows[];
extern const SimMbimRow sim_mbim_phonebook_rows[];
extern const SimMbimRow sim_mbim_extension_rows[];
extern const SimMbimRow sim_mbim_uicc_rows[];
extern const SimMbimRow sim_mbim_file_rows[];

/* the number behind `cme ` of a quirk, 0 when the modem does not have it */
guint32
sim_mbim_refusal (SimMbim *self, const gchar *quirk);
/* status of what needs an unlocked SIM: OK, NO_SIM or PIN_REQUIRED */
guint32
sim_mbim_ready (SimMbim *self);
/* (nullable): the card, when there is one */
SimCard *
sim_mbim_card (SimMbim *self);
/* sim-mbim-basic.c: device caps, which the extensions have too */
void
sim_mbim_write_caps (SimMbim *self, SimMbimWriter *out);
guint32
sim_mbim_query_subscriber (SimMbim *self, SimMbimReader *in, SimMbimWriter *out);
/* sim-mbim-network.c: what is indicated too */
guint32
sim_mbim_query_signal (SimMbim *self, SimMbimReader *in, SimMbimWriter *out);
/* sim-mbim.c: the services that are offered */
guint32
sim_mbim_query_services (SimMbim *self, SimMbimReader *in, SimMbimWriter *out);
guint32
sim_mbim_set_subscriptions (SimMbim *self, SimMbimReader *in, SimMbimWriter *out);
/* sim-mbim-context.c: commands of the extensions */
guint32
sim_mbim_query_contexts_v2 (SimMbim *self, SimMbimReader *in, SimMbimWriter *out);
guint32
sim_mbim_set_contexts_v2 (SimMbim *self, SimMbimReader *in, SimMbimWriter *out);
void
sim_mbim_context_free (gpointer data);
void
sim_mbim_attach_clear (SimMbimAttach *attach);

G_END_DECLS
