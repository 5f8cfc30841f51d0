/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Archives on either side of a conversion.
 */

#include "config.h"

#include "simstow-archive-records.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-contact-vcard.h"
#include "simstow-joined.h"
#include "simstow-kept.h"
#include "simstow-names.h"
#include "simstow-record-json.h"

#define MS_A_SECOND 1000

/* An archive that is read */
typedef struct {
    SimstowFormatInput *input;
    SimstowJoinedList *joined;
    gchar *iccid;
    GError *error;
} Reading;

static gboolean
hand_over (Reading *reading, SimstowRecord *record, GError **error)
{
    gboolean done;

    if (!record->sim)
        record->sim = g_strdup (reading->iccid);
    done = reading->input->func (record, reading->input->user_data, error);
    simstow_record_clear (record);
    return done;
}

static gboolean
read_contact (const Reading *reading, SimstowContact *contact, GError **error)
{
    SimstowRecord record;
    gboolean done;

    simstow_record_init (&record, SIMSTOW_RECORD_CONTACT);
    record.sim = g_strdup (contact->sim);
    record.contact = contact;
    done = reading->input->func (&record, reading->input->user_data, error);
    record.contact = NULL;
    simstow_record_clear (&record);
    return done;
}

static gboolean
on_item (SimstowItem *item, gpointer user_data, GError **error)
{
    Reading *reading = user_data;
    guint64 *lost = reading->input->losses->counts;
    SimstowRecord record;

    switch (item->kind) {
    case SIMSTOW_ITEM_HEADER:
        reading->iccid = g_strdup (item->header->snapshot->sim->iccid);
        reading->input->captured = item->header->snapshot->captured;
        break;
    case SIMSTOW_ITEM_MESSAGE:
        simstow_joined_list_add (reading->joined, item->message);
        break;
    case SIMSTOW_ITEM_CONTACT:
        return read_contact (reading, item->contact, error);
    case SIMSTOW_ITEM_CALL:
        simstow_record_from_call (&record, item->call);
        return hand_over (reading, &record, error);
    case SIMSTOW_ITEM_NETWORK:
        lost[SIMSTOW_LOSS_SETTINGS]++;
        break;
    case SIMSTOW_ITEM_ESIM:
        lost[SIMSTOW_LOSS_ESIM]++;
        break;
    case SIMSTOW_ITEM_SIMFILE:
        lost[SIMSTOW_LOSS_SIMFILES]++;
        break;
    case SIMSTOW_ITEM_UNREAD:
        lost[SIMSTOW_LOSS_UNREAD]++;
        break;
    case SIMSTOW_ITEM_END:
        break;
    }
    return TRUE;
}

/* Why a message cannot be told as text; SIMSTOW_LOSS_COUNT when it can */
static guint
find_loss (const SimstowMessage *message)
{
    const SimstowTpdu *tpdu = message->tpdu;

    if (!tpdu)
        return SIMSTOW_LOSS_UNDECODED;
    if (tpdu->type == SIMSTOW_TPDU_STATUS_REPORT)
        return SIMSTOW_LOSS_REPORTS;
    if (tpdu->data || tpdu->compressed)
        return SIMSTOW_LOSS_DATA;
    return SIMSTOW_LOSS_COUNT;
}

static gchar *
join_text (const SimstowJoined *joined)
{
    g_autoptr (GPtrArray) texts = g_ptr_array_new ();
    guint i;

    for (i = 0; i < joined->parts->len; i++) {
        const SimstowMessage *part = g_ptr_array_index (joined->parts, i);

        if (part && part->tpdu && part->tpdu->text)
            g_ptr_array_add (texts, part->tpdu);
    }
    return simstow_tpdu_join_text ((const SimstowTpdu *const *) texts->pdata, texts->len, NULL);
}

static void
on_joined (const SimstowJoined *joined, guint32 place, gpointer user_data)
{
    Reading *reading = user_data;
    guint loss = find_loss (joined->first);
    SimstowRecord record;

    if (reading->error)
        return;
    if (loss != SIMSTOW_LOSS_COUNT) {
        reading->input->losses->counts[loss]++;
        return;
    }
    reading->input->losses->counts[SIMSTOW_LOSS_PARTS] += joined->missing;
    simstow_record_from_message (&record, joined->first);
    record.text = join_text (joined);
    hand_over (reading, &record, &reading->error);
}

