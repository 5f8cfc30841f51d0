/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Differences of all but messages: entries of both snapshots are paired, the
 * strictest likeness first; pairs that still differ, and entries without a partner,
 * are what is told.
 */

#include "simstow-diff.h"

#include <glib/gi18n.h>

#include "simstow-entries.h"

void
simstow_diff_change_append (GString *what, const gchar *field, const gchar *a, const gchar *b)
{
    if (g_strcmp0 (a ? a : "", b ? b : "") == 0)
        return;
    g_string_append_printf (what,
                            "%s%s %s -> %s",
                            what->len > 0 ? ", " : "",
                            field,
                            a && *a ? a : _ ("none"),
                            b && *b ? b : _ ("none"));
}

static void
add_esim_item (GPtrArray *items, SimstowDiffKind kind, gchar *what)
{
    SimstowDiffItem *item = g_new0 (SimstowDiffItem, 1);

    item->kind = kind;
    item->category = "esim";
    item->what = what;
    g_ptr_array_add (items, item);
}

static void
add_alone (GPtrArray *items, SimstowDiffKind kind, const SimstowEuiccProfile *profile)
{
    const gchar *name = profile->nickname ? profile->nickname : profile->name;

    add_esim_item (items,
                   kind,
                   name ? g_strdup_printf (_ ("profile %s \"%s\""), profile->iccid, name)
                        : g_strdup_printf (_ ("profile %s"), profile->iccid));
}

static void
diff_profile (GPtrArray *items, const SimstowEuiccProfile *a, const SimstowEuiccProfile *b)
{
    if (g_strcmp0 (a->nickname, b->nickname) != 0)
        add_esim_item (items,
                       SIMSTOW_DIFF_CHANGED,
                       g_strdup_printf (_ ("nickname of profile %s: \"%s\" -> \"%s\""),
                                        a->iccid,
                                        a->nickname ? a->nickname : "",
                                        b->nickname ? b->nickname : ""));
    if (!a->enabled != !b->enabled)
        add_esim_item (items,
                       SIMSTOW_DIFF_CHANGED,
                       b->enabled
                           ? g_strdup_printf (_ ("profile %s: disabled -> enabled"), a->iccid)
                           : g_strdup_printf (_ ("profile %s: enabled -> disabled"), a->iccid));
}

static void
diff_server (GPtrArray *items, const gchar *a, const gchar *b)
{
    if (g_strcmp0 (a, b) == 0)
        return;
    if (a && b)
        add_esim_item (items,
                       SIMSTOW_DIFF_CHANGED,
                       g_strdup_printf (_ ("default SM-DP+ %s -> %s"), a, b));
    else
        add_esim_item (items,
                       a ? SIMSTOW_DIFF_ONLY_A : SIMSTOW_DIFF_ONLY_B,
                       g_strdup_printf (_ ("default SM-DP+ %s"), a ? a : b));
}

static GPtrArray *
list_profiles (const SimstowEsim *esim)
{
    return esim ? simstow_esim_list_profiles (esim) : g_ptr_array_new ();
}

