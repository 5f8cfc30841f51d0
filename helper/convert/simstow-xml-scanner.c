/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scanner over XML.
 */

#include "config.h"

#include "simstow-xml-scanner.h"

#include <glib/gi18n.h>
#include <string.h>

#define DEPTH      16
#define NAME_LIMIT 128
#define ATTRIBUTES 128

#define REPLACEMENT "\xEF\xBF\xBD"

typedef struct {
    gsize name;
    gsize length;
    gsize value;
} Attribute;

struct _SimstowXmlScanner {
    SimstowTextInput *input;
    SimstowLosses *losses;
    const gchar *skipped;
    GString *name;
    /* names and values, each with its NUL */
    GString *pool;
    /* a name that is read */
    GString *word;
    Attribute attributes[ATTRIBUTES];
    guint n_attributes;
    /* where the attribute may be that is asked for next: who asks goes by their usual order */
    guint hint;
    gchar *open[DEPTH];
    guint depth;
    gboolean empty;
    gboolean rooted;
};

/* Bytes that end a run of plain ones in a value; all else below a blank is not allowed */
static const gboolean specials[256] = {
    /* clang-format off */
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    /* clang-format on */
    ['"'] = 1,
    ['\''] = 1,
    ['&'] = 1,
    ['<'] = 1,
};

static gboolean
is_blank (gint byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static gboolean
is_name (gint byte)
{
    return g_ascii_isalnum (byte) || byte == '_' || byte == '-' || byte == '.' || byte == ':' ||
           byte >= 0x80;
}

SimstowXmlScanner *
simstow_xml_scanner_new (SimstowTextInput *input, SimstowLosses *losses, const gchar *skipped)
{
    SimstowXmlScanner *scanner = g_new0 (SimstowXmlScanner, 1);

    scanner->input = input;
    scanner->losses = losses;
    scanner->skipped = skipped;
    scanner->name = g_string_new (NULL);
    scanner->pool = g_string_new (NULL);
    scanner->word = g_string_new (NULL);
    return scanner;
}

void
simstow_xml_scanner_free (SimstowXmlScanner *scanner)
{
    while (scanner->depth > 0)
        g_free (scanner->open[--scanner->depth]);
    g_string_free (scanner->name, TRUE);
    g_string_free (scanner->pool, TRUE);
    g_string_free (scanner->word, TRUE);
    g_free (scanner);
}

const gchar *
simstow_xml_scanner_get_name (const SimstowXmlScanner *scanner)
{
    return scanner->name->str;
}

guint
simstow_xml_scanner_get_depth (const SimstowXmlScanner *scanner)
{
    return scanner->depth;
}

static const Attribute *
find_attribute (const SimstowXmlScanner *scanner, const gchar *name, gsize length, guint from)
{
    guint i;

    for (i = 0; i < scanner->n_attributes; i++) {
        const Attribute *attribute = &scanner->attributes[(from + i) % scanner->n_attributes];

        if (attribute->length == length &&
            memcmp (scanner->pool->str + attribute->name, name, length) == 0)
            return attribute;
    }
    return NULL;
}

const gchar *
simstow_xml_scanner_get (SimstowXmlScanner *scanner, const gchar *name)
{
    const Attribute *found = find_attribute (scanner, name, strlen (name), scanner->hint);

    if (!found)
        return NULL;
    scanner->hint = (guint) (found - scanner->attributes) + 1;
    return scanner->pool->str + found->value;
}

static void
skip_blanks (SimstowXmlScanner *scanner)
{
    while (is_blank (simstow_text_input_peek (scanner->input)))
        simstow_text_input_next (scanner->input);
}

static gboolean
read_name (SimstowXmlScanner *scanner, GString *name, GError **error)
{
    SimstowTextInput *input = scanner->input;

    g_string_truncate (name, 0);
    while (is_name (simstow_text_input_peek (input)) && name->len < NAME_LIMIT) {
        const gchar *end = input->at;

        while (end < input->end && is_name ((guchar) *end))
            end++;
        g_string_append_len (name, input->at, end - input->at);
        input->at = end;
    }
    if (name->len > 0 && !g_ascii_isdigit (name->str[0]) && !strchr ("-.", name->str[0]) &&
        g_utf8_validate_len (name->str, name->len, NULL))
        return TRUE;
    if (simstow_text_input_peek (input) < 0)
        return simstow_text_input_end_early (input, error);
    return simstow_text_input_refuse (input, error, _ ("a name is expected here"));
}

/* Passes over everything up to and with @end, all but the last of whose bytes are the same, and
 * may come more often: "--->" */
static gboolean
skip_until (SimstowXmlScanner *scanner, const gchar *end, GError **error)
{
    const gsize length = strlen (end);
    gsize matched = 0;
    gint byte;

    while (matched < length) {
        byte = simstow_text_input_next (scanner->input);
        if (byte < 0)
            return simstow_text_input_end_early (scanner->input, error);
        if (byte == end[matched])
            matched++;
        else if (matched < length - 1 || byte != end[0])
            matched = byte == end[0] ? 1 : 0;
    }
    return TRUE;
}

static gboolean
expect (SimstowXmlScanner *scanner, const gchar *text, GError **error)
{
    for (; *text; text++) {
        gint byte = simstow_text_input_next (scanner->input);

        if (byte < 0)
            return simstow_text_input_end_early (scanner->input, error);
        if (byte != *text)
            return simstow_text_input_refuse (scanner->input, error, _ ("it is no XML"));
    }
    return TRUE;
}

/* Behind "<!": a comment, or CDATA, which is text */
static gboolean
skip_declaration (SimstowXmlScanner *scanner, GError **error)
{
    gint byte = simstow_text_input_peek (scanner->input);

    if (byte == '-')
        return expect (scanner, "--", error) && skip_until (scanner, "-->", error);
    if (byte == '[' && scanner->depth > 0)
        return expect (scanner, "[CDATA[", error) && skip_until (scanner, "]]>", error);
    if (byte < 0)
        return simstow_text_input_end_early (scanner->input, error);
    return simstow_text_input_refuse (
        scanner->input,
        error,
        _ ("a document type declaration, which no backup has, is refused"));
}

static gboolean
is_allowed (guint32 c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xD800) ||
           (c >= 0xE000 && c <= 0x10FFFF && c != 0xFFFE && c != 0xFFFF);
}

