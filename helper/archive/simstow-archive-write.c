/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door to archives: writing.
 */

#include "config.h"

#include "simstow-pack.h"

#include <errno.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simstow-archive-reader.h"
#include "simstow-crypt.h"
#include "simstow-error.h"
#include "simstow-openpgp.h"
#include "simstow-sha256.h"
#include "simstow-spool.h"
#include "simstow-sums.h"
#include "simstow-target.h"

#define BUFFER_SIZE (64 * 1024)

static const gchar *const extensions[] = {
    [SIMSTOW_COMPRESSION_GZIP] = ".tar.gz",
    [SIMSTOW_COMPRESSION_ZSTD] = ".tar.zst",
    [SIMSTOW_COMPRESSION_XZ] = ".tar.xz",
    [SIMSTOW_COMPRESSION_NONE] = ".tar",
};

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
refuse_name (GError **error, const gchar *output, const gchar *why)
{
    return simstow_error_set (error, SIMSTOW_ERROR_USAGE, "%s: %s", output, why);
}

static gboolean
check_compression (const gchar *output, gint named, SimstowCompression *compression, GError **error)
{
    g_autofree gchar *why = NULL;

    if (named < 0)
        return refuse_name (
            error,
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
    return refuse_name (error, output, why);
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
        return refuse_name (
            error,
            output,
            _ ("the name says that it is encrypted, but neither a key nor a passphrase "
               "was given (--encrypt-to, --passphrase)"));
    for (i = 0; i < G_N_ELEMENTS (kinds) && !strip (name, kinds[i].extension); i++)
        continue;
    if (i < G_N_ELEMENTS (kinds) && kinds[i].compression >= 0 && encrypted && !is_closed)
        return refuse_name (error,
                            output,
                            _ ("it would be encrypted, and the name does not say so: let it end in "
                               ".gpg"));
    if (i < G_N_ELEMENTS (kinds))
        return check_compression (output, kinds[i].compression, compression, error);
    if (*compression == SIMSTOW_COMPRESSION_BY_NAME)
        *compression = SIMSTOW_COMPRESSION_GZIP;
    return TRUE;
}

gboolean
simstow_archive_is_encrypted (const SimstowArchiveWriteOptions *options)
{
    return options->keys.passphrase || (options->keys.recipients && options->keys.recipients[0]);
}

/* A file under way, and the digest of what went into it */
typedef struct {
    SimstowTarget *target;
    SimstowSha256 *checksum;
} Output;

static gboolean
on_write_target (gconstpointer data, gsize size, gpointer user_data, GError **error)
{
    Output *output = user_data;

    simstow_sha256_update (output->checksum, data, size);
    return simstow_target_write (output->target, data, size, error);
}

static gboolean
write_encrypted (SimstowPack *pack,
                 const SimstowArchiveWriteOptions *options,
                 SimstowSinkFunc write,
                 gpointer user_data,
                 GError **error)
{
    g_autoptr (GError) reason = NULL;
    g_autoptr (SimstowCrypt) crypt =
        simstow_crypt_encrypt (&options->keys, write, user_data, error);
    gboolean written;

    if (!crypt)
        return FALSE;
    written = simstow_pack_write (pack, options->compression, simstow_crypt_write, crypt, &reason);
    /* when gpg stopped, it knows why */
    if (!simstow_crypt_finish (crypt, error))
        return FALSE;
    if (!written)
        g_propagate_error (error, g_steal_pointer (&reason));
    return written;
}

static gboolean
write_bytes (SimstowPack *pack,
             const SimstowArchiveWriteOptions *options,
             Output *output,
             GError **error)
{
    if (simstow_archive_is_encrypted (options))
        return write_encrypted (pack, options, on_write_target, output, error);
    return simstow_pack_write (pack, options->compression, on_write_target, output, error);
}

/* The path itself, or a name of ours in the directory it is */
static gchar *
resolve_output (const gchar *output,
                const SimstowPack *pack,
                const SimstowArchiveWriteOptions *options)
{
    g_autofree gchar *name = NULL;

    if (output && (g_str_equal (output, "-") || !g_file_test (output, G_FILE_TEST_IS_DIR)))
        return g_strdup (output);
    name = g_strconcat (simstow_pack_get_name (pack),
                        extensions[options->compression],
                        simstow_archive_is_encrypted (options) ? ".gpg" : "",
                        NULL);
    return output ? g_build_filename (output, name, NULL) : g_strdup (name);
}

static gboolean
compare_bytes (const Output *output, GCancellable *cancellable, GError **error)
{
    g_autoptr (GInputStream) input = simstow_target_read_back (output->target, error);
    g_autofree gchar *written = NULL;
    g_autofree gchar *found = NULL;

    if (!input || !(found = simstow_digest_stream (input, NULL, cancellable, error)))
        return FALSE;
    written = simstow_sha256_dup_string (output->checksum);
    if (g_str_equal (found, written))
        return TRUE;
    return simstow_error_set (error,
                              SIMSTOW_ERROR_DAMAGED,
                              _ ("the disk does not give back what was written"));
}

/* What was just written has its seal */
static gboolean
on_read_back (SimstowItem *item, gpointer user_data, GError **error)
{
    if (!item->repacked)
        return TRUE;
    return simstow_error_set (error,
                              SIMSTOW_ERROR_CUT_SHORT,
                              _ ("the archive is cut short: its seal is missing"));
}

static const SimstowReading reading = {on_read_back};

/* That the packets are all there can be seen without any key; a passphrase opens it again */
static gboolean
check_encrypted (gint fd,
                 const SimstowArchiveWriteOptions *options,
                 GCancellable *cancellable,
                 GError **error)
{
    const gchar *const *recipients = options->keys.recipients;
    gboolean to_keys = recipients && *recipients;
    SimstowOpenpgpMessage message;

    if (!simstow_openpgp_check (fd, &message, error))
        return FALSE;
    if ((message.keys > 0) != to_keys || message.passphrases != (options->keys.passphrase ? 1 : 0))
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_DAMAGED,
                                  _ ("it is not encrypted to whom it should be"));
    return !options->keys.passphrase ||
           simstow_reading_run_encrypted (&reading, fd, &options->keys, cancellable, error);
}

