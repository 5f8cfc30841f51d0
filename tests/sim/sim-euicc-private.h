/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated eUICC from inside, for the files that hold its functions.
 */

#pragma once

#include "sim-card-bytes.h"
#include "sim-euicc.h"

G_BEGIN_DECLS

/* status words of the ISD-R */
#define SIM_EUICC_SW_OK          0x9000
#define SIM_EUICC_SW_REFRESH     0x910B
#define SIM_EUICC_SW_DATA        0x6A80
#define SIM_EUICC_SW_NOT_FOUND   0x6A82
#define SIM_EUICC_SW_PARAMETERS  0x6A86
#define SIM_EUICC_SW_UNKNOWN     0x6A88
#define SIM_EUICC_SW_INSTRUCTION 0x6D00

/* results of ES10 functions */
#define SIM_EUICC_RESULT_OK        0x00
#define SIM_EUICC_RESULT_NOT_FOUND 0x01
#define SIM_EUICC_RESULT_STATE     0x02
#define SIM_EUICC_RESULT_POLICY    0x03
#define SIM_EUICC_RESULT_BUSY      0x05
#define SIM_EUICC_RESULT_UNDEFINED 0x7F

/**
 * SimEuiccNotification:
 * @sequence: its number
 * @event: what happened
 * @address: where it goes
 * @iccid: of which profile
 * @number: which ISD-P
 */
typedef struct {
    guint32 sequence;
    guint8 event;
    gchar *address;
    gchar *iccid;
    guint number;
} SimEuiccNotification;

/**
 * SimEuiccChain:
 * @data: (nullable): blocks so far
 * @next: the number of the next
 */
typedef struct {
    GByteArray *data;
    guint8 next;
} SimEuiccChain;

struct _SimEuicc {
    SimCard *card;
    SimCardApplet applet;
    GByteArray *aid;
    SimEuiccKnobs knobs;
    gchar *eid;
    gchar *download;
    gchar *discovery;
    GPtrArray *profiles;
    GPtrArray *notifications;
    guint32 next_sequence;
    guint next_number;
    guint32 challenges;
    gboolean announced;
    SimEuiccChain chains[SIM_CARD_CHANNELS];
    GString *log;
    SimEuiccChanged changed;
    gpointer changed_data;
};

/**
 * SimEuiccFunction:
 * @euicc: an eUICC
 * @request: the request's outermost object
 * @answer: where the answer's object goes
 *
 * Returns: a status word
 */
typedef guint16 (*SimEuiccFunction) (SimEuicc *euicc,
                                     const SimCardTlv *request,
                                     GByteArray *answer);

/* answers with a result alone: TAG { 80 result } */
guint16
sim_euicc_answer_result (GByteArray *answer, guint32 tag, guint8 result);
/* appends a BIT STRING of one byte: unused bits first */
void
sim_euicc_append_bits (GByteArray *out, guint32 tag, guint8 bits);
/* appends an ICCID, digit pairs swapped */
void
sim_euicc_append_iccid (GByteArray *out, const gchar *iccid);
/* appends the name of a profile's ISD-P */
void
sim_euicc_append_aid (GByteArray *out, guint number);

/* sim-euicc-info.c */
guint16
sim_euicc_get_eid (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer);
guint16
sim_euicc_get_addresses (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer);
guint16
sim_euicc_set_default_address (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer);
guint16
sim_euicc_get_info1 (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer);
guint16
sim_euicc_get_info2 (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer);
guint16
sim_euicc_get_challenge (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer);
guint16
sim_euicc_get_rules (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer);

/* sim-euicc-profile.c, sim-euicc-change.c */
guint16
sim_euicc_get_profiles (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer);
guint16
sim_euicc_set_nickname (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer);
guint16
sim_euicc_enable_profile (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer);
guint16
sim_euicc_disable_profile (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer);
guint16
sim_euicc_delete_profile (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer);
guint16
sim_euicc_reset_memory (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer);
void
sim_euicc_profile_free (gpointer data);

/* sim-euicc-notification.c */
guint16
sim_euicc_list_notifications (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer);
guint16
sim_euicc_retrieve_notifications (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer);
guint16
sim_euicc_remove_notification (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer);
void
sim_euicc_notification_free (gpointer data);

/* sim-euicc-malform.c: spoils a profile's object, and the whole answer */
void
sim_euicc_malform_profile (SimEuicc *euicc, guint index, GByteArray *value);
void
sim_euicc_malform_answer (SimEuicc *euicc, GByteArray *answer);

G_END_DECLS
