/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A verb of the command line, what it is run with, the words of options that several
 * take, and exit statuses. Each verb is one file, one row in the table of main.c, one
 * section of simstow(1), and one case in the completions; tests/check/check-docs
 * compares them.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-archive.h"
#include "simstow-plan.h"
#include "simstow-snapshot.h"
#include "simstow-timeline.h"

/**
 * SimstowExit:
 * @SIMSTOW_EXIT_DONE: done
 * @SIMSTOW_EXIT_FAILED: failed; nothing was changed or written
 * @SIMSTOW_EXIT_USAGE: a command line that makes no sense
 * @SIMSTOW_EXIT_INCOMPLETE: done, but not all; each problem was listed
 * @SIMSTOW_EXIT_DAMAGED: the archive is damaged
 * @SIMSTOW_EXIT_DECRYPT: the archive cannot be decrypted
 * @SIMSTOW_EXIT_TOO_NEW: the archive's format is too new
 * @SIMSTOW_EXIT_NO_MODEM: no modem, or no ModemManager
 * @SIMSTOW_EXIT_DENIED: not permitted
 * @SIMSTOW_EXIT_CUT_SHORT: the archive is cut short
 */
typedef enum {
    SIMSTOW_EXIT_DONE = 0,
    SIMSTOW_EXIT_FAILED = 1,
    SIMSTOW_EXIT_USAGE = 2,
    SIMSTOW_EXIT_INCOMPLETE = 3,
    SIMSTOW_EXIT_DAMAGED = 4,
    SIMSTOW_EXIT_DECRYPT = 5,
    SIMSTOW_EXIT_TOO_NEW = 6,
    SIMSTOW_EXIT_NO_MODEM = 7,
    SIMSTOW_EXIT_DENIED = 8,
    SIMSTOW_EXIT_CUT_SHORT = 9,
} SimstowExit;

/**
 * simstow_exit_from_error:
 * @error: an error that ended a verb
 *
 * Returns: the exit status it stands for
 */
SimstowExit
simstow_exit_from_error (const GError *error);

/**
 * simstow_exit_failed:
 * @error: (nullable): what a verb was to return its error with
 *
 * How every verb that fails ends; main.c reports the error.
 *
 * Returns: the exit status that the error stands for; %SIMSTOW_EXIT_DONE for none, as after
 *     --help
 */
SimstowExit
simstow_exit_failed (GError **error);

/**
 * simstow_exit_report:
 * @error: an error that ended a verb, or one part of it
 *
 * Prints the error with the way out.
 *
 * Returns: the exit status it stands for
 */
SimstowExit
simstow_exit_report (const GError *error);

/**
 * simstow_kinds_parse:
 * @text: (nullable): words as "messages,contacts"; %NULL for all kinds, with
 *     %SIMSTOW_KIND_UNASKED
 * @kinds: (out): what they name
 * @error: return location for a #SIMSTOW_ERROR_USAGE error
 *
 * Returns: %FALSE with @error set when a word names nothing
 */
gboolean
simstow_kinds_parse (const gchar *text, SimstowKinds *kinds, GError **error);

/**
 * simstow_kinds_name:
 * @kind: one kind
 *
 * Returns: its word, as "messages"
 */
const gchar *
simstow_kinds_name (SimstowKinds kind);

/**
 * simstow_compression_parse:
 * @text: (nullable): "gzip", "zstd", "xz" or "none"; %NULL for what the name says
 * @compression: (out): what it names
 * @error: return location for a #SIMSTOW_ERROR_USAGE error
 *
 * Returns: %FALSE with @error set when the word names nothing
 */
gboolean
simstow_compression_parse (const gchar *text, SimstowCompression *compression, GError **error);

/**
 * simstow_date_check:
 * @option: the option it was given with
 * @text: (nullable): a date as 2024-05-31, or with a time, 2024-05-31T12:00:00, and possibly a zone
 * @time: (out): seconds since 1970 UTC, untouched without @text; a date without a time is midnight,
 *     without a zone here
 * @error: return location for a #SIMSTOW_ERROR_USAGE error
 *
 * Returns: %FALSE with @error set when it is no date
 */
gboolean
simstow_date_check (const gchar *option, const gchar *text, gint64 *time, GError **error);

