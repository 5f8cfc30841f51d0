/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is told of messages and calls, to entries of journals. A message is known by its bytes, and
 * where a modem has the same one several times, by how many there are; a call by its object, which
 * the bus names once. A call that goes on when the watch, the daemon or the modem goes is found
 * again, or closed as far as it was seen.
 */

#include "config.h"

#include "simstow-watching.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "simstow-error.h"
#include "simstow-events.h"
#include "simstow-hand.h"
#include "simstow-identity.h"
#include "simstow-journal.h"
#include "simstow-json-writer.h"
#include "simstow-modem.h"
#include "simstow-rebuild.h"
#include "simstow-record-json.h"
#include "simstow-target.h"

/* How long a call whose modem or daemon went is waited for, seconds */
#define CALL_PATIENCE 120

/* When to ask again whose a modem is, seconds */
#define AGAIN 5

/* Parts of a long message that are further apart than this are of two, seconds */
#define LONG_SPAN 600

#define TYPE_INTERNATIONAL 145
#define TYPE_UNKNOWN       129

typedef struct {
    SimstowJournal *journal;
    SimstowJournalId id;
    /* of the object that it is now, or was last */
    gchar *key;
    /* (nullable): of the modem that it is at, %NULL when nobody sees it */
    gchar *modem;
    gchar *number;
    gboolean incoming;
    gint64 began;
    /* 0 when it was not */
    gint64 answered;
    /* when nobody has seen it any more */
    gint64 lost;
    /* an object of its that is not @id's */
    gboolean adopted;
} Call;

typedef struct {
    gchar *path;
    SimstowSnapshot *origin;
    SimstowJournal *journal;
    /* path of a message to #Present: those that are there now */
    GHashTable *messages;
} Modem;

/* A message that is there: what it is, and of a long one about when it was sent */
typedef struct {
    gchar *key;
    gint64 span;
} Present;

typedef struct {
    const gchar *folder;
    const SimstowWatchFuncs *funcs;
    gpointer user_data;
    GMainLoop *loop;
    GError *error;
    SimstowEvents *events;
    SimstowHand *hand;
    GPtrArray *journals;
    GPtrArray *modems;
    GPtrArray *calls;
    guint patience;
    guint again;
} SimstowWatch;

static void
present_free (gpointer data)
{
    Present *present = data;

    g_free (present->key);
    g_free (present);
}

static void
modem_free (gpointer data)
{
    Modem *modem = data;

    g_free (modem->path);
    g_clear_pointer (&modem->origin, simstow_snapshot_free);
    g_hash_table_unref (modem->messages);
    g_free (modem);
}

static void
call_free (gpointer data)
{
    Call *call = data;

    g_free (call->key);
    g_free (call->modem);
    g_free (call->number);
    g_free (call);
}

/* Nothing goes on without a journal that takes what comes */
static void
give_up (SimstowWatch *watch, GError *error)
{
    if (!watch->error)
        watch->error = error;
    else
        g_error_free (error);
    g_main_loop_quit (watch->loop);
}

static gint64
get_now (void)
{
    return g_get_real_time () / G_USEC_PER_SEC;
}

static Modem *
find_modem (SimstowWatch *watch, const gchar *path)
{
    guint i;

    for (i = 0; i < watch->modems->len; i++) {
        Modem *modem = g_ptr_array_index (watch->modems, i);

        if (g_str_equal (modem->path, path))
            return modem;
    }
    return NULL;
}

static Modem *
get_modem (SimstowWatch *watch, const gchar *path)
{
    Modem *modem = find_modem (watch, path);

    if (modem)
        return modem;
    modem = g_new0 (Modem, 1);
    modem->path = g_strdup (path);
    modem->messages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, present_free);
    g_ptr_array_add (watch->modems, modem);
    return modem;
}

static SimstowJournal *
find_journal (SimstowWatch *watch, const SimstowSnapshot *origin)
{
    SimstowJournal *journal;
    GError *error = NULL;
    guint i;

    for (i = 0; i < watch->journals->len; i++) {
        journal = g_ptr_array_index (watch->journals, i);
        if (simstow_journal_is_of (journal, origin))
            return journal;
    }
    journal = simstow_journal_open (watch->folder, origin, &error);
    if (journal)
        g_ptr_array_add (watch->journals, journal);
    else
        give_up (watch, error);
    return journal;
}

