/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the simulated modem and its SIM hold, and the rules by which they take
 * and refuse a change.
 */

#include "sim-store.h"

#include <string.h>

#include "sim-quirks.h"
#include "sim-text.h"

static void
memory_free (SimMemory *self)
{
    g_free (self->name);
    g_ptr_array_unref (self->slots);
    g_strfreev (self->members);
    g_free (self);
}

static void
phonebook_free (SimPhonebook *self)
{
    g_free (self->name);
    g_ptr_array_unref (self->slots);
    g_free (self);
}

static void
profile_free (SimProfile *self)
{
    g_free (self->type);
    g_free (self->apn);
    g_free (self->rest);
    g_free (self);
}

static void
lock_free (SimLock *self)
{
    g_free (self->facility);
    g_free (self->password);
    g_free (self);
}

static void
slot_message_free (gpointer message)
{
    sim_message_free (message);
}

static void
slot_entry_free (gpointer entry)
{
    sim_entry_free (entry);
}

static void
slot_plmn_free (gpointer plmn)
{
    sim_plmn_free (plmn);
}

static void
set_identity (SimStore *self)
{
    self->manufacturer = g_strdup ("Simstow");
    self->model = g_strdup ("Simulated modem");
    self->revision = g_strdup ("1.0");
    self->imei = g_strdup ("350000000000006");
    self->charsets = g_strsplit ("GSM,IRA,UCS2", ",", -1);
    self->imsi = g_strdup ("001010000000001");
    self->iccid = g_strdup ("8900100000000000017");
    self->pin = g_strdup ("0000");
    self->puk = g_strdup ("00000000");
    self->pin2 = g_strdup ("0000");
    self->operator_code = g_strdup ("00101");
    self->operator_long = g_strdup ("Test");
    self->operator_short = g_strdup ("Test");
    self->service_centre = g_strdup ("");
}

SimStore *
sim_store_new (void)
{
    SimStore *self = g_new0 (SimStore, 1);

    set_identity (self);
    self->sim_present = TRUE;
    self->call.stat = SIM_CALL_NONE;
    self->pin_retries = 3;
    self->puk_retries = 10;
    self->own_numbers = g_ptr_array_new_with_free_func (slot_entry_free);
    self->files = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_byte_array_unref);
    self->technology = 7;
    self->signal = 20;
    self->area = 0x1234;
    self->cell = 0x0012ABCD;
    self->memories = g_ptr_array_new_with_free_func ((GDestroyNotify) memory_free);
    self->phonebooks = g_ptr_array_new_with_free_func ((GDestroyNotify) phonebook_free);
    self->profiles = g_ptr_array_new_with_free_func ((GDestroyNotify) profile_free);
    self->profile_capacity = 16;
    self->plmns = g_ptr_array_new_with_free_func (slot_plmn_free);
    self->locks = g_ptr_array_new_with_free_func ((GDestroyNotify) lock_free);
    self->echo = TRUE;
    self->verbose = TRUE;
    self->cfun = 1;
    self->cpol_format = 2;
    self->cscs = g_strdup ("GSM");
    self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    self->quirks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    return self;
}

static void
clear_slots (GPtrArray *slots)
{
    guint places = slots->len;

    g_ptr_array_set_size (slots, 0);
    g_ptr_array_set_size (slots, places);
}

void
sim_store_clear (SimStore *self)
{
    for (guint i = 0; i < self->memories->len; i++) {
        SimMemory *memory = g_ptr_array_index (self->memories, i);

        clear_slots (memory->slots);
    }
    for (guint i = 0; i < self->phonebooks->len; i++) {
        SimPhonebook *phonebook = g_ptr_array_index (self->phonebooks, i);

        if (phonebook->access != SIM_ACCESS_READ)
            clear_slots (phonebook->slots);
    }
    g_ptr_array_set_size (self->profiles, 0);
    clear_slots (self->plmns);
}

void
sim_store_end_call (SimStore *self)
{
    g_clear_pointer (&self->call.number, g_free);
    self->call.stat = SIM_CALL_NONE;
}

