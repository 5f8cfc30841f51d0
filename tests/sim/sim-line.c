/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes of one line. What the modem sends waits in a queue: with a line speed it
 * leaves in slices, one every SLICE milliseconds; without, as the descriptor
 * takes it.
 */

#include "sim-line.h"

#include <errno.h>
#include <glib-unix.h>
#include <unistd.h>

#define SLICE         10
#define BITS_PER_BYTE 10

struct _SimLine {
    gint fd;
    SimKnobs *knobs;
    SimAt *at;
    SimLineClosed closed;
    gpointer user_data;
    GByteArray *output;
    guint reader;
    guint writer;
    guint closer;
    gboolean unplugged;
};

static gboolean
on_close (gpointer user_data)
{
    SimLine *self = user_data;

    self->closer = 0;
    self->closed (self, self->unplugged, self->user_data);
    return G_SOURCE_REMOVE;
}

/* Closing frees the line, so it waits until nobody is inside it. */
static void
close_soon (SimLine *self)
{
    g_clear_handle_id (&self->reader, g_source_remove);
    g_clear_handle_id (&self->writer, g_source_remove);
    if (self->closer == 0)
        self->closer = g_idle_add (on_close, self);
}

static void
write_some (SimLine *self, gsize limit)
{
    gssize n = write (self->fd, self->output->data, MIN (limit, self->output->len));

    if (n < 0 && errno != EAGAIN && errno != EINTR) {
        close_soon (self);
        return;
    }
    if (n <= 0)
        return;
    sim_knobs_count (self->knobs, TRUE, n);
    sim_knobs_trace (self->knobs, TRUE, (const gchar *) self->output->data, n);
    g_byte_array_remove_range (self->output, 0, n);
}

static gboolean
on_slice (gpointer user_data)
{
    SimLine *self = user_data;
    gsize slice = (gsize) self->knobs->baud * SLICE / 1000 / BITS_PER_BYTE;

    write_some (self, MAX (slice, 1));
    if (self->writer != 0 && self->output->len == 0)
        self->writer = 0;
    return self->writer != 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
on_writable (gint fd, GIOCondition condition, gpointer user_data)
{
    SimLine *self = user_data;

    write_some (self, self->output->len);
    if (self->writer != 0 && self->output->len == 0)
        self->writer = 0;
    return self->writer != 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
on_output (const gchar *bytes, gsize length, gpointer user_data)
{
    SimLine *self = user_data;

    if (!bytes) {
        self->unplugged = TRUE;
        close_soon (self);
        return;
    }
    if (self->closer)
        return;
    g_byte_array_append (self->output, (const guint8 *) bytes, length);
    if (self->writer)
        return;
    if (self->knobs->baud)
        self->writer = g_timeout_add (SLICE, on_slice, self);
    else
        self->writer = g_unix_fd_add (self->fd, G_IO_OUT, on_writable, self);
}

static gboolean
on_readable (gint fd, GIOCondition condition, gpointer user_data)
{
    SimLine *self = user_data;
    gchar buffer[4096];
    gssize n = read (fd, buffer, sizeof (buffer));

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return G_SOURCE_CONTINUE;
    /* the master of a terminal that nobody has open reads as EIO */
    if (n <= 0) {
        self->reader = 0;
        close_soon (self);
        return G_SOURCE_REMOVE;
    }
    sim_at_feed (self->at, buffer, n);
    return self->reader != 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

SimLine *
sim_line_new (gint fd, SimStore *store, SimKnobs *knobs, SimLineClosed closed, gpointer user_data)
{
    SimLine *self = g_new0 (SimLine, 1);

    self->fd = fd;
    self->knobs = knobs;
    self->closed = closed;
    self->user_data = user_data;
    self->output = g_byte_array_new ();
    self->at = sim_at_new (store, knobs, on_output, self);
    g_unix_set_fd_nonblocking (fd, TRUE, NULL);
    self->reader = g_unix_fd_add (fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, self);
    return self;
}

void
sim_line_free (SimLine *self)
{
    g_clear_handle_id (&self->reader, g_source_remove);
    g_clear_handle_id (&self->writer, g_source_remove);
    g_clear_handle_id (&self->closer, g_source_remove);
    sim_at_free (self->at);
    g_byte_array_unref (self->output);
    close (self->fd);
    g_free (self);
}

SimAt *
sim_line_at (SimLine *self)
{
    return self->at;
}
