/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A modem that has gone mad: each command gets an answer that may be right, damaged,
 * of another command, or an error. Whatever it says, each operation of each driver
 * comes to an end, gives back its lock and closes its channel.
 */

#include <string.h>

#include "simstow-error.h"
#include "simstow-hex.h"
#include "store-run.h"

#define ROUNDS       40
#define COMMANDS_MAX 20000

typedef struct {
    GObject parent_instance;

    GRand *random;
    gint sanity;
    guint commands;
    guint opened; /* channels, by an answer that was not damaged */
    guint closed;
    gboolean mem1;
    gboolean mem2;
} MadPort;

typedef struct {
    GObjectClass parent_class;
} MadPortClass;

GType
mad_port_get_type (void);

/* What a sane modem answers to what begins so; rows of several answers in one line of commands */
static const struct {
    const gchar *command;
    const gchar *reply;
} sane[] = {
    {"+CPBS?;+CSCS?;+CPBS=?",
     "+CPBS: \"ME\",1,9\r\n+CSCS: \"IRA\"\r\n+CPBS: (\"SM\",\"ME\",\"DC\")\r\n"
     "+CSCS: (\"IRA\",\"UCS2\")\r\n"},
    {"+CPBS=\"SM\";+CPBR=?",
     "+CPBW: (1-9),40,(129,145),18\r\n+CPBR: (1-9),40,18\r\n"
     "+CPBS: \"SM\",2,9\r\n+CPBR: (1-9),40,18\r\n+CPBS: \"DC\",2,9\r\n"},
    {"+CPBS?;", "+CPBS: \"ME\",1,9\r\n+CSCS: \"IRA\"\r\n+CPBR: 1,\"+57\",145,\"0041\"\r\n"},
    {"+CPBR", "+CPBR: 1,\"+57\",145,\"0041\"\r\n+CPBR: 3,\"5\",129,\"\"\r\n"},
    {"+CPMS=?", "+CPMS: (\"SM\",\"ME\"),(\"SM\"),(\"SM\")\r\n+CPMS: \"SM\",1,9\r\n+CMGF: 1\r\n"},
    {"+CPMS?", "+CPMS: \"SM\",1,9,\"SM\",1,9\r\n+CMGF: 0\r\n"},
    {"+CMGF?", "+CMGF: 1\r\n"},
    {"+CMGF=0;+CMGL", "+CMGL: 1,0,,2\r\n000405\r\n+CMGL: 3,1,,2\r\n000405\r\n"},
    {"+CMGL", "+CMGL: 1,0,,2\r\n000405\r\n"},
    {"+CMGW", "> "},
    {"RAW", "+CMGW: 4\r\n"},
    {"^SMGL=?", "^SMGL: (0-4)\r\n"},
    {"+CCHO", "+CCHO: 1\r\n"},
    {"+CSIM=10,\"0070000001\"", "+CSIM: 6,\"019000\"\r\n"},
    {"+CRSM=192", "+CRSM: 144,0,\"62078205422100140902\"\r\n"},
    {"+CRSM", "+CRSM: 144,0,\"00FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF\"\r\n"},
};

/* Answers of a card: descriptions of files, records, an eUICC's objects, status words */
static const gchar *const card_data[] = {"6207820542210014099000",
                                         "62078205422100FE019000",
                                         "620782054621001C039000",
                                         "6208820241218002000E9000",
                                         "62028238"
                                         "9000",
                                         "00FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF9000",
                                         "41FFFFFFFFFF03815705FFFFFFFFFFFFFFFFFFFF019000",
                                         "BF3E035A01099000",
                                         "BF2903800100"
                                         "9000",
                                         "9000",
                                         "6104",
                                         "6C14",
                                         "6A82",
                                         "6982",
                                         "9404",
                                         "00"};

static gboolean
one_in (MadPort *self, gint n)
{
    return g_rand_int_range (self->random, 0, n) == 0;
}

static const gchar *
pick (MadPort *self, const gchar *const *texts, gint n)
{
    return texts[g_rand_int_range (self->random, 0, n)];
}

