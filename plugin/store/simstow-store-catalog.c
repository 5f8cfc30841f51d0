/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What phonebooks there are and what the modem tells of each.
 */

#include "simstow-store-catalog.h"

#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-store-about.h"

#define BATCH           5
#define TIMEOUT_SECONDS 30
#define VIA             "at"
#define EMERGENCY       "EN" /* the modem's own numbers, which are only ever read */

/* How long counts are taken for those of now: an export reads what it has just listed */
#define FRESH_MICROSECONDS G_USEC_PER_SEC

/* More places than any phonebook has; keeps a modem's nonsense from becoming work */
#define PLACES_MAX 20000

/* Stores by the modem's name for them, in the order in which they are best saved */
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
    {EMERGENCY, SIMSTOW_PREFIX_PHONEBOOK "en"},
    {"DC", SIMSTOW_PREFIX_CALLS "dialled"},
    {"RC", SIMSTOW_PREFIX_CALLS "received"},
    {"MC", SIMSTOW_PREFIX_CALLS "missed"},
    {"LD", SIMSTOW_PREFIX_CALLS "last"},
};

/* A phonebook there may be: with what the modem tells of it, or why it does not */
typedef struct {
    gchar *storage;
    gchar *store;
    SimstowAtPhonebook *phonebook;
    gchar *fault;
    gchar *refusal; /* why it was taken for one that the modem lacks */
} Place;

/* How much is asked in one line, from the most to the least */
typedef enum {
    LEVEL_BATCH,
    LEVEL_BATCH_READ_ONLY, /* without +CPBW=?, which read-only phonebooks may refuse */
    LEVEL_SINGLE,
} Level;

struct _SimstowStoreCatalog {
    GObject parent_instance;

    SimstowStoreSelector *selector;
    GPtrArray *places;
    Level level; /* to begin with: what the modem was seen not to take is not tried again */
    gboolean loaded;
    gint64 loaded_at;
};

G_DEFINE_FINAL_TYPE (SimstowStoreCatalog, simstow_store_catalog, G_TYPE_OBJECT)

typedef struct {
    guint next;
    Level level;
    guint asked;
} Load;

static void
place_free (gpointer data)
{
    Place *place = data;

    g_free (place->storage);
    g_free (place->store);
    g_clear_pointer (&place->phonebook, simstow_at_phonebook_free);
    g_free (place->fault);
    g_free (place->refusal);
    g_free (place);
}

static void
add_place (SimstowStoreCatalog *self, const gchar *storage, const gchar *store)
{
    Place *place = g_new0 (Place, 1);

    place->storage = g_strdup (storage);
    place->store = g_strdup (store);
    g_ptr_array_add (self->places, place);
}

/* MT is SM and ME seen together: it would save everything twice. Where one of them cannot be
 * selected, what only MT shows is looked for, see drop_union () */
static gboolean
is_wanted (const gchar *storage, const gchar *const *offered)
{
    if (!g_strv_contains (offered, storage))
        return FALSE;
    return !g_str_equal (storage, "MT") || !g_strv_contains (offered, "SM") ||
           !g_strv_contains (offered, "ME");
}

static gboolean
is_known (const gchar *storage)
{
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (stores); i++) {
        if (g_str_equal (stores[i].storage, storage))
            return TRUE;
    }
    return FALSE;
}

/* Those of the standard in their order, and whatever else the modem has */
static void
set_places (SimstowStoreCatalog *self, const gchar *const *offered)
{
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (stores); i++) {
        if (is_wanted (stores[i].storage, offered))
            add_place (self, stores[i].storage, stores[i].store);
    }
    for (i = 0; offered[i] != NULL; i++) {
        g_autofree gchar *lower = g_ascii_strdown (offered[i], -1);
        g_autofree gchar *store = g_strconcat (SIMSTOW_PREFIX_PHONEBOOK, lower, NULL);

        if (!is_known (offered[i]))
            add_place (self, offered[i], store);
    }
}

static Place *
find_place (SimstowStoreCatalog *self, const gchar *store)
{
    guint i;

    for (i = 0; i < self->places->len; i++) {
        Place *place = g_ptr_array_index (self->places, i);

        if (g_str_equal (place->store, store))
            return place;
    }
    return NULL;
}

