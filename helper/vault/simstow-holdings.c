/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar of names at a destination.
 */

#include "config.h"

#include "simstow-holdings.h"

#include <string.h>

#include "simstow-clock.h"
#include "simstow-destination.h"

#define PREFIX         "simstow-"
#define SEEN           ".seen-"
#define ID_LENGTH      8
#define TIME_LENGTH    16
#define CONTENT_LENGTH 8
#define STEM_LENGTH    (sizeof PREFIX - 1 + ID_LENGTH + 1 + TIME_LENGTH + 1 + CONTENT_LENGTH)

static const gchar *const proofs[] = {"present", "damaged", "digest", "whole"};

const gchar *
simstow_proof_name (SimstowProof proof)
{
    return proofs[proof];
}

static gboolean
is_hex (const gchar *text, gsize length)
{
    gsize i;

    for (i = 0; i < length; i++)
        if (!g_ascii_isdigit (text[i]) && (text[i] < 'a' || text[i] > 'f'))
            return FALSE;
    return TRUE;
}

/* "20261128T141500Z" */
static gboolean
parse_stamp (const gchar *text, gint64 *time)
{
    g_autofree gchar *stamp = NULL;
    g_autoptr (GDateTime) date = NULL;

    if (strlen (text) < TIME_LENGTH)
        return FALSE;
    stamp = g_strndup (text, TIME_LENGTH);
    date = g_date_time_new_from_iso8601 (stamp, NULL);
    if (date == NULL || stamp[TIME_LENGTH - 1] != 'Z')
        return FALSE;
    *time = g_date_time_to_unix (date);
    return TRUE;
}

static gchar *
format_stamp (gint64 time)
{
    g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (time);

    return date != NULL ? g_date_time_format (date, "%Y%m%dT%H%M%SZ")
                        : g_strdup ("19700101T000000Z");
}

/* How much of a file's name is that of an archive; 0 when it does not begin like one */
static gsize
archive_length (const gchar *name, gint64 *made)
{
    static const gchar *const extensions[] = {".tar", ".gz", ".zst", ".xz", ".gpg"};
    const gchar *rest = name;
    guint i;

    if (strlen (name) < STEM_LENGTH || !g_str_has_prefix (name, PREFIX))
        return 0;
    rest += sizeof PREFIX - 1;
    if (!is_hex (rest, ID_LENGTH) || rest[ID_LENGTH] != '-')
        return 0;
    rest += ID_LENGTH + 1;
    if (!parse_stamp (rest, made) || rest[TIME_LENGTH] != '-')
        return 0;
    rest += TIME_LENGTH + 1;
    if (!is_hex (rest, CONTENT_LENGTH) || !g_str_has_prefix (rest + CONTENT_LENGTH, ".tar"))
        return 0;
    rest += CONTENT_LENGTH;
    for (i = 0; i < G_N_ELEMENTS (extensions); i++)
        if (g_str_has_prefix (rest, extensions[i]))
            rest += strlen (extensions[i]);
    return (gsize) (rest - name);
}

gsize
simstow_holdings_parse_name (const gchar *name, gchar **id, gint64 *made)
{
    gsize length = archive_length (name, made);

    if (length > 0)
        *id = g_strndup (name + sizeof PREFIX - 1, ID_LENGTH);
    return length;
}

static void
holding_free (gpointer data)
{
    SimstowHolding *holding = data;

    g_free (holding->name);
    g_free (holding->id);
    g_ptr_array_unref (holding->marks);
    g_clear_pointer (&holding->label, simstow_label_free);
    g_free (holding);
}

static SimstowHolding *
holding_new (const gchar *name, gint64 made, guint64 size)
{
    SimstowHolding *holding = g_new0 (SimstowHolding, 1);

    holding->name = g_strdup (name);
    holding->id = g_strndup (name + sizeof PREFIX - 1, ID_LENGTH);
    holding->made = made;
    holding->confirmed = made;
    holding->proved = made;
    holding->size = size;
    holding->marks = g_ptr_array_new_with_free_func (g_free);
    return holding;
}

