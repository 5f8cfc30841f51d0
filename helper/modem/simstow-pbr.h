/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * EF_PBR, 3GPP TS 31.102 4.4.2.1: which files of DF.PHONEBOOK belong together. A
 * record is a set: EF_ADN and what goes with it. Pure.
 */

#pragma once

#include <gio/gio.h>

/* Sets that are looked at: 16 times 254 contacts are more than any card has */
#define SIMSTOW_PBR_MAX_SETS 16

/**
 * SimstowPbrTag:
 * @SIMSTOW_PBR_ADN: name and number
 * @SIMSTOW_PBR_IAP: where the linked records of a contact are
 * @SIMSTOW_PBR_EXT1: the rest of long numbers
 * @SIMSTOW_PBR_SNE: second name
 * @SIMSTOW_PBR_ANR: further number
 * @SIMSTOW_PBR_PBC: whether a contact is hidden
 * @SIMSTOW_PBR_GRP: the groups of a contact
 * @SIMSTOW_PBR_AAS: what kinds of further numbers are called
 * @SIMSTOW_PBR_GAS: what groups are called
 * @SIMSTOW_PBR_EMAIL: e-mail address
 *
 * Kinds of files by their tag in EF_PBR; the others are left alone.
 */
typedef enum {
    SIMSTOW_PBR_ADN = 0xC0,
    SIMSTOW_PBR_IAP = 0xC1,
    SIMSTOW_PBR_EXT1 = 0xC2,
    SIMSTOW_PBR_SNE = 0xC3,
    SIMSTOW_PBR_ANR = 0xC4,
    SIMSTOW_PBR_PBC = 0xC5,
    SIMSTOW_PBR_GRP = 0xC6,
    SIMSTOW_PBR_AAS = 0xC7,
    SIMSTOW_PBR_GAS = 0xC8,
    SIMSTOW_PBR_EMAIL = 0xCA,
} SimstowPbrTag;

/**
 * SimstowPbrType:
 * @SIMSTOW_PBR_PARALLEL: type 1: its record has the number of the contact's
 * @SIMSTOW_PBR_LINKED: type 2: EF_IAP says which record
 * @SIMSTOW_PBR_SHARED: type 3: another file's record names its record
 *
 * How a record is found.
 */
typedef enum {
    SIMSTOW_PBR_PARALLEL = 0xA8,
    SIMSTOW_PBR_LINKED = 0xA9,
    SIMSTOW_PBR_SHARED = 0xAA,
} SimstowPbrType;

/**
 * SimstowPbrFile:
 * @tag: its kind
 * @type: how its records are found
 * @fid: its file identifier
 * @sfi: its short file identifier, 0 for none
 * @link: of a linked file: the octet of EF_IAP that names its record, from 0
 *
 * A file of a set.
 */
typedef struct {
    SimstowPbrTag tag;
    SimstowPbrType type;
    guint16 fid;
    guint8 sfi;
    guint link;
} SimstowPbrFile;

/**
 * simstow_pbr_decode:
 * @record: a record of EF_PBR
 * @odd: (out): how many files were left out that make no sense: of a type they cannot
 *     be of, or named twice, so that writing one field would damage another
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Files of kinds that are not known here are left out.
 *
 * Returns: (transfer full) (nullable) (element-type SimstowPbrFile): the files of the
 * set in the order of the record, empty for a record that is not used; or %NULL with
 * @error set when lengths are wrong, or there is no EF_ADN
 */
GArray *
simstow_pbr_decode (GBytes *record, guint *odd, GError **error);
