/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Archives that someone made to do harm, or by mistake: each refused, with the
 * right error and a message that names the member.
 */

#include <string.h>

#include "archive-sample.h"
#include "archive-spec.h"
#include "simstow-error.h"
#include "simstow-layout.h"
#include "simstow-tar.h"

static void
symbolic_link (Spec *spec)
{
    Entry *entry = spec_add (spec, TOP "/evil");

    entry->type = AE_IFLNK;
    entry->link = g_strdup ("/etc/passwd");
}

static void
hard_link (Spec *spec)
{
    spec_add (spec, TOP "/evil")->link = g_strdup (TOP "/README.txt");
}

static void
character_device (Spec *spec)
{
    spec_add (spec, TOP "/evil")->type = AE_IFCHR;
}

static void
block_device (Spec *spec)
{
    spec_add (spec, TOP "/evil")->type = AE_IFBLK;
}

static void
named_pipe (Spec *spec)
{
    spec_add (spec, TOP "/evil")->type = AE_IFIFO;
}

static void
second_directory (Spec *spec)
{
    spec_add (spec, TOP "/evil/")->type = AE_IFDIR;
}

static void
file_with_holes (Spec *spec)
{
    spec->format = ARCHIVE_FORMAT_TAR;
    spec_add (spec, TOP "/evil")->hole = TRUE;
}

static void
extended_header (Spec *spec)
{
    spec->format = ARCHIVE_FORMAT_TAR;
    spec_add (spec, TOP "/evil")->attribute = TRUE;
}

static void
long_name (Spec *spec)
{
    g_autofree gchar *name = g_strnfill (300, 'e');
    g_autofree gchar *path = g_strconcat (TOP "/", name, NULL);

    spec->format = ARCHIVE_FORMAT_TAR_GNUTAR;
    spec_add (spec, path);
}

static void
absolute_name (Spec *spec)
{
    spec_add (spec, "/etc/evil");
}

static void
parent_name (Spec *spec)
{
    spec_add (spec, TOP "/../evil");
}

static void
inner_name (Spec *spec)
{
    spec_add (spec, TOP "/a/evil");
}

static void
outer_name (Spec *spec)
{
    spec_add (spec, "evil");
}

static void
other_directory (Spec *spec)
{
    spec_add (spec, TOP "x/evil");
}

static void
hidden_name (Spec *spec)
{
    spec_add (spec, TOP "/.evil");
}

static void
option_name (Spec *spec)
{
    spec_add (spec, TOP "/-evil");
}

static void
terminal_name (Spec *spec)
{
    spec_add (spec, TOP "/evil\033[2J");
}

static void
spaced_name (Spec *spec)
{
    spec_add (spec, TOP "/evil name");
}

static void
second_member (Spec *spec)
{
    spec_add (spec, TOP "/evil");
    spec_add (spec, TOP "/evil");
}

static void
second_messages (Spec *spec)
{
    spec_add (spec, TOP "/messages.ndjson");
}

static void
too_many_members (Spec *spec)
{
    guint i;

    for (i = 0; i < SIMSTOW_LIMIT_MEMBERS; i++) {
        g_autofree gchar *path = g_strdup_printf (TOP "/evil%u", i);

        spec_add (spec, path);
    }
}

static void
out_of_order (Spec *spec)
{
    spec_add (spec, TOP "/network.json");
    spec_set (spec, TOP "/network.json", "{}\n", -1);
}

static void
behind_the_sums (Spec *spec)
{
    spec_fix_sums (spec);
    g_ptr_array_add (spec->entries, entry_new (TOP "/evil", "x"));
}

static void
without_directory (Spec *spec)
{
    g_ptr_array_remove_index (spec->entries, 0);
}

static void
directory_is_file (Spec *spec)
{
    g_ptr_array_remove_index (spec->entries, 0);
    g_ptr_array_insert (spec->entries, 0, entry_new (TOP, ""));
}

static void
directory_outside (Spec *spec)
{
    g_ptr_array_remove_index (spec->entries, 0);
    g_ptr_array_insert (spec->entries, 0, entry_new ("../", ""));
    spec_get (spec, "../")->type = AE_IFDIR;
}

