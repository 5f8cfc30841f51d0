/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Information buffers of MBIM 1.0: little endian, fixed fields first, then data
 * that {offset, size} pairs point to, each padded to four bytes (chapter 10.3).
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _SimMbimWriter SimMbimWriter;

/**
 * SimMbimReader:
 * @data: an information buffer
 * @size: its length
 * @at: where the next fixed field is
 * @bad: whether something was read that is not there
 *
 * Reads a buffer from its beginning; after a bad one all is zero.
 */
typedef struct {
    const guint8 *data;
    gsize size;
    gsize at;
    gboolean bad;
} SimMbimReader;

/**
 * sim_mbim_read_u32:
 * @reader: a buffer
 *
 * Returns: the next number
 */
guint32
sim_mbim_read_u32 (SimMbimReader *reader);

/**
 * sim_mbim_read_fixed:
 * @reader: a buffer
 * @size: how many bytes
 *
 * Returns: (transfer none) (nullable): the next bytes, as of a UUID
 */
const guint8 *
sim_mbim_read_fixed (SimMbimReader *reader, gsize size);

/**
 * sim_mbim_read_data:
 * @reader: a buffer
 * @reversed: whether the pair is {size, offset}, as in MS UICC Low Level Access
 * @size: (out): how many bytes
 *
 * Returns: (transfer none) (nullable): the data of the next pair
 */
const guint8 *
sim_mbim_read_data (SimMbimReader *reader, gboolean reversed, gsize *size);

/**
 * sim_mbim_read_text:
 * @reader: a buffer
 *
 * Returns: (transfer full): the text of the next pair as UTF-16, zero-terminated
 */
gunichar2 *
sim_mbim_read_text (SimMbimReader *reader);

/**
 * sim_mbim_read_utf8:
 * @reader: a buffer
 *
 * Returns: (transfer full): the text of the next pair
 */
gchar *
sim_mbim_read_utf8 (SimMbimReader *reader);

/**
 * sim_mbim_writer_new:
 *
 * Returns: (transfer full): an empty buffer
 */
SimMbimWriter *
sim_mbim_writer_new (void);

/**
 * sim_mbim_writer_free:
 * @writer: a buffer
 */
void
sim_mbim_writer_free (SimMbimWriter *writer);

/**
 * sim_mbim_writer_finish:
 * @writer: (transfer full): a buffer
 *
 * Returns: (transfer full): its bytes, the offsets filled in
 */
GByteArray *
sim_mbim_writer_finish (SimMbimWriter *writer);

/**
 * sim_mbim_write_u32:
 * @writer: a buffer
 * @value: a number
 */
void
sim_mbim_write_u32 (SimMbimWriter *writer, guint32 value);

/**
 * sim_mbim_write_u64:
 * @writer: a buffer
 * @value: a number
 */
void
sim_mbim_write_u64 (SimMbimWriter *writer, guint64 value);

/**
 * sim_mbim_write_fixed:
 * @writer: a buffer
 * @data: bytes among the fixed fields, as a UUID
 * @size: how many
 */
void
sim_mbim_write_fixed (SimMbimWriter *writer, const guint8 *data, gsize size);

/**
 * sim_mbim_write_data:
 * @writer: a buffer
 * @reversed: whether the pair is {size, offset}
 * @data: (nullable): the data
 * @size: how many bytes
 *
 * Writes a pair and remembers its data.
 */
void
sim_mbim_write_data (SimMbimWriter *writer, gboolean reversed, const guint8 *data, gsize size);

/**
 * sim_mbim_write_text:
 * @writer: a buffer
 * @text: (nullable): UTF-16, zero-terminated
 */
void
sim_mbim_write_text (SimMbimWriter *writer, const gunichar2 *text);

/**
 * sim_mbim_write_utf8:
 * @writer: a buffer
 * @text: (nullable): UTF-8, written as UTF-16
 */
void
sim_mbim_write_utf8 (SimMbimWriter *writer, const gchar *text);

/**
 * sim_mbim_write_element:
 * @writer: a buffer
 * @element: (transfer full): a structure with offsets of its own
 *
 * Writes a pair for an element of an array of structures.
 */
void
sim_mbim_write_element (SimMbimWriter *writer, SimMbimWriter *element);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimMbimWriter, sim_mbim_writer_free)

G_END_DECLS
