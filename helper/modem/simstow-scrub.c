/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Look-alikes. Each digit and letter is moved on within its own kind by what a secret, that is
 * thrown away, makes of the whole number or text: never to itself, and to the same again where
 * the whole is the same. Lengths, types, times, plain indices and all else stay.
 */

#include "simstow-scrub.h"

#include <string.h>

#include "simstow-at-text.h"
#include "simstow-ber-tlv.h"
#include "simstow-gsm7.h"
#include "simstow-hex.h"
#include "simstow-pbr.h"
#include "simstow-random.h"
#include "simstow-reader.h"

#define SECRET_SIZE 32

/* The shortest run of digits that is a number wherever it stands, and the shortest PDU */
#define DIGITS_MIN 5
#define PDU_MIN    8
#define BYTES_MIN  16

/* Objects within objects */
#define DEPTH_MAX 16

/* How the eUICC's own application is chosen */
#define SELECT "select "

/* Information elements of a user data header that have no text, 3GPP TS 23.040 9.2.3.24 */
static const guint8 plain_elements[] = {0x00, 0x04, 0x05, 0x08, 0x24, 0x25};

typedef struct {
    guint8 secret[SECRET_SIZE];
    const gchar *options; /* of the call */
    GHashTable *fields;   /* path of a file -> what EF_PBR says of it, see note_references () */
} Scrub;

/* How far the characters of a text are moved on */
typedef struct {
    GHmac *hmac;
    guint8 digest[32];
    gsize left;
    guint32 block;
    guint8 secret[SECRET_SIZE];
    gchar *text;
} Stream;

static void
stream_init (Stream *stream, const Scrub *scrub, const gchar *kind, const gchar *text)
{
    *stream = (Stream){.text = g_strconcat (kind, text, NULL)};
    memcpy (stream->secret, scrub->secret, SECRET_SIZE);
}

static void
stream_clear (Stream *stream)
{
    g_free (stream->text);
}

static guint
stream_next (Stream *stream)
{
    if (stream->left == 0) {
        GHmac *hmac = g_hmac_new (G_CHECKSUM_SHA256, stream->secret, SECRET_SIZE);
        gsize size = sizeof stream->digest;

        g_hmac_update (hmac, (const guint8 *) &stream->block, sizeof stream->block);
        g_hmac_update (hmac, (const guint8 *) stream->text, (gssize) strlen (stream->text));
        g_hmac_get_digest (hmac, stream->digest, &size);
        g_hmac_unref (hmac);
        stream->block++;
        stream->left = size;
    }
    return stream->digest[--stream->left];
}

/* Another of the @count from @first on */
static gunichar
move_on (gunichar c, gunichar first, guint count, guint by)
{
    return first + (c - first + 1 + by % (count - 1)) % count;
}

/* Letters that are not ASCII, and are in the GSM 7 bit alphabet and in ISO 8859-1 alike */
static const gunichar small[] =
    {0xE0, 0xE4, 0xE5, 0xE6, 0xE8, 0xE9, 0xEC, 0xF1, 0xF2, 0xF6, 0xF9, 0xFC};
static const gunichar capital[] = {0xC4, 0xC5, 0xC6, 0xC7, 0xC9, 0xD1, 0xD6, 0xD8, 0xDC};

static gunichar
pick (const gunichar *from, guint count, gunichar c, guint by)
{
    gunichar picked = from[by % count];

    return picked == c ? from[(by + 1) % count] : picked;
}

/* What is no letter or digit stays; others are of the same alphabet, and as long */
static gunichar
move_char (gunichar c, guint by)
{
    if (c < 0x80 && g_ascii_isdigit ((gchar) c))
        return move_on (c, '0', 10, by);
    if (c < 0x80 && g_ascii_islower ((gchar) c))
        return move_on (c, 'a', 26, by);
    if (c < 0x80 && g_ascii_isupper ((gchar) c))
        return move_on (c, 'A', 26, by);
    if (c >= 0xC0 && c <= 0xFF && g_unichar_islower (c))
        return pick (small, G_N_ELEMENTS (small), c, by);
    if (c >= 0xC0 && c <= 0xFF && g_unichar_isupper (c))
        return pick (capital, G_N_ELEMENTS (capital), c, by);
    if (c > 0xFF && c < 0x10000 && g_unichar_isalnum (c)) {
        gunichar block = c & ~0xFu;

        for (guint i = 0; i < 15; i++) {
            gunichar other = block + (c - block + 1 + (by + i) % 15) % 16;

            if (other != c && g_unichar_type (other) == g_unichar_type (c))
                return other;
        }
        return 'x';
    }
    return c;
}

/* Digits and the letters of dial strings alone; the sign and what else is no digit stays */
static gchar *
scrub_number (const Scrub *scrub, const gchar *number)
{
    g_autoptr (GString) digits = g_string_new (NULL);
    gchar *scrubbed = g_strdup (number);
    Stream stream;

    for (const gchar *c = number; *c; c++)
        if (g_ascii_isdigit (*c))
            g_string_append_c (digits, *c);
    stream_init (&stream, scrub, "number ", digits->str);
    for (gchar *c = scrubbed; *c; c++)
        if (g_ascii_isdigit (*c))
            *c = (gchar) move_on ((gunichar) *c, '0', 10, stream_next (&stream));
    stream_clear (&stream);
    return scrubbed;
}

static gchar *
scrub_text (const Scrub *scrub, const gchar *text)
{
    g_autofree gchar *valid = g_utf8_make_valid (text, -1);
    g_autoptr (GString) scrubbed = g_string_new (NULL);
    Stream stream;

    stream_init (&stream, scrub, "text ", valid);
    for (const gchar *c = valid; *c; c = g_utf8_next_char (c))
        g_string_append_unichar (scrubbed, move_char (g_utf8_get_char (c), stream_next (&stream)));
    stream_clear (&stream);
    return g_string_free (g_steal_pointer (&scrubbed), FALSE);
}