static void
without_readme (Spec *spec)
{
    g_ptr_array_remove_index (spec->entries, spec_find (spec, TOP "/README.txt"));
}

static void
without_messages (Spec *spec)
{
    g_ptr_array_remove_index (spec->entries, spec_find (spec, TOP "/messages.ndjson"));
}

static void
digest_of_another (Spec *spec)
{
    spec_fix_sums (spec);
    spec_set (spec, TOP "/README.txt", "read something else\n", -1);
}

static void
digest_of_nothing (Spec *spec)
{
    g_autofree gchar *longer = g_strconcat (spec_fix_sums (spec), "00  evil\n", NULL);

    g_free (spec->sums);
    spec->sums = g_steal_pointer (&longer);
}

static void
wrong_content_id (Spec *spec)
{
    spec->wrong_content_id = TRUE;
}

static void
wrong_messages (Spec *spec)
{
    spec->messages = 3;
}

static void
wrong_contacts (Spec *spec)
{
    spec->contacts = 0;
}

static void
wrong_calls (Spec *spec)
{
    spec->calls = 2;
}

static void
line_without_end (Spec *spec)
{
    spec_set (spec,
              TOP "/calls.ndjson",
              "{\"store\":\"calls/missed\",\"index\":1,\"number\":\"123\"}",
              -1);
}

static void
line_not_utf8 (Spec *spec)
{
    spec_set (spec,
              TOP "/calls.ndjson",
              "{\"store\":\"calls/missed\",\"index\":1,\"number\":\"\xFF\"}\n",
              -1);
}

static void
line_with_nul (Spec *spec)
{
    static const gchar line[] = "{\"store\":\"calls/missed\",\"index\":1,\"number\":\"1\0\"}\n";

    spec_set (spec, TOP "/calls.ndjson", line, sizeof line - 1);
}

static void
line_empty (Spec *spec)
{
    spec_set (spec, TOP "/calls.ndjson", "\n", -1);
}

static void
line_too_long (Spec *spec)
{
    g_autofree gchar *name = g_strnfill (SIMSTOW_LIMIT_LINE, 'a');
    g_autofree gchar *line =
        g_strdup_printf ("{\"store\":\"a\",\"index\":1,\"name\":\"%s\"}\n", name);

    spec_set (spec, TOP "/calls.ndjson", line, -1);
}

static void
line_second_broken (Spec *spec)
{
    spec_set (spec,
              TOP "/messages.ndjson",
              "{\"store\":\"sms/sm\",\"index\":1,\"status\":\"read\",\"pdu\":\"00\"}\n"
              "{\"store\":\"sms/sm\",\"index\":2,\"status\":\"read\",\"pdu\":\"0\"}\n",
              -1);
}

static void
card_without_end (Spec *spec)
{
    spec_set (spec, TOP "/contacts.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:a\r\n", -1);
}

static void
card_without_place (Spec *spec)
{
    spec_set (spec, TOP "/contacts.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:a\r\nEND:VCARD\r\n", -1);
}

static void
card_too_long (Spec *spec)
{
    g_autofree gchar *name = g_strnfill (SIMSTOW_LIMIT_LINE, 'a');
    g_autofree gchar *card =
        g_strdup_printf ("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:%s\r\nEND:VCARD\r\n", name);

    spec_set (spec, TOP "/contacts.vcf", card, -1);
}

static void
header_too_large (Spec *spec)
{
    g_autofree gchar *spaces = g_strnfill (SIMSTOW_LIMIT_DOCUMENT + 1, ' ');

    spec_set (spec, TOP "/simstow.json", spaces, -1);
}

static void
header_too_deep (Spec *spec)
{
    g_autofree gchar *brackets = g_strnfill (100000, '[');

    spec_set (spec, TOP "/simstow.json", brackets, -1);
}

static void
header_not_json (Spec *spec)
{
    spec_set (spec, TOP "/simstow.json", "{\"format\":\"simstow-archive\",}\n", -1);
}

