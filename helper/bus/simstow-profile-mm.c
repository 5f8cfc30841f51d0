/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Profiles of ModemManager.
 */

#include "simstow-profile-mm.h"

#include "simstow-words.h"

static gchar *
dup_text (const gchar *text)
{
    return text && *text ? g_strdup (text) : NULL;
}

/* Families are flags, of which in practice one is set */
static gchar *
family_to_word (MMBearerIpFamily family)
{
    g_auto (GStrv) words = NULL;

    if (family == MM_BEARER_IP_FAMILY_NONE)
        return NULL;
    words = simstow_words_from_flags (MM_TYPE_BEARER_IP_FAMILY, family);
    return g_strjoinv ("|", words);
}

static gboolean
family_from_word (const gchar *word, MMBearerIpFamily *family, GError **error)
{
    g_auto (GStrv) words = g_strsplit (word ? word : "", "|", -1);
    guint value = 0;

    if (!simstow_words_to_flags (MM_TYPE_BEARER_IP_FAMILY, words, &value, error))
        return FALSE;
    *family = (MMBearerIpFamily) value;
    return TRUE;
}

/* "none" and "unknown" of an enumeration are both an unset value */
static gchar *
enum_to_word (GType type, gint value)
{
    return value == 0 ? NULL : simstow_words_from_enum (type, value);
}

SimstowProfile *
simstow_profile_from_mm (MM3gppProfile *source)
{
    SimstowProfile *profile = simstow_profile_new ();

    profile->id = mm_3gpp_profile_get_profile_id (source);
    profile->name = dup_text (mm_3gpp_profile_get_profile_name (source));
    profile->apn = dup_text (mm_3gpp_profile_get_apn (source));
    profile->apn_type =
        simstow_words_from_flags (MM_TYPE_BEARER_APN_TYPE, mm_3gpp_profile_get_apn_type (source));
    profile->ip_type = family_to_word (mm_3gpp_profile_get_ip_type (source));
    profile->allowed_auth = simstow_words_from_flags (MM_TYPE_BEARER_ALLOWED_AUTH,
                                                      mm_3gpp_profile_get_allowed_auth (source));
    profile->user = dup_text (mm_3gpp_profile_get_user (source));
    profile->password = dup_text (mm_3gpp_profile_get_password (source));
    profile->access_type =
        enum_to_word (MM_TYPE_BEARER_ACCESS_TYPE_PREFERENCE,
                      (gint) mm_3gpp_profile_get_access_type_preference (source));
    profile->roaming = simstow_words_from_flags (MM_TYPE_BEARER_ROAMING_ALLOWANCE,
                                                 mm_3gpp_profile_get_roaming_allowance (source));
    profile->source = enum_to_word (MM_TYPE_BEARER_PROFILE_SOURCE,
                                    (gint) mm_3gpp_profile_get_profile_source (source));
    profile->enabled = mm_3gpp_profile_get_enabled (source);
    return profile;
}

SimstowProfile *
simstow_profile_from_bearer (MMBearerProperties *source)
{
    SimstowProfile *profile;

    if (!mm_bearer_properties_get_apn (source) && !mm_bearer_properties_get_user (source) &&
        mm_bearer_properties_get_ip_type (source) == MM_BEARER_IP_FAMILY_NONE)
        return NULL;
    profile = simstow_profile_new ();
    profile->name = dup_text (mm_bearer_properties_get_profile_name (source));
    profile->apn = dup_text (mm_bearer_properties_get_apn (source));
    profile->apn_type = simstow_words_from_flags (MM_TYPE_BEARER_APN_TYPE,
                                                  mm_bearer_properties_get_apn_type (source));
    profile->ip_type = family_to_word (mm_bearer_properties_get_ip_type (source));
    profile->allowed_auth =
        simstow_words_from_flags (MM_TYPE_BEARER_ALLOWED_AUTH,
                                  mm_bearer_properties_get_allowed_auth (source));
    profile->user = dup_text (mm_bearer_properties_get_user (source));
    profile->password = dup_text (mm_bearer_properties_get_password (source));
    profile->access_type =
        enum_to_word (MM_TYPE_BEARER_ACCESS_TYPE_PREFERENCE,
                      (gint) mm_bearer_properties_get_access_type_preference (source));
    profile->roaming =
        simstow_words_from_flags (MM_TYPE_BEARER_ROAMING_ALLOWANCE,
                                  mm_bearer_properties_get_roaming_allowance (source));
    return profile;
}

static void
set_texts (MM3gppProfile *target, const SimstowProfile *profile)
{
    mm_3gpp_profile_set_apn (target, profile->apn ? profile->apn : "");
    if (profile->name)
        mm_3gpp_profile_set_profile_name (target, profile->name);
    if (profile->user)
        mm_3gpp_profile_set_user (target, profile->user);
    if (profile->password)
        mm_3gpp_profile_set_password (target, profile->password);
}

static gboolean
set_flags (MM3gppProfile *target, const SimstowProfile *profile, GError **error)
{
    MMBearerIpFamily family;
    guint auth;
    guint apn_type;
    guint roaming;

    if (!family_from_word (profile->ip_type, &family, error) ||
        !simstow_words_to_flags (MM_TYPE_BEARER_ALLOWED_AUTH,
                                 profile->allowed_auth,
                                 &auth,
                                 error) ||
        !simstow_words_to_flags (MM_TYPE_BEARER_APN_TYPE, profile->apn_type, &apn_type, error) ||
        !simstow_words_to_flags (MM_TYPE_BEARER_ROAMING_ALLOWANCE,
                                 profile->roaming,
                                 &roaming,
                                 error))
        return FALSE;
    if (family != MM_BEARER_IP_FAMILY_NONE)
        mm_3gpp_profile_set_ip_type (target, family);
    if (auth != 0)
        mm_3gpp_profile_set_allowed_auth (target, (MMBearerAllowedAuth) auth);
    if (apn_type != 0)
        mm_3gpp_profile_set_apn_type (target, (MMBearerApnType) apn_type);
    if (roaming != 0)
        mm_3gpp_profile_set_roaming_allowance (target, (MMBearerRoamingAllowance) roaming);
    return TRUE;
}

MM3gppProfile *
simstow_profile_to_mm (const SimstowProfile *profile, gint id, GError **error)
{
    g_autoptr (MM3gppProfile) target = mm_3gpp_profile_new ();
    gint access_type = 0;

    if (!set_flags (target, profile, error))
        return NULL;
    if (profile->access_type && !simstow_words_to_enum (MM_TYPE_BEARER_ACCESS_TYPE_PREFERENCE,
                                                        profile->access_type,
                                                        &access_type,
                                                        error))
        return NULL;
    if (access_type != 0)
        mm_3gpp_profile_set_access_type_preference (target,
                                                    (MMBearerAccessTypePreference) access_type);
    set_texts (target, profile);
    if (id >= 0)
        mm_3gpp_profile_set_profile_id (target, id);
    /* enabled is what every profile is unless told otherwise */
    if (!profile->enabled)
        mm_3gpp_profile_set_enabled (target, FALSE);
    return g_steal_pointer (&target);
}
