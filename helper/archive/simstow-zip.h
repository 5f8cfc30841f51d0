/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Zip files of other programs, from front to end: one entry after the other.
 */

#pragma once

#include "simstow-pack.h"

typedef struct _SimstowZipReader SimstowZipReader;

/**
 * simstow_zip_reader_new:
 * @stream: a zip file, borrowed
 *
 * Returns: (transfer full) (nullable): a reader before the first entry
 */
SimstowZipReader *
simstow_zip_reader_new (GInputStream *stream, GError **error);

void
simstow_zip_reader_free (SimstowZipReader *reader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowZipReader, simstow_zip_reader_free)

/**
 * simstow_zip_reader_next:
 * @name: (out) (transfer none): the next entry's name, %NULL behind the last one
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_zip_reader_next (SimstowZipReader *reader, const gchar **name, GError **error);

/**
 * simstow_zip_reader_open:
 *
 * Returns: (transfer full): what the entry holds; to be read before the next step
 */
GInputStream *
simstow_zip_reader_open (SimstowZipReader *reader);

typedef struct _SimstowZipWriter SimstowZipWriter;

/**
 * simstow_zip_writer_new:
 * @write: takes the bytes
 *
 * Returns: (transfer full) (nullable): a zip file without entries
 */
SimstowZipWriter *
simstow_zip_writer_new (SimstowSinkFunc write, gpointer user_data, GError **error);

void
simstow_zip_writer_free (SimstowZipWriter *writer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowZipWriter, simstow_zip_writer_free)

/**
 * simstow_zip_writer_begin:
 * @name: the next entry's name
 * @size: how large it will be
 * @modified: its time, seconds since 1970 UTC
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_zip_writer_begin (SimstowZipWriter *writer,
                          const gchar *name,
                          guint64 size,
                          gint64 modified,
                          GError **error);

/**
 * simstow_zip_writer_write:
 * @data: bytes of the entry
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_zip_writer_write (SimstowZipWriter *writer, gconstpointer data, gsize size, GError **error);

/**
 * simstow_zip_writer_end:
 *
 * Returns: %FALSE with @error set when not all could be written
 */
gboolean
simstow_zip_writer_end (SimstowZipWriter *writer, GError **error);
