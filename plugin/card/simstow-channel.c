/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Channels by MBIM's low level access, by +CCHO, +CGLA and +CCHC, and by +CSIM, where MANAGE
 * CHANNEL and SELECT are ours; never on channel 0, which is the modem's.
 */

#include "simstow-channel.h"

#include "simstow-apdu.h"
#include "simstow-card-at.h"
#include "simstow-card-mbim.h"
#include "simstow-card.h"
#include "simstow-error.h"

#define OPEN_SECONDS  15
#define CLOSE_SECONDS 10

/* How long a command of ours may take: an eUICC takes seconds over some */
#define PATIENCE_SECONDS 30

/* An answer as long as any, in parts of 128; more is a card gone wild */
#define MAX_ANSWER (64 * 1024)
#define MAX_ROUNDS 512

#define LAST_CHANNEL 19

/* P2 of SELECT over MBIM in the order to try, as modems differ in which they take: FCI or nothing
 * said, FCP, no answer wanted */
static const guint32 select_p2[] = {0x00, 0x04, 0x0C};

struct _SimstowChannel {
    GObject parent_instance;

    SimstowCard *card;
    const SimstowWay *way;
    GBytes *aid;
    gchar *session; /* of +CGLA, as the modem gave it */
    guint32 number; /* of +CSIM and MBIM */
    guint32 group;  /* over MBIM, its own: one whose number never came is closed by that */
    GBytes *selected;
    guint patience;
    gboolean open;
    gboolean busy;  /* a command is on its way */
    GTask *closing; /* waits until it is answered */
};

G_DEFINE_FINAL_TYPE (SimstowChannel, simstow_channel, G_TYPE_OBJECT)

static SimstowPort *
port_of (SimstowChannel *self)
{
    return simstow_card_get_port (self->card);
}

/* One command, one response */

static void
send_mbim (SimstowChannel *self,
           SimstowCardMbim what,
           GBytes *bytes,
           guint32 p2,
           guint seconds,
           GCancellable *cancellable,
           GAsyncReadyCallback callback,
           gpointer user_data)
{
    simstow_card_mbim_async (port_of (self),
                             what,
                             bytes,
                             p2,
                             self->group,
                             self->number,
                             seconds,
                             cancellable,
                             callback,
                             user_data);
}

static void
exchange (SimstowChannel *self,
          GBytes *apdu,
          GCancellable *cancellable,
          GAsyncReadyCallback callback,
          gpointer user_data)
{
    g_autoptr (GBytes) addressed = NULL;
    g_autofree gchar *command = NULL;

    if (self->way->mbim) {
        send_mbim (self,
                   SIMSTOW_CARD_MBIM_APDU,
                   apdu,
                   0,
                   self->patience,
                   cancellable,
                   callback,
                   user_data);
        return;
    }
    /* where it has sessions the modem puts its own channel in */
    if (!self->session)
        addressed = simstow_apdu_set_channel (apdu, self->number);
    command = simstow_card_at_exchange (self->session, addressed ? addressed : apdu);
    simstow_port_at_async (port_of (self),
                           command,
                           FALSE,
                           self->patience,
                           cancellable,
                           callback,
                           user_data);
}

static GBytes *
exchange_finish (SimstowChannel *self, GAsyncResult *result, GError **error)
{
    g_autofree gchar *reply = NULL;

    if (self->way->mbim)
        return simstow_card_mbim_finish (port_of (self), result, NULL, error);
    reply = simstow_port_at_finish (port_of (self), result, error);
    return reply ? simstow_card_at_parse_exchange (reply, error) : NULL;
}

/* Closing */

static GBytes *
manage_channel (guint8 operation, guint8 channel, gint le)
{
    const guint8 header[] = {0x00, 0x70, operation, channel};

    return simstow_apdu_new (header, NULL, le);
}

/* MANAGE CHANNEL itself goes over channel 0, as any other may be closed by it */
static void
send_manage (SimstowChannel *self, GBytes *apdu, GAsyncReadyCallback callback, gpointer user_data)
{
    g_autofree gchar *command = simstow_card_at_exchange (NULL, apdu);

    simstow_port_at_async (port_of (self),
                           command,
                           FALSE,
                           PATIENCE_SECONDS,
                           NULL,
                           callback,
                           user_data);
}

