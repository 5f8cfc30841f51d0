/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store "euicc": one channel to the ISD-R for each operation, a fixed list of
 * requests, raw answers. A record is one answer, "name" and "raw", or "name" and
 * "fault" when the card refused it. Writing sends one of the requests in
 * simstow-es10.h and nothing else.
 */

#include "simstow-store-euicc-card.h"

#include <string.h>

#include "simstow-apdu.h"
#include "simstow-card.h"
#include "simstow-error.h"
#include "simstow-es10.h"
#include "simstow-hex.h"
#include "simstow-names.h"
#include "simstow-store-about.h"

/* The stores of secure elements behind the first */
#define FURTHER SIMSTOW_STORE_EUICC "/"

typedef enum {
    PRESENCE_UNKNOWN,
    PRESENCE_ABSENT,
    PRESENCE_PRESENT,
} Presence;

struct _SimstowStoreEuiccCard {
    SimstowStoreDriver parent_instance;
    SimstowCard *card;
    Presence presence;
    const gchar *way;
    GPtrArray *elements; /* the identifier of the ISD-R of each secure element */
};

G_DEFINE_FINAL_TYPE (SimstowStoreEuiccCard, simstow_store_euicc_card, SIMSTOW_TYPE_STORE_DRIVER)

/* One operation: the request under way, cut into commands, and what came of those before. */
typedef struct _Session Session;

struct _Session {
    gchar *store;
    SimstowChannel *channel;
    GBytes *request;
    GPtrArray *commands;
    guint command;
    void (*answered) (GTask *task, GBytes *answer, GError *error);
    void (*done) (GTask *task);
    GVariantBuilder *records;
    guint position;
    guint end;
    gboolean fallback;
    gboolean announced;  /* the card was told that profiles are managed here */
    GBytes *first;       /* what came of the request that has a fallback */
    GError *first_fault; /* or why nothing did */
    GError *error;
    SimstowStoreProgressFunc progress;
    gpointer progress_data;
};

static void
session_free (gpointer data)
{
    Session *session = data;

    g_free (session->store);
    g_clear_object (&session->channel);
    g_clear_pointer (&session->request, g_bytes_unref);
    g_clear_pointer (&session->commands, g_ptr_array_unref);
    g_clear_pointer (&session->records, g_variant_builder_unref);
    g_clear_pointer (&session->first, g_bytes_unref);
    g_clear_error (&session->first_fault);
    g_clear_error (&session->error);
    g_free (session);
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Session *session = g_task_get_task_data (task);
    g_autoptr (GError) unclosed = NULL;

    if (!simstow_channel_close_finish (SIMSTOW_CHANNEL (source), result, &unclosed))
        g_debug ("the channel to the eUICC may be open still: %s", unclosed->message);
    if (session->error)
        g_task_return_error (task, g_steal_pointer (&session->error));
    else
        session->done (task);
}

/* Ends the operation: the channel is closed first, whatever happened. */
static void
finish (GTask *task)
{
    Session *session = g_task_get_task_data (task);

    simstow_channel_close_async (session->channel, on_closed, g_object_ref (task));
}

static void
on_command_ready (GObject *source, GAsyncResult *result, gpointer user_data);

static void
send_command (GTask *task)
{
    Session *session = g_task_get_task_data (task);

    simstow_channel_transmit_async (session->channel,
                                    g_ptr_array_index (session->commands, session->command),
                                    g_task_get_cancellable (task),
                                    on_command_ready,
                                    g_object_ref (task));
}

/* Of a block that is not the last one only the status word counts, of the last one what came */
static GBytes *
take_answer (GBytes *response, gboolean last, GError **error)
{
    g_autoptr (GBytes) answer = simstow_apdu_take_data (response, error);

    if (!answer || !last || g_bytes_get_size (answer) > 0)
        return g_steal_pointer (&answer);
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_MODEM_ERROR,
                         "the eUICC answers with nothing");
    return NULL;
}

static void
on_command_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Session *session = g_task_get_task_data (task);
    gboolean last = session->command + 1 == session->commands->len;
    g_autoptr (GBytes) response = NULL;
    g_autoptr (GBytes) answer = NULL;
    GError *error = NULL;

    response = simstow_channel_transmit_finish (SIMSTOW_CHANNEL (source), result, &error);
    if (response)
        answer = take_answer (response, last, &error);
    session->command++;
    if (!error && !last)
        send_command (task);
    else
        session->answered (task, answer, error);
}

