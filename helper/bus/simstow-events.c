/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ModemManager's signals of messages, calls and broadcasts. They are listened to before what is
 * there already is asked for, so that nothing falls between; what is told twice is told twice.
 */

#include "simstow-events.h"

#include <glib/gi18n.h>
#include <libmm-glib.h>
#include <stdlib.h>
#include <string.h>

#include "simstow-bus-error.h"
#include "simstow-error.h"
#include "simstow-messaging-mm.h"
#include "simstow-names.h"

#define PROPERTIES "org.freedesktop.DBus.Properties"
#define MANAGER    "org.freedesktop.DBus.ObjectManager"
#define MODEM      SIMSTOW_MM_SERVICE ".Modem"
#define MESSAGING  MODEM ".Messaging"
#define VOICE      MODEM ".Voice"
#define BROADCASTS MODEM ".CellBroadcast"
#define SMS        SIMSTOW_MM_SERVICE ".Sms"
#define CALL       SIMSTOW_MM_SERVICE ".Call"
#define CBM        SIMSTOW_MM_SERVICE ".Cbm"

/* MMCbmState of ModemManager 1.24: what older headers do not have */
#define CBM_STATE_RECEIVED 2

typedef struct {
    gchar *modem;
    gchar *number;
    gint state;
    gint direction;
} Call;

struct _SimstowEvents {
    GDBusConnection *connection;
    SimstowEventFunc func;
    gpointer user_data;
    GArray *subscriptions;
    guint watch;
    gulong closed;
    gchar *instance;
    /* object paths of modems */
    GHashTable *modems;
    /* path to path of the modem: messages and broadcasts that are not complete */
    GHashTable *waiting;
    /* path to #Call */
    GHashTable *calls;
};

static void
call_free (gpointer data)
{
    Call *call = data;

    g_free (call->modem);
    g_free (call->number);
    g_free (call);
}

static void
emit (SimstowEvents *self, SimstowEvent *event)
{
    event->instance = self->instance;
    self->func (event, self->user_data);
}

static void
emit_problem (SimstowEvents *self, const gchar *modem, const gchar *path, const GError *error)
{
    g_autofree gchar *text = g_strdup_printf ("%s: %s", path, error->message);
    SimstowEvent event = {
        .kind = SIMSTOW_EVENT_PROBLEM,
        .modem = modem,
        .path = path,
        .text = text,
    };

    emit (self, &event);
}

/* What has gone since it was told of is missed by nobody, and a daemon that went tells anew */
static gboolean
is_gone (const GError *error)
{
    return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT) ||
           g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
           g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE) ||
           g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS) ||
           g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
           g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
           g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
           g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_DISCONNECTED) ||
           g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static GVariant *
call_daemon (SimstowEvents *self,
             const gchar *path,
             const gchar *interface,
             const gchar *method,
             GVariant *arguments,
             const gchar *type,
             GError **error)
{
    return g_dbus_connection_call_sync (self->connection,
                                        SIMSTOW_MM_SERVICE,
                                        path,
                                        interface,
                                        method,
                                        arguments,
                                        G_VARIANT_TYPE (type),
                                        G_DBUS_CALL_FLAGS_NO_AUTO_START,
                                        -1,
                                        NULL,
                                        error);
}

static GVariant *
read_all (SimstowEvents *self, const gchar *path, const gchar *interface, GError **error)
{
    g_autoptr (GVariant) answer = call_daemon (self,
                                               path,
                                               PROPERTIES,
                                               "GetAll",
                                               g_variant_new ("(s)", interface),
                                               "(a{sv})",
                                               error);

    return answer ? g_variant_get_child_value (answer, 0) : NULL;
}

/* messages */

static void
look_at_message (SimstowEvents *self, const gchar *modem, const gchar *path)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowToldMessage) told =
        simstow_messaging_read_told (self->connection, path, &error);
    SimstowEvent event = {
        .kind = SIMSTOW_EVENT_MESSAGE,
        .modem = modem,
        .path = path,
    };

    if (!told && !is_gone (error))
        emit_problem (self, modem, path, error);
    if (!told || !told->complete) {
        /* whatever it changes to next is looked at, too */
        g_hash_table_replace (self->waiting, g_strdup (path), g_strdup (modem));
        return;
    }
    event.records = told->records;
    event.incoming = told->incoming;
    event.number = told->number;
    event.time = told->time;
    event.text = told->text;
    emit (self, &event);
    g_hash_table_remove (self->waiting, path);
}

