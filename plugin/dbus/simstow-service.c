/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The methods of org.simstow.Modem1. A handler checks the arguments and makes a job, which runs
 * when its caller was authorised and its turn has come: Run () through the doors, the others on a
 * channel to the card that is lent to the caller, one command a job, so that other jobs come in
 * between. A channel belongs to the caller that opened it; it is closed when that caller leaves the
 * bus, when it was not used for a while, and when the modem goes.
 */

#include "config.h"

#include "simstow-service.h"

#include "simstow-apdu.h"
#include "simstow-doors.h"
#include "simstow-error.h"
#include "simstow-jobs.h"
#include "simstow-names.h"

/* How long a job may hold the modem's line, in seconds */
#define CARD_SECONDS 60
#define RUN_SECONDS  300
/* with time for the rest of an answer that comes in parts */
#define TRANSMIT_SECONDS (SIMSTOW_SERVICE_COMMAND_SECONDS + 60)

/* More than the longest call needs; calls that wait are kept with all that came with them */
#define PARAMETERS_MAX (64 * 1024)

/* ISO/IEC 7816-4 8.2.1.2 */
#define AID_MIN 5
#define AID_MAX 16

/* Cards have few channels, and one is needed for our own jobs */
#define LOANS_MAX        2
#define LOANS_MAX_CALLER 1

struct _SimstowService {
    SimstowDBusModemSkeleton parent_instance;

    SimstowDoors *doors;
    SimstowJobs *jobs;
    SimstowCallers *callers;
    GPtrArray *loans;
    guint idle_seconds;
    gboolean closed;
};

static void
simstow_service_modem_init (SimstowDBusModemIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SimstowService,
                               simstow_service,
                               SIMSTOW_DBUS_TYPE_MODEM_SKELETON,
                               G_IMPLEMENT_INTERFACE (SIMSTOW_DBUS_TYPE_MODEM,
                                                      simstow_service_modem_init))

static gboolean
refuse (GDBusMethodInvocation *invocation, GError *error)
{
    g_dbus_method_invocation_take_error (invocation, error);
    return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* Whether a call may be taken on, as far as can be told before anything in it is looked at */
static gboolean
check_call (SimstowService *self, GDBusMethodInvocation *invocation, GError **error)
{
    if (self->closed) {
        return simstow_error_set (error, SIMSTOW_ERROR_CANCELLED, "the modem is gone");
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
    if (simstow_jobs_count (self->jobs, g_dbus_method_invocation_get_sender (invocation)) <
        SIMSTOW_JOBS_MAX_CALLER)
        return TRUE;
    g_set_error (error,
                 G_DBUS_ERROR,
                 G_DBUS_ERROR_LIMITS_EXCEEDED,
                 "%d jobs of this caller are waiting for this modem already",
                 SIMSTOW_JOBS_MAX_CALLER);
    return FALSE;
}

static void
on_authorised (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowJob) job = user_data;
    g_autoptr (GError) error = NULL;
    guint user;

    if (simstow_callers_authorise_finish (SIMSTOW_CALLERS (source), result, &user, &error))
        simstow_job_admit (job, user);
    else
        simstow_job_end_with_error (job, error);
}

/* Takes the call on for a caller who may do all of the actions */
static gboolean
accept_call (SimstowService *self,
             GDBusMethodInvocation *invocation,
             const gchar *const *actions,
             guint seconds,
             SimstowJobRun run,
             gpointer data,
             GDestroyNotify destroy)
{
    g_autoptr (SimstowJob) job =
        simstow_jobs_add (self->jobs, invocation, seconds, run, data, destroy);

    simstow_callers_authorise_async (self->callers,
                                     invocation,
                                     actions,
                                     simstow_job_get_cancellable (job),
                                     on_authorised,
                                     g_object_ref (job));
    return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* Run () */

typedef struct {
    SimstowDoors *doors;
    SimstowDoorCall *call;
} Run;

static void
run_free (gpointer data)
{
    Run *run = data;

    g_object_unref (run->doors);
    simstow_door_call_free (run->call);
    g_free (run);
}

static void
on_progress (const gchar *door, guint done, guint total, gpointer user_data)
{
    simstow_job_report_progress (user_data, door, done, total);
}

static void
on_run_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowJob) job = user_data;
    const Run *run = simstow_job_get_data (job);

    simstow_doors_run_finish (SIMSTOW_DOORS (source), result);
    simstow_job_end (job,
                     g_variant_new ("(@a(aaya{sv}))", simstow_door_call_dup_answers (run->call)));
}

static void
start_run (SimstowJob *job, gpointer data)
{
    Run *run = data;

    simstow_doors_set_caller (run->doors, simstow_job_get_sender (job));
    run->call->progress = on_progress;
    run->call->progress_data = job;
    simstow_doors_run_async (run->doors,
                             run->call,
                             simstow_job_get_cancellable (job),
                             on_run_ready,
                             g_object_ref (job));
}

