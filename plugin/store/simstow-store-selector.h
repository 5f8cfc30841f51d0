/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands on a phonebook: selects it and a character set that loses nothing
 * (+CPBS, +CSCS), runs the commands, and puts both back.
 *
 * All in one line where the modem takes it, see simstow-store-script.h: then the
 * selection never shows outside. On a modem without such lines the price is four
 * commands more for each operation; a character set held meanwhile would make the
 * daemon misread operator names and USSD answers.
 *
 * Where the set that the daemon chose is the best one already, as on most modems,
 * only the phonebook has to be selected, and no daemon ever looks at that: over a
 * run of writes it stays selected, a second at most, and is put back when nothing
 * more comes. A write then is one command.
 *
 * What is put back is what the modem itself said was selected before anything of ours
 * was. Each line that begins a selection begins by asking, and a selection that had
 * changed since the last answer is put right; where that line is not answered well, the
 * answer before it, at most a few seconds old, counts. What is read from the phonebook
 * that is selected anyway counts where the line itself says that it is.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-at-charset.h"
#include "simstow-port.h"
#include "simstow-store-script.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_STORE_SELECTOR (simstow_store_selector_get_type ())
G_DECLARE_FINAL_TYPE (SimstowStoreSelector,
                      simstow_store_selector,
                      SIMSTOW,
                      STORE_SELECTOR,
                      GObject)

/**
 * simstow_store_selector_new:
 * @port: the modem's line
 *
 * Returns: (transfer full): a selector that knows nothing of the modem yet
 */
SimstowStoreSelector *
simstow_store_selector_new (SimstowPort *port);

/**
 * simstow_store_selector_open_async:
 * @self: a selector
 * @cancellable: (nullable): to stop between commands
 * @callback: called when done
 * @user_data: for @callback
 *
 * Asks once for the phonebooks and character sets the modem has.
 *
 * What is no list is told apart: %SIMSTOW_ERROR_UNSUPPORTED means that the modem has no
 * phonebooks by its own word, see simstow_store_script_is_absent (); any other error, that
 * there may be some.
 */
void
simstow_store_selector_open_async (SimstowStoreSelector *self,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);

/**
 * simstow_store_selector_open_finish:
 * @self: a selector
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: (transfer none) (nullable): the storages, as "SM", or %NULL with @error
 * set when the modem tells none; then the next call asks again
 */
const gchar *const *
simstow_store_selector_open_finish (SimstowStoreSelector *self,
                                    GAsyncResult *result,
                                    GError **error);

/**
 * simstow_store_selector_is_offered:
 * @self: a selector that is open
 *
 * Returns: whether the storages are those that the modem offers; %FALSE where it does not
 * list them and they are what there may be
 */
gboolean
simstow_store_selector_is_offered (SimstowStoreSelector *self);

/**
 * simstow_store_selector_get_charset:
 * @self: a selector that is open
 *
 * Returns: the set in which commands run with texts are answered
 */
SimstowAtCharset
simstow_store_selector_get_charset (SimstowStoreSelector *self);

/**
 * simstow_store_selector_peek_charset:
 * @self: a selector
 *
 * Returns: (transfer none) (nullable): the modem's name of the character set that texts come in,
 * %NULL where it does not say
 */
const gchar *
simstow_store_selector_peek_charset (SimstowStoreSelector *self);

/**
 * simstow_store_selector_peek_refused:
 * @self: a selector that is open
 *
 * Returns: (nullable): the set that the modem offers and has refused, so that characters may be
 * missing of texts
 */
const gchar *
simstow_store_selector_peek_refused (SimstowStoreSelector *self);

/**
 * simstow_store_selector_peek_storage:
 * @self: a selector
 *
 * Returns: (nullable): the phonebook that the modem last said is selected, which is to be asked
 * for before it is relied on
 */
const gchar *
simstow_store_selector_peek_storage (SimstowStoreSelector *self);

/**
 * simstow_store_selector_run_async:
 * @self: a selector that is open
 * @storage: (nullable): the phonebook to select first; %NULL when @commands do so
 * @texts: whether texts are exchanged, so that the character set matters
 * @commands: commands without "AT", in order
 * @flags: what to do about failures
 * @timeout: how long a line may take, in seconds
 * @cancellable: (nullable): to stop between commands
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Runs @commands. The selection is put back also when a command fails or the job
 * is cancelled; the phonebook possibly a moment later.
 */
void
simstow_store_selector_run_async (SimstowStoreSelector *self,
                                  const gchar *storage,
                                  gboolean texts,
                                  const gchar *const *commands,
                                  SimstowStoreScriptFlags flags,
                                  guint timeout,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/**
 * simstow_store_selector_run_finish:
 * @self: a selector
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: (transfer full) (nullable): the answers, with a storage possibly first those to
 * +CPBS? and +CSCS?; or %NULL with @error set
 */
gchar *
simstow_store_selector_run_finish (SimstowStoreSelector *self,
                                   GAsyncResult *result,
                                   GError **error);

/**
 * simstow_store_selector_run_finish_each:
 * @self: a selector
 * @result: what the callback got
 * @faults: (out) (transfer full) (element-type utf8 GError): the errors of commands, see
 *     simstow_store_script_run_finish_each ()
 * @error: return location for a #SimstowError
 *
 * Returns: (transfer full) (nullable): as simstow_store_selector_run_finish ()
 */
gchar *
simstow_store_selector_run_finish_each (SimstowStoreSelector *self,
                                        GAsyncResult *result,
                                        GHashTable **faults,
                                        GError **error);

G_END_DECLS
