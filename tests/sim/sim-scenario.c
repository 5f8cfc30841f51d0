/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads scenario files. Strict: what is not understood is an error, so that a
 * typing mistake in a test does not pass for an empty modem.
 */

#include "sim-scenario.h"

#include <string.h>

#include "sim-files.h"
#include "sim-quirks.h"
#include "sim-text.h"

#define MAX_CAPACITY 10000

static gboolean
fail (GError **error, const gchar *group, const gchar *key)
{
    g_set_error (error,
                 G_KEY_FILE_ERROR,
                 G_KEY_FILE_ERROR_PARSE,
                 "scenario: bad [%s] %s",
                 group,
                 key);
    return FALSE;
}

/* Every key has a rule, and a group is a table of them. */
typedef struct {
    const gchar *key;
    gsize offset;
    enum { TEXT, DECIMAL, HEXADECIMAL, FLAG } kind;
} Rule;

static const Rule device_rules[] = {
    {"manufacturer", G_STRUCT_OFFSET (SimStore, manufacturer), TEXT},
    {"model", G_STRUCT_OFFSET (SimStore, model), TEXT},
    {"revision", G_STRUCT_OFFSET (SimStore, revision), TEXT},
    {"imei", G_STRUCT_OFFSET (SimStore, imei), TEXT},
    {NULL},
};

static const Rule sim_rules[] = {
    {"present", G_STRUCT_OFFSET (SimStore, sim_present), FLAG},
    {"imsi", G_STRUCT_OFFSET (SimStore, imsi), TEXT},
    {"iccid", G_STRUCT_OFFSET (SimStore, iccid), TEXT},
    {"pin", G_STRUCT_OFFSET (SimStore, pin), TEXT},
    {"puk", G_STRUCT_OFFSET (SimStore, puk), TEXT},
    {"pin2", G_STRUCT_OFFSET (SimStore, pin2), TEXT},
    {"locked", G_STRUCT_OFFSET (SimStore, pin_enabled), FLAG},
    {NULL},
};

static const Rule network_rules[] = {
    {"operator", G_STRUCT_OFFSET (SimStore, operator_code), TEXT},
    {"long", G_STRUCT_OFFSET (SimStore, operator_long), TEXT},
    {"short", G_STRUCT_OFFSET (SimStore, operator_short), TEXT},
    {"technology", G_STRUCT_OFFSET (SimStore, technology), DECIMAL},
    {"signal", G_STRUCT_OFFSET (SimStore, signal), DECIMAL},
    {"area", G_STRUCT_OFFSET (SimStore, area), HEXADECIMAL},
    {"cell", G_STRUCT_OFFSET (SimStore, cell), HEXADECIMAL},
    {NULL},
};

static gboolean
parse_number (const gchar *text, guint base, guint *value)
{
    guint64 number = 0;

    if (!g_ascii_string_to_unsigned (text, base, 0, G_MAXUINT, &number, NULL))
        return FALSE;
    *value = number;
    return TRUE;
}

static gboolean
parse_flag (const gchar *text, gboolean *value)
{
    *value = g_str_equal (text, "true") || g_str_equal (text, "1");
    return *value || g_str_equal (text, "false") || g_str_equal (text, "0");
}

static gboolean
apply_rule (SimStore *store, const Rule *rule, const gchar *value)
{
    gpointer field = G_STRUCT_MEMBER_P (store, rule->offset);
    gchar **text = field;

    switch (rule->kind) {
    case TEXT:
        g_free (*text);
        *text = g_strdup (value);
        return TRUE;
    case FLAG:
        return parse_flag (value, field);
    default:
        return parse_number (value, rule->kind == DECIMAL ? 10 : 16, field);
    }
}

/* Returns: -1 when there is no such rule */
static gint
apply_rules (SimStore *store, const Rule *rules, const gchar *key, const gchar *value)
{
    for (; rules->key; rules++) {
        if (g_str_equal (rules->key, key))
            return apply_rule (store, rules, value);
    }
    return -1;
}

/* NUMBER,TYPE,NAME */
static SimEntry *
parse_entry (const gchar *value)
{
    g_auto (GStrv) parts = g_strsplit (value, ",", 3);
    g_autofree gunichar2 *name = NULL;
    guint type;

    if (g_strv_length (parts) != 3 || !parse_number (parts[1], 10, &type))
        return NULL;
    name = sim_text_unescape (parts[2], NULL);
    return name ? sim_entry_new (parts[0], type, name[0] ? name : NULL) : NULL;
}

