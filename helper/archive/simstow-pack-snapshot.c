/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The members of an archive made from a snapshot.
 */

#include "simstow-contact-vcard.h"
#include "simstow-esim-json.h"
#include "simstow-pack.h"
#include "simstow-record-json.h"

static gboolean
generate_calls (gconstpointer source, SimstowSink *sink, GError **error)
{
    const SimstowSnapshot *snapshot = source;
    guint i;

    for (i = 0; i < snapshot->calls->len; i++) {
        simstow_call_append_json (g_ptr_array_index (snapshot->calls, i), sink->buffer);
        g_string_append_c (sink->buffer, '\n');
        if (!simstow_sink_end_record (sink, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
generate_contacts (gconstpointer source, SimstowSink *sink, GError **error)
{
    const SimstowSnapshot *snapshot = source;
    guint i;

    for (i = 0; i < snapshot->contacts->len; i++) {
        simstow_contact_append_vcard (g_ptr_array_index (snapshot->contacts, i), sink->buffer);
        if (!simstow_sink_end_record (sink, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
generate_messages (gconstpointer source, SimstowSink *sink, GError **error)
{
    const SimstowSnapshot *snapshot = source;
    guint i;

    for (i = 0; i < snapshot->messages->len; i++) {
        simstow_message_append_json (g_ptr_array_index (snapshot->messages, i), sink->buffer);
        g_string_append_c (sink->buffer, '\n');
        if (!simstow_sink_end_record (sink, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
generate_simfiles (gconstpointer source, SimstowSink *sink, GError **error)
{
    const SimstowSnapshot *snapshot = source;
    guint i;

    for (i = 0; i < snapshot->simfiles->len; i++) {
        simstow_simfile_append_json (g_ptr_array_index (snapshot->simfiles, i), sink->buffer);
        g_string_append_c (sink->buffer, '\n');
        if (!simstow_sink_end_record (sink, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
generate_unread (gconstpointer source, SimstowSink *sink, GError **error)
{
    const SimstowSnapshot *snapshot = source;
    guint i;

    for (i = 0; i < snapshot->unread->len; i++) {
        simstow_unread_append_json (g_ptr_array_index (snapshot->unread, i), sink->buffer);
        g_string_append_c (sink->buffer, '\n');
        if (!simstow_sink_end_record (sink, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
generate_network (gconstpointer source, SimstowSink *sink, GError **error)
{
    const SimstowSnapshot *snapshot = source;

    simstow_network_append_json (snapshot->network, TRUE, sink->buffer);
    return TRUE;
}

static gboolean
generate_esim (gconstpointer source, SimstowSink *sink, GError **error)
{
    const SimstowSnapshot *snapshot = source;

    simstow_esim_append_json (snapshot->esim, FALSE, TRUE, sink->buffer);
    return TRUE;
}

static gboolean
generate_secret_esim (gconstpointer source, SimstowSink *sink, GError **error)
{
    const SimstowSnapshot *snapshot = source;

    simstow_esim_append_json (snapshot->esim, TRUE, TRUE, sink->buffer);
    return TRUE;
}

SimstowPack *
simstow_pack_new_for_snapshot (const SimstowSnapshot *snapshot,
                               gboolean secrets,
                               GCancellable *cancellable,
                               GError **error)
{
    const struct {
        SimstowMemberKind kind;
        gboolean (*generate) (gconstpointer source, SimstowSink *sink, GError **error);
        gboolean present;
    } all[] = {
        {SIMSTOW_MEMBER_CALLS, generate_calls, TRUE},
        {SIMSTOW_MEMBER_CONTACTS, generate_contacts, TRUE},
        {SIMSTOW_MEMBER_ESIM,
         secrets ? generate_secret_esim : generate_esim,
         snapshot->esim != NULL},
        {SIMSTOW_MEMBER_MESSAGES, generate_messages, TRUE},
        {SIMSTOW_MEMBER_NETWORK, generate_network, snapshot->network != NULL},
        {SIMSTOW_MEMBER_SIMFILES, generate_simfiles, snapshot->simfiles->len > 0},
        {SIMSTOW_MEMBER_UNREAD, generate_unread, snapshot->unread->len > 0},
    };
    SimstowPackMember members[G_N_ELEMENTS (all)];
    gsize n_members = 0;
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (all); i++) {
        SimstowPackMember *member = &members[n_members];

        if (!all[i].present)
            continue;
        member->name = simstow_layout_member_name (all[i].kind);
        member->generate = all[i].generate;
        member->source = snapshot;
        n_members++;
    }
    return simstow_pack_new (snapshot, members, n_members, cancellable, error);
}
