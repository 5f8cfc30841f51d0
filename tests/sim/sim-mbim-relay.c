/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow-sim-relay: several simulated MBIM modems behind the one socket where
 * libmbim looks for its proxy. Each client says first which device it wants; its
 * bytes then go to and fro between it and that modem.
 *
 *     simstow-sim-relay /dev/cdc-wdm0=NAME /dev/cdc-wdm1=NAME
 *
 * NAME is the abstract socket of a modem (simstow-sim --mbim NAME). Says "ready"
 * once it listens, and lives until it is ended.
 */

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK       65536
#define INFORMATION 48 /* where the information of a command of one fragment begins */

typedef struct {
    GHashTable *modems;
    GSocketClient *client;
} Relay;

/* a client, and its modem once it has said which */
typedef struct {
    Relay *relay;
    GSocketConnection *ends[2];
    GSource *sources[2];
    GByteArray *first;
} Pair;

static void
pair_free (Pair *pair)
{
    for (guint i = 0; i < 2; i++) {
        if (pair->sources[i] != NULL) {
            g_source_destroy (pair->sources[i]);
            g_source_unref (pair->sources[i]);
        }
        g_clear_object (&pair->ends[i]);
    }
    g_byte_array_unref (pair->first);
    g_free (pair);
}

static guint32
word_at (const GByteArray *bytes, gsize offset)
{
    const guint8 *at = bytes->data + offset;

    return at[0] | at[1] << 8 | at[2] << 16 | (guint32) at[3] << 24;
}

static gboolean
is_whole (const GByteArray *message)
{
    return message->len >= 8 && message->len >= word_at (message, 4);
}

/* the device path in a proxy configuration */
static gchar *
read_path (const GByteArray *message)
{
    g_autofree gunichar2 *text = NULL;
    guint32 offset;
    guint32 size;

    if (message->len < INFORMATION + 8) {
        return NULL;
    }
    offset = word_at (message, INFORMATION);
    size = word_at (message, INFORMATION + 4);
    if (offset > message->len - INFORMATION || size > message->len - INFORMATION - offset) {
        return NULL;
    }
    text = g_new0 (gunichar2, size / 2 + 1);
    for (guint32 i = 0; i < size / 2; i++) {
        const guint8 *unit = message->data + INFORMATION + offset + 2 * i;

        text[i] = unit[0] | unit[1] << 8;
    }
    return g_utf16_to_utf8 (text, -1, NULL, NULL, NULL);
}

static gboolean
send_all (GSocketConnection *to, const guint8 *bytes, gsize size)
{
    GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (to));

    return g_output_stream_write_all (output, bytes, size, NULL, NULL, NULL);
}

static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer user_data);

static void
watch (Pair *pair, guint end)
{
    pair->sources[end] =
        g_socket_create_source (g_socket_connection_get_socket (pair->ends[end]), G_IO_IN, NULL);
    g_source_set_callback (pair->sources[end], G_SOURCE_FUNC (on_readable), pair, NULL);
    g_source_attach (pair->sources[end], NULL);
}

/* connects the client to the modem it asks for */
static gboolean
join (Pair *pair)
{
    g_autofree gchar *path = read_path (pair->first);
    const gchar *name = path == NULL ? NULL : g_hash_table_lookup (pair->relay->modems, path);
    g_autoptr (GSocketAddress) address = NULL;

    if (name == NULL) {
        return FALSE;
    }
    address = g_unix_socket_address_new_with_type (name, -1, G_UNIX_SOCKET_ADDRESS_ABSTRACT);
    pair->ends[1] =
        g_socket_client_connect (pair->relay->client, G_SOCKET_CONNECTABLE (address), NULL, NULL);
    if (pair->ends[1] == NULL) {
        return FALSE;
    }
    watch (pair, 1);
    return send_all (pair->ends[1], pair->first->data, pair->first->len);
}

static gboolean
take (Pair *pair, guint end, const guint8 *bytes, gsize size)
{
    if (pair->ends[1] != NULL) {
        return send_all (pair->ends[1 - end], bytes, size);
    }
    g_byte_array_append (pair->first, bytes, size);
    return !is_whole (pair->first) || join (pair);
}

static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer user_data)
{
    Pair *pair = user_data;
    guint end = socket == g_socket_connection_get_socket (pair->ends[0]) ? 0 : 1;
    g_autofree guint8 *bytes = g_malloc (CHUNK);
    gssize size = g_socket_receive (socket, (gchar *) bytes, CHUNK, NULL, NULL);

    if (size > 0 && take (pair, end, bytes, size)) {
        return G_SOURCE_CONTINUE;
    }
    pair_free (pair);
    return G_SOURCE_REMOVE;
}

static gboolean
on_incoming (GSocketService *service,
             GSocketConnection *connection,
             GObject *source,
             gpointer user_data)
{
    Pair *pair = g_new0 (Pair, 1);

    pair->relay = user_data;
    pair->ends[0] = g_object_ref (connection);
    pair->first = g_byte_array_new ();
    watch (pair, 0);
    return TRUE;
}

static gboolean
read_modems (GHashTable *modems, int count, char **arguments)
{
    for (int i = 1; i < count; i++) {
        gchar **parts = g_strsplit (arguments[i], "=", 2);

        if (g_strv_length (parts) != 2) {
            g_strfreev (parts);
            return FALSE;
        }
        g_hash_table_insert (modems, parts[0], parts[1]);
        g_free (parts);
    }
    return count > 1;
}

int
main (int argc, char **argv)
{
    g_autoptr (GHashTable) modems = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr (GSocketClient) client = g_socket_client_new ();
    g_autoptr (GSocketService) service = g_socket_service_new ();
    g_autoptr (GSocketAddress) address =
        g_unix_socket_address_new_with_type ("mbim-proxy", -1, G_UNIX_SOCKET_ADDRESS_ABSTRACT);
    g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
    g_autoptr (GError) error = NULL;
    Relay relay = {modems, client};

    signal (SIGPIPE, SIG_IGN);
    if (!read_modems (modems, argc, argv)) {
        g_printerr ("usage: simstow-sim-relay DEVICE=NAME...\n");
        return EXIT_FAILURE;
    }
    if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service),
                                        address,
                                        G_SOCKET_TYPE_STREAM,
                                        G_SOCKET_PROTOCOL_DEFAULT,
                                        NULL,
                                        NULL,
                                        &error)) {
        g_printerr ("simstow-sim-relay: %s\n", error->message);
        return EXIT_FAILURE;
    }
    g_signal_connect (service, "incoming", G_CALLBACK (on_incoming), &relay);
    g_print ("ready\n");
    g_main_loop_run (loop);
    return EXIT_SUCCESS;
}
