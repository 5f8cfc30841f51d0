/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated modem's fronts behind SimstowPort. libmbim's own functions that
 * send are replaced here; messages are made and taken apart by the real ones.
 */

#include "modem-port.h"

#include <string.h>

#include <glib/gstdio.h>
#include <libmbim-glib.h>
#include <libmm-glib.h>

#include "sim-at.h"
#include "sim-card-bytes.h"
#include "sim-card-line.h"
#include "sim-dump.h"
#include "sim-mbim.h"
#include "sim-scenario.h"
#include "simstow-error.h"
#include "simstow-host-error.h"

#define DEADLINE_MAX 240
#define OK           "\r\nOK\r\n"
#define CME_ERROR    "+CME ERROR: "
#define CMS_ERROR    "+CMS ERROR: "
#define LINE_KEY     "modem-port"
#define COMMAND_DONE 0x80000003u
#define DONE_HEADER  48

struct _ModemPort {
    SimstowPort parent_instance;

    SimStore *store;
    SimKnobs *knobs;
    SimCardSlot *slot;
    SimAt *at;
    SimMbim *mbim;
    MbimDevice *device; /* never opened */
    GString *answer;
    GPtrArray *sent;
    guint seconds;
    gchar *sim;
    guint cancel_at;
    GCancellable *cancel;
};

G_DEFINE_FINAL_TYPE (ModemPort, modem_port, SIMSTOW_TYPE_PORT)

/* What every command has in common. Takes @text. */
static void
begin_command (ModemPort *self, gchar *text, guint seconds)
{
    g_assert_cmpuint (seconds, >, 0);
    g_assert_cmpuint (seconds, <=, DEADLINE_MAX);
    self->seconds = seconds;
    g_ptr_array_add (self->sent, text);
    if (self->sent->len == self->cancel_at)
        g_cancellable_cancel (self->cancel);
}

/* AT */

static void
on_output (const gchar *bytes, gsize length, gpointer user_data)
{
    ModemPort *self = user_data;

    if (bytes != NULL)
        g_string_append_len (self->answer, bytes, length);
}

static GError *
daemon_error (GError *error)
{
    g_autoptr (GError) theirs = error;

    return simstow_host_error_new (theirs);
}

/* The code of an error line */
static gboolean
parse_code (const gchar *answer, const gchar *prefix, gint *code)
{
    const gchar *found = strstr (answer, prefix);

    if (found != NULL)
        *code = atoi (found + strlen (prefix));
    return found != NULL;
}

static gchar *
parse_answer (const gchar *answer, GError **error)
{
    gint code;

    if (g_str_has_suffix (answer, OK))
        return g_strstrip (g_strndup (answer, strlen (answer) - strlen (OK)));
    if (parse_code (answer, CME_ERROR, &code))
        *error = daemon_error (g_error_new (MM_MOBILE_EQUIPMENT_ERROR, code, "CME error"));
    else if (parse_code (answer, CMS_ERROR, &code))
        *error = daemon_error (g_error_new (MM_MESSAGE_ERROR, code, "CMS error"));
    else if (g_str_has_suffix (answer, "\r\nERROR\r\n"))
        *error = daemon_error (g_error_new (MM_MOBILE_EQUIPMENT_ERROR,
                                            MM_MOBILE_EQUIPMENT_ERROR_UNKNOWN,
                                            "Unknown error"));
    else
        *error = daemon_error (g_error_new (MM_SERIAL_ERROR,
                                            MM_SERIAL_ERROR_RESPONSE_TIMEOUT,
                                            "Serial command timed out"));
    return NULL;
}

static gboolean
has_at (SimstowPort *port)
{
    return MODEM_PORT (port)->at != NULL;
}

/* Answers from the main loop, as the daemon does. */
static gboolean
on_at_turn (gpointer user_data)
{
    GTask *task = user_data;
    ModemPort *self = g_task_get_source_object (task);
    const gchar *command = g_task_get_task_data (task);
    g_autofree gchar *line = g_strdup_printf ("AT%s\r", command);
    GError *error = NULL;
    gchar *reply;

    g_string_truncate (self->answer, 0);
    sim_at_feed (self->at, line, strlen (line));
    reply = parse_answer (self->answer->str, &error);
    if (reply != NULL)
        g_task_return_pointer (task, reply, g_free);
    else
        g_task_return_error (task, error);
    return G_SOURCE_REMOVE;
}

