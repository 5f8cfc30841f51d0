/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Snapshots and archives for the tests of the archive room.
 */

#include "archive-sample.h"

#include "simstow-archive-reader.h"
#include "simstow-hex.h"
#include "simstow-pack.h"
#include "simstow-record-json.h"

static gchar **
words (const gchar *first, const gchar *second)
{
    const gchar *list[] = {first, second, NULL};

    return g_strdupv ((gchar **) list);
}

static void
fill_device (SimstowDevice *device)
{
    device->manufacturer = g_strdup ("Fibocom \"Wireless\"");
    device->model = g_strdup ("L850-GL");
    device->revision = g_strdup ("18500.5001.00.05.27.30");
    device->hardware_revision = g_strdup ("V1.2");
    device->equipment_id = g_strdup ("015550000000017");
    device->device_id = g_strdup ("0d5a3cf2e3d29e4b3d6a");
    device->plugin = g_strdup ("fibocom");
    device->transport = g_strdup ("mbim");
    device->drivers = words ("cdc_mbim", "cdc_acm");
    device->own_numbers = words ("+573001112233", NULL);
}

static void
fill_sim (SimstowSim *sim)
{
    sim->iccid = g_strdup ("8957123400000012345");
    sim->imsi = g_strdup ("732101000000017");
    sim->eid = g_strdup ("89049032000000000000000000000017");
    sim->operator_id = g_strdup ("732101");
    sim->operator_name = g_strdup ("Claro");
    sim->registered_id = g_strdup ("732123");
    sim->registered_name = g_strdup ("Movistar");
    sim->type = g_strdup ("esim");
    sim->esim_status = g_strdup ("with-profiles");
    sim->removability = g_strdup ("not-removable");
    sim->lock = g_strdup ("none");
    sim->emergency_numbers = words ("112", "123");
}

static void
add_stores (GPtrArray *stores)
{
    SimstowStore *store = simstow_store_new ("sms/sm");

    store->used = 3;
    store->capacity = 30;
    store->first = 1;
    store->last = 30;
    store->writable = TRUE;
    store->complete = TRUE;
    store->via = g_strdup ("at");
    g_ptr_array_add (stores, store);
    store = simstow_store_new ("phonebook/sm");
    store->number_length = 40;
    store->name_length = 14;
    g_ptr_array_add (stores, store);
    store = simstow_store_new ("simfile");
    store->capacity = 3;
    store->complete = TRUE;
    store->via = g_strdup ("card");
    store->way = g_strdup ("csim");
    g_ptr_array_add (stores, store);
}

static void
add_simfiles (SimstowSnapshot *snapshot)
{
    static const gchar *const records[] = {"4142FF", "FFFFFF", NULL};
    SimstowSimfile *simfile = simstow_simfile_new ();

    simfile->index = 1;
    simfile->name = g_strdup ("EF_SPN");
    simfile->path = g_strdup ("7FFF6F46");
    simfile->structure = g_strdup ("transparent");
    simfile->raw = simstow_hex_decode ("01436C61726FFF", -1, NULL);
    g_ptr_array_add (snapshot->simfiles, simfile);
    simfile = simstow_simfile_new ();
    simfile->index = 2;
    simfile->name = g_strdup ("EF_ECC");
    simfile->path = g_strdup ("7FFF6FB7");
    simfile->structure = g_strdup ("linear");
    simfile->records = g_strdupv ((gchar **) records);
    g_ptr_array_add (snapshot->simfiles, simfile);
    simfile = simstow_simfile_new ();
    simfile->index = 3;
    simfile->name = g_strdup ("EF_GID1");
    simfile->path = g_strdup ("7FFF6F3E");
    simfile->fault = g_strdup ("the card has no such file or application (SW 6A82)");
    g_ptr_array_add (snapshot->simfiles, simfile);
}

static void
add_unread (SimstowSnapshot *snapshot)
{
    g_autoptr (GBytes) row = g_bytes_new_static ("+CPBR: 7,\"12", 12);

    g_ptr_array_add (snapshot->unread,
                     simstow_unread_new ("phonebook/sm", 7, "no number ends", row));
    g_ptr_array_add (snapshot->unread,
                     simstow_unread_new ("sms/sm", 0, "SIM failure (CMS 313)", NULL));
}

static void
add_message (SimstowSnapshot *snapshot,
             const gchar *store,
             guint index,
             SimstowMessageStatus status,
             const gchar *hex)
{
    g_autoptr (GBytes) pdu = simstow_hex_decode (hex, -1, NULL);

    g_ptr_array_add (snapshot->messages, simstow_message_new (store, index, status, pdu));
}

