/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A conversation with the card of the simulated modem.
 */

#include "card-talk.h"

#include "simstow-doors.h"
#include "simstow-error.h"

struct _CardTalk {
    SimstowConversation parent_instance;
    SimstowDoors *doors;
    guint calls;
};

G_DEFINE_FINAL_TYPE (CardTalk, card_talk, SIMSTOW_TYPE_CONVERSATION)

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    simstow_doors_run_finish (SIMSTOW_DOORS (source), result);
    *(gboolean *) user_data = TRUE;
}

static SimstowAnswer *
take_answer (const SimstowDoorRequest *command)
{
    SimstowAnswer *answer = simstow_answer_new ();
    guint code = 0;

    g_ptr_array_unref (answer->parts);
    answer->parts = g_ptr_array_ref (command->parts);
    answer->failed = command->failed;
    if (!command->error)
        return answer;
    answer->error = g_error_copy (command->error);
    simstow_answer_set_modem_error (answer,
                                    simstow_error_get_modem_code (command->error, &code),
                                    code);
    return answer;
}

static GPtrArray *
run (SimstowConversation *conversation,
     const gchar *door,
     GVariant *options,
     GPtrArray *commands,
     GCancellable *cancellable,
     GError **error)
{
    CardTalk *self = CARD_TALK (conversation);
    g_autoptr (SimstowDoorCall) call = NULL;
    g_autoptr (GVariant) texts = NULL;
    GVariantBuilder builder;
    GPtrArray *answers;
    gboolean done = FALSE;

    self->calls++;
    g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(say)"));
    for (guint i = 0; i < commands->len; i++) {
        const SimstowDoorCommand *command = g_ptr_array_index (commands, i);
        g_autoptr (GBytes) none = g_bytes_new (NULL, 0);

        g_variant_builder_add (&builder,
                               "(s@ay)",
                               command->text,
                               g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING,
                                                         command->data ? command->data : none,
                                                         TRUE));
    }
    texts = g_variant_ref_sink (g_variant_builder_end (&builder));
    call = simstow_door_call_new (door,
                                  options ? options : g_variant_new ("a{sv}", NULL),
                                  texts,
                                  error);
    if (!call)
        return NULL;
    simstow_doors_run_async (self->doors, call, cancellable, on_ready, &done);
    while (!done)
        g_main_context_iteration (NULL, TRUE);
    answers = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_answer_free);
    for (guint i = 0; i < call->commands->len; i++)
        g_ptr_array_add (answers, take_answer (call->commands->pdata[i]));
    return answers;
}

static GVariant *
describe (SimstowConversation *conversation, GCancellable *cancellable, GError **error)
{
    return g_variant_ref_sink (simstow_doors_describe (CARD_TALK (conversation)->doors));
}

static void
card_talk_finalize (GObject *object)
{
    g_clear_object (&CARD_TALK (object)->doors);
    G_OBJECT_CLASS (card_talk_parent_class)->finalize (object);
}

static void
card_talk_class_init (CardTalkClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = card_talk_finalize;
    SIMSTOW_CONVERSATION_CLASS (klass)->run = run;
    SIMSTOW_CONVERSATION_CLASS (klass)->describe = describe;
}

static void
card_talk_init (CardTalk *self)
{
}

SimstowConversation *
card_talk_new (SimstowPort *port)
{
    CardTalk *self = g_object_new (CARD_TYPE_TALK, NULL);

    self->doors = simstow_doors_new (port);
    return SIMSTOW_CONVERSATION (self);
}

guint
card_talk_count_calls (CardTalk *self)
{
    return self->calls;
}
