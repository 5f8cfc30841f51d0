/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any call of Run (), on a modem that answers in any way.
 */

#include "fuzz-replay.h"
#include "watched-port.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    watched_port_try (data, size);
    return 0;
}
