/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which message memories a modem has, how full they are, and how it lists them.
 */

#include "simstow-store-memories.h"

#include "simstow-at-message.h"
#include "simstow-error.h"
#include "simstow-names.h"
#include "simstow-store-about.h"

#define TIMEOUT_SECONDS 10
#define VIA             "at"
#define LIST_MEMORIES   "+CPMS=?"

/* 3GPP TS 27.005 3.2.2, in the order in which they are best saved: card, modem, both seen
 * together, status reports, broadcast messages, terminal adaptor */
static const gchar *const names[] = {"SM", "ME", "MT", "SR", "BM", "TA", NULL};

struct _SimstowStoreMemories {
    GObject parent_instance;

    SimstowPort *port;
    SimstowStoreScript *script;
    GPtrArray *memories;
    GStrv others;    /* offered, and not to be selected through the daemon */
    gchar *doubt;    /* why there may be some, though the modem tells of none */
    gboolean listed; /* the memories are those that the modem offers */
    gboolean known;
    gboolean text_mode;
    SimstowStorePeek peek;
};

G_DEFINE_FINAL_TYPE (SimstowStoreMemories, simstow_store_memories, G_TYPE_OBJECT)

typedef struct {
    gboolean count;
    guint next;                /* the first memory that is not counted yet */
    SimstowStoreMemory *first; /* that is selected to be counted */
    gboolean first_locked;
    gboolean second_locked;
} Load;

static void
memory_free (gpointer data)
{
    SimstowStoreMemory *memory = data;

    g_free (memory->store);
    g_free (memory->name);
    g_free (memory->instead);
    g_free (memory);
}

/* MT is SM and ME seen together: it would save everything twice. Where one of them cannot be
 * selected, what only MT shows is looked for, see is_union () */
static gboolean
is_wanted (const gchar *name, const gchar *const *offered)
{
    if (!g_strv_contains (offered, name))
        return FALSE;
    return !g_str_equal (name, "MT") || !g_strv_contains (offered, "SM") ||
           !g_strv_contains (offered, "ME");
}

/* "SM_P" and the like are no memories, but one to be preferred over others */
static gboolean
is_preference (const gchar *name)
{
    return g_str_has_suffix (name, "_P");
}

static void
set_others (SimstowStoreMemories *self, GStrv reading)
{
    g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
    gsize i;

    for (i = 0; reading[i] != NULL; i++) {
        if (!g_strv_contains (names, reading[i]) && !is_preference (reading[i]))
            g_strv_builder_add (builder, reading[i]);
    }
    g_strfreev (self->others);
    self->others = g_strv_builder_end (builder);
}

static void
set_memories (SimstowStoreMemories *self, GStrv reading, GStrv writing)
{
    gsize i;

    set_others (self, reading);
    g_ptr_array_set_size (self->memories, 0);
    for (i = 0; i < G_N_ELEMENTS (names) - 1; i++) {
        g_autofree gchar *lower = g_ascii_strdown (names[i], -1);
        SimstowStoreMemory *memory;

        if (!is_wanted (names[i], (const gchar *const *) reading))
            continue;
        memory = g_new0 (SimstowStoreMemory, 1);
        memory->store = g_strconcat (SIMSTOW_PREFIX_SMS, lower, NULL);
        memory->name = g_strdup (names[i]);
        memory->writable = g_strv_contains ((const gchar *const *) writing, names[i]);
        g_ptr_array_add (self->memories, memory);
    }
}

static void
take_counts (SimstowStoreMemories *self, const gchar *reply)
{
    g_autoptr (GPtrArray) storages = simstow_at_message_parse_storages (reply);
    guint i, j;

    for (i = 0; i < storages->len; i++) {
        const SimstowAtStorage *storage = g_ptr_array_index (storages, i);

        for (j = 0; j < self->memories->len; j++) {
            SimstowStoreMemory *memory = g_ptr_array_index (self->memories, j);

            if (!g_str_equal (memory->name, storage->name))
                continue;
            memory->counted = TRUE;
            memory->used = storage->used;
            memory->total = storage->total;
        }
    }
}

/* Some modems say OK to +CPMS, and stay at the memory that they have */
static void
check_selected (SimstowStoreMemory *memory, const gchar *reply)
{
    g_auto (GStrv) selected = simstow_at_message_parse_selected (reply);

    g_clear_pointer (&memory->instead, g_free);
    if (selected[0] != NULL && !g_str_equal (selected[0], memory->name))
        memory->instead = g_strdup (selected[0]);
}

static void
count_step (GTask *task);

