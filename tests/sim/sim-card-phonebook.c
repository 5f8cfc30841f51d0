/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of DF.PHONEBOOK, and contacts put together from them.
 */

#include "sim-card-phonebook.h"

#include <string.h>

#include "sim-card-alpha.h"
#include "sim-card-bytes.h"

/* files there is one of */
#define FID_PBR        0x4F30
#define FID_EXT1       0x4F4A
#define FID_AAS        0x4F4B
#define FID_GAS        0x4F4C
#define FID_PLAIN_ADN  0x6F3A
#define FID_PLAIN_EXT1 0x6F4A

#define ALPHA_SIZE 30

/* files of a set, in the order of EF_PBR's type 1 and type 2 objects */
enum { ADN, IAP, ANR, PBC, GRP, UID, SNE, EMAIL, N_FILES };

static const struct {
    const gchar *name;
    guint16 fid[2];
    guint8 tag;
    guint size;
    guint8 filler;
} set_files[N_FILES] = {
    [ADN] = {"EF_ADN", {0x4F3A, 0x4F3B}, 0xC0, 0, 0xFF},
    [IAP] = {"EF_IAP", {0x4F25, 0x4F2D}, 0xC1, 2, 0xFF},
    [ANR] = {"EF_ANR", {0x4F11, 0x4F12}, 0xC4, 15, 0xFF},
    [PBC] = {"EF_PBC", {0x4F09, 0x4F0A}, 0xC5, 2, 0x00},
    [GRP] = {"EF_GRP", {0x4F26, 0x4F2E}, 0xC6, 2, 0x00},
    [UID] = {"EF_UID", {0x4F21, 0x4F29}, 0xC9, 2, 0x00},
    [SNE] = {"EF_SNE", {0x4F19, 0x4F1A}, 0xC3, ALPHA_SIZE + 2, 0xFF},
    [EMAIL] = {"EF_EMAIL", {0x4F50, 0x4F51}, 0xCA, 2 * ALPHA_SIZE + 2, 0xFF},
};

static SimCardFile *
add_file (SimCardFile *directory, guint16 fid, const gchar *name, guint size, guint records)
{
    SimCardFile *file =
        sim_card_file_new (directory, SIM_CARD_FILE_LINEAR, fid, name, size, records);

    file->read = SIM_CARD_ACCESS_PIN1;
    file->update = SIM_CARD_ACCESS_PIN1;
    return file;
}

static void
add_counter (SimCardFile *directory, guint16 fid, const gchar *name, guint size)
{
    SimCardFile *file =
        sim_card_file_new (directory, SIM_CARD_FILE_TRANSPARENT, fid, name, size, 1);

    file->read = SIM_CARD_ACCESS_PIN1;
    file->update = SIM_CARD_ACCESS_PIN1;
    memset (file->data->data, 0, size);
}

/* a free record of EF_EXT1 begins with 00 */
static void
add_extension (SimCardFile *directory, guint16 fid, guint records)
{
    SimCardFile *file = add_file (directory, fid, "EF_EXT1", 13, records);

    for (guint i = 1; i <= records; i++) {
        sim_card_file_record (file, i)[0] = 0;
    }
}

static void
append_reference (GByteArray *out, guint8 tag, SimCardFile *file)
{
    const guint8 value[] = {file->fid >> 8, file->fid & 0xFF, file->sfi};

    sim_card_tlv_append (out, tag, value, file->sfi == 0 ? 2 : 3);
}

