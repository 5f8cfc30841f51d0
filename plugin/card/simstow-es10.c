/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests to an eUICC, built, cut into commands, and their results.
 */

#include "simstow-es10.h"

#include <string.h>

#include "simstow-apdu.h"
#include "simstow-error.h"
#include "simstow-hex.h"

#define BLOCK_SIZE         120
#define MAX_NICKNAME_CHARS 64
#define MAX_ADDRESS        127
#define ICCID_BYTES        10

static const SimstowEs10Read reads[] = {
    {"eid", "BF3E035C015A", NULL},
    {"addresses", "BF3C00", NULL},
    {"info2", "BF2200", NULL},
    /* The tag list asks for owner, receivers and policy, which come only when asked for */
    {"profiles", "BF2D0D5C0B5A4F9F709091929599B6B7", "BF2D00"},
    {"notifications", "BF2B00", NULL},
};

/* GSMA SGP.22, then cards that answer elsewhere: 5ber, eSIM.me, Xesim, LinksField, ESTKme */
static const gchar *const isdr_aids[] = {
    "A0000005591010FFFFFFFF8900000100",
    "A0000005591010FFFFFFFF8900050500",
    "A0000005591010000000008900000300",
    "A0000005591010FFFFFFFF8900000177",
    "A000000559104C696E6B736669656C64",
    "A06573746B6D65FFFFFFFF4953442D52",
};

/* Cards of two chips in one, each with an ISD-R of its own: eSTK.me */
static const gchar *const twin_aids[] = {
    "A06573746B6D65FFFF4953442D522030",
    "A06573746B6D65FFFF4953442D522031",
};

const SimstowEs10Read *
simstow_es10_reads (guint *n_reads)
{
    *n_reads = G_N_ELEMENTS (reads);
    return reads;
}

GPtrArray *
simstow_es10_aids (void)
{
    GPtrArray *aids = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (isdr_aids); i++)
        g_ptr_array_add (aids, simstow_hex_decode (isdr_aids[i], -1, NULL));
    for (i = 0; i < G_N_ELEMENTS (twin_aids); i++)
        g_ptr_array_add (aids, simstow_hex_decode (twin_aids[i], -1, NULL));
    g_ptr_array_add (aids, simstow_hex_decode (isdr_aids[0], -1, NULL));
    return aids;
}

/* The same but for the lowest bit */
static GBytes *
neighbour_of (GBytes *aid)
{
    gsize size;
    const guint8 *data = g_bytes_get_data (aid, &size);
    guint8 *copy = g_memdup2 (data, size);

    copy[size - 1] ^= 1;
    return g_bytes_new_take (copy, size);
}

GPtrArray *
simstow_es10_further_aids (GBytes *found)
{
    GPtrArray *aids = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    gsize i;

    g_ptr_array_add (aids, neighbour_of (found));
    for (i = 0; i < G_N_ELEMENTS (twin_aids); i++) {
        g_autoptr (GBytes) aid = simstow_hex_decode (twin_aids[i], -1, NULL);

        if (!g_bytes_equal (aid, found) && !g_bytes_equal (aid, aids->pdata[0]))
            g_ptr_array_add (aids, g_steal_pointer (&aid));
    }
    return aids;
}

/* Appends an object with a one-byte tag and a value of less than 256 bytes. */
static void
append_object (GByteArray *array, guint8 tag, const guint8 *data, gsize size)
{
    const guint8 head[] = {tag, 0x81, (guint8) size};
    const guint8 brief[] = {tag, (guint8) size};

    if (size < 0x80)
        g_byte_array_append (array, brief, sizeof (brief));
    else
        g_byte_array_append (array, head, sizeof (head));
    g_byte_array_append (array, data, (guint) size);
}

