/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * simstow esim: what to do to get profiles back, for the drawer; and activation codes,
 * which go from the user's hand into an encrypted archive, and nowhere else.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-archive.h"
#include "simstow-command.h"
#include "simstow-error.h"
#include "simstow-plan.h"
#include "simstow-recovery-sheet.h"
#include "simstow-secret.h"
#include "simstow-sources.h"
#include "simstow-target.h"
#include "simstow-terminal.h"
#include "simstow-text.h"

typedef struct {
    gchar *html;
    gboolean force;
    gboolean secrets;
    gboolean yes;
    const SimstowFileSet *inputs;
} SheetOptions;

static void
sheet_options_clear (SheetOptions *options)
{
    g_free (options->html);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SheetOptions, sheet_options_clear)

static gboolean
deliver (const SimstowEsim *esim, const SheetOptions *options, GError **error)
{
    g_autoptr (GPtrArray) all = simstow_recovery_list (esim, NULL);
    g_autofree gchar *sheet = NULL;
    g_autoptr (SimstowOutput) output = NULL;

    if (options->html == NULL) {
        sheet = simstow_recovery_sheet_text (all, options->secrets);
        simstow_terminal_print ("%s", sheet);
        return TRUE;
    }
    sheet = simstow_recovery_sheet_html (esim, all, options->secrets);
    output = simstow_output_new (options->html, options->force, options->inputs);
    return simstow_output_write (output, sheet, FALSE, error);
}

static gboolean
ask_first (SimstowSealed *sealed,
           const SheetOptions *options,
           GCancellable *cancellable,
           GError **error)
{
    if (simstow_sealed_is_encrypted (sealed))
        return TRUE;
    return simstow_confirm (_ ("This archive is not encrypted: whoever has it reads all of this. "
                               "Show the sheet?"),
                            options->yes,
                            cancellable,
                            error);
}

static SimstowExit
show_sheet (const gchar *path,
            const SheetOptions *options,
            const SimstowArchiveKeys *keys,
            GCancellable *cancellable,
            GError **error)
{
    g_autoptr (SimstowSealed) sealed = simstow_sealed_open (path, keys, cancellable, error);
    const SimstowEsim *esim;

    if (sealed == NULL)
        return simstow_exit_failed (error);
    esim = simstow_sealed_get_snapshot (sealed)->esim;
    if (esim == NULL || esim->profiles->len == 0) {
        simstow_error_set (error,
                           SIMSTOW_ERROR_NOT_FOUND,
                           _ ("the archive holds no eSIM profiles"));
        return simstow_exit_failed (error);
    }
    if (!ask_first (sealed, options, cancellable, error) || !deliver (esim, options, error))
        return simstow_exit_failed (error);
    return SIMSTOW_EXIT_DONE;
}

static SimstowExit
run_recovery_sheet (SimstowInvocation *invocation, GError **error)
{
    g_auto (SheetOptions) options = {0};
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"html", 0, 0, G_OPTION_ARG_FILENAME, &options.html,
         N_ ("Write it to this file, as a page to print"), N_ ("FILE")},
        {"secrets", 0, 0, G_OPTION_ARG_NONE, &options.secrets,
         N_ ("With activation and confirmation codes"), NULL},
        {"force", 0, 0, G_OPTION_ARG_NONE, &options.force, N_ ("Replace an existing file"), NULL},
        {"yes", 'y', 0, G_OPTION_ARG_NONE, &options.yes, N_ ("Do not ask"), NULL},
        {NULL},
    };
    /* clang-format on */

    invocation->takes_keys = TRUE;
    if (!simstow_invocation_parse (invocation, entries, 1, 1, error))
        return simstow_exit_failed (error);
    options.inputs = invocation->inputs;
    if (options.html != NULL)
        simstow_target_clear_stale (options.html);
    return show_sheet (simstow_invocation_argument (invocation, 0),
                       &options,
                       &invocation->keyring.keys,
                       invocation->cancellable,
                       error);
}

#define IMAGE_READER "zbarimg"

typedef struct {
    gchar *iccid;
    gint code_fd;
    gint confirmation_fd;
    gchar *image;
    gchar *output;
    const SimstowFileSet *inputs;
} CodeOptions;

static void
code_options_clear (CodeOptions *options)
{
    g_free (options->iccid);
    g_free (options->image);
    g_free (options->output);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CodeOptions, code_options_clear)

