/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The SMS service of the MBIM front (MBIM 1.0, 10.5.26 to 10.5.30): messages of
 * one memory of the store, as PDUs. MBIM has no command to write a message.
 */

#include "sim-mbim-private.h"
#include "sim-quirks.h"

#define FORMAT_PDU  0
#define FORMAT_CDMA 1

enum { FLAG_ALL, FLAG_INDEX, FLAG_NEW, FLAG_OLD, FLAG_SENT, FLAG_DRAFT };

static SimMemory *
memory_of (SimMbim *self)
{
    return sim_store_memory (self->store, self->messages);
}

static guint32
query_configuration (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    g_autofree gchar *centre = g_strconcat ("+", self->store->service_centre, NULL);
    guint32 status = sim_mbim_ready (self);
    guint capacity = sim_store_memory_capacity (self->store, memory_of (self), NULL);

    if (sim_quirks_get (self->store, "sms-capacity") != NULL) {
        capacity = sim_quirks_number (self->store, "sms-capacity", NULL);
    }
    sim_mbim_write_u32 (out, status == SIM_MBIM_OK ? 1 : 0);
    sim_mbim_write_u32 (out,
                        sim_quirks_is (self->store, "sms-format", "configuration") ? FORMAT_CDMA
                                                                                   : FORMAT_PDU);
    sim_mbim_write_u32 (out, capacity);
    sim_mbim_write_u32 (out, 0);
    sim_mbim_write_utf8 (out, centre);
    return status;
}

static guint32
set_configuration (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    guint32 format = sim_mbim_read_u32 (in);
    g_autofree gchar *centre = sim_mbim_read_utf8 (in);

    if (format != FORMAT_PDU || in->bad) {
        return SIM_MBIM_PARAMETERS;
    }
    if (centre[0] != '\0') {
        g_free (self->store->service_centre);
        self->store->service_centre = g_strdup (centre + (centre[0] == '+' ? 1 : 0));
    }
    return query_configuration (self, in, out);
}

static gboolean
selected (const SimMessage *message, guint32 flag)
{
    switch (flag) {
    case FLAG_ALL:
        return TRUE;
    case FLAG_NEW:
        return message->stat == SIM_STAT_REC_UNREAD;
    case FLAG_OLD:
        return message->stat == SIM_STAT_REC_READ;
    case FLAG_SENT:
        return message->stat == SIM_STAT_STO_SENT;
    case FLAG_DRAFT:
        return message->stat == SIM_STAT_STO_UNSENT;
    default:
        return FALSE;
    }
}

static SimMessage **
slot_of (SimMbim *self, guint32 place)
{
    SimMemory *memory = memory_of (self);

    return sim_store_message_slot (self->store, memory, memory->first + place);
}

/* MBIM 1.0 10.5.28.5, MBIM_SMS_CDMA_RECORD, after its index */
static void
write_cdma (SimMbimWriter *element, const SimMessage *message)
{
    sim_mbim_write_u32 (element, message->stat);
    sim_mbim_write_utf8 (element, "3005550001");
    sim_mbim_write_utf8 (element, "260314092653");
    sim_mbim_write_u32 (element, 4); /* encoding: 7-bit ASCII is 2, Unicode 4 */
    sim_mbim_write_u32 (element, 0);
    sim_mbim_write_data (element, FALSE, message->pdu->data, message->pdu->len);
    sim_mbim_write_u32 (element, message->pdu->len);
}

static void
write_message (SimMbim *self, guint32 place, SimMbimWriter *out)
{
    SimMessage *message = *slot_of (self, place);
    SimMbimWriter *element = sim_mbim_writer_new ();

    sim_mbim_write_u32 (element, memory_of (self)->first + place);
    if (sim_quirks_get (self->store, "sms-format") != NULL) {
        write_cdma (element, message);
        sim_mbim_write_element (out, element);
        return;
    }
    /* new, old, draft, sent: the same numbers as in AT commands */
    sim_mbim_write_u32 (element, message->stat);
    sim_mbim_write_data (element, FALSE, message->pdu->data, message->pdu->len);
    sim_mbim_write_element (out, element);
    if (self->read_marks && message->stat == SIM_STAT_REC_UNREAD) {
        message->stat = SIM_STAT_REC_READ;
    }
}

