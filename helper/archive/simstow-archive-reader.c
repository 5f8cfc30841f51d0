/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An archive read record by record, or as a whole.
 */

#include "config.h"

#include "simstow-archive-reader.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "simstow-contact-vcard.h"
#include "simstow-crypt.h"
#include "simstow-error.h"
#include "simstow-esim-json.h"
#include "simstow-header-json.h"
#include "simstow-json-scanner.h"
#include "simstow-record-json.h"
#include "simstow-sums.h"
#include "simstow-unpack.h"

typedef struct {
    const SimstowReading *reading;
    SimstowUnpack *unpack;
    /* the member under way; NULL between members */
    const gchar *name;
    SimstowMemberKind kind;
    guint64 line_number;
    /* a line, or a card, that lies in pieces */
    GString *pieces;
    /* what simstow.json says, and what was counted */
    gchar *content_id;
    guint64 expected[SIMSTOW_ITEM_NETWORK + 1];
    guint64 counted[SIMSTOW_ITEM_NETWORK + 1];
    guint seen;
    GArray *kept;
    gboolean keeping;
    GError *too_new;
    gboolean by_simstow;
    gboolean ended;
} Reader;

static void
item_clear (SimstowItem *item)
{
    simstow_archive_header_free (item->header);
    simstow_call_free (item->call);
    simstow_contact_free (item->contact);
    g_clear_pointer (&item->esim, simstow_esim_free);
    simstow_message_free (item->message);
    simstow_network_free (item->network);
    simstow_simfile_free (item->simfile);
    simstow_unread_free (item->unread);
    g_free (item->text);
    *item = (SimstowItem){.kind = SIMSTOW_ITEM_END};
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowItem, item_clear)

static void
on_kept_clear (gpointer data)
{
    g_free (((SimstowKeptMember *) data)->name);
}

static void
reader_clear (Reader *reader)
{
    simstow_unpack_free (reader->unpack);
    g_array_unref (reader->kept);
    g_string_free (reader->pieces, TRUE);
    g_free (reader->content_id);
    g_clear_error (&reader->too_new);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

static gboolean
wants (const Reader *reader, SimstowItemKind kind)
{
    return kind != SIMSTOW_ITEM_END && (reader->reading->wanted >> kind & 1) != 0;
}

/* Whatever the decoders find wrong, it is the archive that is damaged */
static gboolean
damaged (const Reader *reader, const GError *reason, GError **error)
{
    if (reader->line_number > 0)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_DAMAGED,
                                  _ ("%s line %" PRIu64 ": damaged: %s"),
                                  reader->name,
                                  reader->line_number,
                                  reason->message);
    return simstow_error_set (error,
                              SIMSTOW_ERROR_DAMAGED,
                              _ ("%s: damaged: %s"),
                              reader->name,
                              reason->message);
}

static gboolean
refuse (const Reader *reader, const gchar *why, GError **error)
{
    g_autoptr (GError) reason = g_error_new_literal (SIMSTOW_ERROR, SIMSTOW_ERROR_DAMAGED, why);

    return damaged (reader, reason, error);
}

/* Uses up bytes of a member */
static void
take_bytes (Reader *reader, const guint8 *data, gsize size)
{
    if (reader->keeping && size > 0) {
        guint last = reader->kept->len - 1;

        simstow_kept_append (reader->reading->kept, data, size);
        g_array_index (reader->kept, SimstowKeptMember, last).size += size;
    }
    if (size > 0)
        simstow_unpack_skip (reader->unpack, size);
}

static gboolean
skip_member (Reader *reader, GError **error)
{
    const guint8 *data;
    gsize size;

    do {
        if (!simstow_unpack_peek (reader->unpack, &data, &size, error))
            return FALSE;
        take_bytes (reader, data, size);
    } while (size > 0);
    return TRUE;
}

/* Takes a member into memory that is read whole */
static gboolean
take_document (Reader *reader, GError **error)
{
    const guint8 *data;
    gsize size;

    g_string_truncate (reader->pieces, 0);
    if (simstow_unpack_get_size (reader->unpack) > SIMSTOW_LIMIT_DOCUMENT)
        return refuse (reader, _ ("far larger than such a member can be"), error);
    do {
        if (!simstow_unpack_peek (reader->unpack, &data, &size, error))
            return FALSE;
        g_string_append_len (reader->pieces, (const gchar *) data, (gssize) size);
        take_bytes (reader, data, size);
    } while (size > 0);
    return TRUE;
}