/* Bytes that are not understood */
static void
scrub_bytes (const Scrub *scrub, guint8 *data, gsize size)
{
    g_autofree gchar *hex = simstow_hex_encode (data, size);
    Stream stream;

    stream_init (&stream, scrub, "bytes ", hex);
    for (gsize i = 0; i < size; i++) {
        guint8 high = data[i] >> 4;
        guint8 low = data[i] & 0x0F;
        guint by = stream_next (&stream);

        if (data[i] == 0x00 || data[i] == 0xFF)
            continue;
        high = high < 10 ? (guint8) move_on (high, 0, 10, by) : (guint8) move_on (high, 10, 6, by);
        low = low < 10 ? (guint8) move_on (low, 0, 10, by >> 3)
                       : (guint8) move_on (low, 10, 6, by >> 3);
        data[i] = (guint8) (high << 4 | low);
    }
    stream_clear (&stream);
}

/* Digits in half octets, the lower one first, 3GPP TS 23.040 9.1.2.3 */
static void
scrub_bcd (const Scrub *scrub, guint8 *data, gsize size)
{
    g_autoptr (GString) digits = g_string_new (NULL);
    g_autofree gchar *scrubbed = NULL;
    gsize at = 0;

    for (gsize i = 0; i < 2 * size; i++) {
        guint8 digit = i % 2 ? data[i / 2] >> 4 : data[i / 2] & 0x0F;

        if (digit < 10)
            g_string_append_c (digits, (gchar) ('0' + digit));
    }
    scrubbed = scrub_number (scrub, digits->str);
    for (gsize i = 0; i < 2 * size; i++) {
        guint shift = i % 2 ? 4 : 0;
        guint8 digit = data[i / 2] >> shift & 0x0F;

        if (digit < 10)
            data[i / 2] =
                (guint8) ((data[i / 2] & ~(0x0F << shift)) | (scrubbed[at++] - '0') << shift);
    }
}

/* The codes of letters and digits in the GSM 7 bit alphabet are those of ASCII; the few others
 * are taken for letters of the same case */
static void
scrub_septets (const Scrub *scrub, guint8 *septets, gsize count)
{
    static const guint8 others[] = {0x04, 0x05, 0x06, 0x07, 0x08, 0x7B, 0x7C, 0x7D, 0x7E, 0x7F};
    static const guint8 capitals[] = {0x09, 0x0B, 0x0E, 0x1C, 0x1F, 0x5B, 0x5C, 0x5D, 0x5E};
    g_autofree gchar *key = g_strndup ((const gchar *) septets, count);
    Stream stream;

    for (gsize i = 0; i < count; i++)
        key[i] = septets[i] ? (gchar) septets[i] : '@';
    stream_init (&stream, scrub, "text ", key);
    for (gsize i = 0; i < count; i++) {
        guint by = stream_next (&stream);
        guint8 c = septets[i];

        if (c == 0x1B)
            i++;
        else if (memchr (others, c, sizeof others))
            septets[i] = others[by % sizeof others];
        else if (memchr (capitals, c, sizeof capitals))
            septets[i] = capitals[by % sizeof capitals];
        else if (g_ascii_isalnum ((gchar) c))
            septets[i] = (guint8) move_char (c, by);
    }
    stream_clear (&stream);
}

/* UTF-16, most significant byte first: each unit for itself */
static void
scrub_utf16 (const Scrub *scrub, guint8 *data, gsize size)
{
    gsize units = size / 2;
    g_autoptr (GString) key = g_string_new (NULL);
    gboolean digits = units > 0;
    Stream stream;

    for (gsize i = 0; i < units; i++) {
        gunichar c = (gunichar) data[2 * i] << 8 | data[2 * i + 1];

        digits = digits && c < 0x80 && (g_ascii_isdigit ((gchar) c) || strchr ("+*#pw", (gint) c));
        g_string_append_unichar (key, c && (c & 0xF800) != 0xD800 ? c : '?');
    }
    /* a number that is coded so is the number that it is elsewhere */
    if (digits) {
        g_autofree gchar *number = scrub_number (scrub, key->str);

        for (gsize i = 0; i < units; i++)
            data[2 * i + 1] = (guint8) number[i];
        return;
    }
    stream_init (&stream, scrub, "text ", key->str);
    for (gsize i = 0; i < units; i++) {
        gunichar c = (gunichar) data[2 * i] << 8 | data[2 * i + 1];
        guint by = stream_next (&stream);

        if ((c & 0xF800) == 0xD800 || c == 0)
            continue;
        c = move_char (c, by);
        data[2 * i] = (guint8) (c >> 8);
        data[2 * i + 1] = (guint8) c;
    }
    stream_clear (&stream);
}

/* An address: count of digits, type, digits; an alphanumeric one is text, 23.040 9.1.2.5. The
 * octets it takes, or 0 where it makes no sense */
static gsize
scrub_address (const Scrub *scrub, guint8 *data, gsize size)
{
    guint digits = size > 0 ? data[0] : 0;
    gsize octets = (digits + 1) / 2;

    if (size < 2 || octets > size - 2)
        return 0;
    if ((data[1] >> 4 & 0x07) == 0x05) {
        guint count = digits * 4 / 7;
        g_autoptr (GByteArray) septets = simstow_gsm7_unpack (data + 2, octets, 0, count);
        g_autoptr (GByteArray) packed = g_byte_array_new ();

        if (septets) {
            scrub_septets (scrub, septets->data, septets->len);
            simstow_gsm7_pack (septets->data, septets->len, 0, packed);
            memcpy (data + 2, packed->data, MIN (packed->len, octets));
        }
    } else {
        scrub_bcd (scrub, data + 2, octets);
    }
    return octets + 2;
}

/* The header's elements that have no text of their own stay */
static void
scrub_header (const Scrub *scrub, guint8 *data, gsize size)
{
    for (gsize i = 0; i + 2 <= size;) {
        guint8 length = data[i + 1];

        if (length > size - i - 2)
            length = (guint8) (size - i - 2);
        if (!memchr (plain_elements, data[i], sizeof plain_elements))
            scrub_bytes (scrub, data + i + 2, length);
        i += 2 + (gsize) length;
    }
}

