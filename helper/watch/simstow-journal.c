/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Journals: lines are appended and flushed under a lock that everybody takes who changes one of
 * them. A file that somebody has replaced meanwhile, as an export does, is read anew.
 */

#define _GNU_SOURCE

#include "config.h"

#include "simstow-journal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simstow-error.h"
#include "simstow-header-json.h"
#include "simstow-hex.h"
#include "simstow-layout.h"
#include "simstow-record-json.h"
#include "simstow-sha256.h"
#include "simstow-spool.h"
#include "simstow-target.h"

#define PREFIX       "journal-"
#define SUFFIX       ".ndjson"
#define DIGEST_CHARS 16
#define PIECE        65536
#define VERSION      1

/* An entry that is to be handed over */
typedef struct {
    SimstowJournalId id;
    gsize offset;
    gsize length;
    guint failures;
} Pending;

struct _SimstowJournal {
    gchar *path;
    gchar *header; /* (nullable): its first line, of one that was opened for a modem */
    gint lock;
    gint fd;
    ino_t inode;
    GArray *ids; /* of SimstowJournalId, in order */
    GArray *pending;
    GPtrArray *begun;
    guint torn;
    gboolean headed;
    gboolean unended; /* the last line has no end */
};

/* A line of a file; @value is only there in a good one */
typedef struct {
    const gchar *text;
    gsize length;
    gsize offset;
    gboolean good;
    SimstowJsonValue value;
} Line;

static gint
compare_ids (gconstpointer a, gconstpointer b)
{
    return memcmp (a, b, SIMSTOW_JOURNAL_ID_SIZE);
}

static gboolean
id_equal (gconstpointer a, gconstpointer b)
{
    return compare_ids (a, b) == 0;
}

static void
digest (gconstpointer data, gsize size, guint8 *out)
{
    g_autoptr (SimstowSha256) sha256 = simstow_sha256_new ();

    simstow_sha256_update (sha256, data, size);
    simstow_sha256_get_digest (sha256, out);
}

static void
id_init_data (SimstowJournalId *id, gconstpointer data, gsize size)
{
    guint8 whole[SIMSTOW_SHA256_SIZE];

    digest (data, size, whole);
    memcpy (id->bytes, whole, SIMSTOW_JOURNAL_ID_SIZE);
}

void
simstow_journal_id_init (SimstowJournalId *id, const gchar *key)
{
    id_init_data (id, key, strlen (key));
}

gchar *
simstow_journal_id_dup_string (const SimstowJournalId *id)
{
    g_autoptr (GBytes) bytes = g_bytes_new_static (id->bytes, sizeof id->bytes);

    return simstow_hex_encode_bytes (bytes);
}

gboolean
simstow_journal_id_read (SimstowJournalId *id, const SimstowJsonValue *entry, const gchar *member)
{
    SimstowJsonValue value;
    g_autoptr (GBytes) bytes = NULL;
    gsize size;
    gconstpointer data;

    if (!simstow_json_value_find (entry, member, &value) || value.type != SIMSTOW_JSON_STRING)
        return FALSE;
    bytes = simstow_hex_decode (value.text, (gssize) value.length, NULL);
    data = bytes ? g_bytes_get_data (bytes, &size) : NULL;
    if (!data || size != sizeof id->bytes)
        return FALSE;
    memcpy (id->bytes, data, size);
    return TRUE;
}

gchar *
simstow_journal_folder (void)
{
    const gchar *state = g_getenv ("STATE_DIRECTORY");

    /* systemd tells several with colons between */
    if (state && *state)
        return g_strndup (state, strcspn (state, ":"));
    return g_build_filename (g_get_user_state_dir (), "simstow", NULL);
}

static gboolean
fail (GError **error, const gchar *path)
{
    gint code = errno;

    g_set_error (error,
                 G_IO_ERROR,
                 g_io_error_from_errno (code),
                 "%s: %s",
                 path,
                 g_strerror (code));
    return FALSE;
}

/* Opens a file that is there to be locked */
static gint
open_lock (const gchar *folder, const gchar *name, GError **error)
{
    g_autofree gchar *path = g_build_filename (folder, name, NULL);
    gint fd;

    if (g_mkdir_with_parents (folder, 0700) != 0) {
        fail (error, folder);
        return -1;
    }
    fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        fail (error, path);
    return fd;
}