static gboolean
on_again (gpointer user_data)
{
    SimstowWatch *watch = user_data;

    watch->again = 0;
    simstow_events_look (watch->events);
    return G_SOURCE_REMOVE;
}

/* Whose journal it is, is asked for when there is something to put into it. Where nobody can say, a
 * modem that has gone tells of all it has again when it is back; of any other it is asked soon. */
static SimstowJournal *
get_journal (SimstowWatch *watch, Modem *modem)
{
    g_autoptr (SimstowModem) object = NULL;
    g_autoptr (GError) error = NULL;

    if (modem->journal)
        return modem->journal;
    g_clear_pointer (&modem->origin, simstow_snapshot_free);
    object = simstow_modem_find (modem->path, NULL, &error);
    modem->origin = simstow_snapshot_new ();
    if (object && simstow_modem_describe_device (object, modem->origin, NULL, &error)) {
        modem->journal = find_journal (watch, modem->origin);
        return modem->journal;
    }
    if (watch->again == 0)
        watch->again = g_timeout_add_seconds (AGAIN, on_again, watch);
    return NULL;
}

/* entries */

static void
begin_entry (SimstowWatch *watch,
             const Modem *modem,
             SimstowJsonWriter *writer,
             const SimstowJournalId *id,
             const gchar *kind,
             gint64 seen)
{
    g_autofree gchar *hex = simstow_journal_id_dup_string (id);

    simstow_json_writer_begin (writer, NULL, '{');
    simstow_json_writer_string (writer, "entry", hex);
    simstow_json_writer_time (writer, "seen", seen, 0);
    simstow_json_writer_string (writer, "kind", kind);
    if (watch->hand)
        simstow_json_writer_boolean (writer, "hand", TRUE);
    if (modem && modem->origin) {
        simstow_json_writer_string (writer, "sim", modem->origin->sim->iccid);
        simstow_json_writer_string (writer, "device", modem->origin->device->equipment_id);
    }
}

static void
keep (SimstowWatch *watch, SimstowJournal *journal, const GString *text)
{
    GError *error = NULL;

    if (!simstow_journal_add (journal, text->str, &error)) {
        give_up (watch, error);
        return;
    }
    if (watch->funcs->kept)
        watch->funcs->kept (text->str, watch->user_data);
    if (watch->hand)
        simstow_hand_look (watch->hand);
}

/* messages */

/* When the service centre had a long message depends on which part came first: minutes are no
 * difference. 0 for any other message. */
static gint64
get_span (const SimstowSnapshot *records)
{
    const SimstowMessage *first;

    if (records->messages->len < 2)
        return 0;
    first = g_ptr_array_index (records->messages, 0);
    return first->tpdu ? MAX (first->tpdu->timestamp.utc, 0) / LONG_SPAN + 1 : 0;
}

/* What makes it that message, but for the time of a long one */
static gchar *
make_key (const SimstowSnapshot *records, const SimstowEvent *event)
{
    g_autoptr (GString) key = g_string_new ("message");
    gboolean is_long = get_span (records) != 0;
    guint i;

    if (is_long)
        g_string_append_printf (key, " long %s %s", event->number, event->text ? event->text : "");
    for (i = 0; i < records->messages->len && (!is_long || !event->text); i++) {
        g_autofree gchar *identity =
            simstow_message_identity (g_ptr_array_index (records->messages, i));

        g_string_append_printf (key, " %s", identity);
    }
    for (i = 0; i < records->unread->len; i++) {
        const SimstowUnread *unread = g_ptr_array_index (records->unread, i);
        g_autofree gchar *sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, unread->raw);

        g_string_append_printf (key, " raw %s", sum);
    }
    return g_compute_checksum_for_string (G_CHECKSUM_SHA256, key->str, (gssize) key->len);
}

/* How many messages that the modem has now are this one, itself included */
static guint
count_same (const Modem *modem, const Present *present)
{
    GHashTableIter iter;
    gpointer value;
    guint count = 0;

    g_hash_table_iter_init (&iter, modem->messages);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
        const Present *other = value;

        count += g_str_equal (other->key, present->key) && ABS (other->span - present->span) <= 1;
    }
    return count;
}