/* the places of the messages that a filter leaves in */
static GArray *
collect (SimMbim *self, guint32 flag, guint32 index)
{
    GArray *places = g_array_new (FALSE, FALSE, sizeof (guint32));
    guint capacity = sim_store_memory_capacity (self->store, memory_of (self), NULL);

    for (guint32 place = 0; place < capacity; place++) {
        SimMessage **slot = slot_of (self, place);
        gboolean hit;

        if (slot == NULL || *slot == NULL) {
            continue;
        }
        hit =
            flag == FLAG_INDEX ? memory_of (self)->first + place == index : selected (*slot, flag);
        if (hit) {
            g_array_append_val (places, place);
        }
    }
    return places;
}

static gboolean
is_among (SimMbim *self, const GArray *places, guint32 index)
{
    for (guint i = 0; i < places->len; i++) {
        if (memory_of (self)->first + g_array_index (places, guint32, i) == index) {
            return TRUE;
        }
    }
    return FALSE;
}

static guint32
query_read (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    guint32 format = sim_mbim_read_u32 (in);
    guint32 flag = sim_mbim_read_u32 (in);
    guint32 index = sim_mbim_read_u32 (in);
    guint32 status = sim_mbim_ready (self);
    guint32 refusal = sim_mbim_refusal (self, "sms-all");
    guint bad = sim_quirks_number (self->store, "sms-bad", NULL);
    guint rows = sim_quirks_number (self->store, "sms-rows", NULL);
    gboolean cdma = sim_quirks_is (self->store, "sms-format", "configuration");
    g_autoptr (GArray) places = NULL;

    if (status != SIM_MBIM_OK) {
        return status;
    }
    if (format != (cdma ? FORMAT_CDMA : FORMAT_PDU) || flag > FLAG_DRAFT || in->bad) {
        return SIM_MBIM_PARAMETERS;
    }
    if (flag == FLAG_ALL && refusal > 0) {
        return refusal;
    }
    places = collect (self, flag, index);
    if (flag == FLAG_INDEX && places->len == 0) {
        return SIM_MBIM_BAD_INDEX;
    }
    if (bad > 0 && is_among (self, places, bad)) {
        return SIM_MBIM_READ_FAILURE;
    }
    if (flag == FLAG_ALL && rows > 0) {
        g_array_set_size (places, MIN (rows, places->len));
    }
    sim_mbim_write_u32 (out, sim_quirks_get (self->store, "sms-format") != NULL);
    sim_mbim_write_u32 (out, places->len);
    for (guint i = 0; i < places->len; i++) {
        write_message (self, g_array_index (places, guint32, i), out);
    }
    return SIM_MBIM_OK;
}

/* nobody is written to from a test */
static guint32
set_send (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    return SIM_MBIM_NOT_ALLOWED;
}

static guint32
set_delete (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    guint32 flag = sim_mbim_read_u32 (in);
    guint32 index = sim_mbim_read_u32 (in);
    guint32 status = sim_mbim_ready (self);
    g_autoptr (GArray) places = NULL;

    if (status != SIM_MBIM_OK) {
        return status;
    }
    if (flag > FLAG_DRAFT || in->bad) {
        return SIM_MBIM_PARAMETERS;
    }
    places = collect (self, flag, index);
    if (flag == FLAG_INDEX && places->len == 0) {
        return SIM_MBIM_BAD_INDEX;
    }
    for (guint i = 0; i < places->len; i++) {
        g_clear_pointer (slot_of (self, g_array_index (places, guint32, i)), sim_message_free);
        self->store->writes++;
    }
    return SIM_MBIM_OK;
}

static guint32
query_store_status (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    guint used;
    guint capacity = sim_store_memory_capacity (self->store, memory_of (self), &used);

    sim_mbim_write_u32 (out, used == capacity || self->store->force_full ? 1 : 0);
    sim_mbim_write_u32 (out, 0);
    return sim_mbim_ready (self);
}

const SimMbimRow sim_mbim_sms_rows[] = {
    {1, "sms-configuration", query_configuration, set_configuration},
    {2, "sms-read", query_read, NULL},
    {3, "sms-send", NULL, set_send},
    {4, "sms-delete", NULL, set_delete},
    {5, "sms-store-status", query_store_status, NULL},
    {0},
};