/* Appends the member's next line, its end included, to the pieces; nothing at
 * the end of the member */
static gboolean
take_line (Reader *reader, gboolean *found, GError **error)
{
    const guint8 *data;
    const guint8 *newline = NULL;
    gsize size;

    reader->line_number++;
    do {
        if (!simstow_unpack_peek (reader->unpack, &data, &size, error))
            return FALSE;
        if (size == 0)
            break;
        newline = memchr (data, '\n', size);
        if (newline)
            size = (gsize) (newline - data) + 1;
        if (reader->pieces->len + size > SIMSTOW_LIMIT_LINE)
            return refuse (reader, _ ("longer than such a record can be"), error);
        g_string_append_len (reader->pieces, (const gchar *) data, (gssize) size);
        take_bytes (reader, data, size);
        *found = TRUE;
    } while (!newline);
    return newline || !*found || refuse (reader, _ ("the last line has no end"), error);
}

static gboolean
read_header (Reader *reader, SimstowItem *item, GError **error)
{
    g_autoptr (GError) reason = NULL;
    g_autoptr (SimstowArchiveHeader) header = NULL;

    if (!take_document (reader, error))
        return FALSE;
    header = simstow_archive_header_from_json (reader->pieces->str, reader->pieces->len, &reason);
    if (!header && g_error_matches (reason, SIMSTOW_ERROR, SIMSTOW_ERROR_TOO_NEW)) {
        /* only a whole archive is too new: a damaged one may just look so */
        reader->too_new = g_steal_pointer (&reason);
        return TRUE;
    }
    if (!header)
        return damaged (reader, reason, error);
    reader->by_simstow = header->tool && g_str_has_prefix (header->tool, "simstow ");
    reader->content_id = g_strdup (header->content_id);
    reader->expected[SIMSTOW_ITEM_MESSAGE] = header->messages;
    reader->expected[SIMSTOW_ITEM_CONTACT] = header->contacts;
    reader->expected[SIMSTOW_ITEM_CALL] = header->calls;
    item->kind = SIMSTOW_ITEM_HEADER;
    item->header = g_steal_pointer (&header);
    return TRUE;
}

static gboolean
check_sums (Reader *reader, GError **error)
{
    const GPtrArray *sums = simstow_unpack_get_sums (reader->unpack);
    g_autofree gchar *content_id = simstow_sums_content_id (sums);

    if (!take_document (reader, error) ||
        !simstow_sums_check (sums, reader->pieces->str, reader->pieces->len, error))
        return FALSE;
    if (reader->content_id && strcmp (reader->content_id, content_id) != 0)
        return refuse (reader, _ ("the content id in simstow.json is another"), error);
    return TRUE;
}

/* What members hold besides the frame; %SIMSTOW_ITEM_END of those that are not understood */
static const SimstowItemKind item_kinds[] = {
    [SIMSTOW_MEMBER_CALLS] = SIMSTOW_ITEM_CALL,
    [SIMSTOW_MEMBER_CONTACTS] = SIMSTOW_ITEM_CONTACT,
    [SIMSTOW_MEMBER_ESIM] = SIMSTOW_ITEM_ESIM,
    [SIMSTOW_MEMBER_MESSAGES] = SIMSTOW_ITEM_MESSAGE,
    [SIMSTOW_MEMBER_NETWORK] = SIMSTOW_ITEM_NETWORK,
    [SIMSTOW_MEMBER_SIMFILES] = SIMSTOW_ITEM_SIMFILE,
    [SIMSTOW_MEMBER_UNREAD] = SIMSTOW_ITEM_UNREAD,
    [SIMSTOW_MEMBER_OTHER] = SIMSTOW_ITEM_END,
};

/* Makes an item of the pieces */
static gboolean
decode (const Reader *reader, SimstowItem *item, GError **error)
{
    const gchar *text = reader->pieces->str;
    gsize size = reader->pieces->len;

    switch (item_kinds[reader->kind]) {
    case SIMSTOW_ITEM_CALL:
        return (item->call = simstow_call_from_json (text, size, error)) != NULL;
    case SIMSTOW_ITEM_CONTACT:
        return (item->contact = simstow_contact_from_vcard (text, size, error)) != NULL;
    case SIMSTOW_ITEM_ESIM:
        item->text = g_strndup (text, size);
        return (item->esim = simstow_esim_from_json (text, size, error)) != NULL;
    case SIMSTOW_ITEM_MESSAGE:
        if (!wants (reader, SIMSTOW_ITEM_MESSAGE))
            return simstow_message_check_json (text, size, error);
        item->message = simstow_message_from_json (text, size, error);
        if (item->message && !reader->reading->raw)
            simstow_message_decode (item->message);
        return item->message != NULL;
    case SIMSTOW_ITEM_NETWORK:
        item->text = g_strndup (text, size);
        return (item->network = simstow_network_from_json (text, size, error)) != NULL;
    case SIMSTOW_ITEM_SIMFILE:
        return (item->simfile = simstow_simfile_from_json (text, size, error)) != NULL;
    case SIMSTOW_ITEM_UNREAD:
        return (item->unread = simstow_unread_from_json (text, size, error)) != NULL;
    default:
        return TRUE;
    }
}

