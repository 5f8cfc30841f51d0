/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A restore plan: what it takes to bring what an archive holds onto a modem as
 * it is now. Pure: two snapshots in, a list of steps out; replaying it is the
 * business of the bus room. And the way back for eSIM profiles, which no replay brings.
 */

#pragma once

#include "simstow-esim.h"
#include "simstow-snapshot.h"

/**
 * SimstowKinds:
 * @SIMSTOW_KIND_MESSAGES: messages
 * @SIMSTOW_KIND_CONTACTS: contacts
 * @SIMSTOW_KIND_CALLS: call lists
 * @SIMSTOW_KIND_NETWORK: network settings
 * @SIMSTOW_KIND_ESIM: nicknames and the default server of an eUICC
 * @SIMSTOW_KIND_ALL: all of these
 * @SIMSTOW_KIND_UNASKED: a flag beside them: nobody asked for any of these by name, so that
 *     settings of another SIM, modem or eUICC are left out
 */
typedef enum {
    SIMSTOW_KIND_MESSAGES = 1 << 0,
    SIMSTOW_KIND_CONTACTS = 1 << 1,
    SIMSTOW_KIND_CALLS = 1 << 2,
    SIMSTOW_KIND_NETWORK = 1 << 3,
    SIMSTOW_KIND_ESIM = 1 << 4,
    SIMSTOW_KIND_ALL = 0x1F,
    SIMSTOW_KIND_UNASKED = 1 << 5,
} SimstowKinds;

/* The stores of steps about an eUICC */
#define SIMSTOW_PLAN_ESIM_PROFILE  "esim/profile"
#define SIMSTOW_PLAN_ESIM_NICKNAME "esim/nickname"
#define SIMSTOW_PLAN_ESIM_SMDP     "esim/default-smdp"
#define SIMSTOW_PLAN_ESIM_ENABLE   "esim/enable"

/**
 * SimstowAction:
 * @SIMSTOW_ACTION_WRITE: write the record or setting
 * @SIMSTOW_ACTION_SKIP: it is there already
 * @SIMSTOW_ACTION_REFUSE: it cannot be written; #SimstowPlanItem.reason says why
 * @SIMSTOW_ACTION_ERASE: erase a record of the modem (only when replacing)
 * @SIMSTOW_ACTION_LEAVE: leave the setting as it is, since the archive is of another
 *     SIM, modem or eUICC, and nobody asked for it
 */
typedef enum {
    SIMSTOW_ACTION_WRITE,
    SIMSTOW_ACTION_SKIP,
    SIMSTOW_ACTION_REFUSE,
    SIMSTOW_ACTION_ERASE,
    SIMSTOW_ACTION_LEAVE,
} SimstowAction;

/**
 * SimstowFate:
 * @SIMSTOW_FATE_PENDING: not replayed
 * @SIMSTOW_FATE_DONE: replayed, and read back as wanted
 * @SIMSTOW_FATE_FAILED: the modem refused, or read back otherwise
 * @SIMSTOW_FATE_UNKNOWN: begun, and nobody heard what became of it
 */
typedef enum {
    SIMSTOW_FATE_PENDING,
    SIMSTOW_FATE_DONE,
    SIMSTOW_FATE_FAILED,
    SIMSTOW_FATE_UNKNOWN,
} SimstowFate;

/**
 * SimstowPlanNetwork:
 * @profile: (nullable): the 3GPP profile, with the number it has in the archive
 * @profile_id: the profile's number on the modem, -1 for a new one
 * @any_ip_type: whether the modem may give the profile another type of IP, as it cannot be told
 *     which
 * @settings: (nullable): where modes, bands and preferred networks are
 *
 * A setting of the network; what there is to write is borrowed.
 */
typedef struct {
    const SimstowProfile *profile;
    gint profile_id;
    gboolean any_ip_type;
    const SimstowNetwork *settings;
} SimstowPlanNetwork;

/**
 * SimstowPlanEsim:
 * @profile: (nullable): the eSIM profile, as it is in the archive; %NULL for what is the eUICC's
 * own
 * @text: (nullable): the nickname or address to set, empty to clear it
 *
 * A setting of an eUICC; both are borrowed.
 */
typedef struct {
    const SimstowEuiccProfile *profile;
    const gchar *text;
} SimstowPlanEsim;

/**
 * SimstowPlanItem:
 * @action: what to do
 * @kind: with what kind of thing
 * @store: the target store's id; for network settings "network/profile",
 *     "network/modes", "network/bands", "network/preferred", "network/locks",
 *     "network/initial-eps"; for an eUICC "esim/profile" (refused only),
 *     "esim/nickname", "esim/default-smdp", "esim/enable"
 * @index: where in the target store, 0 for the next free place; of a record that
 *     is skipped, where it is; of one that is refused, where it was. The replay
 *     sets it to where the record was written
 * @message: of %SIMSTOW_KIND_MESSAGES: the message to write or erase; borrowed, as are the next
 * @contact: of %SIMSTOW_KIND_CONTACTS: the contact, without what the target store does not take
 * @call: of %SIMSTOW_KIND_CALLS: the call
 * @network: of %SIMSTOW_KIND_NETWORK
 * @esim: of %SIMSTOW_KIND_ESIM
 * @target: (nullable): of a record, the store on the modem; borrowed
 * @before: (nullable): of a setting, what it is on the modem, for people
 * @after: (nullable): and what it is to be
 * @reason: (nullable): why it is skipped or refused, and what would be lost by writing, for people
 * @altered: whether it is there already, but as the modem altered it when it was written;
 *     @fault says how
 * @restamped: whether the modem gave the message a status that use may give it, too, which
 *     @reason says; set by the replay
 * @fate: what became of it; set by the replay
 * @fault: (nullable): why it failed, or is not known; set by the replay
 */
