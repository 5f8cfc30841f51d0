/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages over AT. A modem lists a whole memory at once; where it does not list it so, its
 * messages are read one by one. Selecting the memory, under ModemManager's lock, and PDU mode are
 * the plugin's.
 *
 * What modems do otherwise than TS 27.005:
 * - a list of memories without parentheses or with one group (Huawei E3372, Sierra MC7304), in
 *   lower case, or none at all although memories are selected: at_message_parse_memories (),
 *   take_memories ();
 * - MT, which is SM and ME seen together, where one of these is refused: is_union ();
 * - names with _P, which are no memories (Option): is_preference ();
 * - a listing that leaves REC UNREAD as it is: +CMGL=4,1 (Quectel, u-blox), ^SMGL=4 (Cinterion):
 *   Peek;
 * - no +CMGL in PDU mode, or a list without some of what is there, as status reports (Nokia,
 *   Telit GE864): read_singly ();
 * - +CMGL without a word of memories: take_memories ();
 * - OK to +CPMS, and the memory of before: check_selected ();
 * - a refusal to list what is empty (CMS 321, ERROR): is_empty ();
 * - a status that +CMGW does not take: write_failed ().
 */

#include "simstow-messages-at.h"

#include <string.h>

#include "simstow-at-reply.h"
#include "simstow-at-sms.h"
#include "simstow-error.h"
#include "simstow-hex.h"
#include "simstow-names.h"

/* More places than any memory has: keeps a modem's nonsense from becoming work */
#define PLACES_MAX 2000

/* So many places are read on their own in one call */
#define SINGLES 16

#define STATUS_READ    1
#define STATUS_UNSENT  2
#define TP_MTI         0x03
#define TP_MTI_SUBMIT  0x01
#define LIST_MEMORIES  "+CPMS=?"
#define LIST_SELECTION "+CPMS?"

/* 3GPP TS 27.005 3.2.2, in the order in which they are best saved: card, modem, both seen
 * together, status reports, broadcast messages, terminal adaptor */
static const gchar *const names[] = {"SM", "ME", "MT", "SR", "BM", "TA", NULL};

/* How the modem lists messages without marking them as read */
typedef enum {
    PEEK_NONE,
    PEEK_CMGL,
    PEEK_SMGL,
} Peek;

typedef struct {
    gchar *store;
    gchar *name;
    gboolean writable;
    gboolean counted;
    guint used;
    guint total;
    gchar *instead; /* what the modem selects when it is told to select this one */
} Memory;

struct _SimstowMessagesAt {
    SimstowDriver parent_instance;

    GPtrArray *memories;
    GStrv others;    /* offered, and not to be selected through the daemon */
    gchar *doubt;    /* why there may be some, though the modem tells of none */
    gboolean listed; /* the memories are those that the modem offers */
    gboolean known;
    Peek peek;
    GError *unanswered; /* the listing of messages, which is not asked for again */
};

G_DEFINE_FINAL_TYPE (SimstowMessagesAt, simstow_messages_at, SIMSTOW_TYPE_DRIVER)

static void
memory_free (gpointer data)
{
    Memory *memory = data;

    g_free (memory->store);
    g_free (memory->name);
    g_free (memory->instead);
    g_free (memory);
}

static Memory *
find_memory (SimstowMessagesAt *self, const gchar *store)
{
    for (guint i = 0; i < self->memories->len; i++) {
        Memory *memory = g_ptr_array_index (self->memories, i);

        if (g_str_equal (memory->store, store))
            return memory;
    }
    return NULL;
}

/* Runs commands in a memory, or in none */
static GPtrArray *
run (SimstowMessagesAt *self,
     const Memory *memory,
     GPtrArray *commands,
     GCancellable *cancellable,
     GError **error)
{
    GVariantDict options;

    g_variant_dict_init (&options, NULL);
    if (memory)
        g_variant_dict_insert (&options, "memory", "s", memory->name);
    return simstow_at_run (simstow_driver_peek_conversation (SIMSTOW_DRIVER (self)),
                           SIMSTOW_DOOR_MESSAGES,
                           g_variant_dict_end (&options),
                           commands,
                           cancellable,
                           error);
}

