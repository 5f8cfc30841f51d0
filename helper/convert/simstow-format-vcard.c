/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vCards of any version in, 3.0 and 4.0 out; and the call lists that phones give over Bluetooth
 * (PBAP), which are cards with a time.
 *
 * A card of ours is read as archives do, unless another program changed it. Of any other, what a
 * SIM can hold becomes the contact, and the rest goes along as it is, with two properties of our
 * own for what has no place in either: X-SIMSTOW-N, the parts of the name, and X-SIMSTOW-TYPES,
 * the types of the numbers.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-contact-vcard.h"
#include "simstow-format.h"
#include "simstow-vcard.h"

#define STORE "phonebook/sm"
#define OWN   "X-SIMSTOW-"
#define NAMES "X-SIMSTOW-N"
#define TYPES "X-SIMSTOW-TYPES"
#define TIME  "X-IRMC-CALL-DATETIME"

typedef struct {
    SimstowFormatInput *input;
    SimstowTextInput *text;
    GString *line;
    GString *card;
    guint depth;
    guint64 first_line;
    gboolean dropping;
} Reader;

/* What a contact is made of; all else goes along */
static const gchar *const mapped[] =
    {"FN", "N", "TEL", "EMAIL", "NICKNAME", "CATEGORIES", "VERSION", "PRODID", "REV", NULL};

/* Of these only the number is of interest: they may be megabytes */
static const gchar *const pictures[] = {"PHOTO", "LOGO", "SOUND", "KEY", NULL};

static gboolean
sniff (const gchar *head, gsize length)
{
    gsize at = 0;

    while (at < length && g_ascii_isspace (head[at]))
        at++;
    if (length - at >= 3 && memcmp (head + at, "\xEF\xBB\xBF", 3) == 0)
        at += 3;
    return length - at >= 11 && g_ascii_strncasecmp (head + at, "BEGIN:VCARD", 11) == 0;
}

/* Whether a line begins with one of these names, with or without a group */
static gboolean
is_picture (const gchar *line)
{
    const gchar *end = line + strcspn (line, ":;");
    const gchar *dot = memchr (line, '.', (gsize) (end - line));
    g_autofree gchar *name = NULL;

    if (!*end)
        return FALSE;
    name = g_ascii_strup (dot ? dot + 1 : line, end - (dot ? dot + 1 : line));
    return g_strv_contains (pictures, name);
}

static SimstowVcardProperty *
copy_property (SimstowVcard *card, const SimstowVcardProperty *property)
{
    static const gchar *const structured[] = {"ADR", "ORG", "GENDER", "GEO", NULL};
    SimstowVcardProperty *copy;
    guint i;

    if (g_strv_contains (structured, property->name)) {
        g_auto (GStrv) fields = simstow_vcard_property_get_fields (property, ';');

        copy = simstow_vcard_add_fields (card, property->name, ';', (const gchar *const *) fields);
    } else {
        g_autofree gchar *text = simstow_vcard_property_get_text (property);

        copy = simstow_vcard_add_text (card, property->name, text);
    }
    copy->group = g_strdup (property->group);
    for (i = 0; property->parameters && i < property->parameters->len; i++) {
        const SimstowVcardParameter *parameter = g_ptr_array_index (property->parameters, i);

        if (!g_str_equal (parameter->name, "ENCODING") && !g_str_equal (parameter->name, "CHARSET"))
            simstow_vcard_property_add_parameter (copy, parameter->name, parameter->value);
    }
    return copy;
}

static gboolean
is_binary (const SimstowVcardProperty *property)
{
    const gchar *encoding = simstow_vcard_property_get_parameter (property, "ENCODING");

    return encoding && (g_ascii_strcasecmp (encoding, "b") == 0 ||
                        g_ascii_strcasecmp (encoding, "base64") == 0);
}

/* The number that a SIM has its only place for: the preferred one, else a mobile one */
static guint
rank_number (const SimstowVcardProperty *property)
{
    return (simstow_vcard_property_has_type (property, "PREF") ||
                    simstow_vcard_property_get_parameter (property, "PREF")
                ? 0
                : 2) +
           (simstow_vcard_property_has_type (property, "CELL") ? 0 : 1);
}

