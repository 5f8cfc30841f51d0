/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Basic Connect of the MBIM front, the part of device, subscriber and PINs
 * (MBIM 1.0, 10.5.1 to 10.5.5).
 */

#include "sim-mbim-private.h"

#define DEVICE_EMBEDDED 1
#define CLASS_GSM       1
#define VOICE_NONE      1
#define SIM_REMOVABLE   2
#define DATA_CLASSES    0x3F /* GPRS to LTE */
#define SMS_PDU         0x03
#define CONTROL_MANUAL  0x01

enum {
    NOT_INITIALIZED,
    INITIALIZED,
    NOT_INSERTED,
    BAD_SIM,
    FAILURE,
    NOT_ACTIVATED,
    LOCKED,
    NO_PROFILE
};
enum { PIN1 = 2, PIN2 = 3, PUK1 = 11, PUK2 = 12 };
enum { ENTER, ENABLE, DISABLE, CHANGE };

void
sim_mbim_write_caps (SimMbim *self, SimMbimWriter *out)
{
    sim_mbim_write_u32 (out, DEVICE_EMBEDDED);
    sim_mbim_write_u32 (out, CLASS_GSM);
    sim_mbim_write_u32 (out, VOICE_NONE);
    sim_mbim_write_u32 (out, SIM_REMOVABLE);
    sim_mbim_write_u32 (out, DATA_CLASSES);
    sim_mbim_write_u32 (out, SMS_PDU);
    sim_mbim_write_u32 (out, CONTROL_MANUAL);
    sim_mbim_write_u32 (out, 8);
    sim_mbim_write_utf8 (out, NULL);
    sim_mbim_write_utf8 (out, self->store->imei);
    sim_mbim_write_utf8 (out, self->store->revision);
    sim_mbim_write_utf8 (out, self->store->model);
}

static guint32
query_caps (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    sim_mbim_write_caps (self, out);
    return SIM_MBIM_OK;
}

static guint32
ready_state (SimMbim *self)
{
    SimCardSlot *slot = self->store->card;

    if (!self->store->sim_present || self->absent) {
        return NOT_INSERTED;
    }
    if (!sim_store_unlocked (self->store)) {
        return LOCKED;
    }
    return slot != NULL && sim_card_slot_without_profile (slot) ? NO_PROFILE : INITIALIZED;
}

guint32
sim_mbim_query_subscriber (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    guint32 state = ready_state (self);
    gboolean known = state == INITIALIZED;

    sim_mbim_write_u32 (out, state);
    sim_mbim_write_utf8 (out, known ? self->store->imsi : NULL);
    sim_mbim_write_utf8 (out, known || state == LOCKED ? self->store->iccid : NULL);
    sim_mbim_write_u32 (out, 0);
    sim_mbim_write_u32 (out, known ? self->store->own_numbers->len : 0);
    for (guint i = 0; known && i < self->store->own_numbers->len; i++) {
        const SimEntry *number = g_ptr_array_index (self->store->own_numbers, i);

        sim_mbim_write_utf8 (out, number->number);
    }
    return SIM_MBIM_OK;
}

static guint32
query_radio (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    sim_mbim_write_u32 (out, 1);
    sim_mbim_write_u32 (out, self->store->cfun == 1 ? 1 : 0);
    return SIM_MBIM_OK;
}

static guint32
set_radio (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    self->store->cfun = sim_mbim_read_u32 (in) == 1 ? 1 : 4;
    self->detached = FALSE;
    return query_radio (self, in, out);
}

static guint32
query_pin (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    SimStore *store = self->store;
    gboolean blocked = store->pin_retries == 0;

    if (!store->sim_present) {
        return SIM_MBIM_NO_SIM;
    }
    sim_mbim_write_u32 (out, blocked ? PUK1 : PIN1);
    sim_mbim_write_u32 (out, sim_store_unlocked (store) ? 0 : 1);
    sim_mbim_write_u32 (out, blocked ? store->puk_retries : store->pin_retries);
    return SIM_MBIM_OK;
}

/* whether the digits are right; counts */
static gboolean
try_digits (const gchar *wanted, const gchar *given, guint *retries, guint full)
{
    if (*retries == 0) {
        return FALSE;
    }
    if (g_strcmp0 (wanted, given) != 0) {
        *retries -= 1;
        return FALSE;
    }
    *retries = full;
    return TRUE;
}

static gboolean
unblock (SimStore *store, const gchar *puk, const gchar *digits)
{
    if (!try_digits (store->puk, puk, &store->puk_retries, 10)) {
        return FALSE;
    }
    g_free (store->pin);
    store->pin = g_strdup (digits);
    store->pin_retries = 3;
    store->pin_verified = TRUE;
    return TRUE;
}

static gboolean
operate (SimStore *store, guint32 operation, const gchar *given, const gchar *digits)
{
    if (!try_digits (store->pin, given, &store->pin_retries, 3)) {
        return FALSE;
    }
    if (operation == ENTER) {
        store->pin_verified = TRUE;
    } else if (operation == CHANGE) {
        g_free (store->pin);
        store->pin = g_strdup (digits);
    } else {
        store->pin_enabled = operation == ENABLE;
        store->pin_verified = TRUE;
    }
    return TRUE;
}

static guint32
set_pin (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    guint32 type = sim_mbim_read_u32 (in);
    guint32 operation = sim_mbim_read_u32 (in);
    g_autofree gchar *given = sim_mbim_read_utf8 (in);
    g_autofree gchar *digits = sim_mbim_read_utf8 (in);
    gboolean right;

    if (!self->store->sim_present) {
        return SIM_MBIM_NO_SIM;
    }
    if ((type != PIN1 && type != PUK1) || operation > CHANGE || in->bad) {
        return SIM_MBIM_PARAMETERS;
    }
    if (operation == CHANGE && !self->store->pin_enabled) {
        return SIM_MBIM_PIN_DISABLED;
    }
    right = type == PUK1 ? unblock (self->store, given, digits)
                         : operate (self->store, operation, given, digits);
    if (!right) {
        return SIM_MBIM_FAILURE;
    }
    if (operation == ENTER) {
        sim_mbim_tell_subscriber (self, FALSE);
    }
    return query_pin (self, in, out);
}

/* what there is of ten kinds of PIN: the first two */
static guint32
query_pin_list (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    for (guint i = 0; i < 10; i++) {
        guint32 mode = i == 0 ? (self->store->pin_enabled ? 1 : 2) : i == 1 ? 1 : 0;

        sim_mbim_write_u32 (out, mode);
        sim_mbim_write_u32 (out, mode == 0 ? 0 : 1);
        sim_mbim_write_u32 (out, mode == 0 ? 0 : 4);
        sim_mbim_write_u32 (out, mode == 0 ? 0 : 8);
    }
    return self->store->sim_present ? SIM_MBIM_OK : SIM_MBIM_NO_SIM;
}

const SimMbimRow sim_mbim_basic_rows[] = {
    {1, "device-caps", query_caps, NULL},
    {2, "subscriber-ready-status", sim_mbim_query_subscriber, NULL},
    {3, "radio-state", query_radio, set_radio},
    {4, "pin", query_pin, set_pin},
    {5, "pin-list", query_pin_list, NULL},
    {16, "device-services", sim_mbim_query_services, NULL},
    {19, "device-service-subscribe-list", NULL, sim_mbim_set_subscriptions},
    {0},
};