/* 3GPP TS 23.038 4 */
typedef enum {
    ALPHABET_GSM,
    ALPHABET_OCTETS,
    ALPHABET_UCS2,
} Alphabet;

static Alphabet
alphabet_of (guint8 dcs)
{
    guint8 group = dcs >> 4;

    if (group < 0x08) /* general, and marked for deletion: compressed or not */
        return dcs & 0x20                  ? ALPHABET_OCTETS
               : (dcs >> 2 & 0x03) == 0x01 ? ALPHABET_OCTETS
               : (dcs >> 2 & 0x03) == 0x02 ? ALPHABET_UCS2
                                           : ALPHABET_GSM;
    if (group == 0x0E)
        return ALPHABET_UCS2;
    return group == 0x0F && (dcs & 0x04) ? ALPHABET_OCTETS : ALPHABET_GSM;
}

static void
scrub_user_data (const Scrub *scrub, guint8 *data, gsize size, guint8 dcs, gboolean has_header)
{
    Alphabet alphabet = alphabet_of (dcs);
    gsize length = size > 0 ? data[0] : 0;
    gsize header = 0;
    gsize fits;
    guint fill = 0;

    if (size < 1)
        return;
    data++;
    size--;
    if (has_header && size > 0 && data[0] < size) {
        header = (gsize) data[0] + 1;
        scrub_header (scrub, data + 1, header - 1);
    }
    if (alphabet == ALPHABET_GSM) {
        gsize skipped = (header * 8 + 6) / 7;
        gsize count = MIN (length, (size * 8) / 7);
        g_autoptr (GByteArray) septets = NULL;
        g_autoptr (GByteArray) packed = g_byte_array_new ();

        fill = (guint) (skipped * 7 - header * 8);
        if (count <= skipped)
            return;
        septets = simstow_gsm7_unpack (data + header, size - header, fill, count - skipped);
        if (!septets) {
            scrub_bytes (scrub, data + header, size - header);
            return;
        }
        scrub_septets (scrub, septets->data, septets->len);
        simstow_gsm7_pack (septets->data, septets->len, fill, packed);
        memcpy (data + header, packed->data, MIN (packed->len, size - header));
        return;
    }
    /* what is behind the text is of no message, or of one before */
    fits = CLAMP (length, header, size);
    if (alphabet == ALPHABET_UCS2)
        scrub_utf16 (scrub, data + header, fits - header);
    else
        scrub_bytes (scrub, data + header, fits - header);
    scrub_bytes (scrub, data + fits, size - fits);
}

/* A TPDU of SMS-DELIVER, SMS-SUBMIT or SMS-STATUS-REPORT, 23.040 9.2.2, without direction: one
 * that a modem stores may be any. What makes no sense is replaced whole */
static void
scrub_tpdu (const Scrub *scrub, guint8 *data, gsize size)
{
    guint8 kind = size > 0 ? data[0] & 0x03 : 0x03;
    gboolean has_header = size > 0 && data[0] & 0x40;
    gsize at = kind == 0x00 ? 1 : 2;
    gsize address = kind != 0x03 && size > at ? scrub_address (scrub, data + at, size - at) : 0;
    gsize skip;
    guint8 dcs;

    if (address == 0) {
        if (size > 1)
            scrub_bytes (scrub, data + 1, size - 1);
        return;
    }
    at += address;
    if (kind == 0x02) {
        /* times and state, and what may follow them */
        if (size > at + 15)
            scrub_bytes (scrub, data + at + 15, size - at - 15);
        return;
    }
    if (kind == 0x00)
        skip = 2 + 7;
    else
        skip = 2 + ((data[0] >> 3 & 0x03) == 0x02 ? 1u : (data[0] >> 3 & 0x03) ? 7u : 0u);
    if (size <= at + skip) {
        if (size > at)
            scrub_bytes (scrub, data + at, size - at);
        return;
    }
    dcs = data[at + 1];
    scrub_user_data (scrub, data + at + skip, size - at - skip, dcs, has_header);
}

/* The SMSC address, 3GPP TS 24.011 8.2.5.1, and the TPDU */
static void
scrub_pdu (const Scrub *scrub, guint8 *data, gsize size)
{
    gsize smsc = size > 0 ? (gsize) data[0] + 1 : 0;

    if (smsc > 13 || smsc >= size) {
        scrub_tpdu (scrub, data, size);
        return;
    }
    if (smsc > 2)
        scrub_bcd (scrub, data + 2, smsc - 2);
    scrub_tpdu (scrub, data + smsc, size - smsc);
}

/* AT */

static gboolean
is_hex (const gchar *text, gsize size)
{
    for (gsize i = 0; i < size; i++)
        if (!g_ascii_isxdigit (text[i]))
            return FALSE;
    return TRUE;
}

static void
append_hex (GString *out,
            const gchar *hex,
            gsize size,
            const Scrub *scrub,
            void (*replace) (const Scrub *, guint8 *, gsize))
{
    g_autoptr (GBytes) bytes = simstow_hex_decode (hex, (gssize) size, NULL);
    gsize n = bytes ? g_bytes_get_size (bytes) : 0;
    g_autofree guint8 *data = n > 0 ? g_memdup2 (g_bytes_get_data (bytes, NULL), n) : NULL;
    g_autofree gchar *again = NULL;
    gboolean lower = FALSE;

    replace (scrub, data, n);
    again = simstow_hex_encode (data, n);
    for (gsize i = 0; i < size; i++)
        lower = lower || g_ascii_islower (hex[i]);
    for (gchar *c = again; lower && *c; c++)
        *c = g_ascii_tolower (*c);
    g_string_append (out, again);
}

/* A date or a time, as rows of calls have them */
static gboolean
is_time (const gchar *text)
{
    gboolean marked = FALSE;

    for (const gchar *c = text; *c; c++) {
        if (!g_ascii_isdigit (*c) && !strchr ("/:,+- .", *c))
            return FALSE;
        marked = marked || *c == '/' || *c == ':';
    }
    return marked;
}

