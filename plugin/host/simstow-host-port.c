/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The daemon's modem as a line. It is held weakly and looked up for each call; AT commands go
 * through the daemon's own queue.
 *
 * Its SMS storage lock is taken by the name it has in this daemon, and what is held is remembered,
 * whatever the callers do: a lock given back twice ends the daemon. An enabled modem's selection is
 * the daemon's, which selects before each use. What a modem that is not enabled has selected is
 * somebody else's: asked for before the lock is taken, and put back when it is given, through the
 * lock, so that the daemon knows of it.
 *
 * The modem announces a message once, by +CMTI of 3GPP TS 27.005 3.4.1. While mem1 is ours the
 * daemon cannot read it, and forgets it. So a handler of our own on the modem's AT ports, in front
 * of the daemon's, keeps the announcements of that time; when mem1 is free again the messages are
 * read and handed to the daemon as it would have done itself.
 */

#include "simstow-host-port.h"

#include <string.h>

#include "simstow-at-text.h"
#include "simstow-error.h"
#include "simstow-host-error.h"
#include "simstow-symbols.h"

/* An answer of more octets is passed on in a turn of the main loop of its own */
#define LONG_ANSWER 2048

/* Says the same as the daemon's own, in other words: handlers are told apart by
 * their text. The length of a storage's name is that of TS 27.005. */
#define ANNOUNCEMENT "\\r\\n\\+CMTI: *\"?([A-Z]{2})\"? *, *([0-9]{1,5})\\r\\n"

/* So many are kept */
#define ARRIVALS_MAX 64

/* While the daemon has the lock it is asked for again, for half a minute */
#define RETRY_MILLISECONDS 100
#define PATIENCE_SECONDS   30

#define NO_STORAGE MM_SMS_STORAGE_UNKNOWN

/* How long the modem has for a command */
#define COMMAND_SECONDS 10

struct _SimstowHostPort {
    SimstowPort parent_instance;

    GWeakRef modem;
    GWeakRef interface;
    gboolean has_at;

    gboolean taking; /* the lock */
    gboolean mem1;
    gboolean mem2;
    gboolean mem1_for_mem2;
    MMSmsStorage before1; /* to be put back, unknown for nothing */
    MMSmsStorage before2;
    gboolean putting_back;
    GTask *waiting; /* for that */

    GRegex *announcement;
    guint holds;       /* how many reasons there are to keep announcements */
    GQueue arrivals;   /* Arrival */
    gboolean reading;  /* the first of them */
    gint64 give_up_at; /* on it */
};

typedef struct {
    MMSmsStorage mem1;
    MMSmsStorage mem2;
    gboolean mem1_for_mem2;
    gboolean holds;
    gboolean asked; /* what is selected */
    MMSmsStorage before1;
    MMSmsStorage before2;
    gint64 give_up_at;
} Take;

typedef struct {
    MMSmsStorage storage;
    guint index;
} Arrival;

G_DEFINE_FINAL_TYPE (SimstowHostPort, simstow_host_port, SIMSTOW_TYPE_PORT)

static const struct {
    const gchar *name;
    MMSmsStorage storage;
} storages[] = {
    {"SM", MM_SMS_STORAGE_SM},
    {"ME", MM_SMS_STORAGE_ME},
    {"MT", MM_SMS_STORAGE_MT},
    {"SR", MM_SMS_STORAGE_SR},
    {"BM", MM_SMS_STORAGE_BM},
    {"TA", MM_SMS_STORAGE_TA},
};

static MMSmsStorage
parse_storage (const gchar *name)
{
    for (guint i = 0; i < G_N_ELEMENTS (storages); i++)
        if (g_strcmp0 (storages[i].name, name) == 0)
            return storages[i].storage;
    return NO_STORAGE;
}

/* %MM_MODEM_STATE_UNKNOWN where the daemon does not tell */
static MMModemState
get_state (GObject *modem)
{
    static const gchar *const name = "iface-modem-state";
    MMModemState state = MM_MODEM_STATE_UNKNOWN;

    if (g_object_class_find_property (G_OBJECT_GET_CLASS (modem), name))
        g_object_get (modem, name, &state, NULL);
    return state;
}

