/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The handlers of org.simstow.Modem1. A handler checks the arguments and makes a
 * job; the job is authorised, admitted to the queue and run by what
 * simstow-doors.h or simstow-channel-jobs.c has for its method.
 */

#include "config.h"

#include "simstow-service.h"

#include "simstow-channel-jobs.h"
#include "simstow-doors.h"
#include "simstow-error.h"
#include "simstow-job-queue.h"
#include "simstow-lender.h"
#include "simstow-names.h"

/* How long a job may hold the modem's line, in seconds */
#define CARD_SECONDS 60
#define RUN_SECONDS  300
/* with time for the rest of an answer that comes in parts */
#define TRANSMIT_SECONDS (SIMSTOW_LENDER_COMMAND_SECONDS + 60)

/* More than the longest call needs; calls that wait are kept with all that came with them */
#define PARAMETERS_MAX (64 * 1024)

struct _SimstowService {
    SimstowDBusModemSkeleton parent_instance;

    SimstowDoors *doors;
    SimstowJobQueue *queue;
    SimstowLender *lender;
    SimstowAuthoriser *authoriser;
    SimstowCallers *callers;
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
check_call (SimstowService *self, GDBusMethodInvocation *invocation, GError **error)
{
    if (self->closed) {
        g_set_error_literal (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, "the modem is gone");
        return FALSE;
    }
    if (g_variant_get_size (g_dbus_method_invocation_get_parameters (invocation)) >
        PARAMETERS_MAX) {
        g_set_error (error,
                     G_DBUS_ERROR,
                     G_DBUS_ERROR_LIMITS_EXCEEDED,
                     "a call has at most %d bytes of parameters",
                     PARAMETERS_MAX);
        return FALSE;
    }
    return simstow_job_queue_check_room (self->queue,
                                         g_dbus_method_invocation_get_sender (invocation),
                                         error);
}

/* Takes the call on; %NULL when it was refused. */
static SimstowJob *
take_call (SimstowService *self,
           GDBusMethodInvocation *invocation,
           guint seconds,
           SimstowJobRun run,
           gpointer user_data)
{
    g_autoptr (SimstowCaller) caller = NULL;
    g_autoptr (GError) error = NULL;
    SimstowJob *job;

    if (!check_call (self, invocation, &error)) {
        g_dbus_method_invocation_take_error (invocation, g_steal_pointer (&error));
        return NULL;
    }
    caller = simstow_callers_find (self->callers, invocation);
    job = simstow_job_new (invocation, caller, seconds, run, user_data);
    simstow_job_queue_add (self->queue, job);
    return job;
}

/* Takes the call on, for a caller who may do one of the actions. */
static void
accept_call (SimstowService *self,
             GDBusMethodInvocation *invocation,
             const gchar *const *actions,
             guint seconds,
             SimstowJobRun run,
             gpointer user_data)
{
    g_autoptr (SimstowJob) job = take_call (self, invocation, seconds, run, user_data);

    if (job)
        simstow_authoriser_grant_async (self->authoriser,
                                        simstow_job_get_caller (job),
                                        simstow_job_get_invocation (job),
                                        actions,
                                        simstow_job_get_cancellable (job),
                                        on_grant_ready,
                                        g_object_ref (job));
}

/* A call of Run () on its way through the doors */
typedef struct {
    SimstowJob *job;
    SimstowDoorCall *call;
} RunCall;

static SimstowDoorCall *
dup_call (GVariant *parameters, GError **error)
{
    g_autoptr (GVariant) options = NULL;
    g_autoptr (GVariant) commands = NULL;
    const gchar *door;

    g_variant_get (parameters, "(&s@a{sv}@a(say))", &door, &options, &commands);
    return simstow_door_call_new (door, options, commands, error);
}

static void
on_progress (const gchar *door, guint done, guint total, gpointer user_data)
{
    simstow_job_report_progress (user_data, door, done, total);
}

static void
on_run_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    RunCall *run = user_data;
    g_autoptr (SimstowJob) job = run->job;
    g_autoptr (SimstowDoorCall) call = run->call;

    g_free (run);
    simstow_doors_run_finish (SIMSTOW_DOORS (source), result);
    simstow_job_end (job, g_variant_new ("(@a(aaya{sv}))", simstow_door_call_dup_answers (call)));
}

static void
run_call (SimstowJob *job, gpointer doors)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowDoorCall) call = dup_call (simstow_job_get_parameters (job), &error);
    RunCall *run;

    for (guint i = 0; call && i < call->actions->len; i++)
        if (!error && !g_strv_contains (simstow_job_get_granted (job), call->actions->pdata[i]))
            error = g_error_new (SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_DENIED,
                                 "not authorised for %s",
                                 (const gchar *) call->actions->pdata[i]);
    if (error) {
        simstow_job_end_with_error (job, error);
        return;
    }
    simstow_doors_set_caller (doors, simstow_job_get_sender (job));
    call->progress = on_progress;
    call->progress_data = job;
    run = g_new0 (RunCall, 1);
    run->job = g_object_ref (job);
    run->call = g_steal_pointer (&call);
    simstow_doors_run_async (doors,
                             run->call,
                             simstow_job_get_cancellable (job),
                             on_run_ready,
                             run);
}

