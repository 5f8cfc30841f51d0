/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading stores chunk by chunk. The records come from a daemon that runs as
 * root, and are checked all the same.
 */

#include "simstow-store-capture.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-bus-error.h"
#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-plugin.h"
#include "simstow-record-variant.h"

/* No row of any modem is near the first, nor all that a store cannot make sense of near the
 * second: an archive does not swell by what a broken modem sends */
#define ROW_MAX    (64 * 1024)
#define UNREAD_MAX (1024 * 1024)

/* How many of them are told of one by one */
#define TOLD_MAX 50

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
simstow_store_read (SimstowDBusModem *plugin,
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

typedef struct {
    SimstowSnapshot *snapshot;
    SimstowStore *store;
    SimstowProgressFunc progress;
    gpointer progress_data;
    gboolean complete;
    gint count;
    SimstowEsim *esim; /* of the store of a secure element */
    guint unread;
    gsize kept;         /* bytes of the unread */
    GHashTable *faults; /* of records, each told once */
} Capture;

static void
on_progress (const gchar *what, guint done, guint total, gpointer user_data)
{
    Capture *capture = user_data;
    const SimstowStore *store = capture->store;
    guint places = store->last > 0 ? store->last : (guint) MAX (store->capacity, 0);

    capture->progress (what, done == 0 ? places : done, places, capture->progress_data);
}

/* The stores of a card's secure elements: "euicc", "euicc/2" and so on */
static gboolean
is_euicc (const gchar *id)
{
    return g_str_equal (id, SIMSTOW_STORE_EUICC) || g_str_has_prefix (id, SIMSTOW_STORE_EUICC "/");
}

/* Where the answers of a secure element go to */
static SimstowEsim *
find_esim (SimstowSnapshot *snapshot, const gchar *id)
{
    SimstowEsim *further;

    if (!snapshot->esim)
        snapshot->esim = simstow_esim_new ();
    if (g_str_equal (id, SIMSTOW_STORE_EUICC))
        return snapshot->esim;
    further = simstow_esim_new ();
    g_ptr_array_add (snapshot->esim->further, further);
    return further;
}

static gboolean
add_record (Capture *capture, GVariant *record, GError **error)
{
    SimstowSnapshot *snapshot = capture->snapshot;
    const gchar *id = capture->store->id;

    if (g_str_has_prefix (id, SIMSTOW_PREFIX_SMS)) {
        SimstowMessage *message = simstow_message_from_variant (id, record, error);

        if (message)
            g_ptr_array_add (snapshot->messages, message);
        return message != NULL;
    }
    if (is_euicc (id))
        return simstow_esim_add_variant (capture->esim, record, error);
    if (g_str_equal (id, SIMSTOW_STORE_SIMFILE)) {
        SimstowSimfile *simfile = simstow_simfile_from_variant (record, error);

        if (simfile)
            g_ptr_array_add (snapshot->simfiles, simfile);
        return simfile != NULL;
    }
    if (g_str_has_prefix (id, SIMSTOW_PREFIX_PHONEBOOK)) {
        SimstowContact *contact = simstow_contact_from_variant (id, record, error);

        if (contact)
            g_ptr_array_add (snapshot->contacts, contact);
        return contact != NULL;
    } else {
        SimstowCall *call = simstow_call_from_variant (id, record, error);

        if (call)
            g_ptr_array_add (snapshot->calls, call);
        return call != NULL;
    }
}

/* What of a contact or call is out of reach or no valid text; a file of the card has its fault
 * in the archive */
static void
note_fault (Capture *capture, GVariant *record)
{
    g_autofree gchar *fault = NULL;
    guint32 index = 0;

    if ((!g_str_has_prefix (capture->store->id, SIMSTOW_PREFIX_PHONEBOOK) &&
         !g_str_has_prefix (capture->store->id, SIMSTOW_PREFIX_CALLS)) ||
        !g_variant_lookup (record, SIMSTOW_RECORD_FAULT, "s", &fault) ||
        g_hash_table_contains (capture->faults, fault))
        return;
    g_variant_lookup (record, SIMSTOW_RECORD_INDEX, "u", &index);
    capture->complete = FALSE;
    simstow_snapshot_add_problem (capture->snapshot,
                                  capture->store->id,
                                  index,
                                  TRUE,
                                  _ ("a field could not be read: %s"),
                                  fault);
    g_hash_table_add (capture->faults, g_steal_pointer (&fault));
}

static void
note_unread (Capture *capture, const SimstowUnread *unread)
{
    g_autofree gchar *quoted = NULL;

    if (capture->unread > TOLD_MAX)
        return;
    if (!unread->raw) {
        simstow_snapshot_add_problem (capture->snapshot,
                                      unread->store,
                                      unread->index,
                                      TRUE,
                                      "%s",
                                      unread->fault);
        return;
    }
    quoted = simstow_unread_quote (unread->raw);
    simstow_snapshot_add_problem (capture->snapshot,
                                  unread->store,
                                  unread->index,
                                  TRUE,
                                  _ ("not understood, and kept as it came: %s: \"%s\""),
                                  unread->fault,
                                  quoted);
}

/* What came is kept as far as it is no flood. It counts as a record that came: it is not
 * missing, only not understood */
static void
add_unread (Capture *capture, SimstowUnread *unread)
{
    gsize size = unread->raw ? g_bytes_get_size (unread->raw) : 0;

    capture->complete = FALSE;
    capture->unread++;
    if (size > ROW_MAX || capture->kept + size > UNREAD_MAX)
        g_clear_pointer (&unread->raw, g_bytes_unref);
    else
        capture->kept += size;
    note_unread (capture, unread);
    g_ptr_array_add (capture->snapshot->unread, unread);
}

static void
on_record (GVariant *record, gpointer user_data)
{
    Capture *capture = user_data;
    g_autoptr (SimstowUnread) unread = simstow_unread_from_variant (capture->store->id, record);
    g_autoptr (GError) error = NULL;

    if (unread && !g_variant_lookup (record, SIMSTOW_RECORD_INDEX, "u", NULL)) {
        /* of the store as a whole, and no record of it */
        capture->complete = FALSE;
        note_unread (capture, unread);
        return;
    }
    capture->count++;
    if (unread) {
        add_unread (capture, g_steal_pointer (&unread));
        return;
    }
    note_fault (capture, record);
    if (add_record (capture, record, &error))
        return;
    capture->complete = FALSE;
    simstow_snapshot_add_problem (capture->snapshot,
                                  capture->store->id,
                                  0,
                                  TRUE,
                                  "%s",
                                  error->message);
}

static gboolean
is_known (const gchar *id)
{
    return g_str_has_prefix (id, SIMSTOW_PREFIX_SMS) ||
           g_str_has_prefix (id, SIMSTOW_PREFIX_PHONEBOOK) ||
           g_str_has_prefix (id, SIMSTOW_PREFIX_CALLS) || is_euicc (id) ||
           g_str_equal (id, SIMSTOW_STORE_SIMFILE);
}

static gboolean
is_refusal (const SimstowEsim *esim, const gchar *fault)
{
    guint i;

    for (i = 0; i < esim->answers->len; i++) {
        const SimstowEsimAnswer *answer = g_ptr_array_index (esim->answers, i);

        if (g_strcmp0 (answer->refusal, fault) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Whether bytes are missing that the answer itself counts, so that not all of it came; or a profile
 * or notification cannot be told from any other, so that it is left out. The words are those of
 * the bounds-checked reader, and of who decodes. */
static gboolean
is_incomplete (const gchar *fault)
{
    static const gchar *const words[] = {"cut short", "no ICCID", "no metadata"};
    guint i;

    for (i = 0; i < G_N_ELEMENTS (words); i++) {
        if (strstr (fault, words[i]))
            return TRUE;
    }
    return FALSE;
}

/* Whether a further secure element is another one at all: a card may show one under two names. */
static gboolean
is_twin (const SimstowEsim *first, const SimstowEsim *esim)
{
    guint i;

    for (i = 0; esim != first && i < first->further->len; i++) {
        const SimstowEsim *other = g_ptr_array_index (first->further, i);

        if (other != esim && g_strcmp0 (other->eid, esim->eid) == 0)
            return esim->eid != NULL;
    }
    return esim != first && esim->eid && g_strcmp0 (first->eid, esim->eid) == 0;
}

/* What the card refused, in a status word or in place of an answer, is missing; what is odd in an
 * answer is there, raw. */
static void
note_esim (SimstowSnapshot *snapshot, const gchar *store, SimstowEsim *esim)
{
    const gchar *known = snapshot->sim->eid;
    guint i;

    if (is_twin (snapshot->esim, esim)) {
        g_ptr_array_remove (snapshot->esim->further, esim);
        return;
    }
    for (i = 0; i < esim->answers->len; i++) {
        const SimstowEsimAnswer *answer = g_ptr_array_index (esim->answers, i);
        const gchar *missing = answer->fault ? answer->fault : answer->refusal;

        if (missing)
            simstow_snapshot_add_problem (snapshot,
                                          store,
                                          i + 1,
                                          TRUE,
                                          "%s: %s",
                                          answer->name,
                                          missing);
    }
    for (i = 0; i < esim->faults->len; i++) {
        const gchar *fault = g_ptr_array_index (esim->faults, i);

        if (!is_refusal (esim, fault))
            simstow_snapshot_add_problem (snapshot,
                                          store,
                                          0,
                                          is_incomplete (fault),
                                          _ ("saved as it is, but cannot be decoded: %s"),
                                          fault);
    }
    if (known && esim == snapshot->esim && esim->eid && !g_str_equal (known, esim->eid))
        simstow_snapshot_add_problem (snapshot,
                                      store,
                                      0,
                                      FALSE,
                                      _ ("the card says its EID is %s, ModemManager says %s"),
                                      esim->eid,
                                      known);
}

/* The status word for a file that the card does not have or keeps to itself, which is a finding,
 * no failure: ETSI TS 102 221 10.2.1 and 3GPP TS 51.011 9.4 */
static const guint findings[] =
    {0x6A82, 0x6A83, 0x9404, 0x6982, 0x6983, 0x6984, 0x6985, 0x9804, 0x9840};

static gboolean
is_finding (const gchar *fault)
{
    g_autoptr (GError) error = simstow_error_new_from_text (SIMSTOW_ERROR_MODEM_ERROR, fault);
    guint i;

    for (i = 0; i < G_N_ELEMENTS (findings); i++)
        if (simstow_error_has_code (error, SIMSTOW_ERROR_DOMAIN_SW, findings[i]))
            return TRUE;
    return FALSE;
}

static void
note_simfiles (SimstowSnapshot *snapshot)
{
    guint i;

    for (i = 0; i < snapshot->simfiles->len; i++) {
        const SimstowSimfile *file = g_ptr_array_index (snapshot->simfiles, i);

        if (file->fault && !is_finding (file->fault))
            simstow_snapshot_add_problem (snapshot,
                                          SIMSTOW_STORE_SIMFILE,
                                          file->index,
                                          TRUE,
                                          "%s: %s",
                                          file->name,
                                          file->fault);
    }
}

gboolean
simstow_store_capture (SimstowDBusModem *plugin,
                       SimstowSnapshot *snapshot,
                       SimstowStore *store,
                       SimstowProgressFunc progress,
                       gpointer user_data,
                       GCancellable *cancellable,
                       GError **error)
{
    g_autoptr (GHashTable) faults = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    Capture capture = {.snapshot = snapshot,
                       .store = store,
                       .progress = progress,
                       .progress_data = user_data,
                       .complete = TRUE,
                       .faults = faults};
    g_autoptr (GError) local = NULL;

    if (!is_known (store->id)) {
        simstow_snapshot_add_problem (snapshot,
                                      store->id,
                                      0,
                                      TRUE,
                                      "%s",
                                      _ ("this version of simstow does not know how to save it"));
        return TRUE;
    }
    if (store->fault)
        simstow_snapshot_add_problem (snapshot,
                                      store->id,
                                      0,
                                      TRUE,
                                      _ ("fields of contacts are out of reach: %s"),
                                      store->fault);
    if (is_euicc (store->id))
        capture.esim = find_esim (snapshot, store->id);
    store->complete = simstow_store_read (plugin,
                                          store->id,
                                          0,
                                          0,
                                          on_record,
                                          &capture,
                                          progress ? on_progress : NULL,
                                          &capture,
                                          cancellable,
                                          &local) &&
                      capture.complete;
    if (local && simstow_bus_error_ends_all (local)) {
        g_propagate_prefixed_error (error, g_steal_pointer (&local), "%s: ", store->id);
        return FALSE;
    }
    if (local)
        simstow_snapshot_add_problem (snapshot, store->id, 0, TRUE, "%s", local->message);
    else
        store->came = capture.count;
    if (capture.unread > TOLD_MAX)
        simstow_snapshot_add_problem (snapshot,
                                      store->id,
                                      0,
                                      TRUE,
                                      _ ("in all %u records were not understood"),
                                      capture.unread);
    if (capture.esim)
        note_esim (snapshot, store->id, capture.esim);
    if (g_str_equal (store->id, SIMSTOW_STORE_SIMFILE))
        note_simfiles (snapshot);
    return TRUE;
}
