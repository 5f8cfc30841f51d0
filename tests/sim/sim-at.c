/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The line discipline of the AT front: bytes to command lines (V.250 5.2), lines
 * to commands (5.3, 5.4), result codes (5.7), prompts of TS 27.005, and faults.
 */

#include "sim-at.h"

#include <signal.h>
#include <string.h>

#include "sim-at-quirks.h"
#include "sim-quirks.h"

#define LINE_LENGTH   1024
#define PROMPT_LENGTH 1024
#define CTRL_Z        0x1A
#define ESC           0x1B
#define BACKSPACE     0x08

struct _SimAt {
    SimStore *store;
    SimKnobs *knobs;
    SimAtOutput output;
    gpointer user_data;

    GString *input;    /* not looked at yet */
    GString *line;     /* the command line or prompt data so far */
    gchar *last_line;  /* for A/ */
    GString *answer;   /* of the line under way */
    gboolean headed;   /* the command's first information line is out */
    GString *notified; /* unsolicited results for after the command */
    SimAtHandler prompt;
    GVariant *context;

    gboolean busy;
    guint timer;
    guint delay;
    gboolean held;
    const SimFault *fault; /* what is to be done with the answer */
};

/* TS 27.007 9.2, TS 27.005 3.2.5: those that the simulator gives, for +CMEE=2 */
static const struct {
    SimAtResult result;
    const gchar *text;
} error_texts[] = {
    {SIM_AT_CME (3), "operation not allowed"},
    {SIM_AT_CME (4), "operation not supported"},
    {SIM_AT_CME (10), "SIM not inserted"},
    {SIM_AT_CME (11), "SIM PIN required"},
    {SIM_AT_CME (12), "SIM PUK required"},
    {SIM_AT_CME (13), "SIM failure"},
    {SIM_AT_CME (14), "SIM busy"},
    {SIM_AT_CME (15), "SIM wrong"},
    {SIM_AT_CME (16), "incorrect password"},
    {SIM_AT_CME (17), "SIM PIN2 required"},
    {SIM_AT_CME (20), "memory full"},
    {SIM_AT_CME (21), "invalid index"},
    {SIM_AT_CME (22), "not found"},
    {SIM_AT_CME (24), "text string too long"},
    {SIM_AT_CME (25), "invalid characters in text string"},
    {SIM_AT_CME (26), "dial string too long"},
    {SIM_AT_CME (27), "invalid characters in dial string"},
    {SIM_AT_CME (30), "no network service"},
    {SIM_AT_CME (50), "Incorrect parameters"},
    {SIM_AT_CME (100), "unknown"},
    {SIM_AT_CMS (302), "operation not allowed"},
    {SIM_AT_CMS (303), "operation not supported"},
    {SIM_AT_CMS (304), "invalid PDU mode parameter"},
    {SIM_AT_CMS (310), "SIM not inserted"},
    {SIM_AT_CMS (311), "SIM PIN required"},
    {SIM_AT_CMS (313), "SIM failure"},
    {SIM_AT_CMS (314), "SIM busy"},
    {SIM_AT_CMS (316), "SIM PUK required"},
    {SIM_AT_CMS (320), "memory failure"},
    {SIM_AT_CMS (321), "invalid memory index"},
    {SIM_AT_CMS (322), "memory full"},
    {SIM_AT_CMS (331), "no network service"},
};

static const SimAtRow *const tables[] = {
    sim_at_general_rows,
    sim_at_security_rows,
    sim_at_card_rows,
    sim_at_network_rows,
    sim_at_sms_rows,
    sim_at_phonebook_rows,
    sim_at_voice_rows,
};

static void
pump (SimAt *self);

SimAt *
sim_at_new (SimStore *store, SimKnobs *knobs, SimAtOutput output, gpointer user_data)
{
    SimAt *self = g_new0 (SimAt, 1);

    self->store = store;
    self->knobs = knobs;
    self->output = output;
    self->user_data = user_data;
    self->input = g_string_new (NULL);
    self->line = g_string_new (NULL);
    self->answer = g_string_new (NULL);
    self->notified = g_string_new (NULL);
    return self;
}

void
sim_at_free (SimAt *self)
{
    g_clear_handle_id (&self->timer, g_source_remove);
    g_string_free (self->input, TRUE);
    g_string_free (self->line, TRUE);
    g_string_free (self->answer, TRUE);
    g_string_free (self->notified, TRUE);
    g_clear_pointer (&self->context, g_variant_unref);
    g_free (self->last_line);
    g_free (self);
}

