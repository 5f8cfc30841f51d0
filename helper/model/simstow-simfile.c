/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of the SIM card.
 */

#include "simstow-simfile.h"

SimstowSimfile *
simstow_simfile_new (void)
{
    return g_new0 (SimstowSimfile, 1);
}

void
simstow_simfile_free (SimstowSimfile *simfile)
{
    if (!simfile)
        return;
    g_free (simfile->name);
    g_free (simfile->path);
    g_free (simfile->structure);
    g_clear_pointer (&simfile->raw, g_bytes_unref);
    g_strfreev (simfile->records);
    g_free (simfile->fault);
    g_free (simfile->rest);
    g_free (simfile);
}
