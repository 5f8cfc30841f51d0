/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What may go from a destination.
 */

#include "config.h"

#include "simstow-prune.h"

#include <glib/gi18n.h>

#include "simstow-clock.h"

/* A newest archive with less than one in so many of an older one's records is no successor */
#define SHRINK 2

static gboolean
has_shrunk (guint64 newest, guint64 older)
{
    return older > 0 && newest < older / SHRINK + older % SHRINK;
}

/* A SIM that was swapped, locked or emptied must not rotate good history away */
static gboolean
is_successor (const SimstowLabel *newest, const SimstowLabel *older)
{
    return !has_shrunk (newest->messages, older->messages) &&
           !has_shrunk (newest->contacts, older->contacts) &&
           !has_shrunk (newest->calls, older->calls);
}

static void G_GNUC_PRINTF (2, 3) hold (SimstowPrunePlan *plan, const gchar *format, ...)
{
    va_list args;

    va_start (args, format);
    g_ptr_array_add (plan->held, g_strdup_vprintf (format, args));
    va_end (args);
}

/* One that is over goes, if the newest can stand for it; one that cannot be told about stays */
static gboolean
consider (SimstowPrunePlan *plan,
          SimstowHolding *holding,
          const SimstowLabel *newest,
          GCancellable *cancellable,
          GError **error)
{
    g_autoptr (SimstowLabel) label = NULL;

    if (holding->proof == SIMSTOW_PROOF_DAMAGED) {
        g_ptr_array_add (plan->drop, holding);
        return TRUE;
    }
    /* one that was never read back to its end tells nothing of what is in it */
    if (!simstow_holding_is_good (holding)) {
        hold (plan, _ ("%s stays: it is not known to be good"), holding->name);
        return TRUE;
    }
    label = simstow_depot_get_label (plan->depot, holding, cancellable, error);
    if (label == NULL)
        return FALSE;
    if (is_successor (newest, label))
        g_ptr_array_add (plan->drop, holding);
    else
        hold (plan,
              _ ("%s stays: it holds many more records than the newest, %s"),
              holding->name,
              newest->name);
    return TRUE;
}

static gboolean
plan_sim (SimstowPrunePlan *plan,
          const SimstowRetention *retention,
          SimstowHolding **archives,
          guint count,
          GCancellable *cancellable,
          GError **error)
{
    g_autofree gint64 *times = g_new (gint64, count);
    g_autofree gboolean *keep = g_new (gboolean, count);
    g_autoptr (SimstowLabel) newest = NULL;
    guint i;

    for (i = 0; i < count; i++)
        times[i] = archives[i]->made;
    simstow_retention_choose (retention, times, count, keep);
    for (i = 0; i < count && keep[i]; i++)
        continue;
    if (i == count)
        return TRUE;
    if (!simstow_holding_is_good (archives[0]) || !simstow_clock_is_likely (archives[0]->made)) {
        hold (plan,
              _ ("nothing of %s goes: its newest archive is not known to be good"),
              archives[0]->id);
        return TRUE;
    }
    newest = simstow_depot_get_label (plan->depot, archives[0], cancellable, error);
    if (newest == NULL)
        return FALSE;
    for (i = count; i-- > 1;)
        if (!keep[i] && !consider (plan, archives[i], newest, cancellable, error))
            return FALSE;
    return TRUE;
}

SimstowPrunePlan *
simstow_prune_plan_new (SimstowDepot *depot,
                        const SimstowRetention *retention,
                        GCancellable *cancellable,
                        GError **error)
{
    g_autoptr (SimstowPrunePlan) plan = g_new0 (SimstowPrunePlan, 1);
    g_autoptr (GPtrArray) archives = g_ptr_array_new ();
    guint begin, end;
    guint i;

    plan->depot = depot;
    plan->drop = g_ptr_array_new ();
    plan->held = g_ptr_array_new_with_free_func (g_free);
    for (i = 0; i < depot->holdings->archives->len; i++) {
        SimstowHolding *holding = g_ptr_array_index (depot->holdings->archives, i);

        if (simstow_holding_is_ours (holding))
            g_ptr_array_add (archives, holding);
    }
    for (begin = 0; begin < archives->len; begin = end) {
        SimstowHolding **first = (SimstowHolding **) &archives->pdata[begin];

        for (end = begin + 1; end < archives->len; end++)
            if (!g_str_equal (first[end - begin]->id, first[0]->id))
                break;
        if (!plan_sim (plan, retention, first, end - begin, cancellable, error))
            return NULL;
    }
    return g_steal_pointer (&plan);
}

gboolean
simstow_prune_plan_run (SimstowPrunePlan *plan, GCancellable *cancellable, GError **error)
{
    guint i;

    for (i = 0; i < plan->drop->len; i++)
        if (!simstow_depot_drop (plan->depot,
                                 g_ptr_array_index (plan->drop, i),
                                 cancellable,
                                 error))
            return FALSE;
    return TRUE;
}

void
simstow_prune_plan_free (SimstowPrunePlan *plan)
{
    g_ptr_array_unref (plan->drop);
    g_ptr_array_unref (plan->held);
    g_free (plan);
}