/* As far as it can be read again: what is encrypted to public keys alone, by its bytes */
static gboolean
read_back (const Output *output,
           const SimstowArchiveWriteOptions *options,
           GCancellable *cancellable,
           GError **error)
{
    g_autoptr (GInputStream) input = NULL;

    if (simstow_archive_is_encrypted (options))
        return compare_bytes (output, cancellable, error) &&
               check_encrypted (simstow_target_get_fd (output->target),
                                options,
                                cancellable,
                                error);
    input = simstow_target_read_back (output->target, error);
    return input && simstow_reading_run (&reading, input, cancellable, error);
}

static gboolean
verify (const Output *output,
        const SimstowArchiveWriteOptions *options,
        GCancellable *cancellable,
        GError **error)
{
    if (read_back (output, options, cancellable, error))
        return TRUE;
    g_prefix_error (error, _ ("what was written cannot be read back: "));
    return FALSE;
}

static gboolean
set_spool_errno (GError **error, gint code)
{
    g_set_error (error,
                 G_IO_ERROR,
                 g_io_error_from_errno (code),
                 _ ("could not keep the archive until it is checked: %s"),
                 g_strerror (code));
    return FALSE;
}

static gboolean
on_write_spool (gconstpointer data, gsize size, gpointer user_data, GError **error)
{
    const gint *fd = user_data;

    return simstow_spool_write (*fd, data, size) || set_spool_errno (error, errno);
}

static gboolean
copy (gint fd, SimstowTarget *target, GCancellable *cancellable, GError **error)
{
    g_autoptr (GInputStream) input = g_unix_input_stream_new (fd, FALSE);
    g_autofree guint8 *buffer = g_malloc (BUFFER_SIZE);
    gssize got;

    if (lseek (fd, 0, SEEK_SET) != 0)
        return set_spool_errno (error, errno);
    while ((got = g_input_stream_read (input, buffer, BUFFER_SIZE, cancellable, error)) > 0)
        if (!simstow_target_write (target, buffer, (gsize) got, error))
            return FALSE;
    return got == 0;
}

