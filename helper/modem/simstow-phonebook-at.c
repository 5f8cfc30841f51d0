/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Phonebooks and call lists over AT. Selecting phonebook and character set, and putting both
 * back, is the plugin's.
 *
 * What modems do otherwise than TS 27.007:
 * - a list of phonebooks without parentheses or line by line (Sierra MC7455), or none at all
 *   although one is selected: take_storages (), lacks ();
 * - MT, which is SM and ME seen together, where one of these is refused: drop_union ();
 * - no +CPBW=? for what cannot be written, or for anything (Huawei E3372, ZTE MF831):
 *   is_writable_by_nature ();
 * - a phonebook selected other than the one asked for: take_place ();
 * - ranges that are cut off or refused when they are long, or where places are empty (Telit,
 *   Cinterion): sizes, may_be_empty (), lacks_some ();
 * - rows that were not asked for, or come twice: tidy ();
 * - calls without a number, which look like empty places: tidy ();
 * - a character set that is offered and refused: read_texts (), tell_poor_names ();
 * - no choice of the place of a new entry, or none by the modem: find_written ();
 * - numbers in UCS2, too; times in the place of the mark of hidden entries; and what else rows
 *   may be: simstow-at-book.c.
 */

#include "simstow-phonebook-at.h"

#include <string.h>

#include "simstow-at-book.h"
#include "simstow-at-reply.h"
#include "simstow-error.h"
#include "simstow-names.h"

/* So many phonebooks are asked for in one call */
#define BATCH 5

/* More places than any phonebook has; keeps a modem's nonsense from becoming work */
#define PLACES_MAX 20000

#define EMERGENCY "EN" /* the modem's own numbers, which are only ever read */

/* Places in one command: what is tried in turn */
static const guint sizes[] = {500, 50, 10, 1};

/* Phonebooks with no more places, or with fewer of them in use, are read together, so many */
#define SMALL      50
#define SMALL_MANY 12

/* 3GPP TS 27.007 8.11: tried where the modem does not list its own */
static const gchar *const all_storages[] =
    {"SM", "ME", "MT", "FD", "ON", "SD", "DC", "RC", "MC", "LD", NULL};

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
    gboolean no_sim;
    gchar *refusal;   /* why it was taken for one that the modem lacks */
    GHashTable *used; /* the places in use, where they are known */
    GPtrArray *ahead; /* the replies to its reading, which came with another's */
} Place;

struct _SimstowPhonebookAt {
    SimstowDriver parent_instance;

    GStrv storages;
    gboolean offered; /* they are what the modem lists */
    gboolean known;   /* and what it tells of each */
    gboolean current; /* and nothing was written or erased since */
    gchar *storage_now;
    gchar *charset_now;
    gchar *charset;         /* the best one, by the modem's name; NULL when it has no choice */
    gboolean guessed;       /* the modem does not list its sets */
    gboolean taken;         /* and was seen to take it */
    gchar *refused;         /* the one that it offers, and does not take */
    gboolean limitless;     /* it was seen to refuse +CPBW=? */
    gboolean coded;         /* it writes numbers in UCS2, too */
    gboolean never_chooses; /* the modem wants to be told the place */
    guint size;             /* index into sizes */
    GPtrArray *places;
};

G_DEFINE_FINAL_TYPE (SimstowPhonebookAt, simstow_phonebook_at, SIMSTOW_TYPE_DRIVER)

static void
place_free (gpointer data)
{
    Place *place = data;

    g_free (place->storage);
    g_free (place->store);
    g_clear_pointer (&place->phonebook, simstow_at_phonebook_free);
    g_free (place->fault);
    g_free (place->refusal);
    g_clear_pointer (&place->used, g_hash_table_unref);
    g_clear_pointer (&place->ahead, g_ptr_array_unref);
    g_free (place);
}

static Place *
find_place (SimstowPhonebookAt *self, const gchar *store)
{
    for (guint i = 0; i < self->places->len; i++) {
        Place *place = g_ptr_array_index (self->places, i);

        if (g_str_equal (place->store, store))
            return place;
    }
    return NULL;
}

static GPtrArray *
run (SimstowPhonebookAt *self,
     const gchar *storage,
     const gchar *charset,
     GPtrArray *commands,
     GCancellable *cancellable,
     GError **error)
{
    GVariantDict options;

    g_variant_dict_init (&options, NULL);
    if (storage)
        g_variant_dict_insert (&options, "storage", "s", storage);
    if (charset)
        g_variant_dict_insert (&options, "charset", "s", charset);
    return simstow_at_run (simstow_driver_peek_conversation (SIMSTOW_DRIVER (self)),
                           SIMSTOW_DOOR_PHONEBOOK,
                           g_variant_dict_end (&options),
                           commands,
                           cancellable,
                           error);
}

/* Whether a selection may have been refused, so that none of the commands was sent */
static gboolean
is_refused (const GPtrArray *replies)
{
    for (guint i = 0; i < replies->len; i++) {
        const SimstowAtReply *reply = g_ptr_array_index (replies, i);

        if (!reply->error || simstow_driver_error_ends_all (reply->error) ||
            g_error_matches (reply->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND) ||
            g_error_matches (reply->error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED))
            return FALSE;
    }
    return TRUE;
}

/* Reads texts in a phonebook. A set that the modem offers, or may have, and does not take: texts
 * then come in the one it has */
static GPtrArray *
read_texts (SimstowPhonebookAt *self,
            const gchar *storage,
            GPtrArray *commands,
            GCancellable *cancellable,
            GError **error)
{
    g_autoptr (GPtrArray) replies =
        run (self, storage, self->charset, commands, cancellable, error);
    g_autoptr (GPtrArray) others = NULL;

    if (!replies || !self->charset || self->taken || !is_refused (replies)) {
        self->taken = self->taken || (replies && self->charset && !is_refused (replies));
        return g_steal_pointer (&replies);
    }
    others = run (self, storage, NULL, commands, cancellable, error);
    if (!others || is_refused (others))
        return others ? g_steal_pointer (&replies) : NULL;
    if (!self->guessed)
        self->refused = g_strdup (self->charset);
    g_clear_pointer (&self->charset, g_free);
    return g_steal_pointer (&others);
}

static SimstowAtCharset
get_charset (SimstowPhonebookAt *self)
{
    return simstow_at_charset_from_name (self->charset ? self->charset : self->charset_now);
}

/* Which phonebooks there are */

/* Where the modem has phonebooks, as it says which one is selected, and does not know how to list
 * them, they are all that there may be. */
