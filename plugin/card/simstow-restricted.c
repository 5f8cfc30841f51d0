/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Restricted access, many commands a line.
 */

#include "simstow-restricted.h"

#include <string.h>

#include "simstow-apdu.h"
#include "simstow-at-card.h"
#include "simstow-card-line.h"
#include "simstow-error.h"
#include "simstow-port.h"

/* More than any modem's documentation promises to take */
#define LINE_MAX_LENGTH 1000

/* For a line, and for each command in it */
#define LINE_SECONDS    20
#define COMMAND_SECONDS 1

/* P3 can ask for no more, TS 102 221 10.1.6; and a status word */
#define RESPONSE_MAX (256 + 2)

#define FIXED_SIZE 15 /* of what a SIM of old tells of a file, TS 51.011 9.2.1 */

struct _SimstowRestricted {
    GObject parent_instance;

    SimstowPort *port;
    gsize limit; /* lines of several commands are no longer than this */
};

G_DEFINE_FINAL_TYPE (SimstowRestricted, simstow_restricted, G_TYPE_OBJECT)

/* Where a run stands. A line that failed leaves a stretch of commands that is gone
 * through in smaller parts. */
typedef struct {
    GPtrArray *pending; /* commands to send, borrowed from @commands */
    GPtrArray *again;   /* those to send once more, with another length */
    GPtrArray *commands;
    guint next;
    guint count;       /* how many are in the line under way */
    gsize length;      /* of that line */
    guint stretch_end; /* the command after the stretch, 0 without one */
    guint most;        /* commands a line within it */
    gsize longest;     /* the longest line within it that succeeded */
    gboolean refused;  /* whether a command of it failed alone */
    gboolean busy;     /* the card was busy for some of @again */
} Run;

static void
run_free (gpointer data)
{
    Run *run = data;

    g_ptr_array_unref (run->pending);
    g_ptr_array_unref (run->again);
    g_ptr_array_unref (run->commands);
    g_free (run);
}

SimstowRestrictedCommand *
simstow_restricted_command_new (guint8 ins, GBytes *path, const guint8 parameters[3], GBytes *data)
{
    SimstowRestrictedCommand *command = g_new0 (SimstowRestrictedCommand, 1);

    command->ins = ins;
    command->path = g_bytes_ref (path);
    memcpy (command->parameters, parameters, sizeof (command->parameters));
    command->data = data ? g_bytes_ref (data) : NULL;
    return command;
}

void
simstow_restricted_command_free (SimstowRestrictedCommand *command)
{
    if (!command)
        return;
    g_bytes_unref (command->path);
    g_clear_pointer (&command->data, g_bytes_unref);
    g_clear_pointer (&command->answer, g_bytes_unref);
    g_clear_error (&command->error);
    g_free (command);
}

/* After these there is nobody to send another command to. */
static gboolean
is_fatal (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED);
}

/* The length that the card wants in place of P3, -1 when that is not what it says. The
 * fixed form asks for no more than a SIM of old has to tell. */
static gint
right_length (const SimstowRestrictedCommand *command, guint16 sw)
{
    guint8 sw2 = (guint8) sw;

    if (command->corrected || command->data)
        return -1;
    if ((sw & 0xFF00) == 0x6C00 || ((sw & 0xFF00) == 0x6700 && sw2 != 0))
        return sw2;
    return sw == 0x6700 && command->ins == SIMSTOW_INS_GET_RESPONSE ? FIXED_SIZE : -1;
}

/* Notes what the modem said to one command. */
static void
take_answer (Run *run, SimstowRestrictedCommand *command, const gchar *reply)
{
    g_autoptr (GBytes) response = simstow_at_card_parse_restricted (reply, &command->error);
    guint16 sw;
    gint length;

    if (response && g_bytes_get_size (response) > RESPONSE_MAX)
        g_set_error (&command->error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_MODEM_ERROR,
                     "the card's answer is too long");
    if (command->error || !simstow_apdu_split (response, NULL, &sw, &command->error))
        return;
    if (sw == SIMSTOW_SW_BUSY) {
        command->error = simstow_apdu_error (sw);
        g_ptr_array_add (run->again, command);
        run->busy = TRUE;
        return;
    }
    length = right_length (command, sw);
    if (length < 0) {
        command->answer = simstow_apdu_take_data (response, &command->error);
        return;
    }
    command->parameters[2] = (guint8) length;
    command->corrected = TRUE;
    g_ptr_array_add (run->again, command);
}

static SimstowRestrictedCommand *
pending (const Run *run, guint i)
{
    return g_ptr_array_index (run->pending, i);
}

static gboolean
in_stretch (const Run *run)
{
    return run->next < run->stretch_end;
}

static gchar *
take_line (SimstowRestricted *self, Run *run)
{
    GString *line = g_string_new (NULL);
    guint end = in_stretch (run) ? run->stretch_end : run->pending->len;
    guint most = in_stretch (run) ? run->most : G_MAXUINT;

    for (run->count = 0; run->next + run->count < end && run->count < most; run->count++) {
        const SimstowRestrictedCommand *command = pending (run, run->next + run->count);
        g_autofree gchar *text = simstow_at_card_restricted (command->ins,
                                                             command->path,
                                                             command->parameters,
                                                             command->data);

        if (run->count > 0 && (line->len + 1 + strlen (text) > self->limit || command->data ||
                               pending (run, run->next)->data))
            break;
        g_string_append_printf (line, "%s%s", run->count > 0 ? ";" : "", text);
    }
    run->length = line->len;
    return g_string_free (line, FALSE);
}

