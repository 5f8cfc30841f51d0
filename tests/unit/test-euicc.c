/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * eUICC answers: a card with three profiles read by the letter, malformed answers
 * that hide nothing readable, and the round trip.
 */

#include "simstow-error.h"
#include "simstow-euicc.h"
#include "simstow-hex.h"

/* One ProfileInfo each: ICCID, AID, state, nickname, SPN, name, class, B6 addresses, B7 owner,
 * policy */
#define CLARO                                                                                    \
    "E36F5A0A987501210100000010F44F10A0000005591010FFFFFFFF89000010009F700101900754726162616A6F" \
    "9105436C61726F9216436C61726F20436F6C6F6D626961205072657061676F950102B6193017800204F08111"   \
    "7273702E636C61726F2E6578616D706C65B7058003371201"
#define MOVISTAR                                                                                   \
    "E37E5A0A987521230000000020204F10A0000005591010FFFFFFFF89000011009F700100900F4361736120646520" \
    "4265676FC3B16191084D6F76697374617292134D6F76697374617220434F20506F737061676F950102B61C30"     \
    "1A800204F081147273702E6D6F7669737461722E6578616D706C65B70980033732218102ABCD"
#define TIGO                                                                                       \
    "E3615A0A987501331200000030F34F10A0000005591010FFFFFFFF89000012009F70010091045469676F920954"   \
    "69676F206553494D950102B6183016800204F081107273702E7469676F2E6578616D706C65B70B80033732018101" \
    "0182010299020520"

static GBytes *
hex (const gchar *text)
{
    g_autoptr (GError) error = NULL;
    GBytes *bytes = simstow_hex_decode (text, -1, &error);

    g_assert_no_error (error);
    return bytes;
}

static const SimstowEuiccAddress *
first_address (const SimstowEuiccProfile *profile)
{
    g_assert_cmpuint (profile->addresses->len, ==, 1);
    return g_ptr_array_index (profile->addresses, 0);
}

static void
assert_claro (const SimstowEuiccProfile *profile)
{
    g_assert_cmpstr (profile->iccid, ==, "8957101210000000014");
    g_assert_cmpstr (profile->aid, ==, "A0000005591010FFFFFFFF8900001000");
    g_assert_true (profile->enabled);
    g_assert_cmpstr (profile->nickname, ==, "Trabajo");
    g_assert_cmpstr (profile->provider, ==, "Claro");
    g_assert_cmpstr (profile->name, ==, "Claro Colombia Prepago");
    g_assert_cmpstr (profile->profile_class, ==, "operational");
    g_assert_cmpstr (profile->owner, ==, "732101");
    g_assert_cmpstr (first_address (profile)->address, ==, "rsp.claro.example");
    g_assert_cmpuint (first_address (profile)->events, ==, 0x0F);
    g_assert_false (profile->no_delete);
}

static void
assert_movistar (const SimstowEuiccProfile *profile)
{
    g_assert_cmpstr (profile->iccid, ==, "89571232000000000202");
    g_assert_false (profile->enabled);
    g_assert_cmpstr (profile->nickname, ==, "Casa de Begoña");
    g_assert_cmpstr (profile->owner, ==, "732123");
    g_assert_cmpstr (profile->gid1, ==, "ABCD");
    g_assert_null (profile->gid2);
}

static void
assert_tigo (const SimstowEuiccProfile *profile)
{
    g_assert_cmpstr (profile->iccid, ==, "8957103321000000033");
    g_assert_null (profile->nickname);
    g_assert_cmpstr (profile->owner, ==, "732103");
    g_assert_cmpstr (profile->gid1, ==, "01");
    g_assert_cmpstr (profile->gid2, ==, "02");
    g_assert_true (profile->no_delete);
    g_assert_false (profile->no_disable);
}