static gchar *
read_fd (gint fd, GError **error)
{
    g_autoptr (SimstowSecret) secret = simstow_secret_new_from_fd (fd, error);
    const gchar *text;
    gsize size;

    if (secret == NULL)
        return NULL;
    text = simstow_secret_get (secret, &size);
    return g_strndup (text, size);
}

/* A picture may hold other codes, too */
static gchar *
find_code (const gchar *lines, GError **error)
{
    const gchar *line = lines;

    while (line != NULL && !g_str_has_prefix (line, "LPA:")) {
        line = strchr (line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
    if (line != NULL)
        return g_strndup (line, strcspn (line, "\r\n"));
    simstow_error_set (error,
                       SIMSTOW_ERROR_NOT_FOUND,
                       _ ("the picture shows no activation code (LPA:...)"));
    return NULL;
}

static gchar *
read_image (const gchar *image, GCancellable *cancellable, GError **error)
{
    g_autofree gchar *reader = g_find_program_in_path (IMAGE_READER);
    g_autoptr (GSubprocess) process = NULL;
    gchar *lines = NULL;
    gchar *code;

    if (reader == NULL) {
        simstow_error_set (error,
                           SIMSTOW_ERROR_UNSUPPORTED,
                           _ ("pictures are read by zbarimg, of the package zbar-tools, which is "
                              "not installed"));
        return NULL;
    }
    process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                                error,
                                reader,
                                "--quiet",
                                "--raw",
                                "--",
                                image,
                                NULL);
    if (process == NULL ||
        !g_subprocess_communicate_utf8 (process, NULL, cancellable, &lines, NULL, error))
        return NULL;
    code = find_code (lines, error);
    simstow_ask_wipe (lines);
    return code;
}

static gchar *
get_code (const CodeOptions *options, GCancellable *cancellable, GError **error)
{
    if (options->image != NULL)
        return read_image (options->image, cancellable, error);
    if (options->code_fd >= 0)
        return read_fd (options->code_fd, error);
    return simstow_ask_secret (_ ("Activation code (LPA:1$...):"), error);
}

static gboolean
check_target (SimstowSealed *sealed, const CodeOptions *options, GError **error)
{
    const SimstowEsim *esim = simstow_sealed_get_snapshot (sealed)->esim;
    SimstowCompression compression = SIMSTOW_COMPRESSION_BY_NAME;

    if (!simstow_sealed_is_encrypted (sealed))
        simstow_error_set (error,
                           SIMSTOW_ERROR_USAGE,
                           _ ("activation codes are kept in encrypted archives only; encrypt it "
                              "first, for instance with: gpg --symmetric ARCHIVE"));
    else if (esim == NULL)
        simstow_error_set (error, SIMSTOW_ERROR_NOT_FOUND, _ ("the archive is not of an eUICC"));
    else if (options->iccid != NULL && simstow_esim_find_profile (esim, options->iccid) == NULL)
        simstow_error_set (error,
                           SIMSTOW_ERROR_NOT_FOUND,
                           _ ("the archive has no profile %s; see: simstow show ARCHIVE esim"),
                           options->iccid);
    else
        return simstow_archive_name_check (options->output, TRUE, &compression, error);
    return FALSE;
}

static gboolean
take_code (SimstowSealed *sealed,
           const CodeOptions *options,
           GCancellable *cancellable,
           GError **error)
{
    gchar *code = get_code (options, cancellable, error);
    gchar *confirmation = NULL;
    gboolean added;

    added = code != NULL && (options->confirmation_fd < 0 ||
                             (confirmation = read_fd (options->confirmation_fd, error)) != NULL);
    if (added)
        added = simstow_esim_add_code (simstow_sealed_get_snapshot (sealed)->esim,
                                       options->iccid,
                                       g_strstrip (code),
                                       confirmation,
                                       g_get_real_time () / G_USEC_PER_SEC,
                                       error);
    simstow_ask_wipe (code);
    simstow_ask_wipe (confirmation);
    return added;
}

static SimstowExit
add_code (const gchar *archive,
          const CodeOptions *options,
          const SimstowArchiveKeys *keys,
          GCancellable *cancellable,
          GError **error)
{
    g_autoptr (SimstowSealed) sealed = simstow_sealed_open (archive, keys, cancellable, error);
    g_autofree gchar *path = NULL;
    g_autofree gchar *display = NULL;
    g_autofree gchar *name = NULL;

    if (sealed == NULL || !check_target (sealed, options, error) ||
        !take_code (sealed, options, cancellable, error) ||
        !simstow_sealed_write (sealed, options->output, options->inputs, &path, cancellable, error))
        return simstow_exit_failed (error);
    display = g_filename_display_name (path);
    name = simstow_text_line (display);
    simstow_terminal_print (_ ("The code is kept in\n%s\nThe archive without it is still there.\n"),
                            name);
    return SIMSTOW_EXIT_DONE;
}

static SimstowExit
run_add_code (SimstowInvocation *invocation, GError **error)
{
    g_auto (CodeOptions) options = {.code_fd = -1, .confirmation_fd = -1};
    /* clang-format off */
    const GOptionEntry entries[] = {
        {"iccid", 0, 0, G_OPTION_ARG_STRING, &options.iccid,
         N_ ("The profile that it downloads"), N_ ("ICCID")},
        {"code-fd", 0, 0, G_OPTION_ARG_INT, &options.code_fd,
         N_ ("Read the code from this file descriptor"), N_ ("FD")},
        {"image", 0, 0, G_OPTION_ARG_FILENAME, &options.image,
         N_ ("Read it from a picture of the QR code"), N_ ("FILE")},
        {"confirmation-fd", 0, 0, G_OPTION_ARG_INT, &options.confirmation_fd,
         N_ ("Read the confirmation code from this file descriptor"), N_ ("FD")},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
         N_ ("Write to this file or directory (default: beside the archive)"), N_ ("OUTPUT")},
        {NULL},
    };
    /* clang-format on */

    invocation->takes_keys = TRUE;
    invocation->keyring.encrypts = TRUE;
    if (!simstow_invocation_parse (invocation, entries, 1, 1, error))
        return simstow_exit_failed (error);
    simstow_file_set_add_fd (invocation->inputs, options.code_fd);
    simstow_file_set_add_fd (invocation->inputs, options.confirmation_fd);
    if (options.image != NULL)
        simstow_file_set_add_path (invocation->inputs, options.image, FALSE);
    options.inputs = invocation->inputs;
    simstow_target_clear_stale (
        options.output != NULL ? options.output : simstow_invocation_argument (invocation, 0));
    return add_code (simstow_invocation_argument (invocation, 0),
                     &options,
                     &invocation->keyring.keys,
                     invocation->cancellable,
                     error);
}