static void
send_close (SimstowChannel *self, GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr (GBytes) apdu = NULL;
    g_autofree gchar *command = NULL;

    if (self->way->mbim) {
        send_mbim (self,
                   SIMSTOW_CARD_MBIM_CLOSE,
                   NULL,
                   0,
                   CLOSE_SECONDS,
                   NULL,
                   callback,
                   user_data);
    } else if (self->session) {
        command = g_strconcat ("+CCHC=", self->session, NULL);
        simstow_port_at_async (port_of (self),
                               command,
                               FALSE,
                               CLOSE_SECONDS,
                               NULL,
                               callback,
                               user_data);
    } else {
        apdu = manage_channel (0x80, (guint8) self->number, SIMSTOW_APDU_LE_NONE);
        send_manage (self, apdu, callback, user_data);
    }
}

/* A modem without +CCHC refuses it as it does any command that it does not know. */
static gboolean
knows_no_close (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED);
}

static gboolean
close_session_finish (SimstowChannel *self, GAsyncResult *result, GError **error)
{
    g_autoptr (GError) local = NULL;
    g_autofree gchar *reply = simstow_port_at_finish (port_of (self), result, &local);

    if (reply)
        return TRUE;
    if (knows_no_close (local)) {
        g_debug ("the card's session %s is kept for later use: %s", self->session, local->message);
        g_queue_push_tail (simstow_card_get_spare_sessions (self->card),
                           g_steal_pointer (&self->session));
        return TRUE;
    }
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
}

static gboolean
send_close_finish (SimstowChannel *self, GAsyncResult *result, GError **error)
{
    g_autoptr (GBytes) response = NULL;
    guint16 sw;

    if (self->session)
        return close_session_finish (self, result, error);
    response = exchange_finish (self, result, error);
    if (!response || self->way->mbim)
        return response != NULL;
    if (!simstow_apdu_split (response, NULL, &sw, error))
        return FALSE;
    if (sw != 0x9000)
        g_propagate_error (error, simstow_apdu_error (sw));
    return sw == 0x9000;
}

/* A channel that stays open is lost to all until the card is reset: a failure may pass, and gets
 * a second attempt. The first one's error is the task's data then. */
static void
on_close_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowChannel *self = g_task_get_source_object (task);
    GError *error = NULL;

    if (send_close_finish (self, result, &error)) {
        g_task_return_boolean (task, TRUE);
    } else if (g_task_get_task_data (task) ||
               g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
        g_task_return_error (task, error);
    } else {
        g_task_set_task_data (task, error, (GDestroyNotify) g_error_free);
        send_close (self, on_close_ready, g_object_ref (task));
    }
}

void
simstow_channel_close_async (SimstowChannel *self, GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

    g_task_set_source_tag (task, simstow_channel_close_async);
    if (!self->open) {
        g_task_return_boolean (task, TRUE);
        return;
    }
    self->open = FALSE;
    /* what is on its way is answered first: the modem might answer neither */
    if (self->busy)
        self->closing = g_steal_pointer (&task);
    else
        send_close (self, on_close_ready, g_steal_pointer (&task));
}

gboolean
simstow_channel_close_finish (SimstowChannel *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

    return g_task_propagate_boolean (G_TASK (result), error);
}

/* Opening */

typedef struct {
    GBytes *response;
    guint attempt; /* over MBIM: how many P2 were tried before this one */
    GError *error; /* the most telling so far */
} Opening;

static void
opening_free (gpointer data)
{
    Opening *opening = data;

    g_clear_pointer (&opening->response, g_bytes_unref);
    g_clear_error (&opening->error);
    g_free (opening);
}

static void
open_it (GTask *task);

/* Whether a channel that others have now is waited for. A card that has no channels at all may
 * say of the command that it does not know it in the same words, but not by MBIM. */
static gboolean
wait_for_channel (GTask *task, const GError *error)
{
    SimstowChannel *self = g_task_get_source_object (task);

    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_FULL) &&
           (self->way->mbim || simstow_card_get_memory (self->card)->channels) &&
           simstow_port_wait_pause (port_of (self), task, open_it);
}

