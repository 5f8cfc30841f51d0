/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AT commands of the modem itself: V.250's basic ones, identity, character set,
 * power, and settings that are only kept.
 */

#include <string.h>

#include "sim-at.h"

/* Settings that nothing else here depends on: default and range (+X=?) */
static const struct {
    const gchar *name;
    const gchar *otherwise;
    const gchar *range;
} values[] = {

    {"+CRC", "0", "(0,1)"},
    {"+CLIP", "0", "(0,1)"},
    {"+CCWA", "0", "(0,1)"},
    {"+CSCB", "0,\"\",\"\"", "(0,1)"},
    {"+CUSD", "0", "(0-2)"},
    {"+CTZU", "0", "(0,1)"},
    {"+CTZR", "0", "(0,1)"},
    {"+CGATT", "1", "(0,1)"},
    {"+IFC", "2,2", "(0-2),(0-2)"},
    {"+CSDH", "0", "(0,1)"},
    {"+CPLS", "0", "(0)"},
    {"+IPR", "115200", "(0,115200)"},
    {"+CMOD", "0", "(0)"},
};

SimAtResult
sim_at_run_basic (SimStore *store, const gchar *name, guint value)
{
    if (g_str_equal (name, "E") && value < 2) {
        store->echo = value;
        return SIM_AT_OK;
    }
    if (g_str_equal (name, "V") && value < 2) {
        store->verbose = value;
        return SIM_AT_OK;
    }
    if (g_str_equal (name, "Z") || g_str_equal (name, "&F")) {
        store->echo = TRUE;
        store->verbose = TRUE;
        store->cmee = 0;
        return SIM_AT_OK;
    }
    return strstr ("Q X L M S &C &D &K &S &W", name) ? SIM_AT_OK : SIM_AT_ERROR;
}

static SimAtResult
answer_text (SimAt *at, const SimAtCommand *command, const gchar *text)
{
    if (command->kind == SIM_AT_TEST)
        return SIM_AT_OK;
    if (command->kind != SIM_AT_EXEC)
        return SIM_AT_ERROR;
    sim_at_answer (at, "%s", text);
    return SIM_AT_OK;
}

static SimAtResult
run_information (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    sim_at_answer (at, "Manufacturer: %s", store->manufacturer);
    sim_at_answer (at, "Model: %s", store->model);
    sim_at_answer (at, "Revision: %s", store->revision);
    sim_at_answer (at, "IMEI: %s", store->imei);
    sim_at_answer (at, "+GCAP: +CGSM,+CLTE2");
    return SIM_AT_OK;
}

static SimAtResult
run_manufacturer (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    return answer_text (at, command, store->manufacturer);
}

static SimAtResult
run_model (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    return answer_text (at, command, store->model);
}

static SimAtResult
run_revision (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    return answer_text (at, command, store->revision);
}

static SimAtResult
run_serial (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    return answer_text (at, command, store->imei);
}

static SimAtResult
run_gcap (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    return answer_text (at, command, "+GCAP: +CGSM,+CLTE2");
}

static SimAtResult
run_cmee (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    guint value;

    if (command->kind == SIM_AT_TEST) {
        sim_at_answer (at, "+CMEE: (0-2)");
    } else if (command->kind == SIM_AT_READ) {
        sim_at_answer (at, "+CMEE: %u", store->cmee);
    } else {
        if (!sim_at_arg_number (command, 0, 0, &value) || value > 2)
            return SIM_AT_ERROR;
        store->cmee = value;
    }
    return SIM_AT_OK;
}

/* TS 27.007 5.5 */
static SimAtResult
run_cscs (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    const gchar *name = sim_at_arg_text (command, 0);

    if (command->kind == SIM_AT_TEST) {
        g_autofree gchar *list = g_strjoinv ("\",\"", store->charsets);

        sim_at_answer (at, "+CSCS: (\"%s\")", list);
        return SIM_AT_OK;
    }
    if (command->kind == SIM_AT_READ) {
        g_autofree gchar *now = sim_at_string (store, store->cscs);

        sim_at_answer (at, "+CSCS: \"%s\"", now);
        return SIM_AT_OK;
    }
    if (!name || !g_strv_contains ((const gchar *const *) store->charsets, name))
        return SIM_AT_CME (50);
    g_free (store->cscs);
    store->cscs = g_strdup (name);
    return SIM_AT_OK;
}

