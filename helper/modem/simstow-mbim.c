/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How what is there over MBIM is asked for, and texts of its answers.
 */

#include "simstow-mbim.h"

#include "simstow-error.h"
#include "simstow-reader.h"

#define REPLACEMENT 0xFFFD

/* Where nobody says how many places there are, and where somebody says too much */
#define LAST_UNKNOWN 255
#define LAST_MAX     1000

/* So many places without one that was answered, and none is tried any more; and so many are
 * asked for in one call once one was */
#define GIVE_UP 3
#define PLACES  16

static void
append_unit (GByteArray *big_endian, gunichar2 unit)
{
    const guint8 octets[] = {unit >> 8, unit & 0xFF};

    g_byte_array_append (big_endian, octets, sizeof octets);
}

/* The units up to a zero, which modems put at the end; those that stand for no character are
 * replaced */
static gchar *
decode_units (GArray *units, gboolean *valid)
{
    guint i;

    *valid = TRUE;
    if (units->len == 0)
        return g_strdup ("");
    for (i = 0; i < units->len; i++) {
        gunichar2 *unit = &g_array_index (units, gunichar2, i);
        gunichar2 next = i + 1 < units->len ? unit[1] : 0;

        if (*unit >= 0xD800 && *unit < 0xDC00 && next >= 0xDC00 && next < 0xE000) {
            i++;
        } else if (*unit >= 0xD800 && *unit < 0xE000) {
            *unit = REPLACEMENT;
            *valid = FALSE;
        }
    }
    return g_utf16_to_utf8 ((const gunichar2 *) (gpointer) units->data,
                            units->len,
                            NULL,
                            NULL,
                            NULL);
}

gchar *
simstow_mbim_dup_text (GBytes *bytes, gsize offset, GBytes **raw, GError **error)
{
    g_autoptr (GBytes) data = simstow_mbim_dup_data (bytes, offset, error);
    g_autoptr (GByteArray) big_endian = g_byte_array_new ();
    g_autoptr (GArray) units = g_array_new (FALSE, FALSE, sizeof (gunichar2));
    g_autofree gchar *text = NULL;
    gboolean valid;
    const guint8 *octets;
    gsize size, i;

    if (!data)
        return NULL;
    octets = g_bytes_get_data (data, &size);
    for (i = 0; i + 1 < size; i += 2) {
        gunichar2 unit = (gunichar2) (octets[i] | octets[i + 1] << 8);

        if (unit == 0)
            break;
        g_array_append_val (units, unit);
        append_unit (big_endian, unit);
    }
    text = decode_units (units, &valid);
    if (text && valid && (size % 2 == 0 || i + 1 < size))
        return g_steal_pointer (&text);
    if (raw && text && size % 2 == 0) {
        *raw = g_byte_array_free_to_bytes (g_steal_pointer (&big_endian));
        return g_steal_pointer (&text);
    }
    g_set_error_literal (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_INVALID_DATA,
                         "a string that is no UTF-16");
    return NULL;
}

GBytes *
simstow_mbim_run (SimstowConversation *conversation,
                  const gchar *door,
                  gchar *command,
                  GBytes *data,
                  GCancellable *cancellable,
                  GError **error)
{
    g_autoptr (GPtrArray) commands = simstow_commands_new ();
    g_autoptr (GPtrArray) answers = NULL;
    SimstowAnswer *answer;

    simstow_commands_add (commands, command, data);
    answers = simstow_conversation_run (conversation, door, NULL, commands, cancellable, error);
    if (!answers)
        return NULL;
    answer = g_ptr_array_index (answers, 0);
    if (answer->error) {
        g_propagate_error (error, g_error_copy (answer->error));
        return NULL;
    }
    return answer->parts->len > 0 ? g_bytes_ref (answer->parts->pdata[0]) : g_bytes_new (NULL, 0);
}

/* Services */

gboolean
simstow_mbim_ask_services (SimstowConversation *conversation,
                           const gchar *door,
                           const guint8 *service,
                           guint32 *cids,
                           GCancellable *cancellable,
                           GError **error)
{
    g_autoptr (GError) local = NULL;
    g_autoptr (GBytes) information =
        simstow_mbim_run (conversation, door, g_strdup ("services"), NULL, cancellable, &local);

    *cids =
        information ? simstow_mbim_find_commands (information, service) : SIMSTOW_MBIM_ALL_COMMANDS;
    if (!local || !simstow_driver_error_ends_all (local))
        return TRUE;
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
}

/* Reading */

static guint32
index_of (const SimstowMbimElement *element)
{
    guint32 index = 0;

    if (element->bytes)
        simstow_mbim_u32 (element->bytes, 0, &index, NULL);
    return index;
}

/* An element that is said to be longer than the answer is one all the same when what it points
 * to is there */