/* The daemon counts them */
static gint
compare_paths (gconstpointer a, gconstpointer b)
{
    const gchar *left = *(const gchar *const *) a;
    const gchar *right = *(const gchar *const *) b;
    gsize lengths[] = {strlen (left), strlen (right)};

    if (lengths[0] != lengths[1])
        return lengths[0] < lengths[1] ? -1 : 1;
    return strcmp (left, right);
}

static void
look_at_messages (SimstowEvents *self, const gchar *modem, GVariant *paths)
{
    g_autofree const gchar **list = paths ? g_variant_get_objv (paths, NULL) : NULL;
    guint i;

    if (list)
        qsort (list, g_strv_length ((gchar **) list), sizeof *list, compare_paths);
    for (i = 0; list && list[i]; i++)
        look_at_message (self, modem, list[i]);
}

/* broadcasts */

static void
look_at_broadcast (SimstowEvents *self, const gchar *modem, const gchar *path)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GVariant) properties = read_all (self, path, CBM, &error);
    SimstowEvent event = {
        .kind = SIMSTOW_EVENT_BROADCAST,
        .modem = modem,
        .path = path,
    };
    guint32 state = 0;

    if (!properties && !is_gone (error))
        emit_problem (self, modem, path, error);
    if (properties)
        g_variant_lookup (properties, "State", "u", &state);
    if (state != CBM_STATE_RECEIVED) {
        g_hash_table_replace (self->waiting, g_strdup (path), g_strdup (modem));
        return;
    }
    g_variant_lookup (properties, "Text", "&s", &event.text);
    g_variant_lookup (properties, "Channel", "u", &event.channel);
    g_variant_lookup (properties, "MessageCode", "u", &event.code);
    g_variant_lookup (properties, "Update", "u", &event.update);
    emit (self, &event);
    g_hash_table_remove (self->waiting, path);
}

static void
look_at_broadcasts (SimstowEvents *self, const gchar *modem, GVariant *paths)
{
    g_autofree const gchar **list = paths ? g_variant_get_objv (paths, NULL) : NULL;
    guint i;

    for (i = 0; list && list[i]; i++)
        look_at_broadcast (self, modem, list[i]);
}

/* calls */

/* A call that was created and not begun yet is none */
static void
emit_call (SimstowEvents *self, const gchar *path, const Call *call)
{
    SimstowEvent event = {
        .kind = SIMSTOW_EVENT_CALL,
        .modem = call->modem,
        .path = path,
        .incoming = call->direction == MM_CALL_DIRECTION_INCOMING,
        .number = call->number,
    };

    switch (call->state) {
    case MM_CALL_STATE_UNKNOWN:
        return;
    case MM_CALL_STATE_ACTIVE:
    case MM_CALL_STATE_HELD:
        event.state = SIMSTOW_EVENT_ACTIVE;
        break;
    case MM_CALL_STATE_TERMINATED:
        event.state = SIMSTOW_EVENT_ENDED;
        break;
    default:
        event.state = SIMSTOW_EVENT_RINGING;
        break;
    }
    emit (self, &event);
}

static void
change_call (SimstowEvents *self, const gchar *path, Call *call, GVariant *properties)
{
    const gchar *number = NULL;

    g_variant_lookup (properties, "State", "i", &call->state);
    g_variant_lookup (properties, "Direction", "i", &call->direction);
    if (g_variant_lookup (properties, "Number", "&s", &number)) {
        g_free (call->number);
        call->number = g_strdup (*number ? number : NULL);
    }
    emit_call (self, path, call);
}

static void
look_at_call (SimstowEvents *self, const gchar *modem, const gchar *path)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GVariant) properties = NULL;
    Call *call = g_hash_table_lookup (self->calls, path);

    if (!call) {
        call = g_new0 (Call, 1);
        call->modem = g_strdup (modem);
        g_hash_table_insert (self->calls, g_strdup (path), call);
    }
    properties = read_all (self, path, CALL, &error);
    if (properties)
        change_call (self, path, call, properties);
    else if (!is_gone (error))
        emit_problem (self, modem, path, error);
}