static void
make_message_id (SimstowJournalId *id, const Present *present, guint copy, gint64 span)
{
    g_autofree gchar *text = g_strdup_printf ("%s %u %" G_GINT64_FORMAT, present->key, copy, span);

    simstow_journal_id_init (id, text);
}

static gboolean
is_kept (const SimstowJournal *journal, const Present *present, guint copy)
{
    gint64 reach = present->span != 0 ? 1 : 0;
    SimstowJournalId id;
    gint64 span;

    for (span = present->span - reach; span <= present->span + reach; span++) {
        make_message_id (&id, present, copy, span);
        if (simstow_journal_has (journal, &id))
            return TRUE;
    }
    return FALSE;
}

/* Drops those that are not there any more, of which a modem that was disabled tells nobody */
static void
prune (SimstowWatch *watch, Modem *modem, const gchar *but)
{
    g_auto (GStrv) paths = simstow_events_list_messages (watch->events, modem->path);
    GHashTableIter iter;
    gpointer path;

    g_hash_table_iter_init (&iter, modem->messages);
    while (paths && g_hash_table_iter_next (&iter, &path, NULL))
        if (!g_str_equal (path, but) && !g_strv_contains ((const gchar *const *) paths, path))
            g_hash_table_iter_remove (&iter);
}

/* Which of the same messages that the modem has it is, from 1 */
static guint
count_copies (SimstowWatch *watch, Modem *modem, const gchar *path, const Present *present)
{
    guint count = count_same (modem, present);

    if (count > 1) {
        prune (watch, modem, path);
        count = count_same (modem, present);
    }
    return count;
}

static void
write_records (SimstowJsonWriter *writer, const SimstowSnapshot *records, gint64 seen)
{
    g_autoptr (GString) text = g_string_new (NULL);
    guint i;

    simstow_json_writer_begin (writer, "messages", '[');
    for (i = 0; i < records->messages->len; i++) {
        SimstowMessage message = *(const SimstowMessage *) g_ptr_array_index (records->messages, i);

        message.index = 0;
        message.rebuilt = TRUE;
        message.first_seen = message.last_seen = seen;
        g_string_truncate (text, 0);
        simstow_message_append_json (&message, text);
        simstow_json_writer_raw (writer, NULL, text->str);
    }
    simstow_json_writer_end (writer, ']');
    if (records->unread->len == 0)
        return;
    simstow_json_writer_begin (writer, "unread", '[');
    for (i = 0; i < records->unread->len; i++) {
        g_string_truncate (text, 0);
        simstow_unread_append_json (g_ptr_array_index (records->unread, i), text);
        simstow_json_writer_raw (writer, NULL, text->str);
    }
    simstow_json_writer_end (writer, ']');
}

static void
keep_message (SimstowWatch *watch,
              const Modem *modem,
              const SimstowEvent *event,
              const SimstowJournalId *id)
{
    g_autoptr (GString) text = g_string_new (NULL);
    SimstowJsonWriter writer;
    gint64 seen = get_now ();

    simstow_json_writer_init (&writer, text, FALSE);
    begin_entry (watch, modem, &writer, id, "message", seen);
    simstow_json_writer_string (&writer, "direction", event->incoming ? "received" : "sent");
    simstow_json_writer_string (&writer, "number", event->number);
    simstow_json_writer_string (&writer, "time", event->time);
    simstow_json_writer_string (&writer, "text", event->text);
    write_records (&writer, event->records, seen);
    simstow_json_writer_end (&writer, '}');
    keep (watch, modem->journal, text);
}

static void
on_message (SimstowWatch *watch, const SimstowEvent *event)
{
    Modem *modem = get_modem (watch, event->modem);
    SimstowJournal *journal = get_journal (watch, modem);
    Present *present;
    SimstowJournalId id;
    guint copy;

    if (!journal)
        return;
    present = g_new0 (Present, 1);
    present->key = make_key (event->records, event);
    present->span = get_span (event->records);
    g_hash_table_replace (modem->messages, g_strdup (event->path), present);
    copy = count_copies (watch, modem, event->path, present);
    make_message_id (&id, present, copy, present->span);
    if (!is_kept (journal, present, copy))
        keep_message (watch, modem, event, &id);
}

/* broadcasts */

