/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Likely times.
 */

#include "simstow-clock.h"

/* 2022-01-01: simstow is younger */
#define EARLIEST G_GINT64_CONSTANT (1640995200)
#define DAY      (24 * 60 * 60)
/* Beyond all times that an archive can hold */
#define APART (G_GINT64_CONSTANT (1) << 40)

gboolean
simstow_clock_is_likely (gint64 time)
{
    gint64 now = g_get_real_time () / G_USEC_PER_SEC;

    return time >= EARLIEST && (now < EARLIEST || time <= now + DAY);
}

gint64
simstow_clock_rank_last (gint64 time)
{
    return simstow_clock_is_likely (time) ? time : time - APART;
}

gint64
simstow_clock_rank_first (gint64 time)
{
    return simstow_clock_is_likely (time) ? time : time + APART;
}

gint64
simstow_clock_unrank (gint64 rank)
{
    return rank < -APART / 2 ? rank + APART : rank > APART / 2 ? rank - APART : rank;
}
