/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands on files, in rounds: each asks for all that is still to be had. By +CRSM a round is
 * for all files, as it takes few lines; over a channel for one, so that it is selected once.
 */

#include "simstow-card-files.h"

#include <string.h>

#include "simstow-apdu.h"
#include "simstow-error.h"
#include "simstow-file-steps.h"
#include "simstow-hex.h"
#include "simstow-names.h"

#define WAY_CRSM      "crsm"
#define CHUNK         255
#define RECORD_MAX    255
#define SURPLUS_MAX   2 /* a status word behind a record */
#define MAX_FILE_SIZE (32 * 1024)

/* One round for the shape and one for the contents; more only where a card gives less than it
 * was asked for, and for the first records over a channel */
#define MAX_ROUNDS 200

/* Fewer records that may be alike are not worth a search */
#define SEARCH_MIN 4

#define SW_NOT_THERE 0x6282 /* what is searched, ETSI TS 102 221 11.1.7 */

/* So many records at the beginning that cannot be read are a file that cannot be */
#define GIVE_UP 8

/* What may be touched: folders, and in them identifiers by their first digits; 3GPP TS 31.102,
 * TS 51.011 and ETSI TS 102 221. The first row that fits decides. What holds keys is in the
 * first rows, and no other folder is in the table at all. */
static const struct {
    const gchar *folder;
    const gchar *file;
    gboolean readable;
    gboolean writable;
    const gchar *polkit;
} rights[] = {
    {"7FFF", "6F08", FALSE, FALSE, NULL}, /* EF_Keys */
    {"7FFF", "6F09", FALSE, FALSE, NULL}, /* EF_KeysPS */
    {"7FFF", "6FD6", FALSE, FALSE, NULL}, /* EF_GBABP */
    {"7FFF", "6FD7", FALSE, FALSE, NULL}, /* EF_MSK */
    {"7FFF", "6FD8", FALSE, FALSE, NULL}, /* EF_MUK */
    {"7FFF", "6FDA", FALSE, FALSE, NULL}, /* EF_GBANL */
    {"7FFF", "6FDD", FALSE, FALSE, NULL}, /* EF_NAFKCA */
    {"7FFF", "6FE4", FALSE, FALSE, NULL}, /* EF_EPSNSC */
    {"7F20", "6F20", FALSE, FALSE, NULL}, /* EF_Kc */
    {"7F20", "6F52", FALSE, FALSE, NULL}, /* EF_KcGPRS */
    /* messages */
    {"7FFF", "6F3C", TRUE, TRUE, SIMSTOW_POLKIT_MESSAGING},
    {"7F10", "6F3C", TRUE, TRUE, SIMSTOW_POLKIT_MESSAGING},
    /* lists of numbers, and the rest of long ones */
    {"7F10", "6F3A", TRUE, TRUE, SIMSTOW_POLKIT_CONTACTS},
    {"7F10", "6F3B", TRUE, TRUE, SIMSTOW_POLKIT_CONTACTS},
    {"7F10", "6F40", TRUE, TRUE, SIMSTOW_POLKIT_CONTACTS},
    {"7F10", "6F4A", TRUE, TRUE, SIMSTOW_POLKIT_CONTACTS},
    {"7F10", "6F4B", TRUE, TRUE, SIMSTOW_POLKIT_CONTACTS},
    {"7FFF", "6F3B", TRUE, TRUE, SIMSTOW_POLKIT_CONTACTS},
    {"7FFF", "6F40", TRUE, TRUE, SIMSTOW_POLKIT_CONTACTS},
    {"7FFF", "6F4B", TRUE, TRUE, SIMSTOW_POLKIT_CONTACTS},
    {"7FFF", "6F4E", TRUE, TRUE, SIMSTOW_POLKIT_CONTACTS},
    /* the phonebook of the USIM: which files it has EF_PBR says, which stays as it is */
    {"7FFF5F3A", "4F30", TRUE, FALSE, SIMSTOW_POLKIT_CONTACTS},
    {"7F105F3A", "4F30", TRUE, FALSE, SIMSTOW_POLKIT_CONTACTS},
    {"7FFF5F3A", "4F", TRUE, TRUE, SIMSTOW_POLKIT_CONTACTS},
    {"7F105F3A", "4F", TRUE, TRUE, SIMSTOW_POLKIT_CONTACTS},
    /* all the rest */
    {"", "2F", TRUE, FALSE, SIMSTOW_POLKIT_CONTACTS},
    {"7FFF", "6F", TRUE, FALSE, SIMSTOW_POLKIT_CONTACTS},
    {"7F10", "6F", TRUE, FALSE, SIMSTOW_POLKIT_CONTACTS},
    {"7F20", "6F", TRUE, FALSE, SIMSTOW_POLKIT_CONTACTS},
};

/* Commands, from text */