void
sim_store_free (SimStore *self)
{
    gchar *strings[] = {self->manufacturer,
                        self->model,
                        self->revision,
                        self->imei,
                        self->imsi,
                        self->iccid,
                        self->pin,
                        self->puk,
                        self->pin2,
                        self->operator_code,
                        self->operator_long,
                        self->operator_short,
                        self->service_centre,
                        self->cscs};

    for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
        g_free (strings[i]);
    sim_store_end_call (self);
    g_strfreev (self->charsets);
    g_ptr_array_unref (self->own_numbers);
    g_hash_table_unref (self->files);
    g_ptr_array_unref (self->memories);
    g_ptr_array_unref (self->phonebooks);
    g_ptr_array_unref (self->profiles);
    g_ptr_array_unref (self->plmns);
    g_ptr_array_unref (self->locks);
    g_hash_table_unref (self->values);
    g_hash_table_unref (self->quirks);
    g_free (self);
}

/* messages */

SimMessage *
sim_message_new (SimStat stat, const guint8 *pdu, gsize length)
{
    SimMessage *self = g_new0 (SimMessage, 1);

    self->stat = stat;
    self->pdu = g_byte_array_sized_new (length);
    g_byte_array_append (self->pdu, pdu, length);
    return self;
}

void
sim_message_free (SimMessage *self)
{
    if (!self)
        return;
    g_byte_array_unref (self->pdu);
    g_free (self);
}

SimMemory *
sim_store_add_memory (SimStore *self,
                      const gchar *name,
                      guint first,
                      guint capacity,
                      const gchar *const *members)
{
    SimMemory *memory = g_new0 (SimMemory, 1);

    memory->name = g_strdup (name);
    memory->first = first;
    memory->slots = g_ptr_array_new_with_free_func (slot_message_free);
    g_ptr_array_set_size (memory->slots, capacity);
    memory->members = g_strdupv ((gchar **) members);
    g_ptr_array_add (self->memories, memory);
    return memory;
}

SimMemory *
sim_store_memory (SimStore *self, const gchar *name)
{
    for (guint i = 0; i < self->memories->len; i++) {
        SimMemory *memory = g_ptr_array_index (self->memories, i);

        if (g_str_equal (memory->name, name))
            return memory;
    }
    return NULL;
}

static guint
count_used (const GPtrArray *slots)
{
    guint used = 0;

    for (guint i = 0; i < slots->len; i++)
        used += slots->pdata[i] ? 1 : 0;
    return used;
}

guint
sim_store_memory_capacity (SimStore *self, SimMemory *memory, guint *used)
{
    guint capacity = memory->slots->len;
    guint taken = count_used (memory->slots);

    for (guint i = 0; memory->members && memory->members[i]; i++) {
        SimMemory *member = sim_store_memory (self, memory->members[i]);

        if (!member)
            continue;
        capacity += member->slots->len;
        taken += count_used (member->slots);
    }
    if (used)
        *used = taken;
    return capacity;
}

SimMessage **
sim_store_message_slot (SimStore *self, SimMemory *memory, guint index)
{
    guint place;

    if (index < memory->first)
        return NULL;
    place = index - memory->first;
    if (place < memory->slots->len)
        return (SimMessage **) &memory->slots->pdata[place];
    for (guint i = 0; memory->members && memory->members[i]; i++) {
        SimMemory *member = sim_store_memory (self, memory->members[i]);

        if (!member)
            continue;
        if (place < member->slots->len)
            return (SimMessage **) &member->slots->pdata[place];
        place -= member->slots->len;
    }
    return NULL;
}

/* Counts what is accepted now. Returns: whether it is dropped all the same */
static gboolean
is_lost (SimStore *self)
{
    guint nth = sim_quirks_number (self, "write-lost", NULL);

    self->writes++;
    return nth > 0 && self->writes % nth == 0;
}