static gboolean
load_device (SimStore *store, const gchar *key, const gchar *value)
{
    if (g_str_equal (key, "charsets")) {
        g_strfreev (store->charsets);
        store->charsets = g_strsplit (value, ",", -1);
        g_free (store->cscs);
        store->cscs = g_strdup (store->charsets[0] ? store->charsets[0] : "IRA");
        return TRUE;
    }
    return apply_rules (store, device_rules, key, value) == TRUE;
}

static gboolean
load_sim (SimStore *store, const gchar *key, const gchar *value)
{
    if (g_str_has_prefix (key, "number")) {
        SimEntry *entry = parse_entry (value);

        if (entry)
            g_ptr_array_add (store->own_numbers, entry);
        return entry != NULL;
    }
    return apply_rules (store, sim_rules, key, value) == TRUE;
}

static gboolean
load_network (SimStore *store, const gchar *key, const gchar *value)
{
    if (g_str_equal (key, "service-centre")) {
        g_free (store->service_centre);
        store->service_centre = g_strdup (value + (value[0] == '+' ? 1 : 0));
        return TRUE;
    }
    return apply_rules (store, network_rules, key, value) == TRUE;
}

static gboolean
load_file (SimStore *store, const gchar *key, const gchar *value)
{
    GByteArray *bytes = sim_files_bytes_from_hex (value);
    guint id;

    if (!bytes || !parse_number (key, 16, &id)) {
        g_clear_pointer (&bytes, g_byte_array_unref);
        return FALSE;
    }
    g_hash_table_replace (store->files, GUINT_TO_POINTER (id), bytes);
    return TRUE;
}

static gboolean
load_lock (SimStore *store, const gchar *key, const gchar *value)
{
    g_auto (GStrv) parts = g_strsplit (value, ",", 2);
    gboolean active;

    if (!parts[0] || !parse_flag (parts[0], &active))
        return FALSE;
    sim_store_add_lock (store, key, parts[1], active);
    return TRUE;
}

static gboolean
load_profile (SimStore *store, const gchar *key, const gchar *value)
{
    g_auto (GStrv) parts = g_strsplit (value, ",", 3);
    guint cid;

    if (g_str_equal (key, "capacity"))
        return parse_number (value, 10, &store->profile_capacity);
    return g_strv_length (parts) >= 2 && parse_number (key, 10, &cid) &&
           sim_store_set_profile (store, cid, parts[0], parts[1], parts[2]);
}

static gboolean
load_plmn (SimStore *store, const gchar *key, const gchar *value)
{
    g_auto (GStrv) parts = g_strsplit (value, ",", -1);
    guint8 act[SIM_N_ACTS] = {0};
    guint index;

    if (!parse_number (g_str_equal (key, "capacity") ? value : key, 10, &index))
        return FALSE;
    if (g_str_equal (key, "capacity")) {
        g_ptr_array_set_size (store->plmns, MIN (index, MAX_CAPACITY));
        return TRUE;
    }
    if (index < 1 || index > store->plmns->len || g_strv_length (parts) != SIM_N_ACTS + 1)
        return FALSE;
    for (guint i = 0; i < SIM_N_ACTS; i++)
        act[i] = g_str_equal (parts[i + 1], "1");
    sim_plmn_free (store->plmns->pdata[index - 1]);
    store->plmns->pdata[index - 1] = sim_plmn_new (parts[0], act);
    return TRUE;
}

static gboolean
load_knob (SimStore *store, SimKnobs *knobs, const gchar *key, const gchar *value)
{
    gboolean flag;

    if (g_str_equal (key, "latency"))
        return parse_number (value, 10, &knobs->latency);
    if (g_str_equal (key, "baud"))
        return parse_number (value, 10, &knobs->baud);
    if (g_str_equal (key, "full"))
        return parse_flag (value, &store->force_full);
    if (g_str_equal (key, "cmgw-received")) {
        if (!parse_flag (value, &flag))
            return FALSE;
        if (!flag)
            g_hash_table_add (store->values, g_strdup ("no-cmgw-received"));
        return TRUE;
    }
    return g_str_has_prefix (key, "fault") && sim_knobs_add_fault (knobs, value, NULL);
}

static gboolean
load_quirk (SimStore *store, const gchar *key, const gchar *value)
{
    return sim_quirks_set (store, key, value);
}