static gboolean
read_item (Reader *reader, SimstowItem *item, GError **error)
{
    g_autoptr (GError) reason = NULL;

    if (!decode (reader, item, &reason))
        return damaged (reader, reason, error);
    item->kind = item_kinds[reader->kind];
    return TRUE;
}

/* A card goes on to its END line */
static gboolean
is_whole_record (const Reader *reader, gsize line)
{
    return reader->kind != SIMSTOW_MEMBER_CONTACTS ||
           g_ascii_strncasecmp (reader->pieces->str + line, "END:VCARD", 9) == 0;
}

static gboolean
take_record (Reader *reader, gboolean *found, GError **error)
{
    gsize line;

    g_string_truncate (reader->pieces, 0);
    do {
        *found = FALSE;
        line = reader->pieces->len;
        if (!take_line (reader, found, error))
            return FALSE;
    } while (*found && !is_whole_record (reader, line));
    return *found || line == 0 || refuse (reader, _ ("the last card has no end"), error);
}

/* Reads the member's next record; closes the member behind the last */
static gboolean
read_record (Reader *reader, SimstowItem *item, GError **error)
{
    gboolean found;

    if (!take_record (reader, &found, error))
        return FALSE;
    if (!found) {
        reader->name = NULL;
        return TRUE;
    }
    reader->counted[item_kinds[reader->kind]]++;
    return read_item (reader, item, error);
}

static gboolean
read_member (Reader *reader, SimstowItem *item, GError **error)
{
    gboolean read;

    if (reader->too_new && reader->kind != SIMSTOW_MEMBER_SUMS)
        read = skip_member (reader, error);
    else if (reader->kind == SIMSTOW_MEMBER_HEADER)
        read = read_header (reader, item, error);
    else if (reader->kind == SIMSTOW_MEMBER_SUMS)
        read = check_sums (reader, error);
    else if (reader->kind == SIMSTOW_MEMBER_ESIM || reader->kind == SIMSTOW_MEMBER_NETWORK)
        read = take_document (reader, error) && read_item (reader, item, error);
    else if (item_kinds[reader->kind] == SIMSTOW_ITEM_END)
        read = skip_member (reader, error);
    else
        return read_record (reader, item, error);
    reader->name = NULL;
    return read;
}

static gboolean
check_count (const Reader *reader, SimstowItemKind kind, GError **error)
{
    static const SimstowMemberKind where[] = {
        [SIMSTOW_ITEM_CALL] = SIMSTOW_MEMBER_CALLS,
        [SIMSTOW_ITEM_CONTACT] = SIMSTOW_MEMBER_CONTACTS,
        [SIMSTOW_ITEM_MESSAGE] = SIMSTOW_MEMBER_MESSAGES,
    };

    if (reader->counted[kind] == reader->expected[kind])
        return TRUE;
    return simstow_error_set (
        error,
        SIMSTOW_ERROR_DAMAGED,
        _ ("%s: damaged: it has %" PRIu64 " records, and simstow.json says %" PRIu64),
        simstow_layout_member_name (where[kind]),
        reader->counted[kind],
        reader->expected[kind]);
}

static gboolean
check_complete (Reader *reader, GError **error)
{
    guint kind;

    if (reader->too_new) {
        g_propagate_error (error, g_steal_pointer (&reader->too_new));
        return FALSE;
    }
    for (kind = 0; kind < SIMSTOW_MEMBER_OTHER; kind++) {
        if (!simstow_layout_member_is_required (kind) || (reader->seen >> kind & 1) != 0)
            continue;
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_DAMAGED,
                                  _ ("%s: missing: the archive is damaged"),
                                  simstow_layout_member_name (kind));
    }
    reader->ended = TRUE;
    return check_count (reader, SIMSTOW_ITEM_CALL, error) &&
           check_count (reader, SIMSTOW_ITEM_CONTACT, error) &&
           check_count (reader, SIMSTOW_ITEM_MESSAGE, error);
}

