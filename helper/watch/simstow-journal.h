/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The journal of `simstow watch`: what arrived at a modem, kept until an archive holds it. A file
 * for each SIM in each modem, which only grows; each line is
 *
 *     DIGEST {"entry":"ID","seen":"TIME","kind":"message",...,"messages":[...]}
 *
 * with the first 16 digits of the SHA-256 of the object behind it, so that a line that a crash has
 * cut, or that a disk has spoilt, is never taken for a record, and those behind it stay good. The
 * records in an entry are those of an archive. Other lines say what became of entries: "handed"
 * and "failed" (simstow-hand.h), "begun" (a call that goes on), "known" (it is in an archive, and
 * gone), "archived" (it is in one, and has to be handed over yet).
 */

#pragma once

#include <gio/gio.h>

#include "simstow-json-scanner.h"
#include "simstow-merge.h"
#include "simstow-snapshot.h"

/* Octets of what makes an entry that entry */
#define SIMSTOW_JOURNAL_ID_SIZE 16

/**
 * SimstowJournalId:
 *
 * What makes an entry that entry: part of a digest.
 */
typedef struct {
    guint8 bytes[SIMSTOW_JOURNAL_ID_SIZE];
} SimstowJournalId;

/**
 * simstow_journal_id_init:
 * @id: (out): an id
 * @key: of what it is the digest
 */
void
simstow_journal_id_init (SimstowJournalId *id, const gchar *key);

/**
 * simstow_journal_id_dup_string:
 *
 * Returns: (transfer full): its hexadecimal digits
 */
gchar *
simstow_journal_id_dup_string (const SimstowJournalId *id);

/**
 * simstow_journal_id_read:
 * @id: (out): an id
 * @entry: a line
 * @member: its member that is an id
 *
 * Returns: %FALSE when there is no such member, or it is no id
 */
gboolean
simstow_journal_id_read (SimstowJournalId *id, const SimstowJsonValue *entry, const gchar *member);

/**
 * simstow_journal_folder:
 *
 * Returns: (transfer full): where journals are: systemd's state directory of a service,
 *     $STATE_DIRECTORY, else $XDG_STATE_HOME/simstow
 */
gchar *
simstow_journal_folder (void);

/**
 * simstow_journal_lock:
 * @folder: where journals are; it is made
 * @error: return location for an error: %SIMSTOW_ERROR_BUSY when another watch has it
 *
 * Returns: a descriptor that is open for as long as nobody else may watch, or -1 with @error set
 */
gint
simstow_journal_lock (const gchar *folder, GError **error);

typedef struct _SimstowJournal SimstowJournal;

/**
 * simstow_journal_open:
 * @folder: where journals are
 * @origin: modem and SIM
 * @error: return location for an error of %G_IO_ERROR
 *
 * Begins a journal, or goes on with the one that is there.
 *
 * Returns: (transfer full) (nullable): the journal, or %NULL with @error set
 */
SimstowJournal *
simstow_journal_open (const gchar *folder, const SimstowSnapshot *origin, GError **error);

/**
 * simstow_journal_open_all:
 * @folder: where journals are
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type SimstowJournal): the journals that are there
 */
GPtrArray *
simstow_journal_open_all (const gchar *folder, GError **error);

void
simstow_journal_free (SimstowJournal *journal);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowJournal, simstow_journal_free)

/**
 * simstow_journal_get_path:
 *
 * Returns: its file
 */
const gchar *
simstow_journal_get_path (const SimstowJournal *journal);

/**
 * simstow_journal_is_of:
 * @origin: modem and SIM
 *
 * Returns: whether it is theirs
 */
gboolean
simstow_journal_is_of (const SimstowJournal *journal, const SimstowSnapshot *origin);

/**
 * simstow_journal_has:
 *
 * Returns: whether it has, or had, that entry
 */
gboolean
simstow_journal_has (const SimstowJournal *journal, const SimstowJournalId *id);

/**
 * simstow_journal_count_torn:
 *
 * Returns: how many of its lines are none
 */
guint
simstow_journal_count_torn (const SimstowJournal *journal);

/**
 * simstow_journal_add:
 * @text: a line's object, with its member "entry" or "begun"
 * @error: return location for an error of %G_IO_ERROR
 *
 * Appends a line. When this returns it is on the disk.
 *
 * Returns: %FALSE with @error set when it is not there
 */
