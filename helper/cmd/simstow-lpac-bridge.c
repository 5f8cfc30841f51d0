/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lpac's stdio protocol. lpac takes the channel that it is told into the class
 * byte of each command; the plugin puts its own there.
 */

#include "simstow-lpac-bridge.h"

#include <json-glib/json-glib.h>

#include "simstow-card-channel.h"
#include "simstow-hex.h"

/* What lpac is told; its own number is the plugin's affair */
#define LPAC_CHANNEL 1

struct _SimstowLpacBridge {
    SimstowModem *modem;
    GCancellable *cancellable;
    guint handle;
    GError *error;
};

SimstowLpacBridge *
simstow_lpac_bridge_new (SimstowModem *modem, GCancellable *cancellable)
{
    SimstowLpacBridge *bridge = g_new0 (SimstowLpacBridge, 1);

    bridge->modem = g_object_ref (modem);
    bridge->cancellable = cancellable ? g_object_ref (cancellable) : NULL;
    return bridge;
}

static gchar *
answer_code (gint code)
{
    return g_strdup_printf ("{\"type\":\"apdu\",\"payload\":{\"ecode\":%d}}", code);
}

/* Keeps the first error; takes @error */
static gchar *
answer_failure (SimstowLpacBridge *bridge, GError *error)
{
    if (bridge->error)
        g_clear_error (&error);
    else
        bridge->error = error;
    return answer_code (-1);
}

/* A card that was reset has closed its channels itself */
static void
close_channel (SimstowLpacBridge *bridge)
{
    g_autoptr (GError) error = NULL;

    if (bridge->handle == 0)
        return;
    if (!simstow_card_channel_close (simstow_modem_peek_plugin (bridge->modem),
                                     bridge->handle,
                                     &error))
        g_debug ("the channel was closed before: %s", error->message);
    bridge->handle = 0;
}

static gchar *
answer_success (SimstowLpacBridge *bridge, const gchar *param)
{
    return answer_code (0);
}

static gchar *
answer_open (SimstowLpacBridge *bridge, const gchar *param)
{
    GError *error = NULL;
    g_autoptr (GBytes) aid = simstow_hex_decode (param, -1, &error);

    if (!aid)
        return answer_failure (bridge, error);
    close_channel (bridge);
    if (!simstow_card_channel_open (simstow_modem_peek_plugin (bridge->modem),
                                    aid,
                                    &bridge->handle,
                                    bridge->cancellable,
                                    &error))
        return answer_failure (bridge, error);
    return answer_code (LPAC_CHANNEL);
}

static gchar *
answer_transmit (SimstowLpacBridge *bridge, const gchar *param)
{
    GError *error = NULL;
    g_autoptr (GBytes) apdu = simstow_hex_decode (param, -1, &error);
    g_autoptr (GBytes) response = NULL;
    g_autofree gchar *hex = NULL;

    if (g_cancellable_set_error_if_cancelled (bridge->cancellable, &error))
        return answer_failure (bridge, error);
    if (!apdu || bridge->handle == 0)
        return error ? answer_failure (bridge, error) : answer_code (-1);
    response = simstow_card_channel_transmit (simstow_modem_peek_plugin (bridge->modem),
                                              bridge->handle,
                                              apdu,
                                              &error);
    if (!response)
        return answer_failure (bridge, error);
    hex = simstow_hex_encode_bytes (response);
    return g_strdup_printf ("{\"type\":\"apdu\",\"payload\":{\"ecode\":0,\"data\":\"%s\"}}", hex);
}

static gchar *
answer_close (SimstowLpacBridge *bridge, const gchar *param)
{
    close_channel (bridge);
    return answer_code (0);
}

static const struct {
    const gchar *function;
    gchar *(*answer) (SimstowLpacBridge *bridge, const gchar *param);
} functions[] = {
    {"connect", answer_success},
    {"disconnect", answer_close},
    {"logic_channel_open", answer_open},
    {"logic_channel_close", answer_close},
    {"transmit", answer_transmit},
};

static const gchar *
get_string (JsonObject *object, const gchar *name)
{
    JsonNode *node = object ? json_object_get_member (object, name) : NULL;

    return node && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

static gchar *
answer_apdu (SimstowLpacBridge *bridge, JsonObject *payload)
{
    const gchar *function = get_string (payload, "func");
    const gchar *param = get_string (payload, "param");
    gsize i;

    for (i = 0; function && i < G_N_ELEMENTS (functions); i++) {
        if (g_str_equal (function, functions[i].function))
            return functions[i].answer (bridge, param ? param : "");
    }
    return answer_code (-1);
}

gchar *
simstow_lpac_bridge_answer (SimstowLpacBridge *bridge, const gchar *line)
{
    g_autoptr (JsonNode) root = json_from_string (line, NULL);
    JsonObject *object = root && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
    const gchar *type = get_string (object, "type");
    JsonNode *payload = object ? json_object_get_member (object, "payload") : NULL;

    if (g_strcmp0 (type, "apdu") == 0)
        return answer_apdu (
            bridge,
            payload && JSON_NODE_HOLDS_OBJECT (payload) ? json_node_get_object (payload) : NULL);
    /* Servers are lpac's own business, by its curl backend: here is no TLS */
    if (g_strcmp0 (type, "http") == 0)
        return g_strdup ("{\"type\":\"http\",\"payload\":{\"rcode\":501,\"rx\":\"\"}}");
    return NULL;
}

const GError *
simstow_lpac_bridge_peek_error (const SimstowLpacBridge *bridge)
{
    return bridge->error;
}

void
simstow_lpac_bridge_free (SimstowLpacBridge *bridge)
{
    close_channel (bridge);
    g_object_unref (bridge->modem);
    g_clear_object (&bridge->cancellable);
    g_clear_error (&bridge->error);
    g_free (bridge);
}
