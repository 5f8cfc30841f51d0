/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Verbs and their command lines: what all verbs take, and what errors mean for whoever
 * called.
 */

#include "config.h"

#include "simstow-command.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simstow-error.h"
#include "simstow-history.h"
#include "simstow-terminal.h"
#include "simstow-text.h"

typedef struct {
    gint code;
    SimstowExit status;
    const gchar *hint;
} Row;

/* What is not in a table has failed, and there is no more to say than the error does. */
static const Row own_rows[] = {
    {SIMSTOW_ERROR_LOCKED,
     SIMSTOW_EXIT_FAILED,
     N_ ("unlock the SIM first, for instance with: mmcli -i any --pin=PIN")},
    {SIMSTOW_ERROR_DENIED,
     SIMSTOW_EXIT_DENIED,
     N_ ("polkit decides who may; try again at the machine itself, or as root")},
    {SIMSTOW_ERROR_INVALID_DATA, SIMSTOW_EXIT_DAMAGED, NULL},
    {SIMSTOW_ERROR_DAMAGED, SIMSTOW_EXIT_DAMAGED, NULL},
    {SIMSTOW_ERROR_CUT_SHORT, SIMSTOW_EXIT_CUT_SHORT, NULL},
    {SIMSTOW_ERROR_DECRYPT, SIMSTOW_EXIT_DECRYPT, NULL},
    {SIMSTOW_ERROR_TOO_NEW, SIMSTOW_EXIT_TOO_NEW, NULL},
    {SIMSTOW_ERROR_NO_MODEM, SIMSTOW_EXIT_NO_MODEM, NULL},
    {SIMSTOW_ERROR_USAGE, SIMSTOW_EXIT_USAGE, NULL},
};

static const Row dbus_rows[] = {
    {G_DBUS_ERROR_ACCESS_DENIED,
     SIMSTOW_EXIT_DENIED,
     N_ ("polkit and the bus policy decide who may; try again as root")},
    {G_DBUS_ERROR_AUTH_FAILED, SIMSTOW_EXIT_DENIED, NULL},
    {G_DBUS_ERROR_SERVICE_UNKNOWN,
     SIMSTOW_EXIT_NO_MODEM,
     N_ ("start ModemManager with: systemctl start ModemManager")},
    {G_DBUS_ERROR_NAME_HAS_NO_OWNER,
     SIMSTOW_EXIT_NO_MODEM,
     N_ ("start ModemManager with: systemctl start ModemManager")},
    {G_DBUS_ERROR_UNKNOWN_OBJECT, SIMSTOW_EXIT_NO_MODEM, NULL},
};

static const Row io_rows[] = {
    {G_IO_ERROR_PERMISSION_DENIED, SIMSTOW_EXIT_DENIED, NULL},
};

static const Row *
find_row (const Row *rows, guint count, gint code)
{
    guint i;

    for (i = 0; i < count; i++) {
        if (rows[i].code == code)
            return &rows[i];
    }
    return NULL;
}

static const Row *
row_of (const GError *error)
{
    if (error->domain == SIMSTOW_ERROR)
        return find_row (own_rows, G_N_ELEMENTS (own_rows), error->code);
    if (error->domain == G_DBUS_ERROR)
        return find_row (dbus_rows, G_N_ELEMENTS (dbus_rows), error->code);
    if (error->domain == G_IO_ERROR)
        return find_row (io_rows, G_N_ELEMENTS (io_rows), error->code);
    return NULL;
}

SimstowExit
simstow_exit_from_error (const GError *error)
{
    const Row *row = row_of (error);

    if (error->domain == G_OPTION_ERROR || error->domain == G_REGEX_ERROR)
        return SIMSTOW_EXIT_USAGE;
    return row != NULL ? row->status : SIMSTOW_EXIT_FAILED;
}

static const gchar *
exit_hint (const GError *error)
{
    const Row *row = row_of (error);

    return row != NULL && row->hint != NULL ? _ (row->hint) : NULL;
}

SimstowExit
simstow_exit_failed (GError **error)
{
    return error != NULL && *error != NULL ? simstow_exit_from_error (*error) : SIMSTOW_EXIT_DONE;
}

