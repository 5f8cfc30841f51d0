/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an eUICC says: the small objects that its answers are made of (lists, ICCIDs,
 * PLMNs, bits), ProfileInfo, then EID, addresses, information and pending
 * notifications.
 */

#include "simstow-euicc.h"

#include <string.h>

#include "simstow-ber-tlv.h"
#include "simstow-error.h"
#include "simstow-hex.h"

#define TAG_LIST      0xA0
#define ICCID_BYTES   10
#define PLMN_BYTES    3
#define FILLER_NIBBLE 0x0F

static void
euicc_add_fault (GPtrArray *faults, const gchar *what, guint position, const GError *fault)
{
    GError *told = g_error_copy (fault);

    g_prefix_error (&told, "%s after %u others: ", what, position);
    if (faults)
        g_ptr_array_add (faults, told);
    else
        g_error_free (told);
}

/* An answer with a wrong length somewhere around its list: @list is all behind the
 * list's head. */
static gboolean
rescue_list (GBytes *answer, guint32 tag, SimstowReader *list)
{
    SimstowReader reader;
    SimstowTlv outer;
    SimstowTlv inner;

    simstow_reader_init_bytes (&reader, answer);
    if (!simstow_tlv_open (&reader, &outer, NULL) || outer.tag != tag ||
        !simstow_tlv_open (&outer.value, &inner, NULL) || inner.tag != TAG_LIST)
        return FALSE;
    *list = inner.value;
    return TRUE;
}

/* Tells which error the card answered with: @code is a number in place of an answer */
static void
set_code_error (const SimstowTlv *code, GError **error)
{
    guint32 value;

    if (simstow_tlv_get_uint (code, &value, error))
        simstow_error_set (error,
                           SIMSTOW_ERROR_MODEM_ERROR,
                           "the card answered with error %u",
                           value);
}

/* Opens the list that an answer holds. Bytes behind the answer are passed over; where
 * its own length or the list's is wrong, the list goes as far as there are bytes. */
static gboolean
euicc_open_list (GBytes *answer,
                 guint32 tag,
                 SimstowReader *list,
                 GPtrArray *faults,
                 GError **error)
{
    g_autoptr (GError) fault = NULL;
    SimstowReader reader;
    SimstowTlv outer;
    SimstowTlv inner;

    simstow_reader_init_bytes (&reader, answer);
    if (!simstow_tlv_expect (&reader, tag, &outer, &fault) ||
        !simstow_tlv_next (&outer.value, &inner, &fault)) {
        if (rescue_list (answer, tag, list)) {
            euicc_add_fault (faults, "list", 0, fault);
            return TRUE;
        }
        g_propagate_error (error, g_steal_pointer (&fault));
        return FALSE;
    }
    if (inner.tag == TAG_LIST) {
        *list = inner.value;
        return TRUE;
    }
    if (inner.tag == 0x80 || inner.tag == 0x81)
        set_code_error (&inner, error);
    else
        simstow_error_set (error,
                           SIMSTOW_ERROR_INVALID_DATA,
                           "object %02X where a list belongs",
                           inner.tag);
    return FALSE;
}

/* Decodes as ITU-T E.118 ICCIDs are stored: the low nibble first, F for filler at
 * the end only. Other nibbles above 9 are digits of some operators. */
static gchar *
euicc_decode_iccid (const SimstowReader *value)
{
    SimstowReader reader = *value;
    GString *digits = g_string_new (NULL);
    guint8 octet;

    while (digits->len < 2 * ICCID_BYTES && simstow_reader_u8 (&reader, &octet, NULL))
        g_string_append_printf (digits, "%X%X", octet & 0x0F, octet >> 4);
    while (digits->len > 0 && digits->str[digits->len - 1] == 'F')
        g_string_truncate (digits, digits->len - 1);
    return g_string_free (digits, FALSE);
}

static gchar *
euicc_decode_plmn (const SimstowReader *value)
{
    SimstowReader reader = *value;
    const guint8 *octets;
    g_autofree gchar *plmn = NULL;

    if (!simstow_reader_take (&reader, PLMN_BYTES, &octets, NULL))
        return NULL;
    plmn = g_strdup_printf ("%X%X%X%X%X%X",
                            octets[0] & 0x0F,
                            octets[0] >> 4,
                            octets[1] & 0x0F,
                            octets[2] & 0x0F,
                            octets[2] >> 4,
                            octets[1] >> 4);
    if (octets[1] >> 4 == FILLER_NIBBLE)
        plmn[5] = '\0';
    return g_steal_pointer (&plmn);
}

static guint
euicc_decode_bits (const SimstowReader *value)
{
    SimstowReader reader = *value;
    guint8 unused;
    guint8 octet;
    guint bits = 0;
    guint i;

    if (!simstow_reader_u8 (&reader, &unused, NULL) || !simstow_reader_u8 (&reader, &octet, NULL))
        return 0;
    for (i = 0; i < 8; i++) {
        if (octet & (0x80 >> i))
            bits |= 1U << i;
    }
    return bits;
}

