/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests of GSMA SGP.22 5.7 to an eUICC: a fixed set that reads, and four that set something and
 * can be set back. Where it is looked for who asks decides.
 */

#include "simstow-card-euicc.h"

#include <string.h>

#include "simstow-apdu.h"
#include "simstow-card-at.h"
#include "simstow-card-mbim.h"
#include "simstow-error.h"
#include "simstow-hex.h"

#define ANNOUNCE_SECONDS 10
#define BLOCK_SIZE       120
#define ICCID_BYTES      10
#define ICCID_DIGITS_MIN 10

static const struct {
    const gchar *name;
    const gchar *request;
} reads[] = {
    {"eid", "BF3E035C015A"},
    {"addresses", "BF3C00"},
    {"info2", "BF2200"},
    /* The tag list asks for owner, receivers and policy, which come only when asked for; some
     * cards refuse it */
    {"profiles", "BF2D0D5C0B5A4F9F709091929599B6B7"},
    {"profiles-plain", "BF2D00"},
    {"notifications", "BF2B00"},
};

/* Identifiers under which cards show their ISD-R, but for the last digit, which tells the chips of
 * one card apart: GSMA SGP.22, 5ber, eSIM.me, Xesim, LinksField, ESTKme, eSTK.me */
static const gchar *const aids[] = {
    "A0000005591010FFFFFFFF890000010",
    "A0000005591010FFFFFFFF890005050",
    "A000000559101000000000890000030",
    "A0000005591010FFFFFFFF890000017",
    "A000000559104C696E6B736669656C6",
    "A06573746B6D65FFFFFFFF4953442D5",
    "A06573746B6D65FFFF4953442D52203",
};

#define AID_DIGITS 32
#define USIM       "A0000000871002"

/* TERMINAL CAPABILITY with support of local user interface, download and discovery, ETSI
 * TS 102 221 11.1.19. Its length is a multiple of four, as libmbim before 1.31 adds to any other.
 */
static const guint8 capability[] = {0xA9, 0x06, 0x81, 0x01, 0x00, 0x83, 0x01, 0x07};

/* Requests that set something; to enable and to disable a profile a REFRESH is wanted */
static const struct {
    const gchar *name;
    guint8 function;    /* behind BF */
    gboolean profile;   /* it is about one */
    guint8 tag;         /* of the value */
    const gchar *value; /* %NULL: the caller's */
    gboolean ascii;
    glong max_chars;
    gsize max_bytes;
} writes[] = {
    {"nickname", 0x29, TRUE, 0x90, NULL, FALSE, 64, 255},
    {"default-smdp", 0x3F, FALSE, 0x80, NULL, TRUE, 127, 127},
    {"enable", 0x31, TRUE, 0x81, "\xFF", TRUE, 0, 0},
    {"disable", 0x32, TRUE, 0x81, "\xFF", TRUE, 0, 0},
};

static void
append_object (GByteArray *array, guint8 tag, gconstpointer data, gsize size)
{
    const guint8 head[] = {tag, 0x82, (guint8) (size >> 8), (guint8) size};
    const guint8 brief[] = {tag, 0x81, (guint8) size};

    if (size >= 0x100)
        g_byte_array_append (array, head, sizeof (head));
    else if (size >= 0x80)
        g_byte_array_append (array, brief, sizeof (brief));
    else
        g_byte_array_append (array, (const guint8[]){tag, (guint8) size}, 2);
    g_byte_array_append (array, data, (guint) size);
}

/* Swapped digits, F to the end; ITU-T E.118. */
static gboolean
append_iccid (GByteArray *array, const gchar *iccid)
{
    guint8 octets[ICCID_BYTES];
    gsize length = strlen (iccid);
    gsize i;

    memset (octets, 0xFF, sizeof (octets));
    for (i = 0; i < length && length <= 2 * ICCID_BYTES && g_ascii_isxdigit (iccid[i]); i++) {
        guint8 digit = (guint8) g_ascii_xdigit_value (iccid[i]);

        octets[i / 2] = (guint8) (i % 2 == 0 ? 0xF0 | digit : (octets[i / 2] & 0x0F) | digit << 4);
    }
    append_object (array, 0x5A, octets, sizeof (octets));
    return i == length && length >= ICCID_DIGITS_MIN;
}

