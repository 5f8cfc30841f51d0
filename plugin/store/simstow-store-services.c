/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * EF_UST has a bit for each service, the lowest of the first octet for number 1.
 */

#include "simstow-store-services.h"

#include "simstow-error.h"

#define UST   "7FFF6F38"
#define ICCID "2FE2"

void
simstow_services_start (SimstowServices *self, SimstowVisit *visit, gboolean nothing)
{
    self->nothing = nothing;
    simstow_visit_read (visit, UST, 0, 0);
}

void
simstow_services_take (SimstowServices *self, SimstowVisit *visit, const SimstowVisitStep *done)
{
    gboolean missing = g_error_matches (done->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND);

    if (g_str_equal (done->path, UST)) {
        if (done->contents->len > 0)
            self->declared = g_bytes_ref (g_ptr_array_index (done->contents, 0));
        if (missing && self->nothing)
            simstow_visit_select (visit, ICCID);
    } else if (missing) {
        self->error = g_error_copy (done->error);
        self->error->code = SIMSTOW_ERROR_MODEM_ERROR;
        g_prefix_error (&self->error, "no file is found, not even EF_ICCID: ");
    }
}

gchar *
simstow_services_dup_fault (const SimstowServices *self, guint service, const gchar *path)
{
    gsize size = 0;
    const guint8 *octets = self->declared ? g_bytes_get_data (self->declared, &size) : NULL;
    guint bit = service - 1;

    if (service == 0 || bit / 8 >= size || !(octets[bit / 8] & 1 << bit % 8))
        return NULL;
    return g_strdup_printf ("EF_UST declares service %u, but there is no file %s", service, path);
}

void
simstow_services_clear (SimstowServices *self)
{
    g_clear_error (&self->error);
    g_clear_pointer (&self->declared, g_bytes_unref);
    self->nothing = FALSE;
}