/* AT commands */

static gboolean
has_at (SimstowPort *port)
{
    return SIMSTOW_HOST_PORT (port)->has_at;
}

static gboolean
on_turn (gpointer task)
{
    g_task_return_pointer (task, g_strdup (g_task_get_task_data (task)), g_free);
    return G_SOURCE_REMOVE;
}

/* The daemon looks for unsolicited codes in a long answer each time that some more of it
 * comes, which takes milliseconds, and whoever gets it has work with it again: others who
 * wait for the daemon get a turn in between */
static void
return_answer (GTask *task, const gchar *answer)
{
    if (strlen (answer) <= LONG_ANSWER) {
        g_task_return_pointer (task, g_strdup (answer), g_free);
        return;
    }
    g_task_set_task_data (task, g_strdup (answer), g_free);
    g_idle_add_full (G_PRIORITY_DEFAULT, on_turn, g_object_ref (task), g_object_unref);
}

static void
on_at_command_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    const gchar *answer = mm_base_modem_at_command_finish (source, result, &error);

    if (error)
        g_task_return_error (task, simstow_host_error_new (error));
    else
        return_answer (task, answer ? answer : "");
}

static gboolean
check_usable (SimstowHostPort *self, GObject *modem, GCancellable *cancellable, GError **error)
{
    if (!modem)
        return simstow_error_set (error, SIMSTOW_ERROR_CANCELLED, "the modem is gone");
    if (g_cancellable_is_cancelled (cancellable))
        return simstow_error_set (error, SIMSTOW_ERROR_CANCELLED, "the job was cancelled");
    return self->has_at ||
           simstow_error_set (error, SIMSTOW_ERROR_UNSUPPORTED, "the modem has no AT port");
}

static void
at_async (SimstowPort *port,
          const gchar *command,
          gboolean raw,
          guint timeout,
          GCancellable *cancellable,
          GAsyncReadyCallback callback,
          gpointer user_data)
{
    SimstowHostPort *self = SIMSTOW_HOST_PORT (port);
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    g_autoptr (GObject) modem = g_weak_ref_get (&self->modem);
    GError *error = NULL;
    gpointer at_port;

    g_task_set_source_tag (task, at_async);
    /* what the modem answered is the truth, wanted or not */
    g_task_set_check_cancellable (task, FALSE);
    if (!check_usable (self, modem, cancellable, &error)) {
        g_task_return_error (task, error);
        return;
    }
    at_port = raw ? mm_base_modem_peek_best_at_port (modem, NULL) : NULL;
    /* without a port the daemon's own call says so in its own way */
    if (at_port)
        mm_base_modem_at_command_full (modem,
                                       at_port,
                                       command,
                                       timeout,
                                       FALSE,
                                       TRUE,
                                       NULL,
                                       on_at_command_ready,
                                       g_steal_pointer (&task));
    else
        mm_base_modem_at_command (modem,
                                  command,
                                  timeout,
                                  FALSE,
                                  on_at_command_ready,
                                  g_steal_pointer (&task));
}

/* The daemon's lock, by the name it has */

static void
call_daemons_lock (GObject *modem,
                   MMSmsStorage mem1,
                   MMSmsStorage mem2,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
    if (simstow_symbols_are_new ())
        mm_iface_modem_messaging_lock_storages (modem, mem1, mem2, callback, user_data);
    else
        mm_broadband_modem_lock_sms_storages (modem, mem1, mem2, callback, user_data);
}

static gboolean
daemons_lock_finish (GObject *modem, GAsyncResult *result, GError **error)
{
    if (simstow_symbols_are_new ())
        return mm_iface_modem_messaging_lock_storages_finish (modem, result, error);
    return mm_broadband_modem_lock_sms_storages_finish (modem, result, error);
}

static void
daemons_unlock (GObject *modem, gboolean mem1, gboolean mem2)
{
    if (simstow_symbols_are_new ())
        mm_iface_modem_messaging_unlock_storages (modem, mem1, mem2);
    else
        mm_broadband_modem_unlock_sms_storages (modem, mem1, mem2);
}

