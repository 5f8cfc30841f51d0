/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a conversion could not take along, by kind and count.
 */

#pragma once

#include <gio/gio.h>

/**
 * SimstowLoss:
 * @SIMSTOW_LOSS_MESSAGES: messages, in a format that has none
 * @SIMSTOW_LOSS_CONTACTS: contacts, likewise
 * @SIMSTOW_LOSS_CALLS: calls, likewise
 * @SIMSTOW_LOSS_DATA: messages that are no text
 * @SIMSTOW_LOSS_REPORTS: delivery reports
 * @SIMSTOW_LOSS_UNDECODED: messages that cannot be decoded
 * @SIMSTOW_LOSS_PARTS: missing parts of messages
 * @SIMSTOW_LOSS_MMS: multimedia messages of which the text alone was kept
 * @SIMSTOW_LOSS_TEXTLESS: multimedia messages without text
 * @SIMSTOW_LOSS_ATTACHMENTS: their pictures and other parts
 * @SIMSTOW_LOSS_RECIPIENTS: further recipients
 * @SIMSTOW_LOSS_CHARACTERS: characters that the format does not allow
 * @SIMSTOW_LOSS_TIMES: times that do not fit
 * @SIMSTOW_LOSS_TOO_LONG: messages longer than any can be
 * @SIMSTOW_LOSS_PHOTOS: pictures of contacts
 * @SIMSTOW_LOSS_PROPERTIES: further properties of contacts
 * @SIMSTOW_LOSS_NUMBERS: further numbers of contacts
 * @SIMSTOW_LOSS_EMAILS: e-mail addresses of contacts
 * @SIMSTOW_LOSS_GROUPS: groups of contacts
 * @SIMSTOW_LOSS_SECOND_NAMES: second names of contacts
 * @SIMSTOW_LOSS_NAMELESS: contacts with neither name nor number
 * @SIMSTOW_LOSS_SETTINGS: network settings
 * @SIMSTOW_LOSS_ESIM: what an eUICC told
 * @SIMSTOW_LOSS_SIMFILES: files of the SIM
 * @SIMSTOW_LOSS_UNREAD: records that could not be read in the first place
 * @SIMSTOW_LOSS_OTHER: records of other kinds
 * @SIMSTOW_LOSS_ACCOUNTS: conversations that are no messages of a SIM
 */
typedef enum {
    SIMSTOW_LOSS_MESSAGES,
    SIMSTOW_LOSS_CONTACTS,
    SIMSTOW_LOSS_CALLS,
    SIMSTOW_LOSS_DATA,
    SIMSTOW_LOSS_REPORTS,
    SIMSTOW_LOSS_UNDECODED,
    SIMSTOW_LOSS_PARTS,
    SIMSTOW_LOSS_MMS,
    SIMSTOW_LOSS_TEXTLESS,
    SIMSTOW_LOSS_ATTACHMENTS,
    SIMSTOW_LOSS_RECIPIENTS,
    SIMSTOW_LOSS_CHARACTERS,
    SIMSTOW_LOSS_TIMES,
    SIMSTOW_LOSS_TOO_LONG,
    SIMSTOW_LOSS_PHOTOS,
    SIMSTOW_LOSS_PROPERTIES,
    SIMSTOW_LOSS_NUMBERS,
    SIMSTOW_LOSS_EMAILS,
    SIMSTOW_LOSS_GROUPS,
    SIMSTOW_LOSS_SECOND_NAMES,
    SIMSTOW_LOSS_NAMELESS,
    SIMSTOW_LOSS_SETTINGS,
    SIMSTOW_LOSS_ESIM,
    SIMSTOW_LOSS_SIMFILES,
    SIMSTOW_LOSS_UNREAD,
    SIMSTOW_LOSS_OTHER,
    SIMSTOW_LOSS_ACCOUNTS,
} SimstowLoss;

#define SIMSTOW_LOSS_COUNT (SIMSTOW_LOSS_ACCOUNTS + 1)

/**
 * SimstowLosses:
 * @counts: how many of each kind
 */
typedef struct {
    guint64 counts[SIMSTOW_LOSS_COUNT];
} SimstowLosses;

/**
 * simstow_loss_word:
 *
 * Returns: its word in what --json prints
 */
const gchar *
simstow_loss_word (SimstowLoss loss);

/**
 * simstow_losses_describe:
 * @loss: a kind
 *
 * Returns: (transfer full) (nullable): what was lost of it, translated; %NULL for nothing
 */
gchar *
simstow_losses_describe (const SimstowLosses *losses, SimstowLoss loss);

/**
 * simstow_losses_any:
 *
 * Returns: whether anything was lost
 */
gboolean
simstow_losses_any (const SimstowLosses *losses);
