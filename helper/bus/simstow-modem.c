/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finding modems, and holding on to one: libmm-glib's object, the manager that
 * keeps it alive, and the plugin's interface.
 */

#include "simstow-modem.h"

#include <string.h>

#include <glib/gi18n.h>

#include "simstow-bus-error.h"
#include "simstow-conversation-dbus.h"
#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-playback.h"
#include "simstow-stores.h"

struct _SimstowModem {
    GObject parent_instance;

    MMManager *manager;
    MMObject *object;
    SimstowDBusModem *plugin;
    SimstowDriver *stores;
    SimstowPlayback *played; /* in place of all the others but @stores */
    gchar *path;
};

G_DEFINE_FINAL_TYPE (SimstowModem, simstow_modem, G_TYPE_OBJECT)

static void
simstow_modem_dispose (GObject *object)
{
    SimstowModem *self = SIMSTOW_MODEM (object);

    g_clear_object (&self->stores);
    g_clear_object (&self->played);
    g_clear_pointer (&self->path, g_free);
    g_clear_object (&self->plugin);
    g_clear_object (&self->object);
    g_clear_object (&self->manager);
    G_OBJECT_CLASS (simstow_modem_parent_class)->dispose (object);
}

static void
simstow_modem_class_init (SimstowModemClass *klass)
{
    G_OBJECT_CLASS (klass)->dispose = simstow_modem_dispose;
}

static void
simstow_modem_init (SimstowModem *self)
{
}

/* What the manager was told of the properties is taken over, and the daemon called
 * by its unique name: so nothing is asked of the bus. */
static SimstowDBusModem *
connect_plugin (MMManager *manager, MMObject *object, GCancellable *cancellable)
{
    g_autoptr (GDBusConnection) connection = NULL;
    g_autoptr (GDBusInterface) there =
        g_dbus_object_get_interface (G_DBUS_OBJECT (object), SIMSTOW_INTERFACE);
    g_autofree gchar *owner = NULL;
    g_auto (GStrv) names = NULL;
    SimstowDBusModem *plugin;

    if (!there)
        return NULL;
    g_object_get (manager, "connection", &connection, "name-owner", &owner, NULL);
    plugin = simstow_dbus_modem_proxy_new_sync (connection,
                                                G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START |
                                                    G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES |
                                                    G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS,
                                                owner,
                                                mm_object_get_path (object),
                                                cancellable,
                                                NULL);
    names = plugin ? g_dbus_proxy_get_cached_property_names (G_DBUS_PROXY (there)) : NULL;
    for (guint i = 0; names && names[i]; i++) {
        g_autoptr (GVariant) value =
            g_dbus_proxy_get_cached_property (G_DBUS_PROXY (there), names[i]);

        g_dbus_proxy_set_cached_property (G_DBUS_PROXY (plugin), names[i], value);
    }
    return plugin;
}

/* As mm_modem_get_sim_sync (), but once for what it is now: nobody waits for changes, and
 * all that is asked of the bus are the properties */
MMSim *
simstow_modem_load_sim (SimstowModem *self, GCancellable *cancellable, GError **error)
{
    g_autoptr (GDBusConnection) connection = NULL;
    g_autofree gchar *owner = NULL;
    g_autofree gchar *path = mm_modem_dup_sim_path (mm_object_peek_modem (self->object));
    GObject *sim;

    if (!path || g_str_equal (path, "/")) {
        g_set_error_literal (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND, "no SIM");
        return NULL;
    }
    g_object_get (self->manager, "connection", &connection, "name-owner", &owner, NULL);
    sim = g_initable_new (MM_TYPE_SIM,
                          cancellable,
                          error,
                          "g-connection",
                          connection,
                          "g-name",
                          owner,
                          "g-flags",
                          G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START |
                              G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS,
                          "g-object-path",
                          path,
                          "g-interface-name",
                          "org.freedesktop.ModemManager1.Sim",
                          NULL);
    return sim ? MM_SIM (sim) : NULL;
}

static SimstowModem *
modem_new (MMManager *manager, MMObject *object, GCancellable *cancellable)
{
    SimstowModem *self = g_object_new (SIMSTOW_TYPE_MODEM, NULL);

    self->manager = g_object_ref (manager);
    self->object = g_object_ref (object);
    self->plugin = connect_plugin (manager, object, cancellable);
    if (self->plugin) {
        g_autoptr (SimstowConversation) conversation = simstow_conversation_dbus_new (self->plugin);

        self->stores = simstow_stores_new (conversation);
    }
    return self;
}

/* ModemManager numbers its modems at the end of their paths */
static guint64
modem_number (SimstowModem *self)
{
    const gchar *digits = strrchr (simstow_modem_get_path (self), '/');
    guint64 number = G_MAXUINT64;

    if (digits)
        g_ascii_string_to_unsigned (digits + 1, 10, 0, G_MAXUINT64 - 1, &number, NULL);
    return number;
}