static void
send_request (GTask *task, GBytes *request)
{
    Session *session = g_task_get_task_data (task);

    g_clear_pointer (&session->commands, g_ptr_array_unref);
    session->commands = simstow_es10_store_data (request);
    session->command = 0;
    send_command (task);
}

/* Reading */

static void
read_next (GTask *task);

static void
add_record (Session *session, const gchar *name, GBytes *answer, const GError *error)
{
    GVariantBuilder record;

    g_variant_builder_init (&record, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add (&record,
                           "{sv}",
                           SIMSTOW_RECORD_INDEX,
                           g_variant_new_uint32 (session->position + 1));
    g_variant_builder_add (&record, "{sv}", SIMSTOW_RECORD_NAME, g_variant_new_string (name));
    if (error)
        g_variant_builder_add (&record,
                               "{sv}",
                               SIMSTOW_RECORD_FAULT,
                               g_variant_new_string (error->message));
    else
        g_variant_builder_add (&record,
                               "{sv}",
                               SIMSTOW_RECORD_RAW,
                               g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, answer, TRUE));
    g_variant_builder_add_value (session->records, g_variant_builder_end (&record));
}

/* The shortest list of profiles that has one: tags and lengths of list, profile and ICCID */
#define LIST_MIN 8

/* A list of profiles without one, or an error code in its place. A card may have none, and a card
 * may not understand what it was asked: it is asked in plainer words. */
static gboolean
says_little (GBytes *answer)
{
    return g_bytes_get_size (answer) < LIST_MIN;
}

/* Keeps what came of the first request. Takes @fault. */
static void
ask_plainer (GTask *task, GBytes *answer, GError *fault)
{
    Session *session = g_task_get_task_data (task);

    session->fallback = TRUE;
    session->first = answer ? g_bytes_ref (answer) : NULL;
    session->first_fault = fault;
    read_next (task);
}

/* Whether the plainer request brought less than the first one. */
static gboolean
brought_less (const Session *session, GBytes *answer)
{
    if (!session->fallback)
        return FALSE;
    return !answer || (session->first && says_little (answer) &&
                       g_bytes_get_size (answer) >= g_bytes_get_size (session->first));
}

static void
end_read (GTask *task, GBytes *answer, const GError *fault)
{
    Session *session = g_task_get_task_data (task);
    guint n_reads;
    const SimstowEs10Read *read = simstow_es10_reads (&n_reads) + session->position;

    if (brought_less (session, answer))
        add_record (session, read->name, session->first, session->first_fault);
    else
        add_record (session, read->name, answer, fault);
    session->fallback = FALSE;
    g_clear_pointer (&session->first, g_bytes_unref);
    g_clear_error (&session->first_fault);
    session->position++;
    if (session->progress)
        session->progress (session->store, session->position, n_reads, session->progress_data);
    read_next (task);
}

/* What is not answered costs no other request. */
static void
on_read_answered (GTask *task, GBytes *answer, GError *error)
{
    g_autoptr (GError) fault = error;
    Session *session = g_task_get_task_data (task);
    guint n_reads;
    const SimstowEs10Read *read = simstow_es10_reads (&n_reads) + session->position;

    if (g_error_matches (fault, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
        session->error = g_steal_pointer (&fault);
        finish (task);
    } else if (read->fallback && !session->fallback &&
               !g_error_matches (fault, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT) &&
               (fault || says_little (answer))) {
        ask_plainer (task, answer, g_steal_pointer (&fault));
    } else {
        end_read (task, answer, fault);
    }
}

static void
read_next (GTask *task)
{
    Session *session = g_task_get_task_data (task);
    guint n_reads;
    const SimstowEs10Read *reads = simstow_es10_reads (&n_reads);
    g_autoptr (GBytes) request = NULL;

    if (session->position >= MIN (session->end, n_reads)) {
        finish (task);
        return;
    }
    request = simstow_hex_decode (session->fallback ? reads[session->position].fallback
                                                    : reads[session->position].request,
                                  -1,
                                  NULL);
    send_request (task, request);
}

static void
on_read_done (GTask *task)
{
    Session *session = g_task_get_task_data (task);

    g_task_return_pointer (task,
                           g_variant_ref_sink (g_variant_builder_end (session->records)),
                           (GDestroyNotify) g_variant_unref);
}

/* Writing */

static void
on_write_answered (GTask *task, GBytes *answer, GError *error)
{
    Session *session = g_task_get_task_data (task);

    session->error = error;
    if (!error)
        simstow_es10_check_result (session->request, answer, &session->error);
    finish (task);
}

static void
on_write_done (GTask *task)
{
    g_task_return_int (task, 1);
}

/* The request that a record asks for. */
static GBytes *
request_from_record (GVariant *record, GError **error)
{
    const gchar *name = NULL;
    const gchar *iccid = "";
    const gchar *value = "";

    g_variant_lookup (record, SIMSTOW_RECORD_NAME, "&s", &name);
    g_variant_lookup (record, SIMSTOW_RECORD_ICCID, "&s", &iccid);
    g_variant_lookup (record, SIMSTOW_RECORD_VALUE, "&s", &value);
    if (g_strcmp0 (name, "nickname") == 0)
        return simstow_es10_set_nickname (iccid, value, error);
    if (g_strcmp0 (name, "default-smdp") == 0)
        return simstow_es10_set_default_smdp (value, error);
    if (g_strcmp0 (name, "enable") == 0 || g_strcmp0 (name, "disable") == 0)
        return simstow_es10_set_enabled (iccid, g_str_equal (name, "enable"), error);
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_INVALID_RECORD,
                 "an eUICC takes the records nickname, default-smdp, enable and disable");
    return NULL;
}

