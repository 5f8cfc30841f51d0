/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands on files over a channel. Selection by path from the MF, the length of the answer given,
 * FCP wanted (ETSI TS 102 221 11.1.1) is what nearly every card takes; else it goes with other
 * parameters, without the length of the answer, and step by step.
 */

#include "simstow-file-steps.h"

#include <string.h>

#include "simstow-apdu.h"
#include "simstow-error.h"

#define INS_SELECT    0xA4
#define P2_NOTHING    0x0C
#define STEP          2
#define BLOCK_SIZE    256
#define MAX_FILE_SIZE (32 * 1024)
#define MAX_RECORDS   254

/* That the parameters or the length are wrong, and that a file has no records */
#define SW_WRONG_LENGTH     0x6700
#define SW_WRONG_PARAMETERS 0x6A86
#define SW_WRONG_OFFSET     0x6B00
#define SW_WRONG_STRUCTURE  0x6981

static const struct {
    guint8 p1; /* 08 by path, 00 by identifier, step by step */
    guint8 p2; /* 04 FCP wanted, 00 whatever there is, 0C nothing */
    gint le;
} forms[] = {
    {0x08, 0x04, SIMSTOW_APDU_LE_ALL},
    {0x08, 0x04, SIMSTOW_APDU_LE_NONE},
    {0x08, 0x00, SIMSTOW_APDU_LE_ALL},
    {0x08, 0x00, SIMSTOW_APDU_LE_NONE},
    {0x00, 0x04, SIMSTOW_APDU_LE_ALL},
    {0x00, 0x04, SIMSTOW_APDU_LE_NONE},
    {0x00, 0x00, SIMSTOW_APDU_LE_ALL},
    {0x08, P2_NOTHING, SIMSTOW_APDU_LE_NONE},
    {0x00, P2_NOTHING, SIMSTOW_APDU_LE_NONE},
};

SimstowFileStep *
simstow_file_step_new (gpointer owner,
                       guint8 ins,
                       GBytes *path,
                       guint p1,
                       guint p2,
                       guint p3,
                       GBytes *data)
{
    SimstowFileStep *step = g_new0 (SimstowFileStep, 1);

    step->owner = owner;
    step->ins = ins;
    step->path = g_bytes_ref (path);
    step->parameters[0] = (guint8) p1;
    step->parameters[1] = (guint8) p2;
    step->parameters[2] = (guint8) p3;
    step->data = data ? g_bytes_ref (data) : NULL;
    return step;
}

void
simstow_file_step_free (SimstowFileStep *step)
{
    g_bytes_unref (step->path);
    g_clear_pointer (&step->data, g_bytes_unref);
    g_clear_pointer (&step->answer, g_bytes_unref);
    g_clear_error (&step->error);
    g_free (step);
}

gboolean
simstow_file_steps_finish (GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean (G_TASK (result), error);
}

typedef struct {
    GPtrArray *steps;
    guint next;
    /* takes the answer to the command under way, and @error */
    void (*take) (GTask *task, GBytes *data, guint16 sw, GError *error);
    /* the selection under way */
    GByteArray *walk; /* the path, with the MF at its beginning where it is left out */
    guint offset;     /* in it, of the folder under way */
    guint form;
    gboolean silent; /* a form was taken, and brought no answer */
    GError *refusal; /* of the first form */
    /* what reading shows of a file of which nothing is told */
    guint record_size;
    guint low;  /* the last record, or the number of octets, that there is for sure */
    guint high; /* the first record that there is not */
} Run;

static void
run_free (gpointer data)
{
    Run *run = data;

    g_ptr_array_unref (run->steps);
    g_byte_array_unref (run->walk);
    g_clear_error (&run->refusal);
    g_free (run);
}

static SimstowFileStep *
current_step (const Run *run)
{
    return g_ptr_array_index (run->steps, run->next);
}

static SimstowCardMemory *
memory_of (GTask *task)
{
    SimstowChannel *channel = g_task_get_source_object (task);

    return simstow_card_get_memory (simstow_channel_get_card (channel));
}

static void
take_answer (GTask *task, GBytes *data, guint16 sw, GError *error);

static void
on_transmitted (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    const Run *run = g_task_get_task_data (task);
    GError *error = NULL;
    g_autoptr (GBytes) response =
        simstow_channel_transmit_finish (SIMSTOW_CHANNEL (source), result, &error);
    g_autoptr (GBytes) data = NULL;
    guint16 sw = 0;

    if (response && simstow_apdu_split (response, NULL, &sw, &error))
        data = simstow_apdu_take_data (response, &error);
    if (simstow_card_is_silent (error) &&
        !(run->take == take_answer && current_step (run)->ins == SIMSTOW_INS_SEARCH_RECORD))
        g_task_return_error (task, error);
    else
        run->take (task, data, sw, error);
}

