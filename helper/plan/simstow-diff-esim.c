/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Differences between two eUICCs.
 */

#include "simstow-diff-esim.h"

#include <glib/gi18n.h>

#include "simstow-diff.h"

static void
add_item (GPtrArray *items, SimstowDiffKind kind, gchar *what)
{
    SimstowDiffItem *item = g_new0 (SimstowDiffItem, 1);

    item->kind = kind;
    item->category = "esim";
    item->what = what;
    g_ptr_array_add (items, item);
}

static void
add_alone (GPtrArray *items, SimstowDiffKind kind, const SimstowEuiccProfile *profile)
{
    const gchar *name = profile->nickname ? profile->nickname : profile->name;

    add_item (items,
              kind,
              name ? g_strdup_printf (_ ("profile %s \"%s\""), profile->iccid, name)
                   : g_strdup_printf (_ ("profile %s"), profile->iccid));
}

static void
diff_profile (GPtrArray *items, const SimstowEuiccProfile *a, const SimstowEuiccProfile *b)
{
    if (g_strcmp0 (a->nickname, b->nickname) != 0)
        add_item (items,
                  SIMSTOW_DIFF_CHANGED,
                  g_strdup_printf (_ ("nickname of profile %s: \"%s\" -> \"%s\""),
                                   a->iccid,
                                   a->nickname ? a->nickname : "",
                                   b->nickname ? b->nickname : ""));
    if (!a->enabled != !b->enabled)
        add_item (items,
                  SIMSTOW_DIFF_CHANGED,
                  b->enabled ? g_strdup_printf (_ ("profile %s: disabled -> enabled"), a->iccid)
                             : g_strdup_printf (_ ("profile %s: enabled -> disabled"), a->iccid));
}

static void
diff_server (GPtrArray *items, const gchar *a, const gchar *b)
{
    if (g_strcmp0 (a, b) == 0)
        return;
    if (a && b)
        add_item (items,
                  SIMSTOW_DIFF_CHANGED,
                  g_strdup_printf (_ ("default SM-DP+ %s -> %s"), a, b));
    else
        add_item (items,
                  a ? SIMSTOW_DIFF_ONLY_A : SIMSTOW_DIFF_ONLY_B,
                  g_strdup_printf (_ ("default SM-DP+ %s"), a ? a : b));
}

static GPtrArray *
list_profiles (const SimstowEsim *esim)
{
    return esim ? simstow_esim_list_profiles (esim) : g_ptr_array_new ();
}

void
simstow_diff_esim (GPtrArray *items, const SimstowEsim *a, const SimstowEsim *b)
{
    g_autoptr (GPtrArray) in_a = list_profiles (a);
    g_autoptr (GPtrArray) in_b = list_profiles (b);
    guint i;

    for (i = 0; i < in_a->len; i++) {
        const SimstowEuiccProfile *profile = g_ptr_array_index (in_a, i);
        const SimstowEuiccProfile *other = b ? simstow_esim_find_on_any (b, profile->iccid) : NULL;

        if (other)
            diff_profile (items, profile, other);
        else
            add_alone (items, SIMSTOW_DIFF_ONLY_A, profile);
    }
    for (i = 0; i < in_b->len; i++) {
        const SimstowEuiccProfile *profile = g_ptr_array_index (in_b, i);

        if (!a || !simstow_esim_find_on_any (a, profile->iccid))
            add_alone (items, SIMSTOW_DIFF_ONLY_B, profile);
    }
    diff_server (items, a ? a->default_smdp : NULL, b ? b->default_smdp : NULL);
}