/* answers */

void
sim_at_answer (SimAt *self, const gchar *format, ...)
{
    va_list args;

    if (!self->headed)
        g_string_append (self->answer, "\r\n");
    self->headed = TRUE;
    va_start (args, format);
    g_string_append_vprintf (self->answer, format, args);
    va_end (args);
    g_string_append (self->answer, "\r\n");
}

SimAtResult
sim_at_ask (SimAt *self, SimAtHandler handler, GVariant *context)
{
    g_clear_pointer (&self->context, g_variant_unref);
    self->context = g_variant_ref_sink (context);
    self->prompt = handler;
    return SIM_AT_PROMPT;
}

GVariant *
sim_at_context (SimAt *self)
{
    return self->context;
}

static const gchar *
error_text (SimAtResult result)
{
    for (guint i = 0; i < G_N_ELEMENTS (error_texts); i++) {
        if (error_texts[i].result == result)
            return error_texts[i].text;
    }
    return "unknown error";
}

static void
append_error (SimAt *self, SimAtResult result)
{
    static const gchar *const forms[] = {"none", "code", "text"};
    const gchar *domain = result & SIM_AT_CMS (0) ? "CMS" : "CME";
    const gchar *plain = sim_quirks_get (self->store, "error-text");
    guint cmee = self->store->cmee;

    for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
        if (sim_quirks_is (self->store, "cmee", forms[i]))
            cmee = i;
    }
    if ((result == SIM_AT_ERROR || cmee == 0) && plain)
        g_string_append_printf (self->answer, "\r\n%s\r\n", plain);
    else if (result == SIM_AT_ERROR || cmee == 0)
        g_string_append (self->answer, self->store->verbose ? "\r\nERROR\r\n" : "4\r");
    else if (sim_quirks_is (self->store, "cmee", "tight"))
        g_string_append_printf (self->answer, "\r\n+%s ERROR:%u\r\n", domain, result & 0xFFFF);
    else if (sim_quirks_is (self->store, "cmee", "spaces"))
        g_string_append_printf (self->answer, "\r\n+%s ERROR:  %u\r\n", domain, result & 0xFFFF);
    else if (cmee == 1)
        g_string_append_printf (self->answer, "\r\n+%s ERROR: %u\r\n", domain, result & 0xFFFF);
    else
        g_string_append_printf (self->answer, "\r\n+%s ERROR: %s\r\n", domain, error_text (result));
}

static void
append_result (SimAt *self, SimAtResult result)
{
    if (result == SIM_AT_SILENCE)
        g_string_truncate (self->answer, 0);
    else if (result == SIM_AT_PROMPT)
        g_string_append (self->answer, "\r\n> ");
    else if (result == SIM_AT_OK)
        g_string_append (self->answer, self->store->verbose ? "\r\nOK\r\n" : "0\r");
    else
        append_error (self, result);
}

/* Noise without the letters that a result code is made of */
static void
make_garbage (GString *answer, guint length)
{
    guint32 state = 0x2545F491;

    g_string_truncate (answer, 0);
    for (guint i = 0; i < length; i++) {
        state = state * 1664525 + 1013904223;
        g_string_append_c (answer, 0x80 | (state >> 24));
    }
}

/* Where the result begins: with the last line break before its text */
static gsize
find_result (const GString *answer)
{
    const gchar *found =
        answer->len > 2 ? g_strrstr_len (answer->str, (gssize) answer->len - 2, "\r\n") : NULL;

    return found ? (gsize) (found - answer->str) : 0;
}

/* An unsolicited result behind the line that the middle of the information is in */
static void
insert_notice (GString *answer, const gchar *text)
{
    const gchar *end = strstr (answer->str + find_result (answer) / 2, "\r\n");
    g_autofree gchar *notice = g_strdup_printf ("\r\n%s\r\n", text);

    g_string_insert (answer, end && end != answer->str ? end + 2 - answer->str : 0, notice);
}

static void
insert_much (GString *answer, gsize length)
{
    g_autofree gchar *noise = g_malloc (length);

    memset (noise, 'A', length);
    g_string_insert_len (answer, find_result (answer), noise, length);
}

