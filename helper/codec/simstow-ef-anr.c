/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A record of EF_ANR: an octet, and EF_ADN without a name.
 */

#include "simstow-ef-anr.h"

#include "simstow-error.h"
#include "simstow-reader.h"

#define NONE SIMSTOW_EF_ADN_NONE

gboolean
simstow_ef_anr_decode (const guint8 *data, gsize size, SimstowEfAnr *anr, GError **error)
{
    SimstowReader reader;
    const guint8 *entry;

    *anr = (SimstowEfAnr){.entry = {.type = NONE, .capability = NONE, .extension = NONE}};
    simstow_reader_init (&reader, data, size);
    if (!simstow_reader_u8 (&reader, &anr->label, error) ||
        !simstow_reader_take (&reader, SIMSTOW_EF_ADN_FIXED_SIZE, &entry, error) ||
        !simstow_ef_adn_decode (entry, SIMSTOW_EF_ADN_FIXED_SIZE, &anr->entry, error)) {
        g_prefix_error (error, "EF_ANR: ");
        return FALSE;
    }
    if (anr->label == NONE)
        anr->label = 0;
    return TRUE;
}

GByteArray *
simstow_ef_anr_encode (const SimstowEfAnr *anr, GError **error)
{
    g_autoptr (GByteArray) entry = NULL;
    guint8 label = anr->entry.used ? anr->label : NONE;

    entry = simstow_ef_adn_encode (&anr->entry, SIMSTOW_EF_ADN_FIXED_SIZE, error);
    if (!entry) {
        g_prefix_error (error, "EF_ANR: ");
        return NULL;
    }
    g_byte_array_prepend (entry, &label, 1);
    return g_steal_pointer (&entry);
}

void
simstow_ef_anr_clear (SimstowEfAnr *anr)
{
    simstow_ef_adn_clear (&anr->entry);
    anr->label = 0;
}
