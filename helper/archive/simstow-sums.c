/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The digests of an archive's members.
 */

#include "config.h"

#include "simstow-sums.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "simstow-error.h"
#include "simstow-layout.h"

static void
sum_free (gpointer data)
{
    SimstowSum *sum = data;

    g_free (sum->name);
    g_free (sum->digest);
    g_free (sum);
}

GPtrArray *
simstow_sums_new (void)
{
    return g_ptr_array_new_with_free_func (sum_free);
}

void
simstow_sums_take (GPtrArray *sums, const gchar *name, gchar *digest)
{
    SimstowSum *sum = g_new0 (SimstowSum, 1);

    sum->name = g_strdup (name);
    sum->digest = digest;
    g_ptr_array_add (sums, sum);
}

void
simstow_sums_add (GPtrArray *sums, const gchar *name, SimstowSha256 *checksum)
{
    simstow_sums_take (sums, name, simstow_sha256_dup_string (checksum));
}

static gchar *
sum_to_line (const SimstowSum *sum)
{
    return g_strdup_printf ("%s  %s\n", sum->digest, sum->name);
}

gchar *
simstow_sums_to_text (const GPtrArray *sums)
{
    GString *text = g_string_new (NULL);
    guint i;

    for (i = 0; i < sums->len; i++) {
        g_autofree gchar *line = sum_to_line (g_ptr_array_index (sums, i));

        g_string_append (text, line);
    }
    return g_string_free (text, FALSE);
}

gboolean
simstow_sums_check (const GPtrArray *sums, const gchar *text, gsize length, GError **error)
{
    gsize offset = 0;
    guint i;

    for (i = 0; i < sums->len; i++) {
        const SimstowSum *sum = g_ptr_array_index (sums, i);
        g_autofree gchar *line = sum_to_line (sum);
        gsize size = strlen (line);

        if (length - offset < size || memcmp (text + offset, line, size) != 0) {
            g_set_error (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_DAMAGED,
                         _ ("%s: damaged: its digest is not the one in SHA256SUMS"),
                         sum->name);
            return FALSE;
        }
        offset += size;
    }
    if (offset == length)
        return TRUE;
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_DAMAGED,
                         _ ("SHA256SUMS: damaged: it lists members that are not there"));
    return FALSE;
}

gchar *
simstow_sums_content_id (const GPtrArray *sums)
{
    g_autoptr (SimstowSha256) checksum = simstow_sha256_new ();
    guint i;

    for (i = 0; i < sums->len; i++) {
        const SimstowSum *sum = g_ptr_array_index (sums, i);
        g_autofree gchar *line = sum_to_line (sum);

        if (simstow_layout_member_is_content (simstow_layout_member_kind (sum->name)))
            simstow_sha256_update (checksum, line, strlen (line));
    }
    return simstow_sha256_dup_string (checksum);
}
