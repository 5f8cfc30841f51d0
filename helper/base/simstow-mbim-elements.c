/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Little-endian numbers and pairs of offset and size, through the bounds-checked reader.
 */

#include "simstow-mbim-elements.h"

#include <string.h>

#include "simstow-reader.h"

#define PAIR_SIZE 8

/* Of MBIM_CID_DEVICE_SERVICES, MBIM 1.0 10.5.29: the pairs are behind count and MaxDssSessions; in
 * an element the commands are behind UUID, DssPayload and MaxDssInstances */
#define OFFSET_SERVICES 8
#define OFFSET_COMMANDS 24
#define UUID_SIZE       16
#define CID_MAX         31

/* More elements than any memory has places */
#define ELEMENTS_MAX 65535

gboolean
simstow_mbim_u32 (GBytes *bytes, gsize offset, guint32 *value, GError **error)
{
    SimstowReader reader;
    const guint8 *octets;

    simstow_reader_init_bytes (&reader, bytes);
    if (!simstow_reader_take (&reader, offset, &octets, error) ||
        !simstow_reader_take (&reader, sizeof *value, &octets, error))
        return FALSE;
    *value = octets[0] | octets[1] << 8 | octets[2] << 16 | (guint32) octets[3] << 24;
    return TRUE;
}

GBytes *
simstow_mbim_dup_data (GBytes *bytes, gsize offset, GError **error)
{
    SimstowReader reader;
    const guint8 *unused;
    guint32 where, size;

    if (!simstow_mbim_u32 (bytes, offset, &where, error) ||
        !simstow_mbim_u32 (bytes, offset + sizeof where, &size, error))
        return NULL;
    if (size == 0)
        return g_bytes_new (NULL, 0);
    simstow_reader_init_bytes (&reader, bytes);
    if (!simstow_reader_take (&reader, where, &unused, error) ||
        !simstow_reader_take (&reader, size, &unused, error)) {
        g_prefix_error (error, "%u bytes at %u: ", size, where);
        return NULL;
    }
    return g_bytes_new_from_bytes (bytes, where, size);
}

static void
element_free (gpointer data)
{
    SimstowMbimElement *element = data;

    g_clear_pointer (&element->bytes, g_bytes_unref);
    g_free (element->fault);
    g_free (element);
}

/* What is there of @size bytes at @offset */
static SimstowMbimElement *
element_new (GBytes *information, guint number, guint32 offset, guint32 size)
{
    SimstowMbimElement *element = g_new0 (SimstowMbimElement, 1);
    gsize total = g_bytes_get_size (information);
    gsize there = offset < total ? MIN (size, total - offset) : 0;

    if (there > 0)
        element->bytes = g_bytes_new_from_bytes (information, offset, there);
    if (size == 0)
        element->fault = g_strdup_printf ("element %u of the answer is empty", number);
    else if (there < size)
        element->fault = g_strdup_printf ("element %u of the answer has %u bytes at %u, where the "
                                          "answer has %" G_GSIZE_FORMAT " in all",
                                          number,
                                          size,
                                          offset,
                                          total);
    return element;
}

GPtrArray *
simstow_mbim_split (GBytes *information, gsize offset, gsize pairs, guint *missing, GError **error)
{
    g_autoptr (GPtrArray) elements = NULL;
    gsize total = g_bytes_get_size (information);
    gsize end = total;
    gsize at = pairs;
    guint32 count, where, size;

    if (!simstow_mbim_u32 (information, offset, &count, error))
        return NULL;
    elements = g_ptr_array_new_with_free_func (element_free);
    for (; at + PAIR_SIZE <= end && elements->len < ELEMENTS_MAX; at += PAIR_SIZE) {
        gboolean counted = elements->len < count;

        simstow_mbim_u32 (information, at, &where, NULL);
        simstow_mbim_u32 (information, at + sizeof where, &size, NULL);
        /* what follows the pairs is the first element */
        if (!counted &&
            (size == 0 || where < at + PAIR_SIZE || where > total || size > total - where))
            break;
        if (size > 0 && where >= at + PAIR_SIZE)
            end = MIN (end, where);
        g_ptr_array_add (elements, element_new (information, elements->len + 1, where, size));
    }
    *missing = count > elements->len ? count - elements->len : 0;
    return g_steal_pointer (&elements);
}

static guint32
commands_of (GBytes *element)
{
    guint32 commands = 0;
    guint32 count = 0;
    guint32 cid;
    guint32 i;

    if (!simstow_mbim_u32 (element, OFFSET_COMMANDS, &count, NULL))
        return SIMSTOW_MBIM_ALL_COMMANDS;
    for (i = 0; i < count; i++) {
        if (!simstow_mbim_u32 (element, OFFSET_COMMANDS + 4 * ((gsize) i + 1), &cid, NULL))
            return SIMSTOW_MBIM_ALL_COMMANDS;
        if (cid > 0 && cid <= CID_MAX)
            commands |= (guint32) 1 << cid;
    }
    return commands != 0 ? commands : SIMSTOW_MBIM_ALL_COMMANDS;
}

guint32
simstow_mbim_find_commands (GBytes *services, const guint8 *uuid)
{
    guint missing = 0;
    g_autoptr (GPtrArray) elements =
        simstow_mbim_split (services, 0, OFFSET_SERVICES, &missing, NULL);
    /* what is missing of the list may be the service */
    gboolean unsure = elements == NULL || missing > 0;
    guint32 commands = 0;
    guint i;

    for (i = 0; elements != NULL && i < elements->len; i++) {
        const SimstowMbimElement *element = g_ptr_array_index (elements, i);
        gsize size = 0;
        const guint8 *found =
            element->bytes != NULL ? g_bytes_get_data (element->bytes, &size) : NULL;

        if (size < UUID_SIZE)
            unsure = TRUE;
        else if (memcmp (found, uuid, UUID_SIZE) == 0)
            commands |= commands_of (element->bytes);
    }
    return commands == 0 && unsure ? SIMSTOW_MBIM_ALL_COMMANDS : commands;
}
