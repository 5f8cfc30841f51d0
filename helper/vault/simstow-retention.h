/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which archives are kept: the newest few, and the newest of each of so many days, weeks,
 * months and years. Pure: names and times in, a choice out.
 */

#pragma once

#include <glib.h>

/* As many as there are */
#define SIMSTOW_KEEP_ALL G_MAXUINT

/**
 * SimstowRetention:
 * @last: how many of the newest are kept
 * @daily: of how many days with an archive the newest is kept
 * @weekly: of how many weeks, which begin on Monday
 * @monthly: of how many months
 * @yearly: of how many years
 *
 * All in UTC.
 */
typedef struct {
    guint last;
    guint daily;
    guint weekly;
    guint monthly;
    guint yearly;
} SimstowRetention;

/**
 * simstow_retention_choose:
 * @retention: what is promised
 * @times: (array length=count): when the archives of one SIM were made, newest first, seconds
 *     since 1970 UTC
 * @count: how many there are
 * @keep: (out caller-allocates) (array length=count): whether each is kept
 */
void
simstow_retention_choose (const SimstowRetention *retention,
                          const gint64 *times,
                          guint count,
                          gboolean *keep);
