/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AT commands of phonebooks and call lists: TS 27.007 8.11 to 8.14.
 */

#include <string.h>

#include "sim-at.h"
#include "sim-quirks.h"
#include "sim-text.h"

#define GROUP_LENGTH 12
#define TEXT_LENGTH  24
#define EMAIL_LENGTH 32
#define URI_LENGTH   40

gchar *
sim_at_string (const SimStore *store, const gchar *name)
{
    GString *out = g_string_new (NULL);

    if (!sim_quirks_get (store, "ucs2-strings") || !g_str_equal (store->cscs, "UCS2"))
        return g_string_free (g_string_append (out, name), FALSE);
    for (; *name; name++)
        g_string_append_printf (out, "%04X", (guchar) *name);
    return g_string_free (out, FALSE);
}

static SimAtResult
run_cpbs (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    g_autoptr (GString) list = g_string_new (NULL);
    const gchar *name = sim_at_arg_text (command, 0);
    SimPhonebook *wanted;

    if (command->kind == SIM_AT_TEST) {
        for (guint i = 0; i < store->phonebooks->len; i++) {
            const SimPhonebook *phonebook = g_ptr_array_index (store->phonebooks, i);

            g_string_append_printf (list, "%s\"%s\"", i ? "," : "", phonebook->name);
        }
        sim_at_answer (at, "+CPBS: (%s)", list->str);
        return SIM_AT_OK;
    }
    if (command->kind == SIM_AT_READ) {
        g_autofree gchar *now = sim_at_string (store, store->cpbs->name);

        sim_at_answer (at,
                       "+CPBS: \"%s\",%u,%u",
                       now,
                       sim_phonebook_used (store->cpbs),
                       store->cpbs->slots->len);
        return SIM_AT_OK;
    }
    wanted = name ? sim_store_phonebook (store, name) : NULL;
    if (!wanted)
        return SIM_AT_CME (4);
    store->cpbs = wanted;
    return SIM_AT_OK;
}

/* reading */

static void
append_text (GString *line, const SimStore *store, const gunichar2 *text)
{
    const gchar *set = sim_quirks_get (store, "names-ucs2")     ? "UCS2"
                       : sim_quirks_get (store, "cscs-ignored") ? "IRA"
                                                                : store->cscs;
    g_autoptr (GString) encoded = sim_text_encode (text, set);
    const gchar *pad = sim_quirks_get (store, "names-pad");

    if (pad && g_str_equal (set, "UCS2"))
        g_string_append_printf (encoded, "%s%s", pad, pad);

    if (sim_quirks_get (store, "names-latin") && !g_str_equal (store->cscs, "UCS2")) {
        g_string_truncate (encoded, 0);
        for (gsize i = 0; text && text[i]; i++)
            g_string_append_c (encoded, text[i] < 0x100 ? text[i] : '?');
    }
    g_string_append_printf (line, ",\"%s\"", encoded->str);
}

/* 8.12: [,<hidden>][,<group>][,<adnumber>][,<adtype>][,<secondtext>][,<email>]... */
static void
append_extension (GString *line, const SimStore *store, const SimEntry *entry)
{
    g_string_append_printf (line, ",%u", entry->hidden ? 1 : 0);
    append_text (line, store, entry->texts[SIM_TEXT_GROUP]);
    g_string_append_printf (line,
                            ",\"%s\",%u",
                            entry->additional_number ? entry->additional_number : "",
                            entry->additional_number ? entry->additional_type : 129);
    for (guint i = SIM_TEXT_SECOND_NAME; i < SIM_N_TEXTS; i++)
        append_text (line, store, entry->texts[i]);
}

static void
answer_entry (SimAt *at, const SimStore *store, guint index, const SimEntry *entry)
{
    g_autoptr (GString) line = g_string_new (NULL);

    g_string_printf (line, "+CPBR: %u,\"%s\",%u", index, entry->number, entry->type);
    append_text (line, store, entry->texts[SIM_TEXT_NAME]);
    if (store->cpbs->extended)
        append_extension (line, store, entry);
    sim_at_answer (at, "%s", line->str);
}