static gboolean
is_dial_string (const gchar *text)
{
    return text[0] && strspn (text, "0123456789+*#pwPW?,abcABC") == strlen (text) &&
           strpbrk (text, "0123456789");
}

/* What stands between quotation marks, in whatever set the modem writes it */
static void
append_quoted (GString *out, const Scrub *scrub, gboolean number, const gchar *text, gsize size)
{
    static const gchar *const words[] =
        {"REC UNREAD", "REC READ", "STO UNSENT", "STO SENT", "ALL", NULL};
    g_autofree gchar *plain = g_strndup (text, size);
    g_autofree gchar *scrubbed = NULL;
    gboolean coded = size >= 4 && size % 4 == 0 && is_hex (text, size) &&
                     (g_str_has_prefix (plain, "00") ||
                      (strstr (scrub->options, "UCS2") && !(number && is_dial_string (plain))));

    if (coded) {
        append_hex (out, text, size, scrub, scrub_utf16);
        return;
    }
    if (is_time (plain) || g_strv_contains (words, plain))
        scrubbed = g_strdup (plain);
    else if (is_dial_string (plain))
        scrubbed = scrub_number (scrub, plain);
    else
        scrubbed = scrub_text (scrub, plain);
    g_string_append (out, scrubbed);
}

/* How many hexadecimal digits there are that are bytes rather than a number: many, and letters
 * among them */
static gsize
hex_run (const gchar *text, gsize size)
{
    gboolean letters = FALSE;
    gsize run = 0;

    for (; run < size && g_ascii_isxdigit (text[run]); run++)
        letters = letters || !g_ascii_isdigit (text[run]);
    return letters && run >= BYTES_MIN ? run & ~(gsize) 1 : 0;
}

/* Plain runs of digits are numbers when they are long; letters beside rows are words of the modem
 */
static void
append_plain (GString *out, const Scrub *scrub, const gchar *text, gsize size)
{
    for (gsize i = 0; i < size;) {
        gsize run = hex_run (text + i, size - i);

        if (run > 0) {
            append_hex (out, text + i, run, scrub, scrub_bytes);
            i += run;
            continue;
        }
        while (i + run < size && g_ascii_isdigit (text[i + run]))
            run++;
        if (run >= DIGITS_MIN) {
            g_autofree gchar *digits = g_strndup (text + i, run);
            g_autofree gchar *scrubbed = scrub_number (scrub, digits);

            g_string_append (out, scrubbed);
        } else {
            g_string_append_len (out, text + i, (gssize) MAX (run, 1));
        }
        i += MAX (run, 1);
    }
}

/* A row or a command: what is quoted, and plain values that are no index, type or length */
static void
append_row (GString *out, const Scrub *scrub, const gchar *line, gsize size)
{
    gboolean entry = g_str_has_prefix (line, "+CPBR:") || g_str_has_prefix (line, "+CPBW=");
    const gchar *mark;

    /* the first string of an entry is its number, the fourth its further one */
    for (guint n = 0; (mark = memchr (line, '"', size)); n++) {
        gsize before = (gsize) (mark - line);
        SimstowReader reader;
        SimstowAtField field;

        append_plain (out, scrub, line, before);
        g_string_append_c (out, '"');
        simstow_reader_init (&reader, (const guint8 *) mark, size - before);
        simstow_at_field_next (&reader, &field);
        append_quoted (out, scrub, entry && (n == 0 || n == 3), field.text, field.length);
        line = field.text + field.length;
        size = size - before - 1 - field.length;
        if (size > 0 && *line == '"') {
            g_string_append_c (out, '"');
            line++;
            size--;
        }
    }
    append_plain (out, scrub, line, size);
}

/* What tells of memories, sets and limits has nothing of the user */
static gboolean
is_structure (const gchar *line)
{
    static const gchar *const prefixes[] = {"+CPMS",
                                            "+CPBS",
                                            "+CSCS",
                                            "+CMGF",
                                            "+CSMS",
                                            "+CMGW:",
                                            "+CPBR=",
                                            "+CMGR=",
                                            "+CMGL=",
                                            "^SMGL=",
                                            "+CMGD=",
                                            "+CMGW=",
                                            "+CPBR: (",
                                            "+CPBW: (",
                                            "+CMGL: (",
                                            "^SMGL: (",
                                            "+CPBW=?",
                                            "("};

    for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
        if (g_str_has_prefix (line, prefixes[i]))
            return TRUE;
    return FALSE;
}

/* A row of +CPBR whose name has no quotation marks */
static gboolean
append_open_row (GString *out, const Scrub *scrub, const gchar *line)
{
    g_auto (GStrv) parts = NULL;
    const gchar *colon = strchr (line, ':');

    if (!g_str_has_prefix (line, "+CPBR:") || strchr (line, '"') || !colon)
        return FALSE;
    parts = g_strsplit (colon + 1, ",", 4);
    g_string_append_len (out, line, colon + 1 - line);
    for (guint i = 0; parts[i]; i++) {
        g_autofree gchar *scrubbed = i == 1   ? scrub_number (scrub, parts[i])
                                     : i == 3 ? scrub_text (scrub, parts[i])
                                              : g_strdup (parts[i]);

        g_string_append_printf (out, "%s%s", i > 0 ? "," : "", scrubbed);
    }
    return TRUE;
}

