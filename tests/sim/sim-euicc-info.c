/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the eUICC says of itself: EID, addresses, versions, rules.
 */

#include <string.h>

#include "sim-euicc-private.h"

/* the values of a chip that was looked at; keys are the GSMA test CI's */
static const gchar info1[] = "BF2035 8203020202 A916041481370F5125D0B1D408D4C3B232E6D25E795BEBFB"
                             "AA16041481370F5125D0B1D408D4C3B232E6D25E795BEBFB";
static const gchar info2[] =
    "BF2281AA 8103020301 8203020202 8303240903 840D81010082040004200083022400 8504067F36C0"
    "8603100300 8703020300 88020490 A916041481370F5125D0B1D408D4C3B232E6D25E795BEBFB"
    "AA16041481370F5125D0B1D408D4C3B232E6D25E795BEBFB 8B0102 99020640 0403010000"
    "0C0E53494D2D41532D55502D30303031"
    "AC2A 8012312E322E332F73696D73746F772D63617264"
    "811468747470733A2F2F646C6F612E6578616D706C65";
static const gchar rules[] = "BF4315 A013 3011 80020560 A107 30058003EEEEEE 82020780";

static guint16
answer_hex (GByteArray *answer, const gchar *hex)
{
    g_autoptr (GByteArray) data = sim_card_hex_decode (hex);

    g_byte_array_append (answer, data->data, data->len);
    return SIM_EUICC_SW_OK;
}

guint16
sim_euicc_get_info1 (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer)
{
    return answer_hex (answer, info1);
}

guint16
sim_euicc_get_info2 (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer)
{
    return answer_hex (answer, info2);
}

guint16
sim_euicc_get_rules (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer)
{
    return answer_hex (answer, rules);
}

guint16
sim_euicc_get_eid (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer)
{
    g_autoptr (GByteArray) eid = sim_card_hex_decode (euicc->eid);
    GByteArray *value;
    SimCardTlv tags;

    if (!sim_card_tlv_find (request->value, request->size, 0x5C, &tags)) {
        return SIM_EUICC_SW_DATA;
    }
    value = g_byte_array_new ();
    sim_card_tlv_append (value, 0x5A, eid->data, eid->len);
    sim_card_tlv_append_wrapped (answer, request->tag, value);
    return SIM_EUICC_SW_OK;
}

guint16
sim_euicc_get_addresses (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer)
{
    GByteArray *value = g_byte_array_new ();

    sim_card_tlv_append_text (value, 0x80, euicc->download);
    sim_card_tlv_append_text (value, 0x81, euicc->discovery);
    sim_card_tlv_append_wrapped (answer, request->tag, value);
    return SIM_EUICC_SW_OK;
}

guint16
sim_euicc_set_default_address (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer)
{
    SimCardTlv address;

    if (!sim_card_tlv_find (request->value, request->size, 0x80, &address)) {
        return SIM_EUICC_SW_DATA;
    }
    g_free (euicc->download);
    euicc->download =
        address.size == 0 ? NULL : g_strndup ((const gchar *) address.value, address.size);
    return sim_euicc_answer_result (answer, request->tag, SIM_EUICC_RESULT_OK);
}

guint16
sim_euicc_get_challenge (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer)
{
    guint32 counter = GUINT32_TO_BE (0xC0FFEE01 + euicc->challenges++);
    GByteArray *value = g_byte_array_new ();
    guint8 challenge[16] = {0};

    memcpy (challenge + 12, &counter, sizeof counter);
    sim_card_tlv_append (value, 0x80, challenge, sizeof challenge);
    sim_card_tlv_append_wrapped (answer, request->tag, value);
    return SIM_EUICC_SW_OK;
}
