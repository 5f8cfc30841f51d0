/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands of a call, group by group: each group one line if the modem takes it, else what it
 * needs selected, its commands one by one, and what was selected put back.
 */

#include "simstow-door-line.h"

#include <string.h>

#include "simstow-at-text.h"
#include "simstow-door-table.h"
#include "simstow-error.h"
#include "simstow-hex.h"

/* More than any modem's documentation promises to take */
#define LINE_MAX_LENGTH 1000

/* So many lines refused, whose commands then succeed one by one, and none that was taken: the
 * modem takes no lines of several commands */
#define STRIKES 2

#define SHORT_SECONDS  10
#define LIST_SECONDS   60
#define ESCAPE_SECONDS 2
#define VALUE_CHARS    G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_."
#define PDU_MODE       "0"
#define END_OF_MESSAGE "\x1a"
#define GIVE_UP        "\x1b"

#define SETTINGS 2

#define CHANGED_MEANWHILE "the modem's settings were changed meanwhile"

/* Something of the modem that a call needs in a certain way */
typedef struct {
    const gchar *command;   /* NULL: none */
    gboolean quoted;        /* its values */
    gboolean always;        /* set also where it is so already, as far as is known */
    gboolean daemons;       /* set by the daemon, too, as it enables the modem */
    gchar *now;             /* what the modem said it is */
    gboolean left;          /* and that was not put back */
    SimstowPortSetup setup; /* how far the daemon was then */
} Setting;

struct _SimstowDoorLine {
    SimstowPort *port;
    gsize proven;  /* the longest line of several commands that succeeded */
    gsize limit;   /* lines of several commands are no longer than this */
    gsize doubted; /* one so long was refused, and none so long was taken since */
    guint strikes;
    Setting phonebook[SETTINGS];
    Setting messages[SETTINGS];
};

typedef enum {
    ROLE_ASK,
    ROLE_SELECT,
    ROLE_COMMAND,
    ROLE_PUT_BACK,
    ROLE_CHECK, /* that it was put back */
} Role;

/* A command that is sent, on its own or in a line */
typedef struct {
    Role role;
    guint number; /* of the setting, or of the caller's command */
    gchar *text;
    gchar *prefix;  /* what the information text begins with: "+CPBS" of +CPBS? */
    GString *reply; /* NULL: nothing came */
} Item;

static void
item_free (gpointer data)
{
    Item *item = data;

    g_free (item->text);
    g_free (item->prefix);
    if (item->reply != NULL)
        g_string_free (item->reply, TRUE);
    g_free (item);
}

typedef struct _Run Run;

struct _Run {
    SimstowDoorLine *line;
    SimstowDoorCall *call;
    GCancellable *cancellable;
    void (*done) (gpointer user_data);
    gpointer user_data;
    Setting *settings;
    gchar *wanted[SETTINGS];
    gboolean used[SETTINGS];
    gboolean asked[SETTINGS];   /* in this call */
    gboolean changed[SETTINGS]; /* and not put back yet */
    gboolean after[SETTINGS];   /* the same, once the line under way is done */
    gboolean held;              /* all is as the commands want it, from a line before */
    guint bare;                 /* the first command of those that were sent so */
    SimstowPortSetup began;     /* as the call began */
    SimstowPortSetup setup;     /* as the last line was sent */
    guint next;                 /* the group under way */
    guint end;
    GPtrArray *items; /* those sent now */
    guint item;
    void (*then) (Run *run); /* behind the last of them */
    guint n_selects;         /* phonebooks that the commands of a line select */
    gboolean smaller;        /* one at most */
    gboolean repeated;       /* the group, as something else was selected */
    gboolean sent_again;     /* the line, as it was not answered */
    gsize refused_length;    /* of the line whose commands are sent one by one */
    GError *refusal;         /* of a selection: without it nothing is sent */
    gboolean refused_for_good;
    GError *end_error; /* the modem is silent or gone, or the job is cancelled */
};

static void
run_free (Run *run)
{
    guint i;

    for (i = 0; i < SETTINGS; i++)
        g_free (run->wanted[i]);
    g_clear_pointer (&run->items, g_ptr_array_unref);
    g_clear_error (&run->refusal);
    g_clear_error (&run->end_error);
    g_clear_object (&run->cancellable);
    g_free (run);
}

static gboolean
asks (const gchar *text)
{
    return g_str_has_suffix (text, "?");
}

static gboolean
selects (const SimstowDoorRequest *command)
{
    return g_str_has_prefix (command->text, SIMSTOW_DOOR_SELECT "\"");
}

/* "SM" of +CPBS="SM" */
static gchar *
dup_selected (const SimstowDoorRequest *command)
{
    const gchar *name = command->text + strlen (SIMSTOW_DOOR_SELECT) + 1;

    return g_strndup (name, strcspn (name, "\""));
}

/* Whether a command is sent as it is, so that it may stand in a line */
static gboolean
is_plain (const SimstowDoorRequest *command)
{
    return g_bytes_get_size (command->data) == 0;
}