static gboolean
check_right (SimstowFileCommand *command, GError **error)
{
    gsize length = strlen (command->path);
    gboolean writes = command->action == SIMSTOW_FILE_UPDATE;

    for (gsize i = 0; i < G_N_ELEMENTS (rights); i++) {
        gsize folder = strlen (rights[i].folder);

        if (length != folder + 4 || !g_str_has_prefix (command->path, rights[i].folder) ||
            !g_str_has_prefix (command->path + folder, rights[i].file))
            continue;
        command->polkit = rights[i].polkit;
        if (writes ? rights[i].writable : rights[i].readable)
            return TRUE;
        break;
    }
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_DENIED,
                 "the file %s is not to be %s",
                 command->path,
                 writes ? "written" : "read");
    return FALSE;
}

void
simstow_file_command_free (SimstowFileCommand *command)
{
    g_free (command->path);
    g_ptr_array_unref (command->parts);
    g_clear_error (&command->error);
    g_clear_pointer (&command->steps, g_bytes_unref);
    g_clear_pointer (&command->expected, g_bytes_unref);
    g_clear_pointer (&command->wanted, g_bytes_unref);
    g_byte_array_unref (command->octets);
    g_ptr_array_unref (command->records);
    g_free (command);
}

/* Steps together, in capitals, from the MF on and without it */
static gchar *
dup_path (const gchar *text)
{
    g_auto (GStrv) steps = g_strsplit (text, "/", 6);
    g_autofree gchar *joined = NULL;
    gsize length;

    if (steps[0] && g_str_equal (steps[0], "ADF")) {
        g_free (steps[0]);
        steps[0] = g_strdup ("7FFF");
    }
    joined = g_strjoinv ("", steps);
    length = strlen (joined);
    if (length < 4 || length > 16 || length % 4 != 0 ||
        strspn (joined, "0123456789ABCDEFabcdef") != length)
        return NULL;
    return g_ascii_strup (joined + (g_str_has_prefix (joined, "3F00") ? 4 : 0), -1);
}

static gboolean
parse_number (const gchar *text, guint *number)
{
    guint64 value;

    if (!g_ascii_string_to_unsigned (text, 10, 1, 254, &value, NULL))
        return FALSE;
    *number = (guint) value;
    return TRUE;
}

static gboolean
take_words (SimstowFileCommand *command, gchar **words, GBytes *data)
{
    guint n = g_strv_length (words);
    gsize size = data ? g_bytes_get_size (data) : 0;

    command->path = n >= 2 && n <= 4 ? dup_path (words[1]) : NULL;
    if (!command->path)
        return FALSE;
    command->steps = simstow_hex_decode (command->path, -1, NULL);
    if (g_str_equal (words[0], "update")) {
        command->action = SIMSTOW_FILE_UPDATE;
        if (size == 0 || size % 2 != 0 || size > 2 * RECORD_MAX)
            return FALSE;
        command->expected = g_bytes_new_from_bytes (data, 0, size / 2);
        command->wanted = g_bytes_new_from_bytes (data, size / 2, size / 2);
        return n == 3 && parse_number (words[2], &command->first);
    }
    if (size > 0)
        return FALSE;
    command->action = SIMSTOW_FILE_DESCRIBE;
    if (g_str_equal (words[0], "describe"))
        return n == 2;
    command->action = SIMSTOW_FILE_READ;
    return g_str_equal (words[0], "read") &&
           (n == 2 || (n == 4 && parse_number (words[2], &command->first) &&
                       parse_number (words[3], &command->last) && command->first <= command->last));
}

SimstowFileCommand *
simstow_file_command_parse (const gchar *text, GBytes *data, GError **error)
{
    g_autoptr (SimstowFileCommand) command = g_new0 (SimstowFileCommand, 1);
    g_auto (GStrv) words = g_strsplit (text, " ", 5);

    command->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    command->octets = g_byte_array_new ();
    command->records = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    if (!take_words (command, words, data)) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_RECORD,
                             "this is no command on a file of the card");
        return NULL;
    }
    return check_right (command, error) ? g_steal_pointer (&command) : NULL;
}

/* A job */

typedef struct {
    GPtrArray *commands;
    gchar *way; /* asked for */
    SimstowFilesProgressFunc progress;
    gpointer progress_data;
    SimstowChannel *channel;     /* %NULL: by +CRSM */
    GError *refusal;             /* why there is none, where +CRSM stands in */
    GPtrArray *steps;            /* under way */
    void (*taken) (GTask *task); /* when they are done */
    guint position;              /* of the commands: those before are done */
    guint end;                   /* of those that are read together */
    guint rounds;
    gboolean searched; /* for records to be written that are alike */
    gboolean writing;
    gboolean again; /* over a channel, for what +CRSM did not get to */
    GError *fatal;  /* nothing is sent any more */
} Job;