static gint64
patience (void)
{
    return g_get_monotonic_time () + PATIENCE_SECONDS * G_USEC_PER_SEC;
}

/* Messages that arrive */

/* The port may outlive us, and keeps its handlers: they hold us weakly */
static gpointer
weak_new (SimstowHostPort *self)
{
    GWeakRef *weak = g_new0 (GWeakRef, 1);

    g_weak_ref_init (weak, self);
    return weak;
}

static void
weak_free (gpointer data)
{
    g_weak_ref_clear (data);
    g_free (data);
}

static void
on_announced (gpointer port, GMatchInfo *match, gpointer user_data)
{
    g_autoptr (SimstowHostPort) self = g_weak_ref_get (user_data);
    g_autofree gchar *name = g_match_info_fetch (match, 1);
    g_autofree gchar *digits = g_match_info_fetch (match, 2);
    Arrival arrival = {.storage = parse_storage (name)};
    guint64 index;

    if (!self || arrival.storage == NO_STORAGE ||
        g_queue_get_length (&self->arrivals) >= ARRIVALS_MAX ||
        !g_ascii_string_to_unsigned (digits, 10, 0, G_MAXUINT16, &index, NULL))
        return;
    arrival.index = (guint) index;
    g_queue_push_tail (&self->arrivals, g_memdup2 (&arrival, sizeof (arrival)));
}

static void
set_handlers (SimstowHostPort *self, GObject *modem, gboolean enable)
{
    gpointer ports[] = {mm_base_modem_peek_port_primary (modem),
                        mm_base_modem_peek_port_secondary (modem)};

    for (guint i = 0; i < G_N_ELEMENTS (ports); i++) {
        if (!ports[i])
            continue;
        if (enable)
            mm_port_serial_at_add_unsolicited_msg_handler (ports[i],
                                                           self->announcement,
                                                           on_announced,
                                                           weak_new (self),
                                                           weak_free);
        else
            mm_port_serial_at_enable_unsolicited_msg_handler (ports[i], self->announcement, FALSE);
    }
}

static void
release (SimstowHostPort *self);

static void
end_reading (SimstowHostPort *self)
{
    g_free (g_queue_pop_head (&self->arrivals));
    self->reading = FALSE;
    release (self);
}

/* The answer to +CMGR: a line about the message, then the message */
static gchar *
dup_pdu (const gchar *answer)
{
    g_auto (GStrv) lines = g_strsplit_set (answer, "\r\n", -1);
    gboolean found = FALSE;

    for (guint i = 0; lines[i]; i++) {
        if (found && lines[i][0] != '\0')
            return g_strdup (lines[i]);
        found = found || g_str_has_prefix (lines[i], "+CMGR:");
    }
    return NULL;
}

/* Takes @part; hands it to the daemon as one that it read itself */
static void
take_part (GObject *modem, gpointer part, MMSmsState state, MMSmsStorage storage)
{
    typedef gboolean (*OldTakePart) (gpointer, gpointer, MMSmsState, MMSmsStorage);
    typedef gboolean (
        *NewTakePart) (gpointer, gpointer, gpointer, MMSmsState, MMSmsStorage, GError **);
    /* one symbol of two types: called by pointers, as no declaration fits both */
    OldTakePart old_take = (OldTakePart) mm_iface_modem_messaging_take_part;
    NewTakePart new_take = (NewTakePart) mm_iface_modem_messaging_take_part;
    g_autoptr (GError) error = NULL;

    if (simstow_symbols_are_new ())
        new_take (modem, mm_broadband_modem_create_sms (modem), part, state, storage, &error);
    else
        old_take (modem, part, state, storage);
}

static void
hand_over (GObject *modem, const Arrival *arrival, const gchar *answer)
{
    g_autofree gchar *pdu = dup_pdu (answer);
    g_autoptr (GError) error = NULL;
    gpointer part = NULL;

    if (pdu)
        part = mm_sms_part_3gpp_new_from_pdu (arrival->index, pdu, modem, &error);
    if (part)
        take_part (modem, part, MM_SMS_STATE_RECEIVED, arrival->storage);
    else
        g_debug ("cannot hand over a message: %s", error ? error->message : "not there");
}

