/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A store driver: one kind of thing that can be saved over one transport, as
 * "messages over AT". It serves all stores of its kind on a modem ("sms/sm",
 * "sms/me", ...). Drivers are listed in simstow-store-table.c: a new one is a
 * new file and a new row.
 *
 * A driver handles one operation at a time; plugin/dbus queues.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-port.h"

G_BEGIN_DECLS

#define SIMSTOW_TYPE_STORE_DRIVER (simstow_store_driver_get_type ())
G_DECLARE_DERIVABLE_TYPE (SimstowStoreDriver, simstow_store_driver, SIMSTOW, STORE_DRIVER, GObject)

/**
 * SimstowStoreProgressFunc:
 * @store: the store's id
 * @done: record places looked at
 * @total: how many there are, 0 unknown
 * @user_data: the caller's
 */
typedef void (*SimstowStoreProgressFunc) (const gchar *store,
                                          guint done,
                                          guint total,
                                          gpointer user_data);

/**
 * SimstowStoreDriverClass:
 * @list_async: finds the driver's stores on this modem
 * @list_finish: (transfer full): a floating-free GVariant of type aa{sv}, the
 *     dictionaries of org.simstow.Modem1.ListStores (); empty when the modem has none
 * @read_async: reads a run of records
 * @read_finish: (transfer full): a GVariant of type aa{sv}; @next as in ReadRecords ()
 * @write_async: writes one record, a{sv}
 * @write_finish: the index written, 0 with @error set
 * @erase_async: erases one record
 * @erase_finish: whether it was erased
 * @stay: several writes follow: what they have in common may be kept
 * @leave_async: gives up what was kept
 *
 * The operations of org.simstow.Modem1 on the driver's stores; list_finish, write_finish
 * and erase_finish are there for drivers whose result is a #GTask with that value, stay and
 * leave_async for those that keep nothing. Errors are
 * #SimstowError. list tells no error for what a modem lacks.
 */
struct _SimstowStoreDriverClass {
    GObjectClass parent_class;

