/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes the daemon's lock by the name it has in this daemon, and remembers what is
 * held, whatever the callers do.
 */

#include "simstow-sms-lock.h"

#include "simstow-error.h"
#include "simstow-host-error.h"
#include "simstow-symbols.h"

#define RETRY_MILLISECONDS 100
#define PATIENCE_SECONDS   30

struct _SimstowSmsLock {
    GObject parent_instance;

    GWeakRef modem;
    gboolean taking;
    gboolean mem1;
    gboolean mem2;
    gboolean mem1_for_mem2;
};

typedef struct {
    MMSmsStorage mem1;
    MMSmsStorage mem2;
    gboolean mem1_for_mem2;
    gint64 give_up;
} Take;

static const struct {
    const gchar *name;
    MMSmsStorage storage;
} storages[] = {
    {"SM", MM_SMS_STORAGE_SM},
    {"ME", MM_SMS_STORAGE_ME},
    {"MT", MM_SMS_STORAGE_MT},
    {"SR", MM_SMS_STORAGE_SR},
    {"BM", MM_SMS_STORAGE_BM},
    {"TA", MM_SMS_STORAGE_TA},
};

G_DEFINE_FINAL_TYPE (SimstowSmsLock, simstow_sms_lock, G_TYPE_OBJECT)

static MMSmsStorage
find_storage (const gchar *name)
{
    for (guint i = 0; i < G_N_ELEMENTS (storages); i++)
        if (g_strcmp0 (storages[i].name, name) == 0)
            return storages[i].storage;
    return MM_SMS_STORAGE_UNKNOWN;
}

static void
lock (GObject *modem, const Take *take, GAsyncReadyCallback callback, gpointer user_data)
{
    if (mm_iface_modem_messaging_lock_storages)
        mm_iface_modem_messaging_lock_storages (modem, take->mem1, take->mem2, callback, user_data);
    else
        mm_broadband_modem_lock_sms_storages (modem, take->mem1, take->mem2, callback, user_data);
}

static gboolean
lock_finish (GObject *modem, GAsyncResult *result, GError **error)
{
    if (mm_iface_modem_messaging_lock_storages)
        return mm_iface_modem_messaging_lock_storages_finish (modem, result, error);
    return mm_broadband_modem_lock_sms_storages_finish (modem, result, error);
}

static void
unlock (GObject *modem, gboolean mem1, gboolean mem2)
{
    if (mm_iface_modem_messaging_lock_storages)
        mm_iface_modem_messaging_unlock_storages (modem, mem1, mem2);
    else
        mm_broadband_modem_unlock_sms_storages (modem, mem1, mem2);
}

static void
take_step (GTask *task);

static gboolean
on_retry_timeout (gpointer user_data)
{
    take_step (user_data);
    return G_SOURCE_REMOVE;
}

static void
fail (GTask *task, GError *error)
{
    SimstowSmsLock *self = g_task_get_source_object (task);

    self->taking = FALSE;
    g_task_return_error (task, error);
}

static void
on_lock_failed (GTask *task, const GError *error)
{
    Take *take = g_task_get_task_data (task);

    if (!simstow_host_error_is_retry (error)) {
        fail (task, simstow_host_error_new (error));
        return;
    }
    if (g_get_monotonic_time () >= take->give_up) {
        fail (task,
              g_error_new_literal (SIMSTOW_ERROR,
                                   SIMSTOW_ERROR_TIMEOUT,
                                   "ModemManager keeps the message storage to itself"));
        return;
    }
    if (take->mem1 == MM_SMS_STORAGE_UNKNOWN) {
        take->mem1 = take->mem2;
        take->mem1_for_mem2 = TRUE;
    }
    g_timeout_add_full (G_PRIORITY_DEFAULT,
                        RETRY_MILLISECONDS,
                        on_retry_timeout,
                        g_object_ref (task),
                        g_object_unref);
}

static void
on_lock_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowSmsLock *self = g_task_get_source_object (task);
    Take *take = g_task_get_task_data (task);

    if (!lock_finish (source, result, &error)) {
        on_lock_failed (task, error);
        return;
    }
    self->taking = FALSE;
    self->mem1 = take->mem1 != MM_SMS_STORAGE_UNKNOWN;
    self->mem2 = take->mem2 != MM_SMS_STORAGE_UNKNOWN;
    self->mem1_for_mem2 = take->mem1_for_mem2;
    if (!g_cancellable_is_cancelled (g_task_get_cancellable (task))) {
        g_task_return_boolean (task, TRUE);
        return;
    }
    simstow_sms_lock_give (self, TRUE, TRUE);
    g_task_return_new_error (task, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, "the job was cancelled");
}

