/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of a card, and the ladder of ways to it.
 */

#include "simstow-card.h"

#include "simstow-apdu.h"
#include "simstow-card-at.h"
#include "simstow-card-mbim.h"
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

static void
forget (SimstowCardMemory *memory)
{
    GHashTable *folders = memory->folders;
    GPtrArray *elements = memory->elements;

    g_hash_table_remove_all (folders);
    g_ptr_array_set_size (elements, 0);
    g_clear_error (&memory->refusal);
    g_clear_error (&memory->no_element);
    *memory = (SimstowCardMemory){.folders = folders, .elements = elements};
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

gboolean
simstow_card_hides (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND) ||
           (!simstow_card_lacks (error) && !simstow_card_is_silent (error) &&
            !g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED) &&
            !g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_DENIED) &&
            !g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_FULL));
}

GError *
simstow_card_cancelled_error (void)
{
    return g_error_new_literal (SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, "the job was cancelled");
}

/* AT commands */

/* What the modem answers without the card */
static gboolean
is_test (const gchar *command)
{
    return g_str_has_suffix (command, "=?");
}

static void
on_at_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowPort *port = SIMSTOW_PORT (source);
    GError *error = NULL;
    gchar *reply = simstow_port_at_finish (port, result, &error);

    if (!is_test (g_task_get_task_data (task)))
        simstow_port_wait_note (port, SIMSTOW_PORT_PART_CARD, error);
    if (reply)
        g_task_return_pointer (task, reply, g_free);
    else
        g_task_return_error (task, error);
}

void
simstow_card_at_async (SimstowCard *self,
                       const gchar *command,
                       guint seconds,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    guint given = is_test (command)
                      ? seconds
                      : simstow_port_wait_seconds (self->port,
                                                   SIMSTOW_PORT_PART_CARD,
                                                   seconds,
                                                   simstow_port_closes_channel (command));

    g_task_set_source_tag (task, simstow_card_at_async);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, g_strdup (command), g_free);
    if (given == 0)
        g_task_return_error (task, simstow_port_wait_silent_error ());
    else
        simstow_port_at_async (self->port,
                               command,
                               FALSE,
                               given,
                               cancellable,
                               on_at_ready,
                               g_object_ref (task));
}

gchar *
simstow_card_at_finish (SimstowCard *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), NULL);

    return g_task_propagate_pointer (G_TASK (result), error);
}

/* The ladder: where a search for an application stands, and the most telling error so far */
typedef struct {
    GPtrArray *aids;
    const SimstowWay *ways;
    guint n_ways;
    gchar *only; /* this way and no other */
    guint way;
    guint aid;
    gboolean proven;   /* this way leads to the card: it has told that it lacks an application */
    gboolean declared; /* the modem says that it has this way */
    GBytes *response;
    gboolean announces; /* to a card that lacks the first application */
    GError *last;       /* of the last attempt */
    GError *refusal;    /* of this way, the first */
    GError *error;
} Search;

static void
search_free (gpointer data)
{
    Search *search = data;

    g_ptr_array_unref (search->aids);
    g_free (search->only);
    g_clear_pointer (&search->response, g_bytes_unref);
    g_clear_error (&search->last);
    g_clear_error (&search->refusal);
    g_clear_error (&search->error);
    g_free (search);
}

/* Whether this modem could have that way at all. */
static gboolean
is_possible (SimstowCard *self, const Search *search, const SimstowWay *way)
{
    if (search->only && !g_str_equal (search->only, way->name))
        return FALSE;
    if (self->memory.way && !search->only)
        return way == self->memory.way;
    return way->mbim ? simstow_port_peek_mbim (self->port) != NULL
                     : simstow_port_has_at (self->port);
}

/* "No such application" says more than "no such way", and what the card itself said more than
 * that. Takes @error. */
static void
keep_error (Search *search, GError *error)
{
    gboolean proof = g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND);

    if (search->error && (g_error_matches (search->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND) ||
                          (!proof && !simstow_card_lacks (search->error)))) {
        g_error_free (error);
        return;
    }
    g_clear_error (&search->error);
    search->error = error;
}