static void
job_free (gpointer data)
{
    Job *job = data;

    g_ptr_array_unref (job->commands);
    g_free (job->way);
    g_clear_object (&job->channel);
    g_clear_error (&job->refusal);
    g_ptr_array_unref (job->steps);
    g_clear_error (&job->fatal);
    g_free (job);
}

static SimstowFileCommand *
command_at (const Job *job, guint i)
{
    return g_ptr_array_index (job->commands, i);
}

static void
ask_with (Job *job,
          SimstowFileCommand *file,
          guint8 ins,
          guint p1,
          guint p2,
          gsize p3,
          GBytes *data)
{
    g_ptr_array_add (job->steps,
                     simstow_file_step_new (file, ins, file->steps, p1, p2, (guint) p3, data));
}

static void
ask (Job *job, SimstowFileCommand *file, guint8 ins, guint p1, guint p2, gsize p3)
{
    ask_with (job, file, ins, p1, p2, p3, NULL);
}

static void
ask_search (Job *job, SimstowFileCommand *file, GBytes *pattern)
{
    ask_with (job, file, SIMSTOW_INS_SEARCH_RECORD, 1, SIMSTOW_MODE_ABSOLUTE, 0, pattern);
}

static void
on_steps_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Job *job = g_task_get_task_data (task);

    simstow_file_steps_finish (result, &job->fatal);
    job->taken (task);
}

/* Once something was written what follows is written too, whoever cancels */
static void
carry_out (GTask *task, void (*taken) (GTask *task))
{
    Job *job = g_task_get_task_data (task);
    GCancellable *cancellable = job->writing ? NULL : g_task_get_cancellable (task);

    job->taken = taken;
    if (job->channel)
        simstow_file_steps_by_channel (job->channel,
                                       job->steps,
                                       cancellable,
                                       on_steps_done,
                                       g_object_ref (task));
    else
        simstow_file_steps_by_crsm (g_task_get_source_object (task),
                                    job->steps,
                                    cancellable,
                                    on_steps_done,
                                    g_object_ref (task));
}

/* Reading: what is still to be had of a file */

static guint
size_of (const SimstowFileCommand *file)
{
    return MIN (file->fcp.size, MAX_FILE_SIZE);
}

static gboolean
is_transparent (const SimstowFileCommand *file)
{
    return file->fcp.structure == SIMSTOW_FILE_TRANSPARENT;
}

static guint
first_record (const SimstowFileCommand *file)
{
    return MAX (file->first, 1);
}

/* Behind the last one */
static guint
end_record (const SimstowFileCommand *file)
{
    return 1 + (file->last > 0 ? MIN (file->last, file->fcp.n_records) : file->fcp.n_records);
}

/* Whether the last record is there and says nothing, so that others may be the same */
static gboolean
ends_blank (const SimstowFileCommand *file)
{
    GBytes *last = file->records->pdata[file->records->len - 1];
    gsize size = last ? g_bytes_get_size (last) : 0;
    const guint8 *octets = last ? g_bytes_get_data (last, NULL) : NULL;

    for (gsize i = 1; i < size; i++)
        if (octets[i] != 0xFF)
            return FALSE;
    return size > 1 && size == file->fcp.record_size;
}

/* One that no record holds, to hear what a search says then */
static GBytes *
other_pattern (GBytes *pattern)
{
    gsize size;
    gconstpointer data = g_bytes_get_data (pattern, &size);
    guint8 *copy = g_memdup2 (data, size);

    copy[size - 1] ^= 0xA5;
    return g_bytes_new_take (copy, size);
}

/* Over a channel the first record alone tells whether the file can be read at all. Then records
 * that are like a last one without content are searched for, as most often many are: the last one
 * must be found then, the first one only if it is the same, and, once for a SIM, what is not there
 * not at all. */
static void
ask_records (Job *job, SimstowFileCommand *file, const SimstowCardMemory *memory)
{
    guint n = file->records->len;
    gboolean search = job->channel && n > SEARCH_MIN && !file->searched && !memory->search_fails;
    guint first = 0;
    guint end = n;

    if (job->channel && !file->came) {
        while (first < n && file->records->pdata[first])
            first++;
        end = MIN (first + 1, n);
    } else if (search && !file->records->pdata[n - 1]) {
        first = n - 1;
    } else if (search && ends_blank (file)) {
        g_autoptr (GBytes) other = other_pattern (file->records->pdata[n - 1]);

        if (!memory->searches)
            ask_search (job, file, other);
        ask_search (job, file, file->records->pdata[n - 1]);
        first = n;
    }
    for (guint i = first; i < end; i++)
        if (!file->records->pdata[i])
            ask (job,
                 file,
                 SIMSTOW_INS_READ_RECORD,
                 first_record (file) + i,
                 SIMSTOW_MODE_ABSOLUTE,
                 file->fcp.record_size);
}

