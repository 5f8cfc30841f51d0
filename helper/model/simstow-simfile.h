/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file of the SIM card, raw.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowSimfile:
 * @index: its place in the plugin's table
 * @name: its name, as "EF_SPN"
 * @path: the path from the MF, hexadecimal
 * @structure: (nullable): "transparent", "linear" or "cyclic"
 * @raw: (nullable): the contents of a transparent file
 * @records: (nullable) (array zero-terminated=1): the records of any other, hexadecimal
 * @fault: (nullable): why it could not be read; ends in the card's status word
 * @rest: (nullable): further members of the archive's JSON object
 */
typedef struct {
    guint index;
    gchar *name;
    gchar *path;
    gchar *structure;
    GBytes *raw;
    gchar **records;
    gchar *fault;
    gchar *rest;
} SimstowSimfile;

/**
 * simstow_simfile_new:
 *
 * Returns: (transfer full): a file of which nothing is known
 */
SimstowSimfile *
simstow_simfile_new (void);

/**
 * simstow_simfile_free:
 * @simfile: (transfer full) (nullable): a file
 */
void
simstow_simfile_free (SimstowSimfile *simfile);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowSimfile, simstow_simfile_free)