static const SimstowCommand commands[] = {
    {"esim recovery-sheet",
     N_ ("ARCHIVE"),
     N_ ("Print what to do to get each eSIM profile of an archive back."),
     N_ ("Codes are shown only with --secrets. Of an archive that is not encrypted\n"
         "nothing is shown without asking."),
     run_recovery_sheet},
    {"esim add-code",
     N_ ("ARCHIVE"),
     N_ ("Keep an activation code, in a new encrypted archive."),
     N_ ("The code is typed in, read from a file descriptor, or from a picture of the QR\n"
         "code. The archive has to be encrypted; it stays as it is."),
     run_add_code},
    {"esim lpac",
     N_ ("-- ARGUMENT..."),
     N_ ("Run lpac, which downloads profiles, on the card of a modem."),
     N_ ("ModemManager keeps the modem meanwhile."),
     simstow_verb_esim_lpac},
};

/* That of each verb below, one after the other */
static void
print_help (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (commands); i++) {
        gchar *argv[] = {(gchar *) commands[i].verb, (gchar *) "--help", NULL};
        SimstowInvocation below = {.command = &commands[i], .argc = 2, .argv = argv};

        commands[i].run (&below, NULL);
    }
}

static const SimstowCommand *
find_command (const gchar *word)
{
    guint i;

    for (i = 0; word != NULL && i < G_N_ELEMENTS (commands); i++) {
        if (g_str_equal (commands[i].verb + strlen ("esim "), word))
            return &commands[i];
    }
    return NULL;
}

SimstowExit
simstow_verb_esim (SimstowInvocation *invocation, GError **error)
{
    const gchar *word = invocation->argc > 1 ? invocation->argv[1] : NULL;
    const SimstowCommand *command = find_command (word);

    if (command != NULL) {
        invocation->command = command;
        invocation->argc--;
        invocation->argv++;
        return command->run (invocation, error);
    }
    if (g_strcmp0 (word, "--help") == 0 || g_strcmp0 (word, "-h") == 0) {
        print_help ();
        return SIMSTOW_EXIT_DONE;
    }
    simstow_error_set (error,
                       SIMSTOW_ERROR_USAGE,
                       _ ("esim needs one of its own verbs; see: simstow help esim"));
    return simstow_exit_failed (error);
}
