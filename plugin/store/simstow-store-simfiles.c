/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of files.
 */

#include "simstow-store-simfiles.h"

#include "simstow-names.h"

/* clang-format off */
static const struct {
    const gchar *name;
    const gchar *path;
} files[] = {
    /* the card */
    {"EF_ICCID", "2FE2"},
    {"EF_DIR", "2F00"},
    {"EF_PL", "2F05"},
    /* the subscription, and what it may do */
    {"EF_LI", "7FFF6F05"},
    {"EF_IMSI", "7FFF6F07"},
    {"EF_UST", "7FFF6F38"},
    {"EF_EST", "7FFF6F56"},
    {"EF_ACC", "7FFF6F78"},
    {"EF_AD", "7FFF6FAD"},
    {"EF_ACL", "7FFF6F57"},
    /* the provider */
    {"EF_SPN", "7FFF6F46"},
    {"EF_GID1", "7FFF6F3E"},
    {"EF_GID2", "7FFF6F3F"},
    /* numbers, each with the file that holds the rest of long ones */
    {"EF_MSISDN", "7FFF6F40"},
    {"EF_EXT5", "7FFF6F4E"},
    {"EF_SMSP", "7FFF6F42"},
    {"EF_FDN", "7FFF6F3B"},
    {"EF_EXT2", "7FFF6F4B"},
    {"EF_SDN", "7FFF6F49"},
    {"EF_EXT3", "7FFF6F4C"},
    {"EF_MBDN", "7FFF6FC7"},
    {"EF_EXT6", "7FFF6FC8"},
    {"EF_MBI", "7FFF6FC9"},
    {"EF_ECC", "7FFF6FB7"},
    /* networks and their names */
    {"EF_PLMNwAcT", "7FFF6F60"},
    {"EF_OPLMNwAcT", "7FFF6F61"},
    {"EF_HPLMNwAcT", "7FFF6F62"},
    {"EF_EHPLMN", "7FFF6FD9"},
    {"EF_FPLMN", "7FFF6F7B"},
    {"EF_PNN", "7FFF6FC5"},
    {"EF_OPL", "7FFF6FC6"},
    {"EF_SPDI", "7FFF6FCD"},
};
/* clang-format on */

guint
simstow_store_simfiles_count (void)
{
    return G_N_ELEMENTS (files);
}

const gchar *
simstow_store_simfiles_path (guint i)
{
    return files[i].path;
}

static const gchar *
structure_name (const SimstowFcp *fcp)
{
    if (fcp->structure == SIMSTOW_FILE_TRANSPARENT)
        return "transparent";
    return fcp->structure == SIMSTOW_FILE_CYCLIC ? "cyclic" : "linear";
}

static void
add_text (GVariantBuilder *record, const gchar *key, const gchar *text)
{
    g_variant_builder_add (record, "{sv}", key, g_variant_new_string (text));
}

static GVariant *
bytes_variant (GBytes *bytes)
{
    return g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE);
}

static void
add_contents (GVariantBuilder *record, const SimstowFcp *fcp, GPtrArray *contents)
{
    GVariantBuilder list;
    guint i;

    add_text (record, SIMSTOW_RECORD_STRUCTURE, structure_name (fcp));
    if (fcp->structure == SIMSTOW_FILE_TRANSPARENT && contents->len == 1) {
        g_variant_builder_add (record,
                               "{sv}",
                               SIMSTOW_RECORD_RAW,
                               bytes_variant (g_ptr_array_index (contents, 0)));
        return;
    }
    g_variant_builder_init (&list, G_VARIANT_TYPE ("aay"));
    for (i = 0; i < contents->len; i++)
        g_variant_builder_add_value (&list, bytes_variant (g_ptr_array_index (contents, i)));
    g_variant_builder_add (record, "{sv}", SIMSTOW_RECORD_RECORDS, g_variant_builder_end (&list));
}

GVariant *
simstow_store_simfiles_record (guint i,
                               const SimstowFcp *fcp,
                               GPtrArray *contents,
                               const GError *fault)
{
    GVariantBuilder record;

    g_variant_builder_init (&record, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add (&record, "{sv}", SIMSTOW_RECORD_INDEX, g_variant_new_uint32 (i + 1));
    add_text (&record, SIMSTOW_RECORD_NAME, files[i].name);
    add_text (&record, SIMSTOW_RECORD_PATH, files[i].path);
    if (fault)
        add_text (&record, SIMSTOW_RECORD_FAULT, fault->message);
    if (!fault || contents->len > 0)
        add_contents (&record, fcp, contents);
    return g_variant_builder_end (&record);
}