static void
build_set (SimCardFile *directory, guint set, const SimCardLayout *layout, GByteArray *reference)
{
    GByteArray *by_record = g_byte_array_new ();
    GByteArray *by_index = g_byte_array_new ();
    GByteArray *by_number = g_byte_array_new ();

    for (guint i = 0; i < N_FILES; i++) {
        guint size = i == ADN ? layout->adn_name + 14 : set_files[i].size;
        SimCardFile *file = add_file (directory,
                                      set_files[i].fid[set],
                                      set_files[i].name,
                                      size,
                                      layout->adn_records);

        file->sfi = 1 + set * N_FILES + i;
        memset (file->data->data, set_files[i].filler, file->data->len);
        append_reference (i < SNE ? by_record : by_index, set_files[i].tag, file);
    }
    append_reference (by_number, 0xC2, sim_card_file_child (directory, FID_EXT1));
    append_reference (by_number, 0xC7, sim_card_file_child (directory, FID_AAS));
    append_reference (by_number, 0xC8, sim_card_file_child (directory, FID_GAS));
    sim_card_tlv_append_wrapped (reference, 0xA8, by_record);
    sim_card_tlv_append_wrapped (reference, 0xA9, by_index);
    sim_card_tlv_append_wrapped (reference, 0xAA, by_number);
}

static void
build_directory (SimCardFile *parent, const SimCardLayout *layout)
{
    SimCardFile *directory =
        sim_card_file_new (parent, SIM_CARD_FILE_DIRECTORY, 0x5F3A, "DF.PHONEBOOK", 0, 0);
    SimCardFile *references = add_file (directory, FID_PBR, "EF_PBR", 80, layout->sets);

    references->update = SIM_CARD_ACCESS_ADM;
    add_extension (directory, FID_EXT1, layout->ext_records);
    add_file (directory, FID_AAS, "EF_AAS", ALPHA_SIZE, 5);
    add_file (directory, FID_GAS, "EF_GAS", ALPHA_SIZE, 10);
    add_counter (directory, 0x4F22, "EF_PSC", 4);
    add_counter (directory, 0x4F23, "EF_CC", 2);
    add_counter (directory, 0x4F24, "EF_PUID", 2);
    for (guint i = 0; i < layout->sets; i++) {
        g_autoptr (GByteArray) reference = g_byte_array_new ();

        build_set (directory, i, layout, reference);
        sim_card_file_set (references, i + 1, reference->data, reference->len);
    }
}

void
sim_card_phonebook_build (SimCardFile *telecom, SimCardFile *usim, const SimCardLayout *layout)
{
    SimCardFile *directory;

    if (layout->phonebook == SIM_CARD_PHONEBOOK_NONE) {
        return;
    }
    if (layout->phonebook == SIM_CARD_PHONEBOOK_PLAIN) {
        add_file (telecom, FID_PLAIN_ADN, "EF_ADN", layout->adn_name + 14, layout->adn_records);
        add_extension (telecom, FID_PLAIN_EXT1, layout->ext_records);
        return;
    }
    build_directory (layout->phonebook == SIM_CARD_PHONEBOOK_LOCAL ? usim : telecom, layout);
    if (layout->phonebook == SIM_CARD_PHONEBOOK_GLOBAL) {
        directory = sim_card_file_child (telecom, 0x5F3A);
        sim_card_file_link (telecom,
                            FID_PLAIN_ADN,
                            sim_card_file_child (directory, set_files[ADN].fid[0]));
        sim_card_file_link (telecom, FID_PLAIN_EXT1, sim_card_file_child (directory, FID_EXT1));
    }
}

/* where the phonebook is: its directory, or DF.TELECOM for one of old */
static SimCardFile *
find_directory (SimCard *card)
{
    SimCardFile *directory = sim_card_file_find (sim_card_root (card), "7FFF/5F3A");

    if (directory == NULL) {
        directory = sim_card_file_find (sim_card_root (card), "7F10/5F3A");
    }
    return directory != NULL ? directory : sim_card_file_find (sim_card_root (card), "7F10");
}

static SimCardFile *
set_file (SimCardFile *directory, guint which, guint set)
{
    if (directory->fid != 0x5F3A) {
        return which == ADN && set == 0 ? sim_card_file_child (directory, FID_PLAIN_ADN) : NULL;
    }
    return sim_card_file_child (directory, set_files[which].fid[set]);
}

