/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a SIM's data stands.
 */

#include "config.h"

#include "simstow-standing.h"

#include <glib/gi18n.h>

#include "simstow-clock.h"
#include "simstow-destination.h"

gchar *
simstow_age_format (gint64 seconds)
{
    if (seconds >= 2 * 86400)
        return g_strdup_printf (_ ("%d d"), (gint) (seconds / 86400));
    if (seconds >= 2 * 3600)
        return g_strdup_printf (_ ("%d h"), (gint) (seconds / 3600));
    return g_strdup_printf (_ ("%d min"), (gint) (MAX (seconds, 0) / 60));
}

static void G_GNUC_PRINTF (2, 3) miss (SimstowStanding *standing, const gchar *format, ...)
{
    va_list args;

    va_start (args, format);
    g_ptr_array_add (standing->clauses, g_strdup_vprintf (format, args));
    va_end (args);
}

static void
find_damage (SimstowStanding *standing, const SimstowStandingPlace *place)
{
    guint i;

    for (i = 0; i < place->holdings->archives->len; i++) {
        const SimstowHolding *holding = g_ptr_array_index (place->holdings->archives, i);

        if (g_str_equal (holding->id, standing->id) && holding->stored &&
            !simstow_holding_is_good (holding))
            miss (standing, _ ("%s: %s is damaged"), place->config->name, holding->name);
    }
}

static gboolean
is_fresh (SimstowStanding *standing,
          const SimstowPolicy *policy,
          const SimstowStandingPlace *place,
          const SimstowHolding *newest,
          gint64 now)
{
    guint max_age = place->config->max_age > 0 ? place->config->max_age : policy->max_age;
    g_autofree gchar *limit = simstow_age_format (max_age);
    g_autofree gchar *age = simstow_age_format (now - newest->confirmed);

    if (!simstow_clock_is_likely (newest->confirmed)) {
        miss (standing,
              _ ("%s: the newest copy says that it was made by a clock that was wrong"),
              place->config->name);
        return FALSE;
    }
    if (now - newest->confirmed <= (gint64) max_age)
        return TRUE;
    miss (standing,
          _ ("%s: the newest copy was last confirmed %s ago, the limit is %s"),
          place->config->name,
          age,
          limit);
    return FALSE;
}

static void
judge_proof (SimstowStanding *standing,
             const SimstowPolicy *policy,
             const SimstowStandingPlace *place,
             const SimstowHolding *newest,
             gint64 now)
{
    g_autofree gchar *limit = simstow_age_format (policy->verify_every);
    g_autofree gchar *age = simstow_age_format (now - newest->proved);

    if (now - newest->proved > (gint64) policy->verify_every)
        miss (standing,
              _ ("%s: the newest copy was last read back %s ago, the limit is %s"),
              place->config->name,
              age,
              limit);
    if (newest->label != NULL && !newest->label->complete)
        miss (standing,
              _ ("%s: the newest copy lacks what could not be read from the modem"),
              place->config->name);
}

/* A disk that is not plugged in, or a network that is away, comes back; the age of what it has
 * tells when it was away too long. Any other that cannot be seen may be gone with all that it had
 */
static void
judge_sight (SimstowStanding *standing, const SimstowStandingPlace *place)
{
    if (place->fault == NULL || (place->config->medium >= SIMSTOW_MEDIUM_REMOVABLE &&
                                 g_error_matches (place->fault,
                                                  SIMSTOW_DESTINATION_ERROR,
                                                  SIMSTOW_DESTINATION_ERROR_PENDING)))
        return;
    miss (standing,
          _ ("%s: what it holds cannot be seen: %s"),
          place->config->name,
          place->fault->message);
}

static void
judge_place (SimstowStanding *standing,
             const SimstowPolicy *policy,
             const SimstowStandingPlace *place,
             guint *media,
             gint64 now)
{
    const SimstowHolding *newest =
        place->holdings != NULL ? simstow_holdings_newest (place->holdings, standing->id) : NULL;

    judge_sight (standing, place);
    if (place->holdings != NULL)
        find_damage (standing, place);
    if (newest == NULL) {
        miss (standing, _ ("%s: there is no good copy"), place->config->name);
        return;
    }
    standing->newest = MAX (standing->newest, newest->confirmed);
    standing->risk = SIMSTOW_RISK_FINE;
    judge_proof (standing, policy, place, newest, now);
    if (!is_fresh (standing, policy, place, newest, now))
        return;
    standing->copies++;
    standing->offsite += place->config->offsite ? 1 : 0;
    *media |= 1u << place->config->medium;
}

static void
judge_numbers (SimstowStanding *standing, const SimstowPolicy *policy)
{
    if (standing->copies < policy->min_copies)
        miss (standing,
              _ ("copies that count: %u, promised are %u (the SIM's own is one)"),
              standing->copies,
              policy->min_copies);
    if (standing->media < policy->min_media)
        miss (standing,
              _ ("kinds of media: %u, promised are %u"),
              standing->media,
              policy->min_media);
    if (standing->offsite < policy->min_offsite)
        miss (standing,
              _ ("copies offsite: %u, promised are %u"),
              standing->offsite,
              policy->min_offsite);
}

SimstowStanding *
simstow_standing_judge (const gchar *id,
                        const gchar *title,
                        gboolean here,
                        const SimstowPolicy *policy,
                        const SimstowStandingPlace *places,
                        guint count,
                        gint64 now)
{
    SimstowStanding *standing = g_new0 (SimstowStanding, 1);
    guint media = 0;
    guint i;

    standing->id = g_strdup (id);
    standing->title = g_strdup (title);
    standing->here = here;
    standing->copies = here ? 1 : 0;
    standing->risk = SIMSTOW_RISK_NONE;
    standing->clauses = g_ptr_array_new_with_free_func (g_free);
    for (i = 0; i < count; i++)
        judge_place (standing, policy, &places[i], &media, now);
    standing->media = (guint) __builtin_popcount (media);
    judge_numbers (standing, policy);
    if (standing->risk == SIMSTOW_RISK_FINE && standing->clauses->len > 0)
        standing->risk = SIMSTOW_RISK_SOME;
    return standing;
}

void
simstow_standing_free (SimstowStanding *standing)
{
    g_free (standing->id);
    g_free (standing->title);
    g_ptr_array_unref (standing->clauses);
    g_free (standing);
}
