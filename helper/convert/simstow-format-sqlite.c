/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The databases of Chatty, Spacebar and GNOME Calls, through SQLite's own library. They are not
 * written to, nor is anything beside them: a database is opened as one that nobody changes; where
 * not all of it is in the file, it is copied first, with its log. Nothing is let in but reading
 * those tables that messages and calls are in: the passwords of Chatty's accounts lie in the same
 * file. Only here SQLite.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

#include "simstow-error.h"
#include "simstow-format.h"

#define MS_A_SECOND 1000
#define MAGIC       "SQLite format 3"
/* What comes from a pipe lies in memory */
#define LIMIT (512 * 1024 * 1024)
/* Bytes of its head: how it is written and read, 1 with a journal, 2 with a log */
#define WRITE_VERSION 18
#define READ_VERSION  19
#define ROLLBACK      1
/* Steps of SQLite's machine between two looks at whether to stop */
#define STEPS 100000
/* The year 9999 */
#define LATEST G_GINT64_CONSTANT (253402300799)

static const gchar *const extensions[] = {NULL};

/* What is read may be named here; SQLite asks for each */
static const gchar *const tables[] =
    {"messages", "threads", "thread_members", "users", "message_files", "chatty_im", "calls"};

/* A database that is open; @bytes are what came from a pipe, @folder where a copy is */
typedef struct {
    SimstowFormatInput *input;
    sqlite3 *db;
    GByteArray *bytes;
    gchar *folder;
} Database;

static void
database_clear (Database *database)
{
    static const gchar *const names[] = {"db", "db-wal", "db-shm", "db-journal"};
    guint i;

    sqlite3_close_v2 (database->db);
    g_clear_pointer (&database->bytes, g_byte_array_unref);
    for (i = 0; database->folder && i < G_N_ELEMENTS (names); i++) {
        g_autofree gchar *path = g_build_filename (database->folder, names[i], NULL);

        g_unlink (path);
    }
    if (database->folder)
        g_rmdir (database->folder);
    g_free (database->folder);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Database, database_clear)

static gint
on_authorize (gpointer user_data,
              gint action,
              const gchar *first,
              const gchar *second,
              const gchar *database,
              const gchar *trigger)
{
    guint i;

    if (action == SQLITE_SELECT || action == SQLITE_FUNCTION)
        return SQLITE_OK;
    for (i = 0; action == SQLITE_READ && first && i < G_N_ELEMENTS (tables); i++)
        if (g_ascii_strcasecmp (first, tables[i]) == 0)
            return SQLITE_OK;
    return SQLITE_DENY;
}

static gint
on_progress (gpointer user_data)
{
    return g_cancellable_is_cancelled (user_data) ? 1 : 0;
}

static gboolean
set_fault (const Database *database, gint64 record, GError **error)
{
    const gchar *reason = sqlite3_errmsg (database->db);

    if (g_cancellable_set_error_if_cancelled (database->input->cancellable, error))
        return FALSE;
    if (record > 0)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_INVALID_DATA,
                                  _ ("damaged at or behind record %ld: %s"),
                                  (glong) record,
                                  reason);
    return simstow_error_set (error, SIMSTOW_ERROR_INVALID_DATA, _ ("damaged: %s"), reason);
}