gint
simstow_journal_lock (const gchar *folder, GError **error)
{
    gint fd = open_lock (folder, "watch.lock", error);

    if (fd < 0 || flock (fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    if (errno == EWOULDBLOCK)
        simstow_error_set (error,
                           SIMSTOW_ERROR_BUSY,
                           _ ("another simstow watch keeps the journal in %s"),
                           folder);
    else
        fail (error, folder);
    close (fd);
    return -1;
}

/* lines */

static void
end_line (GString *out, gsize start)
{
    guint8 whole[SIMSTOW_SHA256_SIZE];
    g_autoptr (GBytes) bytes = NULL;
    g_autofree gchar *hex = NULL;

    digest (out->str + start, out->len - start, whole);
    bytes = g_bytes_new (whole, DIGEST_CHARS / 2);
    hex = simstow_hex_encode_bytes (bytes);
    g_string_insert_c (out, (gssize) start, ' ');
    g_string_insert (out, (gssize) start, hex);
    g_string_append_c (out, '\n');
}

static void
append_line (GString *out, const gchar *text)
{
    gsize start = out->len;

    g_string_append (out, text);
    end_line (out, start);
}

static gboolean
check_line (Line *line)
{
    guint8 whole[SIMSTOW_SHA256_SIZE];
    g_autoptr (GBytes) bytes = NULL;
    g_autofree gchar *hex = NULL;
    const gchar *text = line->text + DIGEST_CHARS + 1;

    if (line->length <= DIGEST_CHARS + 1 || line->text[DIGEST_CHARS] != ' ')
        return FALSE;
    digest (text, line->length - DIGEST_CHARS - 1, whole);
    bytes = g_bytes_new (whole, DIGEST_CHARS / 2);
    hex = simstow_hex_encode_bytes (bytes);
    return g_ascii_strncasecmp (hex, line->text, DIGEST_CHARS) == 0 &&
           simstow_json_value_parse (text, line->length - DIGEST_CHARS - 1, &line->value, NULL) &&
           line->value.type == SIMSTOW_JSON_OBJECT;
}

/* Steps to the next line; begins with @line all zero */
static gboolean
next_line (const gchar *text, gsize size, Line *line)
{
    gsize offset = line->text ? line->offset + line->length + 1 : 0;
    const gchar *end;

    if (offset >= size)
        return FALSE;
    end = memchr (text + offset, '\n', size - offset);
    line->text = text + offset;
    line->offset = offset;
    line->length = end ? (gsize) (end - line->text) : size - offset;
    line->good = check_line (line);
    return TRUE;
}

static gboolean
has_member (const Line *line, const gchar *name)
{
    SimstowJsonValue value;

    return simstow_json_value_find (&line->value, name, &value);
}

static gboolean
is_wanted (const Line *line)
{
    SimstowJsonValue value;
    gboolean wanted = FALSE;

    return simstow_json_value_find (&line->value, "hand", &value) &&
           simstow_json_value_get_boolean (&value, &wanted, NULL) && wanted;
}

/* state */

static void
state_clear (SimstowJournal *journal)
{
    g_array_set_size (journal->ids, 0);
    g_array_set_size (journal->pending, 0);
    g_ptr_array_set_size (journal->begun, 0);
    journal->torn = 0;
    journal->headed = FALSE;
    journal->unended = FALSE;
}

static gboolean
find_id (const GArray *ids, const SimstowJournalId *id, guint *place)
{
    guint low = 0;
    guint high = ids->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;
        gint order = compare_ids (&g_array_index (ids, SimstowJournalId, middle), id);

        if (order == 0) {
            *place = middle;
            return TRUE;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *place = low;
    return FALSE;
}

static void
add_id (GArray *ids, const SimstowJournalId *id)
{
    guint place;

    if (!find_id (ids, id, &place))
        g_array_insert_vals (ids, place, id, 1);
}

static Pending *
find_pending (GArray *pending, const SimstowJournalId *id)
{
    guint i;

    for (i = 0; i < pending->len; i++)
        if (id_equal (&g_array_index (pending, Pending, i), id))
            return &g_array_index (pending, Pending, i);
    return NULL;
}

static void
drop_pending (GArray *pending, const SimstowJournalId *id)
{
    const Pending *found = find_pending (pending, id);

    if (found)
        g_array_remove_index (pending,
                              (guint) (found - (const Pending *) (gpointer) pending->data));
}

static void
drop_begun (GPtrArray *begun, const SimstowJournalId *id)
{
    guint i;

    for (i = 0; i < begun->len; i++) {
        const gchar *text = g_ptr_array_index (begun, i);
        SimstowJsonValue value;
        SimstowJournalId other;

        if (simstow_json_value_parse (text, strlen (text), &value, NULL) &&
            simstow_journal_id_read (&other, &value, "begun") && id_equal (&other, id))
            g_ptr_array_remove_index (begun, i--);
    }
}

/* Takes a good line into account */
static void
state_add (SimstowJournal *journal, const Line *line)
{
    const Pending pending = {
        .offset = line->offset + DIGEST_CHARS + 1,
        .length = line->length - DIGEST_CHARS - 1,
    };
    Pending *found;
    SimstowJournalId id;

    if (has_member (line, "journal")) {
        journal->headed = TRUE;
    } else if (simstow_journal_id_read (&id, &line->value, "entry")) {
        add_id (journal->ids, &id);
        drop_begun (journal->begun, &id);
        if (!is_wanted (line))
            return;
        g_array_append_val (journal->pending, pending);
        g_array_index (journal->pending, Pending, journal->pending->len - 1).id = id;
    } else if (simstow_journal_id_read (&id, &line->value, "known")) {
        add_id (journal->ids, &id);
    } else if (simstow_journal_id_read (&id, &line->value, "handed")) {
        drop_pending (journal->pending, &id);
    } else if (simstow_journal_id_read (&id, &line->value, "failed")) {
        found = find_pending (journal->pending, &id);
        if (found)
            found->failures++;
    } else if (simstow_journal_id_read (&id, &line->value, "begun")) {
        drop_begun (journal->begun, &id);
        g_ptr_array_add (journal->begun, g_strndup (line->value.text, line->value.length));
    }
}

static gboolean
read_all (gint fd, GString *text)
{
    gchar buffer[65536];
    off_t offset = 0;
    gssize size;

    g_string_truncate (text, 0);
    for (;;) {
        size = pread (fd, buffer, sizeof buffer, offset);
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            return size == 0;
        g_string_append_len (text, buffer, size);
        offset += size;
    }
}

/* Takes lines into account that begin at @base in the file */
static void
state_add_all (SimstowJournal *journal, const gchar *text, gsize size, gsize base)
{
    Line line = {NULL};

    while (next_line (text, size, &line)) {
        Line placed = line;

        placed.offset += base;
        if (line.good)
            state_add (journal, &placed);
        else if (line.length > 0)
            journal->torn++;
    }
}

/* Piece by piece, as a journal may be large before anybody makes an archive */
static gboolean
load_lines (SimstowJournal *journal)
{
    g_autoptr (GString) text = g_string_new (NULL);
    g_autofree gchar *piece = g_malloc (PIECE);
    gsize base = 0;

    for (;;) {
        gssize size = pread (journal->fd, piece, PIECE, (off_t) (base + text->len));
        const gchar *end;

        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return FALSE;
        if (size == 0)
            break;
        g_string_append_len (text, piece, size);
        end = memrchr (text->str, '\n', text->len);
        if (!end)
            continue;
        size = end + 1 - text->str;
        state_add_all (journal, text->str, (gsize) size, base);
        g_string_erase (text, 0, size);
        base += (gsize) size;
    }
    state_add_all (journal, text->str, text->len, base);
    journal->unended = text->len > 0;
    return TRUE;
}

static gboolean
load (SimstowJournal *journal, GError **error)
{
    struct stat info;

    state_clear (journal);
    if (fstat (journal->fd, &info) != 0 || !load_lines (journal) ||
        /* what a watch that was killed has written may not be on the disk yet */
        fdatasync (journal->fd) != 0)
        return fail (error, journal->path);
    journal->inode = info.st_ino;
    return TRUE;
}

static gboolean
sync_folder (const gchar *path)
{
    g_autofree gchar *folder = g_path_get_dirname (path);
    gint fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    gboolean done = fd >= 0 && fsync (fd) == 0;

    if (fd >= 0)
        close (fd);
    return done;
}

/* Appends under the lock; what does not get whole onto the disk is taken back */
static gboolean
write_text (SimstowJournal *journal, const GString *text, gboolean sync, GError **error)
{
    off_t size = lseek (journal->fd, 0, SEEK_END);

    if (size >= 0 && simstow_spool_write (journal->fd, text->str, text->len) &&
        (!sync || fdatasync (journal->fd) == 0))
        return TRUE;
    fail (error, journal->path);
    if (size >= 0 && ftruncate (journal->fd, size) == 0)
        fdatasync (journal->fd);
    return FALSE;
}

/* The lock is held */
static gboolean
open_file (SimstowJournal *journal, GError **error)
{
    g_autoptr (GString) text = g_string_new (NULL);

    if (journal->fd >= 0)
        close (journal->fd);
    journal->fd =
        open (journal->path,
              O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | (journal->header ? O_CREAT : 0),
              0600);
    if (journal->fd < 0)
        return fail (error, journal->path);
    if (!load (journal, error))
        return FALSE;
    if (journal->headed || !journal->header)
        return TRUE;
    if (journal->unended)
        g_string_append_c (text, '\n');
    append_line (text, journal->header);
    if (!write_text (journal, text, TRUE, error))
        return FALSE;
    if (!sync_folder (journal->path))
        return fail (error, journal->path);
    return load (journal, error);
}

static gboolean
is_replaced (const SimstowJournal *journal)
{
    struct stat info;

    return stat (journal->path, &info) != 0 || info.st_ino != journal->inode;
}

/* Appends a line and takes it into account */
static gboolean
append (SimstowJournal *journal, const gchar *object, gboolean sync, GError **error)
{
    g_autoptr (GString) text = g_string_new (NULL);
    off_t size;

    if (is_replaced (journal) && !open_file (journal, error))
        return FALSE;
    if (journal->unended)
        g_string_append_c (text, '\n');
    append_line (text, object);
    size = lseek (journal->fd, 0, SEEK_END);
    if (!write_text (journal, text, sync, error))
        return FALSE;
    journal->unended = FALSE;
    state_add_all (journal, text->str, text->len, (gsize) size);
    return TRUE;
}

static gboolean
append_locked (SimstowJournal *journal, const gchar *object, gboolean sync, GError **error)
{
    gboolean done;

    if (flock (journal->lock, LOCK_EX) != 0)
        return fail (error, journal->path);
    done = append (journal, object, sync, error);
    flock (journal->lock, LOCK_UN);
    return done;
}

/* names */

static gchar *
make_path (const gchar *folder, const SimstowSnapshot *origin)
{
    SimstowSnapshot of_device = *origin;
    g_autoptr (SimstowSim) nobody = simstow_sim_new ();
    g_autofree gchar *name = NULL;
    g_autofree gchar *sim = NULL;
    g_autofree gchar *device = NULL;

    of_device.sim = nobody;
    /* an id that is random would begin a journal each time */
    if (origin->sim->iccid)
        sim = simstow_layout_id (origin);
    if (origin->device->equipment_id || origin->device->device_id)
        device = simstow_layout_id (&of_device);
    name =
        g_strconcat (PREFIX, sim ? sim : "unknown", "-", device ? device : "unknown", SUFFIX, NULL);
    return g_build_filename (folder, name, NULL);
}

static gchar *
make_header (const SimstowSnapshot *origin)
{
    g_autoptr (GString) text = g_string_new (NULL);
    SimstowJsonWriter writer;

    simstow_json_writer_init (&writer, text, FALSE);
    simstow_json_writer_begin (&writer, NULL, '{');
    simstow_json_writer_integer (&writer, "journal", VERSION);
    simstow_snapshot_write_origin_json (origin, &writer);
    simstow_json_writer_end (&writer, '}');
    return g_string_free (g_steal_pointer (&text), FALSE);
}

static SimstowJournal *
journal_open (const gchar *folder, gchar *path, gchar *header, GError **error)
{
    g_autoptr (SimstowJournal) journal = g_new0 (SimstowJournal, 1);
    gboolean done;

    journal->path = path;
    journal->header = header;
    journal->fd = -1;
    journal->ids = g_array_new (FALSE, FALSE, sizeof (SimstowJournalId));
    journal->pending = g_array_new (FALSE, FALSE, sizeof (Pending));
    journal->begun = g_ptr_array_new_with_free_func (g_free);
    journal->lock = open_lock (folder, "journal.lock", error);
    if (journal->lock < 0)
        return NULL;
    if (flock (journal->lock, LOCK_EX) != 0) {
        fail (error, folder);
        return NULL;
    }
    done = open_file (journal, error);
    flock (journal->lock, LOCK_UN);
    return done ? g_steal_pointer (&journal) : NULL;
}

SimstowJournal *
simstow_journal_open (const gchar *folder, const SimstowSnapshot *origin, GError **error)
{
    return journal_open (folder, make_path (folder, origin), make_header (origin), error);
}

static gint
compare_paths (gconstpointer a, gconstpointer b)
{
    return strcmp (*(gchar *const *) a, *(gchar *const *) b);
}

static GPtrArray *
list_paths (const gchar *folder, GError **error)
{
    g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GError) local = NULL;
    g_autoptr (GDir) dir = g_dir_open (folder, 0, &local);
    const gchar *name;

    if (!dir && !g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
        g_propagate_error (error, g_steal_pointer (&local));
        return NULL;
    }
    while (dir && (name = g_dir_read_name (dir)))
        if (g_str_has_prefix (name, PREFIX) && g_str_has_suffix (name, SUFFIX))
            g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
    g_ptr_array_sort (paths, compare_paths);
    return g_steal_pointer (&paths);
}

GPtrArray *
simstow_journal_open_all (const gchar *folder, GError **error)
{
    g_autoptr (GPtrArray) paths = list_paths (folder, error);
    g_autoptr (GPtrArray) journals =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_journal_free);
    guint i;

    for (i = 0; paths && i < paths->len; i++) {
        SimstowJournal *journal =
            journal_open (folder, g_strdup (g_ptr_array_index (paths, i)), NULL, error);

        if (!journal)
            return NULL;
        g_ptr_array_add (journals, journal);
    }
    return paths ? g_steal_pointer (&journals) : NULL;
}

void
simstow_journal_free (SimstowJournal *journal)
{
    if (!journal)
        return;
    if (journal->fd >= 0)
        close (journal->fd);
    if (journal->lock >= 0)
        close (journal->lock);
    g_array_unref (journal->ids);
    g_array_unref (journal->pending);
    g_ptr_array_unref (journal->begun);
    g_free (journal->header);
    g_free (journal->path);
    g_free (journal);
}

const gchar *
simstow_journal_get_path (const SimstowJournal *journal)
{
    return journal->path;
}

gboolean
simstow_journal_is_of (const SimstowJournal *journal, const SimstowSnapshot *origin)
{
    g_autofree gchar *folder = g_path_get_dirname (journal->path);
    g_autofree gchar *path = make_path (folder, origin);

    return g_str_equal (path, journal->path);
}

gboolean
simstow_journal_has (const SimstowJournal *journal, const SimstowJournalId *id)
{
    guint place;

    return find_id (journal->ids, id, &place);
}

guint
simstow_journal_count_torn (const SimstowJournal *journal)
{
    return journal->torn;
}

gboolean
simstow_journal_add (SimstowJournal *journal, const gchar *text, GError **error)
{
    return append_locked (journal, text, TRUE, error);
}

gboolean
simstow_journal_note (SimstowJournal *journal,
                      const gchar *what,
                      const SimstowJournalId *id,
                      GError **error)
{
    g_autofree gchar *hex = simstow_journal_id_dup_string (id);
    g_autofree gchar *text = g_strdup_printf ("{\"%s\":\"%s\"}", what, hex);

    return append_locked (journal, text, FALSE, error);
}

gchar *
simstow_journal_next (SimstowJournal *journal,
                      SimstowJournalId *id,
                      guint *failures,
                      GHashTable *except,
                      GError **error)
{
    guint i;

    for (i = 0; i < journal->pending->len; i++) {
        const Pending *pending = &g_array_index (journal->pending, Pending, i);
        g_autofree gchar *text = NULL;

        if (except && g_hash_table_contains (except, &pending->id))
            continue;
        text = g_malloc (pending->length + 1);
        if (pread (journal->fd, text, pending->length, (off_t) pending->offset) !=
            (gssize) pending->length) {
            fail (error, journal->path);
            return NULL;
        }
        text[pending->length] = '\0';
        *id = pending->id;
        *failures = pending->failures;
        return g_steal_pointer (&text);
    }
    return NULL;
}

const GPtrArray *
simstow_journal_list_begun (const SimstowJournal *journal)
{
    return journal->begun;
}

/* into archives */

void
simstow_journal_taken_free (SimstowJournalTaken *taken)
{
    if (!taken)
        return;
    g_free (taken->path);
    g_array_unref (taken->ids);
    g_clear_pointer (&taken->snapshot, simstow_snapshot_free);
    g_free (taken);
}

/* Reads a journal under the lock; @text stays empty where there is none */
static gboolean
read_locked (const gchar *folder, const gchar *path, GString *text, GError **error)
{
    gint lock;
    gint fd;
    gboolean done;

    if (g_access (path, F_OK) != 0 && errno == ENOENT)
        return TRUE;
    lock = open_lock (folder, "journal.lock", error);
    if (lock < 0)
        return FALSE;
    fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    done = fd >= 0 && flock (lock, LOCK_SH) == 0 && read_all (fd, text);
    if (!done)
        fail (error, path);
    if (fd >= 0)
        close (fd);
    close (lock);
    return done;
}

static gint64
read_seen (const Line *line)
{
    SimstowJsonValue value;
    g_autofree gchar *text = NULL;
    gint64 seen = 0;

    if (simstow_json_value_find (&line->value, "seen", &value))
        text = simstow_json_value_dup_string (&value, NULL);
    if (text && simstow_time_parse (text, &seen))
        return seen;
    return 0;
}

static gboolean
take_record (SimstowSnapshot *snapshot,
             const gchar *kind,
             const SimstowJsonValue *value,
             GError **error)
{
    SimstowMessage *message;
    SimstowCall *call;
    SimstowUnread *unread;

    if (g_str_equal (kind, "messages")) {
        message = simstow_message_from_json (value->text, value->length, error);
        if (message)
            g_ptr_array_add (snapshot->messages, message);
        return message != NULL;
    }
    if (g_str_equal (kind, "calls")) {
        call = simstow_call_from_json (value->text, value->length, error);
        if (call)
            g_ptr_array_add (snapshot->calls, call);
        return call != NULL;
    }
    unread = simstow_unread_from_json (value->text, value->length, error);
    if (unread)
        g_ptr_array_add (snapshot->unread, unread);
    return unread != NULL;
}

static gboolean
take_entry (SimstowSnapshot *snapshot, const Line *line, GError **error)
{
    static const gchar *const kinds[] = {"messages", "calls", "unread"};
    gint64 seen = read_seen (line);
    guint i;

    for (i = 0; i < G_N_ELEMENTS (kinds); i++) {
        SimstowJsonScanner scanner;
        SimstowJsonValue array, value;

        if (!simstow_json_value_find (&line->value, kinds[i], &array) ||
            array.type != SIMSTOW_JSON_ARRAY)
            continue;
        simstow_json_scanner_init (&scanner, &array);
        while (simstow_json_scanner_next (&scanner, NULL, &value))
            if (!take_record (snapshot, kinds[i], &value, error))
                return FALSE;
    }
    if (seen != 0 && (snapshot->first_captured == 0 || seen < snapshot->first_captured))
        snapshot->first_captured = seen;
    snapshot->captured = MAX (snapshot->captured, seen);
    return TRUE;
}

/* What a crash or the disk has left of a line is kept as it is */
static void
take_torn (SimstowSnapshot *snapshot, const Line *line)
{
    g_autoptr (GBytes) raw = g_bytes_new (line->text, line->length);

    g_ptr_array_add (snapshot->unread,
                     simstow_unread_new ("journal", 0, _ ("a line that a crash has cut"), raw));
}

static void
note_torn (SimstowSnapshot *snapshot, guint torn)
{
    if (torn > 0)
        simstow_snapshot_add_problem (
            snapshot,
            "journal",
            0,
            FALSE,
            ngettext ("%u line of the journal was cut by a crash; it is kept as it is",
                      "%u lines of the journal were cut by a crash; they are kept as they are",
                      torn),
            torn);
}

static void
take_origin (SimstowSnapshot **snapshot, const Line *line)
{
    g_autoptr (SimstowSnapshot) origin = simstow_snapshot_read_origin_json (&line->value, NULL);

    if (!origin)
        return;
    simstow_snapshot_free (*snapshot);
    *snapshot = g_steal_pointer (&origin);
}

/* Those that are in an archive and only wait to be handed over */
static GArray *
list_archived (const GString *text)
{
    GArray *ids = g_array_new (FALSE, FALSE, sizeof (SimstowJournalId));
    Line line = {NULL};
    SimstowJournalId id;

    while (next_line (text->str, text->len, &line))
        if (line.good && simstow_journal_id_read (&id, &line.value, "archived"))
            add_id (ids, &id);
    return ids;
}

static SimstowJournalTaken *
take (const gchar *folder, const gchar *path, GError **error)
{
    g_autoptr (SimstowJournalTaken) taken = g_new0 (SimstowJournalTaken, 1);
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GArray) archived = NULL;
    guint torn = 0;
    gboolean headed = FALSE;
    Line line = {NULL};

    taken->path = g_strdup (path);
    taken->ids = g_array_new (FALSE, FALSE, sizeof (SimstowJournalId));
    taken->snapshot = simstow_snapshot_new ();
    if (!read_locked (folder, path, text, error))
        return NULL;
    archived = list_archived (text);
    while (next_line (text->str, text->len, &line)) {
        SimstowJournalId id;
        guint place;

        if (!line.good) {
            id_init_data (&id, line.text, line.length);
            if (line.length == 0 || find_id (taken->ids, &id, &place))
                continue;
            take_torn (taken->snapshot, &line);
            add_id (taken->ids, &id);
            torn++;
        } else if (has_member (&line, "journal") && !headed) {
            headed = TRUE;
            /* a torn one before it would be lost with what it replaces */
            if (torn == 0)
                take_origin (&taken->snapshot, &line);
        } else if (simstow_journal_id_read (&id, &line.value, "entry") &&
                   !find_id (archived, &id, &place) && !find_id (taken->ids, &id, &place)) {
            if (!take_entry (taken->snapshot, &line, error)) {
                g_prefix_error (error, "%s: ", path);
                return NULL;
            }
            add_id (taken->ids, &id);
        }
    }
    note_torn (taken->snapshot, torn);
    if (taken->ids->len == 0)
        g_clear_pointer (&taken->snapshot, simstow_snapshot_free);
    return g_steal_pointer (&taken);
}

