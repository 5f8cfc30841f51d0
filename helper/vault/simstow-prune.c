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

/* A SIM that was swapped, locked, emptied or half read must not rotate good history away; nor may a
 * history that began anew, which lacks what only the one before it held */
static gboolean
is_successor (const SimstowLabel *newest, const SimstowLabel *older)
{
    if (older->history != NULL && g_strcmp0 (older->history, newest->history) != 0)
        return FALSE;
    if (newest->history == NULL && older->complete && !newest->complete)
        return FALSE;
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

static gboolean
is_readable (const GError *fault)
{
    return !g_error_matches (fault, SIMSTOW_DESTINATION_ERROR, SIMSTOW_DESTINATION_ERROR_DAMAGED) &&
           !g_error_matches (fault, SIMSTOW_DESTINATION_ERROR, SIMSTOW_DESTINATION_ERROR_MISSING);
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
    g_autoptr (GError) fault = NULL;

    /* one that was never read back to its end tells nothing of what is in it */
    if (!holding->stored) {
        hold (plan, _ ("%s stays: it is not known to be good"), holding->name);
        return TRUE;
    }
    label = simstow_depot_get_label (plan->depot, holding, cancellable, &fault);
    if (label == NULL && is_readable (fault)) {
        g_propagate_error (error, g_steal_pointer (&fault));
        return FALSE;
    }
    if (label == NULL)
        hold (plan, _ ("%s stays: %s"), holding->name, fault->message);
    else if (is_successor (newest, label))
        g_ptr_array_add (plan->drop, holding);
    else
        hold (plan,
              _ ("%s stays: it holds records that the newest, %s, may not hold"),
              holding->name,
              newest->name);
    return TRUE;
}

/* A time that cannot be tells nothing of what is over */
static gboolean
is_dated (const SimstowHolding *holding)
{
    return simstow_clock_is_likely (holding->made);
}

/* No damaged archive stands for the good ones of its day */
static gboolean
is_dated_and_good (const SimstowHolding *holding)
{
    return is_dated (holding) && simstow_holding_is_good (holding);
}

/* Which of those that @counts are kept; the others are passed over */
static void
choose (const SimstowRetention *retention,
        SimstowHolding **archives,
        guint count,
        gboolean (*counts) (const SimstowHolding *holding),
        gboolean *keep)
{
    g_autofree gint64 *times = g_new (gint64, count);
    g_autofree gboolean *chosen = g_new (gboolean, count);
    guint taken = 0;
    guint i;

    for (i = 0; i < count; i++)
        if (counts (archives[i]))
            times[taken++] = archives[i]->made;
    simstow_retention_choose (retention, times, taken, chosen);
    taken = 0;
    for (i = 0; i < count; i++)
        if (counts (archives[i]))
            keep[i] = chosen[taken++];
}

/* Names tell seconds: of several of one second the newest is the one that is to be everywhere */
static void
put_first (const SimstowLabel *present, SimstowHolding **archives, guint count)
{
    SimstowHolding *first = archives[0];
    guint i;

    for (i = 1; present != NULL && i < count && archives[i]->made == first->made; i++) {
        if (!g_str_equal (archives[i]->name, present->name))
            continue;
        archives[0] = archives[i];
        archives[i] = first;
    }
}

/* Which of a SIM's archives are over: %FALSE of none. What is to be everywhere is not, though a
 * clock that was set back makes it older than others */
static gboolean
choose_all (const SimstowPrunePlan *plan,
            const SimstowRetention *retention,
            SimstowHolding **archives,
            guint count,
            gboolean *keep)
{
    g_autoptr (SimstowLabel) present =
        simstow_state_load_label (plan->depot->state, archives[0]->id);
    guint i;

    put_first (present, archives, count);
    for (i = 0; i < count; i++)
        keep[i] = TRUE;
    choose (retention, archives, count, is_dated, keep);
    choose (retention, archives, count, is_dated_and_good, keep);
    for (i = 0; i < count; i++)
        keep[i] = keep[i] || (present != NULL && g_str_equal (archives[i]->name, present->name));
    for (i = 0; i < count && keep[i]; i++)
        continue;
    return i < count;
}

static gboolean
plan_sim (SimstowPrunePlan *plan,
          const SimstowRetention *retention,
          SimstowHolding **archives,
          guint count,
          GCancellable *cancellable,
          GError **error)
{
    g_autofree gboolean *keep = g_new (gboolean, count);
    SimstowHolding *newest;
    guint i;

    if (!choose_all (plan, retention, archives, count, keep))
        return TRUE;
    newest = archives[0];
    if (simstow_holding_is_good (newest) && newest->label == NULL) {
        newest->label = simstow_depot_get_label (plan->depot, newest, cancellable, error);
        if (newest->label == NULL)
            return FALSE;
    }
    if (!is_dated_and_good (newest)) {
        hold (plan,
              _ ("nothing of %s goes: its newest archive is not known to be good"),
              newest->id);
        return TRUE;
    }
    for (i = count; i-- > 1;)
        if (!keep[i] && !consider (plan, archives[i], newest->label, cancellable, error))
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
    g_autoptr (GPtrArray) ids = simstow_state_list_sims (depot->state);
    guint begin, end;
    guint i;

    plan->depot = depot;
    plan->drop = g_ptr_array_new ();
    plan->held = g_ptr_array_new_with_free_func (g_free);
    for (i = 0; i < depot->holdings->archives->len; i++) {
        SimstowHolding *holding = g_ptr_array_index (depot->holdings->archives, i);

        if (simstow_holding_is_ours (holding) &&
            g_ptr_array_find_with_equal_func (ids, holding->id, g_str_equal, NULL))
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

/* The newest good one of those that stay */
static SimstowHolding *
find_standing (const SimstowPrunePlan *plan, const gchar *id)
{
    const GPtrArray *archives = plan->depot->holdings->archives;
    guint i;

    for (i = 0; i < archives->len; i++) {
        SimstowHolding *holding = g_ptr_array_index (archives, i);

        if (g_str_equal (holding->id, id) && simstow_holding_is_good (holding) &&
            !g_ptr_array_find (plan->drop, holding, NULL))
            return holding;
    }
    g_return_val_if_reached (NULL);
}

/* What stands for those that go is read once more before the first of them does */
static gboolean
prove_newest (SimstowPrunePlan *plan, const gchar *id, GCancellable *cancellable, GError **error)
{
    return simstow_depot_compare (plan->depot,
                                  find_standing (plan, id),
                                  g_get_real_time () / G_USEC_PER_SEC,
                                  cancellable,
                                  error);
}

gboolean
simstow_prune_plan_run (SimstowPrunePlan *plan, GCancellable *cancellable, GError **error)
{
    const gchar *proved = NULL;
    guint i;

    for (i = 0; i < plan->drop->len; i++) {
        const SimstowHolding *holding = g_ptr_array_index (plan->drop, i);

        if (g_strcmp0 (proved, holding->id) != 0 &&
            !prove_newest (plan, holding->id, cancellable, error))
            return FALSE;
        proved = holding->id;
        if (!simstow_depot_drop (plan->depot, holding, cancellable, error))
            return FALSE;
    }
    return TRUE;
}

void
simstow_prune_plan_free (SimstowPrunePlan *plan)
{
    g_ptr_array_unref (plan->drop);
    g_ptr_array_unref (plan->held);
    g_free (plan);
}
