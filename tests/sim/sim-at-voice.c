/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AT commands of voice calls, one call at a time: the list of calls (TS 27.007 7.18), dialling,
 * answering and hanging up (V.250 6.3, TS 27.007 6.5).
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

    /* as with +CVHU=1 (TS 27.007 6.20): the daemon tries H to find out whether there is voice */
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
    {"+CHUP", SIM_AT_NEEDS_NOTHING, run_chup},
    {NULL},
};
