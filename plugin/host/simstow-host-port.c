/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AT commands through the daemon's own queue, and what of the modem is lent. The
 * modem is held weakly and looked up for each call.
 */

#include "simstow-host-port.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-host-error.h"
#include "simstow-sms-lock.h"
#include "simstow-symbols.h"

/* An answer of more octets is passed on in a turn of the main loop of its own */
#define LONG_ANSWER 2048

struct _SimstowHostPort {
    SimstowPort parent_instance;

    GWeakRef modem;
    GWeakRef interface;
    gboolean has_at;
    SimstowSmsLock *sms_lock;
};

G_DEFINE_FINAL_TYPE (SimstowHostPort, simstow_host_port, SIMSTOW_TYPE_PORT)

static gboolean
has_at (SimstowPort *port)
{
    return SIMSTOW_HOST_PORT (port)->has_at;
}

static gboolean
on_turn (gpointer task)
{
    g_task_return_pointer (task, g_strdup (g_task_get_task_data (task)), g_free);
    return G_SOURCE_REMOVE;
}

/* The daemon looks for unsolicited codes in a long answer each time that some more of it
 * comes, which takes milliseconds, and whoever gets it has work with it again: others who
 * wait for the daemon get a turn in between */
static void
return_answer (GTask *task, const gchar *answer)
{
    if (strlen (answer) <= LONG_ANSWER) {
        g_task_return_pointer (task, g_strdup (answer), g_free);
        return;
    }
    g_task_set_task_data (task, g_strdup (answer), g_free);
    g_idle_add_full (G_PRIORITY_DEFAULT, on_turn, g_object_ref (task), g_object_unref);
}

static void
on_at_command_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    const gchar *answer = mm_base_modem_at_command_finish (source, result, &error);

    if (error)
        g_task_return_error (task, simstow_host_error_new (error));
    else
        return_answer (task, answer ? answer : "");
}

static gboolean
check_usable (SimstowHostPort *self, GObject *modem, GCancellable *cancellable, GError **error)
{
    if (!modem || g_cancellable_is_cancelled (cancellable)) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_CANCELLED,
                             modem ? "the job was cancelled" : "the modem is gone");
        return FALSE;
    }
    if (!self->has_at) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_UNSUPPORTED,
                             "the modem has no AT port");
        return FALSE;
    }
    return TRUE;
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
    SimstowHostPort *self = SIMSTOW_HOST_PORT (port);
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    g_autoptr (GObject) modem = g_weak_ref_get (&self->modem);
    GError *error = NULL;

    g_task_set_source_tag (task, at_async);
    /* what the modem answered is the truth, wanted or not */
    g_task_set_check_cancellable (task, FALSE);
    if (!check_usable (self, modem, cancellable, &error)) {
        g_task_return_error (task, error);
        return;
    }
    simstow_symbols_send (modem,
                          command,
                          raw,
                          timeout,
                          on_at_command_ready,
                          g_steal_pointer (&task));
}

static void
lock_sms_async (SimstowPort *port,
                const gchar *mem1,
                const gchar *mem2,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer user_data)
{
    SimstowHostPort *self = SIMSTOW_HOST_PORT (port);
    g_autoptr (GObject) modem = g_weak_ref_get (&self->modem);
    GError *error = NULL;

    if (check_usable (self, modem, cancellable, &error))
        simstow_sms_lock_take_async (self->sms_lock, mem1, mem2, cancellable, callback, user_data);
    else
        g_task_report_error (self, callback, user_data, lock_sms_async, error);
}

static void
unlock_sms (SimstowPort *port, gboolean mem1, gboolean mem2)
{
    simstow_sms_lock_give (SIMSTOW_HOST_PORT (port)->sms_lock, mem1, mem2);
}

static GObject *
peek_mbim (SimstowPort *port)
{
    g_autoptr (GObject) modem = g_weak_ref_get (&SIMSTOW_HOST_PORT (port)->modem);
    gpointer mbim;

    if (!modem || !mm_broadband_modem_mbim_get_type || !mm_broadband_modem_mbim_peek_port_mbim ||
        !mm_port_mbim_peek_device ||
        !g_type_is_a (G_OBJECT_TYPE (modem), mm_broadband_modem_mbim_get_type ()))
        return NULL;
    mbim = mm_broadband_modem_mbim_peek_port_mbim (modem);
    return mbim ? mm_port_mbim_peek_device (mbim) : NULL;
}

