/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which files of the SIM are saved, a table row each: 3GPP TS 31.102 and ETSI TS 102 221. Those
 * that hold keys are not in it, and the plugin would not read them; nor are those that change by
 * themselves, as where the modem was last.
 */

#include "simstow-simfiles.h"

#include "simstow-card-file.h"
#include "simstow-error.h"
#include "simstow-hex.h"
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

struct _SimstowSimfiles {
    SimstowDriver parent_instance;
};

G_DEFINE_FINAL_TYPE (SimstowSimfiles, simstow_simfiles, SIMSTOW_TYPE_DRIVER)

/* Where one of the first files is, there is a card. The very first is EF_ICCID, which an eUICC
 * without a profile does not have. */
static SimstowCardFile *
look (SimstowConversation *conversation, GCancellable *cancellable, GError **error)
{
    static const gchar *const first[] = {"describe 2FE2", NULL};
    static const gchar *const next[] = {"describe 2F00",
                                        "describe 2F05",
                                        "describe 7FFF6F05",
                                        NULL};
    g_autoptr (GPtrArray) found = simstow_card_files_run (conversation, first, cancellable, error);
    g_autoptr (GPtrArray) others = NULL;
    SimstowCardFile *iccid = found ? found->pdata[0] : NULL;

    if (!iccid || !g_error_matches (iccid->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND))
        return found ? g_ptr_array_steal_index (found, 0) : NULL;
    others = simstow_card_files_run (conversation, next, cancellable, error);
    for (guint i = 0; others && i < others->len; i++) {
        const SimstowCardFile *other = others->pdata[i];

        if (!g_error_matches (other->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND))
            return g_ptr_array_steal_index (others, i);
    }
    if (!others)
        return NULL;
    iccid->error->code = SIMSTOW_ERROR_MODEM_ERROR;
    g_propagate_prefixed_error (error,
                                g_steal_pointer (&iccid->error),
                                "no file is found, not even EF_ICCID: ");
    return NULL;
}

static gboolean
list (SimstowDriver *driver,
      gboolean counts,
      SimstowSnapshot *listing,
      GCancellable *cancellable,
      GError **error)
{
    SimstowConversation *conversation = simstow_driver_peek_conversation (driver);
    g_autoptr (SimstowCardFile) file = look (conversation, cancellable, error);
    SimstowStore *store;

    if (!file)
        return FALSE;
    if (file->error && (simstow_card_file_lacks (file) ||
                        g_error_matches (file->error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED)))
        return TRUE;
    if (file->error) {
        g_propagate_error (error, g_error_copy (file->error));
        return FALSE;
    }
    store = simstow_store_new (SIMSTOW_STORE_SIMFILE);
    store->via = g_strdup (SIMSTOW_VIA_CARD);
    store->way = simstow_card_files_dup_way (conversation, cancellable);
    store->capacity = G_N_ELEMENTS (files);
    store->first = 1;
    store->last = G_N_ELEMENTS (files);
    g_ptr_array_add (listing->stores, store);
    return TRUE;
}

static const gchar *
structure_name (const SimstowFcp *fcp)
{
    if (fcp->structure == SIMSTOW_FILE_TRANSPARENT)
        return "transparent";
    return fcp->structure == SIMSTOW_FILE_CYCLIC ? "cyclic" : "linear";
}

/* What is said of a file of which some records could not be read: %NULL without any */
static gchar *
partial_fault (const SimstowCardFile *file)
{
    guint i = 0;

    if (file->failed == 0)
        return NULL;
    while (!file->faults->pdata[i])
        i++;
    return g_strdup_printf ("%s, at %u of %u records",
                            (const gchar *) file->faults->pdata[i],
                            file->failed,
                            file->records->len);
}

static void
take_contents (SimstowSimfile *simfile, const SimstowCardFile *file)
{
    simfile->structure = g_strdup (structure_name (&file->fcp));
    if (file->fcp.structure == SIMSTOW_FILE_TRANSPARENT) {
        simfile->raw = g_bytes_ref (file->records->pdata[0]);
        return;
    }
    simfile->records = g_new0 (gchar *, file->records->len + 1);
    for (guint i = 0; i < file->records->len; i++)
        simfile->records[i] = simstow_hex_encode_bytes (file->records->pdata[i]);
}

/* The status word for a file that the card does not have or keeps to itself, which is a finding,
 * no failure: ETSI TS 102 221 10.2.1 and 3GPP TS 51.011 9.4 */
static gboolean
is_refused (const SimstowCardFile *file)
{
    static const guint words[] =
        {0x6A82, 0x6A83, 0x9404, 0x6982, 0x6983, 0x6984, 0x6985, 0x9804, 0x9840};

    for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
        if (file->error && g_strcmp0 (file->modem_domain, SIMSTOW_ERROR_DOMAIN_SW) == 0 &&
            file->modem_code == words[i])
            return TRUE;
    return FALSE;
}

static SimstowSimfile *
simfile_new (guint row, const SimstowCardFile *file)
{
    SimstowSimfile *simfile = simstow_simfile_new ();
    gboolean empty = !file->error && simstow_card_file_has_records (file);

    simfile->index = row + 1;
    simfile->name = g_strdup (files[row].name);
    simfile->path = g_strdup (files[row].path);
    simfile->fault = file->error ? g_strdup (file->error->message) : partial_fault (file);
    simfile->refused = is_refused (file);
    if (file->records->len > 0 || empty)
        take_contents (simfile, file);
    return simfile;
}

static gboolean
read_store (SimstowDriver *driver,
            const gchar *store,
            guint first,
            guint last,
            SimstowSnapshot *into,
            SimstowProgressFunc progress,
            gpointer user_data,
            GCancellable *cancellable,
            GError **error)
{
    g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
    g_auto (GStrv) commands = NULL;
    g_autoptr (GPtrArray) found = NULL;
    guint from = MAX (first, 1) - 1;
    guint end = last > 0 ? MIN (last, G_N_ELEMENTS (files)) : G_N_ELEMENTS (files);

    for (guint i = from; i < end; i++) {
        g_autofree gchar *command = g_strconcat ("read ", files[i].path, NULL);

        g_strv_builder_add (builder, command);
    }
    commands = g_strv_builder_end (builder);
    found = simstow_card_files_run (simstow_driver_peek_conversation (driver),
                                    (const gchar *const *) commands,
                                    cancellable,
                                    error);
    if (!found)
        return FALSE;
    for (guint i = 0; i < found->len; i++)
        g_ptr_array_add (into->simfiles, simfile_new (from + i, found->pdata[i]));
    if (progress)
        progress (store, end, G_N_ELEMENTS (files), user_data);
    return TRUE;
}

static void
simstow_simfiles_class_init (SimstowSimfilesClass *klass)
{
    SimstowDriverClass *driver_class = SIMSTOW_DRIVER_CLASS (klass);

    driver_class->list = list;
    driver_class->read = read_store;
}

static void
simstow_simfiles_init (SimstowSimfiles *self)
{
}

SimstowDriver *
simstow_simfiles_new (SimstowConversation *conversation)
{
    return g_object_new (SIMSTOW_TYPE_SIMFILES, "conversation", conversation, NULL);
}
