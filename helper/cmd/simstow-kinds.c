/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of --only: one table.
 */

#include "config.h"

#include "simstow-kinds.h"

#include <glib/gi18n.h>

#include "simstow-error.h"

static const struct {
    const gchar *word;
    SimstowKinds kind;
} words[] = {
    {"messages", SIMSTOW_KIND_MESSAGES},
    {"contacts", SIMSTOW_KIND_CONTACTS},
    {"calls", SIMSTOW_KIND_CALLS},
    {"network", SIMSTOW_KIND_NETWORK},
    {"esim", SIMSTOW_KIND_ESIM},
};

static SimstowKinds
find_kind (const gchar *word)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (words); i++) {
        if (g_str_equal (words[i].word, word))
            return words[i].kind;
    }
    return 0;
}

gboolean
simstow_kinds_parse (const gchar *text, SimstowKinds *kinds, GError **error)
{
    g_auto (GStrv) list = NULL;
    guint i;

    *kinds = SIMSTOW_KIND_ALL | SIMSTOW_KIND_UNASKED;
    if (text == NULL)
        return TRUE;
    *kinds = 0;
    list = g_strsplit (text, ",", -1);
    for (i = 0; list[i] != NULL; i++) {
        SimstowKinds kind = find_kind (g_strstrip (list[i]));

        if (kind == 0) {
            g_set_error (error,
                         SIMSTOW_ERROR,
                         SIMSTOW_ERROR_USAGE,
                         _ ("--only takes messages, contacts, calls, network and esim, with commas "
                            "between, not \"%s\""),
                         list[i]);
            return FALSE;
        }
        *kinds |= kind;
    }
    return TRUE;
}

const gchar *
simstow_kinds_name (SimstowKinds kind)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (words); i++) {
        if (words[i].kind == kind)
            return words[i].word;
    }
    return "";
}
