/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an eUICC says of itself, GSMA SGP.22 v2 annex H: decoded from the answers
 * of ISD-R to ES10 requests. What makes no sense is left out
 * with a fault, and as little of it as possible: an object of a profile, a profile
 * without an ICCID, a notification. Its neighbours stay readable.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-ber-tlv.h"

/**
 * SimstowEuiccAddress:
 * @events: when it is to be notified: bit 0 install, 1 enable, 2 disable, 3 delete
 * @address: FQDN of the notification's receiver
 */
typedef struct {
    guint events;
    gchar *address;
} SimstowEuiccAddress;

/**
 * SimstowEuiccProfile:
 * @iccid: the ICCID's digits, without filler; operators also use A to F
 * @aid: (nullable): the ISD-P's application identifier, hexadecimal
 * @enabled: whether the profile is enabled
 * @nickname: (nullable): what the user calls it
 * @provider: (nullable): service provider name
 * @name: (nullable): profile name
 * @profile_class: "test", "provisioning", "operational" or "unknown"
 * @owner: (nullable): MCC and MNC of the owner, 5 or 6 digits
 * @gid1: (nullable): the owner's GID1, hexadecimal
 * @gid2: (nullable): the owner's GID2, hexadecimal
 * @addresses: (element-type SimstowEuiccAddress): notification receivers
 * @no_disable: policy: must not be disabled (PPR1)
 * @no_delete: policy: must not be deleted (PPR2)
 */
typedef struct {
    gchar *iccid;
    gchar *aid;
    gboolean enabled;
    gchar *nickname;
    gchar *provider;
    gchar *name;
    const gchar *profile_class;
    gchar *owner;
    gchar *gid1;
    gchar *gid2;
    GPtrArray *addresses;
    gboolean no_disable;
    gboolean no_delete;
} SimstowEuiccProfile;

/**
 * SimstowEuiccNotification:
 * @sequence: its sequence number
 * @operation: "install", "enable", "disable", "delete" or "unknown"
 * @address: FQDN of the receiver, blanks stripped
 * @iccid: (nullable): the profile it is about
 * @raw: the whole pending notification, signed by the card and to be delivered as it is
 */
typedef struct {
    guint32 sequence;
    const gchar *operation;
    gchar *address;
    gchar *iccid;
    GBytes *raw;
} SimstowEuiccNotification;

/**
 * SimstowEuiccInfo:
 * @profile_version: (nullable): version of the SIMalliance profile package
 * @svn: (nullable): version of SGP.22 that is supported
 * @firmware: (nullable): firmware version
 * @free_memory: free non-volatile memory in bytes, -1 unknown
 * @free_ram: free volatile memory in bytes, -1 unknown
 * @category: (nullable): "basic", "medium", "contactless" or "other"
 * @pp_version: (nullable): protection profile version
 * @sas_number: (nullable): accreditation number of the maker
 * @platform_label: (nullable): platform label
 * @discovery_url: (nullable): discovery base URL
 */
typedef struct {
    gchar *profile_version;
    gchar *svn;
    gchar *firmware;
    gint64 free_memory;
    gint64 free_ram;
    const gchar *category;
    gchar *pp_version;
    gchar *sas_number;
    gchar *platform_label;
    gchar *discovery_url;
} SimstowEuiccInfo;

/**
 * simstow_euicc_decode_eid:
 * @answer: the answer to GetEID, BF3E
 *
 * Returns: (transfer full) (nullable): the 32 digits of the EID
 */
gchar *
simstow_euicc_decode_eid (GBytes *answer, GError **error);

/**
 * simstow_euicc_decode_addresses:
 * @answer: the answer to GetEuiccConfiguredAddresses, BF3C
 * @smdp: (out) (transfer full) (nullable): default SM-DP+ address, %NULL when none is set
 * @smds: (out) (transfer full) (nullable): root SM-DS address
 *
 * Returns: %FALSE with @error set when the answer is malformed
 */
gboolean
simstow_euicc_decode_addresses (GBytes *answer, gchar **smdp, gchar **smds, GError **error);

/**
 * simstow_euicc_decode_info:
 * @answer: the answer to GetEUICCInfo2, BF22
 *
 * Returns: (transfer full) (nullable): what it says; unknown objects are passed over
 */
SimstowEuiccInfo *
simstow_euicc_decode_info (GBytes *answer, GError **error);

/**
 * simstow_euicc_decode_profiles:
 * @answer: the answer to GetProfilesInfo, BF2D
 * @faults: (nullable) (element-type GError): where to add what is wrong, see
 *     simstow_error_is_incomplete ()
 * @error: return location for an error: %SIMSTOW_ERROR_INVALID_DATA, or
 *     %SIMSTOW_ERROR_MODEM_ERROR when the card answered with an error code
 *
 * Returns: (transfer full) (nullable) (element-type SimstowEuiccProfile): the
 * profiles in the card's order
 */
GPtrArray *
simstow_euicc_decode_profiles (GBytes *answer, GPtrArray *faults, GError **error);

/**
 * simstow_euicc_decode_notifications:
 * @answer: the answer to RetrieveNotificationsList, BF2B
 * @faults: (nullable) (element-type GError): where to add what is wrong with a
 *     notification that was left out
 *
 * Returns: (transfer full) (nullable) (element-type SimstowEuiccNotification): the
 * pending notifications; none when the card says that there is nothing
 */
GPtrArray *
simstow_euicc_decode_notifications (GBytes *answer, GPtrArray *faults, GError **error);

void
simstow_euicc_profile_free (SimstowEuiccProfile *profile);

/**
 * simstow_euicc_profile_get_address:
 *
 * Where a profile sends its notifications first is the server that it was loaded from, SGP.22
 * 2.4a.1.3; there may be others behind it.
 *
 * Returns: (nullable): that address
 */
const gchar *
simstow_euicc_profile_get_address (const SimstowEuiccProfile *profile);

void
simstow_euicc_notification_free (SimstowEuiccNotification *notification);

void
simstow_euicc_info_free (SimstowEuiccInfo *info);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowEuiccProfile, simstow_euicc_profile_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowEuiccNotification, simstow_euicc_notification_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowEuiccInfo, simstow_euicc_info_free)
