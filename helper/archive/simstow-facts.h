/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Members that hold one object each (esim.json, network.json, what simstow.json
 * says of modem and SIM), as merging sees them: states with times, and the
 * activation codes beside them. The merged member is the newest state, with all
 * states and their times in "history" unless there is one alone, seen once.
 *
 * It works on the text, so that what this program does not know stays as it is.
 * What comes out depends on what was added alone: neither on the order, nor on
 * how often, nor on what was merged before.
 */

#pragma once

#include "simstow-json-writer.h"

typedef struct _SimstowFacts SimstowFacts;

/**
 * SimstowFactsKnows:
 * @key: a key
 * @length: how many bytes
 *
 * Returns: whether this program knows what it means
 */
typedef gboolean (*SimstowFactsKnows) (const gchar *key, gsize length);

/**
 * simstow_facts_new:
 * @knows: tells the keys that a state may lack from those of a newer program,
 *     which the merged object has from the latest state with them
 *
 * Returns: (transfer full): no states yet
 */
SimstowFacts *
simstow_facts_new (SimstowFactsKnows knows);

void
simstow_facts_free (SimstowFacts *states);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowFacts, simstow_facts_free)

/**
 * simstow_facts_add:
 * @states: states
 * @text: a member, merged or not
 * @captured: when what it tells was read
 *
 * Returns: %FALSE with @error set when it is no JSON object
 */
gboolean
simstow_facts_add (SimstowFacts *states,
                   const gchar *text,
                   gsize length,
                   gint64 captured,
                   GError **error);

/**
 * simstow_facts_append:
 * @states: at least one state
 * @secrets: whether activation codes go with it
 * @out: where to append the merged member, broken into lines
 */
void
simstow_facts_append (const SimstowFacts *states, gboolean secrets, GString *out);

/**
 * simstow_facts_dup_rest:
 * @states: at least one state
 *
 * Returns: (transfer full) (nullable): of the merged member, what this program
 *     does not know and "history", as members of an object
 */
gchar *
simstow_facts_dup_rest (const SimstowFacts *states);
