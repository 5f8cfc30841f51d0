/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operators by name and country: one pass through the provider database, which
 * ends where the operator is found.
 */

#include "config.h"

#include "simstow-operator.h"

#include <string.h>

/* Where the pass is: the names last seen on each level, and what is looked for. */
typedef struct {
    const gchar *plmn;
    gchar *country;
    gchar *provider;
    gboolean found;
} Search;

static void
on_start (GMarkupParseContext *context,
          const gchar *element,
          const gchar **names,
          const gchar **values,
          gpointer user_data,
          GError **error)
{
    Search *search = user_data;
    const gchar *mcc = NULL;
    const gchar *mnc = NULL;
    g_autofree gchar *plmn = NULL;
    guint i;

    if (!g_str_equal (element, "network-id"))
        return;
    for (i = 0; names[i]; i++) {
        if (g_str_equal (names[i], "mcc"))
            mcc = values[i];
        else if (g_str_equal (names[i], "mnc"))
            mnc = values[i];
    }
    plmn = g_strconcat (mcc ? mcc : "", mnc, NULL);
    search->found = g_str_equal (plmn, search->plmn);
    if (search->found)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "found");
}

static void
on_text (GMarkupParseContext *context,
         const gchar *text,
         gsize length,
         gpointer user_data,
         GError **error)
{
    Search *search = user_data;
    const GSList *stack = g_markup_parse_context_get_element_stack (context);
    gchar **field;

    if (!g_str_equal (stack->data, "name") || !stack->next)
        return;
    if (g_str_equal (stack->next->data, "country"))
        field = &search->country;
    else if (g_str_equal (stack->next->data, "provider"))
        field = &search->provider;
    else
        return;
    g_free (*field);
    *field = g_strndup (text, length);
}

gboolean
simstow_operator_lookup (const gchar *plmn, gchar **name, gchar **country)
{
    static const GMarkupParser parser = {.start_element = on_start, .text = on_text};
    Search search = {.plmn = plmn};
    g_autoptr (GMarkupParseContext) context =
        g_markup_parse_context_new (&parser, G_MARKUP_IGNORE_QUALIFIED, &search, NULL);
    g_autoptr (GMappedFile) file = g_mapped_file_new (SIMSTOW_PROVIDERS, FALSE, NULL);

    *name = NULL;
    *country = NULL;
    if (file)
        g_markup_parse_context_parse (context,
                                      g_mapped_file_get_contents (file),
                                      (gssize) g_mapped_file_get_length (file),
                                      NULL);
    if (search.found) {
        *name = g_steal_pointer (&search.provider);
        *country = g_steal_pointer (&search.country);
    }
    g_free (search.provider);
    g_free (search.country);
    return search.found;
}

gchar *
simstow_operator_label (const gchar *plmn)
{
    g_autofree gchar *name = NULL;
    g_autofree gchar *country = NULL;

    if (!plmn)
        return NULL;
    if (!simstow_operator_lookup (plmn, &name, &country) || !name || !country)
        return g_strdup (plmn);
    return g_strdup_printf ("%s, %s (%s)", name, country, plmn);
}
