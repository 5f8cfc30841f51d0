/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Odd modems over AT: an answer is made as the standard has it, then bent.
 */

#include "sim-at-quirks.h"

#include <stdio.h>
#include <string.h>

#include "sim-quirks.h"

static SimAtResult
parse_code (const gchar *text)
{
    guint number = strlen (text) > 4 ? g_ascii_strtoull (text + 4, NULL, 10) : 0;

    if (g_str_has_prefix (text, "cme "))
        return SIM_AT_CME (number);
    if (g_str_has_prefix (text, "cms "))
        return SIM_AT_CMS (number);
    return g_str_equal (text, "ok") ? SIM_AT_OK : SIM_AT_ERROR;
}

/* lines */

static gboolean
has_messages (const GPtrArray *commands)
{
    for (guint i = 0; i < commands->len; i++) {
        if (g_str_has_prefix (commands->pdata[i], "+CMG") ||
            g_str_has_prefix (commands->pdata[i], "+CPMS"))
            return TRUE;
    }
    return FALSE;
}

SimAtPlan
sim_at_quirks_plan (const SimStore *store, const GPtrArray *commands, gsize length)
{
    SimAtPlan plan = {G_MAXUINT, SIM_AT_OK, G_MAXUINT};
    const gchar *code;
    guint number;

    number = sim_quirks_number (store, "line-most", &code);
    if (number > 0 && length > number)
        return (SimAtPlan){0, parse_code (code), G_MAXUINT};
    if (commands->len < 2)
        return plan;
    code = sim_quirks_get (store, "joined");
    if (code)
        return (SimAtPlan){0, parse_code (code), G_MAXUINT};
    code = sim_quirks_get (store, "sms-standalone");
    if (code && has_messages (commands))
        return (SimAtPlan){0, parse_code (code), G_MAXUINT};
    number = sim_quirks_number (store, "joined-most", &code);
    if (number > 0 && commands->len > number)
        return (SimAtPlan){0, parse_code (code), G_MAXUINT};
    number = sim_quirks_number (store, "joined-half", &code);
    if (number > 0 && commands->len > number)
        plan = (SimAtPlan){number, parse_code (code), G_MAXUINT};
    number = sim_quirks_number (store, "joined-mute", NULL);
    if (number > 0)
        plan.mute = number - 1;
    return plan;
}

/* commands */

static gboolean
refuse_busy (const SimStore *store, const gchar *name, SimAtResult *result)
{
    const gchar *code = sim_quirks_get (store, "busy-code");
    gboolean messages = g_str_has_prefix (name, "+CMG") || g_str_equal (name, "+CPMS");
    gboolean card = g_str_has_prefix (name, "+CCH") || g_str_equal (name, "+CRSM") ||
                    g_str_equal (name, "+CGLA") || g_str_equal (name, "+CSIM");

    if (!sim_quirks_busy (store) || g_str_equal (name, "+CMGF") ||
        !(messages || card || g_str_has_prefix (name, "+CPB")))
        return FALSE;
    if (code)
        *result = parse_code (code);
    else
        *result = messages ? SIM_AT_CMS (314) : SIM_AT_CME (14);
    return TRUE;
}

static gboolean
refuse_range (const SimStore *store, const SimAtCommand *command, SimAtResult *result)
{
    const gchar *code;
    guint most = sim_quirks_number (store, "cpbr-most", &code);
    guint first, last;

    if (most == 0 || !sim_at_arg_number (command, 0, 0, &first) ||
        !sim_at_arg_number (command, 1, first, &last) || last < first || last - first < most)
        return FALSE;
    *result = parse_code (code);
    return TRUE;
}