static gboolean
take_storages (SimstowPhonebookAt *self,
               const SimstowAtReply *list,
               const SimstowAtReply *current,
               GError **error)
{
    const GError *fault = list->error;

    self->storages = fault ? NULL : simstow_at_phonebook_parse_storages (list->text, FALSE);
    self->offered = self->storages != NULL;
    if (self->storages && self->storages[0])
        return TRUE;
    if (!fault && !self->storages) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_MODEM_ERROR,
                             "the modem's list of phonebooks makes no sense");
        return FALSE;
    }
    g_clear_pointer (&self->storages, g_strfreev);
    if (fault && self->storage_now && (simstow_at_reply_is_absent (list) || list->mute)) {
        self->storages = g_strdupv ((gchar **) all_storages);
        return TRUE;
    }
    if (fault && current->error && !simstow_at_reply_is_absent (current))
        g_propagate_error (error, g_error_copy (current->error));
    else if (!fault || simstow_at_reply_is_absent (list))
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_UNSUPPORTED,
                             "the modem has no phonebooks");
    else
        g_propagate_error (error, g_error_copy (fault));
    return FALSE;
}

static gboolean
ask_storages (SimstowPhonebookAt *self, GCancellable *cancellable, GError **error)
{
    static const gchar *const asked[] = {"+CPBS?", "+CSCS?", "+CPBS=?", "+CSCS=?"};
    g_autoptr (GPtrArray) commands = simstow_commands_new ();
    g_autoptr (GPtrArray) replies = NULL;
    const SimstowAtReply *charsets;

    for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
        simstow_commands_add (commands, g_strdup (asked[i]), NULL);
    replies = run (self, NULL, NULL, commands, cancellable, error);
    if (!replies)
        return FALSE;
    g_free (self->storage_now);
    g_free (self->charset_now);
    g_free (self->charset);
    self->storage_now =
        simstow_at_phonebook_parse_selected (((const SimstowAtReply *) replies->pdata[0])->text);
    self->charset_now =
        simstow_at_phonebook_parse_charset (((const SimstowAtReply *) replies->pdata[1])->text);
    charsets = replies->pdata[3];
    self->guessed = charsets->error != NULL;
    self->charset = NULL;
    /* what cannot be put back is not touched */
    if (self->charset_now && self->guessed) {
        self->charset = g_strdup ("UCS2");
    } else if (self->charset_now) {
        g_auto (GStrv) offered = simstow_at_phonebook_parse_charsets (charsets->text);

        self->charset = g_strdup (simstow_at_charset_best ((const gchar *const *) offered));
    }
    return take_storages (self, replies->pdata[2], replies->pdata[0], error);
}

static void
add_place (SimstowPhonebookAt *self, const gchar *storage, const gchar *store)
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
is_standard (const gchar *storage)
{
    for (guint i = 0; i < G_N_ELEMENTS (stores); i++)
        if (g_str_equal (stores[i].storage, storage))
            return TRUE;
    return FALSE;
}

/* Those of the standard in their order, and whatever else the modem has */
static void
set_places (SimstowPhonebookAt *self)
{
    const gchar *const *offered = (const gchar *const *) self->storages;

    g_ptr_array_set_size (self->places, 0);
    for (guint i = 0; i < G_N_ELEMENTS (stores); i++)
        if (is_wanted (stores[i].storage, offered))
            add_place (self, stores[i].storage, stores[i].store);
    for (guint i = 0; offered[i]; i++) {
        g_autofree gchar *lower = g_ascii_strdown (offered[i], -1);
        g_autofree gchar *store = g_strconcat (SIMSTOW_PREFIX_PHONEBOOK, lower, NULL);

        if (!is_standard (offered[i]))
            add_place (self, offered[i], store);
    }
}

/* Written in practice on every modem, even on one that does not answer +CPBW=? */
static gboolean
is_writable_by_nature (const gchar *storage)
{
    static const gchar *const writable[] = {"SM", "ME", "FD", "ON", NULL};

    return g_strv_contains (writable, storage);
}

static gboolean
set_range (SimstowAtPhonebook *phonebook)
{
    if (phonebook->last == 0 && phonebook->has_used && phonebook->total > 0) {
        phonebook->first = 1;
        phonebook->last = phonebook->total;
    }
    /* no range of the modem's own is smaller than what it says is there */
    if (phonebook->last >= phonebook->first && phonebook->has_used &&
        phonebook->used > phonebook->last - phonebook->first + 1 &&
        phonebook->total >= phonebook->used && phonebook->first < PLACES_MAX)
        phonebook->last = phonebook->first + (MIN (phonebook->total, PLACES_MAX) - 1);
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

static void
set_fault (Place *place, const gchar *fault)
{
    g_clear_pointer (&place->phonebook, simstow_at_phonebook_free);
    g_free (place->fault);
    place->fault = g_strdup (fault);
}

/* A modem that does not list its phonebooks may lack any of them, and refuses it then */
static gboolean
lacks (SimstowPhonebookAt *self, const SimstowAtReply *refusal)
{
    return !self->offered &&
           (simstow_at_reply_is_absent (refusal) || !simstow_at_reply_is_definite (refusal) ||
            g_error_matches (refusal->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND));
}

/* What is asked of a phonebook; without +CPBW=? there is no reply to it */
typedef struct {
    const SimstowAtReply *select;
    const SimstowAtReply *range;
    const SimstowAtReply *limits;
    const SimstowAtReply *current;
} Told;

/* What the modem tells of the selected phonebook; of @named, where it does not say which that is */
static SimstowAtPhonebook *
parse_told (const Told *told, const gchar *named)
{
    g_autofree gchar *text = g_strdup_printf ("%s\r\n%s\r\n%s%s%s",
                                              told->range->text,
                                              told->limits ? told->limits->text : "",
                                              named ? "+CPBS: \"" : told->current->text,
                                              named ? named : "",
                                              named ? "\"" : "");
    g_autoptr (GPtrArray) phonebooks = simstow_at_phonebook_parse_all (text);

    return phonebooks->len > 0 ? g_ptr_array_steal_index (phonebooks, 0) : NULL;
}

static void
take_place (SimstowPhonebookAt *self, Place *place, const Told *told)
{
    g_autofree gchar *selected = NULL;
    const SimstowAtReply *refusal = told->select->error ? told->select : NULL;

    if (refusal && !lacks (self, refusal)) {
        set_fault (place, refusal->error->message);
        place->no_sim = simstow_at_reply_is_no_sim (refusal);
        return;
    }
    if (refusal) {
        g_free (place->refusal);
        place->refusal = g_strdup (refusal->error->message);
        return;
    }
    selected = simstow_at_phonebook_parse_selected (told->current->text);
    /* where the modem does not say which one is selected, it is the one that was */
    place->phonebook = parse_told (told, selected ? NULL : place->storage);
    if (place->phonebook && !g_str_equal (place->phonebook->storage, place->storage)) {
        g_autofree gchar *fault = g_strdup_printf ("the modem selects %s instead", selected);

        set_fault (place, fault);
        return;
    }
    if (place->phonebook && (!told->limits || told->limits->error) &&
        is_writable_by_nature (place->storage))
        place->phonebook->writable = TRUE;
    if (place->phonebook &&
        (set_range (place->phonebook) || (has_nothing (place->phonebook) && !told->range->error)))
        return;
    set_fault (place,
               told->range->error ? told->range->error->message
                                  : "the modem does not tell which places it has");
    place->no_sim = simstow_at_reply_is_no_sim (told->range);
}

/* Whether a phonebook is asked for what can be written to it */
static gboolean
asks_limits (SimstowPhonebookAt *self, const Place *place)
{
    return !self->limitless && !g_str_equal (place->storage, EMERGENCY);
}

/* Asks for some phonebooks in one call, beginning with that of number @first */
static gboolean
ask_places (SimstowPhonebookAt *self, guint first, GCancellable *cancellable, GError **error)
{
    guint end = MIN (first + BATCH, self->places->len);
    gboolean limitless = self->limitless;
    g_autoptr (GPtrArray) commands = simstow_commands_new ();
    g_autoptr (GPtrArray) replies = NULL;
    guint n = 0;

    for (guint i = first; i < end; i++) {
        const Place *place = g_ptr_array_index (self->places, i);

        simstow_commands_add (commands, g_strdup_printf ("+CPBS=\"%s\"", place->storage), NULL);
        simstow_commands_add (commands, g_strdup ("+CPBR=?"), NULL);
        if (asks_limits (self, place))
            simstow_commands_add (commands, g_strdup ("+CPBW=?"), NULL);
        simstow_commands_add (commands, g_strdup ("+CPBS?"), NULL);
    }
    replies = run (self, NULL, NULL, commands, cancellable, error);
    if (!replies)
        return FALSE;
    for (guint i = first; i < end; i++) {
        Place *place = g_ptr_array_index (self->places, i);
        Told told = {.select = replies->pdata[n], .range = replies->pdata[n + 1]};

        n += 2;
        if (asks_limits (self, place))
            told.limits = replies->pdata[n++];
        told.current = replies->pdata[n++];
        limitless = limitless || (told.limits && told.limits->error && !told.select->error);
        take_place (self, place, &told);
        if (told.select->error && simstow_driver_error_ends_all (told.select->error)) {
            g_propagate_error (error, g_error_copy (told.select->error));
            return FALSE;
        }
    }
    self->limitless = limitless;
    return TRUE;
}

/* MT where not both of SM and ME can be selected: it counts only if it holds more */
static void
drop_union (SimstowPhonebookAt *self)
{
    static const gchar *const parts[] = {"phonebook/sm", "phonebook/me"};
    Place *both = find_place (self, "phonebook/mt");
    gboolean has_part = FALSE;
    guint used = 0;

    for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
        const Place *part = find_place (self, parts[i]);

        if (!part || !part->phonebook)
            continue;
        has_part = TRUE;
        used = MAX (used, part->phonebook->used);
    }
    if (both && has_part && (!both->phonebook || both->phonebook->used <= used))
        g_ptr_array_remove (self->places, both);
}

