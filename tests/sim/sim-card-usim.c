/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of the simulated USIM, a table row each, and whose card it is.
 */

#include "sim-card-usim.h"

#include <stdlib.h>
#include <string.h>

#include "sim-card-adn.h"
#include "sim-card-alpha.h"
#include "sim-card-bytes.h"
#include "sim-card-phonebook.h"

#define ALW  SIM_CARD_ACCESS_ALWAYS
#define PIN1 SIM_CARD_ACCESS_PIN1
#define PIN2 SIM_CARD_ACCESS_PIN2
#define ADM  SIM_CARD_ACCESS_ADM
#define NEV  SIM_CARD_ACCESS_NEVER

#define TRANSPARENT SIM_CARD_FILE_TRANSPARENT
#define LINEAR      SIM_CARD_FILE_LINEAR
#define CYCLIC      SIM_CARD_FILE_CYCLIC

static const guint8 usim_aid[] = {
    0xA0,
    0x00,
    0x00,
    0x00,
    0x87,
    0x10,
    0x02,
    0xFF,
    0xFF,
    0xFF,
    0xFF,
    0x89,
    0x06,
    0x19,
    0x00,
    0x00,
};

/* an elementary file: what it is and what it holds when the card is new */
typedef struct {
    guint16 fid;
    const gchar *name;
    SimCardFileKind kind;
    guint size;
    guint records;
    guint8 sfi;
    SimCardAccess read;
    SimCardAccess update;
    const gchar *content;
} Row;

static const Row mf_rows[] = {
    {0x2F00, "EF_DIR", LINEAR, 38, 2, 0x1E, ALW, ADM, NULL},
    {0x2F05, "EF_PL", TRANSPARENT, 4, 1, 0x05, ALW, PIN1, "6573 656E"},
    {0x2F06, "EF_ARR", LINEAR, 40, 9, 0x06, ALW, NEV, NULL},
    {0x2F08, "EF_UMPC", TRANSPARENT, 5, 1, 0x08, ALW, ADM, "3C0A000000"},
    {0x2FE2, "EF_ICCID", TRANSPARENT, 10, 1, 0x02, ALW, NEV, NULL},
};

static const Row telecom_rows[] = {
    {0x6F06, "EF_ARR", LINEAR, 40, 9, 0, ALW, NEV, NULL},
    {0x6F54, "EF_SUME", TRANSPARENT, 20, 1, 0, ADM, ADM, "850A436C61726F204D656EFA"},
};