/**
 * SimstowChoice:
 * @latest: whether --latest was given
 * @all: whether --all was given
 * @since: (nullable): what was given with --since
 * @time: @since, seconds since 1970 UTC
 */
typedef struct {
    gboolean latest;
    gboolean all;
    gchar *since;
    gint64 time;
} SimstowChoice;

void
simstow_choice_clear (SimstowChoice *choice);

/**
 * simstow_choice_check:
 * @choice: a choice as the options made it
 * @error: return location for a #SIMSTOW_ERROR_USAGE error
 *
 * A date without a time is midnight, a time without a zone is here.
 *
 * Returns: %FALSE with @error set when they contradict each other, or the date is none
 */
gboolean
simstow_choice_check (SimstowChoice *choice, GError **error);

/**
 * simstow_choice_apply:
 * @choice: a choice that was checked
 * @snapshot: what an archive holds
 *
 * Leaves out what is not wanted; without any of the options, as with --latest.
 *
 * Returns: how many records were left out
 */
guint
simstow_choice_apply (const SimstowChoice *choice, SimstowSnapshot *snapshot);

/**
 * SimstowMessageOptions:
 * @with: (nullable): --with
 * @grep: (nullable): --grep
 * @since: (nullable): --since
 * @until: (nullable): --until
 * @limit: --limit
 * @is_some: whether any of them was given
 * @wanted: what they say
 *
 * Which messages are wanted.
 */
typedef struct {
    gchar *with;
    gchar *grep;
    gchar *since;
    gchar *until;
    gint limit;
    gboolean is_some;
    SimstowWanted wanted;
} SimstowMessageOptions;

void
simstow_message_options_clear (SimstowMessageOptions *options);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowMessageOptions, simstow_message_options_clear)

/**
 * SimstowKeyring:
 * @encrypts: set by the verb before parsing: whether it writes archives
 * @is_new: set by the verb before parsing: whether the passphrase is chosen now,
 *     and asked for twice
 * @recipients: (nullable): --encrypt-to
 * @file: (nullable): --passphrase-file
 * @fd: --passphrase-fd, -1 when not given
 * @credential: (nullable): --passphrase-credential
 * @ask: --passphrase
 * @secret: (nullable): the passphrase, from wherever it came
 * @keys: what the archive room wants to know; valid after simstow_keyring_open ()
 */
typedef struct {
    gboolean encrypts;
    gboolean is_new;
    gchar **recipients;
    gchar *file;
    gint fd;
    gchar *credential;
    gboolean ask;
    SimstowSecret *secret;
    SimstowArchiveKeys keys;
} SimstowKeyring;

/**
 * simstow_keyring_open:
 * @keyring: a keyring, its options parsed
 * @error: return location for an error: %SIMSTOW_ERROR_USAGE for options that
 *     contradict each other, or why the passphrase cannot be had
 *
 * Gets the passphrase.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_keyring_open (SimstowKeyring *keyring, GError **error);

/**
 * simstow_keyring_clear:
 *
 * Wipes the passphrase and frees the rest.
 */
void
simstow_keyring_clear (SimstowKeyring *keyring);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowKeyring, simstow_keyring_clear)

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
 * @messages: (nullable): set by the verb before parsing, when it takes these options
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
    SimstowMessageOptions *messages;
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

/**
 * simstow_verb_convert:
 * @invocation: a run of the verb
 *
 * `simstow convert INPUT... -o OUTPUT`: to and from the files of other programs.
 *
 * Returns: %SIMSTOW_EXIT_INCOMPLETE with --strict when not all could be taken along
 */
