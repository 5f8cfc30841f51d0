/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow.conf: a table of keys. GKeyFile stops at the first line that it does not understand
 * and knows no line numbers, so that lines are taken apart here; the values are as it has them.
 */

#include "config.h"

#include "simstow-config.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#define DESTINATION "destination "

typedef enum {
    VALUE_STRING,
    VALUE_LIST,
    VALUE_BOOLEAN,
    VALUE_COUNT,
    VALUE_KEEP,
    VALUE_TIME,
    VALUE_WORD,
} ValueType;

static const gchar *const type_words[] = {"directory", "rclone", "exec", NULL};
static const gchar *const medium_words[] = {"", "disk", "removable", "network", "cloud", NULL};

typedef struct {
    const gchar *group;
    const gchar *key;
    ValueType type;
    gsize offset;
    const gchar *const *words;
} Key;

#define TOP(member)  G_STRUCT_OFFSET (SimstowConfig, member)
#define SPOT(member) G_STRUCT_OFFSET (SimstowDestinationConfig, member)

static const Key keys[] = {
    {"backup", "encrypt-to", VALUE_LIST, TOP (encrypt_to)},
    {"backup", "passphrase-file", VALUE_STRING, TOP (passphrase_file)},
    {"backup", "passphrase-credential", VALUE_STRING, TOP (passphrase_credential)},
    {"backup", "compress", VALUE_STRING, TOP (compress)},
    {"backup", "history", VALUE_BOOLEAN, TOP (history)},
    {"backup", "simfiles", VALUE_BOOLEAN, TOP (simfiles)},
    {"backup", "retry", VALUE_TIME, TOP (retry)},
    {"backup", "every", VALUE_TIME, TOP (every)},
    {"backup", "metered", VALUE_BOOLEAN, TOP (metered)},
    {"backup", "state", VALUE_STRING, TOP (state)},
    {"backup", "on-success", VALUE_STRING, TOP (on_success)},
    {"backup", "on-failure", VALUE_STRING, TOP (on_failure)},
    {"backup", "on-risk", VALUE_STRING, TOP (on_risk)},
    {"destination", "type", VALUE_WORD, SPOT (type), type_words},
    {"destination", "path", VALUE_STRING, SPOT (path)},
    {"destination", "uuid", VALUE_STRING, SPOT (uuid)},
    {"destination", "remote", VALUE_STRING, SPOT (remote)},
    {"destination", "rclone-config", VALUE_STRING, SPOT (rclone_config)},
    {"destination", "command", VALUE_STRING, SPOT (command)},
    {"destination", "environment-file", VALUE_STRING, SPOT (environment_file)},
    {"destination", "class", VALUE_WORD, SPOT (medium), medium_words},
    {"destination", "offsite", VALUE_BOOLEAN, SPOT (offsite)},
    {"destination", "allow-plaintext", VALUE_BOOLEAN, SPOT (allow_plaintext)},
    {"destination", "max-age", VALUE_TIME, SPOT (max_age)},
    {"destination", "timeout", VALUE_TIME, SPOT (timeout)},
    {"destination", "attempts", VALUE_COUNT, SPOT (attempts)},
    {"policy", "min-copies", VALUE_COUNT, TOP (policy.min_copies)},
    {"policy", "min-media", VALUE_COUNT, TOP (policy.min_media)},
    {"policy", "min-offsite", VALUE_COUNT, TOP (policy.min_offsite)},
    {"policy", "max-age", VALUE_TIME, TOP (policy.max_age)},
    {"policy", "verify-every", VALUE_TIME, TOP (policy.verify_every)},
    {"policy", "retired", VALUE_LIST, TOP (policy.retired)},
    {"retention", "keep-last", VALUE_KEEP, TOP (retention.last)},
    {"retention", "keep-daily", VALUE_KEEP, TOP (retention.daily)},
    {"retention", "keep-weekly", VALUE_KEEP, TOP (retention.weekly)},
    {"retention", "keep-monthly", VALUE_KEEP, TOP (retention.monthly)},
    {"retention", "keep-yearly", VALUE_KEEP, TOP (retention.yearly)},
};

