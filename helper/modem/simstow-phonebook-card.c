/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of numbers. The first read of phonebooks after a listing asks for all of them in one call,
 * that of calls for all of these, and the reads that follow are answered from that; each list is
 * given so once. What holds the rest of long numbers is read where there is one.
 */

#include "simstow-phonebook-card.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-card-file.h"
#include "simstow-card-numbers.h"
#include "simstow-card-services.h"
#include "simstow-error.h"
#include "simstow-names.h"

#define FIXED_SIZE SIMSTOW_EF_ADN_FIXED_SIZE
#define DIGITS_MAX 20
#define DIGITS_EXT 20
#define OCI_TAIL   13
#define ICI_TAIL   14

/* From the end of EF_ICI: status, then the link to the phonebook */
#define STATUS_FROM_END 4
#define STATUS_MISSED   0x01

typedef enum {
    CALLS_ALL,
    CALLS_ANSWERED,
    CALLS_MISSED,
} Filter;

/* A list of numbers; "tail" octets follow what EF_ADN has */
typedef struct {
    const gchar *store;
    const gchar *path;
    const gchar *extension;
    guint tail;
    Filter filter;
    gboolean writable;
    guint service; /* by which the card declares it, 0 for none */
} List;

static const List lists[] = {
    {"phonebook/sm", "7F106F3A", "7F106F4A", 0, CALLS_ALL, TRUE, SIMSTOW_SERVICE_PHONEBOOK},
    {"phonebook/fd", "7FFF6F3B", "7FFF6F4B", 0, CALLS_ALL, TRUE, SIMSTOW_SERVICE_FDN},
    {"phonebook/on", "7FFF6F40", "7FFF6F4E", 0, CALLS_ALL, TRUE, SIMSTOW_SERVICE_MSISDN},
    {"phonebook/sn", "7FFF6F49", "7FFF6F4C", 0, CALLS_ALL, FALSE, SIMSTOW_SERVICE_SDN},
    {"calls/last", "7FFF6F44", "7F106F4A", 0, CALLS_ALL, FALSE, 0},
    {"calls/dialled", "7FFF6F81", "7FFF6F4E", OCI_TAIL, CALLS_ALL, FALSE, SIMSTOW_SERVICE_OCI},
    {"calls/received",
     "7FFF6F80",
     "7FFF6F4E",
     ICI_TAIL,
     CALLS_ANSWERED,
     FALSE,
     SIMSTOW_SERVICE_ICI},
    {"calls/missed", "7FFF6F80", "7FFF6F4E", ICI_TAIL, CALLS_MISSED, FALSE, SIMSTOW_SERVICE_ICI},
};

#define LISTS G_N_ELEMENTS (lists)

struct _SimstowPhonebookCard {
    SimstowDriver parent_instance;

    gboolean untouched[2];  /* since the listing: calls, phonebooks */
    gboolean listed[LISTS]; /* there is such a file, and such an extension */
    gboolean extended[LISTS];
    gboolean fresh[LISTS]; /* what was read of it was given to nobody yet */
    GHashTable *there;     /* path -> SimstowCardFile, as it was seen last */
};

G_DEFINE_FINAL_TYPE (SimstowPhonebookCard, simstow_phonebook_card, SIMSTOW_TYPE_DRIVER)

static SimstowConversation *
peek_conversation (SimstowPhonebookCard *self)
{
    return simstow_driver_peek_conversation (SIMSTOW_DRIVER (self));
}

/* The files that are asked for, each once */
typedef struct {
    GPtrArray *commands; /* ends in NULL when it is run */
} Asking;

static void
ask (Asking *asking, const gchar *verb, const gchar *path)
{
    g_autofree gchar *command = g_strconcat (verb, " ", path, NULL);

    if (!g_ptr_array_find_with_equal_func (asking->commands, command, g_str_equal, NULL))
        g_ptr_array_add (asking->commands, g_steal_pointer (&command));
}

static Asking
asking_new (void)
{
    return (Asking){g_ptr_array_new_with_free_func (g_free)};
}

