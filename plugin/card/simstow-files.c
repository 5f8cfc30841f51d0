/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of the card. Both ways come down to one exchange, a header and data
 * in, data and status word out; the channel sends it as an APDU, +CRSM as a
 * restricted command on the path that was selected.
 */

#include "simstow-files.h"

#include <string.h>

#include "simstow-apdu.h"
#include "simstow-error.h"
#include "simstow-hex.h"
#include "simstow-names.h"
#include "simstow-restricted.h"
#include "simstow-select.h"

/* Where no channel was to be had none is asked for so long: the visits of a job come close */
#define RESTRICTED_USEC (30 * G_USEC_PER_SEC)

#define MODE_PREVIOUS 0x03
#define CHUNK         255
#define MAX_FILE_SIZE (32 * 1024)

/* The USIM, its identifier cut short so that any of them answers; TS 31.102 */
static const guint8 usim_aid[] = {0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02};

struct _SimstowFiles {
    GObject parent_instance;
    SimstowCard *card;
    SimstowChannel *channel;
    SimstowRestricted *restricted; /* in place of a channel */
    GError *refusal; /* why no channel could be had, where restricted access stands in */
    GBytes *path;
    SimstowFcp fcp;
};

G_DEFINE_TYPE (SimstowFiles, simstow_files, G_TYPE_OBJECT)

const gchar *
simstow_files_get_way (SimstowFiles *self)
{
    if (self->channel)
        return simstow_channel_get_way (self->channel);
    return self->restricted ? SIMSTOW_WAY_CRSM : "none";
}

/* The session */

static gboolean
is_known_as_restricted (SimstowFiles *self)
{
    return g_strcmp0 (simstow_card_get_way (self->card), SIMSTOW_WAY_CRSM) == 0 &&
           simstow_card_get_age_of_way (self->card) < RESTRICTED_USEC;
}

static void
on_card_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowFiles *self = g_task_get_source_object (task);
    GError *error = NULL;

    self->channel = simstow_card_open_finish (SIMSTOW_CARD (source), result, NULL, &error);
    if (!self->channel && !g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED) &&
        simstow_port_has_at (simstow_card_get_port (self->card)))
        self->restricted = simstow_restricted_new (simstow_card_get_port (self->card));
    g_clear_error (&self->refusal);
    /* every card that a modem of today takes has a USIM: it is there, though not to be had */
    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND))
        error->code = SIMSTOW_ERROR_MODEM_ERROR;
    if (!self->channel && !self->restricted) {
        g_task_return_error (task, error);
        return;
    }
    if (self->channel)
        simstow_card_set_way (self->card, simstow_files_get_way (self));
    self->refusal = error;
    g_task_return_boolean (task, TRUE);
}

void
simstow_files_open_async (SimstowFiles *self,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    g_autoptr (GPtrArray) aids = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

    g_task_set_source_tag (task, simstow_files_open_async);
    g_task_set_check_cancellable (task, FALSE);
    if (is_known_as_restricted (self)) {
        self->restricted = simstow_restricted_new (simstow_card_get_port (self->card));
        g_task_return_boolean (task, TRUE);
        return;
    }
    g_ptr_array_add (aids, g_bytes_new_static (usim_aid, sizeof (usim_aid)));
    simstow_card_open_async (self->card, aids, cancellable, on_card_ready, g_steal_pointer (&task));
}

gboolean
simstow_files_open_finish (SimstowFiles *self, GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_close_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GError *error = NULL;

    if (simstow_channel_close_finish (SIMSTOW_CHANNEL (source), result, &error))
        g_task_return_boolean (task, TRUE);
    else
        g_task_return_error (task, error);
}

void
simstow_files_close_async (SimstowFiles *self, GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
    g_autoptr (SimstowChannel) channel = g_steal_pointer (&self->channel);

    g_task_set_source_tag (task, simstow_files_close_async);
    g_clear_object (&self->restricted);
    if (channel)
        simstow_channel_close_async (channel, on_close_ready, g_steal_pointer (&task));
    else
        g_task_return_boolean (task, TRUE);
}

gboolean
simstow_files_close_finish (SimstowFiles *self, GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean (G_TASK (result), error);
}

/* One exchange */

