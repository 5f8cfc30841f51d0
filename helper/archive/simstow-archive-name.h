/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the name of an archive's file promises: how it is compressed, and whether it is
 * encrypted. Nobody is to find plaintext behind a name that ends in .gpg.
 */

#pragma once

#include "simstow-archive.h"

/**
 * simstow_archive_name_check:
 * @output: (nullable): where an archive is to go, as simstow_archive_write () takes it
 * @encrypted: whether it will be encrypted
 * @compression: (inout): how it is to be compressed; where it is to be what the name says,
 *     that, gzip where it says nothing
 * @error: return location for a %SIMSTOW_ERROR_USAGE error
 *
 * Directories, pipes and devices promise nothing, nor does a name without an extension.
 *
 * Returns: %FALSE with @error set when the name says otherwise
 */
gboolean
simstow_archive_name_check (const gchar *output,
                            gboolean encrypted,
                            SimstowCompression *compression,
                            GError **error);