static void
answer_range (SimAt *at, const SimPhonebook *phonebook, const gchar *name)
{
    g_autofree gchar *extension = phonebook->extended ? g_strdup_printf (",%u,%u,%u,%u,%u",
                                                                         GROUP_LENGTH,
                                                                         TEXT_LENGTH,
                                                                         EMAIL_LENGTH,
                                                                         URI_LENGTH,
                                                                         URI_LENGTH)
                                                      : g_strdup ("");
    guint last = phonebook->first + MAX (phonebook->slots->len, 1) - 1;

    if (g_str_equal (name, "+CPBW"))
        sim_at_answer (at,
                       "+CPBW: (%u-%u),%u,(129,145,161),%u%s",
                       phonebook->first,
                       last,
                       phonebook->number_length,
                       phonebook->name_length,
                       extension);
    else
        sim_at_answer (at,
                       "%s: (%u-%u),%u,%u%s",
                       name,
                       phonebook->first,
                       last,
                       phonebook->number_length,
                       phonebook->name_length,
                       extension);
}

static SimAtResult
run_cpbr (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    const gchar *blank = sim_quirks_get (store, "blank-rows");
    guint first, last;

    if (command->kind == SIM_AT_TEST) {
        answer_range (at, store->cpbs, "+CPBR");
        return SIM_AT_OK;
    }
    if (command->kind != SIM_AT_SET || command->args->len > 2 || !sim_at_arg (command, 0) ||
        !sim_at_arg_number (command, 0, 0, &first) || !sim_at_arg_number (command, 1, first, &last))
        return SIM_AT_CME (50);
    if (!sim_phonebook_slot (store->cpbs, first) || !sim_phonebook_slot (store->cpbs, last) ||
        first > last)
        return SIM_AT_CME (21);
    for (guint i = first; i <= last; i++) {
        const SimEntry *entry = *sim_phonebook_slot (store->cpbs, i);

        if (entry)
            answer_entry (at, store, i, entry);
        else if (blank)
            sim_at_answer (at,
                           "+CPBR: %u,\"\",%s,\"\"",
                           i,
                           g_str_equal (blank, "none") ? "" : blank);
    }
    return SIM_AT_OK;
}

/* Entries whose name begins with what is asked for (8.13) */
static SimAtResult
run_cpbf (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    const SimAtArg *arg = sim_at_arg (command, 0);
    g_autofree gunichar2 *wanted = NULL;
    gboolean found = FALSE;

    if (command->kind == SIM_AT_TEST) {
        sim_at_answer (at, "+CPBF: %u,%u", store->cpbs->number_length, store->cpbs->name_length);
        return SIM_AT_OK;
    }
    wanted = arg ? sim_text_decode (arg->text, arg->length, store->cscs) : NULL;
    if (!wanted)
        return SIM_AT_CME (25);
    for (guint i = 0; i < store->cpbs->slots->len; i++) {
        const SimEntry *entry = store->cpbs->slots->pdata[i];
        const gunichar2 *name = entry ? entry->texts[SIM_TEXT_NAME] : NULL;
        gsize length = sim_text_length (wanted);

        if (sim_text_length (name) < length || memcmp (name, wanted, length * 2) != 0)
            continue;
        answer_entry (at, store, store->cpbs->first + i, entry);
        found = TRUE;
    }
    return found ? SIM_AT_OK : SIM_AT_CME (22);
}

/* writing */

static SimAtResult
result_from_store (SimStoreResult result, SimAccess access)
{
    switch (result) {
    case SIM_STORE_DONE:
        return SIM_AT_OK;
    case SIM_STORE_BAD_INDEX:
        return SIM_AT_CME (21);
    case SIM_STORE_FULL:
        return SIM_AT_CME (20);
    case SIM_STORE_NAME_TOO_LONG:
        return SIM_AT_CME (24);
    case SIM_STORE_NUMBER_TOO_LONG:
        return SIM_AT_CME (26);
    case SIM_STORE_NUMBER_INVALID:
        return SIM_AT_CME (27);
    default:
        return access == SIM_ACCESS_PIN2 ? SIM_AT_CME (17) : SIM_AT_CME (3);
    }
}