static gchar *
list_types (const SimstowVcardProperty *property)
{
    GString *types = g_string_new (NULL);
    guint i;

    for (i = 0; property->parameters && i < property->parameters->len; i++) {
        const SimstowVcardParameter *parameter = g_ptr_array_index (property->parameters, i);
        gboolean preferred = g_str_equal (parameter->name, "PREF");
        g_autofree gchar *type = g_ascii_strup (preferred ? "PREF" : parameter->value, -1);

        if (!preferred && !g_str_equal (parameter->name, "TYPE"))
            continue;
        g_string_append_printf (types, "%s%s", types->len > 0 ? "," : "", type);
    }
    return g_string_free (types, FALSE);
}

static void
add_number (SimstowContact *contact, const SimstowVcardProperty *property)
{
    g_autofree gchar *written = simstow_vcard_property_get_number (property);
    guint type;
    g_autofree gchar *number = simstow_record_plain_number (written, &type);

    if (*contact->number || contact->numbers->len > 0) {
        simstow_contact_add_number (contact, number, type);
        return;
    }
    g_free (contact->number);
    contact->number = g_steal_pointer (&number);
    contact->type = type;
}

static GPtrArray *
list_numbers (const SimstowVcard *card)
{
    GPtrArray *numbers = g_ptr_array_new ();
    guint i;

    for (i = 0; i < card->properties->len; i++) {
        SimstowVcardProperty *property = g_ptr_array_index (card->properties, i);

        if (g_str_equal (property->name, "TEL") && *property->value)
            g_ptr_array_add (numbers, property);
    }
    return numbers;
}

/* The numbers, the one that a SIM would have first */
static GPtrArray *
order_numbers (const SimstowVcard *card)
{
    GPtrArray *numbers = list_numbers (card);
    guint best = 0;
    guint i;

    for (i = 1; i < numbers->len; i++)
        if (rank_number (numbers->pdata[i]) < rank_number (numbers->pdata[best]))
            best = i;
    if (best > 0)
        g_ptr_array_insert (numbers, 0, g_ptr_array_steal_index (numbers, best));
    return numbers;
}

/* What they are, unless it is what archives say of them */
static void
add_types (SimstowVcard *foreign, const GPtrArray *numbers)
{
    g_autoptr (GPtrArray) lists = g_ptr_array_new_with_free_func (g_free);
    gboolean usual = TRUE;
    guint i;

    for (i = 0; i < numbers->len; i++) {
        g_ptr_array_add (lists, list_types (numbers->pdata[i]));
        usual = usual && g_str_equal (lists->pdata[i], i == 0 ? "CELL" : "VOICE");
    }
    g_ptr_array_add (lists, NULL);
    if (!usual)
        simstow_vcard_add_fields (foreign, TYPES, ';', (const gchar *const *) lists->pdata);
}

static void
add_list (SimstowContact *contact,
          const SimstowVcardProperty *property,
          void (*add) (SimstowContact *contact, const gchar *text))
{
    g_auto (GStrv) fields = simstow_vcard_property_get_fields (property, ',');
    guint i;

    for (i = 0; fields[i]; i++)
        if (*g_strstrip (fields[i]))
            add (contact, fields[i]);
}

/* "Given Family" of the parts of a name */
static gchar *
join_name (GStrv parts)
{
    static const guint order[] = {3, 1, 2, 0, 4};
    GString *name = g_string_new (NULL);
    guint count = g_strv_length (parts);
    guint i;

    for (i = 0; i < G_N_ELEMENTS (order); i++) {
        if (order[i] >= count || !*parts[order[i]])
            continue;
        if (name->len > 0)
            g_string_append_c (name, ' ');
        g_string_append (name, parts[order[i]]);
    }
    return g_string_free (name, FALSE);
}

static gchar *
find_text (const SimstowVcard *card, const gchar *name)
{
    const SimstowVcardProperty *property = simstow_vcard_get (card, name);

    return property ? simstow_vcard_property_get_text (property) : NULL;
}

