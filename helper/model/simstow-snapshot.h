/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A snapshot: everything that was read from one modem at one time, or that one
 * archive holds. Plain values without I/O.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-contact.h"
#include "simstow-esim.h"
#include "simstow-message.h"
#include "simstow-network.h"

/**
 * SimstowSimfile:
 * @index: its place in the plugin's table
 * @name: its name, as "EF_SPN"
 * @path: the path from the MF, hexadecimal
 * @structure: (nullable): "transparent", "linear" or "cyclic"
 * @raw: (nullable): the contents of a transparent file
 * @records: (nullable) (array zero-terminated=1): the records of any other, hexadecimal
 * @fault: (nullable): why it could not be read; ends in the card's status word
 * @refused: whether that is what the card says of a file that it does not have or keeps to itself;
 *     not archived
 * @rest: (nullable): further members of the archive's JSON object
 */
typedef struct {
    guint index;
    gchar *name;
    gchar *path;
    gchar *structure;
    GBytes *raw;
    gchar **records;
    gchar *fault;
    gboolean refused;
    gchar *rest;
} SimstowSimfile;

/**
 * simstow_simfile_new:
 *
 * Returns: (transfer full): a file of which nothing is known
 */
SimstowSimfile *
simstow_simfile_new (void);

void
simstow_simfile_free (SimstowSimfile *simfile);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowSimfile, simstow_simfile_free)

/**
 * SimstowUnread:
 * @store: the store's id
 * @index: its place, 0 unknown
 * @fault: why it could not be read, with the modem's words
 * @raw: (nullable): the bytes that came
 * @rest: (nullable): further members of the archive's JSON object
 */
typedef struct {
    gchar *store;
    guint index;
    gchar *fault;
    GBytes *raw;
    gchar *rest;
} SimstowUnread;

/**
 * simstow_unread_new:
 * @store: (nullable): the store's id
 * @index: its place, or 0
 * @fault: (nullable): why it could not be read
 * @raw: (nullable): the bytes that came
 *
 * Returns: (transfer full): such a record
 */
SimstowUnread *
simstow_unread_new (const gchar *store, guint index, const gchar *fault, GBytes *raw);

void
simstow_unread_free (SimstowUnread *unread);

/**
 * simstow_unread_compare:
 *
 * Orders by store, index and bytes; by the fault where no bytes came. The same bytes at the
 * same place are the same record, whatever was said of them.
 *
 * Returns: less than, equal to or greater than 0, as strcmp()
 */
gint
simstow_unread_compare (const SimstowUnread *a, const SimstowUnread *b);

/**
 * simstow_unread_quote:
 * @raw: bytes of any kind
 *
 * Returns: (transfer full): the bytes as printable ASCII, all else escaped as C does, and
 * cut where they are many
 */
gchar *
simstow_unread_quote (GBytes *raw);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowUnread, simstow_unread_free)

/**
 * SimstowDevice:
 * @manufacturer: (nullable): who made the modem
 * @model: (nullable): its model
 * @revision: (nullable): firmware
 * @hardware_revision: (nullable): hardware
 * @equipment_id: (nullable): IMEI
 * @device_id: (nullable): ModemManager's DeviceIdentifier
 * @plugin: (nullable): the ModemManager plugin that drives it
 * @transport: (nullable): org.simstow.Modem1's Transport; %NULL without the plugin
 * @drivers: (nullable) (array zero-terminated=1): kernel drivers
 * @own_numbers: (nullable) (array zero-terminated=1): numbers the SIM knows as its own
 * @rest: (nullable): what a newer archive says of it that this program does not
 *     know, as JSON members
 *
 * Strings are as ModemManager shows them.
 */
typedef struct {
    gchar *manufacturer;
    gchar *model;
    gchar *revision;
    gchar *hardware_revision;
    gchar *equipment_id;
    gchar *device_id;
    gchar *plugin;
    gchar *transport;
    gchar **drivers;
    gchar **own_numbers;
    gchar *rest;
} SimstowDevice;

