/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests of GSMA SGP.22 5.7 to an eUICC: a fixed set that reads, and four that set something and
 * can be set back.
 */

#include "simstow-card-euicc.h"

#include <string.h>

#include "simstow-apdu.h"
#include "simstow-error.h"
#include "simstow-hex.h"

#define ELEMENT_MAX        4
#define BLOCK_SIZE         120
#define MAX_NICKNAME_CHARS 64
#define MAX_NICKNAME_BYTES 255
#define MAX_ADDRESS        127
#define ICCID_BYTES        10
#define ICCID_DIGITS_MIN   10

static const struct {
    const gchar *name;
    const gchar *request; /* %NULL: none */
} reads[] = {
    {"select", NULL},
    {"eid", "BF3E035C015A"},
    {"addresses", "BF3C00"},
    {"info2", "BF2200"},
    /* The tag list asks for owner, receivers and policy, which come only when asked for; some
     * cards refuse it */
    {"profiles", "BF2D0D5C0B5A4F9F709091929599B6B7"},
    {"profiles-plain", "BF2D00"},
    {"notifications", "BF2B00"},
};

/* Identifiers under which cards show their ISD-R: GSMA SGP.22, then cards that answer elsewhere:
 * 5ber, eSIM.me, Xesim, LinksField, ESTKme, and both chips of eSTK.me. The first once more, for
 * cards that were busy then */
static const gchar *const isdr_aids[] = {
    "A0000005591010FFFFFFFF8900000100",
    "A0000005591010FFFFFFFF8900050500",
    "A0000005591010000000008900000300",
    "A0000005591010FFFFFFFF8900000177",
    "A000000559104C696E6B736669656C64",
    "A06573746B6D65FFFFFFFF4953442D52",
    "A06573746B6D65FFFF4953442D522030",
    "A06573746B6D65FFFF4953442D522031",
    "A0000005591010FFFFFFFF8900000100",
};

/* Where in it those of cards of two chips in one are */
#define TWINS_FROM 6
#define TWINS_END  8

/* Requests that set something */

static gboolean
refuse (GError **error, const gchar *why)
{
    g_set_error_literal (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_RECORD, why);
    return FALSE;
}

static void
append_length (GByteArray *array, gsize length)
{
    if (length >= 0x100)
        g_byte_array_append (array,
                             (const guint8[]){0x82, (guint8) (length >> 8), (guint8) length},
                             3);
    else if (length >= 0x80)
        g_byte_array_append (array, (const guint8[]){0x81, (guint8) length}, 2);
    else
        g_byte_array_append (array, (const guint8[]){(guint8) length}, 1);
}

static void
append_object (GByteArray *array, guint8 tag, gconstpointer data, gsize size)
{
    g_byte_array_append (array, &tag, 1);
    append_length (array, size);
    g_byte_array_append (array, data, (guint) size);
}

/* The request's own tag, BFxx, before its objects. */
static GBytes *
make_request (guint8 tag, const GByteArray *objects)
{
    GByteArray *request = g_byte_array_new ();

    g_byte_array_append (request, (const guint8[]){0xBF, tag}, 2);
    append_length (request, objects->len);
    g_byte_array_append (request, objects->data, objects->len);
    return g_byte_array_free_to_bytes (request);
}

/* Swapped digits, F to the end; ITU-T E.118. */
static gboolean
append_iccid (GByteArray *array, const gchar *iccid, GError **error)
{
    guint8 octets[ICCID_BYTES];
    gsize length = strlen (iccid);
    gsize i;

    memset (octets, 0xFF, sizeof (octets));
    for (i = 0; i < length && length <= 2 * ICCID_BYTES && g_ascii_isxdigit (iccid[i]); i++) {
        guint8 digit = (guint8) g_ascii_xdigit_value (iccid[i]);

        octets[i / 2] = (guint8) (i % 2 == 0 ? 0xF0 | digit : (octets[i / 2] & 0x0F) | digit << 4);
    }
    if (i != length || length < ICCID_DIGITS_MIN)
        return refuse (error, "this is no ICCID");
    append_object (array, 0x5A, octets, sizeof (octets));
    return TRUE;
}

