/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A mailbox for mail programs, which search it and may put it onto a server: one message of RFC
 * 5322 for each text message and call, with the header fields that SMS Backup+ gives them. Only
 * written. Texts are quoted-printable, so that no line of them looks like the beginning of a
 * message.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-format.h"

#define MS_A_SECOND 1000
#define DOMAIN      "sms-backup-plus.local"
#define UNKNOWN     "unknown.email"
/* Characters of a line of quoted-printable, and octets in an encoded word */
#define LINE 75
#define WORD 42

static const gchar *const extensions[] = {".mbox", NULL};

static const gchar *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
static const gchar *const months[] =
    {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* Whatever the locale; with @zone as in a header field, without as in the line between messages */
static gchar *
format_date (gint64 date, const gint *zone)
{
    gint minutes = zone ? *zone : 0;
    g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (date / MS_A_SECOND + 60 * minutes);
    g_autofree gchar *clock = time ? g_date_time_format (time, "%H:%M:%S") : NULL;
    const gchar *day;
    const gchar *month;

    if (!time)
        return NULL;
    day = days[g_date_time_get_day_of_week (time) - 1];
    month = months[g_date_time_get_month (time) - 1];
    if (!zone)
        return g_strdup_printf ("%s %s %2d %s %04d",
                                day,
                                month,
                                g_date_time_get_day_of_month (time),
                                clock,
                                g_date_time_get_year (time));
    return g_strdup_printf ("%s, %d %s %04d %s %c%02d%02d",
                            day,
                            g_date_time_get_day_of_month (time),
                            month,
                            g_date_time_get_year (time),
                            clock,
                            minutes < 0 ? '-' : '+',
                            ABS (minutes) / 60,
                            ABS (minutes) % 60);
}

static gboolean
is_plain (const gchar *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            return FALSE;
    return TRUE;
}

/* The longest head of @text that fits into an encoded word, whole characters */
static gsize
head_length (const gchar *text)
{
    const gchar *end = text;

    while (*end && g_utf8_next_char (end) - text <= WORD)
        end = g_utf8_next_char (end);
    return (gsize) (end - text);
}

/* A header field of any text: RFC 2047 where it has to be */
static void
append_field (GString *out, const gchar *name, const gchar *text)
{
    if (!text || !*text)
        return;
    g_string_append_printf (out, "%s:", name);
    /* what looks like an encoded word is one to a reader */
    if (is_plain (text) && !strstr (text, "=?") && strlen (text) < 900) {
        g_string_append_printf (out, " %s\n", text);
        return;
    }
    while (*text) {
        gsize length = head_length (text);
        g_autofree gchar *encoded = g_base64_encode ((const guchar *) text, length);

        g_string_append_printf (out, " =?UTF-8?B?%s?=\n", encoded);
        text += length;
    }
}

static void
append_number (GString *out, const gchar *name, gint64 number)
{
    g_string_append_printf (out, "%s: %" G_GINT64_FORMAT "\n", name, number);
}

/* What can stand before the @ of an address, RFC 5322 3.2.3; the true one has its own field */
static gchar *
make_local_part (const gchar *address)
{
    GString *part = g_string_new (NULL);

    for (; address && *address && part->len < 60; address++)
        g_string_append_c (part,
                           g_ascii_isalnum (*address) || strchr ("+-_*#", *address) ? *address
                                                                                    : '_');
    if (part->len == 0)
        g_string_append (part, "unknown");
    return g_string_free (part, FALSE);
}

/* A name in quotes or encoded, before an address */
static gchar *
make_mailbox (const SimstowRecord *record)
{
    g_autofree gchar *part = make_local_part (record->address);
    const gchar *name = record->name ? record->name : record->address;
    g_autofree gchar *escaped = NULL;
    g_autofree gchar *encoded = NULL;

    if (!name || !*name)
        return g_strdup_printf ("<%s@" UNKNOWN ">", part);
    if (is_plain (name) && !strstr (name, "=?")) {
        g_auto (GStrv) pieces = g_strsplit_set (name, "\"\\", -1);

        escaped = g_strjoinv ("'", pieces);
        return g_strdup_printf ("\"%s\" <%s@" UNKNOWN ">", escaped, part);
    }
    encoded = g_base64_encode ((const guchar *) name, head_length (name));
    return g_strdup_printf ("=?UTF-8?B?%s?= <%s@" UNKNOWN ">", encoded, part);
}

/* Ours and that of the conversation, by which SMS Backup+ knows what it has saved already */
static gchar *
make_id (const SimstowRecord *record, guint type)
{
    g_autoptr (GChecksum) md5 = g_checksum_new (G_CHECKSUM_MD5);
    g_autofree gchar *date = g_strdup_printf ("%" G_GINT64_FORMAT, record->date);
    g_autofree gchar *number = g_strdup_printf ("%u", type);

    g_checksum_update (md5, (const guchar *) date, -1);
    if (record->address) {
        g_checksum_update (md5, (const guchar *) record->address, -1);
        g_checksum_update (md5, (const guchar *) "v2", -1);
    }
    g_checksum_update (md5, (const guchar *) number, -1);
    /* undated ones would all be the same */
    if (record->date == 0 && record->text)
        g_checksum_update (md5, (const guchar *) record->text, -1);
    return g_strdup (g_checksum_get_string (md5));
}

static void
append_quoted (GString *out, const gchar *text)
{
    const guchar *c = (const guchar *) text;
    gsize begin = out->len;

    for (; *c; c++) {
        gboolean at_end = c[1] == '\0' || c[1] == '\n';
        gboolean is_from = out->len == begin && strncmp ((const gchar *) c, "From ", 5) == 0;

        if (*c == '\n') {
            g_string_append_c (out, '\n');
            begin = out->len;
            continue;
        }
        if (out->len - begin > LINE - 3) {
            g_string_append (out, "=\n");
            begin = out->len;
        }
        if (*c > '~' || *c == '=' || (*c < ' ' && *c != '\t') || is_from ||
            (at_end && (*c == ' ' || *c == '\t')))
            g_string_append_printf (out, "=%02X", *c);
        else
            g_string_append_c (out, (gchar) *c);
    }
    g_string_append (out, "\n\n");
}

static void
append_dates (GString *out, const SimstowRecord *record)
{
    g_autofree gchar *between = format_date (record->date, NULL);
    g_autofree gchar *date = record->date != 0 ? format_date (record->date, &record->zone) : NULL;

    g_string_append_printf (out,
                            "From simstow@localhost %s\n",
                            between ? between : "Thu Jan  1 00:00:00 1970");
    append_field (out, "Date", date);
}

static void
append_parties (GString *out, const SimstowRecord *record, gboolean received)
{
    g_autofree gchar *mailbox = make_mailbox (record);

    g_string_append_printf (out,
                            "From: %s\nTo: %s\n",
                            received ? mailbox : "<me@" UNKNOWN ">",
                            received ? "<me@" UNKNOWN ">" : mailbox);
}

static void
append_subject (GString *out, const SimstowRecord *record)
{
    const gchar *who = record->name ? record->name : record->address ? record->address : "?";
    /* TRANSLATORS: the subject of a mail, %s is a name or a number */
    g_autofree gchar *subject = record->kind == SIMSTOW_RECORD_CALL
                                    ? g_strdup_printf (_ ("Call with %s"), who)
                                    : g_strdup_printf (_ ("SMS with %s"), who);

    append_field (out, "Subject", subject);
}

static void
append_ids (GString *out, const SimstowRecord *record, guint type)
{
    g_autofree gchar *id = make_id (record, type);
    const gchar *address = record->address ? record->address : "";
    g_autofree gchar *thread = g_compute_checksum_for_string (G_CHECKSUM_MD5, address, -1);

    g_string_append_printf (out, "Message-ID: <%s@" DOMAIN ">\n", id);
    g_string_append_printf (out, "References: <%.16s@" DOMAIN ">\n", thread);
    append_field (out, "X-smssync-address", record->address);
}

static void
append_message (GString *out, const SimstowRecord *record)
{
    append_ids (out, record, record->folder);
    append_field (out, "X-smssync-datatype", record->multimedia ? "MMS" : "SMS");
    append_number (out, "X-smssync-type", record->folder);
    append_number (out, "X-smssync-date", record->date);
    append_number (out, "X-smssync-read", record->unread ? 0 : 1);
    append_number (out, "X-smssync-status", record->status);
    append_number (out, "X-smssync-protocol", record->protocol);
    append_field (out, "X-smssync-service_center", record->smsc);
}

static void
append_call (GString *out, const SimstowRecord *record)
{
    append_ids (out, record, record->type);
    append_field (out, "X-smssync-datatype", "CALLLOG");
    append_number (out, "X-smssync-type", record->type);
    append_number (out, "X-smssync-date", record->date);
    append_number (out, "X-smssync-duration", MAX (record->duration, 0));
}

static gchar *
describe_call (const SimstowRecord *record)
{
    const gchar *word = simstow_call_type_word (record->type);

    if (record->duration < 0)
        return g_strdup (word);
    return g_strdup_printf (_ ("%s, %d seconds"), word, (gint) MIN (record->duration, G_MAXINT));
}

static gboolean
add (SimstowFormatOutput *output, const SimstowRecord *record, GString *out)
{
    gboolean is_call = record->kind == SIMSTOW_RECORD_CALL;
    gboolean received =
        is_call ? record->type != SIMSTOW_CALL_OUTGOING : record->folder <= SIMSTOW_FOLDER_RECEIVED;
    g_autofree gchar *call = is_call ? describe_call (record) : NULL;
    const gchar *text = is_call ? call : record->text;

    append_dates (out, record);
    append_parties (out, record, received);
    append_subject (out, record);
    if (is_call)
        append_call (out, record);
    else
        append_message (out, record);
    append_field (out, "X-simstow-sim", record->sim);
    append_field (out, "X-simstow-subject", record->subject);
    if (record->locked)
        append_number (out, "X-simstow-locked", 1);
    g_string_append (out,
                     "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
                     "Content-Transfer-Encoding: quoted-printable\n\n");
    append_quoted (out, text ? text : "");
    return TRUE;
}

const SimstowFormat simstow_format_mbox = {
    .name = "mbox",
    .extensions = extensions,
    .kinds = SIMSTOW_FORMAT_MESSAGES | SIMSTOW_FORMAT_CALLS,
    .add = add,
};