static gboolean
load_selected (SimStore *store, const gchar *key, const gchar *value)
{
    g_auto (GStrv) names = g_strsplit (value, ",", -1);

    if (g_str_equal (key, "charset")) {
        g_free (store->cscs);
        store->cscs = g_strdup (value);
        return TRUE;
    }
    if (g_str_equal (key, "format")) {
        store->text_mode = TRUE;
        return parse_number (value, 10, &store->cmgf) && store->cmgf <= 1;
    }
    if (g_str_equal (key, "phonebook")) {
        store->cpbs = sim_store_phonebook (store, value);
        return store->cpbs != NULL;
    }
    if (!g_str_equal (key, "messages") || g_strv_length (names) != G_N_ELEMENTS (store->cpms))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS (store->cpms); i++) {
        store->cpms[i] = sim_store_memory (store, names[i]);
        if (!store->cpms[i])
            return FALSE;
    }
    return TRUE;
}

/* memories and phonebooks: the keys that shape them come first, whatever the file's order */

static gboolean
number_or (GKeyFile *file, const gchar *group, const gchar *key, guint otherwise, guint *value)
{
    g_autofree gchar *text = g_key_file_get_value (file, group, key, NULL);

    *value = otherwise;
    return !text || (parse_number (text, 10, value) && *value <= MAX_CAPACITY);
}

static gboolean
load_message (SimStore *store, SimMemory *memory, const gchar *key, const gchar *value)
{
    guint index, stat;
    SimMessage **slot;
    g_autoptr (GByteArray) pdu = NULL;

    if (value[0] < '0' || value[0] > '3' || value[1] != ',' || !parse_number (key, 10, &index))
        return FALSE;
    stat = value[0] - '0';
    pdu = sim_files_bytes_from_hex (value + 2);
    slot = sim_store_message_slot (store, memory, index);
    if (!pdu || !slot || *slot)
        return FALSE;
    *slot = sim_message_new (stat, pdu->data, pdu->len);
    return TRUE;
}

static gboolean
load_memory (SimStore *store, GKeyFile *file, const gchar *group, GError **error)
{
    static const gchar *const shape[] = {"capacity", "first", "members", NULL};
    g_autofree gchar *members = g_key_file_get_value (file, group, "members", NULL);
    g_auto (GStrv) names = members ? g_strsplit (members, ",", -1) : NULL;
    g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);
    SimMemory *memory;
    guint first, capacity;

    if (!number_or (file, group, "capacity", 0, &capacity) ||
        !number_or (file, group, "first", 1, &first))
        return fail (error, group, "capacity or first");
    memory = sim_store_add_memory (store,
                                   group + strlen ("messages "),
                                   first,
                                   capacity,
                                   (const gchar *const *) names);
    for (guint i = 0; keys[i]; i++) {
        g_autofree gchar *value = g_key_file_get_value (file, group, keys[i], NULL);

        if (!g_strv_contains (shape, keys[i]) && !load_message (store, memory, keys[i], value))
            return fail (error, group, keys[i]);
    }
    return TRUE;
}

static gboolean
load_entry_field (SimEntry *entry, const gchar *field, const gchar *value)
{
    static const gchar *const texts[SIM_N_TEXTS] =
        {"name", "group", "second-name", "email", "sip-uri", "tel-uri"};
    g_auto (GStrv) parts = g_strsplit (value, ",", 2);

    if (g_str_equal (field, "hidden"))
        return parse_flag (value, &entry->hidden);
    if (g_str_equal (field, "number")) {
        entry->additional_number = g_strdup (parts[0]);
        return parts[1] && parse_number (parts[1], 10, &entry->additional_type);
    }
    for (guint i = 0; i < SIM_N_TEXTS; i++) {
        if (!g_str_equal (field, texts[i]))
            continue;
        g_free (entry->texts[i]);
        entry->texts[i] = sim_text_unescape (value, NULL);
        return entry->texts[i] != NULL;
    }
    return FALSE;
}

static gboolean
load_entry (SimPhonebook *phonebook, const gchar *key, const gchar *value)
{
    g_auto (GStrv) parts = g_strsplit (key, ".", 2);
    SimEntry **slot;
    guint index;

    if (!parse_number (parts[0], 10, &index))
        return FALSE;
    slot = sim_phonebook_slot (phonebook, index);
    if (!slot)
        return FALSE;
    if (parts[1])
        return *slot && load_entry_field (*slot, parts[1], value);
    *slot = parse_entry (value);
    return *slot && sim_phonebook_check (phonebook, *slot) == SIM_STORE_DONE;
}

