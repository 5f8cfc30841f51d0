/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * WSP headers, MMS headers and two kinds of WBXML. A header's value tells by its first octet
 * where it ends, so that unknown ones can be passed over, WAP-230 8.4.1.2.
 */

#include "config.h"

#include "simstow-wap-push.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "simstow-error.h"
#include "simstow-reader.h"

#define PDU_PUSH 0x06
/* Octets of a variable length integer of 32 bits */
#define UINTVAR 5

/* Values, WAP-230 8.4.1.2: up to 30 a length, then a length behind it, a text, a number */
#define LENGTH_QUOTE 31
#define TEXT_FIRST   32
#define TEXT_QUOTE   127
#define SHORT_FIRST  128

/* Content types, WAP-230 table 40 */
#define TYPE_SI  0x2E
#define TYPE_SL  0x30
#define TYPE_MMS 0x3E

/* MMS-ENC 7.3, table 12, without the high bit */
#define MMS_CONTENT_LOCATION 0x03
#define MMS_EXPIRY           0x08
#define MMS_FROM             0x09
#define MMS_MESSAGE_TYPE     0x0C
#define MMS_MESSAGE_SIZE     0x0E
#define MMS_SUBJECT          0x16
#define MMS_NOTIFICATION     2
#define MMS_PRESENT          0x80
#define MMS_ABSOLUTE         0x80
#define MMS_RELATIVE         0x81

/* Character sets, by IANA's MIBenum */
#define CHARSET_LATIN1 4
#define CHARSET_UCS2   1000
#define CHARSET_UTF16  1015

/* WBXML 1.2, 5.8 */
#define WBXML_END       0x01
#define WBXML_ENTITY    0x02
#define WBXML_STR_I     0x03
#define WBXML_STR_T     0x83
#define WBXML_OPAQUE    0xC3
#define WBXML_VALUES    0x80
#define WBXML_HAS_ATTRS 0x80

/* A value of a header: a number, or octets, which may be text */
typedef struct {
    gboolean is_number;
    gboolean is_text;
    guint8 number;
    const guint8 *data;
    gsize size;
} Value;

static gboolean
read_uintvar (SimstowReader *reader, guint32 *value, GError **error)
{
    guint8 octet = 0x80;
    guint i;

    *value = 0;
    for (i = 0; i < UINTVAR && (octet & 0x80) != 0; i++) {
        if (!simstow_reader_u8 (reader, &octet, error))
            return FALSE;
        *value = (*value << 7) | (octet & 0x7F);
    }
    return (octet & 0x80) == 0 ||
           simstow_error_set (error, SIMSTOW_ERROR_INVALID_DATA, _ ("a length without an end"));
}

/* Up to the NUL, which is left out; without one up to the end */
static void
read_text (SimstowReader *reader, const guint8 **data, gsize *size)
{
    gsize rest = simstow_reader_remaining (reader);
    const guint8 *all = NULL;
    const guint8 *end;
    SimstowReader ahead = *reader;

    *size = 0;
    if (!simstow_reader_take (&ahead, rest, &all, NULL))
        return;
    end = rest > 0 ? memchr (all, 0, rest) : NULL;
    *size = end ? (gsize) (end - all) : rest;
    simstow_reader_take (reader, end ? *size + 1 : rest, data, NULL);
}

static gboolean
read_value (SimstowReader *reader, Value *value, GError **error)
{
    guint32 length;
    guint8 first;

    memset (value, 0, sizeof *value);
    if (!simstow_reader_peek_u8 (reader, &first, error))
        return FALSE;
    if (first >= TEXT_FIRST && first < SHORT_FIRST) {
        value->is_text = TRUE;
        read_text (reader, &value->data, &value->size);
        return TRUE;
    }
    if (!simstow_reader_u8 (reader, &first, error))
        return FALSE;
    value->is_number = first >= SHORT_FIRST;
    value->number = first & 0x7F;
    length = first;
    if (value->is_number)
        return TRUE;
    if (first == LENGTH_QUOTE && !read_uintvar (reader, &length, error))
        return FALSE;
    value->size = length;
    return simstow_reader_take (reader, length, &value->data, error);
}

