/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands on a phonebook, with its selection and back.
 */

#include "simstow-store-selector.h"

#include <string.h>

#include "simstow-at-lines.h"
#include "simstow-at-phonebook.h"
#include "simstow-error.h"

#define SHORT_SECONDS 10
#define CURRENT       "+CPBS?"
#define LIST_STORAGES "+CPBS=?"
#define LIST_CHARSETS "+CSCS=?"

/* 3GPP TS 27.007 8.11: tried where the modem does not list its own */
static const gchar *const all_storages[] =
    {"SM", "ME", "MT", "FD", "ON", "SD", "DC", "RC", "MC", "LD", NULL};

/* How old an answer about the selection may be that is put back where a line was not answered
 * well; an older one is asked for anew, before anything is selected. */
#define FRESH_MICROSECONDS (2 * G_USEC_PER_SEC)

/* How long a phonebook stays selected for the next run */
#define IDLE_MILLISECONDS     100
#define HELD_MAX_MICROSECONDS G_USEC_PER_SEC

struct _SimstowStoreSelector {
    GObject parent_instance;

    SimstowPort *port;
    SimstowStoreScript *script;
    GStrv storages;
    gboolean offered;   /* they are what the modem lists */
    gchar *charset;     /* the best one, by the modem's name; NULL when it has no choice */
    gboolean guessed;   /* the modem does not list its sets */
    gchar *refused;     /* the one that it offers, and does not take */
    gchar *storage_now; /* what was selected before anything of ours */
    gchar *charset_now;
    gint64 asked_at;
    SimstowPortSetup setup; /* as it said so */
    gboolean own;           /* something of ours may be selected: an answer tells of that */
    gchar *last;            /* the phonebook that was selected for a run the last time */
    gchar *held;            /* the phonebook that is still selected since the last run */
    gint64 held_at;
    guint idle_source;
};

G_DEFINE_FINAL_TYPE (SimstowStoreSelector, simstow_store_selector, G_TYPE_OBJECT)

typedef struct {
    gchar *storage;
    gboolean texts;
    GStrv commands;
    SimstowStoreScriptFlags flags;
    guint timeout;
    gboolean asks;            /* for the selection, before all that selects */
    gboolean is_asked;        /* the caller's own commands do so */
    gboolean asked;           /* for it before, on its own or in vain: the line selects at once */
    gboolean selects;         /* anything at all */
    gboolean own;             /* something of ours may have been selected before */
    gboolean charset_changed; /* selected the character set for its texts */
    gboolean holds;           /* leaves its phonebook selected */
    gchar *reply;
    GHashTable *faults;
    GError *error;
} Run;

static void
run_free (gpointer data)
{
    Run *run = data;

    g_free (run->storage);
    g_strfreev (run->commands);
    g_free (run->reply);
    g_clear_pointer (&run->faults, g_hash_table_unref);
    g_clear_error (&run->error);
    g_free (run);
}

static gchar *
select_storage (const gchar *storage)
{
    return g_strdup_printf ("+CPBS=\"%s\"", storage);
}

static gchar *
select_charset (const gchar *charset)
{
    return g_strdup_printf ("+CSCS=\"%s\"", charset);
}

/* The first answer of each kind says what was selected before */
static gboolean
absorb_selection (SimstowStoreSelector *self, const gchar *reply)
{
    g_autofree gchar *selected = simstow_at_phonebook_parse_selected (reply);
    g_autofree gchar *answer = simstow_at_phonebook_parse_charset (reply);
    /* a modem that does only the first commands of a line leaves selected what it did not put
     * back */
    gboolean left = self->storage_now != NULL && g_strcmp0 (selected, self->last) == 0;
    const gchar *storage = selected != NULL && !left ? selected : self->storage_now;
    const gchar *charset = answer != NULL ? answer : self->charset_now;
    gboolean known;

    known =
        g_strcmp0 (storage, self->storage_now) == 0 && g_strcmp0 (charset, self->charset_now) == 0;
    if (g_strcmp0 (storage, self->storage_now) != 0) {
        g_free (self->storage_now);
        self->storage_now = g_strdup (storage);
    }
    if (g_strcmp0 (charset, self->charset_now) != 0) {
        g_free (self->charset_now);
        self->charset_now = g_strdup (charset);
    }
    if (selected != NULL)
        self->asked_at = g_get_monotonic_time ();
    self->setup = simstow_port_get_setup (self->port);
    return known;
}