static gchar *
sane_reply (MadPort *self, const gchar *command)
{
    gboolean cgla = g_str_has_prefix (command, "+CGLA");
    const gchar *data;

    for (gsize i = 0; i < G_N_ELEMENTS (sane); i++)
        if (g_str_has_prefix (command, sane[i].command))
            return g_strdup (sane[i].reply);
    if (!cgla && !g_str_has_prefix (command, "+CSIM"))
        return g_strdup ("");
    data = pick (self, card_data, G_N_ELEMENTS (card_data));
    return g_strdup_printf ("%s: %" G_GSIZE_FORMAT ",\"%s\"\r\n",
                            cgla ? "+CGLA" : "+CSIM",
                            strlen (data),
                            data);
}

/* Cut off, said twice, or with another character somewhere */
static gchar *
damage (MadPort *self, gchar *reply)
{
    g_autofree gchar *given = reply;
    gsize length = strlen (given);

    if (length == 0)
        return g_strdup (sane[g_rand_int_range (self->random, 0, G_N_ELEMENTS (sane))].reply);
    switch (g_rand_int_range (self->random, 0, 3)) {
    case 0:
        return g_strndup (given, (gsize) g_rand_int_range (self->random, 0, (gint) length));
    case 1:
        return g_strconcat (given, given, NULL);
    default:
        given[g_rand_int_range (self->random, 0, (gint) length)] =
            (gchar) g_rand_int_range (self->random, 1, 256);
        return g_steal_pointer (&given);
    }
}

static gboolean
on_turn (gpointer user_data)
{
    GTask *task = user_data;
    gchar *reply = g_strdup (g_task_get_task_data (task));

    if (reply)
        g_task_return_pointer (task, reply, g_free);
    else
        g_task_return_new_error (
            task,
            SIMSTOW_ERROR,
            g_random_int_range (SIMSTOW_ERROR_UNSUPPORTED, SIMSTOW_ERROR_TIMEOUT + 1),
            "mad");
    return G_SOURCE_REMOVE;
}

/* Answers from the main loop; %NULL is an error. Takes @reply. */
static void
answer (MadPort *self, gpointer tag, gchar *reply, GAsyncReadyCallback callback, gpointer user_data)
{
    GTask *task = g_task_new (self, NULL, callback, user_data);

    g_assert_cmpuint (++self->commands, <, COMMANDS_MAX);
    g_task_set_source_tag (task, tag);
    g_task_set_task_data (task, reply, g_free);
    g_idle_add_full (G_PRIORITY_DEFAULT, on_turn, task, g_object_unref);
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
    MadPort *self = (MadPort *) port;
    g_autofree gchar *reply = sane_reply (self, raw ? "RAW" : command);
    gboolean opens =
        g_str_has_prefix (command, "+CCHO=\"") || g_str_equal (command, "+CSIM=10,\"0070000001\"");

    self->closed +=
        g_str_has_prefix (command, "+CCHC=") || g_str_has_prefix (command, "+CSIM=8,\"007080");
    if (one_in (self, 2 * self->sanity))
        answer (self, at_async, NULL, callback, user_data);
    else if (one_in (self, self->sanity))
        answer (self, at_async, damage (self, g_steal_pointer (&reply)), callback, user_data);
    else {
        self->opened += opens;
        answer (self, at_async, g_steal_pointer (&reply), callback, user_data);
    }
}

static gchar *
at_finish (SimstowPort *port, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer (G_TASK (result), error);
}

static void
lock_sms_async (SimstowPort *port,
                const gchar *mem1,
                const gchar *mem2,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer user_data)
{
    MadPort *self = (MadPort *) port;
    gboolean fails = one_in (self, self->sanity);

    g_assert_false (self->mem1 || self->mem2);
    self->mem1 = !fails && mem1;
    self->mem2 = !fails && mem2;
    answer (self, lock_sms_async, fails ? NULL : g_strdup (""), callback, user_data);
}

static gboolean
lock_sms_finish (SimstowPort *port, GAsyncResult *result, GError **error)
{
    g_autofree gchar *reply = g_task_propagate_pointer (G_TASK (result), error);

    return reply != NULL;
}

