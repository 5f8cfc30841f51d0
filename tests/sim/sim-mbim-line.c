/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MBIM messages on a line.
 */

#include "sim-mbim-line.h"

#include <string.h>

#define HEADER          12
#define FRAGMENT_HEADER 20
#define COMMAND_HEADER  28 /* behind the fragment header: UUID, command, kind, length */
#define MAX_MESSAGE     65536

/* message types, MBIM 1.0 table 9-2 */
#define OPEN           0x00000001
#define CLOSE          0x00000002
#define COMMAND        0x00000003
#define OPEN_DONE      0x80000001
#define CLOSE_DONE     0x80000002
#define COMMAND_DONE   0x80000003
#define FUNCTION_ERROR 0x80000004
#define INDICATE       0x80000007

/* protocol errors, table 9-7 */
#define ERROR_FRAGMENT 2
#define ERROR_LENGTH   3
#define ERROR_NOT_OPEN 5
#define ERROR_UNKNOWN  8

static const guint8 proxy_uuid[] = {0x83,
                                    0x8C,
                                    0xF7,
                                    0xFB,
                                    0x8D,
                                    0x0D,
                                    0x4D,
                                    0x7F,
                                    0x87,
                                    0x1E,
                                    0xD7,
                                    0x1D,
                                    0xBE,
                                    0xFB,
                                    0xB3,
                                    0x9B};

struct _SimMbimLine {
    SimMbim *mbim;
    SimMbimOutput output;
    gpointer user_data;
    GByteArray *input;
    GByteArray *command; /* information of the fragments so far */
    guint32 expected;    /* the number of the next fragment */
    gboolean opened;
    gboolean closed;
    GPtrArray *late;
};

/* an answer that waits for its time */
typedef struct {
    SimMbimLine *line;
    guint source;
    gboolean held;
    guint32 transaction;
    GByteArray *content;
} Late;

static void
late_free (gpointer data)
{
    Late *late = data;

    if (late->source > 0) {
        g_source_remove (late->source);
    }
    g_byte_array_unref (late->content);
    g_free (late);
}

static guint32
word_at (const guint8 *bytes, gsize offset)
{
    bytes += offset;
    return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (guint32) bytes[3] << 24;
}

static void
append_word (GByteArray *bytes, guint32 value)
{
    guint32 little = GUINT32_TO_LE (value);

    g_byte_array_append (bytes, (const guint8 *) &little, sizeof little);
}

static void
send_words (SimMbimLine *self, guint32 type, guint32 transaction, guint32 value)
{
    g_autoptr (GByteArray) message = g_byte_array_new ();

    append_word (message, type);
    append_word (message, HEADER + 4);
    append_word (message, transaction);
    append_word (message, value);
    self->output (self->user_data, message->data, message->len);
}

/* a message with a fragment header, in as many messages as it needs */
static void
send_fragments (SimMbimLine *self,
                guint32 type,
                guint32 transaction,
                const GByteArray *content,
                gboolean noticed)
{
    gsize room = sim_mbim_fragment (self->mbim) - FRAGMENT_HEADER;
    guint32 total = (content->len + room - 1) / room;

    for (guint32 i = 0; i < total; i++) {
        g_autoptr (GByteArray) message = g_byte_array_new ();
        gsize size = MIN (room, content->len - i * room);

        if (noticed && i == total - 1) {
            sim_mbim_tell_signal (self->mbim);
        }
        append_word (message, type);
        append_word (message, FRAGMENT_HEADER + size);
        append_word (message, transaction);
        append_word (message, total);
        append_word (message, i);
        g_byte_array_append (message, content->data + i * room, size);
        self->output (self->user_data, message->data, message->len);
    }
}

static gboolean
on_late (gpointer user_data)
{
    Late *late = user_data;
    SimMbimLine *self = late->line;

    if (late->held && sim_mbim_holds (self->mbim)) {
        return G_SOURCE_CONTINUE;
    }
    late->source = 0;
    send_fragments (self, COMMAND_DONE, late->transaction, late->content, FALSE);
    g_ptr_array_remove (self->late, late);
    return G_SOURCE_REMOVE;
}

static void
send_later (SimMbimLine *self, guint32 transaction, GByteArray *content, guint delay, gboolean held)
{
    Late *late = g_new0 (Late, 1);

    late->line = self;
    late->held = held;
    late->transaction = transaction;
    late->content = g_byte_array_ref (content);
    late->source = g_timeout_add (delay, on_late, late);
    g_ptr_array_add (self->late, late);
}

static void
send_done (SimMbimLine *self,
           guint32 transaction,
           const guint8 *uuid,
           guint32 cid,
           guint32 status,
           const GByteArray *information)
{
    g_autoptr (GByteArray) content = g_byte_array_new ();
    gboolean held;
    gboolean twice;
    gboolean noticed;
    guint delay = sim_mbim_take_delay (self->mbim, &held);

    sim_mbim_take_odd (self->mbim, &twice, &noticed);
    g_byte_array_append (content, uuid, sizeof proxy_uuid);
    append_word (content, cid);
    append_word (content, status);
    append_word (content, information == NULL ? 0 : information->len);
    if (information != NULL) {
        g_byte_array_append (content, information->data, information->len);
    }
    if (delay > 0) {
        send_later (self, transaction, content, delay, held);
    } else {
        send_fragments (self, COMMAND_DONE, transaction, content, noticed);
    }
    if (twice) {
        send_fragments (self, COMMAND_DONE, transaction, content, FALSE);
    }
}

