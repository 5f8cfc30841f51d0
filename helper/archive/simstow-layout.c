/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names in an archive, and of archives.
 */

#include "simstow-layout.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "simstow-hex.h"
#include "simstow-random.h"

/* What tells our HMACs from those of other programs that use the machine's id */
#define ID_PURPOSE "simstow-archive-id:"

#define ID_DIGITS      8
#define CONTENT_DIGITS 8
#define NAME_LENGTH    64

typedef struct {
    const gchar *name;
    gboolean required;
    gboolean content;
} Member;

static const Member members[] = {
    [SIMSTOW_MEMBER_README] = {"README.txt", TRUE, FALSE},
    [SIMSTOW_MEMBER_HEADER] = {"simstow.json", TRUE, FALSE},
    [SIMSTOW_MEMBER_CALLS] = {"calls.ndjson", TRUE, TRUE},
    [SIMSTOW_MEMBER_CONTACTS] = {"contacts.vcf", TRUE, TRUE},
    [SIMSTOW_MEMBER_ESIM] = {"esim.json", FALSE, TRUE},
    [SIMSTOW_MEMBER_MESSAGES] = {"messages.ndjson", TRUE, TRUE},
    [SIMSTOW_MEMBER_NETWORK] = {"network.json", FALSE, TRUE},
    [SIMSTOW_MEMBER_SIMFILES] = {"simfiles.ndjson", FALSE, TRUE},
    [SIMSTOW_MEMBER_UNREAD] = {"unread.ndjson", FALSE, TRUE},
    [SIMSTOW_MEMBER_SUMS] = {"SHA256SUMS", TRUE, FALSE},
    [SIMSTOW_MEMBER_OTHER] = {NULL, FALSE, TRUE},
};

static const gchar readme[] =
    "This is a backup of what a SIM card and a modem hold: text messages, contacts,\n"
    "call lists and settings. The program simstow made it, and restores it:\n"
    "\n"
    "    simstow show ARCHIVE\n"
    "    simstow restore ARCHIVE\n"
    "\n"
    "Everything in it can be read without simstow:\n"
    "\n"
    "    tar xf ARCHIVE                      unpack it (if its name ends in .gpg:\n"
    "                                        gpg -d ARCHIVE | tar xz)\n"
    "    sha256sum -c SHA256SUMS             check that nothing is damaged\n"
    "    jq -r '[.time, .address, .text] | @tsv' messages.ndjson\n"
    "                                        list the messages\n"
    "\n"
    "  simstow.json      the modem, the SIM, what was read, what could not be\n"
    "  messages.ndjson   one message a line; \"pdu\" is the message as it was stored\n"
    "                    (3GPP TS 23.040), all else was decoded from it\n"
    "  contacts.vcf      vCard 3.0: any address book or phone imports it\n"
    "  calls.ndjson      one call a line\n"
    "  network.json      access points, modes, bands and preferred networks\n"
    "  esim.json         what is known of the eSIM and its profiles\n"
    "  simfiles.ndjson   files of the SIM card as they were, one a line\n"
    "  unread.ndjson     records that simstow did not understand, as they came\n"
    "\n"
    "Not every archive has every file. The manual page simstow-archive(5) describes\n"
    "them key by key. This backup is private: it holds your messages and numbers.\n";

const gchar *
simstow_layout_member_name (SimstowMemberKind kind)
{
    return members[kind].name;
}

SimstowMemberKind
simstow_layout_member_kind (const gchar *name)
{
    guint kind;

    for (kind = 0; kind < SIMSTOW_MEMBER_OTHER; kind++)
        if (strcmp (name, members[kind].name) == 0)
            break;
    return (SimstowMemberKind) kind;
}

gboolean
simstow_layout_member_is_required (SimstowMemberKind kind)
{
    return members[kind].required;
}

gboolean
simstow_layout_member_is_content (SimstowMemberKind kind)
{
    return members[kind].content;
}

gboolean
simstow_layout_is_safe_name (const gchar *name)
{
    gsize length;

    if (!g_ascii_isalnum (name[0]))
        return FALSE;
    for (length = 1; name[length]; length++)
        if (!g_ascii_isalnum (name[length]) && !strchr ("._-", name[length]))
            return FALSE;
    return length <= NAME_LENGTH;
}

static gchar *
read_key (const gchar *path)
{
    g_autofree gchar *key = NULL;

    if (!g_file_get_contents (path, &key, NULL, NULL))
        return NULL;
    g_strstrip (key);
    return strlen (key) >= 32 ? g_steal_pointer (&key) : NULL;
}

static gchar *
random_digits (void)
{
    guint8 octets[16];

    simstow_random_fill (octets, sizeof octets);
    return simstow_hex_encode (octets, sizeof octets);
}

/* A key of our own for machines without an id. Two runs may race to make it: the
 * first to link it in wins, and both then read the same */
static gchar *
keep_own_key (void)
{
    g_autofree gchar *directory = g_build_filename (g_get_user_data_dir (), "simstow", NULL);
    g_autofree gchar *path = g_build_filename (directory, "archive-key", NULL);
    g_autofree gchar *key = read_key (path);
    g_autofree gchar *fresh = NULL;
    gint fd;

    if (key)
        return g_steal_pointer (&key);
    fresh = random_digits ();
    g_mkdir_with_parents (directory, 0700);
    fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd >= 0) {
        if (write (fd, fresh, strlen (fresh)) != (gssize) strlen (fresh))
            unlink (path);
        close (fd);
    }
    key = read_key (path);
    return key ? g_steal_pointer (&key) : g_steal_pointer (&fresh);
}

static gchar *
find_key (void)
{
    static const gchar *const paths[] = {"/etc/machine-id", "/var/lib/dbus/machine-id"};
    gchar *key = NULL;
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (paths) && !key; i++)
        key = read_key (paths[i]);
    return key ? key : keep_own_key ();
}

static const gchar *
find_number (const SimstowSnapshot *snapshot)
{
    if (snapshot->sim->iccid)
        return snapshot->sim->iccid;
    if (snapshot->device->equipment_id)
        return snapshot->device->equipment_id;
    return snapshot->device->device_id ? snapshot->device->device_id : "";
}

gchar *
simstow_layout_id (const SimstowSnapshot *snapshot)
{
    g_autofree gchar *key = find_key ();
    g_autofree gchar *text = g_strconcat (ID_PURPOSE, find_number (snapshot), NULL);
    g_autofree gchar *digest =
        g_compute_hmac_for_string (G_CHECKSUM_SHA256, (const guint8 *) key, strlen (key), text, -1);

    return g_strndup (digest, ID_DIGITS);
}

gchar *
simstow_layout_name (const gchar *id, gint64 captured, const gchar *content_id)
{
    g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (captured);
    g_autofree gchar *stamp =
        time ? g_date_time_format (time, "%Y%m%dT%H%M%SZ") : g_strdup ("00000000T000000Z");

    return g_strdup_printf ("simstow-%s-%s-%.*s", id, stamp, CONTENT_DIGITS, content_id);
}

const gchar *
simstow_layout_readme (void)
{
    return readme;
}
