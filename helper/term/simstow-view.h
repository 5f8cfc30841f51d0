/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that people see of modems, archives, plans and differences: tables, and a
 * record in a few words.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-diff.h"
#include "simstow-plan.h"
#include "simstow-snapshot.h"
#include "simstow-timeline.h"

/**
 * simstow_operator_lookup:
 * @plmn: MCC and MNC, 5 or 6 digits
 * @name: (out) (transfer full) (nullable): the operator's name
 * @country: (out) (transfer full) (nullable): the country's name
 *
 * Looks an operator up.
 *
 * Returns: %FALSE when the database is not installed, or does not know it
 */
gboolean
simstow_operator_lookup (const gchar *plmn, gchar **name, gchar **country);

/**
 * simstow_operator_label:
 * @plmn: (nullable): MCC and MNC
 *
 * Returns: (transfer full) (nullable): "Claro, Colombia (732101)", or the digits
 * alone; %NULL for %NULL
 */
gchar *
simstow_operator_label (const gchar *plmn);

/**
 * simstow_view_seen:
 * @first: when it was first seen, seconds since 1970 UTC
 * @last: when it was last seen, 0 unknown
 *
 * Returns: (transfer full): both dates in the user's own zone, one when they are
 * the same, empty when they are not known
 */
gchar *
simstow_view_seen (gint64 first, gint64 last);

/**
 * simstow_view_seen_message:
 *
 * Returns: (transfer full): as simstow_view_seen ()
 */
gchar *
simstow_view_seen_message (const SimstowMessage *message);

/**
 * simstow_view_messages:
 * @timeline: messages in order
 * @with_seen: whether they are of a merged archive
 *
 * Prints a table of messages, of which there may be more than fit into memory, through a pager
 * where there are many.
 *
 * Returns: %FALSE with @error set when they cannot be read
 */
gboolean
simstow_view_messages (const SimstowTimeline *timeline, gboolean with_seen, GError **error);

/**
 * simstow_view_conversations:
 * @timeline: messages by conversation
 *
 * Prints who wrote what and when, one conversation after the other, likewise.
 *
 * Returns: %FALSE with @error set when they cannot be read
 */
gboolean
simstow_view_conversations (const SimstowTimeline *timeline, GError **error);

/**
 * simstow_view_list_extras:
 *
 * Returns: (transfer full): all that a contact has beyond a name and a number, with commas between
 */
gchar *
simstow_view_list_extras (const SimstowContact *contact);

/**
 * simstow_view_name_call:
 *
 * Returns: what kind of call it is, translated
 */
const gchar *
simstow_view_name_call (const SimstowCall *call);

/**
 * simstow_view_number_call:
 *
 * Returns: (transfer full): its number, or that it was withheld
 */
gchar *
simstow_view_number_call (const SimstowCall *call);

/**
 * simstow_view_contacts:
 * @contacts: (element-type SimstowContact): contacts
 *
 * Prints a table of contacts.
 */
void
simstow_view_contacts (const GPtrArray *contacts);

/**
 * simstow_view_calls:
 * @calls: (element-type SimstowCall): calls
 *
 * Prints a table of calls.
 */
void
simstow_view_calls (const GPtrArray *calls);

/**
 * simstow_view_describe_message:
 *
 * Returns: (transfer full): the message in a few words: who, when, how it begins
 */
gchar *
simstow_view_describe_message (const SimstowMessage *message);

/**
 * simstow_view_describe_contact:
 *
 * Returns: (transfer full): name and number
 */
gchar *
simstow_view_describe_contact (const SimstowContact *contact);

/**
 * simstow_view_describe_call:
 *
 * Returns: (transfer full): name, number and time, as far as known
 */
gchar *
simstow_view_describe_call (const SimstowCall *call);

/**
 * simstow_view_title:
 *
 * Returns: (transfer full): modem and operator in a few words, as "Fibocom
 * L850-GL, Claro (732101)"
 */
gchar *
simstow_view_title (const SimstowSnapshot *snapshot);

/**
 * SimstowFactFunc:
 * @name: what the fact is about, translated
 * @value: (nullable): what is known of it, nothing when it is %NULL or empty
 * @user_data: the caller's
 */
typedef void (*SimstowFactFunc) (const gchar *name, const gchar *value, gpointer user_data);

/**
 * simstow_view_tell_device:
 * @func: called for each fact
 * @user_data: for @func
 *
 * Tells what is known of the modem and its SIM.
 */
void
simstow_view_tell_device (const SimstowSnapshot *snapshot,
                          SimstowFactFunc func,
                          gpointer user_data);

/**
 * simstow_view_tell_network:
 * @func: called for each fact
 * @user_data: for @func
 *
 * Tells network settings, without the profiles.
 */