SimstowExit
simstow_exit_report (const GError *error)
{
    g_autofree gchar *text = simstow_text_line (error->message);
    const gchar *hint = exit_hint (error);

    if (hint != NULL)
        simstow_terminal_note ("simstow: %s; %s\n", text, hint);
    else
        simstow_terminal_note ("simstow: %s\n", text);
    return simstow_exit_from_error (error);
}

static const struct {
    const gchar *word;
    SimstowKinds kind;
} kind_words[] = {
    {"messages", SIMSTOW_KIND_MESSAGES},
    {"contacts", SIMSTOW_KIND_CONTACTS},
    {"calls", SIMSTOW_KIND_CALLS},
    {"network", SIMSTOW_KIND_NETWORK},
    {"esim", SIMSTOW_KIND_ESIM},
};

static SimstowKinds
find_kind (const gchar *word)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (kind_words); i++) {
        if (g_str_equal (kind_words[i].word, word))
            return kind_words[i].kind;
    }
    return 0;
}

gboolean
simstow_kinds_parse (const gchar *text, SimstowKinds *kinds, GError **error)
{
    g_auto (GStrv) list = NULL;
    guint i;

    *kinds = SIMSTOW_KIND_ALL | SIMSTOW_KIND_UNASKED;
    if (text == NULL)
        return TRUE;
    *kinds = 0;
    list = g_strsplit (text, ",", -1);
    for (i = 0; list[i] != NULL; i++) {
        SimstowKinds kind = find_kind (g_strstrip (list[i]));

        if (kind == 0)
            return simstow_error_set (
                error,
                SIMSTOW_ERROR_USAGE,
                _ ("--only takes messages, contacts, calls, network and esim, with commas "
                   "between, not \"%s\""),
                list[i]);
        *kinds |= kind;
    }
    return TRUE;
}

const gchar *
simstow_kinds_name (SimstowKinds kind)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (kind_words); i++) {
        if (kind_words[i].kind == kind)
            return kind_words[i].word;
    }
    return "";
}

static const gchar *const compression_words[] = {
    [SIMSTOW_COMPRESSION_GZIP] = "gzip",
    [SIMSTOW_COMPRESSION_ZSTD] = "zstd",
    [SIMSTOW_COMPRESSION_XZ] = "xz",
    [SIMSTOW_COMPRESSION_NONE] = "none",
};

gboolean
simstow_compression_parse (const gchar *text, SimstowCompression *compression, GError **error)
{
    guint i;

    *compression = SIMSTOW_COMPRESSION_BY_NAME;
    if (text == NULL)
        return TRUE;
    for (i = 0; i < G_N_ELEMENTS (compression_words); i++) {
        if (g_str_equal (compression_words[i], text)) {
            *compression = (SimstowCompression) i;
            return TRUE;
        }
    }
    return simstow_error_set (error,
                              SIMSTOW_ERROR_USAGE,
                              _ ("--compress takes gzip, zstd, xz or none, not \"%s\""),
                              text);
}

void
simstow_choice_clear (SimstowChoice *choice)
{
    g_free (choice->since);
}

static gboolean
parse_time (const gchar *text, gint64 *time)
{
    g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
    g_autofree gchar *whole =
        strchr (text, 'T') ? g_strdup (text) : g_strconcat (text, "T00:00:00", NULL);
    g_autoptr (GDateTime) parsed = g_date_time_new_from_iso8601 (whole, zone);

    if (parsed == NULL)
        return FALSE;
    *time = g_date_time_to_unix (parsed);
    return TRUE;
}

gboolean
simstow_date_check (const gchar *option, const gchar *text, gint64 *time, GError **error)
{
    if (text == NULL || parse_time (text, time))
        return TRUE;
    return simstow_error_set (error,
                              SIMSTOW_ERROR_USAGE,
                              _ ("%s: \"%s\" is no date; it is written as 2024-05-31 or "
                                 "2024-05-31T12:00:00"),
                              option,
                              text);
}

gboolean
simstow_choice_check (SimstowChoice *choice, GError **error)
{
    if ((choice->latest ? 1 : 0) + (choice->all ? 1 : 0) + (choice->since != NULL ? 1 : 0) > 1)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("give only one of --latest, --all and --since"));
    return simstow_date_check ("--since", choice->since, &choice->time, error);
}

