/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of a plan about settings: those of the network, written only where they
 * differ; and of an eUICC, whose nicknames and default server go back, while profiles
 * themselves cannot.
 */

#include "simstow-plan-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-diff.h"
#include "simstow-names.h"

static SimstowPlanItem *
add_setting (SimstowPlanBuilder *builder, SimstowAction action, const gchar *store, gchar *reason)
{
    SimstowPlanItem *item =
        simstow_plan_builder_add (builder, action, SIMSTOW_KIND_NETWORK, store, reason);

    item->network.profile_id = -1;
    return item;
}

static void
add_skip (SimstowPlanBuilder *builder, const gchar *store)
{
    add_setting (builder, SIMSTOW_ACTION_SKIP, store, g_strdup (_ ("set already")));
}

typedef gboolean (*SimstowProfileFits) (const SimstowProfile *wanted, const SimstowProfile *there);

/* Takes the first of @profiles that is @profile out of it, one of its number first */
static const SimstowProfile *
take_profile (GPtrArray *profiles, const SimstowProfile *profile, SimstowProfileFits fits)
{
    guint found = G_MAXUINT;
    guint i;

    for (i = 0; i < profiles->len; i++) {
        const SimstowProfile *other = g_ptr_array_index (profiles, i);

        if (!fits (profile, other))
            continue;
        if (found == G_MAXUINT || other->id == profile->id)
            found = i;
        if (other->id == profile->id)
            break;
    }
    return found == G_MAXUINT ? NULL : g_ptr_array_remove_index (profiles, found);
}

static const SimstowProfile *
find_number (const GPtrArray *profiles, gint id)
{
    guint i;

    for (i = 0; i < profiles->len; i++) {
        const SimstowProfile *profile = g_ptr_array_index (profiles, i);

        if (profile->id == id)
            return profile;
    }
    return NULL;
}

static void
refuse_profiles (SimstowPlanBuilder *builder, const GPtrArray *profiles)
{
    guint i;

    for (i = 0; i < profiles->len; i++)
        add_setting (builder,
                     SIMSTOW_ACTION_REFUSE,
                     "network/profile",
                     g_strdup (_ ("this modem does not let profiles be managed")))
            ->network.profile = g_ptr_array_index (profiles, i);
}

/* ModemManager 1.24 sets a profile over MBIM without its type of IP: what such a modem has with
 * another one is not added once more at each run. Replacing writes it where it stands. */
static gboolean
loses_ip_types (const SimstowPlanBuilder *builder)
{
    const gchar *transport = builder->modem->device->transport;

    return transport && strstr (transport, SIMSTOW_VIA_MBIM);
}

/* @there: the modem's, when it has the same; @overwritable: its profiles that
 * nothing of the archive matches, which replacing may overwrite */
static void
add_profile (SimstowPlanBuilder *builder,
             const SimstowProfile *profile,
             const SimstowProfile *there,
             const GPtrArray *overwritable)
{
    SimstowPlanItem *item;

    if (there) {
        item = add_setting (
            builder,
            SIMSTOW_ACTION_SKIP,
            "network/profile",
            g_strdup_printf (simstow_profile_fits (profile, there)
                                 ? _ ("there already, as profile %d")
                                 : _ ("there already, as profile %d, with another type of IP"),
                             there->id));
        item->network.profile_id = there->id;
    } else {
        const SimstowProfile *old =
            builder->replace ? find_number (overwritable, profile->id) : NULL;

        item = add_setting (builder, SIMSTOW_ACTION_WRITE, "network/profile", NULL);
        if (old)
            item->network.profile_id = profile->id;
        item->before = old ? simstow_profile_describe (old) : NULL;
        item->after = simstow_profile_describe (profile);
        item->network.any_ip_type = loses_ip_types (builder);
    }
    item->network.profile = profile;
}

static void
find_partners (const GPtrArray *profiles,
               GPtrArray *unmatched,
               GPtrArray *partners,
               SimstowProfileFits fits)
{
    guint i;

    for (i = 0; i < profiles->len; i++)
        if (!partners->pdata[i])
            partners->pdata[i] =
                (gpointer) take_profile (unmatched, g_ptr_array_index (profiles, i), fits);
}

