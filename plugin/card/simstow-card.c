/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of a card, and the ladder of ways to it.
 */

#include "simstow-card.h"

#include "simstow-error.h"

#define TEST_SECONDS 10

/* With what a modem refuses a command as such: not allowed, bad parameters, and unknown, which
 * some say of what they do not know */
static const guint refusals[] = {3, 50, 100};

struct _SimstowCard {
    GObject parent_instance;

    SimstowPort *port;
    gchar *sim; /* that is known of */
    SimstowCardMemory memory;
    GQueue spare_sessions;
};

G_DEFINE_FINAL_TYPE (SimstowCard, simstow_card, G_TYPE_OBJECT)

/* What is known */

void
simstow_card_ask_anew (SimstowCard *self)
{
    self->memory.doubtful = self->memory.refused = 0;
}

static void
forget (SimstowCardMemory *memory)
{
    GHashTable *folders = memory->folders;
    GHashTable *lacking = memory->lacking;

    g_hash_table_remove_all (folders);
    g_hash_table_remove_all (lacking);
    g_clear_error (&memory->no_way);
    g_clear_error (&memory->refusal);
    g_clear_error (&memory->deaf);
    *memory = (SimstowCardMemory){.folders = folders, .lacking = lacking};
}

SimstowCardMemory *
simstow_card_renew (SimstowCard *self)
{
    gboolean locked;
    g_autofree gchar *sim = simstow_port_dup_sim (self->port, &locked);

    if (g_strcmp0 (sim, self->sim) != 0) {
        g_free (self->sim);
        self->sim = g_steal_pointer (&sim);
        forget (&self->memory);
    }
    return &self->memory;
}

SimstowCardMemory *
simstow_card_get_memory (SimstowCard *self)
{
    return &self->memory;
}

GQueue *
simstow_card_get_spare_sessions (SimstowCard *self)
{
    return &self->spare_sessions;
}

SimstowPort *
simstow_card_get_port (SimstowCard *self)
{
    return self->port;
}

/* Errors */

gboolean
simstow_card_lacks (const GError *error)
{
    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED) ||
        g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
        if (simstow_error_has_code (error, SIMSTOW_ERROR_DOMAIN_CME, refusals[i]))
            return TRUE;
    return simstow_error_is_plain (error);
}

gboolean
simstow_card_is_silent (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED);
}

GError *
simstow_card_cancelled_error (void)
{
    return g_error_new_literal (SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, "the job was cancelled");
}

/* The ladder: where a search for an application stands, and the most telling error so far */
typedef struct {
    GBytes *aid;
    gchar *only; /* this way and no other */
    const SimstowWay *ways;
    guint n_ways;
    guint way;
    GBytes *response;
    GError *refusal; /* of this way */
    GError *error;
} Search;

static void
search_free (gpointer data)
{
    Search *search = data;

    g_bytes_unref (search->aid);
    g_free (search->only);
    g_clear_pointer (&search->response, g_bytes_unref);
    g_clear_error (&search->refusal);
    g_clear_error (&search->error);
    g_free (search);
}

/* Whether this modem could have that way at all. */
static gboolean
is_possible (SimstowCard *self, const Search *search)
{
    const SimstowWay *way = &search->ways[search->way];

    if (search->only && !g_str_equal (search->only, way->name))
        return FALSE;
    if (!search->only && self->memory.way)
        return way == self->memory.way;
    if (!search->only && (self->memory.absent | self->memory.refused) & 1u << search->way)
        return FALSE;
    return way->mbim ? simstow_port_peek_mbim (self->port) != NULL
                     : simstow_port_has_at (self->port);
}

static void
attempt (GTask *task);

/* This way did not lead to the card: the next one is tried. What is declared and refused as such is
 * no lack of it, and says more than "no such way". One refusal in vague words may be a fault,
 * and is no lack for good. */
static void
leave_way (GTask *task, gboolean tested)
{
    SimstowCard *self = g_task_get_source_object (task);
    Search *search = g_task_get_task_data (task);
    SimstowCardMemory *memory = &self->memory;
    guint way = 1u << search->way;
    gboolean lacks = simstow_card_lacks (search->refusal);
    gboolean sure =
        tested || g_error_matches (search->refusal, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED);
    g_autoptr (GError) refusal = g_steal_pointer (&search->refusal);

    if (lacks && memory->declared & way) {
        g_autoptr (GError) plain = g_steal_pointer (&refusal);

        refusal = g_error_new (SIMSTOW_ERROR,
                               SIMSTOW_ERROR_DENIED,
                               "\"%s\" is what the modem answers to %s, which it declares",
                               plain->message,
                               search->ways[search->way].test);
    } else if (lacks && !search->only && !memory->way) {
        memory->absent |= sure ? way : 0;
        memory->refused |= memory->doubtful & way;
        memory->doubtful |= way;
    }
    if (!search->error || simstow_card_lacks (search->error)) {
        g_clear_error (&search->error);
        search->error = g_steal_pointer (&refusal);
    }
    search->way++;
    attempt (task);
}

