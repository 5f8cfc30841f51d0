/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The phonebook over MBIM. The modem does not say where it puts an entry, so the place is chosen
 * here. What modems do otherwise than MBIM:
 * - a configuration that is refused, or without places, although there are entries: list ();
 * - names that are no valid UTF-16: they are kept as they came.
 */

#include "simstow-phonebook-mbim.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-mbim.h"
#include "simstow-names.h"

#define STORE SIMSTOW_PREFIX_PHONEBOOK "sm"

#define CID_CONFIGURATION  (1u << 1)
#define CID_DELETE         (1u << 3)
#define CID_WRITE          (1u << 4)
#define INITIALIZED        1
#define FLAG_INDEX         1
#define PLACES_MAX         65535
#define TYPE_INTERNATIONAL 145
#define TYPE_UNKNOWN       129

/* Where the pairs of an entry are, and of what writes one */
#define OFFSET_NUMBER 4
#define OFFSET_NAME   12
#define WRITE_HEADER  24

struct _SimstowPhonebookMbim {
    SimstowDriver parent_instance;

    guint32 cids;
    guint last; /* 0: unknown */
    guint used_count;
    guint number_length;
    guint name_length;
    GHashTable *there; /* index -> GBytes, as it was read; NULL: unknown */
    gboolean whole;    /* whether all that is there was read */
};

G_DEFINE_FINAL_TYPE (SimstowPhonebookMbim, simstow_phonebook_mbim, SIMSTOW_TYPE_DRIVER)

static const guint8 service[] = {0x4B,
                                 0xF3,
                                 0x84,
                                 0x76,
                                 0x1E,
                                 0x6A,
                                 0x41,
                                 0xDB,
                                 0xB1,
                                 0xD8,
                                 0xBE,
                                 0xD2,
                                 0x89,
                                 0xC2,
                                 0x5B,
                                 0xDB};

static SimstowConversation *
conversation_of (SimstowPhonebookMbim *self)
{
    return simstow_driver_peek_conversation (SIMSTOW_DRIVER (self));
}

/* MBIM_PHONEBOOK_ENTRY; a name that is no text is kept as it came, and told */
static gboolean
take_entry (GBytes *element, GBytes *information, SimstowSnapshot *into, GError **error)
{
    g_autofree gchar *number = NULL;
    g_autofree gchar *name = NULL;
    g_autoptr (GBytes) raw = NULL;
    SimstowContact *contact;
    guint32 index;

    if (!simstow_mbim_u32 (element, 0, &index, error))
        return FALSE;
    number = simstow_mbim_dup_text (element, OFFSET_NUMBER, NULL, error);
    if (!number) {
        g_prefix_error (error, "number: ");
        return FALSE;
    }
    name = simstow_mbim_dup_text (element, OFFSET_NAME, &raw, error);
    if (!name) {
        g_prefix_error (error, "name: ");
        return FALSE;
    }
    contact = simstow_contact_new (STORE,
                                   index,
                                   number,
                                   number[0] == '+' ? TYPE_INTERNATIONAL : TYPE_UNKNOWN,
                                   name);
    if (raw)
        simstow_snapshot_add_problem (into, STORE, index, TRUE, "the name is no valid UTF-16");
    contact->name_raw = g_steal_pointer (&raw);
    g_ptr_array_add (into->contacts, contact);
    return TRUE;
}

/* @element: as it was read, if it was */
static void
note_there (GHashTable *there, guint index, GBytes *element)
{
    if (element || !g_hash_table_contains (there, GUINT_TO_POINTER (index)))
        g_hash_table_replace (there,
                              GUINT_TO_POINTER (index),
                              element ? g_bytes_ref (element) : g_bytes_new (NULL, 0));
}

/* What is there is known from then on */
static gboolean
read_all (SimstowPhonebookMbim *self,
          SimstowSnapshot *into,
          GCancellable *cancellable,
          GError **error)
{
    g_autoptr (GHashTable) there =
        g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_bytes_unref);
    const SimstowMbimReader reader =
        {SIMSTOW_DOOR_MBIM_PHONEBOOK, "read ", STORE, 0, take_entry, self->last, there};

    g_clear_pointer (&self->there, g_hash_table_unref);
    if (!simstow_mbim_read (conversation_of (self), &reader, into, cancellable, error))
        return FALSE;
    self->whole = into->unread->len == 0;
    for (guint i = 0; i < into->unread->len; i++)
        note_there (there, ((const SimstowUnread *) into->unread->pdata[i])->index, NULL);
    self->there = g_steal_pointer (&there);
    return TRUE;
}