/* Takes the list of phonebooks. Where the modem has phonebooks, as it says which one is
 * selected, and does not know how to list them, they are all that there may be. */
static gboolean
take_storages (SimstowStoreSelector *self, const gchar *reply, GHashTable *faults, GError **error)
{
    const GError *fault = g_hash_table_lookup (faults, LIST_STORAGES);
    const GError *current;

    if (fault == NULL)
        self->storages =
            simstow_at_phonebook_parse_storages (reply, !g_hash_table_contains (faults, CURRENT));
    self->offered = self->storages != NULL;
    if (self->storages != NULL && self->storages[0] != NULL)
        return TRUE;
    if (fault == NULL && self->storages == NULL) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_MODEM_ERROR,
                     "the modem's list of phonebooks makes no sense");
        return FALSE;
    }
    g_clear_pointer (&self->storages, g_strfreev);
    if (fault != NULL && self->storage_now != NULL &&
        (simstow_store_script_is_absent (fault) || simstow_store_script_is_mute (fault))) {
        self->storages = g_strdupv ((gchar **) all_storages);
        return TRUE;
    }
    current = g_hash_table_lookup (faults, CURRENT);
    if (fault != NULL && current != NULL && !simstow_store_script_is_absent (current))
        fault = current;
    if (fault == NULL || simstow_store_script_is_absent (fault))
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_UNSUPPORTED,
                     "the modem has no phonebooks");
    else
        g_propagate_error (error, g_error_copy (fault));
    return FALSE;
}

static void
on_open_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    g_autoptr (GHashTable) faults = NULL;
    SimstowStoreSelector *self = g_task_get_source_object (task);
    g_autofree gchar *reply = simstow_store_script_run_finish_each (SIMSTOW_STORE_SCRIPT (source),
                                                                    result,
                                                                    &faults,
                                                                    &error);
    g_auto (GStrv) charsets = NULL;
    const gchar *best;

    /* all refused alike is one answer: that to the list; what ended the questions is none */
    if (reply == NULL && g_hash_table_contains (faults, LIST_STORAGES) &&
        !simstow_store_script_is_fatal (error))
        g_clear_error (&error);
    if (error != NULL) {
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    if (!self->own)
        absorb_selection (self, reply != NULL ? reply : "");
    charsets = simstow_at_phonebook_parse_charsets (reply != NULL ? reply : "");
    best = simstow_at_charset_best ((const gchar *const *) charsets);
    g_free (self->charset);
    /* what cannot be put back is not touched */
    self->guessed = faults != NULL && g_hash_table_contains (faults, LIST_CHARSETS);
    if (self->guessed)
        best = "UCS2";
    self->charset = self->charset_now != NULL ? g_strdup (best) : NULL;
    if (take_storages (self, reply != NULL ? reply : "", faults, &error))
        g_task_return_boolean (task, TRUE);
    else
        g_task_return_error (task, g_steal_pointer (&error));
}

void
simstow_store_selector_open_async (SimstowStoreSelector *self,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
    /* +CSCS? and +CPBS? before the lists, so that theirs are the first answers */
    static const gchar *const commands[] = {CURRENT, "+CSCS?", LIST_STORAGES, LIST_CHARSETS, NULL};
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

    g_task_set_source_tag (task, simstow_store_selector_open_async);
    g_task_set_check_cancellable (task, FALSE);
    if (self->storages != NULL) {
        g_task_return_boolean (task, TRUE);
        return;
    }
    simstow_store_script_run_async (self->script,
                                    commands,
                                    SIMSTOW_STORE_SCRIPT_TOLERANT,
                                    SHORT_SECONDS,
                                    cancellable,
                                    on_open_ready,
                                    g_steal_pointer (&task));
}

const gchar *
simstow_store_selector_peek_storage (SimstowStoreSelector *self)
{
    return self->storage_now;
}

gboolean
simstow_store_selector_is_offered (SimstowStoreSelector *self)
{
    return self->offered;
}

const gchar *const *
simstow_store_selector_open_finish (SimstowStoreSelector *self,
                                    GAsyncResult *result,
                                    GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), NULL);

    if (!g_task_propagate_boolean (G_TASK (result), error))
        return NULL;
    return (const gchar *const *) self->storages;
}

const gchar *
simstow_store_selector_peek_charset (SimstowStoreSelector *self)
{
    return self->charset != NULL ? self->charset : self->charset_now;
}