static GPtrArray *
run_one (SimstowMessagesAt *self,
         const Memory *memory,
         const gchar *command,
         GCancellable *cancellable,
         GError **error)
{
    g_autoptr (GPtrArray) commands = simstow_commands_new ();

    simstow_commands_add (commands, g_strdup (command), NULL);
    return run (self, memory, commands, cancellable, error);
}

/* Which memories there are */

/* MT is SM and ME seen together: it would save everything twice. Where one of them cannot be
 * selected, what only MT shows is looked for, see is_union () */
static gboolean
is_wanted (const gchar *name, const gchar *const *offered)
{
    if (!g_strv_contains (offered, name))
        return FALSE;
    return !g_str_equal (name, "MT") || !g_strv_contains (offered, "SM") ||
           !g_strv_contains (offered, "ME");
}

/* "SM_P" and the like are no memories, but one to be preferred over others */
static gboolean
is_preference (const gchar *name)
{
    return g_str_has_suffix (name, "_P");
}

static void
set_memories (SimstowMessagesAt *self, GStrv reading, GStrv writing)
{
    g_autoptr (GStrvBuilder) others = g_strv_builder_new ();

    for (guint i = 0; reading[i]; i++)
        if (!g_strv_contains (names, reading[i]) && !is_preference (reading[i]))
            g_strv_builder_add (others, reading[i]);
    g_strfreev (self->others);
    self->others = g_strv_builder_end (others);
    g_ptr_array_set_size (self->memories, 0);
    for (guint i = 0; names[i]; i++) {
        g_autofree gchar *lower = g_ascii_strdown (names[i], -1);
        Memory *memory;

        if (!is_wanted (names[i], (const gchar *const *) reading))
            continue;
        memory = g_new0 (Memory, 1);
        memory->store = g_strconcat (SIMSTOW_PREFIX_SMS, lower, NULL);
        memory->name = g_strdup (names[i]);
        memory->writable = g_strv_contains ((const gchar *const *) writing, names[i]);
        g_ptr_array_add (self->memories, memory);
    }
}

static void
take_counts (SimstowMessagesAt *self, const gchar *reply)
{
    g_autoptr (GPtrArray) storages = simstow_at_message_parse_storages (reply);

    for (guint i = 0; i < storages->len; i++) {
        const SimstowAtStorage *storage = g_ptr_array_index (storages, i);

        for (guint j = 0; j < self->memories->len; j++) {
            Memory *memory = g_ptr_array_index (self->memories, j);

            if (!g_str_equal (memory->name, storage->name))
                continue;
            memory->counted = TRUE;
            memory->used = storage->used;
            memory->total = storage->total;
        }
    }
}

/* Where the modem has messages, as it says which memories are selected, and does not know how
 * to list memories, those are what can be read; that there may be more is told. One that has
 * +CMGL does not lack messages, whatever it says of +CPMS */
static gboolean
take_memories (SimstowMessagesAt *self,
               const SimstowAtReply *list,
               const SimstowAtReply *selection,
               gboolean lists,
               GError **error)
{
    const SimstowAtReply *fault = list->error ? list : NULL;
    GStrv memories[2] = {NULL, NULL};
    gboolean any;

    if (fault && selection->error && simstow_at_reply_is_absent (fault) &&
        !simstow_at_reply_is_absent (selection))
        fault = selection;
    if (fault && !simstow_at_reply_is_absent (fault) && (!fault->mute || selection->error)) {
        g_propagate_error (error, g_error_copy (fault->error));
        return FALSE;
    }
    self->listed = !fault;
    if (!fault && !simstow_at_message_parse_memories (list->text, memories)) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_MODEM_ERROR,
                             "the modem's list of message memories makes no sense");
        return FALSE;
    }
    if (fault) {
        memories[0] = simstow_at_message_parse_selected (selection->text);
        memories[1] = g_strdupv (memories[0]);
    }
    any = !fault || memories[0][0];
    g_clear_pointer (&self->doubt, g_free);
    if (!any && lists)
        self->doubt = g_strdup_printf ("the modem can list messages, and does not say of which "
                                       "memories: %s",
                                       fault->error->message);
    if (any)
        set_memories (self, memories[0], memories[1]);
    else
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_UNSUPPORTED,
                             "the modem has no message memories");
    g_strfreev (memories[0]);
    g_strfreev (memories[1]);
    return any;
}