/* As a message from the channel: no store of a modem keeps the bytes */
static GPtrArray *
make_broadcast (const SimstowEvent *event, gint64 seen, GError **error)
{
    g_autofree gchar *channel = g_strdup_printf ("CB %u", event->channel);
    const SimstowRebuild source = {
        .type = SIMSTOW_TPDU_DELIVER,
        .address = channel,
        .text = event->text ? event->text : "",
        .message_class = -1,
        .taken = seen,
        .reference = event->code,
        .validity_seconds = -1,
    };

    return simstow_rebuild (&source, error);
}

static void
on_broadcast (SimstowWatch *watch, const SimstowEvent *event)
{
    g_autofree gchar *key = g_strdup_printf ("broadcast %s %s", event->instance, event->path);
    Modem *modem = get_modem (watch, event->modem);
    SimstowJournal *journal = get_journal (watch, modem);
    g_autoptr (SimstowSnapshot) records = simstow_snapshot_new ();
    g_autoptr (GPtrArray) parts = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GString) text = g_string_new (NULL);
    gint64 seen = get_now ();
    SimstowJsonWriter writer;
    SimstowJournalId id;
    guint i;

    simstow_journal_id_init (&id, key);
    if (!journal || simstow_journal_has (journal, &id))
        return;
    parts = make_broadcast (event, seen, &error);
    for (i = 0; parts && i < parts->len; i++) {
        SimstowMessage *message = simstow_message_new ("sms/bm",
                                                       0,
                                                       SIMSTOW_MESSAGE_STATUS_UNREAD,
                                                       g_ptr_array_index (parts, i));

        message->rest = g_strdup_printf ("\"broadcast\":{\"channel\":%u,\"code\":%u,\"update\":%u}",
                                         event->channel,
                                         event->code,
                                         event->update);
        g_ptr_array_add (records->messages, message);
    }
    if (!parts) {
        g_autoptr (GBytes) raw = g_bytes_new (event->text, event->text ? strlen (event->text) : 0);

        g_ptr_array_add (records->unread, simstow_unread_new ("sms/bm", 0, error->message, raw));
    }
    simstow_json_writer_init (&writer, text, FALSE);
    begin_entry (watch, modem, &writer, &id, "broadcast", seen);
    simstow_json_writer_integer (&writer, "channel", event->channel);
    simstow_json_writer_integer (&writer, "code", event->code);
    simstow_json_writer_integer (&writer, "update", event->update);
    simstow_json_writer_string (&writer, "text", event->text);
    write_records (&writer, records, seen);
    simstow_json_writer_end (&writer, '}');
    keep (watch, journal, text);
}

/* calls */

/* What is known of a call that goes on, so that whoever comes next knows it, too */
static void
keep_begun (SimstowWatch *watch, const Call *call)
{
    g_autofree gchar *hex = simstow_journal_id_dup_string (&call->id);
    g_autoptr (GString) text = g_string_new (NULL);
    SimstowJsonWriter writer;
    GError *error = NULL;

    simstow_json_writer_init (&writer, text, FALSE);
    simstow_json_writer_begin (&writer, NULL, '{');
    simstow_json_writer_string (&writer, "begun", hex);
    simstow_json_writer_string (&writer, "key", call->key);
    simstow_json_writer_string (&writer, "number", call->number);
    simstow_json_writer_boolean (&writer, "incoming", call->incoming);
    simstow_json_writer_integer (&writer, "began", call->began);
    simstow_json_writer_integer (&writer, "answered", call->answered);
    simstow_json_writer_boolean (&writer, "adopted", call->adopted);
    simstow_json_writer_end (&writer, '}');
    if (!simstow_journal_add (call->journal, text->str, &error))
        give_up (watch, error);
}

static gint64
read_number (const SimstowJsonValue *value, const gchar *key)
{
    SimstowJsonValue member;
    gint64 number = 0;

    if (simstow_json_value_find (value, key, &member))
        simstow_json_value_get_integer (&member, 0, G_MAXINT64 / G_USEC_PER_SEC, &number, NULL);
    return number;
}

static gchar *
read_text (const SimstowJsonValue *value, const gchar *key)
{
    SimstowJsonValue member;

    if (!simstow_json_value_find (value, key, &member))
        return NULL;
    return simstow_json_value_dup_string (&member, NULL);
}

static gboolean
read_flag (const SimstowJsonValue *value, const gchar *key)
{
    SimstowJsonValue member;
    gboolean flag = FALSE;

    if (simstow_json_value_find (value, key, &member))
        simstow_json_value_get_boolean (&member, &flag, NULL);
    return flag;
}

