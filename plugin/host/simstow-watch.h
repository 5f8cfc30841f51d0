/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Watches the daemon's modem objects, and puts our interface on each.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * simstow_watch_start:
 *
 * From now on every modem object of the daemon, of any vendor's plugin, carries
 * org.simstow.Modem1 for as long as it carries the daemon's Modem interface. There
 * is no way back: the watch lives as long as the daemon. Does nothing, after one
 * warning, when the daemon lacks a symbol that is needed.
 */
void
simstow_watch_start (void);

G_END_DECLS
