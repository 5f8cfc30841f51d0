/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading messages that ModemManager has taken apart.
 */

#include "simstow-messaging-mm.h"

#include <stdlib.h>
#include <string.h>

#include <glib/gi18n.h>

#include "simstow-bus-error.h"
#include "simstow-names.h"
#include "simstow-property-mm.h"
#include "simstow-rebuild.h"
#include "simstow-words.h"

#define SECONDS_PER_MINUTE 60

static guint64
message_number (const gchar *path)
{
    const gchar *digits = strrchr (path, '/');
    guint64 number = G_MAXUINT64;

    if (digits)
        g_ascii_string_to_unsigned (digits + 1, 10, 0, G_MAXUINT64 - 1, &number, NULL);
    return number;
}

static gint
compare_paths (gconstpointer a, gconstpointer b)
{
    guint64 left = message_number (*(const gchar *const *) a);
    guint64 right = message_number (*(const gchar *const *) b);

    return (left > right) - (left < right);
}

/* What is received was read by ModemManager itself */
static SimstowMessageStatus
translate_state (MMSmsState state)
{
    switch (state) {
    case MM_SMS_STATE_RECEIVED:
        return SIMSTOW_MESSAGE_STATUS_READ;
    case MM_SMS_STATE_STORED:
        return SIMSTOW_MESSAGE_STATUS_UNSENT;
    case MM_SMS_STATE_SENT:
        return SIMSTOW_MESSAGE_STATUS_SENT;
    default:
        return SIMSTOW_MESSAGE_STATUS_UNKNOWN;
    }
}

static gboolean
translate_type (MMSmsPduType type, SimstowTpduType *tpdu_type)
{
    switch (type) {
    case MM_SMS_PDU_TYPE_DELIVER:
        *tpdu_type = SIMSTOW_TPDU_DELIVER;
        return TRUE;
    case MM_SMS_PDU_TYPE_SUBMIT:
        *tpdu_type = SIMSTOW_TPDU_SUBMIT;
        return TRUE;
    case MM_SMS_PDU_TYPE_STATUS_REPORT:
        *tpdu_type = SIMSTOW_TPDU_STATUS_REPORT;
        return TRUE;
    default:
        return FALSE;
    }
}

static gchar *
dup_store_id (MMSmsStorage storage)
{
    g_autofree gchar *word = simstow_words_from_enum (MM_TYPE_SMS_STORAGE, (gint) storage);

    return g_strconcat (SIMSTOW_PREFIX_SMS, word ? word : "unknown", NULL);
}

/* The store the message is in; one that ModemManager cannot write to is not
 * listed before a message is found in it */
static SimstowStore *
find_store (SimstowSnapshot *snapshot, MMSmsStorage storage)
{
    g_autofree gchar *id = dup_store_id (storage);
    SimstowStore *store = simstow_snapshot_find_store (snapshot, id);

    if (store)
        return store;
    store = simstow_store_new (id);
    g_free (store->via);
    store->via = g_strdup (SIMSTOW_VIA_MM);
    g_ptr_array_add (snapshot->stores, store);
    return store;
}

/* What stands for the reference that ModemManager does not tell: always the same of a message */
static guint
make_reference (MMSms *sms, GBytes *data)
{
    const gchar *const texts[] = {
        mm_sms_get_number (sms),
        mm_sms_get_timestamp (sms),
        data ? NULL : mm_sms_get_text (sms),
    };
    guint hash = data ? g_bytes_hash (data) : 0;
    guint i;

    for (i = 0; i < G_N_ELEMENTS (texts); i++)
        hash = hash * 33 + (texts[i] ? g_str_hash (texts[i]) : 0);
    return (hash ^ hash >> 8 ^ hash >> 16 ^ hash >> 24) & 0xFF;
}

static GPtrArray *
rebuild_message (MMSms *sms, SimstowTpduType type, GError **error)
{
    gsize size = 0;
    const guint8 *octets = mm_sms_get_data (sms, &size);
    g_autoptr (GBytes) data = octets && size > 0 ? g_bytes_new (octets, size) : NULL;
    const SimstowRebuild source = {
        .type = type,
        .smsc = mm_sms_get_smsc (sms),
        .address = mm_sms_get_number (sms),
        .text = data ? NULL : mm_sms_get_text (sms),
        .data = data,
        .message_class = mm_sms_get_class (sms),
        .timestamp = mm_sms_get_timestamp (sms),
        .discharge = mm_sms_get_discharge_timestamp (sms),
        .reference = type == SIMSTOW_TPDU_DELIVER ? make_reference (sms, data)
                                                  : mm_sms_get_message_reference (sms),
        .report_status = mm_sms_get_delivery_state (sms),
        .wants_report = mm_sms_get_delivery_report_request (sms),
        .validity_seconds = mm_sms_get_validity_type (sms) == MM_SMS_VALIDITY_TYPE_RELATIVE
                                ? (gint64) mm_sms_get_validity_relative (sms) * SECONDS_PER_MINUTE
                                : -1,
    };

    return simstow_rebuild (&source, error);
}