/* Compares profiles by ICCID, their nickname and state, and the default server. */
static void
diff_esim (GPtrArray *items, const SimstowEsim *a, const SimstowEsim *b)
{
    g_autoptr (GPtrArray) in_a = list_profiles (a);
    g_autoptr (GPtrArray) in_b = list_profiles (b);
    guint i;

    for (i = 0; i < in_a->len; i++) {
        const SimstowEuiccProfile *profile = g_ptr_array_index (in_a, i);
        const SimstowEuiccProfile *other = b ? simstow_esim_find_on_any (b, profile->iccid) : NULL;

        if (other)
            diff_profile (items, profile, other);
        else
            add_alone (items, SIMSTOW_DIFF_ONLY_A, profile);
    }
    for (i = 0; i < in_b->len; i++) {
        const SimstowEuiccProfile *profile = g_ptr_array_index (in_b, i);

        if (!a || !simstow_esim_find_on_any (a, profile->iccid))
            add_alone (items, SIMSTOW_DIFF_ONLY_B, profile);
    }
    diff_server (items, a ? a->default_smdp : NULL, b ? b->default_smdp : NULL);
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
add_network_item (GPtrArray *items, SimstowDiffKind kind, gchar *what)
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
        add_network_item (items, SIMSTOW_DIFF_CHANGED, g_strdup_printf ("%s %s -> %s", name, a, b));
    else if (a)
        add_network_item (items, SIMSTOW_DIFF_ONLY_A, g_strdup_printf ("%s %s", name, a));
    else if (b)
        add_network_item (items, SIMSTOW_DIFF_ONLY_B, g_strdup_printf ("%s %s", name, b));
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

/* Compares settings. Profiles are paired by what they say, then by number. */
static void
diff_network (GPtrArray *items, const SimstowNetwork *a, const SimstowNetwork *b)
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

/* Type of number, 3GPP TS 24.008 10.5.4.7 */
#define TON_MASK          0x70
#define TON_INTERNATIONAL 0x10

static const guint contact_passes[] = {
    SIMSTOW_MATCH_IDENTITY | SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_INDEX,
    SIMSTOW_MATCH_IDENTITY | SIMSTOW_MATCH_STORE,
    SIMSTOW_MATCH_IDENTITY,
    SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_INDEX | SIMSTOW_MATCH_NAME,
    SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_INDEX | SIMSTOW_MATCH_NUMBER,
    SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_NAME,
    SIMSTOW_MATCH_STORE | SIMSTOW_MATCH_NUMBER,
};

/* A call list moves on with every call: there is nothing to pair but equals */
static const guint call_passes[] = {
    SIMSTOW_MATCH_IDENTITY | SIMSTOW_MATCH_INDEX,
    SIMSTOW_MATCH_IDENTITY,
};

static void
item_free (SimstowDiffItem *item)
{
    g_free (item->what);
    g_free (item);
}

static gchar *
describe_entry (const SimstowEntry *entry)
{
    if (entry->kind == SIMSTOW_KIND_CONTACTS)
        return g_strdup_printf ("%s %s", entry->name, entry->number);
    return g_strdup_printf ("%s %s", entry->number, entry->name);
}

static gchar *
describe_numbers (const GPtrArray *numbers)
{
    g_autoptr (GString) text = g_string_new (NULL);
    guint i;

    for (i = 0; i < numbers->len; i++) {
        const SimstowContactNumber *further = g_ptr_array_index (numbers, i);

        g_string_append_printf (text,
                                "%s%s%s%s",
                                i > 0 ? " " : "",
                                further->label ? further->label : "",
                                further->label ? " " : "",
                                further->number);
    }
    return g_string_free (g_steal_pointer (&text), FALSE);
}

static gchar *
describe_texts (const gchar *first, const GPtrArray *further)
{
    g_autoptr (GString) text = g_string_new (first);
    guint i;

    for (i = 0; i < further->len; i++)
        g_string_append_printf (text,
                                "%s%s",
                                text->len > 0 ? " " : "",
                                (const gchar *) g_ptr_array_index (further, i));
    return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
add_texts_change (GString *what,
                  const gchar *field,
                  const gchar *first_a,
                  const GPtrArray *further_a,
                  const gchar *first_b,
                  const GPtrArray *further_b)
{
    g_autofree gchar *a = describe_texts (first_a, further_a);
    g_autofree gchar *b = describe_texts (first_b, further_b);

    simstow_diff_change_append (what, field, a, b);
}

/* Whether a number is international, by its type or by how it is written */
static gboolean
is_international (const gchar *number, guint type)
{
    return (type & TON_MASK) == TON_INTERNATIONAL || g_str_has_prefix (number, "+") ||
           g_str_has_prefix (number, "00");
}

static void
add_type_change (GString *what, const SimstowContact *a, const SimstowContact *b)
{
    g_autofree gchar *type_a = g_strdup_printf ("%u", a->type);
    g_autofree gchar *type_b = g_strdup_printf ("%u", b->type);

    if (a->type != 0 && b->type != 0 &&
        !(is_international (a->number, a->type) && is_international (b->number, b->type)))
        simstow_diff_change_append (what, _ ("type"), type_a, type_b);
}

/* Fields that differ in writing only, as a number with and without spaces, are
 * told when something else makes the contacts differ */
static void
add_contact_changes (GString *what, const SimstowContact *a, const SimstowContact *b)
{
    g_autofree gchar *numbers_a = describe_numbers (a->numbers);
    g_autofree gchar *numbers_b = describe_numbers (b->numbers);

    simstow_diff_change_append (what, _ ("number"), a->number, b->number);
    simstow_diff_change_append (what, _ ("name"), a->name, b->name);
    simstow_diff_change_append (what,
                                _ ("hidden"),
                                a->hidden ? _ ("yes") : NULL,
                                b->hidden ? _ ("yes") : NULL);
    add_texts_change (what, _ ("group"), a->group, a->groups, b->group, b->groups);
    add_texts_change (what,
                      _ ("second name"),
                      a->second_name,
                      a->second_names,
                      b->second_name,
                      b->second_names);
    simstow_diff_change_append (what, _ ("further numbers"), numbers_a, numbers_b);
    add_texts_change (what, _ ("email"), NULL, a->emails, NULL, b->emails);
    simstow_diff_change_append (what, _ ("SIP address"), a->sip_uri, b->sip_uri);
    simstow_diff_change_append (what, _ ("tel address"), a->tel_uri, b->tel_uri);
    if (what->len == 0)
        g_string_append (what, _ ("the name's bytes"));
}

/* What still differs between partners; empty when nothing */
static GString *
describe_changes (const SimstowEntry *a, const SimstowEntry *b)
{
    GString *what = g_string_new (NULL);

    simstow_diff_change_append (what, _ ("store"), a->store, b->store);
    if (a->kind == SIMSTOW_KIND_CONTACTS)
        add_type_change (what, a->contact, b->contact);
    if (a->kind == SIMSTOW_KIND_CONTACTS && g_strcmp0 (a->identity, b->identity) != 0)
        add_contact_changes (what, a->contact, b->contact);
    return what;
}

static void
add_item (GPtrArray *items, const gchar *category, SimstowEntry *a, SimstowEntry *b, gchar *what)
{
    SimstowDiffItem *item = g_new0 (SimstowDiffItem, 1);

    item->kind = a && b ? SIMSTOW_DIFF_CHANGED : a ? SIMSTOW_DIFF_ONLY_A : SIMSTOW_DIFF_ONLY_B;
    item->category = category;
    item->store = a ? a->store : b->store;
    item->index = a ? a->index : b->index;
    if ((a ? a : b)->kind == SIMSTOW_KIND_CONTACTS) {
        item->contact_a = a ? a->contact : NULL;
        item->contact_b = b ? b->contact : NULL;
    } else {
        item->call_a = a ? a->call : NULL;
        item->call_b = b ? b->call : NULL;
    }
    item->what = what;
    g_ptr_array_add (items, item);
}

static void
diff_entry (GPtrArray *items, const gchar *category, SimstowEntry *entry)
{
    g_autoptr (GString) what = NULL;

    if (!entry->partner) {
        add_item (items, category, entry, NULL, describe_entry (entry));
        return;
    }
    what = describe_changes (entry, entry->partner);
    if (what->len > 0)
        add_item (items,
                  category,
                  entry,
                  entry->partner,
                  g_string_free (g_steal_pointer (&what), FALSE));
}

/* Walks both in order, so that the result is by store and index */
static void
diff_kind (GPtrArray *items,
           const gchar *category,
           SimstowKinds kind,
           const SimstowSnapshot *snapshot_a,
           const SimstowSnapshot *snapshot_b,
           const guint *passes,
           guint n_passes)
{
    g_autoptr (GPtrArray) a = simstow_entries_new (snapshot_a, kind);
    g_autoptr (GPtrArray) b = simstow_entries_new (snapshot_b, kind);
    guint i = 0;
    guint j = 0;

    simstow_entries_pair (a, b, passes, n_passes);
    while (i < a->len || j < b->len) {
        SimstowEntry *left = i < a->len ? g_ptr_array_index (a, i) : NULL;
        SimstowEntry *right = j < b->len ? g_ptr_array_index (b, j) : NULL;

        if (left && (!right || simstow_entries_compare (left, right) <= 0)) {
            diff_entry (items, category, left);
            i++;
            continue;
        }
        if (!right->partner)
            add_item (items, category, NULL, right, describe_entry (right));
        j++;
    }
}

GPtrArray *
simstow_diff (const SimstowSnapshot *a, const SimstowSnapshot *b)
{
    g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) item_free);

    diff_kind (items,
               "contacts",
               SIMSTOW_KIND_CONTACTS,
               a,
               b,
               contact_passes,
               G_N_ELEMENTS (contact_passes));
    diff_kind (items, "calls", SIMSTOW_KIND_CALLS, a, b, call_passes, G_N_ELEMENTS (call_passes));
    diff_network (items, a->network, b->network);
    diff_esim (items, a->esim, b->esim);
    return g_steal_pointer (&items);
}
