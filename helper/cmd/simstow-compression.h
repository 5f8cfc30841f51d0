/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of --compress.
 */

#pragma once

#include "simstow-archive.h"

/**
 * simstow_compression_parse:
 * @text: (nullable): "gzip", "zstd", "xz" or "none"; %NULL for what the name says
 * @compression: (out): what it names
 * @error: return location for a #SIMSTOW_ERROR_USAGE error
 *
 * Returns: %FALSE with @error set when the word names nothing
 */
gboolean
simstow_compression_parse (const gchar *text, SimstowCompression *compression, GError **error);