static void
return_bytes (GTask *task, GBytes *data, GError *error)
{
    if (data)
        g_task_return_pointer (task, data, (GDestroyNotify) g_bytes_unref);
    else
        g_task_return_error (task, error);
}

static void
on_transmit_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GError *error = NULL;
    g_autoptr (GBytes) response =
        simstow_channel_transmit_finish (SIMSTOW_CHANNEL (source), result, &error);
    GBytes *data = response ? simstow_apdu_take_data (response, &error) : NULL;

    return_bytes (task, data, error);
}

static void
on_restricted_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GPtrArray *commands = g_task_get_task_data (task);
    SimstowRestrictedCommand *command = g_ptr_array_index (commands, 0);
    GError *error = NULL;

    if (!simstow_restricted_run_finish (SIMSTOW_RESTRICTED (source), result, &error))
        g_task_return_error (task, error);
    else if (command->error)
        g_task_return_error (task, g_steal_pointer (&command->error));
    else
        return_bytes (task, g_steal_pointer (&command->answer), NULL);
}

/* Makes a list of commands the task's data, and carries it out. */
static void
run_restricted (GTask *task, GPtrArray *commands, GAsyncReadyCallback callback)
{
    SimstowFiles *self = g_task_get_source_object (task);

    g_task_set_task_data (task, commands, (GDestroyNotify) g_ptr_array_unref);
    simstow_restricted_run_async (self->restricted,
                                  commands,
                                  g_task_get_cancellable (task),
                                  callback,
                                  g_object_ref (task));
}

static GPtrArray *
commands_new (void)
{
    return g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_restricted_command_free);
}

/* Sends one command; @le is also P3 of a restricted command that writes nothing. The
 * result is a GBytes, the data that came with a status word of success. */
static void
exchange (SimstowFiles *self,
          const guint8 header[4],
          GBytes *data,
          gint le,
          GCancellable *cancellable,
          GAsyncReadyCallback callback,
          gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

    g_task_set_source_tag (task, exchange);
    g_task_set_check_cancellable (task, FALSE);
    if (self->channel) {
        g_autoptr (GBytes) apdu = simstow_apdu_new (header, data, le);

        simstow_channel_transmit_async (self->channel,
                                        apdu,
                                        cancellable,
                                        on_transmit_ready,
                                        g_steal_pointer (&task));
    } else if (self->restricted && self->path) {
        guint8 p3 = (guint8) (data ? g_bytes_get_size (data) : (gsize) le);
        const guint8 parameters[] = {header[2], header[3], p3};
        GPtrArray *commands = commands_new ();

        g_ptr_array_add (commands,
                         simstow_restricted_command_new (header[1], self->path, parameters, data));
        run_restricted (task, commands, on_restricted_ready);
    } else {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_MODEM_ERROR,
                                 "no session with the card is open");
    }
}

/* Selecting */

/* Takes @error. */
static void
take_shape (GTask *task, GBytes *answer, GError *error)
{
    SimstowFiles *self = g_task_get_source_object (task);

    if (!answer || !simstow_fcp_decode (answer, &self->fcp, &error)) {
        g_task_return_error (task, simstow_card_tell_more (error, self->refusal));
        return;
    }
    if (self->refusal) /* restricted access proves itself only now */
        simstow_card_set_way (self->card, simstow_files_get_way (self));
    g_clear_error (&self->refusal);
    g_task_return_boolean (task, TRUE);
}

static void
on_described (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GError *error = NULL;
    g_autoptr (GBytes) answer = g_task_propagate_pointer (G_TASK (result), &error);

    take_shape (task, answer, error);
}

static void
on_selected (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GError *error = NULL;
    g_autoptr (GBytes) answer = simstow_select_finish (SIMSTOW_CHANNEL (source), result, &error);

    take_shape (task, answer, error);
}

void
simstow_files_select_async (SimstowFiles *self,
                            const gchar *path,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
    static const guint8 get_response[] = {0x00, SIMSTOW_INS_GET_RESPONSE, 0x00, 0x00};
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    GError *error = NULL;

    g_task_set_source_tag (task, simstow_files_select_async);
    g_task_set_check_cancellable (task, FALSE);
    g_clear_pointer (&self->path, g_bytes_unref);
    self->fcp = (SimstowFcp){0};
    self->path = simstow_hex_decode (path, -1, &error);
    if (!self->path) {
        g_task_return_error (task, error);
        return;
    }
    if (self->channel)
        simstow_select_async (self->channel,
                              self->path,
                              cancellable,
                              on_selected,
                              g_steal_pointer (&task));
    else
        exchange (self,
                  get_response,
                  NULL,
                  SIMSTOW_APDU_LE_ALL,
                  cancellable,
                  on_described,
                  g_steal_pointer (&task));
}