static Call *
find_call (SimstowWatch *watch, const gchar *key)
{
    guint i;

    for (i = 0; i < watch->calls->len; i++) {
        Call *call = g_ptr_array_index (watch->calls, i);

        if (g_strcmp0 (call->key, key) == 0)
            return call;
    }
    return NULL;
}

static const gchar *
choose_list (const Call *call)
{
    if (!call->incoming)
        return "calls/dialled";
    return call->answered != 0 ? "calls/received" : "calls/missed";
}

static SimstowCall *
make_record (const Call *call, gint64 ended, gint64 now)
{
    gboolean international = call->number && call->number[0] == '+';
    SimstowCall *record = simstow_call_new (choose_list (call),
                                            0,
                                            call->number,
                                            international ? TYPE_INTERNATIONAL : TYPE_UNKNOWN,
                                            NULL);
    gchar time[SIMSTOW_TIME_SIZE];

    if (simstow_time_format (call->began, 0, time))
        record->time = g_strdup (time);
    if (call->answered != 0 && ended != 0)
        record->duration = (gint) CLAMP (ended - call->answered, 0, G_MAXINT);
    record->first_seen = record->last_seen = now;
    return record;
}

/* @ended: 0 when nobody saw the end */
static void
end_call (SimstowWatch *watch, Call *call, gint64 ended)
{
    gint64 now = get_now ();
    g_autoptr (SimstowCall) record = make_record (call, ended, now);
    g_autoptr (GString) object = g_string_new (NULL);
    g_autoptr (GString) text = g_string_new (NULL);
    const Modem *modem = call->modem ? find_modem (watch, call->modem) : NULL;
    SimstowJsonWriter writer;
    SimstowJournalId other;

    simstow_call_append_json (record, object);
    simstow_json_writer_init (&writer, text, FALSE);
    begin_entry (watch, modem, &writer, &call->id, "call", now);
    simstow_json_writer_string (&writer, "direction", call->incoming ? "incoming" : "outgoing");
    simstow_json_writer_string (&writer, "number", call->number);
    simstow_json_writer_string (&writer, "time", record->time);
    simstow_json_writer_boolean (&writer, "answered", call->answered != 0);
    if (record->duration >= 0)
        simstow_json_writer_integer (&writer, "duration", record->duration);
    if (ended == 0)
        simstow_json_writer_boolean (&writer, "end_seen", FALSE);
    simstow_json_writer_begin (&writer, "calls", '[');
    simstow_json_writer_raw (&writer, NULL, object->str);
    simstow_json_writer_end (&writer, ']');
    simstow_json_writer_end (&writer, '}');
    keep (watch, call->journal, text);
    if (call->adopted) {
        GError *error = NULL;

        simstow_journal_id_init (&other, call->key);
        if (!simstow_journal_note (call->journal, "known", &other, &error))
            give_up (watch, error);
    }
    g_ptr_array_remove_fast (watch->calls, call);
}

static gboolean
on_patience (gpointer user_data)
{
    SimstowWatch *watch = user_data;
    gint64 now = g_get_monotonic_time ();
    gint64 next = G_MAXINT64;
    guint i;

    watch->patience = 0;
    for (i = watch->calls->len; i > 0; i--) {
        Call *call = g_ptr_array_index (watch->calls, i - 1);

        if (call->modem)
            continue;
        if (now - call->lost >= CALL_PATIENCE * G_USEC_PER_SEC)
            end_call (watch, call, 0);
        else
            next = MIN (next, call->lost + CALL_PATIENCE * G_USEC_PER_SEC - now);
    }
    if (next != G_MAXINT64)
        watch->patience = g_timeout_add ((guint) (next / 1000 + 1), on_patience, watch);
    return G_SOURCE_REMOVE;
}

static void
lose_call (SimstowWatch *watch, Call *call)
{
    g_clear_pointer (&call->modem, g_free);
    call->lost = g_get_monotonic_time ();
    if (watch->patience == 0)
        watch->patience = g_timeout_add_seconds (CALL_PATIENCE, on_patience, watch);
}

/* One that nobody sees any more, and that may be this: the daemon was started anew meanwhile. What
 * rings is not what was answered. */
