/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands on files, in rounds: each asks for all that is still to be had. By +CRSM a round is
 * for all files, as it takes few lines; over a channel for one, so that it is selected once.
 */

#include "simstow-card-files.h"

#include <string.h>

#include "simstow-apdu.h"
#include "simstow-error.h"
#include "simstow-hex.h"
#include "simstow-names.h"
#include "simstow-restricted.h"
#include "simstow-select.h"

#define CHUNK         255
#define RECORD_MAX    255
#define MAX_FILE_SIZE (32 * 1024)

/* One round for the shape and one for the contents; more only where a card gives less than it
 * was asked for, and for the first records over a channel */
#define MAX_ROUNDS 200

/* So many records at the beginning that cannot be read are a file that cannot be */
#define GIVE_UP 8

/* The USIM, its identifier cut short so that any of them answers; TS 31.102 */
static const guint8 usim_aid[] = {0xA0, 0x00, 0x00, 0x00, 0x87, 0x10, 0x02};

/* What may be touched: folders, and in them identifiers by their first digits; 3GPP TS 31.102,
 * TS 51.011 and ETSI TS 102 221. The first row that fits decides. What holds keys is in the
 * first rows, and no other folder is in the table at all. */
static const struct {
    const gchar *folder;
    const gchar *file;
    gboolean readable;
    gboolean writable;
    const gchar *action;
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

static gsize
find_right (const gchar *path)
{
    gsize length = strlen (path);
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (rights); i++) {
        gsize folder = strlen (rights[i].folder);

        if (length == folder + 4 && g_str_has_prefix (path, rights[i].folder) &&
            g_str_has_prefix (path + folder, rights[i].file))
            break;
    }
    return i;
}

const gchar *
simstow_file_command_get_action (const SimstowFileCommand *command)
{
    gsize i = find_right (command->path);

    return i < G_N_ELEMENTS (rights) ? rights[i].action : SIMSTOW_POLKIT_CARD;
}

static gboolean
check_right (const SimstowFileCommand *command, GError **error)
{
    gsize i = find_right (command->path);
    gboolean writes = command->action == SIMSTOW_FILE_UPDATE;

    if (i < G_N_ELEMENTS (rights) && (writes ? rights[i].writable : rights[i].readable))
        return TRUE;
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
    g_byte_array_unref (command->pieces);
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
take_records_given (SimstowFileCommand *command, GBytes *data)
{
    gsize size = data ? g_bytes_get_size (data) : 0;

    if (size == 0 || size % 2 != 0 || size > 2 * RECORD_MAX)
        return FALSE;
    command->expected = g_bytes_new_from_bytes (data, 0, size / 2);
    command->wanted = g_bytes_new_from_bytes (data, size / 2, size / 2);
    return TRUE;
}

static gboolean
take_words (SimstowFileCommand *command, const gchar *const *words, GBytes *data)
{
    guint n = g_strv_length ((gchar **) words);

    if (n < 2 || n > 4)
        return FALSE;
    command->path = dup_path (words[1]);
    if (!command->path)
        return FALSE;
    command->steps = simstow_hex_decode (command->path, -1, NULL);
    if (g_str_equal (words[0], "update")) {
        command->action = SIMSTOW_FILE_UPDATE;
        return n == 3 && parse_number (words[2], &command->first) &&
               take_records_given (command, data);
    }
    command->action =
        g_str_equal (words[0], "describe") ? SIMSTOW_FILE_DESCRIBE : SIMSTOW_FILE_READ;
    if (data && g_bytes_get_size (data) > 0)
        return FALSE;
    if (command->action == SIMSTOW_FILE_DESCRIBE)
        return n == 2;
    if (n == 4)
        return g_str_equal (words[0], "read") && parse_number (words[2], &command->first) &&
               parse_number (words[3], &command->last) && command->first <= command->last;
    return n == 2 && g_str_equal (words[0], "read");
}

SimstowFileCommand *
simstow_file_command_parse (const gchar *text, GBytes *data, GError **error)
{
    g_autoptr (SimstowFileCommand) command = g_new0 (SimstowFileCommand, 1);
    g_auto (GStrv) words = g_strsplit (text, " ", 5);

    command->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    command->pieces = g_byte_array_new ();
    if (!take_words (command, (const gchar *const *) words, data)) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_RECORD,
                             "this is no command on a file of the card");
        return NULL;
    }
    return check_right (command, error) ? g_steal_pointer (&command) : NULL;
}

