/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the simulated modem and its SIM hold: identity, messages, phonebooks,
 * call lists, profiles, preferred networks, locks, elementary files, and the
 * settings that commands change. The one truth behind all fronts (AT, MBIM,
 * card): they read and change it here and keep no copy. Filled from a scenario
 * (sim-scenario.h), written out by sim-dump.h.
 *
 * Texts are UTF-16 as the card holds them, so that a cut surrogate survives.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* States of a message, TS 27.005 3.1 <stat> in PDU mode */
typedef enum {
    SIM_STAT_REC_UNREAD = 0,
    SIM_STAT_REC_READ = 1,
    SIM_STAT_STO_UNSENT = 2,
    SIM_STAT_STO_SENT = 3,
} SimStat;

/* Why a change was refused; the fronts have their own codes for each */
typedef enum {
    SIM_STORE_DONE,
    SIM_STORE_BAD_INDEX,
    SIM_STORE_FULL,
    SIM_STORE_READ_ONLY,
    SIM_STORE_NAME_TOO_LONG,
    SIM_STORE_NUMBER_TOO_LONG,
    SIM_STORE_NUMBER_INVALID,
} SimStoreResult;

/**
 * SimMessage:
 * @stat: its state
 * @pdu: service centre address, length octet first, then the TPDU: the bytes of
 *     <pdu> of TS 27.005
 */
typedef struct {
    SimStat stat;
    GByteArray *pdu;
} SimMessage;

/**
 * SimMemory:
 * @name: as "SM"
 * @first: index of the first place
 * @slots: (element-type SimMessage): a place each, %NULL when free; its length is the capacity
 * @members: (nullable): names of the memories that this one is a view of, as "MT" of "ME" and
 *     "SM"; it then has no slots of its own
 *
 * A message memory.
 */
typedef struct {
    gchar *name;
    guint first;
    GPtrArray *slots;
    GStrv members;
} SimMemory;

/* The texts of a phonebook entry */
typedef enum {
    SIM_TEXT_NAME,
    SIM_TEXT_GROUP,
    SIM_TEXT_SECOND_NAME,
    SIM_TEXT_EMAIL,
    SIM_TEXT_SIP_URI,
    SIM_TEXT_TEL_URI,
    SIM_N_TEXTS,
} SimText;

/**
 * SimEntry:
 * @number: dial string
 * @type: type of number, TS 24.008 10.5.4.7, as 129 or 145
 * @texts: (nullable elements): zero-terminated UTF-16
 * @additional_number: (nullable): second number
 * @additional_type: its type
 * @hidden: whether it is marked hidden
 *
 * One entry of a phonebook or call list.
 */
typedef struct {
    gchar *number;
    guint type;
    gunichar2 *texts[SIM_N_TEXTS];
    gchar *additional_number;
    guint additional_type;
    gboolean hidden;
} SimEntry;

typedef enum {
    SIM_ACCESS_READ,
    SIM_ACCESS_READ_WRITE,
    SIM_ACCESS_PIN2,
} SimAccess;

/**
 * SimPhonebook:
 * @name: as "SM", or "DC" for a call list
 * @first: index of the first place
 * @slots: (element-type SimEntry): a place each, %NULL when free
 * @access: who may write it; %SIM_ACCESS_PIN2 asks for PIN2 first
 * @extended: whether it has the fields after the name (TS 27.007 8.12)
 * @number_length: most characters of a number
 * @name_length: most characters of a name: septets when the GSM alphabet has them all, else
 *     UTF-16 units
 */
typedef struct {
    gchar *name;
    guint first;
    GPtrArray *slots;
    SimAccess access;
    gboolean extended;
    guint number_length;
    guint name_length;
} SimPhonebook;

/**
 * SimProfile:
 * @cid: context id
 * @type: as "IPV4V6"
 * @apn: access point name
 * @rest: (nullable): further parameters of +CGDCONT as they were given
 */
typedef struct {
    guint cid;
    gchar *type;
    gchar *apn;
    gchar *rest;
} SimProfile;

#define SIM_N_ACTS 5

/**
 * SimPlmn:
 * @code: MCC and MNC digits
 * @act: GSM, GSM compact, UTRAN, E-UTRAN, NG-RAN (TS 27.007 7.19)
 */
typedef struct {
    gchar *code;
    guint8 act[SIM_N_ACTS];
} SimPlmn;

/**
 * SimLock:
 * @facility: as "SC"
 * @password: (nullable): what changes it; %NULL when it cannot be changed
 * @active: whether it is on
 */
typedef struct {
    gchar *facility;
    gchar *password;
    gboolean active;
} SimLock;

/* <stat> of +CLCC, TS 27.007 7.18 */
typedef enum {
    SIM_CALL_ACTIVE,
    SIM_CALL_HELD,
    SIM_CALL_DIALING,
    SIM_CALL_ALERTING,
    SIM_CALL_INCOMING,
    SIM_CALL_NONE,
} SimCallStat;

