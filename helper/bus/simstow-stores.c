/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which driver serves which store. The card comes first where the modem's own commands keep less:
 * MBIM cannot write a message, marks what it reads, and does not tell types of numbers. Else it
 * is the last resort. A phonebook that has nothing but names and numbers gives way to the USIM's
 * own, if there is one; +CPBR with all its fields does not: it takes one command where the card
 * takes hundreds.
 */

#include "simstow-stores.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-bus-error.h"
#include "simstow-error.h"
#include "simstow-esim-card.h"
#include "simstow-messages-at.h"
#include "simstow-messages-card.h"
#include "simstow-messages-mbim.h"
#include "simstow-names.h"
#include "simstow-phonebook-at.h"
#include "simstow-phonebook-card.h"
#include "simstow-phonebook-mbim.h"
#include "simstow-simfiles.h"
#include "simstow-usim.h"

typedef enum {
    MESSAGES_AT,
    MESSAGES_CARD,
    MESSAGES_MBIM,
    PHONEBOOK_AT,
    PHONEBOOK_CARD,
    PHONEBOOK_MBIM,
    USIM,
    SIMFILES,
    ESIM,
    DRIVERS,
} Which;

#define CONTACTS SIMSTOW_PREFIX_PHONEBOOK "sm"

typedef enum {
    ON_ANY = 0,
    ON_AT = 1 << 0,
    ON_MBIM = 1 << 1,
    ON_PLAIN = 1 << 2, /* where there is no main store, or one of nothing but names and numbers */
} On;

/* Each store is served by the first row that has it: so none is there twice, and what one driver
 * lacks hides nothing of the others. The rows of a prefix are asked in turn until its main store,
 * or without one any, is there. */
static const struct {
    const gchar *prefix;
    Which driver;
    On on;
    const gchar *main_store;
} rows[] = {
    {SIMSTOW_PREFIX_SMS, MESSAGES_CARD, ON_MBIM, NULL},
    {SIMSTOW_PREFIX_SMS, MESSAGES_AT, ON_AT, NULL},
    {SIMSTOW_PREFIX_SMS, MESSAGES_MBIM, ON_MBIM, NULL},
    {SIMSTOW_PREFIX_SMS, MESSAGES_CARD, ON_ANY, NULL},
    {SIMSTOW_PREFIX_PHONEBOOK, PHONEBOOK_CARD, ON_MBIM, CONTACTS},
    {CONTACTS, USIM, ON_MBIM | ON_PLAIN, NULL},
    {SIMSTOW_PREFIX_PHONEBOOK, PHONEBOOK_AT, ON_AT, CONTACTS},
    {SIMSTOW_PREFIX_PHONEBOOK, PHONEBOOK_MBIM, ON_MBIM, CONTACTS},
    {SIMSTOW_PREFIX_PHONEBOOK, PHONEBOOK_CARD, ON_ANY, CONTACTS},
    {CONTACTS, USIM, ON_PLAIN, NULL},
    {SIMSTOW_PREFIX_CALLS, PHONEBOOK_AT, ON_AT, NULL},
    {SIMSTOW_PREFIX_CALLS, PHONEBOOK_CARD, ON_ANY, NULL},
    {SIMSTOW_STORE_SIMFILE, SIMFILES, ON_ANY, NULL},
    {SIMSTOW_STORE_EUICC, ESIM, ON_ANY, NULL},
};

struct _SimstowStores {
    SimstowDriver parent_instance;

    SimstowDriver *drivers[DRIVERS]; /* one that is not there is NULL */
    GHashTable *serving;             /* id -> driver, borrowed */
};

G_DEFINE_FINAL_TYPE (SimstowStores, simstow_stores, SIMSTOW_TYPE_DRIVER)

/* One listing: what each driver said, and what is made of it */
typedef struct {
    SimstowStores *self;
    SimstowSnapshot *listing;
    gboolean counts;
    gboolean at;
    gboolean mbim;
    gboolean locked;
    SimstowSnapshot *lists[DRIVERS];
    GError *errors[DRIVERS];
    SimstowSnapshot *faults; /* problems of what may be there and is out of reach */
} Walk;

