/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as what a card holds: names, numbers, records of messages and of the
 * phonebook. The first octet says which.
 */

#include "simstow-alpha.h"
#include "simstow-bcd.h"
#include "simstow-ef.h"

#include "fuzz-replay.h"

static void
chew_alpha (const guint8 *data, gsize size)
{
    g_autofree gchar *text = NULL;
    g_autofree gchar *same = NULL;
    g_autoptr (GByteArray) field = NULL;
    gboolean lossy = FALSE;

    text = simstow_alpha_decode (data, size, &lossy);
    g_assert_true (g_utf8_validate (text, -1, NULL));
    field = simstow_alpha_encode (text, simstow_alpha_measure (text), NULL);
    g_assert_nonnull (field);
    /* FFFF is no character, though a card can spell it */
    if (lossy || g_utf8_strchr (text, -1, 0xFFFF))
        return;
    same = simstow_alpha_decode (field->data, field->len, &lossy);
    g_assert_cmpstr (same, ==, text);
    g_assert_false (lossy);
}

static void
chew_numbers (const guint8 *data, gsize size)
{
    g_autofree gchar *iccid = simstow_bcd_decode_iccid (data, size, NULL);
    g_autofree gchar *imsi = simstow_bcd_decode_imsi (data, size, NULL);
    g_autofree gchar *plmn = simstow_bcd_decode_plmn (data, size, NULL);

    (void) iccid;
    (void) imsi;
    (void) plmn;
}

static void
chew_sms (const guint8 *data, gsize size)
{
    g_auto (SimstowEfSms) sms = {0};
    g_auto (SimstowEfSms) same = {0};
    g_autoptr (GByteArray) record = NULL;

    if (!simstow_ef_sms_decode (data, size, &sms, NULL))
        return;
    record = simstow_ef_sms_encode (&sms, size, NULL);
    g_assert_nonnull (record);
    g_assert_cmpuint (record->len, ==, size);
    g_assert_true (simstow_ef_sms_decode (record->data, record->len, &same, NULL));
    g_assert_cmpint (same.stat, ==, sms.stat);
    g_assert_true ((same.pdu == NULL) == (sms.pdu == NULL));
    if (sms.pdu)
        g_assert_true (g_bytes_equal (same.pdu, sms.pdu));
}

static void
chew_adn (const guint8 *data, gsize size)
{
    g_auto (SimstowEfAdn) adn = {0};
    g_auto (SimstowEfAdn) same = {0};
    g_autoptr (GByteArray) record = NULL;
    guint8 next;

    if (!simstow_ef_adn_decode (data, size, &adn, NULL))
        return;
    g_assert_true (g_utf8_validate (adn.name, -1, NULL));
    record = simstow_ef_adn_encode (&adn, size, NULL);
    g_assert_nonnull (record);
    g_assert_cmpuint (record->len, ==, size);
    g_assert_true (simstow_ef_adn_decode (record->data, record->len, &same, NULL));
    g_assert_cmpstr (same.name, ==, adn.name);
    g_assert_cmpstr (same.number, ==, adn.number);
    simstow_ef_adn_add_extension (&adn, data, size, &next, NULL);
}

static void
chew_anr (const guint8 *data, gsize size)
{
    g_auto (SimstowEfAnr) anr = {0};
    g_auto (SimstowEfAnr) same = {0};
    g_autoptr (GByteArray) record = NULL;

    if (!simstow_ef_anr_decode (data, size, &anr, NULL))
        return;
    record = simstow_ef_anr_encode (&anr, NULL);
    g_assert_nonnull (record);
    g_assert_cmpuint (record->len, ==, SIMSTOW_EF_ANR_SIZE);
    g_assert_true (simstow_ef_anr_decode (record->data, record->len, &same, NULL));
    g_assert_cmpstr (same.entry.number, ==, anr.entry.number);
    g_assert_cmpuint (same.label, ==, anr.entry.used ? anr.label : 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static void (*const chew[]) (const guint8 *, gsize) = {
        chew_alpha,
        chew_numbers,
        chew_sms,
        chew_adn,
        chew_anr,
    };

    if (size > 0)
        chew[data[0] % G_N_ELEMENTS (chew)](data + 1, size - 1);
    return 0;
}
