/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pending notifications of the eUICC. Signatures and certificates are filler, of
 * the right tags and sizes.
 */

#include <string.h>

#include "sim-euicc-private.h"

#define SIGNATURE_SIZE 64

static const gchar chip_certificate[] = "3025 300C 0C0A434552542E4555494343"
                                        "300A06082A8648CE3D040302 03090030060201010201 01";
static const gchar maker_certificate[] = "3023 300A 0C08434552542E45554D"
                                         "300A06082A8648CE3D040302 03090030060201010201 01";

void
sim_euicc_notification_free (gpointer data)
{
    SimEuiccNotification *notification = data;

    g_free (notification->address);
    g_free (notification->iccid);
    g_free (notification);
}

void
sim_euicc_add_notification (SimEuicc *euicc, guint8 event, const SimEuiccProfile *profile)
{
    SimEuiccNotification *notification;

    if (profile->address == NULL || (profile->events & event) == 0) {
        return;
    }
    notification = g_new0 (SimEuiccNotification, 1);
    notification->sequence = euicc->next_sequence++;
    notification->event = event;
    notification->address = g_strdup (profile->address);
    notification->iccid = g_strdup (profile->iccid);
    notification->number = profile->number;
    g_ptr_array_add (euicc->notifications, notification);
}

static void
append_metadata (GByteArray *out, const SimEuiccNotification *notification)
{
    GByteArray *value = g_byte_array_new ();

    sim_card_tlv_append_number (value, 0x80, notification->sequence);
    sim_euicc_append_bits (value, 0x81, notification->event);
    sim_card_tlv_append_text (value, 0x0C, notification->address);
    sim_euicc_append_iccid (value, notification->iccid);
    sim_card_tlv_append_wrapped (out, 0xBF2F, value);
}

static void
append_signature (GByteArray *out, const SimEuiccNotification *notification)
{
    guint8 signature[SIGNATURE_SIZE];

    for (guint i = 0; i < SIGNATURE_SIZE; i++) {
        signature[i] = 7 * notification->sequence + i;
    }
    sim_card_tlv_append (out, 0x5F37, signature, SIGNATURE_SIZE);
}

static void
append_hex (GByteArray *out, const gchar *hex)
{
    g_autoptr (GByteArray) data = sim_card_hex_decode (hex);

    g_byte_array_append (out, data->data, data->len);
}

/* ProfileInstallationResult: it succeeded */
static void
append_installation (GByteArray *out, const SimEuiccNotification *notification)
{
    GByteArray *result = g_byte_array_new ();
    GByteArray *data = g_byte_array_new ();
    GByteArray *success = g_byte_array_new ();
    guint8 transaction[16] = {0};

    transaction[15] = notification->sequence;
    sim_card_tlv_append (data, 0x80, transaction, sizeof transaction);
    append_metadata (data, notification);
    append_hex (data, "06092B0601040181FA6B0A");
    sim_euicc_append_aid (success, notification->number);
    append_hex (success, "040B300DA00780010081020000");
    sim_card_tlv_append_wrapped (data, 0xA2, sim_card_tlv_wrap (0xA0, success));
    sim_card_tlv_append_wrapped (result, 0xBF27, data);
    append_signature (result, notification);
    sim_card_tlv_append_wrapped (out, 0xBF37, result);
}

static void
append_other (GByteArray *out, const SimEuiccNotification *notification)
{
    GByteArray *value = g_byte_array_new ();

    append_metadata (value, notification);
    append_signature (value, notification);
    append_hex (value, chip_certificate);
    append_hex (value, maker_certificate);
    sim_card_tlv_append_wrapped (out, 0x30, value);
}

static guint32
read_number (const SimCardTlv *tlv)
{
    guint32 number = 0;

    for (gsize i = 0; i < tlv->size; i++) {
        number = number << 8 | tlv->value[i];
    }
    return number;
}

/* whether [80 sequence] or [81 events] in @data leaves the notification in */
static gboolean
selected (const SimEuiccNotification *notification, const guint8 *data, gsize size)
{
    SimCardTlv criterion;

    if (sim_card_tlv_find (data, size, 0x80, &criterion)) {
        return read_number (&criterion) == notification->sequence;
    }
    if (sim_card_tlv_find (data, size, 0x81, &criterion)) {
        return criterion.size == 2 && (criterion.value[1] & notification->event) != 0;
    }
    return TRUE;
}

guint16
sim_euicc_list_notifications (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer)
{
    GByteArray *all = g_byte_array_new ();

    for (guint i = 0; i < euicc->notifications->len; i++) {
        const SimEuiccNotification *notification = g_ptr_array_index (euicc->notifications, i);

        if (selected (notification, request->value, request->size)) {
            append_metadata (all, notification);
        }
    }
    sim_card_tlv_append_wrapped (answer, request->tag, sim_card_tlv_wrap (0xA0, all));
    return SIM_EUICC_SW_OK;
}

guint16
sim_euicc_retrieve_notifications (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer)
{
    GByteArray *all = g_byte_array_new ();
    SimCardTlv search = {0};

    sim_card_tlv_find (request->value, request->size, 0xA0, &search);
    for (guint i = 0; i < euicc->notifications->len; i++) {
        const SimEuiccNotification *notification = g_ptr_array_index (euicc->notifications, i);

        if (search.tag == 0xA0 && !selected (notification, search.value, search.size)) {
            continue;
        }
        if (notification->event == SIM_EUICC_INSTALL) {
            append_installation (all, notification);
        } else {
            append_other (all, notification);
        }
    }
    if (all->len == 0) {
        sim_card_tlv_append (all, 0x81, "\x01", 1);
        sim_card_tlv_append_wrapped (answer, request->tag, all);
        return SIM_EUICC_SW_OK;
    }
    sim_card_tlv_append_wrapped (answer, request->tag, sim_card_tlv_wrap (0xA0, all));
    return SIM_EUICC_SW_OK;
}

guint16
sim_euicc_remove_notification (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer)
{
    SimCardTlv sequence;

    if (!sim_card_tlv_find (request->value, request->size, 0x80, &sequence)) {
        return SIM_EUICC_SW_DATA;
    }
    for (guint i = 0; i < euicc->notifications->len; i++) {
        SimEuiccNotification *notification = g_ptr_array_index (euicc->notifications, i);

        if (notification->sequence == read_number (&sequence)) {
            g_ptr_array_remove_index (euicc->notifications, i);
            return sim_euicc_answer_result (answer, request->tag, SIM_EUICC_RESULT_OK);
        }
    }
    return sim_euicc_answer_result (answer, request->tag, SIM_EUICC_RESULT_NOT_FOUND);
}