static gboolean
ends_all (const GError *error)
{
    return g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED);
}

static gboolean
is_over (Run *run)
{
    if (run->end_error == NULL)
        run->end_error = simstow_door_call_get_end (run->call, run->cancellable);
    return run->end_error != NULL;
}

static SimstowDoorRequest *
get_command (const Run *run, guint number)
{
    return g_ptr_array_index (run->call->commands, number);
}

/* Settings */

/* The first value of an answer, if it is one that can be set again; some modems leave out what an
 * information text begins with */
static gchar *
parse_value (const gchar *prefix, const gchar *reply)
{
    SimstowReader lines, line;
    SimstowAtField field;
    g_autofree gchar *value = NULL;

    simstow_at_lines_init (&lines, reply);
    if (!simstow_at_lines_find (&lines, prefix, &line)) {
        simstow_at_lines_init (&lines, reply);
        if (!simstow_at_lines_next (&lines, &line))
            return NULL;
    }
    if (!simstow_at_field_next (&line, &field) || field.kind == SIMSTOW_AT_FIELD_GROUP)
        return NULL;
    value = simstow_at_field_token (&field);
    return value != NULL && strspn (value, VALUE_CHARS) == strlen (value) ? g_steal_pointer (&value)
                                                                          : NULL;
}

/* What could not be put back is still ours: the answer tells of that */
static void
take_now (Run *run, guint number, const gchar *reply)
{
    Setting *setting = &run->settings[number];

    run->asked[number] = TRUE;
    if (setting->left)
        return;
    g_free (setting->now);
    setting->now = reply != NULL ? parse_value (setting->command, reply) : NULL;
    setting->setup = run->setup;
}

static gchar *
set_command (const Setting *setting, const gchar *value)
{
    return setting->quoted ? g_strdup_printf ("%s=\"%s\"", setting->command, value)
                           : g_strdup_printf ("%s=%s", setting->command, value);
}

/* What the daemon has set since is its own. Its mode for messages is the one that is wanted here,
 * too, so that it is not undone while it may just have been set. */
static gboolean
may_put_back (const Run *run, const Setting *setting)
{
    if (!setting->daemons)
        return TRUE;
    return setting->quoted ? simstow_port_get_setup (run->line->port) == setting->setup
                           : simstow_port_is_setup_still (run->line->port, setting->setup);
}

/* Items */

static void
add_item (Run *run, Role role, guint number, gchar *text)
{
    Item *item = g_new0 (Item, 1);

    item->role = role;
    item->number = number;
    item->text = text;
    item->prefix = g_strndup (text, strcspn (text, "=?"));
    g_ptr_array_add (run->items, item);
}

static void
clear_items (Run *run)
{
    g_clear_pointer (&run->items, g_ptr_array_unref);
    run->items = g_ptr_array_new_with_free_func (item_free);
    run->item = 0;
}

static void
add_ask (Run *run, Role role, guint number)
{
    add_item (run, role, number, g_strconcat (run->settings[number].command, "?", NULL));
}

static gboolean
has_to_select (const Run *run, guint number)
{
    const Setting *setting = &run->settings[number];

    return run->wanted[number] != NULL &&
           (setting->always ||
            (setting->now != NULL && !g_str_equal (setting->now, run->wanted[number])));
}

/* Before the commands from @first on, one of which may select itself */
static void
add_selects (Run *run, guint first)
{
    guint i;

    for (i = 0; i < SETTINGS; i++) {
        if (has_to_select (run, i) && (i > 0 || !selects (get_command (run, first))))
            add_item (run, ROLE_SELECT, i, set_command (&run->settings[i], run->wanted[i]));
    }
}

/* The character set first, so that the phonebook's name is understood */
static void
add_put_back (Run *run, const gboolean *changed)
{
    guint i;

    for (i = SETTINGS; i > 0; i--) {
        const Setting *setting = &run->settings[i - 1];

        if (changed[i - 1] && setting->now != NULL && may_put_back (run, setting))
            add_item (run, ROLE_PUT_BACK, i - 1, set_command (setting, setting->now));
    }
}

static void
note_progress (const Run *run)
{
    guint done = 0;
    guint i;

    for (i = 0; i < run->call->commands->len; i++)
        done += get_command (run, i)->done;
    if (run->call->progress != NULL)
        run->call->progress (run->call->row->name,
                             done,
                             run->call->commands->len,
                             run->call->progress_data);
}

/* One by one */

static void
send_item (Run *run);

static void
next_group (Run *run);

static void
send_at (Run *run, const gchar *text, gboolean raw, guint seconds, GAsyncReadyCallback callback)
{
    const Item *item = g_ptr_array_index (run->items, run->item);
    gboolean ends = raw || item->role == ROLE_PUT_BACK;

    run->setup = simstow_port_get_setup (run->line->port);
    simstow_port_at_async (run->line->port,
                           text,
                           raw,
                           seconds,
                           ends ? NULL : run->cancellable,
                           callback,
                           run);
}

