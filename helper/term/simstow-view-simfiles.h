/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of the SIM for people.
 */

#pragma once

#include "simstow-snapshot.h"

/**
 * simstow_view_simfiles:
 * @simfiles: (element-type SimstowSimfile): files
 *
 * Prints a table of files: what each says as far as it is plain, and its bytes; of a
 * file with records a row for each that is in use.
 */
void
simstow_view_simfiles (const GPtrArray *simfiles);

/**
 * simstow_view_simfile_meaning:
 * @name: a file's name, as "EF_SPN"
 * @data: (array length=size): the contents of a transparent file, or a record
 * @size: how many octets
 *
 * Says what is in EF_ICCID and EF_PL (ETSI TS 102 221 13.2 and 13.3), and in EF_LI, EF_IMSI,
 * EF_SPN, EF_MSISDN, EF_FDN, EF_SDN, EF_MBDN, EF_SMSP, EF_ECC and the lists of networks (3GPP TS
 * 31.102 4.2.1, 4.2.2, 4.2.12, 4.2.26, 4.2.24, 4.2.29, 4.2.60, 4.2.27, 4.2.21, 4.2.5, 4.2.53,
 * 4.2.54, 4.2.16 and 4.2.84).
 *
 * Returns: (transfer full) (nullable): one line; %NULL when it is another file, or
 * nothing that could be said
 */
gchar *
simstow_view_simfile_meaning (const gchar *name, const guint8 *data, gsize size);
