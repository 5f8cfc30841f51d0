/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Odd answers of a modem in MBIM mode about channels to the card.
 */

#include "modem-port.h"
#include "simstow-store-euicc-card.h"
#include "store-run.h"

typedef struct {
    ModemPort *port;
    SimstowStoreDriver *driver;
    const gchar *store;
} Modem;

static void
modem_clear (Modem *modem)
{
    g_object_unref (modem->driver);
    g_assert_finalize_object (modem->port);
}

/* Whatever a modem says to a P2 that it does not take, the next one is tried; a card that hides its
 * ISD-R is told that profiles are managed here. */
static void
test_opening (void)
{
    static const struct {
        const gchar *faults[4];
        const gchar *euicc;
        gboolean found;
    } rows[] = {
        {{"1 mbim?uicc-open-channel cme 2"}, "", TRUE},
        {{"1 mbim?uicc-open-channel cme 21"}, "", TRUE},
        {{"1 mbim?uicc-open-channel cme 9", "1 mbim?uicc-open-channel cme 9"}, "", TRUE},
        {{"1 mbim?uicc-open-channel cme 1"}, "", TRUE},
        {{"1 mbim?uicc-open-channel reply 6A820000"
          "00000000"
          "00000000"
          "00000000"},
         "",
         TRUE},
        {{NULL}, "announce=true\n", TRUE},
        {{"* mbim?uicc-open-channel cme 2"}, "", FALSE},
    };

    for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree gchar *text =
            g_strdup_printf ("[card]\n[euicc]\nprofiles=colombia\n%s[mbim]\nlow-level=full\n",
                             rows[i].euicc);
        Modem modem = {modem_port_new (text), NULL, "euicc"};
        g_autoptr (GError) error = NULL;
        g_autoptr (GVariant) stores = NULL;

        for (guint k = 0; rows[i].faults[k]; k++)
            modem_port_fault (modem.port, rows[i].faults[k]);
        modem.driver = g_object_new (SIMSTOW_TYPE_STORE_EUICC_CARD, "port", modem.port, NULL);
        stores = store_run_list (modem.driver, NULL, &error);
        if (rows[i].found) {
            g_assert_no_error (error);
            g_assert_cmpuint (g_variant_n_children (stores), ==, 1);
        } else {
            g_assert_null (stores);
            g_assert_true (g_str_has_suffix (error->message, "(MBIM 2)"));
        }
        g_assert_cmpuint (sim_card_count_channels (modem_port_card (modem.port)), ==, 0);
        modem_clear (&modem);
    }
}

gint
main (gint argc, gchar **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/mbim-answers/opening", test_opening);
    return g_test_run ();
}