static void
replace_character (SimstowXmlScanner *scanner)
{
    g_string_append (scanner->pool, REPLACEMENT);
    scanner->losses->counts[SIMSTOW_LOSS_CHARACTERS]++;
}

static void
append_character (SimstowXmlScanner *scanner, guint32 c)
{
    if (is_allowed (c))
        g_string_append_unichar (scanner->pool, c);
    else
        replace_character (scanner);
}

/* Behind "&#": the number */
static gboolean
read_number (SimstowXmlScanner *scanner, guint32 *number, GError **error)
{
    SimstowTextInput *input = scanner->input;
    guint base = 10;
    guint digits = 0;
    guint32 c = 0;
    gint byte;

    if (simstow_text_input_peek (input) == 'x') {
        simstow_text_input_next (input);
        base = 16;
    }
    while ((byte = simstow_text_input_next (input)) != ';') {
        gint digit = g_ascii_xdigit_value ((gchar) byte);

        if (byte < 0)
            return simstow_text_input_end_early (input, error);
        if (digit < 0 || (guint) digit >= base)
            return simstow_text_input_refuse (input, error, _ ("a reference that is no number"));
        c = MIN (c, 0x110000) * base + (guint32) digit;
        digits++;
    }
    if (digits == 0)
        return simstow_text_input_refuse (input, error, _ ("a reference that is no number"));
    *number = c;
    return TRUE;
}

