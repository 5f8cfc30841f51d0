/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens at the modems, as it happens: messages and cell broadcasts that are complete, calls
 * in each of their states. Only what announces these wakes the program up, not what ModemManager
 * tells of signals and connections. Daemons and modems may come and go.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-snapshot.h"

/**
 * SimstowEventKind:
 * @SIMSTOW_EVENT_MESSAGE: a message is there and complete
 * @SIMSTOW_EVENT_CALL: a call is there, or changed
 * @SIMSTOW_EVENT_BROADCAST: a cell broadcast is there and complete
 * @SIMSTOW_EVENT_GONE: a message has gone from the modem
 * @SIMSTOW_EVENT_MODEM: a modem is there
 * @SIMSTOW_EVENT_MODEM_GONE: a modem is not there any more, nor is what it had; also when the
 *     daemon went away
 * @SIMSTOW_EVENT_PROBLEM: something could not be read
 * @SIMSTOW_EVENT_BUS_GONE: there is no bus any more: nothing else will come
 */
typedef enum {
    SIMSTOW_EVENT_MESSAGE,
    SIMSTOW_EVENT_CALL,
    SIMSTOW_EVENT_BROADCAST,
    SIMSTOW_EVENT_GONE,
    SIMSTOW_EVENT_MODEM,
    SIMSTOW_EVENT_MODEM_GONE,
    SIMSTOW_EVENT_PROBLEM,
    SIMSTOW_EVENT_BUS_GONE,
} SimstowEventKind;

/**
 * SimstowEventState:
 * @SIMSTOW_EVENT_RINGING: a call that nobody has answered yet
 * @SIMSTOW_EVENT_ACTIVE: a call that was answered
 * @SIMSTOW_EVENT_ENDED: a call that is over
 *
 * How far a call is.
 */
typedef enum {
    SIMSTOW_EVENT_RINGING,
    SIMSTOW_EVENT_ACTIVE,
    SIMSTOW_EVENT_ENDED,
} SimstowEventState;

/**
 * SimstowEvent:
 * @kind: what happened
 * @modem: the modem's object path
 * @path: the object path of the message, call or broadcast
 * @instance: that of the daemon, and of the bus: together with @path it is used once
 * @records: (nullable): of a message: its parts, rebuilt, or what could not be
 * @incoming: of a message or call: whether somebody else began it
 * @number: (nullable): of a message or call: the other's number
 * @time: (nullable): of a message: as the service centre had it, ISO 8601
 * @text: (nullable): of a message or broadcast: its whole text; of a problem: what it is
 * @state: of a call
 * @channel: of a broadcast
 * @code: of a broadcast
 * @update: of a broadcast
 */
typedef struct {
    SimstowEventKind kind;
    const gchar *modem;
    const gchar *path;
    const gchar *instance;
    const SimstowSnapshot *records;
    gboolean incoming;
    const gchar *number;
    const gchar *time;
    const gchar *text;
    SimstowEventState state;
    guint channel;
    guint code;
    guint update;
} SimstowEvent;

/**
 * SimstowEventFunc:
 * @event: what happened; borrowed
 * @user_data: the caller's
 */
typedef void (*SimstowEventFunc) (const SimstowEvent *event, gpointer user_data);

typedef struct _SimstowEvents SimstowEvents;

/**
 * simstow_events_new:
 * @func: called from the thread's main context, first for what is there already
 * @user_data: for @func
 * @error: return location for an error: %SIMSTOW_ERROR_NO_MODEM when there is no bus
 *
 * Begins to listen. There need not be a ModemManager yet.
 *
 * Returns: (transfer full) (nullable): the listener, or %NULL with @error set
 */
SimstowEvents *
simstow_events_new (SimstowEventFunc func, gpointer user_data, GError **error);

void
simstow_events_free (SimstowEvents *events);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowEvents, simstow_events_free)

/**
 * simstow_events_look:
 *
 * Tells once more of all that is there.
 */
void
simstow_events_look (SimstowEvents *events);

/**
 * simstow_events_list_messages:
 * @modem: a modem's object path
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): the object paths of the messages
 * that are there now
 */
gchar **
simstow_events_list_messages (SimstowEvents *events, const gchar *modem);