/* clang-format off */
static const Row usim_rows[] = {
    { 0x6F05, "EF_LI", TRANSPARENT, 6, 1, 0x02, ALW, PIN1, "6573 656E" },
    { 0x6F06, "EF_ARR", LINEAR, 40, 9, 0x17, ALW, NEV, NULL },
    { 0x6F07, "EF_IMSI", TRANSPARENT, 9, 1, 0x07, PIN1, ADM, NULL },
    { 0x6F08, "EF_Keys", TRANSPARENT, 33, 1, 0x08, NEV, NEV,
      "07 00112233445566778899AABBCCDDEEFF FFEEDDCCBBAA99887766554433221100" },
    { 0x6F09, "EF_KeysPS", TRANSPARENT, 33, 1, 0x09, NEV, NEV,
      "07 102132435465768798A9BACBDCEDFE0F F0E1D2C3B4A5968778695A4B3C2D1E0F" },
    { 0x6F31, "EF_HPPLMN", TRANSPARENT, 1, 1, 0x12, PIN1, ADM, "0A" },
    { 0x6F37, "EF_ACMmax", TRANSPARENT, 3, 1, 0, PIN1, PIN2, "000000" },
    { 0x6F38, "EF_UST", TRANSPARENT, 17, 1, 0x04, PIN1, ADM,
      "BEFF1F9CE73E0408400000000000000000" },
    { 0x6F39, "EF_ACM", CYCLIC, 3, 2, 0, PIN1, PIN2, NULL },
    { 0x6F3B, "EF_FDN", LINEAR, 28, 10, 0, PIN1, PIN2, NULL },
    { 0x6F3C, "EF_SMS", LINEAR, 176, 30, 0, PIN1, PIN1, NULL },
    { 0x6F3E, "EF_GID1", TRANSPARENT, 4, 1, 0, PIN1, ADM, "A1FFFFFF" },
    { 0x6F3F, "EF_GID2", TRANSPARENT, 4, 1, 0, PIN1, ADM, "FFFFFFFF" },
    { 0x6F40, "EF_MSISDN", LINEAR, 28, 2, 0, PIN1, PIN1, NULL },
    { 0x6F42, "EF_SMSP", LINEAR, 44, 2, 0, PIN1, PIN1, NULL },
    { 0x6F43, "EF_SMSS", TRANSPARENT, 2, 1, 0, PIN1, PIN1, "07FF" },
    { 0x6F44, "EF_LND", CYCLIC, 28, 10, 0, PIN1, PIN1, NULL },
    { 0x6F45, "EF_CBMI", TRANSPARENT, 10, 1, 0, PIN1, PIN1, "0032 0033" },
    { 0x6F46, "EF_SPN", TRANSPARENT, 17, 1, 0, ALW, ADM, NULL },
    { 0x6F47, "EF_SMSR", LINEAR, 30, 5, 0, PIN1, PIN1, NULL },
    { 0x6F48, "EF_CBMID", TRANSPARENT, 4, 1, 0x0E, PIN1, ADM, "1112" },
    { 0x6F49, "EF_SDN", LINEAR, 28, 5, 0, PIN1, ADM, NULL },
    { 0x6F4B, "EF_EXT2", LINEAR, 13, 3, 0, PIN1, PIN2, NULL },
    { 0x6F4C, "EF_EXT3", LINEAR, 13, 2, 0, PIN1, ADM, NULL },
    { 0x6F4E, "EF_EXT5", LINEAR, 13, 5, 0, PIN1, PIN1, NULL },
    { 0x6F50, "EF_CBMIR", TRANSPARENT, 8, 1, 0, PIN1, PIN1, NULL },
    { 0x6F56, "EF_EST", TRANSPARENT, 1, 1, 0x05, PIN1, PIN2, "00" },
    { 0x6F5B, "EF_START-HFN", TRANSPARENT, 6, 1, 0x0F, PIN1, PIN1, "F00000F00000" },
    { 0x6F5C, "EF_THRESHOLD", TRANSPARENT, 3, 1, 0x10, PIN1, ADM, "0FFFFF" },
    { 0x6F60, "EF_PLMNwAcT", TRANSPARENT, 40, 1, 0x0A, PIN1, PIN1,
      "371201C080 373221C080 3732018080" },
    { 0x6F61, "EF_OPLMNwAcT", TRANSPARENT, 50, 1, 0x11, PIN1, ADM,
      "371201C080 3732014000 27F4774080" },
    { 0x6F62, "EF_HPLMNwAcT", TRANSPARENT, 10, 1, 0x13, PIN1, ADM, "371201C080" },
    { 0x6F73, "EF_PSLOCI", TRANSPARENT, 14, 1, 0x0C, PIN1, PIN1,
      "FFFFFFFFFFFFFF 371201 0000 FF 01" },
    { 0x6F78, "EF_ACC", TRANSPARENT, 2, 1, 0x06, PIN1, ADM, "0010" },
    { 0x6F7B, "EF_FPLMN", TRANSPARENT, 12, 1, 0x0D, PIN1, PIN1, "27F477" },
    { 0x6F7E, "EF_LOCI", TRANSPARENT, 11, 1, 0x0B, PIN1, PIN1, "FFFFFFFF 371201 0000 FF 01" },
    { 0x6F80, "EF_ICI", CYCLIC, 42, 20, 0x14, PIN1, PIN1, NULL },
    { 0x6F81, "EF_OCI", CYCLIC, 41, 10, 0x15, PIN1, PIN1, NULL },
    { 0x6F82, "EF_ICT", CYCLIC, 3, 2, 0, PIN1, PIN1, NULL },
    { 0x6F83, "EF_OCT", CYCLIC, 3, 2, 0, PIN1, PIN1, NULL },
    { 0x6FAD, "EF_AD", TRANSPARENT, 4, 1, 0x03, ALW, ADM, "00000003" },
    { 0x6FB7, "EF_ECC", LINEAR, 14, 2, 0x01, ALW, ADM, NULL },
    { 0x6FC4, "EF_NETPAR", TRANSPARENT, 46, 1, 0, PIN1, PIN1, NULL },
    { 0x6FC5, "EF_PNN", LINEAR, 20, 2, 0x19, ALW, ADM, NULL },
    { 0x6FC6, "EF_OPL", LINEAR, 8, 2, 0x1A, ALW, ADM, NULL },
    { 0x6FC7, "EF_MBDN", LINEAR, 28, 1, 0, PIN1, PIN1, NULL },
    { 0x6FC9, "EF_MBI", LINEAR, 4, 1, 0, PIN1, PIN1, "01000000" },
    { 0x6FCA, "EF_MWIS", LINEAR, 5, 1, 0, PIN1, PIN1, "0000000000" },
    { 0x6FCB, "EF_CFIS", LINEAR, 16, 1, 0, PIN1, PIN1, NULL },
    { 0x6FCD, "EF_SPDI", TRANSPARENT, 17, 1, 0x1B, ALW, ADM, "A3 05 80 03 371201" },
    { 0x6FE3, "EF_EPSLOCI", TRANSPARENT, 18, 1, 0x1E, PIN1, PIN1, NULL },
    { 0x6FE4, "EF_EPSNSC", LINEAR, 54, 1, 0x18, NEV, NEV, NULL },
};
/* clang-format on */