static SimCardFile *
extension_file (SimCardFile *directory)
{
    return sim_card_file_child (directory, directory->fid == 0x5F3A ? FID_EXT1 : FID_PLAIN_EXT1);
}

guint
sim_card_phonebook_capacity (SimCard *card)
{
    SimCardFile *directory = find_directory (card);
    guint capacity = 0;

    for (guint set = 0; set < 2 && directory != NULL; set++) {
        SimCardFile *file = set_file (directory, ADN, set);

        capacity += file == NULL ? 0 : sim_card_file_count (file);
    }
    return capacity;
}

gboolean
sim_card_phonebook_owns (SimCard *card, SimCardFile *file)
{
    SimCardFile *directory = find_directory (card);

    return file->parent->fid == 0x5F3A || file->data == NULL ||
           (directory != NULL && (file->fid == FID_PLAIN_ADN || file->fid == FID_PLAIN_EXT1));
}

/* the set and the record of a contact's number; the set's ADN, %NULL for none */
static SimCardFile *
locate (SimCardFile *directory, guint index, guint *set, guint *record)
{
    *record = index;
    for (*set = 0; *set < 2; *set += 1) {
        SimCardFile *file = set_file (directory, ADN, *set);

        if (file == NULL) {
            return NULL;
        }
        if (*record <= sim_card_file_count (file)) {
            return *record == 0 ? NULL : file;
        }
        *record -= sim_card_file_count (file);
    }
    return NULL;
}

/* a text reached through EF_IAP */
static gunichar2 *
read_indexed (SimCardFile *directory, guint set, guint record, guint which)
{
    SimCardFile *file = set_file (directory, which, set);
    const guint8 *index = sim_card_file_record (set_file (directory, IAP, set), record);
    guint8 *text = sim_card_file_record (file, index[which - SNE]);

    return text == NULL ? NULL : sim_card_alpha_read (text, file->record_size - 2);
}

static gunichar2 *
read_group (SimCardFile *directory, guint set, guint record)
{
    SimCardFile *names = sim_card_file_child (directory, FID_GAS);
    const guint8 *groups = sim_card_file_record (set_file (directory, GRP, set), record);
    const guint8 *name = sim_card_file_record (names, groups[0]);

    return name == NULL ? NULL : sim_card_alpha_read (name, names->record_size);
}

gboolean
sim_card_phonebook_get (SimCard *card, guint index, SimCardContact *contact)
{
    SimCardFile *directory = find_directory (card);
    guint set;
    guint record;
    SimCardFile *adn = directory == NULL ? NULL : locate (directory, index, &set, &record);
    const guint8 *number;

    *contact = (SimCardContact){0};
    if (adn == NULL ||
        !sim_card_adn_read (adn, extension_file (directory), record, &contact->adn)) {
        return FALSE;
    }
    if (directory->fid != 0x5F3A) {
        return TRUE;
    }
    number = sim_card_file_record (set_file (directory, ANR, set), record);
    if (number[1] != 0xFF && number[1] > 1) {
        contact->additional = sim_card_bcd_text (number + 3, MIN (number[1] - 1, 10));
        contact->additional_type = number[2];
    }
    contact->second_name = read_indexed (directory, set, record, SNE);
    contact->email = read_indexed (directory, set, record, EMAIL);
    contact->group = read_group (directory, set, record);
    contact->hidden = sim_card_file_record (set_file (directory, PBC, set), record)[1] != 0;
    return TRUE;
}

