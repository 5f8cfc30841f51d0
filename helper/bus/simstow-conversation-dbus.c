/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A conversation with the plugin. The answers come from a daemon that runs as root, and are
 * checked all the same.
 */

#include "simstow-conversation-dbus.h"

#include <glib/gi18n.h>

#include "simstow-bus-error.h"
#include "simstow-error.h"

/* The plugin gives every command a deadline of its own: this one is only for a daemon that hangs.
 * A job may wait for others' before it runs */
#define CALL_TIMEOUT_MS 900000

struct _SimstowConversationDBus {
    SimstowConversation parent_instance;

    SimstowDBusModem *plugin;
};

G_DEFINE_FINAL_TYPE (SimstowConversationDBus, simstow_conversation_dbus, SIMSTOW_TYPE_CONVERSATION)

/* Between a call and its reply */
typedef struct {
    SimstowDBusModem *plugin;
    GAsyncResult *result;
} Call;

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    ((Call *) user_data)->result = g_object_ref (result);
}

/* The reply is waited for all the same: it tells what was done by then */
static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
    g_dbus_proxy_call (G_DBUS_PROXY (((Call *) user_data)->plugin),
                       "Cancel",
                       NULL,
                       G_DBUS_CALL_FLAGS_NONE,
                       -1,
                       NULL,
                       NULL,
                       NULL);
    return G_SOURCE_REMOVE;
}

/* In a context of its own: waiting runs nothing else */
static GVariant *
call_and_wait (SimstowDBusModem *plugin,
               const gchar *method,
               GVariant *parameters,
               GCancellable *cancellable,
               GError **error)
{
    g_autoptr (GMainContext) context = g_main_context_new ();
    g_autoptr (GSource) cancelled = g_cancellable_source_new (cancellable);
    g_autoptr (GAsyncResult) result = NULL;
    Call call = {plugin, NULL};

    g_source_set_callback (cancelled, G_SOURCE_FUNC (on_cancelled), &call, NULL);
    g_source_attach (cancelled, context);
    g_main_context_push_thread_default (context);
    g_dbus_proxy_call (G_DBUS_PROXY (plugin),
                       method,
                       parameters,
                       G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION,
                       CALL_TIMEOUT_MS,
                       NULL,
                       on_ready,
                       &call);
    g_main_context_pop_thread_default (context);
    while (!call.result)
        g_main_context_iteration (context, TRUE);
    g_source_destroy (cancelled);
    result = call.result;
    return g_dbus_proxy_call_finish (G_DBUS_PROXY (plugin), result, error);
}

/* Not by us: the daemon cancels what runs on a modem that vanishes */
static void
check_cancelled (GError *error, GCancellable *cancellable)
{
    if (!g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED) ||
        (cancellable && g_cancellable_is_cancelled (cancellable)))
        return;
    error->code = SIMSTOW_ERROR_NO_MODEM;
    g_prefix_error (&error, "%s", _ ("the modem went away: "));
}

static GVariant *
call (SimstowConversation *conversation,
      const gchar *method,
      GVariant *parameters,
      GCancellable *cancellable,
      GError **error)
{
    SimstowConversationDBus *self = SIMSTOW_CONVERSATION_DBUS (conversation);
    GError *local = NULL;
    GVariant *reply = call_and_wait (self->plugin, method, parameters, cancellable, &local);

    if (reply)
        return reply;
    simstow_bus_error_translate (&local);
    check_cancelled (local, cancellable);
    g_propagate_error (error, local);
    return NULL;
}

static SimstowAnswer *
answer_from_variant (GVariant *variant, GCancellable *cancellable)
{
    g_autoptr (GVariant) parts = g_variant_get_child_value (variant, 0);
    g_autoptr (GVariant) failure = g_variant_get_child_value (variant, 1);
    SimstowAnswer *answer = simstow_answer_new ();
    const gchar *name = NULL;
    const gchar *message = "";
    const gchar *domain = NULL;
    guint32 code = 0;
    guint32 failed = 0;

    for (gsize i = 0; i < g_variant_n_children (parts); i++) {
        g_autoptr (GVariant) part = g_variant_get_child_value (parts, i);

        g_ptr_array_add (answer->parts, g_variant_get_data_as_bytes (part));
    }
    if (!g_variant_lookup (failure, "name", "&s", &name))
        return answer;
    g_variant_lookup (failure, "message", "&s", &message);
    g_variant_lookup (failure, "domain", "&s", &domain);
    g_variant_lookup (failure, "code", "u", &code);
    g_variant_lookup (failure, "failed", "u", &failed);
    answer->failed = failed;
    answer->error = g_dbus_error_new_for_dbus_error (name, message);
    simstow_bus_error_translate (&answer->error);
    check_cancelled (answer->error, cancellable);
    simstow_answer_set_modem_error (answer, domain, code);
    return answer;
}

static GPtrArray *
conversation_run (SimstowConversation *conversation,
                  const gchar *door,
                  GVariant *options,
                  GPtrArray *commands,
                  GCancellable *cancellable,
                  GError **error)
{
    GPtrArray *answers = NULL;
    g_autoptr (GVariant) reply = NULL;
    g_autoptr (GVariant) list = NULL;
    g_autoptr (GBytes) none = g_bytes_new_static ("", 0);
    GVariantBuilder builder;

    g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(say)"));
    for (guint i = 0; i < commands->len; i++) {
        const SimstowDoorCommand *command = g_ptr_array_index (commands, i);
        GBytes *data = command->data ? command->data : none;

        g_variant_builder_add (&builder,
                               "(s@ay)",
                               command->text,
                               g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, data, TRUE));
    }
    reply = call (conversation,
                  "Run",
                  g_variant_new ("(s@a{sv}a(say))", door, options, &builder),
                  cancellable,
                  error);
    if (!reply)
        return NULL;
    list = g_variant_get_child_value (reply, 0);
    answers = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_answer_free);
    for (gsize i = 0; i < g_variant_n_children (list); i++) {
        g_autoptr (GVariant) answer = g_variant_get_child_value (list, i);

        g_ptr_array_add (answers, answer_from_variant (answer, cancellable));
    }
    return answers;
}

static GVariant *
conversation_describe (SimstowConversation *conversation, GCancellable *cancellable, GError **error)
{
    g_autoptr (GVariant) reply = call (conversation, "Describe", NULL, cancellable, error);

    return reply ? g_variant_get_child_value (reply, 0) : NULL;
}

static void
simstow_conversation_dbus_finalize (GObject *object)
{
    g_object_unref (SIMSTOW_CONVERSATION_DBUS (object)->plugin);
    G_OBJECT_CLASS (simstow_conversation_dbus_parent_class)->finalize (object);
}

static void
simstow_conversation_dbus_class_init (SimstowConversationDBusClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_conversation_dbus_finalize;
    SIMSTOW_CONVERSATION_CLASS (klass)->run = conversation_run;
    SIMSTOW_CONVERSATION_CLASS (klass)->describe = conversation_describe;
}

static void
simstow_conversation_dbus_init (SimstowConversationDBus *self)
{
}

SimstowConversation *
simstow_conversation_dbus_new (SimstowDBusModem *plugin)
{
    SimstowConversationDBus *self = g_object_new (SIMSTOW_TYPE_CONVERSATION_DBUS, NULL);

    self->plugin = g_object_ref (plugin);
    return SIMSTOW_CONVERSATION (self);
}