/* Takes @data, or @error. */
static void
end_open (GTask *task, GBytes *data, GError *error)
{
    SimstowChannel *self = g_task_get_source_object (task);

    if (error) {
        if (wait_for_channel (task, error))
            g_error_free (error);
        else
            g_task_return_error (task, error);
        return;
    }
    ((Opening *) g_task_get_task_data (task))->response = data;
    simstow_card_get_memory (self->card)->channels = TRUE;
    self->open = TRUE;
    g_task_return_pointer (task, g_object_ref (self), g_object_unref);
}

/* An answer to SELECT of the application; 61xx says that it waits, and nobody here needs it. The
 * way is there, whatever the card says. */
static GBytes *
take_selection (GBytes *response, GError **error)
{
    g_autoptr (GBytes) data = NULL;
    GError *refusal;
    guint16 sw;

    if (!simstow_apdu_split (response, &data, &sw, error))
        return NULL;
    if (simstow_apdu_selected (sw))
        return g_steal_pointer (&data);
    refusal = simstow_apdu_error (sw);
    if (g_error_matches (refusal, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED))
        refusal->code = SIMSTOW_ERROR_NOT_FOUND;
    g_propagate_error (error, refusal);
    return NULL;
}

static void
select_application (GTask *task, GAsyncReadyCallback callback)
{
    static const guint8 header[] = {0x00, 0xA4, 0x04, 0x00};
    SimstowChannel *self = g_task_get_source_object (task);
    g_autoptr (GBytes) apdu = simstow_apdu_new (header, self->aid, SIMSTOW_APDU_LE_NONE);

    exchange (self, apdu, NULL, callback, g_object_ref (task));
}

/* Opening by +CCHO */

static void
open_session (GTask *task);

static void
on_session_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowChannel *self = g_task_get_source_object (task);
    GError *error = NULL;
    g_autofree gchar *reply = simstow_port_at_finish (port_of (self), result, &error);

    if (reply)
        self->session = simstow_card_at_parse_open (reply, &error);
    end_open (task, error ? NULL : g_bytes_new (NULL, 0), error);
}

/* A spare session is gone after a reset of the card; in what is left of it the next application
 * may be found. */
static void
on_spare_selected (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowChannel *self = g_task_get_source_object (task);
    g_autoptr (GBytes) response = exchange_finish (self, result, NULL);
    GError *error = NULL;
    GBytes *data;
    guint16 sw;

    if (!response || !simstow_apdu_split (response, NULL, &sw, NULL) || sw == SIMSTOW_SW_NOT_OPEN) {
        g_clear_pointer (&self->session, g_free);
        open_session (task);
        return;
    }
    data = take_selection (response, &error);
    if (error)
        g_queue_push_tail (simstow_card_get_spare_sessions (self->card),
                           g_steal_pointer (&self->session));
    end_open (task, data, error);
}

static void
open_session (GTask *task)
{
    SimstowChannel *self = g_task_get_source_object (task);
    g_autofree gchar *command = simstow_card_at_open (self->aid);

    self->session = g_queue_pop_head (simstow_card_get_spare_sessions (self->card));
    /* Not cancelled on the way: a channel whose number never came could not be closed */
    if (self->session)
        select_application (task, on_spare_selected);
    else
        simstow_port_at_async (port_of (self),
                               command,
                               FALSE,
                               OPEN_SECONDS,
                               NULL,
                               on_session_opened,
                               g_object_ref (task));
}

/* Opening by +CSIM */

static void
on_abandoned (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Opening *opening = g_task_get_task_data (task);

    simstow_channel_close_finish (SIMSTOW_CHANNEL (source), result, NULL);
    /* Whatever came of closing, the error to tell is the one of opening */
    end_open (task, NULL, g_steal_pointer (&opening->error));
}

static void
on_selected (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowChannel *self = g_task_get_source_object (task);
    Opening *opening = g_task_get_task_data (task);
    g_autoptr (GBytes) response = exchange_finish (self, result, &opening->error);
    GBytes *data = response ? take_selection (response, &opening->error) : NULL;

    if (data) {
        end_open (task, data, NULL);
        return;
    }
    self->open = TRUE;
    simstow_channel_close_async (self, on_abandoned, g_object_ref (task));
}

