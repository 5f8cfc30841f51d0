/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The records of one kind in a snapshot, as entries that can be paired with
 * those of another snapshot. Pairing is a matter of multisets: a record that is
 * there twice needs two partners.
 */

#pragma once

#include "simstow-plan.h"

/**
 * SimstowEntry:
 * @kind: what kind of record it is
 * @store: the store to compare with: the record's own, or where it is to go
 * @index: the record's index
 * @message: of %SIMSTOW_KIND_MESSAGES: the record, borrowed, as are the next
 * @contact: of %SIMSTOW_KIND_CONTACTS: the record
 * @call: of %SIMSTOW_KIND_CALLS: the record
 * @name: (nullable): the name of a contact or call, borrowed
 * @number: (nullable): likewise
 * @identity: the record's identity
 * @lost: (nullable): what of a contact its target store does not take, for people
 * @altered: (nullable): what the modem made of it when it was written earlier, for people
 * @rebuilt: whether it is a message rebuilt from ModemManager's properties
 * @partner: (nullable): the entry of the other snapshot that it was paired with
 *
 * A record on its way through a comparison.
 */
typedef struct _SimstowEntry SimstowEntry;
struct _SimstowEntry {
    SimstowKinds kind;
    const gchar *store;
    guint index;
    union {
        const SimstowMessage *message;
        const SimstowContact *contact;
        const SimstowCall *call;
    };
    const gchar *name;
    const gchar *number;
    gchar *identity;
    gchar *lost;
    gchar *altered;
    gboolean rebuilt;
    SimstowEntry *partner;
};

/**
 * SimstowMatch:
 * @SIMSTOW_MATCH_IDENTITY: the same identity
 * @SIMSTOW_MATCH_STORE: the same store
 * @SIMSTOW_MATCH_INDEX: the same index
 * @SIMSTOW_MATCH_STATUS: the same status of a message
 * @SIMSTOW_MATCH_CONTENT: the same content of a message, one of them rebuilt
 * @SIMSTOW_MATCH_NAME: the same name, not empty
 * @SIMSTOW_MATCH_NUMBER: the same number, not empty
 *
 * What two entries must have in common to be paired.
 */
typedef enum {
    SIMSTOW_MATCH_IDENTITY = 1 << 0,
    SIMSTOW_MATCH_STORE = 1 << 1,
    SIMSTOW_MATCH_INDEX = 1 << 2,
    SIMSTOW_MATCH_STATUS = 1 << 3,
    SIMSTOW_MATCH_CONTENT = 1 << 4,
    SIMSTOW_MATCH_NAME = 1 << 5,
    SIMSTOW_MATCH_NUMBER = 1 << 6,
} SimstowMatch;

/**
 * simstow_entries_new:
 * @snapshot: a snapshot, which must outlive the entries
 * @kind: one kind of records
 *
 * Returns: (transfer full) (element-type SimstowEntry): its records of that kind,
 * by store, then index
 */
GPtrArray *
simstow_entries_new (const SimstowSnapshot *snapshot, SimstowKinds kind);

/**
 * simstow_entries_compare:
 *
 * Returns: the order of entries, as strcmp () does: by store, then index, then identity
 */
gint
simstow_entries_compare (const SimstowEntry *a, const SimstowEntry *b);

/**
 * simstow_entries_pair:
 * @a: entries
 * @b: entries of another snapshot
 * @passes: (array length=n_passes): for each pass, #SimstowMatch flags
 *
 * Pairs what is alike, the strictest pass first: an entry takes part in a pass
 * only while it has no partner. Within a pass the first of @a gets the first of
 * @b. Takes time in proportion to the number of entries.
 */
void
simstow_entries_pair (GPtrArray *a, GPtrArray *b, const guint *passes, guint n_passes);

/**
 * simstow_altered_pair:
 * @wanted: (element-type SimstowEntry): entries of an archive, by the store they go to
 * @present: (element-type SimstowEntry): entries of the modem
 * @captured: when the archive was made, seconds since 1970 UTC
 *
 * Pairs entries that are left with what a modem may have made of them, in the
 * same store; at the same place first. Both then have a partner, and the wanted
 * one says in what it differs. A name or number counts as cut only where the
 * store has no longer one.
 */
void
simstow_altered_pair (GPtrArray *wanted, GPtrArray *present, gint64 captured);
