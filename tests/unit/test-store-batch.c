/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Batches over a driver that fails when it is told to: how far they go, and that the
 * driver always hears of their end.
 */

#include "simstow-error.h"
#include "simstow-store-batch.h"

/* A driver that writes records at once and notes what it hears, as "stay 1 2 leave" */
typedef struct {
    SimstowStoreDriver parent_instance;

    GString *heard;
    guint writes;
    guint fails_at;
    guint cancels_at;
} FakeDriver;

typedef struct {
    SimstowStoreDriverClass parent_class;
} FakeDriverClass;

GType
fake_driver_get_type (void);

G_DEFINE_TYPE (FakeDriver, fake_driver, SIMSTOW_TYPE_STORE_DRIVER)

static void
fake_write_async (SimstowStoreDriver *driver,
                  const gchar *store,
                  GVariant *record,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer user_data)
{
    FakeDriver *self = (FakeDriver *) driver;
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

    g_task_set_check_cancellable (task, FALSE);
    self->writes++;
    g_string_append_printf (self->heard, " %u", self->writes);
    if (self->writes == self->cancels_at)
        g_cancellable_cancel (cancellable);
    if (self->writes == self->fails_at)
        g_task_return_new_error (task, SIMSTOW_ERROR, SIMSTOW_ERROR_FULL, "full");
    else
        g_task_return_int (task, 10 * self->writes);
}

static void
fake_stay (SimstowStoreDriver *driver)
{
    g_string_append (((FakeDriver *) driver)->heard, "stay");
}

static void
fake_leave_async (SimstowStoreDriver *driver, GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (driver, NULL, callback, user_data);

    g_string_append (((FakeDriver *) driver)->heard, " leave");
    g_task_return_boolean (task, TRUE);
}

static void
fake_driver_finalize (GObject *object)
{
    g_string_free (((FakeDriver *) object)->heard, TRUE);
    G_OBJECT_CLASS (fake_driver_parent_class)->finalize (object);
}

static void
fake_driver_class_init (FakeDriverClass *klass)
{
    SimstowStoreDriverClass *driver_class = (SimstowStoreDriverClass *) klass;

    G_OBJECT_CLASS (klass)->finalize = fake_driver_finalize;
    driver_class->write_async = fake_write_async;
    driver_class->stay = fake_stay;
    driver_class->leave_async = fake_leave_async;
}

static void
fake_driver_init (FakeDriver *self)
{
    self->heard = g_string_new (NULL);
}

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    *(GAsyncResult **) user_data = g_object_ref (result);
}

static GVariant *
records_new (guint count)
{
    GVariantBuilder builder;
    guint i;

    g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
    for (i = 0; i < count; i++)
        g_variant_builder_add_parsed (&builder, "{'number': <'57'>}");
    return g_variant_builder_end (&builder);
}

/* Runs a batch; the indices as text */
static gchar *
run (FakeDriver *driver, guint count, GError **failure)
{
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GArray) indices = NULL;
    GString *text = g_string_new (NULL);
    guint i;

    simstow_store_batch_async (SIMSTOW_STORE_DRIVER (driver),
                               "phonebook/sm",
                               records_new (count),
                               cancellable,
                               on_ready,
                               &result);
    while (result == NULL)
        g_main_context_iteration (NULL, TRUE);
    indices = simstow_store_batch_finish (SIMSTOW_STORE_DRIVER (driver), result, failure);
    for (i = 0; i < indices->len; i++)
        g_string_append_printf (text, "%s%u", i > 0 ? " " : "", g_array_index (indices, guint, i));
    return g_string_free (text, FALSE);
}

typedef struct {
    guint count;
    guint fails_at;
    guint cancels_at;
    const gchar *indices;
    const gchar *heard;
    gint code; /* of the failure, -1 without one */
} Case;

static const Case cases[] = {
    {3, 0, 0, "10 20 30", "stay 1 2 3 leave", -1},
    {0, 0, 0, "", "stay leave", -1},
    {3, 1, 0, "", "stay 1 leave", SIMSTOW_ERROR_FULL},
    {3, 3, 0, "10 20", "stay 1 2 3 leave", SIMSTOW_ERROR_FULL},
    /* what was under way counts; after the last record there is nothing to be cancelled */
    {3, 0, 2, "10 20", "stay 1 2 leave", SIMSTOW_ERROR_CANCELLED},
    {3, 0, 3, "10 20 30", "stay 1 2 3 leave", -1},
    {3, 2, 2, "10", "stay 1 2 leave", SIMSTOW_ERROR_FULL},
};

static void
test_batch (void)
{
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        FakeDriver *driver = g_object_new (fake_driver_get_type (), NULL);
        g_autoptr (GError) failure = NULL;
        g_autofree gchar *indices = NULL;

        driver->fails_at = cases[i].fails_at;
        driver->cancels_at = cases[i].cancels_at;
        indices = run (driver, cases[i].count, &failure);
        g_assert_cmpstr (indices, ==, cases[i].indices);
        g_assert_cmpstr (driver->heard->str, ==, cases[i].heard);
        if (cases[i].code < 0)
            g_assert_no_error (failure);
        else
            g_assert_error (failure, SIMSTOW_ERROR, cases[i].code);
        g_assert_finalize_object (driver);
    }
}

int
main (int argc, char *argv[])
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/store-batch/batch", test_batch);
    return g_test_run ();
}