SimstowJournalTaken *
simstow_journal_take (const gchar *folder, const SimstowSnapshot *origin, GError **error)
{
    g_autofree gchar *path = make_path (folder, origin);

    return take (folder, path, error);
}

GPtrArray *
simstow_journal_take_all (const gchar *folder, GError **error)
{
    g_autoptr (GPtrArray) paths = list_paths (folder, error);
    g_autoptr (GPtrArray) all =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_journal_taken_free);
    guint i;

    for (i = 0; paths && i < paths->len; i++) {
        g_autoptr (SimstowJournalTaken) taken = take (folder, g_ptr_array_index (paths, i), error);

        if (!taken)
            return NULL;
        if (taken->snapshot)
            g_ptr_array_add (all, g_steal_pointer (&taken));
    }
    return paths ? g_steal_pointer (&all) : NULL;
}

static void
append_note (GString *out, const gchar *what, const SimstowJournalId *id)
{
    g_autofree gchar *hex = simstow_journal_id_dup_string (id);
    g_autofree gchar *text = g_strdup_printf ("{\"%s\":\"%s\"}", what, hex);

    append_line (out, text);
}

/* Whether a line says something of an entry, or a call, that nobody needs to know any more */
static gboolean
is_obsolete (const Line *line, const GArray *gone, const GArray *kept)
{
    static const gchar *const notes[] = {"handed", "failed", "archived"};
    SimstowJournalId id;
    guint place;
    guint i;

    for (i = 0; i < G_N_ELEMENTS (notes); i++)
        if (simstow_journal_id_read (&id, &line->value, notes[i]))
            return find_id (gone, &id, &place);
    return simstow_journal_id_read (&id, &line->value, "begun") && find_id (kept, &id, &place);
}

