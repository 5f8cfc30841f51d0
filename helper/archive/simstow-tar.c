/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tar headers, IEEE Std 1003.1 pax, "ustar Interchange Format".
 */

#include "config.h"

#include "simstow-tar.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "simstow-error.h"
#include "simstow-reader.h"

#define CHECKSUM_OFFSET 148
#define CHECKSUM_SIZE   8

/* The fields that are looked at, in their order in the block */
typedef struct {
    const guint8 *name;
    const guint8 *uid;
    const guint8 *gid;
    const guint8 *size;
    const guint8 *checksum;
    const guint8 *type;
    const guint8 *link;
    const guint8 *magic;
    const guint8 *owner;
    const guint8 *group;
    const guint8 *prefix;
} Fields;

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

static void
split (const guint8 *block, Fields *fields)
{
    const guint8 *skipped;
    SimstowReader reader;

    simstow_reader_init (&reader, block, SIMSTOW_TAR_BLOCK);
    simstow_reader_take (&reader, 100, &fields->name, NULL);
    simstow_reader_take (&reader, 8, &skipped, NULL);
    simstow_reader_take (&reader, 8, &fields->uid, NULL);
    simstow_reader_take (&reader, 8, &fields->gid, NULL);
    simstow_reader_take (&reader, 12, &fields->size, NULL);
    simstow_reader_take (&reader, 12, &skipped, NULL);
    simstow_reader_take (&reader, CHECKSUM_SIZE, &fields->checksum, NULL);
    simstow_reader_take (&reader, 1, &fields->type, NULL);
    simstow_reader_take (&reader, 100, &fields->link, NULL);
    simstow_reader_take (&reader, 8, &fields->magic, NULL);
    simstow_reader_take (&reader, 32, &fields->owner, NULL);
    simstow_reader_take (&reader, 32, &fields->group, NULL);
    simstow_reader_take (&reader, 16, &skipped, NULL);
    simstow_reader_take (&reader, 155, &fields->prefix, NULL);
}

/* Octal digits, then only spaces and NULs; no base-256 numbers */
static gboolean
decode_octal (const guint8 *digits, gsize size, guint64 *value)
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

/* The sum of all octets, the checksum's own taken for spaces; six digits, a NUL
 * and a space, as every program writes it, so that no bit of it is free */
static gboolean
check_sum (const guint8 *block, const Fields *fields)
{
    gchar expected[CHECKSUM_SIZE + 1];
    guint sum = CHECKSUM_SIZE * ' ';
    gsize i;

    for (i = 0; i < SIMSTOW_TAR_BLOCK; i++)
        if (i < CHECKSUM_OFFSET || i >= CHECKSUM_OFFSET + CHECKSUM_SIZE)
            sum += block[i];
    g_snprintf (expected, sizeof expected, "%06o%c ", sum, '\0');
    return memcmp (expected, fields->checksum, CHECKSUM_SIZE) == 0;
}

/* As other programs write it, with other digits and spaces */
static gboolean
check_sum_loosely (const guint8 *block, const Fields *fields)
{
    const guint8 *digits = fields->checksum;
    gsize spaces = 0;
    guint64 found;
    guint64 sum = CHECKSUM_SIZE * ' ';
    gsize i;

    for (i = 0; i < SIMSTOW_TAR_BLOCK; i++)
        if (i < CHECKSUM_OFFSET || i >= CHECKSUM_OFFSET + CHECKSUM_SIZE)
            sum += block[i];
    while (spaces < CHECKSUM_SIZE && digits[spaces] == ' ')
        spaces++;
    return decode_octal (digits + spaces, CHECKSUM_SIZE - spaces, &found) && found == sum;
}

static gboolean
is_plain (const gchar *name)
{
    for (; *name; name++)
        if (!g_ascii_isgraph (*name))
            return FALSE;
    return TRUE;
}

static gboolean
refuse (const gchar *name, const gchar *what, GError **error)
{
    g_autofree gchar *shown = g_strescape (name, NULL);

    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_DAMAGED,
                 /* TRANSLATORS: a member's name and what is wrong with it */
                 _ ("%s: not in a simstow archive: %s"),
                 shown,
                 what);
    return FALSE;
}

gboolean
simstow_tar_refuse_type (const gchar *name, gchar type, GError **error)
{
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (kinds); i++)
        if (kinds[i].type == type)
            return refuse (name, _ (kinds[i].what), error);
    return refuse (name, _ ("an entry of unknown type"), error);
}

static gboolean
is_anonymous (const Fields *fields)
{
    guint64 uid;
    guint64 gid;

    return decode_octal (fields->uid, 8, &uid) && uid == 0 && decode_octal (fields->gid, 8, &gid) &&
           gid == 0 && fields->owner[0] == '\0' && fields->group[0] == '\0';
}

static gboolean
refuse_sum (const Fields *fields, GError **error)
{
    guint64 checksum;

    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_DAMAGED,
                         decode_octal (fields->checksum, CHECKSUM_SIZE, &checksum)
                             ? _ ("a tar header is damaged")
                             : _ ("not a simstow archive, or damaged: no tar, compressed with "
                                  "gzip, zstd, xz or not at all"));
    return FALSE;
}

gboolean
simstow_tar_header_decode_any (const guint8 *block, SimstowTarHeader *header, GError **error)
{
    Fields fields;
    gboolean ustar;

    split (block, &fields);
    if (!check_sum_loosely (block, &fields))
        return refuse_sum (&fields, error);
    /* GNU's own form has other things where the prefix is */
    ustar = memcmp (fields.magic, "ustar", 6) == 0;
    g_snprintf (header->name,
                sizeof header->name,
                "%.155s%s%.100s",
                ustar ? (const gchar *) fields.prefix : "",
                ustar && fields.prefix[0] != '\0' ? "/" : "",
                (const gchar *) fields.name);
    if (!decode_octal (fields.size, 12, &header->size))
        return refuse (header->name, _ ("an impossible size"), error);
    header->type = fields.type[0] == '\0' ? '0' : (gchar) fields.type[0];
    /* before there was a type for it, a slash told a directory */
    if (header->type == '0' && g_str_has_suffix (header->name, "/"))
        header->type = '5';
    header->directory = header->type == '5';
    header->extended = header->type == 'x';
    header->anonymous = is_anonymous (&fields);
    return TRUE;
}

gboolean
simstow_tar_header_decode (const guint8 *block, SimstowTarHeader *header, GError **error)
{
    Fields fields;

    split (block, &fields);
    if (!check_sum (block, &fields))
        return refuse_sum (&fields, error);
    memcpy (header->name, fields.name, 100);
    header->name[100] = '\0';
    if (memcmp (fields.magic, "ustar", 5) != 0)
        return refuse (header->name, _ ("a tar of another kind"), error);
    if (!memchr ("05x", fields.type[0], 3))
        return simstow_tar_refuse_type (header->name, (gchar) fields.type[0], error);
    if (fields.prefix[0] != '\0' || !is_plain (header->name))
        return refuse (header->name, _ ("an odd name"), error);
    if (fields.link[0] != '\0')
        return refuse (header->name, _ ("a link"), error);
    if (!decode_octal (fields.size, 12, &header->size))
        return refuse (header->name, _ ("an impossible size"), error);
    header->type = (gchar) fields.type[0];
    header->directory = header->type == '5';
    header->extended = header->type == 'x';
    header->anonymous = is_anonymous (&fields);
    return TRUE;
}
