/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The services of the MBIM front: which there are, and the way of a command to
 * its handler.
 */

#include "sim-mbim.h"

#include <signal.h>
#include <string.h>

#include "sim-card-bytes.h"
#include "sim-mbim-private.h"
#include "sim-quirks.h"

#define MAX_ROW_TABLES 3

typedef struct {
    SimMbimIndicate indicate;
    gpointer user_data;
} Listener;

/* clang-format off */
const guint8 sim_mbim_uuid_basic[SIM_MBIM_UUID] = {
    0xA2, 0x89, 0xCC, 0x33, 0xBC, 0xBB, 0x8B, 0x4F,
    0xB6, 0xB0, 0x13, 0x3E, 0xC2, 0xAA, 0xE6, 0xDF,
};
const guint8 sim_mbim_uuid_sms[SIM_MBIM_UUID] = {
    0x53, 0x3F, 0xBE, 0xEB, 0x14, 0xFE, 0x44, 0x67,
    0x9F, 0x90, 0x33, 0xA2, 0x23, 0xE5, 0x6C, 0x3F,
};
static const guint8 uuid_phonebook[SIM_MBIM_UUID] = {
    0x4B, 0xF3, 0x84, 0x76, 0x1E, 0x6A, 0x41, 0xDB,
    0xB1, 0xD8, 0xBE, 0xD2, 0x89, 0xC2, 0x5B, 0xDB,
};
static const guint8 uuid_extensions[SIM_MBIM_UUID] = {
    0x3D, 0x01, 0xDC, 0xC5, 0xFE, 0xF5, 0x4D, 0x05,
    0x0D, 0x3A, 0xBE, 0xF7, 0x05, 0x8E, 0x9A, 0xAF,
};
static const guint8 uuid_uicc[SIM_MBIM_UUID] = {
    0xC2, 0xF6, 0x58, 0x8E, 0xF0, 0x37, 0x4B, 0xC9,
    0x86, 0x65, 0xF4, 0xD4, 0x4B, 0xD0, 0x93, 0x67,
};
/* clang-format on */

static gboolean
always (SimMbim *self)
{
    return TRUE;
}

static gboolean
has_messages (SimMbim *self)
{
    return sim_store_memory (self->store, self->messages) != NULL;
}

static gboolean
has_phonebook (SimMbim *self)
{
    return sim_store_phonebook (self->store, self->phonebook) != NULL;
}

static gboolean
has_extensions (SimMbim *self)
{
    return self->extensions;
}

static gboolean
has_low_level (SimMbim *self)
{
    return self->low_level && self->store->card != NULL;
}

static const struct {
    const guint8 *uuid;
    gboolean (*offered) (SimMbim *self);
    const SimMbimRow *tables[MAX_ROW_TABLES];
} services[] = {
    {sim_mbim_uuid_basic,
     always,
     {sim_mbim_basic_rows, sim_mbim_network_rows, sim_mbim_context_rows}},
    {sim_mbim_uuid_sms, has_messages, {sim_mbim_sms_rows}},
    {uuid_phonebook, has_phonebook, {sim_mbim_phonebook_rows}},
    {uuid_extensions, has_extensions, {sim_mbim_extension_rows}},
    {uuid_uicc, has_low_level, {sim_mbim_uicc_rows, sim_mbim_file_rows}},
};

/* commands that a scenario leaves out of a service it has */
static gboolean
withheld (SimMbim *self, const SimMbimRow *table)
{
    return table == NULL || (table == sim_mbim_file_rows && !self->file_access);
}

SimMbim *
sim_mbim_new (SimStore *store, SimKnobs *knobs)
{
    SimMbim *self = g_new0 (SimMbim, 1);

    self->store = store;
    self->knobs = knobs;
    self->messages = g_strdup ("SM");
    self->phonebook = g_strdup ("SM");
    self->low_level = TRUE;
    self->file_access = TRUE;
    self->extensions = TRUE;
    self->read_marks = TRUE;
    self->fragment = 4096;
    self->contexts = g_ptr_array_new_with_free_func (sim_mbim_context_free);
    self->capability = g_byte_array_new ();
    self->listeners = g_array_new (FALSE, FALSE, sizeof (Listener));
    return self;
}

void
sim_mbim_free (SimMbim *self)
{
    g_free (self->messages);
    g_free (self->phonebook);
    g_ptr_array_unref (self->contexts);
    g_byte_array_unref (self->capability);
    g_array_unref (self->listeners);
    for (guint i = 0; i < SIM_MBIM_N_ATTACH; i++) {
        sim_mbim_attach_clear (&self->attach[i]);
    }
    g_free (self);
}