SimCardLayout
sim_card_layout_default (void)
{
    return (SimCardLayout){
        .iccid = "8957101210000000014",
        .imsi = "732101000000014",
        .mnc_length = 3,
        .spn = "Claro",
        .msisdn = "+573101234567",
        .smsc = "+573108880000",
        .phonebook = SIM_CARD_PHONEBOOK_PLAIN,
        .sets = 1,
        .adn_records = 250,
        .adn_name = 41,
        .ext_records = 10,
        .sms_records = 30,
    };
}

/* a free record of EF_SMS begins with 00 */
static void
free_messages (SimCardFile *file)
{
    for (guint i = 1; i <= sim_card_file_count (file); i++) {
        sim_card_file_record (file, i)[0] = 0;
    }
}

/* rules fill EF_ARR, wherever it is */
static void
fill_rules (SimCardFile *file)
{
    for (guint i = 1; i <= sim_card_file_count (file); i++) {
        g_autoptr (GByteArray) rule = sim_card_file_rule (i);

        if (rule != NULL) {
            sim_card_file_set (file, i, rule->data, rule->len);
        }
    }
}

/* what follows name and number in files of such records: time, duration, state and
 * link of a call; G_MAXUINT for other files (3GPP TS 31.102 4.2.33, 4.2.34) */
static guint
tail_of (guint16 fid)
{
    switch (fid) {
    case 0x6F3B:
    case 0x6F40:
    case 0x6F44:
    case 0x6F49:
        return 0;
    case 0x6F80:
        return 14;
    case 0x6F81:
        return 13;
    default:
        return G_MAXUINT;
    }
}

static void
add_rows (SimCardFile *directory, const Row *rows, guint count, const SimCardLayout *layout)
{
    for (guint i = 0; i < count; i++) {
        const Row *row = &rows[i];
        guint records = row->fid == 0x6F3C ? layout->sms_records : row->records;
        guint tail = tail_of (row->fid);
        guint size = tail == G_MAXUINT ? row->size : layout->adn_name + 14 + tail;
        SimCardFile *file =
            sim_card_file_new (directory, row->kind, row->fid, row->name, size, records);

        file->tail = tail == G_MAXUINT ? 0 : tail;

        file->sfi = row->sfi;
        file->read = row->read;
        file->update = row->update;
        if (row->content != NULL) {
            g_autoptr (GByteArray) content = sim_card_hex_decode (row->content);

            sim_card_file_set (file, row->kind == TRANSPARENT ? 0 : 1, content->data, content->len);
        }
        if (g_str_equal (row->name, "EF_ARR")) {
            fill_rules (file);
        }
    }
}

static void
set_child (SimCardFile *directory, guint16 fid, guint number, GByteArray *content)
{
    SimCardFile *file = sim_card_file_child (directory, fid);

    sim_card_file_set (file, number, content->data, content->len);
    g_byte_array_unref (content);
}

static void
fill_directory (SimCard *card)
{
    GByteArray *application = g_byte_array_new ();

    sim_card_tlv_append (application, 0x4F, usim_aid, sizeof usim_aid);
    sim_card_tlv_append_text (application, 0x50, "USIM");
    set_child (sim_card_root (card), 0x2F00, 1, sim_card_tlv_wrap (0x61, application));
}

static void
fill_name (SimCardFile *usim, const gchar *name)
{
    GByteArray *content = g_byte_array_new ();

    g_byte_array_append (content, (const guint8 *) "\x01", 1);
    sim_card_alpha_append_text (content, name);
    set_child (usim, 0x6F46, 0, content);
}

/* no identifier, all but the service centre absent (3GPP TS 31.102 4.2.27) */
static void
fill_service_centre (SimCardFile *usim, const gchar *smsc)
{
    GByteArray *content = g_byte_array_new ();
    gsize digits = strlen (smsc) - (smsc[0] == '+' ? 1 : 0);
    guint8 head[2] = {1 + (digits + 1) / 2, smsc[0] == '+' ? 0x91 : 0x81};

    g_byte_array_set_size (content, 44);
    memset (content->data, 0xFF, 44);
    content->data[16] = 0xFD;
    memcpy (content->data + 29, head, sizeof head);
    g_byte_array_set_size (content, 31);
    sim_card_bcd_append (content, smsc + (smsc[0] == '+' ? 1 : 0), 10);
    set_child (usim, 0x6F42, 1, content);
}

