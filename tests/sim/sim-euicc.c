/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ISD-R: selection, chained STORE DATA, and the table of ES10 functions.
 */

#include "sim-euicc.h"

#include <string.h>

#include "sim-euicc-private.h"

#define MORE_BLOCKS 0x11
#define LAST_BLOCK  0x91

static const gchar standard_aid[] = "A0000005591010FFFFFFFF8900000100";

static const struct {
    guint32 tag;
    const gchar *name;
    SimEuiccFunction function;
} functions[] = {
    {0xBF20, "GetEUICCInfo1", sim_euicc_get_info1},
    {0xBF22, "GetEUICCInfo2", sim_euicc_get_info2},
    {0xBF28, "ListNotification", sim_euicc_list_notifications},
    {0xBF29, "SetNickname", sim_euicc_set_nickname},
    {0xBF2B, "RetrieveNotificationsList", sim_euicc_retrieve_notifications},
    {0xBF2D, "GetProfilesInfo", sim_euicc_get_profiles},
    {0xBF2E, "GetEUICCChallenge", sim_euicc_get_challenge},
    {0xBF30, "NotificationSent", sim_euicc_remove_notification},
    {0xBF31, "EnableProfile", sim_euicc_enable_profile},
    {0xBF32, "DisableProfile", sim_euicc_disable_profile},
    {0xBF33, "DeleteProfile", sim_euicc_delete_profile},
    {0xBF34, "eUICCMemoryReset", sim_euicc_reset_memory},
    {0xBF3C, "GetEuiccConfiguredAddresses", sim_euicc_get_addresses},
    {0xBF3E, "GetEID", sim_euicc_get_eid},
    {0xBF3F, "SetDefaultDpAddress", sim_euicc_set_default_address},
    {0xBF43, "GetRAT", sim_euicc_get_rules},
};

static void
log_request (SimEuicc *euicc, const gchar *name, const guint8 *data, gsize size)
{
    g_autofree gchar *text = sim_card_hex_encode (data, size);

    g_string_append_printf (euicc->log, "%s %s\n", name, text);
}

static guint16
run_request (SimEuicc *euicc, const guint8 *data, gsize size, GByteArray *answer)
{
    const guint8 *at = data;
    gsize left = size;
    SimCardTlv request;

    if (!sim_card_tlv_next (&at, &left, &request) || left > 0) {
        log_request (euicc, "malformed", data, size);
        return SIM_EUICC_SW_DATA;
    }
    for (guint i = 0; i < G_N_ELEMENTS (functions); i++) {
        if (functions[i].tag == request.tag) {
            log_request (euicc, functions[i].name, data, size);
            return functions[i].function (euicc, &request, answer);
        }
    }
    log_request (euicc, "unknown", data, size);
    return SIM_EUICC_SW_UNKNOWN;
}

static void
drop_chain (SimEuiccChain *chain)
{
    g_clear_pointer (&chain->data, g_byte_array_unref);
    chain->next = 0;
}

static guint16
store_data (SimEuicc *euicc,
            guint channel,
            const guint8 *header,
            const guint8 *data,
            gsize size,
            GByteArray *answer)
{
    SimEuiccChain *chain = &euicc->chains[channel];
    g_autoptr (GByteArray) whole = NULL;

    if ((header[2] != MORE_BLOCKS && header[2] != LAST_BLOCK) || header[3] != chain->next) {
        drop_chain (chain);
        return SIM_EUICC_SW_PARAMETERS;
    }
    if (chain->data == NULL) {
        chain->data = g_byte_array_new ();
    }
    if (size > 0) {
        g_byte_array_append (chain->data, data, size);
    }
    chain->next++;
    if (header[2] == MORE_BLOCKS) {
        return SIM_EUICC_SW_OK;
    }
    whole = g_steal_pointer (&chain->data);
    drop_chain (chain);
    return run_request (euicc, whole->data, whole->len, answer);
}

/* A9 { 81 .., 82 .., 83 bits }: the first bit announces a local user interface */
static void
take_capability (SimEuicc *euicc, const guint8 *data, gsize size)
{
    SimCardTlv capability;
    SimCardTlv support;

    euicc->announced = sim_card_tlv_find (data, size, 0xA9, &capability) &&
                       sim_card_tlv_find (capability.value, capability.size, 0x83, &support) &&
                       support.size == 1 && (support.value[0] & 0x01) != 0;
}

static guint16
on_command (gpointer self,
            guint channel,
            const guint8 *header,
            const guint8 *data,
            gsize size,
            GByteArray *answer)
{
    SimEuicc *euicc = self;

    if (header[1] == 0xAA) {
        take_capability (euicc, data, size);
        return SIM_EUICC_SW_OK;
    }
    if (header[1] == 0xE2 && (header[0] & 0x80) != 0 && channel < SIM_CARD_CHANNELS) {
        return store_data (euicc, channel, header, data, size, answer);
    }
    return SIM_EUICC_SW_INSTRUCTION;
}