static Call *
find_lost (SimstowWatch *watch, const SimstowJournal *journal, const SimstowEvent *event)
{
    guint i;

    for (i = 0; i < watch->calls->len; i++) {
        Call *call = g_ptr_array_index (watch->calls, i);

        if (call->modem || call->journal != journal || call->incoming != event->incoming ||
            (event->state == SIMSTOW_EVENT_RINGING && call->answered != 0))
            continue;
        if (!call->number || !event->number || g_str_equal (call->number, event->number))
            return call;
    }
    return NULL;
}

static Call *
begin_call (SimstowWatch *watch,
            SimstowJournal *journal,
            const SimstowEvent *event,
            const gchar *key)
{
    Call *call = find_lost (watch, journal, event);

    if (call) {
        call->adopted = TRUE;
        g_free (call->key);
        call->key = g_strdup (key);
        return call;
    }
    call = g_new0 (Call, 1);
    call->journal = journal;
    call->key = g_strdup (key);
    simstow_journal_id_init (&call->id, key);
    call->incoming = event->incoming;
    call->began = get_now ();
    g_ptr_array_add (watch->calls, call);
    return call;
}

static void
on_call (SimstowWatch *watch, const SimstowEvent *event)
{
    g_autofree gchar *key = g_strdup_printf ("call %s %s", event->instance, event->path);
    Modem *modem = get_modem (watch, event->modem);
    Call *call = find_call (watch, key);
    gboolean changed = FALSE;
    SimstowJournalId id;

    if (!call) {
        SimstowJournal *journal = get_journal (watch, modem);

        simstow_journal_id_init (&id, key);
        if (!journal || simstow_journal_has (journal, &id))
            return;
        call = begin_call (watch, journal, event, key);
        changed = TRUE;
    }
    if (!call->modem)
        call->modem = g_strdup (event->modem);
    if (event->number && g_strcmp0 (event->number, call->number) != 0) {
        g_free (call->number);
        call->number = g_strdup (event->number);
        changed = TRUE;
    }
    if (event->state == SIMSTOW_EVENT_ACTIVE && call->answered == 0) {
        call->answered = get_now ();
        changed = TRUE;
    }
    if (event->state == SIMSTOW_EVENT_ENDED)
        end_call (watch, call, get_now ());
    else if (changed)
        keep_begun (watch, call);
}

/* Those that went on when the last watch ended */
static void
take_begun (SimstowWatch *watch, SimstowJournal *journal)
{
    const GPtrArray *begun = simstow_journal_list_begun (journal);
    guint i;

    for (i = 0; i < begun->len; i++) {
        const gchar *text = g_ptr_array_index (begun, i);
        SimstowJsonValue value;
        Call *call;

        if (!simstow_json_value_parse (text, strlen (text), &value, NULL))
            continue;
        call = g_new0 (Call, 1);
        call->journal = journal;
        simstow_journal_id_read (&call->id, &value, "begun");
        call->key = read_text (&value, "key");
        call->number = read_text (&value, "number");
        call->incoming = read_flag (&value, "incoming");
        call->began = read_number (&value, "began");
        call->answered = read_number (&value, "answered");
        call->adopted = read_flag (&value, "adopted");
        g_ptr_array_add (watch->calls, call);
        lose_call (watch, call);
    }
}

/* all of it */

static void
on_modem_gone (SimstowWatch *watch, const SimstowEvent *event)
{
    Modem *modem = find_modem (watch, event->modem);
    guint i;

    for (i = 0; i < watch->calls->len; i++) {
        Call *call = g_ptr_array_index (watch->calls, i);

        if (g_strcmp0 (call->modem, event->modem) == 0)
            lose_call (watch, call);
    }
    if (modem)
        g_ptr_array_remove_fast (watch->modems, modem);
}

