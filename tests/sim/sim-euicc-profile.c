/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The profiles on the eUICC: who they are, and GetProfilesInfo.
 */

#include <string.h>

#include "sim-card-usim.h"
#include "sim-euicc-private.h"

void
sim_euicc_profile_free (gpointer data)
{
    SimEuiccProfile *profile = data;

    g_free (profile->iccid);
    g_free (profile->imsi);
    g_free (profile->nickname);
    g_free (profile->provider);
    g_free (profile->name);
    g_clear_pointer (&profile->icon, g_bytes_unref);
    g_free (profile->address);
    g_free (profile->owner);
    g_free (profile->gid1);
    g_free (profile->gid2);
    g_free (profile);
}

SimEuiccProfile *
sim_euicc_add_profile (SimEuicc *euicc, const gchar *iccid)
{
    SimEuiccProfile *profile = g_new0 (SimEuiccProfile, 1);

    profile->iccid = g_strdup (iccid);
    profile->number = euicc->next_number++;
    profile->class = 2;
    profile->events = SIM_EUICC_INSTALL | SIM_EUICC_ENABLE | SIM_EUICC_DISABLE | SIM_EUICC_DELETE;
    g_ptr_array_add (euicc->profiles, profile);
    return profile;
}

SimEuiccProfile *
sim_euicc_profile (SimEuicc *euicc, guint index)
{
    return index < euicc->profiles->len ? g_ptr_array_index (euicc->profiles, index) : NULL;
}

void
sim_euicc_fill_colombia (SimEuicc *euicc)
{
    SimEuiccProfile *claro = sim_euicc_add_profile (euicc, "8957101210000000014");
    SimEuiccProfile *movistar = sim_euicc_add_profile (euicc, "89571232000000000202");
    SimEuiccProfile *tigo = sim_euicc_add_profile (euicc, "8957103321000000033");

    claro->enabled = TRUE;
    claro->imsi = g_strdup ("732101000000014");
    claro->nickname = g_strdup ("Trabajo");
    claro->provider = g_strdup ("Claro");
    claro->name = g_strdup ("Claro Colombia Prepago");
    claro->address = g_strdup ("rsp.claro.example");
    claro->owner = g_strdup ("732101");
    movistar->imsi = g_strdup ("732123000000202");
    movistar->nickname = g_strdup ("Casa de Begoña");
    movistar->provider = g_strdup ("Movistar");
    movistar->name = g_strdup ("Movistar CO Pospago");
    movistar->address = g_strdup ("rsp.movistar.example");
    movistar->owner = g_strdup ("732123");
    movistar->gid1 = g_strdup ("ABCD");
    tigo->imsi = g_strdup ("732103000000033");
    tigo->provider = g_strdup ("Tigo");
    tigo->name = g_strdup ("Tigo eSIM");
    tigo->address = g_strdup ("rsp.tigo.example");
    tigo->owner = g_strdup ("732103");
    tigo->gid1 = g_strdup ("01");
    tigo->gid2 = g_strdup ("02");
    tigo->rules = SIM_EUICC_NO_DELETE;
    sim_euicc_add_notification (euicc, SIM_EUICC_INSTALL, claro);
    sim_euicc_add_notification (euicc, SIM_EUICC_INSTALL, movistar);
    sim_euicc_add_notification (euicc, SIM_EUICC_ENABLE, claro);
    sim_euicc_refresh_iccid (euicc);
}

void
sim_euicc_fill_many (SimEuicc *euicc, guint count, gsize icon)
{
    for (guint i = 0; i < count; i++) {
        g_autofree gchar *iccid = g_strdup_printf ("8957999%012u", i);
        SimEuiccProfile *profile = sim_euicc_add_profile (euicc, iccid);
        g_autofree guint8 *picture = g_malloc0 (icon);

        profile->provider = g_strdup_printf ("Operador %u", i);
        profile->name = g_strdup_printf ("Perfil número %u de una tarjeta llena", i);
        profile->nickname = g_strdup_printf ("Apodo %u", i);
        profile->address = g_strdup ("rsp.ejemplo.example");
        profile->owner = g_strdup ("732101");
        profile->icon = icon == 0 ? NULL : g_bytes_new (picture, icon);
    }
}

