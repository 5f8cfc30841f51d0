/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random bytes that nobody can guess, for keys and names.
 */

#pragma once

#include <glib.h>

/**
 * simstow_random_fill:
 * @data: (out) (array length=size): where they go
 *
 * Takes them from the kernel, and waits until it has them.
 */
void
simstow_random_fill (gpointer data, gsize size);
