/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests to an eUICC. There is deliberately none here that deletes a profile or resets the
 * memory.
 */

#include "simstow-card-euicc.h"

#include <string.h>

#include "simstow-apdu.h"
#include "simstow-error.h"
#include "simstow-es10.h"
#include "simstow-hex.h"

#define SELECT      "select"
#define PLAINER     "-plain"
#define ELEMENT_MAX 4

/* The USIM, its identifier cut short so that any of them answers; TS 31.102 */
static const guint8 usim_aid[] = {0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02};

/* Commands, from text */

void
simstow_euicc_command_free (SimstowEuiccCommand *command)
{
    g_free (command->text);
    g_clear_pointer (&command->answer, g_bytes_unref);
    g_clear_error (&command->error);
    g_clear_pointer (&command->request, g_bytes_unref);
    g_free (command);
}

static gboolean
take_read (SimstowEuiccCommand *command)
{
    guint n_reads;
    const SimstowEs10Read *reads = simstow_es10_reads (&n_reads);

    if (g_str_equal (command->text, SELECT))
        return TRUE;
    for (guint i = 0; i < n_reads; i++) {
        gsize length = strlen (reads[i].name);
        gboolean same = g_str_has_prefix (command->text, reads[i].name);
        const gchar *request = NULL;

        if (same && command->text[length] == '\0')
            request = reads[i].request;
        else if (same && reads[i].fallback && g_str_equal (command->text + length, PLAINER))
            request = reads[i].fallback;
        if (request)
            command->request = simstow_hex_decode (request, -1, NULL);
        if (request)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_text (GBytes *data)
{
    gsize size;
    const gchar *text = g_bytes_get_data (data, &size);

    return size == 0 || g_utf8_validate (text, (gssize) size, NULL);
}

/* Whether there is such a command; a request that cannot be made leaves @error */
static gboolean
take_write (SimstowEuiccCommand *command, GBytes *data, GError **error)
{
    g_auto (GStrv) words = g_strsplit (command->text, " ", 3);
    guint n = g_strv_length (words);
    gsize size = data ? g_bytes_get_size (data) : 0;
    g_autofree gchar *value = NULL;

    if (data && !is_text (data))
        return FALSE;
    value = size > 0 ? g_strndup (g_bytes_get_data (data, NULL), size) : g_strdup ("");
    command->writes = TRUE;
    if (n == 2 && g_str_equal (words[0], "nickname"))
        command->request = simstow_es10_set_nickname (words[1], value, error);
    else if (n == 1 && g_str_equal (words[0], "default-smdp"))
        command->request = simstow_es10_set_default_smdp (value, error);
    else if (n == 2 && size == 0 && g_str_equal (words[0], "enable"))
        command->request = simstow_es10_set_enabled (words[1], TRUE, error);
    else if (n == 2 && size == 0 && g_str_equal (words[0], "disable"))
        command->request = simstow_es10_set_enabled (words[1], FALSE, error);
    else
        return FALSE;
    return TRUE;
}

SimstowEuiccCommand *
simstow_euicc_command_parse (const gchar *text, GBytes *data, GError **error)
{
    g_autoptr (SimstowEuiccCommand) command = g_new0 (SimstowEuiccCommand, 1);
    g_autoptr (GError) local = NULL;

    command->text = g_strdup (text);
    if (((!data || g_bytes_get_size (data) == 0) && take_read (command)) ||
        (take_write (command, data, &local) && !local))
        return g_steal_pointer (&command);
    if (local)
        g_propagate_error (error, g_steal_pointer (&local));
    else
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_RECORD,
                             "this is no request to an eUICC");
    return NULL;
}

/* A job */

typedef struct {
    GPtrArray *commands;
    guint position;
    guint element;
    SimstowChannel *channel;
    GPtrArray *blocks; /* of the request under way */
    guint block;
    GPtrArray *aids;    /* of further elements, still to be tried */
    gboolean announced; /* the card was told that profiles are managed here */
    GError *fatal;
} Job;

static void
job_free (gpointer data)
{
    Job *job = data;

    g_ptr_array_unref (job->commands);
    g_clear_object (&job->channel);
    g_clear_pointer (&job->blocks, g_ptr_array_unref);
    g_clear_pointer (&job->aids, g_ptr_array_unref);
    g_clear_error (&job->fatal);
    g_free (job);
}

static GPtrArray *
aids_new (void)
{
    return g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
}

/* All that has no outcome gets the error that ended the job. That there is no element at all is
 * kept. */
static void
end_job (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    SimstowCardElements *elements = simstow_card_get_elements (g_task_get_source_object (task));

    if (elements->aids->len == 0 && !elements->refusal &&
        (g_error_matches (job->fatal, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND) ||
         g_error_matches (job->fatal, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED)))
        elements->refusal = g_error_copy (job->fatal);
    for (guint i = 0; i < job->commands->len; i++) {
        SimstowEuiccCommand *command = g_ptr_array_index (job->commands, i);

        if (job->fatal && !command->answer && !command->error)
            command->error = g_error_copy (job->fatal);
    }
    g_task_return_boolean (task, TRUE);
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) unclosed = NULL;

    if (!simstow_channel_close_finish (SIMSTOW_CHANNEL (source), result, &unclosed))
        g_debug ("the channel to the eUICC may be open still: %s", unclosed->message);
    end_job (task);
}

