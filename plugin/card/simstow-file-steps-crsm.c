/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands on files by +CRSM, many a line.
 */

#include "simstow-file-steps.h"

#include <string.h>

#include "simstow-apdu.h"
#include "simstow-card-at.h"
#include "simstow-error.h"

/* More than any modem's documentation promises to take */
#define LINE_MAX_LENGTH 1000

/* For a line, and for each command in it */
#define LINE_SECONDS    20
#define COMMAND_SECONDS 1

/* P3 can ask for no more, TS 102 221 10.1.6; and a status word */
#define RESPONSE_MAX (256 + 2)

#define FIXED_SIZE 15 /* of what a SIM of old tells of a file, TS 51.011 9.2.1 */

/* Where a run stands. A line that failed leaves a stretch of commands that is gone
 * through in smaller parts. */
typedef struct {
    GPtrArray *steps;
    GPtrArray *pending; /* of them, those to send */
    GPtrArray *again;   /* those to send once more, with another length */
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

    g_ptr_array_unref (run->steps);
    g_ptr_array_unref (run->pending);
    g_ptr_array_unref (run->again);
    g_free (run);
}

static SimstowFileStep *
pending (const Run *run, guint i)
{
    return g_ptr_array_index (run->pending, i);
}

static SimstowCardMemory *
memory_of (GTask *task)
{
    return simstow_card_get_memory (g_task_get_source_object (task));
}

/* Lines */

static gboolean
in_stretch (const Run *run)
{
    return run->next < run->stretch_end;
}

static gchar *
take_line (Run *run, const SimstowCardMemory *memory)
{
    GString *line = g_string_new (NULL);
    gsize limit = memory->line_limit ? memory->line_limit : LINE_MAX_LENGTH;
    guint end = in_stretch (run) ? run->stretch_end : run->pending->len;
    guint most = in_stretch (run) ? run->most : G_MAXUINT;

    if (!memory->heard)
        most = 1;
    for (run->count = 0; run->next + run->count < end && run->count < most; run->count++) {
        const SimstowFileStep *step = pending (run, run->next + run->count);
        g_autofree gchar *text =
            simstow_card_at_restricted (step->ins, step->path, step->parameters, step->data);

        if (run->count > 0 &&
            (line->len + 1 + strlen (text) > limit || step->data || pending (run, run->next)->data))
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
    run->count = 0;
}

/* A command that fails alone was what the line was refused for: the rest may go together. Takes
 * @error. */
static void
refuse (Run *run, GError *error)
{
    pending (run, run->next)->error = error;
    run->refused = TRUE;
    run->most = in_stretch (run) ? run->stretch_end - run->next : 0;
}

/* Goes on after the line. Where all of a stretch went well in parts, its line was too long. */
static void
advance (Run *run, SimstowCardMemory *memory)
{
    gboolean was_in_stretch = in_stretch (run);

    run->next += run->count;
    if (!was_in_stretch || in_stretch (run))
        return;
    if (!run->refused)
        memory->line_limit = run->longest;
    run->stretch_end = 0;
}

/* Answers */

/* The length that the card wants in place of P3, -1 when that is not what it says. The
 * fixed form asks for no more than a SIM of old has to tell. */
static gint
right_length (const SimstowFileStep *step, guint16 sw)
{
    guint8 sw2 = (guint8) sw;

    if (step->corrected || step->data)
        return -1;
    if ((sw & 0xFF00) == 0x6C00 || ((sw & 0xFF00) == 0x6700 && sw2 != 0))
        return sw2;
    return sw == 0x6700 && step->ins == SIMSTOW_INS_GET_RESPONSE ? FIXED_SIZE : -1;
}

/* Notes what the modem said to one command. */
static void
take_answer (Run *run, SimstowCardMemory *memory, SimstowFileStep *step, const gchar *reply)
{
    g_autoptr (GBytes) response = simstow_card_at_parse_restricted (reply, &step->error);
    guint16 sw;
    gint length;

    if (response && g_bytes_get_size (response) > RESPONSE_MAX)
        g_set_error (&step->error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_MODEM_ERROR,
                     "the card's answer is too long");
    if (step->error || !simstow_apdu_split (response, NULL, &sw, &step->error))
        return;
    memory->heard = TRUE;
    length = right_length (step, sw);
    if (sw == SIMSTOW_SW_BUSY) {
        step->error = simstow_apdu_error (sw);
        g_ptr_array_add (run->again, step);
        run->busy = TRUE;
    } else if (length >= 0) {
        step->parameters[2] = (guint8) length;
        step->corrected = TRUE;
        g_ptr_array_add (run->again, step);
    } else {
        step->answer = simstow_apdu_take_data (response, &step->error);
    }
}

static void
take_reply (Run *run, SimstowCardMemory *memory, const gchar *reply)
{
    g_autoptr (GPtrArray) answers = NULL;

    if (run->count == 1) {
        take_answer (run, memory, pending (run, run->next), reply);
    } else {
        answers = simstow_card_at_split_restricted (reply);
        if (answers->len != run->count) {
            divide (run);
            return;
        }
        for (guint i = 0; i < run->count; i++)
            take_answer (run, memory, pending (run, run->next + i), answers->pdata[i]);
    }
    run->longest = MAX (run->longest, run->length);
}

static void
send_line (GTask *task);

static void
on_line_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowCardMemory *memory = memory_of (task);
    Run *run = g_task_get_task_data (task);
    GError *error = NULL;
    g_autofree gchar *reply = simstow_port_at_finish (SIMSTOW_PORT (source), result, &error);

    if (simstow_card_is_silent (error)) {
        g_task_return_error (task, error);
        return;
    }
    if (reply) {
        take_reply (run, memory, reply);
    } else if (run->count > 1) {
        g_error_free (error);
        divide (run);
    } else {
        refuse (run, error);
    }
    if (run->count > 0)
        advance (run, memory);
    if (memory->heard || run->next == 0) {
        send_line (task);
        return;
    }
    for (guint i = run->next; i < run->pending->len; i++)
        pending (run, i)->error = g_error_copy (pending (run, 0)->error);
    g_task_return_boolean (task, TRUE);
}

