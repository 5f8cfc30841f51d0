/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file of the simulated card: the tree of directories and elementary files
 * with their record structures and access conditions (ETSI TS 102 221 8). The
 * tree owns its files; content is shared between a file and its links.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SimCardFileKind:
 * @SIM_CARD_FILE_DIRECTORY: the MF or a DF
 * @SIM_CARD_FILE_APPLICATION: an ADF
 * @SIM_CARD_FILE_TRANSPARENT: a run of bytes
 * @SIM_CARD_FILE_LINEAR: records of one size
 * @SIM_CARD_FILE_CYCLIC: records of one size, the newest is the first
 */
typedef enum {
    SIM_CARD_FILE_DIRECTORY,
    SIM_CARD_FILE_APPLICATION,
    SIM_CARD_FILE_TRANSPARENT,
    SIM_CARD_FILE_LINEAR,
    SIM_CARD_FILE_CYCLIC,
} SimCardFileKind;

/**
 * SimCardAccess:
 * @SIM_CARD_ACCESS_ALWAYS: to everyone
 * @SIM_CARD_ACCESS_PIN1: after PIN 1, or when it is switched off
 * @SIM_CARD_ACCESS_PIN2: after PIN 2
 * @SIM_CARD_ACCESS_ADM: to the operator only, as far as a test goes to nobody
 * @SIM_CARD_ACCESS_NEVER: to nobody
 *
 * What an operation needs.
 */
typedef enum {
    SIM_CARD_ACCESS_ALWAYS,
    SIM_CARD_ACCESS_PIN1,
    SIM_CARD_ACCESS_PIN2,
    SIM_CARD_ACCESS_ADM,
    SIM_CARD_ACCESS_NEVER,
} SimCardAccess;

typedef struct _SimCardFile SimCardFile;

/**
 * SimCardFile:
 * @kind: the structure
 * @fid: the file identifier
 * @sfi: the short file identifier, 0 for none
 * @name: what the specification calls it
 * @read: needed to read
 * @update: needed to update
 * @refused: a status word with which every access ends, 0 for none
 * @aid: (nullable): of an application
 * @parent: (nullable): the directory it is in
 * @children: files of a directory, in the order of the tree
 * @data: the content
 * @record_size: the size of a record, 0 without records
 * @tail: in records with a name and a number: bytes of other things behind them
 */
struct _SimCardFile {
    SimCardFileKind kind;
    guint16 fid;
    guint8 sfi;
    gchar *name;
    SimCardAccess read;
    SimCardAccess update;
    guint16 refused;
    GBytes *aid;
    SimCardFile *parent;
    GPtrArray *children;
    GByteArray *data;
    gsize record_size;
    gsize tail;
};

/**
 * sim_card_file_new:
 * @parent: (nullable): the directory that owns it
 * @kind: the structure
 * @fid: the identifier
 * @name: its name
 * @size: bytes of a transparent file, or of one record
 * @records: how many records, 1 without records
 *
 * Returns: (transfer none): a new file, filled with FF; the root is the caller's
 */
SimCardFile *
sim_card_file_new (SimCardFile *parent,
                   SimCardFileKind kind,
                   guint16 fid,
                   const gchar *name,
                   gsize size,
                   gsize records);

/**
 * sim_card_file_link:
 * @parent: the directory that owns the link
 * @fid: the identifier
 * @target: the file with the content
 *
 * Returns: (transfer none): another name of @target
 */
SimCardFile *
sim_card_file_link (SimCardFile *parent, guint16 fid, SimCardFile *target);

/**
 * sim_card_file_free:
 * @file: the root of a tree
 *
 * Frees the tree.
 */
void
sim_card_file_free (SimCardFile *file);

/**
 * sim_card_file_is_directory:
 * @file: a file
 *
 * Returns: whether it has children rather than content
 */
gboolean
sim_card_file_is_directory (const SimCardFile *file);

/**
 * sim_card_file_child:
 * @directory: a directory
 * @fid: an identifier
 *
 * Returns: (transfer none) (nullable): its file of that name
 */
SimCardFile *
sim_card_file_child (SimCardFile *directory, guint16 fid);

/**
 * sim_card_file_find:
 * @root: the MF
 * @path: identifiers separated by slashes, as `3F00/7F10/6F3C`; 7FFF is the USIM
 *
 * Returns: (transfer none) (nullable): the file
 */
SimCardFile *
sim_card_file_find (SimCardFile *root, const gchar *path);

/**
 * sim_card_file_path:
 * @file: a file
 *
 * Returns: (transfer full): its path, as sim_card_file_find () reads it
 */
gchar *
sim_card_file_path (const SimCardFile *file);

/**
 * sim_card_file_count:
 * @file: a file with records
 *
 * Returns: how many there are
 */
guint
sim_card_file_count (const SimCardFile *file);

/**
 * sim_card_file_record:
 * @file: a file with records
 * @number: from 1
 *
 * Returns: (transfer none) (nullable): the record's bytes
 */
guint8 *
sim_card_file_record (SimCardFile *file, guint number);

/**
 * sim_card_file_set:
 * @file: an elementary file
 * @number: a record from 1, or 0 for a transparent file
 * @data: (nullable): the content
 * @size: its length, not above the record's or the file's
 *
 * Replaces content; what @data leaves is filled with FF.
 *
 * Returns: %FALSE when there is no such place, or it is too small
 */
gboolean
sim_card_file_set (SimCardFile *file, guint number, const guint8 *data, gsize size);

/**
 * sim_card_file_push:
 * @file: a cyclic file
 * @data: one record
 *
 * Makes @data record 1 and drops the oldest.
 */
void
sim_card_file_push (SimCardFile *file, const guint8 *data);

/**
 * sim_card_file_fcp:
 * @file: a file
 *
 * Returns: (transfer full): its control parameters (ETSI TS 102 221 11.1.1.3)
 */
GByteArray *
sim_card_file_fcp (const SimCardFile *file);

/**
 * sim_card_file_rule:
 * @number: from 1
 *
 * Returns: (transfer full) (nullable): a record of EF_ARR, the access rules that
 * the control parameters refer to; %NULL after the last
 */
GByteArray *
sim_card_file_rule (guint number);

G_END_DECLS
