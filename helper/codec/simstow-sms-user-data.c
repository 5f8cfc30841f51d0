/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The user data of a TPDU: taken apart, put together, and joined over the parts
 * of a concatenated message.
 */

#include "simstow-sms-user-data.h"

#include "simstow-error.h"
#include "simstow-gsm7.h"
#include "simstow-ucs2.h"

#define USER_DATA_OCTETS 140

/*
 * Payload: what stands behind the header
 * @header: octets of the header, its length octet included
 */
typedef struct {
    const guint8 *data;
    gsize size;
    gsize header;
    GPtrArray *udh;
} Payload;

gsize
simstow_sms_user_data_size (guint8 length, const SimstowDcs *dcs)
{
    if (dcs->alphabet == SIMSTOW_ALPHABET_GSM7 && !dcs->compressed)
        return ((gsize) length * 7 + 7) / 8;
    return length;
}

static void
payload_clear (Payload *payload)
{
    g_clear_pointer (&payload->udh, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Payload, payload_clear)

/* FALSE when the header is longer than the user data: nobody knows where the text is */
static gboolean
find_payload (const SimstowTpdu *tpdu, Payload *payload)
{
    SimstowReader reader;
    SimstowReader header;
    guint8 length;

    simstow_reader_init_bytes (&reader, tpdu->user_data);
    if (tpdu->first_octet & SIMSTOW_TPDU_UDHI) {
        if (!simstow_reader_u8 (&reader, &length, NULL) ||
            !simstow_reader_sub (&reader, length, &header, NULL))
            return FALSE;
        payload->udh = simstow_sms_udh_decode (&header);
    }
    payload->header = reader.offset;
    payload->size = simstow_reader_remaining (&reader);
    return simstow_reader_take (&reader, payload->size, &payload->data, NULL);
}

/* Septets that the header and its fill bits take, 3GPP TS 23.040 9.2.3.24 */
static gsize
header_septets (gsize octets)
{
    return (octets * 8 + 6) / 7;
}

static guint
fill_bits (gsize header_octets)
{
    return (guint) (header_septets (header_octets) * 7 - header_octets * 8);
}

static GByteArray *
payload_septets (const SimstowTpdu *tpdu, const Payload *payload)
{
    gsize header = header_septets (payload->header);
    gsize count = tpdu->user_data_length > header ? tpdu->user_data_length - header : 0;

    return simstow_gsm7_unpack (payload->data, payload->size, fill_bits (payload->header), count);
}

static void
apply_summary (SimstowTpdu *tpdu, const SimstowUdhSummary *summary)
{
    tpdu->concat_reference = summary->concat_reference;
    tpdu->concat_total = summary->concat_total;
    tpdu->concat_part = summary->concat_part;
    tpdu->concat_wide = summary->concat_wide;
    tpdu->source_port = summary->source_port;
    tpdu->destination_port = summary->destination_port;
    if (summary->waiting && !tpdu->waiting) {
        tpdu->waiting = simstow_sms_dcs_waiting_word (summary->waiting_kind);
        tpdu->waiting_active = summary->waiting_count > 0;
        tpdu->waiting_discard = summary->waiting_discard;
    }
}

void
simstow_sms_user_data_interpret (SimstowTpdu *tpdu)
{
    g_auto (Payload) payload = {0};
    SimstowUdhSummary summary;

    if (!find_payload (tpdu, &payload)) {
        tpdu->lossy = TRUE;
        return;
    }
    tpdu->udh = g_steal_pointer (&payload.udh);
    summary = simstow_sms_udh_summarize (tpdu->udh);
    apply_summary (tpdu, &summary);
    if (tpdu->compressed)
        return;
    if (tpdu->alphabet == SIMSTOW_ALPHABET_DATA) {
        tpdu->data = g_bytes_new (payload.data, payload.size);
    } else if (tpdu->alphabet == SIMSTOW_ALPHABET_UCS2) {
        tpdu->text = simstow_ucs2_decode (payload.data, payload.size, &tpdu->lossy);
    } else {
        g_autoptr (GByteArray) septets = payload_septets (tpdu, &payload);

        tpdu->text =
            simstow_gsm7_decode (septets->data, septets->len, summary.tables, &tpdu->lossy);
    }
}

static void
add_concat (GPtrArray *elements, const SimstowTpdu *tpdu)
{
    guint8 data[4] = {(guint8) (tpdu->concat_reference >> 8),
                      (guint8) tpdu->concat_reference,
                      tpdu->concat_total,
                      tpdu->concat_part};
    guint skip = tpdu->concat_wide ? 0 : 1;

    g_ptr_array_add (
        elements,
        simstow_sms_udh_element_new (skip ? SIMSTOW_UDH_CONCAT_8 : SIMSTOW_UDH_CONCAT_16,
                                     data + skip,
                                     sizeof data - skip));
}

static void
add_ports (GPtrArray *elements, const SimstowTpdu *tpdu)
{
    guint destination = (guint) MAX (tpdu->destination_port, 0);
    guint source = (guint) MAX (tpdu->source_port, 0);
    guint8 data[4] = {(guint8) (destination >> 8),
                      (guint8) destination,
                      (guint8) (source >> 8),
                      (guint8) source};

    g_ptr_array_add (elements,
                     simstow_sms_udh_element_new (SIMSTOW_UDH_PORTS_16, data, sizeof data));
}

/* The header a TPDU made by hand asks for: its elements, and those its fields lack */
static GPtrArray *
collect_elements (const SimstowTpdu *tpdu)
{
    g_autoptr (GPtrArray) elements = simstow_sms_udh_new ();
    SimstowUdhSummary summary = simstow_sms_udh_summarize (tpdu->udh);
    guint i;

    if (tpdu->concat_reference >= 0 && summary.concat_reference < 0)
        add_concat (elements, tpdu);
    if ((tpdu->destination_port >= 0 || tpdu->source_port >= 0) && summary.destination_port < 0)
        add_ports (elements, tpdu);
    for (i = 0; tpdu->udh && i < tpdu->udh->len; i++) {
        const SimstowUdhElement *element = g_ptr_array_index (tpdu->udh, i);
        gsize size;
        const guint8 *data = g_bytes_get_data (element->data, &size);

        g_ptr_array_add (elements, simstow_sms_udh_element_new (element->id, data, size));
    }
    return g_steal_pointer (&elements);
}

/* Appends text or data and tells the length in septets or octets */
static gboolean
append_payload (const SimstowTpdu *tpdu,
                SimstowGsm7Tables tables,
                GByteArray *out,
                gsize *length,
                GError **error)
{
    const gchar *text = tpdu->text ? tpdu->text : "";
    g_autoptr (GByteArray) septets = NULL;
    gsize header = out->len;

    if (tpdu->alphabet != SIMSTOW_ALPHABET_GSM7) {
        if (tpdu->alphabet == SIMSTOW_ALPHABET_UCS2)
            simstow_ucs2_encode (text, out);
        else if (tpdu->data)
            g_byte_array_append (out,
                                 g_bytes_get_data (tpdu->data, NULL),
                                 (guint) g_bytes_get_size (tpdu->data));
        *length = out->len;
        return TRUE;
    }
    septets = simstow_gsm7_encode (text, tables, error);
    if (!septets)
        return FALSE;
    simstow_gsm7_pack (septets->data, septets->len, fill_bits (header), out);
    *length = header_septets (header) + septets->len;
    return TRUE;
}

GByteArray *
simstow_sms_user_data_build (const SimstowTpdu *tpdu,
                             guint8 *length,
                             gboolean *has_header,
                             GError **error)
{
    g_autoptr (GPtrArray) elements = collect_elements (tpdu);
    g_autoptr (GByteArray) out = g_byte_array_new ();
    SimstowUdhSummary summary = simstow_sms_udh_summarize (elements);
    gsize count;

    *has_header = elements->len > 0;
    if (tpdu->compressed) {
        g_set_error_literal (error,
                             SIMSTOW_ERROR,
                             SIMSTOW_ERROR_INVALID_RECORD,
                             "compressed text is only kept, never made");
        return NULL;
    }
    if (*has_header && !simstow_sms_udh_encode (elements, out, error))
        return NULL;
    if (!append_payload (tpdu, summary.tables, out, &count, error))
        return NULL;
    if (out->len > USER_DATA_OCTETS) {
        g_set_error (error,
                     SIMSTOW_ERROR,
                     SIMSTOW_ERROR_INVALID_RECORD,
                     "%u octets of user data where a message has %d",
                     out->len,
                     USER_DATA_OCTETS);
        return NULL;
    }
    *length = (guint8) count;
    return g_steal_pointer (&out);
}

static void
drop_user_data (SimstowTpdu *tpdu)
{
    guint i = 0;

    while (tpdu->udh && i < tpdu->udh->len) {
        const SimstowUdhElement *element = g_ptr_array_index (tpdu->udh, i);

        if (element->id == SIMSTOW_UDH_SHIFT || element->id == SIMSTOW_UDH_LOCKING)
            g_ptr_array_remove_index (tpdu->udh, i);
        else
            i++;
    }
    g_clear_pointer (&tpdu->user_data, g_bytes_unref);
    g_clear_pointer (&tpdu->data, g_bytes_unref);
    tpdu->compressed = FALSE;
    tpdu->lossy = FALSE;
}

void
simstow_tpdu_set_text (SimstowTpdu *tpdu, const gchar *text)
{
    g_autoptr (GByteArray) septets = NULL;
    g_autofree gchar *old = g_steal_pointer (&tpdu->text);

    drop_user_data (tpdu);
    septets = simstow_gsm7_encode (text, (SimstowGsm7Tables){0}, NULL);
    tpdu->alphabet = septets ? SIMSTOW_ALPHABET_GSM7 : SIMSTOW_ALPHABET_UCS2;
    tpdu->text = g_strdup (text);
    tpdu->has_user_data = TRUE;
}

/* Run: text of consecutive parts in one alphabet and one pair of tables */
typedef struct {
    SimstowAlphabet alphabet;
    SimstowGsm7Tables tables;
    GByteArray *units;
    GString *text;
    gboolean lossy;
} Run;

static void
run_flush (Run *run)
{
    g_autofree gchar *text = NULL;

    if (run->alphabet == SIMSTOW_ALPHABET_UCS2)
        text = simstow_ucs2_decode (run->units->data, run->units->len, &run->lossy);
    else
        text = simstow_gsm7_decode (run->units->data, run->units->len, run->tables, &run->lossy);
    g_string_append (run->text, text);
    g_byte_array_set_size (run->units, 0);
}

static void
run_switch (Run *run, SimstowAlphabet alphabet, SimstowGsm7Tables tables)
{
    if (run->alphabet == alphabet && run->tables.locking == tables.locking &&
        run->tables.shift == tables.shift)
        return;
    run_flush (run);
    run->alphabet = alphabet;
    run->tables = tables;
}

static void
run_add (Run *run, const SimstowTpdu *part)
{
    g_auto (Payload) payload = {0};
    g_autoptr (GByteArray) septets = NULL;

    if (part->compressed || part->alphabet == SIMSTOW_ALPHABET_DATA)
        return;
    if (!part->user_data) {
        run_flush (run);
        g_string_append (run->text, part->text ? part->text : "");
        return;
    }
    if (!find_payload (part, &payload)) {
        run->lossy = TRUE;
        return;
    }
    if (part->alphabet == SIMSTOW_ALPHABET_UCS2) {
        run_switch (run, part->alphabet, (SimstowGsm7Tables){0});
        g_byte_array_append (run->units, payload.data, (guint) payload.size);
        return;
    }
    run_switch (run, part->alphabet, simstow_sms_udh_summarize (payload.udh).tables);
    septets = payload_septets (part, &payload);
    g_byte_array_append (run->units, septets->data, septets->len);
}

gchar *
simstow_tpdu_join_text (const SimstowTpdu *const *parts, gsize count, gboolean *lossy)
{
    g_autoptr (GByteArray) units = g_byte_array_new ();
    Run run = {.units = units, .text = g_string_new (NULL)};
    gsize i;

    for (i = 0; i < count; i++)
        run_add (&run, parts[i]);
    run_flush (&run);
    if (lossy)
        *lossy = run.lossy;
    return g_string_free (run.text, FALSE);
}