static gint64
get_long (const guint8 *data, gsize size)
{
    gint64 number = 0;
    gsize i;

    if (size == 0 || size > 6)
        return -1;
    for (i = 0; i < size; i++)
        number = number << 8 | data[i];
    return number;
}

/* A number as an integer value of any form; -1 for none */
static gint64
get_number (const Value *value)
{
    if (value->is_number)
        return value->number;
    return value->is_text ? -1 : get_long (value->data, value->size);
}

static gchar *
make_text (const guint8 *data, gsize size, gint64 charset)
{
    g_autofree gchar *converted = NULL;
    const gchar *from = charset == CHARSET_LATIN1  ? "ISO-8859-1"
                        : charset == CHARSET_UCS2  ? "UCS-2BE"
                        : charset == CHARSET_UTF16 ? "UTF-16BE"
                                                   : NULL;

    if (size > 0 && data[0] == TEXT_QUOTE) {
        data++;
        size--;
    }
    if (from)
        converted =
            g_convert ((const gchar *) data, (gssize) size, "UTF-8", from, NULL, NULL, NULL);
    if (converted)
        return g_utf8_make_valid (converted, -1);
    return g_utf8_make_valid (data ? (const gchar *) data : "", (gssize) size);
}

/* A text with its character set before it, or without, MMS-ENC 7.2.9 */
static gchar *
get_encoded (const guint8 *data, gsize size)
{
    SimstowReader reader;
    const guint8 *text = NULL;
    Value charset;
    gsize length;

    simstow_reader_init (&reader, data, size);
    if (size > 0 && (data[0] >= SHORT_FIRST || data[0] < TEXT_FIRST)) {
        if (!read_value (&reader, &charset, NULL))
            return NULL;
        if (get_number (&charset) == CHARSET_UCS2 || get_number (&charset) == CHARSET_UTF16) {
            /* its zeros end nothing */
            length = simstow_reader_remaining (&reader);
            if (!simstow_reader_take (&reader, length, &text, NULL))
                return NULL;
            while (length >= 2 && text[length - 1] == 0 && text[length - 2] == 0)
                length -= 2;
            return make_text (text, length, get_number (&charset));
        }
        read_text (&reader, &text, &length);
        return make_text (text, length, get_number (&charset));
    }
    read_text (&reader, &text, &length);
    return make_text (text, length, -1);
}

static gchar *
get_text (const Value *value)
{
    if (value->is_number)
        return NULL;
    return value->is_text ? make_text (value->data, value->size, -1)
                          : get_encoded (value->data, value->size);
}

static void
set_text (gchar **place, gchar *text)
{
    g_free (*place);
    *place = text;
}

/* Whose number it is, without its type; nothing when the network is to fill it in */
static void
take_from (SimstowWapPush *push, const Value *value)
{
    SimstowReader reader;
    Value from;
    guint8 token;
    gchar *slash;

    simstow_reader_init (&reader, value->data, value->size);
    if (!simstow_reader_u8 (&reader, &token, NULL) || token != MMS_PRESENT ||
        !read_value (&reader, &from, NULL))
        return;
    set_text (&push->from, get_text (&from));
    slash = push->from ? strstr (push->from, "/TYPE=") : NULL;
    if (slash)
        *slash = '\0';
}

static void
take_expiry (SimstowWapPush *push, const Value *value)
{
    SimstowReader reader;
    Value time;
    guint8 token;

    simstow_reader_init (&reader, value->data, value->size);
    if (!simstow_reader_u8 (&reader, &token, NULL) || !read_value (&reader, &time, NULL))
        return;
    if (token == MMS_ABSOLUTE)
        push->expiry = get_number (&time);
    else if (token == MMS_RELATIVE)
        push->lifetime = get_number (&time);
}

