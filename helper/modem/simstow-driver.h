/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A driver: what one kind of store is and how it is read and written over one transport. It
 * talks through a conversation, waits for each answer, and gives plain records. All that a modem
 * may do otherwise than its standard is in the drivers, and nowhere else.
 */

#pragma once

#include "simstow-conversation.h"
#include "simstow-snapshot.h"

G_BEGIN_DECLS

/* So many records go into one call of simstow_driver_write () */
#define SIMSTOW_DRIVER_WRITE_RECORDS 64

/* The place in a problem of a kind of stores that is one only where no other driver has such */
#define SIMSTOW_DRIVER_DOUBT 1

/**
 * SimstowProgressFunc:
 * @what: a store's id, or another word for what is under way
 * @done: how much of it is done
 * @total: how much there is, 0 unknown
 * @user_data: the caller's
 */
typedef void (*SimstowProgressFunc) (const gchar *what,
                                     guint done,
                                     guint total,
                                     gpointer user_data);

/**
 * SimstowDriverRecord:
 * @message: (nullable): a message
 * @status: the status to give it
 * @contact: (nullable): or a contact
 * @call: (nullable): or a call
 * @index: the place to write it to, or 0 for any
 *
 * A record to write or to erase. All is borrowed.
 */
typedef struct {
    const SimstowMessage *message;
    SimstowMessageStatus status;
    const SimstowContact *contact;
    const SimstowCall *call;
    guint index;
} SimstowDriverRecord;

/**
 * SimstowDriverOutcome:
 * @index: where the record was written
 * @error: (nullable): why it was not
 * @open: whether it may have been written all the same
 *
 * What became of a record that was to be written.
 */
typedef struct {
    guint index;
    GError *error;
    gboolean open;
} SimstowDriverOutcome;

#define SIMSTOW_TYPE_DRIVER (simstow_driver_get_type ())
G_DECLARE_DERIVABLE_TYPE (SimstowDriver, simstow_driver, SIMSTOW, DRIVER, GObject)

struct _SimstowDriverClass {
    GObjectClass parent_class;

    gboolean (*list) (SimstowDriver *self,
                      gboolean counts,
                      SimstowSnapshot *listing,
                      GCancellable *cancellable,
                      GError **error);
    gboolean (*read) (SimstowDriver *self,
                      const gchar *store,
                      guint first,
                      guint last,
                      SimstowSnapshot *into,
                      SimstowProgressFunc progress,
                      gpointer user_data,
                      GCancellable *cancellable,
                      GError **error);
    gboolean (*write) (SimstowDriver *self,
                       const gchar *store,
                       const SimstowDriverRecord *records,
                       guint n_records,
                       GArray *outcomes,
                       GCancellable *cancellable,
                       GError **error);
    gboolean (*erase) (SimstowDriver *self,
                       const gchar *store,
                       const SimstowDriverRecord *record,
                       gboolean *begun,
                       GCancellable *cancellable,
                       GError **error);
};

/**
 * simstow_driver_peek_conversation:
 * @self: a driver
 *
 * Returns: (transfer none): what it talks through, its property "conversation"
 */
SimstowConversation *
simstow_driver_peek_conversation (SimstowDriver *self);

/**
 * simstow_driver_list:
 * @self: a driver
 * @counts: whether to ask for what is in use even where that takes commands of its own; it is
 *     told by simstow_driver_read (), too
 * @listing: where the stores go that there are, in the order in which they are best saved; and
 *     as a problem of its own each one, or with a mere "sms" or "phonebook" the kind, of which
 *     it cannot be told whether it is there. It is lost, unless the modem says that it has no SIM
 * @cancellable: (nullable): to stop it
 * @error: return location for a #SimstowError: nothing of the kind could be asked for
 *
 * Lists the stores with what the modem promises of each. What the modem lacks by its own word
 * is left out.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_driver_list (SimstowDriver *self,
                     gboolean counts,
                     SimstowSnapshot *listing,
                     GCancellable *cancellable,
                     GError **error);

/**
 * simstow_driver_read:
 * @self: a driver
 * @store: the id of one of its stores
 * @first: the lowest place to look at, 0 for the first; messages are always all read
 * @last: the highest place to look at, 0 for the last
 * @into: where the records go, and those that could not be understood; all are appended. The
 *     store is among its stores where reading it told how much is in use
 * @progress: (nullable): told how far it got
 * @user_data: for @progress
 * @cancellable: (nullable): to stop between commands
 * @error: return location for a #SimstowError: not all was read
 *
 * Reads a store.
 *
 * Returns: %FALSE with @error set; what was read by then is in @into
 */
