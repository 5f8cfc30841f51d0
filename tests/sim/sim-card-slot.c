/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the card of a scenario, and what a modem does with it besides commands.
 */

#include "sim-card-slot.h"

#include <string.h>

#include "sim-card-line.h"
#include "sim-card-sync.h"
#include "sim-card-usim.h"

#define MAX_SET 254

static const struct {
    const gchar *name;
    SimCardQuirk quirk;
} quirks[] = {
    {"no-cgla", SIM_CARD_NO_CGLA},
    {"no-csim", SIM_CARD_NO_CSIM},
    {"no-crsm", SIM_CARD_NO_CRSM},
    {"bare-handle", SIM_CARD_BARE_HANDLE},
    {"hex-handle", SIM_CARD_HEX_HANDLE},
    {"no-test", SIM_CARD_NO_TEST},
    {"no-close", SIM_CARD_NO_CLOSE},
    {"plain-cgla", SIM_CARD_PLAIN_CGLA},
    {"basic-csim", SIM_CARD_BASIC_CSIM},
    {"collect", SIM_CARD_COLLECT},
    {"reset-on-refresh", SIM_CARD_RESET},
};

static const gchar *const selecting[SIM_CARD_SELECT_N] = {
    [SIM_CARD_SELECT_PLAIN] = "plain",
    [SIM_CARD_SELECT_SILENT] = "silent",
    [SIM_CARD_SELECT_NO_FCP] = "no-fcp",
    [SIM_CARD_SELECT_QUIET] = "quiet",
    [SIM_CARD_SELECT_NO_PATH] = "no-path",
    [SIM_CARD_SELECT_NO_LE] = "no-le",
    [SIM_CARD_SELECT_FCI] = "fci",
    [SIM_CARD_SELECT_WRAPPED] = "wrapped",
    [SIM_CARD_SELECT_UNCOUNTED] = "uncounted",
    [SIM_CARD_SELECT_WIDE] = "wide",
};

static gboolean
parse_selecting (const gchar *value, SimCardSelecting *which)
{
    guint i = 0;

    while (i < SIM_CARD_SELECT_N && !g_str_equal (value, selecting[i])) {
        i++;
    }
    *which = i % SIM_CARD_SELECT_N;
    return i < SIM_CARD_SELECT_N;
}

static gboolean
parse_flag (const gchar *value, gboolean *flag)
{
    *flag = g_str_equal (value, "true");
    return *flag || g_str_equal (value, "false");
}

static gboolean
parse_number (const gchar *value, guint base, guint *number)
{
    guint64 parsed;

    if (!g_ascii_string_to_unsigned (value, base, 0, G_MAXUINT, &parsed, NULL)) {
        return FALSE;
    }
    *number = parsed;
    return TRUE;
}

static gboolean
parse_quirks (const gchar *value, guint *bits)
{
    g_auto (GStrv) names = g_strsplit (value, ",", -1);

    *bits = 0;
    for (guint i = 0; names[i] != NULL; i++) {
        guint before = *bits;

        for (guint j = 0; j < G_N_ELEMENTS (quirks); j++) {
            *bits |= g_str_equal (quirks[j].name, names[i]) ? quirks[j].quirk : 0u;
        }
        if (*bits == before && names[i][0] != '\0') {
            return FALSE;
        }
    }
    return TRUE;
}

/* N WORD */
static gboolean
parse_fault (const gchar *value, SimCardKnobs *knobs)
{
    g_auto (GStrv) words = g_strsplit (value, " ", 2);

    if (g_strv_length (words) != 2 || !parse_number (words[0], 10, &knobs->fault_after)) {
        return FALSE;
    }
    if (g_str_equal (words[1], "silence") || g_str_equal (words[1], "remove")) {
        knobs->fault_word = g_str_equal (words[1], "remove") ? 1 : 0;
        return TRUE;
    }
    return parse_number (words[1], 16, &knobs->fault_word);
}

