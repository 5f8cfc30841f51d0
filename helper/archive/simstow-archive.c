/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The door to archives: reading and loading.
 */

#include "simstow-archive.h"

#include "simstow-archive-reader.h"

#define ALL_ITEMS                                                                     \
    (1 << SIMSTOW_ITEM_HEADER | 1 << SIMSTOW_ITEM_CALL | 1 << SIMSTOW_ITEM_CONTACT |  \
     1 << SIMSTOW_ITEM_ESIM | 1 << SIMSTOW_ITEM_MESSAGE | 1 << SIMSTOW_ITEM_NETWORK | \
     1 << SIMSTOW_ITEM_SIMFILE | 1 << SIMSTOW_ITEM_UNREAD)

typedef struct {
    const SimstowArchiveVisitor *visitor;
    gpointer user_data;
} Visit;

typedef struct {
    SimstowArchiveHeader *header;
    SimstowSnapshot *snapshot;
    SimstowMessageFunc func;
    gpointer user_data;
} Loaded;

static void
loaded_clear (Loaded *loaded)
{
    simstow_archive_header_free (loaded->header);
    simstow_snapshot_free (loaded->snapshot);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Loaded, loaded_clear)

static gboolean
on_visit (SimstowItem *item, gpointer user_data, GError **error)
{
    const Visit *visit = user_data;
    const SimstowArchiveVisitor *visitor = visit->visitor;

    switch (item->kind) {
    case SIMSTOW_ITEM_END:
        if (visitor && visitor->repacked && item->repacked)
            visitor->repacked (visit->user_data);
        if (visitor && visitor->ignored && item->ignored && item->ignored[0])
            visitor->ignored (item->ignored, visit->user_data);
        return TRUE;
    case SIMSTOW_ITEM_HEADER:
        return !visitor->header || visitor->header (item->header, visit->user_data, error);
    case SIMSTOW_ITEM_CALL:
        return !visitor->call || visitor->call (item->call, visit->user_data, error);
    case SIMSTOW_ITEM_CONTACT:
        return !visitor->contact || visitor->contact (item->contact, visit->user_data, error);
    case SIMSTOW_ITEM_ESIM:
        return !visitor->esim || visitor->esim (item->esim, visit->user_data, error);
    case SIMSTOW_ITEM_MESSAGE:
        return !visitor->message || visitor->message (item->message, visit->user_data, error);
    case SIMSTOW_ITEM_NETWORK:
        return !visitor->network || visitor->network (item->network, visit->user_data, error);
    case SIMSTOW_ITEM_SIMFILE:
        return !visitor->simfile || visitor->simfile (item->simfile, visit->user_data, error);
    case SIMSTOW_ITEM_UNREAD:
        return !visitor->unread || visitor->unread (item->unread, visit->user_data, error);
    default:
        return TRUE;
    }
}

static guint
wanted_items (const SimstowArchiveVisitor *visitor)
{
    if (!visitor)
        return 0;
    return (visitor->header ? 1 << SIMSTOW_ITEM_HEADER : 0) |
           (visitor->call ? 1 << SIMSTOW_ITEM_CALL : 0) |
           (visitor->contact ? 1 << SIMSTOW_ITEM_CONTACT : 0) |
           (visitor->esim ? 1 << SIMSTOW_ITEM_ESIM : 0) |
           (visitor->message ? 1 << SIMSTOW_ITEM_MESSAGE : 0) |
           (visitor->network ? 1 << SIMSTOW_ITEM_NETWORK : 0) |
           (visitor->simfile ? 1 << SIMSTOW_ITEM_SIMFILE : 0) |
           (visitor->unread ? 1 << SIMSTOW_ITEM_UNREAD : 0);
}

static SimstowReading
make_reading (const SimstowArchiveVisitor *visitor, Visit *visit)
{
    return (SimstowReading){on_visit, visit, wanted_items (visitor)};
}

/* Twice: what the visitor sees is of no use unless the whole archive is intact */
static gboolean
read_twice (SimstowInput *input,
            const SimstowArchiveKeys *keys,
            const SimstowArchiveVisitor *visitor,
            gpointer user_data,
            GCancellable *cancellable,
            GError **error)
{
    Visit visit = {visitor, user_data};
    const SimstowReading reading = make_reading (visitor, &visit);
    const SimstowReading check = {NULL};
    g_autoptr (SimstowInput) first = NULL;
    g_autoptr (SimstowInput) second = NULL;

    if (!simstow_input_keep (input, cancellable, error))
        return FALSE;
    first = simstow_input_open_again (input, error);
    if (!first || !simstow_reading_run_input (&check, first, keys, cancellable, error))
        return FALSE;
    second = simstow_input_open_again (input, error);
    return second && simstow_reading_run_input (&reading, second, keys, cancellable, error);
}

