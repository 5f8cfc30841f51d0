/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Times as archives write them. GDateTime parses them; it is too slow to print
 * one for each of a million messages.
 */

#include "simstow-time.h"

#define SECONDS_A_DAY 86400
#define DAYS_A_CYCLE  146097                           /* 400 years of the Gregorian calendar */
#define FIRST_SECOND  G_GINT64_CONSTANT (-62135596800) /* 0001-01-01 */
#define LAST_SECOND   G_GINT64_CONSTANT (253402300799) /* 9999-12-31 */

/* Counts from 1 March of the year 0, so that the leap day ends a year */
static void
split_date (gint64 days, gint *year, gint *month, gint *day)
{
    gint64 since_march = days + 719468;
    gint64 cycle = since_march / DAYS_A_CYCLE;
    gint64 in_cycle = since_march % DAYS_A_CYCLE;
    gint64 in_cycle_year =
        (in_cycle - in_cycle / 1460 + in_cycle / 36524 - in_cycle / 146096) / 365;
    gint64 in_year = in_cycle - (365 * in_cycle_year + in_cycle_year / 4 - in_cycle_year / 100);
    gint64 march_month = (5 * in_year + 2) / 153;

    *day = (gint) (in_year - (153 * march_month + 2) / 5 + 1);
    *month = (gint) (march_month < 10 ? march_month + 3 : march_month - 9);
    *year = (gint) (cycle * 400 + in_cycle_year + (*month <= 2 ? 1 : 0));
}

/* Returns what is behind the digits and the character that follows them */
static gchar *
append_digits (gchar *text, gint value, gint count, gchar behind)
{
    gint i;

    for (i = count - 1; i >= 0; i--, value /= 10)
        text[i] = (gchar) ('0' + value % 10);
    text[count] = behind;
    return text + count + 1;
}

gboolean
simstow_time_format (gint64 utc, gint zone, gchar *text)
{
    gint64 local;
    gint64 days;
    gint seconds;
    gint year;
    gint month;
    gint day;

    if (utc < FIRST_SECOND || utc > LAST_SECOND || ABS (zone) > 24 * 60)
        return FALSE;
    local = utc + zone * 60;
    if (local < FIRST_SECOND || local > LAST_SECOND)
        return FALSE;
    days = local / SECONDS_A_DAY - (local % SECONDS_A_DAY < 0 ? 1 : 0);
    seconds = (gint) (local - days * SECONDS_A_DAY);
    split_date (days, &year, &month, &day);
    text = append_digits (text, year, 4, '-');
    text = append_digits (text, month, 2, '-');
    text = append_digits (text, day, 2, 'T');
    text = append_digits (text, seconds / 3600, 2, ':');
    text = append_digits (text, seconds / 60 % 60, 2, ':');
    text = append_digits (text, seconds % 60, 2, zone == 0 ? 'Z' : zone < 0 ? '-' : '+');
    if (zone != 0) {
        text = append_digits (text, ABS (zone) / 60, 2, ':');
        /* what is behind them is their end */
        text = append_digits (text, ABS (zone) % 60, 2, '\0') - 1;
    }
    *text = '\0';
    return TRUE;
}

gboolean
simstow_time_parse (const gchar *text, gint64 *utc)
{
    g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);

    if (!time)
        return FALSE;
    *utc = g_date_time_to_unix (time);
    return TRUE;
}