static void
add_parts (SimstowSnapshot *snapshot, MMSms *sms, SimstowStore *store, GPtrArray *parts)
{
    guint i;

    store->used = MAX (store->used, 0);
    for (i = 0; i < parts->len; i++) {
        store->used++;
        g_ptr_array_add (snapshot->messages,
                         simstow_message_new (store->id,
                                              (guint) store->used,
                                              translate_state (mm_sms_get_state (sms)),
                                              g_ptr_array_index (parts, i)));
    }
}

/* Returns: whether the message was rebuilt */
static gboolean
add_message (SimstowSnapshot *snapshot, MMSms *sms)
{
    SimstowStore *store = find_store (snapshot, mm_sms_get_storage (sms));
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) parts = NULL;
    SimstowTpduType type;

    if (mm_sms_get_state (sms) == MM_SMS_STATE_RECEIVING) {
        simstow_snapshot_add_problem (snapshot,
                                      store->id,
                                      0,
                                      TRUE,
                                      _ ("a long message lacks parts, and ModemManager does not "
                                         "show those that are there (%s)"),
                                      mm_sms_get_path (sms));
        return FALSE;
    }
    if (!translate_type (mm_sms_get_pdu_type (sms), &type)) {
        simstow_snapshot_add_problem (snapshot,
                                      store->id,
                                      0,
                                      TRUE,
                                      _ ("a message of a kind that cannot be rebuilt (%s)"),
                                      mm_sms_get_path (sms));
        return FALSE;
    }
    parts = rebuild_message (sms, type, &error);
    if (!parts) {
        simstow_snapshot_add_problem (snapshot,
                                      store->id,
                                      0,
                                      TRUE,
                                      _ ("a message cannot be rebuilt (%s): %s"),
                                      mm_sms_get_path (sms),
                                      error->message);
        return FALSE;
    }
    add_parts (snapshot, sms, store, parts);
    return TRUE;
}

/* Those that a program created and never stored are not on the modem */
static gboolean
is_stored (MMSms *sms)
{
    return mm_sms_get_storage (sms) != MM_SMS_STORAGE_UNKNOWN ||
           mm_sms_get_state (sms) == MM_SMS_STATE_RECEIVED ||
           mm_sms_get_state (sms) == MM_SMS_STATE_RECEIVING;
}

/* Nobody waits for changes */
static MMSms *
open_path (GDBusConnection *connection,
           const gchar *path,
           GCancellable *cancellable,
           GError **error)
{
    return g_initable_new (MM_TYPE_SMS,
                           cancellable,
                           error,
                           "g-flags",
                           G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START |
                               G_DBUS_PROXY_FLAGS_DO_NOT_CONNECT_SIGNALS,
                           "g-name",
                           SIMSTOW_MM_SERVICE,
                           "g-connection",
                           connection,
                           "g-object-path",
                           path,
                           "g-interface-name",
                           SIMSTOW_MM_SERVICE ".Sms",
                           NULL);
}

static MMSms *
open_message (MMModemMessaging *messaging,
              const gchar *path,
              GCancellable *cancellable,
              GError **error)
{
    return open_path (g_dbus_proxy_get_connection (G_DBUS_PROXY (messaging)),
                      path,
                      cancellable,
                      error);
}

static void
note_rebuilt (SimstowSnapshot *snapshot, guint rebuilt)
{
    if (rebuilt == 0)
        return;
    simstow_snapshot_add_problem (
        snapshot,
        "messages",
        0,
        TRUE,
        ngettext ("%u message was rebuilt from what ModemManager tells of it: its text, number "
                  "and time are as it understood them; its place, read mark, header, coding, "
                  "protocol and message reference may differ",
                  "%u messages were rebuilt from what ModemManager tells of them: their text, "
                  "number and time are as it understood them; their places, read marks, headers, "
                  "coding, protocols and message references may differ",
                  rebuilt),
        rebuilt);
}

static gboolean
add_all (SimstowSnapshot *snapshot,
         MMModemMessaging *messaging,
         gchar **paths,
         GCancellable *cancellable,
         GError **error)
{
    guint count = g_strv_length (paths);
    guint rebuilt = 0;
    guint i;

    qsort (paths, count, sizeof *paths, compare_paths);
    for (i = 0; i < count; i++) {
        g_autoptr (MMSms) sms = open_message (messaging, paths[i], cancellable, error);

        if (!sms)
            return FALSE;
        if (is_stored (sms))
            rebuilt += add_message (snapshot, sms);
    }
    note_rebuilt (snapshot, rebuilt);
    return TRUE;
}