static void
look_at_calls (SimstowEvents *self, const gchar *modem, GVariant *paths)
{
    g_autofree const gchar **list = paths ? g_variant_get_objv (paths, NULL) : NULL;
    guint i;

    for (i = 0; list && list[i]; i++)
        look_at_call (self, modem, list[i]);
}

/* Its object goes when a program has done with it: it is over then, whatever it was */
static void
drop_call (SimstowEvents *self, const gchar *path)
{
    Call *call = g_hash_table_lookup (self->calls, path);

    if (call && call->state != MM_CALL_STATE_TERMINATED && call->state != MM_CALL_STATE_UNKNOWN) {
        call->state = MM_CALL_STATE_TERMINATED;
        emit_call (self, path, call);
    }
    g_hash_table_remove (self->calls, path);
}

/* modems */

static gboolean
is_of_modem (gpointer key, gpointer value, gpointer modem)
{
    return g_strcmp0 (value, modem) == 0;
}

static gboolean
is_call_of_modem (gpointer key, gpointer value, gpointer modem)
{
    const Call *call = value;

    return g_strcmp0 (call->modem, modem) == 0;
}

static void
drop_modem (SimstowEvents *self, const gchar *modem)
{
    SimstowEvent event = {.kind = SIMSTOW_EVENT_MODEM_GONE, .modem = modem};

    g_hash_table_foreach_remove (self->waiting, is_of_modem, (gpointer) modem);
    g_hash_table_foreach_remove (self->calls, is_call_of_modem, (gpointer) modem);
    emit (self, &event);
    g_hash_table_remove (self->modems, modem);
}

/* Takes interfaces of an object that came, or that were added */
static void
add_interfaces (SimstowEvents *self, const gchar *path, GVariant *interfaces)
{
    static const struct {
        const gchar *interface;
        const gchar *property;
        void (*look) (SimstowEvents *self, const gchar *modem, GVariant *paths);
    } lists[] = {
        {MESSAGING, "Messages", look_at_messages},
        {VOICE, "Calls", look_at_calls},
        {BROADCASTS, "CellBroadcasts", look_at_broadcasts},
    };
    SimstowEvent event = {.kind = SIMSTOW_EVENT_MODEM, .modem = path};
    guint i;

    if (!g_str_has_prefix (path, SIMSTOW_MM_PATH "/Modem/"))
        return;
    if (g_hash_table_add (self->modems, g_strdup (path)))
        emit (self, &event);
    for (i = 0; i < G_N_ELEMENTS (lists); i++) {
        g_autoptr (GVariant) properties =
            g_variant_lookup_value (interfaces, lists[i].interface, G_VARIANT_TYPE_VARDICT);
        g_autoptr (GVariant) paths = properties
                                         ? g_variant_lookup_value (properties,
                                                                   lists[i].property,
                                                                   G_VARIANT_TYPE_OBJECT_PATH_ARRAY)
                                         : NULL;

        lists[i].look (self, path, paths);
    }
}

static void
look_at_all (SimstowEvents *self)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GVariant) answer = call_daemon (self,
                                               SIMSTOW_MM_PATH,
                                               MANAGER,
                                               "GetManagedObjects",
                                               NULL,
                                               "(a{oa{sa{sv}}})",
                                               &error);
    g_autoptr (GVariantIter) objects = NULL;
    const gchar *path;
    GVariant *interfaces;

    if (!answer) {
        if (!is_gone (error))
            emit_problem (self, NULL, SIMSTOW_MM_PATH, error);
        return;
    }
    g_variant_get (answer, "(a{oa{sa{sv}}})", &objects);
    while (g_variant_iter_loop (objects, "{&o@a{sa{sv}}}", &path, &interfaces))
        add_interfaces (self, path, interfaces);
}