/**
 * SimCall:
 * @stat: how far it is
 * @incoming: whether somebody else calls
 * @number: (nullable): the other's
 */
typedef struct {
    SimCallStat stat;
    gboolean incoming;
    gchar *number;
} SimCall;

/**
 * SimStore:
 *
 * Strings are never %NULL unless marked. Lists hold what their names say; the
 * fronts look things up with the functions below.
 */
typedef struct {
    /* device */
    gchar *manufacturer;
    gchar *model;
    gchar *revision;
    gchar *imei;
    GStrv charsets;

    /* SIM */
    gboolean sim_present;
    gchar *imsi;
    gchar *iccid;
    gchar *pin;
    gchar *puk;
    gchar *pin2;
    guint pin_retries;
    guint puk_retries;
    gboolean pin_enabled;
    gboolean pin_verified;
    gboolean pin2_verified;
    GPtrArray *own_numbers; /* (element-type SimEntry) */
    GHashTable *files;      /* file id, as 0x6F07, to GByteArray */
    gpointer card;          /* (nullable): the SimCardSlot, see sim-card-slot.h */

    /* network */
    gchar *operator_code;
    gchar *operator_long;
    gchar *operator_short;
    guint technology; /* <AcT> of TS 27.007 7.3 */
    guint signal;     /* <rssi> of TS 27.007 8.5 */
    guint area;
    guint cell;
    gchar *service_centre; /* international, without "+" */

    /* stores */
    GPtrArray *memories;   /* SimMemory; views after their members */
    GPtrArray *phonebooks; /* SimPhonebook */
    GPtrArray *profiles;   /* SimProfile, by cid */
    guint profile_capacity;
    GPtrArray *plmns; /* SimPlmn or NULL: a place each, the first is index 1 */
    GPtrArray *locks; /* SimLock */

    /* settings */
    gboolean echo;
    gboolean verbose;
    guint cmee;
    guint cmgf;
    gboolean text_mode; /* it knows +CMGF=1 */
    guint cfun;
    guint cops_format;
    guint cops_mode;
    guint cpol_format;
    guint cnmi[5];
    gchar *cscs;
    SimMemory *cpms[3]; /* (nullable): read, write, receive */
    SimPhonebook *cpbs; /* (nullable) */
    GHashTable *values; /* other settings: command name to its parameters */

    SimCall call;

    /* knobs: nothing more fits, whatever the capacities say; sim-quirks.h */
    gboolean force_full;
    GHashTable *quirks;
    gint64 busy_until;

    guint64 writes; /* how many times a record was written or erased */
} SimStore;

/**
 * sim_store_new:
 *
 * Returns: (transfer full): a modem with default identity and settings and no stores
 */
SimStore *
sim_store_new (void);

/**
 * sim_store_end_call:
 * @self: a store
 *
 * There is no call any more.
 */
void
sim_store_end_call (SimStore *self);

/**
 * sim_store_free:
 * @self: a store
 *
 * Frees all of it, save the card.
 */
void
sim_store_free (SimStore *self);

/**
 * sim_store_clear:
 * @self: a store
 *
 * Empties all message memories, the phonebooks that can be written, the profiles and the
 * preferred networks: a blank modem.
 */
void
sim_store_clear (SimStore *self);

/**
 * sim_store_add_memory:
 * @self: a store
 * @name: as "SM"
 * @first: index of the first place
 * @capacity: how many places; 0 with @members
 * @members: (nullable): for a view: the memories it is made of
 *
 * Returns: (transfer none): the new, empty memory
 */
SimMemory *
sim_store_add_memory (SimStore *self,
                      const gchar *name,
                      guint first,
                      guint capacity,
                      const gchar *const *members);

/**
 * sim_store_memory:
 * @self: a store
 * @name: as "SM"
 *
 * Returns: (transfer none) (nullable): the memory of that name
 */
SimMemory *
sim_store_memory (SimStore *self, const gchar *name);

/**
 * sim_store_memory_capacity:
 * @self: a store
 * @memory: one of its memories
 * @used: (out) (optional): how many places are taken
 *
 * Returns: how many places it has
 */
guint
sim_store_memory_capacity (SimStore *self, SimMemory *memory, guint *used);

/**
 * sim_store_message_slot:
 * @self: a store
 * @memory: one of its memories
 * @index: an index in it
 *
 * Follows a view to the memory behind it.
 *
 * Returns: (transfer none) (nullable): where the message is or would be, %NULL when there is no
 * such place; set the pointer there to change it
 */
SimMessage **
sim_store_message_slot (SimStore *self, SimMemory *memory, guint index);

/**
 * sim_store_message_write:
 * @self: a store
 * @memory: one of its memories
 * @stat: its state
 * @pdu: (transfer none): service centre address and TPDU
 * @length: how many bytes
 * @index: (out): where it went: the first free place
 *
 * Returns: %SIM_STORE_DONE or %SIM_STORE_FULL
 */