/**
 * SimstowSim:
 * @iccid: (nullable): ModemManager's SimIdentifier
 * @imsi: (nullable): IMSI
 * @eid: (nullable): EID of an eUICC
 * @operator_id: (nullable): MCC and MNC of the home operator
 * @operator_name: (nullable): its name
 * @registered_id: (nullable): MCC and MNC of the network the modem is registered with
 * @registered_name: (nullable): its name
 * @type: (nullable): "physical" or "esim"
 * @esim_status: (nullable): "no-profiles" or "with-profiles"
 * @removability: (nullable): "removable" or "not-removable"
 * @lock: (nullable): what the SIM waits for, as "sim-pin"; "none" when nothing
 * @emergency_numbers: (nullable) (array zero-terminated=1): EF_ECC
 * @rest: (nullable): as in #SimstowDevice
 */
typedef struct {
    gchar *iccid;
    gchar *imsi;
    gchar *eid;
    gchar *operator_id;
    gchar *operator_name;
    gchar *registered_id;
    gchar *registered_name;
    gchar *type;
    gchar *esim_status;
    gchar *removability;
    gchar *lock;
    gchar **emergency_numbers;
    gchar *rest;
} SimstowSim;

/**
 * simstow_sim_is_locked:
 *
 * A second PIN keeps only single files from being written.
 *
 * Returns: whether nothing of it can be read before a PIN or PUK is given
 */
gboolean
simstow_sim_is_locked (const SimstowSim *sim);

/**
 * simstow_sim_is_same:
 *
 * Compares ICCIDs, where one is not known IMSIs. A SIM of which neither is known
 * may be any.
 *
 * Returns: whether both are known to be one SIM
 */
gboolean
simstow_sim_is_same (const SimstowSim *a, const SimstowSim *b);

/**
 * simstow_device_is_same:
 *
 * Compares IMEIs, where one is not known ModemManager's identifiers.
 *
 * Returns: whether both are known to be one modem
 */
gboolean
simstow_device_is_same (const SimstowDevice *a, const SimstowDevice *b);

/**
 * SimstowStore:
 * @id: the store's id, as "phonebook/sm"
 * @used: records in use, -1 unknown
 * @capacity: how many fit, -1 unknown
 * @first: the lowest index, 0 unknown
 * @last: the highest index, 0 unknown
 * @number_length: the longest number, -1 unknown
 * @name_length: the longest name, in the modem's units, -1 unknown
 * @writable: whether records can be written
 * @complete: whether every record was read
 * @plain: whether a contact in it has nothing but number, type and name
 * @marks_read: whether reading marks unread messages as read
 * @via: (nullable): "at", "mbim", "card", or "mm" for ModemManager's own interfaces
 * @way: (nullable): of a store via "card" the way to it: "mbim", "cgla", "csim" or "crsm"
 * @fault: (nullable): what of it is out of reach, and why
 * @came: how many records were read of it, -1 when it was not read to its end; not archived
 * @sets: (nullable) (element-type SimstowPhonebookSet): what the places of a phonebook on
 *     the card can hold
 * @rest: (nullable): as in #SimstowDevice
 *
 * What a modem tells of a store, and whether reading it succeeded.
 */
typedef struct {
    gchar *id;
    gint used;
    gint capacity;
    guint first;
    guint last;
    gint number_length;
    gint name_length;
    gboolean writable;
    gboolean complete;
    gboolean plain;
    gboolean marks_read;
    gchar *via;
    gchar *way;
    gchar *fault;
    gint came;
    GPtrArray *sets;
    gchar *rest;
} SimstowStore;

/**
 * SimstowProblem:
 * @where: what it is about: a store's id, "network", "device", "plugin" ...
 * @index: the record's place, 0 when it is about the whole
 * @text: what is the matter, for people
 * @lost: whether something that is on the modem is missing from the snapshot;
 *     %FALSE for a mere remark, such as a message saved raw that does not decode
 * @rest: (nullable): as in #SimstowDevice
 */
typedef struct {
    gchar *where;
    guint index;
    gchar *text;
    gboolean lost;
    gchar *rest;
} SimstowProblem;

/**
 * SimstowOlder:
 * @member: the name of a member of an archive, as "network.json"
 * @captured: when what it tells was read, seconds since 1970 UTC
 *
 * A member of a merged archive that its newest capture did not have.
 */
typedef struct {
    gchar *member;
    gint64 captured;
} SimstowOlder;

