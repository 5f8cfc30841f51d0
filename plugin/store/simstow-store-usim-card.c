/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The USIM phonebook as phonebook/sm: contacts with second names, further numbers,
 * e-mail addresses and groups. What EF_PBR says is understood here, because a write
 * touches several files and must leave no half contact, whoever asks for it; what
 * is in the fields is not.
 */

#include "simstow-store-usim-card.h"

#include "simstow-apdu.h"
#include "simstow-card.h"
#include "simstow-error.h"
#include "simstow-hex.h"
#include "simstow-names.h"
#include "simstow-restricted.h"
#include "simstow-store-about.h"
#include "simstow-store-usim-fields.h"
#include "simstow-store-usim-write.h"
#include "simstow-visit.h"

#define STORE SIMSTOW_PREFIX_PHONEBOOK "sm"
#define CHUNK 64

#define DIGITS_MAX 20
#define DIGITS_EXT 20
#define ADN_FIXED  14

struct _SimstowStoreUsimCard {
    SimstowStoreCardDriver parent_instance;

    SimstowUsimBook *book;
};

G_DEFINE_FINAL_TYPE (SimstowStoreUsimCard, simstow_store_usim_card, SIMSTOW_TYPE_STORE_CARD_DRIVER)

typedef struct {
    SimstowStoreUsimCard *driver;
    GPtrArray *probes; /* the commands that ask whether there is a book */
    gboolean unasked;  /* the modem does not know them: only a channel can tell */
    guint first;
    guint last;
    guint next;
    SimstowUsimSet *set;
    SimstowUsimGather *gather;
    gboolean followed;
    SimstowUsimWrite *write;
    SimstowStoreProgressFunc progress;
    gpointer progress_data;
} Operation;

static void
operation_free (gpointer data)
{
    Operation *operation = data;

    g_clear_pointer (&operation->probes, g_ptr_array_unref);
    g_clear_pointer (&operation->gather, simstow_usim_gather_free);
    g_clear_pointer (&operation->write, simstow_usim_write_free);
    g_free (operation);
}

static GTask *
task_new (SimstowStoreDriver *driver,
          gpointer tag,
          GCancellable *cancellable,
          GAsyncReadyCallback callback,
          gpointer user_data)
{
    GTask *task = g_task_new (driver, cancellable, callback, user_data);
    Operation *operation = g_new0 (Operation, 1);

    operation->driver = SIMSTOW_STORE_USIM_CARD (driver);
    g_task_set_source_tag (task, tag);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, operation, operation_free);
    return task;
}

/* Listing */

static guint
count_extensions (const SimstowUsimSet *set)
{
    const SimstowUsimFile *file = simstow_usim_set_find (set, SIMSTOW_PBR_EXT1, 0);

    return file ? file->fcp.n_records : 0;
}

/* What every set can hold: which of them a contact goes to is seen later. */
static GVariant *
list_variant (SimstowStoreUsimCard *self)
{
    const SimstowUsimBook *book = self->book;
    GPtrArray *sets = simstow_usim_book_get_sets (book);
    SimstowStoreAbout about = {.id = STORE};
    GVariantBuilder builder;
    guint i;

    if (!simstow_usim_book_exists (book))
        return simstow_store_about_list (NULL, 0);
    about.way = simstow_store_card_driver_get_way (SIMSTOW_STORE_CARD_DRIVER (self));
    about.via = sets->len > 0 ? SIMSTOW_VIA_CARD : NULL;
    about.fault = simstow_usim_book_get_fault (book);
    if (!about.via)
        return simstow_store_about_list (&about, 1);
    g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
    for (i = 0; i < sets->len; i++) {
        const SimstowUsimSet *set = g_ptr_array_index (sets, i);
        guint digits = DIGITS_MAX + DIGITS_EXT * count_extensions (set);
        guint octets = set->adn->fcp.record_size - ADN_FIXED;

        about.writable = about.extended = TRUE;
        about.first = 1;
        about.last = about.capacity = set->last;
        about.number_length = i == 0 ? digits : MIN (about.number_length, digits);
        about.name_length = i == 0 ? octets : MIN (about.name_length, octets);
        g_variant_builder_add_value (&builder, simstow_usim_fields_describe (set));
    }
    about.sets = g_variant_builder_end (&builder);
    return simstow_store_about_list (&about, 1);
}

static void
return_list (GTask *task)
{
    const Operation *operation = g_task_get_task_data (task);

    g_task_return_pointer (task,
                           list_variant (operation->driver),
                           (GDestroyNotify) g_variant_unref);
}

