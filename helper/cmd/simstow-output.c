/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A text goes into a file as an archive does: beside it, and then in its place.
 */

#include "config.h"

#include "simstow-output.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-error.h"
#include "simstow-target.h"

gboolean
simstow_output_write (const gchar *path, const gchar *text, GError **error)
{
    g_autoptr (SimstowTarget) target = NULL;

    if (g_file_test (path, G_FILE_TEST_IS_DIR)) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_USAGE,
                     _ ("%s is a directory; name a file in it"),
                     path);
        return FALSE;
    }
    target = simstow_target_new (path, TRUE, error);
    return target && simstow_target_write (target, text, strlen (text), error) &&
           simstow_target_flush (target, error) && simstow_target_publish (target, error);
}
