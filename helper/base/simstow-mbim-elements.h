/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Information buffers of MBIM answers, taken apart element by element: MBIM 1.0 10.3. libmbim
 * refuses a whole answer for one string in it that is no text; here what is wrong with an element
 * costs that element.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowMbimElement:
 * @bytes: (nullable): the element, as much of it as is there
 * @fault: (nullable): why it is not whole
 *
 * An element of an array of structures.
 */
typedef struct {
    GBytes *bytes;
    gchar *fault;
} SimstowMbimElement;

/**
 * simstow_mbim_u32:
 * @bytes: an element, or an information buffer
 * @offset: where
 * @value: (out): the number there
 *
 * Returns: %FALSE with @error set when it ends before
 */
gboolean
simstow_mbim_u32 (GBytes *bytes, gsize offset, guint32 *value, GError **error);

/**
 * simstow_mbim_dup_data:
 * @bytes: an element, or an information buffer
 * @offset: where the pair of offset and size is
 *
 * Returns: (transfer full) (nullable): what the pair points to, possibly empty, or %NULL
 * with @error set when that is not all there
 */
GBytes *
simstow_mbim_dup_data (GBytes *bytes, gsize offset, GError **error);

/**
 * simstow_mbim_split:
 * @offset: where the number of elements is, with their pairs of offset and size behind
 * @pairs: where those begin
 * @missing: (out): how many of the elements that the modem counts are not there
 *
 * Modems miscount: elements are looked for as far as there is room for their pairs.
 *
 * Returns: (transfer full) (nullable) (element-type SimstowMbimElement): the elements, or
 * %NULL with @error set when there is not even a number of them
 */
GPtrArray *
simstow_mbim_split (GBytes *information, gsize offset, gsize pairs, guint *missing, GError **error);

/* A service that is declared, or may be, without its commands: all are worth asking for */
#define SIMSTOW_MBIM_ALL_COMMANDS 0xFFFFFFFEu

/**
 * simstow_mbim_find_commands:
 * @services: what a modem answered to MBIM_CID_DEVICE_SERVICES
 * @uuid: (array fixed-size=16): a service
 *
 * Where the list is not whole, the service is taken to be there: what it refuses when it is asked
 * for that is said by itself.
 *
 * Returns: a set bit for each command of the service, bit 1 for CID 1 and so on up to 31; none when
 *     the modem does not have it
 */
guint32
simstow_mbim_find_commands (GBytes *services, const guint8 *uuid);