gboolean
sim_euicc_remove_profile (SimEuicc *euicc, const gchar *iccid)
{
    for (guint i = 0; i < euicc->profiles->len; i++) {
        const SimEuiccProfile *profile = g_ptr_array_index (euicc->profiles, i);

        if (g_str_equal (profile->iccid, iccid)) {
            g_ptr_array_remove_index (euicc->profiles, i);
            sim_euicc_refresh_iccid (euicc);
            return TRUE;
        }
    }
    return FALSE;
}

void
sim_euicc_refresh_iccid (SimEuicc *euicc)
{
    const SimEuiccProfile *enabled = NULL;

    for (guint i = 0; i < euicc->profiles->len && enabled == NULL; i++) {
        const SimEuiccProfile *profile = g_ptr_array_index (euicc->profiles, i);

        enabled = profile->enabled ? profile : NULL;
    }
    if (sim_card_usim (euicc->card) != NULL) {
        sim_card_usim_set_iccid (euicc->card, enabled == NULL ? NULL : enabled->iccid);
    }
    if (euicc->changed != NULL) {
        euicc->changed (euicc->changed_data, enabled);
    }
}

/* whether a tag is in a list of tags; none asked for is those of the standard */
static gboolean
wanted (const SimCardTlv *tags, guint32 tag)
{
    gsize i = 0;

    if (tags == NULL) {
        return tag != 0xB6 && tag != 0xB7 && tag != 0x99;
    }
    while (i < tags->size) {
        guint32 listed = tags->value[i++];

        if ((listed & 0x1F) == 0x1F && i < tags->size) {
            listed = listed << 8 | tags->value[i++];
        }
        if (listed == tag) {
            return TRUE;
        }
    }
    return FALSE;
}

static void
append_owner (GByteArray *out, const SimEuiccProfile *profile)
{
    GByteArray *owner = g_byte_array_new ();
    GByteArray *plmn = g_byte_array_new ();
    const gchar *groups[] = {profile->gid1, profile->gid2};

    sim_card_plmn_append (plmn, profile->owner);
    sim_card_tlv_append_wrapped (owner, 0x80, plmn);
    for (guint i = 0; i < G_N_ELEMENTS (groups); i++) {
        if (groups[i] != NULL) {
            sim_card_tlv_append_wrapped (owner, 0x81 + i, sim_card_hex_decode (groups[i]));
        }
    }
    sim_card_tlv_append_wrapped (out, 0xB7, owner);
}

static void
append_configuration (GByteArray *out, const SimEuiccProfile *profile)
{
    GByteArray *row = g_byte_array_new ();
    GByteArray *rows = g_byte_array_new ();

    sim_euicc_append_bits (row, 0x80, profile->events);
    sim_card_tlv_append_text (row, 0x81, profile->address);
    sim_card_tlv_append_wrapped (rows, 0x30, row);
    sim_card_tlv_append_wrapped (out, 0xB6, rows);
}

static void
append_names (GByteArray *out, const SimEuiccProfile *profile, const SimCardTlv *tags)
{
    if (wanted (tags, 0x90)) {
        sim_card_tlv_append_text (out, 0x90, profile->nickname);
    }
    if (wanted (tags, 0x91)) {
        sim_card_tlv_append_text (out, 0x91, profile->provider);
    }
    if (wanted (tags, 0x92)) {
        sim_card_tlv_append_text (out, 0x92, profile->name);
    }
    if (profile->icon != NULL && wanted (tags, 0x93)) {
        sim_card_tlv_append (out, 0x93, "\x01", 1);
    }
    if (profile->icon != NULL && wanted (tags, 0x94)) {
        gsize size;
        gconstpointer data = g_bytes_get_data (profile->icon, &size);

        sim_card_tlv_append (out, 0x94, data, size);
    }
}

