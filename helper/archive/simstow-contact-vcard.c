/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Contacts as vCards. The standard properties show the contact to every reader;
 * ours keep it exactly: the store and place, the type of each number, what is
 * hidden. A contact with characters that have no place in a vCard, such as a
 * form feed in a name, is there once more as JSON, X-SIMSTOW-EXACT, and that is
 * then what counts.
 */

#include "simstow-contact-vcard.h"

#include <string.h>

#include "simstow-error.h"
#include "simstow-hex.h"
#include "simstow-json-writer.h"
#include "simstow-record-json.h"
#include "simstow-vcard.h"

/* Type of number: international, 3GPP TS 24.008 10.5.4.7 */
#define TON_MASK          0x70
#define TON_INTERNATIONAL 0x10

/* Line feeds and tabs can be told in a vCard; other controls, and what programs
 * take for the end of a line, cannot */
static gboolean
is_tellable (gunichar c)
{
    if (c == '\n' || c == '\t')
        return TRUE;
    return c >= 0x20 && (c < 0x7F || c > 0x9F) && c != 0x2028 && c != 0x2029;
}

static const gchar *
find_untellable (const gchar *text)
{
    while (*text && is_tellable (g_utf8_get_char (text)))
        text = g_utf8_next_char (text);
    return text;
}

/* As it can be told; most texts can as they are */
static gchar *
show_text (const gchar *text, gboolean *exact)
{
    g_autofree gchar *valid = g_utf8_make_valid (text, -1);
    const gchar *from = valid;
    const gchar *to = find_untellable (from);
    GString *shown;

    if (!*to)
        return g_steal_pointer (&valid);
    *exact = FALSE;
    shown = g_string_new (NULL);
    for (; *to; from = g_utf8_next_char (to), to = find_untellable (from)) {
        g_string_append_len (shown, from, to - from);
        g_string_append_c (shown, ' ');
    }
    g_string_append (shown, from);
    return g_string_free (shown, FALSE);
}

static void
add_text (SimstowVcard *card, const gchar *name, const gchar *text, gboolean *exact)
{
    g_autofree gchar *shown = NULL;

    if (!text)
        return;
    shown = show_text (text, exact);
    simstow_vcard_add_text (card, name, shown);
}

/* A text that a contact may have several of: a property each */
static void
add_texts (SimstowVcard *card,
           const gchar *name,
           const gchar *first,
           const GPtrArray *further,
           gboolean *exact)
{
    guint i;

    add_text (card, name, first, exact);
    for (i = 0; i < further->len; i++)
        add_text (card, name, g_ptr_array_index (further, i), exact);
}

static void
add_typed (SimstowVcard *card,
           const gchar *name,
           const gchar *type,
           const gchar *text,
           gboolean *exact)
{
    g_autofree gchar *shown = show_text (text, exact);
    SimstowVcardProperty *property = simstow_vcard_add_text (card, name, shown);

    simstow_vcard_property_add_parameter (property, "TYPE", type);
}

static void
add_bytes (SimstowVcard *card, const gchar *name, GBytes *bytes)
{
    g_autofree gchar *digits = bytes ? simstow_hex_encode_bytes (bytes) : NULL;

    if (digits)
        simstow_vcard_add_text (card, name, digits);
}

static void
add_time (SimstowVcard *card, const gchar *name, gint64 utc)
{
    gchar text[SIMSTOW_TIME_SIZE];

    if (utc != 0 && simstow_time_format (utc, 0, text))
        simstow_vcard_add_text (card, name, text);
}

static void
add_count (SimstowVcard *card, const gchar *name, guint count)
{
    gchar digits[16];

    g_snprintf (digits, sizeof (digits), "%u", count);
    simstow_vcard_add_text (card, name, digits);
}

/* An international number gets the "+" that it is dialled with */
static gchar *
dial (const gchar *number, guint type)
{
    gboolean international = (type & TON_MASK) == TON_INTERNATIONAL;

    return g_strconcat (international && *number && *number != '+' ? "+" : "", number, NULL);
}