static gboolean
load_key (SimMbim *self, const gchar *key, const gchar *value)
{
    gboolean yes = g_str_equal (value, "true");
    guint64 number;

    if (g_str_equal (key, "messages")) {
        g_free (self->messages);
        self->messages = g_strdup (value);
    } else if (g_str_equal (key, "phonebook")) {
        g_free (self->phonebook);
        self->phonebook = g_strdup (value);
    } else if (g_str_equal (key, "low-level")) {
        self->low_level = !g_str_equal (value, "none");
        self->file_access = g_str_equal (value, "full");
        return self->file_access || !self->low_level || g_str_equal (value, "apdu");
    } else if (g_str_equal (key, "extensions")) {
        self->extensions = yes;
    } else if (g_str_equal (key, "read-marks")) {
        self->read_marks = yes;
    } else if (g_str_equal (key, "at")) {
        return yes || g_str_equal (value, "false");
    } else if (g_str_equal (key, "fragment")) {
        if (!g_ascii_string_to_unsigned (value, 10, 64, 65535, &number, NULL)) {
            return FALSE;
        }
        self->fragment = number;
    } else {
        return FALSE;
    }
    return TRUE;
}

gboolean
sim_mbim_load (SimMbim *self, GKeyFile *file, GError **error)
{
    g_auto (GStrv) keys = g_key_file_get_keys (file, "mbim", NULL, NULL);

    for (guint i = 0; keys != NULL && keys[i] != NULL; i++) {
        g_autofree gchar *value = g_key_file_get_value (file, "mbim", keys[i], NULL);

        if (!load_key (self, keys[i], value)) {
            g_set_error (error,
                         G_KEY_FILE_ERROR,
                         G_KEY_FILE_ERROR_INVALID_VALUE,
                         "scenario: bad [mbim] %s",
                         keys[i]);
            return FALSE;
        }
    }
    return TRUE;
}

gsize
sim_mbim_fragment (SimMbim *self)
{
    return self->fragment;
}

guint32
sim_mbim_ready (SimMbim *self)
{
    if (!self->store->sim_present) {
        return SIM_MBIM_NO_SIM;
    }
    return sim_store_unlocked (self->store) ? SIM_MBIM_OK : SIM_MBIM_PIN_REQUIRED;
}

SimCard *
sim_mbim_card (SimMbim *self)
{
    SimCardSlot *slot = self->store->card;

    return slot == NULL ? NULL : slot->card;
}

static const SimMbimRow *
find_row (SimMbim *self, const guint8 *uuid, guint32 cid)
{
    for (guint i = 0; i < G_N_ELEMENTS (services); i++) {
        if (memcmp (services[i].uuid, uuid, SIM_MBIM_UUID) != 0 || !services[i].offered (self)) {
            continue;
        }
        for (guint j = 0; j < MAX_ROW_TABLES; j++) {
            const SimMbimRow *row = services[i].tables[j];

            for (; !withheld (self, services[i].tables[j]) && row->name != NULL; row++) {
                if (row->cid == cid) {
                    return row;
                }
            }
        }
    }
    return NULL;
}

static void
write_service (SimMbim *self, guint index, SimMbimWriter *out)
{
    SimMbimWriter *element = sim_mbim_writer_new ();
    g_autoptr (GArray) cids = g_array_new (FALSE, FALSE, sizeof (guint32));

    for (guint j = 0; j < MAX_ROW_TABLES; j++) {
        const SimMbimRow *row = services[index].tables[j];

        for (; !withheld (self, services[index].tables[j]) && row->name != NULL; row++) {
            g_array_append_val (cids, row->cid);
        }
    }
    sim_mbim_write_fixed (element, services[index].uuid, SIM_MBIM_UUID);
    sim_mbim_write_u32 (element, 0);
    sim_mbim_write_u32 (element, 0);
    sim_mbim_write_u32 (element, cids->len);
    for (guint i = 0; i < cids->len; i++) {
        sim_mbim_write_u32 (element, g_array_index (cids, guint32, i));
    }
    sim_mbim_write_element (out, element);
}