static void
add_profiles (SimstowPlanBuilder *builder, const GPtrArray *profiles)
{
    const SimstowNetwork *modem = builder->modem->network;
    g_autoptr (GPtrArray) unmatched = g_ptr_array_new ();
    g_autoptr (GPtrArray) partners = g_ptr_array_new ();
    guint i;

    if (!modem || !modem->profiles) {
        refuse_profiles (builder, profiles);
        return;
    }
    for (i = 0; i < modem->profiles->len; i++)
        g_ptr_array_add (unmatched, g_ptr_array_index (modem->profiles, i));
    g_ptr_array_set_size (partners, (gint) profiles->len);
    find_partners (profiles, unmatched, partners, simstow_profile_equal);
    find_partners (profiles, unmatched, partners, simstow_profile_fits);
    if (!builder->replace && loses_ip_types (builder))
        find_partners (profiles, unmatched, partners, simstow_profile_fits_otherwise);
    for (i = 0; i < profiles->len; i++)
        add_profile (builder,
                     g_ptr_array_index (profiles, i),
                     g_ptr_array_index (partners, i),
                     unmatched);
}

/* Takes both texts */
static void
add_value (SimstowPlanBuilder *builder,
           const gchar *store,
           gchar *before,
           gchar *after,
           gboolean equal)
{
    g_autofree gchar *old = before;
    g_autofree gchar *new = after;
    SimstowPlanItem *item;

    if (!old)
        add_setting (builder,
                     SIMSTOW_ACTION_REFUSE,
                     store,
                     g_strdup (_ ("this modem does not tell or take this setting")));
    else if (equal)
        add_skip (builder, store);
    else {
        item = add_setting (builder, SIMSTOW_ACTION_WRITE, store, NULL);
        item->network.settings = builder->archive->network;
        item->before = g_steal_pointer (&old);
        item->after = g_steal_pointer (&new);
    }
}

static gchar *
describe_modes (const SimstowNetwork *network)
{
    g_autofree gchar *allowed = simstow_words_describe (network->allowed_modes);

    if (!network->preferred_mode || g_str_equal (network->preferred_mode, "none"))
        return g_steal_pointer (&allowed);
    return g_strdup_printf (_ ("%s, %s preferred"), allowed, network->preferred_mode);
}

static gboolean
lists_network (const GPtrArray *networks, const SimstowPreferredNetwork *network)
{
    guint i;

    for (i = 0; i < networks->len; i++)
        if (simstow_preferred_network_equal (g_ptr_array_index (networks, i), network))
            return TRUE;
    return FALSE;
}

static void
append_missing (GPtrArray *networks, const GPtrArray *more)
{
    guint i;

    for (i = 0; i < more->len; i++) {
        const SimstowPreferredNetwork *network = g_ptr_array_index (more, i);

        if (!lists_network (networks, network))
            g_ptr_array_add (networks,
                             simstow_preferred_network_new (
                                 network->operator_id,
                                 (const gchar *const *) network->access_technologies));
    }
}

/* Merging erases nothing: the modem's own networks follow the archive's */
static SimstowNetwork *
merge_preferred (const GPtrArray *archive, const GPtrArray *modem)
{
    SimstowNetwork *merged = simstow_network_new ();

    merged->preferred_networks =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_preferred_network_free);
    append_missing (merged->preferred_networks, archive);
    append_missing (merged->preferred_networks, modem);
    return merged;
}