/* FN; else what N, ORG or an e-mail address give */
static void
add_name (SimstowContact *contact, const SimstowVcard *card)
{
    const SimstowVcardProperty *property = simstow_vcard_get (card, "N");
    g_auto (GStrv) parts = property ? simstow_vcard_property_get_fields (property, ';') : NULL;
    g_autofree gchar *name = find_text (card, "FN");

    if (!name || !*g_strstrip (name)) {
        g_free (name);
        name = parts ? join_name (parts) : g_strdup ("");
    }
    if (!*name) {
        g_free (name);
        name = find_text (card, "ORG");
    }
    if (!name)
        return;
    g_free (contact->name);
    contact->name = g_steal_pointer (&name);
}

/* The parts of the name, unless it is all in the first, as archives have it */
static void
add_parts (SimstowVcard *foreign, const SimstowVcard *card, const SimstowContact *contact)
{
    const SimstowVcardProperty *property = simstow_vcard_get (card, "N");
    g_auto (GStrv) parts = property ? simstow_vcard_property_get_fields (property, ';') : NULL;
    g_autofree gchar *joined = parts ? join_name (parts) : NULL;

    if (joined && *joined && !g_str_equal (parts[0], contact->name))
        simstow_vcard_add_fields (foreign, NAMES, ';', (const gchar *const *) parts);
}

static void
set_foreign (SimstowContact *contact, const SimstowVcard *foreign)
{
    GString *text;

    if (foreign->properties->len == 0)
        return;
    text = g_string_new (NULL);
    simstow_vcard_write (foreign, text);
    g_free (contact->foreign);
    contact->foreign = g_string_free (text, FALSE);
}

static void
keep_rest (Reader *reader, const SimstowVcard *card, SimstowVcard *foreign)
{
    guint i;

    for (i = 0; i < card->properties->len; i++) {
        const SimstowVcardProperty *property = g_ptr_array_index (card->properties, i);

        if (g_strv_contains (mapped, property->name) || !*property->value ||
            g_str_has_prefix (property->name, OWN))
            continue;
        if (is_binary (property))
            reader->input->losses->counts[SIMSTOW_LOSS_PROPERTIES]++;
        else
            copy_property (foreign, property);
    }
}

static SimstowContact *
map_card (Reader *reader, const SimstowVcard *card)
{
    SimstowContact *contact = simstow_contact_new (STORE, 0, "", SIMSTOW_TYPE_UNKNOWN, "");
    g_autoptr (SimstowVcard) foreign = simstow_vcard_new ();
    g_autoptr (GPtrArray) numbers = order_numbers (card);
    guint i;

    add_name (contact, card);
    add_parts (foreign, card, contact);
    for (i = 0; i < numbers->len; i++)
        add_number (contact, numbers->pdata[i]);
    add_types (foreign, numbers);
    for (i = 0; i < card->properties->len; i++) {
        const SimstowVcardProperty *property = g_ptr_array_index (card->properties, i);

        if (g_str_equal (property->name, "EMAIL") && *property->value)
            g_ptr_array_add (contact->emails, simstow_vcard_property_get_text (property));
        else if (g_str_equal (property->name, "NICKNAME"))
            add_list (contact, property, simstow_contact_add_second_name);
        else if (g_str_equal (property->name, "CATEGORIES"))
            add_list (contact, property, simstow_contact_add_group);
    }
    keep_rest (reader, card, foreign);
    set_foreign (contact, foreign);
    return contact;
}

/* All values of one property, one a line */
static gchar *
collect (const SimstowVcard *card, const gchar *name)
{
    GString *values = g_string_new (NULL);
    guint i;

    for (i = 0; i < card->properties->len; i++) {
        const SimstowVcardProperty *property = g_ptr_array_index (card->properties, i);

        if (!g_str_equal (property->name, name))
            continue;
        if (g_str_equal (name, "TEL")) {
            g_autofree gchar *number = simstow_vcard_property_get_number (property);

            g_string_append (values, number);
        } else {
            g_string_append (values, property->value);
        }
        g_string_append_c (values, '\n');
    }
    return g_string_free (values, FALSE);
}

