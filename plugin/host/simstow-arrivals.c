/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A handler of our own for +CMTI on the modem's AT ports, in front of the daemon's
 * and enabled only while mem1 is ours; and the reading of what it heard of.
 */

#include "simstow-arrivals.h"

#include "simstow-host-error.h"

/* Says the same as the daemon's own, in other words: handlers are told apart by
 * their text. The length of a storage's name is that of TS 27.005. */
#define ANNOUNCEMENT "\\r\\n\\+CMTI: *\"?([A-Z]{2})\"? *, *([0-9]{1,5})\\r\\n"

#define KEPT_MAX           64
#define READ_SECONDS       10
#define RETRY_MILLISECONDS 100
#define ATTEMPTS           300

struct _SimstowArrivals {
    GObject parent_instance;

    GWeakRef modem;
    GRegex *regex;
    guint holds;
    gboolean reading;
    guint attempts;
    GQueue kept; /* Arrival */
};

typedef struct {
    MMSmsStorage storage;
    guint index;
} Arrival;

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

G_DEFINE_FINAL_TYPE (SimstowArrivals, simstow_arrivals, G_TYPE_OBJECT)

MMSmsStorage
simstow_sms_storage_parse (const gchar *name)
{
    for (guint i = 0; i < G_N_ELEMENTS (storages); i++)
        if (g_strcmp0 (storages[i].name, name) == 0)
            return storages[i].storage;
    return MM_SMS_STORAGE_UNKNOWN;
}

/* The port may outlive us, and keeps its handlers: they hold us weakly */
static gpointer
weak_new (SimstowArrivals *self)
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
    g_autoptr (SimstowArrivals) self = g_weak_ref_get (user_data);
    g_autofree gchar *name = g_match_info_fetch (match, 1);
    g_autofree gchar *digits = g_match_info_fetch (match, 2);
    Arrival arrival = {.storage = simstow_sms_storage_parse (name)};
    guint64 index;

    if (!self || arrival.storage == MM_SMS_STORAGE_UNKNOWN ||
        g_queue_get_length (&self->kept) >= KEPT_MAX ||
        !g_ascii_string_to_unsigned (digits, 10, 0, G_MAXUINT16, &index, NULL))
        return;
    arrival.index = (guint) index;
    g_queue_push_tail (&self->kept, g_memdup2 (&arrival, sizeof (arrival)));
}

static void
set_handlers (SimstowArrivals *self, GObject *modem, gboolean enable)
{
    gpointer ports[] = {mm_base_modem_peek_port_primary (modem),
                        mm_base_modem_peek_port_secondary (modem)};

    for (guint i = 0; i < G_N_ELEMENTS (ports); i++) {
        if (!ports[i])
            continue;
        if (enable)
            mm_port_serial_at_add_unsolicited_msg_handler (ports[i],
                                                           self->regex,
                                                           on_announced,
                                                           weak_new (self),
                                                           weak_free);
        else
            mm_port_serial_at_enable_unsolicited_msg_handler (ports[i], self->regex, FALSE);
    }
}

static void
read_next (SimstowArrivals *self);

static void
end_reading (SimstowArrivals *self)
{
    g_free (g_queue_pop_head (&self->kept));
    self->attempts = 0;
    self->reading = FALSE;
    simstow_arrivals_release (self);
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

static void
hand_over (GObject *modem, const Arrival *arrival, const gchar *answer)
{
    g_autofree gchar *pdu = dup_pdu (answer);
    g_autoptr (GError) error = NULL;
    gpointer part = NULL;

    if (pdu)
        part = mm_sms_part_3gpp_new_from_pdu (arrival->index, pdu, modem, &error);
    if (part)
        simstow_symbols_take_part (modem, part, MM_SMS_STATE_RECEIVED, arrival->storage);
    else
        g_debug ("cannot hand over a message: %s", error ? error->message : "not there");
}

static void
on_read_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowArrivals) self = user_data;
    g_autoptr (GError) error = NULL;
    const gchar *answer = mm_base_modem_at_command_finish (source, result, &error);

    simstow_symbols_unlock_sms (source, TRUE, FALSE);
    if (answer)
        hand_over (source, g_queue_peek_head (&self->kept), answer);
    else
        g_debug ("cannot read a message: %s", error ? error->message : "no answer");
    end_reading (self);
}

