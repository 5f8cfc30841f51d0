/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ways to the card, tried in order.
 */

#include "simstow-card.h"

#include "simstow-channel-cgla.h"
#include "simstow-channel-csim.h"
#include "simstow-channel-mbim.h"
#include "simstow-error.h"

#define TEST_SECONDS 10

/* How messages end in which a modem refuses a command as such: not allowed, bad parameters */
static const gchar *const refusals[] = {"(CME 3)", "(CME 50)"};

typedef struct {
    gboolean mbim;
    SimstowChannel *(*new_channel) (SimstowPort *port);
    const gchar *test; /* a command that succeeds when the modem has that way at all */
} Way;

static const Way ways[] = {
    {TRUE, simstow_channel_mbim_new, NULL},
    {FALSE, simstow_channel_cgla_new, "+CCHO=?"},
    {FALSE, simstow_channel_csim_new, NULL},
};

struct _SimstowCard {
    GObject parent_instance;
    SimstowPort *port;
    const Way *way;
    const gchar *name; /* of the way used last, restricted access included */
    gint64 noted;      /* when that was noted */
};

G_DEFINE_TYPE (SimstowCard, simstow_card, G_TYPE_OBJECT)

gboolean
simstow_card_lacks (const GError *error)
{
    guint i;

    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED) ||
        g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND))
        return TRUE;
    for (i = 0; i < G_N_ELEMENTS (refusals); i++) {
        if (g_str_has_suffix (error->message, refusals[i]))
            return TRUE;
    }
    /* a plain ERROR has no code */
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR) &&
           !g_str_has_suffix (error->message, ")");
}

GError *
simstow_card_tell_more (GError *error, const GError *refusal)
{
    gboolean plain = g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR) &&
                     simstow_card_lacks (error);
    GError *better = error;

    if (plain && !refusal)
        better = g_error_new (SIMSTOW_ERROR,
                              SIMSTOW_ERROR_MODEM_ERROR,
                              "the modem gave no reason (ERROR)");
    else if (refusal &&
             (plain || g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED)))
        better = g_error_copy (refusal);
    if (better != error)
        g_error_free (error);
    return better;
}

/* One search: where it stands, and the most telling error so far. */
typedef struct {
    GPtrArray *aids;
    guint way;
    guint aid;
    SimstowChannel *channel;
    GBytes *response;
    GError *error;
} Search;

static void
search_free (gpointer data)
{
    Search *search = data;

    g_ptr_array_unref (search->aids);
    g_clear_object (&search->channel);
    g_clear_pointer (&search->response, g_bytes_unref);
    g_clear_error (&search->error);
    g_free (search);
}

/* Whether this modem could have that way at all. */
static gboolean
is_possible (SimstowCard *self, const Way *way)
{
    if (self->way)
        return way == self->way;
    return way->mbim ? simstow_port_peek_mbim (self->port) != NULL
                     : simstow_port_has_at (self->port);
}

/* "No such application" says more than "no such way", and what the card itself said more than
 * that. Takes @error. */
static void
keep_error (Search *search, GError *error)
{
    if (search->error && (g_error_matches (search->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND) ||
                          !simstow_card_lacks (search->error))) {
        g_error_free (error);
        return;
    }
    g_clear_error (&search->error);
    search->error = error;
}

static void
attempt (GTask *task);

/* The application is not there, or the way is not. Only over a way that is there do the
 * other applications get a try: there, and over no further way to the same card. */
static void
attempt_next (GTask *task, gboolean way_is_there)
{
    Search *search = g_task_get_task_data (task);

    if (!way_is_there)
        search->way++;
    else if (++search->aid == search->aids->len)
        search->way = G_N_ELEMENTS (ways);
    attempt (task);
}

static void
on_test_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autofree gchar *reply = simstow_port_at_finish (SIMSTOW_PORT (source), result, NULL);

    attempt_next (task, reply != NULL);
}

