/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A verb of the command line, and what it is run with.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-exit.h"
#include "simstow-keyring.h"

typedef struct _SimstowInvocation SimstowInvocation;

/**
 * SimstowCommand:
 * @verb: the word on the command line
 * @arguments: what follows it, for the help
 * @summary: what it does, in one line; marked for translation
 * @description: more about it; marked for translation
 * @run: does it; returns an exit status, which is ignored when the error is set
 */
typedef struct {
    const gchar *verb;
    const gchar *arguments;
    const gchar *summary;
    const gchar *description;
    SimstowExit (*run) (SimstowInvocation *invocation, GError **error);
    gboolean goes_on;
} SimstowCommand;

/**
 * SimstowInvocation:
 * @command: the verb
 * @cancellable: cancelled by Ctrl-C
 * @keyring: how to encrypt and decrypt; its options are taken when @takes_keys is set
 * @takes_keys: set by the verb before parsing
 * @grows: set by the verb before parsing: whether its first argument is the output, and may take
 *     the place of one of the others
 * @inputs: what is read; after parsing the arguments, and the files of the keyring
 * @argc: how many words there are in @argv
 * @argv: the verb and its words; after simstow_invocation_parse () what follows the options
 * @goes_on: whether it goes on to its end when nobody reads what it says any more, as what it
 *     writes elsewhere matters
 *
 * One run of a verb.
 */
struct _SimstowInvocation {
    const SimstowCommand *command;
    GCancellable *cancellable;
    SimstowKeyring keyring;
    gboolean takes_keys;
    gboolean grows;
    SimstowFileSet *inputs;
    gint argc;
    gchar **argv;
};

/**
 * simstow_invocation_parse:
 * @invocation: a run of a verb
 * @entries: its options
 * @min: how many arguments it needs
 * @max: how many it takes
 * @error: return location for a #SIMSTOW_ERROR_USAGE or %G_OPTION_ERROR error
 *
 * Parses the command line and answers --help.
 *
 * Returns: %TRUE to go on; %FALSE with @error set, or without when the help was
 * asked for and printed
 */
gboolean
simstow_invocation_parse (SimstowInvocation *invocation,
                          const GOptionEntry *entries,
                          gint min,
                          gint max,
                          GError **error);

/**
 * simstow_invocation_argument:
 * @invocation: a run of a verb, parsed
 * @place: which argument, from 0
 *
 * Returns: (transfer none) (nullable): the argument as it was given, %NULL when
 * there is none
 */
const gchar *
simstow_invocation_argument (const SimstowInvocation *invocation, gint place);