static void
at_async (SimstowPort *port,
          const gchar *command,
          gboolean raw,
          guint timeout,
          GCancellable *cancellable,
          GAsyncReadyCallback callback,
          gpointer user_data)
{
    ModemPort *self = MODEM_PORT (port);
    GTask *task = g_task_new (self, NULL, callback, user_data);

    g_assert_nonnull (self->at);
    g_assert_false (raw);
    g_task_set_source_tag (task, at_async);
    if (g_cancellable_is_cancelled (cancellable)) {
        g_task_return_new_error (task, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, "cancelled");
        g_object_unref (task);
        return;
    }
    begin_command (self, g_strdup (command), timeout);
    g_task_set_task_data (task, g_strdup (command), g_free);
    g_idle_add_full (G_PRIORITY_DEFAULT, on_at_turn, task, g_object_unref);
}

static void
lock_sms_async (SimstowPort *port,
                const gchar *mem1,
                const gchar *mem2,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer user_data)
{
    /* the modems here have no memory of messages but the card */
    g_assert_not_reached ();
}

static void
unlock_sms (SimstowPort *port, gboolean mem1, gboolean mem2)
{
    g_assert_not_reached ();
}

/* MBIM */

static GObject *
peek_mbim (SimstowPort *port)
{
    return (GObject *) MODEM_PORT (port)->device;
}

static void
append_u32 (GByteArray *message, guint32 number)
{
    guint32 bytes = GUINT32_TO_LE (number);

    g_byte_array_append (message, (const guint8 *) &bytes, sizeof bytes);
}

/* MBIM 1.0, 9.4.5: MBIM_COMMAND_DONE in one fragment */
static MbimMessage *
command_done (MbimMessage *request, guint32 status, const GByteArray *information)
{
    g_autoptr (GByteArray) message = g_byte_array_new ();

    append_u32 (message, COMMAND_DONE);
    append_u32 (message, DONE_HEADER + information->len);
    append_u32 (message, mbim_message_get_transaction_id (request));
    append_u32 (message, 1);
    append_u32 (message, 0);
    g_byte_array_append (message,
                         (const guint8 *) mbim_message_command_get_service_id (request),
                         sizeof (MbimUuid));
    append_u32 (message, mbim_message_command_get_cid (request));
    append_u32 (message, status);
    append_u32 (message, information->len);
    g_byte_array_append (message, information->data, information->len);
    return mbim_message_new (message->data, message->len);
}

static gboolean
on_mbim_turn (gpointer user_data)
{
    GTask *task = user_data;
    ModemPort *self = g_object_get_data (g_task_get_source_object (task), LINE_KEY);
    MbimMessage *request = g_task_get_task_data (task);
    g_autoptr (GByteArray) out = NULL;
    SimMbimOutcome outcome;
    guint32 status = 0;
    guint32 size = 0;
    const guint8 *information = mbim_message_command_get_raw_information_buffer (request, &size);

    outcome = sim_mbim_run (self->mbim,
                            (const guint8 *) mbim_message_command_get_service_id (request),
                            mbim_message_command_get_cid (request),
                            mbim_message_command_get_command_type (request) ==
                                MBIM_MESSAGE_COMMAND_TYPE_SET,
                            information,
                            size,
                            &status,
                            &out);
    if (outcome == SIM_MBIM_ANSWER)
        g_task_return_pointer (task,
                               command_done (request, status, out),
                               (GDestroyNotify) mbim_message_unref);
    else
        g_task_return_new_error (task,
                                 MBIM_CORE_ERROR,
                                 MBIM_CORE_ERROR_TIMEOUT,
                                 "Transaction timed out");
    return G_SOURCE_REMOVE;
}

static gchar *
show_request (MbimMessage *request)
{
    guint32 size = 0;
    const guint8 *information = mbim_message_command_get_raw_information_buffer (request, &size);
    g_autofree gchar *hex = sim_card_hex_encode (information, size);

    return g_strdup_printf ("%u %s", mbim_message_command_get_cid (request), hex);
}

/* In place of libmbim's */
void
mbim_device_command (MbimDevice *device,
                     MbimMessage *message,
                     guint timeout,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
    GTask *task = g_task_new (device, NULL, callback, user_data);

    /* a command that is given up is carried out by the modem all the same */
    g_assert_null (cancellable);
    begin_command (g_object_get_data (G_OBJECT (device), LINE_KEY),
                   show_request (message),
                   timeout);
    g_task_set_task_data (task, mbim_message_ref (message), (GDestroyNotify) mbim_message_unref);
    g_idle_add_full (G_PRIORITY_DEFAULT, on_mbim_turn, task, g_object_unref);
}

MbimMessage *
mbim_device_command_finish (MbimDevice *device, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer (G_TASK (result), error);
}

/* The modem */

SimCard *
modem_port_card (ModemPort *self)
{
    return self->slot->card;
}

