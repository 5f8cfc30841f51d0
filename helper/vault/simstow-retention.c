/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which archives are kept. A period counts when it has an archive: who was away for a year
 * loses nothing by it.
 */

#include "config.h"

#include "simstow-retention.h"

#define DAY (24 * 60 * 60)

typedef gint64 (*Period) (gint64 time);

static gint64
day_of (gint64 time)
{
    return time / DAY;
}

static gint64
week_of (gint64 time)
{
    /* 1970 began on a Thursday */
    return (time / DAY + 3) / 7;
}

static gint64
month_of (gint64 time)
{
    g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (time);

    return date != NULL ? g_date_time_get_year (date) * 12 + g_date_time_get_month (date) : 0;
}

static gint64
year_of (gint64 time)
{
    g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (time);

    return date != NULL ? g_date_time_get_year (date) : 0;
}

/* The newest of each of the newest periods */
static void
keep_periods (Period period, guint periods, const gint64 *times, guint count, gboolean *keep)
{
    guint left = periods;
    guint i;

    for (i = 0; i < count && left > 0; i++) {
        if (i > 0 && period (times[i]) == period (times[i - 1]))
            continue;
        keep[i] = TRUE;
        left--;
    }
}

void
simstow_retention_choose (const SimstowRetention *retention,
                          const gint64 *times,
                          guint count,
                          gboolean *keep)
{
    guint i;

    for (i = 0; i < count; i++)
        keep[i] = i < retention->last;
    keep_periods (day_of, retention->daily, times, count, keep);
    keep_periods (week_of, retention->weekly, times, count, keep);
    keep_periods (month_of, retention->monthly, times, count, keep);
    keep_periods (year_of, retention->yearly, times, count, keep);
}