/*
 * Reading:
 * @config: what was read so far
 * @group: (nullable): the group of the line
 * @spot: (nullable): the destination of the line
 * @seen: keys of the group, and groups in brackets, that were there
 * @line: which line it is, from 1
 */
typedef struct {
    SimstowConfig *config;
    const gchar *group;
    SimstowDestinationConfig *spot;
    GHashTable *seen;
    guint line;
} Reading;

static void
    G_GNUC_PRINTF (3, 4) add_mistake (SimstowConfig *config, guint line, const gchar *format, ...)
{
    g_autofree gchar *text = NULL;
    va_list args;

    va_start (args, format);
    text = g_strdup_vprintf (format, args);
    va_end (args);
    if (line > 0)
        g_ptr_array_add (config->mistakes, g_strdup_printf (_ ("line %u: %s"), line, text));
    else
        g_ptr_array_add (config->mistakes, g_steal_pointer (&text));
}

static gboolean
parse_number (const gchar *text, gchar **rest, guint *number)
{
    guint64 value;

    errno = 0;
    value = g_ascii_strtoull (text, rest, 10);
    if (!g_ascii_isdigit (*text) || errno != 0 || value >= G_MAXINT32)
        return FALSE;
    *number = (guint) value;
    return TRUE;
}

static guint
unit_seconds (const gchar *unit)
{
    static const struct {
        const gchar *word;
        guint seconds;
    } units[] = {{"", 1}, {"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}, {"w", 604800}};
    guint i;

    for (i = 0; i < G_N_ELEMENTS (units); i++)
        if (g_str_equal (units[i].word, unit))
            return units[i].seconds;
    return 0;
}

static gboolean
parse_time (const gchar *text, guint *seconds)
{
    gchar *unit = NULL;
    guint number;
    guint factor;

    if (!parse_number (text, &unit, &number))
        return FALSE;
    factor = unit_seconds (unit);
    if (factor == 0 || number > G_MAXINT32 / factor)
        return FALSE;
    *seconds = number * factor;
    return TRUE;
}

static gboolean
parse_boolean (const gchar *text, gboolean *value)
{
    *value = g_str_equal (text, "true") || g_str_equal (text, "yes");
    return *value || g_str_equal (text, "false") || g_str_equal (text, "no");
}

static gboolean
parse_word (const gchar *const *words, const gchar *text, guint *value)
{
    for (*value = 0; words[*value] != NULL; (*value)++)
        if (*text != '\0' && g_str_equal (words[*value], text))
            return TRUE;
    *value = 0;
    return FALSE;
}

/* Values as GKeyFile has them, with its escapes */
static gboolean
parse_text (const Key *key, const gchar *text, gpointer place)
{
    g_autoptr (GKeyFile) file = g_key_file_new ();
    gchar **string = place;
    gchar ***list = place;

    g_key_file_set_value (file, "g", "k", text);
    if (key->type == VALUE_LIST) {
        g_strfreev (*list);
        *list = g_key_file_get_string_list (file, "g", "k", NULL, NULL);
        return *list != NULL && **list != NULL;
    }
    g_free (*string);
    *string = g_key_file_get_string (file, "g", "k", NULL);
    return *string != NULL && **string != '\0';
}

static const gchar *
parse_value (const Key *key, const gchar *text, gpointer place)
{
    gchar *rest = NULL;
    guint *number = place;

    switch (key->type) {
    case VALUE_BOOLEAN:
        return parse_boolean (text, place) ? NULL : N_ ("is true or false");
    case VALUE_COUNT:
        return parse_number (text, &rest, number) && *rest == '\0' ? NULL : N_ ("is a number");
    case VALUE_KEEP:
        if (g_str_equal (text, "all"))
            *number = SIMSTOW_KEEP_ALL;
        else if (!parse_number (text, &rest, number) || *rest != '\0')
            return N_ ("is a number or \"all\"");
        return NULL;
    case VALUE_TIME:
        return parse_time (text, number) ? NULL : N_ ("is a time as 30s, 15min, 12h, 7d or 4w");
    case VALUE_WORD:
        return parse_word (key->words, text, number) ? NULL : N_ ("has no such word");
    default:
        return parse_text (key, text, place) ? NULL : N_ ("is empty, or not written as it should");
    }
}

static const Key *
find_key (const gchar *group, const gchar *name)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (keys); i++)
        if (g_str_equal (keys[i].group, group) && g_str_equal (keys[i].key, name))
            return &keys[i];
    return NULL;
}