/* Listing */

static gboolean
is_writable (const SimstowPhonebookMbim *self)
{
    return self->cids & CID_WRITE && self->cids & CID_DELETE && self->last > 0;
}

static void
add_store (const SimstowPhonebookMbim *self, SimstowSnapshot *listing)
{
    SimstowStore *store = simstow_store_new (STORE);

    store->via = g_strdup (SIMSTOW_VIA_MBIM);
    store->writable = is_writable (self);
    store->plain = store->writable;
    if (self->last > 0) {
        store->used = (gint) MIN (self->used_count, (guint) G_MAXINT);
        store->capacity = (gint) self->last;
        store->first = 1;
        store->last = self->last;
    }
    if (self->number_length > 0)
        store->number_length = (gint) MIN (self->number_length, (guint) G_MAXINT);
    if (self->name_length > 0)
        store->name_length = (gint) MIN (self->name_length, (guint) G_MAXINT);
    g_ptr_array_add (listing->stores, store);
}

/* MBIM_PHONEBOOK_CONFIGURATION_INFO; lengths alone may be missing */
static gboolean
ask_configuration (SimstowPhonebookMbim *self, GCancellable *cancellable, GError **error)
{
    g_autoptr (GBytes) information = simstow_mbim_run (conversation_of (self),
                                                       SIMSTOW_DOOR_MBIM_PHONEBOOK,
                                                       g_strdup ("configuration"),
                                                       NULL,
                                                       cancellable,
                                                       error);
    guint32 state, total, used;

    if (!information)
        return FALSE;
    if (!simstow_mbim_u32 (information, 0, &state, error) ||
        !simstow_mbim_u32 (information, 4, &total, error) ||
        !simstow_mbim_u32 (information, 8, &used, error)) {
        g_prefix_error (error, "what the modem says of its phonebook: ");
        return FALSE;
    }
    if (state != INITIALIZED) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_LOCKED,
                             "the modem says that its phonebook is not initialised");
        return FALSE;
    }
    self->last = MIN (total, PLACES_MAX);
    self->used_count = used;
    if (self->last > 0) {
        simstow_mbim_u32 (information, 12, &self->number_length, NULL);
        simstow_mbim_u32 (information, 16, &self->name_length, NULL);
    }
    return TRUE;
}

static gboolean
list (SimstowDriver *driver,
      gboolean counts,
      SimstowSnapshot *listing,
      GCancellable *cancellable,
      GError **error)
{
    SimstowPhonebookMbim *self = SIMSTOW_PHONEBOOK_MBIM (driver);
    g_autoptr (SimstowSnapshot) probe = simstow_snapshot_new ();
    g_autoptr (GError) doubt = NULL;
    g_autoptr (GError) local = NULL;

    g_clear_pointer (&self->there, g_hash_table_unref);
    self->last = self->used_count = self->number_length = self->name_length = 0;
    if (!simstow_mbim_ask_services (conversation_of (self),
                                    SIMSTOW_DOOR_MBIM_PHONEBOOK,
                                    service,
                                    &self->cids,
                                    cancellable,
                                    error))
        return FALSE;
    if (!self->cids)
        return TRUE;
    if (self->cids & CID_CONFIGURATION && ask_configuration (self, cancellable, &doubt) &&
        self->last > 0) {
        add_store (self, listing);
        return TRUE;
    }
    /* the entries are there whatever the modem said of the phonebook; without any, that counts */
    if (g_error_matches (doubt, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED) ||
        !read_all (self, probe, cancellable, &local) ||
        probe->contacts->len + probe->unread->len == 0)
        return simstow_mbim_tell_absence (listing, STORE, doubt, local, error);
    /* only its count tells whether all came: what was refused once may be answered now */
    if (doubt && !g_error_matches (doubt, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT) &&
        !g_error_matches (doubt, SIMSTOW_ERROR, SIMSTOW_ERROR_BUSY))
        ask_configuration (self, cancellable, NULL);
    add_store (self, listing);
    return TRUE;
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
    SimstowPhonebookMbim *self = SIMSTOW_PHONEBOOK_MBIM (driver);
    g_autoptr (SimstowSnapshot) all = simstow_snapshot_new ();

    if (!read_all (self, all, cancellable, error))
        return FALSE;
    for (guint i = all->contacts->len; i > 0; i--) {
        guint index = ((const SimstowContact *) all->contacts->pdata[i - 1])->index;

        if (index < first || (last > 0 && index > last))
            g_ptr_array_remove_index (all->contacts, i - 1);
    }
    if (progress)
        progress (STORE, all->contacts->len, all->contacts->len, user_data);
    g_ptr_array_extend_and_steal (into->contacts, g_ptr_array_ref (all->contacts));
    g_ptr_array_extend_and_steal (into->unread, g_ptr_array_ref (all->unread));
    g_ptr_array_extend_and_steal (into->problems, g_ptr_array_ref (all->problems));
    return TRUE;
}

