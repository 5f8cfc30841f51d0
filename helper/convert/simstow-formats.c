/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of formats.
 */

#include "simstow-format.h"

#include <string.h>

/* Those that recognise more come later */
static const SimstowFormat *const formats[] = {
    &simstow_format_sms_backup_restore,
    &simstow_format_vcard,
    &simstow_format_vcard_4,
    &simstow_format_sms_ie,
    &simstow_format_fossify,
    &simstow_format_qksms,
    &simstow_format_gammu_sms,
    &simstow_format_gammu_backup,
    &simstow_format_sqlite,
    &simstow_format_vmessage,
    &simstow_format_bmessage,
    &simstow_format_csv,
    &simstow_format_mbox,
    &simstow_format_json,
};

const SimstowFormat *
simstow_formats_get (guint place)
{
    return place < G_N_ELEMENTS (formats) ? formats[place] : NULL;
}

const SimstowFormat *
simstow_formats_find (const gchar *name)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (formats); i++)
        if (strcmp (formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}

static gboolean
has_extension (const SimstowFormat *format, const gchar *path)
{
    g_autofree gchar *name = g_ascii_strdown (path, -1);
    guint i;

    for (i = 0; format->extensions[i]; i++)
        if (g_str_has_suffix (name, format->extensions[i]))
            return TRUE;
    return FALSE;
}

const SimstowFormat *
simstow_formats_find_by_extension (const gchar *path)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (formats); i++)
        if (formats[i]->add && has_extension (formats[i], path))
            return formats[i];
    return NULL;
}

const SimstowFormat *
simstow_formats_sniff (const gchar *head, gsize length)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (formats); i++)
        if (formats[i]->sniff && formats[i]->sniff (head, length))
            return formats[i];
    return NULL;
}

gint
simstow_format_output_number_sim (SimstowFormatOutput *output, const gchar *sim)
{
    guint number;
    guint64 told;

    if (!sim)
        return -1;
    if (g_str_has_prefix (sim, SIMSTOW_SIM_SLOT) &&
        g_ascii_string_to_unsigned (sim + strlen (SIMSTOW_SIM_SLOT), 10, 0, G_MAXINT, &told, NULL))
        return (gint) told;
    if (output->options->single_sim)
        return -1;
    number = GPOINTER_TO_UINT (g_hash_table_lookup (output->sims, sim));
    if (number == 0) {
        number = g_hash_table_size (output->sims) + 1;
        g_hash_table_insert (output->sims, g_strdup (sim), GUINT_TO_POINTER (number));
    }
    return (gint) number;
}
