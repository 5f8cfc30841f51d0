/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AT commands of voice calls, one call at a time: the list of calls (TS 27.007 7.18), reports of
 * incoming ones (7.6, 6.11), dialling, answering and hanging up (V.250 6.3, TS 27.007 6.5).
 */

#include <string.h>

#include "sim-at.h"

static SimAtResult
run_clcc (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    const SimCall *call = &store->call;

    if (command->kind == SIM_AT_EXEC && call->stat != SIM_CALL_NONE)
        sim_at_answer (at,
                       "+CLCC: 1,%u,%u,0,0,\"%s\",%u",
                       call->incoming ? 1 : 0,
                       call->stat,
                       call->number,
                       call->number[0] == '+' ? 145 : 129);
    return SIM_AT_OK;
}

static SimAtResult
set_flag (SimAt *at, gboolean *flag, const SimAtCommand *command)
{
    guint value;

    if (command->kind == SIM_AT_TEST)
        sim_at_answer (at, "%s: (0,1)", command->name);
    else if (command->kind == SIM_AT_READ)
        sim_at_answer (at, "%s: %u", command->name, *flag ? 1 : 0);
    else if (!sim_at_arg_number (command, 0, 0, &value) || value > 1)
        return SIM_AT_CME (50);
    else
        *flag = value;
    return SIM_AT_OK;
}

static SimAtResult
run_clip (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    return set_flag (at, &store->clip, command);
}

static SimAtResult
run_crc (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    return set_flag (at, &store->crc, command);
}

static SimAtResult
run_chup (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    if (command->kind != SIM_AT_TEST)
        sim_store_end_call (store);
    return SIM_AT_OK;
}

SimAtResult
sim_at_run_call (SimStore *store, gchar command, const gchar *text)
{
    gsize length = strlen (text);

    if (command == 'H')
        sim_store_end_call (store);
    if (command == 'H')
        return SIM_AT_OK;
    if (command == 'A') {
        if (!store->call.incoming || store->call.stat != SIM_CALL_INCOMING)
            return SIM_AT_ERROR;
        store->call.stat = SIM_CALL_ACTIVE;
        return SIM_AT_OK;
    }
    /* what is no voice call is none that this modem makes */
    if (length < 2 || text[length - 1] != ';' || store->call.stat != SIM_CALL_NONE)
        return SIM_AT_ERROR;
    store->call.number = g_strndup (text, length - 1);
    store->call.incoming = FALSE;
    store->call.stat = SIM_CALL_ALERTING;
    return SIM_AT_OK;
}

const SimAtRow sim_at_voice_rows[] = {
    {"+CLCC", SIM_AT_NEEDS_NOTHING, run_clcc},
    {"+CLIP", SIM_AT_NEEDS_NOTHING, run_clip},
    {"+CRC", SIM_AT_NEEDS_NOTHING, run_crc},
    {"+CHUP", SIM_AT_NEEDS_NOTHING, run_chup},
    {NULL},
};