gboolean
simstow_driver_read (SimstowDriver *self,
                     const gchar *store,
                     guint first,
                     guint last,
                     SimstowSnapshot *into,
                     SimstowProgressFunc progress,
                     gpointer user_data,
                     GCancellable *cancellable,
                     GError **error);

/**
 * simstow_driver_write:
 * @self: a driver
 * @store: the id of one of its stores
 * @records: (array length=n_records): what to write
 * @n_records: how many, no more than %SIMSTOW_DRIVER_WRITE_RECORDS
 * @outcomes: (element-type SimstowDriverOutcome): what became of each, in order: empty, from
 *     simstow_driver_outcomes_new (), and filled up; shorter than the records when the last of
 *     them were not tried
 * @cancellable: (nullable): ends it after the record that is being written
 * @error: return location for a #SimstowError: nothing was tried
 *
 * Writes records.
 *
 * Returns: %FALSE with @error set
 */
gboolean
simstow_driver_write (SimstowDriver *self,
                      const gchar *store,
                      const SimstowDriverRecord *records,
                      guint n_records,
                      GArray *outcomes,
                      GCancellable *cancellable,
                      GError **error);

/**
 * simstow_driver_erase:
 * @self: a driver
 * @store: the id of one of its stores
 * @record: what must still be there; its place is that of the record itself
 * @begun: (out): whether the erasing was begun: it may have happened then, whatever failed
 * @cancellable: (nullable): to stop before it is erased
 * @error: return location for a #SimstowError: %SIMSTOW_ERROR_CHANGED when it is another now
 *
 * Erases a record that is still there as it is given; a message that was unread may have become
 * read.
 *
 * Returns: %FALSE with @error set when it was not erased
 */
gboolean
simstow_driver_erase (SimstowDriver *self,
                      const gchar *store,
                      const SimstowDriverRecord *record,
                      gboolean *begun,
                      GCancellable *cancellable,
                      GError **error);

/**
 * simstow_driver_record_get_index:
 * @record: a record
 *
 * Returns: the place it was read from
 */
guint
simstow_driver_record_get_index (const SimstowDriverRecord *record);

/**
 * simstow_driver_outcomes_new:
 *
 * Returns: (transfer full) (element-type SimstowDriverOutcome): an empty array that owns its errors
 */
GArray *
simstow_driver_outcomes_new (void);

/**
 * simstow_driver_outcomes_add:
 * @outcomes: from simstow_driver_outcomes_new ()
 * @index: where a record was written
 * @error: (nullable) (transfer full): why it was not
 *
 * Appends an outcome. An error after which nobody knows how far the modem got leaves it open.
 */
void
simstow_driver_outcomes_add (GArray *outcomes, guint index, GError *error);

/**
 * simstow_driver_outcomes_has_ended:
 * @outcomes: from simstow_driver_outcomes_new ()
 *
 * Returns: whether the last one is open, so that nothing was tried behind it
 */
gboolean
simstow_driver_outcomes_has_ended (const GArray *outcomes);

/**
 * simstow_driver_error_ends_all:
 * @error: a #SimstowError
 *
 * Returns: whether there is nobody to send another command to, or nobody who wants it
 */
gboolean
simstow_driver_error_ends_all (const GError *error);

G_END_DECLS