/* Line by line; behind a row of messages comes a PDU, or text */
static gchar *
scrub_at (const Scrub *scrub, const gchar *text, gsize size)
{
    g_autoptr (GString) out = g_string_new (NULL);
    gboolean behind = FALSE;

    while (size > 0) {
        gsize end = 0;
        g_autofree gchar *line = NULL;
        const gchar *start = text;

        while (end < size && text[end] != '\r' && text[end] != '\n')
            end++;
        line = g_strndup (text, end);
        if (end >= PDU_MIN && end % 2 == 0 && is_hex (line, end)) {
            append_hex (out, line, end, scrub, scrub_pdu);
        } else if (is_structure (g_strchug (line))) {
            g_string_append_len (out, start, (gssize) end);
        } else if (append_open_row (out, scrub, line)) {
            behind = FALSE;
        } else if (line[0] == '+' || line[0] == '^' || !behind) {
            append_row (out, scrub, line, strlen (line));
            behind = g_str_has_prefix (line, "+CMG") || g_str_has_prefix (line, "^SMG");
        } else {
            g_autofree gchar *scrubbed = scrub_text (scrub, line);

            g_string_append (out, scrubbed);
        }
        text += end;
        size -= end;
        while (size > 0 && (*text == '\r' || *text == '\n')) {
            g_string_append_c (out, *text);
            text++;
            size--;
        }
    }
    return g_string_free (g_steal_pointer (&out), FALSE);
}

/* Whether a part is text of AT; all that is none is replaced byte by byte */
static gboolean
is_at (const gchar *door, GBytes *bytes)
{
    gsize size;
    const gchar *data = g_bytes_get_data (bytes, &size);

    return (g_str_equal (door, SIMSTOW_DOOR_MESSAGES) ||
            g_str_equal (door, SIMSTOW_DOOR_PHONEBOOK)) &&
           (size == 0 || !memchr (data, '\0', size));
}

/* Information buffers of MBIM, MBIM 1.0 10.3: what they hold behind which pairs of offset and size
 */

static guint32
get_u32 (const guint8 *data, gsize size, gsize at)
{
    return at <= size && size - at >= 4
               ? data[at] | (guint32) data[at + 1] << 8 | (guint32) data[at + 2] << 16 |
                     (guint32) data[at + 3] << 24
               : 0;
}

/* The bytes that a pair at @at points to, from @base on, replaced in @out */
static void
scrub_field (const Scrub *scrub,
             const guint8 *in,
             guint8 *out,
             gsize size,
             gsize base,
             gsize at,
             gboolean is_pdu)
{
    gsize offset = base + get_u32 (in, size, base + at);
    gsize length = get_u32 (in, size, base + at + 4);

    if (offset >= size || length > size - offset)
        return;
    memcpy (out + offset, in + offset, length);
    if (is_pdu) {
        scrub_pdu (scrub, out + offset, length);
        return;
    }
    for (guint turn = 0; turn < 2; turn++) {
        for (gsize i = 0; i + 1 < length; i += 2) {
            guint8 low = out[offset + i];

            out[offset + i] = out[offset + i + 1];
            out[offset + i + 1] = low;
        }
        if (turn == 0)
            scrub_utf16 (scrub, out + offset, length);
    }
}

/* Messages and entries: numbers stay, and what is in no element of the array is replaced byte by
 * byte */
static void
scrub_elements (const Scrub *scrub, const guint8 *in, guint8 *out, gsize size, gboolean messages)
{
    gsize pairs = messages ? 8 : 4;
    gsize count = MIN (get_u32 (in, size, pairs - 4), size / 8);

    memcpy (out, in, MIN (size, pairs + 8 * count));
    for (gsize i = 0; i < count; i++) {
        gsize element = get_u32 (in, size, pairs + 8 * i);

        if (element >= size)
            continue;
        memcpy (out + element, in + element, MIN (size - element, messages ? 16u : 20u));
        scrub_field (scrub, in, out, size, element, messages ? 8 : 4, messages);
        if (!messages)
            scrub_field (scrub, in, out, size, element, 12, FALSE);
    }
}

static void
scrub_mbim (const Scrub *scrub,
            const gchar *door,
            const gchar *command,
            const guint8 *in,
            guint8 *out,
            gsize size)
{
    gboolean messages = g_str_equal (door, SIMSTOW_DOOR_MBIM_MESSAGES);

    if (g_str_has_prefix (command, "read")) {
        scrub_elements (scrub, in, out, size, messages);
    } else if (g_str_has_prefix (command, "services")) {
        memcpy (out, in, size);
    } else if (g_str_has_prefix (command, "configuration")) {
        memcpy (out, in, MIN (size, 24));
        if (messages)
            scrub_field (scrub, in, out, size, 0, 16, FALSE);
    }
}

/* The card's files, 3GPP TS 31.102 and ETSI TS 102 221 */

/* What a file holds, and how much is behind the name in each of its records */
typedef enum {
    FILE_UNKNOWN,
    FILE_PUBLIC,
    FILE_ICCID,
    FILE_IMSI,
    FILE_NUMBER,
    FILE_EXTENSION,
    FILE_FURTHER_NUMBER,
    FILE_TEXT,
    FILE_MESSAGE,
    FILE_PARAMETERS,
} FileKind;

#define NUMBER_SIZE     14 /* behind the name: length, type, digits, capability, extension */
#define PARAMETERS_SIZE 28
#define REFERENCE_SIZE  2 /* behind a field of a contact that EF_IAP points to */
#define BCD_SIZE        10