static GBytes *
set_nickname (const gchar *iccid, const gchar *nickname, GError **error)
{
    g_autoptr (GByteArray) objects = g_byte_array_new ();

    if (!append_iccid (objects, iccid, error))
        return NULL;
    if (g_utf8_strlen (nickname, -1) > MAX_NICKNAME_CHARS ||
        strlen (nickname) > MAX_NICKNAME_BYTES) {
        refuse (error, "a nickname has at most 64 characters and 255 bytes");
        return NULL;
    }
    append_object (objects, 0x90, nickname, strlen (nickname));
    return make_request (0x29, objects);
}

static GBytes *
set_default_smdp (const gchar *address, GError **error)
{
    g_autoptr (GByteArray) objects = g_byte_array_new ();

    if (strlen (address) > MAX_ADDRESS || !g_str_is_ascii (address)) {
        refuse (error, "an SM-DP+ address is a host name of at most 127 characters");
        return NULL;
    }
    append_object (objects, 0x80, address, strlen (address));
    return make_request (0x3F, objects);
}

/* With a REFRESH wanted */
static GBytes *
set_enabled (const gchar *iccid, gboolean enabled, GError **error)
{
    static const guint8 refresh[] = {0xFF};
    g_autoptr (GByteArray) identifier = g_byte_array_new ();
    g_autoptr (GByteArray) objects = g_byte_array_new ();

    if (!append_iccid (identifier, iccid, error))
        return NULL;
    append_object (objects, 0xA0, identifier->data, identifier->len);
    append_object (objects, 0x81, refresh, sizeof (refresh));
    return make_request (enabled ? 0x31 : 0x32, objects);
}

/* Commands, from text */

void
simstow_euicc_command_free (SimstowEuiccCommand *command)
{
    g_clear_pointer (&command->answer, g_bytes_unref);
    g_clear_error (&command->error);
    g_clear_pointer (&command->request, g_bytes_unref);
    g_free (command);
}

static gboolean
take_read (SimstowEuiccCommand *command, const gchar *text)
{
    gsize i = 0;

    while (i < G_N_ELEMENTS (reads) && !g_str_equal (text, reads[i].name))
        i++;
    if (i == G_N_ELEMENTS (reads))
        return FALSE;
    command->request = reads[i].request ? simstow_hex_decode (reads[i].request, -1, NULL) : NULL;
    return TRUE;
}

/* Leaves @error where there is such a request, and it cannot be made so */
static gboolean
take_write (SimstowEuiccCommand *command, const gchar *text, const gchar *value, GError **error)
{
    g_auto (GStrv) words = g_strsplit (text, " ", 3);
    guint n = g_strv_length (words);

    command->writes = TRUE;
    if (n == 2 && g_str_equal (words[0], "nickname"))
        command->request = set_nickname (words[1], value, error);
    else if (n == 1 && g_str_equal (words[0], "default-smdp"))
        command->request = set_default_smdp (value, error);
    else if (n == 2 && *value == '\0' && g_str_equal (words[0], "enable"))
        command->request = set_enabled (words[1], TRUE, error);
    else if (n == 2 && *value == '\0' && g_str_equal (words[0], "disable"))
        command->request = set_enabled (words[1], FALSE, error);
    return command->request != NULL;
}

SimstowEuiccCommand *
simstow_euicc_command_parse (const gchar *text, GBytes *data, GError **error)
{
    g_autoptr (SimstowEuiccCommand) command = g_new0 (SimstowEuiccCommand, 1);
    g_autoptr (GError) local = NULL;
    gsize size = data ? g_bytes_get_size (data) : 0;
    g_autofree gchar *value = NULL;

    value = size > 0 ? g_strndup (g_bytes_get_data (data, NULL), size) : g_strdup ("");
    if (size == 0 && take_read (command, text))
        return g_steal_pointer (&command);
    if (strlen (value) == size && g_utf8_validate (value, -1, NULL) &&
        take_write (command, text, value, &local))
        return g_steal_pointer (&command);
    if (local)
        g_propagate_error (error, g_steal_pointer (&local));
    else
        refuse (error, "this is no request to an eUICC");
    return NULL;
}