/* A profile is named as it is to get a nickname, and within A0 to be switched. */
static GBytes *
make_request (gsize row, const gchar *iccid, const gchar *value)
{
    g_autoptr (GByteArray) profile = g_byte_array_new ();
    g_autoptr (GByteArray) objects = g_byte_array_new ();
    GByteArray *request = NULL;
    const gchar *octets = writes[row].value ? writes[row].value : value;

    if (iccid && !append_iccid (profile, iccid))
        return NULL;
    if (writes[row].value)
        append_object (objects, 0xA0, profile->data, profile->len);
    else
        g_byte_array_append (objects, profile->data, profile->len);
    append_object (objects, writes[row].tag, octets, strlen (octets));
    request = g_byte_array_new ();
    g_byte_array_append (request, (const guint8[]){0xBF}, 1);
    append_object (request, writes[row].function, objects->data, objects->len);
    return g_byte_array_free_to_bytes (request);
}

/* Commands, from text */

void
simstow_euicc_command_free (SimstowEuiccCommand *command)
{
    g_clear_pointer (&command->answer, g_bytes_unref);
    g_clear_error (&command->error);
    g_clear_pointer (&command->aid, g_bytes_unref);
    g_clear_pointer (&command->request, g_bytes_unref);
    g_free (command);
}

static gboolean
take_selection (SimstowEuiccCommand *command, const gchar *aid)
{
    gsize length = strlen (aid);

    for (gsize i = 0; !command->aid && i < G_N_ELEMENTS (aids); i++)
        if (length == AID_DIGITS && g_str_has_prefix (aid, aids[i]))
            command->aid = simstow_hex_decode (aid, -1, NULL);
    if (g_str_equal (aid, USIM))
        command->aid = simstow_card_usim_aid ();
    return command->aid != NULL;
}

static gboolean
take_write (SimstowEuiccCommand *command, gchar **words, guint n, const gchar *value)
{
    for (gsize i = 0; i < G_N_ELEMENTS (writes); i++)
        if (g_str_equal (words[0], writes[i].name) && n == (writes[i].profile ? 2 : 1) &&
            g_utf8_strlen (value, -1) <= writes[i].max_chars &&
            strlen (value) <= writes[i].max_bytes && (!writes[i].ascii || g_str_is_ascii (value)))
            command->request = make_request (i, writes[i].profile ? words[1] : NULL, value);
    command->writes = TRUE;
    return command->request != NULL;
}

static gboolean
take_text (SimstowEuiccCommand *command, const gchar *text, const gchar *value)
{
    g_auto (GStrv) words = g_strsplit (text, " ", 3);
    guint n = g_strv_length (words);
    gboolean bare = *value == '\0';

    for (gsize i = 0; bare && i < G_N_ELEMENTS (reads); i++)
        if (g_str_equal (text, reads[i].name))
            command->request = simstow_hex_decode (reads[i].request, -1, NULL);
    if (command->request || (bare && g_str_equal (text, "announce")))
        return TRUE;
    if (n == 2 && bare && g_str_equal (words[0], "select"))
        return take_selection (command, words[1]);
    return n > 0 && take_write (command, words, n, value);
}

SimstowEuiccCommand *
simstow_euicc_command_parse (const gchar *text, GBytes *data, GError **error)
{
    g_autoptr (SimstowEuiccCommand) command = g_new0 (SimstowEuiccCommand, 1);
    gsize size = data ? g_bytes_get_size (data) : 0;
    g_autofree gchar *value = NULL;

    value = size > 0 ? g_strndup (g_bytes_get_data (data, NULL), size) : g_strdup ("");
    if (strlen (value) == size && g_utf8_validate (value, -1, NULL) &&
        take_text (command, text, value))
        return g_steal_pointer (&command);
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_INVALID_RECORD,
                         "this is no request to an eUICC, or not as it is to be made");
    return NULL;
}

/* A job */

typedef struct {
    GPtrArray *commands;
    guint position;
    SimstowChannel *channel;
    gsize offset;  /* of the block under way, in the request */
    guint block;   /* its number */
    GError *last;  /* why the last selection failed */
    GError *fatal; /* nothing is sent any more */
} Job;

static void
job_free (gpointer data)
{
    Job *job = data;

    g_ptr_array_unref (job->commands);
    g_clear_object (&job->channel);
    g_clear_error (&job->last);
    g_clear_error (&job->fatal);
    g_free (job);
}

static SimstowEuiccCommand *
current (const Job *job)
{
    return g_ptr_array_index (job->commands, job->position);
}

static SimstowCardMemory *
memory_of (GTask *task)
{
    return simstow_card_get_memory (g_task_get_source_object (task));
}

static void
next_command (GTask *task);

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) unclosed = NULL;

    if (!simstow_channel_close_finish (SIMSTOW_CHANNEL (source), result, &unclosed))
        g_debug ("the channel to the eUICC may be open still: %s", unclosed->message);
    g_task_return_boolean (task, TRUE);
}