static SimstowPortSetup
get_setup (SimstowPort *port)
{
    g_autoptr (GObject) modem = g_weak_ref_get (&SIMSTOW_HOST_PORT (port)->modem);
    MMModemState state = modem ? simstow_symbols_get_state (modem) : MM_MODEM_STATE_UNKNOWN;

    if (state == MM_MODEM_STATE_ENABLING)
        return SIMSTOW_PORT_SETUP_RUNNING;
    return state >= MM_MODEM_STATE_ENABLED ? SIMSTOW_PORT_SETUP_DONE : SIMSTOW_PORT_SETUP_NONE;
}

/* A modem with another SIM has another object for it */
static gchar *
dup_sim (SimstowPort *port, gboolean *locked)
{
    g_autoptr (GObject) interface = g_weak_ref_get (&SIMSTOW_HOST_PORT (port)->interface);
    g_autofree gchar *sim = NULL;
    guint lock = MM_MODEM_LOCK_UNKNOWN;

    if (!interface || !g_object_class_find_property (G_OBJECT_GET_CLASS (interface), "sim") ||
        !g_object_class_find_property (G_OBJECT_GET_CLASS (interface), "unlock-required"))
        return g_strdup ("");
    g_object_get (interface, "sim", &sim, "unlock-required", &lock, NULL);
    *locked = lock > MM_MODEM_LOCK_NONE && lock != MM_MODEM_LOCK_SIM_PIN2 &&
              lock != MM_MODEM_LOCK_SIM_PUK2;
    return g_strdup_printf ("%s %u", sim ? sim : "", lock);
}

static gboolean
lists_at_port (GDBusInterface *interface)
{
    g_autoptr (GVariant) ports = NULL;
    GVariantIter iter;
    guint32 type;

    if (!g_object_class_find_property (G_OBJECT_GET_CLASS (interface), "ports"))
        return FALSE;
    g_object_get (interface, "ports", &ports, NULL);
    if (!ports || !g_variant_is_of_type (ports, G_VARIANT_TYPE ("a(su)")))
        return FALSE;
    g_variant_iter_init (&iter, ports);
    while (g_variant_iter_next (&iter, "(&su)", NULL, &type))
        if (type == MM_MODEM_PORT_TYPE_AT)
            return TRUE;
    return FALSE;
}

SimstowPort *
simstow_host_port_new (GObject *modem, GDBusInterface *interface)
{
    SimstowHostPort *self = g_object_new (SIMSTOW_TYPE_HOST_PORT, NULL);

    g_weak_ref_set (&self->modem, modem);
    g_weak_ref_set (&self->interface, interface);
    self->has_at = lists_at_port (interface);
    self->sms_lock = simstow_sms_lock_new (modem);
    return SIMSTOW_PORT (self);
}

static void
simstow_host_port_finalize (GObject *object)
{
    SimstowHostPort *self = SIMSTOW_HOST_PORT (object);

    g_weak_ref_clear (&self->modem);
    g_weak_ref_clear (&self->interface);
    g_clear_object (&self->sms_lock);
    G_OBJECT_CLASS (simstow_host_port_parent_class)->finalize (object);
}

static void
simstow_host_port_class_init (SimstowHostPortClass *klass)
{
    SimstowPortClass *port_class = SIMSTOW_PORT_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = simstow_host_port_finalize;
    port_class->has_at = has_at;
    port_class->at_async = at_async;
    port_class->lock_sms_async = lock_sms_async;
    port_class->unlock_sms = unlock_sms;
    port_class->peek_mbim = peek_mbim;
    port_class->get_setup = get_setup;
    port_class->dup_sim = dup_sim;
}

static void
simstow_host_port_init (SimstowHostPort *self)
{
    g_weak_ref_init (&self->modem, NULL);
    g_weak_ref_init (&self->interface, NULL);
}