/* Writing */

static gboolean
has_more (const SimstowContact *contact)
{
    return contact->hidden || contact->group || contact->groups->len > 0 || contact->second_name ||
           contact->numbers->len > 0 || contact->emails->len > 0 || contact->sip_uri ||
           contact->tel_uri;
}

static gboolean
refuse (GError **error, const gchar *text)
{
    g_set_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD, "%s", text);
    return FALSE;
}

static gboolean
check_contact (const SimstowPhonebookMbim *self, const SimstowContact *contact, GError **error)
{
    gsize digits = strlen (contact->number) - (contact->number[0] == '+');
    glong units = 0;
    g_autofree gunichar2 *name = g_utf8_to_utf16 (contact->name, -1, NULL, &units, NULL);

    if (contact->name_raw || !name)
        return refuse (error, "a name that is no valid text cannot be written over MBIM");
    if (has_more (contact))
        return refuse (error, "the store takes nothing but number, type and name");
    if (contact->number[0] != '\0' && contact->type != TYPE_INTERNATIONAL &&
        contact->type != TYPE_UNKNOWN) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "MBIM knows no numbers of type %u",
                     contact->type);
        return FALSE;
    }
    if (self->number_length > 0 && digits > self->number_length) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "number has %" G_GSIZE_FORMAT " digits, the limit is %u",
                     digits,
                     self->number_length);
        return FALSE;
    }
    if (self->name_length > 0 && units > (glong) self->name_length) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "name has %ld characters, the limit is %u",
                     units,
                     self->name_length);
        return FALSE;
    }
    return TRUE;
}

static void
put_u32 (GByteArray *buffer, gsize value)
{
    guint32 little = GUINT32_TO_LE ((guint32) value);

    g_byte_array_append (buffer, (const guint8 *) &little, sizeof little);
}

/* UTF-16LE, filled up to whole words. Returns: the octets of the text */
static gsize
put_text (GByteArray *buffer, const gchar *text)
{
    glong units = 0;
    g_autofree gunichar2 *utf16 = g_utf8_to_utf16 (text, -1, NULL, &units, NULL);

    for (glong i = 0; utf16 && i < units; i++) {
        gunichar2 little = GUINT16_TO_LE (utf16[i]);

        g_byte_array_append (buffer, (const guint8 *) &little, sizeof little);
    }
    if (units % 2 != 0)
        g_byte_array_append (buffer, (const guint8 *) "\0", 2);
    return (gsize) units * sizeof (gunichar2);
}

/* The information of MBIM_CID_PHONEBOOK_WRITE */
static GBytes *
new_entry (const SimstowContact *contact, guint index)
{
    g_autoptr (GByteArray) buffer = g_byte_array_new ();
    g_autoptr (GByteArray) texts = g_byte_array_new ();
    gboolean plus = contact->type == TYPE_INTERNATIONAL && contact->number[0] != '+' &&
                    contact->number[0] != '\0';
    g_autofree gchar *number = g_strconcat (plus ? "+" : "", contact->number, NULL);
    gsize number_size = put_text (texts, number);
    gsize name_offset = WRITE_HEADER + texts->len;
    gsize name_size = put_text (texts, contact->name);

    put_u32 (buffer, FLAG_INDEX);
    put_u32 (buffer, index);
    put_u32 (buffer, number_size > 0 ? WRITE_HEADER : 0);
    put_u32 (buffer, number_size);
    put_u32 (buffer, name_size > 0 ? name_offset : 0);
    put_u32 (buffer, name_size);
    g_byte_array_append (buffer, texts->data, texts->len);
    return g_byte_array_free_to_bytes (g_steal_pointer (&buffer));
}

