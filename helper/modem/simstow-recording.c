/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A conversation that is written down while it goes on.
 */

#include "simstow-recording.h"

struct _SimstowRecording {
    SimstowConversation parent_instance;

    SimstowConversation *inner;
    SimstowTranscript *transcript;
    gint64 beginning;
};

G_DEFINE_FINAL_TYPE (SimstowRecording, simstow_recording, SIMSTOW_TYPE_CONVERSATION)

static SimstowTranscriptCall *
begin_call (SimstowRecording *self, const gchar *door, GVariant *options)
{
    SimstowTranscriptCall *call = simstow_transcript_call_new (door, options);

    call->start = (g_get_monotonic_time () - self->beginning) / 1000;
    g_ptr_array_add (self->transcript->calls, call);
    return call;
}

static void
end_call (SimstowRecording *self, SimstowTranscriptCall *call, GError *local, GError **error)
{
    call->took = (g_get_monotonic_time () - self->beginning) / 1000 - call->start;
    if (!local)
        return;
    call->error = g_error_copy (local);
    g_propagate_error (error, local);
}

static GPtrArray *
recording_run (SimstowConversation *conversation,
               const gchar *door,
               GVariant *options,
               GPtrArray *commands,
               GCancellable *cancellable,
               GError **error)
{
    SimstowRecording *self = SIMSTOW_RECORDING (conversation);
    SimstowTranscriptCall *call = begin_call (self, door, options);
    GError *local = NULL;
    GPtrArray *answers =
        simstow_conversation_run (self->inner, door, options, commands, cancellable, &local);

    for (guint i = 0; i < commands->len; i++) {
        const SimstowDoorCommand *command = g_ptr_array_index (commands, i);

        simstow_commands_add (call->commands, g_strdup (command->text), command->data);
        if (answers)
            g_ptr_array_add (call->answers, simstow_answer_copy (answers->pdata[i]));
    }
    end_call (self, call, local, error);
    return answers;
}

static GVariant *
recording_describe (SimstowConversation *conversation, GCancellable *cancellable, GError **error)
{
    SimstowRecording *self = SIMSTOW_RECORDING (conversation);
    SimstowTranscriptCall *call = begin_call (self, SIMSTOW_TRANSCRIPT_DESCRIBE, NULL);
    GError *local = NULL;
    GVariant *facts = simstow_conversation_describe (self->inner, cancellable, &local);

    call->facts = facts ? g_variant_ref (facts) : NULL;
    end_call (self, call, local, error);
    return facts;
}

static void
simstow_recording_finalize (GObject *object)
{
    SimstowRecording *self = SIMSTOW_RECORDING (object);

    g_object_unref (self->inner);
    simstow_transcript_free (self->transcript);
    G_OBJECT_CLASS (simstow_recording_parent_class)->finalize (object);
}

static void
simstow_recording_class_init (SimstowRecordingClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_recording_finalize;
    SIMSTOW_CONVERSATION_CLASS (klass)->run = recording_run;
    SIMSTOW_CONVERSATION_CLASS (klass)->describe = recording_describe;
}

static void
simstow_recording_init (SimstowRecording *self)
{
    self->transcript = simstow_transcript_new ();
    self->beginning = g_get_monotonic_time ();
}

SimstowConversation *
simstow_recording_new (SimstowConversation *inner)
{
    SimstowRecording *self = g_object_new (SIMSTOW_TYPE_RECORDING, NULL);

    self->inner = g_object_ref (inner);
    return SIMSTOW_CONVERSATION (self);
}

SimstowTranscript *
simstow_recording_peek_transcript (SimstowRecording *self)
{
    return self->transcript;
}

SimstowTranscript *
simstow_recording_steal_transcript (SimstowRecording *self)
{
    SimstowTranscript *transcript = self->transcript;

    self->transcript = simstow_transcript_new ();
    return transcript;
}