/* What could not be found out is told, what is not there is not */
static void
return_failure (GTask *task, const GError *error)
{
    const SimstowStoreAbout about = {.id = STORE, .fault = error->message};

    g_debug ("no USIM phonebook: %s", error->message);
    g_task_return_pointer (task,
                           simstow_store_about_list (&about, simstow_card_lacks (error) ? 0 : 1),
                           (GDestroyNotify) g_variant_unref);
}

static void
forget_book (SimstowStoreUsimCard *self)
{
    simstow_usim_book_free (self->book);
    self->book = simstow_usim_book_new ();
}

static gboolean
has_channel (SimstowStoreUsimCard *self)
{
    const gchar *way = simstow_store_card_driver_get_way (SIMSTOW_STORE_CARD_DRIVER (self));

    return way && !g_str_equal (way, SIMSTOW_WAY_CRSM);
}

static void
next_load (SimstowVisit *visit, SimstowVisitStep *done, gpointer user_data)
{
    const Operation *operation = user_data;

    simstow_usim_book_take (operation->driver->book, visit, done);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    const Operation *operation = g_task_get_task_data (task);

    if (simstow_visit_run_finish (SIMSTOW_VISIT (source), result, &error)) {
        simstow_usim_book_finish (operation->driver->book);
        if (operation->unasked && !has_channel (operation->driver))
            forget_book (operation->driver);
        return_list (task);
        return;
    }
    /* what came before the end is no book */
    forget_book (operation->driver);
    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    return_failure (task, error);
}

static void
load (GTask *task)
{
    const Operation *operation = g_task_get_task_data (task);
    g_autoptr (SimstowVisit) visit =
        simstow_store_card_driver_visit (g_task_get_source_object (task));

    simstow_usim_book_start (operation->driver->book, visit);
    simstow_visit_run_for (visit, task, next_load, on_loaded);
}

/* Over AT many a modem has no USIM phonebook behind its plain one: a line of restricted
 * commands says so, where a channel would take several. */

static gboolean
answers (GPtrArray *probes)
{
    guint i;

    for (i = 0; i < probes->len; i++) {
        const SimstowRestrictedCommand *command = g_ptr_array_index (probes, i);

        if (command->answer)
            return TRUE;
    }
    return FALSE;
}

/* Why it is not known whether there is a book: %NULL when it is */
static const GError *
find_failure (GPtrArray *probes)
{
    guint i;

    for (i = 0; i < probes->len; i++) {
        const SimstowRestrictedCommand *command = g_ptr_array_index (probes, i);

        if (command->error && !simstow_card_lacks (command->error))
            return command->error;
    }
    return NULL;
}

/* The modem does not know the command: a plain ERROR, or an error that says so */
static gboolean
is_unknown (const GError *error)
{
    return error && simstow_card_lacks (error) &&
           !g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND) &&
           simstow_error_has_code (error, NULL, 0);
}

/* Whether nothing was asked of the card, which a channel may reach */
static gboolean
is_unasked (GPtrArray *probes)
{
    guint i;

    for (i = 0; i < probes->len; i++) {
        const SimstowRestrictedCommand *command = g_ptr_array_index (probes, i);

        if (!is_unknown (command->error))
            return FALSE;
    }
    return TRUE;
}

static void
on_probed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    Operation *operation = g_task_get_task_data (task);
    gboolean done = simstow_restricted_run_finish (SIMSTOW_RESTRICTED (source), result, &error);

    operation->unasked = done ? is_unasked (operation->probes) : is_unknown (error);
    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED))
        g_task_return_error (task, g_steal_pointer (&error));
    else if (operation->unasked || (done && answers (operation->probes)))
        load (task);
    else if (!done)
        return_failure (task, error);
    else if (find_failure (operation->probes))
        return_failure (task, find_failure (operation->probes));
    else
        return_list (task);
}

static void
probe (GTask *task, SimstowPort *port)
{
    static const guint8 parameters[3] = {0};
    Operation *operation = g_task_get_task_data (task);
    g_autoptr (SimstowRestricted) restricted = simstow_restricted_new (port);
    const gchar *digits;
    guint i;

    operation->probes =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_restricted_command_free);
    for (i = 0; (digits = simstow_usim_book_peek_path (i)) != NULL; i++) {
        g_autoptr (GBytes) path = simstow_hex_decode (digits, -1, NULL);

        g_ptr_array_add (
            operation->probes,
            simstow_restricted_command_new (SIMSTOW_INS_GET_RESPONSE, path, parameters, NULL));
    }
    simstow_restricted_run_async (restricted,
                                  operation->probes,
                                  g_task_get_cancellable (task),
                                  on_probed,
                                  g_object_ref (task));
}