static Place *
get_asked (SimstowStoreCatalog *self, const Load *load, guint number)
{
    return g_ptr_array_index (self->places, load->next + number);
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

/* A phonebook with no places at all has nothing in it, unless the modem counts something */
static gboolean
has_nothing (const SimstowAtPhonebook *phonebook)
{
    return phonebook->last == 0 && phonebook->used == 0;
}

/* Takes what the modem tells of the places that were asked for. */
static void
take_reply (SimstowStoreCatalog *self, const Load *load, const gchar *reply)
{
    g_autoptr (GPtrArray) phonebooks = simstow_at_phonebook_parse_all (reply);
    guint i;

    while (phonebooks->len > 0) {
        g_autoptr (SimstowAtPhonebook) phonebook = g_ptr_array_steal_index (phonebooks, 0);

        if (load->level != LEVEL_BATCH && is_writable_by_nature (phonebook->storage))
            phonebook->writable = TRUE;
        for (i = 0; i < load->asked && phonebook != NULL; i++) {
            Place *place = get_asked (self, load, i);

            if (place->phonebook == NULL && g_str_equal (place->storage, phonebook->storage))
                place->phonebook = g_steal_pointer (&phonebook);
        }
    }
}

/* Whether all that was asked for is there and makes sense */
static gboolean
has_all (SimstowStoreCatalog *self, const Load *load)
{
    guint i;

    for (i = 0; i < load->asked; i++) {
        const Place *place = get_asked (self, load, i);

        if (place->phonebook == NULL ||
            (!set_range (place->phonebook) && !has_nothing (place->phonebook)))
            return FALSE;
    }
    return TRUE;
}

static void
forget_asked (SimstowStoreCatalog *self, const Load *load)
{
    guint i;

    for (i = 0; i < load->asked; i++)
        g_clear_pointer (&get_asked (self, load, i)->phonebook, simstow_at_phonebook_free);
}

static void
set_fault (Place *place, const gchar *fault)
{
    g_clear_pointer (&place->phonebook, simstow_at_phonebook_free);
    g_free (place->fault);
    place->fault = g_strdup (fault);
}

/* A modem that does not list its phonebooks may lack any of them, and refuses it then */
static gboolean
lacks (SimstowStoreCatalog *self, const GError *refusal)
{
    return !simstow_store_selector_is_offered (self->selector) &&
           (simstow_store_script_is_absent (refusal) ||
            !simstow_store_script_is_definite (refusal) ||
            g_error_matches (refusal, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND));
}

/* What came of one phonebook asked for on its own: each command has its own answer */
static void
take_single (SimstowStoreCatalog *self,
             const Load *load,
             const gchar *reply,
             GHashTable *faults,
             const GError *error)
{
    Place *place = get_asked (self, load, 0);
    g_autofree gchar *select = g_strdup_printf ("+CPBS=\"%s\"", place->storage);
    g_autofree gchar *named = NULL;
    g_autofree gchar *selected = NULL;
    g_autofree gchar *fault = NULL;
    const GError *refusal = g_hash_table_lookup (faults, select);
    const GError *range = g_hash_table_lookup (faults, "+CPBR=?");

    if (refusal == NULL && reply == NULL)
        refusal = error;
    if (refusal != NULL) {
        if (!lacks (self, refusal)) {
            set_fault (place, refusal->message);
        } else {
            g_free (place->refusal);
            place->refusal = g_strdup (refusal->message);
        }
        return;
    }
    take_reply (self, load, reply);
    selected = simstow_at_phonebook_parse_selected (reply);
    if (place->phonebook == NULL && selected != NULL) {
        fault = g_strdup_printf ("the modem selects %s instead", selected);
        set_fault (place, fault);
        return;
    }
    if (place->phonebook == NULL) {
        /* the modem does not say which one is selected: it is the one that was */
        named = g_strdup_printf ("%s\r\n+CPBS: \"%s\"\r\n", reply, place->storage);
        take_reply (self, load, named);
    }
    if (has_all (self, load) && (range == NULL || !has_nothing (place->phonebook)))
        return;
    set_fault (place,
               range != NULL ? range->message : "the modem does not tell which places it has");
}

/* What is not answered now is not known, and is told so one by one */
static void
fault_rest (SimstowStoreCatalog *self, guint first, const GError *error)
{
    guint i;

    for (i = first; i < self->places->len; i++)
        set_fault (g_ptr_array_index (self->places, i), error->message);
}

/* MT where not both of SM and ME can be selected: it counts only if it holds more */
static void
drop_union (SimstowStoreCatalog *self)
{
    static const gchar *const parts[] = {"phonebook/sm", "phonebook/me"};
    Place *both = find_place (self, "phonebook/mt");
    gboolean has_part = FALSE;
    guint used = 0;
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (parts); i++) {
        const Place *part = find_place (self, parts[i]);

        if (part == NULL || part->phonebook == NULL)
            continue;
        has_part = TRUE;
        used = MAX (used, part->phonebook->used);
    }
    if (both != NULL && has_part && (both->phonebook == NULL || both->phonebook->used <= used))
        g_ptr_array_remove (self->places, both);
}

/* A modem has the phonebook that it says is selected: where it refuses all of them, it lacks
 * none */
static void
fault_refused (SimstowStoreCatalog *self)
{
    guint i;

    for (i = 0; i < self->places->len; i++) {
        const Place *place = g_ptr_array_index (self->places, i);

        if (place->phonebook != NULL)
            return;
    }
    for (i = 0; i < self->places->len; i++) {
        Place *place = g_ptr_array_index (self->places, i);

        if (place->refusal != NULL && place->fault == NULL)
            set_fault (place, place->refusal);
    }
}

