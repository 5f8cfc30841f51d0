/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Listens on an abstract socket and on a pseudo terminal and opens a line for
 * whoever comes.
 */

#include "sim-modem.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "sim-line.h"
#include "sim-mbim-server.h"

/* From one ring to the next, milliseconds */
#define BELL 3000

struct _SimModem {
    SimStore *store;
    SimKnobs *knobs;
    SimCardSlot *slot;
    SimMbim *mbim;
    gchar *mbim_name;
    SimMbimServer *server;
    gchar *socket_name;
    gchar *terminal_path;
    GSocketListener *listener;
    GCancellable *cancellable;
    GPtrArray *lines;
    guint bell;
    gint slave; /* kept open, so that the master does not end when a program leaves */
};

SimModem *
sim_modem_new (SimStore *store, SimKnobs *knobs)
{
    SimModem *self = g_new0 (SimModem, 1);

    self->store = store;
    self->knobs = knobs;
    self->lines = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_line_free);
    self->slave = -1;
    return self;
}

void
sim_modem_free (SimModem *self)
{
    sim_modem_unplug (self);
    g_clear_handle_id (&self->bell, g_source_remove);
    g_ptr_array_unref (self->lines);
    g_free (self->socket_name);
    g_free (self->terminal_path);
    g_free (self->mbim_name);
    g_clear_pointer (&self->mbim, sim_mbim_free);
    sim_card_slot_free (self->slot);
    sim_store_free (self->store);
    sim_knobs_free (self->knobs);
    g_free (self);
}

SimStore *
sim_modem_store (SimModem *self)
{
    return self->store;
}

SimKnobs *
sim_modem_knobs (SimModem *self)
{
    return self->knobs;
}

void
sim_modem_set_socket (SimModem *self, const gchar *name)
{
    g_free (self->socket_name);
    self->socket_name = g_strdup (name);
}

void
sim_modem_set_terminal (SimModem *self, const gchar *path)
{
    g_free (self->terminal_path);
    self->terminal_path = g_strdup (path);
}

void
sim_modem_set_card (SimModem *self, SimCardSlot *slot)
{
    sim_card_slot_free (self->slot);
    self->slot = slot;
}

static void
on_card_changed (gpointer user_data, gboolean reset)
{
    SimModem *self = user_data;

    sim_mbim_tell_subscriber (self->mbim, reset);
}

void
sim_modem_set_mbim (SimModem *self, SimMbim *mbim, const gchar *name)
{
    self->mbim = mbim;
    self->mbim_name = g_strdup (name);
    if (self->slot) {
        self->slot->changed = on_card_changed;
        self->slot->changed_data = self;
    }
}

static void
on_line_closed (SimLine *line, gboolean unplugged, gpointer user_data)
{
    SimModem *self = user_data;

    if (unplugged)
        sim_modem_unplug (self);
    else
        g_ptr_array_remove (self->lines, line);
}

static void
accept_next (SimModem *self);

static void
on_accept_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GSocket) socket =
        g_socket_listener_accept_socket_finish (G_SOCKET_LISTENER (source), result, NULL, &error);
    SimModem *self = user_data;

    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    if (socket) {
        gint fd = fcntl (g_socket_get_fd (socket), F_DUPFD_CLOEXEC, 0);

        if (fd >= 0)
            g_ptr_array_add (self->lines,
                             sim_line_new (fd, self->store, self->knobs, on_line_closed, self));
    }
    accept_next (self);
}

static void
accept_next (SimModem *self)
{
    g_socket_listener_accept_socket_async (self->listener,
                                           self->cancellable,
                                           on_accept_ready,
                                           self);
}

static gboolean
listen_on_socket (SimModem *self, GError **error)
{
    g_autoptr (GSocketAddress) address =
        g_unix_socket_address_new_with_type (self->socket_name, -1, G_UNIX_SOCKET_ADDRESS_ABSTRACT);
    g_autoptr (GSocketListener) listener = g_socket_listener_new ();

    if (!g_socket_listener_add_address (listener,
                                        address,
                                        G_SOCKET_TYPE_STREAM,
                                        G_SOCKET_PROTOCOL_DEFAULT,
                                        NULL,
                                        NULL,
                                        error))
        return FALSE;
    self->listener = g_steal_pointer (&listener);
    self->cancellable = g_cancellable_new ();
    accept_next (self);
    return TRUE;
}