static void
refuse (Run *run, const GError *error, gboolean for_good)
{
    g_clear_error (&run->refusal);
    run->refusal = g_error_copy (error);
    run->refused_for_good = for_good;
}

static void
end_command (Run *run, guint number, const gchar *reply, const GError *error)
{
    SimstowDoorRequest *command = get_command (run, number);

    if (reply != NULL)
        simstow_door_call_answer (run->call, command, reply, strlen (reply));
    else
        simstow_door_request_fail (command, g_error_copy (error));
    if (!selects (command))
        return;
    if (reply == NULL) {
        run->changed[0] = TRUE;
        refuse (run, error, FALSE);
        return;
    }
    g_clear_error (&run->refusal);
    g_free (run->wanted[0]);
    run->wanted[0] = dup_selected (command);
    run->changed[0] = g_strcmp0 (run->wanted[0], run->settings[0].now) != 0;
}

/* In UCS2 */
static gchar *
spell_out (const gchar *value)
{
    GString *spelt = g_string_new (NULL);

    for (; *value != '\0'; value++)
        g_string_append_printf (spelt, "%04X", (guint) *value);
    return g_string_free (spelt, FALSE);
}

/* A modem that stands at UCS2 may want even the names of +CSCS and +CPBS in it */
static void
put_back_spelt_out (Run *run, guint number)
{
    const Setting *setting = &run->settings[number];
    g_autofree gchar *spelt = spell_out (setting->now);

    clear_items (run);
    add_item (run, ROLE_PUT_BACK, number, set_command (setting, spelt));
    run->changed[number] = FALSE;
    add_put_back (run, run->changed);
}

/* What came of the item; behind it goes the next one */
static void
end_item (Run *run, const gchar *reply, const GError *error)
{
    const Item *item = g_ptr_array_index (run->items, run->item);

    if (error != NULL && ends_all (error) && run->end_error == NULL)
        run->end_error = g_error_copy (error);
    run->item++;
    if (item->role == ROLE_ASK) {
        take_now (run, item->number, reply);
    } else if (item->role == ROLE_SELECT) {
        run->changed[item->number] =
            reply == NULL ||
            g_strcmp0 (run->wanted[item->number], run->settings[item->number].now) != 0;
        if (reply == NULL)
            refuse (run, error, !run->settings[item->number].always);
    } else if (item->role == ROLE_COMMAND) {
        end_command (run, item->number, reply, error);
        note_progress (run);
    } else if (reply != NULL) {
        run->changed[item->number] = FALSE;
        run->settings[item->number].left = FALSE;
    } else if (run->changed[item->number] && run->settings[item->number].daemons &&
               run->settings[item->number].quoted && !ends_all (error)) {
        put_back_spelt_out (run, item->number);
    }
    send_item (run);
}

static void
on_item_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    Run *run = user_data;
    g_autoptr (GError) error = NULL;
    g_autofree gchar *reply = simstow_port_at_finish (SIMSTOW_PORT (source), result, &error);

    end_item (run, reply, error);
}

static SimstowDoorRequest *
current_command (Run *run)
{
    const Item *item = g_ptr_array_index (run->items, run->item);

    return get_command (run, item->number);
}

static void
on_given_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
    Run *run = user_data;
    g_autoptr (GError) error =
        g_error_new (SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR, "the modem did not ask for the PDU");
    g_autofree gchar *ignored = simstow_port_at_finish (SIMSTOW_PORT (source), result, NULL);

    end_item (run, NULL, run->end_error != NULL ? run->end_error : error);
}

static void
on_prompt_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    Run *run = user_data;
    g_autoptr (GError) error = NULL;
    g_autofree gchar *reply = simstow_port_at_finish (SIMSTOW_PORT (source), result, &error);
    g_autofree gchar *hex = NULL;
    g_autofree gchar *pdu = NULL;

    if (reply == NULL && !g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_TIMEOUT)) {
        end_item (run, NULL, error);
        return;
    }
    if (reply == NULL || strchr (reply, '>') == NULL) {
        /* the modem may wait for a PDU, only it did not say so */
        if (reply == NULL)
            run->end_error = g_steal_pointer (&error);
        send_at (run, GIVE_UP, TRUE, ESCAPE_SECONDS, on_given_up);
        return;
    }
    hex = simstow_hex_encode_bytes (current_command (run)->data);
    pdu = g_strconcat (hex, END_OF_MESSAGE, NULL);
    send_at (run, pdu, TRUE, current_command (run)->shape->seconds, on_item_ready);
}

static gboolean
same_line (SimstowReader a, SimstowReader b)
{
    gsize size = simstow_reader_remaining (&a);
    const guint8 *data_a, *data_b;

    return size == simstow_reader_remaining (&b) && simstow_reader_take (&a, size, &data_a, NULL) &&
           simstow_reader_take (&b, size, &data_b, NULL) &&
           g_ascii_strncasecmp ((const gchar *) data_a, (const gchar *) data_b, size) == 0;
}