gboolean
sim_at_quirks_refuse (const SimStore *store, const SimAtCommand *command, SimAtResult *result)
{
    guint arguments = sim_quirks_number (store, "cpms-args", NULL);
    gboolean set = command->kind == SIM_AT_SET;
    const gchar *code;

    if (refuse_busy (store, command->name, result))
        return TRUE;
    if (set && g_str_equal (command->name, "+CPBR"))
        return refuse_range (store, command, result);
    if (set && g_str_equal (command->name, "+CPMS") && arguments > 0 &&
        command->args->len != arguments) {
        *result = SIM_AT_CMS (302);
        return TRUE;
    }
    code = sim_quirks_get (store, "cpbw-place");
    if (set && code && g_str_equal (command->name, "+CPBW") && !sim_at_arg (command, 0)) {
        *result = parse_code (code);
        return TRUE;
    }
    return FALSE;
}

/* answers: each takes a line of information and gives the one that is sent */

static gchar *
without (const gchar *text, const gchar *characters)
{
    GString *out = g_string_new (NULL);

    for (; *text; text++) {
        if (!strchr (characters, *text))
            g_string_append_c (out, *text);
    }
    return g_string_free (out, FALSE);
}

static gchar *
replace (const gchar *text, const gchar *from, const gchar *to)
{
    g_auto (GStrv) parts = g_strsplit (text, from, -1);

    return g_strjoinv (to, parts);
}

/* commas outside of quotes */
static gchar *
spread (const gchar *text)
{
    GString *out = g_string_new (NULL);
    gboolean quoted = FALSE;

    for (; *text; text++) {
        if (*text == '"')
            quoted = !quoted;
        if (*text == ',' && !quoted)
            g_string_append (out, " , ");
        else
            g_string_append_c (out, *text);
    }
    return g_string_free (out, FALSE);
}

/* Returns: (nullable): NULL for a form that all answers have not in common */
static gchar *
shape_common (const gchar *line, const gchar *form)
{
    if (g_str_equal (form, "tight"))
        return replace (line, ": ", ":");
    if (g_str_equal (form, "spaces"))
        return spread (line);
    if (g_str_equal (form, "unquoted"))
        return without (line, "\"");
    if (g_str_equal (form, "bare"))
        return without (line, "()");
    return NULL;
}

/* +CPMS: (LIST),(LIST),(LIST) */
static gchar *
shape_memories (const gchar *line, const gchar *form)
{
    const gchar *open = strchr (line, '(');
    const gchar *close = strchr (line, ')');
    g_autofree gchar *list = open && close ? g_strndup (open + 1, close - open - 1) : NULL;

    if (!list)
        return g_strdup (line);
    if (g_str_equal (form, "bare"))
        return g_strdup_printf ("+CPMS: %s", list);
    if (g_str_equal (form, "triple"))
        return g_strdup_printf ("+CPMS: %s,%s,%s", list, list, list);
    if (g_str_equal (form, "one"))
        return g_strdup_printf ("+CPMS: (%s)", list);
    if (g_str_equal (form, "two"))
        return g_strdup_printf ("+CPMS: (%s),(%s)", list, list);
    if (g_str_equal (form, "empty"))
        return g_strdup ("+CPMS: (),(),()");
    return shape_common (line, form);
}

/* NAME,USED,TOTAL or USED,TOTAL, any number of times */
static gchar *
shape_counts (const gchar *line, const gchar *form, gboolean named)
{
    const gchar *rest = strchr (line, ' ') + 1;
    g_auto (GStrv) parts = g_strsplit (rest, ",", -1);
    g_autoptr (GString) out = g_string_new (NULL);
    guint width = named ? 3 : 2;

    for (guint i = 0; parts[i]; i++) {
        gboolean used = i % width == width - 2;
        guint64 number = g_ascii_strtoull (parts[i], NULL, 10);

        if ((g_str_equal (form, "nocounts") && i % width > 0) ||
            (g_str_equal (form, "nototal") && i % width == width - 1))
            continue;
        if (g_str_equal (form, "first") && i >= width)
            break;
        g_string_append (out, i ? "," : "");
        if (used && g_str_equal (form, "high"))
            g_string_append_printf (out, "%" G_GUINT64_FORMAT, number + 1);
        else if (used && g_str_equal (form, "zero"))
            g_string_append_c (out, '0');
        else
            g_string_append (out, parts[i]);
    }
    return g_strdup_printf ("%.*s%s", (gint) (rest - line), line, out->str);
}