/* Their answers, by path; takes what was asked */
static GHashTable *
asking_run (Asking *asking,
            SimstowConversation *conversation,
            GCancellable *cancellable,
            GError **error)
{
    g_autoptr (GPtrArray) commands = asking->commands;
    g_autoptr (GPtrArray) files = NULL;
    GHashTable *by_path;

    g_ptr_array_add (commands, NULL);
    files = simstow_card_files_run (conversation,
                                    (const gchar *const *) commands->pdata,
                                    cancellable,
                                    error);
    if (!files)
        return NULL;
    by_path = g_hash_table_new_full (g_str_hash,
                                     g_str_equal,
                                     NULL,
                                     (GDestroyNotify) simstow_card_file_free);
    while (files->len > 0) {
        SimstowCardFile *file = g_ptr_array_steal_index (files, files->len - 1);

        g_hash_table_replace (by_path, file->path, file);
    }
    return by_path;
}

/* Listing */

static gboolean
has_shape (const List *list, const SimstowCardFile *file)
{
    return simstow_card_file_has_records (file) && file->fcp.record_size >= FIXED_SIZE + list->tail;
}

static gboolean
is_absent (const SimstowCardFile *file)
{
    return g_error_matches (file->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND);
}

/* What is wrong with a list that may be there all the same: %NULL when it is there, or is not. A
 * file that the card says it does not have is looked up in what it declares. */
static gchar *
dup_fault (const List *list, GHashTable *shapes, GBytes *declared)
{
    const SimstowCardFile *file = g_hash_table_lookup (shapes, list->path);
    const SimstowCardFile *extension = g_hash_table_lookup (shapes, list->extension);

    if (is_absent (file))
        return simstow_card_services_dup_fault (declared, list->service, list->path);
    if (file->error)
        return simstow_card_file_lacks (file) ? NULL : g_strdup (file->error->message);
    if (!has_shape (list, file))
        return g_strdup_printf ("the file %s has an odd shape: structure %u, records of %u",
                                file->path,
                                file->fcp.structure,
                                file->fcp.record_size);
    if (extension->error && !simstow_card_file_lacks (extension))
        return g_strdup (extension->error->message);
    return NULL;
}

static void
add_store (SimstowSnapshot *listing,
           const List *list,
           GHashTable *shapes,
           const gchar *way,
           const gchar *fault)
{
    const SimstowCardFile *file = g_hash_table_lookup (shapes, list->path);
    const SimstowCardFile *extension = g_hash_table_lookup (shapes, list->extension);
    SimstowStore *store = simstow_store_new (list->store);

    store->via = g_strdup (SIMSTOW_VIA_CARD);
    store->way = g_strdup (way);
    store->fault = g_strdup (fault);
    store->writable = store->plain = list->writable;
    store->capacity = (gint) file->fcp.n_records;
    store->first = 1;
    store->last = file->fcp.n_records;
    store->number_length =
        (gint) (DIGITS_MAX + DIGITS_EXT * (extension->error ? 0 : extension->fcp.n_records));
    store->name_length = (gint) (file->fcp.record_size - list->tail - FIXED_SIZE);
    g_ptr_array_add (listing->stores, store);
}

static gboolean
read_services (SimstowPhonebookCard *self,
               GHashTable *shapes,
               GBytes **declared,
               GCancellable *cancellable,
               GError **error)
{
    gboolean nothing = TRUE;
    gboolean missing = FALSE;

    for (guint i = 0; i < LISTS; i++) {
        gboolean absent = is_absent (g_hash_table_lookup (shapes, lists[i].path));

        nothing = nothing && absent;
        missing = missing || (absent && lists[i].service > 0);
    }
    return !missing || simstow_card_services_read (peek_conversation (self),
                                                   nothing,
                                                   declared,
                                                   cancellable,
                                                   error);
}