static void
unlock_sms (SimstowPort *port, gboolean mem1, gboolean mem2)
{
    MadPort *self = (MadPort *) port;

    /* what ends the daemon */
    g_assert_true ((!mem1 || self->mem1) && (!mem2 || self->mem2));
    self->mem1 = self->mem1 && !mem1;
    self->mem2 = self->mem2 && !mem2;
}

static gboolean
has_at (SimstowPort *port)
{
    return TRUE;
}

static GObject *
peek_mbim (SimstowPort *port)
{
    return NULL;
}

static void
mad_port_iface_init (SimstowPortInterface *iface)
{
    iface->has_at = has_at;
    iface->at_async = at_async;
    iface->at_finish = at_finish;
    iface->lock_sms_async = lock_sms_async;
    iface->lock_sms_finish = lock_sms_finish;
    iface->unlock_sms = unlock_sms;
    iface->peek_mbim = peek_mbim;
}

G_DEFINE_TYPE_WITH_CODE (MadPort,
                         mad_port,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (SIMSTOW_TYPE_PORT, mad_port_iface_init))

static void
mad_port_class_init (MadPortClass *klass)
{
}

static void
mad_port_init (MadPort *self)
{
}

/* One operation of those that there are; what comes of it does not matter */
static void
operate (SimstowStoreDriver *driver, GRand *random, const gchar *prefix)
{
    static const gchar *const stores[] = {"sm", "me", "dialled", "received", "fd", ""};
    static const gchar *const records[] = {
        "{'pdu': <[byte 0, 4, 5]>, 'status': <'read'>}",
        "{'number': <'+571'>, 'name': <'Ana'>}",
        "{'number': <'5'>, 'name': <'\xe2\x82\xac'>, 'index': <uint32 2>}",
        "{'raw': <b'AAAAAAAAAAAAAAAAAAA'>, 'extensions': <[b'BBBBBBBBBBBB']>}",
        "{'name': <'nickname'>, 'iccid': <'8957321000055500016'>, 'value': <'a'>}",
    };
    g_autofree gchar *store =
        g_strconcat (prefix, stores[g_rand_int_range (random, 0, G_N_ELEMENTS (stores))], NULL);
    g_autoptr (GVariant) value = NULL;
    guint next;

    switch (g_rand_int_range (random, 0, 5)) {
    case 0:
        value = store_run_list (driver, NULL, NULL);
        break;
    case 1:
        store_run_erase (driver, store, g_rand_int_range (random, 0, 4), NULL);
        break;
    case 2:
        store_run_write (driver,
                         store,
                         records[g_rand_int_range (random, 0, G_N_ELEMENTS (records))],
                         NULL,
                         NULL);
        break;
    default:
        value =
            store_run_read (driver, store, 0, g_rand_int_range (random, 0, 4), &next, NULL, NULL);
    }
}

static void
test_driver (gconstpointer user_data)
{
    const SimstowStoreEntry *row = user_data;
    g_autoptr (GRand) random = g_rand_new_with_seed (g_test_rand_int ());

    for (guint round = 0; round < ROUNDS; round++) {
        MadPort *port = g_object_new (mad_port_get_type (), NULL);
        SimstowStoreDriver *driver = g_object_new (row->get_type (), "port", port, NULL);

        port->random = random;
        port->sanity = g_rand_int_range (random, 2, 100);
        for (guint i = 0; i < 12; i++)
            operate (driver, random, row->prefix);
        g_clear_object (&driver);
        while (g_main_context_iteration (NULL, FALSE))
            continue;
        g_assert_false (port->mem1 || port->mem2);
        g_assert_cmpuint (port->closed, >=, port->opened);
        g_assert_finalize_object (port);
    }
}

int
main (int argc, char *argv[])
{
    const SimstowStoreEntry *table;
    guint n_entries;

    g_test_init (&argc, &argv, NULL);
    table = simstow_store_table (&n_entries);
    for (guint i = 0; i < n_entries; i++) {
        g_autofree gchar *path = g_strdup_printf ("/store-chaos/%u", i);

        g_test_add_data_func (path, &table[i], test_driver);
    }
    return g_test_run ();
}