static const struct {
    const gchar *id; /* the last digits of the path */
    FileKind kind;
    guint behind; /* more than is behind a number elsewhere */
} files[] = {
    {"2FE2", FILE_ICCID, 0},
    {"6F07", FILE_IMSI, 0},
    {"6F3A", FILE_NUMBER, 0},
    {"6F3B", FILE_NUMBER, 0},
    {"6F40", FILE_NUMBER, 0},
    {"6F44", FILE_NUMBER, 0},
    {"6F49", FILE_NUMBER, 0},
    {"6FC7", FILE_NUMBER, 0},
    {"6F81", FILE_NUMBER, 13},
    {"6F80", FILE_NUMBER, 14},
    {"6F4A", FILE_EXTENSION, 0},
    {"6F4B", FILE_EXTENSION, 0},
    {"6F4C", FILE_EXTENSION, 0},
    {"6F4E", FILE_EXTENSION, 0},
    {"6FC8", FILE_EXTENSION, 0},
    {"6F3C", FILE_MESSAGE, 0},
    {"6F42", FILE_PARAMETERS, 0},
    /* what the network or the maker wrote, and structure */
    {"2F00", FILE_PUBLIC, 0},
    {"2F05", FILE_PUBLIC, 0},
    {"4F30", FILE_PUBLIC, 0},
    {"6F05", FILE_PUBLIC, 0},
    {"6F38", FILE_PUBLIC, 0},
    {"6F46", FILE_PUBLIC, 0},
    {"6F56", FILE_PUBLIC, 0},
    {"6F57", FILE_PUBLIC, 0},
    {"6F60", FILE_PUBLIC, 0},
    {"6F61", FILE_PUBLIC, 0},
    {"6F62", FILE_PUBLIC, 0},
    {"6FAD", FILE_PUBLIC, 0},
    {"6FB7", FILE_PUBLIC, 0},
    {"6FC5", FILE_PUBLIC, 0},
    {"6FC6", FILE_PUBLIC, 0},
    {"6FC9", FILE_PUBLIC, 0},
    {"6FCD", FILE_PUBLIC, 0},
    {"6FD9", FILE_PUBLIC, 0},
};

/* Digits that are a number of their own, at @at of the half octets */
static void
scrub_half_octets (const Scrub *scrub, guint8 *data, gsize size, gsize at, gboolean swapped)
{
    g_autoptr (GString) digits = g_string_new (NULL);
    g_autofree gchar *scrubbed = NULL;
    gsize n = 0;

    for (gsize i = at; i < 2 * size; i++) {
        guint8 digit = (i % 2 == 0) == swapped ? data[i / 2] & 0x0F : data[i / 2] >> 4;

        if (digit < 10)
            g_string_append_c (digits, (gchar) ('0' + digit));
    }
    scrubbed = scrub_number (scrub, digits->str);
    for (gsize i = at; i < 2 * size; i++) {
        guint shift = (i % 2 == 0) == swapped ? 0 : 4;

        if ((data[i / 2] >> shift & 0x0F) < 10)
            data[i / 2] =
                (guint8) ((data[i / 2] & ~(0x0F << shift)) | (scrubbed[n++] - '0') << shift);
    }
}

/* A name or text on the card, ETSI TS 102 221 annex A, up to its padding */
static void
scrub_alpha (const Scrub *scrub, guint8 *data, gsize size)
{
    gsize header = 0;
    Stream stream;

    while (size > 0 && data[size - 1] == 0xFF)
        size--;
    if (size > 0 && data[0] == 0x80) {
        scrub_utf16 (scrub, data + 1, size - 1);
        return;
    }
    if (size > 0 && (data[0] == 0x81 || data[0] == 0x82))
        header = MIN (size, data[0] == 0x81 ? 3u : 4u);
    if (header == 0) {
        scrub_septets (scrub, data, size);
        return;
    }
    stream_init (&stream, scrub, "coded ", "");
    for (gsize i = header; i < size; i++)
        data[i] = data[i] & 0x80 ? (guint8) move_on (data[i], data[i] & 0xF0u, 16, i)
                                 : (guint8) move_char (data[i], stream_next (&stream));
    stream_clear (&stream);
}

/* The bytes @at to @at + @count, as far as there are any */
static void
scrub_digits_at (const Scrub *scrub, guint8 *data, gsize size, gsize at, gsize count)
{
    if (at < size)
        scrub_bcd (scrub, data + at, MIN (count, size - at));
}

static void
scrub_record (const Scrub *scrub, FileKind kind, guint behind, guint8 *data, gsize size)
{
    gsize tail;

    switch (kind) {
    case FILE_PUBLIC:
        break;
    case FILE_ICCID:
        scrub_bcd (scrub, data, size);
        break;
    case FILE_IMSI: /* its length, and a half octet that tells whether it is odd */
        if (size > 1)
            scrub_half_octets (scrub, data + 1, size - 1, 1, TRUE);
        break;
    case FILE_NUMBER:
        tail = NUMBER_SIZE + behind;
        if (size < tail) {
            scrub_bytes (scrub, data, size);
            break;
        }
        scrub_alpha (scrub, data, size - tail);
        scrub_bcd (scrub, data + (size - tail) + 2, BCD_SIZE);
        break;
    case FILE_EXTENSION:
        scrub_digits_at (scrub, data, size, 2, BCD_SIZE);
        break;
    case FILE_FURTHER_NUMBER:
        scrub_digits_at (scrub, data, size, 3, BCD_SIZE);
        break;
    case FILE_TEXT:
        scrub_alpha (scrub, data, size - MIN (behind, size));
        break;
    case FILE_MESSAGE:
        if (size > 1)
            scrub_pdu (scrub, data + 1, size - 1);
        break;
    case FILE_PARAMETERS:
        if (size < PARAMETERS_SIZE) {
            scrub_bytes (scrub, data, size);
            break;
        }
        tail = size - PARAMETERS_SIZE;
        scrub_alpha (scrub, data, tail);
        scrub_bcd (scrub, data + tail + 3, BCD_SIZE);
        scrub_bcd (scrub, data + tail + 15, BCD_SIZE);
        break;
    case FILE_UNKNOWN:
    default:
        scrub_bytes (scrub, data, size);
    }
}

/* By what EF_PBR calls a file of the phonebook */
static FileKind
kind_of_field (guint tag)
{
    switch (tag) {
    case SIMSTOW_PBR_ADN:
        return FILE_NUMBER;
    case SIMSTOW_PBR_EXT1:
        return FILE_EXTENSION;
    case SIMSTOW_PBR_ANR:
        return FILE_FURTHER_NUMBER;
    case SIMSTOW_PBR_SNE:
    case SIMSTOW_PBR_AAS:
    case SIMSTOW_PBR_GAS:
    case SIMSTOW_PBR_EMAIL:
        return FILE_TEXT;
    default:
        return FILE_PUBLIC;
    }
}