static gboolean
on_retry_timeout (gpointer user_data)
{
    SimstowArrivals *self = user_data;

    self->reading = FALSE;
    simstow_arrivals_release (self);
    return G_SOURCE_REMOVE;
}

static void
on_lock_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (SimstowArrivals) self = user_data;
    g_autoptr (GError) error = NULL;
    g_autofree gchar *command = NULL;
    const Arrival *arrival = g_queue_peek_head (&self->kept);

    if (simstow_symbols_lock_sms_finish (source, result, &error)) {
        command = g_strdup_printf ("+CMGR=%u", arrival->index);
        mm_base_modem_at_command (source,
                                  command,
                                  READ_SECONDS,
                                  FALSE,
                                  on_read_ready,
                                  g_steal_pointer (&self));
    } else if (simstow_host_error_is_retry (error) && ++self->attempts < ATTEMPTS) {
        g_timeout_add_full (G_PRIORITY_DEFAULT,
                            RETRY_MILLISECONDS,
                            on_retry_timeout,
                            g_object_ref (self),
                            g_object_unref);
    } else {
        g_debug ("cannot read a message: %s", error->message);
        end_reading (self);
    }
}

static void
read_next (SimstowArrivals *self)
{
    g_autoptr (GObject) modem = g_weak_ref_get (&self->modem);
    const Arrival *arrival = g_queue_peek_head (&self->kept);

    if (self->reading || !arrival || !modem)
        return;
    self->reading = TRUE;
    simstow_arrivals_hold (self);
    simstow_symbols_lock_sms (modem,
                              arrival->storage,
                              MM_SMS_STORAGE_UNKNOWN,
                              on_lock_ready,
                              g_object_ref (self));
}

SimstowArrivals *
simstow_arrivals_new (GObject *modem)
{
    SimstowArrivals *self = g_object_new (SIMSTOW_TYPE_ARRIVALS, NULL);

    g_weak_ref_set (&self->modem, modem);
    return self;
}

void
simstow_arrivals_hold (SimstowArrivals *self)
{
    g_autoptr (GObject) modem = g_weak_ref_get (&self->modem);

    /* before the modem is enabled the daemon does not listen, and reads all then;
     * and our handler has to come after its own to stand in front of it */
    if (self->holds++ == 0 && modem && simstow_symbols_get_state (modem) >= MM_MODEM_STATE_ENABLED)
        set_handlers (self, modem, TRUE);
}

void
simstow_arrivals_release (SimstowArrivals *self)
{
    g_autoptr (GObject) modem = g_weak_ref_get (&self->modem);

    g_return_if_fail (self->holds > 0);

    if (--self->holds > 0 || !modem)
        return;
    set_handlers (self, modem, FALSE);
    read_next (self);
}

static void
simstow_arrivals_finalize (GObject *object)
{
    SimstowArrivals *self = SIMSTOW_ARRIVALS (object);

    g_weak_ref_clear (&self->modem);
    g_regex_unref (self->regex);
    g_queue_clear_full (&self->kept, g_free);
    G_OBJECT_CLASS (simstow_arrivals_parent_class)->finalize (object);
}

static void
simstow_arrivals_class_init (SimstowArrivalsClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_arrivals_finalize;
}

static void
simstow_arrivals_init (SimstowArrivals *self)
{
    g_weak_ref_init (&self->modem, NULL);
    g_queue_init (&self->kept);
    self->regex = g_regex_new (ANNOUNCEMENT, G_REGEX_RAW, 0, NULL);
}