static void
fill_own (SimCardFile *usim, const SimCardLayout *layout)
{
    g_autoptr (GByteArray) emergency = sim_card_hex_decode ("21F3FF 456D657267656E636961 FF");
    g_autoptr (GByteArray) network = sim_card_hex_decode ("4306 84436C61726F");
    g_autoptr (GByteArray) place = sim_card_hex_decode ("371201 0000 FFFE 01");

    sim_card_file_child (usim, 0x6FAD)->data->data[3] = layout->mnc_length;
    if (layout->spn != NULL) {
        fill_name (usim, layout->spn);
    }
    if (layout->msisdn != NULL) {
        sim_card_adn_write (sim_card_file_child (usim, 0x6F40), NULL, 1, NULL, layout->msisdn);
    }
    if (layout->smsc != NULL) {
        fill_service_centre (usim, layout->smsc);
    }
    sim_card_file_set (sim_card_file_child (usim, 0x6FB7), 1, emergency->data, emergency->len);
    sim_card_file_set (sim_card_file_child (usim, 0x6FC5), 1, network->data, network->len);
    sim_card_file_set (sim_card_file_child (usim, 0x6FC6), 1, place->data, place->len);
}

/* a USIM's files are found in DF.TELECOM too, where a SIM of old had them */
static void
link_telecom (SimCardFile *telecom, SimCardFile *usim)
{
    static const guint16 linked[] =
        {0x6F3B, 0x6F3C, 0x6F40, 0x6F42, 0x6F43, 0x6F44, 0x6F47, 0x6F49, 0x6F4B, 0x6F4C};

    for (guint i = 0; i < G_N_ELEMENTS (linked); i++) {
        sim_card_file_link (telecom, linked[i], sim_card_file_child (usim, linked[i]));
    }
}

void
sim_card_usim_build (SimCard *card, const SimCardLayout *layout)
{
    SimCardFile *root = sim_card_root (card);
    SimCardFile *telecom;
    SimCardFile *usim;

    add_rows (root, mf_rows, G_N_ELEMENTS (mf_rows), layout);
    telecom = sim_card_file_new (root, SIM_CARD_FILE_DIRECTORY, 0x7F10, "DF.TELECOM", 0, 0);
    usim = sim_card_file_new (root, SIM_CARD_FILE_APPLICATION, 0x7FFF, "ADF.USIM", 0, 0);
    usim->aid = g_bytes_new_static (usim_aid, sizeof usim_aid);
    add_rows (telecom, telecom_rows, G_N_ELEMENTS (telecom_rows), layout);
    add_rows (usim, usim_rows, G_N_ELEMENTS (usim_rows), layout);
    free_messages (sim_card_file_child (usim, 0x6F3C));
    link_telecom (telecom, usim);
    fill_directory (card);
    fill_own (usim, layout);
    sim_card_usim_set_imsi (card, layout->imsi);
    sim_card_usim_set_iccid (card, layout->iccid);
    sim_card_phonebook_build (telecom, usim, layout);
}

gboolean
sim_card_usim_assign (SimCard *card, const gchar *place, const gchar *value)
{
    g_auto (GStrv) parts = g_strsplit (place, "#", 2);
    SimCardFile *file =
        parts[0] == NULL ? NULL : sim_card_file_find (sim_card_root (card), parts[0]);
    guint number = parts[0] != NULL && parts[1] != NULL ? atoi (parts[1]) : 0;
    g_autoptr (GByteArray) content = NULL;

    if (file == NULL) {
        return FALSE;
    }
    if (value[0] == '!') {
        file->refused = (guint16) g_ascii_strtoull (value + 1, NULL, 16);
        return TRUE;
    }
    content = sim_card_hex_decode (value);
    if (content == NULL || sim_card_file_is_directory (file) ||
        !sim_card_file_set (file, number, content->data, content->len)) {
        return FALSE;
    }
    sim_card_tell_written (card, file, number);
    return TRUE;
}

void
sim_card_usim_set_iccid (SimCard *card, const gchar *iccid)
{
    SimCardFile *file = sim_card_file_child (sim_card_root (card), 0x2FE2);
    GByteArray *content = g_byte_array_new ();

    file->refused = iccid == NULL ? 0x6A82 : 0;
    sim_card_bcd_append (content, iccid == NULL ? "" : iccid, 10);
    set_child (sim_card_root (card), 0x2FE2, 0, content);
}

/* length byte, parity nibble 9, digits: 3GPP TS 31.102 4.2.2 */
void
sim_card_usim_set_imsi (SimCard *card, const gchar *imsi)
{
    g_autofree gchar *digits = g_strconcat ("9", imsi, NULL);
    GByteArray *content = g_byte_array_new ();
    guint8 length = (strlen (digits) + 1) / 2;

    g_byte_array_append (content, &length, 1);
    sim_card_bcd_append (content, digits, length);
    set_child (sim_card_usim (card), 0x6F07, 0, content);
}