static GByteArray *
describe (const SimEuiccProfile *profile, const SimCardTlv *tags)
{
    GByteArray *out = g_byte_array_new ();
    guint8 state = profile->enabled ? 1 : 0;

    if (wanted (tags, 0x5A)) {
        sim_euicc_append_iccid (out, profile->iccid);
    }
    if (wanted (tags, 0x4F)) {
        sim_euicc_append_aid (out, profile->number);
    }
    if (wanted (tags, 0x9F70)) {
        sim_card_tlv_append (out, 0x9F70, &state, 1);
    }
    append_names (out, profile, tags);
    if (wanted (tags, 0x95)) {
        sim_card_tlv_append (out, 0x95, &profile->class, 1);
    }
    if (profile->address != NULL && wanted (tags, 0xB6)) {
        append_configuration (out, profile);
    }
    if (profile->owner != NULL && wanted (tags, 0xB7)) {
        append_owner (out, profile);
    }
    if (profile->rules != 0 && wanted (tags, 0x99)) {
        sim_euicc_append_bits (out, 0x99, profile->rules);
    }
    return out;
}

/* A0 { 4F aid / 5A iccid / 95 class } */
static gboolean
selected (const SimEuiccProfile *profile, const SimCardTlv *criterion)
{
    g_autoptr (GByteArray) own = g_byte_array_new ();
    SimCardTlv mine;

    sim_euicc_append_aid (own, profile->number);
    sim_euicc_append_iccid (own, profile->iccid);
    sim_card_tlv_append (own, 0x95, &profile->class, 1);
    return sim_card_tlv_find (own->data, own->len, criterion->tag, &mine) &&
           mine.size == criterion->size &&
           memcmp (mine.value, criterion->value, criterion->size) == 0;
}

static guint16
refuse_tag_list (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer)
{
    GByteArray *error;

    if (euicc->knobs.no_tag_list != 1) {
        return euicc->knobs.no_tag_list;
    }
    error = g_byte_array_new ();
    sim_card_tlv_append (error, 0x81, "\x01", 1);
    sim_card_tlv_append_wrapped (answer, request->tag, error);
    return SIM_EUICC_SW_OK;
}

guint16
sim_euicc_get_profiles (SimEuicc *euicc, const SimCardTlv *request, GByteArray *answer)
{
    SimCardTlv tags;
    SimCardTlv search;
    SimCardTlv criterion;
    gboolean listed = sim_card_tlv_find (request->value, request->size, 0x5C, &tags);
    gboolean searched =
        sim_card_tlv_find (request->value, request->size, 0xA0, &search) && search.size > 0;
    GByteArray *all;

    if (listed && euicc->knobs.no_tag_list != 0) {
        return refuse_tag_list (euicc, request, answer);
    }
    if (searched && !sim_card_tlv_next (&search.value, &search.size, &criterion)) {
        return SIM_EUICC_SW_DATA;
    }
    all = g_byte_array_new ();
    for (guint i = 0; i < euicc->profiles->len; i++) {
        const SimEuiccProfile *profile = g_ptr_array_index (euicc->profiles, i);
        GByteArray *value;

        if (searched && !selected (profile, &criterion)) {
            continue;
        }
        value = describe (profile, listed ? &tags : NULL);
        sim_euicc_malform_profile (euicc, i, value);
        sim_card_tlv_append_wrapped (all, 0xE3, value);
    }
    sim_card_tlv_append_wrapped (answer, request->tag, sim_card_tlv_wrap (0xA0, all));
    sim_euicc_malform_answer (euicc, answer);
    return SIM_EUICC_SW_OK;
}