/* Looks at the error of the last attempt: many modems say just "ERROR" */
static void
judge_way (GTask *task, gboolean not_found, gboolean clear)
{
    SimstowCard *self = g_task_get_source_object (task);
    Search *search = g_task_get_task_data (task);
    const gchar *test = ways[search->way].test;

    if (not_found || search->aid > 0 || self->way)
        attempt_next (task, TRUE);
    else if (clear || !test)
        attempt_next (task, FALSE);
    else
        simstow_port_at_async (self->port,
                               test,
                               FALSE,
                               TEST_SECONDS,
                               NULL,
                               on_test_ready,
                               g_object_ref (task));
}

static void
on_open_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    SimstowChannel *channel = SIMSTOW_CHANNEL (source);
    g_autoptr (GTask) task = user_data;
    SimstowCard *self = g_task_get_source_object (task);
    Search *search = g_task_get_task_data (task);
    GError *error = NULL;
    gboolean not_found, clear;

    search->response = simstow_channel_open_finish (channel, result, &error);
    if (search->response) {
        self->way = &ways[search->way];
        g_task_return_pointer (task, g_steal_pointer (&search->channel), g_object_unref);
        return;
    }
    g_clear_object (&search->channel);
    not_found = g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND);
    clear = !g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR);
    keep_error (search, error);
    judge_way (task, not_found, clear);
}

static void
attempt (GTask *task)
{
    SimstowCard *self = g_task_get_source_object (task);
    Search *search = g_task_get_task_data (task);

    if (g_cancellable_is_cancelled (g_task_get_cancellable (task))) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_CANCELLED,
                                 "the job was cancelled");
        return;
    }
    while (search->way < G_N_ELEMENTS (ways) && !is_possible (self, &ways[search->way]))
        search->way++;
    if (search->way == G_N_ELEMENTS (ways)) {
        g_task_return_error (task,
                             search->error ? g_steal_pointer (&search->error)
                                           : g_error_new (SIMSTOW_ERROR,
                                                          SIMSTOW_ERROR_UNSUPPORTED,
                                                          "the modem has no way to the card"));
        return;
    }
    search->channel = ways[search->way].new_channel (self->port);
    simstow_channel_open_async (search->channel,
                                g_ptr_array_index (search->aids, search->aid),
                                g_task_get_cancellable (task),
                                on_open_ready,
                                g_object_ref (task));
}

void
simstow_card_open_async (SimstowCard *self,
                         GPtrArray *aids,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    Search *search = g_new0 (Search, 1);

    g_task_set_source_tag (task, simstow_card_open_async);
    /* A channel that did open has to reach the caller, or nobody would close it */
    g_task_set_check_cancellable (task, FALSE);
    search->aids = g_ptr_array_ref (aids);
    g_task_set_task_data (task, search, search_free);
    attempt (task);
}

SimstowChannel *
simstow_card_open_finish (SimstowCard *self,
                          GAsyncResult *result,
                          GBytes **response,
                          GError **error)
{
    SimstowChannel *channel = g_task_propagate_pointer (G_TASK (result), error);
    Search *search = g_task_get_task_data (G_TASK (result));

    if (channel && response)
        *response = g_steal_pointer (&search->response);
    return channel;
}

SimstowPort *
simstow_card_get_port (SimstowCard *self)
{
    return self->port;
}

const gchar *
simstow_card_get_way (SimstowCard *self)
{
    return self->name;
}

gint64
simstow_card_get_age_of_way (SimstowCard *self)
{
    return self->name ? g_get_monotonic_time () - self->noted : G_MAXINT64;
}

void
simstow_card_set_way (SimstowCard *self, const gchar *way)
{
    self->name = g_intern_string (way);
    self->noted = g_get_monotonic_time ();
}

static void
simstow_card_finalize (GObject *object)
{
    g_clear_object (&SIMSTOW_CARD (object)->port);
    G_OBJECT_CLASS (simstow_card_parent_class)->finalize (object);
}

static void
simstow_card_class_init (SimstowCardClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_card_finalize;
}

static void
simstow_card_init (SimstowCard *self)
{
}

SimstowCard *
simstow_card_new (SimstowPort *port)
{
    SimstowCard *self = g_object_new (SIMSTOW_TYPE_CARD, NULL);

    self->port = g_object_ref (port);
    return self;
}