void
simstow_message_options_clear (SimstowMessageOptions *options)
{
    g_free (options->with);
    g_free (options->grep);
    g_free (options->since);
    g_free (options->until);
    g_clear_pointer (&options->wanted.pattern, g_regex_unref);
}

static void
message_options_add (SimstowMessageOptions *options, GOptionContext *context)
{
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"with", 0, 0, G_OPTION_ARG_STRING, &options->with,
         N_ ("Only messages from and to this number or contact"), N_ ("NUMBER|NAME")},
        {"grep", 0, 0, G_OPTION_ARG_STRING, &options->grep,
         N_ ("Only messages with this regular expression in their text"), N_ ("PATTERN")},
        {"since", 0, 0, G_OPTION_ARG_STRING, &options->since,
         N_ ("Only messages of this time or later"), N_ ("DATE")},
        {"until", 0, 0, G_OPTION_ARG_STRING, &options->until,
         N_ ("Only messages of this time or earlier"), N_ ("DATE")},
        {"limit", 0, 0, G_OPTION_ARG_INT, &options->limit,
         N_ ("Only the newest so many messages"), N_ ("NUMBER")},
        {NULL},
    };
    /* clang-format on */

    options->limit = -1;
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
}

/* A day is over when the next one begins, which is not always 24 hours later */
static gint64
end_of_day (gint64 time)
{
    g_autoptr (GDateTime) day = g_date_time_new_from_unix_local (time);
    g_autoptr (GDateTime) next = day != NULL ? g_date_time_add_days (day, 1) : NULL;

    return next != NULL ? g_date_time_to_unix (next) - 1 : time;
}

static gboolean
check_times (SimstowMessageOptions *options, GError **error)
{
    SimstowWanted *wanted = &options->wanted;

    if (!simstow_date_check ("--since", options->since, &wanted->since, error) ||
        !simstow_date_check ("--until", options->until, &wanted->until, error))
        return FALSE;
    if (options->until != NULL && strchr (options->until, 'T') == NULL)
        wanted->until = end_of_day (wanted->until);
    if (wanted->since <= wanted->until)
        return TRUE;
    return simstow_error_set (error,
                              SIMSTOW_ERROR_USAGE,
                              _ ("--since is later than --until: no message is"));
}

static gboolean
message_options_check (SimstowMessageOptions *options, GError **error)
{
    SimstowWanted *wanted = &options->wanted;

    simstow_wanted_init (wanted);
    options->is_some =
        options->with || options->grep || options->since || options->until || options->limit != -1;
    if (options->limit != -1 && options->limit <= 0)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("--limit takes a number of messages, not %d"),
                                  options->limit);
    wanted->limit = options->limit > 0 ? (guint) options->limit : 0;
    wanted->with = options->with;
    if (options->grep != NULL) {
        wanted->pattern = g_regex_new (options->grep, G_REGEX_CASELESS, 0, error);
        if (wanted->pattern == NULL) {
            g_prefix_error (error, "--grep: ");
            return FALSE;
        }
    }
    return check_times (options, error);
}

guint
simstow_choice_apply (const SimstowChoice *choice, SimstowSnapshot *snapshot)
{
    if (choice->all)
        return 0;
    if (choice->since != NULL)
        return simstow_history_keep_since (snapshot, choice->time);
    return simstow_history_keep_latest (snapshot);
}

/* Adds the options to a verb. */
static void
keyring_add_options (SimstowKeyring *keyring, GOptionContext *context)
{
    /* clang-format off */
    const GOptionEntry recipients[] = {
        {"encrypt-to", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &keyring->recipients,
         N_ ("Encrypt to this public key; may be given several times"), N_ ("KEY|FILE")},
        {NULL},
    };
    /* clang-format on */
    /* clang-format off */
    const GOptionEntry passphrases[] = {
        {"passphrase", 0, 0, G_OPTION_ARG_NONE, &keyring->ask,
         N_ ("Ask for the archive's passphrase on the terminal"), NULL},
        {"passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &keyring->file,
         N_ ("Take the passphrase from the first line of this file"), N_ ("FILE")},
        {"passphrase-fd", 0, 0, G_OPTION_ARG_INT, &keyring->fd,
         N_ ("Take the passphrase from this file descriptor"), N_ ("FD")},
        {"passphrase-credential", 0, 0, G_OPTION_ARG_STRING, &keyring->credential,
         N_ ("Take the passphrase from this systemd credential"), N_ ("NAME")},
        {NULL},
    };
    /* clang-format on */

    keyring->fd = -1;
    if (keyring->encrypts)
        g_option_context_add_main_entries (context, recipients, GETTEXT_PACKAGE);
    g_option_context_add_main_entries (context, passphrases, GETTEXT_PACKAGE);
}