static gboolean
ask_memories (SimstowMessagesAt *self, GCancellable *cancellable, GError **error)
{
    g_autoptr (GPtrArray) commands = simstow_commands_new ();
    g_autoptr (GPtrArray) replies = NULL;
    g_autoptr (GPtrArray) smgl = NULL;
    const SimstowAtReply *reply;

    simstow_commands_add (commands, g_strdup (LIST_MEMORIES), NULL);
    simstow_commands_add (commands, g_strdup (LIST_SELECTION), NULL);
    simstow_commands_add (commands, g_strdup ("+CMGL=?"), NULL);
    /* the plugin wants to know, and need not ask for it by itself then */
    simstow_commands_add (commands, g_strdup ("+CMGF?"), NULL);
    replies = run (self, NULL, commands, cancellable, error);
    if (!replies || !take_memories (self,
                                    replies->pdata[0],
                                    replies->pdata[1],
                                    !((const SimstowAtReply *) replies->pdata[2])->error,
                                    error))
        return FALSE;
    self->known = TRUE;
    reply = replies->pdata[1];
    take_counts (self, reply->text);
    reply = replies->pdata[2];
    if (!reply->error && simstow_at_message_can_peek (reply->text))
        self->peek = PEEK_CMGL;
    if (self->peek != PEEK_NONE || self->memories->len == 0)
        return TRUE;
    smgl = run_one (self, NULL, "^SMGL=?", cancellable, error);
    if (!smgl)
        return FALSE;
    reply = smgl->pdata[0];
    if (!reply->error && simstow_at_message_can_list_all (reply->text, "^SMGL"))
        self->peek = PEEK_SMGL;
    return TRUE;
}

/* Some modems say OK to +CPMS, and stay at the memory that they have */
static void
check_selected (Memory *memory, const gchar *reply)
{
    g_auto (GStrv) selected = simstow_at_message_parse_selected (reply);

    g_clear_pointer (&memory->instead, g_free);
    if (selected[0] && !g_str_equal (selected[0], memory->name))
        memory->instead = g_strdup (selected[0]);
}

static gboolean
ask_counts (SimstowMessagesAt *self, GCancellable *cancellable, GError **error)
{
    for (guint i = 0; i < self->memories->len; i++) {
        Memory *memory = g_ptr_array_index (self->memories, i);
        g_autoptr (GError) local = NULL;
        g_autoptr (GPtrArray) replies = NULL;
        const SimstowAtReply *reply;

        if (memory->counted)
            continue;
        /* a memory that cannot be selected now is listed without a count */
        replies = run_one (self, memory, LIST_SELECTION, cancellable, &local);
        reply = replies ? replies->pdata[0] : NULL;
        if (reply && !reply->error) {
            take_counts (self, reply->text);
            check_selected (memory, reply->text);
        }
        if (reply && reply->error)
            local = g_error_copy (reply->error);
        if (g_error_matches (local, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED) ||
            g_error_matches (local, SIMSTOW_ERROR, SIMSTOW_ERROR_NO_MODEM)) {
            g_propagate_error (error, g_steal_pointer (&local));
            return FALSE;
        }
    }
    return TRUE;
}

/* Whether a memory shows nothing but what another shows */
static gboolean
is_union (SimstowMessagesAt *self, const Memory *memory)
{
    const Memory *card = find_memory (self, "sms/sm");
    const Memory *modem = find_memory (self, "sms/me");

    if (!g_str_equal (memory->name, "MT") || (!card && !modem))
        return FALSE;
    return !memory->counted || memory->used <= MAX (card ? card->used : 0, modem ? modem->used : 0);
}