static void
add_preferred (SimstowPlanBuilder *builder, const GPtrArray *archive)
{
    const SimstowNetwork *modem = builder->modem->network;
    g_autoptr (SimstowNetwork) merged = NULL;
    SimstowPlanItem *item;

    if (builder->replace || !modem || !modem->preferred_networks) {
        add_value (builder,
                   "network/preferred",
                   modem && modem->preferred_networks
                       ? simstow_preferred_networks_describe (modem->preferred_networks)
                       : NULL,
                   simstow_preferred_networks_describe (archive),
                   modem && simstow_preferred_networks_equal (archive, modem->preferred_networks));
        return;
    }
    merged = merge_preferred (archive, modem->preferred_networks);
    if (simstow_preferred_networks_equal (archive, modem->preferred_networks) ||
        simstow_preferred_networks_equal (merged->preferred_networks, modem->preferred_networks)) {
        add_skip (builder, "network/preferred");
        return;
    }
    item = add_setting (builder, SIMSTOW_ACTION_WRITE, "network/preferred", NULL);
    item->network.settings = merged;
    if (modem->preferred_networks->len > 0)
        item->before = simstow_preferred_networks_describe (modem->preferred_networks);
    item->after = simstow_preferred_networks_describe (merged->preferred_networks);
    builder->plan->merged = g_steal_pointer (&merged);
}

/* Told for information: a lock is switched on with a password, which nobody kept */
static void
add_locks (SimstowPlanBuilder *builder, gchar **locks)
{
    const SimstowNetwork *modem = builder->modem->network;
    gchar **there = modem ? modem->facility_locks : NULL;
    guint i;

    for (i = 0; locks[i]; i++) {
        if (there && g_strv_contains ((const gchar *const *) there, locks[i]))
            add_skip (builder, "network/locks");
        else
            add_setting (
                builder,
                SIMSTOW_ACTION_REFUSE,
                "network/locks",
                g_strdup_printf (_ ("the %s lock needs its password: set it by hand"), locks[i]));
    }
}

static void
add_initial_eps (SimstowPlanBuilder *builder, const SimstowProfile *archive)
{
    const SimstowNetwork *modem = builder->modem->network;

    if (modem && modem->initial_eps && simstow_profile_equal (archive, modem->initial_eps))
        add_skip (builder, "network/initial-eps");
    else
        add_setting (builder,
                     SIMSTOW_ACTION_REFUSE,
                     "network/initial-eps",
                     g_strdup (_ ("the modem would attach anew: set it by hand, with "
                                  "mmcli --3gpp-set-initial-eps-bearer-settings")))
            ->network.profile = archive;
}

/* What belongs to the modem, whichever SIM is in it; all else belongs to the SIM's operator */
static gboolean
is_of_modem (const SimstowPlanItem *item)
{
    return g_str_equal (item->store, "network/modes") || g_str_equal (item->store, "network/bands");
}

/* Settings of one SIM can keep another from its network, those of one modem another from all */
static void
leave_foreign (SimstowPlanBuilder *builder, guint begin)
{
    const SimstowPlan *plan = builder->plan;
    guint i;

    for (i = begin; i < plan->items->len; i++) {
        SimstowPlanItem *item = g_ptr_array_index (plan->items, i);
        const gchar *why = plan->other_sim ? _ ("the archive is of another SIM; --only=network "
                                                "sets it all the same")
                           : plan->other_modem && is_of_modem (item)
                               ? _ ("the archive is of another modem; --only=network sets it all "
                                    "the same")
                               : NULL;

        if (!why || item->action == SIMSTOW_ACTION_SKIP)
            continue;
        item->action = SIMSTOW_ACTION_LEAVE;
        g_free (item->reason);
        item->reason = g_strdup (why);
    }
}

void
simstow_plan_builder_add_network (SimstowPlanBuilder *builder)
{
    const SimstowNetwork *archive = builder->archive->network;
    const SimstowNetwork none = {0};
    const SimstowNetwork *modem = builder->modem->network ? builder->modem->network : &none;

    const guint begin = builder->plan->items->len;

    if (!archive)
        return;
    if (archive->profiles)
        add_profiles (builder, archive->profiles);
    if (archive->allowed_modes)
        add_value (builder,
                   "network/modes",
                   modem->allowed_modes ? describe_modes (modem) : NULL,
                   describe_modes (archive),
                   simstow_words_equal (archive->allowed_modes, modem->allowed_modes) &&
                       g_strcmp0 (archive->preferred_mode, modem->preferred_mode) == 0);
    if (archive->bands)
        add_value (builder,
                   "network/bands",
                   modem->bands ? simstow_words_describe (modem->bands) : NULL,
                   simstow_words_describe (archive->bands),
                   simstow_words_equal (archive->bands, modem->bands));
    /* an empty list is what a SIM without such a file has, too */
    if (archive->preferred_networks && (archive->preferred_networks->len > 0 || builder->replace))
        add_preferred (builder, archive->preferred_networks);
    if (archive->facility_locks)
        add_locks (builder, archive->facility_locks);
    if (archive->initial_eps)
        add_initial_eps (builder, archive->initial_eps);
    if (builder->unasked)
        leave_foreign (builder, begin);
}