/* What stays of a journal when the entries of @ids are in an archive */
static void
rewrite (const GString *text, const GArray *ids, SimstowJournal *state, GString *out)
{
    g_autoptr (GArray) archived = list_archived (text);
    g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (SimstowJournalId));
    Line line = {NULL};
    SimstowJournalId id;
    guint place;

    while (next_line (text->str, text->len, &line)) {
        gboolean done, old;

        if (!line.good) {
            id_init_data (&id, line.text, line.length);
            if (line.length > 0 && !find_id (ids, &id, &place))
                g_string_append_c (g_string_append_len (out, line.text, (gssize) line.length),
                                   '\n');
            continue;
        }
        if (!simstow_journal_id_read (&id, &line.value, "entry")) {
            if (!is_obsolete (&line, gone, state->ids))
                g_string_append_c (g_string_append_len (out, line.text, (gssize) line.length),
                                   '\n');
            continue;
        }
        old = find_id (archived, &id, &place);
        done = old || find_id (ids, &id, &place);
        if (done && !find_pending (state->pending, &id)) {
            append_note (out, "known", &id);
            add_id (gone, &id);
            continue;
        }
        g_string_append_c (g_string_append_len (out, line.text, (gssize) line.length), '\n');
        if (done && !old)
            append_note (out, "archived", &id);
    }
}

