/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What drivers have in common.
 */

#include "simstow-driver.h"

#include "simstow-error.h"

typedef struct {
    SimstowConversation *conversation;
} SimstowDriverPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SimstowDriver, simstow_driver, G_TYPE_OBJECT)

enum {
    PROP_0,
    PROP_CONVERSATION,
};

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
    SimstowDriverPrivate *priv = simstow_driver_get_instance_private (SIMSTOW_DRIVER (object));

    if (id == PROP_CONVERSATION)
        priv->conversation = g_value_dup_object (value);
    else
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
simstow_driver_finalize (GObject *object)
{
    SimstowDriverPrivate *priv = simstow_driver_get_instance_private (SIMSTOW_DRIVER (object));

    g_clear_object (&priv->conversation);
    G_OBJECT_CLASS (simstow_driver_parent_class)->finalize (object);
}

static void
simstow_driver_class_init (SimstowDriverClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->set_property = set_property;
    object_class->finalize = simstow_driver_finalize;
    g_object_class_install_property (
        object_class,
        PROP_CONVERSATION,
        g_param_spec_object ("conversation",
                             NULL,
                             NULL,
                             SIMSTOW_TYPE_CONVERSATION,
                             G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
}

static void
simstow_driver_init (SimstowDriver *self)
{
}

SimstowConversation *
simstow_driver_peek_conversation (SimstowDriver *self)
{
    SimstowDriverPrivate *priv = simstow_driver_get_instance_private (self);

    return priv->conversation;
}

gboolean
simstow_driver_list (SimstowDriver *self,
                     gboolean counts,
                     SimstowSnapshot *listing,
                     GCancellable *cancellable,
                     GError **error)
{
    return SIMSTOW_DRIVER_GET_CLASS (self)->list (self, counts, listing, cancellable, error);
}

gboolean
simstow_driver_read (SimstowDriver *self,
                     const gchar *store,
                     guint first,
                     guint last,
                     SimstowSnapshot *into,
                     SimstowProgressFunc progress,
                     gpointer user_data,
                     GCancellable *cancellable,
                     GError **error)
{
    return SIMSTOW_DRIVER_GET_CLASS (self)
        ->read (self, store, first, last, into, progress, user_data, cancellable, error);
}

static gboolean
has_operation (gpointer operation, const gchar *store, GError **error)
{
    if (!operation)
        g_set_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED, "%s can only be read", store);
    return operation != NULL;
}

gboolean
simstow_driver_write (SimstowDriver *self,
                      const gchar *store,
                      const SimstowDriverRecord *records,
                      guint n_records,
                      GArray *outcomes,
                      GCancellable *cancellable,
                      GError **error)
{
    SimstowDriverClass *klass = SIMSTOW_DRIVER_GET_CLASS (self);

    g_return_val_if_fail (n_records <= SIMSTOW_DRIVER_WRITE_RECORDS, FALSE);

    return has_operation (klass->write, store, error) &&
           klass->write (self, store, records, n_records, outcomes, cancellable, error);
}

gboolean
simstow_driver_erase (SimstowDriver *self,
                      const gchar *store,
                      const SimstowDriverRecord *record,
                      gboolean *begun,
                      GCancellable *cancellable,
                      GError **error)
{
    SimstowDriverClass *klass = SIMSTOW_DRIVER_GET_CLASS (self);

    *begun = FALSE;
    return has_operation (klass->erase, store, error) &&
           klass->erase (self, store, record, begun, cancellable, error);
}

guint
simstow_driver_record_get_index (const SimstowDriverRecord *record)
{
    if (record->message)
        return record->message->index;
    return record->contact ? record->contact->index : record->call->index;
}

static void
outcome_clear (gpointer data)
{
    g_clear_error (&((SimstowDriverOutcome *) data)->error);
}

GArray *
simstow_driver_outcomes_new (void)
{
    GArray *outcomes = g_array_new (FALSE, TRUE, sizeof (SimstowDriverOutcome));

    g_array_set_clear_func (outcomes, outcome_clear);
    return outcomes;
}

void
simstow_driver_outcomes_add (GArray *outcomes, guint index, GError *error)
{
    SimstowDriverOutcome outcome = {
        .index = index,
        .error = error,
        .open = error && simstow_driver_error_ends_all (error),
    };

    g_array_append_val (outcomes, outcome);
}

gboolean
simstow_driver_outcomes_has_ended (const GArray *outcomes)
{
    return outcomes->len > 0 &&
           g_array_index (outcomes, SimstowDriverOutcome, outcomes->len - 1).open;
}

gboolean
simstow_driver_error_ends_all (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NO_MODEM);
}
