/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A place for archives: five things can be done there, and a sixth where the place can rename.
 * What comes of them is one of a few states, that people can do something about.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-config.h"
#include "simstow-process.h"

#define SIMSTOW_DESTINATION_ERROR (simstow_destination_error_quark ())

/**
 * SimstowDestinationError:
 * @SIMSTOW_DESTINATION_ERROR_PENDING: it is not there now, or does not answer; it will pass
 * @SIMSTOW_DESTINATION_ERROR_SIGN_IN: somebody has to sign in again; the message says how
 * @SIMSTOW_DESTINATION_ERROR_REFUSED: it does not take it: no room, no permission ...
 * @SIMSTOW_DESTINATION_ERROR_DAMAGED: what is there is not what was put there
 * @SIMSTOW_DESTINATION_ERROR_MISSING: there is no such file
 */
typedef enum {
    SIMSTOW_DESTINATION_ERROR_PENDING,
    SIMSTOW_DESTINATION_ERROR_SIGN_IN,
    SIMSTOW_DESTINATION_ERROR_REFUSED,
    SIMSTOW_DESTINATION_ERROR_DAMAGED,
    SIMSTOW_DESTINATION_ERROR_MISSING,
} SimstowDestinationError;

/**
 * simstow_destination_error_quark:
 *
 * Returns: the error domain of destinations
 */
GQuark
simstow_destination_error_quark (void);

/**
 * SimstowDestinationEntry:
 * @name: a file's name
 * @size: its size
 */
typedef struct {
    gchar *name;
    guint64 size;
} SimstowDestinationEntry;

void
simstow_destination_entry_free (SimstowDestinationEntry *entry);

/**
 * simstow_destination_entry_new:
 *
 * Returns: (transfer full): an entry
 */
SimstowDestinationEntry *
simstow_destination_entry_new (const gchar *name, guint64 size);

typedef struct _SimstowDestination SimstowDestination;

/**
 * SimstowDestinationClass:
 * @put: copies a local file there, in place of one of that name
 * @get: copies a file from there into a local one, in place of one there
 * @list: (element-type SimstowDestinationEntry): all files there; no directory is MISSING
 * @stat: tells a file's size
 * @remove: removes a file
 * @move: (nullable): gives a file another name, which no file has
 * @free: (nullable): frees what @open made
 *
 * Errors are of %SIMSTOW_DESTINATION_ERROR or %G_IO_ERROR_CANCELLED.
 */
typedef struct {
    gboolean (*put) (SimstowDestination *self,
                     const gchar *file,
                     const gchar *name,
                     GCancellable *cancellable,
                     GError **error);
    gboolean (*get) (SimstowDestination *self,
                     const gchar *name,
                     const gchar *file,
                     GCancellable *cancellable,
                     GError **error);
    GPtrArray *(*list) (SimstowDestination *self, GCancellable *cancellable, GError **error);
    gboolean (*stat) (SimstowDestination *self,
                      const gchar *name,
                      guint64 *size,
                      GCancellable *cancellable,
                      GError **error);
    gboolean (*remove) (SimstowDestination *self,
                        const gchar *name,
                        GCancellable *cancellable,
                        GError **error);
    gboolean (*move) (SimstowDestination *self,
                      const gchar *from,
                      const gchar *to,
                      GCancellable *cancellable,
                      GError **error);
    void (*free) (gpointer place);
} SimstowDestinationClass;

/**
 * SimstowDestination:
 * @class: what it can do
 * @config: what is known of it; outlives it
 * @place: what its kind needs
 */
struct _SimstowDestination {
    const SimstowDestinationClass *class;
    const SimstowDestinationConfig *config;
    gpointer place;
};

/**
 * simstow_destination_open:
 * @config: what is known of it; outlives the destination
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the destination, of which nothing was asked yet
 */
SimstowDestination *
simstow_destination_open (const SimstowDestinationConfig *config, GError **error);

void
simstow_destination_free (SimstowDestination *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowDestination, simstow_destination_free)