static SimstowPlanItem *
add_card_item (SimstowPlanBuilder *builder,
               SimstowAction action,
               const gchar *store,
               const SimstowEuiccProfile *profile,
               gchar *reason)
{
    SimstowPlanItem *item =
        simstow_plan_builder_add (builder, action, SIMSTOW_KIND_ESIM, store, reason);

    item->esim.profile = profile;
    return item;
}

static const gchar *
text_or_empty (const gchar *text)
{
    return text ? text : "";
}

/* What the modem does not tell is not known to be missing. */
static gchar *
why_card_unusable (const SimstowPlanBuilder *builder)
{
    const SimstowEsim *there = builder->modem->esim;
    gchar *reason = simstow_plan_builder_why_unusable (builder, SIMSTOW_STORE_EUICC);

    if (reason)
        return reason;
    if (!there || (there->profiles->len == 0 && there->faults->len > 0))
        return g_strdup (_ ("which profiles the eUICC has cannot be read"));
    return NULL;
}

static void
refuse_all (SimstowPlanBuilder *builder, const SimstowEsim *archive, const gchar *reason)
{
    guint i;

    for (i = 0; i < archive->profiles->len; i++)
        add_card_item (builder,
                       SIMSTOW_ACTION_REFUSE,
                       SIMSTOW_PLAN_ESIM_PROFILE,
                       g_ptr_array_index (archive->profiles, i),
                       g_strdup (reason));
    if (archive->default_smdp)
        add_card_item (builder,
                       SIMSTOW_ACTION_REFUSE,
                       SIMSTOW_PLAN_ESIM_SMDP,
                       NULL,
                       g_strdup (reason))
            ->esim.text = archive->default_smdp;
}

static gboolean
is_same_card (const SimstowPlanBuilder *builder)
{
    const gchar *eid = builder->archive->esim->eid;

    return eid && g_strcmp0 (eid, builder->modem->esim->eid) == 0;
}

static void
add_text (SimstowPlanBuilder *builder,
          const gchar *store,
          const SimstowEuiccProfile *profile,
          const gchar *wanted,
          const gchar *there)
{
    SimstowAction action = SIMSTOW_ACTION_WRITE;
    gchar *reason = NULL;

    SimstowPlanItem *item;

    wanted = text_or_empty (wanted);
    if (g_str_equal (wanted, text_or_empty (there))) {
        action = SIMSTOW_ACTION_SKIP;
        reason = g_strdup (_ ("set already"));
    } else if (!*wanted && !builder->replace) {
        action = SIMSTOW_ACTION_SKIP;
        reason = g_strdup_printf (_ ("none in the archive; \"%s\" stays"), there);
    }
    item = add_card_item (builder, action, store, profile, reason);
    item->esim.text = wanted;
    if (action == SIMSTOW_ACTION_SKIP)
        return;
    item->before = there && *there ? g_strdup (there) : NULL;
    item->after = g_strdup (wanted);
    /* a profile is on one eUICC alone; the default server is the eUICC's own */
    if (!builder->unasked || profile || is_same_card (builder))
        return;
    item->action = SIMSTOW_ACTION_LEAVE;
    item->reason =
        g_strdup (_ ("the archive is of another eUICC; --only=esim sets it all the same"));
}