static void
add_messages (SimstowSnapshot *snapshot)
{
    SimstowMessage *last;

    add_message (snapshot, "sms/me", 4, SIMSTOW_MESSAGE_STATUS_UNREAD, SAMPLE_DELIVER);
    add_message (snapshot, "sms/sm", 1, SIMSTOW_MESSAGE_STATUS_READ, SAMPLE_DELIVER);
    /* a SUBMIT: reference 7, to 123, "hola" */
    add_message (snapshot,
                 "sms/sm",
                 2,
                 SIMSTOW_MESSAGE_STATUS_SENT,
                 "00"
                 "0107"
                 "038121F3"
                 "0000"
                 "04"
                 "E8373B0C");
    /* a DELIVER, second part of three, reference 5 */
    add_message (snapshot,
                 "sms/sm",
                 3,
                 SIMSTOW_MESSAGE_STATUS_READ,
                 "00"
                 "44038121F30008"
                 "4250102143650A"
                 "0A"
                 "050003050302"
                 "00410042");
    /* broken: it ends in its address */
    add_message (snapshot, "sms/sm", 9, SIMSTOW_MESSAGE_STATUS_UNKNOWN, "0004");
    last = g_ptr_array_index (snapshot->messages, snapshot->messages->len - 1);
    last->first_seen = 1700000000;
    last->last_seen = 1714585000;
}

static void
add_contacts (GPtrArray *contacts)
{
    SimstowContact *contact =
        simstow_contact_new ("phonebook/sm", 1, "573001234567", 145, "Begoña; \"Ñandú\", 😀 \\");

    contact->name_raw = simstow_hex_decode ("D83D0041", -1, NULL);
    contact->hidden = TRUE;
    contact->name_alpha = simstow_hex_decode ("8100", -1, NULL);
    simstow_contact_add_group (contact, "Familia, amigos");
    simstow_contact_add_group (contact, "Vecinos; otros");
    simstow_contact_add_second_name (contact, "Bego");
    simstow_contact_add_second_name (contact, "B, la \"Ñ\"");
    simstow_contact_add_number (contact, "+576011234567", 145)->label = g_strdup ("Casa");
    simstow_contact_add_number (contact, "123", 129);
    g_ptr_array_add (contact->emails, g_strdup ("b@example.com"));
    g_ptr_array_add (contact->emails, g_strdup ("c,d@example.com"));
    contact->sip_uri = g_strdup ("sip:b@example.com");
    contact->tel_uri = g_strdup ("tel:+573001234567;ext=1");
    contact->first_seen = 1700000000;
    contact->last_seen = 1714585000;
    g_ptr_array_add (contacts, contact);
    g_ptr_array_add (contacts, simstow_contact_new ("phonebook/sm", 2, "*123#", 129, ""));
    g_ptr_array_add (contacts, simstow_contact_new ("phonebook/sm", 3, "", 129, "sin número"));
    g_ptr_array_add (contacts, simstow_contact_new ("phonebook/sm", 4, "", 0, ""));
    g_ptr_array_add (contacts,
                     simstow_contact_new ("phonebook/sm", 5, "1;2,3:4\r", 129, "a\fb\r\nc\x1F"));
    g_ptr_array_add (contacts, simstow_contact_new ("phonebook/sm", 6, "+57300", 145, " a  "));
}

static void
add_calls (GPtrArray *calls)
{
    SimstowCall *call = simstow_call_new ("calls/missed", 1, "573001234567", 145, "Begoña");

    call->name_raw = simstow_hex_decode ("DE00", -1, NULL);
    call->time = g_strdup ("24/05/01,12:34:56-20");
    call->first_seen = 1700000000;
    call->last_seen = 1714585000;
    g_ptr_array_add (calls, call);
    g_ptr_array_add (calls, simstow_call_new ("calls/missed", 2, "", 0, ""));
}

static SimstowProfile *
profile_new (const gchar *apn)
{
    SimstowProfile *profile = simstow_profile_new ();

    profile->id = 3;
    profile->name = g_strdup ("Datos");
    profile->apn = g_strdup (apn);
    profile->apn_type = words ("default", "initial");
    profile->ip_type = g_strdup ("ipv4v6");
    profile->allowed_auth = words ("pap", "chap");
    profile->user = g_strdup ("comcel");
    profile->password = g_strdup ("comcel");
    profile->access_type = g_strdup ("3gpp-only");
    profile->roaming = words ("home", "partner");
    profile->source = g_strdup ("operator");
    profile->enabled = FALSE;
    return profile;
}