/* Returns: FALSE when the modem is gone */
static gboolean
apply_fault (SimAt *self)
{
    const SimFault *fault = g_steal_pointer (&self->fault);

    if (!fault)
        return TRUE;
    switch (fault->kind) {
    case SIM_FAULT_SILENCE:
    case SIM_FAULT_LOST:
        g_string_truncate (self->answer, 0);
        break;
    case SIM_FAULT_GARBAGE:
        make_garbage (self->answer, fault->number);
        break;
    case SIM_FAULT_TRUNCATE:
        g_string_truncate (self->answer, MIN (fault->number, self->answer->len));
        break;
    case SIM_FAULT_CUT: {
        gsize result = find_result (self->answer);

        g_string_erase (self->answer, result / 2, result - result / 2);
        break;
    }
    case SIM_FAULT_DOUBLE: {
        g_autofree gchar *again = g_strdup (self->answer->str);

        g_string_append (self->answer, again);
        break;
    }
    case SIM_FAULT_HUGE:
        insert_much (self->answer, fault->number);
        break;
    case SIM_FAULT_NOTICE:
        insert_notice (self->answer, fault->text);
        break;
    case SIM_FAULT_KILL:
        kill (fault->number, SIGKILL);
        break;
    case SIM_FAULT_REPLY:
        g_string_assign (self->answer, fault->text);
        break;
    case SIM_FAULT_UNPLUG:
    case SIM_FAULT_UNPLUG_AFTER:
        g_string_truncate (self->input, 0);
        self->output (NULL, 0, self->user_data);
        return FALSE;
    default:
        break;
    }
    return TRUE;
}

static void
flush_notified (SimAt *self)
{
    if (self->notified->len == 0)
        return;
    self->output (self->notified->str, self->notified->len, self->user_data);
    g_string_truncate (self->notified, 0);
}

static void
send_answer (SimAt *self)
{
    self->busy = FALSE;
    if (!apply_fault (self))
        return;
    sim_at_quirks_send (self->store, self->answer);
    if (self->answer->len)
        self->output (self->answer->str, self->answer->len, self->user_data);
    g_string_truncate (self->answer, 0);
    if (!self->prompt)
        flush_notified (self);
}

static gboolean
on_answer_due (gpointer user_data)
{
    SimAt *self = user_data;

    if (self->held && self->knobs->held)
        return G_SOURCE_CONTINUE;
    self->timer = 0;
    self->held = FALSE;
    send_answer (self);
    pump (self);
    return G_SOURCE_REMOVE;
}

static void
finish (SimAt *self)
{
    guint delay = self->delay;

    self->delay = 0;
    if (delay == 0) {
        send_answer (self);
        return;
    }
    self->timer = g_timeout_add (delay, on_answer_due, self);
}

/* commands */

static SimAtResult
check_needs (const SimStore *store, SimAtNeeds needs)
{
    gboolean messages = needs == SIM_AT_NEEDS_MESSAGES;

    if (needs == SIM_AT_NEEDS_NOTHING)
        return SIM_AT_OK;
    if (messages && store->memories->len == 0)
        return SIM_AT_ERROR;
    if (needs == SIM_AT_NEEDS_PHONEBOOK && store->phonebooks->len == 0)
        return SIM_AT_ERROR;
    if (!store->sim_present)
        return messages ? SIM_AT_CMS (310) : SIM_AT_CME (10);
    if (sim_store_unlocked (store))
        return SIM_AT_OK;
    if (store->pin_retries == 0)
        return messages ? SIM_AT_CMS (316) : SIM_AT_CME (12);
    return messages ? SIM_AT_CMS (311) : SIM_AT_CME (11);
}

static const SimAtRow *
find_row (const gchar *name)
{
    for (guint i = 0; i < G_N_ELEMENTS (tables); i++) {
        for (const SimAtRow *row = tables[i]; row->name; row++) {
            if (g_str_equal (row->name, name))
                return row;
        }
    }
    return NULL;
}

static SimAtResult
run_extended (SimAt *self, const gchar *text)
{
    gsize start = self->answer->len;
    g_autoptr (SimAtCommand) command = sim_at_command_parse (text);
    const SimAtRow *row = command ? find_row (command->name) : NULL;
    SimAtResult result;

    if (!row)
        return SIM_AT_ERROR;
    result = check_needs (self->store, row->needs);
    if (result != SIM_AT_OK)
        return result;
    if (sim_at_quirks_refuse (self->store, command, &result))
        return result;
    result = row->handler (self, self->store, command);
    sim_at_quirks_shape (self->store, command, &result, self->answer, start);
    return result;
}