/* Profiles of a further secure element: what is as it was is not worth a word */
static void
add_further (SimstowPlanBuilder *builder, const SimstowEsim *further)
{
    guint i;

    for (i = 0; i < further->profiles->len; i++) {
        const SimstowEuiccProfile *wanted = g_ptr_array_index (further->profiles, i);
        const SimstowEuiccProfile *present =
            simstow_esim_find_on_any (builder->modem->esim, wanted->iccid);

        if (!present)
            add_card_item (
                builder,
                SIMSTOW_ACTION_REFUSE,
                SIMSTOW_PLAN_ESIM_PROFILE,
                wanted,
                g_strdup (_ ("the eUICC does not hold it; an operator has to issue it again, "
                             "see \"The way back\"")));
        else if (!g_str_equal (text_or_empty (wanted->nickname), text_or_empty (present->nickname)))
            add_card_item (builder,
                           SIMSTOW_ACTION_REFUSE,
                           SIMSTOW_PLAN_ESIM_PROFILE,
                           wanted,
                           g_strdup (_ ("nicknames on a further secure element are not written")));
    }
}

void
simstow_plan_builder_add_esim (SimstowPlanBuilder *builder)
{
    const SimstowEsim *archive = builder->archive->esim;
    const SimstowEsim *there = builder->modem->esim;
    g_autofree gchar *unusable = archive ? why_card_unusable (builder) : NULL;
    guint i;

    if (!archive)
        return;
    if (unusable) {
        refuse_all (builder, archive, unusable);
        return;
    }
    for (i = 0; i < archive->profiles->len; i++) {
        const SimstowEuiccProfile *wanted = g_ptr_array_index (archive->profiles, i);
        const SimstowEuiccProfile *present = simstow_esim_find_profile (there, wanted->iccid);

        if (present)
            add_text (builder,
                      SIMSTOW_PLAN_ESIM_NICKNAME,
                      wanted,
                      wanted->nickname,
                      present->nickname);
        else
            add_card_item (
                builder,
                SIMSTOW_ACTION_REFUSE,
                SIMSTOW_PLAN_ESIM_PROFILE,
                wanted,
                g_strdup (_ ("the eUICC does not hold it; an operator has to issue it again, "
                             "see \"The way back\"")));
    }
    for (i = 0; i < archive->further->len; i++)
        add_further (builder, g_ptr_array_index (archive->further, i));
    if (archive->default_smdp || there->default_smdp)
        add_text (builder,
                  SIMSTOW_PLAN_ESIM_SMDP,
                  NULL,
                  archive->default_smdp,
                  there->default_smdp);
}

static const SimstowEuiccProfile *
find_enabled (const SimstowEsim *esim)
{
    guint i;

    for (i = 0; esim && i < esim->profiles->len; i++) {
        const SimstowEuiccProfile *profile = g_ptr_array_index (esim->profiles, i);

        if (profile->enabled)
            return profile;
    }
    return NULL;
}

SimstowPlanItem *
simstow_plan_add_enable (SimstowPlan *plan,
                         const SimstowSnapshot *archive,
                         const SimstowSnapshot *modem)
{
    SimstowPlanBuilder builder = {.archive = archive, .modem = modem, .plan = plan};
    const SimstowEuiccProfile *wanted = find_enabled (archive->esim);
    g_autofree gchar *unusable = wanted ? why_card_unusable (&builder) : NULL;
    const SimstowEuiccProfile *present;

    if (!wanted)
        return NULL;
    if (unusable)
        return add_card_item (&builder,
                              SIMSTOW_ACTION_REFUSE,
                              SIMSTOW_PLAN_ESIM_ENABLE,
                              wanted,
                              g_steal_pointer (&unusable));
    present = simstow_esim_find_profile (modem->esim, wanted->iccid);
    if (!present)
        return add_card_item (&builder,
                              SIMSTOW_ACTION_REFUSE,
                              SIMSTOW_PLAN_ESIM_ENABLE,
                              wanted,
                              g_strdup (_ ("the eUICC does not hold it")));
    return add_card_item (&builder,
                          present->enabled ? SIMSTOW_ACTION_SKIP : SIMSTOW_ACTION_WRITE,
                          SIMSTOW_PLAN_ESIM_ENABLE,
                          wanted,
                          present->enabled ? g_strdup (_ ("enabled already")) : NULL);
}