/* Nobody is asked about a call that the table of doors does not allow */
static gboolean
handle_run (SimstowDBusModem *modem,
            GDBusMethodInvocation *invocation,
            const gchar *door,
            GVariant *options,
            GVariant *commands)
{
    SimstowService *self = SIMSTOW_SERVICE (modem);
    SimstowDoorCall *call;
    GError *error = NULL;
    Run *run;

    if (!check_call (self, invocation, &error))
        return refuse (invocation, error);
    call = simstow_door_call_new (door, options, commands, &error);
    if (!call)
        return refuse (invocation, error);
    g_ptr_array_add (call->actions, NULL);
    run = g_new0 (Run, 1);
    run->doors = g_object_ref (self->doors);
    run->call = call;
    return accept_call (self,
                        invocation,
                        (const gchar *const *) call->actions->pdata,
                        RUN_SECONDS,
                        start_run,
                        run,
                        run_free);
}

/* Needs no authorisation: says nothing that is not on the bus already */
static gboolean
handle_describe (SimstowDBusModem *modem, GDBusMethodInvocation *invocation)
{
    simstow_dbus_modem_complete_describe (modem,
                                          invocation,
                                          simstow_doors_describe (SIMSTOW_SERVICE (modem)->doors));
    return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* Channels to the card, lent to callers */

typedef struct {
    SimstowService *service;
    gchar *owner; /* a unique bus name */
    guint user;
    guint handle;
    SimstowChannel *channel;
    guint idle_id;
} Loan;

static void
on_lent_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GError) error = NULL;

    if (!simstow_channel_close_finish (SIMSTOW_CHANNEL (source), result, &error))
        g_debug ("a channel that was lent may be open still: %s", error->message);
}

static void
loan_free (gpointer data)
{
    Loan *loan = data;

    if (loan->channel)
        simstow_channel_close_async (loan->channel, on_lent_closed, NULL);
    g_clear_object (&loan->channel);
    g_clear_handle_id (&loan->idle_id, g_source_remove);
    g_free (loan->owner);
    g_free (loan);
}

/* While something is to be done for its owner a channel does not rest */
static gboolean
on_idle_too_long (gpointer user_data)
{
    Loan *loan = user_data;

    if (simstow_jobs_count (loan->service->jobs, loan->owner) > 0)
        return G_SOURCE_CONTINUE;
    loan->idle_id = 0;
    g_ptr_array_remove (loan->service->loans, loan);
    return G_SOURCE_REMOVE;
}

static void
rest (Loan *loan)
{
    g_clear_handle_id (&loan->idle_id, g_source_remove);
    loan->idle_id = g_timeout_add_seconds (loan->service->idle_seconds, on_idle_too_long, loan);
}

static Loan *
find_loan (SimstowService *self, const gchar *owner, guint handle, GError **error)
{
    for (guint i = 0; i < self->loans->len; i++) {
        Loan *loan = self->loans->pdata[i];

        if (loan->handle == handle && g_str_equal (loan->owner, owner))
            return loan;
    }
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_NOT_FOUND,
                 "this caller has no channel %u",
                 handle);
    return NULL;
}

static gboolean
may_lend (SimstowService *self, const gchar *owner, GError **error)
{
    guint own = 0;

    for (guint i = 0; i < self->loans->len; i++)
        own += g_str_equal (((const Loan *) self->loans->pdata[i])->owner, owner);
    if (own < LOANS_MAX_CALLER && self->loans->len < LOANS_MAX)
        return TRUE;
    g_set_error (error,
                 G_DBUS_ERROR,
                 G_DBUS_ERROR_LIMITS_EXCEEDED,
                 "%u channels to this card are in use, %u by this caller",
                 self->loans->len,
                 own);
    return FALSE;
}

static gboolean
is_handle_used (SimstowService *self, guint handle)
{
    for (guint i = 0; i < self->loans->len; i++)
        if (((const Loan *) self->loans->pdata[i])->handle == handle)
            return TRUE;
    return FALSE;
}

/* Takes @channel; its handle is told to the caller of @job */
static guint
lend (SimstowService *self, SimstowJob *job, SimstowChannel *channel)
{
    Loan *loan = g_new0 (Loan, 1);

    loan->service = self;
    loan->owner = g_strdup (simstow_job_get_sender (job));
    loan->user = simstow_job_get_user (job);
    loan->handle = 1;
    while (is_handle_used (self, loan->handle))
        loan->handle++;
    loan->channel = channel;
    simstow_channel_set_patience (channel, SIMSTOW_SERVICE_COMMAND_SECONDS);
    g_ptr_array_add (self->loans, loan);
    rest (loan);
    return loan->handle;
}

