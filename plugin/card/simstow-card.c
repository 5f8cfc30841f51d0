/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ways to the card, tried in order.
 */

#include "simstow-card.h"

#include "simstow-announce-mbim.h"
#include "simstow-apdu.h"
#include "simstow-at-card.h"
#include "simstow-card-line.h"
#include "simstow-channel-cgla.h"
#include "simstow-channel-csim.h"
#include "simstow-channel-mbim.h"
#include "simstow-error.h"

#define TEST_SECONDS 10

/* With what a modem refuses a command as such: not allowed, bad parameters, and unknown, which
 * some say of what they do not know */
static const guint refusals[] = {3, 50, 100};

typedef struct {
    const gchar *name;
    gboolean mbim;
    SimstowChannel *(*new_channel) (SimstowPort *port);
    const gchar *command; /* whose test form succeeds when the modem has that way at all */
} Way;

static const Way ways[] = {
    {"mbim", TRUE, simstow_channel_mbim_new, NULL},
    {"cgla", FALSE, simstow_channel_cgla_new, "+CCHO"},
    {"csim", FALSE, simstow_channel_csim_new, NULL},
};

struct _SimstowCard {
    GObject parent_instance;
    SimstowPort *port;
    const Way *way;
    GBytes *application; /* the one that was opened last */
    SimstowRestricted *restricted;
    gchar *sim; /* the SIM that all below is known of */
    const gchar *files_way;
    GError *refusal; /* why no channel could be had, where +CRSM stands in */
    SimstowCardElements elements;
    gboolean heard;      /* by +CRSM */
    GHashTable *folders; /* those of which it is known what is in them */
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
        if (simstow_error_has_code (error, SIMSTOW_ERROR_DOMAIN_CME, refusals[i]))
            return TRUE;
    }
    /* a plain ERROR has no code */
    return simstow_error_is_plain (error);
}

GError *
simstow_card_tell_more (GError *error, const GError *refusal)
{
    gboolean plain = g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR) &&
                     simstow_card_lacks (error);
    GError *better = error;

    if (plain && !refusal) {
        better = g_error_new_literal (SIMSTOW_ERROR,
                                      SIMSTOW_ERROR_MODEM_ERROR,
                                      "the modem gave no reason (ERROR)");
        simstow_error_set_modem_code (better, SIMSTOW_ERROR_DOMAIN_RESULT, SIMSTOW_RESULT_ERROR);
    } else if (refusal &&
               (plain || g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED))) {
        better = g_error_copy (refusal);
    }
    if (better != error)
        g_error_free (error);
    return better;
}

/* One search: where it stands, and the most telling error so far. */
typedef struct {
    GPtrArray *aids;
    gchar *only; /* this way and no other */
    guint way;
    guint aid;
    gboolean proven;   /* this way leads to the card: it has told that it lacks an application */
    gboolean declared; /* the modem says that it has this way */
    SimstowChannel *channel;
    GBytes *response;
    GError *refusal; /* of this way, the first */
    GError *error;
} Search;

static void
search_free (gpointer data)
{
    Search *search = data;

    g_ptr_array_unref (search->aids);
    g_free (search->only);
    g_clear_object (&search->channel);
    g_clear_pointer (&search->response, g_bytes_unref);
    g_clear_error (&search->refusal);
    g_clear_error (&search->error);
    g_free (search);
}

/* Whether this modem could have that way at all. */
static gboolean
is_possible (SimstowCard *self, const Search *search, const Way *way)
{
    if (search->only && !g_str_equal (search->only, way->name))
        return FALSE;
    if (self->way && !search->only)
        return way == self->way;
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

/* What is declared and refused as such is no lack of it. */
static GError *
declared_error (const gchar *command, const GError *refusal)
{
    return g_error_new (SIMSTOW_ERROR,
                        SIMSTOW_ERROR_DENIED,
                        "\"%s\" is what the modem answers to %s, which it declares",
                        refusal->message,
                        command);
}

/* This way did not lead to an application of the list. Where it leads to the card there is no
 * other way to the same card; else the next one is tried. */
static void
leave_way (GTask *task)
{
    Search *search = g_task_get_task_data (task);
    const Way *way = &ways[search->way];

    if (search->declared && !search->proven && simstow_card_lacks (search->refusal))
        keep_error (search, declared_error (way->command, search->refusal));
    search->way = search->proven ? G_N_ELEMENTS (ways) : search->way + 1;
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
    g_autofree gchar *reply = simstow_card_line_finish (SIMSTOW_PORT (source), result, NULL);

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
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_FULL);
}

/* Looks at the error of the last attempt: many modems say just "ERROR", and some have a way in
 * name only. Only over a way that is there do the other applications get a try. */
static void
judge_way (GTask *task, const GError *error)
{
    SimstowCard *self = g_task_get_source_object (task);
    Search *search = g_task_get_task_data (task);
    const gchar *command = ways[search->way].command;
    g_autofree gchar *test = command ? g_strconcat (command, "=?", NULL) : NULL;

    search->proven |= g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND);
    if (search->proven || self->way || search->declared)
        attempt_next (task);
    else if (!test || ends_way (error))
        leave_way (task);
    else
        simstow_card_line_async (self->port,
                                 test,
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
    g_autoptr (GError) error = NULL;

    search->response = simstow_channel_open_finish (channel, result, &error);
    if (search->response) {
        if (!search->only)
            self->way = &ways[search->way];
        g_clear_pointer (&self->application, g_bytes_unref);
        self->application = g_bytes_ref (g_ptr_array_index (search->aids, search->aid));
        g_task_return_pointer (task, g_steal_pointer (&search->channel), g_object_unref);
        return;
    }
    g_clear_object (&search->channel);
    if (!search->refusal)
        search->refusal = g_error_copy (error);
    keep_error (search, g_error_copy (error));
    judge_way (task, error);
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
    while (search->way < G_N_ELEMENTS (ways) && !is_possible (self, search, &ways[search->way]))
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
    simstow_card_open_by_async (self, NULL, aids, cancellable, callback, user_data);
}