SimstowAtCharset
simstow_store_selector_get_charset (SimstowStoreSelector *self)
{
    return simstow_at_charset_from_name (simstow_store_selector_peek_charset (self));
}

const gchar *
simstow_store_selector_peek_refused (SimstowStoreSelector *self)
{
    return self->refused;
}

static void
finish_run (GTask *task)
{
    Run *run = g_task_get_task_data (task);

    if (run->reply != NULL)
        g_task_return_pointer (task, g_steal_pointer (&run->reply), g_free);
    else
        g_task_return_error (task, g_steal_pointer (&run->error));
}

/* Whether the set has to be selected for texts, and be put back */
static gboolean
changes_charset (SimstowStoreSelector *self, gboolean texts)
{
    return texts && self->charset != NULL && g_strcmp0 (self->charset, self->charset_now) != 0;
}

static void
append_put_back (SimstowStoreSelector *self, gboolean texts, GPtrArray *commands)
{
    if (changes_charset (self, texts) && self->charset_now != NULL)
        g_ptr_array_add (commands, select_charset (self->charset_now));
    if (self->storage_now != NULL)
        g_ptr_array_add (commands, select_storage (self->storage_now));
}

/* What is put back, and what comes then */
typedef struct {
    SimstowStoreSelector *self;
    GTask *task;
    void (*then) (GTask *task);
} Return;

static void
end_return (Return *back)
{
    if (back->then != NULL)
        back->then (back->task);
    g_clear_object (&back->task);
    g_object_unref (back->self);
    g_free (back);
}

static void
on_spelt_out_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    Return *back = user_data;
    g_autofree gchar *reply =
        simstow_store_script_run_finish (SIMSTOW_STORE_SCRIPT (source), result, NULL);

    back->self->own = reply == NULL;
    end_return (back);
}

/* A modem that stands at UCS2 may want even the names of +CSCS and +CPBS in it */
static void
put_back_spelt_out (Return *back)
{
    SimstowStoreSelector *self = back->self;
    g_autoptr (GPtrArray) commands = g_ptr_array_new_with_free_func (g_free);
    g_autofree gchar *charset =
        simstow_at_charset_encode (SIMSTOW_AT_CHARSET_UCS2, self->charset_now, NULL);

    g_ptr_array_add (commands, select_charset (charset));
    if (self->storage_now != NULL)
        g_ptr_array_add (commands, select_storage (self->storage_now));
    g_ptr_array_add (commands, NULL);
    simstow_store_script_run_async (self->script,
                                    (const gchar *const *) commands->pdata,
                                    SIMSTOW_STORE_SCRIPT_TOLERANT,
                                    SHORT_SECONDS,
                                    NULL,
                                    on_spelt_out_ready,
                                    back);
}

static void
on_put_back_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    Return *back = user_data;
    g_autoptr (GError) error = NULL;
    g_autofree gchar *reply =
        simstow_store_script_run_finish (SIMSTOW_STORE_SCRIPT (source), result, &error);

    back->self->own = reply == NULL;
    if (reply != NULL || back->self->charset_now == NULL ||
        simstow_store_script_is_definite (error))
        end_return (back);
    else
        put_back_spelt_out (back);
}

/* Without the caller's cancellable: a job that was cancelled puts back too */
static void
put_back (SimstowStoreSelector *self, gboolean texts, GTask *task, void (*then) (GTask *task))
{
    g_autoptr (GPtrArray) commands = g_ptr_array_new_with_free_func (g_free);
    Return *back;

    g_clear_pointer (&self->held, g_free);
    /* a character set that the daemon has selected since is its own */
    append_put_back (self, texts && simstow_port_get_setup (self->port) == self->setup, commands);
    if (!self->own || commands->len == 0) {
        then (task);
        return;
    }
    g_ptr_array_add (commands, NULL);
    back = g_new0 (Return, 1);
    back->self = g_object_ref (self);
    back->task = task != NULL ? g_object_ref (task) : NULL;
    back->then = then;
    simstow_store_script_run_async (self->script,
                                    (const gchar *const *) commands->pdata,
                                    SIMSTOW_STORE_SCRIPT_DEFAULT,
                                    SHORT_SECONDS,
                                    NULL,
                                    on_put_back_ready,
                                    back);
}

static void
put_back_after (GTask *task)
{
    const Run *run = g_task_get_task_data (task);

    put_back (g_task_get_source_object (task), run->texts, task, finish_run);
}