static void
on_left (SimstowCallers *callers, const gchar *name, gpointer user_data)
{
    SimstowService *self = user_data;

    simstow_jobs_cancel (self->jobs, name, TRUE);
    for (guint i = self->loans->len; i > 0; i--)
        if (g_str_equal (((const Loan *) self->loans->pdata[i - 1])->owner, name))
            g_ptr_array_remove_index (self->loans, i - 1);
}

typedef struct {
    SimstowService *service;
    gchar *owner;
    guint handle;
    GBytes *bytes;
} ChannelCall;

/* @bytes, the AID or the APDU, is taken */
static ChannelCall *
channel_call_new (SimstowService *self,
                  GDBusMethodInvocation *invocation,
                  guint handle,
                  GBytes *bytes)
{
    ChannelCall *call = g_new0 (ChannelCall, 1);

    call->service = g_object_ref (self);
    call->owner = g_strdup (g_dbus_method_invocation_get_sender (invocation));
    call->handle = handle;
    call->bytes = bytes;
    return call;
}

static void
channel_call_free (gpointer data)
{
    ChannelCall *call = data;
    Loan *loan = find_loan (call->service, call->owner, call->handle, NULL);

    if (loan)
        rest (loan);
    g_object_unref (call->service);
    g_free (call->owner);
    g_clear_pointer (&call->bytes, g_bytes_unref);
    g_free (call);
}

static GVariant *
bytes_variant (GBytes *bytes)
{
    return g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE);
}

static void
on_unwanted_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowJob) job = user_data;
    g_autoptr (GError) error =
        g_error_new (SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, "the job was cancelled");

    simstow_channel_close_finish (SIMSTOW_CHANNEL (source), result, NULL);
    simstow_job_end_with_error (job, error);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowJob) job = user_data;
    const ChannelCall *call = simstow_job_get_data (job);
    g_autoptr (SimstowChannel) channel = NULL;
    g_autoptr (GBytes) response = NULL;
    g_autoptr (GError) error = NULL;
    guint handle;

    channel = simstow_card_open_finish (SIMSTOW_CARD (source), result, &response, &error);
    if (!channel) {
        simstow_job_end_with_error (job, error);
    } else if (!simstow_job_is_wanted (job)) {
        /* there is nobody to lend it to */
        simstow_channel_close_async (channel, on_unwanted_closed, g_object_ref (job));
    } else {
        handle = lend (call->service, job, g_steal_pointer (&channel));
        simstow_job_end (job, g_variant_new ("(u@ay)", handle, bytes_variant (response)));
    }
}

static void
start_open (SimstowJob *job, gpointer data)
{
    const ChannelCall *call = data;
    g_autoptr (GError) error = NULL;

    if (!may_lend (call->service, call->owner, &error)) {
        simstow_job_end_with_error (job, error);
        return;
    }
    simstow_card_ask_anew (simstow_doors_get_card (call->service->doors));
    simstow_card_open_async (simstow_doors_get_card (call->service->doors),
                             NULL,
                             call->bytes,
                             simstow_job_get_cancellable (job),
                             on_opened,
                             g_object_ref (job));
}

static gboolean
handle_open_channel (SimstowDBusModem *modem, GDBusMethodInvocation *invocation, GVariant *aid)
{
    static const gchar *const actions[] = {SIMSTOW_POLKIT_CARD, NULL};
    SimstowService *self = SIMSTOW_SERVICE (modem);
    gsize size = g_variant_get_size (aid);
    GError *error = NULL;

    if (!check_call (self, invocation, &error))
        return refuse (invocation, error);
    if (size < AID_MIN || size > AID_MAX)
        return refuse (invocation,
                       g_error_new (SIMSTOW_ERROR,
                                    SIMSTOW_ERROR_INVALID_RECORD,
                                    "an application identifier has %d to %d bytes",
                                    AID_MIN,
                                    AID_MAX));
    return accept_call (self,
                        invocation,
                        actions,
                        CARD_SECONDS,
                        start_open,
                        channel_call_new (self, invocation, 0, g_variant_get_data_as_bytes (aid)),
                        channel_call_free);
}

/* Whoever has a channel was authorised when it was opened. Others get no place among the jobs: they
 * could fill it, and nobody was asked about them. */