SimstowExit
simstow_verb_convert (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_diff:
 * @invocation: a run of the verb
 *
 * `simstow diff A [B]`: what differs between two archives, or an archive and a modem.
 *
 * Returns: %SIMSTOW_EXIT_INCOMPLETE when something differs
 */
SimstowExit
simstow_verb_diff (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_export:
 * @invocation: a run of the verb
 *
 * `simstow export`: saves what a modem holds.
 *
 * Returns: %SIMSTOW_EXIT_INCOMPLETE when something could not be saved
 */
SimstowExit
simstow_verb_export (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_list:
 * @invocation: a run of the verb
 *
 * `simstow list`: the modems, and what each can back up.
 *
 * Returns: an exit status
 */
SimstowExit
simstow_verb_list (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_ls:
 * @invocation: a run of the verb
 *
 * `simstow ls [DIR|ARCHIVE]...`: archives, a line each.
 *
 * Returns: the status of the first archive that is not good
 */
SimstowExit
simstow_verb_ls (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_merge:
 * @invocation: a run of the verb
 *
 * `simstow merge OUT IN...`: one archive that keeps what several ever held.
 *
 * Returns: an exit status
 */
SimstowExit
simstow_verb_merge (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_report:
 *
 * `simstow report ARCHIVE`: a page to look at, or a transcript to print.
 *
 * Returns: an exit status
 */
SimstowExit
simstow_verb_report (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_restore:
 * @invocation: a run of the verb
 *
 * `simstow restore ARCHIVE`: puts what an archive holds onto a modem.
 *
 * Returns: %SIMSTOW_EXIT_INCOMPLETE when something could not be restored
 */
SimstowExit
simstow_verb_restore (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_show:
 * @invocation: a run of the verb
 *
 * `simstow show ARCHIVE [SECTION]`: what an archive holds, for people.
 *
 * Returns: an exit status
 */
SimstowExit
simstow_verb_show (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_trace:
 * @invocation: how it was called
 * @error: return location for an error
 *
 * simstow trace: what a modem says, as a text to be sent.
 *
 * Returns: the exit status
 */
SimstowExit
simstow_verb_trace (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_verify:
 * @invocation: a run of the verb
 *
 * `simstow verify ARCHIVE...`: whether archives are whole.
 *
 * Returns: the status of the first archive that is not
 */
SimstowExit
simstow_verb_verify (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_watch:
 *
 * `simstow watch`: keeps what arrives, as it arrives.
 *
 * Returns: an exit status
 */
SimstowExit
simstow_verb_watch (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_esim:
 * @invocation: its command line
 *
 * The way back for eSIM profiles.
 *
 * Returns: the exit status
 */
SimstowExit
simstow_verb_esim (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_esim_lpac:
 * @invocation: its command line
 *
 * `simstow esim lpac -- ARGUMENT...`: lpac on the card of a modem.
 *
 * Returns: the exit status
 */
SimstowExit
simstow_verb_esim_lpac (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_backup:
 * @invocation: a run of the verb
 *
 * `simstow backup`: the configured backup, of all modems to all destinations.
 *
 * Returns: an exit status
 */
SimstowExit
simstow_verb_backup (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_config:
 * @invocation: a run of the verb
 *
 * `simstow config check`: the mistakes in the configuration.
 *
 * Returns: an exit status
 */
SimstowExit
simstow_verb_config (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_status:
 * @invocation: a run of the verb
 *
 * `simstow status`: how the data of each SIM stands.
 *
 * Returns: an exit status
 */
SimstowExit
simstow_verb_status (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_check:
 * @invocation: a run of the verb
 *
 * `simstow check [DEST...]`: reads back every archive at the destinations.
 *
 * Returns: an exit status
 */
SimstowExit
simstow_verb_check (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_prune:
 * @invocation: a run of the verb
 *
 * `simstow prune [DEST...]`: removes what is over from the destinations.
 *
 * Returns: an exit status
 */
SimstowExit
simstow_verb_prune (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_fetch:
 * @invocation: a run of the verb
 *
 * `simstow fetch`: the best archive over all destinations.
 *
 * Returns: an exit status
 */
SimstowExit
simstow_verb_fetch (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_schedule:
 * @invocation: a run of the verb
 *
 * `simstow schedule enable|disable|status`: the timer that runs the backup.
 *
 * Returns: an exit status
 */
SimstowExit
simstow_verb_schedule (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_setup:
 * @invocation: a run of the verb
 *
 * `simstow setup`: from nothing to a configured, encrypted, scheduled backup.
 *
 * Returns: an exit status
 */
SimstowExit
simstow_verb_setup (SimstowInvocation *invocation, GError **error);

/**
 * simstow_verb_tidy:
 * @invocation: a run of the verb
 *
 * `simstow tidy`: makes room on a SIM for what its archives have.
 *
 * Returns: an exit status
 */
SimstowExit
simstow_verb_tidy (SimstowInvocation *invocation, GError **error);