gboolean
simstow_files_select_finish (SimstowFiles *self,
                             GAsyncResult *result,
                             SimstowFcp *fcp,
                             GError **error)
{
    if (!g_task_propagate_boolean (G_TASK (result), error))
        return FALSE;
    *fcp = self->fcp;
    return TRUE;
}

/* Reading */

/* The result of an exchange that read: what is more than any record has is no answer to it */
static GBytes *
read_finish (GAsyncResult *result, GError **error)
{
    g_autoptr (GBytes) data = g_task_propagate_pointer (G_TASK (result), error);

    if (data && g_bytes_get_size (data) > CHUNK) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_MODEM_ERROR,
                             "more bytes came than any record has");
        return NULL;
    }
    return g_steal_pointer (&data);
}

static void
on_record_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GError *error = NULL;
    GBytes *data = read_finish (result, &error);

    return_bytes (task, data, error);
}

static void
on_piece_ready (GObject *source, GAsyncResult *result, gpointer user_data);

/* Reads the next piece of a transparent file, or ends with what there is. */
static void
read_piece (GTask *task)
{
    SimstowFiles *self = g_task_get_source_object (task);
    GByteArray *contents = g_task_get_task_data (task);
    guint size = MIN (self->fcp.size, MAX_FILE_SIZE);
    guint8 header[] = {0x00, SIMSTOW_INS_READ_BINARY, 0x00, 0x00};

    if (contents->len >= size) {
        return_bytes (task, g_bytes_new (contents->data, contents->len), NULL);
        return;
    }
    header[2] = (guint8) (contents->len >> 8);
    header[3] = (guint8) contents->len;
    exchange (self,
              header,
              NULL,
              (gint) MIN (size - contents->len, CHUNK),
              g_task_get_cancellable (task),
              on_piece_ready,
              g_object_ref (task));
}

static void
on_piece_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GByteArray *contents = g_task_get_task_data (task);
    GError *error = NULL;
    g_autoptr (GBytes) piece = read_finish (result, &error);

    if (piece && g_bytes_get_size (piece) == 0)
        error = g_error_new (SIMSTOW_ERROR,
                             SIMSTOW_ERROR_MODEM_ERROR,
                             "the file ends at byte %u of %u",
                             contents->len,
                             SIMSTOW_FILES (source)->fcp.size);
    if (error) {
        g_task_return_error (task, error);
        return;
    }
    g_byte_array_append (contents,
                         g_bytes_get_data (piece, NULL),
                         (guint) g_bytes_get_size (piece));
    read_piece (task);
}

void
simstow_files_read_async (SimstowFiles *self,
                          guint record,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
    const guint8 header[] = {0x00, SIMSTOW_INS_READ_RECORD, (guint8) record, SIMSTOW_MODE_ABSOLUTE};
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

    g_task_set_source_tag (task, simstow_files_read_async);
    g_task_set_check_cancellable (task, FALSE);
    if (record == 0) {
        g_task_set_task_data (task, g_byte_array_new (), (GDestroyNotify) g_byte_array_unref);
        read_piece (task);
    } else if (record > self->fcp.n_records) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_NOT_FOUND,
                                 "the file has no record %u",
                                 record);
    } else {
        exchange (self,
                  header,
                  NULL,
                  (gint) self->fcp.record_size,
                  cancellable,
                  on_record_ready,
                  g_steal_pointer (&task));
    }
}