static void
walk_clear (Walk *walk)
{
    for (guint i = 0; i < DRIVERS; i++) {
        g_clear_pointer (&walk->lists[i], simstow_snapshot_free);
        g_clear_error (&walk->errors[i]);
    }
    g_clear_pointer (&walk->faults, simstow_snapshot_free);
}

/* "sms" stands for all of "sms/" */
static gchar *
dup_kind (const gchar *prefix)
{
    return g_strndup (prefix, strlen (prefix) - (g_str_has_suffix (prefix, "/") ? 1 : 0));
}

static gboolean
serves (guint row, const gchar *id)
{
    g_autofree gchar *kind = dup_kind (rows[row].prefix);

    return g_str_has_prefix (id, rows[row].prefix) || g_str_equal (id, kind);
}

/* Whether a store of that id or kind was found */
static gboolean
has_kind (const SimstowSnapshot *listing, const gchar *kind)
{
    g_autofree gchar *prefix = g_strconcat (kind, "/", NULL);

    for (guint i = 0; i < listing->stores->len; i++) {
        const SimstowStore *store = g_ptr_array_index (listing->stores, i);

        if (g_str_equal (store->id, kind) || g_str_has_prefix (store->id, prefix))
            return TRUE;
    }
    return FALSE;
}

/* Whether the rows before have what this one is there for, and by another driver */
static gboolean
is_settled (const Walk *walk, guint row)
{
    const SimstowDriver *driver = walk->self->drivers[rows[row].driver];
    gboolean main_store = FALSE;
    gboolean others = FALSE;

    for (guint i = 0; i < walk->listing->stores->len; i++) {
        const SimstowStore *store = g_ptr_array_index (walk->listing->stores, i);

        if (!g_str_has_prefix (store->id, rows[row].prefix))
            continue;
        main_store = main_store || g_strcmp0 (store->id, rows[row].main_store) == 0;
        others = others || g_hash_table_lookup (walk->self->serving, store->id) != driver;
    }
    return others && (!rows[row].main_store || main_store);
}

static gboolean
is_wanted (const Walk *walk, guint row)
{
    On on = rows[row].on;
    const SimstowStore *there = simstow_snapshot_find_store (walk->listing, rows[row].prefix);

    if (!walk->self->drivers[rows[row].driver] || ((on & ON_AT) && !walk->at) ||
        ((on & ON_MBIM) && !walk->mbim))
        return FALSE;
    if (on & ON_PLAIN)
        return !there || there->plain;
    return !is_settled (walk, row);
}

/* Asks a driver, once: what it has, or why it cannot tell */
static gboolean
ask (Walk *walk, Which which, GCancellable *cancellable, GError **error)
{
    g_autoptr (GError) local = NULL;

    if (walk->lists[which])
        return TRUE;
    walk->lists[which] = simstow_snapshot_new ();
    if (simstow_driver_list (walk->self->drivers[which],
                             walk->counts,
                             walk->lists[which],
                             cancellable,
                             &local))
        return TRUE;
    if (simstow_bus_error_ends_all (local)) {
        g_propagate_error (error, g_steal_pointer (&local));
        return FALSE;
    }
    walk->errors[which] = g_steal_pointer (&local);
    return TRUE;
}

/* Whether there may be a way to the card. Its files show: where not one of them is to be had, and
 * nothing else is said to be the cause, it is not asked for a phonebook of its own. */
static gboolean
reaches_card (const Walk *walk)
{
    return walk->locked || walk->errors[SIMFILES] || walk->lists[SIMFILES]->stores->len > 0;
}

static void
miss (Walk *walk, const gchar *where, gboolean lost, const gchar *fault)
{
    for (guint i = 0; i < walk->faults->problems->len; i++)
        if (g_str_equal (((SimstowProblem *) walk->faults->problems->pdata[i])->where, where))
            return;
    simstow_snapshot_add_problem (walk->faults, where, 0, lost, "%s", fault);
}

/* A store that is there gives way to one that keeps more. */
static void
put (Walk *walk, guint row, SimstowStore *store)
{
    SimstowStore *there = simstow_snapshot_find_store (walk->listing, store->id);
    guint place;

    if (there && !(rows[row].on & ON_PLAIN)) {
        simstow_store_free (store);
        return;
    }
    g_hash_table_replace (walk->self->serving,
                          g_strdup (store->id),
                          walk->self->drivers[rows[row].driver]);
    if (there && g_ptr_array_find (walk->listing->stores, there, &place)) {
        walk->listing->stores->pdata[place] = store;
        simstow_store_free (there);
    } else {
        g_ptr_array_add (walk->listing->stores, store);
    }
}