/* Opening */

static void
open_session (GTask *task);

static void
on_announced (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Session *session = g_task_get_task_data (task);

    if (simstow_card_announce_finish (SIMSTOW_CARD (source), result))
        open_session (task);
    else
        g_task_return_error (task, g_steal_pointer (&session->error));
}

/* After these the card cannot be asked for anything else. */
static gboolean
is_conclusive (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_DENIED) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_FULL);
}

/* Whether the card was reached, and may have an ISD-R that it does not show. */
static gboolean
may_hide (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND) ||
           (!simstow_card_lacks (error) && !is_conclusive (error));
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowStoreEuiccCard *self = g_task_get_source_object (task);
    Session *session = g_task_get_task_data (task);
    GError *error = NULL;

    session->channel = simstow_card_open_finish (SIMSTOW_CARD (source), result, NULL, &error);
    if (!session->channel && may_hide (error) && !session->announced) {
        session->announced = TRUE;
        session->error = error;
        simstow_card_announce_async (self->card, on_announced, g_object_ref (task));
        return;
    }
    if (!session->channel) {
        g_task_return_error (task, error);
        return;
    }
    self->presence = PRESENCE_PRESENT;
    self->way = simstow_channel_get_way (session->channel);
    if (self->elements->len == 0)
        g_ptr_array_add (self->elements, g_bytes_ref (simstow_card_get_application (self->card)));
    if (session->request)
        send_request (task, session->request);
    else if (session->records)
        read_next (task);
    else
        finish (task);
}

/* Of the second secure element and so on: "euicc/2" */
static guint
element_of (const gchar *store)
{
    guint64 number = 1;

    if (g_str_has_prefix (store, FURTHER))
        g_ascii_string_to_unsigned (store + strlen (FURTHER), 10, 1, G_MAXUINT, &number, NULL);
    return (guint) number - 1;
}

/* The first of them is looked for under every name that it may have. */
static GPtrArray *
aids_of (SimstowStoreEuiccCard *self, const gchar *store)
{
    guint element = element_of (store);
    g_autoptr (GPtrArray) known = element == 0 ? simstow_es10_aids () : NULL;
    GPtrArray *aids = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    guint i;

    if (element < self->elements->len)
        g_ptr_array_add (aids, g_bytes_ref (g_ptr_array_index (self->elements, element)));
    for (i = 0; known && i < known->len; i++)
        g_ptr_array_add (aids, g_bytes_ref (g_ptr_array_index (known, i)));
    return aids;
}

static void
open_session (GTask *task)
{
    SimstowStoreEuiccCard *self = g_task_get_source_object (task);
    Session *session = g_task_get_task_data (task);
    g_autoptr (GPtrArray) aids = aids_of (self, session->store);

    g_clear_error (&session->error);
    if (aids->len == 0) {
        g_task_return_new_error (task,
                                 SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_UNSUPPORTED,
                                 "no store %s",
                                 session->store);
        return;
    }
    if (!self->card)
        self->card = simstow_card_new (simstow_store_driver_get_port (SIMSTOW_STORE_DRIVER (self)));
    simstow_card_open_async (self->card,
                             aids,
                             g_task_get_cancellable (task),
                             on_opened,
                             g_object_ref (task));
}

