/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AT commands of the message service, TS 27.005, in PDU mode: storages,
 * listing, reading (which marks as read), writing, deleting, sending.
 */

#include <string.h>

#include "sim-at.h"
#include "sim-card-bytes.h"
#include "sim-quirks.h"

#define ANY_STAT 4
/* TS 51.011 10.5.3: a record has 176 octets, its first is the status */
#define RECORD_LENGTH 175

static void
answer_cpms (SimAt *at, SimStore *store, gboolean names)
{
    g_autoptr (GString) text = g_string_new (NULL);

    for (guint i = 0; i < G_N_ELEMENTS (store->cpms); i++) {
        guint used;
        guint capacity = sim_store_memory_capacity (store, store->cpms[i], &used);

        g_string_append (text, i ? "," : "");
        if (names)
            g_string_append_printf (text, "\"%s\",", store->cpms[i]->name);
        g_string_append_printf (text, "%u,%u", used, capacity);
    }
    sim_at_answer (at, "+CPMS: %s", text->str);
}

static void
answer_memories (SimAt *at, const SimStore *store)
{
    g_autoptr (GString) list = g_string_new (NULL);

    for (guint i = 0; i < store->memories->len; i++) {
        const SimMemory *memory = g_ptr_array_index (store->memories, i);

        g_string_append_printf (list, "%s\"%s\"", i ? "," : "", memory->name);
    }
    sim_at_answer (at, "+CPMS: (%s),(%s),(%s)", list->str, list->str, list->str);
}

static SimAtResult
run_cpms (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    SimMemory *wanted[3] = {store->cpms[0], store->cpms[1], store->cpms[2]};

    if (command->kind == SIM_AT_TEST) {
        answer_memories (at, store);
        return SIM_AT_OK;
    }
    if (command->kind == SIM_AT_READ) {
        answer_cpms (at, store, TRUE);
        return SIM_AT_OK;
    }
    if (!sim_at_arg (command, 0) || command->args->len > 3)
        return SIM_AT_CMS (302);
    for (guint i = 0; i < command->args->len; i++) {
        const gchar *name = sim_at_arg_text (command, i);

        wanted[i] = name ? sim_store_memory (store, name) : wanted[i];
        if (!wanted[i])
            return SIM_AT_CMS (302);
    }
    if (!sim_quirks_get (store, "cpms-ignored"))
        memcpy (store->cpms, wanted, sizeof (wanted));
    answer_cpms (at, store, FALSE);
    return SIM_AT_OK;
}

static SimAtResult
run_cmgf (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    guint format;

    if (command->kind == SIM_AT_TEST)
        sim_at_answer (at, store->text_mode ? "+CMGF: (0,1)" : "+CMGF: (0)");
    else if (command->kind == SIM_AT_READ)
        sim_at_answer (at, "+CMGF: %u", store->cmgf);
    else if (!sim_at_arg_number (command, 0, 0, &format) || format > (store->text_mode ? 1 : 0))
        return SIM_AT_CMS (302);
    else
        store->cmgf = format;
    return SIM_AT_OK;
}

/* reading */

static void
answer_message (SimAt *at, const gchar *head, SimMessage *message)
{
    g_autoptr (GString) hex = g_string_new (NULL);
    guint address = message->pdu->len ? message->pdu->data[0] + 1u : 0;

    sim_card_hex_append (hex, message->pdu->data, message->pdu->len);
    sim_at_answer (at,
                   "%s%u,,%u\r\n%s",
                   head,
                   message->stat,
                   message->pdu->len - MIN (address, message->pdu->len),
                   hex->str);
    if (message->stat == SIM_STAT_REC_UNREAD)
        message->stat = SIM_STAT_REC_READ;
}

static SimAtResult
run_cmgl (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    SimMemory *memory = store->cpms[0];
    guint capacity = sim_store_memory_capacity (store, memory, NULL);
    guint skipped = sim_quirks_number (store, "cmgl-skip", NULL);
    guint stat, row = 0;

    if (command->kind == SIM_AT_TEST) {
        sim_at_answer (at, "+CMGL: (0-4)");
        return SIM_AT_OK;
    }
    /* in text mode a status is a word */
    if (command->kind == SIM_AT_READ || store->cmgf == 1 ||
        !sim_at_arg_number (command, 0, 0, &stat) || stat > ANY_STAT)
        return SIM_AT_CMS (302);
    for (guint i = memory->first; i < memory->first + capacity; i++) {
        SimMessage *message = *sim_store_message_slot (store, memory, i);
        g_autofree gchar *head = g_strdup_printf ("+CMGL: %u,", i);

        if (message && (stat == ANY_STAT || message->stat == stat) && ++row != skipped)
            answer_message (at, head, message);
    }
    return SIM_AT_OK;
}