static void
header_device_is_text (Spec *spec)
{
    spec->more = ",\"device\":\"evil\"";
}

static void
header_number_out_of_range (Spec *spec)
{
    spec->more = ",\"stores\":[{\"id\":\"sms/sm\",\"used\":2147483648}]";
}

static void
too_new (Spec *spec)
{
    spec->version = 2;
    spec_set (spec, TOP "/messages.ndjson", "all is different\n", -1);
}

static void
too_new_and_damaged (Spec *spec)
{
    spec->version = 2;
    digest_of_another (spec);
}

static void
bomb (Spec *spec)
{
    Entry *entry = spec_add (spec, TOP "/evil");
    gsize size = 100 * 1024 * 1024;

    g_bytes_unref (entry->data);
    entry->data = g_bytes_new_take (g_malloc0 (size), size);
    spec->compression = SIMSTOW_COMPRESSION_ZSTD;
}

typedef struct {
    const gchar *name;
    void (*spoil) (Spec *spec);
    SimstowError code;
    const gchar *says;
    /* what is said of it, if not the same, when another program packed it again; nothing when it
     * does no harm then */
    const gchar *says_repacked;
} Case;

/* clang-format off */
static const Case cases[] = {
    {"symbolic-link", symbolic_link, SIMSTOW_ERROR_DAMAGED, "evil: not in a simstow archive: a symbolic link"},
    {"hard-link", hard_link, SIMSTOW_ERROR_DAMAGED, "evil: not in a simstow archive: a hard link"},
    {"character-device", character_device, SIMSTOW_ERROR_DAMAGED, "evil: not in a simstow archive: a character"},
    {"block-device", block_device, SIMSTOW_ERROR_DAMAGED, "evil: not in a simstow archive: a block"},
    {"named-pipe", named_pipe, SIMSTOW_ERROR_DAMAGED, "evil: not in a simstow archive: a named pipe"},
    {"second-directory", second_directory, SIMSTOW_ERROR_DAMAGED, "evil/: not in", ""},
    {"file-with-holes", file_with_holes, SIMSTOW_ERROR_DAMAGED, "an extended header", "a file with holes"},
    {"extended-header", extended_header, SIMSTOW_ERROR_DAMAGED, "an extended header", ""},
    {"long-name", long_name, SIMSTOW_ERROR_DAMAGED, "not in a simstow archive"},
    {"absolute-name", absolute_name, SIMSTOW_ERROR_DAMAGED, "/etc/evil: not in", "SHA256SUMS: damaged: it lists"},
    {"parent-name", parent_name, SIMSTOW_ERROR_DAMAGED, "../evil: not in"},
    {"inner-name", inner_name, SIMSTOW_ERROR_DAMAGED, "a/evil: not in", "SHA256SUMS: damaged: it lists"},
    {"outer-name", outer_name, SIMSTOW_ERROR_DAMAGED, "evil: not in", "SHA256SUMS: damaged: it lists"},
    {"other-directory", other_directory, SIMSTOW_ERROR_DAMAGED, "x/evil: not in", "SHA256SUMS: damaged: it lists"},
    {"hidden-name", hidden_name, SIMSTOW_ERROR_DAMAGED, ".evil: not in"},
    {"option-name", option_name, SIMSTOW_ERROR_DAMAGED, "-evil: not in"},
    {"terminal-name", terminal_name, SIMSTOW_ERROR_DAMAGED, "evil\\033[2J: not in"},
    {"spaced-name", spaced_name, SIMSTOW_ERROR_DAMAGED, "evil name: not in"},
    {"second-member", second_member, SIMSTOW_ERROR_DAMAGED, "evil: not in a simstow archive: a second"},
    {"second-messages", second_messages, SIMSTOW_ERROR_DAMAGED, "messages.ndjson"},
    {"too-many-members", too_many_members, SIMSTOW_ERROR_DAMAGED, "too many members"},
    {"out-of-order", out_of_order, SIMSTOW_ERROR_DAMAGED, "messages.ndjson: not in a simstow archive: out of order"},
    {"behind-the-sums", behind_the_sums, SIMSTOW_ERROR_DAMAGED, "evil: not in a simstow archive: out of order", ""},
    {"without-directory", without_directory, SIMSTOW_ERROR_DAMAGED, ""},
    {"directory-is-file", directory_is_file, SIMSTOW_ERROR_DAMAGED, "SHA256SUMS: damaged: it lists"},
    {"directory-outside", directory_outside, SIMSTOW_ERROR_DAMAGED, "../: not in"},
    {"without-readme", without_readme, SIMSTOW_ERROR_DAMAGED, "simstow.json: not a simstow archive"},
    {"without-messages", without_messages, SIMSTOW_ERROR_DAMAGED, "messages.ndjson: missing"},
    {"digest-of-another", digest_of_another, SIMSTOW_ERROR_DAMAGED, "README.txt: damaged"},
    {"digest-of-nothing", digest_of_nothing, SIMSTOW_ERROR_DAMAGED, "SHA256SUMS: damaged"},
    {"wrong-content-id", wrong_content_id, SIMSTOW_ERROR_DAMAGED, "content id"},
    {"wrong-messages", wrong_messages, SIMSTOW_ERROR_DAMAGED, "messages.ndjson: damaged: it has 2 records, and simstow.json says 3"},
    {"wrong-contacts", wrong_contacts, SIMSTOW_ERROR_DAMAGED, "contacts.vcf: damaged: it has 1"},
    {"wrong-calls", wrong_calls, SIMSTOW_ERROR_DAMAGED, "calls.ndjson: damaged: it has 1"},
    {"line-without-end", line_without_end, SIMSTOW_ERROR_DAMAGED, "calls.ndjson line 1: damaged"},
    {"line-not-utf8", line_not_utf8, SIMSTOW_ERROR_DAMAGED, "calls.ndjson line 1: damaged: not JSON at byte 44: not valid UTF-8"},
    {"line-with-nul", line_with_nul, SIMSTOW_ERROR_DAMAGED, "calls.ndjson line 1: damaged"},
    {"line-empty", line_empty, SIMSTOW_ERROR_DAMAGED, "calls.ndjson line 1: damaged"},
    {"line-too-long", line_too_long, SIMSTOW_ERROR_DAMAGED, "calls.ndjson line 1: damaged: longer"},
    {"line-second-broken", line_second_broken, SIMSTOW_ERROR_DAMAGED, "messages.ndjson line 2: damaged: \"pdu\""},
    {"card-without-end", card_without_end, SIMSTOW_ERROR_DAMAGED, "contacts.vcf line 4: damaged"},
    {"card-without-place", card_without_place, SIMSTOW_ERROR_DAMAGED, "contacts.vcf line 4: damaged: no X-SIMSTOW-STORE"},
    {"card-too-long", card_too_long, SIMSTOW_ERROR_DAMAGED, "contacts.vcf line 3: damaged: longer"},
    {"header-too-large", header_too_large, SIMSTOW_ERROR_DAMAGED, "simstow.json: damaged: far larger"},
    {"header-too-deep", header_too_deep, SIMSTOW_ERROR_DAMAGED, "simstow.json: damaged: not JSON at byte 16: nested"},
    {"header-not-json", header_not_json, SIMSTOW_ERROR_DAMAGED, "simstow.json: damaged: not JSON"},
    {"header-device-is-text", header_device_is_text, SIMSTOW_ERROR_DAMAGED, "simstow.json: damaged: \"device\""},
    {"header-number-out-of-range", header_number_out_of_range, SIMSTOW_ERROR_DAMAGED, "simstow.json: damaged: \"stores\": \"used\""},
    {"too-new", too_new, SIMSTOW_ERROR_TOO_NEW, "version 2"},
    {"too-new-and-damaged", too_new_and_damaged, SIMSTOW_ERROR_DAMAGED, "README.txt: damaged"},
    {"bomb", bomb, SIMSTOW_ERROR_DAMAGED, "evil: the archive is damaged: it swells", "evil: too large"},
};
/* clang-format on */

