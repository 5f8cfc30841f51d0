/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Phonebook commands of 3GPP TS 27.007 8.11 to 8.14 as text: +CPBS, +CPBR, +CPBW, +CSCS.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-at-charset.h"

/* Type of number and numbering plan, 3GPP TS 24.008 10.5.4.7: unknown, ISDN */
#define SIMSTOW_AT_TYPE_UNKNOWN 129

/**
 * SimstowAtPhonebook:
 * @storage: the memory, as "SM"
 * @first: the lowest index, 0 when not known
 * @last: the highest index, 0 when not known
 * @number_length: the longest number, in digits; 0 when not known
 * @name_length: the longest name; 0 when not known
 * @has_used: whether @used and @total are known
 * @used: places in use
 * @total: how many places
 * @writable: whether the modem answers +CPBW=? for it
 * @extended: whether the modem gives limits beyond number, type and name
 * @plain: whether it gave all limits that it has, and none beyond these
 *
 * What the modem tells of a phonebook.
 */
typedef struct {
    gchar *storage;
    guint first;
    guint last;
    guint number_length;
    guint name_length;
    gboolean has_used;
    guint used;
    guint total;
    gboolean writable;
    gboolean extended;
    gboolean plain;
} SimstowAtPhonebook;

/**
 * SimstowAtEntry:
 * @index: its place
 * @number: as the modem gives it; never %NULL
 * @type: type of number, 3GPP TS 24.008 10.5.4.7
 * @name: UTF-8; never %NULL
 * @narrow: whether the name came in a character set that does not have all characters
 * @name_raw: (nullable): UTF-16BE bytes of a name that is no valid text
 * @hidden: 1 or 0, -1 when not given
 * @group: (nullable): the group's name
 * @additional_number: (nullable): a second number
 * @additional_type: its type, -1 when not given
 * @second_name: (nullable): a second name
 * @email: (nullable): an e-mail address
 * @sip_uri: (nullable): a SIP address
 * @tel_uri: (nullable): a tel: address
 * @time: (nullable): when, in a call list of some modems, as the modem spells it
 * @fault: (nullable): why the row could not be read; then nothing but @index is set, if that
 * @row: (nullable): that row as it came, without its prefix's line end
 *
 * A row of +CPBR, 3GPP TS 27.007 8.12.
 */
typedef struct {
    guint index;
    gchar *number;
    guint type;
    gchar *name;
    gboolean narrow;
    GBytes *name_raw;
    gint hidden;
    gchar *group;
    gchar *additional_number;
    gint additional_type;
    gchar *second_name;
    gchar *email;
    gchar *sip_uri;
    gchar *tel_uri;
    gchar *time;
    gchar *fault;
    GBytes *row;
} SimstowAtEntry;

/**
 * simstow_at_phonebook_free:
 * @phonebook: (transfer full): a phonebook
 */
void
simstow_at_phonebook_free (SimstowAtPhonebook *phonebook);

/**
 * simstow_at_entry_new:
 *
 * Returns: (transfer full): an entry with no number, no name and nothing else
 */
SimstowAtEntry *
simstow_at_entry_new (void);

/**
 * simstow_at_entry_free:
 * @entry: (transfer full): an entry
 */
void
simstow_at_entry_free (SimstowAtEntry *entry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowAtPhonebook, simstow_at_phonebook_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowAtEntry, simstow_at_entry_free)

/**
 * simstow_at_phonebook_parse_storages:
 * @reply: the answer to +CPBS=?, perhaps with that to +CPBS? before it
 * @behind_current: whether that to +CPBS? is there
 *
 * Reads the names in any form that modems give them in: with or without parentheses and
 * quotation marks, in lower case, line by line.
 *
 * Returns: (transfer full) (nullable): the storages in upper case, empty where the modem has
 * none; %NULL when @reply makes no sense
 */
GStrv
simstow_at_phonebook_parse_storages (const gchar *reply, gboolean behind_current);

/**
 * simstow_at_phonebook_parse_all:
 * @reply: the answers to +CPBR=?, perhaps +CPBW=?, and +CPBS?, for one storage or
 *     for several in turn
 *
 * Each answer to +CPBS? ends a phonebook, and names it; limits before it are its own.
 *
 * Returns: (transfer full) (element-type SimstowAtPhonebook): the phonebooks
 */
GPtrArray *
simstow_at_phonebook_parse_all (const gchar *reply);

/**
 * simstow_at_phonebook_parse_selected:
 * @reply: the answer to +CPBS?, first of all that it holds
 *
 * Returns: (transfer full) (nullable): the storage that is selected, or %NULL when
 * @reply does not tell
 */
gchar *
simstow_at_phonebook_parse_selected (const gchar *reply);

/**
 * simstow_at_phonebook_parse_charset:
 * @reply: the answer to +CSCS?
 *
 * Returns: (transfer full) (nullable): the character set that is selected, or
 * %NULL when @reply does not tell
 */
gchar *
simstow_at_phonebook_parse_charset (const gchar *reply);

/**
 * simstow_at_phonebook_parse_charsets:
 * @reply: the answer to +CSCS=?
 *
 * Returns: (transfer full): the names it gives, perhaps none
 */
GStrv
simstow_at_phonebook_parse_charsets (const gchar *reply);

/**
 * simstow_at_entry_parse_all:
 * @reply: the answer to +CPBR=first,last
 * @charset: the set the modem writes in
 * @coded: (inout): whether it writes numbers in UCS2 too; set where @reply proves
 *     one or the other
 *
 * Rows of empty places, which some modems list, are among them, and so are rows that make
 * no sense, with their fault.
 *
 * Returns: (transfer full) (element-type SimstowAtEntry): the entries, in the
 * modem's order
 */
GPtrArray *
simstow_at_entry_parse_all (const gchar *reply, SimstowAtCharset charset, gboolean *coded);

/**
 * simstow_at_entry_is_empty:
 * @entry: an entry
 *
 * Returns: whether it has nothing but a type, and perhaps a time: an empty place, or in
 * a call list perhaps a call whose number was withheld
 */
gboolean
simstow_at_entry_is_empty (const SimstowAtEntry *entry);

/**
 * simstow_at_entry_write_command:
 * @entry: what to write; at index 0 the modem chooses the place
 * @charset: the set the modem reads
 * @coded: whether numbers are written in UCS2 too
 * @error: return location for a #SIMSTOW_ERROR_INVALID_RECORD error
 *
 * Optional fields are written as far as @entry has any, 3GPP TS 27.007 8.14.
 *
 * Returns: (transfer full) (nullable): the +CPBW, or %NULL with @error set when
 * @entry cannot be said in it
 */
gchar *
simstow_at_entry_write_command (const SimstowAtEntry *entry,
                                SimstowAtCharset charset,
                                gboolean coded,
                                GError **error);

/**
 * simstow_at_entry_has_extras:
 * @entry: an entry
 *
 * Returns: whether it has a field beyond number, type and name
 */
gboolean
simstow_at_entry_has_extras (const SimstowAtEntry *entry);

/**
 * simstow_at_entry_equal:
 * @a: an entry
 * @b: another
 *
 * Returns: whether number, but for a leading plus sign, and name are the same
 */
gboolean
simstow_at_entry_equal (const SimstowAtEntry *a, const SimstowAtEntry *b);