static void
read_pair (Reading *reading, gchar *line)
{
    gchar *equals = strchr (line, '=');
    const gchar *fault;
    const gchar *name;
    const Key *key;

    if (equals == NULL) {
        add_mistake (reading->config, reading->line, _ ("this is no \"key=value\""));
        return;
    }
    *equals = '\0';
    name = g_strchomp (line);
    if (reading->group == NULL)
        return;
    key = find_key (reading->group, name);
    if (key == NULL) {
        add_mistake (reading->config,
                     reading->line,
                     _ ("[%s] has no key \"%s\""),
                     reading->group,
                     name);
        return;
    }
    if (!g_hash_table_add (reading->seen, g_strdup (name)))
        add_mistake (reading->config, reading->line, _ ("\"%s\" is here twice"), name);
    fault = parse_value (key,
                         g_strstrip (equals + 1),
                         G_STRUCT_MEMBER_P (reading->spot != NULL ? (gpointer) reading->spot
                                                                  : (gpointer) reading->config,
                                            key->offset));
    if (fault != NULL)
        add_mistake (reading->config, reading->line, "%s: \"%s\" %s", name, equals + 1, _ (fault));
}

static gboolean
is_name (const gchar *text)
{
    const gchar *c;

    for (c = text; *c != '\0'; c++)
        if (!g_ascii_isalnum (*c) && strchr ("-_", *c) == NULL)
            return FALSE;
    return *text != '\0' && strlen (text) <= 64;
}

static void
read_destination (Reading *reading, const gchar *name)
{
    reading->group = "destination";
    reading->spot = simstow_destination_config_new (name);
    reading->spot->line = reading->line;
    if (!is_name (name))
        add_mistake (reading->config,
                     reading->line,
                     _ ("\"%s\" is no name: letters, digits, - and _"),
                     name);
    if (simstow_config_find_destination (reading->config, name) != NULL)
        add_mistake (reading->config, reading->line, _ ("there is another [destination %s]"), name);
    g_ptr_array_add (reading->config->destinations, reading->spot);
}

static void
read_group (Reading *reading, gchar *line)
{
    static const gchar *const groups[] = {"backup", "policy", "retention"};
    gchar *end = strchr (line, ']');
    guint i;

    reading->group = NULL;
    reading->spot = NULL;
    g_hash_table_remove_all (reading->seen);
    if (end == NULL || end[1] != '\0') {
        add_mistake (reading->config, reading->line, _ ("this is no \"[group]\""));
        return;
    }
    *end = '\0';
    line++;
    if (g_str_has_prefix (line, DESTINATION)) {
        read_destination (reading, g_strstrip (line + strlen (DESTINATION)));
        return;
    }
    for (i = 0; i < G_N_ELEMENTS (groups); i++)
        if (g_str_equal (groups[i], line))
            reading->group = groups[i];
    if (reading->group == NULL)
        add_mistake (reading->config,
                     reading->line,
                     _ ("there is no group [%s]; there are [backup], [destination NAME], [policy] "
                        "and [retention]"),
                     line);
    reading->config->prunes = reading->config->prunes || g_str_equal (line, "retention");
}

static void
read_line (Reading *reading, gchar *line)
{
    if (!g_utf8_validate (line, -1, NULL)) {
        add_mistake (reading->config, reading->line, _ ("this is not UTF-8"));
        return;
    }
    g_strstrip (line);
    if (*line == '\0' || *line == '#')
        return;
    if (*line == '[')
        read_group (reading, line);
    else if (reading->group == NULL && reading->config->mistakes->len == 0)
        add_mistake (reading->config, reading->line, _ ("this stands before any [group]"));
    else
        read_pair (reading, line);
}

