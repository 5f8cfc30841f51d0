/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of an eUICC: its raw answers, which are the truth, what they
 * decode to, and the activation codes that the user keeps beside them.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-euicc.h"

/**
 * SimstowEsimAnswer:
 * @name: which request it answers: "eid", "addresses", "info2", "profiles" or
 *     "notifications"
 * @raw: (nullable): the answer, BER-TLV
 * @fault: (nullable): why there is none
 * @refusal: (nullable): why nothing can be made of @raw, as of an error code in place of a
 *     list; not stored, as it is found out anew
 */
typedef struct {
    gchar *name;
    GBytes *raw;
    gchar *fault;
    gchar *refusal;
} SimstowEsimAnswer;

/**
 * SimstowActivationCode:
 * @iccid: (nullable): the profile that it downloads, where known
 * @code: the activation code, "LPA:1$SM-DP+$matching-id"
 * @confirmation: (nullable): the confirmation code that goes with it
 * @added: when it was added, seconds since 1970 UTC
 * @rest: (nullable): what a newer archive says of it that this program does not
 *     know, as JSON members
 *
 * A secret: who has it can download the profile. It is kept in encrypted
 * archives only.
 */
typedef struct {
    gchar *iccid;
    gchar *code;
    gchar *confirmation;
    gint64 added;
    gchar *rest;
} SimstowActivationCode;

/**
 * SimstowEsim:
 * @answers: (element-type SimstowEsimAnswer): what the card answered
 * @eid: (nullable): the EID, 32 digits
 * @default_smdp: (nullable): default SM-DP+ address
 * @root_smds: (nullable): root SM-DS address
 * @info: (nullable): EUICCInfo2
 * @profiles: (element-type SimstowEuiccProfile): the profiles, in the card's order
 * @notifications: (element-type SimstowEuiccNotification): pending notifications
 * @faults: (element-type GError): what did not decode, see simstow_error_is_incomplete ()
 * @codes: (element-type SimstowActivationCode): activation codes
 * @first_seen: when it was first so, seconds since 1970 UTC; of a state in a history
 * @last_seen: when it was last so
 * @history: (nullable) (element-type SimstowEsim): of a merged archive, the states
 *     that were seen, the newest first, which is this one; other eUICCs too
 *
 * @further: (element-type SimstowEsim): further secure elements of the same card, each with an
 *     EID, profiles and notifications of its own
 *
 * The arrays are always there and own their elements.
 */
typedef struct {
    GPtrArray *answers;
    gchar *eid;
    gchar *default_smdp;
    gchar *root_smds;
    SimstowEuiccInfo *info;
    GPtrArray *profiles;
    GPtrArray *notifications;
    GPtrArray *faults;
    GPtrArray *codes;
    gint64 first_seen;
    gint64 last_seen;
    GPtrArray *history;
    GPtrArray *further;
} SimstowEsim;

/**
 * simstow_esim_new:
 *
 * Returns: (transfer full): an eUICC of which nothing is known
 */
SimstowEsim *
simstow_esim_new (void);

void
simstow_esim_free (SimstowEsim *esim);

/**
 * simstow_esim_add_answer:
 * @name: which request it answers
 * @raw: (nullable): the answer
 * @fault: (nullable): why there is none
 *
 * Keeps an answer and decodes it. What does not decode becomes a fault.
 */
void
simstow_esim_add_answer (SimstowEsim *esim, const gchar *name, GBytes *raw, const gchar *fault);

/**
 * simstow_esim_list_profiles:
 *
 * Returns: (transfer container) (element-type SimstowEuiccProfile): the profiles of all secure
 * elements
 */
GPtrArray *
simstow_esim_list_profiles (const SimstowEsim *esim);

/**
 * simstow_esim_find_on_any:
 *
 * Returns: (transfer none) (nullable): the profile with that ICCID, on whatever secure element
 */
const SimstowEuiccProfile *
simstow_esim_find_on_any (const SimstowEsim *esim, const gchar *iccid);

/**
 * simstow_esim_get_unread:
 * @name: a request, as "profiles"
 *
 * Returns: (nullable): why its answer is not known, possibly empty; %NULL when it is
 */
const gchar *
simstow_esim_get_unread (const SimstowEsim *esim, const gchar *name);

/**
 * simstow_esim_find_profile:
 *
 * Returns: (transfer none) (nullable): the profile with that ICCID
 */
const SimstowEuiccProfile *
simstow_esim_find_profile (const SimstowEsim *esim, const gchar *iccid);

/**
 * simstow_esim_add_code:
 * @iccid: (nullable): the profile that it downloads
 * @code: an activation code, with or without the leading "LPA:"
 * @confirmation: (nullable): its confirmation code
 * @added: when it was added, seconds since 1970 UTC
 *
 * Keeps an activation code. One with the same text that says nothing else is
 * completed, and keeps its time; no code is dropped. Its form is that of GSMA
 * SGP.22 4.1: "1", the SM-DP+ address, the matching id, and optionally an OID
 * and a flag, separated by "$".
 *
 * Returns: %FALSE with @error set when it has another form
 */
gboolean
simstow_esim_add_code (SimstowEsim *esim,
                       const gchar *iccid,
                       const gchar *code,
                       const gchar *confirmation,
                       gint64 added,
                       GError **error);

/**
 * simstow_esim_check_code:
 * @text: an activation code, with or without the leading "LPA:"
 *
 * Returns: %FALSE with @error set when it has another form than is said above
 */
gboolean
simstow_esim_check_code (const gchar *text, GError **error);

/**
 * simstow_esim_keep_code:
 * @code: (transfer full): an activation code of the right form
 *
 * Keeps it as simstow_esim_add_code () does.
 */
void
simstow_esim_keep_code (SimstowEsim *esim, SimstowActivationCode *code);

void
simstow_esim_answer_free (SimstowEsimAnswer *answer);

void
simstow_activation_code_free (SimstowActivationCode *code);

/**
 * simstow_activation_code_dup_smdp:
 *
 * Returns: (transfer full): the SM-DP+ address in it, which is no secret
 */
gchar *
simstow_activation_code_dup_smdp (const SimstowActivationCode *code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowEsim, simstow_esim_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowEsimAnswer, simstow_esim_answer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowActivationCode, simstow_activation_code_free)