/* Whether another phonebook than before is still selected */
static gboolean
holds_other (SimstowStoreSelector *self)
{
    return self->held != NULL && self->storage_now != NULL &&
           !g_str_equal (self->held, self->storage_now);
}

static gboolean
on_idle (gpointer user_data)
{
    SimstowStoreSelector *self = user_data;

    self->idle_source = 0;
    if (holds_other (self))
        put_back (self, FALSE, NULL, NULL);
    else
        g_clear_pointer (&self->held, g_free);
    return G_SOURCE_REMOVE;
}

/* The line itself has put back what was selected */
static void
finish_put_back (GTask *task)
{
    SimstowStoreSelector *self = g_task_get_source_object (task);

    g_clear_pointer (&self->held, g_free);
    self->own = FALSE;
    finish_run (task);
}

static void
finish_holding (GTask *task)
{
    SimstowStoreSelector *self = g_task_get_source_object (task);
    Run *run = g_task_get_task_data (task);

    if (self->held == NULL)
        self->held_at = g_get_monotonic_time ();
    if (g_strcmp0 (self->held, run->storage) != 0) {
        g_free (self->held);
        self->held = g_strdup (run->storage);
    }
    g_clear_handle_id (&self->idle_source, g_source_remove);
    self->idle_source = g_timeout_add (IDLE_MILLISECONDS, on_idle, self);
    finish_run (task);
}

/* A caller who selects phonebooks himself asks for them with the same command */
static void
cut_selection (gchar *reply)
{
    SimstowReader lines, line;
    gsize rest;

    simstow_at_lines_init (&lines, reply);
    if (!simstow_at_lines_find (&lines, "+CPBS", &line))
        return;
    rest = simstow_reader_remaining (&lines);
    memmove (reply, reply + strlen (reply) - rest, rest + 1);
}

/* A set that the modem offers, or may have, and does not take: texts then come in the one it
 * has */
static gboolean
refuses_charset (SimstowStoreSelector *self, const Run *run)
{
    g_autofree gchar *command =
        run->charset_changed && self->charset != NULL ? select_charset (self->charset) : NULL;
    const GError *refusal = command != NULL ? g_hash_table_lookup (run->faults, command) : NULL;

    return refusal != NULL && !(run->flags & SIMSTOW_STORE_SCRIPT_ONCE) &&
           !simstow_store_script_is_fatal (refusal);
}

static void
send_line (GTask *task);

/* Whether nobody knows which phonebook is selected, where that has to be known */
static gboolean
is_unanswered (const Run *run)
{
    g_autofree gchar *selected = NULL;
    const GError *fault = g_hash_table_lookup (run->faults, CURRENT);

    if (run->reply == NULL)
        return fault != NULL && !simstow_store_script_is_definite (fault) &&
               !(run->flags & SIMSTOW_STORE_SCRIPT_ONCE) &&
               !g_strv_contains ((const gchar *const *) run->commands, CURRENT);
    if (run->selects || run->storage == NULL)
        return FALSE;
    selected = simstow_at_phonebook_parse_selected (run->reply);
    return g_strcmp0 (selected, run->storage) != 0;
}

/* Whether the same is to be run once more, in another way */
static gboolean
run_again (SimstowStoreSelector *self, Run *run)
{
    if (run->reply == NULL && refuses_charset (self, run)) {
        if (!self->guessed && self->refused == NULL)
            self->refused = g_strdup (self->charset);
        g_clear_pointer (&self->charset, g_free);
    } else if (run->asks && is_unanswered (run)) {
        run->asked = TRUE;
    } else {
        return FALSE;
    }
    g_clear_pointer (&run->reply, g_free);
    g_clear_pointer (&run->faults, g_hash_table_unref);
    g_clear_error (&run->error);
    return TRUE;
}

static void
on_line_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowStoreSelector *self = g_task_get_source_object (task);
    Run *run = g_task_get_task_data (task);
    SimstowStoreScript *script = SIMSTOW_STORE_SCRIPT (source);
    gboolean known = TRUE;

    run->reply = simstow_store_script_run_finish_each (script, result, &run->faults, &run->error);
    if (run->reply == NULL && run->flags & SIMSTOW_STORE_SCRIPT_JOINED &&
        g_error_matches (run->error, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED)) {
        /* nothing was sent */
        self->own = run->own;
        finish_run (task);
        return;
    }
    /* asked a second time, a line that selects tells of its own doing */
    if (run->reply != NULL && (run->asks || run->is_asked) && !run->own &&
        (!run->selects || !simstow_store_script_was_repeated (script, result)))
        known = absorb_selection (self, run->reply);
    if (run->storage != NULL && g_strcmp0 (run->storage, self->last) != 0) {
        g_free (self->last);
        self->last = g_strdup (run->storage);
    }
    if (run_again (self, run)) {
        send_line (task);
        return;
    }
    if (run->reply == NULL) {
        put_back_after (task);
        return;
    }
    if (run->asks && run->storage == NULL)
        cut_selection (run->reply);
    if (run->holds)
        finish_holding (task);
    else if (known)
        finish_put_back (task);
    else
        put_back_after (task);
}

