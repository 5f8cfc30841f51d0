/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * READ and UPDATE of binaries and records (ETSI TS 102 221 11.1.3 to 11.1.6).
 */

#include <string.h>

#include "sim-card-private.h"

/* the file a command means: the selected one, or one by its short identifier,
 * which it then selects */
static SimCardFile *
target (SimCard *card, const SimCardCommand *command, guint8 sfi)
{
    SimCardChannel *channel = &card->channels[command->channel];

    if (sfi == 0) {
        return channel->file;
    }
    for (guint i = 0; i < channel->directory->children->len; i++) {
        SimCardFile *file = g_ptr_array_index (channel->directory->children, i);

        if (file->sfi == sfi && !sim_card_file_is_directory (file)) {
            channel->file = file;
            channel->record = 0;
            return file;
        }
    }
    return NULL;
}

static guint16
check (SimCard *card, SimCardFile *file, guint8 sfi, gboolean records, gboolean update)
{
    if (file == NULL) {
        return sfi == 0 ? SIM_CARD_SW_NO_FILE : SIM_CARD_SW_NOT_FOUND;
    }
    if (records != (file->record_size > 0)) {
        return SIM_CARD_SW_INCOMPATIBLE;
    }
    if (file->refused != 0) {
        return file->refused;
    }
    if (!sim_card_allows (card, update ? file->update : file->read)) {
        return SIM_CARD_SW_SECURITY;
    }
    return SIM_CARD_SW_OK;
}

void
sim_card_tell_written (SimCard *card, SimCardFile *file, guint number)
{
    if (card->backing != NULL) {
        card->backing->written (card->backing_self, card, file, number);
    }
}

static guint16
binary (SimCard *card,
        const SimCardCommand *command,
        gboolean update,
        SimCardFile **file,
        gsize *offset)
{
    guint8 p1 = command->header[2];
    guint8 sfi = (p1 & 0x80) != 0 ? p1 & 0x1F : 0;
    guint16 word;

    *file = target (card, command, sfi);
    *offset = command->header[3] | ((p1 & 0x80) != 0 ? 0 : p1 << 8);
    word = check (card, *file, sfi, FALSE, update);
    if (word == SIM_CARD_SW_OK && *offset >= (*file)->data->len) {
        return SIM_CARD_SW_WRONG;
    }
    return word;
}

guint16
sim_card_read_binary (SimCard *card, const SimCardCommand *command, GByteArray *answer)
{
    SimCardFile *file;
    gsize offset;
    gsize left;
    guint16 word = binary (card, command, FALSE, &file, &offset);

    if (word != SIM_CARD_SW_OK) {
        return word;
    }
    left = file->data->len - offset;
    g_byte_array_append (answer,
                         file->data->data + offset,
                         MIN (left, command->p3 == 0 ? 256u : command->p3));
    return SIM_CARD_SW_OK;
}

guint16
sim_card_update_binary (SimCard *card, const SimCardCommand *command, GByteArray *answer)
{
    SimCardFile *file;
    gsize offset;
    guint16 word = binary (card, command, TRUE, &file, &offset);

    if (word != SIM_CARD_SW_OK) {
        return word;
    }
    if (command->size == 0 || offset + command->size > file->data->len) {
        return SIM_CARD_SW_LENGTH;
    }
    memcpy (file->data->data + offset, command->data, command->size);
    sim_card_tell_written (card, file, 0);
    return SIM_CARD_SW_OK;
}

/* absolute, next or previous; moves the record pointer except for absolute */
static guint
record_number (SimCardChannel *channel, const SimCardFile *file, const SimCardCommand *command)
{
    guint count = sim_card_file_count (file);
    gboolean cyclic = file->kind == SIM_CARD_FILE_CYCLIC;

    switch (command->header[3] & 0x07) {
    case 0x04:
        return command->header[2] == 0 ? channel->record : command->header[2];
    case 0x02:
        if (channel->record == count) {
            return cyclic ? (channel->record = 1) : 0;
        }
        return ++channel->record;
    case 0x03:
        if (channel->record <= 1) {
            return channel->record == 0 || cyclic ? (channel->record = count) : 0;
        }
        return --channel->record;
    default:
        return G_MAXUINT;
    }
}