static SimstowNetwork *
network_new (void)
{
    const gchar *const technologies[] = {"lte", "umts", NULL};
    SimstowNetwork *network = simstow_network_new ();

    network->profiles = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_profile_free);
    g_ptr_array_add (network->profiles, profile_new ("internet.comcel.com.co"));
    g_ptr_array_add (network->profiles, simstow_profile_new ());
    network->allowed_modes = words ("3g", "4g");
    network->preferred_mode = g_strdup ("4g");
    network->bands = words ("eutran-4", "eutran-7");
    network->preferred_networks =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_preferred_network_free);
    g_ptr_array_add (network->preferred_networks,
                     simstow_preferred_network_new ("732101", technologies));
    g_ptr_array_add (network->preferred_networks, simstow_preferred_network_new ("732123", NULL));
    network->facility_locks = words (NULL, NULL);
    network->initial_eps = profile_new ("ims");
    return network;
}

SimstowSnapshot *
sample_snapshot (void)
{
    SimstowSnapshot *snapshot = simstow_snapshot_new ();

    snapshot->captured = 1714585000;
    fill_device (snapshot->device);
    fill_sim (snapshot->sim);
    add_stores (snapshot->stores);
    add_messages (snapshot);
    add_simfiles (snapshot);
    add_unread (snapshot);
    add_contacts (snapshot->contacts);
    add_calls (snapshot->calls);
    snapshot->network = network_new ();
    simstow_snapshot_add_problem (snapshot, "sms/sm", 9, FALSE, "kept as it is: %s", "broken");
    simstow_snapshot_add_problem (snapshot, "network", 0, TRUE, "not readable");
    return snapshot;
}

SimstowSnapshot *
sample_many (guint count)
{
    g_autoptr (GBytes) pdu = simstow_hex_decode (SAMPLE_DELIVER, -1, NULL);
    SimstowSnapshot *snapshot = simstow_snapshot_new ();
    guint i;

    snapshot->captured = 1714585000;
    for (i = 1; i <= count; i++) {
        g_autofree gchar *number = g_strdup_printf ("300%07u", i);

        g_ptr_array_add (snapshot->messages,
                         simstow_message_new ("sms/me", i, SIMSTOW_MESSAGE_STATUS_READ, pdu));
        g_ptr_array_add (snapshot->contacts,
                         simstow_contact_new ("phonebook/me", i, number, 129, number));
        g_ptr_array_add (snapshot->calls, simstow_call_new ("calls/missed", i, number, 129, ""));
    }
    return snapshot;
}

static gboolean
on_bytes (gconstpointer data, gsize size, gpointer user_data, GError **error)
{
    g_byte_array_append (user_data, data, (guint) size);
    return TRUE;
}

GBytes *
sample_pack (const SimstowSnapshot *snapshot, SimstowCompression compression)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowPack) pack = simstow_pack_new_for_snapshot (snapshot, FALSE, NULL, &error);
    GByteArray *bytes = g_byte_array_new ();

    g_assert_no_error (error);
    simstow_pack_write (pack, compression, on_bytes, bytes, &error);
    g_assert_no_error (error);
    return g_byte_array_free_to_bytes (bytes);
}

gboolean
sample_read (GBytes *archive, GError **error)
{
    g_autoptr (GInputStream) input = g_memory_input_stream_new_from_bytes (archive);
    const SimstowReading reading = {.wanted = ~0U};

    return simstow_reading_run (&reading, input, NULL, error);
}

gchar *
sample_to_text (const SimstowSnapshot *snapshot)
{
    GString *text = g_string_new (NULL);
    guint i;

    simstow_snapshot_append_json (snapshot, text);
    for (i = 0; i < snapshot->messages->len; i++)
        simstow_message_append_json (g_ptr_array_index (snapshot->messages, i), text);
    for (i = 0; i < snapshot->contacts->len; i++)
        simstow_contact_append_json (g_ptr_array_index (snapshot->contacts, i), text);
    for (i = 0; i < snapshot->calls->len; i++)
        simstow_call_append_json (g_ptr_array_index (snapshot->calls, i), text);
    if (snapshot->network)
        simstow_network_append_json (snapshot->network, TRUE, text);
    return g_string_free (text, FALSE);
}