void
simstow_card_open_by_async (SimstowCard *self,
                            const gchar *way,
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
    search->only = g_strdup (way);
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

GBytes *
simstow_card_get_application (SimstowCard *self)
{
    return self->application;
}

/* Announcing a local profile assistant */

/* TERMINAL CAPABILITY with support of local user interface, download and discovery, ETSI
 * TS 102 221 11.1.19. Its length is a multiple of four, as libmbim before 1.31 adds to any other.
 */
static const guint8 capability[] = {0xA9, 0x06, 0x81, 0x01, 0x00, 0x83, 0x01, 0x07};

static void
on_announced (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autofree gchar *reply = simstow_card_line_finish (SIMSTOW_PORT (source), result, NULL);
    g_autoptr (GBytes) response = reply ? simstow_at_card_parse_exchange (reply, NULL) : NULL;
    guint16 sw = 0;

    g_task_return_boolean (task,
                           response && simstow_apdu_split (response, NULL, &sw, NULL) &&
                               simstow_apdu_succeeded (sw));
}

static void
announce_by_line (GTask *task)
{
    static const guint8 header[] = {0x80, 0xAA, 0x00, 0x00};
    const SimstowCard *self = g_task_get_source_object (task);
    g_autoptr (GBytes) data = g_bytes_new_static (capability, sizeof capability);
    g_autoptr (GBytes) apdu = simstow_apdu_new (header, data, SIMSTOW_APDU_LE_NONE);
    g_autofree gchar *command = simstow_at_card_exchange (NULL, apdu);

    simstow_card_line_async (self->port,
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
    const SimstowCard *self = g_task_get_source_object (task);

    if (simstow_announce_mbim_finish (SIMSTOW_PORT (source), result, NULL))
        g_task_return_boolean (task, TRUE);
    else if (simstow_port_has_at (self->port))
        announce_by_line (task);
    else
        g_task_return_boolean (task, FALSE);
}

void
simstow_card_announce_async (SimstowCard *self, GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

    g_task_set_source_tag (task, simstow_card_announce_async);
    if (simstow_port_peek_mbim (self->port)) {
        g_autoptr (GBytes) data = g_bytes_new_static (capability, sizeof capability);

        simstow_announce_mbim_async (self->port, data, on_announced_by_mbim, g_object_ref (task));
    } else {
        announce_by_line (task);
    }
}

gboolean
simstow_card_announce_finish (SimstowCard *self, GAsyncResult *result)
{
    return g_task_propagate_boolean (G_TASK (result), NULL);
}

SimstowRestricted *
simstow_card_get_restricted (SimstowCard *self)
{
    return self->restricted;
}

void
simstow_card_set_sim (SimstowCard *self, const gchar *sim)
{
    if (g_strcmp0 (sim, self->sim) == 0)
        return;
    g_free (self->sim);
    self->sim = g_strdup (sim);
    self->way = NULL;
    self->files_way = NULL;
    self->heard = FALSE;
    g_clear_error (&self->refusal);
    g_clear_pointer (&self->application, g_bytes_unref);
    g_hash_table_remove_all (self->folders);
    g_ptr_array_set_size (self->elements.aids, 0);
    self->elements.all = FALSE;
    g_clear_error (&self->elements.refusal);
    self->elements.way = NULL;
}

SimstowCardElements *
simstow_card_get_elements (SimstowCard *self)
{
    return &self->elements;
}

const gchar *
simstow_card_get_files_way (SimstowCard *self, const GError **refusal)
{
    if (refusal)
        *refusal = self->refusal;
    return self->files_way;
}

void
simstow_card_note_files_way (SimstowCard *self, const gchar *way, const GError *refusal)
{
    GError *copy = refusal ? g_error_copy (refusal) : NULL;

    self->files_way = g_intern_string (way);
    g_clear_error (&self->refusal);
    self->refusal = copy;
}

gboolean
simstow_card_is_heard (SimstowCard *self)
{
    return self->heard;
}

void
simstow_card_set_heard (SimstowCard *self)
{
    self->heard = TRUE;
}

gboolean
simstow_card_is_folder_known (SimstowCard *self, const gchar *folder)
{
    return g_hash_table_contains (self->folders, folder);
}

void
simstow_card_note_folder (SimstowCard *self, const gchar *folder)
{
    g_hash_table_add (self->folders, g_strdup (folder));
}

static void
simstow_card_finalize (GObject *object)
{
    SimstowCard *self = SIMSTOW_CARD (object);

    g_clear_object (&self->restricted);
    g_clear_error (&self->refusal);
    g_hash_table_unref (self->folders);
    g_ptr_array_unref (self->elements.aids);
    g_clear_error (&self->elements.refusal);
    g_free (self->sim);
    g_clear_object (&self->port);
    g_clear_pointer (&self->application, g_bytes_unref);
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
    self->folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    self->elements.aids = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
}

SimstowCard *
simstow_card_new (SimstowPort *port)
{
    SimstowCard *self = g_object_new (SIMSTOW_TYPE_CARD, NULL);

    self->port = g_object_ref (port);
    self->restricted = simstow_restricted_new (port);
    return self;
}