static gboolean
next_member (Reader *reader, GError **error)
{
    if (!simstow_unpack_next (reader->unpack, &reader->name, &reader->kind, error))
        return FALSE;
    reader->line_number = 0;
    if (!reader->name)
        return check_complete (reader, error);
    reader->seen |= 1U << reader->kind;
    reader->keeping = reader->reading->kept && (reader->reading->members >> reader->kind & 1) != 0;
    if (reader->keeping) {
        const SimstowKeptMember member = {
            .name = g_strdup (reader->name),
            .offset = simstow_kept_get_size (reader->reading->kept),
        };

        g_array_append_val (reader->kept, member);
    }
    return TRUE;
}

static gboolean
read_next (Reader *reader, SimstowItem *item, GError **error)
{
    do {
        item_clear (item);
        if (!reader->name && !next_member (reader, error))
            return FALSE;
        if (reader->ended) {
            /* other programs may write archives without a seal; simstow does not */
            item->ignored = simstow_unpack_get_ignored (reader->unpack);
            item->repacked = reader->by_simstow && !simstow_unpack_is_original (reader->unpack);
            item->sums = simstow_unpack_get_sums (reader->unpack);
            item->kept = reader->kept;
            return TRUE;
        }
        if (!read_member (reader, item, error))
            return FALSE;
    } while (!wants (reader, item->kind));
    return TRUE;
}

gboolean
simstow_reading_run (const SimstowReading *reading,
                     GInputStream *stream,
                     GCancellable *cancellable,
                     GError **error)
{
    g_auto (Reader) reader = {
        .reading = reading,
        .unpack = simstow_unpack_new (stream, cancellable),
        .pieces = g_string_new (NULL),
        .kept = g_array_new (FALSE, FALSE, sizeof (SimstowKeptMember)),
    };
    g_auto (SimstowItem) item = {SIMSTOW_ITEM_END};

    g_array_set_clear_func (reader.kept, on_kept_clear);
    do {
        if (!read_next (&reader, &item, error))
            return FALSE;
        if (reading->func && !reading->func (&item, reading->user_data, error))
            return FALSE;
    } while (item.kind != SIMSTOW_ITEM_END);
    return TRUE;
}

/* What gpg says of the whole message comes before what was made of its text: a
 * wrong passphrase is not a damaged archive */
gboolean
simstow_reading_run_encrypted (const SimstowReading *reading,
                               gint fd,
                               const SimstowArchiveKeys *keys,
                               GCancellable *cancellable,
                               GError **error)
{
    g_autoptr (GError) reason = NULL;
    g_autoptr (SimstowCrypt) crypt = simstow_crypt_decrypt (keys, fd, error);
    gboolean whole;

    if (!crypt)
        return FALSE;
    whole = simstow_reading_run (reading, simstow_crypt_get_input (crypt), cancellable, &reason);
    if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
        !simstow_crypt_finish (crypt, error))
        return FALSE;
    if (!whole)
        g_propagate_error (error, g_steal_pointer (&reason));
    return whole;
}

gboolean
simstow_reading_run_input (const SimstowReading *reading,
                           const SimstowInput *input,
                           const SimstowArchiveKeys *keys,
                           GCancellable *cancellable,
                           GError **error)
{
    if (!simstow_input_is_encrypted (input))
        return simstow_reading_run (reading, simstow_input_get_stream (input), cancellable, error);
    return simstow_reading_run_encrypted (reading,
                                          simstow_input_get_fd (input),
                                          keys,
                                          cancellable,
                                          error);
}

/* Twice: what is handed on is of no use unless the whole archive is intact */
static gboolean
read_twice (SimstowInput *input,
            const SimstowArchiveKeys *keys,
            const SimstowReading *reading,
            GCancellable *cancellable,
            GError **error)
{
    const SimstowReading check = {NULL};
    g_autoptr (SimstowInput) first = NULL;
    g_autoptr (SimstowInput) second = NULL;

    if (!simstow_input_keep (input, cancellable, error))
        return FALSE;
    first = simstow_input_open_again (input, error);
    if (!first || !simstow_reading_run_input (&check, first, keys, cancellable, error))
        return FALSE;
    second = simstow_input_open_again (input, error);
    return second && simstow_reading_run_input (reading, second, keys, cancellable, error);
}