static void
test_profiles (void)
{
    g_autoptr (GBytes) answer = hex ("BF2D820158A0820154" CLARO MOVISTAR TIGO);
    g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func ((GDestroyNotify) g_error_free);
    g_autoptr (GPtrArray) profiles = NULL;
    g_autoptr (GError) error = NULL;

    profiles = simstow_euicc_decode_profiles (answer, faults, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (profiles->len, ==, 3);
    g_assert_cmpuint (faults->len, ==, 0);
    assert_claro (g_ptr_array_index (profiles, 0));
    assert_movistar (g_ptr_array_index (profiles, 1));
    assert_tigo (g_ptr_array_index (profiles, 2));
}

static void
test_profiles_none (void)
{
    g_autoptr (GBytes) empty = hex ("BF2D02A000");
    g_autoptr (GBytes) refused = hex ("BF2D0381017F");
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) profiles = simstow_euicc_decode_profiles (empty, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (profiles->len, ==, 0);
    g_assert_null (simstow_euicc_decode_profiles (refused, NULL, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_MODEM_ERROR);
}

static gboolean
has_incomplete (const GPtrArray *faults)
{
    for (guint i = 0; i < faults->len; i++)
        if (simstow_error_is_incomplete (faults->pdata[i]))
            return TRUE;
    return FALSE;
}

static void
test_profiles_malformed (void)
{
    /* Each list has the Claro profile first, and something broken behind it */
    static const struct {
        const gchar *list;
        guint n_profiles;
        gboolean incomplete;
    } rows[] = {
        {CLARO "E3065A0A98750121", 1, TRUE},      /* an ICCID longer than its profile */
        {CLARO "E3", 1, TRUE},                    /* a profile without a length */
        {CLARO "E30100", 1, TRUE},                /* no objects in it */
        {CLARO "E303900141", 1, TRUE},            /* no ICCID */
        {CLARO "E384FFFFFFFF", 1, TRUE},          /* four gigabytes */
        {CLARO "E380", 1, TRUE},                  /* indefinite length */
        {CLARO "E3085A0198B6039F9F9F", 2, FALSE}, /* addresses that are none: the profile stays */
        {CLARO "E3095A01989F7003FFFFFF", 2, FALSE},
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GBytes) list = hex (rows[i].list);
        g_autoptr (GPtrArray) faults =
            g_ptr_array_new_with_free_func ((GDestroyNotify) g_error_free);
        GByteArray *bytes = g_byte_array_new ();
        g_autoptr (GBytes) answer = NULL;
        g_autoptr (GPtrArray) profiles = NULL;
        g_autoptr (GError) error = NULL;
        gsize size = g_bytes_get_size (list);
        const guint8 lengths[] = {0xBF, 0x2D, 0x81, (guint8) (size + 3), 0xA0, 0x81, (guint8) size};

        g_byte_array_append (bytes, lengths, sizeof (lengths));
        g_byte_array_append (bytes, g_bytes_get_data (list, NULL), (guint) size);
        answer = g_byte_array_free_to_bytes (bytes);
        profiles = simstow_euicc_decode_profiles (answer, faults, &error);
        g_assert_no_error (error);
        g_assert_cmpuint (profiles->len, ==, rows[i].n_profiles);
        assert_claro (g_ptr_array_index (profiles, 0));
        g_assert_cmpuint (faults->len, >, 0);
        g_assert_true (has_incomplete (faults) == rows[i].incomplete);
    }
}

static void
test_profiles_truncated (void)
{
    g_autoptr (GBytes) answer = hex ("BF2D820158A0820154" CLARO MOVISTAR TIGO);
    const gsize heads = strlen ("BF2D820158A0820154") / 2;
    const gsize claro = strlen (CLARO) / 2;
    const gsize movistar = strlen (MOVISTAR) / 2;
    gsize size;

    /* What came of the list counts, once both heads are there */
    for (size = 0; size < g_bytes_get_size (answer); size++) {
        g_autoptr (GBytes) cut = g_bytes_new_from_bytes (answer, 0, size);
        g_autoptr (GPtrArray) faults =
            g_ptr_array_new_with_free_func ((GDestroyNotify) g_error_free);
        g_autoptr (GError) error = NULL;
        g_autoptr (GPtrArray) profiles = simstow_euicc_decode_profiles (cut, faults, &error);

        if (size < heads) {
            g_assert_null (profiles);
            g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
            continue;
        }
        g_assert_no_error (error);
        g_assert_cmpuint (faults->len, >, 0);
        g_assert_cmpuint (profiles->len,
                          >=,
                          (size >= heads + claro) + (size >= heads + claro + movistar));
        if (size >= heads + claro)
            assert_claro (g_ptr_array_index (profiles, 0));
    }
}

static void
test_profiles_wrong_lengths (void)
{
    static const gchar *const answers[] = {
        "BF2D8201FFA0820154" CLARO MOVISTAR TIGO,     /* the answer's too long */
        "BF2D820118A0820154" CLARO MOVISTAR TIGO,     /* too short */
        "BF2D80A0820154" CLARO MOVISTAR TIGO,         /* not told */
        "BF2D84FFFFFFFFA0820154" CLARO MOVISTAR TIGO, /* four gigabytes */
        "BF2D820158A08201FF" CLARO MOVISTAR TIGO,     /* the list's */
    };
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (answers); i++) {
        g_autoptr (GBytes) answer = hex (answers[i]);
        g_autoptr (GPtrArray) faults =
            g_ptr_array_new_with_free_func ((GDestroyNotify) g_error_free);
        g_autoptr (GPtrArray) profiles = simstow_euicc_decode_profiles (answer, faults, NULL);

        g_assert_nonnull (profiles);
        g_assert_cmpuint (profiles->len, ==, 3);
        g_assert_cmpuint (faults->len, >, 0);
    }
}