/* What the card lacks is known once nothing was found; what was there before is no lack. */
static void
note_lacks (Job *job, SimstowCardMemory *memory)
{
    for (guint i = 0; !job->channel && i < job->commands->len; i++) {
        const SimstowEuiccCommand *command = g_ptr_array_index (job->commands, i);

        if (command->aid && !g_hash_table_contains (memory->lacking, command->aid) &&
            g_error_matches (command->error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND))
            g_hash_table_insert (memory->lacking,
                                 g_bytes_ref (command->aid),
                                 g_error_copy (command->error));
    }
}

/* All that has no outcome gets the error that ended the job. */
static void
end_job (GTask *task)
{
    Job *job = g_task_get_task_data (task);

    note_lacks (job, memory_of (task));

    for (; job->position < job->commands->len; job->position++)
        if (!current (job)->answer && !current (job)->error)
            current (job)->error = g_error_copy (job->fatal);
    if (job->channel)
        simstow_channel_close_async (job->channel, on_closed, g_object_ref (task));
    else
        g_task_return_boolean (task, TRUE);
}

/* Selecting and announcing */

static void
on_selected (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Job *job = g_task_get_task_data (task);
    SimstowCardMemory *memory = memory_of (task);
    SimstowEuiccCommand *command = current (job);

    job->channel =
        simstow_card_open_finish (SIMSTOW_CARD (source), result, &command->answer, &command->error);
    if (job->channel) {
        memory->euicc_way = simstow_channel_get_way (job->channel)->name;
        g_hash_table_replace (memory->lacking, g_bytes_ref (command->aid), NULL);
    } else {
        g_clear_error (&job->last);
        job->last = g_error_copy (command->error);
        /* there may be nobody to be asked for another application */
        if (simstow_card_is_silent (job->last) || !(memory->way || memory->declared))
            job->fatal = g_error_copy (job->last);
    }
    job->position++;
    next_command (task);
}

static void
take_announced (GTask *task, GBytes *response)
{
    Job *job = g_task_get_task_data (task);
    SimstowCardMemory *memory = memory_of (task);
    g_autoptr (GBytes) data =
        response ? simstow_apdu_take_data (response, &current (job)->error) : NULL;

    memory->announced = TRUE;
    if (data)
        g_hash_table_remove_all (memory->lacking);
    else
        memory->deaf = g_error_copy (current (job)->error);
    job->position++;
    next_command (task);
}

static void
on_announced (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Job *job = g_task_get_task_data (task);
    GError **error = &current (job)->error;
    g_autofree gchar *reply = simstow_port_at_finish (SIMSTOW_PORT (source), result, error);
    g_autoptr (GBytes) response = reply ? simstow_card_at_parse_exchange (reply, error) : NULL;

    take_announced (task, response);
}

static void
announce_by_line (GTask *task)
{
    static const guint8 header[] = {0x80, 0xAA, 0x00, 0x00};
    g_autoptr (GBytes) data = g_bytes_new_static (capability, sizeof capability);
    g_autoptr (GBytes) apdu = simstow_apdu_new (header, data, SIMSTOW_APDU_LE_NONE);
    g_autofree gchar *command = simstow_card_at_exchange (NULL, apdu);

    simstow_port_at_async (simstow_card_get_port (g_task_get_source_object (task)),
                           command,
                           FALSE,
                           ANNOUNCE_SECONDS,
                           NULL,
                           on_announced,
                           g_object_ref (task));
}

static void
on_announced_by_mbim (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Job *job = g_task_get_task_data (task);
    SimstowPort *port = SIMSTOW_PORT (source);
    g_autoptr (GBytes) response =
        simstow_card_mbim_finish (port, result, NULL, &current (job)->error);

    if (!response && simstow_port_has_at (port)) {
        g_clear_error (&current (job)->error);
        announce_by_line (task);
    } else {
        take_announced (task, response);
    }
}

static void
announce (GTask *task)
{
    SimstowPort *port = simstow_card_get_port (g_task_get_source_object (task));
    g_autoptr (GBytes) data = g_bytes_new_static (capability, sizeof capability);

    if (simstow_port_peek_mbim (port))
        simstow_card_mbim_async (port,
                                 SIMSTOW_CARD_MBIM_CAPABILITY,
                                 data,
                                 0,
                                 0,
                                 0,
                                 ANNOUNCE_SECONDS,
                                 NULL,
                                 on_announced_by_mbim,
                                 g_object_ref (task));
    else
        announce_by_line (task);
}

/* The requests, each in STORE DATA commands, GSMA SGP.22 5.7.2: P1 11, or 91 for the last block,
 * P2 counting */

static void
send_block (GTask *task);