static void
take_step (GTask *task)
{
    SimstowSmsLock *self = g_task_get_source_object (task);
    g_autoptr (GObject) modem = g_weak_ref_get (&self->modem);

    if (modem && !g_cancellable_is_cancelled (g_task_get_cancellable (task))) {
        lock (modem, g_task_get_task_data (task), on_lock_ready, g_object_ref (task));
        return;
    }
    fail (task,
          g_error_new_literal (SIMSTOW_ERROR,
                               SIMSTOW_ERROR_CANCELLED,
                               modem ? "the job was cancelled" : "the modem is gone"));
}

/* What would make the daemon's own checks fail, which end it */
static gboolean
check_take (SimstowSmsLock *self, const Take *take, GError **error)
{
    g_autoptr (GObject) modem = g_weak_ref_get (&self->modem);

    if (self->taking || self->mem1 || self->mem2) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_MODEM_ERROR,
                             "the message storage is already locked");
        return FALSE;
    }
    if ((take->mem1 == MM_SMS_STORAGE_UNKNOWN && take->mem2 == MM_SMS_STORAGE_UNKNOWN) ||
        (modem && !g_type_is_a (G_OBJECT_TYPE (modem), mm_broadband_modem_get_type ()))) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_UNSUPPORTED,
                             "the modem has no such message storage");
        return FALSE;
    }
    return TRUE;
}

SimstowSmsLock *
simstow_sms_lock_new (GObject *modem)
{
    SimstowSmsLock *self = g_object_new (SIMSTOW_TYPE_SMS_LOCK, NULL);

    g_weak_ref_set (&self->modem, modem);
    return self;
}

void
simstow_sms_lock_take_async (SimstowSmsLock *self,
                             const gchar *mem1,
                             const gchar *mem2,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    Take *take = g_new0 (Take, 1);
    GError *error = NULL;

    g_task_set_source_tag (task, simstow_sms_lock_take_async);
    g_task_set_check_cancellable (task, FALSE);
    take->mem1 = find_storage (mem1);
    take->mem2 = find_storage (mem2);
    take->give_up = g_get_monotonic_time () + PATIENCE_SECONDS * G_USEC_PER_SEC;
    g_task_set_task_data (task, take, g_free);
    if (!check_take (self, take, &error)) {
        g_task_return_error (task, error);
        return;
    }
    self->taking = TRUE;
    take_step (task);
}

gboolean
simstow_sms_lock_take_finish (SimstowSmsLock *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

    return g_task_propagate_boolean (G_TASK (result), error);
}

void
simstow_sms_lock_give (SimstowSmsLock *self, gboolean mem1, gboolean mem2)
{
    g_autoptr (GObject) modem = g_weak_ref_get (&self->modem);
    gboolean give1 = self->mem1 && (mem1 || (mem2 && self->mem1_for_mem2));
    gboolean give2 = self->mem2 && mem2;

    self->mem1 = self->mem1 && !give1;
    self->mem2 = self->mem2 && !give2;
    if (modem && (give1 || give2))
        unlock (modem, give1, give2);
}

static void
simstow_sms_lock_dispose (GObject *object)
{
    simstow_sms_lock_give (SIMSTOW_SMS_LOCK (object), TRUE, TRUE);
    G_OBJECT_CLASS (simstow_sms_lock_parent_class)->dispose (object);
}

static void
simstow_sms_lock_finalize (GObject *object)
{
    g_weak_ref_clear (&SIMSTOW_SMS_LOCK (object)->modem);
    G_OBJECT_CLASS (simstow_sms_lock_parent_class)->finalize (object);
}

static void
simstow_sms_lock_class_init (SimstowSmsLockClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->dispose = simstow_sms_lock_dispose;
    object_class->finalize = simstow_sms_lock_finalize;
}

static void
simstow_sms_lock_init (SimstowSmsLock *self)
{
    g_weak_ref_init (&self->modem, NULL);
}
