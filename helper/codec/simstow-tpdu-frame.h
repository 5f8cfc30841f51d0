/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bits of a TPDU's frame, 3GPP TS 23.040 9.2.3: for its reader and its writer.
 */

#pragma once

/* TP-MTI, 9.2.3.1 */
#define SIMSTOW_TPDU_MTI          0x03
#define SIMSTOW_TPDU_MTI_RESERVED 0x03

/* TP-VPF, 9.2.3.3 */
#define SIMSTOW_TPDU_VPF_SHIFT 3
#define SIMSTOW_TPDU_VPF_MASK  0x18
#define SIMSTOW_TPDU_VPF(octet) \
    ((SimstowValidityFormat) (((octet) &SIMSTOW_TPDU_VPF_MASK) >> SIMSTOW_TPDU_VPF_SHIFT))

/* TP-PI, 9.2.3.27; all ones is the padding of a store */
#define SIMSTOW_TPDU_PI_PID       0x01
#define SIMSTOW_TPDU_PI_DCS       0x02
#define SIMSTOW_TPDU_PI_USER_DATA 0x04
#define SIMSTOW_TPDU_PI_EXTENDED  0x80
#define SIMSTOW_TPDU_PI_PADDING   0xFF
