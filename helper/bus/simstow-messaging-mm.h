/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages by ModemManager's own Messaging interface, for a modem without the
 * plugin: rebuilt when read, and only messages to be sent when written.
 */

#pragma once

#include "simstow-modem.h"
#include "simstow-plan.h"

/**
 * simstow_messaging_capture:
 * @modem: a modem
 * @snapshot: where to put the messages, and what could not be read
 * @cancellable: (nullable): to stop it
 * @error: return location for an error that ends all
 *
 * Reads the messages that ModemManager knows. It does not tell their places: the
 * parts of all messages of a store are counted from 1.
 *
 * Returns: %FALSE with @error set when the modem went away or it was cancelled
 */
gboolean
simstow_messaging_capture (SimstowModem *modem,
                           SimstowSnapshot *snapshot,
                           GCancellable *cancellable,
                           GError **error);

/**
 * simstow_messaging_count:
 * @modem: a modem
 * @enough: so many in all are as good as none: each is only asked for where there are more
 * @cancellable: (nullable): to stop it
 * @error: return location for an error of the bus
 *
 * Returns: (transfer full) (nullable) (element-type utf8 guint): how many messages ModemManager
 * lists in each store, by its id, those left out that are in none; or %NULL with @error set
 */
GHashTable *
simstow_messaging_count (SimstowModem *modem,
                         guint enough,
                         GCancellable *cancellable,
                         GError **error);

/**
 * SimstowToldMessage:
 * @complete: whether all of it is there, and it was received, sent or stored
 * @incoming: whether it was received
 * @number: (nullable): the other's number
 * @time: (nullable): as the service centre had it, ISO 8601
 * @text: (nullable): the whole text
 * @records: (nullable): when complete: its parts, rebuilt; or where that cannot be, all that
 *     ModemManager tells of it as a record that was not understood, with a problem
 *
 * A message as ModemManager tells of it.
 */
typedef struct {
    gboolean complete;
    gboolean incoming;
    gchar *number;
    gchar *time;
    gchar *text;
    SimstowSnapshot *records;
} SimstowToldMessage;

void
simstow_told_message_free (SimstowToldMessage *told);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowToldMessage, simstow_told_message_free)

/**
 * simstow_messaging_read_told:
 * @connection: the bus
 * @path: the object path of a message
 * @error: return location for an error of the bus
 *
 * Returns: (transfer full) (nullable): the message, or %NULL with @error set
 */
SimstowToldMessage *
simstow_messaging_read_told (GDBusConnection *connection, const gchar *path, GError **error);

/**
 * simstow_messaging_write:
 * @modem: a modem
 * @item: a step of a plan that writes a message to be sent
 * @cancellable: (nullable): to stop it
 * @error: return location for a #SimstowError
 *
 * Has ModemManager create a message and store it, and reads back where it is.
 * It is stored as not sent.
 *
 * Returns: %FALSE with @error set when it was not stored
 */
gboolean
simstow_messaging_write (SimstowModem *modem,
                         const SimstowPlanItem *item,
                         GCancellable *cancellable,
                         GError **error);