static void
check_case (const Case *expected, gint uid, const gchar *says)
{
    g_auto (Spec) spec = {0};
    g_autoptr (GBytes) archive = NULL;
    g_autoptr (GError) error = NULL;

    spec_init (&spec);
    spec.uid = uid;
    expected->spoil (&spec);
    archive = spec_build (&spec);
    if (*says == '\0') {
        sample_read (archive, &error);
        g_assert_no_error (error);
        return;
    }
    g_assert_false (sample_read (archive, &error));
    g_assert_error (error, SIMSTOW_ERROR, (gint) expected->code);
    if (!strstr (error->message, says))
        g_test_message ("not said: %s", error->message);
    g_assert_nonnull (strstr (error->message, says));
}

static void
test_case (gconstpointer user_data)
{
    const Case *expected = user_data;

    check_case (expected, 0, expected->says);
    check_case (expected, 1000, expected->says_repacked ? expected->says_repacked : expected->says);
}

/* What all cases start from is whole, whoever wrote it and however it is compressed */
static void
test_whole (void)
{
    gint run;

    for (run = 0; run < 2 * (SIMSTOW_COMPRESSION_NONE + 1); run++) {
        g_auto (Spec) spec = {0};
        g_autoptr (GBytes) archive = NULL;
        g_autoptr (GError) error = NULL;

        spec_init (&spec);
        spec.compression = (SimstowCompression) (run / 2);
        spec.uid = run % 2 * 1000;
        archive = spec_build (&spec);
        sample_read (archive, &error);
        g_assert_no_error (error);
    }
}

