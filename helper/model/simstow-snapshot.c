/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Snapshots as plain values.
 */

#include "simstow-snapshot.h"

#include <string.h>

#include "simstow-names.h"

SimstowSimfile *
simstow_simfile_new (void)
{
    return g_new0 (SimstowSimfile, 1);
}

void
simstow_simfile_free (SimstowSimfile *simfile)
{
    if (!simfile)
        return;
    g_free (simfile->name);
    g_free (simfile->path);
    g_free (simfile->structure);
    g_clear_pointer (&simfile->raw, g_bytes_unref);
    g_strfreev (simfile->records);
    g_free (simfile->fault);
    g_free (simfile->rest);
    g_free (simfile);
}

/* Enough to know the record by; all of it is in the archive */
#define QUOTED_MAX 120

SimstowUnread *
simstow_unread_new (const gchar *store, guint index, const gchar *fault, GBytes *raw)
{
    SimstowUnread *unread = g_new0 (SimstowUnread, 1);

    unread->store = g_strdup (store);
    unread->index = index;
    unread->fault = g_strdup (fault);
    unread->raw = raw ? g_bytes_ref (raw) : NULL;
    return unread;
}

void
simstow_unread_free (SimstowUnread *unread)
{
    if (!unread)
        return;
    g_free (unread->store);
    g_free (unread->fault);
    g_clear_pointer (&unread->raw, g_bytes_unref);
    g_free (unread->rest);
    g_free (unread);
}

gint
simstow_unread_compare (const SimstowUnread *a, const SimstowUnread *b)
{
    gint order = strcmp (a->store, b->store);

    if (order == 0)
        order = (a->index > b->index) - (a->index < b->index);
    if (order == 0)
        order = (a->raw != NULL) - (b->raw != NULL);
    if (order != 0)
        return order;
    return a->raw ? g_bytes_compare (a->raw, b->raw) : strcmp (a->fault, b->fault);
}

gchar *
simstow_unread_quote (GBytes *raw)
{
    g_autoptr (GString) text = g_string_new (NULL);
    gsize size;
    const guint8 *data = g_bytes_get_data (raw, &size);
    gsize i;

    for (i = 0; i < size && text->len < QUOTED_MAX; i++) {
        if (data[i] == '\\' || data[i] == '"')
            g_string_append_c (text, '\\');
        if (g_ascii_isprint ((gchar) data[i]))
            g_string_append_c (text, (gchar) data[i]);
        else
            g_string_append_printf (text, "\\x%02X", data[i]);
    }
    if (i < size)
        g_string_append (text, "...");
    return g_strdup (text->str);
}

SimstowDevice *
simstow_device_new (void)
{
    return g_new0 (SimstowDevice, 1);
}

void
simstow_device_free (SimstowDevice *device)
{
    if (!device)
        return;
    g_free (device->manufacturer);
    g_free (device->model);
    g_free (device->revision);
    g_free (device->hardware_revision);
    g_free (device->equipment_id);
    g_free (device->device_id);
    g_free (device->plugin);
    g_free (device->transport);
    g_strfreev (device->drivers);
    g_strfreev (device->own_numbers);
    g_free (device->rest);
    g_free (device);
}

SimstowSim *
simstow_sim_new (void)
{
    return g_new0 (SimstowSim, 1);
}

void
simstow_sim_free (SimstowSim *sim)
{
    if (!sim)
        return;
    g_free (sim->iccid);
    g_free (sim->imsi);
    g_free (sim->eid);
    g_free (sim->operator_id);
    g_free (sim->operator_name);
    g_free (sim->registered_id);
    g_free (sim->registered_name);
    g_free (sim->type);
    g_free (sim->esim_status);
    g_free (sim->removability);
    g_free (sim->lock);
    g_strfreev (sim->emergency_numbers);
    g_free (sim->rest);
    g_free (sim);
}

/* Some modems tell the filler of an odd number of digits, too */
static gsize
count_digits (const gchar *number)
{
    return strspn (number, "0123456789");
}

static gboolean
is_known (const gchar *number)
{
    return number && count_digits (number) > 0;
}

gboolean
simstow_sim_is_same (const SimstowSim *a, const SimstowSim *b)
{
    gsize length;

    if (!is_known (a->iccid) || !is_known (b->iccid))
        return is_known (a->imsi) && g_strcmp0 (a->imsi, b->imsi) == 0;
    length = count_digits (a->iccid);
    return count_digits (b->iccid) == length && strncmp (a->iccid, b->iccid, length) == 0;
}

gboolean
simstow_device_is_same (const SimstowDevice *a, const SimstowDevice *b)
{
    if (is_known (a->equipment_id) && is_known (b->equipment_id))
        return g_str_equal (a->equipment_id, b->equipment_id);
    return a->device_id && g_strcmp0 (a->device_id, b->device_id) == 0;
}

gboolean
simstow_sim_is_locked (const SimstowSim *sim)
{
    static const gchar *const open_locks[] = {"none", "unknown", "sim-pin2", "sim-puk2", NULL};

    return sim->lock && !g_strv_contains (open_locks, sim->lock);
}

SimstowSnapshot *
simstow_snapshot_new (void)
{
    SimstowSnapshot *snapshot = g_new0 (SimstowSnapshot, 1);

    snapshot->device = simstow_device_new ();
    snapshot->sim = simstow_sim_new ();
    snapshot->stores = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_store_free);
    snapshot->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_message_free);
    snapshot->contacts = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_contact_free);
    snapshot->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_call_free);
    snapshot->simfiles = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_simfile_free);
    snapshot->unread = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_unread_free);
    snapshot->problems = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_problem_free);
    return snapshot;
}