static void
on_indicate (gpointer user_data, const guint8 *uuid, guint32 cid, const guint8 *data, gsize size)
{
    SimMbimLine *self = user_data;
    g_autoptr (GByteArray) content = g_byte_array_new ();

    if (!self->opened) {
        return;
    }
    g_byte_array_append (content, uuid, sizeof proxy_uuid);
    append_word (content, cid);
    append_word (content, size);
    g_byte_array_append (content, data, size);
    send_fragments (self, INDICATE, 0, content, FALSE);
}

static void
run_command (SimMbimLine *self, guint32 transaction, const guint8 *command, gsize size)
{
    guint32 cid = word_at (command, 16);
    guint32 information = word_at (command, 24);
    g_autoptr (GByteArray) out = NULL;
    SimMbimOutcome outcome;
    guint32 status;

    if (information > size - COMMAND_HEADER) {
        send_words (self, FUNCTION_ERROR, transaction, ERROR_LENGTH);
        return;
    }
    if (memcmp (command, proxy_uuid, sizeof proxy_uuid) == 0) {
        /* its configuration: whatever device is asked for, it is this one */
        send_done (self, transaction, command, cid, cid == 1 ? 0 : 9, NULL);
        return;
    }
    if (!self->opened) {
        send_words (self, FUNCTION_ERROR, transaction, ERROR_NOT_OPEN);
        return;
    }
    outcome = sim_mbim_run (self->mbim,
                            command,
                            cid,
                            word_at (command, 20) == 1,
                            command + COMMAND_HEADER,
                            information,
                            &status,
                            &out);
    if (outcome == SIM_MBIM_UNPLUG) {
        self->closed = TRUE;
        self->output (self->user_data, NULL, 0);
    } else if (outcome == SIM_MBIM_ANSWER) {
        send_done (self, transaction, command, cid, status, out);
    }
}

static void
take_fragment (SimMbimLine *self, guint32 transaction, const guint8 *message, gsize size)
{
    g_autoptr (GByteArray) whole = NULL;
    guint32 total;
    guint32 current;

    if (size < FRAGMENT_HEADER) {
        send_words (self, FUNCTION_ERROR, transaction, ERROR_LENGTH);
        return;
    }
    total = word_at (message, 12);
    current = word_at (message, 16);
    if (current != self->expected || current >= total) {
        self->expected = 0;
        g_byte_array_set_size (self->command, 0);
        send_words (self, FUNCTION_ERROR, transaction, ERROR_FRAGMENT);
        return;
    }
    g_byte_array_append (self->command, message + FRAGMENT_HEADER, size - FRAGMENT_HEADER);
    self->expected = current + 1;
    if (self->expected < total) {
        return;
    }
    self->expected = 0;
    whole = g_steal_pointer (&self->command);
    self->command = g_byte_array_new ();
    if (whole->len < COMMAND_HEADER) {
        send_words (self, FUNCTION_ERROR, transaction, ERROR_LENGTH);
        return;
    }
    run_command (self, transaction, whole->data, whole->len);
}

static void
take_message (SimMbimLine *self, const guint8 *message, gsize size)
{
    guint32 transaction = word_at (message, 8);

    switch (word_at (message, 0)) {
    case OPEN:
        self->opened = TRUE;
        send_words (self, OPEN_DONE, transaction, 0);
        return;
    case CLOSE:
        self->opened = FALSE;
        send_words (self, CLOSE_DONE, transaction, 0);
        return;
    case COMMAND:
        take_fragment (self, transaction, message, size);
        return;
    default:
        send_words (self, FUNCTION_ERROR, transaction, ERROR_UNKNOWN);
    }
}

void
sim_mbim_line_feed (SimMbimLine *self, const guint8 *bytes, gsize size)
{
    g_byte_array_append (self->input, bytes, size);
    while (!self->closed && self->input->len >= HEADER) {
        guint32 length = word_at (self->input->data, 4);
        g_autoptr (GByteArray) message = NULL;

        if (length < HEADER || length > MAX_MESSAGE) {
            self->closed = TRUE;
            self->output (self->user_data, NULL, 0);
            return;
        }
        if (self->input->len < length) {
            return;
        }
        message = g_byte_array_new ();
        g_byte_array_append (message, self->input->data, length);
        g_byte_array_remove_range (self->input, 0, length);
        take_message (self, message->data, message->len);
    }
}

SimMbimLine *
sim_mbim_line_new (SimMbim *mbim, SimMbimOutput output, gpointer user_data)
{
    SimMbimLine *self = g_new0 (SimMbimLine, 1);

    self->mbim = mbim;
    self->output = output;
    self->user_data = user_data;
    self->input = g_byte_array_new ();
    self->command = g_byte_array_new ();
    self->late = g_ptr_array_new_with_free_func (late_free);
    sim_mbim_listen (mbim, on_indicate, self);
    return self;
}

void
sim_mbim_line_free (SimMbimLine *self)
{
    sim_mbim_unlisten (self->mbim, self);
    g_ptr_array_unref (self->late);
    g_byte_array_unref (self->input);
    g_byte_array_unref (self->command);
    g_free (self);
}