/* A job */

typedef struct {
    GPtrArray *commands;
    guint position;
    guint element;
    SimstowChannel *channel;
    gsize offset;    /* of the block under way, in the request */
    guint block;     /* its number */
    GPtrArray *aids; /* of further elements, still to be tried */
    GError *fatal;
} Job;

static void
job_free (gpointer data)
{
    Job *job = data;

    g_ptr_array_unref (job->commands);
    g_clear_object (&job->channel);
    g_clear_pointer (&job->aids, g_ptr_array_unref);
    g_clear_error (&job->fatal);
    g_free (job);
}

static SimstowEuiccCommand *
command_at (const Job *job, guint i)
{
    return g_ptr_array_index (job->commands, i);
}

static SimstowCardMemory *
memory_of (GTask *task)
{
    return simstow_card_get_memory (g_task_get_source_object (task));
}

/* All that has no outcome gets the error that ended the job. That there is no element at all is
 * kept. */
static void
end_job (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    SimstowCardMemory *memory = memory_of (task);

    if (memory->elements->len == 0 && !memory->no_element &&
        (g_error_matches (job->fatal, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND) ||
         g_error_matches (job->fatal, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED)))
        memory->no_element = g_error_copy (job->fatal);
    for (guint i = 0; job->fatal && i < job->commands->len; i++)
        if (!command_at (job, i)->answer && !command_at (job, i)->error)
            command_at (job, i)->error = g_error_copy (job->fatal);
    g_task_return_boolean (task, TRUE);
}

/* Takes @error. */
static void
end_without (GTask *task, GError *error)
{
    Job *job = g_task_get_task_data (task);

    g_clear_error (&job->fatal);
    job->fatal = error;
    end_job (task);
}

static void
end_without_element (GTask *task)
{
    end_without (task,
                 g_error_new_literal (SIMSTOW_ERROR,
                                      SIMSTOW_ERROR_NOT_FOUND,
                                      "the card has no such secure element"));
}

static void
close_finish (GObject *source, GAsyncResult *result)
{
    g_autoptr (GError) unclosed = NULL;

    if (!simstow_channel_close_finish (SIMSTOW_CHANNEL (source), result, &unclosed))
        g_debug ("the channel to the eUICC may be open still: %s", unclosed->message);
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;

    close_finish (source, result);
    end_job (task);
}

/* The requests, each in STORE DATA commands, GSMA SGP.22 5.7.2: P1 11, or 91 for the last block,
 * P2 counting */

static void
next_block (GTask *task);

/* Of a block that is not the last one only the status word counts, of the last one what came */
static void
take_answer (Job *job, SimstowEuiccCommand *command, GBytes *response)
{
    g_autoptr (GBytes) answer = simstow_apdu_take_data (response, &command->error);

    if (!answer || job->offset + BLOCK_SIZE < g_bytes_get_size (command->request))
        return;
    if (g_bytes_get_size (answer) > 0)
        command->answer = g_steal_pointer (&answer);
    else
        command->error = g_error_new_literal (SIMSTOW_ERROR,
                                              SIMSTOW_ERROR_MODEM_ERROR,
                                              "the eUICC answers with nothing");
}

static void
on_block_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Job *job = g_task_get_task_data (task);
    SimstowEuiccCommand *command = command_at (job, job->position);
    g_autoptr (GBytes) response =
        simstow_channel_transmit_finish (SIMSTOW_CHANNEL (source), result, &command->error);

    if (response)
        take_answer (job, command, response);
    job->offset += BLOCK_SIZE;
    job->block++;
    /* one that is not answered costs no other */
    if (g_error_matches (command->error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED))
        job->fatal = g_error_copy (command->error);
    next_block (task);
}