static gboolean
list (SimstowDriver *driver,
      gboolean counts,
      SimstowSnapshot *listing,
      GCancellable *cancellable,
      GError **error)
{
    SimstowPhonebookCard *self = SIMSTOW_PHONEBOOK_CARD (driver);
    Asking asking = asking_new ();
    g_autoptr (GHashTable) shapes = NULL;
    g_autoptr (GBytes) declared = NULL;
    g_autofree gchar *way = NULL;

    g_hash_table_remove_all (self->there);
    self->untouched[FALSE] = self->untouched[TRUE] = TRUE;
    for (guint i = 0; i < LISTS; i++) {
        ask (&asking, "describe", lists[i].path);
        ask (&asking, "describe", lists[i].extension);
    }
    shapes = asking_run (&asking, peek_conversation (self), cancellable, error);
    if (!shapes || !read_services (self, shapes, &declared, cancellable, error))
        return FALSE;
    way = simstow_card_files_dup_way (peek_conversation (self), cancellable);
    for (guint i = 0; i < LISTS; i++) {
        const SimstowCardFile *file = g_hash_table_lookup (shapes, lists[i].path);
        const SimstowCardFile *extension = g_hash_table_lookup (shapes, lists[i].extension);
        g_autofree gchar *fault = dup_fault (&lists[i], shapes, declared);

        self->listed[i] = !file->error && has_shape (&lists[i], file) && file->fcp.n_records > 0;
        self->extended[i] = !extension->error && extension->fcp.n_records > 0;
        self->fresh[i] = FALSE;
        if (self->listed[i])
            add_store (listing, &lists[i], shapes, way, fault);
        else if (fault)
            simstow_snapshot_add_problem (listing,
                                          lists[i].store,
                                          is_absent (file) ? SIMSTOW_DRIVER_DOUBT : 0,
                                          TRUE,
                                          "%s",
                                          fault);
    }
    return TRUE;
}

/* Reading */

static guint
find_list (const gchar *store, GError **error)
{
    guint i = 0;

    while (i < LISTS && !g_str_equal (lists[i].store, store))
        i++;
    if (i == LISTS)
        g_set_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED, "no store %s", store);
    return i;
}

static gboolean
is_phonebook (guint i)
{
    return g_str_has_prefix (lists[i].store, SIMSTOW_PREFIX_PHONEBOOK);
}

static void
keep (SimstowPhonebookCard *self, GHashTable *files)
{
    GHashTableIter iter;
    gpointer file;

    g_hash_table_iter_init (&iter, files);
    while (g_hash_table_iter_next (&iter, NULL, &file)) {
        g_hash_table_iter_steal (&iter);
        g_hash_table_replace (self->there, ((SimstowCardFile *) file)->path, file);
    }
}

static gboolean
run (SimstowPhonebookCard *self, Asking *asking, GCancellable *cancellable, GError **error)
{
    g_autoptr (GHashTable) files = NULL;

    if (asking->commands->len == 0) {
        g_ptr_array_unref (asking->commands);
        return TRUE;
    }
    files = asking_run (asking, peek_conversation (self), cancellable, error);
    if (files)
        keep (self, files);
    return files != NULL;
}

/* Whether a record of the list has the rest of its number elsewhere */
static gboolean
has_links (SimstowPhonebookCard *self, const List *list)
{
    const SimstowCardFile *file = g_hash_table_lookup (self->there, list->path);

    for (guint i = 0; file && i < file->records->len; i++) {
        GBytes *record = file->records->pdata[i];

        if (!simstow_numbers_is_free (record, list->tail) &&
            simstow_numbers_is_link (simstow_numbers_link_of (record, list->tail)))
            return TRUE;
    }
    return FALSE;
}

/* Reads a list anew; what comes right after a listing all of its kind */
static gboolean
load (SimstowPhonebookCard *self, guint wanted, GCancellable *cancellable, GError **error)
{
    gboolean *untouched = &self->untouched[is_phonebook (wanted)];
    gboolean read[LISTS];
    Asking asking = asking_new ();
    Asking further;

    for (guint i = 0; i < LISTS; i++) {
        read[i] = i == wanted ||
                  (*untouched && self->listed[i] && is_phonebook (i) == is_phonebook (wanted));
        if (read[i])
            ask (&asking, "read", lists[i].path);
    }
    if (!run (self, &asking, cancellable, error))
        return FALSE;
    further = asking_new ();
    for (guint i = 0; i < LISTS; i++)
        if (read[i] && self->extended[i] && has_links (self, &lists[i]))
            ask (&further, "read", lists[i].extension);
    if (!run (self, &further, cancellable, error))
        return FALSE;
    for (guint i = 0; i < LISTS; i++)
        self->fresh[i] = self->fresh[i] || (*untouched && read[i]);
    *untouched = FALSE;
    return TRUE;
}