/* The line was refused: its commands go in two, then in four ... */
static void
divide (Run *run)
{
    if (!in_stretch (run)) {
        run->stretch_end = run->next + run->count;
        run->longest = 0;
        run->refused = FALSE;
    }
    run->most = run->count / 2;
}

/* Goes on after the line. Where all of a stretch went well in parts, its line was too long. */
static void
advance (SimstowRestricted *self, Run *run)
{
    gboolean was_in_stretch = in_stretch (run);

    run->next += run->count;
    if (!was_in_stretch || in_stretch (run))
        return;
    if (!run->refused)
        self->limit = run->longest;
    run->stretch_end = 0;
}

/* A command that fails alone was what the line was refused for: the rest may go together. */
static void
refuse (Run *run, GError *error)
{
    pending (run, run->next)->error = error;
    run->refused = TRUE;
    run->most = in_stretch (run) ? run->stretch_end - run->next : 0;
}

static void
take_reply (Run *run, const gchar *reply)
{
    g_autoptr (GPtrArray) answers = NULL;
    guint i;

    if (run->count == 1) {
        take_answer (run, pending (run, run->next), reply);
    } else {
        answers = simstow_at_card_split_restricted (reply);
        if (answers->len != run->count) {
            divide (run);
            run->count = 0;
            return;
        }
        for (i = 0; i < run->count; i++)
            take_answer (run, pending (run, run->next + i), g_ptr_array_index (answers, i));
    }
    run->longest = MAX (run->longest, run->length);
}

static void
send_line (GTask *task);

static void
on_line_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowRestricted *self = g_task_get_source_object (task);
    Run *run = g_task_get_task_data (task);
    GError *error = NULL;
    g_autofree gchar *reply = simstow_card_line_finish (SIMSTOW_PORT (source), result, &error);

    if (!reply && is_fatal (error)) {
        g_task_return_error (task, error);
        return;
    }
    if (reply) {
        take_reply (run, reply);
    } else if (run->count > 1) {
        g_error_free (error);
        divide (run);
        run->count = 0;
    } else {
        refuse (run, error);
    }
    if (run->count > 0)
        advance (self, run);
    send_line (task);
}

/* What the card was busy for is asked for once more. */
static void
take_again (Run *run)
{
    guint i;

    g_ptr_array_unref (run->pending);
    run->pending = g_steal_pointer (&run->again);
    run->again = g_ptr_array_new ();
    run->next = 0;
    for (i = 0; i < run->pending->len; i++)
        g_clear_error (&pending (run, i)->error);
}

static void
drop_busy (Run *run)
{
    guint i = 0;

    while (i < run->again->len) {
        SimstowRestrictedCommand *command = g_ptr_array_index (run->again, i);

        if (!command->error) {
            i++;
            continue;
        }
        command->error = simstow_port_wait_still_busy (command->error);
        g_ptr_array_remove_index (run->again, i);
    }
}

static void
resume (GTask *task)
{
    take_again (g_task_get_task_data (task));
    send_line (task);
}

/* Whether the run goes on after a pause. */
static gboolean
wait_for_card (GTask *task)
{
    SimstowRestricted *self = g_task_get_source_object (task);
    Run *run = g_task_get_task_data (task);
    gboolean busy = run->busy;

    run->busy = FALSE;
    if (!busy)
        return FALSE;
    if (simstow_port_wait_pause (self->port, task, resume))
        return TRUE;
    drop_busy (run);
    return FALSE;
}

/* Sends the next line, or ends the run. */
static void
send_line (GTask *task)
{
    SimstowRestricted *self = g_task_get_source_object (task);
    Run *run = g_task_get_task_data (task);
    g_autofree gchar *line = NULL;

    if (run->next == run->pending->len && run->again->len > 0) {
        if (wait_for_card (task))
            return;
        take_again (run);
    }
    if (run->next == run->pending->len) {
        g_task_return_boolean (task, TRUE);
        return;
    }
    if (g_cancellable_is_cancelled (g_task_get_cancellable (task))) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_CANCELLED,
                                 "the job was cancelled");
        return;
    }
    line = take_line (self, run);
    /* Not cancelled on the way: the answer would be taken for that of the next command */
    simstow_card_line_async (self->port,
                             line,
                             LINE_SECONDS + COMMAND_SECONDS * run->count,
                             NULL,
                             on_line_ready,
                             g_object_ref (task));
}

void
simstow_restricted_run_async (SimstowRestricted *self,
                              GPtrArray *commands,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    Run *run = g_new0 (Run, 1);
    guint i;

    g_task_set_source_tag (task, simstow_restricted_run_async);
    g_task_set_check_cancellable (task, FALSE);
    run->commands = g_ptr_array_ref (commands);
    run->pending = g_ptr_array_new ();
    run->again = g_ptr_array_new ();
    for (i = 0; i < commands->len; i++)
        g_ptr_array_add (run->pending, g_ptr_array_index (commands, i));
    g_task_set_task_data (task, run, run_free);
    send_line (task);
}

gboolean
simstow_restricted_run_finish (SimstowRestricted *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

    return g_task_propagate_boolean (G_TASK (result), error);
}

static void
simstow_restricted_finalize (GObject *object)
{
    g_clear_object (&SIMSTOW_RESTRICTED (object)->port);
    G_OBJECT_CLASS (simstow_restricted_parent_class)->finalize (object);
}

static void
simstow_restricted_class_init (SimstowRestrictedClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_restricted_finalize;
}

static void
simstow_restricted_init (SimstowRestricted *self)
{
    self->limit = LINE_MAX_LENGTH;
}

SimstowRestricted *
simstow_restricted_new (SimstowPort *port)
{
    SimstowRestricted *self = g_object_new (SIMSTOW_TYPE_RESTRICTED, NULL);

    self->port = g_object_ref (port);
    return self;
}