#define TAG_PROFILES_ANSWER 0xBF2D
#define TAG_ERROR           0x81
#define TAG_PROFILE         0xE3
#define TAG_ICCID           0x5A
#define TAG_AID             0x4F
#define TAG_STATE           0x9F70
#define TAG_NICKNAME        0x90
#define TAG_PROVIDER        0x91
#define TAG_NAME            0x92
#define TAG_CLASS           0x95
#define TAG_POLICY          0x99
#define TAG_NOTIFICATIONS   0xB6
#define TAG_OWNER           0xB7
#define TAG_SEQUENCE        0x30

static const gchar *const classes[] = {"test", "provisioning", "operational"};

static void
address_free (gpointer data)
{
    SimstowEuiccAddress *address = data;

    g_free (address->address);
    g_free (address);
}

static SimstowEuiccProfile *
profile_new (void)
{
    SimstowEuiccProfile *profile = g_new0 (SimstowEuiccProfile, 1);

    profile->profile_class = "unknown";
    profile->addresses = g_ptr_array_new_with_free_func (address_free);
    return profile;
}

void
simstow_euicc_profile_free (SimstowEuiccProfile *profile)
{
    g_free (profile->iccid);
    g_free (profile->aid);
    g_free (profile->nickname);
    g_free (profile->provider);
    g_free (profile->name);
    g_free (profile->owner);
    g_free (profile->gid1);
    g_free (profile->gid2);
    g_ptr_array_unref (profile->addresses);
    g_free (profile);
}

const gchar *
simstow_euicc_profile_get_address (const SimstowEuiccProfile *profile)
{
    const SimstowEuiccAddress *address =
        profile->addresses->len > 0 ? g_ptr_array_index (profile->addresses, 0) : NULL;

    return address ? address->address : NULL;
}

static gchar *
dup_hex (const SimstowTlv *tlv)
{
    g_autoptr (GBytes) bytes = simstow_tlv_dup_bytes (tlv);

    return simstow_hex_encode_bytes (bytes);
}

/* B7: 80 PLMN, 81 GID1, 82 GID2 */
static gboolean
decode_owner (const SimstowTlv *owner, SimstowEuiccProfile *profile, GError **error)
{
    SimstowReader reader = owner->value;
    SimstowTlv tlv;

    while (simstow_reader_remaining (&reader) > 0) {
        if (!simstow_tlv_next (&reader, &tlv, error))
            return FALSE;
        if (tlv.tag == 0x80) {
            g_free (profile->owner);
            profile->owner = euicc_decode_plmn (&tlv.value);
        } else if (tlv.tag == 0x81) {
            g_free (profile->gid1);
            profile->gid1 = dup_hex (&tlv);
        } else if (tlv.tag == 0x82) {
            g_free (profile->gid2);
            profile->gid2 = dup_hex (&tlv);
        }
    }
    return TRUE;
}

/* B6: 30 { 80 events, 81 FQDN } once or more */
static gboolean
decode_addresses (const SimstowTlv *config, SimstowEuiccProfile *profile, GError **error)
{
    SimstowReader reader = config->value;
    SimstowTlv entry;
    SimstowTlv tlv;

    while (simstow_reader_remaining (&reader) > 0) {
        SimstowEuiccAddress *address = g_new0 (SimstowEuiccAddress, 1);

        g_ptr_array_add (profile->addresses, address);
        if (!simstow_tlv_expect (&reader, TAG_SEQUENCE, &entry, error))
            return FALSE;
        while (simstow_reader_remaining (&entry.value) > 0) {
            if (!simstow_tlv_next (&entry.value, &tlv, error))
                return FALSE;
            if (tlv.tag == 0x80) {
                address->events = euicc_decode_bits (&tlv.value);
            } else if (tlv.tag == 0x81) {
                g_free (address->address);
                address->address = simstow_tlv_dup_text (&tlv);
            }
        }
        if (!address->address)
            address->address = g_strdup ("");
    }
    return TRUE;
}

static gboolean
decode_number (const SimstowTlv *tlv, SimstowEuiccProfile *profile, GError **error)
{
    guint32 value;

    if (!simstow_tlv_get_uint (tlv, &value, error))
        return FALSE;
    if (tlv->tag == TAG_STATE)
        profile->enabled = value == 1;
    else if (value < G_N_ELEMENTS (classes))
        profile->profile_class = classes[value];
    return TRUE;
}

static void
take_text (gchar **field, gchar *text)
{
    g_free (*field);
    *field = text;
}

static gboolean
decode_object (const SimstowTlv *tlv, SimstowEuiccProfile *profile, GError **error)
{
    guint policy;

    switch (tlv->tag) {
    case TAG_ICCID:
        take_text (&profile->iccid, euicc_decode_iccid (&tlv->value));
        return TRUE;
    case TAG_AID:
        take_text (&profile->aid, dup_hex (tlv));
        return TRUE;
    case TAG_NICKNAME:
        take_text (&profile->nickname, simstow_tlv_dup_text (tlv));
        return TRUE;
    case TAG_PROVIDER:
        take_text (&profile->provider, simstow_tlv_dup_text (tlv));
        return TRUE;
    case TAG_NAME:
        take_text (&profile->name, simstow_tlv_dup_text (tlv));
        return TRUE;
    case TAG_STATE:
    case TAG_CLASS:
        return decode_number (tlv, profile, error);
    case TAG_NOTIFICATIONS:
        return decode_addresses (tlv, profile, error);
    case TAG_OWNER:
        return decode_owner (tlv, profile, error);
    case TAG_POLICY:
        /* bit 0 is pprUpdateControl */
        policy = euicc_decode_bits (&tlv->value);
        profile->no_disable = (policy & 1 << 1) != 0;
        profile->no_delete = (policy & 1 << 2) != 0;
        return TRUE;
    default:
        return TRUE;
    }
}