/* A modem has the phonebook that it says is selected: where it refuses all of them, it lacks
 * none */
static void
fault_refused (SimstowPhonebookAt *self)
{
    for (guint i = 0; i < self->places->len; i++)
        if (((const Place *) self->places->pdata[i])->phonebook)
            return;
    for (guint i = 0; i < self->places->len; i++) {
        Place *place = g_ptr_array_index (self->places, i);

        if (place->refusal && !place->fault)
            set_fault (place, place->refusal);
    }
}

static gboolean
load (SimstowPhonebookAt *self, GCancellable *cancellable, GError **error)
{
    g_autoptr (GError) local = NULL;

    self->known = FALSE;
    g_ptr_array_set_size (self->places, 0);
    if (!self->storages && !ask_storages (self, cancellable, error))
        return FALSE;
    set_places (self);
    for (guint i = 0; i < self->places->len && !local; i += BATCH)
        ask_places (self, i, cancellable, &local);
    if (local && !g_error_matches (local, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT)) {
        g_ptr_array_set_size (self->places, 0);
        g_propagate_error (error, g_steal_pointer (&local));
        return FALSE;
    }
    /* what is not answered now is not known, and is told so one by one */
    for (guint i = 0; i < self->places->len && local; i++) {
        Place *place = g_ptr_array_index (self->places, i);

        if (!place->phonebook && !place->fault && !place->refusal)
            set_fault (place, local->message);
    }
    fault_refused (self);
    drop_union (self);
    self->known = self->current = TRUE;
    return TRUE;
}

static void
add_store (SimstowSnapshot *listing, const gchar *id, const SimstowAtPhonebook *phonebook)
{
    SimstowStore *store = simstow_store_new (id);

    store->writable = phonebook->writable;
    store->via = g_strdup (SIMSTOW_VIA_AT);
    if (phonebook->has_used)
        store->used = (gint) MIN (phonebook->used, (guint) G_MAXINT);
    store->capacity = (gint) MIN (phonebook->has_used && phonebook->total > 0
                                      ? phonebook->total
                                      : phonebook->last - phonebook->first + 1,
                                  (guint) G_MAXINT);
    store->first = phonebook->first;
    store->last = phonebook->last;
    if (phonebook->number_length > 0)
        store->number_length = (gint) MIN (phonebook->number_length, (guint) G_MAXINT);
    if (phonebook->name_length > 0)
        store->name_length = (gint) MIN (phonebook->name_length, (guint) G_MAXINT);
    /* a modem that kept its limits to itself has not said that there is no more */
    store->plain = phonebook->writable && phonebook->plain && !phonebook->extended;
    g_ptr_array_add (listing->stores, store);
}

static gboolean
list (SimstowDriver *driver,
      gboolean counts,
      SimstowSnapshot *listing,
      GCancellable *cancellable,
      GError **error)
{
    SimstowPhonebookAt *self = SIMSTOW_PHONEBOOK_AT (driver);
    g_autoptr (GError) local = NULL;

    if (!load (self, cancellable, &local)) {
        /* a modem that has none by its own word has nothing to list */
        if (g_error_matches (local, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED))
            return TRUE;
        g_propagate_error (error, g_steal_pointer (&local));
        return FALSE;
    }
    for (guint i = 0; i < self->places->len; i++) {
        const Place *place = g_ptr_array_index (self->places, i);

        if (place->fault)
            simstow_snapshot_add_problem (listing,
                                          place->store,
                                          0,
                                          !place->no_sim,
                                          "%s",
                                          place->fault);
        else if (place->phonebook && place->phonebook->last > 0)
            add_store (listing, place->store, place->phonebook);
    }
    return TRUE;
}

/* Looks up a phonebook that can be used */
static Place *
look_up (SimstowPhonebookAt *self,
         const gchar *store,
         gboolean writes,
         GCancellable *cancellable,
         GError **error)
{
    Place *place;
    gboolean there;

    if (!self->known && !load (self, cancellable, error))
        return NULL;
    place = find_place (self, store);
    there = place && place->phonebook && place->phonebook->last > 0;
    if (there && (!writes || place->phonebook->writable))
        return place;
    g_set_error (error,
                 SIMSTOW_ERROR,
                 SIMSTOW_ERROR_UNSUPPORTED,
                 there ? "%s can only be read" : "no store %s",
                 store);
    return NULL;
}

/* Reading */