/* A name is not split into first and last: the card does not say which is which.
 * FN must not be empty; a contact without a name shows its number */
static void
add_name (SimstowVcard *card, const SimstowContact *contact, gboolean *exact)
{
    g_autofree gchar *dialled = dial (contact->number, contact->type);
    g_autofree gchar *shown = show_text (contact->name, exact);
    const gchar *fields[] = {shown, "", "", "", "", NULL};

    simstow_vcard_add_fields (card, "N", ';', fields);
    if (*shown)
        simstow_vcard_add_text (card, "FN", shown);
    else
        add_text (card, "FN", *dialled ? dialled : "-", exact);
}

static void
add_numbers (SimstowVcard *card, const SimstowContact *contact, gboolean *exact)
{
    g_autofree gchar *dialled = dial (contact->number, contact->type);
    guint i;

    if (*dialled)
        add_typed (card, "TEL", "CELL", dialled, exact);
    for (i = 0; i < contact->numbers->len; i++) {
        const SimstowContactNumber *further = g_ptr_array_index (contact->numbers, i);
        g_autofree gchar *shown = dial (further->number, further->type);

        add_typed (card, "TEL", "VOICE", shown, exact);
    }
    for (i = 0; i < contact->emails->len; i++)
        add_typed (card, "EMAIL", "INTERNET", g_ptr_array_index (contact->emails, i), exact);
}

static void
add_exact_numbers (SimstowVcard *card, const SimstowContact *contact, gboolean *exact)
{
    guint i;

    add_text (card, "X-SIMSTOW-NUMBER", contact->number, exact);
    add_count (card, "X-SIMSTOW-TYPE", contact->type);
    for (i = 0; i < contact->numbers->len; i++) {
        const SimstowContactNumber *further = g_ptr_array_index (contact->numbers, i);
        g_autofree gchar *typed = g_strdup_printf ("%u %s", further->type, further->number);

        add_text (card, "X-SIMSTOW-FURTHER", typed, exact);
        add_text (card, "X-SIMSTOW-LABEL", further->label, exact);
    }
}

static void
add_own_properties (SimstowVcard *card, const SimstowContact *contact, gboolean *exact)
{
    add_text (card, "X-SIMSTOW-STORE", contact->store, exact);
    add_count (card, "X-SIMSTOW-INDEX", contact->index);
    add_exact_numbers (card, contact, exact);
    if (!*contact->name)
        simstow_vcard_add_text (card, "X-SIMSTOW-UNNAMED", "1");
    add_bytes (card, "X-SIMSTOW-NAME-RAW", contact->name_raw);
    add_bytes (card, "X-SIMSTOW-NAME-ALPHA", contact->name_alpha);
    if (contact->hidden)
        simstow_vcard_add_text (card, "X-SIMSTOW-HIDDEN", "1");
    add_text (card, "X-SIMSTOW-SIP-URI", contact->sip_uri, exact);
    add_text (card, "X-SIMSTOW-TEL-URI", contact->tel_uri, exact);
    add_text (card, "X-SIMSTOW-SIM", contact->sim, exact);
    add_time (card, "X-SIMSTOW-FIRST-SEEN", contact->first_seen);
    add_time (card, "X-SIMSTOW-LAST-SEEN", contact->last_seen);
}

/* What a newer program put on the card goes to its end */
static void
add_foreign (SimstowVcard *card, const gchar *foreign)
{
    g_autoptr (GPtrArray) cards = NULL;
    SimstowVcard *from;

    if (!foreign)
        return;
    cards = simstow_vcard_parse (foreign, strlen (foreign), NULL);
    if (!cards || cards->len != 1)
        return;
    from = g_ptr_array_index (cards, 0);
    while (from->properties->len > 0)
        g_ptr_array_add (card->properties, g_ptr_array_steal_index (from->properties, 0));
}

