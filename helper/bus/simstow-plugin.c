/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls of org.simstow.Modem1.
 */

#include "simstow-plugin.h"

#include <glib/gi18n.h>

#include "simstow-bus-error.h"
#include "simstow-error.h"
#include "simstow-names.h"

/* The plugin gives every command a deadline of its own: this one is only for a
 * daemon that hangs. A job may wait for others' before it runs */
#define CALL_TIMEOUT_MS 900000

#define ATTEMPTS       5
#define FIRST_PAUSE_MS 250

static void
cancel_job (SimstowDBusModem *plugin)
{
    g_dbus_proxy_call (G_DBUS_PROXY (plugin),
                       "Cancel",
                       NULL,
                       G_DBUS_CALL_FLAGS_NONE,
                       -1,
                       NULL,
                       NULL,
                       NULL);
}

/* Takes @local */
static void
propagate_error (SimstowDBusModem *plugin, GCancellable *cancellable, GError *local, GError **error)
{
    if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        cancel_job (plugin);
    simstow_bus_error_translate (&local);
    /* Not by us: the daemon cancels what runs on a modem that vanishes */
    if (g_error_matches (local, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED) &&
        !(cancellable && g_cancellable_is_cancelled (cancellable))) {
        local->code = SIMSTOW_ERROR_NO_MODEM;
        g_prefix_error (&local, "%s", _ ("the modem went away: "));
    }
    g_propagate_error (error, local);
}

static GVariant *
call_once (SimstowDBusModem *plugin,
           const gchar *method,
           GVariant *parameters,
           GCancellable *cancellable,
           GError **error)
{
    GError *local = NULL;
    GVariant *reply = g_dbus_proxy_call_sync (G_DBUS_PROXY (plugin),
                                              method,
                                              parameters,
                                              G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION,
                                              CALL_TIMEOUT_MS,
                                              cancellable,
                                              &local);

    if (!reply)
        propagate_error (plugin, cancellable, local, error);
    return reply;
}

gboolean
simstow_plugin_pause (guint milliseconds, GCancellable *cancellable)
{
    GPollFD fd = {0};
    gboolean watched = cancellable && g_cancellable_make_pollfd (cancellable, &fd);

    g_poll (&fd, watched ? 1 : 0, (gint) milliseconds);
    if (watched)
        g_cancellable_release_fd (cancellable);
    return !g_cancellable_is_cancelled (cancellable);
}

/* @call_cancellable: %NULL where an abandoned call would leave it open whether
 * it was carried out */
static GVariant *
call (SimstowDBusModem *plugin,
      const gchar *method,
      GVariant *parameters,
      GCancellable *call_cancellable,
      GCancellable *cancellable,
      GError **error)
{
    g_autoptr (GVariant) kept = g_variant_ref_sink (parameters);
    guint pause = FIRST_PAUSE_MS;
    guint attempt;

    for (attempt = 1;; attempt++, pause *= 2) {
        g_autoptr (GError) local = NULL;
        GVariant *reply = call_once (plugin, method, kept, call_cancellable, &local);

        if (reply)
            return reply;
        if (attempt == ATTEMPTS || !simstow_bus_error_is_busy (local) ||
            !simstow_plugin_pause (pause, cancellable)) {
            g_propagate_error (error, g_steal_pointer (&local));
            return NULL;
        }
    }
}

static GVariant *
read_options (void)
{
    GVariantDict dict;

    g_variant_dict_init (&dict, NULL);
    g_variant_dict_insert (&dict, SIMSTOW_OPTION_PACKED, "b", TRUE);
    return g_variant_dict_end (&dict);
}

/* Takes @records; the daemon's word is not taken for how they are packed */
static GVariant *
unpack (GVariant *records)
{
    g_autoptr (GVariant) owned = records;
    g_autoptr (GVariant) dict = NULL;
    g_autoptr (GVariant) packed = NULL;
    g_autoptr (GBytes) bytes = NULL;

    if (g_variant_n_children (owned) == 1) {
        dict = g_variant_get_child_value (owned, 0);
        packed = g_variant_lookup_value (dict, SIMSTOW_OPTION_PACKED, G_VARIANT_TYPE_BYTESTRING);
    }
    if (!packed)
        return g_steal_pointer (&owned);
    bytes = g_variant_get_data_as_bytes (packed);
    return g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE ("aa{sv}"), bytes, FALSE));
}