typedef struct {
    SimstowAction action;
    SimstowKinds kind;
    gchar *store;
    guint index;
    union {
        const SimstowMessage *message;
        const SimstowContact *contact;
        const SimstowCall *call;
        SimstowPlanNetwork network;
        SimstowPlanEsim esim;
    };
    const SimstowStore *target;
    gchar *before;
    gchar *after;
    gchar *reason;
    gboolean altered;
    gboolean restamped;
    SimstowFate fate;
    gchar *fault;
} SimstowPlanItem;

/**
 * SimstowPlan:
 * @items: (element-type SimstowPlanItem): the steps, in the order of replay:
 *     erasures first, then by kind and store
 * @other_sim: whether the archive is not known to be of the SIM that is in the modem
 * @other_modem: whether it is not known to be of that modem
 * @merged: (nullable): the settings to write where they are neither the
 *     archive's nor the modem's
 * @reduced: (element-type SimstowContact): contacts without what their target
 *     store does not take
 *
 * Borrows from both snapshots, which must outlive it.
 */
typedef struct {
    GPtrArray *items;
    gboolean other_sim;
    gboolean other_modem;
    SimstowNetwork *merged;
    GPtrArray *reduced;
} SimstowPlan;

/**
 * simstow_plan_new:
 * @archive: what to restore
 * @modem: the modem as it is now, with all its stores
 * @kinds: what to restore
 * @replace: whether to erase what the archive does not have
 *
 * Makes the plan. A record goes to the store it came from. A contact or call
 * goes to the index it came from when that is free (or, when replacing, taken by
 * something else), else to the next free one. A store that the modem lacks, is
 * read-only or full, a number or name too long for it: refused, with the reason.
 * When the modem lacks "sms/me" but has another writable message store with room
 * (or the reverse), the message goes there, and the reason says so.
 *
 * What the modem made of a record that it altered when it was written counts as there.
 *
 * A contact with fields that its store does not take is written without them, and
 * the reason says which.
 *
 * Records that are there as often as in the archive are skipped; when merging,
 * messages wherever they are. Nothing is written to or erased from a store that
 * could not be read whole, and nothing erased from one of which the archive does
 * not have all. Messages go in order of their index, as a modem fills the lowest
 * free place first.
 *
 * When merging, profiles are added and preferred networks put before the modem's
 * own; modes and bands, of which there can be only one setting, are the archive's.
 * With %SIMSTOW_KIND_UNASKED in @kinds, settings of another SIM are left alone, and of
 * the same SIM in another modem its modes and bands.
 *
 * No profile is ever deleted: replacing writes one over that of the same number.
 * On an eUICC, profiles are matched by ICCID; one that is absent is refused.
 *
 * Returns: (transfer full): the plan
 */
SimstowPlan *
simstow_plan_new (const SimstowSnapshot *archive,
                  const SimstowSnapshot *modem,
                  SimstowKinds kinds,
                  gboolean replace);

/**
 * simstow_plan_add_enable:
 * @archive: the snapshot it restores
 * @modem: the snapshot it was made for
 *
 * Adds, as the last step, enabling the eSIM profile that was enabled. The replay
 * leaves it alone: it is for simstow_esim_enable ().
 *
 * Returns: (transfer none) (nullable): the step; %NULL when no profile was enabled
 */
SimstowPlanItem *
simstow_plan_add_enable (SimstowPlan *plan,
                         const SimstowSnapshot *archive,
                         const SimstowSnapshot *modem);

/**
 * simstow_plan_message_status:
 *
 * Returns: the status to write it with: its own, or when that is unknown, read
 * for a received message and unsent for the user's own
 */
SimstowMessageStatus
simstow_plan_message_status (const SimstowMessage *message);

/**
 * simstow_plan_is_altered_status:
 *
 * Returns: whether no use of a message makes @there of @wanted: reading makes read of
 * unread, and sending sent of unsent
 */
gboolean
simstow_plan_is_altered_status (SimstowMessageStatus wanted, SimstowMessageStatus there);

/**
 * simstow_plan_count:
 *
 * Returns: how many steps of that action it has
 */
guint
simstow_plan_count (const SimstowPlan *plan, SimstowAction action);

/**
 * simstow_plan_count_altered:
 *
 * Returns: how many records are there, but altered
 */
guint
simstow_plan_count_altered (const SimstowPlan *plan);

/**
 * simstow_plan_changes_settings:
 *
 * Returns: whether it changes a setting that has a value on the modem now
 */
gboolean
simstow_plan_changes_settings (const SimstowPlan *plan);

void
simstow_plan_free (SimstowPlan *plan);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowPlan, simstow_plan_free)

/**
 * SimstowRecovery:
 * @profile: the profile, as it was saved; borrowed
 * @eid: (nullable): the EID of the secure element that it was on; borrowed
 * @codes: (element-type SimstowActivationCode): the activation codes that are kept for
 *     it, the latest first; borrowed
 * @smdp: (nullable): the server it comes from
 * @waiting: how many of its notifications waited for delivery when it was saved
 * @deletion_waits: whether the operator has not been told yet that it was deleted
 */
typedef struct {
    const SimstowEuiccProfile *profile;
    const gchar *eid;
    GPtrArray *codes;
    gchar *smdp;
    guint waiting;
    gboolean deletion_waits;
} SimstowRecovery;

/**
 * simstow_recovery_list:
 * @archive: an eUICC as it was saved; it must outlive the result
 * @target: (nullable): an eUICC as it is; %NULL for an empty one
 *
 * Returns: (transfer full) (element-type SimstowRecovery): each profile of
 * @archive that @target lacks
 */
GPtrArray *
simstow_recovery_list (const SimstowEsim *archive, const SimstowEsim *target);
