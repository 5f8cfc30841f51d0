/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SELECT, STATUS and MANAGE CHANNEL (ETSI TS 102 221 11.1.1, 11.1.2, 11.1.17).
 */

#include <string.h>

#include "sim-card-private.h"

void
sim_card_channel_open (SimCard *card, guint number)
{
    card->channels[number] = (SimCardChannel){
        .open = TRUE,
        .directory = card->root,
        .applet = -1,
    };
}

void
sim_card_channel_close (SimCard *card, guint number)
{
    g_clear_pointer (&card->channels[number].answer, g_byte_array_unref);
    card->channels[number] = (SimCardChannel){.applet = -1};
}

guint16
sim_card_manage_channel (SimCard *card, const SimCardCommand *command, GByteArray *answer)
{
    guint8 number = command->header[3];

    if (command->header[2] == 0x80) {
        if (number == 0 || number >= SIM_CARD_CHANNELS || !card->channels[number].open) {
            return SIM_CARD_SW_PARAMETERS;
        }
        sim_card_channel_close (card, number);
        return SIM_CARD_SW_OK;
    }
    if (command->header[2] != 0x00 || number != 0) {
        return SIM_CARD_SW_PARAMETERS;
    }
    for (number = 1; number < SIM_CARD_CHANNELS && number <= card->knobs.channels; number++) {
        if (!card->channels[number].open) {
            sim_card_channel_open (card, number);
            g_byte_array_append (answer, &number, 1);
            return SIM_CARD_SW_OK;
        }
    }
    return SIM_CARD_SW_FUNCTION;
}

/* ETSI TS 102 221 8.4.1: what an identifier means where the channel stands */
static SimCardFile *
find_by_fid (SimCard *card, SimCardChannel *channel, SimCardFile *directory, guint16 fid)
{
    SimCardFile *file;

    if (fid == card->root->fid) {
        return card->root;
    }
    if (fid == 0x7FFF) {
        return channel->application;
    }
    file = sim_card_file_child (directory, fid);
    if (file != NULL && file->kind != SIM_CARD_FILE_APPLICATION) {
        return file;
    }
    if (directory->fid == fid) {
        return directory;
    }
    if (directory->parent == NULL) {
        return NULL;
    }
    if (directory->parent->fid == fid) {
        return directory->parent;
    }
    file = sim_card_file_child (directory->parent, fid);
    return file != NULL && file->kind == SIM_CARD_FILE_DIRECTORY ? file : NULL;
}

static SimCardFile *
find_by_path (SimCard *card, SimCardChannel *channel, const SimCardCommand *command)
{
    SimCardFile *file = command->header[2] == 0x08 ? card->root : channel->directory;

    if (command->size == 0 || command->size % 2 != 0) {
        return NULL;
    }
    for (gsize i = 0; i < command->size && file != NULL; i += 2) {
        guint16 fid = command->data[i] << 8 | command->data[i + 1];

        if (i == 0 && fid == 0x7FFF) {
            file = channel->application;
        } else {
            file = sim_card_file_is_directory (file) ? sim_card_file_child (file, fid) : NULL;
        }
    }
    return file;
}

static void
set_current (SimCardChannel *channel, SimCardFile *file)
{
    channel->applet = -1;
    channel->record = 0;
    channel->file = sim_card_file_is_directory (file) ? NULL : file;
    channel->directory = channel->file == NULL ? file : file->parent;
    if (file->kind == SIM_CARD_FILE_APPLICATION) {
        channel->application = file;
    }
}

/* a shorter name selects the first application that begins with it */
static gboolean
matches (const SimCardCommand *command, const guint8 *aid, gsize size)
{
    return command->size <= size && command->size >= 5 &&
           memcmp (command->data, aid, command->size) == 0;
}

static guint16
select_by_name (SimCard *card,
                SimCardChannel *channel,
                const SimCardCommand *command,
                GByteArray *answer)
{
    for (guint i = 0; i < card->applets->len; i++) {
        SimCardInstalled *installed = &g_array_index (card->applets, SimCardInstalled, i);
        guint16 word;

        if (!matches (command, installed->applet->aid, installed->applet->size)) {
            continue;
        }
        word = installed->applet->select (installed->self, command->channel, answer);
        if (word != SIM_CARD_SW_OK) {
            return word;
        }
        channel->applet = (gint) i;
        channel->file = NULL;
        if (command->header[3] == 0x0C) {
            g_byte_array_set_size (answer, 0);
        }
        return SIM_CARD_SW_OK;
    }
    for (guint i = 0; i < card->root->children->len; i++) {
        SimCardFile *file = g_ptr_array_index (card->root->children, i);
        gsize size;

        if (file->aid != NULL &&
            matches (command, g_bytes_get_data (file->aid, &size), g_bytes_get_size (file->aid))) {
            g_autoptr (GByteArray) fcp = sim_card_file_fcp (file);

            set_current (channel, file);
            if (command->header[3] != 0x0C) {
                g_byte_array_append (answer, fcp->data, fcp->len);
            }
            return SIM_CARD_SW_OK;
        }
    }
    return SIM_CARD_SW_NOT_FOUND;
}

