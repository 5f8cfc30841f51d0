/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of an eUICC.
 */

#include "simstow-esim.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simstow-error.h"

#define CODE_PREFIX "LPA:"
#define MAX_CODE    255

SimstowEsim *
simstow_esim_new (void)
{
    SimstowEsim *esim = g_new0 (SimstowEsim, 1);

    esim->answers = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_esim_answer_free);
    esim->profiles = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_euicc_profile_free);
    esim->notifications =
        g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_euicc_notification_free);
    esim->faults = g_ptr_array_new_with_free_func ((GDestroyNotify) g_error_free);
    esim->further = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_esim_free);
    esim->codes = g_ptr_array_new_with_free_func ((GDestroyNotify) simstow_activation_code_free);
    return esim;
}

void
simstow_esim_free (SimstowEsim *esim)
{
    g_ptr_array_unref (esim->answers);
    g_free (esim->eid);
    g_free (esim->default_smdp);
    g_free (esim->root_smds);
    g_clear_pointer (&esim->info, simstow_euicc_info_free);
    g_ptr_array_unref (esim->profiles);
    g_ptr_array_unref (esim->notifications);
    g_ptr_array_unref (esim->faults);
    g_ptr_array_unref (esim->codes);
    g_clear_pointer (&esim->history, g_ptr_array_unref);
    g_ptr_array_unref (esim->further);
    g_free (esim);
}

void
simstow_esim_answer_free (SimstowEsimAnswer *answer)
{
    g_free (answer->name);
    g_clear_pointer (&answer->raw, g_bytes_unref);
    g_free (answer->fault);
    g_free (answer->refusal);
    g_free (answer);
}

void
simstow_activation_code_free (SimstowActivationCode *code)
{
    if (!code)
        return;
    g_free (code->iccid);
    g_free (code->code);
    g_free (code->confirmation);
    g_free (code->rest);
    g_free (code);
}

static gboolean
decode_eid (SimstowEsim *esim, GBytes *raw, GError **error)
{
    g_free (esim->eid);
    esim->eid = simstow_euicc_decode_eid (raw, error);
    return esim->eid != NULL;
}

static gboolean
decode_addresses (SimstowEsim *esim, GBytes *raw, GError **error)
{
    g_clear_pointer (&esim->default_smdp, g_free);
    g_clear_pointer (&esim->root_smds, g_free);
    return simstow_euicc_decode_addresses (raw, &esim->default_smdp, &esim->root_smds, error);
}

static gboolean
decode_info (SimstowEsim *esim, GBytes *raw, GError **error)
{
    g_clear_pointer (&esim->info, simstow_euicc_info_free);
    esim->info = simstow_euicc_decode_info (raw, error);
    return esim->info != NULL;
}

static gboolean
replace (GPtrArray **array, GPtrArray *decoded)
{
    if (!decoded)
        return FALSE;
    g_ptr_array_unref (*array);
    *array = decoded;
    return TRUE;
}

static gboolean
decode_profiles (SimstowEsim *esim, GBytes *raw, GError **error)
{
    return replace (&esim->profiles, simstow_euicc_decode_profiles (raw, esim->faults, error));
}

static gboolean
decode_notifications (SimstowEsim *esim, GBytes *raw, GError **error)
{
    return replace (&esim->notifications,
                    simstow_euicc_decode_notifications (raw, esim->faults, error));
}

static const struct {
    const gchar *name;
    gboolean (*decode) (SimstowEsim *esim, GBytes *raw, GError **error);
} decoders[] = {
    {"eid", decode_eid},
    {"addresses", decode_addresses},
    {"info2", decode_info},
    {"profiles", decode_profiles},
    {"notifications", decode_notifications},
};

void
simstow_esim_add_answer (SimstowEsim *esim, const gchar *name, GBytes *raw, const gchar *fault)
{
    SimstowEsimAnswer *answer = g_new0 (SimstowEsimAnswer, 1);
    g_autoptr (GError) error = NULL;
    gsize i;

    answer->name = g_strdup (name);
    answer->raw = raw ? g_bytes_ref (raw) : NULL;
    answer->fault = g_strdup (fault);
    g_ptr_array_add (esim->answers, answer);
    for (i = 0; raw && i < G_N_ELEMENTS (decoders); i++) {
        if (!g_str_equal (name, decoders[i].name) || decoders[i].decode (esim, raw, &error))
            continue;
        answer->refusal = g_strdup (error->message);
        g_ptr_array_add (esim->faults, g_steal_pointer (&error));
    }
}