static void
on_read_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowHostPort) self = user_data;
    g_autoptr (GError) error = NULL;
    const gchar *answer = mm_base_modem_at_command_finish (source, result, &error);

    daemons_unlock (source, TRUE, FALSE);
    if (answer)
        hand_over (source, g_queue_peek_head (&self->arrivals), answer);
    else
        g_debug ("cannot read a message: %s", error ? error->message : "no answer");
    end_reading (self);
}

static void
on_arrival_locked (GObject *source, GAsyncResult *result, gpointer user_data);

static void
lock_arrival (SimstowHostPort *self)
{
    g_autoptr (GObject) modem = g_weak_ref_get (&self->modem);
    const Arrival *arrival = g_queue_peek_head (&self->arrivals);

    if (modem)
        call_daemons_lock (modem,
                           arrival->storage,
                           NO_STORAGE,
                           on_arrival_locked,
                           g_object_ref (self));
}

static gboolean
on_arrival_retry (gpointer user_data)
{
    lock_arrival (user_data);
    return G_SOURCE_REMOVE;
}

static void
on_arrival_locked (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowHostPort) self = user_data;
    g_autoptr (GError) error = NULL;
    g_autofree gchar *command = NULL;
    const Arrival *arrival = g_queue_peek_head (&self->arrivals);

    if (daemons_lock_finish (source, result, &error)) {
        command = g_strdup_printf ("+CMGR=%u", arrival->index);
        mm_base_modem_at_command (source,
                                  command,
                                  COMMAND_SECONDS,
                                  FALSE,
                                  on_read_ready,
                                  g_steal_pointer (&self));
    } else if (simstow_host_error_is_retry (error) && g_get_monotonic_time () < self->give_up_at) {
        g_timeout_add_full (G_PRIORITY_DEFAULT,
                            RETRY_MILLISECONDS,
                            on_arrival_retry,
                            g_object_ref (self),
                            g_object_unref);
    } else {
        g_debug ("cannot read a message: %s", error->message);
        end_reading (self);
    }
}

/* To be called before mem1 is locked */
static void
hold (SimstowHostPort *self)
{
    g_autoptr (GObject) modem = g_weak_ref_get (&self->modem);

    /* before the modem is enabled the daemon does not listen, and reads all then;
     * and our handler has to come after its own to stand in front of it */
    if (self->holds++ == 0 && modem && get_state (modem) >= MM_MODEM_STATE_ENABLED)
        set_handlers (self, modem, TRUE);
}

/* To be called after mem1 was unlocked */
static void
release (SimstowHostPort *self)
{
    g_autoptr (GObject) modem = g_weak_ref_get (&self->modem);

    if (--self->holds > 0 || !modem)
        return;
    set_handlers (self, modem, FALSE);
    if (g_queue_is_empty (&self->arrivals) || self->reading)
        return;
    self->reading = TRUE;
    self->give_up_at = patience ();
    hold (self);
    lock_arrival (self);
}

/* The lock */

static void
take_step (GTask *task);

static void
unlock_sms (SimstowPort *port, gboolean mem1, gboolean mem2);

static gboolean
on_retry_timeout (gpointer user_data)
{
    take_step (user_data);
    return G_SOURCE_REMOVE;
}

static void
fail (GTask *task, GError *error)
{
    SimstowHostPort *self = g_task_get_source_object (task);
    Take *take = g_task_get_task_data (task);

    self->taking = FALSE;
    if (take->holds)
        release (self);
    g_task_return_error (task, error);
}

static void
try_later (GTask *task)
{
    Take *take = g_task_get_task_data (task);

    if (g_get_monotonic_time () < take->give_up_at)
        g_timeout_add_full (G_PRIORITY_DEFAULT,
                            RETRY_MILLISECONDS,
                            on_retry_timeout,
                            g_object_ref (task),
                            g_object_unref);
    else
        fail (task,
              g_error_new_literal (SIMSTOW_ERROR,
                                   SIMSTOW_ERROR_TIMEOUT,
                                   "ModemManager keeps the message storage to itself"));
}

