/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way back for eSIM profiles: for each one a list of facts and what to do,
 * written out as text or as HTML, with QR codes.
 */

#include "config.h"

#include "simstow-recovery-sheet.h"

#include <glib/gi18n.h>

#include "simstow-html.h"
#include "simstow-plan.h"
#include "simstow-qr.h"
#include "simstow-text.h"
#include "simstow-view.h"

/* One of the two forms: how it writes a title, a fact, and an advice */
typedef struct {
    void (*title) (GString *out, const gchar *text);
    void (*fact) (GString *out, const gchar *label, const gchar *value);
    void (*advice) (GString *out, const gchar *text);
    void (*picture) (GString *out, const gchar *code);
} Form;

static void
text_title (GString *out, const gchar *text)
{
    g_string_append_printf (out, "\n%s\n", text);
}

static void
text_fact (GString *out, const gchar *label, const gchar *value)
{
    g_autofree gchar *line = value && *value ? simstow_text_line (value) : NULL;

    if (line)
        g_string_append_printf (out, "  %s: %s\n", label, line);
}

static void
text_advice (GString *out, const gchar *text)
{
    g_string_append_printf (out, "  * %s\n", text);
}

static const Form text_form = {text_title, text_fact, text_advice, NULL};

static void
html_title (GString *out, const gchar *text)
{
    simstow_html_append_element (out, "h2", text);
}

/* On a page that has other things, too */
static void
html_subtitle (GString *out, const gchar *text)
{
    simstow_html_append_element (out, "h3", text);
}

static void
html_fact (GString *out, const gchar *label, const gchar *value)
{
    simstow_html_append_fact (label, value, out);
}

static void
html_advice (GString *out, const gchar *text)
{
    simstow_html_append_element (out, "p class=\"do\"", text);
}

static void
html_picture (GString *out, const gchar *code)
{
    simstow_qr_append_svg (out, code, SIMSTOW_QR_MODULE);
}

static const Form html_form = {html_title, html_fact, html_advice, html_picture};
static const Form part_form = {html_subtitle, html_fact, html_advice, html_picture};

static gchar *
make_title (const SimstowEuiccProfile *profile)
{
    const gchar *name = profile->nickname   ? profile->nickname
                        : profile->name     ? profile->name
                        : profile->provider ? profile->provider
                                            : profile->iccid;

    return simstow_text_line (name);
}

static void
add_operator (GString *out, const Form *form, const SimstowEuiccProfile *profile)
{
    g_autofree gchar *name = NULL;
    g_autofree gchar *country = NULL;

    if (profile->owner)
        simstow_operator_lookup (profile->owner, &name, &country);
    form->fact (out, _ ("Operator"), name ? name : profile->provider);
    form->fact (out, _ ("Country"), country);
    form->fact (out, _ ("Operator's number"), profile->owner);
    form->fact (out,
                _ ("Contact"),
                _ ("the public data about operators has none; ask in one of its shops or on its "
                   "web site"));
}

static void
add_code (GString *out, const Form *form, const SimstowActivationCode *code, gboolean secrets)
{
    form->fact (out,
                _ ("Activation code"),
                secrets ? code->code : _ ("kept in the archive, shown with --secrets"));
    if (code->confirmation)
        form->fact (out,
                    _ ("Confirmation code"),
                    secrets ? code->confirmation : _ ("kept in the archive, shown with --secrets"));
    if (secrets && form->picture)
        form->picture (out, code->code);
}

static void
add_codes (GString *out, const Form *form, const GPtrArray *codes, gboolean secrets)
{
    guint i;

    if (codes->len == 0)
        form->fact (out, _ ("Activation code"), _ ("none is kept"));
    for (i = 0; i < codes->len; i++)
        add_code (out, form, g_ptr_array_index (codes, i), secrets);
}

static void
add_advice (GString *out, const Form *form, const SimstowRecovery *recovery)
{
    g_autofree gchar *ask = NULL;

    if (recovery->deletion_waits)
        form->advice (out,
                      _ ("Its deletion has not been delivered to the operator, who takes it for "
                         "installed: deliver that first, with "
                         "\"simstow esim lpac -- notification process -a\"."));
    else if (recovery->waiting > 0)
        form->advice (out,
                      _ ("Notifications of it waited for delivery when this was saved: the "
                         "operator may know another state than the one here."));
    if (recovery->codes->len > 0)
        form->advice (out,
                      _ ("Try the code: \"simstow esim lpac -- profile download -a CODE\". Codes "
                         "like it usually work only once; a used one may work again when the "
                         "operator knows that the profile was deleted."));
    ask = g_strdup_printf (_ ("Ask the operator to issue the eSIM with this ICCID again%s%s. "
                              "The new code usually works only once: keep it with "
                              "\"simstow esim add-code\" before you use it."),
                           recovery->eid ? _ (", for the new EID, or for the old one ") : "",
                           recovery->eid ? recovery->eid : "");
    form->advice (out, ask);
}

static void
add_profile (GString *out, const Form *form, const SimstowRecovery *recovery, gboolean secrets)
{
    const SimstowEuiccProfile *profile = recovery->profile;
    g_autofree gchar *title = make_title (profile);

    form->title (out, title);
    form->fact (out, _ ("ICCID"), profile->iccid);
    form->fact (out, _ ("Profile"), profile->name);
    form->fact (out, _ ("When saved"), profile->enabled ? _ ("enabled") : _ ("disabled"));
    add_operator (out, form, profile);
    form->fact (out, _ ("SM-DP+ address"), recovery->smdp ? recovery->smdp : _ ("not known"));
    add_codes (out, form, recovery->codes, secrets);
    add_advice (out, form, recovery);
}

static void
add_profiles (GString *out, const Form *form, const GPtrArray *recoveries, gboolean secrets)
{
    guint i;

    for (i = 0; i < recoveries->len; i++)
        add_profile (out, form, g_ptr_array_index (recoveries, i), secrets);
}

gchar *
simstow_recovery_sheet_text (const GPtrArray *recoveries, gboolean secrets)
{
    GString *out = g_string_new (NULL);

    g_string_append_printf (
        out,
        "%s\n",
        _ ("The way back: a profile cannot be copied, its operator has to issue it again."));
    add_profiles (out, &text_form, recoveries, secrets);
    return g_string_free (out, FALSE);
}

void
simstow_recovery_sheet_append (const GPtrArray *recoveries, GString *page)
{
    add_profiles (page, &part_form, recoveries, FALSE);
}

gchar *
simstow_recovery_sheet_html (const SimstowEsim *esim, const GPtrArray *recoveries, gboolean secrets)
{
    GString *out = g_string_new (NULL);
    g_autoptr (GString) title = g_string_new (NULL);
    guint i;

    simstow_html_append (title, _ ("eSIM profiles: the way back"));
    g_string_append_printf (
        out,
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>%s</title>\n"
        "<style>body{font:11pt sans-serif;max-width:44em;margin:2em auto}p{margin:.2em 0}"
        "h2{border-top:1px solid;padding-top:.5em}span{font-family:monospace}"
        ".do{margin:.5em 0}</style></head>\n<body><h1>%s</h1>\n",
        title->str,
        title->str);
    html_fact (out, _ ("EID"), esim->eid);
    for (i = 0; i < esim->further->len; i++)
        html_fact (out, _ ("EID"), ((SimstowEsim *) esim->further->pdata[i])->eid);
    html_advice (out, _ ("A profile cannot be copied, its operator has to issue it again."));
    add_profiles (out, &html_form, recoveries, secrets);
    g_string_append (out, "</body></html>\n");
    return g_string_free (out, FALSE);
}