static void
ask_rest (Job *job, SimstowFileCommand *file, const SimstowCardMemory *memory)
{
    if (!file->described)
        ask (job, file, SIMSTOW_INS_GET_RESPONSE, 0, 0, 0);
    else if (!is_transparent (file))
        ask_records (job, file, memory);
    else
        for (guint i = file->octets->len; i < size_of (file); i += CHUNK)
            ask (job, file, SIMSTOW_INS_READ_BINARY, i >> 8, i, MIN (CHUNK, size_of (file) - i));
}

/* Takes @error. */
static void
fail (SimstowFileCommand *file, GError *error)
{
    g_clear_error (&file->error);
    file->error = error;
    file->done = TRUE;
}

static void G_GNUC_PRINTF (3, 4)
    fail_with (SimstowFileCommand *file, SimstowError code, const gchar *format, ...)
{
    va_list args;

    va_start (args, format);
    fail (file, g_error_new_valist (SIMSTOW_ERROR, (gint) code, format, args));
    va_end (args);
}

static void
take_shape (SimstowFileCommand *file, GBytes *shape)
{
    GError *error = NULL;

    g_ptr_array_add (file->parts, g_bytes_ref (shape));
    file->described = simstow_fcp_decode (shape, &file->fcp, &error);
    if (error)
        fail (file, error);
    else if (file->action == SIMSTOW_FILE_DESCRIBE)
        file->done = TRUE;
    else if (file->fcp.structure == SIMSTOW_FILE_FOLDER)
        fail_with (file, SIMSTOW_ERROR_MODEM_ERROR, "%s is no file that can be read", file->path);
    else if (file->first > 0 && (is_transparent (file) || file->first > file->fcp.n_records))
        fail_with (file,
                   SIMSTOW_ERROR_NOT_FOUND,
                   "the file %s has no record %u",
                   file->path,
                   file->first);
    else if (!is_transparent (file))
        g_ptr_array_set_size (file->records, (gint) (end_record (file) - first_record (file)));
}

/* A piece at @offset; one behind a piece that came short waits for another round. */
static void
take_piece (SimstowFileCommand *file, guint offset, GBytes *piece)
{
    gsize size = g_bytes_get_size (piece);

    if (offset != file->octets->len)
        return;
    if (size > CHUNK + SURPLUS_MAX)
        fail_with (file, SIMSTOW_ERROR_MODEM_ERROR, "more bytes came than were asked for");
    else if (size == 0)
        fail_with (file,
                   SIMSTOW_ERROR_MODEM_ERROR,
                   "the file ends at byte %u of %u",
                   offset,
                   file->fcp.size);
    else
        g_byte_array_append (file->octets,
                             g_bytes_get_data (piece, NULL),
                             (guint) MIN (size, size_of (file) - offset));
}

/* One of many that cannot be read is passed over; what is denied is denied of all, and of a file
 * of which nothing can be read it is enough to know that. Takes @error. */
static void
miss_record (Job *job, SimstowFileCommand *file, guint i, GError *error)
{
    gboolean denied = g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_DENIED) ||
                      g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED);

    file->failed++;
    if (file->error)
        g_error_free (error);
    else
        file->error = error;
    file->done = denied || (file->failed >= GIVE_UP && !file->came && job->channel);
    if (!file->done)
        file->records->pdata[i] = g_bytes_new (NULL, 0);
}

static void
take_record (Job *job, SimstowFileCommand *file, SimstowFileStep *step)
{
    guint i = step->parameters[0] - first_record (file);

    if (step->answer && g_bytes_get_size (step->answer) > RECORD_MAX + SURPLUS_MAX)
        g_set_error_literal (&step->error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_MODEM_ERROR,
                             "more bytes came than any record has");
    if (step->error) {
        miss_record (job, file, i, g_steal_pointer (&step->error));
        return;
    }
    file->came = TRUE;
    file->records->pdata[i] = g_bytes_ref (step->answer);
}

/* The numbers of records that were found, in order; %NULL where they cannot be */
static const guint8 *
found_records (const SimstowFileStep *step, gsize *n)
{
    const guint8 *found = step->answer ? g_bytes_get_data (step->answer, n) : NULL;

    for (gsize i = 0; found && i < *n; i++)
        if (found[i] <= (i > 0 ? found[i - 1] : 0))
            return NULL;
    return found;
}

/* What is not there was searched first. */
static void
take_other (SimstowCardMemory *memory, const SimstowFileStep *step)
{
    memory->searches = simstow_error_has_code (step->error, SIMSTOW_ERROR_DOMAIN_SW, SW_NOT_THERE);
    memory->search_fails = !memory->searches;
}