typedef struct {
    SimstowPhonebookAt *self;
    const Place *place;
    const SimstowAtPhonebook *phonebook;
    GCancellable *cancellable;
    gboolean promised; /* the modem has told how many entries there are now: @used */
    guint used;
    gboolean counts; /* asks how many calls there are */
    guint first;
    guint last;    /* of the run that is being read */
    guint end;     /* of what is to be read */
    guint refused; /* so many places at a time, just now */
    guint size;
    GPtrArray *entries; /* all that came */
    GPtrArray *ahead;   /* the replies to the first run, where they are there already */
} Read;

static gint
compare_index (gconstpointer a, gconstpointer b)
{
    const SimstowAtEntry *entry_a = *(SimstowAtEntry *const *) a;
    const SimstowAtEntry *entry_b = *(SimstowAtEntry *const *) b;

    return (entry_a->index > entry_b->index) - (entry_a->index < entry_b->index);
}

static gboolean
is_call_list (const gchar *storage)
{
    static const gchar *const names[] = {"DC", "RC", "MC", "LD", NULL};

    return g_strv_contains (names, storage);
}

/* Where the places that are in use end, in a list without gaps: call lists are so */
static guint
end_of_calls (const Read *job, const gchar *current)
{
    g_autoptr (GPtrArray) phonebooks = simstow_at_phonebook_parse_all (current);
    guint places = job->phonebook->last - job->phonebook->first + 1;
    guint end = 0;

    for (guint i = 0; i < phonebooks->len; i++) {
        const SimstowAtPhonebook *told = g_ptr_array_index (phonebooks, i);

        if (told->has_used && g_str_equal (told->storage, job->phonebook->storage))
            end = job->phonebook->first + MIN (told->used, places);
    }
    return end;
}

/* Whether a row was asked for. Those beyond the phonebook's own places come with its first and
 * its last, whatever the modem thinks they are. */
static gboolean
is_asked (const Read *job, guint index)
{
    if (index < job->phonebook->first)
        return job->first == job->phonebook->first;
    if (index > job->phonebook->last)
        return job->last == job->phonebook->last;
    return index >= job->first && index <= job->last;
}

static gboolean
is_repeated (const GPtrArray *tidied, const SimstowAtEntry *entry)
{
    const SimstowAtEntry *before =
        tidied->len > 0 ? g_ptr_array_index (tidied, tidied->len - 1) : NULL;

    return before && before->index == entry->index && simstow_at_entry_equal (before, entry);
}

/* A row without number and name is an empty place; with a time, or before @calls_end, it is a call
 * from who did not want to be known */
static gboolean
is_empty_place (const Read *job, const SimstowAtEntry *entry, guint calls_end)
{
    return entry->index >= calls_end && !(job->counts && entry->time) &&
           simstow_at_entry_is_empty (entry);
}

/* Only what was asked for, in order, each entry once: the modem's word is not taken for it */
static GPtrArray *
tidy (const Read *job, GPtrArray *entries, guint calls_end)
{
    g_autoptr (GPtrArray) tidied =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_at_entry_free);

    g_ptr_array_sort (entries, compare_index);
    while (entries->len > 0) {
        g_autoptr (SimstowAtEntry) entry = g_ptr_array_steal_index (entries, 0);

        if (!entry->fault &&
            (!is_asked (job, entry->index) || is_empty_place (job, entry, calls_end) ||
             is_repeated (tidied, entry)))
            continue;
        g_ptr_array_add (tidied, g_steal_pointer (&entry));
    }
    return g_steal_pointer (&tidied);
}

/* A modem that has no character set for all that its phonebooks hold, or does not take the one it
 * offers, gives a question mark for a character that it has no other for. Where it does not say
 * which set it has, what GSM and IRA have different characters for may be others. Such names are
 * kept as they came, and told once a phonebook. */
static gboolean
is_poor (const SimstowAtEntry *entry, gboolean unsaid)
{
    if (!entry->narrow || entry->fault)
        return FALSE;
    if (!unsaid)
        return strchr (entry->name, '?') != NULL;
    for (const gchar *c = entry->name; *c; c++)
        if (!g_ascii_isprint (*c) || strchr ("?@$_[]{}|~^\\`", *c))
            return TRUE;
    return FALSE;
}

static gchar *
dup_poor_names (SimstowPhonebookAt *self, const gchar *given, guint poor)
{
    const gchar *what = poor > 1 ? "names" : "name";

    if (self->refused)
        return g_strdup_printf ("characters of %u %s may be missing, as the modem offers the "
                                "character set %s and refuses it",
                                poor,
                                what,
                                self->refused);
    if (!given)
        return g_strdup_printf ("characters of %u %s may be others, as the modem does not tell "
                                "its character set",
                                poor,
                                what);
    /* names that are not in it, though it is the one that was selected, are in IRA */
    if (simstow_at_charset_from_name (given) == SIMSTOW_AT_CHARSET_UCS2)
        given = "IRA";
    return g_strdup_printf ("characters of %u %s may be missing, as the modem gives them in the "
                            "character set %s",
                            poor,
                            what,
                            given);
}

static void
tell_poor_names (SimstowPhonebookAt *self, GPtrArray *entries)
{
    const gchar *given = self->charset ? self->charset : self->charset_now;
    SimstowAtEntry *told;
    guint poor = 0;

    for (guint i = 0; i < entries->len; i++)
        poor += is_poor (g_ptr_array_index (entries, i), given == NULL);
    if (poor == 0)
        return;
    told = simstow_at_entry_new ();
    told->fault = dup_poor_names (self, given, poor);
    g_ptr_array_add (entries, told);
}

/* A modem that cuts its answer short, or leaves rows out, may give them when asked for less */
static gboolean
lacks_some (const Read *job, const GPtrArray *entries)
{
    return job->promised && entries->len < job->used && job->first == job->phonebook->first &&
           job->last == job->phonebook->last && job->size + 1 < G_N_ELEMENTS (sizes) &&
           job->last > job->first;
}

/* What a modem says of places where some or all are empty: not found, invalid index, or a plain
 * ERROR. The latter alone is no proof: it counts where the modem has told how many entries there
 * are, which whoever reads all of them compares. Where that is none, any refusal to list them is
 * as good. */
static gboolean
may_be_empty (const Read *job, const SimstowAtReply *refusal)
{
    return g_error_matches (refusal->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND) ||
           (job->promised && (simstow_at_reply_is_plain (refusal) ||
                              (job->used == 0 && simstow_at_reply_is_absent (refusal))));
}

/* Whether to go on, perhaps with fewer places, after a run was refused; @lasting is set where
 * fewer places are for this phonebook alone */
static gboolean
take_refusal (Read *job, const SimstowAtReply *refusal, gboolean *lasting, GError **error)
{
    gboolean empty = may_be_empty (job, refusal);

    if (empty && job->promised && job->entries->len >= job->used) {
        job->last = job->end;
        return TRUE;
    }
    if (empty && job->first == job->last)
        return TRUE;
    if (job->first == job->last || (!empty && simstow_at_reply_is_definite (refusal))) {
        g_propagate_prefixed_error (error,
                                    g_error_copy (refusal->error),
                                    "phonebook %s: ",
                                    job->place->storage);
        return FALSE;
    }
    job->refused = job->last - job->first + 1;
    *lasting = *lasting || empty;
    return TRUE;
}

