/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Archives, format 1: the one door to them for the rest of the helper. The
 * grammar of an archive is in simstow-layout.h and simstow-archive(5).
 *
 * Reading is streaming: members and records are handed on one at a time, so that
 * memory does not grow with the archive. A caller that acts on
 * what it reads loads a whole verified snapshot instead.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-secret.h"
#include "simstow-snapshot.h"
#include "simstow-target.h"

/**
 * SimstowCompression:
 * @SIMSTOW_COMPRESSION_GZIP: gzip, the default
 * @SIMSTOW_COMPRESSION_ZSTD: zstd
 * @SIMSTOW_COMPRESSION_XZ: xz
 * @SIMSTOW_COMPRESSION_NONE: a bare tar
 * @SIMSTOW_COMPRESSION_BY_NAME: what the name of the file says, else gzip; only to be asked for
 */
typedef enum {
    SIMSTOW_COMPRESSION_GZIP,
    SIMSTOW_COMPRESSION_ZSTD,
    SIMSTOW_COMPRESSION_XZ,
    SIMSTOW_COMPRESSION_NONE,
    SIMSTOW_COMPRESSION_BY_NAME,
} SimstowCompression;

/**
 * SimstowArchiveHeader:
 * @version: the format version in simstow.json
 * @tool: name and version of the program that wrote it
 * @id: the short id of device and SIM in the archive's name
 * @content_id: SHA-256 over the members that hold content, lower-case hex
 * @snapshot: device, SIM, stores, problems and the time; without records and network
 * @messages: how many messages the archive says it has
 * @contacts: how many contacts
 * @calls: how many calls
 * @repacked: set by simstow_archive_load (): whether another program packed or
 *     compressed it again
 * @ignored: (nullable): set by simstow_archive_load (): the paths of the files in it that
 *     are not of the archive
 * @encrypted: set by simstow_archive_load (): whether it is encrypted
 *
 * simstow.json, decoded.
 */
typedef struct {
    guint version;
    gchar *tool;
    gchar *id;
    gchar *content_id;
    SimstowSnapshot *snapshot;
    guint64 messages;
    guint64 contacts;
    guint64 calls;
    gboolean repacked;
    gchar **ignored;
    gboolean encrypted;
} SimstowArchiveHeader;

void
simstow_archive_header_free (SimstowArchiveHeader *header);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowArchiveHeader, simstow_archive_header_free)

/**
 * SimstowItemKind:
 * @SIMSTOW_ITEM_END: the archive ended, and is whole
 * @SIMSTOW_ITEM_HEADER: its header, before any record
 * @SIMSTOW_ITEM_CALL: a call
 * @SIMSTOW_ITEM_CONTACT: a contact
 * @SIMSTOW_ITEM_ESIM: its eUICC
 * @SIMSTOW_ITEM_MESSAGE: a message
 * @SIMSTOW_ITEM_SIMFILE: a file of the card
 * @SIMSTOW_ITEM_UNREAD: a record that could not be understood
 * @SIMSTOW_ITEM_NETWORK: its network settings
 *
 * In the order in which they come.
 */
typedef enum {
    SIMSTOW_ITEM_END,
    SIMSTOW_ITEM_HEADER,
    SIMSTOW_ITEM_CALL,
    SIMSTOW_ITEM_CONTACT,
    SIMSTOW_ITEM_ESIM,
    SIMSTOW_ITEM_MESSAGE,
    SIMSTOW_ITEM_SIMFILE,
    SIMSTOW_ITEM_UNREAD,
    SIMSTOW_ITEM_NETWORK,
} SimstowItemKind;

#define SIMSTOW_ITEM_ALL (2U * (1U << SIMSTOW_ITEM_NETWORK) - 2)

/**
 * SimstowItem:
 * @kind: which of the others is set
 * @header: the header
 * @call: a call
 * @contact: a contact
 * @esim: an eUICC
 * @message: a message
 * @simfile: a file of the card
 * @unread: a record that could not be understood
 * @network: network settings
 * @text: of an eUICC and of network settings, the member as it stands
 * @repacked: at the end, whether another program packed or compressed it again
 * @ignored: (nullable) (array zero-terminated=1): at the end, the paths of the files that another
 *     program packed with the members; borrowed, as are the next
 * @sums: (element-type SimstowSum): at the end, the digests of all members but SHA256SUMS
 * @kept: (element-type SimstowKeptMember): at the end, what was kept, in the archive's order
 *
 * What was read. Who keeps it steals it.
 */