static void
on_counted (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowStoreMemories *self = g_task_get_source_object (task);
    const Load *load = g_task_get_task_data (task);
    g_autofree gchar *reply =
        simstow_store_script_run_finish (SIMSTOW_STORE_SCRIPT (source), result, &error);

    simstow_port_unlock_sms (self->port, load->first_locked, load->second_locked);
    if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    if (reply != NULL) {
        take_counts (self, reply);
        check_selected (load->first, reply);
    }
    count_step (task);
}

static void
on_count_locked (GObject *source, GAsyncResult *result, gpointer user_data)
{
    static const gchar *const commands[] = {"+CPMS?", NULL};
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowStoreMemories *self = g_task_get_source_object (task);

    if (!simstow_port_lock_sms_finish (SIMSTOW_PORT (source), result, &error)) {
        /* a memory that cannot be selected now is listed without a count */
        if (g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED))
            g_task_return_error (task, g_steal_pointer (&error));
        else
            count_step (task);
        return;
    }
    simstow_store_script_run_async (self->script,
                                    commands,
                                    SIMSTOW_STORE_SCRIPT_DEFAULT,
                                    TIMEOUT_SECONDS,
                                    NULL,
                                    on_counted,
                                    g_steal_pointer (&task));
}

/* The next memory without a count, each only once; with @writable, one to write to */
static SimstowStoreMemory *
next_uncounted (SimstowStoreMemories *self, Load *load, gboolean writable)
{
    while (load->next < self->memories->len) {
        SimstowStoreMemory *memory = g_ptr_array_index (self->memories, load->next);

        if (!memory->counted && writable && !memory->writable)
            return NULL;
        load->next++;
        if (!memory->counted)
            return memory;
    }
    return NULL;
}

static void
count_step (GTask *task)
{
    SimstowStoreMemories *self = g_task_get_source_object (task);
    Load *load = g_task_get_task_data (task);
    const SimstowStoreMemory *second;

    load->first = next_uncounted (self, load, FALSE);
    second = load->first != NULL ? next_uncounted (self, load, TRUE) : NULL;
    if (load->first == NULL) {
        g_task_return_boolean (task, TRUE);
        return;
    }
    load->first_locked = TRUE;
    load->second_locked = second != NULL;
    simstow_port_lock_sms_async (self->port,
                                 load->first->name,
                                 second != NULL ? second->name : NULL,
                                 g_task_get_cancellable (task),
                                 on_count_locked,
                                 g_object_ref (task));
}

static void
finish_known (GTask *task)
{
    SimstowStoreMemories *self = g_task_get_source_object (task);
    const Load *load = g_task_get_task_data (task);

    self->known = TRUE;
    if (load->count)
        count_step (task);
    else
        g_task_return_boolean (task, TRUE);
}

static void
on_smgl_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
    g_autoptr (GTask) task = user_data;
    SimstowStoreMemories *self = g_task_get_source_object (task);
    g_autofree gchar *reply =
        simstow_store_script_run_finish (SIMSTOW_STORE_SCRIPT (source), result, NULL);

    if (reply != NULL && simstow_at_message_can_list_all (reply, "^SMGL"))
        self->peek = SIMSTOW_STORE_PEEK_SMGL;
    finish_known (task);
}

/* Where the modem has messages, as it says which memories are selected, and does not know how
 * to list memories, those are what can be read; that there may be more is told. One that has
 * +CMGL does not lack messages, whatever it says of +CPMS */
static gboolean
take_memories (SimstowStoreMemories *self, const gchar *reply, GHashTable *faults, GError **error)
{
    const GError *fault = g_hash_table_lookup (faults, LIST_MEMORIES);
    const GError *current = g_hash_table_lookup (faults, "+CPMS?");
    gboolean lists = !g_hash_table_contains (faults, "+CMGL=?");
    GStrv memories[2] = {NULL, NULL};

    if (fault != NULL && current != NULL && simstow_store_script_is_absent (fault) &&
        !simstow_store_script_is_absent (current))
        fault = current;
    if (fault != NULL && !simstow_store_script_is_absent (fault) &&
        (!simstow_store_script_is_mute (fault) || current != NULL)) {
        g_propagate_error (error, g_error_copy (fault));
        return FALSE;
    }
    self->listed = fault == NULL;
    if (fault == NULL && !simstow_at_message_parse_memories (reply, memories)) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_MODEM_ERROR,
                     "the modem's list of message memories makes no sense");
        return FALSE;
    }
    if (fault != NULL) {
        memories[0] = simstow_at_message_parse_selected (reply);
        memories[1] = g_strdupv (memories[0]);
    }
    g_clear_pointer (&self->doubt, g_free);
    if (fault != NULL && memories[0][0] == NULL && lists)
        self->doubt = g_strdup_printf ("the modem can list messages, and does not say of which "
                                       "memories: %s",
                                       fault->message);
    if (fault != NULL && memories[0][0] == NULL)
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_UNSUPPORTED,
                     "the modem has no message memories");
    else
        set_memories (self, memories[0], memories[1]);
    g_strfreev (memories[0]);
    g_strfreev (memories[1]);
    return error == NULL || *error == NULL;
}