/**
 * simstow_destination_store:
 * @file: a local file
 * @name: its name there, which no file has
 * @digest: its SHA-256, lower-case hex
 * @scratch: a directory for what is read back
 * @cancellable: (nullable): to stop it
 *
 * Puts it there under another name, reads it back, compares it, and gives it its name. What
 * is passing is tried again.
 *
 * Returns: %FALSE with @error set when it is not there
 */
gboolean
simstow_destination_store (SimstowDestination *self,
                           const gchar *file,
                           const gchar *name,
                           const gchar *digest,
                           const gchar *scratch,
                           GCancellable *cancellable,
                           GError **error);

/**
 * simstow_destination_fetch:
 * @name: a file's name there
 * @scratch: a directory
 * @digest: (out) (optional) (transfer full): its SHA-256, lower-case hex
 * @cancellable: (nullable): to stop it
 *
 * Returns: (transfer full) (nullable): the path of a private copy in @scratch
 */
gchar *
simstow_destination_fetch (SimstowDestination *self,
                           const gchar *name,
                           const gchar *scratch,
                           gchar **digest,
                           GCancellable *cancellable,
                           GError **error);

/**
 * simstow_destination_put_text:
 * @name: a name there
 * @text: what goes there
 * @scratch: a directory
 * @cancellable: (nullable): to stop it
 *
 * Returns: %FALSE with @error set when it is not there
 */
gboolean
simstow_destination_put_text (SimstowDestination *self,
                              const gchar *name,
                              const gchar *text,
                              const gchar *scratch,
                              GCancellable *cancellable,
                              GError **error);

/**
 * simstow_destination_rename:
 * @from: a file's name there
 * @text: what is in it
 * @to: what it is to be, which no file has
 * @scratch: a directory
 * @cancellable: (nullable): to stop it
 *
 * Where nothing can be renamed, puts it there anew and removes the old one.
 *
 * Returns: %FALSE with @error set when it is not there
 */
gboolean
simstow_destination_rename (SimstowDestination *self,
                            const gchar *from,
                            const gchar *text,
                            const gchar *to,
                            const gchar *scratch,
                            GCancellable *cancellable,
                            GError **error);

/**
 * simstow_destination_list:
 * @cancellable: (nullable): to stop it
 *
 * Tries again what is passing.
 *
 * Returns: (transfer full) (nullable) (element-type SimstowDestinationEntry): what is there
 */
GPtrArray *
simstow_destination_list (SimstowDestination *self, GCancellable *cancellable, GError **error);

/**
 * simstow_destination_remove:
 * @name: a file's name there; none is no error
 * @cancellable: (nullable): to stop it
 *
 * Returns: %FALSE with @error set when it may still be there
 */
gboolean
simstow_destination_remove (SimstowDestination *self,
                            const gchar *name,
                            GCancellable *cancellable,
                            GError **error);

/* Sets the error that a command's status and words stand for */
typedef void (*SimstowDestinationFaultFunc) (SimstowDestination *self,
                                             const SimstowProcessResult *result,
                                             GError **error);

/**
 * simstow_destination_run:
 * @argv: a command that stands for the destination
 * @more: (nullable) (array zero-terminated=1): names and values for its environment, beside
 *     those of the environment-file
 * @set_fault: called when it ended with another status than 0
 * @output: (out) (optional) (transfer full): what it wrote on standard output
 * @cancellable: (nullable): to stop it
 *
 * Returns: %FALSE with @error set when it did not end well
 */
gboolean
simstow_destination_run (SimstowDestination *self,
                         const gchar *const *argv,
                         const gchar *const *more,
                         SimstowDestinationFaultFunc set_fault,
                         gchar **output,
                         GCancellable *cancellable,
                         GError **error);

/* The kinds, one file each */
extern const SimstowDestinationClass simstow_destination_directory;
extern const SimstowDestinationClass simstow_destination_rclone;
extern const SimstowDestinationClass simstow_destination_exec;
