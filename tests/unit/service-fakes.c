/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fakes that keep what they were asked, and do what the test says.
 */

#include "service-fakes.h"

#include "simstow-authoriser.h"
#include "simstow-error.h"

/* A driver whose lists are fixed and whose reads end when the test says so. */
typedef struct {
    SimstowStoreDriver parent_instance;
} FakeDriver;

typedef struct {
    SimstowStoreDriverClass parent_class;
} FakeDriverClass;

Fakes fakes;

G_DEFINE_TYPE (FakeDriver, fake_driver, SIMSTOW_TYPE_STORE_DRIVER)

static void
fake_list_async (SimstowStoreDriver *self,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

    fakes.lists++;
    g_task_return_boolean (task, TRUE);
}

static GVariant *
fake_list_finish (SimstowStoreDriver *self, GAsyncResult *result, GError **error)
{
    if (!g_task_propagate_boolean (G_TASK (result), error))
        return NULL;
    return g_variant_ref_sink (
        g_variant_new_parsed ("[{'id': <'sms/sm'>}, {'id': <'phonebook/sm'>}]"));
}

static void
on_read_cancelled (GCancellable *cancellable, gpointer user_data)
{
    FakeRead *read = user_data;

    g_queue_remove (&fakes.reads, read);
    g_task_return_new_error (read->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "read cancelled");
    g_clear_object (&read->task);
}

static void
fake_read_free (gpointer data)
{
    FakeRead *read = data;

    g_free (read->store);
    g_free (read);
}

static void
fake_read_async (SimstowStoreDriver *self,
                 const gchar *store,
                 guint first,
                 guint count,
                 SimstowStoreProgressFunc progress,
                 gpointer progress_data,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer user_data)
{
    FakeRead *read = g_new0 (FakeRead, 1);

    read->task = g_task_new (self, cancellable, callback, user_data);
    read->store = g_strdup (store);
    read->progress = progress;
    read->progress_data = progress_data;
    g_task_set_task_data (read->task, read, fake_read_free);
    g_task_set_check_cancellable (read->task, FALSE);
    g_queue_push_tail (&fakes.reads, read);
    g_signal_connect (cancellable, "cancelled", G_CALLBACK (on_read_cancelled), read);
}

static GVariant *
fake_read_finish (SimstowStoreDriver *self, GAsyncResult *result, guint *next, GError **error)
{
    *next = 7;
    return g_task_propagate_pointer (G_TASK (result), error);
}

static void
fake_write_async (SimstowStoreDriver *self,
                  const gchar *store,
                  GVariant *record,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

    g_task_set_check_cancellable (task, FALSE);
    if (++fakes.writes == fakes.full_at)
        g_task_return_new_error (task, SIMSTOW_ERROR, SIMSTOW_ERROR_FULL, "full (CME 20)");
    else
        g_task_return_int (task, 40 + fakes.writes);
}

static void
fake_driver_class_init (FakeDriverClass *klass)
{
    SimstowStoreDriverClass *driver_class = (SimstowStoreDriverClass *) klass;

    driver_class->list_async = fake_list_async;
    driver_class->list_finish = fake_list_finish;
    driver_class->read_async = fake_read_async;
    driver_class->read_finish = fake_read_finish;
    driver_class->write_async = fake_write_async;
}

static void
fake_driver_init (FakeDriver *self)
{
}

void
fakes_end_read (void)
{
    FakeRead *read = g_queue_pop_head (&fakes.reads);
    g_autoptr (GTask) task = NULL;

    g_assert_nonnull (read);
    task = g_steal_pointer (&read->task);
    g_signal_handlers_disconnect_by_func (g_task_get_cancellable (task), on_read_cancelled, read);
    g_task_return_pointer (
        task,
        g_variant_ref_sink (g_variant_new_parsed ("[{'index': <uint32 3>, 'name': <'Ana'>}]")),
        (GDestroyNotify) g_variant_unref);
}

/* A port that has nothing: no fake driver uses it. */
typedef struct {
    GObject parent_instance;
} FakePort;

typedef struct {
    GObjectClass parent_class;
} FakePortClass;

static gboolean
fake_has_at (SimstowPort *port)
{
    return TRUE;
}

static GObject *
fake_peek_mbim (SimstowPort *port)
{
    return NULL;
}

static void
fake_port_iface_init (SimstowPortInterface *iface)
{
    iface->has_at = fake_has_at;
    iface->peek_mbim = fake_peek_mbim;
}

G_DEFINE_TYPE_WITH_CODE (FakePort,
                         fake_port,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (SIMSTOW_TYPE_PORT, fake_port_iface_init))

static void
fake_port_class_init (FakePortClass *klass)
{
}

static void
fake_port_init (FakePort *self)
{
}

/* An authoriser that refuses one action. */
typedef struct {
    GObject parent_instance;
} FakeAuthoriser;

typedef struct {
    GObjectClass parent_class;
} FakeAuthoriserClass;

static void
on_question_cancelled (GCancellable *cancellable, gpointer user_data)
{
    GTask *task = user_data;

    if (!g_queue_remove (&fakes.questions, task))
        return;
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "question taken back");
    g_object_unref (task);
}

static void
fake_authorise_async (SimstowAuthoriser *self,
                      GDBusMethodInvocation *invocation,
                      const gchar *action,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

    g_ptr_array_add (fakes.asked, g_strdup (action));
    if (fakes.thinks) {
        g_signal_connect_data (cancellable,
                               "cancelled",
                               G_CALLBACK (on_question_cancelled),
                               g_object_ref (task),
                               (GClosureNotify) (void (*) (void)) g_object_unref,
                               0);
        g_queue_push_tail (&fakes.questions, g_steal_pointer (&task));
    } else if (g_strcmp0 (action, fakes.refused) == 0) {
        g_task_return_new_error (task, SIMSTOW_ERROR, SIMSTOW_ERROR_DENIED, "refused");
    } else {
        g_task_return_boolean (task, TRUE);
    }
}

void
fakes_answer (gboolean granted)
{
    g_autoptr (GTask) task = g_queue_pop_head (&fakes.questions);

    g_assert_nonnull (task);
    if (granted)
        g_task_return_boolean (task, TRUE);
    else
        g_task_return_new_error (task, SIMSTOW_ERROR, SIMSTOW_ERROR_DENIED, "refused");
}

static gboolean
fake_authorise_finish (SimstowAuthoriser *self, GAsyncResult *result, GError **error)
{
    return g_task_propagate_boolean (G_TASK (result), error);
}

static void
fake_authoriser_iface_init (SimstowAuthoriserInterface *iface)
{
    iface->authorise_async = fake_authorise_async;
    iface->authorise_finish = fake_authorise_finish;
}

G_DEFINE_TYPE_WITH_CODE (FakeAuthoriser,
                         fake_authoriser,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (SIMSTOW_TYPE_AUTHORISER,
                                                fake_authoriser_iface_init))

static void
fake_authoriser_class_init (FakeAuthoriserClass *klass)
{
}

static void
fake_authoriser_init (FakeAuthoriser *self)
{
}