static void
drop_all (SimstowEvents *self)
{
    g_autofree gpointer *modems = g_hash_table_get_keys_as_array (self->modems, NULL);
    guint i;

    for (i = 0; modems[i]; i++) {
        g_autofree gchar *modem = g_strdup (modems[i]);

        drop_modem (self, modem);
    }
    g_clear_pointer (&self->instance, g_free);
}

/* signals */

static void
on_manager (SimstowEvents *self, const gchar *member, GVariant *arguments)
{
    g_autoptr (GVariant) interfaces = g_variant_get_child_value (arguments, 1);
    g_autofree const gchar **removed = NULL;
    const gchar *path;

    g_variant_get_child (arguments, 0, "&o", &path);
    if (g_str_equal (member, "InterfacesAdded")) {
        add_interfaces (self, path, interfaces);
        return;
    }
    removed = g_variant_get_strv (interfaces, NULL);
    if (g_strv_contains (removed, MODEM) && g_hash_table_contains (self->modems, path))
        drop_modem (self, path);
}

static void
on_properties (SimstowEvents *self, const gchar *path, GVariant *arguments)
{
    g_autoptr (GVariant) changed = g_variant_get_child_value (arguments, 1);
    const gchar *modem = g_hash_table_lookup (self->waiting, path);
    g_autofree gchar *kept = g_strdup (modem);
    Call *call = g_hash_table_lookup (self->calls, path);
    const gchar *interface;

    g_variant_get_child (arguments, 0, "&s", &interface);
    if (g_str_equal (interface, CALL) && call)
        change_call (self, path, call, changed);
    else if (g_str_equal (interface, SMS) && kept)
        look_at_message (self, kept, path);
    else if (g_str_equal (interface, CBM) && kept)
        look_at_broadcast (self, kept, path);
}

static void
on_modem (SimstowEvents *self,
          const gchar *modem,
          const gchar *interface,
          const gchar *member,
          const gchar *path)
{
    SimstowEvent event = {.kind = SIMSTOW_EVENT_GONE, .modem = modem, .path = path};

    if (g_str_equal (interface, VOICE) && g_str_equal (member, "CallAdded"))
        look_at_call (self, modem, path);
    else if (g_str_equal (interface, VOICE) && g_str_equal (member, "CallDeleted"))
        drop_call (self, path);
    else if (g_str_equal (interface, MESSAGING) && g_str_equal (member, "Added"))
        look_at_message (self, modem, path);
    else if (g_str_equal (interface, BROADCASTS) && g_str_equal (member, "Added"))
        look_at_broadcast (self, modem, path);
    else if (g_str_equal (member, "Deleted")) {
        g_hash_table_remove (self->waiting, path);
        if (g_str_equal (interface, MESSAGING))
            emit (self, &event);
    }
}