typedef struct {
    SimstowItemKind kind;
    SimstowArchiveHeader *header;
    SimstowCall *call;
    SimstowContact *contact;
    SimstowEsim *esim;
    SimstowMessage *message;
    SimstowSimfile *simfile;
    SimstowUnread *unread;
    SimstowNetwork *network;
    gchar *text;
    gboolean repacked;
    const gchar *const *ignored;
    const GPtrArray *sums;
    const GArray *kept;
} SimstowItem;

/**
 * SimstowItemFunc:
 * @item: an item, in the end %SIMSTOW_ITEM_END; what is stolen from it is the callee's
 * @user_data: the caller's
 * @error: return location for an error
 *
 * Returns: %FALSE with @error set to read no further
 */
typedef gboolean (*SimstowItemFunc) (SimstowItem *item, gpointer user_data, GError **error);

/**
 * SimstowArchiveKeys:
 * @recipients: (nullable) (array zero-terminated=1): files with public keys, or
 *     names of keys in the user's keyring: a fingerprint, an e-mail address ...
 * @passphrase: (nullable): a passphrase: of the archive itself, or when it is
 *     encrypted to keys alone, of the user's secret key
 *
 * To whom an archive is encrypted, or how it is decrypted (OpenPGP). Any of the
 * recipients, or the passphrase, opens it. With neither, reading uses what keys
 * and agent the user has.
 */
typedef struct {
    const gchar *const *recipients;
    const SimstowSecret *passphrase;
} SimstowArchiveKeys;

/**
 * SimstowArchiveWriteOptions:
 * @compression: how to compress
 * @force: whether an existing file may be replaced
 * @keys: to whom to encrypt; nobody when both members are %NULL
 * @inputs: (nullable): what is read meanwhile, and never replaced
 *
 * How to write an archive.
 */
typedef struct {
    SimstowCompression compression;
    gboolean force;
    SimstowArchiveKeys keys;
    const SimstowFileSet *inputs;
} SimstowArchiveWriteOptions;

/**
 * simstow_archive_is_encrypted:
 * @options: how to write
 *
 * Returns: whether that encrypts
 */
gboolean
simstow_archive_is_encrypted (const SimstowArchiveWriteOptions *options);

/**
 * simstow_archive_name_check:
 * @output: (nullable): where an archive is to go, as simstow_archive_write () takes it
 * @encrypted: whether it will be encrypted
 * @compression: (inout): how it is to be compressed; where it is to be what the name says,
 *     that, gzip where it says nothing
 * @error: return location for a %SIMSTOW_ERROR_USAGE error
 *
 * What the name of a file promises: nobody is to find plaintext behind one that ends in .gpg.
 * Directories, pipes and devices promise nothing, nor does a name without an extension.
 *
 * Returns: %FALSE with @error set when the name says otherwise
 */
gboolean
simstow_archive_name_check (const gchar *output,
                            gboolean encrypted,
                            SimstowCompression *compression,
                            GError **error);

/**
 * simstow_archive_write:
 * @snapshot: what to write
 * @output: (nullable): a file's path; a directory's, to name the file as
 *     simstow-ID-TIME-CONTENT.tar.gz (.gpg) in it; %NULL for the current directory;
 *     "-" for standard output; a pipe or a device is written to as it is
 * @path: (out) (optional): the path written, %NULL for standard output
 * @cancellable: (nullable): to stop it; nothing is left behind then
 * @error: return location for an error: %SIMSTOW_ERROR_EXISTS for a file that
 *     is in the way, %SIMSTOW_ERROR_USAGE for a recipient that cannot be used or an
 *     output that is an input, or of %G_IO_ERROR
 *
 * Writes an archive: to a private temporary beside the target, flushed, read
 * back and verified, then renamed. The target is either whole or untouched. On
 * standard output it is streamed. What is encrypted to public keys alone cannot
 * be read back; the bytes on the disk are compared with those that gpg gave.
 * eSIM activation codes are written only when it is encrypted.
 *
 * Returns: %FALSE with @error set when nothing was written
 */
gboolean
simstow_archive_write (SimstowSnapshot *snapshot,
                       const gchar *output,
                       const SimstowArchiveWriteOptions *options,
                       gchar **path,
                       GCancellable *cancellable,
                       GError **error);

