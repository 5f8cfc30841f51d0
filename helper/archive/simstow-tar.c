/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tars, IEEE Std 1003.1 pax: "ustar Interchange Format" and "pax Extended Header".
 */

#include "config.h"

#include "simstow-tar.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "simstow-error.h"
#include "simstow-layout.h"

/* More digits than the length of any record that fits the limit has */
#define LENGTH_DIGITS 8

typedef struct {
    gchar name[100];
    gchar mode[8];
    gchar uid[8];
    gchar gid[8];
    gchar size[12];
    gchar mtime[12];
    gchar checksum[8];
    gchar type;
    gchar link[100];
    gchar magic[8];
    gchar owner[32];
    gchar group[32];
    gchar device[16];
    gchar prefix[155];
    gchar padding[12];
} Ustar;

G_STATIC_ASSERT (sizeof (Ustar) == SIMSTOW_TAR_BLOCK);

static const struct {
    gchar type;
    const gchar *what;
} kinds[] = {
    {'1', N_ ("a hard link")},
    {'2', N_ ("a symbolic link")},
    {'3', N_ ("a character device")},
    {'4', N_ ("a block device")},
    {'6', N_ ("a named pipe")},
    {'7', N_ ("a contiguous file")},
    {'g', N_ ("an extended header")},
    {'x', N_ ("an extended header")},
    {'K', N_ ("an extended header")},
    {'L', N_ ("an extended header")},
    {'S', N_ ("a file with holes")},
};

gboolean
simstow_tar_refuse (const gchar *name, const gchar *why, GError **error)
{
    return simstow_error_set (error, SIMSTOW_ERROR_DAMAGED, "%s: %s", name, why);
}

static gboolean
refuse_entry (const gchar *name, const gchar *what, GError **error)
{
    g_autofree gchar *shown = g_strescape (name, NULL);

    return simstow_error_set (error,
                              SIMSTOW_ERROR_DAMAGED,
                              /* TRANSLATORS: a member's name and what is wrong with it */
                              _ ("%s: not in a simstow archive: %s"),
                              shown,
                              what);
}

gboolean
simstow_tar_refuse_type (const gchar *name, gchar type, GError **error)
{
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (kinds); i++)
        if (kinds[i].type == type)
            return refuse_entry (name, _ (kinds[i].what), error);
    return refuse_entry (name, _ ("an entry of unknown type"), error);
}

static gboolean
refuse_sum (gboolean is_header, GError **error)
{
    return simstow_error_set (error,
                              SIMSTOW_ERROR_DAMAGED,
                              "%s",
                              is_header
                                  ? _ ("a tar header is damaged")
                                  : _ ("not a simstow archive, or damaged: no tar, compressed "
                                       "with gzip, zstd, xz or not at all"));
}

/* Octal digits, then only spaces and NULs; no base-256 numbers */
static gboolean
decode_octal (const gchar *digits, gsize size, guint64 *value)
{
    gsize i;

    *value = 0;
    for (i = 0; i < size && digits[i] >= '0' && digits[i] <= '7'; i++)
        *value = *value << 3 | (guint64) (digits[i] - '0');
    if (i == 0)
        return FALSE;
    for (; i < size; i++)
        if (digits[i] != ' ' && digits[i] != '\0')
            return FALSE;
    return TRUE;
}

/* Of all octets, the checksum's own taken for spaces */
static guint
sum_up (const guint8 *block)
{
    const gsize place = G_STRUCT_OFFSET (Ustar, checksum);
    guint sum = 8 * ' ';
    gsize i;

    for (i = 0; i < SIMSTOW_TAR_BLOCK; i++)
        sum += i < place || i >= place + 8 ? block[i] : 0;
    return sum;
}

static gboolean
is_anonymous (const Ustar *ustar)
{
    guint64 uid, gid;

    return decode_octal (ustar->uid, 8, &uid) && uid == 0 && decode_octal (ustar->gid, 8, &gid) &&
           gid == 0 && ustar->owner[0] == '\0' && ustar->group[0] == '\0';
}