/* Puts the request's own tag, BFxx, before its objects. Takes @objects. */
static GBytes *
finish_request (guint8 tag, GByteArray *objects)
{
    GByteArray *request = g_byte_array_new ();
    const guint8 first = 0xBF;

    g_byte_array_append (request, &first, 1);
    if (objects->len < 0x100) {
        append_object (request, tag, objects->data, objects->len);
    } else {
        const guint8 head[] = {tag, 0x82, (guint8) (objects->len >> 8), (guint8) objects->len};

        g_byte_array_append (request, head, sizeof (head));
        g_byte_array_append (request, objects->data, objects->len);
    }
    g_byte_array_unref (objects);
    return g_byte_array_free_to_bytes (request);
}

/* Swapped digits, F to the end; ITU-T E.118. */
static gboolean
append_iccid (GByteArray *array, const gchar *iccid, GError **error)
{
    guint8 octets[ICCID_BYTES];
    gsize length = strlen (iccid);
    gsize i;

    memset (octets, 0xFF, sizeof (octets));
    for (i = 0; i < length && length <= 2 * ICCID_BYTES && g_ascii_isxdigit (iccid[i]); i++) {
        guint8 digit = (guint8) g_ascii_xdigit_value (iccid[i]);

        octets[i / 2] = (guint8) (i % 2 == 0 ? 0xF0 | digit : (octets[i / 2] & 0x0F) | digit << 4);
    }
    if (i != length || length < 10) {
        g_set_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD, "this is no ICCID");
        return FALSE;
    }
    append_object (array, 0x5A, octets, sizeof (octets));
    return TRUE;
}

GBytes *
simstow_es10_set_nickname (const gchar *iccid, const gchar *nickname, GError **error)
{
    g_autoptr (GByteArray) objects = g_byte_array_new ();

    if (!append_iccid (objects, iccid, error))
        return NULL;
    if (!g_utf8_validate (nickname, -1, NULL) ||
        g_utf8_strlen (nickname, -1) > MAX_NICKNAME_CHARS) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "a nickname has at most %u characters",
                     MAX_NICKNAME_CHARS);
        return NULL;
    }
    if (strlen (nickname) > 0xFF) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "a nickname has at most 255 bytes");
        return NULL;
    }
    append_object (objects, 0x90, (const guint8 *) nickname, strlen (nickname));
    return finish_request (0x29, g_steal_pointer (&objects));
}

GBytes *
simstow_es10_set_default_smdp (const gchar *address, GError **error)
{
    GByteArray *objects;

    if (strlen (address) > MAX_ADDRESS || !g_str_is_ascii (address)) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "an SM-DP+ address is a host name of at most %u characters",
                     MAX_ADDRESS);
        return NULL;
    }
    objects = g_byte_array_new ();
    append_object (objects, 0x80, (const guint8 *) address, strlen (address));
    return finish_request (0x3F, objects);
}

GBytes *
simstow_es10_set_enabled (const gchar *iccid, gboolean enabled, GError **error)
{
    static const guint8 refresh[] = {0xFF};
    g_autoptr (GByteArray) identifier = g_byte_array_new ();
    GByteArray *objects;

    if (!append_iccid (identifier, iccid, error))
        return NULL;
    objects = g_byte_array_new ();
    append_object (objects, 0xA0, identifier->data, identifier->len);
    append_object (objects, 0x81, refresh, sizeof (refresh));
    return finish_request (enabled ? 0x31 : 0x32, objects);
}

GPtrArray *
simstow_es10_store_data (GBytes *request)
{
    GPtrArray *commands = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    gsize size = g_bytes_get_size (request);
    gsize offset;

    for (offset = 0; offset < size; offset += BLOCK_SIZE) {
        gboolean last = size - offset <= BLOCK_SIZE;
        const guint8 header[] = {0x80, 0xE2, last ? 0x91 : 0x11, (guint8) commands->len};
        g_autoptr (GBytes) block =
            g_bytes_new_from_bytes (request, offset, MIN (BLOCK_SIZE, size - offset));

        g_ptr_array_add (
            commands,
            simstow_apdu_new (header, block, last ? SIMSTOW_APDU_LE_ALL : SIMSTOW_APDU_LE_NONE));
    }
    return commands;
}