/* What the row's driver would have had, if it could have told, is out of reach; another row that
 * serves its stores may keep less. */
static void
take (Walk *walk, guint row)
{
    SimstowSnapshot *list = walk->lists[rows[row].driver];
    const GError *error = walk->errors[rows[row].driver];

    if (error) {
        g_autofree gchar *kind = dup_kind (rows[row].prefix);

        g_autofree gchar *fault = simstow_bus_error_is_refusal (error)
                                      ? g_strdup_printf (_ ("not permitted: %s"), error->message)
                                      : g_strdup (error->message);

        miss (walk, kind, TRUE, fault);
    }
    for (guint i = 0; i < list->stores->len;) {
        SimstowStore *store = g_ptr_array_index (list->stores, i);

        if (g_str_has_prefix (store->id, rows[row].prefix))
            put (walk, row, g_ptr_array_steal_index (list->stores, i));
        else
            i++;
    }
    for (guint i = 0; i < list->problems->len; i++) {
        const SimstowProblem *problem = g_ptr_array_index (list->problems, i);

        if (problem->index != SIMSTOW_DRIVER_DOUBT && serves (row, problem->where))
            miss (walk, problem->where, problem->lost, problem->text);
    }
}

/* What is in doubt for one way is not where another leads to it */
static void
settle_doubts (Walk *walk, const gboolean *asked)
{
    for (guint row = 0; row < G_N_ELEMENTS (rows); row++) {
        const SimstowSnapshot *list = walk->lists[rows[row].driver];

        for (guint i = 0; asked[row] && i < list->problems->len; i++) {
            const SimstowProblem *problem = g_ptr_array_index (list->problems, i);

            if (problem->index == SIMSTOW_DRIVER_DOUBT && serves (row, problem->where) &&
                !has_kind (walk->listing, problem->where))
                miss (walk, problem->where, problem->lost, problem->text);
        }
    }
}

/* What is out of reach of a store that is there is told of it */
static void
tell_faults (Walk *walk)
{
    for (guint i = 0; i < walk->faults->problems->len; i++) {
        const SimstowProblem *problem = g_ptr_array_index (walk->faults->problems, i);
        SimstowStore *store = simstow_snapshot_find_store (walk->listing, problem->where);

        if (!store)
            simstow_snapshot_add_problem (walk->listing,
                                          problem->where,
                                          0,
                                          problem->lost,
                                          "%s",
                                          problem->text);
        else if (!store->fault)
            store->fault = g_strdup (problem->text);
    }
}

/* Whoever may read nothing is told so by the error of the listing */
static gboolean
check_permitted (const Walk *walk, GError **error)
{
    const GError *refusal = NULL;

    for (guint i = 0; i < DRIVERS; i++) {
        if (walk->lists[i] && !simstow_bus_error_is_refusal (walk->errors[i]))
            return TRUE;
        if (walk->lists[i])
            refusal = walk->errors[i];
    }
    if (!refusal)
        return TRUE;
    g_propagate_error (error, g_error_copy (refusal));
    return FALSE;
}

static gboolean
describe (Walk *walk, GCancellable *cancellable, GError **error)
{
    SimstowDriver *driver = SIMSTOW_DRIVER (walk->self);
    g_autoptr (GVariant) said =
        simstow_conversation_describe (simstow_driver_peek_conversation (driver),
                                       cancellable,
                                       error);

    if (!said)
        return FALSE;
    g_variant_lookup (said, "at", "b", &walk->at);
    g_variant_lookup (said, "mbim", "b", &walk->mbim);
    g_variant_lookup (said, "locked", "b", &walk->locked);
    return TRUE;
}