/* Of several answers to a request the last one counts. */
const gchar *
simstow_esim_get_unread (const SimstowEsim *esim, const gchar *name)
{
    guint i;

    for (i = esim->answers->len; i > 0; i--) {
        const SimstowEsimAnswer *answer = g_ptr_array_index (esim->answers, i - 1);

        if (!g_str_equal (answer->name, name))
            continue;
        if (answer->raw)
            return answer->refusal;
        return answer->fault ? answer->fault : "";
    }
    return "";
}

const SimstowEuiccProfile *
simstow_esim_find_profile (const SimstowEsim *esim, const gchar *iccid)
{
    guint i;

    for (i = 0; i < esim->profiles->len; i++) {
        const SimstowEuiccProfile *profile = g_ptr_array_index (esim->profiles, i);

        if (g_str_equal (profile->iccid, iccid))
            return profile;
    }
    return NULL;
}

GPtrArray *
simstow_esim_list_profiles (const SimstowEsim *esim)
{
    GPtrArray *list = g_ptr_array_new ();
    guint i;

    g_ptr_array_extend (list, esim->profiles, NULL, NULL);
    for (i = 0; i < esim->further->len; i++) {
        const SimstowEsim *further = g_ptr_array_index (esim->further, i);

        g_ptr_array_extend (list, further->profiles, NULL, NULL);
    }
    return list;
}

const SimstowEuiccProfile *
simstow_esim_find_on_any (const SimstowEsim *esim, const gchar *iccid)
{
    const SimstowEuiccProfile *found = simstow_esim_find_profile (esim, iccid);
    guint i;

    for (i = 0; !found && i < esim->further->len; i++)
        found = simstow_esim_find_profile (g_ptr_array_index (esim->further, i), iccid);
    return found;
}

static const gchar *
skip_prefix (const gchar *code)
{
    return g_str_has_prefix (code, CODE_PREFIX) ? code + strlen (CODE_PREFIX) : code;
}

/* "1$address$matching-id", possibly "$oid" and "$flag"; printable, no blanks. */
gboolean
simstow_esim_check_code (const gchar *text, GError **error)
{
    const gchar *code = skip_prefix (text);
    g_auto (GStrv) parts = g_strsplit (code, "$", -1);
    guint n_parts = g_strv_length (parts);
    const gchar *c;

    for (c = code; *c && g_ascii_isgraph (*c); c++)
        ;
    if (*c || strlen (code) > MAX_CODE || n_parts < 3 || n_parts > 5 ||
        !g_str_equal (parts[0], "1") || !strchr (parts[1], '.'))
        return simstow_error_set (
            error,
            SIMSTOW_ERROR_INVALID_RECORD,
            _ ("this is no activation code; one looks like LPA:1$rsp.example.com$MATCHING-ID"));
    return TRUE;
}

static gboolean
may_be (const gchar *a, const gchar *b)
{
    return !a || !b || g_str_equal (a, b);
}

static void
complete (gchar **place, gchar **from)
{
    if (!*place)
        *place = g_steal_pointer (from);
}

void
simstow_esim_keep_code (SimstowEsim *esim, SimstowActivationCode *code)
{
    guint i;

    if (!g_str_has_prefix (code->code, CODE_PREFIX)) {
        g_autofree gchar *bare = g_steal_pointer (&code->code);

        code->code = g_strconcat (CODE_PREFIX, bare, NULL);
    }
    for (i = 0; i < esim->codes->len; i++) {
        SimstowActivationCode *other = g_ptr_array_index (esim->codes, i);

        if (!g_str_equal (other->code, code->code) || !may_be (other->iccid, code->iccid) ||
            !may_be (other->confirmation, code->confirmation) || !may_be (other->rest, code->rest))
            continue;
        complete (&other->iccid, &code->iccid);
        complete (&other->confirmation, &code->confirmation);
        complete (&other->rest, &code->rest);
        if (other->added == 0 || (code->added != 0 && code->added < other->added))
            other->added = code->added;
        simstow_activation_code_free (code);
        return;
    }
    g_ptr_array_add (esim->codes, code);
}

gboolean
simstow_esim_add_code (SimstowEsim *esim,
                       const gchar *iccid,
                       const gchar *code,
                       const gchar *confirmation,
                       gint64 added,
                       GError **error)
{
    SimstowActivationCode *kept;

    if (!simstow_esim_check_code (code, error))
        return FALSE;
    kept = g_new0 (SimstowActivationCode, 1);
    kept->iccid = g_strdup (iccid);
    kept->code = g_strdup (code);
    kept->confirmation = g_strdup (confirmation);
    kept->added = added;
    simstow_esim_keep_code (esim, kept);
    return TRUE;
}

gchar *
simstow_activation_code_dup_smdp (const SimstowActivationCode *code)
{
    g_auto (GStrv) parts = g_strsplit (code->code, "$", 3);

    return g_strdup (g_strv_length (parts) > 1 ? parts[1] : "");
}