gboolean
simstow_archive_records_read (const gchar *path,
                              const SimstowArchiveKeys *keys,
                              SimstowFormatInput *input,
                              GError **error)
{
    g_autoptr (SimstowJoinedList) joined = simstow_joined_list_new ();
    Reading reading = {.input = input, .joined = joined};
    gboolean done;

    done = simstow_archive_read (path,
                                 keys,
                                 SIMSTOW_ITEM_ALL,
                                 on_item,
                                 &reading,
                                 input->cancellable,
                                 error);
    if (done) {
        simstow_joined_list_join (joined);
        done = simstow_joined_list_each (joined, on_joined, &reading, error);
    }
    g_free (reading.iccid);
    if (!reading.error)
        return done;
    g_clear_error (error);
    g_propagate_error (error, reading.error);
    return FALSE;
}

/* An archive that is made: a store's records are numbered from 1, in the order in which they come.
 * As archives have them by store, each store's are kept apart. */
typedef struct {
    gchar *id;
    /* the last place that is taken */
    guint32 used;
    guint64 records;
    SimstowKept *kept;
    GString *text;
} Part;

struct _SimstowArchiveRecords {
    /* by store id */
    GTree *parts[SIMSTOW_RECORD_KINDS];
    GHashTable *sims;
    gint64 newest;
};

static void
part_free (gpointer data)
{
    Part *part = data;

    g_free (part->id);
    simstow_kept_free (part->kept);
    g_string_free (part->text, TRUE);
    g_free (part);
}

static gint
compare_ids (gconstpointer a, gconstpointer b, gpointer user_data)
{
    return strcmp (a, b);
}

SimstowArchiveRecords *
simstow_archive_records_new (void)
{
    SimstowArchiveRecords *records = g_new0 (SimstowArchiveRecords, 1);
    guint i;

    for (i = 0; i < SIMSTOW_RECORD_KINDS; i++)
        records->parts[i] = g_tree_new_full (compare_ids, NULL, NULL, part_free);
    records->sims = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    return records;
}

void
simstow_archive_records_free (SimstowArchiveRecords *records)
{
    guint i;

    for (i = 0; i < SIMSTOW_RECORD_KINDS; i++)
        g_tree_unref (records->parts[i]);
    g_hash_table_unref (records->sims);
    g_free (records);
}

static Part *
get_part (SimstowArchiveRecords *records, SimstowRecordKind kind, const gchar *store)
{
    Part *part = g_tree_lookup (records->parts[kind], store);

    if (part)
        return part;
    part = g_new0 (Part, 1);
    part->id = g_strdup (store);
    part->kept = simstow_kept_new ();
    part->text = g_string_new (NULL);
    g_tree_insert (records->parts[kind], part->id, part);
    return part;
}

static void
end_line (Part *part)
{
    part->records++;
    simstow_kept_append (part->kept, part->text->str, part->text->len);
    g_string_truncate (part->text, 0);
}

static gboolean
add_message (SimstowArchiveRecords *records, const SimstowRecord *record, SimstowLosses *losses)
{
    g_autoptr (GPtrArray) messages = simstow_record_to_messages (record, losses);
    guint i;

    for (i = 0; i < messages->len; i++) {
        SimstowMessage *message = g_ptr_array_index (messages, i);
        Part *part = get_part (records, SIMSTOW_RECORD_MESSAGE, message->store);

        message->index = ++part->used;
        simstow_message_append_json (message, part->text);
        g_string_append_c (part->text, '\n');
        end_line (part);
    }
    return messages->len > 0;
}

static void
add_contact (SimstowArchiveRecords *records, const SimstowRecord *record)
{
    SimstowContact contact = *record->contact;
    Part *part = get_part (records, SIMSTOW_RECORD_CONTACT, contact.store);

    contact.sim = record->sim ? record->sim : contact.sim;
    /* one of ours keeps its place */
    part->used = MAX (part->used + 1, contact.index);
    contact.index = part->used;
    simstow_contact_append_vcard (&contact, part->text);
    end_line (part);
}

static void
add_call (SimstowArchiveRecords *records, const SimstowRecord *record)
{
    g_autoptr (SimstowCall) call = simstow_record_to_call (record);
    Part *part = get_part (records, SIMSTOW_RECORD_CALL, call->store);

    call->index = ++part->used;
    simstow_call_append_json (call, part->text);
    g_string_append_c (part->text, '\n');
    end_line (part);
}