static void
on_lock_failed (GTask *task, const GError *error)
{
    Take *take = g_task_get_task_data (task);

    if (!simstow_host_error_is_retry (error)) {
        fail (task, simstow_host_error_new (error));
        return;
    }
    if (take->mem1 == NO_STORAGE) {
        take->mem1 = take->mem2;
        take->mem1_for_mem2 = TRUE;
    }
    try_later (task);
}

static void
on_lock_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowHostPort *self = g_task_get_source_object (task);
    Take *take = g_task_get_task_data (task);

    if (!daemons_lock_finish (source, result, &error)) {
        on_lock_failed (task, error);
        return;
    }
    self->taking = FALSE;
    self->mem1 = take->mem1 != NO_STORAGE;
    self->mem2 = take->mem2 != NO_STORAGE;
    self->mem1_for_mem2 = take->mem1_for_mem2;
    self->before1 = take->before1 != take->mem1 ? take->before1 : NO_STORAGE;
    self->before2 = self->mem2 && take->before2 != take->mem2 ? take->before2 : NO_STORAGE;
    if (!g_cancellable_is_cancelled (g_task_get_cancellable (task))) {
        g_task_return_pointer (task, g_strdup (""), g_free);
        return;
    }
    unlock_sms (SIMSTOW_PORT (self), TRUE, TRUE);
    g_task_return_new_error (task, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, "the job was cancelled");
}

static void
call_lock (GTask *task, GObject *modem)
{
    SimstowHostPort *self = g_task_get_source_object (task);
    Take *take = g_task_get_task_data (task);

    if (take->mem1 != NO_STORAGE && !take->holds) {
        take->holds = TRUE;
        hold (self);
    }
    call_daemons_lock (modem, take->mem1, take->mem2, on_lock_ready, g_object_ref (task));
}

static gboolean
is_daemons (GObject *modem)
{
    return get_state (modem) >= MM_MODEM_STATE_ENABLING;
}

/* The memories that are selected, with or without counts; some modems have them in a group */
static GStrv
parse_selected (const gchar *answer)
{
    SimstowReader lines, line;

    simstow_at_lines_init (&lines, answer);
    return simstow_at_lines_find (&lines, "+CPMS", &line) ? simstow_at_field_tokens (&line)
                                                          : g_new0 (gchar *, 1);
}

/* A token that is a number is a count of the memory before it */
static MMSmsStorage
selected_storage (GStrv tokens, guint number)
{
    for (guint i = 0; tokens[i]; i++) {
        g_autofree gchar *upper = g_ascii_strup (tokens[i], -1);

        if (simstow_at_token_is_name (upper) && number-- == 0)
            return parse_storage (upper);
    }
    return NO_STORAGE;
}

static void
on_asked (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Take *take = g_task_get_task_data (task);
    const gchar *answer = mm_base_modem_at_command_finish (source, result, NULL);
    g_auto (GStrv) tokens = parse_selected (answer ? answer : "");

    take->before1 = selected_storage (tokens, 0);
    take->before2 = selected_storage (tokens, 1);
    take_step (task);
}

static void
ask (GTask *task, GObject *modem)
{
    Take *take = g_task_get_task_data (task);

    take->asked = TRUE;
    mm_base_modem_at_command (modem,
                              "+CPMS?",
                              COMMAND_SECONDS,
                              FALSE,
                              on_asked,
                              g_object_ref (task));
}

static void
take_step (GTask *task)
{
    SimstowHostPort *self = g_task_get_source_object (task);
    Take *take = g_task_get_task_data (task);
    g_autoptr (GObject) modem = g_weak_ref_get (&self->modem);
    GError *error = NULL;

    if (!check_usable (self, modem, g_task_get_cancellable (task), &error))
        fail (task, error);
    else if (get_state (modem) == MM_MODEM_STATE_ENABLING)
        /* the daemon lists the messages now, once, and asks no second time */
        try_later (task);
    else if (self->putting_back)
        self->waiting = g_object_ref (task);
    else if (!take->asked && !is_daemons (modem))
        ask (task, modem);
    else
        call_lock (task, modem);
}