static gboolean
accept_channel_call (SimstowService *self,
                     GDBusMethodInvocation *invocation,
                     guint handle,
                     GVariant *apdu,
                     guint seconds,
                     SimstowJobRun run)
{
    g_autoptr (SimstowJob) job = NULL;
    GError *error = NULL;
    Loan *loan;

    if (!check_call (self, invocation, &error))
        return refuse (invocation, error);
    loan = find_loan (self, g_dbus_method_invocation_get_sender (invocation), handle, &error);
    if (!loan)
        return refuse (invocation, error);
    job = simstow_jobs_add (self->jobs,
                            invocation,
                            seconds,
                            run,
                            channel_call_new (self,
                                              invocation,
                                              handle,
                                              apdu ? g_variant_get_data_as_bytes (apdu) : NULL),
                            channel_call_free);
    simstow_job_admit (job, loan->user);
    return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
on_transmitted (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowJob) job = user_data;
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) response =
        simstow_channel_transmit_finish (SIMSTOW_CHANNEL (source), result, &error);

    if (response)
        simstow_job_end (job, g_variant_new ("(@ay)", bytes_variant (response)));
    else
        simstow_job_end_with_error (job, error);
}

static void
start_transmit (SimstowJob *job, gpointer data)
{
    const ChannelCall *call = data;
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) apdu = simstow_apdu_clear_channel (call->bytes, &error);
    const Loan *loan = apdu ? find_loan (call->service, call->owner, call->handle, &error) : NULL;

    if (!loan) {
        simstow_job_end_with_error (job, error);
        return;
    }
    simstow_job_keep (job);
    simstow_channel_transmit_async (loan->channel,
                                    apdu,
                                    simstow_job_get_cancellable (job),
                                    on_transmitted,
                                    g_object_ref (job));
}

static gboolean
handle_transmit (SimstowDBusModem *modem,
                 GDBusMethodInvocation *invocation,
                 guint channel,
                 GVariant *apdu)
{
    return accept_channel_call (SIMSTOW_SERVICE (modem),
                                invocation,
                                channel,
                                apdu,
                                TRANSMIT_SECONDS,
                                start_transmit);
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowJob) job = user_data;
    g_autoptr (GError) error = NULL;

    if (simstow_channel_close_finish (SIMSTOW_CHANNEL (source), result, &error))
        simstow_job_end (job, g_variant_new ("()"));
    else
        simstow_job_end_with_error (job, error);
}

static void
start_close (SimstowJob *job, gpointer data)
{
    const ChannelCall *call = data;
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowChannel) channel = NULL;
    Loan *loan = find_loan (call->service, call->owner, call->handle, &error);

    if (!loan) {
        simstow_job_end_with_error (job, error);
        return;
    }
    channel = g_steal_pointer (&loan->channel);
    g_ptr_array_remove (call->service->loans, loan);
    simstow_channel_close_async (channel, on_closed, g_object_ref (job));
}

static gboolean
handle_close_channel (SimstowDBusModem *modem, GDBusMethodInvocation *invocation, guint channel)
{
    return accept_channel_call (SIMSTOW_SERVICE (modem),
                                invocation,
                                channel,
                                NULL,
                                CARD_SECONDS,
                                start_close);
}

/* Needs no authorisation: a caller's jobs are its own */
static gboolean
handle_cancel (SimstowDBusModem *modem, GDBusMethodInvocation *invocation)
{
    simstow_jobs_cancel (SIMSTOW_SERVICE (modem)->jobs,
                         g_dbus_method_invocation_get_sender (invocation),
                         FALSE);
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
simstow_service_new (SimstowPort *port, SimstowCallers *callers, guint idle_seconds)
{
    SimstowService *self = g_object_new (SIMSTOW_TYPE_SERVICE,
                                         "version",
                                         SIMSTOW_VERSION,
                                         "transport",
                                         transport_name (port),
                                         NULL);

    self->callers = g_object_ref (callers);
    g_signal_connect_object (callers, "left", G_CALLBACK (on_left), self, 0);
    self->doors = simstow_doors_new (port);
    self->idle_seconds = idle_seconds;
    return self;
}

void
simstow_service_close (SimstowService *self)
{
    self->closed = TRUE;
    simstow_jobs_cancel (self->jobs, NULL, TRUE);
    g_ptr_array_set_size (self->loans, 0);
}

static void
simstow_service_dispose (GObject *object)
{
    SimstowService *self = SIMSTOW_SERVICE (object);

    if (self->jobs)
        simstow_service_close (self);
    g_clear_object (&self->jobs);
    g_clear_object (&self->doors);
    g_clear_object (&self->callers);
    G_OBJECT_CLASS (simstow_service_parent_class)->dispose (object);
}

static void
simstow_service_finalize (GObject *object)
{
    g_ptr_array_unref (SIMSTOW_SERVICE (object)->loans);
    G_OBJECT_CLASS (simstow_service_parent_class)->finalize (object);
}

static void
simstow_service_class_init (SimstowServiceClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->dispose = simstow_service_dispose;
    object_class->finalize = simstow_service_finalize;
}

static void
simstow_service_init (SimstowService *self)
{
    self->jobs = simstow_jobs_new ();
    self->loans = g_ptr_array_new_with_free_func (loan_free);
    g_object_bind_property (self->jobs, "busy", self, "busy", G_BINDING_SYNC_CREATE);
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