static SimAtResult
run_basic (SimAt *self, const gchar *text)
{
    guint length = text[0] == '&' ? 2 : 1;
    g_autofree gchar *name = g_strndup (text, length);
    g_autofree gchar *upper = g_ascii_strup (name, -1);

    if (g_str_equal (upper, "I"))
        return run_extended (self, "I");
    if (strchr ("DAH", upper[0]))
        return sim_at_run_call (self->store, upper[0], text + length);
    return sim_at_run_basic (self->store, upper, g_ascii_strtoull (text + length, NULL, 10));
}

/* Whether the command is still to be run; else @result is its result. */
static gboolean
meet_fault (SimAt *self, const gchar *text, SimAtResult *result)
{
    const SimFault *fault = sim_knobs_match (self->knobs, text);

    *result = SIM_AT_OK;
    if (!fault)
        return TRUE;
    switch (fault->kind) {
    case SIM_FAULT_ERROR:
        *result = SIM_AT_ERROR;
        return FALSE;
    case SIM_FAULT_CME:
        *result = SIM_AT_CME (fault->number);
        return FALSE;
    case SIM_FAULT_CMS:
        *result = SIM_AT_CMS (fault->number);
        return FALSE;
    case SIM_FAULT_DELAY:
        self->delay += fault->number;
        return TRUE;
    case SIM_FAULT_REMOVE:
        self->store->sim_present = FALSE;
        return TRUE;
    case SIM_FAULT_HOLD:
        self->held = self->knobs->held = TRUE;
        self->delay += SIM_HOLD_TICK;
        return TRUE;
    default:
        self->fault = fault;
        return fault->kind != SIM_FAULT_SILENCE && fault->kind != SIM_FAULT_REPLY &&
               fault->kind != SIM_FAULT_UNPLUG;
    }
}

static SimAtResult
run_command (SimAt *self, const gchar *text)
{
    SimAtResult result;

    self->headed = FALSE;
    self->delay += self->knobs->latency;
    if (!meet_fault (self, text, &result))
        return result;
    if (g_ascii_isalpha (text[0]) || text[0] == '&')
        return run_basic (self, text);
    return run_extended (self, text);
}

/* The length of the basic command at @text: letter, or & and letter, number; S has = or ?. */
static gsize
basic_length (const gchar *text)
{
    gsize length = text[0] == '&' && g_ascii_isalpha (text[1]) ? 2 : 1;

    if (g_ascii_toupper (text[0]) == 'D')
        return strlen (text);
    length += strspn (text + length, "0123456789");
    if (g_ascii_toupper (text[0]) != 'S')
        return length;
    if (text[length] == '=')
        length += 1 + strspn (text + length + 1, "0123456789");
    else if (text[length] == '?')
        length++;
    return length;
}

/* Up to the semicolon that is not in quotes (5.4.1) */
static gsize
extended_length (const gchar *text)
{
    gboolean quoted = FALSE;
    gsize i;

    for (i = 0; text[i] && (quoted || text[i] != ';'); i++) {
        if (text[i] == '"')
            quoted = !quoted;
    }
    return i;
}

static GPtrArray *
split_line (const gchar *text)
{
    GPtrArray *commands = g_ptr_array_new_with_free_func (g_free);

    while (*text) {
        gboolean basic = g_ascii_isalpha (*text) || *text == '&';
        gsize length = basic ? basic_length (text) : extended_length (text);

        g_ptr_array_add (commands, g_strstrip (g_strndup (text, length)));
        text += length;
        while (*text == ';' || *text == ' ')
            text++;
    }
    return commands;
}

/* Whether nothing behind the command is carried out: the modem is dead, or mad. What is only said
 * otherwise is done all the same */
static gboolean
ends_line (const SimFault *fault)
{
    if (!fault)
        return FALSE;
    switch (fault->kind) {
    case SIM_FAULT_DOUBLE:
    case SIM_FAULT_NOTICE:
    case SIM_FAULT_KILL:
        return FALSE;
    default:
        return TRUE;
    }
}

