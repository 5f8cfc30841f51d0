/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow.conf(5): what is backed up how, to which destinations, what is promised, and how
 * long archives are kept. Every mistake in it is found, each with its line.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-retention.h"

/* The machine's own, and where it keeps its state */
#define SIMSTOW_CONFIG_SYSTEM       "/etc/simstow/simstow.conf"
#define SIMSTOW_CONFIG_SYSTEM_STATE "/var/lib/simstow"

/**
 * SimstowDestinationType:
 * @SIMSTOW_DESTINATION_DIRECTORY: a directory, or what GIO knows by a URI
 * @SIMSTOW_DESTINATION_RCLONE: a remote of rclone
 * @SIMSTOW_DESTINATION_EXEC: a command
 */
typedef enum {
    SIMSTOW_DESTINATION_DIRECTORY,
    SIMSTOW_DESTINATION_RCLONE,
    SIMSTOW_DESTINATION_EXEC,
} SimstowDestinationType;

/**
 * SimstowMedium:
 * @SIMSTOW_MEDIUM_UNKNOWN: as the type of the destination says
 * @SIMSTOW_MEDIUM_DISK: a disk of this machine
 * @SIMSTOW_MEDIUM_REMOVABLE: a disk that is there at times
 * @SIMSTOW_MEDIUM_NETWORK: another machine of the same house
 * @SIMSTOW_MEDIUM_CLOUD: somebody else's machine
 */
typedef enum {
    SIMSTOW_MEDIUM_UNKNOWN,
    SIMSTOW_MEDIUM_DISK,
    SIMSTOW_MEDIUM_REMOVABLE,
    SIMSTOW_MEDIUM_NETWORK,
    SIMSTOW_MEDIUM_CLOUD,
} SimstowMedium;

/**
 * SimstowDestinationConfig:
 * @name: its name in the configuration
 * @line: where it begins there
 * @type: what kind it is
 * @path: (nullable): the directory or URI; with @uuid below that disk
 * @uuid: (nullable): of the file system of a removable disk
 * @remote: (nullable): as rclone names it, REMOTE:PATH
 * @rclone_config: (nullable): rclone's configuration file
 * @command: (nullable): the command and its first arguments
 * @environment_file: (nullable): lines NAME=VALUE for rclone or the command
 * @medium: what it is stored on
 * @offsite: whether it is somewhere else than the laptop
 * @allow_plaintext: whether archives may go there that are not encrypted
 * @max_age: seconds after which a copy there that was not confirmed does not count, 0 as the
 *     policy says
 * @timeout: after how many seconds one operation is given up
 * @attempts: how often what may pass is tried in one run
 */
typedef struct {
    gchar *name;
    guint line;
    guint type;
    gchar *path;
    gchar *uuid;
    gchar *remote;
    gchar *rclone_config;
    gchar *command;
    gchar *environment_file;
    guint medium;
    gboolean offsite;
    gboolean allow_plaintext;
    guint max_age;
    guint timeout;
    guint attempts;
} SimstowDestinationConfig;

/**
 * SimstowPolicy:
 * @min_copies: how many copies of a SIM's data there have to be, the SIM's own counted
 * @min_media: on how many kinds of media, the SIM not counted
 * @min_offsite: how many of them offsite
 * @max_age: seconds after which a copy that was not confirmed does not count
 * @verify_every: seconds after which a copy that was not read back is doubtful
 * @retired: (nullable): ids of SIMs that are gone for good
 */
typedef struct {
    guint min_copies;
    guint min_media;
    guint min_offsite;
    guint max_age;
    guint verify_every;
    gchar **retired;
} SimstowPolicy;

/**
 * SimstowConfig:
 * @file: where it came from
 * @mistakes: (element-type utf8): each with its line, in order
 * @encrypt_to: (nullable): keys to encrypt to
 * @passphrase_file: (nullable): holds a passphrase to encrypt with
 * @passphrase_credential: (nullable): the systemd credential with one
 * @compress: (nullable): how
 * @history: whether a history is kept on this machine to merge with
 * @simfiles: whether the SIM's own files are saved, too
 * @retry: after how many seconds a SIM that is locked or busy is read again, 0 never
 * @every: how often a scheduled run backs up, in seconds
 * @metered: whether a scheduled run uses a metered network
 * @state: the directory for what is remembered
 * @on_success: (nullable): a command
 * @on_failure: (nullable): a command
 * @on_risk: (nullable): a command
 * @destinations: (element-type SimstowDestinationConfig): where to
 * @policy: what is promised
 * @prunes: whether there is anything about retention
 * @retention: how long archives are kept then
 */
typedef struct {
    gchar *file;
    GPtrArray *mistakes;
    gchar **encrypt_to;
    gchar *passphrase_file;
    gchar *passphrase_credential;
    gchar *compress;
    gboolean history;
    gboolean simfiles;
    guint retry;
    guint every;
    gboolean metered;
    gchar *state;
    gchar *on_success;
    gchar *on_failure;
    gchar *on_risk;
    GPtrArray *destinations;
    SimstowPolicy policy;
    gboolean prunes;
    SimstowRetention retention;
} SimstowConfig;

/**
 * simstow_config_usual_file:
 * @user: whether a user's own, not the machine's
 *
 * Returns: (transfer full): where the configuration is, or would be
 */
gchar *
simstow_config_usual_file (gboolean user);

/**
 * simstow_config_load:
 * @file: (nullable): the file; %NULL for the user's own where there is one, else the machine's
 * @error: return location for an error when it cannot be read
 *
 * Returns: (transfer full) (nullable): what it says, with its mistakes
 */
SimstowConfig *
simstow_config_load (const gchar *file, GError **error);

/**
 * simstow_config_parse:
 * @file: where it is from, or will be
 * @text: (array length=size): what it says
 *
 * Returns: (transfer full): the same, with its mistakes
 */
SimstowConfig *
simstow_config_parse (const gchar *file, const gchar *text, gsize size);

/**
 * simstow_config_new_bare:
 *
 * Returns: (transfer full): one that says nothing
 */
SimstowConfig *
simstow_config_new_bare (void);

/**
 * simstow_config_find_destination:
 * @name: a name
 *
 * Returns: (transfer none) (nullable): the destination of that name
 */
const SimstowDestinationConfig *
simstow_config_find_destination (const SimstowConfig *config, const gchar *name);

/**
 * simstow_config_name_medium:
 *
 * Returns: its word in the configuration
 */
const gchar *
simstow_config_name_medium (SimstowMedium medium);

/**
 * simstow_destination_config_new:
 * @name: its name
 *
 * Returns: (transfer full): one with nothing set but what holds for all
 */
SimstowDestinationConfig *
simstow_destination_config_new (const gchar *name);

void
simstow_destination_config_free (SimstowDestinationConfig *config);

void
simstow_config_free (SimstowConfig *config);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowDestinationConfig, simstow_destination_config_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowConfig, simstow_config_free)