static guint16
on_select (gpointer self, guint channel, GByteArray *answer)
{
    SimEuicc *euicc = self;
    GByteArray *information;
    g_autoptr (GByteArray) object = NULL;

    if (euicc->knobs.announce && !euicc->announced) {
        return SIM_EUICC_SW_NOT_FOUND;
    }
    drop_chain (&euicc->chains[channel]);
    information = g_byte_array_new ();
    sim_card_tlv_append (information, 0x84, euicc->aid->data, euicc->aid->len);
    sim_card_tlv_append (information, 0xA5, "\x9F\x6E\x03\x47\x91\x11\x9F\x65\x01\xFF", 10);
    sim_card_tlv_append (information, 0xE0, "\x82\x03\x02\x02\x02", 5);
    object = sim_card_tlv_wrap (0x6F, information);
    g_byte_array_append (answer, object->data, object->len);
    return SIM_EUICC_SW_OK;
}

static void
on_reset (gpointer self)
{
    SimEuicc *euicc = self;

    euicc->announced = FALSE;
    for (guint i = 0; i < SIM_CARD_CHANNELS; i++) {
        drop_chain (&euicc->chains[i]);
    }
}

SimEuicc *
sim_euicc_new (SimCard *card, const gchar *aid)
{
    SimEuicc *euicc = g_new0 (SimEuicc, 1);

    euicc->card = card;
    euicc->aid = sim_card_hex_decode (aid == NULL ? standard_aid : aid);
    euicc->eid = g_strdup ("89049032005120007320000000000170");
    euicc->discovery = g_strdup ("lpa.ds.gsma.com");
    euicc->profiles = g_ptr_array_new_with_free_func (sim_euicc_profile_free);
    euicc->notifications = g_ptr_array_new_with_free_func (sim_euicc_notification_free);
    euicc->next_sequence = 2;
    euicc->log = g_string_new (NULL);
    euicc->applet = (SimCardApplet){
        .aid = euicc->aid->data,
        .size = euicc->aid->len,
        .select = on_select,
        .command = on_command,
        .reset = on_reset,
    };
    sim_card_add_applet (card, &euicc->applet, euicc);
    return euicc;
}

void
sim_euicc_free (SimEuicc *euicc)
{
    on_reset (euicc);
    g_byte_array_unref (euicc->aid);
    g_free (euicc->eid);
    g_free (euicc->download);
    g_free (euicc->discovery);
    g_ptr_array_unref (euicc->profiles);
    g_ptr_array_unref (euicc->notifications);
    g_string_free (euicc->log, TRUE);
    g_free (euicc);
}

SimEuiccKnobs *
sim_euicc_knobs (SimEuicc *euicc)
{
    return &euicc->knobs;
}

void
sim_euicc_set_eid (SimEuicc *euicc, const gchar *eid)
{
    g_free (euicc->eid);
    euicc->eid = g_strdup (eid);
}

void
sim_euicc_set_addresses (SimEuicc *euicc, const gchar *download, const gchar *discovery)
{
    g_free (euicc->download);
    g_free (euicc->discovery);
    euicc->download = g_strdup (download);
    euicc->discovery = g_strdup (discovery);
}

void
sim_euicc_set_changed (SimEuicc *euicc, SimEuiccChanged changed, gpointer user_data)
{
    euicc->changed = changed;
    euicc->changed_data = user_data;
}

const gchar *
sim_euicc_log (SimEuicc *euicc)
{
    return euicc->log->str;
}

guint16
sim_euicc_answer_result (GByteArray *answer, guint32 tag, guint8 result)
{
    GByteArray *value = g_byte_array_new ();

    sim_card_tlv_append (value, 0x80, &result, 1);
    sim_card_tlv_append_wrapped (answer, tag, value);
    return SIM_EUICC_SW_OK;
}

void
sim_euicc_append_bits (GByteArray *out, guint32 tag, guint8 bits)
{
    guint8 value[2] = {0, bits};

    while (bits != 0 && (bits >> value[0] & 1) == 0) {
        value[0]++;
    }
    sim_card_tlv_append (out, tag, value, sizeof value);
}

void
sim_euicc_append_iccid (GByteArray *out, const gchar *iccid)
{
    GByteArray *digits = g_byte_array_new ();

    sim_card_bcd_append (digits, iccid, 10);
    sim_card_tlv_append_wrapped (out, 0x5A, digits);
}

void
sim_euicc_append_aid (GByteArray *out, guint number)
{
    GByteArray *aid = sim_card_hex_decode ("A0000005591010FFFFFFFF8900001000");

    aid->data[14] = 0x10 + number;
    sim_card_tlv_append_wrapped (out, 0x4F, aid);
}
