/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A text in a file of its own, as a report or a page, under the same law as an archive:
 * whole or not at all, and in the place of nothing that is not to be replaced.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-file-set.h"

typedef struct _SimstowOutput SimstowOutput;

/**
 * simstow_output_new:
 * @path: the file to write; a pipe, a device, or "-" for standard output
 * @force: whether a file that is there may be replaced
 * @inputs: what is read meanwhile, and never replaced; outlives the output
 *
 * Returns: (transfer full): the output; nothing was looked at yet
 */
SimstowOutput *
simstow_output_new (const gchar *path, gboolean force, const SimstowFileSet *inputs);

/**
 * simstow_output_write:
 * @output: an output
 * @text: what goes into it
 * @draft: whether another text follows, which replaces this one; a pipe or device gets only that
 * @error: return location for an error, as for simstow_target_new ()
 *
 * Writes a file that only its owner may read, whole or not at all.
 *
 * Returns: %FALSE with @error set when nothing was written
 */
gboolean
simstow_output_write (SimstowOutput *output, const gchar *text, gboolean draft, GError **error);

/**
 * simstow_output_free:
 * @output: (transfer full): an output
 */
void
simstow_output_free (SimstowOutput *output);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowOutput, simstow_output_free)