/* A stream gives nothing back, so that ciphertext is checked before it goes there */
static gboolean
write_by_spool (SimstowPack *pack,
                SimstowTarget *target,
                const SimstowArchiveWriteOptions *options,
                GCancellable *cancellable,
                GError **error)
{
    gint fd = simstow_spool_new (TRUE, error);
    gboolean written;

    if (fd < 0)
        return FALSE;
    written = write_encrypted (pack, options, on_write_spool, &fd, error) &&
              check_encrypted (fd, options, cancellable, error) &&
              copy (fd, target, cancellable, error);
    close (fd);
    return written;
}

/* A stream cannot be read back */
static gboolean
write_stream (SimstowPack *pack,
              Output *output,
              const SimstowArchiveWriteOptions *options,
              GCancellable *cancellable,
              GError **error)
{
    gboolean written;

    if (isatty (simstow_target_get_fd (output->target)))
        return simstow_error_set (
            error,
            SIMSTOW_ERROR_USAGE,
            _ ("an archive is nothing for a terminal: name a file, or pipe it"));
    written = simstow_archive_is_encrypted (options)
                  ? write_by_spool (pack, output->target, options, cancellable, error)
                  : write_bytes (pack, options, output, error);
    return written && simstow_target_flush (output->target, error);
}

static gboolean
write_archive (SimstowPack *pack,
               const gchar *path,
               const SimstowArchiveWriteOptions *options,
               GCancellable *cancellable,
               GError **error)
{
    g_autoptr (SimstowTarget) target =
        simstow_target_new (path, options->force, options->inputs, error);
    g_autoptr (SimstowSha256) checksum = simstow_sha256_new ();
    Output output = {target, checksum};

    if (!target)
        return FALSE;
    if (simstow_target_is_stream (target))
        return write_stream (pack, &output, options, cancellable, error);
    return write_bytes (pack, options, &output, error) && simstow_target_flush (target, error) &&
           verify (&output, options, cancellable, error) && simstow_target_publish (target, error);
}

static SimstowPack *
make_pack (SimstowSnapshot *snapshot,
           const SimstowArchiveWriteOptions *options,
           GCancellable *cancellable,
           GError **error)
{
    simstow_snapshot_sort (snapshot);
    return simstow_pack_new_for_snapshot (snapshot,
                                          simstow_archive_is_encrypted (options),
                                          cancellable,
                                          error);
}

gchar *
simstow_archive_compute_content_id (SimstowSnapshot *snapshot,
                                    const SimstowArchiveWriteOptions *options,
                                    GCancellable *cancellable,
                                    GError **error)
{
    g_autoptr (SimstowPack) pack = make_pack (snapshot, options, cancellable, error);

    return pack ? g_strdup (simstow_pack_get_content_id (pack)) : NULL;
}

gboolean
simstow_archive_write_pack (SimstowPack *pack,
                            const gchar *output,
                            const SimstowArchiveWriteOptions *options,
                            gchar **path,
                            GCancellable *cancellable,
                            GError **error)
{
    SimstowArchiveWriteOptions named = *options;
    g_autofree gchar *resolved = NULL;

    if (path)
        *path = NULL;
    if (!simstow_archive_name_check (output,
                                     simstow_archive_is_encrypted (options),
                                     &named.compression,
                                     error))
        return FALSE;
    resolved = resolve_output (output, pack, &named);
    if (!write_archive (pack, resolved, &named, cancellable, error))
        return FALSE;
    if (path && !simstow_target_is_standard_output (resolved))
        *path = g_steal_pointer (&resolved);
    return TRUE;
}

gboolean
simstow_archive_write (SimstowSnapshot *snapshot,
                       const gchar *output,
                       const SimstowArchiveWriteOptions *options,
                       gchar **path,
                       GCancellable *cancellable,
                       GError **error)
{
    g_autoptr (SimstowPack) pack = make_pack (snapshot, options, cancellable, error);

    if (path)
        *path = NULL;
    return pack && simstow_archive_write_pack (pack, output, options, path, cancellable, error);
}
