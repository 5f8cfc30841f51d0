/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Differences of network settings.
 */

#include "simstow-diff-network.h"

#include <glib/gi18n.h>

gboolean
simstow_words_equal (gchar **a, gchar **b)
{
    guint length = a ? g_strv_length (a) : 0;
    guint i;

    if (length != (b ? g_strv_length (b) : 0))
        return FALSE;
    for (i = 0; i < length; i++)
        if (!g_strv_contains ((const gchar *const *) b, a[i]))
            return FALSE;
    return TRUE;
}

static gboolean
text_fits (const gchar *wanted, const gchar *there)
{
    return !there || !*there || g_strcmp0 (wanted, there) == 0;
}

/* What was not told may have been any, and a modem fills it in as it likes */
static gboolean
choice_fits (const gchar *wanted, const gchar *there)
{
    return !wanted || !*wanted || text_fits (wanted, there);
}

static gboolean
words_fit (gchar **wanted, gchar **there)
{
    return !wanted || !wanted[0] || !there || !there[0] || simstow_words_equal (wanted, there);
}

gboolean
simstow_profile_fits_otherwise (const SimstowProfile *wanted, const SimstowProfile *there)
{
    return g_strcmp0 (wanted->apn ? wanted->apn : "", there->apn ? there->apn : "") == 0 &&
           text_fits (wanted->name, there->name) && words_fit (wanted->apn_type, there->apn_type) &&
           words_fit (wanted->allowed_auth, there->allowed_auth) &&
           text_fits (wanted->user, there->user) && text_fits (wanted->password, there->password) &&
           choice_fits (wanted->access_type, there->access_type) &&
           words_fit (wanted->roaming, there->roaming) && wanted->enabled == there->enabled;
}

gboolean
simstow_profile_fits (const SimstowProfile *wanted, const SimstowProfile *there)
{
    return simstow_profile_fits_otherwise (wanted, there) &&
           choice_fits (wanted->ip_type, there->ip_type);
}

gboolean
simstow_preferred_network_equal (const SimstowPreferredNetwork *a, const SimstowPreferredNetwork *b)
{
    return g_strcmp0 (a->operator_id, b->operator_id) == 0 &&
           simstow_words_equal (a->access_technologies, b->access_technologies);
}

gboolean
simstow_preferred_networks_equal (const GPtrArray *a, const GPtrArray *b)
{
    guint length = a ? a->len : 0;
    guint i;

    if (length != (b ? b->len : 0))
        return FALSE;
    for (i = 0; i < length; i++)
        if (!simstow_preferred_network_equal (g_ptr_array_index (a, i), g_ptr_array_index (b, i)))
            return FALSE;
    return TRUE;
}

gchar *
simstow_words_describe (gchar **words)
{
    return words && words[0] ? g_strjoinv (", ", words) : g_strdup (_ ("none"));
}

gchar *
simstow_preferred_networks_describe (const GPtrArray *networks)
{
    g_autoptr (GString) text = g_string_new (NULL);
    guint i;

    for (i = 0; networks && i < networks->len; i++) {
        const SimstowPreferredNetwork *network = g_ptr_array_index (networks, i);
        g_autofree gchar *technologies = simstow_words_describe (network->access_technologies);

        g_string_append_printf (text,
                                "%s%s (%s)",
                                i > 0 ? ", " : "",
                                network->operator_id,
                                technologies);
    }
    return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : g_strdup (_ ("none"));
}