/* A database from outside may hold anything */
static void
distrust (Database *database)
{
    sqlite3 *db = database->db;

    sqlite3_db_config (db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config (db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config (db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config (db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    sqlite3_limit (db, SQLITE_LIMIT_LENGTH, SIMSTOW_TEXT_LIMIT);
    sqlite3_limit (db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_exec (db, "PRAGMA cell_size_check=ON", NULL, NULL, NULL);
    sqlite3_set_authorizer (db, on_authorize, NULL);
    sqlite3_progress_handler (db, STEPS, on_progress, database->input->cancellable);
}

static gboolean
open_uri (Database *database, const gchar *uri, gint flags, GError **error)
{
    return sqlite3_open_v2 (uri, &database->db, flags | SQLITE_OPEN_URI, NULL) == SQLITE_OK ||
           set_fault (database, 0, error);
}

static gboolean
open_unchanging (Database *database, const gchar *path, GError **error)
{
    g_autofree gchar *absolute = g_canonicalize_filename (path, NULL);
    g_autofree gchar *uri = g_filename_to_uri (absolute, NULL, error);
    g_autofree gchar *whole = uri ? g_strconcat (uri, "?immutable=1", NULL) : NULL;

    return whole && open_uri (database, whole, SQLITE_OPEN_READONLY, error);
}

/* A database that says that there is a log beside it has none here */
static void
forget_log (GByteArray *bytes)
{
    guint i;

    for (i = WRITE_VERSION; i <= READ_VERSION && i < bytes->len; i++)
        bytes->data[i] = ROLLBACK;
}

static gboolean
open_piped (Database *database, GError **error)
{
    g_autofree guint8 *buffer = g_malloc (SIMSTOW_TEXT_LIMIT);
    GByteArray *bytes = database->bytes = g_byte_array_new ();
    gssize got;

    do {
        got = g_input_stream_read (database->input->stream,
                                   buffer,
                                   SIMSTOW_TEXT_LIMIT,
                                   database->input->cancellable,
                                   error);
        if (got < 0)
            return FALSE;
        if (bytes->len + (gsize) got > LIMIT)
            return simstow_error_set (error,
                                      SIMSTOW_ERROR_INVALID_DATA,
                                      _ ("it is too large to come from a pipe"));
        g_byte_array_append (bytes, buffer, (guint) got);
    } while (got > 0);
    forget_log (bytes);
    if (!open_uri (database, ":memory:", SQLITE_OPEN_READWRITE, error))
        return FALSE;
    return sqlite3_deserialize (database->db,
                                "main",
                                bytes->data,
                                bytes->len,
                                bytes->len,
                                SQLITE_DESERIALIZE_READONLY) == SQLITE_OK ||
           set_fault (database, 0, error);
}

static gboolean
is_there (const gchar *path, const gchar *suffix)
{
    g_autofree gchar *beside = g_strconcat (path, suffix, NULL);
    struct stat info;

    return g_stat (beside, &info) == 0 && S_ISREG (info.st_mode) && info.st_size > 0;
}

static gboolean
copy (const Database *database, const gchar *path, const gchar *suffix, GError **error)
{
    g_autofree gchar *from = g_strconcat (path, suffix, NULL);
    g_autofree gchar *name = g_strconcat ("db", suffix, NULL);
    g_autofree gchar *to = g_build_filename (database->folder, name, NULL);
    g_autoptr (GFile) source = g_file_new_for_path (from);
    g_autoptr (GFile) target = g_file_new_for_path (to);

    return g_file_copy (source,
                        target,
                        G_FILE_COPY_TARGET_DEFAULT_PERMS,
                        database->input->cancellable,
                        NULL,
                        NULL,
                        error);
}

static gchar *
make_folder (GError **error)
{
    const gchar *runtime = g_getenv ("XDG_RUNTIME_DIR");
    g_autofree gchar *template = NULL;

    if (runtime && g_file_test (runtime, G_FILE_TEST_IS_DIR)) {
        template = g_build_filename (runtime, "simstow-XXXXXX", NULL);
        if (g_mkdtemp (template))
            return g_steal_pointer (&template);
    }
    return g_dir_make_tmp ("simstow-XXXXXX", error);
}

/* What was written last is not in the file yet, but in a log beside it, which SQLite has to work
 * into it */
static gboolean
open_copy (Database *database, const gchar *path, GError **error)
{
    struct stat before = {0};
    struct stat after = {0};
    g_autofree gchar *name = NULL;

    database->folder = make_folder (error);
    if (!database->folder)
        return FALSE;
    if (g_stat (path, &before) != 0 || !copy (database, path, "", error) ||
        (is_there (path, "-journal") && !copy (database, path, "-journal", error)) ||
        (is_there (path, "-wal") && !copy (database, path, "-wal", error)))
        return FALSE;
    if (g_stat (path, &after) != 0 || before.st_size != after.st_size ||
        before.st_mtim.tv_sec != after.st_mtim.tv_sec ||
        before.st_mtim.tv_nsec != after.st_mtim.tv_nsec)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_BUSY,
                                  _ ("it is being written to; end the program that it is of"));
    name = g_build_filename (database->folder, "db", NULL);
    return open_uri (database, name, SQLITE_OPEN_READWRITE, error);
}

static gboolean
open_database (Database *database, GError **error)
{
    const gchar *path = database->input->path;

    if (g_str_equal (path, "-") || !g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return open_piped (database, error);
    if (is_there (path, "-wal") || is_there (path, "-journal"))
        return open_copy (database, path, error);
    return open_unchanging (database, path, error);
}

/* Text as UTF-8, NULL for none */
static gchar *
dup_text (sqlite3_stmt *row, gint column)
{
    const gchar *text = (const gchar *) sqlite3_column_text (row, column);

    return text ? g_utf8_make_valid (text, sqlite3_column_bytes (row, column)) : NULL;
}

static void
take_text (sqlite3_stmt *row, gint column, gchar **place)
{
    g_autofree gchar *text = dup_text (row, column);

    simstow_record_set (place, text);
}

/* A time in @unit parts of a second, as milliseconds; what is none is not known */
static gint64
take_time (sqlite3_stmt *row, gint column, gint64 unit)
{
    gint64 time = sqlite3_column_int64 (row, column);

    return time > 0 && time <= LATEST * unit ? time * (MS_A_SECOND / unit) : 0;
}

static gboolean
hand_over (Database *database, SimstowRecord *record, GError **error)
{
    return database->input->func (record, database->input->user_data, error);
}

/* A message with files beside its text, @files of them, is what is left of a multimedia one */
static gboolean
hand_over_message (Database *database, SimstowRecord *record, gint files, GError **error)
{
    guint64 *lost = database->input->losses->counts;

    lost[SIMSTOW_LOSS_ATTACHMENTS] += (guint64) MAX (files, 0);
    if (!record->text && files > 0) {
        lost[SIMSTOW_LOSS_TEXTLESS]++;
        return TRUE;
    }
    record->multimedia = files > 0;
    lost[SIMSTOW_LOSS_MMS] += record->multimedia ? 1 : 0;
    return hand_over (database, record, error);
}

#define CHATTY_IN    1
#define CHATTY_OUT   -1
#define CHATTY_DRAFT 1
/* Bodies that name a file, before there was a table of those */
#define CHATTY_FILE_FIRST 8
#define CHATTY_FILE_LAST  11

/* Columns of CHATTY (), besides those in their order */
enum {
    CHATTY_ID,
    CHATTY_DIRECTION,
    CHATTY_TIME,
    CHATTY_BODY,
    CHATTY_STATUS,
    CHATTY_BODY_TYPE,
    CHATTY_SUBJECT,
    CHATTY_FILES,
    CHATTY_THREAD,
    CHATTY_ALIAS,
    CHATTY_GROUP,
    CHATTY_SENDER,
    CHATTY_SENDER_ALIAS,
    CHATTY_STRANGERS,
    CHATTY_MEMBERS,
    CHATTY_MEMBER,
};

/* users.type: 1 a phone number, 2 a mail address; further ones are of other networks */
#define CHATTY_MEMBERS_OF \
    "FROM thread_members x JOIN users u ON u.id = x.user_id WHERE x.thread_id = t.id"
#define CHATTY(subject, files)                                                             \
    "SELECT m.id, m.direction, m.time, m.body, m.status, m.body_type, " subject ", " files \
    ", t.name, t.alias, t.type, s.username, s.alias, "                                     \
    "(SELECT count(*) " CHATTY_MEMBERS_OF " AND u.type NOT IN (1, 2)), "                   \
    "(SELECT count(*) " CHATTY_MEMBERS_OF "), "                                            \
    "(SELECT u.username " CHATTY_MEMBERS_OF " ORDER BY x.id LIMIT 1) "                     \
    "FROM messages m JOIN threads t ON t.id = m.thread_id "                                \
    "LEFT JOIN users s ON s.id = m.sender_id ORDER BY m.id"

static gboolean
is_of_sim (sqlite3_stmt *row)
{
    g_autofree gchar *thread = dup_text (row, CHATTY_THREAD);
    gint members = sqlite3_column_int (row, CHATTY_MEMBERS);

    if (sqlite3_column_int (row, CHATTY_STRANGERS) > 0)
        return FALSE;
    /* without members the name has to tell */
    return members > 0 || (thread && !strpbrk (thread, "@!:/"));
}

static void
take_chatty_party (Database *database, sqlite3_stmt *row, gboolean sent, SimstowRecord *record)
{
    gboolean group = sqlite3_column_int (row, CHATTY_GROUP) != 0;
    gint members = sqlite3_column_int (row, CHATTY_MEMBERS);
    gboolean has_sender = sqlite3_column_type (row, CHATTY_SENDER) != SQLITE_NULL;

    if (!sent && has_sender) {
        take_text (row, CHATTY_SENDER, &record->address);
        take_text (row, CHATTY_SENDER_ALIAS, &record->name);
        return;
    }
    take_text (row, group ? CHATTY_MEMBER : CHATTY_THREAD, &record->address);
    if (!group)
        take_text (row, CHATTY_ALIAS, &record->name);
    else if (members > 1)
        database->input->losses->counts[SIMSTOW_LOSS_RECIPIENTS] += (guint64) members - 1;
}

static gboolean
read_chatty (Database *database, sqlite3_stmt *row, GError **error)
{
    gint direction = sqlite3_column_int (row, CHATTY_DIRECTION);
    gint body_type = sqlite3_column_int (row, CHATTY_BODY_TYPE);
    gint files = sqlite3_column_int (row, CHATTY_FILES);
    g_auto (SimstowRecord) record;

    simstow_record_init (&record, SIMSTOW_RECORD_MESSAGE);
    /* what is in neither direction was said by Chatty itself */
    if (direction != CHATTY_IN && direction != CHATTY_OUT)
        return TRUE;
    if (!is_of_sim (row)) {
        database->input->losses->counts[SIMSTOW_LOSS_ACCOUNTS]++;
        return TRUE;
    }
    take_chatty_party (database, row, direction == CHATTY_OUT, &record);
    record.date = take_time (row, CHATTY_TIME, 1);
    if (direction == CHATTY_IN)
        record.folder = SIMSTOW_FOLDER_RECEIVED;
    else if (sqlite3_column_int (row, CHATTY_STATUS) == CHATTY_DRAFT)
        record.folder = SIMSTOW_FOLDER_DRAFT;
    else
        record.folder = SIMSTOW_FOLDER_SENT;
    take_text (row, CHATTY_SUBJECT, &record.subject);
    if (body_type >= CHATTY_FILE_FIRST && body_type <= CHATTY_FILE_LAST)
        files = MAX (files, 1);
    else
        take_text (row, CHATTY_BODY, &record.text);
    return hand_over_message (database, &record, files, error);
}

/* Chatty's first schema, with one table for all that is said to one person */
static gboolean
read_chatty_first (Database *database, sqlite3_stmt *row, GError **error)
{
    gint direction = sqlite3_column_int (row, 1);
    g_autofree gchar *account = dup_text (row, 5);
    g_auto (SimstowRecord) record;

    simstow_record_init (&record, SIMSTOW_RECORD_MESSAGE);
    if (direction != CHATTY_IN && direction != CHATTY_OUT)
        return TRUE;
    if (g_strcmp0 (account, "SMS") != 0 && g_strcmp0 (account, "invalid-0000000000000000") != 0) {
        database->input->losses->counts[SIMSTOW_LOSS_ACCOUNTS]++;
        return TRUE;
    }
    record.date = take_time (row, 2, 1);
    record.folder = direction == CHATTY_IN ? SIMSTOW_FOLDER_RECEIVED : SIMSTOW_FOLDER_SENT;
    take_text (row, 3, &record.text);
    take_text (row, 4, &record.address);
    return hand_over_message (database, &record, 0, error);
}

#define SPACEBAR_PENDING 2
#define SPACEBAR_FAILED  3

static SimstowFolder
get_spacebar_folder (sqlite3_stmt *row)
{
    if (!sqlite3_column_int (row, 6))
        return SIMSTOW_FOLDER_RECEIVED;
    switch (sqlite3_column_int (row, 5)) {
    case SPACEBAR_PENDING:
        return SIMSTOW_FOLDER_OUTBOX;
    case SPACEBAR_FAILED:
        return SIMSTOW_FOLDER_FAILED;
    default:
        return SIMSTOW_FOLDER_SENT;
    }
}

/* A JSON array of them; empty for none */
static gint
count_attachments (sqlite3_stmt *row, gint column)
{
    g_autofree gchar *text = dup_text (row, column);
    const gchar *c = text;
    gint count = 0;

    while (c && (c = strchr (c, '{'))) {
        count++;
        c++;
    }
    return count;
}

static gboolean
read_spacebar (Database *database, sqlite3_stmt *row, GError **error)
{
    g_autofree gchar *numbers = dup_text (row, 1);
    g_auto (GStrv) list = g_strsplit (numbers ? numbers : "", "~", -1);
    guint count = g_strv_length (list);
    g_auto (SimstowRecord) record;

    simstow_record_init (&record, SIMSTOW_RECORD_MESSAGE);
    record.folder = get_spacebar_folder (row);
    record.date = take_time (row, 3, MS_A_SECOND);
    record.unread = record.folder == SIMSTOW_FOLDER_RECEIVED && !sqlite3_column_int (row, 4);
    take_text (row, 2, &record.text);
    if (record.folder == SIMSTOW_FOLDER_RECEIVED)
        take_text (row, 8, &record.address);
    if (!record.address && count > 0)
        simstow_record_set (&record.address, list[0]);
    if (count > 1)
        database->input->losses->counts[SIMSTOW_LOSS_RECIPIENTS] += count - 1;
    return hand_over_message (database, &record, count_attachments (row, 7), error);
}

/* ISO 8601, UTC where it says no zone; -1 for none */
static gint64
take_date (sqlite3_stmt *row, gint column)
{
    g_autofree gchar *text = dup_text (row, column);
    g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
    g_autoptr (GDateTime) time = text ? g_date_time_new_from_iso8601 (text, utc) : NULL;

    return time ? g_date_time_to_unix (time) : -1;
}

static gboolean
read_call (Database *database, sqlite3_stmt *row, GError **error)
{
    g_autofree gchar *target = dup_text (row, 1);
    g_autofree gchar *protocol = dup_text (row, 6);
    gboolean inbound = sqlite3_column_int (row, 2) != 0;
    gint64 start = take_date (row, 3);
    gint64 answered = take_date (row, 4);
    gint64 end = take_date (row, 5);
    const gchar *number = target ? target : "";
    g_auto (SimstowRecord) record;

    simstow_record_init (&record, SIMSTOW_RECORD_CALL);
    if (g_strcmp0 (protocol, "sip") == 0 || g_str_has_prefix (number, "sip:") ||
        g_str_has_prefix (number, "sips:")) {
        database->input->losses->counts[SIMSTOW_LOSS_ACCOUNTS]++;
        return TRUE;
    }
    if (g_str_has_prefix (number, "tel:"))
        number += strlen ("tel:");
    simstow_record_set (&record.address, number);
    record.date = start > 0 ? start * MS_A_SECOND : 0;
    record.type = !inbound        ? SIMSTOW_CALL_OUTGOING
                  : answered >= 0 ? SIMSTOW_CALL_INCOMING
                                  : SIMSTOW_CALL_MISSED;
    record.duration = answered < 0 ? 0 : end >= answered ? end - answered : -1;
    return hand_over (database, &record, error);
}

/* What a program asks its database, the newest first: the columns tell which one it is */
static const struct {
    const gchar *sql;
    gboolean (*read) (Database *database, sqlite3_stmt *row, GError **error);
} queries[] = {
    {CHATTY ("m.subject", "(SELECT count(*) FROM message_files f WHERE f.message_id = m.id)"),
     read_chatty},
    {CHATTY ("NULL", "0"), read_chatty},
    {"SELECT id, direction, timestamp, message, who, account FROM chatty_im ORDER BY id",
     read_chatty_first},
    {"SELECT rowid, phoneNumber, text, time, read, delivered, sentByMe, attachments, fromNumber "
     "FROM Messages ORDER BY rowid",
     read_spacebar},
    {"SELECT rowid, phoneNumber, text, time, read, delivered, sentByMe, NULL, NULL "
     "FROM Messages ORDER BY rowid",
     read_spacebar},
    {"SELECT id, target, inbound, start, answered, [end], protocol FROM calls ORDER BY id",
     read_call},
    {"SELECT id, target, inbound, start, answered, [end], NULL FROM calls ORDER BY id", read_call},
};

static gboolean
read_rows (Database *database, guint query, sqlite3_stmt *rows, GError **error)
{
    gint64 last = 0;
    gint code;

    while ((code = sqlite3_step (rows)) == SQLITE_ROW) {
        last = sqlite3_column_int64 (rows, 0);
        if (!queries[query].read (database, rows, error))
            return FALSE;
    }
    return code == SQLITE_DONE || set_fault (database, MAX (last, 1), error);
}

static gboolean
read_database (Database *database, GError **error)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (queries); i++) {
        sqlite3_stmt *rows = NULL;
        gint code = sqlite3_prepare_v2 (database->db, queries[i].sql, -1, &rows, NULL);
        gboolean done;

        /* a table or a column is not there */
        if (code == SQLITE_ERROR || code == SQLITE_AUTH)
            continue;
        if (code != SQLITE_OK)
            return set_fault (database, 0, error);
        done = read_rows (database, i, rows, error);
        sqlite3_finalize (rows);
        return done;
    }
    return simstow_error_set (error,
                              SIMSTOW_ERROR_INVALID_DATA,
                              _ ("it is a database, but none of Chatty, Spacebar or GNOME Calls"));
}

static gboolean
sniff (const gchar *head, gsize length)
{
    return length >= sizeof MAGIC && memcmp (head, MAGIC, sizeof MAGIC) == 0;
}

static gboolean
read_file (SimstowFormatInput *input, GError **error)
{
    g_auto (Database) database = {.input = input};

    if (!open_database (&database, error))
        return FALSE;
    distrust (&database);
    return read_database (&database, error);
}

const SimstowFormat simstow_format_sqlite = {
    .name = "sqlite",
    .extensions = extensions,
    .sniff = sniff,
    .read = read_file,
};