GPtrArray *
modem_port_sent (ModemPort *self)
{
    return self->sent;
}

guint
modem_port_seconds (ModemPort *self)
{
    return self->seconds;
}

void
modem_port_fault (ModemPort *self, const gchar *fault)
{
    GError *error = NULL;

    if (fault != NULL) {
        sim_knobs_add_fault (self->knobs, fault, &error);
        g_assert_no_error (error);
        return;
    }
    g_ptr_array_set_size (self->knobs->faults, 0);
    sim_card_knobs (self->slot->card)->fault_after = 0;
    self->store->sim_present = TRUE;
    sim_card_set_present (self->slot->card, TRUE);
    sim_card_line_start (self->slot->card);
}

void
modem_port_cancel_at (ModemPort *self, guint count, GCancellable *cancellable)
{
    g_set_object (&self->cancel, cancellable);
    self->cancel_at = self->sent->len + count;
}

gchar *
modem_port_dump (ModemPort *self)
{
    return sim_dump (self->store, NULL);
}

static gchar *
dup_sim (SimstowPort *port, gboolean *locked)
{
    *locked = FALSE;
    return g_strdup (MODEM_PORT (port)->sim);
}

static void
modem_port_finalize (GObject *object)
{
    ModemPort *self = MODEM_PORT (object);

    g_clear_object (&self->device);
    g_clear_pointer (&self->at, sim_at_free);
    g_clear_pointer (&self->mbim, sim_mbim_free);
    sim_card_slot_free (self->slot);
    sim_store_free (self->store);
    sim_knobs_free (self->knobs);
    g_string_free (self->answer, TRUE);
    g_ptr_array_unref (self->sent);
    g_free (self->sim);
    g_clear_object (&self->cancel);
    G_OBJECT_CLASS (modem_port_parent_class)->finalize (object);
}

static void
modem_port_class_init (ModemPortClass *klass)
{
    SimstowPortClass *port_class = SIMSTOW_PORT_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = modem_port_finalize;
    port_class->has_at = has_at;
    port_class->at_async = at_async;
    port_class->lock_sms_async = lock_sms_async;
    port_class->unlock_sms = unlock_sms;
    port_class->peek_mbim = peek_mbim;
    port_class->dup_sim = dup_sim;
}

static void
modem_port_init (ModemPort *self)
{
    self->store = sim_store_new ();
    self->knobs = sim_knobs_new ();
    self->answer = g_string_new (NULL);
    self->sent = g_ptr_array_new_with_free_func (g_free);
    self->sim = g_strdup ("");
}

void
modem_port_set_sim (ModemPort *self, const gchar *sim)
{
    g_free (self->sim);
    self->sim = g_strdup (sim);
}

static void
add_front (ModemPort *self, GKeyFile *file)
{
    g_autoptr (GFile) path = NULL;
    GError *error = NULL;

    if (!g_key_file_has_group (file, "mbim")) {
        self->store->echo = FALSE;
        self->store->cmee = 1;
        self->at = sim_at_new (self->store, self->knobs, on_output, self);
        return;
    }
    self->mbim = sim_mbim_new (self->store, self->knobs);
    sim_mbim_load (self->mbim, file, &error);
    g_assert_no_error (error);
    path = g_file_new_for_path ("/dev/null");
    self->device = g_object_new (MBIM_TYPE_DEVICE, MBIM_DEVICE_FILE, path, NULL);
    g_object_set_data (G_OBJECT (self->device), LINE_KEY, self);
}

/* The simulator's loader reads a file */
static void
load_scenario (ModemPort *self, const gchar *scenario)
{
    g_autofree gchar *path = NULL;
    gint fd;
    GError *error = NULL;

    fd = g_file_open_tmp ("simstow-XXXXXX.scenario", &path, &error);
    g_assert_no_error (error);
    g_close (fd, NULL);
    g_file_set_contents (path, scenario, -1, &error);
    g_assert_no_error (error);
    sim_scenario_load (path, self->store, self->knobs, &error);
    g_assert_no_error (error);
    g_remove (path);
}

ModemPort *
modem_port_new (const gchar *scenario)
{
    ModemPort *self = g_object_new (MODEM_TYPE_PORT, NULL);
    g_autoptr (GKeyFile) file = g_key_file_new ();
    GError *error = NULL;

    load_scenario (self, scenario);
    g_key_file_load_from_data (file, scenario, -1, G_KEY_FILE_NONE, &error);
    g_assert_no_error (error);
    sim_card_slot_load (file, self->store, &self->slot, &error);
    g_assert_no_error (error);
    sim_card_slot_power (self->slot);
    add_front (self, file);
    return self;
}