/* For who writes the rest of a number */
static gboolean
load_extension (SimstowPhonebookCard *self,
                const List *list,
                GCancellable *cancellable,
                GError **error)
{
    Asking asking = asking_new ();

    if (!g_hash_table_contains (self->there, list->extension))
        ask (&asking, "read", list->extension);
    return run (self, &asking, cancellable, error);
}

static gboolean
is_wanted (const List *list, GBytes *record)
{
    gsize size = g_bytes_get_size (record);
    gboolean missed;

    if (list->filter == CALLS_ALL)
        return TRUE;
    missed = size >= STATUS_FROM_END &&
             simstow_numbers_octet_at (record, size - STATUS_FROM_END) & STATUS_MISSED;
    return missed == (list->filter == CALLS_MISSED);
}

/* The records of EF_EXT that the list leads to, %NULL without any, and what is wrong with them */
static GPtrArray *
peek_extensions (SimstowPhonebookCard *self, const List *list, const gchar **fault)
{
    const SimstowCardFile *file = g_hash_table_lookup (self->there, list->extension);

    *fault = file && file->error ? file->error->message : NULL;
    return file ? file->records : NULL;
}

static void
add_record (SimstowPhonebookCard *self,
            SimstowSnapshot *into,
            const List *list,
            guint index,
            GBytes *record)
{
    guint8 link = simstow_numbers_link_of (record, list->tail);
    const gchar *fault = NULL;
    GPtrArray *extensions = peek_extensions (self, list, &fault);
    gboolean broken = FALSE;
    g_autoptr (GPtrArray) chain = simstow_numbers_chain (extensions, link, &broken);
    g_autoptr (GError) error = NULL;
    SimstowContact *contact = NULL;
    SimstowCall *call = NULL;

    if (g_str_has_prefix (list->store, SIMSTOW_PREFIX_PHONEBOOK))
        contact = simstow_numbers_to_contact (list->store, index, record, chain, &error);
    else
        call = simstow_numbers_to_call (list->store, index, record, list->tail, chain, &error);
    if (contact)
        g_ptr_array_add (into->contacts, contact);
    if (call)
        g_ptr_array_add (into->calls, call);
    if (error) {
        g_ptr_array_add (into->unread,
                         simstow_unread_new (list->store, index, error->message, record));
        return;
    }
    if ((broken || (!extensions && simstow_numbers_is_link (link))) && !fault)
        fault = "the rest of the number could not be read";
    if (fault && link != SIMSTOW_NUMBERS_FILLER)
        simstow_snapshot_add_problem (into,
                                      list->store,
                                      index,
                                      TRUE,
                                      _ ("a field could not be read: %s"),
                                      fault);
}

/* What was read before a failure is handed over. */
static gboolean
read_store (SimstowDriver *driver,
            const gchar *store,
            guint first,
            guint last,
            SimstowSnapshot *into,
            SimstowProgressFunc progress,
            gpointer user_data,
            GCancellable *cancellable,
            GError **error)
{
    SimstowPhonebookCard *self = SIMSTOW_PHONEBOOK_CARD (driver);
    guint which = find_list (store, error);
    const List *list = &lists[MIN (which, LISTS - 1)];
    const SimstowCardFile *file;

    if (which == LISTS || (!self->fresh[which] && !load (self, which, cancellable, error)))
        return FALSE;
    self->fresh[which] = FALSE;
    file = g_hash_table_lookup (self->there, list->path);
    for (guint i = 0; i < file->records->len; i++) {
        GBytes *record = file->records->pdata[i];
        const gchar *fault = file->faults->pdata[i];

        if (i + 1 < first || (last > 0 && i + 1 > last))
            continue;
        if (fault)
            g_ptr_array_add (into->unread,
                             simstow_unread_new (store,
                                                 i + 1,
                                                 fault,
                                                 g_bytes_get_size (record) > 0 ? record : NULL));
        else if (!simstow_numbers_is_free (record, list->tail) && is_wanted (list, record))
            add_record (self, into, list, i + 1, record);
    }
    if (progress)
        progress (store, file->records->len, file->fcp.n_records, user_data);
    if (file->error)
        g_propagate_error (error, g_error_copy (file->error));
    return file->error == NULL;
}

/* Writing: extensions first, so that what is cut short in the middle leaves no entry with a part
 * of its number */

