/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One request for everything, then one for each place. An empty place is refused with a
 * status of its own.
 */

#include "simstow-store-reader-mbim.h"

#include "simstow-error.h"
#include "simstow-port-mbim.h"
#include "simstow-store-record.h"

#define SECONDS 60

/* Where nobody says how many places there are, and where somebody says too much */
#define LAST_UNKNOWN 255
#define LAST_MAX     1000

/* So many places without one that was answered, and none is tried any more */
#define GIVE_UP 3

typedef struct {
    SimstowReaderMbim reader;
    guint index;  /* 0 while all is asked for at once */
    guint failed; /* places that were refused before one was answered */
    gboolean answered;
    GPtrArray *records;
    GError *refusal; /* of all at once */
} Reading;

static void
reading_free (gpointer data)
{
    Reading *reading = data;

    g_ptr_array_unref (reading->records);
    g_clear_error (&reading->refusal);
    g_free (reading);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data);

static void
send (GTask *task)
{
    const Reading *reading = g_task_get_task_data (task);

    simstow_port_mbim_async (g_task_get_source_object (task),
                             reading->reader.request (reading->index, reading->reader.format),
                             SECONDS,
                             g_task_get_cancellable (task),
                             on_answer,
                             g_object_ref (task));
}

/* Whether a smaller request may be answered: not by nobody, nor without a SIM. */
static gboolean
is_final (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED);
}

static void
add_unread (Reading *reading, guint index, const gchar *fault)
{
    /* one without an index comes first, as records are in order */
    g_ptr_array_insert (reading->records,
                        index > 0 ? -1 : 0,
                        g_variant_ref_sink (simstow_store_record_unread (index, NULL, fault)));
}

static void
return_records (GTask *task)
{
    Reading *reading = g_task_get_task_data (task);

    g_task_return_pointer (task,
                           g_steal_pointer (&reading->records),
                           (GDestroyNotify) g_ptr_array_unref);
    reading->records = g_ptr_array_new ();
}

/* Notes what one place brought; whether the next is asked for. Takes @error. */
static gboolean
take_place (Reading *reading, GPtrArray *found, GError *error)
{
    g_autoptr (GError) owned = error;

    if (found) {
        g_ptr_array_extend_and_steal (reading->records, g_ptr_array_ref (found));
        reading->answered = TRUE;
    } else if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND)) {
        reading->answered = TRUE;
    } else {
        add_unread (reading, reading->index, error->message);
        reading->failed++;
        return !is_final (error) && (reading->answered || reading->failed < GIVE_UP);
    }
    return TRUE;
}

/* The next place, or the end. */
static void
go_on (GTask *task, gboolean more)
{
    Reading *reading = g_task_get_task_data (task);

    if (!reading->answered && (!more || reading->index == reading->reader.last)) {
        g_task_return_error (task, g_steal_pointer (&reading->refusal));
    } else if (more && reading->index < MIN (reading->reader.last, LAST_MAX)) {
        reading->index++;
        send (task);
    } else {
        if (reading->index < reading->reader.last)
            add_unread (reading, 0, "the places behind that were not asked for");
        return_records (task);
    }
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Reading *reading = g_task_get_task_data (task);
    GError *error = NULL;
    g_autoptr (GPtrArray) found = reading->reader.finish (SIMSTOW_PORT (source), result, &error);

    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
        g_task_return_error (task, error);
    } else if (reading->index > 0) {
        go_on (task, take_place (reading, found, error));
    } else if (found) {
        g_task_return_pointer (task, g_steal_pointer (&found), (GDestroyNotify) g_ptr_array_unref);
    } else if (is_final (error)) {
        g_task_return_error (task, error);
    } else {
        reading->refusal = error;
        go_on (task, TRUE);
    }
}

void
simstow_store_reader_mbim_async (SimstowPort *port,
                                 const SimstowReaderMbim *reader,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (port, cancellable, callback, user_data);
    Reading *reading = g_new0 (Reading, 1);

    g_task_set_source_tag (task, simstow_store_reader_mbim_async);
    g_task_set_check_cancellable (task, FALSE);
    reading->reader = *reader;
    if (reading->reader.last == 0)
        reading->reader.last = LAST_UNKNOWN;
    reading->records = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
    g_task_set_task_data (task, reading, reading_free);
    send (task);
}

GPtrArray *
simstow_store_reader_mbim_finish (SimstowPort *port, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, port), NULL);

    return g_task_propagate_pointer (G_TASK (result), error);
}
