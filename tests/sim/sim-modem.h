/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated modem as a whole: one store, its knobs, where it listens, and
 * the lines that are open now.
 */

#pragma once

#include "sim-card-slot.h"
#include "sim-knobs.h"
#include "sim-mbim.h"
#include "sim-store.h"

G_BEGIN_DECLS

typedef struct _SimModem SimModem;

/**
 * sim_modem_new:
 * @store: (transfer full): what it holds
 * @knobs: (transfer full): its knobs
 *
 * Returns: (transfer full): a modem that listens nowhere yet
 */
SimModem *
sim_modem_new (SimStore *store, SimKnobs *knobs);

/**
 * sim_modem_free:
 * @self: a modem
 */
void
sim_modem_free (SimModem *self);

/**
 * sim_modem_store:
 * @self: a modem
 *
 * Returns: (transfer none): what it holds
 */
SimStore *
sim_modem_store (SimModem *self);

/**
 * sim_modem_knobs:
 * @self: a modem
 *
 * Returns: (transfer none): its knobs
 */
SimKnobs *
sim_modem_knobs (SimModem *self);

/**
 * sim_modem_set_socket:
 * @self: a modem
 * @name: name of an abstract unix socket, without the leading zero
 */
void
sim_modem_set_socket (SimModem *self, const gchar *name);

/**
 * sim_modem_set_terminal:
 * @self: a modem
 * @path: where to put a symbolic link to a pseudo terminal
 */
void
sim_modem_set_terminal (SimModem *self, const gchar *path);

/**
 * sim_modem_set_card:
 * @self: a modem
 * @slot: (transfer full) (nullable): its card
 */
void
sim_modem_set_card (SimModem *self, SimCardSlot *slot);

/**
 * sim_modem_set_mbim:
 * @self: a modem
 * @mbim: (transfer full): its MBIM front
 * @name: name of an abstract unix socket, without the leading zero
 */
void
sim_modem_set_mbim (SimModem *self, SimMbim *mbim, const gchar *name);

/**
 * sim_modem_plug:
 * @self: a modem
 * @error: return location for a #GError
 *
 * Starts to listen. The SIM asks for its PIN again.
 *
 * Returns: whether that worked
 */
gboolean
sim_modem_plug (SimModem *self, GError **error);

/**
 * sim_modem_unplug:
 * @self: a modem
 *
 * Closes every line and listens no more.
 */
void
sim_modem_unplug (SimModem *self);

/**
 * sim_modem_deliver:
 * @self: a modem
 * @pdu: service centre address and SMS-DELIVER
 * @length: how many bytes
 *
 * A message comes in: it is stored in the third memory of +CPMS and told as +CNMI asks.
 *
 * Returns: whether there was room for it
 */
gboolean
sim_modem_deliver (SimModem *self, const guint8 *pdu, gsize length);

/**
 * sim_modem_ring:
 * @self: a modem
 * @number: who calls
 *
 * A call comes in, and is told every few seconds as +CRC and +CLIP ask.
 *
 * Returns: %FALSE when there is one
 */
gboolean
sim_modem_ring (SimModem *self, const gchar *number);

/**
 * sim_modem_notify:
 * @self: a modem
 * @text: an unsolicited result for every line
 */
void
sim_modem_notify (SimModem *self, const gchar *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimModem, sim_modem_free)

G_END_DECLS