static SimAtResult
run_cmgr (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    SimMessage **slot;
    guint index;

    if (command->kind == SIM_AT_TEST)
        return SIM_AT_OK;
    if (command->kind != SIM_AT_SET || !sim_at_arg_number (command, 0, G_MAXUINT, &index))
        return SIM_AT_CMS (302);
    slot = sim_store_message_slot (store, store->cpms[0], index);
    if (!slot || !*slot)
        return SIM_AT_CMS (321);
    if (store->cmgf == 1)
        sim_at_answer (at, "+CMGR: \"REC READ\",\"+573\",,\"26/03/14,09:26:53-20\"\r\nhola");
    else
        answer_message (at, "+CMGR: ", *slot);
    return SIM_AT_OK;
}

/* writing */

/* Returns: (nullable): the bytes, when they are as many TPDU octets as @length says. */
static GByteArray *
parse_pdu (const gchar *hex, guint length)
{
    g_autoptr (GByteArray) pdu = g_byte_array_new ();
    gsize digits = strlen (hex);

    for (gsize i = 0; i + 1 < digits; i += 2) {
        gint high = g_ascii_xdigit_value (hex[i]);
        gint low = g_ascii_xdigit_value (hex[i + 1]);
        guint8 byte = high << 4 | low;

        if (high < 0 || low < 0)
            return NULL;
        g_byte_array_append (pdu, &byte, 1);
    }
    if (digits % 2 || pdu->len == 0 || pdu->len > RECORD_LENGTH ||
        pdu->len != pdu->data[0] + 1 + length)
        return NULL;
    return g_steal_pointer (&pdu);
}

static SimAtResult
write_message (SimAt *at, SimStore *store, const SimAtCommand *data)
{
    g_autoptr (GByteArray) pdu = NULL;
    guint length, stat, index;

    g_variant_get (sim_at_context (at), "(uu)", &length, &stat);
    pdu = parse_pdu (data->raw, length);
    if (!pdu)
        return SIM_AT_CMS (304);
    if (sim_store_message_write (store, store->cpms[1], stat, pdu->data, pdu->len, &index) !=
        SIM_STORE_DONE)
        return SIM_AT_CMS (322);
    if (!sim_quirks_get (store, "cmgw-index"))
        sim_at_answer (at, "+CMGW: %u", index);
    return SIM_AT_OK;
}

static SimAtResult
run_cmgw (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    guint length, stat;

    if (command->kind == SIM_AT_TEST)
        return SIM_AT_OK;
    if (command->kind != SIM_AT_SET || !sim_at_arg_number (command, 0, 0, &length) ||
        !sim_at_arg_number (command, 1, SIM_STAT_STO_UNSENT, &stat))
        return SIM_AT_CMS (302);
    if (length < 1 || length > RECORD_LENGTH || stat > SIM_STAT_STO_SENT)
        return SIM_AT_CMS (304);
    if (stat <= SIM_STAT_REC_READ && g_hash_table_contains (store->values, "no-cmgw-received"))
        return SIM_AT_CMS (302);
    return sim_at_ask (at, write_message, g_variant_new ("(uu)", length, stat));
}

static SimAtResult
send_message (SimAt *at, SimStore *store, const SimAtCommand *data)
{
    g_autoptr (GByteArray) pdu = NULL;
    guint length;

    g_variant_get (sim_at_context (at), "(u)", &length);
    pdu = parse_pdu (data->raw, length);
    if (!pdu)
        return SIM_AT_CMS (304);
    sim_at_answer (at, "+CMGS: %u", 1 + length % 255);
    return SIM_AT_OK;
}

static SimAtResult
run_cmgs (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    guint length;

    if (command->kind == SIM_AT_TEST)
        return SIM_AT_OK;
    if (command->kind != SIM_AT_SET || !sim_at_arg_number (command, 0, 0, &length))
        return SIM_AT_CMS (302);
    if (length < 1 || length > RECORD_LENGTH)
        return SIM_AT_CMS (304);
    if (store->cfun != 1)
        return SIM_AT_CMS (331);
    return sim_at_ask (at, send_message, g_variant_new ("(u)", length));
}

static SimAtResult
run_cmss (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    SimMessage **slot;
    guint index;

    if (command->kind == SIM_AT_TEST)
        return SIM_AT_OK;
    if (!sim_at_arg_number (command, 0, G_MAXUINT, &index))
        return SIM_AT_CMS (302);
    slot = sim_store_message_slot (store, store->cpms[1], index);
    if (!slot || !*slot)
        return SIM_AT_CMS (321);
    if ((*slot)->stat < SIM_STAT_STO_UNSENT)
        return SIM_AT_CMS (302);
    (*slot)->stat = SIM_STAT_STO_SENT;
    sim_at_answer (at, "+CMSS: %u", 1 + index % 255);
    return SIM_AT_OK;
}

/* deleting */