static void
next_block (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    SimstowEuiccCommand *command = NULL;
    g_autoptr (GBytes) block = NULL;
    g_autoptr (GBytes) apdu = NULL;
    gsize left;

    while (job->position < job->commands->len && !job->fatal) {
        command = command_at (job, job->position);
        if (!command->request)
            command->answer = g_bytes_ref (simstow_channel_get_aid (job->channel));
        if (!command->answer && !command->error)
            break;
        job->position++;
        job->offset = job->block = 0;
    }
    if (job->position == job->commands->len || job->fatal) {
        simstow_channel_close_async (job->channel, on_closed, g_object_ref (task));
        return;
    }
    left = g_bytes_get_size (command->request) - job->offset;
    block = g_bytes_new_from_bytes (command->request, job->offset, MIN (left, BLOCK_SIZE));
    apdu = simstow_apdu_new (
        (const guint8[]){0x80, 0xE2, left <= BLOCK_SIZE ? 0x91 : 0x11, (guint8) job->block},
        block,
        left <= BLOCK_SIZE ? SIMSTOW_APDU_LE_ALL : SIMSTOW_APDU_LE_NONE);
    simstow_channel_transmit_async (job->channel,
                                    apdu,
                                    g_task_get_cancellable (task),
                                    on_block_ready,
                                    g_object_ref (task));
}

/* Finding the secure element */

/* Whether nothing but the selection of an element is asked for that is known: then there is
 * nothing to do. */
static gboolean
answer_known (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    GPtrArray *elements = memory_of (task)->elements;

    for (guint i = 0; i < job->commands->len; i++)
        if (command_at (job, i)->request)
            return FALSE;
    if (job->element > elements->len)
        return FALSE;
    for (guint i = 0; i < job->commands->len; i++)
        command_at (job, i)->answer = g_bytes_ref (elements->pdata[job->element - 1]);
    end_job (task);
    return TRUE;
}

static void
on_usim_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;

    close_finish (source, result);
    end_without_element (task);
}

/* A card that opens another application in the same way has no ISD-R. */
static void
on_usim_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (SimstowChannel) channel =
        simstow_card_open_finish (SIMSTOW_CARD (source), result, NULL, NULL);

    if (channel)
        simstow_channel_close_async (channel, on_usim_closed, g_object_ref (task));
    else
        end_job (task);
}

/* Cards without an eUICC refuse in all sorts of ways. Who lacks a way to the card, and what the
 * card itself says that it lacks, is one thing; what was declared and refused is another. */
static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowCard *self = SIMSTOW_CARD (source);
    Job *job = g_task_get_task_data (task);
    SimstowCardMemory *memory = memory_of (task);
    g_autoptr (GPtrArray) usim = simstow_card_usim_aids ();

    job->channel = simstow_card_open_finish (self, result, NULL, &job->fatal);
    if (job->channel) {
        if (memory->elements->len == 0)
            g_ptr_array_add (memory->elements,
                             g_bytes_ref (simstow_channel_get_aid (job->channel)));
        memory->euicc_way = simstow_channel_get_way (job->channel)->name;
        next_block (task);
    } else if (simstow_card_lacks (job->fatal) || !simstow_card_hides (job->fatal)) {
        end_job (task);
    } else {
        simstow_card_open_async (self,
                                 usim,
                                 g_task_get_cancellable (task),
                                 on_usim_opened,
                                 g_object_ref (task));
    }
}

static GPtrArray *
aids_new (void)
{
    return g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
}