/* The PDU alone, the last line: what is before it tells whether the message was read by now */
static gboolean
last_line (SimstowReader lines, SimstowReader *line)
{
    gboolean any = FALSE;

    while (simstow_at_lines_next (&lines, line))
        any = TRUE;
    return any;
}

static gboolean
is_still_there (const SimstowDoorRequest *command, const gchar *reply)
{
    SimstowReader lines, rows, line, row;
    gboolean more;

    simstow_at_lines_init (&lines, reply);
    simstow_reader_init_bytes (&rows, command->data);
    if (g_str_has_prefix (command->text, "+CMGD"))
        return last_line (lines, &line) && last_line (rows, &row) && same_line (line, row);
    do {
        more = simstow_at_lines_next (&rows, &row);
        if (more != simstow_at_lines_next (&lines, &line) || (more && !same_line (line, row)))
            return FALSE;
    } while (more);
    return TRUE;
}

static void
compare (Run *run, const gchar *reply)
{
    const SimstowDoorRequest *command = current_command (run);
    g_autoptr (GError) error = NULL;

    if (is_still_there (command, reply)) {
        send_at (run, command->text, FALSE, command->shape->seconds, on_item_ready);
        return;
    }
    error = g_error_new (SIMSTOW_ERROR,
                         SIMSTOW_ERROR_CHANGED,
                         "something else is at that place by now");
    end_item (run, NULL, error);
}

/* From the list of all messages the one at the place */
static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
    Run *run = user_data;
    g_autoptr (GError) error = NULL;
    g_autofree gchar *reply = simstow_port_at_finish (SIMSTOW_PORT (source), result, &error);
    g_autofree gchar *start = NULL;
    const gchar *row;
    gsize header;

    if (reply == NULL) {
        end_item (run, NULL, error);
        return;
    }
    start = g_strdup_printf ("+CMGL: %s,", strchr (current_command (run)->text, '=') + 1);
    row = strstr (reply, start);
    if (row != NULL) {
        g_autofree gchar *one = NULL;

        header = strcspn (row, "\r\n");
        header += strspn (row + header, "\r\n");
        one = g_strndup (row, header + strcspn (row + header, "\r\n"));
        compare (run, one);
    } else {
        compare (run, "");
    }
}

static void
on_row_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    Run *run = user_data;
    g_autoptr (GError) error = NULL;
    g_autofree gchar *reply = simstow_port_at_finish (SIMSTOW_PORT (source), result, &error);

    if (reply != NULL)
        compare (run, reply);
    else if (g_str_has_prefix (current_command (run)->text, "+CMGD") &&
             (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR) ||
              g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED)))
        /* some modems do not read messages one by one */
        send_at (run, "+CMGL=4", FALSE, LIST_SECONDS, on_listed);
    else
        end_item (run, NULL, error);
}

static void
read_row (Run *run, const SimstowDoorRequest *command)
{
    const gchar *number = strchr (command->text, '=') + 1;
    g_autofree gchar *read =
        g_strdup_printf ("%s=%.*s",
                         g_str_has_prefix (command->text, "+CMGD") ? "+CMGR" : "+CPBR",
                         (gint) strspn (number, G_CSET_DIGITS),
                         number);

    send_at (run, read, FALSE, SHORT_SECONDS, on_row_ready);
}

/* Whether nothing is sent for a command: it is done, or what is in its way is its error */
static gboolean
fail_or_skip (Run *run, guint number)
{
    SimstowDoorRequest *command = get_command (run, number);
    const GError *error = NULL;

    if (is_over (run))
        error = run->end_error;
    else if (run->refusal != NULL && (run->refused_for_good || !selects (command)))
        error = run->refusal;
    if (!command->done && error != NULL)
        simstow_door_request_fail (command, g_error_copy (error));
    return command->done;
}

static gboolean
is_skipped (Run *run, const Item *item)
{
    if (item->role == ROLE_COMMAND)
        return fail_or_skip (run, item->number);
    return item->role != ROLE_PUT_BACK &&
           (is_over (run) || (run->refusal != NULL && run->refused_for_good));
}

/* Sends the items one by one, and then goes on */
static void
send_item (Run *run)
{
    const SimstowDoorRequest *command;
    const Item *item;

    while (run->item < run->items->len &&
           is_skipped (run, g_ptr_array_index (run->items, run->item)))
        run->item++;
    if (run->item == run->items->len) {
        run->then (run);
        return;
    }
    item = g_ptr_array_index (run->items, run->item);
    command = item->role == ROLE_COMMAND ? get_command (run, item->number) : NULL;
    if (command == NULL || is_plain (command))
        send_at (run,
                 item->text,
                 FALSE,
                 command != NULL ? command->shape->seconds : SHORT_SECONDS,
                 on_item_ready);
    else if (command->shape->data == SIMSTOW_DOOR_DATA_PDU)
        send_at (run, item->text, FALSE, SHORT_SECONDS, on_prompt_ready);
    else
        read_row (run, command);
}

