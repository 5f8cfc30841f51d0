/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of EF_ADN and its like as the bus has them: raw, with the records of
 * EF_EXT that hold what else there is of the number. Pure.
 */

#pragma once

#include <gio/gio.h>

/* Records of EF_EXT that a number may take */
#define SIMSTOW_NUMBERS_MAX_CHAIN 10

/* Where a record of EF_EXT has its link, and one of EF_ANR */
#define SIMSTOW_NUMBERS_EXTENSION_LINK 12
#define SIMSTOW_NUMBERS_ANR_LINK       14

/* What unused octets hold; as a link, that there is none */
#define SIMSTOW_NUMBERS_FILLER 0xFF

/**
 * SimstowNumbersFilter:
 * @SIMSTOW_NUMBERS_ALL: every record
 * @SIMSTOW_NUMBERS_ANSWERED: of EF_ICI, the calls that were answered
 * @SIMSTOW_NUMBERS_MISSED: of EF_ICI, those that were not
 */
typedef enum {
    SIMSTOW_NUMBERS_ALL,
    SIMSTOW_NUMBERS_ANSWERED,
    SIMSTOW_NUMBERS_MISSED,
} SimstowNumbersFilter;

/**
 * SimstowNumbersRecord:
 * @index: where to write it, 0 for a free record
 * @raw: the record
 * @extensions: (element-type GBytes): records of EF_EXT
 * @places: where these go
 *
 * A record to write.
 */
typedef struct {
    guint index;
    GBytes *raw;
    GPtrArray *extensions;
    guint8 places[SIMSTOW_NUMBERS_MAX_CHAIN];
} SimstowNumbersRecord;

/**
 * simstow_numbers_octet_at:
 * @record: a record
 * @offset: where
 *
 * Returns: an octet of it, filler where there is none
 */
guint8
simstow_numbers_octet_at (GBytes *record, gsize offset);

/**
 * simstow_numbers_link_of:
 * @record: a record
 * @tail: how many octets follow what EF_ADN has
 *
 * Returns: the record of EF_EXT that goes on, filler for none
 */
guint8
simstow_numbers_link_of (GBytes *record, guint tail);

/**
 * simstow_numbers_is_free:
 * @record: a record
 * @tail: how many octets follow what EF_ADN has
 *
 * Returns: whether it has neither a name nor a number
 */
gboolean
simstow_numbers_is_free (GBytes *record, guint tail);

/**
 * simstow_numbers_have_links:
 * @records: (element-type GBytes): records
 * @tail: how many octets follow what EF_ADN has
 *
 * Returns: whether one of them names a record of EF_EXT
 */
gboolean
simstow_numbers_have_links (GPtrArray *records, guint tail);

/**
 * simstow_numbers_to_variant:
 * @records: (element-type GBytes): records
 * @faults: (nullable) (element-type utf8): why each of @records could not be read, %NULL where
 *     it could
 * @extensions: (nullable) (element-type GBytes): all records of EF_EXT, empty where one could
 *     not be read
 * @first: the number of the first of @records
 * @tail: how many octets follow what EF_ADN has
 * @filter: which records are wanted
 * @fault: (nullable): why @extensions are not all there; told of each record that needs
 *     them
 *
 * Links that lead nowhere, or in a circle, end the number there.
 *
 * Returns: (transfer full): aa{sv}, free records left out
 */
GVariant *
simstow_numbers_to_variant (GPtrArray *records,
                            GPtrArray *faults,
                            GPtrArray *extensions,
                            guint first,
                            guint tail,
                            SimstowNumbersFilter filter,
                            const gchar *fault);

/**
 * simstow_numbers_record_from_variant:
 * @record: a{sv} with "raw", perhaps "extensions" and "index"
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Returns: (transfer full) (nullable): the record, or %NULL with @error set
 */
SimstowNumbersRecord *
simstow_numbers_record_from_variant (GVariant *record, GError **error);

/**
 * simstow_numbers_record_link:
 * @record: a record with extensions
 * @extensions: (element-type GBytes): all records of EF_EXT, as they are now
 * @error: return location for a #SIMSTOW_ERROR_FULL error
 *
 * Finds free places for the record's extensions and links them up.
 *
 * Returns: %FALSE with @error set when there are not enough
 */
gboolean
simstow_numbers_record_link (SimstowNumbersRecord *record, GPtrArray *extensions, GError **error);

/**
 * simstow_numbers_record_free:
 * @record: (transfer full): a record
 */
void
simstow_numbers_record_free (SimstowNumbersRecord *record);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowNumbersRecord, simstow_numbers_record_free)