gboolean
simstow_archive_records_add (SimstowArchiveRecords *records,
                             const SimstowRecord *record,
                             SimstowLosses *losses)
{
    gboolean added = TRUE;

    switch (record->kind) {
    case SIMSTOW_RECORD_MESSAGE:
        added = add_message (records, record, losses);
        break;
    case SIMSTOW_RECORD_CONTACT:
        add_contact (records, record);
        break;
    case SIMSTOW_RECORD_CALL:
        add_call (records, record);
        break;
    }
    records->newest = MAX (records->newest, record->date / MS_A_SECOND);
    if (added && record->sim && !g_hash_table_contains (records->sims, record->sim))
        g_hash_table_add (records->sims, g_strdup (record->sim));
    return added;
}

typedef struct {
    SimstowSink *sink;
    GError **error;
    gboolean failed;
} Emission;

static gboolean
emit_part (gpointer key, gpointer value, gpointer user_data)
{
    Emission *emission = user_data;
    const Part *part = value;

    emission->sink->records += part->records;
    emission->failed = !simstow_sink_append_kept (emission->sink,
                                                  part->kept,
                                                  0,
                                                  simstow_kept_get_size (part->kept),
                                                  emission->error);
    return emission->failed;
}

static gboolean
generate (gconstpointer source, SimstowSink *sink, GError **error)
{
    Emission emission = {.sink = sink, .error = error};

    g_tree_foreach ((GTree *) source, emit_part, &emission);
    return !emission.failed;
}

static gboolean
note_store (gpointer key, gpointer value, gpointer user_data)
{
    const Part *part = value;
    SimstowStore *store = simstow_store_new (part->id);

    store->used = (gint) MIN (part->records, G_MAXINT);
    store->complete = TRUE;
    store->writable = !g_str_has_prefix (part->id, SIMSTOW_PREFIX_CALLS);
    g_ptr_array_add (user_data, store);
    return FALSE;
}

/* ITU-T E.118: telecommunication cards begin with 89, and have 18 to 20 digits */
static gboolean
is_iccid (const gchar *sim)
{
    gsize length = strlen (sim);

    return g_str_has_prefix (sim, "89") && length >= 18 && length <= 20 &&
           strspn (sim, "0123456789") >= length - 1;
}

static SimstowSnapshot *
make_head (SimstowArchiveRecords *records,
           gint64 captured,
           gint64 modified,
           const SimstowLosses *losses)
{
    SimstowSnapshot *head = simstow_snapshot_new ();
    GHashTableIter iter;
    gpointer sim;
    guint i;

    head->captured = captured != 0 ? captured : records->newest != 0 ? records->newest : modified;
    for (i = 0; i < SIMSTOW_RECORD_KINDS; i++)
        g_tree_foreach (records->parts[i], note_store, head->stores);
    g_hash_table_iter_init (&iter, records->sims);
    if (g_hash_table_size (records->sims) == 1 && g_hash_table_iter_next (&iter, &sim, NULL) &&
        is_iccid (sim))
        head->sim->iccid = g_strdup (sim);
    for (i = 0; i < SIMSTOW_LOSS_COUNT; i++) {
        g_autofree gchar *text = simstow_losses_describe (losses, (SimstowLoss) i);

        if (text)
            simstow_snapshot_add_problem (head,
                                          "convert",
                                          0,
                                          TRUE,
                                          _ ("not taken along by the conversion: %s"),
                                          text);
    }
    return head;
}

gboolean
simstow_archive_records_write (SimstowArchiveRecords *records,
                               gint64 captured,
                               gint64 modified,
                               const SimstowLosses *losses,
                               const gchar *output,
                               const SimstowArchiveWriteOptions *options,
                               gchar **path,
                               GCancellable *cancellable,
                               GError **error)
{
    const SimstowPackMember members[] = {
        {simstow_layout_member_name (SIMSTOW_MEMBER_CALLS),
         generate,
         records->parts[SIMSTOW_RECORD_CALL]},
        {simstow_layout_member_name (SIMSTOW_MEMBER_CONTACTS),
         generate,
         records->parts[SIMSTOW_RECORD_CONTACT]},
        {simstow_layout_member_name (SIMSTOW_MEMBER_MESSAGES),
         generate,
         records->parts[SIMSTOW_RECORD_MESSAGE]},
    };
    g_autoptr (SimstowSnapshot) head = make_head (records, captured, modified, losses);
    g_autoptr (SimstowPack) pack =
        simstow_pack_new (head, members, G_N_ELEMENTS (members), cancellable, error);

    return pack && simstow_archive_write_pack (pack, output, options, path, cancellable, error);
}
