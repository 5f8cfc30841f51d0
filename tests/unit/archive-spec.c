/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Archives described entry by entry.
 */

#include "archive-spec.h"

#include <string.h>

static void
entry_free (gpointer data)
{
    Entry *entry = data;

    g_free (entry->path);
    g_clear_pointer (&entry->data, g_bytes_unref);
    g_free (entry->link);
    g_free (entry);
}

Entry *
entry_new (const gchar *path, const gchar *text)
{
    Entry *entry = g_new0 (Entry, 1);

    entry->path = g_strdup (path);
    entry->type = AE_IFREG;
    entry->data = g_bytes_new (text, strlen (text));
    return entry;
}

guint
spec_find (const Spec *spec, const gchar *name)
{
    guint i;

    for (i = 0; i < spec->entries->len; i++) {
        const Entry *entry = g_ptr_array_index (spec->entries, i);

        if (g_str_equal (entry->path, name))
            return i;
    }
    g_assert_not_reached ();
}

Entry *
spec_get (const Spec *spec, const gchar *name)
{
    return g_ptr_array_index (spec->entries, spec_find (spec, name));
}

void
spec_set (const Spec *spec, const gchar *path, gconstpointer data, gssize size)
{
    Entry *entry = spec_get (spec, path);

    g_bytes_unref (entry->data);
    entry->data = g_bytes_new (data, size < 0 ? strlen (data) : (gsize) size);
}

Entry *
spec_add (Spec *spec, const gchar *path)
{
    Entry *entry = entry_new (path, "x\n");

    g_ptr_array_insert (spec->entries, (gint) spec_find (spec, TOP "/messages.ndjson"), entry);
    return entry;
}

void
spec_init (Spec *spec)
{
    *spec = (Spec){
        .entries = g_ptr_array_new_with_free_func (entry_free),
        .format = ARCHIVE_FORMAT_TAR_PAX_RESTRICTED,
        .compression = SIMSTOW_COMPRESSION_NONE,
        .tool = "test 1",
        .more = "",
        .version = 1,
        .messages = 2,
        .contacts = 1,
        .calls = 1,
    };
    g_ptr_array_add (spec->entries, entry_new (TOP "/", ""));
    spec_get (spec, TOP "/")->type = AE_IFDIR;
    g_ptr_array_add (spec->entries, entry_new (TOP "/README.txt", "read me\n"));
    g_ptr_array_add (spec->entries, entry_new (TOP "/simstow.json", ""));
    g_ptr_array_add (spec->entries,
                     entry_new (TOP "/calls.ndjson",
                                "{\"store\":\"calls/missed\",\"index\":1,\"number\":\"123\"}\n"));
    g_ptr_array_add (spec->entries,
                     entry_new (TOP "/contacts.vcf",
                                "BEGIN:VCARD\r\nVERSION:3.0\r\nN:a;;;;\r\nFN:a\r\n"
                                "X-SIMSTOW-STORE:phonebook/sm\r\nX-SIMSTOW-INDEX:1\r\n"
                                "END:VCARD\r\n"));
    g_ptr_array_add (
        spec->entries,
        entry_new (TOP "/messages.ndjson",
                   "{\"store\":\"sms/sm\",\"index\":1,\"status\":\"read\",\"pdu\":\"00\"}\n"
                   "{\"store\":\"sms/sm\",\"index\":2,\"status\":\"read\",\"pdu\":\"00\"}\n"));
    g_ptr_array_add (spec->entries, entry_new (TOP "/SHA256SUMS", ""));
}

void
spec_clear (Spec *spec)
{
    g_ptr_array_unref (spec->entries);
    g_free (spec->sums);
}

static void
append_sums (const Spec *spec, gboolean content_only, GString *out)
{
    guint i;

    for (i = 0; i < spec->entries->len; i++) {
        const Entry *entry = g_ptr_array_index (spec->entries, i);
        const gchar *slash = strrchr (entry->path, '/');
        const gchar *name = slash ? slash + 1 : entry->path;
        g_autofree gchar *digest = NULL;

        if (entry->type != AE_IFREG || g_str_equal (name, "SHA256SUMS"))
            continue;
        if (content_only &&
            (g_str_equal (name, "README.txt") || g_str_equal (name, "simstow.json")))
            continue;
        digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, entry->data);
        g_string_append_printf (out, "%s  %s\n", digest, name);
    }
}