static gboolean
is_uri (const gchar *path)
{
    g_autofree gchar *scheme = g_uri_parse_scheme (path);

    return scheme != NULL;
}

static void
check_directory (SimstowConfig *config, const SimstowDestinationConfig *spot)
{
    if (spot->path == NULL && spot->uuid == NULL)
        add_mistake (config, spot->line, _ ("[destination %s] needs a path"), spot->name);
    else if (spot->path != NULL && spot->uuid == NULL && !is_uri (spot->path) &&
             !g_path_is_absolute (spot->path))
        add_mistake (config,
                     spot->line,
                     _ ("[destination %s]: its path has to begin with / or be a URI"),
                     spot->name);
}

/* A remote may be named with options, ":sftp,pass=...:path": every user would see them */
static void
check_rclone (SimstowConfig *config, const SimstowDestinationConfig *spot)
{
    if (spot->remote == NULL || strchr (spot->remote, ':') == NULL || *spot->remote == '-')
        add_mistake (config,
                     spot->line,
                     _ ("[destination %s] needs a remote, as NAME:PATH"),
                     spot->name);
    else if (*spot->remote == ':' || strchr (spot->remote, ',') != NULL)
        add_mistake (config,
                     spot->line,
                     _ ("[destination %s]: options of a remote belong into rclone's configuration "
                        "or an environment-file, where others do not see them"),
                     spot->name);
}

/* Of a destination, or in [backup], where there is no line to tell */
static void
check_command (SimstowConfig *config, guint line, const gchar *where, const gchar *command)
{
    g_autoptr (GError) fault = NULL;
    g_auto (GStrv) argv = NULL;

    if (!g_shell_parse_argv (command, NULL, &argv, &fault))
        add_mistake (config, line, "%s: %s", where, fault->message);
    else if (!g_path_is_absolute (argv[0]))
        add_mistake (config, line, _ ("%s: the command has to begin with /"), where);
}

static void
check_exec (SimstowConfig *config, const SimstowDestinationConfig *spot)
{
    g_autofree gchar *where = g_strdup_printf ("[destination %s]", spot->name);

    if (spot->command == NULL)
        add_mistake (config, spot->line, _ ("%s needs a command"), where);
    else
        check_command (config, spot->line, where, spot->command);
}

static void
check_hooks (SimstowConfig *config)
{
    const struct {
        const gchar *where;
        const gchar *command;
    } rows[] = {{"[backup]: on-success", config->on_success},
                {"[backup]: on-failure", config->on_failure},
                {"[backup]: on-risk", config->on_risk}};
    guint i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++)
        if (rows[i].command != NULL)
            check_command (config, 0, rows[i].where, rows[i].command);
}

static SimstowMedium
guess_medium (const SimstowDestinationConfig *spot)
{
    if (spot->type == SIMSTOW_DESTINATION_RCLONE)
        return SIMSTOW_MEDIUM_CLOUD;
    if (spot->type == SIMSTOW_DESTINATION_EXEC)
        return SIMSTOW_MEDIUM_NETWORK;
    if (spot->uuid != NULL)
        return SIMSTOW_MEDIUM_REMOVABLE;
    return spot->path != NULL && is_uri (spot->path) && !g_str_has_prefix (spot->path, "file:")
               ? SIMSTOW_MEDIUM_NETWORK
               : SIMSTOW_MEDIUM_DISK;
}

static gboolean
is_encrypting (const SimstowConfig *config)
{
    return config->encrypt_to != NULL || config->passphrase_file != NULL ||
           config->passphrase_credential != NULL;
}

