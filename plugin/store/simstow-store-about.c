/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is told of a store. What is not known is left out.
 */

#include "simstow-store-about.h"

#include "simstow-names.h"

static void
add_text (GVariantBuilder *builder, const gchar *key, const gchar *text)
{
    g_variant_builder_add (builder, "{sv}", key, g_variant_new_string (text));
}

static void
add_uint (GVariantBuilder *builder, const gchar *key, guint value)
{
    g_variant_builder_add (builder, "{sv}", key, g_variant_new_uint32 (value));
}

static void
add_boolean (GVariantBuilder *builder, const gchar *key, gboolean value)
{
    g_variant_builder_add (builder, "{sv}", key, g_variant_new_boolean (value));
}

static GVariant *
store_variant (const SimstowStoreAbout *store)
{
    GVariantBuilder builder;

    g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
    add_text (&builder, SIMSTOW_STORE_ID, store->id);
    if (store->fault)
        add_text (&builder, SIMSTOW_STORE_FAULT, store->fault);
    if (store->declared)
        add_text (&builder, SIMSTOW_STORE_VIA, SIMSTOW_VIA_CARD);
    if (!store->via)
        return g_variant_builder_end (&builder);
    add_text (&builder,
              SIMSTOW_STORE_ACCESS,
              store->writable ? SIMSTOW_ACCESS_READ_WRITE : SIMSTOW_ACCESS_READ);
    add_text (&builder, SIMSTOW_STORE_VIA, store->via);
    if (store->way)
        add_text (&builder, SIMSTOW_STORE_WAY, store->way);
    if (store->has_used)
        add_uint (&builder, SIMSTOW_STORE_USED, store->used);
    if (store->capacity > 0)
        add_uint (&builder, SIMSTOW_STORE_CAPACITY, store->capacity);
    if (store->last > 0) {
        add_uint (&builder, SIMSTOW_STORE_FIRST, store->first);
        add_uint (&builder, SIMSTOW_STORE_LAST, store->last);
    }
    if (store->number_length > 0)
        add_uint (&builder, SIMSTOW_STORE_NUMBER_LENGTH, store->number_length);
    if (store->name_length > 0)
        add_uint (&builder, SIMSTOW_STORE_NAME_LENGTH, store->name_length);
    if (store->plain || store->extended)
        add_boolean (&builder, SIMSTOW_STORE_EXTENDED, store->extended);
    if (store->marks_read)
        add_boolean (&builder, SIMSTOW_STORE_MARKS_READ, TRUE);
    if (store->sets)
        g_variant_builder_add (&builder, "{sv}", SIMSTOW_STORE_SETS, store->sets);
    return g_variant_builder_end (&builder);
}

GVariant *
simstow_store_about_out_of_reach (const gchar *id, const gchar *fault)
{
    const SimstowStoreAbout about = {.id = id, .fault = fault};

    return store_variant (&about);
}

GVariant *
simstow_store_about_no_way (const gchar *id, const gchar *via, const gchar *fault)
{
    GVariantBuilder builder;

    g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
    add_text (&builder, SIMSTOW_STORE_ID, id);
    add_text (&builder, SIMSTOW_STORE_VIA, via);
    add_text (&builder, SIMSTOW_STORE_FAULT, fault);
    return g_variant_builder_end (&builder);
}

GVariant *
simstow_store_about_list (const SimstowStoreAbout *stores, guint n_stores)
{
    GVariantBuilder builder;
    guint i;

    g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
    for (i = 0; i < n_stores; i++)
        g_variant_builder_add_value (&builder, store_variant (&stores[i]));
    return g_variant_ref_sink (g_variant_builder_end (&builder));
}
