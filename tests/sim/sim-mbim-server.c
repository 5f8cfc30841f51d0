/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The socket of the MBIM front.
 */

#include "sim-mbim-server.h"

#include <gio/gunixsocketaddress.h>

#include "sim-mbim-line.h"

#define CHUNK 65536

struct _SimMbimServer {
    SimMbim *mbim;
    GSocketService *service;
    GPtrArray *clients;
};

typedef struct {
    SimMbimServer *server;
    GSocketConnection *connection;
    SimMbimLine *line;
    GSource *source;
    gboolean closing;
} Client;

static void
client_free (gpointer data)
{
    Client *client = data;

    g_source_destroy (client->source);
    g_source_unref (client->source);
    sim_mbim_line_free (client->line);
    g_io_stream_close (G_IO_STREAM (client->connection), NULL, NULL);
    g_object_unref (client->connection);
    g_free (client);
}

/* a client that does not read is at fault: the socket holds more than it asks for */
static void
on_output (gpointer user_data, const guint8 *bytes, gsize size)
{
    Client *client = user_data;
    GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (client->connection));

    sim_mbim_count (client->server->mbim, TRUE, size);
    if (bytes == NULL || !g_output_stream_write_all (output, bytes, size, NULL, NULL, NULL)) {
        client->closing = TRUE;
    }
}

static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer user_data)
{
    Client *client = user_data;
    g_autofree guint8 *bytes = g_malloc (CHUNK);
    gssize size = g_socket_receive (socket, (gchar *) bytes, CHUNK, NULL, NULL);

    if (size > 0) {
        sim_mbim_count (client->server->mbim, FALSE, size);
        sim_mbim_line_feed (client->line, bytes, size);
    }
    if (size > 0 && !client->closing) {
        return G_SOURCE_CONTINUE;
    }
    g_ptr_array_remove_fast (client->server->clients, client);
    return G_SOURCE_REMOVE;
}

static gboolean
on_incoming (GSocketService *service,
             GSocketConnection *connection,
             GObject *source,
             gpointer user_data)
{
    SimMbimServer *self = user_data;
    Client *client = g_new0 (Client, 1);

    client->server = self;
    client->connection = g_object_ref (connection);
    client->line = sim_mbim_line_new (self->mbim, on_output, client);
    client->source =
        g_socket_create_source (g_socket_connection_get_socket (connection), G_IO_IN, NULL);
    g_source_set_callback (client->source, G_SOURCE_FUNC (on_readable), client, NULL);
    g_source_attach (client->source, NULL);
    g_ptr_array_add (self->clients, client);
    return TRUE;
}

SimMbimServer *
sim_mbim_server_new (SimMbim *mbim, const gchar *name, GError **error)
{
    g_autoptr (GSocketAddress) address =
        g_unix_socket_address_new_with_type (name, -1, G_UNIX_SOCKET_ADDRESS_ABSTRACT);
    g_autoptr (GSocketService) service = g_socket_service_new ();
    SimMbimServer *self;

    if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service),
                                        address,
                                        G_SOCKET_TYPE_STREAM,
                                        G_SOCKET_PROTOCOL_DEFAULT,
                                        NULL,
                                        NULL,
                                        error)) {
        return NULL;
    }
    self = g_new0 (SimMbimServer, 1);
    self->mbim = mbim;
    self->service = g_steal_pointer (&service);
    self->clients = g_ptr_array_new_with_free_func (client_free);
    g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
    return self;
}

void
sim_mbim_server_free (SimMbimServer *self)
{
    g_socket_service_stop (self->service);
    g_socket_listener_close (G_SOCKET_LISTENER (self->service));
    g_object_unref (self->service);
    g_ptr_array_unref (self->clients);
    g_free (self);
}