static void
on_signal (GDBusConnection *connection,
           const gchar *sender,
           const gchar *path,
           const gchar *interface,
           const gchar *member,
           GVariant *arguments,
           gpointer user_data)
{
    SimstowEvents *self = user_data;
    Call *call;
    const gchar *object;

    /* before the daemon was looked at as a whole, all is still to be asked for */
    if (!self->instance)
        return;
    if (g_str_equal (interface, MANAGER)) {
        on_manager (self, member, arguments);
    } else if (g_str_equal (interface, PROPERTIES)) {
        on_properties (self, path, arguments);
    } else if (g_str_equal (interface, CALL)) {
        call = g_hash_table_lookup (self->calls, path);
        if (!call || !g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(iiu)")))
            return;
        g_variant_get_child (arguments, 1, "i", &call->state);
        emit_call (self, path, call);
    } else if (g_variant_n_children (arguments) > 0) {
        g_autoptr (GVariant) first = g_variant_get_child_value (arguments, 0);

        if (!g_variant_is_of_type (first, G_VARIANT_TYPE_OBJECT_PATH))
            return;
        object = g_variant_get_string (first, NULL);
        on_modem (self, path, interface, member, object);
    }
}

static void
subscribe (SimstowEvents *self,
           const gchar *interface,
           const gchar *member,
           const gchar *path,
           const gchar *first)
{
    guint id = g_dbus_connection_signal_subscribe (self->connection,
                                                   SIMSTOW_MM_SERVICE,
                                                   interface,
                                                   member,
                                                   path,
                                                   first,
                                                   G_DBUS_SIGNAL_FLAGS_NONE,
                                                   on_signal,
                                                   self,
                                                   NULL);

    g_array_append_val (self->subscriptions, id);
}

static void
on_appeared (GDBusConnection *connection, const gchar *name, const gchar *owner, gpointer user_data)
{
    SimstowEvents *self = user_data;
    const gchar *guid = g_dbus_connection_get_guid (connection);

    drop_all (self);
    self->instance = g_strdup_printf ("%s %s", guid, owner);
    look_at_all (self);
}

static void
on_vanished (GDBusConnection *connection, const gchar *name, gpointer user_data)
{
    drop_all (user_data);
}

static void
on_closed (GDBusConnection *connection, gboolean asked, GError *error, gpointer user_data)
{
    SimstowEvent event = {.kind = SIMSTOW_EVENT_BUS_GONE};

    emit (user_data, &event);
}

SimstowEvents *
simstow_events_new (SimstowEventFunc func, gpointer user_data, GError **error)
{
    g_autoptr (GError) local = NULL;
    GDBusConnection *connection = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, &local);
    SimstowEvents *self;

    if (!connection) {
        simstow_error_set (error,
                           SIMSTOW_ERROR_NO_MODEM,
                           _ ("there is no system bus: %s"),
                           local->message);
        return NULL;
    }
    self = g_new0 (SimstowEvents, 1);
    self->connection = connection;
    self->func = func;
    self->user_data = user_data;
    self->subscriptions = g_array_new (FALSE, FALSE, sizeof (guint));
    self->modems = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    self->waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    self->calls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, call_free);
    g_dbus_connection_set_exit_on_close (connection, FALSE);
    self->closed = g_signal_connect (connection, "closed", G_CALLBACK (on_closed), self);
    subscribe (self, MANAGER, NULL, SIMSTOW_MM_PATH, NULL);
    subscribe (self, MESSAGING, NULL, NULL, NULL);
    subscribe (self, VOICE, NULL, NULL, NULL);
    subscribe (self, BROADCASTS, NULL, NULL, NULL);
    subscribe (self, CALL, "StateChanged", NULL, NULL);
    subscribe (self, PROPERTIES, "PropertiesChanged", NULL, SMS);
    subscribe (self, PROPERTIES, "PropertiesChanged", NULL, CALL);
    subscribe (self, PROPERTIES, "PropertiesChanged", NULL, CBM);
    self->watch = g_bus_watch_name_on_connection (connection,
                                                  SIMSTOW_MM_SERVICE,
                                                  G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                  on_appeared,
                                                  on_vanished,
                                                  self,
                                                  NULL);
    return self;
}

void
simstow_events_free (SimstowEvents *self)
{
    guint i;

    if (!self)
        return;
    g_bus_unwatch_name (self->watch);
    for (i = 0; i < self->subscriptions->len; i++)
        g_dbus_connection_signal_unsubscribe (self->connection,
                                              g_array_index (self->subscriptions, guint, i));
    g_array_unref (self->subscriptions);
    g_signal_handler_disconnect (self->connection, self->closed);
    g_object_unref (self->connection);
    g_hash_table_unref (self->modems);
    g_hash_table_unref (self->waiting);
    g_hash_table_unref (self->calls);
    g_free (self->instance);
    g_free (self);
}

void
simstow_events_look (SimstowEvents *self)
{
    if (self->instance)
        look_at_all (self);
}

gchar **
simstow_events_list_messages (SimstowEvents *self, const gchar *modem)
{
    g_autoptr (GVariant) answer = call_daemon (self,
                                               modem,
                                               PROPERTIES,
                                               "Get",
                                               g_variant_new ("(ss)", MESSAGING, "Messages"),
                                               "(v)",
                                               NULL);
    g_autoptr (GVariant) paths = NULL;

    if (answer)
        g_variant_get (answer, "(v)", &paths);
    if (!paths || !g_variant_is_of_type (paths, G_VARIANT_TYPE_OBJECT_PATH_ARRAY))
        return NULL;
    return g_variant_dup_objv (paths, NULL);
}