static GTask *
session_new (SimstowStoreDriver *driver,
             const gchar *store,
             gpointer tag,
             void (*done) (GTask *task),
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
    GTask *task = g_task_new (driver, cancellable, callback, user_data);
    Session *session = g_new0 (Session, 1);

    session->done = done;
    session->store = g_strdup (store);
    g_task_set_source_tag (task, tag);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, session, session_free);
    return task;
}

/* The driver's operations */

static GVariant *
list_stores (SimstowStoreEuiccCard *self)
{
    guint n = self->presence == PRESENCE_PRESENT ? self->elements->len : 0;
    g_autofree SimstowStoreAbout *about = g_new0 (SimstowStoreAbout, MAX (n, 1));
    g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
    guint i;

    for (i = 0; i < n; i++) {
        g_ptr_array_add (ids,
                         i == 0 ? g_strdup (SIMSTOW_STORE_EUICC)
                                : g_strdup_printf (FURTHER "%u", i + 1));
        about[i].id = ids->pdata[i];
        about[i].via = SIMSTOW_VIA_CARD;
        about[i].way = self->way;
        about[i].writable = TRUE;
    }
    return simstow_store_about_list (about, n);
}

static void
return_list (GTask *task)
{
    g_task_return_pointer (task,
                           list_stores (g_task_get_source_object (task)),
                           (GDestroyNotify) g_variant_unref);
}

/* Further secure elements of the card that was found: each name that one may have is tried once,
 * in the life of a modem. The task's data are the names left. */

static void
try_further (GTask *task);

static void
on_further_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) unclosed = NULL;

    if (!simstow_channel_close_finish (SIMSTOW_CHANNEL (source), result, &unclosed))
        g_debug ("the channel to the eUICC may be open still: %s", unclosed->message);
    try_further (task);
}

static void
on_further_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowStoreEuiccCard *self = g_task_get_source_object (task);
    SimstowCard *card = SIMSTOW_CARD (source);
    g_autoptr (SimstowChannel) channel = NULL;

    channel = simstow_card_open_finish (card, result, NULL, NULL);
    if (!channel) {
        try_further (task);
        return;
    }
    g_ptr_array_add (self->elements, g_bytes_ref (simstow_card_get_application (card)));
    simstow_channel_close_async (channel, on_further_closed, g_object_ref (task));
}

static void
try_further (GTask *task)
{
    SimstowStoreEuiccCard *self = g_task_get_source_object (task);
    GPtrArray *left = g_task_get_task_data (task);
    g_autoptr (GPtrArray) aids = NULL;

    if (left->len == 0 || g_cancellable_is_cancelled (g_task_get_cancellable (task))) {
        return_list (task);
        return;
    }
    aids = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    g_ptr_array_add (aids, g_ptr_array_steal_index (left, 0));
    simstow_card_open_async (self->card,
                             aids,
                             g_task_get_cancellable (task),
                             on_further_opened,
                             g_object_ref (task));
}

static void
on_usim_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) unclosed = NULL;

    if (!simstow_channel_close_finish (SIMSTOW_CHANNEL (source), result, &unclosed))
        g_debug ("the channel to the card may be open still: %s", unclosed->message);
    return_list (task);
}

/* A card that opens another application in the same way has no ISD-R. */
static void
on_usim_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GError *reason = g_task_get_task_data (task);
    g_autoptr (SimstowChannel) channel = NULL;

    channel = simstow_card_open_finish (SIMSTOW_CARD (source), result, NULL, NULL);
    if (channel)
        simstow_channel_close_async (channel, on_usim_closed, g_object_ref (task));
    else
        g_task_return_error (task, g_error_copy (reason));
}

static void
try_usim (GTask *task)
{
    /* The USIM, its identifier cut short so that any of them answers; TS 31.102 */
    static const guint8 usim[] = {0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02};
    const SimstowStoreEuiccCard *self = g_task_get_source_object (task);
    g_autoptr (GPtrArray) aids = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

    g_ptr_array_add (aids, g_bytes_new_static (usim, sizeof usim));
    simstow_card_open_async (self->card,
                             aids,
                             g_task_get_cancellable (task),
                             on_usim_opened,
                             g_object_ref (task));
}

/* Cards without an eUICC refuse in all sorts of ways. Who lacks a way to the card, and what the
 * card itself says that it lacks, is one thing; what was declared and refused is another. */