/* Nothing is asked or queued for a call that the table of doors does not allow */
static gboolean
handle_run (SimstowDBusModem *modem,
            GDBusMethodInvocation *invocation,
            const gchar *door,
            GVariant *options,
            GVariant *commands)
{
    SimstowService *self = SIMSTOW_SERVICE (modem);
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowDoorCall) call = NULL;

    if (check_call (self, invocation, &error))
        call = simstow_door_call_new (door, options, commands, &error);
    if (!call) {
        g_dbus_method_invocation_take_error (invocation, g_steal_pointer (&error));
        return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
    g_ptr_array_add (call->actions, NULL);
    accept_call (self,
                 invocation,
                 (const gchar *const *) call->actions->pdata,
                 RUN_SECONDS,
                 run_call,
                 self->doors);
    return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* Needs no authorisation: says nothing that is not on the bus already. */
static gboolean
handle_describe (SimstowDBusModem *modem, GDBusMethodInvocation *invocation)
{
    simstow_dbus_modem_complete_describe (modem,
                                          invocation,
                                          simstow_doors_describe (SIMSTOW_SERVICE (modem)->doors));
    return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_open_channel (SimstowDBusModem *modem, GDBusMethodInvocation *invocation, GVariant *aid)
{
    static const gchar *const actions[] = {SIMSTOW_POLKIT_CARD, NULL};
    SimstowService *self = SIMSTOW_SERVICE (modem);

    accept_call (self, invocation, actions, CARD_SECONDS, simstow_open_channel_run, self->lender);
    return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
on_channel_job_ended (SimstowJob *job, gpointer user_data)
{
    guint channel;

    g_variant_get_child (simstow_job_get_parameters (job), 0, "u", &channel);
    simstow_lender_rest (SIMSTOW_LENDER (user_data), simstow_job_get_sender (job), channel);
}

/* Whoever has a channel was authorised when it was opened. Others get no place in the
 * queue: they could fill it, and nobody was asked about them. */
static void
accept_channel_call (SimstowService *self,
                     GDBusMethodInvocation *invocation,
                     guint channel,
                     guint seconds,
                     SimstowJobRun run)
{
    const gchar *sender = g_dbus_method_invocation_get_sender (invocation);
    g_autoptr (SimstowJob) job = NULL;
    g_autoptr (GError) error = NULL;

    if (!self->closed && !simstow_lender_check_owner (self->lender, sender, channel, &error)) {
        g_dbus_method_invocation_take_error (invocation, g_steal_pointer (&error));
        return;
    }
    job = take_call (self, invocation, seconds, run, self->lender);
    if (!job)
        return;
    simstow_lender_hold (self->lender, sender, channel);
    g_signal_connect_object (job, "ended", G_CALLBACK (on_channel_job_ended), self->lender, 0);
    simstow_job_admit (job, g_new0 (gchar *, 1));
}

static gboolean
handle_transmit (SimstowDBusModem *modem,
                 GDBusMethodInvocation *invocation,
                 guint channel,
                 GVariant *apdu)
{
    accept_channel_call (SIMSTOW_SERVICE (modem),
                         invocation,
                         channel,
                         TRANSMIT_SECONDS,
                         simstow_transmit_run);
    return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_close_channel (SimstowDBusModem *modem, GDBusMethodInvocation *invocation, guint channel)
{
    accept_channel_call (SIMSTOW_SERVICE (modem),
                         invocation,
                         channel,
                         CARD_SECONDS,
                         simstow_close_channel_run);
    return G_DBUS_METHOD_INVOCATION_HANDLED;
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
simstow_service_new (SimstowPort *port, SimstowAuthoriser *authoriser, SimstowCallers *callers)
{
    SimstowService *self = g_object_new (SIMSTOW_TYPE_SERVICE,
                                         "version",
                                         SIMSTOW_VERSION,
                                         "transport",
                                         transport_name (port),
                                         NULL);

    self->authoriser = g_object_ref (authoriser);
    self->callers = g_object_ref (callers);
    self->doors = simstow_doors_new (port);
    self->lender = simstow_lender_new (port, SIMSTOW_LENDER_IDLE_SECONDS);
    return self;
}

void
simstow_service_close (SimstowService *self)
{
    self->closed = TRUE;
    simstow_job_queue_cancel (self->queue, NULL);
    if (self->lender)
        simstow_lender_close (self->lender);
}

static void
simstow_service_dispose (GObject *object)
{
    SimstowService *self = SIMSTOW_SERVICE (object);

    if (self->queue)
        simstow_service_close (self);
    g_clear_object (&self->queue);
    g_clear_object (&self->doors);
    g_clear_object (&self->lender);
    g_clear_object (&self->authoriser);
    g_clear_object (&self->callers);
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
    iface->handle_describe = handle_describe;
    iface->handle_run = handle_run;
    iface->handle_open_channel = handle_open_channel;
    iface->handle_transmit = handle_transmit;
    iface->handle_close_channel = handle_close_channel;
    iface->handle_cancel = handle_cancel;
}
