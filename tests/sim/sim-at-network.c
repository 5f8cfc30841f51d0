/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AT commands of the network: registration, operator, signal, profiles,
 * preferred networks, own numbers (TS 27.007 7.1 to 7.3, 7.19, 8.5, 10.1).
 */

#include <string.h>

#include "sim-at.h"
#include "sim-text.h"

#define PLMN_FORMATS 3

static gboolean
registered (const SimStore *store)
{
    return store->cfun == 1 && sim_store_unlocked (store);
}

/* Answers a UTF-8 text in the character set of +CSCS. */
static gchar *
in_charset (const SimStore *store, const gchar *text)
{
    g_autofree gunichar2 *units = g_utf8_to_utf16 (text, -1, NULL, NULL, NULL);

    return g_string_free (sim_text_encode (units, store->cscs), FALSE);
}

static SimAtResult
run_csq (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    if (command->kind == SIM_AT_TEST)
        sim_at_answer (at, "+CSQ: (0-31,99),(0-7,99)");
    else
        sim_at_answer (at, "+CSQ: %u,99", registered (store) ? store->signal : 99);
    return SIM_AT_OK;
}

static SimAtResult
run_creg (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    const gchar *kept = g_hash_table_lookup (store->values, command->name);
    guint mode = kept ? g_ascii_strtoull (kept, NULL, 10) : 0;
    guint wanted;

    if (command->kind == SIM_AT_TEST) {
        sim_at_answer (at, "%s: (0-2)", command->name);
    } else if (command->kind == SIM_AT_SET) {
        if (!sim_at_arg_number (command, 0, 0, &wanted) || wanted > 2)
            return SIM_AT_CME (50);
        g_hash_table_replace (store->values,
                              g_strdup (command->name),
                              g_strdup_printf ("%u", wanted));
    } else if (!registered (store)) {
        sim_at_answer (at, "%s: %u,0", command->name, mode);
    } else if (mode < 2) {
        sim_at_answer (at, "%s: %u,1", command->name, mode);
    } else {
        sim_at_answer (at,
                       "%s: 2,1,\"%04X\",\"%08X\",%u",
                       command->name,
                       store->area,
                       store->cell,
                       store->technology);
    }
    return SIM_AT_OK;
}

static void
answer_operator (SimAt *at, const SimStore *store)
{
    const gchar *names[] = {store->operator_long, store->operator_short, store->operator_code};
    g_autofree gchar *name = NULL;

    if (!registered (store)) {
        sim_at_answer (at, "+COPS: %u", store->cops_mode);
        return;
    }
    name = in_charset (store, names[store->cops_format]);
    sim_at_answer (at,
                   "+COPS: %u,%u,\"%s\",%u",
                   store->cops_mode,
                   store->cops_format,
                   name,
                   store->technology);
}

static void
answer_operators (SimAt *at, const SimStore *store)
{
    g_autofree gchar *long_name = in_charset (store, store->operator_long);
    g_autofree gchar *short_name = in_charset (store, store->operator_short);
    g_autofree gchar *code = in_charset (store, store->operator_code);

    sim_at_answer (at,
                   "+COPS: (2,\"%s\",\"%s\",\"%s\",%u),,(0-4),(0-2)",
                   long_name,
                   short_name,
                   code,
                   store->technology);
}

static SimAtResult
run_cops (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    guint mode, format;

    if (command->kind == SIM_AT_READ) {
        answer_operator (at, store);
        return SIM_AT_OK;
    }
    if (command->kind == SIM_AT_TEST) {
        answer_operators (at, store);
        return SIM_AT_OK;
    }
    if (command->kind != SIM_AT_SET || !sim_at_arg_number (command, 0, 0, &mode) || mode > 4 ||
        !sim_at_arg_number (command, 1, store->cops_format, &format) || format > 2)
        return SIM_AT_CME (50);
    if (mode == 3) {
        store->cops_format = format;
        return SIM_AT_OK;
    }
    if (mode == 1 && !strstr (sim_at_arg_text (command, 2) ? sim_at_arg_text (command, 2) : "",
                              store->operator_code))
        return SIM_AT_CME (30);
    store->cops_mode = mode;
    return SIM_AT_OK;
}

static SimAtResult
run_ws46 (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    const gchar *kept = g_hash_table_lookup (store->values, command->name);
    guint mode;

    if (command->kind == SIM_AT_TEST) {
        sim_at_answer (at, "+WS46: (12,22,25,28,29)");
    } else if (command->kind == SIM_AT_READ) {
        sim_at_answer (at, "+WS46: %s", kept ? kept : "25");
    } else {
        if (!sim_at_arg_number (command, 0, 25, &mode) || mode < 12 || mode > 29)
            return SIM_AT_CME (50);
        g_hash_table_replace (store->values,
                              g_strdup (command->name),
                              g_strdup_printf ("%u", mode));
    }
    return SIM_AT_OK;
}

/* profiles */

static void
answer_profiles (SimAt *at, const SimStore *store)
{
    for (guint i = 0; i < store->profiles->len; i++) {
        const SimProfile *profile = g_ptr_array_index (store->profiles, i);

        sim_at_answer (at,
                       "+CGDCONT: %u,\"%s\",\"%s\",%s",
                       profile->cid,
                       profile->type,
                       profile->apn,
                       profile->rest ? profile->rest : "\"\",0,0");
    }
}

static const gchar *
raw_after (const gchar *raw, guint commas)
{
    for (guint i = 0; raw && i < commas; i++) {
        raw = strchr (raw, ',');
        raw = raw ? raw + 1 : NULL;
    }
    return raw;
}