/* The lowest place that nothing is known to be at, 0 when there is none */
static guint
find_free (const SimstowPhonebookMbim *self)
{
    for (guint i = 1; i <= self->last; i++)
        if (!g_hash_table_contains (self->there, GUINT_TO_POINTER (i)))
            return i;
    return 0;
}

/* Where a contact goes, which is taken by then; 0 with @error set when it cannot */
static guint
take_place (SimstowPhonebookMbim *self, const SimstowDriverRecord *record, GError **error)
{
    guint index = record->index > 0 ? record->index : find_free (self);

    if (!check_contact (self, record->contact, error))
        return 0;
    if (index == 0 || index > self->last) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     index == 0 ? SIMSTOW_ERROR_FULL : SIMSTOW_ERROR_INVALID_RECORD,
                     index == 0 ? "all %u places are in use" : "there are %u places",
                     self->last);
        return 0;
    }
    if (g_hash_table_contains (self->there, GUINT_TO_POINTER (index))) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_CHANGED,
                     "another entry is in its place by now");
        return 0;
    }
    note_there (self->there, index, NULL);
    return index;
}

/* What became of one that was sent; its place is free again where nothing was written */
static GError *
take_answer (SimstowPhonebookMbim *self, guint place, const SimstowAnswer *answer)
{
    if (!answer->error)
        return NULL;
    if (!g_error_matches (answer->error, SIMSTOW_ERROR, SIMSTOW_ERROR_CHANGED))
        g_hash_table_remove (self->there, GUINT_TO_POINTER (place));
    return g_error_copy (answer->error);
}

/* The plugin looks at each place right before where not all that is there could be read */
static gboolean
write_some (SimstowPhonebookMbim *self,
            const SimstowDriverRecord *records,
            guint n_records,
            GArray *outcomes,
            GCancellable *cancellable,
            GError **error)
{
    g_autoptr (GPtrArray) commands = simstow_commands_new ();
    g_autoptr (GPtrArray) answers = NULL;
    GError *refusals[SIMSTOW_DRIVER_WRITE_RECORDS] = {NULL};
    guint places[SIMSTOW_DRIVER_WRITE_RECORDS];

    for (guint i = 0; i < n_records; i++) {
        g_autoptr (GBytes) entry = NULL;

        places[i] = take_place (self, &records[i], &refusals[i]);
        if (places[i] == 0)
            continue;
        entry = new_entry (records[i].contact, places[i]);
        simstow_commands_add (commands,
                              g_strdup_printf ("%s %u", self->whole ? "put" : "write", places[i]),
                              entry);
    }
    if (commands->len > 0)
        answers = simstow_conversation_run (conversation_of (self),
                                            SIMSTOW_DOOR_MBIM_PHONEBOOK,
                                            NULL,
                                            commands,
                                            cancellable,
                                            error);
    for (guint i = 0, sent = 0; i < n_records; i++) {
        if ((commands->len > 0 && !answers) || simstow_driver_outcomes_has_ended (outcomes))
            g_clear_error (&refusals[i]);
        else if (places[i] == 0)
            simstow_driver_outcomes_add (outcomes, 0, refusals[i]);
        else
            simstow_driver_outcomes_add (outcomes,
                                         places[i],
                                         take_answer (self, places[i], answers->pdata[sent++]));
    }
    if (commands->len == 0 || answers)
        return TRUE;
    g_clear_pointer (&self->there, g_hash_table_unref);
    return FALSE;
}

/* Somebody else was faster */
static gboolean
is_taken (const GArray *outcomes)
{
    return outcomes->len == 1 &&
           g_error_matches (g_array_index (outcomes, SimstowDriverOutcome, 0).error,
                            SIMSTOW_ERROR,
                            SIMSTOW_ERROR_CHANGED);
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
    SimstowPhonebookMbim *self = SIMSTOW_PHONEBOOK_MBIM (driver);
    g_autoptr (SimstowSnapshot) seen = simstow_snapshot_new ();

    if (!is_writable (self)) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_UNSUPPORTED,
                             "the phonebook can only be read");
        return FALSE;
    }
    if (!self->there && !read_all (self, seen, cancellable, error))
        return FALSE;
    do {
        g_array_set_size (outcomes, 0);
        if (!write_some (self, records, self->whole ? n_records : 1, outcomes, cancellable, error))
            return FALSE;
    } while (records[0].index == 0 && is_taken (outcomes));
    return TRUE;
}