static void
add_store (const SimstowMessagesAt *self, SimstowSnapshot *listing, const Memory *memory)
{
    SimstowStore *store = simstow_store_new (memory->store);

    store->writable = memory->writable;
    store->marks_read = self->peek == PEEK_NONE;
    store->via = g_strdup (SIMSTOW_VIA_AT);
    if (memory->counted) {
        store->used = (gint) MIN (memory->used, (guint) G_MAXINT);
        store->capacity = (gint) MIN (memory->total, (guint) G_MAXINT);
    }
    g_ptr_array_add (listing->stores, store);
}

static void
add_stores (SimstowMessagesAt *self, SimstowSnapshot *listing)
{
    for (guint i = 0; i < self->memories->len; i++) {
        const Memory *memory = g_ptr_array_index (self->memories, i);

        if (memory->instead)
            simstow_snapshot_add_problem (listing,
                                          memory->store,
                                          0,
                                          TRUE,
                                          "the modem selects %s instead",
                                          memory->instead);
        else if (!is_union (self, memory))
            add_store (self, listing, memory);
    }
    for (guint i = 0; self->others && self->others[i]; i++) {
        g_autofree gchar *lower = g_ascii_strdown (self->others[i], -1);
        g_autofree gchar *store = g_strconcat (SIMSTOW_PREFIX_SMS, lower, NULL);

        simstow_snapshot_add_problem (listing,
                                      store,
                                      0,
                                      TRUE,
                                      "ModemManager does not know this memory");
    }
    if (self->memories->len > 0 && !self->listed)
        simstow_snapshot_add_problem (
            listing,
            "sms",
            0,
            TRUE,
            "the modem does not list its memories: there may be more than those selected");
}

static gboolean
list (SimstowDriver *driver,
      gboolean counts,
      SimstowSnapshot *listing,
      GCancellable *cancellable,
      GError **error)
{
    SimstowMessagesAt *self = SIMSTOW_MESSAGES_AT (driver);
    g_autoptr (GPtrArray) replies = NULL;
    g_autoptr (GError) local = NULL;

    for (guint i = 0; i < self->memories->len; i++)
        ((Memory *) self->memories->pdata[i])->counted = FALSE;
    g_clear_error (&self->unanswered);
    if (self->known) {
        replies = run_one (self, NULL, LIST_SELECTION, cancellable, error);
        if (!replies)
            return FALSE;
        take_counts (self, ((const SimstowAtReply *) replies->pdata[0])->text);
    } else if (!ask_memories (self, cancellable, &local)) {
        /* a modem that has none by its own word has nothing to list */
        if (!g_error_matches (local, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED)) {
            g_propagate_error (error, g_steal_pointer (&local));
            return FALSE;
        }
        if (self->doubt)
            simstow_snapshot_add_problem (listing,
                                          "sms",
                                          SIMSTOW_DRIVER_DOUBT,
                                          TRUE,
                                          "%s",
                                          self->doubt);
        return TRUE;
    }
    if (counts && !ask_counts (self, cancellable, error))
        return FALSE;
    add_stores (self, listing);
    return TRUE;
}

/* Reading */

typedef struct {
    SimstowMessagesAt *self;
    Memory *memory;
    GCancellable *cancellable;
    const gchar *prefix;
    GPtrArray *messages;   /* SimstowAtMessage; NULL where the listing failed */
    SimstowAtReply *reply; /* why, borrowed from @replies */
    GPtrArray *replies;
    GError *error; /* or why otherwise */
} List;

static gint
compare_index (gconstpointer a, gconstpointer b)
{
    const SimstowAtMessage *message_a = *(SimstowAtMessage *const *) a;
    const SimstowAtMessage *message_b = *(SimstowAtMessage *const *) b;

    return (message_a->index > message_b->index) - (message_a->index < message_b->index);
}

static gboolean
is_same (const SimstowAtMessage *a, const SimstowAtMessage *b)
{
    return a->index == b->index && a->pdu && b->pdu && g_bytes_equal (a->pdu, b->pdu);
}

/* A reply that came twice is one */
static void
drop_repeated (GPtrArray *messages)
{
    g_ptr_array_sort (messages, compare_index);
    for (guint i = messages->len; i > 1; i--)
        if (is_same (messages->pdata[i - 1], messages->pdata[i - 2]))
            g_ptr_array_remove_index (messages, i - 1);
}

