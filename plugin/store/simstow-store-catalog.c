/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What phonebooks there are and what the modem tells of each.
 */

#include "simstow-store-catalog.h"

#include "simstow-error.h"
#include "simstow-names.h"

#define BATCH           4
#define TIMEOUT_SECONDS 30
#define VIA             "at"

/* How long counts are taken for those of now: an export reads what it has just listed */
#define FRESH_MICROSECONDS G_USEC_PER_SEC

/* More places than any phonebook has; keeps a modem's nonsense from becoming work */
#define PLACES_MAX 20000

/* Stores by the modem's name for them, in the order in which they are best saved.
 * Emergency numbers (EN) are the modem's own and nobody's data. */
static const struct {
    const gchar *storage;
    const gchar *store;
} stores[] = {
    {"SM", SIMSTOW_PREFIX_PHONEBOOK "sm"},
    {"ME", SIMSTOW_PREFIX_PHONEBOOK "me"},
    {"MT", SIMSTOW_PREFIX_PHONEBOOK "mt"},
    {"FD", SIMSTOW_PREFIX_PHONEBOOK "fd"},
    {"ON", SIMSTOW_PREFIX_PHONEBOOK "on"},
    {"SD", SIMSTOW_PREFIX_PHONEBOOK "sd"},
    {"DC", SIMSTOW_PREFIX_CALLS "dialled"},
    {"RC", SIMSTOW_PREFIX_CALLS "received"},
    {"MC", SIMSTOW_PREFIX_CALLS "missed"},
    {"LD", SIMSTOW_PREFIX_CALLS "last"},
};

struct _SimstowStoreCatalog {
    GObject parent_instance;

    SimstowStoreSelector *selector;
    GHashTable *phonebooks; /* id -> SimstowAtPhonebook */
    gboolean loaded;
    gint64 loaded_at;
};

G_DEFINE_FINAL_TYPE (SimstowStoreCatalog, simstow_store_catalog, G_TYPE_OBJECT)

/* How much is asked in one line, from the most to the least */
typedef enum {
    LEVEL_BATCH,
    LEVEL_BATCH_READ_ONLY, /* without +CPBW=?, which read-only phonebooks may refuse */
    LEVEL_SINGLE,
} Level;

typedef struct {
    GPtrArray *storages;
    guint next;
    Level level;
    guint asked;
} Load;

static void
load_free (gpointer data)
{
    Load *load = data;

    g_ptr_array_unref (load->storages);
    g_free (load);
}

static const gchar *
store_of_storage (const gchar *storage)
{
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (stores); i++) {
        if (g_str_equal (stores[i].storage, storage))
            return stores[i].store;
    }
    return NULL;
}

/* MT is SM and ME seen together: it would save everything twice */
static gboolean
is_wanted (const gchar *storage, const gchar *const *offered)
{
    if (!g_strv_contains (offered, storage))
        return FALSE;
    return !g_str_equal (storage, "MT") ||
           (!g_strv_contains (offered, "SM") && !g_strv_contains (offered, "ME"));
}

static void
load_step (GTask *task);

/* Written in practice on every modem, even on one that does not answer +CPBW=? */
static gboolean
is_writable_by_nature (const gchar *storage)
{
    static const gchar *const names[] = {"SM", "ME", "FD", "ON", NULL};

    return g_strv_contains (names, storage);
}

static gboolean
set_range (SimstowAtPhonebook *phonebook)
{
    if (phonebook->last == 0 && phonebook->has_used && phonebook->total > 0) {
        phonebook->first = 1;
        phonebook->last = phonebook->total;
    }
    if (phonebook->last == 0 || phonebook->first > phonebook->last ||
        phonebook->first > G_MAXINT - PLACES_MAX)
        return FALSE;
    phonebook->last = MIN (phonebook->last, phonebook->first + (PLACES_MAX - 1));
    return TRUE;
}

static gboolean
was_asked (const Load *load, const gchar *storage)
{
    guint i;

    for (i = load->next; i < load->next + load->asked; i++) {
        if (g_str_equal (g_ptr_array_index (load->storages, i), storage))
            return TRUE;
    }
    return FALSE;
}