static gboolean
load_access (SimPhonebook *phonebook, GKeyFile *file, const gchar *group)
{
    static const gchar *const names[] = {"read", "read-write", "pin2", NULL};
    g_autofree gchar *access = g_key_file_get_value (file, group, "access", NULL);
    g_autofree gchar *extended = g_key_file_get_value (file, group, "extended", NULL);

    for (guint i = 0; access && names[i]; i++) {
        if (g_str_equal (access, names[i]))
            phonebook->access = i;
    }
    return (!access || g_strv_contains (names, access)) &&
           (!extended || parse_flag (extended, &phonebook->extended));
}

static gboolean
load_phonebook (SimStore *store, GKeyFile *file, const gchar *group, GError **error)
{
    static const gchar *const shape[] =
        {"capacity", "first", "number-length", "name-length", "access", "extended", NULL};
    g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);
    SimPhonebook *phonebook;
    guint first, capacity;

    if (!number_or (file, group, "capacity", 0, &capacity) ||
        !number_or (file, group, "first", 1, &first))
        return fail (error, group, "capacity or first");
    phonebook = sim_store_add_phonebook (store, group + strlen ("phonebook "), first, capacity);
    if (!number_or (file, group, "number-length", 40, &phonebook->number_length) ||
        !number_or (file, group, "name-length", 24, &phonebook->name_length) ||
        !load_access (phonebook, file, group))
        return fail (error, group, "lengths, access or extended");
    for (guint i = 0; keys[i]; i++) {
        g_autofree gchar *value = g_key_file_get_value (file, group, keys[i], NULL);

        if (!g_strv_contains (shape, keys[i]) && !load_entry (phonebook, keys[i], value))
            return fail (error, group, keys[i]);
    }
    return TRUE;
}

static const struct {
    const gchar *group;
    gboolean (*load) (SimStore *store, const gchar *key, const gchar *value);
} groups[] = {
    {"device", load_device},
    {"sim", load_sim},
    {"network", load_network},
    {"files", load_file},
    {"locks", load_lock},
    {"profiles", load_profile},
    {"preferred-networks", load_plmn},
    {"quirks", load_quirk},
    {"selected", load_selected},
};

static gboolean
load_plain_group (SimStore *store,
                  SimKnobs *knobs,
                  GKeyFile *file,
                  const gchar *group,
                  GError **error)
{
    g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);
    guint row = 0;

    while (row < G_N_ELEMENTS (groups) && !g_str_equal (groups[row].group, group))
        row++;
    for (guint i = 0; keys[i]; i++) {
        g_autofree gchar *value = g_key_file_get_value (file, group, keys[i], NULL);
        gboolean done;

        if (row < G_N_ELEMENTS (groups))
            done = groups[row].load (store, keys[i], value);
        else
            done = g_str_equal (group, "knobs") && load_knob (store, knobs, keys[i], value);
        if (!done)
            return fail (error, group, keys[i]);
    }
    return TRUE;
}

/* Other fronts have groups of their own: they begin with these words. */
static gboolean
is_foreign (const gchar *group)
{
    return g_str_has_prefix (group, "card") || g_str_has_prefix (group, "euicc") ||
           g_str_has_prefix (group, "mbim");
}

static gboolean
load_group (SimStore *store, SimKnobs *knobs, GKeyFile *file, const gchar *group, GError **error)
{
    if (g_str_has_prefix (group, "messages "))
        return load_memory (store, file, group, error);
    if (g_str_has_prefix (group, "phonebook "))
        return load_phonebook (store, file, group, error);
    return is_foreign (group) || load_plain_group (store, knobs, file, group, error);
}

static void
select_defaults (SimStore *store)
{
    for (guint i = 0; i < G_N_ELEMENTS (store->cpms) && store->memories->len; i++)
        store->cpms[i] = g_ptr_array_index (store->memories, 0);
    if (store->phonebooks->len)
        store->cpbs = g_ptr_array_index (store->phonebooks, 0);
}

gboolean
sim_scenario_load (const gchar *path, SimStore *store, SimKnobs *knobs, GError **error)
{
    g_autoptr (GKeyFile) file = g_key_file_new ();
    g_auto (GStrv) names = NULL;

    if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, error)) {
        g_prefix_error (error, "%s: ", path);
        return FALSE;
    }
    names = g_key_file_get_groups (file, NULL);
    for (guint i = 0; names[i]; i++) {
        if (!g_str_equal (names[i], "selected") &&
            !load_group (store, knobs, file, names[i], error))
            return FALSE;
    }
    select_defaults (store);
    if (g_key_file_has_group (file, "selected") &&
        !load_group (store, knobs, file, "selected", error))
        return FALSE;
    sim_files_fill (store);
    return TRUE;
}