SimStoreResult
sim_store_message_write (SimStore *self,
                         SimMemory *memory,
                         SimStat stat,
                         const guint8 *pdu,
                         gsize length,
                         guint *index);

/**
 * sim_message_new:
 * @stat: its state
 * @pdu: service centre address and TPDU
 * @length: how many bytes
 *
 * Returns: (transfer full): a message
 */
SimMessage *
sim_message_new (SimStat stat, const guint8 *pdu, gsize length);

/**
 * sim_message_free:
 * @self: (nullable): a message
 */
void
sim_message_free (SimMessage *self);

/**
 * sim_store_add_phonebook:
 * @self: a store
 * @name: as "SM"
 * @first: index of the first place
 * @capacity: how many places
 *
 * Returns: (transfer none): the new, empty, writable phonebook
 */
SimPhonebook *
sim_store_add_phonebook (SimStore *self, const gchar *name, guint first, guint capacity);

/**
 * sim_store_phonebook:
 * @self: a store
 * @name: as "SM"
 *
 * Returns: (transfer none) (nullable): the phonebook of that name
 */
SimPhonebook *
sim_store_phonebook (SimStore *self, const gchar *name);

/**
 * sim_phonebook_used:
 * @self: a phonebook
 *
 * Returns: how many places are taken
 */
guint
sim_phonebook_used (const SimPhonebook *self);

/**
 * sim_phonebook_slot:
 * @self: a phonebook
 * @index: an index in it
 *
 * Returns: (transfer none) (nullable): where the entry is or would be, %NULL when there is no
 * such place
 */
SimEntry **
sim_phonebook_slot (SimPhonebook *self, guint index);

/**
 * sim_phonebook_check:
 * @self: a phonebook
 * @entry: an entry for it
 *
 * Returns: %SIM_STORE_DONE, or what is too long or no dial string
 */
SimStoreResult
sim_phonebook_check (const SimPhonebook *self, const SimEntry *entry);

/**
 * sim_store_entry_write:
 * @self: a store
 * @phonebook: one of its phonebooks
 * @index: (inout): where to write, or %G_MAXUINT for the first free place; then where it went
 * @entry: (transfer full) (nullable): the entry, %NULL to erase
 *
 * Checks access, place and limits as a modem does.
 *
 * Returns: %SIM_STORE_DONE, or why not
 */
SimStoreResult
sim_store_entry_write (SimStore *self, SimPhonebook *phonebook, guint *index, SimEntry *entry);

/**
 * sim_entry_new:
 * @number: dial string
 * @type: type of number
 * @name: (nullable): UTF-16, zero-terminated
 *
 * Returns: (transfer full): an entry
 */
SimEntry *
sim_entry_new (const gchar *number, guint type, const gunichar2 *name);

/**
 * sim_entry_free:
 * @self: (nullable): an entry
 */
void
sim_entry_free (SimEntry *self);

/**
 * sim_store_profile:
 * @self: a store
 * @cid: context id
 *
 * Returns: (transfer none) (nullable): that profile
 */
SimProfile *
sim_store_profile (SimStore *self, guint cid);

/**
 * sim_store_set_profile:
 * @self: a store
 * @cid: context id
 * @type: (nullable): as "IP"; %NULL erases the profile
 * @apn: (nullable): access point name
 * @rest: (nullable): further parameters
 *
 * Returns: whether @cid is one the modem has
 */
gboolean
sim_store_set_profile (SimStore *self,
                       guint cid,
                       const gchar *type,
                       const gchar *apn,
                       const gchar *rest);

/**
 * sim_plmn_new:
 * @code: MCC and MNC digits
 * @act: %SIM_N_ACTS flags
 *
 * Returns: (transfer full): a preferred network
 */
SimPlmn *
sim_plmn_new (const gchar *code, const guint8 *act);

/**
 * sim_plmn_free:
 * @self: (nullable): a preferred network
 */
void
sim_plmn_free (SimPlmn *self);

/**
 * sim_store_add_lock:
 * @self: a store
 * @facility: as "SC"
 * @password: (nullable): what changes it
 * @active: whether it is on
 */
void
sim_store_add_lock (SimStore *self, const gchar *facility, const gchar *password, gboolean active);

/**
 * sim_store_lock:
 * @self: a store
 * @facility: as "SC"
 *
 * Returns: (transfer none) (nullable): that lock
 */
SimLock *
sim_store_lock (SimStore *self, const gchar *facility);

/**
 * sim_store_unlocked:
 * @self: a store
 *
 * Returns: whether the SIM is there and its PIN was given or is not asked for
 */
gboolean
sim_store_unlocked (const SimStore *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimStore, sim_store_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimMessage, sim_message_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimEntry, sim_entry_free)

G_END_DECLS