static gboolean
finish_header (const Ustar *ustar, gchar type, SimstowTarHeader *header, GError **error)
{
    if (!decode_octal (ustar->size, sizeof ustar->size, &header->size))
        return refuse_entry (header->name, _ ("an impossible size"), error);
    header->type = type;
    header->directory = type == '5';
    header->anonymous = is_anonymous (ustar);
    return TRUE;
}

gboolean
simstow_tar_header_decode_any (const guint8 *block, SimstowTarHeader *header, GError **error)
{
    const Ustar *ustar = (const Ustar *) block;
    const gchar *digits = ustar->checksum;
    gsize spaces = 0;
    guint64 sum;
    gboolean prefixed;
    gchar type = ustar->type == '\0' ? '0' : ustar->type;

    /* other programs write it with other digits and spaces */
    while (spaces < sizeof ustar->checksum && digits[spaces] == ' ')
        spaces++;
    if (!decode_octal (digits + spaces, sizeof ustar->checksum - spaces, &sum) ||
        sum != sum_up (block))
        return refuse_sum (decode_octal (digits, sizeof ustar->checksum, &sum), error);
    /* GNU's own form has other things where the prefix is */
    prefixed = memcmp (ustar->magic, "ustar", 6) == 0 && ustar->prefix[0] != '\0';
    g_snprintf (header->name,
                sizeof header->name,
                "%.155s%s%.100s",
                prefixed ? ustar->prefix : "",
                prefixed ? "/" : "",
                ustar->name);
    /* before there was a type for it, a slash told a directory */
    if (type == '0' && g_str_has_suffix (header->name, "/"))
        type = '5';
    return finish_header (ustar, type, header, error);
}

static gboolean
is_plain (const gchar *name)
{
    for (; *name; name++)
        if (!g_ascii_isgraph (*name))
            return FALSE;
    return TRUE;
}

gboolean
simstow_tar_header_decode (const guint8 *block, SimstowTarHeader *header, GError **error)
{
    const Ustar *ustar = (const Ustar *) block;
    gchar sum[sizeof ustar->checksum + 1];
    guint64 unused;

    /* six digits, a NUL and a space, so that no bit of it is free */
    g_snprintf (sum, sizeof sum, "%06o%c ", sum_up (block), '\0');
    if (memcmp (sum, ustar->checksum, sizeof ustar->checksum) != 0)
        return refuse_sum (decode_octal (ustar->checksum, sizeof ustar->checksum, &unused), error);
    g_snprintf (header->name, sizeof header->name, "%.100s", ustar->name);
    if (memcmp (ustar->magic, "ustar", 5) != 0)
        return refuse_entry (header->name, _ ("a tar of another kind"), error);
    if (!memchr ("05x", ustar->type, 3))
        return simstow_tar_refuse_type (header->name, ustar->type, error);
    if (ustar->prefix[0] != '\0' || !is_plain (header->name))
        return refuse_entry (header->name, _ ("an odd name"), error);
    if (ustar->link[0] != '\0')
        return refuse_entry (header->name, _ ("a link"), error);
    return finish_header (ustar, ustar->type, header, error);
}

const gchar *
simstow_tar_member_name (const SimstowTarHeader *header, const gchar *top, GError **error)
{
    gsize length = strlen (top);
    const gchar *name = header->name + length + 1;

    if (!header->directory && strncmp (header->name, top, length) == 0 &&
        header->name[length] == '/' && simstow_layout_is_safe_name (name))
        return name;
    simstow_tar_refuse (header->name,
                        _ ("not in a simstow archive: a name outside its directory, or an odd one"),
                        error);
    return NULL;
}

gboolean
simstow_tar_is_zero (const guint8 *data, gsize size)
{
    return size == 0 || (data[0] == 0 && memcmp (data, data + 1, size - 1) == 0);
}

gboolean
simstow_tar_read_block (SimstowStream *stream, guint8 *block, GError **error)
{
    gsize filled = 0;

    memset (block, 0, SIMSTOW_TAR_BLOCK);
    while (filled < SIMSTOW_TAR_BLOCK) {
        const guint8 *data;
        gsize size;

        if (!simstow_stream_peek (stream, &data, &size, error))
            return FALSE;
        if (size == 0)
            return simstow_stream_set_ended (stream, error);
        size = MIN (size, SIMSTOW_TAR_BLOCK - filled);
        memcpy (block + filled, data, size);
        simstow_stream_skip (stream, size);
        filled += size;
    }
    return TRUE;
}