/* What the card shows beyond what the contact itself has */
static void
add_own (SimstowContact *contact, const SimstowVcard *card)
{
    g_autoptr (GPtrArray) cards =
        contact->foreign ? simstow_vcard_parse (contact->foreign, strlen (contact->foreign), NULL)
                         : NULL;
    g_autoptr (SimstowVcard) empty = simstow_vcard_new ();
    g_autoptr (GPtrArray) numbers = list_numbers (card);
    SimstowVcard *foreign = cards && cards->len == 1 ? cards->pdata[0] : empty;

    add_parts (foreign, card, contact);
    add_types (foreign, numbers);
    set_foreign (contact, foreign);
}

/* A card of ours that nobody changed since; NULL for any other */
static SimstowContact *
take_own (SimstowVcard *card)
{
    static const gchar *const shown[] = {"FN", "TEL", "EMAIL", "NICKNAME", "CATEGORIES"};
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (SimstowContact) contact = NULL;
    g_autoptr (SimstowVcard) expected = NULL;
    guint i;

    if (!simstow_vcard_get (card, OWN "STORE"))
        return NULL;
    g_free (card->version);
    card->version = g_strdup ("3.0");
    simstow_vcard_write (card, text);
    contact = simstow_contact_from_vcard (text->str, text->len, NULL);
    if (!contact || !g_str_has_prefix (contact->store, "phonebook/"))
        return NULL;
    expected = simstow_contact_to_vcard (contact);
    for (i = 0; i < G_N_ELEMENTS (shown); i++) {
        g_autofree gchar *there = collect (card, shown[i]);
        g_autofree gchar *ours = collect (expected, shown[i]);

        if (!g_str_equal (there, ours))
            return NULL;
    }
    add_own (contact, card);
    return g_steal_pointer (&contact);
}

static gboolean
hand_over_contact (Reader *reader, SimstowVcard *card, GError **error)
{
    SimstowRecord record;
    gboolean done = TRUE;

    simstow_record_init (&record, SIMSTOW_RECORD_CONTACT);
    record.contact = take_own (card);
    if (!record.contact)
        record.contact = map_card (reader, card);
    simstow_record_set (&record.sim, record.contact->sim);
    if (*record.contact->name || *record.contact->number || record.contact->emails->len > 0 ||
        record.contact->name_raw)
        done = reader->input->func (&record, reader->input->user_data, error);
    else
        reader->input->losses->counts[SIMSTOW_LOSS_NAMELESS]++;
    simstow_record_clear (&record);
    return done;
}

static SimstowCallType
get_call_type (const SimstowVcardProperty *time)
{
    if (simstow_vcard_property_has_type (time, "MISSED"))
        return SIMSTOW_CALL_MISSED;
    if (simstow_vcard_property_has_type (time, "DIALED"))
        return SIMSTOW_CALL_OUTGOING;
    if (simstow_vcard_property_has_type (time, "RECEIVED"))
        return SIMSTOW_CALL_INCOMING;
    return SIMSTOW_CALL_UNKNOWN;
}

static gboolean
hand_over_call (Reader *reader,
                const SimstowVcard *card,
                const SimstowVcardProperty *time,
                GError **error)
{
    const SimstowVcardProperty *number = simstow_vcard_get (card, "TEL");
    g_autofree gchar *name = find_text (card, "FN");
    SimstowRecord record;
    gboolean done;

    simstow_record_init (&record, SIMSTOW_RECORD_CALL);
    record.type = get_call_type (time);
    if (number) {
        g_autofree gchar *text = simstow_vcard_property_get_number (number);

        simstow_record_set (&record.address, text);
    }
    if (!name || !*name) {
        const SimstowVcardProperty *property = simstow_vcard_get (card, "N");
        g_auto (GStrv) parts = property ? simstow_vcard_property_get_fields (property, ';') : NULL;

        g_free (name);
        name = parts ? join_name (parts) : NULL;
    }
    simstow_record_set (&record.name, g_strcmp0 (name, record.address) != 0 ? name : NULL);
    /* a phone whose clock was not set has none */
    if (*time->value && !simstow_record_parse_time (time->value, &record.date)) {
        simstow_record_clear (&record);
        return simstow_text_input_refuse (reader->text, error, TIME ":%.64s", time->value);
    }
    done = reader->input->func (&record, reader->input->user_data, error);
    simstow_record_clear (&record);
    return done;
}