gchar *
simstow_profile_describe (const SimstowProfile *profile)
{
    g_autoptr (GString) text = g_string_new (NULL);

    g_string_append (text, profile->apn && *profile->apn ? profile->apn : _ ("no access point"));
    if (profile->name && *profile->name)
        g_string_append_printf (text, " \"%s\"", profile->name);
    if (profile->ip_type)
        g_string_append_printf (text, " %s", profile->ip_type);
    if (profile->user && *profile->user)
        g_string_append_printf (text, _ (" user %s"), profile->user);
    if (!profile->enabled)
        g_string_append (text, _ (" disabled"));
    return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
add_item (GPtrArray *items, SimstowDiffKind kind, gchar *what)
{
    SimstowDiffItem *item = g_new0 (SimstowDiffItem, 1);

    item->kind = kind;
    item->category = "network";
    item->what = what;
    g_ptr_array_add (items, item);
}

/* One setting of both: %NULL texts mean that a side does not tell */
static void
add_setting (GPtrArray *items, const gchar *name, const gchar *a, const gchar *b)
{
    if (a && b)
        add_item (items, SIMSTOW_DIFF_CHANGED, g_strdup_printf ("%s %s -> %s", name, a, b));
    else if (a)
        add_item (items, SIMSTOW_DIFF_ONLY_A, g_strdup_printf ("%s %s", name, a));
    else if (b)
        add_item (items, SIMSTOW_DIFF_ONLY_B, g_strdup_printf ("%s %s", name, b));
}

static void
diff_words (GPtrArray *items, const gchar *name, gchar **a, gchar **b)
{
    g_autofree gchar *text_a = a ? simstow_words_describe (a) : NULL;
    g_autofree gchar *text_b = b ? simstow_words_describe (b) : NULL;

    if (!(a && b && simstow_words_equal (a, b)))
        add_setting (items, name, text_a, text_b);
}

static void
diff_preferred (GPtrArray *items, const GPtrArray *a, const GPtrArray *b)
{
    g_autofree gchar *text_a = a ? simstow_preferred_networks_describe (a) : NULL;
    g_autofree gchar *text_b = b ? simstow_preferred_networks_describe (b) : NULL;

    if (!(a && b && simstow_preferred_networks_equal (a, b)))
        add_setting (items, _ ("preferred networks"), text_a, text_b);
}

static void
add_profile (GPtrArray *items, const SimstowProfile *a, const SimstowProfile *b)
{
    g_autofree gchar *text_a = a ? simstow_profile_describe (a) : NULL;
    g_autofree gchar *text_b = b ? simstow_profile_describe (b) : NULL;
    g_autofree gchar *name = g_strdup_printf (_ ("profile %d:"), a ? a->id : b->id);

    if (a && b && g_strcmp0 (text_a, text_b) == 0) {
        g_free (text_b);
        text_b = g_strdup (_ ("the same with another setting or password"));
    }
    add_setting (items, name, text_a, text_b);
}

/* Takes the first of @others that is the same, or has the same number, out of it */
static const SimstowProfile *
take_profile (GPtrArray *others, const SimstowProfile *profile, gboolean by_number)
{
    guint i;

    for (i = 0; i < others->len; i++) {
        const SimstowProfile *other = g_ptr_array_index (others, i);

        if (by_number ? other->id == profile->id : simstow_profile_equal (profile, other)) {
            g_ptr_array_remove_index (others, i);
            return other;
        }
    }
    return NULL;
}

static GPtrArray *
borrow_all (const GPtrArray *array)
{
    GPtrArray *copy = g_ptr_array_new ();
    guint i;

    for (i = 0; array && i < array->len; i++)
        g_ptr_array_add (copy, g_ptr_array_index (array, i));
    return copy;
}

static void
diff_profiles (GPtrArray *items, const GPtrArray *a, const GPtrArray *b)
{
    g_autoptr (GPtrArray) others = borrow_all (b);
    g_autoptr (GPtrArray) left = g_ptr_array_new ();
    guint i;

    for (i = 0; a && i < a->len; i++)
        if (!take_profile (others, g_ptr_array_index (a, i), FALSE))
            g_ptr_array_add (left, g_ptr_array_index (a, i));
    for (i = 0; i < left->len; i++) {
        const SimstowProfile *profile = g_ptr_array_index (left, i);

        add_profile (items, profile, take_profile (others, profile, TRUE));
    }
    for (i = 0; i < others->len; i++)
        add_profile (items, NULL, g_ptr_array_index (others, i));
}

static void
diff_initial_eps (GPtrArray *items, const SimstowProfile *a, const SimstowProfile *b)
{
    g_autofree gchar *text_a = a ? simstow_profile_describe (a) : NULL;
    g_autofree gchar *text_b = b ? simstow_profile_describe (b) : NULL;

    if (!(a && b && simstow_profile_equal (a, b)))
        add_setting (items, _ ("initial EPS bearer"), text_a, text_b);
}

void
simstow_diff_network (GPtrArray *items, const SimstowNetwork *a, const SimstowNetwork *b)
{
    const SimstowNetwork none = {0};

    a = a ? a : &none;
    b = b ? b : &none;
    diff_profiles (items, a->profiles, b->profiles);
    diff_words (items, _ ("modes"), a->allowed_modes, b->allowed_modes);
    if (g_strcmp0 (a->preferred_mode, b->preferred_mode) != 0)
        add_setting (items, _ ("preferred mode"), a->preferred_mode, b->preferred_mode);
    diff_words (items, _ ("bands"), a->bands, b->bands);
    diff_preferred (items, a->preferred_networks, b->preferred_networks);
    diff_words (items, _ ("locks"), a->facility_locks, b->facility_locks);
    diff_initial_eps (items, a->initial_eps, b->initial_eps);
}