static gint
compare_modems (gconstpointer a, gconstpointer b)
{
    SimstowModem *left = *(SimstowModem *const *) a;
    SimstowModem *right = *(SimstowModem *const *) b;
    guint64 number_left = modem_number (left);
    guint64 number_right = modem_number (right);

    if (number_left != number_right)
        return number_left < number_right ? -1 : 1;
    return strcmp (simstow_modem_get_path (left), simstow_modem_get_path (right));
}

/* Whatever keeps ModemManager from answering is the same to the caller, but for
 * a refusal, which has an exit status of its own */
static gboolean
fail_unreachable (GError *cause, GError **error)
{
    g_autofree gchar *why = NULL;

    g_dbus_error_strip_remote_error (cause);
    why = g_strdup (cause->message);
    simstow_bus_error_translate (&cause);
    if (!g_error_matches (cause, SIMSTOW_ERROR, SIMSTOW_ERROR_DENIED) &&
        !g_error_matches (cause, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED))
        cause->code = SIMSTOW_ERROR_NO_MODEM;
    g_set_error (error,
                 cause->domain,
                 cause->code,
                 "%s%s",
                 _ ("ModemManager cannot be reached: "),
                 why);
    g_error_free (cause);
    return FALSE;
}

static MMManager *
connect_manager (GCancellable *cancellable, GError **error)
{
    g_autoptr (GDBusConnection) connection = NULL;
    g_autoptr (MMManager) manager = NULL;
    g_autofree gchar *owner = NULL;
    GError *local = NULL;

    connection = g_bus_get_sync (G_BUS_TYPE_SYSTEM, cancellable, &local);
    if (!connection) {
        fail_unreachable (local, error);
        return NULL;
    }
    g_dbus_connection_set_exit_on_close (connection, FALSE);
    manager = mm_manager_new_sync (connection,
                                   G_DBUS_OBJECT_MANAGER_CLIENT_FLAGS_NONE,
                                   cancellable,
                                   &local);
    if (!manager) {
        fail_unreachable (local, error);
        return NULL;
    }
    owner = g_dbus_object_manager_client_get_name_owner (G_DBUS_OBJECT_MANAGER_CLIENT (manager));
    if (!owner) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_NO_MODEM,
                             _ ("no ModemManager on the system bus; start it with: "
                                "systemctl start ModemManager"));
        return NULL;
    }
    return g_steal_pointer (&manager);
}

GPtrArray *
simstow_modem_list (GCancellable *cancellable, GError **error)
{
    g_autoptr (GPtrArray) modems = g_ptr_array_new_with_free_func (g_object_unref);
    g_autoptr (MMManager) manager = NULL;
    GList *objects;
    GList *l;

    /* so that the plugin's errors are known by name before the first call */
    simstow_error_quark ();
    manager = connect_manager (cancellable, error);
    if (!manager)
        return NULL;
    objects = g_dbus_object_manager_get_objects (G_DBUS_OBJECT_MANAGER (manager));
    for (l = objects; l; l = l->next)
        if (mm_object_peek_modem (MM_OBJECT (l->data)))
            g_ptr_array_add (modems, modem_new (manager, MM_OBJECT (l->data), cancellable));
    g_list_free_full (objects, g_object_unref);
    g_ptr_array_sort (modems, compare_modems);
    return g_steal_pointer (&modems);
}

static gboolean
matches_modem (SimstowModem *self, const gchar *selector)
{
    MMModem *modem = mm_object_peek_modem (self->object);
    const gchar *path = simstow_modem_get_path (self);
    g_autofree gchar *numbered = g_strdup_printf (SIMSTOW_MM_PATH "/Modem/%s", selector);
    g_autofree gchar *imei = mm_modem_dup_equipment_identifier (modem);
    g_autofree gchar *device_id = mm_modem_dup_device_identifier (modem);
    g_autofree gchar *device = mm_modem_dup_device (modem);

    return g_strcmp0 (selector, path) == 0 || g_strcmp0 (numbered, path) == 0 ||
           g_strcmp0 (selector, imei) == 0 || g_strcmp0 (selector, device_id) == 0 ||
           g_strcmp0 (selector, device) == 0;
}

static gboolean
matches_iccid (SimstowModem *self, const gchar *selector, GCancellable *cancellable)
{
    g_autoptr (MMSim) sim = simstow_modem_load_sim (self, cancellable, NULL);
    g_autofree gchar *iccid = sim ? mm_sim_dup_identifier (sim) : NULL;

    return iccid && g_strcmp0 (selector, iccid) == 0;
}