static void
transmit (GTask *task, const guint8 header[4], GBytes *data, gint le)
{
    g_autoptr (GBytes) apdu = simstow_apdu_new (header, data, le);

    simstow_channel_transmit_async (g_task_get_source_object (task),
                                    apdu,
                                    g_task_get_cancellable (task),
                                    on_transmitted,
                                    g_object_ref (task));
}

static void
next_step (GTask *task);

/* The file is selected, and @answer, which is taken, tells what it is; or not, and @error is
 * taken. */
static void
end_selection (GTask *task, GBytes *answer, GError *error)
{
    Run *run = g_task_get_task_data (task);
    SimstowFileStep *step = current_step (run);

    if (error) {
        step->error = error;
    } else {
        simstow_channel_set_selected (g_task_get_source_object (task), step->path);
        if (step->ins == SIMSTOW_INS_GET_RESPONSE)
            step->answer = answer;
        else
            g_bytes_unref (answer);
    }
    if (step->error || step->answer)
        run->next++;
    next_step (task);
}

/* A file of which the card tells nothing: its records are counted, or its octets */

static void
end_measuring (GTask *task, gboolean records)
{
    const Run *run = g_task_get_task_data (task);
    guint size = records ? run->record_size * run->low : run->low;
    const guint8 size_1 = (guint8) (size >> 8);
    const guint8 size_2 = (guint8) size;
    const guint8 record_1 = (guint8) (run->record_size >> 8);
    const guint8 record_2 = (guint8) run->record_size;
    const guint8 count = (guint8) run->low;
    const guint8 linear[] =
        {0x62, 11, 0x82, 5, 0x42, 0x21, record_1, record_2, count, 0x80, 2, size_1, size_2};
    const guint8 transparent[] = {0x62, 8, 0x82, 2, 0x41, 0x21, 0x80, 2, size_1, size_2};

    end_selection (task,
                   records ? g_bytes_new (linear, sizeof (linear))
                           : g_bytes_new (transparent, sizeof (transparent)),
                   NULL);
}

static void
try_record (GTask *task, guint record)
{
    const Run *run = g_task_get_task_data (task);
    const guint8 header[] = {0x00, SIMSTOW_INS_READ_RECORD, (guint8) record, SIMSTOW_MODE_ABSOLUTE};

    transmit (task, header, NULL, (gint) run->record_size);
}

/* A record that is there and cannot be read is one, too. */
static void
take_counted (GTask *task, GBytes *data, guint16 sw, GError *error)
{
    Run *run = g_task_get_task_data (task);
    g_autoptr (GError) fault = error;
    guint middle = (run->low + run->high) / 2;

    if (g_error_matches (fault, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND))
        run->high = middle;
    else
        run->low = middle;
    if (run->high - run->low > 1)
        try_record (task, (run->low + run->high) / 2);
    else
        end_measuring (task, TRUE);
}

static void
try_octets (GTask *task)
{
    const Run *run = g_task_get_task_data (task);
    const guint8 header[] = {0x00,
                             SIMSTOW_INS_READ_BINARY,
                             (guint8) (run->low >> 8),
                             (guint8) run->low};

    transmit (task, header, NULL, SIMSTOW_APDU_LE_ALL);
}

static void
take_octets (GTask *task, GBytes *data, guint16 sw, GError *error)
{
    Run *run = g_task_get_task_data (task);
    g_autoptr (GError) fault = error;
    gsize size = data ? g_bytes_get_size (data) : 0;

    if (fault && run->low == 0) {
        end_selection (task, NULL, g_steal_pointer (&fault));
        return;
    }
    run->low += (guint) size;
    if (size < BLOCK_SIZE || run->low >= MAX_FILE_SIZE)
        end_measuring (task, FALSE);
    else
        try_octets (task);
}

static void
take_first_record (GTask *task, GBytes *data, guint16 sw, GError *error)
{
    Run *run = g_task_get_task_data (task);

    if (sw == SW_WRONG_STRUCTURE) {
        g_error_free (error);
        run->take = take_octets;
        run->low = 0;
        try_octets (task);
    } else if (error) {
        end_selection (task, NULL, error);
    } else {
        run->take = take_counted;
        run->record_size = (guint) g_bytes_get_size (data);
        run->low = 1;
        run->high = MAX_RECORDS + 1;
        try_record (task, (run->low + run->high) / 2);
    }
}

static void
measure (GTask *task)
{
    Run *run = g_task_get_task_data (task);

    run->take = take_first_record;
    run->record_size = 0;
    try_record (task, 1);
}

/* Selecting */

static void
send_form (GTask *task)
{
    const Run *run = g_task_get_task_data (task);
    const guint8 header[] = {0x00, INS_SELECT, forms[run->form].p1, forms[run->form].p2};
    g_autoptr (GBytes) folder = g_bytes_new (run->walk->data + run->offset, STEP);

    transmit (task,
              header,
              forms[run->form].p1 != 0 ? current_step (run)->path : folder,
              forms[run->form].le);
}

