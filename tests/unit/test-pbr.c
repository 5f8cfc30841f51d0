/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of EF_PBR.
 */

#include "simstow-pbr.h"

#include "simstow-error.h"
#include "simstow-hex.h"

static GArray *
decode (const gchar *hex, guint *odd, GError **error)
{
    g_autoptr (GBytes) record = simstow_hex_decode (hex, -1, NULL);

    g_assert_nonnull (record);
    return simstow_pbr_decode (record, odd, error);
}

/* In the style of 3GPP TS 31.102 annex G */
static void
test_sample (void)
{
    /* clang-format off */
    static const gchar whole[] =
        "A8" "12"
            "C0" "03" "4F3A01"
            "C6" "02" "4F26"
            "C1" "02" "4F25"
            "C9" "03" "4F2108"  /* EF_UID: not known here, but for its place */
        "A9" "0D"
            "CB" "02" "4F60"    /* another kind: EF_IAP has an octet for it all the same */
            "C3" "02" "4F19"
            "CA" "03" "4F5009"
        "AA" "08"
            "C2" "02" "4F4A"
            "C8" "02" "4F4C"
        "FFFFFF";
    static const struct {
        guint tag;
        guint type;
        guint fid;
        guint sfi;
        guint link;
    } rows[] = {
        {0xC0, 0xA8, 0x4F3A, 1, 0},
        {0xC6, 0xA8, 0x4F26, 0, 1},
        {0xC1, 0xA8, 0x4F25, 0, 2},
        {0xC3, 0xA9, 0x4F19, 0, 1},
        {0xCA, 0xA9, 0x4F50, 9, 2},
        {0xC2, 0xAA, 0x4F4A, 0, 0},
        {0xC8, 0xAA, 0x4F4C, 0, 1},
    };
    /* clang-format on */
    g_autoptr (GError) error = NULL;
    guint odd = 7;
    g_autoptr (GArray) files = decode (whole, &odd, &error);
    guint i;

    g_assert_no_error (error);
    g_assert_cmpuint (odd, ==, 0);
    g_assert_cmpuint (files->len, ==, G_N_ELEMENTS (rows));
    for (i = 0; i < files->len; i++) {
        const SimstowPbrFile *file = &g_array_index (files, SimstowPbrFile, i);

        g_assert_cmphex (file->tag, ==, rows[i].tag);
        g_assert_cmphex (file->type, ==, rows[i].type);
        g_assert_cmphex (file->fid, ==, rows[i].fid);
        g_assert_cmpuint (file->sfi, ==, rows[i].sfi);
        g_assert_cmpuint (file->link, ==, rows[i].link);
    }
}

static void
test_not_used (void)
{
    static const gchar *const rows[] = {"FFFFFFFF", "00000000", ""};
    guint i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        guint odd;
        g_autoptr (GArray) files = decode (rows[i], &odd, NULL);

        g_assert_nonnull (files);
        g_assert_cmpuint (files->len, ==, 0);
    }
}

static void
test_malformed (void)
{
    /* clang-format off */
    static const gchar *const rows[] = {
        "A80AC0034F3A01C4034F", /* ends within EF_ANR */
        "A8",                   /* no length */
        "A880",                 /* a length beyond the record */
        "A803C0034F",           /* a file longer than its list */
        "A803C0014F",           /* no room for an identifier */
        "A802C000",
        "A804C4024F11",         /* no EF_ADN */
        "A904C0024F3A",         /* EF_ADN that would be linked */
        "B004C0024F3A",         /* in no list that is known */
    };
    /* clang-format on */
    guint i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GError) error = NULL;
        guint odd;

        g_assert_null (decode (rows[i], &odd, &error));
        g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
        g_assert_true (g_str_has_prefix (error->message, "EF_PBR: "));
    }
}

/* What makes no sense is left out and counted */
static void
test_odd (void)
{
    /* clang-format off */
    static const gchar record[] =
        "A8" "14"
            "C0" "02" "4F3A"
            "C4" "02" "4F3A"    /* the file of another field */
            "C0" "02" "4F3B"    /* a second EF_ADN */
            "CA" "02" "4F50"
            "CA" "02" "4F51"    /* a second EF_EMAIL is none the worse for it */
        "A9" "04"
            "C5" "02" "4F09"    /* EF_PBC that would be linked */
        "AA" "04"
            "C3" "02" "4F19";   /* second names that would be shared */
    /* clang-format on */
    g_autoptr (GError) error = NULL;
    guint odd = 0;
    g_autoptr (GArray) files = decode (record, &odd, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (files->len, ==, 3);
    g_assert_cmpuint (odd, ==, 4);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/pbr/sample", test_sample);
    g_test_add_func ("/pbr/not-used", test_not_used);
    g_test_add_func ("/pbr/malformed", test_malformed);
    g_test_add_func ("/pbr/odd", test_odd);
    return g_test_run ();
}
