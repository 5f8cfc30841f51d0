/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ProfileInfo of SGP.22: a profile's objects, decoded and encoded.
 */

#include "simstow-ber-tlv.h"
#include "simstow-error.h"
#include "simstow-euicc-object.h"
#include "simstow-euicc.h"
#include "simstow-hex.h"

#define TAG_PROFILES_ANSWER 0xBF2D
#define TAG_LIST            0xA0
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
            profile->owner = simstow_euicc_decode_plmn (&tlv.value);
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
                address->events = simstow_euicc_decode_bits (&tlv.value);
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
        take_text (&profile->iccid, simstow_euicc_decode_iccid (&tlv->value));
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
        policy = simstow_euicc_decode_bits (&tlv->value);
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
            simstow_euicc_add_fault (faults, "profile", position, fault);
        if (!framed)
            break;
    }
    *rest = reader;
    if (!profile->iccid || !*profile->iccid) {
        g_autoptr (GError) fault =
            g_error_new (SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA, "no ICCID");

        simstow_euicc_add_fault (faults, "profile", position, fault);
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
    simstow_euicc_add_fault (faults, "profile", position, fault);
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

    if (!simstow_euicc_open_list (answer, TAG_PROFILES_ANSWER, &list, faults, error)) {
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

static void
encode_addresses (GByteArray *info, GPtrArray *addresses)
{
    GByteArray *config = g_byte_array_new ();
    guint i;

    for (i = 0; i < addresses->len; i++) {
        const SimstowEuiccAddress *address = g_ptr_array_index (addresses, i);
        GByteArray *entry = g_byte_array_new ();

        simstow_euicc_append_bits (entry, 0x80, address->events);
        simstow_tlv_append_text (entry, 0x81, address->address);
        simstow_tlv_append (config, TAG_SEQUENCE, entry->data, entry->len);
        g_byte_array_unref (entry);
    }
    if (addresses->len > 0)
        simstow_tlv_append (info, TAG_NOTIFICATIONS, config->data, config->len);
    g_byte_array_unref (config);
}

static void
append_hex (GByteArray *array, guint32 tag, const gchar *hex)
{
    g_autoptr (GBytes) bytes = hex ? simstow_hex_decode (hex, -1, NULL) : NULL;

    if (bytes)
        simstow_tlv_append (array, tag, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
encode_owner (GByteArray *info, const SimstowEuiccProfile *profile)
{
    GByteArray *owner = g_byte_array_new ();

    if (profile->owner) {
        simstow_euicc_append_plmn (owner, 0x80, profile->owner);
        append_hex (owner, 0x81, profile->gid1);
        append_hex (owner, 0x82, profile->gid2);
        simstow_tlv_append (info, TAG_OWNER, owner->data, owner->len);
    }
    g_byte_array_unref (owner);
}

static GByteArray *
encode_profile (const SimstowEuiccProfile *profile)
{
    GByteArray *info = g_byte_array_new ();
    guint i;

    simstow_euicc_append_iccid (info, TAG_ICCID, profile->iccid);
    append_hex (info, TAG_AID, profile->aid);
    simstow_tlv_append_uint (info, TAG_STATE, profile->enabled ? 1 : 0);
    simstow_tlv_append_text (info, TAG_NICKNAME, profile->nickname);
    simstow_tlv_append_text (info, TAG_PROVIDER, profile->provider);
    simstow_tlv_append_text (info, TAG_NAME, profile->name);
    for (i = 0; i < G_N_ELEMENTS (classes); i++) {
        if (g_str_equal (classes[i], profile->profile_class))
            simstow_tlv_append_uint (info, TAG_CLASS, i);
    }
    encode_addresses (info, profile->addresses);
    encode_owner (info, profile);
    if (profile->no_disable || profile->no_delete)
        simstow_euicc_append_bits (info,
                                   TAG_POLICY,
                                   profile->no_disable << 1 | profile->no_delete << 2);
    return simstow_tlv_wrap (info, TAG_PROFILE);
}

GBytes *
simstow_euicc_encode_profiles (GPtrArray *profiles)
{
    GByteArray *list = g_byte_array_new ();
    guint i;

    for (i = 0; i < profiles->len; i++) {
        g_autoptr (GByteArray) info = encode_profile (g_ptr_array_index (profiles, i));

        g_byte_array_append (list, info->data, info->len);
    }
    return g_byte_array_free_to_bytes (
        simstow_tlv_wrap (simstow_tlv_wrap (list, TAG_LIST), TAG_PROFILES_ANSWER));
}