static void
attempt (GTask *task);

/* This way did not lead to an application of the list. Where it leads to the card there is no
 * other way to the same card; else the next one is tried. What is declared and refused as such is
 * no lack of it. */
static void
leave_way (GTask *task)
{
    Search *search = g_task_get_task_data (task);

    if (search->declared && !search->proven && simstow_card_lacks (search->refusal))
        keep_error (search,
                    g_error_new (SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_DENIED,
                                 "\"%s\" is what the modem answers to %s, which it declares",
                                 search->refusal->message,
                                 search->ways[search->way].test));
    search->way = search->proven ? search->n_ways : search->way + 1;
    search->aid = 0;
    search->declared = FALSE;
    g_clear_error (&search->refusal);
    attempt (task);
}

static void
attempt_next (GTask *task)
{
    Search *search = g_task_get_task_data (task);

    if (++search->aid < search->aids->len)
        attempt (task);
    else
        leave_way (task);
}

static void
on_test_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Search *search = g_task_get_task_data (task);
    g_autofree gchar *reply = simstow_card_at_finish (SIMSTOW_CARD (source), result, NULL);

    search->declared = reply != NULL;
    if (search->declared)
        attempt_next (task);
    else
        leave_way (task);
}

/* Nobody is there to be asked for another application, or has that way at all. */
static gboolean
ends_way (const GError *error)
{
    return simstow_card_is_silent (error) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_FULL);
}

/* Looks at the error of the last attempt: many modems say just "ERROR", and some have a way in
 * name only. Only over a way that is there do the other applications get a try. */
static void
judge_way (GTask *task)
{
    SimstowCard *self = g_task_get_source_object (task);
    Search *search = g_task_get_task_data (task);
    const GError *error = search->last;
    const gchar *command = search->ways[search->way].test;
    g_autofree gchar *test = command ? g_strconcat (command, "=?", NULL) : NULL;

    search->proven |= g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND);
    if (search->proven || self->memory.way || search->declared)
        attempt_next (task);
    else if (!test || ends_way (error))
        leave_way (task);
    else
        simstow_card_at_async (self, test, TEST_SECONDS, NULL, on_test_ready, g_object_ref (task));
}

/* Announcing a local profile assistant */

/* TERMINAL CAPABILITY with support of local user interface, download and discovery, ETSI
 * TS 102 221 11.1.19. Its length is a multiple of four, as libmbim before 1.31 adds to any other.
 */
static const guint8 capability[] = {0xA9, 0x06, 0x81, 0x01, 0x00, 0x83, 0x01, 0x07};

/* Goes on with the same application where the card took it, else with the next one. */
static void
end_announcing (GTask *task, gboolean taken)
{
    if (taken)
        attempt (task);
    else
        judge_way (task);
}

static void
on_announced (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autofree gchar *reply = simstow_card_at_finish (SIMSTOW_CARD (source), result, NULL);
    g_autoptr (GBytes) response = reply ? simstow_card_at_parse_exchange (reply, NULL) : NULL;
    guint16 sw = 0;

    end_announcing (task,
                    response && simstow_apdu_split (response, NULL, &sw, NULL) &&
                        simstow_apdu_succeeded (sw));
}

static void
announce_by_line (GTask *task)
{
    static const guint8 header[] = {0x80, 0xAA, 0x00, 0x00};
    g_autoptr (GBytes) data = g_bytes_new_static (capability, sizeof capability);
    g_autoptr (GBytes) apdu = simstow_apdu_new (header, data, SIMSTOW_APDU_LE_NONE);
    g_autofree gchar *command = simstow_card_at_exchange (NULL, apdu);

    simstow_card_at_async (g_task_get_source_object (task),
                           command,
                           TEST_SECONDS,
                           NULL,
                           on_announced,
                           g_object_ref (task));
}