static void
list_reset (List *all)
{
    g_clear_pointer (&all->messages, g_ptr_array_unref);
    g_clear_pointer (&all->replies, g_ptr_array_unref);
    g_clear_error (&all->error);
    all->reply = NULL;
}

static void
list_once (List *all)
{
    static const struct {
        const gchar *command;
        const gchar *prefix;
    } ways[] = {
        [PEEK_NONE] = {"+CMGL=4", "+CMGL"},
        [PEEK_CMGL] = {"+CMGL=4,1", "+CMGL"},
        [PEEK_SMGL] = {"^SMGL=4", "^SMGL"},
    };
    g_autoptr (GPtrArray) commands = simstow_commands_new ();
    const SimstowAtReply *told;
    SimstowAtReply *reply;
    gboolean asks;

    list_reset (all);
    if (all->self->unanswered) {
        all->error = g_error_copy (all->self->unanswered);
        return;
    }
    simstow_commands_add (commands, g_strdup (ways[all->self->peek].command), NULL);
    /* some modems say OK to +CPMS, and stay at the memory that they have */
    asks = !all->memory->counted || all->self->memories->len > 1;
    if (asks)
        simstow_commands_add (commands, g_strdup (LIST_SELECTION), NULL);
    all->replies = run (all->self, all->memory, commands, all->cancellable, &all->error);
    if (!all->replies)
        return;
    told = asks ? all->replies->pdata[1] : NULL;
    if (told && !told->error) {
        take_counts (all->self, told->text);
        check_selected (all->memory, told->text);
    }
    if (all->memory->instead) {
        all->error = g_error_new (SIMSTOW_ERROR,
                                  SIMSTOW_ERROR_MODEM_ERROR,
                                  "the modem selects %s instead",
                                  all->memory->instead);
        return;
    }
    reply = all->replies->pdata[0];
    if (reply->error) {
        all->reply = reply;
        all->error = g_error_copy (reply->error);
        if (g_error_matches (reply->error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT))
            all->self->unanswered = g_error_copy (reply->error);
        return;
    }
    all->messages = simstow_at_message_parse_list (reply->text, ways[all->self->peek].prefix);
    if (all->messages->len <= SIMSTOW_AT_MESSAGES_MAX) {
        drop_repeated (all->messages);
        return;
    }
    g_clear_pointer (&all->messages, g_ptr_array_unref);
    all->error = g_error_new (SIMSTOW_ERROR,
                              SIMSTOW_ERROR_MODEM_ERROR,
                              "the modem lists more than %d messages",
                              SIMSTOW_AT_MESSAGES_MAX);
}

/* After these no other way of asking helps */
static gboolean
ends_list (const GError *error)
{
    return simstow_driver_error_ends_all (error) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED);
}

/* Nothing but nonsense, or a refusal that another way of asking may avoid */
static gboolean
failed (const List *all)
{
    if (!all->messages)
        return all->reply && !ends_list (all->error);
    for (guint i = 0; i < all->messages->len; i++)
        if (((const SimstowAtMessage *) g_ptr_array_index (all->messages, i))->pdu)
            return FALSE;
    return all->messages->len > 0;
}

/* Some modems refuse to list what is empty. An error of the SIM is none of these. */
static gboolean
is_empty (const List *all)
{
    return all->reply && all->memory->counted && all->memory->used == 0 &&
           (simstow_at_reply_is_absent (all->reply) ||
            g_error_matches (all->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND));
}

/* Messages that are there, as the modem itself counts them, and are not listed: some modems leave
 * status reports out of the list, or never answer it; one that answers nothing at all fails at once
 */
static gboolean
can_read_singly (const List *all)
{
    const Memory *memory = all->memory;

    if (!memory->counted || memory->total == 0)
        return FALSE;
    return all->messages ? all->messages->len < memory->used
                         : memory->used > 0 &&
                               (all->self->unanswered || (all->reply && !ends_list (all->error)));
}

static gboolean
is_listed (const GPtrArray *messages, guint index)
{
    for (guint i = 0; i < messages->len; i++)
        if (((const SimstowAtMessage *) g_ptr_array_index (messages, i))->index == index)
            return TRUE;
    return FALSE;
}