/* Records that are like the last one */
static void
take_found (SimstowFileCommand *file, const SimstowFileStep *step, SimstowCardMemory *memory)
{
    guint n = file->records->len;
    GBytes *last = file->records->pdata[n - 1];
    GBytes *first = file->records->pdata[0];
    gsize n_found = 0;
    const guint8 *found = found_records (step, &n_found);
    gsize i = 0;

    file->searched = TRUE;
    if (!memory->searches || !found)
        n_found = 0;
    while (i < n_found && found[i] < first_record (file))
        i++;
    memory->search_fails = memory->search_fails || i == n_found ||
                           !memchr (found, end_record (file) - 1, n_found) ||
                           (found[i] == first_record (file)) != g_bytes_equal (first, last);
    for (; !memory->search_fails && i < n_found && found[i] < end_record (file); i++)
        if (!file->records->pdata[found[i] - first_record (file)])
            file->records->pdata[found[i] - first_record (file)] = g_bytes_ref (last);
}

static void
take_answer (Job *job, SimstowFileStep *step, SimstowCardMemory *memory)
{
    SimstowFileCommand *file = step->owner;

    if (file->done || (!step->error && !step->answer))
        return;
    if (step->ins == SIMSTOW_INS_READ_RECORD)
        take_record (job, file, step);
    else if (step->ins == SIMSTOW_INS_SEARCH_RECORD && !memory->searches && !memory->search_fails)
        take_other (memory, step);
    else if (step->ins == SIMSTOW_INS_SEARCH_RECORD)
        take_found (file, step, memory);
    else if (step->error)
        fail (file, g_steal_pointer (&step->error));
    else if (step->ins == SIMSTOW_INS_READ_BINARY)
        take_piece (file, (guint) step->parameters[0] << 8 | step->parameters[1], step->answer);
    else
        take_shape (file, step->answer);
}

static gboolean
is_whole (const SimstowFileCommand *file)
{
    if (is_transparent (file))
        return file->octets->len >= size_of (file);
    for (guint i = 0; i < file->records->len; i++)
        if (!file->records->pdata[i])
            return FALSE;
    return TRUE;
}

/* What came of a file with records are its parts, up to the first that did not; of one of which
 * none could be read there is no part but its shape. */
static void
give_records (SimstowFileCommand *file)
{
    for (guint i = 0; file->came && i < file->records->len && file->records->pdata[i]; i++)
        g_ptr_array_add (file->parts, g_bytes_ref (file->records->pdata[i]));
    g_ptr_array_set_size (file->records, 0);
}

/* A file of which all came is done. */
static void
take_whole (SimstowFileCommand *file)
{
    if (!file->described || file->action != SIMSTOW_FILE_READ)
        return;
    if (!file->done && is_whole (file)) {
        file->done = TRUE;
        if (is_transparent (file))
            g_ptr_array_add (file->parts, g_bytes_new (file->octets->data, file->octets->len));
    }
    if (file->done)
        give_records (file);
}

static guint
n_parts_wanted (const SimstowFileCommand *file)
{
    if (!file->described || file->action != SIMSTOW_FILE_READ)
        return 1;
    if (is_transparent (file))
        return 1 + (size_of (file) + CHUNK - 1) / CHUNK;
    return 1 + MAX (end_record (file), first_record (file)) - first_record (file);
}

static guint
n_parts_got (const SimstowFileCommand *file)
{
    guint n = file->parts->len + file->octets->len / CHUNK;

    if (file->done)
        return n_parts_wanted (file);
    for (guint i = 0; i < file->records->len; i++)
        n += file->records->pdata[i] != NULL;
    return n;
}

static void
report (Job *job)
{
    guint done = 0;
    guint total = 0;

    for (guint i = 0; i < job->commands->len; i++) {
        done += n_parts_got (command_at (job, i));
        total += n_parts_wanted (command_at (job, i));
    }
    if (job->progress && total > 0)
        job->progress (MIN (done, total), total, job->progress_data);
}

/* The end of a job */

static void
open_session (GTask *task);

/* A modem that has no restricted access says nothing of the card; what it said when it was asked
 * for a channel does. Where the card answers, a plain "ERROR" is a failure. Takes @error. */
static GError *
tell_more (GError *error, const GError *refusal)
{
    gboolean plain = g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR) &&
                     simstow_card_lacks (error);
    GError *better = NULL;

    if (plain && !refusal) {
        better = g_error_new_literal (SIMSTOW_ERROR,
                                      SIMSTOW_ERROR_MODEM_ERROR,
                                      "the modem gave no reason (ERROR)");
        simstow_error_set_modem_code (better, SIMSTOW_ERROR_DOMAIN_RESULT, SIMSTOW_RESULT_ERROR);
    } else if (refusal &&
               (plain || g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED))) {
        better = g_error_copy (refusal);
    }
    if (!better)
        return error;
    g_error_free (error);
    return better;
}

