/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All store drivers, best first; rows of one type share one object.
 */

#include "simstow-store-driver.h"

/* The helper reads and writes all stores by the doors. */
const SimstowStoreEntry *
simstow_store_table (guint *n_entries)
{
    static const SimstowStoreEntry none = {NULL};

    *n_entries = 0;
    return &none;
}