/* One by one all went well: the line was too much for this modem, or the modem was not itself for
 * a moment. It counts when it happens again before a line so long is taken. */
static void
learn (Run *run)
{
    SimstowDoorLine *line = run->line;
    guint i;

    if (run->refused_length <= line->proven || run->refusal != NULL || run->end_error != NULL)
        return;
    for (i = run->next; i < run->end; i++) {
        if (get_command (run, i)->error != NULL)
            return;
    }
    if (line->proven == 0 && ++line->strikes >= STRIKES)
        line->limit = 0;
    else if (line->doubted > 0)
        line->limit = MIN (line->limit, run->refused_length - 1);
    else
        line->doubted = run->refused_length;
}

static void
after_put_back (Run *run)
{
    guint i;

    for (i = 0; i < SETTINGS; i++) {
        if (run->changed[i])
            run->settings[i].left = run->settings[i].now != NULL;
        run->changed[i] = FALSE;
    }
    run->held = FALSE;
    run->repeated = run->repeated && run->end == run->next;
    run->next = run->end;
    next_group (run);
}

static void
put_back (Run *run)
{
    clear_items (run);
    add_put_back (run, run->changed);
    run->then = after_put_back;
    send_item (run);
}

/* Tries a group once more, from where everything is as it was */
static void
again (Run *run)
{
    run->end = run->next;
    put_back (run);
}

static void
after_commands (Run *run)
{
    learn (run);
    run->refused_length = 0;
    put_back (run);
}

/* What cannot be put back is not touched; of a phonebook that is no harm */
static void
check_known (Run *run)
{
    guint i;

    for (i = 0; i < SETTINGS; i++) {
        const Setting *setting = &run->settings[i];

        if (run->wanted[i] != NULL && setting->now == NULL && !setting->always && setting->quoted &&
            run->refusal == NULL) {
            run->refusal = g_error_new (SIMSTOW_ERROR,
                                        SIMSTOW_ERROR_UNSUPPORTED,
                                        "the modem does not answer %s?",
                                        setting->command);
            run->refused_for_good = TRUE;
        }
    }
}

static void
send_commands (Run *run)
{
    guint i;

    check_known (run);
    clear_items (run);
    add_selects (run, run->next);
    for (i = run->next; i < run->end; i++)
        add_item (run, ROLE_COMMAND, i, g_strdup (get_command (run, i)->text));
    run->then = after_commands;
    send_item (run);
}

/* What was set by a line that failed is known from before it */
static void
send_singly (Run *run)
{
    guint i;

    clear_items (run);
    for (i = 0; i < SETTINGS; i++) {
        if (run->used[i] && !run->asked[i] && !run->changed[i])
            add_ask (run, ROLE_ASK, i);
    }
    run->then = send_commands;
    send_item (run);
}

/* In one line */

/* Gives each item the lines that are its own; FALSE when one has none that asks */
static gboolean
distribute (const Run *run, const gchar *reply)
{
    SimstowReader lines, line;
    guint current = 0;
    guint i;

    simstow_at_lines_init (&lines, reply);
    while (simstow_at_lines_next (&lines, &line)) {
        gsize size = simstow_reader_remaining (&line);
        const guint8 *text;
        Item *item;

        for (i = current; i < run->items->len; i++) {
            SimstowReader stripped = line;

            item = g_ptr_array_index (run->items, i);
            if ((asks (item->text) ? item->reply == NULL : strchr (item->text, '"') == NULL) &&
                simstow_at_line_strip (&stripped, item->prefix))
                break;
        }
        item = g_ptr_array_index (run->items, i < run->items->len ? i : current);
        if (i < run->items->len)
            current = i;
        else if (item->reply == NULL)
            continue;
        if (item->reply == NULL)
            item->reply = g_string_new (NULL);
        simstow_reader_take (&line, size, &text, NULL);
        g_string_append_len (item->reply, (const gchar *) text, (gssize) size);
        g_string_append (item->reply, "\r\n");
    }
    for (i = 0; i < run->items->len; i++) {
        const Item *item = g_ptr_array_index (run->items, i);

        if (asks (item->text) && item->reply == NULL)
            return FALSE;
    }
    return TRUE;
}

/* The commands of a line that was refused or half done: one that writes is not sent again */
static void
end_refused (Run *run, const GError *error)
{
    guint i;

    for (i = 0; i < run->items->len; i++) {
        const Item *item = g_ptr_array_index (run->items, i);
        const SimstowDoorRequest *command;

        if (item->role == ROLE_SELECT)
            run->changed[item->number] = TRUE;
        if (item->role != ROLE_COMMAND)
            continue;
        command = get_command (run, item->number);
        if (selects (command))
            run->changed[0] = TRUE;
        if (command->shape->writes)
            end_command (run, item->number, error == NULL ? "" : NULL, error);
    }
}