static SimAtResult
run_commands (SimAt *self, const gchar *text)
{
    g_autoptr (GPtrArray) commands = split_line (text);
    SimAtPlan plan = sim_at_quirks_plan (self->store, commands, strlen (text));
    SimAtResult result = SIM_AT_OK;
    guint i;

    for (i = 0; i < commands->len && result == SIM_AT_OK && !ends_line (self->fault); i++) {
        gsize start = self->answer->len;

        if (i == plan.most)
            return plan.then;
        result = run_command (self, g_ptr_array_index (commands, i));
        if (i == plan.mute)
            g_string_truncate (self->answer, start);
    }
    /* a prompt ends the line (TS 27.005 4.4) */
    return i < commands->len && result == SIM_AT_PROMPT ? SIM_AT_ERROR : result;
}

static void
run_line (SimAt *self)
{
    g_autofree gchar *line = g_strndup (self->line->str, self->line->len);
    gboolean again = g_ascii_strcasecmp (line, "A/") == 0 && self->last_line;
    const gchar *text = g_strstrip (line);
    SimAtResult result;

    g_string_truncate (self->line, 0);
    if (again)
        text = self->last_line;
    if (g_ascii_strncasecmp (text, "AT", 2) != 0)
        return;
    self->busy = TRUE;
    result = strlen (text) > LINE_LENGTH ? SIM_AT_ERROR : run_commands (self, text + 2);
    if (!again) {
        g_free (self->last_line);
        self->last_line = g_steal_pointer (&line);
    }
    if (result != SIM_AT_PROMPT)
        self->prompt = NULL;
    /* the time that a command takes is taken once, before its final result */
    if (result == SIM_AT_PROMPT)
        self->delay -= MIN (self->delay, self->knobs->latency);
    append_result (self, result);
    finish (self);
}

static void
run_prompt (SimAt *self)
{
    SimAtHandler handler = g_steal_pointer (&self->prompt);
    SimAtCommand command = {(gchar *) ">", SIM_AT_SET, self->line->str, NULL};
    SimAtResult result;

    self->busy = TRUE;
    self->headed = FALSE;
    self->delay += self->knobs->latency;
    if (meet_fault (self, ">", &result))
        result = handler (self, self->store, &command);
    g_string_truncate (self->line, 0);
    append_result (self, result);
    finish (self);
}

/* bytes */

static void
take_prompt_byte (SimAt *self, gchar byte)
{
    if (byte == CTRL_Z) {
        run_prompt (self);
    } else if (byte == ESC) {
        /* given up: nothing is stored (TS 27.005 4.4) */
        self->prompt = NULL;
        g_string_truncate (self->line, 0);
        append_result (self, SIM_AT_OK);
        finish (self);
    } else if (self->line->len < PROMPT_LENGTH && byte != '\n' && byte != '\r') {
        g_string_append_c (self->line, byte);
    }
}

static void
take_command_byte (SimAt *self, gchar byte)
{
    guint8 value = byte;

    if (byte == '\r') {
        run_line (self);
        return;
    }
    if (byte == BACKSPACE && self->line->len > 0)
        g_string_truncate (self->line, self->line->len - 1);
    if (value < 0x20 || self->line->len > LINE_LENGTH)
        return;
    g_string_append_c (self->line, byte);
    if (g_ascii_strcasecmp (self->line->str, "A/") == 0)
        run_line (self);
}

static gboolean
echoes (const SimAt *self)
{
    return self->store->echo || sim_quirks_get (self->store, "echo");
}

/* Takes bytes until a command is under way: what comes meanwhile waits. */
static void
pump (SimAt *self)
{
    gsize taken = 0;

    while (!self->busy && taken < self->input->len) {
        gchar byte = self->input->str[taken++];

        if (echoes (self) && byte != CTRL_Z)
            self->output (&byte, 1, self->user_data);
        if (self->prompt)
            take_prompt_byte (self, byte);
        else
            take_command_byte (self, byte);
    }
    g_string_erase (self->input, 0, MIN (taken, self->input->len));
}

void
sim_at_feed (SimAt *self, const gchar *bytes, gsize length)
{
    sim_knobs_count (self->knobs, FALSE, length);
    sim_knobs_trace (self->knobs, FALSE, bytes, length);
    g_string_append_len (self->input, bytes, length);
    pump (self);
}

void
sim_at_notify (SimAt *self, const gchar *text)
{
    g_string_append_printf (self->notified, "\r\n%s\r\n", text);
    if (!self->busy && !self->prompt)
        flush_notified (self);
}
