/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * File control parameters, decoded.
 */

#include "simstow-fcp.h"

#include "simstow-error.h"
#include "simstow-reader.h"

#define TAG_FCP             0x62
#define TAG_FCI             0x6F
#define TAG_FILE_SIZE       0x80
#define TAG_FILE_DESCRIPTOR 0x82

/* A one-byte tag, its length (short, or the long forms of one and two bytes), its value. */
static gboolean
read_object (SimstowReader *reader, guint8 *tag, SimstowReader *value, GError **error)
{
    guint16 wide;
    guint8 length;

    if (!simstow_reader_u8 (reader, tag, error) || !simstow_reader_u8 (reader, &length, error))
        return FALSE;
    wide = length;
    if (length == 0x81) {
        if (!simstow_reader_u8 (reader, &length, error))
            return FALSE;
        wide = length;
    } else if (length == 0x82) {
        if (!simstow_reader_u16_be (reader, &wide, error))
            return FALSE;
    }
    return simstow_reader_sub (reader, wide, value, error);
}

/* ETSI TS 102 221 11.1.1.4.3 */
static gboolean
read_descriptor (SimstowReader *value, SimstowFcp *fcp, GError **error)
{
    guint8 descriptor;
    guint8 coding;
    guint8 n_records = 0;
    guint16 record_size;

    if (!simstow_reader_u8 (value, &descriptor, error) ||
        !simstow_reader_u8 (value, &coding, error))
        return FALSE;
    if ((descriptor & 0x38) == 0x38) {
        fcp->structure = SIMSTOW_FILE_FOLDER;
        return TRUE;
    }
    if ((descriptor & 0x07) == 0x01) {
        fcp->structure = SIMSTOW_FILE_TRANSPARENT;
        return TRUE;
    }
    fcp->structure = (descriptor & 0x07) == 0x06 ? SIMSTOW_FILE_CYCLIC : SIMSTOW_FILE_LINEAR;
    /* how many there are is left to the size by some */
    if (!simstow_reader_u16_be (value, &record_size, error))
        return FALSE;
    simstow_reader_u8 (value, &n_records, NULL);
    fcp->record_size = record_size;
    fcp->n_records = n_records;
    return TRUE;
}

/* In as many octets as the card likes */
static gboolean
read_size (SimstowReader *value, SimstowFcp *fcp)
{
    gsize length = simstow_reader_remaining (value);
    guint size = 0;
    guint8 octet;

    if (length == 0 || length > 4)
        return FALSE;
    while (simstow_reader_u8 (value, &octet, NULL))
        size = size << 8 | octet;
    fcp->size = size;
    return TRUE;
}

/* The template alone, or within FCI */
static gboolean
open_template (SimstowReader *reader, SimstowReader *template, GError **error)
{
    SimstowReader inner;
    guint8 first;
    guint8 tag;

    if (!read_object (reader, &tag, template, error))
        return FALSE;
    inner = *template;
    if (tag == TAG_FCI && simstow_reader_peek_u8 (&inner, &first, NULL) && first == TAG_FCP)
        return read_object (&inner, &tag, template, error);
    return TRUE;
}

static gboolean
decode_template (SimstowReader *reader, SimstowFcp *fcp, GError **error)
{
    gboolean described = FALSE;
    gboolean sized = FALSE;
    SimstowReader template;
    guint8 tag;

    if (!open_template (reader, &template, error))
        return FALSE;
    while (simstow_reader_remaining (&template) > 0) {
        SimstowReader value;

        if (!read_object (&template, &tag, &value, error))
            return FALSE;
        if (tag == TAG_FILE_DESCRIPTOR) {
            if (!read_descriptor (&value, fcp, error))
                return FALSE;
            described = TRUE;
        } else if (tag == TAG_FILE_SIZE) {
            sized = read_size (&value, fcp) || sized;
        }
    }
    if (fcp->record_size > 0 && fcp->n_records == 0)
        fcp->n_records = fcp->size / fcp->record_size;
    if (!described)
        simstow_error_set (error, SIMSTOW_ERROR_INVALID_DATA, "no file descriptor");
    else if (!sized && fcp->structure == SIMSTOW_FILE_TRANSPARENT)
        simstow_error_set (error, SIMSTOW_ERROR_INVALID_DATA, "no file size");
    else
        return TRUE;
    return FALSE;
}

/* 3GPP TS 51.011 9.2.1: size at byte 3, type at 7, structure at 14, record length at 15 */
static gboolean
decode_fixed (SimstowReader *reader, SimstowFcp *fcp, GError **error)
{
    const guint8 *unused;
    guint8 type;
    guint8 structure;
    guint8 record_size;
    guint16 size;

    if (!simstow_reader_take (reader, 2, &unused, error) ||
        !simstow_reader_u16_be (reader, &size, error) ||
        !simstow_reader_take (reader, 2, &unused, error) ||
        !simstow_reader_u8 (reader, &type, error))
        return FALSE;
    fcp->size = size;
    if (type != 0x04) {
        fcp->structure = SIMSTOW_FILE_FOLDER;
        return TRUE;
    }
    if (!simstow_reader_take (reader, 6, &unused, error) ||
        !simstow_reader_u8 (reader, &structure, error))
        return FALSE;
    fcp->structure = structure == 0x00   ? SIMSTOW_FILE_TRANSPARENT
                     : structure == 0x03 ? SIMSTOW_FILE_CYCLIC
                                         : SIMSTOW_FILE_LINEAR;
    if (fcp->structure == SIMSTOW_FILE_TRANSPARENT)
        return TRUE;
    if (!simstow_reader_u8 (reader, &record_size, error))
        return FALSE;
    fcp->record_size = record_size;
    fcp->n_records = record_size ? MIN (size / record_size, 255) : 0;
    return TRUE;
}

/* A record structure without records, or with records that no command can carry, is a lie. */
static gboolean
check (SimstowFcp *fcp, GError **error)
{
    guint all = fcp->n_records * fcp->record_size;
    gboolean records =
        fcp->structure == SIMSTOW_FILE_LINEAR || fcp->structure == SIMSTOW_FILE_CYCLIC;

    if (records && (fcp->record_size == 0 || fcp->record_size > 255 || fcp->n_records > 254))
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_INVALID_DATA,
                                  "%u records of %u bytes",
                                  fcp->n_records,
                                  fcp->record_size);
    if (records && fcp->size > 0 && fcp->size != all)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_INVALID_DATA,
                                  "%u records of %u bytes in a file of %u",
                                  fcp->n_records,
                                  fcp->record_size,
                                  fcp->size);
    return TRUE;
}

gboolean
simstow_fcp_decode (GBytes *answer, SimstowFcp *fcp, GError **error)
{
    SimstowReader reader;
    guint8 first;
    gboolean decoded;

    *fcp = (SimstowFcp){0};
    simstow_reader_init_bytes (&reader, answer);
    decoded = simstow_reader_peek_u8 (&reader, &first, error) &&
              (first == TAG_FCP || first == TAG_FCI ? decode_template (&reader, fcp, error)
                                                    : decode_fixed (&reader, fcp, error)) &&
              check (fcp, error);
    if (!decoded)
        g_prefix_error (error, "description of the file: ");
    return decoded;
}