static void
line_refused (Run *run, gsize length, const GError *error)
{
    end_refused (run, error);
    if (error != NULL && ends_all (error)) {
        run->end_error = g_error_copy (error);
        send_singly (run);
    } else if (!run->smaller && run->n_selects > 1) {
        run->smaller = TRUE;
        again (run);
    } else {
        run->refused_length = length;
        send_singly (run);
    }
}

static gboolean
has_item (const Run *run, Role role, guint number)
{
    guint i;

    for (i = 0; i < run->items->len; i++) {
        const Item *item = g_ptr_array_index (run->items, i);

        if (item->role == role && item->number == number)
            return TRUE;
    }
    return FALSE;
}

/* What a modem says of what it was told, it may say in the letters of UCS2 */
static gboolean
is_told (const gchar *value, const gchar *wanted)
{
    g_autofree gchar *spelt = spell_out (wanted);

    return value == NULL || g_ascii_strcasecmp (value, wanted) == 0 ||
           g_ascii_strcasecmp (value, spelt) == 0;
}

/* What the commands of the lines before that did not ask ran with is not known */
static void
fail_bare (Run *run)
{
    for (; run->bare < run->next; run->bare++) {
        SimstowDoorRequest *command = get_command (run, run->bare);

        if (command->error != NULL)
            continue;
        g_ptr_array_set_size (command->parts, 0);
        simstow_door_request_fail (
            command,
            g_error_new_literal (SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR, CHANGED_MEANWHILE));
    }
}

/* Takes what the line says was set before it; not of one that was sent more than once, as it was
 * not answered: it may have been carried out in part before. FALSE when the commands ran with
 * something else set than was thought */
static gboolean
take_settings (Run *run, gboolean *right)
{
    gboolean valid = TRUE;
    guint i;

    *right = TRUE;
    for (i = 0; i < run->items->len && !run->sent_again; i++) {
        const Item *item = g_ptr_array_index (run->items, i);
        Setting *setting = &run->settings[item->number];
        g_autofree gchar *before = NULL;
        g_autofree gchar *value = NULL;

        if (item->role != ROLE_ASK && item->role != ROLE_CHECK)
            continue;
        value = parse_value (setting->command, item->reply->str);
        if (item->role == ROLE_CHECK) {
            run->changed[item->number] = !is_told (value, setting->now);
            *right = *right && !run->changed[item->number];
            continue;
        }
        before = g_strdup (setting->now);
        if (run->held &&
            is_told (value, run->wanted[item->number] != NULL ? run->wanted[item->number] : before))
            continue;
        take_now (run, item->number, item->reply->str);
        if (setting->now == NULL) {
            setting->now = g_steal_pointer (&before);
        } else if (run->held || g_strcmp0 (before, setting->now) != 0) {
            *right = FALSE;
            run->changed[item->number] = has_item (run, ROLE_SELECT, item->number) ||
                                         has_item (run, ROLE_PUT_BACK, item->number) ||
                                         (item->number == 0 && run->n_selects > 0);
            valid = valid && (setting->always || run->wanted[item->number] == NULL ||
                              !g_str_equal (before, run->wanted[item->number]));
            if (run->held)
                fail_bare (run);
        }
    }
    return valid;
}

/* Goes on with all set as it is */
static void
hold (Run *run)
{
    if (!run->held)
        run->bare = run->end;
    run->held = TRUE;
    run->repeated = FALSE;
    memcpy (run->changed, run->after, sizeof run->changed);
    run->next = run->end;
    next_group (run);
}

static void
line_done (Run *run)
{
    g_autoptr (GError) error = NULL;
    gboolean right;
    gboolean valid = take_settings (run, &right);
    guint i;

    if (!valid)
        error = g_error_new (SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR, CHANGED_MEANWHILE);
    for (i = 0; i < run->items->len; i++) {
        const Item *item = g_ptr_array_index (run->items, i);

        if (item->role == ROLE_COMMAND &&
            (valid || run->repeated || get_command (run, item->number)->shape->writes))
            end_command (run,
                         item->number,
                         valid ? (item->reply != NULL ? item->reply->str : "") : NULL,
                         error);
    }
    note_progress (run);
    if (!valid && !run->repeated) {
        run->repeated = TRUE;
        again (run);
    } else if (!right) {
        put_back (run);
    } else if (run->end < run->call->commands->len) {
        hold (run);
    } else {
        memset (run->changed, 0, sizeof run->changed);
        for (i = 0; i < SETTINGS; i++)
            run->settings[i].left = run->settings[i].left && !has_item (run, ROLE_PUT_BACK, i);
        after_put_back (run);
    }
}

/* Whether more than the first command of a line was seen to be carried out: some modems say OK and
 * leave out the rest */
static gboolean
proves (const Run *run)
{
    guint i;

    for (i = 1; i < run->items->len; i++) {
        if (((const Item *) g_ptr_array_index (run->items, i))->reply != NULL)
            return TRUE;
    }
    return FALSE;
}