/* TS 27.007 8.2 */
static SimAtResult
run_cfun (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    guint value, reset;

    if (command->kind == SIM_AT_TEST) {
        sim_at_answer (at, "+CFUN: (0,1,4),(0,1)");
        return SIM_AT_OK;
    }
    if (command->kind == SIM_AT_READ) {
        sim_at_answer (at, "+CFUN: %u", store->cfun);
        return SIM_AT_OK;
    }
    if (!sim_at_arg_number (command, 0, 1, &value) || !sim_at_arg_number (command, 1, 0, &reset))
        return SIM_AT_ERROR;
    if ((value > 1 && value != 4) || reset > 1)
        return SIM_AT_CME (50);
    if (reset)
        store->pin_verified = FALSE;
    store->cfun = value;
    return SIM_AT_OK;
}

static SimAtResult
run_clock (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    if (command->kind != SIM_AT_READ)
        return command->kind == SIM_AT_TEST ? SIM_AT_OK : SIM_AT_ERROR;
    sim_at_answer (at, "+CCLK: \"26/03/14,09:26:53-20\"");
    return SIM_AT_OK;
}

static SimAtResult
run_value (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    const gchar *kept = g_hash_table_lookup (store->values, command->name);
    guint i = 0;

    while (!g_str_equal (values[i].name, command->name))
        i++;
    if (command->kind == SIM_AT_TEST) {
        sim_at_answer (at, "%s: %s", command->name, values[i].range);
    } else if (command->kind == SIM_AT_READ) {
        sim_at_answer (at, "%s: %s", command->name, kept ? kept : values[i].otherwise);
    } else if (command->kind == SIM_AT_SET) {
        if (strspn (command->raw, "0123456789,") != strlen (command->raw))
            return SIM_AT_CME (50);
        g_hash_table_replace (store->values, g_strdup (command->name), g_strdup (command->raw));
    }
    return SIM_AT_OK;
}

static SimAtResult
run_csms (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    if (command->kind == SIM_AT_READ)
        sim_at_answer (at, "+CSMS: 0,1,1,1");
    else if (command->kind == SIM_AT_SET)
        sim_at_answer (at, "+CSMS: 1,1,1");
    else
        sim_at_answer (at, "+CSMS: (0,1)");
    return SIM_AT_OK;
}

const SimAtRow sim_at_general_rows[] = {
    {"I", SIM_AT_NEEDS_NOTHING, run_information},
    {"+CGMI", SIM_AT_NEEDS_NOTHING, run_manufacturer},
    {"+GMI", SIM_AT_NEEDS_NOTHING, run_manufacturer},
    {"+CGMM", SIM_AT_NEEDS_NOTHING, run_model},
    {"+GMM", SIM_AT_NEEDS_NOTHING, run_model},
    {"+CGMR", SIM_AT_NEEDS_NOTHING, run_revision},
    {"+GMR", SIM_AT_NEEDS_NOTHING, run_revision},
    {"+CGSN", SIM_AT_NEEDS_NOTHING, run_serial},
    {"+GSN", SIM_AT_NEEDS_NOTHING, run_serial},
    {"+GCAP", SIM_AT_NEEDS_NOTHING, run_gcap},
    {"+CMEE", SIM_AT_NEEDS_NOTHING, run_cmee},
    {"+CSCS", SIM_AT_NEEDS_NOTHING, run_cscs},
    {"+CFUN", SIM_AT_NEEDS_NOTHING, run_cfun},
    {"+CCLK", SIM_AT_NEEDS_NOTHING, run_clock},
    {"+IFC", SIM_AT_NEEDS_NOTHING, run_value},
    {"+IPR", SIM_AT_NEEDS_NOTHING, run_value},
    {"+CMOD", SIM_AT_NEEDS_NOTHING, run_value},
    {"+CRC", SIM_AT_NEEDS_NOTHING, run_value},
    {"+CLIP", SIM_AT_NEEDS_SIM, run_value},
    {"+CSCB", SIM_AT_NEEDS_SIM, run_value},
    {"+CCWA", SIM_AT_NEEDS_SIM, run_value},
    {"+CUSD", SIM_AT_NEEDS_SIM, run_value},
    {"+CTZU", SIM_AT_NEEDS_NOTHING, run_value},
    {"+CTZR", SIM_AT_NEEDS_NOTHING, run_value},
    {"+CGATT", SIM_AT_NEEDS_SIM, run_value},
    {"+CPLS", SIM_AT_NEEDS_SIM, run_value},
    {"+CSDH", SIM_AT_NEEDS_MESSAGES, run_value},
    {"+CSMS", SIM_AT_NEEDS_MESSAGES, run_csms},
    {NULL},
};