static gchar *
shape_selected (const gchar *line, const gchar *form, gboolean named)
{
    gchar *common = shape_common (line, form);

    return common ? common : shape_counts (line, form, named);
}

/* +CPMS: USED,TOTAL,USED,TOTAL,USED,TOTAL */
static gchar *
shape_chosen (const SimStore *store, const gchar *line, const gchar *form)
{
    if (g_str_equal (form, "none"))
        return NULL;
    if (g_str_equal (form, "names")) {
        g_auto (GStrv) parts = g_strsplit (strchr (line, ' ') + 1, ",", -1);
        GString *out = g_string_new ("+CPMS: ");

        for (guint i = 0; i < 3; i++)
            g_string_append_printf (out,
                                    "%s\"%s\",%s,%s",
                                    i ? "," : "",
                                    store->cpms[i]->name,
                                    parts[2 * i],
                                    parts[2 * i + 1]);
        return g_string_free (out, FALSE);
    }
    if (g_str_equal (form, "nocounts"))
        return g_strdup ("+CPMS: ");
    return shape_selected (line, form, FALSE);
}

/* +CPBR: (FIRST-LAST),NUMBER,NAME... */
static gchar *
shape_range (const gchar *line, const gchar *form)
{
    const gchar *close = strchr (line, ')');
    guint first = 0, last = 0;

    if (!close || sscanf (line, "+CPBR: (%u-%u)", &first, &last) != 2)
        return g_strdup (line);
    if (g_str_equal (form, "comma"))
        return g_strdup_printf ("+CPBR: (%u,%u%s", first, last, close);
    if (g_str_equal (form, "nolengths"))
        return g_strndup (line, close + 1 - line);
    if (g_str_equal (form, "emptylengths"))
        return g_strdup_printf ("%.*s,,", (gint) (close + 1 - line), line);
    if (g_str_equal (form, "high"))
        return g_strdup_printf ("+CPBR: (%u-%u%s", first, last + 1, close);
    if (g_str_equal (form, "list")) {
        GString *out = g_string_new ("+CPBR: (");

        for (guint i = first; i <= last; i++)
            g_string_append_printf (out, "%s%u", i > first ? "," : "", i);
        g_string_append (out, close);
        return g_string_free (out, FALSE);
    }
    return shape_common (line, form);
}

/* +CPBR: INDEX,"NUMBER",TYPE,"NAME"... */
static gchar *
shape_entry (const gchar *line, const gchar *form, gboolean first)
{
    const gchar *number = strchr (line, '"');
    const gchar *type = strstr (number + 1, "\",") + 2;
    const gchar *name = strchr (type, ',');

    if (g_str_equal (form, "unquoted"))
        return g_strdup_printf ("%.*s%.*s%s",
                                (gint) (number - line),
                                line,
                                (gint) (type - number - 3),
                                number + 1,
                                type - 1);
    if (g_str_equal (form, "notype"))
        return g_strdup_printf ("%.*s%s", (gint) (type - line), line, name);
    if (g_str_equal (form, "noname"))
        return g_str_equal (name, ",\"\"") ? g_strndup (line, name - line) : g_strdup (line);
    if (g_str_equal (form, "lower"))
        return g_strdup_printf ("%.*s%s",
                                (gint) (name - line),
                                line,
                                strspn (name, ",\"0123456789ABCDEF") == strlen (name)
                                    ? g_ascii_strdown (name, -1)
                                    : name);
    if (g_str_equal (form, "trail"))
        return g_strconcat (line, ",", NULL);
    if (g_str_equal (form, "date"))
        return g_strconcat (line, ",\"26/03/14,09:26:53-20\"", NULL);
    if (g_str_equal (form, "once"))
        return g_strdup (first ? line : line + strlen ("+CPBR: "));
    return shape_common (line, form);
}

