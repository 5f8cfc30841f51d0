/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bounds-checked cursor over foreign bytes. Whatever a modem, a card, an
 * archive or an imported file says of its own length, nothing is read past the
 * end: each step either succeeds or sets an error and leaves the cursor where
 * it was.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowReader:
 * @data: the bytes; borrowed
 * @size: how many there are
 * @offset: the next one to read, never beyond @size
 *
 * Lives on the stack; owns nothing.
 */
typedef struct {
    const guint8 *data;
    gsize size;
    gsize offset;
} SimstowReader;

/**
 * simstow_reader_init:
 * @data: (nullable) (array length=size): the bytes, kept alive by the caller
 *
 * Starts at the first byte.
 */
void
simstow_reader_init (SimstowReader *reader, const guint8 *data, gsize size);

/**
 * simstow_reader_init_bytes:
 * @bytes: the bytes, kept alive by the caller
 *
 * Starts at the first byte of @bytes.
 */
void
simstow_reader_init_bytes (SimstowReader *reader, GBytes *bytes);

/**
 * simstow_reader_remaining:
 *
 * Returns: how many bytes are left
 */
gsize
simstow_reader_remaining (const SimstowReader *reader);

/**
 * simstow_reader_peek_u8:
 * @value: (out): the next byte
 *
 * Reads one byte and stays where it is.
 *
 * Returns: %FALSE with @error set when nothing is left
 */
gboolean
simstow_reader_peek_u8 (const SimstowReader *reader, guint8 *value, GError **error);

/**
 * simstow_reader_u8:
 * @value: (out): the next byte
 *
 * Reads one byte.
 *
 * Returns: %FALSE with @error set when nothing is left
 */
gboolean
simstow_reader_u8 (SimstowReader *reader, guint8 *value, GError **error);

/**
 * simstow_reader_u16_be:
 * @value: (out): the next two bytes, most significant first
 *
 * Returns: %FALSE with @error set when fewer than two are left
 */
gboolean
simstow_reader_u16_be (SimstowReader *reader, guint16 *value, GError **error);

/**
 * simstow_reader_take:
 * @data: (out) (array length=size): where they are; borrowed from the reader's bytes
 *
 * Steps over @size bytes and tells where they were.
 *
 * Returns: %FALSE with @error set when fewer than @size are left
 */
gboolean
simstow_reader_take (SimstowReader *reader, gsize size, const guint8 **data, GError **error);

/**
 * simstow_reader_find:
 * @other: another, or the same
 *
 * Returns: how many bytes are before the first of either, or how many are left when
 * there is none
 */
gsize
simstow_reader_find (const SimstowReader *reader, guint8 one, guint8 other);

/**
 * simstow_reader_sub:
 * @sub: (out caller-allocates): a cursor over just these
 *
 * Steps over @size bytes and gives a cursor of their own, so that the parser of
 * a nested value cannot read into its neighbour.
 *
 * Returns: %FALSE with @error set when fewer than @size are left
 */
gboolean
simstow_reader_sub (SimstowReader *reader, gsize size, SimstowReader *sub, GError **error);
