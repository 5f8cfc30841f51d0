/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SELECT by path with FCP wanted (ETSI TS 102 221 11.1.1) is what nearly every card takes. Else
 * it goes with other parameters, without the length of the answer, and step by step.
 */

#include "simstow-select.h"

#include "simstow-apdu.h"
#include "simstow-error.h"

#define INS_SELECT    0xA4
#define STEP          2
#define BLOCK_SIZE    256
#define MAX_FILE_SIZE (32 * 1024)
#define MAX_RECORDS   254

/* That the parameters or the length are wrong, and that a file has no records */
#define SW_WRONG_LENGTH     0x6700
#define SW_WRONG_PARAMETERS 0x6A86
#define SW_WRONG_OFFSET     0x6B00
#define SW_WRONG_STRUCTURE  0x6981

typedef struct {
    guint8 p1; /* 08 by path, 00 by identifier, step by step */
    guint8 p2; /* 04 FCP wanted, 00 whatever there is, 0C nothing */
    gint le;
} Form;

static const Form forms[] = {
    {0x08, 0x04, SIMSTOW_APDU_LE_ALL},
    {0x08, 0x04, SIMSTOW_APDU_LE_NONE},
    {0x08, 0x00, SIMSTOW_APDU_LE_ALL},
    {0x08, 0x00, SIMSTOW_APDU_LE_NONE},
    {0x00, 0x04, SIMSTOW_APDU_LE_ALL},
    {0x00, 0x04, SIMSTOW_APDU_LE_NONE},
    {0x00, 0x00, SIMSTOW_APDU_LE_ALL},
    {0x08, 0x0C, SIMSTOW_APDU_LE_NONE},
    {0x00, 0x0C, SIMSTOW_APDU_LE_NONE},
};

typedef struct {
    GBytes *path;
    GBytes *steps; /* the same, with the MF at its beginning where it is left out */
    gsize offset;  /* of the step under way */
    guint form;
    gboolean silent; /* a form was taken, and brought no answer */
    GError *error;   /* of the first form */
    void (*next) (GTask *task, GBytes *data, guint16 sw, GError *error);
    /* what reading shows of a file of which nothing is told */
    guint record_size;
    guint low;  /* the last record, or the number of octets, that there is for sure */
    guint high; /* the first record that there is not */
} Selection;

static void
selection_free (gpointer data)
{
    Selection *selection = data;

    g_bytes_unref (selection->path);
    g_bytes_unref (selection->steps);
    g_clear_error (&selection->error);
    g_free (selection);
}

#define SILENT 0x100

/* Of the channel: the place of the form that was taken last, and whether it brought no answer */
static GQuark
form_quark (void)
{
    return g_quark_from_static_string ("simstow-select-form");
}