GVariant *
simstow_plugin_read (SimstowDBusModem *plugin,
                     const gchar *store,
                     guint first,
                     guint count,
                     guint *next,
                     GCancellable *cancellable,
                     GError **error)
{
    g_autoptr (GVariant) reply =
        call (plugin,
              "ReadRecords",
              g_variant_new ("(suu@a{sv})", store, first, count, read_options ()),
              cancellable,
              cancellable,
              error);

    if (!reply)
        return NULL;
    g_variant_get_child (reply, 1, "u", next);
    return unpack (g_variant_get_child_value (reply, 0));
}

static void
give_records (GVariant *records, SimstowRecordFunc record, gpointer user_data)
{
    gsize i;

    for (i = 0; i < g_variant_n_children (records); i++) {
        g_autoptr (GVariant) dict = g_variant_get_child_value (records, i);

        record (dict, user_data);
    }
}

gboolean
simstow_plugin_read_range (SimstowDBusModem *plugin,
                           const gchar *store,
                           guint first,
                           guint last,
                           SimstowRecordFunc record,
                           gpointer user_data,
                           SimstowProgressFunc progress,
                           gpointer progress_data,
                           GCancellable *cancellable,
                           GError **error)
{
    guint next = first;

    do {
        guint from = next;
        guint count = last > 0 ? last - from + 1 : 0;
        g_autoptr (GVariant) records =
            simstow_plugin_read (plugin, store, from, count, &next, cancellable, error);

        if (!records)
            return FALSE;
        if (next != 0 && next <= from) {
            g_set_error (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_INVALID_DATA,
                         _ ("the plugin does not get beyond record %u"),
                         from);
            return FALSE;
        }
        give_records (records, record, user_data);
        if (progress)
            progress (store, next > 0 ? next - 1 : 0, 0, progress_data);
    } while (next != 0 && (last == 0 || next <= last));
    return TRUE;
}

gboolean
simstow_plugin_write (SimstowDBusModem *plugin,
                      const gchar *store,
                      GVariant *record,
                      guint *index,
                      GCancellable *cancellable,
                      GError **error)
{
    g_autoptr (GVariant) reply = call (plugin,
                                       "WriteRecord",
                                       g_variant_new ("(s@a{sv})", store, record),
                                       NULL,
                                       cancellable,
                                       error);

    if (!reply)
        return FALSE;
    g_variant_get (reply, "(u)", index);
    return TRUE;
}

gboolean
simstow_plugin_erase (SimstowDBusModem *plugin,
                      const gchar *store,
                      GVariant *record,
                      GCancellable *cancellable,
                      GError **error)
{
    g_autoptr (GVariant) reply =
        call (plugin,
              "EraseRecords",
              g_variant_new ("(s@aa{sv})",
                             store,
                             g_variant_new_array (G_VARIANT_TYPE_VARDICT, &record, 1)),
              NULL,
              cancellable,
              error);
    g_autoptr (GVariant) outcomes = reply ? g_variant_get_child_value (reply, 0) : NULL;
    const gchar *name = "org.simstow.Error.Cancelled";
    const gchar *message = "";

    if (!reply)
        return FALSE;
    if (g_variant_n_children (outcomes) > 0)
        g_variant_get_child (outcomes, 0, "(&s&s)", &name, &message);
    if (name[0] == '\0')
        return TRUE;
    propagate_error (plugin, cancellable, g_dbus_error_new_for_dbus_error (name, message), error);
    return FALSE;
}

/* Between the call of a batch and its reply */
typedef struct {
    SimstowDBusModem *plugin;
    GAsyncResult *result;
} Batch;

static void
on_batch_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    Batch *batch = user_data;

    batch->result = g_object_ref (result);
}