static void
open_element (GTask *task)
{
    const Job *job = g_task_get_task_data (task);
    GPtrArray *elements = memory_of (task)->elements;
    g_autoptr (GPtrArray) aids = aids_new ();

    if (job->element <= elements->len)
        g_ptr_array_add (aids, g_bytes_ref (elements->pdata[job->element - 1]));
    for (guint i = 0; job->element == 1 && i < G_N_ELEMENTS (isdr_aids); i++)
        g_ptr_array_add (aids, simstow_hex_decode (isdr_aids[i], -1, NULL));
    simstow_card_open_by_async (g_task_get_source_object (task),
                                NULL,
                                aids,
                                TRUE,
                                g_task_get_cancellable (task),
                                on_opened,
                                g_object_ref (task));
}

/* Further secure elements of the card whose first one was found: each name that one may have is
 * tried once for a SIM. */

static void
try_further (GTask *task);

/* The same but for the lowest bit, and those of cards of two chips */
static GPtrArray *
further_aids (GBytes *found)
{
    GPtrArray *aids = aids_new ();
    gsize size;
    gconstpointer data = g_bytes_get_data (found, &size);
    guint8 *neighbour = g_memdup2 (data, size);

    neighbour[size - 1] ^= 1;
    g_ptr_array_add (aids, g_bytes_new_take (neighbour, size));
    for (guint i = TWINS_FROM; i < TWINS_END; i++) {
        g_autoptr (GBytes) twin = simstow_hex_decode (isdr_aids[i], -1, NULL);

        if (!g_bytes_equal (twin, found) && !g_bytes_equal (twin, aids->pdata[0]))
            g_ptr_array_add (aids, g_steal_pointer (&twin));
    }
    return aids;
}

static void
on_further_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Job *job = g_task_get_task_data (task);

    close_finish (source, result);
    g_clear_object (&job->channel);
    try_further (task);
}

static void
on_further_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Job *job = g_task_get_task_data (task);

    job->channel = simstow_card_open_finish (SIMSTOW_CARD (source), result, NULL, NULL);
    if (!job->channel) {
        try_further (task);
        return;
    }
    g_ptr_array_add (memory_of (task)->elements,
                     g_bytes_ref (simstow_channel_get_aid (job->channel)));
    simstow_channel_close_async (job->channel, on_further_closed, g_object_ref (task));
}

static void
try_further (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    SimstowCardMemory *memory = memory_of (task);
    g_autoptr (GPtrArray) aids = aids_new ();

    if (g_cancellable_is_cancelled (g_task_get_cancellable (task))) {
        end_without (task, simstow_card_cancelled_error ());
    } else if (job->aids->len > 0) {
        g_ptr_array_add (aids, g_ptr_array_steal_index (job->aids, 0));
        simstow_card_open_async (g_task_get_source_object (task),
                                 aids,
                                 g_task_get_cancellable (task),
                                 on_further_opened,
                                 g_object_ref (task));
    } else {
        memory->all_elements = TRUE;
        if (job->element > memory->elements->len)
            end_without_element (task);
        else if (!answer_known (task))
            open_element (task);
    }
}

void
simstow_card_run_euicc_async (SimstowCard *self,
                              guint element,
                              GPtrArray *commands,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    const SimstowCardMemory *memory = simstow_card_renew (self);
    Job *job = g_new0 (Job, 1);

    g_task_set_source_tag (task, simstow_card_run_euicc_async);
    g_task_set_check_cancellable (task, FALSE);
    job->commands = g_ptr_array_ref (commands);
    job->element = element;
    g_task_set_task_data (task, job, job_free);
    if (memory->no_element) {
        end_without (task, g_error_copy (memory->no_element));
    } else if (answer_known (task)) {
        return;
    } else if (element == 1 || element <= memory->elements->len) {
        open_element (task);
    } else if (memory->elements->len == 0 || memory->all_elements || element > ELEMENT_MAX) {
        end_without_element (task);
    } else {
        job->aids = further_aids (memory->elements->pdata[0]);
        try_further (task);
    }
}

void
simstow_card_run_euicc_finish (SimstowCard *self, GAsyncResult *result)
{
    g_return_if_fail (g_task_is_valid (result, self));

    g_task_propagate_boolean (G_TASK (result), NULL);
}
