/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A transcript as a modem.
 */

#include "simstow-playback.h"

#include "simstow-error.h"

struct _SimstowPlayback {
    SimstowConversation parent_instance;

    SimstowTranscript *transcript;
    gboolean strict;
    guint next;           /* of the calls, when @strict */
    GHashTable *recorded; /* key -> (element-type Said), where each command is answered */
};

G_DEFINE_FINAL_TYPE (SimstowPlayback, simstow_playback, SIMSTOW_TYPE_CONVERSATION)

/* All answers to one command */
typedef struct {
    GPtrArray *answers; /* SimstowAnswer, borrowed; NULL where the call as a whole failed */
    GPtrArray *errors;  /* GError, borrowed; of these */
    guint next;
} Said;

static void
said_free (gpointer data)
{
    Said *said = data;

    g_ptr_array_unref (said->answers);
    g_ptr_array_unref (said->errors);
    g_free (said);
}

/* What tells commands apart */
static gchar *
command_key (const gchar *door, const gchar *options, const SimstowDoorCommand *command)
{
    g_autofree gchar *sum =
        command->data ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, command->data) : NULL;

    return g_strjoin ("\n", door, options, command->text, sum, NULL);
}

static SimstowAnswer *
unknown (const gchar *door, const gchar *options, const SimstowDoorCommand *command)
{
    SimstowAnswer *answer = simstow_answer_new ();

    answer->error = g_error_new (SIMSTOW_ERROR,
                                 SIMSTOW_ERROR_FAILED,
                                 "the transcript has no answer to %s (%s%s%s)",
                                 command->text,
                                 door,
                                 options[0] ? " " : "",
                                 options);
    return answer;
}

/* The next call must be this one */
static GPtrArray *
run_strictly (SimstowPlayback *self,
              const gchar *door,
              const gchar *options,
              GPtrArray *commands,
              GError **error)
{
    const SimstowTranscriptCall *call = self->next < self->transcript->calls->len
                                            ? self->transcript->calls->pdata[self->next]
                                            : NULL;
    g_autoptr (GPtrArray) answers =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_answer_free);
    gboolean same = call && g_str_equal (call->door, door) &&
                    g_str_equal (call->options, options) && call->commands->len == commands->len;

    for (guint i = 0; same && i < commands->len; i++) {
        g_autofree gchar *asked = command_key (door, options, commands->pdata[i]);
        g_autofree gchar *recorded = command_key (door, options, call->commands->pdata[i]);

        same = g_str_equal (asked, recorded);
    }
    if (!same) {
        g_autoptr (GString) text = g_string_new (NULL);

        for (guint i = 0; i < commands->len; i++)
            g_string_append_printf (text, " %s", ((SimstowDoorCommand *) commands->pdata[i])->text);
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_FAILED,
                     "call %u of the transcript is another: %s %s:%s",
                     self->next + 1,
                     door,
                     options,
                     text->str);
        return NULL;
    }
    self->next++;
    if (call->error) {
        g_propagate_error (error, g_error_copy (call->error));
        return NULL;
    }
    for (guint i = 0; i < call->answers->len; i++)
        g_ptr_array_add (answers, simstow_answer_copy (call->answers->pdata[i]));
    return g_steal_pointer (&answers);
}

static GPtrArray *
run_loosely (SimstowPlayback *self,
             const gchar *door,
             const gchar *options,
             GPtrArray *commands,
             GError **error)
{
    g_autoptr (GPtrArray) answers =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_answer_free);

    for (guint i = 0; i < commands->len; i++) {
        const SimstowDoorCommand *command = g_ptr_array_index (commands, i);
        g_autofree gchar *key = command_key (door, options, command);
        Said *said = g_hash_table_lookup (self->recorded, key);
        guint at;

        if (!said) {
            g_ptr_array_add (answers, unknown (door, options, command));
            continue;
        }
        at = MIN (said->next, said->answers->len - 1);
        said->next = at + 1;
        if (said->errors->pdata[at]) {
            g_propagate_error (error, g_error_copy (said->errors->pdata[at]));
            return NULL;
        }
        g_ptr_array_add (answers, simstow_answer_copy (said->answers->pdata[at]));
    }
    return g_steal_pointer (&answers);
}

