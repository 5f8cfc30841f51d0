/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A call of Run (): a door, what is selected behind it, commands and their answers. Which doors
 * there are and what may pass each is one table, simstow-door-table.c: a call that the table does
 * not allow never comes to be, and nothing else is ever run.
 */

#pragma once

#include <gio/gio.h>

/* So many commands are in a call */
#define SIMSTOW_DOOR_COMMANDS_MAX 64

/* After so long no further command of a call is begun: what came is told, and others get their
 * turn */
#define SIMSTOW_DOOR_SECONDS 240

/* All answers to a call together; a modem that goes on and on is cut off */
#define SIMSTOW_DOOR_ANSWERS_MAX (4 * 1024 * 1024)

/**
 * SimstowDoorData:
 * @SIMSTOW_DOOR_DATA_NONE: nothing
 * @SIMSTOW_DOOR_DATA_PDU: the SMSC address and the TPDU that go to the prompt, 3GPP TS 27.005
 * @SIMSTOW_DOOR_DATA_ROW: the row that must still be there, as the modem gave it
 * @SIMSTOW_DOOR_DATA_ANY_ROW: the same, or nothing: then whatever is there is written over
 * @SIMSTOW_DOOR_DATA_ENTRY: the information buffer that writes a contact, MBIM 1.0 10.5.38
 *
 * What goes with a command.
 */
typedef enum {
    SIMSTOW_DOOR_DATA_NONE,
    SIMSTOW_DOOR_DATA_PDU,
    SIMSTOW_DOOR_DATA_ROW,
    SIMSTOW_DOOR_DATA_ANY_ROW,
    SIMSTOW_DOOR_DATA_ENTRY,
} SimstowDoorData;

/**
 * SimstowDoorShape:
 * @text: the command; "#" stands for a number of at most five digits, "@" for the name of a
 *     storage between quotation marks, "*" for arguments that are numbers, strings or left out
 * @writes: whether it changes what the modem holds
 * @selects: whether it needs the memory that the options name
 * @data: what goes with it
 * @seconds: how long the modem has for it
 *
 * A command that may pass a door.
 */
typedef struct {
    const gchar *text;
    gboolean writes;
    gboolean selects;
    SimstowDoorData data;
    guint seconds;
} SimstowDoorShape;

/**
 * SimstowDoorRequest:
 * @text: what to do
 * @data: the bytes that go with it
 * @shape: (nullable): what it was let in as
 * @done: whether there is an answer, and nothing more is to be done
 * @parts: (element-type GBytes): what came
 * @error: (nullable): why not all came
 * @failed: of a command with several parts, how many of them failed
 *
 * A command that was let in, and what became of it.
 */
typedef struct {
    gchar *text;
    GBytes *data;
    const SimstowDoorShape *shape;
    gboolean done;
    GPtrArray *parts;
    GError *error;
    guint failed;
} SimstowDoorRequest;

typedef struct _SimstowDoorRow SimstowDoorRow;

/**
 * SimstowDoorProgress:
 * @door: the name of the door
 * @done: how many commands have their answer
 * @total: how many there are
 * @user_data: what was given with it
 *
 * Told as a call goes on.
 */
typedef void (*SimstowDoorProgress) (const gchar *door,
                                     guint done,
                                     guint total,
                                     gpointer user_data);

/**
 * SimstowDoorCall:
 * @row: the door
 * @options: what is selected behind it
 * @commands: (element-type SimstowDoorRequest): in order
 * @actions: (element-type utf8): the polkit actions that the caller needs, all of them
 * @size: the octets of all answers
 * @began: when it began to be run
 * @requests: (nullable): what a door to the card makes of the commands
 * @next: over MBIM, the command under way
 * @compared: over MBIM, whether its place was looked at
 * @listed: over MBIM, whether all places were looked at
 * @listing: (nullable): what is at them, where the modem told it
 * @mem1: whether the storage lock is held for reading and deleting
 * @mem2: whether it is held for writing
 * @progress: (nullable): told whenever a command has its answer
 * @progress_data: for @progress
 *
 * A call that the table allows.
 */
typedef struct {
    const SimstowDoorRow *row;
    GVariant *options;
    GPtrArray *commands;
    GPtrArray *actions;
    gsize size;
    gint64 began;
    GPtrArray *requests;
    guint next;
    gboolean compared;
    gboolean listed;
    GBytes *listing;
    gboolean mem1;
    gboolean mem2;
    SimstowDoorProgress progress;
    gpointer progress_data;
} SimstowDoorCall;

/**
 * simstow_door_call_new:
 * @door: the name of a door
 * @options: of type a{sv}
 * @commands: of type a(say)
 * @error: return location for an error
 *
 * Holds a call against the table. Asks nobody, and has no effect.
 *
 * Returns: (transfer full) (nullable): what may be run, or %NULL with @error set to
 *     %SIMSTOW_ERROR_UNSUPPORTED (no such door), #G_DBUS_ERROR_LIMITS_EXCEEDED or
 *     %SIMSTOW_ERROR_DENIED (anything in it that the door's row does not allow)
 */
SimstowDoorCall *
simstow_door_call_new (const gchar *door, GVariant *options, GVariant *commands, GError **error);

/**
 * simstow_door_call_free:
 * @call: (transfer full): a call
 */
void
simstow_door_call_free (SimstowDoorCall *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowDoorCall, simstow_door_call_free)

/**
 * simstow_door_call_peek_option:
 * @call: a call
 * @key: an option of type s
 *
 * Returns: (nullable): its value
 */
const gchar *
simstow_door_call_peek_option (const SimstowDoorCall *call, const gchar *key);

/**
 * simstow_door_call_get_end:
 * @call: a call that is run
 * @cancellable: (nullable): what it is cancelled by
 *
 * Returns: (transfer full) (nullable): why no further command is begun, %NULL when one may be
 */
GError *
simstow_door_call_get_end (const SimstowDoorCall *call, GCancellable *cancellable);

/**
 * simstow_door_call_answer:
 * @call: a call
 * @command: a command of it
 * @data: (nullable) (array length=size): a part of its answer
 * @size: how many octets
 *
 * Adds a part to a command's answer, unless there are too many of them.
 */
void
simstow_door_call_answer (SimstowDoorCall *call,
                          SimstowDoorRequest *command,
                          gconstpointer data,
                          gsize size);

/**
 * simstow_door_request_fail:
 * @command: a command that is not done
 * @error: (transfer full): why it failed
 *
 * Ends a command.
 */
void
simstow_door_request_fail (SimstowDoorRequest *command, GError *error);

/**
 * simstow_door_call_dup_answers:
 * @call: a call that was run
 *
 * Returns: (transfer floating): the answers, of type a(aaya{sv})
 */
GVariant *
simstow_door_call_dup_answers (const SimstowDoorCall *call);