static guint16
record (SimCard *card,
        const SimCardCommand *command,
        gboolean update,
        SimCardFile **file,
        guint *number)
{
    guint8 sfi = command->header[3] >> 3;
    guint16 word;

    *file = target (card, command, sfi);
    word = check (card, *file, sfi, TRUE, update);
    if (word != SIM_CARD_SW_OK) {
        return word;
    }
    if (update && (*file)->kind == SIM_CARD_FILE_CYCLIC) {
        *number = 1;
        return (command->header[3] & 0x07) == 0x03 ? SIM_CARD_SW_OK : SIM_CARD_SW_PARAMETERS;
    }
    *number = record_number (&card->channels[command->channel], *file, command);
    if (*number == G_MAXUINT) {
        return SIM_CARD_SW_PARAMETERS;
    }
    return sim_card_file_record (*file, *number) == NULL ? SIM_CARD_SW_NO_RECORD : SIM_CARD_SW_OK;
}

guint16
sim_card_read_record (SimCard *card, const SimCardCommand *command, GByteArray *answer)
{
    SimCardFile *file;
    guint number;
    guint16 word = record (card, command, FALSE, &file, &number);

    if (word != SIM_CARD_SW_OK) {
        return word;
    }
    g_byte_array_append (answer, sim_card_file_record (file, number), file->record_size);
    return SIM_CARD_SW_OK;
}

guint16
sim_card_update_record (SimCard *card, const SimCardCommand *command, GByteArray *answer)
{
    SimCardFile *file;
    guint number;
    guint16 word = record (card, command, TRUE, &file, &number);

    if (word != SIM_CARD_SW_OK) {
        return word;
    }
    if (command->size != file->record_size) {
        return SIM_CARD_SW_LENGTH;
    }
    if (file->kind == SIM_CARD_FILE_CYCLIC) {
        sim_card_file_push (file, command->data);
        card->channels[command->channel].record = 1;
    } else {
        memcpy (sim_card_file_record (file, number), command->data, command->size);
    }
    sim_card_tell_written (card, file, number);
    return SIM_CARD_SW_OK;
}

static gboolean
contains (const guint8 *data, gsize size, const SimCardCommand *command)
{
    for (gsize i = 0; command->size > 0 && i + command->size <= size; i++) {
        if (memcmp (data + i, command->data, command->size) == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Simple search, forward from a record, ETSI TS 102 221 11.1.7 */
guint16
sim_card_search_record (SimCard *card, const SimCardCommand *command, GByteArray *answer)
{
    SimCardFile *file;
    guint first;
    guint count;
    guint16 word;

    if (card->knobs.searching == SIM_CARD_SEARCH_NONE) {
        return SIM_CARD_SW_INSTRUCTION;
    }
    word = record (card, command, FALSE, &file, &first);
    if (word != SIM_CARD_SW_OK || card->knobs.searching == SIM_CARD_SEARCH_EMPTY) {
        return word;
    }
    count = sim_card_file_count (file);
    for (guint number = first; number <= count; number++) {
        const guint8 *data = sim_card_file_record (file, number);
        gboolean found = contains (data, file->record_size, command);
        guint8 octet = (guint8) number;

        if (card->knobs.searching == SIM_CARD_SEARCH_WILD) {
            octet = (guint8) (count + 1 - number);
            found = TRUE;
        }
        found = found || card->knobs.searching == SIM_CARD_SEARCH_ALL ||
                (card->knobs.searching == SIM_CARD_SEARCH_LAST && number == count);
        if (found) {
            g_byte_array_append (answer, &octet, 1);
        }
    }
    return answer->len > 0 ? SIM_CARD_SW_OK : SIM_CARD_SW_NOT_THERE;
}
