/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One AT command taken apart: name, form, parameters (V.250 5.4).
 */

#include <string.h>

#include "sim-at.h"

static void
arg_free (SimAtArg *self)
{
    g_free (self->text);
    g_free (self);
}

void
sim_at_command_free (SimAtCommand *self)
{
    g_free (self->name);
    g_free (self->raw);
    g_ptr_array_unref (self->args);
    g_free (self);
}

/* A string constant: up to the closing quote; a backslash and two digits are a byte. */
static gboolean
parse_string (const gchar **position, GString *out)
{
    const gchar *p = *position + 1;

    while (*p != '"') {
        gint high = *p == '\\' && p[1] ? g_ascii_xdigit_value (p[1]) : -1;
        gint low = high >= 0 && p[2] ? g_ascii_xdigit_value (p[2]) : -1;

        if (*p == '\0')
            return FALSE;
        if (low >= 0) {
            g_string_append_c (out, high << 4 | low);
            p += 3;
        } else {
            g_string_append_c (out, *p++);
        }
    }
    *position = p + 1;
    return TRUE;
}

static SimAtArg *
parse_arg (const gchar **position)
{
    g_autoptr (GString) out = g_string_new (NULL);
    const gchar *p = *position;
    SimAtArg *arg = g_new0 (SimAtArg, 1);

    while (*p == ' ')
        p++;
    arg->quoted = *p == '"';
    if (arg->quoted && !parse_string (&p, out)) {
        arg_free (arg);
        return NULL;
    }
    while (arg->quoted && *p == ' ')
        p++;
    while (!arg->quoted && *p && *p != ',')
        g_string_append_c (out, *p++);
    *position = p;
    if (!arg->quoted)
        g_strchomp (out->str);
    arg->length = arg->quoted ? out->len : strlen (out->str);
    arg->text = g_string_free (g_steal_pointer (&out), FALSE);
    return arg;
}

static gboolean
parse_args (GPtrArray *args, const gchar *text)
{
    while (TRUE) {
        SimAtArg *arg = parse_arg (&text);

        if (!arg)
            return FALSE;
        g_ptr_array_add (args, arg);
        if (*text == '\0')
            return TRUE;
        if (*text != ',')
            return FALSE;
        text++;
    }
}

SimAtCommand *
sim_at_command_parse (const gchar *text)
{
    g_autoptr (SimAtCommand) command = g_new0 (SimAtCommand, 1);
    gsize length = strcspn (text, "=?");
    const gchar *rest = text + length;
    g_autofree gchar *name = g_strndup (text, length);

    command->args = g_ptr_array_new_with_free_func ((GDestroyNotify) arg_free);
    command->name = g_ascii_strup (g_strchomp (name), -1);
    command->kind = SIM_AT_EXEC;
    if (g_str_equal (rest, "?")) {
        command->kind = SIM_AT_READ;
    } else if (g_str_equal (rest, "=?")) {
        command->kind = SIM_AT_TEST;
    } else if (*rest == '=') {
        command->kind = SIM_AT_SET;
        command->raw = g_strdup (rest + 1);
        if (!parse_args (command->args, rest + 1))
            return NULL;
    } else if (*rest) {
        return NULL;
    }
    return g_steal_pointer (&command);
}

const SimAtArg *
sim_at_arg (const SimAtCommand *command, guint index)
{
    const SimAtArg *arg;

    if (index >= command->args->len)
        return NULL;
    arg = g_ptr_array_index (command->args, index);
    return arg->length == 0 && !arg->quoted ? NULL : arg;
}

const gchar *
sim_at_arg_text (const SimAtCommand *command, guint index)
{
    const SimAtArg *arg = sim_at_arg (command, index);

    return arg ? arg->text : NULL;
}

gboolean
sim_at_arg_number (const SimAtCommand *command, guint index, guint otherwise, guint *value)
{
    const SimAtArg *arg = sim_at_arg (command, index);
    guint64 number = 0;

    *value = otherwise;
    if (!arg)
        return TRUE;
    if (arg->quoted || !g_ascii_string_to_unsigned (arg->text, 10, 0, G_MAXINT, &number, NULL))
        return FALSE;
    *value = number;
    return TRUE;
}