static gsize
get_length (const Run *run)
{
    gsize length = 0;
    guint i;

    for (i = 0; i < run->items->len; i++)
        length += strlen (((const Item *) g_ptr_array_index (run->items, i))->text) + 1;
    return length > 0 ? length - 1 : 0;
}

/* A command that is all of a line: its answer, or its error, is its own */
static void
end_bare (Run *run, const gchar *reply, const GError *error)
{
    if (error != NULL && ends_all (error))
        run->end_error = g_error_copy (error);
    end_command (run, run->next, reply, error);
    note_progress (run);
    memcpy (run->after, run->changed, sizeof run->after);
    hold (run);
}

static void
on_line_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    Run *run = user_data;
    g_autoptr (GError) error = NULL;
    g_autofree gchar *reply = simstow_port_at_finish (SIMSTOW_PORT (source), result, &error);
    gsize length = get_length (run);

    if (run->items->len == 1) {
        end_bare (run, reply, error);
        return;
    }
    run->sent_again = simstow_port_at_was_repeated (SIMSTOW_PORT (source), result);
    if (reply != NULL && distribute (run, reply) && (run->line->proven > 0 || proves (run))) {
        run->line->proven = MAX (run->line->proven, length);
        if (length >= run->line->doubted)
            run->line->doubted = 0;
        line_done (run);
    } else {
        line_refused (run, length, error);
    }
}

static void
send_line (Run *run)
{
    g_autoptr (GString) line = g_string_new (NULL);
    guint seconds = SHORT_SECONDS;
    guint i;

    for (i = 0; i < run->items->len; i++) {
        const Item *item = g_ptr_array_index (run->items, i);

        g_string_append_printf (line, "%s%s", i > 0 ? ";" : "", item->text);
        if (item->role == ROLE_COMMAND)
            seconds = MAX (seconds, get_command (run, item->number)->shape->seconds);
    }
    send_at (run, line->str, FALSE, seconds, on_line_ready);
}

/* Whether a command may stand behind the one before it in a line: of rows alone nobody could tell
 * whose they are, and of two that write which was refused */
static gboolean
may_follow (const Run *run, guint number, gboolean writes)
{
    const SimstowDoorRequest *command = get_command (run, number);
    const SimstowDoorRequest *before = number > run->next ? get_command (run, number - 1) : NULL;
    gsize name = strcspn (command->text, "=?");

    if (!is_plain (command) || (writes && command->shape->writes))
        return FALSE;
    if (before == NULL)
        return TRUE;
    if (selects (command) && run->smaller)
        return FALSE;
    return asks (before->text) || strcspn (before->text, "=?") != name ||
           strncmp (before->text, command->text, name) != 0;
}

/* The line of the group that ends before @end.
 *
 * Only the first and the last line of a call ask, select and put back. Between them nothing but
 * the call's own commands and the daemon's come to the modem, and the daemon knows no phonebooks;
 * the character set and the mode for messages it sets while it sets up the modem, and not
 * otherwise, which is looked up before each line, see goes_on (). The last line asks once more
 * which phonebook is selected, as a SIM that was changed or a modem that started anew has it
 * otherwise, too, and selects it before its commands, so that it may be sent again. Where it puts
 * back it asks whether that was done, as some modems say OK and leave out the rest of a line. */
static void
compose (Run *run, guint end)
{
    g_autofree gchar *selected = g_strdup (run->wanted[0]);
    gboolean last = end == run->call->commands->len;
    const Item *put_back;
    guint i;

    clear_items (run);
    run->n_selects = 0;
    for (i = 0; i < SETTINGS && (last || !run->held); i++) {
        if (run->used[i] && run->settings[i].now != NULL &&
            !(run->held && run->settings[i].daemons))
            add_ask (run, ROLE_ASK, i);
    }
    if (last || !run->held)
        add_selects (run, run->next);
    for (i = run->next; i < end; i++) {
        const SimstowDoorRequest *command = get_command (run, i);

        if (selects (command)) {
            g_free (selected);
            selected = dup_selected (command);
            run->n_selects++;
        }
        if (!command->done)
            add_item (run, ROLE_COMMAND, i, g_strdup (command->text));
    }
    for (i = 0; i < SETTINGS; i++)
        run->after[i] = has_to_select (run, i);
    if (selected != NULL && run->settings[0].always)
        run->after[0] = g_strcmp0 (selected, run->settings[0].now) != 0;
    if (!last)
        return;
    add_put_back (run, run->after);
    put_back = g_ptr_array_index (run->items, run->items->len - 1);
    if (put_back->role == ROLE_PUT_BACK)
        add_ask (run, ROLE_CHECK, put_back->number);
}

