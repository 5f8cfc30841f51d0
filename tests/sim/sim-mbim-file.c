/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Microsoft's UICC Low Level Access of the MBIM front, the part of files:
 * applications, file status, reading. Byte arrays are {offset, size} here.
 */

#include "sim-card-bytes.h"
#include "sim-card-line.h"
#include "sim-mbim-private.h"

#define VERSION 1

enum { APPLICATION_USIM = 4 };
enum { TYPE_UNKNOWN, TYPE_WORKING, TYPE_INTERNAL, TYPE_DIRECTORY };
enum { STRUCTURE_UNKNOWN, STRUCTURE_TRANSPARENT, STRUCTURE_CYCLIC, STRUCTURE_LINEAR };
enum { PIN_UNKNOWN = 0, PIN1 = 2, PIN2 = 3, PIN_NEVER = 18, PIN_ADM = 19 };

static guint32
query_applications (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    SimCardFile *usim = sim_card_usim (sim_mbim_card (self));
    SimMbimWriter *element = sim_mbim_writer_new ();
    gsize size;
    const guint8 *aid = g_bytes_get_data (usim->aid, &size);

    sim_mbim_write_u32 (element, APPLICATION_USIM);
    sim_mbim_write_data (element, FALSE, aid, size);
    sim_mbim_write_data (element, FALSE, (const guint8 *) "USIM", 4);
    sim_mbim_write_u32 (element, 2);
    sim_mbim_write_data (element, FALSE, (const guint8 *) "\x01\x81", 2);
    sim_mbim_write_u32 (out, VERSION);
    sim_mbim_write_u32 (out, 1);
    sim_mbim_write_u32 (out, 0);
    sim_mbim_write_u32 (out, 64);
    sim_mbim_write_element (out, element);
    return self->store->sim_present ? SIM_MBIM_OK : SIM_MBIM_NO_SIM;
}

/* who may read and update the file that a path means */
static void
write_conditions (SimMbim *self, const guint8 *path, gsize size, SimMbimWriter *out)
{
    static const guint32 pins[] = {
        [SIM_CARD_ACCESS_ALWAYS] = PIN_UNKNOWN,
        [SIM_CARD_ACCESS_PIN1] = PIN1,
        [SIM_CARD_ACCESS_PIN2] = PIN2,
        [SIM_CARD_ACCESS_ADM] = PIN_ADM,
        [SIM_CARD_ACCESS_NEVER] = PIN_NEVER,
    };
    SimCardFile *file = sim_card_root (sim_mbim_card (self));

    for (gsize i = 0; i < size && file != NULL; i += 2) {
        guint16 fid = path[i] << 8 | path[i + 1];

        if (fid != 0x3F00) {
            file = sim_card_file_is_directory (file) ? sim_card_file_child (file, fid) : NULL;
        }
    }
    sim_mbim_write_u32 (out, file == NULL ? PIN_UNKNOWN : pins[file->read]);
    sim_mbim_write_u32 (out, file == NULL ? PIN_UNKNOWN : pins[file->update]);
    sim_mbim_write_u32 (out, PIN_NEVER);
    sim_mbim_write_u32 (out, PIN_NEVER);
}

/* selects what version, application and path of a request name */
static GByteArray *
select_file (SimMbim *self, SimMbimReader *in, const guint8 **path, gsize *size, guint32 *status)
{
    guint32 version = sim_mbim_read_u32 (in);
    GByteArray *answer;

    sim_mbim_read_data (in, FALSE, size);
    *path = sim_mbim_read_data (in, FALSE, size);
    *status = SIM_MBIM_PARAMETERS;
    if (version != VERSION || *path == NULL || *size % 2 != 0) {
        return NULL;
    }
    answer = sim_card_line_select (sim_mbim_card (self), *path, *size);
    *status = answer == NULL ? SIM_MBIM_FAILURE : SIM_MBIM_OK;
    return answer;
}

static void
write_words (SimMbimWriter *out, const GByteArray *answer)
{
    sim_mbim_write_u32 (out, VERSION);
    sim_mbim_write_u32 (out, sim_card_line_word (answer) >> 8);
    sim_mbim_write_u32 (out, sim_card_line_word (answer) & 0xFF);
}

