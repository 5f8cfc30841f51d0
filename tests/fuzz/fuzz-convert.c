/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as the file of any program that is recognised: they are refused with a reason, or
 * every record goes into each format that can be written, and is read again from there.
 */

#include "simstow-archive-records.h"
#include "simstow-format.h"

#include "fuzz-replay.h"

typedef struct {
    const SimstowFormat *format;
    SimstowFormatOutput output;
    GString *text[SIMSTOW_RECORD_KINDS];
    gboolean again;
} Writer;

static void
writer_init (Writer *writer, const SimstowFormat *format, const SimstowFormatOptions *options)
{
    guint i;

    writer->format = format;
    writer->output.options = options;
    writer->output.losses = g_new0 (SimstowLosses, 1);
    writer->output.sims = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    for (i = 0; i < SIMSTOW_RECORD_KINDS; i++)
        writer->text[i] = g_string_new (NULL);
}

static void
writer_clear (Writer *writer)
{
    guint i;

    if (writer->format->free_data && writer->output.data)
        writer->format->free_data (writer->output.data);
    g_free (writer->output.losses);
    g_hash_table_unref (writer->output.sims);
    for (i = 0; i < SIMSTOW_RECORD_KINDS; i++)
        g_string_free (writer->text[i], TRUE);
}

static gboolean
on_again (const SimstowRecord *record, gpointer user_data, GError **error)
{
    guint64 *counts = user_data;

    counts[record->kind]++;
    return TRUE;
}

static gboolean
run (const SimstowFormat *format,
     gconstpointer data,
     gsize size,
     SimstowRecordFunc func,
     gpointer user_data,
     GError **error)
{
    g_autoptr (GInputStream) raw = g_memory_input_stream_new_from_data (data, (gssize) size, NULL);
    g_autoptr (GInputStream) stream = g_buffered_input_stream_new (raw);
    SimstowLosses losses = {{0}};
    SimstowFormatInput input = {
        .path = "/dev/null",
        .stream = stream,
        .losses = &losses,
        .func = func,
        .user_data = user_data,
    };

    return format->read (&input, error);
}

/* What was written is read again, whatever it was made of */
static void
read_again (Writer *writer, guint kind)
{
    g_autoptr (GString) file = g_string_new (NULL);
    g_autoptr (GError) error = NULL;
    guint64 counts[SIMSTOW_RECORD_KINDS] = {0};

    if (writer->output.counts[kind] == 0 || !writer->format->read)
        return;
    if (writer->format->begin)
        writer->format->begin (&writer->output, (SimstowRecordKind) kind, file);
    g_string_append_len (file, writer->text[kind]->str, (gssize) writer->text[kind]->len);
    if (writer->format->end)
        writer->format->end (&writer->output, (SimstowRecordKind) kind, file);
    run (writer->format, file->str, file->len, on_again, counts, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (counts[kind], ==, writer->output.counts[kind]);
}

static gboolean
on_record (const SimstowRecord *record, gpointer user_data, GError **error)
{
    GArray *writers = user_data;
    SimstowLosses losses = {{0}};
    guint i;

    if (record->kind == SIMSTOW_RECORD_MESSAGE) {
        g_autoptr (GPtrArray) messages = simstow_record_to_messages (record, &losses);

        if (messages->len > 0) {
            g_auto (SimstowRecord) back;

            simstow_record_from_message (&back, g_ptr_array_index (messages, 0));
            g_assert_cmpint (back.date, ==, record->date);
            g_assert_cmpint (back.sent, ==, record->sent);
            g_assert_cmpstr (back.address, ==, record->address);
        }
    } else if (record->kind == SIMSTOW_RECORD_CALL) {
        g_autoptr (SimstowCall) call = simstow_record_to_call (record);
        g_auto (SimstowRecord) back;

        simstow_record_from_call (&back, call);
        g_assert_cmpint (back.date, ==, record->date);
        g_assert_cmpint (back.type, ==, record->type);
        g_assert_cmpstr (back.address, ==, record->address);
    }
    for (i = 0; i < writers->len; i++) {
        Writer *writer = &g_array_index (writers, Writer, i);

        if ((writer->format->kinds >> record->kind & 1) != 0 &&
            writer->format->add (&writer->output, record, writer->text[record->kind]))
            writer->output.counts[record->kind]++;
    }
    return TRUE;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    const SimstowFormatOptions options = {.captured = 1700000000};
    const SimstowFormat *format =
        simstow_formats_sniff ((const gchar *) data, MIN (size, SIMSTOW_SNIFF_SIZE));
    g_autoptr (GArray) writers = g_array_new (FALSE, TRUE, sizeof (Writer));
    g_autoptr (GError) error = NULL;
    const SimstowFormat *to;
    guint kind;
    guint i;

    if (!format)
        return 0;
    for (i = 0; (to = simstow_formats_get (i)); i++) {
        Writer writer = {NULL};

        if (!to->add)
            continue;
        writer_init (&writer, to, &options);
        g_array_append_val (writers, writer);
    }
    if (!run (format, data, size, on_record, writers, &error))
        g_assert_nonnull (error);
    for (i = 0; i < writers->len; i++) {
        Writer *writer = &g_array_index (writers, Writer, i);

        for (kind = 0; kind < SIMSTOW_RECORD_KINDS; kind++)
            read_again (writer, kind);
        writer_clear (writer);
    }
    return 0;
}