gboolean
simstow_archive_read (const gchar *path,
                      const SimstowArchiveKeys *keys,
                      guint wanted,
                      SimstowItemFunc func,
                      gpointer user_data,
                      GCancellable *cancellable,
                      GError **error)
{
    g_autoptr (SimstowInput) input = simstow_input_new (path, cancellable, error);
    const SimstowReading reading = {func, user_data, wanted};

    if (!input)
        return FALSE;
    /* gpg gives plaintext away before it knows that the message is intact */
    if (simstow_input_is_encrypted (input) && wanted != 0)
        return read_twice (input, keys, &reading, cancellable, error);
    return simstow_reading_run_input (&reading, input, keys, cancellable, error);
}

gboolean
simstow_archive_read_whole (const gchar *path,
                            const SimstowArchiveKeys *keys,
                            guint wanted,
                            SimstowItemFunc func,
                            gpointer user_data,
                            GCancellable *cancellable,
                            GError **error)
{
    g_autoptr (SimstowInput) input = simstow_input_new (path, cancellable, error);
    const SimstowReading reading = {func, user_data, wanted};

    return input && read_twice (input, keys, &reading, cancellable, error);
}

typedef struct {
    SimstowArchiveHeader *header;
    SimstowSnapshot *snapshot;
    SimstowMessageFunc func;
    gpointer user_data;
} Loaded;

static void
loaded_clear (Loaded *loaded)
{
    simstow_archive_header_free (loaded->header);
    simstow_snapshot_free (loaded->snapshot);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Loaded, loaded_clear)

/* Takes over what an item holds */
static gboolean
on_keep (SimstowItem *item, gpointer user_data, GError **error)
{
    Loaded *loaded = user_data;

    switch (item->kind) {
    case SIMSTOW_ITEM_END:
        loaded->header->repacked = item->repacked;
        loaded->header->ignored = g_strdupv ((gchar **) item->ignored);
        break;
    case SIMSTOW_ITEM_HEADER:
        loaded->header = g_steal_pointer (&item->header);
        loaded->snapshot = g_steal_pointer (&loaded->header->snapshot);
        break;
    case SIMSTOW_ITEM_CALL:
        g_ptr_array_add (loaded->snapshot->calls, g_steal_pointer (&item->call));
        break;
    case SIMSTOW_ITEM_CONTACT:
        g_ptr_array_add (loaded->snapshot->contacts, g_steal_pointer (&item->contact));
        break;
    case SIMSTOW_ITEM_ESIM:
        loaded->snapshot->esim = g_steal_pointer (&item->esim);
        break;
    case SIMSTOW_ITEM_MESSAGE:
        if (loaded->func)
            loaded->func (item->message, loaded->snapshot, loaded->user_data);
        else
            g_ptr_array_add (loaded->snapshot->messages, g_steal_pointer (&item->message));
        break;
    case SIMSTOW_ITEM_SIMFILE:
        g_ptr_array_add (loaded->snapshot->simfiles, g_steal_pointer (&item->simfile));
        break;
    case SIMSTOW_ITEM_UNREAD:
        g_ptr_array_add (loaded->snapshot->unread, g_steal_pointer (&item->unread));
        break;
    case SIMSTOW_ITEM_NETWORK:
        loaded->snapshot->network = g_steal_pointer (&item->network);
        break;
    default:
        break;
    }
    return TRUE;
}

SimstowSnapshot *
simstow_archive_load_besides (const gchar *path,
                              const SimstowArchiveKeys *keys,
                              SimstowArchiveHeader **header,
                              gboolean raw,
                              SimstowMessageFunc func,
                              gpointer user_data,
                              GCancellable *cancellable,
                              GError **error)
{
    g_autoptr (SimstowInput) input = simstow_input_new (path, cancellable, error);
    g_auto (Loaded) loaded = {.func = func, .user_data = user_data};
    const SimstowReading reading = {on_keep, &loaded, SIMSTOW_ITEM_ALL, raw};

    if (!input || !simstow_reading_run_input (&reading, input, keys, cancellable, error))
        return NULL;
    loaded.header->encrypted = simstow_input_is_encrypted (input);
    if (header)
        *header = g_steal_pointer (&loaded.header);
    return g_steal_pointer (&loaded.snapshot);
}

SimstowSnapshot *
simstow_archive_load (const gchar *path,
                      const SimstowArchiveKeys *keys,
                      SimstowArchiveHeader **header,
                      GCancellable *cancellable,
                      GError **error)
{
    return simstow_archive_load_besides (path, keys, header, FALSE, NULL, NULL, cancellable, error);
}