typedef struct {
    SimstowCardUpdate updates[SIMSTOW_CONVERSATION_COMMANDS];
    guint n_updates;
    guint ends[SIMSTOW_DRIVER_WRITE_RECORDS]; /* of each contact, behind its last update */
    guint places[SIMSTOW_DRIVER_WRITE_RECORDS];
    guint n_contacts;
    GError *error; /* of the contact behind the last one */
} Batch;

static void
batch_clear (Batch *batch)
{
    for (guint i = 0; i < batch->n_updates; i++) {
        g_bytes_unref (batch->updates[i].expected);
        g_bytes_unref (batch->updates[i].wanted);
    }
    g_clear_error (&batch->error);
    batch->n_updates = 0;
}

/* What is planned is there already for what is planned next. Takes @wanted. */
static void
add_update (Batch *batch, SimstowCardFile *file, guint record, GBytes *wanted)
{
    GBytes **there = (GBytes **) &file->records->pdata[record - 1];

    batch->updates[batch->n_updates++] =
        (SimstowCardUpdate){file->path, record, g_steal_pointer (there), wanted};
    *there = g_bytes_ref (wanted);
}

static guint
find_place (const SimstowCardFile *file, gboolean extension)
{
    for (guint i = 0; i < file->records->len && i < SIMSTOW_NUMBERS_FILLER - 1; i++) {
        GBytes *record = file->records->pdata[i];
        gboolean vacant = extension
                              ? !simstow_numbers_is_link (simstow_numbers_octet_at (record, 0))
                              : simstow_numbers_is_free (record, 0);

        if (g_bytes_get_size (record) > 0 && vacant)
            return i + 1;
    }
    return 0;
}

static GBytes *
with_octet (GBytes *record, gsize offset, guint8 octet)
{
    gsize size;
    gconstpointer data = g_bytes_get_data (record, &size);
    guint8 *copy = g_memdup2 (data, size);

    if (offset < size)
        copy[offset] = octet;
    return g_bytes_new_take (copy, size);
}

/* The chain, its end first; its first record, filler for none, or 0 with @error set */
static guint8
plan_chain (SimstowPhonebookCard *self,
            Batch *batch,
            const List *list,
            GPtrArray *chain,
            GError **error)
{
    SimstowCardFile *file = g_hash_table_lookup (self->there, list->extension);
    guint8 link = SIMSTOW_NUMBERS_FILLER;

    for (guint i = chain->len; i > 0; i--) {
        guint place = file ? find_place (file, TRUE) : 0;

        if (place == 0) {
            g_set_error (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_FULL,
                         "the card has no room for the rest of so long a number");
            return 0;
        }
        add_update (batch,
                    file,
                    place,
                    with_octet (chain->pdata[i - 1], SIMSTOW_NUMBERS_EXTENSION_LINK, link));
        link = (guint8) place;
    }
    return link;
}

static guint
choose_place (const SimstowCardFile *file, const List *list, guint index, GError **error)
{
    guint place = index > 0 ? index : find_place (file, FALSE);

    if (place > file->records->len)
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "%s has the records 1 to %u",
                     list->store,
                     file->records->len);
    else if (place == 0)
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_FULL,
                     "all %u records are in use",
                     file->records->len);
    return place > file->records->len ? 0 : place;
}

/* Whether one more contact goes into the call */
static gboolean
plan_contact (SimstowPhonebookCard *self,
              Batch *batch,
              const List *list,
              const SimstowDriverRecord *record)
{
    SimstowCardFile *file = g_hash_table_lookup (self->there, list->path);
    const SimstowEfAdn entry = simstow_numbers_entry (record->contact->number,
                                                      record->contact->type,
                                                      record->contact->name);
    guint before = batch->n_updates;
    g_autoptr (GByteArray) raw = NULL;
    g_autoptr (GPtrArray) chain = NULL;
    guint place;
    guint8 link;

    place = choose_place (file, list, record->index, &batch->error);
    if (place > 0)
        raw = simstow_numbers_encode (record->contact, file->fcp.record_size, &batch->error);
    if (raw)
        chain = simstow_numbers_encode_chain (&entry, &batch->error);
    if (!chain || before + chain->len >= SIMSTOW_CONVERSATION_COMMANDS)
        return FALSE;
    link = plan_chain (self, batch, list, chain, &batch->error);
    if (link == 0) {
        /* what was planned of the chain is not sent */
        for (; batch->n_updates > before; batch->n_updates--) {
            g_bytes_unref (batch->updates[batch->n_updates - 1].expected);
            g_bytes_unref (batch->updates[batch->n_updates - 1].wanted);
        }
        g_hash_table_remove (self->there, list->extension);
        return FALSE;
    }
    raw->data[raw->len - 1] = link;
    add_update (batch, file, place, g_byte_array_free_to_bytes (g_steal_pointer (&raw)));
    batch->places[batch->n_contacts] = place;
    batch->ends[batch->n_contacts++] = batch->n_updates;
    return TRUE;
}

