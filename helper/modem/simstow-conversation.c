/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Talking with a modem behind the plugin's doors.
 */

#include "simstow-conversation.h"

#include <string.h>

G_DEFINE_ABSTRACT_TYPE (SimstowConversation, simstow_conversation, G_TYPE_OBJECT)

static void
command_free (gpointer data)
{
    SimstowDoorCommand *command = data;

    g_free (command->text);
    g_clear_pointer (&command->data, g_bytes_unref);
    g_free (command);
}

GPtrArray *
simstow_commands_new (void)
{
    return g_ptr_array_new_with_free_func (command_free);
}

void
simstow_commands_add (GPtrArray *commands, gchar *text, GBytes *data)
{
    SimstowDoorCommand *command = g_new0 (SimstowDoorCommand, 1);

    command->text = text;
    command->data = data ? g_bytes_ref (data) : NULL;
    g_ptr_array_add (commands, command);
}

SimstowAnswer *
simstow_answer_new (void)
{
    SimstowAnswer *answer = g_new0 (SimstowAnswer, 1);

    answer->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    return answer;
}

SimstowAnswer *
simstow_answer_copy (const SimstowAnswer *answer)
{
    SimstowAnswer *copy = simstow_answer_new ();

    for (guint i = 0; i < answer->parts->len; i++)
        g_ptr_array_add (copy->parts, g_bytes_ref (g_ptr_array_index (answer->parts, i)));
    copy->error = answer->error ? g_error_copy (answer->error) : NULL;
    copy->modem_domain = answer->modem_domain;
    copy->modem_code = answer->modem_code;
    copy->failed = answer->failed;
    return copy;
}

void
simstow_answer_free (SimstowAnswer *answer)
{
    g_ptr_array_unref (answer->parts);
    g_clear_error (&answer->error);
    g_free (answer);
}

void
simstow_answer_set_modem_error (SimstowAnswer *answer, const gchar *domain, guint code)
{
    static const gchar *const domains[] = {SIMSTOW_MODEM_CME,
                                           SIMSTOW_MODEM_CMS,
                                           SIMSTOW_MODEM_SW,
                                           SIMSTOW_MODEM_MBIM,
                                           SIMSTOW_MODEM_RESULT};

    answer->modem_domain = NULL;
    answer->modem_code = 0;
    for (guint i = 0; i < G_N_ELEMENTS (domains); i++) {
        if (g_strcmp0 (domain, domains[i]) == 0) {
            answer->modem_domain = domains[i];
            answer->modem_code = code;
            if (answer->error)
                simstow_error_set_modem_code (answer->error, domains[i], code);
        }
    }
}

gboolean
simstow_answer_has_code (const SimstowAnswer *answer, const gchar *domain, guint code)
{
    return answer->error && answer->modem_code == code &&
           g_strcmp0 (answer->modem_domain, domain) == 0;
}

gchar *
simstow_answer_dup_text (const SimstowAnswer *answer)
{
    g_autoptr (GString) text = g_string_new (NULL);

    for (guint i = 0; i < answer->parts->len; i++) {
        gsize size;
        const gchar *data = g_bytes_get_data (g_ptr_array_index (answer->parts, i), &size);

        for (gsize j = 0; j < size; j++) {
            if (data[j] != '\0')
                g_string_append_c (text, data[j]);
            else
                g_string_append (text, "\357\277\275");
        }
    }
    return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
simstow_conversation_class_init (SimstowConversationClass *klass)
{
}

static void
simstow_conversation_init (SimstowConversation *self)
{
}

GPtrArray *
simstow_conversation_run (SimstowConversation *self,
                          const gchar *door,
                          GVariant *options,
                          GPtrArray *commands,
                          GCancellable *cancellable,
                          GError **error)
{
    g_autoptr (GVariant) owned =
        g_variant_ref_sink (options ? options : g_variant_new ("a{sv}", NULL));
    GPtrArray *answers;

    g_return_val_if_fail (commands->len <= SIMSTOW_CONVERSATION_COMMANDS, NULL);

    answers = SIMSTOW_CONVERSATION_GET_CLASS (self)
                  ->run (self, door, owned, commands, cancellable, error);
    if (answers && answers->len != commands->len) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_DATA,
                     "%u answers to %u commands",
                     answers->len,
                     commands->len);
        g_clear_pointer (&answers, g_ptr_array_unref);
    }
    return answers;
}

GVariant *
simstow_conversation_describe (SimstowConversation *self, GCancellable *cancellable, GError **error)
{
    return SIMSTOW_CONVERSATION_GET_CLASS (self)->describe (self, cancellable, error);
}