/**
 * SimstowSnapshot:
 * @captured: when it was read, seconds since 1970 UTC; of a merged archive, when
 *     the newest of its captures was
 * @first_captured: when the oldest capture of a merged archive was read, 0 for
 *     all else
 * @device: the modem
 * @sim: the SIM
 * @stores: (element-type SimstowStore): the stores, in order of reading
 * @messages: (element-type SimstowMessage): by store, then index
 * @contacts: (element-type SimstowContact): by store, then index
 * @calls: (element-type SimstowCall): by store, then index
 * @simfiles: (element-type SimstowSimfile): files of the card, by index
 * @unread: (element-type SimstowUnread): records that could not be understood, in the order
 *     of simstow_unread_compare ()
 * @network: (nullable): network settings
 * @esim: (nullable): the eUICC; %NULL when the card is none
 * @problems: (element-type SimstowProblem): what could not be read, and remarks
 * @older: (nullable) (element-type SimstowOlder): what is older than @captured
 * @rest: (nullable): what a newer archive says that this program does not know,
 *     as JSON members
 *
 * The arrays are always there and own their elements.
 */
typedef struct {
    gint64 captured;
    gint64 first_captured;
    SimstowDevice *device;
    SimstowSim *sim;
    GPtrArray *stores;
    GPtrArray *messages;
    GPtrArray *contacts;
    GPtrArray *calls;
    GPtrArray *simfiles;
    GPtrArray *unread;
    SimstowNetwork *network;
    SimstowEsim *esim;
    GPtrArray *problems;
    GPtrArray *older;
    gchar *rest;
} SimstowSnapshot;

/**
 * simstow_snapshot_new:
 *
 * Returns: (transfer full): an empty snapshot
 */
SimstowSnapshot *
simstow_snapshot_new (void);

void
simstow_snapshot_free (SimstowSnapshot *snapshot);

/**
 * simstow_snapshot_sort:
 *
 * Puts messages, contacts, calls and unread records into the order of archives: by store id
 * (bytewise), then index. Stable.
 */
void
simstow_snapshot_sort (SimstowSnapshot *snapshot);

/**
 * simstow_snapshot_add_problem:
 * @where: what it is about
 * @index: the record's place, or 0
 * @lost: whether something is missing from the snapshot
 * @format: what is the matter, printf-like, translated
 */
void
simstow_snapshot_add_problem (SimstowSnapshot *snapshot,
                              const gchar *where,
                              guint index,
                              gboolean lost,
                              const gchar *format,
                              ...) G_GNUC_PRINTF (5, 6);

/**
 * simstow_snapshot_is_rebuilt:
 *
 * Returns: whether the message's bytes were rebuilt from ModemManager's properties
 */
gboolean
simstow_snapshot_is_rebuilt (const SimstowSnapshot *snapshot, const SimstowMessage *message);

/**
 * simstow_snapshot_find_store:
 *
 * Returns: (transfer none) (nullable): the store
 */
SimstowStore *
simstow_snapshot_find_store (const SimstowSnapshot *snapshot, const gchar *id);

/**
 * simstow_snapshot_is_incomplete:
 *
 * Returns: whether any of its problems lost something
 */
gboolean
simstow_snapshot_is_incomplete (const SimstowSnapshot *snapshot);

/**
 * simstow_device_new:
 *
 * Returns: (transfer full): a device of which nothing is known
 */
SimstowDevice *
simstow_device_new (void);

void
simstow_device_free (SimstowDevice *device);

/**
 * simstow_sim_new:
 *
 * Returns: (transfer full): a SIM of which nothing is known
 */
SimstowSim *
simstow_sim_new (void);

void
simstow_sim_free (SimstowSim *sim);

/**
 * simstow_store_new:
 *
 * Returns: (transfer full): a store of which nothing else is known
 */
SimstowStore *
simstow_store_new (const gchar *id);

void
simstow_store_free (SimstowStore *store);

/**
 * simstow_older_new:
 * @captured: when it was read
 *
 * Returns: (transfer full): a note of it
 */
SimstowOlder *
simstow_older_new (const gchar *member, gint64 captured);

void
simstow_older_free (SimstowOlder *older);

void
simstow_problem_free (SimstowProblem *problem);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowDevice, simstow_device_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowSim, simstow_sim_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowSnapshot, simstow_snapshot_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowStore, simstow_store_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowProblem, simstow_problem_free)