static void
check_destination (SimstowConfig *config, SimstowDestinationConfig *spot)
{
    SimstowMedium natural = guess_medium (spot);

    if (spot->type == SIMSTOW_DESTINATION_DIRECTORY)
        check_directory (config, spot);
    else if (spot->type == SIMSTOW_DESTINATION_RCLONE)
        check_rclone (config, spot);
    else
        check_exec (config, spot);
    if (spot->medium == SIMSTOW_MEDIUM_UNKNOWN)
        spot->medium = natural;
    if (spot->offsite < 0)
        spot->offsite = spot->medium == SIMSTOW_MEDIUM_CLOUD;
    if (spot->timeout == 0 || spot->attempts == 0)
        add_mistake (config,
                     spot->line,
                     _ ("[destination %s]: timeout and attempts are at least 1"),
                     spot->name);
    /* whatever it is called: what leaves the machine is encrypted */
    if ((natural >= SIMSTOW_MEDIUM_NETWORK || spot->medium >= SIMSTOW_MEDIUM_NETWORK) &&
        !spot->allow_plaintext && !is_encrypting (config))
        add_mistake (config,
                     spot->line,
                     _ ("[destination %s] gets encrypted archives only: set encrypt-to or "
                        "passphrase-file in [backup], or allow-plaintext=true here"),
                     spot->name);
}

/* Where it is, as far as that can be told from here */
static gchar *
identify (const SimstowDestinationConfig *spot)
{
    g_autoptr (GFile) file = NULL;
    g_autofree gchar *real = NULL;

    if (spot->type != SIMSTOW_DESTINATION_DIRECTORY)
        return g_strjoin ("\n",
                          spot->type == SIMSTOW_DESTINATION_RCLONE ? spot->remote : spot->command,
                          spot->rclone_config != NULL ? spot->rclone_config : "",
                          spot->environment_file,
                          NULL);
    if (spot->uuid != NULL)
        return g_build_filename (spot->uuid, spot->path, NULL);
    file = g_file_new_for_commandline_arg (spot->path);
    if (g_file_peek_path (file) != NULL)
        real = realpath (g_file_peek_path (file), NULL);
    return real != NULL ? g_strdup (real) : g_file_get_uri (file);
}

/* Two archives in one place are one copy, whatever the policy counts */
static void
check_same (SimstowConfig *config)
{
    g_autoptr (GHashTable) places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    guint i;

    for (i = 0; i < config->destinations->len; i++) {
        SimstowDestinationConfig *spot = g_ptr_array_index (config->destinations, i);
        g_autofree gchar *place = identify (spot);
        const gchar *other = g_hash_table_lookup (places, place);

        if (other != NULL)
            add_mistake (config,
                         spot->line,
                         _ ("[destination %s] is the same place as [destination %s]"),
                         spot->name,
                         other);
        g_hash_table_replace (places, g_steal_pointer (&place), spot->name);
    }
}

static void
check_whole (SimstowConfig *config)
{
    static const gchar *const methods[] = {"gzip", "zstd", "xz", "none", NULL};
    guint i;

    if (config->passphrase_file != NULL && config->passphrase_credential != NULL)
        add_mistake (config, 0, _ ("[backup]: there is one passphrase, not two"));
    if (config->compress != NULL && !g_strv_contains (methods, config->compress))
        add_mistake (config, 0, _ ("[backup]: compress is gzip, zstd, xz or none"));
    check_hooks (config);
    if (config->destinations->len == 0)
        add_mistake (config, 0, _ ("there is no [destination NAME]"));
    for (i = 0; i < config->destinations->len; i++)
        check_destination (config, g_ptr_array_index (config->destinations, i));
    if (config->mistakes->len == 0)
        check_same (config);
    if (config->prunes && config->retention.last == 0)
        add_mistake (config, 0, _ ("[retention]: keep-last is at least 1"));
}

/* Who looks by hand sees what the schedule does */
static gchar *
default_state (const gchar *file)
{
    const gchar *directory = g_getenv ("STATE_DIRECTORY");

    if (directory != NULL && *directory != '\0')
        return g_strdup (directory);
    if (g_strcmp0 (file, SIMSTOW_CONFIG_SYSTEM) == 0)
        return g_strdup (SIMSTOW_CONFIG_SYSTEM_STATE);
    return g_build_filename (g_get_user_state_dir (), "simstow", NULL);
}

