/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps on the card's files, one after the other in one session.
 */

#include "simstow-visit.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-files.h"

#define PADDING 0xFF

/* So many records at the beginning that cannot be read are a file that cannot be */
#define GIVE_UP 8

enum {
    KIND_SELECT,
    KIND_READ,
    KIND_UPDATE,
};

struct _SimstowVisit {
    GObject parent_instance;

    SimstowFiles *files;
    GPtrArray *steps;
    guint position;
    guint end;       /* the record after the last to read */
    gchar *selected; /* the path of the file that is selected */
    SimstowFcp fcp;
    SimstowVisitNextFunc next;
    gpointer next_data;
    GError *fatal;
    gboolean open;
    gboolean staying; /* the session outlasts the steps */
    gboolean writing; /* something was written: what belongs to it follows, whoever cancels */
};

G_DEFINE_FINAL_TYPE (SimstowVisit, simstow_visit, G_TYPE_OBJECT)

static void
step_free (gpointer data)
{
    SimstowVisitStep *step = data;

    g_free (step->path);
    g_ptr_array_unref (step->contents);
    g_ptr_array_unref (step->faults);
    g_clear_error (&step->error);
    g_clear_pointer (&step->update, g_bytes_unref);
    g_free (step);
}

static void
add_step (SimstowVisit *self, gint kind, const gchar *path, guint record, guint count, GBytes *data)
{
    SimstowVisitStep *step = g_new0 (SimstowVisitStep, 1);

    step->path = g_strdup (path);
    step->contents = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    step->faults = g_ptr_array_new_with_free_func (g_free);
    step->kind = kind;
    step->record = record;
    step->count = count;
    step->update = data ? g_bytes_ref (data) : NULL;
    g_ptr_array_add (self->steps, step);
}

void
simstow_visit_select (SimstowVisit *self, const gchar *path)
{
    add_step (self, KIND_SELECT, path, 0, 0, NULL);
}

void
simstow_visit_read (SimstowVisit *self, const gchar *path, guint record, guint count)
{
    add_step (self, KIND_READ, path, record, count, NULL);
}

void
simstow_visit_read_each (SimstowVisit *self, const gchar *path, guint record, guint count)
{
    SimstowVisitStep *step;

    simstow_visit_read (self, path, record, count);
    step = g_ptr_array_index (self->steps, self->steps->len - 1);
    step->each = TRUE;
}

void
simstow_visit_update (SimstowVisit *self, const gchar *path, guint record, GBytes *data)
{
    add_step (self, KIND_UPDATE, path, record, 0, data);
}

/* An error that leaves no hope for the steps that follow. */
static gboolean
is_fatal (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT);
}

static SimstowVisitStep *
current (SimstowVisit *self)
{
    return g_ptr_array_index (self->steps, self->position);
}

static void
return_outcome (GTask *task)
{
    SimstowVisit *self = g_task_get_source_object (task);

    if (self->fatal)
        g_task_return_error (task, g_steal_pointer (&self->fatal));
    else
        g_task_return_boolean (task, TRUE);
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) unclosed = NULL;

    if (!simstow_files_close_finish (SIMSTOW_FILES (source), result, &unclosed))
        g_debug ("the channel to the card may be open still: %s", unclosed->message);
    return_outcome (task);
}

/* Nobody knows what a channel is good for on which something took too long: it is closed, also
 * when more steps are to come */
static void
end_run (GTask *task)
{
    SimstowVisit *self = g_task_get_source_object (task);

    g_ptr_array_set_size (self->steps, 0);
    self->position = 0;
    if (!self->open || (self->staying && !self->fatal)) {
        return_outcome (task);
        return;
    }
    self->open = FALSE;
    g_clear_pointer (&self->selected, g_free);
    simstow_files_close_async (self->files, on_closed, g_object_ref (task));
}

/* Of the steps from now on */
static GCancellable *
get_cancellable (GTask *task)
{
    SimstowVisit *self = g_task_get_source_object (task);

    return self->writing ? NULL : g_task_get_cancellable (task);
}

static void
start_step (GTask *task);

/* Takes @error. */
static void
end_step (GTask *task, GError *error)
{
    SimstowVisit *self = g_task_get_source_object (task);
    SimstowVisitStep *step = current (self);

    if (error && is_fatal (error)) {
        self->fatal = error;
        end_run (task);
        return;
    }
    step->error = error;
    self->position++;
    if (self->next)
        self->next (self, step, self->next_data);
    start_step (task);
}

