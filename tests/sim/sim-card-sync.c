/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The card and the store as one. For each place that both have, the text of what
 * it held when they were last alike is kept: who differs from it has changed.
 */

#include "sim-card-sync.h"

#include <string.h>

#include "sim-card-bytes.h"
#include "sim-card-message.h"
#include "sim-card-phonebook.h"
#include "sim-text.h"

#define INTERNATIONAL 0x10

/* a list of places that store and card both have */
typedef struct _View View;
struct _View {
    const gchar *name;
    const gchar *path;
    const gchar *extension;
    gboolean messages;
    gboolean contacts;
};

static const View views[] = {
    {"SM", "7FFF/6F3C", NULL, TRUE, FALSE},
    {"SM", NULL, NULL, FALSE, TRUE},
    {"FD", "7FFF/6F3B", "7FFF/6F4B", FALSE, FALSE},
    {"LD", "7FFF/6F44", NULL, FALSE, FALSE},
    {"DC", "7FFF/6F81", "7FFF/6F4E", FALSE, FALSE},
};

static SimCardFile *
file_of (SimCardSlot *slot, const gchar *path)
{
    return path == NULL ? NULL : sim_card_file_find (sim_card_root (slot->card), path);
}

/* how many places both have */
static guint
count_places (SimCardSlot *slot, const View *view)
{
    const SimMemory *memory = view->messages ? sim_store_memory (slot->store, view->name) : NULL;
    const SimPhonebook *phonebook =
        view->messages ? NULL : sim_store_phonebook (slot->store, view->name);
    const SimCardFile *file = file_of (slot, view->path);
    guint places = 0;
    guint records;

    if (memory != NULL) {
        places = memory->slots->len;
    } else if (phonebook != NULL) {
        places = phonebook->slots->len;
    }
    if (view->contacts) {
        records = sim_card_phonebook_capacity (slot->card);
    } else {
        records = file == NULL ? 0 : sim_card_file_count (file);
    }
    return MIN (places, records);
}

/* the store's side as text */

static void
append_text (GString *key, const gunichar2 *text)
{
    for (; text != NULL && *text != 0; text++) {
        g_string_append_printf (key, "%04X", *text);
    }
    g_string_append_c (key, '|');
}

static void
append_number (GString *key, const gchar *number, guint type)
{
    const gchar *digits = number == NULL ? "" : number[0] == '+' ? number + 1 : number;

    g_string_append_printf (key, "%s|%u|", digits, digits[0] == '\0' ? 0 : type);
}

static gchar *
message_key (const SimMessage *message)
{
    g_autofree gchar *pdu = NULL;

    if (message == NULL) {
        return g_strdup ("");
    }
    pdu = sim_card_hex_encode (message->pdu->data, message->pdu->len);
    return g_strdup_printf ("%u|%s", message->stat, pdu);
}

static gchar *
entry_key (const SimEntry *entry, gboolean satellites)
{
    GString *key = g_string_new (NULL);

    if (entry == NULL) {
        return g_string_free (key, FALSE);
    }
    append_number (key, entry->number, entry->type);
    append_text (key, entry->texts[SIM_TEXT_NAME]);
    if (satellites) {
        append_text (key, entry->texts[SIM_TEXT_GROUP]);
        append_text (key, entry->texts[SIM_TEXT_SECOND_NAME]);
        append_text (key, entry->texts[SIM_TEXT_EMAIL]);
        append_number (key, entry->additional_number, entry->additional_type);
        g_string_append_c (key, entry->hidden ? '1' : '0');
    }
    return g_string_free (key, FALSE);
}

/* from one to the other */

static void
fill_contact (SimCardContact *contact, const SimEntry *entry)
{
    const gchar *more = entry->additional_number;

    *contact = (SimCardContact){
        .adn =
            {
                .name = sim_text_dup (entry->texts[SIM_TEXT_NAME]),
                .number = g_strdup (entry->number + (entry->number[0] == '+' ? 1 : 0)),
                .type = entry->type,
            },
        .additional = more == NULL ? NULL : g_strdup (more + (more[0] == '+' ? 1 : 0)),
        .additional_type = entry->additional_type,
        .second_name = sim_text_dup (entry->texts[SIM_TEXT_SECOND_NAME]),
        .email = sim_text_dup (entry->texts[SIM_TEXT_EMAIL]),
        .group = sim_text_dup (entry->texts[SIM_TEXT_GROUP]),
        .hidden = entry->hidden,
    };
}

static gchar *
dial_string (const gchar *digits, guint8 type)
{
    gboolean plus = digits[0] != '\0' && (type & 0x70) == INTERNATIONAL;

    return g_strconcat (plus ? "+" : "", digits, NULL);
}

static gunichar2 *
text_or_null (const gunichar2 *text)
{
    return text == NULL || text[0] == 0 ? NULL : sim_text_dup (text);
}