static void
list_async (SimstowStoreDriver *driver,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
    SimstowStoreUsimCard *self = SIMSTOW_STORE_USIM_CARD (driver);
    SimstowPort *port = simstow_store_driver_get_port (driver);
    g_autoptr (GTask) task = task_new (driver, list_async, cancellable, callback, user_data);

    simstow_usim_book_free (self->book);
    self->book = simstow_usim_book_new ();
    if (simstow_port_peek_mbim (port))
        load (task);
    else if (simstow_port_has_at (port))
        probe (task, port);
    else
        return_list (task);
}

/* Reading: the contacts of a run, then what belongs to those that are there */

static void
follow_contacts (Operation *operation)
{
    guint i;

    operation->followed = TRUE;
    for (i = operation->first; i <= operation->last; i++) {
        guint record = i - operation->set->first + 1;
        GBytes *adn = simstow_usim_gather_peek (operation->gather, operation->set->adn, record);

        if (adn && !simstow_usim_fields_is_free (operation->set->adn, adn))
            simstow_usim_gather_follow (operation->gather, record);
    }
}

static void
next_read (SimstowVisit *visit, SimstowVisitStep *done, gpointer user_data)
{
    Operation *operation = user_data;

    simstow_usim_gather_take (operation->gather, done);
    if (simstow_usim_gather_next (operation->gather, visit) || operation->followed)
        return;
    follow_contacts (operation);
    simstow_usim_gather_next (operation->gather, visit);
}

static GVariant *
records_variant (const Operation *operation)
{
    GVariantBuilder builder;
    guint i;

    g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
    for (i = operation->first; i <= operation->last; i++) {
        GVariant *record = simstow_usim_fields_to_variant (operation->gather,
                                                           operation->set,
                                                           i - operation->set->first + 1);

        if (record)
            g_variant_builder_add_value (&builder, record);
    }
    return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
on_read_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    const Operation *operation = g_task_get_task_data (task);
    const GError *unread;
    GError *error = NULL;

    if (!simstow_visit_run_finish (SIMSTOW_VISIT (source), result, &error)) {
        g_task_return_error (task, error);
        return;
    }
    unread = simstow_usim_gather_get_error (operation->gather, operation->set->adn);
    if (unread) {
        g_task_return_error (task, g_error_copy (unread));
        return;
    }
    if (operation->progress)
        operation->progress (STORE,
                             operation->last,
                             simstow_usim_book_get_capacity (operation->driver->book),
                             operation->progress_data);
    g_task_return_pointer (task, records_variant (operation), (GDestroyNotify) g_variant_unref);
}

/* A run lies within a set. */
static void
plan_run (Operation *operation, guint first, guint count)
{
    const SimstowUsimBook *book = operation->driver->book;
    guint most = count > 0 && count < CHUNK ? count : CHUNK;
    guint i;

    operation->first = MAX (first, 1);
    operation->set = simstow_usim_book_find (book, operation->first);
    if (!operation->set)
        return;
    operation->last = MIN (operation->set->last, operation->first + most - 1);
    if (operation->last < simstow_usim_book_get_capacity (book))
        operation->next = operation->last + 1;
    operation->gather = simstow_usim_gather_new (operation->set);
    simstow_usim_gather_set_each (operation->gather);
    for (i = operation->first; i <= operation->last; i++)
        simstow_usim_gather_want (operation->gather,
                                  operation->set->adn,
                                  i - operation->set->first + 1);
}

static void
return_no_book (GTask *task)
{
    const Operation *operation = g_task_get_task_data (task);
    const gchar *fault = simstow_usim_book_get_fault (operation->driver->book);

    g_task_return_new_error (task,
                             SIMSTOW_ERROR,
                             fault ? SIMSTOW_ERROR_MODEM_ERROR : SIMSTOW_ERROR_UNSUPPORTED,
                             "no USIM phonebook%s%s",
                             fault ? ": " : "",
                             fault ? fault : "");
}