/* +CMGL: INDEX,STAT,,LENGTH or +CMGR: STAT,,LENGTH, or the line of the PDU */
static gchar *
shape_message (const gchar *line, const gchar *form)
{
    const gchar *alpha = strstr (line, ",,");

    if (line[0] != '+')
        return g_str_equal (form, "lower") ? g_ascii_strdown (line, -1) : g_strdup (line);
    if (g_str_equal (form, "lower"))
        return g_strdup (line);
    if (g_str_equal (form, "alpha"))
        return replace (line, ",,", ",\"\",");
    if (g_str_equal (form, "name"))
        return replace (line, ",,", ",\"Ana, B\",");
    if (g_str_equal (form, "trail"))
        return g_strconcat (line, ",", NULL);
    if (g_str_equal (form, "noalpha"))
        return replace (line, ",,", ",");
    if (g_str_equal (form, "length"))
        return g_strdup_printf ("%.*s,,%" G_GUINT64_FORMAT,
                                (gint) (alpha - line),
                                line,
                                g_ascii_strtoull (alpha + 2, NULL, 10) + 8);
    return shape_common (line, form);
}

static gchar *
shape_line (const SimStore *store, const SimAtCommand *command, const gchar *line, guint row)
{
    static const struct {
        const gchar *command;
        SimAtKind kind;
        const gchar *quirk;
    } quirks[] = {
        {"+CPMS", SIM_AT_TEST, "cpms-list"},
        {"+CPMS", SIM_AT_READ, "cpms-read"},
        {"+CPMS", SIM_AT_SET, "cpms-set"},
        {"+CPBS", SIM_AT_TEST, "cpbs-list"},
        {"+CPBS", SIM_AT_READ, "cpbs-read"},
        {"+CPBR", SIM_AT_TEST, "cpbr-range"},
        {"+CPBR", SIM_AT_SET, "cpbr-row"},
        {"+CMGL", SIM_AT_SET, "cmgl-row"},
        {"+CMGR", SIM_AT_SET, "cmgl-row"},
        {"+CSCS", SIM_AT_TEST, "cscs-list"},
    };
    const gchar *quirk = NULL;
    const gchar *form;

    for (guint i = 0; i < G_N_ELEMENTS (quirks); i++) {
        if (g_str_equal (quirks[i].command, command->name) && quirks[i].kind == command->kind)
            quirk = quirks[i].quirk;
    }
    form = quirk ? sim_quirks_get (store, quirk) : NULL;
    if (!form)
        return g_strdup (line);
    if (g_str_equal (quirk, "cpms-list"))
        return shape_memories (line, form);
    if (g_str_equal (quirk, "cpms-read"))
        return shape_selected (line, form, TRUE);
    if (g_str_equal (quirk, "cpms-set"))
        return shape_chosen (store, line, form);
    if (g_str_equal (quirk, "cpbs-list") && g_str_equal (form, "empty"))
        return g_strdup ("+CPBS: ()");
    if (g_str_equal (quirk, "cpbs-read"))
        return shape_selected (line, form, TRUE);
    if (g_str_equal (quirk, "cpbr-range"))
        return shape_range (line, form);
    if (g_str_equal (quirk, "cpbr-row"))
        return shape_entry (line, form, row == 0);
    if (g_str_equal (quirk, "cmgl-row"))
        return shape_message (line, form);
    return shape_common (line, form);
}

/* V.250 5.4.2.2 undone, for some bytes */
static void
append_raw (GString *out, const gchar *line, const gchar *which)
{
    for (; *line; line++) {
        gint high = *line == '\\' && line[1] ? g_ascii_xdigit_value (line[1]) : -1;
        gint low = high >= 0 && line[2] ? g_ascii_xdigit_value (line[2]) : -1;
        gint byte = low >= 0 ? high << 4 | low : -1;
        gboolean raw = byte >= 0 && (g_str_equal (which, "all") ||
                                     (byte == '"' && g_str_equal (which, "quotes")) ||
                                     (byte == 0 && g_str_equal (which, "nul")) ||
                                     (byte > 0 && byte < 0x20 && g_str_equal (which, "controls")));

        g_string_append_c (out, raw ? byte : *line);
        line += raw ? 2 : 0;
    }
}