static void
take_reply (SimstowStoreCatalog *self, const Load *load, const gchar *reply)
{
    g_autoptr (GPtrArray) phonebooks = simstow_at_phonebook_parse_all (reply);

    while (phonebooks->len > 0) {
        g_autoptr (SimstowAtPhonebook) phonebook = g_ptr_array_steal_index (phonebooks, 0);

        if (load->level != LEVEL_BATCH && is_writable_by_nature (phonebook->storage))
            phonebook->writable = TRUE;
        if (was_asked (load, phonebook->storage) && set_range (phonebook)) {
            const gchar *store = store_of_storage (phonebook->storage);

            g_hash_table_replace (self->phonebooks, (gpointer) store, g_steal_pointer (&phonebook));
        }
    }
}

static gboolean
is_the_end (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT);
}

static void
on_load_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowStoreCatalog *self = g_task_get_source_object (task);
    Load *load = g_task_get_task_data (task);
    g_autofree gchar *reply =
        simstow_store_selector_run_finish (SIMSTOW_STORE_SELECTOR (source), result, &error);

    if (reply == NULL && is_the_end (error)) {
        g_hash_table_remove_all (self->phonebooks);
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    if (reply == NULL && load->level < LEVEL_SINGLE) {
        load->level++;
        load_step (task);
        return;
    }
    /* a phonebook that refuses on its own is just not there */
    if (reply != NULL)
        take_reply (self, load, reply);
    load->next += load->asked;
    if (load->next % BATCH == 0)
        load->level = LEVEL_BATCH;
    load_step (task);
}

static void
load_step (GTask *task)
{
    SimstowStoreCatalog *self = g_task_get_source_object (task);
    Load *load = g_task_get_task_data (task);
    g_autoptr (GPtrArray) commands = g_ptr_array_new_with_free_func (g_free);
    const gchar *selected = simstow_store_selector_peek_storage (self->selector);
    guint batch = load->level == LEVEL_SINGLE ? 1 : BATCH;

    load->asked = 0;
    while (load->asked < batch && load->next + load->asked < load->storages->len) {
        const gchar *storage = g_ptr_array_index (load->storages, load->next + load->asked++);

        if (load->asked > 1 || g_strcmp0 (storage, selected) != 0)
            g_ptr_array_add (commands, g_strdup_printf ("+CPBS=\"%s\"", storage));
        g_ptr_array_add (commands, g_strdup ("+CPBR=?"));
        if (load->level != LEVEL_BATCH_READ_ONLY)
            g_ptr_array_add (commands, g_strdup ("+CPBW=?"));
        g_ptr_array_add (commands, g_strdup ("+CPBS?"));
    }
    if (load->asked == 0) {
        self->loaded = TRUE;
        self->loaded_at = g_get_monotonic_time ();
        g_task_return_boolean (task, TRUE);
        return;
    }
    g_ptr_array_add (commands, NULL);
    simstow_store_selector_run_async (self->selector,
                                      NULL,
                                      FALSE,
                                      (const gchar *const *) commands->pdata,
                                      load->level == LEVEL_SINGLE ? SIMSTOW_STORE_SCRIPT_TOLERANT
                                                                  : SIMSTOW_STORE_SCRIPT_DEFAULT,
                                      TIMEOUT_SECONDS,
                                      g_task_get_cancellable (task),
                                      on_load_ready,
                                      g_object_ref (task));
}

static void
on_open_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    Load *load = g_task_get_task_data (task);
    const gchar *const *offered;
    gsize i;

    offered = simstow_store_selector_open_finish (SIMSTOW_STORE_SELECTOR (source), result, &error);
    if (offered == NULL) {
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    for (i = 0; i < G_N_ELEMENTS (stores); i++) {
        if (is_wanted (stores[i].storage, offered))
            g_ptr_array_add (load->storages, (gpointer) stores[i].storage);
    }
    load_step (task);
}

void
simstow_store_catalog_load_async (SimstowStoreCatalog *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    Load *load = g_new0 (Load, 1);

    load->storages = g_ptr_array_new ();
    g_task_set_source_tag (task, simstow_store_catalog_load_async);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, load, load_free);
    g_hash_table_remove_all (self->phonebooks);
    self->loaded = FALSE;
    simstow_store_selector_open_async (self->selector,
                                       cancellable,
                                       on_open_ready,
                                       g_steal_pointer (&task));
}

