/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The AT front of the simulated modem on one line: V.250 line discipline, a
 * queue of commands, result codes, prompts, unsolicited results. It knows no
 * file descriptor: sim-line.h feeds it bytes and takes its own.
 *
 * Commands live in tables, one file per subject (sim-at-sms.c ...); a new
 * command is a handler and a row there.
 */

#pragma once

#include "sim-knobs.h"
#include "sim-store.h"

G_BEGIN_DECLS

typedef struct _SimAt SimAt;

/* What a command ends with */
typedef guint SimAtResult;

#define SIM_AT_OK        0u
#define SIM_AT_ERROR     1u
#define SIM_AT_PROMPT    2u
#define SIM_AT_SILENCE   3u /* nothing at all */
#define SIM_AT_CME(code) (0x10000u | (code))
#define SIM_AT_CMS(code) (0x20000u | (code))

typedef enum {
    SIM_AT_EXEC, /* +X */
    SIM_AT_READ, /* +X? */
    SIM_AT_TEST, /* +X=? */
    SIM_AT_SET,  /* +X=... */
} SimAtKind;

/**
 * SimAtArg:
 * @text: the parameter, quotes and escapes undone; "" when left out
 * @length: how many bytes
 * @quoted: whether it stood in quotes
 */
typedef struct {
    gchar *text;
    gsize length;
    gboolean quoted;
} SimAtArg;

/**
 * SimAtCommand:
 * @name: as "+CPMS"
 * @kind: which form of it
 * @raw: the parameters as they were sent
 * @args: (element-type SimAtArg): the parameters
 */
typedef struct {
    gchar *name;
    SimAtKind kind;
    gchar *raw;
    GPtrArray *args;
} SimAtCommand;

typedef SimAtResult (*SimAtHandler) (SimAt *at, SimStore *store, const SimAtCommand *command);

/* What a command needs of the SIM, and whose error codes say that it is not so */
typedef enum {
    SIM_AT_NEEDS_NOTHING,
    SIM_AT_NEEDS_SIM,       /* +CME ERROR: 10, 11, 12 */
    SIM_AT_NEEDS_PHONEBOOK, /* the same; no such command without phonebooks */
    SIM_AT_NEEDS_MESSAGES,  /* +CMS ERROR: 310, 311, 316; no such command without memories */
} SimAtNeeds;

typedef struct {
    const gchar *name;
    SimAtNeeds needs;
    SimAtHandler handler;
} SimAtRow;

/* Ended by a row without a name */
extern const SimAtRow sim_at_general_rows[];
extern const SimAtRow sim_at_security_rows[];
extern const SimAtRow sim_at_card_rows[];
extern const SimAtRow sim_at_network_rows[];
extern const SimAtRow sim_at_sms_rows[];
extern const SimAtRow sim_at_phonebook_rows[];
extern const SimAtRow sim_at_voice_rows[];

/**
 * SimAtOutput:
 * @bytes: (nullable): what the modem sends, %NULL to unplug it
 * @length: how many
 * @user_data: the line's
 */
typedef void (*SimAtOutput) (const gchar *bytes, gsize length, gpointer user_data);

/**
 * sim_at_new:
 * @store: what the modem holds
 * @knobs: its knobs
 * @output: takes what it sends
 * @user_data: for @output
 *
 * Returns: (transfer full): an idle front
 */
SimAt *
sim_at_new (SimStore *store, SimKnobs *knobs, SimAtOutput output, gpointer user_data);

/**
 * sim_at_free:
 * @self: a front
 */
void
sim_at_free (SimAt *self);

/**
 * sim_at_feed:
 * @self: a front
 * @bytes: what came over the line
 * @length: how many
 */
void
sim_at_feed (SimAt *self, const gchar *bytes, gsize length);

/**
 * sim_at_notify:
 * @self: a front
 * @text: an unsolicited result, as `+CMTI: "SM",3`
 *
 * Sends it now, or after the command under way.
 */
void
sim_at_notify (SimAt *self, const gchar *text);

/**
 * sim_at_run_basic:
 * @store: what the modem holds
 * @name: as "E", "&F"
 * @value: its number, 0 when left out
 *
 * Runs a basic command of V.250.
 *
 * Returns: %SIM_AT_OK or %SIM_AT_ERROR
 */
SimAtResult
sim_at_run_basic (SimStore *store, const gchar *name, guint value);

/**
 * sim_at_run_call:
 * @store: what the modem holds
 * @command: D, A or H
 * @text: what follows it
 *
 * Dials, answers, hangs up.
 *
 * Returns: %SIM_AT_OK or %SIM_AT_ERROR
 */
SimAtResult
sim_at_run_call (SimStore *store, gchar command, const gchar *text);

/* For handlers */

/**
 * sim_at_answer:
 * @self: a front
 * @format: a line of information text
 */
void
sim_at_answer (SimAt *self, const gchar *format, ...) G_GNUC_PRINTF (2, 3);

/**
 * sim_at_ask:
 * @self: a front
 * @handler: called with the data as its command's only argument
 * @context: (transfer full): for sim_at_context ()
 *
 * Lets the handler return: the modem prompts for data (TS 27.005 4.4).
 *
 * Returns: %SIM_AT_PROMPT
 */
SimAtResult
sim_at_ask (SimAt *self, SimAtHandler handler, GVariant *context);

/**
 * sim_at_context:
 * @self: a front
 *
 * Returns: (transfer none) (nullable): what sim_at_ask () was given
 */
GVariant *
sim_at_context (SimAt *self);

/**
 * sim_at_arg:
 * @command: a command
 * @index: which parameter, from 0
 *
 * Returns: (transfer none) (nullable): that parameter; %NULL when there are not so many or it
 * was left out
 */
const SimAtArg *
sim_at_arg (const SimAtCommand *command, guint index);

/**
 * sim_at_arg_text:
 * @command: a command
 * @index: which parameter
 *
 * Returns: (transfer none) (nullable): its text
 */
const gchar *
sim_at_arg_text (const SimAtCommand *command, guint index);

/**
 * sim_at_arg_number:
 * @command: a command
 * @index: which parameter
 * @otherwise: its value when left out
 * @value: (out): its value
 *
 * Returns: %FALSE when it is there and no decimal number without quotes
 */
gboolean
sim_at_arg_number (const SimAtCommand *command, guint index, guint otherwise, guint *value);

/**
 * sim_at_command_parse:
 * @text: one command, as `+CPBW=1,"5",129,"A"`
 *
 * Returns: (transfer full) (nullable): its parts, %NULL for a syntax error
 */
SimAtCommand *
sim_at_command_parse (const gchar *text);

/**
 * sim_at_command_free:
 * @self: a command
 */
void
sim_at_command_free (SimAtCommand *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimAtCommand, sim_at_command_free)

/**
 * sim_at_string:
 * @store: what the modem holds
 * @name: a name in ASCII, as "SM"
 *
 * Returns: (transfer full): as the modem says it
 */
gchar *
sim_at_string (const SimStore *store, const gchar *name);

G_END_DECLS