static SimEntry *
make_entry (const SimCardContact *contact)
{
    g_autofree gchar *number = dial_string (contact->adn.number, contact->adn.type);
    gunichar2 *name = contact->adn.name;
    SimEntry *entry = sim_entry_new (number, contact->adn.type, name[0] == 0 ? NULL : name);

    if (contact->additional != NULL) {
        entry->additional_number = dial_string (contact->additional, contact->additional_type);
        entry->additional_type = contact->additional_type;
    }
    entry->texts[SIM_TEXT_SECOND_NAME] = text_or_null (contact->second_name);
    entry->texts[SIM_TEXT_EMAIL] = text_or_null (contact->email);
    entry->texts[SIM_TEXT_GROUP] = text_or_null (contact->group);
    entry->hidden = contact->hidden;
    return entry;
}

static SimMessage **
message_slot (SimCardSlot *slot, const View *view, guint place)
{
    SimMemory *memory = sim_store_memory (slot->store, view->name);

    return sim_store_message_slot (slot->store, memory, memory->first + place);
}

static SimEntry **
entry_slot (SimCardSlot *slot, const View *view, guint place)
{
    SimPhonebook *phonebook = sim_store_phonebook (slot->store, view->name);

    return sim_phonebook_slot (phonebook, phonebook->first + place);
}

/* fields that the card has no files for are no difference */
static gboolean
has_satellites (SimCardSlot *slot, const View *view)
{
    SimCardFile *root = sim_card_root (slot->card);

    return view->contacts && (sim_card_file_find (root, "7FFF/5F3A") != NULL ||
                              sim_card_file_find (root, "7F10/5F3A") != NULL);
}

static gchar *
store_key (SimCardSlot *slot, const View *view, guint place)
{
    if (view->messages) {
        return message_key (*message_slot (slot, view, place));
    }
    return entry_key (*entry_slot (slot, view, place), has_satellites (slot, view));
}

static void
write_entry (SimCardSlot *slot, const View *view, guint place, const SimEntry *entry)
{
    SimCardContact contact = {0};

    if (entry != NULL) {
        fill_contact (&contact, entry);
    }
    if (view->contacts) {
        sim_card_phonebook_set (slot->card, place + 1, entry == NULL ? NULL : &contact);
    } else {
        sim_card_adn_store (file_of (slot, view->path),
                            file_of (slot, view->extension),
                            place + 1,
                            entry == NULL ? NULL : &contact.adn);
    }
    sim_card_contact_clear (&contact);
}

static void
write_card (SimCardSlot *slot, const View *view, guint place)
{
    const SimMessage *message;

    if (!view->messages) {
        write_entry (slot, view, place, *entry_slot (slot, view, place));
        return;
    }
    message = *message_slot (slot, view, place);
    sim_card_message_write (file_of (slot, view->path),
                            place + 1,
                            message == NULL ? -1 : (gint) message->stat,
                            message == NULL ? NULL : message->pdu->data,
                            message == NULL ? 0 : message->pdu->len);
}

static SimMessage *
read_message (SimCardSlot *slot, const View *view, guint place)
{
    const guint8 *pdu;
    gsize size;
    gint stat = sim_card_message_read (file_of (slot, view->path), place + 1, &pdu, &size);

    return stat < 0 ? NULL : sim_message_new (stat, pdu, size);
}

static SimEntry *
read_entry (SimCardSlot *slot, const View *view, guint place)
{
    SimCardContact contact = {0};
    SimEntry *entry = NULL;
    gboolean taken;

    if (view->contacts) {
        taken = sim_card_phonebook_get (slot->card, place + 1, &contact);
    } else {
        taken = sim_card_adn_read (file_of (slot, view->path),
                                   file_of (slot, view->extension),
                                   place + 1,
                                   &contact.adn);
    }
    if (taken) {
        entry = make_entry (&contact);
    }
    sim_card_contact_clear (&contact);
    return entry;
}

/* the store takes over a place that the card has otherwise; returns its new text */
static gchar *
read_card (SimCardSlot *slot, const View *view, guint place, const gchar *seen)
{
    g_autoptr (SimMessage) message = view->messages ? read_message (slot, view, place) : NULL;
    g_autoptr (SimEntry) entry = view->messages ? NULL : read_entry (slot, view, place);
    gchar *key =
        view->messages ? message_key (message) : entry_key (entry, has_satellites (slot, view));

    if (g_str_equal (key, seen)) {
        return key;
    }
    if (view->messages) {
        SimMessage **place_of = message_slot (slot, view, place);

        sim_message_free (*place_of);
        *place_of = g_steal_pointer (&message);
    } else {
        SimEntry **place_of = entry_slot (slot, view, place);

        sim_entry_free (*place_of);
        *place_of = g_steal_pointer (&entry);
    }
    return key;
}

/* when they were last alike */

static GPtrArray *
seen_of (SimCardSlot *slot, const View *view)
{
    return g_ptr_array_index (slot->seen, view - views);
}

static void
remember (SimCardSlot *slot, const View *view, guint place, gchar *key)
{
    GPtrArray *seen = seen_of (slot, view);

    g_free (seen->pdata[place]);
    seen->pdata[place] = key;
}

