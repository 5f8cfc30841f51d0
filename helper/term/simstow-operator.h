/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operators by name and country, from the public mobile-broadband-provider-info
 * database. simstow has no table of its own.
 */

#pragma once

#include <gio/gio.h>

/**
 * simstow_operator_lookup:
 * @plmn: MCC and MNC, 5 or 6 digits
 * @name: (out) (transfer full) (nullable): the operator's name
 * @country: (out) (transfer full) (nullable): the country's name
 *
 * Looks an operator up.
 *
 * Returns: %FALSE when the database is not installed, or does not know it
 */
gboolean
simstow_operator_lookup (const gchar *plmn, gchar **name, gchar **country);

/**
 * simstow_operator_label:
 * @plmn: (nullable): MCC and MNC
 *
 * Returns: (transfer full) (nullable): "Claro, Colombia (732101)", or the digits
 * alone; %NULL for %NULL
 */
gchar *
simstow_operator_label (const gchar *plmn);
