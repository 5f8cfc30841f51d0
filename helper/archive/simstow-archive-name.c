/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the name of an archive's file promises.
 */

#include "config.h"

#include "simstow-archive-name.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>

#include "simstow-error.h"

static const gchar *const closed[] = {".gpg", ".pgp"};

/* Extensions; those of what simstow does not write have none of its compressions */
static const struct {
    const gchar *extension;
    gint compression;
} kinds[] = {
    {".tar.gz", SIMSTOW_COMPRESSION_GZIP},
    {".gz", SIMSTOW_COMPRESSION_GZIP},
    {".tgz", SIMSTOW_COMPRESSION_GZIP},
    {".taz", SIMSTOW_COMPRESSION_GZIP},
    {".gzip", SIMSTOW_COMPRESSION_GZIP},
    {".zst", SIMSTOW_COMPRESSION_ZSTD},
    {".tzst", SIMSTOW_COMPRESSION_ZSTD},
    {".zstd", SIMSTOW_COMPRESSION_ZSTD},
    {".xz", SIMSTOW_COMPRESSION_XZ},
    {".txz", SIMSTOW_COMPRESSION_XZ},
    {".tar", SIMSTOW_COMPRESSION_NONE},
    {".bz2", -1},
    {".tbz", -1},
    {".tbz2", -1},
    {".tb2", -1},
    {".lz", -1},
    {".lz4", -1},
    {".lzma", -1},
    {".tlz", -1},
    {".lzo", -1},
    {".z", -1},
    {".7z", -1},
    {".zip", -1},
    {".rar", -1},
    {".asc", -1},
};

static const gchar *const words[] = {
    [SIMSTOW_COMPRESSION_GZIP] = "gzip",
    [SIMSTOW_COMPRESSION_ZSTD] = "zstd",
    [SIMSTOW_COMPRESSION_XZ] = "xz",
    [SIMSTOW_COMPRESSION_NONE] = "none",
};

/* A file, or what will be one */
static gboolean
has_name (const gchar *output)
{
    struct stat info;

    return output && strcmp (output, "-") != 0 &&
           (stat (output, &info) != 0 || S_ISREG (info.st_mode));
}

static gboolean
strip (gchar *name, const gchar *extension)
{
    if (!g_str_has_suffix (name, extension))
        return FALSE;
    name[strlen (name) - strlen (extension)] = '\0';
    return TRUE;
}

static gboolean
refuse (GError **error, const gchar *output, const gchar *why)
{
    g_set_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_USAGE, "%s: %s", output, why);
    return FALSE;
}

static gboolean
check_compression (const gchar *output, gint named, SimstowCompression *compression, GError **error)
{
    g_autofree gchar *why = NULL;

    if (named < 0)
        return refuse (error,
                       output,
                       _ ("the name says what simstow does not write; .tar.gz, .tar.zst, .tar.xz "
                          "and .tar it does, with .gpg behind it when it is encrypted"));
    if (*compression == SIMSTOW_COMPRESSION_BY_NAME)
        *compression = (SimstowCompression) named;
    if (*compression == (SimstowCompression) named)
        return TRUE;
    why = g_strdup_printf (_ ("the name says %s, and --compress says %s"),
                           words[named],
                           words[*compression]);
    return refuse (error, output, why);
}

gboolean
simstow_archive_name_check (const gchar *output,
                            gboolean encrypted,
                            SimstowCompression *compression,
                            GError **error)
{
    g_autofree gchar *base = has_name (output) ? g_path_get_basename (output) : g_strdup ("");
    g_autofree gchar *name = g_ascii_strdown (base, -1);
    gboolean is_closed = FALSE;
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (closed) && !is_closed; i++)
        is_closed = strip (name, closed[i]);
    if (is_closed && !encrypted)
        return refuse (error,
                       output,
                       _ ("the name says that it is encrypted, but neither a key nor a passphrase "
                          "was given (--encrypt-to, --passphrase)"));
    for (i = 0; i < G_N_ELEMENTS (kinds) && !strip (name, kinds[i].extension); i++)
        continue;
    if (i < G_N_ELEMENTS (kinds) && kinds[i].compression >= 0 && encrypted && !is_closed)
        return refuse (error,
                       output,
                       _ ("it would be encrypted, and the name does not say so: let it end in "
                          ".gpg"));
    if (i < G_N_ELEMENTS (kinds))
        return check_compression (output, kinds[i].compression, compression, error);
    if (*compression == SIMSTOW_COMPRESSION_BY_NAME)
        *compression = SIMSTOW_COMPRESSION_GZIP;
    return TRUE;
}