/* Whether what is kept of the card is still so; else it is read again. */
static gboolean
batch_write (SimstowPhonebookCard *self, Batch *batch, GArray *outcomes, GCancellable *cancellable)
{
    GError *error = NULL;
    guint written = 0;
    guint done = 0;

    if (batch->n_updates > 0)
        simstow_card_files_update (peek_conversation (self),
                                   batch->updates,
                                   batch->n_updates,
                                   &written,
                                   cancellable,
                                   &error);
    if (error)
        g_hash_table_remove_all (self->there);
    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CHANGED)) {
        g_error_free (error);
        return FALSE;
    }
    for (; done < batch->n_contacts && batch->ends[done] <= written; done++)
        simstow_driver_outcomes_add (outcomes, batch->places[done], NULL);
    if (!error)
        error = g_steal_pointer (&batch->error);
    if (error)
        simstow_driver_outcomes_add (outcomes, 0, error);
    return TRUE;
}

/* For who writes: what is read afterwards comes from the card */
static gboolean
load_whole (SimstowPhonebookCard *self, guint which, GCancellable *cancellable, GError **error)
{
    const SimstowCardFile *file;

    self->untouched[FALSE] = self->untouched[TRUE] = FALSE;
    memset (self->fresh, 0, sizeof self->fresh);
    if (!g_hash_table_contains (self->there, lists[which].path) &&
        !load (self, which, cancellable, error))
        return FALSE;
    file = g_hash_table_lookup (self->there, lists[which].path);
    if (!file->error)
        return TRUE;
    g_propagate_error (error, g_error_copy (file->error));
    g_hash_table_remove (self->there, lists[which].path);
    return FALSE;
}

/* Whether one of the contacts has a number that one record does not hold */
static gboolean
need_extension (const SimstowDriverRecord *records, guint n_records)
{
    gboolean needed = FALSE;

    for (guint i = 0; i < n_records; i++) {
        const SimstowEfAdn entry = simstow_numbers_entry (records[i].contact->number,
                                                          records[i].contact->type,
                                                          records[i].contact->name);

        needed = needed || simstow_ef_adn_count_extensions (&entry) > 0;
    }
    return needed;
}

static gboolean
write_records (SimstowDriver *driver,
               const gchar *store,
               const SimstowDriverRecord *records,
               guint n_records,
               GArray *outcomes,
               GCancellable *cancellable,
               GError **error)
{
    SimstowPhonebookCard *self = SIMSTOW_PHONEBOOK_CARD (driver);
    guint which = find_list (store, error);

    if (which == LISTS)
        return FALSE;
    if (!lists[which].writable) {
        g_set_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED, "%s can only be read", store);
        return FALSE;
    }
    for (guint attempt = 0; attempt < 3; attempt++) {
        Batch batch = {.n_updates = 0};
        gboolean good;

        if (!load_whole (self, which, cancellable, error))
            return FALSE;
        if (self->extended[which] && need_extension (records, n_records) &&
            !load_extension (self, &lists[which], cancellable, error))
            return FALSE;
        for (guint i = 0; i < n_records; i++)
            if (!plan_contact (self, &batch, &lists[which], &records[i]))
                break;
        good = batch_write (self, &batch, outcomes, cancellable);
        batch_clear (&batch);
        if (good)
            return TRUE;
    }
    simstow_driver_outcomes_add (outcomes,
                                 0,
                                 g_error_new_literal (SIMSTOW_ERROR,
                                                      SIMSTOW_ERROR_CHANGED,
                                                      "somebody else writes to the card"));
    return TRUE;
}