void
simstow_view_tell_network (const SimstowNetwork *network, SimstowFactFunc func, gpointer user_data);

/**
 * simstow_view_tell_card:
 * @func: called for each fact
 * @user_data: for @func
 *
 * Tells what is known of the eUICC, without its profiles.
 */
void
simstow_view_tell_card (const SimstowSnapshot *snapshot, SimstowFactFunc func, gpointer user_data);

/**
 * simstow_view_device:
 *
 * Prints what is known of the modem and its SIM.
 */
void
simstow_view_device (const SimstowSnapshot *snapshot);

/**
 * simstow_view_stores:
 *
 * Prints a table of the stores.
 */
void
simstow_view_stores (const SimstowSnapshot *snapshot);

/**
 * simstow_view_network:
 * @network: (nullable): network settings
 *
 * Prints the settings; of a password only that there is one.
 */
void
simstow_view_network (const SimstowNetwork *network);

/**
 * simstow_view_problems:
 * @aside: whether it goes to standard error
 *
 * Prints first what could not be saved and why, then the remarks.
 */
void
simstow_view_problems (const SimstowSnapshot *snapshot, gboolean aside);

/**
 * simstow_view_esim:
 *
 * Prints what is known of the eUICC, for people.
 */
void
simstow_view_esim (const SimstowSnapshot *snapshot);

/**
 * simstow_view_esim_profiles:
 *
 * Prints its profiles, by operator and country, with state and nickname; those of each further
 * secure element behind its EID.
 */
void
simstow_view_esim_profiles (const SimstowEsim *esim);

/**
 * simstow_view_simfiles:
 * @simfiles: (element-type SimstowSimfile): files
 *
 * Prints a table of files: what each says as far as it is plain, and its bytes; of a
 * file with records a row for each that is in use.
 */
void
simstow_view_simfiles (const GPtrArray *simfiles);

/**
 * simstow_view_simfile_meaning:
 * @name: a file's name, as "EF_SPN"
 * @data: (array length=size): the contents of a transparent file, or a record
 *
 * Says what is in EF_ICCID and EF_PL (ETSI TS 102 221 13.2 and 13.3), and in EF_LI, EF_IMSI,
 * EF_SPN, EF_MSISDN, EF_FDN, EF_SDN, EF_MBDN, EF_SMSP, EF_ECC and the lists of networks (3GPP TS
 * 31.102 4.2.1, 4.2.2, 4.2.12, 4.2.26, 4.2.24, 4.2.29, 4.2.60, 4.2.27, 4.2.21, 4.2.5, 4.2.53,
 * 4.2.54, 4.2.16 and 4.2.84).
 *
 * Returns: (transfer full) (nullable): one line; %NULL when it is another file, or
 * nothing that could be said
 */
gchar *
simstow_view_simfile_meaning (const gchar *name, const guint8 *data, gsize size);

/**
 * simstow_view_plan:
 * @plan: a plan that was not replayed yet
 * @details: whether each step is listed, or only what cannot be done and what is erased
 * @aside: whether it goes to standard error
 *
 * Prints how many steps of each sort there are, and the reasons.
 */
void
simstow_view_plan (const SimstowPlan *plan, gboolean details, gboolean aside);

/**
 * simstow_view_outcome:
 * @plan: a plan that was replayed, to the end or not
 * @aside: whether it goes to standard error
 *
 * Prints how many steps were done, and each that was not, with the reason.
 */
void
simstow_view_outcome (const SimstowPlan *plan, gboolean aside);

/**
 * simstow_view_describe_step:
 * @item: a step of a plan
 *
 * Returns: (transfer full): what it is about, on one line
 */
gchar *
simstow_view_describe_step (const SimstowPlanItem *item);

typedef struct _SimstowDiffView SimstowDiffView;

/**
 * simstow_diff_view_new:
 * @name_a: what the first is called
 * @name_b: what the second is called
 *
 * Returns: (transfer full): a view of differences, of which there may be more than fit into memory
 */
SimstowDiffView *
simstow_diff_view_new (const gchar *name_a, const gchar *name_b);

void
simstow_diff_view_free (SimstowDiffView *view);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowDiffView, simstow_diff_view_free)

/**
 * simstow_diff_view_add:
 *
 * A #SimstowDiffFunc.
 */
void
simstow_diff_view_add (const SimstowDiffItem *item, gpointer user_data);

/**
 * simstow_diff_view_print:
 * @view: a view to which all differences were added
 *
 * Prints a table of each kind of differences.
 *
 * Returns: %FALSE with @error set when they cannot be read again
 */
gboolean
simstow_diff_view_print (SimstowDiffView *view, GError **error);