static gboolean
read_entity (SimstowXmlScanner *scanner, GError **error)
{
    static const struct {
        const gchar *name;
        gchar byte;
    } entities[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    SimstowTextInput *input = scanner->input;
    gchar name[8];
    gsize length = 0;
    gint byte;
    gsize i;

    while ((byte = simstow_text_input_next (input)) != ';') {
        if (byte < 0)
            return simstow_text_input_end_early (input, error);
        if (!g_ascii_isalnum (byte) || length == sizeof name - 1)
            return simstow_text_input_refuse (input, error, _ ("an & that begins no reference"));
        name[length++] = (gchar) byte;
    }
    name[length] = '\0';
    for (i = 0; i < G_N_ELEMENTS (entities); i++) {
        if (strcmp (entities[i].name, name) != 0)
            continue;
        g_string_append_c (scanner->pool, entities[i].byte);
        return TRUE;
    }
    return simstow_text_input_refuse (input, error, _ ("an unknown entity: &%s;"), name);
}

/* Behind "&". The high half of a surrogate pair stays in @high until what follows is known. */
static gboolean
read_reference (SimstowXmlScanner *scanner, guint32 *high, GError **error)
{
    guint32 c = 0;

    if (simstow_text_input_peek (scanner->input) != '#') {
        if (*high != 0)
            replace_character (scanner);
        *high = 0;
        return read_entity (scanner, error);
    }
    simstow_text_input_next (scanner->input);
    if (!read_number (scanner, &c, error))
        return FALSE;
    if (*high != 0 && c >= 0xDC00 && c <= 0xDFFF) {
        append_character (scanner, 0x10000 + ((*high - 0xD800) << 10) + (c - 0xDC00));
        *high = 0;
        return TRUE;
    }
    if (*high != 0)
        replace_character (scanner);
    *high = c >= 0xD800 && c <= 0xDBFF ? c : 0;
    if (*high == 0)
        append_character (scanner, c);
    return TRUE;
}

/* A run of bytes as they are; whether any of them is not ASCII */
static gboolean
read_run (SimstowXmlScanner *scanner, gboolean keep)
{
    SimstowTextInput *input = scanner->input;
    const gchar *end = input->at;
    guchar seen = 0;

    for (; end < input->end && !specials[(guchar) *end]; end++)
        seen |= (guchar) *end;
    if (keep)
        g_string_append_len (scanner->pool, input->at, end - input->at);
    input->at = end;
    return seen >= 0x80;
}

/* What was read of a value is made valid text */
static void
check_value (SimstowXmlScanner *scanner, gsize start)
{
    g_autoptr (GString) value = NULL;

    if (g_utf8_validate_len (scanner->pool->str + start, scanner->pool->len - start, NULL))
        return;
    value = g_string_new_len (scanner->pool->str + start, (gssize) (scanner->pool->len - start));
    simstow_text_make_valid (value, scanner->losses);
    g_string_truncate (scanner->pool, start);
    g_string_append_len (scanner->pool, value->str, (gssize) value->len);
}

/* Blanks of any kind are one blank each in an attribute, XML 1.0 3.3.3, but for CR LF, 2.11 */
static void
read_control (SimstowXmlScanner *scanner, gboolean keep)
{
    gint byte = simstow_text_input_next (scanner->input);

    if (byte == '\r' && simstow_text_input_peek (scanner->input) == '\n')
        simstow_text_input_next (scanner->input);
    if (keep && is_blank (byte))
        g_string_append_c (scanner->pool, ' ');
    else if (keep)
        replace_character (scanner);
}

static gboolean
read_value (SimstowXmlScanner *scanner, gboolean keep, GError **error)
{
    SimstowTextInput *input = scanner->input;
    gint quote = simstow_text_input_next (input);
    const gsize start = scanner->pool->len;
    gboolean wide = FALSE;
    guint32 high = 0;
    gint byte;

    if (quote != '"' && quote != '\'')
        return simstow_text_input_refuse (input, error, _ ("a value without quotation marks"));
    for (;;) {
        if (scanner->pool->len - start > SIMSTOW_TEXT_LIMIT)
            return simstow_text_input_refuse (input, error, _ ("a value of more than 1 MiB"));
        byte = simstow_text_input_peek (input);
        if (byte == quote)
            break;
        if (byte < 0)
            return simstow_text_input_end_early (input, error);
        if (byte == '<')
            return simstow_text_input_refuse (input, error, _ ("a < in the value of an attribute"));
        if (byte == '&') {
            simstow_text_input_next (input);
            if (!read_reference (scanner, &high, error))
                return FALSE;
            continue;
        }
        if (high != 0)
            replace_character (scanner);
        high = 0;
        if (byte < 0x20)
            read_control (scanner, keep);
        else if (byte == '"' || byte == '\'')
            g_string_append_c (scanner->pool, (gchar) simstow_text_input_next (input));
        else
            wide |= read_run (scanner, keep);
    }
    if (high != 0)
        replace_character (scanner);
    simstow_text_input_next (input);
    if (wide)
        check_value (scanner, start);
    return TRUE;
}

static gboolean
read_attribute (SimstowXmlScanner *scanner, GError **error)
{
    SimstowTextInput *input = scanner->input;
    Attribute *attribute = &scanner->attributes[scanner->n_attributes];
    g_autofree gchar *name = NULL;
    gboolean keep;

    if (!read_name (scanner, scanner->word, error))
        return FALSE;
    if (find_attribute (scanner, scanner->word->str, scanner->word->len, 0))
        return simstow_text_input_refuse (input,
                                          error,
                                          _ ("the attribute %s is there twice"),
                                          scanner->word->str);
    if (scanner->n_attributes == ATTRIBUTES)
        return simstow_text_input_refuse (input, error, _ ("more attributes than any backup has"));
    keep = g_strcmp0 (scanner->word->str, scanner->skipped) != 0;
    attribute->name = scanner->pool->len;
    attribute->length = scanner->word->len;
    g_string_append_len (scanner->pool, scanner->word->str, (gssize) scanner->word->len + 1);
    skip_blanks (scanner);
    if (!expect (scanner, "=", error))
        return FALSE;
    skip_blanks (scanner);
    attribute->value = scanner->pool->len;
    if (!read_value (scanner, keep, error))
        return FALSE;
    g_string_append_c (scanner->pool, '\0');
    scanner->n_attributes++;
    return TRUE;
}

/* Behind "<" and in front of a name */
static SimstowXmlEvent
read_start (SimstowXmlScanner *scanner, GError **error)
{
    SimstowTextInput *input = scanner->input;
    gint byte;

    scanner->n_attributes = 0;
    scanner->hint = 0;
    g_string_truncate (scanner->pool, 0);
    if (!read_name (scanner, scanner->name, error))
        return SIMSTOW_XML_ERROR;
    for (;;) {
        gboolean blank = is_blank (simstow_text_input_peek (input));

        skip_blanks (scanner);
        byte = simstow_text_input_peek (input);
        if (byte == '>' || byte == '/')
            break;
        if (byte >= 0 && !blank) {
            simstow_text_input_refuse (input, error, _ ("a blank is missing between attributes"));
            return SIMSTOW_XML_ERROR;
        }
        if (!read_attribute (scanner, error))
            return SIMSTOW_XML_ERROR;
    }
    if (scanner->depth == DEPTH || (scanner->depth == 0 && scanner->rooted)) {
        simstow_text_input_refuse (input,
                                   error,
                                   scanner->depth == 0
                                       ? _ ("a second document follows the first")
                                       : _ ("elements in elements deeper than in any backup"));
        return SIMSTOW_XML_ERROR;
    }
    scanner->empty = byte == '/';
    if (!expect (scanner, scanner->empty ? "/>" : ">", error))
        return SIMSTOW_XML_ERROR;
    scanner->open[scanner->depth++] = g_strdup (scanner->name->str);
    scanner->rooted = TRUE;
    return SIMSTOW_XML_START;
}

static SimstowXmlEvent
close_element (SimstowXmlScanner *scanner)
{
    g_clear_pointer (&scanner->open[--scanner->depth], g_free);
    scanner->n_attributes = 0;
    return SIMSTOW_XML_END;
}

/* Behind "</" */
static SimstowXmlEvent
read_end (SimstowXmlScanner *scanner, GError **error)
{
    if (!read_name (scanner, scanner->name, error))
        return SIMSTOW_XML_ERROR;
    skip_blanks (scanner);
    if (!expect (scanner, ">", error))
        return SIMSTOW_XML_ERROR;
    if (scanner->depth > 0 && strcmp (scanner->open[scanner->depth - 1], scanner->name->str) == 0)
        return close_element (scanner);
    simstow_text_input_refuse (scanner->input,
                               error,
                               _ ("the end of <%s>, which is not open"),
                               scanner->name->str);
    return SIMSTOW_XML_ERROR;
}

/* Passes over the text between elements; FALSE at the end */
static gboolean
skip_text (SimstowXmlScanner *scanner, GError **error)
{
    SimstowTextInput *input = scanner->input;
    gint byte;

    while ((byte = simstow_text_input_peek (input)) >= 0 && byte != '<') {
        if (scanner->depth == 0 && !is_blank (byte))
            return simstow_text_input_refuse (input, error, _ ("it is no XML"));
        simstow_text_input_next (input);
    }
    return byte >= 0;
}

SimstowXmlEvent
simstow_xml_scanner_next (SimstowXmlScanner *scanner, GError **error)
{
    SimstowTextInput *input = scanner->input;
    g_autoptr (GError) reason = NULL;

    if (scanner->empty) {
        scanner->empty = FALSE;
        return close_element (scanner);
    }
    while (skip_text (scanner, &reason)) {
        gint byte;

        simstow_text_input_next (input);
        byte = simstow_text_input_peek (input);
        if (byte != '?' && byte != '!' && byte != '/')
            return read_start (scanner, error);
        simstow_text_input_next (input);
        if (byte == '/')
            return read_end (scanner, error);
        if (byte == '?' ? !skip_until (scanner, "?>", error) : !skip_declaration (scanner, error))
            return SIMSTOW_XML_ERROR;
    }
    if (reason)
        g_propagate_error (error, g_steal_pointer (&reason));
    else if (scanner->depth == 0 && scanner->rooted && !input->error)
        return SIMSTOW_XML_DONE;
    else
        simstow_text_input_end_early (input, error);
    return SIMSTOW_XML_ERROR;
}