/* simstow.json and SHA256SUMS, unless the case made its own */
static void
complete (const Spec *spec)
{
    g_autoptr (GString) content = g_string_new (NULL);
    g_autoptr (GString) sums = g_string_new (NULL);
    g_autofree gchar *content_id = NULL;
    g_autofree gchar *header = NULL;

    append_sums (spec, TRUE, content);
    content_id = g_compute_checksum_for_string (G_CHECKSUM_SHA256, content->str, -1);
    if (spec->wrong_content_id)
        content_id[0] = content_id[0] == '0' ? '1' : '0';
    header = g_strdup_printf ("{\"format\":\"simstow-archive\",\"version\":%u,\"tool\":\"%s\","
                              "\"id\":\"0123abcd\",\"content_id\":\"%s\",\"counts\":{\"messages\":"
                              "%u,\"contacts\":%u,\"calls\":%u}%s}\n",
                              spec->version,
                              spec->tool,
                              content_id,
                              spec->messages,
                              spec->contacts,
                              spec->calls,
                              spec->more);
    if (g_bytes_get_size (spec_get (spec, TOP "/simstow.json")->data) == 0)
        spec_set (spec, TOP "/simstow.json", header, -1);
    append_sums (spec, FALSE, sums);
    spec_set (spec, TOP "/SHA256SUMS", spec->sums ? spec->sums : sums->str, -1);
}

static la_ssize_t
on_write (struct archive *tar, gpointer user_data, const void *data, size_t size)
{
    g_byte_array_append (user_data, data, (guint) size);
    return (la_ssize_t) size;
}

static void
write_entry (struct archive *tar, const Entry *entry, gint uid)
{
    struct archive_entry *header = archive_entry_new ();
    gsize size;
    gconstpointer data = g_bytes_get_data (entry->data, &size);
    gboolean link = entry->link && entry->type == AE_IFREG;

    archive_entry_set_pathname (header, entry->path);
    archive_entry_set_filetype (header, entry->type);
    archive_entry_set_perm (header, 0600);
    archive_entry_set_uid (header, uid);
    archive_entry_set_size (header, entry->type == AE_IFREG && !link ? (la_int64_t) size : 0);
    if (link)
        archive_entry_set_hardlink (header, entry->link);
    else if (entry->link)
        archive_entry_set_symlink (header, entry->link);
    if (entry->hole)
        archive_entry_sparse_add_entry (header, 0, 1);
    if (entry->attribute)
        archive_entry_xattr_add_entry (header, "user.a", "b", 1);
    g_assert_cmpint (archive_write_header (tar, header), ==, ARCHIVE_OK);
    if (entry->type == AE_IFREG && !link)
        archive_write_data (tar, data, size);
    archive_entry_free (header);
}

const gchar *
spec_fix_sums (Spec *spec)
{
    g_autoptr (GString) sums = g_string_new (NULL);

    complete (spec);
    append_sums (spec, FALSE, sums);
    spec->sums = g_string_free (g_steal_pointer (&sums), FALSE);
    return spec->sums;
}

GBytes *
spec_build (const Spec *spec)
{
    struct archive *tar = archive_write_new ();
    GByteArray *bytes = g_byte_array_new ();
    guint i;

    complete (spec);
    archive_write_set_format (tar, spec->format);
    if (spec->compression == SIMSTOW_COMPRESSION_GZIP)
        archive_write_add_filter_gzip (tar);
    else if (spec->compression == SIMSTOW_COMPRESSION_ZSTD)
        archive_write_add_filter_zstd (tar);
    if (spec->compression != SIMSTOW_COMPRESSION_NONE)
        archive_write_set_bytes_in_last_block (tar, 1);
    archive_write_open (tar, bytes, NULL, on_write, NULL);
    for (i = 0; i < spec->entries->len; i++)
        write_entry (tar, g_ptr_array_index (spec->entries, i), spec->uid);
    g_assert_cmpint (archive_write_close (tar), ==, ARCHIVE_OK);
    archive_write_free (tar);
    return g_byte_array_free_to_bytes (bytes);
}