typedef struct {
    gint64 seen;
    SimstowProof proof;
    gint64 proved;
} Mark;

static gboolean
parse_mark (const gchar *rest, Mark *mark)
{
    guint proof;

    if (!g_str_has_prefix (rest, SEEN))
        return FALSE;
    rest += sizeof SEEN - 1;
    if (!parse_stamp (rest, &mark->seen) || rest[TIME_LENGTH] != '.')
        return FALSE;
    rest += TIME_LENGTH + 1;
    for (proof = 0; proof < G_N_ELEMENTS (proofs); proof++) {
        gsize length = strlen (proofs[proof]);

        if (!g_str_has_prefix (rest, proofs[proof]) || rest[length] != '-' ||
            !parse_stamp (rest + length + 1, &mark->proved) ||
            rest[length + 1 + TIME_LENGTH] != '\0')
            continue;
        mark->proof = (SimstowProof) proof;
        return TRUE;
    }
    return FALSE;
}

/* A clock that was ahead would make it fresh, or proved, for good; and damage is damage whenever it
 * was found */
static void
take_mark (SimstowHolding *holding, const Mark *mark)
{
    gboolean likely = simstow_clock_is_likely (mark->proved);
    gint64 proved = likely ? mark->proved : holding->made;

    if (simstow_clock_is_likely (mark->seen))
        holding->confirmed = MAX (holding->confirmed, mark->seen);
    if (mark->proof == SIMSTOW_PROOF_DAMAGED && !likely)
        proved = MAX (proved, holding->proved);
    /* found damaged and found whole in one second: damaged */
    if (proved > holding->proved ||
        (proved == holding->proved && mark->proof == SIMSTOW_PROOF_DAMAGED) ||
        holding->proof == SIMSTOW_PROOF_NONE) {
        holding->proof = mark->proof;
        holding->proved = proved;
    }
}

/* What belongs to an archive, by the rest of its name */
static gboolean
read_companion (SimstowHolding *holding, const gchar *rest, const gchar *name)
{
    Mark mark;

    if (g_str_equal (rest, SIMSTOW_HOLDINGS_DIGEST)) {
        holding->stored = TRUE;
        return TRUE;
    }
    /* it goes when the archive does, or has its label */
    if (g_str_equal (rest, SIMSTOW_HOLDINGS_DIGEST SIMSTOW_HOLDINGS_PART)) {
        holding->begun = TRUE;
        return FALSE;
    }
    if (!parse_mark (rest, &mark))
        return FALSE;
    take_mark (holding, &mark);
    g_ptr_array_add (holding->marks, g_strdup (name));
    return TRUE;
}

/* Whether simstow, or rclone for it, makes files of such names. A copy or a signature of an archive
 * that somebody put beside it is no business of ours */
static gboolean
is_made_by_us (const gchar *rest)
{
    Mark mark;

    if (g_str_has_prefix (rest, SIMSTOW_HOLDINGS_DIGEST))
        rest += strlen (SIMSTOW_HOLDINGS_DIGEST);
    return *rest == '\0' || g_str_equal (rest, SIMSTOW_HOLDINGS_PART) ||
           (g_str_has_prefix (rest, SIMSTOW_HOLDINGS_PART ".") &&
            g_str_has_suffix (rest, ".partial")) ||
           parse_mark (rest, &mark);
}

/* An archive that says it was made in the future is not the newest for good */
static gint
compare (gconstpointer a, gconstpointer b)
{
    const SimstowHolding *const *left = a;
    const SimstowHolding *const *right = b;
    gint order = strcmp ((*left)->id, (*right)->id);
    gint64 left_rank = simstow_clock_rank_last ((*left)->made);
    gint64 right_rank = simstow_clock_rank_last ((*right)->made);

    if (order == 0)
        order = (left_rank < right_rank) - (left_rank > right_rank);
    return order != 0 ? order : strcmp ((*right)->name, (*left)->name);
}

