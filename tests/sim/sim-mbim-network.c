/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Basic Connect of the MBIM front, the part of the network: providers,
 * registration, packet service, signal (MBIM 1.0, 10.5.6 to 10.5.12, 10.5.20).
 */

#include "sim-mbim-private.h"

#define CLASS_GSM 1
#define DATA_LTE  0x20

enum { REGISTER_DEREGISTERED = 1, REGISTER_SEARCHING = 2, REGISTER_HOME = 3 };
enum { PACKET_ATTACHED = 2, PACKET_DETACHED = 4 };

static gboolean
registered (SimMbim *self)
{
    return sim_mbim_ready (self) == SIM_MBIM_OK && self->store->cfun == 1;
}

static gboolean
attached (SimMbim *self)
{
    return registered (self) && !self->detached;
}

static guint32
query_home (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    guint32 status = sim_mbim_ready (self);

    sim_mbim_write_utf8 (out, self->store->operator_code);
    sim_mbim_write_u32 (out, 1);
    sim_mbim_write_utf8 (out, self->store->operator_long);
    sim_mbim_write_u32 (out, CLASS_GSM);
    sim_mbim_write_u32 (out, self->store->signal);
    sim_mbim_write_u32 (out, 99);
    return status;
}

static void
write_provider (SimMbimWriter *out, const gchar *code, const gchar *name, guint32 state)
{
    SimMbimWriter *element = sim_mbim_writer_new ();

    sim_mbim_write_utf8 (element, code);
    sim_mbim_write_u32 (element, state);
    sim_mbim_write_utf8 (element, name);
    sim_mbim_write_u32 (element, CLASS_GSM);
    sim_mbim_write_u32 (element, 0);
    sim_mbim_write_u32 (element, 99);
    sim_mbim_write_element (out, element);
}

static guint32
query_preferred (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    guint32 count = 0;

    for (guint i = 0; i < self->store->plmns->len; i++) {
        count += self->store->plmns->pdata[i] == NULL ? 0 : 1;
    }
    sim_mbim_write_u32 (out, count);
    for (guint i = 0; i < self->store->plmns->len; i++) {
        const SimPlmn *plmn = g_ptr_array_index (self->store->plmns, i);

        if (plmn != NULL) {
            write_provider (out, plmn->code, NULL, 4);
        }
    }
    return sim_mbim_ready (self);
}

static guint32
query_visible (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    sim_mbim_write_u32 (out, 1);
    write_provider (out, self->store->operator_code, self->store->operator_long, 1 | 8 | 16);
    return sim_mbim_ready (self);
}

static guint32
query_register (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    gboolean home = registered (self);

    sim_mbim_write_u32 (out, 0);
    sim_mbim_write_u32 (out, home ? REGISTER_HOME : REGISTER_DEREGISTERED);
    sim_mbim_write_u32 (out, self->store->cops_mode == 1 ? 2 : 1);
    sim_mbim_write_u32 (out, home ? DATA_LTE : 0);
    sim_mbim_write_u32 (out, CLASS_GSM);
    sim_mbim_write_utf8 (out, home ? self->store->operator_code : NULL);
    sim_mbim_write_utf8 (out, home ? self->store->operator_long : NULL);
    sim_mbim_write_utf8 (out, NULL);
    sim_mbim_write_u32 (out, 2);
    return SIM_MBIM_OK;
}

static guint32
set_register (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    g_autofree gchar *provider = sim_mbim_read_utf8 (in);
    guint32 action = sim_mbim_read_u32 (in);
    guint32 status = sim_mbim_ready (self);

    if (status != SIM_MBIM_OK) {
        return status;
    }
    if (action == 1 && g_strcmp0 (provider, self->store->operator_code) != 0) {
        return SIM_MBIM_FAILURE;
    }
    self->store->cops_mode = action;
    return query_register (self, in, out);
}

static guint32
query_packet (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    gboolean served = attached (self);

    sim_mbim_write_u32 (out, 0);
    sim_mbim_write_u32 (out, served ? PACKET_ATTACHED : PACKET_DETACHED);
    sim_mbim_write_u32 (out, served ? DATA_LTE : 0);
    sim_mbim_write_u64 (out, served ? 50000000 : 0);
    sim_mbim_write_u64 (out, served ? 100000000 : 0);
    return SIM_MBIM_OK;
}

static guint32
set_packet (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    self->detached = sim_mbim_read_u32 (in) != 0;
    return registered (self) ? query_packet (self, in, out) : SIM_MBIM_FAILURE;
}

guint32
sim_mbim_query_signal (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    sim_mbim_write_u32 (out, self->store->signal);
    sim_mbim_write_u32 (out, 99);
    sim_mbim_write_u32 (out, 30);
    sim_mbim_write_u32 (out, 0);
    sim_mbim_write_u32 (out, 0);
    return SIM_MBIM_OK;
}

/* no data connection is ever made */
static guint32
query_connect (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    static const guint8 none[SIM_MBIM_UUID] = {0xB4,
                                               0x3F,
                                               0x75,
                                               0x8C,
                                               0xA5,
                                               0x60,
                                               0x4B,
                                               0x46,
                                               0xB3,
                                               0x5E,
                                               0xC5,
                                               0x86,
                                               0x96,
                                               0x41,
                                               0xFB,
                                               0x54};

    sim_mbim_write_u32 (out, sim_mbim_read_u32 (in));
    sim_mbim_write_u32 (out, 3);
    sim_mbim_write_u32 (out, 0);
    sim_mbim_write_u32 (out, 0);
    sim_mbim_write_fixed (out, none, sizeof none);
    sim_mbim_write_u32 (out, 0);
    return SIM_MBIM_OK;
}

static guint32
set_connect (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    return attached (self) ? SIM_MBIM_NOT_ACTIVATED : SIM_MBIM_DETACHED;
}

const SimMbimRow sim_mbim_network_rows[] = {
    {6, "home-provider", query_home, NULL},
    {7, "preferred-providers", query_preferred, NULL},
    {8, "visible-providers", query_visible, NULL},
    {9, "register-state", query_register, set_register},
    {10, "packet-service", query_packet, set_packet},
    {11, "signal-state", sim_mbim_query_signal, sim_mbim_query_signal},
    {12, "connect", query_connect, set_connect},
    {0},
};