gboolean
simstow_archive_read (const gchar *path,
                      const SimstowArchiveKeys *keys,
                      const SimstowArchiveVisitor *visitor,
                      gpointer user_data,
                      GCancellable *cancellable,
                      GError **error)
{
    g_autoptr (SimstowInput) input = simstow_input_new (path, cancellable, error);
    Visit visit = {visitor, user_data};
    const SimstowReading reading = make_reading (visitor, &visit);

    if (!input)
        return FALSE;
    /* gpg gives plaintext away before it knows that the message is intact */
    if (simstow_input_is_encrypted (input) && wanted_items (visitor) != 0)
        return read_twice (input, keys, visitor, user_data, cancellable, error);
    return simstow_reading_run_input (&reading, input, keys, cancellable, error);
}

gboolean
simstow_archive_read_whole (const gchar *path,
                            const SimstowArchiveKeys *keys,
                            const SimstowArchiveVisitor *visitor,
                            gpointer user_data,
                            GCancellable *cancellable,
                            GError **error)
{
    g_autoptr (SimstowInput) input = simstow_input_new (path, cancellable, error);

    return input && read_twice (input, keys, visitor, user_data, cancellable, error);
}

/* Takes over what an item holds */
static gboolean
on_keep (SimstowItem *item, gpointer user_data, GError **error)
{
    Loaded *loaded = user_data;

    switch (item->kind) {
    case SIMSTOW_ITEM_END:
        loaded->header->repacked = item->repacked;
        loaded->header->ignored = g_strdupv ((gchar **) item->ignored);
        break;
    case SIMSTOW_ITEM_HEADER:
        loaded->header = g_steal_pointer (&item->header);
        loaded->snapshot = g_steal_pointer (&loaded->header->snapshot);
        break;
    case SIMSTOW_ITEM_CALL:
        g_ptr_array_add (loaded->snapshot->calls, g_steal_pointer (&item->call));
        break;
    case SIMSTOW_ITEM_CONTACT:
        g_ptr_array_add (loaded->snapshot->contacts, g_steal_pointer (&item->contact));
        break;
    case SIMSTOW_ITEM_ESIM:
        loaded->snapshot->esim = g_steal_pointer (&item->esim);
        break;
    case SIMSTOW_ITEM_MESSAGE:
        if (loaded->func)
            loaded->func (item->message, loaded->snapshot, loaded->user_data);
        else
            g_ptr_array_add (loaded->snapshot->messages, g_steal_pointer (&item->message));
        break;
    case SIMSTOW_ITEM_SIMFILE:
        g_ptr_array_add (loaded->snapshot->simfiles, g_steal_pointer (&item->simfile));
        break;
    case SIMSTOW_ITEM_UNREAD:
        g_ptr_array_add (loaded->snapshot->unread, g_steal_pointer (&item->unread));
        break;
    case SIMSTOW_ITEM_NETWORK:
        loaded->snapshot->network = g_steal_pointer (&item->network);
        break;
    default:
        break;
    }
    return TRUE;
}

SimstowSnapshot *
simstow_archive_load_besides (const gchar *path,
                              const SimstowArchiveKeys *keys,
                              SimstowArchiveHeader **header,
                              gboolean raw,
                              SimstowMessageFunc func,
                              gpointer user_data,
                              GCancellable *cancellable,
                              GError **error)
{
    g_autoptr (SimstowInput) input = simstow_input_new (path, cancellable, error);
    g_auto (Loaded) loaded = {.func = func, .user_data = user_data};
    const SimstowReading reading = {on_keep, &loaded, ALL_ITEMS, raw};

    if (!input || !simstow_reading_run_input (&reading, input, keys, cancellable, error))
        return NULL;
    loaded.header->encrypted = simstow_input_is_encrypted (input);
    if (header)
        *header = g_steal_pointer (&loaded.header);
    return g_steal_pointer (&loaded.snapshot);
}

SimstowSnapshot *
simstow_archive_load (const gchar *path,
                      const SimstowArchiveKeys *keys,
                      SimstowArchiveHeader **header,
                      GCancellable *cancellable,
                      GError **error)
{
    return simstow_archive_load_besides (path, keys, header, FALSE, NULL, NULL, cancellable, error);
}
