/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A modem on the bus: ModemManager's object with its standard interfaces, and
 * the plugin's interface where it is loaded.
 */

#pragma once

#include <libmm-glib.h>

#include "simstow-driver.h"
#include "simstow-modem1.h"
#include "simstow-snapshot.h"
#include "simstow-transcript.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_MODEM (simstow_modem_get_type ())
G_DECLARE_FINAL_TYPE (SimstowModem, simstow_modem, SIMSTOW, MODEM, GObject)

/**
 * simstow_modem_list:
 * @cancellable: (nullable): to stop it
 * @error: return location for an error: %SIMSTOW_ERROR_NO_MODEM when
 *     ModemManager cannot be reached
 *
 * Finds all modems on the system bus. None is no error.
 *
 * Returns: (transfer full) (nullable) (element-type SimstowModem): the modems,
 * by number, or %NULL with @error set
 */
GPtrArray *
simstow_modem_list (GCancellable *cancellable, GError **error);

/**
 * simstow_modem_find:
 * @selector: (nullable): a number, an object path, an IMEI, an ICCID or a
 *     device identifier, as mmcli takes them; %NULL for the only modem
 * @cancellable: (nullable): to stop it
 * @error: return location for an error: %SIMSTOW_ERROR_NO_MODEM when there is
 *     none like it, or no ModemManager; %SIMSTOW_ERROR_USAGE when several fit,
 *     the message names them
 *
 * Returns: (transfer full) (nullable): the modem, or %NULL with @error set
 */
SimstowModem *
simstow_modem_find (const gchar *selector, GCancellable *cancellable, GError **error);

/**
 * simstow_modem_new_played:
 * @path: the file of a transcript
 * @error: return location for an error
 *
 * Plays a transcript back as a modem, of which only device, SIM and stores are there.
 *
 * Returns: (transfer full) (nullable): the modem, or %NULL with @error set
 */
SimstowModem *
simstow_modem_new_played (const gchar *path, GError **error);

/**
 * simstow_modem_peek_played:
 * @self: a modem
 *
 * Returns: (transfer none) (nullable): the transcript that it is, %NULL for a real one
 */
const SimstowTranscript *
simstow_modem_peek_played (SimstowModem *self);

/**
 * simstow_modem_get_path:
 * @self: a modem
 *
 * Returns: its object path; of a transcript that of its file
 */
const gchar *
simstow_modem_get_path (SimstowModem *self);

/**
 * simstow_modem_peek_object:
 * @self: a modem
 *
 * Returns: (transfer none): libmm-glib's object; a transcript has none
 */
MMObject *
simstow_modem_peek_object (SimstowModem *self);

/**
 * simstow_modem_pause:
 * @milliseconds: how long a modem is given
 * @cancellable: (nullable): ends it early
 *
 * Returns: %FALSE when cancelled meanwhile
 */
gboolean
simstow_modem_pause (guint milliseconds, GCancellable *cancellable);

/**
 * simstow_modem_peek_plugin:
 * @self: a modem
 *
 * Returns: (transfer none) (nullable): the plugin's interface, %NULL when the
 * plugin is not loaded
 */
SimstowDBusModem *
simstow_modem_peek_plugin (SimstowModem *self);

/**
 * simstow_modem_peek_stores:
 * @self: a modem
 *
 * Returns: (transfer none) (nullable): all its stores, %NULL when the plugin is not loaded
 */
SimstowDriver *
simstow_modem_peek_stores (SimstowModem *self);

/**
 * simstow_modem_load_sim:
 * @self: a modem
 * @cancellable: (nullable): to stop it
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): what ModemManager knows of the SIM now, or %NULL
 * with @error set when there is none or ModemManager does not answer
 */
MMSim *
simstow_modem_load_sim (SimstowModem *self, GCancellable *cancellable, GError **error);

/**
 * simstow_modem_reprobe:
 * @self: a modem
 * @cancellable: (nullable): to stop it
 * @error: return location for an error
 *
 * Has ModemManager let go of the modem and find it anew, as after plugging it in.
 *
 * Returns: %FALSE with @error set when it was not let go
 */
gboolean
simstow_modem_reprobe (SimstowModem *self, GCancellable *cancellable, GError **error);

/**
 * simstow_modem_describe_device:
 * @self: a modem
 * @snapshot: where to put device and SIM
 * @cancellable: (nullable): to stop it
 * @error: return location for an error
 *
 * Fills in what ModemManager tells of modem and SIM.
 *
 * Returns: %FALSE with @error set when the modem went away or access was denied
 */
gboolean
simstow_modem_describe_device (SimstowModem *self,
                               SimstowSnapshot *snapshot,
                               GCancellable *cancellable,
                               GError **error);

/**
 * simstow_modem_describe:
 * @self: a modem
 * @counts: whether to tell of each store how much is in use
 * @snapshot: where to put device, SIM and stores
 * @cancellable: (nullable): to stop it
 * @error: return location for an error
 *
 * Fills in what can be told without reading any record.
 *
 * Returns: %FALSE with @error set when the modem went away or access was denied
 */
gboolean
simstow_modem_describe (SimstowModem *self,
                        gboolean counts,
                        SimstowSnapshot *snapshot,
                        GCancellable *cancellable,
                        GError **error);

G_END_DECLS