/* Decodes what can be: an object that makes no sense costs itself, not the profile.
 * @rest: set to what is left where the objects make no sense any more */
static SimstowEuiccProfile *
decode_profile (const SimstowTlv *info, guint position, GPtrArray *faults, SimstowReader *rest)
{
    g_autoptr (SimstowEuiccProfile) profile = profile_new ();
    SimstowReader reader = info->value;
    SimstowTlv tlv;

    while (simstow_reader_remaining (&reader) > 0) {
        g_autoptr (GError) fault = NULL;
        gboolean framed = simstow_tlv_next (&reader, &tlv, &fault);

        if (!framed || !decode_object (&tlv, profile, &fault))
            euicc_add_fault (faults, "profile", position, fault);
        if (!framed)
            break;
    }
    *rest = reader;
    if (!profile->iccid || !*profile->iccid) {
        g_autoptr (GError) fault =
            g_error_new (SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA, "no ICCID");

        simstow_error_set_incomplete (fault);
        euicc_add_fault (faults, "profile", position, fault);
        return NULL;
    }
    return g_steal_pointer (&profile);
}

/* Reads the next object of a list. One that is longer than what is left of it was
 * cut short: its beginning is there. */
static gboolean
next_profile (SimstowReader *list, SimstowTlv *tlv, guint position, GPtrArray *faults)
{
    g_autoptr (GError) fault = NULL;

    if (simstow_tlv_next (list, tlv, &fault))
        return TRUE;
    euicc_add_fault (faults, "profile", position, fault);
    return simstow_tlv_open (list, tlv, NULL);
}

/* A profile whose length is wrong ends where another one begins: the list goes on
 * there. */
static void
step_back (SimstowReader *list, const SimstowReader *rest)
{
    guint8 octet;

    if (simstow_reader_peek_u8 (rest, &octet, NULL) && octet == TAG_PROFILE)
        list->offset -= simstow_reader_remaining (rest);
}

GPtrArray *
simstow_euicc_decode_profiles (GBytes *answer, GPtrArray *faults, GError **error)
{
    g_autoptr (GPtrArray) profiles =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_euicc_profile_free);
    SimstowReader list;
    SimstowTlv tlv;

    if (!euicc_open_list (answer, TAG_PROFILES_ANSWER, &list, faults, error)) {
        g_prefix_error (error, "profiles: ");
        return NULL;
    }
    while (simstow_reader_remaining (&list) > 0) {
        SimstowEuiccProfile *profile;
        SimstowReader rest;

        if (!next_profile (&list, &tlv, profiles->len, faults))
            break;
        if (tlv.tag != TAG_PROFILE)
            continue;
        profile = decode_profile (&tlv, profiles->len, faults, &rest);
        if (profile)
            g_ptr_array_add (profiles, profile);
        step_back (&list, &rest);
    }
    return g_steal_pointer (&profiles);
}

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
        simstow_error_set (error,
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
    set_code_error (tlv, error);
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
    if (simstow_reader_remaining (&outer.value) == 0)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_INVALID_DATA,
                                  "addresses: none in it, so it may be an error");
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
        simstow_error_set (error,
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
    simstow_error_set (error, SIMSTOW_ERROR_INVALID_DATA, "no metadata");
    simstow_error_set_incomplete (error != NULL ? *error : NULL);
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
            notification->operation = operation_name (euicc_decode_bits (&tlv.value));
        else if (tlv.tag == 0x0C)
            take_text (&notification->address, g_strstrip (simstow_tlv_dup_text (&tlv)));
        else if (tlv.tag == 0x5A)
            take_text (&notification->iccid, euicc_decode_iccid (&tlv.value));
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
    if (!euicc_open_list (answer, TAG_NOTIFICATIONS_ANSWER, &list, faults, error)) {
        g_prefix_error (error, "notifications: ");
        return NULL;
    }
    while (simstow_reader_remaining (&list) > 0) {
        g_autoptr (GError) fault = NULL;
        SimstowReader before = list;
        SimstowEuiccNotification *notification;

        if (!simstow_tlv_next (&list, &tlv, &fault)) {
            euicc_add_fault (faults, "notification", notifications->len, fault);
            break;
        }
        if (tlv.tag != TAG_INSTALL_RESULT && tlv.tag != TAG_OTHER_NOTIFICATION)
            continue;
        notification = decode_notification (&tlv, &fault);
        if (!notification) {
            euicc_add_fault (faults, "notification", notifications->len, fault);
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