/* What was selected before is asked for in the line itself, in front of all that selects */
static void
append_select (SimstowStoreSelector *self, const Run *run, GPtrArray *commands)
{
    const gchar *selected = self->held != NULL ? self->held : self->storage_now;
    gboolean may_be_taken =
        self->held != NULL || (run->asks && !self->own && run->flags & SIMSTOW_STORE_SCRIPT_READS);

    if (run->asks)
        g_ptr_array_add (commands, g_strdup (CURRENT));
    if (run->asks && changes_charset (self, run->texts))
        g_ptr_array_add (commands, g_strdup ("+CSCS?"));
    if (run->storage != NULL && (!may_be_taken || g_strcmp0 (run->storage, selected) != 0))
        g_ptr_array_add (commands, select_storage (run->storage));
    if (changes_charset (self, run->texts))
        g_ptr_array_add (commands, select_charset (self->charset));
}

/* A modem whose character set is changed for texts is put back as a whole, each time */
static gboolean
may_hold (SimstowStoreSelector *self, const Run *run)
{
    return run->storage != NULL && run->flags & SIMSTOW_STORE_SCRIPT_KEEP &&
           !changes_charset (self, TRUE);
}

/* Whether commands ask which phonebook is selected before they select one */
static gboolean
ask_first (gchar **commands)
{
    guint i;

    for (i = 0; commands[i] != NULL && !g_str_has_prefix (commands[i], "+CPBS="); i++) {
        if (g_str_equal (commands[i], CURRENT))
            return TRUE;
    }
    return FALSE;
}

static void
send_line (GTask *task)
{
    SimstowStoreSelector *self = g_task_get_source_object (task);
    Run *run = g_task_get_task_data (task);
    g_autoptr (GPtrArray) commands = g_ptr_array_new_with_free_func (g_free);
    guint i;

    run->is_asked = run->storage == NULL && ask_first (run->commands);
    run->asks = self->held == NULL && self->storage_now != NULL && !run->is_asked && !run->asked;
    run->charset_changed = changes_charset (self, run->texts);
    run->holds = may_hold (self, run);
    append_select (self, run, commands);
    run->selects =
        run->storage == NULL || run->charset_changed || commands->len > (run->asks ? 1 : 0);
    run->own = self->own;
    self->own = self->own || run->selects;
    for (i = 0; run->commands[i] != NULL; i++)
        g_ptr_array_add (commands, g_strdup (run->commands[i]));
    /* nothing is to be put back where the phonebook is the one that was selected */
    if (!run->holds && (run->charset_changed || g_strcmp0 (run->storage, self->storage_now) != 0))
        append_put_back (self, run->texts, commands);
    g_ptr_array_add (commands, NULL);
    simstow_store_script_run_async (self->script,
                                    (const gchar *const *) commands->pdata,
                                    run->flags,
                                    run->timeout,
                                    g_task_get_cancellable (task),
                                    on_line_ready,
                                    g_object_ref (task));
}

/* Whether a run may go on in the selection that the last one left */
static gboolean
may_go_on (SimstowStoreSelector *self, const Run *run)
{
    return self->held != NULL && run->storage != NULL && !changes_charset (self, TRUE) &&
           simstow_port_is_setup_still (self->port, self->setup) &&
           g_get_monotonic_time () - self->held_at < HELD_MAX_MICROSECONDS;
}

static void
on_asked_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowStoreSelector *self = g_task_get_source_object (task);
    Run *run = g_task_get_task_data (task);
    g_autofree gchar *reply =
        simstow_store_script_run_finish (SIMSTOW_STORE_SCRIPT (source), result, &error);

    if (reply == NULL && simstow_store_script_is_definite (error)) {
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    if (!self->own)
        absorb_selection (self, reply != NULL ? reply : "");
    run->asked = TRUE;
    send_line (task);
}