SimstowVcard *
simstow_contact_to_vcard (const SimstowContact *contact)
{
    SimstowVcard *card = simstow_vcard_new ();
    gboolean exact = TRUE;

    add_name (card, contact, &exact);
    add_texts (card, "NICKNAME", contact->second_name, contact->second_names, &exact);
    add_numbers (card, contact, &exact);
    add_texts (card, "CATEGORIES", contact->group, contact->groups, &exact);
    add_own_properties (card, contact, &exact);
    if (!exact) {
        g_autoptr (GString) json = g_string_new (NULL);

        simstow_contact_append_json (contact, json);
        simstow_vcard_add_text (card, "X-SIMSTOW-EXACT", json->str);
    }
    add_foreign (card, contact->foreign);
    return card;
}

void
simstow_contact_append_vcard (const SimstowContact *contact, GString *out)
{
    g_autoptr (SimstowVcard) card = simstow_contact_to_vcard (contact);

    simstow_vcard_write (card, out);
}

typedef enum {
    READ_TEXT,
    READ_COUNT,
    READ_TIME,
    READ_BYTES,
    READ_FLAG,
    READ_EMAIL,
    READ_GROUP,
    READ_SECOND_NAME,
    READ_FURTHER,
    READ_LABEL,
    READ_UNNAMED,
} ReadKind;

static const struct {
    const gchar *name;
    ReadKind kind;
    gsize offset;
} readers[] = {
    {"FN", READ_TEXT, G_STRUCT_OFFSET (SimstowContact, name)},
    {"NICKNAME", READ_SECOND_NAME, 0},
    {"EMAIL", READ_EMAIL, 0},
    {"CATEGORIES", READ_GROUP, 0},
    {"X-SIMSTOW-STORE", READ_TEXT, G_STRUCT_OFFSET (SimstowContact, store)},
    {"X-SIMSTOW-INDEX", READ_COUNT, G_STRUCT_OFFSET (SimstowContact, index)},
    {"X-SIMSTOW-NUMBER", READ_TEXT, G_STRUCT_OFFSET (SimstowContact, number)},
    {"X-SIMSTOW-TYPE", READ_COUNT, G_STRUCT_OFFSET (SimstowContact, type)},
    {"X-SIMSTOW-FURTHER", READ_FURTHER, 0},
    {"X-SIMSTOW-LABEL", READ_LABEL, 0},
    {"X-SIMSTOW-UNNAMED", READ_UNNAMED, 0},
    {"X-SIMSTOW-NAME-RAW", READ_BYTES, G_STRUCT_OFFSET (SimstowContact, name_raw)},
    {"X-SIMSTOW-NAME-ALPHA", READ_BYTES, G_STRUCT_OFFSET (SimstowContact, name_alpha)},
    {"X-SIMSTOW-HIDDEN", READ_FLAG, G_STRUCT_OFFSET (SimstowContact, hidden)},
    {"X-SIMSTOW-SIP-URI", READ_TEXT, G_STRUCT_OFFSET (SimstowContact, sip_uri)},
    {"X-SIMSTOW-TEL-URI", READ_TEXT, G_STRUCT_OFFSET (SimstowContact, tel_uri)},
    {"X-SIMSTOW-SIM", READ_TEXT, G_STRUCT_OFFSET (SimstowContact, sim)},
    {"X-SIMSTOW-FIRST-SEEN", READ_TIME, G_STRUCT_OFFSET (SimstowContact, first_seen)},
    {"X-SIMSTOW-LAST-SEEN", READ_TIME, G_STRUCT_OFFSET (SimstowContact, last_seen)},
};

static gboolean
invalid (GError **error, const gchar *text)
{
    return simstow_error_set (error, SIMSTOW_ERROR_INVALID_DATA, "not a valid value: %s", text);
}

static gboolean
read_count (const gchar *text, guint *count, GError **error)
{
    guint64 value;

    if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &value, NULL))
        return invalid (error, text);
    *count = (guint) value;
    return TRUE;
}

static void
set_text (gchar **place, const gchar *text)
{
    g_free (*place);
    *place = g_strdup (text);
}

