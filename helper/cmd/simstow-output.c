/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A text in a file of its own.
 */

#include "config.h"

#include "simstow-output.h"

#include <string.h>

#include "simstow-target.h"

struct _SimstowOutput {
    gchar *path;
    gboolean force;
    const SimstowFileSet *inputs;
    /* a pipe or device, from the draft on: whoever reads a pipe sees its end when it is closed */
    SimstowTarget *stream;
    /* what was written last: that may be replaced */
    dev_t device;
    ino_t inode;
};

SimstowOutput *
simstow_output_new (const gchar *path, gboolean force, const SimstowFileSet *inputs)
{
    SimstowOutput *output = g_new0 (SimstowOutput, 1);

    output->path = g_strdup (path);
    output->force = force;
    output->inputs = inputs;
    return output;
}

static gboolean
is_ours (const SimstowOutput *output)
{
    struct stat info;

    return output->inode != 0 && stat (output->path, &info) == 0 && info.st_dev == output->device &&
           info.st_ino == output->inode;
}

static gboolean
write_file (SimstowOutput *output, SimstowTarget *target, const gchar *text, GError **error)
{
    struct stat info;

    if (!simstow_target_write (target, text, strlen (text), error) ||
        !simstow_target_flush (target, error) || !simstow_target_publish (target, error))
        return FALSE;
    if (fstat (simstow_target_get_fd (target), &info) == 0) {
        output->device = info.st_dev;
        output->inode = info.st_ino;
    }
    return TRUE;
}

gboolean
simstow_output_write (SimstowOutput *output, const gchar *text, gboolean draft, GError **error)
{
    g_autoptr (SimstowTarget) target = g_steal_pointer (&output->stream);

    if (target == NULL)
        target = simstow_target_new (output->path,
                                     output->force || is_ours (output),
                                     output->inputs,
                                     error);
    if (target == NULL)
        return FALSE;
    if (!draft || !simstow_target_is_stream (target))
        return write_file (output, target, text, error);
    output->stream = g_steal_pointer (&target);
    return TRUE;
}

void
simstow_output_free (SimstowOutput *output)
{
    if (output == NULL)
        return;
    g_clear_pointer (&output->stream, simstow_target_free);
    g_free (output->path);
    g_free (output);
}
