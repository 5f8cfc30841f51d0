/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XML as backups have it: elements and their attributes, one after the other, in memory that does
 * not grow with what is in them. No library will do: Android writes characters beyond the first
 * 65536 as two references to the halves of a surrogate pair, which is not well-formed, and whole
 * videos as one attribute. A document type declaration is refused, so there are no entities but
 * the five of XML. Text between elements is passed over.
 */

#pragma once

#include "simstow-text-input.h"

typedef struct _SimstowXmlScanner SimstowXmlScanner;

/**
 * SimstowXmlEvent:
 * @SIMSTOW_XML_ERROR: it is not well-formed, or could not be read
 * @SIMSTOW_XML_START: an element begins; its attributes can be asked for
 * @SIMSTOW_XML_END: an element ends
 * @SIMSTOW_XML_DONE: the document is over
 */
typedef enum {
    SIMSTOW_XML_ERROR,
    SIMSTOW_XML_START,
    SIMSTOW_XML_END,
    SIMSTOW_XML_DONE,
} SimstowXmlEvent;

/**
 * simstow_xml_scanner_new:
 * @input: where it comes from; borrowed
 * @losses: where characters are counted that had to be replaced; borrowed
 * @skipped: (nullable): the name of an attribute whose value nobody wants
 *
 * Returns: (transfer full): a scanner before the document
 */
SimstowXmlScanner *
simstow_xml_scanner_new (SimstowTextInput *input, SimstowLosses *losses, const gchar *skipped);

void
simstow_xml_scanner_free (SimstowXmlScanner *scanner);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowXmlScanner, simstow_xml_scanner_free)

/**
 * simstow_xml_scanner_next:
 * @error: return location for an error: #SIMSTOW_ERROR_INVALID_DATA or
 *     #SIMSTOW_ERROR_CUT_SHORT with the line, or of %G_IO_ERROR
 *
 * An element that is empty begins and ends.
 *
 * Returns: what comes next
 */
SimstowXmlEvent
simstow_xml_scanner_next (SimstowXmlScanner *scanner, GError **error);

/**
 * simstow_xml_scanner_get_name:
 *
 * Returns: the name of the element that begins or ends; valid until the next step
 */
const gchar *
simstow_xml_scanner_get_name (const SimstowXmlScanner *scanner);

/**
 * simstow_xml_scanner_get_depth:
 *
 * Returns: how many elements are open, the one that begins among them, the one that ends not
 */
guint
simstow_xml_scanner_get_depth (const SimstowXmlScanner *scanner);

/**
 * simstow_xml_scanner_get:
 * @name: an attribute's name
 *
 * Returns: (transfer none) (nullable): its value; valid until the next step
 */
const gchar *
simstow_xml_scanner_get (SimstowXmlScanner *scanner, const gchar *name);