static void
add_rest (GPtrArray *messages, const GError *error)
{
    SimstowAtMessage *rest = g_new0 (SimstowAtMessage, 1);

    rest->fault = g_strdup (error->message);
    g_ptr_array_add (messages, rest);
}

/* Some places that are not listed, from @place on; the places are behind them then */
static GPtrArray *
next_places (const List *all, const GPtrArray *messages, guint *place, guint last)
{
    GPtrArray *commands = simstow_commands_new ();

    for (; *place <= last && commands->len < SINGLES; ++*place)
        if (!is_listed (messages, *place))
            simstow_commands_add (commands, g_strdup_printf ("+CMGR=%u", *place), NULL);
    return commands;
}

/* One by one: what came is handed over, and what the modem said to all else. A place that is
 * refused is an empty one, or is missing from the count in the end. */
static void
read_singly (List *all)
{
    guint last = MIN (all->memory->total, PLACES_MAX);
    g_autoptr (GPtrArray) messages =
        all->messages ? g_steal_pointer (&all->messages)
                      : g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_at_message_free);
    g_autoptr (GError) end = NULL;

    for (guint place = 0; place <= last && messages->len < all->memory->used && !end;) {
        g_autoptr (GPtrArray) commands = next_places (all, messages, &place, last);
        g_autoptr (GPtrArray) replies = NULL;

        if (commands->len > 0)
            replies = run (all->self, all->memory, commands, all->cancellable, &end);
        for (guint i = 0; replies && i < replies->len && !end; i++) {
            const SimstowAtReply *reply = g_ptr_array_index (replies, i);
            const SimstowDoorCommand *command = g_ptr_array_index (commands, i);
            guint index = (guint) g_ascii_strtoull (strchr (command->text, '=') + 1, NULL, 10);
            SimstowAtMessage *message =
                reply->error ? NULL : simstow_at_message_parse_one (reply->text, index);

            if (message)
                g_ptr_array_add (messages, message);
            if (reply->error && ends_list (reply->error))
                end = g_error_copy (reply->error);
        }
    }
    if (end &&
        (messages->len == 0 || g_error_matches (end, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED))) {
        list_reset (all);
        all->error = g_steal_pointer (&end);
        return;
    }
    if (messages->len == 0 && all->error)
        return;
    if (end)
        add_rest (messages, end);
    list_reset (all);
    all->messages = g_steal_pointer (&messages);
}

static void
add_message (SimstowSnapshot *into, const Memory *memory, SimstowAtMessage *message)
{
    if (message->pdu)
        g_ptr_array_add (into->messages,
                         simstow_message_new (memory->store,
                                              message->index,
                                              MIN (message->status, SIMSTOW_MESSAGE_STATUS_UNKNOWN),
                                              message->pdu));
    else
        g_ptr_array_add (
            into->unread,
            simstow_unread_new (memory->store, message->index, message->fault, message->row));
}

static Memory *
look_up (SimstowMessagesAt *self,
         const gchar *store,
         gboolean writes,
         GCancellable *cancellable,
         GError **error)
{
    Memory *memory;

    if (!self->known && !ask_memories (self, cancellable, error))
        return NULL;
    memory = find_memory (self, store);
    if (memory && (!writes || memory->writable))
        return memory;
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_UNSUPPORTED,
                 memory ? "%s can only be read" : "no store %s",
                 store);
    return NULL;
}

