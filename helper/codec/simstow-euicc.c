/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An eUICC's EID, addresses, information and pending notifications.
 */

#include "simstow-euicc.h"

#include <string.h>

#include "simstow-ber-tlv.h"
#include "simstow-error.h"
#include "simstow-euicc-object.h"
#include "simstow-hex.h"

#define TAG_EID_ANSWER           0xBF3E
#define TAG_ADDRESSES_ANSWER     0xBF3C
#define TAG_INFO_ANSWER          0xBF22
#define TAG_NOTIFICATIONS_ANSWER 0xBF2B
#define TAG_METADATA             0xBF2F
#define TAG_INSTALL_RESULT       0xBF37
#define TAG_INSTALL_DATA         0xBF27
#define TAG_OTHER_NOTIFICATION   0x30

/* The answer to RetrieveNotificationsList when there is nothing to retrieve */
#define NOTHING_PENDING 1

static const gchar *const operations[] = {"install", "enable", "disable", "delete"};
static const gchar *const categories[] = {"other", "basic", "medium", "contactless"};

gboolean
simstow_euicc_check_eid (const gchar *eid)
{
    guint remainder = 0;
    gsize i;

    if (strlen (eid) != 32)
        return FALSE;
    for (i = 0; i < 32; i++) {
        if (!g_ascii_isdigit (eid[i]))
            return FALSE;
        remainder = (remainder * 10 + (guint) g_ascii_digit_value (eid[i])) % 97;
    }
    return remainder == 1;
}

gchar *
simstow_euicc_decode_eid (GBytes *answer, GError **error)
{
    g_autoptr (GBytes) bytes = NULL;
    SimstowReader reader;
    SimstowTlv outer;
    SimstowTlv eid;

    simstow_reader_init_bytes (&reader, answer);
    if (!simstow_tlv_expect (&reader, TAG_EID_ANSWER, &outer, error) ||
        !simstow_tlv_expect (&outer.value, 0x5A, &eid, error)) {
        g_prefix_error (error, "EID: ");
        return NULL;
    }
    if (simstow_reader_remaining (&eid.value) != 16) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_DATA,
                     "EID: %" G_GSIZE_FORMAT " bytes instead of 16",
                     simstow_reader_remaining (&eid.value));
        return NULL;
    }
    bytes = simstow_tlv_dup_bytes (&eid);
    return simstow_hex_encode_bytes (bytes);
}

/* No address begins with a control character: a number stands there in place of the answer */
static gboolean
check_address (const SimstowTlv *tlv, GError **error)
{
    guint8 first;

    if (!simstow_reader_peek_u8 (&tlv->value, &first, NULL) || !g_ascii_iscntrl (first))
        return TRUE;
    simstow_euicc_set_code_error (tlv, error);
    return FALSE;
}

/* An address that is set: not empty. */
static void
take_address (gchar **field, const SimstowTlv *tlv)
{
    g_autofree gchar *text = simstow_tlv_dup_text (tlv);

    g_clear_pointer (field, g_free);
    if (*g_strstrip (text))
        *field = g_steal_pointer (&text);
}

gboolean
simstow_euicc_decode_addresses (GBytes *answer, gchar **smdp, gchar **smds, GError **error)
{
    g_autofree gchar *dp = NULL;
    g_autofree gchar *ds = NULL;
    SimstowReader reader;
    SimstowTlv outer;
    SimstowTlv tlv;

    simstow_reader_init_bytes (&reader, answer);
    if (!simstow_tlv_expect (&reader, TAG_ADDRESSES_ANSWER, &outer, error)) {
        g_prefix_error (error, "addresses: ");
        return FALSE;
    }
    if (simstow_reader_remaining (&outer.value) == 0) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_DATA,
                     "addresses: none in it, so it may be an error");
        return FALSE;
    }
    while (simstow_reader_remaining (&outer.value) > 0) {
        if (!simstow_tlv_next (&outer.value, &tlv, error) || !check_address (&tlv, error)) {
            g_prefix_error (error, "addresses: ");
            return FALSE;
        }
        if (tlv.tag == 0x80)
            take_address (&dp, &tlv);
        else if (tlv.tag == 0x81)
            take_address (&ds, &tlv);
    }
    *smdp = g_steal_pointer (&dp);
    *smds = g_steal_pointer (&ds);
    return TRUE;
}