static void
on_announced_by_mbim (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowPort *port = SIMSTOW_PORT (source);
    g_autoptr (GBytes) response = simstow_card_mbim_finish (port, result, NULL, NULL);

    if (!response && simstow_port_has_at (port))
        announce_by_line (task);
    else
        end_announcing (task, response != NULL);
}

static void
announce (GTask *task)
{
    const SimstowCard *self = g_task_get_source_object (task);
    g_autoptr (GBytes) data = g_bytes_new_static (capability, sizeof capability);

    if (simstow_port_peek_mbim (self->port))
        simstow_card_mbim_async (self->port,
                                 SIMSTOW_CARD_MBIM_CAPABILITY,
                                 data,
                                 0,
                                 0,
                                 0,
                                 TEST_SECONDS,
                                 NULL,
                                 on_announced_by_mbim,
                                 g_object_ref (task));
    else
        announce_by_line (task);
}

static void
on_open_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowCard *self = g_task_get_source_object (task);
    Search *search = g_task_get_task_data (task);
    GError *error = NULL;
    SimstowChannel *channel = simstow_channel_open_finish (result, &search->response, &error);

    if (channel) {
        if (!search->only)
            self->memory.way = simstow_channel_get_way (channel);
        g_task_return_pointer (task, channel, g_object_unref);
        return;
    }
    if (!search->refusal)
        search->refusal = g_error_copy (error);
    keep_error (search, g_error_copy (error));
    g_clear_error (&search->last);
    search->last = error;
    if (search->announces && simstow_card_hides (error)) {
        search->announces = FALSE;
        announce (task);
    } else {
        judge_way (task);
    }
}

static void
attempt (GTask *task)
{
    SimstowCard *self = g_task_get_source_object (task);
    Search *search = g_task_get_task_data (task);

    while (search->way < search->n_ways && !is_possible (self, search, &search->ways[search->way]))
        search->way++;
    if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
        g_task_return_error (task, simstow_card_cancelled_error ());
    else if (search->way < search->n_ways)
        simstow_channel_open_async (self,
                                    &search->ways[search->way],
                                    g_ptr_array_index (search->aids, search->aid),
                                    g_task_get_cancellable (task),
                                    on_open_ready,
                                    g_object_ref (task));
    else if (search->error)
        g_task_return_error (task, g_steal_pointer (&search->error));
    else
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_UNSUPPORTED,
                                 "the modem has no way to the card");
}

void
simstow_card_open_by_async (SimstowCard *self,
                            const gchar *way,
                            GPtrArray *aids,
                            gboolean announces,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    Search *search = g_new0 (Search, 1);

    g_task_set_source_tag (task, simstow_card_open_by_async);
    /* A channel that did open has to reach the caller, or nobody would close it */
    g_task_set_check_cancellable (task, FALSE);
    simstow_card_renew (self);
    search->aids = g_ptr_array_ref (aids);
    search->ways = simstow_channel_ways (&search->n_ways);
    search->only = g_strdup (way);
    search->announces = announces;
    g_task_set_task_data (task, search, search_free);
    attempt (task);
}

void
simstow_card_open_async (SimstowCard *self,
                         GPtrArray *aids,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
    simstow_card_open_by_async (self, NULL, aids, FALSE, cancellable, callback, user_data);
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

GPtrArray *
simstow_card_usim_aids (void)
{
    static const guint8 usim[] = {0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02};
    GPtrArray *aids = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

    g_ptr_array_add (aids, g_bytes_new_static (usim, sizeof usim));
    return aids;
}

static void
simstow_card_finalize (GObject *object)
{
    SimstowCard *self = SIMSTOW_CARD (object);

    forget (&self->memory);
    g_hash_table_unref (self->memory.folders);
    g_ptr_array_unref (self->memory.elements);
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

static void
simstow_card_init (SimstowCard *self)
{
    g_queue_init (&self->spare_sessions);
    self->memory.folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    self->memory.elements = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
}

SimstowCard *
simstow_card_new (SimstowPort *port)
{
    SimstowCard *self = g_object_new (SIMSTOW_TYPE_CARD, NULL);

    self->port = g_object_ref (port);
    return self;
}