/* What another program packed again may have its members in any order, SHA256SUMS as the first,
 * whether it names owners or not */
static void
test_any_order (void)
{
    gint uid;

    for (uid = 0; uid <= 1000; uid += 1000) {
        g_auto (Spec) spec = {0};
        g_autoptr (GBytes) archive = NULL;
        g_autoptr (GError) error = NULL;
        guint i;

        spec_init (&spec);
        spec.uid = uid;
        spec_fix_sums (&spec);
        for (i = 1; i < spec.entries->len; i++)
            g_ptr_array_insert (spec.entries, 1, g_ptr_array_steal_index (spec.entries, i));
        archive = spec_build (&spec);
        sample_read (archive, &error);
        g_assert_no_error (error);
    }
}

static void
check_pax (const gchar *records, const gchar *path, guint64 size, gboolean sparse)
{
    g_auto (SimstowPax) pax = {NULL};
    g_autoptr (GError) error = NULL;

    simstow_pax_read (&pax, "evil", (const guint8 *) records, strlen (records), &error);
    g_assert_no_error (error);
    g_assert_cmpstr (pax.path, ==, path);
    g_assert_cmpuint (pax.size, ==, size);
    g_assert_true (pax.has_size == (size > 0));
    g_assert_true (pax.sparse == sparse);
}