/* A job */

typedef struct _Job Job;

struct _Job {
    GPtrArray *commands;
    gchar *way; /* asked for */
    SimstowFilesProgressFunc progress;
    gpointer progress_data;
    SimstowChannel *channel; /* one of the two while the session is open */
    SimstowRestricted *restricted;
    GError *refusal;              /* why there is no channel, where +CRSM stands in */
    GPtrArray *list;              /* SimstowRestrictedCommand: what is under way */
    GPtrArray *asked;             /* for each of them its SimstowFileCommand */
    guint next;                   /* in list, over a channel */
    GBytes *selected;             /* over a channel */
    void (*listed) (GTask *task); /* when the list is done */
    GPtrArray *rest;              /* of the list, while it is looked whether there is +CRSM */
    guint position;               /* of the commands: those before are done */
    guint end;                    /* of those that are read together */
    guint rounds;
    gboolean writing;
    gboolean again; /* over a channel, for what +CRSM did not get to */
    GError *fatal;  /* nothing is sent any more */
};

static void
job_free (gpointer data)
{
    Job *job = data;

    g_ptr_array_unref (job->commands);
    g_free (job->way);
    g_clear_object (&job->channel);
    g_clear_object (&job->restricted);
    g_clear_error (&job->refusal);
    g_ptr_array_unref (job->list);
    g_ptr_array_unref (job->asked);
    g_clear_pointer (&job->rest, g_ptr_array_unref);
    g_clear_pointer (&job->selected, g_bytes_unref);
    g_clear_error (&job->fatal);
    g_free (job);
}

static SimstowFileCommand *
command_at (const Job *job, guint i)
{
    return g_ptr_array_index (job->commands, i);
}

/* Once something was written what follows is written too, whoever cancels */
static GCancellable *
job_cancellable (GTask *task)
{
    const Job *job = g_task_get_task_data (task);

    return job->writing ? NULL : g_task_get_cancellable (task);
}

static gboolean
is_fatal (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT);
}

static void
ask (Job *job, SimstowFileCommand *file, guint8 ins, guint p1, guint p2, guint p3, GBytes *data)
{
    const guint8 parameters[] = {(guint8) p1, (guint8) p2, (guint8) p3};

    g_ptr_array_add (job->list,
                     simstow_restricted_command_new (ins, file->steps, parameters, data));
    g_ptr_array_add (job->asked, file);
}

/* Carrying out a list: by +CRSM all of it at once, over a channel one after the other */

static void
clear_list (Job *job)
{
    g_ptr_array_set_size (job->list, 0);
    g_ptr_array_set_size (job->asked, 0);
    job->next = 0;
}

static void
end_list (GTask *task)
{
    Job *job = g_task_get_task_data (task);

    job->listed (task);
}

static void
run_restricted (GTask *task, GPtrArray *list);

/* Whether the card was heard by +CRSM, or this modem has no such command. */
static gboolean
is_heard (const SimstowRestrictedCommand *command)
{
    guint sw;

    return command->answer || g_strcmp0 (simstow_error_get_modem_code (command->error, &sw),
                                         SIMSTOW_ERROR_DOMAIN_SW) == 0;
}

/* The first command was sent alone: lines of many need not be taken apart for it to be seen that
 * there is no +CRSM. What it was told goes for all of them then. */
static void
end_probe (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    g_autoptr (GPtrArray) rest = g_steal_pointer (&job->rest);
    const SimstowRestrictedCommand *first = job->list->pdata[0];
    guint i;

    if (!job->fatal && is_heard (first)) {
        simstow_card_set_heard (g_task_get_source_object (task));
        run_restricted (task, rest);
        return;
    }
    for (i = 0; !job->fatal && i < rest->len; i++)
        ((SimstowRestrictedCommand *) rest->pdata[i])->error = g_error_copy (first->error);
    end_list (task);
}

static void
on_restricted_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Job *job = g_task_get_task_data (task);

    simstow_restricted_run_finish (SIMSTOW_RESTRICTED (source), result, &job->fatal);
    if (job->rest)
        end_probe (task);
    else
        end_list (task);
}

