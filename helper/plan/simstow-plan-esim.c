/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of a plan about an eUICC: nicknames and the default server go back,
 * profiles themselves cannot.
 */

#include <glib/gi18n.h>

#include "simstow-names.h"
#include "simstow-plan-builder.h"

static SimstowPlanItem *
add_item (SimstowPlanBuilder *builder,
          SimstowAction action,
          const gchar *store,
          const SimstowEuiccProfile *profile,
          gchar *reason)
{
    SimstowPlanItem *item =
        simstow_plan_builder_add (builder, action, SIMSTOW_KIND_ESIM, store, reason);

    item->card_profile = profile;
    return item;
}

static const gchar *
text_or_empty (const gchar *text)
{
    return text ? text : "";
}

/* What the modem does not tell is not known to be missing. */
static gchar *
why_unusable (const SimstowPlanBuilder *builder)
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
        add_item (builder,
                  SIMSTOW_ACTION_REFUSE,
                  SIMSTOW_PLAN_ESIM_PROFILE,
                  g_ptr_array_index (archive->profiles, i),
                  g_strdup (reason));
    if (archive->default_smdp)
        add_item (builder, SIMSTOW_ACTION_REFUSE, SIMSTOW_PLAN_ESIM_SMDP, NULL, g_strdup (reason))
            ->text = archive->default_smdp;
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
    item = add_item (builder, action, store, profile, reason);
    item->text = wanted;
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
            add_item (builder,
                      SIMSTOW_ACTION_REFUSE,
                      SIMSTOW_PLAN_ESIM_PROFILE,
                      wanted,
                      g_strdup (_ ("the eUICC does not hold it; an operator has to issue it again, "
                                   "see \"The way back\"")));
        else if (!g_str_equal (text_or_empty (wanted->nickname), text_or_empty (present->nickname)))
            add_item (builder,
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
    g_autofree gchar *unusable = archive ? why_unusable (builder) : NULL;
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
            add_item (builder,
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
    g_autofree gchar *unusable = wanted ? why_unusable (&builder) : NULL;
    const SimstowEuiccProfile *present;

    if (!wanted)
        return NULL;
    if (unusable)
        return add_item (&builder,
                         SIMSTOW_ACTION_REFUSE,
                         SIMSTOW_PLAN_ESIM_ENABLE,
                         wanted,
                         g_steal_pointer (&unusable));
    present = simstow_esim_find_profile (modem->esim, wanted->iccid);
    if (!present)
        return add_item (&builder,
                         SIMSTOW_ACTION_REFUSE,
                         SIMSTOW_PLAN_ESIM_ENABLE,
                         wanted,
                         g_strdup (_ ("the eUICC does not hold it")));
    return add_item (&builder,
                     present->enabled ? SIMSTOW_ACTION_SKIP : SIMSTOW_ACTION_WRITE,
                     SIMSTOW_PLAN_ESIM_ENABLE,
                     wanted,
                     present->enabled ? g_strdup (_ ("enabled already")) : NULL);
}
