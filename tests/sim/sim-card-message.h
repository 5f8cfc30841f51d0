/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A record of EF_SMS (3GPP TS 31.102 4.2.25): status, service centre, TPDU.
 */

#pragma once

#include "sim-card-file.h"

G_BEGIN_DECLS

/**
 * sim_card_message_write:
 * @file: EF_SMS
 * @number: a record, from 1
 * @stat: 0 to 3 as in TS 27.005, or negative to free the record
 * @pdu: (nullable): service centre address and TPDU
 * @size: its length
 *
 * Returns: %FALSE when it does not fit
 */
gboolean
sim_card_message_write (SimCardFile *file, guint number, gint stat, const guint8 *pdu, gsize size);

/**
 * sim_card_message_read:
 * @file: EF_SMS
 * @number: a record, from 1
 * @pdu: (out): service centre address and TPDU, in the record
 * @size: (out): its length
 *
 * Finds the end of the TPDU by its own fields; where they make no sense, by the
 * filler.
 *
 * Returns: 0 to 3, or -1 for a free record
 */
gint
sim_card_message_read (SimCardFile *file, guint number, const guint8 **pdu, gsize *size);

G_END_DECLS
