/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes a store as the groups of a scenario file, always in the same order.
 */

#include "sim-dump.h"

#include <string.h>

#include "sim-card-bytes.h"
#include "sim-text.h"

static const gchar *const access_names[] = {"read", "read-write", "pin2"};
static const gchar *const text_names[SIM_N_TEXTS] =
    {"name", "group", "second-name", "email", "sip-uri", "tel-uri"};

static gchar *
message_text (const SimMessage *message)
{
    GString *text = g_string_new (NULL);

    g_string_append_printf (text, "%u,", message->stat);
    sim_card_hex_append (text, message->pdu->data, message->pdu->len);
    return g_string_free (text, FALSE);
}

static gint
compare_text (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const gchar *const *) a, *(const gchar *const *) b);
}

static void
dump_memory_content (GString *out, const SimMemory *memory)
{
    g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

    for (guint i = 0; i < memory->slots->len; i++) {
        if (memory->slots->pdata[i])
            g_ptr_array_add (lines, message_text (memory->slots->pdata[i]));
    }
    if (lines->len == 0)
        return;
    g_ptr_array_sort (lines, compare_text);
    g_string_append_printf (out, "[messages %s]\n", memory->name);
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf (out, "%s\n", (const gchar *) lines->pdata[i]);
}

static void
dump_memory (GString *out, const SimMemory *memory)
{
    g_string_append_printf (out, "[messages %s]\n", memory->name);
    if (memory->members) {
        g_autofree gchar *members = g_strjoinv (",", memory->members);

        g_string_append_printf (out, "members=%s\nfirst=%u\n", members, memory->first);
        return;
    }
    g_string_append_printf (out, "capacity=%u\nfirst=%u\n", memory->slots->len, memory->first);
    for (guint i = 0; i < memory->slots->len; i++) {
        g_autofree gchar *text = NULL;

        if (!memory->slots->pdata[i])
            continue;
        text = message_text (memory->slots->pdata[i]);
        g_string_append_printf (out, "%u=%s\n", memory->first + i, text);
    }
}

static void
dump_messages (GString *out, SimStore *store, gboolean content)
{
    for (guint i = 0; i < store->memories->len; i++) {
        const SimMemory *memory = g_ptr_array_index (store->memories, i);

        if (content)
            dump_memory_content (out, memory);
        else
            dump_memory (out, memory);
    }
}

static void
dump_entry (GString *out, guint index, const SimEntry *entry)
{
    g_autofree gchar *name = sim_text_escape (entry->texts[SIM_TEXT_NAME]);

    g_string_append_printf (out, "%u=%s,%u,%s\n", index, entry->number, entry->type, name);
    if (entry->hidden)
        g_string_append_printf (out, "%u.hidden=1\n", index);
    if (entry->additional_number)
        g_string_append_printf (out,
                                "%u.number=%s,%u\n",
                                index,
                                entry->additional_number,
                                entry->additional_type);
    for (guint i = SIM_TEXT_GROUP; i < SIM_N_TEXTS; i++) {
        g_autofree gchar *text = sim_text_escape (entry->texts[i]);

        if (text[0])
            g_string_append_printf (out, "%u.%s=%s\n", index, text_names[i], text);
    }
}

static void
dump_phonebooks (GString *out, SimStore *store, gboolean content)
{
    for (guint i = 0; i < store->phonebooks->len; i++) {
        const SimPhonebook *phonebook = g_ptr_array_index (store->phonebooks, i);

        if (content && sim_phonebook_used (phonebook) == 0)
            continue;
        g_string_append_printf (out, "[phonebook %s]\n", phonebook->name);
        if (!content)
            g_string_append_printf (out,
                                    "capacity=%u\nfirst=%u\nnumber-length=%u\nname-length=%u\n"
                                    "access=%s\nextended=%s\n",
                                    phonebook->slots->len,
                                    phonebook->first,
                                    phonebook->number_length,
                                    phonebook->name_length,
                                    access_names[phonebook->access],
                                    phonebook->extended ? "true" : "false");
        for (guint j = 0; j < phonebook->slots->len; j++) {
            if (phonebook->slots->pdata[j])
                dump_entry (out, phonebook->first + j, phonebook->slots->pdata[j]);
        }
    }
}

static void
dump_profiles (GString *out, SimStore *store, gboolean content)
{
    g_string_append (out, "[profiles]\n");
    if (!content)
        g_string_append_printf (out, "capacity=%u\n", store->profile_capacity);
    for (guint i = 0; i < store->profiles->len; i++) {
        const SimProfile *profile = g_ptr_array_index (store->profiles, i);

        g_string_append_printf (out, "%u=%s,%s", profile->cid, profile->type, profile->apn);
        if (profile->rest && !content)
            g_string_append_printf (out, ",%s", profile->rest);
        g_string_append_c (out, '\n');
    }
}

static void
dump_plmns (GString *out, SimStore *store, gboolean content)
{
    g_string_append (out, "[preferred-networks]\n");
    if (!content)
        g_string_append_printf (out, "capacity=%u\n", store->plmns->len);
    for (guint i = 0; i < store->plmns->len; i++) {
        const SimPlmn *plmn = store->plmns->pdata[i];

        if (!plmn)
            continue;
        g_string_append_printf (out, "%u=%s", i + 1, plmn->code);
        for (guint j = 0; j < SIM_N_ACTS; j++)
            g_string_append_printf (out, ",%u", plmn->act[j]);
        g_string_append_c (out, '\n');
    }
}

static void
dump_locks (GString *out, SimStore *store, gboolean content)
{
    g_string_append (out, "[locks]\n");
    for (guint i = 0; i < store->locks->len; i++) {
        const SimLock *lock = g_ptr_array_index (store->locks, i);

        g_string_append_printf (out, "%s=%u", lock->facility, lock->active);
        if (lock->password && !content)
            g_string_append_printf (out, ",%s", lock->password);
        g_string_append_c (out, '\n');
    }
}

static void
dump_selected (GString *out, SimStore *store, gboolean content)
{
    g_string_append (out, "[selected]\n");
    if (store->cpms[0])
        g_string_append_printf (out,
                                "messages=%s,%s,%s\n",
                                store->cpms[0]->name,
                                store->cpms[1]->name,
                                store->cpms[2]->name);
    if (store->cpbs)
        g_string_append_printf (out, "phonebook=%s\n", store->cpbs->name);
    g_string_append_printf (out, "charset=%s\n", store->cscs);
    g_string_append_printf (out, "# format=%u errors=%u\n", store->cmgf, store->cmee);
}

static const struct {
    const gchar *name;
    void (*dump) (GString *out, SimStore *store, gboolean content);
} parts[] = {
    {"messages", dump_messages},
    {"phonebooks", dump_phonebooks},
    {"profiles", dump_profiles},
    {"preferred-networks", dump_plmns},
    {"locks", dump_locks},
    {"selected", dump_selected},
};

gchar *
sim_dump (SimStore *store, const gchar *what)
{
    GString *out = g_string_new (NULL);
    g_auto (GStrv) words = g_strsplit (what ? what : "", " ", -1);
    gboolean content = g_strv_contains ((const gchar *const *) words, "content");
    gboolean some = FALSE;

    for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
        some |= g_strv_contains ((const gchar *const *) words, parts[i].name);
    for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
        if (!some || g_strv_contains ((const gchar *const *) words, parts[i].name))
            parts[i].dump (out, store, content);
    }
    return g_string_free (out, FALSE);
}