/* As many commands as go into one line; FALSE when the next one goes into none */
static gboolean
compose_longest (Run *run)
{
    gboolean writes = FALSE;
    guint end;

    for (end = run->next; end < run->call->commands->len; end++) {
        if (!may_follow (run, end, writes))
            break;
        compose (run, end + 1);
        if (get_length (run) > run->line->limit && run->items->len > 1)
            break;
        writes = writes || get_command (run, end)->shape->writes;
        if (writes && run->line->proven == 0 && run->items->len > 1)
            break;
    }
    if (end == run->next)
        return FALSE;
    compose (run, end);
    run->end = end;
    return run->items->len > 1 || run->held;
}

/* Those that go into no line, up to the next that may */
static guint
end_singles (const Run *run)
{
    guint end = run->next + 1;

    while (end < run->call->commands->len &&
           (run->line->limit == 0 || !is_plain (get_command (run, end))))
        end++;
    return end;
}

/* What the caller asked for, and does not change, is known from the answer */
static void
absorb (Run *run)
{
    guint i, j;

    if (simstow_port_get_setup (run->line->port) != run->began)
        return;
    for (i = 0; i < run->call->commands->len; i++) {
        const SimstowDoorRequest *command = get_command (run, i);

        for (j = 0; j < SETTINGS; j++) {
            const gchar *name = run->settings[j].command;
            g_autofree gchar *reply = NULL;
            gsize size;

            if (name == NULL || run->used[j] || command->parts->len == 0 ||
                !g_str_has_prefix (command->text, name) ||
                !g_str_equal (command->text + strlen (name), "?"))
                continue;
            size = g_bytes_get_size (command->parts->pdata[0]);
            reply = g_strndup (g_bytes_get_data (command->parts->pdata[0], NULL), size);
            take_now (run, j, reply);
        }
    }
}

/* Whether the daemon has begun to set up the modem since the last line */
static gboolean
goes_on (const Run *run)
{
    return simstow_port_get_setup (run->line->port) == run->setup &&
           run->setup != SIMSTOW_PORT_SETUP_RUNNING;
}

static void
next_group (Run *run)
{
    guint n = run->call->commands->len;

    while (run->next < n && fail_or_skip (run, run->next))
        run->next++;
    if (run->held && (run->next == n || !goes_on (run))) {
        again (run);
    } else if (run->next == n) {
        absorb (run);
        run->done (run->user_data);
        run_free (run);
    } else if (run->line->limit == 0 || !compose_longest (run)) {
        run->end = end_singles (run);
        send_singly (run);
    } else {
        send_line (run);
    }
}

static void
begin (Run *run)
{
    check_known (run);
    next_group (run);
}

/* Asks for what is not known, or was known before the daemon began to set up the modem */
static void
ask (Run *run)
{
    guint i;

    clear_items (run);
    run->began = simstow_port_get_setup (run->line->port);
    for (i = 0; i < SETTINGS; i++) {
        Setting *setting = &run->settings[i];

        if (setting->now != NULL && !simstow_port_is_setup_still (run->line->port, setting->setup))
            g_clear_pointer (&setting->now, g_free);
        setting->left = setting->left && setting->now != NULL;
        if (run->used[i] && setting->now == NULL)
            add_ask (run, ROLE_ASK, i);
    }
    run->then = begin;
    send_item (run);
}

void
simstow_door_line_run (SimstowDoorLine *self,
                       SimstowDoorCall *call,
                       gboolean messages,
                       GCancellable *cancellable,
                       void (*done) (gpointer user_data),
                       gpointer user_data)
{
    Run *run = g_new0 (Run, 1);
    guint i;

    run->line = self;
    run->call = call;
    run->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
    run->done = done;
    run->user_data = user_data;
    run->settings = messages ? run->line->messages : run->line->phonebook;
    if (messages && simstow_door_call_peek_option (call, "memory") != NULL)
        run->wanted[0] = g_strdup (PDU_MODE);
    if (!messages) {
        run->wanted[0] = g_strdup (simstow_door_call_peek_option (call, "storage"));
        run->wanted[1] = g_strdup (simstow_door_call_peek_option (call, "charset"));
    }
    for (i = 0; i < SETTINGS; i++)
        run->used[i] = run->wanted[i] != NULL;
    for (i = 0; i < call->commands->len; i++)
        run->used[0] = run->used[0] || selects (g_ptr_array_index (call->commands, i));
    ask (run);
}

SimstowDoorLine *
simstow_door_line_new (SimstowPort *port)
{
    SimstowDoorLine *self = g_new0 (SimstowDoorLine, 1);

    self->port = port;
    self->limit = LINE_MAX_LENGTH;
    self->phonebook[0] = (Setting){.command = "+CPBS", .quoted = TRUE, .always = TRUE};
    self->phonebook[1] = (Setting){.command = "+CSCS", .quoted = TRUE, .daemons = TRUE};
    self->messages[0] = (Setting){.command = "+CMGF", .daemons = TRUE};
    return self;
}

void
simstow_door_line_free (SimstowDoorLine *self)
{
    guint i;

    for (i = 0; i < SETTINGS; i++) {
        g_free (self->phonebook[i].now);
        g_free (self->messages[i].now);
    }
    g_free (self);
}
