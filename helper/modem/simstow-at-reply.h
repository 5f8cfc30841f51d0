/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands over AT and what came of each.
 */

#pragma once

#include "simstow-conversation.h"

/**
 * SimstowAtReply:
 * @text: the information text, in the form of the standard; empty when none came
 * @error: (nullable): why the command was not carried out
 * @domain: (nullable): whose code the modem gave
 * @code: that code
 * @mute: whether the modem said that it carried out a command that asks, and answered nothing
 *
 * The reply to a command.
 */
typedef struct {
    gchar *text;
    GError *error;
    const gchar *domain;
    guint code;
    gboolean mute;
} SimstowAtReply;

/**
 * simstow_at_reply_copy:
 * @reply: a reply
 *
 * Returns: (transfer full): another of the same
 */
SimstowAtReply *
simstow_at_reply_copy (const SimstowAtReply *reply);

/**
 * simstow_at_reply_free:
 * @reply: (transfer full): a reply
 */
void
simstow_at_reply_free (SimstowAtReply *reply);

/**
 * simstow_at_run:
 * @conversation: a conversation
 * @door: a door
 * @options: (nullable): a{sv}; a floating reference is consumed
 * @commands: (element-type SimstowDoorCommand): what to run
 * @cancellable: (nullable): to stop between commands
 * @error: return location for a #SimstowError of the call
 *
 * Runs commands. Where a modem leaves out what an information text begins with, it is put there;
 * where it answers a question with nothing, that is an error.
 *
 * Returns: (transfer full) (nullable) (element-type SimstowAtReply): as many replies, or %NULL
 *     with @error set, also where the modem is silent or the job was cancelled before all was
 *     asked for
 */
GPtrArray *
simstow_at_run (SimstowConversation *conversation,
                const gchar *door,
                GVariant *options,
                GPtrArray *commands,
                GCancellable *cancellable,
                GError **error);

/**
 * simstow_at_reply_is_plain:
 * @reply: a reply
 *
 * Returns: whether the modem said no more than ERROR
 */
gboolean
simstow_at_reply_is_plain (const SimstowAtReply *reply);

/**
 * simstow_at_reply_is_absent:
 * @reply: a reply
 *
 * Returns: whether the modem says that it lacks what was asked for: a plain ERROR, "not
 *     allowed" or "not supported" of 3GPP TS 27.007 9.2, or what stands for that in TS 27.005
 *     3.2.5, and what modems say in their place
 */
gboolean
simstow_at_reply_is_absent (const SimstowAtReply *reply);

/**
 * simstow_at_reply_is_definite:
 * @reply: a reply
 *
 * Returns: whether it failed for a reason that asking in another way does not change
 */
gboolean
simstow_at_reply_is_definite (const SimstowAtReply *reply);

/**
 * simstow_at_reply_is_no_sim:
 * @reply: a reply
 *
 * Returns: whether the modem says that it has no SIM: CME 10, CMS 310
 */
gboolean
simstow_at_reply_is_no_sim (const SimstowAtReply *reply);