    void (*list_async) (SimstowStoreDriver *self,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data);
    GVariant *(*list_finish) (SimstowStoreDriver *self, GAsyncResult *result, GError **error);
    void (*read_async) (SimstowStoreDriver *self,
                        const gchar *store,
                        guint first,
                        guint count,
                        SimstowStoreProgressFunc progress,
                        gpointer progress_data,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data);
    GVariant *(*read_finish) (SimstowStoreDriver *self,
                              GAsyncResult *result,
                              guint *next,
                              GError **error);
    void (*write_async) (SimstowStoreDriver *self,
                         const gchar *store,
                         GVariant *record,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
    guint (*write_finish) (SimstowStoreDriver *self, GAsyncResult *result, GError **error);
    void (*erase_async) (SimstowStoreDriver *self,
                         const gchar *store,
                         guint index,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
    gboolean (*erase_finish) (SimstowStoreDriver *self, GAsyncResult *result, GError **error);
    void (*stay) (SimstowStoreDriver *self);
    void (*leave_async) (SimstowStoreDriver *self,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
};

/**
 * simstow_store_driver_get_port:
 * @self: a driver
 *
 * Returns: (transfer none): the modem's line, from the construct property "port"
 */
SimstowPort *
simstow_store_driver_get_port (SimstowStoreDriver *self);

/**
 * simstow_store_driver_list_async:
 * @self: a driver
 * @cancellable: (nullable): to stop between commands
 * @callback: called when done
 * @user_data: for @callback
 *
 * Finds the driver's stores on this modem.
 */
void
simstow_store_driver_list_async (SimstowStoreDriver *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

/**
 * simstow_store_driver_list_finish:
 * @self: a driver
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: (transfer full) (nullable): aa{sv} as in ListStores (), not floating, or
 * %NULL with @error set
 */
GVariant *
simstow_store_driver_list_finish (SimstowStoreDriver *self, GAsyncResult *result, GError **error);

/**
 * simstow_store_driver_read_async:
 * @self: a driver
 * @store: one of its stores
 * @first: the first place, 0 for the beginning
 * @count: how many places at most, 0 for as many as is good
 * @progress: (nullable): told how far it is
 * @progress_data: for @progress
 * @cancellable: (nullable): to stop between commands
 * @callback: called when done
 * @user_data: for @callback
 *
 * Reads a run of records.
 */
void
simstow_store_driver_read_async (SimstowStoreDriver *self,
                                 const gchar *store,
                                 guint first,
                                 guint count,
                                 SimstowStoreProgressFunc progress,
                                 gpointer progress_data,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);

/**
 * simstow_store_driver_read_finish:
 * @self: a driver
 * @result: what the callback got
 * @next: (out) (optional): where to go on, 0 at the end
 * @error: return location for a #SimstowError
 *
 * Returns: (transfer full) (nullable): aa{sv} by rising index, not floating, or
 * %NULL with @error set
 */
GVariant *
simstow_store_driver_read_finish (SimstowStoreDriver *self,
                                  GAsyncResult *result,
                                  guint *next,
                                  GError **error);

/**
 * simstow_store_driver_write_async:
 * @self: a driver
 * @store: one of its stores
 * @record: an a{sv} as in WriteRecord ()
 * @cancellable: (nullable): to stop between commands
 * @callback: called when done
 * @user_data: for @callback
 *
 * Writes one record.
 */
void
simstow_store_driver_write_async (SimstowStoreDriver *self,
                                  const gchar *store,
                                  GVariant *record,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/**
 * simstow_store_driver_write_finish:
 * @self: a driver
 * @result: what the callback got
 * @error: return location for a #SimstowError; what tells failure, as some modems
 *     count messages from 0
 *
 * Returns: the index written, 0 when @error is set
 */
guint
simstow_store_driver_write_finish (SimstowStoreDriver *self, GAsyncResult *result, GError **error);

/**
 * simstow_store_driver_erase_async:
 * @self: a driver
 * @store: one of its stores
 * @index: the record's place
 * @cancellable: (nullable): to stop between commands
 * @callback: called when done
 * @user_data: for @callback
 *
 * Erases one record.
 */
void
simstow_store_driver_erase_async (SimstowStoreDriver *self,
                                  const gchar *store,
                                  guint index,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/**
 * simstow_store_driver_erase_finish:
 * @self: a driver
 * @result: what the callback got
 * @error: return location for a #SimstowError
 *
 * Returns: whether it was erased
 */
gboolean
simstow_store_driver_erase_finish (SimstowStoreDriver *self, GAsyncResult *result, GError **error);

/**
 * simstow_store_driver_stay:
 * @self: a driver
 *
 * Tells that several writes follow, one after the other, and then
 * simstow_store_driver_leave_async ().
 */
void
simstow_store_driver_stay (SimstowStoreDriver *self);

/**
 * simstow_store_driver_leave_async:
 * @self: a driver that stays
 * @callback: called when nothing is kept any more; what is left to know of it is nothing
 * @user_data: for @callback
 *
 * Ends it. Not cancellable.
 */
void
simstow_store_driver_leave_async (SimstowStoreDriver *self,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/**
 * SimstowStoreOn:
 * @SIMSTOW_STORE_ON_ANY: the row counts on every modem
 * @SIMSTOW_STORE_ON_MBIM: it counts on a modem whose line has an MBIM device
 * @SIMSTOW_STORE_ON_PLAIN: it counts where the rows before it have no store of that id,
 *     or one that takes nothing but number, type and name: that store it takes over
 *
 * Which modems a row of the table is for: flags.
 */
typedef enum {
    SIMSTOW_STORE_ON_ANY = 0,
    SIMSTOW_STORE_ON_MBIM = 1 << 0,
    SIMSTOW_STORE_ON_PLAIN = 1 << 1,
} SimstowStoreOn;

/**
 * SimstowStoreEntry:
 * @prefix: what the ids of its stores begin with, as "sms/"; the whole id in a row
 *     %SIMSTOW_STORE_ON_PLAIN
 * @action: the polkit action a caller needs
 * @get_type: the driver's type
 * @on: the modems the row is for
 * @write_action: (nullable): the polkit action a caller needs to write or erase, when it is
 *     another than @action
 * @main_store: (nullable): the store for which the rows of this prefix are gone through; %NULL
 *     when any store of it will do
 *
 * A row of the table of drivers. Each store is served by the first driver that lists it: so none
 * is there twice, and what one driver lacks hides nothing of the others. The rows of a prefix are
 * asked in turn until its main store is there. A type with several rows is one driver object.
 */
typedef struct {
    const gchar *prefix;
    const gchar *action;
    GType (*get_type) (void);
    SimstowStoreOn on;
    const gchar *write_action;
    const gchar *main_store;
} SimstowStoreEntry;

/**
 * simstow_store_table:
 * @n_entries: (out): how many rows
 *
 * Returns: (array length=n_entries): the table of all drivers, best first
 */
const SimstowStoreEntry *
simstow_store_table (guint *n_entries);

G_END_DECLS