static gboolean
replace (const gchar *path, const GString *text, GError **error)
{
    g_autoptr (SimstowTarget) target = simstow_target_new (path, TRUE, NULL, error);

    return target && simstow_target_write (target, text->str, text->len, error) &&
           simstow_target_flush (target, error) && simstow_target_publish (target, error);
}

gboolean
simstow_journal_forget (const SimstowJournalTaken *taken, GError **error)
{
    g_autofree gchar *folder = g_path_get_dirname (taken->path);
    g_autoptr (SimstowJournal) state = NULL;
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GString) out = g_string_new (NULL);

    if (taken->ids->len == 0)
        return TRUE;
    state = journal_open (folder, g_strdup (taken->path), NULL, error);
    if (!state)
        return FALSE;
    /* closing the state lets go of the lock */
    if (flock (state->lock, LOCK_EX) != 0)
        return fail (error, taken->path);
    if (!open_file (state, error))
        return FALSE;
    if (!read_all (state->fd, text))
        return fail (error, taken->path);
    rewrite (text, taken->ids, state, out);
    return replace (taken->path, out, error);
}

/* The remarks of the journal, for whoever is told what the modem holds */
static void
add_problems (SimstowSnapshot *captured, const SimstowSnapshot *kept)
{
    guint i;

    for (i = 0; i < kept->problems->len; i++) {
        const SimstowProblem *problem = g_ptr_array_index (kept->problems, i);

        simstow_snapshot_add_problem (captured,
                                      problem->where,
                                      problem->index,
                                      problem->lost,
                                      "%s",
                                      problem->text);
    }
}