static void
run_restricted (GTask *task, GPtrArray *list)
{
    const Job *job = g_task_get_task_data (task);

    simstow_restricted_run_async (job->restricted,
                                  list,
                                  job_cancellable (task),
                                  on_restricted_ready,
                                  g_object_ref (task));
}

/* All of the list at once, or while +CRSM was not heard of the first of it alone */
static void
start_restricted_list (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    g_autoptr (GPtrArray) first = NULL;
    guint i;

    if (job->list->len < 2 || simstow_card_is_heard (g_task_get_source_object (task))) {
        run_restricted (task, job->list);
        return;
    }
    first = g_ptr_array_new ();
    g_ptr_array_add (first, job->list->pdata[0]);
    job->rest = g_ptr_array_new ();
    for (i = 1; i < job->list->len; i++)
        g_ptr_array_add (job->rest, job->list->pdata[i]);
    run_restricted (task, first);
}

static void
transmit_next (GTask *task);

/* Takes @error. */
static void
take_result (GTask *task, GBytes *data, GError *error)
{
    Job *job = g_task_get_task_data (task);
    SimstowRestrictedCommand *command = g_ptr_array_index (job->list, job->next);
    gboolean selects = !job->selected;

    if (error && is_fatal (error)) {
        job->fatal = error;
        end_list (task);
        return;
    }
    if (data && selects)
        job->selected = g_bytes_ref (command->path);
    if (error)
        command->error = error;
    else if (!selects || command->ins == SIMSTOW_INS_GET_RESPONSE)
        command->answer = g_bytes_ref (data);
    if (command->error || command->answer)
        job->next++;
    transmit_next (task);
}

static void
on_transmitted (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GBytes) response = NULL;
    g_autoptr (GBytes) data = NULL;
    GError *error = NULL;

    response = simstow_channel_transmit_finish (SIMSTOW_CHANNEL (source), result, &error);
    if (response)
        data = simstow_apdu_take_data (response, &error);
    take_result (task, data, error);
}

static void
on_selected (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GError *error = NULL;
    g_autoptr (GBytes) data = simstow_select_finish (SIMSTOW_CHANNEL (source), result, &error);

    take_result (task, data, error);
}

static void
transmit (GTask *task, const SimstowRestrictedCommand *command)
{
    const Job *job = g_task_get_task_data (task);
    const guint8 header[] = {0x00, command->ins, command->parameters[0], command->parameters[1]};
    g_autoptr (GBytes) apdu =
        simstow_apdu_new (header,
                          command->data,
                          command->data ? SIMSTOW_APDU_LE_NONE : command->parameters[2]);

    simstow_channel_transmit_async (job->channel,
                                    apdu,
                                    job_cancellable (task),
                                    on_transmitted,
                                    g_object_ref (task));
}

static void
transmit_next (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    const SimstowRestrictedCommand *command;

    if (job->next == job->list->len) {
        end_list (task);
        return;
    }
    if (g_cancellable_is_cancelled (job_cancellable (task))) {
        job->fatal =
            g_error_new_literal (SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, "the job was cancelled");
        end_list (task);
        return;
    }
    command = g_ptr_array_index (job->list, job->next);
    if (command->ins == SIMSTOW_INS_GET_RESPONSE ||
        (job->selected && !g_bytes_equal (job->selected, command->path)))
        g_clear_pointer (&job->selected, g_bytes_unref);
    if (job->selected)
        transmit (task, command);
    else
        simstow_select_async (job->channel,
                              command->path,
                              job_cancellable (task),
                              on_selected,
                              g_object_ref (task));
}