static gboolean
end_card (Reader *reader, GError **error)
{
    g_autoptr (GPtrArray) cards = simstow_vcard_parse (reader->card->str, reader->card->len, error);
    const SimstowVcardProperty *time;
    SimstowVcard *card;

    if (!cards || cards->len == 0)
        return cards != NULL;
    card = g_ptr_array_index (cards, 0);
    if (!g_str_equal (card->version, "2.1") && !g_str_equal (card->version, "3.0") &&
        !g_str_equal (card->version, "4.0"))
        return simstow_text_input_refuse (reader->text,
                                          error,
                                          _ ("a card of version \"%.16s\""),
                                          card->version);
    reader->input->losses->counts[SIMSTOW_LOSS_PROPERTIES] += card->skipped;
    time = simstow_vcard_get (card, TIME);
    return time ? hand_over_call (reader, card, time, error)
                : hand_over_contact (reader, card, error);
}

static gboolean
is_mark (const gchar *line, const gchar *mark)
{
    gsize length = strlen (mark);

    return g_ascii_strncasecmp (line, mark, length) == 0 &&
           strspn (line + length, " \t") == strlen (line + length);
}

/* A picture goes on in lines that begin with a blank, and in 2.1 in such without a colon */
static gboolean
drops (Reader *reader)
{
    const gchar *line = reader->line->str;

    if (reader->dropping && (*line == ' ' || *line == '\t' || !strchr (line, ':')))
        return TRUE;
    reader->dropping = is_picture (line);
    if (reader->dropping)
        reader->input->losses->counts[SIMSTOW_LOSS_PHOTOS]++;
    return reader->dropping;
}

static gboolean
take_line (Reader *reader, GError **error)
{
    const gchar *line = reader->line->str;

    if (reader->depth == 0 && is_mark (line, "BEGIN:VCARD")) {
        reader->first_line = reader->text->line;
        g_string_truncate (reader->card, 0);
        reader->dropping = FALSE;
    } else if (reader->depth == 0) {
        return strspn (line, " \t") == strlen (line) ||
               simstow_text_input_refuse (reader->text,
                                          error,
                                          _ ("\"%.32s\" stands in no card"),
                                          line);
    } else if (drops (reader)) {
        return TRUE;
    }
    if (reader->card->len + reader->line->len > SIMSTOW_TEXT_LIMIT)
        return simstow_text_input_refuse (reader->text, error, _ ("a card of more than 1 MiB"));
    g_string_append_len (reader->card, line, (gssize) reader->line->len);
    g_string_append (reader->card, "\r\n");
    if (is_mark (line, "BEGIN:VCARD"))
        reader->depth++;
    else if (is_mark (line, "END:VCARD") && --reader->depth == 0)
        return end_card (reader, error);
    return TRUE;
}

static gboolean
read_file (SimstowFormatInput *input, GError **error)
{
    g_autoptr (SimstowTextInput) text =
        simstow_text_input_new (input->stream, NULL, input->cancellable, error);
    g_autoptr (GString) line = g_string_new (NULL);
    g_autoptr (GString) card = g_string_new (NULL);
    Reader reader = {.input = input, .text = text, .line = line, .card = card};

    if (!text)
        return FALSE;
    while (simstow_text_input_read_line (text, line))
        if (!take_line (&reader, error))
            return FALSE;
    if (reader.depth > 0 || text->error)
        return simstow_text_input_end_early (text, error);
    return TRUE;
}

/* Takes a property of ours from a card: it was for the way back */
static gchar **
take_fields (SimstowVcard *card, const gchar *name)
{
    guint i;

    for (i = 0; i < card->properties->len; i++) {
        const SimstowVcardProperty *property = g_ptr_array_index (card->properties, i);
        gchar **fields;

        if (!g_str_equal (property->name, name))
            continue;
        fields = simstow_vcard_property_get_fields (property, ';');
        g_ptr_array_remove_index (card->properties, i);
        return fields;
    }
    return NULL;
}