/**
 * simstow_archive_compute_content_id:
 * @options: how it would be written
 *
 * What the content id of an archive of @snapshot would be: that of another
 * archive when nothing has changed since.
 *
 * Returns: (transfer full) (nullable): the content id, or %NULL with @error set
 */
gchar *
simstow_archive_compute_content_id (SimstowSnapshot *snapshot,
                                    const SimstowArchiveWriteOptions *options,
                                    GCancellable *cancellable,
                                    GError **error);

/**
 * simstow_archive_set_codes:
 * @path: an archive of an eUICC
 * @codes: (element-type SimstowActivationCode): its activation codes from now on
 * @output: (nullable): where to, as simstow_archive_write () takes it
 * @options: how to write it; encrypted
 * @written: (out) (optional): the path written
 * @cancellable: (nullable): to stop it; nothing is left behind then
 *
 * Writes an archive once more, with other activation codes. All else stays as it
 * is, also what this program does not know.
 *
 * Returns: %FALSE with @error set when nothing was written
 */
gboolean
simstow_archive_set_codes (const gchar *path,
                           const SimstowArchiveKeys *keys,
                           const GPtrArray *codes,
                           const gchar *output,
                           const SimstowArchiveWriteOptions *options,
                           gchar **written,
                           GCancellable *cancellable,
                           GError **error);

/**
 * simstow_archive_read:
 * @wanted: flags (1 << #SimstowItemKind) of what @func is to get
 * @func: (nullable): called for each item that is wanted, and at the end
 * @error: return location for an error: %SIMSTOW_ERROR_DAMAGED,
 *     %SIMSTOW_ERROR_CUT_SHORT, %SIMSTOW_ERROR_TOO_NEW, %SIMSTOW_ERROR_DECRYPT, or of
 *     %G_IO_ERROR
 *
 * Reads an archive once, from front to end, and checks it on the way: the
 * shape of every member, every digest, every record, every count. Only when
 * this returns %TRUE is what @func got known to be whole. An encrypted
 * archive is decrypted and checked as a whole before @func gets anything.
 *
 * Returns: %FALSE with @error set when the archive is not whole
 */
gboolean
simstow_archive_read (const gchar *path,
                      const SimstowArchiveKeys *keys,
                      guint wanted,
                      SimstowItemFunc func,
                      gpointer user_data,
                      GCancellable *cancellable,
                      GError **error);

/**
 * simstow_archive_read_whole:
 *
 * As simstow_archive_read (), twice: @func gets nothing of an archive that is not whole.
 * One that comes from a pipe is kept, compressed as it is.
 *
 * Returns: %FALSE with @error set when the archive is not whole
 */
gboolean
simstow_archive_read_whole (const gchar *path,
                            const SimstowArchiveKeys *keys,
                            guint wanted,
                            SimstowItemFunc func,
                            gpointer user_data,
                            GCancellable *cancellable,
                            GError **error);

/**
 * SimstowMessageFunc:
 * @message: a message, in the archive's order
 * @snapshot: what the archive says of itself
 * @user_data: the caller's
 */
typedef void (*SimstowMessageFunc) (const SimstowMessage *message,
                                    const SimstowSnapshot *snapshot,
                                    gpointer user_data);

/**
 * simstow_archive_load_besides:
 * @header: (out) (optional) (transfer full): its header, without a snapshot
 * @raw: whether it is enough for @func to have the PDU of messages
 * @func: called for each message, of which none is known to be whole yet
 *
 * Reads and verifies a whole archive, of whose messages there may be more than fit into memory.
 *
 * Returns: (transfer full) (nullable): all it holds besides its messages, or %NULL with @error set
 */
SimstowSnapshot *
simstow_archive_load_besides (const gchar *path,
                              const SimstowArchiveKeys *keys,
                              SimstowArchiveHeader **header,
                              gboolean raw,
                              SimstowMessageFunc func,
                              gpointer user_data,
                              GCancellable *cancellable,
                              GError **error);

/**
 * simstow_archive_load:
 * @header: (out) (optional) (transfer full): its header; the header's snapshot
 *     is the one that is returned, and %NULL in it
 *
 * Reads and verifies a whole archive.
 *
 * Returns: (transfer full) (nullable): all it holds, or %NULL with @error set
 */
SimstowSnapshot *
simstow_archive_load (const gchar *path,
                      const SimstowArchiveKeys *keys,
                      SimstowArchiveHeader **header,
                      GCancellable *cancellable,
                      GError **error);