static void
add_archives (SimstowHoldings *holdings, const GPtrArray *entries)
{
    guint i;

    for (i = 0; i < entries->len; i++) {
        const SimstowDestinationEntry *entry = g_ptr_array_index (entries, i);
        gint64 made;
        gsize length = archive_length (entry->name, &made);

        if (length > 0 || g_str_equal (entry->name, SIMSTOW_HOLDINGS_README))
            holdings->total += entry->size;
        if (length > 0 && entry->name[length] == '\0')
            g_ptr_array_add (holdings->archives, holding_new (entry->name, made, entry->size));
        if (g_str_equal (entry->name, SIMSTOW_HOLDINGS_README))
            holdings->known = TRUE;
    }
    g_ptr_array_sort (holdings->archives, compare);
}

static void
add_companions (SimstowHoldings *holdings, const GPtrArray *entries)
{
    guint i;

    for (i = 0; i < entries->len; i++) {
        const SimstowDestinationEntry *entry = g_ptr_array_index (entries, i);
        gint64 made;
        gsize length = archive_length (entry->name, &made);
        g_autofree gchar *name = g_strndup (entry->name, length);
        SimstowHolding *holding = simstow_holdings_find (holdings, name);
        const gchar *rest = entry->name + length;

        if (length == 0 || *rest == '\0')
            continue;
        if ((holding == NULL || !read_companion (holding, rest, entry->name)) &&
            is_made_by_us (rest))
            g_ptr_array_add (holdings->leftovers, g_strdup (entry->name));
    }
}

SimstowHoldings *
simstow_holdings_parse (const GPtrArray *entries)
{
    SimstowHoldings *holdings = g_new0 (SimstowHoldings, 1);
    guint i;

    holdings->archives = g_ptr_array_new_with_free_func (holding_free);
    holdings->leftovers = g_ptr_array_new_with_free_func (g_free);
    add_archives (holdings, entries);
    add_companions (holdings, entries);
    for (i = 0; i < holdings->archives->len; i++) {
        SimstowHolding *holding = g_ptr_array_index (holdings->archives, i);

        if (holding->stored && holding->proof == SIMSTOW_PROOF_NONE)
            holding->proof = SIMSTOW_PROOF_DIGEST;
    }
    return holdings;
}

void
simstow_holdings_free (SimstowHoldings *holdings)
{
    g_ptr_array_unref (holdings->archives);
    g_ptr_array_unref (holdings->leftovers);
    g_free (holdings);
}

SimstowHolding *
simstow_holdings_find (const SimstowHoldings *holdings, const gchar *name)
{
    guint i;

    for (i = 0; i < holdings->archives->len; i++) {
        SimstowHolding *holding = g_ptr_array_index (holdings->archives, i);

        if (g_str_equal (holding->name, name))
            return holding;
    }
    return NULL;
}

SimstowHolding *
simstow_holdings_newest (const SimstowHoldings *holdings, const gchar *id)
{
    guint i;

    for (i = 0; i < holdings->archives->len; i++) {
        SimstowHolding *holding = g_ptr_array_index (holdings->archives, i);

        if (g_str_equal (holding->id, id) && simstow_holding_is_good (holding))
            return holding;
    }
    return NULL;
}

gboolean
simstow_holding_is_good (const SimstowHolding *holding)
{
    /* as far as that is known: a label with another size is that of what was cut off */
    return holding->stored && holding->proof != SIMSTOW_PROOF_DAMAGED &&
           (holding->label == NULL || holding->label->size == holding->size);
}

gboolean
simstow_holding_is_ours (const SimstowHolding *holding)
{
    return holding->stored || holding->begun;
}

gchar *
simstow_holding_make_mark (const SimstowHolding *holding,
                           gint64 confirmed,
                           SimstowProof proof,
                           gint64 proved)
{
    g_autofree gchar *seen = format_stamp (confirmed);
    g_autofree gchar *when = format_stamp (proved);

    return g_strconcat (holding->name, SEEN, seen, ".", proofs[proof], "-", when, NULL);
}