/* What would make the daemon's own checks fail, which end it */
static gboolean
check_take (SimstowHostPort *self, GObject *modem, const Take *take, GError **error)
{
    if (self->taking || self->mem1 || self->mem2)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_MODEM_ERROR,
                                  "the message storage is already locked");
    if ((take->mem1 == NO_STORAGE && take->mem2 == NO_STORAGE) ||
        !g_type_is_a (G_OBJECT_TYPE (modem), mm_broadband_modem_get_type ()))
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_UNSUPPORTED,
                                  "the modem has no such message storage");
    return TRUE;
}

static void
lock_sms_async (SimstowPort *port,
                const gchar *mem1,
                const gchar *mem2,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer user_data)
{
    SimstowHostPort *self = SIMSTOW_HOST_PORT (port);
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    g_autoptr (GObject) modem = g_weak_ref_get (&self->modem);
    Take *take = g_new0 (Take, 1);
    GError *error = NULL;

    g_task_set_source_tag (task, lock_sms_async);
    /* a lock that was taken has to be heard of */
    g_task_set_check_cancellable (task, FALSE);
    take->mem1 = parse_storage (mem1);
    take->mem2 = parse_storage (mem2);
    take->give_up_at = patience ();
    g_task_set_task_data (task, take, g_free);
    if (check_usable (self, modem, cancellable, &error) && check_take (self, modem, take, &error)) {
        self->taking = TRUE;
        take_step (task);
    } else {
        g_task_return_error (task, error);
    }
}

static void
on_put_back (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowHostPort) self = user_data;
    g_autoptr (GTask) waiting = g_steal_pointer (&self->waiting);
    g_autoptr (GError) error = NULL;

    self->putting_back = FALSE;
    if (daemons_lock_finish (source, result, &error))
        daemons_unlock (source, self->before1 != NO_STORAGE, self->before2 != NO_STORAGE);
    else
        g_debug ("cannot select the memories of before: %s", error->message);
    if (waiting)
        take_step (waiting);
}

/* The daemon selects for itself, once it has begun to enable the modem */
static void
put_back (SimstowHostPort *self, GObject *modem)
{
    if (is_daemons (modem) || (self->before1 == NO_STORAGE && self->before2 == NO_STORAGE))
        return;
    self->putting_back = TRUE;
    call_daemons_lock (modem, self->before1, self->before2, on_put_back, g_object_ref (self));
}

/* What was not taken is left alone; nothing is done when the modem is gone */
static void
unlock_sms (SimstowPort *port, gboolean mem1, gboolean mem2)
{
    SimstowHostPort *self = SIMSTOW_HOST_PORT (port);
    g_autoptr (GObject) modem = g_weak_ref_get (&self->modem);
    gboolean give1 = self->mem1 && (mem1 || (mem2 && self->mem1_for_mem2));
    gboolean give2 = self->mem2 && mem2;

    self->mem1 = self->mem1 && !give1;
    self->mem2 = self->mem2 && !give2;
    if (modem && (give1 || give2))
        daemons_unlock (modem, give1, give2);
    if (give1)
        release (self);
    if (modem && (give1 || give2) && !self->mem1 && !self->mem2)
        put_back (self, modem);
}

/* What else there is */

static GObject *
peek_mbim (SimstowPort *port)
{
    g_autoptr (GObject) modem = g_weak_ref_get (&SIMSTOW_HOST_PORT (port)->modem);
    gpointer mbim;

    if (!modem || !mm_broadband_modem_mbim_get_type || !mm_broadband_modem_mbim_peek_port_mbim ||
        !mm_port_mbim_peek_device ||
        !g_type_is_a (G_OBJECT_TYPE (modem), mm_broadband_modem_mbim_get_type ()))
        return NULL;
    mbim = mm_broadband_modem_mbim_peek_port_mbim (modem);
    return mbim ? mm_port_mbim_peek_device (mbim) : NULL;
}