SimStoreResult
sim_store_message_write (SimStore *self,
                         SimMemory *memory,
                         SimStat stat,
                         const guint8 *pdu,
                         gsize length,
                         guint *index)
{
    guint capacity = sim_store_memory_capacity (self, memory, NULL);

    if (self->force_full)
        return SIM_STORE_FULL;
    for (guint i = memory->first; i < memory->first + capacity; i++) {
        SimMessage **slot = sim_store_message_slot (self, memory, i);

        if (*slot)
            continue;
        *index = i;
        if (is_lost (self))
            return SIM_STORE_DONE;
        if (sim_quirks_get (self, "stat-ignored"))
            stat = sim_quirks_number (self, "stat-ignored", NULL);
        *slot = sim_message_new (stat, pdu, length);
        return SIM_STORE_DONE;
    }
    return SIM_STORE_FULL;
}

/* phonebooks */

SimEntry *
sim_entry_new (const gchar *number, guint type, const gunichar2 *name)
{
    SimEntry *self = g_new0 (SimEntry, 1);

    self->number = g_strdup (number);
    self->type = type;
    self->texts[SIM_TEXT_NAME] = sim_text_dup (name);
    return self;
}

void
sim_entry_free (SimEntry *self)
{
    if (!self)
        return;
    g_free (self->number);
    g_free (self->additional_number);
    for (guint i = 0; i < SIM_N_TEXTS; i++)
        g_free (self->texts[i]);
    g_free (self);
}

SimPhonebook *
sim_store_add_phonebook (SimStore *self, const gchar *name, guint first, guint capacity)
{
    SimPhonebook *phonebook = g_new0 (SimPhonebook, 1);

    phonebook->name = g_strdup (name);
    phonebook->first = first;
    phonebook->slots = g_ptr_array_new_with_free_func (slot_entry_free);
    g_ptr_array_set_size (phonebook->slots, capacity);
    phonebook->access = SIM_ACCESS_READ_WRITE;
    phonebook->number_length = 40;
    phonebook->name_length = 24;
    g_ptr_array_add (self->phonebooks, phonebook);
    return phonebook;
}

SimPhonebook *
sim_store_phonebook (SimStore *self, const gchar *name)
{
    for (guint i = 0; i < self->phonebooks->len; i++) {
        SimPhonebook *phonebook = g_ptr_array_index (self->phonebooks, i);

        if (g_str_equal (phonebook->name, name))
            return phonebook;
    }
    return NULL;
}

guint
sim_phonebook_used (const SimPhonebook *self)
{
    return count_used (self->slots);
}

SimEntry **
sim_phonebook_slot (SimPhonebook *self, guint index)
{
    if (index < self->first || index - self->first >= self->slots->len)
        return NULL;
    return (SimEntry **) &self->slots->pdata[index - self->first];
}

SimStoreResult
sim_phonebook_check (const SimPhonebook *self, const SimEntry *entry)
{
    const gchar *digits = entry->number + (entry->number[0] == '+' ? 1 : 0);

    if (strspn (digits, "0123456789*#pwPW,") != strlen (digits))
        return SIM_STORE_NUMBER_INVALID;
    if (strlen (digits) > self->number_length)
        return SIM_STORE_NUMBER_TOO_LONG;
    if (sim_text_places (entry->texts[SIM_TEXT_NAME]) > self->name_length)
        return SIM_STORE_NAME_TOO_LONG;
    return SIM_STORE_DONE;
}

/* What the modem makes of an entry that it is given */
static void
alter_entry (const SimStore *self, SimEntry *entry)
{
    gunichar2 *name = entry->texts[SIM_TEXT_NAME];
    guint name_cut = sim_quirks_number (self, "name-cut", NULL);
    guint number_cut = sim_quirks_number (self, "number-cut", NULL);

    if (name_cut > 0 && sim_text_length (name) > name_cut)
        name[name_cut] = 0;
    if (number_cut > 0 && strlen (entry->number) > number_cut)
        entry->number[number_cut] = '\0';
    if (sim_quirks_get (self, "type-altered"))
        entry->type = sim_quirks_number (self, "type-altered", NULL);
    for (guint i = 0; name && name[i] && sim_quirks_get (self, "name-upper"); i++)
        name[i] = g_unichar_toupper (name[i]);
}

