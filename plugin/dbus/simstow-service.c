/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The handlers of org.simstow.Modem1. A handler checks the arguments and makes a
 * job; the job is authorised, admitted to the queue and run by what
 * simstow-record-jobs.c has for its method.
 */

#include "config.h"

#include "simstow-service.h"

#include "simstow-error.h"
#include "simstow-job-queue.h"
#include "simstow-record-jobs.h"
#include "simstow-store-set.h"

/* How long a job may hold the modem's line, in seconds */
#define LIST_SECONDS  120
#define READ_SECONDS  300
#define WRITE_SECONDS 60

struct _SimstowService {
    SimstowDBusModemSkeleton parent_instance;

    SimstowStoreSet *stores;
    SimstowJobQueue *queue;
    SimstowAuthoriser *authoriser;
    gboolean closed;
};

static void
simstow_service_modem_init (SimstowDBusModemIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SimstowService,
                               simstow_service,
                               SIMSTOW_DBUS_TYPE_MODEM_SKELETON,
                               G_IMPLEMENT_INTERFACE (SIMSTOW_DBUS_TYPE_MODEM,
                                                      simstow_service_modem_init))

static void
on_grant_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowJob) job = user_data;
    g_autoptr (GError) error = NULL;
    GStrv granted = simstow_authoriser_grant_finish (SIMSTOW_AUTHORISER (source), result, &error);

    if (granted)
        simstow_job_admit (job, granted);
    else
        simstow_job_end_with_error (job, error);
}

static gboolean
check_call (SimstowService *self,
            GDBusMethodInvocation *invocation,
            const gchar *const *actions,
            GError **error)
{
    if (self->closed) {
        g_set_error_literal (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, "the modem is gone");
        return FALSE;
    }
    if (!actions[0]) {
        g_set_error_literal (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED, "no such store");
        return FALSE;
    }
    return simstow_job_queue_check_room (self->queue,
                                         g_dbus_method_invocation_get_sender (invocation),
                                         error);
}

/* Takes the call on: @store is NULL when it concerns all stores. */
static gboolean
accept_call (SimstowService *self,
             GDBusMethodInvocation *invocation,
             const gchar *store,
             guint seconds,
             SimstowJobRun run)
{
    g_auto (GStrv) actions = simstow_store_set_dup_actions (self->stores, store);
    g_autoptr (SimstowJob) job = NULL;
    g_autoptr (GError) error = NULL;

    if (!check_call (self, invocation, (const gchar *const *) actions, &error)) {
        g_dbus_method_invocation_take_error (invocation, g_steal_pointer (&error));
        return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
    job = simstow_job_new (invocation, seconds, run, G_OBJECT (self->stores));
    simstow_job_queue_add (self->queue, job);
    simstow_authoriser_grant_async (self->authoriser,
                                    simstow_job_get_invocation (job),
                                    (const gchar *const *) actions,
                                    simstow_job_get_cancellable (job),
                                    on_grant_ready,
                                    g_object_ref (job));
    return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_list_stores (SimstowDBusModem *modem, GDBusMethodInvocation *invocation)
{
    return accept_call (SIMSTOW_SERVICE (modem),
                        invocation,
                        NULL,
                        LIST_SECONDS,
                        simstow_list_stores_run);
}

static gboolean
handle_read_records (SimstowDBusModem *modem,
                     GDBusMethodInvocation *invocation,
                     const gchar *store,
                     guint first,
                     guint count,
                     GVariant *options)
{
    if (g_variant_n_children (options) > 0) {
        g_dbus_method_invocation_return_error_literal (invocation,
                                                       SIMSTOW_ERROR,
                                                       SIMSTOW_ERROR_UNSUPPORTED,
                                                       "unknown option");
        return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
    return accept_call (SIMSTOW_SERVICE (modem),
                        invocation,
                        store,
                        READ_SECONDS,
                        simstow_read_records_run);
}

static gboolean
handle_write_record (SimstowDBusModem *modem,
                     GDBusMethodInvocation *invocation,
                     const gchar *store,
                     GVariant *record)
{
    return accept_call (SIMSTOW_SERVICE (modem),
                        invocation,
                        store,
                        WRITE_SECONDS,
                        simstow_write_record_run);
}

static gboolean
handle_erase_record (SimstowDBusModem *modem,
                     GDBusMethodInvocation *invocation,
                     const gchar *store,
                     guint index)
{
    return accept_call (SIMSTOW_SERVICE (modem),
                        invocation,
                        store,
                        WRITE_SECONDS,
                        simstow_erase_record_run);
}

/* Needs no authorisation: a caller's jobs are its own. */
static gboolean
handle_cancel (SimstowDBusModem *modem, GDBusMethodInvocation *invocation)
{
    simstow_job_queue_cancel (SIMSTOW_SERVICE (modem)->queue,
                              g_dbus_method_invocation_get_sender (invocation));
    simstow_dbus_modem_complete_cancel (modem, invocation);
    return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static const gchar *
transport_name (SimstowPort *port)
{
    gboolean at = simstow_port_has_at (port);
    gboolean mbim = simstow_port_peek_mbim (port) != NULL;

    if (at && mbim)
        return "at,mbim";
    if (at)
        return "at";
    return mbim ? "mbim" : "";
}

SimstowService *
simstow_service_new (SimstowPort *port,
                     const SimstowStoreEntry *table,
                     guint n_entries,
                     SimstowAuthoriser *authoriser)
{
    SimstowService *self = g_object_new (SIMSTOW_TYPE_SERVICE,
                                         "version",
                                         SIMSTOW_VERSION,
                                         "transport",
                                         transport_name (port),
                                         NULL);

    self->authoriser = g_object_ref (authoriser);
    self->stores = simstow_store_set_new (port, table, n_entries);
    return self;
}

void
simstow_service_close (SimstowService *self)
{
    self->closed = TRUE;
    simstow_job_queue_cancel (self->queue, NULL);
}

static void
simstow_service_dispose (GObject *object)
{
    SimstowService *self = SIMSTOW_SERVICE (object);

    if (self->queue)
        simstow_service_close (self);
    g_clear_object (&self->queue);
    g_clear_object (&self->stores);
    g_clear_object (&self->authoriser);
    G_OBJECT_CLASS (simstow_service_parent_class)->dispose (object);
}

static void
simstow_service_class_init (SimstowServiceClass *klass)
{
    G_OBJECT_CLASS (klass)->dispose = simstow_service_dispose;
}

static void
simstow_service_init (SimstowService *self)
{
    self->queue = simstow_job_queue_new ();
    g_object_bind_property (self->queue, "busy", self, "busy", G_BINDING_SYNC_CREATE);
}

static void
simstow_service_modem_init (SimstowDBusModemIface *iface)
{
    iface->handle_list_stores = handle_list_stores;
    iface->handle_read_records = handle_read_records;
    iface->handle_write_record = handle_write_record;
    iface->handle_erase_record = handle_erase_record;
    iface->handle_cancel = handle_cancel;
}
