/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The USIM phonebook as it lies on the card: DF.PHONEBOOK with its sets of files,
 * 3GPP TS 31.102 4.4.2. EF_PBR says which files there are; those that the card
 * lacks, or that cannot be what EF_PBR takes them for, are left out and named.
 */

#pragma once

#include "simstow-conversation.h"
#include "simstow-fcp.h"
#include "simstow-pbr.h"

/* Octets at the end of a linked record that lead back to EF_ADN: its short file
 * identifier and the record */
#define SIMSTOW_USIM_BACK 2

/**
 * SimstowUsimFile:
 * @path: as the door "files" takes it
 * @tag: its kind
 * @type: how its records are found
 * @sfi: its short file identifier, 0 for none
 * @link: of a linked file: the octet of EF_IAP that names its record
 * @fcp: its shape
 * @contents: (nullable) (element-type GBytes): the records of EF_GAS and EF_AAS, as
 *     they were when the book was loaded
 * @hint: where the next free record may be, from 0
 *
 * A file of the phonebook.
 */
typedef struct {
    gchar *path;
    SimstowPbrTag tag;
    SimstowPbrType type;
    guint8 sfi;
    guint link;
    SimstowFcp fcp;
    GPtrArray *contents;
    guint hint;
} SimstowUsimFile;

/**
 * SimstowUsimSet:
 * @first: the store's index of the first contact
 * @last: that of the last
 * @adn: EF_ADN
 * @iap: (nullable): EF_IAP
 * @files: (element-type SimstowUsimFile): all files, in the order in which they are
 *     best read: a file that leads to others is before them; EF_ADN is the first
 *
 * Files that belong together.
 */
typedef struct {
    guint first;
    guint last;
    SimstowUsimFile *adn;
    SimstowUsimFile *iap;
    GPtrArray *files;
} SimstowUsimSet;

typedef struct _SimstowUsimBook SimstowUsimBook;

/**
 * simstow_usim_book_load:
 * @conversation: who talks with the plugin
 * @cancellable: (nullable): to stop it
 * @error: return location for a #SimstowError
 *
 * Loads the book: which files there are, their shapes, and the names of groups and of kinds of
 * numbers.
 *
 * Returns: (transfer full) (nullable): the book, perhaps of a card that has none; or %NULL with
 * @error set when that could not be found out
 */
SimstowUsimBook *
simstow_usim_book_load (SimstowConversation *conversation,
                        GCancellable *cancellable,
                        GError **error);

/**
 * simstow_usim_book_free:
 * @self: (transfer full): a book
 */
void
simstow_usim_book_free (SimstowUsimBook *self);

/**
 * simstow_usim_book_exists:
 * @self: a book
 *
 * Returns: whether the card has EF_PBR
 */
gboolean
simstow_usim_book_exists (const SimstowUsimBook *self);

/**
 * simstow_usim_book_get_fault:
 * @self: a book
 *
 * Returns: (nullable): what is wrong with it, so that some fields, or all, are out
 * of reach
 */
const gchar *
simstow_usim_book_get_fault (const SimstowUsimBook *self);

/**
 * simstow_usim_book_get_capacity:
 * @self: a book
 *
 * Returns: how many contacts there can be, 0 when there is no book
 */
guint
simstow_usim_book_get_capacity (const SimstowUsimBook *self);

/**
 * simstow_usim_book_get_sets:
 * @self: a book
 *
 * Returns: (transfer none) (element-type SimstowUsimSet): its sets, perhaps none
 */
GPtrArray *
simstow_usim_book_get_sets (const SimstowUsimBook *self);

/**
 * simstow_usim_book_find:
 * @self: a book
 * @index: an index of the store
 *
 * Returns: (transfer none) (nullable): the set that has it
 */
SimstowUsimSet *
simstow_usim_book_find (const SimstowUsimBook *self, guint index);

/**
 * simstow_usim_book_forget_places:
 * @self: a book
 *
 * Free records are looked for from the beginning again.
 */
void
simstow_usim_book_forget_places (SimstowUsimBook *self);

/**
 * simstow_usim_set_find:
 * @self: a set
 * @tag: a kind of file
 * @which: which of that kind, from 0
 *
 * Returns: (transfer none) (nullable): the file
 */
SimstowUsimFile *
simstow_usim_set_find (const SimstowUsimSet *self, SimstowPbrTag tag, guint which);

/**
 * simstow_usim_file_get_size:
 * @self: a file
 *
 * Returns: octets of a record that are the field's, without those that lead back
 */
guint
simstow_usim_file_get_size (const SimstowUsimFile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowUsimBook, simstow_usim_book_free)