/* how many lines are sent, of so many */
static guint
count_lines (const SimStore *store, const SimAtCommand *command, guint lines)
{
    guint entries = sim_quirks_number (store, "cpbr-rows", NULL);
    guint messages = sim_quirks_number (store, "cmgl-rows", NULL);

    if (command->kind != SIM_AT_SET)
        return lines;
    if (entries > 0 && g_str_equal (command->name, "+CPBR"))
        return MIN (lines, entries);
    return messages > 0 && g_str_equal (command->name, "+CMGL") ? MIN (lines, 2 * messages) : lines;
}

static void
answer_nothing (const SimStore *store,
                const SimAtCommand *command,
                SimAtResult *result,
                GString *answer)
{
    const gchar *code = NULL;

    if (command->kind != SIM_AT_SET)
        return;
    if (*result == SIM_AT_OK && g_str_equal (command->name, "+CPBR"))
        code = sim_quirks_get (store, "cpbr-empty");
    if (*result == SIM_AT_CMS (321) && g_str_equal (command->name, "+CMGR"))
        code = sim_quirks_get (store, "cmgr-empty");
    if (*result == SIM_AT_OK && g_str_equal (command->name, "+CMGL"))
        code = sim_quirks_get (store, "cmgl-empty");
    if (g_strcmp0 (code, "zero") == 0) {
        g_string_append (answer, "\r\n+CMGR: 0,,0\r\n");
        *result = SIM_AT_OK;
    } else if (code) {
        *result = parse_code (code);
    }
}

void
sim_at_quirks_shape (const SimStore *store,
                     const SimAtCommand *command,
                     SimAtResult *result,
                     GString *answer,
                     gsize start)
{
    const gchar *raw = sim_quirks_get (store, "names-raw");
    const gchar *notice, *bare;
    guint place = sim_quirks_number (store, "notice", &notice);
    guint bare_place = sim_quirks_number (store, "notice-bare", &bare);
    g_auto (GStrv) lines = NULL;
    guint count;

    if (answer->len == start)
        answer_nothing (store, command, result, answer);
    if (answer->len < start + 4)
        return;
    /* as it is made: CR LF, then lines that end so */
    lines = g_strsplit (answer->str + start + 2, "\r\n", -1);
    count = count_lines (store, command, g_strv_length (lines) - 1);
    g_string_truncate (answer, start);
    g_string_append (answer, "\r\n");
    for (guint i = 0; i < count; i++) {
        g_autofree gchar *line = shape_line (store, command, lines[i], i);

        if (line && raw && g_str_equal (command->name, "+CPBR"))
            append_raw (answer, line, raw);
        else if (line)
            g_string_append (answer, line);
        if (line)
            g_string_append (answer, "\r\n");
        if (place == i + 1)
            g_string_append_printf (answer, "\r\n%s\r\n", notice);
        if (bare_place == i + 1)
            g_string_append_printf (answer, "%s\r\n", bare);
    }
    if (answer->len == start + 2)
        g_string_truncate (answer, start);
}

/* not before a final result: every program looks for that one as it is */
static void
break_rows (GString *answer)
{
    static const gchar *const rows[] = {"+CPBR:", "+CPBS:", "+CMGL:", "+CPMS:", "+CSCS:"};

    for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree gchar *from = g_strconcat ("\r\n", rows[i], NULL);
        g_autofree gchar *to = g_strconcat (" \r\n", rows[i], NULL);

        g_string_replace (answer, from, to, 0);
    }
}

void
sim_at_quirks_send (const SimStore *store, GString *answer)
{
    const gchar *form = sim_quirks_get (store, "crlf");

    if (!form)
        return;
    if (g_str_equal (form, "blank"))
        g_string_replace (answer, "\r\n", "\r\n\r\n", 0);
    else
        break_rows (answer);
}