static void
check_malformed_pax (const gchar *records, gsize size)
{
    g_auto (SimstowPax) pax = {NULL};
    g_autoptr (GError) error = NULL;

    g_assert_false (simstow_pax_read (&pax, "evil", (const guint8 *) records, size, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_DAMAGED);
    g_assert_true (g_str_has_prefix (error->message, "evil: "));
}

static void
test_pax (void)
{
    static const gchar *const malformed[] = {"8 uid=99\n",
                                             "12 uid=99\n",
                                             "99999999999999999999 uid=99\n",
                                             "4294967305 uid=99\n",
                                             "0 uid=99\n",
                                             " uid=99\n",
                                             "8 uid 99\n",
                                             "2 \n",
                                             "9",
                                             "8 path=\n",
                                             "12 size=9x9\n",
                                             "11 size=-9\n"};
    gsize i;

    check_pax ("", NULL, 0, FALSE);
    check_pax ("30 mtime=1714585000.123456789\n", NULL, 0, FALSE);
    check_pax ("9 uid=99\n11 gid=100\n", NULL, 0, FALSE);
    check_pax ("12 path=abc\n", "abc", 0, FALSE);
    check_pax ("12 path=abc\n11 path=ab\n", "ab", 0, FALSE);
    check_pax ("11 size=99\n", NULL, 99, FALSE);
    check_pax ("9 uid=99\n14 linkpath=a\n", NULL, 0, FALSE);
    check_pax ("22 GNU.sparse.major=1\n", NULL, 0, TRUE);
    check_pax ("20 SCHILY.xattr.a=b\n", NULL, 0, FALSE);
    for (i = 0; i < G_N_ELEMENTS (malformed); i++)
        check_malformed_pax (malformed[i], strlen (malformed[i]));
    check_malformed_pax ("12 path=a\0b\n", 12);
}

/* A member that a newer program added is passed over, and its digest checked */
static void
test_unknown_member (void)
{
    g_auto (Spec) spec = {0};
    g_autoptr (GBytes) archive = NULL;
    g_autoptr (GError) error = NULL;

    spec_init (&spec);
    spec_add (&spec, TOP "/new.bin");
    spec.more = ",\"new\":{\"key\":[1]}";
    archive = spec_build (&spec);
    sample_read (archive, &error);
    g_assert_no_error (error);
}

/* Writes octal digits over a header's field and mends the checksum */
static GBytes *
patch_size (GBytes *archive, gsize header, const gchar *digits)
{
    gsize size;
    guint8 *data = g_memdup2 (g_bytes_get_data (archive, &size), g_bytes_get_size (archive));
    guint sum = 8 * ' ';
    gsize i;

    memcpy (data + header + 124, digits, 12);
    for (i = 0; i < 512; i++)
        sum += i >= 148 && i < 156 ? 0 : data[header + i];
    g_snprintf ((gchar *) data + header + 148, 8, "%06o", sum);
    data[header + 155] = ' ';
    return g_bytes_new_take (data, size);
}

static void
check_size (const gchar *digits, SimstowError code, const gchar *says)
{
    g_auto (Spec) spec = {0};
    g_autoptr (GBytes) archive = NULL;
    g_autoptr (GBytes) patched = NULL;
    g_autoptr (GError) error = NULL;

    spec_init (&spec);
    archive = spec_build (&spec);
    /* the directory's block, then README.txt's header */
    patched = patch_size (archive, 512, digits);
    g_assert_false (sample_read (patched, &error));
    g_assert_error (error, SIMSTOW_ERROR, (gint) code);
    g_assert_nonnull (strstr (error->message, says));
}

static void
test_sizes (void)
{
    check_size ("77777777777 ", SIMSTOW_ERROR_CUT_SHORT, "cut short");
    check_size ("00000000000 ", SIMSTOW_ERROR_DAMAGED, "not a simstow archive, or damaged");
    check_size ("00000000007 ", SIMSTOW_ERROR_DAMAGED, "README.txt: damaged: its padding");
    check_size ("00000000011 ", SIMSTOW_ERROR_DAMAGED, "README.txt: damaged: its digest");
    check_size ("-0000000010 ", SIMSTOW_ERROR_DAMAGED, "an impossible size");
    check_size ("0000000010x ", SIMSTOW_ERROR_DAMAGED, "an impossible size");
    check_size ("            ", SIMSTOW_ERROR_DAMAGED, "an impossible size");
    check_size ("\x80\0\0\0\0\0\0\0\0\0\0\x08", SIMSTOW_ERROR_DAMAGED, "an impossible size");
}

int
main (int argc, char *argv[])
{
    gsize i;

    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/archive-hostile/whole", test_whole);
    g_test_add_func ("/archive-hostile/any-order", test_any_order);
    g_test_add_func ("/archive-hostile/pax", test_pax);
    g_test_add_func ("/archive-hostile/unknown-member", test_unknown_member);
    g_test_add_func ("/archive-hostile/sizes", test_sizes);
    for (i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autofree gchar *path = g_strconcat ("/archive-hostile/", cases[i].name, NULL);

        g_test_add_data_func (path, &cases[i], test_case);
    }
    return g_test_run ();
}
