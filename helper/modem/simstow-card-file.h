/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of the card through the door "files": many of them in a call, each with its shape and
 * its records. What is wrong with one record is said of that record.
 */

#pragma once

#include "simstow-conversation.h"
#include "simstow-fcp.h"

G_BEGIN_DECLS

/**
 * SimstowCardFile:
 * @path: the file, hexadecimal digits from the MF on; "7FFF" is the USIM
 * @fcp: its shape; all zero when the card did not tell it
 * @first: of which record @records begins, from 1
 * @records: (element-type GBytes): its records in order, or the one content of a transparent
 *     file; an empty one for each that could not be read
 * @faults: (element-type utf8): for each of @records why it is not what it should be, %NULL where
 *     it is
 * @failed: how many of @faults there are
 * @error: (nullable): why nothing of it, or only its beginning, could be read
 * @modem_domain: (nullable): whose code @modem_code is
 * @modem_code: the modem's own code behind @error
 *
 * A file.
 */
typedef struct {
    gchar *path;
    SimstowFcp fcp;
    guint first;
    GPtrArray *records;
    GPtrArray *faults;
    guint failed;
    GError *error;
    const gchar *modem_domain;
    guint modem_code;
} SimstowCardFile;

/**
 * SimstowCardUpdate:
 * @path: a file with records
 * @record: which of them, from 1
 * @expected: what it holds, as it was read
 * @wanted: what it is to hold; what it has more is filled up with FF
 *
 * A record to write.
 */
typedef struct {
    gchar *path;
    guint record;
    GBytes *expected;
    GBytes *wanted;
} SimstowCardUpdate;

/**
 * simstow_card_file_free:
 * @file: (transfer full): a file
 */
void
simstow_card_file_free (SimstowCardFile *file);

/**
 * simstow_card_file_lacks:
 * @file: a file that was asked for
 *
 * Modems without a way to the card say so in different words, many of them just "ERROR".
 *
 * Returns: whether it is not there: no such file, or no way to the card. Else the card or the
 *     modem failed, and it may well be there
 */
gboolean
simstow_card_file_lacks (const SimstowCardFile *file);

/**
 * simstow_card_file_has_records:
 * @file: a file that was asked for
 *
 * Returns: whether it has records, linear or cyclic
 */
gboolean
simstow_card_file_has_records (const SimstowCardFile *file);

/**
 * simstow_card_files_run:
 * @conversation: who talks with the plugin
 * @commands: (array zero-terminated=1): `describe PATH`, `read PATH` or `read PATH FIRST LAST`
 * @cancellable: (nullable): to stop between two commands
 * @error: return location for a #SimstowError
 *
 * Asks for files, in as few calls as can be.
 *
 * Returns: (transfer full) (nullable) (element-type SimstowCardFile): the files, as many as
 *     @commands, or %NULL with @error set when the card fell silent before any record came, or it
 *     was cancelled
 */
GPtrArray *
simstow_card_files_run (SimstowConversation *conversation,
                        const gchar *const *commands,
                        GCancellable *cancellable,
                        GError **error);

/**
 * simstow_card_files_update:
 * @conversation: who talks with the plugin
 * @updates: (array length=n_updates): records to write, in this order
 * @n_updates: how many; they are one call, so no more than %SIMSTOW_CONVERSATION_COMMANDS
 * @n_written: (out) (optional): how many of them were written
 * @cancellable: (nullable): to stop before the first is written
 * @error: return location for a #SimstowError: Changed when a record is not as it was expected;
 *     then none was written
 *
 * Writes records, all of them or none; where one is refused those before it stay written.
 *
 * Returns: %FALSE with @error set when not all were written
 */
gboolean
simstow_card_files_update (SimstowConversation *conversation,
                           const SimstowCardUpdate *updates,
                           guint n_updates,
                           guint *n_written,
                           GCancellable *cancellable,
                           GError **error);

/**
 * simstow_card_files_dup_way:
 * @conversation: who talks with the plugin
 * @cancellable: (nullable): to stop it
 *
 * Returns: (transfer full) (nullable): the way to the card that answered, "mbim", "cgla", "csim"
 *     or "crsm"
 */
gchar *
simstow_card_files_dup_way (SimstowConversation *conversation, GCancellable *cancellable);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowCardFile, simstow_card_file_free)

G_END_DECLS