/* Erasing: a free record is filler throughout */

static gboolean
holds (SimstowPhonebookCard *self, const List *list, GBytes *record, const SimstowContact *wanted)
{
    const gchar *fault = NULL;
    GPtrArray *extensions = peek_extensions (self, list, &fault);
    gboolean broken = FALSE;
    g_autoptr (GPtrArray) chain =
        simstow_numbers_chain (extensions, simstow_numbers_link_of (record, 0), &broken);
    g_autoptr (SimstowContact) there =
        simstow_numbers_to_contact (list->store, wanted->index, record, chain, NULL);

    return there && there->type == wanted->type && g_str_equal (there->number, wanted->number) &&
           g_str_equal (there->name, wanted->name);
}

static gboolean
erase_there (SimstowPhonebookCard *self,
             const List *list,
             const SimstowContact *contact,
             gboolean *begun,
             GCancellable *cancellable,
             GError **error)
{
    SimstowCardFile *file = g_hash_table_lookup (self->there, list->path);
    Batch batch = {.n_updates = 0};
    gboolean good;

    if (contact->index < 1 || contact->index > file->records->len ||
        simstow_numbers_is_free (file->records->pdata[contact->index - 1], 0) ||
        !holds (self, list, file->records->pdata[contact->index - 1], contact)) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_CHANGED,
                     "record %u holds another contact now",
                     contact->index);
        return FALSE;
    }
    add_update (&batch,
                file,
                contact->index,
                g_bytes_new_take (memset (g_malloc (file->fcp.record_size),
                                          SIMSTOW_NUMBERS_FILLER,
                                          file->fcp.record_size),
                                  file->fcp.record_size));
    *begun = TRUE;
    good = simstow_card_files_update (peek_conversation (self),
                                      batch.updates,
                                      1,
                                      NULL,
                                      cancellable,
                                      error);
    batch_clear (&batch);
    if (!good)
        g_hash_table_remove_all (self->there);
    return good;
}

static gboolean
erase_record (SimstowDriver *driver,
              const gchar *store,
              const SimstowDriverRecord *record,
              gboolean *begun,
              GCancellable *cancellable,
              GError **error)
{
    SimstowPhonebookCard *self = SIMSTOW_PHONEBOOK_CARD (driver);
    guint which = find_list (store, error);
    g_autoptr (GError) local = NULL;

    if (which == LISTS)
        return FALSE;
    if (!lists[which].writable || !record->contact) {
        g_set_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED, "%s can only be read", store);
        return FALSE;
    }
    if (!load_whole (self, which, cancellable, error))
        return FALSE;
    if (erase_there (self, &lists[which], record->contact, begun, cancellable, &local))
        return TRUE;
    if (!g_error_matches (local, SIMSTOW_ERROR, SIMSTOW_ERROR_CHANGED)) {
        g_propagate_error (error, g_steal_pointer (&local));
        return FALSE;
    }
    *begun = FALSE;
    return load_whole (self, which, cancellable, error) &&
           erase_there (self, &lists[which], record->contact, begun, cancellable, error);
}

static void
simstow_phonebook_card_finalize (GObject *object)
{
    g_hash_table_unref (SIMSTOW_PHONEBOOK_CARD (object)->there);
    G_OBJECT_CLASS (simstow_phonebook_card_parent_class)->finalize (object);
}

static void
simstow_phonebook_card_class_init (SimstowPhonebookCardClass *klass)
{
    SimstowDriverClass *driver_class = SIMSTOW_DRIVER_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = simstow_phonebook_card_finalize;
    driver_class->list = list;
    driver_class->read = read_store;
    driver_class->write = write_records;
    driver_class->erase = erase_record;
}

static void
simstow_phonebook_card_init (SimstowPhonebookCard *self)
{
    self->there = g_hash_table_new_full (g_str_hash,
                                         g_str_equal,
                                         NULL,
                                         (GDestroyNotify) simstow_card_file_free);
}

SimstowDriver *
simstow_phonebook_card_new (SimstowConversation *conversation)
{
    return g_object_new (SIMSTOW_TYPE_PHONEBOOK_CARD, "conversation", conversation, NULL);
}
