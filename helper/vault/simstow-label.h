/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The label of an archive, ARCHIVE.sha256: its digest as sha256sum(1) has it, then comments with
 * what must be known of an archive that cannot be opened here.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowLabel:
 * @name: the archive's file name
 * @digest: its SHA-256, lower-case hex
 * @size: its size
 * @complete: whether everything the modem had could be read
 * @messages: how many messages are in it
 * @contacts: how many contacts
 * @calls: how many calls
 * @history: (nullable): which history is in it; a later archive of the same one holds all of it
 * @content: (nullable): the content id of what the modem held; not told to destinations
 * @written: (nullable): how it was encrypted and compressed; not told to destinations
 */
typedef struct {
    gchar *name;
    gchar *digest;
    guint64 size;
    gboolean complete;
    guint64 messages;
    guint64 contacts;
    guint64 calls;
    gchar *history;
    gchar *content;
    gchar *written;
} SimstowLabel;

/**
 * simstow_label_format:
 * @private: whether to tell also what stays on this machine
 *
 * Returns: (transfer full): the label as text
 */
gchar *
simstow_label_format (const SimstowLabel *label, gboolean private);

/**
 * simstow_label_parse:
 * @text: such a text
 *
 * Returns: (transfer full) (nullable): the label, %NULL when there is no digest in it
 */
SimstowLabel *
simstow_label_parse (const gchar *text);

void
simstow_label_free (SimstowLabel *label);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowLabel, simstow_label_free)
