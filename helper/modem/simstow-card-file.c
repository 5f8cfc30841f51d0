/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of the card, from raw answers.
 *
 * What modems do otherwise than ETSI TS 102 221 and 3GPP TS 27.007:
 * - the status word, or what their buffer held, behind a record: cut_surplus ().
 */

#include "simstow-card-file.h"

#include <string.h>

#include "simstow-error.h"

#define PADDING 0xFF

void
simstow_card_file_free (SimstowCardFile *file)
{
    g_free (file->path);
    g_ptr_array_unref (file->records);
    g_ptr_array_unref (file->faults);
    g_clear_error (&file->error);
    g_free (file);
}

static void
file_free (gpointer data)
{
    simstow_card_file_free (data);
}

gboolean
simstow_card_file_has_records (const SimstowCardFile *file)
{
    return file->fcp.record_size > 0 && (file->fcp.structure == SIMSTOW_FILE_LINEAR ||
                                         file->fcp.structure == SIMSTOW_FILE_CYCLIC);
}

/* Not allowed, bad parameters, and unknown, which some say of what they do not know; a plain
 * ERROR has no code at all */
gboolean
simstow_card_file_lacks (const SimstowCardFile *file)
{
    static const guint refusals[] = {3, 50, 100};

    if (g_error_matches (file->error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED) ||
        g_error_matches (file->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
        if (g_strcmp0 (file->modem_domain, SIMSTOW_MODEM_CME) == 0 &&
            file->modem_code == refusals[i])
            return TRUE;
    return g_error_matches (file->error, SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR) &&
           !file->modem_domain;
}

/* The record without what a modem left behind it */
static GBytes *
cut_surplus (const SimstowFcp *fcp, GBytes *record)
{
    gsize size;
    const guint8 *octets = g_bytes_get_data (record, &size);
    gsize i = fcp->record_size;

    if (size <= i)
        return g_bytes_ref (record);
    if (size - i == 2 && octets[i] == 0x90 && octets[i + 1] == 0x00)
        i = size;
    while (i < size && octets[i] == PADDING)
        i++;
    return g_bytes_new_from_bytes (record, 0, i < size ? size : fcp->record_size);
}

/* Why a record is not what it should be; what the card said of those that failed is one thing for
 * all of them. */
static gchar *
dup_fault (const SimstowCardFile *file, GBytes *record, const GError *error)
{
    gsize size = g_bytes_get_size (record);

    if (size == 0 && error)
        return g_strdup (error->message);
    if (size == file->fcp.record_size)
        return NULL;
    return g_strdup_printf ("%" G_GSIZE_FORMAT " bytes of a record of %u",
                            size,
                            file->fcp.record_size);
}

static void
take_parts (SimstowCardFile *file, const SimstowAnswer *answer)
{
    GError *unclear = NULL;

    if (answer->parts->len > 0 &&
        !simstow_fcp_decode (answer->parts->pdata[0], &file->fcp, &unclear))
        memset (&file->fcp, 0, sizeof file->fcp);
    if (unclear && !file->error)
        file->error = g_error_copy (unclear);
    g_clear_error (&unclear);
    for (guint i = 1; i < answer->parts->len; i++) {
        GBytes *part = answer->parts->pdata[i];
        gchar *fault = NULL;

        if (simstow_card_file_has_records (file)) {
            g_ptr_array_add (file->records, cut_surplus (&file->fcp, part));
            fault = dup_fault (file, file->records->pdata[i - 1], answer->error);
        } else {
            g_ptr_array_add (file->records, g_bytes_ref (part));
        }
        g_ptr_array_add (file->faults, fault);
        file->failed += fault != NULL;
    }
}

/* An error that came with all the records is of those that failed. */
static gboolean
is_whole (const SimstowCardFile *file, const gchar *last)
{
    guint64 end = last ? g_ascii_strtoull (last, NULL, 10) : G_MAXUINT;

    return simstow_card_file_has_records (file) && file->failed > 0 &&
           file->first + file->records->len > MIN (end, file->fcp.n_records);
}

static SimstowCardFile *
file_new (const gchar *command, const SimstowAnswer *answer)
{
    SimstowCardFile *file = g_new0 (SimstowCardFile, 1);
    g_auto (GStrv) words = g_strsplit (command, " ", -1);
    gboolean stretch = g_strv_length (words) == 4;

    file->path = g_strdup (words[1]);
    file->first = stretch ? (guint) g_ascii_strtoull (words[2], NULL, 10) : 1;
    file->records = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    file->faults = g_ptr_array_new_with_free_func (g_free);
    take_parts (file, answer);
    /* a file whose shape makes no sense is there, whatever the plugin calls that */
    if (answer->error && !file->error && !is_whole (file, stretch ? words[3] : NULL)) {
        file->error = g_error_copy (answer->error);
        file->modem_domain = answer->modem_domain;
        file->modem_code = answer->modem_code;
    }
    return file;
}

static gboolean
ends_all (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT);
}

/* Whether records came before the card fell silent: then what is missing is told file by file */
static gboolean
brought_some (const GPtrArray *answers)
{
    gboolean some = FALSE;

    for (guint i = 0; i < answers->len; i++) {
        const SimstowAnswer *answer = answers->pdata[i];

        if (g_error_matches (answer->error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED))
            return FALSE;
        some = some || answer->parts->len > 1;
    }
    return some;
}

static GPtrArray *
run_some (SimstowConversation *conversation,
          const gchar *const *commands,
          guint n_commands,
          GCancellable *cancellable,
          GError **error)
{
    g_autoptr (GPtrArray) list = simstow_commands_new ();

    for (guint i = 0; i < n_commands; i++)
        simstow_commands_add (list, g_strdup (commands[i]), NULL);
    return simstow_conversation_run (conversation,
                                     SIMSTOW_DOOR_FILES,
                                     NULL,
                                     list,
                                     cancellable,
                                     error);
}

GPtrArray *
simstow_card_files_run (SimstowConversation *conversation,
                        const gchar *const *commands,
                        GCancellable *cancellable,
                        GError **error)
{
    g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (file_free);
    guint n = g_strv_length ((gchar **) commands);

    while (files->len < n) {
        guint first = files->len;
        guint some = MIN (n - first, SIMSTOW_CONVERSATION_COMMANDS);
        g_autoptr (GPtrArray) answers =
            run_some (conversation, commands + first, some, cancellable, error);

        if (!answers)
            return NULL;
        for (guint i = 0; i < some; i++) {
            const SimstowAnswer *answer = answers->pdata[i];

            if (answer->error && ends_all (answer->error) &&
                !(some == n && brought_some (answers))) {
                g_propagate_error (error, g_error_copy (answer->error));
                return NULL;
            }
            g_ptr_array_add (files, file_new (commands[first + i], answer));
        }
    }
    return g_steal_pointer (&files);
}

/* The record as it is expected, then as it is to be, filled up to the same size */
static GBytes *
update_data (const SimstowCardUpdate *update)
{
    gsize size = g_bytes_get_size (update->expected);
    gsize wanted = MIN (g_bytes_get_size (update->wanted), size);
    guint8 *data = g_malloc (2 * size);

    memset (data, PADDING, 2 * size);
    if (size > 0)
        memcpy (data, g_bytes_get_data (update->expected, NULL), size);
    if (wanted > 0)
        memcpy (data + size, g_bytes_get_data (update->wanted, NULL), wanted);
    return g_bytes_new_take (data, 2 * size);
}

/* Of several that failed the one is told that the others were left out for. */
static const GError *
find_cause (const GPtrArray *answers)
{
    const GError *cause = NULL;

    for (guint i = 0; i < answers->len; i++) {
        const SimstowAnswer *answer = answers->pdata[i];

        if (answer->error &&
            (!cause || g_error_matches (cause, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)))
            cause = answer->error;
    }
    return cause;
}

gboolean
simstow_card_files_update (SimstowConversation *conversation,
                           const SimstowCardUpdate *updates,
                           guint n_updates,
                           guint *n_written,
                           GCancellable *cancellable,
                           GError **error)
{
    g_autoptr (GPtrArray) list = simstow_commands_new ();
    g_autoptr (GPtrArray) answers = NULL;
    const GError *cause;
    guint written = 0;

    for (guint i = 0; i < n_updates; i++) {
        g_autoptr (GBytes) data = update_data (&updates[i]);

        simstow_commands_add (list,
                              g_strdup_printf ("update %s %u", updates[i].path, updates[i].record),
                              data);
    }
    answers =
        simstow_conversation_run (conversation, SIMSTOW_DOOR_FILES, NULL, list, cancellable, error);
    if (!answers)
        return FALSE;
    while (written < n_updates && !((const SimstowAnswer *) answers->pdata[written])->error)
        written++;
    if (n_written)
        *n_written = written;
    cause = find_cause (answers);
    if (cause)
        g_propagate_error (error, g_error_copy (cause));
    return cause == NULL;
}

gchar *
simstow_card_files_dup_way (SimstowConversation *conversation, GCancellable *cancellable)
{
    g_autoptr (GVariant) described =
        simstow_conversation_describe (conversation, cancellable, NULL);
    gchar *way = NULL;

    if (described)
        g_variant_lookup (described, "way", "s", &way);
    return way;
}
