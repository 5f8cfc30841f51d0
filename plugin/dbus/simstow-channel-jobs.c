/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Raw access to the card, one command a job, so that other jobs come in between.
 */

#include "simstow-channel-jobs.h"

#include "simstow-apdu.h"
#include "simstow-error.h"
#include "simstow-lender.h"

#define AID_MIN 5
#define AID_MAX 16

static GBytes *
get_bytes (SimstowJob *job, gsize argument)
{
    g_autoptr (GVariant) value =
        g_variant_get_child_value (simstow_job_get_parameters (job), argument);

    return g_variant_get_data_as_bytes (value);
}

static guint
get_handle (SimstowJob *job)
{
    guint handle;

    g_variant_get_child (simstow_job_get_parameters (job), 0, "u", &handle);
    return handle;
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

/* A job that was given up, or answered as too slow, has nobody to lend to. */
static gboolean
is_wanted (SimstowJob *job)
{
    return simstow_job_get_invocation (job) &&
           !g_cancellable_is_cancelled (simstow_job_get_cancellable (job));
}

typedef struct {
    SimstowJob *job;
    SimstowLender *lender;
} Opening;

static void
opening_free (Opening *opening)
{
    g_object_unref (opening->job);
    g_object_unref (opening->lender);
    g_free (opening);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Opening, opening_free)

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (Opening) opening = user_data;
    SimstowJob *job = opening->job;
    g_autoptr (SimstowChannel) channel = NULL;
    g_autoptr (GBytes) response = NULL;
    g_autoptr (GError) error = NULL;
    guint handle;

    channel = simstow_card_open_finish (SIMSTOW_CARD (source), result, &response, &error);
    if (!channel) {
        simstow_job_end_with_error (job, error);
        return;
    }
    if (!is_wanted (job)) {
        simstow_channel_close_async (channel, on_unwanted_closed, g_object_ref (job));
        return;
    }
    handle = simstow_lender_add (opening->lender,
                                 g_steal_pointer (&channel),
                                 simstow_job_get_caller (job));
    simstow_job_end (job, g_variant_new ("(u@ay)", handle, bytes_variant (response)));
}

void
simstow_open_channel_run (SimstowJob *job, gpointer user_data)
{
    SimstowLender *lender = user_data;
    g_autoptr (GPtrArray) aids = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    g_autoptr (GError) error = NULL;
    GBytes *aid = get_bytes (job, 0);
    Opening *opening;

    g_ptr_array_add (aids, aid);
    if (g_bytes_get_size (aid) < AID_MIN || g_bytes_get_size (aid) > AID_MAX)
        g_set_error (&error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "an application identifier has %d to %d bytes",
                     AID_MIN,
                     AID_MAX);
    else
        simstow_lender_check_room (lender, simstow_job_get_sender (job), &error);
    if (error) {
        simstow_job_end_with_error (job, error);
        return;
    }
    opening = g_new0 (Opening, 1);
    opening->job = g_object_ref (job);
    opening->lender = g_object_ref (lender);
    simstow_card_open_async (simstow_lender_get_card (lender),
                             aids,
                             simstow_job_get_cancellable (job),
                             on_opened,
                             opening);
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

void
simstow_transmit_run (SimstowJob *job, gpointer user_data)
{
    g_autoptr (GBytes) given = get_bytes (job, 1);
    g_autoptr (GBytes) apdu = NULL;
    g_autoptr (SimstowChannel) channel = NULL;
    g_autoptr (GError) error = NULL;

    apdu = simstow_apdu_clear_channel (given, &error);
    if (apdu)
        channel =
            simstow_lender_use (user_data, simstow_job_get_sender (job), get_handle (job), &error);
    if (!channel) {
        simstow_job_end_with_error (job, error);
        return;
    }
    simstow_job_keep (job);
    simstow_channel_transmit_async (channel,
                                    apdu,
                                    simstow_job_get_cancellable (job),
                                    on_transmitted,
                                    g_object_ref (job));
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

void
simstow_close_channel_run (SimstowJob *job, gpointer user_data)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowChannel) channel = simstow_lender_take_back (user_data,
                                                                   simstow_job_get_sender (job),
                                                                   get_handle (job),
                                                                   &error);

    if (channel)
        simstow_channel_close_async (channel, on_closed, g_object_ref (job));
    else
        simstow_job_end_with_error (job, error);
}