/* All that has no outcome gets the error that ended the job. */
static void
end_job (GTask *task)
{
    Job *job = g_task_get_task_data (task);

    for (guint i = 0; i < job->commands->len; i++) {
        SimstowFileCommand *file = command_at (job, i);

        if (job->fatal && !file->done) {
            give_records (file);
            fail (file, g_error_copy (job->fatal));
        } else if (file->error && !file->described) {
            file->error = tell_more (file->error, job->channel ? NULL : job->refusal);
        }
    }
    g_task_return_boolean (task, TRUE);
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) unclosed = NULL;

    if (!simstow_channel_close_finish (SIMSTOW_CHANNEL (source), result, &unclosed))
        g_debug ("the channel to the card may be open still: %s", unclosed->message);
    end_job (task);
}

static gchar *
dup_folder (const SimstowFileCommand *file)
{
    return g_strndup (file->path, strlen (file->path) - 4);
}

/* Whether +CRSM may not have got to a folder in which nothing was found: some modems do not
 * find their way there. What a channel says of it is known for good. */
static gboolean
may_be_elsewhere (const SimstowCardMemory *memory, const SimstowFileCommand *file)
{
    g_autofree gchar *folder = dup_folder (file);

    return file->error && !file->described && file->error->code != SIMSTOW_ERROR_CHANGED &&
           !g_error_matches (file->error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED) &&
           !g_hash_table_contains (memory->folders, folder);
}

static void
note_way (SimstowCardMemory *memory, const gchar *way, const GError *refusal)
{
    GError *copy = refusal ? g_error_copy (refusal) : NULL;

    g_clear_error (&memory->refusal);
    memory->refusal = copy;
    memory->files_way = way;
}

/* What +CRSM has shown. Whether a channel is to be tried for the rest. */
static gboolean
judge_crsm (Job *job, SimstowCardMemory *memory)
{
    gboolean elsewhere = FALSE;

    for (guint i = 0; i < job->commands->len; i++) {
        const SimstowFileCommand *file = command_at (job, i);

        if (!file->described && (!file->done || file->error))
            continue;
        g_hash_table_add (memory->folders, dup_folder (file));
        note_way (memory, WAY_CRSM, job->refusal);
    }
    for (guint i = 0; i < job->commands->len; i++)
        elsewhere |= may_be_elsewhere (memory, command_at (job, i));
    return elsewhere && !job->writing && !job->fatal && !job->refusal;
}

/* A channel was tried for what +CRSM did not get to. Where it brought more it is the way from
 * now on. */
static void
judge_channel (Job *job, SimstowCardMemory *memory)
{
    for (guint i = 0; i < job->commands->len; i++) {
        const SimstowFileCommand *file = command_at (job, i);

        if (!file->tried || !file->done)
            continue;
        if (file->described || !file->error)
            note_way (memory, simstow_channel_get_way (job->channel)->name, NULL);
        if (!file->error || g_error_matches (file->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND))
            g_hash_table_add (memory->folders, dup_folder (file));
    }
}

static void
close_session (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    SimstowCardMemory *memory = simstow_card_get_memory (g_task_get_source_object (task));

    if (!job->channel && !job->way && judge_crsm (job, memory)) {
        job->again = TRUE;
        open_session (task);
        return;
    }
    if (job->channel && job->again)
        judge_channel (job, memory);
    if (job->channel)
        simstow_channel_close_async (job->channel, on_closed, g_object_ref (task));
    else
        end_job (task);
}

/* The steps of a job */

static void
go_on (GTask *task);

static void
take_read (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    SimstowCardMemory *memory = simstow_card_get_memory (g_task_get_source_object (task));

    for (guint i = 0; i < job->steps->len; i++)
        take_answer (job, job->steps->pdata[i], memory);
    for (guint i = job->position; i < job->end; i++)
        take_whole (command_at (job, i));
    report (job);
    go_on (task);
}

static void
leave_out_updates (Job *job, const gchar *reason)
{
    for (guint i = 0; i < job->commands->len; i++)
        if (command_at (job, i)->action == SIMSTOW_FILE_UPDATE && !command_at (job, i)->done)
            fail_with (command_at (job, i), SIMSTOW_ERROR_CANCELLED, "%s", reason);
}

static void
take_written (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    SimstowFileStep *step = job->steps->pdata[0];
    SimstowFileCommand *file = step->owner;

    if (!job->fatal && step->error) {
        fail (file, g_steal_pointer (&step->error));
        leave_out_updates (job, "not written, as a record before could not be");
    }
    file->done = file->done || !job->fatal;
    report (job);
    go_on (task);
}

