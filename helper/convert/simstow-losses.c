/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words for losses.
 */

#include "config.h"

#include "simstow-losses.h"

#include <glib/gi18n.h>

/* clang-format off */
static const struct {
    const gchar *word;
    const gchar *text;
} kinds[] = {
    [SIMSTOW_LOSS_MESSAGES] = {"messages", N_ ("messages")},
    [SIMSTOW_LOSS_CONTACTS] = {"contacts", N_ ("contacts")},
    [SIMSTOW_LOSS_CALLS] = {"calls", N_ ("calls")},
    [SIMSTOW_LOSS_DATA] = {"data", N_ ("messages that are no text")},
    [SIMSTOW_LOSS_REPORTS] = {"reports", N_ ("delivery reports")},
    [SIMSTOW_LOSS_UNDECODED] = {"undecoded", N_ ("messages that cannot be decoded")},
    [SIMSTOW_LOSS_PARTS] = {"missing-parts", N_ ("parts of long messages were missing already")},
    [SIMSTOW_LOSS_MMS] = {"mms", N_ ("multimedia messages, of which the text was kept")},
    [SIMSTOW_LOSS_TEXTLESS] = {"mms-without-text", N_ ("multimedia messages without text")},
    [SIMSTOW_LOSS_ATTACHMENTS] = {"attachments", N_ ("pictures and other parts of multimedia messages")},
    [SIMSTOW_LOSS_RECIPIENTS] = {"recipients", N_ ("further recipients")},
    [SIMSTOW_LOSS_CHARACTERS] = {"characters", N_ ("characters that are no text, replaced")},
    [SIMSTOW_LOSS_TIMES] = {"times", N_ ("times that do not fit")},
    [SIMSTOW_LOSS_TOO_LONG] = {"too-long", N_ ("messages longer than any can be")},
    [SIMSTOW_LOSS_PHOTOS] = {"photos", N_ ("pictures of contacts")},
    [SIMSTOW_LOSS_PROPERTIES] = {"properties", N_ ("properties of contacts")},
    [SIMSTOW_LOSS_NUMBERS] = {"further-numbers", N_ ("further numbers of contacts")},
    [SIMSTOW_LOSS_EMAILS] = {"emails", N_ ("e-mail addresses of contacts")},
    [SIMSTOW_LOSS_GROUPS] = {"groups", N_ ("groups of contacts")},
    [SIMSTOW_LOSS_SECOND_NAMES] = {"second-names", N_ ("second names of contacts")},
    [SIMSTOW_LOSS_NAMELESS] = {"nameless", N_ ("contacts with neither name nor number")},
    [SIMSTOW_LOSS_SETTINGS] = {"network", N_ ("sets of network settings")},
    [SIMSTOW_LOSS_ESIM] = {"esim", N_ ("eSIMs with their profiles")},
    [SIMSTOW_LOSS_SIMFILES] = {"simfiles", N_ ("files of the SIM")},
    [SIMSTOW_LOSS_UNREAD] = {"unread", N_ ("records that could not be read in the first place")},
    [SIMSTOW_LOSS_OTHER] = {"other", N_ ("records that are neither messages, contacts nor calls")},
    [SIMSTOW_LOSS_ACCOUNTS] = {"other-accounts", N_ ("messages of accounts that are no SIM")},
};
/* clang-format on */

const gchar *
simstow_loss_word (SimstowLoss loss)
{
    return kinds[loss].word;
}

gchar *
simstow_losses_describe (const SimstowLosses *losses, SimstowLoss loss)
{
    guint64 count = losses->counts[loss];

    return count > 0 ? g_strdup_printf ("%s: %" G_GUINT64_FORMAT, _ (kinds[loss].text), count)
                     : NULL;
}

gboolean
simstow_losses_any (const SimstowLosses *losses)
{
    guint i;

    for (i = 0; i < SIMSTOW_LOSS_COUNT; i++)
        if (losses->counts[i] > 0)
            return TRUE;
    return FALSE;
}