/* Of a block that is not the last one only the status word counts, of the last one what came; a
 * request that is not answered costs no other. */
static void
on_block_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    Job *job = g_task_get_task_data (task);
    SimstowEuiccCommand *command = current (job);
    g_autoptr (GBytes) response =
        simstow_channel_transmit_finish (SIMSTOW_CHANNEL (source), result, &command->error);
    g_autoptr (GBytes) data = response ? simstow_apdu_take_data (response, &command->error) : NULL;

    job->offset += BLOCK_SIZE;
    job->block++;
    if (data && job->offset < g_bytes_get_size (command->request)) {
        send_block (task);
        return;
    }
    if (data && g_bytes_get_size (data) == 0)
        command->error = g_error_new_literal (SIMSTOW_ERROR,
                                              SIMSTOW_ERROR_MODEM_ERROR,
                                              "the eUICC answers with nothing");
    else
        command->answer = g_steal_pointer (&data);
    if (g_error_matches (command->error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED))
        job->fatal = g_error_copy (command->error);
    job->position++;
    next_command (task);
}

static void
send_block (GTask *task)
{
    const Job *job = g_task_get_task_data (task);
    GBytes *request = current (job)->request;
    gsize left = g_bytes_get_size (request) - job->offset;
    gboolean last = left <= BLOCK_SIZE;
    const guint8 header[] = {0x80, 0xE2, last ? 0x91 : 0x11, (guint8) job->block};
    g_autoptr (GBytes) block =
        g_bytes_new_from_bytes (request, job->offset, MIN (left, BLOCK_SIZE));
    g_autoptr (GBytes) apdu =
        simstow_apdu_new (header, block, last ? SIMSTOW_APDU_LE_ALL : SIMSTOW_APDU_LE_NONE);

    simstow_channel_transmit_async (job->channel,
                                    apdu,
                                    g_task_get_cancellable (task),
                                    on_block_ready,
                                    g_object_ref (task));
}

/* Whether an ISD-R is selected */
static gboolean
is_ready (const Job *job)
{
    return job->channel &&
           g_bytes_get_size (simstow_channel_get_aid (job->channel)) == AID_DIGITS / 2;
}

/* Whether the command can be answered without the card */
static gboolean
answer_known (const Job *job, const SimstowCardMemory *memory, SimstowEuiccCommand *command)
{
    const GError *known = NULL;

    if (command->request && is_ready (job))
        return FALSE;
    if (command->request)
        known = job->last;
    else if (job->channel)
        return TRUE;
    else if (command->aid)
        known = g_hash_table_lookup (memory->lacking, command->aid);
    else if (memory->announced && !memory->deaf)
        return TRUE;
    else
        known = memory->deaf;
    if (known)
        command->error = g_error_copy (known);
    else if (command->request)
        command->error =
            g_error_new_literal (SIMSTOW_ERROR, SIMSTOW_ERROR_DENIED, "no ISD-R is selected");
    return command->error != NULL;
}

static void
next_command (GTask *task)
{
    Job *job = g_task_get_task_data (task);
    const SimstowCardMemory *memory = memory_of (task);

    while (!job->fatal && job->position < job->commands->len &&
           answer_known (job, memory, current (job))) {
        if (current (job)->aid && current (job)->error) {
            g_clear_error (&job->last);
            job->last = g_error_copy (current (job)->error);
        }
        job->position++;
    }
    if (!job->fatal && g_cancellable_is_cancelled (g_task_get_cancellable (task)))
        job->fatal = simstow_card_cancelled_error ();
    if (job->fatal || job->position == job->commands->len) {
        end_job (task);
    } else if (current (job)->aid) {
        simstow_card_open_async (g_task_get_source_object (task),
                                 NULL,
                                 current (job)->aid,
                                 g_task_get_cancellable (task),
                                 on_selected,
                                 g_object_ref (task));
    } else if (current (job)->request) {
        job->offset = job->block = 0;
        send_block (task);
    } else {
        announce (task);
    }
}

void
simstow_card_run_euicc_async (SimstowCard *self,
                              GPtrArray *commands,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    Job *job = g_new0 (Job, 1);

    g_task_set_source_tag (task, simstow_card_run_euicc_async);
    g_task_set_check_cancellable (task, FALSE);
    simstow_card_renew (self);
    job->commands = g_ptr_array_ref (commands);
    g_task_set_task_data (task, job, job_free);
    next_command (task);
}

void
simstow_card_run_euicc_finish (SimstowCard *self, GAsyncResult *result)
{
    g_return_if_fail (g_task_is_valid (result, self));

    g_task_propagate_boolean (G_TASK (result), NULL);
}
