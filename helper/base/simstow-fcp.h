/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a card says of a file when it is selected: the FCP template of a UICC, or
 * the fixed answer of a plain SIM.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowFileStructure:
 * @SIMSTOW_FILE_TRANSPARENT: a run of bytes
 * @SIMSTOW_FILE_LINEAR: records of one size
 * @SIMSTOW_FILE_CYCLIC: records of one size, the newest first
 * @SIMSTOW_FILE_FOLDER: not a file at all, a DF, an ADF or the MF
 */
typedef enum {
    SIMSTOW_FILE_TRANSPARENT,
    SIMSTOW_FILE_LINEAR,
    SIMSTOW_FILE_CYCLIC,
    SIMSTOW_FILE_FOLDER,
} SimstowFileStructure;

/**
 * SimstowFcp:
 * @structure: the file's structure
 * @size: its size in bytes, records included
 * @record_size: bytes a record, 0 when it has none
 * @n_records: how many records, 0 when it has none
 */
typedef struct {
    SimstowFileStructure structure;
    guint size;
    guint record_size;
    guint n_records;
} SimstowFcp;

/**
 * simstow_fcp_decode:
 * @answer: the answer to SELECT or GET RESPONSE, without its status word
 * @fcp: (out caller-allocates): what it says
 *
 * Decodes the FCP template of ETSI TS 102 221 11.1.1.3, or the answer of a SIM
 * by 3GPP TS 51.011 9.2.1.
 *
 * Returns: %FALSE with @error set when it is neither, or contradicts itself
 */
gboolean
simstow_fcp_decode (GBytes *answer, SimstowFcp *fcp, GError **error);
