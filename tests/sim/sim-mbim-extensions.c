/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Microsoft's Basic Connect Extensions of the MBIM front: contexts with an IP
 * type, LTE attach, device with slots, location.
 */

#include "sim-mbim-private.h"

enum { SLOT_EMPTY = 3, SLOT_ACTIVE = 5, SLOT_ERROR = 6, SLOT_ESIM = 7, SLOT_ESIM_EMPTY = 8 };

void
sim_mbim_attach_clear (SimMbimAttach *attach)
{
    g_clear_pointer (&attach->apn, g_free);
    g_clear_pointer (&attach->user, g_free);
    g_clear_pointer (&attach->password, g_free);
}

/* with what the modem attaches when nobody said so: the first profile */
static const gchar *
attach_apn (SimMbim *self, const SimMbimAttach *attach)
{
    const SimProfile *profile = sim_store_profile (self->store, 1);

    return attach->apn != NULL || profile == NULL ? attach->apn : profile->apn;
}

static guint32
query_attach_configuration (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    sim_mbim_write_u32 (out, SIM_MBIM_N_ATTACH);
    for (guint32 i = 0; i < SIM_MBIM_N_ATTACH; i++) {
        const SimMbimAttach *attach = &self->attach[i];
        SimMbimWriter *element = sim_mbim_writer_new ();

        sim_mbim_write_u32 (element, attach->ip);
        sim_mbim_write_u32 (element, i);
        sim_mbim_write_u32 (element, attach->apn == NULL ? 3 : 1);
        sim_mbim_write_utf8 (element, attach_apn (self, attach));
        sim_mbim_write_utf8 (element, attach->user);
        sim_mbim_write_utf8 (element, attach->password);
        sim_mbim_write_u32 (element, attach->compression);
        sim_mbim_write_u32 (element, attach->auth);
        sim_mbim_write_element (out, element);
    }
    return sim_mbim_ready (self);
}

static void
read_attach (SimMbim *self, SimMbimReader *in)
{
    guint32 ip = sim_mbim_read_u32 (in);
    guint32 roaming = sim_mbim_read_u32 (in);
    SimMbimAttach *attach = &self->attach[MIN (roaming, SIM_MBIM_N_ATTACH - 1)];

    sim_mbim_read_u32 (in);
    sim_mbim_attach_clear (attach);
    attach->ip = ip;
    attach->apn = sim_mbim_read_utf8 (in);
    attach->user = sim_mbim_read_utf8 (in);
    attach->password = sim_mbim_read_utf8 (in);
    attach->compression = sim_mbim_read_u32 (in);
    attach->auth = sim_mbim_read_u32 (in);
}

static guint32
set_attach_configuration (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    guint32 operation = sim_mbim_read_u32 (in);
    guint32 count = sim_mbim_read_u32 (in);

    for (guint32 i = 0; i < SIM_MBIM_N_ATTACH && operation == 1; i++) {
        sim_mbim_attach_clear (&self->attach[i]);
    }
    for (guint32 i = 0; i < count && operation == 0 && !in->bad; i++) {
        SimMbimReader element = {0};

        element.data = sim_mbim_read_data (in, FALSE, &element.size);
        if (element.data == NULL) {
            return SIM_MBIM_PARAMETERS;
        }
        read_attach (self, &element);
        in->bad = in->bad || element.bad;
    }
    return query_attach_configuration (self, in, out);
}

static guint32
query_attach_info (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    const SimMbimAttach *attach = &self->attach[0];
    gboolean on = sim_mbim_ready (self) == SIM_MBIM_OK && self->store->cfun == 1;

    sim_mbim_write_u32 (out, on ? 1 : 0);
    sim_mbim_write_u32 (out, attach->ip);
    sim_mbim_write_utf8 (out, attach_apn (self, attach));
    sim_mbim_write_utf8 (out, attach->user);
    sim_mbim_write_utf8 (out, attach->password);
    sim_mbim_write_u32 (out, attach->compression);
    sim_mbim_write_u32 (out, attach->auth);
    return SIM_MBIM_OK;
}

static guint32
query_system_caps (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    sim_mbim_write_u32 (out, 1);
    sim_mbim_write_u32 (out, 1);
    sim_mbim_write_u32 (out, 1);
    sim_mbim_write_u64 (out, g_ascii_strtoull (self->store->imei, NULL, 10));
    return SIM_MBIM_OK;
}

static guint32
query_device_caps (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    sim_mbim_write_caps (self, out);
    sim_mbim_write_u32 (out, 0);
    return SIM_MBIM_OK;
}

/* one slot; it cannot be mapped elsewhere */
static guint32
query_mappings (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    SimMbimWriter *element = sim_mbim_writer_new ();

    sim_mbim_write_u32 (out, 1);
    sim_mbim_write_u32 (element, 0);
    sim_mbim_write_element (out, element);
    return SIM_MBIM_OK;
}

static guint32
slot_state (SimMbim *self)
{
    SimCardSlot *slot = self->store->card;

    if (!self->store->sim_present) {
        return SLOT_EMPTY;
    }
    if (slot == NULL || slot->euicc == NULL) {
        return SLOT_ACTIVE;
    }
    return sim_card_slot_without_profile (slot) ? SLOT_ESIM_EMPTY : SLOT_ESIM;
}

static guint32
query_slot (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    if (sim_mbim_read_u32 (in) != 0) {
        return SIM_MBIM_PARAMETERS;
    }
    sim_mbim_write_u32 (out, 0);
    sim_mbim_write_u32 (out, slot_state (self));
    return SIM_MBIM_OK;
}

static guint32
query_location (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    sim_mbim_write_u32 (out, 0xFFFFFFFF);
    sim_mbim_write_u32 (out, self->store->area);
    sim_mbim_write_u32 (out, self->store->cell);
    return SIM_MBIM_OK;
}

const SimMbimRow sim_mbim_extension_rows[] = {
    {1, "provisioned-contexts-v2", sim_mbim_query_contexts_v2, sim_mbim_set_contexts_v2},
    {3, "lte-attach-configuration", query_attach_configuration, set_attach_configuration},
    {4, "lte-attach-info", query_attach_info, NULL},
    {5, "sys-caps", query_system_caps, NULL},
    {6, "device-caps-v2", query_device_caps, NULL},
    {7, "device-slot-mappings", query_mappings, NULL},
    {8, "slot-info-status", query_slot, NULL},
    {12, "location-info-status", query_location, NULL},
    {0},
};
