/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A note of each message: when it was, where it is kept, and which conversation it is of.
 */

#include "config.h"

#include "simstow-timeline.h"

#include <glib/gi18n.h>

#include "simstow-identity.h"
#include "simstow-text.h"

/* @time: %G_MAXINT64 for one without, so that it comes last */
typedef struct {
    gint64 time;
    guint32 place;
    guint32 thread;
} Note;

struct _SimstowTimeline {
    const SimstowJoinedList *list;
    const SimstowAddressBook *book;
    GArray *notes;
    GPtrArray *threads;
    gboolean by_thread;
    guint undated;
};

void
simstow_wanted_init (SimstowWanted *wanted)
{
    const SimstowWanted all = {.since = G_MININT64, .until = G_MAXINT64};

    *wanted = all;
}

gchar *
simstow_thread_get_label (const SimstowThread *thread)
{
    if (thread->contact != NULL)
        return simstow_text_line (thread->contact->name);
    if (thread->name != NULL && *thread->name != '\0')
        return simstow_text_line (thread->name);
    if (thread->address != NULL && *thread->address != '\0')
        return simstow_text_line (thread->address);
    return g_strdup (_ ("Unknown number"));
}

static void
on_thread_free (gpointer data)
{
    SimstowThread *thread = data;

    g_free (thread->name);
    g_free (thread->address);
    g_free (thread);
}

/* What is looked up while notes are taken; @threads: from a contact or an address to the number of
 * a thread and one more */
typedef struct {
    SimstowTimeline *timeline;
    const SimstowWanted *wanted;
    GHashTable *threads;
    GError *error;
} Taking;

static SimstowThread *
find_thread (Taking *taking, const SimstowOrigin *origin, guint32 *number)
{
    SimstowTimeline *timeline = taking->timeline;
    const SimstowContact *contact =
        simstow_address_book_find (timeline->book, origin->address, origin->type);
    g_autofree gchar *plain = simstow_address_identity (origin->address, origin->type);
    g_autofree gchar *key = contact != NULL ? g_strdup_printf ("c%p", (gconstpointer) contact)
                                            : g_strconcat ("n", plain, NULL);
    gpointer known = g_hash_table_lookup (taking->threads, key);
    SimstowThread *thread;

    if (known != NULL) {
        *number = GPOINTER_TO_UINT (known) - 1;
        thread = g_ptr_array_index (timeline->threads, *number);
        thread->several = thread->several || g_strcmp0 (thread->address, origin->address) != 0;
        return thread;
    }
    thread = g_new0 (SimstowThread, 1);
    thread->contact = contact;
    thread->address = g_strdup (origin->address);
    thread->first = -1;
    thread->last = -1;
    *number = timeline->threads->len;
    g_ptr_array_add (timeline->threads, thread);
    g_hash_table_insert (taking->threads,
                         g_steal_pointer (&key),
                         GUINT_TO_POINTER (timeline->threads->len));
    return thread;
}

static void
take_origin (SimstowThread *thread, const SimstowOrigin *origin)
{
    if (thread->name == NULL)
        thread->name = g_strdup (origin->name);
    if (origin->time < 0)
        return;
    if (thread->first < 0 || origin->time < thread->first) {
        thread->first = origin->time;
        thread->first_zone = origin->zone;
    }
    if (origin->time >= thread->last) {
        thread->last = origin->time;
        thread->last_zone = origin->zone;
    }
}

static gboolean
is_in_time (Taking *taking, gint64 time)
{
    const SimstowWanted *wanted = taking->wanted;

    if (wanted->since == G_MININT64 && wanted->until == G_MAXINT64)
        return TRUE;
    if (time >= 0)
        return wanted->since <= time && time <= wanted->until;
    taking->timeline->undated++;
    return FALSE;
}

static gboolean
is_with (const Taking *taking, const SimstowOrigin *origin)
{
    const gchar *with = taking->wanted->with;

    return with == NULL ||
           simstow_address_book_match (taking->timeline->book,
                                       origin->address,
                                       origin->type,
                                       with) ||
           simstow_address_book_is_part (origin->name, with);
}

static gboolean
is_wanted (Taking *taking, const SimstowJoined *joined, const SimstowOrigin *origin)
{
    g_autofree gchar *text = NULL;

    if (!is_with (taking, origin))
        return FALSE;
    if (taking->wanted->pattern != NULL) {
        text = simstow_joined_get_text (joined);
        if (!g_regex_match_full (taking->wanted->pattern, text, -1, 0, 0, NULL, &taking->error))
            return FALSE;
    }
    return is_in_time (taking, origin->time);
}

static void
on_joined (const SimstowJoined *joined, guint32 place, gpointer user_data)
{
    Taking *taking = user_data;
    g_auto (SimstowOrigin) origin = {0};
    Note note = {.place = place};

    simstow_origin_init (&origin, joined->first);
    note.time = origin.time >= 0 ? origin.time : G_MAXINT64;
    if (!is_wanted (taking, joined, &origin))
        return;
    if (taking->threads != NULL)
        take_origin (find_thread (taking, &origin, &note.thread), &origin);
    g_array_append_val (taking->timeline->notes, note);
}

static gboolean
take_notes (Taking *taking, GError **error)
{
    const SimstowJoinedList *list = taking->timeline->list;
    guint32 place;

    for (place = 0; place < simstow_joined_list_count (list); place++) {
        if (!simstow_joined_list_read (list, place, on_joined, taking, error))
            return FALSE;
        if (taking->error != NULL) {
            g_propagate_error (error, g_steal_pointer (&taking->error));
            return FALSE;
        }
    }
    return TRUE;
}