/* The requests, each in blocks */

static void
next_command (GTask *task);

/* Of a block that is not the last one only the status word counts, of the last one what came */
static void
take_answer (Job *job, SimstowEuiccCommand *command, GBytes *response)
{
    gboolean last = job->block + 1 == job->blocks->len;
    g_autoptr (GBytes) answer = simstow_apdu_take_data (response, &command->error);

    if (!answer || !last)
        return;
    if (g_bytes_get_size (answer) > 0)
        command->answer = g_steal_pointer (&answer);
    else
        command->error = g_error_new_literal (SIMSTOW_ERROR,
                                              SIMSTOW_ERROR_MODEM_ERROR,
                                              "the eUICC answers with nothing");
}

static void
send_block (GTask *task);

static void
on_block_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Job *job = g_task_get_task_data (task);
    SimstowEuiccCommand *command = g_ptr_array_index (job->commands, job->position);
    g_autoptr (GBytes) response =
        simstow_channel_transmit_finish (SIMSTOW_CHANNEL (source), result, &command->error);

    if (response)
        take_answer (job, command, response);
    if (!command->error && !command->answer) {
        job->block++;
        send_block (task);
        return;
    }
    /* one that is not answered costs no other */
    if (g_error_matches (command->error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED))
        job->fatal = g_error_copy (command->error);
    job->position++;
    next_command (task);
}

static void
send_block (GTask *task)
{
    Job *job = g_task_get_task_data (task);

    simstow_channel_transmit_async (job->channel,
                                    g_ptr_array_index (job->blocks, job->block),
                                    g_task_get_cancellable (task),
                                    on_block_ready,
                                    g_object_ref (task));
}

static void
next_command (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    SimstowCard *self = g_task_get_source_object (task);
    GPtrArray *elements = simstow_card_get_elements (self)->aids;

    for (; !job->fatal && job->position < job->commands->len; job->position++) {
        SimstowEuiccCommand *command = g_ptr_array_index (job->commands, job->position);

        if (command->request) {
            g_clear_pointer (&job->blocks, g_ptr_array_unref);
            job->blocks = simstow_es10_store_data (command->request);
            job->block = 0;
            send_block (task);
            return;
        }
        command->answer = g_bytes_ref (g_ptr_array_index (elements, job->element - 1));
    }
    simstow_channel_close_async (job->channel, on_closed, g_object_ref (task));
}

/* Finding the secure element */