static gboolean
read_store (SimstowDriver *driver,
            const gchar *store,
            guint first,
            guint last,
            SimstowSnapshot *into,
            SimstowProgressFunc progress,
            gpointer user_data,
            GCancellable *cancellable,
            GError **error)
{
    SimstowMessagesAt *self = SIMSTOW_MESSAGES_AT (driver);
    List all = {.self = self, .cancellable = cancellable};
    gboolean good;

    all.memory = look_up (self, store, FALSE, cancellable, error);
    if (!all.memory)
        return FALSE;
    list_once (&all);
    if (!is_empty (&all) && failed (&all) && self->peek != PEEK_NONE) {
        self->peek = PEEK_NONE;
        list_once (&all);
    }
    if (is_empty (&all)) {
        list_reset (&all);
        all.messages = g_ptr_array_new ();
    } else if (can_read_singly (&all)) {
        read_singly (&all);
    }
    good = all.messages != NULL;
    if (good) {
        g_ptr_array_sort (all.messages, compare_index);
        for (guint i = 0; i < all.messages->len; i++)
            add_message (into, all.memory, all.messages->pdata[i]);
        if (all.memory->counted)
            add_store (self, into, all.memory);
        if (progress)
            progress (store, all.messages->len, all.messages->len, user_data);
    } else {
        g_propagate_error (error, g_steal_pointer (&all.error));
    }
    list_reset (&all);
    return good;
}

/* Writing and erasing */

/* What a message of no known status must be, by the first octet behind the SMSC */
static guint
status_of_pdu (GBytes *pdu)
{
    SimstowReader reader, smsc;
    guint8 octet;

    simstow_reader_init_bytes (&reader, pdu);
    if (simstow_reader_u8 (&reader, &octet, NULL) &&
        simstow_reader_sub (&reader, octet, &smsc, NULL) &&
        simstow_reader_u8 (&reader, &octet, NULL) && (octet & TP_MTI) == TP_MTI_SUBMIT)
        return STATUS_UNSENT;
    return STATUS_READ;
}

static guint
status_of (const SimstowDriverRecord *record)
{
    return record->status < SIMSTOW_MESSAGE_STATUS_UNKNOWN ? (guint) record->status
                                                           : status_of_pdu (record->message->pdu);
}

static GError *
write_failed (const SimstowDriverRecord *record, const SimstowAtReply *reply)
{
    GError *error = g_error_copy (reply->error);

    if (status_of (record) != STATUS_UNSENT && !simstow_at_reply_is_definite (reply))
        g_prefix_error (&error, "the modem does not store a message of this status: ");
    return error;
}

/* What became of a record; nothing is said of those behind one that ended it all. Takes @refused */
static void
take_written (GArray *outcomes,
              const SimstowDriverRecord *record,
              const SimstowAtReply *reply,
              GError *refused)
{
    guint index = 0;

    if (simstow_driver_outcomes_has_ended (outcomes))
        g_clear_error (&refused);
    else if (!reply)
        simstow_driver_outcomes_add (outcomes, 0, refused);
    else if (reply->error)
        simstow_driver_outcomes_add (outcomes, 0, write_failed (record, reply));
    else if (simstow_at_message_parse_index (reply->text, &index))
        simstow_driver_outcomes_add (outcomes, index, NULL);
    else
        simstow_driver_outcomes_add (
            outcomes,
            0,
            g_error_new_literal (SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_MODEM_ERROR,
                                 "the modem did not say where it put the message"));
}

static gboolean
write_records (SimstowDriver *driver,
               const gchar *store,
               const SimstowDriverRecord *records,
               guint n_records,
               GArray *outcomes,
               GCancellable *cancellable,
               GError **error)
{
    SimstowMessagesAt *self = SIMSTOW_MESSAGES_AT (driver);
    const Memory *memory = look_up (self, store, TRUE, cancellable, error);
    g_autoptr (GPtrArray) commands = simstow_commands_new ();
    g_autoptr (GPtrArray) replies = NULL;
    GError *refused[SIMSTOW_DRIVER_WRITE_RECORDS] = {NULL};
    guint asked = 0;

    if (!memory)
        return FALSE;
    for (guint i = 0; i < n_records; i++) {
        gsize length = simstow_at_message_check_pdu (records[i].message->pdu, &refused[i]);

        if (length > 0)
            simstow_commands_add (
                commands,
                simstow_at_message_write_command (length, status_of (&records[i])),
                records[i].message->pdu);
    }
    if (commands->len > 0) {
        replies = run (self, memory, commands, cancellable, error);
        for (guint i = 0; i < n_records && !replies; i++)
            g_clear_error (&refused[i]);
        if (!replies)
            return FALSE;
    }
    for (guint i = 0; i < n_records; i++) {
        const SimstowAtReply *reply = refused[i] ? NULL : replies->pdata[asked++];

        take_written (outcomes, &records[i], reply, refused[i]);
    }
    return TRUE;
}

