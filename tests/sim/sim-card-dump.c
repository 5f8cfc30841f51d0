/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The content of the card as canonical text, for comparison.
 */

#include "sim-card-bytes.h"
#include "sim-card-private.h"

static void
dump_elementary (SimCardFile *file, const gchar *path, GString *text)
{
    guint count = sim_card_file_count (file);

    if (count == 0) {
        g_autofree gchar *content = sim_card_hex_encode (file->data->data, file->data->len);

        g_string_append_printf (text, "%s %s %s\n", path, file->name, content);
    }
    for (guint i = 1; i <= count; i++) {
        g_autofree gchar *content =
            sim_card_hex_encode (sim_card_file_record (file, i), file->record_size);

        g_string_append_printf (text, "%s#%u %s %s\n", path, i, file->name, content);
    }
}

static void
dump_file (SimCardFile *file, GString *text)
{
    g_autofree gchar *path = sim_card_file_path (file);

    if (!sim_card_file_is_directory (file)) {
        dump_elementary (file, path, text);
        return;
    }
    for (guint i = 0; i < file->children->len; i++) {
        dump_file (g_ptr_array_index (file->children, i), text);
    }
}

gchar *
sim_card_dump (SimCard *card)
{
    GString *text = g_string_new (NULL);

    if (card->backing != NULL) {
        card->backing->before (card->backing_self, card);
    }
    dump_file (card->root, text);
    return g_string_free (text, FALSE);
}