gboolean
simstow_journal_add (SimstowJournal *journal, const gchar *text, GError **error);

/**
 * simstow_journal_note:
 * @what: "handed" or "failed"
 * @id: of an entry
 * @error: return location for an error of %G_IO_ERROR
 *
 * Appends what became of an entry. A crash may undo it.
 *
 * Returns: %FALSE with @error set when it is not there
 */
gboolean
simstow_journal_note (SimstowJournal *journal,
                      const gchar *what,
                      const SimstowJournalId *id,
                      GError **error);

/**
 * simstow_journal_next:
 * @id: (out): its id
 * @failures: (out): how often handing it over has failed
 * @except: (nullable) (element-type SimstowJournalId): those that are not wanted
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable): the oldest entry that says "hand" and was not handed over,
 *     as it stands in the line; %NULL for none, or with @error set
 */
gchar *
simstow_journal_next (SimstowJournal *journal,
                      SimstowJournalId *id,
                      guint *failures,
                      GHashTable *except,
                      GError **error);

/**
 * simstow_journal_list_begun:
 *
 * Returns: (transfer none) (element-type utf8): the last "begun" line of each call without an entry
 */
const GPtrArray *
simstow_journal_list_begun (const SimstowJournal *journal);

/**
 * SimstowJournalTaken:
 * @path: (nullable): the journal's file
 * @ids: (element-type SimstowJournalId): the entries
 * @snapshot: (nullable): modem, SIM, and the entries' records with when they were seen; %NULL when
 *     there are none
 *
 * What was taken out of a journal for an archive.
 */
typedef struct {
    gchar *path;
    GArray *ids;
    SimstowSnapshot *snapshot;
} SimstowJournalTaken;

void
simstow_journal_taken_free (SimstowJournalTaken *taken);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowJournalTaken, simstow_journal_taken_free)

/**
 * simstow_journal_take:
 * @folder: where journals are
 * @origin: modem and SIM
 * @error: return location for an error of %G_IO_ERROR
 *
 * Reads the journal of a modem and SIM. It stays as it is. Lines that are none become records that
 * could not be understood, with a remark.
 *
 * Returns: (transfer full) (nullable): what it holds, or %NULL with @error set
 */
SimstowJournalTaken *
simstow_journal_take (const gchar *folder, const SimstowSnapshot *origin, GError **error);

/**
 * simstow_journal_take_all:
 * @folder: where journals are
 * @error: return location for an error of %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type SimstowJournalTaken): likewise of each journal
 *     that holds anything
 */
GPtrArray *
simstow_journal_take_all (const gchar *folder, GError **error);

/**
 * simstow_journal_merge:
 * @taken: (nullable): what was taken
 * @previous: (nullable): an archive to merge it with
 * @captured: (nullable): what the modem holds now; it gets a problem where the journal had one
 * @keys: (nullable): how to decrypt @previous
 * @output: (nullable): where to, as for simstow_archive_merge ()
 * @counts: (out) (optional): what was written
 * @path: (out) (optional): the path written, %NULL for standard output
 * @cancellable: (nullable): to stop it
 * @error: return location for an error as of simstow_archive_merge ()
 *
 * Writes an archive that holds all of them. The journal stays as it is.
 *
 * Returns: %FALSE with @error set when nothing was written
 */
gboolean
simstow_journal_merge (const SimstowJournalTaken *taken,
                       const gchar *previous,
                       SimstowSnapshot *captured,
                       const SimstowArchiveKeys *keys,
                       const gchar *output,
                       const SimstowArchiveWriteOptions *options,
                       SimstowMergeCounts *counts,
                       gchar **path,
                       GCancellable *cancellable,
                       GError **error);

/**
 * simstow_journal_settle:
 * @taken: what was taken
 * @path: (nullable): the archive that holds it now
 * @snapshot: gets a problem when that fails
 *
 * Has the journal forget what is in an archive, where that is a file.
 */
void
simstow_journal_settle (const SimstowJournalTaken *taken,
                        const gchar *path,
                        SimstowSnapshot *snapshot);

/**
 * simstow_journal_forget:
 * @taken: what was taken
 * @error: return location for an error of %G_IO_ERROR
 *
 * Drops the entries that were taken from the journal, once an archive that holds them is on the
 * disk. What has to be handed over yet stays.
 *
 * Returns: %FALSE with @error set when they are still there
 */
gboolean
simstow_journal_forget (const SimstowJournalTaken *taken, GError **error);