guint32
sim_mbim_query_services (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    guint32 count = 0;

    for (guint i = 0; i < G_N_ELEMENTS (services); i++) {
        count += services[i].offered (self) ? 1 : 0;
    }
    sim_mbim_write_u32 (out, count);
    sim_mbim_write_u32 (out, 0);
    for (guint i = 0; i < G_N_ELEMENTS (services); i++) {
        if (services[i].offered (self)) {
            write_service (self, i, out);
        }
    }
    return SIM_MBIM_OK;
}

/* the list is given back as it came */
guint32
sim_mbim_set_subscriptions (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    guint32 count = sim_mbim_read_u32 (in);

    sim_mbim_write_u32 (out, count);
    for (guint32 i = 0; i < count && !in->bad; i++) {
        gsize size;
        const guint8 *event = sim_mbim_read_data (in, FALSE, &size);

        sim_mbim_write_data (out, FALSE, event, size);
    }
    return SIM_MBIM_OK;
}

/* what the fault does to the answer */
static void
spoil (const SimFault *fault, GByteArray *out)
{
    if (fault->kind == SIM_FAULT_TRUNCATE) {
        g_byte_array_set_size (out, MIN (out->len, fault->number));
    } else if (fault->kind == SIM_FAULT_CUT) {
        g_byte_array_set_size (out, out->len / 2);
    } else if (fault->kind == SIM_FAULT_HUGE) {
        guint length = out->len;

        g_byte_array_set_size (out, length + fault->number);
        memset (out->data + length, 'A', fault->number);
    } else if (fault->kind == SIM_FAULT_GARBAGE) {
        g_byte_array_set_size (out, fault->number);
        memset (out->data, 0xA5, out->len);
    }
}

static void
trace (SimMbim *self, const gchar *name, gboolean set)
{
    g_autofree gchar *line = g_strdup_printf ("%s %s\r", name, set ? "set" : "query");

    sim_knobs_trace (self->knobs, FALSE, line, strlen (line));
}

guint32
sim_mbim_refusal (SimMbim *self, const gchar *quirk)
{
    const gchar *code = sim_quirks_get (self->store, quirk);

    return code != NULL && g_str_has_prefix (code, "cme ")
               ? g_ascii_strtoull (code + strlen ("cme "), NULL, 10)
               : 0;
}

static gboolean
is_busy (SimMbim *self, const SimMbimRow *row)
{
    static const gchar *const prefixes[] = {"sms-", "phonebook-", "uicc-"};

    for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++) {
        if (g_str_has_prefix (row->name, prefixes[i])) {
            return sim_quirks_busy (self->store);
        }
    }
    return FALSE;
}

/* what the fault does in place of the command, or around it */
static gboolean
take_fault (SimMbim *self, const SimFault *fault, guint32 *status, SimMbimOutcome *outcome)
{
    *outcome = SIM_MBIM_ANSWER;
    *status = SIM_MBIM_FAILURE;
    switch (fault->kind) {
    case SIM_FAULT_ERROR:
        return TRUE;
    case SIM_FAULT_CME:
    case SIM_FAULT_CMS:
        *status = fault->number;
        return TRUE;
    case SIM_FAULT_SILENCE:
    case SIM_FAULT_LOST:
        *outcome = SIM_MBIM_SILENCE;
        return fault->kind == SIM_FAULT_SILENCE;
    case SIM_FAULT_KILL:
        kill (fault->number, SIGKILL);
        return FALSE;
    case SIM_FAULT_REMOVE:
        self->store->sim_present = FALSE;
        sim_mbim_tell_subscriber (self, FALSE);
        return FALSE;
    case SIM_FAULT_DOUBLE:
        self->twice = TRUE;
        return FALSE;
    case SIM_FAULT_NOTICE:
        self->noticed = TRUE;
        return FALSE;
    case SIM_FAULT_UNPLUG:
    case SIM_FAULT_UNPLUG_AFTER:
        *outcome = SIM_MBIM_UNPLUG;
        return fault->kind == SIM_FAULT_UNPLUG;
    default:
        return FALSE;
    }
}