/* "read PATH": the path */
static gchar *
dup_path (const gchar *command)
{
    g_auto (GStrv) words = g_strsplit (command, " ", 3);

    return g_strdup (words[0] && words[1] ? words[1] : "");
}

/* Records of EF_PBR name the other files of their folder, TS 31.102 4.4.2.1 */
static void
note_references (Scrub *scrub, const SimstowTranscriptCall *call)
{
    for (guint i = 0; i < call->answers->len; i++) {
        const SimstowDoorCommand *command = g_ptr_array_index (call->commands, i);
        const SimstowAnswer *answer = g_ptr_array_index (call->answers, i);
        g_autofree gchar *path = dup_path (command->text);
        gsize folder = strlen (path) - MIN (strlen (path), 4);

        if (!g_str_has_suffix (path, "4F30"))
            continue;
        for (guint j = 1; j < answer->parts->len; j++) {
            SimstowReader reader;
            SimstowTlv group, field;

            simstow_reader_init_bytes (&reader, answer->parts->pdata[j]);
            while (simstow_tlv_next (&reader, &group, NULL))
                while (simstow_tlv_next (&group.value, &field, NULL)) {
                    guint8 high, low;

                    if (simstow_reader_u8 (&field.value, &high, NULL) &&
                        simstow_reader_u8 (&field.value, &low, NULL))
                        g_hash_table_insert (
                            scrub->fields,
                            g_strdup_printf ("%.*s%02X%02X", (gint) folder, path, high, low),
                            GUINT_TO_POINTER (group.tag << 8 | (field.tag & 0xFF)));
                }
        }
    }
}

/* A file control parameter template, ETSI TS 102 221 11.1.1.3, or what came before it, 3GPP TS
 * 51.011 9.2.1, which has the file's own identifier in it */
static gboolean
is_description (const gchar *path, const guint8 *data, gsize size)
{
    g_autofree gchar *id = size >= 6 ? simstow_hex_encode (data + 4, 2) : NULL;

    return size == 0 || data[0] == 0x62 || (id && g_str_has_suffix (path, id));
}

/* The first part is the file's description, which has nothing of the user */
static void
scrub_file (const Scrub *scrub, const gchar *command, guint part, guint8 *data, gsize size)
{
    g_autofree gchar *path = dup_path (command);
    guint known = GPOINTER_TO_UINT (g_hash_table_lookup (scrub->fields, path));

    if (part == 0 && is_description (path, data, size))
        return;
    if (known) {
        scrub_record (scrub,
                      kind_of_field (known & 0xFF),
                      (known & 0xFF) != SIMSTOW_PBR_ADN && known >> 8 == SIMSTOW_PBR_LINKED
                          ? REFERENCE_SIZE
                          : 0,
                      data,
                      size);
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
        if (g_str_has_suffix (path, files[i].id)) {
            scrub_record (scrub, files[i].kind, files[i].behind, data, size);
            return;
        }
    }
    scrub_bytes (scrub, data, size);
}

/* The eUICC, GSMA SGP.22 5.7 and, in certificates, ITU-T X.690 */

#define TAG_PROFILES      0xBF2D
#define TAG_EID           0xBF3E
#define TAG_NOTIFICATIONS 0xBF2B
#define TAG_METADATA      0xBF2F
#define TAG_ADDRESSES     0xBF3C
#define TAG_INFO          0xBF22

/* As long as it was */
static void
scrub_string (const Scrub *scrub, guint8 *data, gsize size)
{
    g_autofree gchar *text = g_strndup ((const gchar *) data, size);
    g_autofree gchar *scrubbed =
        is_dial_string (text) ? scrub_number (scrub, text) : scrub_text (scrub, text);

    if (strlen (scrubbed) == size)
        memcpy (data, scrubbed, size);
    else
        memset (data, 'x', size);
}

/* A value within @outer, which stands in the answer @top */
static void
scrub_value (const Scrub *scrub, guint32 top, guint32 outer, guint32 tag, guint8 *data, gsize size)
{
    if (tag == 0x5A) {
        scrub_half_octets (scrub, data, size, 0, size <= BCD_SIZE);
    } else if (top == TAG_PROFILES) {
        if (tag == 0x90 || tag == 0x92)
            scrub_string (scrub, data, size);
    } else if (top == TAG_NOTIFICATIONS) {
        if (outer == TAG_METADATA || outer == top || tag == 0x06)
            return;
        if (tag == 0x0C || tag == 0x13)
            scrub_string (scrub, data, size);
        else
            scrub_bytes (scrub, data, size);
    } else if (top != TAG_EID && top != TAG_ADDRESSES && top != TAG_INFO) {
        scrub_bytes (scrub, data, size);
    }
}

/* Object by object, each with its tag and its length; what is none is replaced byte by byte */
static void
scrub_objects (const Scrub *scrub,
               guint32 top,
               guint32 outer,
               guint8 *data,
               gsize size,
               guint depth)
{
    SimstowReader reader;
    gsize at;

    simstow_reader_init (&reader, data, size);
    while (simstow_reader_remaining (&reader) > 0) {
        SimstowTlv object;
        gsize length;
        guint32 first;

        if (!simstow_tlv_next (&reader, &object, NULL))
            break;
        length = simstow_reader_remaining (&object.value);
        at = size - simstow_reader_remaining (&reader) - length;
        for (first = object.tag; first > 0xFF;)
            first >>= 8;
        if ((first & 0x20) && depth < DEPTH_MAX)
            scrub_objects (scrub,
                           top > 0 ? top : object.tag,
                           object.tag,
                           data + at,
                           length,
                           depth + 1);
        else
            scrub_value (scrub, top, outer, object.tag, data + at, length);
    }
    at = size - simstow_reader_remaining (&reader);
    scrub_bytes (scrub, data + at, size - at);
}

