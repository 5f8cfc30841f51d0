/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * EF_UST has a bit for each service, the lowest of the first octet for number 1.
 */

#include "simstow-card-services.h"

#include "simstow-card-file.h"
#include "simstow-error.h"

static gboolean
is_missing (const SimstowCardFile *file)
{
    return g_error_matches (file->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND);
}

gboolean
simstow_card_services_read (SimstowConversation *conversation,
                            gboolean nothing,
                            GBytes **declared,
                            GCancellable *cancellable,
                            GError **error)
{
    static const gchar *const commands[] = {"read 7FFF6F38", "describe 2FE2", NULL};
    const gchar *const ust_alone[] = {commands[0], NULL};
    g_autoptr (GPtrArray) files =
        simstow_card_files_run (conversation, nothing ? commands : ust_alone, cancellable, error);
    const SimstowCardFile *ust = files ? files->pdata[0] : NULL;
    const SimstowCardFile *iccid = files && nothing ? files->pdata[1] : NULL;

    *declared = NULL;
    if (!files)
        return FALSE;
    if (ust->records->len > 0)
        *declared = g_bytes_ref (ust->records->pdata[0]);
    if (!iccid || !is_missing (ust) || !is_missing (iccid))
        return TRUE;
    iccid->error->code = SIMSTOW_ERROR_MODEM_ERROR;
    g_propagate_prefixed_error (error,
                                g_error_copy (iccid->error),
                                "no file is found, not even EF_ICCID: ");
    return FALSE;
}

gchar *
simstow_card_services_dup_fault (GBytes *declared, guint service, const gchar *path)
{
    gsize size = 0;
    const guint8 *octets = declared ? g_bytes_get_data (declared, &size) : NULL;
    guint bit = service - 1;

    if (service == 0 || bit / 8 >= size || !(octets[bit / 8] & 1 << bit % 8))
        return NULL;
    return g_strdup_printf ("EF_UST declares service %u, but there is no file %s", service, path);
}