/* what is wrong with a command that another card would take */
static guint16
judge (const SimCard *card, const SimCardCommand *command)
{
    switch (card->knobs.selecting) {
    case SIM_CARD_SELECT_NO_FCP:
        return command->header[3] == 0x04 ? SIM_CARD_SW_PARAMETERS : SIM_CARD_SW_OK;
    case SIM_CARD_SELECT_QUIET:
        return command->header[3] != 0x0C ? SIM_CARD_SW_PARAMETERS : SIM_CARD_SW_OK;
    case SIM_CARD_SELECT_NO_PATH:
        return command->header[2] == 0x08 ? SIM_CARD_SW_PARAMETERS : SIM_CARD_SW_OK;
    case SIM_CARD_SELECT_NO_LE:
        return command->le ? SIM_CARD_SW_LENGTH : SIM_CARD_SW_OK;
    default:
        return SIM_CARD_SW_OK;
    }
}

/* the answer as this card gives it */
static void
describe (const SimCard *card, const SimCardFile *file, GByteArray *answer)
{
    g_autoptr (GByteArray) fcp = sim_card_file_fcp (file);
    const guint8 size[] = {0x80, 0x04, 0, 0};
    const guint8 head[] = {0x6F, (guint8) fcp->len};

    switch (card->knobs.selecting) {
    case SIM_CARD_SELECT_SILENT:
        return;
    case SIM_CARD_SELECT_FCI:
        fcp->data[0] = 0x6F;
        break;
    case SIM_CARD_SELECT_WRAPPED:
        g_byte_array_prepend (fcp, head, sizeof head);
        break;
    case SIM_CARD_SELECT_UNCOUNTED:
        if (fcp->data[2] == 0x82 && fcp->data[3] == 5) {
            g_byte_array_remove_index (fcp, 8);
            fcp->data[3]--;
            fcp->data[1]--;
        }
        break;
    case SIM_CARD_SELECT_WIDE:
        for (guint i = 2; i + 3 < fcp->len; i += 2 + fcp->data[i + 1]) {
            if (fcp->data[i] == 0x80 && fcp->data[i + 1] == 2) {
                g_byte_array_append (answer, fcp->data, i);
                answer->data[1] += 2;
                g_byte_array_append (answer, size, sizeof size);
                g_byte_array_append (answer, fcp->data + i + 2, fcp->len - i - 2);
                return;
            }
        }
        break;
    default:
        break;
    }
    g_byte_array_append (answer, fcp->data, fcp->len);
}

guint16
sim_card_select (SimCard *card, const SimCardCommand *command, GByteArray *answer)
{
    SimCardChannel *channel = &card->channels[command->channel];
    SimCardFile *file = NULL;

    if (command->header[2] == 0x04) {
        return select_by_name (card, channel, command, answer);
    }
    if (judge (card, command) != SIM_CARD_SW_OK) {
        return judge (card, command);
    }
    if (command->header[2] == 0x00 && command->size == 2) {
        guint16 fid = command->data[0] << 8 | command->data[1];

        file = find_by_fid (card, channel, channel->directory, fid);
    } else if (command->header[2] == 0x00 && command->size == 0) {
        file = card->root;
    } else if (command->header[2] == 0x03 && command->size == 0) {
        file = channel->directory->parent;
    } else if (command->header[2] == 0x08 || command->header[2] == 0x09) {
        file = find_by_path (card, channel, command);
    } else {
        return SIM_CARD_SW_PARAMETERS;
    }
    if (file == NULL) {
        return SIM_CARD_SW_NOT_FOUND;
    }
    if (file->refused != 0) {
        return file->refused;
    }
    set_current (channel, file);
    if ((command->header[3] & 0x0C) != 0x0C) {
        describe (card, file, answer);
    }
    return SIM_CARD_SW_OK;
}

guint16
sim_card_status (SimCard *card, const SimCardCommand *command, GByteArray *answer)
{
    SimCardChannel *channel = &card->channels[command->channel];
    g_autoptr (GByteArray) fcp = NULL;

    if (command->header[3] == 0x0C) {
        return SIM_CARD_SW_OK;
    }
    if (command->header[3] == 0x01) {
        if (channel->application == NULL) {
            return SIM_CARD_SW_NOT_FOUND;
        }
        g_byte_array_append (answer,
                             g_bytes_get_data (channel->application->aid, NULL),
                             g_bytes_get_size (channel->application->aid));
        return SIM_CARD_SW_OK;
    }
    fcp = sim_card_file_fcp (channel->directory);
    g_byte_array_append (answer, fcp->data, fcp->len);
    return SIM_CARD_SW_OK;
}
