/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ASCII armor.
 */

#include "config.h"

#include "simstow-armor.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "simstow-error.h"
#include "simstow-spool.h"
#include "simstow-stream.h"

#define BEGIN "-----BEGIN PGP MESSAGE-----"
#define END   "-----END PGP MESSAGE-----"

/* No program writes longer lines */
#define LINE_LIMIT 1024

/* RFC 4880 6.1 */
#define CRC_START      0xB704CE
#define CRC_POLYNOMIAL 0x1864CFB
#define CRC_SIZE       3

typedef struct {
    GBufferedInputStream *input;
    GCancellable *cancellable;
    GString *line;
    gint fd;
    guint32 crc;
    /* the last line, without an end of its own */
    gboolean last;
    /* behind what fills a line up comes no other */
    gboolean filled;
} Armor;

static void
armor_clear (Armor *armor)
{
    g_string_free (armor->line, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Armor, armor_clear)

gboolean
simstow_armor_is_there (const guint8 *data, gsize size)
{
    return size > 0 && memcmp (data, BEGIN, MIN (size, strlen (BEGIN))) == 0;
}

static gboolean
set_damaged (GError **error)
{
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_DAMAGED,
                         _ ("the encrypted archive is damaged: its ASCII armor makes no sense"));
    return FALSE;
}

/* The next line, without what cannot be seen of its end; @ended: there is none */
static gboolean
read_line (Armor *armor, gboolean *ended, GError **error)
{
    GError *reason = NULL;
    gint octet;

    g_string_truncate (armor->line, 0);
    while (
        (octet = g_buffered_input_stream_read_byte (armor->input, armor->cancellable, &reason)) >=
            0 &&
        octet != '\n') {
        if (octet == '\0' || armor->line->len == LINE_LIMIT)
            return set_damaged (error);
        g_string_append_c (armor->line, (gchar) octet);
    }
    if (reason) {
        g_propagate_error (error, reason);
        return FALSE;
    }
    armor->last = octet < 0;
    *ended = armor->last && armor->line->len == 0;
    g_strchomp (armor->line->str);
    armor->line->len = strlen (armor->line->str);
    return TRUE;
}

static gboolean
take_line (Armor *armor, GError **error)
{
    gboolean ended;

    if (!read_line (armor, &ended, error))
        return FALSE;
    if (!armor->last || g_str_equal (armor->line->str, END))
        return TRUE;
    simstow_stream_set_cut_short (error);
    return FALSE;
}

static void
add_to_crc (Armor *armor, const guint8 *data, gsize size)
{
    gsize i;
    guint bit;

    for (i = 0; i < size; i++) {
        armor->crc ^= (guint32) data[i] << 16;
        for (bit = 0; bit < 8; bit++) {
            armor->crc <<= 1;
            if (armor->crc & 0x1000000)
                armor->crc ^= CRC_POLYNOMIAL;
        }
    }
}

/* What does not become the same again was not written like that; NULL for it */
static guint8 *
decode (const gchar *text, gsize *size)
{
    g_autofree guint8 *data = g_base64_decode (text, size);
    g_autofree gchar *again = g_base64_encode (data, *size);

    return g_str_equal (again, text) ? g_steal_pointer (&data) : NULL;
}

static gboolean
check_sum (Armor *armor, GError **error)
{
    gsize size;
    g_autofree guint8 *sum = decode (armor->line->str + 1, &size);

    if (!sum || size != CRC_SIZE ||
        armor->crc != ((guint32) sum[0] << 16 | (guint32) sum[1] << 8 | sum[2]))
        return set_damaged (error);
    if (!take_line (armor, error))
        return FALSE;
    return g_str_equal (armor->line->str, END) || set_damaged (error);
}

static gboolean
take_data (Armor *armor, GError **error)
{
    gsize size;
    g_autofree guint8 *data = armor->filled ? NULL : decode (armor->line->str, &size);

    if (!data || size == 0)
        return set_damaged (error);
    armor->filled = g_str_has_suffix (armor->line->str, "=");
    add_to_crc (armor, data, size);
    if (simstow_spool_write (armor->fd, data, size))
        return TRUE;
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
    return FALSE;
}

/* "Comment: ..." and the like, up to an empty line */
static gboolean
skip_headers (Armor *armor, GError **error)
{
    do {
        if (!take_line (armor, error))
            return FALSE;
        if (armor->line->len > 0 && !strstr (armor->line->str, ": "))
            return set_damaged (error);
    } while (armor->line->len > 0);
    return TRUE;
}

static gboolean
check_nothing_behind (Armor *armor, GError **error)
{
    gboolean ended = FALSE;

    while (!ended) {
        if (!read_line (armor, &ended, error))
            return FALSE;
        if (armor->line->len > 0)
            return set_damaged (error);
    }
    return TRUE;
}

gboolean
simstow_armor_remove (GBufferedInputStream *input,
                      gint fd,
                      GCancellable *cancellable,
                      GError **error)
{
    g_auto (Armor) armor = {
        .input = input,
        .cancellable = cancellable,
        .line = g_string_new (NULL),
        .fd = fd,
        .crc = CRC_START,
    };

    if (!take_line (&armor, error))
        return FALSE;
    if (!g_str_equal (armor.line->str, BEGIN))
        return set_damaged (error);
    if (!skip_headers (&armor, error))
        return FALSE;
    for (;;) {
        if (!take_line (&armor, error))
            return FALSE;
        if (g_str_equal (armor.line->str, END))
            return check_nothing_behind (&armor, error);
        if (armor.line->str[0] == '=')
            return check_sum (&armor, error) && check_nothing_behind (&armor, error);
        if (!take_data (&armor, error))
            return FALSE;
    }
}
