/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A conversation with the card of the simulated modem.
 */

#include "card-talk.h"

#include "simstow-card-euicc.h"
#include "simstow-card-files.h"
#include "simstow-error.h"

struct _CardTalk {
    SimstowConversation parent_instance;
    SimstowCard *card;
    guint calls;
};

G_DEFINE_FINAL_TYPE (CardTalk, card_talk, SIMSTOW_TYPE_CONVERSATION)

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
set_error (SimstowAnswer *answer, const GError *error)
{
    guint code = 0;

    if (!error)
        return;
    answer->error = g_error_copy (error);
    simstow_answer_set_modem_error (answer, simstow_error_get_modem_code (error, &code), code);
}

static GPtrArray *
answers_new (void)
{
    return g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_answer_free);
}

static void
wait_for (GAsyncResult **result)
{
    while (!*result)
        g_main_context_iteration (NULL, TRUE);
}

static GPtrArray *
run_files (CardTalk *self, GPtrArray *commands, GCancellable *cancellable, GError **error)
{
    g_autoptr (GPtrArray) files =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_file_command_free);
    GPtrArray *answers = NULL;
    g_autoptr (GAsyncResult) result = NULL;

    for (guint i = 0; i < commands->len; i++) {
        const SimstowDoorCommand *command = g_ptr_array_index (commands, i);
        SimstowFileCommand *file = simstow_file_command_parse (command->text, command->data, error);

        if (!file)
            return NULL;
        g_ptr_array_add (files, file);
    }
    simstow_card_run_files_async (self->card,
                                  NULL,
                                  files,
                                  NULL,
                                  NULL,
                                  cancellable,
                                  on_ready,
                                  &result);
    wait_for (&result);
    simstow_card_run_files_finish (self->card, result);
    answers = answers_new ();
    for (guint i = 0; i < files->len; i++) {
        const SimstowFileCommand *file = g_ptr_array_index (files, i);
        SimstowAnswer *answer = simstow_answer_new ();

        g_ptr_array_unref (answer->parts);
        answer->parts = g_ptr_array_ref (file->parts);
        answer->failed = file->failed;
        set_error (answer, file->error);
        g_ptr_array_add (answers, answer);
    }
    return answers;
}

static GPtrArray *
run_euicc (CardTalk *self,
           guint element,
           GPtrArray *commands,
           GCancellable *cancellable,
           GError **error)
{
    g_autoptr (GPtrArray) requests =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_euicc_command_free);
    GPtrArray *answers = NULL;
    g_autoptr (GAsyncResult) result = NULL;

    for (guint i = 0; i < commands->len; i++) {
        const SimstowDoorCommand *command = g_ptr_array_index (commands, i);
        SimstowEuiccCommand *request =
            simstow_euicc_command_parse (command->text, command->data, error);

        if (!request)
            return NULL;
        g_ptr_array_add (requests, request);
    }
    simstow_card_run_euicc_async (self->card, element, requests, cancellable, on_ready, &result);
    wait_for (&result);
    simstow_card_run_euicc_finish (self->card, result);
    answers = answers_new ();
    for (guint i = 0; i < requests->len; i++) {
        const SimstowEuiccCommand *request = g_ptr_array_index (requests, i);
        SimstowAnswer *answer = simstow_answer_new ();

        if (request->answer)
            g_ptr_array_add (answer->parts, g_bytes_ref (request->answer));
        set_error (answer, request->error);
        g_ptr_array_add (answers, answer);
    }
    return answers;
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
    guint32 element = 1;

    self->calls++;
    if (g_str_equal (door, SIMSTOW_DOOR_FILES))
        return run_files (self, commands, cancellable, error);
    g_assert_cmpstr (door, ==, SIMSTOW_DOOR_EUICC);
    g_variant_lookup (options, "element", "u", &element);
    return run_euicc (self, element, commands, cancellable, error);
}

static GVariant *
describe (SimstowConversation *conversation, GCancellable *cancellable, GError **error)
{
    const gchar *way = simstow_card_get_files_way (CARD_TALK (conversation)->card, NULL);
    GVariantDict dict;

    g_variant_dict_init (&dict, NULL);
    if (way)
        g_variant_dict_insert (&dict, "way", "s", way);
    return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static void
card_talk_finalize (GObject *object)
{
    g_clear_object (&CARD_TALK (object)->card);
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

    self->card = simstow_card_new (port);
    return SIMSTOW_CONVERSATION (self);
}

guint
card_talk_count_calls (CardTalk *self)
{
    return self->calls;
}
