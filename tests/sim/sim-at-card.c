/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AT commands that reach into the card: elementary files by +CRSM (TS 27.007
 * 8.18), APDUs by +CSIM (8.17) and logical channels by +CCHO, +CGLA, +CCHC. Where
 * the store has a simulated UICC, they go to it.
 */

#include <string.h>

#include "sim-at.h"
#include "sim-card-at.h"
#include "sim-card-bytes.h"

#define READ_BINARY  176
#define READ_RECORD  178
#define GET_RESPONSE 192

static SimAtResult
run_iccid (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    if (command->kind == SIM_AT_TEST)
        return SIM_AT_OK;
    sim_at_answer (at, "%s: %s", command->name, store->iccid);
    return SIM_AT_OK;
}

static SimAtResult
run_cimi (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    if (command->kind == SIM_AT_EXEC)
        sim_at_answer (at, "%s", store->imsi);
    return command->kind == SIM_AT_EXEC || command->kind == SIM_AT_TEST ? SIM_AT_OK : SIM_AT_ERROR;
}

/* TS 51.011 9.2.1: what GET RESPONSE tells of a transparent file */
static gchar *
describe_file (guint id, const GByteArray *file)
{
    return g_strdup_printf ("0000%04X%04X040011FF4401020000", file->len, id);
}

static SimAtResult
run_crsm (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    guint instruction, id, p1, p2, p3;
    const GByteArray *file;
    g_autofree gchar *hex = NULL;

    if (store->card)
        return sim_card_at_crsm (at, store, command);
    if (command->kind == SIM_AT_TEST)
        return SIM_AT_OK;
    if (command->kind != SIM_AT_SET || !sim_at_arg_number (command, 0, 0, &instruction) ||
        !sim_at_arg_number (command, 1, 0, &id) || !sim_at_arg_number (command, 2, 0, &p1) ||
        !sim_at_arg_number (command, 3, 0, &p2) || !sim_at_arg_number (command, 4, 0, &p3))
        return SIM_AT_ERROR;
    file = g_hash_table_lookup (store->files, GUINT_TO_POINTER (id));
    if (!file) {
        sim_at_answer (at, "+CRSM: 106,130");
    } else if (instruction == GET_RESPONSE) {
        hex = describe_file (id, file);
        sim_at_answer (at, "+CRSM: 144,0,\"%s\"", hex);
    } else if (instruction == READ_BINARY) {
        guint offset = MIN (p1 << 8 | p2, file->len);
        guint length = p3 ? p3 : file->len - offset;

        hex = sim_card_hex_encode (file->data + offset, MIN (length, file->len - offset));
        if (length > file->len - offset)
            sim_at_answer (at, "+CRSM: 103,%u", file->len - offset);
        else
            sim_at_answer (at, "+CRSM: 144,0,\"%s\"", hex);
    } else {
        sim_at_answer (at, "+CRSM: 109,0");
    }
    return SIM_AT_OK;
}

/* Without a UICC, +CSIM knows the retry counters only: VERIFY and UNBLOCK without data
 * (TS 102 221 11.1.9) */
static SimAtResult
run_csim (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    const gchar *text = sim_at_arg_text (command, 1);
    gboolean unblock = text && g_str_has_prefix (text, "002C");
    guint retries = unblock ? store->puk_retries : store->pin_retries;

    if (store->card)
        return sim_card_at_csim (at, store, command);
    if (command->kind == SIM_AT_TEST)
        return SIM_AT_OK;
    if (!text || strlen (text) < 8)
        return SIM_AT_CME (50);
    if (strlen (text) != 10 || (!unblock && !g_str_has_prefix (text, "0020"))) {
        sim_at_answer (at, "+CSIM: 4,\"6D00\"");
        return SIM_AT_OK;
    }
    if (g_str_has_prefix (text + 6, "81"))
        retries = unblock ? 10 : 3;
    sim_at_answer (at, "+CSIM: 4,\"63C%X\"", retries);
    return SIM_AT_OK;
}

static SimAtResult
run_ccho (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    return store->card ? sim_card_at_ccho (at, store, command) : SIM_AT_ERROR;
}

static SimAtResult
run_cgla (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    return store->card ? sim_card_at_cgla (at, store, command) : SIM_AT_ERROR;
}

static SimAtResult
run_cchc (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    return store->card ? sim_card_at_cchc (at, store, command) : SIM_AT_ERROR;
}

const SimAtRow sim_at_card_rows[] = {
    {"+CCID", SIM_AT_NEEDS_SIM, run_iccid},
    {"+ICCID", SIM_AT_NEEDS_SIM, run_iccid},
    {"+CIMI", SIM_AT_NEEDS_SIM, run_cimi},
    {"+CRSM", SIM_AT_NEEDS_NOTHING, run_crsm},
    {"+CSIM", SIM_AT_NEEDS_NOTHING, run_csim},
    {"+CGLA", SIM_AT_NEEDS_NOTHING, run_cgla},
    {"+CCHO", SIM_AT_NEEDS_NOTHING, run_ccho},
    {"+CCHC", SIM_AT_NEEDS_NOTHING, run_cchc},
    {NULL},
};
