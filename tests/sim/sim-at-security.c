/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AT commands of PIN codes and facility locks: TS 27.007 7.4, 7.5, 8.3.
 */

#include <string.h>

#include "sim-at.h"

static const gchar *
pin_state (const SimStore *store)
{
    if (sim_store_unlocked (store))
        return "READY";
    return store->pin_retries > 0 ? "SIM PIN" : "SIM PUK";
}

/* Checks @given against PIN1 and counts the tries. */
static SimAtResult
verify_pin (SimStore *store, const gchar *given)
{
    if (store->pin_retries == 0)
        return SIM_AT_CME (12);
    if (g_strcmp0 (given, store->pin) == 0) {
        store->pin_retries = 3;
        store->pin_verified = TRUE;
        return SIM_AT_OK;
    }
    store->pin_retries--;
    return store->pin_retries > 0 ? SIM_AT_CME (16) : SIM_AT_CME (12);
}

static SimAtResult
unblock_pin (SimStore *store, const gchar *puk, const gchar *new_pin)
{
    if (!new_pin || store->puk_retries == 0)
        return SIM_AT_CME (12);
    if (g_strcmp0 (puk, store->puk) != 0) {
        store->puk_retries--;
        return SIM_AT_CME (16);
    }
    g_free (store->pin);
    store->pin = g_strdup (new_pin);
    store->pin_retries = 3;
    store->puk_retries = 10;
    store->pin_verified = TRUE;
    return SIM_AT_OK;
}

static SimAtResult
run_cpin (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    const gchar *given = sim_at_arg_text (command, 0);

    if (command->kind == SIM_AT_TEST)
        return SIM_AT_OK;
    if (!store->sim_present)
        return SIM_AT_CME (10);
    if (command->kind == SIM_AT_READ) {
        sim_at_answer (at, "+CPIN: %s", pin_state (store));
        return SIM_AT_OK;
    }
    if (command->kind != SIM_AT_SET || !given)
        return SIM_AT_ERROR;
    if (sim_store_unlocked (store)) {
        /* nothing but PIN2 can be asked for now */
        store->pin2_verified = g_str_equal (given, store->pin2);
        return store->pin2_verified ? SIM_AT_OK : SIM_AT_CME (16);
    }
    if (store->pin_retries == 0)
        return unblock_pin (store, given, sim_at_arg_text (command, 1));
    return verify_pin (store, given);
}

static void
answer_facilities (SimAt *at, const SimStore *store)
{
    g_autoptr (GString) list = g_string_new ("\"SC\"");

    for (guint i = 0; i < store->locks->len; i++) {
        const SimLock *lock = g_ptr_array_index (store->locks, i);

        g_string_append_printf (list, ",\"%s\"", lock->facility);
    }
    sim_at_answer (at, "+CLCK: (%s)", list->str);
}

static SimAtResult
set_pin_lock (SimStore *store, guint mode, const gchar *password)
{
    gboolean verified = store->pin_verified;
    SimAtResult result = verify_pin (store, password);

    if (result != SIM_AT_OK) {
        store->pin_verified = verified;
        return result;
    }
    store->pin_enabled = mode;
    return SIM_AT_OK;
}

static SimAtResult
set_lock (SimStore *store, SimLock *lock, guint mode, const gchar *password)
{
    const gchar *wanted = lock->password;

    if (g_str_equal (lock->facility, "FD"))
        wanted = store->pin2;
    if (!wanted)
        return SIM_AT_CME (3);
    if (g_strcmp0 (password, wanted) != 0)
        return SIM_AT_CME (16);
    lock->active = mode;
    return SIM_AT_OK;
}

static SimAtResult
run_clck (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    const gchar *facility = sim_at_arg_text (command, 0);
    gboolean pin = g_strcmp0 (facility, "SC") == 0;
    SimLock *lock = facility ? sim_store_lock (store, facility) : NULL;
    guint mode;

    if (command->kind == SIM_AT_TEST) {
        answer_facilities (at, store);
        return SIM_AT_OK;
    }
    if (command->kind != SIM_AT_SET || !sim_at_arg_number (command, 1, 3, &mode) || mode > 2)
        return SIM_AT_ERROR;
    if (!pin && !lock)
        return SIM_AT_CME (4);
    if (mode == 2) {
        sim_at_answer (at, "+CLCK: %u", pin ? store->pin_enabled : lock->active);
        return SIM_AT_OK;
    }
    if (pin)
        return set_pin_lock (store, mode, sim_at_arg_text (command, 2));
    return set_lock (store, lock, mode, sim_at_arg_text (command, 2));
}

static SimAtResult
run_cpwd (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    const gchar *new_pin = sim_at_arg_text (command, 2);
    SimAtResult result;

    if (command->kind == SIM_AT_TEST) {
        sim_at_answer (at, "+CPWD: (\"SC\",8)");
        return SIM_AT_OK;
    }
    if (g_strcmp0 (sim_at_arg_text (command, 0), "SC") != 0 || !new_pin)
        return SIM_AT_CME (4);
    if (!store->pin_enabled)
        return SIM_AT_CME (3);
    result = verify_pin (store, sim_at_arg_text (command, 1));
    if (result != SIM_AT_OK)
        return result;
    g_free (store->pin);
    store->pin = g_strdup (new_pin);
    return SIM_AT_OK;
}

const SimAtRow sim_at_security_rows[] = {
    {"+CPIN", SIM_AT_NEEDS_NOTHING, run_cpin},
    {"+CLCK", SIM_AT_NEEDS_SIM, run_clck},
    {"+CPWD", SIM_AT_NEEDS_SIM, run_cpwd},
    {NULL},
};