static gboolean
list (SimstowDriver *driver,
      gboolean counts,
      SimstowSnapshot *listing,
      GCancellable *cancellable,
      GError **error)
{
    Walk walk = {.self = SIMSTOW_STORES (driver), .listing = listing, .counts = counts};
    gboolean asked[G_N_ELEMENTS (rows)] = {FALSE};
    gboolean good = describe (&walk, cancellable, error);

    walk.faults = simstow_snapshot_new ();
    g_hash_table_remove_all (walk.self->serving);
    for (guint row = 0; good && row < G_N_ELEMENTS (rows); row++) {
        asked[row] = is_wanted (&walk, row);
        if (asked[row] && rows[row].driver == USIM) {
            good = ask (&walk, SIMFILES, cancellable, error);
            asked[row] = good && reaches_card (&walk);
        }
        good = good && (!asked[row] || ask (&walk, rows[row].driver, cancellable, error));
        if (good && asked[row])
            take (&walk, row);
    }
    good = good && check_permitted (&walk, error);
    if (good) {
        settle_doubts (&walk, asked);
        tell_faults (&walk);
    }
    walk_clear (&walk);
    return good;
}

static SimstowDriver *
find_driver (SimstowDriver *stores, const gchar *store, GError **error)
{
    SimstowDriver *driver = g_hash_table_lookup (SIMSTOW_STORES (stores)->serving, store);

    if (!driver)
        g_set_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED, "no store %s", store);
    return driver;
}

static gboolean
read_store (SimstowDriver *stores,
            const gchar *store,
            guint first,
            guint last,
            SimstowSnapshot *into,
            SimstowProgressFunc progress,
            gpointer user_data,
            GCancellable *cancellable,
            GError **error)
{
    SimstowDriver *driver = find_driver (stores, store, error);

    return driver && simstow_driver_read (driver,
                                          store,
                                          first,
                                          last,
                                          into,
                                          progress,
                                          user_data,
                                          cancellable,
                                          error);
}

static gboolean
write_records (SimstowDriver *stores,
               const gchar *store,
               const SimstowDriverRecord *records,
               guint n_records,
               GArray *outcomes,
               GCancellable *cancellable,
               GError **error)
{
    SimstowDriver *driver = find_driver (stores, store, error);

    return driver &&
           simstow_driver_write (driver, store, records, n_records, outcomes, cancellable, error);
}

static gboolean
erase_record (SimstowDriver *stores,
              const gchar *store,
              const SimstowDriverRecord *record,
              gboolean *begun,
              GCancellable *cancellable,
              GError **error)
{
    SimstowDriver *driver = find_driver (stores, store, error);

    return driver && simstow_driver_erase (driver, store, record, begun, cancellable, error);
}

static void
simstow_stores_finalize (GObject *object)
{
    SimstowStores *self = SIMSTOW_STORES (object);

    g_hash_table_unref (self->serving);
    for (guint i = 0; i < DRIVERS; i++)
        g_clear_object (&self->drivers[i]);
    G_OBJECT_CLASS (simstow_stores_parent_class)->finalize (object);
}

static void
simstow_stores_class_init (SimstowStoresClass *klass)
{
    SimstowDriverClass *driver_class = SIMSTOW_DRIVER_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = simstow_stores_finalize;
    driver_class->list = list;
    driver_class->read = read_store;
    driver_class->write = write_records;
    driver_class->erase = erase_record;
}

static void
simstow_stores_init (SimstowStores *self)
{
    self->serving = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

SimstowDriver *
simstow_stores_new (SimstowConversation *conversation)
{
    SimstowStores *self = g_object_new (SIMSTOW_TYPE_STORES, "conversation", conversation, NULL);

    self->drivers[MESSAGES_AT] = simstow_messages_at_new (conversation);
    self->drivers[MESSAGES_CARD] = simstow_messages_card_new (conversation);
    self->drivers[MESSAGES_MBIM] = simstow_messages_mbim_new (conversation);
    self->drivers[PHONEBOOK_AT] = simstow_phonebook_at_new (conversation);
    self->drivers[PHONEBOOK_CARD] = simstow_phonebook_card_new (conversation);
    self->drivers[PHONEBOOK_MBIM] = simstow_phonebook_mbim_new (conversation);
    self->drivers[USIM] = simstow_usim_new (conversation);
    self->drivers[SIMFILES] = simstow_simfiles_new (conversation);
    self->drivers[ESIM] = simstow_esim_card_new (conversation);
    return SIMSTOW_DRIVER (self);
}