/* Whether nothing but the selection of an element is asked for that is known: then there is
 * nothing to do. */
static gboolean
answer_known (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    const SimstowCardElements *elements =
        simstow_card_get_elements (g_task_get_source_object (task));
    guint i;

    for (i = 0; i < job->commands->len; i++)
        if (((SimstowEuiccCommand *) job->commands->pdata[i])->request)
            return FALSE;
    if (job->element > elements->aids->len)
        return FALSE;
    for (i = 0; i < job->commands->len; i++)
        ((SimstowEuiccCommand *) job->commands->pdata[i])->answer =
            g_bytes_ref (elements->aids->pdata[job->element - 1]);
    end_job (task);
    return TRUE;
}

static void
open_first (GTask *task);

static void
try_further (GTask *task);

/* Takes @error. */
static void
end_without (GTask *task, GError *error)
{
    Job *job = g_task_get_task_data (task);

    g_clear_error (&job->fatal);
    job->fatal = error;
    end_job (task);
}

static GError *
no_element_error (void)
{
    return g_error_new_literal (SIMSTOW_ERROR,
                                SIMSTOW_ERROR_NOT_FOUND,
                                "the card has no such secure element");
}

static void
on_announced (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Job *job = g_task_get_task_data (task);

    if (simstow_card_announce_finish (SIMSTOW_CARD (source), result)) {
        g_clear_error (&job->fatal);
        open_first (task);
        return;
    }
    end_without (task, g_steal_pointer (&job->fatal));
}

/* After these the card cannot be asked for anything else. */
static gboolean
is_conclusive (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_DENIED) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_FULL);
}

/* Whether the card was reached, and may have an ISD-R that it does not show. */
static gboolean
may_hide (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND) ||
           (!simstow_card_lacks (error) && !is_conclusive (error));
}

static void
on_usim_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;

    simstow_channel_close_finish (SIMSTOW_CHANNEL (source), result, NULL);
    end_without (task, no_element_error ());
}

/* A card that opens another application in the same way has no ISD-R. */
static void
on_usim_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (SimstowChannel) channel =
        simstow_card_open_finish (SIMSTOW_CARD (source), result, NULL, NULL);

    if (channel)
        simstow_channel_close_async (channel, on_usim_closed, g_object_ref (task));
    else
        end_job (task);
}

/* Cards without an eUICC refuse in all sorts of ways. Who lacks a way to the card, and what the
 * card itself says that it lacks, is one thing; what was declared and refused is another. Takes
 * @error. */
static void
judge_refusal (GTask *task, GError *error)
{
    SimstowCard *self = g_task_get_source_object (task);
    Job *job = g_task_get_task_data (task);
    g_autoptr (GPtrArray) aids = aids_new ();

    g_clear_error (&job->fatal);
    job->fatal = error;
    if (may_hide (error) && !job->announced) {
        job->announced = TRUE;
        simstow_card_announce_async (self, on_announced, g_object_ref (task));
    } else if (simstow_card_lacks (error) || is_conclusive (error)) {
        end_job (task);
    } else {
        g_ptr_array_add (aids, g_bytes_new_static (usim_aid, sizeof usim_aid));
        simstow_card_open_async (self,
                                 aids,
                                 g_task_get_cancellable (task),
                                 on_usim_opened,
                                 g_object_ref (task));
    }
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowCard *self = SIMSTOW_CARD (source);
    Job *job = g_task_get_task_data (task);
    GPtrArray *elements = simstow_card_get_elements (self)->aids;
    GError *error = NULL;

    job->channel = simstow_card_open_finish (self, result, NULL, &error);
    if (!job->channel) {
        judge_refusal (task, error);
        return;
    }
    if (elements->len == 0)
        g_ptr_array_add (elements, g_bytes_ref (simstow_card_get_application (self)));
    simstow_card_get_elements (self)->way = simstow_channel_get_way (job->channel);
    next_command (task);
}