static void
push_view (SimCardSlot *slot, const View *view)
{
    GPtrArray *seen = seen_of (slot, view);

    for (guint place = 0; place < seen->len; place++) {
        g_autofree gchar *key = store_key (slot, view, place);

        if (!g_str_equal (key, g_ptr_array_index (seen, place))) {
            write_card (slot, view, place);
            remember (slot, view, place, g_steal_pointer (&key));
        }
    }
}

static void
pull_view (SimCardSlot *slot, const View *view)
{
    GPtrArray *seen = seen_of (slot, view);

    for (guint place = 0; place < seen->len; place++) {
        gchar *key = read_card (slot, view, place, g_ptr_array_index (seen, place));

        remember (slot, view, place, key);
    }
}

static void
replace (gchar **text, const gchar *with)
{
    if (g_strcmp0 (*text, with) != 0) {
        g_free (*text);
        *text = g_strdup (with);
    }
}

static void
on_before (gpointer self, SimCard *card)
{
    SimCardSlot *slot = self;
    SimStore *store = slot->store;
    SimCardPin *first = sim_card_pin (card, FALSE);
    SimCardPin *second = sim_card_pin (card, TRUE);

    if (store->sim_present != sim_card_is_present (card)) {
        sim_card_set_present (card, store->sim_present);
    }
    replace (&first->value, store->pin);
    replace (&first->puk, store->puk);
    replace (&second->value, store->pin2);
    first->retries = store->pin_retries;
    first->puk_retries = store->puk_retries;
    first->enabled = store->pin_enabled;
    first->verified = store->pin_verified;
    second->verified = store->pin2_verified;
    for (guint i = 0; i < G_N_ELEMENTS (views); i++) {
        push_view (slot, &views[i]);
    }
}

static void
on_after (gpointer self, SimCard *card)
{
    SimCardSlot *slot = self;
    SimStore *store = slot->store;
    const SimCardPin *first = sim_card_pin (card, FALSE);
    const SimCardPin *second = sim_card_pin (card, TRUE);

    store->sim_present = sim_card_is_present (card);
    replace (&store->pin, first->value);
    replace (&store->pin2, second->value);
    store->pin_retries = first->retries;
    store->puk_retries = first->puk_retries;
    store->pin_enabled = first->enabled;
    store->pin_verified = first->verified;
    store->pin2_verified = second->verified;
}

static void
on_written (gpointer self, SimCard *card, SimCardFile *file, guint number)
{
    SimCardSlot *slot = self;

    for (guint i = 0; i < G_N_ELEMENTS (views); i++) {
        const SimCardFile *own = file_of (slot, views[i].path);
        const SimCardFile *extension = file_of (slot, views[i].extension);
        gboolean hit = views[i].contacts ? sim_card_phonebook_owns (card, file)
                                         : own != NULL && own->data == file->data;

        if (hit || (extension != NULL && extension->data == file->data)) {
            pull_view (slot, &views[i]);
        }
    }
}

/* calls that came in: those answered, then those missed. The card has no times of
 * them, and what is written to it goes no further. */
static void
fill_incoming (SimCardSlot *slot)
{
    static const gchar *const names[] = {"RC", "MC"};
    SimCardFile *file = file_of (slot, "7FFF/6F80");
    guint number = 1;

    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        const SimPhonebook *list = sim_store_phonebook (slot->store, names[i]);

        for (guint j = 0; list != NULL && j < list->slots->len; j++) {
            const SimEntry *entry = g_ptr_array_index (list->slots, j);
            SimCardContact contact;

            if (entry == NULL || number > sim_card_file_count (file)) {
                continue;
            }
            fill_contact (&contact, entry);
            sim_card_adn_store (file, file_of (slot, "7FFF/6F4E"), number, &contact.adn);
            sim_card_file_record (file, number)[file->record_size - 4] = i;
            sim_card_contact_clear (&contact);
            number++;
        }
    }
}

/* the card may have been given what the store was not */
static void
take_over (SimCardSlot *slot, const View *view)
{
    GPtrArray *seen = seen_of (slot, view);

    for (guint place = 0; place < seen->len; place++) {
        g_autofree gchar *key = store_key (slot, view, place);

        if (key[0] == '\0') {
            remember (slot, view, place, read_card (slot, view, place, ""));
        }
    }
}

void
sim_card_sync_start (SimCardSlot *slot)
{
    static const SimCardBacking backing = {on_before, on_written, on_after};

    slot->seen = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
    for (guint i = 0; i < G_N_ELEMENTS (views); i++) {
        GPtrArray *seen = g_ptr_array_new_with_free_func (g_free);
        guint places = count_places (slot, &views[i]);

        for (guint place = 0; place < places; place++) {
            g_ptr_array_add (seen, g_strdup (""));
        }
        g_ptr_array_add (slot->seen, seen);
        take_over (slot, &views[i]);
    }
    fill_incoming (slot);
    sim_card_set_backing (slot->card, &backing, slot);
}
