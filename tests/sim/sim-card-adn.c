/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records with a name and a number.
 */

#include "sim-card-adn.h"

#include <string.h>

#include "sim-card-alpha.h"
#include "sim-card-bytes.h"

/* behind the name: length, type, ten bytes of digits, capability, extension */
#define FOOT         14
#define NUMBER_BYTES 10
#define EXTENSION    13
#define ADDITIONAL   0x02
#define FREE         0xFF

void
sim_card_adn_clear (SimCardAdn *adn)
{
    g_clear_pointer (&adn->name, g_free);
    g_clear_pointer (&adn->number, g_free);
}

static gboolean
is_free (const guint8 *record, gsize size)
{
    for (gsize i = 0; i < size; i++) {
        if (record[i] != 0xFF) {
            return FALSE;
        }
    }
    return TRUE;
}

/* the digits in a chain of extension records (3GPP TS 31.102 4.4.2.4) */
static void
read_chain (SimCardFile *extension, guint8 number, GString *digits)
{
    for (guint i = 0; extension != NULL && number != FREE && i < 8; i++) {
        const guint8 *record = sim_card_file_record (extension, number);
        g_autofree gchar *more = NULL;

        if (record == NULL || (record[0] & ADDITIONAL) == 0) {
            return;
        }
        more = sim_card_bcd_text (record + 2, MIN (record[1], NUMBER_BYTES));
        g_string_append (digits, more);
        number = record[EXTENSION - 1];
    }
}

gboolean
sim_card_adn_read (SimCardFile *file, SimCardFile *extension, guint number, SimCardAdn *adn)
{
    const guint8 *record = sim_card_file_record (file, number);
    gsize name_size;
    const guint8 *foot;
    gsize used;
    g_autofree gchar *digits = NULL;
    GString *all;

    if (record == NULL || is_free (record, file->record_size)) {
        return FALSE;
    }
    name_size = file->record_size - file->tail - FOOT;
    foot = record + name_size;
    used = foot[0] == 0xFF || foot[0] == 0 ? 0 : MIN (foot[0] - 1, NUMBER_BYTES);
    digits = sim_card_bcd_text (foot + 2, used);
    all = g_string_new (digits);
    read_chain (extension, foot[FOOT - 1], all);
    adn->name = sim_card_alpha_read (record, name_size);
    adn->number = g_string_free (all, FALSE);
    adn->type = used == 0 ? 0x81 : foot[1];
    return TRUE;
}

static void
free_chain (SimCardFile *extension, guint8 number)
{
    for (guint i = 0; extension != NULL && number != FREE && i < 8; i++) {
        guint8 *record = sim_card_file_record (extension, number);

        if (record == NULL) {
            return;
        }
        number = record[EXTENSION - 1];
        memset (record, 0xFF, EXTENSION);
        record[0] = 0;
    }
}

/* puts digits that are left in a free extension record, and so on; FF when full */
static guint8
write_chain (SimCardFile *extension, const gchar *digits)
{
    gsize length = strlen (digits);
    g_autoptr (GByteArray) content = g_byte_array_new ();
    guint8 head[2] = {ADDITIONAL, (MIN (length, 20) + 1) / 2};
    guint8 next;

    for (guint i = 1; extension != NULL && i <= sim_card_file_count (extension); i++) {
        guint8 *record = sim_card_file_record (extension, i);

        if (record[0] != 0 && record[0] != 0xFF) {
            continue;
        }
        g_byte_array_append (content, head, sizeof head);
        sim_card_bcd_append (content, digits, NUMBER_BYTES);
        memcpy (record, content->data, content->len);
        next = length > 20 ? write_chain (extension, digits + 20) : FREE;
        record[EXTENSION - 1] = next;
        return i;
    }
    return FREE;
}

gboolean
sim_card_adn_store (SimCardFile *file, SimCardFile *extension, guint number, const SimCardAdn *adn)
{
    guint8 *record = sim_card_file_record (file, number);
    g_autoptr (GByteArray) name = g_byte_array_new ();
    g_autoptr (GByteArray) digits = g_byte_array_new ();
    guint8 *foot;
    gsize length;

    if (record == NULL) {
        return FALSE;
    }
    foot = record + file->record_size - file->tail - FOOT;
    free_chain (extension, is_free (record, file->record_size) ? FREE : foot[FOOT - 1]);
    memset (record, 0xFF, file->record_size);
    if (adn == NULL) {
        return TRUE;
    }
    sim_card_alpha_append (name, adn->name);
    length = adn->number == NULL ? 0 : strlen (adn->number);
    if (name->len > file->record_size - file->tail - FOOT) {
        return FALSE;
    }
    if (name->len > 0) {
        memcpy (record, name->data, name->len);
    }
    if (length == 0) {
        return TRUE;
    }
    foot[0] = 1 + (MIN (length, 20) + 1) / 2;
    foot[1] = adn->type;
    sim_card_bcd_append (digits, adn->number, NUMBER_BYTES);
    memcpy (foot + 2, digits->data, NUMBER_BYTES);
    if (length > 20) {
        foot[FOOT - 1] = write_chain (extension, adn->number + 20);
    }
    return length <= 20 || foot[FOOT - 1] != FREE;
}

gboolean
sim_card_adn_write (SimCardFile *file,
                    SimCardFile *extension,
                    guint record,
                    const gchar *name,
                    const gchar *number)
{
    gboolean international = number[0] == '+';
    g_autofree gunichar2 *units =
        name == NULL ? NULL : g_utf8_to_utf16 (name, -1, NULL, NULL, NULL);
    const SimCardAdn adn = {
        .name = units,
        .number = (gchar *) number + (international ? 1 : 0),
        .type = international ? 0x91 : 0x81,
    };

    return sim_card_adn_store (file, extension, record, &adn);
}