/* Reads the number of the channel that MANAGE CHANNEL opened. */
static gboolean
take_number (SimstowChannel *self, GBytes *response, GError **error)
{
    g_autoptr (GBytes) data = NULL;
    GError *refusal;
    guint16 sw;

    if (!simstow_apdu_split (response, &data, &sw, error))
        return FALSE;
    if (!simstow_apdu_succeeded (sw)) {
        refusal = simstow_apdu_error (sw);
        if (sw == SIMSTOW_SW_NO_CHANNEL) {
            g_clear_error (&refusal);
            refusal = g_error_new (SIMSTOW_ERROR,
                                   SIMSTOW_ERROR_FULL,
                                   "the card has no free channel (SW %04X)",
                                   sw);
            simstow_error_set_modem_code (refusal, SIMSTOW_ERROR_DOMAIN_SW, sw);
        }
        g_propagate_error (error, refusal);
        return FALSE;
    }
    self->number =
        g_bytes_get_size (data) > 0 ? *(const guint8 *) g_bytes_get_data (data, NULL) : 0;
    if (self->number > 0 && self->number <= LAST_CHANNEL)
        return TRUE;
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_MODEM_ERROR,
                 "the card opened channel %u, which cannot be",
                 self->number);
    return FALSE;
}

static void
on_managed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowChannel *self = g_task_get_source_object (task);
    GError *error = NULL;
    g_autoptr (GBytes) response = exchange_finish (self, result, &error);

    if (response && take_number (self, response, &error))
        select_application (task, on_selected);
    else
        end_open (task, NULL, error);
}

static void
open_managed (GTask *task)
{
    g_autoptr (GBytes) apdu = manage_channel (0x00, 0x00, 1);

    send_manage (g_task_get_source_object (task), apdu, on_managed, g_object_ref (task));
}

/* Opening by MBIM */

static void
open_by_mbim (GTask *task);

/* That there is no such application says more than any other refusal. */
static void
keep_error (Opening *opening, GError *error)
{
    if (opening->error && !g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND)) {
        g_error_free (error);
        return;
    }
    g_clear_error (&opening->error);
    opening->error = error;
}

/* Whether the modem was not even asked */
static gboolean
is_undeclared (const GError *error)
{
    guint code;

    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED) &&
           !simstow_error_get_modem_code (error, &code);
}

/* The P2 that the modem took before is tried first, and an application that is not found with it
 * is not there. Else another may help: modems refuse one that they do not take in all sorts of
 * ways. */
static gboolean
may_take_another (SimstowChannel *self, Opening *opening, const GError *error)
{
    gboolean taken = simstow_card_get_memory (self->card)->p2 > 0;

    return !simstow_card_is_silent (error) && !is_undeclared (error) &&
           !(taken && g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND)) &&
           ++opening->attempt < G_N_ELEMENTS (select_p2);
}

static void
go_on_by_mbim (GTask *task)
{
    Opening *opening = g_task_get_task_data (task);

    if (opening->attempt < G_N_ELEMENTS (select_p2))
        open_by_mbim (task);
    else
        end_open (task, NULL, g_steal_pointer (&opening->error));
}

static void
on_group_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GBytes) response =
        simstow_card_mbim_finish (SIMSTOW_PORT (source), result, NULL, NULL);

    go_on_by_mbim (task);
}

/* Where in the list is tried now */
static guint
place_of_p2 (SimstowChannel *self, const Opening *opening)
{
    guint taken = simstow_card_get_memory (self->card)->p2;

    return (opening->attempt + (taken > 0 ? taken - 1 : 0)) % G_N_ELEMENTS (select_p2);
}