/* Asks for the next record to write, or for what is read before it. */
static void
ask_next (Job *job, const SimstowCardMemory *memory)
{
    SimstowFileCommand *file = command_at (job, job->position);

    g_ptr_array_set_size (job->steps, 0);
    job->end = job->position;
    if (file->action == SIMSTOW_FILE_UPDATE)
        ask_with (job,
                  file,
                  SIMSTOW_INS_UPDATE_RECORD,
                  file->first,
                  SIMSTOW_MODE_ABSOLUTE,
                  g_bytes_get_size (file->wanted),
                  file->wanted);
    while (job->end < job->commands->len &&
           command_at (job, job->end)->action != SIMSTOW_FILE_UPDATE) {
        file = command_at (job, job->end++);
        if (!file->done && !(job->channel && job->steps->len > 0))
            ask_rest (job, file, memory);
    }
}

static void
go_on (GTask *task)
{
    Job *job = g_task_get_task_data (task);

    while (job->position < job->commands->len && command_at (job, job->position)->done) {
        job->position++;
        job->rounds = 0;
    }
    if (!job->fatal && ++job->rounds > MAX_ROUNDS)
        job->fatal = g_error_new_literal (SIMSTOW_ERROR,
                                          SIMSTOW_ERROR_MODEM_ERROR,
                                          "the card's files do not end");
    if (job->fatal || job->position == job->commands->len) {
        close_session (task);
        return;
    }
    ask_next (job, simstow_card_get_memory (g_task_get_source_object (task)));
    if (command_at (job, job->position)->action != SIMSTOW_FILE_UPDATE) {
        carry_out (task, take_read);
        return;
    }
    job->writing = job->writing || !g_cancellable_is_cancelled (g_task_get_cancellable (task));
    carry_out (task, take_written);
}

/* The records to write, as they are now. Some modems leave the status word, or what their buffer
 * held, behind a record. */
static void
compare (SimstowFileCommand *file, SimstowFileStep *step)
{
    gsize size = g_bytes_get_size (file->expected);

    file->verified = step->answer && g_bytes_get_size (step->answer) >= size &&
                     memcmp (g_bytes_get_data (step->answer, NULL),
                             g_bytes_get_data (file->expected, NULL),
                             size) == 0;
    if (file->verified)
        return;
    if (step->error) {
        fail (file, g_steal_pointer (&step->error));
        return;
    }
    g_ptr_array_add (file->parts, g_bytes_ref (step->answer));
    fail_with (file,
               SIMSTOW_ERROR_CHANGED,
               "record %u of %s was changed meanwhile",
               file->first,
               file->path);
}

static gboolean
is_alike (const SimstowFileCommand *one, const SimstowFileCommand *other)
{
    return other->action == SIMSTOW_FILE_UPDATE && g_str_equal (one->path, other->path) &&
           g_bytes_equal (one->expected, other->expected);
}

/* All that a search found are as expected; what it did not find is read. */
static void
take_searched (Job *job, const SimstowFileStep *step, SimstowCardMemory *memory)
{
    gsize n = 0;
    const guint8 *found = found_records (step, &n);

    memory->search_fails =
        !found && !simstow_error_has_code (step->error, SIMSTOW_ERROR_DOMAIN_SW, SW_NOT_THERE);
    for (guint i = 0; found && i < job->commands->len; i++)
        if (is_alike (step->owner, command_at (job, i)) &&
            memchr (found, (gint) command_at (job, i)->first, n))
            command_at (job, i)->verified = TRUE;
}

static void
verify (GTask *task);

/* Where one is not as expected none is written. */
static void
take_verified (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    gboolean searched = FALSE;
    gboolean good = TRUE;

    for (guint i = 0; i < job->steps->len && !job->fatal; i++) {
        SimstowFileStep *step = job->steps->pdata[i];

        searched = step->ins == SIMSTOW_INS_SEARCH_RECORD;
        if (searched)
            take_searched (job, step, simstow_card_get_memory (g_task_get_source_object (task)));
        else
            compare (step->owner, step);
        good = good && !((SimstowFileCommand *) step->owner)->error;
    }
    if (!good)
        leave_out_updates (job, "not written, as another record is not as expected");
    if (searched)
        verify (task);
    else
        go_on (task);
}

/* Searches for what is expected of many records, each once */
static void
ask_alike (Job *job)
{
    for (guint i = 0; i < job->commands->len; i++) {
        guint n = 0;

        for (guint j = 0; j < job->commands->len; j++) {
            gboolean alike = command_at (job, i)->action == SIMSTOW_FILE_UPDATE &&
                             is_alike (command_at (job, i), command_at (job, j));

            if (alike && j < i)
                break;
            n += alike;
        }
        if (n >= SEARCH_MIN)
            ask_search (job, command_at (job, i), command_at (job, i)->expected);
    }
}

/* In the order in which files are written last, so that the one that is written first need not
 * be selected again. */