static void
take_mms_header (SimstowWapPush *push, guint8 name, const Value *value)
{
    switch (name) {
    case MMS_MESSAGE_TYPE:
        if (get_number (value) != MMS_NOTIFICATION)
            push->kind = SIMSTOW_WAP_PUSH_OTHER;
        break;
    case MMS_FROM:
        take_from (push, value);
        break;
    case MMS_SUBJECT:
        set_text (&push->subject, get_text (value));
        break;
    case MMS_CONTENT_LOCATION:
        set_text (&push->address, get_text (value));
        break;
    case MMS_MESSAGE_SIZE:
        push->size = get_number (value);
        break;
    case MMS_EXPIRY:
        take_expiry (push, value);
        break;
    default:
        break;
    }
}

/* Each header is a number and a value, or a name and a value as texts */
static gboolean
decode_mms (SimstowReader *reader, SimstowWapPush *push, GError **error)
{
    Value name;
    Value value;

    while (simstow_reader_remaining (reader) > 0) {
        if (!read_value (reader, &name, error) || !read_value (reader, &value, error))
            return FALSE;
        if (name.is_number)
            take_mms_header (push, name.number, &value);
    }
    return TRUE;
}

/* What a token says of an address, where it begins and where it goes on */
static const gchar *
get_start (SimstowWapPushKind kind, guint8 token)
{
    static const gchar *const starts[] = {"", "http://", "http://www.", "https://", "https://www."};
    guint first = kind == SIMSTOW_WAP_PUSH_INDICATION ? 0x0B : 0x08;

    return token >= first && token < first + G_N_ELEMENTS (starts) ? starts[token - first] : NULL;
}

static const gchar *
get_middle (guint8 token)
{
    static const gchar *const middles[] = {".com/", ".edu/", ".net/", ".org/"};

    return token >= 0x85 && token < 0x85 + G_N_ELEMENTS (middles) ? middles[token - 0x85] : "";
}

/* Where the pass through WBXML is: among attributes, in the one that is an address */
typedef struct {
    SimstowWapPush *push;
    GString *address;
    GString *text;
    gboolean in_attributes;
    gboolean in_address;
} Pass;

static gboolean
skip_counted (SimstowReader *reader, gboolean with_data, GError **error)
{
    const guint8 *data;
    guint32 size;

    return read_uintvar (reader, &size, error) &&
           (!with_data || simstow_reader_take (reader, size, &data, error));
}

static void
take_string (Pass *pass, SimstowReader *reader)
{
    const guint8 *data = NULL;
    gsize size;

    read_text (reader, &data, &size);
    if (!pass->in_attributes)
        g_string_append_len (pass->text, (const gchar *) data, (gssize) size);
    else if (pass->in_address)
        g_string_append_len (pass->address, (const gchar *) data, (gssize) size);
}

static void
take_token (Pass *pass, guint8 token)
{
    const gchar *start = get_start (pass->push->kind, token);

    if (!pass->in_attributes) {
        pass->in_attributes = (token & WBXML_HAS_ATTRS) != 0;
        pass->in_address = FALSE;
    } else if (token >= WBXML_VALUES) {
        g_string_append (pass->in_address ? pass->address : pass->text,
                         pass->in_address ? get_middle (token) : "");
    } else {
        pass->in_address = start != NULL;
        if (start)
            g_string_assign (pass->address, start);
    }
}

static gboolean
take_wbxml (Pass *pass, SimstowReader *reader, GError **error)
{
    guint8 token;

    if (!simstow_reader_u8 (reader, &token, error))
        return FALSE;
    switch (token) {
    case WBXML_END:
        pass->in_attributes = FALSE;
        return TRUE;
    case WBXML_STR_I:
        take_string (pass, reader);
        return TRUE;
    case WBXML_ENTITY:
    case WBXML_STR_T:
        return skip_counted (reader, FALSE, error);
    case WBXML_OPAQUE:
        return skip_counted (reader, TRUE, error);
    default:
        take_token (pass, token);
        return TRUE;
    }
}