gboolean
simstow_journal_merge (const SimstowJournalTaken *taken,
                       const gchar *previous,
                       SimstowSnapshot *captured,
                       const SimstowArchiveKeys *keys,
                       const gchar *output,
                       const SimstowArchiveWriteOptions *options,
                       SimstowMergeCounts *counts,
                       gchar **path,
                       GCancellable *cancellable,
                       GError **error)
{
    const gchar *const paths[] = {previous, NULL};
    SimstowSnapshot *kept = taken ? taken->snapshot : NULL;
    SimstowSnapshot *const snapshots[] = {kept ? kept : captured, kept ? captured : NULL, NULL};

    if (kept && captured && kept->captured != 0)
        add_problems (captured, kept);
    /* beside an archive of the modem it adds its records, and nothing of what the modem is */
    if (kept && (captured || previous))
        kept->captured = 0;
    return simstow_archive_merge (paths,
                                  keys,
                                  snapshots,
                                  FALSE,
                                  output,
                                  options,
                                  counts,
                                  path,
                                  cancellable,
                                  error);
}

void
simstow_journal_settle (const SimstowJournalTaken *taken,
                        const gchar *path,
                        SimstowSnapshot *snapshot)
{
    g_autoptr (GError) error = NULL;

    /* nobody knows what becomes of a stream */
    if (!path || !g_file_test (path, G_FILE_TEST_IS_REGULAR) ||
        simstow_journal_forget (taken, &error))
        return;
    /* it goes into the next archive once more, and is the same there */
    simstow_snapshot_add_problem (snapshot,
                                  "journal",
                                  0,
                                  FALSE,
                                  _ ("the journal keeps what is in the archive: %s"),
                                  error->message);
}