static SimstowConfig *
config_new (const gchar *file)
{
    SimstowConfig *config = g_new0 (SimstowConfig, 1);

    config->file = g_strdup (file);
    config->mistakes = g_ptr_array_new_with_free_func (g_free);
    config->destinations =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_destination_config_free);
    config->history = TRUE;
    config->retry = 30;
    config->every = 86400;
    config->state = default_state (file);
    config->policy = (SimstowPolicy){3, 2, 1, 7 * 86400, 30 * 86400, NULL};
    config->retention = (SimstowRetention){3, 7, 4, 12, SIMSTOW_KEEP_ALL};
    return config;
}

SimstowConfig *
simstow_config_new_bare (void)
{
    return config_new (NULL);
}

gchar *
simstow_config_usual_file (gboolean user)
{
    return user ? g_build_filename (g_get_user_config_dir (), "simstow", "simstow.conf", NULL)
                : g_strdup (SIMSTOW_CONFIG_SYSTEM);
}

static gchar *
find_file (void)
{
    g_autofree gchar *own = simstow_config_usual_file (TRUE);

    return g_file_test (own, G_FILE_TEST_EXISTS) ? g_steal_pointer (&own)
                                                 : simstow_config_usual_file (FALSE);
}

SimstowConfig *
simstow_config_parse (const gchar *file, const gchar *text, gsize size)
{
    g_autoptr (SimstowConfig) config = config_new (file);
    g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
    Reading reading = {.config = config, .seen = seen};

    if (strlen (text) != size)
        add_mistake (config, 0, _ ("there is a NUL in it: what is behind it is not read"));
    for (reading.line = 1; lines[reading.line - 1] != NULL; reading.line++)
        read_line (&reading, lines[reading.line - 1]);
    check_whole (config);
    return g_steal_pointer (&config);
}

SimstowConfig *
simstow_config_load (const gchar *file, GError **error)
{
    g_autofree gchar *found = file != NULL ? g_strdup (file) : find_file ();
    g_autofree gchar *text = NULL;
    gsize size;

    if (g_file_get_contents (found, &text, &size, error))
        return simstow_config_parse (found, text, size);
    g_prefix_error (error, _ ("configuration: "));
    return NULL;
}

const SimstowDestinationConfig *
simstow_config_find_destination (const SimstowConfig *config, const gchar *name)
{
    guint i;

    for (i = 0; i < config->destinations->len; i++) {
        const SimstowDestinationConfig *spot = g_ptr_array_index (config->destinations, i);

        if (g_str_equal (spot->name, name))
            return spot;
    }
    return NULL;
}

const gchar *
simstow_config_name_medium (SimstowMedium medium)
{
    return medium_words[medium];
}

SimstowDestinationConfig *
simstow_destination_config_new (const gchar *name)
{
    SimstowDestinationConfig *config = g_new0 (SimstowDestinationConfig, 1);

    config->name = g_strdup (name);
    config->offsite = -1;
    config->timeout = 600;
    config->attempts = 3;
    return config;
}

void
simstow_destination_config_free (SimstowDestinationConfig *config)
{
    g_free (config->name);
    g_free (config->path);
    g_free (config->uuid);
    g_free (config->remote);
    g_free (config->rclone_config);
    g_free (config->command);
    g_free (config->environment_file);
    g_free (config);
}

void
simstow_config_free (SimstowConfig *config)
{
    g_ptr_array_unref (config->mistakes);
    g_ptr_array_unref (config->destinations);
    g_strfreev (config->encrypt_to);
    g_free (config->passphrase_file);
    g_free (config->passphrase_credential);
    g_free (config->compress);
    g_free (config->state);
    g_free (config->on_success);
    g_free (config->on_failure);
    g_free (config->on_risk);
    g_strfreev (config->policy.retired);
    g_free (config->file);
    g_free (config);
}