static void
on_updated (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    GError *error = NULL;

    simstow_files_update_finish (SIMSTOW_FILES (source), result, &error);
    end_step (task, error);
}

static void
update (GTask *task)
{
    SimstowVisit *self = g_task_get_source_object (task);
    const SimstowVisitStep *step = current (self);
    g_autoptr (GByteArray) record = g_byte_array_new ();
    g_autoptr (GBytes) data = NULL;
    guint size = (guint) g_bytes_get_size (step->update);

    g_byte_array_append (record, g_bytes_get_data (step->update, NULL), size);
    g_byte_array_set_size (record, MAX (size, step->fcp.record_size));
    memset (record->data + size, PADDING, record->len - size);
    data = g_bytes_new (record->data, record->len);
    self->writing = !g_cancellable_is_cancelled (get_cancellable (task));
    simstow_files_update_async (self->files,
                                step->record,
                                data,
                                get_cancellable (task),
                                on_updated,
                                g_object_ref (task));
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data);

static void
read_record (GTask *task)
{
    SimstowVisit *self = g_task_get_source_object (task);
    guint record = current (self)->record;

    simstow_files_read_some_async (self->files,
                                   record,
                                   record > 0 ? self->end - record : 1,
                                   get_cancellable (task),
                                   on_read,
                                   g_object_ref (task));
}

/* Why a record is not what it should be: %NULL where it is */
static gchar *
fault_of (const SimstowVisitStep *step, GBytes *record)
{
    gsize size = g_bytes_get_size (record);

    if (!step->each || step->record == 0 || size == step->fcp.record_size)
        return NULL;
    return g_strdup_printf ("%" G_GSIZE_FORMAT " bytes of a record of %u",
                            size,
                            step->fcp.record_size);
}

/* Some modems leave the status word at the end of the record, or what their buffer held */
static void
cut_surplus (const SimstowVisitStep *step, GBytes **record)
{
    gsize size;
    const guint8 *octets = g_bytes_get_data (*record, &size);
    gsize i = step->fcp.record_size;
    GBytes *cut;

    if (step->record == 0 || size <= i)
        return;
    if (size - i == 2 && octets[i] == 0x90 && octets[i + 1] == 0x00)
        i = size;
    while (i < size && octets[i] == PADDING)
        i++;
    if (i < size)
        return;
    cut = g_bytes_new_from_bytes (*record, 0, step->fcp.record_size);
    g_bytes_unref (*record);
    *record = cut;
}

static void
take_records (SimstowVisitStep *step, GPtrArray *read)
{
    guint i;

    for (i = 0; i < read->len; i++)
        cut_surplus (step, (GBytes **) &read->pdata[i]);
    for (i = 0; i < read->len; i++)
        g_ptr_array_add (step->faults, fault_of (step, g_ptr_array_index (read, i)));
    step->record += read->len;
    step->came = TRUE;
    g_ptr_array_extend_and_steal (step->contents, read);
}

/* Whether a record that could not be read is passed over. Of a file of which nothing can be read
 * it is enough to know that. Takes @error then. */
static gboolean
pass_over (SimstowVisitStep *step, GError *error)
{
    if (!step->each || step->record == 0 || is_fatal (error) ||
        g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_DENIED) ||
        g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED))
        return FALSE;
    if (++step->failed >= GIVE_UP && !step->came) {
        g_ptr_array_set_size (step->contents, (gint) (step->contents->len + 1 - GIVE_UP));
        g_ptr_array_set_size (step->faults, (gint) (step->faults->len + 1 - GIVE_UP));
        return FALSE;
    }
    g_ptr_array_add (step->contents, g_bytes_new (NULL, 0));
    g_ptr_array_add (step->faults, g_strdup (error->message));
    step->record++;
    g_error_free (error);
    return TRUE;
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowVisit *self = g_task_get_source_object (task);
    SimstowVisitStep *step = current (self);
    GError *error = NULL;
    g_autoptr (GPtrArray) read = NULL;
    gboolean whole;

    read = simstow_files_read_some_finish (SIMSTOW_FILES (source), result, &error);
    whole = step->record == 0;
    if (read)
        take_records (step, g_steal_pointer (&read));
    else if (pass_over (step, error))
        error = NULL;
    else
        whole = TRUE;
    if (whole || step->record >= self->end)
        end_step (task, error);
    else
        read_record (task);
}

