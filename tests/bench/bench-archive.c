/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bench-archive COUNT FIRST FILE: writes an archive of COUNT messages, of which
 * message number i is the same whatever COUNT and FIRST are: two archives with
 * other FIRSTs overlap. The messages are made while they are written, so that
 * the size is limited by the disk only.
 */

#include <stdio.h>
#include <stdlib.h>

#include "simstow-pack.h"
#include "simstow-record-json.h"

#define GSM7_MAX 150
#define UCS2_MAX 70
#define MINUTES  (60 * 24 * 28 * 12)
#define CAPTURED 1774000000

typedef struct {
    guint count;
    guint first;
} Range;

static const gchar *const words[] = {
    "hola",     "gracias", "saldo",   "cuenta",  "pago",   "factura", "manana", "codigo",
    "banco",    "reunion", "llamame", "listo",   "casa",   "camino",  "pedido", "oferta",
    "recibido", "vence",   "compra",  "tarjeta", "cita",   "doctor",  "recoge", "abuela",
    "autobus",  "lluvia",  "mercado", "arroz",   "panela", "domingo", "clave",  "numero",
};

static guint
next_number (guint32 *state, guint limit)
{
    *state = *state * 1664525 + 1013904223;
    return (*state >> 8) % limit;
}

/* A text that depends on @seed alone */
static gchar *
make_text (guint32 seed, gsize limit)
{
    GString *text = g_string_new (NULL);
    gsize wanted = 10 + next_number (&seed, limit - 20);

    while (text->len < wanted)
        g_string_append_printf (text,
                                "%s %u ",
                                words[next_number (&seed, G_N_ELEMENTS (words))],
                                next_number (&seed, 10000) >> next_number (&seed, 9));
    g_string_truncate (text, MIN (text->len, limit));
    return g_string_free (text, FALSE);
}

static guint8
swapped_digits (guint value)
{
    return (value % 10) << 4 | (value / 10 % 10);
}

/* TS 23.038 6.1.2.1 */
static void
append_septets (GByteArray *pdu, const gchar *text)
{
    guint bits = 0, held = 0;
    guint8 octet;

    for (; *text; text++) {
        held |= (guint) *text << bits;
        bits += 7;
        while (bits >= 8) {
            octet = held & 0xFF;
            g_byte_array_append (pdu, &octet, 1);
            held >>= 8;
            bits -= 8;
        }
    }
    octet = held & 0xFF;
    if (bits > 0)
        g_byte_array_append (pdu, &octet, 1);
}

static void
append_ucs2 (GByteArray *pdu, const gchar *text)
{
    for (; *text; text++) {
        const guint8 unit[] = {0x00, *text == 'n' ? 0xF1 : (guint8) *text};

        g_byte_array_append (pdu, unit, sizeof (unit));
    }
}

/* TS 23.040 9.2.2.1, an SMS-DELIVER from one of a thousand numbers */
static GBytes *
make_pdu (guint i)
{
    const guint minute = i % MINUTES;
    const gboolean ucs2 = i % 4 == 3;
    g_autofree gchar *text = make_text (i, ucs2 ? UCS2_MAX : GSM7_MAX);
    const gsize length = strlen (text);
    const guint8 head[] = {
        0x07,
        0x91,
        0x75,
        0x13,
        0x05,
        0x00,
        0x70,
        0xF1,
        0x04,
        0x0C,
        0x91,
        0x75,
        0x03,
        0x50,
        swapped_digits (50 + i % 10),
        swapped_digits (i / 10 % 100),
        swapped_digits (i / 1000 % 100),
        0x00,
        ucs2 ? 0x08 : 0x00,
        swapped_digits (20 + i / MINUTES % 6),
        swapped_digits (1 + minute / 40320),
        swapped_digits (1 + minute / 1440 % 28),
        swapped_digits (minute / 60 % 24),
        swapped_digits (minute % 60),
        swapped_digits (i % 60),
        0x0A,
        (guint8) (ucs2 ? length * 2 : length),
    };
    g_autoptr (GByteArray) pdu = g_byte_array_new ();

    g_byte_array_append (pdu, head, sizeof (head));
    if (ucs2)
        append_ucs2 (pdu, text);
    else
        append_septets (pdu, text);
    return g_byte_array_free_to_bytes (g_steal_pointer (&pdu));
}

static gboolean
generate_messages (gconstpointer source, SimstowSink *sink, GError **error)
{
    const Range *range = source;
    guint i;

    for (i = range->first; i < range->first + range->count; i++) {
        g_autoptr (GBytes) pdu = make_pdu (i);
        g_autoptr (SimstowMessage) message =
            simstow_message_new ("sms/me", i, SIMSTOW_MESSAGE_STATUS_READ, pdu);

        simstow_message_append_json (message, sink->buffer);
        g_string_append_c (sink->buffer, '\n');
        if (!simstow_sink_end_record (sink, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
generate_nothing (gconstpointer source, SimstowSink *sink, GError **error)
{
    return TRUE;
}

static gboolean
on_bytes (gconstpointer data, gsize size, gpointer user_data, GError **error)
{
    if (fwrite (data, 1, size, user_data) == size)
        return TRUE;
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot write");
    return FALSE;
}

static gboolean
run (const Range *range, const gchar *path, GError **error)
{
    const SimstowPackMember members[] = {
        {simstow_layout_member_name (SIMSTOW_MEMBER_CALLS), generate_nothing, range},
        {simstow_layout_member_name (SIMSTOW_MEMBER_CONTACTS), generate_nothing, range},
        {simstow_layout_member_name (SIMSTOW_MEMBER_MESSAGES), generate_messages, range},
    };
    g_autoptr (SimstowSnapshot) snapshot = simstow_snapshot_new ();
    g_autoptr (SimstowPack) pack = NULL;
    FILE *stream;
    gboolean done;

    snapshot->captured = CAPTURED;
    snapshot->device->manufacturer = g_strdup ("Andina Wireless");
    snapshot->device->model = g_strdup ("AW-100");
    snapshot->device->equipment_id = g_strdup ("350000550000109");
    snapshot->sim->iccid = g_strdup ("8957321000055500016");
    g_ptr_array_add (snapshot->stores, simstow_store_new ("sms/me"));
    pack = simstow_pack_new (snapshot, members, G_N_ELEMENTS (members), NULL, error);
    if (!pack)
        return FALSE;
    stream = fopen (path, "wb");
    if (!stream) {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot open %s", path);
        return FALSE;
    }
    done = simstow_pack_write (pack, SIMSTOW_COMPRESSION_GZIP, on_bytes, stream, error);
    return fclose (stream) == 0 && done;
}

int
main (int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    Range range;

    if (argc != 4) {
        g_printerr ("usage: bench-archive COUNT FIRST FILE\n");
        return 2;
    }
    range.count = g_ascii_strtoull (argv[1], NULL, 10);
    range.first = g_ascii_strtoull (argv[2], NULL, 10);
    if (run (&range, argv[3], &error))
        return EXIT_SUCCESS;
    g_printerr ("bench-archive: %s\n", error->message);
    return EXIT_FAILURE;
}