static gint
compare_by_time (gconstpointer a, gconstpointer b)
{
    const Note *left = a;
    const Note *right = b;

    if (left->time != right->time)
        return left->time < right->time ? -1 : 1;
    return left->place < right->place ? -1 : left->place > right->place;
}

/* Leaves the newest ones, and of those without a time as many as there is room for */
static void
apply_limit (GArray *notes, guint limit)
{
    guint dated = 0;

    if (limit == 0 || notes->len <= limit)
        return;
    while (dated < notes->len && g_array_index (notes, Note, dated).time != G_MAXINT64)
        dated++;
    if (dated > limit)
        g_array_remove_range (notes, 0, dated - limit);
    g_array_set_size (notes, limit);
}

static void
count_threads (SimstowTimeline *timeline)
{
    guint i;

    for (i = 0; i < timeline->notes->len; i++) {
        const Note *note = &g_array_index (timeline->notes, Note, i);
        SimstowThread *thread = g_ptr_array_index (timeline->threads, note->thread);

        thread->count++;
    }
}

static gint
compare_threads (gconstpointer a, gconstpointer b)
{
    const SimstowThread *left = *(SimstowThread *const *) a;
    const SimstowThread *right = *(SimstowThread *const *) b;

    if ((left->count == 0) != (right->count == 0))
        return left->count == 0 ? 1 : -1;
    if (left->last != right->last)
        return left->last > right->last ? -1 : 1;
    return left->number < right->number ? -1 : left->number > right->number;
}

static gint
compare_by_thread (gconstpointer a, gconstpointer b)
{
    const Note *left = a;
    const Note *right = b;

    if (left->thread != right->thread)
        return left->thread < right->thread ? -1 : 1;
    return compare_by_time (a, b);
}

/* Conversations get their order, and notes the number in it */
static void
arrange_threads (SimstowTimeline *timeline)
{
    GPtrArray *threads = timeline->threads;
    g_autofree guint32 *numbers = g_new (guint32, threads->len);
    guint i;

    count_threads (timeline);
    for (i = 0; i < threads->len; i++)
        ((SimstowThread *) threads->pdata[i])->number = i;
    g_ptr_array_sort (threads, compare_threads);
    for (i = 0; i < threads->len; i++) {
        SimstowThread *thread = threads->pdata[i];

        numbers[thread->number] = i;
        thread->number = i;
    }
    for (i = 0; i < timeline->notes->len; i++) {
        Note *note = &g_array_index (timeline->notes, Note, i);

        note->thread = numbers[note->thread];
    }
    /* those of which the limit left nothing */
    while (threads->len > 0 && ((SimstowThread *) threads->pdata[threads->len - 1])->count == 0)
        g_ptr_array_set_size (threads, (gint) threads->len - 1);
    g_array_sort (timeline->notes, compare_by_thread);
}

SimstowTimeline *
simstow_timeline_new (const SimstowJoinedList *list,
                      const SimstowAddressBook *book,
                      const SimstowWanted *wanted,
                      gboolean by_thread,
                      GError **error)
{
    g_autoptr (SimstowTimeline) timeline = g_new0 (SimstowTimeline, 1);
    g_autoptr (GHashTable) threads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    Taking taking = {timeline, wanted, by_thread ? threads : NULL, NULL};

    timeline->list = list;
    timeline->book = book;
    timeline->notes = g_array_new (FALSE, FALSE, sizeof (Note));
    timeline->threads = g_ptr_array_new_with_free_func (on_thread_free);
    timeline->by_thread = by_thread;
    if (!take_notes (&taking, error))
        return NULL;
    g_array_sort (timeline->notes, compare_by_time);
    apply_limit (timeline->notes, wanted->limit);
    if (by_thread)
        arrange_threads (timeline);
    return g_steal_pointer (&timeline);
}

void
simstow_timeline_free (SimstowTimeline *timeline)
{
    g_array_unref (timeline->notes);
    g_ptr_array_unref (timeline->threads);
    g_free (timeline);
}

guint
simstow_timeline_count (const SimstowTimeline *timeline)
{
    return timeline->notes->len;
}

guint
simstow_timeline_count_undated (const SimstowTimeline *timeline)
{
    return timeline->undated;
}

const GPtrArray *
simstow_timeline_get_threads (const SimstowTimeline *timeline)
{
    return timeline->threads;
}

/* Hands on a message with its conversation */
typedef struct {
    const SimstowThread *thread;
    SimstowTimelineFunc func;
    gpointer user_data;
} Handing;

static void
on_read (const SimstowJoined *joined, guint32 place, gpointer user_data)
{
    const Handing *handing = user_data;
    g_auto (SimstowOrigin) origin = {0};

    simstow_origin_init (&origin, joined->first);
    handing->func (joined, &origin, handing->thread, handing->user_data);
}

gboolean
simstow_timeline_each (const SimstowTimeline *timeline,
                       SimstowTimelineFunc func,
                       gpointer user_data,
                       GError **error)
{
    Handing handing = {NULL, func, user_data};
    guint i;

    for (i = 0; i < timeline->notes->len; i++) {
        const Note *note = &g_array_index (timeline->notes, Note, i);

        if (timeline->by_thread)
            handing.thread = g_ptr_array_index (timeline->threads, note->thread);
        if (!simstow_joined_list_read (timeline->list, note->place, on_read, &handing, error))
            return FALSE;
    }
    return TRUE;
}