static gboolean
erase_row (SimstowMessagesAt *self,
           const Memory *memory,
           guint index,
           const gchar *row,
           GError **error)
{
    g_autoptr (GPtrArray) commands = simstow_commands_new ();
    g_autoptr (GPtrArray) replies = NULL;
    g_autoptr (GBytes) data = g_bytes_new (row, strlen (row));
    const SimstowAtReply *reply;

    simstow_commands_add (commands, g_strdup_printf ("+CMGD=%u", index), data);
    replies = run (self, memory, commands, NULL, error);
    reply = replies ? replies->pdata[0] : NULL;
    if (reply && reply->error)
        g_propagate_error (error, g_error_copy (reply->error));
    return reply && !reply->error;
}

/* The row of a message that is still the same, and which the modem shows otherwise than as it was
 * given, as without its SMSC address */
static gchar *
dup_row (SimstowMessagesAt *self,
         const Memory *memory,
         const SimstowMessage *message,
         GCancellable *cancellable)
{
    g_autofree gchar *command = g_strdup_printf ("+CMGR=%u", message->index);
    g_autoptr (GPtrArray) replies = run_one (self, memory, command, cancellable, NULL);
    SimstowAtReply *reply = replies ? replies->pdata[0] : NULL;
    g_autoptr (SimstowAtMessage) there =
        reply && !reply->error ? simstow_at_message_parse_one (reply->text, message->index) : NULL;

    return there && there->pdu && g_bytes_equal (there->pdu, message->pdu)
               ? g_steal_pointer (&reply->text)
               : NULL;
}

/* The plugin reads the message right before and compares it */
static gboolean
erase_record (SimstowDriver *driver,
              const gchar *store,
              const SimstowDriverRecord *record,
              gboolean *begun,
              GCancellable *cancellable,
              GError **error)
{
    SimstowMessagesAt *self = SIMSTOW_MESSAGES_AT (driver);
    const SimstowMessage *message = record->message;
    const Memory *memory = look_up (self, store, TRUE, cancellable, error);
    g_autofree gchar *pdu = simstow_hex_encode_bytes (message->pdu);
    g_autofree gchar *row = NULL;
    g_autoptr (GError) local = NULL;

    if (!memory)
        return FALSE;
    *begun = TRUE;
    if (erase_row (self, memory, message->index, pdu, &local))
        return TRUE;
    if (g_error_matches (local, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND) ||
        g_error_matches (local, SIMSTOW_ERROR, SIMSTOW_ERROR_CHANGED)) {
        *begun = FALSE;
        if (g_str_has_prefix (pdu, "00"))
            row = dup_row (self, memory, message, cancellable);
    }
    if (!row) {
        g_propagate_error (error, g_steal_pointer (&local));
        return FALSE;
    }
    *begun = TRUE;
    return erase_row (self, memory, message->index, row, error);
}

static void
simstow_messages_at_finalize (GObject *object)
{
    SimstowMessagesAt *self = SIMSTOW_MESSAGES_AT (object);

    g_ptr_array_unref (self->memories);
    g_strfreev (self->others);
    g_free (self->doubt);
    g_clear_error (&self->unanswered);
    G_OBJECT_CLASS (simstow_messages_at_parent_class)->finalize (object);
}

static void
simstow_messages_at_class_init (SimstowMessagesAtClass *klass)
{
    SimstowDriverClass *driver_class = SIMSTOW_DRIVER_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = simstow_messages_at_finalize;
    driver_class->list = list;
    driver_class->read = read_store;
    driver_class->write = write_records;
    driver_class->erase = erase_record;
}

static void
simstow_messages_at_init (SimstowMessagesAt *self)
{
    self->memories = g_ptr_array_new_with_free_func (memory_free);
}

SimstowDriver *
simstow_messages_at_new (SimstowConversation *conversation)
{
    return g_object_new (SIMSTOW_TYPE_MESSAGES_AT, "conversation", conversation, NULL);
}