static gboolean
read_messages (MMModemMessaging *messaging,
               SimstowSnapshot *snapshot,
               GCancellable *cancellable,
               GError **error)
{
    g_auto (GStrv) paths = simstow_property_read_messages (messaging, cancellable, error);

    return paths && add_all (snapshot, messaging, paths, cancellable, error);
}

void
simstow_told_message_free (SimstowToldMessage *told)
{
    g_free (told->number);
    g_free (told->time);
    g_free (told->text);
    g_clear_pointer (&told->records, simstow_snapshot_free);
    g_free (told);
}

/* All that ModemManager tells, so that nothing of it is lost */
static GBytes *
print_properties (MMSms *sms)
{
    g_auto (GStrv) names = g_dbus_proxy_get_cached_property_names (G_DBUS_PROXY (sms));
    g_autoptr (GVariantDict) all = g_variant_dict_new (NULL);
    g_autoptr (GVariant) whole = NULL;
    gchar *text;
    guint i;

    for (i = 0; names && names[i]; i++) {
        g_autoptr (GVariant) value =
            g_dbus_proxy_get_cached_property (G_DBUS_PROXY (sms), names[i]);

        g_variant_dict_insert_value (all, names[i], value);
    }
    whole = g_variant_ref_sink (g_variant_dict_end (all));
    text = g_variant_print (whole, FALSE);
    return g_bytes_new_take (text, strlen (text));
}

SimstowToldMessage *
simstow_messaging_read_told (GDBusConnection *connection, const gchar *path, GError **error)
{
    g_autoptr (MMSms) sms = open_path (connection, path, NULL, error);
    SimstowToldMessage *told;
    g_autoptr (GBytes) raw = NULL;
    const SimstowProblem *problem;
    MMSmsState state;

    if (!sms)
        return NULL;
    state = mm_sms_get_state (sms);
    told = g_new0 (SimstowToldMessage, 1);
    told->complete = state == MM_SMS_STATE_RECEIVED || state == MM_SMS_STATE_STORED ||
                     state == MM_SMS_STATE_SENT;
    told->incoming = state == MM_SMS_STATE_RECEIVED;
    told->number = mm_sms_dup_number (sms);
    told->time = mm_sms_dup_timestamp (sms);
    told->text = mm_sms_dup_text (sms);
    if (!told->complete)
        return told;
    told->records = simstow_snapshot_new ();
    if (add_message (told->records, sms))
        return told;
    raw = print_properties (sms);
    problem = g_ptr_array_index (told->records->problems, 0);
    g_ptr_array_add (told->records->unread,
                     simstow_unread_new (problem->where, 0, problem->text, raw));
    return told;
}

GHashTable *
simstow_messaging_count (SimstowModem *modem,
                         guint enough,
                         GCancellable *cancellable,
                         GError **error)
{
    MMModemMessaging *messaging =
        mm_object_peek_modem_messaging (simstow_modem_peek_object (modem));
    g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_auto (GStrv) paths = NULL;
    guint i;

    if (!messaging)
        return g_steal_pointer (&counts);
    paths = simstow_property_read_messages (messaging, cancellable, error);
    if (paths && g_strv_length (paths) <= enough)
        return g_steal_pointer (&counts);
    for (i = 0; paths && paths[i]; i++) {
        g_autoptr (MMSms) sms = open_message (messaging, paths[i], cancellable, NULL);
        g_autofree gchar *id = NULL;

        /* one that has gone meanwhile is missed by nobody */
        if (!sms || mm_sms_get_storage (sms) == MM_SMS_STORAGE_UNKNOWN)
            continue;
        id = dup_store_id (mm_sms_get_storage (sms));
        g_hash_table_replace (
            counts,
            g_strdup (id),
            GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, id)) + 1));
    }
    return paths ? g_steal_pointer (&counts) : NULL;
}

gboolean
simstow_messaging_capture (SimstowModem *modem,
                           SimstowSnapshot *snapshot,
                           GCancellable *cancellable,
                           GError **error)
{
    MMModemMessaging *messaging =
        mm_object_peek_modem_messaging (simstow_modem_peek_object (modem));
    g_autoptr (GError) local = NULL;
    gboolean complete;
    guint i;

    if (!messaging)
        return TRUE;
    complete = read_messages (messaging, snapshot, cancellable, &local);
    simstow_bus_error_translate (&local);
    if (!complete && simstow_bus_error_ends_all (local)) {
        g_propagate_error (error, g_steal_pointer (&local));
        return FALSE;
    }
    if (!complete)
        simstow_snapshot_add_problem (snapshot,
                                      "messages",
                                      0,
                                      TRUE,
                                      _ ("ModemManager does not list them: %s"),
                                      local->message);
    for (i = 0; i < snapshot->stores->len; i++)
        ((SimstowStore *) g_ptr_array_index (snapshot->stores, i))->complete = complete;
    return TRUE;
}
