/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands over AT and what came of each.
 */

#include "simstow-at-reply.h"

#include <string.h>

#include "simstow-at-text.h"
#include "simstow-driver.h"
#include "simstow-error.h"

SimstowAtReply *
simstow_at_reply_copy (const SimstowAtReply *reply)
{
    SimstowAtReply *copy = g_new (SimstowAtReply, 1);

    *copy = *reply;
    copy->text = g_strdup (reply->text);
    copy->error = reply->error ? g_error_copy (reply->error) : NULL;
    return copy;
}

void
simstow_at_reply_free (SimstowAtReply *reply)
{
    g_free (reply->text);
    g_clear_error (&reply->error);
    g_free (reply);
}

/* Whether a command is never carried out without an information text: those that ask */
static gboolean
owes_answer (const gchar *command)
{
    return g_str_has_suffix (command, "?");
}

/* Whether an answer ends within a string or a list: what is missing may name a whole store */
static gboolean
is_cut (const gchar *text)
{
    gboolean quoted = FALSE;
    guint depth = 0;

    for (const gchar *c = text; *c != '\0'; c++) {
        if (*c == '"')
            quoted = !quoted;
        else if (!quoted && *c == '(')
            depth++;
        else if (!quoted && *c == ')' && depth > 0)
            depth--;
    }
    return quoted || depth > 0;
}

/* Some modems leave out what an information text begins with, "+CPBS: " of +CPBS=? and +CPBS? */
static gchar *
with_prefix (const gchar *command, gchar *text)
{
    g_autofree gchar *given = text;
    g_autofree gchar *prefix = g_strndup (command, strcspn (command, "=?"));
    SimstowReader lines, line;

    simstow_at_lines_init (&lines, given);
    if (simstow_at_lines_find (&lines, prefix, &line))
        return g_steal_pointer (&given);
    simstow_at_lines_init (&lines, given);
    if (!simstow_at_lines_next (&lines, &line))
        return g_strdup ("");
    return g_strdup_printf ("%s: %s", prefix, g_strchug (given));
}

static SimstowAtReply *
reply_new (const gchar *command, const SimstowAnswer *answer)
{
    SimstowAtReply *reply = g_new0 (SimstowAtReply, 1);

    reply->text = simstow_answer_dup_text (answer);
    reply->error = answer->error ? g_error_copy (answer->error) : NULL;
    reply->domain = answer->modem_domain;
    reply->code = answer->modem_code;
    reply->mute = simstow_answer_has_code (answer, SIMSTOW_MODEM_RESULT, SIMSTOW_RESULT_OK);
    if (reply->error || !owes_answer (command))
        return reply;
    reply->text = with_prefix (command, reply->text);
    if (reply->text[0] == '\0') {
        reply->mute = TRUE;
        reply->error = g_error_new (SIMSTOW_ERROR,
                                    SIMSTOW_ERROR_MODEM_ERROR,
                                    "the modem answers %s with nothing (OK)",
                                    command);
    } else if (is_cut (reply->text)) {
        reply->error = g_error_new (SIMSTOW_ERROR,
                                    SIMSTOW_ERROR_FAILED,
                                    "the modem's answer to %s is cut short",
                                    command);
        g_free (reply->text);
        reply->text = g_strdup ("");
    }
    return reply;
}

GPtrArray *
simstow_at_run (SimstowConversation *conversation,
                const gchar *door,
                GVariant *options,
                GPtrArray *commands,
                GCancellable *cancellable,
                GError **error)
{
    g_autoptr (GPtrArray) replies =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_at_reply_free);
    g_autoptr (GPtrArray) answers =
        simstow_conversation_run (conversation, door, options, commands, cancellable, error);

    for (guint i = 0; answers && i < answers->len; i++)
        g_ptr_array_add (replies,
                         reply_new (((const SimstowDoorCommand *) commands->pdata[i])->text,
                                    g_ptr_array_index (answers, i)));
    return answers ? g_steal_pointer (&replies) : NULL;
}

gboolean
simstow_at_reply_is_plain (const SimstowAtReply *reply)
{
    return g_error_matches (reply->error, SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR) &&
           !reply->domain && !reply->mute;
}

static gboolean
has_code (const SimstowAtReply *reply, const gchar *domain, guint code)
{
    return reply->error && reply->code == code && g_strcmp0 (reply->domain, domain) == 0;
}

gboolean
simstow_at_reply_is_absent (const SimstowAtReply *reply)
{
    static const struct {
        const gchar *domain;
        guint code;
    } codes[] = {
        {SIMSTOW_MODEM_CME, 3},   /* operation not allowed */
        {SIMSTOW_MODEM_CME, 4},   /* operation not supported */
        {SIMSTOW_MODEM_CME, 100}, /* unknown, as Huawei and ZTE say it of a command they lack */
        {SIMSTOW_MODEM_CMS, 302},
        {SIMSTOW_MODEM_CMS, 303},
        {SIMSTOW_MODEM_CMS, 500},
    };

    if (simstow_at_reply_is_plain (reply))
        return TRUE;
    /* without a code it is not the modem who says so */
    if (g_error_matches (reply->error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED))
        return reply->domain != NULL;
    for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
        if (has_code (reply, codes[i].domain, codes[i].code))
            return TRUE;
    return FALSE;
}

gboolean
simstow_at_reply_is_definite (const SimstowAtReply *reply)
{
    return reply->error && (simstow_driver_error_ends_all (reply->error) ||
                            g_error_matches (reply->error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED) ||
                            g_error_matches (reply->error, SIMSTOW_ERROR, SIMSTOW_ERROR_FULL) ||
                            g_error_matches (reply->error, SIMSTOW_ERROR, SIMSTOW_ERROR_DENIED) ||
                            g_error_matches (reply->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND));
}

gboolean
simstow_at_reply_is_no_sim (const SimstowAtReply *reply)
{
    return has_code (reply, SIMSTOW_MODEM_CME, 10) || has_code (reply, SIMSTOW_MODEM_CMS, 310);
}