static void
on_opened_by_mbim (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowChannel *self = g_task_get_source_object (task);
    Opening *opening = g_task_get_task_data (task);
    GError *error = NULL;
    g_autoptr (GBytes) response =
        simstow_card_mbim_finish (SIMSTOW_PORT (source), result, &self->number, &error);
    GBytes *data = response ? take_selection (response, &error) : NULL;
    guint code;
    gboolean refused =
        !response && (simstow_error_get_modem_code (error, &code) || is_undeclared (error));

    if (data) {
        simstow_card_get_memory (self->card)->p2 = place_of_p2 (self, opening) + 1;
        end_open (task, data, NULL);
        return;
    }
    if (!may_take_another (self, opening, error))
        opening->attempt = G_N_ELEMENTS (select_p2);
    keep_error (opening, error);
    if (refused) {
        go_on_by_mbim (task);
        return;
    }
    /* whether a channel was opened is not known when its answer did not come or made no sense */
    self->number = SIMSTOW_CARD_MBIM_GROUP;
    send_close (self, on_group_closed, g_object_ref (task));
}

static void
open_by_mbim (GTask *task)
{
    SimstowChannel *self = g_task_get_source_object (task);

    /* Not cancelled on the way: a channel whose number never came could not be closed */
    send_mbim (self,
               SIMSTOW_CARD_MBIM_OPEN,
               self->aid,
               select_p2[place_of_p2 (self, g_task_get_task_data (task))],
               OPEN_SECONDS,
               NULL,
               on_opened_by_mbim,
               g_object_ref (task));
}

static void
open_it (GTask *task)
{
    SimstowChannel *self = g_task_get_source_object (task);
    Opening *opening = g_task_get_task_data (task);

    opening->attempt = 0;
    g_clear_error (&opening->error);
    if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
        g_task_return_error (task, simstow_card_cancelled_error ());
    else
        self->way->open (task);
}

void
simstow_channel_open_async (SimstowCard *card,
                            const SimstowWay *way,
                            GBytes *aid,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
    g_autoptr (SimstowChannel) self = g_object_new (SIMSTOW_TYPE_CHANNEL, NULL);
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

    self->card = g_object_ref (card);
    self->way = way;
    self->aid = g_bytes_ref (aid);
    g_task_set_source_tag (task, simstow_channel_open_async);
    /* A channel that did open has to be known as open, or nobody would close it */
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, g_new0 (Opening, 1), opening_free);
    open_it (task);
}

SimstowChannel *
simstow_channel_open_finish (GAsyncResult *result, GBytes **response, GError **error)
{
    SimstowChannel *self = g_task_propagate_pointer (G_TASK (result), error);
    Opening *opening = g_task_get_task_data (G_TASK (result));

    if (self && response)
        *response = g_steal_pointer (&opening->response);
    return self;
}

const SimstowWay *
simstow_channel_ways (guint *n_ways)
{
    static const SimstowWay ways[] = {
        {"mbim", TRUE, NULL, open_by_mbim},
        {"cgla", FALSE, "+CCHO", open_session},
        {"csim", FALSE, NULL, open_managed},
    };

    *n_ways = G_N_ELEMENTS (ways);
    return ways;
}

/* Transmitting */

/* The command as it was last sent, and what has come so far */
typedef struct {
    GBytes *apdu;
    GByteArray *answer;
    guint rounds;
} Transmission;

static void
transmission_free (gpointer data)
{
    Transmission *transmission = data;

    g_bytes_unref (transmission->apdu);
    g_byte_array_unref (transmission->answer);
    g_free (transmission);
}

static void
on_exchanged (GObject *source, GAsyncResult *result, gpointer user_data);

/* Sends the command, or fails when that has gone on for too long, or when the channel was closed
 * meanwhile: the rest would be fetched on a channel of somebody else. */
static void
transmit (GTask *task)
{
    SimstowChannel *self = g_task_get_source_object (task);
    Transmission *transmission = g_task_get_task_data (task);

    if (!self->open) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_CANCELLED,
                                 "the channel was closed meanwhile");
        return;
    }
    if (++transmission->rounds > MAX_ROUNDS || transmission->answer->len > MAX_ANSWER) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_MODEM_ERROR,
                                 "the card's answer does not end");
        return;
    }
    self->busy = TRUE;
    exchange (self,
              transmission->apdu,
              g_task_get_cancellable (task),
              on_exchanged,
              g_object_ref (task));
}

