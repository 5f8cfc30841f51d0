/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A modem's line that watches what comes through the doors. It has rules of its own, written
 * anew, for what may ever reach a modem; it answers, and now and then fails in the middle of a
 * line, as the noise it is given says; and it knows what is selected.
 */

#pragma once

#include <glib.h>

/**
 * watched_port_try:
 * @data: (array length=size): anything. Up to the first NUL octet the door and its options, as
 *     "phonebook storage=SM"; then texts and data of commands in turn, each up to a NUL octet, up
 *     to a text that is empty; then noise
 * @size: how many octets
 *
 * Has a call made of @data run, and asserts that no more than it may do was done: nothing when
 * it is denied, no command that is not on the list, none that writes more often than it was
 * asked for, and in the end all is selected as it was.
 *
 * Returns: whether it was let in
 */
gboolean
watched_port_try (const guint8 *data, gsize size);