static gboolean
read_text (SimEntry *entry,
           SimText which,
           const SimStore *store,
           const SimAtCommand *command,
           guint index)
{
    const SimAtArg *arg = sim_at_arg (command, index);

    if (!arg || arg->length == 0)
        return TRUE;
    g_free (entry->texts[which]);
    entry->texts[which] = sim_text_decode (arg->text, arg->length, store->cscs);
    return entry->texts[which] != NULL;
}

/* 8.14: after the name <group>,<adnumber>,<adtype>,<secondtext>,<email>,<sip_uri>,<tel_uri>,
 * <hidden> */
static SimAtResult
read_extension (SimEntry *entry, const SimStore *store, const SimAtCommand *command)
{
    guint hidden;

    if (!read_text (entry, SIM_TEXT_GROUP, store, command, 4) ||
        !read_text (entry, SIM_TEXT_SECOND_NAME, store, command, 7) ||
        !read_text (entry, SIM_TEXT_EMAIL, store, command, 8) ||
        !read_text (entry, SIM_TEXT_SIP_URI, store, command, 9) ||
        !read_text (entry, SIM_TEXT_TEL_URI, store, command, 10))
        return SIM_AT_CME (25);
    if (!sim_at_arg_number (command, 6, 129, &entry->additional_type) ||
        !sim_at_arg_number (command, 11, 0, &hidden) || hidden > 1)
        return SIM_AT_CME (50);
    if (sim_at_arg (command, 5) && sim_at_arg (command, 5)->length)
        entry->additional_number = g_strdup (sim_at_arg_text (command, 5));
    entry->hidden = hidden;
    if (sim_text_places (entry->texts[SIM_TEXT_GROUP]) > GROUP_LENGTH ||
        sim_text_places (entry->texts[SIM_TEXT_SECOND_NAME]) > TEXT_LENGTH ||
        sim_text_places (entry->texts[SIM_TEXT_EMAIL]) > EMAIL_LENGTH ||
        sim_text_places (entry->texts[SIM_TEXT_SIP_URI]) > URI_LENGTH ||
        sim_text_places (entry->texts[SIM_TEXT_TEL_URI]) > URI_LENGTH)
        return SIM_AT_CME (24);
    return SIM_AT_OK;
}

static SimAtResult
run_cpbw (SimAt *at, SimStore *store, const SimAtCommand *command)
{
    const gchar *number = sim_at_arg_text (command, 1);
    g_autoptr (SimEntry) entry = NULL;
    SimAtResult result = SIM_AT_OK;
    guint index, type;

    if (command->kind == SIM_AT_TEST) {
        answer_range (at, store->cpbs, "+CPBW");
        return SIM_AT_OK;
    }
    if (command->kind != SIM_AT_SET || !sim_at_arg_number (command, 0, G_MAXUINT, &index) ||
        (!number && command->args->len > 1 && !sim_at_arg (command, 3)) ||
        (index == G_MAXUINT && !number))
        return SIM_AT_CME (50);
    if (command->args->len > (store->cpbs->extended ? 12 : 4))
        return SIM_AT_CME (50);
    if (command->args->len > 1) {
        gboolean international = number && number[0] == '+';

        if (!sim_at_arg_number (command, 2, international ? 145 : 129, &type) || type > 255)
            return SIM_AT_CME (50);
        entry = sim_entry_new (number ? number : "", type, NULL);
        if (!read_text (entry, SIM_TEXT_NAME, store, command, 3))
            return SIM_AT_CME (25);
        if (store->cpbs->extended)
            result = read_extension (entry, store, command);
    }
    if (result != SIM_AT_OK)
        return result;
    return result_from_store (
        sim_store_entry_write (store, store->cpbs, &index, g_steal_pointer (&entry)),
        store->cpbs->access);
}

const SimAtRow sim_at_phonebook_rows[] = {
    {"+CPBS", SIM_AT_NEEDS_PHONEBOOK, run_cpbs},
    {"+CPBR", SIM_AT_NEEDS_PHONEBOOK, run_cpbr},
    {"+CPBF", SIM_AT_NEEDS_PHONEBOOK, run_cpbf},
    {"+CPBW", SIM_AT_NEEDS_PHONEBOOK, run_cpbw},
    {NULL},
};
