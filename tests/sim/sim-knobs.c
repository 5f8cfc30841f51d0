/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults, speeds, counters and the traffic log of the simulated modem.
 */

#include "sim-knobs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const gchar *name;
    SimFaultKind kind;
} kinds[] = {
    {"error", SIM_FAULT_ERROR},
    {"cme", SIM_FAULT_CME},
    {"cms", SIM_FAULT_CMS},
    {"silence", SIM_FAULT_SILENCE},
    {"lost", SIM_FAULT_LOST},
    {"garbage", SIM_FAULT_GARBAGE},
    {"truncate", SIM_FAULT_TRUNCATE},
    {"cut", SIM_FAULT_CUT},
    {"double", SIM_FAULT_DOUBLE},
    {"huge", SIM_FAULT_HUGE},
    {"notice", SIM_FAULT_NOTICE},
    {"reply", SIM_FAULT_REPLY},
    {"delay", SIM_FAULT_DELAY},
    {"hold", SIM_FAULT_HOLD},
    {"unplug", SIM_FAULT_UNPLUG},
    {"unplug-after", SIM_FAULT_UNPLUG_AFTER},
    {"remove", SIM_FAULT_REMOVE},
    {"kill", SIM_FAULT_KILL},
};

static void
fault_free (SimFault *self)
{
    g_free (self->glob);
    g_free (self->text);
    g_free (self);
}

SimKnobs *
sim_knobs_new (void)
{
    SimKnobs *self = g_new0 (SimKnobs, 1);

    self->faults = g_ptr_array_new_with_free_func ((GDestroyNotify) fault_free);
    return self;
}

void
sim_knobs_free (SimKnobs *self)
{
    g_ptr_array_unref (self->faults);
    if (self->log)
        fclose (self->log);
    g_free (self);
}

static gboolean
parse_nth (SimFault *fault, const gchar *text)
{
    gchar *end = NULL;

    fault->first = 1;
    fault->every = g_str_equal (text, "*");
    if (fault->every)
        return TRUE;
    fault->first = g_ascii_strtoull (text, &end, 10);
    fault->every = *end == '+';
    return fault->first > 0 && end[fault->every ? 1 : 0] == '\0';
}

static gboolean
parse_kind (SimFault *fault, const gchar *text)
{
    for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
        if (!g_str_equal (kinds[i].name, text))
            continue;
        fault->kind = kinds[i].kind;
        return TRUE;
    }
    return FALSE;
}

gboolean
sim_knobs_add_fault (SimKnobs *self, const gchar *line, GError **error)
{
    g_auto (GStrv) words = g_strsplit (line, " ", 4);
    SimFault *fault = g_new0 (SimFault, 1);

    /* owned by the list until it proves bad */
    g_ptr_array_add (self->faults, fault);
    if (g_strv_length (words) < 3 || !parse_nth (fault, words[0]) ||
        !parse_kind (fault, words[2])) {
        g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE, "bad fault “%s”", line);
        g_ptr_array_remove (self->faults, fault);
        return FALSE;
    }
    fault->glob = g_strdup (words[1]);
    fault->number = fault->kind == SIM_FAULT_HUGE ? SIM_HUGE : 64;
    if (words[3])
        fault->number = g_ascii_strtoull (words[3], NULL, 10);
    fault->text = g_strcompress (words[3]                          ? words[3]
                                 : fault->kind == SIM_FAULT_NOTICE ? "^RSSI:18"
                                                                   : "");
    return TRUE;
}

const SimFault *
sim_knobs_match (SimKnobs *self, const gchar *command)
{
    const SimFault *hit = NULL;

    self->commands++;
    for (guint i = 0; i < self->faults->len; i++) {
        SimFault *fault = g_ptr_array_index (self->faults, i);

        if (!g_pattern_match_simple (fault->glob, command))
            continue;
        fault->seen++;
        if (!hit && (fault->every ? fault->seen >= fault->first : fault->seen == fault->first))
            hit = fault;
    }
    return hit;
}

void
sim_knobs_count (SimKnobs *self, gboolean out, gsize length)
{
    if (out)
        self->bytes_out += length;
    else
        self->bytes_in += length;
}

void
sim_knobs_trace (SimKnobs *self, gboolean out, const gchar *bytes, gsize length)
{
    FILE *log = self->log;

    if (!log)
        return;
    fprintf (log, "%" G_GINT64_FORMAT " %c ", g_get_real_time (), out ? '<' : '>');
    for (gsize i = 0; i < length; i++) {
        guint8 byte = bytes[i];

        if (byte == '\r')
            fputs ("\\r", log);
        else if (byte == '\n')
            fputs ("\\n", log);
        else if (byte < 0x20 || byte > 0x7E || byte == '\\')
            fprintf (log, "\\x%02x", byte);
        else
            putc_unlocked (byte, log);
    }
    fputc ('\n', log);
    fflush (log);
}

gboolean
sim_knobs_set_log (SimKnobs *self, const gchar *path, GError **error)
{
    if (self->log)
        fclose (self->log);
    self->log = NULL;
    if (!path)
        return TRUE;
    self->log = fopen (path, "ae");
    if (self->log)
        return TRUE;
    g_set_error (error,
                 G_FILE_ERROR,
                 g_file_error_from_errno (errno),
                 "%s: %s",
                 path,
                 g_strerror (errno));
    return FALSE;
}