static gchar *
dup_read_command (guint first, guint last)
{
    return first == last ? g_strdup_printf ("+CPBR=%u", first)
                         : g_strdup_printf ("+CPBR=%u,%u", first, last);
}

static gchar *
next_command (Read *job)
{
    /* a smaller size that asks for the same is no new attempt */
    while (job->size + 1 < G_N_ELEMENTS (sizes) && job->refused > 1 &&
           sizes[job->size] >= job->refused)
        job->size++;
    job->refused = 0;
    job->last = MIN (job->end, job->first + (sizes[job->size] - 1));
    return dup_read_command (job->first, job->last);
}

static gboolean
is_small (const Place *place)
{
    const SimstowAtPhonebook *book = place->phonebook;

    if (!book || book->last == 0 || place->ahead)
        return FALSE;
    return book->last - book->first < SMALL ||
           (book->has_used && book->used < SMALL && book->last - book->first < sizes[0]);
}

/* Reads a small phonebook, and those behind it, which are likely to be read next, each with how
 * many there are, which also keeps the rows of two of them apart. Nothing is kept for longer than
 * that: reading, listing or writing anything takes it or drops it. */
static gboolean
read_ahead (SimstowPhonebookAt *self, Place *first, GCancellable *cancellable, GError **error)
{
    g_autoptr (GPtrArray) commands = simstow_commands_new ();
    g_autoptr (GPtrArray) together = g_ptr_array_new ();
    g_autoptr (GPtrArray) replies = NULL;
    guint place = 0;
    guint n = 0;

    g_ptr_array_find (self->places, first, &place);
    for (; place < self->places->len && together->len < SMALL_MANY; place++) {
        Place *next = g_ptr_array_index (self->places, place);
        const SimstowAtPhonebook *book = next->phonebook;

        if (!is_small (next))
            continue;
        g_ptr_array_add (together, next);
        simstow_commands_add (commands, g_strdup_printf ("+CPBS=\"%s\"", next->storage), NULL);
        simstow_commands_add (commands, dup_read_command (book->first, book->last), NULL);
        simstow_commands_add (commands, g_strdup ("+CPBS?"), NULL);
    }
    if (together->len < 2)
        return TRUE;
    replies = read_texts (self, NULL, commands, cancellable, error);
    if (!replies)
        return FALSE;
    for (guint i = 0; i < together->len; i++) {
        Place *next = g_ptr_array_index (together, i);

        next->ahead = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_at_reply_free);
        n++;
        g_ptr_array_add (next->ahead, simstow_at_reply_copy (replies->pdata[n++]));
        g_ptr_array_add (next->ahead, simstow_at_reply_copy (replies->pdata[n++]));
    }
    return TRUE;
}

static void
drop_ahead (SimstowPhonebookAt *self)
{
    for (guint i = 0; i < self->places->len; i++)
        g_clear_pointer (&((Place *) self->places->pdata[i])->ahead, g_ptr_array_unref);
}

static gboolean
read_run (Read *job, gboolean *lasting, GError **error)
{
    g_autoptr (GPtrArray) commands = simstow_commands_new ();
    g_autoptr (GPtrArray) replies = g_steal_pointer (&job->ahead);
    g_autoptr (GPtrArray) entries = NULL;
    g_autoptr (GPtrArray) tidied = NULL;
    const SimstowAtReply *rows;
    guint end;

    simstow_commands_add (commands, next_command (job), NULL);
    if (job->counts)
        simstow_commands_add (commands, g_strdup ("+CPBS?"), NULL);
    if (!replies)
        replies = read_texts (job->self, job->place->storage, commands, job->cancellable, error);
    if (!replies)
        return FALSE;
    rows = replies->pdata[0];
    if (rows->error)
        return take_refusal (job, rows, lasting, error);
    /* a modem that does not tell how many calls there are still tells the calls */
    end = job->counts ? end_of_calls (job, ((const SimstowAtReply *) replies->pdata[1])->text) : 0;
    entries = simstow_at_entry_parse_all (rows->text, get_charset (job->self), &job->self->coded);
    tidied = tidy (job, entries, end);
    if (end > 0)
        job->used = end - job->phonebook->first;
    if (lacks_some (job, tidied)) {
        job->refused = job->last - job->first + 1;
        *lasting = TRUE;
        return TRUE;
    }
    g_ptr_array_extend_and_steal (job->entries, g_steal_pointer (&tidied));
    return TRUE;
}

/* Reads places of a phonebook, in as few commands as the modem takes. Returns: its entries; those
 * that came before an error are in @partial then */
static GPtrArray *
read_places (SimstowPhonebookAt *self,
             Place *place,
             guint first,
             guint last,
             GPtrArray **partial,
             SimstowProgressFunc progress,
             gpointer user_data,
             GCancellable *cancellable,
             GError **error)
{
    const SimstowAtPhonebook *phonebook = place->phonebook;
    guint places = phonebook->last - phonebook->first + 1;
    g_autoptr (GPtrArray) entries =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_at_entry_free);
    gboolean lasting = FALSE;
    Read job = {.self = self,
                .place = place,
                .phonebook = phonebook,
                .cancellable = cancellable,
                .promised = self->current && phonebook->has_used && first <= phonebook->first &&
                            (last == 0 || last >= phonebook->last),
                .used = phonebook->used,
                .counts = is_call_list (place->storage),
                .first = MAX (first, phonebook->first),
                .end = last > 0 ? MIN (last, phonebook->last) : phonebook->last,
                .size = self->size,
                .entries = entries,
                .ahead = g_steal_pointer (&place->ahead)};

    while (job.first <= job.end) {
        if (!read_run (&job, &lasting, error)) {
            if (partial)
                *partial = g_steal_pointer (&entries);
            return NULL;
        }
        if (job.refused > 0)
            continue;
        job.first = job.last + 1;
        if (progress)
            progress (place->store, job.first - phonebook->first, places, user_data);
    }
    g_clear_pointer (&job.ahead, g_ptr_array_unref);
    if (!lasting)
        self->size = job.size;
    g_ptr_array_sort (entries, compare_index);
    return g_steal_pointer (&entries);
}

static void
add_contact (SimstowSnapshot *into, const gchar *store, SimstowAtEntry *entry)
{
    SimstowContact *contact =
        simstow_contact_new (store, entry->index, entry->number, entry->type, entry->name);

    contact->name_raw = g_steal_pointer (&entry->name_raw);
    contact->hidden = entry->hidden > 0;
    contact->group = g_steal_pointer (&entry->group);
    if (entry->additional_number && entry->additional_number[0])
        simstow_contact_add_number (contact,
                                    entry->additional_number,
                                    entry->additional_type >= 0 ? (guint) entry->additional_type
                                                                : SIMSTOW_AT_TYPE_UNKNOWN);
    contact->second_name = g_steal_pointer (&entry->second_name);
    if (entry->email)
        g_ptr_array_add (contact->emails, g_steal_pointer (&entry->email));
    contact->sip_uri = g_steal_pointer (&entry->sip_uri);
    contact->tel_uri = g_steal_pointer (&entry->tel_uri);
    g_ptr_array_add (into->contacts, contact);
}

