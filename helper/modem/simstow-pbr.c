/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A record of EF_PBR: three lists, one for each type, of files, each a BER-TLV
 * object whose value begins with the file's identifier.
 */

#include "simstow-pbr.h"

#include "simstow-error.h"
#include "simstow-reader.h"

#define FILLER 0xFF

/* The types that a kind of file can be of, 3GPP TS 31.102 table 4.1 */
static const struct {
    SimstowPbrTag tag;
    gboolean parallel;
    gboolean linked;
    gboolean shared;
} kinds[] = {
    {SIMSTOW_PBR_ADN, TRUE, FALSE, FALSE},
    {SIMSTOW_PBR_IAP, TRUE, FALSE, FALSE},
    {SIMSTOW_PBR_EXT1, FALSE, FALSE, TRUE},
    {SIMSTOW_PBR_SNE, TRUE, TRUE, FALSE},
    {SIMSTOW_PBR_ANR, TRUE, TRUE, FALSE},
    {SIMSTOW_PBR_PBC, TRUE, FALSE, FALSE},
    {SIMSTOW_PBR_GRP, TRUE, FALSE, FALSE},
    {SIMSTOW_PBR_AAS, FALSE, FALSE, TRUE},
    {SIMSTOW_PBR_GAS, FALSE, FALSE, TRUE},
    {SIMSTOW_PBR_EMAIL, TRUE, TRUE, FALSE},
};

static gboolean
is_known (guint8 tag)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (kinds); i++) {
        if (kinds[i].tag == tag)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_possible (guint8 tag, guint8 type)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (kinds); i++) {
        if (kinds[i].tag == tag)
            return type == SIMSTOW_PBR_PARALLEL ? kinds[i].parallel
                   : type == SIMSTOW_PBR_LINKED ? kinds[i].linked
                                                : kinds[i].shared;
    }
    return FALSE;
}

static gboolean
has_file (const GArray *files, guint16 fid)
{
    guint i;

    for (i = 0; i < files->len; i++) {
        if (g_array_index (files, SimstowPbrFile, i).fid == fid)
            return TRUE;
    }
    return FALSE;
}

/* Kinds there is one of: a second one would have no meaning */
static gboolean
is_second (const GArray *files, guint8 tag)
{
    guint i;

    if (tag == SIMSTOW_PBR_SNE || tag == SIMSTOW_PBR_ANR || tag == SIMSTOW_PBR_EMAIL)
        return FALSE;
    for (i = 0; i < files->len; i++) {
        if (g_array_index (files, SimstowPbrFile, i).tag == tag)
            return TRUE;
    }
    return FALSE;
}

/* One object; lengths of 128 and more do not fit into a record with other files */
static gboolean
read_object (SimstowReader *reader, guint8 *tag, SimstowReader *value, GError **error)
{
    guint8 length;

    return simstow_reader_u8 (reader, tag, error) && simstow_reader_u8 (reader, &length, error) &&
           simstow_reader_sub (reader, length, value, error);
}

/* The place of a file in the list of its type counts, whatever its kind: @link */
static gboolean
read_file (SimstowReader *reader,
           guint8 type,
           guint link,
           GArray *files,
           guint *odd,
           GError **error)
{
    SimstowPbrFile file = {.type = type, .link = link};
    SimstowReader value;
    guint8 tag;

    if (!read_object (reader, &tag, &value, error) ||
        !simstow_reader_u16_be (&value, &file.fid, error))
        return FALSE;
    simstow_reader_u8 (&value, &file.sfi, NULL);
    file.tag = tag;
    if (is_possible (tag, type) && !has_file (files, file.fid) && !is_second (files, tag))
        g_array_append_val (files, file);
    else if (is_known (tag))
        ++*odd;
    return TRUE;
}

static gboolean
read_lists (SimstowReader *reader, GArray *files, guint *odd, GError **error)
{
    SimstowReader list;
    guint8 type;

    while (simstow_reader_peek_u8 (reader, &type, NULL) && type != FILLER && type != 0) {
        guint link;

        if (!read_object (reader, &type, &list, error))
            return FALSE;
        if (type < SIMSTOW_PBR_PARALLEL || type > SIMSTOW_PBR_SHARED)
            continue;
        for (link = 0; simstow_reader_remaining (&list) > 0; link++) {
            if (!read_file (&list, type, link, files, odd, error))
                return FALSE;
        }
    }
    return TRUE;
}

static gboolean
is_filler (GBytes *record)
{
    SimstowReader reader;
    guint8 first;

    simstow_reader_init_bytes (&reader, record);
    return !simstow_reader_u8 (&reader, &first, NULL) || first == FILLER || first == 0;
}

GArray *
simstow_pbr_decode (GBytes *record, guint *odd, GError **error)
{
    g_autoptr (GArray) files = g_array_new (FALSE, FALSE, sizeof (SimstowPbrFile));
    SimstowReader reader;
    guint i;

    *odd = 0;
    if (is_filler (record))
        return g_steal_pointer (&files);
    simstow_reader_init_bytes (&reader, record);
    if (!read_lists (&reader, files, odd, error)) {
        g_prefix_error (error, "EF_PBR: ");
        return NULL;
    }
    for (i = 0; i < files->len; i++) {
        if (g_array_index (files, SimstowPbrFile, i).tag == SIMSTOW_PBR_ADN)
            return g_steal_pointer (&files);
    }
    g_set_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA, "EF_PBR: a set without EF_ADN");
    return NULL;
}