static void
on_transmitted (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    const Selection *selection = g_task_get_task_data (task);
    g_autoptr (GBytes) response = NULL;
    g_autoptr (GBytes) data = NULL;
    GError *error = NULL;
    guint16 sw = 0;

    response = simstow_channel_transmit_finish (SIMSTOW_CHANNEL (source), result, &error);
    if (!response || !simstow_apdu_split (response, NULL, &sw, &error)) {
        g_task_return_error (task, error);
        return;
    }
    data = simstow_apdu_take_data (response, &error);
    selection->next (task, data, sw, error);
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

/* A file of which the card tells nothing: its records are counted, or its octets */

static void
return_shape (GTask *task, gboolean records)
{
    const Selection *selection = g_task_get_task_data (task);
    guint size = records ? selection->record_size * selection->low : selection->low;
    const guint8 linear[] = {0x62,
                             0x0B,
                             0x82,
                             0x05,
                             0x42,
                             0x21,
                             (guint8) (selection->record_size >> 8),
                             (guint8) selection->record_size,
                             (guint8) selection->low,
                             0x80,
                             0x02,
                             (guint8) (size >> 8),
                             (guint8) size};
    const guint8 transparent[] =
        {0x62, 0x08, 0x82, 0x02, 0x41, 0x21, 0x80, 0x02, (guint8) (size >> 8), (guint8) size};

    g_task_return_pointer (task,
                           records ? g_bytes_new (linear, sizeof (linear))
                                   : g_bytes_new (transparent, sizeof (transparent)),
                           (GDestroyNotify) g_bytes_unref);
}

static void
read_record (GTask *task, guint record)
{
    const Selection *selection = g_task_get_task_data (task);
    const guint8 header[] = {0x00, SIMSTOW_INS_READ_RECORD, (guint8) record, SIMSTOW_MODE_ABSOLUTE};

    transmit (task, header, NULL, (gint) selection->record_size);
}

static guint
middle (const Selection *selection)
{
    return (selection->low + selection->high) / 2;
}

/* A record that is there and cannot be read is one, too. */
static void
on_counted (GTask *task, GBytes *data, guint16 sw, GError *error)
{
    Selection *selection = g_task_get_task_data (task);
    g_autoptr (GError) fault = error;

    if (g_error_matches (fault, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND))
        selection->high = middle (selection);
    else
        selection->low = middle (selection);
    if (selection->high - selection->low > 1)
        read_record (task, middle (selection));
    else
        return_shape (task, TRUE);
}

static void
read_binary (GTask *task)
{
    const Selection *selection = g_task_get_task_data (task);
    const guint8 header[] = {0x00,
                             SIMSTOW_INS_READ_BINARY,
                             (guint8) (selection->low >> 8),
                             (guint8) selection->low};

    transmit (task, header, NULL, SIMSTOW_APDU_LE_ALL);
}

static void
on_piece (GTask *task, GBytes *data, guint16 sw, GError *error)
{
    Selection *selection = g_task_get_task_data (task);
    g_autoptr (GError) fault = error;
    gsize size = data ? g_bytes_get_size (data) : 0;

    if (fault && selection->low == 0) {
        g_task_return_error (task, g_steal_pointer (&fault));
        return;
    }
    selection->low += (guint) size;
    if (size < BLOCK_SIZE || selection->low >= MAX_FILE_SIZE)
        return_shape (task, FALSE);
    else
        read_binary (task);
}

static void
on_first_record (GTask *task, GBytes *data, guint16 sw, GError *error)
{
    Selection *selection = g_task_get_task_data (task);

    if (sw == SW_WRONG_STRUCTURE) {
        g_error_free (error);
        selection->next = on_piece;
        read_binary (task);
    } else if (error) {
        g_task_return_error (task, error);
    } else {
        selection->record_size = (guint) g_bytes_get_size (data);
        selection->low = 1;
        selection->high = MAX_RECORDS + 1;
        selection->next = on_counted;
        read_record (task, middle (selection));
    }
}

static void
find_shape (GTask *task)
{
    Selection *selection = g_task_get_task_data (task);

    selection->next = on_first_record;
    read_record (task, 1);
}

/* Selecting */

static void
send_form (GTask *task)
{
    const Selection *selection = g_task_get_task_data (task);
    const Form *form = &forms[selection->form];
    const guint8 header[] = {0x00, INS_SELECT, form->p1, form->p2};
    g_autoptr (GBytes) step = NULL;

    if (form->p1 != 0) {
        transmit (task, header, selection->path, form->le);
        return;
    }
    step = g_bytes_new_from_bytes (selection->steps, selection->offset, STEP);
    transmit (task, header, step, form->le);
}

/* Goes on with another form, one of other parameters where it is these that were refused; or
 * ends with the refusal of the first one. Takes @error. */
static void
try_another (GTask *task, gboolean others, GError *error)
{
    Selection *selection = g_task_get_task_data (task);
    const Form *refused = &forms[selection->form];

    if (!selection->error)
        selection->error = g_steal_pointer (&error);
    g_clear_error (&error);
    selection->offset = 0;
    do
        selection->form++;
    while (others && selection->form < G_N_ELEMENTS (forms) &&
           forms[selection->form].p1 == refused->p1 && forms[selection->form].p2 == refused->p2);
    if (selection->form < G_N_ELEMENTS (forms))
        send_form (task);
    else
        g_task_return_error (task, g_steal_pointer (&selection->error));
}

static gboolean
is_step (const Selection *selection)
{
    return forms[selection->form].p1 == 0 &&
           selection->offset + STEP < g_bytes_get_size (selection->steps);
}

static void
take_selection (GTask *task, GBytes *data)
{
    Selection *selection = g_task_get_task_data (task);
    gboolean quiet = forms[selection->form].p2 == 0x0C;

    if (g_bytes_get_size (data) == 0 && !quiet && !selection->silent) {
        selection->silent = TRUE;
        try_another (task, TRUE, NULL);
        return;
    }
    g_object_set_qdata (g_task_get_source_object (task),
                        form_quark (),
                        GUINT_TO_POINTER (selection->form | (selection->silent ? SILENT : 0)));
    if (g_bytes_get_size (data) == 0)
        find_shape (task);
    else
        g_task_return_pointer (task, g_bytes_ref (data), (GDestroyNotify) g_bytes_unref);
}

static void
on_selected (GTask *task, GBytes *data, guint16 sw, GError *error)
{
    Selection *selection = g_task_get_task_data (task);

    if (sw == SW_WRONG_LENGTH || sw == SW_WRONG_PARAMETERS || sw == SW_WRONG_OFFSET) {
        try_another (task, sw != SW_WRONG_LENGTH, error);
    } else if (error) {
        g_task_return_error (task, error);
    } else if (is_step (selection)) {
        selection->offset += STEP;
        send_form (task);
    } else {
        take_selection (task, data);
    }
}

/* The steps from the MF on; an application is found from anywhere. */
static GBytes *
make_steps (GBytes *path)
{
    static const guint8 mf[] = {0x3F, 0x00};
    GByteArray *steps = g_byte_array_new ();
    gsize size;
    const guint8 *octets = g_bytes_get_data (path, &size);

    if (size < STEP || octets[0] != 0x7F || octets[1] != 0xFF)
        g_byte_array_append (steps, mf, sizeof (mf));
    g_byte_array_append (steps, octets, (guint) (size - size % STEP));
    return g_byte_array_free_to_bytes (steps);
}

void
simstow_select_async (SimstowChannel *channel,
                      GBytes *path,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (channel, cancellable, callback, user_data);
    Selection *selection = g_new0 (Selection, 1);

    g_task_set_source_tag (task, simstow_select_async);
    g_task_set_check_cancellable (task, FALSE);
    selection->path = g_bytes_ref (path);
    selection->steps = make_steps (path);
    selection->next = on_selected;
    selection->form = GPOINTER_TO_UINT (g_object_get_qdata (G_OBJECT (channel), form_quark ()));
    selection->silent = (selection->form & SILENT) != 0;
    selection->form &= SILENT - 1;
    g_task_set_task_data (task, selection, selection_free);
    send_form (task);
}

GBytes *
simstow_select_finish (SimstowChannel *channel, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, channel), NULL);

    return g_task_propagate_pointer (G_TASK (result), error);
}