/* Typed twice when it is chosen now: nobody could open the archive after a slip. */
static SimstowSecret *
ask (gboolean is_new, GError **error)
{
    gchar *typed = simstow_ask_secret (_ ("Passphrase of the archive:"), error);
    gchar *again = typed && is_new ? simstow_ask_secret (_ ("The same again:"), error) : NULL;
    SimstowSecret *secret = NULL;

    if (typed && is_new && again && !g_str_equal (typed, again))
        simstow_error_set (error,
                           SIMSTOW_ERROR_USAGE,
                           _ ("it was typed differently the second time"));
    else if (typed && !*typed)
        simstow_error_set (error, SIMSTOW_ERROR_USAGE, _ ("it is empty"));
    else if (typed && (again || !is_new))
        secret = simstow_secret_new (typed, strlen (typed));
    simstow_ask_wipe (typed);
    simstow_ask_wipe (again);
    return secret;
}

static gboolean
open_secret (SimstowKeyring *keyring, GError **error)
{
    if (keyring->ask)
        keyring->secret = ask (keyring->is_new, error);
    else if (keyring->file)
        keyring->secret = simstow_secret_new_from_file (keyring->file, error);
    else if (keyring->fd >= 0)
        keyring->secret = simstow_secret_new_from_fd (keyring->fd, error);
    else if (keyring->credential)
        keyring->secret = simstow_secret_new_from_credential (keyring->credential, error);
    else
        return TRUE;
    if (!keyring->secret)
        g_prefix_error (error, _ ("passphrase: "));
    return keyring->secret != NULL;
}

gboolean
simstow_keyring_open (SimstowKeyring *keyring, GError **error)
{
    gint ways = (keyring->ask ? 1 : 0) + (keyring->file ? 1 : 0) + (keyring->fd >= 0 ? 1 : 0) +
                (keyring->credential ? 1 : 0);

    if (ways > 1)
        return simstow_error_set (error,
                                  SIMSTOW_ERROR_USAGE,
                                  _ ("only one of the --passphrase options can be given"));
    if (!open_secret (keyring, error))
        return FALSE;
    keyring->keys.recipients = (const gchar *const *) keyring->recipients;
    keyring->keys.passphrase = keyring->secret;
    return TRUE;
}

void
simstow_keyring_clear (SimstowKeyring *keyring)
{
    g_clear_pointer (&keyring->recipients, g_strfreev);
    g_clear_pointer (&keyring->file, g_free);
    g_clear_pointer (&keyring->credential, g_free);
    g_clear_pointer (&keyring->secret, simstow_secret_free);
}

/* GOption's own help ends the process, and does not know the verb. */
static void
print_help (const SimstowCommand *command, GOptionContext *context)
{
    g_autofree gchar *help = NULL;
    g_autofree gchar *name = g_strconcat ("simstow ", command->verb, NULL);

    g_set_prgname (name);
    help = g_option_context_get_help (context, TRUE, NULL);
    g_set_prgname ("simstow");
    simstow_terminal_print ("%s", help);
}

static gboolean
check_count (const SimstowInvocation *invocation, gint min, gint max, GError **error)
{
    gint count = invocation->argc - 1;
    const gchar *verb = invocation->command->verb;

    if (count >= min && count <= max)
        return TRUE;
    if (count < min)
        simstow_error_set (error,
                           SIMSTOW_ERROR_USAGE,
                           _ ("%s needs %s; see: simstow help %s"),
                           verb,
                           _ (invocation->command->arguments),
                           verb);
    else
        simstow_error_set (error,
                           SIMSTOW_ERROR_USAGE,
                           _ ("%s does not take the argument %s; see: simstow help %s"),
                           verb,
                           invocation->argv[max + 1],
                           verb);
    return FALSE;
}