gboolean
simstow_tar_skip_padding (SimstowStream *stream, const gchar *name, guint64 size, GError **error)
{
    gsize left = (SIMSTOW_TAR_BLOCK - size % SIMSTOW_TAR_BLOCK) % SIMSTOW_TAR_BLOCK;

    while (left > 0) {
        const guint8 *data;
        gsize got;

        if (!simstow_stream_peek (stream, &data, &got, error))
            return FALSE;
        if (got == 0)
            return simstow_stream_set_ended (stream, error);
        got = MIN (got, left);
        if (!simstow_tar_is_zero (data, got))
            return simstow_tar_refuse (name, _ ("damaged: its padding is not empty"), error);
        simstow_stream_skip (stream, got);
        left -= got;
    }
    return TRUE;
}

gboolean
simstow_tar_check_end (SimstowStream *stream, GError **error)
{
    guint8 block[SIMSTOW_TAR_BLOCK];
    const guint8 *data = block;
    gsize size = sizeof block;

    if (!simstow_tar_read_block (stream, block, error))
        return FALSE;
    while (size > 0) {
        if (!simstow_tar_is_zero (data, size))
            return simstow_error_set (error,
                                      SIMSTOW_ERROR_DAMAGED,
                                      _ ("the archive is damaged: something follows its end"));
        if (data != block)
            simstow_stream_skip (stream, size);
        if (!simstow_stream_peek (stream, &data, &size, error))
            return FALSE;
    }
    return TRUE;
}

/* The record at @data: its whole length, and where its key begins; 0 when it is malformed */
static gsize
measure_record (const guint8 *data, gsize size, gsize *key)
{
    gsize length = 0;
    gsize i;

    for (i = 0; i < MIN (size, LENGTH_DIGITS) && g_ascii_isdigit ((gchar) data[i]); i++)
        length = length * 10 + (gsize) (data[i] - '0');
    *key = i + 1;
    if (i == 0 || i == size || data[i] != ' ' || length <= *key || length > size)
        return 0;
    return data[length - 1] == '\n' ? length : 0;
}

void
simstow_pax_clear (SimstowPax *pax)
{
    g_free (pax->path);
    *pax = (SimstowPax){NULL};
}

static gboolean
take_record (SimstowPax *pax, const gchar *key, const gchar *value, gsize length)
{
    if (strcmp (key, "path") == 0 || strcmp (key, "GNU.sparse.name") == 0) {
        g_free (pax->path);
        pax->path = g_strdup (value);
        return length > 0 && strlen (value) == length;
    }
    if (strcmp (key, "size") == 0) {
        pax->has_size = TRUE;
        return g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT64, &pax->size, NULL);
    }
    pax->sparse = pax->sparse || g_str_has_prefix (key, "GNU.sparse.");
    return TRUE;
}

gboolean
simstow_pax_read (SimstowPax *pax,
                  const gchar *name,
                  const guint8 *data,
                  gsize size,
                  GError **error)
{
    while (size > 0) {
        gsize at;
        gsize length = measure_record (data, size, &at);
        const guint8 *equals = length > 0 ? memchr (data + at, '=', length - at) : NULL;
        gsize value_size = equals ? (gsize) (data + length - equals) - 2 : 0;
        g_autofree gchar *key =
            equals ? g_strndup ((const gchar *) data + at, (gsize) (equals - data) - at) : NULL;
        g_autofree gchar *value =
            equals ? g_strndup ((const gchar *) equals + 1, value_size) : NULL;

        if (!equals || !take_record (pax, key, value, value_size))
            return simstow_error_set (error,
                                      SIMSTOW_ERROR_DAMAGED,
                                      _ ("%s: not in a simstow archive: %s"),
                                      name,
                                      _ ("a malformed extended header"));
        data += length;
        size -= length;
    }
    return TRUE;
}
