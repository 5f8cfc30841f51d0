/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Talking with a modem behind the plugin's doors: a list of commands in, a list of answers out.
 * Who answers is the plugin on the bus, or a transcript that is played back; a driver cannot
 * tell them apart.
 */

#pragma once

#include <gio/gio.h>

#include "simstow-error.h"

G_BEGIN_DECLS

/* So many commands go into one call */
#define SIMSTOW_CONVERSATION_COMMANDS 64

/* The doors of org.simstow.Modem1.Run () */
#define SIMSTOW_DOOR_MESSAGES       "messages"
#define SIMSTOW_DOOR_PHONEBOOK      "phonebook"
#define SIMSTOW_DOOR_MBIM_MESSAGES  "mbim-messages"
#define SIMSTOW_DOOR_MBIM_PHONEBOOK "mbim-phonebook"
#define SIMSTOW_DOOR_FILES          "files"
#define SIMSTOW_DOOR_EUICC          "euicc"

/* Whose code an error of the modem is */
#define SIMSTOW_MODEM_CME    SIMSTOW_ERROR_DOMAIN_CME
#define SIMSTOW_MODEM_CMS    SIMSTOW_ERROR_DOMAIN_CMS
#define SIMSTOW_MODEM_SW     SIMSTOW_ERROR_DOMAIN_SW
#define SIMSTOW_MODEM_MBIM   SIMSTOW_ERROR_DOMAIN_MBIM
#define SIMSTOW_MODEM_RESULT SIMSTOW_ERROR_DOMAIN_RESULT

/**
 * SimstowDoorCommand:
 * @text: what to do, as the door's row has it: "+CPBR=1,250", "read 3F00/7F10/6F3A"
 * @data: (nullable): the bytes that go with it
 *
 * A command.
 */
typedef struct {
    gchar *text;
    GBytes *data;
} SimstowDoorCommand;

/**
 * SimstowAnswer:
 * @parts: (element-type GBytes): what came, raw, in order
 * @error: (nullable): a #SimstowError when it did not succeed, or not wholly
 * @modem_domain: (nullable): whose code the modem gave: %SIMSTOW_MODEM_CME or the like;
 *     %NULL where it gave none. A static string
 * @modem_code: the modem's own code, where @modem_domain says whose it is
 * @failed: of a command with several parts, how many of them failed
 *
 * The answer to one command.
 */
typedef struct {
    GPtrArray *parts;
    GError *error;
    const gchar *modem_domain;
    guint modem_code;
    guint failed;
} SimstowAnswer;

/**
 * simstow_commands_new:
 *
 * Returns: (transfer full) (element-type SimstowDoorCommand): a list of commands, empty
 */
GPtrArray *
simstow_commands_new (void);

/**
 * simstow_commands_add:
 * @commands: a list of commands
 * @text: (transfer full): a command
 * @data: (nullable): the bytes that go with it
 *
 * Appends a command.
 */
void
simstow_commands_add (GPtrArray *commands, gchar *text, GBytes *data);

/**
 * simstow_answer_new:
 *
 * Returns: (transfer full): an answer without parts or error
 */
SimstowAnswer *
simstow_answer_new (void);

/**
 * simstow_answer_copy:
 * @answer: an answer
 *
 * Returns: (transfer full): another of the same
 */
SimstowAnswer *
simstow_answer_copy (const SimstowAnswer *answer);

/**
 * simstow_answer_free:
 * @answer: (transfer full): an answer
 */
void
simstow_answer_free (SimstowAnswer *answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimstowAnswer, simstow_answer_free)

/**
 * simstow_answer_set_modem_error:
 * @answer: an answer
 * @domain: (nullable): whose code it is; unknown ones are dropped
 * @code: the modem's own code
 *
 * Keeps the modem's own code beside the error, and in it.
 */
void
simstow_answer_set_modem_error (SimstowAnswer *answer, const gchar *domain, guint code);

/**
 * simstow_answer_has_code:
 * @answer: an answer
 * @domain: whose code
 * @code: a code
 *
 * Returns: whether it failed with this code of the modem's own
 */
gboolean
simstow_answer_has_code (const SimstowAnswer *answer, const gchar *domain, guint code);

/**
 * simstow_answer_dup_text:
 * @answer: an answer
 *
 * Returns: (transfer full): its parts as one text, with U+FFFD for any NUL byte, which no
 *     answer over AT holds; empty when nothing came
 */
gchar *
simstow_answer_dup_text (const SimstowAnswer *answer);

#define SIMSTOW_TYPE_CONVERSATION (simstow_conversation_get_type ())
G_DECLARE_DERIVABLE_TYPE (SimstowConversation, simstow_conversation, SIMSTOW, CONVERSATION, GObject)

struct _SimstowConversationClass {
    GObjectClass parent_class;

    GPtrArray *(*run) (SimstowConversation *self,
                       const gchar *door,
                       GVariant *options,
                       GPtrArray *commands,
                       GCancellable *cancellable,
                       GError **error);
    GVariant *(*describe) (SimstowConversation *self, GCancellable *cancellable, GError **error);
};

/**
 * simstow_conversation_run:
 * @self: a conversation
 * @door: the name of a door
 * @options: (nullable): a{sv}, what is selected for this call; a floating reference is consumed
 * @commands: (element-type SimstowDoorCommand): what to run, in order, no more than
 *     %SIMSTOW_CONVERSATION_COMMANDS
 * @cancellable: (nullable): to stop between commands
 * @error: return location for a #SimstowError of the whole call: nothing is known of any command
 *
 * Runs commands as one job.
 *
 * Returns: (transfer full) (nullable) (element-type SimstowAnswer): exactly as many answers, or
 * %NULL with @error set
 */
GPtrArray *
simstow_conversation_run (SimstowConversation *self,
                          const gchar *door,
                          GVariant *options,
                          GPtrArray *commands,
                          GCancellable *cancellable,
                          GError **error);

/**
 * simstow_conversation_describe:
 * @self: a conversation
 * @cancellable: (nullable): to stop it
 * @error: return location for a #SimstowError
 *
 * Returns: (transfer full) (nullable): a{sv} as of org.simstow.Modem1.Describe (), or %NULL with
 * @error set
 */
GVariant *
simstow_conversation_describe (SimstowConversation *self,
                               GCancellable *cancellable,
                               GError **error);

G_END_DECLS
