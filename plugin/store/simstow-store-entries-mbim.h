/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries of the phonebook as MBIM gives them, MBIM 1.0 10.5.35.
 */

#pragma once

#include <libmbim-glib.h>

#include "simstow-at-phonebook.h"
#include "simstow-port.h"

/* The only types of number that MBIM can tell apart, by the "+" */
#define SIMSTOW_ENTRIES_MBIM_INTERNATIONAL 145
#define SIMSTOW_ENTRIES_MBIM_UNKNOWN       129

/**
 * simstow_store_entries_mbim_finish:
 * @port: the port a phonebook read query was sent on
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: (transfer full) (nullable) (element-type GVariant): the entries by rising index, and
 * what could not be read of them, see simstow_store_rows_mbim_new (); or %NULL with @error set
 */
GPtrArray *
simstow_store_entries_mbim_finish (SimstowPort *port, GAsyncResult *result, GError **error);