/* TS 27.005 3.5.4 <delflag>: 1 read; 2 also sent; 3 also unsent; 4 all */
static gboolean
deletes (guint flag, SimStat stat)
{
    static const guint8 least[] = {
        [SIM_STAT_REC_READ] = 1,
        [SIM_STAT_STO_SENT] = 2,
        [SIM_STAT_STO_UNSENT] = 3,
        [SIM_STAT_REC_UNREAD] = 4,
    };

    return flag >= least[stat];
}

static void
answer_indexes (SimAt *at, SimStore *store, SimMemory *memory)
{
    guint capacity = sim_store_memory_capacity (store, memory, NULL);
    g_autoptr (GString) list = g_string_new (NULL);

    for (guint i = memory->first; i < memory->first + capacity; i++) {
        if (*sim_store_message_slot (store, memory, i))
            g_string_append_printf (list, "%s%u", list->len ? "," : "", i);
    }
    sim_at_answer (at, "+CMGD: (%s),(0-4)", list->str);
}

static SimAtResult
run_cmgd (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    SimMemory *memory = store->cpms[0];
    guint capacity = sim_store_memory_capacity (store, memory, NULL);
    SimMessage **slot;
    guint index, flag;

    if (command->kind == SIM_AT_TEST) {
        answer_indexes (at, store, memory);
        return SIM_AT_OK;
    }
    if (command->kind != SIM_AT_SET || !sim_at_arg_number (command, 0, G_MAXUINT, &index) ||
        !sim_at_arg_number (command, 1, 0, &flag) || flag > 4)
        return SIM_AT_CMS (302);
    slot = sim_store_message_slot (store, memory, index);
    if (flag == 0 && !slot)
        return SIM_AT_CMS (321);
    store->writes++;
    if (flag == 0) {
        g_clear_pointer (slot, sim_message_free);
        return SIM_AT_OK;
    }
    for (guint i = memory->first; i < memory->first + capacity; i++) {
        slot = sim_store_message_slot (store, memory, i);
        if (*slot && deletes (flag, (*slot)->stat))
            g_clear_pointer (slot, sim_message_free);
    }
    return SIM_AT_OK;
}

/* settings */

static SimAtResult
run_cnmi (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    static const guint most[] = {2, 3, 2, 2, 1};
    guint wanted[G_N_ELEMENTS (most)];

    if (command->kind == SIM_AT_TEST) {
        sim_at_answer (at, "+CNMI: (0-2),(0-3),(0,2),(0-2),(0,1)");
        return SIM_AT_OK;
    }
    if (command->kind == SIM_AT_READ) {
        sim_at_answer (at,
                       "+CNMI: %u,%u,%u,%u,%u",
                       store->cnmi[0],
                       store->cnmi[1],
                       store->cnmi[2],
                       store->cnmi[3],
                       store->cnmi[4]);
        return SIM_AT_OK;
    }
    for (guint i = 0; i < G_N_ELEMENTS (most); i++) {
        if (!sim_at_arg_number (command, i, store->cnmi[i], &wanted[i]) || wanted[i] > most[i])
            return SIM_AT_CMS (302);
    }
    memcpy (store->cnmi, wanted, sizeof (wanted));
    return SIM_AT_OK;
}

static SimAtResult
run_csca (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    const gchar *number = sim_at_arg_text (command, 0);

    if (command->kind == SIM_AT_READ) {
        sim_at_answer (at, "+CSCA: \"+%s\",145", store->service_centre);
        return SIM_AT_OK;
    }
    if (command->kind == SIM_AT_TEST)
        return SIM_AT_OK;
    if (!number || number[0] != '+' || strlen (number) > 21)
        return SIM_AT_CMS (304);
    g_free (store->service_centre);
    store->service_centre = g_strdup (number + 1);
    return SIM_AT_OK;
}

const SimAtRow sim_at_sms_rows[] = {
    {"+CPMS", SIM_AT_NEEDS_MESSAGES, run_cpms},
    {"+CMGF", SIM_AT_NEEDS_MESSAGES, run_cmgf},
    {"+CMGL", SIM_AT_NEEDS_MESSAGES, run_cmgl},
    {"+CMGR", SIM_AT_NEEDS_MESSAGES, run_cmgr},
    {"+CMGW", SIM_AT_NEEDS_MESSAGES, run_cmgw},
    {"+CMGS", SIM_AT_NEEDS_MESSAGES, run_cmgs},
    {"+CMSS", SIM_AT_NEEDS_MESSAGES, run_cmss},
    {"+CMGD", SIM_AT_NEEDS_MESSAGES, run_cmgd},
    {"+CNMI", SIM_AT_NEEDS_MESSAGES, run_cnmi},
    {"+CSCA", SIM_AT_NEEDS_MESSAGES, run_csca},
    {NULL},
};
