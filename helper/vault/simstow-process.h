/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands of others: run without a shell, with nothing secret among their arguments, in
 * bounded time and memory.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowProcessResult:
 * @status: its exit status, 128 and the signal when one ended it
 * @output: what it wrote on standard output, at most 16 MiB
 * @fault: the last of what it wrote on standard error, without the end of line
 */
typedef struct {
    gint status;
    gchar *output;
    gchar *fault;
} SimstowProcessResult;

/**
 * simstow_environment_load:
 * @file: (nullable): lines NAME=VALUE; empty lines and those that begin with # are passed over
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): this process's environment with them
 */
gchar **
simstow_environment_load (const gchar *file, GError **error);

/**
 * simstow_process_join:
 * @head: (array zero-terminated=1): a command, and its first arguments
 * @words: (array zero-terminated=1): the others
 *
 * Returns: (transfer container): one after the other, with a %NULL behind them
 */
GPtrArray *
simstow_process_join (const gchar *const *head, const gchar *const *words);

/**
 * simstow_process_run:
 * @argv: the command, by its path or as PATH finds it
 * @environment: its environment
 * @timeout: after how many seconds it is ended
 * @result: (out caller-allocates): what came of it, to be cleared by
 *     simstow_process_result_clear ()
 * @cancellable: (nullable): ends it
 * @error: return location for an error: it could not be started, %G_IO_ERROR_TIMED_OUT,
 *     %G_IO_ERROR_CANCELLED
 *
 * Its standard input is empty. It is ended with this program, however that ends.
 *
 * Returns: %FALSE with @error set when it did not come to its own end
 */
gboolean
simstow_process_run (const gchar *const *argv,
                     const gchar *const *environment,
                     guint timeout,
                     SimstowProcessResult *result,
                     GCancellable *cancellable,
                     GError **error);

/**
 * simstow_process_last_line:
 *
 * Returns: the last line of what it wrote on standard error, which says most
 */
const gchar *
simstow_process_last_line (const SimstowProcessResult *result);

void
simstow_process_result_clear (SimstowProcessResult *result);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimstowProcessResult, simstow_process_result_clear)