static void
add_call (SimstowSnapshot *into, const gchar *store, SimstowAtEntry *entry)
{
    SimstowCall *call =
        simstow_call_new (store, entry->index, entry->number, entry->type, entry->name);

    call->name_raw = g_steal_pointer (&entry->name_raw);
    call->time = g_steal_pointer (&entry->time);
    g_ptr_array_add (into->calls, call);
}

static void
add_entries (SimstowSnapshot *into, const gchar *store, const GPtrArray *entries)
{
    for (guint i = 0; entries && i < entries->len; i++) {
        SimstowAtEntry *entry = g_ptr_array_index (entries, i);

        if (entry->fault)
            g_ptr_array_add (into->unread,
                             simstow_unread_new (store, entry->index, entry->fault, entry->row));
        else if (g_str_has_prefix (store, SIMSTOW_PREFIX_CALLS))
            add_call (into, store, entry);
        else
            add_contact (into, store, entry);
    }
}

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
    SimstowPhonebookAt *self = SIMSTOW_PHONEBOOK_AT (driver);
    Place *place = look_up (self, store, FALSE, cancellable, error);
    g_autoptr (GPtrArray) partial = NULL;
    g_autoptr (GPtrArray) entries = NULL;

    if (!place)
        return FALSE;
    if (first > 0 || last > 0 || !self->current || self->size > 0)
        drop_ahead (self);
    else if (is_small (place) && !read_ahead (self, place, cancellable, error))
        return FALSE;
    entries =
        read_places (self, place, first, last, &partial, progress, user_data, cancellable, error);
    if (entries)
        tell_poor_names (self, entries);
    add_entries (into, store, entries ? entries : partial);
    return entries != NULL;
}

/* Writing and erasing */

static SimstowAtEntry *
entry_from_contact (const SimstowContact *contact, guint index)
{
    SimstowAtEntry *entry = simstow_at_entry_new ();

    entry->index = index;
    g_free (entry->number);
    entry->number = g_strdup (contact->number);
    entry->type = contact->type;
    g_free (entry->name);
    entry->name = g_strdup (contact->name);
    entry->name_raw = contact->name_raw ? g_bytes_ref (contact->name_raw) : NULL;
    entry->hidden = contact->hidden ? 1 : -1;
    if (contact->numbers->len > 0) {
        const SimstowContactNumber *further = g_ptr_array_index (contact->numbers, 0);

        entry->additional_number = g_strdup (further->number);
        entry->additional_type = (gint) further->type;
    }
    entry->email =
        g_strdup (contact->emails->len > 0 ? g_ptr_array_index (contact->emails, 0) : NULL);
    entry->group = g_strdup (contact->group);
    entry->second_name = g_strdup (contact->second_name);
    entry->sip_uri = g_strdup (contact->sip_uri);
    entry->tel_uri = g_strdup (contact->tel_uri);
    return entry;
}

static SimstowAtEntry *
entry_from_call (const SimstowCall *call, guint index)
{
    SimstowAtEntry *entry = simstow_at_entry_new ();

    entry->index = index;
    g_free (entry->number);
    entry->number = g_strdup (call->number);
    entry->type = call->type;
    g_free (entry->name);
    entry->name = g_strdup (call->name);
    entry->name_raw = call->name_raw ? g_bytes_ref (call->name_raw) : NULL;
    return entry;
}

/* A modem counts a name in its own units; of UTF-16 it has at least this many */
static gsize
name_units (const SimstowAtEntry *entry)
{
    gsize units = 0;

    if (entry->name_raw)
        return g_bytes_get_size (entry->name_raw) / 2;
    for (const gchar *c = entry->name; *c != '\0'; c = g_utf8_next_char (c))
        units += g_utf8_get_char (c) >= 0x10000 ? 2 : 1;
    return units;
}

static gboolean
check_entry (const Place *place, const SimstowAtEntry *entry, GError **error)
{
    const SimstowAtPhonebook *phonebook = place->phonebook;
    gsize digits = strlen (entry->number) - (entry->number[0] == '+');
    gsize units = name_units (entry);

    if (phonebook->number_length > 0 && digits > phonebook->number_length)
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "number has %" G_GSIZE_FORMAT " digits, the limit is %u",
                     digits,
                     phonebook->number_length);
    else if (phonebook->name_length > 0 && units > phonebook->name_length)
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "name has %" G_GSIZE_FORMAT " characters, the limit is %u",
                     units,
                     phonebook->name_length);
    else if (simstow_at_entry_has_extras (entry) && phonebook->plain)
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_RECORD,
                             "the store takes nothing but number, type and name");
    else if (entry->index > phonebook->last ||
             (entry->index > 0 && entry->index < phonebook->first))
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "%s has the places %u to %u",
                     place->store,
                     phonebook->first,
                     phonebook->last);
    else
        return TRUE;
    return FALSE;
}

static SimstowAtEntry *
entry_new (const Place *place, const SimstowDriverRecord *record, GError **error)
{
    g_autoptr (SimstowAtEntry) entry = record->contact
                                           ? entry_from_contact (record->contact, record->index)
                                           : entry_from_call (record->call, record->index);

    return check_entry (place, entry, error) ? g_steal_pointer (&entry) : NULL;
}

/* The lowest free place, 0 when there is none */
static guint
lowest_free (const Place *place)
{
    for (guint i = MAX (place->phonebook->first, 1); i <= place->phonebook->last; i++)
        if (!g_hash_table_contains (place->used, GUINT_TO_POINTER (i)))
            return i;
    return 0;
}

static void
forget_used (Place *place)
{
    g_clear_pointer (&place->used, g_hash_table_unref);
}

/* Reads which places are in use. Returns: all entries */
static GPtrArray *
load_used (SimstowPhonebookAt *self, Place *place, GCancellable *cancellable, GError **error)
{
    GPtrArray *entries;

    forget_used (place);
    entries = read_places (self, place, 0, 0, NULL, NULL, NULL, cancellable, error);
    if (!entries)
        return NULL;
    place->used = g_hash_table_new (NULL, NULL);
    for (guint i = 0; i < entries->len; i++)
        g_hash_table_add (place->used,
                          GUINT_TO_POINTER (((const SimstowAtEntry *) entries->pdata[i])->index));
    return entries;
}

/* One of several that are written in one call */
typedef struct {
    SimstowAtEntry *entry;
    guint expected; /* where the modem will put it, if it takes the lowest free place */
    guint command;  /* the number of its command */
} Write;

static gboolean
is_expected (SimstowPhonebookAt *self, const Write *job, const SimstowAtReply *reply)
{
    gboolean coded = self->coded;
    g_autoptr (GPtrArray) entries = NULL;
    const SimstowAtEntry *entry;

    if (job->expected == 0 || reply->error)
        return FALSE;
    entries = simstow_at_entry_parse_all (reply->text, get_charset (self), &coded);
    if (entries->len != 1)
        return FALSE;
    entry = g_ptr_array_index (entries, 0);
    return entry->index == job->expected && simstow_at_entry_equal (entry, job->entry);
}