static gboolean
read_bytes (const gchar *text, GBytes **place, GError **error)
{
    GBytes *bytes = simstow_hex_decode (text, -1, error);

    if (!bytes)
        return FALSE;
    g_clear_pointer (place, g_bytes_unref);
    *place = bytes;
    return TRUE;
}

static gboolean
read_further (const gchar *text, SimstowContact *contact, GError **error)
{
    const gchar *space = strchr (text, ' ');
    g_autofree gchar *digits = space ? g_strndup (text, (gsize) (space - text)) : NULL;
    guint type = 0;

    if (!space)
        return invalid (error, text);
    if (!read_count (digits, &type, error))
        return FALSE;
    simstow_contact_add_number (contact, space + 1, type);
    return TRUE;
}

/* What the number before it is called */
static gboolean
read_label (const gchar *text, SimstowContact *contact, GError **error)
{
    guint n = contact->numbers->len;
    SimstowContactNumber *further = n > 0 ? g_ptr_array_index (contact->numbers, n - 1) : NULL;

    if (!further)
        return invalid (error, text);
    set_text (&further->label, text);
    return TRUE;
}

static gboolean
read_value (ReadKind kind,
            const gchar *text,
            gpointer place,
            SimstowContact *contact,
            GError **error)
{
    switch (kind) {
    case READ_TEXT:
        set_text (place, text);
        return TRUE;
    case READ_COUNT:
        return read_count (text, place, error);
    case READ_TIME:
        return simstow_time_parse (text, place) || invalid (error, text);
    case READ_BYTES:
        return read_bytes (text, place, error);
    case READ_FLAG:
        *(gboolean *) place = TRUE;
        return TRUE;
    case READ_EMAIL:
        g_ptr_array_add (contact->emails, g_strdup (text));
        return TRUE;
    case READ_GROUP:
        simstow_contact_add_group (contact, text);
        return TRUE;
    case READ_SECOND_NAME:
        simstow_contact_add_second_name (contact, text);
        return TRUE;
    case READ_FURTHER:
        return read_further (text, contact, error);
    case READ_LABEL:
        return read_label (text, contact, error);
    case READ_UNNAMED:
        set_text (&contact->name, "");
        return TRUE;
    }
    return TRUE;
}

/* Where it is among the readers, or their number */
static gsize
find_reader (const gchar *name)
{
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (readers); i++)
        if (strcmp (readers[i].name, name) == 0)
            break;
    return i;
}

static gboolean
read_property (SimstowContact *contact, const SimstowVcardProperty *property, GError **error)
{
    gsize i = find_reader (property->name);
    g_autofree gchar *text = NULL;

    if (i == G_N_ELEMENTS (readers))
        return TRUE;
    text = simstow_vcard_property_get_text (property);
    if (read_value (readers[i].kind, text, (guint8 *) contact + readers[i].offset, contact, error))
        return TRUE;
    g_prefix_error (error, "%s: ", property->name);
    return FALSE;
}

/* N, TEL and VERSION tell nothing that the others do not */
static const gchar *const redundant[] = {"N", "TEL", "VERSION", "X-SIMSTOW-EXACT", NULL};

static gboolean
is_foreign (const gchar *name)
{
    return find_reader (name) == G_N_ELEMENTS (readers) && !g_strv_contains (redundant, name);
}

/* Takes what this program does not know from the card */
static gchar *
take_foreign (SimstowVcard *card)
{
    g_autoptr (SimstowVcard) foreign = NULL;
    GString *text;
    guint i = 0;

    while (i < card->properties->len) {
        const SimstowVcardProperty *property = g_ptr_array_index (card->properties, i);

        if (!is_foreign (property->name)) {
            i++;
            continue;
        }
        if (!foreign)
            foreign = simstow_vcard_new ();
        g_ptr_array_add (foreign->properties, g_ptr_array_steal_index (card->properties, i));
    }
    if (!foreign)
        return NULL;
    text = g_string_new (NULL);
    simstow_vcard_write (foreign, text);
    return g_string_free (text, FALSE);
}

static gint
compare_texts (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const gchar *const *) a, *(const gchar *const *) b);
}