static void
on_asked (GObject *source, GAsyncResult *result, gpointer user_data)
{
    static const gchar *const smgl[] = {"^SMGL=?", NULL};
    g_autoptr (GTask) task = user_data;
    g_autoptr (GError) error = NULL;
    SimstowStoreMemories *self = g_task_get_source_object (task);
    g_autoptr (GHashTable) faults = NULL;
    g_autofree gchar *reply = simstow_store_script_run_finish_each (SIMSTOW_STORE_SCRIPT (source),
                                                                    result,
                                                                    &faults,
                                                                    &error);

    /* all refused alike is one answer: that to the list; what ended the questions is none */
    if (reply == NULL && !self->known && g_hash_table_contains (faults, LIST_MEMORIES) &&
        !simstow_store_script_is_fatal (error))
        reply = g_strdup ("");
    if (reply == NULL) {
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    g_clear_error (&error);
    if (!self->known && !take_memories (self, reply, faults, &error)) {
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    take_counts (self, reply);
    simstow_at_message_parse_format (reply, &self->text_mode);
    if (!self->known && simstow_at_message_can_peek (reply))
        self->peek = SIMSTOW_STORE_PEEK_CMGL;
    if (self->known || self->peek != SIMSTOW_STORE_PEEK_NONE || self->memories->len == 0) {
        finish_known (task);
        return;
    }
    simstow_store_script_run_async (self->script,
                                    smgl,
                                    SIMSTOW_STORE_SCRIPT_DEFAULT,
                                    TIMEOUT_SECONDS,
                                    g_task_get_cancellable (task),
                                    on_smgl_ready,
                                    g_object_ref (task));
}

void
simstow_store_memories_load_async (SimstowStoreMemories *self,
                                   gboolean count,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
    static const gchar *const first[] = {LIST_MEMORIES, "+CPMS?", "+CMGF?", "+CMGL=?", NULL};
    static const gchar *const later[] = {"+CPMS?", "+CMGF?", NULL};
    g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
    Load *load = g_new0 (Load, 1);
    guint i;

    load->count = count;
    g_task_set_source_tag (task, simstow_store_memories_load_async);
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, load, g_free);
    if (self->known && !count) {
        g_task_return_boolean (task, TRUE);
        return;
    }
    for (i = 0; i < self->memories->len; i++)
        ((SimstowStoreMemory *) g_ptr_array_index (self->memories, i))->counted = FALSE;
    simstow_store_script_run_async (self->script,
                                    self->known ? later : first,
                                    SIMSTOW_STORE_SCRIPT_TOLERANT,
                                    TIMEOUT_SECONDS,
                                    cancellable,
                                    on_asked,
                                    g_steal_pointer (&task));
}

gboolean
simstow_store_memories_load_finish (SimstowStoreMemories *self,
                                    GAsyncResult *result,
                                    GError **error)
{
    g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

    return g_task_propagate_boolean (G_TASK (result), error);
}

const SimstowStoreMemory *
simstow_store_memories_find (SimstowStoreMemories *self, const gchar *store)
{
    guint i;

    for (i = 0; i < self->memories->len; i++) {
        const SimstowStoreMemory *memory = g_ptr_array_index (self->memories, i);

        if (g_str_equal (memory->store, store))
            return memory;
    }
    return NULL;
}

static void
add_store (SimstowStoreMemories *self, GVariantBuilder *list, const SimstowStoreMemory *memory)
{
    const gchar *access = memory->writable ? SIMSTOW_ACCESS_READ_WRITE : SIMSTOW_ACCESS_READ;
    gboolean marks = self->peek == SIMSTOW_STORE_PEEK_NONE;
    GVariantBuilder builder;

    g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add (&builder,
                           "{sv}",
                           SIMSTOW_STORE_ID,
                           g_variant_new_string (memory->store));
    g_variant_builder_add (&builder, "{sv}", SIMSTOW_STORE_ACCESS, g_variant_new_string (access));
    g_variant_builder_add (&builder, "{sv}", SIMSTOW_STORE_VIA, g_variant_new_string (VIA));
    g_variant_builder_add (&builder,
                           "{sv}",
                           SIMSTOW_STORE_MARKS_READ,
                           g_variant_new_boolean (marks));
    if (memory->counted) {
        g_variant_builder_add (&builder,
                               "{sv}",
                               SIMSTOW_STORE_USED,
                               g_variant_new_uint32 (memory->used));
        g_variant_builder_add (&builder,
                               "{sv}",
                               SIMSTOW_STORE_CAPACITY,
                               g_variant_new_uint32 (memory->total));
    }
    g_variant_builder_add_value (list, g_variant_builder_end (&builder));
}

static void
add_not_selected (GVariantBuilder *list, const SimstowStoreMemory *memory)
{
    g_autofree gchar *fault = g_strdup_printf ("the modem selects %s instead", memory->instead);

    g_variant_builder_add_value (list, simstow_store_about_out_of_reach (memory->store, fault));
}

/* Whether a memory shows nothing but what another shows */
static gboolean
is_union (SimstowStoreMemories *self, const SimstowStoreMemory *memory)
{
    const SimstowStoreMemory *card = simstow_store_memories_find (self, "sms/sm");
    const SimstowStoreMemory *modem = simstow_store_memories_find (self, "sms/me");

    if (!g_str_equal (memory->name, "MT") || (card == NULL && modem == NULL))
        return FALSE;
    return !memory->counted ||
           memory->used <= MAX (card != NULL ? card->used : 0, modem != NULL ? modem->used : 0);
}

static void
add_out_of_reach (SimstowStoreMemories *self, GVariantBuilder *list)
{
    gsize i;

    for (i = 0; self->others != NULL && self->others[i] != NULL; i++) {
        g_autofree gchar *lower = g_ascii_strdown (self->others[i], -1);
        g_autofree gchar *store = g_strconcat (SIMSTOW_PREFIX_SMS, lower, NULL);

        g_variant_builder_add_value (
            list,
            simstow_store_about_out_of_reach (store, "ModemManager does not know this memory"));
    }
    if (self->memories->len == 0 && self->doubt != NULL)
        g_variant_builder_add_value (list, simstow_store_about_no_way ("sms", VIA, self->doubt));
    if (self->memories->len > 0 && !self->listed)
        g_variant_builder_add_value (
            list,
            simstow_store_about_out_of_reach (
                "sms",
                "the modem does not list its memories: there may be more than those selected"));
}

GVariant *
simstow_store_memories_dup_list (SimstowStoreMemories *self)
{
    GVariantBuilder builder;
    guint i;

    g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
    for (i = 0; i < self->memories->len; i++) {
        const SimstowStoreMemory *memory = g_ptr_array_index (self->memories, i);

        if (memory->instead != NULL)
            add_not_selected (&builder, memory);
        else if (!is_union (self, memory))
            add_store (self, &builder, memory);
    }
    add_out_of_reach (self, &builder);
    return g_variant_ref_sink (g_variant_builder_end (&builder));
}

SimstowPort *
simstow_store_memories_get_port (SimstowStoreMemories *self)
{
    return self->port;
}

SimstowStoreScript *
simstow_store_memories_get_script (SimstowStoreMemories *self)
{
    return self->script;
}

SimstowStorePeek
simstow_store_memories_get_peek (SimstowStoreMemories *self)
{
    return self->peek;
}

void
simstow_store_memories_no_peek (SimstowStoreMemories *self)
{
    self->peek = SIMSTOW_STORE_PEEK_NONE;
}

gboolean
simstow_store_memories_get_text_mode (SimstowStoreMemories *self)
{
    return self->text_mode;
}

void
simstow_store_memories_set_text_mode (SimstowStoreMemories *self, gboolean text_mode)
{
    self->text_mode = text_mode;
}

static void
simstow_store_memories_finalize (GObject *object)
{
    SimstowStoreMemories *self = SIMSTOW_STORE_MEMORIES (object);

    g_clear_object (&self->port);
    g_clear_object (&self->script);
    g_ptr_array_unref (self->memories);
    g_strfreev (self->others);
    g_free (self->doubt);
    G_OBJECT_CLASS (simstow_store_memories_parent_class)->finalize (object);
}

static void
simstow_store_memories_class_init (SimstowStoreMemoriesClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = simstow_store_memories_finalize;
}

static void
simstow_store_memories_init (SimstowStoreMemories *self)
{
    self->memories = g_ptr_array_new_with_free_func (memory_free);
}

SimstowStoreMemories *
simstow_store_memories_new (SimstowPort *port, SimstowStoreScript *script)
{
    SimstowStoreMemories *self = g_object_new (SIMSTOW_TYPE_STORE_MEMORIES, NULL);

    self->port = g_object_ref (port);
    self->script = g_object_ref (script);
    return self;
}