static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowStoreEuiccCard *self = SIMSTOW_STORE_EUICC_CARD (source);
    GError *reason = NULL;

    if (g_task_propagate_boolean (G_TASK (result), &reason)) {
        g_task_set_task_data (task,
                              simstow_es10_further_aids (g_ptr_array_index (self->elements, 0)),
                              (GDestroyNotify) g_ptr_array_unref);
        try_further (task);
        return;
    }
    g_debug ("no eUICC: %s", reason->message);
    g_task_set_task_data (task, reason, (GDestroyNotify) g_error_free);
    if (g_error_matches (reason, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND) ||
        g_error_matches (reason, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED))
        self->presence = PRESENCE_ABSENT;
    if (simstow_card_lacks (reason))
        return_list (task);
    else if (is_conclusive (reason))
        g_task_return_error (task, g_error_copy (reason));
    else
        try_usim (task);
}

static void
on_presence_known (GTask *task)
{
    g_task_return_boolean (task, TRUE);
}

static void
list_async (SimstowStoreDriver *driver,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
    SimstowStoreEuiccCard *self = SIMSTOW_STORE_EUICC_CARD (driver);
    g_autoptr (GTask) task = g_task_new (driver, cancellable, callback, user_data);
    g_autoptr (GTask) look = NULL;

    g_task_set_source_tag (task, list_async);
    g_task_set_check_cancellable (task, FALSE);
    if (self->presence != PRESENCE_UNKNOWN) {
        return_list (task);
        return;
    }
    look = session_new (driver,
                        SIMSTOW_STORE_EUICC,
                        list_async,
                        on_presence_known,
                        cancellable,
                        on_looked,
                        g_object_ref (task));
    open_session (look);
}

static void
read_async (SimstowStoreDriver *driver,
            const gchar *store,
            guint first,
            guint count,
            SimstowStoreProgressFunc progress,
            gpointer progress_data,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
    g_autoptr (GTask) task =
        session_new (driver, store, read_async, on_read_done, cancellable, callback, user_data);
    Session *session = g_task_get_task_data (task);

    session->answered = on_read_answered;
    session->records = g_variant_builder_new (G_VARIANT_TYPE ("aa{sv}"));
    session->position = first > 0 ? first - 1 : 0;
    session->end =
        count > 0 && session->position < G_MAXUINT - count ? session->position + count : G_MAXUINT;
    session->progress = progress;
    session->progress_data = progress_data;
    open_session (task);
}

static GVariant *
read_finish (SimstowStoreDriver *driver, GAsyncResult *result, guint *next, GError **error)
{
    Session *session = g_task_get_task_data (G_TASK (result));
    guint n_reads;

    simstow_es10_reads (&n_reads);
    *next = session->position < n_reads ? session->position + 1 : 0;
    return g_task_propagate_pointer (G_TASK (result), error);
}

static void
write_async (SimstowStoreDriver *driver,
             const gchar *store,
             GVariant *record,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
    g_autoptr (GTask) task =
        session_new (driver, store, write_async, on_write_done, cancellable, callback, user_data);
    Session *session = g_task_get_task_data (task);
    GError *error = NULL;

    session->answered = on_write_answered;
    session->request = request_from_record (record, &error);
    if (session->request)
        open_session (task);
    else
        g_task_return_error (task, error);
}

static void
erase_async (SimstowStoreDriver *driver,
             const gchar *store,
             guint index,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
    g_task_report_new_error (driver,
                             callback,
                             user_data,
                             erase_async,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_UNSUPPORTED,
                             "nothing of an eUICC is ever erased");
}

static void
simstow_store_euicc_card_finalize (GObject *object)
{
    SimstowStoreEuiccCard *self = SIMSTOW_STORE_EUICC_CARD (object);

    g_clear_object (&self->card);
    g_ptr_array_unref (self->elements);
    G_OBJECT_CLASS (simstow_store_euicc_card_parent_class)->finalize (object);
}

static void
simstow_store_euicc_card_class_init (SimstowStoreEuiccCardClass *klass)
{
    SimstowStoreDriverClass *driver_class = SIMSTOW_STORE_DRIVER_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = simstow_store_euicc_card_finalize;
    driver_class->list_async = list_async;
    driver_class->read_async = read_async;
    driver_class->read_finish = read_finish;
    driver_class->write_async = write_async;
    driver_class->erase_async = erase_async;
}

static void
simstow_store_euicc_card_init (SimstowStoreEuiccCard *self)
{
    self->elements = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
}
