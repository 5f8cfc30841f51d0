/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What changes profiles: nickname, enable, disable, delete, memory reset.
 */

#include <string.h>

#include "sim-euicc-private.h"

#define NICKNAME_LIMIT 64

/* the profile that 5A or 4F in @data names */
static SimEuiccProfile *
find_profile (SimEuicc *euicc, const guint8 *data, gsize size)
{
    for (guint i = 0; i < euicc->profiles->len; i++) {
        SimEuiccProfile *profile = g_ptr_array_index (euicc->profiles, i);
        g_autoptr (GByteArray) own = g_byte_array_new ();
        const guint8 *at;
        gsize left;
        SimCardTlv mine;
        SimCardTlv asked;

        sim_euicc_append_iccid (own, profile->iccid);
        sim_euicc_append_aid (own, profile->number);
        at = own->data;
        left = own->len;
        while (sim_card_tlv_next (&at, &left, &mine)) {
            if (sim_card_tlv_find (data, size, mine.tag, &asked) && asked.size == mine.size &&
                memcmp (asked.value, mine.value, mine.size) == 0) {
                return profile;
            }
        }
    }
    return NULL;
}

static gboolean
nickname_fits (SimEuicc *euicc, const SimCardTlv *nickname)
{
    const gchar *text = (const gchar *) nickname->value;

    if (!g_utf8_validate_len (text, nickname->size, NULL)) {
        return FALSE;
    }
    return (euicc->knobs.count_bytes ? (glong) nickname->size
                                     : g_utf8_strlen (text, nickname->size)) <= NICKNAME_LIMIT;
}

guint16
sim_euicc_set_nickname (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer)
{
    SimEuiccProfile *profile = find_profile (euicc, request->value, request->size);
    SimCardTlv nickname;

    if (!sim_card_tlv_find (request->value, request->size, 0x90, &nickname)) {
        return SIM_EUICC_SW_DATA;
    }
    if (profile == NULL) {
        return sim_euicc_answer_result (answer, request->tag, SIM_EUICC_RESULT_NOT_FOUND);
    }
    if (!nickname_fits (euicc, &nickname)) {
        return sim_euicc_answer_result (answer, request->tag, SIM_EUICC_RESULT_UNDEFINED);
    }
    g_free (profile->nickname);
    profile->nickname =
        nickname.size == 0 ? NULL : g_strndup ((const gchar *) nickname.value, nickname.size);
    return sim_euicc_answer_result (answer, request->tag, SIM_EUICC_RESULT_OK);
}

/* A0 { 5A or 4F }, 81 refresh */
static gboolean
parse_change (SimEuicc *euicc,
              const SimCardTlv *request,
              SimEuiccProfile **profile,
              gboolean *refresh)
{
    SimCardTlv name;
    SimCardTlv flag;

    if (!sim_card_tlv_find (request->value, request->size, 0xA0, &name) ||
        !sim_card_tlv_find (request->value, request->size, 0x81, &flag) || flag.size != 1) {
        return FALSE;
    }
    *profile = find_profile (euicc, name.value, name.size);
    *refresh = flag.value[0] != 0;
    return TRUE;
}

static guint16
finish_change (SimEuicc *euicc,
               const SimCardTlv *request,
               guint8 result,
               gboolean refresh,
               GByteArray *answer)
{
    sim_euicc_answer_result (answer, request->tag, result);
    if (result != SIM_EUICC_RESULT_OK) {
        return SIM_EUICC_SW_OK;
    }
    sim_euicc_refresh_iccid (euicc);
    return refresh && euicc->knobs.refresh ? SIM_EUICC_SW_REFRESH : SIM_EUICC_SW_OK;
}

static SimEuiccProfile *
find_enabled (SimEuicc *euicc)
{
    for (guint i = 0; i < euicc->profiles->len; i++) {
        SimEuiccProfile *profile = g_ptr_array_index (euicc->profiles, i);

        if (profile->enabled) {
            return profile;
        }
    }
    return NULL;
}

static guint8
disable (SimEuicc *euicc, SimEuiccProfile *profile)
{
    if ((profile->rules & SIM_EUICC_NO_DISABLE) != 0) {
        return SIM_EUICC_RESULT_POLICY;
    }
    profile->enabled = FALSE;
    sim_euicc_add_notification (euicc, SIM_EUICC_DISABLE, profile);
    return SIM_EUICC_RESULT_OK;
}

static guint8
enable (SimEuicc *euicc, SimEuiccProfile *profile)
{
    SimEuiccProfile *other = find_enabled (euicc);

    if (other != NULL && disable (euicc, other) != SIM_EUICC_RESULT_OK) {
        return SIM_EUICC_RESULT_POLICY;
    }
    profile->enabled = TRUE;
    sim_euicc_add_notification (euicc, SIM_EUICC_ENABLE, profile);
    return SIM_EUICC_RESULT_OK;
}

guint16
sim_euicc_enable_profile (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer)
{
    SimEuiccProfile *profile;
    gboolean refresh;
    guint8 result;

    if (!parse_change (euicc, request, &profile, &refresh)) {
        return SIM_EUICC_SW_DATA;
    }
    if (euicc->knobs.busy) {
        result = SIM_EUICC_RESULT_BUSY;
    } else if (profile == NULL) {
        result = SIM_EUICC_RESULT_NOT_FOUND;
    } else {
        result = profile->enabled ? SIM_EUICC_RESULT_STATE : enable (euicc, profile);
    }
    return finish_change (euicc, request, result, refresh, answer);
}

guint16
sim_euicc_disable_profile (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer)
{
    SimEuiccProfile *profile;
    gboolean refresh;
    guint8 result;

    if (!parse_change (euicc, request, &profile, &refresh)) {
        return SIM_EUICC_SW_DATA;
    }
    if (euicc->knobs.busy) {
        result = SIM_EUICC_RESULT_BUSY;
    } else if (profile == NULL) {
        result = SIM_EUICC_RESULT_NOT_FOUND;
    } else {
        result = profile->enabled ? disable (euicc, profile) : SIM_EUICC_RESULT_STATE;
    }
    return finish_change (euicc, request, result, refresh, answer);
}

static guint8
delete_profile (SimEuicc *euicc, SimEuiccProfile *profile)
{
    if (profile == NULL) {
        return SIM_EUICC_RESULT_NOT_FOUND;
    }
    if (profile->enabled) {
        return SIM_EUICC_RESULT_STATE;
    }
    if ((profile->rules & SIM_EUICC_NO_DELETE) != 0) {
        return SIM_EUICC_RESULT_POLICY;
    }
    sim_euicc_add_notification (euicc, SIM_EUICC_DELETE, profile);
    g_ptr_array_remove (euicc->profiles, profile);
    return SIM_EUICC_RESULT_OK;
}

guint16
sim_euicc_delete_profile (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer)
{
    SimEuiccProfile *profile = find_profile (euicc, request->value, request->size);

    return sim_euicc_answer_result (answer, request->tag, delete_profile (euicc, profile));
}

guint16
sim_euicc_reset_memory (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer)
{
    g_ptr_array_set_size (euicc->profiles, 0);
    sim_euicc_refresh_iccid (euicc);
    return sim_euicc_answer_result (answer, request->tag, SIM_EUICC_RESULT_OK);
}