static GBytes *
scrub_part (const Scrub *scrub, const gchar *door, const gchar *command, guint part, GBytes *bytes)
{
    gsize size;
    const gchar *data = g_bytes_get_data (bytes, &size);
    g_autofree guint8 *copy = NULL;

    if (size == 0)
        return g_bytes_ref (bytes);
    if (is_at (door, bytes)) {
        gchar *text = scrub_at (scrub, data, size);

        return g_bytes_new_take (text, strlen (text));
    }
    copy = g_memdup2 (data, size);
    if (g_str_equal (door, SIMSTOW_DOOR_FILES)) {
        scrub_file (scrub, command, part, copy, size);
        return g_bytes_new_take (g_steal_pointer (&copy), size);
    }
    if (g_str_equal (door, SIMSTOW_DOOR_EUICC)) {
        /* the identifier of an application is no secret */
        if (!g_str_has_prefix (command, SELECT))
            scrub_objects (scrub, 0, 0, copy, size, 0);
        return g_bytes_new_take (g_steal_pointer (&copy), size);
    }
    scrub_bytes (scrub, copy, size);
    if (g_str_has_prefix (door, "mbim-"))
        scrub_mbim (scrub, door, command, (const guint8 *) data, copy, size);
    return g_bytes_new_take (g_steal_pointer (&copy), size);
}

/* The data of +CMGW are a PDU as bytes */
static GBytes *
scrub_data (const Scrub *scrub, const gchar *door, const SimstowDoorCommand *command)
{
    gsize size;
    const gchar *data = g_bytes_get_data (command->data, &size);
    g_autofree guint8 *copy = NULL;

    /* the record as it is, then as it is to be */
    if (g_str_equal (door, SIMSTOW_DOOR_FILES)) {
        copy = g_memdup2 (data, size);
        scrub_file (scrub, command->text, 1, copy, size / 2);
        scrub_file (scrub, command->text, 1, copy + size / 2, size - size / 2);
        return g_bytes_new_take (g_steal_pointer (&copy), size);
    }
    if (!g_str_has_prefix (command->text, "+CMGW"))
        return scrub_part (scrub, door, command->text, 1, command->data);
    copy = g_memdup2 (data, size);
    scrub_pdu (scrub, copy, size);
    return g_bytes_new_take (g_steal_pointer (&copy), size);
}

static void
scrub_error (const Scrub *scrub, GError *error)
{
    g_autoptr (GString) message = g_string_new (NULL);

    append_row (message, scrub, error->message, strlen (error->message));
    g_free (error->message);
    error->message = g_strdup (message->str);
}

static void
scrub_call (Scrub *scrub, SimstowTranscriptCall *call)
{
    scrub->options = call->options;
    for (guint i = 0; i < call->commands->len; i++) {
        SimstowDoorCommand *command = g_ptr_array_index (call->commands, i);
        SimstowAnswer *answer = i < call->answers->len ? call->answers->pdata[i] : NULL;

        if (command->data) {
            GBytes *data = scrub_data (scrub, call->door, command);

            g_bytes_unref (command->data);
            command->data = data;
        }
        if (g_str_has_prefix (command->text, "+CPBW=") ||
            (g_str_equal (call->door, SIMSTOW_DOOR_EUICC) &&
             !g_str_has_prefix (command->text, SELECT))) {
            g_autoptr (GString) text = g_string_new (NULL);

            append_row (text, scrub, command->text, strlen (command->text));
            g_free (command->text);
            command->text = g_strdup (text->str);
        }
        for (guint j = 0; answer && j < answer->parts->len; j++) {
            GBytes *part =
                scrub_part (scrub, call->door, command->text, j, answer->parts->pdata[j]);

            g_bytes_unref (answer->parts->pdata[j]);
            answer->parts->pdata[j] = part;
        }
        if (answer && answer->error)
            scrub_error (scrub, answer->error);
    }
    if (call->error)
        scrub_error (scrub, call->error);
}

/* Of the facts the maker's stay, and the names of networks */
static GVariant *
scrub_facts (const Scrub *scrub, GVariant *facts)
{
    static const gchar *const secret[] =
        {"imei", "iccid", "imsi", "eid", "own-numbers", "sim", NULL};
    GVariantDict dict;

    g_variant_dict_init (&dict, facts);
    for (guint i = 0; secret[i]; i++) {
        g_autoptr (GVariant) value = g_variant_dict_lookup_value (&dict, secret[i], NULL);

        if (value && g_variant_is_of_type (value, G_VARIANT_TYPE_STRING)) {
            g_autofree gchar *scrubbed =
                g_str_equal (secret[i], "sim")
                    ? g_strdup ("scrubbed")
                    : scrub_number (scrub, g_variant_get_string (value, NULL));

            g_variant_dict_insert (&dict, secret[i], "s", scrubbed);
        } else if (value && g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY)) {
            g_auto (GStrv) strings = g_variant_dup_strv (value, NULL);

            for (guint j = 0; strings[j]; j++) {
                gchar *scrubbed = scrub_number (scrub, strings[j]);

                g_free (strings[j]);
                strings[j] = scrubbed;
            }
            g_variant_dict_insert (&dict, secret[i], "^as", strings);
        }
    }
    return g_variant_ref_sink (g_variant_dict_end (&dict));
}

void
simstow_scrub (SimstowTranscript *transcript)
{
    g_autoptr (GHashTable) fields = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    Scrub scrub = {.options = "", .fields = fields};

    simstow_random_fill (scrub.secret, sizeof scrub.secret);
    for (guint i = 0; i < transcript->calls->len; i++)
        note_references (&scrub, transcript->calls->pdata[i]);
    if (transcript->facts) {
        GVariant *facts = scrub_facts (&scrub, transcript->facts);

        g_variant_unref (transcript->facts);
        transcript->facts = facts;
    }
    for (guint i = 0; i < transcript->calls->len; i++) {
        SimstowTranscriptCall *call = g_ptr_array_index (transcript->calls, i);

        if (call->facts) {
            GVariant *facts = scrub_facts (&scrub, call->facts);

            g_variant_unref (call->facts);
            call->facts = facts;
        }
        scrub_call (&scrub, call);
    }
    memset (&scrub, 0, sizeof scrub);
}