static gboolean
find_free (SimPhonebook *phonebook, guint *index)
{
    for (guint i = 0; i < phonebook->slots->len; i++) {
        if (phonebook->slots->pdata[i])
            continue;
        *index = phonebook->first + i;
        return TRUE;
    }
    return FALSE;
}

SimStoreResult
sim_store_entry_write (SimStore *self, SimPhonebook *phonebook, guint *index, SimEntry *entry)
{
    g_autoptr (SimEntry) owned = entry;
    SimEntry **slot;
    SimStoreResult result;

    if (owned)
        alter_entry (self, owned);
    result = owned ? sim_phonebook_check (phonebook, owned) : SIM_STORE_DONE;
    if (phonebook->access == SIM_ACCESS_READ ||
        (phonebook->access == SIM_ACCESS_PIN2 && !self->pin2_verified))
        return SIM_STORE_READ_ONLY;
    if (result != SIM_STORE_DONE)
        return result;
    if (*index == G_MAXUINT && !find_free (phonebook, index))
        return SIM_STORE_FULL;
    slot = sim_phonebook_slot (phonebook, *index);
    if (!slot)
        return SIM_STORE_BAD_INDEX;
    if (owned && !*slot && self->force_full)
        return SIM_STORE_FULL;
    if (is_lost (self) && owned)
        return SIM_STORE_DONE;
    sim_entry_free (*slot);
    *slot = g_steal_pointer (&owned);
    return SIM_STORE_DONE;
}

/* network */

SimProfile *
sim_store_profile (SimStore *self, guint cid)
{
    for (guint i = 0; i < self->profiles->len; i++) {
        SimProfile *profile = g_ptr_array_index (self->profiles, i);

        if (profile->cid == cid)
            return profile;
    }
    return NULL;
}

static gint
compare_profiles (gconstpointer a, gconstpointer b)
{
    const SimProfile *first = *(const SimProfile *const *) a;
    const SimProfile *second = *(const SimProfile *const *) b;

    return (first->cid > second->cid) - (first->cid < second->cid);
}

gboolean
sim_store_set_profile (SimStore *self,
                       guint cid,
                       const gchar *type,
                       const gchar *apn,
                       const gchar *rest)
{
    SimProfile *profile;

    if (cid < 1 || cid > self->profile_capacity)
        return FALSE;
    profile = sim_store_profile (self, cid);
    if (profile)
        g_ptr_array_remove (self->profiles, profile);
    if (!type)
        return TRUE;
    profile = g_new0 (SimProfile, 1);
    profile->cid = cid;
    profile->type = g_strdup (type);
    profile->apn = g_strdup (apn ? apn : "");
    profile->rest = g_strdup (rest);
    g_ptr_array_add (self->profiles, profile);
    g_ptr_array_sort (self->profiles, compare_profiles);
    return TRUE;
}

SimPlmn *
sim_plmn_new (const gchar *code, const guint8 *act)
{
    SimPlmn *self = g_new0 (SimPlmn, 1);

    self->code = g_strdup (code);
    memcpy (self->act, act, sizeof (self->act));
    return self;
}

void
sim_plmn_free (SimPlmn *self)
{
    if (!self)
        return;
    g_free (self->code);
    g_free (self);
}

void
sim_store_add_lock (SimStore *self, const gchar *facility, const gchar *password, gboolean active)
{
    SimLock *lock = g_new0 (SimLock, 1);

    lock->facility = g_strdup (facility);
    lock->password = g_strdup (password);
    lock->active = active;
    g_ptr_array_add (self->locks, lock);
}

SimLock *
sim_store_lock (SimStore *self, const gchar *facility)
{
    for (guint i = 0; i < self->locks->len; i++) {
        SimLock *lock = g_ptr_array_index (self->locks, i);

        if (g_str_equal (lock->facility, facility))
            return lock;
    }
    return NULL;
}

gboolean
sim_store_unlocked (const SimStore *self)
{
    return self->sim_present && (!self->pin_enabled || self->pin_verified);
}
