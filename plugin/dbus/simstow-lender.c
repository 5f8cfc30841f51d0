/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who has which channel.
 */

#include "simstow-lender.h"

#include "simstow-error.h"

struct _SimstowLender {
    GObject parent_instance;

    guint idle_seconds;
    GPtrArray *loans;
};

typedef struct {
    SimstowLender *lender;
    guint handle;
    SimstowCaller *owner;
    SimstowChannel *channel;
    guint idle_id;
    guint held;
} Loan;

G_DEFINE_FINAL_TYPE (SimstowLender, simstow_lender, G_TYPE_OBJECT)

static void
on_channel_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GError) error = NULL;

    if (!simstow_channel_close_finish (SIMSTOW_CHANNEL (source), result, &error))
        g_debug ("a channel that was lent may be open still: %s", error->message);
}

static void
loan_free (gpointer data)
{
    Loan *loan = data;

    if (loan->channel)
        simstow_channel_close_async (loan->channel, on_channel_closed, NULL);
    g_clear_object (&loan->channel);
    g_clear_handle_id (&loan->idle_id, g_source_remove);
    g_signal_handlers_disconnect_by_data (loan->owner, loan);
    g_object_unref (loan->owner);
    g_free (loan);
}

static void
on_owner_left (SimstowCaller *owner, gpointer user_data)
{
    Loan *loan = user_data;

    g_ptr_array_remove (loan->lender->loans, loan);
}

static gboolean
on_idle_too_long (gpointer user_data)
{
    Loan *loan = user_data;

    loan->idle_id = 0;
    g_ptr_array_remove (loan->lender->loans, loan);
    return G_SOURCE_REMOVE;
}

static gboolean
is_owned (const Loan *loan, const gchar *owner)
{
    return g_str_equal (simstow_caller_get_name (loan->owner), owner);
}

static void
rest (Loan *loan)
{
    g_clear_handle_id (&loan->idle_id, g_source_remove);
    loan->idle_id = g_timeout_add_seconds (loan->lender->idle_seconds, on_idle_too_long, loan);
}

SimstowLender *
simstow_lender_new (guint idle_seconds)
{
    SimstowLender *self = g_object_new (SIMSTOW_TYPE_LENDER, NULL);

    self->idle_seconds = idle_seconds;
    return self;
}

gboolean
simstow_lender_check_room (SimstowLender *self, const gchar *owner, GError **error)
{
    guint own = 0;

    for (guint i = 0; i < self->loans->len; i++)
        own += is_owned (self->loans->pdata[i], owner);
    if (own < SIMSTOW_LENDER_MAX_CALLER && self->loans->len < SIMSTOW_LENDER_MAX)
        return TRUE;
    g_set_error (error,
                 G_DBUS_ERROR,
                 G_DBUS_ERROR_LIMITS_EXCEEDED,
                 "%u channels to this card are in use, %u by this caller",
                 self->loans->len,
                 own);
    return FALSE;
}

static Loan *
find (SimstowLender *self, guint handle)
{
    for (guint i = 0; i < self->loans->len; i++)
        if (((const Loan *) self->loans->pdata[i])->handle == handle)
            return self->loans->pdata[i];
    return NULL;
}

static Loan *
find_own (SimstowLender *self, const gchar *owner, guint handle, GError **error)
{
    Loan *loan = find (self, handle);

    if (loan && is_owned (loan, owner))
        return loan;
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_NOT_FOUND,
                 "this caller has no channel %u",
                 handle);
    return NULL;
}

guint
simstow_lender_add (SimstowLender *self, SimstowChannel *channel, SimstowCaller *owner)
{
    Loan *loan = g_new0 (Loan, 1);

    loan->lender = self;
    loan->handle = 1;
    while (find (self, loan->handle))
        loan->handle++;
    loan->owner = g_object_ref (owner);
    loan->channel = channel;
    simstow_channel_set_patience (channel, SIMSTOW_LENDER_COMMAND_SECONDS);
    g_ptr_array_add (self->loans, loan);
    g_signal_connect (owner, "left", G_CALLBACK (on_owner_left), loan);
    rest (loan);
    return loan->handle;
}

SimstowChannel *
simstow_lender_use (SimstowLender *self, const gchar *owner, guint handle, GError **error)
{
    Loan *loan = find_own (self, owner, handle, error);

    return loan ? g_object_ref (loan->channel) : NULL;
}

SimstowCaller *
simstow_lender_hold (SimstowLender *self, const gchar *owner, guint handle, GError **error)
{
    Loan *loan = find_own (self, owner, handle, error);

    if (!loan)
        return NULL;
    loan->held++;
    g_clear_handle_id (&loan->idle_id, g_source_remove);
    return loan->owner;
}

void
simstow_lender_rest (SimstowLender *self, const gchar *owner, guint handle)
{
    Loan *loan = find_own (self, owner, handle, NULL);

    if (loan && loan->held > 0 && --loan->held == 0)
        rest (loan);
}

SimstowChannel *
simstow_lender_take_back (SimstowLender *self, const gchar *owner, guint handle, GError **error)
{
    Loan *loan = find_own (self, owner, handle, error);
    SimstowChannel *channel;

    if (!loan)
        return NULL;
    channel = g_steal_pointer (&loan->channel);
    g_ptr_array_remove (self->loans, loan);
    return channel;
}

void
simstow_lender_close (SimstowLender *self)
{
    g_ptr_array_set_size (self->loans, 0);
}

static void
simstow_lender_finalize (GObject *object)
{
    g_ptr_array_unref (SIMSTOW_LENDER (object)->loans);
    G_OBJECT_CLASS (simstow_lender_parent_class)->finalize (object);
}

static void
simstow_lender_class_init (SimstowLenderClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_lender_finalize;
}

static void
simstow_lender_init (SimstowLender *self)
{
    self->loans = g_ptr_array_new_with_free_func (loan_free);
}