static void
on_event (const SimstowEvent *event, gpointer user_data)
{
    SimstowWatch *watch = user_data;
    Modem *modem;

    /* what comes now is told again to whoever comes next */
    if (watch->error)
        return;
    switch (event->kind) {
    case SIMSTOW_EVENT_MESSAGE:
        on_message (watch, event);
        break;
    case SIMSTOW_EVENT_CALL:
        on_call (watch, event);
        break;
    case SIMSTOW_EVENT_BROADCAST:
        on_broadcast (watch, event);
        break;
    case SIMSTOW_EVENT_GONE:
        modem = find_modem (watch, event->modem);
        if (modem)
            g_hash_table_remove (modem->messages, event->path);
        break;
    case SIMSTOW_EVENT_MODEM:
        break;
    case SIMSTOW_EVENT_MODEM_GONE:
        on_modem_gone (watch, event);
        break;
    case SIMSTOW_EVENT_PROBLEM:
        watch->funcs->problem (event->text, watch->user_data);
        break;
    case SIMSTOW_EVENT_BUS_GONE:
        give_up (watch,
                 g_error_new_literal (SIMSTOW_ERROR,
                                      SIMSTOW_ERROR_NO_MODEM,
                                      _ ("the system bus has gone")));
        break;
    }
}

static void
on_hand (const gchar *text, const GError *fatal, gpointer user_data)
{
    SimstowWatch *watch = user_data;

    if (fatal)
        give_up (watch, g_error_copy (fatal));
    else
        watch->funcs->problem (text, watch->user_data);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer loop)
{
    g_main_loop_quit (loop);
    return G_SOURCE_REMOVE;
}

static gboolean
open_journals (SimstowWatch *watch, GError **error)
{
    guint i;

    simstow_target_clear_stale (watch->folder);
    watch->journals = simstow_journal_open_all (watch->folder, error);
    for (i = 0; watch->journals && i < watch->journals->len; i++) {
        SimstowJournal *journal = g_ptr_array_index (watch->journals, i);
        guint torn = simstow_journal_count_torn (journal);
        g_autofree gchar *text =
            g_strdup_printf (ngettext ("%s: %u line was cut by a crash; the others are good",
                                       "%s: %u lines were cut by a crash; the others are good",
                                       torn),
                             simstow_journal_get_path (journal),
                             torn);

        if (torn > 0)
            watch->funcs->problem (text, watch->user_data);
        take_begun (watch, journal);
    }
    return watch->journals != NULL;
}

static void
watch_clear (SimstowWatch *watch)
{
    g_clear_handle_id (&watch->patience, g_source_remove);
    g_clear_handle_id (&watch->again, g_source_remove);
    g_clear_pointer (&watch->events, simstow_events_free);
    g_clear_pointer (&watch->hand, simstow_hand_free);
    g_clear_pointer (&watch->calls, g_ptr_array_unref);
    g_clear_pointer (&watch->modems, g_ptr_array_unref);
    g_clear_pointer (&watch->journals, g_ptr_array_unref);
    g_clear_pointer (&watch->loop, g_main_loop_unref);
    g_clear_error (&watch->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowWatch, watch_clear)

static gboolean
run (SimstowWatch *watch, const gchar *command, GCancellable *cancellable, GError **error)
{
    g_autoptr (GSource) end = g_cancellable_source_new (cancellable);

    if (!open_journals (watch, error))
        return FALSE;
    if (command)
        watch->hand = simstow_hand_new (command, watch->journals, on_hand, watch);
    g_source_set_callback (end, G_SOURCE_FUNC (on_cancelled), watch->loop, NULL);
    g_source_attach (end, NULL);
    watch->events = simstow_events_new (on_event, watch, error);
    if (!watch->events) {
        g_source_destroy (end);
        return FALSE;
    }
    if (watch->hand)
        simstow_hand_look (watch->hand);
    if (!watch->error && !g_cancellable_is_cancelled (cancellable))
        g_main_loop_run (watch->loop);
    g_source_destroy (end);
    if (!watch->error)
        return TRUE;
    g_propagate_error (error, g_steal_pointer (&watch->error));
    return FALSE;
}

gboolean
simstow_watch_run (const gchar *folder,
                   const gchar *command,
                   const SimstowWatchFuncs *funcs,
                   gpointer user_data,
                   GCancellable *cancellable,
                   GError **error)
{
    g_auto (SimstowWatch) watch = {
        .folder = folder,
        .funcs = funcs,
        .user_data = user_data,
    };
    gint lock = simstow_journal_lock (folder, error);
    gboolean done;

    if (lock < 0)
        return FALSE;
    watch.loop = g_main_loop_new (NULL, FALSE);
    watch.modems = g_ptr_array_new_with_free_func (modem_free);
    watch.calls = g_ptr_array_new_with_free_func (call_free);
    done = run (&watch, command, cancellable, error);
    close (lock);
    return done;
}
