/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random bytes that nobody can guess.
 */

#include "simstow-random.h"

#include <errno.h>
#include <sys/random.h>

void
simstow_random_fill (gpointer data, gsize size)
{
    guint8 *cursor = data;

    while (size > 0) {
        gssize got = getrandom (cursor, size, 0);

        /* every kernel that runs this has the call */
        g_return_if_fail (got >= 0 || errno == EINTR);
        cursor += MAX (got, 0);
        size -= (gsize) MAX (got, 0);
    }
}