/* Three bytes as "2.3.1" */
static gchar *
dup_version (const SimstowTlv *tlv)
{
    SimstowReader reader = tlv->value;
    const guint8 *octets;

    if (!simstow_reader_take (&reader, 3, &octets, NULL))
        return NULL;
    return g_strdup_printf ("%u.%u.%u", octets[0], octets[1], octets[2]);
}

static void
take_text (gchar **field, gchar *text)
{
    g_free (*field);
    *field = text;
}

/* 84: 82 free non-volatile memory, 83 free volatile memory, each a plain number */
static gboolean
decode_resources (const SimstowTlv *resources, SimstowEuiccInfo *info, GError **error)
{
    SimstowReader reader = resources->value;
    SimstowTlv tlv;

    while (simstow_reader_remaining (&reader) > 0) {
        guint32 value = 0;
        guint8 octet;

        if (!simstow_tlv_next (&reader, &tlv, error))
            return FALSE;
        if (simstow_reader_remaining (&tlv.value) > 4)
            continue;
        while (simstow_reader_u8 (&tlv.value, &octet, NULL))
            value = value << 8 | octet;
        if (tlv.tag == 0x82)
            info->free_memory = value;
        else if (tlv.tag == 0x83)
            info->free_ram = value;
    }
    return TRUE;
}

/* AC: 80 platform label, 81 discovery base URL */
static gboolean
decode_certification (const SimstowTlv *data, SimstowEuiccInfo *info, GError **error)
{
    SimstowReader reader = data->value;
    SimstowTlv tlv;

    while (simstow_reader_remaining (&reader) > 0) {
        if (!simstow_tlv_next (&reader, &tlv, error))
            return FALSE;
        if (tlv.tag == 0x80)
            take_text (&info->platform_label, simstow_tlv_dup_text (&tlv));
        else if (tlv.tag == 0x81)
            take_text (&info->discovery_url, simstow_tlv_dup_text (&tlv));
    }
    return TRUE;
}

static gboolean
decode_info_object (const SimstowTlv *tlv, SimstowEuiccInfo *info, GError **error)
{
    guint32 category;

    switch (tlv->tag) {
    case 0x81:
        take_text (&info->profile_version, dup_version (tlv));
        return TRUE;
    case 0x82:
        take_text (&info->svn, dup_version (tlv));
        return TRUE;
    case 0x83:
        take_text (&info->firmware, dup_version (tlv));
        return TRUE;
    case 0x84:
        return decode_resources (tlv, info, error);
    case 0x8B:
        if (simstow_tlv_get_uint (tlv, &category, NULL) && category < G_N_ELEMENTS (categories))
            info->category = categories[category];
        return TRUE;
    case 0x04:
        take_text (&info->pp_version, dup_version (tlv));
        return TRUE;
    case 0x0C:
        take_text (&info->sas_number, simstow_tlv_dup_text (tlv));
        return TRUE;
    case 0xAC:
        return decode_certification (tlv, info, error);
    default:
        return TRUE;
    }
}

SimstowEuiccInfo *
simstow_euicc_decode_info (GBytes *answer, GError **error)
{
    g_autoptr (SimstowEuiccInfo) info = g_new0 (SimstowEuiccInfo, 1);
    SimstowReader reader;
    SimstowTlv outer;
    SimstowTlv tlv;

    info->free_memory = -1;
    info->free_ram = -1;
    simstow_reader_init_bytes (&reader, answer);
    if (!simstow_tlv_expect (&reader, TAG_INFO_ANSWER, &outer, error)) {
        g_prefix_error (error, "EUICCInfo2: ");
        return NULL;
    }
    while (simstow_reader_remaining (&outer.value) > 0) {
        if (!simstow_tlv_next (&outer.value, &tlv, error) ||
            !decode_info_object (&tlv, info, error)) {
            g_prefix_error (error, "EUICCInfo2: ");
            return NULL;
        }
    }
    if (!info->svn && !info->profile_version && !info->firmware) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_DATA,
                     "EUICCInfo2: no version in it, so it may be an error");
        return NULL;
    }
    return g_steal_pointer (&info);
}

void
simstow_euicc_info_free (SimstowEuiccInfo *info)
{
    g_free (info->profile_version);
    g_free (info->svn);
    g_free (info->firmware);
    g_free (info->pp_version);
    g_free (info->sas_number);
    g_free (info->platform_label);
    g_free (info->discovery_url);
    g_free (info);
}

