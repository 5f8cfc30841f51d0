/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Archives described entry by entry and made by libarchive alone, so that they
 * can be spoiled in every way.
 */

#pragma once

#include <archive.h>
#include <archive_entry.h>

#include "simstow-archive.h"

#define TOP "simstow-0123abcd-20240501T173640Z-00000000"

/**
 * Entry:
 * @path: its path
 * @type: AE_IFREG or another
 * @data: its contents
 * @link: (nullable): what it links to
 * @hole: whether it has holes
 * @attribute: whether it has an extended attribute
 *
 * One entry of the tar. Only regular files are listed in SHA256SUMS.
 */
typedef struct {
    gchar *path;
    mode_t type;
    GBytes *data;
    gchar *link;
    gboolean hole;
    gboolean attribute;
} Entry;

/**
 * Spec:
 * @entries: (element-type Entry): the entries
 * @format: libarchive's number of the format
 * @compression: gzip, zstd or none
 * @tool: simstow.json's "tool"
 * @more: more members of simstow.json
 * @version: simstow.json's "version"
 * @messages: simstow.json's count
 * @contacts: simstow.json's count
 * @calls: simstow.json's count
 * @uid: the owner of all entries; not 0 for an archive that another program packed
 * @wrong_content_id: whether simstow.json has another content id
 * @sums: (nullable): SHA256SUMS, when it is not what the entries ask for
 */
typedef struct {
    GPtrArray *entries;
    gint format;
    SimstowCompression compression;
    const gchar *tool;
    const gchar *more;
    guint version;
    guint messages;
    guint contacts;
    guint calls;
    gint uid;
    gboolean wrong_content_id;
    gchar *sums;
} Spec;

/**
 * spec_init:
 * @spec: (out caller-allocates): a small archive that is whole
 */
void
spec_init (Spec *spec);

/**
 * spec_clear:
 * @spec: an archive
 */
void
spec_clear (Spec *spec);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Spec, spec_clear)

/**
 * spec_find:
 * @spec: an archive
 * @path: an entry's path
 *
 * Returns: the place of the entry
 */
guint
spec_find (const Spec *spec, const gchar *path);

/**
 * spec_get:
 * @spec: an archive
 * @path: an entry's path
 *
 * Returns: (transfer none): the entry
 */
Entry *
spec_get (const Spec *spec, const gchar *path);

/**
 * spec_add:
 * @spec: an archive
 * @path: a path
 *
 * Adds a regular file before messages.ndjson, where anything may stand.
 *
 * Returns: (transfer none): the entry
 */
Entry *
spec_add (Spec *spec, const gchar *path);

/**
 * spec_set:
 * @spec: an archive
 * @path: an entry's path
 * @data: its contents
 * @size: how many bytes, -1 for a text
 */
void
spec_set (const Spec *spec, const gchar *path, gconstpointer data, gssize size);

/**
 * spec_fix_sums:
 * @spec: an archive
 *
 * Keeps SHA256SUMS as it would be now, whatever changes later.
 *
 * Returns: (transfer none): the text
 */
const gchar *
spec_fix_sums (Spec *spec);

/**
 * spec_build:
 * @spec: an archive
 *
 * Returns: (transfer full): its bytes
 */
GBytes *
spec_build (const Spec *spec);

/**
 * entry_new:
 * @path: a path
 * @text: contents
 *
 * Returns: (transfer full): a regular file
 */
Entry *
entry_new (const gchar *path, const gchar *text);