/* what the control parameters say of the content: kind, items, size of one */
static void
write_content (SimMbimWriter *out, const SimCardTlv *fcp)
{
    SimCardTlv descriptor;
    SimCardTlv size = {0};
    guint32 count = 1;
    guint32 bytes = 0;
    guint32 structure = STRUCTURE_UNKNOWN;

    if (!sim_card_tlv_find (fcp->value, fcp->size, 0x82, &descriptor)) {
        return;
    }
    sim_card_tlv_find (fcp->value, fcp->size, 0x80, &size);
    if (descriptor.size >= 5) {
        structure = descriptor.value[0] == 0x46 ? STRUCTURE_CYCLIC : STRUCTURE_LINEAR;
        bytes = descriptor.value[2] << 8 | descriptor.value[3];
        count = descriptor.value[4];
    } else if (size.size == 2) {
        structure = STRUCTURE_TRANSPARENT;
        bytes = size.value[0] << 8 | size.value[1];
    }
    sim_mbim_write_u32 (out, 2);
    sim_mbim_write_u32 (out, structure == STRUCTURE_UNKNOWN ? TYPE_DIRECTORY : TYPE_WORKING);
    sim_mbim_write_u32 (out, structure);
    sim_mbim_write_u32 (out, count);
    sim_mbim_write_u32 (out, bytes);
}

static guint32
query_status (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    const guint8 *path;
    gsize path_size;
    guint32 status;
    g_autoptr (GByteArray) answer = select_file (self, in, &path, &path_size, &status);
    SimCardTlv fcp;

    if (status != SIM_MBIM_OK) {
        return status;
    }
    write_words (out, answer);
    if (sim_card_tlv_find (answer->data, answer->len - 2, 0x62, &fcp)) {
        write_content (out, &fcp);
    } else {
        for (guint i = 0; i < 5; i++) {
            sim_mbim_write_u32 (out, 0);
        }
    }
    write_conditions (self, path, path_size, out);
    return SIM_MBIM_OK;
}

static guint32
read_selected (SimMbim *self, const GByteArray *selected, const guint8 *command, SimMbimWriter *out)
{
    g_autoptr (GByteArray) answer = NULL;

    if (sim_card_line_word (selected) >> 8 != 0x90) {
        write_words (out, selected);
        sim_mbim_write_data (out, FALSE, NULL, 0);
        return SIM_MBIM_OK;
    }
    answer = sim_card_line_exchange (sim_mbim_card (self), 0, command, 5, TRUE);
    if (answer == NULL) {
        return SIM_MBIM_FAILURE;
    }
    write_words (out, answer);
    sim_mbim_write_data (out, FALSE, answer->data, answer->len - 2);
    return SIM_MBIM_OK;
}

static guint32
query_binary (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    const guint8 *path;
    gsize path_size;
    guint32 status;
    g_autoptr (GByteArray) selected = select_file (self, in, &path, &path_size, &status);
    guint32 offset = sim_mbim_read_u32 (in);
    guint32 size = sim_mbim_read_u32 (in);
    const guint8 command[] = {0x00, 0xB0, offset >> 8, offset & 0xFF, size};

    if (status != SIM_MBIM_OK || offset > 0x7FFF || size > 256) {
        return status == SIM_MBIM_OK ? SIM_MBIM_PARAMETERS : status;
    }
    return read_selected (self, selected, command, out);
}

static guint32
query_record (SimMbim *self, SimMbimReader *in, SimMbimWriter *out)
{
    const guint8 *path;
    gsize path_size;
    guint32 status;
    g_autoptr (GByteArray) selected = select_file (self, in, &path, &path_size, &status);
    guint32 number = sim_mbim_read_u32 (in);
    const guint8 command[] = {0x00, 0xB2, number, 0x04, 0x00};

    if (status != SIM_MBIM_OK || number > 254) {
        return status == SIM_MBIM_OK ? SIM_MBIM_PARAMETERS : status;
    }
    return read_selected (self, selected, command, out);
}

const SimMbimRow sim_mbim_file_rows[] = {
    {7, "uicc-application-list", query_applications, NULL},
    {8, "uicc-file-status", query_status, NULL},
    {9, "uicc-read-binary", query_binary, NULL},
    {10, "uicc-read-record", query_record, NULL},
    {0},
};