static void
verify (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    const SimstowCardMemory *memory = simstow_card_get_memory (g_task_get_source_object (task));

    g_ptr_array_set_size (job->steps, 0);
    job->position = 0;
    job->rounds = 0;
    if (job->channel && !job->searched && memory->searches && !memory->search_fails)
        ask_alike (job);
    job->searched = TRUE;
    for (guint i = job->steps->len > 0 ? 0 : job->commands->len; i > 0; i--) {
        SimstowFileCommand *file = command_at (job, i - 1);

        if (file->action == SIMSTOW_FILE_UPDATE && !file->done && !file->verified)
            ask (job,
                 file,
                 SIMSTOW_INS_READ_RECORD,
                 file->first,
                 SIMSTOW_MODE_ABSOLUTE,
                 g_bytes_get_size (file->expected));
    }
    if (job->steps->len > 0)
        carry_out (task, take_verified);
    else
        go_on (task);
}

/* The session */

/* What failed is tried over a channel, as if it had not been before. */
static void
forget_failures (Job *job)
{
    for (guint i = 0; i < job->commands->len; i++) {
        SimstowFileCommand *file = command_at (job, i);

        if (!file->error)
            continue;
        g_clear_error (&file->error);
        g_ptr_array_set_size (file->parts, 0);
        g_byte_array_set_size (file->octets, 0);
        g_ptr_array_set_size (file->records, 0);
        file->failed = 0;
        file->described = file->came = file->done = FALSE;
        file->tried = TRUE;
    }
}

/* Takes @error. */
static void
do_without_channel (GTask *task, GError *error)
{
    Job *job = g_task_get_task_data (task);
    SimstowCard *self = g_task_get_source_object (task);
    SimstowCardMemory *memory = simstow_card_get_memory (self);
    gboolean lasting = simstow_card_lacks (error);

    /* every card that a modem of today takes has a USIM: it is there, though not to be had */
    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND))
        error->code = SIMSTOW_ERROR_MODEM_ERROR;
    if (job->again) {
        job->refusal = error;
        /* where +CRSM shows something no channel need be asked for again */
        if (lasting && memory->files_way)
            note_way (memory, WAY_CRSM, error);
        end_job (task);
    } else if (job->way || !simstow_port_has_at (simstow_card_get_port (self)) ||
               g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
        job->fatal = error;
        end_job (task);
    } else {
        job->refusal = error;
        verify (task);
    }
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowCard *self = SIMSTOW_CARD (source);
    Job *job = g_task_get_task_data (task);
    GError *error = NULL;

    job->channel = simstow_card_open_finish (self, result, NULL, &error);
    if (!job->channel) {
        do_without_channel (task, error);
        return;
    }
    if (job->again)
        forget_failures (job);
    else if (!job->way)
        note_way (simstow_card_get_memory (self),
                  simstow_channel_get_way (job->channel)->name,
                  NULL);
    verify (task);
}

/* Where there are AT commands and no MBIM, +CRSM comes first. */
static void
open_session (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    SimstowCard *self = g_task_get_source_object (task);
    const SimstowCardMemory *memory = simstow_card_get_memory (self);
    SimstowPort *port = simstow_card_get_port (self);
    const gchar *way = job->way ? job->way : memory->files_way;
    gboolean lines = simstow_port_has_at (port) && !simstow_port_peek_mbim (port);
    g_autoptr (GBytes) usim = simstow_card_usim_aid ();

    if (job->again || (way ? !g_str_equal (way, WAY_CRSM) : !lines)) {
        simstow_card_open_async (self,
                                 job->again ? NULL : way,
                                 usim,
                                 g_task_get_cancellable (task),
                                 on_opened,
                                 g_object_ref (task));
        return;
    }
    if (simstow_port_has_at (port)) {
        job->refusal = memory->refusal && !job->way ? g_error_copy (memory->refusal) : NULL;
        verify (task);
        return;
    }
    job->fatal = g_error_new_literal (SIMSTOW_ERROR,
                                      SIMSTOW_ERROR_UNSUPPORTED,
                                      "the modem takes no AT commands");
    end_job (task);
}

void
simstow_card_run_files_async (SimstowCard *self,
                              const gchar *way,
                              GPtrArray *commands,
                              SimstowFilesProgressFunc progress,
                              gpointer progress_data,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    Job *job = g_new0 (Job, 1);

    g_task_set_source_tag (task, simstow_card_run_files_async);
    g_task_set_check_cancellable (task, FALSE);
    simstow_card_renew (self);
    job->commands = g_ptr_array_ref (commands);
    job->way = g_strdup (way);
    job->progress = progress;
    job->progress_data = progress_data;
    job->steps = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_file_step_free);
    g_task_set_task_data (task, job, job_free);
    if (commands->len > 0)
        open_session (task);
    else
        end_job (task);
}

void
simstow_card_run_files_finish (SimstowCard *self, GAsyncResult *result)
{
    g_return_if_fail (g_task_is_valid (result, self));

    g_task_propagate_boolean (G_TASK (result), NULL);
}