/* The place is given to the modem after the phonebook was read */
static guint
write_placed (SimstowPhonebookAt *self,
              Place *place,
              SimstowAtEntry *entry,
              GCancellable *cancellable,
              GError **error)
{
    g_autoptr (GPtrArray) commands = simstow_commands_new ();
    g_autoptr (GPtrArray) replies = NULL;
    const SimstowAtReply *reply;
    gchar *command;

    if (entry->index == 0)
        entry->index = lowest_free (place);
    if (entry->index == 0) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_FULL,
                     "phonebook %s is full",
                     place->storage);
        return 0;
    }
    command = simstow_at_entry_write_command (entry, get_charset (self), self->coded, error);
    if (!command)
        return 0;
    simstow_commands_add (commands, command, NULL);
    replies = run (self, place->storage, self->charset, commands, cancellable, error);
    if (!replies)
        return 0;
    reply = replies->pdata[0];
    if (reply->error) {
        forget_used (place);
        g_propagate_error (error, g_error_copy (reply->error));
        return 0;
    }
    if (place->used)
        g_hash_table_add (place->used, GUINT_TO_POINTER (entry->index));
    return entry->index;
}

/* The entry that was not there before: the same one, or, where the modem took it, the only new
 * one */
static guint
find_new (GHashTable *before,
          const GPtrArray *entries,
          const SimstowAtEntry *wanted,
          gboolean was_taken)
{
    guint news = 0;
    guint only = 0;

    for (guint i = 0; i < entries->len; i++) {
        const SimstowAtEntry *entry = g_ptr_array_index (entries, i);

        if (g_hash_table_contains (before, GUINT_TO_POINTER (entry->index)))
            continue;
        if (simstow_at_entry_equal (entry, wanted))
            return entry->index;
        news++;
        only = entry->index;
    }
    return news == 1 && was_taken ? only : 0;
}

static gboolean
ends_write (const SimstowAtReply *reply)
{
    return reply->error && simstow_at_reply_is_definite (reply) &&
           !g_error_matches (reply->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND);
}

/* What was refused may have been written all the same, and what was taken may be elsewhere: that
 * is looked up in @entries, which were read since, not repeated. A modem that does not choose is
 * told a place. */
static guint
find_written (SimstowPhonebookAt *self,
              Place *place,
              SimstowAtEntry *entry,
              GHashTable *before,
              const GPtrArray *entries,
              const SimstowAtReply *reply,
              GCancellable *cancellable,
              GError **error)
{
    guint index = find_new (before, entries, entry, !reply->error);

    if (index > 0)
        return index;
    if (!reply->error) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_MODEM_ERROR,
                             "the modem does not show the entry it was given");
        return 0;
    }
    index = write_placed (self, place, entry, cancellable, error);
    self->never_chooses = self->never_chooses || index > 0;
    return index;
}

/* What became of an entry that the modem put where it wants. @entries are read when they are
 * needed, once for all */
static guint
take_chosen (SimstowPhonebookAt *self,
             Place *place,
             const Write *job,
             GHashTable *before,
             GPtrArray **entries,
             const GPtrArray *replies,
             GCancellable *cancellable,
             GError **error)
{
    const SimstowAtReply *reply = replies->pdata[job->command];

    if (!reply->error && job->expected > 0 &&
        is_expected (self, job, replies->pdata[job->command + 1]))
        return job->expected;
    if (ends_write (reply)) {
        g_propagate_error (error, g_error_copy (reply->error));
        return 0;
    }
    if (!*entries)
        *entries = load_used (self, place, cancellable, error);
    if (!*entries)
        return 0;
    return find_written (self, place, job->entry, before, *entries, reply, cancellable, error);
}

static void
take_written (SimstowPhonebookAt *self,
              Place *place,
              const Write *jobs,
              guint n_jobs,
              GHashTable *before,
              const GPtrArray *replies,
              GArray *outcomes,
              GCancellable *cancellable)
{
    g_autoptr (GPtrArray) entries = NULL;

    for (guint i = 0; i < n_jobs && !simstow_driver_outcomes_has_ended (outcomes); i++) {
        const SimstowAtReply *reply = replies->pdata[jobs[i].command];
        guint index = jobs[i].entry->index;
        GError *error = NULL;

        if (index == 0)
            index =
                take_chosen (self, place, &jobs[i], before, &entries, replies, cancellable, &error);
        else if (reply->error)
            error = g_error_copy (reply->error);
        g_hash_table_add (before, GUINT_TO_POINTER (index));
        simstow_driver_outcomes_add (outcomes, index, error);
    }
}

/* The command of an entry, and what shows where the modem put it: at the lowest place that was
 * free, if it is like most */
static void
add_write (SimstowPhonebookAt *self, Place *place, Write *job, GPtrArray *commands)
{
    gchar *command =
        simstow_at_entry_write_command (job->entry, get_charset (self), self->coded, NULL);

    job->command = commands->len;
    job->expected = job->entry->index > 0 ? 0 : lowest_free (place);
    simstow_commands_add (commands, command, NULL);
    if (job->expected == 0)
        return;
    simstow_commands_add (commands, g_strdup_printf ("+CPBR=%u", job->expected), NULL);
    g_hash_table_add (place->used, GUINT_TO_POINTER (job->expected));
}

/* Several entries in one call, to their places or to where the modem wants */
static gboolean
write_together (SimstowPhonebookAt *self,
                Place *place,
                Write *jobs,
                guint n_jobs,
                GArray *outcomes,
                GCancellable *cancellable,
                GError **error)
{
    g_autoptr (GPtrArray) commands = simstow_commands_new ();
    g_autoptr (GPtrArray) replies = NULL;
    g_autoptr (GHashTable) before = g_hash_table_new (NULL, NULL);
    gboolean chooses = FALSE;
    GHashTableIter iter;
    gpointer used;

    for (guint i = 0; i < n_jobs; i++)
        chooses = chooses || jobs[i].entry->index == 0;
    if (chooses && !place->used) {
        g_autoptr (GPtrArray) entries = load_used (self, place, cancellable, error);

        if (!entries)
            return FALSE;
    }
    for (guint i = 0; i < n_jobs && place->used; i++)
        if (jobs[i].entry->index > 0)
            g_hash_table_add (place->used, GUINT_TO_POINTER (jobs[i].entry->index));
    if (place->used)
        g_hash_table_iter_init (&iter, place->used);
    while (place->used && g_hash_table_iter_next (&iter, &used, NULL))
        g_hash_table_add (before, used);
    for (guint i = 0; i < n_jobs; i++)
        add_write (self, place, &jobs[i], commands);
    replies = run (self, place->storage, self->charset, commands, cancellable, error);
    if (!replies) {
        forget_used (place);
        return FALSE;
    }
    take_written (self, place, jobs, n_jobs, before, replies, outcomes, cancellable);
    return TRUE;
}

