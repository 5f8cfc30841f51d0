/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The character tables of 3GPP TS 23.038, one row a national language
 * identifier (6.2.1.2.4), one column a septet. 0 stands for an undefined place,
 * 0x1B for the escape. Code points, all in the basic plane.
 */

#pragma once

#include <glib.h>

#define SIMSTOW_GSM7_LANGUAGES 14
#define SIMSTOW_GSM7_ESCAPE    0x1B

extern const guint16 simstow_gsm7_locking[SIMSTOW_GSM7_LANGUAGES][128];
extern const guint16 simstow_gsm7_shift[SIMSTOW_GSM7_LANGUAGES][128];