static gboolean
decode_link (SimstowReader *reader, SimstowWapPush *push, GError **error)
{
    g_autoptr (GString) address = g_string_new (NULL);
    g_autoptr (GString) text = g_string_new (NULL);
    Pass pass = {push, address, text, FALSE, FALSE};
    guint32 public_id;
    guint8 version;

    /* then the character set and the table of strings */
    if (!simstow_reader_u8 (reader, &version, error) || !read_uintvar (reader, &public_id, error) ||
        (public_id == 0 && !skip_counted (reader, FALSE, error)) ||
        !skip_counted (reader, FALSE, error) || !skip_counted (reader, TRUE, error))
        return FALSE;
    while (simstow_reader_remaining (reader) > 0)
        if (!take_wbxml (&pass, reader, error))
            return FALSE;
    push->address = address->len > 0 ? g_utf8_make_valid (address->str, -1) : NULL;
    push->subject = text->len > 0 ? g_utf8_make_valid (text->str, -1) : NULL;
    return TRUE;
}

static const struct {
    const gchar *name;
    guint8 number;
    SimstowWapPushKind kind;
    gboolean (*decode) (SimstowReader *reader, SimstowWapPush *push, GError **error);
} types[] = {
    {"application/vnd.wap.mms-message", TYPE_MMS, SIMSTOW_WAP_PUSH_MMS, decode_mms},
    {"application/vnd.wap.sic", TYPE_SI, SIMSTOW_WAP_PUSH_INDICATION, decode_link},
    {"application/vnd.wap.slc", TYPE_SL, SIMSTOW_WAP_PUSH_LOADING, decode_link},
};

/* A type may have parameters behind it, and a length before it then */
static gboolean
read_type (SimstowReader *reader, Value *type, GError **error)
{
    SimstowReader inner;

    if (!read_value (reader, type, error) || type->is_number || type->is_text)
        return type->is_number || type->is_text;
    simstow_reader_init (&inner, type->data, type->size);
    return read_value (&inner, type, error);
}

static gboolean
decode_content (SimstowReader *reader, const Value *type, SimstowWapPush *push, GError **error)
{
    guint i;

    push->kind = SIMSTOW_WAP_PUSH_OTHER;
    push->content_type = get_text (type);
    for (i = 0; i < G_N_ELEMENTS (types); i++) {
        if (type->is_number ? type->number != types[i].number
                            : g_strcmp0 (push->content_type, types[i].name) != 0)
            continue;
        push->kind = types[i].kind;
        return types[i].decode (reader, push, error);
    }
    return TRUE;
}

SimstowWapPush *
simstow_wap_push_decode (GBytes *data, GError **error)
{
    g_autoptr (SimstowWapPush) push = g_new0 (SimstowWapPush, 1);
    SimstowReader reader;
    SimstowReader headers;
    guint32 length;
    guint8 transaction;
    guint8 pdu;
    Value type;

    push->size = push->expiry = push->lifetime = -1;
    simstow_reader_init_bytes (&reader, data);
    if (!simstow_reader_u8 (&reader, &transaction, error) ||
        !simstow_reader_u8 (&reader, &pdu, error))
        return NULL;
    if (pdu != PDU_PUSH) {
        simstow_error_set (error, SIMSTOW_ERROR_INVALID_DATA, _ ("no push"));
        return NULL;
    }
    if (!read_uintvar (&reader, &length, error) ||
        !simstow_reader_sub (&reader, length, &headers, error) ||
        !read_type (&headers, &type, error) || !decode_content (&reader, &type, push, error))
        return NULL;
    return g_steal_pointer (&push);
}

void
simstow_wap_push_free (SimstowWapPush *push)
{
    g_free (push->content_type);
    g_free (push->from);
    g_free (push->subject);
    g_free (push->address);
    g_free (push);
}