/* What is to be put back is known before anything is selected: the answer to the line that
 * selects may be lost */
static void
prepare (GTask *task)
{
    static const gchar *const ask[] = {CURRENT, "+CSCS?", NULL};
    SimstowStoreSelector *self = g_task_get_source_object (task);

    if (self->own || (simstow_port_is_setup_still (self->port, self->setup) &&
                      g_get_monotonic_time () - self->asked_at < FRESH_MICROSECONDS))
        send_line (task);
    else
        simstow_store_script_run_async (self->script,
                                        ask,
                                        SIMSTOW_STORE_SCRIPT_TOLERANT,
                                        SHORT_SECONDS,
                                        g_task_get_cancellable (task),
                                        on_asked_ready,
                                        g_object_ref (task));
}

void
simstow_store_selector_run_async (SimstowStoreSelector *self,
                                  const gchar *storage,
                                  gboolean texts,
                                  const gchar *const *commands,
                                  SimstowStoreScriptFlags flags,
                                  guint timeout,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    Run *run = g_new0 (Run, 1);

    g_return_if_fail (SIMSTOW_IS_STORE_SELECTOR (self));
    g_return_if_fail (self->storages != NULL);

    run->storage = g_strdup (storage);
    run->texts = texts;
    run->commands = g_strdupv ((gchar **) commands);
    run->flags = flags;
    run->timeout = timeout;
    g_task_set_source_tag (task, simstow_store_selector_run_async);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, run, run_free);
    g_clear_handle_id (&self->idle_source, g_source_remove);
    if (holds_other (self) && !may_go_on (self, run)) {
        put_back (self, FALSE, task, prepare);
    } else {
        if (!may_go_on (self, run))
            g_clear_pointer (&self->held, g_free);
        prepare (task);
    }
}

gchar *
simstow_store_selector_run_finish (SimstowStoreSelector *self, GAsyncResult *result, GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), NULL);

    return g_task_propagate_pointer (G_TASK (result), error);
}

gchar *
simstow_store_selector_run_finish_each (SimstowStoreSelector *self,
                                        GAsyncResult *result,
                                        GHashTable **faults,
                                        GError **error)
{
    const Run *run;

    g_return_val_if_fail (g_task_is_valid (result, self), NULL);

    run = g_task_get_task_data (G_TASK (result));
    *faults = run->faults != NULL ? g_hash_table_ref (run->faults)
                                  : g_hash_table_new (g_str_hash, g_str_equal);
    return g_task_propagate_pointer (G_TASK (result), error);
}

static void
simstow_store_selector_dispose (GObject *object)
{
    SimstowStoreSelector *self = SIMSTOW_STORE_SELECTOR (object);

    g_autofree gchar *command = holds_other (self) ? select_storage (self->storage_now) : NULL;
    const gchar *const commands[] = {command, NULL};

    g_clear_handle_id (&self->idle_source, g_source_remove);
    g_clear_pointer (&self->held, g_free);
    /* nobody waits to hear whether that goes well */
    if (command != NULL)
        simstow_store_script_run_async (self->script,
                                        commands,
                                        SIMSTOW_STORE_SCRIPT_DEFAULT,
                                        SHORT_SECONDS,
                                        NULL,
                                        NULL,
                                        NULL);
    G_OBJECT_CLASS (simstow_store_selector_parent_class)->dispose (object);
}

static void
simstow_store_selector_finalize (GObject *object)
{
    SimstowStoreSelector *self = SIMSTOW_STORE_SELECTOR (object);

    g_clear_object (&self->port);
    g_clear_object (&self->script);
    g_strfreev (self->storages);
    g_free (self->charset);
    g_free (self->storage_now);
    g_free (self->last);
    g_free (self->refused);
    g_free (self->charset_now);
    G_OBJECT_CLASS (simstow_store_selector_parent_class)->finalize (object);
}

static void
simstow_store_selector_class_init (SimstowStoreSelectorClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->dispose = simstow_store_selector_dispose;
    object_class->finalize = simstow_store_selector_finalize;
}

static void
simstow_store_selector_init (SimstowStoreSelector *self)
{
}

SimstowStoreSelector *
simstow_store_selector_new (SimstowPort *port)
{
    SimstowStoreSelector *self = g_object_new (SIMSTOW_TYPE_STORE_SELECTOR, NULL);

    self->port = g_object_ref (port);
    self->script = simstow_store_script_new (port);
    return self;
}
