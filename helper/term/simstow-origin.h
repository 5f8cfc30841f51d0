/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who a message is with and when it was, as people are to see it: as its own bytes say, and
 * where these cannot, as the file of another program said that it was converted from
 * ("foreign" in simstow-archive(5)).
 */

#pragma once

#include "simstow-message.h"

/**
 * SimstowOrigin:
 * @address: (nullable): the other party's number or name
 * @type: type of number, 0 unknown
 * @name: (nullable): whose address that is, as that program knew
 * @time: seconds since 1970 UTC, -1 unknown
 * @zone: minutes east of UTC, of the message; of the user's own zone where it has none
 */
typedef struct {
    gchar *address;
    guint type;
    gchar *name;
    gint64 time;
    gint zone;
} SimstowOrigin;

/**
 * simstow_origin_init:
 * @origin: (out caller-allocates): what is known of @message
 */
void
simstow_origin_init (SimstowOrigin *origin, const SimstowMessage *message);

void
simstow_origin_clear (SimstowOrigin *origin);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowOrigin, simstow_origin_clear)