static gchar *
describe_choice (GPtrArray *modems)
{
    g_autoptr (GString) text = g_string_new (NULL);
    guint i;

    for (i = 0; i < modems->len; i++) {
        SimstowModem *self = g_ptr_array_index (modems, i);
        const gchar *path = simstow_modem_get_path (self);
        g_autofree gchar *model = mm_modem_dup_model (mm_object_peek_modem (self->object));

        g_string_append_printf (text,
                                "%s%s (%s)",
                                i > 0 ? ", " : "",
                                strrchr (path, '/') + 1,
                                model ? model : _ ("unknown model"));
    }
    return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Takes the one modem of @found; @all is what there is to choose from */
static SimstowModem *
take_only (GPtrArray *found, GPtrArray *all, const gchar *selector, GError **error)
{
    g_autofree gchar *choice = describe_choice (found->len > 0 ? found : all);

    if (found->len == 1)
        return g_object_ref (g_ptr_array_index (found, 0));
    if (found->len > 1)
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_USAGE,
                     _ ("several modems fit, choose one with -m: %s"),
                     choice);
    else if (all->len == 0)
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_NO_MODEM,
                             _ ("ModemManager knows no modem; is it plugged in and switched on?"));
    else
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_NO_MODEM,
                     _ ("no modem \"%s\"; there are: %s"),
                     selector,
                     choice);
    return NULL;
}

SimstowModem *
simstow_modem_find (const gchar *selector, GCancellable *cancellable, GError **error)
{
    g_autoptr (GPtrArray) found = g_ptr_array_new ();
    g_autoptr (GPtrArray) modems = simstow_modem_list (cancellable, error);
    guint i;

    if (!modems)
        return NULL;
    for (i = 0; i < modems->len; i++)
        if (!selector || matches_modem (g_ptr_array_index (modems, i), selector))
            g_ptr_array_add (found, g_ptr_array_index (modems, i));
    for (i = 0; i < modems->len && selector && found->len == 0; i++)
        if (matches_iccid (g_ptr_array_index (modems, i), selector, cancellable))
            g_ptr_array_add (found, g_ptr_array_index (modems, i));
    return take_only (found, modems, selector, error);
}

SimstowModem *
simstow_modem_new_played (const gchar *path, GError **error)
{
    g_autofree gchar *text = NULL;
    g_autoptr (GError) local = NULL;
    SimstowTranscript *transcript = NULL;
    SimstowConversation *playback;
    SimstowModem *self;
    gsize size = 0;

    if (!g_file_get_contents (path, &text, &size, &local)) {
        g_set_error_literal (error, SIMSTOW_ERROR, SIMSTOW_ERROR_FAILED, local->message);
        return NULL;
    }
    transcript = simstow_transcript_parse (text, size, error);
    if (!transcript) {
        g_prefix_error (error, "%s: ", path);
        return NULL;
    }
    playback = simstow_playback_new (transcript, SIMSTOW_PLAYBACK_NONE);
    self = g_object_new (SIMSTOW_TYPE_MODEM, NULL);
    self->path = g_strdup (path);
    self->played = SIMSTOW_PLAYBACK (playback);
    self->stores = simstow_stores_new (playback);
    return self;
}

const SimstowTranscript *
simstow_modem_peek_played (SimstowModem *self)
{
    return self->played ? simstow_playback_peek_transcript (self->played) : NULL;
}

const gchar *
simstow_modem_get_path (SimstowModem *self)
{
    return self->path ? self->path : mm_object_get_path (self->object);
}

MMObject *
simstow_modem_peek_object (SimstowModem *self)
{
    return self->object;
}

gboolean
simstow_modem_pause (guint milliseconds, GCancellable *cancellable)
{
    GPollFD fd = {0};
    gboolean watched = cancellable && g_cancellable_make_pollfd (cancellable, &fd);

    g_poll (&fd, watched ? 1 : 0, (gint) milliseconds);
    if (watched)
        g_cancellable_release_fd (cancellable);
    return !g_cancellable_is_cancelled (cancellable);
}

SimstowDBusModem *
simstow_modem_peek_plugin (SimstowModem *self)
{
    return self->plugin;
}

SimstowDriver *
simstow_modem_peek_stores (SimstowModem *self)
{
    return self->stores;
}

gboolean
simstow_modem_reprobe (SimstowModem *self, GCancellable *cancellable, GError **error)
{
    g_autofree gchar *device = mm_modem_dup_device (mm_object_peek_modem (self->object));
    GError *local = NULL;

    if (mm_manager_inhibit_device_sync (self->manager, device, cancellable, &local) &&
        mm_manager_uninhibit_device_sync (self->manager, device, NULL, &local))
        return TRUE;
    simstow_bus_error_translate (&local);
    g_propagate_error (error, local);
    return FALSE;
}