static SimstowPortSetup
get_setup (SimstowPort *port)
{
    g_autoptr (GObject) modem = g_weak_ref_get (&SIMSTOW_HOST_PORT (port)->modem);
    MMModemState state = modem ? get_state (modem) : MM_MODEM_STATE_UNKNOWN;

    if (state == MM_MODEM_STATE_ENABLING)
        return SIMSTOW_PORT_SETUP_RUNNING;
    return state >= MM_MODEM_STATE_ENABLED ? SIMSTOW_PORT_SETUP_DONE : SIMSTOW_PORT_SETUP_NONE;
}

/* A modem with another SIM has another object for it */
static gchar *
dup_sim (SimstowPort *port, gboolean *locked)
{
    g_autoptr (GObject) interface = g_weak_ref_get (&SIMSTOW_HOST_PORT (port)->interface);
    g_autofree gchar *sim = NULL;
    guint lock = MM_MODEM_LOCK_UNKNOWN;

    if (!interface || !g_object_class_find_property (G_OBJECT_GET_CLASS (interface), "sim") ||
        !g_object_class_find_property (G_OBJECT_GET_CLASS (interface), "unlock-required"))
        return g_strdup ("");
    g_object_get (interface, "sim", &sim, "unlock-required", &lock, NULL);
    *locked = lock > MM_MODEM_LOCK_NONE && lock != MM_MODEM_LOCK_SIM_PIN2 &&
              lock != MM_MODEM_LOCK_SIM_PUK2;
    return g_strdup_printf ("%s %u", sim ? sim : "", lock);
}

static gboolean
lists_at_port (GDBusInterface *interface)
{
    g_autoptr (GVariant) ports = NULL;
    GVariantIter iter;
    guint32 type;

    if (!g_object_class_find_property (G_OBJECT_GET_CLASS (interface), "ports"))
        return FALSE;
    g_object_get (interface, "ports", &ports, NULL);
    if (!ports || !g_variant_is_of_type (ports, G_VARIANT_TYPE ("a(su)")))
        return FALSE;
    g_variant_iter_init (&iter, ports);
    while (g_variant_iter_next (&iter, "(&su)", NULL, &type))
        if (type == MM_MODEM_PORT_TYPE_AT)
            return TRUE;
    return FALSE;
}

SimstowPort *
simstow_host_port_new (GObject *modem, GDBusInterface *interface)
{
    SimstowHostPort *self = g_object_new (SIMSTOW_TYPE_HOST_PORT, NULL);

    g_weak_ref_set (&self->modem, modem);
    g_weak_ref_set (&self->interface, interface);
    self->has_at = lists_at_port (interface);
    return SIMSTOW_PORT (self);
}

static void
simstow_host_port_dispose (GObject *object)
{
    unlock_sms (SIMSTOW_PORT (object), TRUE, TRUE);
    G_OBJECT_CLASS (simstow_host_port_parent_class)->dispose (object);
}

static void
simstow_host_port_finalize (GObject *object)
{
    SimstowHostPort *self = SIMSTOW_HOST_PORT (object);

    g_weak_ref_clear (&self->modem);
    g_weak_ref_clear (&self->interface);
    g_regex_unref (self->announcement);
    g_queue_clear_full (&self->arrivals, g_free);
    G_OBJECT_CLASS (simstow_host_port_parent_class)->finalize (object);
}

static void
simstow_host_port_class_init (SimstowHostPortClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);
    SimstowPortClass *port_class = SIMSTOW_PORT_CLASS (klass);

    object_class->dispose = simstow_host_port_dispose;
    object_class->finalize = simstow_host_port_finalize;
    port_class->has_at = has_at;
    port_class->at_async = at_async;
    port_class->lock_sms_async = lock_sms_async;
    port_class->unlock_sms = unlock_sms;
    port_class->peek_mbim = peek_mbim;
    port_class->get_setup = get_setup;
    port_class->dup_sim = dup_sim;
}

static void
simstow_host_port_init (SimstowHostPort *self)
{
    g_weak_ref_init (&self->modem, NULL);
    g_weak_ref_init (&self->interface, NULL);
    g_queue_init (&self->arrivals);
    self->announcement = g_regex_new (ANNOUNCEMENT, G_REGEX_RAW, 0, NULL);
}
