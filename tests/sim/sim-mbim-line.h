/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One client of the MBIM front: takes bytes apart into MBIM messages and puts
 * answers into fragments (MBIM 1.0, chapters 9 and 10), with the commands of
 * libmbim's proxy, since the modem is reached where that listens.
 */

#pragma once

#include "sim-mbim.h"

G_BEGIN_DECLS

typedef struct _SimMbimLine SimMbimLine;

/**
 * SimMbimOutput:
 * @user_data: the owner's
 * @bytes: (nullable): what the modem sends; %NULL to close the line
 * @size: how many
 */
typedef void (*SimMbimOutput) (gpointer user_data, const guint8 *bytes, gsize size);

/**
 * sim_mbim_line_new:
 * @mbim: (transfer none): the front
 * @output: takes what it sends
 * @user_data: for @output
 *
 * Returns: (transfer full): a line that nobody has opened yet
 */
SimMbimLine *
sim_mbim_line_new (SimMbim *mbim, SimMbimOutput output, gpointer user_data);

/**
 * sim_mbim_line_free:
 * @self: a line
 */
void
sim_mbim_line_free (SimMbimLine *self);

/**
 * sim_mbim_line_feed:
 * @self: a line
 * @bytes: what came
 * @size: how many
 */
void
sim_mbim_line_feed (SimMbimLine *self, const guint8 *bytes, gsize size);

G_END_DECLS
