/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading stores, and what is told of those that were not read whole.
 */

#include "simstow-store-capture.h"

#include <glib/gi18n.h>

#include "simstow-bus-error.h"
#include "simstow-error.h"
#include "simstow-names.h"

/* No row of any modem is near the first, nor all that a store cannot make sense of near the
 * second: an archive does not swell by what a broken modem sends */
#define ROW_MAX    (64 * 1024)
#define UNREAD_MAX (1024 * 1024)

/* How many of them are told of one by one */
#define TOLD_MAX 50

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

    if (total == 0)
        total = places;
    capture->progress (what, done == 0 ? total : done, total, capture->progress_data);
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

/* Moves what was read to the snapshot, and counts it */
static void
take_records (Capture *capture, GPtrArray *to, GPtrArray **from)
{
    capture->count += (*from)->len;
    g_ptr_array_extend_and_steal (to, g_steal_pointer (from));
    *from = g_ptr_array_new ();
}

static void
take_unread (Capture *capture, GPtrArray *unread)
{
    while (unread->len > 0) {
        g_autoptr (SimstowUnread) record = g_ptr_array_steal_index (unread, 0);

        if (record->index == 0 && !record->raw) {
            /* of the store as a whole, and no record of it */
            capture->complete = FALSE;
            note_unread (capture, record);
        } else {
            capture->count++;
            add_unread (capture, g_steal_pointer (&record));
        }
    }
}

/* What is wrong with a record is told once, however many have it */
static void
take_problems (Capture *capture, const GPtrArray *problems)
{
    for (guint i = 0; i < problems->len; i++) {
        const SimstowProblem *problem = g_ptr_array_index (problems, i);

        capture->complete = capture->complete && !problem->lost;
        if (g_hash_table_add (capture->faults, g_strdup (problem->text)))
            simstow_snapshot_add_problem (capture->snapshot,
                                          problem->where,
                                          problem->index,
                                          problem->lost,
                                          "%s",
                                          problem->text);
    }
}

static void
take_all (Capture *capture, SimstowSnapshot *read)
{
    SimstowSnapshot *snapshot = capture->snapshot;

    take_records (capture, snapshot->messages, &read->messages);
    take_records (capture, snapshot->contacts, &read->contacts);
    take_records (capture, snapshot->calls, &read->calls);
    take_records (capture, snapshot->simfiles, &read->simfiles);
    for (guint i = 0; i < read->stores->len; i++) {
        const SimstowStore *told = g_ptr_array_index (read->stores, i);

        capture->store->used = told->used;
        capture->store->capacity = told->capacity;
    }
    take_unread (capture, read->unread);
    take_problems (capture, read->problems);
    if (!read->esim)
        return;
    capture->count += read->esim->answers->len;
    capture->esim = read->esim;
    if (!g_str_equal (capture->store->id, SIMSTOW_STORE_EUICC)) {
        if (!snapshot->esim)
            snapshot->esim = simstow_esim_new ();
        g_ptr_array_add (snapshot->esim->further, g_steal_pointer (&read->esim));
    } else if (snapshot->esim) {
        read->esim->further = g_steal_pointer (&snapshot->esim->further);
        snapshot->esim->further = g_ptr_array_new ();
        simstow_esim_free (snapshot->esim);
        snapshot->esim = g_steal_pointer (&read->esim);
    } else {
        snapshot->esim = g_steal_pointer (&read->esim);
    }
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
        const GError *fault = g_ptr_array_index (esim->faults, i);

        if (!is_refusal (esim, fault->message))
            simstow_snapshot_add_problem (snapshot,
                                          store,
                                          0,
                                          simstow_error_is_incomplete (fault),
                                          _ ("saved as it is, but cannot be decoded: %s"),
                                          fault->message);
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

static void
note_simfiles (SimstowSnapshot *snapshot)
{
    guint i;

    for (i = 0; i < snapshot->simfiles->len; i++) {
        const SimstowSimfile *file = g_ptr_array_index (snapshot->simfiles, i);

        if (file->fault && !file->refused)
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
simstow_store_capture (SimstowDriver *stores,
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
    g_autoptr (SimstowSnapshot) read = simstow_snapshot_new ();
    g_autoptr (GError) local = NULL;
    gboolean good;

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
    good = simstow_driver_read (stores,
                                store->id,
                                0,
                                0,
                                read,
                                progress ? on_progress : NULL,
                                &capture,
                                cancellable,
                                &local);
    take_all (&capture, read);
    store->complete = good && capture.complete;
    if (is_euicc (store->id) && !capture.esim)
        capture.esim = find_esim (snapshot, store->id);
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
