/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network settings of a modem, in ModemManager's own words.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowProfile:
 * @id: the profile's number in the modem, -1 unknown
 * @name: (nullable): its name
 * @apn: (nullable): the access point name
 * @apn_type: (array zero-terminated=1): words as "default", "initial"
 * @ip_type: (nullable): "ipv4", "ipv6" or "ipv4v6"
 * @allowed_auth: (array zero-terminated=1): words as "pap", "chap"
 * @user: (nullable): the user name
 * @password: (nullable): the password, as the modem gave it
 * @access_type: (nullable): "3gpp-only", "3gpp-preferred" or "non-3gpp-only"
 * @roaming: (array zero-terminated=1): words as "home", "partner", "non-partner"
 * @source: (nullable): "operator", "modem", "user" ...
 * @enabled: whether the profile is enabled
 *
 * A 3GPP profile as ModemManager's Modem3gpp.ProfileManager lists it. The words
 * are the nicks of libmm-glib's enumerations.
 */
typedef struct {
    gint id;
    gchar *name;
    gchar *apn;
    gchar **apn_type;
    gchar *ip_type;
    gchar **allowed_auth;
    gchar *user;
    gchar *password;
    gchar *access_type;
    gchar **roaming;
    gchar *source;
    gboolean enabled;
} SimstowProfile;

/**
 * SimstowPreferredNetwork:
 * @operator_id: MCC and MNC, 5 or 6 digits
 * @access_technologies: (array zero-terminated=1): words as "lte", "umts"
 */
typedef struct {
    gchar *operator_id;
    gchar **access_technologies;
} SimstowPreferredNetwork;

/**
 * SimstowNetwork:
 * @profiles: (nullable) (element-type SimstowProfile): 3GPP profiles; %NULL not readable
 * @allowed_modes: (nullable) (array zero-terminated=1): words as "3g", "4g"; %NULL not readable
 * @preferred_mode: (nullable): one word, "none" when no mode is preferred
 * @bands: (nullable) (array zero-terminated=1): current bands, words as "eutran-7"
 * @preferred_networks: (nullable) (element-type SimstowPreferredNetwork): in
 *     the card's order; %NULL not readable
 * @facility_locks: (nullable) (array zero-terminated=1): enabled locks, words as "sim"
 * @initial_eps: (nullable): settings of the initial EPS bearer
 */
typedef struct {
    GPtrArray *profiles;
    gchar **allowed_modes;
    gchar *preferred_mode;
    gchar **bands;
    GPtrArray *preferred_networks;
    gchar **facility_locks;
    SimstowProfile *initial_eps;
} SimstowNetwork;

/**
 * simstow_profile_new:
 *
 * Returns: (transfer full): a profile with id -1, enabled, all else unset
 */
SimstowProfile *
simstow_profile_new (void);

void
simstow_profile_free (SimstowProfile *profile);

/**
 * simstow_words_equal:
 * @a: (nullable) (array zero-terminated=1): words
 * @b: (nullable) (array zero-terminated=1): others
 *
 * Compares sets of words, the nicks of flags: order says nothing.
 *
 * Returns: %TRUE when both have the same
 */
gboolean
simstow_words_equal (gchar **a, gchar **b);

/**
 * simstow_profile_equal:
 *
 * Whether both would give the same connection: everything but @id, @name's
 * absence and @source is compared.
 *
 * Returns: %TRUE when equal
 */
gboolean
simstow_profile_equal (const SimstowProfile *a, const SimstowProfile *b);

/**
 * simstow_preferred_network_new:
 * @operator_id: MCC and MNC
 * @access_technologies: (nullable) (array zero-terminated=1): words, copied
 *
 * Returns: (transfer full): a preferred network
 */
SimstowPreferredNetwork *
simstow_preferred_network_new (const gchar *operator_id, const gchar *const *access_technologies);

void
simstow_preferred_network_free (SimstowPreferredNetwork *network);

/**
 * simstow_network_new:
 *
 * Returns: (transfer full): settings of which nothing is known
 */
SimstowNetwork *
simstow_network_new (void);

void
simstow_network_free (SimstowNetwork *network);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowProfile, simstow_profile_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowPreferredNetwork, simstow_preferred_network_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowNetwork, simstow_network_free)
