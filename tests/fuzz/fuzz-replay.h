/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one function of a fuzzer, by the name that libFuzzer looks for.
 */

#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * LLVMFuzzerTestOneInput:
 * @data: what to chew on
 * @size: how many bytes
 *
 * Returns: 0
 */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);
