/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a newer program wrote and this one does not know: members of an object,
 * kept as text without blanks, with commas between.
 */

#pragma once

#include "simstow-json-scanner.h"
#include "simstow-json-writer.h"

/**
 * simstow_json_rest_append:
 * @key: one more member's key
 */
void
simstow_json_rest_append (GString *rest,
                          const SimstowJsonValue *key,
                          const SimstowJsonValue *value);

/**
 * simstow_json_rest_unite:
 * @rest: (inout) (nullable): members
 * @more: (nullable): further ones
 *
 * Puts both together, in the order of their keys. Of two values of one key the
 * greater stays, bytewise, so that the order of what is united does not matter.
 */
void
simstow_json_rest_unite (gchar **rest, const gchar *more);

/**
 * simstow_json_rest_write:
 * @key: (nullable): a member's key; %NULL inside an array
 *
 * Writes a value as it stands, but for its blanks.
 */
void
simstow_json_rest_write (SimstowJsonWriter *writer,
                         const SimstowJsonValue *key,
                         const SimstowJsonValue *value);
