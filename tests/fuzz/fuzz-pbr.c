/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a record of EF_PBR.
 */

#include "simstow-pbr.h"

#include "fuzz-replay.h"

/* No file twice, EF_ADN among them, links within an octet's reach */
static void
check (GArray *files)
{
    guint entries = 0;
    guint i;

    for (i = 0; i < files->len; i++) {
        const SimstowPbrFile *file = &g_array_index (files, SimstowPbrFile, i);
        guint k;

        for (k = 0; k < i; k++)
            g_assert_cmphex (g_array_index (files, SimstowPbrFile, k).fid, !=, file->fid);
        g_assert_cmpuint (file->link, <=, 255);
        entries += file->tag == SIMSTOW_PBR_ADN;
    }
    g_assert_true (files->len == 0 || entries == 1);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    /* a record of a card has no more */
    g_autoptr (GBytes) record = g_bytes_new (data, MIN (size, 255));
    guint odd;
    g_autoptr (GArray) files = simstow_pbr_decode (record, &odd, NULL);

    if (files)
        check (files);
    return 0;
}