static GOptionContext *
context_new (SimstowInvocation *invocation, const GOptionEntry *entries, gboolean *help)
{
    const SimstowCommand *command = invocation->command;
    GOptionContext *context = g_option_context_new (command->arguments);
    /* clang-format off */
    const GOptionEntry common[] = {
        {"help", 'h', 0, G_OPTION_ARG_NONE, help, N_ ("Show this help"), NULL},
        {NULL},
    };
    /* clang-format on */

    g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
    g_option_context_set_help_enabled (context, FALSE);
    g_option_context_set_summary (context, command->summary);
    g_option_context_set_description (context, command->description);
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
    if (invocation->messages != NULL)
        message_options_add (invocation->messages, context);
    if (invocation->takes_keys)
        keyring_add_options (&invocation->keyring, context);
    g_option_context_add_main_entries (context, common, GETTEXT_PACKAGE);
    return context;
}

/* What came from a pipe is gone after it was read */
static gboolean
check_standard_input (const SimstowInvocation *invocation, GError **error)
{
    gint count = 0;
    gint i;

    for (i = 1; i < invocation->argc; i++)
        if (g_str_equal (invocation->argv[i], "-"))
            count++;
    if (count < 2)
        return TRUE;
    return simstow_error_set (error,
                              SIMSTOW_ERROR_USAGE,
                              _ ("standard input (-) can be read only once"));
}

/* Nothing is written into what is read, be it only by the shell's >> */
static gboolean
check_standard_output (const SimstowInvocation *invocation, GError **error)
{
    struct stat info;

    if (fstat (STDOUT_FILENO, &info) != 0 ||
        !simstow_file_set_keeps (invocation->inputs, &info, TRUE))
        return TRUE;
    return simstow_error_set (
        error,
        SIMSTOW_ERROR_USAGE,
        _ ("standard output is what is read here: writing there would destroy "
           "it"));
}

static void
note_inputs (SimstowInvocation *invocation)
{
    const SimstowKeyring *keyring = &invocation->keyring;
    gint i;

    for (i = invocation->grows ? 2 : 1; i < invocation->argc; i++)
        simstow_file_set_add_path (invocation->inputs, invocation->argv[i], invocation->grows);
    for (i = 0; keyring->recipients != NULL && keyring->recipients[i] != NULL; i++)
        simstow_file_set_add_path (invocation->inputs, keyring->recipients[i], FALSE);
    if (keyring->file != NULL)
        simstow_file_set_add_path (invocation->inputs, keyring->file, FALSE);
    simstow_file_set_add_fd (invocation->inputs, keyring->fd);
}

gboolean
simstow_invocation_parse (SimstowInvocation *invocation,
                          const GOptionEntry *entries,
                          gint min,
                          gint max,
                          GError **error)
{
    gboolean help = FALSE;
    g_autoptr (GOptionContext) context = context_new (invocation, entries, &help);

    if (!g_option_context_parse (context, &invocation->argc, &invocation->argv, error)) {
        g_prefix_error (error, "%s: ", invocation->command->verb);
        return FALSE;
    }
    if (help) {
        print_help (invocation->command, context);
        return FALSE;
    }
    /* GOption leaves the mark where an argument behind it looks like an option */
    if (invocation->argc > 1 && g_str_equal (invocation->argv[1], "--")) {
        invocation->argv++;
        invocation->argc--;
    }
    if (!check_count (invocation, min, max, error) ||
        (invocation->messages != NULL && !message_options_check (invocation->messages, error)))
        return FALSE;
    if (!invocation->takes_keys)
        return TRUE;
    note_inputs (invocation);
    return check_standard_input (invocation, error) && check_standard_output (invocation, error) &&
           simstow_keyring_open (&invocation->keyring, error);
}

const gchar *
simstow_invocation_argument (const SimstowInvocation *invocation, gint place)
{
    return place + 1 < invocation->argc ? invocation->argv[place + 1] : NULL;
}