static gboolean
take_answer (const SimstowMbimReader *reader,
             GBytes *information,
             SimstowSnapshot *into,
             GError **error)
{
    guint missing = 0;
    g_autoptr (GPtrArray) elements = simstow_mbim_split (information,
                                                         reader->count_offset,
                                                         reader->count_offset + sizeof (guint32),
                                                         &missing,
                                                         error);

    if (!elements) {
        g_prefix_error (error, "MBIM: ");
        return FALSE;
    }
    for (guint i = 0; i < elements->len; i++) {
        const SimstowMbimElement *element = g_ptr_array_index (elements, i);
        g_autoptr (GError) local = NULL;

        if (element->bytes && reader->kept)
            g_hash_table_replace (reader->kept,
                                  GUINT_TO_POINTER (index_of (element)),
                                  g_bytes_ref (element->bytes));
        if (element->bytes && reader->take (element->bytes, information, into, &local))
            continue;
        g_ptr_array_add (into->unread,
                         simstow_unread_new (reader->store,
                                             index_of (element),
                                             element->fault ? element->fault : local->message,
                                             element->bytes));
    }
    if (missing > 0) {
        g_autofree gchar *fault = g_strdup_printf ("the modem counts %u records and gives %u",
                                                   elements->len + missing,
                                                   elements->len);

        g_ptr_array_add (into->unread, simstow_unread_new (reader->store, 0, fault, NULL));
    }
    return TRUE;
}

/* Whether a smaller request may be answered: not by nobody, nor without a SIM. */
static gboolean
is_final (const GError *error)
{
    return simstow_driver_error_ends_all (error) ||
           g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_LOCKED);
}

typedef struct {
    const SimstowMbimReader *reader;
    SimstowSnapshot *into;
    guint last;
    guint next;
    guint failed; /* places that were refused before one was answered */
    gboolean answered;
    gboolean over;
} Places;

/* An empty place is refused with a status of its own. Returns: whether the next is looked at */
static void
take_place (Places *places, const SimstowAnswer *answer)
{
    const SimstowMbimReader *reader = places->reader;
    g_autoptr (GError) error = answer->error ? g_error_copy (answer->error) : NULL;
    gboolean took = !error && answer->parts->len > 0 &&
                    take_answer (reader, answer->parts->pdata[0], places->into, &error);

    if (took || g_error_matches (error, SIMSTOW_ERROR, SIMSTOW_ERROR_NOT_FOUND)) {
        places->answered = TRUE;
    } else {
        g_ptr_array_add (places->into->unread,
                         simstow_unread_new (reader->store,
                                             places->next,
                                             error ? error->message : "nothing came",
                                             NULL));
        places->failed++;
        places->over =
            (error && is_final (error)) || (!places->answered && places->failed >= GIVE_UP);
    }
    places->next++;
}

static gboolean
read_places (SimstowConversation *conversation,
             Places *places,
             GCancellable *cancellable,
             GError **error)
{
    while (!places->over && places->next <= places->last) {
        g_autoptr (GPtrArray) commands = simstow_commands_new ();
        g_autoptr (GPtrArray) answers = NULL;
        guint n = MIN (places->last - places->next + 1, places->answered ? PLACES : 1);

        for (guint i = 0; i < n; i++)
            simstow_commands_add (
                commands,
                g_strdup_printf ("%s%u", places->reader->command, places->next + i),
                NULL);
        answers = simstow_conversation_run (conversation,
                                            places->reader->door,
                                            NULL,
                                            commands,
                                            cancellable,
                                            error);
        if (!answers)
            return FALSE;
        for (guint i = 0; i < answers->len && !places->over; i++)
            take_place (places, answers->pdata[i]);
    }
    if (places->answered && places->next <= places->reader->last)
        g_ptr_array_add (places->into->unread,
                         simstow_unread_new (places->reader->store,
                                             0,
                                             "the places behind that were not asked for",
                                             NULL));
    return TRUE;
}

gboolean
simstow_mbim_read (SimstowConversation *conversation,
                   const SimstowMbimReader *reader,
                   SimstowSnapshot *into,
                   GCancellable *cancellable,
                   GError **error)
{
    g_autoptr (GError) refusal = NULL;
    guint unread = into->unread->len;
    Places places = {
        .reader = reader,
        .into = into,
        .last = reader->last > 0 ? MIN (reader->last, LAST_MAX) : LAST_UNKNOWN,
        .next = 1,
    };
    g_autoptr (GBytes) information = simstow_mbim_run (conversation,
                                                       reader->door,
                                                       g_strconcat (reader->command, "0", NULL),
                                                       NULL,
                                                       cancellable,
                                                       &refusal);

    if (information && take_answer (reader, information, into, &refusal))
        return TRUE;
    if (!is_final (refusal)) {
        if (!read_places (conversation, &places, cancellable, error))
            return FALSE;
        if (places.answered)
            return TRUE;
    }
    g_ptr_array_set_size (into->unread, (gint) unread);
    g_propagate_error (error, g_steal_pointer (&refusal));
    return FALSE;
}

gboolean
simstow_mbim_tell_absence (SimstowSnapshot *listing,
                           const gchar *store,
                           const GError *doubt,
                           const GError *refusal,
                           GError **error)
{
    const GError *told = doubt;

    if (!doubt || (refusal && g_error_matches (doubt, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED)))
        told = refusal;
    if (refusal && g_error_matches (refusal, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED))
        told = refusal;
    if (told && g_error_matches (told, SIMSTOW_ERROR, SIMSTOW_ERROR_CANCELLED)) {
        g_propagate_error (error, g_error_copy (told));
        return FALSE;
    }
    if (told && !g_error_matches (told, SIMSTOW_ERROR, SIMSTOW_ERROR_UNSUPPORTED))
        simstow_snapshot_add_problem (listing, store, 0, TRUE, "%s", told->message);
    return TRUE;
}
