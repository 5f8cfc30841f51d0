/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a short message: what decodes, encodes to the same bytes, and its
 * fields alone make a message that says the same.
 */

#include "simstow-tpdu.h"

#include "fuzz-replay.h"

static void
check_text (const gchar *text)
{
    g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
}

static void
check_same_bytes (const SimstowTpdu *tpdu, GBytes *pdu)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) again = simstow_tpdu_encode (tpdu, &error);

    g_assert_no_error (error);
    g_assert_true (g_bytes_equal (again, pdu));
}

static void
check_join (const SimstowTpdu *tpdu)
{
    const SimstowTpdu *parts[] = {tpdu, tpdu};
    g_autofree gchar *one = NULL;
    g_autofree gchar *two = NULL;
    gboolean lossy;

    one = simstow_tpdu_join_text (parts, 1, &lossy);
    g_assert_true (lossy ==
                   (tpdu->lossy && tpdu->alphabet != SIMSTOW_ALPHABET_DATA && !tpdu->compressed));
    if (tpdu->text)
        g_assert_cmpstr (one, ==, tpdu->text);
    two = simstow_tpdu_join_text (parts, 2, NULL);
    check_text (two);
}

/* Without the octets of its user data the message is made from its fields */
static void
check_remade (SimstowTpdu *tpdu, gboolean received)
{
    g_autofree gchar *text = g_strdup (tpdu->text);
    g_autoptr (GBytes) pdu = NULL;
    g_autoptr (SimstowTpdu) again = NULL;
    gboolean lossy = tpdu->lossy;

    g_clear_pointer (&tpdu->user_data, g_bytes_unref);
    g_clear_pointer (&tpdu->trailing, g_bytes_unref);
    pdu = simstow_tpdu_encode (tpdu, NULL);
    if (!pdu)
        return;
    again = simstow_tpdu_decode (pdu, received, NULL);
    g_assert_nonnull (again);
    g_assert_cmpint (again->type, ==, tpdu->type);
    g_assert_cmpint (again->concat_reference, ==, tpdu->concat_reference);
    g_assert_cmpint (again->alphabet, ==, tpdu->alphabet);
    if (!lossy && text)
        g_assert_cmpstr (again->text, ==, text);
}

static void
chew (GBytes *pdu, gboolean received)
{
    g_autoptr (SimstowTpdu) tpdu = simstow_tpdu_decode (pdu, received, NULL);

    if (!tpdu)
        return;
    check_text (tpdu->text);
    check_text (tpdu->address.number);
    check_text (tpdu->smsc.number);
    check_same_bytes (tpdu, pdu);
    check_join (tpdu);
    check_remade (tpdu, received);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    g_autoptr (GBytes) pdu = g_bytes_new (data, size);

    chew (pdu, TRUE);
    chew (pdu, FALSE);
    return 0;
}