/* the record number of a text in a file, in a free one when it is new; 0 when full */
static guint
place_text (SimCardFile *file, guint tail, const gunichar2 *text, gboolean share)
{
    g_autoptr (GByteArray) content = g_byte_array_new ();
    guint room = file->record_size - tail;
    guint free_record = 0;

    sim_card_alpha_append (content, text);
    while (content->len < room) {
        g_byte_array_append (content, (const guint8 *) "\xFF", 1);
    }
    for (guint i = sim_card_file_count (file); content->len == room && i > 0; i--) {
        guint8 *record = sim_card_file_record (file, i);

        if (share && memcmp (record, content->data, room) == 0) {
            return i;
        }
        free_record = record[0] == 0xFF ? i : free_record;
    }
    if (free_record > 0) {
        memcpy (sim_card_file_record (file, free_record), content->data, room);
    }
    return free_record;
}

static gboolean
write_indexed (SimCardFile *directory, guint set, guint record, guint which, const gunichar2 *text)
{
    SimCardFile *file = set_file (directory, which, set);
    guint8 *index = sim_card_file_record (set_file (directory, IAP, set), record) + which - SNE;
    guint8 *old = sim_card_file_record (file, *index);
    guint number;
    guint8 *place;

    if (old != NULL) {
        memset (old, 0xFF, file->record_size);
    }
    *index = 0xFF;
    if (text == NULL || text[0] == 0) {
        return TRUE;
    }
    number = place_text (file, 2, text, FALSE);
    if (number == 0) {
        return FALSE;
    }
    *index = number;
    place = sim_card_file_record (file, number) + file->record_size - 2;
    place[0] = set_file (directory, ADN, set)->sfi;
    place[1] = record;
    return TRUE;
}

static gboolean
write_additional (guint8 *record, const SimCardContact *contact)
{
    gsize length = contact->additional == NULL ? 0 : strlen (contact->additional);
    g_autoptr (GByteArray) digits = g_byte_array_new ();

    memset (record, 0xFF, 15);
    if (length == 0 || length > 20) {
        return length == 0;
    }
    record[0] = 0;
    record[1] = 1 + (length + 1) / 2;
    record[2] = contact->additional_type;
    sim_card_bcd_append (digits, contact->additional, 10);
    memcpy (record + 3, digits->data, digits->len);
    return TRUE;
}

static gboolean
write_rest (SimCardFile *directory, guint set, guint record, const SimCardContact *contact)
{
    guint8 *group = sim_card_file_record (set_file (directory, GRP, set), record);
    guint8 *control = sim_card_file_record (set_file (directory, PBC, set), record);
    gboolean fits;

    fits =
        write_additional (sim_card_file_record (set_file (directory, ANR, set), record), contact);
    fits &= write_indexed (directory, set, record, SNE, contact->second_name);
    fits &= write_indexed (directory, set, record, EMAIL, contact->email);
    group[0] = 0;
    if (contact->group != NULL && contact->group[0] != 0) {
        group[0] = place_text (sim_card_file_child (directory, FID_GAS), 0, contact->group, TRUE);
        fits &= group[0] != 0;
    }
    control[1] = contact->hidden ? 1 : 0;
    return fits;
}

gboolean
sim_card_phonebook_set (SimCard *card, guint index, const SimCardContact *contact)
{
    static const SimCardContact empty = {0};
    SimCardFile *directory = find_directory (card);
    guint set;
    guint record;
    SimCardFile *adn = directory == NULL ? NULL : locate (directory, index, &set, &record);
    gboolean fits;

    if (adn == NULL) {
        return FALSE;
    }
    fits = sim_card_adn_store (adn,
                               extension_file (directory),
                               record,
                               contact == NULL ? NULL : &contact->adn);
    if (directory->fid == 0x5F3A) {
        fits &= write_rest (directory, set, record, contact == NULL ? &empty : contact);
    }
    return fits;
}

void
sim_card_contact_clear (SimCardContact *contact)
{
    sim_card_adn_clear (&contact->adn);
    g_clear_pointer (&contact->additional, g_free);
    g_clear_pointer (&contact->second_name, g_free);
    g_clear_pointer (&contact->email, g_free);
    g_clear_pointer (&contact->group, g_free);
}