static void
read_async (SimstowStoreDriver *driver,
            const gchar *store,
            guint first,
            guint count,
            SimstowStoreProgressFunc progress,
            gpointer progress_data,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
    SimstowStoreUsimCard *self = SIMSTOW_STORE_USIM_CARD (driver);
    g_autoptr (GTask) task = task_new (driver, read_async, cancellable, callback, user_data);
    Operation *operation = g_task_get_task_data (task);
    g_autoptr (SimstowVisit) visit = NULL;

    operation->progress = progress;
    operation->progress_data = progress_data;
    plan_run (operation, first, count);
    if (simstow_usim_book_get_capacity (self->book) == 0) {
        return_no_book (task);
        return;
    }
    if (!operation->set) {
        g_task_return_pointer (
            task,
            g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE_VARDICT, NULL, 0)),
            (GDestroyNotify) g_variant_unref);
        return;
    }
    visit = simstow_store_card_driver_visit (g_task_get_source_object (task));
    simstow_usim_gather_next (operation->gather, visit);
    simstow_visit_run_for (visit, task, next_read, on_read_done);
}

static GVariant *
read_finish (SimstowStoreDriver *driver, GAsyncResult *result, guint *next, GError **error)
{
    const Operation *operation = g_task_get_task_data (G_TASK (result));

    g_return_val_if_fail (g_task_is_valid (result, driver), NULL);

    *next = operation->next;
    return g_task_propagate_pointer (G_TASK (result), error);
}

/* Writing and erasing */

static void
next_write (SimstowVisit *visit, SimstowVisitStep *done, gpointer user_data)
{
    const Operation *operation = user_data;

    simstow_usim_write_take (operation->write, visit, done);
}

static void
on_write_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    const Operation *operation = g_task_get_task_data (task);
    GError *error = NULL;
    guint index = 0;

    if (simstow_visit_run_finish (SIMSTOW_VISIT (source), result, &error))
        index = simstow_usim_write_finish (operation->write, &error);
    if (index > 0)
        g_task_return_int (task, index);
    else
        g_task_return_error (task, error);
}

/* Takes @write. */
static void
run_write (GTask *task, SimstowUsimWrite *write)
{
    Operation *operation = g_task_get_task_data (task);
    g_autoptr (SimstowVisit) visit =
        simstow_store_card_driver_visit (g_task_get_source_object (task));
    GError *error = NULL;

    operation->write = write;
    if (simstow_usim_write_start (write, visit, &error))
        simstow_visit_run_for (visit, task, next_write, on_write_done);
    else
        g_task_return_error (task, error);
}

static void
write_async (SimstowStoreDriver *driver,
             const gchar *store,
             GVariant *record,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
    SimstowStoreUsimCard *self = SIMSTOW_STORE_USIM_CARD (driver);
    g_autoptr (GTask) task = task_new (driver, write_async, cancellable, callback, user_data);
    GError *error = NULL;
    SimstowUsimContact *contact = simstow_usim_contact_from_variant (record, &error);

    if (contact)
        run_write (task, simstow_usim_write_new (self->book, contact));
    else
        g_task_return_error (task, error);
}

static void
erase_async (SimstowStoreDriver *driver,
             const gchar *store,
             guint index,
             GCancellable *cancellable,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
    SimstowStoreUsimCard *self = SIMSTOW_STORE_USIM_CARD (driver);
    g_autoptr (GTask) task = task_new (driver, erase_async, cancellable, callback, user_data);

    simstow_usim_book_forget_places (self->book);
    run_write (task, simstow_usim_write_new_erase (self->book, index));
}

static gboolean
erase_finish (SimstowStoreDriver *driver, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, driver), FALSE);

    return g_task_propagate_int (G_TASK (result), error) > 0;
}

static void
simstow_store_usim_card_finalize (GObject *object)
{
    SimstowStoreUsimCard *self = SIMSTOW_STORE_USIM_CARD (object);

    simstow_usim_book_free (self->book);
    G_OBJECT_CLASS (simstow_store_usim_card_parent_class)->finalize (object);
}

static void
simstow_store_usim_card_class_init (SimstowStoreUsimCardClass *klass)
{
    SimstowStoreDriverClass *driver_class = SIMSTOW_STORE_DRIVER_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = simstow_store_usim_card_finalize;
    driver_class->list_async = list_async;
    driver_class->read_async = read_async;
    driver_class->read_finish = read_finish;
    driver_class->write_async = write_async;
    driver_class->erase_async = erase_async;
    driver_class->erase_finish = erase_finish;
}

static void
simstow_store_usim_card_init (SimstowStoreUsimCard *self)
{
    self->book = simstow_usim_book_new ();
}