void
simstow_snapshot_free (SimstowSnapshot *snapshot)
{
    if (!snapshot)
        return;
    simstow_device_free (snapshot->device);
    simstow_sim_free (snapshot->sim);
    g_ptr_array_unref (snapshot->stores);
    g_ptr_array_unref (snapshot->messages);
    g_ptr_array_unref (snapshot->contacts);
    g_ptr_array_unref (snapshot->calls);
    g_ptr_array_unref (snapshot->simfiles);
    g_ptr_array_unref (snapshot->unread);
    simstow_network_free (snapshot->network);
    g_clear_pointer (&snapshot->esim, simstow_esim_free);
    g_ptr_array_unref (snapshot->problems);
    g_clear_pointer (&snapshot->older, g_ptr_array_unref);
    g_free (snapshot->rest);
    g_free (snapshot);
}

static gint
compare_places (const gchar *store_a, guint index_a, const gchar *store_b, guint index_b)
{
    gint order = strcmp (store_a, store_b);

    if (order != 0)
        return order;
    return index_a < index_b ? -1 : index_a > index_b;
}

static gint
compare_messages (gconstpointer a, gconstpointer b)
{
    const SimstowMessage *left = *(SimstowMessage *const *) a;
    const SimstowMessage *right = *(SimstowMessage *const *) b;

    return compare_places (left->store, left->index, right->store, right->index);
}

static gint
compare_contacts (gconstpointer a, gconstpointer b)
{
    const SimstowContact *left = *(SimstowContact *const *) a;
    const SimstowContact *right = *(SimstowContact *const *) b;

    return compare_places (left->store, left->index, right->store, right->index);
}

static gint
compare_calls (gconstpointer a, gconstpointer b)
{
    const SimstowCall *left = *(SimstowCall *const *) a;
    const SimstowCall *right = *(SimstowCall *const *) b;

    return compare_places (left->store, left->index, right->store, right->index);
}

static gint
compare_unread (gconstpointer a, gconstpointer b)
{
    return simstow_unread_compare (*(SimstowUnread *const *) a, *(SimstowUnread *const *) b);
}

void
simstow_snapshot_sort (SimstowSnapshot *snapshot)
{
    g_ptr_array_sort (snapshot->messages, compare_messages);
    g_ptr_array_sort (snapshot->contacts, compare_contacts);
    g_ptr_array_sort (snapshot->calls, compare_calls);
    g_ptr_array_sort (snapshot->unread, compare_unread);
}

void
simstow_snapshot_add_problem (SimstowSnapshot *snapshot,
                              const gchar *where,
                              guint index,
                              gboolean lost,
                              const gchar *format,
                              ...)
{
    SimstowProblem *problem = g_new0 (SimstowProblem, 1);
    va_list arguments;

    problem->where = g_strdup (where);
    problem->index = index;
    problem->lost = lost;
    va_start (arguments, format);
    problem->text = g_strdup_vprintf (format, arguments);
    va_end (arguments);
    g_ptr_array_add (snapshot->problems, problem);
}

SimstowStore *
simstow_snapshot_find_store (const SimstowSnapshot *snapshot, const gchar *id)
{
    guint i;

    for (i = 0; i < snapshot->stores->len; i++) {
        SimstowStore *store = g_ptr_array_index (snapshot->stores, i);

        if (g_strcmp0 (store->id, id) == 0)
            return store;
    }
    return NULL;
}

gboolean
simstow_snapshot_is_incomplete (const SimstowSnapshot *snapshot)
{
    guint i;

    for (i = 0; i < snapshot->problems->len; i++) {
        const SimstowProblem *problem = g_ptr_array_index (snapshot->problems, i);

        if (problem->lost)
            return TRUE;
    }
    return FALSE;
}

gboolean
simstow_snapshot_is_rebuilt (const SimstowSnapshot *snapshot, const SimstowMessage *message)
{
    const SimstowStore *store;

    /* the stores of a merged archive are those of its newest capture */
    if (message->rebuilt || snapshot->first_captured != 0)
        return message->rebuilt;
    store = simstow_snapshot_find_store (snapshot, message->store);
    return store && g_strcmp0 (store->via, SIMSTOW_VIA_MM) == 0;
}

SimstowStore *
simstow_store_new (const gchar *id)
{
    SimstowStore *store = g_new0 (SimstowStore, 1);

    store->id = g_strdup (id);
    store->used = -1;
    store->came = -1;
    store->capacity = -1;
    store->number_length = -1;
    store->name_length = -1;
    return store;
}

void
simstow_store_free (SimstowStore *store)
{
    if (!store)
        return;
    g_free (store->id);
    g_free (store->via);
    g_free (store->way);
    g_free (store->fault);
    g_clear_pointer (&store->sets, g_ptr_array_unref);
    g_free (store->rest);
    g_free (store);
}

SimstowOlder *
simstow_older_new (const gchar *member, gint64 captured)
{
    SimstowOlder *older = g_new0 (SimstowOlder, 1);

    older->member = g_strdup (member);
    older->captured = captured;
    return older;
}

void
simstow_older_free (SimstowOlder *older)
{
    if (!older)
        return;
    g_free (older->member);
    g_free (older);
}

void
simstow_problem_free (SimstowProblem *problem)
{
    if (!problem)
        return;
    g_free (problem->where);
    g_free (problem->text);
    g_free (problem->rest);
    g_free (problem);
}
