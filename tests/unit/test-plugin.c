/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plugin, opened by something that is not the daemon. Built several times: with none of
 * the daemon's symbols, with the stable ones, with all that are needed of each version, and with
 * those of two versions mixed.
 * Whatever is missing, the plugin says so and leaves the program alone.
 */

#include <gmodule.h>
#include <libmm-glib.h>

#ifdef WITH_STABLE

#define EXPORT __attribute__ ((visibility ("default")))

/* A function of the daemon that has to be there and is never called here */
#define NEVER_CALLED(name)       \
    EXPORT void name (void);     \
    EXPORT void name (void)      \
    {                            \
        g_assert_not_reached (); \
    }

NEVER_CALLED (mm_base_modem_at_command)
NEVER_CALLED (mm_base_modem_at_command_finish)
NEVER_CALLED (mm_auth_provider_get)
NEVER_CALLED (mm_auth_provider_authorize)
NEVER_CALLED (mm_auth_provider_authorize_finish)
NEVER_CALLED (mm_context_get_test_session)

EXPORT GType
mm_base_modem_get_type (void);

EXPORT GType
mm_base_modem_get_type (void)
{
    return G_TYPE_DBUS_OBJECT_SKELETON;
}

/* The daemon's class of plugins, with the properties that ours sets */
typedef struct {
    GObject parent_instance;
} FakePlugin;

typedef struct {
    GObjectClass parent_class;
} FakePluginClass;

EXPORT GType
mm_plugin_get_type (void);

G_DEFINE_TYPE (FakePlugin, mm_plugin, G_TYPE_OBJECT)

static void
fake_plugin_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
    const gchar *const *list;

    if (G_VALUE_HOLDS_STRING (value)) {
        g_assert_cmpstr (g_value_get_string (value), ==, "simstow");
        return;
    }
    list = g_value_get_boxed (value);
    g_assert_nonnull (list);
    g_assert_nonnull (list[0]);
    g_assert_null (list[1]);
}

static void
mm_plugin_class_init (FakePluginClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);
    GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY;

    object_class->set_property = fake_plugin_set_property;
    g_object_class_install_property (object_class,
                                     1,
                                     g_param_spec_string ("name", NULL, NULL, NULL, flags));
    g_object_class_install_property (
        object_class,
        2,
        g_param_spec_boxed ("allowed-subsystems", NULL, NULL, G_TYPE_STRV, flags));
    g_object_class_install_property (
        object_class,
        3,
        g_param_spec_boxed ("allowed-drivers", NULL, NULL, G_TYPE_STRV, flags));
}

static void
mm_plugin_init (FakePlugin *self)
{
}

#ifdef WITH_ALL
NEVER_CALLED (mm_base_modem_get_physdev)
NEVER_CALLED (mm_base_modem_at_command_full)
NEVER_CALLED (mm_base_modem_peek_best_at_port)
NEVER_CALLED (mm_base_modem_peek_port_primary)
NEVER_CALLED (mm_base_modem_peek_port_secondary)
NEVER_CALLED (mm_port_serial_at_add_unsolicited_msg_handler)
NEVER_CALLED (mm_port_serial_at_enable_unsolicited_msg_handler)
NEVER_CALLED (mm_sms_part_3gpp_new_from_pdu)
NEVER_CALLED (mm_iface_modem_messaging_take_part)
NEVER_CALLED (mm_broadband_modem_get_type)
#define EXPECTED_MAJOR 5
#else
#define EXPECTED_MAJOR 4
#endif

#ifdef WITH_LOCK_OF_1_24
NEVER_CALLED (mm_broadband_modem_lock_sms_storages)
NEVER_CALLED (mm_broadband_modem_lock_sms_storages_finish)
NEVER_CALLED (mm_broadband_modem_unlock_sms_storages)
#endif
#ifdef WITH_LOCK_OF_1_26
NEVER_CALLED (mm_iface_modem_messaging_lock_storages)
NEVER_CALLED (mm_iface_modem_messaging_lock_storages_finish)
NEVER_CALLED (mm_iface_modem_messaging_unlock_storages)
#endif
#ifdef WITH_SMS_OF_1_26
NEVER_CALLED (mm_broadband_modem_create_sms)
#endif

static gboolean
has_ours (GDBusObjectSkeleton *object)
{
    g_autoptr (GDBusInterface) ours =
        g_dbus_object_get_interface (G_DBUS_OBJECT (object), "org.simstow.Modem1");

    return ours != NULL;
}

/* Whether the interface comes and goes with the daemon's own, on one object. */
static void
check_object (const gchar *path, gboolean expected)
{
    g_autoptr (GDBusObjectSkeleton) object = g_dbus_object_skeleton_new (path);
    g_autoptr (GObject) modem = g_object_new (MM_GDBUS_TYPE_MODEM_SKELETON, NULL);
    g_autoptr (GObject) other = g_object_new (MM_GDBUS_TYPE_SIM_SKELETON, NULL);

    g_dbus_object_skeleton_add_interface (object, G_DBUS_INTERFACE_SKELETON (other));
    g_assert_false (has_ours (object));
    g_dbus_object_skeleton_add_interface (object, G_DBUS_INTERFACE_SKELETON (modem));
    g_assert_true (has_ours (object) == expected);
    g_dbus_object_skeleton_remove_interface (object, G_DBUS_INTERFACE_SKELETON (other));
    g_assert_true (has_ours (object) == expected);
    g_dbus_object_skeleton_remove_interface (object, G_DBUS_INTERFACE_SKELETON (modem));
    g_assert_false (has_ours (object));
    g_dbus_object_skeleton_add_interface (object, G_DBUS_INTERFACE_SKELETON (modem));
    g_assert_finalize_object (g_steal_pointer (&object));
}

static void
test_plugin (gconstpointer path)
{
    GModule *module = g_module_open (path, 0);
    g_autoptr (GObject) plugin = NULL;
    GObject *(*create) (void);
    gint *major;
    gint *minor;
    gboolean expected = TRUE;

    g_assert_nonnull (module);
    g_assert_true (g_module_symbol (module, "mm_plugin_major_version", (gpointer *) &major));
    g_assert_true (g_module_symbol (module, "mm_plugin_minor_version", (gpointer *) &minor));
    g_assert_true (g_module_symbol (module, "mm_plugin_create", (gpointer *) &create));
    g_assert_cmpint (*major, ==, EXPECTED_MAJOR);
    g_assert_cmpint (*minor, ==, 0);
#ifdef LACKING
    g_test_expect_message ("simstow",
                           G_LOG_LEVEL_WARNING,
                           "this ModemManager lacks " LACKING ": *");
    expected = FALSE;
#endif
    plugin = create ();
    g_test_assert_expected_messages ();
    g_assert_nonnull (plugin);
    check_object ("/modem/0", expected);
    check_object ("/modem/1", expected);
    /* the daemon closes it at its end, and the hooks live on */
    g_assert_true (g_module_close (module));
    check_object ("/modem/2", expected);
}

#else

static void
test_plugin (gconstpointer path)
{
    g_assert_null (g_module_open (path, 0));
    g_assert_nonnull (strstr (g_module_error (), "undefined symbol: mm_"));
}

#endif

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);

    g_assert_cmpint (argc, ==, 2);
    g_test_add_data_func ("/plugin/" VARIANT, argv[1], test_plugin);
    return g_test_run ();
}
