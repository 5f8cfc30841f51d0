/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all verbs begin with that work by simstow.conf(5).
 */

#pragma once

#include "simstow-archive.h"
#include "simstow-config.h"
#include "simstow-destination.h"
#include "simstow-secret.h"
#include "simstow-state.h"

/**
 * SimstowConfigured:
 * @config: the configuration, without mistakes
 * @state: what is remembered
 * @secret: (nullable): the configured passphrase
 * @keys: to whom to encrypt, and what opens archives
 */
typedef struct {
    SimstowConfig *config;
    SimstowState *state;
    SimstowSecret *secret;
    SimstowArchiveKeys keys;
} SimstowConfigured;

/**
 * simstow_configured_open:
 * @file: (nullable): the configuration's file
 * @lock: whether anything is to be changed
 * @configured: (out caller-allocates): what is configured
 * @error: return location for an error
 *
 * From now on files are made for their owner alone, and root acts as the owner of the state, as the
 * schedule does. Mistakes in the configuration are told.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_configured_open (const gchar *file,
                         gboolean lock,
                         SimstowConfigured *configured,
                         GError **error);

/**
 * simstow_configured_open_bare:
 * @configured: (out caller-allocates): what is there without a configuration: a state, for what
 *     is under way
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_configured_open_bare (SimstowConfigured *configured, GError **error);

void
simstow_configured_clear (SimstowConfigured *configured);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowConfigured, simstow_configured_clear)

/**
 * simstow_configured_tell_mistakes:
 * @config: a configuration
 *
 * Names each mistake, on standard error.
 *
 * Returns: how many there are
 */
guint
simstow_configured_tell_mistakes (const SimstowConfig *config);

/**
 * simstow_configured_state_word:
 * @fault: (nullable): what a destination said
 *
 * Returns: its state in a word or two, translated
 */
const gchar *
simstow_configured_state_word (const GError *fault);

/**
 * simstow_configured_state_key:
 * @fault: (nullable): what a destination said
 *
 * Returns: the same for programs
 */
const gchar *
simstow_configured_state_key (const GError *fault);

/**
 * simstow_configured_choose:
 * @configured: what is configured
 * @names: (array zero-terminated=1): names of destinations; none are all
 * @error: return location for a %SIMSTOW_ERROR_USAGE error
 *
 * Returns: (transfer container) (nullable) (element-type SimstowDestinationConfig): those of them
 */
GPtrArray *
simstow_configured_choose (const SimstowConfigured *configured,
                           const gchar *const *names,
                           GError **error);

/**
 * simstow_configured_place_new:
 * @name: what it is to be called
 * @place: a directory, a URI, or REMOTE:PATH of rclone
 *
 * Returns: (transfer full): a destination as the command line names it
 */
SimstowDestinationConfig *
simstow_configured_place_new (const gchar *name, const gchar *place);

/**
 * simstow_schedule_enable:
 * @cancellable: (nullable): to stop it
 *
 * Switches on the schedule: root's is the machine's, anybody else's their own.
 *
 * Returns: %FALSE with @error set when it is not on
 */
gboolean
simstow_schedule_enable (GCancellable *cancellable, GError **error);

/**
 * simstow_status_note:
 * @configured: what is configured
 * @depots: (element-type SimstowDepot): what the destinations hold
 * @cancellable: (nullable): to stop it
 *
 * Judges how the backups stand, and tells of it when that has changed.
 */
void
simstow_status_note (const SimstowConfigured *configured,
                     GPtrArray *depots,
                     GCancellable *cancellable);