static GPtrArray *
playback_run (SimstowConversation *conversation,
              const gchar *door,
              GVariant *options,
              GPtrArray *commands,
              GCancellable *cancellable,
              GError **error)
{
    SimstowPlayback *self = SIMSTOW_PLAYBACK (conversation);
    g_autofree gchar *printed = simstow_transcript_print_options (options);

    if (g_cancellable_is_cancelled (cancellable)) {
        g_set_error_literal (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED, "cancelled");
        return NULL;
    }
    return self->strict ? run_strictly (self, door, printed, commands, error)
                        : run_loosely (self, door, printed, commands, error);
}

/* Always the first: the doors of a modem do not change */
static GVariant *
playback_describe (SimstowConversation *conversation, GCancellable *cancellable, GError **error)
{
    SimstowPlayback *self = SIMSTOW_PLAYBACK (conversation);

    for (guint i = 0; i < self->transcript->calls->len; i++) {
        const SimstowTranscriptCall *call = g_ptr_array_index (self->transcript->calls, i);

        if (!g_str_equal (call->door, SIMSTOW_TRANSCRIPT_DESCRIBE))
            continue;
        if (self->strict && i == self->next)
            self->next++;
        if (call->error) {
            g_propagate_error (error, g_error_copy (call->error));
            return NULL;
        }
        return call->facts ? g_variant_ref (call->facts)
                           : g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
    }
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_FAILED,
                         "the transcript does not tell which doors there are");
    return NULL;
}

static void
index_call (SimstowPlayback *self, const SimstowTranscriptCall *call)
{
    for (guint i = 0; i < call->commands->len; i++) {
        gchar *key = command_key (call->door, call->options, call->commands->pdata[i]);
        Said *said = g_hash_table_lookup (self->recorded, key);

        if (said) {
            g_free (key);
        } else {
            said = g_new0 (Said, 1);
            said->answers = g_ptr_array_new ();
            said->errors = g_ptr_array_new ();
            g_hash_table_insert (self->recorded, key, said);
        }
        g_ptr_array_add (said->answers, call->error ? NULL : call->answers->pdata[i]);
        g_ptr_array_add (said->errors, call->error);
    }
}

static void
simstow_playback_finalize (GObject *object)
{
    SimstowPlayback *self = SIMSTOW_PLAYBACK (object);

    g_hash_table_unref (self->recorded);
    simstow_transcript_free (self->transcript);
    G_OBJECT_CLASS (simstow_playback_parent_class)->finalize (object);
}

static void
simstow_playback_class_init (SimstowPlaybackClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_playback_finalize;
    SIMSTOW_CONVERSATION_CLASS (klass)->run = playback_run;
    SIMSTOW_CONVERSATION_CLASS (klass)->describe = playback_describe;
}

static void
simstow_playback_init (SimstowPlayback *self)
{
    self->recorded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, said_free);
}

SimstowConversation *
simstow_playback_new (SimstowTranscript *transcript, SimstowPlaybackFlags flags)
{
    SimstowPlayback *self = g_object_new (SIMSTOW_TYPE_PLAYBACK, NULL);

    self->transcript = transcript;
    self->strict = (flags & SIMSTOW_PLAYBACK_STRICT) != 0;
    for (guint i = 0; i < transcript->calls->len; i++)
        index_call (self, g_ptr_array_index (transcript->calls, i));
    return SIMSTOW_CONVERSATION (self);
}

const SimstowTranscript *
simstow_playback_peek_transcript (SimstowPlayback *self)
{
    return self->transcript;
}

guint
simstow_playback_get_left (SimstowPlayback *self)
{
    return self->transcript->calls->len - self->next;
}