static void
test_eid (void)
{
    g_autoptr (GBytes) answer = hex ("BF3E125A1089049032005120007320000000000170");
    g_autoptr (GBytes) brief = hex ("BF3E115A0F890490320051200073200000000001");
    g_autoptr (GError) error = NULL;
    g_autofree gchar *eid = simstow_euicc_decode_eid (answer, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (eid, ==, "89049032005120007320000000000170");
    g_assert_null (simstow_euicc_decode_eid (brief, &error));
    g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
}

static void
test_addresses (void)
{
    g_autoptr (GBytes) root_only = hex ("BF3C11810F6C70612E64732E67736D612E636F6D");
    g_autoptr (GBytes) cleared = hex ("BF3C028000");
    g_autofree gchar *smdp = NULL;
    g_autofree gchar *smds = NULL;
    g_autoptr (GError) error = NULL;

    g_assert_true (simstow_euicc_decode_addresses (root_only, &smdp, &smds, &error));
    g_assert_null (smdp);
    g_assert_cmpstr (smds, ==, "lpa.ds.gsma.com");
    g_clear_pointer (&smds, g_free);
    g_assert_true (simstow_euicc_decode_addresses (cleared, &smdp, &smds, &error));
    g_assert_null (smdp);
    g_assert_null (smds);
}

static void
test_info (void)
{
    g_autoptr (GBytes) answer =
        hex ("BF2281AA810302030182030202028303240903840D81010082040004200083022400"
             "8504067F36C086031003008703020300880204"
             "90A916041481370F5125D0B1D408D4C3B232E6D25E795BEBFBAA16041481370F5125D0B1D408D4C3"
             "B232E6D25E795BEBFB8B0102990206400403010000"
             "0C0E53494D2D41532D55502D30303031AC2A8012312E322E332F73696D73746F772D63617264"
             "811468747470733A2F2F646C6F612E6578616D706C65");
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowEuiccInfo) info = simstow_euicc_decode_info (answer, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (info->profile_version, ==, "2.3.1");
    g_assert_cmpstr (info->svn, ==, "2.2.2");
    g_assert_cmpstr (info->firmware, ==, "36.9.3");
    g_assert_cmpint (info->free_memory, ==, 0x00042000);
    g_assert_cmpint (info->free_ram, ==, 0x2400);
    g_assert_cmpstr (info->category, ==, "medium");
    g_assert_cmpstr (info->pp_version, ==, "1.0.0");
    g_assert_cmpstr (info->sas_number, ==, "SIM-AS-UP-0001");
    g_assert_cmpstr (info->platform_label, ==, "1.2.3/simstow-card");
    g_assert_cmpstr (info->discovery_url, ==, "https://dloa.example");
}

/* Metadata of the enabling of Claro and of the installation of Movistar */
#define ENABLE_METADATA \
    "BF2F26800104810206400C117273702E636C61726F2E6578616D706C655A0A987501210100000010F4"
#define INSTALL_METADATA \
    "BF2F29800103810207800C147273702E6D6F7669737461722E6578616D706C655A0A98752123000000002020"

static void
test_notifications (void)
{
    g_autoptr (GBytes) answer = hex ("BF2B65A063302F" ENABLE_METADATA "5F3703010203"
                                     "BF372FBF272C" INSTALL_METADATA);
    g_autoptr (GBytes) none = hex ("BF2B03810101");
    g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func ((GDestroyNotify) g_error_free);
    g_autoptr (GPtrArray) notifications = NULL;
    g_autoptr (GPtrArray) nothing = NULL;
    g_autofree gchar *raw = NULL;
    const SimstowEuiccNotification *notification;
    g_autoptr (GError) error = NULL;

    notifications = simstow_euicc_decode_notifications (answer, faults, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (faults->len, ==, 0);
    g_assert_cmpuint (notifications->len, ==, 2);
    notification = g_ptr_array_index (notifications, 0);
    g_assert_cmpuint (notification->sequence, ==, 4);
    g_assert_cmpstr (notification->operation, ==, "enable");
    g_assert_cmpstr (notification->address, ==, "rsp.claro.example");
    g_assert_cmpstr (notification->iccid, ==, "8957101210000000014");
    raw = simstow_hex_encode_bytes (notification->raw);
    g_assert_cmpstr (raw, ==, "302F" ENABLE_METADATA "5F3703010203");
    notification = g_ptr_array_index (notifications, 1);
    g_assert_cmpstr (notification->operation, ==, "install");
    g_assert_cmpstr (notification->iccid, ==, "89571232000000000202");

    nothing = simstow_euicc_decode_notifications (none, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (nothing->len, ==, 0);
}

gint
main (gint argc, gchar **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/euicc/profiles", test_profiles);
    g_test_add_func ("/euicc/profiles/none", test_profiles_none);
    g_test_add_func ("/euicc/profiles/malformed", test_profiles_malformed);
    g_test_add_func ("/euicc/profiles/truncated", test_profiles_truncated);
    g_test_add_func ("/euicc/profiles/wrong-lengths", test_profiles_wrong_lengths);
    g_test_add_func ("/euicc/eid", test_eid);
    g_test_add_func ("/euicc/addresses", test_addresses);
    g_test_add_func ("/euicc/info", test_info);
    g_test_add_func ("/euicc/notifications", test_notifications);
    return g_test_run ();
}