gboolean
simstow_store_catalog_load_finish (SimstowStoreCatalog *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

    return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
simstow_store_catalog_is_fresh (SimstowStoreCatalog *self)
{
    return self->loaded && g_get_monotonic_time () - self->loaded_at < FRESH_MICROSECONDS;
}

gboolean
simstow_store_catalog_is_last (SimstowStoreCatalog *self, const gchar *store)
{
    gsize i;

    for (i = G_N_ELEMENTS (stores); i > 0; i--) {
        if (g_hash_table_contains (self->phonebooks, stores[i - 1].store))
            return g_str_equal (stores[i - 1].store, store);
    }
    return FALSE;
}

void
simstow_store_catalog_outdate (SimstowStoreCatalog *self)
{
    self->loaded_at = 0;
}

gboolean
simstow_store_catalog_is_loaded (SimstowStoreCatalog *self)
{
    return self->loaded;
}

const SimstowAtPhonebook *
simstow_store_catalog_find (SimstowStoreCatalog *self, const gchar *store)
{
    return g_hash_table_lookup (self->phonebooks, store);
}

static void
add_uint (GVariantBuilder *builder, const gchar *key, guint value)
{
    g_variant_builder_add (builder, "{sv}", key, g_variant_new_uint32 (value));
}

static void
add_store (GVariantBuilder *list, const gchar *store, const SimstowAtPhonebook *phonebook)
{
    const gchar *access = phonebook->writable ? SIMSTOW_ACCESS_READ_WRITE : SIMSTOW_ACCESS_READ;
    GVariantBuilder builder;

    g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add (&builder, "{sv}", SIMSTOW_STORE_ID, g_variant_new_string (store));
    g_variant_builder_add (&builder, "{sv}", SIMSTOW_STORE_ACCESS, g_variant_new_string (access));
    g_variant_builder_add (&builder, "{sv}", SIMSTOW_STORE_VIA, g_variant_new_string (VIA));
    if (phonebook->has_used)
        add_uint (&builder, SIMSTOW_STORE_USED, phonebook->used);
    add_uint (&builder,
              SIMSTOW_STORE_CAPACITY,
              phonebook->has_used && phonebook->total > 0 ? phonebook->total
                                                          : phonebook->last - phonebook->first + 1);
    add_uint (&builder, SIMSTOW_STORE_FIRST, phonebook->first);
    add_uint (&builder, SIMSTOW_STORE_LAST, phonebook->last);
    if (phonebook->number_length > 0)
        add_uint (&builder, SIMSTOW_STORE_NUMBER_LENGTH, phonebook->number_length);
    if (phonebook->name_length > 0)
        add_uint (&builder, SIMSTOW_STORE_NAME_LENGTH, phonebook->name_length);
    if (phonebook->writable)
        g_variant_builder_add (&builder,
                               "{sv}",
                               SIMSTOW_STORE_EXTENDED,
                               g_variant_new_boolean (phonebook->extended));
    g_variant_builder_add_value (list, g_variant_builder_end (&builder));
}

GVariant *
simstow_store_catalog_dup_list (SimstowStoreCatalog *self)
{
    GVariantBuilder builder;
    gsize i;

    g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
    for (i = 0; i < G_N_ELEMENTS (stores); i++) {
        const SimstowAtPhonebook *phonebook =
            g_hash_table_lookup (self->phonebooks, stores[i].store);

        if (phonebook != NULL)
            add_store (&builder, stores[i].store, phonebook);
    }
    return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
simstow_store_catalog_finalize (GObject *object)
{
    SimstowStoreCatalog *self = SIMSTOW_STORE_CATALOG (object);

    g_clear_object (&self->selector);
    g_hash_table_unref (self->phonebooks);
    G_OBJECT_CLASS (simstow_store_catalog_parent_class)->finalize (object);
}

static void
simstow_store_catalog_class_init (SimstowStoreCatalogClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_store_catalog_finalize;
}

static void
simstow_store_catalog_init (SimstowStoreCatalog *self)
{
    self->phonebooks = g_hash_table_new_full (g_str_hash,
                                              g_str_equal,
                                              NULL,
                                              (GDestroyNotify) simstow_at_phonebook_free);
}

SimstowStoreCatalog *
simstow_store_catalog_new (SimstowStoreSelector *selector)
{
    SimstowStoreCatalog *self = g_object_new (SIMSTOW_TYPE_STORE_CATALOG, NULL);

    self->selector = g_object_ref (selector);
    return self;
}