static SimAtResult
run_cgdcont (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    static const gchar *const types[] = {"IP", "IPV6", "IPV4V6", NULL};
    const gchar *type = sim_at_arg_text (command, 1);
    guint cid;

    if (command->kind == SIM_AT_READ) {
        answer_profiles (at, store);
        return SIM_AT_OK;
    }
    if (command->kind == SIM_AT_TEST) {
        for (guint i = 0; types[i]; i++)
            sim_at_answer (at,
                           "+CGDCONT: (1-%u),\"%s\",,,(0-2),(0-4)",
                           store->profile_capacity,
                           types[i]);
        return SIM_AT_OK;
    }
    if (command->kind != SIM_AT_SET || !sim_at_arg_number (command, 0, 0, &cid) ||
        (type && !g_strv_contains (types, type)))
        return SIM_AT_CME (50);
    if (!sim_store_set_profile (store,
                                cid,
                                type,
                                sim_at_arg_text (command, 2),
                                raw_after (command->raw, 3)))
        return SIM_AT_CME (50);
    return SIM_AT_OK;
}

static SimAtResult
run_cgact (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    if (command->kind == SIM_AT_TEST)
        sim_at_answer (at, "+CGACT: (0,1)");
    for (guint i = 0; command->kind == SIM_AT_READ && i < store->profiles->len; i++) {
        const SimProfile *profile = g_ptr_array_index (store->profiles, i);

        sim_at_answer (at, "+CGACT: %u,0", profile->cid);
    }
    return SIM_AT_OK;
}

/* preferred networks */

static void
answer_plmns (SimAt *at, const SimStore *store)
{
    for (guint i = 0; i < store->plmns->len; i++) {
        const SimPlmn *plmn = store->plmns->pdata[i];

        if (!plmn)
            continue;
        sim_at_answer (at,
                       "+CPOL: %u,%u,\"%s\",%u,%u,%u,%u,%u",
                       i + 1,
                       store->cpol_format,
                       plmn->code,
                       plmn->act[0],
                       plmn->act[1],
                       plmn->act[2],
                       plmn->act[3],
                       plmn->act[4]);
    }
}

static SimAtResult
write_plmn (SimStore *store, guint index, const SimAtCommand *command)
{
    const gchar *code = sim_at_arg_text (command, 2);
    guint8 act[SIM_N_ACTS] = {0};

    if (index < 1 || index > store->plmns->len)
        return SIM_AT_CME (21);
    if (code &&
        (strspn (code, "0123456789") != strlen (code) || strlen (code) < 5 || strlen (code) > 6))
        return SIM_AT_CME (50);
    for (guint i = 0; i < SIM_N_ACTS; i++) {
        guint flag;

        if (!sim_at_arg_number (command, 3 + i, 0, &flag) || flag > 1)
            return SIM_AT_CME (50);
        act[i] = flag;
    }
    g_clear_pointer ((SimPlmn **) &store->plmns->pdata[index - 1], sim_plmn_free);
    if (code)
        store->plmns->pdata[index - 1] = sim_plmn_new (code, act);
    return SIM_AT_OK;
}

/* TS 27.007 7.19; the names of operators are not kept, so that only the numeric format is */
static SimAtResult
run_cpol (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    guint index, format;

    if (store->plmns->len == 0)
        return SIM_AT_ERROR;
    if (command->kind == SIM_AT_TEST) {
        sim_at_answer (at, "+CPOL: (1-%u),(2)", store->plmns->len);
        return SIM_AT_OK;
    }
    if (command->kind == SIM_AT_READ) {
        answer_plmns (at, store);
        return SIM_AT_OK;
    }
    if (command->kind != SIM_AT_SET || !sim_at_arg_number (command, 0, 0, &index) ||
        !sim_at_arg_number (command, 1, 2, &format) || format != 2)
        return SIM_AT_CME (50);
    store->cpol_format = format;
    if (!sim_at_arg (command, 0))
        return SIM_AT_OK;
    return write_plmn (store, index, command);
}

static SimAtResult
run_cnum (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    for (guint i = 0; command->kind == SIM_AT_EXEC && i < store->own_numbers->len; i++) {
        const SimEntry *entry = g_ptr_array_index (store->own_numbers, i);
        g_autoptr (GString) name = sim_text_encode (entry->texts[SIM_TEXT_NAME], store->cscs);

        sim_at_answer (at, "+CNUM: \"%s\",\"%s\",%u", name->str, entry->number, entry->type);
    }
    return SIM_AT_OK;
}

const SimAtRow sim_at_network_rows[] = {
    {"+CSQ", SIM_AT_NEEDS_NOTHING, run_csq},
    {"+CREG", SIM_AT_NEEDS_NOTHING, run_creg},
    {"+CGREG", SIM_AT_NEEDS_NOTHING, run_creg},
    {"+CEREG", SIM_AT_NEEDS_NOTHING, run_creg},
    {"+COPS", SIM_AT_NEEDS_SIM, run_cops},
    {"+WS46", SIM_AT_NEEDS_NOTHING, run_ws46},
    {"+CGDCONT", SIM_AT_NEEDS_NOTHING, run_cgdcont},
    {"+CGACT", SIM_AT_NEEDS_SIM, run_cgact},
    {"+CPOL", SIM_AT_NEEDS_SIM, run_cpol},
    {"+CNUM", SIM_AT_NEEDS_SIM, run_cnum},
    {NULL},
};
