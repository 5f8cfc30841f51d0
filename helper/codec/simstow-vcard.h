/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The syntax of vCard: versions 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350) are read,
 * 3.0 and 4.0 are written. What the properties mean is for others to say.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowVcardParameter:
 * @name: name in upper case; "TYPE" and "ENCODING" for the bare words of 2.1
 * @value: one value, unquoted; a list is as many parameters of the same name
 */
typedef struct {
    gchar *name;
    gchar *value;
} SimstowVcardParameter;

/**
 * SimstowVcardProperty:
 * @group: (nullable): what stands before the dot
 * @name: name in upper case
 * @parameters: (nullable) (element-type SimstowVcardParameter): parameters in order
 * @value: the value unfolded, in UTF-8, quoted-printable undone, the escapes of
 *     its version still in it
 * @legacy: whether @value has the escapes of 2.1
 */
typedef struct {
    gchar *group;
    gchar *name;
    GPtrArray *parameters;
    gchar *value;
    gboolean legacy;
} SimstowVcardProperty;

/**
 * SimstowVcard:
 * @version: as "3.0"
 * @properties: (element-type SimstowVcardProperty): all but BEGIN, VERSION and END, in order
 * @skipped: lines that are no property
 */
typedef struct {
    gchar *version;
    GPtrArray *properties;
    guint skipped;
} SimstowVcard;

/**
 * simstow_vcard_new:
 *
 * Returns: (transfer full): a card of version 3.0 without properties
 */
SimstowVcard *
simstow_vcard_new (void);

void
simstow_vcard_free (SimstowVcard *card);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowVcard, simstow_vcard_free)

/**
 * simstow_vcard_add_text:
 *
 * Adds a property whose value is @text, escaped.
 *
 * Returns: (transfer none): the property
 */
SimstowVcardProperty *
simstow_vcard_add_text (SimstowVcard *card, const gchar *name, const gchar *text);

/**
 * simstow_vcard_add_fields:
 * @name: a property's name, as "N"
 * @separator: ';' between the parts of one value, ',' between the values of a list
 * @fields: (array zero-terminated=1): the fields, UTF-8
 *
 * Adds a property whose value is @fields, each escaped, with @separator between them.
 *
 * Returns: (transfer none): the property
 */
SimstowVcardProperty *
simstow_vcard_add_fields (SimstowVcard *card,
                          const gchar *name,
                          gchar separator,
                          const gchar *const *fields);

/**
 * simstow_vcard_property_add_parameter:
 *
 * Adds a parameter. Those of the same name that follow each other are written
 * as a list.
 */
void
simstow_vcard_property_add_parameter (SimstowVcardProperty *property,
                                      const gchar *name,
                                      const gchar *value);

/**
 * simstow_vcard_get:
 * @name: a property's name, in upper case
 *
 * Returns: (transfer none) (nullable): the first property of that name
 */
const SimstowVcardProperty *
simstow_vcard_get (const SimstowVcard *card, const gchar *name);

/**
 * simstow_vcard_property_get_parameter:
 * @name: a parameter's name, in upper case
 *
 * Returns: (transfer none) (nullable): the first value of that parameter
 */
const gchar *
simstow_vcard_property_get_parameter (const SimstowVcardProperty *property, const gchar *name);

/**
 * simstow_vcard_property_has_type:
 * @type: a type, as "CELL"
 *
 * Returns: whether it is among the types, of either case
 */
gboolean
simstow_vcard_property_has_type (const SimstowVcardProperty *property, const gchar *type);

/**
 * simstow_vcard_property_get_text:
 *
 * Returns: (transfer full): the value as one text, without escapes
 */
gchar *
simstow_vcard_property_get_text (const SimstowVcardProperty *property);

/**
 * simstow_vcard_property_get_fields:
 * @separator: ';' for the parts of one value, ',' for the values of a list
 *
 * Returns: (transfer full) (array zero-terminated=1): the fields between the
 * separators that are not escaped, each without escapes
 */
GStrv
simstow_vcard_property_get_fields (const SimstowVcardProperty *property, gchar separator);

/**
 * simstow_vcard_property_get_number:
 *
 * Returns: (transfer full): the number; of a tel: URI (RFC 3966) the part before
 * its parameters
 */
gchar *
simstow_vcard_property_get_number (const SimstowVcardProperty *property);

/**
 * simstow_vcard_write:
 * @card: a card made by hand
 * @out: where it is appended
 *
 * Writes the card as of its version, 3.0 or 4.0: lines end in CRLF and are folded at 75 octets,
 * not within a character. A carriage return in a text comes out as a line feed.
 */
void
simstow_vcard_write (const SimstowVcard *card, GString *out);

/**
 * simstow_vcard_parse:
 * @text: (array length=length): one card after the other
 *
 * Reads all cards. Text that is not UTF-8 is taken in the character set that its
 * property names, else in ISO 8859-1. Lines outside a card, and cards within a
 * card (AGENT), are passed over.
 *
 * Returns: (transfer full) (nullable) (element-type SimstowVcard): the cards, or
 * %NULL with @error set when the last one does not end
 */
GPtrArray *
simstow_vcard_parse (const gchar *text, gsize length, GError **error);