/* Once more: what the card was busy for, and what it corrected */

static void
resume (GTask *task)
{
    Run *run = g_task_get_task_data (task);

    g_ptr_array_unref (run->pending);
    run->pending = g_steal_pointer (&run->again);
    run->again = g_ptr_array_new ();
    run->next = 0;
    for (guint i = 0; i < run->pending->len; i++)
        g_clear_error (&pending (run, i)->error);
    send_line (task);
}

/* What was waited for in vain is not asked for again. */
static void
drop_busy (Run *run)
{
    for (guint i = run->again->len; i > 0; i--) {
        SimstowFileStep *step = g_ptr_array_index (run->again, i - 1);

        if (!step->error)
            continue;
        step->error = simstow_port_wait_still_busy (step->error);
        g_ptr_array_remove_index (run->again, i - 1);
    }
}

/* Whether there is something to be sent again, or will be after a pause. */
static gboolean
goes_round (GTask *task)
{
    Run *run = g_task_get_task_data (task);
    SimstowPort *port = simstow_card_get_port (g_task_get_source_object (task));
    gboolean busy = run->busy;

    run->busy = FALSE;
    if (busy && simstow_port_wait_pause (port, task, resume))
        return TRUE;
    if (busy)
        drop_busy (run);
    if (run->again->len == 0)
        return FALSE;
    resume (task);
    return TRUE;
}

/* Sends the next line, or ends the run. */
static void
send_line (GTask *task)
{
    Run *run = g_task_get_task_data (task);
    g_autofree gchar *line = NULL;

    if (run->next == run->pending->len) {
        if (!goes_round (task))
            g_task_return_boolean (task, TRUE);
        return;
    }
    if (g_cancellable_is_cancelled (g_task_get_cancellable (task))) {
        g_task_return_error (task, simstow_card_cancelled_error ());
        return;
    }
    line = take_line (run, memory_of (task));
    /* Not cancelled on the way: the answer would be taken for that of the next command */
    simstow_port_at_async (simstow_card_get_port (g_task_get_source_object (task)),
                           line,
                           FALSE,
                           LINE_SECONDS + COMMAND_SECONDS * run->count,
                           NULL,
                           on_line_ready,
                           g_object_ref (task));
}

void
simstow_file_steps_by_crsm (SimstowCard *card,
                            GPtrArray *steps,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (card, cancellable, callback, user_data);
    Run *run = g_new0 (Run, 1);

    g_task_set_source_tag (task, simstow_file_steps_by_crsm);
    g_task_set_check_cancellable (task, FALSE);
    run->steps = g_ptr_array_ref (steps);
    run->pending = g_ptr_array_new ();
    run->again = g_ptr_array_new ();
    for (guint i = 0; i < steps->len; i++)
        g_ptr_array_add (run->pending, g_ptr_array_index (steps, i));
    g_task_set_task_data (task, run, run_free);
    send_line (task);
}