/* The reply is waited for all the same: it tells what was written by then */
static gboolean
on_batch_cancelled (GCancellable *cancellable, gpointer user_data)
{
    cancel_job (((Batch *) user_data)->plugin);
    return G_SOURCE_REMOVE;
}

/* In a context of its own: waiting runs nothing else */
static GVariant *
call_batch (SimstowDBusModem *plugin,
            const gchar *store,
            GPtrArray *records,
            GCancellable *cancellable,
            GError **error)
{
    g_autoptr (GMainContext) context = g_main_context_new ();
    g_autoptr (GSource) cancelled = g_cancellable_source_new (cancellable);
    g_autoptr (GAsyncResult) result = NULL;
    Batch batch = {plugin, NULL};
    GVariant *array = g_variant_new_array (G_VARIANT_TYPE_VARDICT,
                                           (GVariant *const *) records->pdata,
                                           records->len);

    g_source_set_callback (cancelled, G_SOURCE_FUNC (on_batch_cancelled), &batch, NULL);
    g_source_attach (cancelled, context);
    g_main_context_push_thread_default (context);
    g_dbus_proxy_call (G_DBUS_PROXY (plugin),
                       "WriteRecords",
                       g_variant_new ("(s@aa{sv})", store, array),
                       G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION,
                       CALL_TIMEOUT_MS,
                       NULL,
                       on_batch_ready,
                       &batch);
    g_main_context_pop_thread_default (context);
    while (!batch.result)
        g_main_context_iteration (context, TRUE);
    g_source_destroy (cancelled);
    result = batch.result;
    return g_dbus_proxy_call_finish (G_DBUS_PROXY (plugin), result, error);
}

/* Takes @local; a SIM that is busy for a moment is waited for */
static gboolean
write_refused (SimstowDBusModem *plugin,
               const gchar *store,
               GVariant *record,
               GArray *indices,
               GCancellable *cancellable,
               GError *local,
               GError **error)
{
    g_autoptr (GError) translated = NULL;
    guint index;

    propagate_error (plugin, cancellable, local, &translated);
    if (!simstow_bus_error_is_busy (translated)) {
        g_propagate_error (error, g_steal_pointer (&translated));
        return FALSE;
    }
    if (!simstow_plugin_write (plugin, store, record, &index, cancellable, error))
        return FALSE;
    g_array_append_val (indices, index);
    return TRUE;
}

gboolean
simstow_plugin_write_some (SimstowDBusModem *plugin,
                           const gchar *store,
                           GPtrArray *records,
                           GArray *indices,
                           gboolean *open,
                           GCancellable *cancellable,
                           GError **error)
{
    g_autoptr (GVariant) reply = NULL;
    g_autoptr (GVariant) written = NULL;
    g_autoptr (GError) local = NULL;
    const gchar *name = "";
    const gchar *message = "";
    const guint32 *found;
    gsize count;

    *open = FALSE;
    reply = call_batch (plugin, store, records, cancellable, &local);
    if (!reply) {
        GError *translated = NULL;

        propagate_error (plugin, cancellable, g_steal_pointer (&local), &translated);
        *open = simstow_bus_error_leaves_open (translated);
        g_propagate_error (error, translated);
        return FALSE;
    }
    g_variant_get (reply, "(@au&s&s)", &written, &name, &message);
    found = g_variant_get_fixed_array (written, &count, sizeof (guint32));
    /* whoever gets no further, and hears of no reason, would ask again for ever */
    if (count > records->len || (count == 0 && name[0] == '\0')) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_DATA,
                             _ ("the plugin does not tell what it wrote"));
        *open = TRUE;
        return FALSE;
    }
    g_array_append_vals (indices, found, (guint) count);
    if (name[0] == '\0' || indices->len == records->len)
        return TRUE;
    return write_refused (plugin,
                          store,
                          g_ptr_array_index (records, indices->len),
                          indices,
                          cancellable,
                          g_dbus_error_new_for_dbus_error (name, message),
                          error);
}
