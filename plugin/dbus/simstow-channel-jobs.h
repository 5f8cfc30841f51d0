/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the jobs of OpenChannel (), Transmit () and CloseChannel () do. Their
 * user_data is the SimstowLender.
 */

#pragma once

#include "simstow-job.h"

/**
 * simstow_open_channel_run:
 * @job: a job of OpenChannel ()
 * @user_data: the lender
 *
 * Opens a channel and lends it to the caller.
 */
void
simstow_open_channel_run (SimstowJob *job, gpointer user_data);

/**
 * simstow_transmit_run:
 * @job: a job of Transmit ()
 * @user_data: the lender
 *
 * Sends one command, whose answer is waited for. The channel bits of its class byte do not count,
 * and commands that would open or close channels are refused.
 */
void
simstow_transmit_run (SimstowJob *job, gpointer user_data);

/**
 * simstow_close_channel_run:
 * @job: a job of CloseChannel ()
 * @user_data: the lender
 *
 * Closes a channel.
 */
void
simstow_close_channel_run (SimstowJob *job, gpointer user_data);
