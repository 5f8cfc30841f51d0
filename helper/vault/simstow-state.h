/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is remembered between runs, in a directory of its own: a lock, the last listing of each
 * destination, and of each SIM the archive that is to be everywhere, with its label, its title
 * and, where the archive cannot be opened here, the history to merge with.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-config.h"
#include "simstow-label.h"

typedef struct _SimstowState SimstowState;

/**
 * simstow_state_open:
 * @config: the configuration
 * @lock: whether to be the only one that changes anything
 * @error: return location for an error: %SIMSTOW_ERROR_BUSY when another run does
 *
 * Makes the directory, and clears away what runs left that were killed.
 *
 * Returns: (transfer full) (nullable): the state, or %NULL with @error set
 */
SimstowState *
simstow_state_open (const SimstowConfig *config, gboolean lock, GError **error);

/**
 * simstow_state_free:
 *
 * Removes the scratch directory, and lets go of the lock.
 */
void
simstow_state_free (SimstowState *state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowState, simstow_state_free)

/**
 * simstow_state_get_scratch:
 *
 * Returns: (transfer none): a private directory for the time of this run
 */
const gchar *
simstow_state_get_scratch (const SimstowState *state);

/**
 * simstow_state_list_sims:
 *
 * Returns: (transfer full) (element-type utf8): the ids of SIMs that were ever backed up
 */
GPtrArray *
simstow_state_list_sims (const SimstowState *state);

/**
 * simstow_state_sim_path:
 * @id: a SIM's id
 * @name: (nullable): a file's name
 *
 * Returns: (transfer full): its path in the directory of that SIM, which is made; without a name
 *     the directory's
 */
gchar *
simstow_state_sim_path (const SimstowState *state, const gchar *id, const gchar *name);

/**
 * simstow_state_load_label:
 * @id: a SIM's id
 *
 * Returns: (transfer full) (nullable): the label of the archive that is to be everywhere; %NULL
 *     when there is none, or it is not as it was
 */
SimstowLabel *
simstow_state_load_label (const SimstowState *state, const gchar *id);

/**
 * simstow_state_save_label:
 * @id: a SIM's id
 * @label: of an archive that is in its directory already
 *
 * From now on that archive is to be everywhere; others in the directory are removed.
 *
 * Returns: %FALSE with @error set when nothing has changed
 */
gboolean
simstow_state_save_label (const SimstowState *state,
                          const gchar *id,
                          const SimstowLabel *label,
                          GError **error);

/**
 * simstow_state_get_title:
 * @id: a SIM's id
 *
 * Returns: (transfer full): what people call it, at least its id
 */
gchar *
simstow_state_get_title (const SimstowState *state, const gchar *id);

/**
 * simstow_state_set_title:
 * @id: a SIM's id
 * @title: what people call it
 */
void
simstow_state_set_title (const SimstowState *state, const gchar *id, const gchar *title);

/**
 * simstow_state_save_list:
 * @destination: a destination's name
 * @entries: (element-type SimstowDestinationEntry): what is there now
 */
void
simstow_state_save_list (const SimstowState *state,
                         const gchar *destination,
                         const GPtrArray *entries);

/**
 * simstow_state_load_list:
 * @destination: a destination's name
 * @time: (out): when that was
 *
 * Returns: (transfer full) (nullable) (element-type SimstowDestinationEntry): what was there last
 */
GPtrArray *
simstow_state_load_list (const SimstowState *state, const gchar *destination, gint64 *time);

/**
 * simstow_state_forget_list:
 * @destination: a destination's name
 *
 * As if it had never been used.
 */
void
simstow_state_forget_list (const SimstowState *state, const gchar *destination);

/**
 * simstow_state_load_text:
 * @name: a name
 *
 * Returns: (transfer full) (nullable): what was kept under it
 */
gchar *
simstow_state_load_text (const SimstowState *state, const gchar *name);

/**
 * simstow_state_save_text:
 * @name: a name
 * @text: what is kept
 */
void
simstow_state_save_text (const SimstowState *state, const gchar *name, const gchar *text);