SimMbimOutcome
sim_mbim_run (SimMbim *self,
              const guint8 *uuid,
              guint32 cid,
              gboolean set,
              const guint8 *in,
              gsize size,
              guint32 *status,
              GByteArray **out)
{
    const SimMbimRow *row = find_row (self, uuid, cid);
    SimMbimHandler handler = row == NULL ? NULL : set ? row->set : row->query;
    SimMbimReader reader = {.data = in, .size = size};
    g_autoptr (SimMbimWriter) writer = sim_mbim_writer_new ();
    g_autofree gchar *name = g_strconcat ("mbim ", row == NULL ? "unknown" : row->name, NULL);
    const SimFault *fault = sim_knobs_match (self->knobs, name);
    SimMbimOutcome outcome = SIM_MBIM_ANSWER;

    trace (self, name, set);
    self->delay = self->knobs->latency;
    if (fault != NULL && fault->kind == SIM_FAULT_DELAY) {
        self->delay += fault->number;
    }
    if (fault != NULL && fault->kind == SIM_FAULT_HOLD) {
        self->held = self->knobs->held = TRUE;
        self->delay += SIM_HOLD_TICK;
    }
    *out = g_byte_array_new ();
    if (fault != NULL && fault->kind == SIM_FAULT_REPLY) {
        g_byte_array_unref (*out);
        *out = sim_card_hex_decode (fault->text);
        *status = SIM_MBIM_OK;
        return outcome;
    }
    if (fault != NULL && take_fault (self, fault, status, &outcome)) {
        return outcome;
    }
    if (handler == NULL) {
        *status = SIM_MBIM_UNSUPPORTED;
        return outcome;
    }
    if (is_busy (self, row)) {
        *status = MAX (sim_mbim_refusal (self, "busy-code"), SIM_MBIM_BUSY);
        return outcome;
    }
    *status = handler (self, &reader, writer);
    if (reader.bad) {
        *status = SIM_MBIM_PARAMETERS;
    }
    if (*status == SIM_MBIM_OK) {
        g_byte_array_unref (*out);
        *out = sim_mbim_writer_finish (g_steal_pointer (&writer));
    }
    if (fault != NULL) {
        spoil (fault, *out);
    }
    return outcome;
}

void
sim_mbim_listen (SimMbim *self, SimMbimIndicate indicate, gpointer user_data)
{
    const Listener listener = {indicate, user_data};

    g_array_append_val (self->listeners, listener);
}

void
sim_mbim_unlisten (SimMbim *self, gpointer user_data)
{
    for (guint i = self->listeners->len; i > 0; i--) {
        if (g_array_index (self->listeners, Listener, i - 1).user_data == user_data) {
            g_array_remove_index (self->listeners, i - 1);
        }
    }
}

static void
indicate (SimMbim *self, const guint8 *uuid, guint32 cid, SimMbimWriter *writer)
{
    g_autoptr (GByteArray) bytes = sim_mbim_writer_finish (writer);

    for (guint i = 0; i < self->listeners->len; i++) {
        const Listener *listener = &g_array_index (self->listeners, Listener, i);

        listener->indicate (listener->user_data, uuid, cid, bytes->data, bytes->len);
    }
}

void
sim_mbim_tell_message (SimMbim *self, guint32 index)
{
    SimMbimWriter *writer = sim_mbim_writer_new ();

    sim_mbim_write_u32 (writer, 2);
    sim_mbim_write_u32 (writer, index);
    indicate (self, sim_mbim_uuid_sms, 5, writer);
}

static void
tell_subscriber (SimMbim *self)
{
    SimMbimWriter *writer = sim_mbim_writer_new ();
    SimMbimReader nothing = {0};

    sim_mbim_query_subscriber (self, &nothing, writer);
    indicate (self, sim_mbim_uuid_basic, 2, writer);
}

void
sim_mbim_tell_subscriber (SimMbim *self, gboolean reset)
{
    if (reset) {
        self->absent = TRUE;
        tell_subscriber (self);
        self->absent = FALSE;
    }
    tell_subscriber (self);
}

void
sim_mbim_tell_signal (SimMbim *self)
{
    SimMbimWriter *writer = sim_mbim_writer_new ();

    sim_mbim_query_signal (self, &(SimMbimReader){0}, writer);
    indicate (self, sim_mbim_uuid_basic, 11, writer);
}

void
sim_mbim_take_odd (SimMbim *self, gboolean *twice, gboolean *noticed)
{
    *twice = self->twice;
    *noticed = self->noticed;
    self->twice = self->noticed = FALSE;
}

guint
sim_mbim_take_delay (SimMbim *self, gboolean *held)
{
    guint delay = self->delay;

    *held = self->held;
    self->delay = 0;
    self->held = FALSE;
    return delay;
}

gboolean
sim_mbim_holds (const SimMbim *self)
{
    return self->knobs->held;
}

void
sim_mbim_count (SimMbim *self, gboolean out, gsize length)
{
    sim_knobs_count (self->knobs, out, length);
}