static void
finish_load (GTask *task)
{
    SimstowStoreCatalog *self = g_task_get_source_object (task);

    fault_refused (self);
    drop_union (self);
    self->loaded = TRUE;
    self->loaded_at = g_get_monotonic_time ();
    g_task_return_boolean (task, TRUE);
}

/* Whether the walk is over because of @error */
static gboolean
ends_load (GTask *task, const Load *load, const GError *error)
{
    SimstowStoreCatalog *self = g_task_get_source_object (task);

    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
        g_ptr_array_set_size (self->places, 0);
        g_task_return_error (task, g_error_copy (error));
        return TRUE;
    }
    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT)) {
        fault_rest (self, load->next, error);
        finish_load (task);
        return TRUE;
    }
    return FALSE;
}

static void
on_load_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    g_autoptr (GHashTable) faults = NULL;
    SimstowStoreCatalog *self = g_task_get_source_object (task);
    Load *load = g_task_get_task_data (task);
    g_autofree gchar *reply =
        simstow_store_selector_run_finish_each (SIMSTOW_STORE_SELECTOR (source),
                                                result,
                                                &faults,
                                                &error);

    if (ends_load (task, load, error))
        return;
    if (load->level == LEVEL_SINGLE) {
        take_single (self, load, reply, faults, error);
    } else {
        if (reply != NULL)
            take_reply (self, load, reply);
        if (reply == NULL || !has_all (self, load)) {
            forget_asked (self, load);
            load->level++;
            load_step (task);
            return;
        }
    }
    load->next += load->asked;
    self->level = load->level;
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
    while (load->asked < batch && load->next + load->asked < self->places->len) {
        const gchar *storage = get_asked (self, load, load->asked++)->storage;

        if (load->asked > 1 || g_strcmp0 (storage, selected) != 0)
            g_ptr_array_add (commands, g_strdup_printf ("+CPBS=\"%s\"", storage));
        g_ptr_array_add (commands, g_strdup ("+CPBR=?"));
        if (load->level != LEVEL_BATCH_READ_ONLY && !g_str_equal (storage, EMERGENCY))
            g_ptr_array_add (commands, g_strdup ("+CPBW=?"));
        g_ptr_array_add (commands, g_strdup ("+CPBS?"));
    }
    if (load->asked == 0) {
        finish_load (task);
        return;
    }
    g_ptr_array_add (commands, NULL);
    simstow_store_selector_run_async (self->selector,
                                      NULL,
                                      FALSE,
                                      (const gchar *const *) commands->pdata,
                                      load->level == LEVEL_SINGLE ? SIMSTOW_STORE_SCRIPT_TOLERANT
                                                                  : SIMSTOW_STORE_SCRIPT_JOINED,
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
    SimstowStoreCatalog *self = g_task_get_source_object (task);
    const gchar *const *offered;

    offered = simstow_store_selector_open_finish (SIMSTOW_STORE_SELECTOR (source), result, &error);
    if (offered == NULL) {
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    set_places (self, offered);
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

    load->level = self->level;
    g_task_set_source_tag (task, simstow_store_catalog_load_async);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, load, g_free);
    g_ptr_array_set_size (self->places, 0);
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
simstow_store_catalog_is_current (SimstowStoreCatalog *self)
{
    return self->loaded && self->loaded_at != 0;
}

gboolean
simstow_store_catalog_is_last (SimstowStoreCatalog *self, const gchar *store)
{
    guint i;

    for (i = self->places->len; i > 0; i--) {
        const Place *place = g_ptr_array_index (self->places, i - 1);

        if (place->phonebook != NULL)
            return g_str_equal (place->store, store);
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
    const Place *place = find_place (self, store);

    return place != NULL && place->phonebook != NULL && place->phonebook->last > 0
               ? place->phonebook
               : NULL;
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
    /* a modem that kept its limits to itself has not said that there is no more */
    if (phonebook->writable && (phonebook->extended || phonebook->plain))
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
    guint i;

    g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
    for (i = 0; i < self->places->len; i++) {
        const Place *place = g_ptr_array_index (self->places, i);

        if (place->fault != NULL)
            g_variant_builder_add_value (
                &builder,
                simstow_store_about_out_of_reach (place->store, place->fault));
        else if (place->phonebook != NULL && place->phonebook->last > 0)
            add_store (&builder, place->store, place->phonebook);
    }
    return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
simstow_store_catalog_finalize (GObject *object)
{
    SimstowStoreCatalog *self = SIMSTOW_STORE_CATALOG (object);

    g_clear_object (&self->selector);
    g_ptr_array_unref (self->places);
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
    self->places = g_ptr_array_new_with_free_func (place_free);
}

SimstowStoreCatalog *
simstow_store_catalog_new (SimstowStoreSelector *selector)
{
    SimstowStoreCatalog *self = g_object_new (SIMSTOW_TYPE_STORE_CATALOG, NULL);

    self->selector = g_object_ref (selector);
    return self;
}