/* Erasing */

static gboolean
is_same (const SimstowContact *a, const SimstowContact *b)
{
    return g_str_equal (a->number, b->number) && a->type == b->type &&
           g_str_equal (a->name, b->name) && !a->name_raw == !b->name_raw &&
           (!a->name_raw || g_bytes_equal (a->name_raw, b->name_raw));
}

/* The entry as it is there now: what was read before, or else is read now */
static GBytes *
dup_element (SimstowPhonebookMbim *self, guint index, GCancellable *cancellable, GError **error)
{
    GBytes *known =
        self->there ? g_hash_table_lookup (self->there, GUINT_TO_POINTER (index)) : NULL;
    g_autoptr (GPtrArray) elements = NULL;
    g_autoptr (GBytes) answer = NULL;
    const SimstowMbimElement *element;
    guint missing;

    if (known && g_bytes_get_size (known) > 0)
        return g_bytes_ref (known);
    answer = simstow_mbim_run (conversation_of (self),
                               SIMSTOW_DOOR_MBIM_PHONEBOOK,
                               g_strdup_printf ("read %u", index),
                               NULL,
                               cancellable,
                               error);
    elements = answer ? simstow_mbim_split (answer, 0, sizeof (guint32), &missing, error) : NULL;
    if (!elements)
        return NULL;
    element = elements->len == 1 ? g_ptr_array_index (elements, 0) : NULL;
    return element && element->bytes ? g_bytes_ref (element->bytes) : g_bytes_new (NULL, 0);
}

/* The plugin compares the entry once more, right before */
static gboolean
erase_record (SimstowDriver *driver,
              const gchar *store,
              const SimstowDriverRecord *record,
              gboolean *begun,
              GCancellable *cancellable,
              GError **error)
{
    SimstowPhonebookMbim *self = SIMSTOW_PHONEBOOK_MBIM (driver);
    guint index = simstow_driver_record_get_index (record);
    g_autoptr (SimstowSnapshot) there = simstow_snapshot_new ();
    g_autoptr (GBytes) element = dup_element (self, index, cancellable, error);
    g_autoptr (GBytes) answer = NULL;
    g_autoptr (GError) local = NULL;

    if (!element)
        return FALSE;
    if (!take_entry (element, NULL, there, NULL) ||
        !is_same (there->contacts->pdata[0], record->contact)) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_CHANGED,
                             "another entry is in its place by now");
        return FALSE;
    }
    *begun = TRUE;
    answer = simstow_mbim_run (conversation_of (self),
                               SIMSTOW_DOOR_MBIM_PHONEBOOK,
                               g_strdup_printf ("delete %u", index),
                               element,
                               NULL,
                               &local);
    if (answer && self->there)
        g_hash_table_remove (self->there, GUINT_TO_POINTER (index));
    else
        g_clear_pointer (&self->there, g_hash_table_unref);
    if (answer)
        return TRUE;
    *begun = !g_error_matches (local, SIMSTOW_ERROR, SIMSTOW_ERROR_CHANGED);
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
}

static void
simstow_phonebook_mbim_finalize (GObject *object)
{
    g_clear_pointer (&SIMSTOW_PHONEBOOK_MBIM (object)->there, g_hash_table_unref);
    G_OBJECT_CLASS (simstow_phonebook_mbim_parent_class)->finalize (object);
}

static void
simstow_phonebook_mbim_class_init (SimstowPhonebookMbimClass *klass)
{
    SimstowDriverClass *driver_class = SIMSTOW_DRIVER_CLASS (klass);

    G_OBJECT_CLASS (klass)->finalize = simstow_phonebook_mbim_finalize;
    driver_class->list = list;
    driver_class->read = read_store;
    driver_class->write = write_records;
    driver_class->erase = erase_record;
}

static void
simstow_phonebook_mbim_init (SimstowPhonebookMbim *self)
{
}

SimstowDriver *
simstow_phonebook_mbim_new (SimstowConversation *conversation)
{
    return g_object_new (SIMSTOW_TYPE_PHONEBOOK_MBIM, "conversation", conversation, NULL);
}
