/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Provisioned contexts of the MBIM front, of MBIM 1.0 (10.5.13) and of
 * Microsoft's extensions: the store's profiles. MBIM tells them apart by type:
 * the first is for the internet, the others for what comes next in the list.
 */

#include <string.h>

#include "sim-mbim-private.h"

/* clang-format off */
static const guint8 types[][SIM_MBIM_UUID] = {
    /* internet, IMS, MMS, purchase, voice, none */
    { 0x7E, 0x5E, 0x2A, 0x7E, 0x4E, 0x6F, 0x72, 0x72, 0x73, 0x6B, 0x65, 0x6E, 0x7E, 0x5E, 0x2A, 0x7E },
    { 0x21, 0x61, 0x0D, 0x01, 0x30, 0x74, 0x4B, 0xCE, 0x94, 0x25, 0xB5, 0x3A, 0x07, 0xD6, 0x97, 0xD6 },
    { 0x46, 0x72, 0x66, 0x64, 0x72, 0x69, 0x6B, 0xC6, 0x96, 0x24, 0xD1, 0xD3, 0x53, 0x89, 0xAC, 0xA9 },
    { 0xB3, 0x27, 0x24, 0x96, 0xAC, 0x6C, 0x42, 0x2B, 0xA8, 0xC0, 0xAC, 0xF6, 0x87, 0xA2, 0x72, 0x17 },
    { 0x88, 0x91, 0x82, 0x94, 0x0E, 0xF4, 0x43, 0x96, 0x8C, 0xCA, 0xA8, 0x58, 0x8F, 0xBC, 0x02, 0xB2 },
    { 0xB4, 0x3F, 0x75, 0x8C, 0xA5, 0x60, 0x4B, 0x46, 0xB3, 0x5E, 0xC5, 0x86, 0x96, 0x41, 0xFB, 0x54 },
};
/* clang-format on */

static const gchar *const ip_types[] = {"", "IP", "IPV6", "IPV4V6", "IPV4V6"};

void
sim_mbim_context_free (gpointer data)
{
    SimMbimContext *context = data;

    g_free (context->user);
    g_free (context->password);
    g_free (context);
}

static SimMbimContext *
context_of (SimMbim *self, guint cid)
{
    SimMbimContext *context;

    for (guint i = 0; i < self->contexts->len; i++) {
        context = g_ptr_array_index (self->contexts, i);
        if (context->cid == cid) {
            return context;
        }
    }
    context = g_new0 (SimMbimContext, 1);
    context->cid = cid;
    context->user = g_strdup ("");
    context->password = g_strdup ("");
    context->roaming = 6;
    context->media = 2;
    context->state = 1;
    context->source = 1;
    g_ptr_array_add (self->contexts, context);
    return context;
}

static const guint8 *
type_of (guint cid)
{
    return types[CLAMP (cid, 1, G_N_ELEMENTS (types)) - 1];
}

static guint32
ip_of (const gchar *type)
{
    for (guint32 i = 1; i < G_N_ELEMENTS (ip_types); i++) {
        if (g_ascii_strcasecmp (ip_types[i], type) == 0) {
            return i;
        }
    }
    return 0;
}

static guint32
query_contexts (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    sim_mbim_write_u32 (out, self->store->profiles->len);
    for (guint i = 0; i < self->store->profiles->len; i++) {
        const SimProfile *profile = g_ptr_array_index (self->store->profiles, i);
        const SimMbimContext *context = context_of (self, profile->cid);
        SimMbimWriter *element = sim_mbim_writer_new ();

        sim_mbim_write_u32 (element, profile->cid);
        sim_mbim_write_fixed (element, type_of (profile->cid), SIM_MBIM_UUID);
        sim_mbim_write_utf8 (element, profile->apn);
        sim_mbim_write_utf8 (element, context->user);
        sim_mbim_write_utf8 (element, context->password);
        sim_mbim_write_u32 (element, context->compression);
        sim_mbim_write_u32 (element, context->auth);
        sim_mbim_write_element (out, element);
    }
    return sim_mbim_ready (self);
}