static SimstowVcardProperty *
find_property (SimstowVcard *card, const gchar *name, guint which)
{
    guint i;

    for (i = 0; i < card->properties->len; i++) {
        SimstowVcardProperty *property = g_ptr_array_index (card->properties, i);

        if (g_str_equal (property->name, name) && which-- == 0)
            return property;
    }
    return NULL;
}

static void
set_parts_of_name (SimstowVcard *card)
{
    g_auto (GStrv) parts = take_fields (card, NAMES);
    SimstowVcardProperty *name = parts ? find_property (card, "N", 0) : NULL;
    SimstowVcardProperty *made;

    if (!name)
        return;
    made = simstow_vcard_add_fields (card, "N", ';', (const gchar *const *) parts);
    g_free (name->value);
    name->value = g_steal_pointer (&made->value);
    made->value = g_strdup ("");
    g_ptr_array_remove_index (card->properties, card->properties->len - 1);
}

static void
set_types (SimstowVcard *card)
{
    g_auto (GStrv) lists = take_fields (card, TYPES);
    guint i, j;

    for (i = 0; lists && lists[i]; i++) {
        SimstowVcardProperty *property = find_property (card, "TEL", i);
        g_auto (GStrv) types = g_strsplit (lists[i], ",", -1);

        if (!property)
            break;
        g_clear_pointer (&property->parameters, g_ptr_array_unref);
        for (j = 0; types[j]; j++)
            simstow_vcard_property_add_parameter (property, "TYPE", types[j]);
    }
}

/* RFC 6350: numbers are URIs where they can be, and preference is a parameter of its own */
static void
raise_property (SimstowVcardProperty *property)
{
    g_autoptr (GPtrArray) old = g_steal_pointer (&property->parameters);
    gboolean is_number = g_str_equal (property->name, "TEL");
    guint i;

    if (is_number && property->value[0] == '+' &&
        strspn (property->value + 1, "0123456789") == strlen (property->value + 1)) {
        gchar *uri = g_strconcat ("tel:", property->value, NULL);

        g_free (property->value);
        property->value = uri;
        simstow_vcard_property_add_parameter (property, "VALUE", "uri");
    }
    for (i = 0; old && i < old->len; i++) {
        const SimstowVcardParameter *parameter = g_ptr_array_index (old, i);
        gboolean is_type = g_str_equal (parameter->name, "TYPE");

        if (is_type && g_ascii_strcasecmp (parameter->value, "PREF") == 0)
            simstow_vcard_property_add_parameter (property, "PREF", "1");
        else if (!is_type || g_ascii_strcasecmp (parameter->value, "INTERNET") != 0)
            simstow_vcard_property_add_parameter (property, parameter->name, parameter->value);
    }
}

static SimstowVcard *
make_card (const SimstowRecord *record)
{
    SimstowContact contact = *record->contact;
    SimstowVcard *card;

    contact.sim = record->sim ? record->sim : contact.sim;
    card = simstow_contact_to_vcard (&contact);
    set_parts_of_name (card);
    set_types (card);
    return card;
}

static gboolean
add_3 (SimstowFormatOutput *output, const SimstowRecord *record, GString *text)
{
    g_autoptr (SimstowVcard) card = make_card (record);

    simstow_vcard_write (card, text);
    return TRUE;
}

static gboolean
add_4 (SimstowFormatOutput *output, const SimstowRecord *record, GString *text)
{
    g_autoptr (SimstowVcard) card = make_card (record);
    guint i;

    g_free (card->version);
    card->version = g_strdup ("4.0");
    for (i = 0; i < card->properties->len; i++)
        raise_property (g_ptr_array_index (card->properties, i));
    simstow_vcard_write (card, text);
    return TRUE;
}

static const gchar *const extensions[] = {".vcf", ".vcard", NULL};
static const gchar *const no_extensions[] = {NULL};

const SimstowFormat simstow_format_vcard = {
    .name = "vcard",
    .extensions = extensions,
    .sniff = sniff,
    .read = read_file,
    .kinds = SIMSTOW_FORMAT_CONTACTS,
    .add = add_3,
};

const SimstowFormat simstow_format_vcard_4 = {
    .name = "vcard-4",
    .extensions = no_extensions,
    .kinds = SIMSTOW_FORMAT_CONTACTS,
    .read = read_file,
    .add = add_4,
};