GBytes *
simstow_files_read_finish (SimstowFiles *self, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_range_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GPtrArray *commands = g_task_get_task_data (task);
    g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    g_autoptr (GError) error = NULL;
    guint i;

    if (!simstow_restricted_run_finish (SIMSTOW_RESTRICTED (source), result, &error)) {
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    for (i = 0; i < commands->len && !error; i++) {
        SimstowRestrictedCommand *command = g_ptr_array_index (commands, i);

        if (command->answer)
            g_ptr_array_add (records, g_steal_pointer (&command->answer));
        else
            error = g_steal_pointer (&command->error);
    }
    if (records->len > 0)
        g_task_return_pointer (task,
                               g_steal_pointer (&records),
                               (GDestroyNotify) g_ptr_array_unref);
    else
        g_task_return_error (task, g_steal_pointer (&error));
}

static void
read_range (GTask *task, guint first, guint count)
{
    SimstowFiles *self = g_task_get_source_object (task);
    GPtrArray *commands = commands_new ();
    guint i;

    for (i = first; i < first + count; i++) {
        const guint8 parameters[] = {(guint8) i,
                                     SIMSTOW_MODE_ABSOLUTE,
                                     (guint8) self->fcp.record_size};

        g_ptr_array_add (
            commands,
            simstow_restricted_command_new (SIMSTOW_INS_READ_RECORD, self->path, parameters, NULL));
    }
    run_restricted (task, commands, on_range_ready);
}

static void
on_first_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GError *error = NULL;
    GBytes *data = simstow_files_read_finish (SIMSTOW_FILES (source), result, &error);
    GPtrArray *records;

    if (!data) {
        g_task_return_error (task, error);
        return;
    }
    records = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    g_ptr_array_add (records, data);
    g_task_return_pointer (task, records, (GDestroyNotify) g_ptr_array_unref);
}

void
simstow_files_read_some_async (SimstowFiles *self,
                               guint first,
                               guint count,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    guint end = self->fcp.n_records + 1;

    g_task_set_source_tag (task, simstow_files_read_some_async);
    g_task_set_check_cancellable (task, FALSE);
    if (self->restricted && self->path && first > 0 && first < end)
        read_range (task, first, MIN (count, end - first));
    else
        simstow_files_read_async (self,
                                  first,
                                  cancellable,
                                  on_first_ready,
                                  g_steal_pointer (&task));
}

GPtrArray *
simstow_files_read_some_finish (SimstowFiles *self, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer (G_TASK (result), error);
}

/* Writing */

static void
on_update_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GError *error = NULL;
    g_autoptr (GBytes) nothing = g_task_propagate_pointer (G_TASK (result), &error);

    if (nothing)
        g_task_return_boolean (task, TRUE);
    else
        g_task_return_error (task, error);
}

void
simstow_files_update_async (SimstowFiles *self,
                            guint record,
                            GBytes *data,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
    const guint8 header[] = {0x00,
                             SIMSTOW_INS_UPDATE_RECORD,
                             (guint8) record,
                             record ? SIMSTOW_MODE_ABSOLUTE : MODE_PREVIOUS};
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

    g_task_set_source_tag (task, simstow_files_update_async);
    g_task_set_check_cancellable (task, FALSE);
    if (record > self->fcp.n_records || g_bytes_get_size (data) != self->fcp.record_size) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_INVALID_RECORD,
                                 "record %u of %u, %" G_GSIZE_FORMAT " bytes instead of %u",
                                 record,
                                 self->fcp.n_records,
                                 g_bytes_get_size (data),
                                 self->fcp.record_size);
        return;
    }
    exchange (self,
              header,
              data,
              SIMSTOW_APDU_LE_NONE,
              cancellable,
              on_update_ready,
              g_steal_pointer (&task));
}

gboolean
simstow_files_update_finish (SimstowFiles *self, GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean (G_TASK (result), error);
}

static void
simstow_files_finalize (GObject *object)
{
    SimstowFiles *self = SIMSTOW_FILES (object);

    g_clear_object (&self->channel);
    g_clear_object (&self->restricted);
    g_clear_object (&self->card);
    g_clear_error (&self->refusal);
    g_clear_pointer (&self->path, g_bytes_unref);
    G_OBJECT_CLASS (simstow_files_parent_class)->finalize (object);
}

static void
simstow_files_class_init (SimstowFilesClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_files_finalize;
}

static void
simstow_files_init (SimstowFiles *self)
{
}

SimstowFiles *
simstow_files_new (SimstowCard *card)
{
    SimstowFiles *self = g_object_new (SIMSTOW_TYPE_FILES, NULL);

    self->card = g_object_ref (card);
    return self;
}