static void
carry_out (GTask *task, void (*listed) (GTask *task))
{
    Job *job = g_task_get_task_data (task);

    job->listed = listed;
    if (job->restricted)
        start_restricted_list (task);
    else
        transmit_next (task);
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

static guint
last_record (const SimstowFileCommand *file)
{
    return file->last > 0 ? MIN (file->last, file->fcp.n_records) : file->fcp.n_records;
}

static guint
n_parts_wanted (const SimstowFileCommand *file)
{
    if (!file->described || file->action != SIMSTOW_FILE_READ)
        return 1;
    if (is_transparent (file))
        return 1 + (size_of (file) + CHUNK - 1) / CHUNK;
    return last_record (file) < first_record (file) ? 1
                                                    : 2 + last_record (file) - first_record (file);
}

static guint
n_parts_got (const SimstowFileCommand *file)
{
    return file->done ? n_parts_wanted (file) : file->parts->len + file->pieces->len / CHUNK;
}

/* Over a channel the first record alone tells whether the file can be read at all */
static guint
records_at_once (const Job *job, const SimstowFileCommand *file)
{
    return job->restricted || file->came ? RECORD_MAX : 1;
}

static void
ask_rest (Job *job, SimstowFileCommand *file)
{
    guint i;

    if (!file->described) {
        ask (job, file, SIMSTOW_INS_GET_RESPONSE, 0, 0, 0, NULL);
    } else if (is_transparent (file)) {
        for (i = file->pieces->len; i < size_of (file); i += CHUNK)
            ask (job,
                 file,
                 SIMSTOW_INS_READ_BINARY,
                 i >> 8,
                 i,
                 MIN (CHUNK, size_of (file) - i),
                 NULL);
    } else {
        guint next = first_record (file) + file->parts->len - 1;
        guint end = MIN (last_record (file) + 1, next + records_at_once (job, file));

        for (i = next; i < end; i++)
            ask (job,
                 file,
                 SIMSTOW_INS_READ_RECORD,
                 i,
                 SIMSTOW_MODE_ABSOLUTE,
                 file->fcp.record_size,
                 NULL);
    }
}

/* Takes @error. */
static void
fail (SimstowFileCommand *file, GError *error)
{
    g_clear_error (&file->error);
    file->error = error;
    file->done = TRUE;
}

static void
take_shape (Job *job, SimstowFileCommand *file, SimstowRestrictedCommand *command)
{
    GError *error = NULL;

    if (command->error) {
        fail (file, g_steal_pointer (&command->error));
        return;
    }
    g_ptr_array_add (file->parts, g_bytes_ref (command->answer));
    file->described = simstow_fcp_decode (command->answer, &file->fcp, &error);
    if (error)
        fail (file, error);
    else if (file->action == SIMSTOW_FILE_DESCRIBE)
        file->done = TRUE;
    else if (file->fcp.structure == SIMSTOW_FILE_FOLDER)
        fail (file,
              g_error_new (SIMSTOW_ERROR,
                           SIMSTOW_ERROR_MODEM_ERROR,
                           "%s is no file that can be read",
                           file->path));
    else if (file->first > 0 && (is_transparent (file) || file->first > file->fcp.n_records))
        fail (file,
              g_error_new (SIMSTOW_ERROR,
                           SIMSTOW_ERROR_NOT_FOUND,
                           "the file %s has no record %u",
                           file->path,
                           file->first));
}

/* A piece at @offset; one behind a piece that came short waits for another round. */
static void
take_piece (SimstowFileCommand *file, SimstowRestrictedCommand *command)
{
    guint offset = (guint) command->parameters[0] << 8 | command->parameters[1];
    gsize size = command->answer ? g_bytes_get_size (command->answer) : 0;

    if (command->error) {
        fail (file, g_steal_pointer (&command->error));
        return;
    }
    if (offset != file->pieces->len)
        return;
    if (size > RECORD_MAX + 2) {
        fail (file,
              g_error_new_literal (SIMSTOW_ERROR,
                                   SIMSTOW_ERROR_MODEM_ERROR,
                                   "more bytes came than were asked for"));
        return;
    }
    if (size == 0) {
        fail (file,
              g_error_new (SIMSTOW_ERROR,
                           SIMSTOW_ERROR_MODEM_ERROR,
                           "the file ends at byte %u of %u",
                           offset,
                           file->fcp.size));
        return;
    }
    g_byte_array_append (file->pieces,
                         g_bytes_get_data (command->answer, NULL),
                         (guint) MIN (size, size_of (file) - offset));
}

/* One of many that cannot be read is passed over; what is denied is denied of all, and of a file
 * of which nothing can be read it is enough to know that. */
static void
miss_record (Job *job, SimstowFileCommand *file, SimstowRestrictedCommand *command)
{
    gboolean denied = g_error_matches (command->error, SIMSTOW_ERROR, SIMSTOW_ERROR_DENIED) ||
                      g_error_matches (command->error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED);

    file->failed++;
    if (!file->error)
        file->error = g_steal_pointer (&command->error);
    if (denied || (file->failed >= GIVE_UP && !file->came && !job->restricted)) {
        if (!file->came)
            g_ptr_array_set_size (file->parts, 1);
        file->done = TRUE;
        return;
    }
    g_ptr_array_add (file->parts, g_bytes_new (NULL, 0));
}

static void
take_record (Job *job, SimstowFileCommand *file, SimstowRestrictedCommand *command)
{
    if (command->answer && g_bytes_get_size (command->answer) > RECORD_MAX + 2)
        g_set_error_literal (&command->error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_MODEM_ERROR,
                             "more bytes came than any record has");
    if (command->error) {
        miss_record (job, file, command);
        return;
    }
    file->came = TRUE;
    g_ptr_array_add (file->parts, g_bytes_ref (command->answer));
}

/* A file of which all came is done. */
static void
take_whole (SimstowFileCommand *file)
{
    if (!file->described || file->done)
        return;
    if (is_transparent (file) && file->pieces->len >= size_of (file)) {
        g_ptr_array_add (file->parts, g_bytes_new (file->pieces->data, file->pieces->len));
        file->done = TRUE;
    } else if (!is_transparent (file) &&
               first_record (file) + file->parts->len - 1 > last_record (file)) {
        file->done = TRUE;
        if (file->failed > 0 && !file->came)
            g_ptr_array_set_size (file->parts, 1);
    }
}

static void
take_answer (Job *job, SimstowFileCommand *file, SimstowRestrictedCommand *command)
{
    if (file->done || (!command->error && !command->answer))
        return;
    if (command->ins == SIMSTOW_INS_GET_RESPONSE)
        take_shape (job, file, command);
    else if (command->ins == SIMSTOW_INS_READ_BINARY)
        take_piece (file, command);
    else
        take_record (job, file, command);
}

static void
report (Job *job)
{
    guint done = 0;
    guint total = 0;
    guint i;

    for (i = 0; job->progress && i < job->commands->len; i++) {
        done += n_parts_got (command_at (job, i));
        total += n_parts_wanted (command_at (job, i));
    }
    if (total > 0)
        job->progress (MIN (done, total), total, job->progress_data);
}

/* The steps of a job */

static void
open_session (GTask *task);

static void
verify (GTask *task);

static void
go_on (GTask *task);

/* All that has no outcome gets the error that ended the job. A modem without +CRSM says nothing
 * of the card; what it said when it was asked for a channel does. Where the card was reached a
 * plain ERROR is a failure. */
static void
end_job (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    guint i;

    for (i = 0; i < job->commands->len; i++) {
        SimstowFileCommand *file = command_at (job, i);

        if (job->fatal && !file->done)
            fail (file, g_error_copy (job->fatal));
        else if (file->error && !file->described)
            file->error = simstow_card_tell_more (file->error, job->channel ? NULL : job->refusal);
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
may_be_elsewhere (SimstowCard *self, const SimstowFileCommand *file)
{
    g_autofree gchar *folder = dup_folder (file);

    return file->error && !file->described && file->error->code != SIMSTOW_ERROR_CHANGED &&
           !g_error_matches (file->error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED) &&
           !simstow_card_is_folder_known (self, folder);
}

/* What +CRSM has shown. Whether a channel is to be tried for the rest. */
static gboolean
judge_restricted (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    SimstowCard *self = g_task_get_source_object (task);
    gboolean any = FALSE;
    gboolean elsewhere = FALSE;
    guint i;

    for (i = 0; i < job->commands->len; i++) {
        const SimstowFileCommand *file = command_at (job, i);
        g_autofree gchar *folder = dup_folder (file);

        if (!file->described && (!file->done || file->error))
            continue;
        simstow_card_note_folder (self, folder);
        any = TRUE;
    }
    for (i = 0; i < job->commands->len; i++)
        elsewhere |= may_be_elsewhere (self, command_at (job, i));
    if (any)
        simstow_card_note_files_way (self, SIMSTOW_WAY_CRSM, job->refusal);
    return elsewhere && !job->writing && !job->fatal && !job->refusal;
}

/* A channel was tried for what +CRSM did not get to. Where it brought more it is the way from
 * now on. */
static void
judge_channel (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    SimstowCard *self = g_task_get_source_object (task);
    gboolean better = FALSE;
    guint i;

    for (i = 0; i < job->commands->len; i++) {
        const SimstowFileCommand *file = command_at (job, i);
        g_autofree gchar *folder = dup_folder (file);

        if (!file->tried || !file->done)
            continue;
        better |= file->described || !file->error;
        if (!file->error || g_error_matches (file->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND))
            simstow_card_note_folder (self, folder);
    }
    if (better)
        simstow_card_note_files_way (self, simstow_channel_get_way (job->channel), NULL);
}

static void
close_session (GTask *task)
{
    Job *job = g_task_get_task_data (task);

    if (job->restricted && !job->way && judge_restricted (task)) {
        g_clear_object (&job->restricted);
        job->again = TRUE;
        open_session (task);
        return;
    }
    if (job->channel && job->again)
        judge_channel (task);
    if (job->channel)
        simstow_channel_close_async (job->channel, on_closed, g_object_ref (task));
    else
        end_job (task);
}

static void
on_read (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    guint i;

    for (i = 0; i < job->list->len; i++)
        take_answer (job, job->asked->pdata[i], job->list->pdata[i]);
    for (i = job->position; i < job->end; i++)
        take_whole (command_at (job, i));
    report (job);
    go_on (task);
}

static void
leave_out_updates (Job *job, const gchar *reason)
{
    guint i;

    for (i = 0; i < job->commands->len; i++)
        if (command_at (job, i)->action == SIMSTOW_FILE_UPDATE && !command_at (job, i)->done)
            fail (command_at (job, i),
                  g_error_new_literal (SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, reason));
}

static void
on_written (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    SimstowFileCommand *file = command_at (job, job->position);
    SimstowRestrictedCommand *command = job->list->pdata[0];

    if (!job->fatal && command->error) {
        fail (file, g_steal_pointer (&command->error));
        leave_out_updates (job, "not written, as a record before could not be");
    } else if (!job->fatal) {
        file->done = TRUE;
    }
    report (job);
    go_on (task);
}

static void
write_record (GTask *task, SimstowFileCommand *file)
{
    Job *job = g_task_get_task_data (task);

    clear_list (job);
    ask (job,
         file,
         SIMSTOW_INS_UPDATE_RECORD,
         file->first,
         SIMSTOW_MODE_ABSOLUTE,
         (guint) g_bytes_get_size (file->wanted),
         file->wanted);
    job->writing = job->writing || !g_cancellable_is_cancelled (g_task_get_cancellable (task));
    carry_out (task, on_written);
}

/* Asks for the next of what is read before the next record to write. */
static void
read_more (Job *job)
{
    guint i;

    for (job->end = job->position; job->end < job->commands->len; job->end++)
        if (command_at (job, job->end)->action == SIMSTOW_FILE_UPDATE)
            break;
    clear_list (job);
    for (i = job->position; i < job->end; i++) {
        if (command_at (job, i)->done)
            continue;
        ask_rest (job, command_at (job, i));
        if (job->channel && job->list->len > 0)
            break;
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
    } else if (command_at (job, job->position)->action == SIMSTOW_FILE_UPDATE) {
        write_record (task, command_at (job, job->position));
    } else {
        read_more (job);
        carry_out (task, on_read);
    }
}

/* The records to write, as they are now */

static gboolean
is_as_expected (const SimstowFileCommand *file, GBytes *record)
{
    gsize size;
    gsize expected_size;
    gconstpointer bytes = g_bytes_get_data (record, &size);
    gconstpointer expected = g_bytes_get_data (file->expected, &expected_size);

    /* some modems leave the status word, or what their buffer held, behind the record */
    return size >= expected_size && memcmp (bytes, expected, expected_size) == 0;
}

static void
compare_one (SimstowFileCommand *file, SimstowRestrictedCommand *command)
{
    if (command->error) {
        fail (file, g_steal_pointer (&command->error));
    } else if (!is_as_expected (file, command->answer)) {
        g_ptr_array_add (file->parts, g_bytes_ref (command->answer));
        fail (file,
              g_error_new (SIMSTOW_ERROR,
                           SIMSTOW_ERROR_CHANGED,
                           "record %u of %s was changed meanwhile",
                           file->first,
                           file->path));
    }
}

/* Where one is not as expected none is written. */
static void
compare (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    gboolean good = TRUE;
    guint i;

    for (i = 0; i < job->list->len && !job->fatal; i++) {
        compare_one (job->asked->pdata[i], job->list->pdata[i]);
        good = good && !((SimstowFileCommand *) job->asked->pdata[i])->error;
    }
    if (!good)
        leave_out_updates (job, "not written, as another record is not as expected");
    go_on (task);
}

/* In the order in which files are written last, so that the one that is written first need not
 * be selected again. */
static void
verify (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    guint i;

    clear_list (job);
    job->position = 0;
    job->rounds = 0;
    for (i = job->commands->len; i > 0; i--) {
        SimstowFileCommand *file = command_at (job, i - 1);

        if (file->action == SIMSTOW_FILE_UPDATE && !file->done)
            ask (job,
                 file,
                 SIMSTOW_INS_READ_RECORD,
                 file->first,
                 SIMSTOW_MODE_ABSOLUTE,
                 (guint) g_bytes_get_size (file->expected),
                 NULL);
    }
    if (job->list->len > 0)
        carry_out (task, compare);
    else
        go_on (task);
}

/* The session */

/* What failed is tried over a channel, as if it had not been before. */
static void
forget_failures (Job *job)
{
    guint i;

    for (i = 0; i < job->commands->len; i++) {
        SimstowFileCommand *file = command_at (job, i);

        if (!file->error)
            continue;
        g_clear_error (&file->error);
        g_ptr_array_set_size (file->parts, 0);
        g_byte_array_set_size (file->pieces, 0);
        file->failed = 0;
        file->described = file->came = file->done = FALSE;
        file->tried = TRUE;
    }
}

static void
start_restricted (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    SimstowCard *self = g_task_get_source_object (task);

    if (simstow_port_has_at (simstow_card_get_port (self))) {
        job->restricted = g_object_ref (simstow_card_get_restricted (self));
        verify (task);
        return;
    }
    job->fatal = g_error_new_literal (SIMSTOW_ERROR,
                                      SIMSTOW_ERROR_UNSUPPORTED,
                                      "the modem takes no AT commands");
    end_job (task);
}

/* Takes @error. */
static void
do_without_channel (GTask *task, GError *error)
{
    Job *job = g_task_get_task_data (task);
    SimstowCard *self = g_task_get_source_object (task);
    gboolean lasting = simstow_card_lacks (error);

    /* every card that a modem of today takes has a USIM: it is there, though not to be had */
    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND))
        error->code = SIMSTOW_ERROR_MODEM_ERROR;
    if (job->again) {
        job->refusal = error;
        /* where +CRSM shows something no channel need be asked for again */
        if (lasting && simstow_card_get_files_way (self, NULL))
            simstow_card_note_files_way (self, SIMSTOW_WAY_CRSM, error);
        end_job (task);
    } else if (job->way || !simstow_port_has_at (simstow_card_get_port (self)) ||
               g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
        job->fatal = error;
        end_job (task);
    } else {
        job->refusal = error;
        start_restricted (task);
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
        simstow_card_note_files_way (self, simstow_channel_get_way (job->channel), NULL);
    verify (task);
}

static void
open_session (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    SimstowCard *self = g_task_get_source_object (task);
    SimstowPort *port = simstow_card_get_port (self);
    g_autoptr (GPtrArray) aids = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    const GError *refusal = NULL;
    const gchar *way = job->way ? job->way : simstow_card_get_files_way (self, &refusal);
    gboolean lines = simstow_port_has_at (port) && !simstow_port_peek_mbim (port);

    if (!job->again && (way ? g_str_equal (way, SIMSTOW_WAY_CRSM) : lines)) {
        job->refusal = refusal ? g_error_copy (refusal) : NULL;
        start_restricted (task);
        return;
    }
    g_ptr_array_add (aids, g_bytes_new_static (usim_aid, sizeof usim_aid));
    simstow_card_open_by_async (self,
                                job->again ? NULL : way,
                                aids,
                                g_task_get_cancellable (task),
                                on_opened,
                                g_object_ref (task));
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
    job->commands = g_ptr_array_ref (commands);
    job->way = g_strdup (way);
    job->progress = progress;
    job->progress_data = progress_data;
    job->list = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_restricted_command_free);
    job->asked = g_ptr_array_new ();
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
