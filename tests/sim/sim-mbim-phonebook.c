/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The phonebook service of the MBIM front (MBIM 1.0, 10.5.34 to 10.5.37): the
 * contacts of one phonebook of the store.
 */

#include "sim-mbim-private.h"
#include "sim-quirks.h"

enum { FLAG_ALL, FLAG_INDEX };
enum { SAVE_UNUSED, SAVE_INDEX };

static SimPhonebook *
phonebook_of (SimMbim *self)
{
    return sim_store_phonebook (self->store, self->phonebook);
}

static guint32
query_configuration (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    const SimPhonebook *phonebook = phonebook_of (self);
    guint used = sim_phonebook_used (phonebook);

    if (sim_quirks_is (self->store, "phonebook-used", "zero")) {
        used = 0;
    } else if (sim_quirks_is (self->store, "phonebook-used", "high")) {
        used++;
    }
    sim_mbim_write_u32 (out, 1);
    sim_mbim_write_u32 (out, phonebook->slots->len);
    sim_mbim_write_u32 (out, used);
    sim_mbim_write_u32 (out, phonebook->number_length);
    sim_mbim_write_u32 (out, phonebook->name_length);
    return sim_mbim_ready (self);
}

static void
write_entry (guint32 index, const SimEntry *entry, SimMbimWriter *out)
{
    SimMbimWriter *element = sim_mbim_writer_new ();
    gboolean plus = entry->type == 145 && entry->number[0] != '+';
    g_autofree gchar *number = g_strconcat (plus ? "+" : "", entry->number, NULL);

    sim_mbim_write_u32 (element, index);
    sim_mbim_write_utf8 (element, number);
    sim_mbim_write_text (element, entry->texts[SIM_TEXT_NAME]);
    sim_mbim_write_element (out, element);
}

static guint32
query_read (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    SimPhonebook *phonebook = phonebook_of (self);
    guint32 flag = sim_mbim_read_u32 (in);
    guint32 index = sim_mbim_read_u32 (in);
    SimEntry **one = flag == FLAG_INDEX ? sim_phonebook_slot (phonebook, index) : NULL;
    guint32 status = sim_mbim_ready (self);
    guint32 refusal = sim_mbim_refusal (self, "phonebook-all");
    guint bad = sim_quirks_number (self->store, "phonebook-bad", NULL);
    guint rows = sim_quirks_number (self->store, "phonebook-rows", NULL);
    guint used = sim_phonebook_used (phonebook);

    if (status != SIM_MBIM_OK || flag > FLAG_INDEX) {
        return status == SIM_MBIM_OK ? SIM_MBIM_PARAMETERS : status;
    }
    if (flag == FLAG_INDEX && (one == NULL || *one == NULL)) {
        return SIM_MBIM_BAD_INDEX;
    }
    if (flag == FLAG_ALL && refusal > 0) {
        return refusal;
    }
    if (bad > 0 && *sim_phonebook_slot (phonebook, bad) != NULL &&
        (flag == FLAG_ALL || index == bad)) {
        return SIM_MBIM_READ_FAILURE;
    }
    if (flag == FLAG_ALL && rows > 0) {
        used = MIN (used, rows);
    }
    sim_mbim_write_u32 (out, flag == FLAG_INDEX ? 1 : used);
    for (guint i = 0; i < phonebook->slots->len && used > 0; i++) {
        const SimEntry *entry = g_ptr_array_index (phonebook->slots, i);

        if (entry != NULL && (flag == FLAG_ALL || phonebook->first + i == index)) {
            write_entry (phonebook->first + i, entry, out);
            used--;
        }
    }
    return SIM_MBIM_OK;
}

static guint32
status_of (SimStoreResult result)
{
    static const guint32 codes[] = {
        [SIM_STORE_DONE] = SIM_MBIM_OK,
        [SIM_STORE_BAD_INDEX] = SIM_MBIM_BAD_INDEX,
        [SIM_STORE_FULL] = SIM_MBIM_MEMORY_FULL,
        [SIM_STORE_READ_ONLY] = SIM_MBIM_NOT_ALLOWED,
        [SIM_STORE_NAME_TOO_LONG] = SIM_MBIM_TOO_LONG,
        [SIM_STORE_NUMBER_TOO_LONG] = SIM_MBIM_TOO_LONG,
        [SIM_STORE_NUMBER_INVALID] = SIM_MBIM_PARAMETERS,
    };

    return codes[result];
}

static guint32
set_delete (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    SimPhonebook *phonebook = phonebook_of (self);
    guint32 flag = sim_mbim_read_u32 (in);
    guint index = sim_mbim_read_u32 (in);
    guint32 status = sim_mbim_ready (self);

    if (status != SIM_MBIM_OK || flag > FLAG_INDEX) {
        return status == SIM_MBIM_OK ? SIM_MBIM_PARAMETERS : status;
    }
    if (flag == FLAG_INDEX) {
        return status_of (sim_store_entry_write (self->store, phonebook, &index, NULL));
    }
    for (guint i = 0; i < phonebook->slots->len; i++) {
        index = phonebook->first + i;
        sim_store_entry_write (self->store, phonebook, &index, NULL);
    }
    return SIM_MBIM_OK;
}

static guint32
set_write (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    guint32 flag = sim_mbim_read_u32 (in);
    guint index = sim_mbim_read_u32 (in);
    g_autofree gchar *number = sim_mbim_read_utf8 (in);
    g_autofree gunichar2 *name = sim_mbim_read_text (in);
    guint32 status = sim_mbim_ready (self);
    guint type = number[0] == '+' ? 145 : 129;

    if (status != SIM_MBIM_OK) {
        return status;
    }
    if (flag > SAVE_INDEX || in->bad) {
        return SIM_MBIM_PARAMETERS;
    }
    if (flag == SAVE_UNUSED) {
        index = G_MAXUINT;
    }
    return status_of (sim_store_entry_write (self->store,
                                             phonebook_of (self),
                                             &index,
                                             sim_entry_new (number, type, name)));
}

const SimMbimRow sim_mbim_phonebook_rows[] = {
    {1, "phonebook-configuration", query_configuration, NULL},
    {2, "phonebook-read", query_read, NULL},
    {3, "phonebook-delete", NULL, set_delete},
    {4, "phonebook-write", NULL, set_write},
    {0},
};
