/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The information of an MBIM answer, taken apart element by element: MBIM 1.0
 * 10.3. libmbim refuses a whole answer for one string in it that is no text; here
 * what is wrong with an element costs that element.
 */

#pragma once

#include <libmbim-glib.h>

/**
 * SimstowElementMbim:
 * @bytes: (nullable): the element, as much of it as is there
 * @fault: (nullable): why it is not whole
 *
 * An element of an array of structures.
 */
typedef struct {
    GBytes *bytes;
    gchar *fault;
} SimstowElementMbim;

/**
 * simstow_elements_mbim_dup_information:
 * @response: an answer to a command
 *
 * Returns: (transfer full): its information, no more than really came
 */
GBytes *
simstow_elements_mbim_dup_information (MbimMessage *response);

/**
 * simstow_elements_mbim_u32:
 * @bytes: an element, or the information of an answer
 * @offset: where
 * @value: (out): the number there
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Returns: %FALSE with @error set when it ends before
 */
gboolean
simstow_elements_mbim_u32 (GBytes *bytes, gsize offset, guint32 *value, GError **error);

/**
 * simstow_elements_mbim_dup_data:
 * @bytes: an element, or the information of an answer
 * @offset: where the pair of offset and size is
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Returns: (transfer full) (nullable): what the pair points to, possibly empty, or %NULL
 * with @error set when that is not all there
 */
GBytes *
simstow_elements_mbim_dup_data (GBytes *bytes, gsize offset, GError **error);

/**
 * simstow_elements_mbim_dup_text:
 * @bytes: an element
 * @offset: where the pair of offset and size is
 * @raw: (out) (optional) (nullable) (transfer full): UTF-16BE, where it is no valid text
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * What is no character becomes U+FFFD; where nobody wants to know of it, by @raw, it
 * is an error.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL with @error set
 */
gchar *
simstow_elements_mbim_dup_text (GBytes *bytes, gsize offset, GBytes **raw, GError **error);

/**
 * simstow_elements_mbim_split:
 * @information: the information of an answer
 * @offset: where the number of elements is
 * @pairs: where their pairs of offset and size begin
 * @missing: (out): how many of the elements that the modem counts are not there
 * @error: return location for a #SIMSTOW_ERROR_INVALID_DATA error
 *
 * Modems miscount: elements are looked for as far as there is room for their pairs.
 *
 * Returns: (transfer full) (nullable) (element-type SimstowElementMbim): the elements, or
 * %NULL with @error set when there is not even a number of them
 */
GPtrArray *
simstow_elements_mbim_split (GBytes *information,
                             gsize offset,
                             gsize pairs,
                             guint *missing,
                             GError **error);