/* Goes on with another form, one of other parameters where it is these that were refused; or
 * ends with the refusal of the first one. Takes @error. */
static void
try_another (GTask *task, gboolean others, GError *error)
{
    Run *run = g_task_get_task_data (task);
    guint refused = run->form;

    if (!run->refusal)
        run->refusal = g_steal_pointer (&error);
    g_clear_error (&error);
    run->offset = 0;
    do
        run->form++;
    while (others && run->form < G_N_ELEMENTS (forms) && forms[run->form].p1 == forms[refused].p1 &&
           forms[run->form].p2 == forms[refused].p2);
    if (run->form < G_N_ELEMENTS (forms))
        send_form (task);
    else
        end_selection (task, NULL, g_steal_pointer (&run->refusal));
}

static void
take_selected (GTask *task, GBytes *data)
{
    Run *run = g_task_get_task_data (task);
    SimstowCardMemory *memory = memory_of (task);
    gboolean quiet = g_bytes_get_size (data) == 0;

    if (quiet && forms[run->form].p2 != P2_NOTHING && !run->silent) {
        run->silent = TRUE;
        try_another (task, TRUE, NULL);
        return;
    }
    memory->form = run->form;
    memory->silent = run->silent;
    if (quiet)
        measure (task);
    else
        end_selection (task, g_bytes_ref (data), NULL);
}

static void
take_form (GTask *task, GBytes *data, guint16 sw, GError *error)
{
    Run *run = g_task_get_task_data (task);

    if (sw == SW_WRONG_LENGTH || sw == SW_WRONG_PARAMETERS || sw == SW_WRONG_OFFSET) {
        try_another (task, sw != SW_WRONG_LENGTH, error);
    } else if (error) {
        end_selection (task, NULL, error);
    } else if (forms[run->form].p1 == 0 && run->offset + STEP < run->walk->len) {
        run->offset += STEP;
        send_form (task);
    } else {
        take_selected (task, data);
    }
}

/* What was taken before is tried first. Step by step it goes from the MF on; an application is
 * found from anywhere. */
static void
start_selection (GTask *task)
{
    static const guint8 mf[] = {0x3F, 0x00};
    static const guint8 application[] = {0x7F, 0xFF};
    Run *run = g_task_get_task_data (task);
    gsize size;
    const guint8 *path = g_bytes_get_data (current_step (run)->path, &size);

    simstow_channel_set_selected (g_task_get_source_object (task), NULL);
    g_byte_array_set_size (run->walk, 0);
    if (size < STEP || memcmp (path, application, STEP) != 0)
        g_byte_array_append (run->walk, mf, sizeof (mf));
    g_byte_array_append (run->walk, path, (guint) (size - size % STEP));
    run->take = take_form;
    run->offset = 0;
    run->form = memory_of (task)->form;
    run->silent = memory_of (task)->silent;
    g_clear_error (&run->refusal);
    send_form (task);
}

/* The commands */

static void
take_answer (GTask *task, GBytes *data, guint16 sw, GError *error)
{
    Run *run = g_task_get_task_data (task);
    SimstowFileStep *step = current_step (run);

    step->error = error;
    step->answer = data ? g_bytes_ref (data) : NULL;
    run->next++;
    next_step (task);
}

static void
next_step (GTask *task)
{
    Run *run = g_task_get_task_data (task);
    GBytes *selected = simstow_channel_get_selected (g_task_get_source_object (task));
    const SimstowFileStep *step;

    if (run->next == run->steps->len) {
        g_task_return_boolean (task, TRUE);
        return;
    }
    if (g_cancellable_is_cancelled (g_task_get_cancellable (task))) {
        g_task_return_error (task, simstow_card_cancelled_error ());
        return;
    }
    step = current_step (run);
    if (step->ins == SIMSTOW_INS_GET_RESPONSE || !selected ||
        !g_bytes_equal (selected, step->path)) {
        start_selection (task);
    } else {
        const guint8 header[] = {0x00, step->ins, step->parameters[0], step->parameters[1]};

        gboolean asks = !step->data || step->ins == SIMSTOW_INS_SEARCH_RECORD;

        run->take = take_answer;
        transmit (task, header, step->data, asks ? step->parameters[2] : SIMSTOW_APDU_LE_NONE);
    }
}

void
simstow_file_steps_by_channel (SimstowChannel *channel,
                               GPtrArray *steps,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (channel, cancellable, callback, user_data);
    Run *run = g_new0 (Run, 1);

    g_task_set_source_tag (task, simstow_file_steps_by_channel);
    g_task_set_check_cancellable (task, FALSE);
    run->steps = g_ptr_array_ref (steps);
    run->walk = g_byte_array_new ();
    g_task_set_task_data (task, run, run_free);
    next_step (task);
}