static void
start_read (GTask *task)
{
    SimstowVisit *self = g_task_get_source_object (task);
    SimstowVisitStep *step = current (self);
    guint n_records = step->fcp.n_records;

    if (step->fcp.structure == SIMSTOW_FILE_FOLDER) {
        end_step (task,
                  g_error_new (SIMSTOW_ERROR,
                               SIMSTOW_ERROR_MODEM_ERROR,
                               "%s is no file that can be read",
                               step->path));
        return;
    }
    if (step->fcp.structure == SIMSTOW_FILE_TRANSPARENT) {
        step->record = 0;
    } else {
        step->record = MAX (step->record, 1);
        if (step->record > n_records) {
            end_step (task, NULL);
            return;
        }
        self->end = step->count > 0 && step->count < n_records - step->record + 1
                        ? step->record + step->count
                        : n_records + 1;
    }
    read_record (task);
}

static void
carry_out (GTask *task)
{
    SimstowVisit *self = g_task_get_source_object (task);
    SimstowVisitStep *step = current (self);

    step->fcp = self->fcp;
    if (step->kind == KIND_READ)
        start_read (task);
    else if (step->kind == KIND_UPDATE)
        update (task);
    else
        end_step (task, NULL);
}

static void
on_selected (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowVisit *self = g_task_get_source_object (task);
    GError *error = NULL;

    if (!simstow_files_select_finish (SIMSTOW_FILES (source), result, &self->fcp, &error)) {
        end_step (task, error);
        return;
    }
    self->selected = g_strdup (current (self)->path);
    carry_out (task);
}

static void
start_step (GTask *task)
{
    SimstowVisit *self = g_task_get_source_object (task);

    if (self->position == self->steps->len) {
        end_run (task);
        return;
    }
    if (g_strcmp0 (self->selected, current (self)->path) == 0) {
        carry_out (task);
        return;
    }
    g_clear_pointer (&self->selected, g_free);
    simstow_files_select_async (self->files,
                                current (self)->path,
                                get_cancellable (task),
                                on_selected,
                                g_object_ref (task));
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowVisit *self = g_task_get_source_object (task);

    self->open = simstow_files_open_finish (SIMSTOW_FILES (source), result, &self->fatal);
    if (self->open)
        start_step (task);
    else
        end_run (task);
}

void
simstow_visit_run_async (SimstowVisit *self,
                         SimstowVisitNextFunc next,
                         gpointer next_data,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

    g_task_set_source_tag (task, simstow_visit_run_async);
    g_task_set_check_cancellable (task, FALSE);
    self->next = next;
    self->next_data = next_data;
    self->writing = FALSE;
    if (self->open || self->steps->len == 0)
        start_step (task);
    else
        simstow_files_open_async (self->files, cancellable, on_opened, g_steal_pointer (&task));
}

void
simstow_visit_run_for (SimstowVisit *self,
                       GTask *task,
                       SimstowVisitNextFunc next,
                       GAsyncReadyCallback callback)
{
    simstow_visit_run_async (self,
                             next,
                             g_task_get_task_data (task),
                             g_task_get_cancellable (task),
                             callback,
                             g_object_ref (task));
}

void
simstow_visit_set_staying (SimstowVisit *self, gboolean staying)
{
    self->staying = staying;
}

gboolean
simstow_visit_run_finish (SimstowVisit *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

    return g_task_propagate_boolean (G_TASK (result), error);
}

static void
simstow_visit_finalize (GObject *object)
{
    SimstowVisit *self = SIMSTOW_VISIT (object);

    g_clear_object (&self->files);
    g_ptr_array_unref (self->steps);
    g_free (self->selected);
    g_clear_error (&self->fatal);
    G_OBJECT_CLASS (simstow_visit_parent_class)->finalize (object);
}

static void
simstow_visit_class_init (SimstowVisitClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_visit_finalize;
}

static void
simstow_visit_init (SimstowVisit *self)
{
    self->steps = g_ptr_array_new_with_free_func (step_free);
}

SimstowVisit *
simstow_visit_new (SimstowCard *card)
{
    SimstowVisit *self = g_object_new (SIMSTOW_TYPE_VISIT, NULL);

    self->files = simstow_files_new (card);
    return self;
}
