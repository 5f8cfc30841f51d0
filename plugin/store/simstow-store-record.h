/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records as the bus has them, a{sv}, from and to what the AT room knows. The keys
 * are in simstow-names.h, their meaning in org.simstow.Modem1.xml.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-at-message.h"

/**
 * simstow_store_record_to_message:
 * @record: an a{sv}
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Without a status, or with "unknown", a message is taken as read or unsent, by
 * its TPDU (TP-MTI, 3GPP TS 23.040 9.2.3.1).
 *
 * Returns: (transfer full) (nullable): the message, or %NULL with @error set
 */
SimstowAtMessage *
simstow_store_record_to_message (GVariant *record, GError **error);

/**
 * simstow_store_record_unread:
 * @index: its place, 0 unknown
 * @row: (nullable): the bytes that came
 * @fault: why they are no record, with the modem's words
 *
 * Returns: (transfer none): a floating a{sv} that keeps what could not be read
 */
GVariant *
simstow_store_record_unread (guint index, GBytes *row, const gchar *fault);