static gboolean
parse_searching (const gchar *value, SimCardSearching *searching)
{
    static const gchar *const names[] = {"list", "none", "empty", "all", "last", "wild"};

    G_STATIC_ASSERT (G_N_ELEMENTS (names) == SIM_CARD_SEARCH_N);

    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        if (g_str_equal (value, names[i])) {
            *searching = (SimCardSearching) i;
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean
set_card (SimCardSlot *slot, const gchar *key, const gchar *value)
{
    SimCardKnobs *knobs = sim_card_knobs (slot->card);

    if (g_str_equal (key, "channels")) {
        return parse_number (value, 10, &knobs->channels) && knobs->channels < SIM_CARD_CHANNELS;
    }
    if (g_str_equal (key, "whole-answer")) {
        return parse_flag (value, &knobs->whole_answer);
    }
    if (g_str_equal (key, "response-block")) {
        return parse_number (value, 10, &knobs->response_block) && knobs->response_block > 0 &&
               knobs->response_block <= 256;
    }
    if (g_str_equal (key, "interindustry-response")) {
        return parse_flag (value, &knobs->interindustry_response);
    }
    if (g_str_equal (key, "select")) {
        return parse_selecting (value, &knobs->selecting);
    }
    if (g_str_equal (key, "search")) {
        return parse_searching (value, &knobs->searching);
    }
    if (g_str_equal (key, "quirks")) {
        return parse_quirks (value, &slot->quirks);
    }
    if (g_str_has_prefix (key, "fault")) {
        return parse_fault (value, knobs);
    }
    return sim_card_usim_assign (slot->card, key, value);
}

static gboolean
set_profiles (SimEuicc *euicc, const gchar *value)
{
    g_auto (GStrv) words = g_strsplit (value, " ", 3);
    guint count;
    guint icon;

    if (g_str_equal (value, "none")) {
        sim_euicc_refresh_iccid (euicc);
        return TRUE;
    }
    if (g_str_equal (value, "colombia")) {
        sim_euicc_fill_colombia (euicc);
        return TRUE;
    }
    if (g_str_has_prefix (value, "without ")) {
        return sim_euicc_remove_profile (euicc, value + strlen ("without "));
    }
    if (g_strv_length (words) != 3 || !g_str_equal (words[0], "many") ||
        !parse_number (words[1], 10, &count) || !parse_number (words[2], 10, &icon)) {
        return FALSE;
    }
    sim_euicc_fill_many (euicc, count, icon);
    return TRUE;
}

static gboolean
set_euicc (SimEuicc *euicc, const gchar *key, const gchar *value)
{
    SimEuiccKnobs *knobs = sim_euicc_knobs (euicc);

    if (g_str_has_prefix (key, "profiles")) {
        return set_profiles (euicc, value);
    }
    if (g_str_equal (key, "eid")) {
        sim_euicc_set_eid (euicc, value);
        return strlen (value) == 32;
    }
    if (g_str_equal (key, "default-smdp")) {
        sim_euicc_set_addresses (euicc, value, "lpa.ds.gsma.com");
        return TRUE;
    }
    if (g_str_equal (key, "announce")) {
        return parse_flag (value, &knobs->announce);
    }
    if (g_str_equal (key, "refresh")) {
        return parse_flag (value, &knobs->refresh);
    }
    if (g_str_equal (key, "busy")) {
        return parse_flag (value, &knobs->busy);
    }
    if (g_str_equal (key, "count-bytes")) {
        return parse_flag (value, &knobs->count_bytes);
    }
    if (g_str_equal (key, "no-tag-list")) {
        return parse_number (value, 16, &knobs->no_tag_list);
    }
    if (g_str_equal (key, "malformation")) {
        knobs->malformation = sim_euicc_malformation (value);
        return knobs->malformation != SIM_EUICC_N_MALFORMATIONS;
    }
    return FALSE;
}

gboolean
sim_card_slot_set (SimCardSlot *slot, const gchar *group, const gchar *key, const gchar *value)
{
    if (g_str_equal (group, "card")) {
        return set_card (slot, key, value);
    }
    if (g_str_equal (group, "euicc2")) {
        return slot->second != NULL && set_euicc (slot->second, key, value);
    }
    return g_str_equal (group, "euicc") && slot->euicc != NULL &&
           set_euicc (slot->euicc, key, value);
}

/* keys that shape the card when it is made, and are no knobs */
static gboolean
is_shape (const gchar *key)
{
    static const gchar *const shape[] =
        {"phonebook", "sets", "ext-records", "aid", "sms-records", "contacts", "name-bytes", NULL};

    return g_strv_contains (shape, key);
}

static gboolean
load_group (SimCardSlot *slot, GKeyFile *file, const gchar *group, GError **error)
{
    g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);

    for (guint i = 0; keys != NULL && keys[i] != NULL; i++) {
        g_autofree gchar *value = g_key_file_get_value (file, group, keys[i], NULL);

        if (!is_shape (keys[i]) && !sim_card_slot_set (slot, group, keys[i], value)) {
            g_set_error (error,
                         G_KEY_FILE_ERROR,
                         G_KEY_FILE_ERROR_INVALID_VALUE,
                         "scenario: bad [%s] %s",
                         group,
                         keys[i]);
            return FALSE;
        }
    }
    return TRUE;
}

static guint
number_or (GKeyFile *file, const gchar *key, guint otherwise)
{
    g_autofree gchar *value = g_key_file_get_value (file, "card", key, NULL);
    guint number = otherwise;

    return value != NULL && parse_number (value, 10, &number) ? number : otherwise;
}

static SimCardPhonebook
phonebook_kind (GKeyFile *file)
{
    static const gchar *const kinds[] = {"none", "plain", "global", "local"};
    g_autofree gchar *value = g_key_file_get_value (file, "card", "phonebook", NULL);

    for (guint i = 0; value != NULL && i < G_N_ELEMENTS (kinds); i++) {
        if (g_str_equal (kinds[i], value)) {
            return i;
        }
    }
    return SIM_CARD_PHONEBOOK_PLAIN;
}

/* the card has room for what the modem's stores hold */
static SimCardLayout
plan_layout (GKeyFile *file, SimStore *store)
{
    const SimPhonebook *contacts = sim_store_phonebook (store, "SM");
    const SimMemory *messages = sim_store_memory (store, "SM");
    const SimEntry *own = store->own_numbers->len > 0 ? store->own_numbers->pdata[0] : NULL;
    SimCardLayout layout = sim_card_layout_default ();
    guint capacity = contacts == NULL ? 0 : contacts->slots->len;

    layout.iccid = store->iccid;
    layout.imsi = store->imsi;
    layout.mnc_length = strlen (store->operator_code) == 6 ? 3 : 2;
    layout.spn = store->operator_short;
    layout.msisdn = own == NULL ? NULL : own->number;
    layout.phonebook = phonebook_kind (file);
    layout.sets = number_or (file, "sets", capacity > MAX_SET ? 2 : 1);
    layout.ext_records = number_or (file, "ext-records", 10);
    if (capacity > 0) {
        layout.adn_records = MIN ((capacity + layout.sets - 1) / layout.sets, MAX_SET);
        layout.adn_name = MIN (2 * contacts->name_length + 1, 240u);
    }
    if (messages != NULL && messages->slots->len > 0) {
        layout.sms_records = MIN (messages->slots->len, MAX_SET);
    }
    layout.adn_records = number_or (file, "contacts", layout.adn_records);
    layout.adn_name = MIN (number_or (file, "name-bytes", layout.adn_name), 241u);
    layout.sms_records = number_or (file, "sms-records", layout.sms_records);
    return layout;
}

/* files that the scenario gives by identifier, for every front */
static void
take_files (SimCardSlot *slot)
{
    GHashTableIter iter;
    gpointer key;
    gpointer value;

    g_hash_table_iter_init (&iter, slot->store->files);
    while (g_hash_table_iter_next (&iter, &key, &value)) {
        guint16 fid = GPOINTER_TO_UINT (key);
        const GByteArray *content = value;
        SimCardFile *file = sim_card_file_child (sim_card_usim (slot->card), fid);

        if (file == NULL) {
            file = sim_card_file_child (sim_card_root (slot->card), fid);
        }
        if (file != NULL && file->data != NULL && file->record_size == 0) {
            sim_card_file_set (file, 0, content->data, MIN (content->len, file->data->len));
        }
    }
}

static void
on_profile_changed (gpointer user_data, const SimEuiccProfile *profile)
{
    SimCardSlot *slot = user_data;
    SimStore *store = slot->store;

    if (profile == NULL) {
        return;
    }
    g_free (store->iccid);
    store->iccid = g_strdup (profile->iccid);
    if (profile->imsi != NULL) {
        g_free (store->imsi);
        store->imsi = g_strdup (profile->imsi);
        sim_card_usim_set_imsi (slot->card, profile->imsi);
    }
    if (profile->owner != NULL && profile->provider != NULL) {
        g_free (store->operator_code);
        g_free (store->operator_long);
        g_free (store->operator_short);
        store->operator_code = g_strdup (profile->owner);
        store->operator_long = g_strdup (profile->provider);
        store->operator_short = g_strdup (profile->provider);
    }
    if (slot->changed != NULL) {
        slot->changed (slot->changed_data, FALSE);
    }
}

static SimCardSlot *
make_slot (GKeyFile *file, SimStore *store)
{
    SimCardSlot *slot = g_new0 (SimCardSlot, 1);
    SimCardLayout layout = plan_layout (file, store);
    g_autofree gchar *smsc = g_strconcat ("+", store->service_centre, NULL);

    layout.smsc = smsc;
    slot->store = store;
    slot->card = sim_card_new ();
    sim_card_usim_build (slot->card, &layout);
    take_files (slot);
    if (g_key_file_has_group (file, "euicc")) {
        g_autofree gchar *aid = g_key_file_get_value (file, "euicc", "aid", NULL);

        slot->euicc = sim_euicc_new (slot->card, aid);
        sim_euicc_set_changed (slot->euicc, on_profile_changed, slot);
    }
    if (g_key_file_has_group (file, "euicc2")) {
        g_autofree gchar *aid = g_key_file_get_value (file, "euicc2", "aid", NULL);

        slot->second = sim_euicc_new (slot->card, aid);
    }
    return slot;
}

gboolean
sim_card_slot_load (GKeyFile *file, SimStore *store, SimCardSlot **slot, GError **error)
{
    g_autoptr (SimCardSlot) made = NULL;

    *slot = NULL;
    if (!g_key_file_has_group (file, "card")) {
        return TRUE;
    }
    made = make_slot (file, store);
    if (!load_group (made, file, "card", error) || !load_group (made, file, "euicc", error) ||
        !load_group (made, file, "euicc2", error)) {
        return FALSE;
    }
    sim_card_sync_start (made);
    store->card = made;
    *slot = g_steal_pointer (&made);
    return TRUE;
}

void
sim_card_slot_free (SimCardSlot *slot)
{
    if (slot == NULL) {
        return;
    }
    sim_card_free (slot->card);
    g_clear_pointer (&slot->euicc, sim_euicc_free);
    g_clear_pointer (&slot->second, sim_euicc_free);
    g_clear_pointer (&slot->seen, g_ptr_array_unref);
    g_free (slot);
}

void
sim_card_slot_power (SimCardSlot *slot)
{
    sim_card_reset (slot->card);
    sim_card_line_start (slot->card);
}

gboolean
sim_card_slot_without_profile (SimCardSlot *slot)
{
    for (guint i = 0; slot->euicc != NULL && sim_euicc_profile (slot->euicc, i) != NULL; i++) {
        if (sim_euicc_profile (slot->euicc, i)->enabled) {
            return FALSE;
        }
    }
    return slot->euicc != NULL;
}

void
sim_card_slot_set_group (SimCardSlot *slot, guint channel, guint32 group)
{
    slot->groups[channel] = group;
}

void
sim_card_slot_close_group (SimCardSlot *slot, guint32 group)
{
    for (guint i = 1; i < SIM_CARD_CHANNELS; i++) {
        if (slot->groups[i] == group && sim_card_channel_is_open (slot->card, i)) {
            sim_card_line_close (slot->card, i);
        }
    }
}

void
sim_card_slot_after (SimCardSlot *slot, guint16 word)
{
    if (word >> 8 == 0x91 && (slot->quirks & SIM_CARD_RESET) != 0) {
        sim_card_slot_power (slot);
        if (slot->changed != NULL) {
            slot->changed (slot->changed_data, TRUE);
        }
    }
}

gchar *
sim_card_slot_report (SimCardSlot *slot)
{
    return g_strdup_printf ("channels=%u\ncommands=%u\n%s%s%s",
                            sim_card_count_channels (slot->card),
                            sim_card_count_commands (slot->card),
                            sim_card_log (slot->card),
                            slot->euicc == NULL ? "" : sim_euicc_log (slot->euicc),
                            slot->second == NULL ? "" : sim_euicc_log (slot->second));
}