static gboolean
set_errno (GError **error, const gchar *what)
{
    g_set_error (error,
                 G_FILE_ERROR,
                 g_file_error_from_errno (errno),
                 "%s: %s",
                 what,
                 g_strerror (errno));
    return FALSE;
}

static gboolean
open_terminal (SimModem *self, GError **error)
{
    gint master = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct termios settings;
    const gchar *name;

    if (master < 0)
        return set_errno (error, "pseudo terminal");
    name = grantpt (master) == 0 && unlockpt (master) == 0 ? ptsname (master) : NULL;
    if (name)
        self->slave = open (name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (self->slave < 0 || tcgetattr (self->slave, &settings) < 0) {
        close (master);
        return set_errno (error, "pseudo terminal");
    }
    cfmakeraw (&settings);
    tcsetattr (self->slave, TCSANOW, &settings);
    unlink (self->terminal_path);
    if (symlink (name, self->terminal_path) < 0) {
        close (master);
        return set_errno (error, self->terminal_path);
    }
    g_ptr_array_add (self->lines,
                     sim_line_new (master, self->store, self->knobs, on_line_closed, self));
    return TRUE;
}

gboolean
sim_modem_plug (SimModem *self, GError **error)
{
    self->store->pin_verified = FALSE;
    self->store->pin2_verified = FALSE;
    if (self->slot)
        sim_card_slot_power (self->slot);
    if (self->socket_name && !self->listener && !listen_on_socket (self, error))
        return FALSE;
    if (self->mbim && !self->server) {
        self->server = sim_mbim_server_new (self->mbim, self->mbim_name, error);
        if (!self->server)
            return FALSE;
    }
    return !self->terminal_path || self->slave >= 0 || open_terminal (self, error);
}

void
sim_modem_unplug (SimModem *self)
{
    if (self->cancellable)
        g_cancellable_cancel (self->cancellable);
    g_clear_object (&self->cancellable);
    if (self->listener)
        g_socket_listener_close (self->listener);
    g_clear_object (&self->listener);
    g_ptr_array_set_size (self->lines, 0);
    g_clear_pointer (&self->server, sim_mbim_server_free);
    if (self->slave < 0)
        return;
    close (self->slave);
    self->slave = -1;
    unlink (self->terminal_path);
}

void
sim_modem_notify (SimModem *self, const gchar *text)
{
    for (guint i = 0; i < self->lines->len; i++)
        sim_at_notify (sim_line_at (g_ptr_array_index (self->lines, i)), text);
}

static gboolean
is_on (const SimModem *self, const gchar *setting)
{
    return g_strcmp0 (g_hash_table_lookup (self->store->values, setting), "1") == 0;
}

static gboolean
on_bell (gpointer user_data)
{
    SimModem *self = user_data;
    const SimCall *call = &self->store->call;
    g_autofree gchar *text = NULL;

    if (call->stat != SIM_CALL_INCOMING) {
        self->bell = 0;
        return G_SOURCE_REMOVE;
    }
    sim_modem_notify (self, is_on (self, "+CRC") ? "+CRING: VOICE" : "RING");
    text = g_strdup_printf ("+CLIP: \"%s\",%u", call->number, call->number[0] == '+' ? 145 : 129);
    if (is_on (self, "+CLIP"))
        sim_modem_notify (self, text);
    return G_SOURCE_CONTINUE;
}

gboolean
sim_modem_ring (SimModem *self, const gchar *number)
{
    SimCall *call = &self->store->call;

    if (call->stat != SIM_CALL_NONE)
        return FALSE;
    call->number = g_strdup (number);
    call->incoming = TRUE;
    call->stat = SIM_CALL_INCOMING;
    g_clear_handle_id (&self->bell, g_source_remove);
    self->bell = g_timeout_add (BELL, on_bell, self);
    on_bell (self);
    return TRUE;
}

gboolean
sim_modem_deliver (SimModem *self, const guint8 *pdu, gsize length)
{
    SimMemory *memory = self->store->cpms[2];
    g_autofree gchar *text = NULL;
    guint index;

    if (!memory ||
        sim_store_message_write (self->store, memory, SIM_STAT_REC_UNREAD, pdu, length, &index) !=
            SIM_STORE_DONE)
        return FALSE;
    text = g_strdup_printf ("+CMTI: \"%s\",%u", memory->name, index);
    if (self->store->cnmi[1] == 1)
        sim_modem_notify (self, text);
    if (self->mbim)
        sim_mbim_tell_message (self->mbim, index);
    return TRUE;
}
