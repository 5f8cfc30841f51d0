/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Notifications of multimedia messages, and links.
 */

#include "simstow-error.h"
#include "simstow-hex.h"
#include "simstow-wap-push.h"

/* clang-format off */
/* a push, its headers: the type as a text, X-Wap-Application-Id */
#define HEAD_TEXT "010622" "6170706C69636174696F6E2F766E642E7761702E6D6D732D6D65737361676500" "AF84"
/* the type as a number */
#define HEAD_MMS "010603" "BE" "AF84"
/* a type with a length, a number and a character set */
#define HEAD_SI "010604" "03AE81EA"
#define HEAD_SL "010601" "B0"
/* message type notification, transaction "T1", version 1.2 */
#define MMS "8C82" "98543100" "8D92"

static const struct {
    const gchar *name;
    const gchar *hex;
    SimstowWapPushKind kind;
    const gchar *from;
    const gchar *subject;
    const gchar *address;
    gint64 size;
    gint64 expiry;
    gint64 lifetime;
} rows[] = {
    {"mms", HEAD_TEXT MMS
     "8919" "80" "2B3537333030313131323233332F545950453D504C4D4E00" /* "+573001112233/TYPE=PLMN" */
     "9608" "EA" "41C3B16F203100"                                   /* UTF-8 */
     "8A80" "8E023039"                                              /* class personal, 12345 octets */
     "8805" "81" "0302A300"                                         /* in two days */
     "83" "687474703A2F2F6D6D732E6578616D706C652F61626300",
     SIMSTOW_WAP_PUSH_MMS, "+573001112233", "A\303\261o 1", "http://mms.example/abc",
     12345, -1, 172800},
    {"mms-latin1", HEAD_MMS MMS
     "8907" "80" "05" "84" "416EE100"                               /* a length, ISO 8859-1 */
     "96" "486900"                                                  /* no character set */
     "8806" "80" "046553F100"                                       /* 2023-11-14 22:13:20 */
     "582D4F776E00" "76616C756500"                                  /* X-Own: value */
     "83" "687474703A2F2F612F00",
     SIMSTOW_WAP_PUSH_MMS, "An\303\241", "Hi", "http://a/", -1, 1700000000, -1},
    {"mms-utf16", HEAD_MMS MMS
     "8903" "81" "0000"                                             /* insert address */
     "9609" "0203F7" "00480069" "0000",                             /* MIBenum 1015, "Hi" */
     SIMSTOW_WAP_PUSH_MMS, NULL, "Hi", NULL, -1, -1, -1},
    {"mms-report", HEAD_MMS "8C86" "8D92", SIMSTOW_WAP_PUSH_OTHER, NULL, NULL, NULL, -1, -1, -1},
    {"indication", HEAD_SI "02056A00" "45" "C6"
     "0D" "036578616D706C6500" "85" "03612F6200"                    /* http://www. example .com/ a/b */
     "10" "C30420231114" "08" "01"                                  /* created, signal-high */
     "034E7565766F00" "01" "01",
     SIMSTOW_WAP_PUSH_INDICATION, NULL, "Nuevo", "http://www.example.com/a/b", -1, -1, -1},
    {"loading", HEAD_SL "02066A00" "85" "0B" "036578616D706C652E6F72672F7800" "01",
     SIMSTOW_WAP_PUSH_LOADING, NULL, NULL, "https://example.org/x", -1, -1, -1},
    {"other", "010601" "83" "6162", SIMSTOW_WAP_PUSH_OTHER, NULL, NULL, NULL, -1, -1, -1},
};

static const gchar *const refused[] = {
    "", "01", "0107", "0106", "0106FFFFFFFF7F", "0106FFFFFFFFFF7F", "010605BE",
    HEAD_MMS "8C", HEAD_MMS "9610EA41", HEAD_SL "02", HEAD_SL "02066A05", HEAD_SL "02066A00" "C37F00",
};
/* clang-format on */

static void
test_decode (gconstpointer data)
{
    guint i = GPOINTER_TO_UINT (data);
    g_autoptr (GBytes) bytes = simstow_hex_decode (rows[i].hex, -1, NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (SimstowWapPush) push = simstow_wap_push_decode (bytes, &error);

    g_assert_no_error (error);
    g_assert_cmpint (push->kind, ==, rows[i].kind);
    g_assert_cmpstr (push->from, ==, rows[i].from);
    g_assert_cmpstr (push->subject, ==, rows[i].subject);
    g_assert_cmpstr (push->address, ==, rows[i].address);
    g_assert_cmpint (push->size, ==, rows[i].size);
    g_assert_cmpint (push->expiry, ==, rows[i].expiry);
    g_assert_cmpint (push->lifetime, ==, rows[i].lifetime);
}

static void
test_refused (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (refused); i++) {
        g_autoptr (GBytes) bytes = simstow_hex_decode (refused[i], -1, NULL);
        g_autoptr (GError) error = NULL;

        g_assert_null (simstow_wap_push_decode (bytes, &error));
        g_assert_error (error, SIMSTOW_ERROR, SIMSTOW_ERROR_INVALID_DATA);
    }
}

int
main (int argc, char **argv)
{
    guint i;

    g_test_init (&argc, &argv, NULL);
    for (i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree gchar *path = g_strconcat ("/wap-push/", rows[i].name, NULL);

        g_test_add_data_func (path, GUINT_TO_POINTER (i), test_decode);
    }
    g_test_add_func ("/wap-push/refused", test_refused);
    return g_test_run ();
}
