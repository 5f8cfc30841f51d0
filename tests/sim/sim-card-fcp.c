/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * File control parameters, and the access rules (EF_ARR) they refer to.
 */

#include "sim-card-bytes.h"
#include "sim-card-file.h"

/* each pair of conditions the card uses: a record of EF_ARR */
static const struct {
    SimCardAccess read;
    SimCardAccess update;
} rules[] = {
    {SIM_CARD_ACCESS_ALWAYS, SIM_CARD_ACCESS_NEVER},
    {SIM_CARD_ACCESS_ALWAYS, SIM_CARD_ACCESS_ADM},
    {SIM_CARD_ACCESS_ALWAYS, SIM_CARD_ACCESS_PIN1},
    {SIM_CARD_ACCESS_PIN1, SIM_CARD_ACCESS_PIN1},
    {SIM_CARD_ACCESS_PIN1, SIM_CARD_ACCESS_PIN2},
    {SIM_CARD_ACCESS_PIN1, SIM_CARD_ACCESS_ADM},
    {SIM_CARD_ACCESS_PIN1, SIM_CARD_ACCESS_NEVER},
    {SIM_CARD_ACCESS_ADM, SIM_CARD_ACCESS_ADM},
    {SIM_CARD_ACCESS_NEVER, SIM_CARD_ACCESS_NEVER},
};

static guint8
rule_number (const SimCardFile *file)
{
    for (guint i = 0; i < G_N_ELEMENTS (rules); i++) {
        if (rules[i].read == file->read && rules[i].update == file->update) {
            return i + 1;
        }
    }
    return G_N_ELEMENTS (rules);
}

/* an access condition: always, never, or the key to be verified */
static void
append_condition (GByteArray *out, SimCardAccess access)
{
    static const guint8 keys[] = {
        [SIM_CARD_ACCESS_PIN1] = 0x01,
        [SIM_CARD_ACCESS_PIN2] = 0x81,
        [SIM_CARD_ACCESS_ADM] = 0x0A,
    };

    if (access == SIM_CARD_ACCESS_ALWAYS) {
        sim_card_tlv_append (out, 0x90, NULL, 0);
    } else if (access == SIM_CARD_ACCESS_NEVER) {
        sim_card_tlv_append (out, 0x97, NULL, 0);
    } else {
        GByteArray *key = g_byte_array_new ();

        sim_card_tlv_append (key, 0x83, &keys[access], 1);
        sim_card_tlv_append (key, 0x95, "\x08", 1);
        sim_card_tlv_append_wrapped (out, 0xA4, key);
    }
}

GByteArray *
sim_card_file_rule (guint number)
{
    GByteArray *rule;

    if (number < 1 || number > G_N_ELEMENTS (rules)) {
        return NULL;
    }
    rule = g_byte_array_new ();
    sim_card_tlv_append (rule, 0x80, "\x01", 1);
    append_condition (rule, rules[number - 1].read);
    sim_card_tlv_append (rule, 0x80, "\x02", 1);
    append_condition (rule, rules[number - 1].update);
    return rule;
}

static void
append_descriptor (GByteArray *fcp, const SimCardFile *file)
{
    static const guint8 kinds[] = {
        [SIM_CARD_FILE_DIRECTORY] = 0x78,
        [SIM_CARD_FILE_APPLICATION] = 0x78,
        [SIM_CARD_FILE_TRANSPARENT] = 0x41,
        [SIM_CARD_FILE_LINEAR] = 0x42,
        [SIM_CARD_FILE_CYCLIC] = 0x46,
    };
    const guint8 descriptor[] = {
        kinds[file->kind],
        0x21,
        file->record_size >> 8,
        file->record_size & 0xFF,
        sim_card_file_count (file),
    };

    sim_card_tlv_append (fcp, 0x82, descriptor, file->record_size == 0 ? 2 : 5);
}

static void
append_directory (GByteArray *fcp, const SimCardFile *file)
{
    GByteArray *proprietary = g_byte_array_new ();
    GByteArray *pins = g_byte_array_new ();

    if (file->aid != NULL) {
        sim_card_tlv_append (fcp,
                             0x84,
                             g_bytes_get_data (file->aid, NULL),
                             g_bytes_get_size (file->aid));
    }
    /* clock stop allowed, 3 V and 1.8 V; 32 kB free */
    sim_card_tlv_append (proprietary, 0x80, "\x71", 1);
    sim_card_tlv_append (proprietary, 0x83, "\x00\x00\x80\x00", 4);
    sim_card_tlv_append_wrapped (fcp, 0xA5, proprietary);
    sim_card_tlv_append (fcp, 0x8A, "\x05", 1);
    sim_card_tlv_append (fcp, 0x8B, "\x2F\x06\x02", 3);
    sim_card_tlv_append (pins, 0x90, "\xC0", 1);
    sim_card_tlv_append (pins, 0x83, "\x01", 1);
    sim_card_tlv_append (pins, 0x83, "\x81", 1);
    sim_card_tlv_append_wrapped (fcp, 0xC6, pins);
}

static void
append_elementary (GByteArray *fcp, const SimCardFile *file)
{
    /* each directory below the MF, and the MF, has a rule file of its own */
    guint8 place = file->parent->parent == NULL ? 0x2F : 0x6F;
    const guint8 rule[] = {place, 0x06, rule_number (file)};
    const guint8 size[] = {file->data->len >> 8, file->data->len & 0xFF};
    const guint8 sfi = file->sfi << 3;

    sim_card_tlv_append (fcp, 0x8A, "\x05", 1);
    sim_card_tlv_append (fcp, 0x8B, rule, sizeof rule);
    sim_card_tlv_append (fcp, 0x80, size, sizeof size);
    /* present and empty: no short identifier at all */
    sim_card_tlv_append (fcp, 0x88, &sfi, file->sfi == 0 ? 0 : 1);
}

GByteArray *
sim_card_file_fcp (const SimCardFile *file)
{
    GByteArray *fcp = g_byte_array_new ();
    const guint8 fid[] = {file->fid >> 8, file->fid & 0xFF};

    append_descriptor (fcp, file);
    if (file->kind != SIM_CARD_FILE_APPLICATION) {
        sim_card_tlv_append (fcp, 0x83, fid, sizeof fid);
    }
    if (sim_card_file_is_directory (file)) {
        append_directory (fcp, file);
    } else {
        append_elementary (fcp, file);
    }
    return sim_card_tlv_wrap (0x62, fcp);
}