/* Each property of a card as a card of its own */
static void
split_foreign (GHashTable *texts, const gchar *foreign)
{
    g_autoptr (GPtrArray) cards = simstow_vcard_parse (foreign, strlen (foreign), NULL);
    SimstowVcard *card = cards && cards->len == 1 ? g_ptr_array_index (cards, 0) : NULL;

    while (card && card->properties->len > 0) {
        g_autoptr (SimstowVcard) single = simstow_vcard_new ();
        g_autoptr (GString) text = g_string_new (NULL);

        g_ptr_array_add (single->properties, g_ptr_array_steal_index (card->properties, 0));
        simstow_vcard_write (single, text);
        g_hash_table_add (texts, g_string_free (g_steal_pointer (&text), FALSE));
    }
}

void
simstow_contact_unite_foreign (gchar **foreign, const gchar *more)
{
    g_autoptr (GHashTable) texts = NULL;
    g_autoptr (GPtrArray) sorted = NULL;
    g_autoptr (SimstowVcard) united = NULL;
    g_autoptr (GString) out = NULL;
    GHashTableIter iter;
    gpointer text;
    guint i;

    if (!more)
        return;
    texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    sorted = g_ptr_array_new ();
    united = simstow_vcard_new ();
    out = g_string_new (NULL);
    if (*foreign)
        split_foreign (texts, *foreign);
    split_foreign (texts, more);
    g_hash_table_iter_init (&iter, texts);
    while (g_hash_table_iter_next (&iter, &text, NULL))
        g_ptr_array_add (sorted, text);
    g_ptr_array_sort (sorted, compare_texts);
    for (i = 0; i < sorted->len; i++)
        add_foreign (united, g_ptr_array_index (sorted, i));
    simstow_vcard_write (united, out);
    g_free (*foreign);
    *foreign = g_string_free (g_steal_pointer (&out), FALSE);
}

static SimstowContact *
read_properties (const SimstowVcard *card, GError **error)
{
    g_autoptr (SimstowContact) contact = simstow_contact_new (NULL, 0, "", 0, "");
    guint i;

    for (i = 0; i < card->properties->len; i++)
        if (!read_property (contact, g_ptr_array_index (card->properties, i), error))
            return NULL;
    if (!contact->store) {
        simstow_error_set (error, SIMSTOW_ERROR_INVALID_DATA, "no X-SIMSTOW-STORE");
        return NULL;
    }
    return g_steal_pointer (&contact);
}

/* The syntax room takes what other programs write as far as it makes sense; a
 * card of ours makes sense to the last line */
static gboolean
is_ours (const GPtrArray *cards, const gchar *text, gsize length)
{
    const SimstowVcard *card = cards->len == 1 ? g_ptr_array_index (cards, 0) : NULL;

    return card && card->skipped == 0 && g_strcmp0 (card->version, "3.0") == 0 &&
           g_utf8_validate_len (text, length, NULL);
}

static SimstowContact *
read_card (const SimstowVcard *card, GError **error)
{
    const SimstowVcardProperty *exact = simstow_vcard_get (card, "X-SIMSTOW-EXACT");
    g_autofree gchar *json = NULL;

    if (!exact)
        return read_properties (card, error);
    json = simstow_vcard_property_get_text (exact);
    return simstow_contact_from_json (json, strlen (json), error);
}

SimstowContact *
simstow_contact_from_vcard (const gchar *text, gsize length, GError **error)
{
    g_autoptr (GPtrArray) cards = simstow_vcard_parse (text, length, error);
    g_autofree gchar *foreign = NULL;
    SimstowContact *contact;

    if (!cards)
        return NULL;
    if (!is_ours (cards, text, length)) {
        simstow_error_set (error, SIMSTOW_ERROR_INVALID_DATA, "not one vCard 3.0 in UTF-8");
        return NULL;
    }
    foreign = take_foreign (g_ptr_array_index (cards, 0));
    contact = read_card (g_ptr_array_index (cards, 0), error);
    if (contact)
        contact->foreign = g_steal_pointer (&foreign);
    return contact;
}