static void
open_first (GTask *task)
{
    SimstowCard *self = g_task_get_source_object (task);
    Job *job = g_task_get_task_data (task);
    GPtrArray *elements = simstow_card_get_elements (self)->aids;
    g_autoptr (GPtrArray) known = job->element == 1 ? simstow_es10_aids () : NULL;
    g_autoptr (GPtrArray) aids = aids_new ();

    if (job->element <= elements->len)
        g_ptr_array_add (aids, g_bytes_ref (g_ptr_array_index (elements, job->element - 1)));
    for (guint i = 0; known && i < known->len; i++)
        g_ptr_array_add (aids, g_bytes_ref (g_ptr_array_index (known, i)));
    simstow_card_open_async (self,
                             aids,
                             g_task_get_cancellable (task),
                             on_opened,
                             g_object_ref (task));
}

/* Further secure elements of the card whose first one was found: each name that one may have is
 * tried once for a SIM. */

static void
on_further_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Job *job = g_task_get_task_data (task);
    g_autoptr (GError) unclosed = NULL;

    if (!simstow_channel_close_finish (SIMSTOW_CHANNEL (source), result, &unclosed))
        g_debug ("the channel to the eUICC may be open still: %s", unclosed->message);
    g_clear_object (&job->channel);
    try_further (task);
}

static void
on_further_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowCard *self = SIMSTOW_CARD (source);
    Job *job = g_task_get_task_data (task);

    job->channel = simstow_card_open_finish (self, result, NULL, NULL);
    if (!job->channel) {
        try_further (task);
        return;
    }
    g_ptr_array_add (simstow_card_get_elements (self)->aids,
                     g_bytes_ref (simstow_card_get_application (self)));
    simstow_channel_close_async (job->channel, on_further_closed, g_object_ref (task));
}

static void
try_further (GTask *task)
{
    SimstowCard *self = g_task_get_source_object (task);
    Job *job = g_task_get_task_data (task);
    g_autoptr (GPtrArray) aids = aids_new ();

    if (g_cancellable_is_cancelled (g_task_get_cancellable (task))) {
        end_without (
            task,
            g_error_new_literal (SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, "the job was cancelled"));
        return;
    }
    if (job->aids->len == 0) {
        simstow_card_get_elements (self)->all = TRUE;
        if (job->element > simstow_card_get_elements (self)->aids->len)
            end_without (task, no_element_error ());
        else if (!answer_known (task))
            open_first (task);
        return;
    }
    g_ptr_array_add (aids, g_ptr_array_steal_index (job->aids, 0));
    simstow_card_open_async (self,
                             aids,
                             g_task_get_cancellable (task),
                             on_further_opened,
                             g_object_ref (task));
}

void
simstow_card_run_euicc_async (SimstowCard *self,
                              guint element,
                              GPtrArray *commands,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    const SimstowCardElements *elements = simstow_card_get_elements (self);
    Job *job = g_new0 (Job, 1);

    g_task_set_source_tag (task, simstow_card_run_euicc_async);
    g_task_set_check_cancellable (task, FALSE);
    job->commands = g_ptr_array_ref (commands);
    job->element = element;
    g_task_set_task_data (task, job, job_free);
    if (elements->refusal) {
        end_without (task, g_error_copy (elements->refusal));
    } else if (answer_known (task)) {
        return;
    } else if (element == 1 || element <= elements->aids->len) {
        open_first (task);
    } else if (elements->aids->len == 0 || elements->all || element > ELEMENT_MAX) {
        end_without (task, no_element_error ());
    } else {
        job->aids = simstow_es10_further_aids (g_ptr_array_index (elements->aids, 0));
        try_further (task);
    }
}

void
simstow_card_run_euicc_finish (SimstowCard *self, GAsyncResult *result)
{
    g_return_if_fail (g_task_is_valid (result, self));

    g_task_propagate_boolean (G_TASK (result), NULL);
}