/* One that must be given its place, or that cannot be written at all */
static guint
write_alone (SimstowPhonebookAt *self,
             Place *place,
             const SimstowDriverRecord *record,
             GCancellable *cancellable,
             GError **error)
{
    g_autoptr (SimstowAtEntry) entry = entry_new (place, record, error);

    if (!entry)
        return 0;
    if (entry->index == 0 && !place->used) {
        g_autoptr (GPtrArray) entries = load_used (self, place, cancellable, error);

        if (!entries)
            return 0;
    }
    return write_placed (self, place, entry, cancellable, error);
}

/* How many of the records, from the first on, can be written in one call */
static guint
gather (SimstowPhonebookAt *self,
        const Place *place,
        const SimstowDriverRecord *records,
        guint n_records,
        Write *jobs)
{
    for (guint i = 0; i < n_records; i++) {
        g_autoptr (SimstowAtEntry) entry = entry_new (place, &records[i], NULL);
        g_autofree gchar *command = NULL;

        if (!entry || (entry->index == 0 && self->never_chooses))
            return i;
        command = simstow_at_entry_write_command (entry, get_charset (self), self->coded, NULL);
        if (!command)
            return i;
        jobs[i] = (Write){.entry = g_steal_pointer (&entry)};
    }
    return n_records;
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
    SimstowPhonebookAt *self = SIMSTOW_PHONEBOOK_AT (driver);
    Place *place = look_up (self, store, TRUE, cancellable, error);
    Write jobs[SIMSTOW_DRIVER_WRITE_RECORDS];

    if (!place)
        return FALSE;
    self->current = FALSE;
    drop_ahead (self);
    /* nothing is written in a character set that the modem was not seen to take */
    if (self->charset && !self->taken) {
        g_autoptr (GPtrArray) entries = load_used (self, place, cancellable, error);

        if (!entries)
            return FALSE;
    }
    while (outcomes->len < n_records && !simstow_driver_outcomes_has_ended (outcomes)) {
        const SimstowDriverRecord *next = records + outcomes->len;
        /* each is written and read back in one call */
        guint room = MIN (n_records - outcomes->len, SIMSTOW_CONVERSATION_COMMANDS / 2);
        guint n = gather (self, place, next, room, jobs);
        GError *local = NULL;

        if (n > 0) {
            write_together (self, place, jobs, n, outcomes, cancellable, &local);
            for (guint i = 0; i < n; i++)
                simstow_at_entry_free (jobs[i].entry);
        } else {
            guint index = write_alone (self, place, next, cancellable, &local);

            simstow_driver_outcomes_add (outcomes, index, g_steal_pointer (&local));
        }
        if (local && outcomes->len == 0) {
            g_propagate_error (error, local);
            return FALSE;
        }
        if (local) {
            simstow_driver_outcomes_add (outcomes, 0, local);
            break;
        }
    }
    return TRUE;
}

static gboolean
is_same_entry (const SimstowDriverRecord *record, const SimstowAtEntry *there)
{
    g_autoptr (SimstowAtEntry) wanted = record->contact ? entry_from_contact (record->contact, 0)
                                                        : entry_from_call (record->call, 0);

    return !there->fault && g_str_equal (wanted->number, there->number) &&
           g_str_equal (wanted->name, there->name) && wanted->type == there->type &&
           (wanted->hidden > 0) == (there->hidden > 0) &&
           g_strcmp0 (wanted->group, there->group) == 0 &&
           g_strcmp0 (wanted->additional_number, there->additional_number) == 0 &&
           g_strcmp0 (wanted->second_name, there->second_name) == 0 &&
           g_strcmp0 (wanted->email, there->email) == 0 &&
           g_strcmp0 (wanted->sip_uri, there->sip_uri) == 0 &&
           g_strcmp0 (wanted->tel_uri, there->tel_uri) == 0;
}

static gboolean
erase_record (SimstowDriver *driver,
              const gchar *store,
              const SimstowDriverRecord *record,
              gboolean *begun,
              GCancellable *cancellable,
              GError **error)
{
    SimstowPhonebookAt *self = SIMSTOW_PHONEBOOK_AT (driver);
    Place *place = look_up (self, store, TRUE, cancellable, error);
    guint index = simstow_driver_record_get_index (record);
    g_autoptr (GPtrArray) commands = simstow_commands_new ();
    g_autoptr (GPtrArray) erasing = simstow_commands_new ();
    g_autoptr (GPtrArray) replies = NULL;
    g_autoptr (GPtrArray) erased = NULL;
    g_autoptr (GPtrArray) entries = NULL;
    g_autoptr (GBytes) row = NULL;
    const SimstowAtReply *reply;

    if (!place)
        return FALSE;
    self->current = FALSE;
    drop_ahead (self);
    forget_used (place);
    simstow_commands_add (commands, g_strdup_printf ("+CPBR=%u", index), NULL);
    replies = read_texts (self, place->storage, commands, cancellable, error);
    if (!replies)
        return FALSE;
    reply = replies->pdata[0];
    if (reply->error) {
        g_propagate_error (error, g_error_copy (reply->error));
        return FALSE;
    }
    entries = simstow_at_entry_parse_all (reply->text, get_charset (self), &self->coded);
    if (entries->len != 1 || !is_same_entry (record, entries->pdata[0])) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_CHANGED,
                             "another entry is in its place by now");
        return FALSE;
    }
    *begun = TRUE;
    row = g_bytes_new (reply->text, strlen (reply->text));
    simstow_commands_add (erasing, g_strdup_printf ("+CPBW=%u", index), row);
    erased = run (self, place->storage, self->charset, erasing, NULL, error);
    reply = erased ? erased->pdata[0] : NULL;
    if (reply && reply->error) {
        *begun = !g_error_matches (reply->error, SIMSTOW_ERROR, SIMSTOW_ERROR_CHANGED);
        g_propagate_error (error, g_error_copy (reply->error));
    }
    return reply && !reply->error;
}

static void
simstow_phonebook_at_finalize (GObject *object)
{
    SimstowPhonebookAt *self = SIMSTOW_PHONEBOOK_AT (object);

    g_strfreev (self->storages);
    g_free (self->storage_now);
    g_free (self->charset_now);
    g_free (self->charset);
    g_free (self->refused);
    g_ptr_array_unref (self->places);
    G_OBJECT_CLASS (simstow_phonebook_at_parent_class)->finalize (object);
}

static void
simstow_phonebook_at_class_init (SimstowPhonebookAtClass *klass)
{
    SimstowDriverClass *driver_class = SIMSTOW_DRIVER_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = simstow_phonebook_at_finalize;
    driver_class->list = list;
    driver_class->read = read_store;
    driver_class->write = write_records;
    driver_class->erase = erase_record;
}

static void
simstow_phonebook_at_init (SimstowPhonebookAt *self)
{
    self->places = g_ptr_array_new_with_free_func (place_free);
}

SimstowDriver *
simstow_phonebook_at_new (SimstowConversation *conversation)
{
    return g_object_new (SIMSTOW_TYPE_PHONEBOOK_AT, "conversation", conversation, NULL);
}
