/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Elementary files that follow from the SIM's identity: EF_ICCID, EF_IMSI,
 * EF_AD, EF_SPN.
 */

#pragma once

#include "sim-store.h"

G_BEGIN_DECLS

/**
 * sim_files_fill:
 * @store: a store
 *
 * Makes those files that the scenario did not give.
 */
void
sim_files_fill (SimStore *store);

/**
 * sim_files_bytes_from_hex:
 * @hex: pairs of hexadecimal digits
 *
 * Returns: (transfer full) (nullable): the bytes
 */
GByteArray *
sim_files_bytes_from_hex (const gchar *hex);

G_END_DECLS