static void
on_test_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowCard *self = g_task_get_source_object (task);
    const Search *search = g_task_get_task_data (task);
    g_autofree gchar *reply = simstow_port_at_finish (self->port, result, NULL);

    if (reply)
        self->memory.declared |= 1u << search->way;
    leave_way (task, TRUE);
}

/* Many modems say just "ERROR", and some have a way in name only. */
static gboolean
says_little (const GError *error)
{
    return !simstow_card_is_silent (error) &&
           !g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED) &&
           !g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED) &&
           !g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_FULL);
}

static void
on_open_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowCard *self = g_task_get_source_object (task);
    Search *search = g_task_get_task_data (task);
    const SimstowWay *way = &search->ways[search->way];
    GError *error = NULL;
    SimstowChannel *channel = simstow_channel_open_finish (result, &search->response, &error);
    g_autofree gchar *test = NULL;

    if (channel || g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND)) {
        if (!search->only)
            self->memory.way = way;
        if (channel)
            g_task_return_pointer (task, channel, g_object_unref);
        else
            g_task_return_error (task, error);
        return;
    }
    search->refusal = error;
    if (!way->test || !says_little (error) || self->memory.declared & 1u << search->way) {
        leave_way (task, FALSE);
        return;
    }
    test = g_strconcat (way->test, "=?", NULL);
    simstow_port_at_async (self->port,
                           test,
                           FALSE,
                           TEST_SECONDS,
                           NULL,
                           on_test_ready,
                           g_object_ref (task));
}

/* No way is left: what is lacking for good is not asked for again. */
static void
end_search (GTask *task)
{
    SimstowCard *self = g_task_get_source_object (task);
    Search *search = g_task_get_task_data (task);

    if (!search->error && self->memory.no_way && !search->only)
        search->error = g_error_copy (self->memory.no_way);
    if (!search->error)
        search->error = g_error_new_literal (SIMSTOW_ERROR,
                                             SIMSTOW_ERROR_UNSUPPORTED,
                                             "the modem has no way to the card");
    if (!self->memory.way && !search->only && simstow_card_lacks (search->error)) {
        g_clear_error (&self->memory.no_way);
        self->memory.no_way = g_error_copy (search->error);
    }
    g_task_return_error (task, g_steal_pointer (&search->error));
}

static void
attempt (GTask *task)
{
    SimstowCard *self = g_task_get_source_object (task);
    Search *search = g_task_get_task_data (task);

    while (search->way < search->n_ways && !is_possible (self, search))
        search->way++;
    if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
        g_task_return_error (task, simstow_card_cancelled_error ());
    else if (search->way < search->n_ways)
        simstow_channel_open_async (self,
                                    &search->ways[search->way],
                                    search->aid,
                                    g_task_get_cancellable (task),
                                    on_open_ready,
                                    g_object_ref (task));
    else
        end_search (task);
}

void
simstow_card_open_async (SimstowCard *self,
                         const gchar *way,
                         GBytes *aid,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    Search *search = g_new0 (Search, 1);

    g_task_set_source_tag (task, simstow_card_open_async);
    /* A channel that did open has to reach the caller, or nobody would close it */
    g_task_set_check_cancellable (task, FALSE);
    simstow_card_renew (self);
    search->aid = g_bytes_ref (aid);
    search->only = g_strdup (way);
    search->ways = simstow_channel_ways (&search->n_ways);
    g_task_set_task_data (task, search, search_free);
    attempt (task);
}

SimstowChannel *
simstow_card_open_finish (SimstowCard *self,
                          GAsyncResult *result,
                          GBytes **response,
                          GError **error)
{
    SimstowChannel *channel;
    Search *search;

    g_return_val_if_fail (g_task_is_valid (result, self), NULL);

    channel = g_task_propagate_pointer (G_TASK (result), error);
    search = g_task_get_task_data (G_TASK (result));
    if (channel && response)
        *response = g_steal_pointer (&search->response);
    return channel;
}

GBytes *
simstow_card_usim_aid (void)
{
    static const guint8 usim[] = {0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02};

    return g_bytes_new_static (usim, sizeof usim);
}

static void
simstow_card_finalize (GObject *object)
{
    SimstowCard *self = SIMSTOW_CARD (object);

    forget (&self->memory);
    g_hash_table_unref (self->memory.folders);
    g_hash_table_unref (self->memory.lacking);
    g_queue_clear_full (&self->spare_sessions, g_free);
    g_free (self->sim);
    g_clear_object (&self->port);
    G_OBJECT_CLASS (simstow_card_parent_class)->finalize (object);
}

static void
simstow_card_class_init (SimstowCardClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_card_finalize;
}

/* Or %NULL */
static void
error_free (gpointer error)
{
    g_clear_error ((GError **) &error);
}

static void
simstow_card_init (SimstowCard *self)
{
    g_queue_init (&self->spare_sessions);
    self->memory.folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    self->memory.lacking = g_hash_table_new_full (g_bytes_hash,
                                                  g_bytes_equal,
                                                  (GDestroyNotify) g_bytes_unref,
                                                  error_free);
}

SimstowCard *
simstow_card_new (SimstowPort *port)
{
    SimstowCard *self = g_object_new (SIMSTOW_TYPE_CARD, NULL);

    self->port = g_object_ref (port);
    return self;
}