/* Whether the card wants something else before the answer is whole; sends it. */
static gboolean
go_on (GTask *task, Transmission *transmission, gboolean empty, guint16 sw)
{
    static const guint8 get_response[] = {0x00, SIMSTOW_INS_GET_RESPONSE, 0x00, 0x00};
    SimstowChannel *self = g_task_get_source_object (task);
    GBytes *next;

    if (sw == SIMSTOW_SW_BUSY)
        return simstow_port_wait_pause (port_of (self), task, transmit);
    if ((sw & 0xFF00) == 0x6100 || (sw & 0xFF00) == 0x9F00)
        next = simstow_apdu_new (get_response, NULL, sw & 0x00FF);
    else if ((sw & 0xFF00) == 0x6C00 && empty)
        next = simstow_apdu_set_le (transmission->apdu, sw & 0x00FF);
    else
        return FALSE;
    g_bytes_unref (transmission->apdu);
    transmission->apdu = next;
    transmit (task);
    return TRUE;
}

static void
on_exchanged (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowChannel *self = g_task_get_source_object (task);
    Transmission *transmission = g_task_get_task_data (task);
    GError *error = NULL;
    g_autoptr (GBytes) response = exchange_finish (self, result, &error);
    g_autoptr (GBytes) data = NULL;
    guint16 sw;

    self->busy = FALSE;
    if (self->closing)
        send_close (self, on_close_ready, g_steal_pointer (&self->closing));
    if (!response || !simstow_apdu_split (response, &data, &sw, &error)) {
        g_task_return_error (task, error);
        return;
    }
    g_byte_array_append (transmission->answer,
                         g_bytes_get_data (data, NULL),
                         (guint) g_bytes_get_size (data));
    if (go_on (task, transmission, g_bytes_get_size (data) == 0, sw))
        return;
    g_byte_array_append (transmission->answer,
                         (const guint8[]){(guint8) (sw >> 8), (guint8) sw},
                         2);
    g_task_return_pointer (task,
                           g_bytes_new (transmission->answer->data, transmission->answer->len),
                           (GDestroyNotify) g_bytes_unref);
}

void
simstow_channel_transmit_async (SimstowChannel *self,
                                GBytes *apdu,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    Transmission *transmission;

    g_task_set_source_tag (task, simstow_channel_transmit_async);
    g_task_set_check_cancellable (task, FALSE);
    if (!self->open || !simstow_apdu_is_command (apdu)) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_INVALID_RECORD,
                                 self->open ? "this is no command APDU"
                                            : "the channel is not open");
        return;
    }
    transmission = g_new0 (Transmission, 1);
    transmission->apdu = g_bytes_ref (apdu);
    transmission->answer = g_byte_array_new ();
    g_task_set_task_data (task, transmission, transmission_free);
    transmit (task);
}

GBytes *
simstow_channel_transmit_finish (SimstowChannel *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), NULL);

    return g_task_propagate_pointer (G_TASK (result), error);
}

/* The channel itself */

const SimstowWay *
simstow_channel_get_way (SimstowChannel *self)
{
    return self->way;
}

SimstowCard *
simstow_channel_get_card (SimstowChannel *self)
{
    return self->card;
}

GBytes *
simstow_channel_get_aid (SimstowChannel *self)
{
    return self->aid;
}

GBytes *
simstow_channel_get_selected (SimstowChannel *self)
{
    return self->selected;
}

void
simstow_channel_set_selected (SimstowChannel *self, GBytes *path)
{
    g_clear_pointer (&self->selected, g_bytes_unref);
    self->selected = path ? g_bytes_ref (path) : NULL;
}

void
simstow_channel_set_patience (SimstowChannel *self, guint seconds)
{
    self->patience = seconds;
}

static void
simstow_channel_finalize (GObject *object)
{
    SimstowChannel *self = SIMSTOW_CHANNEL (object);

    g_clear_object (&self->card);
    g_clear_pointer (&self->aid, g_bytes_unref);
    g_clear_pointer (&self->session, g_free);
    g_clear_pointer (&self->selected, g_bytes_unref);
    G_OBJECT_CLASS (simstow_channel_parent_class)->finalize (object);
}

static void
simstow_channel_class_init (SimstowChannelClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_channel_finalize;
}

static void
simstow_channel_init (SimstowChannel *self)
{
    self->patience = PATIENCE_SECONDS;
    self->group = (guint32) g_random_int_range (1, G_MAXINT32);
}