guint32
sim_mbim_query_contexts_v2 (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    sim_mbim_write_u32 (out, self->store->profiles->len);
    for (guint i = 0; i < self->store->profiles->len; i++) {
        const SimProfile *profile = g_ptr_array_index (self->store->profiles, i);
        const SimMbimContext *context = context_of (self, profile->cid);
        SimMbimWriter *element = sim_mbim_writer_new ();

        sim_mbim_write_u32 (element, profile->cid);
        sim_mbim_write_fixed (element, type_of (profile->cid), SIM_MBIM_UUID);
        sim_mbim_write_u32 (element, ip_of (profile->type));
        sim_mbim_write_u32 (element, context->state);
        sim_mbim_write_u32 (element, context->roaming);
        sim_mbim_write_u32 (element, context->media);
        sim_mbim_write_u32 (element, context->source);
        sim_mbim_write_utf8 (element, profile->apn);
        sim_mbim_write_utf8 (element, context->user);
        sim_mbim_write_utf8 (element, context->password);
        sim_mbim_write_u32 (element, context->compression);
        sim_mbim_write_u32 (element, context->auth);
        sim_mbim_write_element (out, element);
    }
    return sim_mbim_ready (self);
}

/* replaces the access of a context, keeping what is not given */
static guint32
store_profile (SimMbim *self, guint cid, guint32 ip, const gchar *apn)
{
    const SimProfile *old = sim_store_profile (self->store, cid);
    g_autofree gchar *type = NULL;
    g_autofree gchar *rest = old == NULL ? NULL : g_strdup (old->rest);

    if (ip > 0 && ip < G_N_ELEMENTS (ip_types)) {
        type = g_strdup (ip_types[ip]);
    } else {
        type = g_strdup (old == NULL ? "IP" : old->type);
    }
    return sim_store_set_profile (self->store, cid, type, apn, rest) ? SIM_MBIM_OK
                                                                     : SIM_MBIM_PARAMETERS;
}

static void
read_credentials (SimMbimContext *context, SimMbimReader *in)
{
    g_free (context->user);
    g_free (context->password);
    context->user = sim_mbim_read_utf8 (in);
    context->password = sim_mbim_read_utf8 (in);
    context->compression = sim_mbim_read_u32 (in);
    context->auth = sim_mbim_read_u32 (in);
}

static guint32
set_contexts (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    guint32 cid = sim_mbim_read_u32 (in);
    g_autofree gchar *apn = NULL;
    guint32 status;

    sim_mbim_read_fixed (in, SIM_MBIM_UUID);
    apn = sim_mbim_read_utf8 (in);
    if (in->bad || sim_mbim_ready (self) != SIM_MBIM_OK) {
        return sim_mbim_ready (self);
    }
    read_credentials (context_of (self, cid), in);
    status = store_profile (self, cid, 0, apn);
    return status == SIM_MBIM_OK ? query_contexts (self, in, out) : status;
}

static guint
cid_of_type (const guint8 *type)
{
    for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
        if (memcmp (types[i], type, SIM_MBIM_UUID) == 0) {
            return i + 1;
        }
    }
    return 0;
}

guint32
sim_mbim_set_contexts_v2 (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    guint32 operation = sim_mbim_read_u32 (in);
    const guint8 *type = sim_mbim_read_fixed (in, SIM_MBIM_UUID);
    guint cid = type == NULL ? 0 : cid_of_type (type);
    guint32 ip = sim_mbim_read_u32 (in);
    SimMbimContext *context;
    g_autofree gchar *apn = NULL;
    guint32 status = sim_mbim_ready (self);

    if (cid == 0 || operation > 1 || status != SIM_MBIM_OK) {
        return status == SIM_MBIM_OK ? SIM_MBIM_PARAMETERS : status;
    }
    if (operation == 1) {
        sim_store_set_profile (self->store, cid, NULL, NULL, NULL);
        return sim_mbim_query_contexts_v2 (self, in, out);
    }
    context = context_of (self, cid);
    context->state = sim_mbim_read_u32 (in);
    context->roaming = sim_mbim_read_u32 (in);
    context->media = sim_mbim_read_u32 (in);
    context->source = sim_mbim_read_u32 (in);
    apn = sim_mbim_read_utf8 (in);
    read_credentials (context, in);
    status = store_profile (self, cid, ip, apn);
    return status == SIM_MBIM_OK ? sim_mbim_query_contexts_v2 (self, in, out) : status;
}

const SimMbimRow sim_mbim_context_rows[] = {
    {13, "provisioned-contexts", query_contexts, set_contexts},
    {0},
};