/* Finds the metadata in a pending notification of either kind. */
static gboolean
find_metadata (const SimstowTlv *pending, SimstowTlv *metadata, GError **error)
{
    SimstowReader reader = pending->value;
    SimstowTlv data;

    if (pending->tag == TAG_INSTALL_RESULT) {
        if (!simstow_tlv_expect (&reader, TAG_INSTALL_DATA, &data, error))
            return FALSE;
        reader = data.value;
    }
    while (simstow_reader_remaining (&reader) > 0) {
        if (!simstow_tlv_next (&reader, metadata, error))
            return FALSE;
        if (metadata->tag == TAG_METADATA)
            return TRUE;
    }
    g_set_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA, "no metadata");
    return FALSE;
}

static const gchar *
operation_name (guint bits)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (operations); i++) {
        if (bits & 1U << i)
            return operations[i];
    }
    return "unknown";
}

static SimstowEuiccNotification *
decode_notification (const SimstowTlv *pending, GError **error)
{
    g_autoptr (SimstowEuiccNotification) notification = g_new0 (SimstowEuiccNotification, 1);
    SimstowTlv metadata;
    SimstowTlv tlv;

    notification->operation = "unknown";
    if (!find_metadata (pending, &metadata, error))
        return NULL;
    while (simstow_reader_remaining (&metadata.value) > 0) {
        if (!simstow_tlv_next (&metadata.value, &tlv, error))
            return NULL;
        if (tlv.tag == 0x80 && !simstow_tlv_get_uint (&tlv, &notification->sequence, error))
            return NULL;
        if (tlv.tag == 0x81)
            notification->operation = operation_name (simstow_euicc_decode_bits (&tlv.value));
        else if (tlv.tag == 0x0C)
            take_text (&notification->address, g_strstrip (simstow_tlv_dup_text (&tlv)));
        else if (tlv.tag == 0x5A)
            take_text (&notification->iccid, simstow_euicc_decode_iccid (&tlv.value));
    }
    if (!notification->address)
        notification->address = g_strdup ("");
    return g_steal_pointer (&notification);
}

/* The bytes of one whole object between two places of a cursor. */
static GBytes *
dup_between (const SimstowReader *before, const SimstowReader *after)
{
    SimstowReader reader = *before;
    const guint8 *data;

    if (!simstow_reader_take (&reader, after->offset - before->offset, &data, NULL))
        return NULL;
    return g_bytes_new (data, after->offset - before->offset);
}

/* Whether the answer says in so many words that nothing is pending. */
static gboolean
says_nothing_pending (GBytes *answer)
{
    SimstowReader reader;
    SimstowTlv outer;
    SimstowTlv code;
    guint32 value;

    simstow_reader_init_bytes (&reader, answer);
    return simstow_tlv_expect (&reader, TAG_NOTIFICATIONS_ANSWER, &outer, NULL) &&
           simstow_tlv_expect (&outer.value, 0x81, &code, NULL) &&
           simstow_tlv_get_uint (&code, &value, NULL) && value == NOTHING_PENDING;
}

GPtrArray *
simstow_euicc_decode_notifications (GBytes *answer, GPtrArray *faults, GError **error)
{
    g_autoptr (GPtrArray) notifications =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_euicc_notification_free);
    SimstowReader list;
    SimstowTlv tlv;

    if (says_nothing_pending (answer))
        return g_steal_pointer (&notifications);
    if (!simstow_euicc_open_list (answer, TAG_NOTIFICATIONS_ANSWER, &list, faults, error)) {
        g_prefix_error (error, "notifications: ");
        return NULL;
    }
    while (simstow_reader_remaining (&list) > 0) {
        g_autoptr (GError) fault = NULL;
        SimstowReader before = list;
        SimstowEuiccNotification *notification;

        if (!simstow_tlv_next (&list, &tlv, &fault)) {
            simstow_euicc_add_fault (faults, "notification", notifications->len, fault);
            break;
        }
        if (tlv.tag != TAG_INSTALL_RESULT && tlv.tag != TAG_OTHER_NOTIFICATION)
            continue;
        notification = decode_notification (&tlv, &fault);
        if (!notification) {
            simstow_euicc_add_fault (faults, "notification", notifications->len, fault);
            continue;
        }
        notification->raw = dup_between (&before, &list);
        g_ptr_array_add (notifications, notification);
    }
    return g_steal_pointer (&notifications);
}

void
simstow_euicc_notification_free (SimstowEuiccNotification *notification)
{
    g_free (notification->address);
    g_free (notification->iccid);
    g_clear_pointer (&notification->raw, g_bytes_unref);
    g_free (notification);
}
